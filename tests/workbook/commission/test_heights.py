"""Rows are as tall as their text, and no taller than they must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.commission.heights import Heights, lines
from workbook.commission.table import Column, Kind

WRAPPED, NUMBER = Column(id="a", heading="", width=10), Column(id="b", heading="", kind=Kind.NUMBER, width=2)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("一二三四五", 1),
        ("一二三四五六", 2),
        ("abcdefghij", 1),
        ("abcdefghijk", 2),
        ("一\n二", 2),
        ("一\n\n二", 3),
    ],
)
def test_a_chinese_character_takes_the_room_of_two_digits(text: str, count: int) -> None:
    assert lines(text, 10) == count


def test_a_row_of_one_line_has_no_height_of_its_own() -> None:
    assert Heights((WRAPPED, NUMBER)).of(("一二三", 123456.789)) is None


def test_the_longest_text_decides() -> None:
    heights = Heights((WRAPPED, Column(id="c", heading="", width=4)))
    assert heights.of(("一二三四五六", "一二三四五六")) == 15.0 + 2 * 13.5


def test_hidden_columns_and_figures_do_not_count() -> None:
    assert Heights((NUMBER, Column(id="c", heading="", width=4, hidden=True))).of(("一\n二", "一\n二\n三")) is None


@given(st.text(max_size=500), st.floats(1, 100))
def test_no_row_is_taller_than_a_sheet_takes(text: str, width: float) -> None:
    height = Heights((Column(id="a", heading="", width=width),)).of((text,))
    assert height is None or 15.0 < height <= 409.0
