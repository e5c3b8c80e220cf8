"""The sheets the tool fills: their columns, widths and places."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.formula import defined_name
from workbook.area import Area

# What is kept when results are cleared.
KEPT = frozenset({"rounds", "log"})
UNCHECKED = "尚未校验。校验后由程序填写，请勿手工修改。"


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result sheet."""

    key: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class ResultPlan:
    """One sheet the tool fills: a title, a line of facts, a header row, then rows.

    Attributes:
        name: Defined name of everything below the header.
    """

    id: str
    sheet: str
    title: str
    columns: tuple[ResultColumn, ...]
    header: int
    capacity: int

    @property
    def name(self) -> str:
        """Defined name of the body."""
        return defined_name("out", self.id)

    @property
    def area(self) -> Area:
        """The formatted body; results may grow below it."""
        return Area(self.sheet, self.header + 1, 1, self.header + self.capacity, len(self.columns))


def _columns(*entries: tuple[str, str, int]) -> tuple[ResultColumn, ...]:
    return tuple(ResultColumn(*entry) for entry in entries)


FINDING_COLUMNS = _columns(
    ("rule", "规则", 9),
    ("clause", "依据", 19),
    ("force", "性质", 11),
    ("title", "要求", 40),
    ("verdict", "判定", 16),
    ("shown", "实际", 22),
    ("bound", "门槛", 16),
    ("gap", "差额", 15),
    ("sentence", "计算过程和说明", 58),
    ("place", "填报位置", 22),
)
GAP_COLUMNS = _columns(
    ("number", "序号", 6),
    ("verdict", "判定", 16),
    ("rule", "规则", 9),
    ("title", "短板", 30),
    ("shown", "实际", 22),
    ("bound", "门槛", 16),
    ("gap", "差额", 15),
    ("remedy", "怎样补齐", 56),
    ("clause", "依据", 19),
    ("place", "填报位置", 22),
)
PROBLEM_COLUMNS = _columns(
    ("number", "序号", 6),
    ("severity", "级别", 12),
    ("stage", "环节", 18),
    ("code", "代码", 7),
    ("title", "问题", 20),
    ("sheet", "工作表", 20),
    ("place", "单元格", 10),
    ("expected", "应为", 40),
    ("found", "实为", 34),
    ("hint", "怎样改正", 50),
)
GUARD_COLUMNS = _columns(
    ("number", "序号", 6),
    ("severity", "级别", 12),
    ("code", "代码", 7),
    ("title", "事项", 24),
    ("sheet", "工作表", 20),
    ("place", "单元格", 10),
    ("found", "现状", 48),
    ("expected", "要求", 44),
    ("hint", "怎样办理", 48),
)
CHANGE_COLUMNS = _columns(
    ("number", "序号", 6),
    ("sheet", "工作表", 22),
    ("place", "单元格", 10),
    ("item", "项目", 44),
    ("before", "上一轮", 52),
    ("after", "本轮", 52),
)
ROUND_COLUMNS = _columns(
    ("round", "轮次", 10),
    ("item", "项目", 46),
    ("check", "区核查", 12),
    ("decision", "区判定", 12),
    ("verified", "佐证核验", 14),
    ("told", "内容和意见", 96),
)
LOG_COLUMNS = _columns(
    ("time", "时间", 18),
    ("action", "操作", 12),
    ("round", "轮次", 7),
    ("user", "用户", 14),
    ("tool", "工具版本", 13),
    ("fingerprint", "填报内容指纹", 16),
    ("errors", "必须改正", 10),
    ("warnings", "请核实", 10),
    ("unmet", "未达标", 10),
    ("review", "待人工判定", 11),
    ("missing", "数据缺失", 10),
    ("verdict", "系统判定", 16),
    ("conclusion", "区结论", 12),
)
LOG_LINES = 200
SUMMARY_COLUMNS = _columns(
    ("item", "条件", 40),
    ("verdict", "判定", 15),
    ("met", "✓ 达标", 11),
    ("unmet", "✗ 未达标", 11),
    ("missing", "○ 数据缺失", 11),
    ("review", "◇ 待人工判定", 13),
    ("deviates", "△ 软性偏离", 11),
    ("na", "— 不适用", 11),
    ("told", "主要短板", 62),
)
