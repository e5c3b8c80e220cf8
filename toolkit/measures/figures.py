"""Measures over figures: levels, shares, growth, density, trends. All comparisons are exact fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self

from toolkit.fields import slot
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.measures.case import Case
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.threshold import PERCENT, Threshold, decimal_of, fixed, percentage, telling, trim, with_unit


def _met(holds: bool) -> Verdict:
    return Verdict.MET if holds else Verdict.UNMET


def _exact(case: Case, keys: Sequence[str]) -> list[Fraction]:
    """The figures of slots that are known to be filled."""
    return [Fraction(value) for key in keys if (value := case.number(key)) is not None]


def _undecidable(case: Case, keys: Sequence[str], reason: str) -> Outcome:
    return Outcome(verdict=Verdict.REVIEW, sentence=f"{reason}，待人工判定", locations=case.places(keys))


def _places(amount: Decimal, decimals: int | None) -> int | None:
    """The places of a field, or None where they would round the amount."""
    return decimals if decimals is not None and Decimal(fixed(amount, decimals)) == amount else None


@dataclass(frozen=True)
class _Gap:
    """What one slot lacks: the figure it must reach, and how far that is.

    Attributes:
        decimals: The places of the field; None where the gap is finer than they can show.
    """

    key: str
    target: Decimal
    amount: Decimal
    unit: str
    decimals: int | None
    excess: bool

    @classmethod
    def to(cls, case: Case, key: str, bound: Fraction, threshold: Threshold) -> _Gap:
        shape = case.fields[key.partition("@")[0]]
        target = threshold.comparator.nearest(bound, shape.decimals)
        amount = abs(target - (case.number(key) or 0))
        excess = not threshold.comparator.upward
        return cls(key, target, amount, shape.unit, _places(amount, shape.decimals), excess)

    def remedy(self, case: Case, note: str = "") -> str:
        target, amount = (with_unit(v, self.unit, decimals=self.decimals) for v in (self.target, self.amount))
        aim, distance = ("降至", "超") if self.excess else ("达到", "差")
        return f"{case.label(self.key)}需{aim} {target}（{distance} {amount}{note}）"

    @property
    def shortfall(self) -> Shortfall:
        return Shortfall(
            amount=self.amount, unit=self.unit, target=self.target, decimals=self.decimals, excess=self.excess
        )


@dataclass(frozen=True, kw_only=True)
class EachYear(Leaf):
    """A figure holds its bound in each of several years, or on average where the season reads it so."""

    input: str
    years: tuple[int, ...]
    over: str
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{input, years, over?, threshold}``."""
        return cls(
            input=raw["input"],
            years=tuple(raw["years"]),
            over=raw.get("over", ""),
            threshold=bound_from(raw),
        )

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.over])

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(slot(self.input, year) for year in self.years)

    def judge(self, case: Case) -> Outcome:
        """The lowest year decides; each failing year is named with its gap."""
        if missing := case.missing(self.slots):
            return missing
        if self.over and case.reading(self.over) == "average":
            return self._judge_average(case)
        bound = Fraction(self.threshold.at(case.reference_date).value)
        values = dict(zip(self.slots, _exact(case, self.slots), strict=True))
        holds = self.threshold.comparator.holds
        gaps = [_Gap.to(case, key, bound, self.threshold) for key, value in values.items() if not holds(value, bound)]
        worst = max(gaps, key=lambda gap: gap.amount, default=None)
        decisive = min(values.values()) if self.threshold.comparator.upward else max(values.values())
        return Outcome(
            verdict=_met(not gaps),
            value=decimal_of(decisive),
            shown=self._shown(case),
            shortfall=worst.shortfall if worst else None,
            remedy="；".join(gap.remedy(case) for gap in gaps),
            sentence=f"{self._told(case)}，要求每年{self.threshold.phrase(case.reference_date)}",
            locations=case.places([gap.key for gap in gaps] or self.slots),
        )

    def _judge_average(self, case: Case) -> Outcome:
        bound = Fraction(self.threshold.at(case.reference_date).value)
        values = _exact(case, self.slots)
        mean = sum(values, Fraction()) / len(values)
        holds = self.threshold.comparator.holds(mean, bound)
        last = self.slots[-1]
        rest = sum(values[:-1], Fraction())
        gap = None if holds else _Gap.to(case, last, bound * len(values) - rest, self.threshold)
        unit = self.threshold.unit
        return Outcome(
            verdict=_met(holds),
            value=decimal_of(mean),
            shown=f"平均 {telling(decimal_of(mean), decimal_of(bound), 4)} {unit}",
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case) if gap else "",
            sentence=f"{self._told(case)}，平均要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(self.slots),
        )

    def _shown(self, case: Case) -> str:
        figures = "／".join(fixed(case.number(key) or Decimal(), None) for key in self.slots)
        return f"{figures} {self.threshold.unit}"

    def _told(self, case: Case) -> str:
        first, last = (case.season.calendar_year(year) for year in (self.years[0], self.years[-1]))
        return f"{first}—{last}年{case.label(self.input)}依次为 {self._shown(case)}"


