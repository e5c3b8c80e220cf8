"""What only one applicant should count: the same thing in two submissions is for people to sort out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from toolkit.characters import placeholder
from toolkit.checks.consistency import sameness
from toolkit.errors import PolicyError, at
from toolkit.messages import Severity
from toolkit.policy import Policy
from toolkit.submission import Location, Row, Submission


class Stated(NamedTuple):
    """One thing as a submission states it: what it has in common with the same thing elsewhere, and how it reads."""

    key: tuple[str, ...]
    shown: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive:
    """A kind of thing that two submissions should not both count.

    Attributes:
        kind: What it is, in words.
        same: Columns that two entries of the same thing agree in; the number last.
        where: Column → answers of the rows that count.
        like, unlike: What the evened-out number must and must not hold; None asks nothing.
        shown: Columns by which an entry is read.
        severity: How much it weighs that two submissions count it.
    """

    kind: str
    table: str
    same: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    like: re.Pattern[str] | None
    unlike: re.Pattern[str] | None
    shown: tuple[str, ...]
    severity: Severity

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from its JSON form; ``templates/schema/exclusive.schema.json`` tells the shape."""
        return cls(
            kind=raw["kind"],
            table=raw["table"],
            same=tuple(raw["same"]),
            where={column: tuple(answers) for column, answers in raw.get("where", {}).items()},
            like=_pattern(raw.get("like")),
            unlike=_pattern(raw.get("unlike")),
            shown=tuple(raw.get("shown", raw["same"])),
            severity=Severity(raw["severity"]),
        )

    def stated(self, submission: Submission) -> Iterator[Stated]:
        """Every such thing a submission states; a row that lacks what tells it apart states none."""
        data = submission.tables.get(self.table)
        for row in data.rows if data else ():
            key = sameness(row, self.same) if self._counts(row) else None
            if key is not None and self._tells(row, key):
                yield Stated(key, " ".join(_texts(row, self.shown)), row.cells[self.same[-1]].location)

    def _counts(self, row: Row) -> bool:
        return all(_text(row, column) in answers for column, answers in self.where.items())

    def _tells(self, row: Row, key: tuple[str, ...]) -> bool:
        if placeholder(_text(row, self.same[-1])):
            return False
        number = key[-1]
        return not (self.like and not self.like.search(number)) and not (self.unlike and self.unlike.search(number))


def exclusives_of(raw: Mapping[str, Any], policy: Policy) -> tuple[Exclusive, ...]:
    """The kinds a pack names.

    Raises:
        PolicyError: A table or column is not of the policy, or a kind stands twice.
    """
    found: list[Exclusive] = []
    for number, entry in enumerate(raw["claims"]):
        with at(f"claims[{number}]"):
            one = Exclusive.from_dict(entry)
            _refuse_unknown(one, policy)
            if one.kind in {other.kind for other in found}:
                raise PolicyError(f"kind {one.kind!r} stands twice", "kind")
            found.append(one)
    return tuple(found)


def _refuse_unknown(one: Exclusive, policy: Policy) -> None:
    if one.table not in policy.tables:
        raise PolicyError(f"unknown table {one.table!r}", "table")
    known = {column.id for column in policy.tables[one.table].columns if not column.years}
    for column in (*one.same, *one.where, *one.shown):
        if column not in known:
            raise PolicyError(f"unknown column of {one.table!r} {column!r}")


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return None if text is None else re.compile(text)


def _texts(row: Row, columns: tuple[str, ...]) -> Iterator[str]:
    return filter(None, (_text(row, column) for column in columns))


def _text(row: Row, column: str) -> str:
    entry = row.cells.get(column)
    return "" if entry is None or entry.value is None else str(entry.value)
