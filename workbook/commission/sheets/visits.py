"""Visits on site: who was drawn, from which stratum, and what to look at there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from toolkit.finding import Verdict
from toolkit.rules import Rule
from workbook.commission.decisions import VISITS
from workbook.commission.draw import Candidate, Place, draw
from workbook.commission.filing import Filing, Judged
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, people, people_day, table
from workbook.commission.sheets.summary import cluster_key, identity, place_text
from workbook.commission.table import Column, Kind, Table
from workbook.commission.words import text_of

_CONCLUSIONS = ("与申报相符", "有偏差，不影响判定", "有偏差，影响判定", "待进一步核查")
_LARGEST, _FAR = 3, 5.0
_NEAR = 0.05
"""How near its threshold, as a share of it, a figure is worth a second look."""


def visits(desk: Desk) -> Table:
    """实地抽查."""
    drawn = drawn_clusters(desk)
    # Those to be visited stand together in front; a cluster nobody drew may be visited all the same.
    ordered = sorted(desk.clusters, key=lambda one: not _is_drawn(drawn, one))
    told = [
        *identity(desk),
        Told(
            Column(id="drawn", heading="抽中", kind=Kind.VERDICT, width=9, watched=True), lambda one: _state(drawn, one)
        ),
        Told(Column(id="stratum", heading="层（区 × 判定）", width=24), lambda one: _stratum(drawn, one)),
        Told(
            Column(id="order", heading="层内序号", kind=Kind.NUMBER, width=8),
            lambda one: drawn[one.key].order if drawn else None,
        ),
        Told(Column(id="points", heading="建议核对要点", width=64), _points(desk, drawn)),
        people_day("visited_on", "抽查日期"),
        people("team", "抽查组", width=16),
        people("checked", "核对情况", width=30),
        people("deviations", "发现偏差", width=30),
        people("conclusion", "结论", width=18, choices=_CONCLUSIONS),
    ]
    return table(VISITS, _intro(desk, drawn), told, ordered, cluster_key)


def drawn_clusters(desk: Desk) -> Mapping[str, Place]:
    """Where each cluster stands in its stratum; nothing where no sample was asked for."""
    if not desk.sample:
        return {}
    verdicts = (Candidate(one.key, one.filing.district, one.filing.verdict) for one in desk.clusters)
    return draw(verdicts, desk.sample, desk.seed)


def _intro(desk: Desk, drawn: Mapping[str, Place]) -> str:
    if not drawn:
        return "尚未抽样：汇总时加 --sample（如 --sample 10%）即可抽取；样本由种子决定，可复核"
    count = sum(place.drawn for place in drawn.values())
    return (
        f"分层（区 × 系统判定）抽取 {desk.sample}，{len(drawn)} 个集群中抽中 {count} 个；种子“{desk.seed}”。"
        "每区至少一个，层内按种子和集群标识的散列值排序，与文件先后无关，可复核"
    )


def _is_drawn(drawn: Mapping[str, Place], one: Cluster) -> bool:
    return one.key in drawn and drawn[one.key].drawn


def _state(drawn: Mapping[str, Place], one: Cluster) -> str:
    if not drawn:
        return ""
    return "✓ 抽中" if drawn[one.key].drawn else "—"


def _stratum(drawn: Mapping[str, Place], one: Cluster) -> str:
    if not drawn:
        return ""
    place = drawn[one.key]
    return (
        f"{one.filing.district or '（未填）'} × {Verdict(one.filing.verdict).label}（{place.size} 抽 {place.places}）"
    )


# --- what to look at -------------------------------------------------------------------------------------------


def _points(desk: Desk, drawn: Mapping[str, Place]) -> Callable[[Cluster], str]:
    """Of those to be visited only: rosters stay packed as long as nobody goes there."""

    def told(one: Cluster) -> str:
        wanted = _is_drawn(drawn, one) or bool(desk.said(VISITS, one.key))
        return "\n".join(points(desk.policy.rules, one.filing)) if wanted else ""

    return told


def points(rules: tuple[Rule, ...], filing: Filing) -> Iterator[str]:
    """The points to check on site: figures near a threshold, those far beyond it, the sum of the roster."""
    measured = [
        (rule, judged)
        for rule, judged in zip(rules, filing.findings, strict=True)
        if judged.value is not None and judged.bound and judged.verdict != Verdict.NOT_APPLICABLE
    ]
    for rule, judged in measured:
        if abs(_share(judged) - 1) <= _NEAR:
            yield f"临界：{_figure(rule, judged)}（{Verdict(judged.verdict).label}）"
    beyond = sorted((pair for pair in measured if _share(pair[1]) >= _FAR), key=lambda pair: -_share(pair[1]))
    for rule, judged in beyond[:_LARGEST]:
        yield f"偏大：{_figure(rule, judged)}，为门槛的 {_share(judged):,.0f} 倍"
    yield from _roster(filing)


def _share(judged: Judged) -> float:
    """How far a figure has come towards its threshold."""
    return (judged.value or 0) / (judged.bound or 1)


def _figure(rule: Rule, judged: Judged) -> str:
    place = f"，{place_text(judged.place)}" if judged.place.sheet else ""
    return f"{rule.id} {rule.title}，实际 {judged.shown}，门槛 {judged.bound:g}{rule.unit}{place}"


def _roster(filing: Filing) -> Iterator[str]:
    firms = filing.firms
    if firms:
        total = sum(firm.output or 0 for firm in firms) / 10_000
        blank = sum(firm.output is None for firm in firms)
        left = f"，其中 {blank} 家产值未填" if blank else ""
        yield f"名录：企业 {len(firms)} 家{left}，产值合计 {total:,.4f} 亿元"


def visit_state(desk: Desk, drawn: Mapping[str, Place], one: Cluster) -> str:
    """How the visit stands, for other sheets: what was concluded, else whether one is due."""
    conclusion = text_of(desk.said(VISITS, one.key).get("conclusion"))
    if conclusion:
        return conclusion
    return "抽中，待抽查" if _is_drawn(drawn, one) else "未抽中" if drawn else "未抽样"
