"""The enterprises of a large season lie in a workbook of their own beside the master, which opens without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from workbook.commission.carry import Carried, carried, left_of, waiting_for
from workbook.commission.held import Held, HeldRow, Piece, What
from workbook.commission.marks import is_own
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.sheets.lists import FIRMS, REGISTER, firms
from workbook.commission.table import Table, Typed

MOST_FIRMS: Final = 20_000
"""How many enterprises the master holds itself: LibreOffice takes a second for every 35,000 of them."""


class Split(NamedTuple):
    """What goes into the master, and what into its annex.

    Attributes:
        annex: None where the master holds the enterprises itself.
        moves: Whether something people left in the master goes into the annex by this run.
    """

    master: Carried
    annex: Carried | None = None
    moves: bool = False


def enterprises(clusters: Sequence[Cluster]) -> int:
    """How many there are."""
    return sum(len(cluster.filing.firms) for cluster in clusters)


def known_tables(desk: Desk) -> tuple[Table, ...]:
    """Every sheet that may stand in a master of before, wherever the enterprises were then."""
    return (*tables(replace(desk, annex="")), *tables(replace(desk, annex=FIRMS)))


def split(desk: Desk, held: Held, beside: Held | None) -> Split:
    """Bring what people left into the sheets of now.

    Each of the two workbooks is its own memory, with a 未归位 of its own, so that either may be replaced without the
    other. Only once does anything go from one to the other: when the enterprises leave the master, what people left
    with them goes with them.

    Args:
        desk: With the name of the annex where there is to be one.
        held: What people left in the master of before.
        beside: What they left in its annex; None where there was none.
    """
    if not desk.annex:
        return Split(carried(tables(desk), held))
    there, pieces = held.tables.get(FIRMS), waiting_for(held, FIRMS)
    if beside is not None:
        pieces = list(_not_there([*pieces, *left_of(held, FIRMS)], beside))
    elif there is not None:
        # As it stands, with the columns people added.
        beside = Held(tables={FIRMS: there}, saved=held.saved)
    annex = carried([firms(desk)], beside or Held(), lent=pieces)
    master = carried(tables(desk), held, elsewhere={FIRMS})
    return Split(master, annex, moves=bool(pieces) or there is not None)


def missed(held: Held, beside: Held | None) -> bool:
    """Whether there should be an annex: the master of before tells of one."""
    return beside is None and REGISTER in held.tables


def _not_there(pieces: Sequence[Piece], beside: Held) -> Iterator[Piece]:
    """Without what the annex holds already, as where a run was killed before it came to the master."""
    there = beside.tables.get(FIRMS)
    if there is None:
        yield from pieces
        return
    known = {one for row in there.rows for one in _said(row)}
    headings = {column.id: column.heading for column in there.columns}
    for piece in pieces:
        if not all((piece.key, piece.kind, column, piece.typed) in known for column in piece.columns or ("",)):
            # Of two columns that people added under one number each has its own heading.
            strange = any(is_own(one) and headings.get(one, "") != piece.column for one in piece.columns)
            yield piece._replace(key="") if strange else piece


def _said(row: HeldRow) -> Iterator[tuple[str, What, str, Typed]]:
    """Each thing people left in a row, as a piece tells it."""
    yield from ((row.key, What.CONTENT, column, typed) for column, typed in row.cells.items())
    yield from ((row.key, What.NOTE, column, Typed(note.text)) for column, note in row.notes.items())
    yield from ((row.key, What.FILL, column, Typed(fill)) for column, fill in row.fills.items())
