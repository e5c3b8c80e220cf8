"""What is handed out brings every library that its modules import, wherever in a module that stands."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from shipping import frozen, windows

ROOT = Path(__file__).resolve().parents[2]
# Module → what it comes with: pywin32 is installed on Windows only.
ELSEWHERE = {"pythoncom": "pywin32", "pywintypes": "pywin32"}
# Left to whoever asks for it, with a message of its own (W28, W60), or built with and not handed out.
EXTRAS = {"distributed", "pyarrow", "pyopenvba"}


def imported(package: Path) -> Iterator[str]:
    """The top-level names of other people's modules."""
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_library_that_is_imported_is_handed_out() -> None:
    packages = list(windows.packages(ROOT))
    names = {name for package in packages for name in imported(package)}
    theirs = names - set(sys.stdlib_module_names) - {package.name for package in packages}
    known = packages_distributions()
    wanted = {canonicalize_name(ELSEWHERE.get(name) or known[name][0]) for name in theirs}
    assert wanted - set(frozen.libraries(ROOT)) - EXTRAS == {"pywin32"}
