"""Wheels are followed as Windows would, and unpacked."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shipping.archive import files_of
from shipping.wheels import PackageError, fetch, needs, read_wheel, requirements, unpack
from tests.shipping.conftest import Maker

ROOT = Path(__file__).resolve().parents[2]


def test_the_project_says_what_it_requires() -> None:
    names = {line.split()[0].lower() for line in requirements(ROOT / "setup.cfg")}
    assert names >= {"jsonschema", "xlsxwriter", "xlwings"}
    assert not any(line.startswith("#") for line in names)


def test_a_wheel_tells_what_it_is(make_wheel: Maker) -> None:
    path = make_wheel("Some_Thing", "2.1", None, "License-Expression: MIT", "Requires-Dist: other>=1")
    wheel = read_wheel(path)
    assert (wheel.name, wheel.version, wheel.licence, wheel.requires) == ("some-thing", "2.1", "MIT", ("other>=1",))
    assert wheel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (("License-Expression: BSD-3-Clause", "License: text"), "BSD-3-Clause"),
        (("License: PSF",), "PSF"),
        (("License: Line one\n        line two", "Classifier: License :: OSI Approved :: MIT License"), "MIT License"),
        ((), "?"),
    ],
)
def test_the_licence_is_a_name_and_not_its_text(make_wheel: Maker, told: tuple[str, ...], name: str) -> None:
    assert read_wheel(make_wheel("a", "1", None, *told)).licence == name


def test_requirements_are_judged_for_windows_and_not_for_this_system(make_wheel: Maker) -> None:
    window = 'Requires-Dist: pywin32>=224; platform_system == "Windows"'
    mac = 'Requires-Dist: appscript; platform_system == "Darwin"'
    extra = 'Requires-Dist: flask; extra == "all"'
    wheels = [read_wheel(make_wheel("xlwings", "0.37", None, window, mac, extra)), read_wheel(make_wheel("idle"))]
    found, missing = needs(["xlwings<1"], wheels)
    assert [wheel.name for wheel in found] == ["xlwings"]
    assert missing == ("pywin32>=224",)


def test_what_nothing_on_windows_requires_stays_out(make_wheel: Maker) -> None:
    wheels = [read_wheel(make_wheel(name)) for name in ("a", "linux-only")]
    found, missing = needs(["a", 'linux-only; sys_platform == "linux"'], wheels)
    assert ([wheel.name for wheel in found], missing) == (["a"], ())


def test_a_wheel_of_the_wrong_version_does_not_meet_a_requirement(make_wheel: Maker) -> None:
    assert needs(["a>=2"], [read_wheel(make_wheel("a", "1.9"))]) == ((), ("a>=2",))


def test_requirements_in_a_circle_end(make_wheel: Maker) -> None:
    wheels = [
        read_wheel(make_wheel("a", "1", None, "Requires-Dist: b")),
        read_wheel(make_wheel("b", "1", None, "Requires-Dist: a")),
    ]
    assert [wheel.name for wheel in needs(["a"], wheels)[0]] == ["a", "b"]


def test_wheels_come_from_a_folder_without_the_network(make_wheel: Maker, tmp_path: Path) -> None:
    source = make_wheel("outer", "1", None, 'Requires-Dist: inner; sys_platform == "win32"').parent
    make_wheel("inner")
    found = fetch(["outer"], tmp_path / "got", source=source)
    assert [wheel.name for wheel in found] == ["inner", "outer"]


def test_a_missing_library_is_told(make_wheel: Maker, tmp_path: Path) -> None:
    source = make_wheel("outer").parent
    with pytest.raises(PackageError, match="nowhere-to-be-found"):
        fetch(["outer", "nowhere-to-be-found"], tmp_path / "got", source=source)


def test_unpacking_leaves_out_what_does_not_travel(make_wheel: Maker, tmp_path: Path) -> None:
    path = make_wheel("thing", "1.0", {"thing/__init__.py": "x = 1\n", "thing/tests/test_x.py": ""})
    assert unpack(read_wheel(path), tmp_path / "lib") == 2
    files = sorted(path.relative_to(tmp_path / "lib").as_posix() for path in files_of(tmp_path / "lib"))
    assert files == ["thing-1.0.dist-info/METADATA", "thing/__init__.py"]


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "thing/../../outside.py"])
def test_a_wheel_cannot_write_elsewhere(make_wheel: Maker, tmp_path: Path, name: str) -> None:
    wheel = read_wheel(make_wheel("thing", "1.0", {name: ""}))
    with pytest.raises(PackageError, match="outside"):
        unpack(wheel, tmp_path / "room" / "lib")
    assert not list(tmp_path.rglob("outside.py"))


def test_metadata_inside_a_vendored_library_are_not_its_own(make_wheel: Maker) -> None:
    path = make_wheel("outer", "1.0", {"outer/_vendor/inner-2.0.dist-info/METADATA": "Name: inner\nVersion: 2.0\n"})
    assert read_wheel(path).name == "outer"
