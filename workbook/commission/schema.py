"""What stands in the dataset: every table and column told once, with its type, its words and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum, unique
from itertools import groupby
from typing import Any, Final, NamedTuple

from toolkit.finding import Verdict
from toolkit.policy import Policy
from toolkit.rules import Criterion, Rule
from toolkit.season import Season
from workbook.commission.filing import Figure, Firm, Judged, Place, Trouble
from workbook.commission.settle import Cluster
from workbook.commission.take import figure_names

VERSION: Final = 1
"""Raised when a column changes its meaning or goes; a dataset of another version is not mixed with this one."""


@unique
class Type(StrEnum):
    """What a column holds."""

    STRING = "string"
    INTEGER = "int64"
    DOUBLE = "double"
    BOOLEAN = "bool"
    DATE = "date32"
    TIMESTAMP = "timestamp[us, UTC]"


class Source(NamedTuple):
    """What every row is taken from: a cluster, and one thing of it that stands in a cell."""

    cluster: Cluster
    thing: Any = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type, what it says in both languages, and how it is got."""

    name: str
    type: Type
    chinese: str
    english: str
    value: Callable[[Source], object]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the dataset."""

    name: str
    chinese: str
    english: str
    columns: tuple[Column, ...]
    rows: Callable[[Cluster], Iterable[Source]]


def by_district(clusters: Sequence[Cluster]) -> Iterator[tuple[str, list[Cluster]]]:
    """The clusters of each district, in their order."""
    for district, some in groupby(clusters, lambda one: one.filing.district):
        yield district, list(some)


# --- where a row comes from ------------------------------------------------------------------------------------

_SOURCE: Final = (
    Column("cluster_key", Type.STRING, "集群的稳定标识", "stable key of the cluster", lambda one: one.cluster.key),
    Column("cluster", Type.STRING, "集群名称", "name of the cluster", lambda one: one.cluster.filing.cluster),
    Column("policy", Type.STRING, "规则包", "policy pack", lambda one: one.cluster.filing.policy),
    Column("template", Type.STRING, "规则和模板版本", "version of policy and template", lambda one: one.cluster.filing.template),
    Column("round", Type.INTEGER, "申报轮次", "round of submission", lambda one: one.cluster.filing.round),
    Column("file", Type.STRING, "来源文件，自收件文件夹起", "source file, below the inbox", lambda one: one.cluster.file),
    Column("sha256", Type.STRING, "来源文件的指纹，即 archive 中的文件名", "fingerprint of the source file, its name in the archive", lambda one: one.cluster.filing.sha256),
)  # fmt: skip
_PLACE: Final = (
    Column("sheet", Type.STRING, "来源工作表", "source sheet", lambda one: one.place.sheet),
    Column("cell", Type.STRING, "来源单元格", "source cell", lambda one: one.place.cell),
)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime | None:
    """When a file says it was saved; None where it says nothing that can be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of(name: str) -> Callable[[Source], object]:
    """An attribute of the thing."""
    return lambda one: getattr(one.thing, name)


def _filed(name: str) -> Callable[[Source], object]:
    """An attribute of the filing."""
    return lambda one: getattr(one.cluster.filing, name)


def _count(verdict: Verdict) -> Callable[[Source], object]:
    return lambda one: Counter(found.verdict for found in one.cluster.filing.findings)[verdict.value]


# --- the tables ------------------------------------------------------------------------------------------------