@dataclass(frozen=True, kw_only=True)
class Share(Leaf):
    """A part of a whole. The latest year decides; earlier years only where the season reads it so."""

    part: str
    whole: str
    years: tuple[int, ...]
    over: str
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
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.over])

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
        part, whole = _exact(case, keys)
        if whole <= 0:
            return _undecidable(case, keys, f"{case.label(keys[1])}为零，占比无法计算")
        if part > whole:
            return _undecidable(case, keys, f"{case.label(keys[0])}大于{case.label(keys[1])}，数据矛盾")
        dated = self.threshold.at(case.reference_date)
        bound = Fraction(dated.value)
        holds = self.threshold.comparator.holds(part / whole, bound)
        gap = None if holds else _Gap.to(case, keys[0], bound * whole, self.threshold)
        shown = percentage(decimal_of(part / whole), dated.value)
        points = telling(abs(decimal_of(bound - part / whole)) * 100, Decimal(), 2)
        figures = [
            f"{case.label(key)} {with_unit(case.number(key) or Decimal(), self._unit(case, key))}" for key in keys
        ]
        return Outcome(
            verdict=_met(holds),
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


_GROWTH_YEARS = {"g3": (-3, 0), "g2": (-2, 0), "m3": (-3, -2, -1, 0)}


@dataclass(frozen=True, kw_only=True)
class AnnualGrowth(Leaf):
    """Average yearly growth, by the method of the season.

    Source:
        National Bureau of Statistics: the named years exclude the base year, hence ``g3`` from the year before
        the three; ``g2`` uses the three years alone; ``m3`` is the mean of three yearly rates.
    """

    input: str
    method: str
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{input, method, threshold}``; ``method`` names the parameter."""
        return cls(input=raw["input"], method=raw["method"], threshold=bound_from(raw))

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield self.method

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads under any method."""
        return tuple(slot(self.input, year) for year in _GROWTH_YEARS["m3"])

    def judge(self, case: Case) -> Outcome:
        """Compare the last year with what the rate demands of it; no root is compared with anything."""
        method = case.reading(self.method)
        keys = [slot(self.input, year) for year in _GROWTH_YEARS[method]]
        if missing := case.missing(keys):
            return missing
        values = _exact(case, keys)
        if any(value <= 0 for value in values[:-1]):
            zero = next(key for key, value in zip(keys, values, strict=True) if value <= 0)
            return _undecidable(case, keys, f"{case.label(zero)}为零，增长率无意义")
        dated = self.threshold.at(case.reference_date)
        demanded = _demanded(method, values, Fraction(dated.value))
        holds = self.threshold.comparator.holds(values[-1], demanded)
        rate = _rate(method, values, dated.value if values[-1] == demanded else None)
        gap = None if holds else _Gap.to(case, keys[-1], demanded, self.threshold)
        shown = percentage(rate, dated.value)
        return Outcome(
            verdict=_met(holds),
            value=rate,
            shown=shown,
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case) if gap else "",
            sentence=f"{self._told(case, method, keys)} = {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(reversed(keys)),
        )

    @staticmethod
    def _told(case: Case, method: str, keys: Sequence[str]) -> str:
        figures = [fixed(case.number(key) or Decimal(), None) for key in keys]
        if method == "m3":
            return f"{case.label(keys[0])}起依次为 {'、'.join(figures)}，三年增速平均"
        years = {"g3": 3, "g2": 2}[method]
        return f"（{case.label(keys[-1])} {figures[-1]} ÷ {case.label(keys[0])} {figures[0]}）开 {years} 次方 − 1"


def _demanded(method: str, values: Sequence[Fraction], rate: Fraction) -> Fraction:
    """What the last year must reach for the rate to hold."""
    if method == "m3":
        v0, v1, v2, _ = values
        return v2 * (3 * (1 + rate) - v1 / v0 - v2 / v1)
    return values[0] * (1 + rate) ** {"g3": 3, "g2": 2}[method]


