"""From cells to a submission: what is blank, what is required, what is lost, and examples written as data.

- blank is never zero: not for an input, not for a year, not for a cell of a table
- a required blank is named with its year; an optional one is silent
- an open row exists where something is typed, a printed row always
- examples name only what the policy asks
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.intake import answers_from_dict, take_in
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Location, Raw, RawAnswers, RawTable, Submission

SEASON = Season(id="2026", policy="small", year=2026, reference_date=date(2026, 9, 30), source="测试")
PACK: dict[str, Any] = {
    "id": "small",
    "title": "办法",
    "document": "文号",
    "issuer": "机关",
    "scheme": "集群",
    "in_force": {"from": "2024-01-01"},
    "template_version": "1.0",
    "lists": {"have": ["有", "无"]},
    "parameters": [],
    "criteria": [],
    "sections": [
        {
            "id": "figures",
            "sheet": "数据",
            "title": "数据",
            "intro": "",
            "inputs": [
                {
                    "id": "output",
                    "label": "产值",
                    "type": "decimal",
                    "unit": "亿元",
                    "years": [-1, 0],
                    "required": True,
                },
                {"id": "firms", "label": "企业数", "type": "integer", "min": "0", "required": True},
                {"id": "note", "label": "说明", "type": "text"},
                {"id": "founded", "label": "成立日期", "type": "date"},
            ],
            "tables": [
                {
                    "id": "roster",
                    "label": "企业名录",
                    "rows": 9,
                    "required": True,
                    "key": "uscc",
                    "unique": [["uscc"]],
                    "columns": [
                        {"id": "uscc", "label": "代码", "type": "uscc", "required": True},
                        {"id": "staff", "label": "从业人员", "type": "integer", "years": [-1, 0], "required": True},
                        {"id": "remark", "label": "备注", "type": "text"},
                    ],
                },
                {
                    "id": "services",
                    "label": "服务",
                    "rows": [{"id": "training", "label": "培训"}, {"id": "finance", "label": "投融资"}],
                    "columns": [{"id": "times", "label": "场次", "type": "integer", "required": True}],
                },
            ],
        }
    ],
}
POLICY = Policy.from_dict(PACK)
ALPHA, BETA = "91110000802100433B", "11320000MB151840XJ"
FIRM = {"uscc": ALPHA, "staff": [10, 12]}
WHOLE: dict[str, Any] = {
    "inputs": {"output": [31.5, 0], "firms": 0},
    "tables": {"roster": [FIRM], "services": [{"row": "training", "times": 0}, {"row": "finance", "times": 3}]},
}


def answers(inputs: Mapping[str, Any] | None = None, **tables: Any) -> RawAnswers:
    """The whole submission with inputs and tables replaced."""
    changed = {"inputs": WHOLE["inputs"] | (inputs or {}), "tables": WHOLE["tables"] | tables}
    return answers_from_dict(POLICY, changed)


def taken(inputs: Mapping[str, Any] | None = None, **tables: Any) -> Submission:
    return take_in(POLICY, SEASON, answers(inputs, **tables))


def hints(submission: Submission) -> list[tuple[str, str]]:
    return [(problem.code, problem.explanation.hint) for problem in submission.problems]


# --- blanks ---------------------------------------------------------------------------------------------------


def test_a_whole_submission_is_read_without_a_problem() -> None:
    submission = taken()
    assert submission.problems == ()
    assert {key: entry.value for key, entry in submission.entries.items()} == {
        "output@-1": Decimal("31.5"),
        "output@0": Decimal(0),
        "firms": Decimal(0),
        "note": None,
        "founded": None,
    }
    assert {key: cell.value for key, cell in submission.tables["roster"].rows[0].cells.items()} == {
        "uscc": ALPHA,
        "staff@-1": Decimal(10),
        "staff@0": Decimal(12),
        "remark": None,
    }


BLANKS = [None, "", " ", "\u3000\xa0", "\u200b\ufeff", "\n\t"]


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_is_never_zero_and_a_required_one_is_named_with_its_year(blank: str | None) -> None:
    submission = taken({"output": [31, blank]})
    assert (submission.entries["output@-1"].value, submission.entries["output@0"].value) == (Decimal(31), None)
    assert submission.entries["output@0"].fault is None
    assert hints(submission) == [("F1", "请填写“2025年产值”")]
    assert submission.problems[0].location == submission.entries["output@0"].location


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_that_is_not_required_is_silent(blank: str | None) -> None:
    submission = taken({"note": blank, "founded": blank})
    assert (submission.entries["note"].value, submission.entries["founded"].value) == (None, None)
    assert submission.problems == ()


def test_a_missing_count_is_told_that_none_is_written_as_zero() -> None:
    assert hints(taken({"firms": None})) == [("F1", "请填写“企业数”；没有的填 0")]


@pytest.mark.parametrize(
    ("staff", "told"),
    [
        ([0, 0], []),
        ([None, 0], ["2024年从业人员"]),
        ([0, None], ["2025年从业人员"]),
        ([None, None], ["2024年从业人员", "2025年从业人员"]),
    ],
)
def test_a_blank_cell_of_a_table_is_never_zero_and_is_named_with_its_year(staff: list[Any], told: list[str]) -> None:
    submission = taken(roster=[{"uscc": ALPHA, "staff": staff}])
    cells = submission.tables["roster"].rows[0].cells
    assert [cells["staff@-1"].value, cells["staff@0"].value] == [None if n is None else Decimal(n) for n in staff]
    assert hints(submission) == [("F1", f"请填写“{label}”；没有的填 0") for label in told]


# --- rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [{}, {"uscc": "", "remark": "\u3000"}, {"staff": [None, " "]}])
def test_an_open_row_in_which_nothing_is_typed_is_no_row(empty: dict[str, Any]) -> None:
    submission = taken(roster=[FIRM, empty, FIRM | {"uscc": BETA}])
    assert [row.id for row in submission.tables["roster"].rows] == ["1", "3"]
    assert submission.problems == ()


def test_a_row_in_which_only_a_remark_is_typed_lacks_all_the_rest() -> None:
    submission = taken(roster=[FIRM, {"remark": "待核"}])
    assert [code for code, _ in hints(submission)] == ["F1"] * 3


@pytest.mark.parametrize("rows", [[], [{}], [{"remark": " "}]])
def test_a_required_table_without_a_row_is_told_at_its_anchor(rows: list[dict[str, Any]]) -> None:
    submission = taken(roster=rows)
    assert [(p.code, p.location) for p in submission.problems] == [("F1", submission.tables["roster"].anchor)]
    assert submission.problems[0].explanation.expected == "至少一行"


def test_a_printed_row_is_there_even_when_nothing_is_typed() -> None:
    submission = taken(services=[{"row": "finance", "times": 3}])
    times = {row.id: row.cells["times"].value for row in submission.tables["services"].rows}
    assert times == {"training": None, "finance": Decimal(3)}
    assert [code for code, _ in hints(submission)] == ["F1"]


# --- what is wrong, and what is lost --------------------------------------------------------------------------


def test_a_cell_that_cannot_be_read_is_missing_and_told_once() -> None:
    submission = taken({"output": ["30亿", 33], "firms": "无"}, roster=[FIRM | {"staff": [2.5, 3]}])
    assert [(problem.code, problem.suggestion) for problem in submission.problems] == [
        ("F2", "30"),
        ("F9", ""),
        ("F13", ""),
    ]
    assert (submission.entries["output@-1"].value, submission.entries["output@-1"].fault) == (None, "F2")
    assert submission.tables["roster"].rows[0].cells["staff@-1"].value is None


def test_problems_of_one_cell_come_before_those_between_cells() -> None:
    submission = taken({"firms": None}, roster=[FIRM, FIRM])
    assert [problem.code for problem in submission.problems] == ["F1", "X8"]


def test_codes_are_compared_as_normalised() -> None:
    submission = taken(roster=[FIRM, FIRM | {"uscc": f" {ALPHA.lower()}\u3000"}])
    assert [problem.code for problem in submission.problems] == ["X8"]


def test_a_lost_input_or_table_is_left_to_whoever_lost_it() -> None:
    whole = answers()
    inputs = {key: raw for key, raw in whole.inputs.items() if key != "firms"}
    tables = {key: table for key, table in whole.tables.items() if key != "roster"}
    submission = take_in(POLICY, SEASON, RawAnswers(inputs, tables))
    assert submission.problems == ()
    assert ("firms" in submission.entries, "roster" in submission.tables) == (False, False)


def test_reading_twice_gives_the_same() -> None:
    raw = answers({"output": ["30亿", None]}, roster=[FIRM, FIRM])
    assert take_in(POLICY, SEASON, raw) == take_in(POLICY, SEASON, raw)


def test_places_are_those_of_the_cells_and_not_of_the_plan() -> None:
    moved = Raw("约25", Location("数据（新）", 40, 28))
    whole = answers()
    row = ("1", {"uscc": Raw(ALPHA, moved.location), "staff@-1": moved, "staff@0": moved, "remark": moved})
    roster = RawTable((row,), Location("数据（新）", 39, 1))
    submission = take_in(POLICY, SEASON, RawAnswers({**whole.inputs, "firms": moved}, {"roster": roster}))
    assert {(p.code, p.location.sheet, p.location.cell) for p in submission.problems} == {("F2", "数据（新）", "AB40")}


# --- answers written as data ----------------------------------------------------------------------------------


def test_an_example_spreads_a_yearly_value_over_its_cells_and_types_its_dates() -> None:
    cells = answers({"output": [31.1], "founded": "2019-03-01", "note": "2019-03-01"}).inputs
    assert {key: raw.value for key, raw in cells.items()} == {
        "output@-1": Decimal("31.1"),
        "output@0": None,
        "firms": Decimal(0),
        "note": "2019-03-01",
        "founded": date(2019, 3, 1),
    }


def test_an_example_may_hold_what_an_operator_mistypes() -> None:
    cells = answers({"founded": "2019年3月", "firms": True}).inputs
    assert (cells["founded"].value, cells["firms"].value) == ("2019年3月", True)


def test_every_cell_of_an_example_has_a_place_of_its_own() -> None:
    whole = answers(roster=[FIRM, FIRM])
    places = [raw.location for raw in whole.inputs.values()]
    places += [raw.location for table in whole.tables.values() for _, cells in table.rows for raw in cells.values()]
    assert len(places) == 5 + 2 * 4 + 2
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"inputs": {"area": 25}}, "inputs"),
        ({"inputs": {"uscc": ALPHA}}, "inputs"),  # a column is no input
        ({"tables": {"patents": []}}, "tables"),
        ({"tables": {"roster": [{"name": "甲"}]}}, "tables.roster.column"),
        ({"tables": {"services": [{"row": "yoga", "times": 1}]}}, "tables.services.row"),
        ({"tables": {"services": [{"times": 1}]}}, "tables.services.row"),
        ({"inputs": {"output": [1, 2, 3]}}, "inputs.output"),
        ({"inputs": {"firms": [1, 2]}}, "inputs.firms"),
        ({"tables": {"roster": [{"staff": [1, 2, 3]}]}}, "tables.roster"),
    ],
)
def test_an_example_that_does_not_fit_the_policy_is_refused_with_its_path(raw: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        answers_from_dict(POLICY, raw)
    assert caught.value.path == path


def test_an_example_that_fills_a_printed_row_twice_is_refused() -> None:
    with pytest.raises(PolicyError):
        answers(services=[{"row": "training", "times": 1}, {"row": "training", "times": 2}])
