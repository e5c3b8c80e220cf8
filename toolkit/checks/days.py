"""Dates against each other and against the reference date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from toolkit.checks.held import Check, Held
from toolkit.submission import Entry, Problem


@dataclass(frozen=True, kw_only=True)
class InOrder(Check):
    """Of two dates of a row the first is not after the second."""

    table: str
    first: str
    second: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, first, second, trial?}``."""
        return cls(**raw)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Both dates."""
        return ((self.table, self.first), (self.table, self.second))

    def find(self, held: Held) -> Iterator[Problem]:
        """Told at the second date; one day for both is in order."""
        for row in held.rows(self.table):
            first, second = row.cells[self.first].value, row.cells[self.second].value
            if isinstance(first, date) and isinstance(second, date) and first > second:
                context = {
                    "first": held.fields[self.first].label,
                    "second": held.fields[self.second].label,
                    "before": first.isoformat(),
                    "found": second.isoformat(),
                }
                yield self.problem(row.cells[self.second].location, context)


@dataclass(frozen=True, kw_only=True)
class NotAfter(Check):
    """Something that has happened when it is stated: its date is not after the reference date.

    Attributes:
        fields: Inputs, or columns where ``table`` is set.
    """

    fields: tuple[str, ...]
    table: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, fields, table?, trial?}``."""
        return cls(**{**raw, "fields": tuple(raw["fields"]), "table": raw.get("table", "")})

    @property
    def mentions(self) -> tuple[str, ...]:
        """The inputs."""
        return () if self.table else self.fields

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The columns."""
        return tuple((self.table, name) for name in self.fields) if self.table else ()

    def find(self, held: Held) -> Iterator[Problem]:
        """The reference date itself will do."""
        for cells in self._cells(held):
            for name in self.fields:
                entry = cells.get(name)
                if entry and isinstance(entry.value, date) and entry.value > held.reference_date:
                    told = {"label": held.fields[name].label, "found": entry.value.isoformat()}
                    yield self.problem(entry.location, told | {"day": held.reference_date.isoformat()})

    def _cells(self, held: Held) -> Iterable[Mapping[str, Entry]]:
        return (row.cells for row in held.rows(self.table)) if self.table else (held.submission.entries,)
