"""The file as a whole: its sheets, what reaches out of it, its lists and its calculations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.errors import WorkbookError
from toolkit.formula import state_name
from toolkit.season import Season
from toolkit.submission import Location, Problem, Submission
from workbook.book import Book, named_area
from workbook.integrity.printed import altered_formulas, altered_text
from workbook.issued import Issued, bears
from workbook.layout import COVER, LISTS, LIVE, META, Layout
from workbook.places import Places

_COPY = re.compile(r"(.+?)[ 　]?[（(]\d+[)）]")
_BLANK_STATES = (Decimal(0), Decimal("0.5"))


def whole(book: Book, known: Issued, places: Places) -> Iterator[Problem]:
    """What concerns the file and its sheets: links, dates, order, copies, hidden sheets."""
    first = Location(COVER, 1, 1)
    reaching, embedded = _strangers(book)
    if reaching:
        yield Problem("T6", first, {"found": reaching})
    if embedded:
        yield Problem("T25", first, {"found": embedded})
    if book.date1904:
        yield Problem("T19", first, {})
    ours = {home: planned for planned, home in places.homes.items()}
    standing = [planned for sheet in book.sheets if (planned := ours.get(sheet, sheet)) in known.texts]
    if standing != [sheet for sheet in known.texts if sheet in standing]:
        yield Problem("T21", first, {})
    for sheet in book.sheets:
        if sheet not in {*ours, *known.texts, LIVE, META}:
            yield from _foreign(book, sheet, places)


def _strangers(book: Book) -> tuple[str, str]:
    """What reaches out of the workbook, and what was embedded in it, by their names."""
    labels: tuple[list[str], list[str]] = ([], [])
    for one in book.strangers:
        told = "数据连接" if one.kind == "connection" else f"“{one.label}”"
        labels[one.kind == "embedding"].append(told)
    return "、".join(labels[0]), "、".join(labels[1])


def _foreign(book: Book, sheet: str, places: Places) -> Iterator[Problem]:
    """A sheet that is none of ours is nobody's business, unless an answer may stand on it."""
    copied = _COPY.fullmatch(sheet)
    if copied and copied[1] in places.homes:
        yield Problem("T23", Location(sheet, 1, 1), {"sheet": copied[1], "found": sheet})
    elif sheet in book.hidden and _holds_something(book, sheet):
        yield Problem("T18", Location(sheet, 1, 1), {"found": sheet})


def _holds_something(book: Book, sheet: str) -> bool:
    try:
        return bool(book.cells(sheet))
    except WorkbookError:
        # Damaged or huge: nobody's answer stands on it, so it is only told, never refused.
        return True


def cover(book: Book, known: Issued) -> Iterator[Problem]:
    """The contents sheet and the lists."""
    for sheet in (COVER, LISTS):
        if sheet not in book.sheets:
            if sheet in known.texts:
                yield Problem("T13", Location(COVER, 1, 1), {"sheet": sheet, "found": "工作表已删除"})
            continue
        cells = book.cells(sheet)
        altered = [(at, text) for at, text in known.texts.get(sheet, {}).items() if not bears(cells.get(at), text)]
        if altered:
            yield altered_text(sheet, altered, cells)


def calculations(book: Book, layout: Layout, known: Issued) -> Iterator[Problem]:
    """The sheets that only calculate."""
    sheets = {plan.name for plan in layout.sheets}
    for sheet in known.marks:
        if sheet in sheets:
            continue
        if sheet not in book.sheets:
            if sheet != COVER:
                yield Problem("T13", Location(COVER, 1, 1), {"sheet": sheet, "found": "工作表已删除"})
            continue
        yield from altered_formulas(book, sheet, sheet, known)


def outdated(book: Book, season: Season, submission: Submission) -> Iterator[Problem]:
    """Results on the calculation sheet that were worked out before the answers were typed."""
    if LIVE not in book.sheets:
        return
    cells = book.cells(LIVE)
    wrong = []
    for key, entry in submission.entries.items():
        area = named_area(book, state_name(season, key))
        cell = cells.get((area.top, area.left)) if area is not None and area.sheet == LIVE else None
        if cell is None or not isinstance(cell.value, Decimal):
            # Nobody has calculated it: nothing to be out of date.
            continue
        blank = entry.value is None and entry.fault is None
        if blank != (cell.value in _BLANK_STATES):
            wrong.append(entry.location)
    if wrong:
        yield Problem("T20", wrong[0], {"count": len(wrong)})
