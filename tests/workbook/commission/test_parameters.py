"""What a season sets is printed with its source, and what it does not set is printed as not set."""

from __future__ import annotations

from decimal import Decimal

from tests.workbook.commission.desks import desk, shown
from toolkit.evaluate import readings_in_force
from toolkit.procedure import Procedure
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.parameters import parameters
from workbook.commission.table import Value


def lines(here: Desk) -> dict[Value, tuple[Value, Value]]:
    return {row["text"]: (row["reading"], row["source"]) for row in shown(parameters(here))}


def test_every_reading_in_force_is_told() -> None:
    here = desk()
    told, chosen = lines(here), readings_in_force(here.policy, here.season)
    assert all(told[one.text] == (chosen[one.id], one.source) for one in here.policy.parameters)


def test_what_nobody_set_is_not_set() -> None:
    told = lines(desk())
    names = ("各区推荐名额", "公示天数", "实地抽查数量", "专家评分权重")
    assert {told[name] for name in names} == {("未设定", "办法未作规定，由当年通知设定")}


def test_what_the_notice_sets_is_told_with_it() -> None:
    rules = Procedure(
        source="通知第三条", quotas={"每区": 2, "崇明区": 1}, notice_days=7, weights={"6.2": Decimal("0.5")}
    )
    told = lines(desk(procedure=rules, sample="10%", seed="摇号"))
    assert told["各区推荐名额"] == ("每区 2 个，崇明区 1 个", "通知第三条")
    assert [told[name][0] for name in ("公示天数", "实地抽查数量", "抽样种子")] == ["不少于 7 天", "10%", "摇号"]
    assert told["专家评分权重"] == ("核心竞争力 0.5", "通知第三条")
