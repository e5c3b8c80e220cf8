"""Parts and wholes: what is counted among others cannot be more than they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from toolkit.checks.held import PER_SLIP, Check, Held, named, number, of_year, paired, plain
from toolkit.submission import Problem


@dataclass(frozen=True, kw_only=True)
class NotAbove(Check):
    """A part that cannot exceed its whole, year by year."""

    part: str
    whole: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, part, whole, trial?}``."""
        return cls(**raw)

    @property
    def figures(self) -> tuple[str, ...]:
        """Both sides."""
        return (self.part, self.whole)

    def find(self, held: Held) -> Iterator[Problem]:
        """A part above its whole is told at the part."""
        for key, other in held.fields[self.part].beside(held.fields[self.whole]):
            above, below = held.number(key), held.number(other)
            if above is not None and below is not None and above > below:
                told = {"part": held.label(key), "found": plain(above)}
                yield self.problem(held.entry(key).location, told | {"whole": held.label(other), "limit": plain(below)})


@dataclass(frozen=True, kw_only=True)
class RowNotAbove(Check):
    """A single row that cannot exceed a figure of the whole cluster.

    Attributes:
        per: Units of the column that make one of the whole's, such as 10000 for 万元 and 亿元.
    """

    table: str
    column: str
    whole: str
    per: Decimal

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, column, whole, per?, trial?}``."""
        return cls(**{**raw, "per": Decimal(raw.get("per", "1"))})

    @property
    def figures(self) -> tuple[str, ...]:
        """The whole."""
        return (self.whole,)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The column."""
        return ((self.table, self.column),)

    def find(self, held: Held) -> Iterator[Problem]:
        """A row above the whole; a ten-thousandth of it is offered where that would not be, and units could slip."""
        for key, other in paired(held.fields[self.column], held.fields[self.whole]):
            whole = held.number(other)
            if whole is None:
                continue
            for row in held.rows(self.table):
                found = number(row.cells[key])
                if found is not None and found > whole * self.per:
                    yield self._above(held, key, other, row.cells[key].location, found)

    def _above(self, held: Held, key: str, other: str, place: Any, found: Decimal) -> Problem:
        asked, whole = held.fields[self.column], held.number(other) or Decimal()
        slip = self.per == PER_SLIP and found <= whole * self.per * PER_SLIP
        limit = plain(whole * self.per)
        context = {
            "part": of_year(held, key, asked.label),
            "whole": held.label(other),
            "limit": limit,
            "found": plain(found),
            "expected": f"不大于{held.label(other)}（合 {limit} {asked.unit}）",
            "shown": f"{of_year(held, key, named(asked.label))}为 {plain(found)} {asked.unit}",
        }
        return self.problem(place, context, plain(found / PER_SLIP) if slip else "")
