"""The measure over consumption: less than the baseline of the trade, process by process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from toolkit import formula
from toolkit.characters import seen
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.formula import Cells, Live, Step
from toolkit.measures.case import Case
from toolkit.measures.leaf import Leaf
from toolkit.submission import Location, Row
from toolkit.threshold import PERCENT, fixed, with_unit


@dataclass(frozen=True, kw_only=True)
class BelowBaseline(Leaf):
    """Every row's consumption lies strictly below its baseline; an equal one is for a person to judge.

    Source:
        第六条第（七）项 能效水平高于行业基准值: less consumed is better, and 高于 excludes the number itself.
    """

    table: str
    name: str
    value: str
    baseline: str
    unit: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, label, value, baseline, unit}``, all but the first naming columns."""
        return cls(
            table=raw["table"], name=raw["label"], value=raw["value"], baseline=raw["baseline"], unit=raw["unit"]
        )

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Its four columns."""
        return tuple((self.table, column) for column in (self.name, self.value, self.baseline, self.unit))

    def judge(self, case: Case) -> Outcome:
        """One row above its baseline fails all; blanks keep it open; equality asks for a person."""
        data = case.table(self.table)
        if not data.rows:
            name = case.tables[self.table].label
            return Outcome(
                verdict=Verdict.MISSING,
                sentence=f"“{name}”尚未填写",
                remedy=f"请填写“{name}”",
                locations=(data.anchor,),
            )
        pairs = [(row, row.cells[self.value].value, row.cells[self.baseline].value) for row in data.rows]
        known = [(row, v, b) for row, v, b in pairs if isinstance(v, Decimal) and isinstance(b, Decimal)]
        above = [(row, v, b) for row, v, b in known if v > b]
        equal = [row for row, v, b in known if v == b]
        if above:
            return self._unmet(above, len(data.rows))
        if len(known) < len(pairs):
            blanks = [row for row, v, b in pairs if v is None or b is None]
            return Outcome(
                verdict=Verdict.MISSING,
                sentence="有行缺单位消耗或基准值，暂不能判定",
                remedy="请补齐单位消耗和基准值",
                locations=self._places(blanks),
            )
        if equal:
            return Outcome(
                verdict=Verdict.REVIEW,
                shown=f"{len(equal)} 项等于基准值",
                sentence=f"{len(equal)} 项等于基准值；“高于”不含本数，待人工判定",
                locations=self._places(equal),
            )
        return Outcome(
            verdict=Verdict.MET,
            shown=f"{len(known)} 项均低于基准值",
            sentence=f"共 {len(known)} 项，单位消耗均低于行业基准值",
            locations=self._places([row for row, _, _ in known]),
        )

    def _unmet(self, above: Sequence[tuple[Row, Decimal, Decimal]], total: int) -> Outcome:
        worst, value, baseline = max(above, key=lambda entry: entry[1] - entry[2])
        unit = _unit(worst.cells[self.unit].value)
        steps = "；".join(
            f"{row.cells[self.name].value or '某项'}需低于 {fixed(b, None)}（现高 {self._told(row, v - b)}）"
            for row, v, b in above
        )
        return Outcome(
            verdict=Verdict.UNMET,
            shown=f"{len(above)} 项高于基准值",
            shortfall=Shortfall(amount=value - baseline, unit=unit, excess=True),
            remedy=steps,
            sentence=f"共 {total} 项，{len(above)} 项单位消耗高于行业基准值",
            locations=self._places([row for row, _, _ in above]),
        )

    def _told(self, row: Row, excess: Decimal) -> str:
        return with_unit(excess, _unit(row.cells[self.unit].value))

    def live(self, cells: Cells) -> Live:
        """The same over the columns of the table."""
        value, baseline = cells.column(self.value), cells.column(self.baseline)
        known = cells.own("known_rows")
        over = formula.rounded(f"IF({known},{value}-{baseline},0)")
        test, amount, filled = cells.own("test"), cells.own("amount"), cells.filled(self.table)
        above, equal, read = map(cells.own, ("above", "equal", "known"))
        unit = f'SUBSTITUTE(INDEX({cells.texts(self.unit)},MATCH({amount},{over},0)),"%","％")'
        named = f"INDEX({cells.readable(self.unit)},MATCH({amount},{over},0))"
        return Live(
            steps={
                "known": Step(label="可比较的项数", formula=f"SUM({known})"),
                "above": Step(label="高于基准值的项数", formula=f"SUM(--({over}>0))"),
                "equal": Step(label="等于基准值的项数", formula=f"SUM({known}*({over}=0))"),
                "unit": Step(
                    label="差额最大一项的单位",
                    formula=f"IF({above}=0,{formula.NOTHING},IF({named},{unit},{formula.NOTHING}))",
                ),
            },
            names={known: f"{cells.rows(self.table)}*{cells.readable(self.value)}*{cells.readable(self.baseline)}"},
            test=formula.cases(
                (f"{filled}=0", formula.MISSING),
                (f"{above}>0", formula.UNMET),
                (f"{read}<{filled}", formula.MISSING),
                (f"{equal}>0", formula.REVIEW),
                otherwise=formula.MET,
            ),
            shown=formula.cases(
                (f"{test}={formula.UNMET}", f"{above}&{formula.text(' 项高于基准值')}"),
                (f"{test}={formula.REVIEW}", f"{equal}&{formula.text(' 项等于基准值')}"),
                (f"{test}={formula.MET}", f"{read}&{formula.text(' 项均低于基准值')}"),
                otherwise=formula.NOTHING,
            ),
            amount=f"IF({above}=0,{formula.NOTHING},MAX({over}))",
            gap=f"IF({amount}={formula.NOTHING},{formula.NOTHING},"
            f"{formula.text('超 ')}&{formula.plain(amount)}&IF({cells.own('unit')}={formula.NOTHING},"
            f"{formula.NOTHING},{formula.text(' ')}&{cells.own('unit')}))",
        )

    def _places(self, rows: Sequence[Row]) -> tuple[Location, ...]:
        return tuple(row.cells[self.value].location for row in rows)


def _unit(stated: object) -> str:
    """The unit as stated; a per cent sign here is a unit like any other, so it is written wide."""
    return seen(str(stated or "")).replace(PERCENT, "％")
