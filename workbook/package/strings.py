"""Text in formatted runs, which shared and inline strings have in common, without the phonetic guide between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from workbook.package.guard import shown
from workbook.package.limits import Budget, exceeds
from workbook.package.markup import Attributes, Handler, Walker, damaged, spreadsheet, utf8
from workbook.package.text import unescaped

_TABLE: Final = spreadsheet("sst")
_ITEM: Final = spreadsheet("si")
_TEXT: Final = spreadsheet("t")
_RUN: Final = spreadsheet("r")


class TextWalker(Walker):
    """A walker that can read the text of an ``si`` or ``is`` element it meets."""

    __slots__ = ("_after", "_done", "_in_run", "_in_text", "_length", "_pieces")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self._done: Callable[[str], None] | None = None
        self._after: tuple[Handler | None, ...] = ()
        self._pieces: list[str] = []
        self._length = 0
        self._in_run = self._in_text = False

    def read_text(self, done: Callable[[str], None]) -> None:
        """Read the element that has just begun, to its end, and hand its text to ``done``."""
        parser = self.parser
        self._pieces, self._length = [], 0
        self.chunks.clear()
        self._done = done
        self._after = parser.StartElementHandler, parser.EndElementHandler
        parser.StartElementHandler, parser.EndElementHandler = self._start_inside, self._end_inside

    def _start_inside(self, name: str, attributes: Attributes) -> None:
        if self._in_text:
            self.skip()
        elif name in _TEXT:
            self._in_text = True
            self.chunks.clear()
        elif name in _RUN and not self._in_run:
            self._in_run = True
        else:
            self.skip()

    def _end_inside(self, name: str) -> None:
        if self._in_text:
            self._in_text = False
            self._take_piece("".join(self.chunks))
        elif self._in_run:
            self._in_run = False
        else:
            self._finish_text()

    def _take_piece(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        limit = self.budget.limits.text
        if self._length > limit:
            exceeds(f"部件“{shown(self.part)}”中一段文本的字数", f"{limit:,} 字")

    def _finish_text(self) -> None:
        parser, done = self.parser, self._done
        parser.StartElementHandler, parser.EndElementHandler = self._after
        self._after, self._done = (), None
        if done is not None:
            done(unescaped("".join(self._pieces)))


class _SharedStrings(TextWalker):
    """Collects the items of the table, whatever ``count`` it claims."""

    __slots__ = ("_in_table", "strings")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.strings: list[str] = []
        self._in_table = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self._in_table and name in _ITEM:
            self.read_text(self._keep)
        elif not self._in_table and name in _TABLE:
            self._in_table = True
        elif self._in_table:
            self.skip()
        else:
            damaged(self.part, "不是共享文本表")

    def end(self, name: str) -> None:
        """Only the table itself ends here; its items end in ``TextWalker``."""

    def _keep(self, text: str) -> None:
        self.strings.append(text)
        self.budget.spend("strings")
        self.budget.spend("characters", len(text))


def shared_strings(pieces: Iterable[bytes], part: str, budget: Budget) -> list[str]:
    """The shared strings of a workbook, in order.

    Raises:
        UnreadableWorkbook: No well-formed table of strings.
        UnsafeWorkbook: More than the limits allow.
    """
    table = _SharedStrings(part, budget)
    table.walk(utf8(pieces, part))
    return table.strings
