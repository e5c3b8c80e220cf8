"""How the columns of a master look: whose each is shows in colour and sign, and each format is made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from toolkit.finding import Verdict
from toolkit.submission import column_letters
from workbook import wording
from workbook.area import Area
from workbook.commission.marks import PEOPLE_SIGN
from workbook.commission.table import FIRST_ROW, Column, Kind, Owner, Table
from workbook.sheets.style import (
    DISTRICT,
    SEVERITY_FILL,
    STYLES,
    VERDICT_FILL,
    Styles,
    colour_signs,
    colour_verdicts,
    page,
)

PEOPLE_FILL: Final = DISTRICT
LEGEND: Final = "✎ 浅绿列供填写，重新汇总时保留；其余列由系统写入，改写的内容会移入“未归位”，不会丢失"
_BOX: Final[Mapping[str, Any]] = STYLES["master"]
_HEADS: Final[Mapping[Owner, Mapping[str, Any]]] = {
    Owner.TOOL: STYLES["head"],
    Owner.PEOPLE: {**STYLES["head"], "bg_color": "#C8E6C9", "font_color": "#1B5E20"},
}
_UPRIGHT: Final = {"rotation": 90, "text_wrap": False}
_KINDS: Final[Mapping[Kind, Mapping[str, Any]]] = {
    Kind.TEXT: {},
    Kind.NUMBER: {"align": "right", "indent": 1, "text_wrap": False},
    Kind.VERDICT: {"bold": True},
    Kind.SEVERITY: {"bold": True},
    Kind.SHARE: {"align": "center", "text_wrap": False},
    Kind.LETTER: {"align": "center", "font_size": 9, "text_wrap": False},
    Kind.DATE: {"align": "center", "num_format": "yyyy-mm-dd"},
    Kind.CODE: {"align": "center", "num_format": "@", "shrink": True, "text_wrap": False},
}
SHARES: Final = ((0.8, "#D5F0DC"), (0.5, "#FDE8B9"), (0.0, "#F9D0CE"))
"""From which part of the whole on a share has which colour; the first that holds. The figures say the same in grey."""
_LINK: Final = {"font_color": "#1D4ED8"}
_DENSE: Final = (Kind.NUMBER, Kind.LETTER)
"""Where every cell may lead somewhere, the colour says it; lines under all of them would hide the figures."""


def heading_format(column: Column, styles: Styles) -> Any:
    """Of a heading: upright over letters, green over what people fill in."""
    properties = {**_HEADS[column.owner], **(_UPRIGHT if column.kind is Kind.LETTER else {})}
    return styles.made(f"heading{column.owner}{column.kind is Kind.LETTER}", properties)


def heading_text(column: Column) -> str:
    """As it stands on the sheet."""
    return f"{PEOPLE_SIGN}{column.heading}" if column.owner is Owner.PEOPLE else column.heading


def default_format(column: Column) -> str:
    """The number format of a column's cells where nobody chose another."""
    return column.number_format or str(_KINDS[column.kind].get("num_format", ""))


def cell_format(column: Column, styles: Styles, *, fill: str = "", number_format: str = "", link: bool = False) -> Any:
    """Of a cell; verdicts get their colours from conditional formats, so that a fill of its own is somebody's."""
    people = column.owner is Owner.PEOPLE
    shown = number_format or column.number_format
    properties = {**_BOX, **_KINDS[column.kind], **({"num_format": shown} if shown else {})}
    if people:
        properties |= {"locked": False, "bg_color": PEOPLE_FILL}
    if fill:
        properties["bg_color"] = fill
    if link:
        properties |= _LINK if column.kind in _DENSE else {**_LINK, "underline": 1}
    return styles.made(f"cell{people}{column.kind}{shown}{fill}{link}", properties)


