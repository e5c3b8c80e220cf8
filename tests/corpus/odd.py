"""Workbooks that look odd and are good: nothing must be corrected, hardly anything is worth a remark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.protection import SheetProtection

from tests.corpus.build import Case, case, layout
from tests.corpus.strokes import (
    add_name,
    add_sheet,
    by_libreoffice,
    by_openpyxl,
    checked,
    clear,
    copy_row,
    counting_from_1904,
    cut_rows,
    dates_spelled_out,
    delete_name,
    delete_sheet,
    drop_names,
    drop_part,
    embed,
    filter_rows,
    hide_rows,
    hide_sheet,
    in_utf16,
    insert_column,
    insert_rows,
    move_sheet,
    on_all,
    overwrite_formula,
    put,
    rename_sheet,
    reword,
    set_name,
    show_sheet,
    sort,
    strictly,
    texts_in_cells,
    texts_in_pieces,
    widen,
    with_absolute_targets,
    with_prefixes,
    without,
    without_addresses,
)
from workbook.layout import Layout

COVER = "sheet:封面与说明"
HELPS = (
    "cols",
    "hyperlinks",
    "sheetViews",
    "sheetProtection",
    "dataValidations",
    "conditionalFormatting",
    "pageSetup",
    "headerFooter",
)


def places(layout: Layout) -> Iterator[str]:
    """Every answer and table that has a name, by its first cell."""
    for place in layout.inputs.values():
        yield min(place.columns, key=lambda key, place=place: place.columns[key])  # type: ignore[misc]
    for table in layout.tables.values():
        row = table.table.fixed[0].id if table.table.fixed else "1"
        yield f"{table.table.id}/{row}/{min(table.spans, key=lambda key, table=table: table.spans[key][0])}"  # type: ignore[misc]


EVERY_NAME_LOST = ", ".join(f"T24 {spot}" for spot in places(layout()))


# --- in openpyxl -----------------------------------------------------------------------------------------------


def dressed_up(book: openpyxl.Workbook) -> None:
    """Other fonts, colours and alignments in every cell."""
    for sheet in book.worksheets:
        if not sheet.title.startswith("_"):
            for row in sheet.iter_rows(max_row=40, max_col=12):
                for cell in row:
                    cell.font = Font(name="楷体", size=14, color="FF0000", bold=True)
                    cell.fill = PatternFill("solid", fgColor="FFFF00")
                    cell.alignment = Alignment(wrap_text=True, horizontal="right")


def remarked(book: openpyxl.Workbook) -> None:
    """Comments on answers and labels."""
    sheet = book["二 核心竞争力"]
    sheet["B20"].comment = Comment("请财务科核对", "张")
    sheet["C20"].comment = Comment("见统计年鉴", "李")
    book["企业名录"]["B7"].comment = Comment("已迁入", "王")


def coloured(book: openpyxl.Workbook) -> None:
    """Conditional formats of the operator's own."""
    fill = PatternFill("solid", bgColor="FF00FF")
    for name in ("企业名录", "二 核心竞争力"):
        book[name].conditional_formatting.add(
            "A1:Z2000", Rule(type="expression", formula=["A1>0"], dxf=DifferentialStyle(fill=fill))
        )


def shown_as_other_numbers(book: openpyxl.Workbook) -> None:
    """Figures, days and codes shown in other formats; what they are stays the same."""
    for sheet in book.worksheets:
        if not sheet.title.startswith("_"):
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, int | float) and cell.data_type == "n":
                        cell.number_format = "0.00E+00"


def locked(book: openpyxl.Workbook) -> None:
    """Every sheet protected with a password, and the structure of the book."""
    for sheet in book.worksheets:
        sheet.protection = SheetProtection(sheet=True, password="1234")  # noqa: S106 - of an example


# --- the cases -------------------------------------------------------------------------------------------------

