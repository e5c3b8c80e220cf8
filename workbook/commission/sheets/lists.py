"""The long lists: every problem of the data, every enterprise of every roster, every file that came in."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import accumulate
from typing import Final, NamedTuple

from toolkit.messages import Severity
from workbook.area import quoted
from workbook.commission.filing import Trouble
from workbook.commission.moving import place_of
from workbook.commission.settle import Cluster, Receipt
from workbook.commission.sheets.column import DECIMAL, WHOLE, Desk, Told, distinct, leads_to, people, table
from workbook.commission.sheets.summary import place_text
from workbook.commission.table import Column, Kind, Row, Table

FIRMS: Final = "企业总名录"
REGISTER: Final = "企业总名录索引"
_VISIBLE: Final = "C"
"""The first column that can be seen."""


class _Found(NamedTuple):
    key: str
    cluster: Cluster
    trouble: Trouble


def problems(desk: Desk) -> Table:
    """数据问题."""
    found = [(cluster, trouble) for cluster in desk.clusters for trouble in cluster.filing.problems]
    keys = distinct(f"{cluster.key}|{trouble.code}|{place_text(trouble.place)}" for cluster, trouble in found)
    items = [_Found(key, *pair) for key, pair in zip(keys, found, strict=True)]
    intro = "各申报工作簿中的数据问题，点击位置可打开来源单元格"
    return table("数据问题", intro, _problem_columns(desk), items, lambda one: one.key)


def _problem_columns(desk: Desk) -> list[Told[_Found]]:
    def link(one: _Found) -> str:
        return leads_to(desk, one.cluster, one.trouble.place)

    return [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=32), lambda one: one.cluster.filing.cluster),
        Told(Column(id="severity", heading="级别", kind=Kind.SEVERITY, width=12), _severity),
        Told(Column(id="code", heading="代码", width=7), lambda one: one.trouble.code),
        Told(Column(id="title", heading="问题", width=28), lambda one: one.trouble.title),
        Told(Column(id="place", heading="位置", width=26), lambda one: place_text(one.trouble.place), link),
        Told(Column(id="expected", heading="应为", width=34), lambda one: one.trouble.expected),
        Told(Column(id="found", heading="实为", width=30, watched=True), lambda one: one.trouble.found),
        Told(Column(id="hint", heading="怎样改正", width=44), lambda one: one.trouble.hint),
        people("handling", "处理情况", width=20),
        people("remark", "备注", width=24),
    ]


def _severity(one: _Found) -> str:
    return Severity(one.trouble.severity).display


# --- enterprises -----------------------------------------------------------------------------------------------


def firms(desk: Desk) -> Table:
    """企业总名录; its rows are made as they are written, for there may be more than a sheet holds."""
    columns = (
        Column(id="code", heading="统一社会信用代码", kind=Kind.CODE, width=21),
        Column(id="name", heading="企业名称", width=34),
        Column(id="district", heading="推荐区", width=10),
        Column(id="cluster", heading="集群名称", width=32),
        Column(id="registered", heading="注册区", width=10),
        Column(id="size", heading="企业划型", width=9),
        Column(id="main", heading="主导产业", width=9),
        Column(id="output", heading="产值（万元）", kind=Kind.NUMBER, width=14, number_format=DECIMAL),
        Column(id="place", heading="位置", width=18),
        people("remark", "备注", width=24).column,
    )
    intro = "各集群企业名录的合并；同一企业可见于不同集群，见“跨集群查重”"
    if desk.annex:
        intro += f"。名录校验码 {stamp(desk)}，与总表“{REGISTER}”所载相同的，出自同一次汇总"
    return Table(name=FIRMS, intro=intro, columns=columns, rows=_Firms(desk), frozen=2)


class _Firms:
    """Every enterprise, cluster by cluster; can be gone through again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __iter__(self) -> Iterator[Row]:
        for cluster in self._desk.clusters:
            filing = cluster.filing
            roster = filing.firms
            keys = distinct(f"{cluster.key}|{firm.code or firm.name}" for firm in roster)
            for key, firm in zip(keys, roster, strict=True):
                told = (firm.code, firm.name, filing.district, filing.cluster, firm.registered, firm.size, firm.main)
                yield Row(key, (*told, firm.output, place_text(firm.place), None))


