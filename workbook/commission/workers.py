"""Many contents on all cores, where a death, a hang or a mistake costs one content and nothing else.

A pool of our own: in Pebble's, measured at the same speed, all workers share one channel, and a worker killed from
outside while none was at work broke the whole pool. Here each worker has a pipe of its own and a thread that looks
after it, so what dies takes nothing along. Workers are spawned, never forked: the same on every system, and no thread
of the parent is caught halfway.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Final, Self

from toolkit.errors import WorkbookError
from workbook.commission.outcome import Done, Outcome, Refusal, Task, attempt, refusal

SECONDS: Final = 120.0
"""How long one content may take; the reader's own bounds end an honest attempt much earlier."""

_SPAWN: Final = multiprocessing.get_context("spawn")
_STARTING, _READY, _LOOK, _GRACE = 60.0, b"ready", 0.2, 5.0
_DIED: Final = (EOFError, OSError)


class Workers:
    """A crew of processes of this computer, started when there is work for them.

    Args:
        task: What is done; it is pickled.
        processes: How many; None for one per core.
        seconds: How long one content may take.
    """

    def __init__(self, task: Task, processes: int | None = None, seconds: float = SECONDS) -> None:
        self._most = processes or cores()
        self._orders = _Orders(pickle.dumps(task), seconds)
        self._keepers: list[_Keeper] = []
        self._outstanding = 0

    @property
    def full(self) -> bool:
        """Whether every worker has one content in hand and another waiting."""
        return self._outstanding >= 2 * self._most

    @property
    def busy(self) -> bool:
        """Whether results are still to come."""
        return self._outstanding > 0

    def give(self, key: str, data: bytes) -> None:
        """Hand over a content; a further worker is started where all are taken."""
        self._outstanding += 1
        if len(self._keepers) < min(self._most, self._outstanding):
            keeper = _Keeper(self._orders)
            self._keepers.append(keeper)
            keeper.start()
        self._orders.todo.put((key, data))

    def results(self, *, wait: bool) -> list[Done]:
        """What has been finished.

        Raises:
            WorkbookError: Workers cannot be started.
        """
        done: list[Done] = []
        while self._outstanding:
            try:
                # With a timeout: on Windows a wait without one does not hear Ctrl-C.
                one = self._orders.done.get(timeout=_LOOK) if wait and not done else self._orders.done.get_nowait()
            except Empty:
                if wait and not done:
                    continue
                break
            if isinstance(one, Exception):
                raise one
            self._outstanding -= 1
            done.append(one)
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send everybody home; who is at work is killed."""
        self._orders.stopping.set()
        self._orders.gate.give_way()
        for _ in self._keepers:
            self._orders.todo.put(None)
        for keeper in self._keepers:
            keeper.dismiss()
        for keeper in self._keepers:
            keeper.join(_GRACE)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Gate:
    """Many may be at work together, or one alone."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._together = 0
        self._alone = False
        self._open = False

    def give_way(self) -> None:
        """Let everybody through: there is nothing to wait for any more."""
        with self._change:
            self._open = True
            self._change.notify_all()

    @contextmanager
    def together(self) -> Iterator[None]:
        """While this holds nobody is alone."""
        with self._change:
            self._change.wait_for(lambda: self._open or not self._alone)
            self._together += 1
        try:
            yield
        finally:
            with self._change:
                self._together -= 1
                self._change.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this holds nobody else is at work."""
        with self._change:
            self._change.wait_for(lambda: self._open or not self._alone)
            self._alone = True
            self._change.wait_for(lambda: self._open or not self._together)
        try:
            yield
        finally:
            with self._change:
                self._alone = False
                self._change.notify_all()


@dataclass(frozen=True, slots=True)
class _Orders:
    """What all who look after workers share.

    Attributes:
        task: Pickled.
        seconds: How long one content may take.
        todo: Contents under their keys; None for each who is to go home.
        done: Results, or why there will be none.
        stopping: Set when nobody waits for results any more.
    """

    task: bytes
    seconds: float
    todo: SimpleQueue[tuple[str, bytes] | None] = field(default_factory=SimpleQueue)
    done: SimpleQueue[Done | Exception] = field(default_factory=SimpleQueue)
    gate: _Gate = field(default_factory=_Gate)
    stopping: threading.Event = field(default_factory=threading.Event)


class _Keeper(threading.Thread):
    """Looks after one worker: feeds it, waits for it, replaces it."""

    def __init__(self, orders: _Orders) -> None:
        super().__init__(daemon=True)
        self._orders = orders
        self._worker: _Worker | None = None
        # Guards the moment in which a worker is started against the one in which all are dismissed.
        self._hiring = threading.Lock()

    def run(self) -> None:
        """Serve until there is nothing more to do."""
        _shield_from_ctrl_c()
        try:
            while (job := self._orders.todo.get()) is not None and not self._orders.stopping.is_set():
                self._orders.done.put(Done(job[0], self._serve(job[1])))
        except Exception as error:  # noqa: BLE001 - whoever waits for a result must hear of it
            self._orders.done.put(error)
        finally:
            self._lay_off()

    def dismiss(self) -> None:
        """End the worker, whatever it does."""
        with self._hiring:
            if self._worker is not None:
                self._worker.kill()

    def _serve(self, data: bytes) -> Outcome:
        with self._orders.gate.together():
            outcome = self._once(data)
        if outcome is None and not self._orders.stopping.is_set():
            # It may have died of what the others took up together.
            with self._orders.gate.alone():
                outcome = self._once(data)
        return outcome if outcome is not None else refusal(WorkbookError("W24"))

    def _once(self, data: bytes) -> Outcome | None:
        """What one content comes to; None where the worker died of it."""
        worker = self._hired()
        if worker is None:
            return None
        try:
            return worker.work(data, self._orders.seconds)
        except TimeoutError:
            self._lay_off()
            return refusal(WorkbookError("W25", limit=f"{self._orders.seconds:g}"))
        except _DIED:
            self._lay_off()
            return None

    def _hired(self) -> _Worker | None:
        """A worker fit to begin; None while all are dismissed."""
        if self._worker is not None and not self._worker.alive:
            # It was killed while it had nothing to do: that is not the next content's fault.
            self._lay_off()
        with self._hiring:
            if self._worker is None and not self._orders.stopping.is_set():
                self._worker = _Worker(self._orders.task)
        if self._worker is not None and not self._worker.begun(self._orders.stopping):
            self._lay_off()
            if not self._orders.stopping.is_set():
                raise WorkbookError("W30", reason="工作进程启动后随即退出，或迟迟未能就绪")
        return self._worker

    def _lay_off(self) -> None:
        with self._hiring:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


def _shield_from_ctrl_c() -> None:
    """Ctrl-C is for the parent alone, from a worker's first instruction on: a child inherits what a thread blocks."""
    if sys.platform != "win32":
        # Starting the tracker lets Ctrl-C through again, so it comes first.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


