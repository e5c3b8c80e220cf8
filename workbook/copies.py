"""The copies that carry results: the original is never touched, and no earlier copy is overwritten."""

from __future__ import annotations

import re
from pathlib import Path

from workbook import review
from workbook.check import Checked
from workbook.runlog import this_run

RESULT_SUFFIX, REVIEW_SUFFIX, CLEARED_SUFFIX = "-校验结果", "-区初审", "-已清除标记"
OPINION_SUFFIX, SEALED_SUFFIX = "-初审意见", "-已加封"
_COPY = re.compile(rf"({RESULT_SUFFIX}|{REVIEW_SUFFIX}|{CLEARED_SUFFIX})(（\d+）)?$")


def annotate(checked: Checked, folder: Path | None) -> Path:
    """Write the results into a copy; never over the original, nor over an earlier copy somebody may have worked on.

    Args:
        checked: A closed file, checked.
        folder: Where the copy goes; None for beside the original.

    Raises:
        WorkbookError: The copy cannot be written.
    """
    review.annotate(checked, this_run())
    return saved(checked, folder, RESULT_SUFFIX)


def saved(checked: Checked, folder: Path | None, suffix: str) -> Path:
    """Save what was written into a copy of a name nothing bears yet.

    Raises:
        WorkbookError: The copy cannot be written.
    """
    target = free_name(folder or checked.source.parent, checked.source, suffix)
    target.parent.mkdir(parents=True, exist_ok=True)
    checked.book.save(target)
    return target


def is_copy(path: Path) -> bool:
    """Whether a file bears the name of a copy the tool has written; a wildcard passes these over."""
    return _COPY.search(path.stem) is not None


def plain_stem(source: Path) -> str:
    """The name of a file without what the tool has put behind it."""
    return _COPY.sub("", source.stem)


def free_name(folder: Path, source: Path, suffix: str, ending: str = ".xlsx") -> Path:
    """A name nothing bears yet, made from that of the original."""
    stem = plain_stem(source)
    names = (f"{stem}{suffix}{mark}{ending}" for mark in ("", *(f"（{n}）" for n in range(2, 10_000))))
    return next(folder / name for name in names if not (folder / name).exists())
