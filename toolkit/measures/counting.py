"""Measures over rows: things that must be numerous enough, lists that must be covered.

A row that cannot be read is neither counted nor dropped: where it could tip the result, the result is MISSING.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit.characters import key_of
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.measures.case import Case
from toolkit.measures.conditions import Condition, passes
from toolkit.measures.leaf import Leaf, bound_from
from toolkit.submission import Location, Row
from toolkit.threshold import Threshold


def _needed(threshold: Threshold, case: Case) -> int:
    """The smallest whole number that holds the bound."""
    return int(threshold.comparator.nearest(Fraction(threshold.at(case.reference_date).value), 0))


def _counted(certain: int, doubtful: int, needed: int) -> Verdict:
    """What is certain decides, unless the doubtful could tip it."""
    if certain >= needed:
        return Verdict.MET
    return Verdict.MISSING if certain + doubtful >= needed else Verdict.UNMET


@dataclass(frozen=True, kw_only=True)
class DistinctCount(Leaf):
    """How many different things a table lists, counted by one column among the rows that qualify."""

    label: str
    table: str
    by: str
    where: tuple[Condition, ...]
    count: str
    threshold: Threshold

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, by?, where?, count?, threshold}``; without ``by`` every row counts."""
        return cls(
            label=raw.get("label", ""),
            table=raw["table"],
            by=raw.get("by", ""),
            where=tuple(Condition.from_dict(condition) for condition in raw.get("where", ())),
            count=raw.get("count", ""),
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
        """The column it counts by, and those its conditions look at."""
        counted = [(self.table, self.by)] if self.by else []
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
        needed = _needed(self.threshold, case)
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
        by_row = not self.by or (bool(self.count) and case.reading(self.count) == "titles")
        certain: set[str] = set()
        doubts: dict[str, Location] = {}
        left_out = 0
        for row in rows:
            entry = row.cells[self.by] if self.by else next(iter(row.cells.values()))
            thing = row.id if by_row else key_of(str(entry.value or entry.location))
            verdict = passes(case, row, conditions)
            if verdict is None or (verdict and self.by and entry.value is None):
                doubts[thing] = entry.location
            elif verdict:
                certain.add(thing)
            else:
                left_out += 1
        return len(certain), [place for thing, place in doubts.items() if thing not in certain], left_out

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
        needed = len(asked) if every else _needed(self.threshold, case)
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
