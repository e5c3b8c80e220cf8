"""The sheets the tool fills: their columns, widths and places."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.formula import defined_name
from workbook.area import Area

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
