"""The life of a recognised cluster, each date just before, on and after.

- 第十六条: the report is due by 10 April, that day included
- 第十五条: a recognition stands for three years
- 第十九条第（四）项: changes that nobody filed
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from toolkit.standing import Change, Ground, Profile, report_delay, report_due, unfiled_changes, valid_until

# --- 第十六条 -------------------------------------------------------------------------------------------------


def test_the_report_on_a_year_is_due_in_the_april_after_it() -> None:
    assert report_due(2025) == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 4, 9), 0),
        (date(2026, 4, 10), 0),
        (datetime(2026, 4, 10, 23, 59), 0),  # noqa: DTZ001  (local time, as it was received)
        (datetime(2026, 4, 11, 0, 0), 1),  # noqa: DTZ001
        (date(2026, 4, 11), 1),
        (date(2026, 5, 10), 30),
        (date(2027, 4, 10), 365),
    ],
)
def test_a_report_is_late_from_the_eleventh_of_april_on(submitted: date, days: int) -> None:
    assert report_delay(submitted, 2025) == days


def test_a_report_that_has_not_come_in_has_no_delay_yet() -> None:
    assert report_delay(None, 2025) is None


# --- 第十五条 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2024, 1, 1), date(2026, 12, 31)),
        (date(2024, 2, 28), date(2027, 2, 27)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2024, 3, 1), date(2027, 2, 28)),
        (date(2025, 3, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2029, 12, 30)),
    ],
)
def test_a_recognition_stands_for_three_years(published: date, last: date) -> None:
    assert valid_until(published) == last


# --- 第十九条第（四）项 ------------------------------------------------------------------------------------------

PROFILE = Profile(
    main_industry=frozenset({"工业机器人", "3491", "4011"}),
    boundary="东至甲路，南至乙路",
    operator_name="甲运营有限公司",
    operator_uscc="91310117MA1K000013",
)
OTHER: dict[Change, dict[str, Any]] = {
    Change.MAIN_INDUSTRY: {"main_industry": frozenset({"工业机器人", "3491"})},
    Change.BOUNDARY: {"boundary": "东至丙路，南至乙路"},
    Change.OPERATOR_NAME: {"operator_name": "乙运营有限公司"},
    Change.OPERATOR_CODE: {"operator_uscc": "52310117MA1K000027"},
}


def changes(grounds: Collection[Ground]) -> list[Change]:
    assert {ground.code for ground in grounds} <= {"G4"}
    return [ground.change for ground in grounds]


def test_every_change_is_tried_here() -> None:
    assert set(OTHER) == set(Change)


@pytest.mark.parametrize("change", Change)
def test_each_change_that_nobody_filed_is_a_ground(change: Change) -> None:
    now = replace(PROFILE, **OTHER[change])
    assert changes(unfiled_changes(PROFILE, now, ())) == [change]


@pytest.mark.parametrize("change", Change)
def test_a_change_that_was_filed_is_no_ground_and_covers_no_other(change: Change) -> None:
    now = replace(PROFILE, **{name: value for other in OTHER.values() for name, value in other.items()})
    assert changes(unfiled_changes(PROFILE, now, {change})) == [other for other in Change if other is not change]
    assert unfiled_changes(PROFILE, now, set(Change)) == ()


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"boundary": " 东至甲路，\n南至乙路 "},
        {"operator_uscc": "91310117ma1k000013"},
        {"main_industry": frozenset({"4011", "3491", "工业机器人"})},
    ],
)
def test_white_space_case_and_order_are_no_change(same: dict[str, Any]) -> None:
    assert unfiled_changes(PROFILE, replace(PROFILE, **same), ()) == ()


def test_a_ground_tells_what_changed_and_leaves_the_decision_to_people() -> None:
    (ground,) = unfiled_changes(PROFILE, replace(PROFILE, operator_name="乙运营有限公司"), ())
    assert ground.sentence == "运营管理机构名称由“甲运营有限公司”变为“乙运营有限公司”，未见变更报备，请核实"


def test_codes_of_an_industry_are_told_in_one_order() -> None:
    (ground,) = unfiled_changes(PROFILE, replace(PROFILE, main_industry=frozenset({"4011", "3491"})), ())
    assert (ground.before, ground.now) == ("3491、4011、工业机器人", "3491、4011")
