"""What XlsxWriter does not write: the ribbon, the kind of an add-in, larger captions; the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"

_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
# What every part is dated: the earliest day a zip archive knows.
_DATE = (1980, 1, 1, 0, 0, 0)
_CAPTION = '<font face="Calibri" size="220" color="#000000">'
_PRINTED = ("<x:PrintObject>False</x:PrintObject>", "<x:PrintObject>True</x:PrintObject>")
_LARGE_CAPTION = '<font face="等线" size="280" color="#1F3864">'


class PackageError(RuntimeError):
    """XlsxWriter writes otherwise than it did when this was written."""


def finished(package: bytes, ribbon: bytes, *, addin: bool = False) -> bytes:
    """Put the ribbon in, name the kind, make buttons legible and printed, and pack it all anew.

    Args:
        package: A macro workbook as XlsxWriter wrote it.
        ribbon: The ribbon's XML.
        addin: Make it an add-in; to Excel the content type alone says so.

    Returns:
        The package; the same for the same parts.

    Raises:
        PackageError: A place where something has to be put is not there.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    _change(parts, _RELATIONS, "</Relationships>", _relation() + "</Relationships>")
    if addin:
        _change(parts, _TYPES, WORKBOOK, ADDIN)
    for name in parts:
        if name.startswith("xl/drawings/vmlDrawing"):
            _change(parts, name, _CAPTION, _LARGE_CAPTION)
            _change(parts, name, *_PRINTED)
    return packed({**parts, RIBBON_PART: ribbon})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive in which nothing tells when and where it was made."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Otherwise it is that of the system it was made on.
            entry.create_system = 0
            entry.external_attr = 0
            archive.writestr(entry, data)
    return memory.getvalue()


def _relation() -> str:
    return f'<Relationship Id="jiqunRibbon" Type="{RIBBON_RELATION}" Target="{RIBBON_PART}"/>'


def _change(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    text = parts[name].decode("utf-8")
    if old not in text:
        raise PackageError(f"{name}: no {old}")
    parts[name] = text.replace(old, new).encode("utf-8")
