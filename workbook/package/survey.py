"""Where rows, cells and links stand in the bytes of a sheet, so that a change touches these and nothing else."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workbook.package.grid import MAX_ROW, Area, address, column_number
from workbook.package.markup import Attributes, damaged, spreadsheet
from workbook.package.splice import Span, Surveyor


@dataclass(slots=True, kw_only=True)
class CellSpan:
    """A cell: its column, whether it holds anything, and its formula elements."""

    span: Span
    column: int
    filled: bool = False
    formulas: list[Span] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RowSpan:
    """A row: its number and its cells by column, in the order of the file."""

    span: Span
    number: int
    cells: dict[int, CellSpan] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Survey:
    """What a change to a sheet needs to know of it.

    Args:
        root: The sheet itself.
        dimension: Its claim of the area in use.
        data: The element that holds the rows.
        rows: The rows of interest, by number.
        before: Row number that is needed but absent → offset of the row it must precede, where there is one.
        columns: The formats of whole columns.
        hyperlinks: The element that holds the links, and each of them.
        tail: Where hyperlinks belong if there are none.
    """

    root: Span | None = None
    dimension: Span | None = None
    data: Span | None = None
    rows: dict[int, RowSpan] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    columns: list[Attributes] = field(default_factory=list)
    hyperlinks: Span | None = None
    links: list[Span] = field(default_factory=list)
    tail: int = 0


# What the schema puts before ``hyperlinks``, so after the last of these is the place for them.
_BEFORE_HYPERLINKS: Final = spreadsheet(
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
)
# Which elements are gone into, and where.
_CHILDREN: Final[Mapping[str, frozenset[str]]] = {
    "": spreadsheet("worksheet"),
    "worksheet": spreadsheet("dimension", "cols", "sheetData", "hyperlinks"),
    "cols": spreadsheet("col"),
    "sheetData": spreadsheet("row"),
    "row": spreadsheet("c"),
    "c": spreadsheet("v", "f", "is"),
    "hyperlinks": spreadsheet("hyperlink"),
}


class _SheetSurveyor(Surveyor):
    """Surveys the rows of interest; all others are passed over."""

    __slots__ = ("_cell", "_column", "_open", "_owned", "_row", "_sibling_precedes", "_wanted", "_whole", "survey")

    def __init__(
        self, part: str, data: bytes, needed: Collection[int], models: Iterable[int], owned: Sequence[Area]
    ) -> None:
        super().__init__(part, data)
        self.survey = Survey()
        self._whole = frozenset((*needed, *models))
        self._owned = owned
        self._wanted = deque(sorted(needed))
        self._open: list[tuple[str, Span]] = []
        self._row = self._column = 0
        self._cell: CellSpan | None = None
        self._sibling_precedes = False

    def start(self, name: str, attributes: Attributes) -> None:
        parent = self._open[-1][0] if self._open else ""
        if parent == "worksheet":
            self._meet_sibling(self.parser.CurrentByteIndex, name in _BEFORE_HYPERLINKS)
        if name not in _CHILDREN.get(parent, ()):
            if not parent:
                damaged(self.part, "不是工作表")
            self.skip()
            return
        local = name.rpartition(" ")[2]
        span = self._entered(local, attributes)
        if span is None:
            self.skip()
        else:
            self._open.append((local, span))

    def end(self, name: str) -> None:
        local, span = self._open.pop()
        self.finish(span)
        match local:
            case "worksheet":
                self._meet_sibling(span.close, precedes=False)
            case "c":
                self._left_cell()
            case "row":
                self._left_row()

    def _left_cell(self) -> None:
        """In a row that is only cleared, cells without content are let go: there may be a million of them."""
        cell = self._cell
        if cell is None or self._row in self._whole:
            return
        inside = any(area.left <= cell.column <= area.right for area in self._owned)
        if not (cell.filled and inside):
            del self.survey.rows[self._row].cells[cell.column]

    def _left_row(self) -> None:
        if self._row not in self._whole and not self.survey.rows[self._row].cells:
            del self.survey.rows[self._row]

    def _meet_sibling(self, offset: int, precedes: bool) -> None:
        """Hyperlinks go right behind the last sibling that must precede them."""
        if self._sibling_precedes:
            self.survey.tail = offset
        self._sibling_precedes = precedes

    def _entered(self, local: str, attributes: Attributes) -> Span | None:
        """The span of an element of interest, filed where it belongs; None where it is to be passed over."""
        match local:
            case "row":
                return self._entered_row(attributes)
            case "c":
                return self._entered_cell(attributes)
            case "v" | "is" | "f":
                return self._entered_content(local, attributes)
            case _:
                return self._entered_part(local, attributes)

    def _entered_part(self, local: str, attributes: Attributes) -> Span:
        survey, span = self.survey, self.span(attributes)
        match local:
            case "worksheet":
                survey.root = span
            case "dimension":
                survey.dimension = span
            case "sheetData":
                survey.data = span
            case "col":
                survey.columns.append(attributes)
            case "hyperlinks":
                survey.hyperlinks = span
            case "hyperlink":
                survey.links.append(span)
        return span

    def _entered_row(self, attributes: Attributes) -> Span | None:
        number = self._row = self._number(attributes.get("r"), self._row + 1)
        start = self.parser.CurrentByteIndex
        while self._wanted and self._wanted[0] < number:
            self.survey.before[self._wanted.popleft()] = start
        if self._wanted and self._wanted[0] == number:
            self._wanted.popleft()
        if number not in self._whole and not any(area.top <= number <= area.bottom for area in self._owned):
            return None
        if number in self.survey.rows:
            damaged(self.part, f"的第 {number} 行出现了两次")
        row = self.survey.rows[number] = RowSpan(span=self.span(attributes), number=number)
        # Rows out of order: it turned up after all.
        self.survey.before.pop(number, None)
        self._column = 0
        return row.span

    def _number(self, text: str | None, implied: int) -> int:
        number = implied if text is None else int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else 0
        return number if 1 <= number <= MAX_ROW else damaged(self.part, "有不存在的行")

    def _entered_cell(self, attributes: Attributes) -> Span:
        row = self.survey.rows[self._row]
        column = self._column = self._column_of(attributes.get("r"))
        if column in row.cells:
            damaged(self.part, f"的单元格 {address((row.number, column))} 出现了两次")
        row.cells[column] = self._cell = CellSpan(span=self.span(attributes), column=column)
        return self._cell.span

    def _column_of(self, reference: str | None) -> int:
        if reference is None:
            return self._column + 1
        row = str(self._row)
        column = column_number(reference[: -len(row)]) if reference.endswith(row) else 0
        return column or damaged(self.part, f"的第 {row} 行有不存在的单元格")

    def _entered_content(self, local: str, attributes: Attributes) -> Span | None:
        cell = self._cell
        if cell is None:
            return None
        cell.filled = True
        if local != "f":
            return None
        cell.formulas.append(self.span(attributes))
        return cell.formulas[-1]


def survey_sheet(
    data: bytes, part: str, needed: Collection[int], models: Iterable[int], owned: Sequence[Area]
) -> Survey:
    """Find where things stand in a sheet.

    Args:
        data: The part, in UTF-8.
        part: Its name, for messages.
        needed: Rows that must exist after the change.
        models: Rows whose formats are borrowed.
        owned: Areas to be cleared; of other rows in them only the cells with content are told.

    Raises:
        UnreadableWorkbook: No sheet, or a row or cell that stands there twice.
    """
    surveyor = _SheetSurveyor(part, data, needed, models, owned)
    surveyor.walk(data)
    return surveyor.survey
