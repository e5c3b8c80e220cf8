"""Old masters with sheets that people added in the programs they use, with one of everything on them."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, GradientFill, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ListObject
from openpyxl.worksheet.table import TableStyleInfo

from workbook.commission.table import Column, Owner, Row, Table
from workbook.commission.write import write_master

OURS: Final = "申报汇总"
PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def master(folder: Path, rows: int = 5, name: str = OURS) -> bytes:
    """A master as the tool writes it."""
    columns = (
        Column(id="district", heading="推荐区"),
        Column(id="output", heading="产值"),
        Column(id="word", heading="意见", owner=Owner.PEOPLE, choices=("同意", "不同意")),
    )
    made = (Row(f"k{at}", ("浦东", float(at), None)) for at in range(rows))
    path = folder / "新总表.xlsx"
    write_master(path, "2026年", [Table(name=name, intro="说明", columns=columns, rows=made)], {"kind": "master"})
    return path.read_bytes()


def by_xlsxwriter() -> tuple[bytes, tuple[str, ...]]:
    """Sheets with all that XlsxWriter knows: charts, pictures, notes, tables, sparklines, rules of both kinds."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet(OURS).write_column("D5", [0, 1, 2])
    sheet = book.add_worksheet("我的 分析")
    _cells(book, sheet)
    _rules(book, sheet)
    _things(book, sheet)
    _pages(book, sheet)
    other = book.add_worksheet("手工's 表")
    other.write_formula("A1", "='我的 分析'!B2*2", None, 4)
    other.write_formula("A2", f"=SUM({OURS}!D5:D7)", None, 3)
    other.add_table("C1:D4", {"name": "第二表", "columns": [{"header": "项"}, {"header": "值"}]})
    other.hide()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='我的 分析'!$B$2:$B$4"})
    book.add_chartsheet("趋势").set_chart(chart)
    book.define_name("我的名称", "='我的 分析'!$B$2")
    book.define_name("'我的 分析'!本页名称", "='我的 分析'!$B$3")
    book.define_name("tbl_1", f"={OURS}!$A$1")
    book.close()
    return file.getvalue(), ("我的 分析", "手工's 表", "趋势")


def _cells(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True, "font_color": "#C00000", "font_name": "仿宋", "font_size": 14})
    money = book.add_format({"num_format": '#,##0.00"万元"', "bg_color": "#FFF2CC", "border": 1, "italic": True})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "center", "valign": "top", "text_wrap": True})
    grid = book.add_format({"bottom": 6, "top": 5, "left_color": "#00B050", "left": 2, "rotation": 45, "indent": 1})
    free = book.add_format({"locked": False, "hidden": True, "num_format": "0.00%"})
    sheet.write_string("A1", "标题 & <说明>", bold)
    for row, value in enumerate((2, 3.5, -1), 1):
        sheet.write_string(row, 0, f"项目{row}")
        sheet.write_number(row, 1, value, money)
        sheet.write_formula(row, 2, f"=B{row + 1}*2", grid, value * 2)
    sheet.write_datetime("D2", date(2026, 11, 30), day)
    sheet.write_formula("D3", f'=IF(SUM({OURS}!D5:D7)>0,"有","无")', None, "有")
    sheet.write_boolean("D4", True)
    sheet.write_formula("D5", "=1/0", None, "#DIV/0!")
    sheet.write_rich_string("A6", "前", bold, "红", " 后 ")
    sheet.write_blank("B6", None, grid)
    sheet.write_array_formula("B7:B9", "{=B2:B4*2}", money, 4)
    sheet.write_formula("E1", "=SUM(第一表[值])", free, 3)
    sheet.merge_range("F1:G2", "合并", day)
    sheet.set_column("A:A", 18.5, bold)
    sheet.set_column("H:J", 4, None, {"hidden": True, "level": 1})
    sheet.set_row(3, 31.5, grid)
    sheet.set_row(10, None, None, {"hidden": True})


