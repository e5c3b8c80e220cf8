"""Originals lie under the fingerprint of their content, are never altered, and nothing half written is ever among them."""

from __future__ import annotations

import os
import stat
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import missing
from tests.hardship import as_nobody, fill, make_read_only, open_to_all, small_disk
from toolkit.errors import WorkbookError
from workbook.commission.archive import Archive, receive
from workbook.commission.inbox import Found

CONTENT = b"as it was received" * 1000


@pytest.fixture
def found(tmp_path: Path) -> Found:
    path = tmp_path / "收件" / "甲.XLSX"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return Found(path, "甲.XLSX")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def files(archive: Archive) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}


class TestReceiving:
    def test_a_file_is_read_whole_with_its_fingerprint(self, found: Found) -> None:
        received = receive(found)
        assert (received.data, received.size) == (CONTENT, len(CONTENT))
        assert received.sha256 == sha256(CONTENT).hexdigest()

    def test_of_a_file_above_the_limit_only_the_fingerprint_is_held(self, found: Found) -> None:
        received = receive(found, limit=len(CONTENT) - 1)
        assert (received.data, received.size) == (None, len(CONTENT))
        assert received.sha256 == sha256(CONTENT).hexdigest()
        assert receive(found, limit=len(CONTENT)).data == CONTENT

    def test_a_file_that_is_gone_by_now_is_told(self, found: Found) -> None:
        found.path.unlink()
        with pytest.raises(WorkbookError, match=r"“甲\.XLSX”在汇总期间被移走或删除") as caught:
            receive(found)
        assert caught.value.code == "W22"

    def test_a_file_that_holds_other_than_it_says_is_still_changing(self, tmp_path: Path) -> None:
        growing = Path("/proc/self/status")
        if not growing.exists():
            missing("/proc")
        with pytest.raises(WorkbookError, match="仍在变化") as caught:
            receive(Found(growing, "status.xlsx"))
        assert caught.value.code == "W22"

    def test_a_file_that_fails_while_it_is_read_is_told(self, tmp_path: Path) -> None:
        if sys.platform != "linux":
            missing("/proc")
        with pytest.raises(WorkbookError, match="出错") as caught:
            receive(Found(Path("/proc/self/mem"), "mem.xlsx"))
        assert caught.value.code == "W23"

    def test_what_is_no_file_any_more_is_told_and_nobody_waits_at_a_pipe(self, tmp_path: Path) -> None:
        (tmp_path / "夹.xlsx").mkdir()
        os.mkfifo(tmp_path / "管.xlsx")
        for name in ("夹.xlsx", "管.xlsx", "零\0.xlsx"):
            with pytest.raises(WorkbookError) as caught:
                receive(Found(tmp_path / name, name))
            assert caught.value.code == "W23", name

    def test_a_file_that_may_not_be_read_is_told(self) -> None:
        with open_to_all() as folder:
            path = folder / "甲.xlsx"
            path.write_bytes(CONTENT)
            path.chmod(0)
            with as_nobody(), pytest.raises(WorkbookError, match=r"没有读取“甲\.xlsx”的权限") as caught:
                receive(Found(path, "甲.xlsx"))
        assert caught.value.code == "W23"


