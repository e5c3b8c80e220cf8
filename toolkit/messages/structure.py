"""What is said of the structure of a workbook: whether it is still the one that was given out."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, Stage, say, staged

MESSAGES = {
    **staged(
        Stage.STRUCTURE,
        {
            "T1": say(
                ERROR,
                "缺少工作表",
                "工作表“{sheet}”",
                "没有这张工作表，涉及 {count} 项填报内容",
                "请用空白申报工作簿重新填报，勿删除或改名工作表",
            ),
            "T3": say(
                ERROR,
                "填报区域已破坏",
                "“{label}”的填报区域（名称 {name}）",
                "{reason}",
                "请勿删除行列；请将内容移入空白申报工作簿",
            ),
            "T7": say(
                ERROR,
                "超出填报行数",
                "“{label}”最多 {limit} 行",
                "第 {row} 行仍有内容",
                "请移到填报区内；企业数超过限额的，请联系区主管部门",
            ),
        },
    ),
}
