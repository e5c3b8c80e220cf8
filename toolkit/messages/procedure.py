"""What is said of the review by the city: recognition against its guard rails, experts and their scoring workbooks."""

from __future__ import annotations

from toolkit.messages.explanation import WARNING, Stage, say, staged

MESSAGES = staged(
    Stage.REVIEW,
    {
        "W43": say(
            WARNING,
            "拟认定不符合条件",
            "没有硬性未达标、形式审查通过且异议办结，或者写明签批理由和签批人",
            "{count} 个集群：{names}",
            "这些集群不进入“公示名单”；请在“认定名单”表的“检查”列查看原因，补填签批理由和签批人，或者改为不拟认定",
        ),
        "W44": say(
            WARNING,
            "异议未写明集群",
            "写在为该集群备好的行内，或者写明集群名称的异议",
            "“异议登记”表有 {count} 行无法对应到集群",
            "请将这些行的“集群名称”改为与“申报汇总”表一致的名称",
        ),
    },
)
