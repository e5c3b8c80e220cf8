"""How a finding reads in a narrow place: the same words on every sheet, in the terminal and in the master."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.finding import Alternative, CriterionResult, Evaluation, Finding, Shortfall, Verdict
from toolkit.submission import Location
from workbook import wording
from workbook.book import area_of


def finding(
    verdict: Verdict = Verdict.UNMET,
    *,
    value: str | None = None,
    threshold: str | None = None,
    comparator: str = ">=",
    unit: str = "亿元",
    alternatives: tuple[Alternative, ...] = (),
) -> Finding:
    return Finding(
        rule="1",
        criterion="1",
        title="产值",
        force="hard",
        clause="第一条",
        requirement="产值达到要求",
        verdict=verdict,
        value=None if value is None else Decimal(value),
        threshold=None if threshold is None else Decimal(threshold),
        comparator=comparator if threshold is not None else "",
        unit=unit,
        sentence="产值 28 亿元",
        alternatives=alternatives,
    )


def other(verdict: Verdict) -> Alternative:
    return Alternative(parameter="p", reading="r", label="近三年：平均", verdict=verdict, shown="31 亿元")


@pytest.mark.parametrize(
    ("comparator", "threshold", "unit", "words"),
    [
        (">=", "30", "亿元", "30亿元以上"),
        (">", "0", "次", "高于0次"),
        ("<=", "100", "平方公里", "不超过100平方公里"),
        ("<", "2", "起", "低于2起"),
        (">=", "0.5", "%", "50%以上"),
    ],
)
def test_a_bound_reads_as_an_official_writes_it(comparator: str, threshold: str, unit: str, words: str) -> None:
    assert wording.bound_text(finding(threshold=threshold, comparator=comparator, unit=unit)) == words


def test_a_rule_without_a_bound_of_its_own_has_none_to_tell() -> None:
    assert wording.bound_text(finding()) == ""


@pytest.mark.parametrize(
    ("shortfall", "words"),
    [
        (None, ""),
        (Shortfall(amount=Decimal(2), unit="项", decimals=0), "差 2 项"),
        (Shortfall(amount=Decimal("1.6"), unit="亿元", decimals=4), "差 1.6000 亿元"),
        (Shortfall(amount=Decimal("0.10"), unit="亿元"), "差 0.1 亿元"),
    ],
)
def test_a_gap_is_told_in_the_unit_and_decimals_of_its_figure(shortfall: Shortfall | None, words: str) -> None:
    assert wording.gap_text(shortfall) == words


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_told_by_sign_and_word(verdict: Verdict) -> None:
    assert wording.verdict_text(finding(verdict)) == f"{verdict.symbol} {verdict.label}"


def test_a_verdict_that_hangs_on_the_reading_says_so() -> None:
    assert wording.verdict_text(finding(alternatives=(other(Verdict.MET),))) == "✗ 未达标（口径敏感）"


def test_another_reading_of_the_same_verdict_does_not_unsettle_it() -> None:
    assert wording.verdict_text(finding(alternatives=(other(Verdict.UNMET),))) == "✗ 未达标"


def test_other_readings_stand_behind_the_sentence() -> None:
    assert wording.told(finding()) == "产值 28 亿元"
    told = wording.told(finding(alternatives=(other(Verdict.MET),)))
    assert told == "产值 28 亿元。其他口径：近三年：平均为 31 亿元，达标"


@pytest.mark.parametrize("sheet", ["二 核心竞争力", "it's", "a!b", "2025"])
def test_a_link_leads_to_the_cell_whatever_the_sheet_is_called(sheet: str) -> None:
    place = Location(sheet, 12, 28)
    area = area_of(wording.link_to(place))
    assert area is not None
    assert (area.sheet, area.top, area.left) == place
    assert wording.place_text(place) == f"{sheet}!AB12"


def test_the_headline_counts_every_rule_and_names_only_what_occurs() -> None:
    findings = (finding(Verdict.MET), finding(Verdict.UNMET), finding(Verdict.MET))
    criterion = CriterionResult(
        id="1", numeral="一", title="甲", clause="第一条", verdict=Verdict.UNMET, findings=findings
    )
    evaluation = Evaluation(policy="p", season="s", verdict=Verdict.UNMET, criteria=(criterion,), problems=())
    headline = wording.headline(evaluation)
    assert headline.startswith("✗ 未达标")
    assert "3 条规则" in headline
    assert "达标 2" in headline
    assert "未达标 1" in headline
    assert "不适用" not in headline


@pytest.mark.parametrize(
    ("value", "threshold", "comparator", "share"),
    [
        ("15", "30", ">=", 0.5),
        ("30", "30", ">=", 1.0),
        ("90", "30", ">", 3.0),
        ("-3", "30", ">=", 0.0),
        ("15", "30", "<=", None),
        (None, "30", ">=", None),
        ("15", None, ">=", None),
        ("15", "0", ">=", None),
    ],
)
def test_progress_towards_a_bound_is_told_only_where_more_is_better(
    value: str | None, threshold: str | None, comparator: str, share: float | None
) -> None:
    assert wording.met_share(finding(value=value, threshold=threshold, comparator=comparator)) == share


@given(share=st.floats(0, 50), length=st.sampled_from([2, 8, 14, 20]))
def test_a_bar_always_has_its_length_and_its_mark_in_the_middle(share: float, length: int) -> None:
    drawn = wording.bar(share, length)
    assert len(drawn) == length + 1
    assert drawn[length // 2] == "┃"
    assert set(drawn) <= set("█░┃")


@given(share=st.floats(0, 50))
def test_a_bar_passes_its_mark_only_when_the_bound_is_reached(share: float) -> None:
    before, _, after = wording.bar(share).partition("┃")
    assert ("░" not in before) == (share >= 1)
    if share < 1:
        assert "█" not in after


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), ("集群", 4), ("Ａ，", 4), ("a集b", 4)])
def test_a_chinese_character_takes_two_columns(text: str, columns: int) -> None:
    assert wording.width(text) == columns
