"""A workbook open in a window as a book: whole sheets read and written through xlwings, whichever program it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import UnsafeWorkbook, WorkbookError
from workbook.engines.desktops import Program, program_of, translated
from workbook.engines.files import FileBook
from workbook.engines.rectangles import Rectangle, rectangles
from workbook.package.edit import Link, New, SheetEdit
from workbook.package.grid import DAYS_TO_1904
from workbook.package.limits import LIMITS
from workbook.package.stream import Cell, Position, SheetFacts, Stranger

if TYPE_CHECKING:
    import xlwings

_ERRORS = frozenset(
    [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
    ]
)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone
_SECONDS = Decimal(86400)
# Numbers with more digits are told as the float they are.
_WHOLE = 1e15
# Beyond this a text may not travel in an array: older versions of Excel refuse it.
_LONG = 8000
# A text as Excel takes it, whatever it looks like.
_TEXT = "'"
_AHEAD = ThreadPoolExecutor(1, "saved file")
# A sheet may claim a million rows because somebody coloured a column; they are read piece by piece.
_PIECE = 20_000


class LiveBook:
    """One look at a workbook in a window; what is written stands there at once, and saving is left to the user.

    What xlwings does not tell (merged cells, hidden rows, links out of the workbook) is taken from the file the window
    was last saved to.
    """

    def __init__(self, window: xlwings.Book) -> None:
        """Look at a workbook.

        Args:
            window: As xlwings has it.

        Raises:
            ExcelUnavailable: The program is none that can be driven.
        """
        self._window = window
        self.program: Program = program_of(window.app)
        self._cells: dict[str, Mapping[Position, Cell]] = {}
        self._path = self._file()
        # While the spreadsheet program answers, another core reads what it does not tell.
        self._opened = _AHEAD.submit(self._open)
        self._facts = _AHEAD.submit(self._read_facts)

    @property
    def path(self) -> Path | None:
        """The file the window shows; None where it was never saved, or lies where no path leads."""
        return self._path

    def _file(self) -> Path | None:
        with suppress(WorkbookError), translated():
            path = Path(self._window.fullname)
            return path if path.is_file() else None
        return None

    def _read_facts(self) -> Mapping[str, SheetFacts]:
        found: dict[str, SheetFacts] = {}
        for sheet in self._saved.sheets if self._saved else ():
            with suppress(WorkbookError):
                found[sheet] = self._saved.facts(sheet) if self._saved else SheetFacts()
        return found

    @property
    def read_only(self) -> bool:
        """Whether the window cannot be saved under its own name."""
        with translated():
            return self.program.read_only(self._window)

    @property
    def _saved(self) -> FileBook | None:
        return self._opened.result()

    def _open(self) -> FileBook | None:
        if self._path is not None:
            with suppress(WorkbookError):
                return FileBook(self._path)
        return None

    @cached_property
    def _pages(self) -> Mapping[str, xlwings.Sheet]:
        """The sheets, in order; each is looked up once."""
        with translated():
            return {sheet.name: sheet for sheet in self._window.sheets}

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, in order."""
        return tuple(self._pages)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Workbook-level defined names."""
        with translated():
            return self.program.names(self._window)

    @property
    def date1904(self) -> bool:
        """Whether serial dates count from 1904."""
        return self._saved is not None and self._saved.date1904

    @cached_property
    def hidden(self) -> Collection[str]:
        """Names of the hidden sheets."""
        with translated():
            # Excel tells −1 of a visible sheet, 0 of a hidden one and 2 of one hidden from its users.
            return frozenset(name for name, sheet in self._pages.items() if sheet.visible not in (True, -1))

    @property
    def strangers(self) -> tuple[Stranger, ...]:
        """What reaches out of the workbook or was embedded in it, as last saved."""
        return self._saved.strangers if self._saved else ()

    def facts(self, sheet: str) -> SheetFacts:
        """What a sheet says besides its cells, as last saved."""
        return self._facts.result().get(sheet, SheetFacts())

    def cells(self, sheet: str) -> Mapping[Position, Cell]:
        """Every cell that holds something, read in one go."""
        if sheet not in self._cells:
            with translated():
                self._cells[sheet] = dict(self._read(self._pages[sheet]))
        return self._cells[sheet]

    def _read(self, sheet: xlwings.Sheet) -> Iterator[tuple[Position, Cell]]:
        area = sheet.used_range
        top, left = area.row, area.column
        rows, columns = area.shape
        filled = 0
        for first in range(0, rows, _PIECE):
            last = min(first + _PIECE, rows)
            piece = sheet.range((top + first, left), (top + last - 1, left + columns - 1))
            values, formulas = self.program.contents(piece)
            for row, (told, written) in enumerate(zip(values, formulas, strict=True), start=top + first):
                for column, (value, formula) in enumerate(zip(told, written, strict=True), start=left):
                    if value is not None or formula:
                        filled += 1
                        yield (row, column), self._cell(value, formula)
            if filled > LIMITS.cells:
                raise UnsafeWorkbook("W04", measure="单元格数", limit=f"{LIMITS.cells:,}", actual=f"{filled:,} 以上")

    def _cell(self, value: Any, written: Any) -> Cell:
        text = str(written or "")
        # A text that merely looks like a formula says the same in both.
        formula = text if text.startswith("=") and value != text else None
        if isinstance(value, str):
            return Cell(None, formula, value, 0) if value in _ERRORS else Cell(value, formula, None, 0)
        if isinstance(value, datetime):
            value = _serial(value) - (DAYS_TO_1904 if self.date1904 else 0)
        elif isinstance(value, Decimal) and formula is None:
            # A cell shown as money comes rounded to four places; what was typed stands in its formula.
            value = Decimal(text)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = Decimal(int(value)) if abs(value) < _WHOLE and value == int(value) else Decimal(repr(value))
        return Cell(value, formula, None, 0)

    def write(self, sheet: str, edit: SheetEdit) -> None:
        """Change some cells in the window.

        Raises:
            WorkbookError: The window takes nothing just now, or the sheet is protected with a password.
        """
        held = self.cells(sheet)
        new: dict[Position, New] = {at: None for at in held if edit.owns(*at)}
        new |= edit.cells
        told = {at: _told(value, edit.links.get(at)) for at, value in new.items()}
        with translated(), self.program.unlocked(self._pages[sheet]) as target:
            for area in edit.owned:
                self.program.forget_links(target.range((area.top, area.left), (area.bottom, area.right)))
            self._format(target, edit)
            for rectangle in rectangles(told, held):
                self._put(target, rectangle)
            self.program.set_heights(target, list(_heights(edit.heights)))
        del self._cells[sheet]

    def _put(self, target: xlwings.Sheet, rectangle: Rectangle) -> None:
        """One call for all; long texts go alone."""
        rows = [[_number(value) if not _long(value) else None for value in row] for row in rectangle.rows]
        corners = (rectangle.top, rectangle.left), (rectangle.bottom, rectangle.right)
        self.program.put(target.range(*corners), rows)
        for i, row in enumerate(rectangle.rows):
            for j, value in enumerate(row):
                if _long(value):
                    target.range((rectangle.top + i, rectangle.left + j)).value = value

    @staticmethod
    def _format(target: xlwings.Sheet, edit: SheetEdit) -> None:
        """Rows that grew beyond what was cleared take the look of their model; what it says is overwritten next."""
        formatted = max((area.bottom for area in edit.owned), default=0)
        right = max((column for _, column in edit.cells), default=1)
        for row, model in edit.styles_from.items():
            if row > formatted:
                target.range((model, 1), (model, right)).copy(target.range((row, 1), (row, right)))

    def save(self, target: Path) -> None:
        """A window is saved by its user."""
        raise WorkbookError("W09", name=target.name, reason="正在窗口中打开，请在窗口中保存")

    # What the user sees ----------------------------------------------------------------------------------------

    @contextmanager
    def at_work(self, told: str) -> Iterator[None]:
        """Keep the screen still and formulas waiting while the book is worked on; restored whatever happens.

        Args:
            told: What the status bar says.
        """
        app = self._window.app
        quiet = {"screen_updating": False, "enable_events": False, "calculation": "manual", "status_bar": told}
        with ExitStack() as before, translated():
            for name, value in quiet.items():
                before.callback(_restore, app, name, getattr(app, name))
                setattr(app, name, value)
            yield

    def tell(self, told: str) -> None:
        """Say in the status bar how far it is."""
        with translated():
            self._window.app.status_bar = told

    def calculate(self) -> None:
        """Bring the formulas of the window up to date, where its user had switched that off."""
        with translated():
            self._window.app.calculate()

    def show(self, sheet: str, position: Position = (1, 1)) -> None:
        """Turn to a cell of a sheet."""
        with translated():
            # xlwings brings a window to the front only within its active engine.
            self._window.app.engine.activate()
            self._window.activate()
            target = self._pages[sheet]
            target.activate()
            target.range(position).select()


@contextmanager
def at_rest(window: xlwings.Book) -> Iterator[Callable[[str], xlwings.Range]]:
    """A workbook in a window for a few cells of ours: looked up by name, protected sheets opened meanwhile.

    Args:
        window: As xlwings has it.

    Yields:
        Name → the cells it stands for.
    """
    program = program_of(window.app)
    with ExitStack() as opened, translated():
        sheets: set[str] = set()

        def named(name: str) -> xlwings.Range:
            area = window.names[name].refers_to_range
            if area.sheet.name not in sheets:
                sheets.add(area.sheet.name)
                opened.enter_context(program.unlocked(area.sheet))
            return area

        yield named


def _serial(moment: datetime) -> Decimal:
    passed = moment.replace(tzinfo=None) - _EPOCH
    return passed.days + Decimal(passed.seconds) / _SECONDS


def _told(value: New, link: Link | None) -> New:
    """A value as a window takes it: text is marked as text, lest it be read as a formula, a date or a number."""
    if link is not None:
        return f"=HYPERLINK({_string('#' + link.location)},{_string(str(value or ''))})"
    if isinstance(value, str):
        return _TEXT + value if value else None
    return value


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _long(value: New) -> bool:
    return isinstance(value, str) and len(value) > _LONG


def _number(value: New) -> str | float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def _heights(heights: Mapping[int, float]) -> Iterator[tuple[int, int, float]]:
    """(first row, last row, height) of neighbouring rows of one height."""
    runs = groupby(enumerate(sorted(heights)), key=lambda pair: (pair[1] - pair[0], heights[pair[1]]))
    for (_, height), members in runs:
        rows = [row for _, row in members]
        yield rows[0], rows[-1], height


def _restore(app: xlwings.App, name: str, value: Any) -> None:
    """Put one property back; that one cannot be must not keep the others."""
    with suppress(WorkbookError), translated():
        setattr(app, name, value)
