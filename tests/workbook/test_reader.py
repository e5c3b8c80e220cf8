"""A filled workbook comes back, whole or damaged: every value with its place, every damage one problem that says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName

from toolkit.errors import WrongTemplate
from toolkit.finding import Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.messages import Severity
from toolkit.submission import Location, Submission, Value
from workbook.area import Area
from workbook.book import Book, area_of
from workbook.check import check_file, shelf
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.identity import identify
from workbook.layout import COVER, Layout
from workbook.package.stream import Cell
from workbook.reader import read_submission

Found = list[tuple[str, str, str]]
Edited = Callable[[Path, Callable[[openpyxl.Workbook], None]], Path]


def problems(submission: Submission) -> Found:
    return [(p.code, p.location.sheet, p.location.cell) for p in submission.problems]


def cell(value: Any, formula: str | None = None, error: str | None = None) -> Cell:
    return Cell(value, formula, error, 0)


def first(area: Area) -> tuple[str, str]:
    return area.sheet, Location(area.sheet, area.top, area.left).cell


def stated(submission: Submission) -> dict[str, Value | None]:
    """Every value by its key, places left aside."""
    values = {key: entry.value for key, entry in submission.entries.items()}
    for table_id, table in submission.tables.items():
        for row in table.rows:
            values |= {f"{table_id}/{row.id}/{key}": entry.value for key, entry in row.cells.items()}
    return values


def renumbered(book: MemoryBook, sheet: str, move: Callable[[int], int]) -> None:
    """Move the rows of a sheet and whatever names stand for them, as a spreadsheet program does."""
    book.content[sheet] = {(move(row), column): c for (row, column), c in book.content[sheet].items()}
    names = dict(book.names)
    for name, reference in names.items():
        area = area_of(reference)
        if area and area.sheet == sheet:
            names[name] = replace(area, top=move(area.top), bottom=move(area.bottom)).reference
    book.names = names


def insert_row(book: MemoryBook, sheet: str, at: int) -> None:
    renumbered(book, sheet, lambda row: row + 1 if row >= at else row)


def rename(book: MemoryBook, old: str, new: str) -> None:
    book.content = {new if sheet == old else sheet: cells for sheet, cells in book.content.items()}
    quoted = {f"'{old}'!": f"'{new}'!"}
    for before, after in quoted.items():
        book.names = {name: reference.replace(before, after) for name, reference in book.names.items()}


def delete_sheet(book: MemoryBook, sheet: str) -> None:
    del book.content[sheet]
    book.names = {n: "#REF!$A$1" if r.startswith(f"'{sheet}'!") else r for n, r in book.names.items()}


def without_name(book: MemoryBook, name: str) -> None:
    book.names = {other: reference for other, reference in book.names.items() if other != name}


@pytest.fixture
def book(workbook_of: Callable[[str], Path], in_memory: Callable[[Path], MemoryBook]) -> MemoryBook:
    """A workbook without any problem, to be damaged."""
    return in_memory(workbook_of("met"))


@pytest.fixture
def read(layout: Layout) -> Callable[[Book], Submission]:
    return lambda source: read_submission(source, layout)


Read = Callable[[Book], Submission]


class TestWhole:
    @pytest.mark.parametrize("outcome", ["met", "short", "incomplete"])
    def test_what_was_written_is_what_is_read(
        self, layout: Layout, answers: Callable[..., Any], workbook_of: Callable[[str], Path], outcome: str
    ) -> None:
        given = answers_from_dict(layout.policy, answers(outcome))
        expected = take_in(layout.policy, layout.season, given)
        found = read_submission(FileBook(workbook_of(outcome)), layout)
        assert stated(found) == stated(expected)
        assert [problem.code for problem in found.problems] == [problem.code for problem in expected.problems]

    def test_a_blank_workbook_lacks_every_required_answer_and_nothing_else(self, layout: Layout, blank: Path) -> None:
        found = read_submission(FileBook(blank), layout)
        wanted = {
            (place.area.sheet, Location("", place.area.top, column).cell)
            for place in layout.inputs.values()
            if place.field.required
            for column in place.columns.values()
        }
        for table in layout.tables.values():
            rows = range(table.area.top, table.area.top + len(table.table.fixed))
            columns = [table.spans[key][0] for asked in table.table.columns if asked.required for key in asked.slots]
            wanted |= {(table.area.sheet, Location("", row, column).cell) for row in rows for column in columns}
            if table.table.required:
                wanted.add(first(table.area))
        assert {code for code, _, _ in problems(found)} == {"F1"}
        assert {(sheet, at) for _, sheet, at in problems(found)} == wanted
        assert len(found.problems) == len(wanted)

    def test_every_value_knows_the_cell_it_stands_in(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        for key, entry in read(book).entries.items():
            place = layout.inputs[key.partition("@")[0]]
            assert entry.location == Location(place.area.sheet, place.area.top, place.columns[key])

    def test_reading_twice_gives_the_same(self, book: MemoryBook, read: Read) -> None:
        assert read(book) == read(book)

    def test_an_empty_row_between_filled_ones_is_no_row(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        area = layout.tables["roster"].area
        before = read(book).tables["roster"]
        cells = book.content[area.sheet]
        last = area.top + len(before.rows) - 1
        for column in range(area.left, area.right + 1):
            moved = cells.pop((last, column), None)
            if moved is not None:
                cells[area.top + 500, column] = moved
        after = read(book)
        assert after.problems == ()
        assert [row.cells["uscc"].value for row in after.tables["roster"].rows] == [
            row.cells["uscc"].value for row in before.rows
        ]
        assert after.tables["roster"].rows[-1].cells["uscc"].location.row == area.top + 500


class TestDamage:
    @pytest.mark.parametrize("sheet", ["基本信息", "企业名录", "五 协同创新", "区初审"])
    def test_a_deleted_sheet_is_one_problem_and_not_a_hundred(
        self, layout: Layout, book: MemoryBook, read: Read, sheet: str
    ) -> None:
        delete_sheet(book, sheet)
        found = read(book)
        assert problems(found) == [("T1", COVER, "A1")]
        plan = layout.sheet(sheet)
        assert plan is not None
        count = sum(len(block.inputs) + (1 if block.table else 0) for block in plan.blocks)
        assert found.problems[0].context == {"sheet": sheet, "count": count}

    def test_what_a_deleted_sheet_held_is_missing_and_never_zero(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        delete_sheet(book, "五 协同创新")
        found = read(book)
        assert not any(key.startswith("rd_total") for key in found.entries)
        assert "standards" not in found.tables

    def test_a_deleted_result_sheet_harms_nobody(self, book: MemoryBook, read: Read) -> None:
        for sheet in ("结果总览", "逐条判定", "短板清单", "数据问题"):
            delete_sheet(book, sheet)
        assert read(book).problems == ()

    @pytest.mark.parametrize("name", ["in_area", "in_output_total", "tb_standards", "tb_roster"])
    def test_a_deleted_name_is_reported_where_the_block_stood(
        self, layout: Layout, book: MemoryBook, read: Read, name: str
    ) -> None:
        without_name(book, name)
        found = read(book)
        area = area_of(layout.names[name])
        assert area is not None
        assert problems(found) == [("T3", *first(area))]
        assert found.problems[0].context["name"] == name
        assert "已删除" in str(found.problems[0].context["reason"])

    @pytest.mark.parametrize(
        "broken", ["#REF!$C$28", "'没有这张表'!$C$28", "'二 核心竞争力'!#REF!", "OFFSET(A1,1,1)", "42"]
    )
    def test_a_name_that_leads_nowhere_is_reported(
        self, layout: Layout, book: MemoryBook, read: Read, broken: str
    ) -> None:
        book.names = {**book.names, "in_area": broken}
        found = read(book)
        assert problems(found) == [("T3", *first(layout.inputs["area"].area))]
        assert "已失效" in str(found.problems[0].context["reason"])

    @pytest.mark.parametrize("table_id", ["standards", "roster"])
    def test_a_row_inserted_inside_an_open_table_is_one_row_more_to_fill_in(
        self, layout: Layout, book: MemoryBook, read: Read, table_id: str
    ) -> None:
        before = read(book)
        area = layout.tables[table_id].area
        insert_row(book, area.sheet, area.top + 1)
        after = read(book)
        assert after.problems == ()
        assert [list(row.cells) for row in after.tables[table_id].rows] == [
            list(row.cells) for row in before.tables[table_id].rows
        ]
        assert {key: entry.value for row in after.tables[table_id].rows[-1:] for key, entry in row.cells.items()} == {
            key: entry.value for row in before.tables[table_id].rows[-1:] for key, entry in row.cells.items()
        }

    def test_a_row_deleted_inside_an_open_table_is_one_row_less(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        before = read(book)
        area = layout.tables["standards"].area
        gone = area.bottom
        renumbered(book, area.sheet, lambda row: row - 1 if row >= gone else row)
        after = read(book)
        assert after.problems == ()
        assert stated(after) == stated(before)

    def test_a_column_inserted_inside_a_table_is_reported(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        area = layout.tables["titles"].area
        book.names = {**book.names, "tb_titles": replace(area, right=area.right + 1).reference}
        assert problems(read(book)) == [("T3", *first(area))]

    def test_rows_inserted_above_everything_move_the_places_and_lose_nothing(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        before = read(book)
        insert_row(book, "二 核心竞争力", 1)
        insert_row(book, "企业名录", 1)
        after = read(book)
        assert after.problems == ()
        assert stated(after) == stated(before)
        for key in ("area", "output_total@0"):
            old, new = before.entries[key].location, after.entries[key].location
            assert new == Location(old.sheet, old.row + 1, old.column)

    def test_a_column_inserted_before_a_block_moves_it_and_loses_nothing(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        before = read(book)
        sheet = layout.inputs["output_total"].area.sheet
        book.content[sheet] = {(r, c + 1 if c > 1 else c): v for (r, c), v in book.content[sheet].items()}
        areas = {name: area_of(reference) for name, reference in book.names.items()}
        moved = {
            name: replace(area, left=area.left + 1, right=area.right + 1).reference
            for name, area in areas.items()
            if area and area.sheet == sheet
        }
        book.names = {**book.names, **moved}
        after = read(book)
        assert after.problems == ()
        assert stated(after) == stated(before)

    @pytest.mark.parametrize("row", [2007, 3000])
    def test_rows_beyond_the_capacity_of_a_register_are_reported_at_the_first_of_them(
        self, book: MemoryBook, read: Read, row: int
    ) -> None:
        cells = book.content["企业名录"]
        cells |= {(row, 2): cell("多出来的企业"), (row + 5, 2): cell("又一家")}
        found = read(book)
        assert problems(found) == [("T7", "企业名录", f"B{row}")]
        assert found.problems[0].context == {"label": "企业名录", "limit": 2000, "row": row}

    def test_a_register_filled_to_its_last_row_is_in_order(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        area = layout.tables["roster"].area
        cells = book.content[area.sheet]
        cells |= {
            (area.bottom, c): cells[area.top, c] for c in range(area.left, area.right + 1) if (area.top, c) in cells
        }
        # The last row repeats the first, so that the one thing to say proves that it was read.
        told = [found for found in problems(read(book)) if found[1] == area.sheet]
        assert told == [("X8", area.sheet, f"C{area.bottom}")]

    def test_notes_beside_or_below_a_small_table_are_nobody_s_business(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        area = layout.tables["standards"].area
        book.content[area.sheet] |= {(area.bottom + 30, 3): cell("备忘"), (area.top, area.right + 5): cell("备忘")}
        assert read(book).problems == ()

    def test_a_renamed_sheet_is_read_under_its_new_name(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        before = read(book)
        rename(book, "二 核心竞争力", "2-核心竞争力（修改）")
        after = read(book)
        assert problems(after) == [("T11", "2-核心竞争力（修改）", "A1")]
        assert after.problems[0].severity is Severity.NOTE
        assert stated(after) == stated(before)
        assert after.entries["area"].location.sheet == "2-核心竞争力（修改）"

    def test_a_problem_never_points_to_a_sheet_that_is_not_there(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        rename(book, "二 核心竞争力", "核心")
        without_name(book, "in_area")
        found = read(book)
        assert [problem.code for problem in found.problems] == ["T11", "T3"]
        assert {problem.location.sheet for problem in found.problems} <= set(book.sheets)

    @pytest.mark.parametrize("reason", ["foreign sheet", "foreign name", "name of another workbook"])
    def test_what_does_not_belong_to_the_form_is_ignored(self, book: MemoryBook, read: Read, reason: str) -> None:
        before = read(book)
        if reason == "foreign sheet":
            book.content["我的草稿"] = {(1, 1): cell("=1+1"), (7, 3): cell(None, error="#REF!")}
        elif reason == "foreign name":
            book.names = {**book.names, "我的名称": "'基本信息'!$A$1", "in_nothing": "#REF!", "tb_x": "'x'!$A$1"}
        else:
            book.names = {**book.names, "外部": "'[1]其他.xlsx'!$A$1"}
        assert read(book) == before


class TestCells:
    """Damage in one cell: the value goes or stays, the place is that cell, and no other problem is raised."""

    def put(self, layout: Layout, book: MemoryBook, key: str, put: Cell | None) -> tuple[str, str]:
        place = layout.inputs[key.partition("@")[0]]
        at = (place.area.top, place.columns[key])
        book.content[place.area.sheet].pop(at, None)
        if put is not None:
            book.content[place.area.sheet][at] = put
        return place.area.sheet, Location("", *at).cell

    @pytest.mark.parametrize("put", [None, cell("   "), cell("\u3000")], ids=["empty", "spaces", "wide space"])
    def test_a_required_cell_without_content_is_missing(
        self, layout: Layout, book: MemoryBook, read: Read, put: Cell | None
    ) -> None:
        place = self.put(layout, book, "output_total@-1", put)
        found = read(book)
        assert problems(found) == [("F1", *place)]
        assert found.entries["output_total@-1"].value is None
        assert "2024年集群总产值" in found.problems[0].explanation.hint

    @pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#SPILL!"])
    def test_an_error_value_is_told_as_such_and_never_read_as_blank(
        self, layout: Layout, book: MemoryBook, read: Read, error: str
    ) -> None:
        place = self.put(layout, book, "output_total@0", cell(None, "=1/0", error))
        found = read(book)
        assert problems(found) == [("T5", *place)]
        assert found.entries["output_total@0"].value is None
        assert found.problems[0].explanation.found == error

    def test_a_formula_keeps_its_value_and_asks_for_a_figure(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        place = self.put(layout, book, "area", cell(Decimal("25.5"), "=SUM(A1:A3)"))
        found = read(book)
        assert problems(found) == [("F4", *place)]
        assert found.entries["area"].value == Decimal("25.5")
        assert "=SUM(A1:A3)" in found.problems[0].explanation.found

    @pytest.mark.parametrize("held", [None, ""], ids=["nothing", "empty text"])
    def test_a_formula_without_a_result_has_no_value(
        self, layout: Layout, book: MemoryBook, read: Read, held: str | None
    ) -> None:
        place = self.put(layout, book, "area", cell(held, "=SUM(A1:A3)"))
        found = read(book)
        assert problems(found) == [("F15", *place)]
        assert found.entries["area"].value is None
        assert found.problems[0].severity is Severity.ERROR

    def test_an_id_stored_as_a_number_has_lost_its_digits(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        place = self.put(layout, book, "operator_uscc", cell(Decimal(913100000000000000)))
        found = read(book)
        assert problems(found) == [("F7", *place)]
        assert found.entries["operator_uscc"].value is None

    @pytest.mark.parametrize(
        ("text", "offered"),
        [("25.5", "25.5"), ("2,505", "2505"), ("２５", "25"), (" 25 ", "25"), ("约25", ""), ("二十五", "")],
    )
    def test_a_number_typed_as_text_is_offered_but_never_taken(
        self, layout: Layout, book: MemoryBook, read: Read, text: str, offered: str
    ) -> None:
        place = self.put(layout, book, "area", cell(text))
        found = read(book)
        assert problems(found) == [("F2", *place)]
        assert found.entries["area"].value is None
        assert found.problems[0].suggestion == offered

    def test_a_truth_value_is_no_number(self, layout: Layout, book: MemoryBook, read: Read) -> None:
        place = self.put(layout, book, "area", cell(True))
        assert problems(read(book)) == [("F2", *place)]

    @pytest.mark.parametrize(
        ("serial", "day"), [("46000", date(2025, 12, 9)), ("45000.75", date(2023, 3, 15)), ("18172", date(1949, 10, 1))]
    )
    def test_a_day_number_is_the_day_excel_shows(
        self, layout: Layout, book: MemoryBook, read: Read, serial: str, day: date
    ) -> None:
        self.put(layout, book, "operator_founded", cell(Decimal(serial)))
        found = read(book)
        assert found.problems == ()
        assert found.entries["operator_founded"].value == day

    def test_dates_that_count_from_1904_are_moved_and_plain_numbers_are_not(
        self, layout: Layout, book: MemoryBook, read: Read
    ) -> None:
        before = read(book)
        dated = {p.field.id for p in layout.inputs.values() if p.field.kind.value == "date"}
        for key in dated:
            place = layout.inputs[key]
            at = (place.area.top, place.columns[key])
            old = book.content[place.area.sheet].get(at)
            if old is not None and isinstance(old.value, Decimal):
                book.content[place.area.sheet][at] = cell(old.value - 1462)
        for table in layout.tables.values():
            for column in table.table.columns:
                if column.kind.value == "date":
                    for row in table.area.rows:
                        at = (row, table.spans[column.id][0])
                        old = book.content[table.area.sheet].get(at)
                        if old is not None and isinstance(old.value, Decimal):
                            book.content[table.area.sheet][at] = cell(old.value - 1462)
        book.date1904 = True
        assert stated(read(book)) == stated(before)


class TestIdentity:
    def test_a_workbook_says_what_it_is(self, blank: Path) -> None:
        identity = identify(FileBook(blank))
        assert (identity.policy, identity.season, identity.template) == ("shanghai-2024", "2026", "1.2")

    def test_a_workbook_of_another_origin_is_not_taken_for_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "其他.xlsx"
        openpyxl.Workbook().save(path)
        with pytest.raises(WrongTemplate) as caught:
            check_file(path, shelf())
        assert caught.value.code == "W07"

    def test_a_program_that_drops_every_name_leaves_the_identity_readable(self, book: MemoryBook) -> None:
        before = identify(book)
        book.names = {}
        assert identify(book) == before

    @pytest.mark.parametrize("damage", ["sheet deleted", "blank", "spaces"])
    def test_a_workbook_that_lost_its_identity_is_refused(self, book: MemoryBook, damage: str) -> None:
        if damage == "sheet deleted":
            delete_sheet(book, "_meta")
        elif damage == "blank":
            del book.content["_meta"][1, 2]
        else:
            book.content["_meta"][1, 2] = cell("  ")
        with pytest.raises(WrongTemplate) as caught:
            identify(book)
        assert caught.value.code == "W07"

    @pytest.mark.parametrize(
        ("row", "value", "told"),
        [(1, "beijing-2030", "beijing-2030"), (2, "1999", "1999"), (3, "9.9", "9.9"), (3, None, "未注明")],
        ids=["policy", "season", "template", "no template"],
    )
    def test_a_policy_season_or_template_nobody_knows_is_refused_by_name(
        self, blank: Path, edited: Edited, row: int, value: str | None, told: str
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book["_meta"].cell(row, 2).value = value

        with pytest.raises(WrongTemplate) as caught:
            check_file(edited(blank, change), shelf())
        assert caught.value.code == "W08"
        assert told in str(caught.value)

    def test_a_season_typed_as_a_number_is_still_that_season(self, book: MemoryBook) -> None:
        book.content["_meta"][2, 2] = cell(Decimal(2026))
        assert identify(book).season == "2026"


class TestFiles:
    """The same damages, done by another program to a file."""

    def check(self, path: Path) -> tuple[Found, Verdict]:
        checked = check_file(path, shelf())
        return problems(checked.submission), checked.evaluation.verdict

    def test_a_file_saved_by_another_program_reads_the_same(
        self, workbook_of: Callable[[str], Path], edited: Edited
    ) -> None:
        source = workbook_of("incomplete")
        saved = check_file(edited(source, lambda _: None), shelf())
        original = check_file(source, shelf())
        assert saved.submission == original.submission
        assert saved.evaluation == original.evaluation

    def test_a_sheet_deleted_in_a_file(self, workbook_of: Callable[[str], Path], edited: Edited) -> None:
        def change(book: openpyxl.Workbook) -> None:
            del book["八 产业开放合作"]

        assert self.check(edited(workbook_of("met"), change)) == ([("T1", COVER, "A1")], Verdict.MISSING)

    def test_a_formula_an_error_and_a_text_in_a_file(
        self, workbook_of: Callable[[str], Path], edited: Edited, layout: Layout
    ) -> None:
        area = layout.inputs["output_total"].area

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[area.sheet]
            sheet.cell(area.top, area.left).value = "=30+5"
            sheet.cell(area.top, area.left + 1).value = "#DIV/0!"
            sheet.cell(area.top, area.left + 2).value = "30亿"

        found, verdict = self.check(edited(workbook_of("met"), change))
        assert found == [
            ("F15", area.sheet, f"C{area.top}"),
            ("T5", area.sheet, f"D{area.top}"),
            ("F2", area.sheet, f"E{area.top}"),
        ]
        assert verdict is Verdict.MISSING

    def test_a_file_whose_dates_count_from_1904(self, workbook_of: Callable[[str], Path], edited: Edited) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book.epoch = CALENDAR_MAC_1904

        source = workbook_of("met")
        path = edited(source, change)
        assert FileBook(path).date1904
        found = check_file(path, shelf()).submission
        assert stated(found) == stated(check_file(source, shelf()).submission)
        assert problems(found) == [("T19", COVER, "A1")]

    def test_sheets_and_names_that_were_added_to_a_file(
        self, workbook_of: Callable[[str], Path], edited: Edited
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book.create_sheet("草稿", 0)["A1"] = "=1+1"
            book.defined_names["草稿名"] = DefinedName("草稿名", attr_text="'草稿'!$A$1")
            book["基本信息"]["Z99"] = "备忘"

        source = workbook_of("met")
        found = check_file(edited(source, change), shelf()).submission
        assert stated(found) == stated(check_file(source, shelf()).submission)
        # What nobody reads is only told.
        assert problems(found) == [("T15", "基本信息", "Z99")]

    def test_a_date_typed_with_a_time_is_that_day(
        self, workbook_of: Callable[[str], Path], edited: Edited, layout: Layout
    ) -> None:
        area = layout.inputs["commitment_date"].area

        def change(book: openpyxl.Workbook) -> None:
            book[area.sheet].cell(area.top, area.left).value = datetime(2026, 9, 18, 17, 30)  # noqa: DTZ001 - a cell has no zone

        checked = check_file(edited(workbook_of("met"), change), shelf())
        assert checked.submission.problems == ()
        assert checked.submission.entries["commitment_date"].value == date(2026, 9, 18)
