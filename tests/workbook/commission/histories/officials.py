"""What people and programs do to a master, one thing at a time, each decided by chance alone so that any can be left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tests.workbook.commission.histories.grid import Cell, Grid, Line, Note
from tests.workbook.commission.histories.rawbook import RawBook
from tests.workbook.commission.histories.words import Word, Words

_HEADINGS: Final = ("", "备注", "✎ 备注", "集群名称", "跟进", "跟进", "=1+1", "2026", " 空格 ", "键", "own_1", "remark")
_LISTS: Final = ("未归位", "待复核")
_MAIN: Final = ("申报汇总", "认定名单", "形式审查", "公示与异议", "短板清单", "实地抽查")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing to be done on one sheet."""

    book: RawBook
    words: Words
    chance: Random
    grid: Grid

    def a_row(self) -> Line:
        """A row with a key, else one below."""
        return self.chance.choice(self.grid.data) if self.grid.data else self.grid.row(6)

    def a_column(self, *roles: str) -> Line:
        """A column people see, of one of these kinds if there are any."""
        found = [one for one in self.grid.visible if one.role in roles] or self.grid.visible or [self.grid.column(3)]
        return self.chance.choice(found)

    def put(self, row: Line, column: Line, word: Word) -> None:
        """Type something into a cell, over what stands there."""
        cell = self.grid.seen(row, column)
        typed = word.cell
        cell.kind, cell.text, cell.formula, cell.ours = typed.kind, typed.text, typed.formula, False
        if word.kind == "d":
            cell.style = self.book.dated(cell.style)


Act = Callable[[Turn], None]
ACTS: dict[str, Act] = {}
OFTEN: Final = (
    "types",
    "types",
    "types",
    "types_beside",
    "notes",
    "colours",
    "types_over",
    "types",
    "notes",
    "sorts",
    "decides",
)


def _act(function: Act) -> Act:
    ACTS[function.__name__.strip("_")] = function
    return function


def do(act: str, seed: int, book: RawBook, words: Words) -> None:
    """Do one thing, somewhere."""
    chance = Random(seed)  # noqa: S311 - reproducible on purpose
    grids = [grid for grid in book.grids() if grid.name not in _LISTS or chance.random() < 0.3]
    main = [grid for grid in grids if grid.table in _MAIN]
    grid = chance.choice(main if main and chance.random() < 0.6 else grids or book.grids())
    grid.touched = True
    ACTS[act](Turn(book, words, chance, grid))


# --- typing ----------------------------------------------------------------------------------------------------


@_act
def _types(now: Turn) -> None:
    now.put(now.a_row(), now.a_column("people", "own"), now.words.any(now.chance))


@_act
def _types_over(now: Turn) -> None:
    now.put(now.a_row(), now.a_column("tool"), now.words.any(now.chance))


@_act
def _types_beside(now: Turn) -> None:
    grid = now.grid
    now.put(now.a_row(), grid.column(len(grid.columns) + now.chance.randint(1, 2)), now.words.any(now.chance))


@_act
def _types_below(now: Turn) -> None:
    now.put(now.grid.row(len(now.grid.rows) + now.chance.randint(1, 3)), now.a_column(), now.words.any(now.chance))


@_act
def _types_above(now: Turn) -> None:
    now.put(now.grid.row(now.chance.choice((1, 2, 4))), now.a_column(), now.words.text())


@_act
def _clears(now: Turn) -> None:
    cell = now.grid.of(now.a_row(), now.a_column("people", "own"))
    cell.kind = cell.text = cell.formula = ""
    cell.note = None


@_act
def _clears_a_row_of_the_tool(now: Turn) -> None:
    cell = now.grid.of(now.a_row(), now.a_column("tool"))
    cell.kind = cell.text = cell.formula = ""


@_act
def _types_a_usual_word(now: Turn) -> None:
    word = now.chance.choice(("是", "否", "同意", "0", "#N/A", "TRUE", "2026-12-01", "无"))
    cell = now.grid.of(now.a_row(), now.a_column("people", "own"))
    cell.kind = {"#N/A": "e", "0": "n"}.get(word, "s")
    cell.text, cell.formula = word, ""


