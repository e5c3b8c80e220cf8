"""Names that are free: nothing of people's is called like something of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Final

from workbook.commission.marks import part_name

_LONGEST: Final = 31


def free_names(wanted: Sequence[str], taken: Iterable[str], other: Callable[[str, int], str]) -> list[str]:
    """Their own names where they are free, else others.

    Args:
        wanted: The names as they are.
        taken: The names that are not free; upper and lower case are one.
        other: A name and a number, from 2 → another name.

    Examples:
        >>> free_names(["甲", "乙"], ["乙"], numbered)
        ['甲', '乙（2）']
    """
    known, reserved = {name.casefold() for name in taken}, {name.casefold() for name in wanted}
    found = []
    for name in wanted:
        free = name
        if name.casefold() in known:
            others = (other(name, at) for at in count(2))
            free = next(one for one in others if one.casefold() not in known | reserved)
        known.add(free.casefold())
        found.append(free)
    return found


def numbered(name: str, number: int) -> str:
    """The name of a sheet with a number, as long as Excel allows.

    Examples:
        >>> numbered("分析", 2), len(numbered("长" * 31, 12))
        ('分析（2）', 31)
    """
    shorter = name
    # Excel counts a character outside the basic plane twice.
    while len(part_name(shorter, number).encode("utf-16-le")) > 2 * _LONGEST:
        shorter = shorter[:-1]
    return part_name(shorter, number)
