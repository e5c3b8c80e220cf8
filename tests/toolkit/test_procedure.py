"""What a season may set for the review by the city, and that nothing is assumed where it does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.packs import check_shape
from toolkit.procedure import Procedure
from toolkit.season import Season

SEASON = {"id": "2026", "policy": "p", "year": 2026, "reference_date": "2026-09-30", "source": "通知"}


def test_a_season_that_sets_nothing_has_no_quota_no_days_no_sample_and_no_weights() -> None:
    bare = Season.from_dict(SEASON).procedure
    assert bare == Procedure()
    assert (bare.quota("闵行区"), bare.notice_days, bare.sample, dict(bare.weights)) == (None, None, "", {})


def test_what_is_set_is_exact() -> None:
    told = {
        "source": "通知",
        "weights": {"6.2": 0.1, "6.5": 2},
        "outlier_points": 7.5,
        "quotas": {"每区": 2, "崇明区": 1},
    }
    procedure = Season.from_dict({**SEASON, "procedure": told}).procedure
    assert dict(procedure.weights) == {"6.2": Decimal("0.1"), "6.5": Decimal(2)}
    assert (procedure.outlier_points, procedure.outlier_deviations) == (Decimal("7.5"), Decimal(2))
    assert (procedure.quota("崇明区"), procedure.quota("闵行区")) == (1, 2)


def test_weights_come_in_the_order_of_the_criteria_and_only_for_those() -> None:
    procedure = Procedure(source="通知", weights={"6.5": Decimal(2), "6.2": Decimal(1)})
    assert list(procedure.weights_for(["6.1", "6.2", "6.5"])) == ["6.2", "6.5"]
    with pytest.raises(PolicyError, match=r"procedure\.weights\.6\.5"):
        procedure.weights_for(["6.2"])


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"notice_days": 7}, "procedure"),
        ({"source": "通知", "notice_days": 0}, "procedure.notice_days"),
        ({"source": "通知", "sample": "0"}, "procedure.sample"),
        ({"source": "通知", "sample": "101%"}, "procedure.sample"),
        ({"source": "通知", "weights": {"6.2": 0}}, "procedure.weights['6.2']"),
        ({"source": "通知", "quotas": {"每区": -1}}, "procedure.quotas['每区']"),
        ({"source": "通知", "colour": "red"}, "procedure"),
    ],
)
def test_what_makes_no_sense_is_refused(told: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_shape({**SEASON, "procedure": told}, "season")
    assert caught.value.path == path


@pytest.mark.parametrize("sample", ["1", "12", "10%", "100%"])
def test_a_number_or_a_share_is_a_sample(sample: str) -> None:
    check_shape({**SEASON, "procedure": {"source": "通知", "sample": sample}}, "season")
