"""A crowd collected: how long, how much memory, how large, and whether the totals are right; peers in the same minute.

    CROWD=1000 python3 dev.py bench tests/benchmarks/test_crowd.py
    python3 dev.py bench crowd                             # ten thousand, some forty minutes on two cores

CROWD_INBOX names a crowd that ``tests.crowd.crowd`` has written before. Each bound that is asserted holds with slack on a
busy machine; the one to reach stands beside it as the goal, and the table at the end tells where we are.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median

import pandas as pd
import pytest
import python_calamine
import xlsxwriter

from tests.conftest import missing
from tests.crowd.compared import compare
from tests.crowd.counted import counted
from tests.crowd.crowd import Made, bases, crowd
from tests.crowd.runs import Run, run
from workbook.commission.filing import unpacked
from workbook.commission.inbox import annex_of
from workbook.commission.take import Taking
from workbook.engines import libreoffice

pytestmark = pytest.mark.benchmark

COUNT = int(os.environ.get("CROWD", "200"))
SAMPLE, PEER = 60, 6
HUNDRED, FEW = 100, 1000
_MB = 1 << 20


@dataclass
class Figures:
    """What was measured, for the table at the end."""

    lines: list[str] = field(default_factory=list)

    def tell(self, what: str, value: str, goal: str = "") -> None:
        self.lines.append(f"{what:<64} {value:>28}  {f'goal {goal}' if goal else ''}".rstrip())


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    found = Figures()
    yield found
    plugins = request.config.pluginmanager
    report, capture = plugins.getplugin("terminalreporter"), plugins.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        report.write_line("")
        for line in found.lines:
            report.write_line(f"  {line}")


@dataclass(frozen=True)
class Crowd:
    """An inbox and what was put into it."""

    inbox: Path
    made: tuple[Made, ...]

    def good(self) -> list[Path]:
        return [self.inbox / one.name for one in self.made if one.good]

    def part(self, folder: Path, count: int) -> Crowd:
        """The first few of it."""
        for one in self.made[:count]:
            (folder / one.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.inbox / one.name, folder / one.name)
        return Crowd(folder, self.made[:count])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    given = os.environ.get("CROWD_INBOX")
    if given:
        inbox = Path(given)
        told = json.loads(inbox.with_name(f"{inbox.name}.json").read_text("utf-8"))
        found = Crowd(inbox, tuple(Made(**one) for one in told))
        return found if len(found.made) == COUNT else found.part(tmp_path_factory.mktemp("part"), COUNT)
    inbox = tmp_path_factory.mktemp("crowd")
    sources = bases(tmp_path_factory.mktemp("bases"), 24, 1)
    made = tuple(crowd(inbox, sources, COUNT, 1))
    then = time.time() - 3600
    for one in made:
        os.utime(inbox / one.name, (then, then))
    return Crowd(inbox, made)


@dataclass(frozen=True)
class Runs:
    """The runs that everything is read from; that of few files is one of the others where it can be.

    Attributes:
        inbox: Of all.
        master: Of all, after the last run.
        few: As many files as one process is given as well.
        few_inbox, few_master: Of these.
        hundred: A run of a hundred files, or of a tenth where that is fewer.
    """

    inbox: Path
    master: Path
    few_inbox: Path
    few_master: Path
    hundred: Run
    tenth: Run
    few: Run
    first: Run
    again: Run
    changed: Run


@pytest.fixture(scope="module")
def runs(whole: Crowd, figures: Figures, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("runs")

    def part(count: int) -> tuple[Path, Path]:
        return whole.part(folder / f"inbox{count}", count).inbox, folder / f"run{count}" / "总表.xlsx"

    inbox, master = part(COUNT)
    tenth_inbox, tenth_master = part(COUNT // 10)
    tenth = run(COUNT // 10, tenth_inbox, tenth_master)
    hundred = run(HUNDRED, *part(HUNDRED)) if COUNT // 10 > HUNDRED else tenth
    # The first run finds another's content in the place of a file, so that the one that changes is all that was missing.
    one, other = (inbox / path.relative_to(whole.inbox) for path in whole.good()[:2])
    shutil.copy2(other, one)
    first = run(COUNT, inbox, master)
    again = run(COUNT, inbox, master)
    shutil.copy2(whole.inbox / one.relative_to(inbox), one)
    changed = run(COUNT, inbox, master)
    few = (first, inbox, master) if COUNT <= FEW else (tenth, tenth_inbox, tenth_master)
    for name, it in (
        ("a tenth of them", tenth),
        ("all", first),
        ("again, nothing new", again),
        ("again, one changed", changed),
    ):
        _tell(figures, name, it)
    step = max(1, len(first.curve) // 12)
    for look in first.curve[::step]:
        figures.tell(f"    when {look.files} were archived", f"{look.parent:.0f} and {look.worker:.0f} MB of their own")
    for what in filter(Path.exists, (master, annex_of(master), master.parent / "archive" / "index.sqlite")):
        figures.tell(f"  {what.name}", f"{what.stat().st_size / _MB:.1f} MB")
    return Runs(inbox, master, few[1], few[2], hundred, tenth, few[0], first, again, changed)


def _tell(figures: Figures, name: str, it: Run) -> None:
    figures.tell(f"{name}: {it.count} files", f"{it.seconds:.1f} s, {it.count / it.seconds:.0f} files/s")
    stages = f"{it.gathering:.1f}, {it.recalling:.1f} and {it.writing:.1f} s"
    figures.tell("  gathering, reading the master of before, writing", stages)
    figures.tell("  at most, parent and worker", f"{it.parent:.0f} and {it.worker:.0f} MB")


def test_from_a_file_to_what_its_row_is_made_of(whole: Crowd, figures: Figures) -> None:
    task = Taking()
    contents = [path.read_bytes() for path in whole.good()[:SAMPLE]]

    def ours(data: bytes) -> None:
        unpacked(task(data))

    def bare(data: bytes) -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    mine, theirs = (_each(work, contents) for work in (ours, bare))
    naive = _each(lambda data: pd.read_excel(BytesIO(data), sheet_name=None, engine="openpyxl"), contents[:PEER])
    figures.tell("one file to what its row is made of", f"{mine * 1000:.1f} ms")
    figures.tell("  python-calamine, bare parse", f"{theirs * 1000:.1f} ms, {mine / theirs:.1f} ×", "2 ×")
    figures.tell("  pandas with openpyxl, which checks nothing", f"{naive * 1000:.0f} ms, {naive / mine:.1f} ×", "10 ×")
    assert mine < 30 * theirs
    assert mine < 2 * naive


def _each(work: Callable[[bytes], object], contents: Sequence[bytes]) -> float:
    """Seconds for one content; the first few warm it up."""
    for data in contents[:3]:
        work(data)
    return median(_timed(partial(work, data)) for data in contents)


def test_two_processes(runs: Runs, figures: Figures, tmp_path: Path) -> None:
    alone, both = run(runs.few.count, runs.few_inbox, tmp_path / "总表.xlsx", processes=1), runs.few
    for what, one, two, goal in (
        (f"one process and two, {both.count} files", alone.gathering, both.gathering, "1.7 ×"),
        ("  in the processor's time of parent and one worker", alone.judging, both.judging, "1.7 ×"),
        ("  writing included, which one process does", alone.seconds, both.seconds, ""),
    ):
        figures.tell(what, f"{one:.1f} and {two:.1f} s, {one / two:.2f} ×", goal)
    # What the cores do besides is not to the point here.
    assert alone.judging > 1.4 * both.judging


def test_memory_and_time_by_the_number_of_files(runs: Runs, figures: Figures) -> None:
    first, hundred, tenth = runs.first, runs.hundred, runs.tenth
    told = f"{first.worker:.0f} and {hundred.worker:.0f} MB, {first.worker / hundred.worker:.2f} ×"
    figures.tell(f"peak memory of a worker, {first.count} files to {hundred.count}", told, "1.1 ×")
    figures.tell(f"  {first.count} to {tenth.count}", f"{first.worker / tenth.worker:.2f} ×")
    figures.tell("time, all to a tenth", f"{first.seconds / tenth.seconds:.1f} ×", "10.5 ×")
    assert first.worker < 1.3 * hundred.worker
    assert first.seconds < 15 * tenth.seconds


def test_one_changed_file(runs: Runs, figures: Figures) -> None:
    first, again, changed = runs.first, runs.again, runs.changed
    figures.tell("one changed file, until it is judged", f"{changed.gathering / first.seconds:.1%}", "3 %")
    more = (changed.seconds - again.seconds) / first.seconds
    figures.tell("  beyond a run of nothing new, of the first run", f"{more:.1%}")
    # A file that is read and judged costs a worker's start, which weighs more where there are few.
    assert changed.seconds < again.seconds + 0.1 * first.seconds + 5


def test_writing_the_master(runs: Runs, figures: Figures, tmp_path: Path) -> None:
    """The very writing of a collection, its rows made on the way."""
    books = [path for path in (runs.master, annex_of(runs.master)) if path.exists()]
    mine, theirs = runs.changed.writing, sum(_written_bare(path, tmp_path / path.name) for path in books)
    told = f"{mine:.1f} and {theirs:.1f} s, {mine / theirs:.2f} ×"
    figures.tell("writing the master and its annex, and XlsxWriter the same cells", told, "1.6 ×")
    assert mine < 4 * theirs


def _written_bare(source: Path, target: Path) -> float:
    """How long XlsxWriter takes for the same cells and nothing else; of a large master one sheet is held at a time."""
    book = python_calamine.CalamineWorkbook.from_path(str(source))
    written = xlsxwriter.Workbook(target, {"constant_memory": True})
    taken = 0.0
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        taken += _timed(partial(_sheet_written, written, name, rows))
    return taken + _timed(written.close)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _sheet_written(book: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[object]]) -> None:
    sheet = book.add_worksheet(name)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(at, column, value)


def test_totals(runs: Runs, whole: Crowd, figures: Figures) -> None:
    names = [one.name for one in whole.made if one.good]
    told = compare(runs.master, whole.made, counted(whole.inbox, names, processes=2))
    figures.tell("totals against pandas", f"{told['clusters']} clusters, {told['enterprises']} enterprises: equal")


def test_libreoffice_opens_the_master(soffice: str, runs: Runs, figures: Figures) -> None:
    try:
        app = libreoffice.start(soffice)
    except libreoffice.LibreOfficeUnavailable as error:
        missing(f"LibreOffice over UNO ({error})")
    with app:
        seconds = _timed(lambda: app.books.open(str(runs.few_master)))
    size = runs.few_master.stat().st_size / _MB
    figures.tell(f"LibreOffice opens {runs.few.count} files' master ({size:.1f} MB)", f"{seconds:.1f} s", "5 s")
    assert seconds < 20
