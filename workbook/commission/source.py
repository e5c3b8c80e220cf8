"""The master of before as a source: its cells as people see them, in the values the tool writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from workbook.commission.look import PEOPLE_FILL
from workbook.commission.table import Typed, Value
from workbook.package.grid import DAYS_TO_1904
from workbook.package.looks import PLAIN, Look
from workbook.package.sheet import Cell
from workbook.package.stream import Package

_EPOCH: Final = date(1899, 12, 30)
_EXACT: Final = 10**15
_DAY: Final = "yyyy-mm-dd"


class Source(NamedTuple):
    """The master of before, and what all its sheets share.

    Attributes:
        looks: Of each style.
        coloured: Style → the colour somebody gave.
        saved: When a person last saved it, empty where it does not say.
    """

    package: Package
    looks: Sequence[Look]
    coloured: Mapping[int, str]
    saved: str

    def typed(self, cell: Cell, usual: str = "") -> Typed:
        """What stands in a cell.

        Args:
            cell: The cell.
            usual: The number format of its column.
        """
        value, formula = plain(cell.value), cell.formula if cell.formula and len(cell.formula) > 1 else ""
        look = self.looks[cell.style] if cell.style < len(self.looks) else PLAIN
        code = _DAY if isinstance(cell.value, date) else look.number_format
        counts = isinstance(value, int | float) and not isinstance(value, bool)
        if counts and self.package.date1904 and any(one in code.lower() for one in "ymdh"):
            value = float(value or 0) + DAYS_TO_1904
        if formula and value == "":
            # The tool writes this where nobody has worked the formula out.
            value = None
        kept = (code or "General") if (counts or formula) and code != usual else ""
        return Typed(value, formula, kept, cell.error or "")


def plain(value: str | Decimal | bool | date | None) -> Value:
    """A value of the reader as one of the writer.

    Examples:
        >>> plain(Decimal("3.0")), plain(Decimal("0.5")), plain(date(2026, 1, 1)), plain("甲")
        (3, 0.5, 46023, '甲')
    """
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _EXACT
        return int(value) if whole else float(value)
    return (value - _EPOCH).days if isinstance(value, date) else value


def something(typed: Typed) -> bool:
    """Whether anything stands in a cell."""
    return bool(typed.formula or typed.error or typed.value not in (None, ""))


def colours(looks: Sequence[Look]) -> dict[int, str]:
    """The styles in which somebody chose a colour: the tool fills cells of people's with one, and its own with none."""
    return {style: look.fill for style, look in enumerate(looks) if look.fill and look.fill != PEOPLE_FILL}
