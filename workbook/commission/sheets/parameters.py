"""How the text was read this year, and what the notice sets for the review by the city, with their sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from toolkit.evaluate import readings_in_force
from toolkit.rules import Parameter
from workbook.commission.sheets.column import Desk, Told, people, table
from workbook.commission.table import Column, Table

_NOT_SET = "未设定"
_SET_BY_NOTICE = "办法未作规定，由当年通知设定"


class _Line(NamedTuple):
    """One parameter in words."""

    key: str
    number: str | int
    text: str
    reading: str
    others: str
    source: str


def parameters(desk: Desk) -> Table:
    """口径与参数."""
    told: list[Told[_Line]] = [
        Told(Column(id="number", heading="编号", width=6), lambda one: one.number),
        Told(Column(id="text", heading="条文", width=34), lambda one: one.text),
        Told(Column(id="reading", heading="采用口径", width=34, watched=True), lambda one: one.reading),
        Told(Column(id="others", heading="其他读法", width=34), lambda one: one.others),
        Told(Column(id="source", heading="来源", width=40), lambda one: one.source),
        people("remark", "备注", width=24),
    ]
    intro = "条文有多种读法的，本年度采用的口径；评审各环节的参数在后"
    return table("口径与参数", intro, told, (*_readings(desk), *_procedure(desk)), lambda one: one.key)


def _readings(desk: Desk) -> Iterator[_Line]:
    chosen = readings_in_force(desk.policy, desk.season)
    for one in desk.policy.parameters:
        yield _Line(one.id, one.number, one.text, chosen[one.id], _others(one, chosen[one.id]), one.source)


def _others(one: Parameter, chosen: str) -> str:
    offered = [reading.label for reading in one.readings if reading.label != chosen]
    return "；".join([*offered, *filter(None, [one.considered])])


def _procedure(desk: Desk) -> Iterator[_Line]:
    """What no text sets: told with its source where a notice does, and as not set where none does."""
    rules = desk.season.procedure
    named = {criterion.id: criterion.title for criterion in desk.policy.criteria}
    quotas = "，".join(f"{district} {count} 个" for district, count in rules.quotas.items())
    weights = "，".join(f"{named[one]} {weight:f}" for one, weight in rules.weights_for(named).items())
    days = "" if rules.notice_days is None else f"不少于 {rules.notice_days} 天"
    outliers = f"相差不少于 {rules.outlier_points:f} 分，且超过其他专家标准差的 {rules.outlier_deviations:f} 倍"
    for key, text, reading in (
        ("quotas", "各区推荐名额", quotas),
        ("notice_days", "公示天数", days),
        ("sample", "实地抽查数量", desk.sample),
        ("seed", "抽样种子", desk.seed),
        ("weights", "专家评分权重", weights),
        ("outliers", "专家离群评分的提示", outliers),
    ):
        yield _Line(f"procedure:{key}", "", text, reading or _NOT_SET, "", rules.source or _SET_BY_NOTICE)
