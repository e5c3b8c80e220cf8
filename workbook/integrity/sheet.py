"""One sheet of answers beside its plan: what is printed, what stands elsewhere, what cannot be seen."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.characters import invisible
from toolkit.submission import Location, Problem
from workbook.book import Book
from workbook.integrity.printed import altered_formulas, altered_text, shown
from workbook.issued import Issued, bears
from workbook.layout import CHECK, FIRST, LABEL, LAST, NOT_ASKED, SheetPlan
from workbook.package.grid import Area
from workbook.package.stream import Cell, Position
from workbook.places import FoundTable, Places

_UNMOVED: Position = (0, 0)


@dataclass
class SheetOfAnswers:
    """One sheet of the file beside its plan."""

    book: Book
    plan: SheetPlan
    known: Issued
    places: Places

    def alterations(self) -> Iterator[Problem]:
        """Everything that is no longer as it was printed, and every content that is out of place or out of sight."""
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
    def _in_place(self) -> bool:
        """Whether every cell stands where it was printed."""
        return not self._moved and not self._columns

    @cached_property
    def _right(self) -> int:
        """How far the columns of the sheet have moved, most of them."""
        moves = Counter(right for _, right in self._shifts.values())
        return moves.most_common(1)[0][0] if moves else 0

    @cached_property
    def _anchors(self) -> Sequence[int]:
        return sorted(self._shifts)

    def _today(self, at: Position) -> Iterator[Position]:
        """Where a printed cell may stand today: with its own row, or with the row before or after it."""
        if self._in_place:
            yield at
            return
        row, column = at
        if row in self._columns:
            down = min(anchor for anchor in self._anchors if anchor >= row)
            yield row + self._shifts[down][0], self._columns[row].get(column, column)
        i = bisect_left(self._anchors, row)
        near = [row] if row in self._shifts else [*self._anchors[max(i - 1, 0) : i + 1]]
        for down, right in dict.fromkeys([*(self._shifts[anchor] for anchor in near), _UNMOVED]):
            yield row + down, column + right

    @cached_property
    def _columns(self) -> Mapping[int, Mapping[int, int]]:
        """Planned row of a table's head → planned column → where that column stands today."""
        moves: dict[int, Mapping[int, int]] = {}
        for block in self.plan.blocks:
            found = self.places.tables.get(block.table.table.id) if block.table else None
            if block.table is None or found is None:
                continue
            columns = dict(sorted((first, found.columns[key]) for key, (first, _) in block.table.spans.items()))
            today = list(columns.values())
            # Columns that were inserted move the others; titles that were exchanged are told as altered.
            if today != list(columns) and today == sorted(today):
                area = block.table.area
                for row in range(area.top - self.plan.head_distance, area.top):
                    moves[row] = columns
        return moves

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
                rows |= {*range(area.top - self.plan.head_distance, area.top), *area.rows}
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
            if any(bears(self._cells.get(place), text) for place in candidates):
                continue
            if at in self._labels:
                place = Location(self._home, *candidates[0])
                yield Problem("T4", place, {"expected": text, "found": shown(self._cells.get(candidates[0]))})
            else:
                others.append((candidates[0], text))
        if others:
            yield altered_text(self._home, others, self._cells)

    def _formulas(self) -> Iterator[Problem]:
        if self._in_place and not self._lost_rows:
            yield from altered_formulas(self.book, self.plan.name, self._home, self.known)

    # What stands elsewhere -------------------------------------------------------------------------------------

    def _strays(self) -> Iterator[Problem]:
        """Contents that no input reads: what was typed beside a cell must not get lost in silence."""
        beside: list[Position] = []
        elsewhere: list[Position] = []
        ours = self._ours()
        for at in self._unread():
            cell = self._cells[at]
            if at[1] - self._right in (CHECK, self.plan.hint_column) or at[0] in self._lost_rows:
                continue
            if (invisible(cell.value) and not cell.error) or self._own(at, cell, ours):
                continue
            (beside if self._in_answer_row(at) else elsewhere).append(at)
        if beside:
            first = min(beside)
            context = {"found": shown(self._cells[first]), "count": len(beside)}
            yield Problem("T14", Location(self._home, *first), context)
        if elsewhere:
            first = min(elsewhere)
            context = {"found": shown(self._cells[first]), "count": len(elsewhere)}
            yield Problem("T15", Location(self._home, *first), context)

    def _ours(self) -> Collection[Position]:
        """Where the template put something."""
        calculated = self.known.formulas.get(self.plan.name, {})
        if self._in_place:
            return self._printed.keys() | calculated.keys()
        return {*self._printed_today(), *(place for at in calculated for place in self._today(at))}

    def _printed_today(self) -> Iterator[Position]:
        """Where what was printed stands, or would stand if nobody had altered it."""
        for at, text in self._printed.items():
            first, *others = self._today(at)
            yield first
            yield from (place for place in others if bears(self._cells.get(place), text))

    @cached_property
    def _inputs(self) -> frozenset[Position]:
        found = (self.places.inputs.get(p.field.id) for block in self.plan.blocks for p in block.inputs)
        return frozenset((one.area.top, c) for one in found if one for c in one.columns.values())

    @cached_property
    def _tables(self) -> tuple[tuple[range, frozenset[int]], ...]:
        return tuple((t.area.rows, frozenset(t.columns.values())) for t in self._found_tables)

    @cached_property
    def _found_tables(self) -> tuple[FoundTable, ...]:
        tables = (self.places.tables.get(b.table.table.id) for b in self.plan.blocks if b.table)
        return tuple(table for table in tables if table)

    def _unread(self) -> Collection[Position]:
        """Cells with something in them that no input reads; of a register's thousands nearly none is left."""
        left: Collection[Position] = self._cells.keys() - self._inputs
        below = ((t.below, frozenset(t.columns.values())) for t in self._found_tables)
        for rows, columns in (*self._tables, *below):
            left = [at for at in left if not (rows.start <= at[0] < rows.stop and at[1] in columns)]
        return left

    def _own(self, at: Position, cell: Cell, ours: Container[Position]) -> bool:
        """Whether the template put it there; where figures are asked for it puts dashes at most."""
        right = self._answer_rows.get(at[0])
        if right is not None and FIRST <= at[1] - right < self.plan.unit_column:
            return cell.value == NOT_ASKED
        return at in ours

    @cached_property
    def _answer_rows(self) -> Mapping[int, int]:
        """Row of an input today → how far its columns have moved to the right."""
        places = (place for block in self.plan.blocks for place in block.inputs)
        found = ((place, self.places.inputs.get(place.field.id)) for place in places)
        return {one.area.top: one.area.left - place.area.left for place, one in found if one}

    def _in_answer_row(self, at: Position) -> bool:
        if self.plan.section.form == "register":
            return False
        right = self._answer_rows.get(at[0], self._right)
        in_table = any(at[0] in rows for rows, _ in self._tables)
        return (at[0] in self._answer_rows or in_table) and LABEL <= at[1] - right <= LAST

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
    def _planned_merges(self) -> frozenset[Area]:
        merges: set[Area] = set()
        for block in self.plan.blocks:
            for place in block.inputs:
                merges.add(Area(place.area.top, place.area.left, place.area.top, place.merged_to))
            if block.table and self.plan.section.form != "register":
                spans = [span for span in block.table.spans.values() if span[0] != span[1]]
                merges |= {Area(row, first, row, last) for row in block.table.area.rows for first, last in spans}
        return frozenset(merges)

    def _swallows(self, merge: Area) -> bool:
        """Whether a merged area covers an answer other than the one in its first cell."""
        first = (merge.top, merge.left)
        inputs = any(
            merge.top <= row <= merge.bottom and merge.left <= c <= merge.right and (row, c) != first
            for row, c in self._inputs
        )
        return inputs or any(
            range(max(merge.top, rows.start), min(merge.bottom + 1, rows.stop))
            # One row of the table, beginning with an answer: that answer is kept.
            and (merge.top < merge.bottom or merge.top not in rows or column > merge.left)
            for rows, columns in self._tables
            for column in columns
            if merge.left <= column <= merge.right
        )
