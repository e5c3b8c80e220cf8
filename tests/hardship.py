"""Full disks and missing rights, for real: what no test can prove by pretending."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import missing

_NOBODY = 65534


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes at the place of a folder; it needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform != "linux" or os.geteuid() != 0:
        missing("the right to mount a disk of a given size (root on Linux)")
    told = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True
    )
    if told.returncode:
        missing("the right to mount a disk of a given size (root on Linux)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def fill(folder: Path, leave: int = 0) -> Iterator[None]:
    """Take up the room of a disk, all but so many bytes."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        status = os.statvfs(folder)
        size = status.f_bavail * status.f_frsize - leave
        if size > 0:
            os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield
    finally:
        ballast.unlink()


def make_read_only(folder: Path) -> None:
    """From now on nothing can be written to a ``small_disk``, not even by root."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A folder that a person without rights can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="jiqun-test-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o777)
        yield folder


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's rights, which no permission stops."""
    if sys.platform == "win32":
        missing("permissions of files")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
