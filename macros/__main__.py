"""``python -m macros FOLDER``: build the workbench and the add-in there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from macros.build import build


def main(arguments: Sequence[str]) -> int:
    """Build, and tell what was built.

    Args:
        arguments: The folder; ``build/macros`` where none is given.

    Returns:
        0, or 2 where the library that writes VBA projects is missing.
    """
    if find_spec("pyopenvba") is None:
        print("缺少生成宏所需的 pyOpenVBA，请先运行：pip install pyOpenVBA", file=sys.stderr)
        return 2
    for path in build(Path(arguments[0] if arguments else "build/macros")):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
