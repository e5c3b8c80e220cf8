"""A sheet written in a dialect: its rows, columns and merged cells; all else of the part stays as it was."""

from __future__ import annotations

from itertools import count
from typing import Final
from xml.etree import ElementTree as ET

from openpyxl.utils import get_column_letter

from tests.workbook.commission.histories.dialect import Dialect
from tests.workbook.commission.histories.grid import Cell, Grid, Line, escaped, tag

_BEFORE_MERGES: Final = ("sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter")


class Speller:
    """Writes sheets.

    Args:
        dialect: In which.
        strings: What they share, added to.
    """

    def __init__(self, dialect: Dialect, strings: list[str]) -> None:
        self._dialect, self._strings = dialect, strings

    def part(self, grid: Grid) -> str:
        """The part of a sheet."""
        data = grid.root.find(tag("sheetData"))
        assert data is not None
        data[:] = self._rows(grid)
        _columns(grid, data)
        _merged(grid)
        dimension = grid.root.find(tag("dimension"))
        if dimension is not None:
            # Some programs leave what it was.
            dimension.set("ref", "A1")
        return self._dialect.part(grid.root)

    def _rows(self, grid: Grid) -> list[ET.Element]:
        places = {column: number for number, column in enumerate(grid.columns, 1)}
        by_row: dict[Line, dict[int, Cell]] = {}
        for (row, column), cell in grid.cells.items():
            by_row.setdefault(row, {})[places[column]] = cell
        shared = _Shared()
        numbered = ((number, row, by_row.get(row, {})) for number, row in enumerate(grid.rows, 1))
        wanted = (one for one in numbered if one[2] or one[1].attributes or not self._dialect.references)
        return [self._row(*one, shared) for one in wanted]

    def _row(self, number: int, row: Line, cells: dict[int, Cell], shared: _Shared) -> ET.Element:
        told = self._dialect.references
        element = ET.Element(tag("row"), {**({"r": str(number)} if told else {}), **row.attributes})
        for at in sorted(cells) if told else range(1, max(cells, default=0) + 1):
            cell = cells.get(at, Cell())
            written = ET.SubElement(element, tag("c"), {"r": f"{get_column_letter(at)}{number}"} if told else {})
            if cell.style:
                written.set("s", str(cell.style))
            if cell.formula:
                written.append(shared.told(cell, number, at) if self._dialect.shares else _formula(cell, number))
            if cell.kind:
                self._value(written, cell)
        return element

    def _value(self, element: ET.Element, cell: Cell) -> None:
        if cell.kind == "s" and not cell.formula:
            self._dialect.text(element, escaped(cell.text), self._strings)
            return
        if cell.kind != "n":
            element.set("t", "str" if cell.kind == "s" else cell.kind)
        value = ET.SubElement(element, tag("v"))
        value.text = self._dialect.number(cell.text) if cell.kind == "n" else escaped(cell.text)


def _formula(cell: Cell, row: int) -> ET.Element:
    element = ET.Element(tag("f"))
    element.text = cell.formula.replace("{row}", str(row))
    return element


class _Shared:
    """The same formula down a column is written once, and the rest refers to it."""

    def __init__(self) -> None:
        self._numbers = count()
        self._open: dict[int, tuple[str, int, str, ET.Element]] = {}

    def told(self, cell: Cell, row: int, column: int) -> ET.Element:
        """The formula of a cell, or where it was told."""
        letter = get_column_letter(column)
        before = self._open.get(column)
        if before is not None and before[:2] == (cell.formula, row - 1):
            number, first = before[2:]
            first.set("ref", f"{first.get('ref', '').partition(':')[0]}:{letter}{row}")
            element = ET.Element(tag("f"), {"t": "shared", "si": number})
        else:
            number, first = str(next(self._numbers)), _formula(cell, row)
            first.attrib.update({"t": "shared", "ref": f"{letter}{row}", "si": number})
            element = first
        self._open[column] = cell.formula, row, number, first
        return element


def _columns(grid: Grid, data: ET.Element) -> None:
    _drop(grid.root, "cols")
    spans = ET.Element(tag("cols"))
    for number, column in enumerate(grid.columns, 1):
        if column.attributes:
            place = {"min": str(number), "max": str(number), "width": "9"}
            spans.append(ET.Element(tag("col"), {**place, **column.attributes}))
    if len(spans):
        grid.root.insert(list(grid.root).index(data), spans)


def _merged(grid: Grid) -> None:
    _drop(grid.root, "mergeCells")
    spans = [one for one in map(grid.span, grid.merges) if one is not None]
    if spans:
        element = ET.Element(tag("mergeCells"), {"count": str(len(spans))})
        element[:] = [ET.Element(tag("mergeCell"), {"ref": _area(*one)}) for one in spans]
        before = [at for at, one in enumerate(grid.root) if one.tag in map(tag, _BEFORE_MERGES)]
        grid.root.insert(max(before) + 1, element)


def _area(top: int, left: int, end: int, right: int) -> str:
    return f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{end + 1}"


def _drop(root: ET.Element, name: str) -> None:
    old = root.find(tag(name))
    if old is not None:
        root.remove(old)
