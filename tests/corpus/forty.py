"""One workbook with forty different faults, on most of its sheets: a bad day, all of it told in one run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tests.corpus.build import Case, case
from tests.corpus.draft import Failure, Formula
from tests.corpus.strokes import (
    Stroke,
    clear,
    copy_row,
    delete_name,
    each,
    embed,
    hide_rows,
    link_outside,
    put,
    reword,
)

FORTY: Mapping[str, Stroke] = {
    # The form itself
    "T3 boundary": each([delete_name("in_boundary"), put("label:boundary", "范围")]),
    "T4 label:output_main": put("label:output_main", "主导产业产值（万元）"),
    "T4 unit:energy_total": put("unit:energy_total", "吨"),
    "T4 head:roster/revenue": put("head:roster/revenue", "营业收入（亿元）"),
    "T6 sheet:封面与说明": link_outside("file:///D:/产值.xlsx"),
    "T12 rule:6.2-07": put("rule:6.2-07", "不低于 1 亿元"),
    "T14 alliances/1/alliance_text→1": put("alliances/1/alliance_text→1", "另附协议"),
    "T16 niche": hide_rows("niche"),
    "T15 label:plan_goal→13": put("label:plan_goal→13", "内部备注"),
    "T25 sheet:封面与说明": embed("二 核心竞争力", "证明.docx"),
    # Single cells
    "T5 rd_total@-1": put("rd_total@-1", Failure("#REF!", "#REF!+1")),
    "T5 branches": put("branches", Failure("#DIV/0!", "1/0")),
    "F1 contact": clear("contact"),
    "F1 roster/6/revenue": clear("roster/6/revenue"),
    "F1 self_5/6.5-02/self_5_text": put("self_5/6.5-02/self_5_text", "\u3000"),
    "F2 output_total@-3": put("output_total@-3", "58亿"),
    "F2 roster/5/staff": put("roster/5/staff", "250人"),
    "F2 officers": put("officers", "８"),
    "F2 energy/1/energy_use": put("energy/1/energy_use", "约287"),
    "F3 clean_share@0": put("clean_share@0", 38),
    "F4 area": put("area", Formula("40+1", Decimal(41))),
    "F5 plan_date": put("plan_date", "2025年2月"),
    "F5 chain_map_date": put("chain_map_date", "2025.1"),
    "F5 titles/2/title_issued": put("titles/2/title_issued", "2024.1.24"),
    "F5 evidence/3/evidence_date": put("evidence/3/evidence_date", "去年"),
    "F6 direction": put("direction", "消费品"),
    "F6 chain/2/link_key": put("chain/2/link_key", "关键"),
    "F6 pure_service": put("pure_service", "No"),
    "F7 governed_uscc": reword("governed_uscc", lambda code: code.replace("0", "O", 1)),
    "F8 mobile": put("mobile", "1394664766"),
    "F9 rank_source": put("rank_source", "同上"),
    "F9 cultivation": put("cultivation", "/"),
    "F12 safety_count@0": put("safety_count@0", -1),
    "F13 firms@-1": put("firms@-1", Decimal("16.5")),
    "F14 main_industries/1/main_code": put("main_industries/1/main_code", "9999"),
    # One against the other
    "X2 appeals_closed": put("appeals_closed", 40),
    "X4 titles/3/title_until": put("titles/3/title_until", date(2025, 12, 31)),
    "X14 standards/4/standard_number": copy_row("standards", 1, 4),
    "X18 roster/3/registered": put("roster/3/registered", "浦东新区"),
    "X27 commitment_signer": put("commitment_signer", "王五"),
}

FORTY_FAULTS: Case = case(*FORTY.values(), expect=", ".join(FORTY))
