"""What a template printed and calculated beside what a file holds in the same place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.submission import Location, Problem
from workbook.book import Book
from workbook.issued import Issued, formula_marks, sheet_mark
from workbook.package.stream import Cell, Position

_SHOWN = 40


def shown(cell: Cell | None) -> str:
    """What a cell holds, short enough for a message."""
    if cell is None or (cell.value is None and not cell.error and not cell.formula):
        return "空白"
    held = cell.formula if cell.value is None else cell.value
    text = " ".join(str(cell.error or held).split())
    if not text:
        return "空白"
    return f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"


def altered_text(sheet: str, altered: Sequence[tuple[Position, str]], cells: Mapping[Position, Cell]) -> Problem:
    """All texts of a sheet that are others than were printed, told once."""
    at, text = min(altered)
    told = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Problem(
        "T12", Location(sheet, *at), {"expected": told, "found": shown(cells.get(at)), "count": len(altered)}
    )


def altered_formulas(book: Book, planned: str, sheet: str, known: Issued) -> Iterator[Problem]:
    """All formulas of a sheet that are others than were given out, told once."""
    if planned not in known.marks or sheet_mark(book, sheet) == known.marks[planned]:
        return
    cells, marks = book.cells(sheet), formula_marks(book, sheet)
    altered = [
        at
        for at, mark in known.formulas[planned].items()
        # What another cell's formula was filled into has none of its own to compare.
        if marks.get(at) != mark and not ((cell := cells.get(at)) and cell.formula == "=")
    ]
    if altered:
        place = Location(sheet, *min(altered))
        yield Problem("T13", place, {"sheet": sheet, "found": f"{len(altered)} 处公式已改动或删除"})
