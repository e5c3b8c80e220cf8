"""Ranges of cells: their place, their values and their formulas, each in one call for the whole rectangle."""

from __future__ import annotations

from typing import Any, ClassVar

from xlwings import base_classes

from workbook.engines.libreoffice import formulas, reading, references, writing
from workbook.engines.libreoffice.areas import Areas
from workbook.engines.libreoffice.errors import SheetProtected, seam, unsupported
from workbook.engines.libreoffice.look import Look
from workbook.engines.libreoffice.references import MAX_COLUMN, MAX_ROW, Rect
from workbook.engines.libreoffice.sheet import CONTENTS, FORMATS, Sheet


@seam
class Range(Look, Areas, base_classes.Range):
    """A rectangle of cells.

    Args:
        sheet: Its sheet.
        coords: Row and column from 1, number of rows and of columns; none of either is an empty range.
    """

    # xlwings splits large reads and writes for engines with limits; this one has none.
    max_cells_per_read: ClassVar[None] = None
    max_cells_per_write: ClassVar[None] = None

    borders = unsupported("borders", "range.api.TableBorder2 has Calc's own")
    data_validation = unsupported("data validations", "range.api.Validation has Calc's own")
    conditional_formats = unsupported("conditional formats", "range.api.ConditionalFormat has Calc's own")
    autofilter = unsupported("autofilters", "book.api.DatabaseRanges has Calc's own")
    characters = unsupported("characters", "a cell of range.api is a text with cursors")
    comment = unsupported("threaded comments", "Calc has notes only")

    def __init__(self, sheet: Sheet, coords: tuple[int, int, int, int]) -> None:
        self._sheet = sheet
        self._coords = coords
        self._xl: Any = None

    @classmethod
    def over(cls, sheet: Sheet, rect: Rect) -> Range:
        """The range over a rectangle counted from 0."""
        top, left, bottom, right = rect
        return cls(sheet, (top + 1, left + 1, bottom - top + 1, right - left + 1))

    @staticmethod
    def coords_of(address: Any) -> tuple[int, int, int, int]:
        """The coordinates of an address of UNO's."""
        rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
        return (address.StartRow + 1, address.StartColumn + 1, rows, columns)

    @property
    def rect(self) -> Rect:
        """The rectangle, counted from 0."""
        row, column, rows, columns = self._coords
        return (row - 1, column - 1, row + rows - 2, column + columns - 2)

    @property
    def coords(self) -> Any:
        """The sheet's name and the coordinates."""
        return (self._sheet.name, *self._coords)

    @property
    def xl(self) -> Any:
        """Calc's cell range; None if it is empty."""
        if self._xl is None and self._coords[2] and self._coords[3]:
            top, left, bottom, right = self.rect
            self._xl = self._sheet.xl.getCellRangeByPosition(left, top, right, bottom)
        return self._xl

    @property
    def api(self) -> Any:
        """Calc's cell range."""
        return self.xl

    @property
    def sheet(self) -> Sheet:
        """The sheet."""
        return self._sheet

    @property
    def row(self) -> int:
        """The first row, from 1."""
        return self._coords[0]

    @property
    def column(self) -> int:
        """The first column, from 1."""
        return self._coords[1]

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        """How many rows and columns."""
        return self._coords[2:]

    def __len__(self) -> int:
        return self._coords[2] * self._coords[3]

    def __call__(self, *args: Any) -> Range:
        """A cell by row and column, or by its place, from 1; it may lie outside."""
        if not args:
            raise ValueError("Invalid arguments")
        if len(args) == 1:
            row, column = divmod(args[0] - 1, self._coords[3])
        else:
            row, column = args[0] - 1, args[1] - 1
        return Range(self._sheet, (self.row + row, self.column + column, 1, 1))

    @property
    def rows(self) -> Range:
        """Itself; xlwings counts."""
        return self

    @property
    def columns(self) -> Range:
        """Itself; xlwings counts."""
        return self

    def get_address(self, row_absolute: Any, col_absolute: Any, external: Any) -> str:
        """The address, with book and sheet if asked for."""
        text = references.text_of(self.rect, row_absolute=bool(row_absolute), column_absolute=bool(col_absolute))
        if not external:
            return text
        before = f"[{self._sheet.book.name}]{self._sheet.name}"
        plain = references.quoted(self._sheet.name) == self._sheet.name and " " not in before and "'" not in before
        return f"{before}!{text}" if plain else "'" + before.replace("'", "''") + f"'!{text}"

    @property
    def address(self) -> str:
        """The address."""
        if self.xl is None:
            row, column, rows, columns = self._coords
            return f"${references.letters_of(column - 1)}${row}{{{rows}x{columns}}}"
        return references.text_of(self.rect)

    def guard(self) -> None:
        """Refuse to change locked cells of a protected sheet: LibreOffice would do nothing, or do it all the same.

        Raises:
            SheetProtected: Some cell may not be changed.
        """
        if self._sheet.xl.isProtected() and _some_locked(self.xl):
            raise SheetProtected(f"{self._sheet.name}!{self.address} is locked and the sheet is protected")

    @property
    def whole(self) -> bool:
        """Whether these are whole rows or columns."""
        return self._coords[2] >= MAX_ROW or self._coords[3] >= MAX_COLUMN

    @property
    def raw_value(self) -> Any:
        """The values; whole rows and columns end with the used area."""
        if self.xl is None:
            return None
        return _as_com(reading.values(self))

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if self.xl is not None:
            self.guard()
            writing.write(self, data)

    @property
    def formula(self) -> Any:
        """Formulas and constants as Excel writes them."""
        return None if self.xl is None else _as_com(reading.formulas(self))

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    def contents(self) -> Any:
        """Values and formulas in one go, which xlwings has no call for; see ``reading.contents``."""
        return reading.contents(self)

    @property
    def formula2(self) -> Any:
        """The same: Calc has no spilling formulas."""
        return self.formula

    @formula2.setter
    def formula2(self, value: Any) -> None:
        self.raw_value = value

    @property
    def formula_array(self) -> str | None:
        """The array formula over just these cells, or the formula of a single cell."""
        if self.xl is None:
            return None
        found = self.xl.getArrayFormula()
        if found:
            return formulas.to_excel(found)
        return self.formula if len(self) == 1 else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self.guard()
        self.xl.setArrayFormula(formulas.to_calc(value))

    @property
    def has_array(self) -> bool:
        """Whether the cells belong to an array formula."""
        if self.xl is None:
            return False
        return bool(self.xl.getCellByPosition(0, 0).getFormula().startswith("{="))

    def clear_contents(self) -> None:
        """Empty the cells."""
        self._clear(CONTENTS)

    def clear_formats(self) -> None:
        """Take their formats away."""
        self._clear(FORMATS)

    def clear(self) -> None:
        """Both."""
        self._clear(CONTENTS | FORMATS)

    def _clear(self, flags: int) -> None:
        if self.xl is not None:
            self.guard()
            self.xl.clearContents(flags)

    def select(self) -> None:
        """Select the cells."""
        self._sheet.book.xl.CurrentController.select(self.xl)


def _as_com(rows: Any) -> Any:
    """A single cell as itself, the rest as rows, as COM does."""
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _some_locked(cells: Any) -> bool:
    protection = cells.CellProtection
    # A struct answers for all cells only if they agree.
    if cells.getPropertyState("CellProtection").value != "AMBIGUOUS_VALUE":
        return bool(protection.IsLocked)
    groups = cells.getUniqueCellFormatRanges()
    return any(groups.getByIndex(index).CellProtection.IsLocked for index in range(groups.getCount()))
