"""A review in rounds: prepared, returned, taken up again, sealed; nothing an operator typed is ever touched."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from toolkit.errors import WorkbookError
from toolkit.review import MARKER, RETURN, read_review
from toolkit.seal import take_snapshot
from toolkit.submission import Location
from workbook.book import Book, area_of
from workbook.check import Checked, check_book, check_file, shelf
from workbook.cli import main
from workbook.commands import Exit
from workbook.commission.table import HEAD_ROW
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.history import write_history
from workbook.identity import identify
from workbook.layout import META, ROUND_INPUTS, ROUND_LOG, ROUNDS, Layout
from workbook.letter import letter_bytes, letter_of
from workbook.opinion import write_opinion
from workbook.package.edit import New, SheetEdit
from workbook.pages import page_rows
from workbook.records import record
from workbook.results import clear_marks
from workbook.review import annotate, check_review, hindrances, prepare, return_round, system_evaluation
from workbook.rounds import Round, Rounds, read_rounds, write_rounds
from workbook.runlog import Run
from workbook.scribe import plain
from workbook.sealing import holds, read_check_seal, read_district_seal, read_key

FORMER = Path(__file__).resolve().parents[1] / "versions" / "shanghai-2024-1.1.xlsx"
Answers = dict[str, Any]
Filled = Callable[..., Path]
Edited = Callable[[Path, Callable[[openpyxl.Workbook], None]], Path]
InMemory = Callable[[Path], MemoryBook]


def run(day: int = 20, user: str = "王敏") -> Run:
    return Run(user, datetime(2026, 9, day, 17, 0), "jiqun 试")  # noqa: DTZ001 - the time as the wall shows it


def checked_of(book: Book) -> Checked:
    return check_book(book, Path("申报.xlsx"), shelf(), "0" * 64)


@pytest.fixture(params=["file", "memory"])
def reopened(
    request: pytest.FixtureRequest, tmp_path: Path, in_memory: InMemory
) -> Callable[[Checked | Path], Checked]:
    """Save what was done and open it again, or go on with the book in memory: both must come to the same."""

    def again(state: Checked | Path) -> Checked:
        if isinstance(state, Path):
            return checked_of(in_memory(state) if request.param == "memory" else FileBook(state))
        if request.param == "memory":
            return checked_of(state.book)
        target = tmp_path / f"{len(list(tmp_path.iterdir()))}.xlsx"
        state.book.save(target)
        return checked_of(FileBook(target))

    return again


Reopened = Callable[[Checked | Path], Checked]


def typed(checked: Checked, inputs: Mapping[str, New], rules: Mapping[tuple[str, str], New] | None = None) -> None:
    """Type into single answers, and beside rules."""
    places: dict[Location, New] = {checked.answers.inputs[key].location: value for key, value in inputs.items()}
    beside = dict(checked.answers.tables["review"].rows)
    places |= {beside[rule][column].location: value for (rule, column), value in (rules or {}).items()}
    for place, value in places.items():
        checked.book.write(place.sheet, SheetEdit(cells={(place.row, place.column): value}))


RETURNED: Mapping[str, New] = {
    "received_on": 46280,
    "reviewer": "王敏",
    "reviewed_on": 46284,
    "review_conclusion": RETURN,
    "review_opinion": "一、产值须核对；\n二、佐证缺页。",
}
MENDING: Mapping[tuple[str, str], New] = {
    ("6.2-07", "decision"): "需补正",
    ("6.2-07", "opinion"): "请附统计部门盖章的汇总表",
}


def of_operator(checked: Checked) -> object:
    return take_snapshot(checked.layout.policy, checked.answers)


def told(checked: Checked, plan_id: str) -> list[dict[str, str]]:
    return page_rows(checked.book, checked.layout, checked.layout.results[plan_id])


@pytest.fixture(scope="module")
def plain_workbook(answers: Callable[..., Answers], filled: Filled) -> Path:
    """Handed in, not reviewed yet; nobody may change it."""
    return filled(answers("short"), "申报.xlsx")


class TestPrepare:
    def test_the_officer_finds_results_guards_a_draft_and_a_line_in_the_log(
        self, plain_workbook: Path, reopened: Reopened
    ) -> None:
        before = reopened(plain_workbook)
        problems = prepare(before, run())
        after = reopened(before)
        assert of_operator(after) == of_operator(before)
        assert [row["code"] for row in told(after, "guards")] == [problem.code for problem in problems]
        assert after.submission.text("review_opinion").startswith(MARKER)
        (line,) = told(after, "log")
        assert (line["action"], line["round"], line["user"]) == ("初审准备", "1", "王敏")
        assert line["verdict"] == before.evaluation.verdict.display
        assert read_check_seal(after.book) is not None
        assert told(after, "changes") == [{"number": "—", "item": "首轮，没有可比的内容"}]
        assert told(after, "rounds") == [{"round": "—", "item": "没有退回过"}]

    def test_beside_her_decision_stands_the_machines_own_verdict(
        self, workbook_of: Callable[[str], Path], reopened: Reopened
    ) -> None:
        state = reopened(workbook_of("met"))
        annotate(state, run())
        state = reopened(state)
        place = state.answers.tables["review"].rows[9][1]["decision"].location
        (plan,) = [plan for plan in state.layout.sheets if plan.name == place.sheet]
        shown = str(state.book.cells(place.sheet)[place.row, plan.hint_column].value)
        assert state.answers.tables["review"].rows[9][0] == "6.2-01"
        assert shown.startswith("◇ 待人工判定")

    def test_what_she_wrote_herself_is_left_alone(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        typed(state, {"review_opinion": "已看过"})
        state = reopened(state)
        prepare(state, run())
        assert reopened(state).submission.text("review_opinion") == "已看过"

    def test_a_return_is_not_drafted_as_a_recommendation(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        typed(state, {"review_conclusion": RETURN})
        state = reopened(state)
        assert "R8" in {problem.code for problem in prepare(state, run())}
        assert reopened(state).submission.text("review_opinion") == ""

    def test_verdicts_are_those_of_a_check(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        before = [(f.rule, f.verdict) for f in state.evaluation.findings]
        prepare(state, run())
        assert [(f.rule, f.verdict) for f in reopened(state).evaluation.findings] == before

    def test_every_part_it_does_not_concern_stays_to_the_byte(self, plain_workbook: Path, tmp_path: Path) -> None:
        state = checked_of(FileBook(plain_workbook))
        prepare(state, run())
        state.book.save(tmp_path / "初审.xlsx")
        with zipfile.ZipFile(plain_workbook) as old, zipfile.ZipFile(tmp_path / "初审.xlsx") as new:
            assert old.namelist() == new.namelist()
            changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed
        assert all(name.startswith("xl/worksheets/sheet") for name in changed)
        untouched = {"封面与说明", "_lists", "_live"}
        sheets = FileBook(plain_workbook).sheets
        numbers = {f"xl/worksheets/sheet{sheets.index(name) + 1}.xml" for name in untouched}
        assert not numbers & changed

    def test_a_second_run_leaves_the_same_and_adds_its_line(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        prepare(state, run(20))
        first = reopened(state)
        guards = told(first, "guards")
        prepare(first, run(21, "李雷"))
        second = reopened(first)
        # The draft now stands in the cell, as the first run knew.
        assert told(second, "guards") == guards
        assert [line["time"] for line in told(second, "log")] == ["2026-09-21 17:00", "2026-09-20 17:00"]
        annotate(second, run(22))
        assert [line["action"] for line in told(reopened(second), "log")] == ["校验", "初审准备", "初审准备"]

    def test_marks_can_be_cleared_and_nothing_else(
        self, plain_workbook: Path, layout: Layout, reopened: Reopened
    ) -> None:
        state = reopened(plain_workbook)
        annotate(state, run())
        state = reopened(state)
        clear_marks(state.book, layout)
        cleared = reopened(state)
        for plan in layout.sheets:
            column = {row: c.value for (row, at), c in cleared.book.cells(plan.name).items() if at == plan.hint_column}
            assert not any("[" in str(text) for row, text in column.items() if row in plan.hints.rows)
        assert of_operator(cleared) == of_operator(state)
        assert told(cleared, "log") == told(state, "log")


class TestReturn:
    def returned(self, state: Checked, reopened: Reopened, day: int = 20) -> Checked:
        typed(state, RETURNED, MENDING)
        state = reopened(state)
        assert hindrances(state, run(day).today, returning=True) == ()
        return_round(state, run(day))
        return reopened(state)

    def test_the_districts_cells_go_on_record_and_the_operators_stay(
        self, plain_workbook: Path, reopened: Reopened
    ) -> None:
        before = reopened(plain_workbook)
        after = self.returned(before, reopened)
        assert of_operator(after) == of_operator(reopened(plain_workbook))
        review = read_review(after.layout.policy, after.submission)
        assert not any(entry.value for entry in review.cells.values())
        assert not any(entry.value for row in review.rules.values() for entry in row.values())
        assert after.rounds.number == 2
        (first,) = after.rounds.past
        assert (first.number, first.reviewer, first.conclusion, first.user) == (1, "王敏", RETURN, "王敏")
        assert first.opinion == RETURNED["review_opinion"]
        assert first.inputs["received_on"] == "2026-09-15"
        assert first.tables["review"]["6.2-07"] == {"decision": "需补正", "opinion": "请附统计部门盖章的汇总表"}
        assert first.fingerprint == after.snapshot.fingerprint
        assert "需补正" in {row.get("decision") for row in told(after, "rounds")}
        assert told(after, "guards") == [{"number": "—", "title": "尚未初审"}]
        assert "T10" not in {problem.code for problem in after.evaluation.problems}
        assert read_check_seal(after.book) is None

    def test_the_next_round_tells_what_the_operator_changed(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = self.returned(reopened(plain_workbook), reopened)
        before = state.submission.text("contact")
        typed(state, {"contact": "新联系人"})
        state = reopened(state)
        prepare(state, run(25))
        (change,) = told(reopened(state), "changes")
        place = state.answers.inputs["contact"].location
        assert (change["sheet"], change["place"]) == (place.sheet, place.cell)
        assert (change["item"], change["before"], change["after"]) == ("联系人", before, "新联系人")

    def test_three_rounds_are_kept(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        original = of_operator(state)
        for day in (10, 20, 25):
            state = self.returned(state, reopened, day)
        assert state.rounds.number == 4
        assert [one.number for one in state.rounds.past] == [1, 2, 3]
        assert [one.time for one in state.rounds.past] == [f"2026-09-{day} 17:00" for day in (10, 20, 25)]
        assert [line["round"] for line in told(state, "log")] == ["3", "2", "1"]
        assert {row["round"] for row in told(state, "rounds")} == {"第 1 轮", "第 2 轮", "第 3 轮"}
        assert of_operator(state) == original

    def test_marks_on_evidence_are_recorded_with_the_name_of_it(self, plain_workbook: Path, reopened: Reopened) -> None:
        state = reopened(plain_workbook)
        row = state.answers.tables["evidence"].rows[2][1]
        place, name = row["evidence_verified"].location, row["evidence_name"].value
        state.book.write(place.sheet, SheetEdit(cells={(place.row, place.column): "存疑"}))
        after = self.returned(reopened(state), reopened)
        (kept,) = after.rounds.past[0].tables["evidence"].values()
        assert (kept["evidence_verified"], kept["evidence_name"]) == ("存疑", name)
        assert after.answers.tables["evidence"].rows[2][1]["evidence_verified"].blank

    def test_a_record_that_cannot_be_read_is_told_and_never_overwritten(
        self, plain_workbook: Path, reopened: Reopened
    ) -> None:
        state = self.returned(reopened(plain_workbook), reopened)
        area = ROUNDS[ROUND_LOG]
        state.book.write(META, SheetEdit(cells={(area.top, area.left): "被改坏"}))
        state = reopened(state)
        assert state.rounds.damaged
        assert "T28" in {problem.code for problem in state.evaluation.problems}
        with pytest.raises(WorkbookError) as caught:
            return_round(state, run())
        assert caught.value.code == "W15"
        annotate(state, run())
        assert reopened(state).book.cells(META)[area.top, area.left].value == "被改坏"

    def test_lost_answers_of_the_last_round_are_told_and_hinder_nothing(
        self, plain_workbook: Path, reopened: Reopened
    ) -> None:
        state = self.returned(reopened(plain_workbook), reopened)
        area = ROUNDS[ROUND_INPUTS]
        state.book.write(META, SheetEdit(cells={(area.top, area.left): "被改坏"}))
        state = reopened(state)
        assert "T29" in {problem.code for problem in state.evaluation.problems}
        annotate(state, run())
        state = reopened(state)
        assert told(state, "changes") == [{"number": "—", "item": "上一轮的内容无法识别"}]
        assert self.returned(state, reopened).rounds.number == 3

    def test_migrating_takes_the_rounds_along(self, plain_workbook: Path, tmp_path: Path) -> None:
        state = checked_of(FileBook(plain_workbook))
        typed(state, RETURNED, MENDING)
        state.book.save(tmp_path / "待退.xlsx")
        state = checked_of(FileBook(tmp_path / "待退.xlsx"))
        return_round(state, run())
        state.book.save(tmp_path / "退回.xlsx")
        assert main(["migrate", str(tmp_path / "退回.xlsx"), "-o", str(tmp_path / "新.xlsx")]) == Exit.CLEAN
        assert check_file(tmp_path / "新.xlsx", shelf()).rounds == check_file(tmp_path / "退回.xlsx", shelf()).rounds

    @pytest.mark.parametrize(
        "text", ["[]", "[" * 20_000, '{"format":1}', '{"format":2,"rounds":[]}', '{"format":1,"rounds":[{}]}', "7"]
    )
    def test_records_of_another_shape_are_damage(self, text: str) -> None:
        area = ROUNDS[ROUND_LOG]
        names = {ROUND_LOG: area.reference, ROUND_INPUTS: ROUNDS[ROUND_INPUTS].reference}
        book = MemoryBook({META: {}}, names)
        book.write(META, SheetEdit(cells={(area.top, area.left): text}))
        assert read_rounds(book).damaged

    def test_what_does_not_belong_together_is_refused(self, workbook_of: Callable[[str], Path]) -> None:
        recommended = checked_of(FileBook(workbook_of("met")))
        assert [p.code for p in hindrances(recommended, run(30).today, returning=True)] == ["R21"]
        assert hindrances(recommended, run(30).today, returning=False) == ()


class TestFormerVersion:
    def test_it_is_checked_and_prepared_as_far_as_it_has_room(self, in_memory: InMemory) -> None:
        for book in (FileBook(FORMER), in_memory(FORMER)):
            state = checked_of(book)
            assert state.layout.policy.template_version == "1.1"
            assert {problem.code for problem in state.evaluation.problems} == {"T26"}
            annotate(state, run())
            prepare(state, run())
            assert "log" not in state.layout.results

    def test_it_has_no_room_for_rounds(self) -> None:
        with pytest.raises(WorkbookError) as caught:
            return_round(checked_of(FileBook(FORMER)), run())
        assert caught.value.code == "W15"

    def test_a_deleted_sheet_does_not_keep_the_rest_from_being_written(
        self, plain_workbook: Path, edited: Edited, tmp_path: Path
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            for sheet in ("校验记录", "初审记录"):
                del book[sheet]

        state = check_file(edited(plain_workbook, change), shelf())
        prepare(state, run())
        state.book.save(tmp_path / "缺表.xlsx")
        assert told(check_file(tmp_path / "缺表.xlsx", shelf()), "guards")


@pytest.fixture(scope="module")
def overridden(answers: Callable[..., Answers], filled: Filled) -> Path:
    """Recommended in spite of one missed threshold."""
    given = answers("met")
    given["inputs"] |= {"chain_map": "无", "chain_map_name": None, "chain_map_date": None}
    given["inputs"] |= {"override_reason": "图谱正在编制", "override_by": "王局长", "override_on": "2026-09-28"}
    for row in given["tables"]["review"]:
        if row["row"] == "6.4-04":
            row |= {"decision": "不符合", "opinion": "图谱未完成"}
    return filled(given, "特别推荐.xlsx")


class TestDownstream:
    def test_an_override_lets_a_recommendation_pass_and_shows_on_the_overview(self, overridden: Path) -> None:
        state = checked_of(FileBook(overridden))
        assert [p.code for p in check_review(state) if p.code != "R6"] == []
        annotate(state, run())
        memory = state.book
        assert isinstance(memory, FileBook)
        target = overridden.with_name("看.xlsx")
        memory.save(target)
        rows = {row["item"]: row for row in told(check_file(target, shelf()), "summary")}
        assert rows["区初审结论"]["verdict"] == "推荐"
        assert "6.4-04；理由：图谱正在编制；批准人：王局长" in rows["特别推荐"]["told"]

    def test_the_record_tells_it_and_keeps_its_shape(
        self, overridden: Path, plain_workbook: Path, misshapen: Callable[[object, str], str]
    ) -> None:
        told_of = record(check_file(overridden, shelf()))
        assert misshapen(told_of, "evaluation") == ""
        assert told_of["review"]["override"] == {"reason": "图谱正在编制", "approver": "王局长", "date": "2026-09-28"}
        assert (told_of["review"]["round"], told_of["review"]["conclusion"]) == (1, "推荐")
        assert told_of["review"]["differing"] == []
        blank = record(check_file(plain_workbook, shelf()))
        assert misshapen(blank, "evaluation") == ""
        assert (blank["review"]["conclusion"], blank["review"]["override"]) == (None, None)

    def test_the_master_tells_it(self, overridden: Path, tmp_path: Path) -> None:
        inbox = tmp_path / "收件"
        inbox.mkdir()
        (inbox / "甲.xlsx").write_bytes(overridden.read_bytes())
        assert main(["collect", str(inbox), "-o", str(tmp_path / "总表.xlsx")]) == Exit.CLEAN
        sheet = openpyxl.load_workbook(tmp_path / "总表.xlsx")["申报汇总"]
        head, row = sheet.iter_rows(min_row=HEAD_ROW, values_only=True)
        told_of = dict(zip(head, row, strict=True))
        assert told_of["区结论"] == "推荐"
        assert "图谱正在编制" in str(told_of["特别推荐"])

    def test_the_machines_word_is_what_it_is_without_the_district(self, workbook_of: Callable[[str], Path]) -> None:
        state = checked_of(FileBook(workbook_of("met")))
        assert system_evaluation(state).verdict != state.evaluation.verdict


@pytest.fixture(scope="module")
def text(plain_workbook: Path) -> list[str]:
    state = checked_of(FileBook(plain_workbook))
    typed(state, RETURNED, {**MENDING, ("6.2-07", "opinion"): "请附\x01汇总表\n=1+1"})
    target = plain_workbook.with_name("待退.xlsx")
    state.book.save(target)
    state = checked_of(FileBook(target))
    returned = return_round(state, run())
    path = plain_workbook.with_name("信.docx")
    path.write_bytes(letter_bytes(letter_of(state, returned, "退回.xlsx", run().today)))
    document = docx.Document(str(path))
    return [paragraph.text for paragraph in document.paragraphs]


class TestLetter:
    def test_it_reads_as_an_official_letter(self, text: list[str], plain_workbook: Path) -> None:
        submission = checked_of(FileBook(plain_workbook)).submission
        assert text[0] == "关于退回上海市中小企业特色产业集群申报材料补正的通知"
        assert text[1] == "（第 1 轮）"
        assert text[2] == f"{submission.text('operator_name')}："
        assert "已于2026年9月15日收到" in text[3]
        assert "二、须补正的事项" in text
        assert "工作表“二 核心竞争力”" in text
        assert any("于2026年9月30日前重新报送" in line for line in text)
        assert text[-2] == f"{submission.text('district_department')}（盖章）"
        assert text[-1].strip("　") == "年　　月　　日"

    def test_what_was_typed_goes_in_as_plain_text(self, text: list[str]) -> None:
        (line,) = [line for line in text if "6.2-07" in line and "补正" in line]
        assert "请附汇总表 =1+1。" in line
        assert "第六条第（二）项" in line

    def test_it_is_set_in_the_fonts_of_official_papers(self, plain_workbook: Path, text: list[str]) -> None:
        document = docx.Document(str(plain_workbook.with_name("信.docx")))
        section = document.sections[0]
        assert section.page_width is not None
        assert section.page_height is not None
        assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
        styled: list[Any] = [run.element for paragraph in document.paragraphs for run in paragraph.runs]
        fonts = {element.rPr.rFonts.get(qn("w:eastAsia")) for element in styled}
        assert fonts == {"宋体", "仿宋", "黑体"}
        assert text

    def test_a_deadline_that_has_passed_is_left_open(self, plain_workbook: Path, text: list[str]) -> None:
        assert text
        state = checked_of(FileBook(plain_workbook.with_name("待退.xlsx")))
        returned = return_round(state, run())
        late = letter_of(state, returned, "退回.xlsx", datetime(2026, 10, 1).date())  # noqa: DTZ001
        assert late.deadline == "　　年　　月　　日"

    @pytest.mark.parametrize(
        ("given", "shown"), [("a\x00b", "ab"), ("一\n二\t三", "一 二 三"), ("　缩进", "　缩进"), ("\ud800半", "半")]
    )
    def test_plain_text_holds_nothing_unseen(self, given: str, shown: str) -> None:
        assert plain(given) == shown


class TestOpinion:
    def test_it_tells_the_conclusion_the_reasons_and_what_was_passed_over(
        self, overridden: Path, tmp_path: Path
    ) -> None:
        state = checked_of(FileBook(overridden))
        write_opinion(state, tmp_path / "意见.docx")
        lines = [paragraph.text for paragraph in docx.Document(str(tmp_path / "意见.docx")).paragraphs]
        assert lines[0] == "上海市中小企业特色产业集群申报区初审意见"
        assert "初审结论：推荐" in lines
        assert state.submission.text("review_opinion") in lines
        assert any("图谱正在编制" in line and "王局长" in line for line in lines)
        assert f"{state.submission.text('district_department')}（盖章）" in lines

    def test_where_nothing_is_written_it_says_so(self, plain_workbook: Path, tmp_path: Path) -> None:
        write_opinion(checked_of(FileBook(plain_workbook)), tmp_path / "意见.docx")
        lines = [paragraph.text for paragraph in docx.Document(str(tmp_path / "意见.docx")).paragraphs]
        assert "初审结论：（未填）" in lines
        assert not any("特别推荐" in line for line in lines)


class TestCommands:
    def test_the_way_of_a_workbook_through_two_rounds(
        self, plain_workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        handed_in = tmp_path / "甲.xlsx"
        handed_in.write_bytes(plain_workbook.read_bytes())
        assert main(["review", "prepare", str(handed_in)]) == Exit.CLEAN
        desk = tmp_path / "甲-区初审.xlsx"
        assert desk.exists()
        assert main(["review", "check", str(desk)]) == Exit.DATA_ERRORS
        assert "R1" in capsys.readouterr().out
        assert main(["review", "return", str(desk)]) == Exit.DATA_ERRORS
        assert len(list(tmp_path.iterdir())) == 2
        state = checked_of(FileBook(desk))
        typed(state, RETURNED, MENDING)
        state.book.save(desk)
        capsys.readouterr()
        assert main(["review", "check", str(desk)]) == Exit.CLEAN
        assert main(["review", "return", str(desk), "-o", str(tmp_path / "退")]) == Exit.CLEAN
        assert {path.name for path in (tmp_path / "退").iterdir()} == {
            "甲-退回第1轮.xlsx",
            "甲-退回补正通知（第1轮）.docx",
        }
        back = tmp_path / "退" / "甲-退回第1轮.xlsx"
        assert main(["review", "prepare", str(back), "-o", str(tmp_path / "二")]) == Exit.CLEAN
        again = tmp_path / "二" / "甲-退回第1轮-区初审.xlsx"
        state = checked_of(FileBook(again))
        typed(state, RETURNED, MENDING)
        state.book.save(again)
        assert main(["review", "return", str(again)]) == Exit.CLEAN
        assert (tmp_path / "二" / "甲-退回第2轮.xlsx").exists()
        assert checked_of(FileBook(tmp_path / "二" / "甲-退回第2轮.xlsx")).rounds.number == 3

    def test_the_opinion_is_written_as_a_document(self, plain_workbook: Path, tmp_path: Path) -> None:
        assert main(["review", "opinion", str(plain_workbook), "-o", str(tmp_path)]) == Exit.CLEAN
        assert main(["review", "opinion", str(plain_workbook), "-o", str(tmp_path)]) == Exit.CLEAN
        assert {path.name for path in tmp_path.iterdir()} == {"申报-初审意见.docx", "申报-初审意见（2）.docx"}

    def test_an_unfinished_review_is_not_sealed(
        self, plain_workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        key = tmp_path / "区.key"
        assert main(["key", "-o", str(key)]) == Exit.CLEAN
        target = tmp_path / "封.xlsx"
        call = ["review", "seal", str(plain_workbook), "--key", str(key), "--signer", "区", "-o", str(target)]
        assert main(call) == Exit.DATA_ERRORS
        assert not target.exists()
        assert "R1" in capsys.readouterr().err

    def test_a_finished_one_is_and_says_so_in_the_log(self, workbook_of: Callable[[str], Path], tmp_path: Path) -> None:
        key, target = tmp_path / "区.key", tmp_path / "封.xlsx"
        assert main(["key", "-o", str(key)]) == Exit.CLEAN
        call = ["review", "seal", str(workbook_of("met")), "--key", str(key), "--signer", "区", "-o", str(target)]
        assert main(call) == Exit.CLEAN
        sealed = check_file(target, shelf())
        seal = read_district_seal(sealed.book)
        assert seal is not None
        assert holds(seal, identify(sealed.book), sealed.whole_snapshot, read_key(key))
        assert told(sealed, "log")[0]["action"] == "加封"
        assert main(["verify", str(target), "--key", str(key)]) == Exit.CLEAN

    def test_a_former_version_is_told_to_migrate(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        handed_in = tmp_path / "旧.xlsx"
        state = checked_of(FileBook(FORMER))
        typed(state, {"review_conclusion": RETURN}, MENDING)
        state.book.save(handed_in)
        assert main(["review", "prepare", str(handed_in)]) == Exit.CLEAN
        capsys.readouterr()
        assert main(["review", "return", str(handed_in)]) == Exit.UNUSABLE
        assert "jiqun migrate" in capsys.readouterr().err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["旧-区初审.xlsx", "旧.xlsx"]

    def test_nothing_to_do_is_told(self, tmp_path: Path) -> None:
        assert main(["review", "check", str(tmp_path / "*.xlsx")]) == Exit.UNUSABLE
        assert main(["review", "check", str(tmp_path / "无.xlsx")]) == Exit.UNUSABLE

    def test_room_is_kept_where_the_layout_says(self, plain_workbook: Path) -> None:
        names = FileBook(plain_workbook).names
        assert {name: area_of(names[name]) for name in ROUNDS} == dict(ROUNDS)


def test_a_record_of_strange_names_is_shown_as_it_stands(plain_workbook: Path) -> None:
    """Whoever can write the file can write the record; it must not stop a check."""
    state = checked_of(FileBook(plain_workbook))
    texts = {"area@x": "一", "no@1": "二", "area": "三" * 40_000}
    odd = Round(
        number=9,
        time="",
        user="",
        reviewer="",
        conclusion="",
        opinion="",
        fingerprint=state.snapshot.fingerprint,
        inputs=texts,
        tables={"nowhere": {"7": texts}},
        items=[["", "", "", "", ""]],
    )
    write_rounds(state.book, [odd], state.snapshot)
    write_history(state, Rounds((odd,), state.snapshot))
    target = plain_workbook.with_name("怪.xlsx")
    state.book.save(target)
    found = check_file(target, shelf())
    assert found.rounds.past == (odd,)
    assert {"area@x", "no@1", "占地面积"} <= {row["item"] for row in told(found, "rounds")}
