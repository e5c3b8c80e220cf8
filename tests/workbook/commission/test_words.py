"""What people wrote is found again by table, key and column, whatever they did to the sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbook.commission.held import Held
from workbook.commission.memory import opened, remembered
from workbook.commission.table import FIRST_ROW, Column, Owner, Row, Table
from workbook.commission.words import Last, day_of, last_run
from workbook.commission.write import write_master

COLUMNS = (
    Column(id="cluster", heading="集群名称"),
    Column(id="conclusion", heading="结论", owner=Owner.PEOPLE),
    Column(id="signed_on", heading="日期", owner=Owner.PEOPLE),
)
ROWS = tuple(Row(f"键{number}", (f"{number}号集群", None, None)) for number in (1, 2, 3))
TABLES = [
    Table(name="形式审查", intro="", columns=COLUMNS, rows=ROWS, extensible=True),
    Table(name="认定名单", intro="", columns=COLUMNS, rows=ROWS),
]
KEY, CLUSTER, CONCLUSION, SIGNED = 1, 3, 4, 5


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Callable[[Any], None]], Path]:
    """A master somebody has worked in."""

    def made(work: Callable[[Any], None]) -> Path:
        target = tmp_path / "总表.xlsx"
        write_master(target, "", TABLES, {"master": "p", "sample": "10%", "sample_seed": '引"号'})
        book = openpyxl.load_workbook(target)
        work(book["形式审查"])
        book.save(target)
        return target

    return made


def last(path: Path, names: list[str]) -> Last:
    package = opened(path)
    return last_run(remembered(package, TABLES), package.names, names)


def test_words_come_by_key_and_column_and_blanks_do_not(written: Callable[..., Path]) -> None:
    def work(sheet: Any) -> None:
        sheet.cell(FIRST_ROW, CONCLUSION).value = "通过"
        sheet.cell(FIRST_ROW + 2, SIGNED).value = date(2026, 12, 1)

    words = last(written(work), ["形式审查", "认定名单"]).words
    assert {key: dict(said) for key, said in words["形式审查"].items() if key == "键1"} == {
        "键1": {"conclusion": "通过"}
    }
    assert day_of(words["形式审查"]["键3"]["signed_on"]) == date(2026, 12, 1)
    assert (set(words["形式审查"]), words["认定名单"]) == ({"键1", "键3"}, {})


def test_a_renamed_sheet_with_moved_columns_and_sorted_rows_says_the_same(written: Callable[..., Path]) -> None:
    def work(sheet: Any) -> None:
        sheet.cell(FIRST_ROW, CONCLUSION).value = "通过"
        sheet.title = "我的审查"
        sheet.insert_cols(CLUSTER)
        for column in range(1, 8):
            first, last = sheet.cell(FIRST_ROW, column), sheet.cell(FIRST_ROW + 2, column)
            first.value, last.value = last.value, first.value

    assert last(written(work), ["形式审查"]).words == {"形式审查": {"键1": {"conclusion": "通过"}}}


def test_of_a_row_without_a_key_all_is_peoples(written: Callable[..., Path]) -> None:
    def work(sheet: Any) -> None:
        sheet.cell(20, CLUSTER).value = "2号集群"
        sheet.cell(20, CONCLUSION).value = "成立"

    words = last(written(work), ["形式审查"]).words
    assert words == {"形式审查": {"?20": {"cluster": "2号集群", "conclusion": "成立"}}}


def test_how_the_sample_was_drawn_comes_back(written: Callable[..., Path]) -> None:
    found = last(written(lambda _: None), [])
    assert (found.sample, found.seed) == ("10%", '引"号')


def test_no_master_says_nothing() -> None:
    assert last_run(Held(), {}, ["形式审查"]) == Last()
