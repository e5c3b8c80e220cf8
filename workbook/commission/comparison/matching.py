"""What of two rule sets belongs together, where it stands on each side, and what has changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, NamedTuple

from toolkit import differences
from toolkit.differences import Difference, Pair, Rules, Thing
from toolkit.rules import Criterion, Rule
from workbook.commission.comparison.sides import Side


class Seat(NamedTuple, Generic[Thing]):
    """A rule or criterion, and its position among all of each side; None where a side has none.

    Attributes:
        changes: What has changed in it; empty of criteria.
    """

    pair: Pair[Thing]
    before: int | None
    after: int | None
    changes: tuple[Difference, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether both sides have it."""
        return self.before is not None and self.after is not None

    @property
    def clause(self) -> str:
        """Where the text stands, the later one."""
        one = self.pair.after or self.pair.before
        return "" if one is None else str(getattr(one, "clause", ""))


@dataclass(frozen=True, slots=True)
class Matched:
    """Two rule sets put together.

    Attributes:
        general: What has changed for all rules alike.
    """

    before: Rules
    after: Rules
    criteria: tuple[Seat[Criterion], ...]
    rules: tuple[Seat[Rule], ...]
    general: tuple[Difference, ...]

    def of(self, criterion: Seat[Criterion]) -> Iterator[int]:
        """Positions of the rules that stand under a criterion on either side."""
        under = {id(rule) for one in criterion.pair if one for rule in one.rules}
        for position, rule in enumerate(self.rules):
            if any(id(one) in under for one in rule.pair if one):
                yield position


@cache
def matched(before: Side, after: Side) -> Matched:
    """Put two rule sets together, once in each process."""
    one, other = before.rules, after.rules
    rules = tuple(
        seat._replace(changes=differences.differences(seat.pair, one, other))
        for seat in _seats(differences.rules(one, other), one.policy.rules, other.policy.rules)
    )
    criteria = _seats(differences.criteria(one, other), one.policy.criteria, other.policy.criteria)
    return Matched(one, other, tuple(criteria), rules, tuple(differences.between_seasons(one, other)))


def _seats(pairs: Sequence[Pair[Thing]], before: Sequence[Thing], after: Sequence[Thing]) -> Iterator[Seat[Thing]]:
    ours, theirs = ({id(one): at for at, one in enumerate(many)} for many in (before, after))
    for pair in pairs:
        yield Seat(pair, ours.get(id(pair.before)), theirs.get(id(pair.after)))
