"""What a row must satisfy to count; where a cell cannot tell, nobody guesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from toolkit.measures.case import Case
from toolkit.submission import Row


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a cell of a row must satisfy to count; ``holds`` answers None where the cell cannot tell.

    Attributes:
        lookup: ``table.column``: look the value up in that table's key and test that column instead.
        when: Readings under which the condition is asked at all.
    """

    column: str
    among: tuple[str, ...]
    on_or_before: bool
    on_or_after: bool
    lookup: str
    when: Mapping[str, str]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{column, in? | on_or_before? | on_or_after? | lookup?, when?}``."""
        return cls(
            column=raw["column"],
            among=tuple(raw.get("in", ())),
            on_or_before="on_or_before" in raw,
            on_or_after="on_or_after" in raw,
            lookup=raw.get("lookup", ""),
            when=dict(raw.get("when", {})),
        )

    def reads(self, table: str) -> Iterator[tuple[str, str]]:
        """``(table, column)`` of what it looks at, asked of the rows of ``table``."""
        yield table, self.column
        if self.lookup:
            there, _, column = self.lookup.partition(".")
            yield there, column

    def holds(self, case: Case, row: Row) -> bool | None:
        """Whether the row passes; None when nobody can say."""
        value = row.cells[self.column].value
        if value is None:
            return None
        if self.lookup:
            return self._looked_up(case, str(value))
        if isinstance(value, date):
            late, early = value > case.reference_date, value < case.reference_date
            return not (self.on_or_before and late) and not (self.on_or_after and early)
        return value in self.among

    def _looked_up(self, case: Case, key: str) -> bool | None:
        table, column = self.lookup.split(".")
        answers = {row.cells[column].value for row in case.lookup(table, key)}
        if not answers or None in answers:
            return None
        if not self.among:
            return True
        verdicts = {answer in self.among for answer in answers}
        return verdicts.pop() if len(verdicts) == 1 else None


def passes(case: Case, row: Row, conditions: Sequence[Condition]) -> bool | None:
    """All conditions together: one that fails settles it, one that cannot tell leaves it open."""
    answers = [condition.holds(case, row) for condition in conditions]
    if False in answers:
        return False
    return None if None in answers else True
