"""Tasks that workers are given in tests: real ones, which leave a trace, hang, die or refuse as the content says."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from toolkit.errors import WorkbookError

FOREVER = 3600


@dataclass(frozen=True, slots=True)
class Counted:
    """Leaves a line for each content it is run on; a content that begins with ``bad`` is refused."""

    log: Path

    def __call__(self, data: bytes) -> bytes:
        """What ``answer`` says."""
        with self.log.open("ab", buffering=0) as file:
            file.write(sha256(data).hexdigest().encode() + b"\n")
        if data[:3] == b"bad":
            raise WorkbookError("W02", kind="别的东西")
        return answer(data)

    @property
    def runs(self) -> Counter[str]:
        """How often it was run, by the fingerprint of the content."""
        return Counter(self.log.read_text("ascii").split()) if self.log.exists() else Counter()


def answer(data: bytes) -> bytes:
    """What comes of a content."""
    return b"done:" + sha256(data).digest()


@dataclass(frozen=True, slots=True)
class Scripted:
    """Does what the content says; whoever dies once leaves a mark in the folder, so as not to die again."""

    folder: Path

    def __call__(self, data: bytes) -> bytes:
        """Do it."""
        order, _, rest = data.decode().partition(" ")
        match order:
            case "die":
                _die()
            case "die-once":
                self._mark(rest)
            case "exit":
                sys.exit(3)
            case "hang":
                time.sleep(FOREVER)
            case "raise":
                raise ValueError(rest)
            case "refuse":
                raise WorkbookError("W02", kind=rest)
            case "await":
                self._await(rest)
        return f"{order} {os.getpid()}".encode()

    def _mark(self, name: str) -> None:
        mark = self.folder / name
        if not mark.exists():
            mark.touch()
            _die()

    def _await(self, name: str) -> None:
        """Say who is at work, and go on once somebody says so."""
        (self.folder / f"{name}.{os.getpid()}").touch()
        while not (self.folder / f"{name}.go").exists():
            time.sleep(0.01)


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    raise AssertionError


class Unpackable:
    """Cannot be unpacked by a worker."""

    def __call__(self, data: bytes) -> bytes:
        """Never."""
        raise AssertionError

    def __getstate__(self) -> dict[str, int]:
        return {"of": os.getpid()}

    def __setstate__(self, state: dict[str, int]) -> None:
        if state["of"] != os.getpid():
            raise RuntimeError("not here")
