"""Guard rails of recognition: what stands in the way of proposing a cluster, and whether a signed reason answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.finding import Verdict
from toolkit.messages import Explanation, explain
from toolkit.policy import Policy
from toolkit.rules import Force
from workbook.commission.decisions import (
    FORMAL,
    PASSED,
    RECOGNITION,
    UPHELD,
    Objection,
    Proposal,
    objections,
)
from workbook.commission.filing import Filing
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk
from workbook.commission.words import text_of

_MILD = (Force.SOFT, Force.PREFERENCE)
_SHOWN = 5
_DISPUTED = "有异议未办结"
_MISSED = (Verdict.UNMET.value, Verdict.MISSING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a cluster stands before anybody proposes it.

    Attributes:
        vetoes: Rules that rule it out, in words; no reason answers them.
        missed: Other binding rules it does not meet, in words.
        formal: What the formal review concluded; empty where nobody has.
        objections: Against its recognition.
    """

    vetoes: tuple[str, ...]
    missed: tuple[str, ...]
    formal: str
    objections: tuple[Objection, ...] = ()

    @property
    def open(self) -> int:
        """How many objections nobody has concluded on."""
        return sum(one.open for one in self.objections)

    @property
    def upheld(self) -> int:
        """How many objections were found to be right."""
        return sum(one.conclusion == UPHELD for one in self.objections)

    @property
    def only_disputed(self) -> bool:
        """Whether nothing but an open objection stands in its way."""
        return self.obstacles == (_DISPUTED,) and not self.vetoes

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What a signed reason has to answer, in words."""
        return tuple(self._obstacles())

    def _obstacles(self) -> Iterator[str]:
        if self.missed:
            yield "有硬性未达标"
        if self.formal != PASSED:
            yield f"形式审查{self.formal}" if self.formal else "未作形式审查"
        if self.open:
            yield _DISPUTED
        if self.upheld:
            yield "有异议成立"

    def answer(self, proposal: Proposal) -> str:
        """What is to be said of a proposal; empty where none is made."""
        if not proposal.is_made:
            return ""
        if self.vetoes:
            return "✗ 有一票否决事项，不得认定"
        if self.obstacles and not proposal.signed:
            return f"✗ {'、'.join(self.obstacles)}，须有签批理由和签批人"
        return "✓"

    def allows(self, proposal: Proposal) -> bool:
        """Whether the cluster may be published."""
        return self.answer(proposal) == "✓"


def standings(desk: Desk, clusters: Iterable[Cluster]) -> Mapping[str, Standing]:
    """How clusters stand, by their keys."""
    raised = objections(desk.words, desk.clusters)
    return {one.key: _standing(desk, one, raised.get(one.key, ())) for one in clusters}


def _standing(desk: Desk, cluster: Cluster, raised: tuple[Objection, ...]) -> Standing:
    vetoes, missed = binding(desk.policy, cluster.filing)
    formal = text_of(desk.said(FORMAL, cluster.key).get("conclusion"))
    return Standing(vetoes=vetoes, missed=missed, formal=formal, objections=raised)


def binding(policy: Policy, filing: Filing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules that must be met and are not, in words: those that rule the cluster out, and the others.

    What is 一般 in the text does not bind, nor does a preference; a reviewer's 不符合 does. A blank is not met.
    """
    vetoes: list[str] = []
    missed: list[str] = []
    for rule, judged in zip(policy.rules, filing.findings, strict=True):
        if judged.verdict in _MISSED and rule.force not in _MILD:
            ruled_out = rule.force is Force.VETO and judged.verdict == Verdict.UNMET
            (vetoes if ruled_out else missed).append(f"{rule.id} {rule.title}（{Verdict(judged.verdict).label}）")
    return tuple(vetoes), tuple(missed)


def proposed(desk: Desk) -> Iterator[tuple[Cluster, Proposal]]:
    """The clusters whose recognition is proposed."""
    for one in desk.clusters:
        proposal = Proposal.of(desk.said(RECOGNITION, one.key))
        if proposal.is_made:
            yield one, proposal


def violations(desk: Desk) -> tuple[Cluster, ...]:
    """The clusters that are proposed against the guard rails; none of them is published."""
    wanted = tuple(proposed(desk))
    known = standings(desk, (one for one, _ in wanted))
    return tuple(one for one, proposal in wanted if not known[one.key].allows(proposal))


def allowed(desk: Desk) -> tuple[Cluster, ...]:
    """The clusters that are proposed and may be published."""
    against = {one.key for one in violations(desk)}
    return tuple(one for one, _ in proposed(desk) if one.key not in against)


def warnings(desk: Desk) -> Iterator[Explanation]:
    """What is to be told at the end of a run."""
    against = violations(desk)
    if against:
        yield explain("W43", {"count": len(against), "names": _named(against)})
    stray = len(objections(desk.words, desk.clusters).get("", ()))
    if stray:
        yield explain("W44", {"count": stray})


def _named(clusters: Sequence[Cluster]) -> str:
    told = "、".join(one.filing.cluster or one.file for one in clusters[:_SHOWN])
    return f"{told}等" if len(clusters) > _SHOWN else told
