"""Where every input stands in a file that came back: by its name, confirmed by the text printed beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from toolkit.characters import seen
from toolkit.fields import FixedRow
from toolkit.submission import Location, Problem
from workbook.area import Area
from workbook.book import Book, named_area
from workbook.issued import Issued, bears
from workbook.layout import COVER, LABEL, Block, InputPlace, Layout, SheetPlan, TablePlace
from workbook.package.grid import MAX_ROW
from workbook.package.stream import Position

DELETED, LOST, STRETCHED, RESIZED, REPOINTED, SHARED, COLUMNS = (
    "名称已删除",
    "名称已失效",
    "名称所指的区域大小不对",
    "区域大小已改变，可能增删了行列",
    "名称指向了别处",
    "与另一填报区域重叠",
    "列已增删或表头已改动",
)


@dataclass(frozen=True, slots=True)
class FoundInput:
    """One input as it stands in the file: its first cell, and slot → column."""

    area: Area
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table as it stands in the file.

    Attributes:
        columns: Slot → column.
        fixed: Row → id of a printed row; empty for an open table.
        below: Rows whose contents are beyond the table: on a form sheet just one, before the next block begins.
    """

    area: Area
    columns: Mapping[str, int]
    fixed: Mapping[int, str]
    below: range


@dataclass(frozen=True)
class Places:
    """Everything that was found, and what was not.

    Attributes:
        homes: Planned sheet → the sheet that holds it today.
        inputs: Input id → place.
        tables: Table id → place.
        shifts: Planned sheet → planned row → how far rows and columns have moved there.
    """

    homes: Mapping[str, str]
    inputs: Mapping[str, FoundInput]
    tables: Mapping[str, FoundTable]
    shifts: Mapping[str, Mapping[int, Position]]
    problems: tuple[Problem, ...]


def find_places(book: Book, layout: Layout, known: Issued | None) -> Places:
    """Find every input and table of a layout.

    The name leads; the text beside it must be the one that was printed there, or another place where that text stands
    shows that the name was pointed elsewhere. A name that is lost is made up for by the text, where it stands once.

    Args:
        book: The file.
        layout: Where its template put everything.
        known: What the template printed; None trusts the names alone.
    """
    search = _Search(book, layout, known.texts if known else {})
    for plan in layout.sheets:
        search.sheet(plan)
    search.refuse_shared()
    return Places(search.homes, search.inputs, search.tables, search.shifts, tuple(search.problems))


@dataclass
class _Search:
    """One pass over the planned places."""

    book: Book
    layout: Layout
    texts: Mapping[str, Mapping[Position, str]]
    homes: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, FoundInput] = field(default_factory=dict)
    tables: dict[str, FoundTable] = field(default_factory=dict)
    shifts: dict[str, dict[int, Position]] = field(default_factory=lambda: defaultdict(dict))
    problems: list[Problem] = field(default_factory=list)
    _areas: dict[str, Area | None] = field(default_factory=dict)

    def sheet(self, plan: SheetPlan) -> None:
        """Every place of one sheet."""
        home = self._home(plan)
        if home is None:
            count = sum(len(block.inputs) + (1 if block.table else 0) for block in plan.blocks)
            self.problems.append(Problem("T1", Location(COVER, 1, 1), {"sheet": plan.name, "count": count}))
            return
        self.homes[plan.name] = home
        if home != plan.name:
            self.problems.append(Problem("T11", Location(home, 1, 1), {"sheet": plan.name, "found": home}))
        page = _Page(self, plan, home)
        for block in plan.blocks:
            for place in block.inputs:
                page.input(place, block)
            if block.table:
                page.table(block.table)

    def _home(self, plan: SheetPlan) -> str | None:
        """The sheet itself, or the one its names live on: sheets are renamed."""
        inside = [plan.hint_name, *(place.name for block in plan.blocks for place in block.inputs)]
        inside += [block.table.name for block in plan.blocks if block.table]
        found = (self.named(name) for name in inside)
        votes = Counter(area.sheet for area in found if area is not None)
        leader, count = votes.most_common(1)[0] if votes else ("", 0)
        # Names follow a sheet that was renamed; a few that were pointed elsewhere do not carry it away.
        if count > len(inside) // 2:
            return leader
        planned = {other.name for other in self.layout.sheets}
        return plan.name if plan.name in self.book.sheets else leader if leader not in planned and leader else None

    def named(self, name: str) -> Area | None:
        """The area a name stands for in this file, if there is one."""
        if name not in self._areas:
            self._areas[name] = named_area(self.book, name)
        return self._areas[name]

    def refuse_shared(self) -> None:
        """Two inputs that claim one cell are both lost: nobody can say whose value it is."""
        claims = Counter((place.area.sheet, place.area.top, left) for place, left in self._claimed())
        for key, place in list(self.inputs.items()):
            if any(claims[place.area.sheet, place.area.top, left] > 1 for left in place.columns.values()):
                planned = self.layout.inputs[key]
                self.report(planned.name, self.inputs.pop(key).area, planned.field.label, SHARED)

    def _claimed(self) -> Iterator[tuple[FoundInput, int]]:
        for place in self.inputs.values():
            for left in place.columns.values():
                yield place, left

    def report(self, name: str, area: Area, label: str, reason: str) -> None:
        """An area that cannot be read."""
        place = Location(area.sheet, area.top, area.left)
        self.problems.append(Problem("T3", place, {"label": label, "name": name, "reason": reason}))


