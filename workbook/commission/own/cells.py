"""The cells of a sheet in another workbook: their formats renumbered, their texts with them, their formulas checked."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.own.formats import Formats
from workbook.commission.own.plain import ATTRIBUTES, content_of, text_of
from workbook.commission.own.references import Read, References

_ROW_OR_CELL: Final = re.compile(
    rb"<(?:c(%s)\s*+(?:/>|>(.*?)</c>)|row(%s)\s*+(/?)>)" % (ATTRIBUTES, ATTRIBUTES), re.DOTALL
)
_STYLE: Final = re.compile(rb"""\ss\s*=\s*["']\s*([0-9]{1,9})\s*["']""")
_TYPE: Final = re.compile(rb"""\st\s*=\s*["']([A-Za-z]+)["']""")
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z0-9]+)["']""")
_GROUP: Final = re.compile(rb"""\ssi\s*=\s*["']([0-9]+)["']""")
_META: Final = re.compile(rb"""\s(?:cm|vm)\s*=\s*["'][0-9]*["']""")
_INDEX: Final = re.compile(rb"\s*([0-9]{1,9})\s*")
_VALUE: Final = re.compile(rb"<v" + ATTRIBUTES + rb"\s*+>([^<]*)</v>")
_FORMULA: Final = re.compile(rb"<f(" + ATTRIBUTES + rb")\s*+(?:/>|>([^<]*)</f>)")
_ITEM: Final = re.compile(rb"<si" + ATTRIBUTES + rb"\s*+(?:/>|>(.*?)</si>)", re.DOTALL)
_TEXT: Final = re.compile(rb"<t(?:" + ATTRIBUTES + rb")\s*+>([^<]*)</t>")
_PICTURE: Final = "DISPIMG("


class Strings:
    """The shared strings of a workbook, as the content of their elements; looked at only when a cell shows one.

    Args:
        load: Reads the part, plain.
    """

    __slots__ = ("_data", "_load", "_spans")

    def __init__(self, load: Callable[[], bytes]) -> None:
        self._load = load
        self._data = b""
        self._spans = array("q")

    def __getitem__(self, index: int) -> bytes:
        """The content of one of them; empty where there is none of the number."""
        if not self._spans:
            self._data = self._load()
            for item in _ITEM.finditer(self._data):
                self._spans.extend(item.span(1))
        start, end = self._spans[2 * index : 2 * index + 2] or (0, 0)
        return self._data[start:end] if start >= 0 else b""


@dataclass(slots=True)
class Cells:
    """Brings the rows of one sheet over.

    Args:
        formats: Theirs and the new ones.
        references: How what formulas refer to changes.
        strings: The shared strings.
        metadata: Whether what cells say of dynamic arrays and pictures in them goes along.

    Attributes:
        dropped: Cells that lost a formula, with why: their value stays.
        pictures: Whether a formula of WPS shows a picture in a cell.
        spoken: Whether cells speak of metadata.
    """

    formats: Formats
    references: References
    strings: Strings
    metadata: bool
    dropped: list[tuple[str, Read]] = field(default_factory=list)
    pictures: bool = False
    spoken: bool = False
    _styles: dict[bytes | None, bytes] = field(default_factory=dict)
    _groups: dict[bytes, Read] = field(default_factory=dict)

    def moved(self, rows: bytes) -> bytes:
        """Rows as they stand in the new workbook."""
        return _ROW_OR_CELL.sub(self._each, rows)

    def _each(self, found: re.Match[bytes]) -> bytes:
        if found[3] is not None:
            attributes = found[3]
            style = _STYLE.search(attributes)
            return b"<row%s%s>" % (self._restyled(attributes, style), found[4]) if style else found[0]
        attributes, inner = found[1], found[2]
        style = _STYLE.search(attributes)
        attributes = self._restyled(attributes, style)
        if b"m=" in attributes:
            attributes = self._without_metadata(attributes)
        if not inner:
            return b"<c%s/>" % attributes
        if b"<f" in inner:
            attributes, inner = self._formula(attributes, inner)
        kind = _TYPE.search(attributes)
        if kind and kind[1] == b"s":
            attributes, inner = self._text(attributes, kind, inner)
        elif kind and kind[1] == b"inlineStr":
            inner = self.formats.read_aloud(inner)
        return b"<c%s>%s</c>" % (attributes, inner)

    def _restyled(self, attributes: bytes, style: re.Match[bytes] | None) -> bytes:
        key = style[1] if style else None
        told = self._styles.get(key)
        if told is None:
            index = self.formats.cell(int(key) if key else 0)
            told = self._styles[key] = b' s="%d"' % index if index or style else b""
        if style is None:
            return attributes + told
        return attributes[: style.start()] + told + attributes[style.end() :]

    def _without_metadata(self, attributes: bytes) -> bytes:
        if not _META.search(attributes):
            return attributes
        self.spoken = True
        return attributes if self.metadata else _META.sub(b"", attributes)

    def _formula(self, attributes: bytes, inner: bytes) -> tuple[bytes, bytes]:
        """A cell with its formula, or with what the formula came to where it cannot go along."""
        found = _FORMULA.search(inner)
        if found is None:
            return attributes, inner
        text, group = text_of(found[2] or b""), _GROUP.search(found[1])
        self.pictures = self.pictures or _PICTURE in text
        read = self._read(text, group[1] if group else b"")
        if read.sound:
            if text != read.text and text:
                inner = inner[: found.start(2)] + content_of(read.text) + inner[found.end(2) :]
            return attributes, inner
        place = _PLACE.search(attributes)
        self.dropped.append((place[1].decode() if place else "", read))
        return attributes, inner[: found.start()] + inner[found.end() :]

    def _read(self, text: str, group: bytes) -> Read:
        """What a formula refers to; the cells of a group after the first only name the group."""
        if not text:
            return self._groups.get(group, Read(""))
        read = self.references.read(text)
        if group:
            self._groups[group] = read
        return read

    def _text(self, attributes: bytes, kind: re.Match[bytes], inner: bytes) -> tuple[bytes, bytes]:
        """A cell with its own text instead of the number of a shared one."""
        value = _VALUE.search(inner)
        shared = _INDEX.fullmatch(value[1]) if value else None
        text = self.formats.read_aloud(self.strings[int(shared[1])]) if shared else b""
        before, after = attributes[: kind.start()], attributes[kind.end() :]
        if value and b"<f" in inner:
            shown = b"".join(_TEXT.findall(text))
            return before + b' t="str"' + after, inner[: value.start(1)] + shown + inner[value.end(1) :]
        if not text:
            return before + after, b""
        return before + b' t="inlineStr"' + after, b"<is>%s</is>" % text
