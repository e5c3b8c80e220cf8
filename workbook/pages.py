"""Result sheets are filled row by row; what an earlier run left there is cleared first, and nothing else is touched."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.submission import Location
from workbook import wording
from workbook.area import Area
from workbook.book import Book, area_of, named_area
from workbook.layout import Layout
from workbook.package.edit import Link, New, SheetEdit
from workbook.package.grid import Area as Block
from workbook.package.grid import Position
from workbook.resultplan import UNCHECKED, ResultColumn, ResultPlan

HIGHEST = 400.0
_LINE_HEIGHT = 15.0
# What a cell of a spreadsheet holds at most, with some room: texts are put together from several cells.
_LONGEST_TEXT = 32_000
_MOVED = 1000
# Columns that result sheets gained from one version to the next.
_FEWER = 3
# How far above the first row of an area its heading may stand.
_HEAD_ROWS = 3
# Where the facts of an overview begin.
_FACTS = 4

PageRow = tuple[Mapping[str, str | int], Location | None]
"""The texts of a row by the key of their column, and the cell its place leads to."""


def write_page(
    book: Book, layout: Layout, plan: ResultPlan, rows: Iterable[PageRow], facts: Mapping[Position, New]
) -> None:
    """Fill one result sheet; a workbook that has none stays as it is.

    Args:
        book: The workbook; it is changed but not saved.
        layout: Where its template put everything.
        plan: The sheet as the template has it.
        rows: What to tell.
        facts: What to put into cells above the rows.
    """
    area = page_area(book, layout, plan)
    if area is None:
        return
    page = _Page(plan, _columns(book, plan, area), area.top)
    for values, link in rows:
        page.add(values, link)
    book.write(
        area.sheet,
        SheetEdit(
            cells={**page.cells, **facts},
            links=page.links,
            owned=(_body(book, area),),
            heights=page.heights,
            styles_from=page.styles_from,
        ),
    )


def page_area(book: Book, layout: Layout, plan: ResultPlan) -> Area | None:
    """Where the file keeps a result sheet's rows; None where it has none."""
    return owned_area(book, layout, plan.name, plan.area, [plan.columns[0].title])


def page_rows(book: Book, layout: Layout, plan: ResultPlan) -> list[dict[str, str]]:
    """What stands on a result sheet already, row by row; blank rows are left out."""
    area = page_area(book, layout, plan)
    if area is None:
        return []
    cells, columns = book.cells(area.sheet), _columns(book, plan, area)
    rows: dict[int, dict[str, str]] = {}
    for row in sorted({row for row, _ in cells if row >= area.top}):
        told = {c.key: str(cells[row, i].value) for i, c in columns if (row, i) in cells}
        if told := {key: text for key, text in told.items() if text not in ("", "None")}:
            rows[row] = told
    return list(rows.values())


def clear_page(book: Book, layout: Layout, plan: ResultPlan) -> None:
    """Bring a result sheet back to how it was given out; a workbook that has none stays as it is."""
    area = page_area(book, layout, plan)
    if area is None:
        return
    # The facts stand between the link to the contents and the heading.
    facts: dict[Position, New] = {(row, 1): None for row in range(_FACTS, plan.header)}
    book.write(area.sheet, SheetEdit(cells={**facts, (2, 1): UNCHECKED}, owned=(_body(book, area),)))


def _body(book: Book, area: Area) -> Block:
    """Everything below the heading: rows may have grown beyond the area."""
    below = max([area.bottom, *(row for row, _ in book.cells(area.sheet))])
    return Block(area.top, 1, below, area.right)


@dataclass
class _Page:
    """The cells of one result sheet, filled from the first body row downwards."""

    plan: ResultPlan
    columns: Sequence[tuple[int, ResultColumn]]
    row: int
    cells: dict[Position, str | int | None] = field(default_factory=dict)
    links: dict[Position, Link] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    styles_from: dict[int, int] = field(default_factory=dict)

    def add(self, values: Mapping[str, str | int], link: Location | None = None) -> None:
        """One row; the column called ``place`` carries the link."""
        lines = 1
        for i, column in self.columns:
            value = values.get(column.key, "")
            if isinstance(value, str):
                value = value[:_LONGEST_TEXT]
            self.cells[self.row, i] = value
            lines = max(lines, math.ceil(wording.width(str(value)) / column.width))
            if column.key == "place" and link is not None:
                self.links[self.row, i] = Link(wording.link_to(link), "转到填报位置")
        self.heights[self.row] = min(_LINE_HEIGHT * lines + 4, HIGHEST)
        self.styles_from[self.row] = self.plan.area.top
        self.row += 1


def _columns(book: Book, plan: ResultPlan, area: Area) -> list[tuple[int, ResultColumn]]:
    """Where the file has each column, told by its title: an earlier version may have had fewer."""
    if area.right == plan.area.right:
        return list(enumerate(plan.columns, start=1))
    cells = book.cells(area.sheet)
    titles = {cells[area.top - 1, i].value: i for i in range(1, area.right + 1) if (area.top - 1, i) in cells}
    return [(titles[column.title], column) for column in plan.columns if column.title in titles]


def owned_area(book: Book, layout: Layout, name: str, planned: Area, heads: Collection[str]) -> Area | None:
    """Where the file keeps what the tool owns; None where the name no longer says so, as after a careless edit.

    Rows may have moved; the columns and the sheet's own tenant may not. Where a program dropped the name altogether,
    the planned place will do if its heading still stands above it.
    """
    if name not in book.names:
        return planned if _headed(book, planned, heads) else None
    area = named_area(book, name)
    if area is None:
        return None
    others = layout.owned_names - {name}
    shared = any((found := area_of(book.names.get(other, ""))) and found.sheet == area.sheet for other in others)
    same_columns = area.left == planned.left and abs(area.right - planned.right) <= _FEWER
    near = (
        1 <= area.top <= area.bottom and max(abs(area.top - planned.top), abs(area.bottom - planned.bottom)) <= _MOVED
    )
    return area if same_columns and near and not shared else None


def _headed(book: Book, planned: Area, heads: Collection[str]) -> bool:
    cells = book.cells(planned.sheet) if planned.sheet in book.sheets else {}
    rows = range(max(planned.top - _HEAD_ROWS, 1), planned.bottom + 1)
    return any((cell := cells.get((row, planned.left))) is not None and cell.value in heads for row in rows)
