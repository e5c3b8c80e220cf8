"""Measures of one figure against a bound: in each of several years, once, or summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit import formula
from toolkit.fields import slot
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.formula import Cells, Live, Step
from toolkit.measures.case import Case
from toolkit.measures.gaps import Gap, exact, met, places_shown
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.threshold import Threshold, decimal_of, fixed, telling, with_unit


@dataclass(frozen=True, kw_only=True)
class EachYear(Leaf):
    """A figure holds its bound in each of several years, or on average where the season reads it so."""

    input: str
    years: tuple[int, ...]
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
        values = dict(zip(self.slots, exact(case, self.slots), strict=True))
        holds = self.threshold.comparator.holds
        gaps = [Gap.to(case, key, bound, self.threshold) for key, value in values.items() if not holds(value, bound)]
        worst = max(gaps, key=lambda gap: gap.amount, default=None)
        decisive = min(values.values()) if self.threshold.comparator.upward else max(values.values())
        return Outcome(
            verdict=met(not gaps),
            value=decimal_of(decisive),
            shown=self._shown(case),
            shortfall=worst.shortfall if worst else None,
            remedy="；".join(gap.remedy(case) for gap in gaps),
            sentence=f"{self._told(case)}，要求每年{self.threshold.phrase(case.reference_date)}",
            locations=case.places([gap.key for gap in gaps] or self.slots),
        )

    def live(self, cells: Cells) -> Live:
        """The lowest year, or the average, against the bound."""
        shape, threshold = cells.fields[self.input], self.threshold
        values, missing = [cells.value(key) for key in self.slots], cells.missing(self.slots)
        aim, excess = threshold.at(cells.season.reference_date).value, not threshold.comparator.upward
        figure, test, amount = cells.own("value"), cells.own("test"), cells.own("amount")
        together = ",".join(values)
        if self.over and cells.readings[self.over] == "average":
            measured = f"AVERAGE({together})"
            passed = formula.holds(threshold.comparator, formula.rounded(f"{measured}-{formula.number(aim)}", 9))
            rest = "-".join([formula.number(aim * len(values)), *values[:-1]])
            short = f"{formula.nearest(threshold.comparator, rest, shape.decimals)}-{values[-1]}"
            mean = formula.fixed(figure, formula.digits(figure, aim, 4))
            told = f"{formula.text('平均 ')}&{mean}&{formula.text(f' {threshold.unit}')}"
        else:
            measured = f"{'MAX' if excess else 'MIN'}({together})"
            passed = f"{measured}{threshold.comparator.value}{formula.number(aim)}"
            target = threshold.comparator.nearest(Fraction(aim), shape.decimals)
            short = f"{formula.number(target)}-{measured}"
            listed = formula.text("／").join(f"&{part}&" for part in map(formula.plain, values)).strip("&")
            told = f"{listed}&{formula.text(f' {threshold.unit}')}"
        distance = formula.distance(short, shape.decimals)
        return Live(
            steps={
                "value": Step(label="数值", formula=f"IF({missing},{formula.NOTHING},{formula.measured(measured)})")
            },
            test=formula.cases((missing, formula.MISSING), (passed, formula.MET), otherwise=formula.UNMET),
            shown=f"IF({missing},{formula.NOTHING},{told})",
            amount=f"IF({test}={formula.UNMET},{distance},{formula.NOTHING})",
            gap=formula.gap(amount, shape.unit, shape.decimals, excess=excess),
        )

    def _judge_average(self, case: Case) -> Outcome:
        bound = Fraction(self.threshold.at(case.reference_date).value)
        values = exact(case, self.slots)
        mean = sum(values, Fraction()) / len(values)
        holds = self.threshold.comparator.holds(mean, bound)
        last = self.slots[-1]
        rest = sum(values[:-1], Fraction())
        gap = None if holds else Gap.to(case, last, bound * len(values) - rest, self.threshold)
        unit = self.threshold.unit
        return Outcome(
            verdict=met(holds),
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
        total = sum(exact(case, self.slots), Fraction())
        bound = Fraction(self.threshold.at(case.reference_date).value)
        holds = self.threshold.comparator.holds(total, bound)
        shown = with_unit(decimal_of(total), self.threshold.unit)
        bare = holds and bool(self.evidence) and not case.evidenced.get(self.evidence)
        gap = None if holds else self._gap(case, total, bound)
        return Outcome(
            verdict=Verdict.MISSING if bare else met(holds),
            value=decimal_of(total),
            shown=shown,
            shortfall=gap,
            remedy="请在“佐证材料”中登记本条的佐证" if bare else self._remedy(case, gap),
            sentence=f"{case.label(self.input)} {shown}，要求{self.threshold.phrase(case.reference_date)}",
            locations=case.places(self.slots),
        )

    def live(self, cells: Cells) -> Live:
        """The figure or the sum against the bound, and the evidence where it is asked for."""
        decimals, threshold = cells.fields[self.input].decimals, self.threshold
        values, missing = [cells.value(key) for key in self.slots], cells.missing(self.slots)
        aim = threshold.at(cells.season.reference_date).value
        figure, test, amount = cells.own("value"), cells.own("test"), cells.own("amount")
        total = values[0] if len(values) == 1 else formula.rounded(f"SUM({','.join(values)})")
        unfiled = [(f"{cells.evidenced(self.evidence)}=0", formula.MISSING)] if self.evidence else []
        failed = f"NOT({total}{threshold.comparator.value}{formula.number(aim)})"
        target = formula.number(threshold.comparator.nearest(Fraction(aim), decimals))
        return Live(
            steps={"value": Step(label="数值", formula=f"IF({missing},{formula.NOTHING},{total})")},
            test=formula.cases((missing, formula.MISSING), (failed, formula.UNMET), *unfiled, otherwise=formula.MET),
            shown=f"IF({missing},{formula.NOTHING},{formula.with_unit(figure, threshold.unit)})",
            amount=f"IF({test}={formula.UNMET},{formula.distance(f'{target}-{figure}', decimals)},{formula.NOTHING})",
            gap=formula.gap(amount, threshold.unit, decimals, excess=not threshold.comparator.upward),
        )

    def _gap(self, case: Case, total: Fraction, bound: Fraction) -> Shortfall:
        decimals = case.fields[self.input].decimals
        target = self.threshold.comparator.nearest(bound, decimals)
        amount = abs(target - decimal_of(total))
        return Shortfall(
            amount=amount,
            unit=self.threshold.unit,
            target=target,
            decimals=places_shown(amount, decimals),
            excess=not self.threshold.comparator.upward,
        )

    def _remedy(self, case: Case, gap: Shortfall | None) -> str:
        if gap is None:
            return ""
        amount = with_unit(gap.amount, gap.unit, decimals=gap.decimals)
        return f"{case.label(self.input)}{'还差' if self.threshold.comparator.upward else '超出'} {amount}"
