"""Is the workbook still the one that was given out? Held against the template of its own version, never against itself.

What does not touch an answer is a note at most: a good workbook is not turned away over a column that was made wider.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.characters import invisible, seen
from toolkit.errors import WorkbookError
from toolkit.formula import state_name
from toolkit.season import Season
from toolkit.submission import Location, Problem, Submission
from workbook.book import Book, area_of
from workbook.issued import Issued, formula_marks, sheet_mark
from workbook.layout import CHECK, COVER, FIRST, LABEL, LAST, LISTS, LIVE, META, NOT_ASKED, Layout, SheetPlan
from workbook.package.grid import Area as Block
from workbook.package.stream import Cell, Position
from workbook.places import Places

_COPY = re.compile(r"(.+?)[ 　]?[（(]\d+[)）]")
_SHOWN = 40
_UNMOVED: Position = (0, 0)
_BLANK_STATES = (Decimal(0), Decimal("0.5"))


def alterations(book: Book, layout: Layout, known: Issued, places: Places, submission: Submission) -> Iterator[Problem]:
    """Everything about the file that is no longer as it was given out, besides the answers.

    Args:
        book: The file.
        layout: Where its template put everything.
        known: What its template printed and calculated.
        places: Where the answers stand today.
        submission: The answers, to tell results that were calculated before the last of them was typed.
    """
    yield from _whole(book, known, places)
    for plan in layout.sheets:
        if plan.name in places.homes:
            yield from _Sheet(book, plan, known, places).alterations()
    yield from _cover(book, known)
    yield from _calculations(book, layout, known)
    yield from _stale(book, layout.season, submission)


# --- the file as a whole ---------------------------------------------------------------------------------------


def _whole(book: Book, known: Issued, places: Places) -> Iterator[Problem]:
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
        labels[one.kind == "embedding"].append(f"“{one.label}”")
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


# --- one sheet of answers --------------------------------------------------------------------------------------


@dataclass
class _Sheet:
    """One sheet of the file beside its plan."""

    book: Book
    plan: SheetPlan
    known: Issued
    places: Places

    def alterations(self) -> Iterator[Problem]:
        yield from self._texts()
        yield from self._formulas()
        yield from self._strays()
        yield from self._hidden()
        yield from self._merged()

    @cached_property
    def _home(self) -> str:
        return self.places.homes[self.plan.name]

    @cached_property
    def _cells(self) -> Mapping[Position, Cell]:
        return self.book.cells(self._home)

    @cached_property
    def _printed(self) -> Mapping[Position, str]:
        return self.known.texts.get(self.plan.name, {})

    # Moved rows ------------------------------------------------------------------------------------------------

    @cached_property
    def _shifts(self) -> Mapping[int, Position]:
        return self.places.shifts.get(self.plan.name, {})

    @cached_property
    def _moved(self) -> bool:
        return any(shift != _UNMOVED for shift in self._shifts.values())

    @cached_property
    def _anchors(self) -> Sequence[int]:
        return sorted(self._shifts)

    def _today(self, at: Position) -> Iterator[Position]:
        """Where a printed cell may stand today: with its own row, or with the row before or after it."""
        if not self._moved:
            yield at
            return
        row, column = at
        i = bisect_left(self._anchors, row)
        near = [row] if row in self._shifts else [*self._anchors[max(i - 1, 0) : i + 1]]
        for down, right in dict.fromkeys([*(self._shifts[anchor] for anchor in near), _UNMOVED]):
            yield row + down, column + right

    # What is printed -------------------------------------------------------------------------------------------

    @cached_property
    def _lost_rows(self) -> frozenset[int]:
        """Planned rows of what was not found: that is told already."""
        rows: set[int] = set()
        for block in self.plan.blocks:
            rows |= {p.area.top for p in block.inputs if p.field.id not in self.places.inputs}
            if block.table is None:
                continue
            area, found = block.table.area, self.places.tables.get(block.table.table.id)
            if found is None:
                rows |= {area.top - self.plan.head_distance, *area.rows}
            elif block.table.table.fixed:
                rows |= {row for row in area.rows if row not in self._shifts}
        return frozenset(rows)

    @cached_property
    def _labels(self) -> frozenset[Position]:
        """Planned cells whose text says what an answer means: labels, units and the heads of columns."""
        cells: set[Position] = set()
        for block in self.plan.blocks:
            for place in block.inputs:
                cells |= {(place.area.top, LABEL), (place.area.top, self.plan.unit_column)}
            if block.inputs:
                cells |= {(block.top + 1, column) for column in range(FIRST, self.plan.unit_column)}
            if block.table:
                area, head = block.table.area, block.table.area.top - self.plan.head_distance
                cells |= {(row, c) for row in (head, head + 1) for c in range(LABEL, area.right + 1) if row < area.top}
                if block.table.label_column:
                    cells |= {(row, block.table.label_column) for row in area.rows}
        return frozenset(cells)

    @cached_property
    def _figures(self) -> Mapping[int, range]:
        """Planned row of an input → the columns that hold figures or a dash."""
        rows = (place.area.top for block in self.plan.blocks for place in block.inputs)
        return dict.fromkeys(rows, range(FIRST, self.plan.unit_column))

    def _texts(self) -> Iterator[Problem]:
        others: list[tuple[Position, str]] = []
        for at, text in self._printed.items():
            cell = self._cells.get(at)
            if cell is not None and cell.value == text:
                continue
            if at[0] in self._lost_rows or at[1] in self._figures.get(at[0], ()):
                continue
            candidates = list(self._today(at))
            if any(_bears(self._cells.get(place), text) for place in candidates):
                continue
            if at in self._labels:
                place = Location(self._home, *candidates[0])
                yield Problem("T4", place, {"expected": text, "found": _shown(self._cells.get(candidates[0]))})
            else:
                others.append((candidates[0], text))
        if others:
            yield _altered(self._home, others, self._cells)

    def _formulas(self) -> Iterator[Problem]:
        if not self._moved:
            yield from _altered_formulas(self.book, self.plan.name, self._home, self.known)

    # What stands elsewhere -------------------------------------------------------------------------------------

    def _strays(self) -> Iterator[Problem]:
        """Contents that no input reads: what was typed beside a cell must not get lost in silence."""
        beside: list[Position] = []
        elsewhere: list[Position] = []
        ours = {place for at in self._printed for place in self._today(at)}
        ours |= {place for at in self.known.formulas.get(self.plan.name, ()) for place in self._today(at)}
        for at in self._unread():
            cell = self._cells[at]
            if at[1] in (CHECK, self.plan.hint_column) or at[0] in self._lost_rows:
                continue
            if (invisible(cell.value) and not cell.error) or self._own(at, cell, ours):
                continue
            (beside if self._in_answer_row(at) else elsewhere).append(at)
        if beside:
            first = min(beside)
            context = {"found": _shown(self._cells[first]), "count": len(beside)}
            yield Problem("T14", Location(self._home, *first), context)
        if elsewhere:
            first = min(elsewhere)
            context = {"found": _shown(self._cells[first]), "count": len(elsewhere)}
            yield Problem("T15", Location(self._home, *first), context)

    @cached_property
    def _inputs(self) -> frozenset[Position]:
        found = (self.places.inputs.get(p.field.id) for block in self.plan.blocks for p in block.inputs)
        return frozenset((one.area.top, c) for one in found if one for c in one.columns.values())

    @cached_property
    def _tables(self) -> tuple[tuple[range, frozenset[int]], ...]:
        tables = (self.places.tables.get(b.table.table.id) for b in self.plan.blocks if b.table)
        return tuple((t.area.rows, frozenset(t.columns.values())) for t in tables if t)

    def _unread(self) -> Collection[Position]:
        """Cells with something in them that no input reads; of a register's thousands nearly none is left."""
        left: Collection[Position] = self._cells.keys() - self._inputs
        for rows, columns in self._tables:
            left = [at for at in left if not (rows.start <= at[0] < rows.stop and at[1] in columns)]
        return left

    def _own(self, at: Position, cell: Cell, ours: Container[Position]) -> bool:
        """Whether the template put it there; where figures are asked for it puts dashes at most."""
        if at[0] in self._answer_rows and FIRST <= at[1] < self.plan.unit_column:
            return cell.value == NOT_ASKED
        return at in ours

    @cached_property
    def _answer_rows(self) -> frozenset[int]:
        return frozenset(row for row, _ in self._inputs)

    def _in_answer_row(self, at: Position) -> bool:
        if self.plan.section.form == "register":
            return False
        in_table = any(at[0] in rows for rows, _ in self._tables)
        return (at[0] in self._answer_rows or in_table) and LABEL <= at[1] <= LAST

    # What cannot be seen ---------------------------------------------------------------------------------------

    def _hidden(self) -> Iterator[Problem]:
        facts = self.book.facts(self._home)
        if self._home in self.book.hidden:
            yield Problem("T17", Location(self._home, 1, 1), {"sheet": self._home})
        filled = self._cells.keys() - self._unread() if facts.hidden_rows or facts.hidden_columns else ()
        # A filter hides rows for reading, and everybody sees that there is one.
        rows = {row for row, _ in filled if row in facts.hidden_rows and not self._filtered(row, facts.filtered)}
        columns = {c for _, c in filled if any(first <= c <= last for first, last in facts.hidden_columns)}
        if rows or columns:
            row, column = min((at for at in filled if at[0] in rows or at[1] in columns), default=(1, 1))
            told = [f"{len(rows)} 行"] * bool(rows) + [f"{len(columns)} 列"] * bool(columns)
            yield Problem("T16", Location(self._home, row, column), {"found": "、".join(told)})

    def _filtered(self, row: int, filtered: bool) -> bool:
        return filtered and any(row in rows for rows, _ in self._tables)

    def _merged(self) -> Iterator[Problem]:
        allowed = self._planned_merges
        for merge in self.book.facts(self._home).merges:
            if merge in allowed or not self._swallows(merge):
                continue
            found = Location("", merge.top, merge.left).cell + ":" + Location("", merge.bottom, merge.right).cell
            yield Problem("F11", Location(self._home, merge.top, merge.left), {"found": found})

    @cached_property
    def _planned_merges(self) -> frozenset[Block]:
        merges: set[Block] = set()
        for block in self.plan.blocks:
            for place in block.inputs:
                merges.add(Block(place.area.top, place.area.left, place.area.top, place.merged_to))
            if block.table and self.plan.section.form != "register":
                spans = [span for span in block.table.spans.values() if span[0] != span[1]]
                merges |= {Block(row, first, row, last) for row in block.table.area.rows for first, last in spans}
        return frozenset(merges)

    def _swallows(self, merge: Block) -> bool:
        """Whether a merged area covers an answer other than the one in its first cell."""
        first = (merge.top, merge.left)
        inputs = sum(
            merge.top <= row <= merge.bottom and merge.left <= c <= merge.right and (row, c) != first
            for row, c in self._inputs
        )
        return bool(inputs) or any(
            range(max(merge.top, rows.start), min(merge.bottom + 1, rows.stop))
            and (
                any(merge.left < c <= merge.right for c in columns)
                or (any(merge.left <= c <= merge.right for c in columns) and merge.top < merge.bottom)
                or (merge.top not in rows and any(merge.left <= c <= merge.right for c in columns))
            )
            for rows, columns in self._tables
        )