@_act
def _decides(now: Turn) -> None:
    grid = next((one for one in now.book.grids() if one.table == "认定名单"), now.grid)
    names = {column.name: column for column in grid.columns}
    if not {"proposed", "reason", "signer"} <= names.keys() or not grid.data:
        return
    grid.touched = True
    row = now.chance.choice(grid.data)
    cell = grid.of(row, names["proposed"])
    cell.kind, cell.text = "s", now.chance.choice(("是", "是", "否", "待定"))
    for name in ("reason", "signer"):
        Turn(now.book, now.words, now.chance, grid).put(row, names[name], now.words.text())


@_act
def _fills_a_formula_down(now: Turn) -> None:
    grid, column, word = now.grid, now.a_column("people", "own"), now.words.any(Random(3))  # noqa: S311
    for row in grid.data[: now.chance.randint(1, 4)]:
        now.put(row, column, word)


@_act
def _notes(now: Turn) -> None:
    told = f"{now.words.text().text}\n{now.chance.choice(('请核对', '😀', '=1', '  '))}"
    now.grid.seen(now.a_row(), now.a_column()).note = Note(told, now.chance.choice(("张三", "", "李<四>")))


@_act
def _notes_anywhere(now: Turn) -> None:
    row, column = now.chance.randint(1, len(now.grid.rows) + 2), now.chance.randint(1, len(now.grid.columns) + 2)
    now.grid.seen(now.grid.row(row), now.grid.column(column)).note = Note(now.words.text().text, "王五")


@_act
def _colours(now: Turn) -> None:
    cell = now.grid.of(now.a_row(), now.a_column())
    colour = f"A1{now.chance.randrange(16**4):04X}"
    cell.style = now.book.coloured(cell.style, colour)


@_act
def _renames_a_heading(now: Turn) -> None:
    now.put(now.grid.head, now.a_column("people", "own"), now.words.text())


# --- rows ------------------------------------------------------------------------------------------------------


def _sorted(now: Turn) -> None:
    data, rows = now.grid.data, now.grid.rows
    order = now.chance.sample(data, len(data))
    places = [rows.index(row) for row in data]
    for place, row in zip(places, order, strict=True):
        rows[place] = row


@_act
def _sorts(now: Turn) -> None:
    _sorted(now)


@_act
def _sorts_without_the_keys(now: Turn) -> None:
    grid = now.grid
    hidden = [column for column in grid.columns if column.role in ("key", "digest")]
    before = [[grid.cells.get((row, column)) for column in hidden] for row in grid.data]
    _sorted(now)
    for row, cells in zip(grid.data, before, strict=True):
        for column, cell in zip(hidden, cells, strict=True):
            if cell is None:
                grid.cells.pop((row, column), None)
            else:
                grid.cells[row, column] = cell


@_act
def _filters(now: Turn) -> None:
    for row in now.grid.data[now.chance.randint(0, 1) :: 2]:
        row.attributes["hidden"] = "1"


@_act
def _inserts_a_row(now: Turn) -> None:
    rows = now.grid.rows
    row = Line()
    rows.insert(now.chance.randint(min(4, len(rows)), len(rows)), row)
    for _ in range(now.chance.randint(0, 2)):
        now.put(row, now.a_column(), now.words.any(now.chance))


@_act
def _deletes_a_row(now: Turn) -> None:
    if now.grid.data:
        now.grid.drop(now.grid.rows, now.a_row())


@_act
def _copies_a_row(now: Turn) -> None:
    grid = now.grid
    if not grid.data:
        return
    row = now.a_row()
    for _ in range(now.chance.randint(1, 2)):
        twin = Line(row.role, row.name, dict(row.attributes))
        grid.rows.insert(now.chance.randint(grid.rows.index(row) + 1, len(grid.rows)), twin)
        for column in grid.columns:
            if (cell := grid.cells.get((row, column))) is not None:
                grid.cells[twin, column] = _copy(cell)
        if now.chance.random() < 0.5:
            now.put(twin, now.a_column("people", "own"), now.words.any(now.chance))


def _copy(cell: Cell) -> Cell:
    return replace(cell)


# --- columns ---------------------------------------------------------------------------------------------------


