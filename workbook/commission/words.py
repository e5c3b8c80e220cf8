"""What people wrote in the master of the last run, where one sheet has to know what was decided on another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from toolkit.checks.form import date_of_serial
from toolkit.errors import WorkbookError
from toolkit.formula import defined_name
from workbook.book import Book
from workbook.commission.marks import DIGEST_MARK, KEY_MARK
from workbook.commission.table import FIRST_ROW, MARK_ROW, Value
from workbook.engines.files import FileBook
from workbook.package.stream import Cell, Position

Words = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Table → key of the row → id of the column → what stands there."""

Cells = Mapping[Position, Cell]
SAMPLE, SEED = "sample", "sample_seed"
"""Names of the constants of a master that say how its sample was drawn."""

NO_WORDS: Final[Words] = MappingProxyType({})
NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})
_DAY: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


class Last(NamedTuple):
    """What a run goes on from.

    Attributes:
        sample, seed: How many clusters were to be visited, and from what they were drawn; empty where nobody said.
    """

    words: Words = NO_WORDS
    sample: str = ""
    seed: str = ""


def last_run(master: Path, tables: Iterable[str]) -> Last:
    """What the master of the last run says; nothing where there is none that can be read."""
    try:
        book = FileBook(master)
        words = read_words(book, tables)
    except WorkbookError:
        return Last()
    return Last(words, _constant(book, SAMPLE), _constant(book, SEED))


def _constant(book: Book, name: str) -> str:
    """What a name stands for that stands for a text."""
    return book.names.get(defined_name("meta", name), "").removeprefix('"').removesuffix('"').replace('""', '"')


def read_words(book: Book, tables: Iterable[str]) -> Words:
    """What people wrote in some tables, whatever they did to the sheets: sorted, renamed, moved a column.

    Of a row they added themselves, which has no key, all that stands in it is theirs; it comes under its number.
    """
    wanted = {f"{KEY_MARK}{table}": table for table in tables}
    found: dict[str, dict[str, dict[str, Value]]] = {}
    for sheet in book.sheets:
        cells = book.cells(sheet)
        marks = {column: str(cell.value) for (row, column), cell in cells.items() if row == MARK_ROW}
        at = next((column for column, mark in marks.items() if mark in wanted), None)
        if at is not None:
            rows = found.setdefault(wanted[marks[at]], {})
            for key, identifier, value in _words(cells, marks, at):
                rows.setdefault(key, {})[identifier] = value
    return found


def _words(cells: Cells, marks: Mapping[int, str], at: int) -> Iterator[tuple[str, str, Value]]:
    """Key, column and value of every cell below the headings that is people's."""
    digest = next((mark for mark in marks.values() if mark.startswith(DIGEST_MARK)), DIGEST_MARK)
    tools = set(digest.removeprefix(DIGEST_MARK).split())
    named = {column: mark for column, mark in marks.items() if column != at and not mark.startswith(DIGEST_MARK)}
    for (row, column), cell in cells.items():
        if row < FIRST_ROW or column not in named or cell.value in (None, ""):
            continue
        key = cells.get((row, at))
        if key is None or named[column] not in tools:
            yield str(key.value) if key else f"?{row}", named[column], _value(cell.value)


def _value(value: object) -> Value:
    if isinstance(value, str | None):
        return value
    return value.isoformat() if isinstance(value, date) else float(str(value)) if not isinstance(value, bool) else value


def text_of(value: Value) -> str:
    """A word as a person meant it: without what stands around it.

    Examples:
        >>> text_of(" 是 "), text_of(None), text_of(3.0)
        ('是', '', '3')
    """
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def day_of(value: Value) -> date | None:
    """A day, as a date cell holds it or as somebody typed it; None where it is none.

    Examples:
        >>> day_of(45694.0), day_of("2026年3月1日"), day_of("2026-03-01"), day_of("三月")
        (datetime.date(2025, 2, 6), datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), None)
    """
    text = text_of(value)
    match = _DAY.fullmatch(text)
    if match is None:
        return date_of_serial(text)
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
