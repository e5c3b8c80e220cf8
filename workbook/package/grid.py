"""Cell addresses, because files speak letters and everything above speaks (row, column)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from toolkit.submission import column_letters

DAYS_TO_1904: Final = 1462
"""How far the two systems of counting days lie apart."""
MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384

Position = tuple[int, int]
"""Row and column, both counted from 1."""

_ADDRESS: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, borders included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __post_init__(self) -> None:
        if not (1 <= self.top <= self.bottom <= MAX_ROW and 1 <= self.left <= self.right <= MAX_COLUMN):
            raise ValueError(f"no area of a sheet: {self}")

    def covers(self, other: Area) -> bool:
        """Whether the other lies wholly within this one."""
        rows = self.top <= other.top and other.bottom <= self.bottom
        return rows and self.left <= other.left and other.right <= self.right

    def joined(self, other: Area) -> Area:
        """The smallest area around both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """The number of a column, 0 where there is none of that name.

    Examples:
        >>> column_number("A"), column_number("XFD"), column_number("XFE"), column_number("é")
        (1, 16384, 0, 0)
    """
    if not 1 <= len(letters) <= 3 or not (letters.isascii() and letters.isalpha() and letters.isupper()):
        return 0
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number if number <= MAX_COLUMN else 0


def address(position: Position) -> str:
    """The name of a cell.

    Examples:
        >>> address((12, 3))
        'C12'
    """
    return f"{column_letters(position[1])}{position[0]}"


def parse_area(text: str) -> Area | None:
    """The area that a reference without sheet names; None where it is none.

    Examples:
        >>> parse_area("B2:C3")
        Area(top=2, left=2, bottom=3, right=3)
        >>> parse_area("B2")
        Area(top=2, left=2, bottom=2, right=2)
        >>> parse_area("#REF!") is None
        True
    """
    corners = [_ADDRESS.fullmatch(corner) for corner in text.split(":")]
    points = [(int(found[2]), column_number(found[1])) for found in corners if found]
    if len(points) != len(corners) or len(points) > 2:
        return None
    rows, columns = zip(*points, strict=True)
    if not min(columns) or max(rows) > MAX_ROW:
        return None
    return Area(min(rows), min(columns), max(rows), max(columns))


def format_area(area: Area) -> str:
    """The reference of an area.

    Examples:
        >>> format_area(Area(2, 2, 3, 3)), format_area(Area(2, 2, 2, 2))
        ('B2:C3', 'B2')
    """
    first, last = address((area.top, area.left)), address((area.bottom, area.right))
    return first if first == last else f"{first}:{last}"
