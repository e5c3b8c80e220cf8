"""Every sentence about bad input that a user can see, under its code: one catalogue, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Severity(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return {"error": "必须改正", "warning": "请核实", "note": "提示"}[self.value]

    @property
    def symbol(self) -> str:
        """The sign that survives grey print."""
        return {"error": "✗", "warning": "▲", "note": "ⓘ"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One message in words: what kind, what was expected, what was found, what to do."""

    severity: Severity
    title: str
    expected: str
    found: str
    hint: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _say(severity: Severity, title: str, expected: str, found: str, hint: str) -> Explanation:
    return Explanation(severity=severity, title=title, expected=expected, found=found, hint=hint)


# The texts are ``str.format`` templates; the context of the problem fills them.
CATALOGUE: Mapping[str, Explanation] = {
    # W: the file as a whole.
    "W01": _say(_E, "找不到文件", "可以读取的文件", "{reason}", "请检查文件路径和访问权限后重试"),
    "W02": _say(
        _E,
        "不是 .xlsx 工作簿",
        "Excel 工作簿（.xlsx）",
        "文件内容是{kind}",
        "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（*.xlsx）”后重新提交；只改扩展名无效",
    ),
    "W03": _say(_E, "文件已加密", "未加密的工作簿", "文件设有打开密码", "请去除打开密码后重新保存"),
    "W04": _say(
        _E,
        "文件超出安全限度",
        "{measure}不超过 {limit}",
        "{measure}为 {actual}",
        "请用空白申报工作簿重新填报，勿嵌入图片、附件等大容量内容",
    ),
    "W05": _say(
        _E,
        "文件已损坏",
        "完整的工作簿",
        "{reason}",
        "请用 Excel 或 WPS 打开并修复，另存后重新提交；打不开的，请从备份恢复",
    ),
    "W06": _say(
        _E,
        "文件含不允许的内容",
        "只含数据的工作簿",
        "文件含{content}",
        "请另存为不含该内容的“Excel 工作簿（*.xlsx）”后重新提交",
    ),
    "W07": _say(
        _E,
        "不是本申报工作簿",
        "由本工具生成的申报工作簿",
        "{reason}",
        "请从区主管部门领取本年度空白申报工作簿，将内容填入后提交",
    ),
    "W08": _say(
        _E,
        "规则或申报年度无法识别",
        "已发布的规则版本和申报年度",
        "{reason}",
        "请确认工作簿版本；确属新版的，请更新本工具",
    ),
    "W09": _say(
        _E,
        "无法写入文件",
        "可以写入的位置",
        "“{name}”{reason}",
        "文件可能正在 Excel 或 WPS 中打开，请关闭后重试；仍不行的，请检查文件夹权限和磁盘空间，或换一个位置保存",
    ),
    "W10": _say(
        _E,
        "目标文件已存在",
        "尚不存在的文件名",
        "“{name}”已存在",
        "为免覆盖已填的内容，请换一个文件名，或先移走原文件",
    ),
    "W11": _say(
        _E,
        "目标文件不是总表",
        "新文件名，或本工具生成的总表",
        "“{name}”已存在，但不是总表",
        "请换一个文件名，以免覆盖",
    ),
    "W12": _say(_E, "这是总表", "申报工作簿", "总表或其备份", "总表不参加校验和汇总"),
    # T: the workbook's structure.
    "T1": _say(
        _E,
        "缺少工作表",
        "工作表“{sheet}”",
        "没有这张工作表，涉及 {count} 项填报内容",
        "请用空白申报工作簿重新填报，勿删除或改名工作表",
    ),
    "T3": _say(
        _E,
        "填报区域已破坏",
        "“{label}”的填报区域（名称 {name}）",
        "{reason}",
        "请勿删除行列；请将内容移入空白申报工作簿",
    ),
    "T5": _say(_E, "单元格为错误值", "{expected}", "{found}", "请改为直接填写数值"),
    "T7": _say(
        _E,
        "超出填报行数",
        "“{label}”最多 {limit} 行",
        "第 {row} 行仍有内容",
        "请移到填报区内；企业数超过限额的，请联系区主管部门",
    ),
    # F: the form of one value.
    "F1": _say(_E, "必填项未填", "{expected}", "空白", "请填写“{label}”{zero}"),
    "F2": _say(_E, "数字格式不对", "{expected}", "{found}", "请只填数字，不带单位、逗号和空格"),
    "F3": _say(_E, "百分比过大", "{expected}", "{found}", "请按百分比填写，例如 60%"),
    "F4": _say(_W, "填报格中有公式", "直接填写的内容", "公式 {found}", "请复制后“选择性粘贴—数值”，避免引用变化"),
    "F15": _say(
        _E,
        "公式没有结果",
        "{expected}",
        "公式 {found}，没有计算结果",
        "请直接填写数值；确需公式的，请在 Excel 中打开并保存后再提交",
    ),
    "F5": _say(_E, "日期格式不对", "{expected}", "{found}", "请按 2025-03-01 的样式填写日期"),
    "F6": _say(_E, "不在选项之内", "{expected}", "{found}", "请从下拉列表中选择；粘贴的内容须与选项完全一致"),
    "F7": _say(_E, "统一社会信用代码有误", "{expected}", "{found}", "请按营业执照或登记证书核对；单元格须为文本格式"),
    "F8": _say(_E, "联系方式有误", "{expected}", "{found}", "请核对后重新填写"),
    "F9": _say(_E, "填了占位文字", "{expected}", "{found}", "请填写实际内容；没有发生的数量填 0"),
    "F10": _say(_W, "文字长度不合适", "{expected}", "{found}", "请精简或补充"),
    "F12": _say(_E, "数值超出范围", "{expected}", "{found}", "请核对数值和单位"),
    "F13": _say(_E, "应为整数", "{expected}", "{found}", "请填写整数"),
    "F14": _say(
        _E, "行业代码有误", "{expected}", "{found}", "请按《国民经济行业分类》（GB/T 4754—2017）填写四位小类代码"
    ),
    # X: one value against another.
    "X1": _say(_E, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值和单位"),
    "X2": _say(_E, "分项大于合计", "不大于{whole}（{limit}）", "{part}为 {found}", "请核对两项数值"),
    "X8": _say(_E, "企业重复", "每家企业只列一行", "{found}，与第 {other} 行重复", "请合并或删除重复行"),
    "X14": _say(_E, "重复登记", "“{label}”中每项只列一行", "{found}，与第 {other} 行重复", "请删除重复行"),
    "X16": _say(
        _E, "不在企业名录中", "“{table}”中的统一社会信用代码", "{found}", "请先将该企业列入“{table}”，或更正代码"
    ),
    "E1": _say(_W, "未登记佐证材料", "规则 {rule}（{title}）至少一份佐证材料", "没有", "请在“佐证材料”中登记"),
}


def explain(code: str, context: Mapping[str, object]) -> Explanation:
    """The message of ``code`` with its blanks filled in.

    Raises:
        KeyError: The code is not in the catalogue, or the context lacks a value it needs.
    """
    entry = CATALOGUE[code]
    return Explanation(
        severity=entry.severity,
        title=entry.title.format_map(context),
        expected=entry.expected.format_map(context),
        found=entry.found.format_map(context),
        hint=entry.hint.format_map(context),
    )
