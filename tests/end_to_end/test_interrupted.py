"""A collection that is killed, cut short, or finds its disk full leaves the old master or the new one, and goes on from there.

- killed: SIGKILL for the whole process group, at random moments (seeded) and at chosen ones; KILLS sets how many
- full and read-only disks: real ones, see ``tests.hardship``
- reads are counted by Python's own audit events in the process that reads
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import openpyxl
import pytest

from tests.crowd.crowd import Made, small_crowd
from tests.hardship import fill, make_read_only, small_disk

FILES, FIRST = 24, 8
KILLS = int(os.environ.get("KILLS", "5"))
PATIENCE = 120.0
# The very program, and a note of each file of the inbox that it opens.
WATCHED = """
import os, sys
notes, inbox = open(sys.argv.pop(1), "ab", buffering=0), os.fsencode(sys.argv[2])
def note(event, found):
    if event == "open" and isinstance(found[0], (str, bytes)) and os.fsencode(found[0]).startswith(inbox + b"/"):
        notes.write(os.fsencode(found[0]) + b"\\n")
sys.addaudithook(note)
from workbook.cli import main
sys.exit(main(sys.argv[1:]))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups to kill")


@dataclass(frozen=True)
class Room:
    """A master, its archive, and the inbox they are collected from."""

    inbox: Path
    folder: Path

    @property
    def master(self) -> Path:
        return self.folder / "总表.xlsx"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def begun(self, *program: str, **more: int) -> subprocess.Popen[str]:
        """A collection, in a process group of its own that hears Ctrl-C, whatever whoever started us had set aside."""
        command = [*(program or (sys.executable, "-m", "workbook")), "collect", self.inbox, "-o", self.master]
        pipe = subprocess.PIPE
        streams = {"stdout": pipe, "stderr": pipe, **more}
        deaf = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(command, encoding="utf-8", start_new_session=True, **streams)  # type: ignore[call-overload, no-any-return]
        finally:
            signal.signal(signal.SIGINT, deaf)

    def collected(self, *program: str) -> tuple[int, str]:
        """A collection to its end: exit status, and what was told."""
        with self.begun(*program) as process:
            out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err
        return process.returncode, out + err

    def killed(self, due: Callable[[], bool]) -> bool:
        """A collection killed once something is due; whether it still ran."""
        with self.begun() as process:
            until = time.monotonic() + PATIENCE
            while process.poll() is None and not due():
                assert time.monotonic() < until
                time.sleep(0.002)
            running = process.poll() is None
            if running:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=PATIENCE)
        return running

    @property
    def index(self) -> Path:
        return self.archive / "index.sqlite"

    def originals(self) -> list[Path]:
        return [path for path in self.archive.glob("??/*") if path.is_file()]

    def backups(self) -> list[bytes]:
        return [path.read_bytes() for path in self.folder.glob("总表-备份*")]

    def half_written(self) -> list[Path]:
        return [*self.folder.rglob("*.tmp"), *self.folder.rglob("*-journal")]


@dataclass(frozen=True)
class Before:
    """What was there before a run, and what an undisturbed run makes of it."""

    room: Room
    old: bytes
    new: bytes
    status: int
    seconds: float

    def again(self, folder: Path) -> Room:
        """The same once more, to be disturbed."""
        shutil.copytree(self.room.folder, folder, dirs_exist_ok=True)
        return Room(self.room.inbox, folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Made, ...]]:
    inbox = tmp_path_factory.mktemp("收件")
    return inbox, small_crowd(inbox, FILES, seed=3, bad=0.1)


@pytest.fixture(scope="module")
def before(made: tuple[Path, tuple[Made, ...]], tmp_path_factory: pytest.TempPathFactory) -> Before:
    inbox, crowd = made
    room = Room(inbox, tmp_path_factory.mktemp("before"))
    later = tmp_path_factory.mktemp("later")
    for one in crowd[FIRST:]:
        (inbox / one.name).rename(later / Path(one.name).name)
    room.collected()
    for one in crowd[FIRST:]:
        (later / Path(one.name).name).rename(inbox / one.name)
    undisturbed = Room(inbox, tmp_path_factory.mktemp("undisturbed"))
    shutil.copytree(room.folder, undisturbed.folder, dirs_exist_ok=True)
    begun = time.monotonic()
    status, _ = undisturbed.collected()
    seconds = time.monotonic() - begun
    old, new = room.master.read_bytes(), undisturbed.master.read_bytes()
    assert old != new
    assert len(openpyxl.load_workbook(undisturbed.master)["导入日志"]["C"]) > FILES
    return Before(room, old, new, status, seconds)


def is_sound(room: Room, before: Before) -> None:
    """What holds at any moment, whatever has happened."""
    assert room.master.read_bytes() in (before.old, before.new)
    for path in room.originals():
        if not path.name.startswith("."):
            assert path.stem == sha256(path.read_bytes()).hexdigest()
    assert set(room.backups()) <= {before.old}


