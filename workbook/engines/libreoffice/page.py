"""What stays in view, and what is printed."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from workbook.engines.libreoffice import references, runtime
from workbook.engines.libreoffice.errors import seam
from workbook.engines.libreoffice.sheet import Sheet


@seam
class FreezePanes(base_classes.FreezePanes):
    """The frozen rows and columns of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze what lies within a range that begins at A1."""
        rect = references.rect_of(frozen_range)
        self.sheet.activate()
        rows = 0 if rect[2] >= references.MAX_ROW - 1 else rect[2] + 1
        columns = 0 if rect[3] >= references.MAX_COLUMN - 1 else rect[3] + 1
        self.sheet.book.xl.CurrentController.freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        """Freeze nothing."""
        self.sheet.activate()
        self.sheet.book.xl.CurrentController.freezeAtPosition(0, 0)


@seam
class PageSetup(base_classes.PageSetup):
    """How a sheet is printed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """The sheet."""
        return self.sheet.xl

    @property
    def print_area(self) -> str | None:
        """The area, or None for everything."""
        areas = self.sheet.xl.getPrintAreas()
        rects = [(area.StartRow, area.StartColumn, area.EndRow, area.EndColumn) for area in areas]
        return ",".join(references.text_of(rect) for rect in rects) or None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        areas = []
        for part in value.split(",") if value else []:
            area = runtime.uno().createUnoStruct("com.sun.star.table.CellRangeAddress")
            area.Sheet = self.sheet.index - 1
            area.StartRow, area.StartColumn, area.EndRow, area.EndColumn = references.rect_of(part)
            areas.append(area)
        self.sheet.xl.setPrintAreas(tuple(areas))
