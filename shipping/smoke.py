"""Whether the frozen program does what the source does, on a machine that has nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from shipping import entry
from shipping.frozen import PROGRAM
from shipping.wheels import PackageError

# The C library, which the kernel's loader comes with, and what PyInstaller's starter is linked to: every Linux desktop
# has them, and the folder brings everything else.
SYSTEM_LIBRARIES = (
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
    "libz.so.1",
)
_PLACES = ("/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib64")
# Nothing of the machine: no PATH, no locale, no home.
NOTHING: Mapping[str, str] = {"PATH": "/nonexistent"}
# When a workbook was made; the only part in which two of them differ.
_DATED = "docProps/core.xml"
# How much is told of a difference, to either side.
_AROUND = 120


class Bare:
    """A file system that holds the frozen folder, the C library and a place to work, and no Python.

    Args:
        frozen: The frozen folder.
        room: An empty folder.
    """

    def __init__(self, frozen: Path, room: Path) -> None:
        self.room = room
        self.work = room / "work"
        self.work.mkdir(parents=True)
        shutil.copytree(frozen, room / "app", symlinks=True)
        for place in ("lib64", "lib/x86_64-linux-gnu"):
            (room / place).mkdir(parents=True)
        for name in SYSTEM_LIBRARIES:
            found = next((Path(place, name) for place in _PLACES if Path(place, name).exists()), None)
            if found is not None:
                inside = "lib64" if name.startswith("ld-") else "lib/x86_64-linux-gnu"
                shutil.copyfile(found, room / inside / name)
                (room / inside / name).chmod(0o755)

    def command(self, *words: str) -> Sequence[str]:
        """How to run a program of the folder in there; it starts in the place to work."""
        user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
        program = str(shutil.which("unshare"))
        return (program, *user, f"--root={self.room}", "--wd=/work", f"/app/{words[0]}", *words[1:])

    def possible(self) -> bool:
        """Whether this machine lets us run something in there."""
        if shutil.which("unshare") is None:
            return False
        done = subprocess.run(self.command(PROGRAM, "--version"), env=NOTHING, check=False, capture_output=True)
        return done.returncode == 0


def check(root: Path, frozen: Path) -> str:
    """Run the frozen program and the source on the same, and compare.

    Args:
        root: The project's checkout.
        frozen: The frozen folder.

    Returns:
        Where the frozen program ran.

    Raises:
        PackageError: They differ, or it does not run; says where.
    """
    with tempfile.TemporaryDirectory() as room:
        bare = Bare(frozen, Path(room) / "bare")
        alone = bare.possible()
        source = Path(room) / "source"
        source.mkdir()

        # Where each works, which some messages tell.
        here, there = f"{source}/", "/work/" if alone else f"{bare.work}/"

        def ours(*words: str) -> str:
            command, environment = (sys.executable, "-m", "workbook", *words), {**os.environ, "PYTHONPATH": str(root)}
            return _told(command, source, environment).replace(here, "")

        def theirs(*words: str) -> str:
            command = bare.command(PROGRAM, *words) if alone else (str(frozen / PROGRAM), *words)
            return _told(command, bare.work, NOTHING).replace(there, "")

        for made in (("template", "-o", "空白.xlsx"), ("sample", "-o", "样例", "--count", "4", "--seed", "7")):
            _same(ours(*made), theirs(*made), made[0])
        _same_files(source, bare.work)
        # Made at another moment, so other files, and a check tells their fingerprints: both check the same ones.
        shutil.copytree(source / "样例", bare.work / "样例", dirs_exist_ok=True)
        samples = sorted(f"样例/{path.name}" for path in (source / "样例").glob("*.xlsx"))
        for words in _asked(samples):
            _same(ours(*words), theirs(*words), words[0])
        _buttons(frozen)
    return "an empty root" if alone else "an empty environment"


def _asked(samples: Sequence[str]) -> Iterator[Sequence[str]]:
    """A season, from the first check to what another policy would make of it."""
    yield "check", *samples, "--json"
    yield "check", *samples
    yield "review", "opinion", samples[0]
    yield "review", "prepare", samples[0]
    # Each file goes to a process that the program starts of itself.
    yield "collect", "样例", "-o", "总表.xlsx"
    yield "experts", "prepare", "样例", "-m", "总表.xlsx", "-o", "评审表", "--expert", "张三", "--all"
    yield "compare", "样例", "--policy", "shanghai-2024", "--policy", "national-2022", "-o", "报告.xlsx"


def _told(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, timeout=300)
    # 1 means that errors were found in the data, which is what some samples are for.
    if done.returncode not in (0, 1):
        raise PackageError(f"{' '.join(command)}: {done.returncode}\n{done.stderr.decode('utf-8', 'replace')}")
    return f"{done.returncode}\n{done.stdout.decode('utf-8')}"


def _same(ours: str, theirs: str, what: str) -> None:
    if ours != theirs:
        place = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), 0)
        pieces = "\n".join(text[max(0, place - _AROUND) : place + _AROUND] for text in (ours, theirs))
        raise PackageError(f"jiqun {what}: 打包版与源码结果不同 / frozen and source differ\n{pieces}")


def _same_files(ours: Path, theirs: Path) -> None:
    for path in sorted(ours.rglob("*.xlsx")):
        place = path.relative_to(ours)
        if _parts(path) != _parts(theirs / place):
            raise PackageError(f"{place}: 打包版与源码结果不同 / frozen and source differ")


def _parts(path: Path) -> Mapping[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != _DATED}


def _buttons(frozen: Path) -> None:
    """The second name of the program, once there is something behind it."""
    if find_spec("workbook.buttons") is not None:
        _told((str(frozen / entry.BUTTONS), "--help"), frozen, NOTHING)
