"""One table: what people left on it goes to the row and column it belongs to, and what has none is told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from workbook.commission.arrange import Arrangement, Filled
from workbook.commission.digest import canonical, cell_digest, clean, row_digest
from workbook.commission.held import HeldRow, HeldTable, Piece, What, Why
from workbook.commission.moving import Mover, noted
from workbook.commission.recheck import Change
from workbook.commission.table import Note, Owner, Row, Table, Typed, Value

_UNKNOWN: Final = "（原值已被改写）"
_LONGEST: Final = 30_000


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


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table with what people left in them; can be gone through again."""

    table: Table
    arrangement: Arrangement
    filled: Mapping[str, Filled]

    def __iter__(self) -> Iterator[Row]:
        ours, own = places(self.table, self.arrangement)
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


def places(table: Table, arrangement: Arrangement) -> tuple[dict[str, int], dict[str, int]]:
    """Where the columns of a table stand, and those people added behind them."""
    ours = {column.id: at for at, column in enumerate(table.columns)}
    return ours, {identifier: len(ours) + at for at, identifier in enumerate(arrangement.own)}


class Carrier:
    """Carries one table.

    Args:
        table: As the tool makes it, with rows that can be gone through again.
        held: As it was in the master of before.
        arrangement: Of its columns.
        waiting: What is to come back to it.
        mover: Knows where everything is going.
        saved: When a person last saved the master.
    """

    def __init__(
        self,
        table: Table,
        held: HeldTable | None,
        arrangement: Arrangement,
        waiting: Sequence[Piece],
        mover: Mover,
        saved: str,
    ) -> None:
        self._table, self._held, self._arrangement = table, held, arrangement
        self._mover, self._saved = mover, saved
        self._ours, own = places(table, arrangement)
        peoples = (column.id for column in table.columns if column.owner is Owner.PEOPLE)
        self._writable = {*peoples, *own}
        self._every = {*self._ours, *own}
        self._watched = [column for column in table.columns if column.watched]
        columns = held.columns if held is not None else ()
        self._headings = {column.id: column.heading for column in (*table.columns, *columns)}
        self._waiting: dict[str, list[Piece]] = defaultdict(list)
        for piece in waiting:
            self._waiting[piece.key].append(piece)
        self.lost: list[Piece] = []
        self.changes: list[Change] = []
        self.outside: list[str] = []

    def carry(self) -> Outcome:
        """Bring together what people left and the rows of now."""
        rows, nameless = self._by_key()
        filled: dict[str, Filled] = {}
        if rows or self._waiting:
            for index, row in enumerate(self._table.rows):
                if row.key and (row.key in rows or row.key in self._waiting):
                    filled[row.key] = self._fill(index, row, rows.pop(row.key, ()), self._waiting.pop(row.key, []))
        for gone in (row for several in rows.values() for row in several):
            self._orphan(gone, Why.GONE)
        for one in nameless:
            self._orphan(one, Why.NO_KEY)
        table = self._table
        if filled or table.after is not None or not self._arrangement.as_it_was:
            rows_of_now: Iterable[Row] = _Rows(table, self._arrangement, filled)
        else:
            rows_of_now = table.rows
        strays = self._held.strays if self._held is not None else ()
        return Outcome(
            table=Table(
                name=table.name,
                intro=table.intro,
                columns=self._arrangement.columns,
                rows=rows_of_now,
                frozen=table.frozen,
                published=table.published,
            ),
            lost=(*self.lost, *strays),
            waiting=[piece for several in self._waiting.values() for piece in several],
            changes=self.changes,
            outside=self.outside,
        )

    # --- which row is which ------------------------------------------------------------------------------------

    def _by_key(self) -> tuple[dict[str, list[HeldRow]], list[HeldRow]]:
        """The rows of before by their keys, and those that have none and are none of now."""
        found: dict[str, list[HeldRow]] = {}
        nameless: list[HeldRow] = []
        known = self._known() if self._held is not None and not self._held.keyed else _Known({}, {})
        for row in self._held.rows if self._held is not None else ():
            key = row.key or known.key(row)
            (found.setdefault(key, []) if key else nameless).append(row)
        return found, nameless

    def _known(self) -> _Known:
        """The rows of now by what they say, for a sheet whose keys were deleted."""
        assert self._held is not None
        slots = [self._ours[one] for one in self._held.slots if one in self._ours]
        names = [at for at, column in enumerate(self._table.columns) if column.owner is Owner.TOOL][:2]
        known = _Known({}, {})
        for row in self._table.rows:
            digest = row_digest([_clean(row.values[at]) for at in slots])
            name = tuple(canonical(_clean(row.values[at])) for at in names)
            known.by_digest[digest] = "" if digest in known.by_digest else row.key
            known.by_name[name] = "" if name in known.by_name else row.key
        return known

    # --- a row that is there -----------------------------------------------------------------------------------

    def _fill(self, index: int, row: Row, held: Sequence[HeldRow], waiting: list[Piece]) -> Filled:
        filled = Filled()
        told: dict[str, str] = {}
        for one in held:
            self._take(filled, told, one, index)
        back = [piece for piece in waiting if self._put_back(filled, told, piece, index)]
        self._waiting_still(row.key, [piece for piece in waiting if piece not in back])
        for identifier, text in told.items():
            filled.notes[identifier] = noted(filled.notes.get(identifier), text)
        now = filled.into(row, self._ours)
        if self._table.after is not None:
            now = self._table.after(now)
        self._written_over(held, now)
        self._compare(row.key, held, back, now, filled)
        return filled

    def _waiting_still(self, key: str, pieces: list[Piece]) -> None:
        if pieces:
            # Under a key no row has: it was looked for in vain.
            self._waiting[f"\0{key}"] = pieces

    def _take(self, filled: Filled, told: dict[str, str], held: HeldRow, index: int) -> None:
        """Take over what stands in a row of before; of two with one key the first counts."""
        renamed = self._arrangement.renamed
        for identifier, typed in held.cells.items():
            there = renamed.get(identifier, identifier)
            kept = self._mover.kept(typed, held, index)
            if there not in self._writable:
                self._lose(held, identifier, What.CONTENT, typed, Why.NO_COLUMN)
            elif there not in filled.cells:
                filled.cells[there] = kept.typed
                self._tell(told, there, kept.told, held.words if kept.outside else "")
            elif filled.cells[there] != kept.typed:
                self._lose(held, identifier, What.CONTENT, typed, Why.TWICE)
        for identifier, note in held.notes.items():
            there = renamed.get(identifier, identifier)
            if there not in self._every:
                self._lose(held, identifier, What.NOTE, Typed(note.text), Why.NO_COLUMN, note.author)
            elif there not in filled.notes:
                filled.notes[there] = note
            elif filled.notes[there] != note:
                self._lose(held, identifier, What.NOTE, Typed(note.text), Why.TWICE, note.author)
        for identifier, fill in held.fills.items():
            filled.fills.setdefault(renamed.get(identifier, identifier), fill)

    def _tell(self, told: dict[str, str], identifier: str, text: str, outside: str) -> None:
        if text:
            told[identifier] = text
        if outside:
            self.outside.append(f"{self._table.name}：{outside}，{self._heading(identifier)}")

    def _put_back(self, filled: Filled, told: dict[str, str], piece: Piece, index: int) -> bool:
        """Whether something that had no place has found its own again, and nothing else stands there."""
        if not piece.columns or not self._every.issuperset(piece.columns):
            return False
        there = piece.columns[0]
        match piece.kind:
            case What.CONTENT if there in self._writable and there not in filled.cells:
                kept = self._mover.kept(piece.typed, None, index)
                filled.cells[there] = kept.typed
                self._tell(told, there, kept.told, piece.words if kept.outside else "")
            case What.NOTE if there not in filled.notes:
                filled.notes[there] = Note(str(piece.typed.value), piece.author)
            case What.FILL:
                for identifier in piece.columns:
                    filled.fills.setdefault(identifier, str(piece.typed.value))
            case _:
                return False
        return True

    def _written_over(self, held: Sequence[HeldRow], now: Row) -> None:
        """Keep what was typed into the tool's cells, unless the tool says the same by now."""
        for row in held:
            for identifier, typed in row.over.items():
                at = self._ours.get(identifier)
                value = _clean(now.values[at]) if at is not None else None
                if typed.formula or typed.error or canonical(typed.value) != canonical(value):
                    self._lose(row, identifier, What.CONTENT, typed, Why.OVER)

    # --- what changed under somebody's words -------------------------------------------------------------------

    def _compare(self, key: str, held: Sequence[HeldRow], back: Sequence[Piece], now: Row, filled: Filled) -> None:
        spoken = [row for row in held if row.spoken]
        if not self._watched or not (spoken or any(piece.basis for piece in back)):
            return
        changed: dict[str, tuple[str, str]] = {}
        for column in self._watched:
            value = _clean(now.values[self._ours[column.id]])
            before = [_before(row, column.id, value) for row in spoken]
            before += [_basis(piece).get(column.id) for piece in back]
            old = next((one for one in before if one is not None and one != canonical(value)), None)
            if old is not None:
                changed[column.heading] = old, canonical(value)
        if changed:
            self._change(key, changed, self._words(held, back), filled)

    def _change(self, key: str, changed: Mapping[str, tuple[str, str]], words: str, filled: Filled) -> None:
        def lines(which: int) -> str:
            return "\n".join(f"{heading}：{values[which] or '（空）'}" for heading, values in changed.items())

        written = [f"{self._heading(one)}：{_text(typed)}" for one, typed in filled.cells.items()]
        written += [f"批注（{self._heading(one)}）：{note.text}" for one, note in filled.notes.items()]
        self.changes.append(
            Change(self._table.name, words, "、".join(changed), lines(0), lines(1), "\n".join(written), key)
        )

    def _words(self, held: Sequence[HeldRow], back: Sequence[Piece]) -> str:
        return next((one.words for one in (*held, *back) if one.words), "")

    # --- what has no place -------------------------------------------------------------------------------------

    def _orphan(self, held: HeldRow, why: Why) -> None:
        """All that was left in a row that is there no more."""
        basis = self._basis_of(held)
        for identifier, typed in held.cells.items():
            self._lose(held, identifier, What.CONTENT, typed, why, basis=basis)
        for identifier, note in held.notes.items():
            self._lose(held, identifier, What.NOTE, Typed(note.text), why, note.author, basis=basis)
        for identifier, typed in held.over.items():
            self._lose(held, identifier, What.CONTENT, typed, Why.OVER if held.key else why)
        colours: dict[str, list[str]] = {}
        for identifier, fill in held.fills.items():
            colours.setdefault(fill, []).append(identifier)
        for fill, columns in colours.items():
            self._lose(held, columns[0], What.FILL, Typed(fill), why, columns=columns)

    def _basis_of(self, held: HeldRow) -> str:
        watched = {one.id: canonical(held.shown[one.id]) for one in self._watched if one.id in held.shown}
        told = json.dumps(watched, ensure_ascii=False, separators=(",", ":")) if watched else ""
        return told if len(told) < _LONGEST else ""

    def _lose(
        self,
        held: HeldRow,
        identifier: str,
        kind: What,
        typed: Typed,
        why: Why,
        author: str = "",
        *,
        columns: Sequence[str] = (),
        basis: str = "",
    ) -> None:
        renamed = self._arrangement.renamed
        ids = tuple(renamed.get(one, one) for one in columns or (identifier,))
        self.lost.append(
            Piece(
                sheet=self._table.name,
                words=held.words or f"第 {held.number} 行",
                column="、".join(map(self._heading, columns or (identifier,))),
                kind=kind,
                typed=typed,
                why=why,
                author=author,
                saved=self._saved,
                key=held.key,
                columns=ids,
                basis=basis,
            )
        )

    def _heading(self, identifier: str) -> str:
        return self._headings.get(identifier, "") or "（无标题的列）"


@dataclass(slots=True)
class _Known:
    """Keys of rows by what they say; of what several say, none."""

    by_digest: dict[str, str] = field(default_factory=dict)
    by_name: dict[tuple[str, ...], str] = field(default_factory=dict)

    def key(self, row: HeldRow) -> str:
        """The key of a row, empty where nobody can tell."""
        named = any(row.words_by) and self.by_name.get(row.words_by, "")
        return self.by_digest.get(row.digest, "") or named or ""


def _clean(value: Value) -> Value:
    return clean(value) if isinstance(value, str) else value


def _before(row: HeldRow, identifier: str, now: Value) -> str | None:
    """What a figure was when somebody wrote beside it; None where it was not there."""
    if identifier in row.shown:
        return canonical(row.shown[identifier])
    if identifier in row.checks and row.checks[identifier] != cell_digest(now):
        return _UNKNOWN
    return None


def _basis(piece: Piece) -> Mapping[str, str]:
    try:
        found = json.loads(piece.basis) if piece.basis else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(typed: Typed) -> str:
    return f"{typed.formula} → {canonical(typed.value)}" if typed.formula else typed.error or canonical(typed.value)
