"""Collections by the command line, looked at while they run: how long each stage takes, and how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_MB = 1 << 20
_PAUSE, _COUNTED = 0.2, 2.0
_EXITS = (0, 1)


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a collection went.

    Attributes:
        count: How many files lay in the inbox.
        seconds: From the first instruction to the last.
        gathering: Of these, until every file was read, archived and judged; starting everything is in it.
        judging: Seconds of a processor until then, of the parent and of one worker: on idle cores it takes no less.
        recalling: Of all, reading what people left in the master of before.
        writing: Of all, writing the new one.
        curve: Files archived, memory of the parent and of the largest worker, in MB; every so often.
    """

    count: int
    seconds: float
    gathering: float
    judging: float
    recalling: float
    writing: float
    curve: Sequence[tuple[int, float, float]]

    @property
    def parent(self) -> float:
        """The most memory of the parent."""
        return max(parent for _, parent, _ in self.curve)

    @property
    def worker(self) -> float:
        """The most memory of any worker."""
        return max(worker for _, _, worker in self.curve)


def run(count: int, inbox: Path, master: Path, processes: int = 2) -> Run:
    """Collect.

    Args:
        count: How many files lie in the inbox.
        inbox: The inbox.
        master: The master.
        processes: How many work.
    """
    stages = master.with_suffix(".json")
    stages.parent.mkdir(parents=True, exist_ok=True)
    command = ["collect", str(inbox), "-o", str(master), "--processes", str(processes)]
    started, begun = time.time(), time.perf_counter()
    curve = _watched([sys.executable, "-m", "tests.crowd.clocked", str(stages), *command], master.parent / "archive")
    seconds = time.perf_counter() - begun
    told = json.loads(stages.read_text("utf-8"))
    return Run(
        count=count,
        seconds=seconds,
        gathering=told["gathered"] - started,
        judging=told["judging"],
        recalling=told.get("recalling", 0.0),
        writing=told["writing"],
        curve=curve,
    )


def _watched(command: Sequence[str], archive: Path) -> list[tuple[int, float, float]]:
    """The curve of a command that fills an archive."""
    curve: list[tuple[int, float, float]] = []
    counted, files = -_COUNTED, 0
    # What is installed is compiled; else every worker would do that anew.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=settings) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            if time.perf_counter() - counted > _COUNTED:
                counted, files = time.perf_counter(), sum(1 for _ in archive.glob("??/*.xlsx"))
            try:
                curve.append((files, _memory(watched), max(map(_memory, watched.children()), default=0.0)))
            except psutil.Error:
                continue
            time.sleep(_PAUSE)
    assert process.returncode in _EXITS
    return curve


def _memory(process: psutil.Process) -> float:
    """What is its own: the code of Python is shared."""
    try:
        return float(process.memory_full_info().uss) / _MB
    except psutil.Error:
        return 0.0
