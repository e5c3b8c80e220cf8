"""How the districts and the nine conditions stand, counted: what the pictures of the first page are drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.finding import Verdict
from toolkit.rules import Criterion
from workbook.commission.guard import violations
from workbook.commission.settle import Done
from workbook.commission.sheets.column import Desk, Told, table
from workbook.commission.sheets.gaps import tallies
from workbook.commission.table import Column, Kind, Table, Value
from workbook.wording import SHORT

DISTRICTS, CRITERIA, GAPS = "各区", "各项条件", "主要短板"
CITY = "全市"
NAME = "判定统计"
_MOST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line of counts.

    Attributes:
        counts: Verdict → how many.
        met: Criterion → how many clusters meet it; of districts only.
    """

    group: str
    item: str
    counts: Mapping[str, int]
    met: Mapping[str, int] = field(default_factory=dict)


def statistics(desk: Desk) -> Table:
    """判定统计."""
    told: list[Told[Line]] = [
        Told(Column(id="group", heading="分类", width=10), lambda one: one.group),
        Told(Column(id="item", heading="项目", width=32), lambda one: one.item),
        *(Told(_count_column(verdict), _count(verdict)) for verdict in Verdict),
        Told(Column(id="total", heading="合计", kind=Kind.NUMBER, width=7), lambda one: sum(one.counts.values())),
        *(Told(_share_column(one), _share(one)) for one in desk.policy.criteria),
    ]
    intro = f"{headline(desk)}；各区各项条件为“达标集群数/申报集群数”，绿 80%及以上，黄 50%–80%，红 不足50%"
    return table(NAME, intro, told, tuple(lines(desk)), lambda one: f"{one.group}|{one.item}")


def _count_column(verdict: Verdict) -> Column:
    return Column(id=f"n:{verdict.value}", heading=verdict.display, kind=Kind.NUMBER, width=9)


def _count(verdict: Verdict) -> Callable[[Line], Value]:
    return lambda one: one.counts.get(verdict.value) or None


def _share_column(criterion: Criterion) -> Column:
    heading = f"（{criterion.numeral}）{criterion.title}"
    return Column(id=f"c:{criterion.id}", heading=heading, kind=Kind.SHARE, width=10)


def _share(criterion: Criterion) -> Callable[[Line], Value]:
    return lambda one: f"{one.met.get(criterion.id, 0)}/{sum(one.counts.values())}" if one.group == DISTRICTS else None


def headline(desk: Desk) -> str:
    """The whole in one line."""
    done = Counter(receipt.done for receipt in desk.receipts)
    verdicts = Counter(one.filing.verdict for one in desk.clusters)
    told = "，".join(f"{verdict.display} {verdicts[verdict.value]}" for verdict in Verdict if verdicts[verdict.value])
    left = sum(count for what, count in done.items() if what is not Done.ACCEPTED)
    clusters = f"汇总集群 {len(desk.clusters)} 个（{told or '暂无'}）"
    against = len(violations(desk))
    guarded = f"；拟认定不符合条件 {against} 个，见“认定名单”" if against else ""
    return f"收到文件 {len(desk.receipts)} 份，{clusters}，其余文件 {left} 份见“导入日志”{guarded}"


def lines(desk: Desk) -> Iterator[Line]:
    """The districts, the city, the nine conditions, and the rules that are missed most often."""
    districts: dict[str, Counter[str]] = defaultdict(Counter)
    criteria: dict[str, Counter[str]] = defaultdict(Counter)
    met: dict[str, Counter[str]] = defaultdict(Counter)
    for one in desk.clusters:
        district = one.filing.district or "（未填）"
        districts[district][one.filing.verdict] += 1
        for criterion_id, verdict in one.filing.criteria:
            criteria[criterion_id][verdict] += 1
            met[district][criterion_id] += verdict == Verdict.MET
    for district in sorted(districts):
        yield Line(DISTRICTS, district, districts[district], met[district])
    yield Line(DISTRICTS, CITY, sum(districts.values(), Counter()), sum(met.values(), Counter()))
    for criterion in desk.policy.criteria:
        yield Line(CRITERIA, f"（{criterion.numeral}）{criterion.title}", criteria[criterion.id])
    yield from _worst(desk)


def _worst(desk: Desk) -> Iterator[Line]:
    """The rules most clusters fall short of; of equals the earlier clause."""
    short = [verdict.value for verdict in SHORT]
    counted = [(sum(one.counts[verdict] for verdict in short), one) for one in tallies(desk)]
    worst = sorted((pair for pair in counted if pair[0]), key=lambda pair: -pair[0])[:_MOST]
    for _, one in worst:
        yield Line(GAPS, f"{one.rule.id} {one.rule.title}", {verdict: one.counts[verdict] for verdict in short})
