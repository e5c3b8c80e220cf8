"""What values are held against: the view every check has of a submission, and what all checks share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.fields import Field, split_slot
from toolkit.measures import Case, Measure
from toolkit.submission import Entry, Location, Problem, Row, Value
from toolkit.threshold import fixed

PER_SLIP = Decimal(10_000)


@dataclass(frozen=True)
class Held(Case):
    """The case, and the measure of every rule: some figures are stated twice, once as a measure."""

    measures: Mapping[str, Measure] = field(default_factory=dict)
    _columns: dict[tuple[str, str], list[Value | None]] = field(default_factory=dict)
    _belonging: dict[tuple[object, ...], list[bool | None]] = field(default_factory=dict)

    def value(self, key: str) -> Value | None:
        """The value of a slot, None where it is blank or unreadable."""
        return self.entry(key).value

    def rows(self, table_id: str) -> tuple[Row, ...]:
        """The filled rows of a table."""
        return self.table(table_id).rows

    def column(self, table_id: str, key: str) -> list[Value | None]:
        """What a column holds, row by row; read once for all checks."""
        found = self._columns.get((table_id, key))
        if found is None:
            found = self._columns[table_id, key] = [row.cells[key].value for row in self.rows(table_id)]
        return found

    def belonging(self, table_id: str, where: Mapping[str, tuple[str, ...]]) -> list[bool | None]:
        """Row by row whether it has one of the answers in each column named; None where that is not known."""
        group = (table_id, *where.items())
        if group not in self._belonging:
            marks: list[bool | None] = [True] * len(self.rows(table_id))
            for name, answers in where.items():
                told = self.column(table_id, name)
                marks = [_both(mark, value, answers) for mark, value in zip(marks, told, strict=True)]
            self._belonging[group] = marks
        return self._belonging[group]

    def states(self, when: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether every input named has one of the answers named; a blank one has none."""
        return all(self.value(name) in answers for name, answers in when.items())


def _both(mark: bool | None, value: Value | None, answers: tuple[str, ...]) -> bool | None:
    """What is known no longer belongs, whatever else is blank."""
    if mark is False or (value is not None and value not in answers):
        return False
    return None if value is None else mark


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that is held against another.

    Attributes:
        code: The message it raises, see ``toolkit.messages.contradictions``.
        trial: It is on trial: reported as 提示, never blocking.
    """

    code: str
    trial: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Every message it can raise."""
        return (self.code,)

    @property
    def figures(self) -> tuple[str, ...]:
        """The numeric inputs it reads."""
        return ()

    @property
    def mentions(self) -> tuple[str, ...]:
        """The other inputs it reads."""
        return ()

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` of every column it reads."""
        return ()

    def find(self, held: Held) -> Iterator[Problem]:
        """Every contradiction between values that could be read; a value that is missing takes no part."""
        raise NotImplementedError

    def problem(
        self, place: Location, context: Mapping[str, object], suggestion: str = "", *, code: str = ""
    ) -> Problem:
        """A problem of this check."""
        return Problem(code or self.code, place, context, suggestion, self.trial)


def number(entry: Entry) -> Decimal | None:
    """The figure of a cell, None where it holds none."""
    return entry.value if isinstance(entry.value, Decimal) else None


def latest(asked: Field) -> str:
    """The slot of the latest complete year, or the only one.

    Examples:
        >>> from toolkit.fields import FieldKind
        >>> latest(Field(id="count", label="", kind=FieldKind.INTEGER, years=(-1, 0, 1)))
        'count@0'
    """
    past = [key for key in asked.slots if (split_slot(key)[1] or 0) <= 0]
    return past[-1]


def paired(one: Field, other: Field) -> Iterator[tuple[str, str]]:
    """The slots of two fields that speak of the same year; a field asked once speaks of the latest."""
    if bool(one.years) == bool(other.years):
        yield from one.beside(other)
    else:
        yield latest(one), latest(other)


def named(label: str) -> str:
    """A label without the word that subordinates it."""
    return label.removeprefix("其中：")


def of_year(held: Held, key: str, label: str) -> str:
    """What a column is called in the year of a slot."""
    year = split_slot(key)[1]
    return named(label) if year is None else f"{held.season.calendar_year(year)}年{named(label)}"


def answers_of(raw: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Field → the answers meant."""
    return {name: tuple(answers) for name, answers in raw.items()}


def plain(value: Decimal) -> str:
    """A figure as it can be typed."""
    return fixed(value, None)