def goes_on(room: Room, before: Before) -> None:
    """The next run ends as if nothing had happened."""
    status, told = room.collected()
    assert status == before.status, told
    assert "缓存索引" not in told
    assert room.master.read_bytes() == before.new
    assert room.backups() == [before.old]
    assert room.half_written() == []
    is_sound(room, before)


class TestKilled:
    def test_at_random_moments(self, before: Before, tmp_path: Path) -> None:
        chance = Random(11)  # noqa: S311 - the same moments each time, as far as a busy machine allows
        room = before.again(tmp_path / "0")
        struck = 0
        for number in range(KILLS):
            at = time.monotonic() + chance.uniform(0.1, 1.1) * before.seconds
            struck += room.killed(lambda at=at: time.monotonic() >= at)  # type: ignore[misc]
            is_sound(room, before)
            if number % 4 == 3 or room.master.read_bytes() == before.new:
                goes_on(room, before)
                room = before.again(tmp_path / str(number + 1))
        goes_on(room, before)
        assert struck

    @pytest.mark.parametrize(
        "moment",
        [
            pytest.param(lambda room: len(room.originals()) > FIRST + 8, id="halfway through the originals"),
            pytest.param(lambda room: any(room.archive.glob("index.sqlite-journal")), id="the index being written"),
            pytest.param(lambda room: any(room.folder.glob(".*.tmp")), id="the master being written"),
            pytest.param(lambda room: bool(room.backups()), id="the backup just made"),
        ],
    )
    def test_at_the_worst_moments(self, before: Before, tmp_path: Path, moment: Callable[[Room], bool]) -> None:
        room = before.again(tmp_path)
        room.killed(lambda: moment(room))
        is_sound(room, before)
        goes_on(room, before)

    def test_workers_do_not_outlive_whoever_started_them(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path)
        with room.begun() as process:
            until = time.monotonic() + PATIENCE
            while len(room.originals()) <= FIRST + 4:
                assert time.monotonic() < until
                time.sleep(0.01)
            process.kill()
            process.wait()
            all_have_gone(process.pid)
        is_sound(room, before)


def all_have_gone(group: int) -> None:
    """Nobody is left of a process group, at once or in a moment."""
    until = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            assert time.monotonic() < until
            time.sleep(0.01)


class TestGoingOn:
    def test_what_was_accepted_is_not_read_again(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path / "room")
        written: list[int] = []

        def twice_written() -> bool:
            """Since the first new files came, the index has been written twice."""
            if len(room.originals()) > FIRST:
                written.append(room.index.stat().st_mtime_ns)
            return len(set(written)) > 2

        assert room.killed(twice_written)
        known = accepted(room)
        assert len(known) > FIRST
        opened = read(room, tmp_path / "read")
        assert opened.isdisjoint(known)
        assert opened | known == {os.fsencode(path) for path in room.inbox.rglob("*.xlsx")}
        assert room.master.read_bytes() == before.new

    def test_a_run_that_ended_well_leaves_nothing_to_read(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path / "room")
        read(room, tmp_path / "first")
        assert read(room, tmp_path / "second") == set()
        assert room.master.read_bytes() == before.new

    def test_ctrl_c_is_answered_politely_and_nothing_is_lost(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path)
        ours, theirs = os.openpty()
        with os.fdopen(ours, "rb", buffering=0) as screen, room.begun(stderr=theirs) as process:
            os.close(theirs)
            told = b"".join(until(b"\xe6\xb1\x87\xe6\x80\xbb ", screen))
            # As a terminal does it: everybody in the foreground hears it.
            os.killpg(process.pid, signal.SIGINT)
            told += b"".join(until(b"", screen))
            process.communicate(timeout=PATIENCE)
        text = told.decode("utf-8")
        assert "Traceback" not in text
        assert text.splitlines()[-1].endswith("已中断。总表完好，已读过的文件不会重读；请再次运行同一命令，接着汇总"), (
            text
        )
        assert process.returncode == 2
        all_have_gone(process.pid)
        assert room.half_written() == []
        is_sound(room, before)
        goes_on(room, before)


def until(sought: bytes, screen: object) -> Iterator[bytes]:
    """What appears on a terminal, until something does or the program has gone."""
    told = b""
    while not sought or sought not in told:
        try:
            piece = screen.read(4096)  # type: ignore[attr-defined]
        except OSError:
            return
        if not piece:
            return
        told += piece
        yield piece


def accepted(room: Room) -> set[bytes]:
    """The files that the index vouches for."""
    with closing(sqlite3.connect(room.index)) as base:
        return {row[0] for row in base.execute("SELECT path FROM files JOIN outcomes USING (sha256)")}


