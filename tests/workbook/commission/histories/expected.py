"""What must be found after a run, told from how the sheets lay when somebody had saved them.

Nothing of the tool is asked: rows and columns are who they were when it wrote them, wherever people have put them since.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import Enum, auto, unique
from typing import Final, NamedTuple

from tests.workbook.commission.histories.grid import Cell, Grid, Line
from tests.workbook.commission.histories.rawbook import RawBook
from tests.workbook.commission.histories.words import Words

LOST, RECHECK = "未归位", "待复核"
LEDGERS: Final = (LOST, RECHECK)
EXTENSIBLE: Final = "异议登记"
OWN: Final = "自加："
# What the tool says on these depends on what people wrote.
WORDED: Final = (
    "专家评审",
    "专家意见",
    "形式审查",
    "实地抽查",
    "认定名单",
    "公示名单",
    "公示与异议",
    EXTENSIBLE,
    "总览",
    *LEDGERS,
)


@unique
class Where(Enum):
    """Where something must be found."""

    HOME = auto()
    ASIDE = auto()
    EITHER = auto()
    OWN = auto()
    ANYWHERE = auto()


@unique
class What(Enum):
    """What it is."""

    CONTENT = auto()
    NOTE = auto()
    FILL = auto()


class Place(NamedTuple):
    """A cell as people mean it: table, key of the row, column by its id or, where people added it, its heading."""

    table: str
    key: str
    column: str


class Expected(NamedTuple):
    """Something that must be found.

    Attributes:
        cell: In which it stood when the master was saved.
    """

    mark: str
    what: What
    where: Where
    place: Place
    cell: Cell


def column_names(grid: Grid) -> dict[Line, str]:
    """By which each column is known from run to run; of several under one heading the first comes first."""
    seen: Counter[str] = Counter()
    names = {}
    for column in grid.columns:
        heading = grid.heading(column)
        own = column.role not in ("tool", "people")
        seen[heading] += own
        names[column] = f"{OWN}{heading}#{seen[heading]}" if own else column.name
    return names


class Left:
    """How an edited master was left.

    Args:
        book: As it was saved.
        words: All that was ever typed.
    """

    def __init__(self, book: RawBook, words: Words) -> None:
        self.words = words
        self.order: dict[str, list[str]] = {}
        self.hidden: dict[str, set[str]] = {}
        self.spoken: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.expected: dict[tuple[str, What, Place], Expected] = {}
        for grid in book.grids():
            if grid.table:
                self._table(grid, book)
            elif grid.name in book.pages:
                self._page(grid)
            else:
                self._own(grid)

    def _add(self, mark: str, what: What, where: Where, place: Place, cell: Cell) -> None:
        key = mark, what, place
        before = self.expected.get(key)
        # What stands twice at the same place is one.
        if before is None or before.where is Where.EITHER:
            self.expected[key] = Expected(mark, what, where, place, cell)

    def _page(self, grid: Grid) -> None:
        for row, column, cell in grid.standing():
            place = Place(grid.name, str(grid.rows.index(row)), str(grid.columns.index(column)))
            for word in self.words.found(cell.says):
                self._add(word.mark, What.CONTENT, Where.ASIDE, place, cell)
            for word in self.words.found(cell.note.text if cell.note else ""):
                self._add(word.mark, What.NOTE, Where.ASIDE, place, cell)

    def _own(self, grid: Grid) -> None:
        for row, column, cell in grid.standing():
            place = Place(grid.name, str(grid.rows.index(row) + 1), str(grid.columns.index(column) + 1))
            for word in self.words.found(cell.says):
                self._add(word.mark, What.CONTENT, Where.OWN, place, cell)
            for word in self.words.found(cell.note.text if cell.note else ""):
                self._add(word.mark, What.NOTE, Where.OWN, place, cell)

    def _table(self, grid: Grid, book: RawBook) -> None:
        known = [one for one in grid.columns if one.role in ("tool", "people")]
        if not grid.shaken:
            self.order[grid.table] = [one.name for one in known]
            self.hidden[grid.table] = {one.name for one in known if one.attributes.get("hidden") in ("1", "true")}
        twins = Counter(row.name for row in grid.data)
        seen: set[str] = set()
        first: dict[Line, bool] = {}
        for row in grid.data:
            first[row] = row.name not in seen
            seen.add(row.name)
        doubtful, names = self._doubtful(grid), column_names(grid)
        for row, column, cell in grid.standing():
            place = Place(grid.table, row.name, names[column])
            sure = first.get(row, True) and row not in doubtful and not grid.shaken
            for what, where in self._cell(grid, row, column, cell):
                said = cell.says if what is What.CONTENT else cell.note.text if cell.note else ""
                for word in self.words.found(said):
                    self._add(word.mark, what, where if sure or where is Where.ANYWHERE else Where.EITHER, place, cell)
                    if where is Where.HOME and sure and row.role == "data" and twins[row.name] == 1:
                        self.spoken[grid.table, row.name].add(word.mark)
            colour = book.colour(cell.style) if row.role == "data" and column.role not in ("key", "digest") else ""
            if colour.startswith("A1") and sure and twins[row.name] == 1 and grid.table not in LEDGERS:
                self._add(colour, What.FILL, Where.HOME, place, cell)

    def _cell(self, grid: Grid, row: Line, column: Line, cell: Cell) -> Iterator[tuple[What, Where]]:
        """Where what stands in a cell, and what is noted at it, belongs."""
        if cell.ours and grid.table not in LEDGERS and row.role == "data":
            yield What.NOTE, Where.HOME
            return
        hidden, people = column.role in ("key", "digest"), column.role in ("people", "own", "")
        if grid.table in LEDGERS:
            content = Where.HOME if row.role == "data" and column.role == "people" else Where.ANYWHERE
            if grid.table == LOST and column.name in ("content", "formula") and row.role == "data":
                content = Where.ASIDE
            yield What.CONTENT, content
            yield What.NOTE, Where.ANYWHERE
            return
        if hidden or row.role == "marks":
            yield from ((What.CONTENT, Where.ANYWHERE), (What.NOTE, Where.ANYWHERE))
            return
        added = row.role == "" and grid.table == EXTENSIBLE
        at_home = (row.role == "data" and people) or added
        if row.role == "head":
            at_home = people
        yield What.CONTENT, Where.HOME if at_home else Where.ASIDE
        noted = row.role in ("data", "head") or added
        # A column in which nothing is written may be none.
        nobody = row.role == "head" and not column.role and not cell.text
        yield What.NOTE, Where.EITHER if nobody else Where.HOME if noted else Where.ASIDE

    def _doubtful(self, grid: Grid) -> set[Line]:
        """Rows that were moved without their keys, and bear something where the tool tells them by."""
        keys = next((column for column in grid.columns if column.role == "key"), None)
        moved = {row for row in grid.data if keys is None or grid.at(row, keys).text != row.name}
        if not moved:
            return set()
        over = {row for row, column, cell in grid.standing() if column.role == "tool" and self.words.found(cell.says)}
        return moved if moved & over or len(moved) != len({row.name for row in moved}) else set()
