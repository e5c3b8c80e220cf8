"""From the word of a measure to the whole, word for word, on a policy of six rules made for this file.

- carried: every fact of a finding, a criterion and the whole, compared at once
- not asked: every reason for which a rule is silent or open
- readings: the other readings of what is decided, and none of what is not
- the district: what its check and its decision do to each word, and what a review that is not filled in does not
- the whole: evidence and notes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.evaluate import evaluate, readings_in_force
from toolkit.finding import Alternative, CriterionResult, Evaluation, Finding, Shortfall, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Location, Problem, Submission

Raw = dict[str, Any]
MET, UNMET, MISSING, REVIEW = Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW
DEVIATES, NOT_APPLICABLE = Verdict.DEVIATES, Verdict.NOT_APPLICABLE


def bound(value: str, unit: str) -> Raw:
    return {"comparator": ">=", "unit": unit, "values": [{"from": "2024-01-01", "value": value, "source": "条文"}]}


def text(field: str, label: str) -> Raw:
    return {"id": field, "label": label, "type": "text"}


def choice(field: str, label: str, listed: str) -> Raw:
    return {"id": field, "label": label, "type": "choice", "list": listed}


def rule(number: int, title: str, force: str, measure: Raw, **more: Any) -> Raw:
    told = {"id": f"1-{number}", "title": title, "force": force, "requirement": f"应当{title}", "measure": measure}
    return told | {"evidence": ["E1"]} | more


PACK: Raw = {
    "id": "tiny",
    "title": "办法",
    "document": "文号",
    "issuer": "机关",
    "scheme": "集群",
    "in_force": {"from": "2024-02-01", "to": "2029-01-31"},
    "template_version": "1",
    "lists": {
        "have": ["有", "无"],
        "yes": ["是", "否"],
        "found": ["发现", "未发现"],
        "decision": ["符合", "不符合", "需补正"],
        "mode": ["明细填报", "汇总填报"],
        "rules": {"rules": True},
    },
    "parameters": [
        {
            "id": "method",
            "number": 1,
            "text": "年均增速",
            "readings": [{"value": "g3", "label": "含基期"}, {"value": "g2", "label": "不含基期"}],
            "default": "g3",
            "source": "条文",
        },
        {
            "id": "floor",
            "number": 2,
            "text": "近三年均",
            "readings": [{"value": "each", "label": "逐年"}, {"value": "average", "label": "平均"}],
            "default": "each",
            "source": "条文",
        },
    ],
    "roles": {
        "reviewer": "reviewer",
        "reviewed_on": "reviewed_on",
        "decisions": "review.decision",
        "checks": "review.check",
        "evidence": "evidence.evidence_rule",
    },
    "sections": [
        {
            "id": "profile",
            "sheet": "基本情况",
            "title": "",
            "intro": "",
            "inputs": [choice("filing_mode", "填报方式", "mode")],
            "tables": [
                {
                    "id": "industries",
                    "label": "主导产业",
                    "rows": 5,
                    "columns": [text("name", "产业"), text("code", "行业代码")],
                },
                {
                    "id": "log",
                    "label": "登记表",
                    "rows": 5,
                    "columns": [
                        text("incident_kind", "类别"),
                        text("incident_level", "等级"),
                        {"id": "incident_date", "label": "日期", "type": "date"},
                    ],
                },
                {"id": "evidence", "label": "佐证", "rows": 9, "columns": [choice("evidence_rule", "规则", "rules")]},
            ],
        },
        {
            "id": "review",
            "sheet": "初审",
            "title": "",
            "intro": "",
            "place": "results",
            "filled_by": "district",
            "inputs": [text("reviewer", "经办人"), {"id": "reviewed_on", "label": "日期", "type": "date"}],
            "tables": [
                {
                    "id": "review",
                    "label": "逐条初审",
                    "rows_from": "rules",
                    "columns": [choice("check", "核查", "found"), choice("decision", "判定", "decision")],
                }
            ],
        },
    ],
    "criteria": [
        {
            "id": "1",
            "numeral": "一",
            "title": "总体",
            "clause": "第一项",
            "intro": "",
            "inputs": [
                {"id": "count", "label": "起数", "type": "integer", "unit": "起", "years": [-2, -1, 0, 1]},
                {
                    "id": "total",
                    "label": "总额",
                    "type": "decimal",
                    "unit": "亿元",
                    "years": [-3, -2, -1, 0],
                    "decimals": 2,
                },
                {"id": "area", "label": "面积", "type": "decimal", "unit": "平方公里", "decimals": 2},
                choice("plan", "规划", "have"),
                choice("heavy", "是否高耗能", "yes"),
                choice("service", "是否服务业", "yes"),
                text("reason", "理由"),
            ],
            "tables": [
                {
                    "id": "self",
                    "label": "自评",
                    "rows_from": "judgements",
                    "columns": [choice("self_view", "自评", "decision"), text("self_text", "说明")],
                }
            ],
            "rules": [
                rule(
                    1,
                    "未发生事故",
                    "veto",
                    {
                        "kind": "none_of",
                        "counts": "count",
                        "table": "log",
                        "category": "事故",
                        "fatal": ["重大"],
                        "open": [],
                    },
                ),
                rule(
                    2,
                    "面积适中",
                    "soft",
                    {"kind": "amount", "input": "area", "threshold": bound("10", "平方公里")},
                    requirement="面积{bound}",
                    clause="第一项前段",
                ),
                rule(
                    3,
                    "较快增长",
                    "hard",
                    {"kind": "annual_growth", "input": "total", "method": "method", "threshold": bound("0.1", "%")},
                ),
                rule(4, "编制规划", "judgement", {"kind": "declared", "table": "self"}),
            ],
        },
        {
            "id": "2",
            "numeral": "二",
            "title": "其余",
            "clause": "第二项",
            "intro": "",
            "rules": [
                rule(
                    5,
                    "能效先进",
                    "conditional",
                    {"kind": "exists", "input": "plan", "present": ["有"]},
                    applies={
                        "input": "heavy",
                        "in": ["是"],
                        "otherwise": "不属于高耗能行业",
                        "industries": {"table": "industries", "column": "code", "class": "energy_intensive"},
                    },
                ),
                rule(
                    6,
                    "开展诊断",
                    "existence",
                    {"kind": "exists", "input": "plan", "present": ["有"]},
                    evidence=[],
                    applies={
                        "input": "service",
                        "in": ["否"],
                        "otherwise": "服务业集群，已说明理由",
                        "reason": "reason",
                    },
                ),
            ],
        },
    ],
}
POLICY = Policy.from_dict(PACK)
SEASON = Season(id="2026", policy="tiny", year=2026, reference_date=date(2026, 9, 30), source="示例通知")
# Met in every point that figures decide; every rule has its evidence.
GOOD: Raw = {
    "count": [0, 0, 0, 0],
    "total": [64, 80, 100, 125],
    "area": 12,
    "plan": "有",
    "heavy": "否",
    "service": "否",
    "industries": [{"name": "电子", "code": "3973"}],
    "self": [{"row": "1-4", "self_view": "符合", "self_text": "详见附件"}],
    "evidence": [{"evidence_rule": f"1-{number}"} for number in range(1, 7)],
}
SIGNED: Raw = {"reviewer": "李明", "reviewed_on": "2026-09-01"}


def submitted(given: Mapping[str, Any], policy: Policy = POLICY, season: Season = SEASON) -> Submission:
    tables = {name: rows for name, rows in given.items() if name in policy.tables and isinstance(rows, list)}
    # The table of reviews bears the name of its sheet and of no input.
    inputs = {name: value for name, value in given.items() if name not in tables}
    return take_in(policy, season, answers_from_dict(policy, {"inputs": inputs, "tables": tables}))


def whole(given: Mapping[str, Any], policy: Policy = POLICY, season: Season = SEASON) -> Evaluation:
    return evaluate(policy, season, submitted(given, policy, season))


def found(rule_id: str, given: Mapping[str, Any], **readings: str) -> Finding:
    findings = whole(given, season=replace(SEASON, readings=readings)).findings
    return next(finding for finding in findings if finding.rule == rule_id)


def place(key: str) -> Location:
    return submitted({}).entries[key].location


def anchor(table: str) -> Location:
    return submitted({}).tables[table].anchor


def reviewed(rule_id: str, decision: str | None = None, check: str | None = None) -> Raw:
    return {**SIGNED, "review": [{"row": rule_id, "decision": decision, "check": check}]}


# --- carried --------------------------------------------------------------------------------------------------

AREA = Finding(
    rule="1-2",
    criterion="1",
    title="面积适中",
    force="soft",
    clause="第一项前段",
    requirement="面积10平方公里以上",
    verdict=DEVIATES,
    comparator=">=",
    threshold=Decimal(10),
    unit="平方公里",
    value=Decimal("9.5"),
    shown="9.5 平方公里",
    shortfall=Shortfall(amount=Decimal("0.5"), unit="平方公里", target=Decimal(10), decimals=2),
    remedy="面积还差 0.50 平方公里",
    sentence="面积 9.5 平方公里，要求10平方公里以上",
    locations=(place("area"),),
    alternatives=(),
    decided_by="",
)
JUDGED = Finding(
    rule="1-4",
    criterion="1",
    title="编制规划",
    force="judgement",
    clause="第一项",
    requirement="应当编制规划",
    verdict=REVIEW,
    comparator="",
    threshold=None,
    unit="",
    value=None,
    shown="自评符合",
    sentence="运营管理机构自评“符合”，待人工判定",
    locations=(Location("一 总体", 1001, 1), Location("一 总体", 1001, 2)),
)
GROWTH = Finding(
    rule="1-3",
    criterion="1",
    title="较快增长",
    force="hard",
    clause="第一项",
    requirement="应当较快增长",
    verdict=UNMET,
    comparator=">=",
    threshold=Decimal("0.1"),
    unit="%",
    value=Decimal(0),
    shown="0.00%",
    shortfall=Shortfall(amount=Decimal("21.19"), unit="亿元", target=Decimal("85.19"), decimals=2),
    remedy="2025年总额需达到 85.19 亿元（差 21.19 亿元）",
    sentence="（2025年总额 64 ÷ 2022年总额 64）开 3 次方 − 1 = 0.00%，要求10%以上",
    locations=(place("total@0"), place("total@-3")),
    alternatives=(
        Alternative(parameter="method", reading="g2", label="年均增速：不含基期", verdict=MET, shown="100.00%"),
    ),
)


@pytest.mark.parametrize(
    ("change", "finding"), [({"area": 9.5}, AREA), ({}, JUDGED), ({"total": [64, 16, 90, 64]}, GROWTH)]
)
def test_a_finding_carries_every_fact_of_its_rule_and_of_its_measure(change: Raw, finding: Finding) -> None:
    assert found(finding.rule, GOOD | change) == finding


def test_the_whole_carries_its_criteria_and_they_their_findings() -> None:
    told = whole(GOOD | {"area": 9.5})
    findings = told.findings
    assert told == Evaluation(
        policy="tiny",
        season="2026",
        verdict=REVIEW,
        criteria=(
            CriterionResult(id="1", numeral="一", title="总体", clause="第一项", verdict=REVIEW, findings=findings[:4]),
            CriterionResult(id="2", numeral="二", title="其余", clause="第二项", verdict=MET, findings=findings[4:]),
        ),
        problems=(),
        notes=(),
    )
    assert [finding.rule for finding in findings] == ["1-1", "1-2", "1-3", "1-4", "1-5", "1-6"]
    assert [finding.verdict for finding in findings] == [MET, DEVIATES, MET, REVIEW, NOT_APPLICABLE, MET]


def test_the_problems_of_the_data_come_before_those_of_the_whole() -> None:
    told = whole(GOOD | {"area": "很大", "evidence": GOOD["evidence"][1:]}).problems
    assert [problem.code for problem in told][-1] == "E1"
    assert told[:-1] == submitted(GOOD | {"area": "很大", "evidence": GOOD["evidence"][1:]}).problems
    assert len(told) > 1


# --- not asked ------------------------------------------------------------------------------------------------


UNNAMED = (MISSING, "", "“主导产业”未填写或有代码无法识别，暂不能判定是否适用", "请填写“主导产业”")
UNSAID = (MISSING, "", "是否高耗能未填写或无法识别，暂不能判定", "请填写是否高耗能")
ASKED = (MET, "有", "规划：有", "")
HEAVY = [{"name": "钢铁", "code": "3110"}]


@pytest.mark.parametrize(
    ("change", "told", "where"),
    [
        ({}, (NOT_APPLICABLE, "不适用", "不适用：不属于高耗能行业", ""), place("heavy")),
        ({"heavy": None}, UNSAID, place("heavy")),
        ({"heavy": None, "industries": []}, UNSAID, place("heavy")),
        ({"industries": []}, UNNAMED, anchor("industries")),
        ({"industries": [{"name": "电子", "code": "3973"}, {"name": "其他"}]}, UNNAMED, anchor("industries")),
        ({"heavy": "是"}, ASKED, place("plan")),
        ({"heavy": "是", "industries": []}, ASKED, place("plan")),
        ({"industries": HEAVY}, ASKED, place("plan")),
        ({"industries": [*HEAVY, {"name": "其他"}], "heavy": None}, ASKED, place("plan")),
    ],
)
def test_a_rule_for_some_industries(change: Raw, told: tuple[Verdict, str, str, str], where: Location) -> None:
    seen = found("1-5", GOOD | change)
    assert (seen.verdict, seen.shown, seen.sentence, seen.remedy) == told
    assert seen.locations == (where,)


@pytest.mark.parametrize(
    ("service", "reason", "verdict", "sentence", "key"),
    [
        ("是", "均为软件企业", NOT_APPLICABLE, "不适用：服务业集群，已说明理由（均为软件企业）", "service"),
        ("是", None, MISSING, "理由未填写或无法识别，暂不能判定", "reason"),
        (None, "均为软件企业", MISSING, "是否服务业未填写或无法识别，暂不能判定", "service"),
        ("否", "均为软件企业", MET, "规划：有", "plan"),
    ],
)
def test_a_rule_that_is_not_asked_of_those_who_say_why(
    service: str | None, reason: str | None, verdict: Verdict, sentence: str, key: str
) -> None:
    told = found("1-6", GOOD | {"service": service, "reason": reason})
    assert (told.verdict, told.sentence, told.locations) == (verdict, sentence, (place(key),))


# --- readings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "reading", "verdict", "others"),
    [
        ([64, 80, 100, 125], "g3", MET, {"g2": MET}),
        ([64, 16, 90, 64], "g3", UNMET, {"g2": MET}),
        ([64, 16, 90, 64], "g2", MET, {"g3": UNMET}),
        ([None, 16, 90, 64], "g3", MISSING, {}),
        ([None, 16, 90, 64], "g2", MET, {}),
        ([0, 16, 90, 64], "g3", REVIEW, {"g2": MET}),
    ],
)
def test_other_readings_are_told_of_what_is_decided_and_only_where_they_decide(
    totals: list[int | None], reading: str, verdict: Verdict, others: dict[str, Verdict]
) -> None:
    told = found("1-3", GOOD | {"total": totals}, method=reading)
    assert told.verdict is verdict
    assert {other.reading: other.verdict for other in told.alternatives} == others


def test_the_labels_of_the_readings_in_force() -> None:
    season = replace(SEASON, readings={"floor": "average"})
    assert readings_in_force(POLICY, season) == {"method": "含基期", "floor": "平均"}


# --- the district ---------------------------------------------------------------------------------------------

COUNTED = "2023-01-01至2026-09-30，申报起数"


@pytest.mark.parametrize(
    ("counts", "check", "verdict", "sentence", "remedy"),
    [
        ([0, 0, 0, 0], "发现", UNMET, f"{COUNTED} 0 起；区核查发现有发生（李明）", "以区核查结果为准"),
        ([0, 0, 0, 0], "未发现", MET, f"{COUNTED} 0 起", ""),
        ([0, 1, 0, 0], "发现", UNMET, f"{COUNTED} 1 起；区核查发现有发生（李明）", "以区核查结果为准"),
        ([0, 1, 0, 0], "未发现", REVIEW, f"{COUNTED} 1 起；区核查未发现（李明），与申报不一致，待人工判定", ""),
        ([0, 1, 0, 0], None, UNMET, f"{COUNTED} 1 起", "一票否决，不能通过补充数据改变；登记有误的，请更正"),
    ],
)
def test_the_districts_own_check(
    counts: list[int], check: str | None, verdict: Verdict, sentence: str, remedy: str
) -> None:
    told = found("1-1", GOOD | {"count": counts} | reviewed("1-1", check=check))
    assert (told.verdict, told.sentence, told.remedy) == (verdict, sentence, remedy)
    assert told.decided_by == ("李明" if check == "发现" else "")
    assert (told.shortfall is not None) == (verdict is UNMET and counts[1] == 1)


VIEWED = "运营管理机构自评“符合”"
NARROW, WIDE = (f"面积 {area} 平方公里，要求10平方公里以上" for area in (9, 12))


@pytest.mark.parametrize(
    ("rule_id", "change", "decision", "verdict", "sentence"),
    [
        ("1-4", {}, "符合", MET, f"{VIEWED}；区初审判定“符合”（李明）"),
        ("1-4", {}, "不符合", UNMET, f"{VIEWED}；区初审判定“不符合”（李明）"),
        ("1-4", {}, "需补正", REVIEW, f"{VIEWED}，待人工判定"),
        ("1-4", {}, None, REVIEW, f"{VIEWED}，待人工判定"),
        ("1-2", {"area": 9}, "符合", MET, f"{NARROW}；区初审判定“符合”（李明）"),
        ("1-2", {}, "需补正", REVIEW, f"{WIDE}；区判定“需补正”（李明），与系统判定不一致，待人工判定"),
        ("1-2", {"area": None}, "符合", MISSING, "面积未填写或无法识别，暂不能判定"),
    ],
)
def test_the_districts_decision(
    rule_id: str, change: Raw, decision: str | None, verdict: Verdict, sentence: str
) -> None:
    told = found(rule_id, GOOD | change | reviewed(rule_id, decision))
    assert (told.verdict, told.sentence) == (verdict, sentence)
    assert told.decided_by == ("李明" if "区初审判定" in sentence else "")


def test_a_decision_settles_the_readings_too() -> None:
    zero = GOOD | {"total": [0, 16, 90, 64]}
    assert found("1-3", zero | SIGNED).alternatives != ()
    assert found("1-3", zero | reviewed("1-3", "符合")).alternatives == ()


def test_a_signed_review_without_a_single_row_changes_nothing() -> None:
    given = submitted(GOOD | SIGNED)
    bare = replace(given, tables={name: data for name, data in given.tables.items() if name != "review"})
    assert evaluate(POLICY, SEASON, bare) == whole(GOOD)


def test_a_policy_without_a_review_takes_a_signature_for_nothing() -> None:
    roles = {name: where for name, where in POLICY.roles.items() if name not in ("decisions", "checks")}
    assert whole(GOOD | SIGNED, replace(POLICY, roles=roles)) == whole(GOOD)


# --- the whole ------------------------------------------------------------------------------------------------


def test_a_rule_that_stands_without_evidence_is_named_where_evidence_is_listed() -> None:
    filed = [{"evidence_rule": "1-1"}, {"evidence_rule": "1-3"}]
    assert whole(GOOD | {"area": 9, "evidence": filed}).problems == (
        Problem("E1", anchor("evidence"), {"rule": "1-2", "title": "面积适中"}),
        Problem("E1", anchor("evidence"), {"rule": "1-4", "title": "编制规划"}),
    )


def test_a_policy_that_keeps_no_evidence_misses_none() -> None:
    roles = {name: where for name, where in POLICY.roles.items() if name != "evidence"}
    assert whole(GOOD | {"evidence": []}, replace(POLICY, roles=roles)).problems == ()


OUT_OF_TERM = "不在文号的有效期内（2024-02-01至2029-01-31）"


@pytest.mark.parametrize(
    ("policy", "season", "given", "notes"),
    [
        ({}, {}, {}, []),
        ({}, {"reference_date": date(2024, 1, 31)}, {}, [f"评价基准日 2024-01-31 {OUT_OF_TERM}"]),
        ({}, {"reference_date": date(2024, 2, 1)}, {}, []),
        ({}, {"reference_date": date(2029, 1, 31)}, {}, []),
        ({}, {"reference_date": date(2029, 2, 1)}, {}, [f"评价基准日 2029-02-01 {OUT_OF_TERM}"]),
        ({"in_force": (date(2024, 2, 1), None)}, {"reference_date": date(2040, 1, 1)}, {}, []),
        ({"partial": True}, {}, {}, ["本规则包只含已核实的条件，评价结果不代表全部认定条件"]),
        ({}, {"example": True}, {}, ["申报年度参数为示例：示例通知"]),
        ({}, {}, {"filing_mode": "汇总填报"}, ["未提供企业明细，集群汇总数无法由名录复算"]),
        ({}, {}, {"filing_mode": "明细填报"}, []),
        (
            {"partial": True},
            {"example": True},
            {"filing_mode": "汇总填报"},
            [
                "本规则包只含已核实的条件，评价结果不代表全部认定条件",
                "申报年度参数为示例：示例通知",
                "未提供企业明细，集群汇总数无法由名录复算",
            ],
        ),
    ],
)
def test_what_a_reader_of_the_whole_must_know(policy: Raw, season: Raw, given: Raw, notes: list[str]) -> None:
    told = whole(GOOD | given, replace(POLICY, **policy), replace(SEASON, **season))
    assert [*told.notes] == notes
