"""One year's call: which years it asks for, how they are headed, what its window is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from toolkit.season import Season

RAW = {
    "id": "2026",
    "policy": "shanghai-2024",
    "year": 2026,
    "reference_date": "2026-09-30",
    "source": "申报通知",
}


def season(**changed: Any) -> Season:
    return Season.from_dict(RAW | changed)


@pytest.mark.parametrize(("offset", "year"), [(-3, 2022), (-2, 2023), (-1, 2024), (0, 2025), (1, 2026)])
def test_years_are_counted_from_the_last_complete_one(offset: int, year: int) -> None:
    assert season().calendar_year(offset) == year


@pytest.mark.parametrize(
    ("offset", "running", "label"),
    [
        (-4, False, "2021年"),
        (-3, False, "2022年（基期）"),
        (-3, True, "2022年（基期）"),
        (-2, True, "2023年"),
        (0, True, "2025年"),  # a data year is complete
        (1, True, "2026年至今"),
        (1, False, "2026年"),  # planned
        (2, True, "2027年"),
    ],
)
def test_the_base_year_and_the_running_year_are_headed_as_such(offset: int, running: bool, label: str) -> None:
    assert season().year_label(offset, running=running) == label


@pytest.mark.parametrize("day", ["2026-01-01", "2026-09-30", "2028-02-29"])
def test_incidents_count_from_the_first_data_year_to_the_reference_date(day: str) -> None:
    assert season(reference_date=day).window == (date(2023, 1, 1), date.fromisoformat(day))


def test_what_a_season_leaves_out_is_no_deadline_no_reading_and_no_example() -> None:
    bare = season()
    assert (bare.district_deadline, bare.city_deadline, dict(bare.readings), bare.example) == (None, None, {}, False)


def test_what_a_season_states_is_kept() -> None:
    full = season(
        district_deadline="2026-09-30", city_deadline="2026-10-31", example=True, readings={"growth_method": "g2"}
    )
    assert (full.district_deadline, full.city_deadline) == (date(2026, 9, 30), date(2026, 10, 31))
    assert (full.example, full.readings) == (True, {"growth_method": "g2"})


@pytest.mark.parametrize("name", ["reference_date", "district_deadline", "city_deadline"])
def test_a_day_that_is_not_in_the_calendar_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        season(**{name: "2026-02-30"})
