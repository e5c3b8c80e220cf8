"""The cells of one sheet in one pass, as they are written: nothing guessed, nothing dropped, no claim believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple, NoReturn, TypeVar

from toolkit.errors import UnreadableWorkbook
from toolkit.submission import column_letters
from workbook.package.grid import MAX_COLUMN, MAX_ROW, Area, Position, column_number, parse_area
from workbook.package.guard import shown
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, spreadsheet, utf8
from workbook.package.strings import TextWalker
from workbook.package.text import unescaped

Value = str | Decimal | bool | date | None


class Cell(NamedTuple):
    """What one cell holds.

    Args:
        value: Text, exact number, truth or day; None for an error or a formula nobody has calculated.
        formula: Its text with the leading ``=``; a bare ``=`` where another cell holds the text.
        error: ``#REF!`` and the like.
        style: Index of the cell format.
    """

    value: Value
    formula: str | None
    error: str | None
    style: int


_T = TypeVar("_T")


class Rows(AbstractSet[int]):
    """A set of row numbers as a map of bits: a million hidden rows take 128 KB.

    Examples:
        >>> Rows(bytes([0b1010])), 3 in Rows(bytes([0b1010])), Rows(bytes([0b1010])) == frozenset({1, 3})
        (Rows([1, 3]), True, True)
    """

    __slots__ = ("_bits",)

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bits

    @classmethod
    def _from_iterable(cls, rows: Iterable[_T]) -> AbstractSet[_T]:
        """What the set operations give."""
        return frozenset(rows)

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and 0 <= row >> 3 < len(self._bits) and bool(self._bits[row >> 3] >> (row & 7) & 1)

    def __iter__(self) -> Iterator[int]:
        filled = (at for at, byte in enumerate(self._bits) if byte)
        return (at << 3 | bit for at in filled for bit in range(8) if self._bits[at] >> bit & 1)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()

    def __hash__(self) -> int:
        return self._hash()

    def __repr__(self) -> str:
        return f"Rows({list(self)[:20]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What a sheet says besides its cells, for whoever checks that nobody tampered with it.

    Args:
        merges: The merged areas, in the order of the file.
        hidden_rows: The rows that are hidden, by a filter or by hand.
        hidden_columns: First and last of each run of hidden columns.
        filtered: Whether a filter of the sheet or of a table on it picks rows.
    """

    merges: tuple[Area, ...] = ()
    hidden_rows: AbstractSet[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    filtered: bool = False


_new: Final = tuple.__new__
# There are 16,384 columns, and one more that a sheet may run into.
_letters: Final = cache(column_letters)

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
_PROPERTIES: Final = spreadsheet("sheetPr")
_COLUMNS: Final = spreadsheet("cols")
_COLUMN: Final = spreadsheet("col")
_MERGES: Final = spreadsheet("mergeCells")
_MERGE: Final = spreadsheet("mergeCell")
_FILTER: Final = spreadsheet("autoFilter")
_FILTER_COLUMN: Final = spreadsheet("filterColumn")
_FILTER_KINDS: Final = spreadsheet("filters", "customFilters", "top10", "dynamicFilter", "colorFilter", "iconFilter")
_TRUE: Final = ("1", "true")


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


def _day(text: str) -> Value:
    """A date written as ISO text, as Strict Open XML does; the text itself where it is none, or only a time of day."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return text


# No number Excel writes is longer: it will have stayed a text.
LONGEST_NUMBER: Final = 32
NO_ERROR: Final = "#?"
# An empty text is a text; an empty number is nothing.
BLANK_WHEN_EMPTY: Final = frozenset({"n", "s", "b", "d"})
# Numbers and shared strings are absent: they are the common case and handled first.
CONVERT: Final[Mapping[str, Callable[[str], Value]]] = {
    "b": _boolean,
    "d": _day,
    "str": unescaped,
    "inlineStr": unescaped,
}


class SheetWalker(TextWalker):
    """Collects the cells that hold something, and by the way what is told in ``SheetFacts``."""

    __slots__ = (
        "_attributes",
        "_characters",
        "_columns",
        "_content",
        "_counted",
        "_filter_column",
        "_filtered",
        "_formula",
        "_hidden_columns",
        "_hidden_rows",
        "_level",
        "_merges",
        "_row",
        "_row_text",
        "_strings",
        "cells",
        "name",
    )

    def __init__(self, name: str, part: str, strings: Sequence[str], budget: Budget) -> None:
        super().__init__(part, budget)
        self.name = name
        self.cells: dict[Position, Cell] = {}
        self._strings = strings
        self._characters = self._counted = 0
        self._merges: list[Area] = []
        self._hidden_rows = bytearray()
        self._hidden_columns: list[tuple[int, int]] = []
        self._filtered = self._filter_column = False
        self._level = _ROOT
        self._row = 0
        self._row_text = "0"
        self._attributes: Attributes = {}
        self._columns: dict[str, int] = {}
        self._content: str | None = None
        self._formula: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """Go into what holds cells, and skip the rest."""
        level = self._level
        if _LEVELS.get(name) != level:
            self._pass_over(level, name, attributes)
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
            if attributes.get("hidden") in _TRUE:
                self._hide_row()
        self._level = level + 1

    def end(self, name: str) -> None:
        """Keep a cell, and account for each row."""
        level = self._level = self._level - 1
        if level == _CELL:
            # Formatted but blank: by far the commonest cell.
            if self._content is not None or self._formula is not None:
                self._keep()
        elif level == _CONTENT:
            if name in _VALUE:
                self._take("".join(self.chunks))
            else:
                if self._formula is not None:
                    self._damaged(f"第 {self._row_text} 行的一个单元格有两个公式")
                self._formula = "=" + unescaped("".join(self.chunks))
                self._characters += len(self._formula)
        elif level == _ROW:
            self.chunks.clear()
            # Once a row, for cells are many; and not for a blank one, for of these there may be a million.
            if len(self.cells) > self._counted:
                self._account()

    def _account(self) -> None:
        """Count what a row has brought."""
        self.budget.spend("cells", len(self.cells) - self._counted)
        self.budget.spend("characters", self._characters)
        self._counted = len(self.cells)
        self._characters = 0

    def facts(self) -> SheetFacts:
        """What was seen by the way."""
        return SheetFacts(
            merges=tuple(self._merges),
            hidden_rows=Rows(bytes(self._hidden_rows)),
            hidden_columns=tuple(self._hidden_columns),
            filtered=self._filtered,
        )

    def _pass_over(self, level: int, name: str, attributes: Attributes) -> None:
        """An element that holds no cells: most are of no interest at all."""
        if level == _ROOT:
            self._refuse_other_root()
        elif level != _DATA:
            self.skip()
        elif name in _COLUMNS:
            self.watch(self._take_column)
        elif name in _MERGES:
            self.watch(self._take_merge)
        elif name in _FILTER:
            self.watch(self._take_filter)
        else:
            # Excel says so itself, for filters of every kind but those of tables.
            self._filtered = self._filtered or (name in _PROPERTIES and attributes.get("filterMode") in _TRUE)
            self.skip()

    def _take_column(self, depth: int, name: str, attributes: Attributes) -> None:
        if depth == 1 and name in _COLUMN and attributes.get("hidden") in _TRUE:
            first, last = (whole_number(attributes.get(key, "")) for key in ("min", "max"))
            if 1 <= first <= last:
                self._hidden_columns.append((first, min(last, MAX_COLUMN)))
            if len(self._hidden_columns) > MAX_COLUMN:
                self._damaged("隐藏的列多于工作表的列")

    def _take_merge(self, depth: int, name: str, attributes: Attributes) -> None:
        area = parse_area(attributes.get("ref", "")) if depth == 1 and name in _MERGE else None
        if area is not None:
            self._merges.append(area)
            self.budget.spend("merges")

    def _take_filter(self, depth: int, name: str, attributes: Attributes) -> None:
        """A column of a filter may merely lack its button; only one that holds a criterion picks rows."""
        if depth == 1:
            self._filter_column = name in _FILTER_COLUMN
        elif depth == 2 and self._filter_column and name in _FILTER_KINDS:
            self._filtered = True

    def _hide_row(self) -> None:
        at = self._row >> 3
        if at >= len(self._hidden_rows):
            self._hidden_rows.extend(bytes(at + 1 - len(self._hidden_rows)))
        self._hidden_rows[at] |= 1 << (self._row & 7)

    def _take(self, text: str) -> None:
        if self._content is not None:
            self._damaged(f"第 {self._row_text} 行的一个单元格有两个值")
        self._content = text

    def _take_inline(self, text: str) -> None:
        self._take(text)
        self._attributes["t"] = "inline"

    def _begin_row(self, claimed: str | None) -> None:
        self._row = self._row + 1 if claimed is None else whole_number(claimed)
        if not 1 <= self._row <= MAX_ROW:
            self._damaged(f"有不存在的行 {shown(claimed or str(self._row))}")
        self._row_text = str(self._row)
        self._attributes = {}

    def _implied_reference(self) -> str:
        """A cell that does not say where it stands follows the one before it."""
        before = self._attributes.get("r")
        column = 1 + (self._column_of(before) if before else 0)
        return f"{_letters(column)}{self._row_text}"

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
        if text is None or (text == "" and kind in BLANK_WHEN_EMPTY):
            if formula is None:
                return
        elif kind == "n":
            value = number(text)
            if len(text) > LONGEST_NUMBER:
                self._characters += len(text)
        elif kind == "s":
            value = self._shared(text)
        elif kind == "e":
            error = text or NO_ERROR
            self._characters += len(text)
        else:
            value = CONVERT.get(kind, str)(text)
            self._characters += len(text)
        position = (self._row, self._column_of(attributes["r"]))
        # What ``Cell(…)`` does, at half the price: this line runs for every cell there is.
        cell = _new(Cell, (value, formula, error, style_number(attributes.get("s", "0"))))
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


def whole_number(text: str) -> int:
    """A row or column as the file claims it; 0 where that is no number."""
    return int(text) if len(text) <= 7 and text.isascii() and text.isdigit() else 0


def style_number(text: str) -> int:
    """The cell format a file claims; the first where that is no number."""
    # A format that cannot be read costs nobody a value.
    return int(text) if len(text) <= 6 and text.isascii() and text.isdigit() else 0


def read_sheet(
    pieces: Iterable[bytes], name: str, part: str, strings: Sequence[str], budget: Budget
) -> tuple[Mapping[Position, Cell], SheetFacts]:
    """The cells of a sheet that hold something, by (row, column), and what else the sheet says.

    Args:
        pieces: The part.
        name: The sheet's name, for messages.
        part: The part's name, for messages.
        strings: The shared strings.
        budget: What reading it may cost.

    Raises:
        UnreadableWorkbook: No sheet, not well-formed, a cell twice, or one outside every sheet.
        UnsafeWorkbook: Too many cells or merges, or a document type.
    """
    sheet = SheetWalker(name, part, strings, budget)
    sheet.walk(utf8(pieces, part))
    return sheet.cells, sheet.facts()
