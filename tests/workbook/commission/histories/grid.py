"""A sheet as cells between rows and columns that stay who they are wherever they go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from openpyxl.utils import column_index_from_string, get_column_letter

from tests.workbook.commission.histories.dialect import MAIN

PEOPLE_SIGN: Final = "✎ "
_TITLES: Final = ("title", "intro", "marks", "head")
_WIDEST: Final = 400
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile(r"([A-Z]+)([0-9]+)")


def tag(name: str) -> str:
    """A name of the main vocabulary."""
    return f"{{{MAIN}}}{name}"


@dataclass(eq=False, slots=True)
class Line:
    """A row or a column, itself wherever it is moved.

    Attributes:
        role: Of a row ``title``, ``intro``, ``marks``, ``head`` or ``data``; of a column ``key``, ``digest``, ``tool``,
            ``people`` or ``own``; empty of one nobody has written in yet.
        name: The key of a row, the id of a column.
        attributes: As the file spells them, but for where it stands.
    """

    role: str = ""
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class Note(NamedTuple):
    """What was noted at a cell."""

    text: str
    author: str


@dataclass(slots=True)
class Cell:
    """A cell.

    Attributes:
        kind: ``s`` a text, ``n`` a number, ``b`` a truth, ``e`` an error, empty of a blank.
        formula: With ``{row}`` for the number of its own row, without ``=``.
        ours: The tool wrote it, so that words in it are only repeated.
    """

    kind: str = ""
    text: str = ""
    formula: str = ""
    style: int = 0
    note: Note | None = None
    ours: bool = False

    @property
    def says(self) -> str:
        """All that stands in it."""
        return f"{self.formula}\0{self.text}" if self.formula else self.text


class Merge(NamedTuple):
    """An area, by its sides."""

    top: Line
    left: Line
    end: Line
    right: Line


class Grid:
    """A sheet.

    Attributes:
        table: Whose marks it bears, empty where it bears none.
        shaken: Something was done after which nobody can tell for certain which row is which.
        merges: Areas of which only the first cell is there for people.
    """

    def __init__(self, root: ET.Element, name: str, strings: list[str], notes: dict[str, Note]) -> None:
        self.root, self.name = root, name
        self.rows: list[Line] = []
        self.columns: list[Line] = []
        self.cells: dict[tuple[Line, Line], Cell] = {}
        self.table, self.shaken, self.touched = "", False, False
        self.merges: list[Merge] = []
        self._read(strings)
        for reference, note in notes.items():
            self.cell(*_position(reference)).note = note
        for one in root.iter(tag("mergeCell")):
            (top, left), (end, right) = (_position(corner) for corner in one.get("ref", "").split(":"))
            self.merge(self.row(top), self.column(left), self.row(end), self.column(right))
        self._know()

    # --- reading -----------------------------------------------------------------------------------------------

    def _read(self, strings: list[str]) -> None:
        for span in self.root.iter(tag("col")):
            for number in range(int(span.get("min", "1")), min(int(span.get("max", "1")), _WIDEST) + 1):
                kept = {name: value for name, value in span.attrib.items() if name not in ("min", "max")}
                self.column(number).attributes = kept
        last = 0
        for row in self.root.iter(tag("row")):
            last = int(row.get("r", last + 1))
            kept = {name: value for name, value in row.attrib.items() if name not in ("r", "spans")}
            self.row(last).attributes = kept
            at = 0
            for cell in row.iter(tag("c")):
                at = _position(cell.get("r", ""))[1] if cell.get("r") else at + 1
                self.cells[self.row(last), self.column(at)] = _read_cell(cell, strings)

    def _know(self) -> None:
        """Who each row and column is, as the tool has marked them."""
        third = self.rows[2] if len(self.rows) > 2 else Line()
        marks = [self.cells.get((third, column), Cell()).text for column in self.columns]
        mark = next((one for one in marks if one.startswith("key:")), "")
        if not mark:
            return
        self.table = mark.removeprefix("key:")
        for row, role in zip(self.rows, _TITLES, strict=False):
            row.role = role
        tools = next((one for one in marks if one.startswith("digest:")), "").removeprefix("digest:").split()
        for column, text in zip(self.columns, marks, strict=True):
            own = "own" if text.startswith("own_") else "people"
            found = {"key:": "key", "digest:": "digest"}.get(text[: text.find(":") + 1])
            column.role = found or ("tool" if text in tools else own if text else "")
            column.name = text
        keys = next(column for column in self.columns if column.role == "key")
        for row in self.rows[4:]:
            row.name = self.cells.get((row, keys), Cell()).text
            row.role = "data" if row.name else ""
        for (_, column), cell in self.cells.items():
            cell.ours = column.role == "tool"

    # --- what stands where -------------------------------------------------------------------------------------

    def row(self, number: int) -> Line:
        """The row of this number, counted from 1."""
        self.rows += [Line() for _ in range(number - len(self.rows))]
        return self.rows[number - 1]

    def column(self, number: int) -> Line:
        """The column of this number, counted from 1."""
        self.columns += [Line() for _ in range(number - len(self.columns))]
        return self.columns[number - 1]

    def cell(self, row: int, column: int) -> Cell:
        """The cell there, made where there was none."""
        return self.of(self.row(row), self.column(column))

    def of(self, row: Line, column: Line) -> Cell:
        """The cell of a row and a column, made where there was none."""
        return self.cells.setdefault((row, column), Cell())

    def at(self, row: Line, column: Line) -> Cell:
        """The cell of a row and a column, or a blank one to look at."""
        return self.cells.get((row, column), Cell())

    @property
    def data(self) -> list[Line]:
        """The rows under a key."""
        return [row for row in self.rows if row.role == "data"]

    @property
    def visible(self) -> list[Line]:
        """The columns but those of keys and digests."""
        return [column for column in self.columns if column.role not in ("key", "digest")]

    @property
    def head(self) -> Line:
        """The row of headings."""
        return next((row for row in self.rows if row.role == "head"), self.row(4))

    def heading(self, column: Line) -> str:
        """What stands over a column, without the sign of people's."""
        return self.at(self.head, column).text.removeprefix(PEOPLE_SIGN)

    def merge(self, top: Line, left: Line, end: Line, right: Line) -> None:
        """Make one cell of several."""
        self.merges.append(Merge(top, left, end, right))

    def span(self, merge: Merge) -> tuple[int, int, int, int] | None:
        """Where an area is now, counted from 0; None where a side of it is no more."""
        if not {merge.top, merge.end} <= set(self.rows) or not {merge.left, merge.right} <= set(self.columns):
            return None
        rows = sorted((self.rows.index(merge.top), self.rows.index(merge.end)))
        columns = sorted((self.columns.index(merge.left), self.columns.index(merge.right)))
        return rows[0], columns[0], rows[1], columns[1]

    def seen(self, row: Line, column: Line) -> Cell:
        """The cell people get at when they go there, made where there was none."""
        down, across = self.rows.index(row), self.columns.index(column)
        for top, left, end, right in filter(None, map(self.span, self.merges)):
            if top <= down <= end and left <= across <= right:
                return self.of(self.rows[top], self.columns[left])
        return self.of(row, column)

    def drop(self, lines: list[Line], line: Line) -> None:
        """Delete a row or a column."""
        lines.remove(line)
        self.cells = {where: cell for where, cell in self.cells.items() if line not in where}

    def standing(self) -> Iterator[tuple[Line, Line, Cell]]:
        """Every cell in which something stands or was noted, row by row."""
        by_row: dict[Line, list[tuple[int, Line, Cell]]] = {}
        order = {column: at for at, column in enumerate(self.columns)}
        for (row, column), cell in self.cells.items():
            by_row.setdefault(row, []).append((order[column], column, cell))
        for row in self.rows:
            for _, column, cell in sorted(by_row.get(row, ()), key=lambda one: one[0]):
                yield row, column, cell

    def notes(self) -> dict[str, Note]:
        """What is noted, by reference."""
        rows = {row: number for number, row in enumerate(self.rows, 1)}
        columns = {column: get_column_letter(number) for number, column in enumerate(self.columns, 1)}
        return {
            f"{columns[column]}{rows[row]}": cell.note
            for (row, column), cell in self.cells.items()
            if cell.note is not None
        }


def _read_cell(cell: ET.Element, strings: list[str]) -> Cell:
    kind, value = cell.get("t", "n"), cell.find(tag("v"))
    formula = cell.find(tag("f"))
    text = (value.text or "") if value is not None else ""
    if kind == "s":
        text = strings[int(text)]
    elif kind == "inlineStr":
        text = "".join(one.text or "" for one in cell.iter(tag("t")))
    if kind in ("s", "str", "inlineStr"):
        kind, text = "s", unescaped(text)
    if not text:
        kind = ""
    told = "" if formula is None else (formula.text or "")
    return Cell(kind, text, told, int(cell.get("s", "0")))


def unescaped(text: str) -> str:
    """What a text of a file says."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def escaped(text: str) -> str:
    """A text as a file spells it."""
    return _ESCAPE.sub(lambda found: f"_x005F{found[0]}", text)


def _position(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    assert found is not None, reference
    return int(found[2]), column_index_from_string(found[1])
