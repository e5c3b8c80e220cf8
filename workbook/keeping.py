"""What the tool keeps on the hidden identity sheet: texts under a name, in as many cells as they take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.characters import invisible
from workbook.area import Area
from workbook.book import Book, named_area
from workbook.layout import META
from workbook.package.edit import New, SheetEdit
from workbook.package.grid import Area as Block
from workbook.package.grid import Position

# What a cell of a spreadsheet holds at most, with some room.
_CHUNK = 30_000


def room(book: Book, name: str) -> Area | None:
    """Where something is kept; None where the workbook has no room for it."""
    area = named_area(book, name)
    return area if area is not None and area.sheet == META else None


def kept_text(book: Book, name: str) -> str:
    """What stands under a name, its cells one after the other."""
    area = room(book, name)
    if area is None:
        return ""
    cells = book.cells(META)
    texts = (cells[row, area.left].value for row in area.rows if (row, area.left) in cells)
    return "".join(str(text) for text in texts if not invisible(text))


def parsed(text: str) -> Mapping[str, Any] | None:
    """The object such a text holds; None of none, and an empty one of what is no object."""
    try:
        raw = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return {}
    return raw if raw is None or isinstance(raw, dict) else {}


def chunked(text: str, area: Area | None) -> dict[Position, New] | None:
    """A text over the cells of an area; None where it does not fit."""
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    if area is None or len(chunks) > len(area.rows):
        return None
    return {(area.top + i, area.left): chunk for i, chunk in enumerate(chunks)}


def keep(book: Book, cells: Mapping[Position, New], areas: tuple[Area, ...]) -> None:
    """Put these cells in place of all that stood in the areas."""
    owned = tuple(Block(area.top, area.left, area.bottom, area.right) for area in areas)
    book.write(META, SheetEdit(cells=cells, owned=owned))
