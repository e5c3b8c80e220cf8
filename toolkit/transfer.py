"""The answers to one policy's questions as another policy asks for them: taken over where both mean the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from toolkit.differences import Rules, differences, needed, rules
from toolkit.evaluate import APPROVALS
from toolkit.fields import Field, FieldKind, Table, split_slot
from toolkit.measures import leaves
from toolkit.measures.incidents import NoneOf
from toolkit.rules import Rule
from toolkit.submission import Entry, Location, Row, Submission, TableData

_WORDS = (FieldKind.TEXT, FieldKind.LONG_TEXT)


@dataclass(frozen=True)
class Transfer:
    """From the policy a workbook was made for to the one it is judged by; what the workbook does not say stays blank.

    Answers go by the id of their input, where both policies ask for the same kind of thing in the same unit. The
    district's word goes by rule: that it approves counts for a rule that says the same in both policies only.

    Attributes:
        source: What the workbook was made for.
        target: What its answers are judged by.
    """

    source: Rules
    target: Rules

    def __call__(self, submission: Submission) -> Submission:
        """The answers, without the problems: those are the workbook's own."""
        if self._unchanged:
            return submission
        asked, slots = self.target.policy, self._slots - self._unproven
        entries = {key: entry for key, entry in submission.entries.items() if key in slots and self._fits(key, entry)}
        tables = {
            table_id: self._table(asked.tables[table_id], data)
            for table_id, data in submission.tables.items()
            if table_id in self._tables
        }
        return replace(submission, entries=entries, tables=tables, problems=())

    def lacking(self, rule: Rule) -> tuple[str, ...]:
        """What a rule of the target looks at and no workbook of the source can say, by its labels."""
        policy = self.target.policy
        slots = dict.fromkeys(split_slot(key)[0] for key in rule.measure.slots if key not in self._slots)
        fields = {name: None for name in needed(rule) if name not in self._alike}
        tables = dict.fromkeys(name for name in _tables_of(rule) if name not in self._tables)
        named = (policy.fields[name].label.removeprefix("其中：") for name in {**slots, **fields})
        return (*named, *(policy.tables[table].label for table in tables))

    # --- what both know

    @cached_property
    def _unchanged(self) -> bool:
        return self.source == self.target

    @cached_property
    def _alike(self) -> frozenset[str]:
        """The inputs and columns that mean the same in both."""
        known = self.source.policy.fields
        return frozenset(
            name for name, field in self.target.policy.fields.items() if name in known and _same(known[name], field)
        )

    @cached_property
    def _slots(self) -> frozenset[str]:
        known, asked = (side.policy.fields for side in (self.source, self.target))
        return frozenset(key for name in self._alike for key in asked[name].slots if key in known[name].slots)

    @cached_property
    def _tables(self) -> frozenset[str]:
        """The tables both have; printed rows and open ones are no match for each other."""
        known, asked = (side.policy.tables for side in (self.source, self.target))
        both = known.keys() & asked.keys()
        return frozenset(name for name in both if bool(known[name].fixed) == bool(asked[name].fixed))

    @cached_property
    def _unproven(self) -> frozenset[str]:
        """Counts of incidents whose register the workbook does not have: that nothing is listed proves nothing."""
        found = (leaf for rule in self.target.policy.rules for _, leaf in leaves(rule.measure))
        alone = (leaf for leaf in found if isinstance(leaf, NoneOf) and leaf.table not in self._tables)
        return frozenset(key for leaf in alone for key in leaf.slots)

    # --- one answer, one table

    def _fits(self, key: str, entry: Entry) -> bool:
        """Whether an answer is one the target offers."""
        field = self.target.policy.fields[split_slot(key)[0]]
        return field.kind is not FieldKind.CHOICE or entry.value is None or entry.value in field.choices

    def _table(self, table: Table, data: TableData) -> TableData:
        rows = {row.id: row for row in data.rows}
        if table.fixed:
            rows = {one.id: rows.get(one.id, Row(one.id, {})) for one in table.fixed}
        return TableData(tuple(self._row(table, row, data.anchor) for row in rows.values()), data.anchor)

    def _row(self, table: Table, row: Row, anchor: Location) -> Row:
        place = next((cell.location for cell in row.cells.values()), anchor)
        cells = {key: self._cell(key, row.cells, place) for key in table.slots}
        return Row(row.id, cells | dict(self._withdrawn(table, row.id, cells)))

    def _cell(self, key: str, cells: Mapping[str, Entry], place: Location) -> Entry:
        entry = cells.get(key)
        if entry is not None and key in self._slots and self._fits(key, entry):
            return entry
        return Entry(None, place if entry is None else entry.location)

    def _withdrawn(self, table: Table, row_id: str, cells: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
        """The district's word on a rule that says something else here: nobody has decided that."""
        policy = self.target.policy
        for role in ("decisions", "checks"):
            column = policy.role(role).removeprefix(f"{table.id}.")
            cell = cells.get(column)
            if cell is not None and cell.value is not None and not self._holds(row_id, str(cell.value)):
                yield column, Entry(None, cell.location)

    def _holds(self, rule_id: str, word: str) -> bool:
        """Whether what a reviewer said of a rule is said of the target's as well; a doubt stays a doubt."""
        return rule_id in (self._shared if word not in APPROVALS else self._agreed)

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The rules both have under one number and title."""
        known = {(rule.id, rule.title) for rule in self.source.policy.rules}
        return frozenset(rule.id for rule in self.target.policy.rules if (rule.id, rule.title) in known)

    @cached_property
    def _agreed(self) -> frozenset[str]:
        """Those of them that are judged alike."""
        shared = (pair for pair in rules(self.source, self.target) if pair.before and pair.id in self._shared)
        return frozenset(pair.id for pair in shared if not differences(pair, self.source, self.target))


def _tables_of(rule: Rule) -> Iterator[str]:
    """The tables a rule looks at; one whose rows are counted as they are names no column."""
    yield from (table for table, _ in rule.measure.reads)
    yield from (table for _, leaf in leaves(rule.measure) if (table := getattr(leaf, "table", "")))


def _same(one: Field, other: Field) -> bool:
    """Whether an answer to one question answers the other."""
    kinds = one.kind is other.kind or (one.kind in _WORDS and other.kind in _WORDS)
    return (kinds or (one.kind, other.kind) == (FieldKind.INTEGER, FieldKind.DECIMAL)) and one.unit == other.unit


_known: dict[tuple[int, ...], Transfer] = {}


def transfer(source: Rules, target: Rules) -> Transfer:
    """The transfer between two rule sets, worked out once for the very same values."""
    key = tuple(map(id, (*source, *target)))
    # What is kept here is never freed, so no other value comes to bear its number.
    return _known.setdefault(key, Transfer(source, target))
