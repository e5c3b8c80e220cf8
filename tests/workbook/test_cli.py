"""The front door of the terminal: every command, every exit code, every way of getting it wrong, in Chinese."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbook import __version__
from workbook.check import check_file, shelf
from workbook.cli import main
from workbook.layout import Layout

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Three English words in a row are a sentence nobody translated.
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}\b")


@dataclass(frozen=True)
class Ran:
    """How a call went."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
Workbooks = Callable[[str], Path]
Misshapen = Callable[[object, str], str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in this process; anything but a tidy end is raised."""

    def called(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return called


@pytest.fixture
def inbox(workbook_of: Workbooks, tmp_path: Path) -> Path:
    """A folder with one workbook of each outcome."""
    folder = tmp_path / "收件"
    folder.mkdir()
    for outcome in ("met", "short", "incomplete"):
        shutil.copy(workbook_of(outcome), folder / f"{outcome}.xlsx")
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def lines(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


class TestTemplate:
    def test_a_blank_workbook_is_written_and_the_next_step_told(self, run: Run, tmp_path: Path) -> None:
        target = tmp_path / "新建" / "空白.xlsx"
        ran = run("template", "-o", target)
        assert ran.code == 0
        assert str(target) in ran.out
        assert "jiqun check" in ran.out
        assert check_file(target, shelf()).identity.policy == "shanghai-2024"

    @pytest.mark.parametrize("option", [("--policy", "没有"), ("--season", "1999")])
    def test_a_policy_or_season_that_is_not_there_is_told_with_those_that_are(
        self, run: Run, tmp_path: Path, option: tuple[str, str]
    ) -> None:
        ran = run("template", "-o", tmp_path / "x.xlsx", *option)
        assert ran.code == 2
        assert option[1] in ran.err
        assert "现有" in ran.err
        assert files(tmp_path) == []

    def test_a_folder_in_place_of_a_file_is_told(self, run: Run, tmp_path: Path) -> None:
        ran = run("template", "-o", tmp_path)
        assert ran.code == 2
        assert CHINESE.search(ran.err)
        assert not ENGLISH.search(ran.err)

    def test_a_filled_workbook_is_never_replaced_by_a_blank_one(self, run: Run, inbox: Path) -> None:
        before = (inbox / "met.xlsx").read_bytes()
        ran = run("template", "-o", inbox / "met.xlsx")
        assert (inbox / "met.xlsx").read_bytes() == before
        assert ran.code == 2


class TestCheck:
    @pytest.mark.parametrize(("outcome", "code"), [("met", 0), ("short", 0), ("incomplete", 1)])
    def test_the_exit_code_tells_data_errors_and_never_a_missed_threshold(
        self, run: Run, inbox: Path, outcome: str, code: int
    ) -> None:
        assert run("check", inbox / f"{outcome}.xlsx").code == code

    def test_the_gravest_file_decides_the_exit_code(self, run: Run, inbox: Path) -> None:
        assert run("check", inbox / "incomplete.xlsx", inbox / "met.xlsx", "--json").code == 1
        assert run("check", inbox / "无.xlsx", inbox / "incomplete.xlsx", inbox / "met.xlsx", "--json").code == 2

    def test_a_copy_with_results_stands_beside_the_original_which_stays_as_it_was(self, run: Run, inbox: Path) -> None:
        before = (inbox / "short.xlsx").read_bytes()
        ran = run("check", inbox / "short.xlsx")
        copy = inbox / "short-校验结果.xlsx"
        assert str(copy) in ran.out
        assert (inbox / "short.xlsx").read_bytes() == before
        assert str(openpyxl.load_workbook(copy)["结果总览"]["A4"].value).startswith("总体判定：✗ 未达标")

    def test_an_earlier_copy_is_never_overwritten(self, run: Run, inbox: Path) -> None:
        source = inbox / "short.xlsx"
        run("check", source)
        first = inbox / "short-校验结果.xlsx"
        first.write_bytes(b"somebody worked on this")
        run("check", source)
        run("check", source)
        assert first.read_bytes() == b"somebody worked on this"
        names = [name for name in files(inbox) if name.startswith("short")]
        assert names == ["short-校验结果.xlsx", "short-校验结果（2）.xlsx", "short-校验结果（3）.xlsx", "short.xlsx"]

    def test_the_copy_of_a_copy_is_named_after_the_original(self, run: Run, inbox: Path) -> None:
        run("check", inbox / "short.xlsx")
        run("check", inbox / "short-校验结果.xlsx")
        assert "short-校验结果（2）.xlsx" in files(inbox)

    def test_copies_go_to_the_folder_that_was_named(self, run: Run, inbox: Path, tmp_path: Path) -> None:
        target = tmp_path / "结果" / "第一批"
        run("check", inbox / "met.xlsx", inbox / "short.xlsx", "-o", target)
        assert files(target) == ["met-校验结果.xlsx", "short-校验结果.xlsx"]
        assert len(files(inbox)) == 3

    def test_two_files_of_one_name_get_a_copy_each(self, run: Run, inbox: Path, tmp_path: Path) -> None:
        other = tmp_path / "另一处"
        other.mkdir()
        shutil.copy(inbox / "short.xlsx", other / "met.xlsx")
        run("check", inbox / "met.xlsx", other / "met.xlsx", "-o", tmp_path / "结果")
        assert files(tmp_path / "结果") == ["met-校验结果.xlsx", "met-校验结果（2）.xlsx"]

    def test_the_terminal_tells_verdict_gaps_and_problems(self, run: Run, inbox: Path) -> None:
        told = run("check", inbox / "short.xlsx").out
        assert "总体判定：✗ 未达标" in told
        assert "（二）核心竞争力" in told
        assert re.search(r"✗ 6\.\d-\d\d .*第六条", told)
        told = run("check", inbox / "incomplete.xlsx").out
        assert re.search(r"数据问题 \d+ 条：必须改正 \d+ 条", told)
        assert re.search(r"✗ 必须改正　内容能否识别\n    F1  必填项未填（\d+）：", told)
        assert "数据问题：无" in run("check", inbox / "met.xlsx").out

    def test_figures_that_were_filed_otherwise_in_an_earlier_year_are_told(
        self, run: Run, inbox: Path, tmp_path: Path
    ) -> None:
        told = run("check", inbox / "met.xlsx", "--earlier", inbox / "short.xlsx", "-o", tmp_path).out
        assert "X10" in told
        assert "X10" not in run("check", inbox / "met.xlsx", "--earlier", inbox / "met.xlsx", "-o", tmp_path).out

    def test_a_workbook_whose_names_were_all_dropped_is_answered_all_the_same(
        self, run: Run, inbox: Path, tmp_path: Path
    ) -> None:
        book = openpyxl.load_workbook(inbox / "short.xlsx")
        book.defined_names.clear()
        book.save(tmp_path / "无名称.xlsx")
        assert "✗ 未达标" in run("check", tmp_path / "无名称.xlsx", "-o", tmp_path / "结果").out
        answered = openpyxl.load_workbook(tmp_path / "结果" / "无名称-校验结果.xlsx")
        assert answered["结果总览"]["A4"].value.startswith("总体判定：✗ 未达标")
        assert "T24" in [cell.value for cell in answered["数据问题"]["D"]]
        assert any("✗" in str(cell.value) for cell in answered["二 核心竞争力"]["K"])

    @pytest.mark.parametrize("outcome", ["met", "short", "incomplete"])
    def test_every_gap_that_is_told_is_one_that_was_found(self, run: Run, inbox: Path, outcome: str) -> None:
        evaluation = check_file(inbox / f"{outcome}.xlsx", shelf()).evaluation
        told = run("check", inbox / f"{outcome}.xlsx").out
        named = re.findall(r"^  [✗△] (6\.\d-\d\d) ", told, re.MULTILINE)
        assert named == [f.rule for f in evaluation.findings if f.verdict.value in ("unmet", "deviates")]

    def test_wildcards_are_resolved_where_the_shell_does_not(self, run: Run, inbox: Path) -> None:
        ran = run("check", f"{inbox}/*t*.xlsx", "--json")
        assert [line["file"]["name"] for line in lines(ran)] == ["incomplete.xlsx", "met.xlsx", "short.xlsx"]
        assert [line["file"]["name"] for line in lines(run("check", f"{inbox}/m?t.xlsx", "--json"))] == ["met.xlsx"]

    def test_a_wildcard_without_a_match_is_told(self, run: Run, inbox: Path) -> None:
        ran = run("check", f"{inbox}/没有*.xlsx")
        assert ran.code == 2
        assert "没有可校验的文件" in ran.err

    def test_a_name_with_a_bracket_is_a_name(self, run: Run, inbox: Path) -> None:
        (inbox / "met.xlsx").rename(inbox / "met[1].xlsx")
        assert [line["file"]["name"] for line in lines(run("check", inbox / "met[1].xlsx", "--json"))] == [
            "met[1].xlsx"
        ]

    def test_the_lock_file_of_an_open_workbook_is_passed_over(self, run: Run, inbox: Path) -> None:
        (inbox / "~$met.xlsx").write_bytes(b"lock")
        ran = run("check", f"{inbox}/*.xlsx", "--json")
        assert ran.code == 1
        assert len(lines(ran)) == 3

    def test_a_second_run_over_the_same_wildcard_does_not_check_its_own_copies(self, run: Run, inbox: Path) -> None:
        run("check", f"{inbox}/*.xlsx")
        run("check", f"{inbox}/*.xlsx")
        copies = [name for name in files(inbox) if "-校验结果" in name]
        assert len(copies) == 6

    def test_a_workbook_of_an_unknown_season_is_refused_by_name(
        self, run: Run, inbox: Path, edited: Callable[..., Path]
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book["_meta"]["B2"] = "2031"

        ran = run("check", edited(inbox / "met.xlsx", change))
        assert ran.code == 2
        assert "W08" in ran.err
        assert "2031" in ran.err


class TestJson:
    def test_every_line_is_an_evaluation_of_the_published_shape(
        self, run: Run, inbox: Path, misshapen: Misshapen
    ) -> None:
        (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 no")
        ran = run("check", f"{inbox}/*.xlsx", inbox / "没有.xlsx", "--json")
        assert ran.code == 2
        documents = lines(ran)
        assert len(documents) == 5
        assert [misshapen(document, "evaluation") for document in documents] == [""] * 5

    def test_it_says_what_the_evaluation_says(self, run: Run, inbox: Path) -> None:
        (told,) = lines(run("check", inbox / "incomplete.xlsx", "--json"))
        checked = check_file(inbox / "incomplete.xlsx", shelf())
        assert told["file"] == {"name": "incomplete.xlsx", "sha256": checked.sha256}
        assert told["verdict"] == checked.evaluation.verdict.value
        rules = [rule for criterion in told["criteria"] for rule in criterion["rules"]]
        assert [(rule["id"], rule["verdict"], rule["shown"]) for rule in rules] == [
            (f.rule, f.verdict.value, f.shown) for f in checked.evaluation.findings
        ]
        assert [(p["code"], p["sheet"], p["cell"]) for p in told["problems"]] == [
            (p.code, p.location.sheet, p.location.cell) for p in checked.evaluation.problems
        ]
        assert told["identity"]["cluster"] == checked.submission.text("cluster_name")

    def test_exact_figures_travel_as_text_without_an_exponent(self, run: Run, inbox: Path) -> None:
        (told,) = lines(run("check", inbox / "short.xlsx", "--json"))
        rules = [rule for criterion in told["criteria"] for rule in criterion["rules"]]
        figures = [rule[key] for rule in rules for key in ("value", "threshold") if rule[key] is not None]
        assert figures
        assert [figure for figure in figures if not re.fullmatch(r"-?\d+(\.\d+)?", figure)] == []

    def test_an_unreadable_file_has_its_line_with_the_reason(self, run: Run, tmp_path: Path) -> None:
        ran = run("check", tmp_path / "没有.xlsx", "--json")
        (told,) = lines(ran)
        assert (told["verdict"], told["identity"], told["criteria"]) == (None, None, [])
        assert [problem["code"] for problem in told["problems"]] == ["W01"]
        assert "没有.xlsx" in ran.err

    def test_no_copy_is_written_unless_a_folder_is_named(self, run: Run, inbox: Path, tmp_path: Path) -> None:
        run("check", inbox / "met.xlsx", "--json")
        assert len(files(inbox)) == 3
        run("check", inbox / "met.xlsx", "--json", "-o", tmp_path / "结果")
        assert files(tmp_path / "结果") == ["met-校验结果.xlsx"]

    def test_nothing_but_json_is_printed(self, run: Run, inbox: Path) -> None:
        ran = run("check", inbox / "met.xlsx", inbox / "short.xlsx", "--json")
        assert [line["file"]["name"] for line in lines(ran)] == ["met.xlsx", "short.xlsx"]
        assert ran.err == ""


class TestUnreadable:
    @pytest.fixture
    def rubbish(self, inbox: Path) -> Path:
        """Everything that lands in an inbox under the wrong name, beside three good files."""
        good = (inbox / "met.xlsx").read_bytes()
        (inbox / "a空.xlsx").write_bytes(b"")
        (inbox / "b图.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 200)
        (inbox / "c文.xlsx").write_text("集群名称,所在区", "utf-8")
        (inbox / "d断.xlsx").write_bytes(good[: len(good) // 2])
        (inbox / "e旧.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
        (inbox / "f目录.xlsx").mkdir()
        openpyxl.Workbook().save(inbox / "g别的表.xlsx")
        with zipfile.ZipFile(inbox / "h压缩.xlsx", "w") as other:
            other.writestr("a.txt", "x")
        with zipfile.ZipFile(inbox / "met.xlsx") as old, zipfile.ZipFile(inbox / "i坏表.xlsx", "w") as new:
            for name in old.namelist():
                spoilt = name == "xl/worksheets/sheet6.xml"
                new.writestr(name, b"<worksheet><sheetData><row" if spoilt else old.read(name))
        with zipfile.ZipFile(inbox / "met.xlsx") as old, zipfile.ZipFile(inbox / "j坏结果.xlsx", "w") as new:
            for name in old.namelist():
                spoilt = name == "xl/worksheets/sheet18.xml"
                new.writestr(name, b"<worksheet><sheetData><row" if spoilt else old.read(name))
        return inbox

    def test_each_is_told_and_the_rest_goes_on(self, run: Run, rubbish: Path, tmp_path: Path) -> None:
        ran = run("check", *sorted(rubbish.iterdir()), "-o", tmp_path / "结果")
        assert ran.code == 2
        refused = re.findall(r"^✗ (\S+)$", ran.err, re.MULTILINE)
        assert [name[0] for name in refused] == list("abcdefghij")
        assert files(tmp_path / "结果") == ["incomplete-校验结果.xlsx", "met-校验结果.xlsx", "short-校验结果.xlsx"]

    def test_each_has_a_code_and_a_next_step_in_chinese(self, run: Run, rubbish: Path, tmp_path: Path) -> None:
        ran = run("check", *sorted(rubbish.iterdir()), "-o", tmp_path / "结果")
        reasons = [line for line in ran.err.splitlines() if line.startswith("  [")]
        assert len(reasons) == 10
        assert all(re.match(r"  \[W0\d\] ", line) and CHINESE.search(line) for line in reasons)
        assert [line for line in reasons if ENGLISH.search(line)] == []

    def test_their_json_has_the_published_shape(self, run: Run, rubbish: Path, misshapen: Misshapen) -> None:
        documents = lines(run("check", *sorted(rubbish.iterdir()), "--json"))
        assert len(documents) == 13
        assert [misshapen(document, "evaluation") for document in documents] == [""] * 13


class TestLayout:
    def test_json_has_the_published_shape_and_every_place(self, run: Run, layout: Layout, misshapen: Misshapen) -> None:
        ran = run("layout", "--json")
        assert ran.code == 0
        told = json.loads(ran.out)
        assert misshapen(told, "layout") == ""
        assert {place["name"] for place in told["inputs"]} == {place.name for place in layout.inputs.values()}
        assert {table["name"] for table in told["tables"]} == {place.name for place in layout.tables.values()}

    def test_another_program_can_fill_in_a_workbook_by_it(self, run: Run, blank: Path, tmp_path: Path) -> None:
        told = json.loads(run("layout", "--json").out)
        (place,) = [one for one in told["inputs"] if one["id"] == "output_total"]
        (table,) = [one for one in told["tables"] if one["id"] == "roster"]
        book = openpyxl.load_workbook(blank)
        for cell, year in zip(place["cells"], place["years"], strict=True):
            book[place["sheet"]][cell] = year / 100
        top = re.sub(r"\D", "", table["cells"].partition(":")[0])
        name = next(column for column in table["columns"] if column["id"] == "name")
        book[table["sheet"]][f"{name['letters'][0]}{top}"] = "某企业"
        target = tmp_path / "填好.xlsx"
        book.save(target)
        submission = check_file(target, shelf()).submission
        assert [str(submission.entries[f"output_total@{i}"].value) for i in (-3, 0)] == ["20.22", "20.25"]
        assert submission.tables["roster"].rows[0].cells["name"].value == "某企业"

    def test_the_plain_list_names_every_place(self, run: Run, layout: Layout) -> None:
        told = run("layout").out
        assert [p.name for p in layout.inputs.values() if f" {p.name} " not in told] == []
        assert [p.area.reference for p in layout.tables.values() if p.area.reference not in told] == []


class TestSample:
    def test_as_many_are_written_as_were_asked_for(self, run: Run, tmp_path: Path) -> None:
        ran = run("sample", "-o", tmp_path / "样例", "--count", "2", "--firms", "30", "--outcome", "short")
        assert ran.code == 0
        assert [name[:4] for name in files(tmp_path / "样例")] == ["001_", "002_"]

    def test_the_same_seed_gives_the_same_answers(self, run: Run, tmp_path: Path) -> None:
        for folder, seed in (("一", 5), ("二", 5), ("三", 6)):
            run("sample", "-o", tmp_path / folder, "--count", "1", "--firms", "30", "--seed", str(seed))
        made = [check_file(next((tmp_path / folder).iterdir()), shelf()).submission for folder in "一二三"]
        assert made[0] == made[1]
        assert made[0] != made[2]


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            ((), "命令"),
            (("foo",), "foo"),
            (("check",), "文件"),
            (("check", "--nonsense"), ""),
            (("check", "a.xlsx", "--nonsense"), "--nonsense"),
            (("template",), "-o"),
            (("template", "-o"), "-o"),
            (("collect",), "文件夹"),
            (("collect", "x"), "-o"),
            (("sample", "-o", "x", "--count", "0"), "--count"),
            (("sample", "-o", "x", "--count", "many"), "--count"),
            (("sample", "-o", "x", "--count", "-3"), "--count"),
            (("sample", "-o", "x", "--seed", "x"), "--seed"),
            (("sample", "-o", "x", "--outcome", "best"), "best"),
        ],
    )
    def test_a_wrong_call_is_told_in_chinese_and_ends_with_two(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], named: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = run(*arguments)
        assert ran.code == 2
        assert named in ran.err
        assert CHINESE.search(ran.err)
        assert not ENGLISH.search(ran.err)
        assert "--help" in ran.err
        assert files(tmp_path) == []

    @pytest.mark.parametrize("command", [(), ("template",), ("check",), ("collect",), ("layout",), ("sample",)])
    def test_help_is_in_chinese_and_ends_well(self, run: Run, command: tuple[str, ...]) -> None:
        ran = run(*command, "--help")
        assert ran.code == 0
        assert "用法：" in ran.out
        assert not ENGLISH.search(ran.out)

    def test_help_names_every_command_and_every_exit_code(self, run: Run) -> None:
        told = run("--help").out
        assert [name for name in ("template", "check", "collect", "layout", "sample") if name not in told] == []
        assert re.search(r"退出码：0 .*1 .*2 ", told)

    def test_the_version_is_told(self, run: Run) -> None:
        assert run("--version").out.strip() == f"jiqun {__version__}"

    def test_an_output_folder_that_is_a_file_is_told(self, run: Run, inbox: Path) -> None:
        ran = run("check", inbox / "met.xlsx", "-o", inbox / "short.xlsx")
        assert ran.code == 2
        assert "short.xlsx" in ran.err
        assert CHINESE.search(ran.err)

    def test_the_reason_of_a_failed_write_is_in_chinese(self, run: Run, inbox: Path) -> None:
        for arguments in (
            ("check", inbox / "met.xlsx", "-o", inbox / "short.xlsx"),
            ("sample", "-o", inbox / "short.xlsx", "--count", "1"),
            ("template", "-o", inbox / "short.xlsx" / "x.xlsx"),
        ):
            told = run(*arguments).err
            assert not re.search(r"(File|Not|Is|No|Permission) [a-z]+", told), told

    def test_a_folder_that_is_not_there_cannot_be_collected(self, run: Run, tmp_path: Path) -> None:
        ran = run("collect", tmp_path / "没有", "-o", tmp_path / "总表.xlsx")
        assert ran.code == 2
        assert "没有文件夹" in ran.err
        assert files(tmp_path) == []


class TestProcess:
    """The same through a process of its own, as people and schedulers call it."""

    def call(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "workbook", *map(str, arguments)],
            check=False,
            capture_output=True,
            timeout=60,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        )

    def test_python_m_workbook_is_the_command_line(self, inbox: Path) -> None:
        done = self.call("check", inbox / "incomplete.xlsx", "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout)["verdict"] == "missing"
        assert done.stderr == b""

    def test_a_console_that_cannot_show_chinese_does_not_stop_the_work(self, inbox: Path) -> None:
        done = self.call("check", inbox / "short.xlsx", PYTHONIOENCODING="ascii")
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr
        assert "short-校验结果.xlsx" in files(inbox)

    def test_an_unreadable_file_ends_with_two_and_no_traceback(self, tmp_path: Path) -> None:
        done = self.call("check", tmp_path / "没有.xlsx")
        assert done.returncode == 2
        assert "[W01]" in done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert done.stdout == b""

    def test_a_check_does_not_load_the_heavy_libraries(self, inbox: Path) -> None:
        script = (
            "import sys; from workbook.cli import main; main(sys.argv[1:]); "
            "print(sorted({'pandas', 'openpyxl', 'xlwings', 'xlsxwriter', 'jsonschema'} & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, "check", inbox / "met.xlsx", "-o", inbox],
            check=True,
            capture_output=True,
            timeout=60,
        )
        assert done.stderr.decode().strip() == "[]"
