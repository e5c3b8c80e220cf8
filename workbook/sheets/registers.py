"""Register sheets: one long table, such as two thousand enterprises, kept small and pleasant to paste into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.submission import Raw
from workbook.area import Area, quoted
from workbook.formulas import LiveBook, table_states
from workbook.layout import COVER, Layout, SheetPlan, TablePlace
from workbook.sheets.forms import mark_hints, put
from workbook.sheets.live import Pen, colour_checks, mark_columns, state_text, wrong_table
from workbook.sheets.style import LEGEND, REQUIRED, Styles, page, protect
from workbook.sheets.validation import validate

_HINT_WIDTH, _PAGE_WIDTH = 26, 190


def write_register(sheet: Any, plan: SheetPlan, live: LiveBook, styles: Styles, answers: Mapping[Any, Raw]) -> None:
    """Write one register.

    Cells are not written one by one: the columns carry the formats, so that two thousand empty rows cost nothing.
    """
    (place,) = (block.table for block in plan.blocks if block.table)
    columns = [(column, key) for column in place.table.columns for key in column.slots]
    sheet.set_column(0, 0, _HINT_WIDTH, styles["hint"])
    for i, (column, _) in enumerate(columns, start=1):
        sheet.set_column(i, i, column.width, styles.field(column, small=True))
    sheet.set_column(len(columns) + 1, 16383, 9, styles["blank"])
    _frame(sheet, plan, place, live.layout, styles)
    _checks(sheet, place, live, styles)
    for column in place.table.columns:
        first, last = place.spans[column.slots[0]][0], place.spans[column.slots[-1]][0]
        validate(sheet, column, Area(plan.name, place.area.top, first, place.area.bottom, last))
    _rows(sheet, place, styles, answers)
    _stop(sheet, place)
    mark_columns(sheet, place, styles)
    mark_hints(sheet, plan, place.area, styles)
    protect(sheet)


def _frame(sheet: Any, plan: SheetPlan, place: TablePlace, layout: Layout, styles: Styles) -> None:
    for row, height in enumerate((30, 20, 20)):
        sheet.set_row(row, height, styles["blank"])
    sheet.write_string(0, 1, plan.section.title, styles["title"])
    sheet.write_string(1, 1, plan.section.intro, styles["fact"])
    sheet.write_url(2, 0, f"internal:{quoted(COVER)}!A1", styles["link"], "← 返回目录")
    sheet.write_string(2, 1, LEGEND, styles["note"])
    sheet.set_row(3, 44, styles["blank"])
    sheet.set_row(4, 18, styles["blank"])
    sheet.write_string(3, 0, "校验提示", styles["hint_head"])
    sheet.write_string(4, 0, "单位", styles["hint_head"])
    for column in place.table.columns:
        for key in column.slots:
            at = place.spans[key][0] - 1
            sheet.write_string(3, at, (REQUIRED if column.required else "") + layout.slot_label(key), styles["head"])
            sheet.write_string(4, at, column.unit, styles["head"])
    sheet.freeze_panes(place.area.top - 1, 2)
    sheet.repeat_rows(3, 4)
    sheet.repeat_columns(0, 1)
    page(sheet, f"{layout.policy.scheme}　{layout.season.year}年度", wide=_pages(place))


def _checks(sheet: Any, place: TablePlace, live: LiveBook, styles: Styles) -> None:
    """Above the first row, what the workbook itself says of each column, and on the left of the whole table."""
    row, pen = place.area.top - 1, Pen(sheet, live)
    sheet.set_row(row - 1, 26, styles["blank"])
    pen.put(row, 1, state_text(table_states(place), wrong_table()), styles["check"])
    for column in place.table.columns:
        for key in column.slots:
            at = place.spans[key][0]
            if column.filled_by == "operator":
                text = state_text(live.cells.state(key), wrong_table())
                pen.put(row, at, text, styles["check"])
            else:
                sheet.write_blank(row - 1, at - 1, None, styles["check"])
    colour_checks(sheet, Area(place.area.sheet, row, 1, row, place.area.right), styles)


def _pages(place: TablePlace) -> int:
    """How many A4 pages side by side the columns need to stay readable."""
    width = sum(column.width * len(column.slots) for column in place.table.columns)
    return -(-width // _PAGE_WIDTH)


def _stop(sheet: Any, place: TablePlace) -> None:
    """Say no to typing below the last row; a mark there would make every printout hundreds of pages long."""
    message = f"本表最多填 {place.table.capacity} 行，到第 {place.area.bottom} 行为止。"
    rule = {"validate": "custom", "value": "=FALSE", "error_title": "已到表尾", "error_message": message}
    sheet.data_validation(place.area.bottom, 0, place.area.bottom + 1000, place.area.right - 1, rule)


def _rows(sheet: Any, place: TablePlace, styles: Styles, answers: Mapping[Any, Raw]) -> None:
    """The rows given beforehand, if any; blank cells are left to the column's format."""
    for i in range(place.table.capacity):
        row_id = str(i + 1)
        for column in place.table.columns:
            for key in column.slots:
                raw = answers.get((place.table.id, row_id, key))
                if raw is not None and raw.value is not None:
                    put(sheet, place.area.top + i, place.spans[key][0], raw, styles.field(column, small=True))
