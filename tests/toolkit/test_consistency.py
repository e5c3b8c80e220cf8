"""Values held against each other: parts and wholes, repeated rows, codes that another table must list.

- X1, X2: year by year, at the bound and just above it; what is blank is held against nothing
- X8, X14: the second row is told and names the first; case and missing cells
- X16: a code must stand in the roster
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from toolkit.checks.consistency import inconsistencies
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Entry, Location, Problem, Row, TableData

SEASON = Season(id="2026", policy="small", year=2026, reference_date=date(2026, 9, 30), source="测试")
ALPHA, BETA, GAMMA = "91110000802100433B", "11320000MB151840XJ", "91350100M000100Y43"


def number(field_id: str, label: str, **told: Any) -> dict[str, Any]:
    return {"id": field_id, "label": label, "type": "decimal", **told}


def pack() -> dict[str, Any]:
    return {
        "id": "small",
        "title": "办法",
        "document": "文号",
        "issuer": "机关",
        "scheme": "集群",
        "in_force": {"from": "2024-01-01"},
        "template_version": "1.0",
        "lists": {},
        "parameters": [],
        "criteria": [],
        "sections": [
            {
                "id": "figures",
                "sheet": "数据",
                "title": "数据",
                "intro": "",
                "inputs": [
                    number("total", "总产值", years=[-3, -2, -1, 0]),
                    number("sme", "其中：中小企业产值", years=[-1, 0]),
                    number("received", "受理数"),
                    number("closed", "办结数"),
                ],
                "tables": [
                    {
                        "id": "roster",
                        "label": "企业名录",
                        "rows": 9,
                        "key": "uscc",
                        "unique": [["uscc"]],
                        "columns": [{"id": "uscc", "label": "代码", "type": "uscc"}],
                    },
                    {
                        "id": "titles",
                        "label": "企业资质",
                        "rows": 9,
                        "unique": [["title_uscc", "title_number"]],
                        "columns": [
                            {"id": "title_uscc", "label": "代码", "type": "uscc", "within": "roster"},
                            {"id": "title_number", "label": "证书号", "type": "text"},
                        ],
                    },
                ],
            }
        ],
        "checks": [
            {"kind": "not_above", "code": "X1", "part": "sme", "whole": "total"},
            {"kind": "not_above", "code": "X2", "part": "closed", "whole": "received"},
        ],
    }


POLICY = Policy.from_dict(pack())


def table(first_row: int, *rows: Mapping[str, str | None]) -> TableData:
    built = []
    for i, cells in enumerate(rows):
        places = {key: Location("名录", first_row + i, j) for j, key in enumerate(cells, 1)}
        built.append(Row(str(i + 1), {key: Entry(value, places[key]) for key, value in cells.items()}))
    return TableData(tuple(built), Location("名录", first_row, 1))


def figures(**values: str | None) -> list[Problem]:
    """Problems of single cells; ``sme_1`` is the cell one year back."""
    keys = {name: name.replace("_", "@-") if "_" in name else name for name in values}
    keys = {name: f"{key}@0" if key in ("sme", "total") else key for name, key in keys.items()}
    entries = {
        keys[name]: Entry(None if value is None else Decimal(value), Location("数据", 1, j))
        for j, (name, value) in enumerate(values.items(), 1)
    }
    return list(inconsistencies(POLICY, SEASON, entries, {}))


def rows(**tables: TableData) -> list[tuple[str, str]]:
    """Code and cell of every problem between rows."""
    return [(problem.code, problem.location.cell) for problem in inconsistencies(POLICY, SEASON, {}, tables)]


# --- X1, X2 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        ("29.9999", "30", False),
        ("30", "30", False),
        ("30.0", "30.00", False),
        ("30.0001", "30", True),
        ("0", "0", False),
        ("1", "0", True),
        (None, "30", False),
        ("30", None, False),
        (None, None, False),
    ],
)
def test_a_part_just_below_at_and_above_its_whole(part: str | None, whole: str | None, told: bool) -> None:
    assert [problem.code for problem in figures(sme=part, total=whole)] == ["X1"] * told
    assert [problem.code for problem in figures(closed=part, received=whole)] == ["X2"] * told


def test_every_year_is_held_against_its_own_year() -> None:
    assert figures(sme_1="20", total_1="25", sme="26", total="30") == []
    late, later = figures(sme_1="26", total_1="25", sme="31", total="30")
    assert (late.explanation.found, late.explanation.expected) == (
        "2024年中小企业产值为 26",
        "不大于2024年总产值（25）",
    )
    assert later.explanation.found == "2025年中小企业产值为 31"
    assert later.location == Location("数据", 1, 3)  # the part is marked, not the whole


def test_a_figure_asked_once_is_told_without_a_year() -> None:
    (problem,) = figures(closed="5", received="4")
    assert (problem.explanation.found, problem.explanation.expected) == ("办结数为 5", "不大于受理数（4）")


def test_a_cell_the_workbook_has_lost_is_held_against_nothing() -> None:
    assert figures(sme="31") == []
    assert figures(total="30") == []


@pytest.mark.parametrize("pack_id", sorted(packs()))
def test_every_check_of_a_shipped_pack_can_fire(pack_id: str) -> None:
    policy, season = packs()[pack_id].policy, next(iter(packs()[pack_id].seasons.values()))
    for check in policy.parts_and_wholes:
        entries = {key: Entry(Decimal(1), Location("合计", 1, 1)) for key in policy.fields[check.whole].slots}
        entries |= {key: Entry(Decimal(2), Location("分项", 1, 1)) for key in policy.fields[check.part].slots}
        told = {(p.code, p.location.sheet) for p in inconsistencies(policy, season, entries, {})}
        assert (check.code, "分项") in told, check


# --- X8, X14 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "cells"),
    [
        ([ALPHA, BETA, GAMMA], []),
        ([ALPHA, BETA, ALPHA], ["A12"]),
        ([ALPHA, ALPHA.lower()], ["A11"]),
        ([ALPHA.lower(), ALPHA, ALPHA], ["A11", "A12"]),
        ([None, None], []),
        ([ALPHA, None, ALPHA], ["A12"]),
    ],
)
def test_a_code_that_stands_twice_in_the_roster_is_told_at_the_second_row(
    codes: list[str | None], cells: list[str]
) -> None:
    assert rows(roster=table(10, *({"uscc": code} for code in codes))) == [("X8", cell) for cell in cells]


def test_a_repeated_row_names_the_first_one() -> None:
    roster = table(10, {"uscc": ALPHA}, {"uscc": BETA}, {"uscc": ALPHA}, {"uscc": ALPHA})
    found = [problem.explanation.found for problem in inconsistencies(POLICY, SEASON, {}, {"roster": roster})]
    assert found == [f"{ALPHA}，与第 10 行重复"] * 2


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ((ALPHA, "SH-1"), True),
        ((ALPHA, "sh-1"), True),
        ((ALPHA, "SH-2"), False),
        ((BETA, "SH-1"), False),
        ((ALPHA, None), False),
        ((None, "SH-1"), False),
    ],
)
def test_a_title_is_repeated_only_when_every_column_of_the_group_is(
    second: tuple[str | None, str | None], told: bool
) -> None:
    names = ("title_uscc", "title_number")
    titles = table(10, dict(zip(names, (ALPHA, "SH-1"), strict=True)), dict(zip(names, second, strict=True)))
    assert rows(titles=titles) == [("X14", "A11")] * told


# --- X16 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "code", "told"),
    [
        ([ALPHA, BETA], BETA, False),
        ([ALPHA, BETA], GAMMA, True),
        ([ALPHA, None], None, False),
        # The row whose own code cannot be read may be the one that is meant; its fault is told already.
        ([None], ALPHA, False),
        ([BETA, None], ALPHA, False),
        ([], ALPHA, True),
    ],
)
def test_a_title_belongs_to_an_enterprise_of_the_roster(listed: list[str | None], code: str | None, told: bool) -> None:
    roster = table(10, *({"uscc": entry} for entry in listed))
    titles = table(30, {"title_uscc": code, "title_number": "SH-1"})
    assert rows(roster=roster, titles=titles) == [("X16", "A30")] * told


def test_without_the_roster_no_title_can_be_looked_up() -> None:
    assert rows(titles=table(30, {"title_uscc": ALPHA, "title_number": "SH-1"})) == []
