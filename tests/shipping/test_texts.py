"""What people click and read has the bytes Windows takes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from shipping import texts


@pytest.fixture(scope="module")
def dropped() -> ModuleType:
    """The module that lies in the folder by itself."""
    spec = importlib.util.spec_from_file_location("dropped", texts.SOURCES / texts.DROPPED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands() -> Mapping[str, bytes]:
    """All command files of the folder."""
    clicked = {name: content for name, content in texts.top().items() if name.endswith(".cmd")}
    return {**clicked, texts.COMMAND_LINE: texts.command(texts.COMMAND_LINE)}


@pytest.mark.parametrize("name", [texts.WINDOW, texts.CHECK, texts.COMMAND_LINE])
def test_command_files_are_ascii_with_windows_line_ends_and_no_mark(name: str) -> None:
    content = commands()[name]
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r") > 5
    assert content.startswith(b"@echo off\r\n")
    assert b"@COMMAND@" not in content
    assert b"@AFTER@" not in content


@pytest.mark.parametrize("name", [texts.WINDOW, texts.CHECK, texts.COMMAND_LINE])
def test_every_label_a_command_file_jumps_to_is_there(name: str) -> None:
    lines = commands()[name].decode("ascii").splitlines()
    wanted = {line.rpartition("goto ")[2] for line in lines if "goto " in line}
    assert wanted <= {line[1:] for line in lines if line.startswith(":")}
    # An unquoted bracket in a file name would end a block.
    assert not any(line.endswith("(") for line in lines)


def test_chinese_in_a_command_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(texts, "SOURCES", tmp_path)
    (tmp_path / "x.cmd").write_text("echo 中文\n", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        texts.command("x.cmd")


@pytest.mark.parametrize("made", [lambda: texts.top()[texts.MANUAL], texts.no_python])
def test_texts_open_in_any_notepad(made: Callable[[], bytes]) -> None:
    content = made()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert "@" not in content.decode("utf-8-sig")


def test_the_note_in_place_of_python_names_the_version_and_the_file_to_replace() -> None:
    told = texts.no_python().decode("utf-8-sig")
    assert "python-3.11.x-embed-amd64.zip" in told
    assert "python311._pth" in told


@pytest.mark.parametrize(
    ("line", "files"),
    [
        (r'C:\WINDOWS\system32\cmd.exe /c ""D:\工具\校验.cmd" D:\收件\甲.xlsx"', [r"D:\收件\甲.xlsx"]),
        (r'cmd.exe /c ""D:\校验.cmd" "D:\收 件\甲.xlsx" D:\a&b.xlsx "', [r"D:\收 件\甲.xlsx", r"D:\a&b.xlsx"]),
        (r'cmd.exe /c ""\\server\share\x.cmd" \\server\in\(1)^%a%.xlsx"', [r"\\server\in\(1)^%a%.xlsx"]),
        (r'cmd.exe /c ""D:\校验.cmd" "', []),
        (r'"C:\WINDOWS\system32\cmd.exe" ', []),
        ("", []),
    ],
)
def test_dropped_files_are_read_from_the_raw_command_line(dropped: ModuleType, line: str, files: list[str]) -> None:
    assert dropped.dropped(line) == files


def test_a_dropped_folder_stands_for_its_workbooks(dropped: ModuleType, tmp_path: Path) -> None:
    for name in ("乙.xlsx", "甲.xlsx", "~$甲.xlsx", "说明.docx"):
        (tmp_path / name).touch()
    assert dropped.workbooks([str(tmp_path), "丙.xlsx"]) == [
        str(tmp_path / "乙.xlsx"),
        str(tmp_path / "甲.xlsx"),
        "丙.xlsx",
    ]


def test_dropping_nothing_says_what_to_do(
    dropped: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIQUN_DROPPED", r'cmd.exe /c ""D:\校验所选文件.cmd" "')
    assert dropped.main(["check"]) == 2
    assert "拖到" in capsys.readouterr().out


def test_without_tkinter_the_window_is_not_tried(
    dropped: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dropped, "find_spec", lambda _: None)
    assert dropped.main(["desk"]) == 2
    assert "tkinter" in capsys.readouterr().out


def test_the_window_opens_without_a_console(dropped: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(dropped, "find_spec", lambda _: object())
    monkeypatch.setattr(dropped.subprocess, "Popen", started.append)
    monkeypatch.setenv("JIQUN_DROPPED", 'cmd.exe /c ""D:\\集群工具.cmd" "D:\\甲.xlsx""')
    assert dropped.main(["desk"]) == 0
    assert started == [
        [
            str(Path(sys.executable).with_name("pythonw.exe")),
            "-X",
            "utf8",
            "-P",
            "-m",
            "workbook",
            "desk",
            "D:\\甲.xlsx",
        ]
    ]
