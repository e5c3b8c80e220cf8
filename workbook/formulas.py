"""Layout → the live formulas of the workbook: which cell bears which name, and what stands in it.

Three kinds of things come together here, each under a name: the states of the cells a person fills in, the columns of
the tables, and the steps of every rule. Only what a formula reaches is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from toolkit import formula
from toolkit.checks import live as checks
from toolkit.checks.parts import NotAbove
from toolkit.fields import Field, split_slot
from toolkit.finding import Verdict
from toolkit.formula import NOTHING, Cells, defined_name
from toolkit.live import LiveRule, cells_of, live_rule
from workbook.area import Area
from workbook.layout import CHECK, LIVE, InputPlace, Layout, SheetPlan, TablePlace

READ, BLANK, OPTIONAL, UNREAD, ABOVE = "1", "0", "0.5", "-1", "-2"
"""What a state says: it can be read; it is blank and must not be; it is blank and may be; it cannot be read; it is
above the whole it is part of. Everything below 1 is no figure to reckon with."""
ALL_STATES = "states_all"
FIRST_LINE = 4
_TOKEN = re.compile(r'"(?:[^"]|"")*"|([^\W\d][\w.]*)(?![\w.(])')
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_MANY = re.compile(r"^(txt|has|row|col|keys|list|uscc|tb)_")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calculation sheet.

    Attributes:
        name: Under which formulas know its result.
        place: Formula of the address a person is sent to when the state is not good.
    """

    name: str
    label: str
    formula: str
    place: str = ""


