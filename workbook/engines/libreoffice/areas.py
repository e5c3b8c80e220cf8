"""What a range of cells can be asked about its surroundings, and how it is moved about."""

from __future__ import annotations

from typing import Any

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.errors import NotSupported, seam
from workbook.engines.libreoffice.references import MAX_COLUMN, MAX_ROW

_DIRECTIONS = {"d": "down", "u": "up", "l": "left", "r": "right"}
_DIRECTIONS |= {-4121: "down", -4162: "up", -4159: "left", -4161: "right"}  # type: ignore[dict-item]
_FILLED = 1 | 2 | 4 | 16


@seam
class Areas:
    """Mixed into ``Range``."""

    xl: Any
    rect: Any
    sheet: Any
    shape: tuple[int, int]
    guard: Any

    def _over(self, address: Any) -> Any:
        rect = (address.StartRow, address.StartColumn, address.EndRow, address.EndColumn)
        return type(self).over(self.sheet, rect)  # type: ignore[attr-defined]

    def end(self, direction: Any) -> Any:
        """The last cell of the block in a direction, as with Ctrl and an arrow key."""
        way = _DIRECTIONS.get(direction, direction)
        row, column = self.rect[:2]
        vertical, step = way in ("up", "down"), 1 if way in ("down", "right") else -1
        here = row if vertical else column
        limit = (MAX_ROW if vertical else MAX_COLUMN) - 1
        filled = self._filled(row, column, vertical=vertical)
        place = _end(filled, here, step, limit)
        return self.sheet.range((place + 1, column + 1) if vertical else (row + 1, place + 1))

    def _filled(self, row: int, column: int, *, vertical: bool) -> list[tuple[int, int]]:
        """First and last of every filled run in the column or row, in order."""
        used = self.sheet.used_rect()
        last = max(used[2], row) if vertical else max(used[3], column)
        edge = (column, 0, column, last) if vertical else (0, row, last, row)
        found = self.sheet.xl.getCellRangeByPosition(*edge).queryContentCells(_FILLED).getRangeAddresses()
        runs = sorted((a.StartRow, a.EndRow) if vertical else (a.StartColumn, a.EndColumn) for a in found)
        joined: list[tuple[int, int]] = []
        for first, stop in runs:
            if joined and joined[-1][1] >= first - 1:
                joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
            else:
                joined.append((first, stop))
        return joined

    @property
    def current_region(self) -> Any:
        """The block around, as far as blank rows and columns."""
        cursor = self.sheet.xl.createCursorByRange(self.xl.getCellByPosition(0, 0))
        cursor.collapseToCurrentRegion()
        return self._over(cursor.RangeAddress)

    @property
    def merge_area(self) -> Any:
        """The merged cells that the first cell belongs to."""
        cursor = self.sheet.xl.createCursorByRange(self.xl.getCellByPosition(0, 0))
        cursor.collapseToMergedArea()
        return self._over(cursor.RangeAddress)

    @property
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged; None if only some are."""
        if self.merge_area.shape != (1, 1):
            area = self.merge_area.rect
            return True if area[2] >= self.rect[2] and area[3] >= self.rect[3] else None
        return None if self.xl.IsMerged is None else bool(self.xl.getIsMerged())

    def merge(self, across: Any) -> None:
        """Merge the cells, or each row of them."""
        self.guard()
        self.xl.merge(False)  # or cells merged before would keep their old size
        rows = self.shape[0] if across else 0
        if not rows:
            self.xl.merge(True)
        for row in range(rows):
            self.xl.getCellRangeByPosition(0, row, self.shape[1] - 1, row).merge(True)

    def unmerge(self) -> None:
        """Undo it."""
        self.guard()
        self.merge_area.xl.merge(False)
        self.xl.merge(False)

    def insert(self, shift: Any = None, copy_origin: Any = None) -> None:
        """Insert as many cells; the others move down or to the right."""
        self.guard()
        way = shift or ("right" if self.shape[0] >= self.shape[1] else "down")
        self.sheet.xl.insertCells(self.xl.RangeAddress, self._mode("CellInsertMode", way.upper()))

    def delete(self, shift: Any = None) -> None:
        """Remove the cells; the others move up or to the left."""
        self.guard()
        way = shift or ("left" if self.shape[0] >= self.shape[1] else "up")
        self.sheet.xl.removeRange(self.xl.RangeAddress, self._mode("CellDeleteMode", way.upper()))

    def _mode(self, kind: str, way: str) -> Any:
        if self.shape[1] >= MAX_COLUMN:
            way = "ROWS"
        elif self.shape[0] >= MAX_ROW:
            way = "COLUMNS"
        return runtime.enum(f"sheet.{kind}" if kind == "CellInsertMode" else "sheet.CellDeleteMode", way)

    def copy(self, destination: Any = None) -> None:
        """Copy the cells to another place in the book."""
        if destination is None:
            raise NotSupported("there is no clipboard here; name a destination")
        target = destination.impl
        target.guard()
        if target.sheet.book.xl != self.sheet.book.xl:
            raise NotSupported("cells are copied within one book; between books, copy values or whole sheets")
        row, column = target.rect[:2]
        place = runtime.address(target.sheet.index - 1, row, column)
        self.sheet.xl.copyRange(place, self.xl.RangeAddress)

    def move(self, destination: Any) -> None:
        """Move the cells to another place in the book."""
        self.guard()
        target = destination.impl
        target.guard()
        row, column = target.rect[:2]
        self.sheet.xl.moveRange(runtime.address(target.sheet.index - 1, row, column), self.xl.RangeAddress)

    def paste(self, paste: Any = None, operation: Any = None, skip_blanks: Any = False, transpose: Any = False) -> None:
        """Not here."""
        raise NotSupported("there is no clipboard here; use copy(destination)")

    @property
    def table(self) -> None:
        """Calc has none."""
        return None

    @property
    def name(self) -> Any:
        """The name that stands for just these cells; None if there is none."""
        said = f"={self.get_address(True, True, False)}"[1:]  # type: ignore[attr-defined]
        from workbook.engines.libreoffice.references import quoted

        wanted = f"={quoted(self.sheet.name)}!{said}"
        for _, name in self.sheet.book.names.snapshot():
            if name.refers_to == wanted:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        from workbook.engines.libreoffice.references import quoted, text_of

        self.sheet.book.names.add(value, f"={quoted(self.sheet.name)}!{text_of(self.rect)}")


def _end(filled: list[tuple[int, int]], here: int, step: int, limit: int) -> int:
    """Where Ctrl and an arrow key lead, along one line."""
    edge = limit if step > 0 else 0
    ordered = filled if step > 0 else [(last, first) for first, last in reversed(filled)]
    for near, far in ordered:
        inside = min(near, far) <= here <= max(near, far)
        if inside and here != far:
            return far
        if not inside and (near - here) * step > 0:
            return near
    return edge
