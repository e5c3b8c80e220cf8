"""The evaluation comes back to the person who asked: on result sheets, beside the rows, and nowhere else."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.finding import Verdict
from toolkit.submission import column_letters
from workbook import wording
from workbook.book import area_of
from workbook.check import Checked, check_file, shelf
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.layout import Layout
from workbook.resultplan import ResultPlan
from workbook.results import write_results

STAMP = "规则 shanghai-2024；校验时间 2026-01-01 00:00"
OF_A_CHECK = ("summary", "findings", "gaps", "problems")
OUTCOMES = ["met", "short", "incomplete"]
MARKED = (Verdict.UNMET, Verdict.DEVIATES, Verdict.MISSING)
Workbooks = Callable[[str], Path]
Annotate = Callable[..., Path]
Edited = Callable[[Path, Callable[[openpyxl.Workbook], None]], Path]


def annotated(source: Path, target: Path, verdict_of: Path | None = None) -> Path:
    """Check a file and write the results into a copy; of another file's evaluation where one is named."""
    checked = check_file(source, shelf())
    told = check_file(verdict_of, shelf()) if verdict_of else checked
    write_results(checked.book, checked.layout, told.submission, told.evaluation, STAMP)
    checked.book.save(target)
    return target


@pytest.fixture(scope="session")
def results_of(workbook_of: Workbooks, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The copy with results of one outcome, written once."""
    made: dict[str, Path] = {}

    def path(outcome: str) -> Path:
        if outcome not in made:
            made[outcome] = annotated(workbook_of(outcome), tmp_path_factory.mktemp("results") / f"{outcome}.xlsx")
        return made[outcome]

    return path


@pytest.fixture(scope="session")
def checked_of(workbook_of: Workbooks) -> Callable[[str], Checked]:
    made: dict[str, Checked] = {}

    def checked(outcome: str) -> Checked:
        if outcome not in made:
            made[outcome] = check_file(workbook_of(outcome), shelf())
        return made[outcome]

    return checked


@pytest.fixture(scope="session")
def opened(results_of: Callable[[str], Path]) -> Callable[[str], openpyxl.Workbook]:
    """The copy as openpyxl sees it; only to be looked at."""
    made: dict[str, openpyxl.Workbook] = {}

    def book(outcome: str) -> openpyxl.Workbook:
        if outcome not in made:
            made[outcome] = openpyxl.load_workbook(results_of(outcome))
        return made[outcome]

    return book


Opened = Callable[[str], openpyxl.Workbook]


def formulas(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    """Sheet and cell → the formula in it."""
    return {
        (sheet.title, cell.coordinate): str(getattr(cell.value, "text", cell.value))
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


CheckedOf = Callable[[str], Checked]


def rows(book: openpyxl.Workbook, plan: ResultPlan) -> list[dict[str, Any]]:
    """The filled rows of a result sheet, by the key of the column."""
    sheet = book[plan.sheet]
    body = sheet.iter_rows(min_row=plan.area.top, max_col=len(plan.columns), values_only=True)
    filled = [row for row in body if any(value not in (None, "") for value in row)]
    return [{c.key: value or "" for c, value in zip(plan.columns, row, strict=True)} for row in filled]


def content(path: Path) -> dict[str, dict[tuple[int, int], Any]]:
    """Every text and number of a workbook by sheet, blanks left out."""
    book = FileBook(path)
    return {s: {at: c.value for at, c in book.cells(s).items() if c.value not in (None, "")} for s in book.sheets}


def told_below(path: Path, plan: ResultPlan) -> dict[tuple[int, int], Any]:
    """What stands below the header of a result sheet."""
    cells = FileBook(path).cells(plan.sheet)
    return {at: cell.value for at, cell in cells.items() if at[0] >= plan.area.top and cell.value not in (None, "")}


def links(sheet: Worksheet) -> dict[str, str]:
    return {
        cell.coordinate: str(cell.hyperlink.location) for row in sheet.iter_rows() for cell in row if cell.hyperlink
    }


def addresses(text: str) -> list[str]:
    return re.findall(r"\[([A-Z]+\d+)\]", text)


def pointed_at(checked: Checked) -> dict[tuple[str, int], set[str]]:
    """Every cell that a problem or a missed rule is about, by sheet and row."""
    cells: dict[tuple[str, int], set[str]] = defaultdict(set)
    places = [problem.location for problem in checked.evaluation.problems]
    places += [p for f in checked.evaluation.findings if f.verdict in MARKED for p in f.locations if p.sheet]
    for place in places:
        cells[place.sheet, place.row].add(place.cell)
    return cells


def hints(book: openpyxl.Workbook, layout: Layout) -> Iterator[tuple[str, int, str]]:
    """Sheet, row and text of every filled cell in the tool's columns, their headings left out."""
    for plan in layout.sheets:
        area = plan.hints
        for row in area.rows:
            text = book[area.sheet].cell(row, area.left).value
            if text and str(text) not in ("校验提示", "判定结果", "系统判定", "单位"):
                yield area.sheet, row, str(text)


class TestResultSheets:
    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_every_rule_has_its_row_in_the_order_of_the_clauses(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        found = rows(opened(outcome), layout.results["findings"])
        findings = checked_of(outcome).evaluation.findings
        assert [row["rule"] for row in found] == [rule.id for rule in layout.policy.rules]
        for row, finding in zip(found, findings, strict=True):
            assert row["verdict"] == wording.verdict_text(finding)
            assert row["shown"] == finding.shown
            assert row["sentence"] == wording.told(finding)
            assert row["clause"] == finding.clause
            assert row["gap"] == wording.gap_text(finding.shortfall)
            assert row["title"] == f"{finding.title}：{finding.requirement}"

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_the_list_of_gaps_names_every_rule_that_falls_short_the_gravest_first(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        found = rows(opened(outcome), layout.results["gaps"])
        findings = checked_of(outcome).evaluation.findings
        wanted = [f.rule for verdict in MARKED for f in findings if f.verdict is verdict]
        if not wanted:
            assert [row["title"] for row in found] == ["没有短板"]
            return
        assert [row["rule"] for row in found] == wanted
        assert [row["number"] for row in found] == list(range(1, len(wanted) + 1))
        assert all(row["remedy"] for row in found)

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_every_problem_is_listed_with_its_place_and_what_to_do(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        found = rows(opened(outcome), layout.results["problems"])
        problems = checked_of(outcome).evaluation.problems
        if not problems:
            assert [row["title"] for row in found] == ["没有发现数据问题"]
            return
        listed = sorted((row["code"], row["sheet"], row["place"], row["hint"]) for row in found)
        assert listed == sorted((p.code, p.location.sheet, p.location.cell, p.explanation.hint) for p in problems)
        weights = ["✗▲ⓘ".index(str(row["severity"])[0]) for row in found]
        assert weights == sorted(weights)

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_the_overview_tells_the_whole_each_condition_and_the_figures_that_have_a_threshold(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        evaluation = checked_of(outcome).evaluation
        plan = layout.results["summary"]
        sheet = opened(outcome)[plan.sheet]
        above = [str(sheet.cell(row, 1).value) for row in range(1, plan.header)]
        assert f"总体判定：{wording.headline(evaluation)}" in above
        assert STAMP in above
        assert any(checked_of(outcome).submission.text("cluster_name") in text for text in above)
        found = rows(opened(outcome), plan)
        conditions = found[: len(evaluation.criteria)]
        assert [(row["item"], row["verdict"]) for row in conditions] == [
            (f"（{c.numeral}）{c.title}", c.verdict.display) for c in evaluation.criteria
        ]
        for row, criterion in zip(conditions, evaluation.criteria, strict=True):
            counted = {key: row[key] or 0 for key in ("met", "unmet", "missing", "review", "deviates", "na")}
            assert sum(counted.values()) == len(criterion.findings)
            assert counted["unmet"] == criterion.counts[Verdict.UNMET]
        heading = next(i for i, row in enumerate(found) if row["item"] == "关键指标")
        figures = {str(row["item"]).split(" ")[0] for row in found[heading + 1 :]}
        shown = [f for f in evaluation.findings if wording.met_share(f) is not None]
        indicators = {rule.id for rule in layout.policy.rules if rule.indicator}
        assert figures == {finding.rule for finding in shown} & indicators

    def test_every_stamp_says_when_and_by_what_rules(self, layout: Layout, opened: Opened) -> None:
        for plan in map(layout.results.__getitem__, OF_A_CHECK):
            sheet = opened("short")[plan.sheet]
            assert any(STAMP in str(sheet.cell(row, 1).value) for row in range(1, plan.header)), plan.sheet

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_every_link_leads_to_the_cell_it_names(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        book = opened(outcome)
        for plan_id in ("findings", "gaps"):
            plan = layout.results[plan_id]
            column = [c.key for c in plan.columns].index("place") + 1
            sheet = book[plan.sheet]
            found = links(sheet)
            for i, row in enumerate(rows(book, plan)):
                at = sheet.cell(plan.area.top + i, column).coordinate
                finding = next((f for f in checked_of(outcome).evaluation.findings if f.rule == row["rule"]), None)
                place = next((p for p in finding.locations if p.sheet), None) if finding else None
                assert found.get(at) == (f"'{place.sheet}'!{place.cell}" if place else None)
                assert row["place"] == (f"{place.sheet}!{place.cell}" if place else "")

    def test_every_listed_problem_links_to_its_cell(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf
    ) -> None:
        plan = layout.results["problems"]
        book = opened("incomplete")
        found = links(book[plan.sheet])
        column = [c.key for c in plan.columns].index("place") + 1
        for i, row in enumerate(rows(book, plan)):
            at = book[plan.sheet].cell(plan.area.top + i, column).coordinate
            assert found[at] == f"'{row['sheet']}'!{row['place']}"

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_no_link_leads_to_a_sheet_that_is_not_there(self, opened: Opened, outcome: str) -> None:
        book = opened(outcome)
        targets = [target for sheet in book.worksheets for target in links(sheet).values()]
        assert targets
        areas = [area_of(target) for target in targets]
        assert all(area is not None and area.sheet in book.sheetnames for area in areas)

    def test_long_rows_are_made_high_enough_to_be_read(self, layout: Layout, opened: Opened) -> None:
        plan = layout.results["findings"]
        sheet = opened("short")[plan.sheet]
        widths = {column.key: column.width for column in plan.columns}
        for i, row in enumerate(rows(opened("short"), plan)):
            height = sheet.row_dimensions[plan.area.top + i].height
            lines = max(wording.width(str(row[key])) / width for key, width in widths.items())
            assert height is not None
            assert height >= min(lines * 13, 400)


class TestHints:
    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_a_hint_names_exactly_the_cells_of_its_row_that_need_attention(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        wanted = {at: cells for at, cells in pointed_at(checked_of(outcome)).items() if layout.sheet(at[0])}
        found = {(sheet, row): set(addresses(text)) for sheet, row, text in hints(opened(outcome), layout)}
        # A rule's own row, and the review's, carry a verdict in place of addresses.
        judged = {at for at, cells in found.items() if not cells}
        assert {at: cells for at, cells in found.items() if at not in judged} == {
            at: cells for at, cells in wanted.items() if at not in judged
        }

    def test_a_hint_says_the_code_of_the_problem_beside_its_cell(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf
    ) -> None:
        book = opened("incomplete")
        for problem in checked_of("incomplete").evaluation.problems:
            plan = layout.sheet(problem.location.sheet)
            assert plan is not None
            text = str(book[plan.name].cell(problem.location.row, plan.hint_column).value)
            assert f"[{problem.location.cell}]" in text
            assert problem.code in text

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_every_rule_has_its_verdict_beside_it(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf, outcome: str
    ) -> None:
        verdicts = {finding.rule: finding for finding in checked_of(outcome).evaluation.findings}
        for plan in layout.sheets:
            for rule, row in plan.rule_rows.items():
                text = str(opened(outcome)[plan.name].cell(row, plan.hint_column).value)
                assert text.startswith(wording.verdict_text(verdicts[rule])), rule

    def test_the_district_sees_the_same_verdict_beside_each_rule_it_decides(
        self, layout: Layout, opened: Opened, checked_of: CheckedOf
    ) -> None:
        place = layout.tables["review"]
        plan = layout.sheet(place.area.sheet)
        assert plan is not None
        verdicts = {finding.rule: finding for finding in checked_of("short").evaluation.findings}
        for i, fixed in enumerate(place.table.fixed):
            text = str(opened("short")[plan.name].cell(place.area.top + i, plan.hint_column).value)
            assert text.startswith(wording.verdict_text(verdicts[fixed.id])), fixed.id

    def test_a_problem_in_the_review_is_told_beside_its_row_though_a_verdict_stands_there(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        given = answers("met")
        given["tables"]["review"][4]["decision"] = "可以吧"
        source = filled(given)
        (problem,) = [p for p in check_file(source, shelf()).evaluation.problems if p.code == "F6"]
        plan = layout.sheet(problem.location.sheet)
        assert plan is not None
        copy = openpyxl.load_workbook(annotated(source, tmp_path / "copy.xlsx"))
        text = str(copy[plan.name].cell(problem.location.row, plan.hint_column).value)
        assert f"[{problem.location.cell}]" in text
        assert "F6" in text

    def test_the_template_colours_the_cells_a_hint_names(self, layout: Layout, opened: Opened) -> None:
        """The colour is a formula over the hint, so the mark and the words cannot disagree."""
        book = opened("incomplete")
        for sheet, row, text in hints(book, layout):
            plan = layout.sheet(sheet)
            assert plan is not None
            hint = f"${column_letters(plan.hint_column)}"
            for at in addresses(text):
                rules = [
                    (conditional, rule)
                    for conditional in book[sheet].conditional_formatting
                    for rule in conditional.rules
                    if "ADDRESS(ROW(),COLUMN(),4)" in "".join(rule.formula)
                ]
                covering = [rule for conditional, rule in rules if at in conditional.sqref]
                assert covering, (sheet, at, row)
                assert all(hint in "".join(rule.formula) for rule in covering)

    def test_headings_of_the_tool_s_column_stay(self, layout: Layout, opened: Opened, blank: Path) -> None:
        before = openpyxl.load_workbook(blank)
        for plan in layout.sheets:
            for row in range(1, plan.hints.bottom + 1):
                heading = before[plan.name].cell(row, plan.hint_column).value
                if heading:
                    assert opened("incomplete")[plan.name].cell(row, plan.hint_column).value == heading


class TestNothingElse:
    def test_the_original_is_not_touched(self, workbook_of: Workbooks, tmp_path: Path) -> None:
        source = workbook_of("incomplete")
        before = (hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns)
        annotated(source, tmp_path / "copy.xlsx")
        assert (hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns) == before

    def test_parts_that_are_not_concerned_are_the_same_to_the_byte(
        self, layout: Layout, workbook_of: Workbooks, results_of: Callable[[str], Path]
    ) -> None:
        with zipfile.ZipFile(workbook_of("incomplete")) as old, zipfile.ZipFile(results_of("incomplete")) as new:
            assert old.namelist() == new.namelist()
            changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        sheets = len(layout.sheets) + len(layout.results)
        assert all(name.startswith("xl/worksheets/sheet") for name in changed)
        assert len(layout.results) < len(changed) <= sheets

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_nothing_a_person_typed_or_the_template_printed_is_changed(
        self, layout: Layout, workbook_of: Workbooks, results_of: Callable[[str], Path], outcome: str
    ) -> None:
        before, after = content(workbook_of(outcome)), content(results_of(outcome))
        owned = {plan.sheet for plan in layout.results.values()}
        for sheet, cells in before.items():
            plan = layout.sheet(sheet)
            if sheet in owned:
                continue
            column = plan.hint_column if plan else 0
            mine = {at: value for at, value in after[sheet].items() if at[1] != column}
            assert mine == {at: value for at, value in cells.items() if at[1] != column}, sheet

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_the_copy_reads_as_the_original_does(
        self, checked_of: CheckedOf, results_of: Callable[[str], Path], outcome: str
    ) -> None:
        again = check_file(results_of(outcome), shelf())
        assert again.submission == checked_of(outcome).submission
        assert again.evaluation == checked_of(outcome).evaluation

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_no_result_is_a_formula(self, opened: Opened, layout: Layout, outcome: str) -> None:
        book = opened(outcome)
        cells = [cell for plan in layout.results.values() for row in book[plan.sheet].iter_rows() for cell in row]
        assert len(cells) > 0
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []

    @pytest.mark.parametrize("outcome", ["met", "short", "incomplete"])
    def test_the_live_formulas_of_the_workbook_are_all_still_there(
        self, opened: Opened, workbook_of: Workbooks, outcome: str
    ) -> None:
        before = formulas(openpyxl.load_workbook(workbook_of(outcome)))
        assert len(before) > 1000
        assert formulas(opened(outcome)) == before

    def test_text_that_starts_like_a_formula_stays_text_wherever_it_is_repeated(
        self, answers: Callable[..., Any], filled: Callable[..., Path], layout: Layout, tmp_path: Path
    ) -> None:
        given = answers("incomplete")
        given["inputs"]["cluster_name"] = '=HYPERLINK("http://example.com","点")'
        given["inputs"]["output_total"] = ["=1+1", "+2", "-3", "@SUM(A1)"]
        source = filled(given)
        book = openpyxl.load_workbook(annotated(source, tmp_path / "copy.xlsx"))
        assert formulas(book) == formulas(openpyxl.load_workbook(source))
        told = [str(row["found"]) for row in rows(book, layout.results["problems"])]
        for text in ("=1+1", "+2", "-3", "@SUM(A1)"):
            assert any(text in found for found in told)
        assert any("HYPERLINK" in str(cell.value) for row in book["结果总览"].iter_rows() for cell in row)

    @pytest.mark.parametrize("text", ["a\x01b", "_x0041_", "<&>\"'", "第一行\n第二行\t末", "😀" * 20, "\ufffd"])
    def test_any_text_a_cell_can_hold_can_be_told(
        self, workbook_of: Workbooks, retyped: Callable[..., Path], tmp_path: Path, text: str
    ) -> None:
        source = retyped(workbook_of("met"), {"cluster_name": f"集群{text}"})
        copy = annotated(source, tmp_path / "copy.xlsx")
        told = [str(cell.value) for cell in FileBook(copy).cells("结果总览").values()]
        assert any(f"集群{text}" in one for one in told)

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_the_open_xml_sdk_finds_no_error_in_the_copy(
        self, results_of: Callable[[str], Path], ooxml_errors: Callable[[Path], list[str]], outcome: str
    ) -> None:
        assert ooxml_errors(results_of(outcome)) == []


class TestTwice:
    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_a_second_run_over_the_copy_changes_nothing(
        self, results_of: Callable[[str], Path], tmp_path: Path, outcome: str
    ) -> None:
        once = results_of(outcome)
        twice = annotated(once, tmp_path / "twice.xlsx")
        with zipfile.ZipFile(once) as old, zipfile.ZipFile(twice) as new:
            assert old.namelist() == new.namelist()
            assert [name for name in old.namelist() if old.read(name) != new.read(name)] == []

    def test_what_an_earlier_run_said_is_gone_when_the_answers_are_mended(
        self, workbook_of: Workbooks, results_of: Callable[[str], Path], tmp_path: Path
    ) -> None:
        """The copy of the incomplete one, told what the perfect one comes to: not a word of the old run is left."""
        mended = annotated(results_of("incomplete"), tmp_path / "mended.xlsx", verdict_of=workbook_of("met"))
        fresh = annotated(workbook_of("incomplete"), tmp_path / "fresh.xlsx", verdict_of=workbook_of("met"))
        assert content(mended) == content(fresh)
        old, new = openpyxl.load_workbook(mended), openpyxl.load_workbook(fresh)
        assert {s.title: links(s) for s in old.worksheets} == {s.title: links(s) for s in new.worksheets}

    def test_rows_that_grew_below_the_formatted_body_are_cleared_too(
        self,
        layout: Layout,
        answers: Callable[..., Any],
        filled: Callable[..., Path],
        workbook_of: Workbooks,
        tmp_path: Path,
    ) -> None:
        given = answers("met", firms=205)
        for firm in given["tables"]["roster"]:
            firm["size"] = "规上企业"
        source = filled(given)
        many = annotated(source, tmp_path / "many.xlsx")
        plan = layout.results["problems"]
        assert len({row for row, _ in told_below(many, plan)}) > plan.capacity
        few = annotated(many, tmp_path / "few.xlsx", verdict_of=workbook_of("met"))
        assert list(told_below(few, plan).values()) == ["—", "没有发现数据问题"]


class TestDamagedTemplates:
    def test_hints_of_an_earlier_run_do_not_outlive_a_row_that_was_inserted(
        self,
        layout: Layout,
        results_of: Callable[[str], Path],
        checked_of: CheckedOf,
        in_memory: Callable[[Path], MemoryBook],
    ) -> None:
        """Told what a perfect one comes to, no row may still name a cell that was wrong before."""
        book = in_memory(results_of("incomplete"))
        table = layout.tables["standards"].area
        at = table.top + 1
        cells = book.content[table.sheet]
        book.content[table.sheet] = {(r + 1 if r >= at else r, c): cell for (r, c), cell in cells.items()}
        for name, reference in list(book.names.items()):
            area = area_of(reference)
            if area and area.sheet == table.sheet and area.bottom >= at:
                top = area.top + 1 if area.top >= at else area.top
                book.names = {**book.names, name: replace(area, top=top, bottom=area.bottom + 1).reference}
        met = checked_of("met")
        write_results(book, layout, met.submission, met.evaluation, STAMP)
        plan = layout.sheet(table.sheet)
        assert plan is not None
        told = [str(cell.value) for (_, column), cell in book.cells(plan.name).items() if column == plan.hint_column]
        assert [text for text in told if addresses(text)] == []

    def test_a_renamed_result_sheet_is_filled_all_the_same(
        self, layout: Layout, workbook_of: Workbooks, edited: Edited, tmp_path: Path
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book["逐条判定"].title = "我的判定"
            for defined in book.defined_names.values():
                defined.attr_text = str(defined.attr_text).replace("逐条判定", "我的判定")

        copy = annotated(edited(workbook_of("short"), change), tmp_path / "copy.xlsx")
        sheet = openpyxl.load_workbook(copy)["我的判定"]
        assert sheet.cell(layout.results["findings"].area.top, 1).value == layout.policy.rules[0].id

    @pytest.mark.parametrize("sheet", ["结果总览", "短板清单"])
    def test_a_deleted_result_sheet_does_not_keep_the_others_from_being_filled(
        self, layout: Layout, workbook_of: Workbooks, edited: Edited, tmp_path: Path, sheet: str
    ) -> None:
        def change(book: openpyxl.Workbook) -> None:
            del book[sheet]

        copy = openpyxl.load_workbook(annotated(edited(workbook_of("short"), change), tmp_path / "copy.xlsx"))
        for plan in map(layout.results.__getitem__, OF_A_CHECK):
            assert (plan.sheet in copy.sheetnames) == (plan.sheet != sheet)
            if plan.sheet != sheet:
                assert rows(copy, plan), plan.sheet

    def test_a_row_inserted_above_a_form_moves_the_hints_along(
        self, layout: Layout, workbook_of: Workbooks, edited: Edited, tmp_path: Path
    ) -> None:
        name = "二 核心竞争力"

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[name]
            for merged in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(merged))
            sheet.insert_rows(1)
            for defined in book.defined_names.values():
                text = str(defined.attr_text)
                if text.startswith(f"'{name}'!"):
                    defined.attr_text = re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + 1}", text)

        source = edited(workbook_of("incomplete"), change)
        checked = check_file(source, shelf())
        copy = openpyxl.load_workbook(annotated(source, tmp_path / "copy.xlsx"))
        plan = layout.sheet(name)
        assert plan is not None
        unmet = {f.rule: f for f in checked.evaluation.findings}
        for rule, row in plan.rule_rows.items():
            text = str(copy[name].cell(row + 1, plan.hint_column).value)
            assert text.startswith(wording.verdict_text(unmet[rule])), rule
        places = [p for f in checked.evaluation.findings if f.verdict in MARKED for p in f.locations if p.sheet == name]
        assert places
        for place in places:
            assert f"[{place.cell}]" in str(copy[name].cell(place.row, plan.hint_column).value)

    @pytest.mark.parametrize(
        ("name", "reference"),
        [
            ("out_findings", "'结果总览'!$A$8:$I$39"),
            ("hint_6_1", "'基本信息'!$K$5:$K$46"),
            ("out_findings", "'逐条判定'!$A$1048570:$J$1048576"),
            ("out_findings", "'逐条判定'!$A$0:$J$0"),
            ("out_findings", "'逐条判定'!$A$9999999:$J$9999999"),
            ("out_findings", "'逐条判定'!$J$63:$A$5"),
            ("hint_6_1", "'一 依法合规经营'!$ZZZ$5:$ZZZ$66"),
        ],
    )
    def test_a_name_that_was_bent_costs_its_own_sheet_and_never_a_crash(
        self, workbook_of: Workbooks, repacked: Callable[..., Path], tmp_path: Path, name: str, reference: str
    ) -> None:
        with zipfile.ZipFile(workbook_of("short")) as package:
            text = package.read("xl/workbook.xml").decode()
        found = re.search(rf'<definedName name="{name}">[^<]*</definedName>', text)
        assert found is not None
        bent = f'<definedName name="{name}">{reference}</definedName>'
        source = repacked(workbook_of("short"), "xl/workbook.xml", {found[0]: bent})
        copy = annotated(source, tmp_path / "copy.xlsx")
        assert check_file(copy, shelf()).evaluation.verdict is Verdict.UNMET
