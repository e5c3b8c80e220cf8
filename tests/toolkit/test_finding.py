"""Verdicts joined, and what a finding says of itself.

- conjunction, disjunction: every pair, what is silent, nothing at all
- words and signs: none stands for two verdicts
- sensitive: only where another reading gives another verdict
- counts: of a criterion and of the whole
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations_with_replacement
from typing import Any

import pytest

from toolkit.finding import Alternative, CriterionResult, Evaluation, Finding, Verdict, conjunction, disjunction

# Each word with those it gives way to, the strongest first; what does not apply is silent in both.
ALL_MUST_HOLD = ["unmet", "missing", "review", "deviates", "met", "not_applicable"]
ONE_IS_ENOUGH = ["met", "missing", "review", "deviates", "unmet", "not_applicable"]

Join = Callable[[Iterable[Verdict]], Verdict]


def pairs(order: list[str]) -> list[tuple[str, str, str]]:
    return [(a, b, a) for a, b in combinations_with_replacement(order, 2)]


@pytest.mark.parametrize(
    ("join", "one", "other", "expected"),
    [(conjunction, *row) for row in pairs(ALL_MUST_HOLD)] + [(disjunction, *row) for row in pairs(ONE_IS_ENOUGH)],
)
def test_of_two_verdicts_the_stronger_speaks_whichever_comes_first(
    join: Join, one: str, other: str, expected: str
) -> None:
    verdicts = [Verdict(one), Verdict(other)]
    assert join(verdicts) is join(reversed(verdicts)) is Verdict(expected)


@pytest.mark.parametrize("join", [conjunction, disjunction])
def test_nothing_at_all_does_not_apply(join: Join) -> None:
    assert join([]) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("word", ["label", "symbol", "letter", "display"])
def test_no_word_or_sign_stands_for_two_verdicts(word: str) -> None:
    words = [getattr(verdict, word) for verdict in Verdict]
    assert len(set(words)) == len(Verdict)
    assert all(words)


def test_a_verdict_is_shown_with_sign_and_word() -> None:
    assert [verdict.display for verdict in (Verdict.MET, Verdict.UNMET)] == ["✓ 达标", "✗ 未达标"]


def finding(verdict: Verdict, *others: Verdict) -> Finding:
    alternatives = tuple(
        Alternative(parameter="p", reading=str(i), label="", verdict=other, shown="") for i, other in enumerate(others)
    )
    texts: dict[str, Any] = dict.fromkeys(("rule", "criterion", "title", "force", "clause", "requirement"), "")
    return Finding(**texts, verdict=verdict, alternatives=alternatives)


@pytest.mark.parametrize(
    ("verdict", "others", "sensitive"),
    [
        ("met", [], False),
        ("met", ["met", "met"], False),
        ("met", ["met", "unmet"], True),
        ("unmet", ["unmet", "review"], True),
        ("deviates", ["unmet"], True),
    ],
)
def test_a_finding_is_sensitive_where_another_reading_gives_another_verdict(
    verdict: str, others: list[str], sensitive: bool
) -> None:
    assert finding(Verdict(verdict), *map(Verdict, others)).sensitive is sensitive


def test_the_whole_counts_the_findings_of_its_criteria_in_order() -> None:
    def criterion(name: str, *findings: Finding) -> CriterionResult:
        return CriterionResult(id=name, numeral="", title="", clause="", verdict=Verdict.MET, findings=findings)

    one, two, three = (finding(verdict) for verdict in (Verdict.MET, Verdict.UNMET, Verdict.MET))
    first = criterion("1", one, two)
    whole = Evaluation(
        policy="", season="", verdict=Verdict.UNMET, criteria=(first, criterion("2", three)), problems=()
    )
    assert first.counts == {Verdict.MET: 1, Verdict.UNMET: 1}
    assert whole.counts == {Verdict.MET: 2, Verdict.UNMET: 1}
    assert whole.findings == (one, two, three)
