"""Tools of whoever makes a hostile file: a good workbook taken apart, and archives that lie."""

from __future__ import annotations

import base64
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import unescape

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
MB: Final = 1024 * 1024

TYPES: Final = "[Content_Types].xml"
ROOT_RELS: Final = "_rels/.rels"
WORKBOOK: Final = "xl/workbook.xml"
WORKBOOK_RELS: Final = "xl/_rels/workbook.xml.rels"
STRINGS: Final = "xl/sharedStrings.xml"
STYLES: Final = "xl/styles.xml"

# Sheets of the application workbook, by what the tool does with them.
ROSTER, RESULTS, META, CRITERION = "企业名录", "逐条判定", "_meta", "二 核心竞争力"


@dataclass(frozen=True)
class Base:
    """A good application workbook, part by part."""

    parts: Mapping[str, bytes]

    @classmethod
    def of(cls, data: bytes) -> Base:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def part_of(self, sheet: str) -> str:
        """The part that holds a sheet; the writer of the workbook numbers them in order."""
        names = [unescape(name) for name in re.findall(r'<sheet name="([^"]*)"', self.text(WORKBOOK))]
        return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"

    def text(self, name: str) -> str:
        return self.parts[name].decode()

    def with_parts(self, changes: Mapping[str, bytes | str | None], level: int = 1) -> bytes:
        """The workbook with parts replaced, added or (None) left out."""
        encoded = {name: one.encode() if isinstance(one, str) else one for name, one in changes.items()}
        merged = {**self.parts, **encoded}
        return zipped({name: part for name, part in merged.items() if part is not None}, level)

    def replaced(self, name: str, old: str, new: str) -> bytes:
        """The workbook with one text replaced, once, in one part."""
        text = self.text(name)
        assert old in text, (name, old)
        return self.with_parts({name: text.replace(old, new, 1)})

    def with_rows(self, sheet: str, rows: str) -> bytes:
        """The workbook with rows added to a sheet."""
        return self.replaced(self.part_of(sheet), "</sheetData>", f"{rows}</sheetData>")

    def with_cell(self, sheet: str, cell: str) -> bytes:
        """The workbook with one cell added in row 1,000,000 of a sheet."""
        return self.with_rows(sheet, f'<row r="1000000">{cell}</row>')

    def after_rows(self, sheet: str, markup: str) -> bytes:
        """The workbook with something behind the rows of a sheet."""
        return self.replaced(self.part_of(sheet), "</sheetData>", f"</sheetData>{markup}")

    def with_names(self, names: str) -> bytes:
        return self.replaced(WORKBOOK, "</definedNames>", f"{names}</definedNames>")

    def with_relation(self, kind: str, target: str, parts: Mapping[str, str], mode: str = "") -> bytes:
        """The workbook with one more relationship, and the parts it is about."""
        link = f'<Relationship Id="rId9999" Type="{kind}" Target="{target}"{mode}/></Relationships>'
        rels = self.text(WORKBOOK_RELS).replace("</Relationships>", link)
        return self.with_parts({WORKBOOK_RELS: rels, **parts})

    def with_type(self, old: str, new: str) -> bytes:
        return self.replaced(TYPES, old, new)

    @property
    def data(self) -> bytes:
        """The workbook as it is."""
        return self.with_parts({})


def zipped(parts: Mapping[str, bytes], level: int = 1) -> bytes:
    """An honest archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED, level)
    return file.getvalue()


def noise(size: int, seed: int = 1) -> str:
    """XML comments that hardly compress, so that a part is not refused for its ratio."""
    chosen = random.Random(seed)  # noqa: S311 - the same file every time
    comments = (base64.b64encode(chosen.randbytes(150_000)).decode() for _ in range(-(-size // 150_000)))
    return "".join(f"<!--{comment}-->" for comment in comments)


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An entry with every claim stated by hand."""

    name: bytes
    packed: bytes
    size: int = 0
    crc: int = 0
    method: int = 8
    flags: int = 0
    claimed: int | None = None
    header: int | None = None
    extra: bytes = b""
    local_name: bytes | None = None


def honest(name: str, data: bytes) -> Raw:
    return Raw(name=name.encode(), packed=deflated(data), size=len(data), crc=zlib.crc32(data))


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def repeated(block: bytes, times: int) -> bytes:
    """A deflate stream of a block many times over, made without unpacking it anywhere."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def archive_of(entries: Iterable[Raw], comment: bytes = b"", count: int | None = None) -> bytes:
    """An archive that says what the entries say, true or not."""
    body, records, number = bytearray(), bytearray(), 0
    for one in entries:
        header = len(body) if one.header is None else one.header
        packed = len(one.packed) if one.claimed is None else one.claimed
        fields = (20, one.flags, one.method, 0, 33, one.crc, min(packed, 0xFFFFFFFF), min(one.size, 0xFFFFFFFF))
        if one.header is None:
            name = one.name if one.local_name is None else one.local_name
            body += struct.pack("<4s5H3L2H", b"PK\3\4", *fields, len(name), 0) + name + one.packed
        tail = (len(one.name), len(one.extra), 0, 0, 0, 0, header)
        records += struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *fields, *tail) + one.name + one.extra
        number += 1
    counted = number if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, counted, counted, len(records), len(body), len(comment))
    return bytes(body + records) + end + comment


def ole(*streams: str) -> bytes:
    """The beginning of a compound file that names these streams."""
    names = b"".join((stream + "\0").encode("utf-16-le").ljust(128, b"\0") for stream in streams)
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + names + bytes(512)
