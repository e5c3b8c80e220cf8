"""The closed set of measures. A policy names one by ``kind``; a scheme that needs another adds a class here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from toolkit import formula
from toolkit.errors import PolicyError, at
from toolkit.finding import CONJUNCTION, DISJUNCTION, Outcome, Verdict, conjunction, disjunction
from toolkit.formula import Cells, Live
from toolkit.measures.baselines import BelowBaseline
from toolkit.measures.case import Case
from toolkit.measures.counting import Coverage, DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.incidents import NoneOf
from toolkit.measures.levels import Amount, EachYear
from toolkit.measures.shares import PerTenThousand, Share, Trend
from toolkit.measures.statements import Declared, Exists, Preference
from toolkit.threshold import Threshold


class Measure(Protocol):
    """One way to decide a rule."""

    @property
    def threshold(self) -> Threshold | None:
        """Its bound, None where it has none or its parts have their own."""

    @property
    def parameters(self) -> Iterator[str]:
        """Ids of the parameters whose reading changes the result."""

    @property
    def slots(self) -> tuple[str, ...]:
        """The single cells it reads."""

    @property
    def mentions(self) -> tuple[str, ...]:
        """Inputs all of whose cells must be filled."""

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` of every column it reads."""

    def judge(self, case: Case) -> Outcome:
        """What can be said of this submission."""

    def live(self, cells: Cells) -> Live:
        """The same said by formulas in the workbook itself."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One branch of a compound measure, with the readings under which it stands."""

    id: str
    measure: Measure
    when: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Compound:
    parts: tuple[Part, ...]
    threshold: None = None

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters of any part, and those that switch parts on."""
        for part in self.parts:
            yield from part.when
            yield from part.measure.parameters

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells any part reads."""
        return tuple(dict.fromkeys(key for part in self.parts for key in part.measure.slots))

    @property
    def mentions(self) -> tuple[str, ...]:
        """The inputs any part wants filled."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.measure.mentions))

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The columns any part reads."""
        return tuple(dict.fromkeys(pair for part in self.parts for pair in part.measure.reads))

    def _live(self, cells: Cells) -> dict[str, Live]:
        """Owner → formulas of every part that stands under the season's readings."""
        owned = [(cells.part(part.id or str(i)), part) for i, part in enumerate(self.parts, 1)]
        return {mine.owner: part.measure.live(mine) for mine, part in owned if cells.chosen(part.when)}

    def _outcomes(self, case: Case) -> list[Outcome]:
        return [part.measure.judge(case) for part in self.parts if case.chosen(part.when)]


def _joined(outcomes: list[Outcome], joint: str, name: str) -> str:
    return joint.join(text for outcome in outcomes if (text := getattr(outcome, name)))


@dataclass(frozen=True, kw_only=True)
class AnyOf(_Compound):
    """One branch is enough."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{branches: [measure…]}``."""
        return cls(parts=_parts(raw, "branches"))

    def judge(self, case: Case) -> Outcome:
        """A branch that holds speaks for all; otherwise every branch says what it lacks, the cheapest first."""
        outcomes = self._outcomes(case)
        verdict = disjunction(outcome.verdict for outcome in outcomes)
        speaking = [o for o in outcomes if o.verdict is verdict] if verdict is Verdict.MET else outcomes
        cheapest = min((o for o in outcomes if o.shortfall), key=_cost, default=None)
        ordered = sorted(speaking, key=_cost)
        return Outcome(
            verdict=verdict,
            value=speaking[0].value if len(speaking) == 1 else None,
            shown="／".join(outcome.shown or "—" for outcome in outcomes),
            shortfall=cheapest.shortfall if cheapest and verdict is not Verdict.MET else None,
            remedy="" if verdict is Verdict.MET else _joined(ordered, "；或者", "remedy"),
            sentence=_joined(outcomes, "；", "sentence"),
            locations=tuple(dict.fromkeys(place for outcome in speaking for place in outcome.locations)),
        )

    def live(self, cells: Cells) -> Live:
        """One branch that holds is enough; the cheapest gap is told."""
        parts = self._live(cells)
        owners = [cells.of(owner) for owner in parts]
        tests, shown, amounts, gaps = ([o.own(kind) for o in owners] for kind in ("test", "shown", "amount", "gap"))
        least = f"MIN({','.join(amounts)})"
        told = [f"IF({name}={formula.NOTHING},{formula.text('—')},{name})" for name in shown]
        pairs = [(f"{amount}={least}", gap) for amount, gap in zip(amounts, gaps, strict=True)]
        none = f"COUNT({','.join(amounts)})=0"
        return Live(
            parts=parts,
            test=_combined(tests, DISJUNCTION),
            shown=f"&{formula.text('／')}&".join(told),
            amount=f"IF({none},{formula.NOTHING},{least})",
            gap=formula.cases((none, formula.NOTHING), *pairs, otherwise=formula.NOTHING),
        )


