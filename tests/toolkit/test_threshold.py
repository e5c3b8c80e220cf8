"""Bounds and figures: how they are compared, dated, rounded and shown.

- 以上 and 不超过 include the number, 高于 and 低于 do not (《民法典》第一千二百五十九条): just below, at, just above
- a value holds from its day on: the day before, the day, the day after
- a figure is never shown so that it looks like the bound it misses
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import PolicyError
from toolkit.threshold import Comparator, Threshold, decimal_of, fixed, percentage, telling, trim, with_unit

COMPARATORS = st.sampled_from(list(Comparator))
PLACES = st.none() | st.integers(0, 6)
FRACTIONS = st.fractions(-(10**6), 10**6)


def threshold(*values: tuple[str, str], comparator: str = ">=", unit: str = "亿元") -> Threshold:
    dated = [{"from": start, "value": value, "source": "第六条"} for start, value in values]
    return Threshold.from_dict({"comparator": comparator, "unit": unit, "values": dated})


# --- 比较 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "below", "equal", "above"),
    [
        (Comparator.AT_LEAST, False, True, True),
        (Comparator.ABOVE, False, False, True),
        (Comparator.AT_MOST, True, True, False),
        (Comparator.BELOW, True, False, False),
    ],
)
def test_a_comparator_just_below_at_and_above_its_bound(
    comparator: Comparator, below: bool, equal: bool, above: bool
) -> None:
    bound, hair = Fraction(30), Fraction(1, 10**12)
    assert [comparator.holds(bound + step, bound) for step in (-hair, 0, hair)] == [below, equal, above]


@pytest.mark.parametrize(
    ("comparator", "bound", "decimals", "nearest"),
    [
        (">=", Fraction(30), 4, "30"),
        (">", Fraction(30), 4, "30.0001"),
        ("<=", Fraction(100), 4, "100"),
        ("<", Fraction(100), 4, "99.9999"),
        (">=", Fraction(200, 3), 0, "67"),
        (">", Fraction(200, 3), 0, "67"),
        ("<=", Fraction(200, 3), 0, "66"),
        ("<", Fraction(200, 3), 0, "66"),
        (">=", Fraction(1, 3), None, "0.333334"),
        ("<", Fraction(0), 0, "-1"),
    ],
)
def test_the_nearest_figure_that_will_do(comparator: str, bound: Fraction, decimals: int | None, nearest: str) -> None:
    assert Comparator(comparator).nearest(bound, decimals) == Decimal(nearest)


@given(COMPARATORS, FRACTIONS, PLACES)
def test_the_nearest_figure_holds_and_one_step_nearer_does_not(
    comparator: Comparator, bound: Fraction, decimals: int | None
) -> None:
    nearest = Fraction(comparator.nearest(bound, decimals))
    step = Fraction(1, 10 ** (6 if decimals is None else decimals)) * (1 if comparator.upward else -1)
    assert comparator.holds(nearest, bound)
    assert not comparator.holds(nearest - step, bound)


# --- 施行日期 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2020-01-01", "30"),  # before the first, the first
        ("2024-02-21", "30"),
        ("2024-02-22", "30"),
        ("2027-06-30", "30"),
        ("2027-07-01", "50"),
        ("2027-07-02", "50"),
    ],
)
def test_a_value_holds_from_its_day_on(day: str, value: str) -> None:
    bound = threshold(("2024-02-22", "30"), ("2027-07-01", "50"))
    assert bound.at(date.fromisoformat(day)).value == Decimal(value)
    assert bound.phrase(date.fromisoformat(day)) == f"{value}亿元以上"


@pytest.mark.parametrize("later", ["2024-02-21", "2024-02-22"])
def test_dated_values_out_of_order_are_refused_with_their_path(later: str) -> None:
    with pytest.raises(PolicyError, match="oldest to the latest") as caught:
        threshold(("2024-02-22", "30"), (later, "50"))
    assert caught.value.path == "values"


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "phrase"),
    [
        (">=", "30", "亿元", "30亿元以上"),
        (">", "30.50", "家", "高于30.5家"),
        ("<=", "100", "平方公里", "不超过100平方公里"),
        ("<", "0.125", "%", "低于12.5%"),
        (">=", "0.7", "%", "70%以上"),
        (">=", "3", "", "3以上"),
    ],
)
def test_a_bound_is_written_as_an_official_writes_it(comparator: str, value: str, unit: str, phrase: str) -> None:
    assert threshold(("2024-02-22", value), comparator=comparator, unit=unit).phrase(date(2026, 1, 1)) == phrase


# --- 舍入与显示 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(1, 4), 12, "0.25"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(1, 2), 0, "1"),  # half goes away from zero
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(-1, 3), 2, "-0.33"),
        (Fraction(0), 2, "0"),
        (Fraction(300), 2, "300"),
    ],
)
def test_a_fraction_as_a_decimal(value: Fraction, places: int, shown: str) -> None:
    assert str(decimal_of(value, places)) == shown


@given(st.decimals(-(10**9), 10**9, places=12))
def test_a_fraction_that_ends_within_the_places_stays_exact(value: Decimal) -> None:
    assert decimal_of(Fraction(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18))
def test_trimming_keeps_the_number_and_shows_no_exponent(value: Decimal) -> None:
    trimmed = trim(value)
    assert trimmed == value
    exponent = trimmed.as_tuple().exponent
    assert isinstance(exponent, int)
    assert exponent <= 0
    assert exponent == 0 or trimmed.as_tuple().digits[-1] != 0


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("30.0000", None, "30"),
        ("1E+2", None, "100"),
        ("-0.00", None, "0"),
        ("1234567.5", 2, "1234567.50"),
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("2.5", 0, "3"),
        ("1E+30", 2, "1" + "0" * 30 + ".00"),
    ],
)
def test_a_figure_with_its_decimals(value: str, decimals: int | None, shown: str) -> None:
    assert fixed(Decimal(value), decimals) == shown


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        ("14.5833", "15", "14.58"),
        ("14.996", "15", "14.996"),
        ("14.9996", "15", "14.9996"),
        ("15", "15", "15.00"),
        ("15.004", "15", "15.004"),
        ("14.99999999999999", "15", "15.0000000000"),  # ten digits are enough for anyone
    ],
)
def test_a_figure_shows_as_many_digits_as_tell_it_from_its_bound(value: str, bound: str, shown: str) -> None:
    assert telling(Decimal(value), Decimal(bound), 2) == shown


FIGURES = st.decimals(0, 1000, places=8)


@given(FIGURES, FIGURES)
def test_a_figure_never_looks_like_the_bound_it_misses(value: Decimal, bound: Decimal) -> None:
    shown = telling(value, bound, 2)
    assert (shown == fixed(bound, len(shown.partition(".")[2]))) == (value == bound)


@pytest.mark.parametrize(
    ("fraction", "bound", "shown"),
    [
        ("0.126779", None, "12.68%"),
        ("0.1", "0.1", "10.00%"),
        ("0.0995", "0.1", "9.950%"),  # 0.05 percentage points away: near
        ("0.09949", "0.1", "9.95%"),
        ("0.1005", "0.1", "10.050%"),
        ("0.10051", "0.1", "10.05%"),
        ("0.09999999", "0.1", "9.999999%"),
        ("-0.05", "0.1", "-5.00%"),
    ],
)
def test_a_rate_in_per_cent_near_and_far_from_its_bound(fraction: str, bound: str | None, shown: str) -> None:
    assert percentage(Decimal(fraction), None if bound is None else Decimal(bound)) == shown


@pytest.mark.parametrize(
    ("value", "unit", "options", "shown"),
    [
        ("30", "亿元", {}, "30 亿元"),
        ("30", "亿元", {"joint": "", "decimals": 1}, "30.0亿元"),
        ("0.7", "%", {}, "70%"),
        ("0.12345", "%", {"decimals": 1}, "12.3%"),
        ("3", "", {}, "3"),
    ],
)
def test_a_figure_with_its_unit(value: str, unit: str, options: dict[str, Any], shown: str) -> None:
    assert with_unit(Decimal(value), unit, **options) == shown


@pytest.mark.parametrize(
    ("fraction", "shown"), [("100", "10000.00%"), ("100.000000000001", "超过10000%"), ("-1", "-100.00%")]
)
def test_a_rate_beyond_sense_is_not_spelled_out(fraction: str, shown: str) -> None:
    assert percentage(Decimal(fraction), Decimal("0.1")) == shown
