"""The master of before is read for what people left in it: row by row, so that a sheet nobody touched costs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from itertools import chain
from typing import Final, NamedTuple

from toolkit.submission import column_letters
from workbook.commission.bearings import LOOKED_AT, Bearings, above, find
from workbook.commission.digest import canonical, cell_digest, row_digest, unpacked
from workbook.commission.held import HeldColumn, HeldRow, HeldTable, Piece, What, Why
from workbook.commission.look import PEOPLE_FILL, default_format
from workbook.commission.references import shifted
from workbook.commission.table import Note, Owner, Table, Typed, Value
from workbook.package.grid import Position, address
from workbook.package.looks import PLAIN, Look
from workbook.package.notes import NoteText
from workbook.package.rows import SheetColumn, SheetRow
from workbook.package.sheet import Cell
from workbook.package.stream import Package

_NAMED_BY: Final = 2
"""How many columns of the tool a row is known by to people."""
_EPOCH: Final = date(1899, 12, 30)
_YEARS_1904: Final = 1_462
_PIXELS, _PADDING = 7, 5
_EXACT: Final = 10**15


class Source(NamedTuple):
    """The master of before, and what all its sheets share.

    Attributes:
        looks: Of each style.
        coloured: Style → the colour somebody gave.
        saved: When a person last saved it.
    """

    package: Package
    looks: Sequence[Look]
    coloured: Mapping[int, str]
    saved: str

    def look(self, style: int) -> Look:
        """Of one style."""
        return self.looks[style] if style < len(self.looks) else PLAIN

    def typed(self, cell: Cell, usual: str = "") -> Typed:
        """What stands in a cell.

        Args:
            cell: The cell.
            usual: The number format of its column.
        """
        value, code = plain(cell.value), self.look(cell.style).number_format
        if isinstance(cell.value, date):
            code = "yyyy-mm-dd"
        counts = isinstance(value, int | float) and not isinstance(value, bool)
        if counts and self.package.date1904 and any(one in code.lower() for one in "ymdh"):
            value = float(value or 0) + _YEARS_1904
        formula = cell.formula if cell.formula and len(cell.formula) > 1 else ""
        kept = (code or "General") if (counts or formula) and code != usual else ""
        return Typed(value, formula, kept, cell.error or "")


def plain(value: str | Decimal | bool | date | None) -> Value:
    """A value of the reader as one of the writer."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _EXACT
        return int(value) if whole else float(value)
    return (value - _EPOCH).days if isinstance(value, date) else value


def something(typed: Typed) -> bool:
    """Whether anything stands in a cell."""
    return bool(typed.formula or typed.error or typed.value not in (None, ""))


class _Suspect(NamedTuple):
    """A row that calls itself otherwise than its key does."""

    row: HeldRow
    values: tuple[Value, ...]
    stored: tuple[int, ...]


