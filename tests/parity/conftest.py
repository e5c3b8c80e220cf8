"""A LibreOffice that calculates, and what a run of the comparison has come to, told at the end of the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _pytest.terminal import TerminalReporter

from tests.conftest import missing
from tests.end_to_end.conftest import LOCALE, interpreter_with_uno
from tests.parity.comparison import Calculator

Start = Callable[[], Calculator]
TOLD = "parity"


@pytest.fixture(scope="session")
def start(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Start another calculator, with a profile of its own."""
    interpreter = interpreter_with_uno() or missing("an interpreter that can import uno (python3-uno)")

    def started() -> Calculator:
        profile = tmp_path_factory.mktemp("calculator")
        (profile / "user").mkdir()
        (profile / "user" / "registrymodifications.xcu").write_text(LOCALE, "utf-8")
        return Calculator(interpreter, soffice, profile)

    return started


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Whatever a test recorded under our name; it travels with the report, from whichever process ran it."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    told = [text for report in reports for name, text in getattr(report, "user_properties", ()) if name == TOLD]
    if told:
        terminalreporter.section(TOLD)
        for text in dict.fromkeys(told):
            terminalreporter.write_line(text)
