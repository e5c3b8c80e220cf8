"""The libraries for Windows: fetched as wheels, held against what they require there, unpacked."""

from __future__ import annotations

import configparser
import email
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageMetadata
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shipping.archive import sha256
from shipping.strip import travels

PYTHON = "3.11"
# pip downloads for another system but asks the running one which requirements apply; so they are judged anew here.
WINDOWS: Mapping[str, str] = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_system": "Windows",
    "python_full_version": f"{PYTHON}.9",
    "python_version": PYTHON,
    "sys_platform": "win32",
}


class PackageError(Exception):
    """The build cannot go on; says in both languages what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One library as it was fetched.

    Args:
        name: Normalised name.
        version: Its version.
        licence: As its metadata tell it.
        sha256: Fingerprint of the wheel.
        requires: What it requires, for any system.
        path: Where the wheel lies.
    """

    name: str
    version: str
    licence: str
    sha256: str
    requires: tuple[str, ...]
    path: Path


def requirements(setup: Path) -> tuple[str, ...]:
    """What the project requires to run, from its ``setup.cfg``."""
    parser = configparser.ConfigParser()
    parser.read(setup, "utf-8")
    lines = (line.strip() for line in parser["options"]["install_requires"].splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def fetch(wanted: Iterable[str], folder: Path, *, source: Path | None = None) -> tuple[Wheel, ...]:
    """Download wheels and everything they require on Windows.

    Args:
        wanted: Requirements of the project.
        folder: Emptied; then holds the wheels.
        source: Folder of wheels to take them from, with no network; None asks the package index.

    Returns:
        The wheels that are needed, by name.

    Raises:
        PackageError: Something could not be fetched.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    roots = tuple(wanted)
    asked: set[str] = set()
    needed: tuple[Wheel, ...] = ()
    missing: Sequence[str] = roots
    while missing:
        if asked.issuperset(missing):
            raise PackageError(f"缺少依赖 / cannot be fetched: {', '.join(missing)}")
        asked.update(missing)
        _download(missing, folder, source)
        needed, missing = needs(roots, [read_wheel(path) for path in sorted(folder.glob("*.whl"))])
    return needed


def _download(wanted: Sequence[str], folder: Path, source: Path | None) -> None:
    platform = ("--platform", "win_amd64", "--python-version", PYTHON, "--implementation", "cp")
    index = ("--no-index", "--find-links", str(source)) if source else ()
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet")
    command = (*pip, "--only-binary=:all:", *platform, *index, "--dest", str(folder), *wanted)
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise PackageError(f"依赖下载失败 / the download failed:\n{done.stderr.strip()}")


def needs(roots: Iterable[str], wheels: Iterable[Wheel]) -> tuple[tuple[Wheel, ...], tuple[str, ...]]:
    """Follow requirements as Windows would.

    Returns:
        The wheels that are needed, by name; and the requirements no wheel meets.
    """
    shelf = {wheel.name: wheel for wheel in wheels}
    needed: dict[str, Wheel] = {}
    missing: list[str] = []
    waiting = list(roots)
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.marker and not requirement.marker.evaluate(dict(WINDOWS)):
            continue
        wheel = shelf.get(canonicalize_name(requirement.name))
        if wheel is None or not requirement.specifier.contains(wheel.version, prereleases=True):
            missing.append(f"{requirement.name}{requirement.specifier}")
        elif wheel.name not in needed:
            needed[wheel.name] = wheel
            waiting += wheel.requires
    return tuple(needed[name] for name in sorted(needed)), tuple(missing)


def read_wheel(path: Path) -> Wheel:
    """What a wheel tells of itself."""
    with zipfile.ZipFile(path) as archive:
        (name,) = (
            entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA") and entry.count("/") == 1
        )
        told = email.message_from_bytes(archive.read(name))
    return Wheel(
        name=canonicalize_name(str(told["Name"])),
        version=str(told["Version"]),
        licence=licence(told),
        sha256=sha256(path),
        requires=tuple(told.get_all("Requires-Dist", ())),
        path=path,
    )


def licence(told: Message | PackageMetadata) -> str:
    """The licence in a few words; older metadata put its whole text where its name belongs."""
    (named, *_) = told.get_all("License-Expression") or told.get_all("License") or ("",)
    if named and "\n" not in named:
        return str(named)
    classifiers = told.get_all("Classifier") or ()
    return "; ".join(line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")) or "?"


def unpack(wheel: Wheel, folder: Path) -> int:
    """Put what travels of a wheel into a folder.

    Returns:
        How many files that were.

    Raises:
        PackageError: The wheel would write elsewhere.
    """
    count = 0
    with zipfile.ZipFile(wheel.path) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if path.is_absolute() or ".." in path.parts:
                raise PackageError(f"{wheel.path.name}: {entry.filename}")
            if entry.is_dir() or not travels(wheel.name, path):
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            count += 1
    return count
