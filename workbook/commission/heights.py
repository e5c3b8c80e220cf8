"""How tall a row must be for all of its text to be seen: not every program finds out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from workbook.commission.table import Column, Kind, Value

_WRAPPED: Final = (Kind.TEXT, Kind.VERDICT, Kind.SEVERITY)
_ONE: Final = 15.0
_MORE: Final = 13.5
"""Points of the first line, which is as tall as an empty row, and of each further one."""
_SMALLER: Final = 1.05
"""Letters are a size below the one in which widths of columns are told."""
_TALLEST: Final = 409.0
"""What Excel takes."""


def lines(text: str, room: float) -> int:
    r"""How many lines a text takes.

    Args:
        text: As it stands in the cell.
        room: Width of the column, in digits; a Chinese character takes two.

    Examples:
        >>> lines("短", 10), lines("智能传感器产业集群", 10), lines("甲\n乙", 10)
        (1, 2, 2)
    """
    # In this code a character has as many bytes as it takes digits' room.
    return sum(max(1, ceil(len(part.encode("gbk", "replace")) / room)) for part in text.split("\n"))


class Heights:
    """Of the rows of one table.

    Args:
        columns: Of the table.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        shown = ((at, column) for at, column in enumerate(columns) if not column.hidden)
        self._wrapped = tuple(
            (at, max(_SMALLER * column.width, 1.0)) for at, column in shown if column.kind in _WRAPPED
        )

    def of(self, values: Sequence[Value]) -> float | None:
        """In points; None where one line is enough, so that the row still grows with what people type."""
        most = 1
        for at, room in self._wrapped:
            value = values[at]
            if isinstance(value, str) and (2 * len(value) > room or "\n" in value):
                most = max(most, lines(value, room))
        return min(_ONE + (most - 1) * _MORE, _TALLEST) if most > 1 else None
