"""Where clusters fall short: how often each rule is missed and by how much, and every single gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from toolkit.finding import Verdict
from toolkit.rules import Criterion, Rule
from toolkit.threshold import Comparator
from workbook import wording
from workbook.commission.filing import Judged
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import DECIMAL, Desk, Told, leads_to, people, table
from workbook.commission.sheets.summary import place_text
from workbook.commission.table import Column, Kind, Table, Value

DISTRIBUTION = "短板分布"
# Share of the threshold a figure has reached, from … to below …; the last class has no end.
BANDS: Sequence[tuple[str, float, float]] = (
    ("不足一半", 0.0, 0.5),
    ("50%–80%", 0.5, 0.8),
    ("80%–100%", 0.8, 1.0),
    ("100%–120%", 1.0, 1.2),
    ("120%–200%", 1.2, 2.0),
    ("200%以上", 2.0, float("inf")),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule over all clusters."""

    criterion: Criterion
    rule: Rule
    bound: str
    counts: Counter[str]
    values: Sequence[float]
    bands: Counter[str]


def distribution(desk: Desk) -> Table:
    """短板分布."""
    intro = "一条规则一行：各判定的集群数、指标的分布，以及达到门槛的程度（各档为集群数）；有数值门槛的在前"
    # Those a picture can be drawn of stand together; among them the order of the clauses stays.
    ordered = sorted(tallies(desk), key=lambda one: not compares(one.rule))
    return table(DISTRIBUTION, intro, _distribution(), ordered, lambda one: one.rule.id, frozen=3)


def compares(rule: Rule) -> bool:
    """Whether more of its figure is better, so that a share of the threshold says something."""
    threshold = rule.measure.threshold
    return threshold is not None and Comparator(threshold.comparator).upward


def tallies(desk: Desk) -> Iterator[Tally]:
    """Every rule in the order of the clauses."""
    position = 0
    for criterion in desk.policy.criteria:
        for rule in criterion.rules:
            found = [one.filing.findings[position] for one in desk.clusters]
            yield Tally(
                criterion,
                rule,
                threshold_words(rule, desk.season.reference_date),
                Counter(one.verdict for one in found),
                sorted(one.value for one in found if one.value is not None),
                Counter(filter(None, map(_band, [rule] * len(found), found))),
            )
            position += 1


def threshold_words(rule: Rule, day: date) -> str:
    """The threshold of a day in words; empty where a rule has none."""
    threshold = rule.measure.threshold
    if threshold is None:
        return ""
    return wording.bound_words(threshold.comparator, threshold.at(day).value, rule.unit)


def _band(rule: Rule, judged: Judged) -> str | None:
    """In which class a figure falls; None where less is better, or there is nothing to compare."""
    if judged.value is None or not judged.bound or not compares(rule):
        return None
    share = judged.value / judged.bound
    return next((name for name, low, high in BANDS if low <= share < high), BANDS[0][0])


def _distribution() -> list[Told[Tally]]:
    number = {"kind": Kind.NUMBER, "width": 9}
    return [
        Told(Column(id="criterion", heading="条件", width=22), lambda one: one.criterion.title),
        Told(Column(id="rule", heading="规则", width=9), lambda one: one.rule.id),
        Told(Column(id="title", heading="要求", width=28), lambda one: one.rule.title),
        Told(Column(id="bound", heading="门槛", width=16), lambda one: one.bound),
        *(
            Told(Column(id=f"n:{verdict.value}", heading=verdict.display, kind=Kind.NUMBER, width=9), _count(verdict))
            for verdict in Verdict
        ),
        Told(Column(id="met_share", heading="达标率（%）", kind=Kind.NUMBER, width=9, number_format="0.0"), _met_share),
        *(
            Told(Column(id=f"q{i}", heading=heading, kind=Kind.NUMBER, width=11, number_format=DECIMAL), _quantile(i))
            for i, heading in enumerate(("最小", "下四分位", "中位", "上四分位", "最大"))
        ),
        *(Told(Column(id=f"b{i}", heading=name, **number), _in_band(name)) for i, (name, _, _) in enumerate(BANDS)),  # type: ignore[arg-type]
        people("remark", "备注", width=24),
    ]


def _count(verdict: Verdict) -> Callable[[Tally], Value]:
    return lambda one: one.counts[verdict.value] or None


def _in_band(name: str) -> Callable[[Tally], Value]:
    return lambda one: one.bands[name] or None


def _met_share(one: Tally) -> Value:
    asked = sum(one.counts.values()) - one.counts[Verdict.NOT_APPLICABLE.value]
    return round(100 * one.counts[Verdict.MET.value] / asked, 1) if asked else None


def _quantile(number: int) -> Callable[[Tally], Value]:
    def value(one: Tally) -> Value:
        if not one.values:
            return None
        points = quantiles(one.values, n=4, method="inclusive") if len(one.values) > 1 else [one.values[0]] * 3
        return round((one.values[0], *points, one.values[-1])[number], 4)

    return value


# --- every gap -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that one cluster leaves open."""

    cluster: Cluster
    criterion: Criterion
    rule: Rule
    judged: Judged


def gaps(desk: Desk) -> Table:
    """短板清单."""
    intro = "未达标、软性偏离和数据缺失的规则，附差额、补齐办法和来源单元格"
    return table("短板清单", intro, _gap_columns(desk), _gaps(desk), lambda one: f"{one.cluster.key}|{one.rule.id}")


def _gaps(desk: Desk) -> Iterator[Gap]:
    ruled = [(criterion, rule) for criterion in desk.policy.criteria for rule in criterion.rules]
    short = {verdict.value for verdict in wording.SHORT}
    for cluster in desk.clusters:
        for (criterion, rule), judged in zip(ruled, cluster.filing.findings, strict=True):
            if judged.verdict in short:
                yield Gap(cluster, criterion, rule, judged)


def _gap_columns(desk: Desk) -> list[Told[Gap]]:
    def link(one: Gap) -> str:
        return leads_to(desk, one.cluster, one.judged.place)

    return [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=32), lambda one: one.cluster.filing.cluster),
        Told(Column(id="verdict", heading="判定", kind=Kind.VERDICT, width=18, watched=True), _judged_text),
        Told(Column(id="rule", heading="规则", width=9), lambda one: one.rule.id),
        Told(Column(id="title", heading="短板", width=28), lambda one: one.rule.title),
        Told(Column(id="shown", heading="实际", width=24, watched=True), lambda one: one.judged.shown, link),
        Told(Column(id="bound", heading="门槛", width=26, watched=True), lambda one: one.judged.requirement),
        Told(Column(id="gap", heading="差额", width=16, watched=True), lambda one: one.judged.gap),
        Told(Column(id="remedy", heading="怎样补齐", width=52), lambda one: one.judged.remedy),
        Told(Column(id="clause", heading="依据", width=19), lambda one: one.rule.clause),
        Told(Column(id="place", heading="位置", width=26), lambda one: place_text(one.judged.place), link),
        people("handling", "处理情况", width=20),
        people("remark", "备注", width=24),
    ]


def _judged_text(one: Gap) -> str:
    return Verdict(one.judged.verdict).display + ("（口径敏感）" if one.judged.sensitive else "")
