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
