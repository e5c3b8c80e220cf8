"""What every engine owes: the same workbook gives the same findings and takes the same marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.workbook.engines.conftest import Opened
from toolkit.submission import Problem
from workbook.book import Book
from workbook.check import Checked, check_book, check_file, shelf
from workbook.layout import Layout
from workbook.package.edit import SheetEdit
from workbook.results import clear_results, write_results

Open = Callable[[Path], Opened]
STAMP = "某次校验"
# What somebody pastes, and what a spreadsheet program would make of it if it were let.
RUBBISH: Mapping[str, str] = {
    "cluster_name": "=1+1",
    "area": "30平方公里",
    "operator_name": "@SUM(A1)",
    "contact": "1/2",
    "mobile": "0013800138000",
    "main_industry": "-某产业",
}


@pytest.fixture(params=["met", "short", "incomplete", "rubbish"])
def source(
    request: pytest.FixtureRequest, workbook_of: Callable[[str], Path], retyped: Callable[..., Path], layout: Layout
) -> Path:
    if request.param != "rubbish":
        return workbook_of(request.param)
    return retyped(workbook_of("short"), {key: text for key, text in RUBBISH.items() if key in layout.inputs})


@pytest.fixture
def of_file(source: Path) -> Checked:
    """What the closed file comes to."""
    return check_file(source, shelf())


def told(problem: Problem) -> tuple[str, str, str]:
    return problem.code, problem.location.sheet, problem.location.cell


def filled(book: Book, sheet: str) -> dict[tuple[int, int], object]:
    """What people see in the cells of a sheet."""
    values = {at: cell.value for at, cell in book.cells(sheet).items() if cell.value not in (None, "")}
    return {at: value.strip() if isinstance(value, str) else value for at, value in values.items()}


def owned(book: Book, layout: Layout) -> dict[str, dict[tuple[int, int], object]]:
    """What stands on the result sheets and in the columns of hints."""
    results = {plan.sheet: filled(book, plan.sheet) for plan in layout.results.values()}
    hints = {
        plan.name: {at: v for at, v in filled(book, plan.name).items() if at[1] == plan.hint_column and at[0] in plan.hints.rows}
        for plan in layout.sheets
    }  # fmt: skip
    return results | hints


def answers(book: Book, layout: Layout) -> dict[str, object]:
    """What stands in the cells of people."""
    cells = {
        f"{place.name}.{key}": book.cells(place.area.sheet).get((place.area.top, column))
        for place in layout.inputs.values()
        for key, column in place.columns.items()
    }
    for table in layout.tables.values():
        area = table.area
        for at, cell in book.cells(area.sheet).items():
            if at[0] in area.rows and area.left <= at[1] <= area.right:
                cells[f"{table.name}{at}"] = cell
    return {key: (cell.value, cell.error) for key, cell in cells.items() if cell and cell.value not in (None, "")}


def check(book: Book, source: Path) -> Checked:
    return check_book(book, source, shelf())


def write(book: Book, checked: Checked) -> None:
    write_results(book, checked.layout, checked.submission, checked.evaluation, STAMP)


def test_the_same_findings_and_problems(opened: Open, source: Path, of_file: Checked) -> None:
    checked = check(opened(source).book, source)
    assert checked.evaluation.findings == of_file.evaluation.findings
    assert sorted(map(told, checked.evaluation.problems)) == sorted(map(told, of_file.evaluation.problems))
    assert [p.explanation for p in checked.evaluation.problems] == [p.explanation for p in of_file.evaluation.problems]
    assert checked.snapshot.fingerprint == of_file.snapshot.fingerprint


def test_the_same_results_and_marks(opened: Open, source: Path, of_file: Checked, tmp_path: Path) -> None:
    write(of_file.book, of_file)
    of_file.book.save(tmp_path / "expected.xlsx")
    expected = owned(check_file(tmp_path / "expected.xlsx", shelf()).book, of_file.layout)
    there = opened(source)
    write(there.book, check(there.book, source))
    assert owned(there.again(), of_file.layout) == expected
    assert any(expected[plan.sheet] for plan in of_file.layout.results.values())


def test_what_people_typed_is_left_alone_whatever_is_written(opened: Open, source: Path, layout: Layout) -> None:
    there = opened(source)
    before = answers(there.book, layout)
    write(there.book, check(there.book, source))
    assert answers(there.again(), layout) == before
    assert before


def test_cleared_is_as_it_was_given_out(opened: Open, source: Path, layout: Layout) -> None:
    there = opened(source)
    fresh = owned(there.book, layout)
    write(there.book, check(there.book, source))
    marked = there.again()
    assert owned(marked, layout) != fresh
    clear_results(marked, layout)
    after = marked if not hasattr(marked, "sha256") else resaved(marked)
    assert owned(after, layout) == fresh


def resaved(book: Book) -> Book:
    from tempfile import mkdtemp

    from workbook.engines.files import FileBook

    target = Path(mkdtemp()) / "cleared.xlsx"
    book.save(target)
    return FileBook(target)


def test_marks_are_gone_when_what_they_marked_was_mended(
    opened: Open, workbook_of: Callable[[str], Path], retyped: Callable[..., Path], layout: Layout
) -> None:
    good = workbook_of("met")
    key = "area"
    broken = retyped(good, {key: "30亿"}, "broken.xlsx")
    area = layout.inputs[key].area
    there = opened(broken)
    write(there.book, check(there.book, broken))
    marked = there.again()
    hint = (area.top, layout.sheet(area.sheet).hint_column)  # type: ignore[union-attr]
    assert "F" in str(marked.cells(area.sheet)[hint].value)
    marked.write(area.sheet, SheetEdit(cells={(area.top, area.left): Decimal(30)}))
    mended = resaved(marked) if hasattr(marked, "sha256") else marked
    write(mended, check(mended, broken))
    after = resaved(mended) if hasattr(mended, "sha256") else mended
    assert "F" not in str(getattr(after.cells(area.sheet).get(hint), "value", ""))


def test_text_that_looks_like_something_else_stays_text(opened: Open, source: Path, layout: Layout) -> None:
    texts = (
        "=1+1",
        "+1",
        "-甲",
        "@x",
        "001",
        "1/2",
        "2026-01-02",
        "TRUE",
        "#N/A 不是错误",
        "'引号",
        "1e5",
        "甲\n乙",
        " 甲 ",
    )
    plan = layout.results["problems"]
    there = opened(source)
    cells = {(plan.area.top + i, 2): text for i, text in enumerate(texts)}
    there.book.write(plan.sheet, SheetEdit(cells=cells))
    after = there.again().cells(plan.sheet)
    assert [after[at].value for at in cells] == list(texts)
    assert not any(after[at].formula for at in cells)
