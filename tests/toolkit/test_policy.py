"""The policy as values: what a pack builds, and every way in which a pack can fail to make sense, with its path.

- built: order of the sheets, rows printed from rules, fields and tables by id, requirement with its bound
- refused: unknown lists, measures, parameters, inputs, tables, columns; defaults, dates and years that do not fit
- readings of a season
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.errors import PolicyError, at
from toolkit.fields import Field, FieldKind, slot, split_slot
from toolkit.finding import Verdict
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.rules import Force
from toolkit.season import Season

Pack = dict[str, Any]


def bound(*values: tuple[str, str]) -> Pack:
    dated = [{"from": day, "value": value, "source": "第六条"} for day, value in values]
    return {"comparator": ">=", "unit": "亿元", "values": dated}


def pack() -> Pack:
    """A pack of two criteria, fresh for every test that spoils it."""
    floor = bound(("2024-01-01", "30"), ("2027-01-01", "50"))
    return {
        "id": "small",
        "title": "办法",
        "document": "文号",
        "issuer": "机关",
        "scheme": "集群",
        "in_force": {"from": "2024-01-01"},
        "template_version": "1.0",
        "lists": {
            "have": ["有", "无"],
            "self": ["符合", "不符合"],
            "rules": {"rules": True},
            "where": {"reference": "districts"},
        },
        "parameters": [
            {
                "id": "trend",
                "number": 1,
                "text": "稳步",
                "readings": [{"value": "yearly", "label": "逐年"}, {"value": "endpoints", "label": "首末"}],
                "default": "yearly",
                "source": "条文",
            }
        ],
        "sections": [
            {
                "id": "review",
                "sheet": "初审",
                "title": "初审",
                "intro": "",
                "place": "results",
                "filled_by": "district",
                "inputs": [{"id": "reviewer", "label": "初审人", "type": "text"}],
            },
            {
                "id": "proof",
                "sheet": "佐证",
                "title": "佐证",
                "intro": "",
                "place": "after",
                "tables": [
                    {
                        "id": "proofs",
                        "label": "目录",
                        "rows": 9,
                        "columns": [
                            {"id": "proof_rule", "label": "规则", "type": "choice", "list": "rules"},
                            {"id": "proof_seen", "label": "核验", "type": "text", "filled_by": "district"},
                        ],
                    }
                ],
            },
            {
                "id": "profile",
                "sheet": "基本",
                "title": "基本",
                "intro": "",
                "inputs": [{"id": "map", "label": "图谱", "type": "choice", "list": "have"}],
                "tables": [
                    {
                        "id": "roster",
                        "label": "名录",
                        "rows": 9,
                        "key": "uscc",
                        "unique": [["uscc"]],
                        "columns": [{"id": "uscc", "label": "代码", "type": "uscc"}],
                    },
                    {
                        "id": "titles",
                        "label": "资质",
                        "rows": 9,
                        "columns": [{"id": "title_uscc", "label": "代码", "type": "uscc", "within": "roster"}],
                    },
                ],
            },
        ],
        "criteria": [
            {
                "id": "6.1",
                "numeral": "一",
                "title": "规模",
                "clause": "第六条第（一）项",
                "intro": "",
                "inputs": [
                    {"id": "output", "label": "产值", "type": "decimal", "years": [-3, -2, -1, 0], "decimals": 4},
                    {"id": "sme", "label": "中小企业产值", "type": "decimal", "years": [-1, 0]},
                    {"id": "area", "label": "面积", "type": "decimal"},
                ],
                "rules": [
                    {
                        "id": "6.1-01",
                        "title": "产值达到门槛",
                        "indicator": "产值",
                        "force": "hard",
                        "requirement": "产值{bound}",
                        "measure": {"kind": "each_year", "input": "output", "years": [-2, -1, 0], "threshold": floor},
                    },
                    {
                        "id": "6.1-02",
                        "title": "比重上升",
                        "force": "soft",
                        "requirement": "比重稳步上升",
                        "clause": "第六条第（一）项后段",
                        "measure": {
                            "kind": "trend",
                            "part": "sme",
                            "whole": "output",
                            "years": [-1, 0],
                            "direction": "up",
                            "over": "trend",
                            "unit": "%",
                        },
                    },
                ],
            },
            {
                "id": "6.2",
                "numeral": "二",
                "title": "协作",
                "clause": "第六条第（二）项",
                "intro": "",
                "tables": [
                    {
                        "id": "self",
                        "label": "自评",
                        "rows_from": "judgements",
                        "columns": [
                            {"id": "self_view", "label": "自评", "type": "choice", "list": "self"},
                            {"id": "self_text", "label": "说明", "type": "text"},
                        ],
                    }
                ],
                "rules": [
                    {
                        "id": "6.2-01",
                        "title": "图谱和协作",
                        "force": "document",
                        "requirement": "有图谱",
                        "parameters": ["trend"],
                        "measure": {
                            "kind": "all_of",
                            "parts": [
                                {"kind": "exists", "input": "map", "present": ["有"]},
                                {"kind": "declared", "table": "self"},
                            ],
                        },
                    }
                ],
            },
        ],
        "checks": [{"kind": "not_above", "code": "X1", "part": "sme", "whole": "output"}],
        "roles": {"reviewer": "reviewer", "evidence": "proofs.proof_rule"},
        "key_figures": ["output@0", "area"],
    }


POLICY = Policy.from_dict(pack())
SEASON = Season(id="2026", policy="small", year=2026, reference_date=date(2026, 9, 30), source="测试")


def put(document: Pack, path: str, value: Any) -> Pack:
    """The pack with one place changed; ``+`` appends to a list."""
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    place: Any = document
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    if last == "+":
        place.append(value)
    else:
        place[int(last) if last.isdigit() else last] = value
    return document


# --- what is built --------------------------------------------------------------------------------------------


def test_sheets_stand_before_the_criteria_among_them_after_them_and_after_the_results() -> None:
    assert [section.sheet for section in POLICY.all_sections] == ["基本", "一 规模", "二 协作", "佐证", "初审"]


def test_fields_and_tables_are_found_by_id_wherever_they_stand() -> None:
    assert list(POLICY.fields) == [
        *("map", "uscc", "title_uscc", "output", "sme", "area", "self_view", "self_text", "proof_rule", "proof_seen"),
        "reviewer",
    ]
    assert list(POLICY.tables) == ["roster", "titles", "self", "proofs"]
    assert POLICY.tables["self"].column("self_text").label == "说明"


def test_a_field_has_one_slot_for_each_year() -> None:
    assert POLICY.fields["sme"].slots == ("sme@-1", "sme@0")
    assert POLICY.fields["area"].slots == ("area",)
    assert POLICY.tables["self"].slots == ("self_view", "self_text")
    assert [split_slot(slot("sme", year)) for year in (None, -3, 0)] == [("sme", None), ("sme", -3), ("sme", 0)]


@pytest.mark.parametrize(
    ("field_id", "who"), [("reviewer", "district"), ("proof_seen", "district"), ("area", "operator")]
)
def test_a_field_is_filled_by_whoever_fills_its_sheet_unless_it_says_so(field_id: str, who: str) -> None:
    assert POLICY.fields[field_id].filled_by == who


@pytest.mark.parametrize(("kind", "decimals"), [("integer", 0), ("decimal", 2), ("percent", 2)])
def test_a_whole_number_keeps_no_decimals_whatever_is_asked(kind: str, decimals: int) -> None:
    field = Field.from_dict({"id": "n", "label": "", "type": kind, "decimals": 2}, {}, "operator")
    assert field.decimals == decimals


def test_numbers_are_numeric_and_nothing_else_is() -> None:
    assert {kind for kind in FieldKind if kind.numeric} == {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.PERCENT}


def test_a_list_is_written_out_or_taken_from_the_rules_or_the_districts() -> None:
    assert POLICY.lists["have"] == ("有", "无")
    assert POLICY.lists["rules"] == ("6.1-01", "6.1-02", "6.2-01")
    assert "青浦区" in POLICY.lists["where"]
    assert POLICY.fields["proof_rule"].choices == POLICY.lists["rules"]


@pytest.mark.parametrize(
    ("source", "labels"),
    [
        ("rules", ["6.1-01 产值（亿元）", "6.1-02 比重上升", "6.2-01 图谱和协作"]),
        ("hard", ["6.1-01 产值（亿元）"]),
        ("judgements", ["6.2-01 图谱和协作"]),
    ],
)
def test_printed_rows_are_taken_from_the_rules_so_that_no_title_is_written_twice(
    source: str, labels: list[str]
) -> None:
    table = Policy.from_dict(put(pack(), "criteria[1].tables[0].rows_from", source)).tables["self"]
    assert [row.label for row in table.fixed] == labels
    assert table.capacity == len(labels)


@pytest.mark.parametrize(("day", "text"), [("2026-12-31", "产值30亿元以上"), ("2027-01-01", "产值50亿元以上")])
def test_a_requirement_is_told_with_the_bound_of_the_day(day: str, text: str) -> None:
    assert POLICY.rule("6.1-01").requirement_on(date.fromisoformat(day)) == text


def test_a_rule_takes_clause_force_and_parameters_from_where_they_stand() -> None:
    hard, soft, document = POLICY.rules
    assert [rule.clause for rule in POLICY.rules] == ["第六条第（一）项", "第六条第（一）项后段", "第六条第（二）项"]
    assert [rule.when_unmet for rule in POLICY.rules] == [Verdict.UNMET, Verdict.DEVIATES, Verdict.UNMET]
    assert (hard.unit, soft.unit) == ("亿元", "")
    assert (hard.parameters, soft.parameters, document.parameters) == ((), ("trend",), ("trend",))


def test_a_rule_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"9\.9"):
        POLICY.rule("9.9")


def test_a_role_nobody_plays_is_empty() -> None:
    assert (POLICY.role("reviewer"), POLICY.role("phone")) == ("reviewer", "")


def test_every_force_has_a_word_of_its_own() -> None:
    assert len({force.label for force in Force}) == len(Force)


@pytest.mark.parametrize("pack_id", sorted(packs()))
def test_a_shipped_pack_makes_sense_and_builds_the_same_twice(pack_id: str) -> None:
    assert packs()[pack_id].policy == packs()[pack_id].policy


# --- what is refused ------------------------------------------------------------------------------------------

OUTPUT = "criteria[0].inputs[0]"
HARD, SOFT = "criteria[0].rules[0]", "criteria[0].rules[1]"
ROSTER, TITLES = "sections[2].tables[0]", "sections[2].tables[1]"
BACKWARDS = [{"from": day, "value": "30", "source": ""} for day in ("2027-01-01", "2024-01-01")]


@pytest.mark.parametrize(
    ("place", "value", "path", "reason"),
    [
        # lists
        ("sections[2].inputs[0].list", "nowhere", "sections[2].inputs[0].list", "unknown list 'nowhere'"),
        ("sections[2].inputs[0].list", "", "sections[2].inputs[0].list", "a choice, and only a choice"),
        (f"{OUTPUT}.list", "have", f"{OUTPUT}.list", "a choice, and only a choice"),
        (f"{ROSTER}.columns[0].list", "have", f"{ROSTER}.columns[0].list", "a choice, and only a choice"),
        ("lists.where", {"reference": "planets"}, "lists.where", "unknown reference data 'planets'"),
        # parameters
        ("parameters[0].default", "daily", "parameters[0].default", "default 'daily' is none of the readings"),
        (f"{HARD}.parameters", ["mood"], HARD, "unknown parameter 'mood'"),
        (f"{SOFT}.measure.over", "mood", SOFT, "unknown parameter 'mood'"),
        # measures
        (f"{HARD}.measure.kind", "guess", f"{HARD}.measure.kind", "unknown measure 'guess'"),
        (
            "criteria[1].rules[0].measure.parts[0].kind",
            "guess",
            "criteria[1].rules[0].measure.parts[0].kind",
            "unknown measure 'guess'",
        ),
        (f"{HARD}.measure.threshold.values", BACKWARDS, f"{HARD}.measure.threshold.values", "oldest to the latest"),
        (f"{HARD}.measure.input", "nothing", HARD, "unknown cell 'nothing@"),
        (f"{SOFT}.measure.part", "nothing", SOFT, "unknown cell 'nothing@"),
        (f"{HARD}.measure", {"kind": "declared", "table": "nothing"}, HARD, "unknown table 'nothing'"),
        (
            "criteria[1].rules[0].measure.parts[1].view",
            "uscc",
            "criteria[1].rules[0]",
            "unknown column of 'self' 'uscc'",
        ),
        # when a rule is asked
        (f"{HARD}.applies", {"input": "nothing", "in": ["是"], "otherwise": ""}, HARD, "unknown input 'nothing'"),
        (
            f"{HARD}.applies",
            {"input": "map", "in": ["有"], "otherwise": "", "reason": "why"},
            HARD,
            "unknown input 'why'",
        ),
        (
            f"{HARD}.applies",
            {"input": "map", "in": ["有"], "otherwise": "", "industries": {"table": "t", "column": "c", "class": "e"}},
            HARD,
            "unknown table 't'",
        ),
        # fields and tables
        (f"{OUTPUT}.years", [0, -1], f"{OUTPUT}.years", "oldest to the latest"),
        (f"{OUTPUT}.years", [-1, -1, 0], f"{OUTPUT}.years", "each once"),
        (f"{ROSTER}.key", "code", ROSTER, "unknown column asked once 'code'"),
        (f"{ROSTER}.unique", [["uscc"], ["uscc", "code"]], ROSTER, "unknown column asked once 'code'"),
        # names used elsewhere
        ("checks[0].part", "nothing", "checks[0]", "unknown figure 'nothing'"),
        ("checks[0].whole", "map", "checks[0]", "unknown figure 'map'"),
        ("key_figures", ["area", "nothing@0"], "key_figures", "unknown cell 'nothing@0'"),
        ("roles.reviewer", "nobody", "roles.reviewer", "unknown input 'nobody'"),
        ("roles.evidence", "roster.proof_rule", "roles.evidence", "unknown column of 'roster' 'proof_rule'"),
        ("roles.evidence", "nowhere.proof_rule", "roles.evidence", "unknown table 'nowhere'"),
    ],
)
def test_a_pack_that_makes_no_sense_is_refused_with_its_path(place: str, value: Any, path: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_dict(put(pack(), place, value))
    assert caught.value.path == path
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        ("criteria[0].inputs[1].id", "output", "input or column 'output' stands twice"),
        (f"{TITLES}.columns[0].id", "area", "input or column 'area' stands twice"),
        (f"{TITLES}.id", "roster", "table 'roster' stands twice"),
        ("sections[0].sheet", "一 规模", "sheet '一 规模' stands twice"),
        ("criteria[1].rules[0].id", "6.1-01", "rule '6.1-01' stands twice"),
        (f"{TITLES}.columns[0].within", "nowhere", "unknown table with a key 'nowhere'"),
    ],
)
def test_a_name_that_stands_twice_or_nowhere_is_refused_by_name(place: str, value: Any, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_dict(put(pack(), place, value))
    assert caught.value.reason == reason


def twice(place: str) -> Callable[[Pack], Pack]:
    def spoil(document: Pack) -> Pack:
        return put(document, f"{place}.+", document[place][0])

    return spoil


def printed_twice(document: Pack) -> Pack:
    rows = [{"id": "training", "label": "培训"}, {"id": "training", "label": "投融资"}]
    return put(document, f"{TITLES}.rows", rows)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(twice("parameters"), id="two parameters of one id"),
        pytest.param(lambda raw: put(raw, "criteria[1].id", "6.1"), id="two criteria of one id"),
        pytest.param(lambda raw: put(raw, "sections[1].id", "review"), id="two sections of one id"),
        pytest.param(printed_twice, id="two printed rows of one id"),
        pytest.param(lambda raw: put(raw, f"{HARD}.measure.years", [-5, -4]), id="a measure over years not asked"),
        pytest.param(lambda raw: put(raw, "key_figures", ["output@7"]), id="a key figure of a year not asked"),
        pytest.param(lambda raw: put(raw, "checks[0].part", "area"), id="a check between figures of no common year"),
        pytest.param(lambda raw: put(raw, f"{ROSTER}.key", ""), id="a code looked up in a table without key"),
        pytest.param(lambda raw: put(raw, f"{ROSTER}.columns[0].years", [-1, 0]), id="a key column with years"),
    ],
)
def test_a_pack_that_could_never_work_is_refused(spoil: Callable[[Pack], Pack]) -> None:
    with pytest.raises(PolicyError):
        Policy.from_dict(spoil(pack()))


@pytest.mark.parametrize(("place", "value"), [("force", "soft"), ("measure.table", "nothing")])
def test_a_table_printed_from_rules_of_which_there_are_none_is_refused(place: str, value: str) -> None:
    source = {"force": "hard", "measure.table": "judgements"}[place]
    raw = put(pack(), "criteria[1].tables[0].rows_from", source)
    rule = HARD if place == "force" else "criteria[1].rules[0].measure.parts[1]"
    with pytest.raises(PolicyError):
        Policy.from_dict(put(raw, f"{rule}.{place.removeprefix('measure.')}", value))


# --- the readings of a season ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("chosen", "reading"), [({}, "yearly"), ({"trend": "endpoints"}, "endpoints")])
def test_a_season_sets_a_reading_or_keeps_the_default(chosen: dict[str, str], reading: str) -> None:
    assert POLICY.readings(replace(SEASON, readings=chosen)) == {"trend": reading}


@pytest.mark.parametrize(
    ("changed", "path", "reason"),
    [
        ({"policy": "other"}, "policy", "season is for policy 'other', not 'small'"),
        ({"readings": {"trend": "daily"}}, "readings.trend", "no such reading: trend = 'daily'"),
        ({"readings": {"mood": "yearly"}}, "readings.mood", "no such reading: mood = 'yearly'"),
    ],
)
def test_a_season_that_does_not_fit_is_refused_with_its_path(changed: dict[str, Any], path: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        POLICY.readings(replace(SEASON, **changed))
    assert (caught.value.path, caught.value.reason) == (path, reason)


# --- how a path grows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "told"),
    [("", "rules[1]: bad"), ("threshold", "rules[1].threshold: bad"), ("[0].id", "rules[1][0].id: bad")],
)
def test_the_path_of_an_error_grows_as_it_rises(path: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught, at("rules[1]"):
        raise PolicyError("bad", path)
    assert str(caught.value) == told


def test_an_error_without_a_path_is_its_reason() -> None:
    assert str(PolicyError("bad")) == "bad"


def test_figures_of_a_pack_are_exact() -> None:
    assert [entry.value for entry in POLICY.rule("6.1-01").measure.threshold.values] == [Decimal(30), Decimal(50)]  # type: ignore[union-attr]
