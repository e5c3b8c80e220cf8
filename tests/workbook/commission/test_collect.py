"""Many submissions in one workbook: every cluster once, every file accounted for, every figure counted again by hand."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from math import isnan
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbook.commission.drawing import CHART, PICTURE, box, draw
from toolkit.errors import WorkbookError
from toolkit.finding import Verdict
from toolkit.intake import answers_from_dict
from toolkit.submission import column_letters
from workbook.check import Checked, check_file, shelf
from workbook.cli import main
from workbook.commission import making
from workbook.commission.collect import Order, collect
from workbook.commission.publish import Published, publish
from workbook.commission.settle import Done
from workbook.commission.take import Taking
from workbook.layout import Layout, lay_out
from workbook.template import write_template

Table = list[dict[str, Any]]
HEADER = 4
TABLES = [
    *("申报汇总", "逐条矩阵", "判定统计", "短板分布", "短板清单", "数据问题", "企业总名录", "跨集群查重"),
    *("形式审查", "专家评审", "专家意见", "实地抽查", "认定名单", "公示名单", "公示与异议", "异议登记", "推荐国家级"),
    *("导入日志", "口径与参数", "待复核", "未归位"),
]
SHEETS = ["总览", *TABLES, "系统信息"]
GOOD = {"met": 21, "short": 22, "incomplete": 23, "met ": 24}


def table(path: Path, sheet: str) -> Table:
    """A sheet of the master as rows by heading."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=HEADER, min_col=3, values_only=True)
    heads = [str(head).removeprefix("✎ ") for head in next(rows)]
    return [dict(zip(heads, row, strict=True)) for row in rows if any(value is not None for value in row)]


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@dataclass(frozen=True)
class Result:
    """A run by its numbers."""

    accepted: int
    rejected: int
    refused: tuple[str, ...]
    published: Published


def collected(folder: Path, target: Path, layout: Layout, *packs: Path) -> Result:
    done = collect(Order(inbox=folder, target=target, layout=layout, task=Taking(packs), processes=1))
    refused = tuple(receipt.file for receipt in done.settled.receipts if receipt.done is Done.REFUSED)
    return Result(len(done.settled.clusters), len(refused), refused, done.published)


