"""推荐国家级: how far each cluster is from the verified thresholds of national recognition; people recommend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.finding import CONJUNCTION, Verdict
from toolkit.measures.levels import EachYear
from toolkit.policy import Policy
from toolkit.rules import Rule
from toolkit.season import Season
from toolkit.threshold import Comparator
from workbook import wording
from workbook.commission.filing import Judged
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, leads_to, people, table
from workbook.commission.sheets.gaps import threshold_words
from workbook.commission.sheets.summary import identity, verdict_column
from workbook.commission.table import Column, Kind, Table
from workbook.commission.take import national_rules

NAME = "推荐国家级"
_OPINIONS = ("拟推荐", "暂不推荐", "待研究")
_RESULTS = ("已认定", "未认定", "待公布")
_UNKNOWN = "本年度没有可用的国家级规则，未作比较"
_PASSED = (Verdict.MET, Verdict.NOT_APPLICABLE)

_Weight = tuple[int, float]
"""Thresholds met, and what is reached of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A cluster against the national thresholds.

    Attributes:
        reached: Part of each threshold it has reached, on average; 1 where all are met.
        place, district_place: Its rank among all, and in its district; equals share one.
    """

    cluster: Cluster
    reached: float
    place: int
    district_place: int

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Rule by rule."""
        return self.cluster.filing.national

    @property
    def verdict(self) -> Verdict:
        """Of all the thresholds together."""
        return min((Verdict(one.verdict) for one in self.judged), key=CONJUNCTION.index)

    @property
    def met(self) -> int:
        """How many thresholds do not stand in the way."""
        return sum(one.verdict in _PASSED for one in self.judged)


def national(desk: Desk) -> Table:
    """The sheet, the nearest clusters first."""
    rules = national_rules(desk.season.year)
    clusters = [one for one in desk.clusters if one.filing.national]
    if rules is None or not clusters:
        return table(NAME, _UNKNOWN, _columns(desk, (), None), (), _key, frozen=2)
    policy, season = rules
    return table(NAME, _intro(policy), _columns(desk, policy.rules, season), distances(clusters, policy.rules), _key)


def distances(clusters: Sequence[Cluster], rules: Sequence[Rule]) -> tuple[Distance, ...]:
    """Every cluster with its rank, the nearest first: by thresholds met, then by what is reached of them."""
    weights = {one.key: _weight(one, rules) for one in clusters}
    order = sorted(clusters, key=lambda one: (*(-part for part in weights[one.key]), one.key))
    places: dict[tuple[str, _Weight], int] = {}
    counted: Counter[str] = Counter()
    found = []
    for one in order:
        weight, district = weights[one.key], one.filing.district
        for group in ("", f"|{district}"):
            counted[group] += 1
            # Equals share the place of the first.
            places.setdefault((group, weight), counted[group])
        here = places["", weight], places[f"|{district}", weight]
        found.append(Distance(cluster=one, reached=weight[1], place=here[0], district_place=here[1]))
    return tuple(found)


def _weight(one: Cluster, rules: Sequence[Rule]) -> _Weight:
    judged = one.filing.national
    parts = [reached(found, rule) for found, rule in zip(judged, rules, strict=True)]
    return sum(found.verdict in _PASSED for found in judged), round(sum(parts) / len(parts), 4)


def reached(found: Judged, rule: Rule) -> float:
    """Which part of a threshold is reached, from 0 to 1; nothing where there is no figure to tell."""
    if found.verdict in _PASSED:
        return 1.0
    threshold = rule.measure.threshold
    if found.value is None or not found.bound or threshold is None:
        return 0.0
    upward = Comparator(threshold.comparator).upward
    part = found.value / found.bound if upward else found.bound / max(found.value, found.bound)
    return min(max(part, 0.0), 1.0)


def _intro(policy: Policy) -> str:
    partial = "规则包只收录已核实的条件，全部达标不等于符合国家级的全部条件；" if policy.partial else ""
    return (
        f"与《{policy.title}》（{policy.document}）的 {len(policy.rules)} 条门槛比较；{partial}"
        "排序先看达标条数，再看平均达到程度；是否推荐由人决定"
    )


def _key(one: Distance) -> str:
    return one.cluster.key


def _columns(desk: Desk, rules: Sequence[Rule], season: Season | None) -> list[Told[Distance]]:
    number = {"kind": Kind.NUMBER, "width": 8}
    return [
        *(_of_cluster(told) for told in identity(desk)),
        _of_cluster(verdict_column()),
        Told(Column(id="national", heading="国家级门槛", kind=Kind.VERDICT, width=15, watched=True), _verdict),
        Told(Column(id="met", heading="达标条数", watched=True, **number), lambda one: one.met),  # type: ignore[arg-type]
        Told(Column(id="short", heading="未达条数", **number), lambda one: len(one.judged) - one.met),  # type: ignore[arg-type]
        Told(
            Column(id="reached", heading="平均达到程度（%）", kind=Kind.NUMBER, width=9, number_format="0.0"),
            lambda one: round(100 * one.reached, 1),
        ),
        Told(Column(id="place", heading="全市排序", **number), lambda one: one.place),  # type: ignore[arg-type]
        Told(Column(id="district_place", heading="区内排序", **number), lambda one: one.district_place),  # type: ignore[arg-type]
        *(_rule(desk, number, rule, season) for number, rule in enumerate(rules)),
        Told(Column(id="nearest", heading="最近的差距", width=48, watched=True), lambda one: _nearest(one, rules)),
        people("recommended", "推荐意见", width=12, choices=_OPINIONS),
        people("year", "推荐年度", width=9),
        people("result", "国家级结果", width=12, choices=_RESULTS),
    ]


def _of_cluster(told: Told[Cluster]) -> Told[Distance]:
    """A column about clusters, here."""
    value, link = told.value, told.link
    return Told(
        told.column,
        (lambda one: value(one.cluster)) if value else None,
        (lambda one: link(one.cluster)) if link else None,
    )


def _verdict(one: Distance) -> str:
    return one.verdict.display


def _rule(desk: Desk, number: int, rule: Rule, season: Season | None) -> Told[Distance]:
    bound = threshold_words(rule, season.reference_date) if season else ""
    heading = f"{rule.title}（{bound}）" if bound else rule.title
    # Three figures of three years are read side by side.
    width = 32 if isinstance(rule.measure, EachYear) else 15
    column = Column(id=f"r:{rule.id}", heading=heading, kind=Kind.VERDICT, width=width, watched=True)

    def shown(one: Distance) -> str:
        found = one.judged[number]
        verdict = Verdict(found.verdict)
        return f"{verdict.symbol} {found.shown or verdict.label}"

    def link(one: Distance) -> str:
        return leads_to(desk, one.cluster, one.judged[number].place)

    return Told(column, shown, link)


def _nearest(one: Distance, rules: Sequence[Rule]) -> str:
    """The threshold that is missed by the least, in words; of equals the earlier clause."""
    missed = [(reached(found, rule), rule, found) for rule, found in _missed(one, rules)]
    if not missed:
        return ""
    _, rule, found = max(missed, key=lambda part: part[0])
    return f"{rule.title}：{found.remedy or found.gap}"


def _missed(one: Distance, rules: Sequence[Rule]) -> Iterator[tuple[Rule, Judged]]:
    for rule, found in zip(rules, one.judged, strict=True):
        if Verdict(found.verdict) in wording.SHORT:
            yield rule, found
