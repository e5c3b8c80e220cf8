"""The measure of average yearly growth, by the three methods a season may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self

from toolkit import formula
from toolkit.fields import slot
from toolkit.finding import Outcome
from toolkit.formula import Cells, Live, Step
from toolkit.measures.case import Case
from toolkit.measures.gaps import Gap, exact, met, undecidable
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.threshold import Threshold, decimal_of, fixed, percentage, trim

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
        values = exact(case, keys)
        if any(value <= 0 for value in values[:-1]):
            zero = next(key for key, value in zip(keys, values, strict=True) if value <= 0)
            return undecidable(case, keys, f"{case.label(zero)}为零，增长率无意义")
        dated = self.threshold.at(case.reference_date)
        demanded = _demanded(method, values, Fraction(dated.value))
        holds = self.threshold.comparator.holds(values[-1], demanded)
        rate = _rate(method, values, dated.value if values[-1] == demanded else None)
        gap = None if holds else Gap.to(case, keys[-1], demanded, self.threshold)
        shown = percentage(rate, dated.value)
        return Outcome(
            verdict=met(holds),
            value=rate,
            shown=shown,
            shortfall=gap.shortfall if gap else None,
            remedy=gap.remedy(case) if gap else "",
            sentence=f"{self._told(case, method, keys)} = {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(reversed(keys)),
        )

    def live(self, cells: Cells) -> Live:
        """The last year's figure over the first one's, against the power of the rate."""
        method = cells.readings[self.method]
        keys = [slot(self.input, year) for year in _GROWTH_YEARS[method]]
        values, missing = [cells.value(key) for key in keys], cells.missing(keys)
        dated, comparator = self.threshold.at(cells.season.reference_date), self.threshold.comparator
        aim, shape = formula.bound(dated.value, self.threshold.unit), cells.fields[self.input]
        figure, test, amount = cells.own("value"), cells.own("test"), cells.own("amount")
        if method == "m3":
            v0, v1, v2, v3 = values
            rate = f"({v1}/{v0}+{v2}/{v1}+{v3}/{v2})/3-1"
            difference = formula.rounded(f"{rate}-{aim}", formula.EXACT)
            demanded = f"{v2}*(3*(1+{aim})-{v1}/{v0}-{v2}/{v1})"
        else:
            years = {"g3": 3, "g2": 2}[method]
            rate = f"({values[-1]}/{values[0]})^(1/{years})-1"
            difference = formula.rounded(f"{values[-1]}/{values[0]}-(1+{aim})^{years}", formula.EXACT)
            demanded = f"{values[0]}*(1+{aim})^{years}"
        decided = f"OR({test}={formula.MET},{test}={formula.UNMET})"
        exactly = f"IF({difference}=0,{aim},{formula.measured(rate)})"
        short = f"{formula.nearest(comparator, demanded, shape.decimals)}-{values[-1]}"
        return Live(
            steps={
                "value": Step(label="年均增速", formula=f"IF({decided},{exactly},{formula.NOTHING})"),
                "digits": Step(
                    label="显示的小数位数", formula=f"IF({decided},{formula.percent_digits(figure, dated.value)},2)"
                ),
            },
            test=formula.cases(
                (missing, formula.MISSING),
                (f"{formula.lowest(values[:-1])}<=0", formula.REVIEW),
                (formula.holds(comparator, difference), formula.MET),
                otherwise=formula.UNMET,
            ),
            shown=f"IF({decided},{formula.percent(figure, cells.own('digits'))},{formula.NOTHING})",
            amount=f"IF({test}={formula.UNMET},{formula.distance(short, shape.decimals)},{formula.NOTHING})",
            gap=formula.gap(amount, shape.unit, shape.decimals, excess=not comparator.upward),
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