PROGRAMS: Mapping[str, Case] = {
    "as-it-was-filled-in": case(),
    "saved-by-openpyxl": case(by_openpyxl()),
    "saved-by-libreoffice": case(by_libreoffice("xlsx")),
    "saved-by-libreoffice-as-ods-and-back": case(by_libreoffice("ods", "xlsx")),
    "checked-and-checked-again": case(checked),
    "checked-three-times": case(checked, checked, checked),
    "checked-and-saved-by-openpyxl": case(checked, by_openpyxl()),
    "checked-and-rows-inserted": case(checked, insert_rows("label:area", 3)),
    "checked-and-sorted": case(checked, sort("roster", "name")),
    "checked-and-evidence-sorted": case(checked, sort("evidence", "evidence_name")),
    "checked-and-rows-inserted-in-a-table": case(checked, insert_rows("chain/2/link_name")),
    "of-the-first-version": case(base="shanghai-2024-1.0.xlsx", expect=f"T26 {COVER}"),
    "of-the-first-version-checked-and-saved-by-openpyxl": case(
        checked, by_openpyxl(), base="shanghai-2024-1.0.xlsx", expect=f"T26 {COVER}"
    ),
    "without-any-name": case(drop_names, expect=EVERY_NAME_LOST),
}

APPEARANCE: Mapping[str, Case] = {
    "dressed-up-and-remarked": case(by_openpyxl(dressed_up, remarked)),
    "coloured-and-shown-as-other-numbers": case(by_openpyxl(coloured, shown_as_other_numbers)),
    "locked-with-a-password": case(by_openpyxl(locked)),
    "other-widths-and-heights": case(on_all(widen)),
    "without-all-that-helps": case(on_all(lambda sheet: without(sheet, *HELPS))),
    "headings-hidden": case(hide_rows("sheet:二 核心竞争力", 3)),
    "hidden-sheets-shown": case(show_sheet("_meta"), show_sheet("_lists"), show_sheet("_live")),
    "hidden-deeply": case(hide_sheet("_live", "veryHidden"), hide_sheet("_meta", "veryHidden")),
}

ROWS_AND_SHEETS: Mapping[str, Case] = {
    "rows-inserted-above-everything": case(insert_rows("sheet:二 核心竞争力", 2)),
    "rows-inserted-between-blocks": case(insert_rows("head:output_total@0↓-1", 3)),
    "row-inserted-between-answers": case(insert_rows("label:area", 1)),
    "rows-inserted-inside-an-open-table": case(insert_rows("chain/2/link_name", 2)),
    "rows-inserted-inside-a-register": case(insert_rows("roster/5/name", 3)),
    "rows-inserted-inside-a-printed-table": case(insert_rows("services/training/service_times", 2)),
    "blank-rows-cut-from-a-register": case(cut_rows("roster/100/name", 500)),
    "blank-rows-cut-from-an-open-table": case(cut_rows("events/10/event_name", 5)),
    "column-of-ones-own-in-a-register": case(
        insert_column("head:roster/staff", "内部编号", "A-01", "A-02"),
        expect="T15 head:roster/staff",
    ),
    "column-inserted-before-everything": case(insert_column("sheet:二 核心竞争力")),
    "register-sorted": case(sort("roster", "name")),
    "register-with-gaps": case(sort("roster", "uscc", gaps=3)),
    "register-filtered": case(filter_rows("roster", "size", "小型")),
    "register-made-a-table-and-filtered": case(
        filter_rows("roster", "size", "小型", as_table=True),
    ),
    "evidence-filtered-and-sorted": case(
        sort("evidence", "evidence_name"), filter_rows("evidence", "evidence_copy", "原件")
    ),
    "sheets-of-ones-own": case(
        add_sheet("底稿", ("企业", "产值"), ("甲", 30), ("乙", Decimal("1.5"))),
        add_sheet("工作安排", ("集群总产值", "亿元")),
        add_sheet("Sheet1"),
        add_sheet("空表", hidden=True),
    ),
    "hidden-sheet-of-ones-own": case(add_sheet("草稿", ("x",), hidden=True), expect="T18 sheet:草稿"),
    "sheet-moved": case(move_sheet("企业名录", 9), expect=f"T21 {COVER}"),
    "sheet-renamed": case(rename_sheet("五 协同创新", "五、协同创新"), expect="T11 sheet:五、协同创新"),
    "sheets-with-exchanged-names": case(
        rename_sheet("五 协同创新", "暂"),
        rename_sheet("六 数字化转型", "五 协同创新"),
        rename_sheet("暂", "六 数字化转型"),
        expect="T11 sheet:五 协同创新, T11 sheet:六 数字化转型",
    ),
    "own-sheet-in-front": case(add_sheet("目录", ("x",)), move_sheet("目录", 0)),
    "result-sheets-deleted": case(delete_sheet("短板清单", "数据问题"), expect=""),
    "calculations-deleted": case(delete_sheet("_live"), expect=f"T13 {COVER}"),
    "cover-deleted": case(delete_sheet("封面与说明"), expect=f"T13 {COVER}"),
    "lists-deleted": case(delete_sheet("_lists"), expect=f"T13 {COVER}"),
    "live-check-overwritten": case(overwrite_formula("二 核心竞争力", "✓ 达标"), expect="T13 formula:二 核心竞争力"),
    "note-outside-the-form": case(put("label:area→13", "内部备注"), expect="T15 label:area→13"),
    "document-embedded": case(embed("二 核心竞争力", "证明.docx"), expect=f"T25 {COVER}"),
}

