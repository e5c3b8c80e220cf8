"""Where everything stands: no two things in one place, every thing under one good name, the same place every time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import PolicyError
from toolkit.fields import Field, FieldKind, FixedRow, Section, Table
from toolkit.formula import defined_name
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.area import Area, quoted
from workbook.book import area_of
from workbook.layout import COVER, LISTS, META, Layout, SheetPlan, lay_out


def taken(plan: SheetPlan) -> Iterator[tuple[str, Area]]:
    """Every rectangle of a sheet in which somebody writes, the tool's column included."""
    yield "hints", plan.hints
    for rule, row in plan.rule_rows.items():
        yield rule, Area(plan.name, row, 1, row, plan.hint_column - 1)
    for block in plan.blocks:
        for place in block.inputs:
            right = max(place.area.right, place.merged_to)
            yield place.name, Area(plan.name, place.area.top, place.area.left, place.area.bottom, right)
        if block.table:
            area = block.table.area
            yield block.table.name, Area(plan.name, block.table.header, area.left, area.bottom, area.right)


def overlap(one: Area, other: Area) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def clashes(plan: SheetPlan) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, other) in combinations(taken(plan), 2) if overlap(one, other)]


class TestPlaces:
    def test_no_two_places_of_a_sheet_overlap(self, layout: Layout) -> None:
        assert {plan.name: clashes(plan) for plan in layout.sheets if clashes(plan)} == {}

    def test_every_input_and_every_table_of_the_policy_has_exactly_one_place(self, layout: Layout) -> None:
        placed = [p.field.id for plan in layout.sheets for block in plan.blocks for p in block.inputs]
        tables = [block.table.table.id for plan in layout.sheets for block in plan.blocks if block.table]
        assert Counter(placed) == Counter(f.id for section in layout.policy.all_sections for f in section.inputs)
        assert Counter(tables) == Counter(list(layout.policy.tables))

    def test_every_slot_has_a_cell_of_its_own_inside_the_named_area(self, layout: Layout) -> None:
        for place in layout.inputs.values():
            columns = list(place.columns.values())
            assert tuple(place.columns) == place.field.slots
            assert columns == sorted(set(columns))
            assert (columns[0], columns[-1]) == (place.area.left, place.area.right)

    def test_a_table_has_a_row_for_each_of_its_capacity_and_its_columns_side_by_side(self, layout: Layout) -> None:
        for place in layout.tables.values():
            spans = list(place.spans.values())
            assert tuple(place.spans) == place.table.slots
            assert len(place.area.rows) == place.table.capacity
            assert spans[0][0] == place.area.left
            assert spans[-1][1] == place.area.right
            assert all(before[1] + 1 == after[0] for before, after in pairwise(spans))

    def test_a_year_stands_in_the_same_column_all_over_a_sheet(self, layout: Layout) -> None:
        for plan in layout.sheets:
            columns: dict[str, set[int]] = {}
            for block in plan.blocks:
                for place in block.inputs:
                    for key, column in place.columns.items():
                        if "@" in key:
                            columns.setdefault(key.partition("@")[2], set()).add(column)
            assert all(len(found) == 1 for found in columns.values()), plan.name

    def test_every_rule_is_printed_once_on_the_sheet_of_its_criterion(self, layout: Layout) -> None:
        printed = {rule: plan.criterion.id for plan in layout.sheets if plan.criterion for rule in plan.rule_rows}
        assert printed == {rule.id: criterion.id for criterion in layout.policy.criteria for rule in criterion.rules}

    def test_the_hint_column_runs_beside_every_place_of_its_sheet(self, layout: Layout) -> None:
        for plan in layout.sheets:
            rows = [row for name, area in taken(plan) if name != "hints" for row in (area.top, area.bottom)]
            inside = [row for row in rows if plan.hints.top <= row <= plan.hints.bottom]
            # The heading of a register stands above its first row.
            assert len(rows) - len(inside) <= (1 if plan.section.form == "register" else 0), plan.name

    def test_a_result_sheet_holds_every_rule_below_its_header(self, layout: Layout) -> None:
        for plan in layout.results.values():
            assert plan.area.top == plan.header + 1
            assert plan.area.right == len(plan.columns)
        assert layout.results["findings"].capacity >= len(layout.policy.rules)

    def test_no_two_sheets_have_one_name_and_each_is_one_excel_takes(self, layout: Layout) -> None:
        names = [COVER, *(p.name for p in layout.sheets), *(p.sheet for p in layout.results.values()), META, LISTS]
        assert len({name.casefold() for name in names}) == len(names)
        assert [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name)] == []


