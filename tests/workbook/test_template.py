"""The workbook that is handed out, seen through openpyxl and the Open XML SDK, not through the eyes that wrote it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.fields import Field, FieldKind
from toolkit.intake import answers_from_dict
from workbook.layout import COVER, Layout
from workbook.template import write_template

Answers = dict[str, object]
Errors = Callable[[Path], list[str]]

SHEETS = [
    "封面与说明",
    "基本信息",
    "企业名录",
    "企业资质",
    "一 依法合规经营",
    "二 核心竞争力",
    "三 优质企业梯度培育",
    "四 产业链供应链协作",
    "五 协同创新",
    "六 数字化转型",
    "七 绿色化",
    "八 产业开放合作",
    "九 治理和服务",
    "佐证材料",
    "三年发展规划",
    "真实性承诺",
    "结果总览",
    "逐条判定",
    "短板清单",
    "数据问题",
    "轮次变化",
    "初审记录",
    "校验记录",
    "初审核对",
    "区初审",
    "_meta",
    "_lists",
    "_live",
]
HIDDEN = ["_meta", "_lists", "_live"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def visible(book: openpyxl.Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def validations(sheet: Worksheet) -> list[DataValidation]:
    return list(sheet.data_validations.dataValidation)


def cells(sheet: Worksheet) -> Iterator[Cell]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell, Cell))


def slots(layout: Layout) -> Iterator[tuple[str, str, Field]]:
    """Sheet, first cell and field of everything that is asked, the first row of each table standing for all."""
    for place in layout.inputs.values():
        for column in place.columns.values():
            yield place.area.sheet, f"{get_column_letter(column)}{place.area.top}", place.field
    for table in layout.tables.values():
        for column_asked in table.table.columns:
            for key in column_asked.slots:
                at = f"{get_column_letter(table.spans[key][0])}{table.area.top}"
                yield table.area.sheet, at, column_asked


def column_format(sheet: Worksheet, column: int) -> ColumnDimension | None:
    """What a cell that is not written takes its format from."""
    found = [one for one in sheet.column_dimensions.values() if (one.min or 0) <= column <= (one.max or 0)]
    return found[0] if found else None


def column_locked(sheet: Worksheet, letters: str) -> bool:
    found = column_format(sheet, column_index_from_string(letters))
    return bool(found.protection.locked) if found else True


def stored(sheet: Worksheet, at: str) -> Cell | None:
    """The cell as it stands in the file; asking openpyxl for it by name would make one."""
    found = sheet._cells.get(coordinate_to_tuple(at))
    return found if isinstance(found, Cell) else None


def written(sheet: Worksheet, at: str) -> object:
    cell = stored(sheet, at)
    return cell.value if cell else None


def number_format(sheet: Worksheet, at: str) -> str:
    holder = stored(sheet, at) or column_format(sheet, coordinate_to_tuple(at)[1])
    assert holder is not None
    return str(holder.number_format)


def locked(sheet: Worksheet, at: str) -> bool:
    cell = stored(sheet, at)
    return bool(cell.protection.locked) if cell else column_locked(sheet, at.rstrip("0123456789"))


def covering(sheet: Worksheet, at: str) -> DataValidation | None:
    return next((rule for rule in validations(sheet) if at in rule.sqref), None)


class TestSheets:
    def test_the_sheets_come_in_the_order_of_the_work_with_the_hidden_ones_last(
        self, blank_book: openpyxl.Workbook
    ) -> None:
        assert blank_book.sheetnames == SHEETS
        assert [sheet.title for sheet in blank_book.worksheets if sheet.sheet_state != "visible"] == HIDDEN

    def test_the_book_opens_on_the_cover(self, blank_book: openpyxl.Workbook) -> None:
        assert blank_book.active is not None
        assert blank_book.active.title == COVER

    def test_every_sheet_a_person_sees_is_protected_without_a_password(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in visible(blank_book):
            assert sheet.protection.sheet, sheet.title
            assert not sheet.protection.password, sheet.title
            assert not sheet.protection.hashValue, sheet.title

    def test_every_sheet_prints_on_a4_across_and_fits_its_width(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in visible(blank_book):
            setup = sheet.page_setup
            assert (str(setup.paperSize), setup.orientation) == ("9", "landscape"), sheet.title
            assert sheet.sheet_properties.pageSetUpPr is not None
            assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
            # One page wide is what the format says when it says nothing; as many pages long as it takes.
            assert int(setup.fitToWidth or 1) <= 2, sheet.title
            assert setup.fitToHeight is not None
            assert int(setup.fitToHeight) == 0, sheet.title

    def test_every_footer_names_the_scheme_the_sheet_and_the_page(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in visible(blank_book):
            parts = [getattr(sheet.oddFooter, part).text for part in ("left", "center", "right")]
            assert parts == ["上海市中小企业特色产业集群　2026年度", "&A", "第 &P 页，共 &N 页"]

    def test_headings_stay_in_sight_while_the_rest_scrolls(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        assert all(sheet.freeze_panes for sheet in visible(blank_book))
        for plan in layout.sheets:
            if plan.section.form == "register":
                assert blank_book[plan.name].freeze_panes == f"C{plan.first_row}"
        for result in layout.results.values():
            frozen = str(blank_book[result.sheet].freeze_panes)
            assert frozen.endswith(str(result.area.top))

    def test_the_contents_on_the_cover_lead_to_every_sheet_in_order(self, blank_book: openpyxl.Workbook) -> None:
        links = [cell for cell in cells(blank_book[COVER]) if cell.hyperlink]
        assert [str(cell.value) for cell in links] == SHEETS[1 : -len(HIDDEN)]
        for cell in links:
            assert cell.hyperlink is not None
            assert cell.hyperlink.location == f"'{cell.value}'!A1"

    def test_every_other_sheet_has_a_link_back_to_the_cover(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in visible(blank_book)[1:]:
            targets = [cell.hyperlink.location for cell in cells(sheet) if cell.hyperlink]
            assert targets == [f"'{COVER}'!A1"], sheet.title

    @pytest.mark.parametrize("name", ["真实性承诺", "区初审"])
    def test_what_is_signed_on_paper_ends_in_a_place_for_signature_and_seal(
        self, blank_book: openpyxl.Workbook, name: str
    ) -> None:
        sheet = blank_book[name]
        last = [str(cell.value) for cell in sheet[sheet.max_row] if cell.value]
        assert any("签字" in text for text in last)
        assert any("盖章" in text and "日" in text for text in last)

    def test_no_other_sheet_asks_for_a_seal(self, blank_book: openpyxl.Workbook) -> None:
        asking = {s.title for s in visible(blank_book) for c in cells(s) if "（盖章）" in str(c.value or "")}
        assert asking == {"真实性承诺", "区初审"}

    def test_the_cover_tells_the_season_the_document_and_what_could_not_be_found_out(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        text = "\n".join(str(cell.value) for cell in cells(blank_book[COVER]) if cell.value)
        policy, season = layout.policy, layout.season
        expected = [policy.document, season.reference_date.isoformat(), season.source, *policy.not_found]
        assert [part for part in expected if part not in text] == []
        open_ones = [parameter.text for parameter in policy.parameters if len(parameter.readings) > 1]
        assert [part for part in open_ones if part not in text] == []


class TestNames:
    def test_every_name_of_the_layout_stands_in_the_workbook_and_means_the_same(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        found = {name: defined.attr_text for name, defined in blank_book.defined_names.items()}
        assert {name: found.get(name) for name in layout.names} == dict(layout.names)

    def test_every_name_of_the_layout_stands_for_cells_of_a_sheet_that_exists(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for name in layout.names:
            targets = list(blank_book.defined_names[name].destinations)
            assert len(targets) == 1, name
            assert targets[0][0] in SHEETS, name
            assert "$" in targets[0][1], name

    def test_no_name_beyond_print_settings_belongs_to_one_sheet_only(self, blank_book: openpyxl.Workbook) -> None:
        assert {name for sheet in blank_book.worksheets for name in sheet.defined_names} == set()

    def test_every_list_of_the_policy_stands_under_its_name_word_for_word(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for list_id, texts in layout.policy.lists.items():
            ((sheet, area),) = blank_book.defined_names[f"list_{list_id}"].destinations
            values = [[cell.value for cell in row] for row in blank_book[sheet][area]]
            assert values == [[text] for text in texts], list_id

    def test_the_hidden_identity_says_which_policy_season_and_template_this_is(
        self, blank_book: openpyxl.Workbook
    ) -> None:
        said = {}
        for part in ("policy", "season", "template", "document", "reference_date"):
            ((sheet, at),) = blank_book.defined_names[f"meta_{part}"].destinations
            said[part] = blank_book[sheet][at].value
        assert said == {
            "policy": "shanghai-2024",
            "season": "2026",
            "template": "1.2",
            "document": "沪经信规范〔2024〕1号",
            "reference_date": "2026-09-30",
        }


class TestCells:
    def test_every_formula_is_locked(self, blank_book: openpyxl.Workbook) -> None:
        formulas = [(s.title, c) for s in blank_book.worksheets for c in cells(s) if c.data_type == "f"]
        assert len(formulas) > 1000
        assert [(sheet, cell.coordinate) for sheet, cell in formulas if not cell.protection.locked] == []

    def test_every_cell_to_fill_in_is_blank_and_unlocked(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for sheet, at, field in slots(layout):
            assert written(blank_book[sheet], at) is None, (sheet, at, field.id)
            assert not locked(blank_book[sheet], at), (sheet, at, field.id)

    def test_every_row_of_a_table_can_be_filled_in(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for place in layout.tables.values():
            sheet = blank_book[place.area.sheet]
            for row in (place.area.top, place.area.bottom):
                for first, _ in place.spans.values():
                    assert not locked(sheet, f"{get_column_letter(first)}{row}"), (sheet.title, row, first)

    def test_nothing_that_is_printed_can_be_overwritten(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in visible(blank_book):
            open_cells = [c.coordinate for c in cells(sheet) if c.value is not None and not c.protection.locked]
            assert open_cells == [], sheet.title

    def test_only_places_of_the_layout_are_unlocked(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        allowed: dict[str, set[tuple[int, int]]] = {sheet: set() for sheet in SHEETS}
        for place in layout.inputs.values():
            columns = range(place.area.left, max(place.area.right, place.merged_to) + 1)
            allowed[place.area.sheet] |= {(place.area.top, column) for column in columns}
        for table in layout.tables.values():
            columns = range(table.area.left, table.area.right + 1)
            allowed[table.area.sheet] |= {(row, column) for row in table.area.rows for column in columns}
        for sheet in visible(blank_book):
            unlocked = {(c.row, c.column) for c in cells(sheet) if not c.protection.locked}
            assert unlocked <= allowed[sheet.title], sheet.title

    def test_the_columns_beside_a_register_stay_locked(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for plan in layout.sheets:
            if plan.section.form == "register":
                right = plan.blocks[0].table.area.right if plan.blocks[0].table else 0
                outside = [get_column_letter(plan.hint_column), get_column_letter(right + 1), "ZZ"]
                assert all(column_locked(blank_book[plan.name], letters) for letters in outside), plan.name

    def test_what_a_person_types_keeps_the_form_it_is_typed_in(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        """Ids as text, else they lose digits; dates as dates, else nobody can read them."""
        for sheet, at, field in slots(layout):
            form = number_format(blank_book[sheet], at)
            if field.kind in (FieldKind.USCC, FieldKind.INDUSTRY, FieldKind.MOBILE):
                assert form == "@", (sheet, at)
            elif field.kind is FieldKind.DATE:
                assert form == "yyyy-mm-dd", (sheet, at)
            elif field.kind is FieldKind.PERCENT:
                assert form.endswith("%"), (sheet, at)
            elif field.kind.numeric:
                assert form != "@", (sheet, at)

    def test_every_label_stands_beside_its_cell_and_required_ones_wear_a_star(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for place in layout.inputs.values():
            label = str(blank_book[place.area.sheet].cell(place.area.top, 2).value)
            assert label.removeprefix("＊ ") == place.field.label
            assert label.startswith("＊") == place.field.required

    def test_every_requirement_is_printed_with_the_threshold_in_force(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for plan in layout.sheets:
            for rule_id, row in plan.rule_rows.items():
                printed = "".join(str(cell.value or "") for cell in blank_book[plan.name][row])
                assert layout.policy.rule(rule_id).requirement_on(layout.season.reference_date) in printed
                assert "{" not in printed

    def test_years_head_the_columns_by_their_calendar_number(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        place = layout.inputs["output_total"]
        sheet = blank_book[place.area.sheet]
        header = next(b.top + 1 for p in layout.sheets for b in p.blocks if place in b.inputs)
        heads = [sheet.cell(header, column).value for column in place.columns.values()]
        assert heads == ["2022年（基期）", "2023年", "2024年", "2025年"]


class TestValidations:
    def test_every_validated_cell_says_in_chinese_what_to_type_and_what_went_wrong(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        checked = 0
        for sheet, at, field in slots(layout):
            rule = covering(blank_book[sheet], at)
            if rule is None:
                assert field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.EMAIL), (sheet, at)
                continue
            checked += 1
            for text, longest in (
                (rule.promptTitle, 32),
                (rule.prompt, 255),
                (rule.errorTitle, 32),
                (rule.error, 255),
            ):
                assert text, (sheet, at)
                assert CHINESE.search(text), (sheet, at, text)
                assert len(text) <= longest, (sheet, at, text)
            assert rule.showInputMessage, (sheet, at)
            assert rule.showErrorMessage, (sheet, at)
        assert checked > 150

    def test_every_rule_is_told_by_the_field_it_guards(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for sheet, at, field in slots(layout):
            rule = covering(blank_book[sheet], at)
            if rule is not None:
                assert str(rule.promptTitle).rstrip("…") in field.label, (sheet, at)

    def test_no_cell_is_guarded_twice(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for sheet, at, field in slots(layout):
            guards = [rule for rule in validations(blank_book[sheet]) if at in rule.sqref]
            assert len(guards) <= 1, (sheet, at, field.id)

    def test_a_list_is_offered_by_its_defined_name_only(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for sheet, at, field in slots(layout):
            rule = covering(blank_book[sheet], at)
            if field.kind is FieldKind.CHOICE:
                assert rule is not None, (sheet, at)
                assert (rule.type, rule.formula1) == ("list", f"list_{field.list_id}")
                assert rule.formula1 in blank_book.defined_names
            else:
                assert rule is None or rule.type != "list", (sheet, at)

    def test_a_validation_reaches_from_the_first_row_of_a_table_to_its_last(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for place in layout.tables.values():
            sheet = blank_book[place.area.sheet]
            for column in place.table.columns:
                letters = get_column_letter(place.spans[column.slots[0]][0])
                first = covering(sheet, f"{letters}{place.area.top}")
                assert covering(sheet, f"{letters}{place.area.bottom}") is first

    def test_typing_below_a_register_is_refused(self, blank_book: openpyxl.Workbook, layout: Layout) -> None:
        for plan in layout.sheets:
            if plan.section.form == "register":
                rule = covering(blank_book[plan.name], f"C{plan.last_row + 1}")
                assert rule is not None
                assert (rule.type, rule.formula1) == ("custom", "FALSE")
                assert str(plan.last_row) in str(rule.error)

    def test_no_rule_or_colour_looks_at_another_sheet(self, blank_book: openpyxl.Workbook) -> None:
        for sheet in blank_book.worksheets:
            formulas = [text for rule in validations(sheet) for text in (rule.formula1, rule.formula2)]
            formulas += [
                text
                for conditional in sheet.conditional_formatting
                for rule in conditional.rules
                for text in rule.formula
            ]
            assert [text for text in formulas if text and ("!" in text or "[" in text.replace('"["', ""))] == []

    def test_numbers_without_a_maximum_are_not_capped_at_zero(
        self, blank_book: openpyxl.Workbook, layout: Layout
    ) -> None:
        for sheet, at, field in slots(layout):
            rule = covering(blank_book[sheet], at)
            if field.kind.numeric and field.minimum is not None and rule is not None:
                operator = rule.operator or "between"
                wanted = (
                    "between"
                    if field.maximum is not None
                    else "greaterThan"
                    if field.above_minimum
                    else "greaterThanOrEqual"
                )
                assert operator == wanted, (sheet, at)
                assert float(str(rule.formula1)) == float(field.minimum)


class TestPackage:
    def test_the_blank_workbook_is_smaller_than_300_kilobytes(self, blank: Path) -> None:
        assert blank.stat().st_size < 300_000

    def test_the_open_xml_sdk_finds_no_error_in_the_blank_workbook(self, blank: Path, ooxml_errors: Errors) -> None:
        assert ooxml_errors(blank) == []

    @pytest.mark.parametrize("outcome", ["met", "incomplete"])
    def test_the_open_xml_sdk_finds_no_error_in_a_filled_workbook(
        self, workbook_of: Callable[[str], Path], ooxml_errors: Errors, outcome: str
    ) -> None:
        assert ooxml_errors(workbook_of(outcome)) == []

    def test_no_part_is_a_macro_or_leads_outside(self, blank: Path) -> None:
        with zipfile.ZipFile(blank) as package:
            names = package.namelist()
            assert [name for name in names if name.endswith(".bin") or "external" in name.lower()] == []
            for name in names:
                if name.endswith(".rels"):
                    modes = {link.get("TargetMode") for link in ET.fromstring(package.read(name))}  # noqa: S314 - our own file
                    assert modes <= {None}, name

    def test_writing_twice_gives_the_same_parts_but_for_the_time(
        self, layout: Layout, blank: Path, tmp_path: Path
    ) -> None:
        again = tmp_path / "again.xlsx"
        write_template(layout, again)
        with zipfile.ZipFile(blank) as one, zipfile.ZipFile(again) as other:
            assert one.namelist() == other.namelist()
            different = [name for name in one.namelist() if one.read(name) != other.read(name)]
        assert set(different) <= {"docProps/core.xml"}


class TestAnswers:
    def test_every_answer_stands_where_the_layout_says(
        self, layout: Layout, answers: Callable[..., Answers], workbook_of: Callable[[str], Path]
    ) -> None:
        given = answers_from_dict(layout.policy, answers("met"))
        book = openpyxl.load_workbook(workbook_of("met"))
        for place in layout.inputs.values():
            for key, column in place.columns.items():
                value = book[place.area.sheet].cell(place.area.top, column).value
                expected = given.inputs[key].value
                assert same(value, expected), (key, value, expected)

    def test_every_row_of_a_table_stands_below_the_one_before(
        self, layout: Layout, answers: Callable[..., Answers], workbook_of: Callable[[str], Path]
    ) -> None:
        given = answers_from_dict(layout.policy, answers("met"))
        book = openpyxl.load_workbook(workbook_of("met"))
        for place in layout.tables.values():
            sheet = book[place.area.sheet]
            for i, (row_id, row) in enumerate(given.tables[place.table.id].rows):
                for key, raw in row.items():
                    value = sheet.cell(place.area.top + i, place.spans[key][0]).value
                    assert same(value, raw.value), (place.name, row_id, key, value, raw.value)

    def test_an_answer_that_looks_like_a_formula_a_number_or_a_link_stays_text(
        self, filled: Callable[..., Path], layout: Layout
    ) -> None:
        texts = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.com", "00123", "\t=1"]
        given = dict(zip(("cluster_name", "area", "boundary", "rank"), texts, strict=False))
        path = filled({"inputs": given, "tables": {"roster": [{"name": text} for text in texts]}})
        book = openpyxl.load_workbook(path)
        for key, text in given.items():
            area = layout.inputs[key].area
            cell = book[area.sheet].cell(area.top, area.left)
            assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
        roster = layout.tables["roster"].area
        for row, text in enumerate(texts, start=roster.top):
            cell = book[roster.sheet].cell(row, roster.left)
            assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def same(value: object, expected: object) -> bool:
    """Equal as a cell holds it: dates come back as moments, exact figures as floats."""
    if expected is None or isinstance(expected, str):
        return value == expected
    if hasattr(expected, "isoformat"):
        return str(value)[:10] == str(expected)
    return bool(float(str(value)) == pytest.approx(float(str(expected)), rel=1e-15))
