"""How what is written stays written, and how a disk's refusal reads."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from toolkit.errors import WorkbookError
from workbook.commission.inbox import legible


def refused_writing(name: str, error: OSError) -> WorkbookError:
    """What is told of a file that could not be written (W09)."""
    return WorkbookError("W09", name=legible(name), reason=_reason(error))


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EBUSY | errno.EROFS:
            return "没有写入权限，或正被其他程序占用"
        case errno.ENOSPC | errno.EDQUOT:
            return "所在磁盘空间不足"
        case errno.ENOENT | errno.ENOTDIR | errno.EEXIST:
            return "所在文件夹不存在，或同名的不是文件夹"
        case _:
            return "写入时出错"


def settle_file(path: Path) -> None:
    """See to it that the content of a file survives a power failure."""
    # For writing: Windows flushes nothing else.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle_folder(path: Path) -> None:
    """See to it that the names in a folder survive a power failure, where the system lets us."""
    # Windows opens no folders and network drives may refuse; both see to it themselves.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
