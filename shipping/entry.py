"""What the frozen program starts with: the command line, or the buttons under their own name."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from multiprocessing import freeze_support
from pathlib import Path

BUTTONS = "jiqun-button"


def own_libraries_stay_ours() -> None:
    """Give programs we start the library path of the system.

    The frozen program points it at the libraries it brought; LibreOffice started with those would not run.
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before


def main() -> int:
    """Run what the name we were called by stands for."""
    # Processes that a collection starts are this very program: here they turn to their work and go no further.
    freeze_support()
    own_libraries_stay_ours()
    name = "workbook.buttons" if Path(sys.argv[0]).name == BUTTONS else "workbook.cli"
    return int(import_module(name).main())


if __name__ == "__main__":
    sys.exit(main())
