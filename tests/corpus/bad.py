"""Workbooks that somebody got wrong, each named by its reason, with all that must be said of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import openpyxl

from tests.corpus.build import Case, case, layout
from tests.corpus.draft import WORKBOOK, Content, Failure, Formula
from tests.corpus.strokes import (
    add_macros,
    add_name,
    add_part,
    add_sheet,
    broken,
    broken_part,
    by_openpyxl,
    calculated,
    checked,
    clear,
    clear_row,
    clear_table,
    connect,
    copy,
    copy_row,
    copy_sheet,
    cut_column,
    cut_rows,
    delete_name,
    delete_sheet,
    drop_part,
    embed,
    hide_column,
    hide_rows,
    hide_sheet,
    insert_rows,
    is_gone,
    is_really,
    link_outside,
    link_program,
    merge,
    overwrite_formula,
    packed,
    plus,
    point_name,
    put,
    rename_sheet,
    reword,
    seal_with,
    set_name,
    state,
    swap_names,
    times,
)
from workbook.layout import Layout

COVER = "sheet:封面与说明"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Nothing in the register is compared with the totals.
SUMMARISED = put("filing_mode", "汇总填报")


def required(layout: Layout) -> Iterator[str]:
    """Everything that has to be filled in."""
    for place in layout.inputs.values():
        yield from place.columns if place.field.required else ()
    for name, table in ((table.table.id, table.table) for table in layout.tables.values()):
        if table.required and not table.fixed:
            yield f"{name}/1/{table.columns[0].id}"
        slots = [slot for column in table.columns if column.required for slot in column.slots]
        yield from (f"{name}/{row.id}/{slot}" for row in table.fixed for slot in slots)


def widened(text: str) -> str:
    """The same in letters as wide as Chinese ones."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def emptied(book: openpyxl.Workbook) -> None:
    """Keep the first sheet only."""
    for sheet in book.worksheets[1:]:
        book.remove(sheet)


