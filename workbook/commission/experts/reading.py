"""A filled scoring workbook becomes an appraisal: known by its content, every score with its cell, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.book import Book, named_area
from workbook.commission.experts.appraisal import RECUSED, TOP, Appraisal, Ballot, Mark
from workbook.commission.experts.form import OPINION, OVERALL_ID, RECUSAL, REMARK, SCORE
from workbook.commission.experts.pages import FIRST_ROW, FORMAT, KEY, MARK_ROW, SIGNED_ON
from workbook.commission.filing import Place, Trouble
from workbook.commission.words import day_of, read_value, text_of
from workbook.identity import SCORING, stamped
from workbook.package.grid import address
from workbook.package.stream import Cell, Position


def is_scoring(book: Book) -> bool:
    """Whether this is the scoring workbook of an expert."""
    return bool(stamped(book, SCORING))


def read_appraisal(book: Book, sha256: str, written: str) -> Appraisal:
    """What an expert filled in.

    Args:
        book: A scoring workbook.
        sha256: Of the file as received.
        written: When it was saved, as it says itself.

    Raises:
        WorkbookError: It is of another format, or its rows cannot be told apart any more (W47).
    """
    if stamped(book, SCORING) != FORMAT:
        raise WorkbookError("W47", reason="由其他版本的工具生成")
    told = {name: stamped(book, f"meta_{name}") for name in ("policy", "season", "expert", "unit", "round")}
    lines = _lines(book)
    if not told["expert"] or not any(line.asks(SCORE) for line in lines.values()):
        raise WorkbookError("W47", reason="隐藏的标识已被删除，无法认出专家或各行所评的集群")
    return Appraisal(
        sha256=sha256,
        policy=told["policy"],
        season=told["season"],
        expert=told["expert"],
        unit=told["unit"],
        round=int(told["round"]) if told["round"].isdecimal() else 1,
        written=written,
        signed_on=_signed_on(book),
        ballots=tuple(_ballot(key, line) for key, line in lines.items()),
    )


def _signed_on(book: Book) -> str:
    area = named_area(book, SIGNED_ON)
    cell = book.cells(area.sheet).get((area.top, area.left)) if area is not None else None
    day = day_of(read_value(cell.value)) if cell is not None else None
    return day.isoformat() if day else ""


# --- rows ------------------------------------------------------------------------------------------------------


class _Written(NamedTuple):
    """One cell and where it stands."""

    cell: Cell
    place: Place


@dataclass(slots=True)
class _Line:
    """What stands about one cluster, on either sheet, by the id of the column."""

    place: Place
    columns: frozenset[str] = frozenset()
    cells: dict[str, _Written] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """A cell as text; empty where nothing stands."""
        written = self.cells.get(column)
        return "" if written is None else text_of(read_value(written.cell.value))

    def asks(self, prefix: str) -> bool:
        """Whether there are columns of a kind."""
        return any(column.startswith(prefix) for column in self.columns)


def _lines(book: Book) -> Mapping[str, _Line]:
    """The rows of every sheet that bears the marks, by cluster."""
    lines: dict[str, _Line] = {}
    for sheet in book.sheets:
        cells = book.cells(sheet)
        marks = {column: str(cell.value) for (row, column), cell in cells.items() if row == MARK_ROW}
        if marks.pop(1, "") != KEY:
            continue
        for row, key in _keys(cells):
            line = lines.setdefault(key, _Line(Place(sheet, address((row, 2)))))
            if not line.columns.isdisjoint({*marks.values()} - {"number", "cluster"}):
                raise WorkbookError("W47", reason=f"“{sheet}”有重复的行")
            line.columns |= frozenset(marks.values())
            for column, name in marks.items():
                cell = cells.get((row, column))
                if cell is not None:
                    line.cells[name] = _Written(cell, Place(sheet, address((row, column))))
    return lines


def _keys(cells: Mapping[Position, Cell]) -> Iterator[tuple[int, str]]:
    found = sorted((row, str(cell.value)) for (row, column), cell in cells.items() if column == 1 and cell.value)
    return ((row, key) for row, key in found if row >= FIRST_ROW)


def _ballot(key: str, line: _Line) -> Ballot:
    troubles: list[Trouble] = []
    name = line.text("cluster").split("\n", 1)[0]
    recusal = line.text(RECUSAL)
    if recusal not in ("", RECUSED):
        told = explain("W46", {"found": recusal, "cluster": name})
        troubles.append(_trouble(told, line.cells[RECUSAL].place))
    criteria = sorted({one.removeprefix(SCORE) for one in line.columns if one.startswith(SCORE)}, key=_in_order)
    marks = tuple(
        Mark(criterion, _score(line, criterion, name, troubles), line.text(f"{OPINION}{criterion}"))
        for criterion in criteria
    )
    return Ballot(key, name, recusal, marks, line.text(OVERALL_ID), line.text(REMARK), line.place, tuple(troubles))


def _in_order(criterion: str) -> tuple[int | str, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in criterion.split("."))


def _score(line: _Line, criterion: str, name: str, troubles: list[Trouble]) -> float | None:
    """A score within its bounds; anything else is told with its cell and counts as none."""
    written = line.cells.get(f"{SCORE}{criterion}")
    if written is None:
        return None
    cell = written.cell
    number = isinstance(cell.value, Decimal) and not cell.formula
    if number and 0 <= Decimal(str(cell.value)) <= TOP:
        return float(str(cell.value))
    found = cell.error or cell.formula or text_of(read_value(cell.value))
    if found:
        told = explain("W45", {"found": found, "cluster": name, "top": TOP})
        troubles.append(_trouble(told, written.place))
    return None


def _trouble(told: Explanation, place: Place) -> Trouble:
    return Trouble(told.code, told.severity.value, told.title, place, told.expected, told.found, told.hint)