@_act
def _moves_a_column(now: Turn) -> None:
    columns, column = now.grid.columns, now.a_column()
    if column in columns:
        columns.remove(column)
        columns.insert(now.chance.randint(min(2, len(columns)), len(columns)), column)


@_act
def _inserts_a_column(now: Turn) -> None:
    grid, column = now.grid, Line()
    grid.columns.insert(now.chance.randint(min(2, len(grid.columns)), len(grid.columns)), column)
    heading = now.chance.choice(_HEADINGS)
    if heading:
        grid.cells[grid.head, column] = Cell("s", heading)
    elif now.chance.random() < 0.5:
        now.put(grid.head, column, now.words.text())
    for row in grid.data[: now.chance.randint(0, 3)]:
        now.put(row, column, now.words.any(now.chance))


@_act
def _deletes_a_column(now: Turn) -> None:
    column = now.a_column()
    if column in now.grid.columns:
        now.grid.drop(now.grid.columns, column)


@_act
def _copies_a_column(now: Turn) -> None:
    grid, column = now.grid, now.a_column()
    twin = Line()
    grid.columns.append(twin)
    for row in grid.rows:
        if (cell := grid.cells.get((row, column))) is not None:
            grid.cells[row, twin] = _copy(cell)
    if grid.data:
        now.put(now.a_row(), twin, now.words.any(now.chance))


@_act
def _hides_a_column(now: Turn) -> None:
    now.a_column().attributes.update({"hidden": "1", "customWidth": "1", "width": "15.7109375"})


@_act
def _pastes_a_block(now: Turn) -> None:
    grid, rows = now.grid, now.grid.data
    columns = grid.visible
    if not rows or not columns:
        return
    top, left = now.chance.randrange(len(rows)), now.chance.randrange(len(columns))
    for row in rows[top : top + 2]:
        for column in columns[left : left + 3]:
            now.put(row, column, now.words.any(now.chance))


@_act
def _merges(now: Turn) -> None:
    grid = now.grid
    if grid.table:
        return
    now.put(grid.row(20), grid.column(1), now.words.text())
    grid.merge(grid.row(20), grid.column(1), grid.row(21), grid.column(3))


# --- sheets ----------------------------------------------------------------------------------------------------


@_act
def _adds_a_sheet(now: Turn) -> None:
    names = [tab.name for tab in now.book.tabs]
    name = next(
        one for one in ("台账", "我的 表", "a'b", "导入日志2", "Sheet1", *map(str, range(99))) if one not in names
    )
    grid = now.book.add_sheet(name)
    grid.touched = True
    for _ in range(now.chance.randint(1, 4)):
        where = now.chance.randint(1, 9), now.chance.randint(1, 6)
        own = Turn(now.book, now.words, now.chance, grid)
        own.put(grid.row(where[0]), grid.column(where[1]), now.words.any(now.chance))


@_act
def _renames_the_sheet(now: Turn) -> None:
    names = [tab.name for tab in now.book.tabs]
    if (name := f"改名{now.chance.randrange(99)}") not in names:
        now.book.rename(now.grid, name)


@_act
def _moves_the_sheet(now: Turn) -> None:
    last = len(now.book.tabs) - 1
    now.book.move_sheet(now.chance.randint(0, last), now.chance.randint(0, last))


@_act
def _hides_the_sheet(now: Turn) -> None:
    tab = next(tab for tab in now.book.tabs if tab.name == now.grid.name)
    others = [one for one in now.book.tabs if one.element.get("state") is None and one.name != tab.name]
    if others:
        tab.element.set("state", "hidden")


@_act
def _deletes_the_sheet(now: Turn) -> None:
    if now.grid.table not in ("申报汇总", *_LISTS) and now.chance.random() < 0.3:
        now.book.delete_sheet(now.grid)


# --- what is there for the tool --------------------------------------------------------------------------------


@_act
def _deletes_what_is_hidden(now: Turn) -> None:
    grid = now.grid
    gone = now.chance.choice(("key", "digest", "marks", "head"))
    if not grid.table or now.chance.random() < 0.5:
        return
    grid.shaken = True
    for lines in (grid.rows, grid.columns):
        for line in [one for one in lines if one.role == gone]:
            grid.drop(lines, line)
