"""Changes to XML as cuts in its bytes, because only what is never rewritten is surely kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workbook.package.markup import DEEPEST, Attributes, Walker, damaged

# Quoted values may hold «>».
_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_TAG_PREFIX: Final = re.compile(rb"<([^\s/>:]+:)?")


Splice = tuple[int, int, bytes]
"""Start, end and what takes the place of the bytes between."""


@dataclass(slots=True, kw_only=True)
class Span:
    """An element in the bytes of its part.

    Args:
        start: Offset of its ``<``.
        inner: Offset just after its start tag.
        close: Offset of its end tag; equals ``inner`` where the element closes itself.
        end: Offset just after the element.
    """

    start: int
    inner: int
    attributes: Attributes
    close: int = 0
    end: int = 0

    @property
    def closes_itself(self) -> bool:
        """Whether it is ``<like this/>``."""
        return self.end == self.inner


class Surveyor(Walker):
    """A walker that knows where in the bytes it is.

    Args:
        part: The name of the part.
        data: The part, in UTF-8.
    """

    __slots__ = ("data",)

    def __init__(self, part: str, data: bytes) -> None:
        super().__init__(part)
        self.data = data

    def span(self, attributes: Attributes) -> Span:
        """The element whose start tag is being reported; its end is still open."""
        start = self.parser.CurrentByteIndex
        tag = _TAG.match(self.data, start)
        return Span(start=start, inner=tag.end() if tag else damaged(self.part, "的标记有误"), attributes=attributes)

    def finish(self, span: Span) -> None:
        """Note the end of an element, which is being reported."""
        if self.data[span.inner - 2 : span.inner] == b"/>":
            span.close = span.end = span.inner
            return
        span.close = self.parser.CurrentByteIndex
        span.end = self.data.index(b">", span.close) + 1


class _Finder(Surveyor):
    """Finds elements by name and attributes, wherever they are."""

    __slots__ = ("_open", "_wanted", "found")

    def __init__(self, part: str, data: bytes, wanted: Callable[[str, Attributes], bool]) -> None:
        super().__init__(part, data)
        self._wanted = wanted
        self._open: list[Span | None] = []
        self.found: list[Span] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if len(self._open) > DEEPEST:
            damaged(self.part, "嵌套过深")
        self._open.append(self.span(attributes) if self._wanted(name, attributes) else None)

    def end(self, name: str) -> None:
        span = self._open.pop()
        if span is not None:
            self.finish(span)
            self.found.append(span)


def find_spans(data: bytes, part: str, wanted: Callable[[str, Attributes], bool]) -> list[Span]:
    """Where the elements stand that are wanted by name (``namespace local``) and attributes.

    Args:
        data: The part, in UTF-8.
        part: Its name, for messages.
        wanted: Told of each element.

    Raises:
        UnreadableWorkbook: Not well-formed.
    """
    finder = _Finder(part, data, wanted)
    finder.walk(data)
    return finder.found


def removed(spans: Iterable[Span]) -> list[Splice]:
    """The splices that take elements out."""
    return [(span.start, span.end, b"") for span in spans]


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The data with the splices made; at one place, insertions come first and keep their order."""
    pieces: list[bytes] = []
    at = 0
    for start, end, replacement in sorted(splices, key=lambda splice: splice[:2]):
        pieces += (data[at:start], replacement)
        at = end
    return b"".join((*pieces, data[at:]))


def prefix_of(data: bytes, span: Span) -> bytes:
    """The namespace prefix of an element, with its colon, or nothing."""
    found = _TAG_PREFIX.match(data, span.start)
    return found[1] or b"" if found else b""


# Possessive, and never inside a run of blanks: a megabyte of blanks in a tag must not cost its square.
_ATTRIBUTE: Final = re.compile(rb"""(?<!\s)\s++([^\s=<>"'/]++)\s*+=\s*+(?:"[^"]*"|'[^']*')""")


def retagged(tag: bytes, changes: Mapping[bytes, bytes | None], closed: bool) -> bytes:
    """A start tag with some attributes set, or dropped where None, and everything else as it was.

    Args:
        tag: The tag.
        changes: Attribute → its new content, already escaped.
        closed: Whether the result closes itself.

    Examples:
        >>> retagged(b'<row r="1" ht="9"/>', {b"ht": b"20", b"spans": None}, closed=False)
        b'<row r="1" ht="20">'
    """
    kept = _ATTRIBUTE.sub(lambda found: b"" if found[1] in changes else found[0], tag)
    added = b"".join(b' %s="%s"' % (key, value) for key, value in changes.items() if value is not None)
    return kept.rstrip(b"/> \t\r\n") + added + (b"/>" if closed else b">")
