"""All the sheets of the master, in their order."""

from __future__ import annotations

from workbook.commission.sheets import gaps, lists, statistics, summary
from workbook.commission.sheets.column import Desk
from workbook.commission.table import Table


def tables(desk: Desk) -> tuple[Table, ...]:
    """Every sheet but the first page and those that hold what people wrote without a place."""
    return (
        summary.summary(desk),
        summary.matrix(desk),
        statistics.statistics(desk),
        gaps.distribution(desk),
        gaps.gaps(desk),
        lists.problems(desk),
        lists.firms(desk),
        lists.log(desk),
        lists.parameters(desk),
    )
