"""A sheet row by row, with what people leave at cells besides values: one of millions of cells is never held whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from workbook.package.grid import MAX_COLUMN
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, spreadsheet, utf8
from workbook.package.sheet import Cell, SheetWalker, style_number, whole_number

_CELL, _CONTENT = 3, 4
_ROW: Final = spreadsheet("row")
_FORMULA: Final = spreadsheet("f")
_COLUMN: Final = spreadsheet("col")
_TRUE: Final = ("1", "true")
_KINDS: Final = ("shared", "array")

Shift = Callable[[str, int, int], str | None]
"""A formula, rows down, columns to the right → the formula there; None where it cannot be told."""


class SheetColumn(NamedTuple):
    """How wide a run of columns is, and whether it is hidden."""

    first: int
    last: int
    width: float | None
    hidden: bool


class SheetRow(NamedTuple):
    """One row.

    Attributes:
        number: Counted from 1.
        cells: Column → what it holds; blank cells only in the formats asked for. A formula that spills over cells is
            in braces.
    """

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet, once; ``columns`` is filled by the time the first of them comes."""

    rows: Iterator[SheetRow]
    columns: Sequence[SheetColumn]


class _Rows(SheetWalker):
    """Hands over each row as it ends."""

    __slots__ = ("_blanks", "_kind", "_lent", "_shift", "columns", "done")

    def __init__(
        self,
        name: str,
        part: str,
        strings: Sequence[str],
        budget: Budget,
        *,
        blanks: Collection[int],
        shift: Shift,
    ) -> None:
        super().__init__(name, part, strings, budget)
        self._blanks, self._shift = blanks, shift
        self._kind: Attributes | None = None
        self._lent: dict[str, tuple[str, int, int]] = {}
        self.columns: list[SheetColumn] = []
        self.done: list[SheetRow] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name in _FORMULA and self._level == _CONTENT and attributes.get("t") in _KINDS:
            self._kind = dict(attributes)
        super().start(name, attributes)

    def end(self, name: str) -> None:
        level = self._level
        if level == _CONTENT and self._content is None and self._formula is None:
            self._keep_blank()
        super().end(name)
        if name in _ROW and level == _CELL:
            self.done.append(SheetRow(self._row, {column: cell for (_, column), cell in self.cells.items()}))
            self.cells.clear()
            self._counted = 0

    def _keep_blank(self) -> None:
        style = style_number(self._attributes.get("s", "0"))
        if style in self._blanks:
            self.cells[self._row, self._column_of(self._attributes["r"])] = Cell(None, None, None, style)

    def _keep(self) -> None:
        if self._kind is not None:
            self._settle(self._kind)
            self._kind = None
        super()._keep()

    def _settle(self, kind: Attributes) -> None:
        """Give a cell the formula it shares with others, shifted to where it stands."""
        formula, column = self._formula or "=", self._column_of(self._attributes["r"])
        if kind["t"] == "array":
            self._formula = f"{{{formula}}}"
            return
        number = kind.get("si", "")
        if len(formula) > 1:
            self._lent[number] = formula, self._row, column
        elif number in self._lent:
            text, row, first = self._lent[number]
            self._formula = self._shift(text, self._row - row, column - first) or f"{{{text}}}"

    def _take_column(self, depth: int, name: str, attributes: Attributes) -> None:
        super()._take_column(depth, name, attributes)
        first, last = whole_number(attributes.get("min", "")), whole_number(attributes.get("max", ""))
        if depth == 1 and name in _COLUMN and 1 <= first <= last <= MAX_COLUMN:
            hidden = attributes.get("hidden") in _TRUE
            self.columns.append(SheetColumn(first, last, _width(attributes.get("width", "")), hidden))


def _width(text: str) -> float | None:
    try:
        width = float(text)
    except ValueError:
        return None
    return width if 0 < width < 256 else None


def read_rows(
    pieces: Iterable[bytes],
    name: str,
    part: str,
    strings: Sequence[str],
    budget: Budget,
    *,
    blanks: Collection[int],
    shift: Shift,
) -> SheetRows:
    """The rows of a sheet as they come; only a few are in memory at a time.

    Args:
        pieces: The part.
        name: The sheet's name, for messages.
        part: The part's name, for messages.
        strings: The shared strings.
        budget: What reading it may cost.
        blanks: Formats in which a blank cell counts too.
        shift: Tells what a shared formula is elsewhere.

    Raises:
        UnreadableWorkbook: While rows are taken: no sheet, not well-formed, a cell twice, or one outside every sheet.
        UnsafeWorkbook: Too many cells or merges, or a document type.
    """
    sheet = _Rows(name, part, strings, budget, blanks=blanks, shift=shift)

    def rows() -> Iterator[SheetRow]:
        for _ in sheet.steps(utf8(pieces, part)):
            yield from sheet.done
            sheet.done.clear()
        yield from sheet.done

    return SheetRows(rows(), sheet.columns)
