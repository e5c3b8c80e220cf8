"""More enterprises than a master should hold lie beside it; whatever moves between the two, nothing typed is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from toolkit.errors import WorkbookError, WrongTemplate
from workbook.check import check_file, shelf
from workbook.commission import making
from workbook.commission.collect import Collected, Order, collect
from workbook.commission.inbox import annex_of, is_of_master
from workbook.commission.publish import Published, publish
from workbook.commission.sheets.lists import FIRMS, REGISTER
from workbook.commission.take import Taking
from workbook.layout import Layout

HEADER = 4
EACH = 5
REMARK = "✎ 备注"
Work = Callable[[Any], None]


@dataclass(frozen=True)
class Desk:
    """An inbox of two clusters of five enterprises, and what is collected from it."""

    inbox: Path
    target: Path
    layout: Layout

    @property
    def annex(self) -> Path:
        return annex_of(self.target)

    def collect(self, most: int = 0) -> Collected:
        task = Taking()
        return collect(
            Order(inbox=self.inbox, target=self.target, layout=self.layout, task=task, processes=1, most_firms=most)
        )

    def codes(self, most: int = 0) -> list[str]:
        return [note.code for note in self.collect(most).notes if note.code.startswith("W")]


@pytest.fixture(scope="module")
def sources(answers: Callable[..., Any], filled: Callable[..., Path]) -> list[Path]:
    return [filled(answers("met", seed, EACH), f"{seed}.xlsx") for seed in (31, 32)]


@pytest.fixture
def desk(sources: list[Path], layout: Layout, tmp_path: Path) -> Desk:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    for one in sources:
        shutil.copy(one, inbox)
    return Desk(inbox, tmp_path / "总表.xlsx", layout)


def opened(path: Path, sheet: str = FIRMS) -> Any:
    return openpyxl.load_workbook(path)[sheet]


def edit(path: Path, work: Work, sheet: str = FIRMS) -> None:
    book = openpyxl.load_workbook(path)
    work(book[sheet])
    book.save(path)


def heads(sheet: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[HEADER] if cell.value is not None}


def remark(row: int, text: str) -> Work:
    def work(sheet: Any) -> None:
        sheet.cell(row, heads(sheet)[REMARK]).value = text

    return work


def remarks(path: Path, sheet: str = FIRMS) -> dict[int, str]:
    found = opened(path, sheet)
    column = heads(found)[REMARK]
    cells = (found.cell(row, column) for row in range(HEADER + 1, found.max_row + 1))
    return {cell.row: cell.value for cell in cells if cell.value is not None}


def lost(path: Path) -> list[tuple[str, str]]:
    """Sheet and content of all that has no place."""
    sheet = opened(path, "未归位")
    at = heads(sheet)
    rows = range(HEADER + 1, sheet.max_row + 1)
    told = [(sheet.cell(row, at["来源表"]).value, sheet.cell(row, at["内容"]).value) for row in rows]
    return [(where, what) for where, what in told if where]


class TestWhereTheyLie:
    def test_few_enterprises_are_in_the_master(self, desk: Desk) -> None:
        assert desk.collect(2 * EACH).annex is None
        assert not desk.annex.exists()
        names = openpyxl.load_workbook(desk.target).sheetnames
        assert FIRMS in names
        assert REGISTER not in names

    def test_one_more_than_it_holds_and_all_are_in_the_annex(self, desk: Desk) -> None:
        few = desk.target.with_name("少.xlsx")
        collect(Order(inbox=desk.inbox, target=few, layout=desk.layout, task=Taking(), processes=1))
        done = desk.collect(2 * EACH - 1)
        assert done.annex is not None
        assert done.annex.path == desk.annex
        apart, within = opened(desk.annex), opened(few)
        rows = [[[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER)] for sheet in (apart, within)]
        assert rows[0] == rows[1]
        assert len(rows[0]) == 1 + 2 * EACH
        assert FIRMS not in openpyxl.load_workbook(desk.target).sheetnames

    def test_the_master_tells_of_each_cluster_how_many_how_much_and_where(self, desk: Desk) -> None:
        desk.collect()
        index, firms = opened(desk.target, REGISTER), opened(desk.annex)
        at, there = heads(index), heads(firms)
        for row, first in ((HEADER + 1, HEADER + 1), (HEADER + 2, HEADER + 1 + EACH)):
            assert index.cell(row, at["名录企业（家）"]).value == EACH
            outputs = [firms.cell(line, there["产值（万元）"]).value for line in range(first, first + EACH)]
            assert index.cell(row, at["产值合计（万元）"]).value == pytest.approx(sum(outputs))
            place = index.cell(row, at["名录位置"])
            assert place.value == f"{FIRMS}!C{first}"
            assert (place.hyperlink.target, place.hyperlink.location) == (desk.annex.name, f"'{FIRMS}'!C{first}")
            assert index.cell(row, at["集群名称"]).value == firms.cell(first, there["集群名称"]).value

    def test_both_tell_by_which_they_belong_together(self, desk: Desk) -> None:
        def stamps() -> list[str]:
            pairs = ((desk.target, REGISTER), (desk.annex, FIRMS))
            intros = [str(opened(path, name)["C2"].value) for path, name in pairs]
            return [found[0] for intro in intros for found in re.findall("校验码 (([0-9A-F]{4}-?){2})", intro)]

        desk.collect()
        first = stamps()
        assert first[0] == first[1]
        next(desk.inbox.glob("*.xlsx")).unlink()
        desk.collect()
        second = stamps()
        assert second[0] == second[1] != first[0]

    def test_a_second_run_changes_neither(self, desk: Desk) -> None:
        assert desk.codes() == ["W61"]
        before = [path.read_bytes() for path in (desk.target, desk.annex)]
        done = desk.collect()
        assert (done.published.changed, done.annex and done.annex.changed, list(done.notes)) == (False, False, [])
        assert [path.read_bytes() for path in (desk.target, desk.annex)] == before

    def test_both_are_valid_and_neither_is_a_submission(
        self, desk: Desk, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        desk.collect()
        assert ooxml_errors(desk.annex) == ooxml_errors(desk.target) == []
        with pytest.raises(WrongTemplate) as caught:
            check_file(desk.annex, shelf())
        assert caught.value.code == "W12"

    @pytest.mark.parametrize("name", ["", "-备份20261124-093000", "-新20261124-0930（2）"])
    def test_its_files_are_known_as_ours(self, name: str) -> None:
        assert is_of_master(f"总表-企业总名录{name}.xlsx", "总表.xlsx")
        assert is_of_master(f"~$总表-企业总名录{name}.xlsx", "总表.xlsx")
        assert not is_of_master(f"总表-企业名录{name}.xlsx", "总表.xlsx")

    def test_somebody_elses_file_in_its_place_is_left_alone(self, desk: Desk) -> None:
        shutil.copy(next(desk.inbox.glob("*.xlsx")), desk.annex)
        before = desk.annex.read_bytes()
        with pytest.raises(WorkbookError) as caught:
            desk.collect()
        assert (caught.value.code, desk.annex.name in str(caught.value)) == ("W11", True)
        assert desk.annex.read_bytes() == before
        assert not desk.target.exists()


class TestMovingOut:
    """The master held the enterprises, and holds too many by now."""

    def test_all_that_people_left_goes_along(self, desk: Desk) -> None:
        def work(sheet: Any) -> None:
            column = heads(sheet)[REMARK]
            sheet.cell(5, column).value = "已走访"
            sheet.cell(6, column).comment = Comment("来电更正", "张三")
            sheet.cell(7, column).fill = PatternFill("solid", "FFC000")
            sheet.cell(HEADER, column + 1).value = "联系人"
            sheet.cell(8, column + 1).value = "李四"
            sheet.cell(9, column + 1).value = "=J9*2"

        desk.collect(100)
        edit(desk.target, work)
        assert desk.codes() == ["W61"]
        sheet = opened(desk.annex)
        column = heads(sheet)[REMARK]
        own = heads(sheet)["✎ 联系人"]
        assert sheet.cell(5, column).value == "已走访"
        assert sheet.cell(6, column).comment.text == "来电更正"
        assert sheet.cell(7, column).fill.start_color.rgb == "FFFFC000"
        assert (sheet.cell(8, own).value, sheet.cell(9, own).value) == ("李四", "=J9*2")
        assert lost(desk.annex) == lost(desk.target) == []

    def test_a_formula_that_named_another_sheet_of_the_master_leaves_its_text(self, desk: Desk) -> None:
        desk.collect(100)
        edit(desk.target, remark(5, "=申报汇总!C5"))
        desk.collect()
        sheet = opened(desk.annex)
        cell = sheet.cell(5, heads(sheet)[REMARK])
        assert (cell.value, cell.data_type) == ("=申报汇总!C5", "s")

    def test_a_sheet_of_peoples_own_that_counted_them_keeps_its_text(self, desk: Desk) -> None:
        desk.collect(100)
        book = openpyxl.load_workbook(desk.target)
        book.create_sheet("统计")["A1"] = f"=COUNTA({FIRMS}!C:C)"
        book.save(desk.target)
        done = desk.collect()
        book = openpyxl.load_workbook(desk.target)
        assert "#REF!" not in str(book["统计"]["A1"].value)
        listed = [str(cell.value) for row in book["未带入的公式"].iter_rows() for cell in row]
        assert any(FIRMS in text for text in listed)
        assert done.notices

    def test_what_waits_in_the_master_finds_its_row_in_the_annex(self, desk: Desk) -> None:
        desk.collect(100)
        edit(desk.target, remark(5, "已走访"))
        away = next(path for path in desk.inbox.glob("*.xlsx") if _is_first(desk, path))
        kept = away.rename(desk.target.with_name("暂存.xlsx"))
        desk.collect(100)
        assert lost(desk.target) == [(FIRMS, "已走访")]
        desk.collect()
        assert (lost(desk.annex), lost(desk.target)) == ([(FIRMS, "已走访")], [])
        kept.rename(away)
        desk.collect()
        assert (remarks(desk.annex), lost(desk.annex)) == ({5: "已走访"}, [])


def _is_first(desk: Desk, path: Path) -> bool:
    """Whether a file is that of the cluster on top of the list."""
    top = opened(desk.target, "申报汇总")
    return bool(top.cell(HEADER + 1, heads(top)["来源文件"]).value == path.name)


class TestStayingOut:
    """An annex that is there is used, however few the enterprises have become."""

    def test_words_stay_and_the_row_that_goes_leaves_them_in_the_annex(self, desk: Desk) -> None:
        desk.collect()
        edit(desk.annex, remark(5, "已走访"))
        assert desk.codes(100) == []
        assert remarks(desk.annex) == {5: "已走访"}
        away = next(path for path in desk.inbox.glob("*.xlsx") if _is_first(desk, path))
        kept = away.rename(desk.target.with_name("暂存.xlsx"))
        assert desk.codes(100) == ["W37"]
        assert (lost(desk.annex), lost(desk.target)) == ([(FIRMS, "已走访")], [])
        kept.rename(away)
        desk.collect(100)
        assert (remarks(desk.annex), lost(desk.annex)) == ({5: "已走访"}, [])

    def test_a_sheet_of_peoples_own_stays_in_it(self, desk: Desk) -> None:
        desk.collect()
        book = openpyxl.load_workbook(desk.annex)
        book.create_sheet("走访计划")["B2"] = "周三"
        book.save(desk.annex)
        desk.collect()
        assert openpyxl.load_workbook(desk.annex)["走访计划"]["B2"].value == "周三"

    def test_what_is_saved_in_it_while_files_are_read_is_carried_too(self, desk: Desk) -> None:
        desk.collect()
        order = Order(inbox=desk.inbox, target=desk.target, layout=desk.layout, task=Taking(), processes=1)
        done: list[None] = []

        def progress(*_: object) -> None:
            if not done:
                edit(desk.annex, remark(6, "刚写的"))
                done.append(None)

        collect(Order(**{name: getattr(order, name) for name in Order.__slots__} | {"progress": progress}))
        assert remarks(desk.annex) == {6: "刚写的"}


class TestComingBack:
    """Somebody took the annex away, and brings it back or not."""

    def test_few_enterprises_are_in_the_master_again_and_it_is_told(self, desk: Desk) -> None:
        desk.collect()
        edit(desk.annex, remark(5, "已走访"))
        edit(desk.target, remark(5, "名录已核"), REGISTER)
        away = desk.annex.rename(desk.target.with_name("取走.xlsx"))
        assert desk.codes(100) == ["W62", "W37"]
        assert remarks(desk.target) == {}
        assert lost(desk.target) == [(REGISTER, "名录已核")]
        edit(desk.target, remark(6, "另有"))
        away.rename(desk.annex)
        desk.collect(100)
        assert remarks(desk.annex) == {5: "已走访", 6: "另有"}
        assert remarks(desk.target, REGISTER) == {5: "名录已核"}
        assert lost(desk.annex) == lost(desk.target) == []

    def test_of_two_words_for_one_cell_neither_is_lost(self, desk: Desk) -> None:
        desk.collect()
        edit(desk.annex, remark(5, "在另册"))
        away = desk.annex.rename(desk.target.with_name("取走.xlsx"))
        desk.collect(100)
        edit(desk.target, remark(5, "在总表"))
        away.rename(desk.annex)
        desk.collect(100)
        assert remarks(desk.annex) == {5: "在另册"}
        assert lost(desk.annex) == [(FIRMS, "在总表")]

    def test_many_enterprises_get_a_new_annex_and_it_is_told(self, desk: Desk) -> None:
        desk.collect()
        desk.annex.unlink()
        assert desk.codes() == ["W61", "W62"]
        assert desk.annex.exists()


class TestEndingBetween:
    """The annex is in its place, and the master is not."""

    def _killed(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """A run that ends once the annex is published."""

        def ending(target: Path, write: Callable[[Path], None], *, expected: bytes | None) -> Published:
            if target == desk.target:
                raise KeyboardInterrupt
            return publish(target, write, expected=expected)

        self._interrupted(desk, monkeypatch, ending)

    @staticmethod
    def _interrupted(desk: Desk, monkeypatch: pytest.MonkeyPatch, publishing: Callable[..., Published]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(making, "publish", publishing)
            with pytest.raises(KeyboardInterrupt):
                desk.collect()

    def test_the_next_run_comes_to_the_same(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.collect(100)
        edit(desk.target, remark(5, "已走访"))
        before = desk.target.read_bytes()
        self._killed(desk, monkeypatch)
        assert desk.target.read_bytes() == before
        assert remarks(desk.annex) == {5: "已走访"}
        desk.collect()
        assert (remarks(desk.annex), lost(desk.annex), lost(desk.target)) == ({5: "已走访"}, [], [])

    def test_words_written_in_either_meanwhile_are_all_there(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.collect(100)
        edit(desk.target, remark(5, "已走访"))
        self._killed(desk, monkeypatch)
        edit(desk.target, remark(6, "在总表"))
        edit(desk.annex, remark(7, "在另册"))
        desk.collect()
        assert remarks(desk.annex) == {5: "已走访", 6: "在总表", 7: "在另册"}
        assert lost(desk.annex) == []

    def test_where_the_annex_is_open_the_master_keeps_what_it_holds(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.collect(100)
        self._killed(desk, monkeypatch)
        edit(desk.target, remark(6, "在总表"))
        before = desk.target.read_bytes()
        mark = desk.annex.with_name(f"~${desk.annex.name}")
        mark.touch()
        done = desk.collect()
        assert done.annex is not None
        assert (done.annex.beside, done.published.beside) == (True, True)
        assert desk.target.read_bytes() == before
        mark.unlink()
        desk.collect()
        assert remarks(desk.annex) == {6: "在总表"}

    def test_half_an_annex_is_cleared_away(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        left: list[Path] = []

        def ending(target: Path, write: Callable[[Path], None], *, expected: bytes | None) -> Published:
            def half(path: Path) -> None:
                left.append(path)
                write(path)
                shutil.copy(path, path.with_name(f"{path.stem}0.tmp"))
                raise KeyboardInterrupt

            return publish(target, half, expected=expected)

        self._interrupted(desk, monkeypatch, ending)
        assert list(desk.target.parent.glob(".*.tmp"))
        desk.collect()
        assert not list(desk.target.parent.glob(".*.tmp"))


class TestOwnSheets:
    """A formula of people's that names a row of the tool's shows another one once rows come or go: they are told."""

    def test_formulas_over_fixed_rows_are_told_once_rows_have_moved(self, desk: Desk) -> None:
        desk.collect(2 * EACH)

        def work(sheet: Any) -> None:
            own = sheet.parent.create_sheet("我的分析")
            own["A1"], own["A2"] = "=申报汇总!D5", "=COUNTA(申报汇总!D:D)"
            own["B1"], own["B2"] = f"={FIRMS}!D5", "=申报汇总!D4"

        edit(desk.target, work)
        assert [one for one in desk.collect(2 * EACH).notices if "固定的行" in one] == []
        next(iter(sorted(desk.inbox.iterdir()))).unlink()
        (told,) = [one for one in desk.collect(2 * EACH).notices if "固定的行" in one]
        assert told.startswith(f"自建工作表“我的分析”的 A1、B1 单元格的公式引用了“申报汇总”“{FIRMS}”中固定的行")
        assert [one for one in desk.collect(2 * EACH).notices if "固定的行" in one] == []
