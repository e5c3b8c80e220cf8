"""Values held against each other: parts and wholes, repeated rows, codes that another table must list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from toolkit.characters import key_of
from toolkit.fields import split_slot
from toolkit.policy import Policy
from toolkit.rules import NotAbove
from toolkit.season import Season
from toolkit.submission import Entry, Problem, Row, TableData
from toolkit.threshold import fixed


def inconsistencies(
    policy: Policy, season: Season, entries: Mapping[str, Entry], tables: Mapping[str, TableData]
) -> Iterator[Problem]:
    """Every contradiction between values that could be read."""
    for check in policy.checks:
        yield from _parts_above_wholes(policy, season, check, entries)
    for table in policy.tables.values():
        if table.id not in tables:
            continue
        rows = tables[table.id].rows
        for group in table.unique:
            yield from _repeated(rows, group, "X8" if group == (table.key,) else "X14", table.label)
        for column in table.columns:
            if column.within and column.within in tables:
                yield from _unlisted(policy, rows, column.id, column.within, tables)


def _parts_above_wholes(
    policy: Policy, season: Season, check: NotAbove, entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    part, whole = policy.fields[check.part], policy.fields[check.whole]
    for key, other in part.beside(whole):
        above, below = _figure(entries, key), _figure(entries, other)
        if above is None or below is None or above <= below:
            continue
        year = split_slot(key)[1]
        prefix = "" if year is None else f"{season.calendar_year(year)}年"
        names = {"part": part.label.removeprefix("其中："), "whole": whole.label.removeprefix("其中：")}
        told = {name: prefix + label for name, label in names.items()}
        told |= {"found": fixed(above, None), "limit": fixed(below, None)}
        yield Problem(check.code, entries[key].location, told)


def _figure(entries: Mapping[str, Entry], key: str) -> Decimal | None:
    value = entries[key].value if key in entries else None
    return value if isinstance(value, Decimal) else None


def _repeated(rows: Sequence[Row], group: tuple[str, ...], code: str, label: str) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        cells = [row.cells[column] for column in group]
        if any(cell.value is None for cell in cells):
            continue
        key = tuple(key_of(str(cell.value)) for cell in cells)
        earlier = first.setdefault(key, row)
        if earlier is not row:
            found = "、".join(str(cell.value) for cell in cells)
            other = earlier.cells[group[0]].location.row
            yield Problem(code, cells[0].location, {"found": found, "other": other, "label": label})


def _unlisted(
    policy: Policy, rows: Sequence[Row], column: str, table_id: str, tables: Mapping[str, TableData]
) -> Iterator[Problem]:
    table = policy.tables[table_id]
    listed = {row.cells[table.key].value for row in tables[table_id].rows}
    for row in rows:
        entry = row.cells[column]
        if entry.value is not None and entry.value not in listed:
            yield Problem("X16", entry.location, {"found": entry.value, "table": table.label})
