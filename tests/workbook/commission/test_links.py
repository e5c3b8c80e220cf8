"""Links of a master lead to the archive beside it, in LibreOffice on any system too, with names nobody would choose."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

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
