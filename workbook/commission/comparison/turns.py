"""Who comes out otherwise: every verdict that flips, overall, by criterion and by rule, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from toolkit.finding import Verdict
from toolkit.rules import Criterion, Rule
from workbook.commission.comparison.judging import VERDICTS, Flip
from workbook.commission.comparison.matching import Matched, Seat
from workbook.commission.comparison.run import Comparison, Standing

BEFORE: Final = "A"
AFTER: Final = "B"
_PASSED: Final = (Verdict.MET, Verdict.NOT_APPLICABLE)
_MOST: Final = 8


@unique
class Turn(StrEnum):
    """Which way a verdict goes."""

    GAINED = "转为达标"
    LOST = "不再达标"
    CHANGED = "判定改变"

    @classmethod
    def of(cls, before: Verdict, after: Verdict) -> Turn | None:
        """The way from one verdict to another; None where it stays."""
        if before is after:
            return None
        if after is Verdict.MET:
            return cls.GAINED
        return cls.LOST if before is Verdict.MET else cls.CHANGED


@unique
class Level(StrEnum):
    """Whose verdict it is."""

    WHOLE = "总体"
    CRITERION = "条件"
    RULE = "规则"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One verdict that flips.

    Attributes:
        id: Of the criterion or rule; empty of the whole.
        why: In words.
        seat, flip: Of a rule.
    """

    standing: Standing
    level: Level
    id: str
    title: str
    before: Verdict
    after: Verdict
    why: str
    clause: str = ""
    seat: Seat[Rule] | None = None
    flip: Flip | None = None

    @property
    def turn(self) -> Turn:
        """Which way it goes."""
        return Turn.of(self.before, self.after) or Turn.CHANGED

    @property
    def way(self) -> str:
        """From what to what."""
        return f"{self.before.label}→{self.after.label}"


def turned(comparison: Comparison) -> Iterator[Turned]:
    """Every flip: cluster by cluster, the whole before its criteria, those before their rules."""
    for standing in comparison.clusters:
        yield from of_cluster(comparison.sides, standing)


def of_cluster(sides: Matched, standing: Standing) -> Iterator[Turned]:
    """What flips in one cluster."""
    rules = [_of_rule(sides, standing, flip) for flip in standing.compared.flips]
    before, after = whole(standing)
    if before is not after:
        why = _reasons(rules, sides.rules, standing, (before, after))
        yield Turned(standing=standing, level=Level.WHOLE, id="", title="", before=before, after=after, why=why)
    yield from _of_criteria(sides, standing, rules)
    yield from rules


def whole(standing: Standing) -> tuple[Verdict, Verdict]:
    """The verdicts on the whole."""
    return VERDICTS[standing.compared.before.whole], VERDICTS[standing.compared.after.whole]


Verdicts = tuple[Verdict | None, Verdict | None]
"""On both sides; None on one that does not ask."""


def on_rule(seat: Seat[Rule], standing: Standing) -> Verdicts:
    """The verdicts on a rule."""
    return _said(seat.before, standing.compared.before.rules), _said(seat.after, standing.compared.after.rules)


def on_criterion(seat: Seat[Criterion], standing: Standing) -> Verdicts:
    """The verdicts on a criterion."""
    return _said(seat.before, standing.compared.before.criteria), _said(seat.after, standing.compared.after.criteria)


def _said(at: int | None, letters: str) -> Verdict | None:
    return None if at is None else VERDICTS[letters[at]]


def _of_criteria(sides: Matched, standing: Standing, rules: Sequence[Turned]) -> Iterator[Turned]:
    for seat in sides.criteria:
        before, after = on_criterion(seat, standing)
        if before is None or after is None or before is after:
            continue
        under = [sides.rules[position] for position in sides.of(seat)]
        yield Turned(
            standing=standing,
            level=Level.CRITERION,
            id=seat.pair.id,
            title=seat.pair.title,
            before=before,
            after=after,
            why=_reasons([one for one in rules if one.seat in under], under, standing, (before, after)),
            clause=seat.clause,
        )


def _of_rule(sides: Matched, standing: Standing, flip: Flip) -> Turned:
    seat = sides.rules[flip.rule]
    return Turned(
        standing=standing,
        level=Level.RULE,
        id=seat.pair.id,
        title=seat.pair.title,
        before=Verdict(flip.before.verdict),
        after=Verdict(flip.after.verdict),
        why=_listed([*map(str, (*seat.changes, *sides.general)), *_lacking(flip)]) or _ELSEWHERE,
        clause=seat.clause,
        seat=seat,
        flip=flip,
    )


_ELSEWHERE: Final = "规则本身相同，所依据的填报项或表格不同"


def _lacking(flip: Flip) -> Iterator[str]:
    """What a side asks and the workbook cannot say, where that leaves the rule open."""
    for side, judged, names in ((BEFORE, flip.before, flip.lacking[0]), (AFTER, flip.after, flip.lacking[1])):
        if names and judged.verdict not in _PASSED:
            yield f"{side} 所需的{'、'.join(f'“{name}”' for name in names)}，工作簿中没有或含义、单位不同，不作推测"


def _reasons(
    rules: Sequence[Turned], seats: Sequence[Seat[Rule]], standing: Standing, said: tuple[Verdict, Verdict]
) -> str:
    """Which rules bring a verdict about: those that come out the same way as it, before or after."""
    deciding = [one for one in rules if one.before is said[0] or one.after is said[1]]
    alone = (text for seat in seats if not seat.shared for text in _alone(seat, on_rule(seat, standing), said))
    return _listed([*(f"{one.id} {one.title} {one.way}（{one.why}）" for one in deciding), *alone])


def _alone(seat: Seat[Rule], found: Verdicts, said: tuple[Verdict, Verdict]) -> Iterator[str]:
    """What only one side asks, where it decides there."""
    for side, verdict, whole_verdict in zip((BEFORE, AFTER), found, said, strict=True):
        if verdict is whole_verdict and verdict not in _PASSED:
            yield f"{seat.pair.id} {seat.pair.title} {verdict.label}（仅 {side} 有）"


def _listed(told: Sequence[str]) -> str:
    more = f"；等 {len(told)} 项" if len(told) > _MOST else ""
    return "；".join(told[:_MOST]) + more
