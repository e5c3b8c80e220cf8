"""The checklist of formal review says what the files show, and never guesses a date."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbook.commission.desks import desk, shown
from tests.workbook.commission.filings import made
from toolkit.procedure import Procedure
from workbook.commission.filing import Filing, Place, Sealed, Trouble
from workbook.commission.sheets.formal import formal
from workbook.commission.table import Owner, Value

GOOD: dict[str, Any] = {
    "sealed": Sealed.HOLDS,
    "conclusion": "推荐",
    "reviewer": "李四",
    "received_on": "2026-09-30",
    "reviewed_on": "2026-10-31",
}


def checklist(filing: Filing, *others: Filing, procedure: Procedure | None = None) -> dict[str, Value]:
    return shown(formal(desk(filing, *others, procedure=procedure)))[0]


def trouble(severity: str) -> Trouble:
    return Trouble("F1", severity, "必填项空白", Place(), "", "", "")


def test_nothing_stands_in_the_way_of_a_good_one() -> None:
    assert checklist(made(1, **GOOD))["advice"] == "✓ 建议通过"


@pytest.mark.parametrize(
    ("changes", "column", "told"),
    [
        ({"problems": (trouble("error"),)}, "complete", "✗ 数据错误 1 处"),
        ({"problems": (trouble("warning"),)}, "complete", "✓ 完整"),
        ({"sealed": Sealed.NONE}, "sealed", "✗ 未加封"),
        ({"sealed": Sealed.UNVERIFIED}, "sealed", "◇ 已加封，未核验"),
        ({"sealed": Sealed.BROKEN}, "sealed", "✗ 封签不符"),
        ({}, "in_time", "✓ 按期"),
        ({"received_on": "2026-10-01"}, "in_time", "✗ 区受理 2026-10-01 晚于 2026-09-30"),
        ({"reviewed_on": "2026-11-01"}, "in_time", "✗ 区初审 2026-11-01 晚于 2026-10-31"),
        ({"received_on": ""}, "in_time", "◇ 无法判断：区受理日期未填"),
        ({"received_on": "", "reviewed_on": "2026-11-01"}, "in_time", "✗ 区初审 2026-11-01 晚于 2026-10-31"),
        ({"template": "1.0"}, "version", "△ 模板 1.0，现行 1.2"),
        ({"problems": (Trouble("T2", "error", "", Place(), "", "", ""),)}, "version", "✗ 模板与发布的不符"),
        ({"conclusion": ""}, "district_opinion", "✗ 未填结论"),
        ({"conclusion": "不推荐"}, "district_opinion", "✗ 区结论为不推荐"),
        ({"reviewer": "", "reviewed_on": ""}, "district_opinion", "✗ 未填经办人、日期"),
        ({"override": "理由（王五，2026-10-01）"}, "override", "理由（王五，2026-10-01）"),
    ],
)
def test_each_point_says_what_the_file_shows(changes: dict[str, Any], column: str, told: str) -> None:
    assert checklist(made(1, **{**GOOD, **changes}))[column] == told


def test_a_blank_rule_is_incomplete() -> None:
    assert checklist(made(1, verdict="missing"))["complete"] == f"✗ 数据缺失 {len(desk().policy.rules)} 条"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sealed": Sealed.NONE, "received_on": ""}, "✗ 建议退回：加封"),
        ({"received_on": "", "template": "1.0"}, "◇ 请核对：按期、版本一致"),
    ],
)
def test_the_advice_names_what_it_rests_on(changes: dict[str, Any], told: str) -> None:
    assert checklist(made(1, **{**GOOD, **changes}))["advice"] == told


class TestQuota:
    def recommended(self, number: int) -> Filing:
        return made(number, **GOOD, district="闵行区")

    def test_without_one_nothing_is_held_against_anybody(self) -> None:
        assert checklist(self.recommended(1))["quota"] == "— 未设名额"

    @pytest.mark.parametrize(
        ("quotas", "told"),
        [
            ({"每区": 2}, "✓ 推荐 2 个，名额 2 个"),
            ({"闵行区": 1, "每区": 9}, "✗ 该区推荐 2 个，名额 1 个"),
            ({"嘉定区": 1}, "— 未设名额"),
        ],
    )
    def test_a_district_is_held_to_its_own_or_the_common_one(self, quotas: dict[str, int], told: str) -> None:
        rules = Procedure(source="通知", quotas=quotas)
        others = (
            self.recommended(2),
            made(3, district="闵行区", conclusion="不推荐"),
            made(4, **GOOD, district="嘉定区"),
        )
        assert checklist(self.recommended(1), *others, procedure=rules)["quota"] == told


def test_the_decision_is_a_persons() -> None:
    columns = {column.id: column for column in formal(desk()).columns}
    assert columns["conclusion"].choices == ("通过", "退回", "不通过")
    people = [column.id for column in columns.values() if column.owner is Owner.PEOPLE]
    assert people == ["conclusion", "examiner", "examined_on", "remark"]
