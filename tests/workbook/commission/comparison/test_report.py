"""The report as people get it: a workbook that opens everywhere, lines on the terminal, data; and the ways to ask for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.errors import PolicyError, WorkbookError
from workbook.cli import main
from workbook.commission.comparison.sides import Side, sides

SHIPPED, NATIONAL = "shanghai-2024", "national-2022"
Draft = Callable[..., Path]
SHEETS = ["概况", "翻转清单", "规则差异", "翻转统计", "逐集群", "文件记录", "系统信息"]
HEADER = 4


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """A sheet of the report as rows by heading."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=HEADER, min_col=3, values_only=True)
    heads = list(map(str, next(rows)))
    return [dict(zip(heads, row, strict=True)) for row in rows if any(value is not None for value in row)]


@pytest.fixture
def inbox(met_inbox: Path, tmp_path: Path) -> Path:
    shutil.copytree(met_inbox, tmp_path / "收件")
    return tmp_path / "收件"


@pytest.fixture
def asked(inbox: Path, changed_to: Draft, tmp_path: Path) -> list[str]:
    """A command that turns one of three clusters."""
    pack = changed_to("5")
    return ["compare", str(inbox), "--pack", str(pack), "--processes", "1", "-o", str(tmp_path / "报告.xlsx")]


