"""Form sheets: the requirements, yearly figures, single answers and small tables of one criterion or section."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from toolkit.submission import Raw, column_letters
from workbook.layout import COVER, FIRST, HINT, HINT_WIDTH, LABEL, LAST, Block, InputPlace, Layout, SheetPlan, TablePlace, quoted
from workbook.sheets.style import Styles, colour_verdicts, page, protect
from workbook.sheets.validation import validate

_WIDTHS = {1: 4.5, LABEL: 27, HINT: HINT_WIDTH}
_COLUMN = 13.5


def write_form(sheet: Any, plan: SheetPlan, layout: Layout, styles: Styles, answers: Mapping[Any, Raw]) -> None:
    """Write one form sheet.

    Args:
        sheet: An XlsxWriter worksheet.
        plan: Its places.
        layout: For labels and years.
        styles: Formats of this workbook.
        answers: Slot, or (table, row id, slot) → what is to stand there already; empty for a blank workbook.
    """
    _frame(sheet, plan, layout, styles)
    for block in plan.blocks:
        _title(sheet, block, styles)
        if block.rules:
            _rules(sheet, plan, layout, styles)
        elif block.table:
            _table(sheet, block.table, layout, styles, answers)
        else:
            _inputs(sheet, plan, block, layout, styles, answers)
    if plan.section.seal:
        _seal(sheet, plan.last_row + 1, styles)
    mark_hints(sheet, plan, FIRST, plan.first_row, plan.last_row, styles)
    protect(sheet)


def mark_hints(sheet: Any, plan: SheetPlan, left: int, top: int, bottom: int, styles: Styles) -> None:
    """Colour every cell whose address stands in brackets in the tool's column of its row.

    The mark is data in a cell the tool owns, the look is part of the template: clearing the column clears the marks,
    in any spreadsheet program, and no style of a person's cell is ever touched.
    """
    hint = f"${column_letters(plan.hint_column)}{top}"
    right = max([LAST] + [block.table.area.right for block in plan.blocks if block.table])
    formula = f'=ISNUMBER(FIND("["&ADDRESS(ROW(),COLUMN(),4)&"]",{hint}))'
    where = (top - 1, min(left, LABEL) - 1, bottom - 1, right - 1)
    sheet.conditional_format(*where, {"type": "formula", "criteria": formula, "format": styles.mark})
    at = plan.hint_column - 1
    colour_verdicts(sheet, top - 1, at, bottom - 1, at, f"{column_letters(plan.hint_column)}{top}", styles)


def _frame(sheet: Any, plan: SheetPlan, layout: Layout, styles: Styles) -> None:
    for column in range(1, HINT + 1):
        sheet.set_column(column - 1, column - 1, _WIDTHS.get(column, _COLUMN))
    for row, height in plan.heights.items():
        sheet.set_row(row - 1, height)
    clause = f"{plan.criterion.clause}　" if plan.criterion else ""
    sheet.set_row(0, 30)
    sheet.write_string(0, 1, plan.section.title if not plan.criterion else plan.name, styles["title"])
    sheet.set_row(1, 34)
    sheet.merge_range(1, 1, 1, LAST - 1, clause + plan.section.intro, styles["intro"])
    sheet.write_url(2, 1, f"internal:{quoted(COVER)}!A1", styles["link"], "← 返回目录")
    sheet.write_string(2, 2, "淡黄底为填报项，标 ＊ 的必填；灰底一列由校验程序填写", styles["note"])
    sheet.freeze_panes(3, LABEL)
    page(sheet, f"{layout.policy.scheme}　{layout.season.year}年度")


def _title(sheet: Any, block: Block, styles: Styles) -> None:
    row = block.top - 1
    guidance = block.table.table.guidance if block.table else ""
    sheet.write_string(row, LABEL - 1, block.title, styles["block"])
    for column in range(FIRST - 1, LAST):
        sheet.write_blank(row, column, None, styles["block"])
    if guidance:
        sheet.write_string(row, FIRST, guidance, styles["block_note"])


def _head(sheet: Any, row: int, cells: Mapping[int, str], styles: Styles, hint: str = "校验提示") -> None:
    for column, text in cells.items():
        sheet.write_string(row - 1, column - 1, text, styles["head"])
    sheet.write_string(row - 1, HINT - 1, hint, styles["hint_head"])


def _merged(sheet: Any, row: int, left: int, right: int, text: str, style: Any) -> None:
    """One text across columns; merging a single column is an error to XlsxWriter."""
    if left == right:
        sheet.write_string(row - 1, left - 1, text, style)
    else:
        sheet.merge_range(row - 1, left - 1, row - 1, right - 1, text, style)


def _rules(sheet: Any, plan: SheetPlan, layout: Layout, styles: Styles) -> None:
    assert plan.criterion is not None
    rows = plan.rule_rows
    top = min(rows.values())
    _head(sheet, top - 1, {1: "", LABEL: "规则", LAST: "性质"}, styles, "判定结果")
    _merged(sheet, top - 1, FIRST, LAST - 1, "要求", styles["head"])
    for rule in plan.criterion.rules:
        row = rows[rule.id]
        text = rule.requirement_on(layout.season.reference_date)
        sheet.write_blank(row - 1, 0, None, styles["number"])
        sheet.write_string(row - 1, LABEL - 1, f"{rule.id} {rule.title}", styles["label"])
        _merged(sheet, row, FIRST, LAST - 1, text, styles["label"])
        sheet.write_string(row - 1, LAST - 1, rule.force.label, styles["unit"])
        sheet.write_blank(row - 1, HINT - 1, None, styles["hint"])


def _inputs(
    sheet: Any, plan: SheetPlan, block: Block, layout: Layout, styles: Styles, answers: Mapping[Any, Raw]
) -> None:
    unit = plan.unit_column
    head = {1: "序号", LABEL: "填报项", unit: "单位"}
    head |= {FIRST + i: layout.season.year_label(year) for i, year in enumerate(block.years)}
    _head(sheet, block.top + 1, {c: head.get(c, "") for c in range(1, unit + 1)}, styles)
    if not block.years:
        _merged(sheet, block.top + 1, FIRST, unit - 1, "填写", styles["head"])
    _merged(sheet, block.top + 1, unit + 1, LAST, "填报说明", styles["head"])
    for i, place in enumerate(block.inputs, start=1):
        _input(sheet, i, place, unit, styles, answers)


def _input(
    sheet: Any, number: int, place: InputPlace, unit: int, styles: Styles, answers: Mapping[Any, Raw]
) -> None:
    asked, row = place.field, place.area.top
    sheet.write_number(row - 1, 0, number, styles["number"])
    sheet.write_string(row - 1, LABEL - 1, ("＊ " if asked.required else "") + asked.label, styles["label"])
    if not asked.years:
        _merged(sheet, row, FIRST, place.merged_to, "", styles.field(asked))
    else:
        for column in set(range(FIRST, unit)) - set(place.columns.values()):
            sheet.write_string(row - 1, column - 1, "—", styles["none"])
    for key, column in place.columns.items():
        put(sheet, row, column, answers.get(key), styles.field(asked))
    validate(sheet, asked, row, place.area.left, row, place.merged_to if not asked.years else place.area.right)
    sheet.write_string(row - 1, unit - 1, asked.unit, styles["unit"])
    _merged(sheet, row, unit + 1, LAST, asked.guidance, styles["guide"])
    sheet.write_blank(row - 1, HINT - 1, None, styles["hint"])


def _table(sheet: Any, place: TablePlace, layout: Layout, styles: Styles, answers: Mapping[Any, Raw]) -> None:
    table = place.table
    head = {1: "序号"} | ({LABEL: "项目"} if place.label_column else {})
    _head(sheet, place.header, head, styles, "系统判定" if table.id == _review_table(layout) else "校验提示")
    for column in table.columns:
        for key in column.slots:
            first, last = place.spans[key]
            unit = f"（{column.unit}）" if column.unit else ""
            star = "＊" if column.required else ""
            _merged(sheet, place.header, first, last, f"{star}{layout.slot_label(key)}{unit}", styles["head"])
    labels = [row.label for row in table.fixed] or [""] * table.capacity
    ids = [row.id for row in table.fixed] or [str(i + 1) for i in range(table.capacity)]
    for i, (row_id, label) in enumerate(zip(ids, labels, strict=True)):
        row = place.area.top + i
        sheet.write_number(row - 1, 0, i + 1, styles["number"])
        if place.label_column:
            sheet.write_string(row - 1, LABEL - 1, label, styles["label"])
        _table_row(sheet, row, place, row_id, styles, answers)
        sheet.write_blank(row - 1, HINT - 1, None, styles["hint"])
    for column in table.columns:
        spans = [place.spans[key] for key in column.slots]
        validate(sheet, column, place.area.top, spans[0][0], place.area.bottom, spans[-1][1])


def _review_table(layout: Layout) -> str:
    return layout.policy.role("decisions").partition(".")[0]


def _table_row(
    sheet: Any, row: int, place: TablePlace, row_id: str, styles: Styles, answers: Mapping[Any, Raw]
) -> None:
    for column in place.table.columns:
        style = styles.field(column, small=True)
        for key in column.slots:
            first, last = place.spans[key]
            if first != last:
                _merged(sheet, row, first, last, "", style)
            put(sheet, row, first, answers.get((place.table.id, row_id, key)), style)


def put(sheet: Any, row: int, column: int, raw: Raw | None, style: Any) -> None:
    """Write one given answer as what it is: text never becomes a formula, a number or a link."""
    value = raw.value if raw else None
    where = (row - 1, column - 1)
    if value is None:
        sheet.write_blank(*where, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(*where, value, style)
    elif isinstance(value, Decimal):
        sheet.write_number(*where, float(value), style)
    elif isinstance(value, str):
        sheet.write_string(*where, value, style)
    else:
        sheet.write_datetime(*where, value, style)


def _seal(sheet: Any, row: int, styles: Styles) -> None:
    """Where it is signed and sealed on paper."""
    sheet.set_row(row - 1, 60)
    _merged(sheet, row, LABEL, 5, "负责人（签字）：", styles["seal"])
    _merged(sheet, row, 6, LAST, "单位（盖章）：　　　　　　　　　　　　年　　月　　日", styles["seal"])
