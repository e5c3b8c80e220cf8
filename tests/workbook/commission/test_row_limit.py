"""More enterprises than a sheet has rows: the list goes on in the next sheet, and nobody is lost between them."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.packs import packs
from workbook.commission.filing import Firm, Place, kept
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.lists import firms
from workbook.commission.table import HEAD_ROW
from workbook.commission.write import MOST_ROWS, write_master

PACK = packs()["shanghai-2024"]


def _made() -> Any:
    spec = spec_from_file_location("filings", Path(__file__).parent / "filings.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made


def desk_of(*sizes: int) -> Desk:
    """Clusters with so many enterprises each."""
    made = _made()
    clusters = []
    for number, size in enumerate(sizes, 1):
        roster = [
            Firm(f"9131{number:04d}{i:010d}", f"企业{number}-{i}", "", "", "", 1.0, Place("名录", f"A{i}"))
            for i in range(size)
        ]
        clusters.append(
            Cluster(key=f"k{number}", file=f"{number}.xlsx", filing=made(number, enterprises=kept(roster)), remark="")
        )
    return Desk(policy=PACK.policy, season=PACK.seasons["2026"], clusters=clusters, receipts=(), archive="archive")


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [((3, 2), [5]), ((3, 3), [6]), ((3, 4), [6, 1]), ((6, 6, 1), [6, 6, 1]), ((0,), [0])],
    ids=["below", "at the limit", "one above", "twice full", "none"],
)
def test_a_list_is_split_where_the_sheet_ends(tmp_path: Path, sizes: tuple[int, ...], parts: list[int]) -> None:
    target, desk = tmp_path / "总表.xlsx", desk_of(*sizes)
    done = write_master(target, "标题", [firms(desk)], {"master": "shanghai-2024"}, most_rows=HEAD_ROW + 6)
    names = ["企业总名录", *(f"企业总名录（{part}）" for part in range(2, len(parts) + 1))]
    assert dict(done.rows) == dict(zip(names, parts, strict=True))
    book = openpyxl.load_workbook(target)
    assert [name for name in book.sheetnames if name.startswith("企业")] == names
    codes = [
        row[2]
        for name in names
        for row in book[name].iter_rows(min_row=HEAD_ROW + 1, values_only=True)
        if row[2] is not None
    ]
    assert codes == [firm.code for one in desk.clusters for firm in one.filing.firms]
    heads = {tuple(cell.value for cell in book[name][HEAD_ROW][2:]) for name in names}
    assert len(heads) == 1


def test_the_limit_is_that_of_the_file_format() -> None:
    assert MOST_ROWS == 2**20