class SheetMemory:
    """What people left on one sheet of a table.

    Args:
        source: The master.
        sheet: Its name.
        name: Of the table.
        table: As it is to be written, None where there is none any more.
        notes: Of the sheet.
        whole: Every row is wanted, whether somebody touched it or not.
    """

    def __init__(
        self,
        source: Source,
        sheet: str,
        name: str,
        table: Table | None,
        notes: Mapping[Position, NoteText],
        *,
        whole: bool = False,
    ) -> None:
        self._whole = whole
        self._source, self.sheet, self.name, self._table = source, sheet, name, table
        self._notes: dict[int, dict[int, NoteText]] = {}
        for (row, column), note in notes.items():
            self._notes.setdefault(row, {})[column] = note
        self.rows: list[HeldRow] = []
        self.strays: list[Piece] = []
        self.columns: tuple[HeldColumn, ...] = ()
        self.last = 0
        self._suspects: list[_Suspect] = []
        self._stand = blake2b(digest_size=16)
        self._bearings: Bearings | None = None

    @property
    def bearings(self) -> Bearings:
        """Where things stand, once it was read."""
        assert self._bearings is not None
        return self._bearings

    @property
    def stand(self) -> str:
        """The keys in their order, in short."""
        return self._stand.hexdigest()

    def read(self) -> bool:
        """Go through the sheet.

        Returns:
            False where neither marks nor headings are left, so that it is a sheet of people's own.
        """
        found = self._source.package.rows(self.sheet, self._source.coloured, shifted)
        first = _first(found.rows)
        self._bearings = bearings = find(first, self.name, self._table)
        if bearings is None:
            for _ in found.rows:
                pass
            return False
        self._prepare(bearings)
        self._above(first)
        for row in chain((one for one in first if one.number > bearings.head), found.rows):
            self._row(row)
        self._resolve()
        self.rows = [row for row in self.rows if row.touched or self._whole]
        self.columns = tuple(self._column(found.columns, *one) for one in sorted(bearings.columns.items()))
        self._left_notes()
        return True

    def _prepare(self, bearings: Bearings) -> None:
        places = bearings.places()
        self._slots = [places.get(identifier, 0) for identifier in bearings.slots]
        self._tools = frozenset(self._slots)
        self._hidden = frozenset(one for one in (bearings.key, bearings.digest) if one is not None)
        columns = self._table.columns if self._table is not None else ()
        self._usual = {column.id: default_format(column) for column in columns}
        order = [column.id for column in columns] or list(bearings.slots)
        named = [identifier for identifier in order if identifier in bearings.slots][:_NAMED_BY]
        self._names = [bearings.slots.index(identifier) for identifier in named]

    # --- above the rows ----------------------------------------------------------------------------------------

    def _above(self, rows: Sequence[SheetRow]) -> None:
        bearings = self.bearings
        cells = {row.number: row.cells for row in rows}
        for number, column in above(rows, bearings):
            self._stray(number, column, cells[number][column], Why.OUTSIDE)
        head = cells.get(bearings.head, {})
        names = {column.id: column.heading for column in self._table.columns} if self._table is not None else {}
        for column, identifier in bearings.columns.items():
            check = bearings.heading_checks.get(identifier)
            if column not in head or identifier not in bearings.slots:
                continue
            typed = self._source.typed(head[column])
            written = cell_digest(typed.value) == check if check is not None else typed.value == names.get(identifier)
            if something(typed) and (typed.formula or not written):
                self._stray(bearings.head, column, head[column], Why.HEADING)

    def _stray(self, row: int, column: int, cell: Cell, why: Why) -> None:
        typed = self._source.typed(cell)
        if something(typed):
            self.strays.append(self._piece(row, column, What.CONTENT, typed, why))

    def _piece(self, row: int, column: int, kind: What, typed: Typed, why: Why, author: str = "") -> Piece:
        heading = self.bearings.headings.get(column) or f"{column_letters(column)} 列"
        words = f"单元格 {address((row, column))}" if why is not Why.NO_KEY else f"第 {row} 行"
        return Piece(self.name, words, heading, kind, typed, why, author, self._source.saved)

    def _column(self, spans: Sequence[SheetColumn], number: int, identifier: str) -> HeldColumn:
        bearings = self.bearings
        span = next((one for one in spans if one.first <= number <= one.last), None)
        width = span.width if span is not None else None
        note = self._notes.get(bearings.head, {}).pop(number, None)
        return HeldColumn(
            identifier,
            bearings.headings.get(number, ""),
            Owner.TOOL if bearings.is_tool(identifier) else Owner.PEOPLE,
            (round(width * _PIXELS) - _PADDING) / _PIXELS if width is not None and width > 1 else None,
            span is not None and span.hidden,
            Note(*note) if note is not None else None,
        )

    # --- the rows ----------------------------------------------------------------------------------------------

    def _row(self, row: SheetRow) -> None:
        bearings, cells = self.bearings, row.cells
        key = _key(cells.get(bearings.key)) if bearings.key is not None else ""
        if bearings.key is not None and not key:
            self._keyless(row)
            return
        if key:
            self._stand.update(f"{row.number}\n{key}\n".encode("utf-8", "surrogatepass"))
        values = [_written(cells.get(number)) for number in self._slots]
        digest = row_digest(values)
        stored = _key(cells.get(bearings.digest)) if bearings.digest is not None else ""
        self.last = max(self.last, row.number)
        notes = self._notes.pop(row.number, None)
        if not self._whole and digest == stored and not notes and cells.keys() <= self._tools | self._hidden:
            if not self._source.coloured or not any(one.style in self._source.coloured for one in cells.values()):
                return
        self._keep(row, key, tuple(values), digest, stored, notes or {})

    def _keep(
        self,
        row: SheetRow,
        key: str,
        values: tuple[Value, ...],
        digest: str,
        stored: str,
        notes: Mapping[int, NoteText],
    ) -> None:
        held = HeldRow(key=key, sheet=self.sheet, number=row.number, digest=digest)
        held.words = "　".join(str(values[at]) for at in self._names if values[at] is not None)
        held.words_by = tuple(canonical(values[at]) for at in self._names)
        self._take_cells(held, row)
        held.notes = {self.bearings.named(number): Note(*note) for number, note in notes.items()}
        checks = unpacked(stored)
        if len(checks) != len(values):
            checks = ()
        self._judge(held, row.cells, values, checks)
        self.rows.append(held)

    def _take_cells(self, held: HeldRow, row: SheetRow) -> None:
        bearings = self.bearings
        for number, cell in row.cells.items():
            if number in self._hidden:
                continue
            if number not in self._tools:
                identifier = bearings.named(number)
                typed = self._source.typed(cell, self._usual.get(identifier, ""))
                if something(typed):
                    held.cells[identifier] = typed
            if colour := self._source.coloured.get(cell.style):
                held.fills[bearings.named(number)] = colour

    def _judge(
        self, held: HeldRow, cells: Mapping[int, Cell], values: tuple[Value, ...], checks: tuple[int, ...]
    ) -> None:
        """Tell what the tool wrote from what was typed over it; without digests only the new figures can tell."""
        slots = self.bearings.slots
        if held.key and checks and self._is_another(values, checks):
            self._suspects.append(_Suspect(held, values, checks))
        for at, (identifier, number, value) in enumerate(zip(slots, self._slots, values, strict=True)):
            if checks and cell_digest(value) == checks[at]:
                held.shown[identifier] = value
                continue
            if checks:
                held.checks[identifier] = checks[at]
            else:
                held.shown[identifier] = value
            if number in cells and something(typed := self._source.typed(cells[number])):
                held.over[identifier] = typed

    def _is_another(self, values: tuple[Value, ...], checks: tuple[int, ...]) -> bool:
        """Whether all that a row is known by is not what the tool wrote: its cells may have been moved without its key."""
        return bool(self._names) and all(
            values[at] is not None and cell_digest(values[at]) != checks[at] for at in self._names
        )

    def _resolve(self) -> None:
        """Give rows that were sorted without their keys their keys back."""
        by_digest = {one.stored: one for one in self._suspects}
        by_name: dict[tuple[int, ...], _Suspect | None] = {}
        for one in self._suspects:
            name = tuple(one.stored[at] for at in self._names)
            by_name[name] = None if name in by_name else one
        keys = {id(one): one.row.key for one in self._suspects}
        for one in self._suspects:
            checks = tuple(map(cell_digest, one.values))
            right = by_digest.get(checks) or by_name.get(tuple(checks[at] for at in self._names))
            if right is not None:
                one.row.key = keys[id(right)]
                slots = self.bearings.slots
                same = {slots[at] for at, check in enumerate(checks) if check == right.stored[at]}
                one.row.over = {
                    identifier: typed for identifier, typed in one.row.over.items() if identifier not in same
                }
                one.row.shown = {slots[at]: value for at, value in enumerate(one.values) if slots[at] in same}

    def _keyless(self, row: SheetRow) -> None:
        """A row people added: all of it was typed."""
        for number, cell in row.cells.items():
            self._stray(row.number, number, cell, Why.NO_KEY)
        for number, note in self._notes.pop(row.number, {}).items():
            piece = self._piece(row.number, number, What.NOTE, Typed(note.text), Why.NO_KEY, note.author)
            self.strays.append(piece)

    def _left_notes(self) -> None:
        """Notes where no row of the table is."""
        for row, notes in sorted(self._notes.items()):
            for column, note in notes.items():
                self.strays.append(self._piece(row, column, What.NOTE, Typed(note.text), Why.OUTSIDE, note.author))