class TestWorkbook:
    @pytest.fixture
    def report(self, asked: list[str], tmp_path: Path) -> Path:
        assert main(asked) == 0
        return tmp_path / "报告.xlsx"

    def test_it_tells_every_flip_with_its_figures_and_leads_to_the_cell(self, report: Path, inbox: Path) -> None:
        assert openpyxl.load_workbook(report).sheetnames == SHEETS
        whole, criterion, rule = table(report, "翻转清单")
        assert [whole["层级"], criterion["编号"], rule["编号"]] == ["总体", "6.9", "6.9-03"]
        assert (rule["A 判定"], rule["B 判定"], rule["变化"]) == ("✓ 达标", "✗ 未达标", "不再达标")
        assert (rule["实际"], rule["A 门槛"], rule["B 门槛"]) == ("4 人", "1人以上", "5人以上")
        assert (rule["A 余量"], rule["B 余量"], rule["A 差额"], rule["B 差额"]) == (3, -1, None, "差 1 人")
        book = openpyxl.load_workbook(report)
        links = [cell.hyperlink for row in book["翻转清单"].iter_rows() for cell in row if cell.hyperlink]
        (place,) = [link for link in links if link.location]
        source = openpyxl.load_workbook(report.parent / str(place.target).replace("\\", "/"), data_only=True)
        sheet, _, cell = str(place.location).rpartition("!")
        assert source[sheet.strip("'")][cell].value == 4

    def test_differences_counts_and_clusters_agree(self, report: Path) -> None:
        (change,) = table(report, "规则差异")
        assert (change["规则"], change["A"], change["B"], change["不再达标"]) == ("6.9-03", "1人以上", "5人以上", 1)
        first = next(row for row in table(report, "翻转统计") if row["分类"] == "规则")
        assert (first["项目"], first["A"], first["B"], first["不再达标"]) == ("6.9-03 企业服务专员队伍", 3, 2, 1)
        clusters = {row["集群名称"]: row for row in table(report, "逐集群")}
        assert [clusters[f"集群{i}"]["条件 6.9"] for i in (4, 5, 6)] == ["达→否", "达", "达"]
        assert [clusters[f"集群{i}"]["变化"] for i in (4, 5, 6)] == ["不再达标", "不变", "不变"]
        assert {row["处理"] for row in table(report, "文件记录")} == {"已汇总"}

    def test_every_program_opens_it(self, report: Path, ooxml_errors: Callable[[Path], list[str]]) -> None:
        assert ooxml_errors(report) == []

    def test_the_same_again_changes_nothing_and_another_file_is_never_replaced(
        self, report: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = report.read_bytes()
        assert main(asked) == 0
        assert report.read_bytes() == before
        report.write_bytes(b"PK\x03\x04 notes")
        capsys.readouterr()
        assert main(asked) == 2
        assert "[W56]" in capsys.readouterr().err
        assert report.read_bytes() == b"PK\x03\x04 notes"

    def test_a_report_in_an_inbox_is_passed_over(self, report: Path, inbox: Path, tmp_path: Path) -> None:
        shutil.copy(report, inbox / "报告.xlsx")
        assert (
            main(["compare", str(inbox), "--policy", NATIONAL, "-o", str(tmp_path / "又.xlsx"), "--processes", "1"])
            == 0
        )
        done = {row["文件"]: row["处理"] for row in table(tmp_path / "又.xlsx", "文件记录")}
        assert done["报告.xlsx"] == "跳过"


class TestTerminal:
    def test_it_tells_what_was_compared_what_differs_and_who_flips(
        self, asked: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(asked[:6]) == 0
        lines = capsys.readouterr().out
        assert "比较集群 3 个：总体判定转为达标 0 个，不再达标 1 个，判定改变 0 个，不变 2 个" in lines
        assert "6.9-03 企业服务专员队伍 门槛：1人以上→5人以上 不再达标 1 个" in lines
        assert "集群4（达标→未达标）" in lines

    def test_data_say_the_same(self, asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main([*asked[:6], "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["turns"] == {"gained": 0, "lost": 1, "changed": 0, "unchanged": 2}
        (cluster,) = told["flipped"]
        assert [flip["level"] for flip in cluster["flips"]] == ["whole", "criterion", "rule"]
        figures = cluster["flips"][-1]["figures"]
        assert (figures["before"]["bound"], figures["after"]["bound"], figures["after"]["gap"]) == (1.0, 5.0, "差 1 人")

    def test_files_left_out_are_named_and_tell_the_caller(
        self, asked: list[str], inbox: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
        assert main(asked[:6]) == 1
        assert "坏.xlsx" in capsys.readouterr().err


class TestSides:
    """What is A and what is B, by what was asked."""

    def test_one_pack_is_held_against_the_one_that_ships(self, draft: Draft) -> None:
        pack = draft()
        assert sides([pack], []) == (Side(SHIPPED, "2026"), Side(pack, "2026"))

    def test_two_packs_come_in_their_order(self, draft: Draft) -> None:
        pack = draft()
        assert sides([pack, NATIONAL], []) == (Side(pack, "2026"), Side(NATIONAL, "2026"))

    def test_two_seasons_are_those_of_one_pack(self, draft: Draft) -> None:
        pack = draft(id="2027", year=2027)
        assert sides([pack], ["2026", "2027"]) == (Side(pack, "2026"), Side(pack, "2027"))

    def test_the_later_side_takes_the_season_of_the_former_where_it_has_it(self, draft: Draft) -> None:
        pack = draft(id="2027", year=2027)
        assert sides([pack], [])[1] == Side(pack, "2026")
        assert sides([pack, SHIPPED], []) == (Side(pack, "2027"), Side(SHIPPED, "2026"))

    @pytest.mark.parametrize(
        ("packs", "seasons"), [((), ()), ((), ("2026",)), ((SHIPPED,) * 3, ()), ((SHIPPED,), ("2026",) * 3)]
    )
    def test_too_little_or_too_much_is_refused(self, packs: tuple[str, ...], seasons: tuple[str, ...]) -> None:
        with pytest.raises(WorkbookError) as caught:
            sides(packs, seasons)
        assert caught.value.code == "W59"

    @pytest.mark.parametrize(("pack", "season"), [("atlantis", "2026"), (NATIONAL, "1999")])
    def test_what_does_not_exist_is_named(self, pack: str, season: str) -> None:
        with pytest.raises(PolicyError, match=f"{pack if pack != NATIONAL else season}"):
            sides([pack], [season])

    def test_a_report_names_the_folder_never_its_path(self, draft: Draft) -> None:
        pack = draft()
        assert Side(pack, "2026").label == f"shanghai-2024 / 2026（{pack.name}）"

    def test_a_fingerprint_tells_what_exactly_was_compared(self, changed_to: Draft) -> None:
        one, other = Side(changed_to("5"), "2026"), Side(changed_to("6"), "2026")
        assert one.fingerprint != other.fingerprint
