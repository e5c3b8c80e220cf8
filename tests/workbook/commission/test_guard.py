"""Recognition against its guard rails: what stands in the way, what answers it, and what is never published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.utils import get_column_letter

from tests.workbook.commission.desks import desk, key, said, shown
from tests.workbook.commission.filings import POLICY, made
from toolkit.packs import packs
from toolkit.procedure import Procedure
from toolkit.rules import Force
from workbook.commission.filing import Filing
from workbook.commission.guard import binding, violations, warnings
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.publicity import notices, objections, published
from workbook.commission.sheets.recognition import recognition
from workbook.commission.sheets.statistics import headline
from workbook.commission.table import FIRST_ROW, Value
from workbook.commission.words import Words
from workbook.commission.write import write_master

RULES = packs()[POLICY].policy.rules
PASSED: dict[str, Value] = {"conclusion": "通过"}
PROPOSED: dict[str, Value] = {"proposed": "是"}
SIGNED: dict[str, Value] = {"proposed": "是", "reason": "区域特色突出", "signer": "王五"}


def filing(number: int = 1, **verdicts: str) -> Filing:
    """Met but for one rule of each force named."""
    findings = list(made(number).findings)
    for force, verdict in verdicts.items():
        at = next(i for i, rule in enumerate(RULES) if rule.force == Force(force))
        findings[at] = _judged(findings[at], verdict)
    return made(number, findings=tuple(findings))


def _judged(one: Any, verdict: str) -> Any:
    return type(one)(one.rule, verdict, *[getattr(one, name) for name in one.__struct_fields__[2:]])


def words(
    proposal: dict[str, Value], formal: dict[str, Value] | None = None, raised: dict[str, Value] | None = None
) -> Words:
    told: dict[str, dict[str, dict[str, Value]]] = {"认定名单": {key(1): proposal}}
    told |= {"形式审查": {key(1): formal}} if formal else {}
    return told | ({"异议登记": {f"{key(1)}|异议1": raised}} if raised else {})


def check(one: Filing, told: Words) -> Value:
    here = desk(one, words=told)
    return said(recognition(here), told["认定名单"])[0]["check"]


OPEN_OBJECTION: dict[str, Value] = {"objection": "产值不实", "conclusion": "核查中"}


@pytest.mark.parametrize(
    ("one", "told", "answer"),
    [
        (filing(), words(PROPOSED, PASSED), "✓"),
        (filing(hard="unmet"), words(PROPOSED, PASSED), "✗ 有硬性未达标，须有签批理由和签批人"),
        (filing(hard="missing"), words(PROPOSED, PASSED), "✗ 有硬性未达标，须有签批理由和签批人"),
        (filing(judgement="unmet"), words(PROPOSED, PASSED), "✗ 有硬性未达标，须有签批理由和签批人"),
        (filing(soft="deviates"), words(PROPOSED, PASSED), "✓"),
        (filing(hard="unmet"), words(SIGNED, PASSED), "✓"),
        (filing(hard="unmet"), words({**SIGNED, "signer": " "}, PASSED), "✗ 有硬性未达标，须有签批理由和签批人"),
        (filing(hard="unmet"), words({**SIGNED, "reason": None}, PASSED), "✗ 有硬性未达标，须有签批理由和签批人"),
        (filing(), words(PROPOSED), "✗ 未作形式审查，须有签批理由和签批人"),
        (filing(), words(PROPOSED, {"conclusion": "退回"}), "✗ 形式审查退回，须有签批理由和签批人"),
        (filing(), words(SIGNED, {"conclusion": "退回"}), "✓"),
        (filing(), words(PROPOSED, PASSED, OPEN_OBJECTION), "✗ 有异议未办结，须有签批理由和签批人"),
        (filing(), words(PROPOSED, PASSED, {"conclusion": "成立"}), "✗ 有异议成立，须有签批理由和签批人"),
        (filing(), words(PROPOSED, PASSED, {"conclusion": "不成立"}), "✓"),
        (filing(veto="unmet"), words(SIGNED, PASSED), "✗ 有一票否决事项，不得认定"),
        (filing(veto="missing"), words(SIGNED, PASSED), "✓"),
        (filing(hard="unmet"), words({"proposed": "否"}), ""),
        (filing(hard="unmet"), words({"proposed": "待定"}), ""),
        (filing(hard="unmet"), words({}), ""),
    ],
)
def test_a_proposal_is_answered_by_what_stands_in_its_way(one: Filing, told: Words, answer: str) -> None:
    assert check(one, told) == answer
    assert bool(violations(desk(one, words=told))) == answer.startswith("✗")
    assert [row["cluster"] for row in shown(published(desk(one, words=told)))] == [one.cluster] * (answer == "✓")


def test_what_binds_is_named_and_what_is_only_asked_for_is_not() -> None:
    vetoes, missed = binding(packs()[POLICY].policy, made(1, verdict="missing"))
    binding_rules = [rule.id for rule in RULES if rule.force not in (Force.SOFT, Force.PREFERENCE)]
    assert vetoes == ()
    assert [told.split()[0] for told in missed] == binding_rules


def test_the_run_and_the_first_page_tell_how_many_are_proposed_against_the_rails() -> None:
    here = desk(filing(hard="unmet"), words=words(PROPOSED, PASSED))
    (warning,) = warnings(here)
    assert (warning.code, here.clusters[0].filing.cluster in warning.found) == ("W43", True)
    assert "拟认定不符合条件 1 个" in headline(here)
    fine = desk(filing(), words=words(PROPOSED, PASSED))
    assert (list(warnings(fine)), "拟认定不符合" in headline(fine)) == ([], False)


def test_the_day_until_which_it_stands_follows_from_the_day_it_begins() -> None:
    told = words({**PROPOSED, "valid_from": 46082.0}, PASSED)
    assert said(recognition(desk(filing(), words=told)), told["认定名单"])[0]["valid_until"] == "2029-02-28"


class TestWhileOneTypes:
    """The colours say the same as the check, from cells of the same row alone."""

    @pytest.fixture
    def rules(self, tmp_path: Path) -> list[tuple[str, str]]:
        target = tmp_path / "总表.xlsx"
        write_master(target, "", [recognition(desk(filing(), filing(2)))], {})
        formats = openpyxl.load_workbook(target)["认定名单"].conditional_formatting
        found = [(str(area.sqref), rule.formula[0]) for area in formats for rule in area.rules]
        return [(area, formula) for area, formula in found if "是" in formula]

    def test_the_proposal_the_reason_and_the_signer_turn_red(self, rules: list[tuple[str, str]]) -> None:
        ids = [column.id for column in recognition(desk()).columns]
        columns = [get_column_letter(ids.index(one) + 3) for one in ("proposed", "reason", "signer")]
        assert sorted(area for area, _ in rules) == [f"{one}{FIRST_ROW}:{one}{FIRST_ROW + 1}" for one in columns]

    def test_only_cells_of_the_row_itself_are_asked_so_that_it_may_be_sorted(
        self, rules: list[tuple[str, str]]
    ) -> None:
        rows = {cell.lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _, formula in rules for cell in _cells(formula)}
        assert rows == {str(FIRST_ROW)}


def _cells(formula: str) -> list[str]:
    return [item.value for item in Tokenizer(f"={formula}").items if item.subtype == "RANGE"]


# --- the notice, and objections ----------------------------------------------------------------------------------


def numbered(here: Desk) -> list[Value]:
    return [row["number"] for row in shown(objections(here))]


def test_one_row_is_always_free_for_the_next_objection() -> None:
    assert numbered(desk(filing(), words={})) == []
    assert numbered(desk(filing(), words=words(PROPOSED))) == [1]
    assert numbered(desk(filing(), words=words(PROPOSED, PASSED, OPEN_OBJECTION))) == [1, 2]


def test_objections_keep_their_rows_when_the_cluster_is_no_longer_proposed() -> None:
    here = desk(filing(), words=words({"proposed": "否"}, PASSED, OPEN_OBJECTION))
    assert numbered(here) == [1, 2]
    assert shown(notices(here))[0]["state"] == "— 未拟认定"


@pytest.mark.parametrize(
    ("one", "raised", "state"),
    [
        (filing(), None, "✓ 列入公示名单"),
        (filing(), OPEN_OBJECTION, "✗ 异议核查中，暂缓"),
        (filing(hard="unmet"), OPEN_OBJECTION, "✗ 不得公示"),
        (filing(), {"conclusion": "成立"}, "✗ 不得公示"),
    ],
)
def test_the_notice_says_why_a_cluster_is_not_on_the_list(
    one: Filing, raised: dict[str, Value] | None, state: str
) -> None:
    assert shown(notices(desk(one, words=words(PROPOSED, PASSED, raised))))[0]["state"] == state


def test_an_objection_below_the_prepared_rows_counts_by_the_name_of_its_cluster() -> None:
    row: dict[str, Value] = {"cluster": filing().cluster, "objection": "产值不实"}
    told = {**words(PROPOSED, PASSED), "异议登记": {"?99": row}}
    assert check(filing(), told) == "✗ 有异议未办结，须有签批理由和签批人"


def test_an_objection_nobody_can_place_is_told() -> None:
    told = {**words(PROPOSED, PASSED), "异议登记": {"?99": {"objection": "产值不实"}}}
    assert [one.code for one in warnings(desk(filing(), words=told))] == ["W44"]


@pytest.mark.parametrize(
    ("first", "last", "least", "told"),
    [
        ("2026-12-01", "2026-12-05", None, "— 5 天（最少天数未设定）"),
        ("2026-12-01", "2026-12-05", 5, "✓ 5 天"),
        (46357.0, 46360.0, 5, "✗ 4 天，少于 5 天"),
        ("2026-12-05", "2026-12-01", 5, "✗ 截止日早于起始日"),
        ("2026-12-05", None, 5, "◇ 起止日期未填"),
        ("下周", "2026-12-05", 5, "◇ 起止日期未填"),
    ],
)
def test_the_notice_is_held_to_the_days_of_the_season(first: Value, last: Value, least: int | None, told: str) -> None:
    written = {**words(PROPOSED, PASSED), "公示与异议": {key(1): {"notice_from": first, "notice_to": last}}}
    here = desk(filing(), words=written, procedure=Procedure(source="通知", notice_days=least))
    assert shown(notices(here))[0]["days"] == told


def test_the_published_list_holds_no_personal_data() -> None:
    sheet = published(desk(made(1), made(2), words=words(PROPOSED, PASSED)))
    assert (sheet.published, sheet.editable) == (True, False)
    (row,) = sheet.rows
    assert {"张三", "13900000000"}.isdisjoint(map(str, row.values))