@pytest.fixture(scope="module")
def inbox(
    answers: Callable[..., Any],
    filled: Callable[..., Path],
    layout: Layout,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Four clusters of three districts, and everything else that arrives by mail."""
    folder = tmp_path_factory.mktemp("收件")
    (folder / "浦东" / "第二批").mkdir(parents=True)
    for i, (outcome, seed) in enumerate(GOOD.items()):
        where = folder / "浦东" / "第二批" if i % 2 else folder
        shutil.copy(filled(answers(outcome.strip(), seed)), where / f"{i}.xlsx")
    shutil.copy(folder / "0.xlsx", folder / "浦东" / "重复.xlsx")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "旧版.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    openpyxl.Workbook().save(folder / "别的表.xlsx")
    (folder / "~$0.xlsx").write_bytes(b"lock")
    (folder / "说明.docx").write_bytes(b"PK\x03\x04")
    next_year = replace(layout.season, id="2027", year=2027)
    write_template(lay_out(layout.policy, next_year), folder / "明年.xlsx")
    return folder


@pytest.fixture(scope="module")
def master(inbox: Path, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    target = tmp_path_factory.mktemp("总表") / "总表.xlsx"
    return target, collected(inbox, target, layout)


@pytest.fixture(scope="module")
def checked(inbox: Path) -> dict[str, Checked]:
    """What each accepted file comes to, by its path in the inbox."""
    names = ["0.xlsx", "浦东/第二批/1.xlsx", "2.xlsx", "浦东/第二批/3.xlsx"]
    return {name: check_file(inbox / name, shelf()) for name in names}


@pytest.fixture(scope="module")
def stated(inbox: Path, checked: dict[str, Checked]) -> dict[str, Callable[..., list[float]]]:
    """The figures of an input as openpyxl finds them, by file and then by input."""

    def reader(path: Path) -> Callable[..., list[float]]:
        book = openpyxl.load_workbook(path, data_only=True)

        def values(name: str) -> list[float]:
            ((sheet, area),) = book.defined_names[f"in_{name}"].destinations
            found = book[sheet][area.replace("$", "")]
            cells = [found] if not isinstance(found, tuple) else list(found[0])
            numbers = [cell.value for cell in cells]
            return [float(n) if isinstance(n, (int, float)) else float("nan") for n in numbers]

        return values

    return {name: reader(inbox / name) for name in checked}


Master = tuple[Path, Result]


class TestRows:
    def test_the_sheets_come_in_their_order(self, master: Master) -> None:
        book = openpyxl.load_workbook(master[0])
        assert book.sheetnames == SHEETS

    def test_every_accepted_file_is_one_row_in_the_order_of_the_districts(
        self, master: Master, checked: dict[str, Checked]
    ) -> None:
        rows = table(master[0], "申报汇总")
        assert {row["来源文件"] for row in rows} == set(checked)
        keys = [(row["推荐区"], row["集群名称"]) for row in rows]
        assert keys == sorted(keys)

    def test_a_row_says_who_what_and_from_which_file(self, master: Master, checked: dict[str, Checked]) -> None:
        for row in table(master[0], "申报汇总"):
            source = checked[row["来源文件"]]
            text = source.submission.text
            assert row["集群名称"] == text("cluster_name")
            assert row["推荐区"] == text("district")
            assert row["系统判定"] == source.evaluation.verdict.display
            assert row["统一社会信用代码"] in (text("operator_uscc"), None)
            assert row["联系人"] in (text("contact"), None)
            assert row["文件指纹"] == source.sha256[:16]

    def test_counts_of_verdicts_and_problems_are_those_of_the_evaluation(
        self, master: Master, checked: dict[str, Checked], layout: Layout
    ) -> None:
        for row in table(master[0], "申报汇总"):
            evaluation = checked[row["来源文件"]].evaluation
            counts = {verdict: row[f"{verdict.label}条数"] for verdict in Verdict}
            assert counts == {verdict: evaluation.counts[verdict] for verdict in Verdict}
            assert sum(counts.values()) == len(layout.policy.rules)
            assert row["数据问题"] == len(evaluation.problems)

    def test_the_matrix_gives_every_rule_its_letter(
        self, master: Master, checked: dict[str, Checked], layout: Layout
    ) -> None:
        rows = table(master[0], "逐条矩阵")
        assert [rule.id for rule in layout.policy.rules if rule.id not in rows[0]] == []
        for row, summary in zip(rows, table(master[0], "申报汇总"), strict=True):
            evaluation = checked[summary["来源文件"]].evaluation
            assert row["集群名称"] == summary["集群名称"]
            assert {f.rule: row[f.rule] for f in evaluation.findings} == {
                f.rule: f.verdict.letter for f in evaluation.findings
            }
            assert {c.id: row[f"条件{c.id}"] for c in evaluation.criteria} == {
                c.id: c.verdict.letter for c in evaluation.criteria
            }

    def test_every_gap_of_every_cluster_is_listed(self, master: Master, checked: dict[str, Checked]) -> None:
        short = (Verdict.UNMET, Verdict.DEVIATES, Verdict.MISSING)
        expected = Counter(
            (one.submission.text("cluster_name"), f.rule)
            for one in checked.values()
            for f in one.evaluation.findings
            if f.verdict in short
        )
        rows = table(master[0], "短板清单")
        assert Counter((row["集群名称"], row["规则"]) for row in rows) == expected
        assert all(row["怎样补齐"] for row in rows)

    def test_every_problem_of_every_cluster_is_listed(self, master: Master, checked: dict[str, Checked]) -> None:
        expected = Counter(
            (p.code, f"{p.location.sheet}!{p.location.cell}")
            for one in checked.values()
            for p in one.evaluation.problems
        )
        rows = table(master[0], "数据问题")
        assert Counter((row["代码"], row["位置"]) for row in rows) == expected

    def test_readings_of_the_season_are_told(self, master: Master, layout: Layout) -> None:
        rows = table(master[0], "口径与参数")
        numbered = [row["编号"] for row in rows if row["编号"] is not None]
        assert numbered == [parameter.number for parameter in layout.policy.parameters]
        assert all(row["采用口径"] and row["来源"] for row in rows)


class TestFigures:
    """The master against openpyxl, which knows nothing of measures: plain floats out of the named cells."""

    def test_key_figures_are_those_in_the_cells(
        self, master: Master, stated: dict[str, Callable[..., list[float]]]
    ) -> None:
        columns = {
            "2023年集群总产值（亿元）": ("output_total", 1),
            "2025年集群总产值（亿元）": ("output_total", 3),
            "占地面积（平方公里）": ("area", 0),
            "2025年中小企业研发经费（亿元）": ("rd_total", 3),
        }
        rows = table(master[0], "申报汇总")
        missing = set(columns) - set(rows[0])
        assert missing == set(), sorted(rows[0])
        for row in rows:
            for column, (name, position) in columns.items():
                value = stated[row["来源文件"]](name)[position]
                assert (row[column] is None) is isnan(value), (row["来源文件"], column)
                if row[column] is not None:
                    assert row[column] == pytest.approx(value)

    @pytest.mark.parametrize(
        ("rule", "compute"),
        [
            ("6.2-08", lambda v: v("output_sme")[-1] / v("output_total")[-1] * 100),
            ("6.5-01", lambda v: ((v("rd_total")[3] / v("rd_total")[0]) ** (1 / 3) - 1) * 100),
            ("6.5-06", lambda v: ((v("patent_stock")[3] / v("patent_stock")[0]) ** (1 / 3) - 1) * 100),
        ],
        ids=["share of small firms", "growth of research", "growth of patents"],
    )
    def test_an_indicator_is_what_a_pocket_calculator_says(
        self,
        master: Master,
        layout: Layout,
        stated: dict[str, Callable[..., list[float]]],
        rule: str,
        compute: Callable[[Callable[..., list[float]]], float],
    ) -> None:
        name = layout.policy.rule(rule).indicator
        compared = 0
        for row in table(master[0], "申报汇总"):
            column = next(head for head in row if head.startswith(f"{name}（"))
            expected = compute(stated[row["来源文件"]])
            if row[column] is None:
                assert isnan(expected)
            else:
                assert row[column] == pytest.approx(expected, abs=1e-4)
                compared += 1
        assert compared >= 3

    def test_districts_add_up_to_the_city(self, master: Master, checked: dict[str, Checked]) -> None:
        rows = [row for row in table(master[0], "判定统计") if row["分类"] == "各区"]
        districts = Counter(one.submission.text("district") for one in checked.values())
        assert {row["项目"]: row["合计"] for row in rows} == {**districts, "全市": len(checked)}
        verdicts = Counter(one.evaluation.verdict.display for one in checked.values())
        for display, count in verdicts.items():
            column = {row["项目"]: row[display] or 0 for row in rows}
            assert column.pop("全市") == count == sum(column.values())

    def test_every_condition_counts_every_cluster_once(
        self, master: Master, checked: dict[str, Checked], layout: Layout
    ) -> None:
        rows = [row for row in table(master[0], "判定统计") if row["分类"] == "各项条件"]
        assert [row["项目"] for row in rows] == [f"（{c.numeral}）{c.title}" for c in layout.policy.criteria]
        assert {row["合计"] for row in rows} == {len(checked)}
        for row, criterion in zip(rows, layout.policy.criteria, strict=True):
            verdicts = Counter(
                c.verdict.display for one in checked.values() for c in one.evaluation.criteria if c.id == criterion.id
            )
            assert {head: row[head] for head in row if head not in ("分类", "项目", "合计") and row[head]} == dict(
                verdicts
            )


class TestLog:
    def test_every_workbook_of_the_inbox_is_logged_once(self, master: Master, inbox: Path) -> None:
        names = [row["文件"] for row in table(master[0], "导入日志")]
        assert len(names) == len(set(names))
        arrived = {p.relative_to(inbox).as_posix() for p in inbox.rglob("*.xls*")}
        assert set(names) == {name for name in arrived if "~$" not in name} | {"0.xlsx（打开标记）"}

    def test_what_was_left_out_says_why(self, master: Master) -> None:
        log = {row["文件"]: row for row in table(master[0], "导入日志")}
        assert log["浦东/重复.xlsx"]["处理"] == "重复"
        assert "0.xlsx" in log["浦东/重复.xlsx"]["说明"]
        for name, code in (("坏.xlsx", "W0"), ("旧版.xls", "W02"), ("别的表.xlsx", "W07"), ("明年.xlsx", "W08")):
            assert log[name]["处理"] == "未汇总"
            assert f"[{code}" in log[name]["说明"]

    def test_the_result_counts_what_the_log_says(self, master: Master) -> None:
        done = Counter(row["处理"] for row in table(master[0], "导入日志"))
        assert done == {"已汇总": 4, "重复": 1, "未汇总": 4, "跳过": 1}
        result = master[1]
        assert (result.accepted, result.rejected) == (4, 4)
        assert sorted(result.refused) == sorted(["坏.xlsx", "旧版.xls", "别的表.xlsx", "明年.xlsx"])

    def test_a_workbook_of_another_season_that_is_known_is_left_out_by_name(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        folder = tmp_path / "收件"
        folder.mkdir()
        other = replace(layout.season, id="2027", year=2027)
        given = answers_from_dict(layout.policy, answers("met"))
        write_template(lay_out(layout.policy, other), folder / "明年.xlsx", given)
        shutil.copy(filled(answers("met")), folder / "今年.xlsx")
        pack = tmp_path / "规则包"
        shutil.copytree(Path(str(files("templates"))) / layout.policy.id, pack)
        season = json.loads((pack / "seasons" / "2026.json").read_text("utf-8"))
        (pack / "seasons" / "2027.json").write_text(json.dumps({**season, "id": "2027", "year": 2027}), "utf-8")
        result = collected(folder, tmp_path / "总表.xlsx", layout, pack)
        assert (result.accepted, result.rejected) == (1, 1)
        log = {row["文件"]: row for row in table(tmp_path / "总表.xlsx", "导入日志")}
        assert log["明年.xlsx"]["处理"] == "未汇总"
        assert "shanghai-2024 / 2027" in log["明年.xlsx"]["说明"]


class TestSameAgain:
    def test_the_same_inbox_gives_the_same_master(
        self, master: Master, inbox: Path, layout: Layout, tmp_path: Path
    ) -> None:
        again = tmp_path / "总表.xlsx"
        collected(inbox, again, layout)
        assert everything(again) == everything(master[0])

    def test_names_of_files_do_not_decide_anything(
        self, master: Master, inbox: Path, checked: dict[str, Checked], layout: Layout, tmp_path: Path
    ) -> None:
        folder = tmp_path / "另一个收件"
        folder.mkdir()
        for i, name in enumerate(reversed(list(checked))):
            shutil.copy(inbox / name, folder / f"{i}-换了名字.xlsx")
        target = tmp_path / "总表.xlsx"
        collected(folder, target, layout)
        for sheet in ("判定统计", "申报汇总", "逐条矩阵", "短板分布", "短板清单", "数据问题", "企业总名录"):
            rows = [{k: v for k, v in row.items() if k != "来源文件"} for row in table(target, sheet)]
            assert rows == [{k: v for k, v in row.items() if k != "来源文件"} for row in table(master[0], sheet)], sheet

    def test_what_was_decided_is_known_also_where_the_keys_were_deleted(
        self, workbook_of: Callable[[str], Path], layout: Layout, tmp_path: Path
    ) -> None:
        shutil.copy(workbook_of("met"), tmp_path / "一.xlsx")
        target = tmp_path / "总表.xlsx"
        collected(tmp_path, target, layout)
        book = openpyxl.load_workbook(target)
        sheet = book["认定名单"]
        columns = {str(cell.value).removeprefix("✎ "): at for at, cell in enumerate(sheet[HEADER], 1)}
        for heading, word in (("拟认定", "是"), ("签批理由", "同意"), ("签批人", "王处")):
            sheet.cell(HEADER + 1, columns[heading]).value = word
        sheet.delete_cols(1)
        book.save(target)
        collected(tmp_path, target, layout)
        assert [row["集群名称"] for row in table(target, "公示名单")] == [
            row["集群名称"] for row in table(target, "申报汇总")
        ]
        assert not collected(tmp_path, target, layout).published.changed

    def test_a_master_inside_its_inbox_does_not_collect_itself(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        shutil.copy(filled(answers("met")), tmp_path / "一.xlsx")
        target = tmp_path / "总表.xlsx"
        first = collected(tmp_path, target, layout)
        again = collected(tmp_path, target, layout)
        assert (again.accepted, again.rejected) == (first.accepted, first.rejected) == (1, 0)
        assert [row["文件"] for row in table(target, "导入日志")] == ["一.xlsx"]

    def test_a_master_that_is_replaced_is_kept_with_what_people_wrote_into_it(
        self, workbook_of: Callable[[str], Path], layout: Layout, tmp_path: Path
    ) -> None:
        shutil.copy(workbook_of("met"), tmp_path / "一.xlsx")
        target = tmp_path / "总表.xlsx"
        assert collected(tmp_path, target, layout).published.backup is None
        book = openpyxl.load_workbook(target)
        book["申报汇总"]["Z99"] = "处长批注"
        book.save(target)
        backup = collected(tmp_path, target, layout).published.backup
        assert backup is not None
        assert backup.parent == tmp_path
        assert openpyxl.load_workbook(backup)["申报汇总"]["Z99"].value == "处长批注"
        third = collected(tmp_path, target, layout)
        assert (third.accepted, third.rejected) == (1, 0)
        log = {row["文件"]: row["处理"] for row in table(target, "导入日志")}
        assert log == {"一.xlsx": "已汇总"}, "a backup is no submission"

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "备忘".encode()], ids=["empty", "broken", "text"])
    def test_a_file_that_is_no_master_is_never_replaced(self, layout: Layout, tmp_path: Path, content: bytes) -> None:
        target = tmp_path / "总表.xlsx"
        target.write_bytes(content)
        with pytest.raises(WorkbookError) as caught:
            collected(tmp_path, target, layout)
        assert caught.value.code == "W35"
        assert target.read_bytes() == content

    def test_a_copy_with_results_is_not_a_second_cluster(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        folder = tmp_path / "收件"
        folder.mkdir()
        shutil.copy(filled(answers("met")), folder / "一.xlsx")
        assert main(["check", str(folder / "一.xlsx")]) == 0
        assert collected(folder, tmp_path / "总表.xlsx", layout).accepted == 1

    def test_a_submission_is_never_replaced_by_the_master(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        source = tmp_path / "一.xlsx"
        shutil.copy(filled(answers("met")), source)
        before = source.read_bytes()
        with pytest.raises(WorkbookError):
            collected(tmp_path, source, layout)
        assert source.read_bytes() == before


class TestText:
    def test_text_of_a_submission_is_never_a_formula_in_the_master(
        self, workbook_of: Callable[[str], Path], retyped: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        hostile = {
            "cluster_name": '=HYPERLINK("http://example.com","点")',
            "contact": "+1+1",
            "main_industry": "@SUM(A1)",
            "operator_name": "-1+1",
            "area": "=1+1",
        }
        source = retyped(workbook_of("incomplete"), hostile)
        target = tmp_path / "总表.xlsx"
        collected(source.parent, target, layout)
        book = openpyxl.load_workbook(target)
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
        links = {str(cell.hyperlink.target) for cell in cells if cell.hyperlink}
        assert {link.replace("\\", "/").split("/")[0] for link in links} == {"archive"}
        assert hostile["cluster_name"] in [cell.value for cell in cells]
        assert any("=1+1" in str(row["实为"]) for row in table(target, "数据问题"))

    def test_strange_characters_of_one_submission_do_not_cost_the_others(
        self, workbook_of: Callable[[str], Path], retyped: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        names = ["正常的集群", "集群\x01名", "_xD800_", "<&>", "长" * 40_000, "😀", "末\r\n行"]
        folder = tmp_path / "收件"
        folder.mkdir()
        for i, name in enumerate(names):
            shutil.copy(retyped(workbook_of("met"), {"cluster_name": name}), folder / f"{i}.xlsx")
        target = tmp_path / "总表.xlsx"
        assert collected(folder, target, layout).accepted == len(names)
        told = [str(row["集群名称"]) for row in table(target, "申报汇总")]
        assert len(told) == len(names)
        assert {"正常的集群", "<&>", "😀"} <= set(told)


class TestWorkbook:
    def test_the_open_xml_sdk_finds_no_error_in_the_master(
        self, master: Master, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        assert ooxml_errors(master[0]) == []

    def test_an_empty_inbox_gives_an_empty_master_that_is_sound(
        self, layout: Layout, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        folder = tmp_path / "收件"
        folder.mkdir()
        target = tmp_path / "总表.xlsx"
        assert collected(folder, target, layout).accepted == 0
        assert openpyxl.load_workbook(target).sheetnames == SHEETS
        assert ooxml_errors(target) == []

    def test_headings_stay_in_sight_and_every_table_can_be_filtered(self, master: Master) -> None:
        book = openpyxl.load_workbook(master[0])
        for sheet in (book[name] for name in TABLES):
            assert sheet.freeze_panes, sheet.title
            assert str(sheet.freeze_panes).endswith(str(HEADER + 1)), sheet.title
            assert sheet.auto_filter.ref, sheet.title
            assert sheet.auto_filter.ref.startswith(f"A{HEADER}:"), sheet.title

    def test_every_sheet_prints_across_on_a4_or_a3(self, master: Master) -> None:
        book = openpyxl.load_workbook(master[0])
        for sheet in (book[name] for name in SHEETS[:-1]):
            assert str(sheet.page_setup.paperSize) in ("8", "9")
            assert sheet.page_setup.orientation == "landscape"
            repeated = None if sheet.title == "总览" else f"${HEADER}:${HEADER}"
            assert sheet.print_title_rows == repeated, sheet.title
            # What tells whose a row is comes again where a row goes on on a page beside.
            beside = (sheet.page_setup.fitToWidth or 1) > 1
            assert bool(sheet.print_title_cols) == beside, sheet.title

    def test_pictures_stand_where_the_counts_are(self, master: Master) -> None:
        with zipfile.ZipFile(master[0]) as package:
            charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 4

    def test_figures_are_numbers_that_can_be_sorted(self, master: Master) -> None:
        rows = table(master[0], "申报汇总")
        figures = [head for head in rows[0] if head.endswith(("（亿元）", "（%）", "（家）", "条数"))]
        assert len(figures) > 10
        for row in rows:
            assert [h for h in figures if row[h] is not None and not isinstance(row[h], (int, float, Decimal))] == []

    def test_a_folder_at_the_place_of_the_master_is_left_alone(
        self, layout: Layout, inbox: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "总表.xlsx"
        target.mkdir()
        with pytest.raises(WorkbookError) as caught:
            collected(inbox, target, layout)
        assert caught.value.code == "W11"
        assert list(target.iterdir()) == []

    def test_a_master_is_no_submission(self, master: Master) -> None:
        with pytest.raises(WorkbookError) as caught:
            check_file(master[0], shelf())
        assert caught.value.code == "W12"


class TestCommand:
    def test_files_left_out_are_told_and_end_with_one(
        self, inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = tmp_path / "新建" / "总表.xlsx"
        assert main(["collect", str(inbox), "-o", str(target)]) == 1
        told = capsys.readouterr()
        assert "已汇总 4 个集群；未汇总 4 份" in told.out
        assert all(f"✗ {name}" in told.err for name in ("坏.xlsx", "旧版.xls", "别的表.xlsx", "明年.xlsx"))
        assert target.exists()

    def test_an_inbox_without_trouble_ends_with_zero_even_where_data_are_wrong(
        self, workbook_of: Callable[[str], Path], tmp_path: Path
    ) -> None:
        folder = tmp_path / "收件"
        folder.mkdir()
        shutil.copy(workbook_of("incomplete"), folder / "一.xlsx")
        assert main(["collect", str(folder), "-o", str(tmp_path / "总表.xlsx")]) == 0


class Writer:
    """Somebody who writes a remark beside the first cluster, and saves and closes the master again."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __call__(self, remark: str) -> None:
        """Write, save, close."""
        book = openpyxl.load_workbook(self._target)
        sheet: Any = book["申报汇总"]
        column = next(cell.column for cell in sheet[HEADER] if cell.value == "✎ 备注")
        sheet.cell(HEADER + 1, column).value = remark
        book.save(self._target)


class TestHandEdits:
    """What people wrote in the master survives whole runs; each kind of edit by itself is in ``test_carry``."""

    def test_words_stay_leave_and_come_back_with_their_file(self, layout: Layout, inbox: Path, tmp_path: Path) -> None:
        folder, target = tmp_path / "收件", tmp_path / "总表.xlsx"
        folder.mkdir()
        shutil.copy(inbox / "0.xlsx", folder)
        shutil.copy(inbox / "2.xlsx", folder)
        collected(folder, target, layout)
        book = openpyxl.load_workbook(target)
        sheet: Any = book["申报汇总"]
        heads = {str(cell.value): cell.column for cell in sheet[HEADER]}
        row = next(cell.row for cell in sheet[column_letters(heads["来源文件"])] if cell.value == "0.xlsx")
        sheet.cell(row, heads["✎ 备注"]).value = "已电话核实"
        book.save(target)

        collected(folder, target, layout)
        assert {one["来源文件"]: one["备注"] for one in table(target, "申报汇总")}["0.xlsx"] == "已电话核实"
        before = target.read_bytes()
        assert not collected(folder, target, layout).published.changed

        (folder / "0.xlsx").rename(tmp_path / "0.xlsx")
        collected(folder, target, layout)
        assert [(one["来源表"], one["列"], one["内容"]) for one in table(target, "未归位")] == [
            ("申报汇总", "备注", "已电话核实")
        ]
        (tmp_path / "0.xlsx").rename(folder / "0.xlsx")
        collected(folder, target, layout)
        assert target.read_bytes() == before

    def test_what_is_saved_while_files_are_read_is_carried_too(
        self, layout: Layout, inbox: Path, tmp_path: Path
    ) -> None:
        folder, target = tmp_path / "收件", tmp_path / "总表.xlsx"
        folder.mkdir()
        shutil.copy(inbox / "0.xlsx", folder)
        collected(folder, target, layout)
        writes = Writer(target)
        order = Order(inbox=folder, target=target, layout=layout, task=Taking(), processes=1)
        done = collect(replace(order, progress=lambda *_: writes("已电话核实")))
        assert [one["备注"] for one in table(target, "申报汇总")] == ["已电话核实"]
        assert (done.published.path, done.published.beside) == (target, False)

    def test_who_saves_faster_than_it_is_written_gets_the_new_one_beside(
        self, layout: Layout, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, target = tmp_path / "收件", tmp_path / "总表.xlsx"
        folder.mkdir()
        shutil.copy(inbox / "0.xlsx", folder)
        collected(folder, target, layout)
        writes, times = Writer(target), iter(range(1, 9))

        def overtaken(target: Path, write: Callable[[Path], None], *, expected: bytes | None) -> Published:
            writes(f"第{next(times)}次")
            return publish(target, write, expected=expected)

        monkeypatch.setattr(making, "publish", overtaken)
        done = collect(Order(inbox=folder, target=target, layout=layout, task=Taking(), processes=1)).published
        assert done.beside
        assert [table(path, "申报汇总")[0]["备注"] for path in (target, done.path)] == ["第3次", "第3次"]

    def test_what_is_drawn_on_the_pages_is_told_but_for_the_charts_of_the_tool(
        self, layout: Layout, inbox: Path, tmp_path: Path
    ) -> None:
        folder, target = tmp_path / "收件", tmp_path / "总表.xlsx"
        folder.mkdir()
        shutil.copy(inbox / "0.xlsx", folder)
        order = Order(inbox=folder, target=target, layout=layout, task=Taking(), processes=1)
        collect(order)
        assert not [note for note in collect(order).notes if note.code == "W52"]
        draw(target, "总览", PICTURE + CHART + box("请核对"))
        (note,) = (note for note in collect(order).notes if note.code == "W52")
        assert "“总览”图片 1 个、图表 1 个" in str(note)
        assert [(one["来源表"], one["内容"]) for one in table(target, "未归位")] == [("总览", "请核对")]
        assert not [note for note in collect(order).notes if note.code == "W52"]

    def test_the_master_of_another_year_is_never_replaced(self, layout: Layout, inbox: Path, tmp_path: Path) -> None:
        target = tmp_path / "总表.xlsx"
        folder = tmp_path / "收件"
        folder.mkdir()
        next_year = lay_out(layout.policy, replace(layout.season, id="2027", year=2027))
        collected(folder, target, next_year)
        before = target.read_bytes()
        with pytest.raises(WorkbookError) as caught:
            collected(inbox, target, layout)
        assert (caught.value.code, target.read_bytes()) == ("W36", before)
