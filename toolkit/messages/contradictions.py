"""What is said of values held against each other: whether they agree, and whether they are likely."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, WARNING, Stage, say, staged

MESSAGES = {
    **staged(
        Stage.CONSISTENCY,
        {
            "X1": say(ERROR, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值和单位"),
            "X2": say(ERROR, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值"),
            "X3": say(
                ERROR,
                "名录合计与总数不符",
                "{whole}与“{table}”相应各行合计{bound}",
                "{whole}为 {stated}，名录{summed}，{rate}",
                "请核对名录各行与总数的数值和单位",
            ),
            "X4": say(
                ERROR,
                "资质已过有效期",
                "{label}不早于评价基准日（{day}）",
                "{found}",
                "请更换为有效期内的证书；已失效的请删除该行",
            ),
            "X8": say(ERROR, "企业重复", "每家企业只列一行", "{found}，与第 {other} 行重复", "请合并或删除重复行"),
            "X11": say(
                ERROR, "两处填写不一致", "与{other}（{first}）相同", "{label}为 {found}", "请核对后更正其中一处"
            ),
            "X13": say(
                WARNING,
                "占地面积大于所在区",
                "不大于{district}陆域面积（约 {land}）",
                "{found}",
                "请核对面积数值和单位（平方公里）",
            ),
            "X14": say(ERROR, "重复登记", "“{label}”中每项只列一行", "{found}，与第 {other} 行重复", "请删除重复行"),
            "X16": say(
                ERROR,
                "不在企业名录中",
                "“{table}”中的统一社会信用代码",
                "{found}",
                "请先将该企业列入“{table}”，或更正代码",
            ),
            "X19": say(ERROR, "日期先后颠倒", "{second}不早于{first}（{before}）", "{found}", "请核对两个日期"),
            "X5": say(
                WARNING,
                "与名录不一致",
                "{whole}与“{table}”相应各行合计{bound}",
                "{whole}为 {stated}，名录{summed}，{rate}",
                "请核对，确有口径差异的请在佐证材料中说明",
            ),
            "X9": say(
                WARNING,
                "企业划型与计算结果不同",
                "按行业、从业人员、营业收入和资产总额计算为{computed}",
                "申报为{found}",
                "请核对划型及各项数据；确有依据的请填写{note}",
            ),
            "X10": say(
                WARNING,
                "与以往年度填报不同",
                "与{season}年申报时填报的数值（{before}）相同",
                "{label}为 {found}",
                "请核对；确需修订的请说明修订原因并附依据",
            ),
            "X12": say(WARNING, "起数与登记表不一致", "{label}与“{table}”相符", "{found}", "请补登登记表，或更正起数"),
            "X15": say(
                WARNING,
                "基期值与申报值不一致",
                "与本表填报的最近年度值（{due}）相同",
                "{label}基期值为 {found}",
                "请核对基期值",
            ),
            "X17": say(
                WARNING,
                "名录合计与总数略有出入",
                "{whole}与“{table}”相应各行合计{bound}",
                "{whole}为 {stated}，名录{summed}，{rate}",
                "请核对名录各行与总数，说明差异来源",
            ),
            "X18": say(
                WARNING,
                "注册地不在集群所在区",
                "注册在{district}",
                "注册区填“{found}”",
                "请核对注册区；确在集群内经营的，请备妥经营地证明",
            ),
            "X21": say(
                WARNING,
                "同一资质列有两行",
                "同一企业的同一级别资质只列一行",
                "{found}，{apart}为 {this}，第 {other} 行为 {that}",
                "请核对，只保留现行有效的一项",
            ),
            "X22": say(
                WARNING,
                "企业名称相同而信用代码不同",
                "一家企业一个统一社会信用代码",
                "{found}，{apart}为 {this}，第 {other} 行为 {that}",
                "请核对是否为同一家企业",
            ),
            "X23": say(
                WARNING,
                "大型企业持有中小企业资质",
                "持有“{found}”的为中小企业",
                "名录中该企业（{holder}）划型为{size}",
                "请核对企业划型和资质",
            ),
            "X24": say(
                WARNING,
                "单位产值能耗与分项不符",
                "按{part}和{whole}计算，约为 {due} {unit}",
                "{label}为 {found} {unit}",
                "请核对三项数值、单位和口径",
            ),
            "X26": say(
                WARNING,
                "企业不在集群内经营",
                "名录所列企业的实际经营地在集群内",
                "{label}填“{found}”",
                "请核对；不在集群内经营的请移出名录，并相应更正合计数",
            ),
            "X27": say(
                WARNING,
                "签署人与负责人不同",
                "与{other}（{first}）相同",
                "{label}为 {found}",
                "请核对；授权他人签署的请附授权文件",
            ),
        },
    ),
    **staged(
        Stage.PLAUSIBILITY,
        {
            "X6": say(
                WARNING,
                "数值疑似单位错误",
                "{expected}",
                "{shown}",
                "请核对数值和单位（万元、亿元），确属实情的不必修改",
            ),
            "X7": say(
                WARNING,
                "与上年相差较大",
                "年度增长不超过 {above}，下降不超过 {below}",
                "{label}为 {found}，{before}，{rate}",
                "请核对；确属实情的，请在“{reason}”中说明原因",
            ),
            "X20": say(
                WARNING,
                "日期晚于评价基准日",
                "不晚于评价基准日（{day}）",
                "{label}为 {found}",
                "请核对年份；基准日以后的事项本次不计入",
            ),
            "X25": say(WARNING, "目标劣于基期", "{way}基期值（{base}）", "{label}目标为 {found}", "请核对目标值和单位"),
            "E1": say(
                WARNING,
                "未登记佐证材料",
                "规则 {rule}（{title}）至少一份佐证材料",
                "{rule} 没有登记",
                "请在“佐证材料”中登记",
            ),
        },
    ),
}
