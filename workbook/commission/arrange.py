"""The columns of a table as people left them: in their order, wide and hidden as they were, theirs among the tool's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from workbook.commission.bearings import own_id
from workbook.commission.held import HeldColumn, HeldTable
from workbook.commission.marks import is_own
from workbook.commission.table import Column, Note, Owner, Row, Table, Typed

_WIDTH: Final = 16
_PIXELS: Final = 7


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the columns of a table lie.

    Attributes:
        columns: As they are to be written.
        order: Position to be written → position among the table's columns followed by people's own.
        own: Ids of the columns people added, in the order of ``order``.
        renamed: Column as it was held → as it is now, where it was given to people.
    """

    columns: tuple[Column, ...]
    order: tuple[int, ...]
    own: tuple[str, ...]
    renamed: Mapping[str, str]

    @property
    def as_it_was(self) -> bool:
        """Whether nothing moved and nothing was added."""
        return not self.own and self.order == tuple(range(len(self.order)))

    def row(self, row: Row) -> Row:
        """A row of the table's columns followed by people's own, in the order to be written."""
        there = {position: at for at, position in enumerate(self.order)}
        return Row(
            row.key,
            tuple(row.values[position] for position in self.order),
            {there[at]: one for at, one in row.links.items()},
            {there[at]: one for at, one in row.notes.items()},
            {there[at]: one for at, one in row.fills.items()},
            {there[at]: one for at, one in row.typed.items()},
        )


def arranged(table: Table, held: HeldTable | None) -> Arrangement:
    """The columns of a table, as people left them where they did."""
    if held is None:
        return Arrangement(table.columns, tuple(range(len(table.columns))), (), {})
    ours = {column.id: column for column in table.columns}
    renamed = _given(held.columns, ours)
    left = {renamed.get(one.id, one.id): one for one in held.columns}
    own = [one for one in left if is_own(one)]
    every = [*(column.id for column in table.columns), *own]
    ids = tuple(_merged(list(ours), [one for one in left if one in ours or is_own(one)]))
    columns = tuple(_column(one, ours.get(one), left[one]) if one in left else ours[one] for one in ids)
    return Arrangement(columns, tuple(every.index(one) for one in ids), tuple(own), renamed)


def _given(columns: Sequence[HeldColumn], ours: Mapping[str, Column]) -> dict[str, str]:
    """Columns for people to fill in that the table has no more: they are people's own from now on."""
    taken = {one.id for one in columns}
    found: dict[str, str] = {}
    for one in columns:
        if one.owner is Owner.PEOPLE and one.id not in ours and not is_own(one.id):
            found[one.id] = own_id(one.heading, taken)
            taken.add(found[one.id])
    return found


def _merged(ours: Sequence[str], left: Sequence[str]) -> Iterator[str]:
    """The order of before; what is new stands behind what it stands behind in the table."""
    after: dict[str, list[str]] = {}
    before, known = "", set(left)
    for one in ours:
        if one not in known:
            after.setdefault(before, []).append(one)
        else:
            before = one
    for one in ("", *left):
        yield from filter(None, (one, *after.get(one, ())))


def _column(identifier: str, ours: Column | None, held: HeldColumn) -> Column:
    note = Note(*held.note) if held.note is not None else None
    if ours is None:
        width = held.width if held.width is not None else _WIDTH
        return Column(
            id=identifier,
            heading=held.heading,
            owner=Owner.PEOPLE,
            width=width,
            hidden=held.hidden,
            note=note,
        )
    heading = held.heading if ours.owner is Owner.PEOPLE and held.heading else ours.heading
    return replace(ours, heading=heading, width=_width(ours.width, held.width), hidden=held.hidden, note=note)


def _width(ours: float, held: float | None) -> float:
    """The width somebody chose; as written where it differs by less than a pixel."""
    if held is None or abs(int(ours * _PIXELS + 0.5) - held * _PIXELS) < 1:
        return ours
    return held


@dataclass(slots=True)
class Filled:
    """What people left in one row, brought together, by column."""

    cells: dict[str, Typed] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)

    def into(self, row: Row, places: Mapping[str, int]) -> Row:
        """The row with it, as far as it is of the columns placed."""
        values = list(row.values)
        notes, fills, typed = dict(row.notes), dict(row.fills), dict(row.typed)
        for identifier, one in self.cells.items():
            if (at := places.get(identifier)) is not None:
                values[at] = one.value
                if one != Typed(one.value):
                    typed[at] = one
        notes |= {places[identifier]: note for identifier, note in self.notes.items() if identifier in places}
        fills |= {places[identifier]: fill for identifier, fill in self.fills.items() if identifier in places}
        return Row(row.key, tuple(values), row.links, notes, fills, typed)
