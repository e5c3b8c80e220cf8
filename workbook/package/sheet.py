"""The cells of one sheet in one pass, as they are written: nothing guessed, nothing dropped, no claim believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from toolkit.submission import column_letters
from workbook.package.grid import MAX_ROW, Position, column_number
from workbook.package.guard import Limits, shown
from workbook.package.markup import Attributes, spreadsheet, utf8
from workbook.package.strings import TextWalker
from workbook.package.text import unescaped

Value = str | Decimal | bool | None


class Cell(NamedTuple):
    """What one cell holds.

    Args:
        value: Text, exact number or truth; None for an error or a formula nobody has calculated.
        formula: Its text with the leading ``=``; a bare ``=`` where another cell holds the text.
        error: ``#REF!`` and the like.
        style: Index of the cell format.
    """

    value: Value
    formula: str | None
    error: str | None
    style: int


_new: Final = tuple.__new__

_ROOT, _DATA, _ROW, _CELL, _CONTENT = range(5)
# Where each element may stand; anything else, anywhere else, is skipped.
_LEVELS: Final[Mapping[str, int]] = {
    **dict.fromkeys(spreadsheet("worksheet", "chartsheet", "dialogsheet"), _ROOT),
    **dict.fromkeys(spreadsheet("sheetData"), _DATA),
    **dict.fromkeys(spreadsheet("row"), _ROW),
    **dict.fromkeys(spreadsheet("c"), _CELL),
    **dict.fromkeys(spreadsheet("v", "f", "is"), _CONTENT),
}
_VALUE: Final = spreadsheet("v")
_INLINE: Final = spreadsheet("is")


_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_ZERO: Final = Decimal(0)


def number(text: str) -> Decimal | str:
    """The number Excel shows for what Excel wrote; the text itself where it is no number.

    Excel keeps 15 significant digits and writes 17: 40.7925 is stored as ``40.792499999999997``.

    Examples:
        >>> number("40.792499999999997"), number("1e3"), number("nan"), number("1_0")
        (Decimal('40.7925'), Decimal('1000'), 'nan', '1_0')
    """
    # Digits, few enough to be what Excel shows: rounding would change nothing, and costs more than all the rest.
    if len(text) <= 15 and text.isascii() and text[-1:] != "0" and text.replace(".", "", 1).isdigit():
        return Decimal(text)
    stripped = text.strip(" \t\r\n")
    if len(stripped) > 400 or not _NUMBER.fullmatch(stripped):
        return text
    rounded = f"{float(stripped):.15g}"
    if rounded.endswith("inf"):
        return text
    return Decimal(rounded) or _ZERO


def _boolean(text: str) -> Value:
    return {"1": True, "0": False, "true": True, "false": False}.get(text.strip(), text)


# An empty text is a text; an empty number is nothing.
_BLANK_WHEN_EMPTY: Final = frozenset({"n", "s", "b", "d"})
# Numbers and shared strings are absent: they are the common case and handled first. ISO dates stay text.
_CONVERT: Final[Mapping[str, Callable[[str], Value]]] = {
    "b": _boolean,
    "str": unescaped,
    "inlineStr": unescaped,
}


class _Sheet(TextWalker):
    """Collects the cells that hold something."""

    __slots__ = (
        "_attributes",
        "_columns",
        "_content",
        "_formula",
        "_level",
        "_limit",
        "_row",
        "_row_text",
        "_strings",
        "cells",
        "name",
    )

    def __init__(self, name: str, part: str, strings: Sequence[str], limit: int) -> None:
        super().__init__(part)
        self.name = name
        self.cells: dict[Position, Cell] = {}
        self._strings = strings
        self._limit = limit
        self._level = _ROOT
        self._row = 0
        self._row_text = "0"
        self._attributes: Attributes = {}
        self._columns: dict[str, int] = {}
        self._content: str | None = None
        self._formula: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        level = self._level
        if _LEVELS.get(name) != level:
            self._refuse_other_root() if level == _ROOT else self.skip()
            return
        if level == _CELL:
            if "r" not in attributes:
                attributes["r"] = self._implied_reference()
            self._attributes = attributes
        elif level == _CONTENT:
            if name in _INLINE:
                self.read_text(self._take_inline)
                return
            self.chunks.clear()
        elif level == _ROW:
            self._begin_row(attributes.get("r"))
        self._level = level + 1

    def end(self, name: str) -> None:
        level = self._level = self._level - 1
        if level == _CELL:
            # Formatted but blank: by far the commonest cell.
            if self._content is not None or self._formula is not None:
                self._keep()
        elif level == _CONTENT:
            if name in _VALUE:
                self._take("".join(self.chunks))
            else:
                self._formula = "=" + unescaped("".join(self.chunks))
        elif level == _ROW and len(self.cells) > self._limit:
            measure = f"工作表“{shown(self.name)}”有内容的单元格数"
            raise UnsafeWorkbook("W04", measure=measure, limit=f"{self._limit:,} 个", actual="更多")

    def _take(self, text: str) -> None:
        if self._content is not None:
            self._damaged(f"第 {self._row_text} 行的一个单元格有两个值")
        self._content = text

    def _take_inline(self, text: str) -> None:
        self._take(text)
        self._attributes["t"] = "inline"

    def _begin_row(self, claimed: str | None) -> None:
        self._row = self._row + 1 if claimed is None else _row_number(claimed)
        if not 1 <= self._row <= MAX_ROW:
            self._damaged(f"有不存在的行 {shown(claimed or str(self._row))}")
        self._row_text = str(self._row)
        self._attributes = {}

    def _implied_reference(self) -> str:
        """A cell that does not say where it stands follows the one before it."""
        before = self._attributes.get("r")
        column = 1 + (self._column_of(before) if before else 0)
        return f"{column_letters(column)}{self._row_text}"

    def _column_of(self, reference: str) -> int:
        row = self._row_text
        letters = reference[: -len(row)] if reference.endswith(row) else ""
        return self._columns.get(letters) or self._new_column(letters, reference)

    def _new_column(self, letters: str, reference: str) -> int:
        column = column_number(letters)
        if not column:
            self._damaged(f"第 {self._row_text} 行有不存在的单元格 {shown(reference)}")
        self._columns[letters] = column
        return column

    def _keep(self) -> None:
        attributes, text, formula = self._attributes, self._content, self._formula
        self._content = self._formula = None
        value: Value = None
        error: str | None = None
        kind = attributes.get("t", "n")
        if text is None or (text == "" and kind in _BLANK_WHEN_EMPTY):
            if formula is None:
                return
        elif kind == "n":
            value = number(text)
        elif kind == "s":
            value = self._shared(text)
        elif kind == "e":
            error = text or "#?"
        else:
            value = _CONVERT.get(kind, str)(text)
        position = (self._row, self._column_of(attributes["r"]))
        # What ``Cell(…)`` does, at half the price: this line runs for every cell there is.
        cell = _new(Cell, (value, formula, error, _style(attributes.get("s", "0"))))
        if self.cells.setdefault(position, cell) is not cell:
            self._damaged(f"的单元格 {attributes['r']} 出现了两次")

    def _shared(self, text: str) -> str:
        index = int(text) if len(text) < 10 and text.isascii() and text.isdigit() else len(self._strings)
        if index < len(self._strings):
            return self._strings[index]
        return self._damaged(f"的单元格 {shown(self._attributes['r'])} 指向不存在的文本")

    def _refuse_other_root(self) -> NoReturn:
        self._damaged("的内容不是工作表")

    def _damaged(self, reason: str) -> NoReturn:
        raise UnreadableWorkbook("W05", reason=f"工作表“{shown(self.name)}”{reason}")


def _row_number(text: str) -> int:
    """A row as the file claims it; 0 where that is no number."""
    return int(text) if len(text) <= 7 and text.isascii() and text.isdigit() else 0


def _style(text: str) -> int:
    # A format that cannot be read costs nobody a value.
    return int(text) if len(text) <= 6 and text.isascii() and text.isdigit() else 0


def read_cells(data: bytes, name: str, part: str, strings: Sequence[str], limits: Limits) -> Mapping[Position, Cell]:
    """The cells of a sheet that hold something, by (row, column).

    Args:
        data: The part.
        name: The sheet's name, for messages.
        part: The part's name, for messages.
        strings: The shared strings.
        limits: How many cells are accepted.

    Raises:
        UnreadableWorkbook: No sheet, not well-formed, a cell twice, or one outside every sheet.
        UnsafeWorkbook: Too many cells, or a document type.
    """
    sheet = _Sheet(name, part, strings, limits.cells)
    sheet.walk(utf8(data, part))
    return sheet.cells
