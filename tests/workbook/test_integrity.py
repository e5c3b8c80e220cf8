"""A workbook held against the template it was made from: each kind of damage is one message at its place, no more.

Order of the file: what must not be noticed, what is found again, then every kind of damage (T and F11 codes).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.messages import Severity
from toolkit.packs import packs
from toolkit.submission import Location, Submission
from workbook.area import Area
from workbook.book import area_of
from workbook.check import Form, shelf
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.identity import identify
from workbook.issued import formula_mark, from_record, issued, record
from workbook.layout import COVER, LABEL, LISTS, LIVE, META, Layout, lay_out
from workbook.package.grid import Area as Block
from workbook.package.stream import Cell, SheetFacts, Stranger
from workbook.reader import read_submission
from workbook.template import write_template

Found = list[tuple[str, str, str]]
SECOND, FIFTH = "二 核心竞争力", "五 协同创新"


@pytest.fixture(scope="module")
def form(workbook_of: Callable[[str], Path]) -> Form:
    return shelf().form(identify(FileBook(workbook_of("met"))))


@pytest.fixture
def book(workbook_of: Callable[[str], Path], in_memory: Callable[[Path], MemoryBook]) -> MemoryBook:
    """A workbook without any problem, to be damaged."""
    return in_memory(workbook_of("met"))


def told(book: MemoryBook, form: Form) -> Found:
    submission = read_submission(book, form.layout, form.known)
    return [(p.code, p.location.sheet, p.location.cell) for p in submission.problems]


def read(book: MemoryBook, form: Form) -> Submission:
    return read_submission(book, form.layout, form.known)


def values(submission: Submission) -> dict[str, object]:
    stated: dict[str, object] = {key: entry.value for key, entry in submission.entries.items()}
    for table_id, table in submission.tables.items():
        for i, row in enumerate(table.rows):
            stated |= {f"{table_id}/{i}/{key}": entry.value for key, entry in row.cells.items()}
    return stated


def text(value: str) -> Cell:
    return Cell(value, None, None, 0)


def cell_of(layout: Layout, input_id: str, column: int) -> tuple[str, tuple[int, int], str]:
    area = layout.inputs[input_id].area
    return area.sheet, (area.top, column), Location(area.sheet, area.top, column).cell


def shifted(book: MemoryBook, sheet: str, from_row: int, by: int) -> None:
    """Insert rows, or cut them, as a spreadsheet program does: cells move, and names with them."""

    def move(row: int) -> int:
        return row + by if row >= from_row else row

    kept = {at: c for at, c in book.content[sheet].items() if by > 0 or not from_row + by <= at[0] < from_row}
    book.content[sheet] = {(move(row), column): c for (row, column), c in kept.items()}
    facts = book.sheet_facts[sheet]
    merges = tuple(replace(merge, top=move(merge.top), bottom=move(merge.bottom)) for merge in facts.merges)
    book.sheet_facts = {**book.sheet_facts, sheet: replace(facts, merges=merges)}
    names = dict(book.names)
    for name, reference in names.items():
        area = area_of(reference)
        if area and area.sheet == sheet:
            top, bottom = move(area.top), move(area.bottom)
            cut = by < 0 and from_row + by <= area.top and area.bottom < from_row
            names[name] = "#REF!" if cut else replace(area, top=top, bottom=bottom).reference
    book.names = names


class TestNothingToSay:
    @pytest.mark.parametrize("outcome", ["met", "short", "incomplete"])
    def test_a_workbook_as_it_was_given_out(
        self, in_memory: Callable[[Path], MemoryBook], workbook_of: Callable[[str], Path], form: Form, outcome: str
    ) -> None:
        found = told(in_memory(workbook_of(outcome)), form)
        assert not [problem for problem in found if problem[0].startswith("T")]

    def test_white_space_and_foreign_things(self, book: MemoryBook, form: Form) -> None:
        sheet, at, _ = cell_of(form.layout, "area", LABEL)
        label = book.content[sheet][at]
        book.content[sheet][at] = label._replace(value=f" {label.value}\u3000\n")
        book.names = {**book.names, "_xlnm.Foreign": "'别处'!$A$1", "坏名": "#REF!"}
        book.content["草稿"] = {(1, 1): text("备忘")}
        assert told(book, form) == []

    def test_formulas_as_another_program_writes_them(self, book: MemoryBook, form: Form) -> None:
        cells = book.content[LIVE]
        for at, cell in cells.items():
            if cell.formula:
                cells[at] = cell._replace(formula=cell.formula.replace("TRUE", "TRUE()").replace("'_live'!", "_live!"))
        assert told(book, form) == []

    def test_a_formula_that_was_filled_down_has_no_text_to_compare(self, book: MemoryBook, form: Form) -> None:
        cells = book.content[LIVE]
        at = next(at for at, cell in cells.items() if cell.formula)
        cells[at] = cells[at]._replace(formula="=")
        assert told(book, form) == []

    def test_a_filtered_register_hides_rows_for_everyone_to_see(self, book: MemoryBook, form: Form) -> None:
        rows = frozenset(range(8, 20))
        book.sheet_facts = {**book.sheet_facts, "企业名录": SheetFacts(hidden_rows=rows, filtered=True)}
        assert told(book, form) == []

    def test_a_hidden_row_without_an_answer(self, book: MemoryBook, form: Form) -> None:
        book.sheet_facts = {**book.sheet_facts, SECOND: SheetFacts(hidden_rows=frozenset({1, 2, 3}))}
        assert told(book, form) == []

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(which=st.integers(0, 999), by=st.integers(1, 5))
    def test_rows_inserted_between_blocks_move_everything_and_change_nothing(
        self,
        workbook_of: Callable[[str], Path],
        in_memory: Callable[[Path], MemoryBook],
        form: Form,
        which: int,
        by: int,
    ) -> None:
        whole = in_memory(workbook_of("met"))
        before = values(read(whole, form))
        sheets = [plan for plan in form.layout.sheets if plan.section.form == "form"]
        tops = [(plan.name, block.top) for plan in sheets for block in plan.blocks]
        shifted(whole, *tops[which % len(tops)], by)
        after = read(whole, form)
        assert after.problems == ()
        assert values(after) == before


class TestFoundAgain:
    """Names that a program dropped are made up for by the printed text; nothing that was typed is lost."""

    def test_a_workbook_without_any_name(self, book: MemoryBook, form: Form) -> None:
        before = values(read(book, form))
        book.names = {}
        after = read(book, form)
        assert {p.code for p in after.problems} == {"T24"}
        assert {p.severity for p in after.problems} == {Severity.NOTE}
        assert values(after) == before

    def test_without_names_and_with_rows_inserted(self, book: MemoryBook, form: Form) -> None:
        before = values(read(book, form))
        shifted(book, FIFTH, 1, 2)
        book.names = {}
        after = read(book, form)
        assert {p.code for p in after.problems} == {"T24"}
        assert values(after) == before

    def test_a_register_with_a_column_of_the_operators_own(self, book: MemoryBook, form: Form) -> None:
        before = values(read(book, form))
        area = form.layout.tables["roster"].area
        cut = area.left + 3
        book.content["企业名录"] = {
            (row, column + 1 if column >= cut else column): cell
            for (row, column), cell in book.content["企业名录"].items()
        }
        book.names = {**book.names, "tb_roster": replace(area, right=area.right + 1).reference}
        assert values(read(book, form)) == before

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(data=st.data())
    def test_the_order_of_printed_rows_does_not_matter(
        self,
        workbook_of: Callable[[str], Path],
        in_memory: Callable[[Path], MemoryBook],
        form: Form,
        data: st.DataObject,
    ) -> None:
        whole = in_memory(workbook_of("met"))
        before = read(whole, form)
        tables = [place for place in form.layout.tables.values() if place.table.fixed and place.label_column]
        place = tables[data.draw(st.integers(0, len(tables) - 1))]
        order = data.draw(st.permutations(list(place.area.rows)))
        moved = dict(zip(place.area.rows, order, strict=True))
        cells = whole.content[place.area.sheet]
        whole.content[place.area.sheet] = {(moved.get(row, row), column): c for (row, column), c in cells.items()}
        after = read(whole, form)

        def by_row(submission: Submission) -> dict[str, dict[str, object]]:
            rows = submission.tables[place.table.id].rows
            return {row.id: {key: entry.value for key, entry in row.cells.items()} for row in rows}

        assert by_row(after) == by_row(before)


class TestDamage:
    def test_a_label_that_was_altered_is_an_error_at_its_cell(self, book: MemoryBook, form: Form) -> None:
        sheet, at, cell = cell_of(form.layout, "output_total", LABEL)
        book.content[sheet][at] = text("集群总产值（万元）")
        assert told(book, form) == [("T4", sheet, cell)]

    def test_a_label_that_was_deleted(self, book: MemoryBook, form: Form) -> None:
        sheet, at, cell = cell_of(form.layout, "area", LABEL)
        del book.content[sheet][at]
        assert told(book, form) == [("T4", sheet, cell)]
        assert read(book, form).problems[0].context["found"] == "空白"

    def test_a_unit_that_was_altered(self, book: MemoryBook, form: Form) -> None:
        plan = form.layout.sheet(SECOND)
        assert plan is not None
        sheet, at, cell = cell_of(form.layout, "output_total", plan.unit_column)
        book.content[sheet][at] = text("万元")
        assert told(book, form) == [("T4", sheet, cell)]

    def test_a_year_that_was_altered(self, book: MemoryBook, form: Form) -> None:
        place = form.layout.inputs["output_total"]
        plan = form.layout.sheet(SECOND)
        assert plan is not None
        row = next(block.top + 1 for block in plan.blocks if block.years)
        column = place.columns["output_total@0"]
        book.content[SECOND][row, column] = text("2019年")
        assert told(book, form) == [("T4", SECOND, Location("", row, column).cell)]

    def test_a_column_title_of_a_register(self, book: MemoryBook, form: Form) -> None:
        column = form.layout.tables["roster"].spans["revenue"][0]
        book.content["企业名录"][4, column] = text("营业收入（亿元）")
        assert told(book, form) == [("T4", "企业名录", Location("", 4, column).cell)]

    def test_the_label_of_a_printed_row(self, book: MemoryBook, form: Form) -> None:
        place = form.layout.tables["services"]
        at = (place.area.top + 1, place.label_column)
        book.content[place.area.sheet][at] = text("其他服务")
        assert told(book, form) == [("T4", place.area.sheet, Location("", *at).cell)]

    def test_a_printed_row_that_was_cut(self, book: MemoryBook, form: Form) -> None:
        place = form.layout.tables["services"]
        shifted(book, place.area.sheet, place.area.top + 3, -1)
        found = [problem for problem in told(book, form) if problem[0] != "F1"]
        assert [code for code, _, _ in found] == ["T22"]
        kept = {row.id for row in read(book, form).tables["services"].rows}
        assert kept == {row.id for row in place.table.fixed} - {place.table.fixed[2].id}

    def test_guidance_and_thresholds_are_told_together_once_a_sheet(self, book: MemoryBook, form: Form) -> None:
        plan = form.layout.sheet(SECOND)
        assert plan is not None
        for row in plan.rule_rows.values():
            book.content[SECOND][row, 3] = text("不作要求")
        (problem,) = read(book, form).problems
        assert (problem.code, problem.context["count"]) == ("T12", len(plan.rule_rows))

    def test_a_list_that_was_altered_never_widens_what_is_accepted(self, book: MemoryBook, form: Form) -> None:
        before = read(book, form)
        at = next(at for at, cell in book.content[LISTS].items() if cell.value == "浦东新区")
        book.content[LISTS][at] = text("南汇区")
        district = form.layout.inputs["district"].area
        book.content[district.sheet][district.top, district.left] = text("南汇区")
        after = read(book, form)
        assert Counter(p.code for p in after.problems) == {"T12": 1, "F6": 1}
        assert after.entries["district"].value is None
        assert before.problems == ()

    @pytest.mark.parametrize("sheet", [LIVE, SECOND, COVER])
    def test_formulas_that_were_overwritten(self, book: MemoryBook, form: Form, sheet: str) -> None:
        at = min(at for at, cell in book.content[sheet].items() if cell.formula)
        book.content[sheet][at] = text("✓ 达标")
        (problem,) = read(book, form).problems
        assert (problem.code, problem.severity) == ("T13", Severity.NOTE)
        assert problem.location == Location(sheet, *at)

    @pytest.mark.parametrize("sheet", [LIVE, LISTS])
    def test_a_hidden_sheet_that_was_deleted_harms_no_answer(self, book: MemoryBook, form: Form, sheet: str) -> None:
        before = values(read(book, form))
        del book.content[sheet]
        after = read(book, form)
        assert {p.code for p in after.problems} == {"T13"}
        assert values(after) == before

    def test_names_that_were_swapped_are_both_refused(self, book: MemoryBook, form: Form) -> None:
        names = dict(book.names)
        names["in_output_sme"], names["in_output_main"] = names["in_output_main"], names["in_output_sme"]
        book.names = names
        submission = read(book, form)
        assert [p.code for p in submission.problems if p.code[0] == "T"] == ["T3", "T3"]
        assert not any(key.startswith(("output_sme", "output_main")) for key in submission.entries)

    def test_two_names_for_one_cell_are_both_refused(self, book: MemoryBook, layout: Layout) -> None:
        book.names = {**book.names, "in_mobile": book.names["in_email"]}
        submission = read_submission(book, layout)
        assert [p.code for p in submission.problems if p.code[0] == "T"] == ["T3", "T3"]
        assert not {"mobile", "email"} & set(submission.entries)

    def test_a_table_whose_head_is_gone_is_not_read(self, book: MemoryBook, form: Form) -> None:
        for column in range(1, 60):
            book.content["企业资质"].pop((4, column), None)
        codes = Counter(code for code, _, _ in told(book, form))
        assert codes["T3"] == 1
        assert "titles" not in read(book, form).tables

    def test_what_was_typed_beside_a_cell_is_not_lost_in_silence(self, book: MemoryBook, form: Form) -> None:
        sheet, at, cell = cell_of(form.layout, "area", 5)
        book.content[sheet][at] = Cell(Decimal(25), None, None, 0)
        assert told(book, form) == [("T14", sheet, cell)]

    def test_a_figure_typed_over_a_dash(self, book: MemoryBook, form: Form) -> None:
        sheet, at, cell = cell_of(form.layout, "output_sme", 3)
        assert book.content[sheet][at].value == "—"
        book.content[sheet][at] = Cell(Decimal(25), None, None, 0)
        assert told(book, form) == [("T14", sheet, cell)]

    def test_notes_outside_the_form_are_told_once_a_sheet(self, book: MemoryBook, form: Form) -> None:
        book.content[SECOND][70, 14] = text("内部备注")
        book.content[SECOND][71, 14] = text("再议")
        (problem,) = read(book, form).problems
        assert (problem.code, problem.context["count"]) == ("T15", 2)

    def test_a_row_below_a_full_table(self, book: MemoryBook, form: Form) -> None:
        area = form.layout.tables["events"].area
        book.content[area.sheet][area.bottom + 1, area.left] = text("第三届论坛")
        assert ("T7", area.sheet, Location("", area.bottom + 1, area.left).cell) in told(book, form)

    def test_hidden_rows_and_columns_with_answers(self, book: MemoryBook, form: Form) -> None:
        place = form.layout.inputs["output_total"]
        column = place.columns["output_total@0"]
        facts = SheetFacts(hidden_rows=frozenset({place.area.top}), hidden_columns=((column, column),))
        book.sheet_facts = {**book.sheet_facts, SECOND: facts}
        (problem,) = read(book, form).problems
        assert problem.code == "T16"
        assert problem.context["found"] == "1 行、1 列"

    def test_a_hidden_sheet_of_answers_and_a_foreign_one(self, book: MemoryBook, form: Form) -> None:
        book.content["私下"] = {(1, 1): text("x")}
        book.content["空表"] = {}
        book.hidden = {*book.hidden, "私下", "空表", FIFTH}
        assert told(book, form) == [("T18", "私下", "A1"), ("T17", FIFTH, "A1")]

    def test_a_copy_of_a_sheet(self, book: MemoryBook, form: Form) -> None:
        book.content[f"{SECOND} (2)"] = dict(book.content[SECOND])
        assert told(book, form) == [("T23", f"{SECOND} (2)", "A1")]

    def test_sheets_in_another_order(self, book: MemoryBook, form: Form) -> None:
        book.content = dict(reversed(list(book.content.items())))
        assert told(book, form) == [("T21", COVER, "A1")]

    @pytest.mark.parametrize(
        ("kind", "code"), [("external_link", "T6"), ("dde", "T6"), ("connection", "T6"), ("embedding", "T25")]
    )
    def test_what_reaches_out_of_the_workbook(self, book: MemoryBook, form: Form, kind: str, code: str) -> None:
        book.strangers = (Stranger(kind, "产值.xlsx"),)  # type: ignore[arg-type]  # one of the kinds
        assert told(book, form) == [(code, COVER, "A1")]

    @pytest.mark.parametrize(
        "merge",
        [
            pytest.param(lambda a: Block(a.top, a.left, a.top + 1, a.left), id="two rows"),
            pytest.param(lambda a: Block(a.top, a.left, a.top, a.left + 1), id="two columns"),
            pytest.param(lambda a: Block(a.top - 1, a.left, a.top, a.left), id="covered from above"),
        ],
    )
    def test_answers_that_were_merged(self, book: MemoryBook, form: Form, merge: Callable[[Area], Block]) -> None:
        block = merge(form.layout.tables["roster"].area)
        facts = book.sheet_facts["企业名录"]
        book.sheet_facts = {**book.sheet_facts, "企业名录": replace(facts, merges=(*facts.merges, block))}
        assert told(book, form) == [("F11", "企业名录", Location("", block.top, block.left).cell)]

    def test_a_merge_that_covers_no_answer(self, book: MemoryBook, form: Form) -> None:
        facts = SheetFacts(merges=(*book.sheet_facts[SECOND].merges, Block(200, 1, 210, 9)))
        book.sheet_facts = {**book.sheet_facts, SECOND: facts}
        assert told(book, form) == []

    @pytest.mark.parametrize(("state", "stale"), [("1", False), ("-1", False), ("0", True), ("0.5", True)])
    def test_results_older_than_the_answers(self, book: MemoryBook, form: Form, state: str, stale: bool) -> None:
        area = area_of(book.names["state_area"])
        assert area is not None
        line = book.content[LIVE][area.top, area.left]
        book.content[LIVE][area.top, area.left] = line._replace(value=Decimal(state))
        place = form.layout.inputs["area"].area
        wanted = [("T20", place.sheet, Location("", place.top, place.left).cell)] if stale else []
        assert told(book, form) == wanted

    def test_dates_that_count_from_1904(self, book: MemoryBook, form: Form) -> None:
        book.date1904 = True
        assert ("T19", COVER, "A1") in told(book, form)


class TestRecord:
    @pytest.mark.parametrize("policy", sorted(packs()))
    def test_the_present_version_is_kept_as_it_is_given_out(self, policy: str, tmp_path: Path) -> None:
        """Fails when the template changes: raise ``template_version`` where it was given out, and run ``dev.py texts``."""
        pack = packs()[policy]
        issue = pack.issued[pack.policy.template_version]
        assert issue.policy == pack.policy
        for season_id, season in pack.seasons.items():
            layout = lay_out(pack.policy, season)
            write_template(layout, tmp_path / f"{season_id}.xlsx")
            kept = issue.workbook(season_id)
            assert kept is not None
            assert from_record(kept) == issued(FileBook(tmp_path / f"{season_id}.xlsx"))

    @pytest.mark.parametrize("policy", sorted(packs()))
    def test_every_version_ever_given_out_is_laid_out_where_its_labels_stand(self, policy: str) -> None:
        pack = packs()[policy]
        for issue in pack.issued.values():
            for season_id, season in pack.seasons.items():
                file = issue.workbook(season_id)
                if file is None:
                    continue
                layout, known = lay_out(issue.policy, season), from_record(file)
                for place in layout.inputs.values():
                    label = known.texts[place.area.sheet][place.area.top, LABEL]
                    assert label.endswith(place.field.label)

    def test_a_record_reads_as_it_was_written(self, blank: Path, layout: Layout, tmp_path: Path) -> None:
        known = issued(FileBook(blank))
        file = tmp_path / "2026.json"
        file.write_text(record(known, layout), encoding="utf-8")
        assert from_record(file) == known
        assert META not in known.texts

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("=IF('_live'!$A$1,TRUE,1)", "=if(_live!A1, TRUE(), 1)", True),
            ("=_xlfn.CONCAT(A1)", "=CONCAT(A1)", True),
            ("=A1>=30", "=A1>=3", False),
            ("=A1+B1", "=A1-B1", False),
        ],
    )
    def test_a_mark_heeds_what_a_formula_says_and_not_how_it_is_written(self, one: str, other: str, same: bool) -> None:
        assert (formula_mark(one) == formula_mark(other)) is same
