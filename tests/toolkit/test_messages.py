"""The catalogue of messages: complete, used, and every message renders with what its raiser gives.

- codes: whatever is raised in toolkit/ and workbook/ is in the catalogue, and the catalogue holds nothing else
- of values (T5, F, X, E): provoked in one submission that does everything wrong
- of files and structure (W, T): the context is read from the source of every raiser
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest

from toolkit import errors
from toolkit.checks.revisions import Filed, revisions
from toolkit.errors import ToolkitError, UnreadableWorkbook, UnsafeWorkbook, WorkbookError, WrongTemplate
from toolkit.evaluate import evaluate
from toolkit.intake import answers_from_dict, take_in
from toolkit.messages import CATALOGUE, Explanation, Severity, explain
from toolkit.packs import packs
from toolkit.submission import Problem, RawAnswers

CODE = re.compile(r"[WTFXER]\d{1,2}")
SOURCES = sorted(path for name in ("toolkit", "workbook") for path in Path(str(files(name))).rglob("*.py"))
RAISERS = {
    "Problem",
    "explain",
    *(name for name, kind in vars(errors).items() if kind in (WorkbookError, *WorkbookError.__subclasses__())),
}
WORDS = ("title", "expected", "found", "hint")


def blanks(code: str) -> set[str]:
    """The names of the values a message needs."""
    texts = [getattr(CATALOGUE[code], name) for name in WORDS]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


# --- what the sources raise -----------------------------------------------------------------------------------


class Raised(NamedTuple):
    """One place in the sources that raises a code, and the names of the values it gives; None where a call gives them."""

    code: str
    place: str
    given: frozenset[str] | None


@cache
def raised() -> tuple[Raised, ...]:
    return tuple(found for path in SOURCES for found in _raised(path))


def _raised(path: Path) -> Iterator[Raised]:
    tree = ast.parse(path.read_text("utf-8"))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            written = {
                target.id: node.value
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(scope):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in RAISERS
                    and call.args
                ):
                    code = call.args[0]
                    if isinstance(code, ast.Constant):
                        yield Raised(str(code.value), f"{path.name}:{call.lineno}", _given(call, written))


def _given(call: ast.Call, written: dict[str, ast.expr]) -> frozenset[str] | None:
    told = isinstance(call.func, ast.Name) and call.func.id == "explain"
    if not told and len(call.args) < 3:
        return frozenset(keyword.arg or "" for keyword in call.keywords)
    context = call.args[1 if told else 2]
    context = written.get(context.id, context) if isinstance(context, ast.Name) else context
    if not isinstance(context, ast.Dict):
        return None
    return frozenset(str(key.value) for key in context.keys if isinstance(key, ast.Constant))


def codes_written() -> set[str]:
    """Every constant in the sources that looks like a code, and the codes of the checks in the packs."""
    trees = (ast.parse(path.read_text("utf-8")) for path in SOURCES if path.parent.name != "messages")
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    written = {text for text in constants if isinstance(text, str) and CODE.fullmatch(text)}
    return written | {code for pack in packs().values() for check in pack.policy.checks for code in check.codes}


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    assert {found.code for found in raised()} | codes_written() <= set(CATALOGUE)


def test_every_code_of_the_catalogue_is_raised_somewhere() -> None:
    assert set(CATALOGUE) <= codes_written()


def test_every_code_is_told_apart_by_its_family() -> None:
    assert all(CODE.fullmatch(code) for code in CATALOGUE)


# The engine in memory names no file.


def raisers() -> Iterator[Any]:
    for found in raised():
        if found.given is not None:
            yield pytest.param(found.code, found.given, id=f"{found.code}-{found.place}")


@pytest.mark.parametrize(("code", "given"), list(raisers()))
def test_a_raiser_gives_its_message_every_value_it_needs(code: str, given: frozenset[str]) -> None:
    assert blanks(code) <= given


def test_the_sources_tell_the_context_of_every_message_about_files_and_structure() -> None:
    seen = {found.code for found in raised() if found.given is not None}
    assert {code for code in CATALOGUE if code[0] in "WT"} - {"T5"} | {"F11"} <= seen


# --- everything wrong at once ---------------------------------------------------------------------------------

CREDIT = "91110000802100433B"
OTHER = "91350100M000100Y43"
FIRM = {"name": "甲公司", "uscc": CREDIT}
LARGE = {
    "name": "甲（公司）",
    "uscc": OTHER,
    "registered": "嘉定",
    "located": "否",
    "industry": "3973",
    "main": "是",
    "staff": 1000,
    "revenue": 40000,
    "size": "大型",
    "output": [1, 1, 40000, 1],
    "rd": [1, 1, 1, 1],
    "patents": [1] * 4,
}
MICRO = LARGE | {"name": "乙公司", "uscc": "91310117MA1J00001G", "size": "微型", "located": "是"}
TITLE = {
    "title_uscc": OTHER,
    "title_kind": "创新型中小企业",
    "title_level": "市级",
    "title_number": "一",
    "title_issued": "2027-01-01",
    "title_until": "2026-09-29",
}
WRONG: dict[str, Any] = {
    "inputs": {
        "cluster_name": "短",
        "district": "南汇区",
        "operator_name": "同上",
        "operator_uscc": "91110000802100433C",
        "operator_founded": "2025年2月30日",
        "mobile": "021-12345678",
        "output_total": ["30亿", 10, 10, 10],
        "output_sme": [11, 1, 1],
        "firms": [1, 1, 2.5],
        "smes": [2, 1, 1],
        "area": -1,
        "clean_share": [60, 0.5, 0.5],
    },
    "tables": {
        "main_industries": [{"main_name": "甲", "main_code": "3900"}, *[{"main_name": "乙", "main_code": "3973"}] * 2],
        "roster": [FIRM, FIRM],
        "titles": [{"title_uscc": "11320000MB151840XJ"}],
    },
}


@cache
def provoked() -> dict[str, list[Problem]]:
    told: dict[str, list[Problem]] = {}
    for problem in [*_unreadable(), *_contradictory()]:
        told.setdefault(problem.code, []).append(problem)
    return told


# What could not be read is held against nothing, so contradictions need a second submission that can be read.
AT_ODDS: dict[str, Any] = {
    "inputs": {
        "district": "黄浦区",
        "filing_mode": "明细填报",
        "roster_basis": "按申报时名录回溯",
        "operator_uscc": CREDIT,
        "governed_uscc": OTHER,
        "operator_head": "甲",
        "commitment_signer": "乙",
        "output_total": [0.0002, 0.0002, 8.2, 0.0002],
        "output_sme": [1, 0.4, 0.0002],
        "output_main": [1, 1, 0.000294],
        "firms": [5, 5, 5],
        "area": 21.6,
        "exports": [1, 3, 1],
        "safety_count": [0, 1, 0, 0],
        "energy_total": [5, 5, 5],
        "energy_per_output": [5, 5, 5],
    },
    "tables": {
        "roster": [LARGE, MICRO, LARGE | {"name": "甲公司", "uscc": CREDIT}],
        "titles": [TITLE, TITLE | {"title_number": "二"}],
        "targets": [{"row": "6.2-07", "target_baseline": 38, "target": [37]}],
    },
}


def _contradictory() -> Iterator[Problem]:
    pack = packs()["shanghai-2024"]
    policy, season = pack.policy, pack.seasons["2026"]
    now = take_in(policy, season, answers_from_dict(policy, AT_ODDS))
    before = take_in(policy, season, answers_from_dict(policy, {"inputs": {"firms": [5, 5, 6]}}))
    yield from now.problems
    yield from revisions(Filed(before, policy, season), Filed(now, policy, season))


def _unreadable() -> Iterator[Problem]:
    pack = packs()["shanghai-2024"]
    policy, season = pack.policy, pack.seasons["2026"]
    raw = answers_from_dict(policy, WRONG)
    inputs = dict(raw.inputs)
    inputs["plan_goal"] = inputs["plan_goal"]._replace(value="目标", formula="A1")
    inputs["plan_measures"] = inputs["plan_measures"]._replace(formula="A1")
    inputs["contact"] = inputs["contact"]._replace(error="#REF!")
    submission = take_in(policy, season, RawAnswers(inputs, raw.tables))
    yield from evaluate(policy, season, submission).problems


# Merged cells are seen on the sheet; everything else of a value in the value.
OF_VALUES = sorted(code for code in CATALOGUE if (code[0] in "FXE" or code == "T5") and code != "F11")


@pytest.mark.parametrize("code", OF_VALUES)
def test_a_message_about_a_value_renders_with_what_its_check_gives(code: str) -> None:
    assert provoked()[code]
    for problem in provoked()[code]:
        assert blanks(code) <= set(problem.context)
        assert problem.severity is (Severity.NOTE if problem.trial else CATALOGUE[code].severity)
        assert_readable(problem.explanation)


def assert_readable(told: Explanation) -> None:
    for name in WORDS:
        text = getattr(told, name)
        assert text.strip() == text != ""
        assert not re.search(r"[{}]|None|Decimal", text)


# --- the catalogue itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_message_says_what_was_expected_what_was_found_and_what_to_do(code: str) -> None:
    told = explain(code, dict.fromkeys(blanks(code), "某"))
    assert_readable(told)
    assert not told.hint.endswith("。")
    assert {field.name for field in fields(Explanation)} == {"code", "stage", "severity", *WORDS}
    assert str(told) == f"[{code}] {told.title}：{told.found}。{told.hint}"


@pytest.mark.parametrize("code", sorted(code for code in CATALOGUE if blanks(code)))
def test_a_message_without_one_of_its_values_is_a_key_error(code: str) -> None:
    for lacking in blanks(code):
        with pytest.raises(KeyError, match=lacking):
            explain(code, dict.fromkeys(blanks(code) - {lacking}, ""))


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="F99"):
        explain("F99", {})


def test_every_severity_has_a_word_and_a_sign_of_its_own() -> None:
    assert len({(severity.label, severity.symbol) for severity in Severity}) == len(Severity)
    assert len({severity.symbol for severity in Severity}) == len(Severity)


@pytest.mark.parametrize("kind", [WorkbookError, UnsafeWorkbook, UnreadableWorkbook, WrongTemplate])
def test_a_file_error_is_its_message_in_one_line(kind: type[WorkbookError]) -> None:
    error = kind("W06", content="宏")
    assert isinstance(error, ToolkitError)
    assert str(error) == ("[W06] 文件含不允许的内容：文件含宏。请另存为不含该内容的“Excel 工作簿（*.xlsx）”后重新提交")