@dataclass(frozen=True, kw_only=True)
class AllOf(_Compound):
    """Every part must hold."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{parts: [measure…]}``."""
        return cls(parts=_parts(raw, "parts"))

    def judge(self, case: Case) -> Outcome:
        """The gravest part decides and its gap is told; all sentences are kept."""
        outcomes = self._outcomes(case)
        verdict = conjunction(outcome.verdict for outcome in outcomes)
        deciding = [outcome for outcome in outcomes if outcome.verdict is verdict]
        return Outcome(
            verdict=verdict,
            value=deciding[0].value if len(deciding) == 1 else None,
            shown="；".join(outcome.shown for outcome in outcomes if outcome.shown),
            shortfall=next((outcome.shortfall for outcome in deciding if outcome.shortfall), None),
            remedy=_joined(deciding, "；", "remedy"),
            sentence=_joined(outcomes, "；", "sentence"),
            locations=tuple(dict.fromkeys(place for outcome in deciding for place in outcome.locations)),
        )

    def live(self, cells: Cells) -> Live:
        """The gravest part decides, and of the deciding parts the first that has a gap tells it."""
        parts = self._live(cells)
        owners = [cells.of(owner) for owner in parts]
        tests, shown, amounts, gaps = ([o.own(kind) for o in owners] for kind in ("test", "shown", "amount", "gap"))
        deciding = [
            f"AND({test}={cells.own('test')},{amount}<>{formula.NOTHING})"
            for test, amount in zip(tests, amounts, strict=True)
        ]
        return Live(
            parts=parts,
            test=_combined(tests, CONJUNCTION),
            shown=formula.joined(shown, "；"),
            amount=formula.cases(*zip(deciding, amounts, strict=True), otherwise=formula.NOTHING),
            gap=formula.cases(*zip(deciding, gaps, strict=True), otherwise=formula.NOTHING),
        )


def _combined(tests: Sequence[str], order: Sequence[Verdict]) -> str:
    """The first verdict of an order that any of the parts has; a single part speaks for itself."""
    if len(tests) == 1:
        return tests[0]
    words = [formula.word(verdict) for verdict in order]
    pairs = [(formula.any_of([f"{test}={word}" for test in tests]), word) for word in words[:-1]]
    return formula.cases(*pairs, otherwise=words[-1])


def _cost(outcome: Outcome) -> float:
    return float(outcome.shortfall.amount) if outcome.shortfall else float("inf")


def _parts(raw: Mapping[str, Any], name: str) -> tuple[Part, ...]:
    return tuple(_part(part | {"rule": raw["rule"]}, f"{name}[{i}]") for i, part in enumerate(raw[name]))


def _part(raw: Mapping[str, Any], path: str) -> Part:
    with at(path):
        return Part(id=raw.get("id", ""), measure=measure_from_dict(raw), when=dict(raw.get("when", {})))


KINDS: Mapping[str, type[Any]] = {
    "none_of": NoneOf,
    "each_year": EachYear,
    "share": Share,
    "annual_growth": AnnualGrowth,
    "per_ten_thousand": PerTenThousand,
    "amount": Amount,
    "trend": Trend,
    "distinct_count": DistinctCount,
    "coverage": Coverage,
    "below_baseline": BelowBaseline,
    "exists": Exists,
    "declared": Declared,
    "preference": Preference,
    "any_of": AnyOf,
    "all_of": AllOf,
}


def measure_from_dict(raw: Mapping[str, Any]) -> Measure:
    """Build the measure a rule names.

    Args:
        raw: ``{kind, …}`` with the id of the rule under ``rule``.

    Raises:
        PolicyError: The kind is not in the set.
    """
    if raw["kind"] not in KINDS:
        raise PolicyError(f"unknown measure {raw['kind']!r}, one of {', '.join(KINDS)}", "kind")
    measure: Measure = KINDS[raw["kind"]].from_dict(raw)
    return measure


def leaves(measure: Measure) -> Iterator[tuple[str, Measure]]:
    """The simple measures under a compound one, each with the id of its branch."""
    if not isinstance(measure, _Compound):
        yield "", measure
        return
    for part in measure.parts:
        for branch, leaf in leaves(part.measure):
            yield branch or part.id, leaf


__all__ = ["KINDS", "Case", "Measure", "leaves", "measure_from_dict"]
