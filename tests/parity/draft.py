"""One submission in the making: what stands in its cells, and how plausible answers are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import TypeVar

from toolkit import reference
from toolkit.fields import Field, FieldKind, Section, Table, split_slot
from toolkit.measures.case import Case
from toolkit.measures.conditions import Condition
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Submission

Value = Decimal | str | date | None
Cells = dict[str, Value]
Thing = TypeVar("Thing")
# Figures below have room for eight decimals.
FINE = 10**4

# Whole codes only: section letters, leading zeros and headings are the troubles' affair.
INDUSTRIES = ("3973", "3983", "3581", "3491", "6513", "3110", "2611", "3062", "4411", "C3973", "C3011")
_WORDS = ("申源", "启明", "拓远", "Alpha", "浦江", "云帆", "beta", "恒信", "锐智", "海星")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Generated:
    """One submission as it stands in the cells.

    Attributes:
        kinds: What was done to it, for counting what a run has covered.
        inputs: Slot → value.
        tables: Table id → rows, blank ones between them included; of a printed table all rows, in order.
    """

    number: int
    kinds: frozenset[str]
    inputs: Mapping[str, Value]
    tables: Mapping[str, Sequence[Mapping[str, Value]]]


class Draft:
    """A submission that still changes."""

    def __init__(self, policy: Policy, season: Season, chance: Random, number: int) -> None:
        self.policy, self.season, self.chance, self.number = policy, season, chance, number
        self.kinds: set[str] = set()
        self.inputs: Cells = {key: None for section in self.sections for asked in section.inputs for key in asked.slots}
        self.tables: dict[str, list[Cells]] = {
            table.id: [blank_row(table) for _ in table.fixed] for section in self.sections for table in section.tables
        }

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What the operator fills in; the district's pages stay blank."""
        return tuple(section for section in self.policy.all_sections if section.filled_by == "operator")

    @cached_property
    def read_slots(self) -> tuple[str, ...]:
        """The single cells any rule reads."""
        slots: dict[str, None] = {}
        for rule in self.policy.rules:
            slots |= dict.fromkeys(rule.measure.slots)
            slots |= dict.fromkeys(key for name in rule.measure.mentions for key in self.policy.fields[name].slots)
            if rule.applies:
                slots |= dict.fromkeys(filter(None, (rule.applies.input, rule.applies.reason)))
        return tuple(slots)

    @cached_property
    def read_columns(self) -> tuple[tuple[str, str], ...]:
        """``(table, slot)`` of every column any rule reads."""
        pairs: dict[tuple[str, str], None] = {}
        for rule in self.policy.rules:
            pairs |= dict.fromkeys(rule.measure.reads)
            if rule.applies and rule.applies.industries:
                pairs[rule.applies.industries[:2]] = None
        if evidence := self.policy.role("evidence"):
            table, _, column = evidence.partition(".")
            pairs[table, column] = None
        return tuple((table, key) for table, column in pairs for key in self.policy.fields[column].slots)

    def field(self, key: str) -> Field:
        """The field of a slot."""
        return self.policy.fields[split_slot(key)[0]]

    def slots_of(self, *asked: FieldKind) -> list[str]:
        """Single cells of these kinds that rules read."""
        return [key for key in self.read_slots if self.field(key).kind in asked]

    def cells_of(self, *asked: FieldKind) -> list[tuple[Cells, str]]:
        """Every cell of these kinds that rules read and where something could stand: its row, or the inputs, and slot."""
        found = [(self.inputs, key) for key in self.slots_of(*asked)]
        for table, key in self.read_columns:
            if self.field(key).kind in asked:
                found += [(row, key) for row in self.tables[table]]
        return found

    def some(self, among: Sequence[Thing], count: int) -> list[Thing]:
        """A few of them, in any order."""
        return self.chance.sample(among, min(count, len(among)))

    def few(self, among: Sequence[Thing]) -> list[Thing]:
        """One, some, or a good part of them."""
        return self.some(among, self.chance.choice((1, 1, 2, 4, max(len(among) // 8, 1))))

    def finished(self) -> Generated:
        """As it stands; what is beyond the capacity of a table falls off."""
        tables = {name: rows[: self.policy.tables[name].capacity] for name, rows in self.tables.items()}
        longest = max(map(len, tables.values()), default=0)
        size = {"hundreds of rows": longest >= 100, "thousands of rows": longest >= 1900}
        kinds = frozenset(self.kinds | {name for name, reached in size.items() if reached})
        return Generated(self.number, kinds, dict(self.inputs), tables)

    # Inventing ------------------------------------------------------------------------------------------------

    def invent(self) -> None:
        """Something in nearly every cell, with no thought for the rest."""
        self.inputs = {key: self.answer(self.field(key)) for key in self.inputs}
        for name, rows in self.tables.items():
            table = self.policy.tables[name]
            count = len(rows) or self.chance.choice((0, 1, 1, 2, 3, 5, 8, 12))
            rows[:] = [self.row(table) for _ in range(count)]
        self.link()

    def row(self, table: Table) -> Cells:
        """One row of plausible answers."""
        return {key: self.answer(column) for column in table.columns for key in column.slots}

    def link(self) -> None:
        """Let codes that should be listed elsewhere mostly be listed there."""
        for table in self.policy.tables.values():
            for column in table.columns:
                if not column.within or table.id not in self.tables:
                    continue
                there = self.policy.tables[column.within]
                codes = [row[there.key] for row in self.tables[there.id]]
                for row in self.tables[table.id]:
                    if codes and self.chance.random() < 0.85:
                        row[column.id] = self.chance.choice(codes)

    def answer(self, asked: Field) -> Value:
        """A plausible value of a field."""
        if not asked.required and self.chance.random() < 0.15:
            return None
        if asked.kind.numeric:
            return self.number_for(asked)
        if asked.kind is FieldKind.CHOICE:
            # The first choices are mostly the favourable ones.
            return self.chance.choice(asked.choices if self.chance.random() < 0.5 else asked.choices[:2])
        inventors: Mapping[FieldKind, Callable[[], Value]] = {
            FieldKind.DATE: self.day,
            FieldKind.USCC: self.code,
            FieldKind.INDUSTRY: lambda: self.chance.choice(INDUSTRIES),
            FieldKind.MOBILE: lambda: f"139{self.chance.randrange(10**8):08d}",
            FieldKind.EMAIL: lambda: "jiqun@example.com",
        }
        return inventors.get(asked.kind, self.text)()

    def number_for(self, asked: Field) -> Decimal:
        """A number in the places of the field and inside its bounds."""
        if asked.kind is FieldKind.PERCENT:
            return Decimal(self.chance.randrange(10_001)) / 10_000
        places = asked.decimals if asked.decimals is not None else self.chance.choice((0, 1, 2, 3))
        low = int(asked.minimum or 0)
        top = int(asked.maximum) if asked.maximum is not None else low + self.chance.choice((3, 20, 200, 5000))
        return Decimal(self.chance.randint(low * 10**places + 1, top * 10**places)).scaleb(-places)

    def most(self, asked: Field) -> int:
        """The largest figure a field is given: ten digits, those behind the point included.

        Beyond that binary fractions and exact ones part in the last decimal shown: decision 0012.
        """
        places = 4 if asked.decimals is None else asked.decimals
        return 10**9 if not places else int(10 ** (10 - places))

    def text(self) -> str:
        """A few words, the same ones now and then."""
        return "".join(self.chance.choice(_WORDS) for _ in range(2)) + self.chance.choice(("", "01号", "甲"))

    def day(self) -> date:
        """A day around the season's."""
        return self.season.reference_date + timedelta(days=self.chance.randint(-1500, 900))

    def code(self) -> str:
        """A sound credit code."""
        body = f"91310{self.chance.randrange(1000):03d}" + "".join(self.chance.choice(_LETTERS) for _ in range(9))
        return body + reference.uscc_check_digit(body)

    # Rows that count ------------------------------------------------------------------------------------------

    def reading(self, parameter: str) -> str:
        """The season's reading of a parameter."""
        return self.policy.readings(self.season)[parameter]

    def counting(self, table: str, conditions: Iterable[Condition]) -> Cells:
        """A row that satisfies every condition asked under the season's readings, what it points to included."""
        row = self.row(self.policy.tables[table])
        for asked in conditions:
            if not all(self.reading(name) == reading for name, reading in asked.when.items()):
                continue
            if asked.lookup:
                self._listed(row, asked)
            elif asked.on_or_before or asked.on_or_after:
                away = timedelta(days=self.chance.choice((0, 0, 1, 30, 700)))
                row[asked.column] = self.season.reference_date + (-away if asked.on_or_before else away)
            else:
                row[asked.column] = self.chance.choice(asked.among)
        return row

    def _listed(self, row: Cells, asked: Condition) -> None:
        """Put a row into the other table, or mend the one that is there."""
        name, _, column = asked.lookup.partition(".")
        table = self.policy.tables[name]
        there = [found for found in self.tables[name] if found.get(table.key) == row[asked.column] is not None]
        if not there:
            row[asked.column] = self.code()
            there = [self.row(table) | {table.key: row[asked.column]}]
            self.tables[name] += there
        if asked.among:
            for found in there:
                found[column] = self.chance.choice(asked.among)


def blank_row(table: Table) -> Cells:
    """A row with nothing in it."""
    return dict.fromkeys(table.slots)


def nothing(policy: Policy, season: Season) -> Case:
    """A case without a submission, for what a measure knows by itself."""
    return Case(Submission(entries={}, tables={}), season, policy.fields, policy.tables, policy.readings(season))


def firms(draft: Draft, count: int) -> Iterator[Cells]:
    """Roster rows by the thousand: only what rules read is drawn with care."""
    pattern = draft.row(draft.policy.tables["roster"])
    for _ in range(count):
        yield pattern | {
            "name": f"{draft.text()}有限公司",
            "uscc": draft.code(),
            "main": draft.chance.choice(("是", "是", "否")),
            "size": draft.chance.choice(("大型", "中型", "小型", "微型")),
        }
