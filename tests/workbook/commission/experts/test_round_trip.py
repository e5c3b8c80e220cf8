"""From the master to the experts and back: written by the command, filled in, found in the inbox, counted once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbook.cli import main
from workbook.commission.experts.pages import FIRST_ROW, MARK_ROW
from workbook.commission.table import FIRST_ROW as MASTER_ROW
from workbook.commission.table import MARK_ROW as MASTER_MARKS


class Place:
    """A folder with an inbox and a master in it, and the commands that work there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.inbox, self.master = folder, folder / "收件", folder / "总表.xlsx"
        self.inbox.mkdir()

    def collect(self, *more: str) -> int:
        return main(["collect", str(self.inbox), "-o", str(self.master), "--processes", "1", *more])

    def prepare(self, to: str, *more: str) -> int:
        return main(["experts", "prepare", str(self.inbox), "-m", str(self.master), "-o", str(self.folder / to), *more])

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        return list(rows_of(openpyxl.load_workbook(self.master)[sheet]))


def rows_of(sheet: Any) -> Iterator[dict[str, Any]]:
    ids = [cell.value for cell in sheet[MASTER_MARKS]]
    for row in sheet.iter_rows(min_row=MASTER_ROW, values_only=True):
        yield dict(zip(ids, row, strict=True))


def write(path: Path, sheet: str, marks: int, cells: dict[tuple[int, str], object]) -> None:
    """Type into a workbook: row and id of the column → value."""
    book = openpyxl.load_workbook(path)
    page: Any = book[sheet]
    ids = {cell.value: cell.column for cell in page[marks]}
    for (row, column), value in cells.items():
        page.cell(row, ids[column]).value = value
    book.save(path)


@pytest.fixture(scope="module")
def place(answers: Callable[..., Any], filled: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two clusters collected, the first of which has passed formal review."""
    place = Place(tmp_path_factory.mktemp("评审"))
    for number, outcome in enumerate(("met", "short")):
        shutil.copy(filled(answers(outcome, 40 + number)), place.inbox / f"{number}.xlsx")
    assert place.collect("--sample", "1", "--seed", "摇号") == 0
    write(place.master, "形式审查", MASTER_MARKS, {(MASTER_ROW, "conclusion"): "通过"})
    return place


def test_the_experts_get_what_has_passed_and_what_they_send_back_is_counted(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.prepare("评审表", "--expert", "专家甲", "--expert", "专家乙") == 0
    for number, (expert, score) in enumerate((("专家甲", 80), ("专家乙", "好"))):
        sent = place.folder / "评审表" / f"专家评审表-{expert}.xlsx"
        assert openpyxl.load_workbook(sent)["评分表"].cell(FIRST_ROW + 1, 1).value is None
        write(sent, "评分表", MARK_ROW, {(FIRST_ROW, "score:6.1"): score, (FIRST_ROW, "overall"): "同意认定"})
        # Called anything, lying anywhere.
        (place.inbox / "随便").mkdir(exist_ok=True)
        shutil.copy(sent, place.inbox / "随便" / f"{number}.xlsx")
    assert place.collect() == 0
    assert "W50" in capsys.readouterr().out
    first, second = place.rows("专家评审")
    assert (first["experts"], first["6.1:mean"], first["overall"]) == (1, 80, "同意认定 2")
    assert (second["experts"], second["overall"]) == (None, None)
    log = {row["file"]: (row["done"], row["reason"]) for row in place.rows("导入日志")}
    assert log["随便/0.xlsx"] == ("已汇总", "未填签名日期")
    assert "评分无法识别" in log["随便/1.xlsx"][1]


def test_the_second_run_reads_nothing_anew_and_says_the_same(place: Place) -> None:
    before = [place.rows(sheet) for sheet in ("专家意见", "导入日志", "实地抽查")]
    assert place.collect() == 0
    assert [place.rows(sheet) for sheet in ("专家意见", "导入日志", "实地抽查")] == before


def test_the_sample_stays_as_it_was_drawn(place: Place) -> None:
    assert place.collect() == 0
    sheet = openpyxl.load_workbook(place.master)["实地抽查"]
    assert "种子“摇号”" in str(sheet.cell(2, 3).value)
    assert [row["drawn"] for row in rows_of(sheet)] == ["✓ 抽中", "—"]


def test_elsewhere_a_scoring_workbook_is_told_for_what_it_is(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(place.inbox / "随便" / "0.xlsx")]) == 2
    assert "W51" in capsys.readouterr().err


def test_a_workbook_somebody_may_be_filling_in_is_not_overwritten(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.prepare("又一次", "--expert", "专家甲", "--all") == 0
    assert place.prepare("又一次", "--expert", "专家乙", "--expert", "专家甲", "--all") == 2
    assert "W10" in capsys.readouterr().err
    assert not (place.folder / "又一次" / "专家评审表-专家乙.xlsx").exists()


@pytest.mark.parametrize(
    ("more", "code"), [((), "W48"), (("--expert", "甲", "--list", "没有.csv"), "W48")], ids=["nobody", "no list"]
)
def test_without_experts_nothing_is_written(
    place: Place, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], code: str
) -> None:
    assert place.prepare("没人", *more) == 2
    assert code in capsys.readouterr().err
    assert not (place.folder / "没人").exists()


def test_before_formal_review_there_is_nothing_to_score_unless_asked_for(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = Place(tmp_path)
    shutil.copy(place.inbox / "0.xlsx", fresh.inbox / "0.xlsx")
    assert fresh.collect() == 0
    assert fresh.prepare("评审表", "--expert", "专家甲") == 2
    assert "W49" in capsys.readouterr().err
    assert fresh.prepare("评审表", "--expert", "专家甲", "--all") == 0


@pytest.mark.parametrize("sample", ["0", "0%", "101%", "x", "1.5"])
def test_what_is_no_sample_is_refused(place: Place, capsys: pytest.CaptureFixture[str], sample: str) -> None:
    with pytest.raises(SystemExit):
        place.collect("--sample", sample)
    assert "--sample" in capsys.readouterr().err
