"""What xlwings leaves to each spreadsheet program: protection, links, who it is, and what its failures mean.

The one place that reaches behind xlwings (``.api``, ``.impl``), whose objects are another program's in every engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.errors import ExcelUnavailable, WorkbookError

if TYPE_CHECKING:
    import xlwings

# What a protected sheet may still allow; read before it is opened and put back afterwards.
_ALLOWANCES = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)
Rows = Sequence[Sequence[Any]]
_WPS = ("wps", "kingsoft", "et.exe", "金山")


class Program(Protocol):
    """A spreadsheet program that can be driven."""

    name: str

    def unlocked(self, sheet: xlwings.Sheet) -> AbstractContextManager[xlwings.Sheet]:
        """A context in which a protected sheet can be written; afterwards it is protected as it was."""

    def forget_links(self, area: xlwings.Range) -> None:
        """Remove the hyperlinks of an area and leave its formats."""

    def read_only(self, window: xlwings.Book) -> bool:
        """Whether the workbook cannot be saved under its own name."""

    # Where one program has a call for many and the other has none, each goes the way that costs least there.

    def names(self, window: xlwings.Book) -> Mapping[str, str]:
        """The names of the workbook → what they stand for."""

    def contents(self, area: xlwings.Range) -> tuple[Rows, Rows]:
        """The values of an area, errors as texts, and its formulas; whatever stands there in place of a formula."""

    def put(self, area: xlwings.Range, rows: Sequence[Sequence[str | float | int | None]]) -> None:
        """Write an area; a text begins with an apostrophe, a formula with ``=``."""

    def set_heights(self, sheet: xlwings.Sheet, runs: Sequence[tuple[int, int, float]]) -> None:
        """Set the heights of rows: first row, last row, points."""


class Excel:
    """Excel for Windows, over COM."""

    name = "Excel"

    @contextmanager
    def unlocked(self, sheet: xlwings.Sheet) -> Iterator[xlwings.Sheet]:
        """A context in which a protected sheet can be written."""
        native = sheet.api
        if not native.ProtectContents:
            yield sheet
            return
        allowed = {name: bool(getattr(native.Protection, name)) for name in _ALLOWANCES}
        whole = {"DrawingObjects": bool(native.ProtectDrawingObjects), "Scenarios": bool(native.ProtectScenarios)}
        with _refused("W20", sheet=sheet.name):
            # An empty password: without one, Excel would ask its user.
            native.Unprotect("")
        try:
            yield sheet
        finally:
            native.Protect(Contents=True, **whole, **allowed)

    def forget_links(self, area: xlwings.Range) -> None:
        """Remove the hyperlinks of an area and leave its formats."""
        area.api.ClearHyperlinks()

    def read_only(self, window: xlwings.Book) -> bool:
        """Whether the workbook was opened to be read only."""
        return bool(window.api.ReadOnly)

    def names(self, window: xlwings.Book) -> Mapping[str, str]:
        """One by one, when asked for: each is a call, a workbook of ours has two thousand, and a check needs few."""
        return _Names(window)

    def contents(self, area: xlwings.Range) -> tuple[Rows, Rows]:
        """The values of an area, and its formulas: two calls."""
        formulas: Any = area.formula
        # A single cell comes bare.
        single = isinstance(formulas, str) or formulas is None
        return area.options(ndim=2, err_to_str=True).value, ((formulas,),) if single else formulas

    def put(self, area: xlwings.Range, rows: Sequence[Sequence[str | float | int | None]]) -> None:
        """Write an area, in pieces where it is very large."""
        area.value = rows

    def set_heights(self, sheet: xlwings.Sheet, runs: Sequence[tuple[int, int, float]]) -> None:
        """Set the heights of rows, a call for each run."""
        for first, last, height in runs:
            sheet.range((first, 1), (last, 1)).row_height = height


class LibreOffice:
    """LibreOffice, over UNO."""

    name = "LibreOffice"

    @contextmanager
    def unlocked(self, sheet: xlwings.Sheet) -> Iterator[xlwings.Sheet]:
        """A context in which a protected sheet can be written."""
        native = sheet.api
        if not native.isProtected():
            yield sheet
            return
        with _refused("W20", sheet=sheet.name):
            native.unprotect("")
        if native.isProtected():
            raise WorkbookError("W20", sheet=sheet.name)
        try:
            yield sheet
        finally:
            native.protect("")

    def forget_links(self, area: xlwings.Range) -> None:
        """A link is part of what a cell holds here, and goes with it."""

    def read_only(self, window: xlwings.Book) -> bool:
        """Whether the document was opened to be read only."""
        return bool(window.api.isReadonly())

    def names(self, window: xlwings.Book) -> Mapping[str, str]:
        """All at once, in one call."""
        return {name: _plain(told) for name, told in window.names.impl.told().items()}

    def contents(self, area: xlwings.Range) -> tuple[Rows, Rows]:
        """The values of an area, and its formulas, of one moment."""
        found: tuple[Rows, Rows] = area.impl.contents()
        return found

    def put(self, area: xlwings.Range, rows: Sequence[Sequence[str | float | int | None]]) -> None:
        """Write an area: before ``value`` writes, it asks twice which sheet of which book this is."""
        area.raw_value = rows

    def set_heights(self, sheet: xlwings.Sheet, runs: Sequence[tuple[int, int, float]]) -> None:
        """Set the heights of rows, all at once."""
        sheet.impl.set_row_heights(runs)


def program_of(app: xlwings.App) -> Program:
    """The program an xlwings app drives.

    Raises:
        ExcelUnavailable: It is WPS, which answers in the name of Excel, or Excel for Mac; both go by the file.
    """
    if app.engine.name == "libreoffice":
        return LibreOffice()
    if os.name != "nt":
        raise ExcelUnavailable("W18", program="Excel for Mac")
    with translated():
        told = f"{app.api.Name} {app.api.Path}".casefold()
    if any(sign in told for sign in _WPS):
        raise ExcelUnavailable("W18", program="WPS 表格")
    return Excel()


# --- names -----------------------------------------------------------------------------------------------------


class _Names(Mapping[str, str]):
    """Names are looked up one by one: a workbook of ours has two thousand, and a check needs a few hundred."""

    def __init__(self, window: xlwings.Book) -> None:
        self._window = window
        self._known: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._looked_up(name)
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def _looked_up(self, name: str) -> str | None:
        with translated():
            if name not in self._window.names:
                return None
            found = self._window.names[name]
            if "!" in found.name:
                # A copied sheet brings names of its own; the one of the workbook is meant.
                return self._all.get(name)
            return _plain(found.refers_to)

    @cached_property
    def _all(self) -> Mapping[str, str]:
        with translated():
            return _all_names(self._window)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True


def _all_names(window: xlwings.Book) -> Mapping[str, str]:
    """Names of the workbook; those of a sheet, as a copied one brings them, are left out."""
    return {one.name: _plain(one.refers_to) for one in window.names if "!" not in one.name}


def _plain(refers_to: str | None) -> str:
    return (refers_to or "").removeprefix("=")


# --- failures --------------------------------------------------------------------------------------------------


@contextmanager
def translated() -> Iterator[None]:
    """Let what a program throws through the bridge rise as an error of ours."""
    try:
        yield
    except _failures() as error:
        raise WorkbookError("W19", reason=_reason(error)) from error


@contextmanager
def _refused(code: str, **context: object) -> Iterator[None]:
    """A refusal that can mean but one thing."""
    try:
        yield
    except _failures() as error:
        raise WorkbookError(code, **context) from error


@contextmanager
def in_thread() -> Iterator[None]:
    """A thread of ours may talk to a program: COM wants to be told."""
    if os.name != "nt":
        yield
        return
    import pythoncom  # only there on Windows

    pythoncom.CoInitialize()
    try:
        yield
    finally:
        pythoncom.CoUninitialize()


def _failures() -> tuple[type[BaseException], ...]:
    """What the bridges throw: xlwings' own errors, and behind it those of COM and of UNO."""
    import xlwings

    from workbook.engines.libreoffice.errors import foreign

    if os.name != "nt":
        return (xlwings.XlwingsError, *foreign())
    import pywintypes  # only there on Windows

    return (xlwings.XlwingsError, *foreign(), pywintypes.com_error)


# A call the program turned away: somebody is typing into a cell, or a dialogue is open.
_BUSY = (-2147418111, -2146777998, -2147417846)


def _reason(error: BaseException) -> str:
    if any(code in error.args for code in _BUSY):
        return "正在编辑单元格，或有对话框未关闭"
    return "没有接受操作"
