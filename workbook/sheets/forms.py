"""Form sheets: the requirements, yearly figures, single answers and small tables of one criterion or section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from toolkit.rules import Criterion
from toolkit.submission import Raw, column_letters
from workbook.area import Area, quoted
from workbook.formulas import LiveBook, input_states, table_states
from workbook.layout import (
    CHECK,
    CHECK_HEAD,
    COVER,
    FIGURE,
    FIGURE_HEAD,
    FIRST,
    FORCE,
    HINT,
    HINT_HEAD,
    HINT_WIDTH,
    LABEL,
    LAST,
    NOT_ASKED,
    REQUIREMENT_END,
    SYSTEM_HEAD,
    VERDICT_HEAD,
    Block,
    InputPlace,
    Layout,
    SheetPlan,
    TablePlace,
)
from workbook.sheets.live import Pen, colour_checks, mark_columns, mark_inputs, state_text, wrong_input, wrong_table
from workbook.sheets.style import LEGEND, REQUIRED, Styles, colour_verdicts, page, protect
from workbook.sheets.validation import validate

_WIDTHS = {CHECK: 14, LABEL: 27, HINT: HINT_WIDTH}
_COLUMN = 13.5


def write_form(sheet: Any, plan: SheetPlan, live: LiveBook, styles: Styles, answers: Mapping[Any, Raw]) -> None:
    """Write one form sheet.

    Args:
        sheet: An XlsxWriter worksheet.
        plan: Its places.
        live: For labels, years and formulas.
        styles: Formats of this workbook.
        answers: Slot, or (table, row id, slot) → what is to stand there already; empty for a blank workbook.
    """
    _Form(sheet, plan, live.layout, live, styles, answers).write()


def mark_hints(sheet: Any, plan: SheetPlan, cells: Area, styles: Styles) -> None:
    """Colour every cell whose address stands in brackets in the tool's column of its row.

    The mark is data in a cell the tool owns, the look is part of the template: clearing the column clears the marks,
    in any spreadsheet program, and no style of a person's cell is ever touched.
    """
    column = column_letters(plan.hint_column)
    formula = f'=ISNUMBER(FIND("["&ADDRESS(ROW(),COLUMN(),4)&"]",${column}{cells.top}))'
    where = (cells.top - 1, cells.left - 1, cells.bottom - 1, cells.right - 1)
    sheet.conditional_format(*where, {"type": "formula", "criteria": formula, "format": styles.mark})
    colour_verdicts(sheet, Area(cells.sheet, cells.top, plan.hint_column, cells.bottom, plan.hint_column), styles)


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


@dataclass(frozen=True)
class _Form:
    """A sheet being written, with all that every row of it needs."""

    sheet: Any
    plan: SheetPlan
    layout: Layout
    live: LiveBook
    styles: Styles
    answers: Mapping[Any, Raw]

    def write(self) -> None:
        plan = self.plan
        self._frame()
        for block in plan.blocks:
            self._title(block)
            if block.table:
                self._table(block.table)
            elif block.inputs:
                self._inputs(block)
            elif plan.criterion:
                self._rules(plan.criterion)
        if plan.section.seal:
            self._seal(plan.last_row + 1)
        self._marks()
        protect(self.sheet)

    def _marks(self) -> None:
        """Every conditional format: signs first, then cells, since some programs heed only the first that applies."""
        plan = self.plan
        checks = Area(plan.name, plan.first_row, CHECK, plan.last_row, CHECK)
        colour_checks(self.sheet, checks, self.styles)
        if plan.section.id in self.live.states:
            mark_inputs(self.sheet, plan, self.live, self.styles)
        for block in plan.blocks:
            if block.table:
                mark_columns(self.sheet, block.table, self.styles)
        mark_hints(self.sheet, plan, Area(plan.name, plan.first_row, LABEL, plan.last_row, LAST), self.styles)

    def _frame(self) -> None:
        sheet, plan, styles = self.sheet, self.plan, self.styles
        for column in range(1, HINT + 1):
            sheet.set_column(column - 1, column - 1, _WIDTHS.get(column, _COLUMN))
        for row, height in {1: 30, 2: 34, **plan.heights}.items():
            sheet.set_row(row - 1, height)
        clause = f"{plan.criterion.clause}　" if plan.criterion else ""
        self._text(1, LABEL, plan.name if plan.criterion else plan.section.title, "title")
        self._across(2, LABEL, LAST, clause + plan.section.intro, "intro")
        sheet.write_url(2, LABEL - 1, f"internal:{quoted(COVER)}!A1", styles["link"], "← 返回目录")
        self._text(3, FIRST, LEGEND, "note")
        sheet.freeze_panes(3, LABEL)
        page(sheet, f"{self.layout.policy.scheme}　{self.layout.season.year}年度")

    # Small strokes ---------------------------------------------------------------------------------------------

    def _text(self, row: int, column: int, text: str, style: str) -> None:
        self.sheet.write_string(row - 1, column - 1, text, self.styles[style])

    def _across(self, row: int, left: int, right: int, text: str, style: Any) -> None:
        """One text across columns; merging a single column is an error to XlsxWriter."""
        style = self.styles[style] if isinstance(style, str) else style
        if left == right:
            self.sheet.write_string(row - 1, left - 1, text, style)
        else:
            self.sheet.merge_range(row - 1, left - 1, row - 1, right - 1, text, style)

    def _formula(self, row: int, column: int, text: str) -> None:
        Pen(self.sheet, self.live).put(row, column, text, self.styles["check"])

    def _states(self, row: int, states: str, wrong: str) -> None:
        """What the workbook itself says of an input or a table; nothing of what the district fills in."""
        if self.plan.section.id in self.live.states:
            self._formula(row, CHECK, state_text(states, wrong))
        else:
            self._text(row, CHECK, "", "number")

    def _hint(self, row: int) -> None:
        self.sheet.write_blank(row - 1, HINT - 1, None, self.styles["hint"])

    def _title(self, block: Block) -> None:
        for column in range(FIRST, LAST + 1):
            self.sheet.write_blank(block.top - 1, column - 1, None, self.styles["block"])
        self._text(block.top, LABEL, block.title, "block")
        if block.table and block.table.table.guidance:
            self._text(block.top, FIRST + 1, block.table.table.guidance, "block_note")

    def _head(self, row: int, cells: Mapping[int, str], hint: str = HINT_HEAD) -> None:
        for column, text in cells.items():
            self._text(row, column, text, "head")
        self._text(row, HINT, hint, "hint_head")

    # Blocks ----------------------------------------------------------------------------------------------------

    def _rules(self, criterion: Criterion) -> None:
        rows = self.plan.rule_rows
        head = min(rows.values()) - 1
        self._head(head, {CHECK: CHECK_HEAD, LABEL: "规则", FORCE: "性质"}, VERDICT_HEAD)
        self._across(head, FIRST, REQUIREMENT_END, "要求", "head")
        self._across(head, FIGURE, LAST, FIGURE_HEAD, "head")
        for rule in criterion.rules:
            row, live = rows[rule.id], self.live.rules[rule.id]
            self._formula(row, CHECK, live.verdict)
            self._text(row, LABEL, f"{rule.id} {rule.title}", "label")
            requirement = rule.requirement_on(self.layout.season.reference_date)
            self._across(row, FIRST, REQUIREMENT_END, requirement, "label")
            self._text(row, FORCE, rule.force.label, "unit")
            self._across(row, FIGURE, LAST, "", "live")
            Pen(self.sheet, self.live).put(row, FIGURE, live.figure, self.styles["live"])
            self._hint(row)

    def _inputs(self, block: Block) -> None:
        unit = self.plan.unit_column
        head = {CHECK: CHECK_HEAD, LABEL: "填报项", unit: "单位"}
        head |= {FIRST + i: self.layout.year_label(year, block.years) for i, year in enumerate(block.years)}
        self._head(block.top + 1, {column: head.get(column, "") for column in range(1, unit + 1)})
        if not block.years:
            self._across(block.top + 1, FIRST, unit - 1, "填写", "head")
        self._across(block.top + 1, unit + 1, LAST, "填报说明", "head")
        for place in block.inputs:
            self._input(place, unit)

    def _input(self, place: InputPlace, unit: int) -> None:
        asked, row = place.field, place.area.top
        self._states(row, input_states(asked), wrong_input(asked))
        self._text(row, LABEL, (REQUIRED if asked.required else "") + asked.label, "label")
        if asked.years:
            for column in set(range(FIRST, unit)) - set(place.columns.values()):
                self._text(row, column, NOT_ASKED, "none")
        else:
            self._across(row, FIRST, place.merged_to, "", self.styles.field(asked))
        for key, column in place.columns.items():
            put(self.sheet, row, column, self.answers.get(key), self.styles.field(asked))
        validate(self.sheet, asked, Area(place.area.sheet, row, place.area.left, row, place.merged_to))
        self._text(row, unit, asked.unit, "unit")
        self._across(row, unit + 1, LAST, asked.guidance, "guide")
        self._hint(row)

    def _table(self, place: TablePlace) -> None:
        table = place.table
        reviewed = table.id == self.layout.policy.role("decisions").partition(".")[0]
        self._states(place.header - 1, table_states(place), wrong_table())
        head = {CHECK: "序号"} | ({LABEL: "项目"} if place.label_column else {})
        self._head(place.header, head, SYSTEM_HEAD if reviewed else HINT_HEAD)
        for column in table.columns:
            unit = f"（{column.unit}）" if column.unit else ""
            for key in column.slots:
                text = f"{REQUIRED.strip() if column.required else ''}{self.layout.slot_label(key)}{unit}"
                self._across(place.header, *place.spans[key], text, "head")
        labels = [row.label for row in table.fixed] or [""] * table.capacity
        ids = [row.id for row in table.fixed] or [str(i + 1) for i in range(table.capacity)]
        for i, (row_id, label) in enumerate(zip(ids, labels, strict=True)):
            row = place.area.top + i
            self.sheet.write_number(row - 1, 0, i + 1, self.styles["number"])
            if place.label_column:
                self._text(row, LABEL, label, "label")
            self._table_row(row, row_id, place)
            self._hint(row)
        for column in table.columns:
            left, right = place.spans[column.slots[0]][0], place.spans[column.slots[-1]][1]
            validate(self.sheet, column, Area(place.area.sheet, place.area.top, left, place.area.bottom, right))

    def _table_row(self, row: int, row_id: str, place: TablePlace) -> None:
        for column in place.table.columns:
            style = self.styles.field(column, small=True)
            for key in column.slots:
                first, last = place.spans[key]
                if first != last:
                    self._across(row, first, last, "", style)
                put(self.sheet, row, first, self.answers.get((place.table.id, row_id, key)), style)

    def _seal(self, row: int) -> None:
        """Where it is signed and sealed on paper."""
        self.sheet.set_row(row - 1, 60)
        if self.plan.section.filled_by == "district" and self.layout.policy.in_rounds:
            self._text(row, LABEL, "经办人（签字）：", "seal")
            self._across(row, FIRST, FIRST + 2, "负责人（签字）：", "seal")
        else:
            self._across(row, LABEL, FIRST + 2, "负责人（签字）：", "seal")
        self._across(row, FIRST + 3, LAST, "单位（盖章）：　　　　　　　　　　　　年　　月　　日", "seal")
