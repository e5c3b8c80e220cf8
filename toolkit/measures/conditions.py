"""What a row must satisfy to count; where a cell cannot tell, nobody guesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from toolkit import formula
from toolkit.formula import Cells
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

    def live(self, cells: Cells) -> tuple[str, Mapping[str, str]]:
        """For each row 1 where it holds, 0 where it does not, 0.5 where nobody can say; and what that formula names."""
        readable = cells.readable(self.column)
        if self.lookup:
            return self._live_lookup(cells)
        if self.among:
            chosen = formula.among(cells.fields[self.column], cells.texts(self.column), self.among)
            return f"IF({chosen},1,IF({readable},0,0.5))", {}
        reference, held = formula.day(cells.season.reference_date), cells.column(self.column)
        late = [f"({held}<{reference}+1)"] if self.on_or_before else []
        early = [f"({held}>={reference})"] if self.on_or_after else []
        return f"IF({readable},{'*'.join(late + early)},0.5)", {}

    def _live_lookup(self, cells: Cells) -> tuple[str, Mapping[str, str]]:
        """Sum the answers found under a key, 1 for yes, 2 for no, 4 for unreadable: only a single kind is an answer."""
        there, column = self.lookup.split(".")
        key, keys, readable = (
            cells.texts(self.column),
            cells.keys(cells.tables[there].key),
            cells.readable(self.column),
        )
        if not self.among and column == cells.tables[there].key:
            return f"IF({readable}*ISNUMBER(MATCH({key},{keys},0)),1,0.5)", {}
        known = cells.readable(column)
        kind = f'IF({known},1,"")'
        if self.among:
            chosen = formula.among(cells.fields[column], cells.texts(column), self.among)
            kind = f'IF({chosen},1,IF({known},0,""))'
        answers = cells.own(f"answers_{column}")
        yes, no, unread = (f'ISNUMBER(MATCH({key}&"|{mark}",{answers},0))' for mark in ("1", "0", ""))
        return (
            f"LOOKUP({readable}*({yes}+2*{no}+4*{unread}),{{0,1,2,3}},{{0.5,1,0,0.5}})",
            {answers: f'{keys}&"|"&{kind}'},
        )

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
    settled: bool | None = True
    for condition in conditions:
        held = condition.holds(case, row)
        if held is False:
            return False
        if held is None:
            settled = None
    return settled
