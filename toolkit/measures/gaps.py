"""What measures over figures share: exact values, verdicts, and how far a figure is from its bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from toolkit.finding import Outcome, Shortfall, Verdict
from toolkit.measures.case import Case
from toolkit.threshold import Threshold, fixed, with_unit


def met(holds: bool) -> Verdict:
    """The verdict of a test that holds or does not."""
    return Verdict.MET if holds else Verdict.UNMET


def exact(case: Case, keys: Sequence[str]) -> list[Fraction]:
    """The figures of slots that are known to be filled."""
    return [Fraction(value) for key in keys if (value := case.number(key)) is not None]


def undecidable(case: Case, keys: Sequence[str], reason: str) -> Outcome:
    """REVIEW: the figures are there, and arithmetic has no answer."""
    return Outcome(verdict=Verdict.REVIEW, sentence=f"{reason}，待人工判定", locations=case.places(keys))


def places_shown(amount: Decimal, decimals: int | None) -> int | None:
    """The places of a field, or None where they would round the amount."""
    return decimals if decimals is not None and Decimal(fixed(amount, decimals)) == amount else None


@dataclass(frozen=True)
class Gap:
    """What one slot lacks: the figure it must reach, and how far that is.

    Attributes:
        decimals: The places of the field; None where the gap is finer than they can show.
    """

    key: str
    target: Decimal
    amount: Decimal
    unit: str
    decimals: int | None
    excess: bool

    @classmethod
    def to(cls, case: Case, key: str, bound: Fraction, threshold: Threshold) -> Gap:
        """The gap of a slot to an exact bound, in the smallest steps its field keeps."""
        shape = case.fields[key.partition("@")[0]]
        target = threshold.comparator.nearest(bound, shape.decimals)
        amount = abs(target - (case.number(key) or 0))
        excess = not threshold.comparator.upward
        return cls(key, target, amount, shape.unit, places_shown(amount, shape.decimals), excess)

    def remedy(self, case: Case, note: str = "") -> str:
        """What closes the gap, in words."""
        target, amount = (with_unit(v, self.unit, decimals=self.decimals) for v in (self.target, self.amount))
        aim, distance = ("降至", "超") if self.excess else ("达到", "差")
        return f"{case.label(self.key)}需{aim} {target}（{distance} {amount}{note}）"

    @property
    def shortfall(self) -> Shortfall:
        """The gap as a finding carries it."""
        return Shortfall(
            amount=self.amount, unit=self.unit, target=self.target, decimals=self.decimals, excess=self.excess
        )
