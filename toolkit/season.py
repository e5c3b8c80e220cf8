"""One year's call: its dates, and the readings the commission has chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from toolkit.procedure import Procedure

_BASE_YEAR = -3


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A call for applications.

    Attributes:
        year: Application year; the data years end with the year before it.
        reference_date: Day on which certificates must be in force and up to which incidents count.
        readings: Parameter id → the reading set for this season; what is absent keeps the policy's default.
        source: Where the dates and readings come from.
        example: True when no official notice stands behind it.
        procedure: What the notice sets for the review by the city, if anything.

    Source:
        沪经信规范〔2024〕1号 第七条: the time of each call is set by notice.
    """

    id: str
    policy: str
    year: int
    reference_date: date
    source: str
    example: bool = False
    district_deadline: date | None = None
    city_deadline: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    procedure: Procedure = field(default_factory=Procedure)

    def calendar_year(self, offset: int) -> int:
        """The calendar year ``offset`` years from the last complete year.

        Examples:
            >>> Season(id="2026", policy="p", year=2026, reference_date=date(2026, 9, 30), source="").calendar_year(-3)
            2022
        """
        return self.year - 1 + offset

    def year_label(self, offset: int, *, running: bool = False) -> str:
        """How a year column is headed.

        Args:
            offset: From the last complete year; the base year is named as such.
            running: Whether the year after it is reported up to now rather than planned.
        """
        year = f"{self.calendar_year(offset)}年"
        if offset == _BASE_YEAR:
            return f"{year}（基期）"
        return f"{year}至今" if running and offset == 1 else year

    @property
    def window(self) -> tuple[date, date]:
        """First and last day on which an incident counts: 1 January of Y-2 to the reference date."""
        return date(self.calendar_year(-2), 1, 1), self.reference_date

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Season:
        """Build a season from its JSON form, ``templates/schema/season.schema.json``."""
        return cls(
            id=raw["id"],
            policy=raw["policy"],
            year=raw["year"],
            reference_date=date.fromisoformat(raw["reference_date"]),
            source=raw["source"],
            example=raw.get("example", False),
            district_deadline=_date(raw.get("district_deadline")),
            city_deadline=_date(raw.get("city_deadline")),
            readings=dict(raw.get("readings", {})),
            procedure=Procedure.from_dict(raw.get("procedure", {})),
        )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
