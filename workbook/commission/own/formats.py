"""Cell formats of one workbook joined to those of another: every cell looks afterwards as it did before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.own.formattable import (
    FIRST_FREE,
    LISTS,
    FormatTable,
    Style,
    item_at,
    longer,
    meaning,
    number,
    parted,
    with_attributes,
    with_palette,
)
from workbook.commission.own.plain import ATTRIBUTES, attributes_of, content_of, written

_NUMBER: Final = re.compile(rb"<numFmt(" + ATTRIBUTES + rb")\s*+(?:/>|>\s*</numFmt>)")
_ELEMENT: Final = re.compile(rb"<tableStyleElement(" + ATTRIBUTES + rb")\s*+(?:/>|>\s*</tableStyleElement>)")
_PHONETIC: Final = re.compile(rb"<phoneticPr(" + ATTRIBUTES + rb")\s*+(?:/>|>\s*</phoneticPr>)")
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# Excel's own formats with a day in them, those of East Asia included.
_DATES: Final = frozenset((*range(14, 18), 22, *range(27, 32), *range(50, 59), 36))
_PLAIN: Final = b'<xf numFmtId="0"/>'


@dataclass(slots=True)
class Formats:
    """Joins the formats that are asked for to those of the new workbook.

    Args:
        old: What the sheets come from.
        new: Where they go.
    """

    old: FormatTable
    new: FormatTable
    _added: dict[str, list[bytes]] = field(default_factory=lambda: {name: [] for name in LISTS})
    _known: dict[str, dict[bytes, int]] = field(default_factory=dict)
    _cells: dict[int, int] = field(default_factory=dict)
    _codes: dict[int, int] = field(default_factory=dict)
    _new_codes: dict[int, str] = field(default_factory=dict)
    _old_codes: dict[int, str] = field(default_factory=dict)
    _styles: dict[str, int] = field(default_factory=dict)
    _old_styles: list[Style] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Know what there is already."""
        for name, items in self.new.lists.items():
            # Of equal ones the first.
            self._known[name] = {item: at for at, item in reversed(list(enumerate(items)))}
        self._new_codes, self._old_codes = self.new.codes(), self.old.codes()
        known = self.new.styles()
        self._styles = {f"name {style.name}": style.base for style in known} | {
            style.key: style.base for style in known
        }
        self._old_styles = self.old.styles()
        if self.old.lists["cellXfs"] and self._same(0):
            self._cells[0] = 0

    def _same(self, index: int) -> bool:
        """Whether a cell format means in both workbooks the same."""
        old, new = self.old.lists["cellXfs"], self.new.lists["cellXfs"]
        return index < min(len(old), len(new)) and meaning(self.old, index) == meaning(self.new, index)

    def _add(self, name: str, item: bytes) -> int:
        known = self._known[name]
        if item not in known:
            known[item] = self._append(name, item)
        return known[item]

    def _append(self, name: str, item: bytes) -> int:
        self._added[name].append(item)
        return len(self.new.lists[name]) + len(self._added[name]) - 1

    def _moved(self, name: str, index: int) -> int:
        item = item_at(self.old.lists[name], index)
        return self._add(name, item) if item else 0

    def is_date(self, index: int) -> bool:
        """Whether an old cell format shows numbers as days."""
        told = parted(item_at(self.old.lists["cellXfs"], index) or _PLAIN)[0]
        code = number(told, "numFmtId")
        spelt = _QUOTED.sub("", self._old_codes.get(code, "d" if code in _DATES else ""))
        return any(one in spelt.lower() for one in "yd")

    def font(self, index: int) -> int:
        """The font in the new workbook."""
        return self._moved("fonts", index)

    def read_aloud(self, text: bytes) -> bytes:
        """The content of a text with the font of its reading moved; where it has none, nothing of it stays."""
        if b"phoneticPr" not in text:
            return text
        return _PHONETIC.sub(lambda found: self._phonetic(found[1]) if b"<rPh" in text else b"", text)

    def _phonetic(self, attributes: bytes) -> bytes:
        told = attributes_of(attributes)
        return b"<phoneticPr" + written({**told, "fontId": str(self.font(number(told, "fontId")))}) + b"/>"

    def differential(self, index: int) -> int | None:
        """The conditional format in the new workbook; None where there was none."""
        items = self.old.lists["dxfs"]
        return self._add("dxfs", _NUMBER.sub(self._recoded, items[index])) if index < len(items) else None

    def _recoded(self, found: re.Match[bytes]) -> bytes:
        attributes = attributes_of(found[1])
        code = attributes.get("formatCode", "")
        attributes["numFmtId"] = str(self._code(number(attributes, "numFmtId"), code))
        return b"<numFmt" + written(attributes) + b"/>"

    def code(self, index: int) -> int:
        """The number format in the new workbook."""
        if index not in self._codes:
            code = self._old_codes.get(index)
            built_in = index if index < FIRST_FREE else 0
            self._codes[index] = built_in if code is None else self._code(index, code)
        return self._codes[index]

    def _code(self, index: int, code: str) -> int:
        """A number under which the new workbook knows a code."""
        for number_, known in self._new_codes.items():
            if known == code:
                return number_
        free = index if 0 < index < FIRST_FREE and index not in self._new_codes else 0
        free = free or max(FIRST_FREE - 1, *self._new_codes, FIRST_FREE - 1) + 1
        self._new_codes[free] = code
        self._added["numFmts"].append(b'<numFmt numFmtId="%d" formatCode="%s"/>' % (free, content_of(code)))
        return free

    def cell(self, index: int) -> int:
        """The cell format in the new workbook."""
        if index not in self._cells:
            known = item_at(self.old.lists["cellXfs"], index) or _PLAIN
            base = number(parted(known)[0], "xfId")
            style = next((style for style in self._old_styles if style.base == base), None)
            self._cells[index] = self._add("cellXfs", self._format(known, self._base(style) if style else 0))
        return self._cells[index]

    def _format(self, item: bytes, style: int | None) -> bytes:
        """A cell format with everything it refers to brought over."""
        head, inner = parted(item)
        moved = {
            "numFmtId": self.code(number(head, "numFmtId")),
            "fontId": self._moved("fonts", number(head, "fontId")),
            "fillId": self._moved("fills", number(head, "fillId")),
            "borderId": self._moved("borders", number(head, "borderId")),
        }
        rest = {key: value for key, value in head.items() if key not in moved and key != "xfId"}
        if style is not None:
            moved["xfId"] = style
        head = {**{key: str(value) for key, value in moved.items()}, **rest}
        return b"<xf%s>%s</xf>" % (written(head), inner) if inner else b"<xf%s/>" % written(head)

    def style(self, name: str) -> None:
        """Bring over a style that something calls by its name."""
        for style in self._old_styles:
            if style.name == name:
                self._base(style)

    def _base(self, style: Style) -> int:
        """Which of the new ``cellStyleXfs`` a style is; the new workbook's own where it knows the style."""
        if style.key not in self._styles:
            base = item_at(self.old.lists["cellStyleXfs"], style.base) or _PLAIN
            # Never one that is there already: two styles may look the same.
            at = self._styles[style.key] = self._append("cellStyleXfs", self._format(base, None))
            self._add("cellStyles", with_attributes(style.item, xfId=str(at)))
        return self._styles[style.key]

    def table_style(self, name: str) -> None:
        """Bring over what somebody made tables look like, by its name; those of Excel need nothing."""
        if any(parted(item)[0].get("name") == name for item in self.new.lists["tableStyles"]):
            return
        for item in self.old.lists["tableStyles"]:
            if parted(item)[0].get("name") == name:
                self._add("tableStyles", _ELEMENT.sub(self._restyled, item))

    def _restyled(self, found: re.Match[bytes]) -> bytes:
        attributes = attributes_of(found[1])
        at = self.differential(number(attributes, "dxfId")) if "dxfId" in attributes else None
        changed = {key: value for key, value in attributes.items() if key != "dxfId"}
        return b"<tableStyleElement" + written(changed if at is None else {**changed, "dxfId": str(at)}) + b"/>"

    def joined(self) -> bytes:
        """The new table of formats."""
        data = self.new.data
        for name in LISTS:
            if self._added[name]:
                data = longer(data, name, self.new.lists[name], self._added[name])
        return with_palette(data, self.old.data)
