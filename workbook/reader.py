"""Book + Layout → Submission: what stands in the cells of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from toolkit.fields import Field, FieldKind
from toolkit.intake import take_in
from toolkit.submission import Location, Problem, Raw, RawAnswers, RawTable, Submission
from workbook.book import Book
from workbook.integrity import alterations
from workbook.issued import Issued
from workbook.layout import Layout
from workbook.package.grid import DAYS_TO_1904
from workbook.package.stream import Cell, Position
from workbook.places import FoundTable, Places, find_places

_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook taken in: what stands in the cells, and what that says."""

    answers: RawAnswers
    submission: Submission


def take_down(book: Book, layout: Layout, known: Issued | None = None) -> Reading:
    """Read everything an operator and a district stated.

    Args:
        book: The workbook.
        layout: Where its template put everything; what the file's own names say goes before it.
        known: The template as it was given out; None trusts the names alone and holds nothing against it.

    Returns:
        The answers, raw and read; what could not be found or read is a problem in the submission.
    """
    places = find_places(book, layout, known)
    scan = _Scan(book, layout, places)
    answers = scan.answers()
    submission = take_in(layout.policy, layout.season, answers)
    altered = alterations(book, layout, known, places, submission) if known else ()
    problems = (*places.problems, *scan.problems, *altered, *submission.problems)
    return Reading(answers, replace(submission, problems=problems))


def raw_answers(book: Book, layout: Layout) -> RawAnswers:
    """What stands in the cells its names lead to, and nothing held against anything."""
    return _Scan(book, layout, find_places(book, layout, None)).answers()


def read_submission(book: Book, layout: Layout, known: Issued | None = None) -> Submission:
    """What ``take_down`` read, without the raw cells."""
    return take_down(book, layout, known).submission


@dataclass
class _Scan:
    """One pass over the places."""

    book: Book
    layout: Layout
    places: Places
    problems: list[Problem] = field(default_factory=list)

    def answers(self) -> RawAnswers:
        inputs: dict[str, Raw] = {}
        for input_id, place in self.places.inputs.items():
            asked, cells = self.layout.policy.fields[input_id], self.book.cells(place.area.sheet)
            for key, column in place.columns.items():
                at = (place.area.top, column)
                inputs[key] = _raw(cells.get(at), _new(Location, (place.area.sheet, *at)), self._moves(asked))
        tables = {table_id: self._table(table_id, place) for table_id, place in self.places.tables.items()}
        return RawAnswers(inputs, tables)

    def _table(self, table_id: str, place: FoundTable) -> RawTable:
        area, cells = place.area, self.book.cells(place.area.sheet)
        columns = frozenset(place.columns.values())
        in_columns = {row for row, column in cells if column in columns}
        filled = sorted(row for row in in_columns if area.top <= row <= area.bottom)
        beyond = min((row for row in in_columns if row in place.below), default=0)
        if beyond:
            planned = self.layout.tables[table_id].table
            context = {"label": planned.label, "limit": area.bottom - area.top + 1, "row": beyond}
            self.problems.append(Problem("T7", Location(area.sheet, beyond, area.left), context))
        return RawTable(tuple(self._rows(table_id, place, cells, filled)), Location(area.sheet, area.top, min(columns)))

    def _rows(
        self, table_id: str, place: FoundTable, cells: Mapping[Position, Cell], filled: list[int]
    ) -> Iterator[tuple[str, dict[str, Raw]]]:
        """Printed rows all, open rows where anything stands."""
        sheet = place.area.sheet
        asked = self.layout.tables[table_id].table.columns
        columns = [(key, place.columns[key], self._moves(column)) for column in asked for key in column.slots]
        rows = place.fixed or {row: str(row - place.area.top + 1) for row in filled}
        for row, row_id in rows.items():
            yield (
                row_id,
                {
                    key: _raw(cells.get((row, column)), _new(Location, (sheet, row, column)), moves)
                    for key, column, moves in columns
                },
            )

    def _moves(self, asked: Field) -> bool:
        """Whether numbers are days that count from 1904."""
        return self._date1904 and asked.kind is FieldKind.DATE

    @cached_property
    def _date1904(self) -> bool:
        return self.book.date1904


def _raw(cell: Cell | None, place: Location, moves: bool) -> Raw:
    # What ``Raw(…)`` does, at half the price: this runs for every cell that is asked for.
    if cell is None:
        return _new(Raw, (None, place, None, None))
    value, formula, error, _ = cell
    if moves and isinstance(value, Decimal):
        value += DAYS_TO_1904
    return _new(Raw, (value, place, formula, error))
