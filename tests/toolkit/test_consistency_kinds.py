"""What the shipped policies hold against what: each check just below, at and above its bound.

- missing: a check whose values are not all there is silent
- order: how the rows of a register are sorted changes nothing
- closed: the gap closed, the problem is gone
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.checks.consistency import inconsistencies
from toolkit.checks.kinds import KINDS
from toolkit.checks.revisions import Filed, revisions
from toolkit.errors import PolicyError
from toolkit.intake import answers_from_dict, take_in
from toolkit.messages import Severity
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Location, Problem, RawAnswers
from workbook.sample import Outcome, sample

ALPHA, BETA, GAMMA = "91110000802100433B", "91350100M000100Y43", "91310117MA1J00001G"
DETAIL = {"filing_mode": "明细填报", "roster_basis": "按申报时名录回溯"}


@cache
def pack(pack_id: str = "shanghai-2024") -> tuple[Policy, Season]:
    found = packs()[pack_id]
    return found.policy, found.seasons["2026"]


def places(raw: RawAnswers) -> Iterator[tuple[Location, str]]:
    for key, cell in raw.inputs.items():
        yield cell.location, key
    for table_id, table in raw.tables.items():
        for row_id, cells in table.rows:
            for key, cell in cells.items():
                yield cell.location, f"{table_id}[{row_id}].{key}"


def problems(inputs: Mapping[str, Any], tables: Mapping[str, Any]) -> list[tuple[str, Problem]]:
    policy, season = pack()
    raw = answers_from_dict(policy, {"inputs": dict(inputs), "tables": dict(tables)})
    where = dict(places(raw))
    found = take_in(policy, season, raw).problems
    return [(where.get(problem.location, ""), problem) for problem in found if problem.code[0] == "X"]


def told(inputs: Mapping[str, Any] | None = None, **tables: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((problem.code, where) for where, problem in problems(inputs or {}, tables))


def of(code: str, inputs: Mapping[str, Any] | None = None, **tables: list[dict[str, Any]]) -> list[str]:
    """Where a code was raised."""
    return [where for found, where in told(inputs, **tables) if found == code]


def firm(name: str = "甲", code: str = ALPHA, **cells: Any) -> dict[str, Any]:
    return {"name": name, "uscc": code, **cells}


# --- X3, X17: the register bears the total out ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("99", ""),
        ("98.99", "X17"),
        ("95", "X17"),
        ("94.99", "X3"),
        ("100", ""),
        ("101", ""),
        ("101.01", "X17"),
        ("105", "X17"),
        ("105.01", "X3"),
        ("0", "X3"),
    ],
)
def test_output_of_the_roster_one_and_five_per_cent_from_the_total(rows: str, code: str) -> None:
    roster = [
        firm(output=[None, None, None, float(Decimal(rows) * 10_000 - 1)]),
        firm("乙", BETA, output=[None, None, None, 1]),
    ]
    roster[0]["output"][3] = max(0, roster[0]["output"][3])
    if rows == "0":
        roster[1]["output"][3] = 0
    found = told(DETAIL | {"output_total": [None, None, None, 100]}, roster=roster)
    assert [entry for entry in found if entry[0] in ("X3", "X17")] == ([(code, "output_total@0")] if code else [])


def test_a_summary_filing_has_no_roster_to_add_up() -> None:
    roster = [firm(output=[1, 1, 1, 1])]
    assert of("X3", DETAIL | {"output_total": [9, 9, 9, 9]}, roster=roster) == [
        f"output_total@{y}" for y in (-1, -2, -3, 0)
    ]
    assert of("X3", {"filing_mode": "汇总填报", "output_total": [9, 9, 9, 9]}, roster=roster) == []
    assert of("X3", {"output_total": [9, 9, 9, 9]}, roster=roster) == []


def test_a_roster_of_the_current_range_says_nothing_of_earlier_years() -> None:
    inputs = DETAIL | {"roster_basis": "当年集群范围", "output_total": [9, 9, 9, 9]}
    assert of("X3", inputs, roster=[firm(output=[1, 1, 1, 1])]) == ["output_total@0"]


def test_rows_without_a_value_are_a_lower_bound_only() -> None:
    def found(known: int) -> list[tuple[str, str]]:
        roster = [firm(output=[None, None, None, known]), firm("乙", BETA)]
        return [
            pair
            for pair in told(DETAIL | {"output_total": [None, None, None, 1]}, roster=roster)
            if pair[0] in ("X3", "X17")
        ]

    assert found(1) == found(10_300) == found(10_500) == []
    assert found(10_501) == [("X3", "output_total@0")]


def test_a_row_of_unknown_size_may_or_may_not_be_small() -> None:
    inputs = DETAIL | {"output_sme": [None, None, 1]}
    known, unknown = (
        firm(size="小型", output=[None, None, None, 5000]),
        firm("乙", BETA, output=[None, None, None, 5000]),
    )
    assert of("X3", inputs, roster=[known]) == ["output_sme@0"]
    assert of("X3", inputs, roster=[known, unknown]) == []
    assert of("X3", inputs, roster=[known, unknown | {"size": "小型"}]) == []
    assert of("X3", inputs, roster=[known, unknown | {"size": "大型"}]) == ["output_sme@0"]


def test_the_main_industry_is_added_up_by_what_each_row_says() -> None:
    roster = [firm(main="是", output=[None, 1, 1, 10_000]), firm("乙", BETA, main="否", output=[None, 1, 1, 90_000])]
    assert of("X3", DETAIL | {"output_main": [None, None, 1]}, roster=roster) == []
    assert of("X3", DETAIL | {"output_main": [None, None, 10]}, roster=roster) == ["output_main@0"]


# --- X5 -------------------------------------------------------------------------------------------------------

SMALL = [
    firm(
        size="小型",
        staff=60,
        rd=[0, 0, 0, 100],
        patents=[0, 0, 0, 4],
        on_platform="是",
        on_cloud="是",
        uses_software="否",
        was_diagnosed="是",
    ),
    firm(
        "乙",
        BETA,
        size="大型",
        staff=40,
        rd=[0, 0, 0, 900],
        patents=[0, 0, 0, 9],
        on_platform="是",
        on_cloud="否",
        uses_software="是",
        was_diagnosed="否",
    ),
]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("firms", 2, 3),
        ("smes", 1, 2),
        ("staff_total", 100, 102),
        ("sme_staff", 60, 59),
        ("rd_total", 0.01, 0.0102),
        ("patent_stock", 4, 13),
        ("platform_users", 1, 2),
        ("cloud_users", 1, 0),
        ("software_users", 1, 0),
        ("diagnosed", 1, 2),
    ],
)
def test_what_other_sheets_state_is_what_the_roster_adds_up_to(name: str, right: float, wrong: float) -> None:
    years = len(pack()[0].fields[name].years)

    def found(value: float) -> list[str]:
        return of("X5", DETAIL | {name: [None] * (years - 1) + [value]}, roster=SMALL)

    assert found(right) == []
    assert found(wrong) == [f"{name}@0"]


def test_staff_may_lie_one_per_cent_apart() -> None:
    def found(value: int) -> list[str]:
        return of("X5", DETAIL | {"staff_total": [value]}, roster=[firm(staff=9900)])

    assert (found(10_000), found(10_001)) == ([], ["staff_total@0"])


def test_earlier_years_are_not_counted_from_todays_roster() -> None:
    assert of("X5", DETAIL | {"firms": [5, 5, 2]}, roster=SMALL) == []


def test_more_firms_may_once_have_been_diagnosed_than_in_the_last_year() -> None:
    assert of("X5", DETAIL | {"diagnosed": [None, None, 0]}, roster=SMALL) == []


# --- X6 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "suggestion"),
    [(0.0499, None), (0.05, "ok"), (20, "ok"), (20.0001, None), (62_500, "6.25")],
)
def test_output_per_head_from_5_to_2000_ten_thousand(output: float, suggestion: str | None) -> None:
    found = problems({"output_total": [None, None, None, output], "staff_total": [100]}, {})
    assert [(where, p.code, p.suggestion) for where, p in found] == (
        [] if suggestion == "ok" else [("output_total@0", "X6", suggestion or "")]
    )


@pytest.mark.parametrize(("spent", "count"), [(0.5, 0), (0.5001, 1), (0, 0), (None, 0)])
def test_research_of_more_than_half_the_output(spent: float | None, count: int) -> None:
    assert len(of("X6", {"rd_total": [None, None, None, spent], "output_sme": [None, None, 1]})) == count


def test_a_ratio_of_single_rows_is_on_trial_and_never_blocks() -> None:
    found = problems({}, {"roster": [firm(staff=1, output=[None, None, None, 2001])]})
    assert [(where, p.severity, p.trial) for where, p in found] == [("roster[1].output@0", Severity.NOTE, True)]
    assert found[0][1].explanation.title.endswith("（试行）")


@pytest.mark.parametrize(("revenue", "count"), [(2000, 0), (2000.01, 1), (5, 0), (4.99, 1), (0, 0)])
def test_revenue_twenty_times_the_output_of_the_same_firm(revenue: float, count: int) -> None:
    assert len(of("X6", roster=[firm(revenue=revenue, output=[None, None, None, 100])])) == count


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ([31, 32, 33, 33_000], ["output_total@0"]),
        ([31, 32, 33, 33_001], ["output_total@0"]),
        ([31, 32, 33, 32_999], []),
        ([31, 310_000, 33, 34], ["output_total@-2"]),
        ([31, 32, 33, 3_100_001], []),
        ([31, 32, 0.0033, 34], ["output_total@-1"]),
        ([None, None, 33, 330_000], ["output_total@0"]),
        ([None, None, None, 330_000], []),
        ([0, 0, 0, 330_000], []),
    ],
)
def test_one_year_of_another_order_of_magnitude(values: list[float | None], cells: list[str]) -> None:
    assert of("X6", {"output_total": values}) == cells


def test_a_slip_is_offered_in_the_unit_that_is_asked() -> None:
    found = problems({"output_total": [31, 32, 33, 340_000]}, {})
    assert [(where, p.code, p.suggestion) for where, p in found] == [("output_total@0", "X6", "34")]


def test_a_row_larger_than_the_whole_cluster() -> None:
    def found(output: float) -> list[tuple[str, str]]:
        pairs = problems({"output_total": [None, None, None, 1]}, {"roster": [firm(output=[None, None, None, output])]})
        return [(where, problem.suggestion) for where, problem in pairs]

    assert found(10_000) == []
    assert found(10_001) == [("roster[1].output@0", "1.0001")]


# --- X7 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [(10, 20, 0), (10, 20.0001, 1), (10, 5, 0), (10, 4.9999, 1), (0, 5, 0), (5, 0, 0), (None, 5, 0), (5, None, 0)],
)
def test_a_figure_that_doubles_or_halves_within_a_year(before: float | None, after: float | None, count: int) -> None:
    assert len(of("X7", {"exports": [None, before, after]})) == count


def test_two_years_apart_are_no_jump_within_a_year() -> None:
    assert of("X7", {"exports": [1, None, 3]}) == []


def test_a_reason_silences_the_jumps_of_its_own_sheet() -> None:
    jumps = {"exports": [1, 1, 3], "output_total": [1, 1, 1, 3]}
    assert of("X7", jumps) == ["exports@0", "output_total@0"]
    assert of("X7", jumps | {"trade_change_reason": "新增两家出口企业"}) == ["output_total@0"]
    assert of("X7", jumps | {"change_reason": "新增园区"}) == ["exports@0"]


def test_a_jump_is_told_with_both_figures_and_the_rate() -> None:
    ((_, problem),) = problems({"exports": [None, 2, 5]}, {})
    assert problem.explanation.found == "2025年出口额为 5 亿元，2024年为 2 亿元，增长 150.00%"


# --- titles ---------------------------------------------------------------------------------------------------


def title(**cells: Any) -> dict[str, Any]:
    return {"title_uscc": ALPHA, "title_kind": "创新型中小企业", "title_level": "市级", "title_number": "一", **cells}


@pytest.mark.parametrize(("day", "code"), [("2026-09-29", ["X4"]), ("2026-09-30", []), ("2026-10-01", []), (None, [])])
def test_a_title_is_in_force_on_the_reference_date(day: str | None, code: list[str]) -> None:
    assert [c for c, _ in told(roster=[firm()], titles=[title(title_until=day)])] == code


@pytest.mark.parametrize(("issued", "code"), [("2026-12-30", []), ("2026-12-31", []), ("2027-01-01", ["X19"])])
def test_a_title_is_not_issued_after_it_ends(issued: str, code: list[str]) -> None:
    found = told(roster=[firm()], titles=[title(title_issued=issued, title_until="2026-12-31")])
    assert [c for c, _ in found if c != "X20"] == code


@pytest.mark.parametrize(("issued", "code"), [("2026-09-30", []), ("2026-10-01", ["X20"])])
def test_a_title_issued_after_the_reference_date_is_told(issued: str, code: list[str]) -> None:
    assert [c for c, _ in told(roster=[firm()], titles=[title(title_issued=issued)])] == code


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"title_number": "二"}, "X21"),
        ({}, "X14"),
        ({"title_level": "国家级", "title_number": "二"}, ""),
        ({"title_number": None}, ""),
    ],
)
def test_the_same_title_twice(second: dict[str, Any], code: str) -> None:
    found = told(roster=[firm()], titles=[title(), title(**second)])
    assert found == ([(code, "titles[2].title_uscc")] if code else [])


@pytest.mark.parametrize(
    ("size", "kind", "count"),
    [
        ("大型", "创新型中小企业", 1),
        ("中型", "创新型中小企业", 0),
        ("大型", "国家级高新技术企业", 0),
        (None, "创新型中小企业", 0),
    ],
)
def test_a_title_for_smes_on_a_large_enterprise(size: str | None, kind: str, count: int) -> None:
    assert len(of("X23", roster=[firm(size=size)], titles=[title(title_kind=kind)])) == count


# --- the roster -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("district", "registered", "count"),
    [
        ("青浦区", "嘉定区", 1),
        ("青浦区", "上海市嘉定", 1),
        ("青浦区", "青浦", 0),
        ("青浦区", "苏州市", 0),
        ("青浦区", None, 0),
        (None, "嘉定区", 0),
        ("浦东新区", "上海浦东", 0),
        ("青浦区", "青浦区、嘉定区", 0),
    ],
)
def test_an_enterprise_registered_in_another_district(district: str | None, registered: str | None, count: int) -> None:
    assert len(of("X18", {"district": district}, roster=[firm(registered=registered)])) == count


@pytest.mark.parametrize(("located", "count"), [("否", 1), ("是", 0), (None, 0)])
def test_an_enterprise_that_works_elsewhere(located: str | None, count: int) -> None:
    assert len(of("X26", roster=[firm(located=located)])) == count


@pytest.mark.parametrize(
    ("name", "code", "count"),
    [
        ("上海甲（科技）股份有限公司", BETA, 1),
        ("上海甲科技有限责任公司", BETA, 1),
        ("上海甲科技二有限公司", BETA, 0),
        ("上海甲科技有限公司", None, 0),
        (None, BETA, 0),
    ],
)
def test_one_name_under_two_codes(name: str | None, code: str | None, count: int) -> None:
    assert len(of("X22", roster=[firm("上海甲科技有限公司"), {"name": name, "uscc": code}])) == count


@pytest.mark.parametrize(
    ("staff", "size", "note", "count"),
    [
        (1000, "大型", None, 0),
        (1000, "中型", None, 1),
        (1000, "中型", "集团合并", 1),
        (999, "大型", None, 1),
        (999, "大型", "按控股集团", 0),
        (999, "中型", None, 0),
        (None, "小型", None, 0),
        (1000, None, None, 0),
    ],
)
def test_a_size_that_the_figures_do_not_bear_out(
    staff: int | None, size: str | None, note: str | None, count: int
) -> None:
    row = firm(industry="3973", revenue=40_000, staff=staff, size=size, size_note=note)
    assert len(of("X9", roster=[row])) == count


# --- single figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("district", "area", "count"),
    [("黄浦区", 21.525, 0), ("黄浦区", 21.5251, 1), ("崇明区", 1000, 0), (None, 9999, 0), ("黄浦区", None, 0)],
)
def test_an_area_larger_than_the_district(district: str | None, area: float | None, count: int) -> None:
    assert len(of("X13", {"district": district, "area": area})) == count


@pytest.mark.parametrize(("second", "count"), [(BETA, 1), (ALPHA, 0), (ALPHA.lower(), 0), (None, 0)])
def test_the_operator_of_both_sheets_is_one(second: str | None, count: int) -> None:
    assert len(of("X11", {"operator_uscc": ALPHA, "governed_uscc": second})) == count


@pytest.mark.parametrize(("signer", "count"), [("王二", 1), ("王一", 0), ("王 一", 0), (None, 0)])
def test_the_one_who_signs_is_the_one_in_charge(signer: str | None, count: int) -> None:
    assert len(of("X27", {"operator_head": "王一", "commitment_signer": signer})) == count


@pytest.mark.parametrize(
    ("stated", "count"),
    [(0.2, 0), (0.21, 0), (0.2101, 1), (0.19, 0), (0.1899, 1), (None, 0)],
)
def test_energy_per_output_is_energy_by_output(stated: float | None, count: int) -> None:
    inputs = {
        "output_total": [None, None, None, 10],
        "energy_total": [None, None, 20_000],
        "energy_per_output": [None, None, stated],
    }
    assert len(of("X24", inputs)) == count


def test_half_a_last_decimal_is_rounding() -> None:
    inputs = {"output_total": [None, None, None, 100], "energy_total": [None, None, 549]}
    assert of("X24", inputs | {"energy_per_output": [None, None, 0.0005]}) == []
    assert of("X24", inputs | {"energy_per_output": [None, None, 0.0007]}) == ["energy_per_output@0"]


def test_dates_of_a_cooperation_in_order() -> None:
    def found(until: str | None) -> list[str]:
        return of("X19", cooperation=[{"partner_from": "2025-03-02", "partner_to": until}])

    assert found("2025-03-02") == found(None) == []
    assert found("2025-03-01") == ["cooperation[1].partner_to"]


# --- incidents ------------------------------------------------------------------------------------------------


def incident(**cells: Any) -> dict[str, Any]:
    return {"incident_kind": "安全事故", "incident_level": "较大", "incident_date": "2024-05-01", **cells}


@pytest.mark.parametrize(
    ("count", "rows", "due"),
    [
        (1, [], True),
        (1, [incident()], False),
        (0, [incident()], True),
        (0, [], False),
        (0, [incident(incident_level="一般")], False),
        (0, [incident(incident_level=None)], False),
        (0, [incident(incident_date="2025-05-01")], False),
        (0, [incident(incident_kind="质量事故")], False),
        (1, [incident(incident_kind="质量事故")], True),
        (1, [incident(incident_kind=None)], False),
        (1, [incident(incident_date=None)], False),
        (None, [incident()], False),
    ],
)
def test_a_count_of_incidents_and_the_register(count: int | None, rows: list[dict[str, Any]], due: bool) -> None:
    found = of("X12", {"safety_count": [None, count, None, None]}, incidents=rows)
    assert found == (["safety_count@-1"] if due else [])


# --- the plan -------------------------------------------------------------------------------------------------


def planned(rule: str, baseline: float | None, target: float | None = None, **inputs: Any) -> list[tuple[str, str]]:
    return told(inputs, targets=[{"row": rule, "target_baseline": baseline, "target": [target]}])


@pytest.mark.parametrize(("baseline", "due"), [(50, False), (50.05, False), (50.1, True), (49.94, True), (None, False)])
def test_a_plan_starts_from_the_reported_figure(baseline: float | None, due: bool) -> None:
    found = planned("6.2-07", baseline, output_total=[None, None, None, 50])
    assert found == ([("X15", "targets[6.2-07].target_baseline")] if due else [])


@pytest.mark.parametrize(("baseline", "due"), [(66.67, False), (0.6667, False), (66.7, False), (70, True), (0.6, True)])
def test_a_share_may_be_written_in_per_cent_or_as_a_fraction(baseline: float, due: bool) -> None:
    found = planned("6.2-08", baseline, output_total=[None, None, None, 60], output_sme=[None, None, 40])
    assert [code for code, _ in found] == ["X15"] * due


def test_a_figure_that_is_not_reported_has_no_baseline() -> None:
    assert planned("6.2-07", 50) == []
    assert planned("6.3-02", 50) == []


@pytest.mark.parametrize(("target", "due"), [(50, False), (49.9, True), (51, False), (None, False)])
def test_a_target_does_not_lie_below_today(target: float | None, due: bool) -> None:
    found = planned("6.2-07", 50, target)
    assert found == ([("X25", "targets[6.2-07].target@1")] if due else [])


def test_a_slower_growth_is_still_a_target() -> None:
    assert planned("6.2-10", 12, 10) == []


# --- X10 ------------------------------------------------------------------------------------------------------


def filed(season: Season, **inputs: Any) -> Filed:
    policy = pack()[0]
    return Filed(take_in(policy, season, answers_from_dict(policy, {"inputs": inputs})), policy, season)


def test_a_year_is_revised_where_two_workbooks_differ() -> None:
    _, now = pack()
    before = Season(
        id="2025", policy=now.policy, year=2025, reference_date=now.reference_date.replace(year=2025), source=""
    )
    earlier = filed(before, output_total=[None, 30, 31, 32], firms=[8, 9, None], exports=[1, 2, 3])
    current = filed(now, output_total=[30, 31, 33, 34], firms=[9, 9, 9], exports=[2, None, 4])
    found = [(p.code, p.context["label"], p.explanation.found) for p in revisions(earlier, current)]
    assert found == [("X10", "2024年集群总产值", "2024年集群总产值为 33 亿元")]
    assert [p.location for p in revisions(earlier, current)] == [current.submission.entries["output_total@-1"].location]


def test_the_same_workbook_revises_nothing() -> None:
    _, now = pack()
    current = filed(now, output_total=[30, 31, 33, 34])
    assert list(revisions(current, current)) == []


# --- together -------------------------------------------------------------------------------------------------


def test_an_unknown_kind_is_an_error_of_the_policy() -> None:
    from toolkit.checks.kinds import check_from_dict

    with pytest.raises(PolicyError, match="unknown check 'guess'"):
        check_from_dict({"kind": "guess", "code": "X1"})


def test_every_kind_is_used_by_a_shipped_pack() -> None:
    used = {type(check) for pack_id in packs() for check in pack(pack_id)[0].checks}
    assert used == set(KINDS.values())


def test_a_blank_workbook_contradicts_nothing() -> None:
    assert told() == []


@cache
def drawn() -> dict[str, Any]:
    policy, season = pack()
    return sample(policy, season, 5, Outcome.MET, 12)


CELLS = st.one_of(st.none(), st.integers(0, 10**6), st.decimals(0, 10**5, places=2).map(float))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(["output", "rd", "patents"]), st.integers(0, 3), CELLS),
        max_size=8,
    ),
    st.lists(
        st.tuples(
            st.integers(0, 11),
            st.sampled_from(["size", "main", "on_cloud", "registered"]),
            st.sampled_from([None, "大型", "是", "嘉定"]),
        ),
        max_size=6,
    ),
    st.integers(0, 99),
)
def test_the_order_of_the_rows_changes_no_code(
    figures: list[tuple[int, str, int, float | None]], texts: list[tuple[int, str, str | None]], seed: int
) -> None:
    policy, season = pack()
    roster = [
        {key: list(cell) if isinstance(cell, list) else cell for key, cell in row.items()}
        for row in drawn()["tables"]["roster"]
    ]
    for i, column, year, value in figures:
        roster[i][column][year] = value
    for i, column, text in texts:
        roster[i][column] = text

    def found(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        raw = answers_from_dict(policy, {**drawn(), "tables": drawn()["tables"] | {"roster": rows}})
        return sorted((p.code, p.location.sheet) for p in take_in(policy, season, raw).problems)

    assert found(roster) == found(sorted(roster, key=lambda row: sha256(f"{seed}{row['uscc']}".encode()).digest()))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_value_taken_away_never_makes_a_contradiction_between_figures(data: st.DataObject) -> None:
    policy, season = pack()
    inputs = dict(drawn()["inputs"])
    for name in data.draw(st.lists(st.sampled_from(sorted(inputs)), max_size=12)):
        inputs[name] = None
    raw = answers_from_dict(policy, {"inputs": inputs, "tables": drawn()["tables"]})
    found = {p.code for p in take_in(policy, season, raw).problems}
    assert found <= {"F1"}


@pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.SHORT])
@pytest.mark.parametrize("seed", range(4))
def test_a_sample_contradicts_itself_nowhere(outcome: Outcome, seed: int) -> None:
    policy, season = pack()
    answers = sample(policy, season, seed, outcome)
    assert take_in(policy, season, answers_from_dict(policy, answers)).problems == ()


def test_the_checks_of_a_long_roster_take_a_few_milliseconds() -> None:
    policy, season = pack()
    read = take_in(policy, season, answers_from_dict(policy, sample(policy, season, 3, Outcome.MET, 500)))

    def once() -> float:
        start = process_time()
        list(inconsistencies(policy, season, read.entries, read.tables))
        return process_time() - start

    assert min(once() for _ in range(5)) < 0.1
