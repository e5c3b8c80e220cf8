"""The file people work in is replaced whole or not at all, by one collector at a time, never behind anybody's back."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.hardship import as_nobody, fill, make_read_only, open_to_all, small_disk
from toolkit.errors import WorkbookError
from workbook.commission.inbox import is_of_master, lock_names
from workbook.commission.publish import Lock, Overtaken, Published, is_open, publish, publish_beside

OLD, NEW = b"old" * 1000, b"new" * 1000


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "总表.xlsx"
    path.write_bytes(OLD)
    return path


def put(target: Path, content: bytes = NEW) -> Published:
    def write(path: Path) -> None:
        assert path.parent == target.resolve().parent
        path.write_bytes(content)

    return publish(target, write)


def lying(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.parent.iterdir() if path.is_file()}


def refused(work: Callable[[], object]) -> WorkbookError:
    with pytest.raises(WorkbookError) as caught:
        work()
    return caught.value


class TestReplacing:
    def test_where_there_was_none_it_is_new(self, tmp_path: Path) -> None:
        target = tmp_path / "新的" / "夹" / "总表.xlsx"
        assert put(target) == Published(path=target)
        assert lying(target) == {"总表.xlsx": NEW}

    def test_what_was_there_is_kept_as_a_backup_that_is_no_submission(self, target: Path) -> None:
        os.utime(target, (1_800_000_000, 1_800_000_000))
        done = put(target)
        assert (done.path, done.changed, done.beside) == (target, True, False)
        assert done.backup is not None
        assert done.backup.stat().st_mtime == 1_800_000_000
        assert lying(target) == {"总表.xlsx": NEW, done.backup.name: OLD}
        assert is_of_master(done.backup.name, target.name)

    def test_every_state_has_one_backup(self, target: Path) -> None:
        states = [OLD, NEW, b"third", b"fourth"]
        for state in states[1:]:
            os.utime(target, (1_800_000_000, 1_800_000_000))
            put(target, state)
        backups = [content for name, content in lying(target).items() if name != target.name]
        assert sorted(backups) == sorted(states[:-1])

    def test_the_backup_of_a_killed_run_serves_the_next_one(self, target: Path) -> None:
        os.utime(target, (1_800_000_000, 1_800_000_000))
        done = put(target)
        assert done.backup is not None
        target.write_bytes(OLD)
        os.utime(target, (1_800_000_000, 1_800_000_000))
        assert put(target).backup == done.backup
        assert len(lying(target)) == 2

    def test_where_nothing_has_changed_it_is_untouched(self, target: Path) -> None:
        before = target.stat()
        assert put(target, OLD) == Published(path=target, changed=False)
        after = target.stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert lying(target) == {"总表.xlsx": OLD}

    def test_permissions_stay(self, target: Path) -> None:
        target.chmod(0o640)
        put(target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_a_link_stays_a_link_and_what_it_leads_to_is_replaced(self, target: Path, tmp_path: Path) -> None:
        link = tmp_path / "别处" / "总表.xlsx"
        link.parent.mkdir()
        link.symlink_to(target)
        done = put(link)
        assert link.is_symlink()
        assert (done.path, target.read_bytes()) == (target, NEW)
        assert [path.name for path in link.parent.iterdir()] == ["总表.xlsx"]


class TestOpen:
    @pytest.mark.parametrize("lock", lock_names("总表.xlsx"))
    def test_what_somebody_has_open_is_left_alone_and_the_new_lies_beside(self, target: Path, lock: str) -> None:
        target.with_name(lock).touch()
        assert is_open(target)
        first, second = put(target), put(target, b"newer")
        assert (first.beside, first.backup, first.path != second.path) == (True, None, True)
        assert (target.read_bytes(), first.path.read_bytes(), second.path.read_bytes()) == (OLD, NEW, b"newer")
        assert all(is_of_master(one.path.name, target.name) for one in (first, second))

    def test_once_it_is_closed_it_is_replaced(self, target: Path) -> None:
        mark = target.with_name("~$总表.xlsx")
        mark.touch()
        put(target)
        mark.unlink()
        assert not is_open(target)
        assert put(target).path == target
        assert target.read_bytes() == NEW

    def test_nothing_new_needs_no_file_beside(self, target: Path) -> None:
        target.with_name("~$总表.xlsx").touch()
        assert put(target, OLD) == Published(path=target, changed=False)
        assert len(lying(target)) == 2


class TestRefusals:
    def test_a_read_only_file_is_meant_to_stay(self, target: Path) -> None:
        target.chmod(0o444)
        error = refused(lambda: put(target))
        assert (error.code, "为只读文件" in str(error)) == ("W09", True)
        assert lying(target) == {"总表.xlsx": OLD}

    def test_a_folder_in_its_place_is_left_alone(self, tmp_path: Path) -> None:
        target = tmp_path / "总表.xlsx"
        target.mkdir()
        assert refused(lambda: put(target)).code == "W11"
        assert lying(target) == {}

    def test_a_folder_that_may_not_be_written_to(self) -> None:
        with open_to_all() as folder:
            target = folder / "总表.xlsx"
            target.write_bytes(OLD)
            target.chmod(0o666)
            folder.chmod(0o555)
            try:
                with as_nobody():
                    error = refused(lambda: put(target))
                    locked = refused(Lock(target).__enter__)
            finally:
                folder.chmod(0o777)
            assert (error.code, locked.code) == ("W09", "W09")
            assert lying(target) == {"总表.xlsx": OLD}

    def test_a_disk_that_takes_nothing(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            target = disk / "总表.xlsx"
            target.write_bytes(OLD)
            make_read_only(disk)
            assert [refused(lambda: put(target)).code, refused(Lock(target).__enter__).code] == ["W09", "W09"]
            assert lying(target) == {"总表.xlsx": OLD}

    @pytest.mark.parametrize("leave", [0, 4096, 12_288])
    def test_a_full_disk_leaves_the_old_one_and_nothing_else(self, tmp_path: Path, leave: int) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            target = disk / "总表.xlsx"
            target.write_bytes(OLD)
            with fill(disk, leave):
                error = refused(lambda: put(target, NEW * 100))
            assert (error.code, "所在磁盘空间不足" in str(error)) == ("W09", True)
            assert lying(target) == {"总表.xlsx": OLD}

    def test_a_refusal_of_the_disk_is_told_also_where_xlsxwriter_wraps_it(self, target: Path) -> None:
        import xlsxwriter

        error = refused(lambda: publish(target, lambda path: xlsxwriter.Workbook(path / "no folder.xlsx").close()))
        assert error.code == "W09"
        assert lying(target) == {"总表.xlsx": OLD}

    def test_a_mistake_while_writing_leaves_the_old_one_and_nothing_else(self, target: Path) -> None:
        def write(path: Path) -> None:
            path.write_bytes(b"half")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            publish(target, write)
        assert lying(target) == {"总表.xlsx": OLD}


HOLDER = """
import sys, time
from pathlib import Path
from workbook.commission.publish import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def held(target: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that collects into the master."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, target], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


class TestSavedMeanwhile:
    """Somebody saves and closes the target between its being read and being replaced."""

    @pytest.mark.parametrize("saved", [b"own" * 1000, b"longer" * 1000, b""])
    def test_what_was_saved_stays_and_the_writer_is_told(self, target: Path, saved: bytes) -> None:
        kept = target.stat()

        def write(path: Path) -> None:
            path.write_bytes(NEW)
            target.write_bytes(saved)
            # Some disks count in seconds.
            os.utime(target, ns=(kept.st_atime_ns, kept.st_mtime_ns))

        with pytest.raises(Overtaken):
            publish(target, write, expected=OLD)
        assert lying(target) == {"总表.xlsx": saved}

    def test_a_first_master_that_somebody_puts_there_meanwhile_stays(self, tmp_path: Path) -> None:
        target = tmp_path / "总表.xlsx"

        def write(path: Path) -> None:
            path.write_bytes(NEW)
            target.write_bytes(OLD)

        with pytest.raises(Overtaken):
            publish(target, write, expected=b"")
        assert lying(target) == {"总表.xlsx": OLD}

    def test_saving_the_same_again_is_no_change(self, target: Path) -> None:
        os.utime(target, (1_800_000_000, 1_800_000_000))
        assert publish(target, lambda path: (path.write_bytes(NEW), None)[1], expected=OLD).changed
        assert target.read_bytes() == NEW

    def test_where_it_was_taken_away_the_new_one_takes_its_place(self, target: Path) -> None:
        def write(path: Path) -> None:
            path.write_bytes(NEW)
            target.unlink()

        assert publish(target, write, expected=OLD) == Published(path=target)
        assert lying(target) == {"总表.xlsx": NEW}

    def test_the_way_out_is_beside_it(self, target: Path) -> None:
        done = publish_beside(target, lambda path: (path.write_bytes(NEW), None)[1])
        assert (done.beside, done.backup) == (True, None)
        assert lying(target) == {"总表.xlsx": OLD, done.path.name: NEW}


class TestLock:
    def test_a_second_collector_is_told_who_is_at_it(self, target: Path, held: subprocess.Popen[str]) -> None:
        error = refused(Lock(target).__enter__)
        assert error.code == "W27"
        assert f"进程 {held.pid}" in str(error)
        assert "“总表.xlsx”" in str(error)

    def test_by_whatever_way_the_master_is_reached(
        self, target: Path, held: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        (tmp_path / "链接").symlink_to(target)
        assert refused(Lock(tmp_path / "链接").__enter__).code == "W27"

    def test_another_master_in_the_same_folder_is_free(self, target: Path, held: subprocess.Popen[str]) -> None:
        with Lock(target.with_name("另一.xlsx")):
            pass

    def test_it_ends_with_the_process_however_that_ends(self, target: Path, held: subprocess.Popen[str]) -> None:
        held.kill()
        held.wait()
        with Lock(target):
            assert refused(Lock(target).__enter__).code == "W27"
        with Lock(target):
            pass

    def test_what_a_killed_run_left_half_written_is_swept_away(self, target: Path) -> None:
        half: list[Path] = []

        def write(path: Path) -> None:
            path.write_bytes(b"half")
            half.append(path.with_name(path.name.replace(".tmp", "0.tmp")))
            path.rename(half[0])
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            publish(target, write)
        others = target.with_name(".0123456789abcdef.tmp")
        others.write_bytes(b"somebody's")
        assert half[0].exists()
        with Lock(target):
            assert not half[0].exists()
            assert others.exists()

    def test_nobody_knows_who_holds_it_where_that_cannot_be_read(
        self, target: Path, held: subprocess.Popen[str]
    ) -> None:
        (mark,) = target.parent.glob(".jiqun-*.holder")
        mark.write_text("[]", "utf-8")
        assert "另一个汇总程序正在汇总" in str(refused(Lock(target).__enter__))

    def test_names_as_long_as_the_file_system_allows_can_be_locked(self, tmp_path: Path) -> None:
        if sys.platform != "linux":
            missing("names of 255 bytes")
        with Lock(tmp_path / f"{'总' * 83}.xlsx"):
            pass
