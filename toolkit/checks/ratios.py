"""One figure by another: a quotient no cluster has, and a quotient stated as well as its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from toolkit.checks.held import PER_SLIP, Check, Held, named, number, of_year, paired, plain
from toolkit.submission import Entry, Problem
from toolkit.threshold import PERCENT, decimal_of, with_unit

_FAR_BELOW = 1000


@dataclass(frozen=True, kw_only=True)
class Ratio(Check):
    """A part by a whole that lies outside what is likely, of the cluster or row by row; zeros take no part.

    Attributes:
        per: What the part is multiplied by to be told in ``unit``.
        low, high: The likely range, both included; None is open.
        table: Where both are columns; empty for inputs.
    """

    part: str
    whole: str
    per: Decimal
    low: Decimal | None
    high: Decimal
    unit: str
    table: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, part, whole, per?, low?, high, unit, table?, trial?}``."""
        return cls(
            code=raw["code"],
            trial=raw.get("trial", False),
            part=raw["part"],
            whole=raw["whole"],
            per=Decimal(raw.get("per", "1")),
            low=Decimal(raw["low"]) if "low" in raw else None,
            high=Decimal(raw["high"]),
            unit=raw["unit"],
            table=raw.get("table", ""),
        )

    @property
    def figures(self) -> tuple[str, ...]:
        """Both inputs."""
        return () if self.table else (self.part, self.whole)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Both columns."""
        return ((self.table, self.part), (self.table, self.whole)) if self.table else ()

    def find(self, held: Held) -> Iterator[Problem]:
        """A quotient outside the range is told at the part."""
        pairs = list(paired(held.fields[self.part], held.fields[self.whole]))
        for cells in self._cells(held):
            for key, other in pairs:
                if key in cells and other in cells:
                    part, whole = number(cells[key]), number(cells[other])
                    if part and whole and not self._likely(part, whole):
                        yield self._told(held, key, other, cells[key], whole)

    def _cells(self, held: Held) -> Iterable[Mapping[str, Entry]]:
        return (row.cells for row in held.rows(self.table)) if self.table else (held.submission.entries,)

    def _likely(self, part: Decimal, whole: Decimal, low: Decimal | None = None) -> bool:
        least = self.low if low is None else low
        return (least is None or part * self.per >= least * whole) and part * self.per <= self.high * whole

    @property
    def _range(self) -> str:
        high = with_unit(self.high, self.unit)
        return f"不大于 {high}" if self.low is None else f"在 {plain(self.low)}—{high}之间"

    def _told(self, held: Held, key: str, other: str, entry: Entry, whole: Decimal) -> Problem:
        part = number(entry) or Decimal()
        one, two = (
            of_year(held, name, held.fields[field].label) for name, field in ((key, self.part), (other, self.whole))
        )
        ratio = decimal_of(Fraction(part) * Fraction(self.per) / Fraction(whole), 4)
        stated = f"{one}为 {_typed(held, self.part, part)}，{two}为 {_typed(held, self.whole, whole)}"
        context = {
            "expected": f"{one}与{named(held.fields[self.whole].label)}之比{self._range}",
            "shown": f"{stated}，之比为 {with_unit(ratio, self.unit)}",
        }
        lesser = part / PER_SLIP
        slip = self._likely(lesser, whole, self.high / _FAR_BELOW if self.low is None else self.low)
        return self.problem(entry.location, context, plain(lesser) if slip and part > lesser else "")


def _typed(held: Held, name: str, value: Decimal) -> str:
    unit = held.fields[name].unit
    return f"{plain(value * 100)}%" if unit == PERCENT else f"{plain(value)} {unit}"


@dataclass(frozen=True, kw_only=True)
class Quotient(Check):
    """A quotient that is stated beside its two parts.

    Attributes:
        per: Units that make one of the whole's, such as 10000 for a quotient per 万元 of a figure in 亿元.
        beyond: How far it may lie from the computed one, as a share of that; half a last decimal is always allowed.
    """

    part: str
    whole: str
    per: Decimal
    stated: str
    beyond: Decimal

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, part, whole, per?, stated, beyond, trial?}``."""
        return cls(**{**raw, "per": Decimal(raw.get("per", "1")), "beyond": Decimal(raw["beyond"])})

    @property
    def figures(self) -> tuple[str, ...]:
        """The quotient and what it is made of."""
        return (self.part, self.whole, self.stated)

    def find(self, held: Held) -> Iterator[Problem]:
        """A quotient its parts do not bear out."""
        asked = held.fields[self.stated]
        wholes = dict(held.fields[self.part].beside(held.fields[self.whole]))
        half = Decimal(5).scaleb(-1 - (asked.decimals or 0)) if asked.decimals is not None else Decimal()
        for key, top in asked.beside(held.fields[self.part]):
            stated, part, whole = held.number(key), held.number(top), held.number(wholes.get(top, ""))
            if stated is None or part is None or not whole:
                continue
            base = whole * self.per
            # |stated - part/base| > max(beyond × part/base, half), multiplied out.
            if abs(stated * base - part) > max(self.beyond * part, half * base):
                due = decimal_of(Fraction(part) / Fraction(base), asked.decimals or 4)
                context = {"label": held.label(key), "found": plain(stated), "due": plain(due), "unit": asked.unit}
                told = {"part": held.label(top), "whole": held.label(wholes[top])}
                yield self.problem(held.entry(key).location, context | told)
