"""The public notice: the list as it goes out, when and where it stood, and every objection raised against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workbook.commission.decisions import (
    DISMISSED,
    NOTICE,
    OBJECTIONS,
    PENDING,
    UPHELD,
    Proposal,
    objection_key,
    prepared,
)
from workbook.commission.guard import Standing, allowed, proposed, standings
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, people, people_day, table
from workbook.commission.sheets.summary import cluster_key, identity
from workbook.commission.table import Column, Kind, Table
from workbook.commission.words import day_of

PUBLISHED = "公示名单"
_OBJECTORS = ("单位（实名）", "个人（实名）", "匿名")


def published(desk: Desk) -> Table:
    """公示名单: what goes out, and so nothing of any person."""
    listed = allowed(desk)
    numbers = {one.key: number for number, one in enumerate(listed, start=1)}
    told: list[Told[Cluster]] = [
        Told(Column(id="number", heading="序号", kind=Kind.NUMBER, width=7), lambda one: numbers[one.key]),
        Told(Column(id="district", heading="推荐区", width=14), lambda one: one.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=46), lambda one: one.filing.cluster),
        Told(Column(id="industry", heading="主导产业", width=24), lambda one: one.filing.industry),
        Told(Column(id="operator", heading="运营管理机构", width=42), lambda one: one.filing.operator),
    ]
    intro = "“认定名单”中拟认定且检查为 ✓ 的集群，可直接用于公示；不含个人信息"
    return table(PUBLISHED, intro, told, listed, cluster_key, published=True)


# --- dates and channel -----------------------------------------------------------------------------------------


def notices(desk: Desk) -> Table:
    """公示与异议."""
    concerned = tuple(_concerned(desk))
    known = standings(desk, concerned)
    proposals = {one.key: proposal for one, proposal in proposed(desk)}
    told: list[Told[Cluster]] = [
        *identity(desk),
        Told(
            Column(id="state", heading="公示状态", kind=Kind.VERDICT, width=16),
            lambda one: _state(known[one.key], proposals.get(one.key)),
        ),
        people_day("notice_from", "公示起始日"),
        people_day("notice_to", "公示截止日"),
        people("channel", "公示渠道（网址）", width=36),
        Told(Column(id="days", heading="公示期", kind=Kind.VERDICT, width=26), lambda one: _days(desk, one)),
        Told(
            Column(id="raised", heading="异议（件）", kind=Kind.NUMBER, width=9),
            lambda one: len(known[one.key].objections),
        ),
        Told(
            Column(id="open", heading="未办结（件）", kind=Kind.NUMBER, width=9),
            lambda one: known[one.key].open or None,
        ),
        people("remark", "备注", width=30),
    ]
    least = desk.season.procedure.notice_days
    rule = (
        f"本年度公示不少于 {least} 天（{desk.season.procedure.source}）"
        if least
        else "办法未规定公示天数，本年度也未设定"
    )
    intro = f"拟认定的集群逐个登记公示日期和渠道；异议在“{OBJECTIONS}”登记；{rule}"
    return table(NOTICE, intro, told, concerned, cluster_key)


def _concerned(desk: Desk) -> Iterator[Cluster]:
    """The clusters that are proposed, and those of which something is written already."""
    wanted = {one.key for one, _ in proposed(desk)} | set(desk.words.get(NOTICE, {})) | set(prepared(desk.words))
    return (one for one in desk.clusters if one.key in wanted)


def _state(standing: Standing, proposal: Proposal | None) -> str:
    if proposal is None:
        return "— 未拟认定"
    if standing.allows(proposal):
        return "✓ 列入公示名单"
    return "✗ 异议核查中，暂缓" if standing.only_disputed else "✗ 不得公示"


def _days(desk: Desk, one: Cluster) -> str:
    said = desk.said(NOTICE, one.key)
    first, last = day_of(said.get("notice_from")), day_of(said.get("notice_to"))
    if first is None or last is None:
        return "◇ 起止日期未填"
    days, least = (last - first).days + 1, desk.season.procedure.notice_days
    if days < 1:
        return "✗ 截止日早于起始日"
    if least is None:
        return f"— {days} 天（最少天数未设定）"
    return f"✓ {days} 天" if days >= least else f"✗ {days} 天，少于 {least} 天"


# --- objections ------------------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A row to write an objection into."""

    cluster: Cluster
    number: int


def objections(desk: Desk) -> Table:
    """异议登记: numbered rows for each cluster that is proposed, always one more than are filled in."""
    told: list[Told[_Line]] = [
        Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district),
        Told(Column(id="cluster", heading="集群名称", width=32), lambda one: one.cluster.filing.cluster),
        Told(Column(id="number", heading="序号", kind=Kind.NUMBER, width=7), lambda one: one.number),
        people_day("raised_on", "异议日期"),
        people("objector", "异议人类型", width=14, choices=_OBJECTORS),
        people("objection", "异议内容", width=40),
        people("inquiry", "核查情况", width=40),
        people("conclusion", "结论", width=10, choices=(UPHELD, DISMISSED, PENDING)),
        people("remark", "备注", width=24),
    ]
    intro = (
        "每个拟认定的集群备有空行，一件一行；写满后再汇总一次即有新的空行。也可在表末自加行，请写明集群名称。"
        "结论为“成立”“不成立”的算办结；异议人姓名、证件、联系方式请勿写入"
    )
    return table(OBJECTIONS, intro, told, _lines(desk), _objection, extensible=True)


def _objection(one: _Line) -> str:
    return objection_key(one.cluster.key, one.number)


def _lines(desk: Desk) -> Iterator[_Line]:
    filled = prepared(desk.words)
    for one in _concerned(desk):
        for number in range(1, filled.get(one.key, 0) + 2):
            yield _Line(one, number)
