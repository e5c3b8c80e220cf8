"""Review by experts as two sheets: what they together say of each cluster, and what each of them said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.rules import Criterion
from workbook.commission.experts.appraisal import Mark
from workbook.commission.experts.panel import TOTAL, Opinion, Spread, by_cluster, expert_key, outlying, spread
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, archived, people, table
from workbook.commission.sheets.summary import cluster_key, identity, place_text, verdict_column
from workbook.commission.table import Column, Kind, Table, Value

PANEL, OPINIONS = "专家评审", "专家意见"
_CONCLUSIONS = ("建议认定", "建议补充材料", "不建议认定", "复评")
_SPREADS: Sequence[tuple[str, str, Callable[[Spread], Value]]] = (
    ("mean", "均值", lambda one: round(one.mean, 2)),
    ("low", "最低", lambda one: one.low),
    ("high", "最高", lambda one: one.high),
    ("range", "极差", lambda one: round(one.range, 2)),
    ("deviation", "标准差", lambda one: None if one.deviation is None else round(one.deviation, 2)),
)


@dataclass(frozen=True, slots=True)
class _Panel:
    """What the experts say of one cluster."""

    cluster: Cluster
    opinions: tuple[Opinion, ...]

    def scores(self, what: str) -> dict[str, float]:
        """Expert → score for a criterion, or in total."""
        return {_name(one): one.scores[what] for one in self.opinions if what in one.scores}


def _name(one: Opinion) -> str:
    return f"{one.expert}（{one.unit}）" if one.unit else one.expert


def panel(desk: Desk) -> Table:
    """专家评审."""
    found = by_cluster(desk.opinions)
    items = [_Panel(one, found.get(one.key, ())) for one in desk.clusters]
    told: list[Told[_Panel]] = [
        *(_of_cluster(one) for one in (*identity(desk), verdict_column(watched=False))),
        _number("experts", "评分专家（人）", lambda one: sum(bool(opinion.scores) for opinion in one.opinions) or None),
        _number("recused", "回避（人）", lambda one: sum(opinion.ballot.recused for opinion in one.opinions) or None),
        *(_totals() if desk.season.procedure.weights else ()),
        *(_mean(criterion) for criterion in desk.policy.criteria),
        Told(Column(id="outliers", heading="离群评分", width=32), lambda one: _outliers(desk, one)),
        Told(Column(id="overall", heading="总体意见", width=22), _overall),
        people("conclusion", "评审结论", choices=_CONCLUSIONS),
        people("remark", "备注", width=30),
        *(column for criterion in desk.policy.criteria for column in _apart(criterion)),
    ]
    return table(PANEL, _intro(desk), told, items, lambda one: cluster_key(one.cluster))


def _of_cluster(told: Told[Cluster]) -> Told[_Panel]:
    value, link = told.value, told.link
    return Told(
        told.column,
        (lambda one: value(one.cluster)) if value else None,
        (lambda one: link(one.cluster)) if link else None,
    )


def _number(column_id: str, heading: str, value: Callable[[_Panel], Value], *, level: int = 0) -> Told[_Panel]:
    return Told(Column(id=column_id, heading=heading, kind=Kind.NUMBER, width=8, level=level), value)


def _totals() -> Iterator[Told[_Panel]]:
    for name, heading, value in _SPREADS:
        yield _number(f"total:{name}", f"总分{heading}", _of(TOTAL, value))


def _mean(criterion: Criterion) -> Told[_Panel]:
    name, what, value = _SPREADS[0]
    return _number(f"{criterion.id}:{name}", f"（{criterion.numeral}）{what}", _of(criterion.id, value))


def _apart(criterion: Criterion) -> Iterator[Told[_Panel]]:
    """How far the scores lie apart, behind all else and to be folded away."""
    for name, what, value in _SPREADS[1:]:
        yield _number(f"{criterion.id}:{name}", f"（{criterion.numeral}）{what}", _of(criterion.id, value), level=1)


def _of(what: str, value: Callable[[Spread], Value]) -> Callable[[_Panel], Value]:
    def told(one: _Panel) -> Value:
        found = spread(tuple(one.scores(what).values()))
        return value(found) if found else None

    return told


def _outliers(desk: Desk, one: _Panel) -> str:
    named = {criterion.id: f"（{criterion.numeral}）" for criterion in desk.policy.criteria} | {TOTAL: "总分"}
    told = []
    for what, heading in named.items():
        scores = one.scores(what)
        told += [f"{heading}{name} {scores[name]:g}" for name in outlying(scores, desk.season.procedure)]
    return "；".join(told)


def _overall(one: _Panel) -> str:
    counts = Counter(opinion.ballot.overall for opinion in one.opinions if opinion.ballot.counts)
    return "，".join(f"{word} {count}" for word, count in sorted(counts.items()) if word)


def _intro(desk: Desk) -> str:
    rules = desk.season.procedure
    weighing = f"总分按本年度权重加权（{rules.source}）" if rules.weights else "本年度未设权重，不计总分"
    return (
        f"专家评分汇总，不影响系统判定；{weighing}；回避的不计。"
        f"离群：与其他专家（3 人以上）均值之差不少于 {rules.outlier_points:f} 分，且超过其标准差的 "
        f"{rules.outlier_deviations:f} 倍"
    )


def panel_state(opinions: Sequence[Opinion]) -> str:
    """How the review by experts stands, for other sheets."""
    scored = [one for one in opinions if one.scores]
    total = spread([one.total for one in scored if one.total is not None])
    if total:
        return f"均值 {total.mean:.1f}（{len(scored)} 人）"
    return f"{len(scored)} 人评分" if scored else "未评审"


# --- what each of them said --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """One expert on one cluster."""

    cluster: Cluster
    opinion: Opinion

    @property
    def key(self) -> str:
        """The key of its row."""
        return f"{self.cluster.key}|{expert_key(self.opinion.expert, self.opinion.unit)}"

    @property
    def marks(self) -> Mapping[str, Mark]:
        """Criterion → what the expert says of it."""
        return {mark.criterion: mark for mark in self.opinion.ballot.marks}


def opinions(desk: Desk) -> Table:
    """专家意见."""
    found = by_cluster(desk.opinions)
    items = [_Said(one, opinion) for one in desk.clusters for opinion in found.get(one.key, ())]
    told: list[Told[_Said]] = [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=32), lambda one: one.cluster.filing.cluster),
        Told(
            Column(id="expert", heading="专家", width=12),
            lambda one: one.opinion.expert,
            lambda one: archived(desk, one.opinion.sha256, one.opinion.ballot.place),
        ),
        Told(Column(id="unit", heading="单位", width=24), lambda one: one.opinion.unit),
        Told(Column(id="recusal", heading="回避", width=8, watched=True), lambda one: one.opinion.ballot.recusal),
        *_scores(desk),
        Told(Column(id="overall", heading="总体意见", width=14, watched=True), lambda one: one.opinion.ballot.overall),
        Told(Column(id="comment", heading="总体评语", width=36, watched=True), lambda one: one.opinion.ballot.remark),
        *(_opinion(criterion.id, f"（{criterion.numeral}）意见") for criterion in desk.policy.criteria),
        Told(Column(id="problems", heading="问题", width=40), _problems),
        Told(Column(id="round", heading="评审轮次", kind=Kind.NUMBER, width=8), lambda one: one.opinion.round),
        Told(Column(id="signed_on", heading="签名日期", width=12), lambda one: one.opinion.signed_on),
        Told(
            Column(id="file", heading="来源文件", width=36),
            lambda one: one.opinion.file,
            lambda one: archived(desk, one.opinion.sha256),
        ),
        people("remark", "备注", width=24),
    ]
    intro = "每位专家对每个集群的评分和意见，一人一行；同一专家交来多份的，采用轮次在后、保存在后的一份"
    return table(OPINIONS, intro, told, items, lambda one: one.key, frozen=3)


def _scores(desk: Desk) -> Iterator[Told[_Said]]:
    if desk.season.procedure.weights:
        yield _score("total", "总分", lambda one: one.opinion.total)
    for criterion in desk.policy.criteria:
        yield _score(f"s:{criterion.id}", f"（{criterion.numeral}）", _mark(criterion.id))


def _score(column_id: str, heading: str, value: Callable[[_Said], Value]) -> Told[_Said]:
    return Told(Column(id=column_id, heading=heading, kind=Kind.NUMBER, width=7, watched=True), value)


def _mark(criterion: str) -> Callable[[_Said], Value]:
    def told(one: _Said) -> Value:
        mark = one.marks.get(criterion)
        return mark.score if mark else None

    return told


def _opinion(criterion: str, heading: str) -> Told[_Said]:
    def told(one: _Said) -> Value:
        mark = one.marks.get(criterion)
        return mark.opinion if mark else None

    return Told(Column(id=f"o:{criterion}", heading=heading, width=22, level=1), told)


def _problems(one: _Said) -> str:
    return "\n".join(f"{place_text(p.place)} {p.title}：{p.found}" for p in one.opinion.ballot.problems)
