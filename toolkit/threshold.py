"""A bound with its comparator, unit and dates; how exact figures are compared, rounded and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum, unique
from fractions import Fraction
from itertools import pairwise
from typing import Any

from toolkit.errors import PolicyError

PERCENT = "%"
# Wide enough for any figure the intake lets through, and all that is computed from it.
_WIDE = Context(prec=400)
MOST_DIGITS = 10
# A rate above this is an error of the data, and its digits say nothing.
BEYOND, FAR_BEYOND = Decimal(100), "超过10000%"
# 0.05 percentage points.
NEAR = Decimal("0.0005")


@unique
class Comparator(StrEnum):
    """How a measured figure must stand to its bound.

    Source:
        《民法典》第一千二百五十九条: 以上 and 不超过 include the number, 高于 and 低于 do not.
    """

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"

    def holds(self, value: Fraction, bound: Fraction) -> bool:
        """Whether ``value`` stands as asked."""
        if value == bound:
            return self.inclusive
        return (value > bound) == self.upward

    @property
    def inclusive(self) -> bool:
        """Whether the bound itself will do."""
        return self in (Comparator.AT_LEAST, Comparator.AT_MOST)

    @property
    def upward(self) -> bool:
        """Whether more is better."""
        return self in (Comparator.AT_LEAST, Comparator.ABOVE)

    def phrase(self, bound: str) -> str:
        """The bound as an official writes it."""
        return {">=": f"{bound}以上", ">": f"高于{bound}", "<=": f"不超过{bound}", "<": f"低于{bound}"}[self.value]

    def nearest(self, bound: Fraction, decimals: int | None) -> Decimal:
        """The figure closest to ``bound`` that stands as asked, in steps of ``decimals`` places.

        Args:
            bound: Exact bound.
            decimals: Places kept; None keeps six, enough for a figure without a natural step.

        Examples:
            >>> Comparator.AT_LEAST.nearest(Fraction(200, 3), 0), Comparator.ABOVE.nearest(Fraction(7), 0)
            (Decimal('67'), Decimal('8'))
        """
        places = 6 if decimals is None else decimals
        steps: Fraction = bound * Fraction(10) ** places
        whole = steps.numerator // steps.denominator
        exact = whole == steps
        if self.upward:
            whole += 0 if exact and self.inclusive else 1
        else:
            whole -= 1 if exact and not self.inclusive else 0
        return trim(Decimal(f"{whole}E-{places}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """A number, the day from which it holds, and the document that says so."""

    start: date
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A bound through time; shares and rates are fractions under the unit ``%``."""

    comparator: Comparator
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, day: date) -> DatedValue:
        """The value in force on ``day``; before the first one, the first."""
        in_force = [dated for dated in self.values if dated.start <= day]
        return in_force[-1] if in_force else self.values[0]

    def phrase(self, day: date) -> str:
        """The bound in words, such as ``30亿元以上``."""
        return self.comparator.phrase(with_unit(self.at(day).value, self.unit, joint=""))

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Threshold:
        """Build a threshold.

        Raises:
            PolicyError: The dated values are not in order.
        """
        values = tuple(
            DatedValue(start=date.fromisoformat(v["from"]), value=Decimal(v["value"]), source=v["source"])
            for v in raw["values"]
        )
        if any(later.start <= earlier.start for earlier, later in pairwise(values)):
            raise PolicyError("dated values run from the oldest to the latest", "values")
        return cls(comparator=Comparator(raw["comparator"]), unit=raw["unit"], values=values)


def decimal_of(value: Fraction, places: int = 12) -> Decimal:
    """A fraction as a decimal, exact where it ends within ``places``, else rounded half up."""
    half_up = (abs(value) * 10**places * 2 + 1) // 2
    return trim(Decimal(f"{'-' if value < 0 else ''}{half_up}E-{places}"))


def trim(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent.

    Examples:
        >>> trim(Decimal("30.0000")), trim(Decimal("1E+2"))
        (Decimal('30'), Decimal('100'))
    """
    return Decimal(_trimmed(value))


def _trimmed(value: Decimal) -> str:
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def fixed(value: Decimal, decimals: int | None) -> str:
    """A figure with its own number of decimals, thousands not grouped: it can be typed back as it stands."""
    if decimals is None:
        return _trimmed(value)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    return format(rounded or abs(rounded), "f")


def telling(value: Decimal, bound: Decimal, decimals: int) -> str:
    """A figure with as many decimals, ``decimals`` or more, as it takes not to look like the bound it misses.

    Examples:
        >>> telling(Decimal("14.5833"), Decimal(15), 2), telling(Decimal("14.99895"), Decimal(15), 2)
        ('14.58', '14.999')
    """
    digits = decimals
    while value != bound and digits < MOST_DIGITS and fixed(value, digits) == fixed(bound, digits):
        digits += 1
    return fixed(value, digits)


def percentage(fraction: Decimal, bound: Decimal | None = None) -> str:
    """A rate in per cent, with as many digits as it takes not to look like the bound it misses.

    Args:
        fraction: 0.09996 is 9.996 %.
        bound: The threshold it is held against; near it (0.05 percentage points) more digits are shown.

    Examples:
        >>> percentage(Decimal("0.126779"), Decimal("0.1")), percentage(Decimal("0.09996"), Decimal("0.1"))
        ('12.68%', '9.996%')
    """
    if fraction > BEYOND:
        return FAR_BEYOND
    percent = fraction * 100
    if bound is None or fraction == bound:
        return f"{fixed(percent, 2)}%"
    return f"{telling(percent, bound * 100, 3 if abs(fraction - bound) <= NEAR else 2)}%"


def with_unit(value: Decimal, unit: str, *, decimals: int | None = None, joint: str = " ") -> str:
    """A figure and its unit; a fraction under ``%`` is shown in per cent."""
    if unit == PERCENT:
        return f"{fixed(value * 100, decimals)}%"
    return f"{fixed(value, decimals)}{joint}{unit}" if unit else fixed(value, decimals)
