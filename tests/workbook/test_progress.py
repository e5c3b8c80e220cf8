"""How far it is, told to whoever watches, and to nobody else."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import missing
from workbook.progress import Meter, progress, told


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (123, 10_000, 3.2, "汇总 123/10000，38 份/秒，约剩 4 分 17 秒"),
        (1, 2, 10, "汇总 1/2，0.1 份/秒，约剩 10 秒"),
        (99, 1000, 10, "汇总 99/1000，9.9 份/秒，约剩 1 分 31 秒"),
        (1, 10_000, 1, "汇总 1/10000，1.0 份/秒，约剩 2 小时 46 分"),
        (5, 5, 1, "汇总 5/5，5.0 份/秒，约剩 0 秒"),
    ],
)
def test_rate_and_time_left_are_told(done: int, total: int, seconds: float, line: str) -> None:
    assert told("汇总", done, total, seconds) == line


@given(total=st.integers(1, 10**6), share=st.floats(0.001, 1), seconds=st.floats(0.01, 10**6))
def test_minutes_and_seconds_are_those_of_a_clock(total: int, share: float, seconds: float) -> None:
    line = told("汇总", max(1, round(total * share)), total, seconds)
    match = re.search(r"约剩 (?:(\d+) 小时 )?(?:(\d+) 分)?(?: ?(\d+) 秒)?$", line)
    assert match
    assert all(int(part) < 60 for part in match.groups()[1:] if part is not None)


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """A terminal for what goes to stderr; gives what appeared on it."""
    if sys.platform == "win32":
        missing("pseudo-terminals")
    ours, theirs = os.openpty()
    os.set_blocking(ours, False)

    def appeared() -> str:
        try:
            return os.read(ours, 65_536).decode("utf-8")
        except BlockingIOError:
            return ""

    with os.fdopen(theirs, "w", encoding="utf-8") as screen, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", screen)
        yield appeared
    os.close(ours)


def test_on_a_terminal_the_line_moves_and_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as appeared:
        with Meter("汇总") as meter:
            time.sleep(0.55)
            meter.show(1, 4)
            meter.say("正在写总表")
        screen = appeared()
    assert "汇总 1/4，" in screen
    assert "正在写总表" in screen
    assert screen.endswith("\r" + " " * 72 + "\r")


def test_what_is_done_in_a_moment_needs_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as appeared:
        with Meter("汇总") as meter:
            meter.show(1, 1)
            meter.say("正在写总表")
        assert appeared() == ""


def test_where_nobody_watches_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress("abc", 3, "校验")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")
