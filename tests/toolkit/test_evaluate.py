"""From answers to the whole: what the force of a rule, the district and the readings make of each measure's word.

- force: soft, when_unmet, when_missing; a requirement that is not asked
- readings: the other ones are tried, and told where they disagree
- the district: decisions and checks, only when signed, never against a threshold
- the whole: evidence, notes, and nothing open is ever MET
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.evaluate import evaluate, readings_in_force
from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.packs import packs
from toolkit.rules import Force
from toolkit.submission import Submission
from workbook.sample import Outcome, sample

Answers = dict[str, Any]
# Enough for ten of them to hold a title.
FIRMS = 24
MET, UNMET, MISSING, REVIEW = Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW
DEVIATES, NOT_APPLICABLE = Verdict.DEVIATES, Verdict.NOT_APPLICABLE
POLICY = packs()["shanghai-2024"].policy
SEASON = packs()["shanghai-2024"].seasons["2026"]


@cache
def made() -> Answers:
    return sample(POLICY, SEASON, 1, Outcome.MET, FIRMS)


def good(**inputs: Any) -> Answers:
    """Answers that are met in every point, reviewed and signed, with some inputs changed."""
    answers = deepcopy(made())
    answers["inputs"] |= inputs
    return answers


def unreviewed(**inputs: Any) -> Answers:
    """The same before any official has seen them."""
    return good(**inputs, reviewer=None, reviewed_on=None)


def row(answers: Answers, table: str, row_id: str) -> Answers:
    """A printed row, to be changed."""
    found: Answers = next(entry for entry in answers["tables"][table] if entry["row"] == row_id)
    return found


def decided(answers: Answers, rule: str, decision: str | None, check: str | None = None) -> Answers:
    row(answers, "review", rule).update(decision=decision, check=check)
    return answers


def result(answers: Answers, **readings: str) -> Evaluation:
    season = replace(SEASON, readings=readings)
    return evaluate(POLICY, season, take_in(POLICY, season, answers_from_dict(POLICY, answers)))


def finding(answers: Answers, rule: str, **readings: str) -> Finding:
    return next(finding for finding in result(answers, **readings).findings if finding.rule == rule)


# --- the whole ------------------------------------------------------------------------------------------------


def test_a_good_application_that_is_reviewed_is_met() -> None:
    whole = result(good())
    assert (whole.verdict, whole.problems) == (MET, ())
    assert [criterion.id for criterion in whole.criteria] == [criterion.id for criterion in POLICY.criteria]
    assert [finding.rule for finding in whole.findings] == [rule.id for rule in POLICY.rules]


def test_before_the_review_a_good_application_waits_for_people_and_nothing_else() -> None:
    whole = result(unreviewed())
    assert whole.verdict is REVIEW
    assert set(whole.counts) == {MET, REVIEW, NOT_APPLICABLE}


def test_nothing_filled_in_is_missing() -> None:
    whole = evaluate(POLICY, SEASON, Submission(entries={}, tables={}))
    assert whole.verdict is MISSING
    assert MET not in whole.counts


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({"area": 101}, DEVIATES), ({"rd_total": None}, MISSING), ({"tax_count": [0, 1, 0, 0], "rd_total": None}, UNMET)],
)
def test_the_gravest_finding_speaks_for_the_criterion_and_for_the_whole(change: Answers, verdict: Verdict) -> None:
    answers = good(**change)
    for rule in ("6.2-06", "6.1-06"):
        decided(answers, rule, None)
    whole = result(answers)
    assert whole.verdict is verdict
    assert {criterion.verdict for criterion in whole.criteria} >= {verdict, MET}


@pytest.mark.parametrize("rule", [rule.id for rule in POLICY.rules if rule.force is Force.JUDGEMENT])
def test_one_judgement_sent_back_keeps_the_whole_from_being_met(rule: str) -> None:
    assert result(decided(good(), rule, "需补正")).verdict is REVIEW


def test_a_finding_carries_what_it_takes_to_check_it() -> None:
    found = finding(good(output_total=[90, 29.5, 120, 140]), "6.2-07")
    assert (found.criterion, found.force, found.clause) == ("6.2", "hard", "第六条第（二）项")
    assert found.requirement == "近三年产值均为30亿元以上"
    assert (found.comparator, found.threshold, found.unit) == (">=", Decimal(30), "亿元")
    assert [place.sheet for place in found.locations] == ["二 核心竞争力"]
    assert found.shortfall is not None
    assert "0.5000 亿元" in found.remedy


def test_a_requirement_of_two_branches_tells_both_bounds() -> None:
    told = finding(good(), "6.3-02").requirement
    assert "“小巨人”企业1家以上" in told
    assert "合计10家以上" in told


# --- force ----------------------------------------------------------------------------------------------------


def no_service(answers: Answers) -> None:
    row(answers, "services", "finance")["service_times"] = 0


def rising_emissions(answers: Answers) -> None:
    answers["inputs"]["co2"] = [1000, 2000, 90000]


def no_emissions(answers: Answers) -> None:
    answers["inputs"]["co2"] = None


def large_area(answers: Answers) -> None:
    answers["inputs"]["area"] = 100.0001


def fewer_users(answers: Answers) -> None:
    answers["inputs"]["software_users"] = [9, 8, 7]


def low_output(answers: Answers) -> None:
    answers["inputs"]["output_total"][2] = 29.9999


def no_output(answers: Answers) -> None:
    answers["inputs"]["output_total"][2] = None


def no_mechanism(answers: Answers) -> None:
    answers["inputs"]["green_service"] = "无"


@pytest.mark.parametrize(
    ("rule", "change", "verdict"),
    [
        ("6.2-06", large_area, DEVIATES),
        ("6.6-06", fewer_users, DEVIATES),
        ("6.9-04", no_service, DEVIATES),  # when_unmet
        ("6.7-02", rising_emissions, REVIEW),  # when_unmet
        ("6.7-02", no_emissions, REVIEW),  # when_missing
        ("6.2-07", low_output, UNMET),
        ("6.2-07", no_output, MISSING),
        ("6.7-05", no_mechanism, UNMET),
    ],
)
def test_what_is_not_met_weighs_as_the_force_of_its_rule_says(
    rule: str, change: Callable[[Answers], None], verdict: Verdict
) -> None:
    answers = unreviewed()
    assert finding(answers, rule).verdict is MET
    change(answers)
    assert finding(answers, rule).verdict is verdict


def test_a_preference_is_never_for_or_against() -> None:
    assert finding(good(direction=None), "6.2-05").verdict is NOT_APPLICABLE
    assert result(good(direction=None)).verdict is MET


# --- requirements that are not asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason", "diagnosed", "verdict"),
    [
        ("否", None, [1, 0, 0], MET),
        ("否", None, [0, 0, 0], UNMET),
        ("否", "均为软件企业", [0, 0, 0], UNMET),
        ("是", "均为软件企业", [0, 0, 0], NOT_APPLICABLE),
        ("是", "均为软件企业", None, NOT_APPLICABLE),
        ("是", None, [0, 0, 0], MISSING),
        (None, "均为软件企业", [1, 0, 0], MISSING),
    ],
)
def test_diagnosis_is_asked_of_all_but_service_clusters_that_say_why(
    answer: str | None, reason: str | None, diagnosed: list[int] | None, verdict: Verdict
) -> None:
    answers = unreviewed(pure_service=answer, pure_service_reason=reason, diagnosed=diagnosed)
    found = finding(answers, "6.6-03")
    assert found.verdict is verdict
    assert ("纯服务业集群，已说明理由（均为软件企业）" in found.sentence) == (verdict is NOT_APPLICABLE)


USED = {
    "energy_process": "锻造",
    "energy_use": 9,
    "energy_baseline": 10,
    "energy_unit": "千克",
    "energy_source": "限额",
}


@pytest.mark.parametrize(
    ("answer", "codes", "rows", "verdict"),
    [
        ("是", ["3973"], [USED], MET),
        ("是", ["3973"], [], MISSING),
        ("否", ["3973"], [], NOT_APPLICABLE),
        ("否", ["3973", "3110"], [USED], MET),  # 31 is energy-intensive whatever the operator says
        ("否", ["C3110"], [], MISSING),
        ("否", ["3973", None], [], MISSING),
        ("否", ["3973", "39"], [], MISSING),
        ("否", [], [], MISSING),
        ("否", [None, "3110"], [{**USED, "energy_use": 11}], UNMET),
        (None, ["3973"], [], MISSING),
        (None, ["3110"], [USED], MET),
        ("是", [], [USED], MET),
    ],
)
def test_efficiency_is_asked_by_declaration_or_by_industry_code(
    answer: str | None, codes: list[str | None], rows: list[Answers], verdict: Verdict
) -> None:
    answers = unreviewed(energy_intensive=answer)
    answers["tables"] |= {
        "main_industries": [{"main_name": "业", "main_code": code} for code in codes],
        "energy": rows,
    }
    assert finding(answers, "6.7-06").verdict is verdict


@pytest.mark.parametrize(("answer", "verdict"), [("是", MISSING), ("否", NOT_APPLICABLE), (None, MISSING)])
def test_water_is_asked_by_declaration_alone(answer: str | None, verdict: Verdict) -> None:
    answers = unreviewed(water_intensive=answer)
    answers["tables"].pop("water", None)
    found = finding(answers, "6.7-07")
    assert found.verdict is verdict
    assert found.shown == ("不适用" if answer == "否" else "")


def test_what_does_not_apply_keeps_nobody_from_being_met() -> None:
    whole = result(good(pure_service="是", pure_service_reason="均为软件企业", diagnosed=[0, 0, 0]))
    assert (whole.verdict, whole.counts[NOT_APPLICABLE]) == (MET, result(good()).counts[NOT_APPLICABLE] + 1)


# --- readings -------------------------------------------------------------------------------------------------


def others(found: Finding) -> dict[str, Verdict]:
    return {f"{other.parameter}={other.reading}": other.verdict for other in found.alternatives}


def test_a_rule_that_another_reading_would_turn_says_so() -> None:
    found = finding(good(output_total=[90, 29, 120, 140]), "6.2-07")
    assert (found.verdict, others(found)) == (UNMET, {"output_floor=average": MET})
    assert found.sensitive
    assert found.alternatives[0].label == "近三年产值均在30亿元以上：三年平均达到"
    assert found.alternatives[0].shown.startswith("平均 ")


def test_readings_that_agree_do_not_alarm() -> None:
    found = finding(good(), "6.2-10")
    assert others(found) == {"growth_method=g2": MET, "growth_method=m3": MET}
    assert not found.sensitive


def test_the_reading_of_the_season_decides_and_the_others_become_the_alternatives() -> None:
    found = finding(good(output_total=[90, 29, 120, 140]), "6.2-07", output_floor="average")
    assert (found.verdict, others(found)) == (MET, {"output_floor=each": UNMET})
    assert (
        readings_in_force(POLICY, replace(SEASON, readings={"output_floor": "average"}))["output_floor"]
        == "三年平均达到"
    )


def test_an_alternative_is_weighed_with_the_force_of_the_rule() -> None:
    found = finding(unreviewed(software_users=[9, 8, 10]), "6.6-06")
    assert (found.verdict, others(found)) == (DEVIATES, {"trend=endpoints": MET})
    found = finding(unreviewed(software_users=[9, 8, 10]), "6.6-06", trend="endpoints")
    assert (found.verdict, others(found)) == (MET, {"trend=yearly": DEVIATES})


def test_an_alternative_that_lacks_data_is_not_offered() -> None:
    found = finding(good(rd_total=[1, None, None, 2]), "6.5-01")
    assert (found.verdict, others(found)) == (MET, {})


@pytest.mark.parametrize("rule", ["6.2-07", "6.5-01"])
def test_a_rule_without_data_has_no_alternatives(rule: str) -> None:
    found = finding(good(output_total=None, rd_total=None), rule)
    assert (found.verdict, found.alternatives) == (MISSING, ())


def test_a_reading_that_is_not_offered_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"readings\.growth_method"):
        result(good(), growth_method="guess")


def test_a_season_of_another_policy_is_refused() -> None:
    with pytest.raises(PolicyError, match="season is for policy 'another'"):
        evaluate(POLICY, replace(SEASON, policy="another"), Submission(entries={}, tables={}))


# --- the district ---------------------------------------------------------------------------------------------

JUDGED = "6.7-03"


@pytest.mark.parametrize(
    ("decision", "verdict"),
    [("符合", MET), ("基本符合", MET), ("不符合", UNMET), ("需补正", REVIEW), (None, REVIEW), ("看情况", REVIEW)],
)
def test_a_signed_decision_settles_what_was_for_people_to_judge(decision: str | None, verdict: Verdict) -> None:
    found = finding(decided(good(reviewer="李明"), JUDGED, decision), JUDGED)
    assert found.verdict is verdict
    assert found.decided_by == ("" if verdict is REVIEW else "李明")
    assert (f"区初审判定“{decision}”（李明）" in found.sentence) == (verdict is not REVIEW)
    assert ("待人工判定" in found.sentence) == (verdict is REVIEW)


@pytest.mark.parametrize(
    "unsigned", [{"reviewer": None}, {"reviewed_on": None}, {"reviewed_on": "昨天"}, {"reviewer": " "}]
)
def test_a_decision_without_name_or_date_does_not_count(unsigned: Answers) -> None:
    found = finding(decided(good(**unsigned), JUDGED, "不符合"), JUDGED)
    assert (found.verdict, found.decided_by) == (REVIEW, "")


@pytest.mark.parametrize(
    ("change", "rule", "verdict"),
    [
        ({"output_total": [90, 29, 120, 140]}, "6.2-07", UNMET),
        ({"output_total": None}, "6.2-07", MISSING),
        ({"cloud_users": None}, "6.6-04", MISSING),
        ({"green_service": "无"}, "6.7-05", UNMET),
    ],
)
def test_no_decision_lifts_a_missed_threshold_or_fills_a_blank(change: Answers, rule: str, verdict: Verdict) -> None:
    found = finding(decided(good(**change), rule, "符合"), rule)
    assert (found.verdict, found.decided_by) == (verdict, "")


@pytest.mark.parametrize(
    ("decision", "verdict"),
    [("不符合", REVIEW), ("需补正", REVIEW), ("符合", MET), ("基本符合", MET), (None, MET)],
)
def test_an_objection_to_what_the_figures_show_goes_to_a_person(decision: str | None, verdict: Verdict) -> None:
    found = finding(decided(good(), "6.2-07", decision), "6.2-07")
    assert (found.verdict, found.decided_by) == (verdict, "")
    assert ("与系统判定不一致，待人工判定" in found.sentence) == (verdict is REVIEW)


def test_a_deviation_is_for_the_district_to_accept_and_then_offers_no_alternatives() -> None:
    answers = good(software_users=[9, 8, 10])
    found = finding(answers, "6.6-06")
    assert (found.verdict, found.alternatives) == (MET, ())
    assert finding(decided(answers, "6.6-06", "不符合"), "6.6-06").verdict is UNMET


@pytest.mark.parametrize(
    ("counts", "check", "decision", "verdict"),
    [
        ([0, 0, 0, 0], "未发现", "符合", MET),
        ([0, 0, 0, 0], "发现", "符合", UNMET),
        ([0, 0, 0, 0], "未核查", "符合", MET),
        ([0, 0, 0, 0], None, None, MET),
        ([0, 1, 0, 0], "未核查", "符合", UNMET),
        ([0, 1, 0, 0], "发现", "符合", UNMET),
        ([0, 1, 0, 0], "未发现", None, REVIEW),
        ([0, 1, 0, 0], "未发现", "符合", MET),
        ([0, 1, 0, 0], "未发现", "不符合", UNMET),
        (None, "发现", None, UNMET),
        (None, "未发现", "符合", MISSING),
    ],
)
def test_the_districts_own_check_goes_before_the_declaration(
    counts: list[int] | None, check: str | None, decision: str | None, verdict: Verdict
) -> None:
    found = finding(decided(good(safety_count=counts), "6.1-01", decision, check), "6.1-01")
    assert found.verdict is verdict


@pytest.mark.parametrize(("check", "name"), [("发现", "李明"), ("未发现", "")])
def test_a_verdict_that_rests_on_the_districts_check_bears_its_name(check: str, name: str) -> None:
    assert finding(decided(good(reviewer="李明"), "6.1-01", None, check), "6.1-01").decided_by == name


def test_a_check_that_contradicts_the_declaration_leaves_no_shortfall() -> None:
    found = finding(decided(good(safety_count=[0, 1, 0, 0]), "6.1-01", None, "未发现"), "6.1-01")
    assert (found.shortfall, found.remedy) == (None, "")
    assert "与申报不一致，待人工判定" in found.sentence


@pytest.mark.parametrize(("rule", "answers"), [("6.1-01", unreviewed()), ("6.2-07", good()), ("6.6-05", good())])
def test_a_check_counts_only_when_signed_and_only_for_a_veto(rule: str, answers: Answers) -> None:
    assert finding(decided(answers, rule, None, "发现"), rule).verdict is MET


# --- evidence and notes ---------------------------------------------------------------------------------------


def without_evidence(answers: Answers, *rules: str) -> Answers:
    answers["tables"]["evidence"] = [r for r in answers["tables"]["evidence"] if r["evidence_rule"] not in rules]
    return answers


def warned(answers: Answers) -> list[object]:
    return [problem.context["rule"] for problem in result(answers).problems if problem.code == "E1"]


def test_what_stands_without_evidence_is_warned_of_and_stands_all_the_same() -> None:
    answers = without_evidence(good(), "6.2-07", JUDGED)
    whole = result(answers)
    assert (whole.verdict, warned(answers)) == (MET, ["6.2-07", JUDGED])
    assert {problem.location.sheet for problem in whole.problems} == {"佐证材料"}
    assert "近三年产值" in whole.problems[0].explanation.expected


@pytest.mark.parametrize(
    ("change", "rule", "asked"),
    [
        ({}, "6.2-06", True),
        ({"area": 101}, "6.2-06", True),
        ({}, JUDGED, True),
        ({"output_total": [90, 29, 120, 140]}, "6.2-07", False),
        ({"output_total": None}, "6.2-07", False),
    ],
)
def test_evidence_is_asked_of_what_stands_and_not_of_what_fails_or_is_blank(
    change: Answers, rule: str, asked: bool
) -> None:
    assert warned(without_evidence(unreviewed(**change), rule)) == [rule] * asked


def test_a_thing_that_must_have_its_evidence_is_missing_without_it() -> None:
    whole = result(without_evidence(good(), "6.4-04", "6.6-03"))
    assert [found.rule for found in whole.findings if found.verdict is MISSING] == ["6.4-04", "6.6-03"]


@pytest.mark.parametrize(
    ("day", "told"), [("2024-02-21", True), ("2024-02-22", False), ("2029-02-21", False), ("2029-02-22", True)]
)
def test_a_reference_date_outside_the_policys_term_is_noted(day: str, told: bool) -> None:
    season = replace(SEASON, reference_date=date.fromisoformat(day))
    notes = evaluate(POLICY, season, Submission(entries={}, tables={})).notes
    assert any("不在沪经信规范〔2024〕1号的有效期内" in note for note in notes) is told


@pytest.mark.parametrize("example", [True, False])
def test_example_parameters_are_noted(example: bool) -> None:
    season = replace(SEASON, example=example)
    notes = evaluate(POLICY, season, Submission(entries={}, tables={})).notes
    assert any("申报年度参数为示例" in note for note in notes) is example


@pytest.mark.parametrize(("mode", "told"), [("汇总填报", True), ("明细填报", False), (None, False)])
def test_totals_without_a_roster_are_noted(mode: str | None, told: bool) -> None:
    assert any("未提供企业明细" in note for note in result(good(filing_mode=mode)).notes) is told
