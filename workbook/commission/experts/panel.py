"""What the experts together say of each cluster: which ballots count, their mean and spread, and which stand out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev
from typing import NamedTuple

from toolkit.characters import key_of
from toolkit.policy import Policy
from toolkit.procedure import Procedure
from toolkit.season import Season
from workbook.commission.experts.appraisal import Appraisal, Ballot

TOTAL = "total"
"""Beside the ids of the criteria: the weighted mean, where the season sets weights."""
_OTHERS = 3
"""With fewer others to compare with nobody stands out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The ballot of one expert on one cluster that counts.

    Attributes:
        file: Where it was read from.
        total: The weighted mean of its scores; None without weights, or where one of them is missing.
    """

    expert: str
    unit: str
    ballot: Ballot
    file: str
    sha256: str
    round: int
    signed_on: str
    total: float | None

    @property
    def scores(self) -> Mapping[str, float]:
        """Criterion, or ``total``, → score; nothing of a ballot that does not count."""
        if not self.ballot.counts:
            return {}
        scores = {mark.criterion: mark.score for mark in self.ballot.marks if mark.score is not None}
        return scores if self.total is None else {**scores, TOTAL: self.total}


class Spread(NamedTuple):
    """Several scores in short; ``deviation`` is that of a sample, None of a single one."""

    number: int
    mean: float
    low: float
    high: float
    deviation: float | None

    @property
    def range(self) -> float:
        """From the lowest to the highest."""
        return self.high - self.low


def spread(scores: Sequence[float]) -> Spread | None:
    """Mean, extremes and standard deviation; None where there is no score."""
    if not scores:
        return None
    deviation = stdev(scores) if len(scores) > 1 else None
    return Spread(len(scores), fmean(scores), min(scores), max(scores), deviation)


def outlying(scores: Mapping[str, float], procedure: Procedure) -> tuple[str, ...]:
    """Whose score stands out: compared with the others alone, for among few a single one moves mean and spread himself.

    Args:
        scores: Expert → score.
        procedure: Its two bounds.
    """
    return tuple(one for one in scores if _stands_out(one, scores, procedure))


def _stands_out(one: str, scores: Mapping[str, float], procedure: Procedure) -> bool:
    others = [score for name, score in scores.items() if name != one]
    if len(others) < _OTHERS:
        return False
    distance = abs(scores[one] - fmean(others))
    return distance >= procedure.outlier_points and distance > float(procedure.outlier_deviations) * stdev(others)


def weighted(ballot: Ballot, weights: Mapping[str, Decimal]) -> float | None:
    """The weighted mean of a ballot's scores; None where nothing is weighed, or a score that is weighed is missing."""
    scores = {mark.criterion: mark.score for mark in ballot.marks}
    if not weights or not ballot.counts or any(scores.get(one) is None for one in weights):
        return None
    parts = sum(weight * Decimal(str(scores[one])) for one, weight in weights.items())
    return float(parts / sum(weights.values()))


# --- which ballots count -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One scoring workbook of the inbox as it was read."""

    name: str
    sha256: str
    withdrawn: bool
    appraisal: Appraisal


@dataclass(frozen=True, slots=True)
class Counted:
    """What becomes of one scoring workbook.

    Attributes:
        ballots: How many of its ballots count.
        later: The files whose ballots replace others of it.
    """

    handed: Handed
    ballots: int
    later: tuple[str, ...]


def expert_key(expert: str, unit: str) -> str:
    """By which an expert is known again."""
    return f"{key_of(expert)}|{key_of(unit)}"


def counting(
    handed: Iterable[Handed], policy: Policy, season: Season
) -> tuple[tuple[Opinion, ...], tuple[Counted, ...]]:
    """Decide which ballot of each expert on each cluster counts: that of the latest round, then the one saved last.

    A row in which nothing is written is no ballot: the blank workbook lying beside the filled one replaces nothing.

    Args:
        handed: Of this policy and season, none withdrawn, none twice; in any order.
        policy: Its criteria.
        season: Its weights.
    """
    weights = season.procedure.weights_for(criterion.id for criterion in policy.criteria)
    latest: dict[tuple[str, str], tuple[Handed, Ballot]] = {}
    files = sorted(handed, key=_age)
    for one in files:
        for ballot in one.appraisal.ballots:
            if ballot.stated:
                latest[expert_key(one.appraisal.expert, one.appraisal.unit), ballot.cluster] = one, ballot
    opinions = tuple(_opinion(one, ballot, weights) for one, ballot in latest.values())
    ordered = sorted(opinions, key=lambda one: (one.ballot.cluster, one.expert, one.unit))
    return tuple(ordered), tuple(_verdicts(files, latest))


def _age(one: Handed) -> tuple[int, str, str, str]:
    appraisal = one.appraisal
    return appraisal.round, appraisal.written, one.sha256, one.name


def _verdicts(files: Sequence[Handed], latest: Mapping[tuple[str, str], tuple[Handed, Ballot]]) -> Iterator[Counted]:
    for one in files:
        expert = expert_key(one.appraisal.expert, one.appraisal.unit)
        winners = [latest[expert, ballot.cluster][0] for ballot in one.appraisal.ballots if ballot.stated]
        later = dict.fromkeys(winner.name for winner in winners if winner is not one)
        yield Counted(one, sum(winner is one for winner in winners), tuple(later))


def _opinion(one: Handed, ballot: Ballot, weights: Mapping[str, Decimal]) -> Opinion:
    appraisal = one.appraisal
    return Opinion(
        expert=appraisal.expert,
        unit=appraisal.unit,
        ballot=ballot,
        file=one.name,
        sha256=one.sha256,
        round=appraisal.round,
        signed_on=appraisal.signed_on,
        total=weighted(ballot, weights),
    )


def by_cluster(opinions: Iterable[Opinion]) -> Mapping[str, tuple[Opinion, ...]]:
    """Cluster → what the experts say of it."""
    found: dict[str, list[Opinion]] = defaultdict(list)
    for one in opinions:
        found[one.ballot.cluster].append(one)
    return {cluster: tuple(many) for cluster, many in found.items()}
