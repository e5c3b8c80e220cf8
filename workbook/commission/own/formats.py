"""Cell formats of one workbook joined to those of another: every cell looks afterwards as it did before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.own.plain import ATTRIBUTES, attributes_of, content_of, written

_FIRST_FREE: Final = 164
"""Number formats below have a meaning of their own."""
_ITEMS: Final = {
    "numFmts": b"numFmt",
    "fonts": b"font",
    "fills": b"fill",
    "borders": b"border",
    "cellStyleXfs": b"xf",
    "cellXfs": b"xf",
    "cellStyles": b"cellStyle",
    "dxfs": b"dxf",
    "tableStyles": b"tableStyle",
}
_INDEX: Final = re.compile(r"\s*[0-9]{1,9}\s*")
_ORDER: Final = tuple(_ITEMS)
_FOREIGN: Final = re.compile(rb"""\s++(?!xml:|xmlns:)[^\s=<>"'/:]++:[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+')""")
_TAG: Final = re.compile(rb"<(?![/!?])[^\s/<>]+" + ATTRIBUTES + rb"\s*+/?>")
_PREFIX: Final = re.compile(rb"</?([^\s/<>:]+):")
_DECLARED: Final = re.compile(rb"""\sxmlns:([^\s=]+)\s*=\s*["']([^"']*)["']""")
_NUMBER: Final = re.compile(rb"<numFmt(" + ATTRIBUTES + rb")\s*+/?>")
_ELEMENT: Final = re.compile(rb"<tableStyleElement(" + ATTRIBUTES + rb")\s*+/>")
_PHONETIC: Final = re.compile(rb"<phoneticPr(" + ATTRIBUTES + rb")\s*+(?:/>|></phoneticPr>)")
_PALETTE: Final = re.compile(rb"<indexedColors" + ATTRIBUTES + rb"\s*+>.*?</indexedColors>", re.DOTALL)
_COLORS: Final = re.compile(rb"<colors" + ATTRIBUTES + rb"\s*+(?:/>|>(.*?)</colors>)", re.DOTALL)


_IN_FONT: Final = tuple(
    one.encode()
    for one in (
        *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name"),
        *("family", "charset", "scheme"),
    )
)
_EMPTY: Final = re.compile(rb"<([^\s/<>]+)(" + ATTRIBUTES + rb")\s*+(?:/>|></\1>)")


def _list_pattern(name: str) -> re.Pattern[bytes]:
    tag = name.encode()
    return re.compile(rb"<%s(%s)\s*+(?:/>|>(.*?)</%s>)" % (tag, ATTRIBUTES, tag), re.DOTALL)


