"""Of the files of a cluster one counts, every file gets an answer, and the order of the inbox decides nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbook.commission.filings import POLICY, SEASON, made
from workbook.commission.filing import Filing, Sealed
from workbook.commission.settle import Arrival, Done, Settled, settle


def arrival(name: str, filing: Filing | None = None, **more: Any) -> Arrival:
    sha = filing.sha256 if filing else ""
    return Arrival(**{"name": name, "sha256": sha, "filing": filing, **more})


def settled(*arrivals: Arrival) -> Settled:
    return settle(arrivals, POLICY, SEASON)


def done(result: Settled) -> dict[str, Done]:
    return {receipt.file: receipt.done for receipt in result.receipts}


def version(sha: str, **changes: Any) -> Filing:
    return made(1, sha256=sha * 64, **changes)


def test_the_same_file_twice_is_collected_once() -> None:
    result = settled(arrival("b.xlsx", made(1)), arrival("a.xlsx", made(1)))
    assert done(result) == {"a.xlsx": Done.ACCEPTED, "b.xlsx": Done.REPEATED}
    assert "a.xlsx" in result.receipts[1].reason


def test_the_latest_round_counts_whatever_was_saved_last() -> None:
    first = version("a", round=1, written="2026-12-01T00:00:00Z", fingerprint="x")
    second = version("b", round=2, written="2026-11-01T00:00:00Z", fingerprint="y")
    result = settled(arrival("1.xlsx", first), arrival("2.xlsx", second))
    assert done(result) == {"1.xlsx": Done.OLDER, "2.xlsx": Done.ACCEPTED}
    assert result.clusters[0].remark == ""


def test_a_reviewed_copy_goes_before_its_original() -> None:
    original, reviewed = version("a"), version("b", conclusion="推荐", written="")
    result = settled(arrival("原件.xlsx", original), arrival("原件-区初审.xlsx", reviewed))
    assert done(result) == {"原件.xlsx": Done.SUPERSEDED, "原件-区初审.xlsx": Done.ACCEPTED}
    assert "申报内容相同" in next(one.reason for one in result.receipts if one.file == "原件.xlsx")
    assert result.clusters[0].remark == ""


def test_a_sealed_file_goes_before_a_later_one_without_a_seal_and_both_are_told() -> None:
    sealed = version("a", sealed=Sealed.HOLDS, fingerprint="x")
    later = version("b", written="2027-01-01T00:00:00Z", fingerprint="y")
    result = settled(arrival("封.xlsx", sealed), arrival("后.xlsx", later))
    assert done(result) == {"封.xlsx": Done.ACCEPTED, "后.xlsx": Done.SUPERSEDED}
    assert "后.xlsx" in result.clusters[0].remark


def test_a_broken_seal_is_told_and_goes_behind_every_other() -> None:
    broken = version("a", sealed=Sealed.BROKEN)
    assert "封签不符" in settled(arrival("a.xlsx", broken)).receipts[0].reason
    result = settled(arrival("a.xlsx", broken), arrival("b.xlsx", version("b", written="")))
    assert done(result)["b.xlsx"] is Done.ACCEPTED


def test_a_withdrawn_cluster_is_out_with_all_its_earlier_files() -> None:
    result = settled(arrival("1.xlsx", version("a")), arrival("撤回/2.xlsx", version("b", round=2), withdrawn=True))
    assert done(result) == {"1.xlsx": Done.WITHDRAWN, "撤回/2.xlsx": Done.WITHDRAWN}
    assert result.clusters == ()


def test_the_very_file_that_was_withdrawn_is_out_wherever_it_also_lies() -> None:
    result = settled(arrival("1.xlsx", version("a")), arrival("撤回/1.xlsx", version("a"), withdrawn=True))
    assert result.clusters == ()


def test_what_came_after_the_withdrawal_counts() -> None:
    old, new = version("a"), version("b", round=2)
    result = settled(arrival("撤回/1.xlsx", old, withdrawn=True), arrival("2.xlsx", new))
    assert done(result) == {"撤回/1.xlsx": Done.WITHDRAWN, "2.xlsx": Done.ACCEPTED}


def test_a_cluster_whose_name_was_mended_is_still_the_same() -> None:
    first = version("a", cluster="上海市传感器产业集群")
    second = version("b", round=2, cluster="上海市智能传感器产业集群", before=(first.operator_code, first.cluster))
    result = settled(arrival("1.xlsx", first), arrival("2.xlsx", second))
    assert [one.file for one in result.clusters] == ["2.xlsx"]
    assert result.clusters[0].key == settled(arrival("1.xlsx", first)).clusters[0].key


def test_two_clusters_of_one_operator_are_two() -> None:
    one, other = version("a", cluster="甲产业集群"), version("b", cluster="乙产业集群")
    assert len(settled(arrival("1.xlsx", one), arrival("2.xlsx", other)).clusters) == 2


def test_files_that_name_neither_operator_nor_cluster_are_not_thrown_together() -> None:
    nameless = {"operator": "", "operator_code": "", "cluster": ""}
    result = settled(arrival("1.xlsx", version("a", **nameless)), arrival("2.xlsx", version("b", **nameless)))
    assert len({one.key for one in result.clusters}) == 2


@pytest.mark.parametrize("other", [{"season": "2025"}, {"policy": "national-2022"}])
def test_another_season_or_policy_is_left_out_by_name(other: dict[str, str]) -> None:
    result = settled(arrival("1.xlsx", made(1, **other)))
    assert (result.clusters, result.receipts[0].done) == ((), Done.REFUSED)
    assert next(iter(other.values())) in result.receipts[0].reason


def test_what_could_not_be_read_keeps_its_reason() -> None:
    refused = arrival("坏.xlsx", refusal="[W05] 文件已损坏")
    skipped = arrival("总表.xlsx", refusal="是总表", skipped=True)
    result = settled(refused, skipped)
    assert done(result) == {"坏.xlsx": Done.REFUSED, "总表.xlsx": Done.SKIPPED}
    assert result.receipts[0].reason == "[W05] 文件已损坏"


FILES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 3),
        st.sampled_from(list(Sealed)),
        st.booleans(),
        st.sampled_from(["2026-09-01", "2026-09-02", ""]),
        st.sampled_from("xy"),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(FILES, st.randoms(use_true_random=False))
def test_order_decides_nothing_and_every_file_is_answered_once(files: list[Any], chance: random.Random) -> None:
    arrivals = [
        arrival(
            f"{i}.xlsx",
            made(n, round=round_, sealed=sealed, written=written, fingerprint=mark, sha256=f"{hash_of(i):064x}"),
            withdrawn=withdrawn,
        )
        for i, (n, round_, sealed, withdrawn, written, mark) in enumerate(files)
    ]
    result = settled(*arrivals)
    chance.shuffle(arrivals)
    assert settled(*arrivals) == result
    assert sorted(receipt.file for receipt in result.receipts) == sorted(one.name for one in arrivals)
    accepted = [receipt.file for receipt in result.receipts if receipt.done is Done.ACCEPTED]
    assert sorted(accepted) == sorted(one.file for one in result.clusters)
    assert len({one.key for one in result.clusters}) == len(result.clusters)


def hash_of(number: int) -> int:
    """Every third file has the content of the one before."""
    return number - (number % 3 == 2)
