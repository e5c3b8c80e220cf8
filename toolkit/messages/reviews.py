"""What is said of the district's review: what still stands in the way of the conclusion she has chosen."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, WARNING, Stage, say, staged

MESSAGES = staged(
    Stage.REVIEW,
    {
        "R1": say(ERROR, "未选初审结论", "推荐、不推荐或者退回补正", "空白", "请选择“{label}”"),
        "R2": say(
            ERROR,
            "区判定未填",
            "规则 {rule}（{title}）的区判定",
            "空白，系统判定为{verdict}",
            "请审阅后选择；要申报单位补正的选“需补正”",
        ),
        "R3": say(
            ERROR,
            "区判定未写意见",
            "与系统判定一致，或者写明意见",
            "规则 {rule}（{title}）系统判定为{verdict}，区判定为“{decision}”",
            "请在同行“意见”中写明依据或者要求",
        ),
        "R4": say(
            ERROR,
            "未达标而予推荐",
            "没有未达标和数据缺失的规则，或者填齐特别推荐理由、批准人和批准日期",
            "{found}",
            "请改选结论；确需特别推荐的，填齐上述各项，随申报材料报市",
        ),
        "R5": say(
            ERROR,
            "一票否决项未达标",
            "推荐的集群没有一票否决事项",
            "{found}",
            "不适用特别推荐；请改选结论，与区核查情况不符的请更正“区核查”",
        ),
        "R6": say(
            ERROR,
            "尚有必须改正的数据问题",
            "推荐前全部改正",
            "{count} 条：{found}",
            "请退回补正，逐条见“数据问题”表",
        ),
        "R7": say(
            ERROR,
            "推荐与区判定矛盾",
            "推荐的集群没有“需补正”和与系统判定相反的“不符合”",
            "规则 {rule}（{title}）区判定为“{decision}”",
            "请更正区判定，或者改选结论",
        ),
        "R8": say(ERROR, "未写推荐意见或理由", "{expected}", "空白", "请填写“{label}”"),
        "R9": say(WARNING, "推荐意见字数不合适", "300—500字", "{count} 字", "请精简或补充"),
        "R10": say(
            ERROR,
            "推荐意见仍为系统草拟",
            "经核改的意见",
            "以“{marker}”开头",
            "草拟内容只列事实；请核改、写明初审意见，并删去开头的标记",
        ),
        "R11": say(ERROR, "推荐排序有误", "写作 1/3，名次不大于推荐总数", "{found}", "请按本区推荐名单填写“{label}”"),
        "R12": say(ERROR, "工作表未审阅", "“{sheet}”已审阅", "{found}", "请审阅后在“审阅记录”中选“是”"),
        "R13": say(
            ERROR,
            "佐证未核验",
            "规则 {rule}（{title}）的佐证核验",
            "空白",
            "请核验后选择；不需要佐证的选“无需佐证”",
        ),
        "R14": say(ERROR, "佐证材料未核验", "每份材料的“{label}”", "{count} 份空白", "请逐份核验后选择"),
        "R15": say(
            ERROR,
            "佐证存疑或未提供",
            "推荐的集群佐证已核验无疑",
            "{what}为“{found}”",
            "请核实后更正，或者退回补正",
        ),
        "R16": say(
            ERROR,
            "第（一）项未核查",
            "规则 {rule}（{title}）的区核查结果",
            "{found}",
            "请向有关部门查询后选择“未发现”或“发现”",
        ),
        "R17": say(ERROR, "签署不全", "“{label}”", "空白或无法识别", "请填写；没有经办人和初审日期的，区判定不计入"),
        "R18": say(ERROR, "日期先后颠倒", "{second}不早于{first}（{before}）", "{found}", "请核对两个日期"),
        "R19": say(
            WARNING,
            "逾期收到",
            "不晚于区截止日期（{deadline}）",
            "{found} 收到，逾期 {days} 天",
            "请按通知办理；仍予受理的在意见中说明",
        ),
        "R20": say(
            ERROR,
            "没有需补正的事项",
            "至少一项：必须改正的数据问题、“需补正”的规则、存疑或未提供的佐证",
            "没有",
            "请标出需补正的规则并写明意见，或者改选结论",
        ),
        "R22": say(WARNING, "日期晚于今天", "不晚于今天（{today}）", "{label}为 {found}", "请核对年份和日期"),
        "R21": say(ERROR, "结论与办理事项不符", "{expected}", "{found}", "{hint}"),
    },
)
