"""What a scoring workbook asks of an expert: facts of each cluster beforehand, then room to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.finding import Verdict
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.commission.experts.appraisal import OVERALL, RECUSED, TOP
from workbook.commission.settle import Cluster
from workbook.commission.table import Column, Kind, Owner, Value
from workbook.wording import SHORT

SCORES, OPINIONS = "评分表", "分项意见"
RECUSAL, OVERALL_ID, REMARK, SCORE, OPINION = "recusal", "overall", "remark", "score:", "opinion:"
"""Ids of columns; of the last two what comes before the criterion."""
_GAPS, _FIGURES = 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one expert is asked.

    Attributes:
        clusters: In the order of the sheet.
        recusals: Keys of the clusters the expert is known to have a conflict of interest with.
        round: Of the review by experts.
    """

    policy: Policy
    season: Season
    expert: str
    unit: str
    clusters: Sequence[Cluster]
    recusals: frozenset[str] = frozenset()
    round: int = 1

    @property
    def title(self) -> str:
        """Scheme and year."""
        return f"{self.policy.scheme}{self.season.year}年度"


@dataclass(frozen=True, slots=True)
class Asked:
    """A column, and what stands in it beforehand: facts of each cluster, or nothing where the expert writes."""

    column: Column
    values: Sequence[Value] = ()
    rule: Mapping[str, Any] | None = None

    @property
    def written(self) -> bool:
        """Whether the expert writes here."""
        return self.column.owner is Owner.PEOPLE


def _fact(column_id: str, heading: str, width: float, values: Iterator[Value], kind: Kind = Kind.TEXT) -> Asked:
    return Asked(Column(id=column_id, heading=heading, width=width, kind=kind), tuple(values))


def _room(column_id: str, heading: str, width: float, rule: Mapping[str, Any] | None = None) -> Asked:
    return Asked(Column(id=column_id, heading=heading, width=width, owner=Owner.PEOPLE), rule=rule)


def _who(task: Assignment) -> Iterator[Asked]:
    yield _fact("number", "序号", 4.5, (number for number, _ in enumerate(task.clusters, start=1)), Kind.NUMBER)
    yield _fact("cluster", "集群", 21, (f"{one.filing.cluster}\n（{one.filing.district}）" for one in task.clusters))


def scores(task: Assignment) -> Iterator[Asked]:
    """The columns of the sheet of scores."""
    yield from _who(task)
    verdicts = (Verdict(one.filing.verdict).display for one in task.clusters)
    yield _fact("verdict", "系统判定", 11, verdicts, Kind.VERDICT)
    yield _fact("figures", "主要数据", 31, (figures(one) for one in task.clusters))
    yield _fact("gaps", "短板", 30, (gaps(task.policy, one) for one in task.clusters))
    yield _room(
        RECUSAL, "回避", 6, _choice((RECUSED,), "与该集群或其运营管理机构有利害关系的，请选“回避”，本行评分不计")
    )
    weights = task.season.procedure.weights_for(criterion.id for criterion in task.policy.criteria)
    for criterion in task.policy.criteria:
        weight = f"\n权重{weights[criterion.id]:f}" if criterion.id in weights else ""
        yield _room(f"{SCORE}{criterion.id}", f"（{criterion.numeral}）{criterion.title}{weight}", 6.6, _SCORE_RULE)
    yield _room(OVERALL_ID, "总体意见", 11, _choice(OVERALL, "请从列表中选择"))
    yield _room(REMARK, "总体评语", 22)


def opinions(task: Assignment) -> Iterator[Asked]:
    """The columns of the sheet of opinions."""
    yield from _who(task)
    for criterion in task.policy.criteria:
        yield _room(f"{OPINION}{criterion.id}", f"（{criterion.numeral}）{criterion.title}", 16)


def figures(one: Cluster) -> str:
    """The key figures an expert goes by; nothing of any person."""
    stated = [figure for figure in one.filing.figures if isinstance(figure.value, int | float)]
    return "\n".join(f"{figure.name} {figure.value:,g}" for figure in stated[:_FIGURES])


def gaps(policy: Policy, one: Cluster) -> str:
    """Where the cluster falls short, and by how much."""
    short = [verdict.value for verdict in SHORT]
    pairs = zip(policy.rules, one.filing.findings, strict=True)
    told = [
        f"{rule.title}：{judged.gap or Verdict(judged.verdict).label}"
        for rule, judged in pairs
        if judged.verdict in short
    ]
    rest = [f"等 {len(told)} 条"] * (len(told) > _GAPS)
    return "\n".join([*told[:_GAPS], *rest]) or "无"


_SCORE_RULE: Final[Mapping[str, Any]] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 0,
    "maximum": TOP,
    "input_title": "评分",
    "input_message": f"0 至 {TOP} 的数值，可以带小数，也可以不评",
    "error_title": "评分有误",
    "error_message": f"请填写 0 至 {TOP} 的数值，或者留空。",
}


def _choice(choices: Sequence[str], told: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(choices),
        "input_message": told,
        "error_title": "不在可选范围内",
        "error_message": "请从列表中选择，或者留空。",
    }
