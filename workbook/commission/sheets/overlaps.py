"""跨集群查重: what two clusters both count or both go by, one row for each such thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbook.commission.overlaps import MOST, Overlap, Sight
from workbook.commission.sheets.column import Desk, Told, leads_to, people, source_link, table
from workbook.commission.sheets.summary import place_text
from workbook.commission.table import Column, Kind, Table

NAME = "跨集群查重"
_ANSWERS = ("确属重复", "已更正", "不属重复", "核实中")
_READINGS = 5
_LINES = 4
"""So many stand one under the other; more run on. Rows of twenty lines nobody takes in, and LibreOffice, to which a
cell of lines is a document of its own, took as long for these as for all other sheets of a large master."""
_INTRO = (
    "同一企业、专利、平台、标准、资质、运营管理机构或相近的集群名称出现在两个及以上集群的，一项一行；"
    "只作提示，是否重复由人核实，不影响系统判定"
)


def overlap_table(desk: Desk, found: Sequence[Overlap]) -> Table:
    """The sheet; its rows come the gravest first."""
    return table(NAME, _INTRO, _columns(desk), found, lambda one: f"{one.kind}|{one.key}", frozen=3)


def _columns(desk: Desk) -> list[Told[Overlap]]:
    def link(one: Overlap) -> str:
        cluster, place = desk.clusters[one.sights[0].cluster], one.sights[0].place
        return leads_to(desk, cluster, place) or source_link(desk, cluster)

    def named(sight: Sight) -> str:
        cluster = desk.clusters[sight.cluster]
        filing = cluster.filing
        return "　".join(filter(None, (filing.district, filing.cluster or cluster.file, filing.operator)))

    def clusters(one: Overlap) -> str:
        left = len(one.clusters) - len(one.sights)
        rest = [f"……等共 {len(one.clusters)} 个集群，另有 {left} 个未列出"] if left else []
        return _listed([*_numbered(map(named, one.sights)), *rest])

    return [
        Told(Column(id="severity", heading="级别", kind=Kind.SEVERITY, width=10), _severity),
        Told(Column(id="kind", heading="类型", width=13), lambda one: one.kind),
        Told(Column(id="what", heading="重复的内容", width=48, watched=True), _readings),
        Told(
            Column(id="count", heading="集群数", kind=Kind.NUMBER, width=8, watched=True), lambda one: len(one.clusters)
        ),
        Told(
            Column(id="clusters", heading="涉及集群（推荐区　集群名称　运营管理机构）", width=66, watched=True),
            clusters,
        ),
        # Not watched: a row that only moved in a roster is nothing to look at again.
        Told(Column(id="places", heading="位置（与集群依次对应）", width=20), _places),
        Told(Column(id="first", heading="打开第一处", width=18), _first, link),
        people("verified", "核实情况", width=13, choices=_ANSWERS),
        people("remark", "备注", width=26),
    ]


def _severity(one: Overlap) -> str:
    return one.severity.display


def _readings(one: Overlap) -> str:
    shown = one.readings[:_READINGS]
    more = len(one.readings) - len(shown)
    at_least = "至少" if len(one.readings) == MOST else ""
    return _listed([*shown, *([f"……{at_least}另有 {more} 种写法"] if more else [])])


def _places(one: Overlap) -> str:
    told = [place_text(sight.place) for sight in one.sights]
    return _listed(_numbered(told)) if any(told) else ""


def _numbered(told: Iterable[str]) -> list[str]:
    """With numbers where they run on, by which clusters and places answer to each other."""
    texts = list(told)
    return texts if len(texts) <= _LINES else [f"（{number}）{text}" for number, text in enumerate(texts, 1)]


def _listed(texts: Sequence[str]) -> str:
    return ("\n" if len(texts) <= _LINES else "；").join(texts)


def _first(one: Overlap) -> str:
    return place_text(one.sights[0].place) or "来源文件"
