"""``python -m shipping``: make what is handed out, say what it is, and try what can be tried here."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from shipping import frozen, smoke, windows
from shipping.archive import megabytes
from shipping.wheels import PackageError, fetch, requirements
from workbook import __version__

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "build" / "package"


def say(text: str) -> None:
    """A line of our own."""
    print(f"[package] {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make both folders, or the one asked for.

    Returns:
        0 made; 2 not made, and the last line says why.
    """
    options = _parser().parse_args(arguments)
    TARGET.mkdir(parents=True, exist_ok=True)
    made: list[str] = []
    makers: dict[str, Callable[[argparse.Namespace], str]] = {"windows": _windows, "linux": _linux}
    for name, make in makers.items():
        if options.only not in (None, name):
            continue
        started = time.monotonic()
        try:
            told = make(options)
        except PackageError as error:
            say(f"{name}: {error}")
            return 2
        made.append(f"{told} ({time.monotonic() - started:.0f} s)")
    for line in made:
        say(line)
    return 0


def _windows(options: argparse.Namespace) -> str:
    say("Windows 便携文件夹 / the portable folder for Windows")
    wheels = fetch(requirements(ROOT / "setup.cfg"), ROOT / "build" / "wheels", source=options.wheels)
    parts = windows.Ingredients(
        root=ROOT, version=__version__, wheels=wheels, python=options.python, python_sha256=options.sha256
    )
    made = windows.build(parts, TARGET)
    if made.python is None:
        python = "未含 Python，须先放入（见 jiqun/python）/ no Python in it yet, see jiqun/python"
    elif made.python.window:
        python = "含 Python 和工具窗口 / with Python and the launcher window"
    else:
        python = "含 Python，无工具窗口（无 tkinter）/ with Python, without the launcher window: no tkinter in it"
    return f"{_sizes(made.folder, made.archive)}; {python}"


def _linux(_: argparse.Namespace) -> str:
    if sys.platform != "linux":
        return "Linux 版只能在 Linux 上制作，已跳过 / the Linux build is made on Linux only: skipped"
    say("Linux 单文件夹版 / the one-folder build for Linux")
    made = frozen.build(ROOT, __version__, TARGET)
    say("试运行并与源码结果比较 / trying it and comparing with the source")
    where = smoke.check(ROOT, made.folder)
    return f"{_sizes(made.folder, made.archive)}; glibc {made.glibc}+; same as the source in {where}"


def _sizes(folder: Path, archive: Path) -> str:
    return f"{folder.relative_to(ROOT)}: {megabytes(folder):.0f} MB, {archive.name}: {megabytes(archive):.0f} MB"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py package", description="Make what is handed out, in build/package.")
    parser.add_argument("--only", choices=["windows", "linux"], help="make this one only")
    parser.add_argument(
        "--python",
        type=Path,
        metavar="ARCHIVE",
        help="Python for Windows to put into the folder: the official embeddable ZIP (no launcher window: it has no "
        "tkinter), or an install_only tar.gz of python-build-standalone (with it)",
    )
    parser.add_argument("--sha256", default="", help="what the SHA-256 of that archive must be")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="take the libraries from here, with no network")
    return parser


if __name__ == "__main__":
    sys.exit(main())
