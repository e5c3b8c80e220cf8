"""The command line as a process of its own, and a person at LibreOffice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Job = dict[str, Any]
HERE = Path(__file__).parent
# What a Chinese user has: dates as 2026/9/18, thousands with a comma.
LOCALE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""


@cache
def interpreter_with_uno() -> str:
    """An interpreter that can talk to LibreOffice, empty where there is none."""
    for candidate in (sys.executable, "/usr/bin/python3", "python3"):
        try:
            tried = subprocess.run([candidate, "-c", "import uno"], check=False, capture_output=True, timeout=60)
        except OSError:
            continue
        if tried.returncode == 0:
            return candidate
    return ""


@pytest.fixture(scope="session")
def typist(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Job]], None]:
    """Let somebody do several jobs at one LibreOffice."""
    interpreter = interpreter_with_uno()
    if not interpreter:
        reason = "no interpreter here can import uno (python3-uno)"
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(reason)
        pytest.skip(reason)
    profile = tmp_path_factory.mktemp("typist")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(LOCALE, "utf-8")

    def work(jobs: Sequence[Job]) -> None:
        task = {"soffice": soffice, "profile": profile.as_uri(), "jobs": list(jobs)}
        done = subprocess.run(
            [interpreter, HERE / "typist.py"],
            input=json.dumps(task),
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0, done.stderr

    return work


@pytest.fixture(scope="session")
def jiqun() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line as somebody calls it."""

    def called(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "workbook", *map(str, arguments)],
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return called
