"""Put values into cells: one call for constants, and one more for each rectangle of formulas, dates or truth values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from workbook.engines.libreoffice import batch as inside
from workbook.engines.libreoffice import formulas as syntax
from workbook.engines.libreoffice.reading import zero_of
from workbook.engines.libreoffice.references import Rect
from workbook.engines.libreoffice.values import prepared, serial_of

_DAY, _MOMENT = "YYYY-MM-DD", "YYYY-MM-DD HH:MM:SS"
Place = tuple[int, int]


def write(cells: Any, data: Any) -> None:
    """Write values or formulas.

    Args:
        cells: A ``Range`` whose cells may be changed.
        data: One value for all cells, or rows of them; a text that begins with ``=`` is a formula.
    """
    rows = _rows(cells, data)
    height, width = len(rows), len(rows[0])
    if (height, width) != cells.shape:
        cells = type(cells)(cells.sheet, (cells.row, cells.column, height, width))
        cells.guard()
    _Writing(cells, rows).run()


def _rows(cells: Any, data: Any) -> list[list[Any]]:
    if isinstance(data, (list, tuple)):
        rows = data if data and isinstance(data[0], (list, tuple)) else [data]
        return [[prepared(value) for value in row] for row in rows]
    value = prepared(data)
    height, width = cells.shape
    if isinstance(value, str) and value.startswith("="):
        return [[syntax.shifted(value, row, column) for column in range(width)] for row in range(height)]
    return [[value] * width for _ in range(height)]


class _Writing:
    """One rectangle on its way into a sheet."""

    def __init__(self, cells: Any, rows: list[list[Any]]) -> None:
        self.cells = cells
        self.book = cells.sheet.book
        self.rows = rows
        self.formulas: dict[Place, str] = {}
        self.truths: set[Place] = set()
        self.numbers: set[Place] = set()
        self.dates: dict[str, set[Place]] = {_DAY: set(), _MOMENT: set()}
        self.zero: dt.datetime | None = None

    def run(self) -> None:
        plain = tuple(
            tuple(self._plain((row, column), value) for column, value in enumerate(line))
            for row, line in enumerate(self.rows)
        )
        # None beside a text ends LibreOffice 7.4; the empty text empties a cell just as well.
        self.cells.xl.setDataArray(plain)
        for rect in rectangles(self.formulas):
            block = tuple(
                tuple(self.formulas[row, column] for column in range(rect[1], rect[3] + 1))
                for row in range(rect[0], rect[2] + 1)
            )
            self._at(rect).setFormulaArray(block)
        if self.truths or self.numbers or any(self.dates.values()):
            self._formats()

    def _at(self, rect: Rect) -> Any:
        return self.cells.xl.getCellRangeByPosition(rect[1], rect[0], rect[3], rect[2])

    def _plain(self, place: Place, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(place, value)
        if isinstance(value, bool):
            self.truths.add(place)
            return float(value)
        if isinstance(value, dt.date):
            self.dates[_MOMENT if _has_time(value) else _DAY].add(place)
            self.zero = self.zero or zero_of(self.book.xl)
            return serial_of(value, self.zero)
        if isinstance(value, float):
            self.numbers.add(place)
        return "" if value is None else value

    def _text(self, place: Place, value: str) -> str:
        if value.startswith("=") and len(value) > 1:
            self.formulas[place] = syntax.to_calc(value)
            return ""
        return value.removeprefix("'")

    def _formats(self) -> None:
        """What a number is, its format says: so formats of before must not say otherwise."""
        known = self.book.app.office.batch.formats(self.cells.xl, self.book.formats)
        truths, dates = (self._places(known[bit]) for bit in (inside.LOGICAL, inside.DATE))
        self._format(self.truths - truths, self.book.boolean_key)
        self._format(truths & self.numbers, lambda: 0)
        for code, places in self.dates.items():
            self._format(places - dates, lambda code=code: self.book.format_key(code))

    def _places(self, rects: list[Rect]) -> set[Place]:
        top, left = self.cells.rect[:2]
        height, width = self.cells.shape
        return {
            (row - top, column - left)
            for first, start, last, stop in rects
            for row in range(max(first, top), min(last, top + height - 1) + 1)
            for column in range(max(start, left), min(stop, left + width - 1) + 1)
        }

    def _format(self, places: set[Place], key: Any) -> None:
        number = key() if places else 0
        for rect in rectangles(places):
            self._at(rect).NumberFormat = number


def _has_time(value: dt.date) -> bool:
    return isinstance(value, dt.datetime) and value.time() != dt.time()


def rectangles(places: Iterable[Place]) -> list[Rect]:
    """Rectangles that cover places, each once.

    Examples:
        >>> rectangles({(0, 0), (0, 1), (1, 0), (1, 1), (3, 5)})
        [(0, 0, 1, 1), (3, 5, 3, 5)]
    """
    runs: list[Rect] = []
    for row, column in sorted(places):
        if runs and runs[-1][2] == row and runs[-1][3] == column - 1:
            runs[-1] = (row, runs[-1][1], row, column)
        else:
            runs.append((row, column, row, column))
    open_: dict[tuple[int, int], Rect] = {}
    done: list[Rect] = []
    for run in runs:
        above = open_.get((run[1], run[3]))
        if above and above[2] == run[0] - 1:
            open_[run[1], run[3]] = (above[0], run[1], run[0], run[3])
            continue
        if above:
            done.append(above)
        open_[run[1], run[3]] = run
    return sorted([*done, *open_.values()])