def _rate(method: str, values: Sequence[Fraction], exact: Decimal | None) -> Decimal:
    """The rate itself, for people; exactly the threshold where the figures say so."""
    if exact is not None:
        return exact
    if method == "m3":
        steps = [later / earlier for earlier, later in pairwise(values)]
        return decimal_of(sum(steps, Fraction()) / len(steps) - 1)
    with localcontext() as context:
        context.prec = 50
        ratio = values[-1] / values[0]
        if ratio <= 0:
            return Decimal(-1)
        quotient = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        return trim((quotient ** (1 / Decimal({"g3": 3, "g2": 2}[method])) - 1).quantize(Decimal("1e-12")))


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
        part, whole = _exact(case, self.slots)
        if whole <= 0:
            return _undecidable(case, self.slots, f"{case.label(self.slots[1])}为零，无法计算")
        bound = Fraction(self.threshold.at(case.reference_date).value)
        density = part * 10000 / whole
        holds = self.threshold.comparator.holds(density, bound)
        gap = None if holds else _Gap.to(case, self.slots[0], bound * whole / 10000, self.threshold)
        shown = f"{telling(decimal_of(density), decimal_of(bound), 2)} {self.threshold.unit}"
        told = [f"{case.label(key)} {fixed(case.number(key) or Decimal(), None)}" for key in self.slots]
        return Outcome(
            verdict=_met(holds),
            value=decimal_of(density),
            shown=shown,
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case) if gap else "",
            sentence=f"{told[0]} ÷ {told[1]} × 10000 = {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(self.slots),
        )


@dataclass(frozen=True, kw_only=True)
class Amount(Leaf):
    """One figure, or the sum over some years, against a bound; with a piece of evidence where the rule asks for it."""

    input: str
    years: tuple[int, ...]
    evidence: str
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{input, years?, evidence?, threshold}``."""
        return cls(
            input=raw["input"],
            years=tuple(raw.get("years", ())),
            evidence=raw["rule"] if raw.get("evidence") else "",
            threshold=bound_from(raw),
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(slot(self.input, year) for year in self.years) or (self.input,)

    def judge(self, case: Case) -> Outcome:
        """Compare the figure; a figure that holds without its evidence is MISSING."""
        if missing := case.missing(self.slots):
            return missing
        total = sum(_exact(case, self.slots), Fraction())
        bound = Fraction(self.threshold.at(case.reference_date).value)
        holds = self.threshold.comparator.holds(total, bound)
        shown = with_unit(decimal_of(total), self.threshold.unit)
        bare = holds and bool(self.evidence) and not case.evidenced.get(self.evidence)
        gap = None if holds else self._gap(case, total, bound)
        return Outcome(
            verdict=Verdict.MISSING if bare else _met(holds),
            value=decimal_of(total),
            shown=shown,
            shortfall=gap,
            remedy="请在“佐证材料”中登记本条的佐证" if bare else self._remedy(case, gap),
            sentence=f"{case.label(self.input)} {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(self.slots),
        )

    def _gap(self, case: Case, total: Fraction, bound: Fraction) -> Shortfall:
        decimals = case.fields[self.input].decimals
        target = self.threshold.comparator.nearest(bound, decimals)
        amount = abs(target - decimal_of(total))
        return Shortfall(
            amount=amount,
            unit=self.threshold.unit,
            target=target,
            decimals=_places(amount, decimals),
            excess=not self.threshold.comparator.upward,
        )

    def _remedy(self, case: Case, gap: Shortfall | None) -> str:
        if gap is None:
            return ""
        amount = with_unit(gap.amount, gap.unit, decimals=gap.decimals)
        return f"{case.label(self.input)}{'还差' if self.threshold.comparator.upward else '超出'} {amount}"


@dataclass(frozen=True, kw_only=True)
class Trend(Leaf):
    """A rate that rises (never falls and ends higher) or falls (every year), year by year or from end to end."""

    part: str
    whole: str
    years: tuple[int, ...]
    rising: bool
    per: Fraction
    unit: str
    over: str

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
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.over])

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(slot(name, year) for year in self.years for name in (self.part, self.whole))

    def judge(self, case: Case) -> Outcome:
        """Compare exact rates of neighbouring years, or of the first and the last."""
        if missing := case.missing(self.slots):
            return missing
        parts = _exact(case, [slot(self.part, year) for year in self.years])
        wholes = _exact(case, [slot(self.whole, year) for year in self.years])
        if self.unit == PERCENT and any(part > whole for part, whole in zip(parts, wholes, strict=True)):
            return _undecidable(case, self.slots, f"{case.label(self.part)}大于{case.label(self.whole)}，数据矛盾")
        if any(whole <= 0 for whole in wholes):
            return _undecidable(case, self.slots, f"{case.label(self.whole)}有年份为零，无法计算")
        rates = [part / whole / self.per for part, whole in zip(parts, wholes, strict=True)]
        broken = self._broken(rates, endpoints=bool(self.over) and case.reading(self.over) == "endpoints")
        years = [case.season.calendar_year(year) for year in self.years]
        shown = " → ".join(self._show(rate) for rate in rates)
        aim = "提升" if self.rising else "下降"
        told = [f"{years[later]}年较{years[earlier]}年未{aim}" for earlier, later in broken]
        return Outcome(
            verdict=_met(not broken),
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