_starting = threading.Lock()


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self, task: bytes) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._ready = False
        self._process = _SPAWN.Process(target=_serve, args=(theirs, task), name="jiqun-worker", daemon=True)
        try:
            # One at a time: starting sweeps up the processes that have ended, which is not made for two threads.
            with _starting:
                self._process.start()
        except OSError as error:
            self._pipe.close()
            raise WorkbookError("W30", reason="系统拒绝启动新进程，可能内存不足") from error
        finally:
            # Else its death would not be heard.
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    def begun(self, stopping: threading.Event) -> bool:
        """Wait until it is ready to work; whether it is."""
        until = monotonic() + _STARTING
        try:
            while not self._ready and not stopping.is_set() and monotonic() < until:
                if self._pipe.poll(_LOOK):
                    self._ready = self._pipe.recv_bytes() == _READY
        except _DIED:
            return False
        return self._ready

    def work(self, data: bytes, seconds: float) -> Outcome:
        """Have one content worked on.

        Raises:
            TimeoutError: It takes too long.
            EOFError, OSError: The process has died.
        """
        self._pipe.send_bytes(data)
        if not self._pipe.poll(seconds):
            raise TimeoutError
        outcome: Outcome = _unpack(self._pipe.recv_bytes())
        return outcome

    def kill(self) -> None:
        """End it at once."""
        with suppress(ValueError, OSError):
            self._process.kill()

    def end(self) -> None:
        """End it and clear up."""
        self.kill()
        self._process.join()
        self._pipe.close()
        with suppress(ValueError):
            self._process.close()


# One byte tells what follows; the bytes of a filing are not copied into yet another envelope.
_TAKEN, _REFUSED = b"+", b"-"


def _pack(outcome: Outcome) -> bytes:
    return _REFUSED + pickle.dumps(tuple(outcome)) if isinstance(outcome, Refusal) else _TAKEN + outcome


def _unpack(data: bytes) -> Outcome:
    if data[:1] == _REFUSED:
        return Refusal(*pickle.loads(data[1:]))  # noqa: S301 - from our own child
    return data[1:]


def _serve(pipe: Connection, packed: bytes) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    task: Task = pickle.loads(packed)  # noqa: S301 - from our own parent
    with suppress(EOFError, OSError):
        pipe.send_bytes(_READY)
        while True:
            pipe.send_bytes(_pack(attempt(task, pipe.recv_bytes())))


def _die_with_parent() -> None:
    """Nobody waits for the result of a worker whose parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
