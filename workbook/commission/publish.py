"""The file people work in is replaced whole or not at all, by one collector at a time, and never behind their back."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from toolkit.errors import WorkbookError
from workbook.commission.disk import refused_writing, settle_file, settle_folder
from workbook.commission.inbox import legible, lock_names
from workbook.runlog import this_run

_SHARING_VIOLATION: Final = 32
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of the target.

    Attributes:
        path: Where the content is now: the target, or the new file beside it.
        backup: The target as it was before; None where there was none, or nothing has changed.
        changed: Whether anything was written.
        beside: The target is open in a program of somebody, so the new version lies beside it.
    """

    path: Path
    backup: Path | None = None
    changed: bool = True
    beside: bool = False


class Overtaken(Exception):
    """Somebody has saved the target since it was read: what they saved must be read before it is replaced."""


class Lock:
    """Nobody else collects into this master while it is held.

    The system holds it for the process, so it ends with the process, however that ends. What a killed holder left half
    written is removed by the next one.

    Args:
        target: The master; need not exist.

    Raises:
        WorkbookError: On entering: somebody holds it (W27), or its folder is not ours to write (W09).
    """

    def __init__(self, target: Path) -> None:
        # The same master by whatever way it is reached.
        self._target = target.resolve()
        self._mark = self._target.with_name(f".{_digest(self._target.name)}.lock")
        self._holder = self._mark.with_suffix(".holder")
        self._lock = FileLock(self._mark, thread_local=False)

    def __enter__(self) -> Self:
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            raise WorkbookError("W27", holder=self._who(), name=legible(self._target.name)) from None
        except OSError as error:
            raise refused_writing(self._target.name, error) from error
        with suppress(OSError):
            self._holder.write_text(json.dumps(_me(), ensure_ascii=False), "utf-8")
        clear_away(self._target)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others."""
        with suppress(OSError):
            self._holder.unlink()
        self._lock.release()

    def _who(self) -> str:
        """Who holds it, in words; the holder may just be writing that down."""
        try:
            told = json.loads(self._holder.read_text("utf-8"))
            return f"“{told['user']}”自 {told['since']} 起在计算机“{told['host']}”上（进程 {told['pid']}）"
        except (OSError, ValueError, LookupError, TypeError):
            return "另一个汇总程序"


def _me() -> dict[str, str | int]:
    run = this_run()
    return {"user": run.user, "host": socket.gethostname(), "pid": os.getpid(), "since": run.time}


def _digest(name: str) -> str:
    """A short name made of one that may already be as long as the file system allows."""
    return f"jiqun-{sha256(os.fsencode(os.path.normcase(name))).hexdigest()[:12]}"


def clear_away(target: Path) -> None:
    """Remove what killed runs left half written; nobody else writes it while the lock is held."""
    for left in target.parent.glob(f".{_digest(target.name)}-*.tmp"):
        with suppress(OSError):
            left.unlink()


def is_open(target: Path) -> bool:
    """Whether somebody seems to have the file open in Excel, WPS or LibreOffice.

    A mark that a crashed program left counts too: better a file beside than somebody's unsaved work at odds with it.
    """
    if any(os.path.lexists(target.with_name(name)) for name in lock_names(target.name)):
        return True
    return os.name == "nt" and target.is_file() and _sharing_violated(target)


def _sharing_violated(target: Path) -> bool:
    try:
        with target.open("r+b"):
            return False
    except OSError as error:
        return getattr(error, "winerror", None) == _SHARING_VIOLATION


def publish(target: Path, write: Callable[[Path], None], *, expected: bytes | None = None) -> Published:
    """Put new content in the place of the target, keeping what was there.

    Hold the ``Lock`` of the target.

    Args:
        target: The file; its folder is made where it is missing.
        write: Writes the whole new content to the path it is given, in the folder of the target.
        expected: What the target holds as far as the writer knows, empty where there is none; None if it is all one.

    Raises:
        Overtaken: It holds something else by now; it is as somebody left it.
        WorkbookError: It cannot be written (W09); the target is as it was.
    """
    target = target.resolve()
    with _written(target, write) as new:
        return _put_in_place(target, new, expected)


def publish_beside(target: Path, write: Callable[[Path], None]) -> Published:
    """Put new content beside the target, whatever that holds.

    Raises:
        WorkbookError: It cannot be written (W09).
    """
    target = target.resolve()
    with _written(target, write) as new:
        return _beside(target, new)


@contextmanager
def _written(target: Path, write: Callable[[Path], None]) -> Iterator[Path]:
    """The new content, safe on the disk in the folder of the target."""
    with _refusing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _refuse_read_only(target)
        with _temporary(target) as new:
            write(new)
            settle_file(new)
            yield new


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    """Tell of a disk's refusal, also where a writer has wrapped it, as XlsxWriter does."""
    try:
        yield
    except WorkbookError:
        raise
    except Exception as error:
        reason = error if isinstance(error, OSError) else next((a for a in error.args if isinstance(a, OSError)), None)
        if reason is None:
            raise
        raise refused_writing(target.name, reason) from error