@dataclass
class _Page:
    """One sheet of the file beside its plan."""

    search: _Search
    plan: SheetPlan
    home: str

    @cached_property
    def printed(self) -> Mapping[Position, str]:
        """What was printed on this sheet when it was given out."""
        return self.search.texts.get(self.plan.name, {})

    @cached_property
    def _standing(self) -> Mapping[str, Sequence[Position]]:
        """Text → where it stands today."""
        standing: dict[str, list[Position]] = defaultdict(list)
        for at, cell in self.search.book.cells(self.home).items():
            if isinstance(cell.value, str) and cell.formula is None:
                standing[seen(cell.value)].append(at)
        return standing

    def _says(self, sheet: str, row: int, column: int, text: str) -> bool:
        """Whether a cell bears a text, but for what nobody sees."""
        return bears(self.search.book.cells(sheet).get((row, column)), text)

    def _lost(self, name: str, planned: Area, label: str) -> None:
        self.search.report(name, replace(planned, sheet=self.home), label, self._why(name))

    def _made_up(self, name: str, area: Area, label: str) -> None:
        place = Location(area.sheet, area.top, area.left)
        self.search.problems.append(Problem("T24", place, {"label": label, "name": name, "reason": self._why(name)}))

    def _why(self, name: str) -> str:
        """Why a name is of no use."""
        if self.search.named(name):
            return STRETCHED
        return LOST if self.search.book.names.get(name) else DELETED

    # Inputs ----------------------------------------------------------------------------------------------------

    def input(self, place: InputPlace, block: Block) -> None:
        """Find one input of a block."""
        area = self.search.named(place.name)
        label = self.printed.get((place.area.top, LABEL), "")
        found = self._by_label(place.area, label)
        if found is not None and not self._years_stand(place, block, found):
            found = None
        if area is None or not _same_size(area, place.area):
            area = self._instead(place, area, found)
        elif (
            label
            and not self._says(area.sheet, area.top, LABEL + area.left - place.area.left, label)
            and (found or area.sheet != self.home)
        ):
            self.search.report(place.name, area, place.field.label, REPOINTED)
            return
        if area is not None:
            shift = area.left - place.area.left
            columns = {key: column + shift for key, column in place.columns.items()}
            self.search.inputs[place.field.id] = FoundInput(area, columns)
            self.search.shifts[self.plan.name][place.area.top] = (area.top - place.area.top, shift)

    def _instead(self, place: InputPlace, named: Area | None, found: Area | None) -> Area | None:
        """The place by its label, where the name is of no use."""
        if found is not None:
            self._made_up(place.name, found, place.field.label)
        elif named is not None:
            self.search.report(place.name, named, place.field.label, RESIZED)
        else:
            self._lost(place.name, place.area, place.field.label)
        return found

    def _by_label(self, planned: Area, label: str) -> Area | None:
        """Where the label of an input stands today, if in one place only."""
        if not label:
            return None
        if self._says(self.home, planned.top, LABEL, label):
            return replace(planned, sheet=self.home)
        places = self._standing.get(seen(label), ())
        if len(places) != 1:
            return None
        down, right = places[0][0] - planned.top, places[0][1] - LABEL
        return _moved(planned, self.home, down, right)

    def _years_stand(self, place: InputPlace, block: Block, found: Area) -> bool:
        """Whether the years still head the columns of a place found by its label: cut one, and all are others."""
        row, down, right = block.top + 1, found.top - place.area.top, found.left - place.area.left
        heads = (
            {column: self.printed.get((row, column), "") for column in place.columns.values()} if block.years else {}
        )
        rows = {row, row + down}
        return any(
            all(self._says(self.home, at, column + right, head) for column, head in heads.items()) for at in rows
        )

    # Tables ----------------------------------------------------------------------------------------------------

    def table(self, place: TablePlace) -> None:
        """Find one table, its columns and its printed rows."""
        area = self.search.named(place.name)
        head = self._head(place)
        if area is None:
            area = self._by_head(place, head)
            if area is None:
                self._lost(place.name, place.area, place.table.label)
                return
            self._made_up(place.name, area, place.table.label)
        columns = self._columns(place, area, head)
        if columns is None:
            elsewhere = self._by_head(place, head)
            reason = REPOINTED if elsewhere and elsewhere.top != area.top else COLUMNS
            self.search.report(place.name, area, place.table.label, reason)
            return
        shift = min(columns.values()) - min(first for first, _ in place.spans.values())
        shifts = self.search.shifts[self.plan.name]
        shifts[place.area.top] = (area.top - place.area.top, shift)
        fixed = self._fixed(place, area, shift)
        for row, row_id in fixed.items():
            planned = place.area.top + next(i for i, one in enumerate(place.table.fixed) if one.id == row_id)
            shifts[planned] = (row - planned, shift)
        self.search.tables[place.table.id] = FoundTable(area, columns, fixed, self._below(place, area))

    def _below(self, place: TablePlace, area: Area) -> range:
        if place.table.fixed:
            return range(0)
        last = MAX_ROW if self.plan.section.form == "register" else area.bottom + 1
        return range(area.bottom + 1, last + 1)

    def _head(self, place: TablePlace) -> Mapping[str, str]:
        """Slot → the title printed above its column."""
        row = place.area.top - self.plan.head_distance
        titles = {key: self.printed.get((row, first), "") for key, (first, _) in place.spans.items()}
        return {key: title for key, title in titles.items() if title}

    def _columns(self, place: TablePlace, area: Area, head: Mapping[str, str]) -> Mapping[str, int] | None:
        """Slot → column; None where too little of the head is left to say."""
        shift = area.left - place.area.left
        planned = {key: first + shift for key, (first, _) in place.spans.items()}
        same_width = area.right - area.left == place.area.right - place.area.left
        row = area.top - self.plan.head_distance
        if not head:
            return planned if same_width else None
        unsaid = [key for key, title in head.items() if not self._says(area.sheet, row, planned[key], title)]
        if not unsaid and same_width:
            return planned
        standing = {seen(head[key]): key for key in head}
        cells = self.search.book.cells(area.sheet)
        found: dict[str, int] = {}
        for column in range(1, area.right + 1 + len(planned)):
            cell = cells.get((row, column))
            key = standing.get(seen(cell.value)) if cell is not None and isinstance(cell.value, str) else None
            if key is not None:
                found.setdefault(key, column)
        lacking = [key for key in planned if key not in found]
        if not lacking:
            return found
        # A title that was altered leaves its column in place; the rest of the head vouches for it.
        taken = set(found.values())
        trusted = same_width and 2 * len(found) >= len(planned) and not any(planned[key] in taken for key in lacking)
        return {**planned, **found} if trusted else None

    def _by_head(self, place: TablePlace, head: Mapping[str, str]) -> Area | None:
        """The table below its head, wherever that stands, if in one place only."""
        if not head:
            return None
        first = next(iter(head))
        found = []
        for row, column in self._standing.get(seen(head[first]), ()):
            down = row + self.plan.head_distance - place.area.top
            right = column - place.spans[first][0]
            area = _moved(place.area, self.home, down, right)
            heads = (self._says(self.home, row, place.spans[key][0] + right, title) for key, title in head.items())
            if area is not None and all(heads):
                found.append(area)
        return found[0] if len(found) == 1 else None

    def _fixed(self, place: TablePlace, area: Area, shift: int) -> Mapping[int, str]:
        """Row → id of the printed row it is, told by its label; a row whose label is nowhere is reported."""
        rows = place.table.fixed
        column = place.label_column + shift
        planned = {row.id: area.top + i for i, row in enumerate(rows)}
        unsaid = [row for row in rows if not self._says(area.sheet, planned[row.id], column, row.label)]
        if not unsaid or not self.printed:
            return {at: row_id for row_id, at in planned.items()}
        return self._by_row_label(place, area, column, unsaid)

    def _by_row_label(
        self, place: TablePlace, area: Area, column: int, unsaid: Sequence[FixedRow]
    ) -> Mapping[int, str]:
        cells = self.search.book.cells(area.sheet)
        labels = {seen(row.label): row.id for row in place.table.fixed}
        found: dict[int, str] = {}
        for row in range(area.top - 1, area.bottom + 2):
            cell = cells.get((row, column))
            row_id = labels.get(seen(cell.value)) if cell is not None and isinstance(cell.value, str) else None
            if row_id is not None and row_id not in found.values():
                found[row] = row_id
        same_height = area.bottom - area.top == place.area.bottom - place.area.top
        for i, printed in enumerate(place.table.fixed):
            if printed.id in found.values():
                continue
            if same_height and area.top + i not in found:
                # The label was altered, which is told elsewhere; the row is still where it was printed.
                found[area.top + i] = printed.id
            else:
                where = Location(area.sheet, area.top, area.left)
                self.search.problems.append(Problem("T22", where, {"label": place.table.label, "row": printed.label}))
        return dict(sorted(found.items()))


def _same_size(one: Area, other: Area) -> bool:
    return (one.bottom - one.top, one.right - one.left) == (other.bottom - other.top, other.right - other.left)


def _moved(area: Area, sheet: str, down: int, right: int) -> Area | None:
    """An area elsewhere; None where there is no such place."""
    if area.top + down < 1 or area.left + right < 1:
        return None
    return Area(sheet, area.top + down, area.left + right, area.bottom + down, area.right + right)
