"""The cells of a sheet in another workbook: their formats renumbered, their texts with them, their formulas checked."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from workbook.commission.own.dropped import worded
from workbook.commission.own.formats import Formats
from workbook.commission.own.plain import ATTRIBUTES, content_of, text_of
from workbook.commission.own.references import Read, References
from workbook.commission.references import shifted
from workbook.package.grid import parse_area

_ROW_OR_CELL: Final = re.compile(
    rb"<(?:c(%s)\s*+(?:/>|>(.*?)</c>)|row(%s)\s*+(/?)>)" % (ATTRIBUTES, ATTRIBUTES), re.DOTALL
)
_STYLE: Final = re.compile(rb"""\ss\s*=\s*["']\s*([0-9]{1,9})\s*["']""")
_TYPE: Final = re.compile(rb"""\st\s*=\s*["']([A-Za-z]+)["']""")
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z0-9]+)["']""")
_GROUP: Final = re.compile(rb"""\ssi\s*=\s*["']([0-9]+)["']""")
_PLACED: Final = b' r="'
_WORDED: Final = (b"s", b"inlineStr")
_ROW, _CELL = False, True
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


class Formula(NamedTuple):
    """A formula of a cell.

    Attributes:
        place: The cell.
        text: Without ``=``.
    """

    place: str
    text: str
    read: Read

    def at(self, place: str) -> Formula:
        """The same copied to another cell of its group, as far as it can be told how it reads there."""
        here, there = parse_area(self.place), parse_area(place)
        copied = shifted(f"={self.text}", there.top - here.top, there.left - here.left) if here and there else None
        return self._replace(place=place, text=copied[1:] if copied else self.text)


@dataclass(slots=True)
class Cells:
    """Brings the rows of one sheet over.

    Args:
        formats: Theirs and the new ones.
        references: How what formulas refer to changes.
        strings: The shared strings.
        days: How far dates move: two workbooks may count them from different years.
        metadata: Whether what cells say of dynamic arrays and pictures in them goes along.

    Attributes:
        dropped: Formulas that cells lost: their value stays, or their text where there is none.
        moved_rows: Those that name rows which are not where they were.
        pictures: Whether a formula of WPS shows a picture in a cell.
        spoken: Whether cells speak of metadata.
    """

    formats: Formats
    references: References
    strings: Strings
    metadata: bool
    days: int
    dropped: list[Formula] = field(default_factory=list)
    moved_rows: list[Formula] = field(default_factory=list)
    pictures: bool = False
    spoken: bool = False
    _learnt: dict[bytes, tuple[bytes, bytes, bool]] = field(default_factory=dict)
    _groups: dict[bytes, Formula] = field(default_factory=dict)

    def moved(self, rows: bytes) -> bytes:
        """Rows as they stand in the new workbook."""
        return _ROW_OR_CELL.sub(self._each, rows)

    def _each(self, found: re.Match[bytes]) -> bytes:
        if found[3] is not None:
            return b"<row%s%s>" % (self._learned(found[3], _ROW)[0], found[4])
        return self._cell(found[1], found[2])

    def _cell(self, attributes: bytes, inner: bytes | None) -> bytes:
        # Cells differ in their places and agree in the rest.
        cut = attributes.index(b'"', len(_PLACED)) + 1 if attributes.startswith(_PLACED) else 0
        place, rest = attributes[:cut], attributes[cut:]
        told = self._learnt.get(rest)
        if told is None:
            told = self._learned(rest, _CELL)
            if cut:
                self._learnt[rest] = told
        rest, kind, dated = told
        if not inner:
            return b"<c%s%s/>" % (place, rest)
        if b"<f" in inner:
            kind, inner = self._formula(attributes, kind, inner)
        elif dated:
            inner = _VALUE.sub(self._later, inner)
        if kind in _WORDED:
            kind, inner = self._text(inner) if kind == b"s" else (kind, self.formats.read_aloud(inner))
        typed = b' t="%s"' % kind if kind else b""
        return b"<c%s%s%s>%s</c>" % (place, rest, typed, inner) if inner else b"<c%s%s/>" % (place, rest)

    def _later(self, found: re.Match[bytes]) -> bytes:
        """The number of a day, counted from another one; a time of day is no day."""
        try:
            serial = Decimal(found[1].decode())
        except InvalidOperation:
            return found[0]
        return b"<v>%s</v>" % str(serial + self.days).encode() if serial >= 1 else found[0]

    def _learned(self, attributes: bytes, styled: bool) -> tuple[bytes, bytes, bool]:
        """Attributes with the format in its new number; the type, no longer among them; whether it is a day."""
        kind, style = _TYPE.search(attributes), _STYLE.search(attributes)
        index = self.formats.cell(int(style[1]) if style else 0) if style or styled else 0
        rest = _STYLE.sub(b"", _TYPE.sub(b"", attributes)) + (b' s="%d"' % index if index or style else b"")
        if b"m=" in rest and _META.search(rest):
            self.spoken = True
            rest = rest if self.metadata else _META.sub(b"", rest)
        dated = self.days != 0 and (not kind or kind[1] == b"n") and self.formats.is_date(int(style[1]) if style else 0)
        return rest, kind[1] if kind else b"", dated

    def _formula(self, attributes: bytes, kind: bytes, inner: bytes) -> tuple[bytes, bytes]:
        """Type and content of a cell with its formula, or with what that came to where it cannot go along."""
        found = _FORMULA.search(inner)
        if found is None:
            return kind, inner
        text, group, place = text_of(found[2] or b""), _GROUP.search(found[1]), _PLACE.search(attributes)
        self.pictures = self.pictures or _PICTURE in text
        formula = self._read(text, group[1] if group else b"", place[1].decode() if place else "")
        if formula.read.sound:
            if formula.read.moved:
                self.moved_rows.append(formula._replace(place=place[1].decode() if place else ""))
            if text != formula.read.text and text:
                inner = inner[: found.start(2)] + content_of(formula.read.text) + inner[found.end(2) :]
            return kind, inner
        self.dropped.append(formula)
        value = _VALUE.search(inner)
        if kind != b"str" and not (value and value[1]):
            return b"inlineStr", worded(f"={formula.text}")
        return kind, inner[: found.start()] + inner[found.end() :]

    def _read(self, text: str, group: bytes, place: str) -> Formula:
        """What a formula refers to; the cells of a group after the first only name the group."""
        if not text:
            first = self._groups.get(group)
            if first is None:
                return Formula(place, "", Read(""))
            return first if first.read.sound else first.at(place)
        formula = Formula(place, text, self.references.read(text))
        if group:
            self._groups[group] = formula
        return formula

    def _text(self, inner: bytes) -> tuple[bytes, bytes]:
        """The type and the content of a cell with its own text instead of the number of a shared one."""
        value = _VALUE.search(inner)
        shared = _INDEX.fullmatch(value[1]) if value else None
        text = self.formats.read_aloud(self.strings[int(shared[1])]) if shared else b""
        if value and b"<f" in inner:
            return b"str", inner[: value.start(1)] + b"".join(_TEXT.findall(text)) + inner[value.end(1) :]
        return (b"inlineStr", b"<is>%s</is>" % text) if text else (b"", b"")