def read(room: Room, notes: Path) -> set[bytes]:
    """Which files of the inbox a collection opens; none is opened twice."""
    room.collected(sys.executable, "-c", WATCHED, str(notes))
    opened = notes.read_bytes().split(b"\n")[:-1]
    assert len(set(opened)) == len(opened)
    return set(opened)


class TestTrouble:
    def test_two_at_once_is_told_and_harms_nothing(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path)
        with room.begun() as first:
            limit = time.monotonic() + PATIENCE
            while not list(room.folder.glob(".jiqun-*.holder")):
                assert time.monotonic() < limit
                time.sleep(0.005)
            status, told = room.collected()
            assert (status, "[W27]" in told, f"进程 {first.pid}" in told) == (2, True, True), told
            first.communicate(timeout=PATIENCE)
        assert first.returncode == before.status
        assert room.master.read_bytes() == before.new
        is_sound(room, before)

    @pytest.mark.parametrize("leave", [0, 500_000])
    def test_a_full_disk(self, before: Before, tmp_path: Path, leave: int) -> None:
        with small_disk(tmp_path / "disk", 64 << 20) as disk:
            room = before.again(disk)
            with fill(disk, leave):
                status, told = room.collected()
                assert (status, "[W09]" in told, "空间不足" in told) == (2, True, True), told
                assert room.master.read_bytes() == before.old
                is_sound(room, before)
            goes_on(room, before)

    def test_a_full_disk_for_the_archive_alone(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path)
        shutil.move(room.archive, tmp_path / "aside")
        with small_disk(room.archive, 64 << 20) as disk:
            shutil.copytree(tmp_path / "aside", disk, dirs_exist_ok=True)
            with fill(disk, leave=300_000):
                status, told = room.collected()
            assert (status, "[W09]" in told) == (2, True), told
            is_sound(room, before)
            goes_on(room, before)

    def test_a_disk_that_takes_nothing(self, before: Before, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 64 << 20) as disk:
            room = before.again(disk)
            make_read_only(disk)
            status, told = room.collected()
            assert (status, "[W09]" in told) == (2, True), told
            assert room.master.read_bytes() == before.old

    def test_a_master_that_is_read_only(self, before: Before, tmp_path: Path) -> None:
        room = before.again(tmp_path)
        room.master.chmod(0o444)
        status, told = room.collected()
        assert (status, "[W09]" in told, "只读" in told) == (2, True, True), told
        assert room.master.read_bytes() == before.old

    def test_files_that_come_and_go_during_a_run(self, before: Before, tmp_path: Path) -> None:
        """What is there all the time is collected; of the rest the log says what was found."""
        inbox, steady = tmp_path / "收件", []
        for number, path in enumerate(sorted(before.room.inbox.rglob("*.xlsx"))):
            steady.append(shutil.copy2(path, _made(inbox) / f"{number:02d}.xlsx"))
        spare = Path(steady.pop()).read_bytes()
        if Path("/proc/self/mem").exists():
            (inbox / "坏盘.xlsx").symlink_to("/proc/self/mem")
        room = Room(inbox, _made(tmp_path / "总表"))
        with room.begun() as process:
            number = 0
            while process.poll() is None:
                flighty = inbox / f"z{number % 8:02d}.xlsx"
                flighty.unlink() if flighty.exists() else flighty.write_bytes(spare[: -(number % 3) or None])
                number += 1
                time.sleep(0.01)
            out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err
        assert process.returncode == 1, out + err
        log = {row[0]: row[1:3] for row in rows(room.master, "导入日志")}
        assert {Path(one).name for one in steady} <= log.keys()
        if Path("/proc/self/mem").exists():
            assert log["坏盘.xlsx"][0] == "未汇总"
            assert "[W23]" in log["坏盘.xlsx"][1]

    def test_what_is_no_file_of_ours_is_told_in_sentences(self, before: Before, tmp_path: Path) -> None:
        inbox = _made(tmp_path / "收件")
        shutil.copy2(next(before.room.inbox.rglob("*.xlsx")), inbox / "甲.xlsx")
        (inbox / "~$甲.xlsx").touch()
        room = Room(inbox, _made(tmp_path / "总表"))
        _made(room.archive).joinpath("index.sqlite").write_bytes(b"rubbish")
        _, told = room.collected()
        assert "提示：[W33] 缓存索引已重建：文件已损坏，已另存为“index-停用" in told
        log = {row[0]: row[1:3] for row in rows(room.master, "导入日志")}
        assert log["甲.xlsx（打开标记）"][1].startswith("[W31] 文件可能正在编辑：")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def rows(master: Path, sheet: str) -> list[list[str]]:
    """A table of the master below its headings, without the hidden columns."""
    found = openpyxl.load_workbook(master, read_only=True)[sheet].iter_rows(min_row=5, min_col=3, values_only=True)
    return [[str(value) for value in row] for row in found]