def _refuse_read_only(target: Path) -> None:
    """A file that is marked read-only is meant to stay, though a rename would not mind."""
    if target.exists():
        if not target.is_file():
            raise WorkbookError("W11", name=legible(target.name))
        if not target.stat().st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
            raise WorkbookError("W09", name=legible(target.name), reason="为只读文件")


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    path = target.with_name(f".{_digest(target.name)}-{secrets.token_hex(8)}.tmp")
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _put_in_place(target: Path, new: Path, expected: bytes | None) -> Published:
    if not target.exists():
        # Not over what somebody has put there this very moment.
        return Published(path=_moved(new, chain([target], _names(target, "新", _minute()))))
    if expected is not None and not _holds(target, expected):
        raise Overtaken
    if _equal(target, new):
        return Published(path=target, changed=False)
    if is_open(target):
        return _beside(target, new)
    backup = _backed_up(target)
    shutil.copymode(target, new)
    try:
        new.replace(target)
    except PermissionError:
        if os.name != "nt":
            raise
        # Opened since we looked.
        return _beside(target, new)
    settle_folder(target.parent)
    return Published(path=target, backup=backup)


def _holds(target: Path, content: bytes) -> bool:
    """Whether a file holds just this; what a disk says of times is too coarse to go by."""
    if target.stat().st_size != len(content):
        return False
    with target.open("rb") as file, memoryview(content) as view:
        return all(file.read(_PIECE) == view[at : at + _PIECE] for at in range(0, len(content), _PIECE))


def _equal(one: Path, other: Path) -> bool:
    """Whether two files hold the same."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        return all(piece == second.read(_PIECE) for piece in iter(lambda: first.read(_PIECE), b""))


def _beside(target: Path, new: Path) -> Published:
    return Published(path=_moved(new, _names(target, "新", _minute())), beside=True)


def _minute() -> str:
    return f"{datetime.now().astimezone():%Y%m%d-%H%M}"


def _moved(new: Path, names: Iterator[Path]) -> Path:
    """Give a file the first name that nothing bears."""
    for name in names:
        if not os.path.lexists(name):
            new.rename(name)
            settle_folder(name.parent)
            return name
    raise FileExistsError


def _backed_up(target: Path) -> Path:
    """Keep the target that is about to be replaced: people write into it.

    One backup for each state: a run killed after it does not leave a second one.
    """
    written = datetime.fromtimestamp(target.stat().st_mtime).astimezone()
    for name in _names(target, "备份", f"{written:%Y%m%d-%H%M%S}"):
        if not os.path.lexists(name):
            _duplicate(target, name)
            return name
        if name.is_file() and _equal(name, target):
            return name
    raise FileExistsError


def _duplicate(target: Path, name: Path) -> None:
    """A second name for the content, which the rename leaves behind; a copy where the file system has no links."""
    try:
        os.link(target, name)
    except OSError:
        with _temporary(target) as copy:
            shutil.copy2(target, copy)
            settle_file(copy)
            copy.rename(name)
    settle_folder(name.parent)


def _names(target: Path, word: str, moment: str) -> Iterator[Path]:
    """``总表-备份20261124-093000.xlsx``, then ``…（2）``, and so on."""
    stem = f"{target.stem}-{word}{moment}"
    marks = chain([""], (f"（{number}）" for number in count(2)))
    return (target.with_name(f"{stem}{mark}{target.suffix}") for mark in marks)