def _clusters() -> Table:
    columns = (
        *_SOURCE,
        Column("industry", Type.STRING, "主导产业", "main industry", _filed("industry")),
        Column("operator", Type.STRING, "运营管理机构", "operator", _filed("operator")),
        Column("operator_code", Type.STRING, "其统一社会信用代码", "its unified social credit code", _filed("operator_code")),
        Column("verdict", Type.STRING, "系统总体判定", "verdict on the whole", _filed("verdict")),
        *(
            Column(f"rules_{verdict.value}", Type.INTEGER, f"{verdict.label}的规则条数", f"rules that are {verdict.value}", _count(verdict))
            for verdict in Verdict
        ),
        Column("problems", Type.INTEGER, "数据问题数", "problems of the data", lambda one: len(one.cluster.filing.problems)),
        Column("enterprises", Type.INTEGER, "名录企业数", "enterprises on the roster", lambda one: len(one.cluster.filing.firms)),
        Column("conclusion", Type.STRING, "区初审结论", "conclusion of the district", _filed("conclusion")),
        Column("rank", Type.STRING, "区推荐排序", "rank given by the district", _filed("rank")),
        Column("special", Type.BOOLEAN, "是否特别推荐", "recommended in spite of a failure", lambda one: bool(one.cluster.filing.override)),
        Column("received_on", Type.DATE, "区受理日期", "received by the district", lambda one: _day(one.cluster.filing.received_on)),
        Column("reviewed_on", Type.DATE, "区初审日期", "reviewed by the district", lambda one: _day(one.cluster.filing.reviewed_on)),
        Column("seal", Type.STRING, "封签：none、unverified、holds、broken", "state of the district's seal", lambda one: one.cluster.filing.sealed.value),
        Column("changed", Type.BOOLEAN, "自检后是否有改动", "changed after the last check", _filed("changed")),
        Column("saved_at", Type.TIMESTAMP, "工作簿自述的保存时间", "saved at, as the workbook says", lambda one: _moment(one.cluster.filing.written)),
        Column("remark", Type.STRING, "来件说明", "remark on how the file was chosen", lambda one: one.cluster.remark),
    )  # fmt: skip
    return Table("clusters", "集群，一个一行", "one row for each cluster", columns, lambda cluster: [Source(cluster)])


class _Found(NamedTuple):
    """A finding and its rule; both None where the workbook's version has a rule the present one lacks."""

    judged: Judged
    criterion: Criterion | None
    rule: Rule | None


def _findings(policy: Policy, season: Season) -> Table:
    known = {rule.id: (criterion, rule) for criterion in policy.criteria for rule in criterion.rules}

    def rows(cluster: Cluster) -> Iterator[Source]:
        for judged in cluster.filing.findings:
            yield Source(cluster, _Found(judged, *known.get(judged.rule, (None, None))), judged.place)

    def judged(name: str) -> Callable[[Source], object]:
        return lambda one: getattr(one.thing.judged, name)

    def ruled(value: Callable[[Rule], object]) -> Callable[[Source], object]:
        return lambda one: value(one.thing.rule) if one.thing.rule else None

    day = season.reference_date
    columns = (
        *_SOURCE,
        Column("criterion", Type.STRING, "条件编号", "criterion", lambda one: one.thing.criterion.id if one.thing.criterion else None),
        Column("rule", Type.STRING, "规则编号", "rule", judged("rule")),
        Column("title", Type.STRING, "规则名称", "title of the rule", ruled(lambda rule: rule.title)),
        Column("force", Type.STRING, "规则效力", "force of the rule", ruled(lambda rule: rule.force.value)),
        Column("clause", Type.STRING, "依据", "clause", ruled(lambda rule: rule.clause)),
        Column("requirement", Type.STRING, "要求", "requirement", ruled(lambda rule: rule.requirement_on(day))),
        Column("verdict", Type.STRING, "判定", "verdict", judged("verdict")),
        Column("value", Type.DOUBLE, "实际数值，比例以百分数计", "figure measured, shares in per cent", judged("value")),
        Column("bound", Type.DOUBLE, "门槛，单位同上", "threshold, in the same unit", judged("bound")),
        Column("unit", Type.STRING, "单位", "unit", ruled(lambda rule: rule.unit)),
        Column("shown", Type.STRING, "实际，文字", "figure in words", judged("shown")),
        Column("gap", Type.STRING, "差额，文字", "shortfall in words", judged("gap")),
        Column("sensitive", Type.BOOLEAN, "是否口径敏感", "another reading would decide otherwise", judged("sensitive")),
        Column("by_district", Type.BOOLEAN, "是否由区初审判定", "decided by the district", lambda one: bool(one.thing.judged.decided_by)),
        *_PLACE,
    )  # fmt: skip
    told = ("逐条判定；达标和不适用的不记单元格", "one row for each rule; what is met or not asked names no cell")
    return Table("findings", *told, columns, rows)


def _figures(policy: Policy, season: Season) -> Table:
    names = [figure_id for figure_id, _ in figure_names(policy, season)]

    def rows(cluster: Cluster) -> Iterator[Source]:
        for figure_id, figure in zip(names, cluster.filing.figures, strict=True):
            yield Source(cluster, (figure_id, figure), figure.place)

    def value(one: Source) -> Figure:
        figure: Figure = one.thing[1]
        return figure

    columns = (
        *_SOURCE,
        Column("figure", Type.STRING, "指标编号", "figure", lambda one: one.thing[0]),
        Column("name", Type.STRING, "指标名称和单位", "name and unit", lambda one: value(one).name),
        Column("value", Type.DOUBLE, "数值，比例以百分数计", "number, shares in per cent", lambda one: _number(value(one).value)),
        Column("text", Type.STRING, "文字，非单一数值的指标", "words, of a figure that is no single number", lambda one: _words(value(one).value)),
        *_PLACE,
    )  # fmt: skip
    return Table("figures", "主要指标", "key figures, one row each", columns, rows)


