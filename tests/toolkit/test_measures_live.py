"""The formulas of every kind of measure, held against a file of their texts that people have read.

- texts: each kind under each reading, as the text file beside this one has them; a change shows as a difference
- named: a formula names only what the workbook, or the measure itself, gives a name to

That the formulas mean what Python does is for the parity tests, which let a spreadsheet program calculate them. Once
they agree, ``python tests/toolkit/test_measures_live.py`` writes the file anew; its difference is read like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from toolkit.formula import Live
from toolkit.live import cells_of
from toolkit.measures import KINDS, measure_from_dict
from toolkit.policy import Policy
from toolkit.season import Season

Raw = dict[str, Any]
FILE = Path(__file__).with_suffix(".txt")


def field(name: str, kind: str, **more: Any) -> Raw:
    return {"id": name, "label": name, "type": kind, **more}


def table(name: str, *columns: Raw, rows: int | str = 9, **more: Any) -> Raw:
    printed = [{"id": row, "label": row} for row in rows] if isinstance(rows, str) else rows
    return {"id": name, "label": name, "rows": printed, "columns": list(columns), **more}


def parameter(name: str, *readings: str) -> Raw:
    offered = [{"value": reading, "label": reading} for reading in readings]
    return {"id": name, "number": 1, "text": name, "readings": offered, "default": readings[0], "source": ""}


SHEET: Raw = {
    **dict.fromkeys(("title", "document", "issuer", "scheme"), "test"),
    "id": "tiny",
    "in_force": {"from": "2024-01-01"},
    "template_version": "1",
    "lists": {
        "have": ["有", "无"],
        "kind": ["安全（生产）事故", "质量事故"],
        "level": ["一般", "较大", "重大", "未定级"],
        "view": ["“符合”", "Plan B"],
    },
    "parameters": [
        parameter("floor", "each", "average"),
        parameter("span", "latest", "each"),
        parameter("method", "g3", "g2", "m3"),
        parameter("ends", "yearly", "endpoints"),
        parameter("kinds", "any", "all"),
        parameter("count", "things", "titles"),
        parameter("scope", "any", "strict"),
    ],
    "roles": {"evidence": "evidence.evidence_rule"},
    "criteria": [],
    "sections": [
        {
            "id": "sheet",
            "sheet": "填报",
            "title": "",
            "intro": "",
            "inputs": [
                field("total", "decimal", unit="亿元", years=[-3, -2, -1, 0], decimals=4),
                field("part", "decimal", unit="万元", years=[-2, -1, 0], decimals=2),
                field("stock", "integer", unit="件", years=[0]),
                field("staff", "integer", unit="人", years=[0]),
                field("count", "integer", unit="起", years=[-2, -1, 0, 1]),
                field("area", "decimal", unit="平方公里", decimals=2),
                field("rate", "percent"),
                field("has", "choice", list="have"),
                *(field(name, "text") for name in ("named", "issuer", "code", "code_again")),
            ],
            "tables": [
                table(
                    "things",
                    *(field(name, "text") for name in ("thing", "owner")),
                    field("kind", "choice", list="kind"),
                    *(field(name, "date") for name in ("issued", "until")),
                ),
                table(
                    "certs",
                    field("cert", "text", required=True),
                    field("grade", "text", required=True),
                    field("note", "text"),
                ),
                table("owners", field("owner_code", "text"), field("main", "choice", list="have"), key="owner_code"),
                table("services", field("offered", "choice", list="have"), field("times", "integer"), rows="abc"),
                table("goals", field("goal", "decimal", years=[1, 2]), rows="xy"),
                table(
                    "incidents",
                    field("incident_kind", "choice", list="kind"),
                    field("incident_level", "choice", list="level"),
                    field("incident_date", "date"),
                ),
                table(
                    "uses",
                    field("process", "text"),
                    field("used", "decimal"),
                    field("base", "decimal"),
                    field("per", "text"),
                ),
                table("self", field("self_view", "choice", list="have"), field("self_text", "long_text"), rows="SR"),
                table("lone", field("lone_view", "choice", list="view"), field("lone_text", "long_text"), rows="R"),
                table("evidence", field("evidence_rule", "text")),
            ],
        }
    ],
}
POLICY = Policy.from_dict(SHEET)
SEASON = Season(id="2026", policy="tiny", year=2026, reference_date=date(2026, 9, 30), source="")


def bound(comparator: str, value: str, unit: str) -> Raw:
    dated = [
        {"from": "2024-01-01", "value": value, "source": ""},
        # Not yet in force on the reference date.
        {"from": "2026-10-01", "value": "999", "source": ""},
    ]
    return {"comparator": comparator, "unit": unit, "values": dated}


FLOOR: Raw = {"kind": "each_year", "input": "total", "years": [-2, -1, 0], "threshold": bound(">=", "30", "亿元")}
MOST: Raw = {"threshold": bound("<=", "30.5", "亿元")}
BEYOND: Raw = {"threshold": bound(">", "30", "亿元")}
SUM: Raw = {"kind": "amount", "input": "part", "years": [-1, 0], "threshold": bound("<", "6", "")}
AREA: Raw = {"kind": "amount", "input": "area", "threshold": bound(">=", "10", "平方公里")}
RATE: Raw = {"kind": "amount", "input": "rate", "evidence": True, "threshold": bound("<=", "0.125", "%")}
SHARE: Raw = {"kind": "share", "part": "part", "whole": "total", "years": [-1, 0], "over": "span"}
SHARE |= {"threshold": bound(">=", "0.5", "%")}
GROWTH: Raw = {"kind": "annual_growth", "input": "total", "method": "method", "threshold": bound(">=", "0.1", "%")}
DENSITY: Raw = {"kind": "per_ten_thousand", "part": "stock", "whole": "staff", "threshold": bound(">=", "15", "件")}
TREND: Raw = {"kind": "trend", "part": "part", "whole": "total", "years": [-2, -1, 0], "over": "ends"}
RISING: Raw = {**TREND, "direction": "up", "unit": "%"}
FALLING: Raw = {**TREND, "direction": "down", "unit": "吨/万元", "per": "10000"}
COUNT: Raw = {"kind": "distinct_count", "table": "things", "threshold": bound(">=", "2", "项")}
KIND: Raw = {"column": "kind", "in": ["质量事故", "安全（生产）事故"]}
NAMED: Raw = {**COUNT, "by": "thing", "count": "count", "where": [KIND]}
MAIN: Raw = {"column": "owner", "lookup": "owners.main", "in": ["有"]}
DATES: list[Raw] = [{"column": "issued", "on_or_before": "day"}, {"column": "until", "on_or_after": "day"}]
COVER: Raw = {"kind": "coverage", "table": "services", "column": "offered", "threshold": bound(">=", "2", "类")}
OFFERED: Raw = {**COVER, "in": ["有"], "over": "kinds", "optional": ["b"]}
GOALS: Raw = {**COVER, "table": "goals", "column": "goal"}
USES: Raw = {"kind": "below_baseline", "table": "uses", "label": "process", "value": "used", "baseline": "base"}
USES |= {"unit": "per"}
NONE: Raw = {"kind": "none_of", "counts": "count", "table": "incidents", "category": "安全（生产）事故"}
NONE |= {"fatal": ["重大", "较大"], "open": ["未定级"]}
EXISTS: Raw = {"kind": "exists", "input": "has", "present": ["有"]}
SAID: Raw = {"kind": "declared", "table": "self"}
LONE: Raw = {"kind": "declared", "table": "lone"}
ANY: Raw = {"kind": "any_of", "branches": [AREA, {**NAMED, "id": "named", "when": {"scope": "any"}}, EXISTS]}
ALL: Raw = {"kind": "all_of", "parts": [AREA, {**NAMED, "id": "named", "when": {"scope": "any"}}, EXISTS]}

CASES: dict[str, tuple[Raw, dict[str, str]]] = {
    "a floor in every year": (FLOOR, {}),
    "a floor in every year, where the average was offered": ({**FLOOR, "over": "floor"}, {"floor": "each"}),
    "a ceiling in every year": ({**FLOOR, **MOST}, {}),
    "a strict floor in every year": ({**FLOOR, **BEYOND}, {}),
    "a floor on average": ({**FLOOR, "over": "floor"}, {"floor": "average"}),
    "a ceiling on average": ({**FLOOR, **MOST, "over": "floor"}, {"floor": "average"}),
    "an amount": (AREA, {}),
    "an amount with its evidence, in per cent": (RATE, {}),
    "a sum of years without a unit": (SUM, {}),
    "a share of the latest year": (SHARE, {}),
    "a share of every year": (SHARE, {"span": "each"}),
    "a share of the only year": ({**SHARE, "years": [0]}, {"span": "each"}),
    "a share at most": ({**SHARE, "threshold": bound("<=", "0.5", "%"), "over": ""}, {}),
    "growth over three years": (GROWTH, {}),
    "growth over two years": (GROWTH, {"method": "g2"}),
    "growth as the mean of three rates": (GROWTH, {"method": "m3"}),
    "growth below a bound": ({**GROWTH, "threshold": bound("<", "0.1", "%")}, {}),
    "a density": (DENSITY, {}),
    "a density at most": ({**DENSITY, "threshold": bound("<=", "15", "件")}, {}),
    "a rising share": (RISING, {}),
    "a rising share from end to end": (RISING, {"ends": "endpoints"}),
    "a rising share that has no other reading": ({**RISING, "over": ""}, {"ends": "endpoints"}),
    "a falling intensity": (FALLING, {}),
    "a falling intensity from end to end": (FALLING, {"ends": "endpoints"}),
    "a count of rows": (COUNT, {}),
    "a count of rows that meet conditions": ({**COUNT, "where": [KIND, *DATES]}, {}),
    "a count of things": (NAMED, {}),
    "a count of titles": (NAMED, {"count": "titles"}),
    "a count of titles told apart": ({**NAMED, "each": ["owner", "thing"]}, {"count": "titles"}),
    "a count of things though titles could be told apart": ({**NAMED, "each": ["owner", "thing"]}, {}),
    "a count of rows with what is required": ({**COUNT, "table": "certs"}, {}),
    "a count of rows of one day": (
        {**COUNT, "where": [{"column": "issued", "on_or_before": "day", "on_or_after": "day"}]},
        {},
    ),
    "a count of things above a bound": ({**NAMED, "count": "", "threshold": bound(">", "2", "项")}, {}),
    "a count of things looked up": ({**NAMED, "where": [MAIN]}, {}),
    "a count of things listed elsewhere": (
        {**NAMED, "where": [{"column": "owner", "lookup": "owners.owner_code"}]},
        {},
    ),
    "a count of things filled in elsewhere": ({**NAMED, "where": [{"column": "owner", "lookup": "owners.main"}]}, {}),
    "a count under a condition of its reading": ({**NAMED, "where": [{**KIND, "when": {"scope": "any"}}, MAIN]}, {}),
    "a count under a condition of another": (
        {**NAMED, "where": [{**KIND, "when": {"scope": "any"}}]},
        {"scope": "strict"},
    ),
    "a cover of some rows": (OFFERED, {}),
    "a cover of all rows but the optional": (OFFERED, {"kinds": "all"}),
    "a cover of all rows": ({**OFFERED, "optional": []}, {"kinds": "all"}),
    "a cover by numbers above nothing": ({**COVER, "column": "times", "positive": True}, {}),
    "a cover by whatever is filled in": (GOALS, {}),
    "a cover by numbers of several years": ({**GOALS, "positive": True}, {}),
    "consumption below its baseline": (USES, {}),
    "nothing has happened": (NONE, {}),
    "nothing has happened, and a count is to be weighed": ({**NONE, "counts_mean": "open", "years": [0, 1]}, {}),
    "nothing has happened, and nothing is to be weighed": ({**NONE, "open": []}, {}),
    "something exists": (EXISTS, {}),
    "something exists under one name": ({**EXISTS, "with": ["named"]}, {}),
    "something exists and is named": ({**EXISTS, "with": ["named", "issuer"]}, {}),
    "something exists and agrees": ({**EXISTS, "same": ["code", "code_again", "named"]}, {}),
    "something exists with its evidence": ({**EXISTS, "evidence": True, "present": ["有", "无"]}, {}),
    "something exists with all there is": (
        {**EXISTS, "with": ["named"], "same": ["code", "code_again"], "evidence": True},
        {},
    ),
    "a declaration": (SAID, {}),
    "a declaration with its inputs": ({**SAID, "inputs": ["part", "area"]}, {}),
    "a declaration in a table of one row": (LONE, {}),
    "a preference": ({"kind": "preference", "input": "has"}, {}),
    "any of three": (ANY, {}),
    "any of two": (ANY, {"scope": "strict"}),
    "any of one": ({**ANY, "branches": [AREA]}, {}),
    "all of three": (ALL, {}),
    "all of two": (ALL, {"scope": "strict"}),
    "all of one": ({**ALL, "parts": [AREA]}, {}),
}


def live(name: str) -> Live:
    raw, readings = CASES[name]
    cells = cells_of(POLICY, replace(SEASON, readings=readings))
    return measure_from_dict({"rule": "R", **raw}).live(cells.of("R"))


def lines(made: Live, indent: str = "") -> Iterator[str]:
    """The formulas of a measure, one a line, its parts before it."""
    for owner, part in made.parts.items():
        yield f"{indent}{owner}"
        yield from lines(part, f"{indent}    ")
    for name, expression in made.names.items():
        yield f"{indent}name {name}: {expression}"
    for kind, step in made.steps.items():
        yield f"{indent}step {kind} {step.label}: {step.formula}"
    for kind in ("test", "shown", "amount", "gap"):
        yield f"{indent}{kind}: {getattr(made, kind)}"


def written(name: str) -> str:
    return "\n".join(lines(live(name)))


def read() -> dict[str, str]:
    entries = FILE.read_text("utf-8").strip().removeprefix("# ").split("\n\n# ")
    return {name: text for name, _, text in (entry.partition("\n") for entry in entries)}


# --- texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_the_formulas_are_the_ones_that_were_read(name: str) -> None:
    assert written(name).splitlines() == read()[name].splitlines()


def test_nothing_else_stands_in_the_file_and_every_kind_does() -> None:
    assert list(read()) == list(CASES)
    assert {raw["kind"] for raw, _ in CASES.values()} == set(KINDS)


# --- named ----------------------------------------------------------------------------------------------------

QUOTED = re.compile(r'"[^"]*"')
NAME = re.compile(r"[a-z]+_\w+")


def parts(made: Live, owner: str = "R") -> Iterator[tuple[str, Live]]:
    yield owner, made
    for name, part in made.parts.items():
        yield from parts(part, name)


def known() -> set[str]:
    """What the workbook gives a name to, whatever measure asks."""
    named = {"list_placeholders", "list_view"}
    for asked in POLICY.fields.values():
        keys = [f"{asked.id}_{SEASON.calendar_year(year)}" for year in asked.years] or [asked.id]
        named |= {f"{prefix}_{key}" for prefix in ("in", "state", "text", "col", "txt", "has", "keys") for key in keys}
    return named | {f"{prefix}_{table_id}" for prefix in ("row", "filled") for table_id in POLICY.tables}


def owned(name: str) -> set[str]:
    """What a measure itself gives a name to."""
    mine = dict(parts(live(name)))
    steps = {
        f"{kind}_{owner}" for owner, made in mine.items() for kind in ("test", "shown", "amount", "gap", *made.steps)
    }
    return steps | {given for made in mine.values() for given in made.names}


@pytest.mark.parametrize("name", CASES)
def test_a_formula_names_only_what_has_a_name(name: str) -> None:
    formulas = [QUOTED.sub("", line.partition(": ")[2]) for line in lines(live(name))]
    assert {found for text in formulas for found in NAME.findall(text)} <= known() | owned(name)


if __name__ == "__main__":
    FILE.write_text("\n\n".join(f"# {name}\n{written(name)}" for name in CASES) + "\n", "utf-8")
