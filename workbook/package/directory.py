"""The table of contents of a zip archive, read strictly because programs disagree about sloppy ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook

_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64: Final = struct.Struct("<4sLQL")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT: Final = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x0001
_UTF8_NAME: Final = 0x0800
_PLAIN_VERSION: Final = 20
PIECE: Final = 64 * 1024
"""Bytes that are unpacked at a time: little enough to hold, enough to be worth a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file inside the archive, as its central record claims.

    Args:
        name: The decoded name.
        raw_name: The name as stored, so that a copy keeps it.
        packed: Bytes it takes in the archive.
        size: Bytes it claims to unpack to; a claim, see ``inflate``.
        header: Offset of its local header.
        start: Offset of its packed bytes.
    """

    name: str
    raw_name: bytes
    made_by: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    internal: int
    external: int
    header: int
    start: int = 0

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & _ENCRYPTED)


def _damaged(reason: str) -> NoReturn:
    raise UnreadableWorkbook("W05", reason=reason)


def read_directory(data: bytes, most: int) -> tuple[Entry, ...]:
    """The entries of an archive in the order of its directory.

    Args:
        data: The whole file.
        most: How many entries are accepted.

    Raises:
        UnsafeWorkbook: More entries than ``most``.
        UnreadableWorkbook: Truncated, contradictory or overlapping.
    """
    count, start, end = _extent(data)
    if count > most:
        raise UnsafeWorkbook("W04", measure="文件内的部件数", limit=f"{most} 个", actual=f"{count} 个")
    entries = tuple(_placed(data, entry, start) for entry in _records(data, count, start, end))
    _refuse_overlap(entries)
    return entries


def _extent(data: bytes) -> tuple[int, int, int]:
    """Number of entries, and where the central directory starts and ends."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _LONGEST_COMMENT))
    if at < 0 or at + _END.size > len(data):
        _damaged("文件不完整，可能没有下载完或复制完")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, at)
    if at + _END.size + comment > len(data):
        _damaged("文件末尾不完整，可能没有下载完或复制完")
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, start):
        disk, first_disk, here, count, size, start = _extent64(data, at)
    if disk or first_disk or here != count:
        _damaged("文件是分卷压缩包的一部分")
    if start + size > at:
        _damaged("压缩包目录的位置与文件不符")
    return count, start, start + size


def _extent64(data: bytes, end: int) -> tuple[int, int, int, int, int, int]:
    """The same figures from the 64-bit record, which some writers add to small files too."""
    locator = end - _LOCATOR64.size
    if locator < 0 or data[locator : locator + 4] != b"PK\6\7":
        _damaged("压缩包目录不完整")
    at = _LOCATOR64.unpack_from(data, locator)[2]
    if at + _END64.size > locator or data[at : at + 4] != b"PK\6\6":
        _damaged("压缩包目录不完整")
    _, _, _, _, disk, first_disk, here, count, size, start = _END64.unpack_from(data, at)
    return disk, first_disk, here, count, size, start


def _records(data: bytes, count: int, at: int, end: int) -> Iterator[Entry]:
    for _ in range(count):
        if at + _CENTRAL.size > end or data[at : at + 4] != b"PK\1\2":
            _damaged("压缩包目录与部件数不符")
        fields = _CENTRAL.unpack_from(data, at)
        name_at = at + _CENTRAL.size
        extra_at = name_at + fields[10]
        at = extra_at + fields[11] + fields[12]
        if at > end:
            _damaged("压缩包目录不完整")
        yield _entry(fields, data[name_at:extra_at], data[extra_at : extra_at + fields[11]])
    if at != end:
        _damaged("压缩包目录与部件数不符")


