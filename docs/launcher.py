"""Draw the launcher as its user sees it: the window on a screen of its own, two workbooks in the list, one checked.

Run by ``dev.py docs`` with the picture to write and the workbooks to list.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tkinter as tk
from pathlib import Path

from workbook.actions import Action
from workbook.check import shelf
from workbook.desk.window import Desk

_LISTED, _CHECKED = 1500, 6000


def main(picture: str, *files: str) -> None:
    """Open the window, press 校验, and keep what the screen shows."""
    read, write = os.pipe()
    screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "980x760x24"]
    with subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        with os.fdopen(read) as told:
            os.environ["DISPLAY"] = ":" + told.readline().strip()
        root = tk.Tk(className="jiqun")
        root.geometry("980x760+0+0")
        desk = Desk(root, shelf(), [Path(file) for file in files])
        root.after(_LISTED, lambda: desk.press(Action.CHECK))
        root.after(_CHECKED, lambda: _keep(root, picture))
        root.mainloop()
        process.terminate()


def _keep(root: tk.Tk, picture: str) -> None:
    subprocess.run(["import", "-window", "root", picture], check=True)
    root.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
