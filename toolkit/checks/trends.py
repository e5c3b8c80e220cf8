"""One figure through the years: a value of another order of magnitude than its neighbours, and a sudden jump."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Self

from toolkit.checks.held import PER_SLIP, Check, Held, of_year, plain
from toolkit.fields import Field, split_slot
from toolkit.submission import Entry, Problem
from toolkit.threshold import PERCENT, percentage, with_unit

_NEAR = 10


@dataclass(frozen=True, kw_only=True)
class Jump:
    """How much a figure may change within a year unless a reason is given.

    Attributes:
        above, below: The rise and the fall, as fractions.
        reason: Input whose text makes the jump understood.
    """

    code: str
    above: Decimal
    below: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class YearOnYear(Check):
    """Yearly figures against their neighbours.

    A value that every other year lies ``least`` to ``most`` times away from is taken for a slip of units, and takes no
    part in jumps. A year of zero has no rate of change.

    Attributes:
        table: Where the fields are columns; empty for inputs.
    """

    fields: tuple[str, ...]
    table: str
    least: Decimal
    most: Decimal
    jump: Jump | None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, fields, table?, least, most, jump?: {code, above, below, reason}}``."""
        jump = raw.get("jump")
        return cls(
            code=raw["code"],
            trial=raw.get("trial", False),
            fields=tuple(raw["fields"]),
            table=raw.get("table", ""),
            least=Decimal(raw["least"]),
            most=Decimal(raw["most"]),
            jump=Jump(**{**jump, "above": Decimal(jump["above"]), "below": Decimal(jump["below"])}) if jump else None,
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """Of the slip and of the jump."""
        return (self.code, self.jump.code) if self.jump else (self.code,)

    @property
    def figures(self) -> tuple[str, ...]:
        """The inputs."""
        return () if self.table else self.fields

    @property
    def mentions(self) -> tuple[str, ...]:
        """Where the reason stands."""
        return (self.jump.reason,) if self.jump else ()

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The columns."""
        return tuple((self.table, name) for name in self.fields) if self.table else ()

    def find(self, held: Held) -> Iterator[Problem]:
        """Slips, then jumps, field by field."""
        silenced = self.jump is None or held.value(self.jump.reason) is not None
        for name in self.fields:
            asked = held.fields[name]
            for cells in self._cells(held):
                told = dict(_figures(asked, cells))
                slips = list(self._slips(told))
                yield from (self._slip(held, asked, cells[key], key, told) for key in slips)
                if not silenced:
                    yield from self._jumps(held, asked, cells, {k: v for k, v in told.items() if k not in slips})

    def _cells(self, held: Held) -> Iterable[Mapping[str, Entry]]:
        return (row.cells for row in held.rows(self.table)) if self.table else (held.submission.entries,)

    def _slips(self, told: Mapping[str, Decimal]) -> Iterator[str]:
        if len(told) < 2 or self.least * min(told.values()) > max(told.values()):  # noqa: PLR2004  # most rows end here
            return
        for key, value in told.items():
            others = [other for name, other in told.items() if name != key]
            too_much = all(self.least * other <= value <= self.most * other for other in others)
            too_little = len(others) > 1 and all(self.least * value <= other <= self.most * value for other in others)
            if too_much or too_little:
                yield key

    def _slip(self, held: Held, asked: Field, entry: Entry, key: str, told: Mapping[str, Decimal]) -> Problem:
        others = {name: other for name, other in told.items() if name != key}
        listed = "、".join(f"{of_year(held, name, '')}{plain(other)}" for name, other in others.items())
        context = {
            "expected": f"与其他年度（{listed} {asked.unit}）相近",
            "shown": f"{of_year(held, key, asked.label)}为 {plain(told[key])} {asked.unit}",
        }
        lesser = told[key] / PER_SLIP
        near = all(other <= lesser * _NEAR and lesser <= other * _NEAR for other in others.values())
        return self.problem(entry.location, context, plain(lesser) if near else "")

    def _jumps(
        self, held: Held, asked: Field, cells: Mapping[str, Entry], told: Mapping[str, Decimal]
    ) -> Iterator[Problem]:
        jump = self.jump
        if jump is None:
            return
        for (before, base), (after, value) in pairwise(told.items()):
            adjoining = (split_slot(after)[1] or 0) - (split_slot(before)[1] or 0) == 1
            if adjoining and (value - base > jump.above * base or base - value > jump.below * base):
                rate = percentage(abs(value - base) / base, jump.above if value > base else jump.below)
                context = {
                    "label": of_year(held, after, asked.label),
                    "found": f"{plain(value)} {asked.unit}",
                    "before": f"{of_year(held, before, '')}为 {plain(base)} {asked.unit}",
                    "rate": f"{'增长' if value > base else '下降'} {rate}",
                    "above": with_unit(jump.above, PERCENT),
                    "below": with_unit(jump.below, PERCENT),
                    "reason": held.fields[jump.reason].label,
                }
                yield self.problem(cells[after].location, context, code=jump.code)


def _figures(asked: Field, cells: Mapping[str, Entry]) -> Iterator[tuple[str, Decimal]]:
    """The figures above zero, oldest first; plans for years to come are none."""
    for key in asked.slots:
        value = cells[key].value if key in cells else None
        if isinstance(value, Decimal) and value > 0:
            yield key, value
