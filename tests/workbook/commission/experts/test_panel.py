"""What the experts together say: the same numbers as the statistics module, the latest word of each, and nobody's twice."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook.commission.filings import POLICY, SEASON, made
from toolkit.packs import packs
from toolkit.procedure import Procedure
from workbook.commission.experts.appraisal import Appraisal, Ballot, Mark, packed, taken
from workbook.commission.experts.panel import Handed, counting, outlying, spread, weighted
from workbook.commission.filing import Place
from workbook.commission.filing import packed as packed_filing

POLICY_PACK = packs()[POLICY]
RULES, YEAR = POLICY_PACK.policy, POLICY_PACK.seasons[SEASON]
SCORE = st.integers(0, 1000).map(lambda tenths: tenths / 10)


def ballot(cluster: str = "甲", recusal: str = "", **scores: float | None) -> Ballot:
    marks = tuple(Mark(name.replace("c", "6."), score, "") for name, score in scores.items())
    return Ballot(cluster, f"{cluster}集群", recusal, marks, "", "", Place("评分表", "B4"), ())


def handed(name: str, *ballots: Ballot, expert: str = "张三", **more: Any) -> Handed:
    told = {"round": 1, "written": "2026-11-01T00:00:00Z", "policy": POLICY, "season": SEASON, **more}
    appraisal = Appraisal(sha256=name, expert=expert, unit="", signed_on="2026-11-20", ballots=ballots, **told)
    return Handed(name=name, sha256=name, withdrawn=False, appraisal=appraisal)


def scores_of(*files: Handed) -> dict[tuple[str, str], dict[str, float]]:
    opinions, _ = counting(files, RULES, YEAR)
    return {(one.expert, one.ballot.cluster): dict(one.scores) for one in opinions}


@given(st.lists(SCORE, min_size=1, max_size=12))
def test_mean_and_spread_are_those_of_the_statistics_module(scores: list[float]) -> None:
    found = spread(scores)
    assert found is not None
    assert found.mean == pytest.approx(statistics.mean(map(Fraction, scores)))
    assert (found.low, found.high, found.range) == (min(scores), max(scores), max(scores) - min(scores))
    assert found.deviation == (pytest.approx(statistics.stdev(scores)) if len(scores) > 1 else None)


def test_nobody_has_no_mean() -> None:
    assert spread([]) is None


# --- outliers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ([80, 82, 84, 95], ("d",)),  # the others: mean 82, deviation 2
        ([80, 82, 84, 92], ("d",)),
        ([80, 82, 84, 91], ()),  # less than ten points
        ([70, 95, 72, 100], ()),  # the others lie apart themselves
        ([80, 80, 80, 90], ("d",)),
        ([80, 80, 80, 81], ()),
        ([80, 80, 40], ()),  # too few others
        ([], ()),
    ],
)
def test_a_score_stands_out_from_the_others(scores: list[float], found: tuple[str, ...]) -> None:
    assert outlying(dict(zip("abcd", scores, strict=False)), Procedure()) == found


def test_a_season_may_draw_the_bounds_otherwise() -> None:
    scores = dict(zip("abcd", [80.0, 82.0, 84.0, 89.0], strict=True))
    strict = Procedure(source="通知", outlier_points=Decimal(5), outlier_deviations=Decimal(3))
    assert (outlying(scores, Procedure()), outlying(scores, strict)) == ((), ("d",))


@given(st.dictionaries(st.text(min_size=1, max_size=3), SCORE, min_size=4, max_size=8))
def test_who_is_the_mean_of_the_others_never_stands_out(scores: dict[str, float]) -> None:
    others = statistics.fmean(scores.values())
    assert "自己" not in outlying({**scores, "自己": others}, Procedure())


# --- weights -------------------------------------------------------------------------------------------------------

WEIGHTS = {"6.1": Decimal("0.1"), "6.2": Decimal("0.2")}


def test_a_total_is_the_weighted_mean_of_what_is_weighed() -> None:
    assert weighted(ballot(c1=90.0, c2=60.0, c3=1.0), WEIGHTS) == 70.0


@pytest.mark.parametrize(
    ("one", "weights"),
    [
        (ballot(c1=90.0, c2=60.0), {}),
        (ballot(c1=90.0, c2=None), WEIGHTS),
        (ballot(c1=90.0), WEIGHTS),
        (ballot(recusal="回避", c1=90.0, c2=60.0), WEIGHTS),
    ],
)
def test_without_weights_or_with_a_blank_there_is_no_total(one: Ballot, weights: dict[str, Decimal]) -> None:
    assert weighted(one, weights) is None


def test_the_weights_are_those_of_the_season() -> None:
    year = replace(YEAR, procedure=Procedure(source="通知", weights=WEIGHTS))
    (one,), _ = counting([handed("a", ballot(c1=90.0, c2=60.0))], RULES, year)
    assert dict(one.scores) == {"6.1": 90.0, "6.2": 60.0, "total": 70.0}


# --- which ballot counts -------------------------------------------------------------------------------------------


def test_a_recusal_voids_the_scores_of_its_row_alone() -> None:
    found = scores_of(handed("a", ballot("甲", "回避", c1=90.0), ballot("乙", c1=80.0)))
    assert found == {("张三", "甲"): {}, ("张三", "乙"): {"6.1": 80.0}}


def test_an_unclear_recusal_voids_them_too() -> None:
    assert scores_of(handed("a", ballot("甲", "是", c1=90.0))) == {("张三", "甲"): {}}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"round": 1, "written": "2026-12-01T00:00:00Z"}, {"round": 2, "written": "2026-11-01T00:00:00Z"}),
        ({"written": "2026-11-01T00:00:00Z"}, {"written": "2026-11-02T00:00:00Z"}),
        ({"written": ""}, {"written": "2026-11-02T00:00:00Z"}),
    ],
)
def test_the_later_round_counts_and_within_it_what_was_saved_last(earlier: Any, later: Any) -> None:
    files = handed("新", ballot(c1=70.0), **later), handed("旧", ballot(c1=90.0), **earlier)
    assert scores_of(*files) == {("张三", "甲"): {"6.1": 70.0}}
    _, counted = counting(files, RULES, YEAR)
    assert {one.handed.name: (one.ballots, one.later) for one in counted} == {"旧": (0, ("新",)), "新": (1, ())}


def test_a_blank_row_of_a_later_file_replaces_nothing() -> None:
    blank = handed("空", ballot("甲", c1=None), ballot("乙", c1=60.0), round=2)
    first = handed("旧", ballot("甲", c1=90.0), ballot("乙", c1=80.0))
    assert scores_of(first, blank) == {("张三", "甲"): {"6.1": 90.0}, ("张三", "乙"): {"6.1": 60.0}}


FILES = st.lists(
    st.tuples(st.sampled_from("张李"), st.integers(1, 2), st.sampled_from(["", "2026-11-01", "2026-11-02"]), SCORE),
    max_size=8,
)


@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_the_files_decides_nothing(files: list[Any], chance: random.Random) -> None:
    made = [
        handed(f"{number}", ballot(c1=score), expert=expert, round=round_, written=written)
        for number, (expert, round_, written, score) in enumerate(files)
    ]
    first = counting(made, RULES, YEAR)
    chance.shuffle(made)
    assert counting(made, RULES, YEAR) == first
    assert len(first[0]) == len({expert for expert, *_ in files})


def test_what_a_worker_packs_is_known_again_for_what_it_is() -> None:
    appraisal = handed("a", ballot(c1=90.0)).appraisal
    assert (taken(packed(appraisal)), taken(packed_filing(made(1)))) == (appraisal, made(1))
