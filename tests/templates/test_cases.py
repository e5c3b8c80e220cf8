"""The worked examples of every pack: each case comes to what it says, and together they reach every rule and bound.

- a case is the base with its change, under its season; problems are compared whole, all else as far as it is named
- every rule holds in one case and does not in another; a rule that decides nothing is exempt
- every bound has a figure below, at and above it, as far as the figure can go there
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pytest

from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.measures import Case, leaves
from toolkit.measures.leaf import Leaf
from toolkit.packs import check_shape, packs
from toolkit.policy import Policy
from toolkit.rules import Force
from toolkit.season import Season
from toolkit.submission import Location, Problem, RawAnswers, Submission
from toolkit.threshold import PERCENT, trim

PACKS = sorted(packs())


class Book(NamedTuple):
    """One pack with its worked examples."""

    policy: Policy
    season: Season
    base: dict[str, Any]
    cases: dict[str, dict[str, Any]]


class Played(NamedTuple):
    """One case, evaluated."""

    season: Season
    answers: RawAnswers
    submission: Submission
    evaluation: Evaluation


@cache
def book(pack_id: str) -> Book:
    pack = packs()[pack_id]
    raw = json.loads((pack.folder / "cases.json").read_text("utf-8"), parse_float=Decimal)
    names = [case["name"] for case in raw["cases"]]
    assert len(names) == len(set(names)), "a name stands twice"
    return Book(pack.policy, pack.seasons[raw["season"]], raw["base"], {case["name"]: case for case in raw["cases"]})


@cache
def played(pack_id: str, name: str) -> Played:
    policy, season, base, cases = book(pack_id)
    case = cases[name]
    asked = case.get("season", {})
    season = replace(
        season,
        reference_date=date.fromisoformat(asked.get("reference_date", season.reference_date.isoformat())),
        readings={**season.readings, **asked.get("readings", {})},
    )
    answers = answers_from_dict(policy, changed(policy, base, case.get("change", {})))
    submission = take_in(policy, season, answers)
    return Played(season, answers, submission, evaluate(policy, season, submission))


def changed(policy: Policy, base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The base with a change: inputs replaced, tables replaced or patched row by row."""
    tables = dict(base["tables"])
    for table_id, told in change.get("tables", {}).items():
        rows = told if isinstance(told, list) else patched(policy, table_id, tables.get(table_id, []), told)
        tables[table_id] = rows
    return {"inputs": {**base["inputs"], **change.get("inputs", {})}, "tables": tables}


