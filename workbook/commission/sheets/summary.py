"""One row for each cluster: who, what came of it, every figure with its cell; and the matrix of all verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from toolkit.fields import FieldKind, split_slot
from toolkit.finding import Verdict
from toolkit.measures.counting import DistinctCount
from toolkit.measures.levels import Amount, EachYear
from toolkit.rules import Rule
from toolkit.threshold import PERCENT
from workbook.commission.filing import Filing, Place
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import DECIMAL, WHOLE, Desk, Told, beside, leads_to, people, source_link, table
from workbook.commission.table import Column, Kind, Table, Value
from workbook.commission.take import figure_names

_TO_OVERLAPS = "internal:'跨集群查重'!A1"
_OPINIONS = ("同意", "不同意", "补正", "待研究")


def summary(desk: Desk, overlaps: Mapping[str, int]) -> Table:
    """申报汇总; ``overlaps`` tells for each cluster by its key in how many things it overlaps with others."""
    counts = [*_counts(), _overlaps(overlaps)]
    told = [*identity(desk), *_standing(), *_peoples(), *_figures(desk), *counts, *_persons(), *_source(desk)]
    intro = "一个集群一行；数据由申报工作簿重新计算，不取自表中公式；点击数值可打开来源工作簿的单元格"
    return table("申报汇总", intro, told, desk.clusters, cluster_key, frozen=4)


def matrix(desk: Desk) -> Table:
    """逐条矩阵."""
    verdicts = [_criterion(number, c.id) for number, c in enumerate(desk.policy.criteria)]
    letters = [_rule(desk, number, rule.id) for number, rule in enumerate(desk.policy.rules)]
    legend = "　".join(f"{verdict.letter} {verdict.label}" for verdict in reversed(Verdict))
    told = [*identity(desk), verdict_column(), *verdicts, *letters]
    return table("逐条矩阵", legend, told, desk.clusters, cluster_key, frozen=3)


def cluster_key(cluster: Cluster) -> str:
    """The key of a row that is about a cluster."""
    return cluster.key


def identity(desk: Desk) -> list[Told[Cluster]]:
    """Who it is: the columns every sheet of clusters begins with."""
    return [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.filing.district),
        Told(
            Column(id="cluster", heading="集群名称", width=32),
            lambda one: one.filing.cluster or one.file,
            lambda one: source_link(desk, one),
        ),
    ]


def verdict_column(*, watched: bool = True) -> Told[Cluster]:
    """The verdict of the machine."""
    column = Column(id="verdict", heading="系统判定", kind=Kind.VERDICT, width=15, watched=watched)
    return Told(column, lambda one: Verdict(one.filing.verdict).display)


def _text(column_id: str, heading: str, width: float, value: Callable[[Filing], Value], **more: bool) -> Told[Cluster]:
    column = Column(id=column_id, heading=heading, width=width, watched=more.get("watched", False))
    return Told(column, lambda one: value(one.filing))


def _standing() -> Iterator[Told[Cluster]]:
    yield verdict_column()
    yield _text("conclusion", "区结论", 10, lambda one: one.conclusion, watched=True)
    yield _text("rank", "区排序", 8, lambda one: one.rank, watched=True)
    yield _text("override", "特别推荐", 24, lambda one: one.override, watched=True)


def _peoples() -> Iterator[Told[Cluster]]:
    yield people("opinion", "市级意见", choices=_OPINIONS)
    yield people("handler", "经办人", width=10)
    yield people("remark", "备注", width=30)


def _figures(desk: Desk) -> Iterator[Told[Cluster]]:
    yield _text("industry", "主导产业", 18, lambda one: one.industry, watched=True)
    yield _text("operator", "运营管理机构", 30, lambda one: one.operator, watched=True)
    code = Column(id="operator_code", heading="统一社会信用代码", kind=Kind.CODE, width=21, watched=True)
    yield Told(code, lambda one: one.filing.operator_code)
    for position, (figure_id, heading) in enumerate(figure_names(desk.policy, desk.season)):
        shown = _number_format(desk, figure_id)
        column = Column(
            id=f"f:{figure_id}", heading=heading, kind=Kind.NUMBER, width=12, watched=True, number_format=shown
        )
        yield Told(column, _figure(position), _figure_link(desk, position))


def _number_format(desk: Desk, figure_id: str) -> str:
    """Whole where only whole numbers are asked or counted, else two decimals, and more beside a threshold."""
    policy, field_id = desk.policy, split_slot(figure_id)[0]
    asked = policy.fields.get(field_id)
    if asked is None:
        rule = policy.rule(figure_id)
        return WHOLE if isinstance(rule.measure, DistinctCount) else _bounded(desk, rule)
    if asked.kind is FieldKind.INTEGER:
        return WHOLE
    return next((_bounded(desk, rule) for rule in policy.rules if _weighs(rule, field_id)), DECIMAL)


def _weighs(rule: Rule, field_id: str) -> bool:
    """Whether a rule holds the figure itself against its threshold, and not what comes of several."""
    return isinstance(rule.measure, EachYear | Amount) and rule.measure.input == field_id


def _bounded(desk: Desk, rule: Rule) -> str:
    threshold = rule.measure.threshold
    if threshold is None:
        return DECIMAL
    return beside(threshold.at(desk.season.reference_date).value * (100 if rule.unit == PERCENT else 1))


def _figure(position: int) -> Callable[[Cluster], Value]:
    return lambda one: one.filing.figures[position].value


def _figure_link(desk: Desk, position: int) -> Callable[[Cluster], str]:
    def link(one: Cluster) -> str:
        figure = one.filing.figures[position]
        return "" if figure.value is None else leads_to(desk, one, figure.place)

    return link


def _counts() -> Iterator[Told[Cluster]]:
    for verdict in Verdict:
        column = Column(
            id=f"n:{verdict.value}", heading=f"{verdict.label}条数", kind=Kind.NUMBER, width=9, watched=True
        )
        yield Told(column, _count(verdict))
    column = Column(id="problems", heading="数据问题", kind=Kind.NUMBER, width=9, watched=True)
    yield Told(column, lambda one: len(one.filing.problems))


def _count(verdict: Verdict) -> Callable[[Cluster], Value]:
    return lambda one: Counter(found.verdict for found in one.filing.findings)[verdict.value]


def _overlaps(counts: Mapping[str, int]) -> Told[Cluster]:
    column = Column(id="overlaps", heading="跨集群重复", kind=Kind.NUMBER, width=9, watched=True)
    return Told(column, lambda one: counts.get(one.key, 0), lambda one: _TO_OVERLAPS if counts.get(one.key) else "")


def _persons() -> Iterator[Told[Cluster]]:
    yield _text("contact", "联系人", 10, lambda one: one.contact)
    phone = Column(id="phone", heading="电话", kind=Kind.CODE, width=14)
    yield Told(phone, lambda one: one.filing.phone)


def _source(desk: Desk) -> Iterator[Told[Cluster]]:
    round_column = Column(id="round", heading="申报轮次", kind=Kind.NUMBER, width=8, watched=True)
    yield Told(round_column, lambda one: one.filing.round)
    yield _text("sealed", "封签", 14, lambda one: one.sealed.label, watched=True)
    yield _text("rules", "规则和模板版本", 20, lambda one: f"{one.policy} / {one.template}")
    yield Told(Column(id="told", heading="来件说明", width=36), lambda one: one.remark)
    source = Column(id="file", heading="来源文件", width=40)
    yield Told(source, lambda one: one.file, lambda one: source_link(desk, one))
    sha = Column(id="sha256", heading="文件指纹", kind=Kind.CODE, width=18, level=1)
    yield Told(sha, lambda one: one.filing.sha256[:16])


# --- the matrix ------------------------------------------------------------------------------------------------


def _criterion(number: int, criterion: str) -> Told[Cluster]:
    column = Column(id=f"c:{criterion}", heading=f"条件{criterion}", kind=Kind.LETTER, width=3, watched=True)
    return Told(column, lambda one: Verdict(one.filing.criteria[number][1]).letter)


def _rule(desk: Desk, number: int, rule: str) -> Told[Cluster]:
    column = Column(id=f"r:{rule}", heading=rule, kind=Kind.LETTER, width=3, watched=True, level=1)

    def link(one: Cluster) -> str:
        return leads_to(desk, one, one.filing.findings[number].place)

    return Told(column, lambda one: Verdict(one.filing.findings[number].verdict).letter, link)


def place_text(place: Place) -> str:
    """A cell as a person looks for it."""
    return f"{place.sheet}!{place.cell}" if place.sheet else ""
