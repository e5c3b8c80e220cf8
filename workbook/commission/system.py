"""A sheet nobody sees: long lists to choose from, and what the pages of the tool said when they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any, Final, NamedTuple

from workbook.area import Area
from workbook.commission.digest import row_digest
from workbook.commission.marks import CHARTS_MARK, LIST_NAME, SYSTEM_MARK, SYSTEM_SHEET
from workbook.package.drawings import Kind, drawn
from workbook.package.stream import Cell, read
from workbook.sheets.style import Styles

_IN_PLACE: Final = 255
_CHUNK: Final = 3_000
"""Digests in one cell."""


class PageMarks(NamedTuple):
    """By what a page is known again.

    Attributes:
        digests: Of what its cells say, a piece a cell can hold.
        charts: What its charts are called.
    """

    digests: Sequence[str]
    charts: Sequence[str]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """As the sheet holds them."""
        charts = "\n".join((CHARTS_MARK, *self.charts))
        return ((one,) if at else (one, charts) for at, one in enumerate(self.digests))


class System:
    """Collects what is to stand on the sheet and writes it once all else is known.

    Args:
        book: An XlsxWriter workbook.
    """

    def __init__(self, book: Any) -> None:
        self._book = book
        self._lists: dict[tuple[str, ...], str] = {}
        self._pages: list[tuple[str, ...]] = []

    def know(self, pages: Sequence[str], marks: Sequence[PageMarks]) -> None:
        """Remember what stands on pages, by sheet."""
        for name, mark in zip(pages, marks, strict=True):
            self._pages += [(name, *row) for row in mark.rows()]

    def listed(self, choices: tuple[str, ...]) -> list[str] | str:
        """The source of a list to choose from: the list itself where it is short, else a name of it."""
        if len(",".join(choices)) <= _IN_PLACE and not any("," in one for one in choices):
            return list(choices)
        return "=" + self._lists.setdefault(choices, f"{LIST_NAME}{len(self._lists) + 1}")

    def write(self) -> None:
        """Add the sheet; row 1 says what it is, then a row for each page, then the lists, column by column."""
        sheet = self._book.add_worksheet(SYSTEM_SHEET)
        sheet.very_hidden()
        sheet.write_string(0, 0, SYSTEM_MARK)
        for row, texts in enumerate(self._pages, 1):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text)
        top = len(self._pages) + 1
        for row in range(max(map(len, self._lists), default=0)):
            for column, choices in enumerate(self._lists, 2):
                if row < len(choices):
                    sheet.write_string(top + row, column, choices[row])
        for column, (choices, name) in enumerate(self._lists.items(), 3):
            area = Area(SYSTEM_SHEET, top + 1, column, top + len(choices), column)
            self._book.define_name(name, f"={area.reference}")


def shown(cell: Cell) -> object:
    """What a cell of a page says: its formula, its error or its value."""
    return cell.formula or cell.error or cell.value


def page_marks(first: Callable[[Any, Styles], None], pages: Sequence[str], tables: Sequence[str]) -> list[PageMarks]:
    """What pages say, cell by cell, and show, found out by writing them once more by themselves.

    Args:
        first: Adds the pages.
        pages: Their names.
        tables: The sheets that charts on them may name.
    """
    import xlsxwriter

    memory = BytesIO()
    book = xlsxwriter.Workbook(memory)
    first(book, Styles(book))
    for name in tables:
        book.add_worksheet(name)
    book.close()
    package = read(memory.getvalue())
    found = []
    for page in pages:
        values = [shown(cell) for cell in package.cells(page).values()]
        digests = [row_digest(values[at : at + _CHUNK]) for at in range(0, len(values), _CHUNK)]
        shapes = drawn(package.archive, package.sheet(page).part)
        found.append(PageMarks(digests, [one.words for one in shapes if one.kind is Kind.FRAME]))
    return found
