"""What is asked for in one go is what is told piece by piece, whether macros may run inside the office or not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import xlwings as xw

ROWS = [
    ["文字", 1, 0, 1.5, True, dt.date(2024, 5, 1), None],
    ["=1=1", "=A1", "=1/0", '=""', "=DATE(2024,5,1)", "=0", "=SUM({1,2;3,4})"],
    ["'=1", "001", "=1=2", "=B1*2", "=NA()", "=1", "尾"],
]


@pytest.fixture(params=["inside the office", "over the bridge"])
def filled(request: pytest.FixtureRequest, app: xw.App, sheet: xw.Sheet, monkeypatch: pytest.MonkeyPatch) -> xw.Sheet:
    if request.param == "over the bridge":
        monkeypatch.setattr(app.impl.office.batch, "_forbidden", True)
    sheet["B3"].value = ROWS
    return sheet


def test_values_and_formulas_in_one_go(filled: xw.Sheet) -> None:
    area = filled["A2:I6"]
    values, written = area.impl.contents()
    apart: Any = area.options(ndim=2, err_to_str=True).value
    assert [list(row) for row in values] == apart
    assert [[type(value) for value in row] for row in values] == [[type(value) for value in row] for row in apart]
    constants = {(r, c) for r, row in enumerate(area.formula) for c, text in enumerate(row) if written[r][c] != text}
    assert all(written[r][c] is None for r, c in constants)
    assert [text for row in written for text in row if text] == [
        *("=1=1", "=A1", "=1/0", '=""', "=DATE(2024,5,1)", "=0", "=SUM({1,2;3,4})"),
        *("=1=2", "=B1*2", "=NA()", "=1"),
    ]


def test_a_single_cell_in_one_go(filled: xw.Sheet) -> None:
    assert filled["D4"].impl.contents() == ((("#DIV/0!",),), (("=1/0",),))
    assert filled["Z99"].impl.contents() == (((None,),), ((None,),))


def test_what_was_read_a_moment_ago_is_not_believed(filled: xw.Sheet) -> None:
    area = filled["B3:C3"]
    assert area.value == ["文字", 1.0]
    filled["B3:C3"].value = [True, "=1=1"]
    assert area.value == [True, True]


def test_the_used_area(filled: xw.Sheet) -> None:
    assert filled.used_range.address == "$B$3:$H$5"


def test_heights_of_many_rows_in_one_go(filled: xw.Sheet) -> None:
    filled.impl.set_row_heights([(1, 2, 30.0), (4, 4, 50.0)])
    heights = [filled.range((row, 1)).row_height or 0 for row in (1, 2, 3, 4)]
    assert heights == pytest.approx([30, 30, heights[2], 50], abs=0.1)
    assert heights[2] < 30
