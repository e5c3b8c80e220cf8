"""Answers carried into a newer template: what has a place arrives unchanged, and what has none is told, never dropped.

The workbook of version 1.0 is a real one, written by the program as it then was.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.packs import packs
from toolkit.seal import take_snapshot
from toolkit.submission import RawAnswers, RawTable, Submission
from workbook.check import Checked, check_file, shelf
from workbook.cli import main
from workbook.commands import Exit
from workbook.layout import Layout, lay_out
from workbook.migrate import Fate, Note, as_csv, inert, migrate
from workbook.template import write_template

OLD = Path(__file__).resolve().parents[1] / "versions" / "shanghai-2024-1.0.xlsx"
Edited = Callable[[Path, Callable[[openpyxl.Workbook], None]], Path]


@pytest.fixture(scope="module")
def old() -> Checked:
    return check_file(OLD, shelf())


@pytest.fixture(scope="module")
def new(old: Checked, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    target = tmp_path_factory.mktemp("新") / "新.xlsx"
    write_template(layout, target, migrate(old, layout).answers)
    return check_file(target, shelf())


def values(submission: Submission) -> dict[str, object]:
    stated: dict[str, object] = {key: entry.value for key, entry in submission.entries.items()}
    for table_id, table in submission.tables.items():
        for row in table.rows:
            stated |= {f"{table_id}/{row.id}/{key}": entry.value for key, entry in row.cells.items()}
    return {key: value for key, value in stated.items() if value is not None}


def next_year(layout: Layout) -> Layout:
    return lay_out(layout.policy, replace(layout.season, id="2027", year=2027))


class TestVersions:
    def test_the_old_version_is_read_and_judged_by_its_own_rules(self, old: Checked) -> None:
        assert old.layout.policy.template_version == "1.0"
        assert [p.code for p in old.submission.problems] == ["T26"]

    def test_every_answer_arrives_as_it_was(self, old: Checked, new: Checked) -> None:
        assert values(new.submission) == values(old.submission)
        assert new.layout.policy.template_version == packs()["shanghai-2024"].policy.template_version
        assert take_snapshot(new.layout.policy, new.answers) == take_snapshot(old.layout.policy, old.answers)

    def test_the_verdicts_are_the_same(self, old: Checked, new: Checked) -> None:
        assert [(f.rule, f.verdict) for f in new.evaluation.findings] == [
            (f.rule, f.verdict) for f in old.evaluation.findings
        ]

    def test_what_moved_and_what_is_new_is_told(self, old: Checked, layout: Layout) -> None:
        notes = migrate(old, layout).notes
        fates = Counter(note.fate for note in notes)
        assert fates[Fate.DROPPED] == fates[Fate.CHANGED] == 0
        new_ids = set(layout.inputs) - set(old.layout.inputs)
        assert {note.label for note in notes if note.fate is Fate.NEW} == {
            layout.inputs[input_id].field.label for input_id in new_ids
        }
        for note in notes:
            if note.fate is Fate.MOVED:
                assert note.before != note.after

    def test_into_its_own_version_nothing_is_to_be_told(self, new: Checked, layout: Layout) -> None:
        done = migrate(new, layout)
        assert done.notes == ()
        assert done.carried > 1000


class TestLosses:
    """What cannot be carried over is told with its content."""

    def notes(self, path: Path, layout: Layout, fate: Fate) -> list[Note]:
        return [note for note in migrate(check_file(path, shelf()), layout).notes if note.fate is fate]

    def test_a_formula_is_carried_as_its_result_and_told(self, old: Checked, layout: Layout) -> None:
        raw = old.answers.inputs["area"]._replace(formula="=20+5")
        done = migrate(replace(old, answers=RawAnswers({**old.answers.inputs, "area": raw}, {})), layout)
        (note,) = [note for note in done.notes if note.fate is Fate.CHANGED]
        assert note.told == f"{raw.value}；原为公式，已带入其结果"
        assert done.answers.inputs["area"] == raw._replace(formula=None)

    def test_an_error_value_is_not_carried_and_told(self, old: Checked, layout: Layout) -> None:
        raw = old.answers.inputs["area"]._replace(value=None, error="#REF!")
        done = migrate(replace(old, answers=RawAnswers({**old.answers.inputs, "area": raw}, {})), layout)
        assert ("占地面积", "#REF!") in [(n.label, n.told) for n in done.notes if n.fate is Fate.DROPPED]
        assert "area" not in done.answers.inputs

    def test_an_answer_no_longer_asked_is_told(self, old: Checked, layout: Layout) -> None:
        sections = [
            replace(c, section=replace(c.section, inputs=tuple(i for i in c.section.inputs if i.id != "niche")))
            for c in layout.policy.criteria
        ]
        later = lay_out(replace(layout.policy, criteria=tuple(sections), template_version="9"), layout.season)
        told = [(n.label, n.told) for n in migrate(old, later).notes if n.fate is Fate.DROPPED]
        assert told == [("细分领域", str(old.submission.entries["niche"].value))]

    def test_what_stood_outside_the_cells_is_told(self, layout: Layout, edited: Edited) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book["基本信息"]["Z99"] = "请勿忘记"

        assert any("请勿忘记" in note.told for note in self.notes(edited(OLD, change), layout, Fate.DROPPED))

    def test_rows_beyond_the_new_table_are_told(self, old: Checked, layout: Layout) -> None:
        table = old.answers.tables["roster"]
        capacity = layout.tables["roster"].table.capacity
        many = tuple((str(i), table.rows[i % len(table.rows)][1]) for i in range(capacity + 2))
        done = migrate(replace(old, answers=RawAnswers({}, {"roster": RawTable(many, table.anchor)})), layout)
        lost = [note for note in done.notes if note.fate is Fate.DROPPED]
        assert len(done.answers.tables["roster"].rows) == capacity
        assert {note.told for note in lost} >= {str(table.rows[(capacity) % len(table.rows)][1]["uscc"].value)}


class TestSeasons:
    def test_yearly_answers_go_to_their_calendar_year(self, old: Checked, layout: Layout) -> None:
        later = next_year(layout)
        inputs = migrate(old, later).answers.inputs
        for offset in (-3, -2, -1):
            assert inputs[f"output_total@{offset}"].value == old.answers.inputs[f"output_total@{offset + 1}"].value
        assert "output_total@0" not in inputs

    def test_the_new_year_is_to_be_filled_in(self, old: Checked, layout: Layout) -> None:
        notes = migrate(old, next_year(layout)).notes
        assert ("集群总产值 2026年", "必填") in [(n.label, n.told) for n in notes if n.fate is Fate.NEW]

    def test_review_and_commitment_are_given_anew(self, old: Checked, layout: Layout) -> None:
        inputs = migrate(old, next_year(layout)).answers.inputs
        assert not any(key.startswith(("commitment", "review")) for key in inputs)
        assert "cluster_name" in inputs


class TestOnPaper:
    @given(text=st.text(max_size=20))
    def test_nothing_in_the_table_can_run(self, text: str) -> None:
        (_, row) = list(csv.reader(StringIO(as_csv([Note(Fate.DROPPED, text, "", "", text)]), newline="")))
        assert row[1] == inert(text)
        assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))

    def test_the_command_writes_both_and_overwrites_nothing(self, tmp_path: Path) -> None:
        target = tmp_path / "新.xlsx"
        assert main(["migrate", str(OLD), "-o", str(target)]) == Exit.CLEAN
        notes = (tmp_path / "新-迁移说明.csv").read_bytes()
        assert notes.startswith("﻿处理,栏目".encode())
        assert main(["migrate", str(OLD), "-o", str(target)]) == Exit.UNUSABLE
