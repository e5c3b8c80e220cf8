"""Which scoring workbooks count: every one gets an answer in the log, the same whatever order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from toolkit.messages import Explanation, explain
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.commission.experts.panel import Counted, Handed, Opinion, counting
from workbook.commission.settle import WITHDRAWN, Cluster, Done, Receipt, foreign, repeated
from workbook.commission.sheets.summary import place_text

_SHOWN = 5


class Judged(NamedTuple):
    """Opinions by cluster and expert; receipts by file."""

    opinions: tuple[Opinion, ...]
    receipts: tuple[Receipt, ...]


def settle_appraisals(handed: Iterable[Handed], policy: Policy, season: Season, clusters: Sequence[Cluster]) -> Judged:
    """Decide about every scoring workbook.

    Args:
        handed: In any order.
        policy: The policy that is collected.
        season: Its season.
        clusters: Those that count.
    """
    receipts: list[Receipt] = []
    good: list[Handed] = []
    first: dict[str, Handed] = {}
    for one in sorted(handed, key=lambda one: one.name):
        reason = _aside(one, policy, season, first)
        if reason is None:
            first[one.sha256] = one
            good.append(one)
        else:
            receipts.append(_receipt(one, *reason))
    opinions, counted = counting(good, policy, season)
    known = {cluster.key for cluster in clusters}
    receipts += [_receipt(one.handed, *_answer(one, known)) for one in counted]
    kept = tuple(one for one in opinions if one.ballot.cluster in known)
    return Judged(kept, tuple(sorted(receipts, key=lambda one: one.file)))


def _aside(one: Handed, policy: Policy, season: Season, first: dict[str, Handed]) -> tuple[Done, str] | None:
    """Why a file is left out before anybody looks into it."""
    appraisal = one.appraisal
    if (appraisal.policy, appraisal.season) != (policy.id, season.id):
        return Done.REFUSED, foreign(appraisal.policy, appraisal.season)
    if one.withdrawn:
        return Done.WITHDRAWN, WITHDRAWN
    twin = first.get(one.sha256)
    return (Done.REPEATED, repeated(twin.name)) if twin else None


def _answer(counted: Counted, known: set[str]) -> tuple[Done, str]:
    appraisal, later = counted.handed.appraisal, "、".join(counted.later)
    if not any(ballot.stated for ballot in appraisal.ballots):
        return Done.SKIPPED, "评审表空白，没有评分和意见"
    if not counted.ballots:
        return Done.SUPERSEDED, f"同一专家有更新的评审表，已采用 {later}"
    return Done.ACCEPTED, "；".join(_cautions(counted, known))


def _cautions(counted: Counted, known: set[str]) -> Iterator[str]:
    """What to look at in one that was accepted all the same."""
    appraisal = counted.handed.appraisal
    if counted.later:
        yield f"部分集群已采用该专家更新的评审表 {'、'.join(counted.later)}"
    strange = [ballot.name for ballot in appraisal.ballots if ballot.stated and ballot.cluster not in known]
    if strange:
        yield f"所评集群不在总表内，未计入：{'、'.join(strange)}"
    if not appraisal.signed_on:
        yield "未填签名日期"
    yield from (f"{place_text(one.place)} {one.title}（{one.found}）" for one in appraisal.problems)


def _receipt(one: Handed, done: Done, reason: str) -> Receipt:
    appraisal = one.appraisal
    return Receipt(
        file=one.name,
        sha256=one.sha256,
        cluster=f"（专家评审表：{appraisal.expert}）",
        district="",
        round=appraisal.round,
        sealed="",
        done=done,
        reason=reason,
    )


def troubles(opinions: Sequence[Opinion]) -> Iterator[Explanation]:
    """What is to be told of them at the end of a run."""
    told = [f"{one.expert}，{place_text(trouble.place)}" for one in opinions for trouble in one.ballot.problems]
    if told:
        more = "等" if len(told) > _SHOWN else ""
        yield explain("W50", {"count": len(told), "names": "；".join(told[:_SHOWN]) + more})
