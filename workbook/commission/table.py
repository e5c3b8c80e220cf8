"""A sheet of the master as a value: columns of the tool and of people, rows under keys that never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, NamedTuple

Value = str | float | int | None

TITLE_ROW, INTRO_ROW, MARK_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4, 5
"""Rows of a written sheet, counted from 1. The row of marks is hidden and holds the id of each column."""

KEY, DIGEST = "key", "digest"
"""Ids of the two hidden columns before all others: the key of each row, and what the tool wrote into it, in short."""


@unique
class Owner(StrEnum):
    """Whose a column is. The tool's are written anew by every run, people's are carried over."""

    TOOL = "tool"
    PEOPLE = "people"


@unique
class Kind(StrEnum):
    """How a column is shown."""

    TEXT = "text"
    NUMBER = "number"
    VERDICT = "verdict"
    LETTER = "letter"
    SEVERITY = "severity"
    SHARE = "share"
    DATE = "date"
    CODE = "code"


class Note(NamedTuple):
    """What somebody noted at a cell."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        id: By which it is known again wherever it was moved and however it was renamed: ASCII, unique in its table.
        choices: What people may choose from.
        watched: A change of it under a person's word sends the row to 待复核.
        level: Depth in the outline; 1 can be folded away.
        hidden: Hidden by people, and left so.
        number_format: As Excel spells it.
        note: What people noted at its heading.
    """

    id: str
    heading: str
    owner: Owner = Owner.TOOL
    kind: Kind = Kind.TEXT
    width: float = 12
    choices: tuple[str, ...] = ()
    watched: bool = False
    level: int = 0
    hidden: bool = False
    number_format: str = ""
    note: Note | None = None


class Typed(NamedTuple):
    """What somebody put into a cell, where the bare value does not say it all.

    Attributes:
        value: What the cell shows; of a formula what it came to, None where nobody has calculated it.
        formula: With its ``=``; empty where there is none.
        number_format: As Excel spells it, empty where it is that of the column.
        error: ``#REF!`` and the like; ``value`` is None then.
    """

    value: Value
    formula: str = ""
    number_format: str = ""
    error: str = ""


_NONE: Final[Mapping[int, str]] = MappingProxyType({})
_NO_NOTES: Final[Mapping[int, Note]] = MappingProxyType({})
_NOTHING_TYPED: Final[Mapping[int, Typed]] = MappingProxyType({})


class Row(NamedTuple):
    """One row.

    Attributes:
        key: Unique in its table; empty in tables nobody writes into.
        values: One for each column; people's are None until they are carried over.
        links: Position of a column → where its cell leads, ``internal:`` or ``external:`` as XlsxWriter spells it.
        notes, fills: Position of a column → what people noted there, and the colour they gave it, ``#RRGGBB``.
        typed: Position of a column → what people put there that is more than a value: a formula, a date, an error. It
            stands for the value.
    """

    key: str
    values: tuple[Value, ...]
    links: Mapping[int, str] = _NONE
    notes: Mapping[int, Note] = _NO_NOTES
    fills: Mapping[int, str] = _NONE
    typed: Mapping[int, Typed] = _NOTHING_TYPED


class Alert(NamedTuple):
    """What a row says while somebody types in it; it colours cells and writes nothing.

    Attributes:
        when: A formula over cells of the row itself, each as ``{id of its column}``, so that rows may be sorted.
        columns: Ids of the columns that turn red.
    """

    when: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet of rows.

    Attributes:
        name: Of the sheet.
        intro: One line under the title.
        rows: Gone through once; a long table may make them as it goes.
        frozen: How many visible columns stay in sight and repeat on every printed page.
        published: Meant for outside: no personal data may stand in it.
        fitted: Rows get the height of their text; else the program that opens it finds that out, as Excel does.
        after: What the tool says of what people wrote in a row: called once their words are in it, gives the row anew.
        alerts: What the rows say while people type.
        extensible: People may add rows of their own at its end, and they stay there.
    """

    name: str
    intro: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    frozen: int = 2
    published: bool = False
    fitted: bool = False
    after: Callable[[Row], Row] | None = None
    alerts: tuple[Alert, ...] = ()
    extensible: bool = False

    @property
    def editable(self) -> bool:
        """Whether people have columns of their own here."""
        return any(column.owner is Owner.PEOPLE for column in self.columns)
