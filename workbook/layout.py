"""Where everything stands: a policy and a season become sheets, rows, columns and defined names.

Writing and reading share this one value. The contract with a file is the defined name; an address never is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from toolkit.errors import PolicyError
from toolkit.fields import Field, FieldKind, Section, Table, split_slot
from toolkit.formula import defined_name
from toolkit.policy import Policy
from toolkit.rules import Criterion
from toolkit.season import Season
from toolkit.submission import Location
from workbook.area import Area
from workbook.resultplan import (
    CHANGE_COLUMNS,
    FINDING_COLUMNS,
    GAP_COLUMNS,
    GUARD_COLUMNS,
    LOG_COLUMNS,
    LOG_LINES,
    PROBLEM_COLUMNS,
    ROUND_COLUMNS,
    SUMMARY_COLUMNS,
    ResultPlan,
)

COVER, META, LISTS, LIVE = "封面与说明", "_meta", "_lists", "_live"
# Room on the identity sheet: who checked it when, what the check saw, and the seal of a district.
SEAL_CHECK, SEAL_INPUTS, SEAL_DISTRICT = "seal_check", "seal_inputs", "seal_district"
SEALS: Mapping[str, Area] = {
    SEAL_CHECK: Area(META, 12, 2, 12, 2),
    SEAL_INPUTS: Area(META, 14, 2, 77, 2),
    SEAL_DISTRICT: Area(META, 79, 2, 79, 2),
}
# And the rounds of review that went before: what the district said in each, and what the last returned one answered.
ROUND_LOG, ROUND_INPUTS = "round_log", "round_inputs"
ROUNDS: Mapping[str, Area] = {
    ROUND_LOG: Area(META, 81, 2, 144, 2),
    ROUND_INPUTS: Area(META, 146, 2, 209, 2),
}


@dataclass(frozen=True, slots=True)
class InputPlace:
    """One input on a form sheet: a row of cells, one for each slot.

    Attributes:
        columns: Slot → column.
        area: All cells under one name; a single cell is merged to the right where the form says so.
        merged_to: Last column of the merged cell, or the column itself.
    """

    field: Field
    name: str
    area: Area
    columns: Mapping[str, int]
    merged_to: int


@dataclass(frozen=True, slots=True)
class TablePlace:
    """One table: header above, body under one name, its columns by slot.

    Attributes:
        spans: Slot → (first, last) grid column.
        label_column: Column of the printed row labels, 0 for an open table.
    """

    table: Table
    name: str
    area: Area
    spans: Mapping[str, tuple[int, int]]
    label_column: int

    @property
    def header(self) -> int:
        """The row with the column titles of a form sheet."""
        return self.area.top - 1

    @property
    def anchor(self) -> Location:
        """Where a person starts to fill it in."""
        return Location(self.area.sheet, self.area.top, self.area.left)


@dataclass(frozen=True, slots=True)
class Block:
    """A titled group of rows on a form sheet, in the order of the page."""

    title: str
    top: int
    years: tuple[int, ...] = ()
    inputs: tuple[InputPlace, ...] = ()
    table: TablePlace | None = None
    rules: bool = False


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One input sheet.

    Attributes:
        hint_column: The tool's own column: what a check says of each row stands here.
        hints: The cells of that column, under a name of their own, so that a run can clear them.
        rule_rows: Rule id → the row that prints it.
        unit_column: Column of the units on a form sheet.
        heights: Row → height in points, of every row a form sheet prints.
    """

    section: Section
    criterion: Criterion | None
    blocks: tuple[Block, ...]
    hint_column: int
    first_row: int
    last_row: int
    hint_name: str
    rule_rows: Mapping[str, int] = field(default_factory=dict)
    unit_column: int = 7
    heights: Mapping[int, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.section.sheet

    @property
    def head_distance(self) -> int:
        """How far above the first row of a table its column titles stand."""
        return REGISTER_TOP - REGISTER_HEAD if self.section.form == "register" else 1

    @property
    def hints(self) -> Area:
        """The tool's column beside the rows."""
        return Area(self.name, self.first_row, self.hint_column, self.last_row, self.hint_column)


@dataclass(frozen=True)
class Layout:
    """Every place in the workbook of one policy and one season."""

    policy: Policy
    season: Season
    sheets: tuple[SheetPlan, ...]

    @cached_property
    def inputs(self) -> Mapping[str, InputPlace]:
        """Input id → place."""
        return {place.field.id: place for plan in self.sheets for block in plan.blocks for place in block.inputs}

    @cached_property
    def tables(self) -> Mapping[str, TablePlace]:
        """Table id → place."""
        return {b.table.table.id: b.table for plan in self.sheets for b in plan.blocks if b.table is not None}

    @cached_property
    def results(self) -> Mapping[str, ResultPlan]:
        """The sheets the tool fills, by id."""
        rules, criteria = len(self.policy.rules), len(self.policy.criteria)
        targets = sum(1 for rule in self.policy.rules if rule.indicator)
        plans = (
            ResultPlan("summary", "结果总览", "评价结果总览", SUMMARY_COLUMNS, 7, criteria + targets + 12),
            ResultPlan("findings", "逐条判定", "逐条判定", FINDING_COLUMNS, 4, rules),
            ResultPlan("gaps", "短板清单", "短板清单", GAP_COLUMNS, 4, rules),
            ResultPlan("problems", "数据问题", "数据问题", PROBLEM_COLUMNS, 4, 200),
            *(_REVIEW_PLANS if self.policy.in_rounds else ()),
        )
        return {plan.id: plan for plan in plans}

    @cached_property
    def rooms(self) -> Mapping[str, Area]:
        """Room on the identity sheet for what the tool keeps, by name."""
        return {**SEALS, **(ROUNDS if self.policy.in_rounds else {})}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Defined name → reference, all that a reader or a result writer relies on."""
        names = {place.name: place.area.reference for place in self.inputs.values()}
        names |= {place.name: place.area.reference for place in self.tables.values()}
        names |= {plan.hint_name: plan.hints.reference for plan in self.sheets}
        names |= {name: area.reference for name, area in self.rooms.items()}
        return names | {plan.name: plan.area.reference for plan in self.results.values()}

    @cached_property
    def owned_names(self) -> frozenset[str]:
        """Names of all that the tool writes to: each has a sheet, or a column of one, to itself."""
        return frozenset([plan.name for plan in self.results.values()] + [plan.hint_name for plan in self.sheets])

    @cached_property
    def mark(self) -> str:
        """What is asked, where it stands and what is required, in twelve characters."""
        fields = self.policy.fields.values()
        asked = [(one.id, one.label, one.unit, one.kind, one.choices, one.years) for one in fields]
        rules = [(rule.id, rule.requirement_on(self.season.reference_date)) for rule in self.policy.rules]
        told = [self.policy.id, self.policy.template_version, self.season.id, sorted(self.names.items()), asked, rules]
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]

    def figure_cell(self, plan: SheetPlan, rule_id: str) -> Area:
        """Where a rule's measured figure stands, merged to the last column."""
        row = plan.rule_rows[rule_id]
        return Area(plan.name, row, FIGURE, row, FIGURE)

    def sheet(self, name: str) -> SheetPlan | None:
        """The plan of an input sheet; None for any other."""
        return next((plan for plan in self.sheets if plan.name == name), None)

    def slot_label(self, key: str) -> str:
        """What a slot's column or cell is called, the year included."""
        field_id, year = split_slot(key)
        field = self.policy.fields[field_id]
        return field.label if year is None else f"{field.label} {self.year_label(year, field.years)}"

    def year_label(self, year: int, beside: tuple[int, ...]) -> str:
        """How a year column is headed; beside past years the running one is reported up to now."""
        return self.season.year_label(year, running=min(beside) <= 0)


_REVIEW_PLANS = (
    ResultPlan("changes", "轮次变化", "与上一轮相比的变化", CHANGE_COLUMNS, 4, 200),
    ResultPlan("rounds", "初审记录", "历次初审记录", ROUND_COLUMNS, 4, 200),
    ResultPlan("log", "校验记录", "校验记录", LOG_COLUMNS, 4, LOG_LINES),
    ResultPlan("guards", "初审核对", "初审核对", GUARD_COLUMNS, 4, 120),
)

# The form grid: A what the workbook itself says, B label, C… figures, then unit, guidance to the last column, and the
# tool's column. A rule prints its requirement over four columns, its force in one, and its live figure in the rest.
CHECK, LABEL, FIRST, LAST, HINT = 1, 2, 3, 10, 11
REQUIREMENT_END, FORCE, FIGURE = 6, 7, 8
HINT_WIDTH = 42
HINT_HEAD, VERDICT_HEAD, SYSTEM_HEAD = "校验提示", "判定结果", "系统判定"
CHECK_HEAD, FIGURE_HEAD = "自检", "实际和差额"
# Stands where a figure of that year is not asked for.
NOT_ASKED = "—"
# Chinese characters that fit on one line of a cell.
_RULE_TEXT, _GUIDE_TEXT, _LABEL_TEXT = 25, 22, 11
_YEARS_SHOWN = 4
FIRST_ROW = 5
# A register prints titles, units and the live checks of its columns above the rows.
REGISTER_HEAD, REGISTER_TOP = 4, 7


def lay_out(policy: Policy, season: Season) -> Layout:
    """Give every input and table of a policy its place.

    Args:
        policy: What is asked.
        season: Its years head the columns.

    Raises:
        PolicyError: A sheet asks for more years or columns than fit.
    """
    by_section = {criterion.section.id: criterion for criterion in policy.criteria}
    plans = [_plan(section, by_section.get(section.id)) for section in policy.all_sections]
    return Layout(policy, season, tuple(plans))


def _plan(section: Section, criterion: Criterion | None) -> SheetPlan:
    return _register(section) if section.form == "register" else _form(section, criterion)


def _register(section: Section) -> SheetPlan:
    """One long table that starts at the left edge, the tool's column first so that it is always in sight."""
    if len(section.tables) != 1 or section.inputs:
        raise PolicyError(f"a register holds exactly one table: {section.id!r}")
    table, top = section.tables[0], REGISTER_TOP
    slots = table.slots
    area = Area(section.sheet, top, 2, top + table.capacity - 1, 1 + len(slots))
    spans = {key: (2 + i, 2 + i) for i, key in enumerate(slots)}
    place = TablePlace(table, defined_name("tb", table.id), area, spans, 0)
    return SheetPlan(
        section=section,
        criterion=None,
        blocks=(Block(table.label, top - 3, table=place),),
        hint_column=1,
        first_row=top,
        last_row=area.bottom,
        hint_name=defined_name("hint", section.id),
    )


def _form(section: Section, criterion: Criterion | None) -> SheetPlan:
    """Blocks one under the other: the rules, yearly figures, single answers, then each table."""
    years = tuple(sorted({year for asked in section.inputs for year in asked.years}))
    if len(years) > LAST - FIRST - 1:
        raise PolicyError(f"more years than columns on sheet {section.sheet!r}")
    unit = FIRST + max(len(years), _YEARS_SHOWN)
    row, blocks, rule_rows = FIRST_ROW, [], {}
    if criterion is not None:
        rule_rows = {rule.id: row + 2 + i for i, rule in enumerate(criterion.rules)}
        blocks.append(Block("认定要求", row, rules=True))
        row += len(rule_rows) + 3
    yearly = [asked for asked in section.inputs if asked.years]
    if yearly:
        places = tuple(_yearly(section.sheet, asked, row + 2 + i, years) for i, asked in enumerate(yearly))
        blocks.append(Block("逐年数据", row, years=years, inputs=places))
        row += len(yearly) + 3
    single = [asked for asked in section.inputs if not asked.years]
    if single:
        singles = tuple(_single(section.sheet, asked, row + 2 + i, unit - 1) for i, asked in enumerate(single))
        blocks.append(Block("填报内容", row, inputs=singles))
        row += len(single) + 3
    for table in section.tables:
        blocks.append(Block(table.label, row, table=_small_table(section.sheet, table, row + 2)))
        row += table.capacity + 3
    return SheetPlan(
        section=section,
        criterion=criterion,
        blocks=tuple(blocks),
        hint_column=HINT,
        first_row=FIRST_ROW,
        last_row=row,
        hint_name=defined_name("hint", section.id),
        rule_rows=rule_rows,
        unit_column=unit,
        heights=dict(_heights(criterion, blocks)),
    )


def _heights(criterion: Criterion | None, blocks: list[Block]) -> Iterator[tuple[int, float]]:
    """Room for the text that is printed in each row."""
    for block in blocks:
        yield block.top, 22
        yield block.top + 1, 32
        if block.rules and criterion is not None:
            for i, rule in enumerate(criterion.rules):
                lines = max(-(-len(rule.requirement) // _RULE_TEXT), -(-len(rule.title) // _LABEL_TEXT), 2)
                yield block.top + 2 + i, 14.0 * lines + 4
        for place in block.inputs:
            asked = place.field
            line = _height(len(asked.guidance) - _GUIDE_TEXT, len(asked.label) - _LABEL_TEXT)
            long = max(66.0, 14.0 * asked.lines + 6)
            yield place.area.top, long if asked.kind is FieldKind.LONG_TEXT else line
        if block.table:
            yield from _row_heights(block.table)


def _height(*excess: int) -> float:
    """One line, or two where a text is longer than its cell."""
    return 30 if max(excess) > 0 else 21


def _row_heights(place: TablePlace) -> Iterator[tuple[int, float]]:
    long = any(column.kind is FieldKind.LONG_TEXT for column in place.table.columns)
    labels = [row.label for row in place.table.fixed] or [""] * place.table.capacity
    for row, label in zip(place.area.rows, labels, strict=True):
        yield row, 48 if long else 27 if not label else _height(len(label) - _LABEL_TEXT)


def _yearly(sheet: str, asked: Field, row: int, years: tuple[int, ...]) -> InputPlace:
    columns = {key: FIRST + years.index(year) for key, year in zip(asked.slots, asked.years, strict=True)}
    area = Area(sheet, row, min(columns.values()), row, max(columns.values()))
    return InputPlace(asked, defined_name("in", asked.id), area, columns, area.right)


def _single(sheet: str, asked: Field, row: int, last: int) -> InputPlace:
    return InputPlace(asked, defined_name("in", asked.id), Area(sheet, row, FIRST, row, FIRST), {asked.id: FIRST}, last)


def _small_table(sheet: str, table: Table, top: int) -> TablePlace:
    spans = dict(_spans(table, FIRST if table.fixed else LABEL))
    right = max(last for _, last in spans.values())
    if right > LAST:
        raise PolicyError(f"table {table.id!r} is wider than the sheet")
    left = min(first for first, _ in spans.values())
    area = Area(sheet, top, left, top + table.capacity - 1, right)
    return TablePlace(table, defined_name("tb", table.id), area, spans, LABEL if table.fixed else 0)


def _spans(table: Table, column: int) -> Iterator[tuple[str, tuple[int, int]]]:
    for asked in table.columns:
        for key in asked.slots:
            yield key, (column, column + asked.span - 1)
            column += asked.span
