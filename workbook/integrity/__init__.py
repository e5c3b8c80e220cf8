"""Is the workbook still the one that was given out? Held against the template of its own version, never against itself.

What does not touch an answer is a note at most: a good workbook is not turned away over a column that was made wider.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.submission import Problem, Submission
from workbook.book import Book
from workbook.integrity.sheet import SheetOfAnswers
from workbook.integrity.whole import calculations, cover, outdated, whole
from workbook.issued import Issued
from workbook.layout import Layout
from workbook.places import Places

__all__ = ["alterations"]


def alterations(book: Book, layout: Layout, known: Issued, places: Places, submission: Submission) -> Iterator[Problem]:
    """Everything about the file that is no longer as it was given out, besides the answers.

    Args:
        book: The file.
        layout: Where its template put everything.
        known: What its template printed and calculated.
        places: Where the answers stand today.
        submission: The answers, to tell results that were calculated before the last of them was typed.
    """
    yield from whole(book, known, places)
    for plan in layout.sheets:
        if plan.name in places.homes:
            yield from SheetOfAnswers(book, plan, known, places).alterations()
    yield from cover(book, known)
    yield from calculations(book, layout, known)
    yield from outdated(book, layout.season, submission)
