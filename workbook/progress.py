"""A line that moves while long work goes on, and nothing at all where nobody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from types import TracebackType
from typing import Final, Self, TypeVar

Item = TypeVar("Item")
# Seconds: before the line appears, between two states of it, and from where on minutes are told.
_PATIENCE, _PAUSE, _MINUTE = 0.5, 0.1, 60
_CLEARED: Final = "\r" + " " * 72 + "\r"


def progress(items: Iterable[Item], total: int, doing: str) -> Iterator[Item]:
    """Pass the items on, telling on the terminal how far it is once it takes longer than a moment.

    Args:
        items: The work.
        total: How many there are.
        doing: What is being done, two characters or so.
    """
    with Meter(total, doing) as meter:
        for number, item in enumerate(items, start=1):
            yield item
            meter.show(number)


class Meter:
    """The line itself, for work that tells how far it is: 汇总 123/10000，38 份/秒，约剩 4 分 20 秒.

    Args:
        total: How many files there are.
        doing: What is being done, two characters or so.
    """

    def __init__(self, total: int, doing: str) -> None:
        self._total, self._doing = total, doing
        self._watched = sys.stderr.isatty()
        self._begun = self._last = monotonic()
        self._shown = False

    def show(self, done: int) -> None:
        """Tell how many are done."""
        now = monotonic()
        if not self._watched or done <= 0 or now - self._begun <= _PATIENCE or now - self._last < _PAUSE:
            return
        self._last, self._shown = now, True
        _show(f"\r{told(self._doing, done, self._total, now - self._begun)}   ")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self._shown:
            _show(_CLEARED)


def metered(doing: str) -> Callable[[int, int, int], None]:
    """The line for work whose size is known only once it begins; it goes when all is done.

    Args:
        doing: What is being done, two characters or so.

    Returns:
        To be told how many are done, of how many, and how many bytes that took.
    """
    meter: list[Meter] = []

    def show(done: int, total: int, _: int) -> None:
        if not meter:
            meter.append(Meter(total, doing))
        meter[0].show(done)
        if done == total:
            meter[0].__exit__(None, None, None)

    return show


def told(doing: str, done: int, total: int, seconds: float) -> str:
    """How far it is, how quickly it goes, and how long it will take.

    Args:
        doing: What is being done.
        done: How many files are done, at least one.
        total: How many there are.
        seconds: How long that took, more than nothing.

    Examples:
        >>> told("汇总", 123, 10000, 3.2)
        '汇总 123/10000，38 份/秒，约剩 4 分 17 秒'
        >>> told("校验", 3, 6, 10)
        '校验 3/6，0.3 份/秒，约剩 10 秒'
    """
    rate = done / seconds
    shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"  # noqa: PLR2004 - two digits tell enough
    minutes, rest = divmod(round((total - done) / rate), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    left = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
    return f"{doing} {done}/{total}，{shown} 份/秒，约剩 {left}"


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
