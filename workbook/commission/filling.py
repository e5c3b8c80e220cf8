"""One row: what people left in it is brought together, and held against what the tool says there now."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.arrange import Filled
from workbook.commission.digest import canonical, cell_digest, clean
from workbook.commission.held import HeldRow, Piece, What, Why
from workbook.commission.losses import Losses, basis_of
from workbook.commission.moving import Kept, Mover, noted
from workbook.commission.recheck import Change
from workbook.commission.table import Column, Note, Row, Table, Typed, Value

_COLOUR: Final = re.compile(r"#[0-9A-F]{6}")
_UNKNOWN: Final = "（原值已被改写）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What is the same for all rows of a table.

    Attributes:
        places: Column of the table → its position.
        writable: Columns people write into.
        every: All columns there will be.
        renamed: Column as it was held → as it is now.
        outside: Where formulas led out of the workbook, in words; added to.
    """

    table: Table
    places: Mapping[str, int]
    writable: Collection[str]
    every: Collection[str]
    renamed: Mapping[str, str]
    mover: Mover
    losses: Losses
    outside: list[str] = field(default_factory=list)


class Filling:
    """Fills one row.

    Args:
        ways: Of its table.
        index: Its number, from 0.
    """

    def __init__(self, ways: Ways, index: int) -> None:
        self._ways, self._index = ways, index
        self._told: dict[str, str] = {}
        self.filled = Filled()

    def take(self, held: HeldRow) -> None:
        """Take over what stands in a row of before; of two with one key the first counts."""
        for identifier, typed in held.cells.items():
            self._cell(held, identifier, typed)
        for identifier, note in held.notes.items():
            self._note(held, identifier, note)
        for identifier, fill in held.fills.items():
            there = self._there(identifier)
            if there in self._ways.every:
                self.filled.fills.setdefault(there, fill)

    def _there(self, identifier: str) -> str:
        return self._ways.renamed.get(identifier, identifier)

    def _cell(self, held: HeldRow, identifier: str, typed: Typed) -> None:
        there, cells, losses = self._there(identifier), self.filled.cells, self._ways.losses
        if there not in self._ways.writable:
            losses.content(held, identifier, typed, Why.NO_COLUMN)
            return
        kept = self._ways.mover.kept(typed, held, self._index)
        if there not in cells:
            self._put(there, kept, held.words)
        elif cells[there] != kept.typed:
            losses.content(held, identifier, typed, Why.TWICE)

    def _note(self, held: HeldRow, identifier: str, note: Note) -> None:
        there, notes, losses = self._there(identifier), self.filled.notes, self._ways.losses
        if there not in self._ways.every:
            losses.note(held, identifier, note, Why.NO_COLUMN)
        elif notes.setdefault(there, note) != note:
            losses.note(held, identifier, note, Why.TWICE)

    def _put(self, identifier: str, kept: Kept, words: str) -> None:
        self.filled.cells[identifier] = kept.typed
        if kept.told:
            self._told[identifier] = kept.told
        if kept.outside:
            heading = self._ways.losses.heading(identifier)
            self._ways.outside.append(f"{self._ways.table.name}“{words}”的“{heading}”")

    def put_back(self, piece: Piece) -> bool:
        """Whether something that had no place has found its own again, and nothing else stands there."""
        if not piece.columns or not all(one in self._ways.every for one in piece.columns):
            return False
        there, filled = piece.columns[0], self.filled
        match piece.kind:
            case What.CONTENT if there in self._ways.writable and there not in filled.cells:
                self._put(there, self._ways.mover.kept(piece.typed, None, self._index), piece.words)
            case What.NOTE if there not in filled.notes:
                filled.notes[there] = Note(str(piece.typed.value), piece.author)
            case What.FILL if _COLOUR.fullmatch(str(piece.typed.value)):
                filled.fills |= {one: str(piece.typed.value) for one in piece.columns if one not in filled.fills}
            case _:
                return False
        return True

    def done(self) -> Filled:
        """All of it, with what is to be noted of formulas that could not be kept."""
        for identifier, text in self._told.items():
            self.filled.notes[identifier] = noted(self.filled.notes.get(identifier), text)
        return self.filled


def written_over(ways: Ways, held: HeldRow, now: Row) -> None:
    """Keep what was typed into the tool's cells, unless the tool says the same by now."""
    for identifier, typed in held.over.items():
        at = ways.places.get(identifier)
        value = cleaned(now.values[at]) if at is not None else None
        if typed.formula or typed.error or canonical(typed.value) != canonical(value):
            ways.losses.content(held, identifier, typed, Why.OVER)


def changed(
    watched: Sequence[Column], ways: Ways, held: Sequence[HeldRow], back: Sequence[Piece], now: Row
) -> Mapping[str, tuple[str, str]]:
    """Heading → old and new value of each figure that changed under somebody's words."""
    spoken, bases = [row for row in held if row.spoken], [basis_of(piece) for piece in back]
    found = {}
    for column in watched if spoken or any(bases) else ():
        value = cleaned(now.values[ways.places[column.id]])
        before = [_before(row, column.id, value) for row in spoken]
        before += [basis.get(column.id) for basis in bases]
        old = next((one for one in before if one is not None and one != canonical(value)), None)
        if old is not None:
            found[column.heading] = old, canonical(value)
    return found


def _before(row: HeldRow, identifier: str, now: Value) -> str | None:
    """What a figure was when somebody wrote beside it; None where it was not there, or is the same."""
    if identifier in row.shown:
        return canonical(row.shown[identifier])
    if identifier in row.checks and row.checks[identifier] != cell_digest(now):
        return _UNKNOWN
    return None


def change(ways: Ways, key: str, words: str, figures: Mapping[str, tuple[str, str]], filled: Filled) -> Change:
    """A row of 待复核."""

    def lines(which: int) -> str:
        return "\n".join(f"{heading}：{values[which] or '（空）'}" for heading, values in figures.items())

    heading = ways.losses.heading
    written = [f"{heading(one)}：{_text(typed)}" for one, typed in filled.cells.items()]
    written += [f"批注（{heading(one)}）：{note.text}" for one, note in filled.notes.items()]
    return Change(ways.table.name, words, "、".join(figures), lines(0), lines(1), "\n".join(written), key)


def cleaned(value: Value) -> Value:
    """A value as it is written."""
    return clean(value) if isinstance(value, str) else value


def _text(typed: Typed) -> str:
    return " → ".join(filter(None, (typed.formula, typed.error or canonical(typed.value))))
