"""Links of a master lead to the archive beside it, in LibreOffice on any system too, with names nobody would choose."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from tests.conftest import Convert
from workbook.commission.table import Column, Row, Table
from workbook.commission.write import write_master

HREF = re.compile(r'xlink:href="([^"#]*)(#[^"]*)?"')


def test_libreoffice_finds_file_and_cell(tmp_path: Path, libreoffice_convert: Convert) -> None:
    folder = tmp_path / "市级 汇总（二）#1"
    file = folder / "archive" / "0f" / "0f75.xlsx"
    file.parent.mkdir(parents=True)
    file.touch()
    links = {0: "external:archive/0f/0f75.xlsx#'二 核心竞争力'!C9", 1: "external:archive/0f/0f75.xlsx"}
    columns = (Column(id="a", heading="甲"), Column(id="b", heading="乙"))
    table = Table(name="表", intro="", columns=columns, rows=[Row("k", ("一", "二"), links)])
    write_master(folder / "总表.xlsx", "", [table], {})
    converted = libreoffice_convert(folder / "总表.xlsx", "fods")
    found = HREF.findall(converted.read_text("utf-8"))
    assert [unquote(unescape(cell)) for _, cell in found] == ["#'二 核心竞争力'!C9", ""]
    assert {(converted.parent / unquote(href)).resolve() for href, _ in found} == {file.resolve()}


@pytest.mark.parametrize(("most", "near"), [(4, False), (3, True)])
def test_where_very_many_numbers_lead_somewhere_they_lead_to_the_file_and_tell_the_cell(
    tmp_path: Path, most: int, *, near: bool
) -> None:
    place = "'二 核心竞争力'!C9"
    far = f"external:archive/0f/0f75.xlsx#{place}"
    columns = tuple(Column(id=one, heading=one) for one in "abc")
    rows = [Row(str(at), ("一", 1.0, 2), {0: far, 1: far, 2: far if at else "internal:'表'!A1"}) for at in (0, 1)]
    rows.append(Row("2", (None, 1.0, True), {1: far}))
    target = tmp_path / "总表.xlsx"
    write_master(target, "", [Table(name="表", intro="", columns=columns, rows=rows)], {}, most_number_links=most)
    sheet = openpyxl.load_workbook(target)["表"]
    told = [[sheet.cell(row, column).hyperlink for column in (3, 4, 5)] for row in (5, 6, 7)]
    assert [link.location for row in told[:2] for link in row[:1] if link] == [place, place]
    numbers = [told[0][1], told[1][1], told[1][2], told[2][1]]
    assert [(link.location, link.tooltip) for link in numbers if link] == [(None, place) if near else (place, None)] * 4
    assert told[0][2] is not None
    assert told[0][2].location == "'表'!A1"
    assert ("点击数值打开来源文件" in str(sheet["C2"].value)) == near
