"""The first page and the paper: what is counted there, axes that count in whole numbers, pages that can be read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbook.commission.desks import desk
from tests.workbook.commission.filings import made
from workbook.commission import pictures
from workbook.commission.filing import Filing, Place, Trouble
from workbook.commission.sheets.column import beside
from workbook.commission.sheets.everything import tables
from workbook.commission.table import Column, Table
from workbook.commission.write import write_master

PROBLEM = Trouble("F1", "error", "必填项空白", Place(), "", "", "")


def short(number: int) -> Filing:
    """Meets the first condition only."""
    one = made(number, verdict="unmet", problems=(PROBLEM, PROBLEM))
    return made(number, verdict="unmet", problems=(PROBLEM,), criteria=((one.criteria[0][0], "met"), *one.criteria[1:]))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clusters of 闵行区, one of 嘉定区; all three share a telephone."""
    here = desk(made(1), short(4), made(2))
    path, sheets = tmp_path_factory.mktemp("总表") / "总表.xlsx", tables(here)
    write_master(path, "", sheets, {}, first=lambda book, styles: pictures.draw(book, styles, here, "", sheets))
    return path


@pytest.fixture(scope="module")
def page(master: Path) -> Worksheet:
    return openpyxl.load_workbook(master)[pictures.PAGE]


def row_of(page: Worksheet, name: str) -> list[object]:
    return next([one for one in row if one is not None] for row in page.values if row[0] == name)


def test_tiles_count_what_is_asked_first(page: Worksheet) -> None:
    labels, values = ([cell.value for cell in page[row] if cell.value is not None] for row in (5, 4))
    found = dict(zip(labels, values, strict=True))
    assert (found["汇总集群（个）"], found["✓ 达标（个）"], found["✗ 未达标（个）"]) == (3, 2, 1)
    assert (found["数据问题（处）"], found["跨集群查重（项）"]) == (1, 1)


def test_districts_stand_against_conditions(page: Worksheet) -> None:
    assert row_of(page, "闵行区") == ["闵行区", "2/2", *["1/2"] * 9]
    assert row_of(page, "嘉定区") == ["嘉定区", *["1/1"] * 10]
    assert row_of(page, "全市") == ["全市", "3/3", *["2/3"] * 9]


def test_the_same_shares_stand_in_the_statistics(master: Path) -> None:
    sheet = openpyxl.load_workbook(master)["判定统计"]
    found = {row[3]: row[-9:] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert found["闵行区"] == ("2/2", *["1/2"] * 8)
    assert set(found["（二）核心竞争力"]) == {None}


def test_axes_that_count_do_so_in_whole_numbers(master: Path) -> None:
    with zipfile.ZipFile(master) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    steps = [re.findall(r'<c:majorUnit val="([^"]+)"/>', chart) for chart in charts]
    assert [float(step) for found in steps for step in found] == [1.0] * 3


def test_every_part_of_a_bar_bears_its_letter(master: Path) -> None:
    with zipfile.ZipFile(master) as package:
        chart = package.read("xl/charts/chart1.xml").decode()
    assert set(re.findall(r'formatCode="&quot;(.)&quot;0;;"', chart)) == {"达", "否"}


@pytest.mark.parametrize(
    ("widths", "frozen", "paper", "wide"),
    [
        ([20] * 5, 2, 9, 1),
        ([20] * 12, 2, 8, 1),
        ([20] * 30, 2, 8, 3),
        ([300, 300], 2, 8, 1),
        ([300, 10], 1, 8, 1),
    ],
)
def test_a_table_is_printed_on_paper_that_can_be_read(
    tmp_path: Path, widths: list[float], frozen: int, paper: int, wide: int
) -> None:
    columns = tuple(Column(id=f"c{at}", heading="", width=width) for at, width in enumerate(widths))
    path = tmp_path / "总表.xlsx"
    write_master(path, "", [Table(name="表", intro="", columns=columns, rows=(), frozen=frozen)], {})
    setup = openpyxl.load_workbook(path)["表"].page_setup
    assert (setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == (paper, wide, 0)


@pytest.mark.parametrize(
    ("value", "part"), [("49.99", 0), ("49.9949", 0), ("49.9999", 2), ("50", 2), ("50.0049", 2), ("50.005", 1)]
)
def test_a_figure_just_below_its_threshold_does_not_look_like_it(value: str, part: int) -> None:
    from decimal import Decimal

    parts = beside(Decimal(50)).split(";")
    below, above = (Decimal(re.findall(r"[\d.]+(?=\])", one)[0]) for one in parts[:2])
    number = Decimal(value)
    assert (0 if number < below else 1 if number >= above else 2) == part
    assert parts[part].endswith("0.00##" if part == 2 else "0.00")