_LISTS: Final = {name: _list_pattern(name) for name in _ITEMS}
_SPLIT: Final = {name: _list_pattern(item.decode()) for name, item in _ITEMS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatTable:
    """A table of formats, taken apart.

    Attributes:
        data: The part, plain.
        lists: The items of each list, each able to stand elsewhere.
    """

    data: bytes
    lists: dict[str, list[bytes]]

    @classmethod
    def of(cls, data: bytes) -> FormatTable:
        """Take a part apart.

        Args:
            data: The part, see ``plain``.
        """
        root = re.search(rb"<styleSheet(" + ATTRIBUTES + rb")", data)
        spaces = dict(_DECLARED.findall(root[1])) if root else {}
        return cls(data=data, lists={name: list(_items(data, name, spaces)) for name in _ORDER})

    def codes(self) -> dict[int, str]:
        """The number formats it tells, by number."""
        found = (attributes_of(item) for item in self.lists["numFmts"])
        return {number(one, "numFmtId"): one.get("formatCode", "") for one in found}

    def named(self) -> dict[str, tuple[int, bytes]]:
        """The styles that have a name → which of the ``cellStyleXfs`` they are, and what tells of them."""
        return {
            attributes.get("name", ""): (number(attributes, "xfId"), item)
            for item in self.lists["cellStyles"]
            for attributes in (attributes_of(item),)
        }


def number(attributes: dict[str, str], key: str) -> int:
    """An index among attributes; 0 where it is none."""
    found = _INDEX.fullmatch(attributes.get(key, ""))
    return int(found[0]) if found else 0


def _items(data: bytes, name: str, spaces: dict[bytes, bytes]) -> Iterable[bytes]:
    found = _LISTS[name].search(data)
    for item in _SPLIT[name].finditer(found[2] or b"" if found else b""):
        text = _TAG.sub(lambda tag: _FOREIGN.sub(b"", tag[0]), item[0])
        text = _ordered(text) if name == "fonts" else text
        used = dict.fromkeys(_PREFIX.findall(text))
        told = b"".join(b' xmlns:%s="%s"' % (key, spaces[key]) for key in used if key in spaces)
        head = 1 + len(_ITEMS[name])
        yield text[:head] + told + text[head:] if told else text


def _ordered(font: bytes) -> bytes:
    """A font that tells things in the order of the schema, which not every program keeps."""
    head, inner = _parted_head(font), _parted(font)[1]
    found = [(one[1], one[0]) for one in _EMPTY.finditer(inner)]
    if len(b"".join(text for _, text in found)) != len(inner) or any(key not in _IN_FONT for key, _ in found):
        return font
    found.sort(key=lambda one: _IN_FONT.index(one[0]))
    return head + b"".join(text for _, text in found) + font[len(head) + len(inner) :]


@dataclass(slots=True)
class Formats:
    """Joins the formats that are asked for to those of the new workbook.

    Args:
        old: What the sheets come from.
        new: Where they go.
    """

    old: FormatTable
    new: FormatTable
    _added: dict[str, list[bytes]] = field(default_factory=lambda: {name: [] for name in _ORDER})
    _known: dict[str, dict[bytes, int]] = field(default_factory=dict)
    _cells: dict[int, int] = field(default_factory=dict)
    _codes: dict[int, int] = field(default_factory=dict)
    _new_codes: dict[int, str] = field(default_factory=dict)
    _old_codes: dict[int, str] = field(default_factory=dict)
    _styles: dict[str, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know what there is already."""
        for name, items in self.new.lists.items():
            # Of equal ones the first.
            self._known[name] = {item: at for at, item in reversed(list(enumerate(items)))}
        self._new_codes, self._old_codes = self.new.codes(), self.old.codes()
        self._styles = {name: at for name, (at, _) in self.new.named().items()}
        self._names = {at: name for name, (at, _) in reversed(self.old.named().items())}
        if self.old.lists["cellXfs"] and self._same(0):
            self._cells[0] = 0

    def _same(self, index: int) -> bool:
        """Whether a cell format means in both workbooks the same."""
        old, new = self.old.lists["cellXfs"], self.new.lists["cellXfs"]
        return index < min(len(old), len(new)) and meaning(self.old, index) == meaning(self.new, index)

    def _add(self, name: str, item: bytes) -> int:
        known = self._known[name]
        if item not in known:
            known[item] = len(self.new.lists[name]) + len(self._added[name])
            self._added[name].append(item)
        return known[item]

    def _moved(self, name: str, index: int) -> int:
        items = self.old.lists[name]
        return self._add(name, items[index]) if index < len(items) else 0

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
            self._codes[index] = index if code is None and index < _FIRST_FREE else self._code(index, code or "General")
        return self._codes[index]

    def _code(self, index: int, code: str) -> int:
        """A number under which the new workbook knows a code."""
        for number_, known in self._new_codes.items():
            if known == code:
                return number_
        free = index if 0 < index < _FIRST_FREE and index not in self._new_codes else 0
        free = free or max(_FIRST_FREE - 1, *self._new_codes, _FIRST_FREE - 1) + 1
        self._new_codes[free] = code
        self._added["numFmts"].append(b'<numFmt numFmtId="%d" formatCode="%s"/>' % (free, content_of(code)))
        return free

    def cell(self, index: int) -> int:
        """The cell format in the new workbook."""
        if index not in self._cells:
            items = self.old.lists["cellXfs"]
            known = items[index] if index < len(items) else items[0] if items else b'<xf numFmtId="0"/>'
            style = self._style(number(attributes_of(_parted_head(known)), "xfId"))
            self._cells[index] = self._add("cellXfs", self._format(known, style))
        return self._cells[index]

    def _format(self, item: bytes, style: int | None) -> bytes:
        """A cell format with everything it refers to brought over."""
        head, inner = _parted(item)
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

    def _style(self, index: int) -> int:
        """The style with a name that a cell format builds on, brought over by its name."""
        return self.style(self._names.get(index, ""))

    def style(self, name: str) -> int:
        """A style with a name, brought over; that of the new workbook where it has one of the name."""
        if name in self._styles:
            return self._styles[name]
        old = self.old.named()
        if name not in old:
            return 0
        index, item = old[name]
        items = self.old.lists["cellStyleXfs"]
        base = items[index] if index < len(items) else b'<xf numFmtId="0"/>'
        at = self._add("cellStyleXfs", self._format(base, None))
        self._add("cellStyles", _with(item, xfId=str(at)))
        self._styles[name] = at
        return at

    def table_style(self, name: str) -> None:
        """Bring over what somebody made tables look like, by its name; those of Excel need nothing."""
        named = [attributes_of(_parted_head(item)).get("name") for item in self.new.lists["tableStyles"]]
        if name in named:
            return
        for item in self.old.lists["tableStyles"]:
            if attributes_of(_parted_head(item)).get("name") == name:
                self._add("tableStyles", _ELEMENT.sub(self._restyled, item))

    def _restyled(self, found: re.Match[bytes]) -> bytes:
        attributes = attributes_of(found[1])
        at = self.differential(number(attributes, "dxfId")) if "dxfId" in attributes else None
        changed = {key: value for key, value in attributes.items() if key != "dxfId"}
        return b"<tableStyleElement" + written(changed if at is None else {**changed, "dxfId": str(at)}) + b"/>"

    def joined(self) -> bytes:
        """The new table of formats."""
        data = self.new.data
        for name in _ORDER:
            if self._added[name]:
                data = _longer(data, name, self.new.lists[name], self._added[name])
        palette = _PALETTE.search(self.old.data)
        if palette and not _PALETTE.search(data):
            data = _with_palette(data, _FOREIGN.sub(b"", palette[0]))
        return data


def _parted_head(item: bytes) -> bytes:
    found = _TAG.match(item)
    return found[0] if found else item


def _parted(item: bytes) -> tuple[dict[str, str], bytes]:
    """The attributes of an item, and what is in it."""
    head = _parted_head(item)
    return attributes_of(head), b"" if head.endswith(b"/>") else item[len(head) : item.rindex(b"</")]


def _with(item: bytes, **changes: str) -> bytes:
    head = _parted_head(item)
    name = head[: re.match(rb"<[^\s/>]+", head).end()]  # type: ignore[union-attr]
    close = b"/>" if head.endswith(b"/>") else b">"
    return name + written({**attributes_of(head), **changes}) + close + item[len(head) :]


def _longer(data: bytes, name: str, items: list[bytes], added: list[bytes]) -> bytes:
    """The part with more in one of its lists."""
    tag, count = name.encode(), len(items) + len(added)
    found = _LISTS[name].search(data)
    if found is None:
        # Only number formats may be missing altogether; they come first.
        at = _first_list(data)
        return data[:at] + b'<%s count="%d">%s</%s>' % (tag, count, b"".join(added), tag) + data[at:]
    attributes = {**attributes_of(found[1]), "count": str(count)}
    whole = b"<%s%s>%s%s</%s>" % (tag, written(attributes), found[2] or b"", b"".join(added), tag)
    return data[: found.start()] + whole + data[found.end() :]


def _first_list(data: bytes) -> int:
    return min(found.start() for pattern in _LISTS.values() if (found := pattern.search(data)))


def _with_palette(data: bytes, palette: bytes) -> bytes:
    """The part with the palette that numbered colours are taken from."""
    found = _COLORS.search(data)
    if found:
        return data[: found.start()] + b"<colors>%s%s</colors>" % (palette, found[1] or b"") + data[found.end() :]
    styles = _LISTS["tableStyles"].search(data)
    at = styles.end() if styles else data.index(b"</styleSheet>")
    return data[:at] + b"<colors>%s</colors>" % palette + data[at:]


def meaning(table: FormatTable, index: int) -> tuple[object, ...]:
    """All that a cell format says, without a number in it that only its own workbook understands."""
    head, inner = _parted(table.lists["cellXfs"][index])
    code = number(head, "numFmtId")
    lists = (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId"))
    shown = [_at(table.lists[name], number(head, key)) for name, key in lists]
    names = {at: name for name, (at, _) in table.named().items()}
    rest = sorted(
        (key, value)
        for key, value in head.items()
        if key in ("quotePrefix", "pivotButton") and value not in ("0", "false")
    )
    return (table.codes().get(code, code), *shown, names.get(number(head, "xfId"), "Normal"), inner, tuple(rest))


def _at(items: list[bytes], index: int) -> bytes:
    return items[index] if index < len(items) else b""
