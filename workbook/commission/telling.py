"""A row as it stands is told apart: what the tool wrote, what was typed over it, and what people wrote beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from workbook.commission.bearings import Bearings
from workbook.commission.digest import canonical, cell_digest, row_digest, unpacked
from workbook.commission.held import NAMED_BY, HeldRow
from workbook.commission.look import default_format
from workbook.commission.source import Source, plain, something
from workbook.commission.table import Note, Table, Typed, Value
from workbook.package.notes import NoteText
from workbook.package.rows import SheetRow
from workbook.package.sheet import Cell

_NO_VALUE: Final = "\0"
_DIGEST: Final = "\0digest"
"""In place of a column: what somebody typed where the digest was."""


class _Suspect(NamedTuple):
    """A row that calls itself otherwise than its key does."""

    row: HeldRow
    key: str
    values: tuple[Value, ...]
    stored: tuple[int, ...]


class Told(NamedTuple):
    """A row under its key, before anybody looked closer.

    Attributes:
        values: What stands in the tool's cells, in the order of the digest.
        digest: Of them.
        stored: The digest that was written.
    """

    row: SheetRow
    key: str
    values: tuple[Value, ...]
    digest: str
    stored: str


class RowTeller:
    """Tells the rows of one sheet.

    Args:
        source: The master of before.
        sheet: Its name.
        bearings: Where things stand on it.
        table: As it is to be written, None where there is none any more.
    """

    def __init__(self, source: Source, sheet: str, bearings: Bearings, table: Table | None) -> None:
        self._source, self._sheet, self._bearings = source, sheet, bearings
        places = bearings.places()
        self._slots = [places.get(identifier, 0) for identifier in bearings.slots]
        self._tools = frozenset(self._slots)
        self._hidden = bearings.hidden
        self._known = self._tools | self._hidden
        columns = table.columns if table is not None else ()
        self._usual = {column.id: default_format(column) for column in columns}
        order = [column.id for column in columns] or list(bearings.slots)
        named = [identifier for identifier in order if identifier in bearings.slots][:NAMED_BY]
        self._names = [bearings.slots.index(identifier) for identifier in named]
        self._suspects: list[_Suspect] = []

    def told(self, row: SheetRow, key: str) -> Told:
        """A row with what the tool's cells say."""
        values = tuple([_written(row.cells.get(number)) for number in self._slots])
        return Told(row, key, values, row_digest(values), key_text(row.cells, self._bearings.digest))

    def untouched(self, told: Told) -> bool:
        """Whether nobody left anything in the cells of a row."""
        cells, coloured = told.row.cells, self._source.coloured
        same = told.digest == told.stored and cells.keys() <= self._known
        return same and not (coloured and any(cell.style in coloured for cell in cells.values()))

    def held(self, told: Told, notes: Mapping[int, NoteText]) -> HeldRow:
        """What was left in a row."""
        names = [told.values[at] for at in self._names]
        held = HeldRow(key=told.key, sheet=self._sheet, number=told.row.number, digest=told.digest)
        held.words = "　".join(str(name).removeprefix(_NO_VALUE) for name in names if name is not None)
        held.words_by = tuple(map(canonical, names))
        self.take(held, told.row, notes, self._known)
        checks = unpacked(told.stored)
        held.signed = len(checks) == len(told.values)
        if told.stored and not checks:
            held.over[_DIGEST] = Typed(told.stored)
        self._judge(held, told, checks if held.signed else ())
        return held

    def added(self, row: SheetRow, notes: Mapping[int, NoteText]) -> HeldRow:
        """A row people added: all of it is theirs."""
        held = HeldRow(key="", sheet=self._sheet, number=row.number)
        self.take(held, row, notes, self._hidden)
        return held

    def take(self, held: HeldRow, row: SheetRow, notes: Mapping[int, NoteText], others: frozenset[int]) -> None:
        """Take what stands in a row beside some columns, and notes and colours wherever they are."""
        named = self._bearings.named
        for number, cell in row.cells.items():
            if number not in others:
                identifier = named(number)
                typed = self._source.typed(cell, self._usual.get(identifier, ""))
                if something(typed):
                    held.cells[identifier] = typed
            if number not in self._hidden and (colour := self._source.coloured.get(cell.style)):
                held.fills[named(number)] = colour
        held.notes = {named(number): Note(*note) for number, note in notes.items()}

    def _judge(self, held: HeldRow, told: Told, checks: tuple[int, ...]) -> None:
        """Tell what the tool wrote from what was typed over it; without digests only the new figures can tell."""
        if held.key and checks and self._is_another(told.values, checks):
            self._suspects.append(_Suspect(held, held.key, told.values, checks))
        for at, identifier in enumerate(self._bearings.slots):
            value, number = told.values[at], self._slots[at]
            if checks and cell_digest(value) == checks[at]:
                held.shown[identifier] = value
                continue
            if checks:
                held.checks[identifier] = checks[at]
            else:
                held.shown[identifier] = value
            if number in told.row.cells and something(typed := self._source.typed(told.row.cells[number])):
                held.over[identifier] = typed

    def _is_another(self, values: tuple[Value, ...], checks: tuple[int, ...]) -> bool:
        """Whether all a row is known by is not what the tool wrote: its cells may have been moved without its key."""
        wrong = (values[at] is not None and cell_digest(values[at]) != checks[at] for at in self._names)
        return bool(self._names) and all(wrong)

    def resolve(self) -> None:
        """Give rows that were sorted without their keys their keys back."""
        by_digest = {one.stored: one for one in self._suspects}
        by_name: dict[tuple[int, ...], _Suspect | None] = {}
        for one in self._suspects:
            name = tuple(one.stored[at] for at in self._names)
            by_name[name] = None if name in by_name else one
        slots = self._bearings.slots
        for one in self._suspects:
            checks = tuple(map(cell_digest, one.values))
            right = by_digest.get(checks) or by_name.get(tuple(checks[at] for at in self._names))
            if right is not None:
                same = {slots[at]: one.values[at] for at, check in enumerate(checks) if check == right.stored[at]}
                one.row.key, one.row.shown = right.key, same
                one.row.over = {name: typed for name, typed in one.row.over.items() if name not in same}


def key_text(cells: Mapping[int, Cell], column: int | None) -> str:
    """A key or a digest; some programs make numbers of texts that look like them."""
    cell = cells.get(column) if column is not None else None
    return "" if cell is None or cell.formula else canonical(plain(cell.value))


def _written(cell: Cell | None) -> Value:
    """A cell of the tool as it stands; what it never writes is told from all it does."""
    if cell is None:
        return None
    if cell.formula is not None or cell.error is not None:
        return f"{_NO_VALUE}{cell.formula or cell.error}"
    return plain(cell.value)