class TestKeeping:
    def test_a_content_lies_under_its_fingerprint_to_the_byte_and_read_only(
        self, found: Found, archive: Archive
    ) -> None:
        received = receive(found)
        assert archive.keep(found, received) is None
        place = archive.folder / received.sha256[:2] / f"{received.sha256}.xlsx"
        assert place == archive.place(received.sha256, ".XLSX")
        assert files(archive) == {place.name: CONTENT}
        assert not place.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
        assert archive.names() == {place.name}

    @given(data=st.binary(max_size=3000), limit=st.integers(0, 3000))
    def test_whatever_a_file_holds_is_kept_as_it_is(
        self, data: bytes, limit: int, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("kept")
        (folder / "a.xlsx").write_bytes(data)
        one, archive = Found(folder / "a.xlsx", "a.xlsx"), Archive(folder / "archive")
        archive.keep(one, receive(one, limit))
        assert files(archive) == {f"{sha256(data).hexdigest()}.xlsx": data}

    def test_what_is_there_is_left_alone(self, found: Found, archive: Archive) -> None:
        received = receive(found)
        archive.keep(found, received)
        place = archive.place(received.sha256, ".xlsx")
        before = place.stat()
        assert archive.keep(found, received) is None
        after = place.stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_a_damaged_original_is_mended_and_put_aside(self, found: Found, archive: Archive) -> None:
        received = receive(found)
        archive.keep(found, received)
        place = archive.place(received.sha256, ".xlsx")
        for number, damage in enumerate((b"cut", b"cut again"), start=1):
            place.chmod(0o600)
            place.write_bytes(damage)
            note = archive.keep(found, received)
            assert note is not None
            aside = place.with_name(f"{place.stem}-损坏{number}.xlsx")
            assert (note.code, aside.name in str(note)) == ("W34", True)
            assert (place.read_bytes(), aside.read_bytes()) == (CONTENT, damage)

    def test_a_change_that_keeps_the_size_is_found_where_it_is_asked_for(self, found: Found, archive: Archive) -> None:
        received = receive(found)
        archive.keep(found, received)
        place = archive.place(received.sha256, ".xlsx")
        place.chmod(0o600)
        place.write_bytes(CONTENT[:-1] + b"?")
        note = Archive(archive.folder, verify=True).keep(found, received)
        assert note is not None
        assert place.read_bytes() == CONTENT

    def test_nothing_is_written_through_a_link_in_its_place(
        self, found: Found, archive: Archive, tmp_path: Path
    ) -> None:
        received = receive(found)
        place = archive.place(received.sha256, ".xlsx")
        place.parent.mkdir(parents=True)
        other = tmp_path / "别人的.xlsx"
        other.write_bytes(b"theirs")
        place.symlink_to(other)
        note = archive.keep(found, received)
        assert note is not None
        assert (place.read_bytes(), other.read_bytes(), place.is_symlink()) == (CONTENT, b"theirs", False)

    def test_a_large_file_that_changed_since_it_was_read_is_not_kept(self, found: Found, archive: Archive) -> None:
        received = receive(found, limit=10)
        found.path.write_bytes(CONTENT[::-1])
        with pytest.raises(WorkbookError) as caught:
            archive.keep(found, received)
        assert caught.value.code == "W22"
        assert files(archive) == {}

    def test_what_a_killed_run_left_half_written_is_swept_away(self, found: Found, archive: Archive) -> None:
        archive.keep(found, receive(found))
        (folder,) = (path for path in archive.folder.iterdir() if path.is_dir())
        (folder / ".0123456789abcdef.tmp").write_bytes(b"half")
        archive.names()
        assert list(files(archive).values()) == [CONTENT]


class TestRefusals:
    def test_a_full_disk_is_told_and_leaves_nothing_half_written(self, found: Found, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            archive = Archive(disk / "archive")
            archive.folder.mkdir()
            for limit in (len(CONTENT), 10):
                with fill(disk, leave=8192), pytest.raises(WorkbookError, match="所在磁盘空间不足") as caught:
                    archive.keep(found, receive(found, limit))
                assert caught.value.code == "W09"
                assert files(archive) == {}
            assert archive.keep(found, receive(found)) is None
            assert list(files(archive).values()) == [CONTENT]

    def test_a_disk_that_takes_nothing_is_told(self, found: Found, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            make_read_only(disk)
            with pytest.raises(WorkbookError, match="没有写入权限") as caught:
                Archive(disk / "archive").keep(found, receive(found))
        assert caught.value.code == "W09"

    def test_a_file_in_place_of_the_archive_is_told(self, found: Found, tmp_path: Path) -> None:
        (tmp_path / "archive").write_bytes(b"mine")
        with pytest.raises(WorkbookError, match="所在文件夹不存在，或同名的不是文件夹") as caught:
            Archive(tmp_path / "archive").keep(found, receive(found))
        assert caught.value.code == "W09"
        assert (tmp_path / "archive").read_bytes() == b"mine"