def _bears(cell: Cell | None, text: str) -> bool:
    return cell is not None and isinstance(cell.value, str) and seen(cell.value) == seen(text)


def _shown(cell: Cell | None) -> str:
    if cell is None or (cell.value is None and not cell.error and not cell.formula):
        return "空白"
    text = " ".join(str(cell.error or cell.value if cell.value is not None else cell.formula).split())
    return f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"


def _altered(sheet: str, altered: Sequence[tuple[Position, str]], cells: Mapping[Position, Cell]) -> Problem:
    at, text = min(altered)
    told = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Problem(
        "T12", Location(sheet, *at), {"expected": told, "found": _shown(cells.get(at)), "count": len(altered)}
    )


# --- cover, lists and calculations -----------------------------------------------------------------------------


def _cover(book: Book, known: Issued) -> Iterator[Problem]:
    for sheet in (COVER, LISTS):
        if sheet not in book.sheets:
            if sheet in known.texts:
                yield Problem("T13", Location(COVER, 1, 1), {"sheet": sheet, "found": "工作表已删除"})
            continue
        cells = book.cells(sheet)
        altered = [(at, text) for at, text in known.texts.get(sheet, {}).items() if not _bears(cells.get(at), text)]
        if altered:
            yield _altered(sheet, altered, cells)


