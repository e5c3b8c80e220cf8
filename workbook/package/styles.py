"""Cell formats are never read, only counted: a copy of ours must not choke whoever opens it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workbook.package.limits import Budget, exceeds
from workbook.package.markup import Attributes, Walker, damaged, spreadsheet, utf8

_ROOT: Final = spreadsheet("styleSheet")


class _Formats(Walker):
    """Counts what stands in each list: formats, fonts, fills and the like are all about equally heavy."""

    __slots__ = ("_counted", "_inside")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self._inside = False
        self._counted = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self._inside:
            self._counted = 0
            self.watch(self._count)
        elif name in _ROOT:
            self._inside = True
        else:
            damaged(self.part, "不是单元格格式表")

    def end(self, name: str) -> None:
        """Only the root ends here."""

    def _count(self, depth: int, name: str, attributes: Attributes) -> None:
        self._counted += depth == 1
        limit = self.budget.limits.formats
        if self._counted > limit:
            exceeds("单元格格式的个数", f"{limit:,} 个")


def count_formats(pieces: Iterable[bytes], part: str, budget: Budget) -> None:
    """Refuse formats without number.

    Raises:
        UnreadableWorkbook: No well-formed table of formats.
        UnsafeWorkbook: More than the limits allow.
    """
    _Formats(part, budget).walk(utf8(pieces, part))
