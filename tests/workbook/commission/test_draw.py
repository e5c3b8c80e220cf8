"""The sample: reproducible from its seed, proportional, and hardly moved by one more cluster."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.commission.draw import Candidate, Place, draw

DISTRICTS = ("浦东新区", "闵行区", "嘉定区", "崇明区")
VERDICTS = ("met", "unmet", "missing")
CLUSTERS = st.lists(
    st.tuples(st.integers(0, 999), st.sampled_from(DISTRICTS), st.sampled_from(VERDICTS)),
    min_size=1,
    max_size=60,
    unique_by=lambda one: one[0],
).map(lambda many: [Candidate(f"c{number}", district, verdict) for number, district, verdict in many])
SAMPLES = st.one_of(st.integers(1, 70).map(str), st.integers(1, 100).map(lambda share: f"{share}%"))


def chosen(places: Mapping[str, Place]) -> set[str]:
    return {key for key, place in places.items() if place.drawn}


def by_district(clusters: Iterable[Candidate], keys: set[str]) -> Counter[str]:
    return Counter(one.district for one in clusters if one.key in keys)


@given(CLUSTERS, SAMPLES, st.randoms(use_true_random=False))
def test_the_order_of_the_files_decides_nothing(clusters: list[Candidate], sample: str, chance: random.Random) -> None:
    first = draw(clusters, sample, "种子")
    chance.shuffle(clusters)
    assert draw(clusters, sample, "种子") == first


@given(CLUSTERS, SAMPLES)
def test_so_many_are_drawn_as_were_asked_for(clusters: list[Candidate], sample: str) -> None:
    drawn = chosen(draw(clusters, sample, "种子"))
    districts = len({one.district for one in clusters})
    if sample.endswith("%"):
        assert len(drawn) == max(-(-len(clusters) * int(sample[:-1]) // 100), districts)
    else:
        assert len(drawn) == min(int(sample), len(clusters))


@given(CLUSTERS, SAMPLES)
def test_every_district_has_one_as_long_as_they_last(clusters: list[Candidate], sample: str) -> None:
    drawn = chosen(draw(clusters, sample, "种子"))
    sizes, counts = Counter(one.district for one in clusters), by_district(clusters, drawn)
    if len(drawn) >= len(sizes):
        assert set(counts) == set(sizes)
    # A larger district never gets fewer than a smaller one.
    for one in sizes:
        assert all(counts[one] >= counts[other] for other in sizes if sizes[one] > sizes[other])


@given(CLUSTERS, SAMPLES, st.sampled_from(DISTRICTS), st.sampled_from(VERDICTS))
def test_one_more_cluster_moves_no_more_than_a_place_in_each_of_two_districts(
    clusters: list[Candidate], sample: str, district: str, verdict: str
) -> None:
    before = chosen(draw(clusters, sample, "种子"))
    new = Candidate("new", district, verdict)
    after = chosen(draw([*clusters, new], sample, "种子"))
    elsewhere = {one.key for one in clusters if one.district != district}
    assert len((before - after) & elsewhere) <= 1
    assert len((after - before) & elsewhere) <= 1
    assert len(before - after) <= 2
    assert len(after - before) <= 3


@given(CLUSTERS, st.sampled_from(DISTRICTS), st.sampled_from(VERDICTS))
def test_a_cluster_keeps_its_turn_in_its_stratum_whoever_comes(
    clusters: list[Candidate], district: str, verdict: str
) -> None:
    before = draw(clusters, "5", "种子")
    after = draw([*clusters, Candidate("new", district, verdict)], "5", "种子")
    for one in clusters:
        moved = after[one.key].order - before[one.key].order
        assert moved in ((0, 1) if (one.district, one.verdict) == (district, verdict) else (0,))


def test_another_seed_draws_others() -> None:
    clusters = [Candidate(f"c{number}", "浦东新区", "met") for number in range(100)]
    assert chosen(draw(clusters, "10", "甲")) != chosen(draw(clusters, "10", "乙"))


def test_places_follow_the_sizes_of_the_strata() -> None:
    clusters = [Candidate(f"m{number}", "浦东新区", "met") for number in range(60)]
    clusters += [Candidate(f"u{number}", "浦东新区", "unmet") for number in range(30)]
    clusters += [Candidate(f"c{number}", "崇明区", "met") for number in range(10)]
    places = draw(clusters, "10%", "种子")
    assert (places["m0"].places, places["u0"].places, places["c0"].places) == (6, 3, 1)


def test_the_draw_is_pinned() -> None:
    """Whoever draws again years later, on another machine, must find the same clusters."""
    clusters = [Candidate(f"913101{number}|集群", "浦东新区", "met") for number in range(12)]
    assert sorted(chosen(draw(clusters, "3", "shanghai-2024-2026"))) == PINNED


PINNED = ["91310110|集群", "9131013|集群", "9131017|集群"]


@pytest.mark.parametrize("sample", ["1", "1%", "100%"])
def test_nobody_to_draw_from_is_nobody_drawn(sample: str) -> None:
    assert draw([], sample, "种子") == {}