def _number(value: float | str | None) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _words(value: float | str | None) -> str | None:
    return value if isinstance(value, str) else None


def _enterprises() -> Table:
    def rows(cluster: Cluster) -> Iterator[Source]:
        firm: Firm
        for firm in cluster.filing.firms:
            yield Source(cluster, firm, firm.place)

    columns = (
        *_SOURCE,
        Column("code", Type.STRING, "统一社会信用代码", "unified social credit code", _of("code")),
        Column("name", Type.STRING, "企业名称", "name", _of("name")),
        Column("registered", Type.STRING, "注册区", "district of registration", _of("registered")),
        Column("size", Type.STRING, "企业划型", "size class", _of("size")),
        Column("main", Type.STRING, "是否主导产业", "of the main industry", _of("main")),
        Column("output", Type.DOUBLE, "上一年度产值，万元", "output of the last year, 10,000 yuan", _of("output")),
        *_PLACE,
    )
    return Table("enterprises", "名录企业", "enterprises on the rosters", columns, rows)


def _problems() -> Table:
    def rows(cluster: Cluster) -> Iterator[Source]:
        trouble: Trouble
        for trouble in cluster.filing.problems:
            yield Source(cluster, trouble, trouble.place)

    columns = (
        *_SOURCE,
        Column("code", Type.STRING, "问题代码", "code of the message", _of("code")),
        Column("severity", Type.STRING, "级别", "severity", _of("severity")),
        Column("title", Type.STRING, "问题", "title", _of("title")),
        *_PLACE,
    )
    told = (
        "数据问题；原文可能含个人信息，请按单元格查看",
        "problems of the data; what was typed may be personal and is not repeated",
    )
    return Table("problems", *told, columns, rows)


def tables(policy: Policy, season: Season) -> tuple[Table, ...]:
    """The whole dataset."""
    return _clusters(), _findings(policy, season), _figures(policy, season), _enterprises(), _problems()


def page(policy: Policy, season: Season) -> Iterator[str]:
    """The documentation, as Markdown lines."""
    yield from _INTRODUCTION
    for table in tables(policy, season):
        yield from ("", f"## {table.name}", "", f"{table.chinese} / {table.english}", "")
        yield from ("| 列 column | 类型 type | 含义 | meaning |", "|---|---|---|---|")
        for column in table.columns:
            yield f"| `{column.name}` | {column.type} | {column.chinese} | {column.english} |"


_INTRODUCTION: Final = (
    "# 数据集 / The dataset",
    "",
    "`jiqun collect 收件 -o 总表.xlsx --dataset 数据集` 另写一份 Parquet 数据集，供统计分析。本页由 `python3 dev.py texts` 生成，请勿手工修改。",
    "",
    "`--dataset DIR` also writes the collection as Parquet, for analysis. This page is generated; do not edit it.",
    "",
    "- 目录 layout：`表/season=年度/district=推荐区/part-00000.parquet`（Hive 分区）。`season`、`district` 由目录名给出，均为文字，没有推荐区的写“（未填）” / are in the path, both text.",
    "- 每行带来源文件指纹、轮次、版本；有单元格的并带工作表和单元格 / every row names file, round and version, and where it has one its cell.",
    "- 没有填报的为空值，不作零 / what was not stated is null, never zero.",
    "- 不含联系人、电话、初审人等个人信息 / no contact, phone, reviewer or other personal data.",
    "- 同样的收件得到逐字节相同的数据集；重写时整体替换，其他年度保留 / same inbox, same bytes; replaced as a whole, other seasons stay.",
    f"- 格式版本 version of the format：{VERSION}，见 / in `_dataset.json`",
    "",
    "```python",
    "import duckdb",
    "import pandas",
    "",
    'pandas.read_parquet("数据集/findings")',
    'duckdb.sql("""select district, verdict, count(*) from read_parquet(\'数据集/clusters/**/*.parquet\',',
    "    hive_partitioning = true, hive_types = {'season': varchar, 'district': varchar}) group by all\"\"\")",
    "```",
)
