"""Where packs come from: those that ship, those somebody else keeps, and the shape both must have."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.packs import check_shape, pack_at, packs

TEMPLATES = Path(str(files("templates")))
SHANGHAI = TEMPLATES / "shanghai-2024"
SHIPPED = sorted(folder.parent.name for folder in TEMPLATES.glob("*/policy.json"))


def policy_json() -> Any:
    return json.loads((SHANGHAI / "policy.json").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the Shanghai pack that a test may spoil."""
    return Path(shutil.copytree(SHANGHAI, tmp_path / "shanghai-2024"))


def rewrite(file: Path, **changed: Any) -> None:
    document = json.loads(file.read_text("utf-8")) | changed
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


# --- those that ship ------------------------------------------------------------------------------------------


def test_every_folder_with_a_policy_is_listed_and_no_other() -> None:
    assert sorted(packs()) == SHIPPED
    assert {"schema", "reference"}.isdisjoint(packs())


def test_the_city_and_the_national_pack_are_listed() -> None:
    assert {"national-2022", "shanghai-2024"} <= set(packs())


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_a_shipped_pack_is_named_as_its_folder_and_has_the_shape_of_its_schema(pack_id: str) -> None:
    assert pack_at(TEMPLATES / pack_id).policy.id == pack_id


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_every_shipped_season_belongs_to_its_pack(pack_id: str) -> None:
    pack = packs()[pack_id]
    assert pack.seasons
    for name, season in pack.seasons.items():
        assert (season.id, season.policy) == (name, pack_id)
        assert set(pack.policy.readings(season)) == {parameter.id for parameter in pack.policy.parameters}


# --- one that stands elsewhere --------------------------------------------------------------------------------


def test_a_pack_elsewhere_is_the_same_as_the_one_that_ships(folder: Path) -> None:
    assert pack_at(folder).policy == packs()["shanghai-2024"].policy
    assert pack_at(folder).seasons == packs()["shanghai-2024"].seasons


@pytest.mark.parametrize("name", ["", "absent", "seasons"])
def test_a_folder_without_a_policy_is_refused_by_name(folder: Path, name: str) -> None:
    place = folder / name
    if not name:
        (folder / "policy.json").unlink()
    with pytest.raises(PolicyError, match=r"no policy\.json in") as caught:
        pack_at(place)
    assert str(place) in str(caught.value)


@pytest.mark.parametrize("seasons", [False, True])
def test_a_pack_without_seasons_has_none(folder: Path, seasons: bool) -> None:
    shutil.rmtree(folder / "seasons")
    if seasons:
        (folder / "seasons").mkdir()
        (folder / "seasons" / "README.md").write_text("none yet", "utf-8")
    assert pack_at(folder).seasons == {}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"id": "\xb9\xab"}'])
@pytest.mark.parametrize("name", ["policy.json", "seasons/2026.json"])
def test_a_file_that_is_no_json_is_refused_with_its_name(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        pack_at(folder)
    assert caught.value.path == Path(name).name


@pytest.mark.parametrize(
    ("name", "changed", "path"),
    [
        ("policy.json", {"id": "Shanghai 2024"}, "id"),
        ("policy.json", {"criteria": []}, "criteria"),
        ("policy.json", {"in_force": {"from": "2024-02-30"}}, "in_force.from"),
        ("policy.json", {"colour": "red"}, ""),
        ("seasons/2026.json", {"year": "2026"}, "year"),
        ("seasons/2026.json", {"reference_date": "30.9.2026"}, "reference_date"),
    ],
)
def test_a_pack_of_the_wrong_shape_is_refused_before_anything_is_built(
    folder: Path, name: str, changed: dict[str, Any], path: str
) -> None:
    rewrite(folder / name, **changed)
    with pytest.raises(PolicyError) as caught:
        pack_at(folder)
    assert caught.value.path == path


# --- the path of a violation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parameters[1].readings[0].value", "Each!"),
        ("sections[0].inputs[0].type", "number"),
        ("criteria[2].rules[0].force", "fatal"),
        ("criteria[0].rules[1].id", 7),
    ],
)
def test_a_violation_is_told_with_its_path(path: str, value: Any) -> None:
    document = policy_json()
    steps = [int(step) if step.isdigit() else step for step in path.replace("[", ".").replace("]", "").split(".")]
    place = document
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    with pytest.raises(PolicyError) as caught:
        check_shape(document, "policy")
    assert caught.value.path == path


def test_a_property_that_makes_no_sense_there_is_not_allowed() -> None:
    document = policy_json()
    document["sections"][0]["inputs"][0]["min"] = "0"  # a text has no least value
    with pytest.raises(PolicyError, match="not allowed here") as caught:
        check_shape(document, "policy")
    assert caught.value.path == "sections[0].inputs[0].min"
