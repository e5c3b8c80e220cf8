"""Workbooks with one of everything that programs put into cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

TEXTS: Final = (
    "甲",
    " 前后有空格 ",
    "行\n二",
    "a\tb",
    "<&>\"'",
    "=1+1",
    "'引号",
    "𠮷😀",
    "é́",
    "\u200b零宽",
    "１２３",
    "0012",
    "1e5",
    "TRUE",
    "#N/A",
    "_x0041_",
    "长" * 32_767,
)
NUMBERS: Final = (0, 1, -1, 0.1, 1 / 3, 1e-300, 1e300, 2**53, 123456789012345, 40.7925, 1e15 / 7, -0.0, 5e-324)
ERRORS: Final = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
MOMENTS: Final = (
    dt.datetime(1900, 1, 1),  # noqa: DTZ001 - a sheet knows no zones
    dt.datetime(1900, 2, 28),  # noqa: DTZ001 - as above
    dt.datetime(1900, 3, 1),  # noqa: DTZ001 - as above
    dt.datetime(2024, 2, 29, 13, 14, 15),  # noqa: DTZ001 - as above
    dt.datetime(2026, 12, 31, 23, 59, 59, 999_000),  # noqa: DTZ001 - as above
    dt.datetime(9999, 12, 31),  # noqa: DTZ001 - as above
)


def by_xlsxwriter(options: Mapping[str, Any] | None = None) -> bytes:
    """Everything XlsxWriter can write into a cell."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, dict(options or {}))
    bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    span = book.add_format({"num_format": "[h]:mm:ss"})
    sheet = book.add_worksheet("全部 'n <&>")
    for row, text in enumerate(TEXTS):
        sheet.write_string(row, 0, text)
        sheet.write_formula(row, 1, f"=A{row + 1}", None, text)
    for row, number in enumerate(NUMBERS):
        sheet.write_number(row, 2, number)
        sheet.write_formula(row, 3, f"=C{row + 1}*1", None, number)
    for row, error in enumerate(ERRORS):
        sheet.write_formula(row, 4, "=NA()", None, error)
    for row, moment in enumerate(MOMENTS[1:]):
        sheet.write_datetime(row, 5, moment, date)
    sheet.write_datetime(9, 5, dt.time(13, 14, 15), date)
    sheet.write_datetime(10, 5, dt.timedelta(days=2, hours=3), span)
    sheet.write_boolean(0, 6, True)
    sheet.write_boolean(1, 6, False)
    sheet.write_formula(2, 6, "=TRUE()", None, "TRUE")
    sheet.write_rich_string(3, 6, "甲", bold, "乙", " 丙 ")
    sheet.write_blank(4, 6, None, bold)
    sheet.write_array_formula("H1:H3", "{=C1:C3*2}", None, 7)
    sheet.write_dynamic_array_formula("I1", "=_xlfn.UNIQUE(C1:C3)", None, 1)
    sheet.write_formula("J1", '=IF(1,"","x")', None, "")
    sheet.write_url("K1", "https://example.org/", string="链接")
    sheet.merge_range("L1:M2", "合并", bold)
    sheet.write_number("XFD1048576", 1)
    hidden, very = book.add_worksheet("藏"), book.add_worksheet("深藏")
    hidden.hide()
    very.very_hidden()
    book.add_chartsheet("图").set_chart(_chart(book, sheet.name))
    book.define_name("全部", "='藏'!$A$1")
    book.close()
    return file.getvalue()


def _chart(book: Any, sheet: str) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [sheet, 0, 2, 5, 2]})
    return chart


