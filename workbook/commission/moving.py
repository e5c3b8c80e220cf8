"""Formulas people typed go with their rows where that leaves what they mean as it is; else what they showed stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

from workbook.commission.arrange import Arrangement
from workbook.commission.held import Held, HeldRow, HeldTable
from workbook.commission.marks import part_name
from workbook.commission.references import Reference, moved, reaches_out
from workbook.commission.stand import Stand
from workbook.commission.table import FIRST_ROW, HEAD_ROW, Note, Table, Typed

HIDDEN: Final = 2
"""Columns before the first of a table: keys and digests."""
ROOM: Final = 1_048_576 - HEAD_ROW
_MOVED: Final = "原公式（引用的单元格已变动，现保留其结果）："
_OUTSIDE: Final = "原公式（指向本工作簿之外，已停用，现保留其结果）："


class Kept(NamedTuple):
    """What becomes of a cell.

    Attributes:
        typed: As it is to be written.
        told: What is to be noted at it.
        outside: Whether its formula led out of the workbook.
    """

    typed: Typed
    told: str = ""
    outside: bool = False


class Place(NamedTuple):
    """A sheet and a row on it."""

    sheet: str
    row: int


def place_of(table: str, index: int) -> Place:
    """Where the row of this number, from 0, is going to stand."""
    part, row = divmod(index, ROOM)
    return Place(part_name(table, part + 1), FIRST_ROW + row)


@dataclass
class Ground:
    """A table as it was and as it is going to be.

    Args:
        table: With rows that can be gone through again.
        held: As it was.
        arrangement: Of its columns.
    """

    table: Table
    held: HeldTable
    arrangement: Arrangement
    _numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        ids = [column.id for column in self.arrangement.columns]
        self._numbers = {one: HIDDEN + number for number, one in enumerate(ids, 1)}

    def column(self, sheet: str, number: int) -> int | None:
        """Where a column of a sheet of before is going to be."""
        identifier = self.held.sheets[sheet].get(number, "")
        return self._numbers.get(self.arrangement.renamed.get(identifier, identifier))

    @cached_property
    def _extent(self) -> tuple[bool, int]:
        stands, count = [Stand()], 0
        for count, row in enumerate(self.table.rows, 1):
            place = place_of(self.table.name, count - 1)
            if place.row == FIRST_ROW and count > 1:
                stands.append(Stand())
            stands[-1].row(place.row, row.key)
        return tuple(one.told for one in stands) == self.held.stand, count

    @property
    def stands(self) -> bool:
        """Whether every row is where it was."""
        return self._extent[0]

    @property
    def last(self) -> int:
        """The number of the last row; 0 where the table takes more than one sheet."""
        return max(FIRST_ROW, HEAD_ROW + self._extent[1]) if self._extent[1] <= ROOM else 0

    def sheet(self, name: str) -> str:
        """What a sheet of before is called from now on."""
        return part_name(self.table.name, list(self.held.sheets).index(name) + 1)


class Mover:
    """Knows where everything is going.

    Args:
        held: The master of before.
        grounds: Its tables.
    """

    def __init__(self, held: Held, grounds: Mapping[str, Ground]) -> None:
        self._sheets = {sheet: ground for ground in grounds.values() for sheet in ground.held.sheets}
        self._still = {*held.own, *held.pages}

    def learn(self, ground: Ground) -> None:
        """Take in a table whose rows were not known before."""
        self._sheets |= dict.fromkeys(ground.held.sheets, ground)

    def kept(self, typed: Typed, row: HeldRow | None, index: int) -> Kept:
        """What becomes of a cell.

        Args:
            typed: What stands in it.
            row: Where it stood, None where nobody knows any more.
            index: The number, from 0, of the row it is going to stand in.
        """
        if not typed.formula:
            return Kept(typed)
        if reaches_out(typed.formula):
            return _settled(typed, _OUTSIDE, outside=True)
        there = moved(typed.formula, self._move(row, index)) if typed.formula[0] == "=" else None
        return Kept(typed._replace(formula=there)) if there else _settled(typed, _MOVED)

    def _move(self, row: HeldRow | None, index: int) -> Callable[[Reference], Reference | None]:
        def move(reference: Reference) -> Reference | None:
            sheet = reference.sheet or (row.sheet if row else "")
            if reference.sheet in self._still:
                return reference
            ground = self._sheets.get(sheet)
            if ground is None:
                return None
            own = row is not None and sheet == row.sheet
            there = self._columns(reference, sheet, ground)
            return there and self._rows(there, sheet, ground, (row.number, index) if row and own else None)

        return move

    def _columns(self, reference: Reference, sheet: str, ground: Ground) -> Reference | None:
        """The same columns wherever they have been moved, if they are still side by side."""
        first, last = reference.first, reference.last
        name = ground.sheet(sheet) if reference.sheet else ""
        if not first.column:
            return replace(reference, sheet=name) if ground.arrangement.as_it_was else None
        there = [ground.column(sheet, number) for number in range(first.column, last.column + 1)]
        start = there[0] if there else None
        if start is None or there != list(range(start, start + len(there))):
            return None
        return Reference(name, first._replace(column=start), last._replace(column=start + len(there) - 1))

    def _rows(self, reference: Reference, sheet: str, ground: Ground, own: tuple[int, int] | None) -> Reference | None:
        """The same rows: the formula's own, all of the table, or any where none has moved."""
        first, last = reference.first, reference.last
        if reference.whole_columns:
            return reference
        if own is not None and first.row == last.row == own[0]:
            place = place_of(ground.table.name, own[1])
            if reference.sheet and place.sheet != reference.sheet:
                return None
            return Reference(reference.sheet, first._replace(row=place.row), last._replace(row=place.row))
        if ground.stands and ground.held.first[sheet] == FIRST_ROW:
            return reference
        if (first.row, last.row) == (ground.held.first[sheet], ground.held.last[sheet]) and ground.last:
            return replace(reference, first=first._replace(row=FIRST_ROW), last=last._replace(row=ground.last))
        return None


def _settled(typed: Typed, reason: str, *, outside: bool = False) -> Kept:
    """What a formula showed, and its text as a note; the text itself where nobody has worked it out."""
    formula = typed.formula.strip("{}") if typed.formula[0] == "{" else typed.formula
    if typed.value is None and not typed.error:
        return Kept(Typed(formula), outside=outside)
    return Kept(typed._replace(formula=""), reason + typed.formula, outside)


def noted(note: Note | None, told: str) -> Note:
    """A note with a line more."""
    return Note(told) if note is None else note._replace(text=f"{note.text}\n{told}")


def again(table: Table) -> Table:
    """The table with rows that can be gone through more than once."""
    rows = table.rows
    return replace(table, rows=tuple(rows)) if iter(rows) is rows else table
