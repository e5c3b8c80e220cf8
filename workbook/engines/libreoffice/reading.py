"""What stands in cells: one call for the values, and further ones only if the values ask for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from workbook.engines.libreoffice import batch as inside
from workbook.engines.libreoffice import formulas as syntax
from workbook.engines.libreoffice import values as conversion
from workbook.engines.libreoffice.references import Rect

# Reading so many cells or more, we look where the sheet ends first: empty cells cost LibreOffice memory, too.
_MANY = 20_000

Grid = list[list[Any]]


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
    return _Reading(cells).values()


def formulas(cells: Any) -> tuple[tuple[str, ...], ...]:
    """The formulas of a range, and its constants as Excel shows them in their place.

    Args:
        cells: A ``Range``.

    Returns:
        Rows of text; '' for blanks.
    """
    return _Reading(cells).formulas()


def contents(cells: Any) -> tuple[tuple[tuple[Any, ...], ...], tuple[tuple[str | None, ...], ...]]:
    """Values and formulas of one moment, in two calls whatever there is.

    Args:
        cells: A ``Range``.

    Returns:
        The values, errors as Excel writes them; and the formulas, None where there is none.
    """
    reading = _Reading(cells)
    reading.ask_for_all()
    return reading.values(conversion.error_text), reading.written()


class _Reading:
    """One look at a range; what the data do not tell is asked for when it is needed."""

    def __init__(self, cells: Any) -> None:
        self._area = _Area(cells)
        self._data = self._area.cells.getDataArray()
        self._sheet, self._book = cells.sheet.xl, cells.sheet.book
        self._batch = self._book.app.office.batch

    def ask_for_all(self) -> None:
        """Ask at once, where everything will be needed."""
        told = self._batch.told(self._area.cells, self._sheet, self._book.formats)
        self._kinds, self._errors, self._truths, self._blocks = told

    @cached_property
    def _kinds(self) -> dict[int, list[Rect]]:
        """Where dates and truth values stand by their format."""
        cells, book = self._area.cells, self._book
        if len(self._data) == len(self._data[0]) == 1:
            kind = book.kind_of(cells.getCellByPosition(0, 0).NumberFormat)
            return {bit: [self._area.rect] if kind & bit else [] for bit in (inside.DATE, inside.LOGICAL)}
        return dict(self._batch.formats(cells, book.formats))

    @cached_property
    def _errors(self) -> list[tuple[int, int, int]]:
        return list(self._batch.errors(self._area.cells, self._sheet))

    @cached_property
    def _truths(self) -> list[tuple[int, int]]:
        """Where formulas yield a truth value: one without a format of its own shows what its result is."""
        return list(self._batch.truths(self._area.cells, self._sheet, self._book.formats))

    @cached_property
    def _blocks(self) -> list[inside.Block]:
        return list(self._batch.formulas(self._area.cells, self._sheet))

    def values(self, error: Callable[[int], Any] = conversion.error_code) -> tuple[tuple[Any, ...], ...]:
        """The values, an error as it is told by a number of LibreOffice's."""
        grid: Grid = [list(row) for row in self._data]
        flat = {type(value) for row in grid for value in row}
        top, left = self._area.rect[:2]
        if type(None) in flat:
            for row, column, code in self._errors:
                grid[row - top][column - left] = error(code)
        if float in flat:
            self._put_dates(grid)
            self._put_truths(grid)
            if _some_bits(grid):
                _put_truths_at(grid, [(row - top, column - left) for row, column in self._truths])
        if str in flat:
            # Nothing and the empty text are one to xlwings.
            grid = [[None if value == "" else value for value in row] for row in grid]
        return self._area.padded(grid, None)

    def formulas(self) -> tuple[tuple[str, ...], ...]:
        """The formulas, and constants in their place."""
        grid: Grid = [list(row) for row in self._data]
        if _some_bits(grid):
            self._put_truths(grid)
        # Texts that look like formulas come back the same; only the blocks tell them apart.
        return self._with_formulas([[conversion.text_of(value) for value in row] for row in grid], "")

    def written(self) -> tuple[tuple[str | None, ...], ...]:
        """The formulas, and None in place of everything else."""
        return self._with_formulas([[None] * len(row) for row in self._data], None)

    def _with_formulas(self, grid: Grid, blank: Any) -> tuple[tuple[Any, ...], ...]:
        top, left = self._area.rect[:2]
        for block in self._blocks:
            for row, texts in enumerate(block.rows, block.top - top):
                grid[row][block.left - left : block.left - left + len(texts)] = map(syntax.to_excel, texts)
        return self._area.padded(grid, blank)

    def _put_dates(self, grid: Grid) -> None:
        """Numbers that are dates by their format."""
        dates = self._kinds[inside.DATE]
        zero = zero_of(self._book.xl) if dates else None
        for row, column in _within(dates, self._area.rect):
            if zero and isinstance(grid[row][column], float):
                grid[row][column] = _moment(grid[row][column], zero)

    def _put_truths(self, grid: Grid) -> None:
        """Numbers that are truth values by their format."""
        _put_truths_at(grid, _within(self._kinds[inside.LOGICAL], self._area.rect))


def _some_bits(grid: Grid) -> bool:
    return any(value in (0.0, 1.0) and isinstance(value, float) for row in grid for value in row)


def _put_truths_at(grid: Grid, places: Iterable[tuple[int, int]]) -> None:
    for row, column in places:
        if isinstance(grid[row][column], float):
            grid[row][column] = bool(grid[row][column])


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
