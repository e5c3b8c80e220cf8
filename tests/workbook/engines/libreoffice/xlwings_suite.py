"""Run xlwings' own tests against the LibreOffice engine and print the counts.

``python tests/workbook/engines/libreoffice/xlwings_suite.py FOLDER [FILE …]``, where FOLDER is the folder ``tests`` of
xlwings' source distribution; without FILEs those that drive a desktop engine. The tests are copied and run in a
temporary folder, with the xlwings that is installed. ``pytz`` has to be installed for ``test_conversion``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
FILES = [
    "test_range",
    "test_sheet",
    "test_names",
    "test_book",
    "test_conversion",
    "test_active",
    "test_app",
    "test_ndim",
    "test_font",
    "test_alignment",
    "test_chunking",
    "test_range_move_integration",
    "test_fileformats",
    "test_range_find_replace_integration",
    "test_range_duplicates_special_integration",
    "test_borders",
    "test_characters",
    "test_data_validation",
    "test_conditional_formats",
    "test_shape",
    "test_table",
]
OPTIONS = ["-p", "xlwings_suite", "-p", "no:cacheprovider", "-q", "--no-header", "--tb=line", "-rs", "-W", "ignore"]


def pytest_configure() -> None:
    """As a plugin of pytest: make the engine the active one."""
    from workbook.engines import libreoffice

    libreoffice.engine().activate()


def counts(folder: Path, name: str) -> str:
    """The last line of pytest for one file."""
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, f"tests/{name}.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path + os.pathsep + os.environ.get("PYTHONPATH", "")},
        check=False,
        capture_output=True,
        text=True,
    )
    (folder / f"{name}.log").write_text(done.stdout + done.stderr, "utf-8")
    return (done.stdout.strip().splitlines() or ["nothing"])[-1].strip("= ")


def main() -> None:
    """Run the files, one process each, for a test that crashes an office must not stop the rest."""
    source, *chosen = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="xlwings-suite-"))
    shutil.copytree(source, folder / "tests")
    for name in chosen or FILES:
        print(f"{name:45}{counts(folder, name)}", flush=True)  # noqa: T201 - a command line prints
    print(f"logs: {folder}")  # noqa: T201


if __name__ == "__main__":
    main()
