"""What the files one double-clicks on Windows do: take what was dropped on them, then check it or open the window."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

NOTHING = "请把一个或多个申报工作簿（.xlsx）拖到“校验所选文件”上。原件不动，结果写入旁边的副本。"
NO_WINDOW = (
    "此文件夹中的 Python 没有窗口组件（tkinter），不能打开工具窗口。\n"
    "请把申报工作簿拖到“校验所选文件”上；如需工具窗口，请信息部门按部署说明换用含 tkinter 的 Python。"
)


def dropped(line: str) -> list[str]:
    r"""The files Explorer named on the command line.

    Args:
        line: As cmd.exe was called: ``cmd.exe /c ""X:\tool.cmd" X:\a&b.xlsx "X:\c d.xlsx""``.

    Returns:
        Their paths, as they are; no file name of Windows holds a quotation mark.

    Examples:
        >>> dropped(r'cmd.exe /c ""X:\tool.cmd" X:\a&b.xlsx "X:\c d.xlsx""')
        ['X:\\a&b.xlsx', 'X:\\c d.xlsx']
    """
    _, switch, called = line.partition(" /c ")
    called = called.strip()
    if not switch:
        return []
    if called.startswith('""') and called.endswith('"'):
        called = called[1:-1]
    words = [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', called)]
    return words[1:]


def workbooks(paths: Sequence[str]) -> list[str]:
    """Files as they are, and the workbooks directly in a folder."""
    found: list[str] = []
    for path in paths:
        found += sorted(map(str, Path(path).glob("*.xlsx"))) if Path(path).is_dir() else [path]
    return [path for path in found if not Path(path).name.startswith("~$")]


def check(files: Sequence[str]) -> int:
    """Check what was dropped, in this console."""
    from workbook.cli import main as jiqun

    if not files:
        print(NOTHING)
        return 2
    return jiqun(["check", *files])


def desk(files: Sequence[str]) -> int:
    """Open the window, without a console behind it."""
    if find_spec("tkinter") is None:
        print(NO_WINDOW)
        return 2
    windowed = Path(sys.executable).with_name("pythonw.exe")
    subprocess.Popen([str(windowed), "-X", "utf8", "-P", "-m", "workbook", "desk", *files])
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run ``check`` or ``desk`` on what was dropped."""
    files = workbooks(dropped(os.environ.pop("JIQUN_DROPPED", "")))
    return {"check": check, "desk": desk}[arguments[0]](files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
