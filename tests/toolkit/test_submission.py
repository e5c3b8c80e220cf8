"""Places, raw cells and problems: what counts as blank, how a cell is named, what a problem says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.characters import invisible
from toolkit.messages import Severity
from toolkit.submission import Entry, Location, Problem, Raw, Submission, column_letters

HERE = Location("三 经济", 4, 3)


@pytest.mark.parametrize(
    ("column", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")],
)
def test_letters_of_a_column_at_every_change_of_length(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert Location("表", 7, column).cell == f"{letters}7"


@given(st.integers(1, 16384))
def test_letters_count_in_base_26_without_a_zero(column: int) -> None:
    counted = 0
    for letter in column_letters(column):
        counted = counted * 26 + ord(letter) - 64
    assert counted == column


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        (None, True),
        ("", True),
        (" \t\r\n", True),
        ("\u3000\xa0", True),
        ("\u200b\u200c\u200d\u2060\ufeff", True),
        ("0", False),
        ("—", False),
        (Decimal(0), False),
        (False, False),
        (date(2026, 1, 1), False),
    ],
)
def test_blank_is_what_shows_nothing_and_zero_is_not_blank(value: Any, blank: bool) -> None:
    assert invisible(value) is blank
    assert Raw(value, HERE).blank is blank


@pytest.mark.parametrize("raw", [Raw(None, HERE, formula="B1"), Raw("", HERE, error="#N/A")])
def test_a_cell_with_a_formula_or_an_error_is_not_blank(raw: Raw) -> None:
    assert not raw.blank


def test_a_suggestion_is_added_to_the_hint_and_to_nothing_else() -> None:
    context = {"expected": "数字", "found": "“30亿”"}
    bare, told = Problem("F2", HERE, context).explanation, Problem("F2", HERE, context, "30").explanation
    assert told.hint == f"{bare.hint}。疑为 30，请核对后重新录入"
    assert (told.severity, told.title, told.expected, told.found) == (
        bare.severity,
        bare.title,
        bare.expected,
        bare.found,
    )


@pytest.mark.parametrize(("code", "severity"), [("F2", Severity.ERROR), ("F10", Severity.WARNING)])
def test_a_problem_weighs_what_the_catalogue_says(code: str, severity: Severity) -> None:
    assert Problem(code, HERE, {"expected": "", "found": ""}).severity is severity


@pytest.mark.parametrize(
    ("key", "text"),
    [("area", "25.0"), ("name", "青浦"), ("zero", "0"), ("unread", ""), ("lost", "")],
)
def test_the_text_of_an_input_is_empty_only_where_there_is_no_value(key: str, text: str) -> None:
    entries = {
        "area": Entry(Decimal("25.0"), HERE),
        "name": Entry("青浦", HERE),
        "zero": Entry(Decimal(0), HERE),
        "unread": Entry(None, HERE, "F2"),
    }
    assert Submission(entries=entries, tables={}).text(key) == text
