"""The closed set of checks. A policy names one by ``kind``; a scheme that needs another adds a class here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.checks.days import InOrder, NotAfter
from toolkit.checks.held import Check, Held
from toolkit.checks.parts import NotAbove, RowNotAbove
from toolkit.checks.ratios import Quotient, Ratio
from toolkit.checks.registers import Answered, Elsewhere, Expired, SizeDeclared, TitleOfLarge, Twice
from toolkit.checks.rosters import RowTotal
from toolkit.checks.statements import AreaOfDistrict, Baselines, Incidents, Same
from toolkit.checks.trends import YearOnYear
from toolkit.errors import PolicyError

KINDS: Mapping[str, type[Any]] = {
    "not_above": NotAbove,
    "row_not_above": RowNotAbove,
    "row_total": RowTotal,
    "year_on_year": YearOnYear,
    "ratio": Ratio,
    "quotient": Quotient,
    "expired": Expired,
    "twice": Twice,
    "answered": Answered,
    "elsewhere": Elsewhere,
    "size_declared": SizeDeclared,
    "title_of_large": TitleOfLarge,
    "in_order": InOrder,
    "not_after": NotAfter,
    "same": Same,
    "area_of_district": AreaOfDistrict,
    "incidents": Incidents,
    "baselines": Baselines,
}


def check_from_dict(raw: Mapping[str, Any]) -> Check:
    """Build the check an entry of the policy names; those of the first packs name none, for there was only one kind.

    Raises:
        PolicyError: The kind is not in the set.
    """
    kind = raw.get("kind", "not_above")
    if kind not in KINDS:
        raise PolicyError(f"unknown check {kind!r}, one of {', '.join(KINDS)}", "kind")
    check: Check = KINDS[kind].from_dict({name: value for name, value in raw.items() if name != "kind"})
    return check


__all__ = ["KINDS", "Check", "Held", "NotAbove", "check_from_dict"]
