"""What is said of the review by the city: recognition against its guard rails, experts and their scoring workbooks."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, WARNING, Stage, say, staged

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
        "W45": say(
            ERROR,
            "评分无法识别",
            "0 至 {top} 的数值，或者空白",
            "{cluster}：{found}",
            "该项评分不计；请专家改为数值后重新交回，不要带“分”等文字，也不要用公式",
        ),
        "W46": say(
            ERROR,
            "回避标注无法识别",
            "“回避”，或者空白",
            "{cluster}：{found}",
            "无法确定是否回避，本行评分暂不计；请专家从列表中选择后重新交回",
        ),
        "W47": say(
            ERROR,
            "评审表无法识别",
            "由本工具生成、结构未改动的专家评审表",
            "{reason}",
            "请专家在原评审表中填写后重新交回；原表已损坏的，请重新生成",
        ),
        "W48": say(
            ERROR,
            "专家名单有误",
            "含“姓名”一列的 .xlsx 或 .csv，可另有“单位”“回避集群”两列",
            "{reason}",
            "请更正名单后重试；回避集群的名称应与总表一致，多个之间用顿号隔开",
        ),
        "W49": say(
            ERROR,
            "没有可评审的集群",
            "至少一个通过形式审查的集群",
            "总表“形式审查”表中没有结论为“通过”的集群",
            "请先填写审查结论；确需在形式审查前评审的，请加 --all",
        ),
        "W50": say(
            WARNING,
            "专家评审表有问题",
            "评分和回避标注都能识别的评审表",
            "{count} 处：{names}",
            "这些评分不计；请在“专家意见”表查看位置，请专家改正后重新交回",
        ),
        "W51": say(
            ERROR,
            "这是专家评审表",
            "申报工作簿",
            "专家评审表",
            "评审表放入收件文件夹，由 jiqun collect 汇总；不参加校验和规则比较",
        ),
    },
)
