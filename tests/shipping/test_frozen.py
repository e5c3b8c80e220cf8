"""The build for Linux: what can be seen without freezing, and, marked ``package``, all of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from shipping import entry, frozen, smoke
from workbook import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_the_oldest_system_is_the_highest_version_any_binary_asks_for(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(b"\x7fELF..GLIBC_2.9\0GLIBC_2.17\0")
    (tmp_path / "b.so").write_bytes(b"\x7fELF..GLIBC_2.4\0")
    (tmp_path / "text").write_bytes(b"GLIBC_9.9")
    assert frozen.oldest_glibc(tmp_path) == "2.17"


def test_libraries_are_those_of_users_and_not_of_developers() -> None:
    names = set(frozen.libraries(ROOT))
    assert names >= {"xlsxwriter", "xlwings", "rpds-py"}
    assert not names & {"pytest", "mypy", "hypothesis", "ruff", "pyinstaller", "pywin32"}


@pytest.mark.parametrize(
    ("name", "module"), [("jiqun", "workbook.cli"), ("jiqun-button", "workbook.buttons"), ("other", "workbook.cli")]
)
def test_the_name_of_the_program_decides_what_it_does(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Door:
        @staticmethod
        def main() -> int:
            return 7

    asked: list[str] = []

    def opened(name: str) -> type[Door]:
        asked.append(name)
        return Door

    monkeypatch.setattr(entry, "import_module", opened)
    monkeypatch.setattr(sys, "argv", [f"/app/{name}"])
    assert entry.main() == 7
    assert asked == [module]


def test_programs_we_start_get_the_library_path_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/app/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    entry.own_libraries_stay_ours()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/lib"
    entry.own_libraries_stay_ours()
    assert "LD_LIBRARY_PATH" not in os.environ


@pytest.mark.package
def test_the_frozen_program_does_what_the_source_does_where_there_is_no_python(tmp_path: Path) -> None:
    made = frozen.build(ROOT, __version__, tmp_path)
    assert smoke.check(ROOT, made.folder)
    inside = {path.name for path in (made.folder / "_internal").iterdir()}
    assert not inside & {"pytest", "mypy", "hypothesis", "oletools", "PyInstaller", "setuptools"}
    assert not inside & {"dask", "distributed", "duckdb", "psutil", "pyarrow", "tornado"}
