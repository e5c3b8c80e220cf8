"""Every file comes out once; none is read or worked on twice, in one run or in the next."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from tests.hardship import fill, small_disk
from tests.workbook.commission.tasks import Counted, Scripted, answer
from toolkit.errors import WorkbookError
from workbook.commission.archive import Archive
from workbook.commission.gather import Gathered, gather
from workbook.commission.inbox import scan
from workbook.commission.index import Index
from workbook.commission.outcome import Alone, Crew, Refusal, Task
from workbook.commission.workers import Workers
from workbook.package.limits import LIMITS

AN_HOUR_AGO = time.time_ns() - 3600 * 10**9


@dataclass
class Desk:
    """An inbox, an archive with its index, and a task that leaves a trace."""

    folder: Path
    rules: str = "rules"
    read: int = 0

    @property
    def inbox(self) -> Path:
        return self.folder / "收件"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def index(self) -> Path:
        return self.folder / "index.sqlite"

    @property
    def task(self) -> Counted:
        return Counted(self.folder / "log")

    def put(self, name: str, data: bytes, *, new: bool = False) -> Path:
        """A file that has lain there for an hour, unless it is new."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if not new:
            os.utime(path, ns=(AN_HOUR_AGO, AN_HOUR_AGO))
        return path

    def run(self, task: Task | None = None, crew: Crew | None = None, stop_after: int | None = None) -> list[Gathered]:
        """One run; how many bytes it read is kept in ``read``."""
        self.read = 0

        def progress(_done: int, _total: int, read: int) -> None:
            self.read = read

        found = scan(self.inbox, archive=self.archive)
        whoever = crew or Alone(task or self.task)
        with Index(self.index, self.rules) as index, whoever as working:
            run = gather(found, Archive(self.archive), index, working, progress)
            return list(run) if stop_after is None else [next(run) for _ in range(stop_after)]

    @property
    def runs(self) -> int:
        """How many contents were worked on since this was last asked."""
        number = sum(self.task.runs.values())
        self.task.log.unlink(missing_ok=True)
        return number


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def outcomes(gathered: list[Gathered]) -> dict[str, object]:
    assert len({one.name for one in gathered}) == len(gathered)
    return {one.name: one.outcome.code if isinstance(one.outcome, Refusal) else one.outcome for one in gathered}


