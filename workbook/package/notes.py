"""What people noted at the cells of a sheet, whichever program wrote it: classic notes, and threads of comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from workbook.package.grid import Position, parse_area
from workbook.package.guard import Archive
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, Walker, damaged, spreadsheet, utf8
from workbook.package.parts import locate, relationships
from workbook.package.strings import TextWalker

_ROOT: Final = spreadsheet("comments")
_LISTS: Final = spreadsheet("authors", "commentList")
_AUTHOR: Final = spreadsheet("author")
_COMMENT: Final = spreadsheet("comment")
_TEXT: Final = spreadsheet("text")
_THREADED: Final = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


class NoteText(NamedTuple):
    """A note as it stands in the file."""

    text: str
    author: str


class _Notes(TextWalker):
    """Collects the notes of one part."""

    __slots__ = ("_author", "_authors", "_level", "_reference", "found")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.found: dict[Position, NoteText] = {}
        self._authors: list[str] = []
        self._level = 0
        self._author = 0
        self._reference = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if self._level == 0 and name not in _ROOT:
            damaged(self.part, "不是批注")
        if self._level == 3 and name in _TEXT:
            self.read_text(self._take)
        elif name in _ROOT | _LISTS | _AUTHOR | _COMMENT:
            self._level += 1
            self.chunks.clear()
            if name in _COMMENT:
                self._reference, author = attributes.get("ref", ""), attributes.get("authorId", "")
                self._author = int(author) if author.isascii() and author.isdigit() and len(author) < 7 else -1
        else:
            self.skip()

    def end(self, name: str) -> None:
        self._level -= 1
        if name in _AUTHOR:
            self._authors.append("".join(self.chunks).strip())

    def _take(self, text: str) -> None:
        area = parse_area(self._reference)
        if area is not None and text.strip():
            author = self._authors[self._author] if 0 <= self._author < len(self._authors) else ""
            self.found[area.top, area.left] = NoteText(text, author)


class _Persons(Walker):
    """Who takes part in threads, by identifier."""

    __slots__ = ("found",)

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.found: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == f"{_THREADED} person":
            self.found[attributes.get("id", "")] = attributes.get("displayName", "")

    def end(self, name: str) -> None:
        """What is told stands in the start of an element."""


class _Threads(Walker):
    """The comments of threads, in the order of the file."""

    __slots__ = ("_open", "found")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.found: list[tuple[str, str, str]] = []
        self._open: Attributes = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == f"{_THREADED} threadedComment":
            self._open = attributes
        self.chunks.clear()

    def end(self, name: str) -> None:
        if name == f"{_THREADED} text":
            self.found.append(
                (self._open.get("ref", ""), self._open.get("personId", ""), "".join(self.chunks)),
            )


def notes(archive: Archive, sheet_part: str, workbook_part: str) -> Mapping[Position, NoteText]:
    """The notes of a sheet; a thread is one note, each comment on a line with its author.

    Raises:
        UnreadableWorkbook: A part that holds them is damaged.
    """
    found: dict[Position, NoteText] = {}
    threads: dict[Position, list[tuple[str, str]]] = {}
    for link in relationships(archive, sheet_part):
        part = locate(archive, link.target)
        if part is None:
            continue
        if link.kind == "comments":
            classic = _Notes(part, archive.budget)
            classic.walk(utf8(archive.pieces(part), part))
            found |= classic.found
        elif link.kind == "threadedComment":
            _gather(archive, part, workbook_part, threads)
    return found | {position: _one(comments) for position, comments in threads.items()}


def _gather(archive: Archive, part: str, workbook_part: str, threads: dict[Position, list[tuple[str, str]]]) -> None:
    persons = dict(_persons(archive, workbook_part))
    walker = _Threads(part, archive.budget)
    walker.walk(utf8(archive.pieces(part), part))
    for reference, person, text in walker.found:
        area = parse_area(reference)
        if area is not None and text.strip():
            threads.setdefault((area.top, area.left), []).append((persons.get(person, ""), text))


def _persons(archive: Archive, workbook_part: str) -> Iterator[tuple[str, str]]:
    for link in relationships(archive, workbook_part):
        part = locate(archive, link.target) if link.kind == "person" else None
        if part is not None:
            walker = _Persons(part, archive.budget)
            walker.walk(utf8(archive.pieces(part), part))
            yield from walker.found.items()


def _one(comments: list[tuple[str, str]]) -> NoteText:
    if len(comments) == 1:
        return NoteText(comments[0][1], comments[0][0])
    return NoteText("\n".join(f"{author}：{text}" for author, text in comments), comments[0][0])
