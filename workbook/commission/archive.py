"""Every file as it was received, under the fingerprint of its content, never altered."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from toolkit.errors import UnreadableWorkbook, WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission.disk import refused_writing, settle_folder
from workbook.commission.inbox import Found, Signature, legible, signature_of, unreadable
from workbook.package.limits import LIMITS

_PIECE: Final = 1 << 20
_READ_ONLY: Final = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


class Received(NamedTuple):
    """The content of a file.

    Attributes:
        sha256: Of the whole.
        size: In bytes.
        data: The whole; None where it is above the limit.
        signature: Of the file at the time.
    """

    sha256: str
    size: int
    data: bytes | None
    signature: Signature


def receive(found: Found, limit: int = LIMITS.file_bytes) -> Received:
    """Read a file once, whole.

    Args:
        found: The file.
        limit: Up to how many bytes it is held in memory; of a longer one only the fingerprint is taken.

    Raises:
        WorkbookError: It is gone, changes meanwhile (W22), or cannot be read (W23).
    """
    with _reading(found) as file:
        before = signature_of(os.fstat(file.fileno()))
        data = file.read(before.size + 1) if before.size <= limit else None
        digest, size = _digest_of([data] if data is not None else _pieces(file))
        after = signature_of(os.fstat(file.fileno()))
    if (before.size, before.mtime_ns) != (after.size, after.mtime_ns) or size != after.size:
        raise _changed(found)
    return Received(digest, size, data, after)


def _changed(found: Found) -> WorkbookError:
    return WorkbookError("W22", reason=f"“{legible(found.path.name)}”在读取时仍在变化")


@contextmanager
def _reading(found: Found) -> Iterator[BinaryIO]:
    name = found.path.name
    try:
        # A pipe would block for ever without it.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(found.path, flags), "rb") as raw:  # noqa: PTH123 - of a descriptor
            if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
                raise UnreadableWorkbook("W23", reason=f"“{legible(name)}”不是普通文件")
            yield raw
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableWorkbook("W22", reason=f"“{legible(name)}”在汇总期间被移走或删除") from None
    except IsADirectoryError:
        raise UnreadableWorkbook("W23", reason=f"“{legible(name)}”是文件夹，不是文件") from None
    except (OSError, ValueError) as error:
        told = error if isinstance(error, OSError) else OSError()
        raise UnreadableWorkbook("W23", reason=unreadable(name, told)) from error


def _digest_of(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Fingerprint and number of bytes."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


class Archive:
    """The folder ``archive/<two hex>/<sha256>.xlsx``.

    Args:
        folder: Made when something is kept.
        verify: Compare what is there by its fingerprint, not only by its size.
    """

    def __init__(self, folder: Path, *, verify: bool = False) -> None:
        self.folder = folder
        self._verify = verify
        # Several readers keep at the same time.
        self._lock = threading.Lock()
        self._touched: set[Path] = set()

    def place(self, sha256: str, suffix: str) -> Path:
        """Where a content lies."""
        return self.folder / sha256[:2] / f"{sha256}{suffix.lower()}"

    def names(self) -> frozenset[str]:
        """The names of everything that is kept; what a killed run left half written is removed on the way."""
        names: set[str] = set()
        for folder in self._folders():
            with suppress(OSError), os.scandir(folder) as listing:
                for entry in listing:
                    if entry.name.startswith(".") and entry.name.endswith(".tmp"):
                        with suppress(OSError):
                            Path(entry.path).unlink()
                    names.add(entry.name)
        return frozenset(names)

    def _folders(self) -> list[str]:
        try:
            with os.scandir(self.folder) as listing:
                return [entry.path for entry in listing if len(entry.name) == 2]  # noqa: PLR2004 - two hex digits
        except OSError:
            return []

    def keep(self, found: Found, received: Received) -> Explanation | None:
        """Keep what was received, unless it is there.

        Returns:
            What is to be told where that which was there was damaged, and mended (W34).

        Raises:
            WorkbookError: It cannot be kept (W09), or has changed since it was read (W22).
        """
        place = self.place(received.sha256, found.path.suffix)
        try:
            state = self._state(place, received)
            if state is _SOUND:
                return None
            aside = _put_aside(place) if state is _DAMAGED else None
            self._write(place, found, received)
        except OSError as error:
            raise refused_writing(place.name, error) from error
        return None if aside is None else explain("W34", {"name": place.name, "aside": aside.name})

    def settle(self) -> None:
        """See to it that what was kept survives a power failure; only then may anybody rely on it."""
        with self._lock:
            folders, self._touched = self._touched, set()
        for folder in folders:
            settle_folder(folder)

    def _state(self, place: Path, received: Received) -> str:
        try:
            status = place.lstat()
        except FileNotFoundError:
            return _MISSING
        if not stat.S_ISREG(status.st_mode) or status.st_size != received.size:
            return _DAMAGED
        if self._verify and _digest(place) != received.sha256:
            return _DAMAGED
        return _SOUND

    def _write(self, place: Path, found: Found, received: Received) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("xb") as file:
                if received.data is not None:
                    file.write(received.data)
                elif _copied(found, file.write) != received.sha256:
                    raise _changed(found)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(_READ_ONLY)
            temporary.replace(place)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        with self._lock:
            self._touched.update((place.parent, self.folder, self.folder.parent))


_MISSING, _DAMAGED, _SOUND = "missing", "damaged", "sound"


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError:
        return None


def _copied(found: Found, write: Callable[[bytes], int]) -> str:
    """Copy a file piece by piece; the fingerprint of what was copied."""
    digest = hashlib.sha256()
    with _reading(found) as file:
        for piece in _pieces(file):
            digest.update(piece)
            try:
                write(piece)
            except OSError as error:
                # Else it would be told as trouble in reading.
                raise refused_writing("archive", error) from error
    return digest.hexdigest()


def _put_aside(place: Path) -> Path:
    names = (place.with_name(f"{place.stem}-损坏{number}{place.suffix}") for number in range(1, 10_000))
    aside = next(name for name in names if not os.path.lexists(name))
    place.rename(aside)
    return aside
