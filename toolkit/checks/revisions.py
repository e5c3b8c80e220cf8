"""Figures of one calendar year that were filed twice: in an earlier season and now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from toolkit.checks.held import named, plain
from toolkit.fields import Field, slot
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Problem, Submission


class Filed(NamedTuple):
    """One workbook that was filed, with the policy and the season it was read under."""

    submission: Submission
    policy: Policy
    season: Season


def revisions(earlier: Filed, current: Filed) -> Iterator[Problem]:
    """Every yearly figure that differs from what an earlier workbook said of the same calendar year.

    Args:
        earlier: What was filed before; a field the two policies ask in different units is passed over.
        current: What is filed now; problems stand at its cells.

    Source:
        沪经信规范〔2024〕1号 第十六条: years are reported one after the other; a revision wants a reason.
    """
    for section in current.policy.all_sections:
        for asked in section.inputs:
            before = earlier.policy.fields.get(asked.id)
            if before is not None and asked.kind.numeric and before.unit == asked.unit:
                yield from _revised(before, earlier, asked, current)


def _revised(before: Field, earlier: Filed, asked: Field, current: Filed) -> Iterator[Problem]:
    for offset in asked.years:
        year = current.season.calendar_year(offset)
        past = year - earlier.season.calendar_year(0)
        if past not in before.years or past > 0 or offset > 0:
            continue
        said, says = _figure(earlier, slot(asked.id, past)), _figure(current, slot(asked.id, offset))
        if said is not None and says is not None and said != says:
            context = {
                "label": f"{year}年{named(asked.label)}",
                "found": f"{plain(says)} {asked.unit}",
                "before": f"{plain(said)} {asked.unit}",
                "season": earlier.season.year,
            }
            yield Problem("X10", current.submission.entries[slot(asked.id, offset)].location, context)


def _figure(filed: Filed, key: str) -> Decimal | None:
    entry = filed.submission.entries.get(key)
    return entry.value if entry is not None and isinstance(entry.value, Decimal) else None
