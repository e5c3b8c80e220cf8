"""What a year's notice may set for the review by the city; the Measures themselves set none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from toolkit.errors import PolicyError

EACH: Final = "每区"
"""The key of the quota of every district that has none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The parameters of the city's review; what is absent was not set, and nothing is assumed for it.

    Attributes:
        source: The notice or decision that sets them; empty where nothing is set.
        quotas: District → how many clusters it may recommend; ``每区`` speaks for the others.
        notice_days: How many days the public notice lasts at least, its first and last day counted.
        sample: How many clusters are visited: a number, or a share such as ``10%``.
        seed: From which the sample is drawn; empty for one derived from the season.
        weights: Criterion → what an expert's score for it weighs; without any no total is computed.
        outlier_deviations, outlier_points: An expert's score stands out where it differs from the mean of the others by
            more than so many of their standard deviations, and by no less than so many points.

    Source:
        沪经信规范〔2024〕1号 第九条 names the means and sets no figure; the two outlier bounds are a design choice.
    """

    source: str = ""
    quotas: Mapping[str, int] = field(default_factory=dict)
    notice_days: int | None = None
    sample: str = ""
    seed: str = ""
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    outlier_deviations: Decimal = Decimal(2)
    outlier_points: Decimal = Decimal(10)

    def quota(self, district: str) -> int | None:
        """How many clusters a district may recommend; None where that was not set."""
        return self.quotas.get(district, self.quotas.get(EACH))

    def weights_for(self, criteria: Iterable[str]) -> Mapping[str, Decimal]:
        """The weights in the order of the criteria.

        Raises:
            PolicyError: One is set for what is no criterion.
        """
        known = tuple(criteria)
        for name in self.weights:
            if name not in known:
                raise PolicyError(f"no such criterion: {name!r}", f"procedure.weights.{name}")
        return {name: self.weights[name] for name in known if name in self.weights}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Procedure:
        """Build from the JSON form in ``templates/schema/season.schema.json``."""
        numbers = ("outlier_deviations", "outlier_points")
        told = {**raw, **{name: _exact(raw[name]) for name in numbers if name in raw}}
        weights = {name: _exact(value) for name, value in raw.get("weights", {}).items()}
        return cls(**{**told, "weights": weights})


def _exact(value: float) -> Decimal:
    """The number as it was written."""
    return Decimal(str(value))
