"""Where rows, cells and links stand in the bytes of a sheet, so that a change touches these and nothing else."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, NamedTuple, NoReturn

from workbook.package.edit import Ownership
from workbook.package.grid import MAX_COLUMN, MAX_ROW, Area, Position, address, column_number
from workbook.package.guard import shown
from workbook.package.limits import Budget, exceeds
from workbook.package.markup import Attributes, damaged, spreadsheet
from workbook.package.splice import Span, Surveyor


class Formula(NamedTuple):
    """A formula element: where it starts, and what it shares.

    Args:
        start: Offset of its ``<``.
        shared: Number of the formula it shares with other cells, None where it shares none.
        master: Whether the others borrow their text from it.
    """

    start: int
    shared: str | None
    master: bool


@dataclass(slots=True, kw_only=True)
class CellSpan:
    """A cell: its bytes, its column, its format as written, whether it holds anything, and its formula."""

    start: int
    end: int
    column: int
    style: str
    filled: bool = False
    formula: Formula | None = None


@dataclass(slots=True, kw_only=True)
class RowSpan:
    """A row: its number and its cells by column, in the order of the file.

    Args:
        beyond: Offset of the first cell to the right of every column that is of interest; 0 where there is none.
    """

    span: Span
    number: int
    cells: dict[int, CellSpan] = field(default_factory=dict)
    beyond: int = 0


class Cleared:
    """Cells that are only to be emptied: there may be hundreds of thousands, so they are kept as plain numbers."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers = array("q")

    def add(self, start: int, end: int, at: Position, style: str) -> None:
        """Note a cell."""
        self._numbers.extend((start, end, *at, digits(style)))

    def __len__(self) -> int:
        return len(self._numbers) // 5

    def __iter__(self) -> Iterator[tuple[int, int, Position, int]]:
        """Start, end, place and format of each, in the order of the file."""
        numbers = iter(self._numbers)
        for start, end, row, column, style in zip(*[numbers] * 5, strict=True):
            yield start, end, (row, column), style


@dataclass(slots=True, kw_only=True)
class Survey:
    """What a change to a sheet needs to know of it.

    Args:
        root: The sheet itself.
        dimension: Its claim of the area in use.
        data: The element that holds the rows.
        rows: The rows of interest, by number.
        cleared: The cells with content in owned areas of all other rows.
        lost: What formulas those cells hold; of those that share nothing, only one.
        before: Row number that is needed but absent → offset of the row it must precede, where there is one.
        columns: The formats of whole columns.
        hyperlinks: The element that holds the links, and each of them.
        tail: Where hyperlinks belong if there are none.
    """

    root: Span | None = None
    dimension: Span | None = None
    data: Span | None = None
    rows: dict[int, RowSpan] = field(default_factory=dict)
    cleared: Cleared = field(default_factory=Cleared)
    lost: list[Formula] = field(default_factory=list)
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
# Which elements are gone into, and where: name as the parser reports it → local name.
_CHILDREN: Final[Mapping[str, Mapping[str, str]]] = {
    parent: {name: name.rpartition(" ")[2] for name in spreadsheet(*children)}
    for parent, children in {
        "": ("worksheet",),
        "worksheet": ("dimension", "cols", "sheetData", "hyperlinks"),
        "cols": ("col",),
        "sheetData": ("row",),
        "row": ("c",),
        "c": ("v", "f", "is"),
        "hyperlinks": ("hyperlink",),
    }.items()
}


_CELL: Final = spreadsheet("c")
_FORMULA: Final = spreadsheet("f")
_CONTENT: Final = _CHILDREN["c"]
# Told apart from None, which is an element that is gone into but whose bytes are nobody's business.
_PASSED_OVER: Final = Span(start=0, inner=0, attributes={})