def _entry(fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> Entry:
    size, packed, header = _widened([fields[9], fields[8], fields[16]], extra)
    return Entry(
        name=_decoded(raw_name),
        raw_name=raw_name,
        made_by=fields[1],
        flags=fields[3],
        method=fields[4],
        time=fields[5],
        date=fields[6],
        crc=fields[7],
        packed=packed,
        size=size,
        internal=fields[14],
        external=fields[15],
        header=header,
    )


def _decoded(raw_name: bytes) -> str:
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError:
        return raw_name.decode("cp437")


def _widened(figures: list[int], extra: bytes) -> list[int]:
    """Figures of all ones are replaced, in order, by those of the 64-bit extra field."""
    wide = iter(_wide_figures(extra))
    return [next(wide, figure) if figure == 0xFFFFFFFF else figure for figure in figures]


def _wide_figures(extra: bytes) -> tuple[int, ...]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            return struct.unpack_from(f"<{len(body) // 8}Q", body)
        at += 4 + length
    return ()


def _placed(data: bytes, entry: Entry, limit: int) -> Entry:
    """The entry with the place of its bytes, once its local header agrees with the directory."""
    name_at = entry.header + _LOCAL.size
    if name_at > limit or data[entry.header : entry.header + 4] != b"PK\3\4":
        _damaged("压缩包目录指向不存在的部件")
    fields = _LOCAL.unpack_from(data, entry.header)
    start = name_at + fields[9] + fields[10]
    if data[name_at : name_at + fields[9]] != entry.raw_name or start + entry.packed > limit:
        _damaged("压缩包目录与部件不符")
    return replace(entry, start=start)


def _refuse_overlap(entries: Iterable[Entry]) -> None:
    """Overlapping entries are how a small archive unpacks to petabytes."""
    free = 0
    for entry in sorted(entries, key=lambda one: one.header):
        if entry.header < free:
            _damaged("压缩包内的部件相互重叠")
        free = entry.start + entry.packed


def inflate(entry: Entry, packed: bytes) -> bytes:
    """All the unpacked bytes, see ``inflated``."""
    return b"".join(inflated(entry, memoryview(packed)))


def inflated(entry: Entry, packed: memoryview) -> Iterator[bytes]:
    """The unpacked bytes in pieces; hardly more than was claimed is ever produced.

    Raises:
        UnreadableWorkbook: Other than the directory says, damaged, or packed in a way Excel does not use.
    """
    size = check = 0
    for piece in _unpacked(entry, packed):
        size += len(piece)
        check = zlib.crc32(piece, check)
        if size > entry.size:
            break
        yield piece
    if size != entry.size or check != entry.crc:
        _damaged(f"部件 {entry.name[:80]!a} 与压缩包目录记载的大小或校验码不符")


def _unpacked(entry: Entry, packed: memoryview) -> Iterator[bytes]:
    if entry.method not in (_STORED, _DEFLATED):
        _damaged(f"部件 {entry.name[:80]!a} 的压缩方式不受支持")
    pieces = (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
    if entry.method == _STORED:
        yield from map(bytes, pieces)
        return
    try:
        yield from _inflated(pieces)
    except zlib.error:
        _damaged(f"部件 {entry.name[:80]!a} 无法解压")


def _inflated(pieces: Iterable[memoryview]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        rest: bytes | memoryview = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, PIECE)
            rest = unpacker.unconsumed_tail
    # What was taken in may still come out.
    while last := unpacker.decompress(b"", PIECE):
        yield last


def deflated(entry: Entry, pieces: Iterable[bytes]) -> tuple[Entry, bytes]:
    """The entry with new content: its record and its packed bytes."""
    packer = zlib.compressobj(method=zlib.DEFLATED, wbits=-zlib.MAX_WBITS)
    packed, size, check = bytearray(), 0, 0
    for piece in pieces:
        packed += packer.compress(piece)
        size += len(piece)
        check = zlib.crc32(piece, check)
    packed += packer.flush()
    return replace(entry, method=_DEFLATED, crc=check, packed=len(packed), size=size), bytes(packed)


def write_directory(parts: Iterable[tuple[Entry, bytes]]) -> Iterator[bytes]:
    """An archive of packed parts, in order, piece by piece.

    Headers are written afresh in their plainest form: sizes up front, no 64-bit fields, which no limit of ours needs.
    """
    at, count, records = 0, 0, bytearray()
    for entry, packed in parts:
        flags = entry.flags & _UTF8_NAME
        common = (flags, entry.method, entry.time, entry.date, entry.crc, entry.packed, entry.size, len(entry.raw_name))
        yield _LOCAL.pack(b"PK\3\4", _PLAIN_VERSION, *common, 0) + entry.raw_name
        yield packed
        tail = (0, 0, 0, entry.internal, entry.external, at)
        records += _CENTRAL.pack(b"PK\1\2", entry.made_by, _PLAIN_VERSION, *common, *tail) + entry.raw_name
        at += _LOCAL.size + len(entry.raw_name) + len(packed)
        count += 1
    yield bytes(records)
    yield _END.pack(b"PK\5\6", 0, 0, count, count, len(records), at, 0)
