"""What people left in the master of before finds its place in the new one; what has none is kept in 未归位."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from workbook.commission.arrange import arranged
from workbook.commission.carrier import Carrier, Outcome, Task
from workbook.commission.held import Held, HeldTable, Piece, Why
from workbook.commission.lost import LOST, key_of, lost_table, pieces_of, returns
from workbook.commission.moving import Ground, Mover, again
from workbook.commission.recheck import RECHECK, Change, recheck_table
from workbook.commission.table import Table


class Carried(NamedTuple):
    """What is to be written, and what is to be told of it.

    Attributes:
        tables: Those of the tool, then 待复核 and 未归位.
        lost: How many things have lost their place since the master of before.
        changes: How many rows changed under somebody's words since then.
        outside: Where formulas led out of the workbook, in words.
    """

    tables: tuple[Table, ...]
    lost: int
    changes: int
    outside: tuple[str, ...]


def carried(
    tables: Sequence[Table], held: Held, *, lent: Sequence[Piece] = (), elsewhere: AbstractSet[str] = frozenset()
) -> Carried:
    """Bring what people left into the tables of now.

    Args:
        tables: As the tool makes them.
        held: What people left in the workbook of before.
        lent: What people left of these tables in another workbook.
        elsewhere: Tables that another workbook holds: what was left of them has gone there.
    """
    return _Carry([again(table) for table in tables], held, lent, elsewhere).all()


def waiting_for(held: Held, table: str) -> list[Piece]:
    """What waits in 未归位 for a table."""
    return [piece for piece in pieces_of(held.tables.get(LOST)) if piece.sheet == table and returns(piece)]


def left_of(held: Held, table: str) -> list[Piece]:
    """What people left on a table, piece by piece, as another workbook takes it in."""
    there = held.tables.get(table)
    return [] if there is None else _left(there, table, held.saved)


class _Carry:
    def __init__(self, tables: Sequence[Table], held: Held, lent: Sequence[Piece], elsewhere: AbstractSet[str]) -> None:
        self._tables, self._held, self._elsewhere = tables, held, elsewhere
        self._order = [*(table.name for table in tables), RECHECK, LOST]
        before = pieces_of(held.tables.get(LOST))
        self._known = {key_of(piece) for piece in before}
        before = [piece for piece in before if not (piece.sheet in elsewhere and returns(piece))] + [*lent]
        self._waiting: dict[str, list[Piece]] = {name: [] for name in self._order}
        self._lost: list[Piece] = []
        for piece in before:
            (self._waiting[piece.sheet] if returns(piece) and piece.sheet in self._waiting else self._lost).append(
                piece
            )
        grounds = {
            table.name: Ground(table, found, arranged(table, found))
            for table in tables
            if (found := held.tables.get(table.name)) is not None
        }
        self._mover = Mover(held, grounds)
        self._changes: list[Change] = []
        self._outside: list[str] = []

    def all(self) -> Carried:
        """Table by table; those that hold what the others lose come last."""
        done = [self._one(table) for table in self._tables]
        self._lost += [piece for name, table in self._gone() for piece in _left(table, name, self._held.saved)]
        self._lost += self._held.strays
        before = self._held.tables.get(RECHECK)
        done.append(self._one(recheck_table(self._changes, before, self._order)))
        done.append(self._last())
        return Carried(
            tables=tuple(done),
            lost=len({key_of(piece) for piece in self._lost} - self._known),
            changes=len(self._changes),
            outside=tuple(self._outside),
        )

    def _one(self, table: Table) -> Table:
        outcome = self._outcome(table)
        self._lost += [*outcome.lost, *outcome.waiting]
        self._changes += outcome.changes
        self._outside += outcome.outside
        return outcome.table

    def _outcome(self, table: Table) -> Outcome:
        held = self._held.tables.get(table.name)
        arrangement = arranged(table, held)
        if held is not None and table.name in (RECHECK, LOST):
            self._mover.learn(Ground(table, held, arrangement))
        task = Task(
            table=table,
            held=held,
            arrangement=arrangement,
            waiting=self._waiting[table.name],
            mover=self._mover,
            saved=self._held.saved,
        )
        return Carrier(task).carry()

    def _last(self) -> Table:
        """The sheet of what has no place: what was written beside a thing that has found its own is one too."""
        first = self._outcome(lost_table(self._lost, self._order))
        self._outside += first.outside
        self._lost += [*first.lost, *first.waiting]
        return self._outcome(lost_table(self._lost, self._order)).table

    def _gone(self) -> Iterable[tuple[str, HeldTable]]:
        known = {*self._order, *self._elsewhere}
        return ((name, table) for name, table in self._held.tables.items() if name not in known)


def _left(table: HeldTable, name: str, saved: str) -> list[Piece]:
    """All that was left on a table that is there no more."""
    empty = Table(name=name, intro="", columns=(), rows=())
    task = Task(
        table=empty,
        held=table,
        arrangement=arranged(empty, None),
        waiting=(),
        mover=Mover(Held(), {}),
        saved=saved,
    )
    lost = Carrier(task).carry().lost
    return [piece._replace(why=Why.NO_TABLE) if piece.why is Why.GONE else piece for piece in lost]