class TestNames:
    def test_every_input_and_table_has_a_defined_name_of_its_own(self, layout: Layout) -> None:
        references = [(p.name, p.area.reference) for p in layout.inputs.values()]
        references += [(p.name, p.area.reference) for p in layout.tables.values()]
        names = [name for name, _ in references]
        assert len({name.casefold() for name in names}) == len(names)
        assert [(name, layout.names[name]) for name in names] == references

    def test_no_name_serves_two_purposes(self, layout: Layout) -> None:
        total = len(layout.inputs) + len(layout.tables) + len(layout.sheets) + len(layout.results)
        total += len(layout.rooms)
        assert len({name.casefold() for name in layout.names}) == total

    def test_names_are_valid_in_excel_and_never_look_like_a_cell(self, layout: Layout) -> None:
        for name in layout.names:
            assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", name), name
            assert not re.fullmatch(r"[A-Za-z]{1,3}\d+", name), name
            assert not re.fullmatch(r"[Rr]\d*([Cc]\d*)?|[Cc]\d*", name), name

    def test_a_name_reads_back_as_the_area_it_was_made_from(self, layout: Layout) -> None:
        areas = {p.name: p.area for p in layout.inputs.values()} | {p.name: p.area for p in layout.tables.values()}
        areas |= {p.name: p.area for p in layout.results.values()} | {p.hint_name: p.hints for p in layout.sheets}
        assert {name: area_of(reference) for name, reference in layout.names.items()} == areas | dict(layout.rooms)

    @pytest.mark.parametrize("identifier", ["6.1", "a-b", "in", "R1C1", "A1"])
    def test_a_prefix_keeps_any_identifier_from_being_an_address(self, identifier: str) -> None:
        name = defined_name("in", identifier)
        assert re.fullmatch(r"in_[A-Za-z0-9_]+", name)

    @pytest.mark.parametrize(
        ("reference", "area"),
        [
            ("'二 核心竞争力'!$C$9:$F$9", Area("二 核心竞争力", 9, 3, 9, 6)),
            ("Sheet1!$B$2", Area("Sheet1", 2, 2, 2, 2)),
            ("Sheet1!B2", Area("Sheet1", 2, 2, 2, 2)),
            ("'it''s'!$A$1", Area("it's", 1, 1, 1, 1)),
            (" Sheet1!$A$1 ", Area("Sheet1", 1, 1, 1, 1)),
            ("#REF!$A$1", None),
            ("'x'!#REF!", None),
            ("'x'!$A:$A", None),
            ("'x'!$A$1,'x'!$B$2", None),
            ("OFFSET('x'!$A$1,1,1)", None),
            ('"x"', None),
            ("", None),
        ],
    )
    def test_what_a_name_stands_for_is_a_plain_rectangle_or_nothing(self, reference: str, area: Area | None) -> None:
        assert area_of(reference) == area

    @pytest.mark.parametrize("sheet", ["一 依法合规经营", "it's", "a!b", "''"])
    def test_a_quoted_sheet_name_survives_the_way_there_and_back(self, sheet: str) -> None:
        area = Area(sheet, 2, 3, 4, 5)
        assert area_of(area.reference) == area
        assert quoted(sheet).startswith("'")
        assert quoted(sheet).endswith("'")