def patched(policy: Policy, table_id: str, rows: list[dict[str, Any]], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    printed = policy.tables[table_id].fixed
    if printed:
        given = {row["row"]: row for row in rows}
        rows = [given.get(row.id, {"row": row.id}) for row in printed]
        at = {row.id: i for i, row in enumerate(printed)}
    else:
        at = {str(i + 1): i for i in range(len(rows))}
    rows = [dict(row) for row in rows]
    for row_id, cells in told.get("rows", {}).items():
        rows[at[row_id]] |= cells
    kept = [row for i, row in enumerate(rows, 1) if i not in told.get("drop", ())]
    return [*kept, *told.get("append", ())]


def every_case() -> Iterator[tuple[str, str]]:
    return ((pack_id, name) for pack_id in PACKS for name in book(pack_id).cases)


@pytest.mark.parametrize("pack_id", PACKS)
def test_the_examples_have_the_shape_of_their_schema(pack_id: str) -> None:
    raw = json.loads((packs()[pack_id].folder / "cases.json").read_text("utf-8"))
    check_shape(raw, "cases")
    assert raw["cases"]


@pytest.mark.parametrize(("pack_id", "name"), list(every_case()), ids=str)
def test_a_case_comes_to_what_it_says(pack_id: str, name: str) -> None:
    expect = book(pack_id).cases[name]["expect"]
    seen = played(pack_id, name)
    told = {finding.rule: finding for finding in seen.evaluation.findings}
    for rule, wanted in expect.get("rules", {}).items():
        assert {rule: outcome(told[rule], wanted)} == {rule: wanted}
    verdicts = {criterion.id: criterion.verdict for criterion in seen.evaluation.criteria}
    assert {criterion: verdicts[criterion] for criterion in expect.get("criteria", {})} == expect.get("criteria", {})
    assert expect.get("verdict", seen.evaluation.verdict) == seen.evaluation.verdict
    for words, note in zip(expect.get("notes", []), seen.evaluation.notes, strict=False):
        assert words in note
    places = dict(slots(seen.answers))
    problems = sorted(problem_told(problem, places) for problem in seen.evaluation.problems)
    assert problems == sorted(expect.get("problems", []))


def outcome(finding: Finding, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Of a finding, what a case asks about; words that it holds stand for the whole text."""
    shortfall = finding.shortfall
    facts: dict[str, Any] = {
        "verdict": finding.verdict.value,
        "value": None if finding.value is None else format(trim(finding.value), "f"),
        "shown": finding.shown,
        "shortfall": format(trim(shortfall.amount), "f") if shortfall else None,
        "target": format(trim(shortfall.target), "f") if shortfall and shortfall.target is not None else None,
        "unit": shortfall.unit if shortfall else None,
        "sensitive": finding.sensitive,
        "decided_by": finding.decided_by,
    }
    for name in ("requirement", "remedy", "sentence"):
        text = getattr(finding, name)
        facts[name] = wanted[name] if name in wanted and wanted[name] in text else text
    return {name: facts[name] for name in wanted}


def slots(answers: RawAnswers) -> Iterator[tuple[Location, str]]:
    """Where every answer stands, by the name a case gives it."""
    for key, raw in answers.inputs.items():
        yield raw.location, key
    for table_id, table in answers.tables.items():
        yield table.anchor, table_id
        for _, cells in table.rows:
            for key, raw in cells.items():
                yield raw.location, f"{table_id}.{key}"


def problem_told(problem: Problem, places: Mapping[Location, str]) -> list[str]:
    return [problem.code, places[problem.location], *filter(None, [problem.suggestion])]


# --- together ------------------------------------------------------------------------------------------------


def findings(pack_id: str, rule: str) -> list[Finding]:
    seen = (played(pack_id, name).evaluation.findings for name in book(pack_id).cases)
    return [finding for found in seen for finding in found if finding.rule == rule]


def rules(pack_id: str) -> list[str]:
    return [rule.id for rule in book(pack_id).policy.rules if rule.force is not Force.PREFERENCE]


@pytest.mark.parametrize(("pack_id", "rule"), [(pack_id, rule) for pack_id in PACKS for rule in rules(pack_id)])
def test_every_rule_holds_in_one_case_and_not_in_another(pack_id: str, rule: str) -> None:
    verdicts = {finding.verdict for finding in findings(pack_id, rule)}
    assert Verdict.MET in verdicts
    assert verdicts & {Verdict.UNMET, Verdict.DEVIATES, Verdict.REVIEW, Verdict.MISSING}


@pytest.mark.parametrize(("pack_id", "rule"), [(pack_id, rule) for pack_id in PACKS for rule in rules(pack_id)])
def test_every_rule_is_named_by_a_case(pack_id: str, rule: str) -> None:
    named = [name for name, case in book(pack_id).cases.items() if rule in case["expect"].get("rules", {})]
    assert named


def bounds(pack_id: str) -> Iterator[tuple[str, str, str]]:
    for rule in book(pack_id).policy.rules:
        for branch, leaf in leaves(rule.measure):
            if leaf.threshold:
                yield pack_id, rule.id, branch


@pytest.mark.parametrize(("pack_id", "rule", "branch"), [bound for pack_id in PACKS for bound in bounds(pack_id)])
def test_every_bound_has_a_figure_below_at_and_above(pack_id: str, rule: str, branch: str) -> None:
    found = book(pack_id).policy.rule(rule)
    leaf = next(leaf for name, leaf in leaves(found.measure) if name == branch and leaf.threshold)
    sides = {side(leaf, case) for case in cases_as_seen(pack_id)}
    assert sides >= {"below", "at"} | (set() if at_its_most(pack_id, leaf) else {"above"})


def cases_as_seen(pack_id: str) -> Iterator[Case]:
    policy = book(pack_id).policy
    for name in book(pack_id).cases:
        seen = played(pack_id, name)
        yield Case(
            submission=seen.submission,
            season=seen.season,
            fields=policy.fields,
            tables=policy.tables,
            readings=policy.readings(seen.season),
            evidence_slot=None,
        )


def side(leaf: Any, case: Case) -> str:
    """On which side of its bound a measure finds itself; a list with nothing in it lies below."""
    seen = leaf.judge(case)
    bound = leaf.threshold.at(case.reference_date).value
    if seen.value is None:
        return "below" if isinstance(leaf, Leaf) and not leaf.slots else "open"
    return "at" if seen.value == bound else "above" if seen.value > bound else "below"


def at_its_most(pack_id: str, leaf: Any) -> bool:
    """Whether nothing can lie above the bound: all of a whole, or every printed row."""
    policy = book(pack_id).policy
    bound = leaf.threshold.values[-1].value
    table = policy.tables.get(getattr(leaf, "table", ""))
    return bool(
        (leaf.threshold.unit == PERCENT and bound == 1) or (table and table.fixed and bound == len(table.fixed))
    )
