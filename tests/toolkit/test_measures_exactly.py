"""Every way out of every measure, word for word: verdict, figure, shortfall, remedy, sentence and cells at once.

- figures, rows, incidents, statements, compounds: one outcome for each way out, compared whole
- case: what a workbook that lacks a cell or a table is taken to say
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.measures import Case, measure_from_dict
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Location, Submission

Raw = dict[str, Any]
Rows = list[dict[str, Any]]
MET, UNMET, MISSING, REVIEW = Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW


def whole(field: str, label: str, unit: str, *years: int) -> Raw:
    return {"id": field, "label": label, "type": "integer", "unit": unit, "years": list(years)}


def figure(field: str, label: str, unit: str, *years: int, decimals: int = 4) -> Raw:
    return {"id": field, "label": label, "type": "decimal", "unit": unit, "years": list(years), "decimals": decimals}


def words(field: str, label: str = "") -> Raw:
    return {"id": field, "label": label or field, "type": "text"}


def choice(field: str, label: str, listed: str) -> Raw:
    return {"id": field, "label": label, "type": "choice", "list": listed}


def table(name: str, label: str, *columns: Raw, rows: object = 9, key: str = "") -> Raw:
    return {"id": name, "label": label, "rows": rows, "columns": list(columns)} | ({"key": key} if key else {})


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
        "level": ["一般", "较大", "未定级"],
        "view": ["符合", "不符合"],
    },
    "parameters": [
        parameter("floor", "each", "average"),
        parameter("span", "latest", "each"),
        parameter("method", "g3", "g2", "m3"),
        parameter("ends", "yearly", "endpoints"),
        parameter("kinds", "any", "all"),
        parameter("count", "things", "titles"),
        parameter("scope", "any", "strict"),
    ],
    "criteria": [],
    "sections": [
        {
            "id": "sheet",
            "sheet": "填报",
            "title": "",
            "intro": "",
            "inputs": [
                figure("total", "总额", "亿元", -3, -2, -1, 0),
                figure("part", "其中：分项", "亿元", -2, -1, 0),
                whole("stock", "存量", "件", 0),
                whole("staff", "人员", "人", 0),
                whole("users", "用户", "家", -1, 0),
                whole("count", "起数", "起", -2, -1, 0, 1),
                figure("area", "面积", "平方公里", decimals=2),
                choice("has", "图谱", "have"),
                words("named", "名称"),
                words("issuer", "发布单位"),
                words("code", "代码"),
                words("code_again", "申报代码"),
            ],
            "tables": [
                table("things", "清单", words("thing"), choice("kind", "类别", "kind"), words("owner")),
                table("certs", "证书", words("note"), words("cert") | {"required": True}),
                table("owners", "名录", words("owner_code"), choice("main", "主营", "have"), key="owner_code"),
                table(
                    "services",
                    "服务",
                    choice("offered", "提供", "have"),
                    rows=[{"id": row, "label": f"第{row}类"} for row in "abc"],
                ),
                table(
                    "incidents",
                    "登记表",
                    choice("incident_kind", "类别", "kind"),
                    choice("incident_level", "等级", "level"),
                    {"id": "incident_date", "label": "日期", "type": "date"},
                ),
                table(
                    "uses",
                    "消耗",
                    words("process"),
                    figure("used", "消耗", ""),
                    figure("base", "基准值", ""),
                    words("per"),
                ),
                table(
                    "self",
                    "自评",
                    choice("self_view", "自评", "view"),
                    words("self_text"),
                    rows=[{"id": "R", "label": "第R条"}],
                ),
                table("evidence", "佐证", words("evidence_rule")),
            ],
        }
    ],
}
POLICY = Policy.from_dict(SHEET)
SEASON = Season(id="2026", policy="tiny", year=2026, reference_date=date(2026, 9, 30), source="")


def case_of(given: Mapping[str, Any], **readings: str) -> Case:
    season = replace(SEASON, readings=readings)
    tables = {name: rows for name, rows in given.items() if name in POLICY.tables}
    inputs = {name: value for name, value in given.items() if name not in tables}
    return Case(
        submission=take_in(POLICY, season, answers_from_dict(POLICY, {"inputs": inputs, "tables": tables})),
        season=season,
        fields=POLICY.fields,
        tables=POLICY.tables,
        readings=POLICY.readings(season),
        evidence_slot=("evidence", "evidence_rule"),
    )


def names(case: Case) -> dict[Location, str]:
    """Where everything stands, as the tables below write it: ``total@0``, ``things``, ``things 2 thing``."""
    told = {entry.location: key for key, entry in case.submission.entries.items()}
    for table_id, data in case.submission.tables.items():
        told[data.anchor] = table_id
        for number, row in enumerate(data.rows, 1):
            told |= {entry.location: f"{table_id} {number} {key}" for key, entry in row.cells.items()}
    return told


def said(measure: Raw, given: Mapping[str, Any], **readings: str) -> tuple[Outcome, list[str]]:
    """The outcome, its cells by name beside it."""
    case = case_of(given, **readings)
    outcome = measure_from_dict({"rule": "R", **measure}).judge(case)
    told = names(case)
    return replace(outcome, locations=()), [told[place] for place in outcome.locations]


def bound(comparator: str, value: str, unit: str) -> Raw:
    dated = {"from": "2024-01-01", "value": value, "source": "test"}
    return {"threshold": {"comparator": comparator, "unit": unit, "values": [dated]}}


def met(value: object, shown: str, sentence: str) -> Outcome:
    return Outcome(verdict=MET, value=None if value is None else Decimal(str(value)), shown=shown, sentence=sentence)


def short(amount: object, target: object, unit: str, decimals: int | None, *, excess: bool = False) -> Shortfall:
    return Shortfall(
        amount=Decimal(str(amount)), target=Decimal(str(target)), unit=unit, decimals=decimals, excess=excess
    )


def unmet(value: object, shown: str, shortfall: Shortfall | None, remedy: str, sentence: str) -> Outcome:
    return replace(met(value, shown, sentence), verdict=UNMET, shortfall=shortfall, remedy=remedy)


def missing(remedy: str, sentence: str, shown: str = "") -> Outcome:
    return Outcome(verdict=MISSING, remedy=remedy, sentence=sentence, shown=shown)


def blank(*labels: str) -> Outcome:
    told = "、".join(labels)
    return missing(f"请填写{told}", f"{told}未填写或无法识别，暂不能判定")


def open_(sentence: str) -> Outcome:
    return Outcome(verdict=REVIEW, sentence=sentence)


# --- figures --------------------------------------------------------------------------------------------------

FLOOR: Raw = {"kind": "each_year", "input": "total", "years": [-2, -1, 0], "over": "floor", **bound(">=", "30", "亿元")}
YEARS = ["total@-2", "total@-1", "total@0"]


@pytest.mark.parametrize(
    ("change", "totals", "reading", "outcome", "places"),
    [
        (
            {},
            [9, 31, 30, 32.5],
            "each",
            met(30, "31／30／32.5 亿元", "2023—2025年总额依次为 31／30／32.5 亿元，要求每年30亿元以上"),
            YEARS,
        ),
        (
            {},
            [9, 29.5, 31, 28],
            "each",
            unmet(
                28,
                "29.5／31／28 亿元",
                short(2, 30, "亿元", 4),
                "2023年总额需达到 30.0000 亿元（差 0.5000 亿元）；2025年总额需达到 30.0000 亿元（差 2.0000 亿元）",
                "2023—2025年总额依次为 29.5／31／28 亿元，要求每年30亿元以上",
            ),
            ["total@-2", "total@0"],
        ),
        (
            bound("<=", "30", "亿元"),
            [99, 31, 28, 33],
            "each",
            unmet(
                33,
                "31／28／33 亿元",
                short(3, 30, "亿元", 4, excess=True),
                "2023年总额需降至 30.0000 亿元（超 1.0000 亿元）；2025年总额需降至 30.0000 亿元（超 3.0000 亿元）",
                "2023—2025年总额依次为 31／28／33 亿元，要求每年不超过30亿元",
            ),
            ["total@-2", "total@0"],
        ),
        (
            {},
            [9, 25, 30, 35],
            "average",
            met(30, "平均 30.0000 亿元", "2023—2025年总额依次为 25／30／35 亿元，平均要求30亿元以上"),
            YEARS,
        ),
        (
            {},
            [9, 25, 30, 34.99985],
            "average",
            unmet(
                "29.99995",
                "平均 29.99995 亿元",
                short("0.00015", 35, "亿元", None),
                "2025年总额需达到 35 亿元（差 0.00015 亿元）",
                "2023—2025年总额依次为 25／30／34.99985 亿元，平均要求30亿元以上",
            ),
            YEARS,
        ),
        ({}, [9, None, 30, None], "each", blank("2023年总额", "2025年总额"), ["total@-2", "total@0"]),
        ({}, [9, None, 30, None], "average", blank("2023年总额", "2025年总额"), ["total@-2", "total@0"]),
    ],
)
def test_a_floor_in_every_year(
    change: Raw, totals: list[float | None], reading: str, outcome: Outcome, places: list[str]
) -> None:
    assert said({**FLOOR, **change}, {"total": totals}, floor=reading) == (outcome, places)


def test_a_floor_that_the_text_leaves_no_choice_about_asks_no_parameter() -> None:
    fixed = {name: value for name, value in FLOOR.items() if name != "over"}
    assert said(fixed, {"total": [9, 25, 30, 35]}, floor="average")[0].verdict is UNMET


SHARE: Raw = {"kind": "share", "part": "part", "whole": "total", "years": [-1, 0], "over": "span"}
SHARE |= bound(">=", "0.5", "%")


@pytest.mark.parametrize(
    ("change", "part", "total", "outcome"),
    [
        ({}, 20, 40, met("0.5", "50.00%", "2025年分项 20 亿元 ÷ 2025年总额 40 亿元 = 50.00%，要求50%以上")),
        ({}, 0.6, 1, met("0.6", "60.00%", "2025年分项 0.6 亿元 ÷ 2025年总额 1 亿元 = 60.00%，要求50%以上")),
        ({}, 0.5, 0.5, met(1, "100.00%", "2025年分项 0.5 亿元 ÷ 2025年总额 0.5 亿元 = 100.00%，要求50%以上")),
        (
            {},
            18,
            40,
            unmet(
                "0.45",
                "45.00%",
                short(2, 20, "亿元", 4),
                "2025年分项需达到 20.0000 亿元（差 2.0000 亿元，合 5.00 个百分点，总额不变）",
                "2025年分项 18 亿元 ÷ 2025年总额 40 亿元 = 45.00%，要求50%以上",
            ),
        ),
        (
            bound("<=", "0.5", "%"),
            25,
            40,
            unmet(
                "0.625",
                "62.50%",
                short(5, 20, "亿元", 4, excess=True),
                "2025年分项需降至 20.0000 亿元（超 5.0000 亿元，合 12.50 个百分点，总额不变）",
                "2025年分项 25 亿元 ÷ 2025年总额 40 亿元 = 62.50%，要求不超过50%",
            ),
        ),
        ({}, 0, 0, open_("2025年总额为零，占比无法计算，待人工判定")),
        ({}, 41, 40, open_("2025年分项大于2025年总额，数据矛盾，待人工判定")),
    ],
)
def test_a_share_of_the_latest_year(change: Raw, part: float, total: float, outcome: Outcome) -> None:
    given = {"part": [1, 1, part], "total": [9, 9, 9, total]}
    assert said({**SHARE, **change}, given) == (outcome, ["part@0", "total@0"])


def test_a_share_with_nothing_to_divide_names_both_cells_and_no_parameter_is_asked() -> None:
    fixed = {name: value for name, value in SHARE.items() if name != "over"}
    assert said(fixed, {}) == (blank("2025年分项", "2025年总额"), ["part@0", "total@0"])


def test_where_every_year_is_asked_each_that_fails_is_told_and_the_first_has_the_figures() -> None:
    outcome = unmet(
        "0.4",
        "40.00%",
        short(1, 5, "亿元", 4),
        "2024年分项需达到 5.0000 亿元（差 1.0000 亿元，合 10.00 个百分点，总额不变）；"
        "2025年分项需达到 5.0000 亿元（差 2.0000 亿元，合 20.00 个百分点，总额不变）",
        "2024年分项 4 亿元 ÷ 2024年总额 10 亿元 = 40.00%，要求50%以上",
    )
    given = {"part": [9, 4, 3], "total": [9, 10, 10, 10]}
    assert said(SHARE, given, span="each") == (outcome, ["part@-1", "total@-1", "part@0", "total@0"])


def test_where_every_year_is_asked_one_that_holds_is_not_told_beside_one_that_fails() -> None:
    given = {"part": [9, 5, 3], "total": [9, 10, 10, 10]}
    outcome, places = said(SHARE, given, span="each")
    assert outcome.remedy == "2025年分项需达到 5.0000 亿元（差 2.0000 亿元，合 20.00 个百分点，总额不变）"
    assert places == ["part@0", "total@0"]


def test_where_every_year_is_open_for_a_person_no_remedy_is_told() -> None:
    outcome, places = said(SHARE, {"part": [9, 11, 12], "total": [9, 10, 10, 10]}, span="each")
    assert outcome == open_("2024年分项大于2024年总额，数据矛盾，待人工判定")
    assert places == ["part@-1", "total@-1", "part@0", "total@0"]


@pytest.mark.parametrize(
    ("earlier", "latest", "told"),
    [
        (4, 5, "2024年分项 4 亿元"),
        (4, 3, "2024年分项 4 亿元"),
        (5, 3, "2025年分项 3 亿元"),
        (5, 6, "2025年分项 6 亿元"),
    ],
)
def test_where_every_year_is_asked_the_first_that_fails_is_told_and_otherwise_the_last(
    earlier: int, latest: int, told: str
) -> None:
    outcome, _ = said(SHARE, {"part": [9, earlier, latest], "total": [9, 10, 10, 10]}, span="each")
    assert outcome.sentence.startswith(told)


GROWTH: Raw = {"kind": "annual_growth", "input": "total", "method": "method", **bound(">=", "0.1", "%")}


@pytest.mark.parametrize(
    ("method", "totals", "outcome"),
    [
        (
            "g3",
            [64, 7, 7, 125],
            met("0.25", "25.00%", "（2025年总额 125 ÷ 2022年总额 64）开 3 次方 − 1 = 25.00%，要求10%以上"),
        ),
        (
            "g2",
            [7, 64, 7, 100],
            met("0.25", "25.00%", "（2025年总额 100 ÷ 2023年总额 64）开 2 次方 − 1 = 25.00%，要求10%以上"),
        ),
        (
            "m3",
            [100, 120, 150, 195],
            met("0.25", "25.00%", "2022年总额起依次为 100、120、150、195，三年增速平均 = 25.00%，要求10%以上"),
        ),
        (
            "g3",
            [64, 7, 7, 64],
            unmet(
                0,
                "0.00%",
                short("21.184", "85.184", "亿元", 4),
                "2025年总额需达到 85.1840 亿元（差 21.1840 亿元）",
                "（2025年总额 64 ÷ 2022年总额 64）开 3 次方 − 1 = 0.00%，要求10%以上",
            ),
        ),
        (
            "g2",
            [7, 64, 7, 0],
            unmet(
                -1,
                "-100.00%",
                short("77.44", "77.44", "亿元", 4),
                "2025年总额需达到 77.4400 亿元（差 77.4400 亿元）",
                "（2025年总额 0 ÷ 2023年总额 64）开 2 次方 − 1 = -100.00%，要求10%以上",
            ),
        ),
    ],
)
def test_growth_by_each_method_names_its_first_and_its_last_year(
    method: str, totals: list[float], outcome: Outcome
) -> None:
    asked = {
        "g3": ["total@0", "total@-3"],
        "g2": ["total@0", "total@-2"],
        "m3": ["total@0", "total@-1", "total@-2", "total@-3"],
    }
    assert said(GROWTH, {"total": totals}, method=method) == (outcome, asked[method])


@pytest.mark.parametrize(
    ("method", "totals", "year", "places"),
    [
        ("g3", [0, 7, 7, 9], 2022, ["total@-3", "total@0"]),
        ("g2", [7, 0, 7, 9], 2023, ["total@-2", "total@0"]),
        ("m3", [1, 0, 7, 9], 2023, ["total@-3", "total@-2", "total@-1", "total@0"]),
        ("m3", [1, 1, 0, 0], 2024, ["total@-3", "total@-2", "total@-1", "total@0"]),
    ],
)
def test_growth_from_nothing_names_the_first_year_that_was_zero(
    method: str, totals: list[float], year: int, places: list[str]
) -> None:
    outcome = open_(f"{year}年总额为零，增长率无意义，待人工判定")
    assert said(GROWTH, {"total": totals}, method=method) == (outcome, places)


@pytest.mark.parametrize(
    ("method", "totals", "value", "shown"),
    [
        ("g3", [100, 7, 7, 133.1], "0.1", "10.00%"),
        ("m3", [100, 100, 100, 121], "0.07", "7.00%"),
        ("m3", [100, 100, 100, 100], "0", "0.00%"),
        ("g2", [7, 100, 7, 100], "0", "0.00%"),
    ],
)
def test_a_rate_is_the_last_years_own_whichever_year_stands_on_the_bound(
    method: str, totals: list[float], value: str, shown: str
) -> None:
    outcome, _ = said({**GROWTH, **bound(">=", "0", "%")}, {"total": totals}, method=method)
    assert (outcome.verdict, outcome.value, outcome.shown) == (MET, Decimal(value), shown)


DENSITY: Raw = {"kind": "per_ten_thousand", "part": "stock", "whole": "staff", **bound(">=", "15", "件")}


@pytest.mark.parametrize(
    ("stock", "staff", "outcome"),
    [
        (15, 10000, met(15, "15.00 件", "2025年存量 15 ÷ 2025年人员 10000 × 10000 = 15.00 件，要求15件以上")),
        (1, 1, met(10000, "10000.00 件", "2025年存量 1 ÷ 2025年人员 1 × 10000 = 10000.00 件，要求15件以上")),
        (
            14,
            9600,
            unmet(
                "14.583333333333",
                "14.58 件",
                short(1, 15, "件", 0),
                "2025年存量需达到 15 件（差 1 件）",
                "2025年存量 14 ÷ 2025年人员 9600 × 10000 = 14.58 件，要求15件以上",
            ),
        ),
        (15, 0, open_("2025年人员为零，无法计算，待人工判定")),
        (None, None, blank("2025年存量", "2025年人员")),
    ],
)
def test_a_density(stock: int | None, staff: int | None, outcome: Outcome) -> None:
    assert said(DENSITY, {"stock": [stock], "staff": [staff]}) == (outcome, ["stock@0", "staff@0"])


AREA: Raw = {"kind": "amount", "input": "area"}


@pytest.mark.parametrize(
    ("asked", "area", "outcome"),
    [
        (bound(">=", "10", "平方公里"), 10, met(10, "10 平方公里", "面积 10 平方公里，要求10平方公里以上")),
        (
            bound(">", "10", "平方公里"),
            10,
            unmet(
                10,
                "10 平方公里",
                short("0.01", "10.01", "平方公里", 2),
                "面积还差 0.01 平方公里",
                "面积 10 平方公里，要求高于10平方公里",
            ),
        ),
        (
            bound("<=", "10", "平方公里"),
            12.345,
            unmet(
                "12.345",
                "12.345 平方公里",
                short("2.345", 10, "平方公里", None, excess=True),
                "面积超出 2.345 平方公里",
                "面积 12.345 平方公里，要求不超过10平方公里",
            ),
        ),
        (
            {**bound(">=", "10", "平方公里"), "evidence": True},
            11,
            Outcome(
                verdict=MISSING,
                value=Decimal(11),
                shown="11 平方公里",
                remedy="请在“佐证材料”中登记本条的佐证",
                sentence="面积 11 平方公里，要求10平方公里以上",
            ),
        ),
        (bound(">=", "10", "平方公里"), None, blank("面积")),
    ],
)
def test_an_amount(asked: Raw, area: float | None, outcome: Outcome) -> None:
    assert said({**AREA, **asked}, {"area": area}) == (outcome, ["area"])


def test_the_sum_of_several_years_is_told_without_a_year() -> None:
    measure = {"kind": "amount", "input": "users", "years": [-1, 0], **bound(">=", "6", "家")}
    outcome = unmet(5, "5 家", short(1, 6, "家", 0), "用户还差 1 家", "用户 5 家，要求6家以上")
    assert said(measure, {"users": [2, 3]}) == (outcome, ["users@-1", "users@0"])


TREND: Raw = {"kind": "trend", "part": "part", "whole": "total", "years": [-2, -1, 0], "over": "ends"}
SIX = ["part@-2", "total@-2", "part@-1", "total@-1", "part@0", "total@0"]


@pytest.mark.parametrize(
    ("direction", "unit", "parts", "outcome", "places"),
    [
        (
            "up",
            "%",
            [1, 2, 3],
            met("0.3", "10.00% → 20.00% → 30.00%", "2023—2025年分项与总额之比为 10.00% → 20.00% → 30.00%，要求提升"),
            SIX,
        ),
        (
            "down",
            "吨",
            [3, 2, 1],
            met(
                "0.1",
                "0.3000 吨 → 0.2000 吨 → 0.1000 吨",
                "2023—2025年分项与总额之比为 0.3000 吨 → 0.2000 吨 → 0.1000 吨，要求下降",
            ),
            SIX,
        ),
        (
            "up",
            "%",
            [2, 2, 2],
            unmet(
                "0.2",
                "20.00% → 20.00% → 20.00%",
                None,
                "2025年较2023年未提升，请核实数据或说明原因",
                "2023—2025年分项与总额之比为 20.00% → 20.00% → 20.00%，要求提升",
            ),
            ["part@0"],
        ),
        (
            "up",
            "%",
            [3, 1, 2],
            unmet(
                "0.2",
                "30.00% → 10.00% → 20.00%",
                None,
                "2024年较2023年未提升，请核实数据或说明原因",
                "2023—2025年分项与总额之比为 30.00% → 10.00% → 20.00%，要求提升",
            ),
            ["part@-1"],
        ),
        (
            "down",
            "%",
            [1, 2, 2],
            unmet(
                "0.2",
                "10.00% → 20.00% → 20.00%",
                None,
                "2024年较2023年未下降；2025年较2024年未下降，请核实数据或说明原因",
                "2023—2025年分项与总额之比为 10.00% → 20.00% → 20.00%，要求下降",
            ),
            ["part@-1", "part@0"],
        ),
        ("up", "%", [1, 11, 3], open_("分项大于总额，数据矛盾，待人工判定"), SIX),
        (
            "up",
            "%",
            [10, 10, 10],
            unmet(
                1,
                "100.00% → 100.00% → 100.00%",
                None,
                "2025年较2023年未提升，请核实数据或说明原因",
                "2023—2025年分项与总额之比为 100.00% → 100.00% → 100.00%，要求提升",
            ),
            ["part@0"],
        ),
    ],
)
def test_a_trend_year_by_year(
    direction: str, unit: str, parts: list[float], outcome: Outcome, places: list[str]
) -> None:
    measure = {**TREND, "direction": direction, "unit": unit}
    assert said(measure, {"part": parts, "total": [9, 10, 10, 10]}) == (outcome, places)


def test_a_trend_from_end_to_end_names_the_ends() -> None:
    outcome = unmet(
        "0.3",
        "0.3000 吨 → 0.1000 吨 → 0.3000 吨",
        None,
        "2025年较2023年未下降，请核实数据或说明原因",
        "2023—2025年分项与总额之比为 0.3000 吨 → 0.1000 吨 → 0.3000 吨，要求下降",
    )
    measure = {**TREND, "direction": "down", "unit": "吨"}
    assert said(measure, {"part": [3, 1, 3], "total": [9, 10, 10, 10]}, ends="endpoints") == (outcome, ["part@0"])


def test_a_trend_that_the_text_leaves_no_choice_about_asks_no_parameter() -> None:
    fixed = {name: value for name, value in TREND.items() if name != "over"} | {"direction": "up", "unit": "%"}
    outcome, _ = said(fixed, {"part": [3, 1, 4], "total": [9, 10, 10, 10]}, ends="endpoints")
    assert outcome.verdict is UNMET


@pytest.mark.parametrize(("least", "verdict"), [(1, MET), (0.5, MET), (0, REVIEW)])
def test_a_trend_over_nothing_in_any_year_is_for_a_person(least: float, verdict: Verdict) -> None:
    measure = {**TREND, "direction": "up", "unit": "吨"}
    outcome, places = said(measure, {"part": [0, 1, 9], "total": [9, 10, least, 1]})
    assert (outcome.verdict, places) == (verdict, SIX)
    assert (outcome == open_("总额有年份为零，无法计算，待人工判定")) == (verdict is REVIEW)


def test_a_trend_with_blanks_names_each_of_them() -> None:
    measure = {**TREND, "direction": "up", "unit": "%"}
    given = {"part": [None, 1, 2], "total": [9, 10, 10, None]}
    assert said(measure, given) == (blank("2023年分项", "2025年总额"), ["part@-2", "total@0"])


# --- rows -----------------------------------------------------------------------------------------------------

COUNT: Raw = {"kind": "distinct_count", "table": "things", "by": "thing", "where": [{"column": "kind", "in": ["甲"]}]}
COUNT |= bound(">=", "2", "项")


def things(*rows: tuple[str | None, str | None, str | None]) -> dict[str, Rows]:
    return {"things": [dict(zip(("thing", "kind", "owner"), row, strict=True)) for row in rows]}


@pytest.mark.parametrize(
    ("change", "rows", "outcome", "places"),
    [
        ({"label": "名品"}, [], missing("请填写“清单”", "“清单”尚未填写；确实没有的，本条达不到要求"), ["things"]),
        ({}, [("a", "甲", None), ("b", "甲", None)], met(2, "2 项", "清单 2 项，要求2项以上"), ["things"]),
        (
            {"label": "名品"},
            [("a", "甲", None), ("b", "甲", None), ("c", "甲", None)],
            met(3, "3 项", "名品 3 项，要求2项以上"),
            ["things"],
        ),
        (
            {},
            [("a", "甲", None), ("b", "乙", None), ("c", "乙", None)],
            unmet(
                1, "1 项", short(1, 2, "项", 0), "清单还差 1 项", "清单 1 项，要求2项以上；另有 2 行不符合条件，未计入"
            ),
            ["things"],
        ),
        (
            {"label": "名品"},
            [("a", None, None), ("b", "乙", None), ("c", None, None)],
            replace(
                unmet(
                    0,
                    "0 项",
                    short(2, 2, "项", 0),
                    "名品还差 2 项；先改正 2 行无法识别的数据",
                    "名品 0 项，要求2项以上；另有 1 行不符合条件，未计入；另有 2 行无法识别，暂未计入",
                ),
                verdict=MISSING,
            ),
            ["things 1 thing", "things 3 thing"],
        ),
        ({"by": "owner"}, [("a", "甲", "p"), ("a", "甲", "q")], met(2, "2 项", "清单 2 项，要求2项以上"), ["things"]),
        (
            {"by": "owner"},
            [("a", "甲", "p"), ("b", "甲", "P")],
            unmet(1, "1 项", short(1, 2, "项", 0), "清单还差 1 项", "清单 1 项，要求2项以上"),
            ["things"],
        ),
        (
            {"by": ""},
            [("a", "甲", None), ("a", None, None)],
            replace(
                unmet(
                    1,
                    "1 项",
                    short(1, 2, "项", 0),
                    "清单还差 1 项；先改正 1 行无法识别的数据",
                    "清单 1 项，要求2项以上；另有 1 行无法识别，暂未计入",
                ),
                verdict=MISSING,
            ),
            ["things 2 thing"],
        ),
    ],
)
def test_a_count_of_different_things(
    change: Raw, rows: list[tuple[str | None, str | None, str | None]], outcome: Outcome, places: list[str]
) -> None:
    assert said({**COUNT, **change}, things(*rows)) == (outcome, places)


@pytest.mark.parametrize(
    ("more", "reading", "value", "places"),
    [
        ({}, "things", 1, ["things 3 thing", "things 4 thing"]),
        ({}, "titles", 2, ["things 3 thing", "things 4 thing"]),
        ({"each": ["thing", "owner"]}, "things", 1, ["things 3 thing", "things 4 thing"]),
        ({"each": ["thing", "owner"]}, "titles", 2, ["things 3 thing", "things 4 thing"]),
        ({"each": ["owner"]}, "titles", 2, ["things 4 owner"]),
    ],
)
def test_titles_are_told_apart_by_the_columns_that_are_named_and_otherwise_row_by_row(
    more: Raw, reading: str, value: int, places: list[str]
) -> None:
    rows = [("a", "甲", "p"), ("A", "甲", "q"), (None, "甲", "q"), (None, "甲", None)]
    outcome, pointed = said({**COUNT, **more, "count": "count"}, things(*rows), count=reading)
    assert (outcome.value, pointed) == (Decimal(value), places)


@pytest.mark.parametrize("again", ["p", "P", " p"])
def test_a_title_listed_twice_is_one(again: str) -> None:
    rows = things(("a", "甲", "p"), ("a", "甲", again))
    outcome, _ = said({**COUNT, "count": "count", "each": ["thing", "owner"]}, rows, count="titles")
    assert (outcome.verdict, outcome.value) == (UNMET, Decimal(1))


def test_a_row_without_what_is_required_is_doubtful_where_rows_are_counted() -> None:
    measure = {"kind": "distinct_count", "table": "certs", **bound(">=", "2", "项")}
    rows = [{"note": "甲", "cert": "x"}, {"note": "乙"}, {"cert": "y"}]
    assert said(measure, {"certs": rows[:2]})[1] == ["certs 2 cert"]
    assert said(measure, {"certs": rows[:2]})[0].verdict is MISSING
    assert said(measure, {"certs": rows})[0].verdict is MET


COVER: Raw = {"kind": "coverage", "table": "services", "column": "offered", "in": ["有"], "over": "kinds"}
COVER |= {"optional": ["c"], **bound(">=", "2", "类")}


@pytest.mark.parametrize(
    ("change", "answers", "reading", "outcome", "places"),
    [
        ({}, "有有无", "any", met(2, "2 类", "服务：已覆盖 2 类，要求 2 类以上"), ["services"]),
        ({"label": "机构"}, "有有有", "any", met(3, "3 类", "机构：已覆盖 3 类，要求 2 类以上"), ["services"]),
        (
            {},
            "有无无",
            "any",
            unmet(1, "1 类", short(1, 2, "类", 0), "服务还差 1 类（第b类、第c类）", "服务：已覆盖 1 类，要求 2 类以上"),
            ["services"],
        ),
        (
            {"label": "机构"},
            "有 无",
            "any",
            replace(
                unmet(
                    1, "1 类", short(1, 2, "类", 0), "机构还差 1 类（第b类、第c类）", "机构：已覆盖 1 类，要求 2 类以上"
                ),
                verdict=MISSING,
            ),
            ["services 2 offered"],
        ),
        (
            {"optional": ["b", "c"]},
            "无有有",
            "all",
            unmet(0, "0 类", short(1, 1, "类", 0), "服务还差 1 类（第a类）", "服务：已覆盖 0 类，要求 1 类以上"),
            ["services"],
        ),
        ({"optional": []}, "有有有", "all", met(3, "3 类", "服务：已覆盖 3 类，要求 3 类以上"), ["services"]),
    ],
)
def test_a_cover_of_printed_rows(change: Raw, answers: str, reading: str, outcome: Outcome, places: list[str]) -> None:
    rows = [{"row": row, "offered": answer.strip() or None} for row, answer in zip("abc", answers, strict=True)]
    assert said({**COVER, **change}, {"services": rows}, kinds=reading) == (outcome, places)


def test_a_cover_that_the_text_leaves_no_choice_about_asks_no_parameter() -> None:
    fixed = {name: value for name, value in COVER.items() if name != "over"}
    rows = [{"row": row, "offered": "有"} for row in "ac"] + [{"row": "b", "offered": "无"}]
    assert said(fixed, {"services": rows}, kinds="all")[0].verdict is MET


BASELINE: Raw = {"kind": "below_baseline", "table": "uses", "label": "process"}
BASELINE |= {"value": "used", "baseline": "base", "unit": "per"}
Use = tuple[str | None, float | None, float | None, str | None]


@pytest.mark.parametrize(
    ("rows", "outcome", "places"),
    [
        ([], missing("请填写“消耗”", "“消耗”尚未填写"), ["uses"]),
        (
            [("锻造", 9, 10, "千克"), ("铸造", 8, 9, "千克")],
            met(None, "2 项均低于基准值", "共 2 项，单位消耗均低于行业基准值"),
            ["uses 1 used", "uses 2 used"],
        ),
        (
            [("锻造", 10, 10, "千克"), ("铸造", 8, 9, "千克")],
            Outcome(verdict=REVIEW, shown="1 项等于基准值", sentence="1 项等于基准值；“高于”不含本数，待人工判定"),
            ["uses 1 used"],
        ),
        (
            [("锻造", None, 10, "千克"), ("铸造", 8, 9, "千克"), ("淬火", 8, None, "千克")],
            missing("请补齐单位消耗和基准值", "有行缺单位消耗或基准值，暂不能判定"),
            ["uses 1 used", "uses 3 used"],
        ),
        (
            [("锻造", 5, 1, "吨"), ("铸造", 100, 99.5, "千克"), (None, 7, 6, None), ("淬火", 1, 2, "千克")],
            unmet(
                None,
                "3 项高于基准值",
                Shortfall(amount=Decimal(4), unit="吨", excess=True),
                "锻造需低于 1（现高 4 吨）；铸造需低于 99.5（现高 0.5 千克）；某项需低于 6（现高 1）",
                "共 4 项，3 项单位消耗高于行业基准值",
            ),
            ["uses 1 used", "uses 2 used", "uses 3 used"],
        ),
        (
            [("锻造", 2, 1, None)],
            unmet(
                None,
                "1 项高于基准值",
                Shortfall(amount=Decimal(1), unit="", excess=True),
                "锻造需低于 1（现高 1）",
                "共 1 项，1 项单位消耗高于行业基准值",
            ),
            ["uses 1 used"],
        ),
        (
            [("锻造", 2, 1, "%")],
            unmet(
                None,
                "1 项高于基准值",
                Shortfall(amount=Decimal(1), unit="％", excess=True),
                "锻造需低于 1（现高 1 ％）",
                "共 1 项，1 项单位消耗高于行业基准值",
            ),
            ["uses 1 used"],
        ),
    ],
)
def test_consumption_below_its_baseline(rows: Sequence[Use], outcome: Outcome, places: list[str]) -> None:
    given = [dict(zip(("process", "used", "base", "per"), row, strict=True)) for row in rows]
    assert said(BASELINE, {"uses": given}) == (outcome, places)


# --- incidents ------------------------------------------------------------------------------------------------

NONE: Raw = {"kind": "none_of", "counts": "count", "table": "incidents", "category": "甲"}
NONE |= {"fatal": ["较大"], "open": ["未定级"]}
SPAN = "2023-01-01至2026-09-30，申报起数"
COUNTS = ["count@-2", "count@-1", "count@0", "count@1"]
VETO = "一票否决，不能通过补充数据改变；登记有误的，请更正"


def incidents(*levels: str | None, kind: str | None = "甲") -> Rows:
    return [{"incident_kind": kind, "incident_level": level, "incident_date": "2025-05-01"} for level in levels]


@pytest.mark.parametrize(
    ("means", "counts", "rows", "outcome", "places"),
    [
        ("fatal", [0, 0, 0, 0], [], met(0, "0 起", f"{SPAN} 0 起"), COUNTS),
        (
            "fatal",
            [0, 0, 0, 0],
            incidents("一般", "一般"),
            met(0, "0 起", f"{SPAN} 0 起；另登记 2 起未达到所述等级，不影响认定"),
            COUNTS,
        ),
        (
            "fatal",
            [0, 2, 0, 1],
            incidents("一般", "较大"),
            unmet(
                3,
                "3 起",
                short(3, 0, "起", 0, excess=True),
                VETO,
                f"{SPAN} 3 起，登记 1 起达到否决等级；另登记 1 起未达到所述等级，不影响认定",
            ),
            ["incidents 2 incident_level", "count@-1", "count@1"],
        ),
        (
            "fatal",
            [1, 0, 0, 0],
            [],
            unmet(1, "1 起", short(1, 0, "起", 0, excess=True), VETO, f"{SPAN} 1 起"),
            ["count@-2"],
        ),
        (
            "open",
            [0, 5, 0, None],
            incidents("较大", "未定级"),
            unmet(1, "1 起", short(1, 0, "起", 0, excess=True), VETO, f"{SPAN} 5 起，登记 1 起达到否决等级"),
            ["incidents 1 incident_level", "incidents 2 incident_level", "count@-1"],
        ),
        (
            "fatal",
            [0, 0, 0, 0],
            [*incidents("一般", kind=None), *incidents(None)],
            missing("请补齐登记表的类别和等级", "登记表有类别或等级未填、无法识别的行，暂不能判定"),
            ["incidents 1 incident_level", "incidents 2 incident_level"],
        ),
        ("fatal", [None, 0, 0, None], [], blank("2023年起数", "2026年起数"), ["count@-2", "count@1"]),
        (
            "open",
            [0, 0, 4, 0],
            incidents("一般"),
            Outcome(
                verdict=REVIEW,
                value=Decimal(4),
                shown="4 起",
                sentence=f"{SPAN} 4 起；另登记 1 起未达到所述等级，不影响认定，待人工判定",
            ),
            ["count@0"],
        ),
        (
            "fatal",
            [0, 0, 0, 0],
            incidents("未定级"),
            Outcome(verdict=REVIEW, value=Decimal(0), shown="0 起", sentence=f"{SPAN} 0 起，待人工判定"),
            ["incidents 1 incident_level"],
        ),
    ],
)
def test_what_must_not_have_happened(
    means: str, counts: list[int | None], rows: Rows, outcome: Outcome, places: list[str]
) -> None:
    assert said({**NONE, "counts_mean": means}, {"count": counts, "incidents": rows}) == (outcome, places)


# --- statements -----------------------------------------------------------------------------------------------

EXISTS: Raw = {"kind": "exists", "input": "has", "present": ["有"], "with": ["named", "issuer"]}
EXISTS |= {"same": ["code", "code_again"], "evidence": True}
GOOD: Raw = {"has": "有", "named": "图谱一", "issuer": "协会", "code": "X", "code_again": "X"}
FILED: Raw = {"evidence": [{"evidence_rule": "R"}]}


@pytest.mark.parametrize(
    ("given", "outcome", "places"),
    [
        (GOOD | FILED, met(None, "有", "图谱：有（图谱一、协会）"), ["has"]),
        (GOOD | FILED | {"has": None}, blank("图谱"), ["has"]),
        (GOOD | FILED | {"has": "无"}, unmet(None, "无", None, "建立后填报“图谱”", "图谱：无"), ["has"]),
        (GOOD | FILED | {"issuer": None, "code": None}, blank("发布单位", "代码"), ["issuer", "code"]),
        (
            GOOD | FILED | {"named": "无", "issuer": "暂无"},
            missing("请如实填写名称、发布单位", "图谱：有，但名称、发布单位填的是占位文字", "有"),
            ["named", "issuer"],
        ),
        (GOOD, missing("请在“佐证材料”中登记本条的佐证", "图谱：有，但未登记佐证材料", "有"), ["has"]),
        (
            GOOD | FILED | {"code": "Y"},
            unmet(None, "不一致", None, "请核对代码与申报代码", "代码与申报代码不一致"),
            ["code", "code_again"],
        ),
    ],
)
def test_something_that_exists(given: Raw, outcome: Outcome, places: list[str]) -> None:
    assert said(EXISTS, given) == (outcome, places)


def test_where_a_declaration_will_do_nothing_stands_in_brackets() -> None:
    measure = {"kind": "exists", "input": "has", "present": ["有"]}
    assert said(measure, {"has": "有"}) == (met(None, "有", "图谱：有"), ["has"])


DECLARED: Raw = {"kind": "declared", "table": "self", "inputs": ["area"], "kinds": "things.kind"}
VIEW: Raw = {"row": "R", "self_view": "符合", "self_text": "详见附件"}
ASSESS = "请填写自评和情况说明"


@pytest.mark.parametrize(
    ("change", "given", "outcome", "places"),
    [
        (
            {},
            {"self": [VIEW], "area": 1, **things(("a", "乙", None), ("b", "甲", None))},
            Outcome(verdict=REVIEW, shown="自评符合", sentence="运营管理机构自评“符合”，登记类别：甲、乙，待人工判定"),
            ["self 1 self_view", "self 1 self_text"],
        ),
        (
            {},
            {"self": [VIEW | {"self_view": "不符合"}], "area": 1},
            Outcome(verdict=REVIEW, shown="自评不符合", sentence="运营管理机构自评“不符合”，登记类别：无，待人工判定"),
            ["self 1 self_view", "self 1 self_text"],
        ),
        (
            {"kinds": ""},
            {"self": [VIEW], "area": 1},
            Outcome(verdict=REVIEW, shown="自评符合", sentence="运营管理机构自评“符合”，待人工判定"),
            ["self 1 self_view", "self 1 self_text"],
        ),
        (
            {},
            {"self": [], "area": 1},
            missing(ASSESS, "自评或情况说明未填写"),
            ["self 1 self_view", "self 1 self_text"],
        ),
        (
            {"view": "self_text", "text": "self_view"},
            {"self": [VIEW | {"self_view": None}], "area": 1},
            missing(ASSESS, "自评或情况说明未填写"),
            ["self 1 self_view"],
        ),
        ({}, {"self": [VIEW]}, blank("面积"), ["area"]),
        ({"rule": "S"}, {"self": [VIEW], "area": 1}, missing(ASSESS, "尚未自评"), ["self"]),
    ],
)
def test_a_judgement_that_is_declared(change: Raw, given: Raw, outcome: Outcome, places: list[str]) -> None:
    assert said({**DECLARED, **change}, given) == (outcome, places)


@pytest.mark.parametrize(
    ("stated", "shown", "sentence"),
    [
        ("有", "有", "所属方向：有；仅作优先支持的参考，不影响认定"),
        (None, "", "未申报所属方向；仅作优先支持的参考，不影响认定"),
    ],
)
def test_a_preference(stated: str | None, shown: str, sentence: str) -> None:
    outcome = Outcome(verdict=Verdict.NOT_APPLICABLE, shown=shown, sentence=sentence)
    assert said({"kind": "preference", "input": "has"}, {"has": stated}) == (outcome, ["has"])


# --- compounds ------------------------------------------------------------------------------------------------

WIDE: Raw = {**AREA, **bound(">=", "10", "平方公里")}
DENSE: Raw = DENSITY
MAP: Raw = {"kind": "exists", "input": "has", "present": ["有"]}
AREA_TOLD = "面积 9 平方公里，要求10平方公里以上"
DENSITY_TOLD = "2025年存量 14 ÷ 2025年人员 10000 × 10000 = 14.00 件，要求15件以上"
DENSITY_STEP = "2025年存量需达到 15 件（差 1 件）"
DENSITY_PLACES = ["stock@0", "staff@0"]


@pytest.mark.parametrize(
    ("given", "outcome", "places"),
    [
        (
            {"area": 9, "stock": [14], "staff": [10000], "has": "无"},
            unmet(
                None,
                "9 平方公里／14.00 件／无",
                short(1, 10, "平方公里", 2),
                f"面积还差 1.00 平方公里；或者{DENSITY_STEP}；或者建立后填报“图谱”",
                f"{AREA_TOLD}；{DENSITY_TOLD}；图谱：无",
            ),
            ["area", *DENSITY_PLACES, "has"],
        ),
        (
            {"area": 8, "stock": [14], "staff": [10000], "has": None},
            replace(
                unmet(
                    None,
                    "8 平方公里／14.00 件／—",
                    short(1, 15, "件", 0),
                    f"{DENSITY_STEP}；或者面积还差 2.00 平方公里；或者请填写图谱",
                    f"面积 8 平方公里，要求10平方公里以上；{DENSITY_TOLD}；图谱未填写或无法识别，暂不能判定",
                ),
                verdict=MISSING,
            ),
            ["area", *DENSITY_PLACES, "has"],
        ),
        (
            {"area": 10, "stock": [14], "staff": [10000], "has": "有"},
            met(None, "10 平方公里／14.00 件／有", f"面积 10 平方公里，要求10平方公里以上；{DENSITY_TOLD}；图谱：有"),
            ["area", "has"],
        ),
        (
            {"area": 9, "stock": [15], "staff": [10000], "has": "无"},
            met(
                15,
                "9 平方公里／15.00 件／无",
                f"{AREA_TOLD}；2025年存量 15 ÷ 2025年人员 10000 × 10000 = 15.00 件，要求15件以上；图谱：无",
            ),
            DENSITY_PLACES,
        ),
    ],
)
def test_one_branch_of_three(given: Raw, outcome: Outcome, places: list[str]) -> None:
    assert said({"kind": "any_of", "branches": [WIDE, DENSE, MAP]}, given) == (outcome, places)


@pytest.mark.parametrize(
    ("given", "outcome", "places"),
    [
        (
            {"area": 9, "stock": [14], "staff": [10000], "has": None},
            unmet(
                None,
                "9 平方公里；14.00 件",
                short(1, 10, "平方公里", 2),
                f"面积还差 1.00 平方公里；{DENSITY_STEP}",
                f"{AREA_TOLD}；{DENSITY_TOLD}；图谱未填写或无法识别，暂不能判定",
            ),
            ["area", *DENSITY_PLACES],
        ),
        (
            {"area": 10, "stock": [14], "staff": [10000], "has": "无"},
            unmet(
                None,
                "10 平方公里；14.00 件；无",
                short(1, 15, "件", 0),
                f"{DENSITY_STEP}；建立后填报“图谱”",
                f"面积 10 平方公里，要求10平方公里以上；{DENSITY_TOLD}；图谱：无",
            ),
            [*DENSITY_PLACES, "has"],
        ),
        (
            {"area": 10, "stock": [14], "staff": [10000], "has": "有"},
            unmet(
                14,
                "10 平方公里；14.00 件；有",
                short(1, 15, "件", 0),
                DENSITY_STEP,
                f"面积 10 平方公里，要求10平方公里以上；{DENSITY_TOLD}；图谱：有",
            ),
            DENSITY_PLACES,
        ),
    ],
)
def test_every_part_of_three(given: Raw, outcome: Outcome, places: list[str]) -> None:
    assert said({"kind": "all_of", "parts": [WIDE, DENSE, MAP]}, given) == (outcome, places)


def test_a_cell_that_two_parts_point_at_is_told_once() -> None:
    parts = [WIDE, {**AREA, **bound(">=", "20", "平方公里")}]
    assert said({"kind": "all_of", "parts": parts}, {"area": 9})[1] == ["area"]
    assert said({"kind": "any_of", "branches": parts}, {"area": 9})[1] == ["area"]


# --- case -----------------------------------------------------------------------------------------------------


def test_what_a_workbook_lacks_is_blank_and_stands_nowhere() -> None:
    case = replace(case_of({}), submission=Submission(entries={}, tables={}))
    assert (case.entry("area").value, case.entry("area").location) == (None, Location("", 1, 1))
    assert (case.table("things").rows, case.table("things").anchor) == ((), Location("", 1, 1))
    assert case.places(["area"]) == ()
    assert case.evidenced == {}


@pytest.mark.parametrize(("given", "number"), [({"area": 5}, Decimal(5)), ({"area": "五"}, None), ({}, None)])
def test_a_number_is_what_can_be_read_as_one(given: Raw, number: Decimal | None) -> None:
    assert case_of(given).number("area") == number


def test_a_text_is_no_number() -> None:
    assert case_of({"named": "5"}).number("named") is None


@pytest.mark.parametrize(("key", "label"), [("area", "面积"), ("part@-2", "2023年分项"), ("count@1", "2026年起数")])
def test_a_cell_is_called_by_its_year_and_its_label(key: str, label: str) -> None:
    assert case_of({}).label(key) == label


def test_evidence_is_counted_by_rule_and_not_at_all_where_the_policy_keeps_none() -> None:
    case = case_of({"evidence": [{"evidence_rule": "R"}, {"evidence_rule": "S"}, {"evidence_rule": "R"}]})
    assert case.evidenced == {"R": 2, "S": 1}
    assert replace(case, evidence_slot=None).evidenced == {}
