"""Sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xlwings import base_classes

from workbook.engines.libreoffice import references
from workbook.engines.libreoffice.book import Book
from workbook.engines.libreoffice.errors import Closed, SheetProtected, seam, unsupported
from workbook.engines.libreoffice.look import TO_POINTS

CONTENTS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING, FORMULA
FORMATS = 32 | 64 | 256  # HARDATTR, STYLES, EDITATTR


@seam
class Sheets(base_classes.Sheets):
    """The sheets of a book.

    Args:
        book: The book.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.xl = book.xl.Sheets
        if self.xl is None:
            raise Closed("the document was closed")

    @property
    def api(self) -> Any:
        """The collection."""
        return self.xl

    @property
    def active(self) -> Sheet:
        """The one in front."""
        return Sheet(self.book, self.book.xl.CurrentController.ActiveSheet)

    def _name(self, name_or_index: Any) -> str:
        names: tuple[str, ...] = self.xl.ElementNames
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(names):
                raise IndexError(f"sheet {name_or_index} of {len(names)}")
            return names[name_or_index - 1]
        for name in names:
            if name.lower() == str(name_or_index).lower():
                return name
        raise KeyError(name_or_index)

    def __call__(self, name_or_index: Any) -> Sheet:
        """By name, or by place from 1."""
        return Sheet(self.book, self.xl.getByName(self._name(name_or_index)))

    def __contains__(self, name_or_index: Any) -> bool:
        try:
            self._name(name_or_index)
        except (KeyError, IndexError):
            return False
        return True

    def __len__(self) -> int:
        return int(self.xl.Count)

    def __iter__(self) -> Iterator[Sheet]:
        for name in self.xl.ElementNames:
            yield Sheet(self.book, self.xl.getByName(name))

    def add(self, before: Any = None, after: Any = None, name: Any = None) -> Sheet:
        """A new sheet, by default before the active one, which it then is."""
        names = self.xl.ElementNames
        if name is None:
            taken = {known.lower() for known in names}
            name = next(made for number in range(1, len(names) + 2) if (made := f"Sheet{number}").lower() not in taken)
        beside = before or after or self.active
        self.xl.insertNewByName(name, beside.index - 1 + (1 if after and not before else 0))
        sheet = self(name)
        sheet.activate()
        return sheet


