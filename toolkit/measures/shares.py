"""Measures of one figure against another: shares, densities, and how a rate moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit.fields import slot
from toolkit.finding import Outcome, Verdict
from toolkit.measures.case import Case
from toolkit.measures.gaps import Gap, exact, met, undecidable
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.threshold import PERCENT, Threshold, decimal_of, fixed, percentage, telling, with_unit


@dataclass(frozen=True, kw_only=True)
class Share(Leaf):
    """A part of a whole. The latest year decides; earlier years only where the season reads it so."""

    part: str
    whole: str
    years: tuple[int, ...]
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{part, whole, years, over?, threshold}``."""
        return cls(
            part=raw["part"],
            whole=raw["whole"],
            years=tuple(raw["years"]),
            over=raw.get("over", ""),
            threshold=bound_from(raw),
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(slot(name, year) for year in self.years for name in (self.part, self.whole))

    def judge(self, case: Case) -> Outcome:
        """Compare ``part`` with ``bound × whole``, never a rounded quotient with the bound."""
        each = bool(self.over) and case.reading(self.over) == "each"
        outcomes = [self._judge_year(case, year) for year in (self.years if each else self.years[-1:])]
        for verdict in (Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW):
            for outcome in outcomes:
                if outcome.verdict is verdict:
                    return outcome
        return outcomes[-1]

    def _judge_year(self, case: Case, year: int) -> Outcome:
        keys = (slot(self.part, year), slot(self.whole, year))
        if missing := case.missing(keys):
            return missing
        part, whole = exact(case, keys)
        if whole <= 0:
            return undecidable(case, keys, f"{case.label(keys[1])}为零，占比无法计算")
        if part > whole:
            return undecidable(case, keys, f"{case.label(keys[0])}大于{case.label(keys[1])}，数据矛盾")
        dated = self.threshold.at(case.reference_date)
        bound = Fraction(dated.value)
        holds = self.threshold.comparator.holds(part / whole, bound)
        gap = None if holds else Gap.to(case, keys[0], bound * whole, self.threshold)
        shown = percentage(decimal_of(part / whole), dated.value)
        points = telling(abs(decimal_of(bound - part / whole)) * 100, Decimal(), 2)
        figures = [
            f"{case.label(key)} {with_unit(case.number(key) or Decimal(), self._unit(case, key))}" for key in keys
        ]
        return Outcome(
            verdict=met(holds),
            value=decimal_of(part / whole),
            shown=shown,
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case, f"，合 {points} 个百分点，{case.label(self.whole)}不变") if gap else "",
            sentence=f"{figures[0]} ÷ {figures[1]} = {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(keys),
        )

    @staticmethod
    def _unit(case: Case, key: str) -> str:
        return case.fields[key.partition("@")[0]].unit


@dataclass(frozen=True, kw_only=True)
class PerTenThousand(Leaf):
    """A stock per ten thousand people, in the latest year."""

    part: str
    whole: str
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{part, whole, threshold}``."""
        return cls(part=raw["part"], whole=raw["whole"], threshold=bound_from(raw))

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return slot(self.part, 0), slot(self.whole, 0)

    def judge(self, case: Case) -> Outcome:
        """Compare ``part × 10000`` with ``bound × whole``."""
        if missing := case.missing(self.slots):
            return missing
        part, whole = exact(case, self.slots)
        if whole <= 0:
            return undecidable(case, self.slots, f"{case.label(self.slots[1])}为零，无法计算")
        bound = Fraction(self.threshold.at(case.reference_date).value)
        density = part * 10000 / whole
        holds = self.threshold.comparator.holds(density, bound)
        gap = None if holds else Gap.to(case, self.slots[0], bound * whole / 10000, self.threshold)
        shown = f"{telling(decimal_of(density), decimal_of(bound), 2)} {self.threshold.unit}"
        told = [f"{case.label(key)} {fixed(case.number(key) or Decimal(), None)}" for key in self.slots]
        return Outcome(
            verdict=met(holds),
            value=decimal_of(density),
            shown=shown,
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case) if gap else "",
            sentence=f"{told[0]} ÷ {told[1]} × 10000 = {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(self.slots),
        )


@dataclass(frozen=True, kw_only=True)
class Trend(Leaf):
    """A rate that rises (never falls and ends higher) or falls (every year), year by year or from end to end."""

    part: str
    whole: str
    years: tuple[int, ...]
    rising: bool
    per: Fraction
    unit: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{part, whole, years, direction, per?, unit, over?}``."""
        return cls(
            part=raw["part"],
            whole=raw["whole"],
            years=tuple(raw["years"]),
            rising=raw["direction"] == "up",
            per=Fraction(raw.get("per", "1")),
            unit=raw["unit"],
            over=raw.get("over", ""),
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(slot(name, year) for year in self.years for name in (self.part, self.whole))

    def judge(self, case: Case) -> Outcome:
        """Compare exact rates of neighbouring years, or of the first and the last."""
        if missing := case.missing(self.slots):
            return missing
        parts = exact(case, [slot(self.part, year) for year in self.years])
        wholes = exact(case, [slot(self.whole, year) for year in self.years])
        if self.unit == PERCENT and any(part > whole for part, whole in zip(parts, wholes, strict=True)):
            return undecidable(case, self.slots, f"{case.label(self.part)}大于{case.label(self.whole)}，数据矛盾")
        if any(whole <= 0 for whole in wholes):
            return undecidable(case, self.slots, f"{case.label(self.whole)}有年份为零，无法计算")
        rates = [part / whole / self.per for part, whole in zip(parts, wholes, strict=True)]
        broken = self._broken(rates, endpoints=bool(self.over) and case.reading(self.over) == "endpoints")
        years = [case.season.calendar_year(year) for year in self.years]
        shown = " → ".join(self._show(rate) for rate in rates)
        aim = "提升" if self.rising else "下降"
        told = [f"{years[later]}年较{years[earlier]}年未{aim}" for earlier, later in broken]
        return Outcome(
            verdict=met(not broken),
            value=decimal_of(rates[-1]),
            shown=shown,
            remedy=f"{'；'.join(told)}，请核实数据或说明原因" if told else "",
            sentence=f"{years[0]}—{years[-1]}年{case.label(self.part)}与{case.label(self.whole)}之比为 {shown}，"
            f"要求{aim}",
            locations=case.places([slot(self.part, self.years[i]) for _, i in broken] or self.slots),
        )

    def _broken(self, rates: Sequence[Fraction], *, endpoints: bool) -> list[tuple[int, int]]:
        """Pairs of positions between which the trend is broken."""
        last = len(rates) - 1
        pairs = [(0, last)] if endpoints else [(i, i + 1) for i in range(last)]
        if not self.rising:
            return [(i, j) for i, j in pairs if rates[j] >= rates[i]]
        falls = [(i, j) for i, j in pairs if rates[j] < rates[i]]
        return falls or ([(0, last)] if rates[last] <= rates[0] else [])

    def _show(self, rate: Fraction) -> str:
        if self.unit == PERCENT:
            return percentage(decimal_of(rate))
        return f"{fixed(decimal_of(rate), 4)} {self.unit}"
