"""A file is measured before anything in it is believed, so that no later step can be made to swell, hang or stray."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from workbook.package.directory import Entry, inflate, inflated, read_directory
from workbook.package.kinds import ZIP, is_encrypted, kind_of, zip_kind
from workbook.package.limits import LIMITS, Budget, Kind, Limits

__all__ = ["CONTENT_TYPES", "LIMITS", "Archive", "Limits", "open_archive", "shown"]

_MB: Final = 1024 * 1024
CONTENT_TYPES: Final = "[content_types].xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A measured package: names are sane and unique, claims are within limits, nothing is unpacked yet.

    Args:
        data: The file as received.
        entries: The central directory, by name and in its order.
        sha256: Fingerprint of the file.
        budget: What reading it has cost so far, and may cost.
    """

    data: bytes = field(repr=False)
    entries: Mapping[str, Entry] = field(repr=False)
    sha256: str
    budget: Budget = field(repr=False, compare=False)
    _folded: Mapping[str, str] = field(repr=False)
    _seen: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The entry names in the order of the directory."""
        return tuple(self.entries)

    def find(self, name: str) -> str | None:
        """The entry of this name whatever its case, for part names are case-insensitive."""
        return self._folded.get(name.casefold())

    def raw(self, name: str) -> bytes:
        """The packed bytes of an entry, for copying it untouched."""
        entry = self.entries[name]
        return self.data[entry.start : entry.start + entry.packed]

    def read(self, name: str) -> bytes:
        """The unpacked bytes of an entry.

        Raises:
            KeyError: There is no such entry.
            UnreadableWorkbook: It is damaged or not of the size it claims.
        """
        return inflate(self.entries[name], self.raw(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of an entry, piece by piece, so that no more than one of them need be in memory.

        Whoever takes them must take them all: only then is it known that they are what they claim to be.

        Raises:
            KeyError: There is no such entry.
            UnreadableWorkbook: It is damaged or not of the size it claims.
            UnsafeWorkbook: The file has taken too long.
        """
        entry = self.entries[name]
        packed = memoryview(self.data)[entry.start : entry.start + entry.packed]
        pieces = inflated(entry, packed)
        if name not in self._seen:
            # A part is read once for its cells, and perhaps once more to be changed: that is no second part.
            self._seen.add(name)
            pieces = self.budget.counted(pieces)
        return self.budget.paced(pieces)

    def paid(self, name: str, spent: Mapping[Kind, int]) -> bool:
        """Count what was spent on an entry that was read in one go, if there is so much left."""
        if name in self._seen:
            spent = {**spent, "tags": 0}
        if not self.budget.affords(spent):
            return False
        self._seen.add(name)
        for kind, amount in spent.items():
            self.budget.spend(kind, amount)
        return True


def shown(text: str) -> str:
    """Text from a stranger, short and printable enough for a message."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text[:80])


def open_archive(source: Path | bytes, limits: Limits = LIMITS) -> Archive:
    """Measure a file; nothing is unpacked and no XML is looked at.

    Args:
        source: The file, or its bytes.
        limits: What is accepted.

    Raises:
        UnreadableWorkbook: Missing, of another kind, encrypted or damaged.
        UnsafeWorkbook: Beyond the limits, or holding what we refuse to carry.
    """
    data = _bytes_of(source, limits)
    _refuse_other_kinds(data)
    entries = read_directory(data, limits.entries)
    folded = _checked_names(entries)
    if CONTENT_TYPES not in folded:
        raise UnreadableWorkbook("W02", kind=zip_kind(folded))
    if any(entry.encrypted for entry in entries):
        raise UnreadableWorkbook("W03")
    _refuse_excess(entries, limits)
    _refuse_macros(folded)
    return Archive(
        data=data,
        entries={entry.name: entry for entry in entries},
        sha256=hashlib.sha256(data).hexdigest(),
        budget=Budget(limits),
        _folded=folded,
    )


def _bytes_of(source: Path | bytes, limits: Limits) -> bytes:
    data = source if isinstance(source, bytes) else _read_file(source, limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        _exceeds("文件大小", limits.file_bytes, len(data))
    return data


def _read_file(path: Path, most: int) -> bytes:
    try:
        # A pipe or a device would block or never end.
        if path.exists() and not path.is_file():
            raise UnreadableWorkbook("W01", reason=f"“{shown(path.name)}”不是文件")
        size = path.stat().st_size
        if size >= most:
            _exceeds("文件大小", most - 1, size)
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise UnreadableWorkbook("W01", reason=f"找不到“{shown(path.name)}”") from None
    except PermissionError as error:
        raise UnreadableWorkbook("W01", reason=f"没有读取“{shown(path.name)}”的权限，或文件正被占用") from error
    except (OSError, ValueError) as error:
        raise UnreadableWorkbook("W01", reason=f"无法读取“{shown(path.name)}”") from error


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(ZIP):
        return
    if is_encrypted(data):
        raise UnreadableWorkbook("W03")
    raise UnreadableWorkbook("W02", kind=kind_of(data))


_ODD_NAME: Final = re.compile(r"^$|^/|^[A-Za-z]:|\\|[\x00-\x1f\x7f]|(^|/)\.\.?(/|$)")


def _checked_names(entries: Iterable[Entry]) -> dict[str, str]:
    """Lower-case name → name; two names for one part would let two programs see two workbooks."""
    folded: dict[str, str] = {}
    for entry in entries:
        if _ODD_NAME.search(entry.name):
            raise UnsafeWorkbook("W06", content=f"名称异常的部件“{shown(entry.name)}”")
        key = entry.name.casefold()
        if key in folded:
            raise UnsafeWorkbook("W06", content=f"重名的部件“{shown(entry.name)}”")
        folded[key] = entry.name
    return folded


def _refuse_excess(entries: Iterable[Entry], limits: Limits) -> None:
    total = 0
    for entry in entries:
        total += entry.size
        if entry.size > limits.entry_bytes:
            _exceeds(f"部件“{shown(entry.name)}”解压后的大小", limits.entry_bytes, entry.size)
        if entry.size > limits.ratio_from and entry.size > limits.ratio * entry.packed:
            raise UnsafeWorkbook(
                "W04",
                measure=f"部件“{shown(entry.name)}”的压缩倍数",
                limit=f"{limits.ratio} 倍",
                actual=f"{entry.size // max(1, entry.packed)} 倍",
            )
    if total > limits.total_bytes:
        _exceeds("全部内容解压后的大小", limits.total_bytes, total)


def _exceeds(measure: str, limit: int, actual: int) -> NoReturn:
    # Rounded up: one byte too many must not read «25 MB, at most 25 MB».
    tenths = -(-actual * 10 // _MB)
    raise UnsafeWorkbook("W04", measure=measure, limit=f"{limit / _MB:g} MB", actual=f"{tenths / 10:g} MB")


# External links and embedded objects are not refused: pasting brings them in unseen, and we never follow them.
_MACROS: Final = re.compile(r"(^|/)(vbaproject[^/]*\.bin$|vbadata[^/]*\.xml$|(intl)?macrosheets?/)")


def _refuse_macros(folded: Iterable[str]) -> None:
    if any(map(_MACROS.search, folded)):
        raise UnsafeWorkbook("W06", content="宏")
