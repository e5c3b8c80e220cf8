"""A crowd collected: how long, how much memory, how large, and whether the totals are right; peers in the same minute.

    CROWD=1000 python3 dev.py bench tests/benchmarks/test_crowd.py
    python3 dev.py bench crowd                             # ten thousand, about an hour on two cores

CROWD_INBOX names a crowd that ``tests.crowd.crowd`` has written before. Each bound that is asserted holds with slack on a
busy machine; the one to reach stands beside it as the goal, and the table at the end tells where we are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median

import pandas as pd
import psutil
import pytest
import python_calamine
import xlsxwriter

from tests.conftest import missing
from tests.crowd.compared import compare
from tests.crowd.counted import counted
from tests.crowd.crowd import Made, bases, crowd
from toolkit.packs import packs
from workbook.commission import collect as collecting
from workbook.commission.collect import Order
from workbook.commission.filing import unpacked
from workbook.commission.publish import Published, publish
from workbook.commission.take import Taking
from workbook.engines import libreoffice
from workbook.layout import lay_out

pytestmark = pytest.mark.benchmark

COUNT = int(os.environ.get("CROWD", "200"))
SAMPLE, PEER = 60, 6
LIBREOFFICE = 1000
_MB = 1 << 20
_PAUSE = 0.2


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
class Run:
    """A collection by the command line.

    Attributes:
        curve: Files archived, memory of the parent and of the largest worker, in MB; every so often.
    """

    seconds: float
    curve: Sequence[tuple[int, float, float]]

    @property
    def parent(self) -> float:
        return max(parent for _, parent, _ in self.curve)

    @property
    def worker(self) -> float:
        return max(worker for _, _, worker in self.curve)


def run(inbox: Path, master: Path, *options: str) -> Run:
    """Collect, looking at the memory now and then."""
    command = [sys.executable, "-m", "workbook", "collect", str(inbox), "-o", str(master), *options]
    curve, begun, looked, files = [], time.perf_counter(), 0.0, 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            if time.perf_counter() - looked > 10 * _PAUSE or looked == 0.0:
                looked, files = time.perf_counter(), len(list((master.parent / "archive").glob("??/*.xlsx")))
            try:
                curve.append((files, _memory(watched), max(map(_memory, watched.children()), default=0.0)))
            except psutil.Error:
                continue
            time.sleep(_PAUSE)
    assert process.returncode in (0, 1)
    return Run(time.perf_counter() - begun, curve)


def _memory(process: psutil.Process) -> float:
    """What is its own: the code of Python is shared."""
    try:
        return float(process.memory_full_info().uss) / _MB
    except psutil.Error:
        return 0.0


@dataclass(frozen=True)
class Runs:
    """The runs that everything is read from."""

    master: Path
    tenth: Run
    first: Run
    again: Run
    changed: Run


@pytest.fixture(scope="module")
def runs(whole: Crowd, figures: Figures, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("runs")
    tenth = run(whole.part(folder / "tenth", COUNT // 10).inbox, folder / "few" / "总表.xlsx")
    master = folder / "all" / "总表.xlsx"
    inbox = whole.part(folder / "inbox", COUNT).inbox
    first = run(inbox, master)
    again = run(inbox, master)
    one, other = (path for path in whole.good()[:2])
    shutil.copyfile(other, inbox / one.relative_to(whole.inbox))
    changed = run(inbox, master)
    shutil.copy2(one, inbox / one.relative_to(whole.inbox))
    run(inbox, master)
    for name, it in (
        ("a tenth of them", tenth),
        ("all", first),
        ("again, nothing new", again),
        ("again, one changed", changed),
    ):
        count = COUNT // 10 if it is tenth else COUNT
        figures.tell(f"{name}: {count} files", f"{it.seconds:.1f} s, {count / it.seconds:.0f} files/s")
        figures.tell("  at most, parent and worker", f"{it.parent:.0f} and {it.worker:.0f} MB")
    step = max(1, len(first.curve) // 12)
    for files, parent, worker in first.curve[::step]:
        figures.tell(f"    when {files} were archived", f"{parent:.0f} and {worker:.0f} MB")
    for what in (master, master.parent / "archive" / "index.sqlite"):
        figures.tell(f"  {what.name}", f"{what.stat().st_size / _MB:.1f} MB")
    return Runs(master, tenth, first, again, changed)


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
    times = []
    for data in contents:
        begun = time.perf_counter()
        work(data)
        times.append(time.perf_counter() - begun)
    return median(times)


def test_two_processes(whole: Crowd, figures: Figures, tmp_path: Path) -> None:
    inbox = whole.part(tmp_path / "inbox", min(COUNT, 1000)).inbox
    seconds = [run(inbox, tmp_path / str(n) / "总表.xlsx", "--processes", str(n)).seconds for n in (1, 2)]
    told = f"{seconds[0]:.1f} and {seconds[1]:.1f} s, {seconds[0] / seconds[1]:.2f} ×"
    figures.tell("one process and two, writing included", told, "1.7 ×")
    assert seconds[1] < 1.1 * seconds[0]


def test_memory_and_time_by_the_number_of_files(runs: Runs, figures: Figures) -> None:
    figures.tell("memory of a worker, all to a tenth", f"{runs.first.worker / runs.tenth.worker:.2f} ×", "1.1 ×")
    figures.tell("time, all to a tenth", f"{runs.first.seconds / runs.tenth.seconds:.1f} ×", "10.5 ×")
    assert runs.first.worker < 1.3 * runs.tenth.worker
    assert runs.first.seconds < 15 * runs.tenth.seconds


def test_one_changed_file(runs: Runs, figures: Figures) -> None:
    more = (runs.changed.seconds - runs.again.seconds) / runs.first.seconds
    figures.tell("one changed file, beyond writing, of the first run", f"{more:.1%}", "3 %")
    # A file that is read and judged costs a worker's start, which weighs more where there are few.
    assert runs.changed.seconds < runs.again.seconds + 0.1 * runs.first.seconds + 5


def test_writing_the_master(runs: Runs, figures: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The very writing of a collection, its rows made on the way."""
    pack = packs()["shanghai-2024"]
    layout = lay_out(pack.policy, pack.seasons["2026"])
    taken: list[float] = []

    def timed(target: Path, write: Callable[[Path], None], *, expected: bytes | None) -> Published:
        def clocked(path: Path) -> None:
            begun = time.perf_counter()
            write(path)
            taken.append(time.perf_counter() - begun)

        return publish(target, clocked, expected=expected)

    monkeypatch.setattr(collecting, "publish", timed)
    inbox = runs.master.parent.parent / "inbox"
    collecting.collect(Order(inbox=inbox, target=runs.master, layout=layout, task=Taking(), processes=1))
    (mine,) = taken
    theirs = _written_bare(runs.master, tmp_path / "bare.xlsx")
    told = f"{mine:.1f} and {theirs:.1f} s, {mine / theirs:.2f} ×"
    figures.tell("writing the master, and XlsxWriter the same cells", told, "1.6 ×")
    assert mine < 4 * theirs


