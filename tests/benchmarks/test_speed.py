"""How long people wait, told beside how long something everybody knows takes on the same machine in the same minute.

Only ratios are asserted, and generously: a shared machine pauses at will. The table is for reading.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

import openpyxl
import pytest

from toolkit.evaluate import evaluate
from toolkit.intake import answers_from_dict, values_of
from toolkit.packs import packs
from workbook import wording
from workbook.check import check_file, shelf
from workbook.engines.files import FileBook
from workbook.layout import Layout, lay_out
from workbook.reader import raw_answers, read_submission
from workbook.results import write_results
from workbook.sample import Outcome, sample
from workbook.template import write_template

pytestmark = pytest.mark.benchmark

FIRMS = 500
Time = Callable[..., float]


@pytest.fixture(scope="module")
def layout() -> Layout:
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


@pytest.fixture(scope="module")
def inbox(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application with a roster of the usual size."""
    folder = tmp_path_factory.mktemp("收件")
    answers = sample(layout.policy, layout.season, 0, Outcome.INCOMPLETE, FIRMS)
    write_template(layout, folder / "0.xlsx", answers_from_dict(layout.policy, answers))
    return folder


@pytest.fixture(scope="module")
def timed(request: pytest.FixtureRequest) -> Iterator[Time]:
    """Time something, best of a few, and keep it for the table at the end."""
    found: dict[str, float] = {}

    def measured(name: str, work: Callable[[], object], repeat: int = 5) -> float:
        if name not in found:
            times = []
            for _ in range(repeat):
                begun = perf_counter()
                work()
                times.append(perf_counter() - begun)
            found[name] = min(times)
        return found[name]

    yield measured
    plugins = request.config.pluginmanager
    report, capture = plugins.getplugin("terminalreporter"), plugins.getplugin("capturemanager")
    widest = max(map(wording.width, found), default=0)
    with capture.global_and_fixture_disabled():
        report.write_line("")
        for name, seconds in found.items():
            report.write_line(f"  {name}{' ' * (widest - wording.width(name))}  {seconds * 1000:8.1f} ms")


def python(*arguments: str | Path) -> None:
    done = subprocess.run([sys.executable, *map(str, arguments)], check=False, capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr.decode("utf-8", "replace")


def start(timed: Time) -> float:
    return timed("python -c pass", lambda: python("-c", "pass"))


def openpyxl_reads(timed: Time, source: Path) -> float:
    return timed("openpyxl, every cell of the same file", lambda: every_cell(source), 3)


def every_cell(source: Path) -> int:
    book = openpyxl.load_workbook(source)
    return sum(1 for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for _ in row)


def test_a_check_with_its_copy_takes_a_small_multiple_of_starting_python(
    timed: Time, inbox: Path, tmp_path: Path
) -> None:
    wall = timed(
        f"jiqun check FILE -o DIR, {FIRMS} enterprises",
        lambda: python("-m", "workbook", "check", inbox / "0.xlsx", "-o", tmp_path),
    )
    assert wall < 60 * start(timed)


def test_a_check_without_a_copy_is_cheaper_than_one_with(timed: Time, inbox: Path, tmp_path: Path) -> None:
    with_copy = timed(
        f"jiqun check FILE -o DIR, {FIRMS} enterprises",
        lambda: python("-m", "workbook", "check", inbox / "0.xlsx", "-o", tmp_path),
    )
    without = timed("jiqun check FILE --json", lambda: python("-m", "workbook", "check", "--json", inbox / "0.xlsx"))
    assert without < 1.2 * with_copy


def test_reading_and_evaluating_takes_less_than_openpyxl_takes_to_open_the_file(timed: Time, inbox: Path) -> None:
    known = shelf()
    check_file(inbox / "0.xlsx", known)
    ours = timed("open, read and evaluate, warm", lambda: check_file(inbox / "0.xlsx", known))
    assert ours < openpyxl_reads(timed, inbox / "0.xlsx")


def test_checking_a_clean_workbook_costs_less_than_a_fifth_more_than_reading_it(
    timed: Time, layout: Layout, tmp_path: Path
) -> None:
    """Reading alone is every cell of every sheet, and every answer made a value; all the rest is the check."""
    clean = tmp_path / "达标.xlsx"
    answers = sample(layout.policy, layout.season, 1, Outcome.MET, FIRMS)
    write_template(layout, clean, answers_from_dict(layout.policy, answers))
    known = shelf()
    checked = check_file(clean, known)
    assert checked.evaluation.problems == ()

    def read() -> None:
        book = FileBook(clean)
        for sheet in book.sheets:
            book.cells(sheet)
        values_of(layout.policy, layout.season, raw_answers(book, layout))

    check = timed(f"check a clean workbook, {FIRMS} enterprises, warm", lambda: check_file(clean, known), 15)
    assert check < 1.2 * timed("  of which reading alone", read, 15)


def test_reading_takes_less_than_half_of_what_openpyxl_takes(timed: Time, inbox: Path, layout: Layout) -> None:
    ours = timed("  of which open and read", lambda: read_submission(FileBook(inbox / "0.xlsx"), layout))
    assert ours < 0.5 * openpyxl_reads(timed, inbox / "0.xlsx")


def test_evaluating_takes_less_than_reading(timed: Time, inbox: Path, layout: Layout) -> None:
    submission = read_submission(FileBook(inbox / "0.xlsx"), layout)
    evaluating = timed("  of which evaluate", lambda: evaluate(layout.policy, layout.season, submission))
    reading = timed("  of which open and read", lambda: read_submission(FileBook(inbox / "0.xlsx"), layout))
    assert evaluating < reading


def test_writing_the_results_takes_less_than_a_round_trip_through_openpyxl(
    timed: Time, inbox: Path, tmp_path: Path
) -> None:
    numbers = count()

    def ours() -> None:
        checked = check_file(inbox / "0.xlsx", shelf())
        write_results(checked.book, checked.layout, checked.submission, checked.evaluation, "戳")
        checked.book.save(tmp_path / f"{next(numbers)}.xlsx")

    def theirs() -> None:
        openpyxl.load_workbook(inbox / "0.xlsx").save(tmp_path / "openpyxl.xlsx")

    mine = timed("open, read, evaluate and write the copy, warm", ours)
    assert mine < timed("openpyxl, open and save the same file", theirs, 3)


def test_a_blank_workbook_is_written_faster_than_openpyxl_reads_a_filled_one(
    timed: Time, layout: Layout, inbox: Path, tmp_path: Path
) -> None:
    ours = timed("write the blank workbook, warm", lambda: write_template(layout, tmp_path / "blank.xlsx"))
    assert ours < openpyxl_reads(timed, inbox / "0.xlsx")


def test_the_layout_is_made_in_less_time_than_python_starts(timed: Time, layout: Layout) -> None:
    laying = timed("lay out the policy", lambda: lay_out(layout.policy, layout.season).names)
    assert laying < start(timed)