TEXTS: Mapping[str, Case] = {
    "names-of-ones-own": case(
        add_name("产值", "'二 核心竞争力'!$C$20"), add_name("坏名", "#REF!"), add_name("in_extra", "'别处'!$A$1:$B$9")
    ),
    "name-stretched-to-a-column": case(set_name("in_area", "'二 核心竞争力'!$C:$C"), expect="T24 area"),
    "one-name-lost": case(delete_name("in_area"), expect="T24 area"),
    "name-of-a-table-lost": case(delete_name("tb_chain"), expect="T24 chain/1/link_name"),
    "white-space-everywhere": case(
        reword("label:area", lambda text: f" {text}\u3000\n"),
        reword("head:roster/revenue", lambda text: text[0] + " " + text[1:]),
        reword("catalogue", lambda text: f" {text}\u3000"),
        reword("roster/2/size", lambda text: f"{text}\u00a0\u200b"),
        reword("operator_uscc", lambda code: f" {code[:6]} {code[6:]}\u3000"),
        reword("governed_uscc", str.lower),
        reword("titles/1/title_uscc", str.lower),
    ),
    "quotation-marks-left-out": case(
        put("titles/1/title_kind", "专精特新小巨人企业"), put("titles/2/title_kind", '专精特新"小巨人"企业')
    ),
    "as-another-program-stores-it": case(
        put("mobile", 13946647663),
        put("roster/2/industry", 2683),
        put("area", Decimal("41.219999999999999")),
        put("plan_date", Decimal("45694.75")),
    ),
    "more-than-was-asked": case(
        put("mobile", "139-4664-7663"),
        reword("roster/2/industry", lambda code: f"C{code}"),
        put("area", Decimal("41.2212345678912")),
        expect="F16 area",
    ),
    "name-with-line-break": case(reword("niche", lambda text: f"{text}\n（含护发）")),
    "optional-answers-left-out": case(clear("email", "operator_address", "parks", "district_phone", "base_stations")),
    "row-of-blanks-in-a-table": case(put("exchanges/9/exchange_text", " "), put("events/7/event_host", "\u3000")),
    "row-appended-far-below": case(copy_row("evidence", 3, 400)),
}

PACKAGE: Mapping[str, Case] = {
    "texts-in-cells": case(texts_in_cells),
    "texts-in-pieces": case(texts_in_pieces),
    "without-document-properties": case(drop_part("docProps/core.xml", "docProps/app.xml")),
    "without-a-theme": case(drop_part("xl/theme/theme1.xml")),
    "in-utf-16": case(in_utf16),
    "with-absolute-targets": case(with_absolute_targets),
    "with-prefixes": case(with_prefixes),
    "without-addresses": case(without_addresses),
    "strict-open-xml": case(strictly),
    "days-spelled-out": case(dates_spelled_out),
    "counting-from-1904": case(counting_from_1904, expect=f"T19 {COVER}"),
}

ODD: Mapping[str, Case] = {**PROGRAMS, **APPEARANCE, **ROWS_AND_SHEETS, **TEXTS, **PACKAGE}
