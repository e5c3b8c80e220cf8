"""The one seam to the XML parser: UTF-8 only, no DTD, bounded depth, and its errors told as ours."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, NoReturn
from xml.parsers import expat

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from workbook.package.directory import PIECE
from workbook.package.guard import shown
from workbook.package.limits import Budget, Kind, exceeds

TRANSITIONAL: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_NAMESPACES: Final = frozenset(
    {
        TRANSITIONAL,
        STRICT,
        "http://schemas.openxmlformats.org/package/2006/content-types",
        "http://schemas.openxmlformats.org/package/2006/relationships",
    }
)
# The deepest thing Office writes (a drawing inside an extension) is about 20 levels; each costs the parser memory.
DEEPEST: Final = 200
# The longest in use has 90 characters; the parser copies it before the name of each element.
_LONGEST_NAMESPACE: Final = 1_000

Attributes = dict[str, str]
Handler = Callable[..., None]
Told = Callable[[int, str, Attributes], None]


def damaged(part: str, reason: str) -> NoReturn:
    """Refuse a part."""
    raise UnreadableWorkbook("W05", reason=f"部件“{shown(part)}”{reason}")


def spreadsheet(*local: str) -> frozenset[str]:
    """Names as the parser reports them, in both namespaces a workbook may use."""
    return frozenset(f"{namespace} {name}" for name in local for namespace in (TRANSITIONAL, STRICT))


class Walker:
    """One pass over one part: subclasses see the elements they know and ``skip`` all others with what is in them.

    Args:
        part: The name of the part, for messages.
        budget: What reading it may cost.
    """

    __slots__ = ("_depth", "_names", "_resume", "_told", "budget", "chunks", "parser", "part")

    def __init__(self, part: str, budget: Budget) -> None:
        self.part = part
        self.budget = budget
        self.chunks: list[str] = []
        # Where the parser keeps every name it has met; ours, so that it can be measured.
        self._names: dict[str, str] = {}
        self.parser = parser = expat.ParserCreate("utf-8", " ", self._names)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartNamespaceDeclHandler = self._check_namespace
        parser.CharacterDataHandler = self.chunks.append
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self._depth = 0
        self._resume: tuple[Handler | None, ...] = ()
        self._told: Told | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins; the subclass must either go into it or ``skip`` it."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element the subclass went into ends."""
        raise NotImplementedError

    def walk(self, pieces: Iterable[bytes]) -> None:
        """Read the part, which must be in UTF-8, see ``utf8``.

        Raises:
            UnreadableWorkbook: It is no well-formed XML, or nested absurdly.
            UnsafeWorkbook: It declares a document type or entities, or goes beyond the limits.
        """
        for _ in self.steps(pieces):
            pass

    def steps(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """The same, with a pause after each piece."""
        fed, rest = 0, iter(pieces)
        try:
            for piece in rest:
                self.parser.Parse(piece, False)
                fed += len(piece)
                self._measure(fed)
                yield
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            # An archive that contradicts itself is the better explanation; it shows at the end.
            for _ in rest:
                pass
            raise UnreadableWorkbook(
                "W05", reason=f"部件“{shown(self.part)}”的第 {error.lineno} 行不是完整的 XML"
            ) from error
        finally:
            self._release()

    def _measure(self, fed: int) -> None:
        """Bound what piles up while a tag or a text does not end, or names do not repeat."""
        limits = self.budget.limits
        if fed - self.parser.CurrentByteIndex > limits.tag_bytes:
            exceeds(f"部件“{shown(self.part)}”中一个标记的长度", f"{limits.tag_bytes // 1024} KB")
        if sum(map(len, self.chunks)) > limits.text:
            exceeds(f"部件“{shown(self.part)}”中一段文本的字数", f"{limits.text:,} 字")
        if len(self._names) > limits.words:
            exceeds(f"部件“{shown(self.part)}”中标记和属性的种类", f"{limits.words:,} 种")

    def _release(self) -> None:
        """Parser and walker hold each other: let go, or what was read stays until the garbage collector comes."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = parser.StartNamespaceDeclHandler = None
        self._told = None

    def skip(self) -> None:
        """Ignore the element that has just begun, to its end."""
        parser = self.parser
        self._resume = (parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler)
        self._depth = 1
        parser.StartElementHandler, parser.EndElementHandler = self._deeper, self._shallower
        parser.CharacterDataHandler = None

    def watch(self, told: Told) -> None:
        """Ignore the element that has just begun, but tell of each element in it: depth, name, attributes."""
        self.skip()
        self._told = told
        self.parser.StartElementHandler = self._deeper_watched

    def _deeper(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            damaged(self.part, "嵌套过深")

    def _deeper_watched(self, name: str, attributes: Attributes) -> None:
        if self._told is not None:
            self._told(self._depth, name, attributes)
        self._deeper(name, attributes)

    def _shallower(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            parser = self.parser
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._resume
            self._resume = ()
            self._told = None

    def _check_namespace(self, _: str | None, uri: str | None) -> None:
        if uri is not None and len(uri) > _LONGEST_NAMESPACE:
            damaged(self.part, "的命名空间过长")

    def _refuse_doctype(self, *_: object) -> None:
        raise UnsafeWorkbook("W06", content="文档类型声明（DOCTYPE）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element of a small part.

    Args:
        path: Local names from the root, ``workbook/sheets/sheet``.
        namespace: Of the element.
        text: The text directly in it.
    """

    path: str
    namespace: str
    attributes: Attributes
    text: str


class _Outline(Walker):
    """Collects the elements whose paths are wanted."""

    __slots__ = ("_kind", "_open", "_wanted", "found")

    def __init__(self, part: str, wanted: Collection[str], budget: Budget, kind: Kind) -> None:
        super().__init__(part, budget)
        self._wanted = wanted
        self._kind = kind
        self._open: list[tuple[str, str, Attributes]] = []
        self.found: list[Element] = []

    def start(self, name: str, attributes: Attributes) -> None:
        namespace, _, local = name.rpartition(" ")
        path = f"{self._open[-1][0]}/{local}" if self._open else local
        if namespace not in _NAMESPACES or not any(one.startswith(path) for one in self._wanted):
            self.skip()
            return
        self._open.append((path, namespace, attributes))
        self.chunks.clear()

    def end(self, name: str) -> None:
        path, namespace, attributes = self._open.pop()
        if path in self._wanted:
            self.budget.spend(self._kind)
            text = "".join(self.chunks)
            self.found.append(Element(path=path, namespace=namespace, attributes=attributes, text=text))


def elements(
    pieces: Iterable[bytes], part: str, wanted: Collection[str], budget: Budget, kind: Kind
) -> Iterator[Element]:
    """The wanted elements of a part, in the order in which they end; only a few of them are in memory at a time.

    Args:
        pieces: The part.
        part: Its name, for messages.
        wanted: Paths of local names, ``workbook/sheets/sheet``.
        budget: What reading it may cost.
        kind: As what they count.

    Raises:
        UnreadableWorkbook: Not well-formed.
        UnsafeWorkbook: A document type, or beyond the limits.
    """
    outline = _Outline(part, wanted, budget, kind)
    for _ in outline.steps(utf8(pieces, part)):
        yield from outline.found
        outline.found.clear()
    yield from outline.found


_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION: Final = re.compile(r"""^(<\?xml[^>]*?\sencoding\s*=\s*["'])[^"']*""")
_HEAD: Final = 200
_MARKS: Final = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# «utf-16» in a part of single bytes is a slip of .NET's StringWriter; the bytes are UTF-8.
_CODECS: Final = {
    **dict.fromkeys(("", "utf-8", "utf8", "us-ascii", "ascii", "utf-16"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1"), "latin-1"),
}


def utf8(pieces: Iterable[bytes], part: str) -> Iterator[bytes]:
    """A part in UTF-8 whatever it came in; unchanged where it already is.

    Raises:
        UnreadableWorkbook: The encoding is none that spreadsheet programs write, or the bytes do not fit it.
    """
    rest = iter(pieces)
    head = b""
    # A hostile archive may hand out its bytes one by one.
    while len(head) < _HEAD and (piece := next(rest, None)) is not None:
        head += piece
    encoding = _encoding(head[:_HEAD], part)
    whole = chain((head,), rest)
    if encoding == "utf-8":
        return whole
    return _recoded(whole, encoding, part)


def _recoded(pieces: Iterable[bytes], encoding: str, part: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    first = True
    try:
        for piece in pieces:
            text = decoder.decode(piece)
            yield (_DECLARATION.sub(r"\1UTF-8", text, count=1) if first else text).encode()
            first = False
        yield decoder.decode(b"", True).encode()
    except UnicodeError:
        damaged(part, "的文字编码有误")


def sliced(data: bytes) -> Iterator[bytes]:
    """A part that is in memory, in pieces."""
    return (data[at : at + PIECE] for at in range(0, len(data), PIECE))


def _encoding(head: bytes, part: str) -> str:
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return marked
    declared = _DECLARED.match(head)
    name = declared[1].decode("ascii").lower() if declared else ""
    codec = _CODECS.get(name)
    return codec or damaged(part, f"的文字编码“{shown(name)}”不受支持")
