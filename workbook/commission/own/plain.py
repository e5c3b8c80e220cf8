"""XML in a form in which a pattern finds exactly what a parser would, so that large sheets can be changed at speed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from workbook.package.limits import Budget
from workbook.package.markup import DEEPEST, STRICT, TRANSITIONAL, Attributes, Walker, damaged, sliced, utf8

ATTRIBUTES: Final = rb"""(?:\s++[^\s=<>"'/]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+"""
"""The attributes of a tag, as part of a pattern."""
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/"
_OF_STRICT: Final = {
    STRICT: TRANSITIONAL,
    "http://purl.oclc.org/ooxml/drawingml/": "http://schemas.openxmlformats.org/drawingml/2006/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": f"{_OFFICE}relationships",
    "http://purl.oclc.org/ooxml/officeDocument/sharedTypes": f"{_OFFICE}sharedTypes",
}
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>)?\s*<[^\s/<>!?]+(" + ATTRIBUTES + rb")\s*/?>")
_DEFAULT: Final = re.compile(rb"""\sxmlns\s*=\s*["']([^"']*)""")
_MAIN: Final = TRANSITIONAL.encode()
_ATTRIBUTE: Final = re.compile(rb"""\s++([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)


def plain(pieces: Iterable[bytes], part: str, budget: Budget) -> bytes:
    """A part in UTF-8, well-formed, without comments and the like; elements of a spreadsheet bear no prefix.

    Strict Open XML comes out in the namespaces of the transitional form, which every program reads.

    Args:
        pieces: The part.
        part: Its name, for messages.
        budget: What reading it may cost.

    Raises:
        UnreadableWorkbook: Not well-formed.
        UnsafeWorkbook: A document type, or beyond the limits.
    """
    data = b"".join(utf8(pieces, part))
    if _is_plain(data):
        _Sound(part, budget).walk(budget.paced(sliced(data)))
        return data
    writer = _Rewritten(part, budget)
    writer.walk(budget.paced(sliced(data)))
    return b"".join(writer.out)


def _is_plain(data: bytes) -> bool:
    root = _START.match(data)
    if root is None or b"<!" in data or data.find(b"<?", 5) >= 0 or b"http://purl.oclc.org/" in data:
        return False
    default = _DEFAULT.search(root[1])
    others = data.count(b"xmlns=") + data.count(b"xmlns ") - (1 if default else 0)
    prefixed = data.count(_MAIN) > (default is not None and default[1] == _MAIN)
    return not others and not prefixed


class _Sound(Walker):
    """Only makes sure that a part is well-formed and declares no document type; the parser does it alone."""

    __slots__ = ()

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.parser.StartElementHandler = self.parser.EndElementHandler = self.parser.CharacterDataHandler = None


class _Rewritten(Walker):
    """Writes a part anew; prefixes stay, for attributes like ``mc:Ignorable`` speak of them."""

    __slots__ = ("_declared", "_open", "_scopes", "_tag_open", "out")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.out: list[bytes] = [_DECLARATION]
        self._declared: dict[str, str] = {}
        # By each open element: namespace → prefix, without one for the namespace of spreadsheets.
        self._scopes: list[dict[str, str]] = [{_XML: "xml"}]
        self._open: list[str] = []
        self._tag_open = False
        self.parser.StartNamespaceDeclHandler = self._declare
        self.parser.CharacterDataHandler = self._text

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._check_namespace(prefix, uri)
        if uri:
            uri = _transitional(uri)
            self._declared[uri] = "" if uri == TRANSITIONAL else prefix or f"d{len(self._open)}"

    def start(self, name: str, attributes: Attributes) -> None:
        if len(self._open) > DEEPEST:
            damaged(self.part, "嵌套过深")
        new, self._declared = self._declared, {}
        # A prefix that is given another meaning no longer has the old one.
        outer = {uri: prefix for uri, prefix in self._scopes[-1].items() if prefix not in new.values()}
        self._scopes.append(scope := {**outer, **new})
        tag = _qualified(name, scope)
        spaces = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for uri, prefix in new.items())
        told = "".join(f' {_qualified(key, scope)}="{_quoted(value)}"' for key, value in attributes.items())
        self._open.append(tag)
        self._close_tag(">")
        self.out.append(f"<{tag}{spaces}{told}".encode())
        self._tag_open = True

    def end(self, name: str) -> None:
        self._scopes.pop()
        tag = self._open.pop()
        if self._tag_open:
            self._close_tag("/>")
        else:
            self.out.append(f"</{tag}>".encode())

    def _close_tag(self, how: str) -> None:
        if self._tag_open:
            self.out.append(how.encode())
        self._tag_open = False

    def _text(self, text: str) -> None:
        self._close_tag(">")
        self.out.append(text.translate(_TEXT).encode())


def _transitional(uri: str) -> str:
    for strict, transitional in _OF_STRICT.items():
        if uri == strict or (strict.endswith("/") and uri.startswith(strict)):
            return transitional + uri[len(strict) :]
    return uri


def _qualified(name: str, scope: dict[str, str]) -> str:
    uri, _, local = name.rpartition(" ")
    prefix = scope.get(_transitional(uri), "")
    return f"{prefix}:{local}" if prefix else local


def _quoted(text: str) -> str:
    return text.translate(_QUOTED)


def text_of(content: bytes) -> str:
    r"""The text that the content of an element or attribute means.

    Examples:
        >>> text_of(b"'&#x7532;'!A1&amp;&quot;&lt;&quot;")
        '\'甲\'!A1&"<"'
    """
    return _REFERENCE.sub(_meant, content.decode()) if b"&" in content else content.decode()


def _meant(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1], 16) if found[1] else int(found[2]))


def content_of(text: str) -> bytes:
    """Text as the content of an element or a double-quoted attribute."""
    return _quoted(text).encode()


def attributes_of(tag: bytes) -> dict[str, str]:
    """The attributes in a start tag, or in the part of it that holds them."""
    return {key.decode(): text_of(one or other) for key, one, other in _ATTRIBUTE.findall(tag)}


def tags(*local: str) -> re.Pattern[bytes]:
    """A pattern of start tags with these local names: name with prefix, local name, attributes, what closes it."""
    names = "|".join(local).encode() or rb"[^\s/<>:!?]+"
    return re.compile(rb"<((?:[^\s/<>:!?]+:)?(" + names + rb"))(" + ATTRIBUTES + rb")\s*+(/?>)")


def each_tag(data: bytes, changed: Callable[[str, dict[str, str]], dict[str, str | None]], *local: str) -> bytes:
    """The part with attributes of some tags changed.

    Args:
        data: The part, plain.
        changed: Local name and attributes → attributes to set, or to drop where None; nothing leaves the tag as it is.
        local: The names of the tags.
    """

    def retagged(found: re.Match[bytes]) -> bytes:
        attributes = attributes_of(found[3])
        wanted = changed(found[2].decode(), attributes)
        changes = {key: value for key, value in wanted.items() if attributes.get(key) != value}
        if not changes:
            return found[0]
        kept = {key: value for key, value in {**attributes, **changes}.items() if value is not None}
        return b"<" + found[1] + written(kept) + found[4]

    return tags(*local).sub(retagged, data)


def written(attributes: dict[str, str]) -> bytes:
    """Attributes as they stand in a tag."""
    return b"".join(b' %s="%s"' % (key.encode(), content_of(value)) for key, value in attributes.items())
