"""What lies on a sheet instead of in it: text boxes, pictures, charts and buttons, whichever program drew them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum, unique
from typing import Final, NamedTuple

from toolkit.errors import UnreadableWorkbook
from workbook.package.grid import Position
from workbook.package.guard import Archive
from workbook.package.limits import Budget
from workbook.package.markup import DEEPEST, Attributes, Walker, damaged, utf8
from workbook.package.parts import locate, relationships


@unique
class Kind(StrEnum):
    """What it is, in the words of an official."""

    SHAPE = "图形"
    PICTURE = "图片"
    FRAME = "图表"
    CONTROL = "控件"


class Drawn(NamedTuple):
    """One thing on a sheet.

    Attributes:
        at: The cell its upper left corner is in; the first one where it is bound to none.
        text: That somebody typed in it, a paragraph a line.
        words: What it is called for those who cannot see it.
    """

    kind: Kind
    at: Position
    text: str = ""
    words: str = ""


_SHAPES: Final = {
    "sp": Kind.SHAPE,
    "cxnSp": Kind.SHAPE,
    "contentPart": Kind.SHAPE,
    "pic": Kind.PICTURE,
    "graphicFrame": Kind.FRAME,
}
_ANCHORS: Final = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_FIRST: Final = (1, 1)


class _Drawing(Walker):
    """Collects what one part of drawings holds."""

    __slots__ = ("_at", "_open", "_path", "_pieces", "_twin", "_words", "found")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.found: list[Drawn] = []
        self._path: list[str] = []
        self._at: Position = _FIRST
        self._open = 0
        self._twin = False
        self._pieces: list[str] = []
        self._words = ""

    def start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(" ")[2]
        if local == "Fallback":
            # Says the same again, for programs of before.
            self.skip()
            return
        self._path.append(local)
        if len(self._path) > DEEPEST:
            damaged(self.part, "嵌套过深")
        if local in _ANCHORS:
            self._at = _FIRST
        elif local in _SHAPES and not self._open:
            self._open, self._twin, self._pieces, self._words = len(self._path), False, [], ""
        elif local == "cNvPr" and not self._words:
            self._words = attributes.get("descr", "")
        elif local == "compatExt":
            self._twin = True
        self.chunks.clear()

    def end(self, name: str) -> None:
        local = self._path.pop()
        if self._path and self._path[-1] == "from":
            self._move(local, "".join(self.chunks).strip())
        elif local == "t":
            self._pieces.append("".join(self.chunks))
        elif local in {"p", "br"}:
            self._pieces.append("\n")
        if self._open > len(self._path):
            self._open = 0
            self._close(_SHAPES[local])
        self.chunks.clear()

    def _move(self, what: str, number: str) -> None:
        if number.isascii() and number.isdigit() and len(number) <= 7:
            row, column = self._at
            self._at = (
                (int(number) + 1, column) if what == "row" else (row, int(number) + 1 if what == "col" else column)
            )

    def _close(self, kind: Kind) -> None:
        self.budget.spend("records")
        # A control is drawn a second time in the old way, which tells what it is.
        if not self._twin:
            self.found.append(Drawn(kind, self._at, "".join(self._pieces).strip(), self._words))


def drawn(archive: Archive, sheet_part: str) -> list[Drawn]:
    """All that lies on a sheet, without notes.

    Raises:
        UnreadableWorkbook: A part that holds them cannot be unpacked.
        UnsafeWorkbook: It declares a document type, or is beyond the limits.
    """
    found: list[Drawn] = []
    for link in relationships(archive, sheet_part):
        part = locate(archive, link.target)
        if part is not None and link.kind == "drawing":
            found += _modern(archive, part)
        elif part is not None and link.kind == "vmlDrawing":
            found += _legacy(archive.read(part).decode("utf-8", "replace"))
    return found


def _modern(archive: Archive, part: str) -> Sequence[Drawn]:
    drawing = _Drawing(part, archive.budget)
    try:
        drawing.walk(utf8(archive.pieces(part), part))
    except UnreadableWorkbook:
        # LibreOffice writes what stands on a button as it is, «&» and all. What lies on a sheet is no reason to stop.
        return list(_loosely(archive.read(part).decode("utf-8", "replace")))
    return drawing.found


# --- what is no XML --------------------------------------------------------------------------------------------

_ANCHORED: Final = re.compile(r"<(?:\w+:)?(?:twoCell|oneCell|absolute)Anchor\b")
_FROM: Final = re.compile(r"<(?:\w+:)?(col|row)>\s*([0-9]{1,7})\s*<")
_KIND: Final = re.compile(r"<(?:\w+:)?(sp|cxnSp|contentPart|pic|graphicFrame)\b")
_TEXT: Final = re.compile(r"<a:t(?:\s[^<>]*)?>([^<]*)|<(/a:p)>")


def _loosely(data: str) -> Iterator[Drawn]:
    """What can be told of drawings that are no XML: one thing for each place."""
    for anchored in _ANCHORED.split(data)[1:]:
        kind = _KIND.search(anchored)
        if kind is not None:
            place = {what: int(number) + 1 for what, number in reversed(_FROM.findall(anchored))}
            typed = "".join("\n" if end else html.unescape(text) for text, end in _TEXT.findall(anchored))
            yield Drawn(_SHAPES[kind[1]], (place.get("row", 1), place.get("col", 1)), typed.strip())


# --- the old way, which is not always XML ----------------------------------------------------------------------

_SHAPE: Final = re.compile(r"<v:(?:shape|rect|roundrect|oval|line|polyline|arc|curve|image)(?=[\s>])")
_OBJECT: Final = re.compile(r"""<x:ClientData\s+ObjectType\s*=\s*["'](\w+)["']""")
_ANCHOR: Final = re.compile(r"<x:Anchor>\s*([0-9]{1,7})\s*,\s*[0-9]+\s*,\s*([0-9]{1,7})\s*,")
_TAG: Final = re.compile(r"<[^<>]*>")
_LINE: Final = re.compile(r"<(?:br|/div|/p)\b[^<>]*>", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")
_NOTE: Final = "Note"
_PLAIN: Final = frozenset(
    {"Text", "Rect", "RectA", "Shape", "Oval", "Line", "LineA", "Arc", "ArcA", "Polygon", "Group"}
)


def _legacy(data: str) -> Iterator[Drawn]:
    for shape in _SHAPE.split(data)[1:]:
        told, anchor = _OBJECT.search(shape), _ANCHOR.search(shape)
        if told is None or told[1] == _NOTE:
            continue
        kind = Kind.SHAPE if told[1] in _PLAIN else Kind.CONTROL
        yield Drawn(kind, (int(anchor[2]) + 1, int(anchor[1]) + 1) if anchor else _FIRST, _typed(shape))


def _typed(shape: str) -> str:
    """What is typed in a shape."""
    _, _, box = shape.partition("<v:textbox")
    inner, end, _ = box.partition("</v:textbox>")
    if not end:
        return ""
    lines = _LINE.sub("\n", _SPACE.sub(" ", inner.partition(">")[2]))
    return html.unescape("\n".join(line.strip() for line in _TAG.sub("", lines).split("\n"))).strip()
