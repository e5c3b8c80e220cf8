"""The live path keeps to calls that xlwings documents and every engine has; what each program has of its own stands in one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings

import workbook

ROOM = Path(workbook.__file__).parent
LIVE = [ROOM / "engines" / "live.py", ROOM / "windows.py", ROOM / "buttons.py", ROOM / "actions.py", *(ROOM / "desk").glob("*.py")]  # fmt: skip
SEAM = ROOM / "engines" / "desktops.py"

SUBSET = {
    xlwings.App: {
        *("activate", "books", "calculate", "calculation", "display_alerts", "enable_events"),
        *("engine", "hwnd", "screen_updating", "status_bar"),
    },
    xlwings.Book: {"activate", "app", "fullname", "name", "names", "sheets"},
    xlwings.Sheet: {"activate", "name", "range", "used_range", "visible"},
    xlwings.Range: {
        *(
            "address",
            "column",
            "copy",
            "count",
            "expand",
            "formula",
            "offset",
            "options",
        ),
        *("resize", "row", "row_height", "rows", "select", "shape", "sheet", "value"),
    },
    xlwings.Name: {"name", "refers_to", "refers_to_range"},
}
BEHIND = {"api", "impl", "xl"}


def attributes(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("file", [ROOM / "engines" / "live.py", ROOM / "windows.py"], ids=lambda file: file.name)
def test_only_what_every_engine_has_is_called(file: Path) -> None:
    offered = {name for kind in SUBSET for name in dir(kind) if not name.startswith("_")}
    asked = set(attributes(file)) & offered
    assert asked - set().union(*SUBSET.values()) <= OURS
    assert asked


# Calls of our own values that go by a name xlwings knows too.
OURS = {"cells", "clear", "left", "path", "save", "top"}


@pytest.mark.parametrize("file", LIVE, ids=lambda file: file.name)
def test_nobody_but_the_seam_reaches_behind_xlwings(file: Path) -> None:
    assert not set(attributes(file)) & BEHIND
    assert "api" in set(attributes(SEAM))


@pytest.mark.parametrize("kind", SUBSET, ids=lambda kind: kind.__name__)
def test_the_subset_is_what_xlwings_offers(kind: type) -> None:
    assert SUBSET[kind] <= set(dir(kind))


@pytest.mark.parametrize("file", [*LIVE, SEAM], ids=lambda file: file.name)
def test_nothing_private_and_nothing_paid_is_imported(file: Path) -> None:
    asked = [name for name in imported(file) if name.split(".")[0] == "xlwings"]
    assert set(asked) <= {"xlwings"}
