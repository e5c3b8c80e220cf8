"""Which verdicts a rule can come to, so that a run can be held to having seen them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from typing import Any

from toolkit.finding import Verdict, conjunction, disjunction
from toolkit.measures import AllOf, AnyOf, Measure
from toolkit.measures.baselines import BelowBaseline
from toolkit.measures.counting import Coverage, DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.incidents import NoneOf
from toolkit.measures.levels import Amount, EachYear
from toolkit.measures.shares import PerTenThousand, Share, Trend
from toolkit.measures.statements import Declared, Exists, Preference
from toolkit.rules import Rule

_DECIDED = frozenset({Verdict.MET, Verdict.UNMET, Verdict.MISSING})
_OPEN = frozenset({Verdict.REVIEW})
_ARITHMETIC = _DECIDED | _OPEN


def reachable(rule: Rule) -> frozenset[Verdict]:
    """Every verdict of a rule, under whatever reading, while the district has written nothing."""
    forces = {Verdict.UNMET: rule.when_unmet, Verdict.MISSING: rule.when_missing}
    own = {forces.get(verdict, verdict) for verdict in _of(rule.measure)}
    return frozenset(own | {Verdict.NOT_APPLICABLE, Verdict.MISSING}) if rule.applies else frozenset(own)


def _of(measure: Measure) -> frozenset[Verdict]:
    if isinstance(measure, AnyOf):
        return _joined(disjunction, (_of(part.measure) for part in measure.parts if not part.when))
    if isinstance(measure, AllOf):
        return _joined(conjunction, (_of(part.measure) for part in measure.parts if not part.when))
    return _LEAVES[type(measure)](measure)


def _joined(join: Callable[[Iterable[Verdict]], Verdict], parts: Iterable[frozenset[Verdict]]) -> frozenset[Verdict]:
    return frozenset(join(chosen) for chosen in product(*parts))


def _incidents(leaf: NoneOf) -> frozenset[Verdict]:
    weighed = bool(leaf.open) or leaf.counts_mean != "fatal"
    fatal = bool(leaf.fatal) or leaf.counts_mean == "fatal"
    return _DECIDED - (frozenset() if fatal else {Verdict.UNMET}) | (_OPEN if weighed else frozenset())


def _count(leaf: DistinctCount) -> frozenset[Verdict]:
    """A table with any row at all has one that counts, where nothing is asked of it."""
    lowest = min(Fraction(dated.value) for dated in leaf.threshold.values)
    return _DECIDED if leaf.where or lowest > 1 else _DECIDED - {Verdict.UNMET}


def _coverage(leaf: Coverage) -> frozenset[Verdict]:
    return _DECIDED if leaf.among or leaf.positive else _DECIDED - {Verdict.UNMET}


_LEAVES: dict[type[Any], Callable[[Any], frozenset[Verdict]]] = {
    NoneOf: _incidents,
    EachYear: lambda _: _DECIDED,
    Amount: lambda _: _DECIDED,
    Share: lambda _: _ARITHMETIC,
    AnnualGrowth: lambda _: _ARITHMETIC,
    PerTenThousand: lambda _: _ARITHMETIC,
    Trend: lambda _: _ARITHMETIC,
    DistinctCount: _count,
    Coverage: _coverage,
    BelowBaseline: lambda _: _ARITHMETIC,
    Exists: lambda _: _DECIDED,
    Declared: lambda _: frozenset({Verdict.MISSING, Verdict.REVIEW}),
    Preference: lambda _: frozenset({Verdict.NOT_APPLICABLE}),
}
