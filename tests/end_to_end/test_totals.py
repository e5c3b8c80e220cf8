"""A crowd with bad ones among it is collected, and every total is what pandas computes from the raw cells by itself."""

from __future__ import annotations

from pathlib import Path

from tests.crowd.compared import compare
from tests.crowd.counted import counted
from tests.crowd.crowd import small_crowd
from workbook.cli import main

FILES = 150


def test_the_totals_of_a_crowd_are_those_of_its_cells(tmp_path: Path) -> None:
    inbox, master = tmp_path / "收件", tmp_path / "总表.xlsx"
    made = small_crowd(inbox, FILES, seed=20)
    assert main(["collect", str(inbox), "-o", str(master)]) == 1
    good = [one.name for one in made if one.good]
    assert 0 < len(good) < FILES
    compared = compare(master, made, counted(inbox, good))
    assert compared["clusters"] == len(good)
    assert compared["enterprises"] == 20 * len(good)