def coloured(sheet: Any, columns: tuple[Column, ...], offset: int, last: int, styles: Styles) -> None:
    """Colour verdicts and letters down to a row, by what stands in them."""
    letters = {verdict.letter: VERDICT_FILL[verdict] for verdict in Verdict}
    severities = {severity.symbol: fill for severity, fill in SEVERITY_FILL.items()}
    for position, column in enumerate(columns, start=offset + 1):
        area = Area("", FIRST_ROW, position, max(last, FIRST_ROW), position)
        if column.kind is Kind.VERDICT:
            colour_verdicts(sheet, area, styles)
        elif column.kind is Kind.LETTER:
            colour_signs(sheet, area, letters, styles)
        elif column.kind is Kind.SEVERITY:
            colour_signs(sheet, area, severities, styles)
        elif column.kind is Kind.SHARE:
            colour_shares(sheet, area, styles)


def alerted(sheet: Any, table: Table, offset: int, last: int, styles: Styles) -> None:
    """Turn cells red, down to a row, while what stands beside them asks for it."""
    places = {column.id: position for position, column in enumerate(table.columns, start=offset)}
    cells = {name: f"${column_letters(at + 1)}{FIRST_ROW}" for name, at in places.items()}
    for alert in table.alerts:
        rule = {"type": "formula", "criteria": f"={alert.when.format_map(cells)}", "format": styles.mark}
        for name in alert.columns:
            sheet.conditional_format(FIRST_ROW - 1, places[name], max(last, FIRST_ROW) - 1, places[name], rule)


_LINE, _TALLEST = 14.5, 400.0
_ROOM: Final = 1.12
"""A width counts digits of the standard font; those of ours are smaller."""


def height(columns: Sequence[Column], values: Sequence[object]) -> float | None:
    """How tall a row must be for all its texts, in points; None where one line is enough."""
    lines = max((_lines(column, value) for column, value in zip(columns, values, strict=True)), default=1)
    return min(lines * _LINE + 2, _TALLEST) if lines > 1 else None


def _lines(column: Column, value: object) -> int:
    if not isinstance(value, str) or _KINDS[column.kind].get("text_wrap") is False:
        return 1
    if 2 * len(value) < column.width and "\n" not in value:
        return 1
    room = column.width * (1 if column.kind is Kind.VERDICT else _ROOM)
    return sum(max(1, ceil(wording.width(line) / room)) for line in value.split("\n"))


def colour_shares(sheet: Any, cells: Area, styles: Styles) -> None:
    """Colour by what a text such as 12/15 says."""
    first = f"{column_letters(cells.left)}{cells.top}"
    part, whole = f'LEFT({first},FIND("/",{first})-1)', f'MID({first},FIND("/",{first})+1,9)'
    where = (cells.top - 1, cells.left - 1, cells.bottom - 1, cells.right - 1)
    for least, colour in SHARES:
        rule = {"type": "formula", "criteria": f"=VALUE({part})>={least}*VALUE({whole})", "format": styles.fill(colour)}
        sheet.conditional_format(*where, {**rule, "stop_if_true": True})


# --- on paper --------------------------------------------------------------------------------------------------

_A4: Final = 9
_A3: Final = 8
_PAGES: Final[Mapping[int, int]] = {_A4: 1_020, _A3: 1_480}
"""How many pixels of columns a page on its side holds at full size, a little less than it does."""
_SMALLEST: Final = 0.67
"""Smaller letters nobody reads on paper."""


def pixels(column: Column) -> int:
    """How wide a column is drawn; nothing where it is hidden."""
    return 0 if column.hidden else round(7 * column.width) + 5


def printed(sheet: Any, table: Table, offset: int, footer: str) -> None:
    """A4 where the whole width can be read on it, else A3, on no more pages side by side than it takes."""
    widths = [pixels(column) for column in table.columns]
    fixed, moving = sum(widths[: table.frozen]), sum(widths[table.frozen :])
    small = (fixed + moving) * _SMALLEST <= _PAGES[_A4]
    # The frozen columns come again on every page.
    room = _PAGES[_A4 if small else _A3] / _SMALLEST - fixed
    wide = ceil(moving / room) if 0 < room < moving else 1
    if wide > 1:
        # Only there: to each sheet that repeats columns LibreOffice gives a tenth of a second and more.
        sheet.repeat_columns(0, offset + table.frozen - 1)
    page(sheet, footer, wide=wide)
    sheet.set_paper(_A4 if small else _A3)
