"""Find ``uno``, which belongs to an office or to the system's Python, from inside a virtual environment."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from workbook.engines.libreoffice.errors import LibreOfficeUnavailable

# Where distributions put `uno.py`; each is looked at only if the ones before it have none.
_SYSTEM = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/python3/site-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
)
_MAC = ("/Applications/LibreOffice.app/Contents/Resources", "/Applications/LibreOffice.app/Contents/Frameworks")


def _folders() -> list[Path]:
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")]
        return [Path(root) / "LibreOffice" / "program" for root in roots if root]
    return [Path(folder) for folder in (_MAC if sys.platform == "darwin" else _SYSTEM)]


def _load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(name, path=str(path))
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    try:
        spec.loader.exec_module(made)
    except BaseException:
        del sys.modules[name]
        raise
    return made


def _load_from(folder: Path) -> ModuleType:
    """Only ``uno``: the rest of a system's packages would shadow those of the environment."""
    before = list(sys.path)
    try:
        if sys.platform != "linux":
            # There `pyuno` lies beside it.
            sys.path.append(str(folder))
        return _load("uno", folder / "uno.py")
    except ImportError as error:
        raise LibreOfficeUnavailable(
            "python-version",
            f"{folder / 'uno.py'} was not built for Python {sys.version_info.major}.{sys.version_info.minor}; "
            f"run with the interpreter that it belongs to ({error})",
        ) from error
    finally:
        # uno.py adds its program folder itself; `pyuno` is loaded by now.
        sys.path[:] = before


@functools.cache
def uno() -> Any:
    """The module ``uno``.

    Returns:
        The module, from the environment if it has one, else from the system.

    Raises:
        LibreOfficeUnavailable: ``no-uno`` or ``python-version``.
    """
    try:
        return importlib.import_module("uno")
    except ImportError:
        pass
    for folder in _folders():
        if (folder / "uno.py").is_file():
            return _load_from(folder)
    raise LibreOfficeUnavailable("no-uno", "no uno.py found; install python3-uno (Debian) or LibreOffice itself")


def option(name: str, value: object) -> Any:
    """A named value as UNO passes it."""
    made = uno().createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def options(**named: object) -> tuple[Any, ...]:
    """Named values as UNO passes them; None leaves one out."""
    return tuple(option(name, value) for name, value in named.items() if value is not None)


def enum(kind: str, value: str) -> Any:
    """A value of a UNO enumeration, ``com.sun.star.`` left out."""
    return uno().Enum(f"com.sun.star.{kind}", value)


def address(sheet: int, row: int, column: int) -> Any:
    """A cell's address; row and column counted from 0."""
    made = uno().createUnoStruct("com.sun.star.table.CellAddress")
    made.Sheet, made.Row, made.Column = sheet, row, column
    return made


def path_of(url: str) -> str:
    """The system's path of a file's URL."""
    return str(uno().fileUrlToSystemPath(url))


def url_of(path: str | Path) -> str:
    """The URL of a file."""
    return str(uno().systemPathToFileUrl(str(Path(path).resolve())))
