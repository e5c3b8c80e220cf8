"""How the rows of a sheet stand, told while it is written: one that nobody touched need not be gone through again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple, TypeAlias


class Stand:
    """The keys of one sheet in their order, in short.

    Examples:
        >>> one, other = Stand(), Stand()
        >>> one.row(5, "甲"), other.row(6, "甲")
        (None, None)
        >>> one.told == other.told
        False
    """

    __slots__ = ("_digest",)

    def __init__(self) -> None:
        self._digest = blake2b(digest_size=16)

    def row(self, number: int, key: str) -> None:
        """The next row, counted from 1."""
        self._digest.update(f"{number}\n{key}\n".encode("utf-8", "surrogatepass"))

    @property
    def told(self) -> str:
        """Equal where the same keys stand in the same rows."""
        return self._digest.hexdigest()


class Untouched(NamedTuple):
    """A sheet in which the tool wrote nothing of people's.

    Attributes:
        last: The number of its last row; 0 where it has none.
        stand: Of its keys.
    """

    last: int
    stand: str


UntouchedSheets: TypeAlias = Mapping[str, Untouched]
"""Those of one workbook, by name."""
