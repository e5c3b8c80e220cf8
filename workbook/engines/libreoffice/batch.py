"""Work done inside the office in one call, because every object that crosses the bridge costs a millisecond.

The procedures are Basic in a hidden scratch document, which belongs to us and never to the user. Where macros are
forbidden, the same is done from here, one object at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.errors import foreign

Rect = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""

DATE = 2
LOGICAL = 1024
_FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA

_SCRATCH = "xlwings: scratch document"
SOURCE = """\
Function Contents(oNames)
  Dim a, i, n, r()
  a = oNames.getElementNames()
  n = UBound(a)
  If n < 0 Then
    Contents = Array()
    Exit Function
  End If
  ReDim r(n)
  For i = 0 To n
    r(i) = oNames.getByName(a(i)).getContent()
  Next
  Contents = r
End Function

Function Formats(oRange, oFormats)
  Dim u, i, n, r()
  u = oRange.getUniqueCellFormatRanges()
  n = u.getCount() - 1
  ReDim r(n)
  For i = 0 To n
    r(i) = Array(oFormats.getByKey(u.getByIndex(i).NumberFormat).Type, u.getByIndex(i).RangeAddressesAsString)
  Next
  Formats = r
End Function

Function Errors(oRange, oSheet)
  Dim a, i, x, y, n, r()
  a = oRange.queryFormulaCells(4).getRangeAddresses()
  n = -1
  For i = 0 To UBound(a)
    For y = a(i).StartRow To a(i).EndRow
      For x = a(i).StartColumn To a(i).EndColumn
        n = n + 1
        ReDim Preserve r(n)
        r(n) = Array(y, x, oSheet.getCellByPosition(x, y).getError())
      Next
    Next
  Next
  If n < 0 Then
    Errors = Array()
  Else
    Errors = r
  End If
End Function

Function Truths(oRange, oSheet, oFormats)
  Dim a, i, x, y, n, r(), d, v, k, nKnown, bTruth
  a = oRange.queryFormulaCells(1).getRangeAddresses()
  n = -1
  nKnown = -1
  For i = 0 To UBound(a)
    d = oSheet.getCellRangeByPosition(a(i).StartColumn, a(i).StartRow, a(i).EndColumn, a(i).EndRow).getDataArray()
    For y = 0 To UBound(d)
      For x = 0 To UBound(d(y))
        v = d(y)(x)
        If v = 0 Or v = 1 Then
          k = oSheet.getCellByPosition(a(i).StartColumn + x, a(i).StartRow + y).NumberFormat
          If k <> nKnown Then
            nKnown = k
            bTruth = (oFormats.getByKey(k).Type And 1024) <> 0
          End If
          If bTruth Then
            n = n + 1
            ReDim Preserve r(n)
            r(n) = Array(a(i).StartRow + y, a(i).StartColumn + x)
          End If
        End If
      Next
    Next
  Next
  If n < 0 Then
    Truths = Array()
  Else
    Truths = r
  End If
End Function

Function Formulas(oRange, oSheet)
  Dim a, i, n, r()
  a = oRange.queryContentCells(16).getRangeAddresses()
  n = UBound(a)
  If n < 0 Then
    Formulas = Array()
    Exit Function
  End If
  ReDim r(n)
  For i = 0 To n
    r(i) = Array(a(i).StartRow, a(i).StartColumn, _
      oSheet.getCellRangeByPosition(a(i).StartColumn, a(i).StartRow, a(i).EndColumn, a(i).EndRow).getFormulaArray())
  Next
  Formulas = r
End Function

Function Told(oRange, oSheet, oFormats)
  Told = Array(Formats(oRange, oFormats), Errors(oRange, oSheet), _
    Truths(oRange, oSheet, oFormats), Formulas(oRange, oSheet))
End Function

Function Used(oSheet)
  Dim c, a
  c = oSheet.createCursor()
  c.gotoStartOfUsedArea(False)
  c.gotoEndOfUsedArea(True)
  a = c.RangeAddress
  Used = Array(a.StartRow, a.StartColumn, a.EndRow, a.EndColumn)
