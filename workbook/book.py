"""The small protocol every engine speaks, so that nothing above it knows where a workbook lives."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from workbook.area import Area
from workbook.package.edit import SheetEdit
from workbook.package.grid import MAX_ROW, column_number
from workbook.package.stream import Cell, Position, SheetFacts, Stranger


class Book(Protocol):
    """A workbook at hand."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, in order."""

    @property
    def names(self) -> Mapping[str, str]:
        """Workbook-level defined names → what they stand for."""

    @property
    def date1904(self) -> bool:
        """Whether serial dates count from 1904."""

    @property
    def hidden(self) -> Collection[str]:
        """Names of the sheets nobody sees."""

    @property
    def strangers(self) -> tuple[Stranger, ...]:
        """What reaches out of the workbook or was embedded in it."""

    def facts(self, sheet: str) -> SheetFacts:
        """What a sheet says besides its cells: merges, hidden rows and columns, filters."""

    def cells(self, sheet: str) -> Mapping[Position, Cell]:
        """Every cell of a sheet that holds something, by (row, column) counted from 1."""

    def write(self, sheet: str, edit: SheetEdit) -> None:
        """Change some cells of a sheet; nothing is lasting before ``save``."""

    def save(self, target: Path) -> None:
        """Write the book, as changed, to another file."""


def named_area(book: Book, name: str) -> Area | None:
    """The area a defined name stands for; None where the name, or the sheet it means, is gone."""
    area = area_of(book.names.get(name, ""))
    return area if area is not None and area.sheet in book.sheets else None


_CORNER = r"\$?([A-Z]{1,3})\$?([0-9]{1,7})"
_REFERENCE = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!]+))!{_CORNER}(?::{_CORNER})?")


# Names point to the same areas in all workbooks of a template but for rows that were inserted.
@lru_cache(maxsize=4_096)
def area_of(reference: str) -> Area | None:
    """The rectangle a defined name stands for; None where it is broken, or no plain rectangle.

    Examples:
        >>> area_of("'二 核心竞争力'!$C$9:$F$9")
        Area(sheet='二 核心竞争力', top=9, left=3, bottom=9, right=6)
        >>> area_of("#REF!$A$1") is None, area_of("'二'!$ZZZ$0") is None
        (True, True)
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None or "#REF" in reference:
        return None
    quoted, bare, left, top, right, bottom = match.groups()
    sheet = quoted.replace("''", "'") if quoted else bare
    rows = sorted((int(top), int(bottom or top)))
    columns = sorted((column_number(left), column_number(right or left)))
    if not (rows[0] >= 1 and rows[1] <= MAX_ROW and columns[0] >= 1):
        return None
    return Area(sheet, rows[0], columns[0], rows[1], columns[1])
