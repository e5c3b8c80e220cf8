"""A worker that dies, hangs, raises or leaves costs one content, and nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.workbook.commission.tasks import Counted, Scripted, Unpackable, answer
from toolkit.errors import WorkbookError
from workbook.commission.outcome import Outcome, Refusal, Task
from workbook.commission.workers import Workers, cores

# A machine that is busy with other things takes its time; nobody waits this long unless something is wrong.
PATIENCE = 100.0


def worked(crew: Workers, orders: Iterable[tuple[str, bytes]]) -> dict[str, Outcome]:
    """Give everything, as fast as the crew will have it."""
    found: dict[str, Outcome] = {}

    def take(*, wait: bool) -> None:
        for key, outcome in crew.results(wait=wait):
            assert key not in found, key
            found[key] = outcome

    for key, data in orders:
        while crew.full:
            take(wait=True)
        crew.give(key, data)
    while crew.busy:
        take(wait=True)
    return found


def told(outcome: Outcome) -> tuple[str, bool]:
    assert isinstance(outcome, Refusal)
    return outcome.code, outcome.lasting


def pid(outcome: Outcome) -> int:
    assert isinstance(outcome, bytes)
    return int(outcome.split()[-1])


def appeared(folder: Path, pattern: str, number: int = 1) -> list[Path]:
    until = time.monotonic() + PATIENCE
    while len(found := sorted(folder.glob(pattern))) < number:
        assert time.monotonic() < until, pattern
        time.sleep(0.01)
    return found


def nobody_left() -> bool:
    processes = [one for one in multiprocessing.active_children() if one.name == "jiqun-worker"]
    keepers = [one for one in threading.enumerate() if type(one).__name__ == "_Keeper"]
    return not processes and not keepers


def made(task: Task, processes: int = 2, seconds: float = PATIENCE) -> Workers:
    return Workers(task, processes, seconds)


def test_every_content_comes_back_once_under_its_key(tmp_path: Path) -> None:
    task = Counted(tmp_path / "log")
    contents = {f"{number}": bytes([number % 251]) * number for number in range(300)}
    with made(task) as crew:
        assert worked(crew, contents.items()) == {key: answer(data) for key, data in contents.items()}
    assert sum(task.runs.values()) == len(contents)
    assert nobody_left()


def test_one_worker_serves_as_well_and_none_is_started_for_nothing(tmp_path: Path) -> None:
    with made(Scripted(tmp_path), 1) as crew:
        assert nobody_left()
        found = worked(crew, [(str(number), b"work") for number in range(20)])
        assert len({pid(outcome) for outcome in found.values()}) == 1
    assert nobody_left()


def test_what_kills_a_worker_is_tried_twice_and_costs_itself(tmp_path: Path) -> None:
    orders = {"dies": b"die", "leaves": b"exit", "raises": b"raise it", "refused": b"refuse pdf"}
    orders |= {f"good {number}": b"work" for number in range(30)}
    with made(Scripted(tmp_path)) as crew:
        found = worked(crew, orders.items())
    assert found.keys() == orders.keys()
    assert told(found["dies"]) == told(found["leaves"]) == ("W24", False)
    assert told(found["raises"]) == ("W26", False)
    assert told(found["refused"]) == ("W02", True)
    assert all(found[key].startswith(b"work") for key in orders if key.startswith("good"))  # type: ignore[union-attr]
    assert nobody_left()


def test_what_died_by_chance_succeeds_when_it_is_tried_again(tmp_path: Path) -> None:
    orders = {f"{number}": f"die-once {number}".encode() for number in range(4)}
    with made(Scripted(tmp_path)) as crew:
        found = worked(crew, orders.items())
    assert [pid(outcome) > 0 for outcome in found.values()] == [True] * 4


def test_what_takes_too_long_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    with made(Scripted(tmp_path), seconds=1) as crew:
        found = worked(crew, [("hangs", b"hang"), ("a", b"work"), ("b", b"work"), ("c", b"work")])
    assert told(found.pop("hangs")) == ("W25", False)
    assert sorted(found) == ["a", "b", "c"]
    assert all(isinstance(outcome, bytes) for outcome in found.values())
    assert nobody_left()


def test_a_worker_killed_while_it_rests_is_replaced(tmp_path: Path) -> None:
    with made(Scripted(tmp_path), 1) as crew:
        first = pid(worked(crew, [("a", b"work")])["a"])
        os.kill(first, signal.SIGKILL)
        second = pid(worked(crew, [("b", b"work")])["b"])
    assert first != second


def test_a_worker_killed_from_outside_at_work_costs_nothing(tmp_path: Path) -> None:
    with made(Scripted(tmp_path), 1) as crew:
        crew.give("a", b"await it")
        (mark,) = appeared(tmp_path, "it.*")
        os.kill(int(mark.suffix[1:]), signal.SIGKILL)
        appeared(tmp_path, "it.*", 2)
        (tmp_path / "it.go").touch()
        ((key, outcome),) = crew.results(wait=True)
    assert (key, str(pid(outcome)) != mark.suffix[1:]) == ("a", True)


def test_ending_early_ends_everybody_at_once(tmp_path: Path) -> None:
    with made(Scripted(tmp_path)) as crew:
        for key in "abcd":
            crew.give(key, b"hang")
        assert crew.full
        assert crew.results(wait=False) == []
    assert nobody_left()


def test_workers_that_cannot_begin_are_told_and_nobody_waits_for_ever() -> None:
    with made(Unpackable(), 1) as crew:
        crew.give("a", b"")
        with pytest.raises(WorkbookError) as caught:
            crew.results(wait=True)
    assert caught.value.code == "W30"
    assert nobody_left()


def test_there_are_as_many_as_there_are_cores() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