End Function

Function Heights(oSheet, a)
  Dim i
  For i = 0 To UBound(a)
    oSheet.getCellRangeByPosition(0, a(i)(0), 0, a(i)(1)).Rows.Height = a(i)(2)
  Next
  Heights = Array()
End Function
"""


class Block(NamedTuple):
    """Formulas of neighbouring cells.

    Attributes:
        top: Their first row, counted from 0.
        left: Their first column, counted from 0.
        rows: Grid, in Calc's syntax.
    """

    top: int
    left: int
    rows: tuple[tuple[str, ...], ...]


class Told(NamedTuple):
    """What cells hold besides their values.

    Attributes:
        kinds: Rectangles by the bit their number format has: ``DATE`` and ``LOGICAL``.
        errors: Row, column and error code of every formula that yields an error.
        truths: Row and column of every formula that yields a truth value.
        formulas: Every formula.
    """

    kinds: dict[int, list[Rect]]
    errors: list[tuple[int, int, int]]
    truths: list[tuple[int, int]]
    formulas: list[Block]


_ALWAYS = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
_AT = "vnd.sun.star.script:Standard.Batch.{}?language=Basic&location=document"


class Batch:
    """Procedures inside one office.

    Args:
        desktop: Its desktop.
    """

    def __init__(self, desktop: Any) -> None:
        self._desktop = desktop
        self._scripts: dict[str, Any] = {}
        self.scratch: Any = None
        self._forbidden = False

    def close(self) -> None:
        """Give the scratch document back."""
        scratch, self.scratch = self.scratch, None
        self._scripts.clear()
        if scratch is not None:
            try:
                scratch.close(True)
            except foreign():
                return  # the office went first

    def _script(self, name: str) -> Any:
        if self.scratch is None:
            hidden = runtime.options(Hidden=True, MacroExecutionMode=_ALWAYS, DocumentTitle=_SCRATCH)
            self.scratch = self._desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden)
            libraries = self.scratch.BasicLibraries
            if not libraries.hasByName("Standard"):
                libraries.createLibrary("Standard")
            libraries.getByName("Standard").insertByName("Batch", SOURCE)
        if name not in self._scripts:
            self._scripts[name] = self.scratch.getScriptProvider().getScript(_AT.format(name))
        return self._scripts[name]

    def _run(self, name: str, *arguments: Any) -> Any:
        if not self._forbidden:
            try:
                answer = self._script(name).invoke(arguments, (), ())[0]
            except foreign():
                answer = None
            if answer is not None:
                return answer
            self._forbidden = True
        return getattr(_OneByOne, name.lower())(*arguments)

    def contents(self, names: Any) -> tuple[str, ...]:
        """What each name of a container stands for, in Calc's syntax and the container's order."""
        return tuple(self._run("Contents", names))

    def formats(self, cells: Any, formats: Any) -> dict[int, list[Rect]]:
        """See ``Told.kinds``."""
        return _kinds(self._run("Formats", cells, formats))

    def errors(self, cells: Any, sheet: Any) -> list[tuple[int, int, int]]:
        """See ``Told.errors``."""
        return _errors(self._run("Errors", cells, sheet))

    def truths(self, cells: Any, sheet: Any, formats: Any) -> list[tuple[int, int]]:
        """See ``Told.truths``."""
        return _truths(self._run("Truths", cells, sheet, formats))

    def formulas(self, cells: Any, sheet: Any) -> list[Block]:
        """See ``Told.formulas``."""
        return _blocks(self._run("Formulas", cells, sheet))

    def told(self, cells: Any, sheet: Any, formats: Any) -> Told:
        """All of it at once."""
        kinds, errors, truths, blocks = self._run("Told", cells, sheet, formats)
        return Told(_kinds(kinds), _errors(errors), _truths(truths), _blocks(blocks))

    def used(self, sheet: Any) -> Rect:
        """The rectangle of a sheet that holds everything; A1 if nothing does."""
        top, left, bottom, right = map(int, self._run("Used", sheet))
        return (top, left, bottom, right)

    def heights(self, sheet: Any, runs: Iterable[tuple[int, int, int]]) -> None:
        """Set heights.

        Args:
            sheet: The sheet.
            runs: First row, last row, and height in hundredths of a millimetre.
        """
        self._run("Heights", sheet, tuple(runs))


def is_scratch(document: Any) -> bool:
    """Whether a document is the scratch of some program: of ours, or of another that works in the same office."""
    return any(one.Name == "DocumentTitle" and one.Value == _SCRATCH for one in document.getArgs())


def _rects(where: str) -> list[Rect]:
    """``Sheet1.A1:B2,Sheet1.C3``, where a sheet's name may hold anything between apostrophes."""
    from workbook.engines.libreoffice.references import CALC_AREA, rect_of

    return [rect_of(found[0]) for found in CALC_AREA.finditer(where)]


