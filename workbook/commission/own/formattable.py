"""A table of cell formats taken apart into items that can stand in another one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from workbook.commission.own.plain import ATTRIBUTES, attributes_of, written

FIRST_FREE: Final = 164
"""Number formats below it are Excel's own."""
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
LISTS: Final = tuple(_ITEMS)
_FOREIGN: Final = re.compile(rb"""\s++(?!xml:|xmlns:)[^\s=<>"'/:]++:[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+')""")
_TAG: Final = re.compile(rb"<(?![/!?])[^\s/<>]+" + ATTRIBUTES + rb"\s*+/?>")
_PREFIX: Final = re.compile(rb"</?([^\s/<>:]+):")
_DECLARED: Final = re.compile(rb"""\sxmlns:([^\s=]+)\s*=\s*["']([^"']*)["']""")
_PALETTE: Final = re.compile(rb"<indexedColors" + ATTRIBUTES + rb"\s*+>.*?</indexedColors>", re.DOTALL)
_COLORS: Final = re.compile(rb"<colors" + ATTRIBUTES + rb"\s*+(?:/>|>(.*?)</colors>)", re.DOTALL)


_NORMAL: Final = "built in 0 "
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


_PATTERNS: Final = {name: _list_pattern(name) for name in _ITEMS}
_SPLIT: Final = {name: _list_pattern(item.decode()) for name, item in _ITEMS.items()}


class Style(NamedTuple):
    """A cell style with a name.

    Attributes:
        key: By which it is the same in two workbooks: Excel's own bear another name in each language.
        base: Which of the ``cellStyleXfs`` it is.
        item: What tells of it.
    """

    key: str
    name: str
    base: int
    item: bytes


def _style(item: bytes) -> Style:
    told = attributes_of(_head(item))
    name, built_in = told.get("name", ""), told.get("builtinId")
    key = f"name {name}" if built_in is None else f"built in {built_in} {told.get('iLevel', '')}"
    return Style(key, name, number(told, "xfId"), item)


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
        return cls(data=data, lists={name: list(_items(data, name, spaces)) for name in LISTS})

    def codes(self) -> dict[int, str]:
        """The number formats it tells, by number."""
        found = (attributes_of(item) for item in self.lists["numFmts"])
        return {number(one, "numFmtId"): one.get("formatCode", "") for one in found}

    def styles(self) -> list[Style]:
        """The styles that have a name, in their order."""
        return [_style(item) for item in self.lists["cellStyles"]]


def number(attributes: dict[str, str], key: str) -> int:
    """An index among attributes; 0 where it is none."""
    found = _INDEX.fullmatch(attributes.get(key, ""))
    return int(found[0]) if found else 0


def _items(data: bytes, name: str, spaces: dict[bytes, bytes]) -> Iterable[bytes]:
    found = _PATTERNS[name].search(data)
    for item in _SPLIT[name].finditer(found[2] or b"" if found else b""):
        text = _TAG.sub(lambda tag: _FOREIGN.sub(b"", tag[0]), item[0])
        text = _ordered(text) if name == "fonts" else text
        used = dict.fromkeys(_PREFIX.findall(text))
        told = b"".join(b' xmlns:%s="%s"' % (key, spaces[key]) for key in used if key in spaces)
        head = 1 + len(_ITEMS[name])
        yield text[:head] + told + text[head:] if told else text


def _ordered(font: bytes) -> bytes:
    """A font that tells things in the order of the schema, which not every program keeps."""
    head, inner = _head(font), parted(font)[1]
    found = [(one[1], one[0]) for one in _EMPTY.finditer(inner)]
    if len(b"".join(text for _, text in found)) != len(inner) or any(key not in _IN_FONT for key, _ in found):
        return font
    found.sort(key=lambda one: _IN_FONT.index(one[0]))
    return head + b"".join(text for _, text in found) + font[len(head) + len(inner) :]


def _head(item: bytes) -> bytes:
    """The start tag of an item."""
    found = _TAG.match(item)
    return found[0] if found else item


def parted(item: bytes) -> tuple[dict[str, str], bytes]:
    """The attributes of an item, and what is in it."""
    head = _head(item)
    return attributes_of(head), b"" if head.endswith(b"/>") else item[len(head) : item.rindex(b"</")]


def with_attributes(item: bytes, **changes: str) -> bytes:
    """An item with some attributes set."""
    head = _head(item)
    name = head[: re.match(rb"<[^\s/>]+", head).end()]  # type: ignore[union-attr]
    close = b"/>" if head.endswith(b"/>") else b">"
    return name + written({**attributes_of(head), **changes}) + close + item[len(head) :]


def longer(data: bytes, name: str, items: list[bytes], added: list[bytes]) -> bytes:
    """The part with more in one of its lists."""
    tag, count = name.encode(), len(items) + len(added)
    found = _PATTERNS[name].search(data)
    if found is None:
        # Only number formats may be missing altogether; they come first.
        at = _first_list(data)
        return data[:at] + b'<%s count="%d">%s</%s>' % (tag, count, b"".join(added), tag) + data[at:]
    attributes = {**attributes_of(found[1]), "count": str(count)}
    whole = b"<%s%s>%s%s</%s>" % (tag, written(attributes), found[2] or b"", b"".join(added), tag)
    return data[: found.start()] + whole + data[found.end() :]


def _first_list(data: bytes) -> int:
    return min(found.start() for pattern in _PATTERNS.values() if (found := pattern.search(data)))


def with_palette(data: bytes, other: bytes) -> bytes:
    """The part with the palette that another takes its numbered colours from, where it has none of its own."""
    told = _PALETTE.search(other)
    if told is None or _PALETTE.search(data):
        return data
    palette = _FOREIGN.sub(b"", told[0])
    found = _COLORS.search(data)
    if found:
        return data[: found.start()] + b"<colors>%s%s</colors>" % (palette, found[1] or b"") + data[found.end() :]
    styles = _PATTERNS["tableStyles"].search(data)
    at = styles.end() if styles else data.index(b"</styleSheet>")
    return data[:at] + b"<colors>%s</colors>" % palette + data[at:]


def meaning(table: FormatTable, index: int) -> tuple[object, ...]:
    """All that a cell format says, without a number in it that only its own workbook understands."""
    head, inner = parted(table.lists["cellXfs"][index])
    code = number(head, "numFmtId")
    lists = (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId"))
    shown = [item_at(table.lists[name], number(head, key)) for name, key in lists]
    keys = {style.base: style.key for style in reversed(table.styles())}
    rest = sorted(
        (key, value)
        for key, value in head.items()
        if key in ("quotePrefix", "pivotButton") and value not in ("0", "false")
    )
    named = table.codes().get(code, code if code < FIRST_FREE else 0)
    return (named, *shown, keys.get(number(head, "xfId"), _NORMAL), inner, tuple(rest))


def item_at(items: list[bytes], index: int) -> bytes:
    """An item; the first where the number leads nowhere."""
    return items[index] if index < len(items) else items[0] if items else b""
