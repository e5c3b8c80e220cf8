"""What could not be carried as it was, in the words of an official."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from workbook.commission.own.cells import Formula
from workbook.commission.own.dropped import AROUND
from workbook.commission.own.references import Read

_SHOWN: Final = 10
BACKUP: Final = "未能带入的内容仍在原总表的备份中，需要时请从备份中取回。"
EPOCH: Final = "原总表使用 1904 日期系统，自建工作表单元格中的日期已换算；条件格式、数据有效性中的日期请核对。"
OUTSIDE: Final = "引用了其他文件或外部程序"
OUT_OF_REACH: Final = "引用了其他文件、外部程序或已不存在的工作表"
MACRO: Final = "是宏的名称"
VIEWS: Final = "自定义视图"
THEME: Final = "原总表的主题带有图片，未带入；自建工作表的主题颜色和字体可能与原来不同。"


def renamed(old: str, new: str) -> str:
    """A sheet got another name."""
    return f"自建工作表“{old}”与系统的工作表重名，已改名为“{new}”，自建工作表中对它的引用已随之更新。"


def formulas(sheet: str, dropped: Sequence[Formula]) -> Iterator[str]:
    """Cells lost their formulas, but not their values."""
    reasons: dict[str, list[str]] = {}
    # What leads outside first, then in the order of the sheet.
    for formula in sorted(dropped, key=lambda one: not one.read.outside):
        reasons.setdefault(reason(formula.read), []).append(formula.place)
    for why, places in reasons.items():
        yield f"自建工作表“{sheet}”{_places(places)}的公式{why}，公式未带入，保留原来显示的值。"


def reason(read: Read) -> str:
    """Why a formula could not go along."""
    return OUTSIDE if read.outside else f"引用的工作表“{'”“'.join(read.missing)}”已不存在"


def listed(sheets: Sequence[str]) -> Iterator[str]:
    """Where all that was lost of formulas can be read."""
    if sheets:
        yield f"未带入的公式的原文已列入新增的工作表“{'”“'.join(sheets)}”，处理后可以删除该表。"


def _places(places: Sequence[str]) -> str:
    told = "、".join(places[:_SHOWN])
    return f"的 {told} 等 {len(places)} 个单元格" if len(places) > _SHOWN else f"的 {told} 单元格"


def moved(sheet: str, formulas_: Sequence[Formula]) -> Iterator[str]:
    """Cells name rows that are not where they were."""
    if formulas_:
        sheets = dict.fromkeys(one for formula in formulas_ for one in formula.read.moved)
        yield f"自建工作表“{sheet}”{_places([one.place for one in formulas_])}的公式{_moved(sheets)}"


def moved_around(sheet: str, sheets: Sequence[str]) -> str:
    """References outside of cells name rows that are not where they were."""
    return f"自建工作表“{sheet}”的{AROUND}有 {len(sheets)} 处{_moved(dict.fromkeys(sheets))}"


def moved_name(name: str, sheets: Sequence[str]) -> str:
    """A name means rows that are not where they were."""
    return f"自定义名称“{name}”{_moved(sheets)}"


def _moved(sheets: Iterable[str]) -> str:
    return (
        f"引用了“{'”“'.join(sheets)}”中固定的行，这些表的行已有变动，所引用的可能已是另一行，请核对；"
        "改用 VLOOKUP 等按名称查找的公式，可不受行变动影响。"
    )


def broken(sheet: str, count: int) -> str:
    """References outside of cells have come to nothing."""
    return f"自建工作表“{sheet}”的{AROUND}有 {count} 处{OUT_OF_REACH}，这些引用已失效。"


def left(sheet: str, what: Counter[str]) -> Iterator[str]:
    """Things of a sheet stayed behind."""
    for thing, count in what.items():
        yield f"自建工作表“{sheet}”的{thing}未带入（{count} 处）。"


def not_carried(sheet: str) -> str:
    """A whole sheet stayed behind."""
    return f"“{sheet}”是旧式的对话框工作表，未带入。"


def table(old: str, new: str) -> str:
    """A table got another name."""
    return f"自建工作表中的表格“{old}”与新总表中的名称重复，已改名为“{new}”，自建工作表中对它的引用已随之更新。"


def names(broken_: Iterable[str], macros: Iterable[str]) -> Iterator[str]:
    """Defined names that are not what they were."""
    told = "”“".join(broken_)
    if told:
        yield f"自定义名称“{told}”引用了其他文件或已不存在的工作表，引用已失效。"
    told = "”“".join(macros)
    if told:
        yield f"自定义名称“{told}”是宏的名称，未带入。"


def extras(what: Iterable[str]) -> Iterator[str]:
    """What belongs to the workbook and clashes with the same of the new one."""
    for one in what:
        yield f"自建工作表用到的{one}未带入。"
