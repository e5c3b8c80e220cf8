"""One contract for every engine: the same content reads the same, and the same edit leaves the same cells and links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from toolkit.errors import WorkbookError
from toolkit.evaluate import evaluate
from toolkit.submission import Location
from workbook.book import Book
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.identity import identify
from workbook.layout import Layout
from workbook.package.edit import Link, SheetEdit
from workbook.package.grid import Area, Position
from workbook.package.stream import Cell
from workbook.reader import read_submission
from workbook.results import write_results

Links = Mapping[Position, str]
Values = Mapping[Position, object]
ENGINES = ["memory", "file"]
EPOCH = date(1899, 12, 30).toordinal()


@dataclass
class Bench:
    """A book of one engine, and how to look at it once it is saved."""

    book: Book
    look: Callable[[], tuple[Callable[[str], Values], Callable[[str], Links]]]


def value_of(raw: object) -> object:
    """What openpyxl found, in the terms of a cell."""
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, datetime):
        return Decimal(raw.toordinal() - EPOCH)
    return Decimal(f"{float(str(raw)):.15g}")


@cache
def taken_by_openpyxl(path: Path) -> MemoryBook:
    """The workbook in memory, by another reader than our own; to be copied before it is changed."""
    book = openpyxl.load_workbook(path, data_only=True)
    content: dict[str, dict[Position, Cell]] = {}
    for sheet in book.worksheets:
        rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        cells = {(i, j): value_of(raw) for i, row in rows for j, raw in enumerate(row, start=1)}
        content[sheet.title] = {
            at: Cell(value, None, None, 0)  # type: ignore[arg-type]  # one of the kinds a cell holds
            for at, value in cells.items()
            if value is not None
        }
    return MemoryBook(content, {name: str(defined.attr_text) for name, defined in book.defined_names.items()})


def links_by_openpyxl(path: Path, sheet: str) -> Links:
    rows = enumerate(openpyxl.load_workbook(path)[sheet].iter_rows(), start=1)
    cells = {(i, j): cell.hyperlink for i, row in rows for j, cell in enumerate(row, start=1)}
    return {at: str(link.location) for at, link in cells.items() if link}


def plain(cells: Mapping[Position, Cell]) -> Values:
    return {at: cell.value for at, cell in cells.items() if cell.value not in (None, "")}


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest, workbook_of: Callable[[str], Path], tmp_path: Path) -> Bench:
    """The same workbook under each engine."""
    source = workbook_of("incomplete")
    if request.param == "memory":
        taken = taken_by_openpyxl(source)
        memory = MemoryBook({sheet: dict(cells) for sheet, cells in taken.content.items()}, taken.names)

        def look_in_memory() -> tuple[Callable[[str], Values], Callable[[str], Links]]:
            return (
                lambda sheet: plain(memory.cells(sheet)),
                lambda sheet: {at: link.location for at, link in memory.links.get(sheet, {}).items()},
            )

        return Bench(memory, look_in_memory)
    file = FileBook(source)

    def look_in_file() -> tuple[Callable[[str], Values], Callable[[str], Links]]:
        target = tmp_path / "saved.xlsx"
        file.save(target)
        again = FileBook(target)
        return lambda sheet: plain(again.cells(sheet)), lambda sheet: links_by_openpyxl(target, sheet)

    return Bench(file, look_in_file)


class TestReading:
    def test_sheets_come_in_their_order(self, bench: Bench, layout: Layout) -> None:
        inputs = [plan.name for plan in layout.sheets]
        assert [sheet for sheet in bench.book.sheets if sheet in inputs] == inputs
        assert bench.book.sheets[0] == "封面与说明"
        assert bench.book.sheets[-1] == "_live"

    def test_names_mean_what_the_layout_says(self, bench: Bench, layout: Layout) -> None:
        assert {name: bench.book.names.get(name) for name in layout.names} == dict(layout.names)

    def test_dates_count_from_1900(self, bench: Bench) -> None:
        assert bench.book.date1904 is False

    def test_a_sheet_that_is_not_there_is_a_key_error(self, bench: Bench) -> None:
        with pytest.raises(KeyError):
            bench.book.cells("没有这张表")

    def test_only_cells_that_hold_something_are_there(self, bench: Bench) -> None:
        for sheet in bench.book.sheets:
            cells = bench.book.cells(sheet)
            assert all(cell.value is not None or cell.formula or cell.error for cell in cells.values()), sheet

    def test_the_book_knows_what_it_is(self, bench: Bench) -> None:
        assert identify(bench.book).policy == "shanghai-2024"

    def test_the_same_content_is_the_same_submission(
        self, bench: Bench, layout: Layout, workbook_of: Callable[[str], Path]
    ) -> None:
        reference = read_submission(FileBook(workbook_of("incomplete")), layout)
        assert read_submission(bench.book, layout) == reference

    def test_the_same_content_is_the_same_evaluation(
        self, bench: Bench, layout: Layout, workbook_of: Callable[[str], Path]
    ) -> None:
        reference = read_submission(FileBook(workbook_of("incomplete")), layout)
        mine = read_submission(bench.book, layout)
        policy, season = layout.policy, layout.season
        assert evaluate(policy, season, mine) == evaluate(policy, season, reference)


class TestWriting:
    @pytest.mark.parametrize(
        ("given", "held"),
        [
            ("文字", "文字"),
            ("=1+1", "=1+1"),
            ("第一行\n第二行", "第一行\n第二行"),
            ("<&>\"'", "<&>\"'"),
            (7, Decimal(7)),
            (Decimal("28.3956"), Decimal("28.3956")),
            (Decimal("-0.5"), Decimal("-0.5")),
            (0, Decimal(0)),
        ],
    )
    def test_what_is_written_stands_there_afterwards(
        self, bench: Bench, given: str | int | Decimal, held: object
    ) -> None:
        bench.book.write("基本信息", SheetEdit(cells={(7, 3): given, (300, 20): given}))
        values, _ = bench.look()
        assert values("基本信息")[7, 3] == held
        assert values("基本信息")[300, 20] == held

    def test_none_clears_a_cell(self, bench: Bench) -> None:
        assert (7, 3) in bench.book.cells("基本信息")
        bench.book.write("基本信息", SheetEdit(cells={(7, 3): None, (300, 20): None}))
        values, _ = bench.look()
        assert (7, 3) not in values("基本信息")
        assert (300, 20) not in values("基本信息")

    def test_nothing_else_on_the_sheet_changes(self, bench: Bench) -> None:
        before = plain(bench.book.cells("基本信息"))
        bench.book.write("基本信息", SheetEdit(cells={(7, 3): "新的名称"}))
        values, _ = bench.look()
        assert values("基本信息") == {**before, (7, 3): "新的名称"}

    def test_other_sheets_do_not_change(self, bench: Bench) -> None:
        others = [sheet for sheet in bench.book.sheets if sheet != "基本信息"]
        before = {sheet: plain(bench.book.cells(sheet)) for sheet in others}
        bench.book.write("基本信息", SheetEdit(cells={(7, 3): "新的名称"}))
        values, _ = bench.look()
        assert {sheet: values(sheet) for sheet in others} == before

    def test_an_owned_area_is_cleared_before_it_is_written(self, bench: Bench) -> None:
        cells = bench.book.cells("企业名录")
        inside = {at for at in cells if 6 <= at[0] <= 9 and 2 <= at[1] <= 5}
        assert len(inside) > 8
        before = plain(cells)
        owned = (Area(6, 2, 9, 5),)
        bench.book.write("企业名录", SheetEdit(cells={(7, 3): "留下的"}, owned=owned))
        values, _ = bench.look()
        kept = {at: value for at, value in before.items() if at not in inside}
        assert values("企业名录") == {**kept, (7, 3): "留下的"}

    def test_a_link_is_there_afterwards_and_an_owned_one_is_gone(self, bench: Bench) -> None:
        bench.book.write(
            "逐条判定", SheetEdit(cells={(5, 10): "甲"}, links={(5, 10): Link("'二 核心竞争力'!C20", "转到填报位置")})
        )
        _, links = bench.look()
        assert links("逐条判定")[5, 10] == "'二 核心竞争力'!C20"

    def test_edits_of_two_sheets_are_both_kept(self, bench: Bench) -> None:
        bench.book.write("基本信息", SheetEdit(cells={(7, 3): "甲"}))
        bench.book.write("区初审", SheetEdit(cells={(7, 3): "乙"}))
        values, _ = bench.look()
        assert (values("基本信息")[7, 3], values("区初审")[7, 3]) == ("甲", "乙")

    def test_the_results_are_the_same_whatever_the_engine(
        self, bench: Bench, layout: Layout, workbook_of: Callable[[str], Path]
    ) -> None:
        submission = read_submission(bench.book, layout)
        evaluation = evaluate(layout.policy, layout.season, submission)
        write_results(bench.book, layout, submission, evaluation, "戳")
        values, links = bench.look()
        reference = MemoryBook({s: {} for s in bench.book.sheets}, dict(layout.names))
        write_results(reference, layout, submission, evaluation, "戳")
        for plan in layout.results.values():
            area = plan.area
            body = {at: value for at, value in values(plan.sheet).items() if at[0] >= area.top}
            assert body == {at: v for at, v in plain(reference.cells(plan.sheet)).items() if at[0] >= area.top}
            mine = {at: target for at, target in links(plan.sheet).items() if at[0] >= area.top}
            assert mine == {at: link.location for at, link in reference.links.get(plan.sheet, {}).items()}
        for sheet in layout.sheets:
            hints = {at: v for at, v in values(sheet.name).items() if at[1] == sheet.hint_column}
            for at, value in plain(reference.cells(sheet.name)).items():
                assert hints[at] == value, (sheet.name, Location(sheet.name, *at).cell)


class TestEnginesApart:
    """What the protocol leaves open, pinned so that nobody relies on the wrong thing."""

    def test_a_file_stays_as_it_was_until_it_is_saved(self, workbook_of: Callable[[str], Path]) -> None:
        book = FileBook(workbook_of("met"))
        before = plain(book.cells("基本信息"))
        book.write("基本信息", SheetEdit(cells={(7, 3): "新的名称"}))
        assert plain(book.cells("基本信息")) == before
        assert plain(FileBook(workbook_of("met")).cells("基本信息")) == before

    def test_a_later_edit_of_a_sheet_goes_before_an_earlier_one(
        self, workbook_of: Callable[[str], Path], tmp_path: Path
    ) -> None:
        book = FileBook(workbook_of("met"))
        book.write("基本信息", SheetEdit(cells={(7, 3): "甲", (8, 3): "乙", (10, 3): "丙"}))
        book.write("基本信息", SheetEdit(cells={(8, 3): "丁"}, owned=(Area(10, 3, 10, 3),)))
        book.save(tmp_path / "两次.xlsx")
        cells = FileBook(tmp_path / "两次.xlsx").cells("基本信息")
        assert [cells[row, 3].value for row in (7, 8)] == ["甲", "丁"]
        assert (10, 3) not in cells or cells[10, 3].value is None

    def test_a_book_in_memory_has_no_file_to_save(self, tmp_path: Path) -> None:
        with pytest.raises(WorkbookError) as caught:
            MemoryBook({"表": {}}).save(tmp_path / "x.xlsx")
        assert caught.value.code == "W09"
        assert list(tmp_path.iterdir()) == []

    def test_a_file_can_be_read_from_its_bytes(self, workbook_of: Callable[[str], Path]) -> None:
        path = workbook_of("met")
        from_bytes, from_path = FileBook(path.read_bytes()), FileBook(path)
        assert from_bytes.sha256 == from_path.sha256
        assert plain(from_bytes.cells("基本信息")) == plain(from_path.cells("基本信息"))

    def test_saving_where_nothing_can_be_written_is_told_and_leaves_nothing(
        self, workbook_of: Callable[[str], Path], tmp_path: Path
    ) -> None:
        with pytest.raises(WorkbookError) as caught:
            FileBook(workbook_of("met")).save(tmp_path / "没有" / "x.xlsx")
        assert caught.value.code == "W09"
        assert list(tmp_path.iterdir()) == []
