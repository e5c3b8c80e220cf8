"""What people do to a master in Excel, done with openpyxl: every text they type is to be found again afterwards."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from workbook.commission.carry import Carried, carried
from workbook.commission.held import Held
from workbook.commission.marks import KEY_MARK
from workbook.commission.memory import opened, remembered
from workbook.commission.table import Column, Kind, Owner, Row, Table
from workbook.commission.transplant import OwnSheets
from workbook.commission.write import write_master

PAGE, MAIN, GRID, OPEN = "总览", "申报汇总", "逐条矩阵", "异议登记"
TITLE: Final = "某办法2026年度"
_TOKEN: Final = re.compile(rb"tok[0-9]{5}|917[0-9]{3}\.5")
_PROMPTS: Final = re.compile(rb"<dataValidations.*?</dataValidations>", re.DOTALL)

# --- the master ------------------------------------------------------------------------------------------------

_NAMED: Final = (Column(id="district", heading="推荐区"), Column(id="cluster", heading="集群名称"))
_COLUMNS: Final = (
    *_NAMED,
    Column(id="verdict", heading="系统判定", watched=True),
    Column(id="opinion", heading="市级意见", owner=Owner.PEOPLE, choices=("同意", "不同意")),
    Column(id="output", heading="产值", kind=Kind.NUMBER, watched=True),
    Column(id="remark", heading="备注", owner=Owner.PEOPLE),
    Column(id="signed", heading="日期", owner=Owner.PEOPLE, kind=Kind.DATE),
)


def name_of(key: str) -> str:
    """What a row calls itself."""
    return f"第{key}号集群"


def _district(key: str) -> str:
    return f"{ord(key) % 3}区"


def tables(rows: Mapping[str, int]) -> list[Table]:
    """A small master: key of each cluster → how its figures stand."""
    main = tuple(
        Row(key, (_district(key), name_of(key), "达标" if at % 2 else "未达标", None, at * 1.5, None, None))
        for key, at in sorted(rows.items())
    )
    grid = tuple(Row(key, (_district(key), name_of(key), at)) for key, at in sorted(rows.items()))
    noted = Column(id="remark", heading="说明", owner=Owner.PEOPLE)
    return [
        Table(name=MAIN, intro="一个集群一行", columns=_COLUMNS, rows=main),
        Table(name=GRID, intro="", columns=(*_NAMED, Column(id="score", heading="分", watched=True)), rows=grid),
        Table(
            name=OPEN,
            intro="可以自加行",
            columns=(*_NAMED, noted),
            rows=tuple(row._replace(values=(*row.values[:2], None)) for row in grid),
            extensible=True,
        ),
    ]


def _first(book: Any, styles: Any) -> None:
    sheet = book.add_worksheet(PAGE)
    sheet.write_string(0, 0, f"{TITLE}{PAGE}", styles["title"])
    sheet.write_number(2, 1, 5)


def collected(before: Path | None, target: Path, made: list[Table]) -> Carried:
    """What a run does once everything is read: people's words are carried from one file into another."""
    held = remembered(opened(before), made) if before is not None else Held()
    done = carried(made, held)
    own = OwnSheets(data=held.data, names=held.own)
    written = write_master(target, TITLE, done.tables, {"master": "p", "season": "2026"}, own=own, first=_first)
    new = opened(target)
    assert remembered(new, made, written.untouched) == remembered(new, made), "known to be untouched, and is not"
    return done


def tokens(path: Path) -> set[bytes]:
    """Every token anywhere in a file but in what the tool prompts with, which repeats headings."""
    with zipfile.ZipFile(path) as file:
        parts = (_PROMPTS.sub(b"", file.read(name)) for name in file.namelist())
        return {found for part in parts for found in _TOKEN.findall(part)}


# --- what people do --------------------------------------------------------------------------------------------


class Turn(NamedTuple):
    """One thing to be done: by whom, on which sheet, and where."""

    hands: Hands
    sheet: Any
    across: int
    down: int


Act = Callable[[Turn], None]
ACTS: dict[str, Act] = {}


def _act(function: Act) -> Act:
    ACTS[function.__name__.strip("_")] = function
    return function


