"""Every workbook of the corpus says exactly what it must: code, sheet and cell, nothing missing and nothing besides."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

import openpyxl
import pytest

from tests.conftest import Convert as Office
from tests.corpus.bad import BAD
from tests.corpus.build import Case, Told, build, case, expected, layout, told
from tests.corpus.forty import FORTY, FORTY_FAULTS
from tests.corpus.odd import APPEARANCE, ODD, PACKAGE, PROGRAMS, ROWS_AND_SHEETS
from tests.corpus.strokes import cut_column
from toolkit.messages import CATALOGUE, Severity, Stage
from workbook.check import check_file, shelf

CASES: Mapping[str, Case] = {**BAD, **ODD}
# Nothing was answered otherwise, only shown, stored or arranged.
SAME_ANSWERS = [
    name for name, one in {**PROGRAMS, **APPEARANCE, **ROWS_AND_SHEETS, **PACKAGE}.items() if one.base == "met"
]
SEED = 20260930
LINES_OF_A_SCREEN = 50
# What no single file can provoke: problems of writing, of keys and seals, and of two years side by side.
TOLD_ELSEWHERE = {
    *("W09", "W10", "W11", "W13", "W14", "W15", "T28", "T29", "X10"),
    # Told of windows, which no file can provoke.
    *("W16", "W17", "W18", "W19", "W20", "W21"),
    # Told of folders, processes and the target while many files are collected.
    *(f"W{number}" for number in range(22, 40)),
    "W52",
    # Told of two sets of rules compared, and of the dataset.
    *(f"W{number}" for number in range(56, 61)),
    # Told of the annex of a master.
    "W61",
    "W62",
    *(code for code, words in CATALOGUE.items() if words.stage is Stage.REVIEW),
}


Write = Callable[[str, Case], Path]
Look = Callable[[str], tuple[Path, Told]]


@pytest.fixture(scope="session")
def write(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Write:
    """The file of a case, in a folder of its own; LibreOffice is started only for those that need it."""

    def convert(data: bytes, kind: str, to: str) -> bytes:
        office: Office = request.getfixturevalue("libreoffice_convert")
        source = tmp_path_factory.mktemp("before") / f"file.{kind}"
        source.write_bytes(data)
        return office(source, to).read_bytes()

    def written(name: str, one: Case) -> Path:
        path = tmp_path_factory.mktemp("corpus") / f"{name}.xlsx"
        data = build(one, convert)
        if data is not None:
            path.write_bytes(data)
        return path

    return written


@pytest.fixture(scope="session")
def look(write: Write) -> Look:
    """Build a case and check it, once."""

    @cache
    def first(name: str) -> tuple[Path, Told]:
        path = write(name, CASES[name])
        return path, told(path, shelf())

    return first


def in_any_order(cases: Mapping[str, Case]) -> list[str]:
    """Each case once, shuffled."""
    return Random(SEED).sample(list(cases), len(cases))  # noqa: S311 - an order, no secret


# --- each file by itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", in_any_order(CASES))
def test_exactly_what_is_wrong_is_told_and_the_second_time_the_same(name: str, look: Look) -> None:
    path, first = look(name)
    assert first.problems == expected(CASES[name])
    assert told(path, shelf()) == first


@pytest.mark.parametrize("name", SAME_ANSWERS)
def test_no_answer_is_lost_or_changed_by_what_only_looks_odd(name: str, look: Look) -> None:
    assert look(name)[1].stated == look("as-it-was-filled-in")[1].stated


def test_after_a_year_was_cut_no_figure_is_read_for_another_year(write: Write) -> None:
    path = write("year-cut", case(cut_column("output_total@-1")))
    yearly = {"output_total", "output_sme", "output_main", "firms", "smes"}
    checked = check_file(path, shelf())
    assert not {key for key in checked.submission.entries if key.partition("@")[0] in yearly}
    assert Counter(one.code for one in checked.evaluation.problems)["T3"] == len(yearly)


# --- in words that hold ----------------------------------------------------------------------------------------

# Case, code, and what expected, found and hint must come to together.
WORDS = {
    "T10-day-corrected-after-the-check": ("T10", r"2025-02-06 → 2026-01-01"),
    "T10-row-removed-after-the-check": ("T10", r"联合技术开发"),
    "T4-labels-and-units": ("T4", r"“吨标准煤”　空白"),
    # The name is there, but stands for something else.
    "name-stretched-to-a-column": ("T24", r"^(?!.*没有这一名称)"),
    # 1.38 is as likely to be 138% as 1.38%, so neither is safe to offer.
    "F3-more-than-the-whole": ("F3", r"^(?!.*疑为)"),
    "F12-out-of-range": ("F12", r"不大于.*1E\+30"),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_told_is_true_and_can_be_read(name: str, look: Look) -> None:
    code, wanted = WORDS[name]
    problems = check_file(look(name)[0], shelf()).evaluation.problems
    told = [one.explanation for one in problems if one.code == code]
    assert any(re.search(wanted, f"{one.expected}　{one.found}　{one.hint}") for one in told)


# --- the corpus as a whole -------------------------------------------------------------------------------------


def test_every_message_has_a_workbook_that_provokes_it() -> None:
    provoked = {code for one in CASES.values() for code, _, _ in expected(one)}
    assert set(CATALOGUE) - provoked == TOLD_ELSEWHERE


def test_there_is_enough_of_it() -> None:
    assert len(BAD) >= 80
    assert len(ODD) >= 30
    assert not BAD.keys() & ODD.keys()


@pytest.mark.parametrize("name", ODD)
def test_what_only_looks_odd_deserves_a_remark_at_most(name: str) -> None:
    assert {CATALOGUE[code].severity for code, _, _ in expected(ODD[name])} <= {Severity.NOTE}


# --- forty faults at once --------------------------------------------------------------------------------------


class Report(NamedTuple):
    """What the command line says of a file, and the copy it leaves."""

    lines: list[str]
    copy: Path


@pytest.fixture(scope="module")
def report(write: Write) -> Report:
    source = write("forty", FORTY_FAULTS)
    done = subprocess.run(
        [sys.executable, "-m", "workbook", "check", source, "-o", source.parent / "结果"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert (done.returncode, done.stderr) == (1, "")
    (copy,) = (source.parent / "结果").iterdir()
    return Report(done.stdout.splitlines(), copy)


def test_forty_different_faults_on_most_sheets(write: Write) -> None:
    wanted = expected(FORTY_FAULTS)
    assert (len(FORTY), wanted.total(), len(wanted)) == (40, 40, 40)
    assert len({code for code, _, _ in wanted}) >= 25
    assert len({sheet for _, sheet, _ in wanted}) > len(layout().sheets) * 3 / 4
    assert told(write("forty", FORTY_FAULTS), shelf()).problems == wanted


def test_all_forty_are_told_in_one_run_on_one_screen(report: Report) -> None:
    assert len(report.lines) <= LINES_OF_A_SCREEN
    groups = dict(line.split(maxsplit=1) for line in report.lines if re.match(r" {4}[TFX]\d", line))
    for code, sheet, cell in expected(FORTY_FAULTS):
        beside = re.search(rf"{re.escape(sheet)} ([^；]*)", groups[code])
        assert beside, (code, sheet)
        assert re.search(rf"\b{cell}\b", beside[1]), (code, cell)


def test_those_of_one_kind_stand_together_the_most_serious_first(report: Report) -> None:
    symbols = {severity.symbol: severity for severity in Severity}
    heads = [(i, symbols[line.split()[0]]) for i, line in enumerate(report.lines) if line.split()[0] in symbols]
    severities = [severity for severity, _ in groupby(severity for _, severity in heads)]
    assert severities == [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    codes = [line.split()[0] for line in report.lines if re.match(r" {4}[TFX]\d", line)]
    assert len(codes) == len(set(codes))
    for line_number, line in enumerate(report.lines):
        if re.match(r" {4}[TFX]\d", line):
            above = [severity for at, severity in heads if at < line_number]
            assert CATALOGUE[line.split()[0]].severity is above[-1]


def test_the_copy_with_the_results_marks_each_of_the_forty(report: Report) -> None:
    book = openpyxl.load_workbook(report.copy)
    listed = {(row[3], row[5], row[6]) for row in book["数据问题"].iter_rows(min_row=4, values_only=True)}
    assert listed >= set(expected(FORTY_FAULTS))
    unmarked = set()
    for code, sheet, cell in expected(FORTY_FAULTS):
        plan = layout().sheet(sheet)
        row = int(re.sub(r"\D", "", cell))
        if plan is not None and row in plan.hints.rows:
            hint = str(book[sheet].cell(row, plan.hint_column).value)
            if f"[{cell}]" not in hint:
                unmarked.add((code, sheet, cell, hint))
    assert not unmarked
