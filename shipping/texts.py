"""The files of the folder that people click and read, in the bytes Windows takes."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path

from shipping.interpreter import PTH
from shipping.wheels import PYTHON

SOURCES = Path(__file__).resolve().parent / "folder"
MANUAL, NO_PYTHON = "使用说明.txt", "请先放入Python.txt"
WINDOW, CHECK, COMMAND_LINE = "集群工具.cmd", "校验所选文件.cmd", "jiqun.cmd"
DROPPED = "dropped.py"


def command(source: str, **words: str) -> bytes:
    """A command file: CRLF, since labels are missed without it, and ASCII, since its code page is unknown.

    Raises:
        UnicodeEncodeError: The file holds something else.
    """
    return _crlf(_filled(source, words)).encode("ascii")


def note(source: str, **words: str) -> bytes:
    """A text for Notepad: CRLF and UTF-8 with its mark, which the oldest of them need."""
    return BOM_UTF8 + _crlf(_filled(source, words)).encode("utf-8")


def top() -> Mapping[str, bytes]:
    """What an officer sees on opening the folder."""
    return {
        WINDOW: command("drop.cmd", COMMAND="desk", AFTER="if errorlevel 1 pause"),
        CHECK: command("drop.cmd", COMMAND="check", AFTER="pause"),
        MANUAL: note(MANUAL),
    }


def no_python() -> bytes:
    """What the IT department puts where Python belongs."""
    return note(NO_PYTHON, PYTHON=PYTHON, PTH=PTH)


def _filled(source: str, words: Mapping[str, str]) -> str:
    text = (SOURCES / source).read_text("utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