OPENING: Mapping[str, Case] = {
    "W01-no-such-file": case(is_gone, expect="W01"),
    "W02-empty-file": case(is_really(b""), expect="W02"),
    "W02-csv-renamed": case(is_really("企业名称,产值\n甲公司,30\n".encode("gb18030")), expect="W02"),
    "W02-png-renamed": case(is_really(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), expect="W02"),
    "W02-pdf-renamed": case(is_really(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), expect="W02"),
    "W02-old-xls-renamed": case(is_really(OLE + "Workbook\0".encode("utf-16-le")), expect="W02"),
    "W02-web-page-renamed": case(
        is_really(b"<html><body><table><tr><td>30</td></tr></table></body></html>"), expect="W02"
    ),
    "W02-ods-renamed": case(is_really(packed(mimetype="application/vnd.oasis.opendocument.spreadsheet")), expect="W02"),
    "W02-zip-of-a-folder-renamed": case(is_really(packed(申报材料__申报工作簿="x")), expect="W02"),
    "W03-opens-with-a-password-only": case(is_really(OLE + "EncryptedPackage".encode("utf-16-le")), expect="W03"),
    "W04-part-that-swells": case(add_part("xl/media/image1.bin", bytes(4_000_000)), expect="W04"),
    "W04-more-than-a-thousand-parts": case(*(add_part(f"xl/media/{i}.bin", b"x") for i in range(1_000)), expect="W04"),
    "W05-cut-off-in-transfer": case(broken(lambda file: file[: len(file) // 2]), expect="W05"),
    "W05-last-bytes-missing": case(broken(lambda file: file[:-30]), expect="W05"),
    "W05-one-byte-flipped": case(
        broken(lambda file: file[:9000] + bytes([file[9000] ^ 0x55]) + file[9001:]), expect="W05"
    ),
    "W05-sheet-that-is-no-xml": case(
        broken_part("xl/worksheets/sheet6.xml", lambda part: part[: len(part) // 2]), expect="W05"
    ),
    "W05-without-its-workbook-part": case(drop_part(WORKBOOK), expect="W05"),
    "W06-macros": case(add_macros, expect="W06"),
    "W06-dde-link": case(link_program, expect="W06"),
    "W06-document-type-declaration": case(
        broken_part(WORKBOOK, lambda part: part.replace(b"<workbook ", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook ', 1)),
        expect="W06",
    ),
    "W06-part-that-climbs-out": case(add_part("../../evil.xml", b"<x/>"), expect="W06"),
    "W07-somebody-elses-workbook": case(by_openpyxl(emptied), expect="W07"),
    "W07-identity-sheet-deleted": case(delete_sheet("_meta"), expect="W07"),
    "W08-unknown-policy": case(state("meta_policy", "beijing-2024"), expect="W08"),
    "W08-wrong-season": case(state("meta_season", "2019"), expect="W08"),
    "W08-no-season": case(state("meta_season", ""), expect="W08"),
    "W08-version-of-the-future": case(state("meta_template", "9.9"), expect="W08"),
    "W12-the-master-workbook-itself": case(add_name("meta_master", "'_meta'!$A$1"), expect="W12"),
}

STRUCTURE: Mapping[str, Case] = {
    "T1-sheet-deleted": case(delete_sheet("八 产业开放合作"), expect=f"T1 {COVER}"),
    "T1-two-sheets-deleted": case(delete_sheet("八 产业开放合作", "佐证材料"), expect=f"T1 {COVER}, T1 {COVER}"),
    "T1-register-deleted": case(delete_sheet("企业名录"), expect=f"T1 {COVER}"),
    "T1-only-a-copy-is-left": case(
        copy_sheet("二 核心竞争力", "二 核心竞争力 (2)"), delete_sheet("二 核心竞争力"), expect=f"T1 {COVER}"
    ),
    "T2-mark-of-another-template": case(state("meta_mark", "000000000000"), expect=f"T2 {COVER}"),
    "T2-mark-wiped-out": case(state("meta_mark", ""), expect=f"T2 {COVER}"),
    "T3-names-lost-and-labels-altered": case(
        delete_name("in_area"),
        put("label:area", "占地"),
        set_name("in_exports", "#REF!"),
        put("label:exports", "出口"),
        expect="T3 area, T3 exports@-2",
    ),
    "T3-name-pointed-at-another-answer": case(point_name("in_email", "contact"), expect="T3 contact"),
    "T3-names-swapped": case(
        swap_names("in_output_sme", "in_output_main"), expect="T3 output_main@-2, T3 output_sme@-2"
    ),
    "T3-rows-of-three-answers-cut": case(cut_rows("label:area", 3), expect="T3 area, T3 area_reason, T3 catalogue"),
    "T3-head-of-a-printed-table-cut": case(
        cut_rows("head:services/service_times"), expect="T3 services/information/service_times↓-1"
    ),
    "T3-row-of-an-answer-cut": case(cut_rows("area"), expect="T3 area"),
    "T3-column-of-a-register-cut": case(cut_column("roster/1/revenue"), expect="T3 roster/1/name"),
    "T3-head-of-a-register-cut": case(cut_rows("head:roster/name"), expect="T3 roster/1/name↓-1"),
    "T4-labels-and-units": case(
        put("label:output_total", "集群总产值（万元）"),
        clear("label:area"),
        put("unit:output_total", "万元"),
        put("unit:energy_total", ""),
        expect="T4 label:output_total, T4 label:area, T4 unit:output_total, T4 unit:energy_total",
    ),
    "T4-year-shifted-everywhere": case(
        *(put(f"head:output_total@{year}", f"{2024 + year}年") for year in (-3, -2, -1, 0)),
        expect=", ".join(f"T4 head:output_total@{year}" for year in (-3, -2, -1, 0)),
    ),
    "T4-titles-of-columns-and-rows": case(
        put("head:roster/revenue", "营业收入（亿元）"),
        put("under:roster/assets", "亿元"),
        put("label:services/training", "其他服务"),
        expect="T4 head:roster/revenue, T4 under:roster/assets, T4 label:services/training",
    ),
    "T4-titles-of-two-columns-exchanged": case(
        put("head:cooperation/partner_from", "结束日期"),
        put("head:cooperation/partner_to", "开始日期"),
        expect="T4 head:cooperation/partner_from, T4 head:cooperation/partner_to",
    ),
    "T6-link-to-another-workbook": case(link_outside("file:///D:/产值.xlsx"), expect=f"T6 {COVER}"),
    "T6-connection-to-a-database": case(connect, expect=f"T6 {COVER}"),
    "T7-row-below-a-full-table": case(put("events/20/event_name↓1", "第三届论坛"), expect="T7 events/20/event_name↓1"),
    "T7-row-below-the-last-of-a-register": case(
        put("evidence/500/evidence_rule↓3", "6.1-01"),
        expect="T7 evidence/500/evidence_rule↓3",
    ),
    "T10-changed-after-the-check": case(checked, put("area", 30), expect="T10 area"),
    "T10-row-added-after-the-check": case(checked, copy_row("exchanges", 1, 3), expect="T10 exchanges/3/exchange_text"),
    "T10-row-removed-after-the-check": case(checked, clear_row("exchanges", 2), expect="T10 exchanges/1/exchange_text"),
    "T10-number-of-a-row-corrected-after-the-check": case(
        checked,
        put("platforms/1/platform_number", "沪技中〔2025〕1号"),
        expect="T10 platforms/1/platform_number",
    ),
    "T10-day-corrected-after-the-check": case(checked, put("plan_date", date(2026, 1, 1)), expect="T10 plan_date"),
    "T12-threshold-and-guidance-altered": case(
        put("rule:6.2-07", "不低于 1 亿元"),
        put("guide:exports", "不含服务贸易"),
        expect="T12 rule:6.2-07, T12 guide:exports",
    ),
    "T12-every-threshold-of-a-sheet-altered": case(
        *(put(f"rule:6.2-{number}", "不作要求") for number in ("07", "08", "09", "10")), expect="T12 rule:6.2-07"
    ),
    "T12-choice-added-to-a-list-and-chosen": case(
        put("text:_lists/浦东新区", "南汇区"), put("district", "南汇区"), expect="F6 district, T12 text:_lists/浦东新区"
    ),
    "T14-figure-beside-its-cell": case(put("output_sme@-2→-1", 25), expect="T14 output_sme@-2→-1"),
    "T14-text-to-the-right-of-a-table": case(
        put("alliances/1/alliance_text→1", "另附协议"), expect="T14 alliances/1/alliance_text→1"
    ),
    "T16-row-with-an-answer-hidden": case(hide_rows("area"), expect="T16 area"),
    "T16-column-of-a-register-hidden": case(hide_column("roster/1/revenue"), expect="T16 roster/1/revenue"),
    "T16-rows-of-a-register-hidden-by-hand": case(hide_rows("roster/3/name", 4), expect="T16 roster/3/name"),
    "T17-sheets-of-answers-hidden": case(
        hide_sheet("五 协同创新"),
        hide_sheet("佐证材料", "veryHidden"),
        expect="T17 sheet:五 协同创新, T17 sheet:佐证材料",
    ),
    "T20-answer-typed-after-the-last-calculation": case(calculated("state_area", "0"), expect="T20 area"),
    "T20-answer-deleted-after-the-last-calculation": case(
        calculated("state_email", "1"), clear("email"), expect="T20 email"
    ),
    "T22-two-printed-rows-cut": case(
        cut_rows("services/training/service_times", 2),
        expect="T22 services/information/service_times, T22 services/information/service_times",
    ),
    "T23-copy-of-a-sheet": case(copy_sheet("二 核心竞争力", "二 核心竞争力 (2)"), expect="T23 sheet:二 核心竞争力 (2)"),
    "T23-copy-that-was-filled-in-instead": case(
        copy_sheet("二 核心竞争力", "二 核心竞争力 (2)"),
        clear("area"),
        expect="T23 sheet:二 核心竞争力 (2), F1 area",
    ),
    "T27-seal-damaged": case(checked, seal_with("eJyr5lIqLS7JT1WyUjI"), expect=f"T27 {COVER}"),
}


def all_are(code: str, contents: Mapping[str, Content]) -> Case:
    """Contents that all have the same thing wrong with them, by spot."""
    strokes = (put(spot, content) for spot, content in contents.items())
    return case(*strokes, expect=", ".join(f"{code} {spot}" for spot in contents))


VALUES: Mapping[str, Case] = {
    "T5-error-values-of-every-kind": all_are(
        "T5",
        {
            "area": Failure("#DIV/0!", "20/0"),
            "output_total@0": Failure("#REF!", "#REF!+1"),
            "rd_total@-1": Failure("#VALUE!", '"3亿"+1'),
            "firms@0": Failure("#NAME?", "SUMME(1)"),
            "roster/2/industry": Failure("#N/A", 'VLOOKUP("x",A1:B2,2,0)'),
            "exports@0": Failure("#NUM!", "SQRT(-1)"),
            "branches": Failure("#NULL!", "A1 B2"),
            "plan_date": Failure("#N/A"),
            "niche": Failure("#SPILL!"),
        },
    ),
    "F1-left-out": case(
        clear("output_total@0", "catalogue", "roster/3/revenue"),
        expect="F1 output_total@0, F1 catalogue, F1 roster/3/revenue",
    ),
    "F1-row-begun-and-not-finished": case(
        put("exchanges/5/exchange_partner", "某大学"),
        expect="F1 exchanges/5/exchange_text, F1 exchanges/5/exchange_kind",
    ),
    "F1-required-table-empty": case(clear_table("main_industries", 8), expect="F1 main_industries/1/main_name"),
    "F1-printed-row-left-out": case(
        clear("self_2/6.2-01/self_2_view", "self_2/6.2-01/self_2_text"),
        expect="F1 self_2/6.2-01/self_2_view, F1 self_2/6.2-01/self_2_text",
    ),
    "F1-nothing-that-can-be-seen": all_are(
        "F1", {"niche": "   ", "area": "\u3000", "firms@0": "\u00a0", "contact": "\u200b\ufeff", "boundary": "\n\t\n"}
    ),
    "F2-figures-with-words-around-them": all_are(
        "F2",
        {
            "output_total@0": "30亿",
            "output_total@-1": "3000万元",
            "output_sme@0": "60.7956亿元",
            "output_main@0": "约30",
            "rd_total@0": "≥3.3",
            "rd_total@-1": "2亿多",
            "exports@0": "没有。",
            "firms@0": "12 家",
            "roster/5/staff": "250人",
            "energy_total@0": "12215吨标准煤",
        },
    ),
    "F2-figures-in-other-characters": all_are(
        "F2",
        {
            "firms@0": "１２",
            "energy_total@0": "1,234",
            "energy_total@-1": "9，531",
            "output_total@0": "三十亿",
            "output_total@-1": "9O.2",
            "output_sme@0": "60。8",
            "output_main@0": "76.3.5",
            "rd_total@0": "３．３",
        },
    ),
    "F2-figures-kept-as-text": all_are(
        "F2",
        {
            "output_total@0": "90.1962",
            "output_total@-1": "78.043 ",
            "output_sme@0": "\u00a060.8",
            "output_main@0": "7.6e1",
            "rd_total@0": "30-35",
            "exports@0": "4.5+5.1",
            "clean_share@0": "38%",
            "area": "2025-03-01",
            "firms@0": "16\u200b",
            "staff_total@0": True,
        },
    ),
    "F3-percent-without-its-sign": all_are("F3", {"clean_share@0": 60, "clean_share@-1": 100, "district_share": 1020}),
    "F3-more-than-the-whole": case(put("clean_share@0", Decimal("1.38")), expect="F3 clean_share@0"),
    "F4-formulas-in-cells": all_are(
        "F4",
        {
            "area": Formula("20+5", Decimal(25)),
            "niche": Formula('"功效"&"护肤品"', "功效护肤品"),
            "plan_date": Formula("DATE(2025,2,6)", Decimal(45694)),
            "roster/2/joined": Formula("2000+15", Decimal(2015)),
        },
    ),
    "F4-formula-of-another-workbook": case(
        link_outside("file:///D:/产值.xlsx"),
        put("area", Formula("[1]Sheet1!A1", Decimal(25))),
        expect=f"T6 {COVER}, F4 area",
    ),
    "F15-formulas-that-came-to-nothing": all_are(
        "F15", {"area": Formula("20+5"), "niche": Formula('IF(1=1,"","x")', ""), "exports@0": Formula("B1", "\u3000")}
    ),
    "F5-days-as-text": all_are(
        "F5",
        {
            "plan_date": "2024.5",
            "chain_map_date": "2024年5月",
            "operator_founded": "2024年5月6日",
            "commitment_date": "2026-09-18",
            "titles/1/title_issued": "2024/5/6",
            "titles/1/title_until": "长期",
            "events/1/event_date": "去年",
            "alliances/1/alliance_date": "20240506",
        },
    ),
    "F5-days-that-do-not-exist": all_are(
        "F5",
        {
            "plan_date": "2024-13-01",
            "chain_map_date": "2024-02-30",
            "operator_founded": date(1912, 1, 1),
            "commitment_date": date(2199, 1, 1),
            "titles/1/title_issued": 20240506,
            "titles/1/title_until": 2027,
            "events/1/event_date": 0,
            "alliances/1/alliance_date": -5,
            "exchanges/1/exchange_date": True,
        },
    ),
    "F6-pasted-and-not-in-the-list": all_are(
        "F6",
        {
            "district": "上海市奉贤区",
            "direction": "生物医药、人工智能",
            "roster/2/main": "Yes",
            "roster/2/located": "√",
            "roster/2/size": "小",
            "green_service": 1,
            "governed": True,
            "pillar": "特色产业集群",
        },
    ),
    "F6-level-of-a-standard": case(
        put("standards/2/standard_level", "行标"),
        expect="F6 standards/2/standard_level",
    ),
    "F7-letters-for-digits": case(
        reword("operator_uscc", lambda code: code.replace("0", "O", 1)),
        reword("governed_uscc", lambda code: code.replace("1", "I", 1)),
        expect="F7 operator_uscc, F7 governed_uscc",
    ),
    "F7-one-digit-short-one-too-many": case(
        reword("operator_uscc", lambda code: code[:-1]),
        reword("governed_uscc", lambda code: code + "0"),
        expect="F7 operator_uscc, F7 governed_uscc",
    ),
    "F7-wrong-check-digit-and-digits-exchanged": case(
        reword("operator_uscc", lambda code: code[:-1] + ("1" if code[-1] == "0" else "0")),
        reword("governed_uscc", lambda code: code[:6] + code[7] + code[6] + code[8:]),
        expect="F7 operator_uscc, F7 governed_uscc",
    ),
    "F7-wide-digits": case(
        reword("operator_uscc", widened),
        expect="F7 operator_uscc",
    ),
    "F7-number-and-registration-number-of-old": all_are(
        "F7", {"operator_uscc": Decimal(913101201234567000), "governed_uscc": "310226000123456"}
    ),
    "F8-short-and-without-an-at": all_are("F8", {"mobile": "1394664766", "email": "jiqun.example.com"}),
    "F8-land-line-and-two-addresses": all_are("F8", {"mobile": "021-12345678", "email": "a@b.cn c@d.cn"}),
    "F9-placeholders": all_are(
        "F9",
        {
            "exports@0": "无",
            "exports@-1": "—",
            "niche": "/",
            "rank_source": "同上",
            "boundary": "待补",
            "plan_date": "无",
            "roster/4/name": "N/A",
            "contact": "－",
            "self_2/6.2-01/self_2_text": "略",
            "firms@0": " 暂无 ",
        },
    ),
    "F10-too-short-and-too-long": all_are(
        "F10", {"cluster_name": "集群", "operator_name": "上海美丽健康产业园区运营管理有限公司" * 5}
    ),
    "F11-two-names-merged": case(
        merge("roster/2/name", "roster/3/name"), clear("roster/3/name"), expect="F11 roster/2/name, F1 roster/3/name"
    ),
    "F11-two-years-merged": case(
        merge("exports@-2", "exports@-1"), clear("exports@-1"), expect="F11 exports@-2, F1 exports@-1"
    ),
    "F11-answer-merged-into-its-label": case(merge("label:area", "area"), expect="F11 label:area"),
    "F12-out-of-range": all_are(
        "F12",
        {
            "exports@0": -3,
            "roster/2/joined": 202,
            "area": Decimal("1e30"),
            "rd_total@0": Decimal("1e-12"),
            "energy_total@0": Decimal("1e15"),
            "safety_count@0": -1,
        },
    ),
    "F13-half-a-firm-and-half-a-person": all_are(
        "F13", {"firms@-1": Decimal("16.5"), "roster/2/staff": Decimal("155.5")}
    ),
    "F14-codes-of-no-industry": all_are(
        "F14",
        {
            "main_industries/1/main_code": "9999",
            "main_industries/2/main_code": "268",
            "roster/2/industry": 111,
            "roster/3/industry": "化妆品制造",
        },
    ),
}

CONTRADICTIONS: Mapping[str, Case] = {
    "X1-part-above-its-whole": case(times("output_sme@-1", "1.6"), expect="X1 output_sme@-1"),
    "X2-more-smes-than-firms": case(
        put("smes@-1", 17),
        put("appeals_closed", 40),
        put("chain/1/link_firms", 17),
        expect="X2 smes@-1, X2 appeals_closed, X2 chain/1/link_firms",
    ),
    "X3-register-far-from-the-total": case(times("output_main@-2", "0.9"), expect="X3 output_main@-2"),
    "X4-title-expired": case(put("titles/1/title_until", date(2025, 12, 31)), expect="X4 titles/1/title_until"),
    "X5-one-firm-too-many": case(plus("firms@0", "1"), expect="X5 firms@0"),
    "X5-staff-of-the-register": case(plus("staff_total@0", "400"), expect="X5 staff_total@0"),
    "X6-ten-thousand-times-too-much": case(times("exports@-1", "10000"), expect="X6 exports@-1"),
    "X6-row-in-the-wrong-unit-in-detail": case(
        times("roster/2/output@-1", "10000"),
        expect="X6 roster/2/output@-1, X3 output_total@-1, X3 output_main@-1",
    ),
    "X7-jump-and-fall-without-a-reason": case(
        times("exports@0", "2.5"), times("energy_total@0", "0.3"), expect="X7 exports@0, X7 energy_total@0"
    ),
    "X8-firm-listed-twice": case(SUMMARISED, copy_row("roster", 2, 17), expect="X8 roster/17/uscc"),
    "X9-size-that-does-not-follow": case(put("roster/2/size", "微型"), expect="X9 roster/2/size"),
    "X11-operator-with-two-codes": case(copy("roster/1/uscc", "governed_uscc"), expect="X11 governed_uscc"),
    "X12-count-without-a-row": case(put("safety_count@-1", 1), expect="X12 safety_count@-1"),
    "X12-row-without-a-count": case(
        put("incidents/1/incident_firm", "某公司"),
        put("incidents/1/incident_kind", "安全事故"),
        put("incidents/1/incident_level", "较大"),
        put("incidents/1/incident_date", date(2024, 5, 6)),
        expect="X12 safety_count@-1",
    ),
    "X13-area-beyond-the-district": case(put("area", 9999), expect="X13 area"),
    "X14-standard-listed-twice-in-wide-letters": case(
        copy_row("standards", 1, 4),
        reword("standards/4/standard_number", widened),
        expect="X14 standards/4/standard_number",
    ),
    "X14-title-listed-twice": case(copy_row("titles", 1, 47), expect="X14 titles/47/title_uscc"),
    "X15-baseline-below-the-figure": case(
        times("targets/6.2-07/target_baseline", "0.9"), expect="X15 targets/6.2-07/target_baseline"
    ),
    "X16-follows-from-a-mistyped-code": case(
        reword("roster/2/uscc", lambda code: code[:-1]),
        expect="F7 roster/2/uscc",
    ),
    "X16-follows-from-a-missing-code": case(
        clear("roster/2/uscc"),
        expect="F1 roster/2/uscc",
    ),
    "X16-title-of-a-stranger": case(copy("operator_uscc", "titles/1/title_uscc"), expect="X16 titles/1/title_uscc"),
    "X17-register-near-the-total": case(times("output_main@-2", "0.98"), expect="X17 output_main@-2"),
    "X18-registered-elsewhere": case(put("roster/3/registered", "浦东新区"), expect="X18 roster/3/registered"),
    "X19-ends-before-it-begins": case(
        put("cooperation/1/partner_to", date(2023, 1, 1)), expect="X19 cooperation/1/partner_to"
    ),
    "X20-fair-and-founding-in-the-future": case(
        put("events/1/event_date", date(2027, 1, 1)),
        put("operator_founded", date(2066, 4, 27)),
        expect="X20 events/1/event_date, X20 operator_founded",
    ),
    "X20-platform-of-the-future": case(
        put("platforms/1/platform_date", date(2027, 1, 1)),
        expect="X20 platforms/1/platform_date",
    ),
    "X21-title-with-two-numbers": case(
        copy_row("titles", 1, 47),
        put("titles/47/title_number", "沪经信企〔2025〕1号"),
        expect="X21 titles/47/title_uscc",
    ),
    "X22-one-name-two-codes": case(
        SUMMARISED, copy_row("roster", 2, 17), copy("operator_uscc", "roster/17/uscc"), expect="X22 roster/17/name"
    ),
    "X23-title-for-smes-of-a-large-firm": case(
        copy_row("titles", 1, 47), copy("roster/1/uscc", "titles/47/title_uscc"), expect="X23 titles/47/title_kind"
    ),
    "X24-energy-that-does-not-divide": case(
        put("energy_per_output@0", Decimal("0.5")), expect="X24 energy_per_output@0"
    ),
    "X25-aim-below-the-baseline": case(put("targets/6.2-07/target@1", 50), expect="X25 targets/6.2-07/target@1"),
    "X26-firm-outside-the-cluster": case(put("roster/4/located", "否"), expect="X26 roster/4/located"),
    "X27-signed-by-another": case(put("commitment_signer", "王五"), expect="X27 commitment_signer"),
    "E1-rule-without-evidence": case(clear_row("evidence", 1), expect="E1 evidence/1/evidence_rule"),
}

SEVERAL: Mapping[str, Case] = {
    "label-unit-and-answer-of-one-row": case(
        put("label:area", "占地"),
        put("unit:area", "亩"),
        put("area", "6万亩"),
        expect="T4 label:area, T4 unit:area, F2 area",
    ),
    "every-year-of-one-row": case(
        put("output_total@-3", "58亿"),
        clear("output_total@-2"),
        put("output_total@-1", Failure("#REF!", "#REF!")),
        put("output_total@0", -90),
        expect="F2 output_total@-3, F1 output_total@-2, T5 output_total@-1, F12 output_total@0",
    ),
    "every-column-of-one-firm": case(
        put("roster/2/located", "在"),
        put("roster/2/industry", "268"),
        put("roster/2/staff", "155人"),
        put("roster/2/revenue", "1.2亿"),
        put("roster/2/size", "小"),
        put("roster/2/joined", "2015年"),
        expect="F6 roster/2/located, F14 roster/2/industry, F2 roster/2/staff, F2 roster/2/revenue, "
        "F6 roster/2/size, F2 roster/2/joined",
    ),
    "rows-inserted-and-a-fault-below": case(
        insert_rows("label:area", 2), put("area↓2", "25平方公里"), expect="F2 area↓2"
    ),
    "renamed-sheet-with-a-fault": case(
        put("exports@0", "10亿"),
        rename_sheet("八 产业开放合作", "八、产业开放合作"),
        expect="T11 sheet:八、产业开放合作, F2 exports@0",
        renamed={"八 产业开放合作": "八、产业开放合作"},
    ),
    "hidden-merged-and-in-error": case(
        hide_rows("area"),
        put("area", Failure("#N/A")),
        embed("二 核心竞争力", "证明.docx"),
        expect=f"T16 area, T5 area, T25 {COVER}",
    ),
    "foreign-sheet-and-formula-overwritten": case(
        add_sheet("底稿", ("产值", 1), hidden=True),
        overwrite_formula("二 核心竞争力", "✓ 达标"),
        overwrite_formula("_live", "1"),
        expect="T18 sheet:底稿, T13 formula:二 核心竞争力, T13 formula:_live",
    ),
    "blank-workbook-sent-in": case(
        base="blank",
        expect=", ".join(f"F1 {spot}" for spot in required(layout())),
    ),
}

BAD: Mapping[str, Case] = {**OPENING, **STRUCTURE, **VALUES, **CONTRADICTIONS, **SEVERAL}
