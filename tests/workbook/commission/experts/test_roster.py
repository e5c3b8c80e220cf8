"""The list of experts is read as people write it, and a conflict of interest is never passed over."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.workbook.commission.desks import desk, key
from tests.workbook.commission.filings import made
from toolkit.errors import WorkbookError
from workbook.commission.experts.roster import Expert, experts_in, known, recused

CLUSTERS = desk(made(1), made(2)).clusters
ROWS = [
    ["专家名单"],
    ["姓名", "单位", "回避集群"],
    [" 张三 ", "某大学", "甲集群、乙集群；丙集群"],
    [],
    ["李四", "", ""],
]
EXPERTS = (Expert("张三", "某大学", ("甲集群", "乙集群", "丙集群")), Expert("李四"))


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_of_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("\r\n".join(",".join(row) for row in ROWS).encode(encoding))
    assert experts_in(path) == EXPERTS


def test_a_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "名单.xlsx")
    assert experts_in(tmp_path / "名单.xlsx") == EXPERTS


@pytest.mark.parametrize("content", [b"", "名字,单位\n张三,某大学".encode(), b"\xff\xff\xff", "姓名\n".encode()])
def test_a_list_without_names_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(content)
    with pytest.raises(WorkbookError) as caught:
        experts_in(path)
    assert caught.value.code == "W48"


@pytest.mark.parametrize(
    "experts",
    [[], [Expert("")], [Expert("张三"), Expert(" 张三")], [Expert("张" * 41)]],
    ids=["none", "blank", "twice", "long"],
)
def test_experts_that_cannot_be_told_apart_are_refused(experts: list[Expert]) -> None:
    with pytest.raises(WorkbookError):
        known(experts)


def test_two_of_one_name_are_told_apart_by_their_units() -> None:
    assert len(known([Expert("张三", "某大学"), Expert("张三", "某研究所")])) == 2


def test_recusals_are_found_by_name() -> None:
    assert recused(Expert("张三", recusals=(f" {made(2).cluster}",)), CLUSTERS) == {key(2)}


def test_a_recusal_that_fits_no_cluster_is_refused() -> None:
    with pytest.raises(WorkbookError, match="没有的集群"):
        recused(Expert("张三", recusals=("没有的集群",)), CLUSTERS)
