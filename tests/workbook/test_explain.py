"""A rule told in full: it says what the sheet and the findings say, and the documents say what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import PolicyError
from toolkit.messages import CATALOGUE
from toolkit.packs import packs
from workbook.explain import error_list, explain, explain_code, handbook, overview
from workbook.formulas import LiveBook
from workbook.layout import Layout, lay_out

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "rules"


def test_a_rule_is_told_with_its_words_clause_bound_readings_places_and_formulas(layout: Layout) -> None:
    told = list(explain(layout, "6.2-08"))
    assert told[0] == "6.2-08 中小企业产值占比（硬性门槛）"
    assert "依据：沪经信规范〔2024〕1号 第六条第（二）项" in told
    assert "要求：中小企业产值占集群总产值的比例为50%以上" in told
    assert "门槛：>= 50%，2024-02-22 起施行；出处：沪经信规范〔2024〕1号第六条第（二）项" in told
    assert any(line.startswith("填报：其中：中小企业产值 2025年（亿元），二 核心竞争力!") for line in told)
    assert any(line.startswith("口径：产值占比适用年度——最近一个完整年度；另可采用：近三年每年") for line in told)
    assert "佐证：E04 产值证明" in told


@pytest.mark.parametrize("pack", packs())
def test_every_rule_is_told_with_the_formulas_of_its_sheet_and_the_words_of_its_finding(pack: str) -> None:
    found = packs()[pack]
    layout = lay_out(found.policy, max(found.seasons.values(), key=lambda season: season.id))
    rules = LiveBook(layout).rules
    for rule in found.policy.rules:
        told = list(explain(layout, rule.id))
        assert f"要求：{rule.requirement_on(layout.season.reference_date)}" in told
        for text in (
            rules[rule.id].verdict,
            rules[rule.id].figure,
            *(s.formula for s in rules[rule.id].steps.values()),
        ):
            assert any(line.strip() == f"={text}" for line in told), (rule.id, text)


def test_a_rule_that_does_not_exist_is_refused_with_those_that_do(layout: Layout) -> None:
    with pytest.raises(PolicyError, match=r"没有规则 6\.2-99，现有 6\.1-01、"):
        list(explain(layout, "6.2-99"))


def test_the_overview_has_a_line_for_each_rule(layout: Layout) -> None:
    told = list(overview(layout))
    assert len(told) == len(layout.policy.rules)
    assert told[0] == "6.1-01  一票否决  无较大及以上安全事故"


@pytest.mark.parametrize("pack", packs())
def test_the_document_of_a_pack_is_what_the_program_tells(pack: str) -> None:
    found = packs()[pack]
    layout = lay_out(found.policy, found.seasons[max(found.seasons)])
    written = (DOCUMENTS / f"{pack}.md").read_text("utf-8")
    assert written.splitlines() == list(handbook(layout)), "run `python3 dev.py texts`"


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_message_is_told_with_all_its_words(code: str) -> None:
    told = list(explain_code(code))
    assert told[0] == f"{code} {CATALOGUE[code].title}（{CATALOGUE[code].severity.label}）"
    assert [line.partition("：")[0] for line in told[1:]] == ["环节", "应为", "实为", "怎样改正"]
    assert "{" not in "".join(told)


def test_the_list_of_messages_is_what_the_catalogue_holds() -> None:
    written = (DOCUMENTS.parent / "errors.md").read_text("utf-8").splitlines()
    assert written == list(error_list()), "run `python3 dev.py texts`"
    listed = [line.split("|")[1].strip() for line in written if line.startswith("| ") and not line.startswith("| 代码")]
    assert sorted(listed) == sorted(CATALOGUE)
