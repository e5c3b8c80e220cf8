"""Changes to XML as cuts in its bytes, because only what is never rewritten is surely kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from typing import Final

from workbook.package.guard import shown
from workbook.package.limits import Budget, exceeds
from workbook.package.markup import DEEPEST, Attributes, Walker, damaged, sliced

# Quoted values may hold «>».
_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_TAG_PREFIX: Final = re.compile(rb"<([^\s/>:]+:)?")


_NONE: Final[Attributes] = {}

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
        budget: What looking through it may cost.
    """

    __slots__ = ("data",)

    def __init__(self, part: str, data: bytes, budget: Budget) -> None:
        super().__init__(part, budget)
        self.data = data
        # Texts are of no interest, and would pile up.
        self.parser.CharacterDataHandler = None

    def look_through(self) -> None:
        """Look through the whole part.

        Raises:
            UnreadableWorkbook: Not well-formed.
            UnsafeWorkbook: Beyond the limits.
        """
        self.walk(self.budget.paced(sliced(self.data)))

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

    def __init__(self, part: str, data: bytes, wanted: Callable[[str, Attributes], bool], budget: Budget) -> None:
        super().__init__(part, data, budget)
        self._wanted = wanted
        self._open: list[Span | None] = []
        self.found: list[Span] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if len(self._open) > DEEPEST:
            damaged(self.part, "嵌套过深")
        self._open.append(self.span(_NONE) if self._wanted(name, attributes) else None)

    def end(self, name: str) -> None:
        span = self._open.pop()
        if span is not None:
            self.finish(span)
            self.found.append(span)
            limit = self.budget.limits.cells
            if len(self.found) > limit:
                exceeds(f"部件“{shown(self.part)}”中须删除的内容", f"{limit:,} 处")


def find_spans(data: bytes, part: str, wanted: Callable[[str, Attributes], bool], budget: Budget) -> list[Span]:
    """Where the elements stand that are wanted by name (``namespace local``) and attributes.

    Args:
        data: The part, in UTF-8.
        part: Its name, for messages.
        wanted: Told of each element.
        budget: What looking through it may cost.

    Returns:
        The elements, without their attributes.

    Raises:
        UnreadableWorkbook: Not well-formed.
        UnsafeWorkbook: Beyond the limits.
    """
    finder = _Finder(part, data, wanted, budget)
    finder.look_through()
    return finder.found


def removed(spans: Iterable[Span]) -> Iterator[Splice]:
    """The splices that take elements out."""
    return ((span.start, span.end, b"") for span in spans)


def ordered(*groups: Iterable[Splice]) -> Iterator[Splice]:
    """Splices in the order of their places, from groups that are each in order; insertions at one place come first."""
    return merge(*groups, key=_place)


def in_order(splices: Iterable[Splice]) -> list[Splice]:
    """Splices in the order of their places; those at one place keep theirs."""
    return sorted(splices, key=_place)


def _place(splice: Splice) -> tuple[int, int]:
    return splice[:2]


def spliced(data: bytes, splices: Iterable[Splice]) -> Iterator[bytes] | None:
    """The data with the splices made, piece by piece; None where they change nothing.

    Args:
        data: The part.
        splices: In order, see ``ordered``.
    """
    real = (splice for splice in splices if data[splice[0] : splice[1]] != splice[2])
    first = next(real, None)
    return None if first is None else _pieces(data, chain((first,), real))


def _pieces(data: bytes, splices: Iterable[Splice]) -> Iterator[bytes]:
    at = 0
    for start, end, replacement in splices:
        yield from (data[at:start], replacement)
        at = end
    yield data[at:]


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
