"""Programs from outside that tests compare with; one that is missing skips a test at home and fails it in CI."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NoReturn, Protocol

import pytest
from _pytest.terminal import TerminalReporter
from coverage import Coverage
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "tests" / "toolkit"
# Where `dev.py test` puts it.
VALIDATOR = ROOT / ".venv" / "ooxml" / "node_modules" / ".bin" / "ooxml-validator"

PROFILE_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

# A shared machine pauses at will, so time says nothing about one example.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_collection_finish() -> None:
    """What has been loaded stays until the end: looking through it for garbage again and again took a sixth of the time."""
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()


class Convert(Protocol):
    """Convert a workbook with LibreOffice, every formula recalculated."""

    def __call__(self, path: Path, to: str = "xlsx") -> Path:
        """The converted file, in a folder of its own; ``to`` is ``xlsx`` or ``pdf``."""
        ...


def in_ci() -> bool:
    """Whether continuous integration runs us."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


settings.load_profile("ci" if in_ci() else "default")


def missing(program: str) -> NoReturn:
    """Skip at home, fail in CI: a check that silently stops running is no check."""
    reason = f"{program} is not installed; `python3 dev.py test` installs it where it can"
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def soffice() -> str:
    """The LibreOffice program."""
    return shutil.which("soffice") or missing("LibreOffice (soffice)")


@pytest.fixture(scope="session")
def ooxml_errors() -> Callable[[Path], list[str]]:
    """What the Open XML SDK finds wrong with a file, one line an error; Excel 2016 is the oldest we serve."""
    if not VALIDATOR.exists() or shutil.which("node") is None:
        missing("the Open XML validator")

    def errors(path: Path) -> list[str]:
        done = subprocess.run(
            [VALIDATOR, path, "--officeVersion", "Office2016"],
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        # 0 valid, 1 invalid or not openable, 2 it could not run.
        assert done.returncode in (0, 1), done.stderr
        found = json.loads(done.stdout)["errors"]
        return [f"{error['path']} {error['xPath']} [{error['id']}] {error['description']}" for error in found]

    return errors


@pytest.fixture(scope="session")
def libreoffice_profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user profile of this process's own, which recalculates every workbook it loads."""
    profile = tmp_path_factory.mktemp("libreoffice-profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE_SETTINGS, "utf-8")
    return profile


@pytest.fixture(scope="session")
def libreoffice_convert(soffice: str, libreoffice_profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert a workbook with a LibreOffice of this process's own."""

    def convert(path: Path, to: str = "xlsx") -> Path:
        folder = tmp_path_factory.mktemp("converted")
        done = subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={libreoffice_profile.as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                to,
                "--outdir",
                folder,
                path,
            ],
            check=False,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=90,
        )
        converted = folder / f"{path.stem}.{to}"
        # It exits with 0 whether or not it could read the file.
        assert converted.exists(), done.stdout + done.stderr
        return converted

    return convert


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count as covered what the core's own tests run, and nothing that merely passes through it.

    Being traced makes Python two to three times as slow, so the other tests are not.
    """
    tracing = Coverage.current()
    if tracing is None or item.path.is_relative_to(CORE):
        return (yield)
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()


TOLD = "figures"


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """What the comparisons and the attacks have come to, at the end of the log.

    It travels with the reports from whichever process ran it; only this file is read by the process that prints.
    """
    reports = [report for group in terminalreporter.stats.values() for report in group]
    told = [text for report in reports for name, text in getattr(report, "user_properties", ()) if name == TOLD]
    if told:
        terminalreporter.section(TOLD)
        for text in dict.fromkeys(told):
            terminalreporter.write_line(text)