def _rules(book: Any, sheet: Any) -> None:
    red = book.add_format({"font_color": "#FF0000", "bg_color": "#FFFF00", "num_format": "0.0"})
    sheet.conditional_format("B2:B4", {"type": "cell", "criteria": ">", "value": 2, "format": red})
    sheet.conditional_format("B2:B4", {"type": "data_bar", "data_bar_2010": True, "bar_color": "#63C384"})
    sheet.conditional_format("C2:C4", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("C2:C4", {"type": "formula", "criteria": f"={OURS}!$D$5>1", "format": red})
    sheet.data_validation("D2:D9", {"validate": "list", "source": ["甲", "乙"], "input_title": "请选"})
    sheet.data_validation("E2:E9", {"validate": "list", "source": f"={OURS}!$D$5:$D$7"})


def _things(book: Any, sheet: Any) -> None:
    sheet.write_url("A12", "https://example.org/a?b=1&c=2", string="网址")
    sheet.write_url("A13", "internal:'我的 分析'!A1", string="本页")
    sheet.write_comment("B2", "请核对", {"author": "王处"})
    sheet.insert_image("L2", "点.png", {"image_data": io.BytesIO(PIXEL), "url": "https://example.org/图"})
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {"name": "='我的 分析'!$A$1", "values": "='我的 分析'!$B$2:$B$4", "categories": f"={OURS}!$D$5:$D$7"}
    )
    sheet.insert_chart("L6", chart)
    sheet.insert_textbox("L20", "文本框", {"textlink": "='我的 分析'!$A$1"})
    sheet.insert_checkbox("P1", True)
    columns = [{"header": "名"}, {"header": "值", "total_function": "sum"}]
    table = {"name": "第一表", "columns": columns, "data": [["a", 1], ["b", 2]], "total_row": True}
    sheet.add_table("A20:B23", {**table, "style": "Table Style Medium 9"})
    sheet.add_sparkline("K2", {"range": "'我的 分析'!B2:C2", "markers": True})


def _pages(_: Any, sheet: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter("A1:D4")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_header("&C页眉")
    sheet.print_area("A1:G20")
    sheet.repeat_rows(0)
    sheet.set_tab_color("#7030A0")
    sheet.set_zoom(85)
    sheet.activate()
    sheet.select()
    sheet.protect("", {"select_unlocked_cells": True})
    sheet.set_background(io.BytesIO(PIXEL))


def by_openpyxl() -> tuple[bytes, tuple[str, ...]]:
    """Sheets with styles that have names, gradients, another base font and theme colours."""
    book = openpyxl.Workbook()
    book.active.title = OURS  # type: ignore[union-attr]
    book._named_styles["Normal"].font = Font(name="宋体", size=12)  # type: ignore[attr-defined]
    named = NamedStyle(
        "重点",
        font=Font(b=True, color="FF0000FF"),
        fill=PatternFill("solid", fgColor="FFCCFFCC"),
        number_format="0.000",
    )
    sheet: Any = book.create_sheet("评审")
    sheet["A1"], sheet["A2"], sheet["A3"] = "普通", 1.5, "=A2*2"
    sheet["A2"].style = named
    sheet["B1"].value = "渐变"
    sheet["B1"].fill = GradientFill(type="linear", degree=90, stop=("FFFFFFFF", "FF4472C4"))
    sheet["B2"].value = "主题色"
    sheet["B2"].font = Font(color=openpyxl.styles.colors.Color(theme=5, tint=0.4))
    sheet["B3"].value, sheet["B3"].alignment = "对齐", Alignment(shrink_to_fit=True, horizontal="distributed")
    sheet["B4"].value, sheet["B4"].protection = "不锁", Protection(locked=False)
    edge = Side("thick", color="FF00FF00")
    sheet["B5"].border = Border(left=edge, diagonal=edge, diagonalUp=True)
    sheet["C1"].value = 44000
    sheet["C1"].number_format = "[$-804]yyyy年m月d日"
    sheet["C2"].comment = Comment("批注文字", "李科")
    sheet["D1"].value, sheet["D2"].value = "列一", 5
    table = ListObject(displayName="评审表", ref="D1:D2", tableStyleInfo=TableStyleInfo("TableStyleLight1"))
    table.headerRowCellStyle = "重点"
    sheet.add_table(table)
    rule = DataValidation(type="whole", operator="between", formula1="1", formula2="9")
    rule.add("E1:E9")
    sheet.add_data_validation(rule)
    look = DifferentialStyle(font=Font(i=True), fill=PatternFill(bgColor="FFEEEEEE"))
    sheet.conditional_formatting.add("A1:A9", Rule("expression", formula=["A1>1"], dxf=look))
    sheet.row_dimensions[7].outlineLevel = 1
    sheet.sheet_properties.tabColor = "FF0070C0"
    book.defined_names["评审总分"] = DefinedName("评审总分", attr_text="评审!$A$2")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), ("评审",)


def patched(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A workbook whose parts a test has put its hands on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
