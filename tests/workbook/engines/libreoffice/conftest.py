"""One LibreOffice for all tests of a process, with a profile of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw

from tests.conftest import missing
from workbook.engines import libreoffice


@pytest.fixture(scope="session")
def app(soffice: str) -> Iterator[xw.App]:
    """The application."""
    try:
        started = libreoffice.start(soffice)
    except libreoffice.LibreOfficeUnavailable as error:
        missing(f"LibreOffice with Python's uno ({error})")
    # Some calls of xlwings look for the active application of the active engine.
    before = xw.engines.active
    libreoffice.engine().activate()
    with started:
        yield started
    xw.engines.active = before


@pytest.fixture
def book(app: xw.App) -> Iterator[xw.Book]:
    """A new book."""
    made = app.books.add()
    yield made
    made.close()


@pytest.fixture
def sheet(book: xw.Book) -> xw.Sheet:
    """Its only sheet."""
    return book.sheets[0]
