"""One visual grammar for every sheet: what a person fills in, what is printed, what the tool says.

Every colour stands beside a symbol or a word, so that a grey print says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.fields import Field, FieldKind
from toolkit.finding import Verdict
from toolkit.messages import Severity
from toolkit.submission import column_letters
from workbook.area import Area

REQUIRED = "＊ "
LEGEND = "淡黄底由申报单位填写，浅绿底由主管部门填写；标 ＊ 的必填；“自检”由公式自动显示；灰底一列由校验程序填写"

FONT = "等线"
INK, QUIET, LINE = "#1F2937", "#6B7280", "#B8C2CC"
HEAD, HEAD_INK = "#DCE6F1", "#1F3864"
OPERATOR, DISTRICT, TOOL = "#FFFBE6", "#E8F5E9", "#F3F4F6"

VERDICT_FILL: Mapping[Verdict, str] = {
    Verdict.MET: "#D5F0DC",
    Verdict.UNMET: "#F9D0CE",
    Verdict.MISSING: "#E5E7EB",
    Verdict.REVIEW: "#DCE9FB",
    Verdict.DEVIATES: "#FDE8B9",
    Verdict.NOT_APPLICABLE: "#FFFFFF",
}
SEVERITY_FILL: Mapping[Severity, str] = {
    Severity.ERROR: "#F9D0CE",
    Severity.WARNING: "#FDE8B9",
    Severity.NOTE: "#DCE9FB",
}
CHECK_FILL: Mapping[str, str] = {
    **{verdict.symbol: fill for verdict, fill in VERDICT_FILL.items()},
    Verdict.MISSING.symbol: "#FFF3C4",
}
"""Sign → fill of what the workbook itself says; a blank that must be filled is to be seen while one types."""
MARK = {"bg_color": "#F9B4AF", "font_color": "#7F1D1D", "bold": True}

_BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_BOX = {"border": 1, "border_color": LINE}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "blank": {},
    "title": {"font_size": 16, "bold": True, "font_color": HEAD_INK},
    "intro": {"font_color": QUIET, "text_wrap": True, "valign": "top"},
    "link": {"font_color": "#1D4ED8", "underline": 1},
    "block": {"font_size": 11, "bold": True, "font_color": HEAD_INK, "bottom": 2, "bottom_color": HEAD_INK},
    "head": {"bold": True, "bg_color": HEAD, "font_color": HEAD_INK, "align": "center", "text_wrap": True, **_BOX},
    "label": {"text_wrap": True, **_BOX},
    "number": {"align": "center", "font_color": QUIET, **_BOX},
    "unit": {"align": "center", "font_color": QUIET, "text_wrap": True, "font_size": 9, **_BOX},
    "guide": {"font_color": QUIET, "font_size": 9, "text_wrap": True, **_BOX},
    "none": {"bg_color": "#ECEFF2", "font_color": QUIET, "align": "center", **_BOX},
    "note": {"font_color": QUIET, "font_size": 9},
    "block_note": {"font_color": QUIET, "font_size": 9, "bottom": 2, "bottom_color": HEAD_INK},
    "check": {"font_size": 9, "text_wrap": True, "bold": True, "align": "center", **_BOX},
    "live": {"font_size": 9, "text_wrap": True, "bold": True, **_BOX},
    "live_wide": {"bold": True, **_BOX},
    "hint": {"font_size": 9, "text_wrap": True, "bg_color": TOOL, **_BOX},
    "hint_head": {"bold": True, "bg_color": TOOL, "font_color": QUIET, "align": "center", "text_wrap": True, **_BOX},
    "contents": {"font_color": "#1D4ED8", "underline": 1, **_BOX},
    # Rows of a result sheet: ruled by a conditional format where something stands, so that empty ones do not print.
    "cell": {"text_wrap": True, "valign": "top"},
    "cell_center": {"text_wrap": True, "valign": "top", "align": "center"},
    "cell_link": {"text_wrap": True, "valign": "top", "font_color": "#1D4ED8", "underline": 1},
    "verdict": {"bold": True, "text_wrap": True, "valign": "top"},
    "fact": {"font_size": 10},
    "fact_big": {"font_size": 14, "bold": True},
    "head_upright": {"bold": True, "bg_color": HEAD, "font_color": HEAD_INK, "rotation": 90, "align": "center", **_BOX},
    "master": {"text_wrap": True, **_BOX},
    "mark": {"align": "center", "font_size": 9, **_BOX},
    "seal": {"font_size": 11, "align": "left", "top": 1, "top_color": LINE},
    "text": {"text_wrap": True, "valign": "top"},
}


class Styles:
    """Formats by name, each made once for a workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._format(name, STYLES[name])

    def field(self, asked: Field, *, small: bool = False) -> Any:
        """The format of a cell to fill in: unlocked, coloured by who fills it, shaped by what it holds."""
        shape = _shape(asked)
        colour = DISTRICT if asked.filled_by == "district" else OPERATOR
        properties = {"locked": False, "bg_color": colour, **_BOX, **shape, **({"font_size": 9} if small else {})}
        return self._format(f"{colour}{small}{sorted(shape.items())}", properties)

    def fill(self, colour: str) -> Any:
        """A fill with its border, for a conditional format."""
        return self._format(f"fill{colour}", {"bg_color": colour, **_BOX}, base=False)

    @property
    def ruled(self) -> Any:
        """A bare border for a conditional format."""
        return self._format("ruled", _BOX, base=False)

    @property
    def mark(self) -> Any:
        """The look of an input that a finding or problem points at."""
        return self._format("mark", MARK, base=False)

    def made(self, name: str, properties: Mapping[str, Any]) -> Any:
        """A format of one sheet alone, on the base all share."""
        return self._format(name, properties)

    def _format(self, name: str, properties: Mapping[str, Any], *, base: bool = True) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format({**(_BASE if base else {}), **properties})
        return self._made[name]


