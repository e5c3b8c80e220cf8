"""Measures over rows: incidents that must not be, things that must be numerous enough, lists that must be covered.

A row that cannot be read is neither counted nor dropped: where it could tip the result, the result is MISSING.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from toolkit.fields import slot
from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.measures.case import Case
from toolkit.submission import Entry, Location, Row
from toolkit.threshold import Threshold, fixed, with_unit


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a cell of a row must satisfy to count; ``holds`` answers None where the cell cannot tell.

    Attributes:
        lookup: ``table.column``: look the value up in that table's key and test that column instead.
        when: Readings under which the condition is asked at all.
    """

    column: str
    among: tuple[str, ...]
    on_or_before: bool
    on_or_after: bool
    lookup: str
    when: Mapping[str, str]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{column, in? | on_or_before? | on_or_after? | lookup?, when?}``."""
        return cls(
            column=raw["column"],
            among=tuple(raw.get("in", ())),
            on_or_before="on_or_before" in raw,
            on_or_after="on_or_after" in raw,
            lookup=raw.get("lookup", ""),
            when=dict(raw.get("when", {})),
        )

    def holds(self, case: Case, row: Row) -> bool | None:
        """Whether the row passes; None when nobody can say."""
        value = row.cells[self.column].value
        if value is None:
            return None
        if self.lookup:
            return self._looked_up(case, str(value))
        if isinstance(value, date):
            late, early = value > case.reference_date, value < case.reference_date
            return not (self.on_or_before and late) and not (self.on_or_after and early)
        return value in self.among

    def _looked_up(self, case: Case, key: str) -> bool | None:
        table, column = self.lookup.split(".")
        answers = {row.cells[column].value for row in case.lookup(table, key)}
        if not answers or None in answers:
            return None
        if not self.among:
            return True
        verdicts = {answer in self.among for answer in answers}
        return verdicts.pop() if len(verdicts) == 1 else None


def _passes(case: Case, row: Row, conditions: Sequence[Condition]) -> bool | None:
    """All conditions together: one that fails settles it, one that cannot tell leaves it open."""
    answers = [condition.holds(case, row) for condition in conditions]
    if False in answers:
        return False
    return None if None in answers else True


@dataclass(frozen=True, kw_only=True)
class DistinctCount:
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
            threshold=Threshold.from_dict(raw["threshold"]),
        )

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.count])
        for condition in self.where:
            yield from condition.when

    @property
    def slots(self) -> tuple[str, ...]:
        """It reads a table, no single cell."""
        return ()

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
        certain, doubtful = self._sorted(case, data.rows)
        bound = int(self.threshold.at(case.reference_date).value)
        needed = bound if self.threshold.comparator.inclusive else bound + 1
        sure, possible = len(certain), len(certain) + len(doubtful)
        verdict = Verdict.MET if sure >= needed else Verdict.MISSING if possible >= needed else Verdict.UNMET
        gap = max(needed - sure, 0)
        unit = self.threshold.unit
        shown = f"{sure} {unit}"
        left_out = len(data.rows) - sum(map(len, certain.values())) - len(doubtful)
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

    def _sorted(self, case: Case, rows: Sequence[Row]) -> tuple[dict[str, list[Row]], list[Location]]:
        """Certain things with their rows; the places of doubtful rows that would add a thing."""
        conditions = [condition for condition in self.where if case.chosen(condition.when)]
        by_row = not self.by or (bool(self.count) and case.reading(self.count) == "titles")
        certain: dict[str, list[Row]] = {}
        doubts: list[tuple[str, Entry]] = []
        for row in rows:
            entry = row.cells[self.by] if self.by else next(iter(row.cells.values()))
            verdict = _passes(case, row, conditions)
            if verdict is None or (verdict and self.by and entry.value is None):
                doubts.append((str(entry.value or ""), entry))
            elif verdict:
                certain.setdefault(row.id if by_row else str(entry.value).casefold(), []).append(row)
        doubtful = {(row_key.casefold() or str(entry.location)): entry.location for row_key, entry in doubts}
        if by_row:
            return certain, [entry.location for _, entry in doubts]
        return certain, [place for row_key, place in doubtful.items() if row_key not in certain]

    @staticmethod
    def _remedy(name: str, gap: int, unit: str, doubtful: int) -> str:
        if not gap:
            return ""
        told = f"{name}还差 {gap} {unit}"
        return f"{told}；先改正 {doubtful} 行无法识别的数据" if doubtful else told


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of the rows the policy prints are answered as they should be."""

    label: str
    table: str
    column: str
    among: tuple[str, ...]
    positive: bool
    over: str
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
            threshold=Threshold.from_dict(raw["threshold"]),
        )

    @property
    def parameters(self) -> Iterator[str]:
        """Parameters whose reading changes the result."""
        yield from filter(None, [self.over])

    @property
    def slots(self) -> tuple[str, ...]:
        """It reads a table, no single cell."""
        return ()

    def judge(self, case: Case) -> Outcome:
        """Count the rows that are covered; blank ones leave the result open where they could tip it."""
        table = case.tables[self.table]
        name = self.label or table.label
        rows = {row.id: row for row in case.table(self.table).rows}
        every = bool(self.over) and case.reading(self.over) == "all"
        asked = [fixed_row for fixed_row in table.fixed if not (every and fixed_row.id in self.optional)]
        answers = {row.id: self._covered(case, rows.get(row.id)) for row in asked}
        needed = len(asked) if every else int(self.threshold.at(case.reference_date).value)
        covered = [row.label for row in asked if answers[row.id]]
        blank = [row for row in asked if answers[row.id] is None]
        enough, possible = len(covered) >= needed, len(covered) + len(blank) >= needed
        verdict = Verdict.MET if enough else Verdict.MISSING if possible else Verdict.UNMET
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