class _SheetSurveyor(Surveyor):
    """Surveys the rows of interest; all others are passed over."""

    __slots__ = (
        "_cell",
        "_column",
        "_columns",
        "_filled",
        "_has_formula",
        "_in_cell",
        "_kept",
        "_open",
        "_owned",
        "_owners",
        "_reach",
        "_row",
        "_row_text",
        "_sibling_precedes",
        "_start",
        "_style",
        "_wanted",
        "_whole",
        "result",
    )

    def __init__(self, part: str, data: bytes, budget: Budget, interest: Interest) -> None:
        super().__init__(part, data, budget)
        self.result = Survey()
        self._whole = frozenset((*interest.needed, *interest.models))
        self._owned = interest.owned
        self._owners: tuple[Area, ...] = ()
        self._reach = interest.reach
        self._wanted = deque(sorted(interest.needed))
        self._open: list[tuple[str, Span | None]] = []
        self._row = self._column = self._kept = self._start = 0
        self._row_text = "0"
        self._columns: dict[str, int] = {}
        self._cell: CellSpan | None = None
        self._style = "0"
        # Of the cell at hand in a row that is only cleared; it holds something once it has content.
        self._in_cell = self._filled = self._has_formula = False
        self._sibling_precedes = False

    def start(self, name: str, attributes: Attributes) -> None:
        parent = self._open[-1][0] if self._open else ""
        if parent == "worksheet":
            self._meet_sibling(self.parser.CurrentByteIndex, name in _BEFORE_HYPERLINKS)
        local = _CHILDREN[parent].get(name) if parent in _CHILDREN else None
        if local is None:
            if not parent:
                damaged(self.part, "不是工作表")
            self.skip()
            return
        enter = self._ENTER.get(local)
        span = enter(self, attributes) if enter else self._entered_part(local, attributes)
        if span is _PASSED_OVER:
            self.skip()
        else:
            self._open.append((local, span))

    def end(self, name: str) -> None:
        local, span = self._open.pop()
        if span is not None:
            self.finish(span)
        if local == "worksheet" and span is not None:
            self._meet_sibling(span.close, precedes=False)
        elif local == "c" and span is not None and self._cell is not None:
            self._cell.end = span.end
            self._cell = None

    def _count_kept(self) -> None:
        self._kept += 1
        limit = self.budget.limits.cells
        if self._kept > limit:
            exceeds(f"部件“{shown(self.part)}”中须清空的单元格数", f"{limit:,} 个")

    def _meet_sibling(self, offset: int, precedes: bool) -> None:
        """Hyperlinks go right behind the last sibling that must precede them."""
        if self._sibling_precedes:
            self.result.tail = offset
        self._sibling_precedes = precedes

    def _entered_part(self, local: str, attributes: Attributes) -> Span:
        survey, span = self.result, self.span(attributes)
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
        self._refuse_excess()
        return span

    def _refuse_excess(self) -> None:
        """There may be as many columns as a sheet has, and as many links as Excel itself admits."""
        if len(self.result.columns) > MAX_COLUMN:
            damaged(self.part, "的列定义多于工作表的列")
        limit = self.budget.limits.links
        if len(self.result.links) > limit:
            exceeds(f"部件“{shown(self.part)}”中的超链接数", f"{limit:,} 个")

    def _entered_row(self, attributes: Attributes) -> Span | None:
        number = self._row = self._number(attributes.get("r"), self._row + 1)
        self._column = 0
        self._row_text = str(number)
        if self._wanted:
            self._pass_wanted(number)
        if number not in self._whole:
            self._owners = self._owned.at(number)
            if not self._owners:
                return _PASSED_OVER
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._start_cleared, self._end_cleared
            return None
        if number in self.result.rows:
            damaged(self.part, f"的第 {number} 行出现了两次")
        row = self.result.rows[number] = RowSpan(span=self.span(attributes), number=number)
        # Rows out of order: it turned up after all.
        self.result.before.pop(number, None)
        return row.span

    def _pass_wanted(self, number: int) -> None:
        """Needed rows that did not come before this one belong in front of it."""
        start = self.parser.CurrentByteIndex
        while self._wanted and self._wanted[0] < number:
            self.result.before[self._wanted.popleft()] = start
        if self._wanted and self._wanted[0] == number:
            self._wanted.popleft()

    def _number(self, text: str | None, implied: int) -> int:
        number = implied if text is None else int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else 0
        return number if 1 <= number <= MAX_ROW else damaged(self.part, "有不存在的行")

    def _start_cleared(self, name: str, attributes: Attributes) -> None:
        """Inside a row that is only cleared: there may be millions of its cells, most of them blank."""
        if not self._in_cell and name in _CELL:
            self._column = self._column_of(attributes.get("r"))
            self._start = self.parser.CurrentByteIndex
            self._style = attributes.get("s", "0")
            self._in_cell, self._filled, self._has_formula = True, False, False
            return
        if self._in_cell and name in _CONTENT:
            self._filled = True
            if name in _FORMULA:
                self._lose(attributes)
        self.skip()

    def _end_cleared(self, _: str) -> None:
        if not self._in_cell:
            self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
            self._open.pop()
            return
        self._in_cell = False
        if self._filled and self._clears():
            self._count_kept()
            # A cell with content does not close itself.
            end = self.data.index(b">", self.parser.CurrentByteIndex) + 1
            self.result.cleared.add(self._start, end, (self._row, self._column), self._style)

    def _clears(self) -> bool:
        return any(area.left <= self._column <= area.right for area in self._owners)

    def _lose(self, attributes: Attributes) -> None:
        if self._has_formula:
            self._refuse_two_formulas()
        self._has_formula = True
        if self._clears():
            formula = self._formula(attributes)
            if formula.shared is not None or not self.result.lost:
                self.result.lost.append(formula)

    def _formula(self, attributes: Attributes) -> Formula:
        """The formula whose start tag is being reported."""
        start = self.parser.CurrentByteIndex
        if attributes.get("t") != "shared":
            return Formula(start, None, master=False)
        after = self.span(attributes).inner
        empty = self.data[after - 2 : after] == b"/>" or self.data[after : after + 2] == b"</"
        return Formula(start, attributes.get("si", ""), not empty)

    def _refuse_two_formulas(self) -> NoReturn:
        damaged(self.part, f"的单元格 {address((self._row, self._column))} 有两个公式")

    def _entered_cell(self, attributes: Attributes) -> Span | None:
        column = self._column = self._column_of(attributes.get("r"))
        row = self.result.rows[self._row]
        span = self.span(attributes)
        if column > self._reach:
            row.beyond = row.beyond or span.start
            return _PASSED_OVER
        if column in row.cells:
            damaged(self.part, f"的单元格 {address((row.number, column))} 出现了两次")
        self._count_kept()
        self._cell = CellSpan(start=span.start, end=0, column=column, style=attributes.get("s", "0"))
        row.cells[column] = self._cell
        return span

    def _column_of(self, reference: str | None) -> int:
        if reference is None:
            return self._column + 1
        row = self._row_text
        letters = reference[: -len(row)] if reference.endswith(row) else ""
        return self._columns.get(letters) or self._new_column(letters)

    def _new_column(self, letters: str) -> int:
        column = self._columns[letters] = column_number(letters)
        return column or damaged(self.part, f"的第 {self._row_text} 行有不存在的单元格")

    def _entered_content(self, _: Attributes) -> Span | None:
        if self._cell is not None:
            self._cell.filled = True
        return None

    def _entered_formula(self, attributes: Attributes) -> Span | None:
        if self._cell is not None and self._cell.formula is not None:
            self._refuse_two_formulas()
        if self._cell is not None:
            self._cell.filled = True
            self._cell.formula = self._formula(attributes)
        return None

    _ENTER: ClassVar[Mapping[str, Callable[[_SheetSurveyor, Attributes], Span | None]]] = {
        "row": _entered_row,
        "c": _entered_cell,
        "v": _entered_content,
        "is": _entered_content,
        "f": _entered_formula,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What of a sheet a change is about.

    Args:
        needed: Rows that must exist after the change.
        models: Rows whose formats are borrowed.
        owned: Areas to be cleared; of other rows in them only the cells with content are told.
        reach: The last column of needed rows and models that matters.
    """

    needed: Collection[int]
    models: Iterable[int]
    owned: Ownership
    reach: int


def survey_sheet(data: bytes, part: str, interest: Interest, budget: Budget) -> Survey:
    """Find where things stand in a sheet.

    Args:
        data: The part, in UTF-8.
        part: Its name, for messages.
        interest: What is to be found.
        budget: What looking through it may cost.

    Raises:
        UnreadableWorkbook: No sheet, or a row or cell that stands there twice.
        UnsafeWorkbook: Beyond the limits.
    """
    surveyor = _SheetSurveyor(part, data, budget, interest)
    surveyor.look_through()
    return surveyor.result


def digits(text: str) -> int:
    """A number out of a stranger's attribute; 0 where it is none."""
    return int(text) if len(text) <= 7 and text.isascii() and text.isdigit() else 0
