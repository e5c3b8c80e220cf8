"""What the buttons are called and what the macros say: VBA sources are ASCII, so the words travel in named cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WORKBENCH = "区初审工作台.xlsm"
ADDIN = "集群初审加载项.xlam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing an officer can ask for.

    Args:
        action: What Python is asked to do.
        macro: The Sub behind the button.
        label: What stands on it.
        about: What it does, for the line under it.
    """

    action: str
    macro: str
    label: str
    about: str


BUTTONS = (
    Button(
        action="check",
        macro="JiqunCheck",
        label="校验",
        about="检查漏填、错填和矛盾，\n标出有关单元格",
    ),
    Button(
        action="evaluate",
        macro="JiqunEvaluate",
        label="评价",
        about="按认定条件逐条判定，\n列出差距和短板",
    ),
    Button(
        action="clear",
        macro="JiqunClear",
        label="清除标记",
        about="清除程序写入的标记，\n不改动填报内容",
    ),
    Button(
        action="review",
        macro="JiqunReview",
        label="初审",
        about="汇总结果形成意见，\n供审核人员修改",
    ),
    Button(
        action="export",
        macro="JiqunExport",
        label="导出意见",
        about="意见另存为文件，\n供打印和报送",
    ),
    Button(
        action="help",
        macro="JiqunHelp",
        label="帮助",
        about="查看使用说明",
    ),
)

TEXTS: Mapping[str, str] = {
    "title": "集群初审",
    "blank": "未填写",
    "running": "正在{1}，请稍候。",
    "done": "{1}已完成。",
    "mac": "未能{1}：Mac 版 Excel 不能由按钮启动程序。请改用启动器（在终端运行 jiqun desk）。",
    "no_workbook": "未能{1}：当前没有打开的工作簿。请先打开申报工作簿，再点击按钮。",
    "no_python": (
        "未能{1}：没有找到运行环境（Python）。已查找三处：①便携文件夹 {2}；②设置的“运行环境”：{3}；"
        "③系统路径 PATH（“运行环境”已填写时不查找）。请将便携文件夹 jiqun 放在本文件旁边，"
        "或在“运行环境”中填写正确的位置，然后重试；也可改用启动器（jiqun desk）。"
    ),
    "failed": (
        "未能{1}：程序中途退出，退出码 {2}。请查看运行日志 {3}，并提供给技术支持人员；"
        "如没有该日志，说明所用的 Python 未安装本工具，请检查“运行环境”设置。"
    ),
    "forbidden": (
        "未能{1}：本机安全策略不允许 Excel 启动其他程序（错误 {2}）。"
        "请联系信息技术部门放行，或改用启动器（jiqun desk）。"
    ),
    "not_started": "未能{1}：程序无法启动（错误 {2}：{3}）。请检查“运行环境”设置，或改用启动器（jiqun desk）。",
    **{f"action_{button.action}": button.label for button in BUTTONS},
    "action_help": "打开使用说明",
}
"""Key → text; ``{1}`` is what was asked for, ``{2}`` and ``{3}`` what the macro knows."""
