"""The one seam to the XML parser: UTF-8 only, no DTD, bounded depth, and its errors told as ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NoReturn
from xml.parsers import expat

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from workbook.package.guard import shown

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

Attributes = dict[str, str]
Handler = Callable[..., None]


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
    """

    __slots__ = ("_depth", "_resume", "chunks", "parser", "part")

    def __init__(self, part: str) -> None:
        self.part = part
        self.chunks: list[str] = []
        self.parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.CharacterDataHandler = self.chunks.append
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self._depth = 0
        self._resume: tuple[Handler | None, ...] = ()

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins; the subclass must either go into it or ``skip`` it."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """An element the subclass went into ends."""
        raise NotImplementedError

    def walk(self, data: bytes) -> None:
        """Read the part, which must be in UTF-8, see ``utf8``.

        Raises:
            UnreadableWorkbook: It is no well-formed XML, or nested absurdly.
            UnsafeWorkbook: It declares a document type or entities.
        """
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise UnreadableWorkbook(
                "W05", reason=f"部件“{shown(self.part)}”的第 {error.lineno} 行不是完整的 XML"
            ) from error
        finally:
            self._release()

    def _release(self) -> None:
        """Parser and walker hold each other: let go, or what was read stays until the garbage collector comes."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = None

    def skip(self) -> None:
        """Ignore the element that has just begun, to its end."""
        parser = self.parser
        self._resume = (parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler)
        self._depth = 1
        parser.StartElementHandler, parser.EndElementHandler = self._deeper, self._shallower
        parser.CharacterDataHandler = None

    def _deeper(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            damaged(self.part, "嵌套过深")

    def _shallower(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            parser = self.parser
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._resume
            self._resume = ()

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

    __slots__ = ("_limit", "_open", "_wanted", "found")

    def __init__(self, part: str, wanted: Collection[str], limit: int) -> None:
        super().__init__(part)
        self._wanted = wanted
        self._limit = limit
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
            text = "".join(self.chunks)
            self.found.append(Element(path=path, namespace=namespace, attributes=attributes, text=text))
        if len(self.found) > self._limit:
            measure = f"部件“{shown(self.part)}”中的条目数"
            raise UnsafeWorkbook("W04", measure=measure, limit=f"{self._limit} 个", actual="更多")


def elements(data: bytes, part: str, wanted: Collection[str], limit: int) -> list[Element]:
    """The wanted elements of a small part, in the order in which they end.

    Args:
        data: The part.
        part: Its name, for messages.
        wanted: Paths of local names, ``workbook/sheets/sheet``.
        limit: How many are accepted.

    Raises:
        UnreadableWorkbook: Not well-formed.
        UnsafeWorkbook: A document type, or more elements than the limit.
    """
    outline = _Outline(part, wanted, limit)
    outline.walk(utf8(data, part))
    return outline.found


_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION: Final = re.compile(r"""^(<\?xml[^>]*?\sencoding\s*=\s*["'])[^"']*""")
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


def utf8(data: bytes, part: str) -> bytes:
    """A part in UTF-8 whatever it came in; unchanged where it already is.

    Raises:
        UnreadableWorkbook: The encoding is none that spreadsheet programs write, or the bytes do not fit it.
    """
    encoding = _encoding(data[:200], part)
    if encoding == "utf-8":
        return data
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        damaged(part, "的文字编码有误")
    return _DECLARATION.sub(r"\1UTF-8", text, count=1).encode()


def _encoding(head: bytes, part: str) -> str:
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if marked is not None:
        return marked
    declared = _DECLARED.match(head)
    name = declared[1].decode("ascii").lower() if declared else ""
    codec = _CODECS.get(name)
    return codec or damaged(part, f"的文字编码“{shown(name)}”不受支持")
