"""Measures over rows: things that must be numerous enough, lists that must be covered.

A row that cannot be read is neither counted nor dropped: where it could tip the result, the result is MISSING.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit import formula
from toolkit.characters import key_of
from toolkit.fields import Table
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.formula import Cells, Live, Step
from toolkit.measures.case import Case
from toolkit.measures.conditions import Condition, passes
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.submission import Location, Row
from toolkit.threshold import Threshold


def _needed(threshold: Threshold, day: date) -> int:
    """The smallest whole number that holds the bound."""
    return int(threshold.comparator.nearest(Fraction(threshold.at(day).value), 0))


def _live_counted(cells: Cells, needed: int, unit: str, *, first: tuple[tuple[str, str], ...] = ()) -> Live:
    """What is certain against the bound, unless the doubtful could tip it; ``first`` goes before all."""
    certain, possible, amount = cells.own("certain"), cells.own("possible"), cells.own("amount")
    enough = f"{certain}>={needed}"
    return Live(
        test=formula.cases(
            *first,
            (enough, formula.MET),
            (f"{possible}>={needed}", formula.MISSING),
            otherwise=formula.UNMET,
        ),
        shown=formula.cases(
            *((condition, formula.NOTHING) for condition, _ in first), otherwise=f"{certain}&{formula.text(f' {unit}')}"
        ),
        amount=formula.cases(
            *((condition, formula.NOTHING) for condition, _ in first),
            (enough, formula.NOTHING),
            otherwise=f"{needed}-{certain}",
        ),
        gap=formula.gap(amount, unit, 0, excess=False),
    )


def _counted(certain: int, doubtful: int, needed: int) -> Verdict:
    """What is certain decides, unless the doubtful could tip it."""
    if certain >= needed:
        return Verdict.MET
    return Verdict.MISSING if certain + doubtful >= needed else Verdict.UNMET


def _live_distinct(rows: str, keys: str, numbers: str) -> str:
    """How many different keys these rows have: each row is known by the place where its key first stands."""
    first = f'IF({rows},MATCH({keys},{keys},0),"")'
    return f"IFERROR(SUM(--(FREQUENCY({first},{numbers}-MIN({numbers})+1)>0)),0)"


@dataclass(frozen=True, kw_only=True)
class DistinctCount(Leaf):
    """How many different things a table lists, counted by one column among the rows that qualify."""

    label: str
    table: str
    by: str
    where: tuple[Condition, ...]
    count: str
    each: tuple[str, ...] = ()
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, by?, where?, count?, each?, threshold}``; without ``by`` every row counts.

        Where the season reads ``count`` as ``titles``, things are told apart by the columns of ``each``.
        """
        return cls(
            label=raw.get("label", ""),
            table=raw["table"],
            by=raw.get("by", ""),
            where=tuple(Condition.from_dict(condition) for condition in raw.get("where", ())),
            count=raw.get("count", ""),
            each=tuple(raw.get("each", ())),
            threshold=bound_from(raw),
        )

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.count])
        for condition in self.where:
            yield from condition.when

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The column it counts by, and those its conditions look at; without the first, every required one besides."""
        counted = [(self.table, column) for column in (*filter(None, [self.by]), *self.each)]
        return (*counted, *(pair for condition in self.where for pair in condition.reads(self.table)))

    def judge(self, case: Case) -> Outcome:
        """Count what is certain, see whether the doubtful rows could tip it."""
        name = self.label or case.tables[self.table].label
        data = case.table(self.table)
        if not data.rows:
            return Outcome(
                verdict=Verdict.MISSING,
                sentence=f"“{case.tables[self.table].label}”尚未填写；确实没有的，本条达不到要求",
                remedy=f"请填写“{case.tables[self.table].label}”",
                locations=(data.anchor,),
            )
        sure, doubtful, left_out = self._sorted(case, data.rows)
        needed = _needed(self.threshold, case.reference_date)
        verdict = _counted(sure, len(doubtful), needed)
        gap = max(needed - sure, 0)
        unit = self.threshold.unit
        shown = f"{sure} {unit}"
        return Outcome(
            verdict=verdict,
            value=Decimal(sure),
            shown=shown,
            shortfall=Shortfall(amount=Decimal(gap), unit=unit, target=Decimal(needed), decimals=0) if gap else None,
            remedy=self._remedy(name, gap, unit, len(doubtful)),
            sentence=f"{name} {shown}，要求{self.threshold.phrase(case.reference_date)}"
            + (f"；另有 {left_out} 行不符合条件，未计入" if left_out else "")
            + (f"；另有 {len(doubtful)} 行无法识别，暂未计入" if doubtful else ""),
            locations=tuple(doubtful) or (data.anchor,),
        )

    def _sorted(self, case: Case, rows: Sequence[Row]) -> tuple[int, list[Location], int]:
        """How many things are certain, where the doubtful rows stand that would add one, how many rows fail."""
        conditions = [condition for condition in self.where if case.chosen(condition.when)]
        known_by, distinct = self._known_by(case.tables[self.table], case.readings)
        certain: set[str] = set()
        doubts: dict[str, Location] = {}
        left_out = 0
        for row in rows:
            verdict = passes(case, row, conditions)
            if verdict is False:
                left_out += 1
                continue
            cells = [row.cells[column] for column in known_by]
            known = all(cell.value is not None for cell in cells)
            thing = "|".join(key_of(str(cell.value)) for cell in cells) if distinct and known else row.id
            if verdict and known:
                certain.add(thing)
            else:
                doubts[thing] = (cells or list(row.cells.values()))[0].location
        return len(certain), [place for thing, place in doubts.items() if thing not in certain], left_out

    def _known_by(self, table: Table, readings: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
        """The columns by which a thing is known, and whether those that agree in them are the same thing.

        A thing counted by no column is a row in which everything required is filled in.
        """
        if not self.by:
            return tuple(column.id for column in table.columns if column.required and not column.years), False
        if not self.count or readings[self.count] != "titles":
            return (self.by,), True
        return self.each or (self.by,), bool(self.each)

    def live(self, cells: Cells) -> Live:
        """The same count over the columns of the table: each row 1, 0 or 0.5, each thing once."""
        conditions = [condition.live(cells) for condition in self.where if cells.chosen(condition.when)]
        fit = cells.own("fit")
        names = {fit: "*".join([cells.rows(self.table), *(expression for expression, _ in conditions)])}
        for _, more in conditions:
            names |= more
        known_by, distinct = self._known_by(cells.tables[self.table], cells.readings)
        sure_rows = "*".join([f"({fit}=1)", *map(cells.readable, known_by)])
        certain, possible = f"SUM(--{sure_rows})", f"SUM(--({fit}>0))"
        if distinct:
            keys = '&"|"&'.join(map(cells.texts, known_by))
            numbers = f"ROW({cells.column(known_by[0])})"
            known = "*".join(map(cells.readable, known_by))
            certain = _live_distinct(sure_rows, keys, numbers)
            # A row without a readable key is a thing of its own.
            possible = _live_distinct(f"{fit}>0", f'IF({known},{keys},"#"&{numbers})', numbers)
        needed = _needed(self.threshold, cells.season.reference_date)
        sure = cells.own("certain")
        steps = {
            "certain": Step(label="符合条件的数量", formula=f"IF({cells.filled(self.table)}=0,0,{certain})"),
            "possible": Step(label="连同看不出的数量", formula=f"IF({sure}>={needed},{sure},{possible})"),
        }
        empty = (f"{cells.filled(self.table)}=0", formula.MISSING)
        return replace(_live_counted(cells, needed, self.threshold.unit, first=(empty,)), steps=steps, names=names)

    @staticmethod
    def _remedy(name: str, gap: int, unit: str, doubtful: int) -> str:
        if not gap:
            return ""
        told = f"{name}还差 {gap} {unit}"
        return f"{told}；先改正 {doubtful} 行无法识别的数据" if doubtful else told


@dataclass(frozen=True, kw_only=True)
class Coverage(Leaf):
    """How many of the rows the policy prints are answered as they should be."""

    label: str
    table: str
    column: str
    among: tuple[str, ...]
    positive: bool
    optional: tuple[str, ...]
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, column, in? | positive?, over?, optional?, threshold}``; by default filled is enough."""
        return cls(
            label=raw.get("label", ""),
            table=raw["table"],
            column=raw["column"],
            among=tuple(raw.get("in", ())),
            positive=raw.get("positive", False),
            over=raw.get("over", ""),
            optional=tuple(raw.get("optional", ())),
            threshold=bound_from(raw),
        )

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The column that must be answered."""
        return ((self.table, self.column),)

    def judge(self, case: Case) -> Outcome:
        """Count the rows that are covered; blank ones leave the result open where they could tip it."""
        table = case.tables[self.table]
        name = self.label or table.label
        rows = {row.id: row for row in case.table(self.table).rows}
        every = bool(self.over) and case.reading(self.over) == "all"
        asked = [fixed_row for fixed_row in table.fixed if not (every and fixed_row.id in self.optional)]
        answers = {row.id: self._covered(case, rows.get(row.id)) for row in asked}
        needed = len(asked) if every else _needed(self.threshold, case.reference_date)
        covered = [row.label for row in asked if answers[row.id]]
        blank = [row for row in asked if answers[row.id] is None]
        verdict = _counted(len(covered), len(blank), needed)
        lacking = [row.label for row in asked if not answers[row.id]]
        gap = max(needed - len(covered), 0)
        unit = self.threshold.unit
        return Outcome(
            verdict=verdict,
            value=Decimal(len(covered)),
            shown=f"{len(covered)} {unit}",
            shortfall=Shortfall(amount=Decimal(gap), unit=unit, target=Decimal(needed), decimals=0) if gap else None,
            remedy=f"{name}还差 {gap} {unit}（{'、'.join(lacking)}）" if gap else "",
            sentence=f"{name}：已覆盖 {len(covered)} {unit}，要求 {needed} {unit}以上",
            locations=self._places(case, rows, [row.id for row in blank]) or (case.table(self.table).anchor,),
        )

    def live(self, cells: Cells) -> Live:
        """The same over the printed rows; a row any cell of which is blank could still be covered."""
        asked, table = cells.fields[self.column], cells.tables[self.table]
        every = bool(self.over) and cells.readings[self.over] == "all"
        weights = [0 if every and row.id in self.optional else 1 for row in table.fixed]
        needed = sum(weights) if every else _needed(self.threshold, cells.season.reference_date)
        counted = "" if all(weights) else f"*{{{';'.join(map(str, weights))}}}"
        answered = "*".join(cells.readable(key) for key in asked.slots)
        covered = answered
        if self.positive:
            covered = "*".join([answered, *(f"({cells.column(key)}>0)" for key in asked.slots)])
        elif self.among:
            chosen = [f"({formula.among(asked, cells.texts(key), self.among)})" for key in asked.slots]
            covered = "*".join([answered, *chosen])
        sure = cells.own("certain")
        steps = {
            "certain": Step(label="已覆盖", formula=f"SUM({covered}{counted})"),
            "possible": Step(label="连同未填的", formula=f"{sure}+SUM((1-{answered}){counted})"),
        }
        return replace(_live_counted(cells, needed, self.threshold.unit), steps=steps)

    def _keys(self, case: Case) -> tuple[str, ...]:
        return case.fields[self.column].slots

    def _covered(self, case: Case, row: Row | None) -> bool | None:
        values = [row.cells[key].value for key in self._keys(case)] if row else [None]
        if None in values:
            return None
        if self.positive:
            return all(isinstance(value, Decimal) and value > 0 for value in values)
        return all(value in self.among for value in values) if self.among else True

    def _places(self, case: Case, rows: Mapping[str, Row], blank: Sequence[str]) -> tuple[Location, ...]:
        present = [rows[row_id] for row_id in blank if row_id in rows]
        return tuple(
            row.cells[key].location for row in present for key in self._keys(case) if row.cells[key].value is None
        )
