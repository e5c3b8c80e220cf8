"""Measures of one figure against another: shares, densities, and how a rate moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit import formula
from toolkit.fields import slot
from toolkit.finding import Outcome, Verdict
from toolkit.formula import Cells, Live, Step
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
            if alike := [outcome for outcome in outcomes if outcome.verdict is verdict]:
                return replace(
                    alike[0],
                    remedy="；".join(outcome.remedy for outcome in alike if outcome.remedy),
                    locations=tuple(place for outcome in alike for place in outcome.locations),
                )
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

    def live(self, cells: Cells) -> Live:
        """The latest year, or the first of the years that decides."""
        each = bool(self.over) and cells.readings[self.over] == "each"
        if not each or len(self.years) == 1:
            return self._live_year(cells, self.years[-1])
        parts = [cells.part(str(cells.season.calendar_year(year))) for year in self.years]
        years = [(part, self._live_year(part, year)) for part, year in zip(parts, self.years, strict=True)]
        return _first_of(cells, years)

    def _live_year(self, cells: Cells, year: int) -> Live:
        keys = (slot(self.part, year), slot(self.whole, year))
        (part, whole), missing = map(cells.value, keys), cells.missing(keys)
        dated, comparator, shape = self.threshold.at(cells.season.reference_date), self.threshold.comparator, self.part
        aim = formula.bound(dated.value, self.threshold.unit)
        decimals = cells.fields[shape].decimals
        figure, test, amount = cells.own("value"), cells.own("test"), cells.own("amount")
        passed = formula.holds(comparator, formula.rounded(f"{part}/{whole}-{aim}", formula.EXACT))
        short = f"{formula.nearest(comparator, f'{aim}*{whole}', decimals)}-{part}"
        decided = f"OR({test}={formula.MET},{test}={formula.UNMET})"
        return Live(
            steps={
                "value": Step(
                    label="占比",
                    formula=f"IF({decided},{formula.measured(f'{part}/{whole}')},{formula.NOTHING})",
                ),
                "digits": Step(
                    label="显示的小数位数", formula=f"IF({decided},{formula.percent_digits(figure, dated.value)},2)"
                ),
            },
            test=formula.cases(
                (missing, formula.MISSING),
                (f"OR({whole}<=0,{part}>{whole})", formula.REVIEW),
                (passed, formula.MET),
                otherwise=formula.UNMET,
            ),
            shown=f"IF({decided},{formula.share(figure, cells.own('digits'))},{formula.NOTHING})",
            amount=f"IF({test}={formula.UNMET},{formula.distance(short, decimals)},{formula.NOTHING})",
            gap=formula.gap(amount, cells.fields[shape].unit, decimals, excess=not comparator.upward),
        )

    @staticmethod
    def _unit(case: Case, key: str) -> str:
        return case.fields[key.partition("@")[0]].unit


def _first_of(cells: Cells, years: Sequence[tuple[Cells, Live]]) -> Live:
    """The first year that fails, else the first that is open, else the last one, in the words of that year."""
    tests, pick = [year.own("test") for year, _ in years], cells.own("pick")
    order = [(word, i) for word in (formula.UNMET, formula.MISSING, formula.REVIEW) for i in range(len(tests))]
    pairs = [(f"{tests[i]}={word}", str(i + 1)) for word, i in order]

    def chosen(kind: str) -> str:
        return f"CHOOSE({pick},{','.join(year.own(kind) for year, _ in years)})"

    return Live(
        steps={"pick": Step(label="起决定作用的年份序号", formula=formula.cases(*pairs, otherwise=str(len(tests))))},
        parts={year.owner: live for year, live in years},
        test=chosen("test"),
        shown=chosen("shown"),
        amount=chosen("amount"),
        gap=chosen("gap"),
    )


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

    def live(self, cells: Cells) -> Live:
        """The density against the bound."""
        part, whole = map(cells.value, self.slots)
        missing, comparator = cells.missing(self.slots), self.threshold.comparator
        aim, shape = self.threshold.at(cells.season.reference_date).value, cells.fields[self.part]
        figure, test, amount = cells.own("value"), cells.own("test"), cells.own("amount")
        density = f"{part}*10000/{whole}"
        passed = formula.holds(comparator, formula.rounded(f"{density}-{formula.number(aim)}"))
        short = f"{formula.nearest(comparator, f'{formula.number(aim)}*{whole}/10000', shape.decimals)}-{part}"
        decided = f"OR({test}={formula.MET},{test}={formula.UNMET})"
        told = f"{formula.fixed(figure, cells.own('digits'))}&{formula.text(f' {self.threshold.unit}')}"
        return Live(
            steps={
                "value": Step(label="密度", formula=f"IF({decided},{formula.measured(density)},{formula.NOTHING})"),
                "digits": Step(label="显示的小数位数", formula=f"IF({decided},{formula.digits(figure, aim, 2)},2)"),
            },
            test=formula.cases(
                (missing, formula.MISSING),
                (f"{whole}<=0", formula.REVIEW),
                (passed, formula.MET),
                otherwise=formula.UNMET,
            ),
            shown=f"IF({decided},{told},{formula.NOTHING})",
            amount=f"IF({test}={formula.UNMET},{formula.distance(short, shape.decimals)},{formula.NOTHING})",
            gap=formula.gap(amount, shape.unit, shape.decimals, excess=not comparator.upward),
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

    def live(self, cells: Cells) -> Live:
        """The rates of neighbouring years, or of the first and the last, held against each other."""
        parts = [cells.value(slot(self.part, year)) for year in self.years]
        wholes = [cells.value(slot(self.whole, year)) for year in self.years]
        missing, test = cells.missing(self.slots), cells.own("test")
        odd = [f"{formula.lowest(wholes)}<=0"]
        if self.unit == PERCENT:
            odd += [f"{part}>{whole}" for part, whole in zip(parts, wholes, strict=True)]
        endpoints = bool(self.over) and cells.readings[self.over] == "endpoints"
        last = len(parts) - 1
        pairs = [(0, last)] if endpoints else [(i, i + 1) for i in range(last)]

        def change(i: int, j: int) -> str:
            later, earlier = f"{parts[j]}*{wholes[i]}", f"{parts[i]}*{wholes[j]}"
            share = f"({later}-{earlier})/({later}+{earlier})"
            return f"IFERROR({formula.rounded(share, formula.EXACT)},0)"

        if self.rising:
            broken = [f"{change(0, last)}<=0", *(f"{change(i, j)}<0" for i, j in pairs if (i, j) != (0, last))]
        else:
            broken = [f"{change(i, j)}>=0" for i, j in pairs]
        rates = [self._live_rate(part, whole) for part, whole in zip(parts, wholes, strict=True)]
        decided = f"OR({test}={formula.MET},{test}={formula.UNMET})"
        arrows = f"&{formula.text(' → ')}&".join(rates)
        return Live(
            test=formula.cases(
                (missing, formula.MISSING),
                (formula.any_of(odd), formula.REVIEW),
                (formula.any_of(broken), formula.UNMET),
                otherwise=formula.MET,
            ),
            shown=f"IF({decided},{arrows},{formula.NOTHING})",
        )

    def _live_rate(self, part: str, whole: str) -> str:
        per = "" if self.per == 1 else f"/{formula.number(decimal_of(self.per))}"
        rate = formula.measured(f"{part}/{whole}{per}")
        if self.unit == PERCENT:
            return formula.share(rate, 2)
        return f"{formula.fixed(rate, 4)}&{formula.text(f' {self.unit}')}"

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
