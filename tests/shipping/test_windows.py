"""The portable folder is complete, the same each time, and says what it is made of."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from shipping import windows
from shipping.wheels import read_wheel
from shipping.windows import Ingredients, build
from tests.shipping.conftest import Maker


@pytest.fixture
def parts(make_wheel: Maker, tmp_path: Path) -> Ingredients:
    """A project of one module, with one library."""
    root = tmp_path / "checkout"
    for name in ("workbook/__init__.py", "workbook/__pycache__/x.pyc", "workbook/data.json", "LICENSE"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    wheel = read_wheel(make_wheel("thing", "1.0", {"thing/__init__.py": ""}, "License-Expression: MIT"))
    return Ingredients(root=root, version="1.2.3", wheels=(wheel,))


def test_without_python_the_folder_says_what_belongs_there(parts: Ingredients, tmp_path: Path) -> None:
    made = build(parts, tmp_path)
    assert made.python is None
    assert made.folder.name == "jiqun-windows-1.2.3"
    files = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert files == {
        "使用说明.txt",
        "校验所选文件.cmd",
        "集群工具.cmd",
        "jiqun/LICENSE.txt",
        "jiqun/SHA256SUMS.txt",
        "jiqun/jiqun.cmd",
        "jiqun/lib/dropped.py",
        "jiqun/lib/thing-1.0.dist-info/METADATA",
        "jiqun/lib/thing/__init__.py",
        "jiqun/lib/workbook/__init__.py",
        "jiqun/lib/workbook/data.json",
        "jiqun/python/请先放入Python.txt",
        "jiqun/python311._pth",
        "jiqun/清单.json",
    }


def test_with_python_it_is_in_its_place_and_on_the_list(parts: Ingredients, embeddable: Path, tmp_path: Path) -> None:
    made = build(replace(parts, python=embeddable), tmp_path)
    home = made.folder / "jiqun"
    assert (home / "python" / "python.exe").exists()
    assert not (home / "python311._pth").exists()
    # The path of the interpreter leads to the libraries from where it stands.
    (lib,) = {line for line in (home / "python/python311._pth").read_text().splitlines() if line.endswith("lib")} - {
        "..\\lib\\win32\\lib"
    }
    assert (home / "python" / lib.replace("\\", "/") / "workbook").is_dir()
    listed = json.loads((home / "清单.json").read_text("utf-8"))
    assert listed["python"]["sha256"] == hashlib.sha256(embeddable.read_bytes()).hexdigest()
    assert listed["python"]["window"] is False


def test_the_list_tells_each_library_with_licence_and_fingerprint(parts: Ingredients, tmp_path: Path) -> None:
    listed = json.loads((build(parts, tmp_path).folder / "jiqun" / "清单.json").read_text("utf-8"))
    (wheel,) = parts.wheels
    assert listed["libraries"] == [
        {"name": "thing", "version": "1.0", "licence": "MIT", "file": wheel.path.name, "sha256": wheel.sha256}
    ]


def test_macro_workbooks_lie_beside_the_folder_they_look_for(parts: Ingredients, tmp_path: Path) -> None:
    built = parts.root / "build" / "macros"
    built.mkdir(parents=True)
    for name in ("区初审工作台.xlsm", "集群初审加载项.xlam", "notes.txt"):
        (built / name).write_text("")
    folder = build(parts, tmp_path).folder
    assert {path.name for path in folder.iterdir()} == {
        "jiqun",
        "使用说明.txt",
        "区初审工作台.xlsm",
        "校验所选文件.cmd",
        "集群初审加载项.xlam",
        "集群工具.cmd",
    }


def test_every_file_but_the_list_itself_is_on_the_list_of_fingerprints(parts: Ingredients, tmp_path: Path) -> None:
    folder = build(parts, tmp_path).folder
    lines = (folder / "jiqun/SHA256SUMS.txt").read_text("utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == files - {"jiqun/SHA256SUMS.txt"}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_building_twice_gives_the_same_archive(parts: Ingredients, tmp_path: Path) -> None:
    first = build(parts, tmp_path).archive.read_bytes()
    again = build(parts, tmp_path).archive
    assert again.read_bytes() == first
    with zipfile.ZipFile(again) as archive:
        assert archive.testzip() is None
        assert all(name.startswith("jiqun-windows-1.2.3/") for name in archive.namelist())


def test_the_packages_are_those_the_project_installs() -> None:
    root = Path(__file__).resolve().parents[2]
    there = {path.name for path in windows.packages(root)}
    assert there >= {"templates", "toolkit", "workbook"}
    assert there <= set(windows.PACKAGES)
