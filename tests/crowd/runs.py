"""Collections by the command line, looked at while they run: how long each stage takes, and how much memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

_MB = 1 << 20
_PAUSE, _COUNTED = 0.5, 5.0
_EXITS = (0, 1)
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


class Look(NamedTuple):
    """What was seen of a collection at one moment.

    Attributes:
        files: So many were archived.
        parent, worker: Memory of the parent and of the largest worker, in MB; what they share with others is not in it.
        peak: The most any worker has taken so far, as the system keeps count, however short it was; all is in it.
    """

    files: int
    parent: float
    worker: float
    peak: float


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
        curve: What was seen every so often.
    """

    count: int
    seconds: float
    gathering: float
    judging: float
    recalling: float
    writing: float
    curve: Sequence[Look]

    @property
    def parent(self) -> float:
        """The most memory of the parent that was seen."""
        return max(look.parent for look in self.curve)

    @property
    def worker(self) -> float:
        """The most memory any worker ever took."""
        return max(look.peak for look in self.curve)


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


def _watched(command: Sequence[str], archive: Path) -> list[Look]:
    """The curve of a command that fills an archive."""
    curve: list[Look] = []
    counted, files = -_COUNTED, 0
    # What is installed is compiled; else every worker would do that anew.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=settings) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            if time.perf_counter() - counted > _COUNTED:
                counted, files = time.perf_counter(), sum(1 for _ in archive.glob("??/*.xlsx"))
            try:
                workers = watched.children()
                memory, peak = (max(map(of, workers), default=0.0) for of in (_memory, _peak))
                curve.append(Look(files, _memory(watched), memory, peak))
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


def _peak(process: psutil.Process) -> float:
    """The most it has taken so far; where the system does not tell, what it takes now."""
    try:
        told = _PEAK.search(Path(f"/proc/{process.pid}/status").read_text("ascii"))
    except OSError:
        return _memory(process)
    return int(told[1]) / 1024 if told else 0.0