@dataclass(frozen=True)
class LiveBook:
    """All live formulas of one layout."""

    layout: Layout

    @cached_property
    def cells(self) -> Cells:
        """How a rule names cells."""
        return cells_of(self.layout.policy, self.layout.season)

    @cached_property
    def rules(self) -> Mapping[str, LiveRule]:
        """Rule id → its formulas."""
        return {rule.id: live_rule(rule, self.cells) for rule in self.layout.policy.rules}

    # The lines of the calculation sheet ------------------------------------------------------------------------

    @cached_property
    def states(self) -> Mapping[str, tuple[Line, ...]]:
        """Section id → a line for each cell and column an operator fills in; sections that ask nothing are left out."""
        plans = [plan for plan in self.layout.sheets if plan.section.filled_by == "operator"]
        found = {plan.section.id: tuple(self._section(plan)) for plan in plans}
        return {section_id: lines for section_id, lines in found.items() if lines}

    def _section(self, plan: SheetPlan) -> Iterator[Line]:
        for block in plan.blocks:
            for place in block.inputs:
                yield from self._input(place)
            if block.table:
                yield from self._table(block.table)

    def _input(self, place: InputPlace) -> Iterator[Line]:
        asked = place.field
        blank = BLANK if asked.required else OPTIONAL
        for key in asked.slots:
            cell, text = self.cells.value(key), self.cells.text(key)
            state = formula.cases(
                (checks.readable(asked, cell, text), READ), (f"LEN({text})=0", blank), otherwise=UNREAD
            )
            yield Line(self.cells.state(key), self.layout.slot_label(key), state, _address(cell))
        for check in self.layout.policy.parts_and_wholes:
            if check.part == asked.id:
                yield from self._above(check)

    def _above(self, check: NotAbove) -> Iterator[Line]:
        part, whole = self.layout.policy.fields[check.part], self.layout.policy.fields[check.whole]
        for part_key, whole_key in part.beside(whole):
            readable = f"AND({self.cells.state(part_key)}=1,{self.cells.state(whole_key)}=1)"
            cell = self.cells.value(part_key)
            above = f"IF({readable},IF({cell}>{self.cells.value(whole_key)},{ABOVE},{READ}),{OPTIONAL})"
            label = f"{self.layout.slot_label(part_key)}不大于{whole.label}"
            yield Line(_named("above", part_key, self.cells), label, above, _address(cell))

    def above(self, key: str) -> Iterator[str]:
        """The lines that say whether the figure of a slot is above the whole it is part of."""
        asked = self.layout.policy.fields[split_slot(key)[0]]
        for check in self.layout.policy.parts_and_wholes:
            if check.part == asked.id and key in dict(asked.beside(self.layout.policy.fields[check.whole])):
                yield _named("above", key, self.cells)

    def _table(self, place: TablePlace) -> Iterator[Line]:
        table = place.table
        filled = str(len(table.fixed)) if table.fixed else self.cells.filled(table.id)
        needed = table.required
        for column in table.columns:
            if column.filled_by != "operator":
                continue
            for key in column.slots:
                texts, cells = self.cells.texts(key), self.cells.column(key)
                unread = _unread(self.cells, key)
                blank = f"(LEN({texts})=0)" + ("" if table.fixed else f"*{self.cells.rows(table.id)}")
                many, told = f"SUM({unread})", f"SUM(--(LEN({texts})>0))"
                if _counted(place):
                    many, told = (_named(kind, key, self.cells) for kind in ("unread", "told"))
                lacking = [(f"{filled}=0", BLANK)] if needed else []
                lacking += [(f"{told}<{filled}", BLANK)] if column.required else []
                state = formula.cases((f"{many}>0", UNREAD), *lacking, (f"{told}=0", OPTIONAL), otherwise=READ)
                name = self.cells.state(key)
                first = f"IFERROR(MATCH(1,IF({name}={UNREAD},{unread},{blank}),0),1)-1"
                address = f"ADDRESS(MIN(ROW({cells}))+{first},COLUMN({cells}),4)"
                yield Line(
                    name, f"{table.label}：{self.layout.slot_label(key)}", state, f"IF({name}<=0,{address},{NOTHING})"
                )
                needed = False

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the calculation sheet: the states first, then what the rules work out."""
        states = [line for section in self.states.values() for line in section]
        steps = [
            Line(name, f"{rule_id} {step.label}", step.formula)
            for rule_id, live in self.rules.items()
            for name, step in live.steps.items()
        ]
        counts = [
            Line(self.cells.filled(table_id), f"{place.table.label}：已填行数", self._filled(place))
            for table_id, place in self.layout.tables.items()
        ]
        overview = [
            Line(first_of(kind, section_id), f"{section_id}：{label}", _first(section_id, states))
            for section_id in self.states
            for kind, label, states in (("blank", "首个未填", [BLANK]), ("wrong", "首个有误", [UNREAD, ABOVE]))
        ]
        counts += [
            Line(_used(place), f"{place.table.label}：最后一行", _last_row(place))
            for place in self.layout.tables.values()
            if place.table.shortened
        ]
        counts += [
            Line(_clean(column, self.cells), f"{place.table.label}：没有看不见的字符", self._is_clean(place, column))
            for place in self.layout.tables.values()
            if place.table.long
            for column in place.table.slots
        ]
        counts += [line for place in self.layout.tables.values() if _counted(place) for line in self._counts(place)]
        texts = [
            Line(
                self.cells.text(key),
                f"{self.layout.slot_label(key)}：文字",
                checks.legible(asked, self.cells.value(key)),
            )
            for asked in self._inputs
            for key in asked.slots
        ]
        reached = self._reached([*states, *steps], [*counts, *texts])
        return (*states, *overview, *(line for line in counts + texts if line.name in reached), *steps)

    def _filled(self, place: TablePlace) -> str:
        fixed = place.table.fixed
        return str(len(fixed)) if fixed else f"SUM(--{self.cells.rows(place.table.id)})"

    def _counts(self, place: TablePlace) -> Iterator[Line]:
        """Of each column how many cells cannot be read and how many hold anything: one edit recounts one column."""
        for key in place.table.slots:
            label = f"{place.table.label}：{self.layout.slot_label(key)}"
            unread, told = (_named(kind, key, self.cells) for kind in ("unread", "told"))
            yield Line(unread, f"{label}，无法识别的格数", f"SUM({_unread(self.cells, key)})")
            yield Line(told, f"{label}，已填的格数", f"SUM(--(LEN({self.cells.texts(key)})>0))")

    def _is_clean(self, place: TablePlace, key: str) -> str:
        """Whether every text of a long column may be taken as it stands, so that the long way round is gone once."""
        cells = self.cells.column(key)
        legible = checks.legible(self.layout.policy.fields[split_slot(key)[0]], cells)
        dirty = f"IFERROR(SUM(1-EXACT({legible},{cells}&{NOTHING})),1)"
        return f"IF(COUNTA({cells})=COUNT({cells}),1,IF({dirty}=0,1,0))"

    @property
    def _inputs(self) -> Iterator[Field]:
        for section in self.layout.policy.all_sections:
            yield from section.inputs

    def _reached(self, roots: Iterable[Line], others: Iterable[Line]) -> set[str]:
        """Names that these lines, the cells on the sheets, and what they name in turn, come upon."""
        known = {line.name: (line.formula, line.place) for line in others}
        known |= {name: (text, "") for name, text in self._expressions.items()}
        queue = [text for line in roots for text in (line.formula, line.place)]
        queue += [text for live in self.rules.values() for text in (live.verdict, live.figure)]
        found: set[str] = set()
        while queue:
            for name in names_in(queue.pop()) - found:
                found.add(name)
                queue += known.get(name, ())
        return found

    # The names -------------------------------------------------------------------------------------------------

    @cached_property
    def _expressions(self) -> dict[str, str]:
        """Name → expression, of all that could be named: columns, rows, lists and constants."""
        named = {verdict.label: formula.text(verdict.display) for verdict in Verdict} | dict(checks.CONSTANTS)
        for place in self.layout.tables.values():
            named |= self._columns(place)
        for live in self.rules.values():
            named |= live.names
        for asked in self.layout.inputs.values():
            area = asked.area
            named |= {
                self.cells.value(key): Area(area.sheet, area.top, column, area.top, column).reference
                for key, column in asked.columns.items()
                if asked.field.years
            }
        return named

    def _columns(self, place: TablePlace) -> dict[str, str]:
        named, area, columns = {}, place.area, []
        for column in place.table.columns:
            for key in column.slots:
                left = place.spans[key][0]
                cells, texts = self.cells.column(key), self.cells.texts(key)
                columns.append(cells)
                whole = Area(area.sheet, area.top, left, area.bottom, left).reference
                first = Area(area.sheet, area.top, left, area.top, left).reference
                named[cells] = f"{first}:INDEX({whole},{_used(place)})" if place.table.shortened else whole
                named[texts] = checks.legible(column, cells)
                if place.table.long:
                    named[texts] = f'IF({_clean(key, self.cells)},{cells}&"",{named[texts]})'
                named[self.cells.readable(key)] = checks.readable(column, cells, texts)
        if key := place.table.key:
            texts, readable = self.cells.texts(key), self.cells.readable(key)
            some = f"{_named('unread', key, self.cells)}>0"
            named[self.cells.keys(key)] = f'IF({some},IF({readable},{texts},"-"),{texts})'
        together = "&".join(columns)
        anything = f"--(LEN({checks.legible(place.table.columns[0], together)})>0)"
        if place.table.long:
            clean = formula.lowest([_clean(key, self.cells) for key in place.table.slots])
            anything = f"IF({clean}=1,--(LEN({together})>0),{anything})"
        named[self.cells.rows(place.table.id)] = anything
        return named

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Defined name → what it stands for, without the equals sign; all that the formulas reach."""
        reached = self._reached(self.lines, ())
        reached |= {verdict.label for verdict in Verdict}
        named = {name: text for name, text in self._expressions.items() if name in reached}
        for row, line in enumerate(self.lines, FIRST_LINE):
            named[line.name] = Area(LIVE, row, 3, row, 3).reference
        named |= self._ranges
        for plan in self.layout.sheets:
            for rule_id, row in plan.rule_rows.items():
                cell = Area(plan.name, row, CHECK, row, CHECK).reference
                named[defined_name("verdict", rule_id)] = cell
                if (test := self.rules[rule_id].test) in reached and test not in named:
                    named[test] = cell
                figure = self.layout.figure_cell(plan, rule_id)
                named[defined_name("figure", rule_id)] = figure.reference
            if plan.criterion:
                rows = plan.rule_rows.values()
                verdicts = Area(plan.name, min(rows), CHECK, max(rows), CHECK)
                named[defined_name("verdicts", plan.criterion.id)] = verdicts.reference
        return named

    @cached_property
    def _ranges(self) -> dict[str, str]:
        """The states of an input, of a table and of a section, each a run of lines; and the places beside them."""
        rows = {line.name: row for row, line in enumerate(self.lines, FIRST_LINE)}
        states = [rows[line.name] for section in self.states.values() for line in section]
        ranges = {ALL_STATES: Area(LIVE, min(states), 3, max(states), 3).reference}
        for plan in self.layout.sheets:
            lines = self.states.get(plan.section.id, ())
            if not lines:
                continue
            first, last = rows[lines[0].name], rows[lines[-1].name]
            for prefix, column in (("section", 3), ("places", 4)):
                ranges[defined_name(prefix, plan.section.id)] = Area(LIVE, first, column, last, column).reference
            for block in plan.blocks:
                for place in block.inputs:
                    ranges[input_states(place.field)] = _run(rows, self._input(place))
                if block.table:
                    ranges[table_states(block.table)] = _run(rows, self._table(block.table))
        return ranges

    def is_array(self, text: str) -> bool:
        """Whether a formula works on many cells at once, so that older spreadsheets must be told."""
        rows = {name for live in self.rules.values() for name in live.names}
        constant = "{" in _QUOTED.sub("", text)
        return constant or any(_MANY.match(name) or name in rows for name in names_in(text))


