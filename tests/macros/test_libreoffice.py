"""The very files that are given out, in a program that runs their macros: a button is pressed, Python is called.

Excel itself is not here; what this cannot show is listed in macros/README.md.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from macros.build import workbench_package
from macros.texts import BUTTONS, TEXTS
from tests.end_to_end.conftest import interpreter_with_uno

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TARGET = "申报 工作簿 (甲's).xlsx"
# As somebody has it who trusts the folder the workbench lies in.
PROFILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Filter/Import/VBA"><prop oor:name="Load" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Filter/Import/VBA"><prop oor:name="Executable" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
# Tells its arguments, a line each, and then that this is all.
STUB = '#!/bin/sh\n{ printf "%s\\n" "$0" "$@" ; echo -- ; } >> "$JIQUN_TEST_RECORD"\n'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stub is a shell script")


class Seen(NamedTuple):
    """What the officer saw and what was started."""

    said: list[list[str]]
    started: list[list[str]]


def stub(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(STUB, "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names as they are on a desk: blanks, Chinese, quotation marks."""
    folder = tmp_path_factory.mktemp("officer") / "初审 材料"
    package = workbench_package()
    for name in ("set/区初审工作台.xlsm", 'portable/工作 "台".xlsm'):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(package)
    stub(folder / "解释 器" / "my python")
    stub(folder / "环境" / "bin" / "python3")
    stub(folder / "portable" / "jiqun" / "python" / "bin" / "python3")
    stub(folder / "on path" / "python3")
    (folder / "不是程序.txt").write_text("", "utf-8")
    return folder


@pytest.fixture(scope="module")
def seen(soffice: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One office, all visits: it takes longer to start than to press."""
    interpreter = interpreter_with_uno()
    if not interpreter:
        reason = "no interpreter here can import uno (python3-uno)"
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(reason)
        pytest.skip(reason)
    profile = tmp_path_factory.mktemp("officer-profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
    record = folder / "record"
    done = subprocess.run(
        [interpreter, HERE / "presser.py"],
        input=json.dumps({"soffice": soffice, "profile": profile.as_uri(), "visits": visits(folder, record)}),
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "JIQUN_TEST_RECORD": str(record),
            "PATH": f"{folder / 'on path'}{os.pathsep}{os.environ['PATH']}",
        },
    )
    assert done.returncode == 0, done.stderr
    started = [call.splitlines() for call in record.read_text("utf-8").split("--\n")[:-1]]
    return Seen(json.loads(done.stdout), started)


def visits(folder: Path, record: Path) -> list[dict[str, object]]:
    ours, portable = folder / "set" / "区初审工作台.xlsm", folder / "portable" / '工作 "台".xlsm'
    every = [button.label for button in BUTTONS]
    asked: list[tuple[Path, dict[str, str], list[str]]] = [
        # Windows copies a path with its quotation marks.
        (ours, {"jiqun_python": f' "{folder / "解释 器" / "my python"}" ', "jiqun_target": TARGET}, every),
        (ours, {"jiqun_python": str(folder / "环境")}, ["校验"]),
        (portable, {"jiqun_python": str(folder / "环境")}, ["校验"]),
        (ours, {}, ["校验"]),
        (ours, {"jiqun_python": str(folder / "没有")}, every),
        (ours, {"jiqun_python": str(folder / "不是程序.txt")}, ["评价"]),
    ]
    return [
        {"workbook": str(workbook), "settings": settings, "press": press, "record": str(record)}
        for workbook, settings, press in asked
    ]


def arguments(action: str, target: str, workbench: str) -> list[str]:
    head = ["-P", "-m", "workbook.buttons", action]
    return [*head, f"--wb={target}", "--from_xl=1", "--hwnd=0", f"--workbench={workbench}", "--app=libreoffice"]


@pytest.mark.parametrize("number", range(len(BUTTONS)), ids=[button.action for button in BUTTONS])
def test_each_button_calls_python_with_its_action(seen: Seen, folder: Path, number: int) -> None:
    program, *rest = seen.started[number]
    assert program == str(folder / "解释 器" / "my python")
    assert rest == arguments(BUTTONS[number].action, TARGET, "区初审工作台.xlsm")


def test_while_it_runs_the_status_cell_says_so(seen: Seen) -> None:
    assert seen.said[0] == [f"正在{TEXTS[f'action_{button.action}']}，请稍候。" for button in BUTTONS]


def test_a_folder_may_be_set_in_place_of_a_program(seen: Seen, folder: Path) -> None:
    program, *rest = seen.started[6]
    assert program == str(folder / "环境" / "bin" / "python3")
    assert rest == arguments("check", "", "区初审工作台.xlsm")


def test_the_portable_folder_beside_the_workbench_comes_first_and_a_quoted_name_arrives_whole(
    seen: Seen, folder: Path
) -> None:
    program, *rest = seen.started[7]
    assert program == str(folder / "portable" / "jiqun" / "python" / "bin" / "python3")
    assert rest == arguments("check", "", '工作 "台".xlsm')


def test_nothing_set_means_the_path(seen: Seen, folder: Path) -> None:
    assert seen.started[8][0] == str(folder / "on path" / "python3")


@pytest.mark.parametrize("number", range(len(BUTTONS)), ids=[button.action for button in BUTTONS])
def test_without_an_interpreter_each_button_says_where_it_looked_and_what_to_do(
    seen: Seen, folder: Path, number: int
) -> None:
    told = seen.said[4][number]
    assert told.startswith(f"未能{TEXTS[f'action_{BUTTONS[number].action}']}：没有找到运行环境")
    assert str(folder / "set" / "jiqun") in told
    assert str(folder / "没有") in told
    assert "jiqun desk" in told


def test_a_program_that_cannot_be_started_is_told(seen: Seen) -> None:
    (told,) = seen.said[5]
    assert told.startswith("未能评价：程序无法启动")


def test_nothing_else_was_started(seen: Seen) -> None:
    assert len(seen.started) == len(BUTTONS) + 3
