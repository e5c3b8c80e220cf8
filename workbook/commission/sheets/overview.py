"""The first page: how the districts and the nine conditions stand, as numbers and as pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from toolkit.finding import Verdict
from workbook.commission.settle import Done
from workbook.commission.sheets.column import Desk, Told, table
from workbook.commission.table import Column, Kind, Table, Value

DISTRICTS, CRITERIA = "各区", "各项条件"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of counts."""

    group: str
    item: str
    counts: Mapping[str, int]


def overview(desk: Desk) -> Table:
    """总览."""
    told: list[Told[Line]] = [
        Told(Column(id="group", heading="分类", width=10), lambda one: one.group),
        Told(Column(id="item", heading="项目", width=24), lambda one: one.item),
        *(Told(_count_column(verdict), _count(verdict)) for verdict in Verdict),
        Told(Column(id="total", heading="合计", kind=Kind.NUMBER, width=9), lambda one: sum(one.counts.values())),
    ]
    return table("总览", headline(desk), told, tuple(lines(desk)), lambda one: f"{one.group}|{one.item}")


def _count_column(verdict: Verdict) -> Column:
    return Column(id=f"n:{verdict.value}", heading=verdict.display, kind=Kind.NUMBER, width=12)


def _count(verdict: Verdict) -> Callable[[Line], Value]:
    return lambda one: one.counts[verdict.value] or None


def headline(desk: Desk) -> str:
    """The whole in one line."""
    done = Counter(receipt.done for receipt in desk.receipts)
    verdicts = Counter(one.filing.verdict for one in desk.clusters)
    told = "，".join(f"{verdict.display} {verdicts[verdict.value]}" for verdict in Verdict if verdicts[verdict.value])
    left = sum(count for what, count in done.items() if what is not Done.ACCEPTED)
    clusters = f"汇总集群 {len(desk.clusters)} 个（{told or '暂无'}）"
    return f"收到文件 {len(desk.receipts)} 份，{clusters}，其余文件 {left} 份见“导入日志”"


def lines(desk: Desk) -> Iterator[Line]:
    """The districts, the city, and the nine conditions."""
    districts: dict[str, Counter[str]] = defaultdict(Counter)
    criteria: dict[str, Counter[str]] = defaultdict(Counter)
    for one in desk.clusters:
        districts[one.filing.district or "（未填）"][one.filing.verdict] += 1
        for criterion_id, verdict in one.filing.criteria:
            criteria[criterion_id][verdict] += 1
    for district in sorted(districts):
        yield Line(DISTRICTS, district, districts[district])
    yield Line(DISTRICTS, "全市", sum(districts.values(), Counter()))
    for criterion in desk.policy.criteria:
        yield Line(CRITERIA, f"（{criterion.numeral}）{criterion.title}", criteria[criterion.id])
