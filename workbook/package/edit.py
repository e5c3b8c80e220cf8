"""What is to change in a sheet, as a value: checked when it is made, long before a file is touched."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
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


class Ownership:
    """Areas by row: a sheet of a million rows must not be asked about each of a thousand areas.

    Examples:
        >>> owned = Ownership([Area(2, 1, 3, 1), Area(3, 5, 3, 9)])
        >>> [len(owned.at(row)) for row in (1, 2, 3, 4)]
        [0, 1, 2, 0]
    """

    __slots__ = ("_areas", "_bounds")

    def __init__(self, areas: Iterable[Area]) -> None:
        changes: dict[int, list[Area]] = {}
        for area in areas:
            changes.setdefault(area.top, []).append(area)
            changes.setdefault(area.bottom + 1, [])
        self._bounds = sorted(changes)
        self._areas: list[tuple[Area, ...]] = []
        active: tuple[Area, ...] = ()
        for row in self._bounds:
            active = (*(area for area in active if area.bottom >= row), *changes[row])
            self._areas.append(active)

    def at(self, row: int) -> tuple[Area, ...]:
        """The areas that a row crosses."""
        place = bisect_right(self._bounds, row)
        return self._areas[place - 1] if place else ()

    def owns(self, row: int, column: int) -> bool:
        """Whether a cell lies in one of them."""
        return any(area.left <= column <= area.right for area in self.at(row))


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

    def then(self, later: SheetEdit) -> SheetEdit:
        """Both as one: what the later one owns is cleared of what the earlier one wrote."""
        cells = {at: value for at, value in self.cells.items() if not later.owns(*at)}
        links = {at: link for at, link in self.links.items() if not later.owns(*at)}
        return SheetEdit(
            cells=cells | dict(later.cells),
            links=links | dict(later.links),
            owned=(*self.owned, *later.owned),
            styles_from={**self.styles_from, **later.styles_from},
            heights={**self.heights, **later.heights},
        )

    def by_row(self) -> Mapping[int, Mapping[int, New]]:
        """The new contents by row, then by column, both ascending; rows that only change their height included."""
        rows: dict[int, dict[int, New]] = {row: {} for row in sorted({at[0] for at in self.cells} | set(self.heights))}
        for (row, column), value in sorted(self.cells.items(), key=lambda item: item[0]):
            rows[row][column] = value
        return rows
