"""The copy that carries results: the original is never touched, and no earlier copy is overwritten."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from workbook import __version__
from workbook.book import Book
from workbook.check import Checked
from workbook.results import write_results
from workbook.sealing import write_check_seal

_SUFFIX = "-校验结果"
_COPY = re.compile(rf"{_SUFFIX}(（\d+）)?$")
_MARK = 12


def annotate(checked: Checked, folder: Path | None) -> Path:
    """Write the results into a copy; never over the original, nor over an earlier copy somebody may have worked on.

    Args:
        checked: A closed file, checked.
        folder: Where the copy goes; None for beside the original.

    Raises:
        WorkbookError: The copy cannot be written.
    """
    target = free_name(folder or checked.source.parent, checked.source, _SUFFIX)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_all(checked.book, checked)
    checked.book.save(target)
    return target


def write_all(book: Book, checked: Checked) -> None:
    """Results, marks, and the record of what this check saw."""
    write_results(book, checked.layout, checked.submission, checked.evaluation, stamp(checked))
    write_check_seal(book, checked.snapshot, now())


def is_copy(path: Path) -> bool:
    """Whether a file bears the name of a copy with results; a wildcard passes these over."""
    return _COPY.search(path.stem) is not None


def free_name(folder: Path, source: Path, suffix: str) -> Path:
    """A name in a folder that nothing bears yet: that of the source, the suffix, and a number where needed."""
    stem = _COPY.sub("", source.stem)
    names = (f"{stem}{suffix}{mark}.xlsx" for mark in ("", *(f"（{n}）" for n in range(2, 10_000))))
    return next(folder / name for name in names if not (folder / name).exists())


def stamp(checked: Checked) -> str:
    """Rules, tool, time and fingerprint of a run, as one line."""
    identity = checked.identity
    name, told = ("原件指纹", checked.sha256) if checked.sha256 else ("填报指纹", checked.snapshot.fingerprint)
    return (
        f"规则 {identity.policy}，年度 {identity.season}，模板 {identity.template}；工具 jiqun {__version__}；"
        f"校验时间 {now()}；{name} {told[:_MARK]}"
    )


def now() -> str:
    """The time as people write it, to the minute."""
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