def _written_bare(source: Path, target: Path) -> float:
    """How long XlsxWriter takes for the same cells and nothing else."""
    book = python_calamine.CalamineWorkbook.from_path(str(source))
    sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    begun = time.perf_counter()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as written:
        for name, rows in sheets:
            sheet = written.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    elif isinstance(value, int | float):
                        sheet.write_number(at, column, value)
    return time.perf_counter() - begun


def test_totals(runs: Runs, whole: Crowd, figures: Figures) -> None:
    names = [one.name for one in whole.made if one.good]
    told = compare(runs.master, whole.made, counted(whole.inbox, names, processes=2))
    figures.tell("totals against pandas", f"{told['clusters']} clusters, {told['enterprises']} enterprises: equal")


def test_libreoffice_opens_the_master(soffice: str, whole: Crowd, runs: Runs, figures: Figures, tmp_path: Path) -> None:
    master = runs.master
    if COUNT > LIBREOFFICE:
        master = tmp_path / "总表.xlsx"
        run(whole.part(tmp_path / "inbox", LIBREOFFICE).inbox, master)
    try:
        app = libreoffice.start(soffice)
    except libreoffice.LibreOfficeUnavailable as error:
        missing(f"LibreOffice over UNO ({error})")
    with app:
        begun = time.perf_counter()
        app.books.open(str(master))
        seconds = time.perf_counter() - begun
    size = master.stat().st_size / _MB
    figures.tell(
        f"LibreOffice opens {min(COUNT, LIBREOFFICE)} files' master ({size:.1f} MB)", f"{seconds:.1f} s", "5 s"
    )
    assert seconds < 60
