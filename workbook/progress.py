"""A line that moves while long work goes on, and nothing at all where nobody is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

Item = TypeVar("Item")
_PATIENCE = 0.5


def progress(items: Iterable[Item], total: int, doing: str) -> Iterator[Item]:
    """Pass the items on, telling on the terminal how far it is once it takes longer than a moment.

    Args:
        items: The work.
        total: How many there are.
        doing: What is being done, two characters or so.
    """
    watched, begun, shown = sys.stderr.isatty(), monotonic(), False
    for number, item in enumerate(items, start=1):
        yield item
        if watched and monotonic() - begun > _PATIENCE:
            left = (monotonic() - begun) / number * (total - number)
            _show(f"\r{doing} {number}/{total}，约剩 {left:.0f} 秒   ")
            shown = True
    if shown:
        _show("\r" + " " * 48 + "\r")


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