def _first(rows: Iterator[SheetRow]) -> list[SheetRow]:
    """The rows among which the headings are."""
    found = []
    for row in rows:
        found.append(row)
        if len(found) == LOOKED_AT:
            break
    return found


def _key(cell: Cell | None) -> str:
    """A key; some programs make numbers of texts that look like them."""
    return "" if cell is None or cell.formula else canonical(plain(cell.value))


def _written(cell: Cell | None) -> Value:
    """A cell of the tool as it stands; what it never writes is told from all it does."""
    if cell is None:
        return None
    if cell.formula is not None or cell.error is not None:
        return f"\x00{cell.formula}{cell.error}"
    return plain(cell.value)


def joined(name: str, parts: Sequence[SheetMemory]) -> HeldTable:
    """One table of the sheets it was written on."""
    columns: dict[str, HeldColumn] = {}
    for part in parts:
        for column in part.columns:
            columns.setdefault(column.id, column)
    stand = "|".join(f"{part.stand}" for part in parts)
    return HeldTable(
        name=name,
        columns=tuple(columns.values()),
        rows=tuple(row for part in parts for row in part.rows),
        strays=tuple(stray for part in parts for stray in part.strays),
        keyed=all(part.bearings.key is not None for part in parts),
        sheets={part.sheet: dict(part.bearings.columns) for part in parts},
        stand=stand,
        first={part.sheet: part.bearings.head + 1 for part in parts},
        last={part.sheet: part.last for part in parts},
        slots=parts[0].bearings.slots,
    )


def colours(looks: Sequence[Look]) -> dict[int, str]:
    """The styles in which somebody chose a colour: the tool fills cells of people's with one, and its own with none."""
    return {style: look.fill for style, look in enumerate(looks) if look.fill and look.fill != PEOPLE_FILL}