class TestOneRun:
    def test_every_file_comes_out_once_with_what_it_comes_to(self, desk: Desk) -> None:
        data = {f"区{number % 3}/{number}.xlsx": f"content {number}".encode() for number in range(40)}
        for name, content in data.items():
            desk.put(name, content)
        desk.put("坏.xlsx", b"bad one")
        gathered = desk.run()
        assert outcomes(gathered) == {**{name: answer(one) for name, one in data.items()}, "坏.xlsx": "W02"}
        assert {one.sha256 for one in gathered} == {sha256(one).hexdigest() for one in (*data.values(), b"bad one")}
        assert not any(one.cached for one in gathered)
        assert desk.read == sum(map(len, data.values())) + len(b"bad one")

    def test_several_processes_find_what_one_finds(self, desk: Desk) -> None:
        for number in range(60):
            desk.put(f"{number}.xlsx", f"content {number % 45}".encode())
        alone = outcomes(desk.run())
        runs = desk.task.runs
        desk.task.log.unlink()
        desk.index.unlink()
        assert outcomes(desk.run(crew=Workers(desk.task, 2))) == alone
        assert desk.task.runs == runs

    def test_equal_content_is_worked_on_once(self, desk: Desk) -> None:
        for number in range(5):
            desk.put(f"{number}.xlsx", b"the same")
        gathered = desk.run()
        assert set(outcomes(gathered).values()) == {answer(b"the same")}
        assert desk.runs == 1
        assert Counter(one.cached for one in gathered) == {False: 1, True: 4}

    def test_every_original_is_kept(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        desk.put("b.XLSX", b"bad two")
        desk.run()
        archived = {p.name: p.read_bytes() for p in desk.archive.rglob("*.xlsx")}
        assert archived == {f"{sha256(data).hexdigest()}.xlsx": data for data in (b"one", b"bad two")}

    def test_what_is_no_file_and_what_vanishes_come_out_refused(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        (desk.inbox / "夹.xlsx").mkdir()
        gone = desk.put("没了.xlsx", b"gone")
        found = scan(desk.inbox)
        gone.unlink()
        with Index(desk.index, "rules") as index, Alone(desk.task) as crew:
            gathered = list(gather(found, Archive(desk.archive), index, crew))
        assert outcomes(gathered) == {"a.xlsx": answer(b"one"), "夹.xlsx": "W23", "没了.xlsx": "W22"}

    def test_a_file_above_the_limit_is_kept_and_refused(self, desk: Desk) -> None:
        path = desk.put("大.xlsx", b"")
        os.truncate(path, LIMITS.file_bytes + 1)
        (one,) = desk.run()
        assert outcomes([one]) == {"大.xlsx": "W04"}
        assert desk.archive.joinpath(one.sha256[:2], f"{one.sha256}.xlsx").stat().st_size == LIMITS.file_bytes + 1
        assert desk.runs == 0

    def test_progress_counts_every_file_to_the_end(self, desk: Desk) -> None:
        for number in range(7):
            desk.put(f"{number}.xlsx", b"%d" % number)
        told: list[tuple[int, int, int]] = []
        with Index(desk.index, "rules") as index, Alone(desk.task) as crew:
            list(gather(scan(desk.inbox), Archive(desk.archive), index, crew, lambda *one: told.append(one)))
        assert [(done, total) for done, total, _ in told] == [(number, 7) for number in range(1, 8)]
        assert told[-1][2] == 7


class TestTheNextRun:
    def test_unchanged_files_are_neither_read_nor_worked_on(self, desk: Desk) -> None:
        for number in range(30):
            desk.put(f"{number}.xlsx", f"content {number}".encode())
        desk.put("坏.xlsx", b"bad")
        first = outcomes(desk.run())
        assert desk.runs == 31
        again = desk.run()
        assert outcomes(again) == first
        assert (desk.read, desk.runs) == (0, 0)
        assert all(one.cached for one in again)

    def test_one_changed_file_is_read_and_no_other(self, desk: Desk) -> None:
        for number in range(10):
            desk.put(f"{number}.xlsx", f"content {number}".encode())
        desk.run()
        desk.put("3.xlsx", b"other", new=True)
        assert desk.runs == 10
        assert outcomes(desk.run())["3.xlsx"] == answer(b"other")
        assert (desk.read, desk.runs) == (len(b"other"), 1)

    def test_a_change_that_keeps_size_and_time_is_seen(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        desk.run()
        desk.put("a.xlsx", b"two")
        assert outcomes(desk.run()) == {"a.xlsx": answer(b"two")}

    def test_a_file_that_was_moved_or_touched_is_read_but_not_worked_on(self, desk: Desk) -> None:
        path = desk.put("a.xlsx", b"one")
        desk.run()
        os.utime(path)
        path.rename(desk.inbox / "b.xlsx")
        assert desk.runs == 1
        assert outcomes(desk.run()) == {"b.xlsx": answer(b"one")}
        assert (desk.read, desk.runs) == (3, 0)

    def test_a_file_written_this_moment_may_change_unseen_so_it_is_read_again(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one", new=True)
        desk.run()
        assert desk.runs == 1
        desk.run()
        assert (desk.read, desk.runs) == (3, 0)

    def test_other_rules_judge_everything_anew(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        desk.run()
        desk.rules = "other rules"
        desk.run()
        assert desk.runs == 2

    def test_an_original_that_is_missing_is_kept_again(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        (one,) = desk.run()
        place = desk.archive / one.sha256[:2] / f"{one.sha256}.xlsx"
        place.unlink()
        desk.run()
        assert place.read_bytes() == b"one"
        assert desk.runs == 1

    def test_without_its_index_everything_is_done_again_with_the_same_result(self, desk: Desk) -> None:
        desk.put("a.xlsx", b"one")
        first = outcomes(desk.run())
        desk.index.write_bytes(b"rubbish")
        assert outcomes(desk.run()) == first
        assert desk.runs == 2

    def test_a_chance_failure_is_tried_again_by_the_next_run_only(self, desk: Desk) -> None:
        for name in ("a.xlsx", "b.xlsx"):
            desk.put(name, b"raise it")
        scripted = Scripted(desk.folder)
        assert outcomes(desk.run(scripted)) == {"a.xlsx": "W26", "b.xlsx": "W26"}
        assert outcomes(desk.run()) == dict.fromkeys(("a.xlsx", "b.xlsx"), answer(b"raise it"))

    def test_whoever_stops_halfway_goes_on_from_there(self, desk: Desk) -> None:
        for number in range(20):
            desk.put(f"{number:02d}.xlsx", f"content {number}".encode())
        assert len(desk.run(stop_after=12)) == 12
        done = desk.runs
        assert 12 <= done < 20
        assert len(outcomes(desk.run())) == 20
        assert desk.runs == 20 - done


class TestRefusals:
    def test_a_full_archive_ends_the_run_and_the_next_one_goes_on_from_there(self, desk: Desk) -> None:
        for number in range(20):
            desk.put(f"{number:02d}.xlsx", os.urandom(60_000))
        with small_disk(desk.archive, 4 << 20) as disk:
            with fill(disk, leave=700_000), pytest.raises(WorkbookError, match="所在磁盘空间不足") as caught:
                desk.run()
            assert caught.value.code == "W09"
            done = desk.runs
            assert 0 < done < 20
            assert len(outcomes(desk.run())) == 20
            assert desk.runs == 20 - done

    def test_an_index_that_cannot_be_written_any_more_ends_the_run(self, desk: Desk) -> None:
        for number in range(3):
            desk.put(f"{number}.xlsx", os.urandom(1000))
        with small_disk(desk.folder / "disk", 1 << 20) as disk:
            with (
                pytest.raises(WorkbookError, match="所在磁盘空间不足") as caught,
                Index(disk / "index.sqlite", "rules") as index,
                Alone(lengthy) as crew,
                fill(disk),
            ):
                list(gather(scan(desk.inbox), Archive(desk.archive), index, crew))
            assert caught.value.code == "W09"


def lengthy(data: bytes) -> bytes:
    return data * 100
