"""Every scoring workbook gets an answer in the log, and none of them moves a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.workbook.commission.desks import desk, key, shown
from tests.workbook.commission.filings import POLICY, SEASON, made
from toolkit.procedure import Procedure
from workbook.commission.experts.appraisal import Appraisal, Ballot, Mark
from workbook.commission.experts.panel import Handed
from workbook.commission.experts.settling import Judged, settle_appraisals, troubles
from workbook.commission.filing import Place, Trouble
from workbook.commission.settle import Done
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.sheets.experts import OPINIONS, PANEL, opinions, panel

DESK = desk(made(1), made(2, verdict="unmet"))
WRONG = Trouble("W45", "error", "评分无法识别", Place("评分表", "H4"), "", "85分", "")


def ballot(number: int, score: float | None, recusal: str = "", overall: str = "", **more: Any) -> Ballot:
    marks = (Mark("6.1", score, more.get("opinion", "")), Mark("6.2", more.get("second"), ""))
    place = Place("评分表", f"B{3 + number}")
    return Ballot(key(number), f"{number}号", recusal, marks, overall, "", place, more.get("problems", ()))


def handed(name: str, *ballots: Ballot, withdrawn: bool = False, **more: Any) -> Handed:
    told: dict[str, Any] = {
        "policy": POLICY,
        "season": SEASON,
        "expert": "张三",
        "unit": "",
        "round": 1,
        "written": "",
        "sha256": name,
    }
    told |= {"signed_on": "2026-11-20", **more}
    appraisal = Appraisal(ballots=ballots, **told)
    return Handed(name=name, sha256=appraisal.sha256, withdrawn=withdrawn, appraisal=appraisal)


def judged(*files: Handed, here: Desk = DESK) -> Judged:
    return settle_appraisals(files, here.policy, here.season, here.clusters)


def log(*files: Handed) -> dict[str, tuple[Done, str]]:
    return {one.file: (one.done, one.reason) for one in judged(*files).receipts}


GOOD = ballot(1, 80.0)
SPOILED = ballot(1, None, overall="同意认定", problems=(WRONG,))


@pytest.mark.parametrize(
    ("one", "done", "reason"),
    [
        (handed("a", GOOD), Done.ACCEPTED, ""),
        (handed("a", GOOD, season="2025"), Done.REFUSED, "规则或年度不同（shanghai-2024 / 2025），未汇总"),
        (handed("a", GOOD, policy="national-2022"), Done.REFUSED, "规则或年度不同（national-2022 / 2026），未汇总"),
        (handed("a", GOOD, withdrawn=True), Done.WITHDRAWN, "在“撤回”文件夹中，未汇总"),
        (handed("a", ballot(1, None)), Done.SKIPPED, "评审表空白，没有评分和意见"),
        (handed("a", GOOD, signed_on=""), Done.ACCEPTED, "未填签名日期"),
        (handed("a", GOOD, ballot(9, 70.0)), Done.ACCEPTED, "所评集群不在总表内，未计入：9号"),
        (handed("a", SPOILED), Done.ACCEPTED, "评分表!H4 评分无法识别（85分）"),
    ],
)
def test_every_file_is_answered(one: Handed, done: Done, reason: str) -> None:
    assert log(one) == {"a": (done, reason)}


def test_the_same_file_twice_counts_once() -> None:
    twice = log(handed("a", GOOD, sha256="x"), handed("b", GOOD, sha256="x"))
    assert twice == {"a": (Done.ACCEPTED, ""), "b": (Done.REPEATED, "与 a 完全相同，未重复汇总")}


def test_of_two_of_one_expert_the_log_says_which_counts() -> None:
    answers = log(handed("旧", GOOD), handed("新", GOOD, round=2))
    assert answers == {"旧": (Done.SUPERSEDED, "同一专家有更新的评审表，已采用 新"), "新": (Done.ACCEPTED, "")}


def test_of_one_that_was_replaced_in_part_the_log_says_so() -> None:
    answers = log(handed("旧", GOOD, ballot(2, 70.0)), handed("新", GOOD, round=2))
    assert answers["旧"] == (Done.ACCEPTED, "部分集群已采用该专家更新的评审表 新")


def test_what_cannot_be_read_is_told_at_the_end_of_the_run() -> None:
    (told,) = troubles(judged(handed("a", SPOILED)).opinions)
    assert (told.code, "评分表!H4" in told.found) == ("W50", True)
    assert list(troubles(judged(handed("a", GOOD)).opinions)) == []


# --- the sheets ----------------------------------------------------------------------------------------------------


def with_opinions(files: Sequence[Handed], **rules: Any) -> Desk:
    here = desk(made(1), made(2, verdict="unmet"), procedure=Procedure(source="通知", **rules))
    return replace(here, opinions=judged(*files, here=here).opinions)


FILES = [
    handed("甲", ballot(1, 80.0, second=60.0, overall="同意认定"), ballot(2, 70.0), expert="甲"),
    handed("乙", ballot(1, 90.0, second=70.0, overall="同意认定"), ballot(2, 10.0, "回避"), expert="乙"),
    handed("丙", ballot(1, 85.0, overall="不同意认定", opinion="好"), expert="丙"),
]


def test_the_panel_counts_means_and_recusals() -> None:
    first, second = shown(panel(with_opinions(FILES)))
    assert (first["experts"], first["recused"], first["6.1:mean"], first["6.1:range"]) == (3, None, 85, 10)
    assert (first["6.1:deviation"], first["6.2:mean"], first["overall"]) == (5, 65, "不同意认定 1，同意认定 2")
    assert (second["experts"], second["recused"], second["6.1:mean"], second["6.1:deviation"]) == (1, 1, 70, None)


def test_without_weights_there_is_no_total_and_with_them_there_is() -> None:
    assert not any(column.id.startswith("total") for column in panel(with_opinions(FILES)).columns)
    weights = {"6.1": Decimal(1), "6.2": Decimal(3)}
    first, second = shown(panel(with_opinions(FILES, weights=weights)))
    assert (first["total:mean"], first["total:low"], first["total:high"], second["total:mean"]) == (70, 65, 75, None)


def test_a_score_that_stands_out_is_named() -> None:
    files = [handed(f"{i}", ballot(1, 80.0 + i), expert=f"{i}") for i in range(4)] + [
        handed("远", ballot(1, 20.0), expert="远")
    ]
    first, _ = shown(panel(with_opinions(files)))
    assert first["outliers"] == "（一）远 20"


def test_each_expert_has_a_row_with_the_words_and_the_file() -> None:
    sheet = opinions(with_opinions(FILES))
    rows = shown(sheet)
    assert [(row["cluster"], row["expert"]) for row in rows] == [
        *((made(1).cluster, one) for one in ("丙", "乙", "甲")),
        *((made(2).cluster, one) for one in ("乙", "甲")),
    ]
    assert (rows[0]["o:6.1"], rows[3]["recusal"]) == ("好", "回避")
    assert len({row.key for row in sheet.rows}) == len(rows)
    links = [link for row in sheet.rows for link in row.links.values()]
    assert "external:archive/丙/丙.xlsx#'评分表'!B4" in links


def test_nothing_an_expert_says_enters_a_verdict() -> None:
    """All sheets but those of the experts, and what the list of recognition tells of them, are the same without."""
    here = with_opinions(FILES)
    theirs = {PANEL, OPINIONS, "认定名单"}
    with_, without = (
        {sheet.name: shown(sheet) for sheet in tables(one) if sheet.name not in theirs}
        for one in (here, replace(here, opinions=()))
    )
    assert with_ == without
    proposed = next(sheet for sheet in tables(here) if sheet.name == "认定名单")
    bare = next(sheet for sheet in tables(replace(here, opinions=())) if sheet.name == "认定名单")
    drop = {"experts"}
    assert [{k: v for k, v in row.items() if k not in drop} for row in shown(proposed)] == [
        {k: v for k, v in row.items() if k not in drop} for row in shown(bare)
    ]
