"""A workbook filled in by hand in LibreOffice comes to the same as the same answers written by the generator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from toolkit.fields import FieldKind
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from toolkit.submission import Raw, RawAnswers
from workbook.check import check_file, shelf
from workbook.layout import COVER, Layout, lay_out
from workbook.sample import Outcome, sample
from workbook.template import write_template

Step = list[Any]
Jiqun = Callable[..., subprocess.CompletedProcess[str]]
Typist = Callable[[Sequence[dict[str, Any]]], None]


PATIENCE = 5


class Rubbish(NamedTuple):
    """Something a person puts into a cell, and what then stands there."""

    slot: str
    how: str
    text: str
    held: Decimal | str


# What is typed goes through the program, which takes 1,234 and full-width digits for numbers; what is pasted does not.
RUBBISH = (
    Rubbish("output_total@-3", "type", "30亿", "30亿"),
    Rubbish("output_total@-2", "paste", "1,234", "1,234"),
    Rubbish("output_total@-1", "type", "1,234", Decimal(1234)),
    Rubbish("output_total@0", "paste", "３３．５", "３３．５"),
    Rubbish("rd_total@0", "type", "３．５", Decimal("3.5")),
    Rubbish("rd_total@-1", "paste", " 2.75 ", " 2.75 "),
    Rubbish("area", "type", "约25", "约25"),
    Rubbish("safety_count@0", "type", "无", "无"),
    Rubbish("quality_count@0", "paste", "0", "0"),
    Rubbish("operator_uscc", "type", "91350100M000100Y4Z", "91350100M000100Y4Z"),
    Rubbish("mobile", "type", "１３９１２３４５６７８", "１３９１２３４５６７８"),
    Rubbish("clean_share@0", "type", "138%", Decimal("1.38")),
    Rubbish("pillar", "paste", "支柱", "支柱"),
    Rubbish("plan_date", "paste", "2026年3月1日", "2026年3月1日"),
    Rubbish("chain_map_date", "paste", "2026-13-45", "2026-13-45"),
    Rubbish("rank_source", "type", "=1+1", "=1+1"),
)


@pytest.fixture(scope="module")
def layout() -> Layout:
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


@pytest.fixture(scope="module")
def answers(layout: Layout) -> RawAnswers:
    """Everything an operator states, some of it rubbish, of each table as many rows as somebody has patience for."""
    whole = sample(layout.policy, layout.season, 5, Outcome.MET, 25)
    for rows in whole["tables"].values():
        rows[:] = [row for i, row in enumerate(rows) if i < PATIENCE or "row" in row]
    drawn = answers_from_dict(layout.policy, whole)
    inputs = dict(drawn.inputs)
    for one in RUBBISH:
        inputs[one.slot] = Raw(one.held, inputs[one.slot].location)
    return RawAnswers(inputs, drawn.tables)


def typed(value: object, kind: FieldKind) -> str:
    """The keys a person presses, none for a blank."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, Decimal) and kind is FieldKind.PERCENT:
        return f"{value * 100:f}%"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def keystrokes(layout: Layout, answers: RawAnswers) -> Iterator[Step]:
    """Every answer as a step, found by the defined name of its block."""
    rubbish = {one.slot: one for one in RUBBISH}
    for place in layout.inputs.values():
        for key, column in place.columns.items():
            where = [place.name, 0, column - place.area.left]
            if key in rubbish:
                yield [rubbish[key].how, *where, rubbish[key].text]
            else:
                yield ["type", *where, typed(answers.inputs[key].value, place.field.kind)]
    for table in layout.tables.values():
        kinds = {key: column.kind for column in table.table.columns for key in column.slots}
        for i, (_, row) in enumerate(answers.tables[table.table.id].rows):
            for key, raw in row.items():
                yield ["type", table.name, i, table.spans[key][0] - table.area.left, typed(raw.value, kinds[key])]


class Made(NamedTuple):
    """The files of this module."""

    by_hand: Path
    by_generator: Path
    good: Path
    damaged: Path
    renamed: str


