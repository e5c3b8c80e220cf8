"""Notes on cells, which Calc calls comments or annotations."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.errors import seam


@seam
class Note(base_classes.Note):
    """The note on one cell.

    Args:
        cell: The cell's ``Range``.
    """

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    @property
    def api(self) -> Any:
        """The annotation."""
        return self._cell.xl.getCellByPosition(0, 0).Annotation

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.api.String)

    @text.setter
    def text(self, value: str) -> None:
        self._cell.guard()
        self.api.String = value

    @property
    def author(self) -> str:
        """Who wrote it."""
        return str(self.api.Author)

    @property
    def location(self) -> Any:
        """The cell."""
        return self._cell

    def delete(self) -> None:
        """Remove it."""
        self._cell.guard()
        notes = self._cell.sheet.xl.Annotations
        row, column = self._cell.rect[:2]
        for index in range(notes.Count):
            place = notes.getByIndex(index).Position
            if (place.Row, place.Column) == (row, column):
                notes.removeByIndex(index)
                return


def add_note(cell: Any, text: str) -> Note:
    """Put a note on a cell."""
    row, column = cell.rect[:2]
    cell.sheet.xl.Annotations.insertNew(runtime.address(cell.sheet.index - 1, row, column), text)
    return Note(cell)


def notes_of(sheet: Any) -> list[Note]:
    """The notes of a sheet."""
    notes = sheet.xl.Annotations
    places = [notes.getByIndex(index).Position for index in range(notes.Count)]
    return [Note(sheet.range((place.Row + 1, place.Column + 1))) for place in places]
