"""The one-folder build for Linux that brings its own Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shipping import entry
from shipping.archive import files_of, tar_folder, write_checksum, write_checksums
from shipping.wheels import PackageError, licence, requirements
from shipping.windows import CHECKSUMS, MANIFEST

SPEC = Path(__file__).with_name("jiqun.spec")
PROGRAM = "jiqun"
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The folder as it was made, its archive, and the oldest glibc it runs on, e.g. ``2.36``."""

    folder: Path
    archive: Path
    glibc: str


def build(root: Path, version: str, target: Path) -> Frozen:
    """Freeze the command line into a folder below ``target`` and pack it.

    Raises:
        PackageError: PyInstaller failed; its last lines are told.
    """
    work = root / "build" / "frozen"
    _freeze(root, work)
    folder = target / f"jiqun-linux-x86_64-{version}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(work / "dist" / PROGRAM, folder, symlinks=True)
    (folder / entry.BUTTONS).symlink_to(PROGRAM)
    shutil.copyfile(root / "LICENSE", folder / "LICENSE")
    glibc = oldest_glibc(folder)
    (folder / MANIFEST).write_text(_parts(root, version, glibc), "utf-8")
    write_checksums(folder, folder / CHECKSUMS)
    archive = tar_folder(folder, target / f"{folder.name}.tar.gz")
    write_checksum(archive)
    return Frozen(folder=folder, archive=archive, glibc=glibc)


def _freeze(root: Path, work: Path) -> None:
    command = (sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN")
    places = ("--distpath", str(work / "dist"), "--workpath", str(work / "work"), str(SPEC))
    # Sets are written in the order of their hashes, which otherwise change from run to run.
    environment = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "315532800"}
    environment["PYTHONPATH"] = str(root)
    done = subprocess.run(
        (*command, *places), cwd=root, env=environment, check=False, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise PackageError("PyInstaller:\n" + "\n".join(done.stderr.splitlines()[-20:]))


def libraries(root: Path) -> Mapping[str, Distribution]:
    """What the project requires to run on this system, as installed, by normalised name."""
    found: dict[str, Distribution] = {}
    waiting = list(requirements(root / "setup.cfg"))
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found[name] = distribution(name)
        waiting += found[name].requires or ()
    return dict(sorted(found.items()))


def _parts(root: Path, version: str, glibc: str) -> str:
    told = {
        "name": PROGRAM,
        "version": version,
        "licence": "MIT",
        "system": f"Linux x86-64, glibc {glibc}",
        "python": {"version": sys.version.split()[0], "included": True, "licence": "PSF-2.0"},
        "libraries": [
            {"name": name, "version": library.version, "licence": licence(library.metadata)}
            for name, library in libraries(root).items()
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def oldest_glibc(folder: Path) -> str:
    """The highest version of glibc any of the binaries asks for: older systems cannot run the folder."""
    highest = (0, 0)
    for path in files_of(folder):
        if path.is_symlink() or not _is_elf(path):
            continue
        for major, minor in _GLIBC.findall(path.read_bytes()):
            highest = max(highest, (int(major), int(minor)))
    return f"{highest[0]}.{highest[1]}"


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"