def names_in(text: str) -> set[str]:
    """The names a formula uses; functions and texts are none.

    Examples:
        >>> sorted(names_in('IF(in_area<=100,"in_x",MIN(a_1))'))
        ['a_1', 'in_area']
    """
    return {found for found in _TOKEN.findall(text) if found and found not in ("TRUE", "FALSE")}


def input_states(asked: Field) -> str:
    """Name of the states of all cells of an input."""
    return f"states_{asked.id}"


def table_states(place: TablePlace) -> str:
    """Name of the states of all columns of a table."""
    return f"columns_{place.table.id}"


def first_of(kind: str, section_id: str) -> str:
    """Name of the address of the first cell of a section that is blank, or wrong."""
    return defined_name(f"first_{kind}", section_id)


def _first(section_id: str, states: Iterable[str]) -> str:
    places, section = defined_name("places", section_id), defined_name("section", section_id)
    address = NOTHING
    for state in reversed(list(states)):
        address = f"IFERROR(INDEX({places},MATCH({state},{section},0)),{address})"
    return address


def _run(rows: Mapping[str, int], lines: Iterable[Line]) -> str:
    numbers = [rows[line.name] for line in lines]
    return Area(LIVE, min(numbers), 3, max(numbers), 3).reference


def _named(prefix: str, key: str, cells: Cells) -> str:
    field_id, year = split_slot(key)
    return f"{prefix}_{field_id}" if year is None else f"{prefix}_{field_id}_{cells.season.calendar_year(year)}"


def _counted(place: TablePlace) -> bool:
    """Whether the cells of each column are counted in lines of their own."""
    return place.table.long or bool(place.table.key)


def _unread(cells: Cells, key: str) -> str:
    """1 for each cell of a column that holds something else than what is asked."""
    return f"(LEN({cells.texts(key)})>0)*(1-{cells.readable(key)})"


def _clean(key: str, cells: Cells) -> str:
    return _named("clean", key, cells)


def _used(place: TablePlace) -> str:
    return f"used_{place.table.id}"


def _last_row(place: TablePlace) -> str:
    """The last row in which anything stands; two at least, since a single one is no column to some programs."""
    rows = f"ROW({place.name})"
    return f"MAX(2,IF(ISBLANK({place.name}),0,{rows}-MIN({rows})+1))"


def _address(cell: str) -> str:
    return f"ADDRESS(ROW({cell}),COLUMN({cell}),4)"