def _calculations(book: Book, layout: Layout, known: Issued) -> Iterator[Problem]:
    sheets = {plan.name for plan in layout.sheets}
    for sheet in known.marks:
        if sheet in sheets:
            continue
        if sheet not in book.sheets:
            if sheet != COVER:
                yield Problem("T13", Location(COVER, 1, 1), {"sheet": sheet, "found": "工作表已删除"})
            continue
        yield from _altered_formulas(book, sheet, sheet, known)


def _altered_formulas(book: Book, planned: str, sheet: str, known: Issued) -> Iterator[Problem]:
    if planned not in known.marks or sheet_mark(book, sheet) == known.marks[planned]:
        return
    cells, marks = book.cells(sheet), formula_marks(book, sheet)
    altered = [
        at
        for at, mark in known.formulas[planned].items()
        # What another cell's formula was filled into has none of its own to compare.
        if marks.get(at) != mark and not ((cell := cells.get(at)) and cell.formula == "=")
    ]
    if altered:
        place = Location(sheet, *min(altered))
        yield Problem("T13", place, {"sheet": sheet, "found": f"{len(altered)} 处公式已改动或删除"})


def _stale(book: Book, season: Season, submission: Submission) -> Iterator[Problem]:
    """Results on the calculation sheet that were worked out before the answers were typed."""
    if LIVE not in book.sheets:
        return
    cells = book.cells(LIVE)
    wrong = []
    for key, entry in submission.entries.items():
        area = area_of(book.names.get(state_name(season, key), ""))
        cell = cells.get((area.top, area.left)) if area is not None and area.sheet == LIVE else None
        if cell is None or not isinstance(cell.value, Decimal):
            # Nobody has calculated it: nothing to be out of date.
            continue
        blank = entry.value is None and entry.fault is None
        if blank != (cell.value in _BLANK_STATES):
            wrong.append(entry.location)
    if wrong:
        yield Problem("T20", wrong[0], {"count": len(wrong)})
