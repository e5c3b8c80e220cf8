"""The window of the launcher, shown on a screen of its own: files are listed, a button is pressed, the result is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import missing

tk = pytest.importorskip("tkinter")

WITHIN = 60.0


@pytest.fixture(scope="module")
def screen() -> Iterator[None]:
    """A screen where there is none: Windows and desktops have their own."""
    if os.name == "nt" or os.environ.get("DISPLAY"):
        yield
        return
    program = shutil.which("Xvfb") or missing("Xvfb")
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "1024x800x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        with os.fdopen(read) as told:
            os.environ["DISPLAY"] = ":" + told.readline().strip()
        yield
        del os.environ["DISPLAY"]
        process.terminate()


@pytest.mark.usefixtures("screen")
class TestDesk:
    def test_a_file_is_listed_checked_and_told(self, workbook_of: Callable[[str], Path], tmp_path: Path) -> None:
        from workbook.actions import Action
        from workbook.check import shelf
        from workbook.desk.window import Desk

        path = tmp_path / "申报.xlsx"
        path.write_bytes(workbook_of("short").read_bytes())
        root = tk.Tk()
        desk = Desk(root, shelf(), [path])

        def wait(done: Callable[[], bool]) -> None:
            deadline = time.monotonic() + WITHIN
            while not done() and time.monotonic() < deadline:
                root.update()
                time.sleep(0.02)
            assert done()

        wait(lambda: bool(desk._list.get_children()))
        assert desk._list.item("0")["values"][0] == "申报.xlsx"
        desk.press(Action.CHECK)
        copy = tmp_path / "申报-校验结果.xlsx"
        wait(lambda: str(copy) in desk._text.get("1.0", "end"))
        assert "✗ 未达标" in desk._text.get("1.0", "end")
        assert str(desk._open["state"]) == "normal"
        root.destroy()


def test_without_a_screen_it_says_what_to_do() -> None:
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    if os.name == "nt":
        pytest.skip("Windows always has a screen")
    done = subprocess.run(
        [sys.executable, "-m", "workbook", "desk"], env=without, check=False, capture_output=True, encoding="utf-8", timeout=60
    )  # fmt: skip
    assert done.returncode == 2
    assert "jiqun check" in done.stderr
    assert "Traceback" not in done.stderr
