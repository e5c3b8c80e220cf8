"""What two clusters both count is found, each thing once, under the same key whatever order the files came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbook.commission.filings import made
from toolkit.characters import key_of
from workbook.commission.filing import Claim, Firm, Place, kept
from workbook.commission.overlaps import (
    ENTERPRISE,
    MOST,
    NAME,
    OPERATOR,
    PHONE,
    SAME_NAME,
    Overlap,
    counted,
    overlaps,
)
from workbook.commission.settle import Cluster


def cluster(number: int, **changes: Any) -> Cluster:
    """A cluster that has nothing in common with any other but what it is told to have."""
    own = {"phone": f"1390000{number:04d}", "cluster": f"第{number}号产业集群", "enterprises": kept([])}
    filing = made(number, **{**own, **changes})
    return Cluster(key=f"k{number:04d}", file=f"{number}.xlsx", filing=filing, remark="")


def firms(*pairs: tuple[str, str]) -> Any:
    return kept(
        [Firm(code, name, "", "", "", None, Place("企业名录", f"B{i}")) for i, (code, name) in enumerate(pairs, 5)]
    )


def claims(*numbers: str) -> Any:
    return kept([Claim("标准", key_of(number), number, Place("五 协同创新", "C9"), "warning") for number in numbers])


def told(found: Iterable[Overlap]) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.kind, one.clusters) for one in found]


def test_clusters_with_nothing_in_common_do_not_overlap() -> None:
    assert (
        overlaps([cluster(number, enterprises=firms((f"9131{number}", f"第{number}家"))) for number in range(9)]) == ()
    )


def test_an_enterprise_in_two_rosters_whatever_the_letters() -> None:
    found = overlaps([cluster(1, enterprises=firms(("9131a", "甲"))), cluster(2, enterprises=firms(("9131Ａ", "乙")))])
    assert told(found) == [(ENTERPRISE, (0, 1))]
    assert found[0].readings == ("甲（9131a）", "乙（9131Ａ）")
    assert [sight.place for sight in found[0].sights] == [Place("企业名录", "B5")] * 2


def test_one_enterprise_under_two_codes_is_found_by_its_name() -> None:
    one, other = firms(("9131A", "上海甲有限公司")), firms(("9131B", "上海甲股份有限公司"))
    assert told(overlaps([cluster(1, enterprises=one), cluster(2, enterprises=other)])) == [(SAME_NAME, (0, 1))]


def test_the_same_enterprise_is_not_told_twice() -> None:
    roster = firms(("9131A", "甲公司"))
    assert told(overlaps([cluster(1, enterprises=roster), cluster(2, enterprises=roster)])) == [(ENTERPRISE, (0, 1))]


def test_what_stands_twice_in_one_cluster_is_no_overlap() -> None:
    roster = firms(("9131A", "甲公司"), ("9131A", "甲公司"), ("9131B", "甲公司"))
    assert overlaps([cluster(1, enterprises=roster, exclusive=claims("GB 1", "GB 1")), cluster(2)]) == ()


@pytest.mark.parametrize("blank", ["", "无", "/"])
def test_cells_without_an_answer_have_nothing_in_common(blank: str) -> None:
    pair = [cluster(number, enterprises=firms((blank, blank)), phone=blank) for number in (1, 2)]
    assert overlaps(pair) == ()


def test_a_standard_in_three_clusters_is_one_overlap() -> None:
    found = overlaps([cluster(number, exclusive=claims("GB/T 1", f"JB {number}")) for number in (1, 2, 3)])
    assert told(found) == [("标准", (0, 1, 2))]


def test_one_operator_of_two_clusters() -> None:
    assert told(overlaps([cluster(number, operator_code="9131X") for number in (1, 2)])) == [(OPERATOR, (0, 1))]


def test_names_nearly_the_same_are_told_once() -> None:
    pair = [
        cluster(number, cluster=name, district="嘉定区")
        for number, name in enumerate(["智能传感器集群", "智能感传器集群"])
    ]
    assert told(overlaps(pair)) == [(NAME, (0, 1))]


def test_a_telephone_is_a_hint_that_does_not_show_it() -> None:
    (one,) = overlaps([cluster(1, phone="139 1234 5678"), cluster(2, phone="13912345678")])
    assert (one.kind, one.severity) == (PHONE, "note")
    assert "1234" not in repr(one)


def test_of_many_clusters_all_are_counted_and_some_told() -> None:
    many = [cluster(number, exclusive=claims("GB 1")) for number in range(MOST + 7)]
    (one,) = overlaps(many)
    assert (len(one.clusters), len(one.sights)) == (MOST + 7, MOST)
    assert set(counted([one], many).values()) == {1}


# --- laws ------------------------------------------------------------------------------------------------------

_FEW = st.lists(st.sampled_from("ABCDEFGH"), max_size=4)
_CLUSTERS = st.lists(st.tuples(_FEW, _FEW), min_size=1, max_size=6)


def crowd(told: Sequence[tuple[list[str], list[str]]]) -> list[Cluster]:
    return [
        cluster(number, enterprises=firms(*((f"9{code}", f"{code}公司") for code in codes)), exclusive=claims(*numbers))
        for number, (codes, numbers) in enumerate(told)
    ]


def by_key(found: Iterable[Overlap], clusters: Sequence[Cluster]) -> set[tuple[str, str, frozenset[str]]]:
    return {(one.kind, one.key, frozenset(clusters[at].key for at in one.clusters)) for one in found}


@settings(max_examples=40)
@given(_CLUSTERS, st.randoms())
def test_they_are_the_same_whatever_the_order(given_: Sequence[tuple[list[str], list[str]]], chance: Random) -> None:
    clusters = crowd(given_)
    mixed = chance.sample(clusters, len(clusters))
    assert by_key(overlaps(clusters), clusters) == by_key(overlaps(mixed), mixed)


@settings(max_examples=40)
@given(_CLUSTERS)
def test_they_are_those_found_by_comparing_every_pair(given_: Sequence[tuple[list[str], list[str]]]) -> None:
    clusters = crowd(given_)
    expected = set()
    for kind, column in ((ENTERPRISE, 0), ("标准", 1)):
        for value in "ABCDEFGH":
            having = frozenset(one.key for one, told_ in zip(clusters, given_, strict=True) if value in told_[column])
            if len(having) > 1:
                expected.add((kind, key_of(f"9{value}") if column == 0 else key_of(value), having))
    assert by_key(overlaps(clusters), clusters) == expected


@settings(max_examples=40)
@given(_CLUSTERS, _FEW)
def test_one_more_cluster_changes_no_key(given_: Sequence[tuple[list[str], list[str]]], more: list[str]) -> None:
    before, after = crowd(given_), crowd([*given_, (more, more)])
    kept_ = {(one.kind, one.key) for one in overlaps(before)}
    assert kept_ <= {(one.kind, one.key) for one in overlaps(after)}
