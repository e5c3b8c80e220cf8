"""Values held against each other: the checks of the policy, repeated rows, codes that another table must list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.characters import key_of
from toolkit.checks.kinds import Held
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Entry, Location, Problem, Row, Submission, TableData


def inconsistencies(
    policy: Policy, season: Season, entries: Mapping[str, Entry], tables: Mapping[str, TableData]
) -> Iterator[Problem]:
    """Every contradiction between values that could be read.

    One cell hears one message only once: what two checks find there under one code, the first of them tells.
    """
    told: set[tuple[str, Location]] = set()
    for problem in _checked(policy, season, entries, tables):
        if (problem.code, problem.location) not in told:
            told.add((problem.code, problem.location))
            yield problem
    for table in policy.tables.values():
        if table.id not in tables:
            continue
        rows = tables[table.id].rows
        for group in table.unique:
            yield from _repeated(rows, group, "X8" if group == (table.key,) else "X14", table.label)
        for column in table.columns:
            if column.within and column.within in tables:
                yield from _unlisted(policy, rows, column.id, column.within, tables)


def _checked(
    policy: Policy, season: Season, entries: Mapping[str, Entry], tables: Mapping[str, TableData]
) -> Iterator[Problem]:
    held = Held(
        submission=Submission(entries=entries, tables=tables),
        season=season,
        fields=policy.fields,
        tables=policy.tables,
        readings=dict(_readings(policy, season)),
        measures={rule.id: rule.measure for rule in policy.rules},
    )
    for check in policy.checks:
        yield from check.find(held)


def _readings(policy: Policy, season: Season) -> Iterator[tuple[str, str]]:
    """The season's readings; one that is not offered is reported when rules are judged, not here."""
    for parameter in policy.parameters:
        chosen = season.readings.get(parameter.id, parameter.default)
        offered = {reading.value for reading in parameter.readings}
        yield parameter.id, chosen if chosen in offered else parameter.default


def sameness(row: Row, group: tuple[str, ...]) -> tuple[str, ...] | None:
    """What two rows about the same thing agree in, evened out; None where a row does not say."""
    cells = [row.cells.get(column) for column in group]
    told = tuple(key_of(str(cell.value)) for cell in cells if cell is not None and cell.value is not None)
    return told if len(told) == len(group) else None


def _repeated(rows: Sequence[Row], group: tuple[str, ...], code: str, label: str) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = sameness(row, group)
        if key is None:
            continue
        earlier = first.setdefault(key, row)
        if earlier is not row:
            cells = [row.cells[column] for column in group]
            found = "、".join(str(cell.value) for cell in cells)
            other = earlier.cells[group[0]].location.row
            yield Problem(code, cells[0].location, {"found": found, "other": other, "label": label})


def _unlisted(
    policy: Policy, rows: Sequence[Row], column: str, table_id: str, tables: Mapping[str, TableData]
) -> Iterator[Problem]:
    """Codes a table does not list; silent where they may be those of its rows whose own code cannot be read."""
    table = policy.tables[table_id]
    keys = [row.cells[table.key].value for row in tables[table_id].rows]
    listed = set(keys)
    unlisted = [row.cells[column] for row in rows if row.cells[column].value not in listed | {None}]
    if len({entry.value for entry in unlisted}) <= keys.count(None):
        return
    for entry in unlisted:
        yield Problem("X16", entry.location, {"found": entry.value, "table": table.label})
