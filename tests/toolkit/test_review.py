"""The district's review: every guard has a case in which it speaks and one in which it is silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.messages import CATALOGUE, Severity, Stage
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.review import (
    MARKER,
    RECOMMEND,
    REJECT,
    RETURN,
    characters,
    differing,
    guards,
    opinion_draft,
    read_review,
    return_items,
    without_district,
)
from toolkit.review.record import AGREES
from toolkit.season import Season
from toolkit.submission import Problem, Submission
from workbook.sample import Outcome, sample

Answers = dict[str, Any]
Change = Callable[[Answers], None]
PACK = packs()["shanghai-2024"]
POLICY, SEASON = PACK.policy, PACK.seasons["2026"]
BASES = {outcome: sample(POLICY, SEASON, 7, Outcome(outcome), 20) for outcome in ("met", "short")}


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return [copied(part) for part in value] if isinstance(value, list) else value


def answers(*changes: Change, base: str = "met") -> Answers:
    given = copied(BASES[base])
    for change in changes:
        change(given)
    return given  # type: ignore[no-any-return]


def inputs(**given: Any) -> Change:
    return lambda told: told["inputs"].update(given)


def rule(rule_id: str, **given: Any) -> Change:
    """What the district wrote beside one rule."""

    def change(told: Answers) -> None:
        rows = told["tables"].setdefault("review", [])
        row = next((row for row in rows if row["row"] == rule_id), None)
        if row is None:
            row = {"row": rule_id}
            rows.append(row)
        row.update(given)

    return change


def evidence(number: int, verified: str | None) -> Change:
    return lambda told: told["tables"]["evidence"][number].update(evidence_verified=verified)


def submitted(told: Answers, policy: Policy = POLICY, season: Season = SEASON) -> Submission:
    return take_in(policy, season, answers_from_dict(policy, told))


def judged(told: Submission, policy: Policy = POLICY, season: Season = SEASON) -> tuple[Evaluation, Evaluation]:
    """The machine's word alone, and with the district's."""
    return evaluate(policy, season, without_district(policy, told)), evaluate(policy, season, told)


def guarded(told: Answers, today: date | None = None, season: Season = SEASON) -> list[Problem]:
    submission = submitted(told)
    system, whole = judged(submission)
    return list(guards(POLICY, season, submission, system, whole, today=today))


def codes(*changes: Change, base: str = "met", today: date | None = None) -> set[str]:
    return {problem.code for problem in guarded(answers(*changes, base=base), today)}


LONG = "经核实材料齐全。" * 50
RECOMMENDED = [inputs(review_conclusion=RECOMMEND)]
BLANK_REVIEW = inputs(**dict.fromkeys((*("received_on", "reviewer", "reviewed_on", "review_conclusion", "review_rank", "review_opinion"), *("review_head", "head_on"))))  # fmt: skip


def low_output(told: Answers) -> None:
    """A threshold that is missed beyond doubt."""
    told["inputs"]["filing_mode"] = "汇总填报"
    for key in ("output_total", "output_sme", "output_main"):
        told["inputs"][key] = [round(value / 10, 4) for value in told["inputs"][key]]


def accident(told: Answers) -> None:
    told["inputs"]["safety_count"] = [0, 0, 1, 0]


def test_a_complete_review_meets_no_guard() -> None:
    assert guarded(answers()) == []


OVERRIDE = inputs(override_reason="国家战略布局项目", override_by="王局长", override_on="2026-09-28")
UNMET = [low_output, rule("6.2-07", decision="不符合")]
CASES: list[tuple[str, list[Change], list[Change]]] = [
    ("R1", [inputs(review_conclusion=None)], []),
    ("R2", [rule("6.2-01", decision=None)], [rule("6.2-05", decision=None)]),
    ("R2", [rule("6.2-01", decision=None), inputs(review_conclusion=REJECT)], [inputs(review_conclusion=REJECT)]),
    ("R2", [rule("6.2-01", decision=None)], [rule("6.2-01", decision=None), inputs(review_conclusion=RETURN)]),
    ("R3", [rule("6.2-08", decision="不符合")], [rule("6.2-08", decision="不符合", opinion="统计口径不符")]),
    ("R3", [rule("6.2-01", decision="需补正")], [rule("6.2-01", decision="基本符合")]),
    ("R3", [low_output], UNMET),
    ("R4", UNMET, [*UNMET, OVERRIDE]),
    ("R4", [*UNMET, OVERRIDE, inputs(override_by=None)], []),
    ("R4", [*UNMET, OVERRIDE, inputs(override_on=None)], [*UNMET, inputs(review_conclusion=REJECT)]),
    ("R4", [*UNMET, OVERRIDE, inputs(override_reason=None)], [*UNMET, inputs(review_conclusion=RETURN)]),
    ("R4", [inputs(area=None)], []),
    ("R5", [accident, OVERRIDE, rule("6.1-01", check="发现", decision="不符合")], []),
    ("R5", [rule("6.1-01", check="发现")], [rule("6.1-01", check="发现"), inputs(review_conclusion=REJECT)]),
    ("R6", [inputs(mobile="见名片")], [inputs(mobile="见名片", review_conclusion=RETURN)]),
    ("R7", [rule("6.2-01", decision="需补正", opinion="请补")], [rule("6.2-01", decision="基本符合")]),
    ("R7", [rule("6.2-08", decision="不符合", opinion="口径")], [rule("6.2-01", decision="不符合", opinion="无关")]),
    ("R8", [inputs(review_opinion=None)], []),
    ("R8", [inputs(review_opinion=" ", review_conclusion=REJECT)], [inputs(review_conclusion=REJECT)]),
    ("R8", [inputs(review_opinion=None, review_conclusion=RETURN)], [inputs(review_conclusion=RETURN)]),
    ("R9", [inputs(review_opinion="同意推荐")], [inputs(review_opinion="不同意", review_conclusion=REJECT)]),
    ("R9", [inputs(review_opinion="字" * 299)], [inputs(review_opinion="字" * 300)]),
    ("R9", [inputs(review_opinion="字" * 501)], [inputs(review_opinion="字" * 500)]),
    ("R10", [inputs(review_opinion=MARKER + LONG)], [inputs(review_opinion=LONG)]),
    ("R11", [inputs(review_rank=None)], [inputs(review_rank=None, review_conclusion=REJECT)]),
    ("R11", [inputs(review_rank="3/2")], [inputs(review_rank="2/2")]),
    ("R11", [inputs(review_rank="第一")], [inputs(review_rank=" 1 ／ 1 ")]),
    ("R11", [inputs(review_rank="0/2")], [inputs(review_rank="1/2")]),
    ("R12", [lambda told: told["tables"]["visits"].pop()], []),
    ("R12", [lambda told: told["tables"]["visits"][0].update(visited="否")], [inputs(review_conclusion=RETURN)]),
    ("R13", [rule("6.2-07", verified=None)], [rule("6.2-07", verified="无需佐证")]),
    ("R13", [rule("6.2-07", verified=None)], [rule("6.2-07", verified=None), inputs(review_conclusion=REJECT)]),
    ("R14", [evidence(3, None)], [evidence(3, "已核复印件")]),
    ("R15", [rule("6.2-07", verified="存疑")], [rule("6.2-07", verified="已核复印件")]),
    ("R15", [evidence(0, "未提供")], [evidence(0, "未提供"), inputs(review_conclusion=RETURN)]),
    ("R16", [rule("6.1-03", check=None)], [rule("6.2-07", check=None)]),
    ("R16", [rule("6.1-03", check="未核查")], [rule("6.1-03", check="未核查"), inputs(review_conclusion=RETURN)]),
    ("R17", [inputs(received_on=None)], []),
    ("R17", [inputs(reviewer=None, review_conclusion=RETURN)], [inputs(review_head=None, review_conclusion=RETURN)]),
    ("R17", [inputs(review_head=None)], []),
    ("R17", [inputs(head_on=None, review_conclusion=REJECT)], []),
    ("R18", [inputs(received_on="2026-09-29")], [inputs(received_on="2026-09-28")]),
    ("R18", [inputs(head_on="2026-09-27")], [inputs(head_on="2026-09-28")]),
    ("R19", [inputs(received_on="2026-10-01")], [inputs(received_on="2026-09-30")]),
    ("R20", [inputs(review_conclusion=RETURN)], [inputs(review_conclusion=RETURN, mobile="见名片")]),
    ("R20", [inputs(review_conclusion=RETURN)], [inputs(review_conclusion=RETURN), rule("6.2-01", decision="需补正")]),
    ("R20", [inputs(review_conclusion=RETURN)], [inputs(review_conclusion=RETURN), evidence(0, "存疑")]),
]


@pytest.mark.parametrize(("code", "loud", "silent"), CASES)
def test_a_guard_speaks_where_it_should_and_only_there(code: str, loud: list[Change], silent: list[Change]) -> None:
    assert code in codes(*loud)
    assert code not in codes(*silent)


def test_every_guard_has_a_case() -> None:
    stated = {code for code, *_ in CASES} | {"R22"}
    of_review = {code for code, words in CATALOGUE.items() if words.stage is Stage.REVIEW and code[0] == "R"}
    # R21 belongs to the one who returns or seals.
    assert of_review - stated == {"R21"}


def test_no_date_may_be_to_come_where_the_day_is_known() -> None:
    assert "R22" in codes(today=date(2026, 9, 28))
    assert "R22" not in codes(today=date(2026, 9, 29))
    assert "R22" not in codes()


def test_each_guard_points_at_a_cell_and_can_be_put_into_words() -> None:
    found = guarded(answers(BLANK_REVIEW, low_output, evidence(2, None)))
    assert len(found) > 3
    for problem in found:
        assert problem.location.sheet in ("区初审", "佐证材料")
        assert "{" not in problem.explanation.found + problem.explanation.expected + problem.explanation.hint


def test_a_season_without_a_deadline_knows_no_lateness() -> None:
    told = answers(inputs(received_on="2026-10-01"))
    assert "R19" not in {p.code for p in guarded(told, season=replace(SEASON, district_deadline=None))}


@pytest.mark.parametrize("base", ["met", "short"])
@pytest.mark.parametrize("conclusion", [None, RECOMMEND, REJECT, RETURN])
def test_a_conclusion_changes_no_verdict(base: str, conclusion: str | None) -> None:
    before = judged(submitted(answers(base=base)))[1]
    after = judged(submitted(answers(inputs(review_conclusion=conclusion), OVERRIDE, base=base)))[1]
    assert [f.verdict for f in before.findings] == [f.verdict for f in after.findings]


def test_a_policy_without_a_review_has_nothing_to_guard() -> None:
    bare = replace(POLICY, roles={"cluster": "cluster_name", "district": "district"})
    submission = submitted(answers(BLANK_REVIEW), bare)
    system, whole = judged(submission, bare)
    assert list(guards(bare, SEASON, submission, system, whole)) == []
    assert not any(item.required for item in return_items(bare, submission, whole))
    assert read_review(bare, submission).cells == {}
    assert opinion_draft(bare, SEASON, submission, whole).startswith(MARKER)


def test_the_former_version_asks_less_and_is_guarded_as_far_as_it_asks() -> None:
    former = PACK.issued["1.1"].policy
    told = copied(BASES["short"])
    for table_id in ("visits", "review"):
        told["tables"].pop(table_id, None)
    submission = submitted(told, former)
    system, whole = judged(submission, former)
    found = {p.code for p in guards(former, SEASON, submission, system, whole)}
    assert found == {"R1", "R2", "R17"}
    assert characters(opinion_draft(former, SEASON, submission, whole)) >= 300


class TestSystemVerdict:
    def test_blanking_takes_every_word_of_the_district_and_none_of_the_operator(self) -> None:
        told = submitted(answers())
        blank = without_district(POLICY, told)
        for key, entry in blank.entries.items():
            district = POLICY.fields[key.partition("@")[0]].filled_by == "district"
            assert entry.value == (None if district else told.entries[key].value)
        assert {e.value for row in blank.tables["review"].rows for e in row.cells.values()} == {None}
        names = [row.cells["evidence_name"].value for row in blank.tables["evidence"].rows]
        assert names == [row.cells["evidence_name"].value for row in told.tables["evidence"].rows]
        assert all(row.cells["evidence_verified"].value is None for row in blank.tables["evidence"].rows)

    @pytest.mark.parametrize("decision", POLICY.lists["decision"])
    def test_every_word_a_district_may_choose_is_weighed(self, decision: str) -> None:
        assert decision in AGREES

    def test_what_differs_is_told_with_the_districts_word(self) -> None:
        told = submitted(answers(rule("6.2-08", decision="不符合"), rule("6.2-01", decision="不符合")))
        found = [(f.rule, f.verdict, word) for f, word in differing(read_review(POLICY, told), judged(told)[0])]
        assert found == [("6.2-01", Verdict.REVIEW, "不符合"), ("6.2-08", Verdict.MET, "不符合")]


class TestOverride:
    def test_it_belongs_to_a_recommendation_alone(self) -> None:
        recommended = read_review(POLICY, submitted(answers(OVERRIDE)))
        rejected = read_review(POLICY, submitted(answers(OVERRIDE, inputs(review_conclusion=REJECT))))
        assert recommended.used_override is not None
        assert recommended.used_override.complete
        assert rejected.used_override is None
        assert rejected.override is not None

    def test_nothing_written_is_none(self) -> None:
        assert read_review(POLICY, submitted(answers())).override is None


class TestMending:
    def test_what_must_be_mended_comes_first_and_is_told_with_its_clause(self) -> None:
        told = submitted(
            answers(
                low_output,
                inputs(mobile="见名片"),
                rule("6.5-05", decision="需补正", opinion="标准文本缺页", verified="存疑"),
                evidence(0, "未提供"),
            )
        )
        items = return_items(POLICY, told, judged(told)[1])
        assert [item.required for item in items] == sorted((item.required for item in items), reverse=True)
        words = [f"{item.what}／{item.todo}" for item in items if item.required]
        assert any("联系方式有误" in text for text in words)
        assert any("6.5-05" in text and "标准文本缺页" in text for text in words)
        assert any("佐证存疑" in text for text in words)
        assert any("未提供" in text for text in words)
        assert any("6.2-07" in item.what and not item.required for item in items)
        by_clause = {item.clause for item in items if "6.5-05" in item.what}
        assert by_clause == {POLICY.rule("6.5-05").clause}

    def test_a_good_workbook_has_nothing_to_mend(self) -> None:
        told = submitted(answers())
        assert return_items(POLICY, told, judged(told)[1]) == ()


class TestDraft:
    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 10_000), outcome=st.sampled_from(["met", "short", "incomplete"]))
    def test_its_length_is_what_is_asked_for(self, seed: int, outcome: str) -> None:
        told = submitted(sample(POLICY, SEASON, seed, Outcome(outcome), 12))
        draft = opinion_draft(POLICY, SEASON, told, judged(told)[1])
        body = draft.removeprefix(MARKER)
        assert draft.startswith(MARKER)
        assert 300 <= characters(body) <= characters(draft) <= len(draft) <= 500
        assert body.endswith("。")

    def test_a_blank_workbook_has_a_draft_too(self) -> None:
        told = submitted({})
        assert 300 <= characters(opinion_draft(POLICY, SEASON, told, judged(told)[1])) <= 500

    def test_it_states_facts_of_this_cluster(self) -> None:
        told = submitted(answers(inputs(site_team="王敏等2人")))
        draft = opinion_draft(POLICY, SEASON, told, judged(told)[1])
        for role in ("cluster", "district", "operator", "industry"):
            assert told.text(POLICY.role(role)) in draft
        assert "9 项条件中 9 项达标" in draft
        assert "实地核查" in draft

    def test_shortfalls_are_named(self) -> None:
        told = submitted(answers(low_output))
        assert "近三年产值" in opinion_draft(POLICY, SEASON, told, judged(told)[1]).partition("未达标的有")[2]

    @pytest.mark.parametrize("praise", ["优秀", "领先", "突出", "显著", "同意推荐"])
    def test_it_praises_nothing_and_decides_nothing(self, praise: str) -> None:
        told = submitted(answers(inputs(review_opinion=None)))
        assert praise not in opinion_draft(POLICY, SEASON, told, judged(told)[1])


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("产值。", 3), ("产值 30.5 亿元", 5), ("GDP增长", 3), ("一\n二", 2)]
)
def test_characters_are_counted_as_word_does(text: str, count: int) -> None:
    assert characters(text) == count


def test_late_and_length_are_asked_about_and_forbid_nothing() -> None:
    assert {CATALOGUE[code].severity for code in ("R9", "R19", "R22")} == {Severity.WARNING}
