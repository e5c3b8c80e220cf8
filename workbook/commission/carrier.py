"""One table: what people left on it goes to the row and column it belongs to, and what has none is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from workbook.commission.arrange import Arrangement, Filled
from workbook.commission.filling import Filling, Ways, change, changed, written_over
from workbook.commission.held import HeldRow, HeldTable, Piece, Why
from workbook.commission.known import Known
from workbook.commission.losses import Losses
from workbook.commission.moving import Mover
from workbook.commission.recheck import Change
from workbook.commission.table import Owner, Row, Table, Typed

_NOTHING: Final = HeldTable(name="", columns=(), rows=())


class Outcome(NamedTuple):
    """What becomes of what people left on one table.

    Attributes:
        table: As it is to be written.
        lost: What has no place any more.
        waiting: What had none before and still has none.
        changes: Rows whose figures changed under somebody's words.
        outside: Where formulas led out of the workbook, in words.
    """

    table: Table
    lost: Sequence[Piece]
    waiting: Sequence[Piece]
    changes: Sequence[Change] = ()
    outside: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be carried.

    Attributes:
        table: As the tool makes it, with rows that can be gone through again.
        held: As it was in the master of before; None where it was not there.
        arrangement: Of its columns.
        waiting: What is to come back to it.
        mover: Knows where everything is going.
        saved: When a person last saved the master.
    """

    table: Table
    held: HeldTable | None
    arrangement: Arrangement
    waiting: Sequence[Piece]
    mover: Mover
    saved: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table with what people left in them; can be gone through again."""

    table: Table
    arrangement: Arrangement
    filled: Mapping[str, Filled]
    added: Sequence[Filled]

    def __iter__(self) -> Iterator[Row]:
        ours, own = _places(self.table, self.arrangement)
        after, arrangement = self.table.after, self.arrangement
        rest = (None,) * len(own)
        for row in self.table.rows:
            filled = self.filled.get(row.key) if row.key else None
            told = row if filled is None else filled.into(row, ours)
            if after is not None:
                told = after(told)
            if not arrangement.as_it_was:
                told = told._replace(values=(*told.values, *rest))
                told = arrangement.row(told if filled is None else filled.into(told, own))
            yield told
        blank = Row("", (None,) * (len(ours) + len(own)))
        for one in self.added:
            yield arrangement.row(one.into(blank, ours | own))


def _places(table: Table, arrangement: Arrangement) -> tuple[dict[str, int], dict[str, int]]:
    """Where the columns of a table stand, and those people added behind them."""
    ours = {column.id: at for at, column in enumerate(table.columns)}
    return ours, {identifier: len(ours) + at for at, identifier in enumerate(arrangement.own)}


class Carrier:
    """Carries one table."""

    def __init__(self, task: Task) -> None:
        self._task, self._table, self._held = task, task.table, task.held or _NOTHING
        table, renamed = task.table, task.arrangement.renamed
        ours, own = _places(table, task.arrangement)
        headings = {one.id: one.heading for one in self._held.columns}
        headings |= {column.id: column.heading for column in (*table.columns, *task.arrangement.columns)}
        self._watched = [column for column in table.columns if column.watched]
        self._losses = Losses(table.name, headings, renamed=renamed, watched=self._watched, saved=task.saved)
        self._ways = Ways(
            table=table,
            places=ours,
            writable={*own, *(column.id for column in table.columns if column.owner is Owner.PEOPLE)},
            every={*ours, *own},
            renamed=renamed,
            mover=task.mover,
            losses=self._losses,
        )
        self._waiting: dict[str, list[Piece]] = defaultdict(list)
        for piece in task.waiting:
            self._waiting[piece.key].append(piece)
        self._still: list[Piece] = []
        self._changes: list[Change] = []

    def carry(self) -> Outcome:
        """Bring together what people left and the rows of now."""
        rows, nameless = self._by_key()
        filled = self._filled(rows)
        for gone in (row for several in rows.values() for row in several):
            self._losses.row(gone, Why.GONE)
            if not gone.signed and gone.key:
                # Nothing says that the tool wrote the row, so its key may be a text somebody typed.
                self._losses.content(gone, "", Typed(gone.key), Why.NO_KEY)
        for one in nameless:
            self._losses.row(one, Why.NO_KEY)
        for column in self._held.columns:
            if self._task.arrangement.renamed.get(column.id, column.id) not in self._ways.every:
                self._losses.column(column)
        self._still += (piece for several in self._waiting.values() for piece in several)
        return Outcome(
            self._written(filled, list(self._added())),
            lost=(*self._losses.pieces, *self._held.strays),
            waiting=self._still,
            changes=self._changes,
            outside=self._ways.outside,
        )

    def _written(self, filled: Mapping[str, Filled], added: Sequence[Filled]) -> Table:
        table, arrangement = self._table, self._task.arrangement
        rows: Iterable[Row] = table.rows
        if filled or added or table.after is not None or not arrangement.as_it_was:
            rows = _Rows(table, arrangement, filled, added)
        return replace(table, columns=arrangement.columns, rows=rows, after=None)

    def _filled(self, held: dict[str, list[HeldRow]]) -> dict[str, Filled]:
        """What belongs into each row; what is taken over is taken out of what was given."""
        found: dict[str, Filled] = {}
        if held or self._waiting:
            for index, row in enumerate(self._table.rows):
                if row.key and (row.key in held or row.key in self._waiting):
                    found[row.key] = self._fill(index, row, held.pop(row.key, []), self._waiting.pop(row.key, []))
        return found

    def _fill(self, index: int, row: Row, held: Sequence[HeldRow], waiting: Sequence[Piece]) -> Filled:
        filling, ways = Filling(self._ways, index), self._ways
        for one in held:
            filling.take(one)
        back = [piece for piece in waiting if filling.put_back(piece)]
        self._still += [piece for piece in waiting if piece not in back]
        filled = filling.done()
        now = filled.into(row, ways.places)
        if self._table.after is not None:
            now = self._table.after(now)
        for one in held:
            written_over(ways, one, now)
        figures = changed(self._watched, ways, held, back, now)
        if figures:
            words = next(filter(None, [*(one.words for one in held), *(piece.words for piece in back)]), "")
            self._changes.append(change(ways, row.key, words, figures, filled))
        return filled

    def _added(self) -> Iterator[Filled]:
        """Rows people added where they may; they follow those of the tool."""
        first = sum(1 for _ in self._table.rows) if self._held.added else 0
        for index, row in enumerate(self._held.added, first):
            filling = Filling(replace(self._ways, writable=self._ways.every), index)
            filling.take(row)
            yield filling.done()

    # --- which row is which ------------------------------------------------------------------------------------

    def _by_key(self) -> tuple[dict[str, list[HeldRow]], list[HeldRow]]:
        """The rows of before by their keys, and those that have none and are none of now."""
        found: dict[str, list[HeldRow]] = {}
        nameless: list[HeldRow] = []
        known = None if self._held.keyed else Known(self._table, self._held.slots)
        for row in self._held.rows:
            key = row.key or (known.key(row) if known is not None else "")
            (found.setdefault(key, []) if key else nameless).append(row)
        return found, nameless
