"""Python for Windows, from the archive the builder has: recognised, unpacked, told where our packages are."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from shipping.archive import sha256
from shipping.wheels import PYTHON, PackageError

TAG = f"python{PYTHON.replace('.', '')}"
PTH = f"{TAG}._pth"
# Our packages, and where pywin32 keeps its modules. Its DLLs need no line: its own loader finds them below `lib`.
_OURS = ("..\\lib", "..\\lib\\win32", "..\\lib\\win32\\lib")
# Of a full Python: what is for developers.
_NOT_NEEDED = ("include", "libs", "Scripts", "Lib/test", "Lib/idlelib", "Lib/ensurepip", "Lib/site-packages")


class Layout(Enum):
    """How an archive lays Python out; the value is where its own library stands."""

    EMBEDDABLE = (f"{TAG}.zip", ".")
    STANDALONE = ("Lib", "DLLs", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python for Windows in its place.

    Args:
        archive: Name of the file it came from.
        sha256: That file's fingerprint.
        layout: How it is laid out.
        window: Whether it has tkinter, which the launcher window needs.
    """

    archive: str
    sha256: str
    layout: Layout
    window: bool


def pth(layout: Layout) -> str:
    """The search path of the interpreter, and nothing else.

    Without ``import site`` it reads neither registry nor environment nor the user's own packages, so nothing installed
    on the machine gets in our way.
    """
    return "".join(f"{line}\r\n" for line in (*layout.value, *_OURS))


def install(archive: Path, folder: Path, *, expected: str = "") -> Interpreter:
    """Unpack Python into a folder and tell it where our packages are.

    Args:
        archive: The official embeddable ZIP, or an ``install_only`` tar.gz of python-build-standalone.
        folder: Replaced.
        expected: SHA-256 the archive must have; empty takes any.

    Returns:
        What was installed.

    Raises:
        PackageError: The archive is neither, is of another version, or is not the one expected.
    """
    found = sha256(archive)
    if expected and found != expected.lower():
        raise PackageError(f"{archive.name} 的 SHA-256 与给定值不符 / has another SHA-256: {found}")
    with tempfile.TemporaryDirectory(dir=folder.parent) as room:
        root = _unpacked(archive, Path(room))
        layout = recognised(root, archive.name)
        for part in _NOT_NEEDED if layout is Layout.STANDALONE else ():
            shutil.rmtree(root / part, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns("*.pdb", "__pycache__"))
    (folder / PTH).write_bytes(pth(layout).encode("ascii"))
    window = next(folder.rglob("tkinter/__init__.py"), None) is not None
    return Interpreter(archive=archive.name, sha256=found, layout=layout, window=window)


def _unpacked(archive: Path, room: Path) -> Path:
    """The folder python.exe should be in."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(room)  # noqa: S202 - zipfile keeps every name inside
        return room
    if tarfile.is_tarfile(archive):
        with tarfile.open(archive) as packed:
            packed.extractall(room, filter="data")
        return room / "python"
    raise PackageError(f"{archive.name} 不是 zip 或 tar.gz / is neither a ZIP nor a tar.gz")


def recognised(root: Path, name: str) -> Layout:
    """Which layout a folder has.

    Raises:
        PackageError: It is no Python for Windows of the version our wheels are for.
    """
    common = ("python.exe", "pythonw.exe", f"{TAG}.dll")
    for layout, marks in (
        (Layout.EMBEDDABLE, (PTH, f"{TAG}.zip")),
        (Layout.STANDALONE, ("Lib/os.py", "DLLs")),
    ):
        if all((root / part).exists() for part in (*common, *marks)):
            return layout
    raise PackageError(
        f"{name} 不是 64 位 Windows 的 Python {PYTHON}：应为官方 embeddable 包（{TAG}.zip 在内）"
        f"或 python-build-standalone 的 install_only 包 / is not Python {PYTHON} for Windows in either layout"
    )
