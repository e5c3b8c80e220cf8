"""The schemas are sound, the closed sets in them are those of the code, and each class of mistake is told with its path."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from toolkit.checks import kinds as checks
from toolkit.errors import PolicyError, WorkbookError
from toolkit.fields import FieldKind
from toolkit.finding import Verdict
from toolkit.measures import KINDS
from toolkit.packs import check_shape, pack_at, packs
from toolkit.rules import Force
from toolkit.threshold import Comparator
from workbook.check import check_file, shelf
from workbook.layout import lay_out
from workbook.records import layout_record, record, unreadable
from workbook.template import write_template

SCHEMAS = ["cases", "evaluation", "exclusive", "layout", "policy", "season", "submission"]
PACKS = sorted(packs())
GONE = object()


def schema(name: str) -> Any:
    return json.loads(files("templates").joinpath("schema", f"{name}.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def policy() -> Any:
    return json.loads((packs()["shanghai-2024"].folder / "policy.json").read_text("utf-8"))


# --- the schemas themselves -----------------------------------------------------------------------------------


def test_there_is_no_schema_nobody_looks_after() -> None:
    found = sorted(entry.name for entry in files("templates").joinpath("schema").iterdir())
    assert found == [f"{name}.schema.json" for name in SCHEMAS]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_sound_and_says_what_it_is(name: str) -> None:
    found = schema(name)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["title"]
    assert found["description"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (list(checks.KINDS), ["$defs", "check", "properties", "kind", "enum"]),
        (list(KINDS), ["$defs", "measure", "properties", "kind", "enum"]),
        (list(Force), ["$defs", "rule", "properties", "force", "enum"]),
        (list(FieldKind), ["$defs", "field", "properties", "type", "enum"]),
        (list(Comparator), ["$defs", "threshold", "properties", "comparator", "enum"]),
    ],
)
def test_the_closed_sets_are_those_of_the_code(words: list[str], told: list[str]) -> None:
    found = schema("policy")
    for step in told:
        found = found[step]
    assert found == words


@pytest.mark.parametrize("name", ["cases", "evaluation"])
def test_every_verdict_can_be_written(name: str) -> None:
    assert schema(name)["$defs"]["verdict"]["enum"] == [verdict.value for verdict in Verdict]


def test_every_kind_of_check_has_a_shape_of_its_own() -> None:
    told = schema("policy")["$defs"]["check"]["allOf"]
    shapes = {entry["if"]["properties"]["kind"]["const"]: entry["then"]["$ref"] for entry in told}
    assert shapes == {kind: f"#/$defs/check_{kind}" for kind in checks.KINDS}


def test_every_kind_of_measure_has_a_shape_of_its_own() -> None:
    told = schema("policy")["$defs"]["measure"]["allOf"]
    shapes = {entry["if"]["properties"]["kind"]["const"]: entry["then"]["$ref"] for entry in told}
    assert shapes == {kind: f"#/$defs/{kind}" for kind in KINDS}


# --- mistakes -------------------------------------------------------------------------------------------------

RULE = "criteria[1].rules[6]"
BRANCH = "criteria[2].rules[1].measure.branches[0]"


def spoil(document: Any, where: list[str | int], value: object) -> Any:
    spoiled = deepcopy(document)
    part = spoiled
    for step in where[:-1]:
        part = part[step]
    if value is GONE:
        del part[where[-1]]
    else:
        part[where[-1]] = value
    return spoiled


def steps(path: str) -> list[str | int]:
    parts = path.replace("[", ".[").lstrip(".").split(".")
    return [int(part[1:-1]) if part.startswith("[") else part for part in parts]


@pytest.mark.parametrize(
    ("where", "value", "path", "reason"),
    [
        (f"{RULE}.measure.kind", "each_month", f"{RULE}.measure.kind", "'each_month' is not one of"),
        (f"{RULE}.measure.input", GONE, f"{RULE}.measure", "'input' is a required property"),
        (f"{RULE}.measure.colour", "red", f"{RULE}.measure", "'colour' was unexpected"),
        (f"{RULE}.measure.years", [], f"{RULE}.measure.years", "should be non-empty"),
        (f"{RULE}.measure.years", ["2023"], f"{RULE}.measure.years[0]", "is not of type 'integer'"),
        (f"{RULE}.measure.threshold", GONE, f"{RULE}.measure", "'threshold' is a required property"),
        (f"{RULE}.measure.threshold.comparator", "=>", f"{RULE}.measure.threshold.comparator", "'=>' is not one of"),
        (f"{RULE}.measure.threshold.values", [], f"{RULE}.measure.threshold.values", "should be non-empty"),
        (f"{RULE}.measure.threshold.values[0].source", GONE, f"{RULE}.measure.threshold.values[0]", "'source' is a required property"),
        (f"{RULE}.measure.threshold.values[0].source", "", f"{RULE}.measure.threshold.values[0].source", "should be non-empty"),
        (f"{RULE}.measure.threshold.values[0].value", 30, f"{RULE}.measure.threshold.values[0].value", "30 is not of type 'string'"),
        (f"{RULE}.measure.threshold.values[0].value", "30%", f"{RULE}.measure.threshold.values[0].value", "does not match"),
        (f"{RULE}.measure.threshold.values[0].value", "3e1", f"{RULE}.measure.threshold.values[0].value", "does not match"),
        (f"{RULE}.measure.threshold.values[0].from", "2024/02/22", f"{RULE}.measure.threshold.values[0].from", "2024/02/22"),
        (f"{RULE}.measure.threshold.values[0].from", "2024-02-30", f"{RULE}.measure.threshold.values[0].from", "is not a 'date'"),
        (f"{BRANCH}.threshold.unit", GONE, f"{BRANCH}.threshold", "'unit' is a required property"),
        (f"{BRANCH}.threshold.comparator", "<=", f"{BRANCH}.threshold.comparator", "'<=' is not one of"),
        (f"{BRANCH}.where[0].colour", "red", f"{BRANCH}.where[0]", "'colour' was unexpected"),
        (f"{BRANCH}.where[5].lookup", "roster", f"{BRANCH}.where[5].lookup", "does not match"),
        (f"{RULE}.colour", "red", RULE, "'colour' was unexpected"),
        (f"{RULE}.force", GONE, RULE, "'force' is a required property"),
        (f"{RULE}.force", "firm", f"{RULE}.force", "'firm' is not one of"),
        (f"{RULE}.id", "rule seven", f"{RULE}.id", "does not match"),
        ("colour", "red", "", "'colour' was unexpected"),
        ("roles.colour", "cluster_name", "roles", "'colour' was unexpected"),
        ("sections[0].inputs[0].type", "colour", "sections[0].inputs[0].type", "'colour' is not one of"),
        ("sections[0].inputs[0].type", "choice", "sections[0].inputs[0]", "'list' is a required property"),
        ("sections[0].tables[0].rows", GONE, "sections[0].tables[0]", "'rows' is a required property"),
        ("parameters[0].source", GONE, "parameters[0]", "'source' is a required property"),
        ("lists.districts", {"reference": "provinces"}, "lists.districts.reference", "'provinces' is not one of"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_policy_is_told_with_its_path(
    policy: Any, where: str, value: object, path: str, reason: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        check_shape(spoil(policy, steps(where), value), "policy")
    assert caught.value.path == path
    assert reason in caught.value.reason


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "below_baseline"])
def test_each_measure_refuses_what_it_does_not_know(policy: Any, kind: str) -> None:
    for i, criterion in enumerate(policy["criteria"]):
        for j, rule in enumerate(criterion["rules"]):
            if rule["measure"]["kind"] == kind:
                where: list[str | int] = ["criteria", i, "rules", j, "measure"]
                with pytest.raises(PolicyError, match="was unexpected") as caught:
                    check_shape(spoil(policy, [*where, "colour"], "red"), "policy")
                assert caught.value.path == f"criteria[{i}].rules[{j}].measure"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("reference_date", "30.9.2026", "30.9.2026"),
        ("year", "2026", "is not of type 'integer'"),
        ("source", GONE, "'source' is a required property"),
        ("readings", {"growth_method": 3}, "is not of type 'string'"),
        ("deadline", "2026-09-30", "'deadline' was unexpected"),
    ],
)
def test_a_mistake_in_a_season_is_told(name: str, value: object, reason: str) -> None:
    folder = packs()["shanghai-2024"].folder / "seasons"
    season = json.loads((folder / "2026.json").read_text("utf-8"))
    with pytest.raises(PolicyError) as caught:
        check_shape(spoil(season, [name], value), "season")
    assert reason in caught.value.reason


def test_a_pack_that_stands_elsewhere_is_held_against_the_schemas(policy: Any, tmp_path: Path) -> None:
    spoiled = spoil(policy, steps(f"{RULE}.measure.threshold.values[0].value"), 30)
    (tmp_path / "policy.json").write_text(json.dumps(spoiled), "utf-8")
    with pytest.raises(PolicyError) as caught:
        pack_at(tmp_path)
    assert str(caught.value) == f"{RULE}.measure.threshold.values[0].value: 30 is not of type 'string'"


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"inputs": {"area": {"value": 3}}}, "inputs.area"),
        ({"inputs": {"area": [[1]]}}, "inputs.area[0]"),
        ({"tables": {"roster": {}}}, "tables.roster"),
        ({"rows": {}}, ""),
    ],
)
def test_a_mistake_in_a_submission_is_told_with_its_path(answers: Any, path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        check_shape(answers, "submission")
    assert caught.value.path == path


# --- what the product writes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pack_id", PACKS)
def test_a_layout_has_the_shape_of_its_schema(pack_id: str) -> None:
    pack = packs()[pack_id]
    told = layout_record(lay_out(pack.policy, pack.seasons["2026"]))
    check_shape(told, "layout")
    assert told["inputs"]


@pytest.mark.parametrize("pack_id", PACKS)
def test_an_evaluation_has_the_shape_of_its_schema(pack_id: str, tmp_path: Path) -> None:
    pack = packs()[pack_id]
    blank = tmp_path / "空白.xlsx"
    write_template(lay_out(pack.policy, pack.seasons["2026"]), blank, None)
    told = record(check_file(blank, shelf()))
    check_shape(told, "evaluation")
    assert told["verdict"] == "missing"


def test_an_evaluation_of_a_file_nobody_can_read_has_the_same_shape(tmp_path: Path) -> None:
    absent = tmp_path / "没有.xlsx"
    with pytest.raises(WorkbookError) as caught:
        check_file(absent, shelf())
    told = unreadable(absent, caught.value)
    check_shape(told, "evaluation")
    assert told["problems"][0]["code"] == "W01"


def test_an_evaluation_without_identity_has_no_verdict(tmp_path: Path) -> None:
    told = unreadable(tmp_path / "某.xlsx", WorkbookError("W07", reason="某"))
    with pytest.raises(PolicyError) as caught:
        check_shape(told | {"verdict": "met"}, "evaluation")
    assert caught.value.path == "verdict"
