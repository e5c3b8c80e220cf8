"""Sheets of the master workbook: tables to sort and filter, a matrix to scan, and a picture for those who only look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from toolkit.finding import Verdict
from toolkit.formula import defined_name
from workbook.area import Area
from workbook.sheets.style import VERDICT_FILL, Styles, colour_verdicts, page


@dataclass(frozen=True, slots=True)
class Ledger:
    """One sheet as rows.

    Attributes:
        frozen: How many columns stay in sight and repeat on every printed page.
        matrix: Narrow columns with upright headings, a verdict's letter in each cell.
        charted: A stacked bar chart stands under the table, one bar for each row.
    """

    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    frozen: int
    matrix: bool = False
    charted: bool = False


_BY_WIDTH: Mapping[int, tuple[str, ...]] = {
    6: (
        "序号",
        "编号",
    ),
    7: ("代码",),
    9: ("规则",),
    14: ("电话",),
    15: (
        "系统判定",
        "门槛",
    ),
    16: (
        "优质企业数量",
        "差额",
    ),
    18: (
        "判定",
        "主导产业",
        "文件指纹",
    ),
    19: ("依据",),
    21: ("统一社会信用代码",),
    24: ("实际",),
    26: (
        "位置",
        "条件",
    ),
    28: ("短板",),
    30: (
        "运营管理机构",
        "实为",
    ),
    32: ("集群名称",),
    34: (
        "应为",
        "条文",
        "采用口径",
        "其他读法",
    ),
    40: (
        "来源文件",
        "来源",
    ),
    44: (
        "怎样改正",
        "文件",
    ),
    52: ("怎样补齐",),
    60: ("说明",),
    68: ("文件指纹（SHA-256）",),
}
_WIDTHS = {column: width for width, columns in _BY_WIDTH.items() for column in columns}
_NARROW, _ORDINARY, _PAGE = 3.3, 12, 150
_HEADER = 3


def write_ledger(title: str, ledgers: Mapping[str, Ledger], identity: Mapping[str, str]) -> bytes:
    """The workbook with one sheet for each ledger, as bytes; constant names say what it is."""
    import xlsxwriter  # at the edge, as in workbook.template

    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = Styles(book)
    for name, ledger in ledgers.items():
        sheet = book.add_worksheet(name)
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, f"{title}{name}", styles["title"])
        sheet.write_string(1, 0, ledger.intro, styles["fact"])
        _table(sheet, ledger, styles)
        if ledger.charted and ledger.rows:
            _chart(book, sheet, name, ledger)
        page(sheet, title, wide=_pages(ledger), tall=1 if ledger.charted else 0)
    for name, value in identity.items():
        book.define_name(defined_name("meta", name), f'="{value}"')
    book.close()
    return memory.getvalue()


def _width(ledger: Ledger, position: int) -> float:
    if ledger.matrix and position >= ledger.frozen:
        return _NARROW
    return _WIDTHS.get(ledger.columns[position], _ORDINARY)


def _pages(ledger: Ledger) -> int:
    """How many A4 pages side by side keep the print readable."""
    return max(1, round(sum(_width(ledger, i) for i in range(len(ledger.columns))) / _PAGE))


def _table(sheet: Any, ledger: Ledger, styles: Styles) -> None:
    if not ledger.rows:
        sheet.write_string(_HEADER, 0, "没有内容", styles["fact"])
        return
    for i, column in enumerate(ledger.columns):
        narrow = ledger.matrix and i >= ledger.frozen
        sheet.set_column(i, i, _width(ledger, i))
        sheet.write_string(_HEADER, i, column, styles["head_upright" if narrow else "head"])
    sheet.set_row(_HEADER, 56 if ledger.matrix else 44)
    for row, values in enumerate(ledger.rows, start=_HEADER + 1):
        for i, value in enumerate(values):
            _cell(sheet, row, i, value, _style(ledger, i, value, styles))
    last = _HEADER + len(ledger.rows)
    for i, column in enumerate(ledger.columns):
        if column in ("判定", "系统判定"):
            colour_verdicts(sheet, Area("", _HEADER + 2, i + 1, last + 1, i + 1), styles)
    sheet.autofilter(_HEADER, 0, last, len(ledger.columns) - 1)
    sheet.freeze_panes(_HEADER + 1, ledger.frozen)
    sheet.repeat_rows(_HEADER)
    sheet.repeat_columns(0, ledger.frozen - 1)


_LETTERS = {verdict.letter: verdict for verdict in Verdict}


def _style(ledger: Ledger, position: int, value: Any, styles: Styles) -> Any:
    if ledger.matrix and position >= ledger.frozen:
        return styles.verdict(_LETTERS[value]) if value in _LETTERS else styles["mark"]
    return styles["master"]


def _cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Text is written as text whatever it begins with; numbers as numbers; nothing as a blank."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _chart(book: Any, sheet: Any, name: str, ledger: Ledger) -> None:
    """Stacked bars of the verdicts; numbers stand in the bars so that grey print reads the same."""
    fills = {verdict.display: VERDICT_FILL[verdict] for verdict in Verdict}
    rows = [i for i, row in enumerate(ledger.rows) if row[0] != "全市"]
    first, last = _HEADER + 1, _HEADER + len(rows)
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for i, column in enumerate(ledger.columns):
        if column in fills:
            chart.add_series({
                "name": [name, _HEADER, i],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, i, last, i],
                "fill": {"color": fills[column]},
                "border": {"color": "#6B7280"},
                "data_labels": {"value": True, "num_format": "0;;"},
                "gap": 60,
            })  # fmt: skip
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}}, "num_format": "0"})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 820, "height": 120 + 30 * len(rows)})
    sheet.insert_chart(_HEADER + len(ledger.rows) + 2, 0, chart, {"description": f"{name}：各判定的数量"})