class TestSameEveryTime:
    def test_the_same_policy_gives_the_same_layout(self, policy: Policy, season: Season, layout: Layout) -> None:
        again = lay_out(policy, season)
        assert again == layout
        assert dict(again.names) == dict(layout.names)

    def test_a_policy_read_anew_gives_the_same_layout(self, season: Season, layout: Layout) -> None:
        text = (resources.files("templates") / "shanghai-2024" / "policy.json").read_text("utf-8")
        again = lay_out(Policy.from_dict(json.loads(text)), season)
        assert again.sheets == layout.sheets
        assert dict(again.names) == dict(layout.names)

    def test_another_year_moves_nothing(self, policy: Policy, season: Season, layout: Layout) -> None:
        assert dict(lay_out(policy, replace(season, id="2027", year=2027)).names) == dict(layout.names)


# --- layouts of policies nobody has written yet ---------------------------------------------------------------------


def asked(name: str, years: tuple[int, ...] = (), span: int = 1, kind: FieldKind = FieldKind.DECIMAL) -> Field:
    return Field(id=name, label=name, kind=kind, years=years, span=span)


def section(inputs: tuple[Field, ...] = (), tables: tuple[Table, ...] = (), form: str = "form") -> Section:
    return Section(id="s", sheet="表", title="表", intro="说明。", form=form, inputs=inputs, tables=tables)


def laid(policy: Policy, season: Season, made: Section) -> SheetPlan:
    alone = replace(policy, sections=(made,), criteria=())
    return lay_out(alone, season).sheets[0]


YEARS = st.lists(st.integers(-3, 2), unique=True, max_size=6).map(lambda years: tuple(sorted(years)))
SPANS = st.lists(st.integers(1, 4), min_size=1, max_size=6).filter(lambda spans: sum(spans) <= 8)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    """Any mixture of yearly figures, single answers, open tables and printed tables."""
    kinds = st.sampled_from([FieldKind.DECIMAL, FieldKind.LONG_TEXT])
    inputs = tuple(asked(f"i{i}", years, kind=draw(kinds)) for i, years in enumerate(draw(st.lists(YEARS, max_size=6))))
    tables = []
    for i, spans in enumerate(draw(st.lists(SPANS, max_size=4))):
        columns = tuple(asked(f"t{i}c{j}", span=span) for j, span in enumerate(spans))
        rows = tuple(FixedRow(id=f"r{n}", label="行" * n) for n in range(draw(st.integers(0, 4))))
        capacity = len(rows) or draw(st.integers(1, 40))
        tables.append(Table(id=f"t{i}", label=f"表{i}", columns=columns, capacity=capacity, fixed=rows))
    return section(inputs, tuple(tables))


class TestAnyPolicy:
    @given(made=sections())
    def test_no_mixture_of_inputs_and_tables_overlaps(self, policy: Policy, season: Season, made: Section) -> None:
        assert clashes(laid(policy, season, made)) == []

    def test_more_years_than_columns_are_refused(self, policy: Policy, season: Season) -> None:
        with pytest.raises(PolicyError, match="more years"):
            laid(policy, season, section((asked("a", (-6, -5, -4, -3, -2, -1, 0)),)))

    def test_a_table_wider_than_the_sheet_is_refused(self, policy: Policy, season: Season) -> None:
        wide = Table(id="t", label="表", columns=tuple(asked(f"c{i}", span=4) for i in range(3)), capacity=2)
        with pytest.raises(PolicyError, match="wider"):
            laid(policy, season, section(tables=(wide,)))

    @pytest.mark.parametrize(("inputs", "tables"), [((), 0), ((), 2), ((1,), 1)])
    def test_a_register_is_one_table_and_nothing_else(
        self, policy: Policy, season: Season, inputs: tuple[int, ...], tables: int
    ) -> None:
        made = tuple(Table(id=f"t{i}", label="表", columns=(asked(f"c{i}"),), capacity=2) for i in range(tables))
        with pytest.raises(PolicyError, match="register"):
            laid(policy, season, section(tuple(asked("i") for _ in inputs), made, form="register"))
