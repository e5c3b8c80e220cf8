"""Rows go into a sheet one after the other, each column by a writer made for it: a roster has millions of cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final

from workbook.commission.digest import clean, row_digest, slots
from workbook.commission.look import cell_format, height
from workbook.commission.stand import Stand, Untouched
from workbook.commission.table import Column, Note, Owner, Row, Typed, Value
from workbook.sheets.style import Styles

LONGEST_LINK: Final = 2_079
_NOTE_WIDTH: Final = 260
_LINE: Final = 24
_NOTE_LINES: Final = 30

EXTERNAL: Final = "external:"
"""Before a link that leads to a file, as XlsxWriter spells it."""

Put = Callable[[int, Value], None]


class RowWriter:
    """Writes the rows of one sheet, from the top.

    Args:
        sheet: An XlsxWriter worksheet.
        columns: Of the table.
        offset: Columns before them: key and digest.
        styles: Formats of this workbook.
        most_links: How many links the sheet may hold.
        fitted: Whether rows get the height of their text.
        near: Whether links of numbers lead to their file only, and tell the cell.
    """

    def __init__(
        self,
        sheet: Any,
        columns: tuple[Column, ...],
        offset: int,
        styles: Styles,
        most_links: int,
        *,
        fitted: bool = False,
        near: bool = False,
    ) -> None:
        self._sheet, self._columns, self._offset, self._styles = sheet, columns, offset, styles
        self._links = most_links
        self._blank = styles["blank"]
        position = {column.id: at for at, column in enumerate(columns) if column.owner is Owner.TOOL}
        self._tools = tuple(position[one] for one in slots(position))
        self._puts = tuple(
            _put(sheet, at, cell_format(column, styles)) for at, column in enumerate(columns, start=offset)
        )
        self._people = tuple(at for at, column in enumerate(columns) if column.owner is Owner.PEOPLE)
        self._fitted, self._near = fitted, near
        self._stand, self._last, self._touched = Stand(), 0, False
        self.written = 0

    def write(self, at: int, row: Row) -> None:
        """One row, counted from 0."""
        sheet = self._sheet
        values = [clean(value) if type(value) is str else value for value in row.values]
        if self._fitted and (tall := height(self._columns, values)):
            sheet.set_row(at, tall)
        if row.key:
            sheet.write_string(at, 0, row.key, self._blank)
        tools = [values[one] for one in self._tools]
        sheet.write_string(at, 1, row_digest(tools), self._blank)
        if row.links:
            self._link(at, row.links, values)
        for put, value in zip(self._puts, values, strict=True):
            put(at, value)
        if row.links or row.fills or row.typed:
            self._particular(at, row, values)
        for position, note in row.notes.items():
            comment(sheet, at, self._offset + position, note)
        self._stand.row(at + 1, row.key)
        self._last = at + 1
        self._touched = self._touched or self._is_touched(row, values)
        self.written += 1

    @property
    def stand(self) -> str:
        """How the rows stand."""
        return self._stand.told

    @property
    def untouched(self) -> Untouched | None:
        """The same of a sheet in which nothing of people's is; None where something is."""
        return None if self._touched else Untouched(self._last, self.stand)

    def _is_touched(self, row: Row, values: Sequence[Value]) -> bool:
        """Whether anything in a row may be people's, by whatever it is known to be when it is read."""
        theirs = any(values[at] not in (None, "") for at in self._people)
        return theirs or not row.key or bool(row.notes or row.fills or row.typed)

    def _link(self, at: int, links: Mapping[int, str], values: Sequence[Value]) -> None:
        """Only where links lead: what the cells show is written over it."""
        for position, link in links.items():
            if self._links and len(link) <= LONGEST_LINK:
                self._links -= 1
                near = self._near and is_number(values[position]) and link.startswith(EXTERNAL)
                target, _, cell = link.partition("#") if near else (link, "", "")
                self._sheet.write_url(at, self._offset + position, target, self._blank, " ", cell or None)

    def _particular(self, at: int, row: Row, values: list[Value]) -> None:
        """Cells with a look of their own."""
        for position in sorted({*row.links, *row.fills, *row.typed}):
            typed = row.typed.get(position, Typed(values[position]))
            style = cell_format(
                self._columns[position],
                self._styles,
                fill=row.fills.get(position, ""),
                number_format=typed.number_format,
                link=position in row.links,
            )
            write_typed(self._sheet, at, self._offset + position, typed, style)


def is_number(value: Value) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def write_typed(sheet: Any, row: int, column: int, typed: Typed, style: Any) -> None:
    """What somebody typed, as they typed it."""
    value = typed.value
    if typed.formula:
        # A result nobody knows is none; a nought would be taken for one.
        known = typed.error or ("" if value is None else value)
        sheet.write_formula(row, column, typed.formula, style, known)
    elif typed.error:
        sheet.write_formula(row, column, f"={typed.error}", style, typed.error)
    else:
        _put(sheet, column, style)(row, value)


def comment(sheet: Any, row: int, column: int, note: Note) -> None:
    """A note at a cell, large enough to be read."""
    text = clean(note.text)
    lines = sum(1 + len(line) // _LINE for line in text.split("\n"))
    options = {"author": clean(note.author), "width": _NOTE_WIDTH, "height": 22 + 16 * min(lines, _NOTE_LINES)}
    sheet.write_comment(row, column, text, options)


def _put(sheet: Any, column: int, style: Any) -> Put:
    """The writer of one column."""
    text, number, blank = sheet.write_string, sheet.write_number, sheet.write_blank

    def put(row: int, value: Value) -> None:
        if value is None or value == "":
            blank(row, column, None, style)
        elif isinstance(value, str):
            if value[:3] == "<r>":
                _angled(sheet, row, column, value, style)
            else:
                text(row, column, value, style)
        elif value is True or value is False:
            sheet.write_boolean(row, column, value, style)
        elif isfinite(value):
            number(row, column, value, style)
        else:
            text(row, column, str(value), style)

    return put


def _angled(sheet: Any, row: int, column: int, value: str, style: Any) -> None:
    """XlsxWriter takes a text in ``<r>`` for markup of its own; in two runs it is a text again."""
    sheet.write_rich_string(row, column, value[:1], style, value[1:], style)