def by_openpyxl(epoch_1904: bool = False) -> bytes:
    """Everything openpyxl can write into a cell."""
    book = openpyxl.Workbook()
    if epoch_1904:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    for row, text in enumerate(TEXTS, start=1):
        sheet.cell(row, 1).value = text
        sheet.cell(row, 1).data_type = "s"
    for column, values in enumerate((NUMBERS, ERRORS, (True, False)), start=2):
        for row, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    for row, moment in enumerate(MOMENTS[3:], start=1):
        sheet.cell(row, 6).value = moment
    sheet["G1"], sheet["G2"], sheet["G3"] = dt.date(2026, 1, 2), dt.time(1, 2, 3), dt.timedelta(hours=30)
    sheet["H1"], sheet["H2"] = "=SUM(B1:B3)", "=NA()"
    sheet["H3"] = ArrayFormula("H3:H5", "=B1:B3*2")
    sheet["I1"] = CellRichText("甲", TextBlock(InlineFont(b=True), "乙"), " 丙")
    sheet["J1"] = DataTableFormula(ref="J1:J3", ca=False, dt2D=False, dtr=False, r1="A1")
    sheet.merge_cells("K1:L2")
    sheet["K1"] = "合并"
    book.create_sheet("藏").sheet_state = "veryHidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_ROWS: Final = """
<row r="7"><c r="B7" t="s"><v>0</v></c><c r="A7"><v>7</v></c></row>
<row r="2"><c r="C2" t="inlineStr"><is><t>内</t></is></c><c r="D2" t="inlineStr"><is><r><t>富</t></r><r><rPr><b/></rPr><t> 文</t></r></is></c></row>
<row r="9"><c><v>1</v></c><c s="1"/><c><v>3</v></c></row>
<row><c><v>4</v></c></row>
<row r="20"><c r="A20"><f t="shared" ref="A20:A23" si="0">B20*2+$C$1</f><v>2</v></c></row>
<row r="21"><c r="A21"><f t="shared" si="0"/><v>4</v></c></row>
<row r="22"><c r="A22" t="str"><f t="shared" si="0"/><v>文</v></c></row>
<row r="23"><c r="A23" t="e"><f t="shared" si="0"/><v>#N/A</v></c></row>
<row r="30"><c r="A30" t="s"><v>1</v></c><c r="B30" t="s"><v>2</v></c><c r="C30" t="s"><v>3</v></c><c r="D30" t="b"><v>1</v></c><c r="E30" t="e"><v>#DIV/0!</v></c><c r="F30" t="str"><v>a_x000D_b</v></c><c r="G30"><v>40.792499999999997</v></c></row>
<row r="31"><c r="A31" t="d"><v>2024-05-06</v></c><c r="B31"><f>1+1</f></c><c r="C31" t="str"><f>""</f><v></v></c><c r="D31" s="2"><v>45000.25</v></c><c r="E31"><v>1.5E-3</v></c><c r="F31" t="s"/></row>
<row r="40"><c r="A40"><v>1</v></c><c r="B40"><v>2</v></c></row>
"""
_STRINGS: Final = (
    "<si><t>共享</t></si><si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    "<si><r><t>甲</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 乙</t></r></si><si><t>_x005F_x000D_ _x000A_</t></si>"
)


def by_hand(parts: Mapping[str, str], strict: Callable[[str], str] = lambda text: text) -> bytes:
    """What other programs write and the two libraries do not: gaps, rows out of order, shared formulas, readings."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    formats = '<xf numFmtId="0" xfId="0"/><xf numFmtId="0" xfId="0"/><xf numFmtId="22" xfId="0" applyNumberFormat="1"/>'
    tail = '<mergeCells count="1"><mergeCell ref="A40:B40"/></mergeCells>'
    changed = {
        **parts,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><dimension ref="A1"/><sheetData>{_ROWS}</sheetData>{tail}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}" count="1" uniqueCount="1">{_STRINGS}</sst>',
        "xl/styles.xml": parts["xl/styles.xml"]
        .replace('<xf xfId="0"/>' * 9, formats)
        .replace('cellXfs count="9"', 'cellXfs count="3"'),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in changed.items():
            archive.writestr(name, strict(content))
    return file.getvalue()


def in_strict(text: str) -> str:
    """The same part in the namespaces of the strict standard, which openpyxl cannot read."""
    main, strict = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return text.replace(main, strict).replace(office, "http://purl.oclc.org/ooxml/officeDocument/relationships")
