"""A line that moves while long work goes on, and nothing at all where nobody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
    with Meter(doing) as meter:
        for number, item in enumerate(items, start=1):
            yield item
            meter.show(number, total)


class Meter:
    """The line itself, for work that tells how far it is: 汇总 123/10000，38 份/秒，约剩 4 分 20 秒.

    Args:
        doing: What is being done, two characters or so.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._watched = sys.stderr.isatty()
        self._begun = self._last = monotonic()
        self._shown = False

    def show(self, done: int, total: int) -> None:
        """Tell how many files are done, of how many."""
        if self._due and done > 0:
            self._put(told(self._doing, done, total, monotonic() - self._begun))

    def say(self, what: str) -> None:
        """Tell what is being done now that the files are through."""
        if self._watched and monotonic() - self._begun > _PATIENCE:
            self._put(what)

    @property
    def _due(self) -> bool:
        now = monotonic()
        return self._watched and now - self._begun > _PATIENCE and now - self._last >= _PAUSE

    def _put(self, text: str) -> None:
        _show(f"{_CLEARED if self._shown else ''}{text}")
        self._last, self._shown = monotonic(), True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self._shown:
            _show(_CLEARED)


@contextmanager
def metered(doing: str, then: str) -> Iterator[Callable[[int, int, int], None]]:
    """The line for work whose size is known only once it begins.

    Args:
        doing: What is being done, two characters or so.
        then: What follows once all files are done.

    Yields:
        To be told how many are done, of how many, and how many bytes that took.
    """
    with Meter(doing) as meter:

        def show(done: int, total: int, _: int) -> None:
            meter.show(done, total)
            if done == total:
                meter.say(then)

        yield show


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
