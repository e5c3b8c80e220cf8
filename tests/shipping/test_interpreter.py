"""Python for Windows is recognised and told where our packages are."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from shipping.archive import sha256
from shipping.interpreter import Layout, install
from shipping.wheels import PackageError
from tests.shipping.conftest import write_zip


@pytest.fixture
def standalone(tmp_path: Path) -> Path:
    """An ``install_only`` archive, as far as the build looks."""
    root = tmp_path / "python"
    programs = ("python.exe", "pythonw.exe", "python311.dll", "python.pdb")
    library = ("Lib/os.py", "Lib/tkinter/__init__.py", "Lib/test/test_x.py", "tcl/tcl8.6/init.tcl")
    for name in (*programs, *library, "DLLs/_tkinter.pyd", "include/Python.h"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    target = tmp_path / "cpython-3.11.9-x86_64-pc-windows-msvc-install_only.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(root, "python")
    return target


def test_the_embeddable_package_finds_our_libraries_and_nothing_of_the_machine(
    embeddable: Path, tmp_path: Path
) -> None:
    made = install(embeddable, tmp_path / "python")
    assert (made.layout, made.window, made.sha256) == (Layout.EMBEDDABLE, False, sha256(embeddable))
    assert (tmp_path / "python/python311._pth").read_bytes().decode("ascii").split("\r\n") == [
        "python311.zip",
        ".",
        r"..\lib",
        r"..\lib\win32",
        r"..\lib\win32\lib",
        "",
    ]


def test_a_standalone_python_brings_the_window_and_leaves_developers_tools(standalone: Path, tmp_path: Path) -> None:
    folder = tmp_path / "installed"
    made = install(standalone, folder)
    assert (made.layout, made.window) == (Layout.STANDALONE, True)
    assert (folder / "python311._pth").read_text("ascii").splitlines()[:4] == ["Lib", "DLLs", ".", r"..\lib"]
    assert (folder / "tcl/tcl8.6/init.tcl").exists()
    assert not any((folder / name).exists() for name in ("Lib/test", "include", "python.pdb"))


def test_installing_again_leaves_nothing_of_the_one_before(embeddable: Path, tmp_path: Path) -> None:
    folder = tmp_path / "python"
    folder.mkdir()
    (folder / "请先放入Python.txt").write_text("")
    install(embeddable, folder)
    assert not (folder / "请先放入Python.txt").exists()


def test_another_archive_than_the_one_expected_is_refused(embeddable: Path, tmp_path: Path) -> None:
    install(embeddable, tmp_path / "python", expected=sha256(embeddable).upper())
    with pytest.raises(PackageError, match="SHA-256"):
        install(embeddable, tmp_path / "other", expected="0" * 64)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("gone", ["python.exe", "pythonw.exe", "python311.dll", "python311.zip", "python311._pth"])
def test_what_is_no_python_of_this_version_is_refused(embeddable: Path, tmp_path: Path, gone: str) -> None:
    with zipfile.ZipFile(embeddable) as archive:
        files = {name: "x" for name in archive.namelist() if name != gone}
    with pytest.raises(PackageError, match=r"3\.11"):
        install(write_zip(tmp_path / "other.zip", files), tmp_path / "python")
    assert not (tmp_path / "python").exists()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "python.exe").write_text("MZ")
    with pytest.raises(PackageError, match="zip"):
        install(tmp_path / "python.exe", tmp_path / "python")
