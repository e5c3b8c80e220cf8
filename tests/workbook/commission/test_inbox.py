"""What lies in an inbox: found at any depth, told apart, and in one order whoever looks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import missing
from tests.hardship import as_nobody, open_to_all
from toolkit.errors import WorkbookError
from workbook.commission.inbox import Found, Kind, is_candidate, is_of_master, legible, lock_names, locked_name, scan

# What a file system holds: no separator, no null; surrogates stand for bytes that are no text.
NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40)


def laid(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def kinds(found: tuple[Found, ...]) -> dict[str, Kind]:
    assert len({one.name for one in found}) == len(found)
    return {one.name: one.kind for one in found}


def code(one: Found) -> str:
    return "" if one.notice is None else one.notice.code


class TestFiles:
    def test_workbooks_are_found_at_any_depth_in_the_order_of_their_names(self, tmp_path: Path) -> None:
        names = ["乙/a.xlsx", "b.XLSX", "甲/一/二/三/四/c.xlsm", "a.xls", "丁.et"]
        forth = scan(laid(tmp_path / "1", *names))
        back = scan(laid(tmp_path / "2", *reversed(names)))
        assert [one.name for one in forth] == [one.name for one in back]
        assert [one.name for one in forth] == sorted(names, key=str.encode)
        assert {one.kind for one in forth} == {Kind.FILE}

    def test_a_file_is_told_with_what_it_is_known_by(self, tmp_path: Path) -> None:
        (one,) = scan(laid(tmp_path, "a.xlsx"))
        status = (tmp_path / "a.xlsx").stat()
        assert one.signature == (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        assert one.notice is None

    def test_hidden_temporary_and_other_files_are_passed_over(self, tmp_path: Path) -> None:
        laid(tmp_path, "a.docx", "a.xlsx.bak", ".a.xlsx", ".git/b.xlsx", "xlsx", "~$说明.docx", ".~lock.a.odt#")
        assert scan(tmp_path) == ()

    def test_only_folders_called_withdrawn_withdraw(self, tmp_path: Path) -> None:
        laid(tmp_path, "撤回/a.xlsx", "浦东/ 撤回 /深/b.xlsx", "撤回说明/c.xlsx", "撤回.xlsx")
        assert {one.name for one in scan(tmp_path) if one.withdrawn} == {"撤回/a.xlsx", "浦东/ 撤回 /深/b.xlsx"}

    def test_a_name_that_is_no_text_is_found_and_can_be_shown(self, tmp_path: Path) -> None:
        if sys.platform != "linux":
            missing("names that are no text")
        (tmp_path / os.fsdecode(b"\xb8\xbd\xbc\xfe\x07.xlsx")).write_bytes(b"x")
        (one,) = scan(tmp_path)
        assert one.path.read_bytes() == b"x"
        assert one.name.endswith("�.xlsx")
        assert one.name.encode("utf-8")
        assert one.name.isprintable()

    @given(NAMES)
    def test_whatever_a_file_is_called_can_be_shown_and_stored(self, name: str) -> None:
        assert legible(name).isprintable()
        assert legible(name).encode("utf-8")
        assert legible(name) == name or not name.isprintable()


class TestLocks:
    @pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#", ".~a.xlsx"])
    def test_the_mark_of_a_program_names_the_workbook_it_has_open(self, tmp_path: Path, lock: str) -> None:
        (one,) = scan(laid(tmp_path, f"浦东/{lock}"))
        assert (one.kind, one.name, code(one)) == (Kind.LOCK, "浦东/a.xlsx", "W31")

    def test_the_workbook_beside_its_mark_is_a_file_all_the_same(self, tmp_path: Path) -> None:
        found = scan(laid(tmp_path, "~$a.xlsx", "a.xlsx"))
        assert sorted((one.name, one.kind) for one in found) == [("a.xlsx", Kind.FILE), ("a.xlsx", Kind.LOCK)]

    @given(NAMES.filter(lambda name: name.isprintable()).map(lambda name: f"甲{name}.xlsx"))
    def test_every_mark_leads_back_to_its_workbook_and_is_none(self, name: str) -> None:
        for lock in lock_names(name):
            assert locked_name(lock) == name
            assert not is_candidate(lock)


class TestOddThings:
    def test_a_folder_with_the_name_of_a_workbook_is_told_and_looked_into(self, tmp_path: Path) -> None:
        found = scan(laid(tmp_path, "申报.xlsx/a.xlsx"))
        assert kinds(found) == {"申报.xlsx": Kind.ODD, "申报.xlsx/a.xlsx": Kind.FILE}
        assert "是文件夹" in found[0].reason
        assert code(found[0]) == "W23"

    def test_a_pipe_is_no_file_and_nobody_waits_at_it(self, tmp_path: Path) -> None:
        if not hasattr(os, "mkfifo"):
            missing("named pipes")
        os.mkfifo(tmp_path / "a.xlsx")
        (one,) = scan(tmp_path)
        assert (one.kind, one.reason) == (Kind.ODD, "“a.xlsx”不是普通文件")

    def test_links_are_followed_and_a_broken_one_is_told(self, tmp_path: Path) -> None:
        inbox = tmp_path / "收件"
        laid(tmp_path, "别处/甲.xlsx", "收件/乙.xlsx")
        (inbox / "链接.xlsx").symlink_to(tmp_path / "别处" / "甲.xlsx")
        (inbox / "断.xlsx").symlink_to(tmp_path / "没有.xlsx")
        found = {one.name: one for one in scan(inbox)}
        assert found["链接.xlsx"].kind is Kind.FILE
        assert (found["断.xlsx"].kind, found["断.xlsx"].reason) == (Kind.ODD, "“断.xlsx”是失效的链接")

    def test_a_folder_that_leads_to_itself_is_entered_once(self, tmp_path: Path) -> None:
        inbox = laid(tmp_path / "收件", "区/a.xlsx")
        (inbox / "区" / "上级").symlink_to(inbox)
        (inbox / "同一个").symlink_to(inbox / "区")
        assert [one.name.split("/")[-1] for one in scan(inbox)] == ["a.xlsx"]

    def test_a_folder_that_may_not_be_looked_into_is_told_and_the_rest_found(self) -> None:
        with open_to_all() as folder:
            laid(folder, "区/a.xlsx", "b.xlsx")
            (folder / "区").chmod(0)
            try:
                with as_nobody():
                    found = scan(folder)
            finally:
                (folder / "区").chmod(0o700)
        assert kinds(found) == {"b.xlsx": Kind.FILE, "区": Kind.FOLDER}
        (closed,) = (one for one in found if one.kind is Kind.FOLDER)
        assert (code(closed), closed.reason) == ("W32", "没有查看文件夹“区”的权限")

    def test_an_inbox_that_is_not_there_or_no_folder_ends_it(self, tmp_path: Path) -> None:
        (tmp_path / "文件").touch()
        for name, reason in (("没有", "找不到文件夹“没有”"), ("文件", "“文件”不是文件夹")):
            with pytest.raises(WorkbookError, match=reason) as caught:
                scan(tmp_path / name)
            assert caught.value.code == "W01"


class TestOurs:
    def test_the_master_and_all_that_belongs_to_it_are_no_submissions(self, tmp_path: Path) -> None:
        ours = [
            "总表.xlsx",
            "总表-备份20261124-093000.xlsx",
            "总表-备份20261124-093000（2）.xlsx",
            "总表-新20261124-0930.xlsx",
        ]
        ours += ["~$总表.xlsx", ".~lock.总表-新20261124-0930.xlsx#", "archive/00/0.xlsx"]
        theirs = ["总表-浦东.xlsx", "总表-备份.xlsx", "浦东/archive/a.xlsx", "浦东/总表.xlsx"]
        laid(tmp_path, *ours, *theirs)
        found = scan(tmp_path, tmp_path / "总表.xlsx", tmp_path / "archive")
        assert {one.name for one in found} == set(theirs)

    def test_they_are_known_by_whatever_way_the_inbox_is_reached(self, tmp_path: Path) -> None:
        laid(tmp_path / "收件", "总表.xlsx", "a.xlsx")
        (tmp_path / "链接").symlink_to(tmp_path / "收件")
        found = scan(tmp_path / "链接", tmp_path / "收件" / "总表.xlsx", tmp_path / "收件" / "archive")
        assert [one.name for one in found] == ["a.xlsx"]

    @given(NAMES)
    def test_a_name_with_special_characters_stands_for_itself_only(self, name: str) -> None:
        target = f"{name}.xlsx"
        assert is_of_master(target, target)
        assert is_of_master(f"{name}-备份20260101-000000.xlsx", target)
        assert not is_of_master(f"{name}x.xlsx", target)