class Hands:
    """Somebody at work in one master.

    Args:
        book: As openpyxl has read it.
        numbers: Of the tokens.
    """

    def __init__(self, book: Any, numbers: Iterator[int]) -> None:
        self.book, self._numbers = book, numbers

    def token(self) -> str:
        """A text nobody has typed before."""
        return f"tok{next(self._numbers):05d}"

    def number(self) -> float:
        """A number nobody has typed before."""
        return 917_000.5 + next(self._numbers)

    def do(self, act: str, which: int, where: int) -> None:
        """Do one thing on one of the sheets."""
        sheets = [sheet for sheet in self.book.worksheets if sheet.sheet_state != "veryHidden"]
        ACTS[act](Turn(self, sheets[which % len(sheets)], which // 7, where))


def rows_of(sheet: Any) -> list[int]:
    """The numbers of the rows that have a key."""
    return [row for row in range(1, sheet.max_row + 1) if _key(sheet, row)]


def _key(sheet: Any, row: int) -> str:
    mark = next((cell for line in sheet.iter_rows(max_row=12) for cell in line if _is_mark(cell)), None)
    if mark is None or row <= mark.row + 1:
        return ""
    return str(sheet.cell(row, mark.column).value or "")


def _is_mark(cell: Any) -> bool:
    return isinstance(cell.value, str) and cell.value.startswith(KEY_MARK)


def _cell(sheet: Any, across: int, down: int) -> Any:
    rows = rows_of(sheet) or [5]
    return sheet.cell(rows[down % len(rows)], 3 + across % max(1, sheet.max_column - 1))


@_act
def _types(now: Turn) -> None:
    _cell(now.sheet, now.across, now.down).value = now.hands.token()


@_act
def _types_a_number(now: Turn) -> None:
    _cell(now.sheet, now.across, now.down).value = now.hands.number()


@_act
def _types_a_formula(now: Turn) -> None:
    cell = _cell(now.sheet, now.across, now.down)
    # What a sheet of people's own makes of a name that leads nowhere is told where sheets are transplanted.
    own = "Copy" in now.sheet.title or (now.sheet.title != PAGE and not rows_of(now.sheet))
    asked = (
        ("D7",) if own else (f"C{cell.row}", "SUM(G5:G9)", "D7", f"{MAIN}!C:C", "[1]别的!A1", "my_name", "我的表!A1")
    )
    cell.value = f'=IF(1,"{now.hands.token()}",{asked[(now.across + now.down) % len(asked)]})'


@_act
def _types_odd_things(now: Turn) -> None:
    odd = (
        "#N/A",
        date(2026, 12, 1),
        "00123",
        True,
        "<r>" + now.hands.token(),
        "=" + "1" * 3,
        "长" * 9000 + now.hands.token(),
    )
    _cell(now.sheet, now.across, now.down).value = odd[(now.across + now.down) % len(odd)]


@_act
def _notes(now: Turn) -> None:
    _cell(now.sheet, now.across, now.down).comment = Comment(f"{now.hands.token()}\n第二行", "张三")


@_act
def _notes_anywhere(now: Turn) -> None:
    now.sheet.cell(1 + now.down, 1 + now.across).comment = Comment(now.hands.token(), "李四")


@_act
def _colours(now: Turn) -> None:
    _cell(now.sheet, now.across, now.down).fill = PatternFill("solid", fgColor="FFFF00")


@_act
def _types_anywhere(now: Turn) -> None:
    now.sheet.cell(1 + now.down * 2, 3 + now.across).value = now.hands.token()


@_act
def _types_below(now: Turn) -> None:
    now.sheet.cell(now.sheet.max_row + 1 + now.down % 3, 3 + now.across % 5).value = now.hands.token()


@_act
def _types_to_the_right(now: Turn) -> None:
    rows = rows_of(now.sheet) or [5]
    now.sheet.cell(rows[now.down % len(rows)], now.sheet.max_column + 1 + now.across % 3).value = now.hands.token()


def _swap(sheet: Any, one: int, other: int, first: int) -> None:
    for column in range(first, sheet.max_column + 1):
        a, b = sheet.cell(one, column), sheet.cell(other, column)
        a.value, b.value = b.value, a.value
        notes = [cell.comment and Comment(cell.comment.text, cell.comment.author) for cell in (b, a)]
        a.comment, b.comment = notes
        a._style, b._style = copy(b._style), copy(a._style)


@_act
def _sorts(now: Turn) -> None:
    rows = rows_of(now.sheet)
    for one, other in zip(rows, reversed(rows), strict=True):
        if one < other:
            _swap(now.sheet, one, other, 1)


@_act
def _sorts_without_the_keys(now: Turn) -> None:
    rows = rows_of(now.sheet)
    if len(rows) > 1:
        _swap(now.sheet, rows[0], rows[-1], 3)


@_act
def _filters(now: Turn) -> None:
    for row in rows_of(now.sheet)[::2]:
        now.sheet.row_dimensions[row].hidden = True


@_act
def _inserts_a_column(now: Turn) -> None:
    at = 3 + now.across % max(1, now.sheet.max_column - 2)
    now.sheet.insert_cols(at)
    if now.down % 3:
        now.sheet.cell(4, at).value = now.hands.token()
    for row in rows_of(now.sheet)[:2]:
        now.sheet.cell(row, at).value = now.hands.token()


@_act
def _moves_a_column(now: Turn) -> None:
    last = now.sheet.max_column
    at, to = 3 + now.across % max(1, last - 2), 3 + now.down % max(1, last - 2)
    for row in range(1, now.sheet.max_row + 1):
        _swap_cells(now.sheet.cell(row, at), now.sheet.cell(row, to))


def _swap_cells(a: Any, b: Any) -> None:
    if a.coordinate != b.coordinate:
        a.value, b.value = b.value, a.value
        notes = [cell.comment and Comment(cell.comment.text, cell.comment.author) for cell in (b, a)]
        a.comment, b.comment = notes


@_act
def _hides_a_column(now: Turn) -> None:
    now.sheet.column_dimensions["CDEFG"[now.across % 5]].hidden = True
    now.sheet.column_dimensions["CDEFG"[now.down % 5]].width = 33


@_act
def _deletes_a_column(now: Turn) -> None:
    if now.sheet.max_column > 2:
        now.sheet.delete_cols(1 + now.across % now.sheet.max_column)


@_act
def _copies_a_column(now: Turn) -> None:
    at, to = 3 + now.across % max(1, now.sheet.max_column - 2), now.sheet.max_column + 1
    for row in range(3, now.sheet.max_row + 1):
        now.sheet.cell(row, to).value = now.sheet.cell(row, at).value
    now.sheet.cell(6, to).value = now.hands.token()


@_act
def _deletes_a_row(now: Turn) -> None:
    now.sheet.delete_rows(1 + (now.across + now.down) % max(1, now.sheet.max_row))


@_act
def _inserts_a_row(now: Turn) -> None:
    at = 1 + now.down % max(1, now.sheet.max_row)
    now.sheet.insert_rows(at)
    now.sheet.cell(at, 3 + now.across).value = now.hands.token()


@_act
def _copies_a_row(now: Turn) -> None:
    rows, to = rows_of(now.sheet), now.sheet.max_row + 1
    for column in range(1, now.sheet.max_column + 1) if rows else ():
        now.sheet.cell(to, column).value = now.sheet.cell(rows[now.down % len(rows)], column).value
    now.sheet.cell(to, 6 + now.across % 3).value = now.hands.token()


@_act
def _renames_the_sheet(now: Turn) -> None:
    now.sheet.title = f"改名{now.down}"


@_act
def _adds_a_sheet(now: Turn) -> None:
    now.hands.book.create_sheet("我的表").cell(1 + now.down, 1 + now.across).value = now.hands.token()


@_act
def _copies_the_sheet(now: Turn) -> None:
    twin = now.hands.book.copy_worksheet(now.sheet)
    twin.cell(6, 6).value = now.hands.token()


@_act
def _deletes_the_sheet(now: Turn) -> None:
    now.hands.book.remove(now.sheet)


@_act
def _renames_a_heading(now: Turn) -> None:
    now.sheet.cell(4, 3 + now.across % max(1, now.sheet.max_column - 2)).value = now.hands.token()


def at_work(path: Path, acts: list[tuple[str, int, int]], numbers: Iterator[int] | None = None) -> Any:
    """Open a master, do some things in it, save it; the workbook as it was saved."""
    book = openpyxl.load_workbook(path)
    hands = Hands(book, numbers if numbers is not None else count(1))
    for act, which, where in acts:
        hands.do(act, which, where)
    book.save(path)
    return book
