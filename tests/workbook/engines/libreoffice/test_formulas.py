from __future__ import annotations

from typing import Any

import pytest
import xlwings as xw

from workbook.engines.libreoffice import formulas

PAIRS = [
    ("=SUM('二 核'!$A$1:B2,1,\"a,b;c\")", "=SUM($'二 核'.$A$1:B2;1;\"a,b;c\")"),
    ("=SUM((A1,B1))", "=SUM((A1~B1))"),
    ("={1,2;3,4}", "={1;2|3;4}"),
    ("=IF(A1,TRUE,FALSE)", "=IF(A1;TRUE();FALSE())"),
    ("=CEILING(1.5,1)", "=CEILING.XCL(1.5;1)"),
    ("=SUM(D1:E3 E1:E2)", "=SUM(D1:E3!E1:E2)"),
    ("='/tmp/[b.xlsx]S 1'!A1", "='file:///tmp/b.xlsx'#$'S 1'.A1"),
    ("='it''s'!A1", "=$'it''s'.A1"),
    ("=SUM('二 核'!A:A,1:3)", "=SUM($'二 核'.A:A;1:3)"),
    ('=-A1%^2&"x""y"', '=-A1%^2&"x""y"'),
    ("=NORM.S.DIST(1,TRUE)", "=NORM.S.DIST(1;TRUE())"),
    ('=IF(name_1="",未达标,1.5)', '=IF(name_1="";未达标;1.5)'),
]


@pytest.mark.parametrize(("excel", "calc"), PAIRS)
def test_both_ways(excel: str, calc: str) -> None:
    assert formulas.to_calc(excel) == calc
    assert formulas.to_excel(calc) == excel


@pytest.mark.parametrize(
    ("calc", "excel"),
    [
        ("=$Sheet1.A1:B2", "=Sheet1!A1:B2"),
        ("=Sheet1.$A$1", "=Sheet1!$A$1"),
        ("{=D1:E2*2}", "=D1:E2*2"),
        ("=$#REF!.$A$1", "=#REF!"),
        ("=unique(A1:A3)", "=UNIQUE(A1:A3)"),
    ],
)
def test_what_only_calc_writes(calc: str, excel: str) -> None:
    assert formulas.to_excel(calc) == excel


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("=_xlfn.IFS(A1,1)", "=IFS(A1;1)"),
        ("=SUM(Sheet1:'二'!A1)", "=SUM($'Sheet1'.A1:$'二'.A1)"),
        ("=@A1", "=A1"),
        ("=Sheet1!#REF!", "=#REF!"),
    ],
)
def test_what_only_excel_writes(excel: str, calc: str) -> None:
    excel = excel.replace("Sheet1:'二'!", "'Sheet1:二'!")
    assert formulas.to_calc(excel) == calc


def shown(cells: xw.Range) -> Any:
    """What xlwings types as lists and Excel gives as tuples."""
    return cells.formula


def test_the_office_agrees(sheet: xw.Sheet) -> None:
    sheet.book.sheets.add("二 核", after=sheet)
    sheet["A1"].value = [[1, 2], [3, 4]]
    sheet.book.sheets["二 核"]["A1"].value = 10
    texts = [
        "=SUM('二 核'!$A$1,A1:B2)",
        "=SUM((A1,B1))",
        "=SUM({1,2;3,4})",
        "=IF(A1=1,TRUE,FALSE)",
        "=SUM(A1:B2 B1:B2)",
        "=CEILING(1.5,1)",
    ]
    sheet["D1"].value = [texts]
    assert sheet["D1:I1"].value == [20.0, 3.0, 10.0, True, 6.0, 2.0]
    assert shown(sheet["D1:E1"]) == (tuple(texts[:2]),)
    assert shown(sheet["G1"]) == texts[3]


def test_constants_in_place_of_formulas(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["'=1+1", 1, 0.5, True, None, "001"]]
    assert shown(sheet["A1:F1"]) == (("=1+1", "1", "0.5", "TRUE", "", "001"),)
    assert sheet["A1"].value == "=1+1"


def test_one_formula_for_many_cells_moves_along(sheet: xw.Sheet) -> None:
    sheet["A1:A3"].value = [[1], [2], [3]]
    sheet["B1:C3"].formula = "=$A1*2"
    assert sheet["B1:C3"].value == [[2.0, 2.0], [4.0, 4.0], [6.0, 6.0]]
    sheet["D1:D2"].value = "=A1+A$1"
    assert shown(sheet["D1:D2"]) == (("=A1+A$1",), ("=A2+A$1",))


def test_an_array_formula(sheet: xw.Sheet) -> None:
    sheet["A1:A2"].value = [[1], [2]]
    sheet["B1:B2"].formula_array = "=A1:A2*2"
    assert sheet["B1:B2"].value == [2.0, 4.0]
    assert sheet["B1:B2"].formula_array == "=A1:A2*2"
    assert sheet["B1"].has_array
    assert not sheet["A1"].has_array
