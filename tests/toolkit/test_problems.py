"""Problems in the order in which people deal with them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.messages import CATALOGUE, Severity, Stage
from toolkit.problems import grouped, in_order
from toolkit.submission import Location, Problem

ANYTHING = st.builds(
    Problem,
    st.sampled_from(sorted(CATALOGUE)),
    st.builds(Location, st.sampled_from(["甲", "乙"]), st.integers(1, 9), st.integers(1, 9)),
    st.just(dict.fromkeys(("sheet", "count", "version", "expected", "found", "label", "name", "reason"), "某")),
    trial=st.booleans(),
)


@given(problems=st.lists(ANYTHING, max_size=30))
def test_the_gravest_come_first_and_earlier_stages_before_later(problems: list[Problem]) -> None:
    severities, stages = list(Severity), list(Stage)
    ranks = [(severities.index(p.severity), stages.index(CATALOGUE[p.code].stage)) for p in in_order(problems)]
    assert ranks == sorted(ranks)


@given(problems=st.lists(ANYTHING, max_size=30))
def test_ordering_keeps_every_problem_and_the_order_within_a_kind(problems: list[Problem]) -> None:
    ordered = in_order(problems)
    assert sorted(map(id, ordered)) == sorted(map(id, problems))
    for code in CATALOGUE:
        for trial in (True, False):
            kept = [p for p in ordered if (p.code, p.trial) == (code, trial)]
            assert list(map(id, kept)) == [id(p) for p in problems if (p.code, p.trial) == (code, trial)]


def test_each_kind_is_one_group_and_a_trial_is_another() -> None:
    context = {"expected": "日期", "found": "“去年”"}
    problems = [Problem("F5", Location("甲", row, 1), context, trial=row > 2) for row in (1, 2, 3)]
    told = [(group.severity, group.title, len(group.problems)) for group in grouped(problems)]
    assert told == [(Severity.ERROR, "日期格式不对", 2), (Severity.NOTE, "日期格式不对（试行）", 1)]
