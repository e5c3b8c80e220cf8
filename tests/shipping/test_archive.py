"""Archives are the same bytes for the same files."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shipping.archive import megabytes, sha256, tar_folder, write_checksum, write_checksums, zip_folder


def _folder(place: Path, moment: int) -> Path:
    folder = place / "工具"
    (folder / "子").mkdir(parents=True)
    # In another order each time, which is what a file system may give back.
    for name in sorted(("b.txt", "a.txt", "子/运行"), reverse=moment % 2 == 0):
        (folder / name).write_text(name, "utf-8")
        os.utime(folder / name, (moment, moment))
    (folder / "子/运行").chmod(0o755)
    (folder / "link").symlink_to("a.txt")
    return folder


@pytest.mark.parametrize("pack", [zip_folder, tar_folder])
def test_two_archives_of_the_same_files_are_equal(tmp_path: Path, pack: Callable[[Path, Path], Path]) -> None:
    first = pack(_folder(tmp_path / "1", 1_000_000_000), tmp_path / "first")
    second = pack(_folder(tmp_path / "2", 1_500_000_001), tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()


def test_names_in_a_zip_are_marked_as_utf8_and_dated_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(zip_folder(_folder(tmp_path, 1_000_000_000), tmp_path / "z.zip")) as archive:
        entries = archive.infolist()
    assert {entry.filename for entry in entries} >= {"工具/a.txt", "工具/子/运行"}
    assert all(entry.flag_bits & 0x800 for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_a_tar_keeps_links_and_the_right_to_run_and_forgets_owners(tmp_path: Path) -> None:
    with tarfile.open(tar_folder(_folder(tmp_path, 1_000_000_000), tmp_path / "t.tar.gz")) as archive:
        entries = {entry.name: entry for entry in archive}
    assert entries["工具/link"].linkname == "a.txt"
    assert entries["工具/子/运行"].mode == 0o755
    assert entries["工具/a.txt"].mode == 0o644
    assert {(entry.uid, entry.uname, entry.mtime) for entry in entries.values()} == {(0, "", 0)}


def test_checksums_are_read_by_the_usual_tool(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 1_000_000_000)
    target = write_checksums(folder, folder / "SUMS")
    assert target.read_text("utf-8").splitlines() == [
        f"{sha256(folder / name)}  {name}" for name in ("a.txt", "b.txt", "子/运行")
    ]
    beside = write_checksum(zip_folder(folder, tmp_path / "z.zip"))
    for where, listed in ((folder, target), (tmp_path, beside)):
        assert subprocess.run(["sha256sum", "--quiet", "-c", listed], cwd=where, check=False).returncode == 0


def test_size_counts_files_and_not_what_links_point_to(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a").write_bytes(b"x" * 500_000)
    assert megabytes(tmp_path / "f") == megabytes(tmp_path / "f" / "a") == 0.5
