# ruff: noqa: DTZ001 - a sheet knows no time zone
from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
import xlwings as xw
from hypothesis import HealthCheck, given, settings

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, min_value=-1e300, max_value=1e300),
    st.integers(-(10**14), 10**14).map(float),
)
# Calc stores no other control characters in a file; in memory it would.
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12)
TEXTS = st.one_of(
    WORDS, st.sampled_from(["001", "1/2", "TRUE", "1e5", "50%", "2024-01-01", "一\n二", "😀", "#N/A", " "])
)
DATES = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
CELLS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, DATES)
GRIDS = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(st.lists(CELLS, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)


def escaped(value: Any) -> Any:
    """A text as one writes it in Excel when it must stay a text."""
    return "'" + value if isinstance(value, str) and value[0] in "='" else value


def near(value: Any, other: Any) -> bool:
    # A day and its milliseconds share one double.
    if isinstance(value, dt.datetime) and isinstance(other, dt.datetime):
        return abs(value - other) <= dt.timedelta(milliseconds=1)
    return type(value) is type(other) and value == other


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=GRIDS)
def test_what_is_written_is_read(sheet: xw.Sheet, grid: list[list[Any]]) -> None:
    # A number in a cell with a date's format is a date, as in Excel.
    sheet.clear()
    cells = sheet.range((1, 1), (len(grid), len(grid[0])))
    cells.value = [[escaped(value) for value in row] for row in grid]
    read = cells.options(ndim=2).value
    assert all(
        near(value, other) for row, line in zip(grid, read, strict=True) for value, other in zip(row, line, strict=True)
    ), read


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Decimal("1.5"), 1.5),
        (7, 7.0),
        (dt.date(2024, 2, 29), dt.datetime(2024, 2, 29)),
        ("", None),
        ("'", None),
        ("'=1", "=1"),
        ("''a", "'a"),
    ],
)
def test_a_value_of_another_kind(sheet: xw.Sheet, given: Any, expected: Any) -> None:
    sheet["A1"].value = given
    assert sheet["A1"].value == expected


@pytest.mark.parametrize("text", ["001", "1/2", "TRUE", "1.5", "2024-01-01"])
def test_a_text_stays_a_text(sheet: xw.Sheet, text: str) -> None:
    sheet["A1"].value = text
    assert sheet["A1"].value == text


def test_a_number_over_a_truth_value_is_a_number(sheet: xw.Sheet) -> None:
    sheet["A1:B1"].value = [True, False]
    sheet["A1:B1"].value = [5, True]
    assert sheet["A1:B1"].value == [5.0, True]
    assert type(sheet["A1"].value) is float


def test_formulas_answer_with_the_kind_of_their_result(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["=1=1", "=DATE(2024,5,1)", '="x"', "=1/4", '=""']]
    assert sheet["A1:E1"].value == [True, dt.datetime(2024, 5, 1), "x", 0.25, None]


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=1/0", "#DIV/0!"),
        ("=NA()", "#N/A"),
        ("=nosuchname", "#NAME?"),
        ("=SQRT(-1)", "#NUM!"),
        ("=#REF!", "#REF!"),
        ('="a"*1', "#VALUE!"),
    ],
)
def test_errors_are_those_of_excel(sheet: xw.Sheet, formula: str, error: str) -> None:
    sheet["A1:B1"].value = [formula, 1]
    assert sheet["A1:B1"].value == [None, 1.0]
    assert sheet["A1:B1"].options(err_to_str=True).value == [error, 1.0]


def test_whole_columns_end_with_the_used_area(sheet: xw.Sheet) -> None:
    sheet["B2"].value = [[1], [2]]
    assert sheet["B:B"].value == [None, 1.0, 2.0]
    assert sheet["2:2"].value == [None, 1.0]
    assert sheet["D:D"].options(ndim=2).value == [[None]] * 3


def test_far_more_cells_than_are_used_come_back_blank(sheet: xw.Sheet) -> None:
    sheet["A1"].value = "x"
    read = sheet["A1:B20000"].value
    assert (len(read), read[0], read[-1]) == (20000, ["x", None], [None, None])


def test_both_date_systems(sheet: xw.Sheet) -> None:
    zero = sheet.book.api.NullDate
    zero.Year, zero.Month, zero.Day = 1904, 1, 1
    sheet.book.api.NullDate = zero
    sheet["A1"].value = dt.datetime(2024, 5, 1, 12)
    assert sheet["A1"].value == dt.datetime(2024, 5, 1, 12)


def test_the_day_format_is_left_alone(sheet: xw.Sheet) -> None:
    sheet["A1"].number_format = "yyyy/m"
    sheet["A1"].value = dt.date(2024, 5, 1)
    assert sheet["A1"].number_format == "yyyy/m"


def test_infinity_has_no_cell(sheet: xw.Sheet) -> None:
    with pytest.raises(ValueError, match="infinity"):
        sheet["A1"].value = float("inf")
