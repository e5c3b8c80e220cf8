"""The totals of a crowd, computed by pandas from the raw cells: it knows nothing of policies, readers or masters."""

from __future__ import annotations

import warnings
from collections.abc import Container, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils.cell import range_boundaries

# Heading in the summary → the name of the input, and which of its cells.
FIGURES: Mapping[str, tuple[str, int]] = {
    "2023年集群总产值（亿元）": ("in_output_total", 1),
    "2024年集群总产值（亿元）": ("in_output_total", 2),
    "2025年集群总产值（亿元）": ("in_output_total", 3),
    "2025年企业总数（家）": ("in_firms", 0),
    "2025年中小企业数（家）": ("in_smes", 0),
    "占地面积（平方公里）": ("in_area", 0),
    "2025年中小企业研发经费（亿元）": ("in_rd_total", 3),
    "2025年中小企业年末有效发明专利（件）": ("in_patent_stock", 3),
    "2025年中小企业年末从业人员（人）": ("in_sme_staff", 0),
}
# What a rule asks, as the official text states it, for a pocket calculator; None where a cell is blank.
RULES: Mapping[str, Any] = {
    "6.2-06": lambda one: one["占地面积（平方公里）"] <= 100,
    "6.5-07": lambda one: (
        one["2025年中小企业年末有效发明专利（件）"] / one["2025年中小企业年末从业人员（人）"] * 10_000 >= 15
    ),
}
_ROSTER = {2: "企业名称", 3: "统一社会信用代码", 4: "注册区", 11: "企业划型", 16: "产值（万元）"}
_FIRST_FIRM = 7

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Counted:
    """What lies in the workbooks.

    Attributes:
        clusters: One row for each file: where it lies, who it is, and its figures.
        firms: One row for each enterprise of each roster.
    """

    clusters: pd.DataFrame
    firms: pd.DataFrame


def counted(inbox: Path, names: Iterable[str], processes: int = 1) -> Counted:
    """Read the cells of these files.

    Args:
        inbox: The folder.
        names: Files below it that can be read.
        processes: How many read; one reads in this very process.
    """
    paths = [inbox / name for name in names]
    places = _places(paths[0])
    jobs = [(path, path.relative_to(inbox).as_posix(), places) for path in paths]
    if processes == 1:
        found = list(map(_one, jobs))
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            found = list(pool.map(_one, jobs, chunksize=50))
    return Counted(pd.DataFrame([row for row, _ in found]), pd.concat([roster for _, roster in found]))


def _places(path: Path) -> dict[str, Place]:
    """Where the inputs lie: sheet, row and column counted from 0; all files were made from one template."""
    book = openpyxl.load_workbook(path)
    wanted = {"推荐区": ("in_district", 0), "集群名称": ("in_cluster_name", 0), **FIGURES}
    places = {}
    for heading, (name, position) in wanted.items():
        ((sheet, area),) = book.defined_names[name].destinations
        column, row, *_ = range_boundaries(area.replace("$", ""))
        assert column is not None
        assert row is not None
        places[heading] = (sheet, row - 1, column - 1 + position)
    return places


def _one(job: tuple[Path, str, dict[str, Place]]) -> tuple[dict[str, Any], pd.DataFrame]:
    path, name, places = job
    sheets = read_sheets(path, {"企业名录", *(sheet for sheet, _, _ in places.values())})
    row = {heading: sheets[sheet].iloc[at, column] for heading, (sheet, at, column) in places.items()}
    roster = sheets["企业名录"].iloc[_FIRST_FIRM - 1 :, [column - 1 for column in _ROSTER]]
    roster = roster.set_axis([*_ROSTER.values()], axis=1).dropna(how="all")
    return {"来源文件": name, **row}, roster.assign(推荐区=str(row["推荐区"]), 集群名称=str(row["集群名称"]))


def read_sheets(path: Path, names: Container[str], heads: int | None = None) -> dict[str, pd.DataFrame]:
    """Sheets as pandas finds them from A1 on, by way of a reader that is not ours; a long one has several parts."""
    with warnings.catch_warnings():
        # What pandas will do otherwise one day is none of our business.
        warnings.simplefilter("ignore", FutureWarning)
        with pd.ExcelFile(path, engine="calamine") as book:
            wanted: list[int | str] = [name for name in map(str, book.sheet_names) if name.split("（")[0] in names]
            return {str(name): frame for name, frame in pd.read_excel(book, sheet_name=wanted, header=heads).items()}