@pytest.fixture(scope="module")
def made(layout: Layout, answers: RawAnswers, typist: Typist, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("by-hand")
    blank, good = folder / "空白.xlsx", folder / "完好.xlsx"
    write_template(layout, blank)
    whole = sample(layout.policy, layout.season, 6, Outcome.MET, 25)
    write_template(layout, good, answers_from_dict(layout.policy, whole))
    made = Made(folder / "手填.xlsx", folder / "生成.xlsx", good, folder / "损坏.xlsx", "数字化（改）")
    write_template(layout, made.by_generator, answers)
    standards = layout.tables["standards"].area
    damages: list[Step] = [
        ["type", "in_area", 0, 0, "=20+5"],
        ["type", "in_output_total", 0, 3, "=1/0"],
        ["insert_row", layout.inputs["area"].area.sheet, 1],
        ["insert_row", standards.sheet, standards.top + 1],
        ["rename_sheet", layout.inputs["platform_users"].area.sheet, made.renamed],
        ["delete_sheet", "八 产业开放合作"],
        ["delete_sheet", "短板清单"],
    ]
    typist(
        [
            {
                "template": str(blank),
                "target": str(made.by_hand),
                "steps": [step for step in keystrokes(layout, answers) if step[-1]],
            },
            {"template": str(good), "target": str(made.damaged), "steps": damages},
        ]
    )
    return made


@pytest.fixture(scope="module")
def told(made: Made, jiqun: Jiqun) -> dict[str, dict[str, Any]]:
    """What the command line says of each file."""
    done = jiqun("check", "--json", made.by_hand, made.by_generator, made.damaged)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    return {document["file"]["name"]: document for document in documents}


Told = dict[str, dict[str, Any]]


def test_everything_found_out_is_the_same(made: Made, told: Told) -> None:
    by_hand, by_generator = told[made.by_hand.name], told[made.by_generator.name]
    for key in by_generator:
        if key not in ("file", "criteria"):
            assert by_hand[key] == by_generator[key], key
    for mine, wanted in zip(by_hand["criteria"], by_generator["criteria"], strict=True):
        assert mine["verdict"] == wanted["verdict"], mine["id"]
        for rule, expected in zip(mine["rules"], wanted["rules"], strict=True):
            assert rule == expected


def test_every_value_and_its_place_are_the_same(made: Made) -> None:
    by_hand, by_generator = check_file(made.by_hand, shelf()), check_file(made.by_generator, shelf())
    assert by_hand.submission.entries == by_generator.submission.entries
    assert by_hand.submission.tables == by_generator.submission.tables


def test_the_rubbish_is_found_where_it_was_put(layout: Layout, made: Made, told: Told) -> None:
    found = {(p["sheet"], p["cell"]): p["code"] for p in told[made.by_hand.name]["problems"]}
    codes = {}
    for one in RUBBISH:
        place = layout.inputs[one.slot.partition("@")[0]]
        area = place.area
        letters = "ABCDEFGHIJ"[place.columns[one.slot] - 1]
        codes[one.slot] = found.get((area.sheet, f"{letters}{area.top}"))
    assert codes == {
        "output_total@-3": "F2",
        "output_total@-2": "F2",
        "output_total@-1": "X3",  # a number, and not what the roster adds up to
        "output_total@0": "F2",
        "rd_total@0": "X5",
        "rd_total@-1": "F2",
        "area": "F2",
        "safety_count@0": "F9",
        "quality_count@0": "F2",
        "operator_uscc": "F7",
        "mobile": "F8",
        "clean_share@0": "F3",
        "pillar": "F6",
        "plan_date": "F5",
        "chain_map_date": "F5",
        "rank_source": None,
    }


def test_a_copy_with_results_can_be_written_over_what_libreoffice_saved(
    made: Made, jiqun: Jiqun, told: Told, tmp_path: Path
) -> None:
    done = jiqun("check", made.by_hand, "-o", tmp_path)
    assert done.returncode == 1
    (copy,) = tmp_path.iterdir()
    again = json.loads(jiqun("check", "--json", copy).stdout)
    assert {**again, "file": None} == {**told[made.by_hand.name], "file": None}
    cells = check_file(copy, shelf()).book.cells("逐条判定")
    assert "6.1-01" in [cell.value for cell in cells.values()]


def test_what_a_person_breaks_in_libreoffice_is_told_and_the_rest_is_read(
    layout: Layout, made: Made, told: Told
) -> None:
    area, output = layout.inputs["area"].area, layout.inputs["output_total"].area
    problems = [(p["code"], p["sheet"], p["cell"]) for p in told[made.damaged.name]["problems"]]
    assert sorted(problems) == sorted(
        [
            ("F4", area.sheet, f"C{area.top + 1}"),
            ("T5", output.sheet, f"F{output.top + 1}"),
            ("T11", made.renamed, "A1"),
            ("T1", COVER, "A1"),
        ]
    )
    submission = check_file(made.damaged, shelf()).submission
    # A row inserted into an open table is one more row to fill in.
    assert len(submission.tables["standards"].rows) == len(
        check_file(made.good, shelf()).submission.tables["standards"].rows
    )
    assert submission.entries["area"].value == 25
    assert submission.entries["platform_users@0"].location.sheet == made.renamed
    assert submission.entries["platform_users@0"].value is not None
    assert submission.entries["area"].location.row == area.top + 1


def test_a_damaged_workbook_still_gets_its_results(made: Made, jiqun: Jiqun, tmp_path: Path) -> None:
    done = jiqun("check", made.damaged, "-o", tmp_path)
    assert done.returncode == 1
    (copy,) = tmp_path.iterdir()
    assert "T11" in [cell.value for cell in check_file(copy, shelf()).book.cells("数据问题").values()]
