"""Formulas that could not go along, word for word, on a sheet that is people's own from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from toolkit.submission import column_letters
from workbook.commission.own.plain import content_of

LISTED: Final = "未带入的公式"
AROUND: Final = "图表、数据有效性、条件格式等"
NAMED: Final = "自定义名称"
_HEADS: Final = ("工作表", "位置", "公式原文", "未带入的原因", "公式中的文件编号")
_WIDTHS: Final = (20, 20, 60, 40, 60)
_MOST: Final = 1_000_000
"""Rows of a sheet."""
_SHEET: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<cols>%s</cols><sheetData>%s</sheetData></worksheet>"
)
_FILE: Final = re.compile(r"\[([0-9]{1,5})\]")


class Dropped(NamedTuple):
    """A formula that stayed behind.

    Attributes:
        sheet: Where it was, as that is called now.
        place: The cell, or what else it was in.
        formula: Without ``=``.
        why: In words.
    """

    sheet: str
    place: str
    formula: str
    why: str


def sheets_of(dropped: Sequence[Dropped], files: Sequence[str]) -> list[bytes]:
    """The sheets they are listed on, none where there is nothing to list.

    Args:
        dropped: In the order of the sheets.
        files: What formulas call ``[1]``, ``[2]`` and so on.
    """
    return [_sheet(dropped[at : at + _MOST], files) for at in range(0, len(dropped), _MOST)]


def _sheet(dropped: Sequence[Dropped], files: Sequence[str]) -> bytes:
    lines = [_HEADS, *((one.sheet, one.place, f"={one.formula}", one.why, _named(one, files)) for one in dropped)]
    rows = (b'<row r="%d">%s</row>' % (at, b"".join(_cells(at, line))) for at, line in enumerate(lines, 1))
    columns = (b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (at, at, w) for at, w in enumerate(_WIDTHS, 1))
    return _SHEET % (b"".join(columns), b"".join(rows))


def _cells(row: int, texts: Sequence[str]) -> Iterator[bytes]:
    for column, text in enumerate(texts, 1):
        if text:
            place = f"{column_letters(column)}{row}".encode()
            yield b'<c r="%s" t="inlineStr">%s</c>' % (place, worded(text))


def worded(text: str) -> bytes:
    """What is in a cell with a text of its own; whatever it begins with, it is no formula."""
    return b'<is><t xml:space="preserve">%s</t></is>' % content_of(text)


def _named(one: Dropped, files: Sequence[str]) -> str:
    """Which files a formula means by its numbers."""
    numbers = dict.fromkeys(int(number) for number in _FILE.findall(one.formula))
    return "；".join(f"[{number}] {files[number - 1]}" for number in numbers if 0 < number <= len(files))
