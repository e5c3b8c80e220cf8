"""The fifteen kinds of measure, each on a sheet made for this file.

- figures: just below, at and above; strict bounds; blanks; zero bases; parts above wholes; every reading
- rows: certain, doubtful and too few; conditions that cannot tell; printed rows
- incidents: level, date and category; counts; what vetoes and what a person weighs
- statements: declared, named, agreeing, with evidence
- compounds: the branch that holds speaks, the gravest part decides
- dated bounds: the day before, on and after
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.finding import Outcome, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.measures import KINDS, Case, leaves, measure_from_dict
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Location
from toolkit.threshold import fixed

Raw = dict[str, Any]
Rows = list[dict[str, Any]]
MET, UNMET, MISSING, REVIEW = Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW


def figure(field: str, label: str, unit: str, years: Sequence[int] = (), **more: Any) -> Raw:
    return {"id": field, "label": label, "type": "decimal", "unit": unit, "years": list(years), **more}


def column(field: str, kind: str = "text", **more: Any) -> Raw:
    return {"id": field, "label": field, "type": kind, **more}


def printed(*ids: str) -> Rows:
    return [{"id": row, "label": f"第{row}类"} for row in ids]


def parameter(name: str, *readings: str) -> Raw:
    offered = [{"value": reading, "label": reading} for reading in readings]
    return {"id": name, "number": 1, "text": name, "readings": offered, "default": readings[0], "source": "test"}


SHEET: Raw = {
    **dict.fromkeys(("title", "document", "issuer", "scheme"), "test"),
    "id": "tiny",
    "in_force": {"from": "2024-01-01"},
    "template_version": "1",
    "lists": {
        "have": ["有", "无"],
        "kind": ["甲", "乙"],
        "category": ["事故", "失信"],
        "level": ["一般", "较大", "重大", "未定级"],
    },
    "parameters": [
        parameter("floor", "each", "average"),
        parameter("share_years", "latest", "each"),
        parameter("method", "g3", "g2", "m3"),
        parameter("trend", "yearly", "endpoints"),
        parameter("kinds", "any", "all"),
        parameter("count", "things", "titles"),
        parameter("scope", "any", "strict"),
    ],
    "sections": [
        {
            "id": "sheet",
            "sheet": "填报",
            "title": "",
            "intro": "",
            "inputs": [
                figure("total", "总额", "亿元", [-3, -2, -1, 0], decimals=4),
                figure("part", "其中：分项", "亿元", [-2, -1, 0], decimals=4),
                {**figure("stock", "存量", "件", [-3, -2, -1, 0]), "type": "integer"},
                {**figure("staff", "人员", "人", [0]), "type": "integer"},
                {**figure("users", "用户", "家", [-2, -1, 0]), "type": "integer"},
                {**figure("firms", "企业", "家", [-2, -1, 0]), "type": "integer"},
                {**figure("count", "起数", "起", [-2, -1, 0, 1]), "type": "integer"},
                figure("area", "面积", "平方公里", decimals=2),
                figure("rate", "费率", "元"),
                column("has", "choice", list="have"),
                column("named"),
                column("code"),
                column("code_again"),
            ],
            "tables": [
                {
                    "id": "things",
                    "label": "清单",
                    "rows": 30,
                    "columns": [
                        column("thing"),
                        column("kind", "choice", list="kind"),
                        column("issued", "date"),
                        column("until", "date"),
                        column("owner"),
                    ],
                },
                {
                    "id": "owners",
                    "label": "名录",
                    "rows": 30,
                    "key": "owner_code",
                    "columns": [column("owner_code"), column("main", "choice", list="have")],
                },
                {
                    "id": "services",
                    "label": "服务",
                    "rows": printed("a", "b", "c", "other"),
                    "columns": [column("offered", "choice", list="have"), column("times", "integer")],
                },
                {
                    "id": "goals",
                    "label": "目标",
                    "rows": printed("x", "y"),
                    "columns": [column("goal", "decimal", years=[1, 2])],
                },
                {
                    "id": "incidents",
                    "label": "登记表",
                    "rows": 9,
                    "columns": [
                        column("incident_kind", "choice", list="category"),
                        column("incident_level", "choice", list="level"),
                        column("incident_date", "date"),
                        column("incident_note"),
                    ],
                },
                {
                    "id": "uses",
                    "label": "消耗",
                    "rows": 9,
                    "columns": [column("process"), column("used", "decimal"), column("base", "decimal"), column("per")],
                },
                {
                    "id": "self",
                    "label": "自评",
                    "rows": printed("R"),
                    "columns": [column("self_view"), column("self_text")],
                },
                {"id": "evidence", "label": "佐证", "rows": 9, "columns": [column("evidence_rule")]},
            ],
        }
    ],
    "criteria": [],
}
POLICY = Policy.from_dict(SHEET)
SEASON = Season(id="2026", policy="tiny", year=2026, reference_date=date(2026, 9, 30), source="")


def case_of(inputs: Raw | None = None, tables: dict[str, Rows] | None = None, **readings: str) -> Case:
    season = replace(SEASON, readings=readings)
    answers = answers_from_dict(POLICY, {"inputs": inputs or {}, "tables": tables or {}})
    return Case(
        submission=take_in(POLICY, season, answers),
        season=season,
        fields=POLICY.fields,
        tables=POLICY.tables,
        readings=POLICY.readings(season),
        evidence_slot=("evidence", "evidence_rule"),
    )


def judge(measure: Raw, inputs: Raw | None = None, tables: dict[str, Rows] | None = None, **readings: str) -> Outcome:
    return measure_from_dict({"rule": "R", **measure}).judge(case_of(inputs, tables, **readings))


def bound(comparator: str, value: str, unit: str = "") -> Raw:
    return {
        "comparator": comparator,
        "unit": unit,
        "values": [{"from": "2024-01-01", "value": value, "source": "test"}],
    }


def cells(*keys: str) -> tuple[Location, ...]:
    return case_of().places(keys)


def cell(table: str, row: int, key: str) -> Location:
    """A cell of a table whose rows are all filled."""
    columns = [slot for column in POLICY.tables[table].columns for slot in column.slots]
    number = [table.id for table in POLICY.all_sections[0].tables].index(table) + 1
    return Location("填报", 1000 * number + row, columns.index(key) + 1)


def anchor(table: str) -> Location:
    return case_of().table(table).anchor


def gap(outcome: Outcome) -> tuple[str, str] | None:
    """Amount and target of the shortfall, without idle zeros."""
    short = outcome.shortfall
    if short is None or short.target is None:
        return None
    return fixed(short.amount, None), fixed(short.target, None)


def test_an_unknown_kind_is_a_fault_of_the_policy() -> None:
    with pytest.raises(PolicyError, match="kind: unknown measure 'vibes'"):
        measure_from_dict({"rule": "R", "kind": "vibes"})


# --- each_year ------------------------------------------------------------------------------------------------

FLOOR: Raw = {
    "kind": "each_year",
    "input": "total",
    "years": [-2, -1, 0],
    "over": "floor",
    "threshold": bound(">=", "30", "亿元"),
}


@pytest.mark.parametrize(
    ("totals", "verdict", "value", "shortfall"),
    [
        ([9, 30.0001, 31, 32], MET, "30.0001", None),
        ([9, 30, 31, 32], MET, "30", None),
        ([9, 29.9999, 31, 32], UNMET, "29.9999", ("0.0001", "30")),
        ([9, 31, 28, 29.5], UNMET, "28", ("2", "30")),
        ([9, 31, 32, 0], UNMET, "0", ("30", "30")),
    ],
)
def test_the_lowest_of_the_years_decides_and_the_base_year_is_not_asked(
    totals: list[float], verdict: Verdict, value: str, shortfall: tuple[str, str] | None
) -> None:
    outcome = judge(FLOOR, {"total": totals})
    assert (outcome.verdict, outcome.value) == (verdict, Decimal(value))
    assert gap(outcome) == shortfall


def test_each_failing_year_is_named_with_its_gap_and_its_cell() -> None:
    outcome = judge(FLOOR, {"total": [50, 29.5, 31, 28]})
    assert (
        outcome.remedy
        == "2023年总额需达到 30.0000 亿元（差 0.5000 亿元）；2025年总额需达到 30.0000 亿元（差 2.0000 亿元）"
    )
    assert outcome.locations == cells("total@-2", "total@0")
    assert outcome.shown == "29.5／31／28 亿元"
    assert "2023—2025年总额" in outcome.sentence
    assert "30亿元以上" in outcome.sentence


def test_a_year_exactly_on_a_strict_bound_lacks_the_smallest_step() -> None:
    outcome = judge({**FLOOR, "threshold": bound(">", "30", "亿元")}, {"total": [9, 30, 31, 32]})
    assert outcome.verdict is UNMET
    assert gap(outcome) == ("0.0001", "30.0001")


@pytest.mark.parametrize(
    ("last", "verdict", "shortfall"), [(35.0001, MET, None), (35, MET, None), (34.9999, UNMET, ("0.0001", "35"))]
)
def test_read_as_an_average_a_poor_year_is_made_good_by_another(
    last: float, verdict: Verdict, shortfall: tuple[str, str] | None
) -> None:
    outcome = judge(FLOOR, {"total": [9, 25, 30, last]}, floor="average")
    assert outcome.verdict is verdict
    assert gap(outcome) == shortfall
    assert outcome.shown.startswith("平均 ")
    assert ("30.0000 " in outcome.shown) == (last == 35)
    assert ("需达到 35.0000 亿元" in outcome.remedy) == (verdict is UNMET)


def test_a_gap_finer_than_the_field_shows_all_its_digits() -> None:
    outcome = judge(FLOOR, {"total": [9, 29.99995, 31, 32]})
    assert "差 0.00005 亿元" in outcome.remedy
    assert outcome.shortfall is not None
    assert outcome.shortfall.decimals is None


@pytest.mark.parametrize("reading", ["each", "average"])
def test_a_blank_year_leaves_the_floor_open_however_high_the_others(reading: str) -> None:
    outcome = judge(FLOOR, {"total": [None, 99, None, 99]}, floor=reading)
    assert (outcome.verdict, outcome.locations) == (MISSING, cells("total@-1"))
    assert outcome.remedy == "请填写2024年总额"
    assert outcome.value is None


def test_an_unreadable_year_is_as_good_as_blank() -> None:
    assert judge(FLOOR, {"total": [9, "三十一", 32, 33]}).verdict is MISSING


# --- share ----------------------------------------------------------------------------------------------------

SHARE: Raw = {
    "kind": "share",
    "part": "part",
    "whole": "total",
    "years": [-2, -1, 0],
    "over": "share_years",
    "threshold": bound(">=", "0.5", "%"),
}


def shares(*parts: float | None, whole: float | None = 40) -> Raw:
    return {"part": list(parts), "total": [None, 40, 40, whole]}


@pytest.mark.parametrize(
    ("part", "verdict", "value", "shown", "shortfall"),
    [
        (20.0001, MET, "0.5000025", "50.0003%", None),
        (20, MET, "0.5", "50.00%", None),
        (19.9999, UNMET, "0.4999975", "49.9998%", ("0.0001", "20")),
        (0, UNMET, "0", "0.00%", ("20", "20")),
        (40, MET, "1", "100.00%", None),
    ],
)
def test_a_share_is_compared_exactly_and_never_looks_like_the_bound_it_misses(
    part: float, verdict: Verdict, value: str, shown: str, shortfall: tuple[str, str] | None
) -> None:
    outcome = judge(SHARE, shares(1, 1, part))
    assert (outcome.verdict, outcome.value) == (verdict, Decimal(value))
    assert outcome.shown == shown
    assert gap(outcome) == shortfall
    assert outcome.locations == cells("part@0", "total@0")


def test_the_remedy_of_a_share_tells_the_figure_and_the_points() -> None:
    outcome = judge(SHARE, shares(1, 1, 18))
    assert outcome.remedy == "2025年分项需达到 20.0000 亿元（差 2.0000 亿元，合 5.00 个百分点，总额不变）"
    assert "18 亿元 ÷ 2025年总额 40 亿元 = 45.00%，要求50%以上" in outcome.sentence


@pytest.mark.parametrize(
    ("comparator", "part", "verdict", "target"),
    [(">", 20, UNMET, "20.0001"), ("<", 20, UNMET, "19.9999"), ("<=", 20, MET, None), ("<=", 20.5, UNMET, "20")],
)
def test_a_share_exactly_on_its_bound_depends_on_the_comparator(
    comparator: str, part: float, verdict: Verdict, target: str | None
) -> None:
    outcome = judge({**SHARE, "threshold": bound(comparator, "0.5", "%")}, shares(1, 1, part))
    short = outcome.shortfall
    assert (outcome.verdict, None if short is None else short.target) == (verdict, target and Decimal(target))


@pytest.mark.parametrize(
    ("part", "whole", "verdict", "words"),
    [
        (0, 0, REVIEW, "2025年总额为零"),
        (40.0001, 40, REVIEW, "2025年分项大于2025年总额"),
        (None, 40, MISSING, "2025年分项"),
        (20, None, MISSING, "2025年总额"),
    ],
)
def test_a_share_that_cannot_be_computed_is_open(
    part: float | None, whole: float | None, verdict: Verdict, words: str
) -> None:
    outcome = judge(SHARE, shares(30, 30, part, whole=whole))
    assert (outcome.verdict, outcome.value, outcome.shortfall) == (verdict, None, None)
    assert words in outcome.sentence


@pytest.mark.parametrize(
    ("parts", "latest", "each"),
    [
        ((20, 20, 20), MET, MET),
        ((19, 20, 20), MET, UNMET),
        ((20, 20, 19), UNMET, UNMET),
        ((None, 20, 20), MET, MISSING),
        ((None, 19, 20), MET, UNMET),
        ((41, 20, 20), MET, REVIEW),
        ((41, None, 20), MET, MISSING),
    ],
)
def test_earlier_years_count_only_where_every_year_is_asked(
    parts: tuple[float | None, ...], latest: Verdict, each: Verdict
) -> None:
    assert judge(SHARE, shares(*parts)).verdict is latest
    assert judge(SHARE, shares(*parts), share_years="each").verdict is each


# --- annual_growth --------------------------------------------------------------------------------------------

GROWTH: Raw = {"kind": "annual_growth", "input": "total", "method": "method", "threshold": bound(">=", "0.1", "%")}


@pytest.mark.parametrize(
    ("method", "totals", "verdict", "target"),
    [
        ("g3", [100, 1, 1, 133.1001], MET, None),
        ("g3", [100, 1, 1, 133.1], MET, None),
        ("g3", [100, 1, 1, 133.0999], UNMET, "133.1"),
        ("g2", [1, 100, 1, 121], MET, None),
        ("g2", [1, 100, 1, 120.9999], UNMET, "121"),
        ("m3", [100, 120, 120, 132], MET, None),  # +20 %, 0, +10 %
        ("m3", [100, 120, 120, 131.9999], UNMET, "132"),
        ("g3", [100, 120, 120, 132], UNMET, "133.1"),
        ("g2", [100, 120, 120, 132], UNMET, "145.2"),
    ],
)
def test_growth_by_each_method_just_below_at_and_above(
    method: str, totals: list[float], verdict: Verdict, target: str | None
) -> None:
    outcome = judge(GROWTH, {"total": totals}, method=method)
    assert outcome.verdict is verdict
    if target is None:
        assert outcome.shortfall is None
    else:
        assert gap(outcome) == (str(Decimal(target) - Decimal(str(totals[-1]))), target)
        assert f"2025年总额需达到 {Decimal(target):.4f} 亿元" in outcome.remedy
        assert Decimal(outcome.shown.rstrip("%")) < 10


def test_a_rate_exactly_on_the_bound_is_stated_exactly() -> None:
    outcome = judge(GROWTH, {"total": [7, 1, 1, 9.317]})
    assert (outcome.verdict, outcome.value, outcome.shown) == (MET, Decimal("0.1"), "10.00%")


def test_a_rate_exactly_on_a_strict_bound_fails_by_the_smallest_step() -> None:
    outcome = judge({**GROWTH, "threshold": bound(">", "0.1", "%")}, {"total": [100, 1, 1, 133.1]})
    assert outcome.verdict is UNMET
    assert gap(outcome) == ("0.0001", "133.1001")


def test_whole_things_grow_by_whole_steps() -> None:
    outcome = judge({**GROWTH, "input": "stock", "threshold": bound(">=", "0.15", "%")}, {"stock": [10, 1, 1, 15]})
    assert gap(outcome) == ("1", "16")  # 10 × 1.15³ = 15.20875
    assert "需达到 16 件（差 1 件）" in outcome.remedy


@pytest.mark.parametrize(
    ("method", "totals", "verdict"),
    [
        ("g3", [0, 1, 1, 9], REVIEW),
        ("g3", [100, 0, 0, 134], MET),
        ("g2", [0, 100, 0, 122], MET),
        ("g2", [100, 0, 1, 9], REVIEW),
        ("m3", [100, 110, 0, 140], REVIEW),
        ("g3", [100, 100, 100, 0], UNMET),
        ("g3", [None, 1, 1, 9], MISSING),
        ("g3", [100, None, None, 134], MET),
        ("g2", [None, 100, None, 122], MET),
        ("m3", [100, 110, None, 140], MISSING),
    ],
)
def test_only_the_years_of_the_method_can_leave_growth_open(
    method: str, totals: list[float | None], verdict: Verdict
) -> None:
    assert judge(GROWTH, {"total": totals}, method=method).verdict is verdict


def test_growth_from_nothing_says_which_year_was_zero() -> None:
    outcome = judge(GROWTH, {"total": [0, 1, 1, 9]})
    assert "2022年总额为零" in outcome.sentence
    assert outcome.locations == cells("total@-3", "total@0")


def test_a_fall_to_nothing_is_minus_one_hundred_per_cent() -> None:
    outcome = judge(GROWTH, {"total": [100, 1, 1, 0]})
    assert (outcome.value, outcome.shown) == (Decimal(-1), "-100.00%")


def test_a_fall_below_zero_is_judged_without_an_error() -> None:
    assert judge(GROWTH, {"total": [100, 1, 1, -5]}).verdict is UNMET


# --- per_ten_thousand -----------------------------------------------------------------------------------------

DENSITY: Raw = {"kind": "per_ten_thousand", "part": "stock", "whole": "staff", "threshold": bound(">=", "15", "件")}


@pytest.mark.parametrize(
    ("stock", "staff", "verdict", "shown", "shortfall"),
    [
        (16, 10000, MET, "16.00 件", None),
        (15, 10000, MET, "15.00 件", None),
        (14, 10000, UNMET, "14.00 件", ("1", "15")),
        (14, 9600, UNMET, "14.58 件", ("1", "15")),  # 15 × 0.96 = 14.4
        (15, 10001, UNMET, "14.999 件", ("1", "16")),
    ],
)
def test_density_just_below_at_and_above(
    stock: int, staff: int, verdict: Verdict, shown: str, shortfall: tuple[str, str] | None
) -> None:
    outcome = judge(DENSITY, {"stock": [1, 1, 1, stock], "staff": [staff]})
    assert (outcome.verdict, outcome.shown) == (verdict, shown)
    assert gap(outcome) == shortfall
    assert shortfall is None or f"2025年存量需达到 {shortfall[1]} 件（差 {shortfall[0]} 件）" in outcome.remedy


@pytest.mark.parametrize(
    ("stock", "staff", "verdict", "places"),
    [(15, 0, REVIEW, ("stock@0", "staff@0")), (None, 10, MISSING, ("stock@0",)), (15, None, MISSING, ("staff@0",))],
)
def test_density_over_nobody_or_over_a_blank_is_open(
    stock: int | None, staff: int | None, verdict: Verdict, places: tuple[str, ...]
) -> None:
    outcome = judge(DENSITY, {"stock": [1, 1, 1, stock], "staff": [staff]})
    assert (outcome.verdict, outcome.locations) == (verdict, cells(*places))


# --- amount ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "area", "verdict", "shortfall"),
    [
        ("<=", 99.99, MET, None),
        ("<=", 100, MET, None),
        ("<=", 100.01, UNMET, ("0.01", "100")),
        ("<", 100, UNMET, ("0.01", "99.99")),
        ("<", 99.99, MET, None),
        (">=", 100, MET, None),
        (">=", 99.99, UNMET, ("0.01", "100")),
        (">", 100, UNMET, ("0.01", "100.01")),
        (">", 100.01, MET, None),
    ],
)
def test_an_amount_just_below_at_and_above_under_every_comparator(
    comparator: str, area: float, verdict: Verdict, shortfall: tuple[str, str] | None
) -> None:
    measure = {"kind": "amount", "input": "area", "threshold": bound(comparator, "100", "平方公里")}
    outcome = judge(measure, {"area": area})
    assert (outcome.verdict, outcome.value) == (verdict, Decimal(str(area)))
    assert gap(outcome) == shortfall
    words = f"面积{'还差' if '>' in comparator else '超出'} 0.01 平方公里"
    assert outcome.remedy == (words if shortfall else "")
    assert outcome.locations == cells("area")


def test_the_amount_of_several_years_is_their_sum_and_one_blank_leaves_it_open() -> None:
    measure = {"kind": "amount", "input": "users", "years": [-2, -1, 0], "threshold": bound(">=", "6", "家")}
    assert judge(measure, {"users": [1, 2, 3]}).verdict is MET
    assert gap(judge(measure, {"users": [1, 2, 2]})) == ("1", "6")
    outcome = judge(measure, {"users": [9, None, 9]})
    assert (outcome.verdict, outcome.locations) == (MISSING, cells("users@-1"))


@pytest.mark.parametrize(
    ("area", "evidence", "verdict"),
    [(5, ["R"], MET), (5, [], MISSING), (5, ["other"], MISSING), (4, [], UNMET), (4, ["R"], UNMET)],
)
def test_an_amount_that_holds_without_its_evidence_is_missing(area: int, evidence: list[str], verdict: Verdict) -> None:
    measure = {"kind": "amount", "input": "area", "evidence": True, "threshold": bound(">=", "5")}
    outcome = judge(measure, {"area": area}, {"evidence": [{"evidence_rule": rule} for rule in evidence]})
    assert outcome.verdict is verdict
    assert ("佐证" in outcome.remedy) == (verdict is MISSING)


def test_a_figure_without_a_natural_step_is_given_six_places() -> None:
    outcome = judge({"kind": "amount", "input": "rate", "threshold": bound("<", "2", "元")}, {"rate": 2})
    assert gap(outcome) == ("0.000001", "1.999999")


# --- trend ----------------------------------------------------------------------------------------------------

UP: Raw = {
    "kind": "trend",
    "part": "users",
    "whole": "firms",
    "years": [-2, -1, 0],
    "direction": "up",
    "unit": "%",
    "over": "trend",
}


@pytest.mark.parametrize(
    ("direction", "users", "yearly", "endpoints"),
    [
        ("up", [1, 2, 3], MET, MET),
        ("up", [1, 1, 2], MET, MET),
        ("up", [1, 1, 1], UNMET, UNMET),
        ("up", [1, 3, 2], UNMET, MET),
        ("up", [3, 2, 4], UNMET, MET),
        ("up", [3, 4, 3], UNMET, UNMET),
        ("down", [3, 2, 1], MET, MET),
        ("down", [3, 2, 2], UNMET, MET),
        ("down", [3, 4, 2], UNMET, MET),
        ("down", [3, 2, 3], UNMET, UNMET),
        ("down", [0, 0, 0], UNMET, UNMET),
    ],
)
def test_a_trend_year_by_year_and_from_end_to_end(
    direction: str, users: list[int], yearly: Verdict, endpoints: Verdict
) -> None:
    measure = {**UP, "direction": direction}
    assert judge(measure, {"users": users, "firms": [9, 9, 9]}).verdict is yearly
    assert judge(measure, {"users": users, "firms": [9, 9, 9]}, trend="endpoints").verdict is endpoints


def test_a_trend_is_one_of_rates_not_of_figures() -> None:
    assert judge(UP, {"users": [10, 11, 12], "firms": [10, 12, 14]}).verdict is UNMET


def test_a_broken_trend_names_the_years_and_the_cell_in_which_it_broke() -> None:
    outcome = judge(UP, {"users": [3, 2, 4], "firms": [10, 10, 10]})
    assert outcome.remedy == "2024年较2023年未提升，请核实数据或说明原因"
    assert outcome.locations == cells("users@-1")
    assert outcome.shown == "30.00% → 20.00% → 40.00%"
    assert outcome.value == Decimal("0.4")


def test_an_intensity_is_told_in_its_own_unit() -> None:
    measure = {**UP, "direction": "down", "part": "part", "whole": "total", "per": "10000", "unit": "吨/万元"}
    outcome = judge(measure, {"part": [30, 20, 10], "total": [None, 0.01, 0.01, 0.01]})
    assert (outcome.verdict, outcome.shown) == (MET, "0.3000 吨/万元 → 0.2000 吨/万元 → 0.1000 吨/万元")


@pytest.mark.parametrize(
    ("users", "firms", "verdict"), [([1, 2, 3], [9, 0, 9], REVIEW), ([1, None, 3], [9, 9, 9], MISSING)]
)
def test_a_trend_over_nothing_or_over_a_blank_is_open(
    users: list[int | None], firms: list[int], verdict: Verdict
) -> None:
    assert judge(UP, {"users": users, "firms": firms}, trend="endpoints").verdict is verdict


# --- distinct_count -------------------------------------------------------------------------------------------

OF_KIND: Raw = {"column": "kind", "in": ["甲"]}
COUNT: Raw = {
    "kind": "distinct_count",
    "table": "things",
    "by": "thing",
    "where": [OF_KIND],
    "threshold": bound(">=", "2", "项"),
}


def things(*names: str | None, **more: Any) -> Rows:
    return [{"thing": name, "kind": "甲", **more} for name in names]


@pytest.mark.parametrize(
    ("certain", "doubtful", "verdict", "shortfall"),
    [
        ("abc", "", MET, None),
        ("ab", "", MET, None),
        ("ab", "xyz", MET, None),
        ("a", "x", MISSING, ("1", "2")),
        ("", "xy", MISSING, ("2", "2")),
        ("", "x", UNMET, ("2", "2")),
        ("a", "", UNMET, ("1", "2")),
        ("a", "a", UNMET, ("1", "2")),  # the doubtful row is the same thing: it adds nothing
        ("aA", "", UNMET, ("1", "2")),
    ],
)
def test_the_doubtful_matter_only_where_they_could_tip_the_count(
    certain: str, doubtful: str, verdict: Verdict, shortfall: tuple[str, str] | None
) -> None:
    outcome = judge(COUNT, {}, {"things": things(*certain) + things(*doubtful, kind="读不懂")})
    assert outcome.verdict is verdict
    assert outcome.value == len(set(certain.casefold()))
    assert gap(outcome) == shortfall
    assert ("清单还差" in outcome.remedy) == (shortfall is not None)


def test_the_doubtful_rows_are_pointed_at_and_told() -> None:
    outcome = judge(COUNT, {}, {"things": [*things("a"), *things("x", kind=None), *things("z", kind="乙")]})
    assert outcome.locations == (cell("things", 2, "thing"),)
    assert outcome.remedy == "清单还差 1 项；先改正 1 行无法识别的数据"
    assert "另有 1 行不符合条件，未计入；另有 1 行无法识别，暂未计入" in outcome.sentence


def test_a_qualifying_row_without_its_name_is_doubtful() -> None:
    assert judge(COUNT, {}, {"things": things("a", None)}).verdict is MISSING


def test_an_empty_list_is_missing_not_zero() -> None:
    outcome = judge(COUNT)
    assert (outcome.verdict, outcome.value, outcome.locations) == (MISSING, None, (anchor("things"),))


def test_a_strict_count_needs_one_more() -> None:
    outcome = judge({**COUNT, "threshold": bound(">", "2", "项")}, {}, {"things": things("a", "b")})
    assert (outcome.verdict, gap(outcome) == ("1", "3")) == (UNMET, True)


@pytest.mark.parametrize(("reading", "value"), [("things", 1), ("titles", 3)])
def test_counted_by_titles_every_row_counts(reading: str, value: int) -> None:
    assert judge({**COUNT, "count": "count"}, {}, {"things": things("a", "a", "A")}, count=reading).value == value


def test_without_a_column_to_count_by_every_row_counts() -> None:
    measure = {"kind": "distinct_count", "table": "things", "threshold": bound(">=", "2", "项")}
    assert judge(measure, {}, {"things": things("a", "a")}).verdict is MET


@pytest.mark.parametrize(("column", "condition"), [("issued", "on_or_before"), ("until", "on_or_after")])
@pytest.mark.parametrize(("day", "early", "late"), [("2026-09-29", 2, 0), ("2026-09-30", 2, 2), ("2026-10-01", 0, 2)])
def test_a_date_counts_on_the_day_itself(column: str, condition: str, day: str, early: int, late: int) -> None:
    measure = {**COUNT, "where": [{"column": column, condition: "reference_date"}]}
    outcome = judge(measure, {}, {"things": things("a", "b", **{column: day})})
    assert outcome.value == (early if condition == "on_or_before" else late)


OWNERS: Rows = [{"owner_code": "p", "main": "有"}, {"owner_code": "q", "main": "无"}, {"owner_code": "r", "main": None}]
OWNERS += [{"owner_code": "s", "main": "有"}, {"owner_code": "s", "main": "无"}]


@pytest.mark.parametrize(
    ("owner", "verdict"),
    [("p", MET), ("q", UNMET), ("r", MISSING), ("s", MISSING), ("nobody", MISSING), (None, MISSING)],
)
def test_what_another_table_cannot_tell_is_doubtful(owner: str | None, verdict: Verdict) -> None:
    measure = {**COUNT, "where": [{"column": "owner", "lookup": "owners.main", "in": ["有"]}]}
    tables = {"things": things("a", "b", owner=owner), "owners": OWNERS}
    assert judge(measure, {}, tables).verdict is verdict


@pytest.mark.parametrize(("owner", "verdict"), [("p", MET), ("q", MET), ("nobody", MISSING)])
def test_a_lookup_without_values_asks_only_whether_it_is_listed(owner: str, verdict: Verdict) -> None:
    measure = {**COUNT, "where": [{"column": "owner", "lookup": "owners.owner_code"}]}
    assert judge(measure, {}, {"things": things("a", "b", owner=owner), "owners": OWNERS}).verdict is verdict


@pytest.mark.parametrize(("reading", "verdict"), [("any", MET), ("strict", UNMET)])
def test_a_condition_is_asked_only_under_its_reading(reading: str, verdict: Verdict) -> None:
    measure = {**COUNT, "where": [{**OF_KIND, "when": {"scope": "strict"}}]}
    assert judge(measure, {}, {"things": things("a", "b", kind="乙")}, scope=reading).verdict is verdict


def test_a_failed_condition_settles_what_another_cannot_tell() -> None:
    measure = {**COUNT, "where": [OF_KIND, {"column": "until", "on_or_after": "reference_date"}]}
    outcome = judge(measure, {}, {"things": things("a", "b", kind="乙", until=None)})
    assert outcome.verdict is UNMET


# --- coverage -------------------------------------------------------------------------------------------------


def offers(**answers: str | None) -> dict[str, Rows]:
    return {"services": [{"row": row, "offered": answer} for row, answer in answers.items()]}


OFFERED: Raw = {
    "kind": "coverage",
    "table": "services",
    "column": "offered",
    "in": ["有"],
    "over": "kinds",
    "optional": ["other"],
    "threshold": bound(">=", "2", "类"),
}


@pytest.mark.parametrize(
    ("answers", "any_", "all_"),
    [
        ({"a": "有", "b": "有", "c": "有", "other": "无"}, MET, MET),
        ({"a": "有", "b": "有", "c": "有"}, MET, MET),
        ({"a": "有", "b": "有", "c": "无", "other": "有"}, MET, UNMET),
        ({"a": "有", "b": "有"}, MET, MISSING),
        ({"a": "有", "b": "无", "c": "无", "other": "有"}, MET, UNMET),
        ({"a": "有", "b": "无", "c": "无", "other": "无"}, UNMET, UNMET),
        ({"a": "有", "b": "无", "c": "无"}, MISSING, UNMET),
        ({"a": "读不懂", "b": "无", "c": "无", "other": "无"}, UNMET, UNMET),
        ({}, MISSING, MISSING),
    ],
)
def test_some_printed_rows_or_all_but_the_optional_must_be_covered(
    answers: dict[str, str], any_: Verdict, all_: Verdict
) -> None:
    assert judge(OFFERED, {}, offers(**answers)).verdict is any_
    assert judge(OFFERED, {}, offers(**answers), kinds="all").verdict is all_


def test_what_is_not_covered_is_named_and_the_blank_cells_are_pointed_at() -> None:
    outcome = judge(OFFERED, {}, offers(a="有", b="无"), kinds="all")
    assert outcome.remedy == "服务还差 2 类（第b类、第c类）"
    assert gap(outcome) == ("2", "3")
    assert outcome.locations == (cell("services", 3, "offered"),)
    assert (outcome.value, outcome.shown) == (Decimal(1), "1 类")


@pytest.mark.parametrize(("times", "verdict"), [(1, MET), (0, UNMET), (None, MISSING)])
def test_a_service_without_a_single_session_is_not_covered(times: int | None, verdict: Verdict) -> None:
    measure = {
        "kind": "coverage",
        "table": "services",
        "column": "times",
        "positive": True,
        "threshold": bound(">=", "4", "类"),
    }
    rows = [{"row": row, "times": 5} for row in ("a", "b", "c")] + [{"row": "other", "times": times}]
    assert judge(measure, {}, {"services": rows}).verdict is verdict


@pytest.mark.parametrize(("goals", "verdict"), [([1, 0], MET), ([1, None], MISSING)])
def test_a_row_of_several_years_is_covered_only_when_every_year_is_filled(
    goals: list[int | None], verdict: Verdict
) -> None:
    measure = {"kind": "coverage", "table": "goals", "column": "goal", "threshold": bound(">=", "2", "项")}
    outcome = judge(measure, {}, {"goals": [{"row": "x", "goal": [1, 2]}, {"row": "y", "goal": goals}]})
    assert outcome.verdict is verdict
    assert outcome.locations == ((anchor("goals"),) if verdict is MET else (cell("goals", 2, "goal@2"),))


# --- below_baseline -------------------------------------------------------------------------------------------

BASELINE: Raw = {
    "kind": "below_baseline",
    "table": "uses",
    "label": "process",
    "value": "used",
    "baseline": "base",
    "unit": "per",
}


def uses(*rows: tuple[float | None, float | None]) -> dict[str, Rows]:
    return {
        "uses": [
            {"process": f"工序{i}", "used": used, "base": base, "per": "千克"} for i, (used, base) in enumerate(rows, 1)
        ]
    }


@pytest.mark.parametrize(
    ("rows", "verdict", "at"),
    [
        ([(9, 10)], MET, 1),
        ([(9, 10), (10, 10)], REVIEW, 2),
        ([(9, 10), (10.01, 10)], UNMET, 2),
        ([(10, 10), (None, 10)], MISSING, 2),
        ([(9, 10), (9, None)], MISSING, 2),
        ([(None, 10), (10, 10), (12, 10)], UNMET, 3),
    ],
)
def test_consumption_just_below_at_and_above_its_baseline(
    rows: list[tuple[float | None, float | None]], verdict: Verdict, at: int
) -> None:
    outcome = judge(BASELINE, {}, uses(*rows))
    assert outcome.verdict is verdict
    assert outcome.locations == (cell("uses", at, "used"),)


def test_the_worst_process_is_the_shortfall_and_each_is_named() -> None:
    outcome = judge(BASELINE, {}, uses((11, 10), (9, 10), (13.5, 10)))
    assert outcome.shortfall is not None
    assert (outcome.shortfall.amount, outcome.shortfall.unit) == (Decimal("3.5"), "千克")
    assert outcome.remedy == "工序1需低于 10（现高 1 千克）；工序3需低于 10（现高 3.5 千克）"
    assert outcome.shown == "2 项高于基准值"


def test_no_process_at_all_is_missing() -> None:
    outcome = judge(BASELINE)
    assert (outcome.verdict, outcome.locations) == (MISSING, (anchor("uses"),))


# --- none_of --------------------------------------------------------------------------------------------------

NONE: Raw = {
    "kind": "none_of",
    "counts": "count",
    "table": "incidents",
    "category": "事故",
    "fatal": ["较大", "重大"],
    "open": ["未定级"],
}
NOTHING = {"count": [0, 0, 0, 0]}


def incident(
    level: str | None = "较大", day: str | None = "2025-05-01", category: str | None = "事故"
) -> dict[str, Rows]:
    return {
        "incidents": [{"incident_kind": category, "incident_level": level, "incident_date": day, "incident_note": "有"}]
    }


@pytest.mark.parametrize(
    ("register", "verdict"),
    [
        ({}, MET),
        (incident(), UNMET),
        (incident(level="一般"), MET),
        (incident(level="未定级"), REVIEW),
        (incident(level=None), MISSING),
        (incident(level="读不懂"), MISSING),
        (incident(category="失信"), MET),
        (incident(category=None), MISSING),
        (incident(category="读不懂"), MISSING),
        (incident(day="2022-12-31"), MET),
        (incident(day="2023-01-01"), UNMET),
        (incident(day="2026-09-30"), UNMET),
        (incident(day="2026-10-01"), MET),
        (incident(day=None), UNMET),
        (incident(day="去年"), UNMET),
        (incident(level="一般", day=None), MET),
        (incident(level="未定级", day="2022-12-31"), MET),
    ],
)
def test_a_registered_incident_by_level_date_and_category(register: dict[str, Rows], verdict: Verdict) -> None:
    assert judge(NONE, NOTHING, register).verdict is verdict


@pytest.mark.parametrize(
    ("counts", "means", "verdict"),
    [
        ([0, 0, 0, 0], "fatal", MET),
        ([0, 1, 0, 0], "fatal", UNMET),
        ([0, 1, 0, 0], "open", REVIEW),
        ([0, 0, 0, None], "fatal", MISSING),
        ([0, 1, 0, None], "fatal", UNMET),
        ([0, 1, 0, None], "open", MISSING),
    ],
)
def test_a_yearly_count_means_what_its_heading_says(counts: list[int | None], means: str, verdict: Verdict) -> None:
    assert judge({**NONE, "counts_mean": means}, {"count": counts}).verdict is verdict


def test_a_veto_says_how_many_and_where_and_that_no_data_will_mend_it() -> None:
    outcome = judge(NONE, {"count": [0, 2, 0, 0]}, incident())
    assert (outcome.value, outcome.shown) == (Decimal(2), "2 起")
    assert gap(outcome) == ("2", "0")
    assert outcome.locations == (cell("incidents", 1, "incident_level"), *cells("count@-1"))
    assert "一票否决" in outcome.remedy
    assert "2023-01-01至2026-09-30" in outcome.sentence


def test_a_level_left_blank_matters_only_in_a_row_of_the_category() -> None:
    assert judge(NONE, NOTHING, incident(level=None, category="失信")).verdict is MET


def test_one_fatal_row_settles_it_though_counts_and_categories_are_blank() -> None:
    register = {"incidents": incident()["incidents"] + incident(category=None)["incidents"]}
    assert judge(NONE, {"count": [None] * 4}, register).verdict is UNMET


def test_an_incident_below_the_level_is_told_and_does_no_harm() -> None:
    outcome = judge(NONE, NOTHING, incident(level="一般"))
    assert "另登记 1 起未达到所述等级，不影响认定" in outcome.sentence


@pytest.mark.parametrize("row", [incident(category=None), incident(level=None)])
def test_a_row_of_unknown_category_or_level_is_pointed_at(row: dict[str, Rows]) -> None:
    assert judge(NONE, NOTHING, row).locations == (cell("incidents", 1, "incident_level"),)


# --- exists, declared, preference -----------------------------------------------------------------------------

EXISTS: Raw = {
    "kind": "exists",
    "input": "has",
    "present": ["有"],
    "with": ["named"],
    "same": ["code", "code_again"],
    "evidence": True,
}
GOOD: Raw = {"has": "有", "named": "办法", "code": "X", "code_again": "X"}


@pytest.mark.parametrize(
    ("change", "evidence", "verdict", "places"),
    [
        ({}, ["R"], MET, ["has"]),
        ({"has": "无"}, ["R"], UNMET, ["has"]),
        ({"has": "无", "named": None}, [], UNMET, ["has"]),
        ({"has": None}, ["R"], MISSING, ["has"]),
        ({"named": None}, ["R"], MISSING, ["named"]),
        ({"code": None}, ["R"], MISSING, ["code"]),
        ({"code": "Y"}, ["R"], UNMET, ["code", "code_again"]),
        ({}, [], MISSING, ["has"]),
        ({}, ["other"], MISSING, ["has"]),
    ],
)
def test_a_thing_exists_when_declared_named_agreeing_and_evidenced(
    change: Raw, evidence: list[str], verdict: Verdict, places: list[str]
) -> None:
    outcome = judge(EXISTS, GOOD | change, {"evidence": [{"evidence_rule": rule} for rule in evidence]})
    assert (outcome.verdict, outcome.locations) == (verdict, cells(*places))
    assert bool(outcome.remedy) == (verdict is not MET)


def test_a_declaration_alone_will_do_where_no_evidence_is_asked() -> None:
    outcome = judge({"kind": "exists", "input": "has", "present": ["有"]}, {"has": "有"})
    assert (outcome.verdict, outcome.sentence) == (MET, "has：有")


DECLARED: Raw = {"kind": "declared", "table": "self", "inputs": ["part"], "kinds": "things.kind"}
FILLED: Raw = {"part": [1, 2, 3]}


@pytest.mark.parametrize("view", ["符合", "不符合"])
def test_the_operators_own_view_is_never_a_verdict(view: str) -> None:
    outcome = judge(DECLARED, FILLED, {"self": [{"row": "R", "self_view": view, "self_text": "详见"}]})
    assert (outcome.verdict, outcome.shown) == (REVIEW, f"自评{view}")
    assert outcome.locations == (cell("self", 1, "self_view"), cell("self", 1, "self_text"))


@pytest.mark.parametrize(
    ("view", "text", "part", "place"),
    [
        (None, "详见", 3, cell("self", 1, "self_view")),
        ("符合", None, 3, cell("self", 1, "self_text")),
        ("符合", "详见", None, cells("part@0")[0]),
    ],
)
def test_a_judgement_waits_for_view_statement_and_supporting_inputs(
    view: str | None, text: str | None, part: int | None, place: Location
) -> None:
    row = {"row": "R", "self_view": view, "self_text": text}
    outcome = judge(DECLARED, {"part": [1, 2, part]}, {"self": [row]})
    assert (outcome.verdict, outcome.locations) == (MISSING, (place,))


def test_a_rule_without_a_row_has_not_been_assessed() -> None:
    outcome = measure_from_dict({**DECLARED, "rule": "another"}).judge(case_of(FILLED))
    assert (outcome.verdict, outcome.locations) == (MISSING, (anchor("self"),))


@pytest.mark.parametrize(("rows", "told"), [([], "无"), (things("a", kind="乙") + things("b"), "甲、乙")])
def test_the_kinds_that_are_listed_are_told_to_the_reviewer(rows: Rows, told: str) -> None:
    tables = {"self": [{"row": "R", "self_view": "符合", "self_text": "详见"}], "things": rows}
    assert f"登记kind：{told}，" in judge(DECLARED, FILLED, tables).sentence


@pytest.mark.parametrize(("stated", "words"), [("有", "所属方向：有"), (None, "未申报所属方向")])
def test_a_preference_decides_nothing(stated: str | None, words: str) -> None:
    outcome = judge({"kind": "preference", "input": "has"}, {"has": stated})
    assert outcome.verdict is Verdict.NOT_APPLICABLE
    assert words in outcome.sentence


# --- any_of, all_of -------------------------------------------------------------------------------------------

WIDE: Raw = {"id": "wide", "kind": "amount", "input": "area", "threshold": bound(">=", "10", "平方公里")}
MANY: Raw = {**COUNT, "id": "many"}
ANY: Raw = {"kind": "any_of", "branches": [WIDE, MANY]}
ALL: Raw = {"kind": "all_of", "parts": [WIDE, MANY]}


@pytest.mark.parametrize(
    ("area", "names", "any_", "all_"),
    [
        (10, "ab", MET, MET),
        (10, "a", MET, UNMET),
        (10, "", MET, MISSING),
        (9, "ab", MET, UNMET),
        (9, "a", UNMET, UNMET),
        (9, "", MISSING, UNMET),
        (None, "ab", MET, MISSING),
        (None, "a", MISSING, UNMET),
    ],
)
def test_one_branch_is_enough_and_every_part_must_hold(
    area: int | None, names: str, any_: Verdict, all_: Verdict
) -> None:
    tables = {"things": things(*names)}
    assert judge(ANY, {"area": area}, tables).verdict is any_
    assert judge(ALL, {"area": area}, tables).verdict is all_


@pytest.mark.parametrize(
    ("area", "first", "amount"), [(4, "清单还差 1 项", "1"), (9.5, "面积还差 0.50 平方公里", "0.5")]
)
def test_of_the_branches_that_fail_the_cheapest_is_offered_first(area: float, first: str, amount: str) -> None:
    outcome = judge(ANY, {"area": area}, {"things": things("a")})
    steps = outcome.remedy.split("；或者")
    assert (steps[0], len(steps)) == (first, 2)
    assert outcome.shortfall is not None
    assert outcome.shortfall.amount == Decimal(amount)
    assert outcome.locations == (*cells("area"), anchor("things"))


def test_a_branch_that_holds_speaks_for_all() -> None:
    outcome = judge(ANY, {"area": 10}, {"things": things("a")})
    assert (outcome.value, outcome.shortfall, outcome.remedy) == (Decimal(10), None, "")
    assert outcome.locations == cells("area")
    assert outcome.shown == "10 平方公里／1 项"
    assert "清单 1 项" in outcome.sentence


def test_the_gravest_part_decides_and_every_sentence_is_kept() -> None:
    outcome = judge(ALL, {"area": None}, {"things": things("a")})
    assert (outcome.verdict, outcome.value, outcome.remedy) == (UNMET, Decimal(1), "清单还差 1 项")
    assert gap(outcome) == ("1", "2")
    assert outcome.locations == (anchor("things"),)
    assert "面积未填写" in outcome.sentence


@pytest.mark.parametrize(("reading", "any_", "all_"), [("any", UNMET, MET), ("strict", MET, MET)])
def test_a_branch_stands_only_under_its_reading(reading: str, any_: Verdict, all_: Verdict) -> None:
    many = {**MANY, "when": {"scope": "strict"}}
    tables = {"things": things("a", "b")}
    assert judge({**ANY, "branches": [WIDE, many]}, {"area": 9}, tables, scope=reading).verdict is any_
    assert judge({**ALL, "parts": [WIDE, many]}, {"area": 10}, tables, scope=reading).verdict is all_


def test_a_compound_depends_on_and_reads_what_its_parts_do() -> None:
    inner = {**ANY, "id": "inner", "branches": [{**SHARE, "when": {"scope": "any"}}, {**COUNT, "count": "count"}]}
    measure = measure_from_dict({"rule": "R", "kind": "all_of", "parts": [WIDE, inner, OFFERED]})
    assert set(measure.parameters) == {"scope", "share_years", "count", "kinds"}
    assert measure.slots == ("area", *(f"{name}@{year}" for year in (-2, -1, 0) for name in ("part", "total")))
    assert measure.reads == (("things", "thing"), ("things", "kind"), ("services", "offered"))
    assert [branch for branch, _ in leaves(measure)] == ["wide", "inner", "inner", ""]


def test_a_fault_inside_a_branch_is_reported_with_its_path() -> None:
    broken = {**WIDE, "threshold": {**bound(">=", "1"), "values": bound(">=", "1")["values"] * 2}}
    with pytest.raises(PolicyError, match=r"^parts\[1\]\.branches\[0\]\.threshold\.values: "):
        measure_from_dict({"rule": "R", "kind": "all_of", "parts": [MANY, {"kind": "any_of", "branches": [broken]}]})


# --- dated bounds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "verdict"), [("2020-01-01", MET), ("2026-06-30", MET), ("2026-07-01", UNMET), ("2026-07-02", UNMET)]
)
def test_the_bound_is_the_one_in_force_on_the_reference_date(day: str, verdict: Verdict) -> None:
    later = {"from": "2026-07-01", "value": "20", "source": "test"}
    threshold = bound(">=", "10", "平方公里")
    measure = measure_from_dict(
        {**WIDE, "rule": "R", "threshold": {**threshold, "values": [*threshold["values"], later]}}
    )
    case = case_of({"area": 15})
    season = replace(SEASON, reference_date=date.fromisoformat(day))
    assert measure.judge(replace(case, season=season)).verdict is verdict


def test_every_kind_is_tried_in_this_file() -> None:
    tried = [FLOOR, SHARE, GROWTH, DENSITY, WIDE, UP, COUNT, OFFERED, BASELINE, NONE, EXISTS, DECLARED, ANY, ALL]
    assert {measure["kind"] for measure in tried} | {"preference"} == set(KINDS)
