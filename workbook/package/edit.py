"""What is to change in a sheet, as a value: checked when it is made, long before a file is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from workbook.package.grid import MAX_COLUMN, MAX_ROW, Area, Position

New = str | int | Decimal | None
"""What can be put into a cell; None leaves it blank with its format."""

_HIGHEST_ROW: Final = 409.5


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink to a place in the same workbook.

    Args:
        location: ``'二 核心竞争力'!C12`` or a defined name.
        tooltip: What the mouse shows.
    """

    location: str
    tooltip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEdit:
    """What changes in one sheet.

    Args:
        cells: (row, column) → new content; None clears the content and keeps the format.
        links: (row, column) → hyperlink; it replaces any that touches the cell.
        owned: Areas whose contents and hyperlinks are removed first; formats stay.
        styles_from: Row → row whose formats new cells take.
        heights: Row → height in points.
    """

    cells: Mapping[Position, New] = field(default_factory=dict)
    links: Mapping[Position, Link] = field(default_factory=dict)
    owned: tuple[Area, ...] = ()
    styles_from: Mapping[int, int] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outside = [at for at in (*self.cells, *self.links) if not (1 <= at[0] <= MAX_ROW and 1 <= at[1] <= MAX_COLUMN)]
        rows = [row for row in (*self.heights, *self.styles_from.values()) if not 1 <= row <= MAX_ROW]
        heights = [height for height in self.heights.values() if not 0 <= height <= _HIGHEST_ROW]
        if outside or rows or heights:
            raise ValueError(f"not in a sheet: cells {outside}, rows {rows}, heights {heights}")

    def owns(self, row: int, column: int) -> bool:
        """Whether the cell lies in an owned area."""
        return any(area.top <= row <= area.bottom and area.left <= column <= area.right for area in self.owned)

    def by_row(self) -> Mapping[int, Mapping[int, New]]:
        """The new contents by row, then by column, both ascending; rows that only change their height included."""
        rows: dict[int, dict[int, New]] = {row: {} for row in sorted({at[0] for at in self.cells} | set(self.heights))}
        for (row, column), value in sorted(self.cells.items(), key=lambda item: item[0]):
            rows[row][column] = value
        return rows
