"""A folder takes the place of another at once: whoever is killed leaves the old one or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path
from typing import Final

from workbook.commission.disk import settle_folder

_HERE: Final = -100
_EXCHANGE: Final = 2


def put_in_place(new: Path, target: Path) -> None:
    """Give a folder the name of another, which goes.

    Raises:
        OSError: The system refuses; the old one is where it was.
    """
    if not target.exists():
        new.rename(target)
    elif exchanged(new, target):
        shutil.rmtree(new, ignore_errors=True)
    else:
        aside = _aside(target)
        target.rename(aside)
        new.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    settle_folder(target.parent)


def mend(target: Path) -> None:
    """Bring back the old folder where a run was killed between taking it away and putting the new one there."""
    if _aside(target).exists() and not target.exists():
        _aside(target).rename(target)
    shutil.rmtree(_aside(target), ignore_errors=True)


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders change names in one step, where the system can; whether it did."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