_CODES = {"num_format": "@", "align": "center", "shrink": True}
_SHAPES: Mapping[FieldKind, Mapping[str, Any]] = {
    FieldKind.INTEGER: {"num_format": "0", "align": "right"},
    FieldKind.PERCENT: {"num_format": "0.00%", "align": "right"},
    FieldKind.DATE: {"num_format": "yyyy-mm-dd", "align": "center"},
    FieldKind.CHOICE: {"align": "center", "text_wrap": True},
    FieldKind.USCC: _CODES,
    FieldKind.INDUSTRY: _CODES,
    FieldKind.MOBILE: _CODES,
}


def _shape(asked: Field) -> Mapping[str, Any]:
    if asked.kind is FieldKind.DECIMAL:
        places = "General" if asked.decimals is None else f"0.{'0' * asked.decimals}"
        return {"num_format": places, "align": "right"}
    return _SHAPES.get(asked.kind, {"num_format": "@", "text_wrap": True})


def colour_verdicts(sheet: Any, cells: Area, styles: Styles) -> None:
    """Colour by the sign a text begins with, so that whoever writes the word gets the colour.

    Args:
        sheet: An XlsxWriter worksheet.
        cells: The cells that hold verdicts.
        styles: Formats of this workbook.
    """
    colour_signs(sheet, cells, {verdict.symbol: VERDICT_FILL[verdict] for verdict in Verdict}, styles)


def colour_signs(sheet: Any, cells: Area, fills: Mapping[str, str], styles: Styles, *, held: str = "") -> None:
    """Fill each cell by the first character of its text, or of the text in the column ``held`` of its row."""
    first = f"{f'${held}' if held else column_letters(cells.left)}{cells.top}"
    where = (cells.top - 1, cells.left - 1, cells.bottom - 1, cells.right - 1)
    for sign, fill in fills.items():
        rule = {"type": "formula", "criteria": f'=LEFT({first},1)="{sign}"', "format": styles.fill(fill)}
        sheet.conditional_format(*where, rule)


def page(sheet: Any, footer: str, *, wide: int = 1, tall: int = 0) -> None:
    """A4 on its side, margins that leave room for a binder, and a footer that says what this is.

    Args:
        sheet: An XlsxWriter worksheet.
        footer: What stands at the foot on the left.
        wide: Pages side by side.
        tall: Pages one under the other; 0 as many as it takes.
    """
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    sheet.fit_to_pages(wide, tall)
    sheet.center_horizontally()
    sheet.set_footer(f"&L&9{footer}&C&9&A&R&9第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)


def protect(sheet: Any) -> None:
    """Guard against slips, not against people: no password, and widths, heights, sorting and filtering stay free."""
    sheet.protect(
        "",
        {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True, "select_locked_cells": True},
    )
