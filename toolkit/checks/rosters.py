"""What a sheet states in one figure, and what the rows of a register add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Self

from toolkit.checks.held import Check, Held, answers_of, latest, paired, plain
from toolkit.fields import split_slot
from toolkit.submission import Problem
from toolkit.threshold import PERCENT, decimal_of, percentage, with_unit


class Band(NamedTuple):
    """How far two figures may lie apart before a message is due: a share of the stated one."""

    code: str
    beyond: Decimal


class Sum(NamedTuple):
    """What rows add up to, and whether every one of them could be read."""

    amount: Decimal
    complete: bool


@dataclass(frozen=True, kw_only=True)
class RowTotal(Check):
    """A stated figure against the sum of a column, or against the number of rows.

    Attributes:
        bands: The widest first; the first one left decides.
        column: What is added up; empty where rows are counted.
        where: Column → answers of the rows that belong to the figure.
        per: Units of the column that make one of the figure's.
        years: Offsets that can be compared at all; empty for every year both have.
        when: Input → answers under which the register is complete.
        earlier_when: Input → answers under which earlier years are comparable too.
        only_fewer: More rows than stated are no contradiction.

    Source:
        docs/decisions/0014-what-is-held-against-what.md: which years and which rows can be compared.
    """

    bands: tuple[Band, ...]
    table: str
    column: str
    where: Mapping[str, tuple[str, ...]]
    per: Decimal
    total: str
    years: tuple[int, ...]
    when: Mapping[str, tuple[str, ...]]
    earlier_when: Mapping[str, tuple[str, ...]]
    only_fewer: bool

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, beyond, milder?, table, column?, where?, per?, total, years?, when?, earlier_when?}``."""
        bands = [(raw["code"], raw["beyond"]), *((band["code"], band["beyond"]) for band in raw.get("milder", ()))]
        return cls(
            code=raw["code"],
            trial=raw.get("trial", False),
            bands=tuple(Band(code, Decimal(beyond)) for code, beyond in bands),
            table=raw["table"],
            column=raw.get("column", ""),
            where=answers_of(raw.get("where", {})),
            per=Decimal(raw.get("per", "1")),
            total=raw["total"],
            years=tuple(raw.get("years", ())),
            when=answers_of(raw.get("when", {})),
            earlier_when=answers_of(raw.get("earlier_when", {})),
            only_fewer=raw.get("only_fewer", False),
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """One for each band."""
        return tuple(band.code for band in self.bands)

    @property
    def figures(self) -> tuple[str, ...]:
        """The stated figure."""
        return (self.total,)

    @property
    def mentions(self) -> tuple[str, ...]:
        """The answers that switch it on."""
        return (*self.when, *self.earlier_when)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """What is added up and what selects."""
        return tuple((self.table, name) for name in (self.column, *self.where) if name)

    def find(self, held: Held) -> Iterator[Problem]:
        """A figure that its rows do not bear out is told at the figure."""
        if not held.rows(self.table) or not held.states(self.when):
            return
        for column, key in self._pairs(held):
            stated = held.number(key)
            if stated is not None and self._comparable(held, key):
                yield from self._compared(held, key, stated, self._sum(held, column))

    def _pairs(self, held: Held) -> list[tuple[str, str]]:
        if not self.column:
            return [("", latest(held.fields[self.total]))]
        return list(paired(held.fields[self.column], held.fields[self.total]))

    def _comparable(self, held: Held, key: str) -> bool:
        year = split_slot(key)[1]
        if self.years and year not in self.years:
            return False
        return not year or (bool(self.earlier_when) and held.states(self.earlier_when))

    def _sum(self, held: Held, column: str) -> Sum:
        """A row of which it is not known whether it belongs, or how much, makes the sum a lower bound."""
        marks = held.belonging(self.table, self.where)
        if not column:
            return Sum(Decimal(marks.count(True)), None not in marks)
        cells = [
            (value, mark)
            for value, mark in zip(held.column(self.table, column), marks, strict=True)
            if mark is not False
        ]
        known = [value for value, mark in cells if mark and isinstance(value, Decimal)]
        return Sum(sum(known, Decimal()), len(known) == len(cells))

    def _compared(self, held: Held, key: str, stated: Decimal, summed: Sum) -> Iterator[Problem]:
        aim = stated * self.per
        bands = self.bands if summed.complete else self.bands[:1]
        for band in bands:
            more, fewer = summed.amount - aim > band.beyond * aim, aim - summed.amount > band.beyond * aim
            if (more and not self.only_fewer) or (fewer and summed.complete):
                yield self._apart(held, key, stated, summed, band)
                return

    def _apart(self, held: Held, key: str, stated: Decimal, summed: Sum, band: Band) -> Problem:
        unit = held.fields[self.total].unit
        amount = decimal_of(Fraction(summed.amount) / Fraction(self.per), 6)
        apart = abs(amount - stated)
        context = {
            "whole": held.label(key),
            "table": held.tables[self.table].label,
            "bound": f"相差不超过 {with_unit(band.beyond, PERCENT)}" if band.beyond else "一致",
            "stated": f"{plain(stated)} {unit}",
            "summed": f"{'已填各行' if not summed.complete else ''}合计 {plain(amount)} {unit}",
            "rate": f"相差 {percentage(apart / stated, band.beyond)}".replace(" 超", "超")
            if stated
            else f"相差 {plain(apart)} {unit}",
        }
        return self.problem(held.entry(key).location, context, code=band.code)
