"""What an operator stated, where each value stands, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from toolkit.characters import invisible
from toolkit.messages import CATALOGUE, Explanation, Severity, Stage, explain

Value = Decimal | str | date


class Location(NamedTuple):
    """One cell: sheet name, row and column counted from 1."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The address as a person reads it.

        Examples:
            >>> Location("二 核心竞争力", 12, 28).cell
            'AB12'
        """
        return column_letters(self.column) + str(self.row)


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Letters of a column counted from 1.

    Examples:
        >>> column_letters(1), column_letters(26), column_letters(27), column_letters(16384)
        ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    # Never without end, whatever number it is given.
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Raw(NamedTuple):
    """What a cell holds before anyone has read sense into it.

    ``value`` is text, a number, a truth value or a date; ``formula`` and ``error`` are set where the cell has them.
    """

    value: Decimal | str | bool | date | None
    location: Location
    formula: str | None = None
    error: str | None = None

    @property
    def blank(self) -> bool:
        """Nothing stands there that anyone could see."""
        value, _, formula, error = self
        return (value is None or invisible(value)) and not formula and not error


class Entry(NamedTuple):
    """One stated value.

    ``value`` is None when the cell is blank or cannot be read; in the second case ``fault`` names the problem.
    """

    value: Value | None
    location: Location
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row of a table: ``id`` of the printed row, or its number; ``cells`` by slot."""

    id: str
    cells: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class TableData:
    """The filled rows of a table and the place where it begins."""

    rows: tuple[Row, ...]
    anchor: Location


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands on the sheet: row id → slot → cell."""

    rows: tuple[tuple[str, Mapping[str, Raw]], ...]
    anchor: Location


@dataclass(frozen=True, slots=True)
class RawAnswers:
    """Everything found in a workbook, unread: inputs by slot, tables by id."""

    inputs: Mapping[str, Raw]
    tables: Mapping[str, RawTable]


@dataclass(frozen=True, slots=True)
class Problem:
    """Trouble in the data: ``code`` names the message, ``context`` fills it in.

    Attributes:
        suggestion: A reading that is safe to offer; the value stays missing until a person types it.
        trial: The check is on trial: it is reported and never blocks.
    """

    code: str
    location: Location
    context: Mapping[str, object] = field(default_factory=dict)
    suggestion: str = ""
    trial: bool = False

    @property
    def explanation(self) -> Explanation:
        """The message in words."""
        told = explain(self.code, self.context)
        if self.trial:
            told = replace(told, severity=Severity.NOTE, title=f"{told.title}（试行）")
        if self.suggestion:
            told = replace(told, hint=f"{told.hint}。疑为 {self.suggestion}，请核对后重新录入")
        return told

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return Severity.NOTE if self.trial else CATALOGUE[self.code].severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One filled application, read: every value with its place, every unreadable cell a problem."""

    entries: Mapping[str, Entry]
    tables: Mapping[str, TableData]
    problems: tuple[Problem, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What was stated, whatever the file looks like: equal for a copy that was saved again or annotated."""
        told = [f"{key}={entry.value}" for key, entry in self.entries.items() if entry.value is not None]
        for table_id, data in self.tables.items():
            for row in data.rows:
                told += [f"{table_id}[{row.id}].{key}={e.value}" for key, e in row.cells.items() if e.value is not None]
        unread = (problem for problem in self.problems if CATALOGUE[problem.code].stage is Stage.VALUE)
        problems = [f"{problem.code} {problem.location} {sorted(problem.context.items())}" for problem in unread]
        return sha256("\0".join([*sorted(told), *sorted(problems)]).encode("utf-8", "replace")).hexdigest()

    def text(self, slot_key: str) -> str:
        """The value of an input as text, empty when it is missing."""
        entry = self.entries.get(slot_key)
        return "" if entry is None or entry.value is None else str(entry.value)
