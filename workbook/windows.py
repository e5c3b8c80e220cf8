"""Finding the application workbook that somebody has open, in whichever spreadsheet program runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from toolkit.errors import ExcelUnavailable, WorkbookError
from workbook.engines.desktops import program_of, translated

if TYPE_CHECKING:
    import xlwings

# The name by which a workbook of ours is known.
_OURS = "meta_policy"


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, from within a spreadsheet program.

    Attributes:
        target: Name or path of the workbook to act on; empty where it is to be found.
        workbench: Name of the workbook whose button was pressed; empty without one.
        window: Handle of the Excel that asks, 0 where there is none.
        program: ``excel`` or ``libreoffice``.
        pipe: Through which that LibreOffice listens; empty for the usual one.
    """

    target: str = ""
    workbench: str = ""
    window: int = 0
    program: str = "excel"
    pipe: str = ""


def open_workbooks() -> list[xlwings.Book]:
    """Every application workbook that is open now; the active one of each program first."""
    return [book for app in _apps() for book in _books(app) if _is_ours(book)]


def asked_for(call: Call) -> xlwings.Book:
    """The application workbook a button was pressed for.

    Raises:
        ExcelUnavailable: None is open, or there are several and none was named.
    """
    books = list(_books(_app(call)))
    if call.target:
        named = [book for book in books if _bears(book, call.target)]
        if not named:
            raise ExcelUnavailable("W16", reason=f"没有打开“{PurePath(call.target).name}”")
        return named[0]
    ours = [book for book in books if _is_ours(book)]
    if len(ours) > 1:
        raise ExcelUnavailable("W17", names="、".join(f"“{book.name}”" for book in ours))
    if not ours:
        raise ExcelUnavailable("W16", reason=f"已打开 {len(books)} 个工作簿，其中没有申报工作簿")
    return ours[0]


def program_name(window: xlwings.Book) -> str:
    """What the program is called that has a workbook open."""
    with suppress(WorkbookError), translated():
        return program_of(window.app).name
    return "WPS 或其他程序"


def workbench_of(call: Call) -> xlwings.Book | None:
    """The workbook with the button, to tell it how it went; None where there is none."""
    if not call.workbench:
        return None
    return next((book for book in _books(_app(call)) if _bears(book, call.workbench)), None)


def _app(call: Call) -> xlwings.App:
    """The very program that asks."""
    import xlwings

    if call.program == "libreoffice":
        return _libreoffice(call.pipe)
    with translated():
        apps = [app for app in xlwings.apps if not call.window or app.hwnd == call.window]
    if not apps:
        raise ExcelUnavailable("W16", reason="没有正在运行的 Excel")
    return apps[0]


def _apps() -> Iterator[xlwings.App]:
    """Every program that runs and can be driven."""
    import xlwings

    if sys.platform in ("win32", "darwin"):
        with suppress(WorkbookError), translated():
            yield from xlwings.apps
    with suppress(WorkbookError):
        yield _libreoffice("")


def _libreoffice(pipe: str) -> xlwings.App:
    from workbook.engines import libreoffice

    try:
        office = libreoffice.attach(pipe) if pipe else libreoffice.attach_running()
    except libreoffice.LibreOfficeUnavailable as error:
        raise ExcelUnavailable("W21", reason=_UNREACHABLE.get(error.reason, "没有正在运行的 LibreOffice")) from error
    return office


_UNREACHABLE = {
    "no-uno": "本机 Python 没有连接组件（python3-uno）",
    "python-version": "本机 Python 的版本与 LibreOffice 的连接组件不符",
    "no-office": "本机没有安装 LibreOffice",
}


def _books(app: xlwings.App) -> Sequence[xlwings.Book]:
    """The open workbooks, the active one first."""
    with translated():
        books = list(app.books)
        active = app.books.active.name if books else ""
        return sorted(books, key=lambda book: book.name != active)


def _is_ours(book: xlwings.Book) -> bool:
    with suppress(WorkbookError), translated():
        return _OURS in book.names
    return False


def _bears(book: xlwings.Book, asked: str) -> bool:
    """Whether a workbook goes by a name or a path; who asks may know either."""
    with suppress(WorkbookError), translated():
        told = {book.name.casefold(), PurePath(book.name).stem.casefold()}
        path = PurePath(asked.replace("\\", "/"))
        same_file = path.is_absolute() and Path(book.fullname) == Path(asked)
        return same_file or path.name.casefold() in told
    return False
