"""Where everything stands in a master the tool has just written."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.workbook.commission.histories.expected import LOST, RECHECK, WORDED, Place, column_names
from tests.workbook.commission.histories.grid import Cell, Grid, Line
from tests.workbook.commission.histories.rawbook import RawBook
from tests.workbook.commission.histories.words import Words


@dataclass(slots=True)
class Found:
    """Where each thing stands in a new master."""

    content: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    fills: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[tuple[str, Place], Cell] = field(default_factory=dict)
    keys: set[tuple[str, str]] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    order: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, set[str]] = field(default_factory=dict)
    tool: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    anywhere: set[str] = field(default_factory=set)
    rechecked: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))


def found(book: RawBook, words: Words) -> Found:
    """Take down a master the tool has written."""
    taken = Found()
    for grid in book.grids():
        for cell in grid.cells.values() if words.known else ():
            told = f"{cell.says}\0{cell.note.text if cell.note else ''}"
            taken.anywhere |= {word.mark for word in (*words.found(told), *words.found(cell.text))}
        if grid.table == LOST:
            _take_lost(grid, words, taken)
        elif grid.table:
            _take_table(grid, words, taken, book)
        else:
            _take_own(grid, words, taken)
    return taken


def _take_own(grid: Grid, words: Words, taken: Found) -> None:
    rows = {row: str(number) for number, row in enumerate(grid.rows, 1)}
    columns = {column: str(number) for number, column in enumerate(grid.columns, 1)}
    for row, column, cell in grid.standing():
        _take_cell(cell, Place(grid.name, rows[row], columns[column]), words, taken)


def _take_table(grid: Grid, words: Words, taken: Found, book: RawBook) -> None:
    known = [one for one in grid.columns if one.role in ("tool", "people")]
    taken.order[grid.table] = [one.name for one in known]
    taken.hidden[grid.table] = {one.name for one in known if one.attributes.get("hidden") == "1"}
    taken.tool[grid.table] = {row.name: {} for row in grid.data}
    assert len(taken.tool[grid.table]) == len(grid.data), f"{grid.table}: a row twice"
    taken.keys |= {(grid.table, row.name) for row in grid.data}
    names = column_names(grid)
    for row, column, cell in grid.standing():
        if column.role in ("key", "digest") or row.role in ("title", "intro", "marks"):
            continue
        place, tools = (
            Place(grid.table, row.name, names[column]),
            column.role == "tool" and row.role == "data",
        )
        if tools:
            taken.tool[grid.table][row.name][column.name] = cell.says
        # On these the tool repeats what people wrote elsewhere.
        _take_cell(cell, place, words, taken, quoted=tools and grid.table in WORDED)
        if (colour := book.colour(cell.style)).startswith("A1"):
            taken.fills[colour].append(place)
    for row in grid.data if grid.table == RECHECK else ():
        taken.rechecked[_told(grid, row, "sheet"), _told(grid, row, "key")].append(_told(grid, row, "written"))


def _take_cell(cell: Cell, place: Place, words: Words, taken: Found, *, quoted: bool = False) -> None:
    for word in () if quoted else words.found(cell.says):
        taken.content[word.mark].append(place)
        taken.texts[word.mark, place] = cell
    for word in words.found(cell.note.text if cell.note else ""):
        taken.notes[word.mark].append(place)


def _take_lost(grid: Grid, words: Words, taken: Found) -> None:
    """未归位: a piece is one, whether it is told as content or as formula."""
    names = column_names(grid)
    for row in grid.data:
        taken.keys.add((LOST, row.name))
        content, formula = _told(grid, row, "content"), _told(grid, row, "formula")
        marks = dict.fromkeys(word.mark for word in (*words.found(content), *words.found(formula)))
        for mark in (*marks, *([content.removeprefix("#")] if content.startswith("#A1") else ())):
            taken.lost[mark] += 1
        for column in grid.columns:
            if column.role in ("people", "own"):
                _take_cell(grid.at(row, column), Place(LOST, row.name, names[column]), words, taken)


def _told(grid: Grid, row: Line, name: str) -> str:
    column = next(one for one in grid.columns if one.name == name)
    return grid.at(row, column).says