@seam
class Sheet(base_classes.Sheet):
    """One sheet.

    Args:
        book: Its book.
        xl: The sheet.
    """

    charts = unsupported("charts", "sheet.api.Charts has Calc's own")
    shapes = unsupported("shapes", "sheet.api.DrawPage has Calc's own")
    pictures = unsupported("pictures", "sheet.api.DrawPage has Calc's own")
    tables = unsupported("tables", "Calc has none; book.api.DatabaseRanges is the nearest thing")
    pivot_tables = unsupported("pivot tables", "sheet.api.DataPilotTables has Calc's own")

    def __init__(self, book: Book, xl: Any) -> None:
        self._book = book
        self.xl = xl

    @property
    def book(self) -> Book:
        """The book."""
        return self._book

    @property
    def api(self) -> Any:
        """The sheet."""
        return self.xl

    @property
    def name(self) -> str:
        """The name."""
        return str(self.xl.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.xl.Name = value

    @property
    def index(self) -> int:
        """The place, from 1."""
        return int(self.xl.RangeAddress.Sheet) + 1

    @property
    def names(self) -> Any:
        """The names of this sheet alone."""
        from workbook.engines.libreoffice.names import Names

        return Names(self._book, self)

    @property
    def visible(self) -> bool:
        """Whether its tab shows."""
        return bool(self.xl.IsVisible)

    @visible.setter
    def visible(self, value: Any) -> None:
        self.xl.IsVisible = bool(value)

    def range(self, arg1: Any, arg2: Any = None) -> Any:
        """Cells by address, name, or corners counted from 1."""
        from workbook.engines.libreoffice.cells import Range

        if isinstance(arg1, tuple) and len(arg1) == 4:  # noqa: PLR2004 - row, column, rows, columns
            return Range(self, arg1)
        if isinstance(arg1, int) and isinstance(arg2, int):
            arg1, arg2 = (arg1, arg2), None
        first = self._corner(arg1)
        if arg2 is None:
            return Range.over(self, first)
        second = self._corner(arg2)
        rect = (*map(min, first[:2], second[:2]), *map(max, first[2:], second[2:]))
        return Range.over(self, rect)

    def _corner(self, given: Any) -> Any:
        from workbook.engines.libreoffice.cells import Range

        if isinstance(given, Range):
            return given.rect
        if isinstance(given, tuple):
            if 0 in given:
                raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            return (given[0] - 1, given[1] - 1, given[0] - 1, given[1] - 1)
        try:
            return references.rect_of(given)
        except ValueError:
            return self._named(given)

    def _named(self, name: str) -> Any:
        for names in (self.names, self._book.names):
            if names.contains(name):
                return names(name).refers_to_range.rect
        raise KeyError(name)

    @property
    def cells(self) -> Any:
        """All of them."""
        return self.range((1, 1, self.xl.Rows.Count, self.xl.Columns.Count))

    def used_rect(self) -> references.Rect:
        """The rectangle that holds everything; A1 if nothing does."""
        return self._book.app.office.batch.used(self.xl)

    def set_row_heights(self, runs: Iterable[tuple[int, int, float]]) -> None:
        """Set the heights of many rows at once, which xlwings has no call for.

        Args:
            runs: First row, last row, both from 1, and height in points.
        """
        self.guard()
        told = [(first - 1, last - 1, round(height / TO_POINTS)) for first, last, height in runs]
        self._book.app.office.batch.heights(self.xl, told)

    @property
    def used_range(self) -> Any:
        """The cells that hold something."""
        from workbook.engines.libreoffice.cells import Range

        return Range.over(self, self.used_rect())

    def activate(self) -> None:
        """Put it in front."""
        self._book.xl.CurrentController.setActiveSheet(self.xl)

    def select(self) -> None:
        """Put it in front; Calc has no selection of sheets here."""
        self.activate()

    def guard(self) -> None:
        """Refuse to change all cells of a protected sheet.

        Raises:
            SheetProtected: LibreOffice would do nothing and say nothing.
        """
        if self.xl.isProtected():
            raise SheetProtected(f"the sheet {self.name!r} is protected")

    def clear_contents(self) -> None:
        """Empty all cells."""
        self.guard()
        self.xl.clearContents(CONTENTS)

    def clear_formats(self) -> None:
        """Take all formats away."""
        self.guard()
        self.xl.clearContents(FORMATS)

    def clear(self) -> None:
        """Both."""
        self.guard()
        self.xl.clearContents(CONTENTS | FORMATS)

    def autofit(self, axis: Any = None) -> None:
        """Fit columns, rows or both to what they hold."""
        self.cells.autofit(axis)

    def delete(self) -> None:
        """Remove it."""
        self._book.xl.Sheets.removeByName(self.name)

    def copy(self, before: Any, after: Any) -> None:
        """Copy it, within its book or into another."""
        beside = before or after
        place = beside.index - 1 + (0 if before else 1)
        sheets, target = self._book.xl.Sheets, beside.book.xl
        name = self.name
        if target != self._book.xl:
            target.Sheets.importSheet(self._book.xl, name, place)
            return
        number = 2
        while sheets.hasByName(f"{name} ({number})"):
            number += 1
        sheets.copyByName(name, f"{name} ({number})", place)

    def move(self, before: Any, after: Any) -> None:
        """Move it within its book."""
        beside = before or after
        place = beside.index - 1 + (0 if before else 1)
        self._book.xl.Sheets.moveByName(self.name, place)

    @property
    def show_gridlines(self) -> bool:
        """Whether the window shows the grid: one setting for all sheets of a window, unlike Excel's."""
        return bool(self._book.xl.CurrentController.ShowGrid)

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        self._book.xl.CurrentController.ShowGrid = bool(value)

    @property
    def freeze_panes(self) -> Any:
        """The frozen rows and columns."""
        from workbook.engines.libreoffice.page import FreezePanes

        return FreezePanes(self)

    @property
    def notes(self) -> list[Any]:
        """The notes."""
        from workbook.engines.libreoffice.notes import notes_of

        return notes_of(self)

    @property
    def page_setup(self) -> Any:
        """How it is printed."""
        from workbook.engines.libreoffice.page import PageSetup

        return PageSetup(self)