class _Roster(NamedTuple):
    """The enterprises of a cluster in short.

    Attributes:
        first: The number of the first one in the whole list, from 0.
    """

    cluster: Cluster
    first: int
    firms: int
    output: float


def register(desk: Desk) -> Table:
    """企业总名录索引: what the master says of the enterprises where their list lies in the annex."""
    intro = (
        f"企业较多，“{FIRMS}”另存于同一文件夹的“{desk.annex}”，其中的填写同样保留；点击“名录位置”可打开。"
        f"名录校验码 {stamp(desk)}，与另册所载相同的，出自同一次汇总"
    )
    return table(REGISTER, intro, _register_columns(desk), _rosters(desk), lambda one: one.cluster.key)


def _register_columns(desk: Desk) -> list[Told[_Roster]]:
    def place(one: _Roster) -> str:
        sheet, row = place_of(FIRMS, one.first)
        return f"{sheet}!{_VISIBLE}{row}" if one.firms else ""

    def link(one: _Roster) -> str:
        sheet, row = place_of(FIRMS, one.first)
        return f"external:{desk.annex.replace('#', '%23')}#{quoted(sheet)}!{_VISIBLE}{row}"

    return [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=40), lambda one: one.cluster.filing.cluster),
        Told(
            Column(id="count", heading="名录企业（家）", kind=Kind.NUMBER, width=14, number_format=WHOLE),
            lambda one: one.firms,
        ),
        Told(
            Column(id="output", heading="产值合计（万元）", kind=Kind.NUMBER, width=18, number_format=DECIMAL),
            lambda one: one.output,
        ),
        Told(Column(id="place", heading="名录位置", width=24), place, link),
        people("remark", "备注", width=30),
    ]


def _rosters(desk: Desk) -> Iterator[_Roster]:
    firms = [cluster.filing.firms for cluster in desk.clusters]
    starts = accumulate(map(len, firms), initial=0)
    for cluster, roster, first in zip(desk.clusters, firms, starts, strict=False):
        yield _Roster(cluster, first, len(roster), round(sum(one.output or 0 for one in roster), 2))


def stamp(desk: Desk) -> str:
    """By which a list and what is said of it elsewhere are seen to belong together."""
    digest = sha256()
    for cluster in desk.clusters:
        filing = cluster.filing
        digest.update(f"{cluster.key}\n{filing.district}\n{filing.cluster}\n".encode("utf-8", "surrogatepass"))
        digest.update(bytes(filing.enterprises))
    told = digest.hexdigest().upper()
    return f"{told[:4]}-{told[4:8]}"


# --- the log, and what was decided before ----------------------------------------------------------------------


def log(desk: Desk) -> Table:
    """导入日志."""
    told = [*receipt_columns(), people("remark", "备注", width=24)]
    intro = "每份文件的处理结果；未汇总的写明原因。收到的原件按指纹存于 archive 文件夹，不作改动"
    return table("导入日志", intro, told, desk.receipts, lambda one: one.file, frozen=1)


def receipt_columns() -> list[Told[Receipt]]:
    """What is told of a file."""
    return [
        Told(Column(id="file", heading="文件", width=44), lambda one: one.file),
        Told(Column(id="done", heading="处理", width=10), lambda one: one.done.value),
        Told(Column(id="reason", heading="说明", width=60), lambda one: one.reason),
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.district),
        Told(Column(id="cluster", heading="集群名称", width=32), lambda one: one.cluster),
        Told(Column(id="round", heading="申报轮次", kind=Kind.NUMBER, width=8), lambda one: one.round),
        Told(Column(id="sealed", heading="封签", width=14), lambda one: one.sealed),
        Told(Column(id="sha256", heading="文件指纹（SHA-256）", kind=Kind.CODE, width=68), lambda one: one.sha256),
    ]
