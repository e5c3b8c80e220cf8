"""What formulas refer to, in all the ways that people and programs write it."""

from __future__ import annotations

import pytest

from workbook.commission.own.references import References

KNOWN = References(
    sheets={"甲": "甲", "乙": "乙（2）", "a b": "A B", "it's": "It's"}, tables={"表1": "表1_2", "table1": "Table1_2"}
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("甲!A1", "甲!A1"),
        ("乙!A1", "'乙（2）'!A1"),
        ("'乙'!A1:B2", "'乙（2）'!A1:B2"),
        ("乙!A1:乙!B2", "'乙（2）'!A1:'乙（2）'!B2"),
        ("SUM(甲:乙!A1)", "SUM('甲:乙（2）'!A1)"),
        ("'A B'!$A$1", "'A B'!$A$1"),
        ("'It''s'!A1", "'It''s'!A1"),
        ('"乙!A1"&乙!A1', "\"乙!A1\"&'乙（2）'!A1"),
        ("SUM(表1[额])-乙!A1", "SUM(表1_2[额])-'乙（2）'!A1"),
        ("表1[[#This Row],[乙!额]]", "表1_2[[#This Row],[乙!额]]"),
        ("TABLE1[a]+Table12[a]", "Table1_2[a]+Table12[a]"),
        ("SUM(表1)", "SUM(表1_2)"),
        ("#REF!+A1", "#REF!+A1"),
        ("IFERROR(甲!#REF!,0)", "IFERROR(甲!#REF!,0)"),
    ],
)
def test_names_that_changed_are_followed(formula: str, expected: str) -> None:
    found = KNOWN.read(formula)
    assert found.sound
    assert found.text == expected


@pytest.mark.parametrize(
    "formula",
    [
        "[1]甲!A1",
        "'[1]甲 乙'!A1",
        "[1]!名称",
        "'D:\\文件\\[甲.xlsx]甲'!A1",
        "cmd|'/c calc'!A0",
        "'cmd|x'!A0",
        '_xlfn.WEBSERVICE("http://a")',
        "[1]甲:乙!A1",
    ],
)
def test_what_leads_out_is_told(formula: str) -> None:
    assert KNOWN.read(formula).outside


@pytest.mark.parametrize("formula", ["SUM([甲])", "表1[额]-甲!A1", "表1[[#All],[a]]", '"[1]甲!A1|"', "A1-甲!B1"])
def test_what_stays_inside_is_not(formula: str) -> None:
    assert KNOWN.read(formula).sound


@pytest.mark.parametrize(
    ("formula", "missing"),
    [("丙!A1+丁!B2", ("丙", "丁")), ("'丙 丙'!A1", ("丙 丙",)), ("SUM(甲:丙!A1)", ("丙",)), ("A1:丙!B2", ("丙",))],
)
def test_sheets_that_are_no_more_are_told(formula: str, missing: tuple[str, ...]) -> None:
    assert KNOWN.read(formula).missing == missing


def test_a_link_that_leads_nowhere_stays_as_it_is() -> None:
    assert KNOWN.link("丙!A1") == "丙!A1"
    assert KNOWN.link("乙!A1") == "'乙（2）'!A1"


MOVED = References(sheets={"甲": "甲", "乙": "乙（2）", "丙": "丙"}, moved={"甲", "乙（2）"})


@pytest.mark.parametrize(
    ("formula", "sheets"),
    [
        ("甲!A5", ("甲",)),
        ("甲!$A$5+甲!B6", ("甲",)),
        ("SUM('乙'!D4:D20)-甲!B5", ("乙（2）", "甲")),
        ("SUM(甲!5:9)", ("甲",)),
        ("甲!D4&甲!$D$1:$F$4", ()),
        ("SUM(甲!D:D)+VLOOKUP(A5,乙!$B:$F,3,FALSE)", ()),
        ("丙!A5+A5", ()),
        ('"甲!A5"&丙!A9', ()),
        ("INDEX(甲!D:D,MATCH(A9,甲!C:C,0))", ()),
    ],
)
def test_rows_that_moved_are_told_but_not_headings_or_whole_columns(formula: str, sheets: tuple[str, ...]) -> None:
    assert MOVED.read(formula).moved == sheets
