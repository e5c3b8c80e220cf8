"""What has arrived: a folder of districts' files, in one order whoever looks, and whatever else lies among them."""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum, unique
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain

SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".et")
WITHDRAWN: Final = "撤回"
"""A folder of this name holds what was withdrawn."""

_ANNEX: Final = "-企业总名录"
"""What the name of the annex has behind that of its master."""

# LibreOffice; Excel and WPS; WPS again.
_LOCKS: Final = (re.compile(r"\.~lock\.(.+)#"), re.compile(r"~\$(.+)"), re.compile(r"\.~(.+)"))


class Signature(NamedTuple):
    """By which a file is known to be unchanged without being read: bytes, nanoseconds, nanoseconds, number."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@unique
class Kind(StrEnum):
    """What lies in the inbox."""

    FILE = "file"
    ODD = "odd"
    LOCK = "lock"
    FOLDER = "folder"


class Found(NamedTuple):
    """One thing in the inbox.

    Attributes:
        path: Where it is; may hold bytes that are no text.
        name: Below the inbox, with ``/`` on every system, fit to be shown.
        kind: A file to be read; something that bears the name of one and is none; the trace of a program that has the
            file ``name`` open; a folder nobody could look into.
        signature: None of what is no file.
        withdrawn: A folder on the way to it is called 撤回.
        reason: Why it cannot be read.
    """

    path: Path
    name: str
    kind: Kind = Kind.FILE
    signature: Signature | None = None
    withdrawn: bool = False
    reason: str = ""

    @property
    def notice(self) -> Explanation | None:
        """What is to be told of it; None of a file that can be read."""
        match self.kind:
            case Kind.FILE:
                return None
            case Kind.LOCK:
                return explain("W31", {})
            case Kind.FOLDER:
                return explain("W32", {"reason": self.reason})
            case Kind.ODD:
                return explain("W23", {"reason": self.reason})


def signature_of(status: os.stat_result) -> Signature:
    """The signature in what the system tells of a file."""
    # Some file systems number with 64 bits and no sign, which SQLite does not hold.
    return Signature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino & 0x7FFF_FFFF_FFFF_FFFF)


def is_candidate(name: str) -> bool:
    """Whether a name is that of a workbook somebody may have sent."""
    return not name.startswith(("~$", ".")) and name.lower().endswith(SUFFIXES)


def locked_name(name: str) -> str | None:
    """The name of the workbook that a lock file belongs to; None of what is no lock file."""
    for pattern in _LOCKS:
        match = pattern.fullmatch(name)
        if match:
            return match[1] if match[1].lower().endswith(SUFFIXES) else None
    return None


def lock_names(name: str) -> tuple[str, ...]:
    """What programs call the files with which they mark a workbook as open."""
    return f".~lock.{name}#", f"~${name}", f".~{name}"


def legible(text: str) -> str:
    """A file name that can be shown and stored: what is no text, or cannot be printed, is replaced."""
    told = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "\ufffd" for one in told)


def scan(inbox: Path, target: Path | None = None, archive: Path | None = None) -> tuple[Found, ...]:
    """Everything below a folder that concerns the collection, ordered by name.

    Links are followed, each folder is entered once. Hidden and temporary files are passed over.

    Args:
        inbox: The folder.
        target: The master; it, its annex, their backups and new versions beside them are no submissions.
        archive: The folder of the archive, not entered.

    Raises:
        WorkbookError: The inbox itself cannot be looked into.
    """
    walk = _Walk(inbox, target, archive)
    found = sorted(walk.all(), key=lambda one: os.fsencode(one.path.relative_to(inbox).as_posix()))
    refused = next((one for one in found if one.kind is Kind.FOLDER and one.path == inbox), None)
    if refused is not None:
        raise WorkbookError("W01", reason=refused.reason)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Walk:
    inbox: Path
    target: Path | None
    archive: Path | None
    entered: set[tuple[int, int] | str] = field(default_factory=set)
    waiting: deque[tuple[str, ...]] = field(default_factory=deque)

    def all(self) -> Iterator[Found]:
        """Everything, the upper folders first: of two ways to a folder the shorter one counts."""
        self.waiting.append(())
        while self.waiting:
            parts = self.waiting.popleft()
            yield from self.folder(self.inbox.joinpath(*parts), parts)

    def folder(self, path: Path, parts: tuple[str, ...]) -> Iterator[Found]:
        """What a folder holds; the folders in it wait."""
        try:
            identity = _identity(path)
            if identity in self.entered:
                return
            self.entered.add(identity)
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Found(path, _name(parts) or legible(path.name), Kind.FOLDER, reason=_folder_reason(path, error))
            return
        own = self._own_names(path)
        for entry in entries:
            if entry.name not in own:
                yield from self._entry(entry, (*parts, entry.name))

    def _entry(self, entry: os.DirEntry[str], parts: tuple[str, ...]) -> Iterator[Found]:
        path = self.inbox.joinpath(*parts)
        withdrawn = any(part.strip() == WITHDRAWN for part in parts[:-1])
        locked = locked_name(entry.name)
        if locked is not None:
            yield Found(path, _name((*parts[:-1], locked)), Kind.LOCK, withdrawn=withdrawn)
        elif _is_folder(entry):
            if is_candidate(entry.name):
                reason = f"“{legible(entry.name)}”是文件夹，不是文件"
                yield Found(path, _name(parts), Kind.ODD, withdrawn=withdrawn, reason=reason)
            if not entry.name.startswith("."):
                self.waiting.append(parts)
        elif is_candidate(entry.name):
            yield _file(entry, Found(path, _name(parts), withdrawn=withdrawn))

    def _own_names(self, folder: Path) -> _Own:
        return _Own(
            self.target.name if self.target and _same(folder, self.target.parent) else None,
            self.archive.name if self.archive and _same(folder, self.archive.parent) else None,
        )


class _Own(NamedTuple):
    """The names that are ours in a folder."""

    target: str | None
    archive: str | None

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return name == self.archive or (self.target is not None and is_of_master(name, self.target))


def annex_of(target: Path) -> Path:
    """Where the annex of a master lies.

    Examples:
        >>> annex_of(Path("总表.xlsx")).name
        '总表-企业总名录.xlsx'
    """
    return target.with_name(f"{target.stem}{_ANNEX}{target.suffix}")


def is_of_master(name: str, target: str) -> bool:
    """Whether a file is the master or its annex, a backup of one, a new version beside it, or the mark it is open."""
    name, target = os.path.normcase(locked_name(name) or name), os.path.normcase(target)
    stem, dot, suffix = target.rpartition(".")
    later = r"((-备份\d{8}-\d{6}|-新\d{8}-\d{4})(（\d+）)?)?"
    of_ours = rf"{re.escape(stem)}({_ANNEX})?{later}{re.escape(dot + suffix)}"
    return re.fullmatch(of_ours, name) is not None


def _file(entry: os.DirEntry[str], found: Found) -> Found:
    try:
        status = entry.stat()
    except OSError as error:
        broken = entry.is_symlink()
        reason = f"“{legible(entry.name)}”是失效的链接" if broken else unreadable(entry.name, error)
        return found._replace(kind=Kind.ODD, reason=reason)
    if not stat.S_ISREG(status.st_mode):
        return found._replace(kind=Kind.ODD, reason=f"“{legible(entry.name)}”不是普通文件")
    return found._replace(signature=signature_of(status))


def unreadable(name: str, error: OSError) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, PermissionError):
        return f"没有读取“{legible(name)}”的权限，或文件正被占用"
    return f"读取“{legible(name)}”时出错"


def _folder_reason(path: Path, error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return f"找不到文件夹“{legible(path.name)}”"
        case NotADirectoryError():
            return f"“{legible(path.name)}”不是文件夹"
        case PermissionError():
            return f"没有查看文件夹“{legible(path.name)}”的权限"
        case _:
            return f"无法查看文件夹“{legible(path.name)}”"


def _name(parts: tuple[str, ...]) -> str:
    return "/".join(map(legible, parts))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | str:
    """By which a folder is known again through another link; some network drives number nothing."""
    status = path.stat()
    return (status.st_dev, status.st_ino) if status.st_ino else str(path.resolve())


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
