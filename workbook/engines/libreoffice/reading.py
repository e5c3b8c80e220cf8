"""What stands in cells: one call for the values, and further ones only if the values ask for them."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from workbook.engines.libreoffice import batch as inside
from workbook.engines.libreoffice import formulas as syntax
from workbook.engines.libreoffice import values as conversion
from workbook.engines.libreoffice.references import Rect

# Reading so many cells or more, we look where the sheet ends first: empty cells cost LibreOffice memory, too.
_MANY = 20_000
_FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA
_STANDARD = 0
# Seconds for which what was found of formats is believed.
_FRESH = 1.0

Grid = list[list[Any]]
Found = TypeVar("Found")


def zero_of(document: Any) -> dt.datetime:
    """The day that the number 0 stands for in a document."""
    day = document.NullDate
    return dt.datetime(day.Year, day.Month, day.Day)  # noqa: DTZ001 - a sheet knows no time zone


class _Area:
    """The part of a range that is worth reading."""

    def __init__(self, cells: Any) -> None:
        self.rows, self.columns = cells.shape
        top, left, bottom, right = cells.rect
        self.cells = cells.xl
        if cells.whole or len(cells) >= _MANY:
            used = cells.sheet.used_rect()
            bottom, right = max(top, min(bottom, used[2])), max(left, min(right, used[3]))
            self.cells = cells.sheet.xl.getCellRangeByPosition(left, top, right, bottom)
        if cells.whole:
            self.rows, self.columns = bottom - top + 1, right - left + 1
        self.rect: Rect = (top, left, bottom, right)

    def grid(self, rows: Any) -> Grid:
        return [list(row) for row in rows]

    def padded(self, grid: Grid, blank: Any) -> tuple[tuple[Any, ...], ...]:
        """The grid in the size that was asked for."""
        missing = self.columns - len(grid[0])
        made = [tuple(row) + (blank,) * missing for row in grid]
        return (*made, *(((blank,) * self.columns,) * (self.rows - len(made))))


def values(cells: Any) -> tuple[tuple[Any, ...], ...]:
    """The values of a range.

    Args:
        cells: A ``Range``.

    Returns:
        Rows: None, float, bool, str, datetime, or COM's number of an error.
    """
    area = _Area(cells)
    grid = area.grid(area.cells.getDataArray())
    flat = {type(value) for row in grid for value in row}
    if type(None) in flat:
        _put_errors(grid, area, cells)
    if float in flat:
        _put_kinds(grid, area, cells)
    if str in flat:
        # Nothing and the empty text are one to xlwings.
        grid = [[None if value == "" else value for value in row] for row in grid]
    return area.padded(grid, None)


def _put_errors(grid: Grid, area: _Area, cells: Any) -> None:
    top, left = area.rect[:2]
    for row, column, code in cells.sheet.book.app.office.batch.errors(area.cells, cells.sheet.xl):
        grid[row - top][column - left] = conversion.error_code(code)


def _put_kinds(grid: Grid, area: _Area, cells: Any) -> None:
    """Numbers that are dates or truth values by their format."""
    book = cells.sheet.book
    if len(grid) == len(grid[0]) == 1:
        kind = book.kind_of(area.cells.getCellByPosition(0, 0).NumberFormat)
        kinds = {bit: [area.rect] if kind & bit else [] for bit in (inside.DATE, inside.LOGICAL)}
    else:
        kinds = _kinds(area, cells)
    zero = zero_of(book.xl) if kinds[inside.DATE] else None
    for row, column in _within(kinds[inside.DATE], area.rect):
        if zero and isinstance(grid[row][column], float):
            grid[row][column] = _moment(grid[row][column], zero)
    _put_truths(grid, area, cells, kinds[inside.LOGICAL])


def _kinds(area: _Area, cells: Any) -> dict[int, list[Rect]]:
    """Where dates and truth values stand by their format."""
    book = cells.sheet.book
    return _once(cells, "kinds", lambda: book.app.office.batch.formats(area.cells, book.formats))


def _truths(area: _Area, cells: Any) -> list[tuple[int, int]]:
    """Where formulas yield a truth value: one without a format of its own shows what its result is."""
    book = cells.sheet.book
    return _once(cells, "truths", lambda: book.app.office.batch.truths(area.cells, cells.sheet.xl, book.formats))


def _once(cells: Any, what: str, find: Callable[[], Found]) -> Found:
    """What was found out a moment ago: whoever reads values and formulas at once is not made to wait twice."""
    read, found = cells.fresh.get(what, (-math.inf, None))
    if time.monotonic() - read > _FRESH:
        found = find()
        cells.fresh[what] = time.monotonic(), found
    known: Found = found
    return known


def _put_truths(grid: Grid, area: _Area, cells: Any, rects: list[Rect]) -> None:
    for row, column in _within(rects, area.rect):
        if isinstance(grid[row][column], float):
            grid[row][column] = bool(grid[row][column])
    if not any(value in (0.0, 1.0) and isinstance(value, float) for row in grid for value in row):
        return
    top, left = area.rect[:2]
    for row, column in _truths(area, cells):
        if isinstance(grid[row - top][column - left], float):
            grid[row - top][column - left] = bool(grid[row - top][column - left])


def _moment(serial: float, zero: dt.datetime) -> Any:
    try:
        return conversion.moment_of(serial, zero)
    except OverflowError:
        return serial  # no year has so many digits; Excel shows ####


def _within(rects: list[Rect], area: Rect) -> list[tuple[int, int]]:
    """The places of rectangles inside an area, counted from its corner."""
    top, left, bottom, right = area
    return [
        (row - top, column - left)
        for first, start, last, stop in rects
        for row in range(max(first, top), min(last, bottom) + 1)
        for column in range(max(start, left), min(stop, right) + 1)
    ]


def formulas(cells: Any) -> tuple[tuple[str, ...], ...]:
    """The formulas of a range, and its constants as Excel shows them in their place.

    Args:
        cells: A ``Range``.

    Returns:
        Rows of text; '' for blanks.
    """
    area = _Area(cells)
    grid = area.grid(area.cells.getDataArray())
    where = area.cells.queryContentCells(_FORMULA).getRangeAddresses()
    found = [(spot.StartRow, spot.StartColumn, spot.EndRow, spot.EndColumn) for spot in where]
    if any(value in (0.0, 1.0) and isinstance(value, float) for row in grid for value in row):
        _put_truths(grid, area, cells, _kinds(area, cells)[inside.LOGICAL])
    texts = [[conversion.text_of(value) for value in row] for row in grid]
    if found:
        # Texts that look like formulas come back the same; only the query above tells them apart.
        written = area.cells.getFormulaArray()
        for row, column in _within(found, area.rect):
            texts[row][column] = syntax.to_excel(written[row][column])
    return area.padded(texts, "")
