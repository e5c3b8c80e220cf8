"""Book + Layout → Submission: which workbook is this, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.errors import WrongTemplate
from toolkit.fields import Field, FieldKind
from toolkit.intake import take_in
from toolkit.submission import Location, Problem, Raw, RawAnswers, RawTable, Submission
from workbook.area import Area
from workbook.book import Book, area_of
from workbook.layout import COVER, InputPlace, Layout, SheetPlan, TablePlace
from workbook.package.stream import Cell, Position

MASTER = "meta_master"
"""The name by which a master workbook is known."""
_DAYS_TO_1904 = 1462
_NOTHING = Cell(None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says this workbook is."""

    policy: str
    season: str
    template: str


def identify(book: Book) -> Identity:
    """Which policy, season and template a workbook belongs to.

    Raises:
        WrongTemplate: It does not say, so it is none of ours.
    """
    found = {part: _meta(book, f"meta_{part}") for part in ("policy", "season", "template")}
    if MASTER in book.names:
        raise WrongTemplate("W12")
    if not found["policy"]:
        raise WrongTemplate("W07", reason="没有找到申报工作簿的标识")
    return Identity(**found)


def _meta(book: Book, name: str) -> str:
    area = area_of(book.names.get(name, ""))
    if area is None or area.sheet not in book.sheets:
        return ""
    value = book.cells(area.sheet).get((area.top, area.left), _NOTHING).value
    return "" if value is None else str(value).strip()


def read_submission(book: Book, layout: Layout) -> Submission:
    """Read everything an operator and a district stated.

    Args:
        book: The workbook.
        layout: Where its template put everything; what the file's own names say goes before it.

    Returns:
        The submission; what could not be found or read is a problem in it.
    """
    scan = _Scan(book, layout)
    answers = scan.answers()
    submission = take_in(layout.policy, layout.season, answers)
    return Submission(
        entries=submission.entries, tables=submission.tables, problems=(*scan.problems, *submission.problems)
    )


@dataclass
class _Scan:
    """One pass over the sheets."""

    book: Book
    layout: Layout
    problems: list[Problem] = field(default_factory=list)

    def answers(self) -> RawAnswers:
        inputs: dict[str, Raw] = {}
        tables: dict[str, RawTable] = {}
        for plan in self.layout.sheets:
            if plan.name not in self.book.sheets and not self._moved(plan):
                self._report_lost_sheet(plan)
                continue
            for block in plan.blocks:
                for place in block.inputs:
                    inputs |= self._input(place)
                if block.table and (table := self._table(block.table)):
                    tables[block.table.table.id] = table
        return RawAnswers(inputs, tables)

    def _moved(self, plan: SheetPlan) -> bool:
        """Whether the sheet lives on under another name: its defined names tell."""
        area = area_of(self.book.names.get(plan.hint_name, ""))
        return area is not None and area.sheet in self.book.sheets

    def _report_lost_sheet(self, plan: SheetPlan) -> None:
        count = sum(len(b.inputs) + (1 if b.table else 0) for b in plan.blocks)
        self.problems.append(Problem("T1", Location(COVER, 1, 1), {"sheet": plan.name, "count": count}))

    def _input(self, place: InputPlace) -> dict[str, Raw]:
        area = self._located(place.name, place.area, place.field.label)
        if area is None:
            return {}
        cells = self.book.cells(area.sheet)
        shift = area.left - place.area.left
        return {
            key: self._raw(place.field, cells, area.sheet, area.top, column + shift)
            for key, column in place.columns.items()
        }

    def _table(self, place: TablePlace) -> RawTable | None:
        area = self._located(place.name, place.area, place.table.label)
        if area is None:
            return None
        cells = self.book.cells(area.sheet)
        in_columns = {row for row, column in cells if area.left <= column <= area.right}
        filled = sorted(row for row in in_columns if area.top <= row <= area.bottom)
        beyond = min((row for row in in_columns if row > area.bottom), default=0)
        if beyond and self._is_register(place):
            context = {"label": place.table.label, "limit": place.table.capacity, "row": beyond}
            self.problems.append(Problem("T7", Location(area.sheet, beyond, area.left), context))
        return RawTable(tuple(self._rows(place, area, cells, filled)), Location(area.sheet, area.top, area.left))

    def _is_register(self, place: TablePlace) -> bool:
        plan = self.layout.sheet(place.area.sheet)
        return plan is not None and plan.section.form == "register"

    def _rows(
        self, place: TablePlace, area: Area, cells: Mapping[Position, Cell], filled: list[int]
    ) -> Iterator[tuple[str, dict[str, Raw]]]:
        """Printed rows all, open rows where anything stands."""
        shift = area.left - place.area.left
        columns = [(c, key, place.spans[key][0] + shift) for c in place.table.columns for key in c.slots]
        fixed = [(area.top + i, row.id) for i, row in enumerate(place.table.fixed)]
        for row, row_id in fixed or [(row, str(row - area.top + 1)) for row in filled]:
            yield row_id, {key: self._raw(c, cells, area.sheet, row, column) for c, key, column in columns}

    def _raw(self, asked: Field, cells: Mapping[Position, Cell], sheet: str, row: int, column: int) -> Raw:
        cell = cells.get((row, column))
        place = Location(sheet, row, column)
        if cell is None:
            return Raw(None, place)
        value = cell.value
        if self.book.date1904 and asked.kind is FieldKind.DATE and isinstance(value, Decimal):
            value += _DAYS_TO_1904
        return Raw(value, place, cell.formula, cell.error)

    def _located(self, name: str, planned: Area, label: str) -> Area | None:
        """Where the file says an input stands, if it is still whole."""
        reference = self.book.names.get(name)
        area = area_of(reference) if reference else None
        if area is None or area.sheet not in self.book.sheets:
            self._report_broken(name, self._stands(planned), label, "名称已删除" if not reference else "名称已失效")
            return None
        size = (area.bottom - area.top, area.right - area.left)
        if size != (planned.bottom - planned.top, planned.right - planned.left):
            self._report_broken(name, area, label, "区域大小已改变，可能增删了行列")
            return None
        return area

    def _stands(self, planned: Area) -> Area:
        """The planned area, on the sheet that bears its hints today: sheets are renamed."""
        plan = self.layout.sheet(planned.sheet)
        hints = area_of(self.book.names.get(plan.hint_name, "")) if plan else None
        sheet = hints.sheet if hints and hints.sheet in self.book.sheets else planned.sheet
        return replace(planned, sheet=sheet)

    def _report_broken(self, name: str, area: Area, label: str, reason: str) -> None:
        place = Location(area.sheet, area.top, area.left)
        self.problems.append(Problem("T3", place, {"label": label, "name": name, "reason": reason}))
