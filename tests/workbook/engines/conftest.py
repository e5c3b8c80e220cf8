"""The engines, each with a workbook opened in it; a real LibreOffice stands behind the live one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from workbook.book import Book
from workbook.engines.files import FileBook
from workbook.engines.live import LiveBook
from workbook.engines.memory import MemoryBook


@dataclass(frozen=True)
class Opened:
    """A workbook as one engine has it.

    Attributes:
        book: To be read and written.
        again: Another look at it, after something was written.
    """

    book: Book
    again: Callable[[], Book]


Open = Callable[[Path], Opened]


@pytest.fixture(scope="session")
def office(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A LibreOffice of this process's own, as an xlwings app."""
    from workbook.engines import libreoffice

    try:
        with libreoffice.start(program=soffice, profile=tmp_path_factory.mktemp("office")) as app:
            yield app
    except libreoffice.LibreOfficeUnavailable as error:
        missing(f"LibreOffice over UNO ({error})")


@pytest.fixture(params=["memory", "file", "libreoffice", pytest.param("excel", marks=pytest.mark.excel)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open a copy of a workbook in the engine of the day."""
    windows: list[Any] = []

    def copied(path: Path) -> Path:
        return Path(shutil.copy(path, tmp_path / path.name))

    def in_memory(path: Path) -> Opened:
        file = FileBook(path)
        book = MemoryBook(
            {sheet: dict(file.cells(sheet)) for sheet in file.sheets},
            dict(file.names),
            file.date1904,
            hidden=file.hidden,
            sheet_facts={sheet: file.facts(sheet) for sheet in file.sheets},
        )
        return Opened(book, lambda: book)

    def in_file(path: Path) -> Opened:
        book, target = FileBook(copied(path)), tmp_path / "saved.xlsx"

        def again() -> Book:
            book.save(target)
            return FileBook(target)

        return Opened(book, again)

    def in_window(app: Any, path: Path) -> Opened:
        window = app.books.open(str(copied(path)))
        windows.append(window)
        return Opened(LiveBook(window), lambda: LiveBook(window))

    ways: dict[str, Callable[[], Open]] = {
        "memory": lambda: in_memory,
        "file": lambda: in_file,
        "libreoffice": lambda: partial(in_window, request.getfixturevalue("office")),
        "excel": lambda: partial(in_window, request.getfixturevalue("excel")),
    }
    yield ways[request.param]()
    for window in windows:
        window.close()


@pytest.fixture(scope="session")
def excel() -> Iterator[Any]:
    """Excel, for whoever has it."""
    if os.name != "nt":
        pytest.skip("there is no Excel here")
    import xlwings

    with xlwings.App(visible=False, add_book=False) as app:
        yield app
