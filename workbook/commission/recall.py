"""A sheet of the master of before is read for what people left on it; one nobody touched takes no memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple

from toolkit.submission import column_letters
from workbook.commission.bearings import LOOKED_AT, Bearings, above, find
from workbook.commission.digest import cell_digest
from workbook.commission.held import HeldColumn, HeldRow, HeldTable, Piece, What, Why
from workbook.commission.marks import is_own
from workbook.commission.references import shifted
from workbook.commission.source import Source, something
from workbook.commission.stand import Stand, Untouched
from workbook.commission.table import Note, Owner, Table, Typed
from workbook.commission.telling import RowTeller, key_text
from workbook.package.grid import Position, address
from workbook.package.notes import NoteText
from workbook.package.rows import SheetColumn, SheetRow
from workbook.package.sheet import Cell

_PIXELS, _PADDING = 7, 5
_NO_NOTES: Final[Mapping[int, NoteText]] = {}


class Sheet(NamedTuple):
    """A sheet to be read.

    Attributes:
        name: As it is called.
        of: The name of its table.
        table: As it is to be written, None where there is none any more.
        notes: On it.
        whole: Every row is wanted, whether somebody touched it or not.
        untouched: What is known of its rows where nobody can have touched any; None where they must be looked at.
    """

    name: str
    of: str
    table: Table | None
    notes: Mapping[Position, NoteText]
    whole: bool = False
    untouched: Untouched | None = None


@dataclass(slots=True)
class Recalled:
    """What people left on a sheet.

    Attributes:
        rows: Those in which something was left.
        last: The number of the last row.
        stand: The keys in their order, in short.
    """

    sheet: str
    bearings: Bearings
    rows: list[HeldRow] = field(default_factory=list)
    strays: list[Piece] = field(default_factory=list)
    added: list[HeldRow] = field(default_factory=list)
    columns: tuple[HeldColumn, ...] = ()
    last: int = 0
    stand: str = ""


def recalled(source: Source, sheet: Sheet) -> Recalled | None:
    """Go through a sheet.

    Returns:
        None where neither marks nor headings are left, so that it is a sheet of people's own.

    Raises:
        UnreadableWorkbook: It is damaged.
    """
    found = source.package.rows(sheet.name, source.coloured, shifted)
    first = list(islice(found.rows, LOOKED_AT))
    bearings = find(first, sheet.of, sheet.table)
    if bearings is None:
        # All of a part is taken: only then is it known to be sound.
        for _ in found.rows:
            pass
        return None
    reading = _Reading(source, sheet, bearings)
    reading.above(first)
    if sheet.untouched is not None and not sheet.whole:
        return reading.done(found.columns, sheet.untouched)
    for row in chain((one for one in first if one.number > bearings.head), found.rows):
        reading.row(row)
    return reading.done(found.columns)


class _Reading:
    """Reads one sheet."""

    def __init__(self, source: Source, sheet: Sheet, bearings: Bearings) -> None:
        self._source, self._sheet, self._bearings = source, sheet, bearings
        self._teller = RowTeller(source, sheet.name, bearings, sheet.table)
        self._notes: dict[int, dict[int, NoteText]] = {}
        for (row, column), note in sheet.notes.items():
            self._notes.setdefault(row, {})[column] = note
        self._stand = Stand()
        self._found = Recalled(sheet.name, bearings)

    # --- above the rows ----------------------------------------------------------------------------------------

    def above(self, rows: Sequence[SheetRow]) -> None:
        """Titles and headings: what the tool did not write there."""
        bearings, cells = self._bearings, {row.number: row.cells for row in rows}
        for number, column in above(rows, bearings, self._sheet.table):
            self._stray((number, column), cells[number][column], Why.OUTSIDE)
        head, table = cells.get(bearings.head, {}), self._sheet.table
        names = {column.id: column.heading for column in table.columns} if table is not None else {}
        for column, identifier in bearings.columns.items():
            if column in head and bearings.is_tool(identifier) and not self._is_ours(identifier, head[column], names):
                self._stray((bearings.head, column), head[column], Why.HEADING)

    def _is_ours(self, identifier: str, cell: Cell, names: Mapping[str, str]) -> bool:
        check, typed = self._bearings.heading_checks.get(identifier), self._source.typed(cell)
        if check is None:
            return typed.value == names.get(identifier)
        return not typed.formula and cell_digest(typed.value) == check

    def _stray(self, at: Position, cell: Cell, why: Why) -> None:
        typed = self._source.typed(cell)
        if something(typed):
            self._found.strays.append(self._piece(at, Piece("", "", "", What.CONTENT, typed, why)))

    def _stray_notes(self, row: int, notes: Mapping[int, NoteText], why: Why) -> None:
        for column, note in notes.items():
            piece = Piece("", "", "", What.NOTE, Typed(note.text), why, author=note.author)
            self._found.strays.append(self._piece((row, column), piece))

    def _piece(self, at: Position, piece: Piece) -> Piece:
        heading = self._bearings.headings.get(at[1]) or f"{column_letters(at[1])} 列"
        words = f"第 {at[0]} 行" if piece.why is Why.NO_KEY else f"单元格 {address(at)}"
        return piece._replace(sheet=self._sheet.of, words=words, column=heading, saved=self._source.saved)

    # --- the rows ----------------------------------------------------------------------------------------------

    def row(self, row: SheetRow) -> None:
        """One row below the headings."""
        key = key_text(row.cells, self._bearings.key)
        if self._bearings.key is not None and not key:
            self._keyless(row)
            return
        self._found.last = max(self._found.last, row.number)
        self._stand.row(row.number, key)
        told, notes = self._teller.told(row, key), self._notes.pop(row.number, _NO_NOTES)
        if self._sheet.whole or notes or not self._teller.untouched(told):
            self._found.rows.append(self._teller.held(told, notes))

    def _keyless(self, row: SheetRow) -> None:
        """A row people added: it stays where they may add rows; elsewhere all of it has no place."""
        notes = self._notes.pop(row.number, _NO_NOTES)
        if self._sheet.table is not None and self._sheet.table.extensible:
            added = self._teller.added(row, notes)
            self._found.added += [added] if added.touched else []
            return
        for number, cell in row.cells.items():
            self._stray((row.number, number), cell, Why.NO_KEY)
        self._stray_notes(row.number, notes, Why.NO_KEY)

    def done(self, spans: Sequence[SheetColumn], untouched: Untouched | None = None) -> Recalled:
        """All of it, once every row was read, or is known to be as it was written."""
        found, bearings = self._found, self._bearings
        self._teller.resolve()
        found.rows = [row for row in found.rows if row.touched or self._sheet.whole]
        found.columns = tuple(self._column(spans, *one) for one in sorted(bearings.columns.items()))
        found.last, found.stand = untouched or (found.last, self._stand.told)
        for row, notes in sorted(self._notes.items()):
            self._stray_notes(row, notes, Why.OUTSIDE)
        return found

    def _column(self, spans: Sequence[SheetColumn], number: int, identifier: str) -> HeldColumn:
        bearings = self._bearings
        # Some programs write one run of columns into another: the narrower one is what somebody chose.
        around = [one for one in spans if one.first <= number <= one.last]
        span = min(around, key=lambda one: one.last - one.first, default=SheetColumn(0, 0, None, False))
        note = self._notes.get(bearings.head, {}).pop(number, None)
        return HeldColumn(
            identifier,
            bearings.headings.get(number, "自加列" if is_own(identifier) else ""),
            Owner.TOOL if bearings.is_tool(identifier) else Owner.PEOPLE,
            None if span.width is None else max(0.5, (round(span.width * _PIXELS) - _PADDING) / _PIXELS),
            span.hidden,
            Note(*note) if note is not None else None,
        )


def joined(name: str, parts: Sequence[Recalled]) -> HeldTable:
    """One table of the sheets it was written on."""
    columns: dict[str, HeldColumn] = {}
    for column in chain.from_iterable(part.columns for part in parts):
        columns.setdefault(column.id, column)
    return HeldTable(
        name=name,
        columns=tuple(columns.values()),
        rows=[row for part in parts for row in part.rows],
        strays=[stray for part in parts for stray in part.strays],
        added=[row for part in parts for row in part.added],
        keyed=all(part.bearings.key is not None for part in parts),
        sheets={part.sheet: dict(part.bearings.columns) for part in parts},
        stand=tuple(part.stand for part in parts),
        first={part.sheet: part.bearings.head + 1 for part in parts},
        last={part.sheet: part.last for part in parts},
        slots=parts[0].bearings.slots,
    )