def _kinds(found: Any) -> dict[int, list[Rect]]:
    kinds: dict[int, list[Rect]] = {DATE: [], LOGICAL: []}
    for kind, where in found:
        for bit in kinds:
            if kind & bit:
                kinds[bit] += _rects(where)
    return kinds


def _errors(found: Any) -> list[tuple[int, int, int]]:
    return [(int(row), int(column), int(code)) for row, column, code in found]


def _truths(found: Any) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in found]


def _blocks(found: Any) -> list[Block]:
    return [Block(int(top), int(left), rows) for top, left, rows in found]


class _OneByOne:
    """The same over the bridge."""

    @staticmethod
    def contents(names: Any) -> list[str]:
        return [names.getByName(name).getContent() for name in names.getElementNames()]

    @staticmethod
    def formats(cells: Any, formats: Any) -> list[tuple[int, str]]:
        groups = cells.getUniqueCellFormatRanges()
        each = [groups.getByIndex(index) for index in range(groups.getCount())]
        return [(formats.getByKey(group.NumberFormat).Type, group.RangeAddressesAsString) for group in each]

    @staticmethod
    def errors(cells: Any, sheet: Any) -> list[tuple[int, int, int]]:
        found = _places(cells.queryFormulaCells(4).getRangeAddresses())
        return [(row, column, sheet.getCellByPosition(column, row).getError()) for row, column in found]

    @staticmethod
    def truths(cells: Any, sheet: Any, formats: Any) -> list[tuple[int, int]]:
        found = []
        for row, column in _places(cells.queryFormulaCells(1).getRangeAddresses()):
            cell = sheet.getCellByPosition(column, row)
            if cell.Value in (0, 1) and formats.getByKey(cell.NumberFormat).Type & LOGICAL:
                found.append((row, column))
        return found

    @staticmethod
    def formulas(cells: Any, sheet: Any) -> list[tuple[int, int, Any]]:
        return [
            (a.StartRow, a.StartColumn, _at(sheet, a).getFormulaArray())
            for a in cells.queryContentCells(_FORMULA).getRangeAddresses()
        ]

    @classmethod
    def told(cls, cells: Any, sheet: Any, formats: Any) -> tuple[Any, ...]:
        kinds, truths = cls.formats(cells, formats), cls.truths(cells, sheet, formats)
        return (kinds, cls.errors(cells, sheet), truths, cls.formulas(cells, sheet))

    @staticmethod
    def used(sheet: Any) -> Rect:
        cursor = sheet.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        found = cursor.RangeAddress
        return (found.StartRow, found.StartColumn, found.EndRow, found.EndColumn)

    @staticmethod
    def heights(sheet: Any, runs: Iterable[tuple[int, int, int]]) -> None:
        for first, last, height in runs:
            sheet.getCellRangeByPosition(0, first, 0, last).Rows.Height = height


def _at(sheet: Any, area: Any) -> Any:
    return sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)


def _places(areas: Any) -> list[tuple[int, int]]:
    return [
        (row, column)
        for area in areas
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    ]
