"""The measure over incidents: what must not have happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from toolkit import formula
from toolkit.fields import slot
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.formula import Cells, Live, Step
from toolkit.measures.case import Case
from toolkit.measures.leaf import Leaf
from toolkit.submission import Location, Row
from toolkit.threshold import with_unit


@dataclass(frozen=True, kw_only=True)
class NoneOf(Leaf):
    """Nothing of a kind may have happened: yearly counts and registered rows are both heard.

    Attributes:
        fatal: Levels that veto.
        open: Levels that a person must weigh; any other level is recorded and does no harm.
        counts_mean: What a count above zero says: ``fatal`` (the heading names the vetoing level) or ``open``.

    Source:
        沪经信规范〔2024〕1号 第六条第（一）项.
    """

    counts: str
    years: tuple[int, ...]
    table: str
    category: str
    fatal: frozenset[str]
    open: frozenset[str]
    counts_mean: str
    columns: Mapping[str, str]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{counts, table, category, fatal, open, counts_mean?, years?, columns?}``."""
        return cls(
            counts=raw["counts"],
            years=tuple(raw.get("years", (-2, -1, 0, 1))),
            table=raw["table"],
            category=raw["category"],
            fatal=frozenset(raw["fatal"]),
            open=frozenset(raw["open"]),
            counts_mean=raw.get("counts_mean", "fatal"),
            columns={"kind": "incident_kind", "level": "incident_level", "date": "incident_date"}
            | raw.get("columns", {}),
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """The yearly counts."""
        return tuple(slot(self.counts, year) for year in self.years)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Kind, level and date of an incident."""
        return tuple((self.table, column) for column in self.columns.values())

    def judge(self, case: Case) -> Outcome:
        """A fatal row or count vetoes at once; else blanks keep it open, then what a person must weigh."""
        rows = [row for row in case.table(self.table).rows if self._concerns(case, row)]
        fatal = [row for row in rows if row.cells[self.columns["level"]].value in self.fatal]
        harmless = [row for row in rows if self._harmless(row)]
        blank = [row for row in rows if row.cells[self.columns["level"]].value is None]
        weighed = [row for row in rows if row not in fatal and row not in harmless and row not in blank]
        counted = sum((case.number(key) or Decimal() for key in self.slots), Decimal())
        unsure = [row for row in case.table(self.table).rows if row.cells[self.columns["kind"]].value is None] + blank
        places = self._row_places([*fatal, *weighed]) + self._counted(case)
        told = self._told(case, counted, len(fatal), len(harmless))
        if fatal or (counted and self.counts_mean == "fatal"):
            amount = max(counted if self.counts_mean == "fatal" else Decimal(), Decimal(len(fatal)))
            return Outcome(
                verdict=Verdict.UNMET,
                value=amount,
                shown=self._count(case, amount),
                shortfall=Shortfall(
                    amount=amount, unit=case.fields[self.counts].unit, target=Decimal(), decimals=0, excess=True
                ),
                remedy="一票否决，不能通过补充数据改变；登记有误的，请更正",
                sentence=told,
                locations=places,
            )
        if unsure:
            return Outcome(
                verdict=Verdict.MISSING,
                sentence="登记表有类别或等级未填、无法识别的行，暂不能判定",
                remedy="请补齐登记表的类别和等级",
                locations=self._row_places(unsure),
            )
        if missing := case.missing(self.slots):
            return missing
        if weighed or counted:
            return Outcome(
                verdict=Verdict.REVIEW,
                value=counted,
                shown=self._count(case, counted),
                sentence=f"{told}，待人工判定",
                locations=places,
            )
        return Outcome(
            verdict=Verdict.MET,
            value=Decimal(),
            shown=self._count(case, Decimal()),
            sentence=told,
            locations=case.places(self.slots),
        )

    def live(self, cells: Cells) -> Live:
        """The same over the columns of the register and the yearly counts."""
        kind, level, happened = (self.columns[name] for name in ("kind", "level", "date"))
        first, last = cells.season.window
        inside = f"({cells.column(happened)}>={formula.day(first)})*({cells.column(happened)}<{formula.day(last)}+1)"
        of_kind = formula.among(cells.fields[kind], cells.texts(kind), [self.category])
        rows = f"{cells.rows(self.table)}*{of_kind}*IF({cells.readable(happened)},{inside},1)"

        def counted(levels: frozenset[str]) -> str:
            listed = [choice for choice in cells.fields[level].choices if choice in levels]
            return f"SUM({concerned}*({formula.among(cells.fields[level], cells.texts(level), listed)}))"

        concerned, test, amount = cells.own("rows"), cells.own("test"), cells.own("amount")
        declared, fatal, weighed, unsure = map(cells.own, ("declared", "fatal", "weighed", "unsure"))
        stated = "+".join(f"IF({cells.state(key)}=1,{cells.value(key)},0)" for key in self.slots)
        blank = f"SUM({cells.rows(self.table)}*(1-{cells.readable(kind)}))+SUM({concerned}*(1-{cells.readable(level)}))"
        vetoed, count = (f"{fatal}+{declared}", declared) if self.counts_mean == "fatal" else (fatal, "0")
        unit = cells.fields[self.counts].unit
        told = formula.text(f" {unit}")
        return Live(
            steps={
                "declared": Step(label="申报起数", formula=stated),
                "fatal": Step(label="登记中达到否决等级的", formula=counted(self.fatal)),
                "weighed": Step(label="登记中须人工判定的", formula=counted(self.open)),
                "unsure": Step(label="登记中类别或等级看不出的", formula=blank),
            },
            names={concerned: rows},
            test=formula.cases(
                (f"{vetoed}>0", formula.UNMET),
                (f"{unsure}>0", formula.MISSING),
                (cells.missing(self.slots), formula.MISSING),
                (f"{weighed}+{declared}>0", formula.REVIEW),
                otherwise=formula.MET,
            ),
            shown=formula.cases(
                (f"{test}={formula.MISSING}", formula.NOTHING),
                (f"{test}={formula.UNMET}", f"{amount}&{told}"),
                otherwise=f"{declared}&{told}",
            ),
            amount=f"IF({test}={formula.UNMET},MAX({count},{fatal}),{formula.NOTHING})",
            gap=formula.gap(amount, unit, 0, excess=True),
        )

    def _concerns(self, case: Case, row: Row) -> bool:
        """Of this kind, and inside the window; a row without a readable date stays in."""
        if row.cells[self.columns["kind"]].value != self.category:
            return False
        happened = row.cells[self.columns["date"]].value
        first, last = case.season.window
        return not isinstance(happened, date) or first <= happened <= last

    def _harmless(self, row: Row) -> bool:
        level = row.cells[self.columns["level"]].value
        return level is not None and level not in self.fatal and level not in self.open

    def _row_places(self, rows: Sequence[Row]) -> tuple[Location, ...]:
        return tuple(row.cells[self.columns["level"]].location for row in rows)

    def _counted(self, case: Case) -> tuple[Location, ...]:
        return case.places([key for key in self.slots if case.number(key)])

    def _count(self, case: Case, number: Decimal) -> str:
        return with_unit(number, case.fields[self.counts].unit, decimals=0)

    def _told(self, case: Case, counted: Decimal, fatal: int, harmless: int) -> str:
        first, last = case.season.window
        told = f"{first:%Y-%m-%d}至{last:%Y-%m-%d}，申报{case.label(self.counts)} {self._count(case, counted)}"
        if fatal:
            told += f"，登记 {self._count(case, Decimal(fatal))}达到否决等级"
        return f"{told}；另登记 {self._count(case, Decimal(harmless))}未达到所述等级，不影响认定" if harmless else told
