"""What people left in the master of before, as values: by table, row and column, wherever on the sheet it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, NamedTuple

from workbook.commission.table import Note, Owner, Typed, Value

NAMED_BY: Final = 2
"""How many columns of the tool a row is known by to people."""


@unique
class Why(StrEnum):
    """Why something has no place any more, in the words of 未归位."""

    GONE = "所在的行已不存在"
    OVER = "改写了系统列"
    NO_KEY = "所在的行不是系统写入的"
    TWICE = "同一行出现两次，内容不同"
    OUTSIDE = "写在表格之外"
    HEADING = "改写了系统的标题"
    NO_COLUMN = "所在的列已不存在"
    NO_TABLE = "所在的表已不存在"
    DRAWN = "写在文本框或图形中"


@unique
class What(StrEnum):
    """What it is that was left."""

    CONTENT = "内容"
    NOTE = "批注"
    FILL = "底色"


class HeldColumn(NamedTuple):
    """A column as it stood on the sheet.

    Attributes:
        id: Of the tool, or ``own_N`` where people added it.
        heading: As people see it, without the sign of theirs.
        owner: Whose it is.
        width: None where the sheet does not say.
        note: What somebody noted at the heading.
    """

    id: str
    heading: str
    owner: Owner
    width: float | None = None
    hidden: bool = False
    note: Note | None = None


@dataclass(slots=True, kw_only=True)
class HeldRow:
    """A row in which people left something.

    Attributes:
        sheet, number: Where it stood.
        words: What the row calls itself, for people.
        cells: Column → what stands in a cell of people's.
        over: Column → what stands in a cell of the tool that the tool did not write.
        shown: Column → what the tool had written, as far as it still stands there.
        checks: Column → digest of what the tool had written where that does not stand there any more.
        notes, fills: Column → what was noted there, and its colour.
        words_by: What each cell of its name says, to find it by where it has no key.
        digest: Of the tool's cells as they stand.
        signed: Whether a digest of the tool stands in it.
    """

    key: str
    sheet: str
    number: int
    words: str = ""
    cells: dict[str, Typed] = field(default_factory=dict)
    over: dict[str, Typed] = field(default_factory=dict)
    shown: dict[str, Value] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)
    words_by: tuple[str, ...] = ()
    digest: str = ""
    signed: bool = True

    def stands(self, identifier: str) -> Value:
        """What a cell of the tool says, whoever wrote it."""
        over = self.over.get(identifier)
        return self.shown.get(identifier) if over is None else over.formula or over.error or over.value

    @property
    def spoken(self) -> bool:
        """Whether somebody said something of the row; a colour says nothing."""
        return bool(self.cells or self.notes)

    @property
    def touched(self) -> bool:
        """Whether anything must be carried."""
        return bool(self.cells or self.notes or self.fills or self.over)


class Piece(NamedTuple):
    """One thing somebody left that has no place, as 未归位 shows it.

    Attributes:
        sheet: The table, or the page, it was on.
        words: What its row calls itself, or where it stood.
        column: As people see it.
        kind: What it is.
        typed: Content and all that belongs to it; of a note its text.
        author: Of a note.
        why: Why it has no place.
        saved: When the workbook it was found in was last saved by a person; empty where it does not say.
        key, columns: Where it belongs if the row comes back.
        basis: What the figures it was written beside were.
        id: By which 未归位 knows it; empty while it is not there yet.
    """

    sheet: str
    words: str
    column: str
    kind: What
    typed: Typed
    why: Why
    author: str = ""
    saved: str = ""
    key: str = ""
    columns: tuple[str, ...] = ()
    basis: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTable:
    """A table as it stood in the master of before.

    Attributes:
        columns: In the order of the sheet.
        rows: Those in which something was left, in the order of the sheets; a key may come twice, or be missing.
        strays: What stood where no row and no column is.
        added: Rows people added where they may, with all that stands in them.
        keyed: Whether the rows still have their keys.
        sheets: Name of each of its sheets → its columns there, by number.
        stand: Keys of each of its sheets in their order, in short: equal where no row has moved.
        first, last: The numbers of the first and the last row of each of its sheets.
        slots: Columns the digests of rows are about.
    """

    name: str
    columns: Sequence[HeldColumn]
    rows: Sequence[HeldRow]
    strays: Sequence[Piece] = ()
    added: Sequence[HeldRow] = ()
    keyed: bool = True
    sheets: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    stand: tuple[str, ...] = ()
    first: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    slots: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What people left in the master of before.

    Attributes:
        tables: By name.
        strays: What was typed on pages of the tool, and in text boxes on any of its sheets.
        drawn: Sheet of the tool → how many of what people drew on it.
        own: The sheets that are people's own.
        pages: The sheets that are pages of the tool.
        saved: When a person last saved it, empty where it does not say.
        data: The file.
    """

    tables: Mapping[str, HeldTable] = field(default_factory=dict)
    strays: Sequence[Piece] = ()
    drawn: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    saved: str = ""
    data: bytes = field(default=b"", repr=False)
