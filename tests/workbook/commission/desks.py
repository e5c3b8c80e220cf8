"""Made-up desks: clusters that count, and what people wrote of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.workbook.commission.filings import POLICY, SEASON
from toolkit.packs import packs
from toolkit.procedure import Procedure
from workbook.commission.filing import Filing
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk
from workbook.commission.table import Row, Table, Value
from workbook.commission.words import Words

_PACK = packs()[POLICY]


def key(number: int) -> str:
    return f"键{number}"


def desk(*filings: Filing, words: Words | None = None, procedure: Procedure | None = None, **more: Any) -> Desk:
    """A desk with these clusters, known as 键1, 键2 and so on."""
    season = _PACK.seasons[SEASON]
    clusters = tuple(
        Cluster(key=key(number), file=f"{number}.xlsx", filing=filing, remark="")
        for number, filing in enumerate(filings, start=1)
    )
    return Desk(
        policy=_PACK.policy,
        season=replace(season, procedure=procedure or Procedure()),
        clusters=clusters,
        receipts=(),
        archive="archive",
        words=words or {},
        **more,
    )


def shown(table: Table) -> list[dict[str, Value]]:
    """The rows by the ids of their columns, each with what the tool says of people's words in it."""
    return [_by_id(table, table.after(row) if table.after else row) for row in table.rows]


def said(table: Table, words: Mapping[str, Mapping[str, Value]]) -> list[dict[str, Value]]:
    """The same once people's words are in their rows, as a run carries them over."""
    ids = [column.id for column in table.columns]
    carried = []
    for row in table.rows:
        told = words.get(row.key, {})
        values = tuple(told.get(one, value) for one, value in zip(ids, row.values, strict=True))
        carried.append(row._replace(values=values))
    return [_by_id(table, table.after(row) if table.after else row) for row in carried]


def _by_id(table: Table, row: Row) -> dict[str, Value]:
    return dict(zip((column.id for column in table.columns), row.values, strict=True))
