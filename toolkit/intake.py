"""From what stands in the cells to a submission: every value read once, every trouble collected."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from toolkit.checks.consistency import inconsistencies
from toolkit.checks.form import expected, read
from toolkit.errors import PolicyError, at
from toolkit.fields import Field, FieldKind, Table, split_slot
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Entry, Location, Problem, Raw, RawAnswers, RawTable, Row, Submission, TableData


def take_in(policy: Policy, season: Season, answers: RawAnswers) -> Submission:
    """Read every cell and hold the values against each other.

    Args:
        policy: Says what is asked.
        season: Gives the years their names.
        answers: What stands in the cells; a slot or table that is absent counts as lost, and the one who built the
            answers reports that.

    Returns:
        The submission with every problem found, those of one cell before those between cells.
    """
    read_alone = values_of(policy, season, answers)
    between = inconsistencies(policy, season, read_alone.entries, read_alone.tables)
    return replace(read_alone, problems=(*read_alone.problems, *between))


def values_of(policy: Policy, season: Season, answers: RawAnswers) -> Submission:
    """Every cell read by itself, nothing held against anything."""
    desk = _Desk(policy, season)
    entries = {key: desk.entry(key, raw) for key, raw in answers.inputs.items()}
    tables = {table_id: desk.table(policy.tables[table_id], raw) for table_id, raw in answers.tables.items()}
    return Submission(entries=entries, tables=tables, problems=tuple(desk.problems))


@dataclass
class _Desk:
    """Reads cell after cell and keeps the problems."""

    policy: Policy
    season: Season
    problems: list[Problem] = field(default_factory=list)

    def entry(self, key: str, raw: Raw) -> Entry:
        """One input cell."""
        return self._cell(self.policy.fields[split_slot(key)[0]], key, raw)

    def table(self, table: Table, raw: RawTable) -> TableData:
        """One table: a printed row is always there, an open one only where something is typed."""
        rows = [
            (row_id, cells)
            for row_id, cells in raw.rows
            if table.fixed or not all(cell.blank for cell in cells.values())
        ]
        if table.required and not rows:
            self.problems.append(Problem("F1", raw.anchor, {"expected": "至少一行", "label": table.label, "zero": ""}))
        columns = [(column, key) for column in table.columns for key in column.slots]
        return TableData(tuple(Row(row_id, self._row(columns, cells)) for row_id, cells in rows), raw.anchor)

    def _row(self, columns: Sequence[tuple[Field, str]], cells: Mapping[str, Raw]) -> dict[str, Entry]:
        return {key: self._cell(column, key, cells[key]) for column, key in columns}

    def _cell(self, asked: Field, key: str, raw: Raw) -> Entry:
        if raw.blank:
            if asked.required:
                self._report_blank(asked, key, raw.location)
            return Entry(None, raw.location)
        entry, problem = read(asked, raw, asked.label)
        if problem is not None:
            self.problems.append(problem)
        return entry

    def _report_blank(self, asked: Field, key: str, place: Location) -> None:
        year = split_slot(key)[1]
        label = asked.label if year is None else f"{self.season.calendar_year(year)}年{asked.label}"
        zero = "；没有的填 0" if asked.kind is FieldKind.INTEGER else ""
        self.problems.append(Problem("F1", place, {"expected": expected(asked), "label": label, "zero": zero}))


# --- answers written as data -----------------------------------------------------------------------------------


def answers_from_dict(policy: Policy, raw: Mapping[str, Any]) -> RawAnswers:
    """The answers of a worked example, ``templates/schema/submission.schema.json``, as if typed into a workbook.

    Args:
        policy: Says which slots and tables there are; what the example leaves out is blank.
        raw: ``{"inputs": {"area": 25, "output_total": [31, 33, 35, 38]}, "tables": {"roster": [{…}, …]}}``. A yearly
            input lists one value for each year; a row of a printed table names its row under ``row``.

    Returns:
        The cells, each at a made-up place: sheet name, row and column counted through the section.

    Raises:
        PolicyError: The example names what the policy does not ask, or gives a field more values than it has years.
    """
    _asked("inputs", raw.get("inputs", {}), {asked.id for section in policy.all_sections for asked in section.inputs})
    _asked("tables", raw.get("tables", {}), policy.tables)
    inputs: dict[str, Raw] = {}
    tables: dict[str, RawTable] = {}
    for section in policy.all_sections:
        for i, asked in enumerate(section.inputs, start=1):
            with at(f"inputs.{asked.id}"):
                cells = dict(_spread(asked, raw.get("inputs", {}).get(asked.id)))
            inputs |= {
                key: Raw(value, Location(section.sheet, i, j)) for j, (key, value) in enumerate(cells.items(), 1)
            }
        for i, table in enumerate(section.tables, start=1):
            start = 1000 * i
            given = raw.get("tables", {}).get(table.id, [])
            with at(f"tables.{table.id}"):
                rows = tuple(_table_rows(table, given, section.sheet, start))
            tables[table.id] = RawTable(rows, Location(section.sheet, start, 1))
    return RawAnswers(inputs, tables)


def _table_rows(
    table: Table, given: list[Mapping[str, Any]], sheet: str, start: int
) -> Iterator[tuple[str, dict[str, Raw]]]:
    _asked("row", (str(row.get("row")) for row in given if table.fixed), {row.id for row in table.fixed})
    for row in given:
        _asked("column", row, {"row", *(column.id for column in table.columns)})
    named = {row.get("row"): row for row in given}
    if table.fixed and len(named) < len(given):
        raise PolicyError("a printed row is filled twice")
    rows = [(f.id, named.get(f.id, {})) for f in table.fixed] or [(str(i), row) for i, row in enumerate(given, 1)]
    for i, (row_id, row) in enumerate(rows, start=1):
        pairs = [pair for column in table.columns for pair in _spread(column, row.get(column.id))]
        yield row_id, {key: Raw(value, Location(sheet, start + i, j)) for j, (key, value) in enumerate(pairs, 1)}


def _spread(asked: Field, given: Any) -> Iterator[tuple[str, Any]]:
    """One value for each slot of a field."""
    values = given if isinstance(given, list) else [given]
    if len(values) > len(asked.slots):
        raise PolicyError(f"{asked.id!r} has {len(asked.slots)} cells, not {len(values)}")
    for key, value in zip_longest(asked.slots, values):
        yield key, _typed(asked, value)


def _asked(what: str, names: Iterable[str], known: Container[str]) -> None:
    for name in names:
        if name not in known:
            raise PolicyError(f"the policy does not ask for {name!r}", what)


def _typed(asked: Field, value: Any) -> Any:
    """JSON has no dates and no decimals of its own."""
    if isinstance(value, str) and asked.kind is FieldKind.DATE:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value))
    return value
