"""People's own sheets go from the old master into the new one, part by part, so that nothing on them is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.own.surgery import operate

_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSheets:
    """People's own sheets as they lie in the old master.

    Attributes:
        data: The old master.
        names: The sheets that are people's own, in their order.
        stood: Sheet of the new master → how its rows stood in the old one, see ``Stand``.
    """

    data: bytes = b""
    names: tuple[str, ...] = ()
    stood: Mapping[str, str] = field(default_factory=dict)


def transplanted(
    data: bytes, own: OwnSheets, stand: Mapping[str, str] = _NOTHING
) -> tuple[Iterable[bytes], tuple[str, ...]]:
    """The new master with people's own sheets in it, and what could not be carried.

    The sheets come after all others, with everything on them. Names that people defined come too, even where there are
    no sheets. Parts that need no change are copied as they are packed.

    Args:
        data: The new master.
        own: What is people's own.
        stand: How the rows of each of its sheets stand: what names rows that are not where they were is told.

    Returns:
        The new master piece by piece; and in sentences what is not as it was.

    Raises:
        UnreadableWorkbook: The old master is damaged.
        UnsafeWorkbook: It holds macros, or is beyond all limits.
        ValueError: It lacks one of the sheets.
    """
    moved = frozenset(name for name, told in own.stood.items() if stand.get(name) != told)
    return operate(data, own.data, own.names, moved) if own.data else ([data], ())
