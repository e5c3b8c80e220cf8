"""Every difference of the rules, in words, with the number of clusters it turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.differences import Difference, Rules, bounds
from toolkit.finding import Verdict
from toolkit.rules import Rule
from workbook.commission.comparison.flip_table import both
from workbook.commission.comparison.matching import Seat
from workbook.commission.comparison.run import Comparison
from workbook.commission.comparison.turns import AFTER, BEFORE, Turn, Turned, on_rule
from workbook.commission.sheets.column import Told, distinct, table
from workbook.commission.table import Column, Kind, Table, Value

CHANGES = "规则差异"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, or a rule that only one side has.

    Attributes:
        turns: How many clusters' verdicts on the rule go which way.
        alone: What a rule that only one side has comes to there.
    """

    kind: str
    id: str
    title: str
    what: str
    before: str
    after: str
    clause: str
    turns: Mapping[Turn, int] = field(default_factory=dict)
    alone: str | None = None

    @classmethod
    def of(cls, one: Difference, rule_id: str, title: str, turns: Mapping[Turn, int]) -> Change:
        """A difference of a rule."""
        told = one._asdict()
        return cls(kind=told.pop("aspect").value, id=rule_id, title=title, turns=turns, **told)


def change_table(comparison: Comparison, flips: Sequence[Turned]) -> Table:
    """规则差异."""
    told: list[Told[Change]] = [
        Told(Column(id="kind", heading="类别", width=10), lambda one: one.kind),
        Told(Column(id="id", heading="规则", width=15), lambda one: one.id),
        Told(Column(id="title", heading="名称", width=26), lambda one: one.title),
        Told(Column(id="what", heading="差异所在", width=22), lambda one: one.what),
        Told(Column(id="before", heading=BEFORE, width=30), lambda one: one.before),
        Told(Column(id="after", heading=AFTER, width=30), lambda one: one.after),
        Told(Column(id="clause", heading="依据", width=22), lambda one: one.clause),
        *(Told(turn_column(turn), _turns(turn)) for turn in Turn),
        Told(Column(id="alone", heading="仅一方有的规则，其判定（集群数）", width=30), lambda one: one.alone),
    ]
    intro = f"{both(comparison)}。右侧为该规则判定翻转的集群数"
    items = changes(comparison, flips)
    keys = iter(list(distinct(f"{one.kind}|{one.id}|{one.what}" for one in items)))
    return table(CHANGES, intro, told, items, lambda _: next(keys), frozen=3)


def turn_column(turn: Turn) -> Column:
    """How many go this way."""
    return Column(id=f"n:{turn.name}", heading=turn.value, kind=Kind.NUMBER, width=9)


def _turns(turn: Turn) -> Callable[[Change], Value]:
    return lambda one: one.turns.get(turn) or None


def changes(comparison: Comparison, flips: Sequence[Turned]) -> list[Change]:
    """What differs for all rules, rule by rule, and the rules only one side has."""
    sides, turns = comparison.sides, by_rule(flips)
    general = (Change.of(one, "", "全部规则", {}) for one in sides.general)
    changed = (
        Change.of(one, seat.pair.id, seat.pair.title, turns.get(position, {}))
        for position, seat in enumerate(sides.rules)
        for one in seat.changes
    )
    return [*general, *changed, *_alone(comparison)]


def by_rule(flips: Sequence[Turned]) -> Mapping[int, Mapping[Turn, int]]:
    """Position of a rule → how many clusters' verdicts on it go which way."""
    found: dict[int, Counter[Turn]] = {}
    for one in flips:
        if one.flip is not None:
            found.setdefault(one.flip.rule, Counter())[one.turn] += 1
    return found


def _alone(comparison: Comparison) -> Iterator[Change]:
    sides = comparison.sides
    for seat in sides.rules:
        if not seat.shared:
            yield Change(
                kind=f"仅 {BEFORE if seat.after is None else AFTER} 有",
                id=seat.pair.id,
                title=seat.pair.title,
                what="规则",
                before=_asked(seat.pair.before, sides.before),
                after=_asked(seat.pair.after, sides.after),
                clause=seat.clause,
                alone=_said(seat, comparison),
            )


def _asked(rule: Rule | None, rules: Rules) -> str:
    """A rule in a few words."""
    if rule is None:
        return ""
    return "；".join(bounds(rule, rules.season).values()) or rule.requirement_on(rules.season.reference_date)


def _said(seat: Seat[Rule], comparison: Comparison) -> str:
    found = Counter(verdict for one in comparison.clusters for verdict in on_rule(seat, one) if verdict)
    return "，".join(f"{verdict.label} {found[verdict]}" for verdict in Verdict if found[verdict])
