"""The portable folder for Windows, put together on any system."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shipping import texts
from shipping.archive import write_checksum, write_checksums, zip_folder
from shipping.interpreter import PTH, Interpreter, Layout, install, pth
from shipping.manifest import manifest
from shipping.wheels import Wheel, unpack

# Macro workbooks look for Python in a folder of this name beside them.
HOME = "jiqun"
MANIFEST, CHECKSUMS = "清单.json", "SHA256SUMS.txt"
PACKAGES = ("macros", "templates", "toolkit", "workbook")
_MACRO_FILES = (".xlsm", ".xlam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """What the folder is made of.

    Args:
        root: The project's checkout.
        version: Of the project.
        wheels: Its libraries.
        python: Archive of Python for Windows, when the builder has one.
        python_sha256: What that archive's SHA-256 must be; empty takes any.
    """

    root: Path
    version: str
    wheels: tuple[Wheel, ...]
    python: Path | None = None
    python_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portable:
    """The folder as it was made, its archive, and the Python in it, if any."""

    folder: Path
    archive: Path
    python: Interpreter | None


def build(parts: Ingredients, target: Path) -> Portable:
    """Make the folder and its archive below ``target``; what stood there of this version is replaced."""
    folder = target / f"jiqun-windows-{parts.version}"
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / HOME
    home.mkdir(parents=True)
    _write_libraries(parts, home / "lib")
    python = _write_python(parts, home)
    for name, content in texts.top().items():
        (folder / name).write_bytes(content)
    (home / texts.COMMAND_LINE).write_bytes(texts.command(texts.COMMAND_LINE))
    shutil.copyfile(parts.root / "LICENSE", home / "LICENSE.txt")
    for macro in macros(parts.root):
        shutil.copyfile(macro, folder / macro.name)
    (home / MANIFEST).write_text(manifest(parts.version, parts.wheels, python), "utf-8")
    # Last, since it lists all others.
    write_checksums(folder, home / CHECKSUMS)
    archive = zip_folder(folder, target / f"{folder.name}.zip")
    write_checksum(archive)
    return Portable(folder=folder, archive=archive, python=python)


def _write_libraries(parts: Ingredients, folder: Path) -> None:
    folder.mkdir()
    for wheel in parts.wheels:
        unpack(wheel, folder)
    for package in packages(parts.root):
        shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(texts.SOURCES / texts.DROPPED, folder / texts.DROPPED)


def _write_python(parts: Ingredients, home: Path) -> Interpreter | None:
    if parts.python:
        return install(parts.python, home / "python", expected=parts.python_sha256)
    (home / "python").mkdir()
    (home / "python" / texts.NO_PYTHON).write_bytes(texts.no_python())
    # Beside the folder, since unpacking Python into it would overwrite this one.
    (home / PTH).write_bytes(pth(Layout.EMBEDDABLE).encode("ascii"))
    return None


def packages(root: Path) -> Iterable[Path]:
    """The project's packages that are there."""
    return [root / name for name in PACKAGES if (root / name / "__init__.py").exists()]


def macros(root: Path) -> Iterable[Path]:
    """What ``dev.py macros`` has built; nothing where it has not."""
    return sorted(path for path in (root / "build" / "macros").glob("*") if path.suffix in _MACRO_FILES)
