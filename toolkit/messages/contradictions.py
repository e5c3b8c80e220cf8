"""What is said of values held against each other: whether they agree, and whether they are likely."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, WARNING, Stage, say, staged

MESSAGES = {
    **staged(
        Stage.CONSISTENCY,
        {
            "X1": say(ERROR, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值和单位"),
            "X2": say(ERROR, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值"),
            "X8": say(ERROR, "企业重复", "每家企业只列一行", "{found}，与第 {other} 行重复", "请合并或删除重复行"),
            "X14": say(ERROR, "重复登记", "“{label}”中每项只列一行", "{found}，与第 {other} 行重复", "请删除重复行"),
            "X16": say(
                ERROR,
                "不在企业名录中",
                "“{table}”中的统一社会信用代码",
                "{found}",
                "请先将该企业列入“{table}”，或更正代码",
            ),
        },
    ),
    **staged(
        Stage.PLAUSIBILITY,
        {
            "E1": say(
                WARNING, "未登记佐证材料", "规则 {rule}（{title}）至少一份佐证材料", "没有", "请在“佐证材料”中登记"
            ),
        },
    ),
}
