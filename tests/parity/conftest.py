"""A LibreOffice that calculates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import missing
from tests.end_to_end.conftest import LOCALE, interpreter_with_uno
from tests.parity.comparison import Calculator

Start = Callable[[], Calculator]


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
