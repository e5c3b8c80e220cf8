"""The scoring workbook: what it says and does not say, and what is read when it comes back."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbook.commission.desks import desk, key
from tests.workbook.commission.filings import made
from toolkit.errors import WorkbookError
from toolkit.procedure import Procedure
from workbook.commission.experts.appraisal import Appraisal, taken
from workbook.commission.experts.form import OPINIONS, SCORES, Assignment
from workbook.commission.experts.pages import FIRST_ROW, MARK_ROW, SIGNED_ON, scoring_workbook
from workbook.commission.take import Taking
from workbook.engines.files import FileBook

Fill = Callable[[Any], None]


def assignment(**more: Any) -> Assignment:
    here = desk(made(1), made(2), made(3, verdict="unmet"), procedure=more.pop("procedure", None))
    told: dict[str, Any] = {"clusters": here.clusters, "expert": "专家甲", "unit": "某大学", **more}
    return Assignment(policy=here.policy, season=here.season, **told)


def columns(sheet: Any) -> dict[str, int]:
    return {sheet.cell(MARK_ROW, at).value: at for at in range(1, sheet.max_column + 1)}


def put(book: Any, sheet: str, row: int, column: str, value: object) -> str:
    """Type into a cell; its address."""
    cell = book[sheet].cell(FIRST_ROW - 1 + row, columns(book[sheet])[column])
    cell.value = value
    return str(cell.coordinate)


@pytest.fixture
def returned(tmp_path: Path) -> Callable[..., Appraisal]:
    """What a worker makes of a scoring workbook somebody filled in."""

    def made_of(fill: Fill, **more: Any) -> Appraisal:
        path = tmp_path / "评审表.xlsx"
        path.write_bytes(scoring_workbook(assignment(**more)))
        book = openpyxl.load_workbook(path)
        fill(book)
        book.save(path)
        task = pickle.loads(pickle.dumps(Taking()))  # noqa: S301 - our own
        found = taken(task(path.read_bytes()))
        assert isinstance(found, Appraisal)
        return found

    return made_of


def test_the_blank_one_says_who_and_what_for_and_that_nothing_was_said(returned: Callable[..., Appraisal]) -> None:
    found = returned(lambda _: None, round=2)
    assert (found.expert, found.unit, found.round) == ("专家甲", "某大学", 2)
    assert (found.policy, found.season, found.signed_on) == ("shanghai-2024", "2026", "")
    assert [one.cluster for one in found.ballots] == [key(1), key(2), key(3)]
    assert not any(one.stated for one in found.ballots)
    assert found.problems == ()


def test_what_the_expert_wrote_is_read(returned: Callable[..., Appraisal]) -> None:
    def fill(book: Any) -> None:
        put(book, SCORES, 1, "score:6.1", 0)
        put(book, SCORES, 1, "score:6.9", 99.5)
        put(book, SCORES, 1, "overall", "同意认定")
        put(book, SCORES, 1, "remark", "很好")
        put(book, OPINIONS, 1, "opinion:6.2", "增速请核")
        put(book, SCORES, 2, "recusal", "回避")
        book["评审说明"][book.defined_names[SIGNED_ON].attr_text.split("!")[1].replace("$", "")] = date(2026, 11, 20)

    found = returned(fill)
    first, second, third = found.ballots
    assert {
        mark.criterion: (mark.score, mark.opinion) for mark in first.marks if mark.score is not None or mark.opinion
    } == {
        "6.1": (0.0, ""),
        "6.2": (None, "增速请核"),
        "6.9": (99.5, ""),
    }
    assert (first.name, first.overall, first.remark) == (made(1).cluster, "同意认定", "很好")
    assert (first.counts, second.recused, second.counts, third.stated) == (True, True, False, False)
    assert found.signed_on == "2026-11-20"


@pytest.mark.parametrize("score", [-1, 100.01, "85分", "85", True, "=80+5", "优"])
def test_a_score_that_is_no_number_within_bounds_is_told_with_its_cell_and_counts_as_none(
    returned: Callable[..., Appraisal], score: object
) -> None:
    places = []
    found = returned(lambda book: places.append(put(book, SCORES, 2, "score:6.3", score)))
    (problem,) = found.problems
    assert (problem.code, problem.place.sheet, problem.place.cell) == ("W45", SCORES, places[0])
    assert all(mark.score is None for mark in found.ballots[1].marks)
    assert problem in found.ballots[1].problems


def test_an_unclear_recusal_is_told_and_voids_the_row(returned: Callable[..., Appraisal]) -> None:
    places = []

    def fill(book: Any) -> None:
        put(book, SCORES, 1, "score:6.1", 90)
        places.append(put(book, SCORES, 1, "recusal", "√"))

    found = returned(fill)
    assert [(one.code, one.place.cell) for one in found.problems] == [("W46", places[0])]
    assert not found.ballots[0].counts


def test_rows_are_known_by_their_key_however_they_lie(returned: Callable[..., Appraisal]) -> None:
    def fill(book: Any) -> None:
        put(book, SCORES, 1, "score:6.1", 90)
        put(book, OPINIONS, 3, "opinion:6.1", "好")
        sheet = book[OPINIONS]
        for at in range(1, sheet.max_column + 1):
            first, last = sheet.cell(FIRST_ROW, at), sheet.cell(FIRST_ROW + 2, at)
            first.value, last.value = last.value, first.value
        book.move_sheet(OPINIONS, -2)

    by_key = {one.cluster: one.marks[0] for one in returned(fill).ballots}
    assert (by_key[key(1)].score, by_key[key(1)].opinion, by_key[key(3)].opinion) == (90.0, "", "好")


def spoil_format(book: Any) -> None:
    book["_meta"]["B1"] = "99"


def spoil_marks(book: Any) -> None:
    book[SCORES].delete_rows(MARK_ROW)


def spoil_expert(book: Any) -> None:
    book["_meta"]["B4"] = None


def spoil_rows(book: Any) -> None:
    book[SCORES].cell(FIRST_ROW + 1, 1).value = book[SCORES].cell(FIRST_ROW, 1).value


@pytest.mark.parametrize("spoil", [spoil_format, spoil_marks, spoil_expert, spoil_rows])
def test_one_whose_rows_cannot_be_told_is_refused(returned: Callable[..., Appraisal], spoil: Fill) -> None:
    with pytest.raises(WorkbookError) as caught:
        returned(spoil)
    assert caught.value.code == "W47"


# --- what it looks like --------------------------------------------------------------------------------------------


@pytest.fixture
def sheets(tmp_path: Path) -> Callable[..., Any]:
    def opened(**more: Any) -> Any:
        path = tmp_path / "评审表.xlsx"
        path.write_bytes(scoring_workbook(assignment(**more)))
        return openpyxl.load_workbook(path)

    return opened


def texts(book: Any) -> str:
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_it_holds_the_facts_and_no_persons_data(sheets: Callable[..., Any]) -> None:
    told = texts(sheets())
    assert all(one in told for one in (made(1).cluster, "✗ 未达标", made(1).figures[0].name))
    assert not any(one in told for one in ("13900000000", made(1).contact))


def test_only_what_the_expert_fills_in_is_open(sheets: Callable[..., Any]) -> None:
    book = sheets(recusals=frozenset({key(2)}))
    sheet = book[SCORES]
    ids = columns(sheet)
    open_cells = {
        (name, row)
        for name, at in ids.items()
        for row in (1, 2, 3)
        if not sheet.cell(FIRST_ROW - 1 + row, at).protection.locked
    }
    written = {name for name in ids if name and name.startswith(("score:", "recusal", "overall", "remark"))}
    assert open_cells == {(name, row) for name in written for row in (1, 3)}
    assert sheet.protection.sheet
    assert sheet.cell(FIRST_ROW + 1, ids["recusal"]).value == "回避"


def test_it_prints_on_a4_one_page_wide(sheets: Callable[..., Any]) -> None:
    for sheet in sheets().worksheets[:3]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        # Left out, it is one.
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth) == (True, None)


def test_weights_stand_in_the_headings_where_the_season_sets_them(sheets: Callable[..., Any]) -> None:
    assert "未设权重" in texts(sheets())
    told = texts(sheets(procedure=Procedure(source="通知", weights={"6.2": Decimal("0.25")})))
    assert ("权重0.25" in told, "未设权重" in told) == (True, False)


def test_a_name_that_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "评审表.xlsx"
    task = assignment()
    strange = replace(task.clusters[0], filing=made(1, cluster='=HYPERLINK("http://x")'))
    path.write_bytes(scoring_workbook(replace(task, clusters=(strange,), expert="=1+1")))
    book = FileBook(path)
    assert not any(cell.formula for sheet in book.sheets for cell in book.cells(sheet).values())


def test_the_sdk_finds_nothing_wrong(tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]) -> None:
    path = tmp_path / "评审表.xlsx"
    weights = Procedure(source="通知", weights={"6.2": Decimal("0.25")})
    path.write_bytes(scoring_workbook(assignment(procedure=weights, recusals=frozenset({key(1)}))))
    assert ooxml_errors(path) == []
    assert not any("vba" in name.lower() for name in FileBook(path).names)
