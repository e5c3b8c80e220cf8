"""A row as it stands is told apart: what the tool wrote, what was typed over it, and what people wrote beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import eq
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
    """A row that does not say what the tool wrote under its key: its cells may have been moved without it."""

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
        if held.key and checks and told.digest != told.stored:
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

    def resolve(self) -> None:
        """Give rows that were sorted without their keys their keys back; one that may be either of two gets none."""
        by_digest: dict[tuple[int, ...], list[_Suspect]] = {}
        by_name: dict[tuple[int, ...], list[_Suspect]] = {}
        for one in self._suspects:
            by_digest.setdefault(one.stored, []).append(one)
            by_name.setdefault(self._name(one.stored), []).append(one)
        slots = self._bearings.slots
        for one in self._suspects:
            checks = tuple(map(cell_digest, one.values))
            likely = by_digest.get(checks) or self._namesakes(one, checks, by_name)
            if likely:
                one.row.key = likely[0].key if len({other.key for other in likely}) == 1 else ""
                same = {slots[at]: one.values[at] for at, check in enumerate(checks) if check == likely[0].stored[at]}
                one.row.shown = same
                one.row.over = {name: typed for name, typed in one.row.over.items() if name not in same}

    def _name(self, checks: tuple[int, ...]) -> tuple[int, ...]:
        """What of a digest is about the name of a row."""
        return tuple(checks[at] for at in self._names)

    def _namesakes(
        self, one: _Suspect, checks: tuple[int, ...], by_name: Mapping[tuple[int, ...], Sequence[_Suspect]]
    ) -> Sequence[_Suspect]:
        """The rows of its name that it is most like; none where it may well be what its key says."""
        if _alike(checks, one.stored) >= len(checks) - 1 or all(one.values[at] is None for at in self._names):
            return ()
        named = by_name.get(self._name(checks), ())
        most = max((_alike(checks, other.stored) for other in named), default=0)
        closest = [other for other in named if _alike(checks, other.stored) == most]
        return () if any(other is one for other in closest) else closest


def _alike(checks: Sequence[int], others: Sequence[int]) -> int:
    """In how many cells two rows say the same."""
    return sum(map(eq, checks, others))


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
