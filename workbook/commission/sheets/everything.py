"""All the sheets of the master, in their order."""

from __future__ import annotations

from workbook.commission.overlaps import counted, overlaps
from workbook.commission.sheets import (
    experts,
    formal,
    gaps,
    lists,
    national,
    parameters,
    publicity,
    recognition,
    statistics,
    summary,
    visits,
)
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.overlaps import overlap_table
from workbook.commission.table import Table


def tables(desk: Desk) -> tuple[Table, ...]:
    """Every sheet but the first page and those that hold what people wrote without a place."""
    found = overlaps(desk.clusters)
    return (
        summary.summary(desk, counted(found, desk.clusters)),
        summary.matrix(desk),
        statistics.statistics(desk),
        gaps.distribution(desk),
        gaps.gaps(desk),
        lists.problems(desk),
        lists.register(desk) if desk.annex else lists.firms(desk),
        overlap_table(desk, found),
        formal.formal(desk),
        experts.panel(desk),
        experts.opinions(desk),
        visits.visits(desk),
        recognition.recognition(desk),
        publicity.published(desk),
        publicity.notices(desk),
        publicity.objections(desk),
        national.national(desk),
        lists.log(desk),
        parameters.parameters(desk),
    )
