"""What goes outside holds nothing of any person: every sheet that says it is published is searched, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.workbook.commission.desks import desk, key
from tests.workbook.commission.filings import made
from workbook.commission.filing import Filing, Judged, Place
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.table import Owner, Table

PERSONAL = (
    "联系人甲",
    "13911112222",
    "审核人乙",
    "判定人丙",
    "签批人丁",
    "经办人戊",
    "异议人己",
    "加封人庚",
    "批准人辛",
)
CONTACT, PHONE, REVIEWER, JUDGE, SIGNER, HANDLER, OBJECTOR, SEALER, APPROVER = PERSONAL


def filing(number: int, **more: Any) -> Filing:
    one = made(number)
    findings = tuple(
        Judged(f.rule, f.verdict, f.value, f.bound, f.shown, "", "", "", Place(), sensitive=False, decided_by=JUDGE)
        for f in one.findings
    )
    said = {"contact": CONTACT, "phone": PHONE, "reviewer": REVIEWER, "signer": SEALER, "override": f"由{APPROVER}批准"}
    return made(number, **{**said, "findings": findings, "conclusion": "推荐", **more})


def proposed_desk(count: int = 3) -> Desk:
    """Clusters on their way to recognition, with every name people wrote on the way."""
    proposal = {"proposed": "是", "reason": f"{HANDLER}核实", "signer": SIGNER, "signed_on": "2026-11-02"}
    keys = [key(number) for number in range(1, count + 1)]
    words = {
        "认定名单": dict.fromkeys(keys, proposal),
        "形式审查": {one: {"conclusion": "通过", "handler": HANDLER, "reviewer": HANDLER} for one in keys},
        "异议登记": {f"{one}|异议1": {"conclusion": "不成立", "name": OBJECTOR, "objector": OBJECTOR} for one in keys},
    }
    return desk(*map(filing, range(1, count + 1)), words=words)


def everything_said(table: Table) -> Iterator[str]:
    """Every text of a sheet, seen or hidden."""
    yield from (table.name, table.intro, *(column.heading for column in table.columns))
    for row in table.rows:
        told = table.after(row) if table.after else row
        yield told.key
        yield from map(str, filter(None, told.values))
        yield from (f"{one}" for part in (told.links, told.notes, told.typed) for one in part.values())


def published(here: Desk) -> list[Table]:
    return [table for table in tables(here) if table.published]


def test_there_is_something_to_search() -> None:
    sheets = published(proposed_desk())
    assert "公示名单" in [table.name for table in sheets]
    assert all(list(table.rows) for table in sheets)


def test_no_person_and_no_telephone_stands_on_a_published_sheet() -> None:
    found = [
        (table.name, text, person)
        for table in published(proposed_desk())
        for text in everything_said(table)
        for person in PERSONAL
        if person in text
    ]
    assert found == []


def test_people_have_no_column_of_their_own_there() -> None:
    own = [column.id for one in published(proposed_desk()) for column in one.columns if column.owner is Owner.PEOPLE]
    assert own == []


def test_the_search_would_find_them() -> None:
    (summary,) = (table for table in tables(proposed_desk()) if table.name == "申报汇总")
    said = "\n".join(everything_said(summary))
    assert [person in said for person in (CONTACT, PHONE)] == [True, True]
