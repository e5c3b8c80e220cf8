"""The one view a measure has of a submission: values by slot, rows by table, readings by parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from toolkit.characters import key_of
from toolkit.fields import Field, Table, split_slot
from toolkit.finding import Outcome, Verdict
from toolkit.season import Season
from toolkit.submission import Entry, Location, Row, Submission, TableData

_NOWHERE = Entry(None, Location("", 1, 1))


@dataclass(frozen=True)
class Case:
    """A submission under one season's readings."""

    submission: Submission
    season: Season
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    readings: Mapping[str, str]
    evidence_slot: tuple[str, str] | None = None
    _rows_by_key: dict[str, dict[str, list[Row]]] = field(default_factory=dict)

    @cached_property
    def reference_date(self) -> date:
        """The day on which certificates must be in force and thresholds are read."""
        return self.season.reference_date

    def entry(self, key: str) -> Entry:
        """The entry of a slot; a blank one where the workbook lacks it."""
        return self.submission.entries.get(key, _NOWHERE)

    def number(self, key: str) -> Decimal | None:
        """The figure of a slot, None where it is blank or unreadable."""
        value = self.entry(key).value
        return value if isinstance(value, Decimal) else None

    def places(self, keys: Iterable[str]) -> tuple[Location, ...]:
        """Where these slots stand."""
        return tuple(self.entry(key).location for key in keys if key in self.submission.entries)

    def table(self, table_id: str) -> TableData:
        """The filled rows of a table."""
        return self.submission.tables.get(table_id, TableData((), Location("", 1, 1)))

    def label(self, key: str) -> str:
        """What a slot is called: ``2024年集群总产值``."""
        field_id, year = split_slot(key)
        name = self.fields[field_id].label.removeprefix("其中：")
        return name if year is None else f"{self.season.calendar_year(year)}年{name}"

    def missing(self, keys: Iterable[str]) -> Outcome | None:
        """MISSING with the blank cells named, or None when every slot has a value."""
        blank = [key for key in keys if self.entry(key).value is None]
        if not blank:
            return None
        names = "、".join(self.label(key) for key in blank)
        return Outcome(
            verdict=Verdict.MISSING,
            sentence=f"{names}未填写或无法识别，暂不能判定",
            remedy=f"请填写{names}",
            locations=self.places(blank),
        )

    def lookup(self, table_id: str, key: str) -> list[Row]:
        """The rows of a table whose key column holds ``key``."""
        if table_id not in self._rows_by_key:
            index: dict[str, list[Row]] = {}
            for row in self.table(table_id).rows:
                value = row.cells[self.tables[table_id].key].value
                if value is not None:
                    index.setdefault(key_of(str(value)), []).append(row)
            self._rows_by_key[table_id] = index
        return self._rows_by_key[table_id].get(key_of(key), [])

    @cached_property
    def evidenced(self) -> Mapping[str, int]:
        """Rule id → how many pieces of evidence are listed for it."""
        counts: dict[str, int] = {}
        if self.evidence_slot:
            table, column = self.evidence_slot
            for row in self.table(table).rows:
                rule = str(row.cells[column].value or "")
                counts[rule] = counts.get(rule, 0) + 1
        return counts

    def reading(self, parameter: str) -> str:
        """The reading in force of a parameter."""
        return self.readings[parameter]

    def chosen(self, when: Mapping[str, str]) -> bool:
        """Whether every parameter named has the reading named."""
        return all(self.reading(parameter) == reading for parameter, reading in when.items())