@dataclass(frozen=True, kw_only=True)
class NoneOf:
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
    threshold: None = None

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
            columns={"kind": "incident_kind", "level": "incident_level", "date": "incident_date"} | raw.get("columns", {}),
        )

    @property
    def parameters(self) -> Iterator[str]:
        """No reading changes the result."""
        yield from ()

    @property
    def slots(self) -> tuple[str, ...]:
        """The yearly counts."""
        return tuple(slot(self.counts, year) for year in self.years)

    def judge(self, case: Case) -> Outcome:
        """A fatal row or count vetoes at once; else blanks keep it open, then what a person must weigh."""
        rows = [row for row in case.table(self.table).rows if self._concerns(case, row)]
        fatal = [row for row in rows if row.cells[self.columns["level"]].value in self.fatal]
        harmless = [row for row in rows if self._harmless(row)]
        weighed = [row for row in rows if row not in fatal and row not in harmless]
        counted = sum((case.number(key) or Decimal() for key in self.slots), Decimal())
        unsure = [row for row in case.table(self.table).rows if row.cells[self.columns["kind"]].value is None]
        places = self._row_places([*fatal, *weighed]) + self._counted(case)
        told = self._told(case, counted, len(fatal), len(harmless))
        if fatal or (counted and self.counts_mean == "fatal"):
            amount = max(counted, Decimal(len(fatal)))
            return Outcome(
                verdict=Verdict.UNMET,
                value=amount,
                shown=self._count(case, amount),
                shortfall=Shortfall(amount=amount, unit=case.fields[self.counts].unit, target=Decimal(), decimals=0),
                remedy="一票否决，不能通过补充数据改变；登记有误的，请更正",
                sentence=told,
                locations=places,
            )
        if unsure:
            return Outcome(verdict=Verdict.MISSING, sentence="登记表有类别无法识别的行，暂不能判定", remedy="请改正登记表的类别", locations=self._row_places(unsure))
        if missing := case.missing(self.slots):
            return missing
        if weighed or counted:
            return Outcome(verdict=Verdict.REVIEW, value=counted, shown=self._count(case, counted), sentence=f"{told}，待人工判定", locations=places)
        return Outcome(verdict=Verdict.MET, value=Decimal(), shown=self._count(case, Decimal()), sentence=told, locations=case.places(self.slots))

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


@dataclass(frozen=True, kw_only=True)
class BelowBaseline:
    """Every row's consumption lies strictly below its baseline; an equal one is for a person to judge.

    Source:
        第六条第（七）项 能效水平高于行业基准值: less consumed is better, and 高于 excludes the number itself.
    """

    table: str
    name: str
    value: str
    baseline: str
    unit: str
    threshold: None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, label, value, baseline, unit}``, all but the first naming columns."""
        return cls(
            table=raw["table"], name=raw["label"], value=raw["value"], baseline=raw["baseline"], unit=raw["unit"]
        )

    @property
    def parameters(self) -> Iterator[str]:
        """No reading changes the result."""
        yield from ()

    @property
    def slots(self) -> tuple[str, ...]:
        """It reads a table, no single cell."""
        return ()

    def judge(self, case: Case) -> Outcome:
        """One row above its baseline fails all; blanks keep it open; equality asks for a person."""
        data = case.table(self.table)
        if not data.rows:
            name = case.tables[self.table].label
            return Outcome(verdict=Verdict.MISSING, sentence=f"“{name}”尚未填写", remedy=f"请填写“{name}”", locations=(data.anchor,))
        pairs = [(row, row.cells[self.value].value, row.cells[self.baseline].value) for row in data.rows]
        known = [(row, v, b) for row, v, b in pairs if isinstance(v, Decimal) and isinstance(b, Decimal)]
        above = [(row, v - b) for row, v, b in known if v > b]
        equal = [row for row, v, b in known if v == b]
        if above:
            return self._unmet(above, len(data.rows))
        if len(known) < len(pairs):
            blanks = [row for row, v, b in pairs if v is None or b is None]
            return Outcome(verdict=Verdict.MISSING, sentence="有行缺单位消耗或基准值，暂不能判定", remedy="请补齐单位消耗和基准值", locations=self._places(blanks))
        if equal:
            return Outcome(verdict=Verdict.REVIEW, shown=f"{len(equal)} 项等于基准值", sentence=f"{len(equal)} 项等于基准值；“高于”不含本数，待人工判定", locations=self._places(equal))
        return Outcome(verdict=Verdict.MET, shown=f"{len(known)} 项均低于基准值", sentence=f"共 {len(known)} 项，单位消耗均低于行业基准值", locations=self._places([row for row, _, _ in known]))

    def _unmet(self, above: Sequence[tuple[Row, Decimal]], total: int) -> Outcome:
        worst, gap = max(above, key=lambda pair: pair[1])
        unit = str(worst.cells[self.unit].value or "")
        steps = "；".join(f"{row.cells[self.name].value or '某项'}需降低 {fixed(diff, None)} 以上" for row, diff in above)
        return Outcome(
            verdict=Verdict.UNMET,
            shown=f"{len(above)} 项高于基准值",
            shortfall=Shortfall(amount=gap, unit=unit),
            remedy=steps,
            sentence=f"共 {total} 项，{len(above)} 项单位消耗高于行业基准值",
            locations=self._places([row for row, _ in above]),
        )

    def _places(self, rows: Sequence[Row]) -> tuple[Location, ...]:
        return tuple(row.cells[self.value].location for row in rows)
