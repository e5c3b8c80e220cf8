"""What people left on a table and has no place any more, told so that somebody finds it and it finds its way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from workbook.commission.digest import canonical
from workbook.commission.held import HeldColumn, HeldRow, Piece, What, Why
from workbook.commission.table import Column, Note, Typed

_LONGEST: Final = 30_000


class Losses:
    """Gathers the pieces of one table.

    Args:
        table: Its name.
        headings: Column → what it is called.
        renamed: Column as it was held → as it is now.
        watched: Its columns whose figures matter to whoever wrote beside them.
        saved: When a person last saved the master.
    """

    def __init__(
        self,
        table: str,
        headings: Mapping[str, str],
        *,
        renamed: Mapping[str, str],
        watched: Sequence[Column],
        saved: str,
    ) -> None:
        self._table, self._headings, self._renamed = table, headings, renamed
        self._watched, self._saved = watched, saved
        self.pieces: list[Piece] = []

    def heading(self, identifier: str) -> str:
        """What people call a column."""
        return self._headings.get(identifier, "") or "（无标题的列）"

    def content(self, held: HeldRow, identifier: str, typed: Typed, why: Why, *, basis: str = "") -> None:
        """What stood in a cell."""
        self._add(held, (identifier,), Piece(self._table, "", "", What.CONTENT, typed, why, basis=basis))

    def note(self, held: HeldRow, identifier: str, note: Note, why: Why, *, basis: str = "") -> None:
        """What was noted at a cell."""
        piece = Piece(self._table, "", "", What.NOTE, Typed(note.text), why, note.author, basis=basis)
        self._add(held, (identifier,), piece)

    def column(self, held: HeldColumn) -> None:
        """What was noted at the heading of a column that is there no more."""
        if held.note is not None:
            piece = Piece(self._table, "标题行", held.heading, What.NOTE, Typed(held.note.text), Why.NO_COLUMN)
            self.pieces.append(piece._replace(author=held.note.author, saved=self._saved, columns=(held.id,)))

    def row(self, held: HeldRow, why: Why) -> None:
        """All that was left in a row that is there no more."""
        basis = self._basis(held)
        for identifier, typed in held.cells.items():
            self.content(held, identifier, typed, why, basis=basis)
        for identifier, note in held.notes.items():
            self.note(held, identifier, note, why, basis=basis)
        for identifier, typed in held.over.items():
            self.content(held, identifier, typed, Why.OVER if held.key else why)
        colours: dict[str, list[str]] = {}
        for identifier, fill in held.fills.items():
            colours.setdefault(fill, []).append(identifier)
        for fill, identifiers in colours.items():
            self._add(held, identifiers, Piece(self._table, "", "", What.FILL, Typed(fill), why))

    def _add(self, held: HeldRow, identifiers: Sequence[str], piece: Piece) -> None:
        self.pieces.append(
            piece._replace(
                words=held.words or f"第 {held.number} 行",
                column="、".join(map(self.heading, identifiers)),
                saved=self._saved,
                key=held.key,
                columns=tuple(self._renamed.get(one, one) for one in identifiers),
            )
        )

    def _basis(self, held: HeldRow) -> str:
        """The figures of a row, to be compared when it comes back."""
        watched = {one.id: canonical(held.shown[one.id]) for one in self._watched if one.id in held.shown}
        told = json.dumps(watched, ensure_ascii=False, separators=(",", ":")) if watched else ""
        return told if len(told) < _LONGEST else ""


def basis_of(piece: Piece) -> Mapping[str, str]:
    """The figures a piece was written beside, as far as they are told."""
    try:
        found = json.loads(piece.basis) if piece.basis else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
