"""Each thing people do to a master, and exactly where it is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.conftest import Convert
from tests.workbook.commission.drawing import CHART, PICTURE, box, draw
from tests.workbook.commission.hands import GRID, MAIN, OPEN, PAGE, collected, name_of, tables
from tests.workbook.commission.ownbooks import parts_of
from workbook.commission.carry import Carried
from workbook.commission.lost import LOST
from workbook.commission.memory import opened, remembered
from workbook.commission.recheck import RECHECK
from workbook.commission.stand import Untouched
from workbook.commission.table import Column, Owner, Row, Table

DAY = datetime.fromisoformat("2026-12-01")
ROWS = {"丁": 1, "丙": 1, "乙": 1, "甲": 1}
Work = Callable[[Any], None]


class Desk:
    """One master, worked in and collected into again and again."""

    def __init__(self, folder: Path) -> None:
        self.path, self._new = folder / "总表.xlsx", folder / "新.xlsx"
        collected(None, self.path, tables(ROWS))

    def work(self, work: Work, sheet: str = MAIN) -> None:
        book = openpyxl.load_workbook(self.path)
        work(book[sheet])
        book.save(self.path)

    def run(self, rows: dict[str, int] | None = None) -> Carried:
        done = collected(self.path, self._new, tables(ROWS if rows is None else rows))
        self._new.replace(self.path)
        return done

    def sheet(self, name: str = MAIN) -> Any:
        return openpyxl.load_workbook(self.path)[name]

    def cell(self, key: str, heading: str, sheet: str = MAIN) -> Any:
        found = self.sheet(sheet)
        heads = {str(cell.value).removeprefix("✎ "): cell.column for cell in found[4]}
        row = next(cell.row for cell in found["A"] if cell.value == key)
        return found.cell(row, heads[heading])

    def rows(self, name: str) -> list[dict[str, Any]]:
        lines = list(self.sheet(name).iter_rows(min_row=4, min_col=3, values_only=True))
        heads = [str(one).removeprefix("✎ ") for one in lines[0]]
        return [dict(zip(heads, line, strict=True)) for line in lines[1:] if any(line)]

    def lost(self) -> list[tuple[Any, ...]]:
        return [(one["来源表"], one["所在行"], one["列"], one["内容"], one["原因"]) for one in self.rows(LOST)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def put(address: str, value: Any) -> Work:
    def work(sheet: Any) -> None:
        sheet[address] = value

    return work


def row_of(key: str) -> int:
    return 5 + sorted(ROWS).index(key)


def gaps(*rules: str) -> Table:
    """A sheet on which one cluster has several rows."""
    headings = {"district": "推荐区", "cluster": "集群名称", "rule": "规则", "gap": "差额", "remedy": "怎样补齐"}
    tools = [Column(id=one, heading=heading) for one, heading in headings.items()]
    rows = tuple(Row(f"键{at}", ("嘉定区", "某集群", rule, 1, rule, None)) for at, rule in enumerate(rules))
    columns = (*tools, Column(id="remark", heading="备注", owner=Owner.PEOPLE))
    return Table(name="短板清单", intro="", columns=columns, rows=rows)


def _swap_what_is_seen(sheet: Any, one: int, other: int) -> None:
    """Swap two rows but for what is hidden, as a sort of the visible columns does."""
    for column in range(3, sheet.max_column + 1):
        a, b = sheet.cell(one, column), sheet.cell(other, column)
        a.value, b.value = b.value, a.value


class TestInPlace:
    def test_a_word_stays_where_it_was_written(self, desk: Desk) -> None:
        desk.work(put("F6", "同意"))
        done = desk.run()
        assert desk.cell(sorted(ROWS)[1], "市级意见").value == "同意"
        assert (done.lost, done.changes, desk.rows(LOST)) == (0, 0, [])

    def test_a_second_run_changes_no_byte(self, desk: Desk) -> None:
        desk.work(put("H7", "=G7*2"))
        desk.run()
        before = desk.path.read_bytes()
        desk.run()
        assert desk.path.read_bytes() == before

    @pytest.mark.parametrize("value", [12.5, "00123", "=1+1", True, "甲\n乙", "长" * 32_000, "<r>甲</r>"])
    def test_a_value_keeps_its_kind(self, desk: Desk, value: Any) -> None:
        desk.work(put("H6", value))
        desk.run()
        assert desk.sheet()["H6"].value == value

    def test_text_that_looks_like_a_formula_stays_text(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["H6"].value = "=1+1"
            sheet["H6"].data_type = "s"

        desk.work(work)
        desk.run()
        cell = desk.sheet()["H6"]
        assert (cell.value, cell.data_type) == ("=1+1", "s")

    def test_a_date_is_still_one(self, desk: Desk) -> None:
        desk.work(put("H6", DAY.date()))
        desk.run()
        assert desk.sheet()["H6"].value == DAY

    def test_notes_and_colours_stay_on_cells_of_the_tool_as_well(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["D6"].comment = Comment("名称有误？", "张三")
            sheet["G6"].fill = PatternFill("solid", fgColor="FFFF00")
            sheet["F4"].comment = Comment("口径见纪要", "李四")

        desk.work(work)
        desk.run()
        sheet = desk.sheet()
        assert (sheet["D6"].comment.text, sheet["D6"].comment.author) == ("名称有误？", "张三")
        assert sheet["F4"].comment.text == "口径见纪要"
        assert sheet["G6"].fill.fgColor.rgb == "FFFFFF00"

    def test_a_column_people_inserted_stays_beside_its_neighbours(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet.insert_cols(6)
            sheet["F4"], sheet["F6"] = "处长看法", "可以"

        desk.work(work)
        desk.run()
        sheet = desk.sheet()
        assert [cell.value for cell in sheet[4]][4:7] == ["系统判定", "✎ 处长看法", "✎ 市级意见"]
        assert sheet["F6"].value == "可以"

    def test_moved_hidden_and_renamed_columns_stay_so(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            for row in range(1, 10):
                sheet.cell(row, 5).value, sheet.cell(row, 8).value = sheet.cell(row, 8).value, sheet.cell(row, 5).value
            sheet["E4"], sheet["E6"] = "处长批注", "好"
            sheet.column_dimensions["G"].hidden = True

        desk.work(work)
        desk.run()
        sheet = desk.sheet()
        assert [cell.value for cell in sheet[4]][4:8] == ["✎ 处长批注", "✎ 市级意见", "产值", "系统判定"]
        assert (sheet["E6"].value, sheet.column_dimensions["G"].hidden) == ("好", True)
        assert desk.lost() == []

    def test_sorted_rows_are_known_by_key(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F5"] = "同意"
            for column in range(1, 10):
                first, last = sheet.cell(5, column), sheet.cell(8, column)
                first.value, last.value = last.value, first.value

        desk.work(work)
        desk.run()
        assert desk.cell(min(ROWS), "市级意见").value == "同意"

    def test_clusters_of_one_district_sorted_without_their_hidden_keys_keep_their_words(self, desk: Desk) -> None:
        (one, _), (other, _) = rows = [(key, row_of(key)) for key in "甲乙"]
        assert desk.cell(one, "推荐区").value == desk.cell(other, "推荐区").value

        def work(sheet: Any) -> None:
            for key, row in rows:
                sheet.cell(row, 8).value = f"写给{key}"
            _swap_what_is_seen(sheet, *(row for _, row in rows))
            sheet.cell(rows[0][1], 7).value = 77

        desk.work(work)
        desk.run()
        assert [desk.cell(key, "备注").value for key in "甲乙"] == ["写给甲", "写给乙"]
        assert [entry[3] for entry in desk.lost()] == [77]

    @pytest.mark.parametrize("typed", [None, 77])
    def test_rows_of_one_name_sorted_without_their_hidden_keys_keep_their_words(
        self, tmp_path: Path, typed: int | None
    ) -> None:
        made = [gaps("一", "二", "三")]
        collected(None, tmp_path / "总表.xlsx", made)
        book = openpyxl.load_workbook(tmp_path / "总表.xlsx")
        sheet = book["短板清单"]
        for row, word in ((5, "写给一"), (6, "写给二"), (7, "写给三")):
            sheet.cell(row, 8).value = word
        _swap_what_is_seen(sheet, 5, 7)
        sheet.cell(5, 6).value = typed or sheet.cell(5, 6).value
        book.save(tmp_path / "总表.xlsx")
        collected(tmp_path / "总表.xlsx", tmp_path / "新.xlsx", made)
        new = openpyxl.load_workbook(tmp_path / "新.xlsx")
        assert [new["短板清单"].cell(row, 8).value for row in (5, 6, 7)] == ["写给一", "写给二", "写给三"]
        lost = [row[6] for row in new[LOST].iter_rows(min_row=5, values_only=True) if row[0]]
        assert lost == ([] if typed is None else [typed])

    def test_a_note_at_the_heading_of_a_column_that_goes_is_kept(self, desk: Desk, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(desk.path)
        book[GRID]["E4"].comment = Comment("请核对口径", "张三")
        book.save(desk.path)
        shorter = [replace(one, columns=one.columns[:2], rows=()) if one.name == GRID else one for one in tables(ROWS)]
        collected(desk.path, tmp_path / "新.xlsx", shorter)
        lost = list(
            openpyxl.load_workbook(tmp_path / "新.xlsx")[LOST].iter_rows(min_row=5, min_col=3, values_only=True)
        )
        assert [row[:5] for row in lost] == [(GRID, "标题行", "分", "批注", "请核对口径")]

    def test_a_row_that_may_be_either_of_two_goes_to_neither(self, tmp_path: Path) -> None:
        made = [gaps("同", "同", "甲", "乙")]
        collected(None, tmp_path / "总表.xlsx", made)
        book = openpyxl.load_workbook(tmp_path / "总表.xlsx")
        sheet = book["短板清单"]
        sheet.cell(5, 8).value, sheet.cell(7, 8).value = "写给同", "写给甲"
        _swap_what_is_seen(sheet, 5, 7)
        _swap_what_is_seen(sheet, 6, 8)
        book.save(tmp_path / "总表.xlsx")
        collected(tmp_path / "总表.xlsx", tmp_path / "新.xlsx", made)
        new = openpyxl.load_workbook(tmp_path / "新.xlsx")
        assert [new["短板清单"].cell(row, 8).value for row in (5, 6, 7)] == [None, None, "写给甲"]
        assert [row[6] for row in new[LOST].iter_rows(min_row=5, values_only=True) if row[0]] == ["写给同"]

    def test_rows_sorted_without_their_hidden_keys_are_known_by_what_they_say(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F5"] = "同意"
            for column in range(3, 10):
                first, last = sheet.cell(5, column), sheet.cell(8, column)
                first.value, last.value = last.value, first.value

        desk.work(work)
        desk.run()
        assert desk.cell(min(ROWS), "市级意见").value == "同意"
        assert desk.lost() == []

    @pytest.mark.parametrize("column", [1, 2])
    def test_deleted_keys_or_digests_cost_no_word_its_place(self, desk: Desk, column: int) -> None:
        def work(sheet: Any) -> None:
            sheet["F6"] = "同意"
            sheet.delete_cols(column)

        desk.work(work)
        desk.run()
        assert desk.cell(sorted(ROWS)[1], "市级意见").value == "同意"

    def test_deleted_marks_are_made_up_for_by_headings(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F6"] = "同意"
            sheet.delete_rows(3)

        desk.work(work)
        desk.run()
        assert desk.cell(sorted(ROWS)[1], "市级意见").value == "同意"
        assert desk.lost() == []

    def test_a_renamed_sheet_is_known_by_its_marks(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F6"], sheet.title = "同意", "我的汇总"

        desk.work(work)
        desk.run()
        assert desk.cell(sorted(ROWS)[1], "市级意见").value == "同意"
        assert "我的汇总" not in openpyxl.load_workbook(desk.path).sheetnames

    def test_rows_may_be_added_to_the_register_of_objections(self, desk: Desk) -> None:
        desk.work(put("D12", "自加的一行"), OPEN)
        desk.run()
        assert [row["集群名称"] for row in desk.rows(OPEN)][-1] == "自加的一行"
        assert desk.lost() == []

    def test_sheets_of_ones_own_and_copies_stay(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet.parent.create_sheet("我的表")["A1"] = "自己的"
            sheet.parent.copy_worksheet(sheet).title = "上周的汇总"

        desk.work(work)
        desk.run()
        book = openpyxl.load_workbook(desk.path)
        assert (book["我的表"]["A1"].value, "上周的汇总" in book.sheetnames) == ("自己的", True)


class TestUntouched:
    """``collected`` compares what is known of a master just written with what is read of it."""

    def test_a_sheet_known_to_be_untouched_is_not_gone_through(self, desk: Desk) -> None:
        desk.work(lambda sheet: setattr(sheet.cell(5, 6), "value", "同意"))
        held = remembered(opened(desk.path), tables(ROWS), {MAIN: Untouched(99, "known")}).tables[MAIN]
        assert (held.rows, held.last[MAIN], held.stand) == ([], 99, ("known",))

    def test_what_has_no_place_is_read_whatever_is_known(self, desk: Desk) -> None:
        desk.work(lambda sheet: setattr(sheet["D5"], "value", "改"))
        desk.run()
        held = remembered(opened(desk.path), tables(ROWS), {LOST: Untouched(0, "")}).tables[LOST]
        assert len(held.rows) == 1


class TestFormulas:
    def test_a_formula_over_its_own_row_goes_with_it(self, desk: Desk) -> None:
        desk.work(put(f"H{row_of('甲')}", f"=G{row_of('甲')}*2"))
        desk.run({"甲": 1})
        assert desk.sheet()["H5"].value == "=G5*2"

    def test_one_over_other_rows_stays_while_nothing_moves(self, desk: Desk) -> None:
        desk.work(put("H7", "=G6+G7"))
        desk.run()
        assert desk.sheet()["H7"].value == "=G6+G7"

    def test_one_over_the_whole_table_grows_with_it(self, desk: Desk) -> None:
        desk.work(put("H7", "=SUM(G$5:G$8)"))
        desk.run({**ROWS, "戊": 1})
        assert desk.cell(sorted(ROWS)[2], "备注").value == "=SUM(G$5:G$9)"

    def test_what_would_mean_something_else_becomes_a_text(self, desk: Desk) -> None:
        key = sorted(ROWS)[3]
        desk.work(put("H8", "=G7+G8"))
        desk.run({key: 1})
        # openpyxl has worked nothing out, so there is no result to keep.
        cell = desk.sheet()["H5"]
        assert (cell.value, cell.data_type) == ("=G7+G8", "s")

    @pytest.mark.parametrize("formula", ["=[1]别的!A1", "=cmd|'/c calc'!A0", '=WEBSERVICE("http://a.b")'])
    def test_one_that_leads_out_is_kept_as_text_and_told(self, desk: Desk, formula: str) -> None:
        desk.work(put("H6", formula))
        done = desk.run()
        cell = desk.sheet()["H6"]
        assert (cell.value, cell.data_type) == (formula, "s")
        assert done.outside == (
            f"{MAIN}“{desk.cell(sorted(ROWS)[1], '推荐区').value}　{name_of(sorted(ROWS)[1])}”的“备注”",
        )


class TestWithoutPlace:
    def test_a_figure_typed_over_is_restored_and_what_was_typed_is_kept(self, desk: Desk) -> None:
        key = sorted(ROWS)[1]
        desk.work(put("G6", 999))
        done = desk.run()
        assert desk.cell(key, "产值").value == 1.5
        assert [one[2:] for one in desk.lost()] == [("产值", 999, "改写了系统列")]
        assert done.lost == 1

    @pytest.mark.parametrize(
        ("sheet", "address", "why"),
        [
            (MAIN, "C1", "写在表格之外"),
            (MAIN, "J1", "写在表格之外"),
            (MAIN, "D4", "改写了系统的标题"),
            (MAIN, "D30", "所在的行不是系统写入的"),
            (PAGE, "B3", "写在表格之外"),
            (PAGE, "K9", "写在表格之外"),
        ],
    )
    def test_text_outside_the_rows_is_kept(self, desk: Desk, sheet: str, address: str, why: str) -> None:
        desk.work(put(address, "随手记"), sheet)
        desk.run()
        assert [(one[0], one[3], one[4]) for one in desk.lost()] == [(sheet, "随手记", why)]

    def test_edits_leave_with_their_row_and_come_back_with_it(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F6"] = "同意"
            sheet["H6"].comment = Comment("张三的批注", "张三")
            sheet["D6"].fill = PatternFill("solid", fgColor="FFFF00")

        desk.work(work)
        key = sorted(ROWS)[1]
        desk.run()
        before = desk.path.read_bytes()
        desk.run({one: at for one, at in ROWS.items() if one != key})
        assert {(one[2], one[3]) for one in desk.lost()} == {
            ("市级意见", "同意"),
            ("备注", "张三的批注"),
            ("集群名称", "#FFFF00"),
        }
        done = desk.run()
        assert desk.path.read_bytes() == before
        assert (done.lost, done.changes) == (0, 0)

    def test_a_copied_row_that_was_changed_keeps_both(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["F6"] = "同意"
            for column in range(1, 10):
                sheet.cell(9, column).value = sheet.cell(6, column).value
            sheet["F9"] = "不同意"

        desk.work(work)
        desk.run()
        assert desk.cell(sorted(ROWS)[1], "市级意见").value == "同意"
        assert [one[2:] for one in desk.lost()] == [("市级意见", "不同意", "同一行出现两次，内容不同")]

    def test_what_was_written_in_the_sheet_itself_stays(self, desk: Desk) -> None:
        desk.work(put("G6", 999))
        desk.run()
        desk.work(put("L5", "已转告浦东"), LOST)
        desk.run()
        assert [row["处理情况"] for row in desk.rows(LOST)] == ["已转告浦东"]


class TestDrawn:
    """What people draw on sheets of the tool."""

    @pytest.mark.parametrize("sheet", [MAIN, PAGE, RECHECK])
    def test_what_is_typed_in_a_text_box_is_kept_once(self, desk: Desk, sheet: str) -> None:
        draw(desk.path, sheet, box("请核对\n三处", row=6, column=2))
        assert desk.run().lost == 1
        assert desk.lost() == [(sheet, "单元格 C7", None, "请核对\n三处", "写在文本框或图形中")]
        before = desk.path.read_bytes()
        desk.run()
        assert desk.path.read_bytes() == before

    def test_the_same_box_on_a_master_that_was_not_replaced_does_not_pile_up(self, desk: Desk) -> None:
        draw(desk.path, MAIN, box("请核对"))
        desk.run()
        draw(desk.path, MAIN, box("请核对"))
        assert (desk.run().lost, len(desk.lost())) == (0, 1)

    @pytest.mark.parametrize("sheet", [MAIN, PAGE])
    def test_what_says_nothing_in_words_is_counted(self, desk: Desk, sheet: str) -> None:
        draw(desk.path, sheet, box("") + PICTURE * 2 + CHART + box("字"))
        assert remembered(opened(desk.path), tables(ROWS)).drawn == {sheet: {"图形": 1, "图片": 2, "图表": 1}}

    def test_what_lies_on_a_sheet_of_ones_own_goes_with_it(self, desk: Desk) -> None:
        desk.work(lambda sheet: sheet.parent.create_sheet("台账"))
        draw(desk.path, "台账", box("请核对"))
        desk.run()
        assert (desk.lost(), remembered(opened(desk.path), tables(ROWS)).drawn) == ([], {})
        assert "请核对".encode() in parts_of(desk.path.read_bytes())["xl/drawings/drawing1.xml"]


class TestRecheck:
    def test_a_figure_that_changes_under_a_word_is_told_with_both(self, desk: Desk) -> None:
        desk.work(put("F6", "同意"))
        key = sorted(ROWS)[1]
        done = desk.run({**ROWS, key: 2})
        (row,) = desk.rows(RECHECK)
        assert (row["来源表"], row["变动的列"]) == (MAIN, "系统判定、产值")
        assert (row["原数值"], row["新数值"]) == ("系统判定：达标\n产值：1.5", "系统判定：未达标\n产值：3")
        assert row["当时的填写"] == "市级意见：同意"
        assert (desk.cell(key, "市级意见").value, done.changes) == ("同意", 1)

    def test_a_row_nobody_wrote_in_is_not(self, desk: Desk) -> None:
        desk.work(put("F6", "同意"))
        assert desk.run({**ROWS, min(ROWS): 2}).changes == 0

    def test_an_answer_stays_as_history(self, desk: Desk) -> None:
        desk.work(put("F6", "同意"))
        changed = {**ROWS, sorted(ROWS)[1]: 2}
        desk.run(changed)
        desk.work(put("I5", "维持原意见"), RECHECK)
        done = desk.run(changed)
        assert ([row["复核结果"] for row in desk.rows(RECHECK)], done.changes) == (["维持原意见"], 0)

    def test_a_row_that_comes_back_with_other_figures_is_told(self, desk: Desk) -> None:
        desk.work(put("F6", "同意"))
        key = sorted(ROWS)[1]
        desk.run({one: at for one, at in ROWS.items() if one != key})
        assert desk.run({**ROWS, key: 2}).changes == 1
        assert desk.cell(key, "市级意见").value == "同意"

    def test_a_note_on_the_matrix_counts_as_a_word(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            sheet["E6"].comment = Comment("请核", "张三")

        desk.work(work, GRID)
        desk.run({**ROWS, sorted(ROWS)[1]: 2})
        assert [row["来源表"] for row in desk.rows(RECHECK)] == [GRID]


def test_what_libreoffice_saves_again_is_read_the_same(desk: Desk, libreoffice_convert: Convert) -> None:
    def work(sheet: Any) -> None:
        sheet["F6"], sheet["H6"], sheet["H7"] = "同意", DAY.date(), "=G7*2"
        sheet["D6"].comment = Comment("名称有误？", "张三")
        sheet["G6"].fill = PatternFill("solid", fgColor="FFFF00")
        sheet["G8"] = 999
        sheet.parent.create_sheet("我的表")["A1"] = "自己的"

    desk.work(work)
    desk.path.write_bytes(libreoffice_convert(desk.path).read_bytes())
    done = desk.run()
    sheet = desk.sheet()
    assert (sheet["F6"].value, sheet["H6"].value, sheet["H7"].value) == ("同意", DAY, "=G7*2")
    assert sheet["D6"].comment.text == "名称有误？"
    assert sheet["G6"].fill.fgColor.rgb == "FFFFFF00"
    assert [one[2:] for one in desk.lost()] == [("产值", 999, "改写了系统列")]
    assert done.changes == 0
    before = desk.path.read_bytes()
    desk.run()
    assert desk.path.read_bytes() == before
