"""A real Dask cluster on this computer: a scheduler and workers as processes of their own, all gone at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

# A machine that is busy with other things takes its time; nobody waits this long unless something is wrong.
_PATIENCE = 120.0


@dataclass(frozen=True)
class Cluster:
    """Where it is reached, and its workers, which may be killed."""

    address: str
    workers: Sequence[subprocess.Popen[bytes]]

    def kill(self, number: int) -> None:
        """End a worker as a power failure would."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A scheduler and workers of one thread each, on the loopback."""
    told = folder / "scheduler.json"
    quiet = ("--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:
        stack.enter_context(_running(folder, "scheduler", "--port", "0", "--scheduler-file", str(told), *quiet))
        address = _address(told)
        one = ("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder), *quiet)
        yield Cluster(address, [stack.enter_context(_running(folder, *one)) for _ in range(workers)])


@contextmanager
def _running(folder: Path, kind: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    log = folder / f"{kind}.log"
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
    with (
        log.open("ab") as told,
        subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=told, start_new_session=True) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(told: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while True:
        assert time.monotonic() < until, "no scheduler"
        try:
            return str(json.loads(told.read_text("utf-8"))["address"])
        except (OSError, ValueError, LookupError):
            time.sleep(0.05)
