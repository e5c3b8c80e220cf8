"""Every cell of a stranger's workbook as it was written, compared with openpyxl where both can read it."""

from __future__ import annotations

import datetime as dt
import gc
import io
import tracemalloc
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook, WorkbookError
from workbook.package.guard import Limits
from workbook.package.stream import Cell, Package, Position, read

Build = Callable[..., bytes]
Part = Callable[..., str]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def cells(data: bytes, sheet: str = "表") -> Mapping[Position, Cell]:
    return read(data).cells(sheet)


def values(data: bytes, sheet: str = "表") -> dict[Position, object]:
    return {at: cell.value for at, cell in cells(data, sheet).items()}


def read_all(data: bytes, limits: Limits) -> None:
    package = read(data, limits)
    for sheet in package.sheets:
        package.cells(sheet.name)


def refusal(data: bytes, limits: Limits | None = None) -> WorkbookError:
    """The error with which a workbook, all its sheets read, is refused."""
    with pytest.raises(WorkbookError) as caught:
        read_all(data, limits or Limits())
    assert str(caught.value)
    return caught.value


@pytest.fixture(scope="module")
def sample() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("数据")
    for row in range(1, 60):
        sheet.write_string(row, 0, f"企业 {row} <&> _x000D_ 𠮷")
        sheet.write_number(row, 1, row / 3)
        sheet.write_number(row, 2, row * 1e14)
        sheet.write_boolean(row, 3, row % 2 == 0)
        sheet.write_datetime(row, 4, dt.datetime(2024, 1, row % 28 + 1), date)  # noqa: DTZ001
        sheet.write_formula(row, 5, "=1/2+1", None, 7)
        sheet.write_blank(row, 6, None, bold)
    sheet.write_rich_string(70, 0, "甲", bold, "乙", "丙")
    sheet.write_formula(71, 0, "=1/0", None, "#DIV/0!")
    sheet.write_formula(72, 0, '="<"&"a"', None, "<a")
    sheet.write_array_formula(73, 0, 74, 0, "{=B2:B3*2}", None, 0.5)
    other = book.add_worksheet("空")
    other.hide()
    third = book.add_worksheet("远")
    third.write_number(200, 700, 1)
    book.define_name("产值", "='数据'!$B$2")
    book.close()
    return file.getvalue()


class TestAgainstOpenpyxl:
    """Source: openpyxl, read twice — once for formulas, once for their results."""

    def compare(self, data: bytes) -> int:
        """Compare every cell of every sheet; the number of cells compared."""
        package = read(data)
        formulas = openpyxl.load_workbook(io.BytesIO(data))
        results = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        assert [sheet.name for sheet in package.sheets] == formulas.sheetnames
        return sum(self.compare_sheet(package, name, formulas[name], results[name]) for name in formulas.sheetnames)

    def compare_sheet(self, package: Package, name: str, formulas: object, results: object) -> int:
        mine = package.cells(name)
        theirs: dict[Position, tuple[object, object]] = {}
        for row, result in zip(formulas.iter_rows(), results.iter_rows(), strict=True):  # type: ignore[attr-defined]
            for cell, cached in zip(row, result, strict=True):
                if cell.value is not None:
                    theirs[cell.row, cell.column] = (cell.value, cached.value)
        assert mine.keys() == theirs.keys()
        for at, (written, cached) in theirs.items():
            self.compare_cell(mine[at], written, cached)
        return len(theirs)

    def compare_cell(self, mine: Cell, written: object, cached: object) -> None:
        formula = written.text if isinstance(written, ArrayFormula) else written
        if isinstance(formula, str) and formula.startswith("=") and mine.formula is not None:
            assert mine.formula == formula
        if mine.error is not None:
            assert (mine.error, mine.value) == (cached, None)
        elif isinstance(cached, (int, float)) and not isinstance(cached, bool):
            assert mine.value == Decimal(f"{cached:.15g}")
        elif isinstance(cached, dt.datetime):
            assert mine.value == (cached - dt.datetime(1899, 12, 30)).days  # noqa: DTZ001 - a date of a sheet has no zone
        else:
            assert mine.value == cached

    def test_a_workbook_by_xlsxwriter(self, sample: bytes) -> None:
        assert self.compare(sample) == 360

    def test_a_workbook_by_openpyxl(self) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in range(1, 40):
            sheet.append([f"文本{row}", row / 7, row, row % 2 == 0, "=A1", "#N/A", None, "行\n二"])
        sheet["Z1"] = ArrayFormula("Z1:Z3", "=SUM(B1:B3)")
        sheet["Z9"] = CellRichText("甲", TextBlock(InlineFont(b=True), "乙"))
        file = io.BytesIO()
        book.save(file)
        assert self.compare(file.getvalue()) > 200

    def test_a_workbook_saved_again_by_libreoffice(
        self, sample: bytes, tmp_path: Path, libreoffice_convert: Callable[..., Path]
    ) -> None:
        path = tmp_path / "sample.xlsx"
        path.write_bytes(sample)
        saved = libreoffice_convert(path).read_bytes()
        assert self.compare(saved) == 360
        assert read(saved).cells("数据")[2, 6].value == Decimal("1.5"), "recalculated: the canary did not move"


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("40.792499999999997", "40.7925"),
            ("0.10000000000000001", "0.1"),
            ("33.280000000000001", "33.28"),
            ("1E3", "1000"),
            ("1.0000000000000001E-5", "0.00001"),
            ("123456789012345678", "123456789012346000"),
            ("-5.50", "-5.5"),
            ("+7", "7"),
            (" 7\n", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("-0", "0"),
        ],
    )
    def test_a_number_has_the_fifteen_digits_excel_means(self, build: Build, text: str, value: str) -> None:
        cell = cells(build(f'<row r="1"><c r="A1"><v>{text}</v></c></row>'))[1, 1]
        assert isinstance(cell.value, Decimal)
        assert cell.value == Decimal(value)
        assert not cell.value.is_signed() or value.startswith("-")

    @pytest.mark.parametrize(
        "text", ["nan", "inf", "-Infinity", "1e999", "1_000", "１２", "1,000", "0x10", "甲", "²", "."]
    )
    def test_what_is_no_number_stays_the_text_it_is(self, build: Build, text: str) -> None:
        assert values(build(f'<row r="1"><c r="A1"><v>{text}</v></c></row>')) == {(1, 1): text}

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_any_float_is_read_as_its_fifteen_digits(self, build: Build, number: float) -> None:
        cell = cells(build(f'<row r="1"><c r="A1"><v>{number!r}</v></c></row>'))[1, 1]
        assert cell.value == Decimal(f"{number:.15g}")


class TestKindsOfCell:
    @pytest.mark.parametrize(
        ("xml", "cell"),
        [
            ('<c r="A1" s="3"><v>1</v></c>', Cell(Decimal(1), None, None, 3)),
            ('<c r="A1" t="n"><v>1</v></c>', Cell(Decimal(1), None, None, 0)),
            ('<c r="A1" t="s"><v>1</v></c>', Cell("一", None, None, 0)),
            ('<c r="A1" t="b"><v>1</v></c>', Cell(True, None, None, 0)),
            ('<c r="A1" t="b"><v>0</v></c>', Cell(False, None, None, 0)),
            ('<c r="A1" t="e"><v>#REF!</v></c>', Cell(None, None, "#REF!", 0)),
            ('<c r="A1" t="e"><f>B1</f><v>#SPILL!</v></c>', Cell(None, "=B1", "#SPILL!", 0)),
            ('<c r="A1" t="str"><f>B1&amp;""</f><v></v></c>', Cell("", '=B1&""', None, 0)),
            ('<c r="A1" t="str"><v>a_x000D_b</v></c>', Cell("a\rb", None, None, 0)),
            ('<c r="A1" t="d"><v>2024-05-06</v></c>', Cell(dt.date(2024, 5, 6), None, None, 0)),
            ('<c r="A1"><f>B1</f></c>', Cell(None, "=B1", None, 0)),
            ('<c r="A1"><f>B1</f><v/></c>', Cell(None, "=B1", None, 0)),
            ('<c r="A1"><f t="shared" ref="A1:A9" si="0">B1</f><v>2</v></c>', Cell(Decimal(2), "=B1", None, 0)),
            ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', Cell(Decimal(2), "=", None, 0)),
            ('<c r="A1" t="inlineStr"><is><t>甲</t></is></c>', Cell("甲", None, None, 0)),
            (
                '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>甲</t></r><r><t> 乙</t></r></is></c>',
                Cell("甲 乙", None, None, 0),
            ),
            ('<c r="A1" t="inlineStr"><is><t>_x005F_x000D_</t></is></c>', Cell("_x000D_", None, None, 0)),
            ('<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>', Cell("=1+1", None, None, 0)),
            ('<c r="A1" t="new"><v>1</v></c>', Cell("1", None, None, 0)),
            ('<c r="A1" s="x"><v>1</v></c>', Cell(Decimal(1), None, None, 0)),
            ('<c r="A1" t="str"><v><![CDATA[<甲>]]></v></c>', Cell("<甲>", None, None, 0)),
        ],
    )
    def test_it_is_read_as_it_is_written(self, build: Build, xml: str, cell: Cell) -> None:
        assert cells(build(f'<row r="1">{xml}</row>')) == {(1, 1): cell}

    @pytest.mark.parametrize("xml", ['<c r="A1" s="5"/>', '<c r="A1" t="s"><v/></c>', '<c r="A1"><v></v></c>'])
    def test_a_formatted_blank_is_no_cell(self, build: Build, xml: str) -> None:
        assert cells(build(f'<row r="1">{xml}</row>')) == {}

    def test_a_blank_does_not_take_the_value_of_its_neighbour(self, build: Build) -> None:
        rows = '<row r="1"><c r="A1"><f>B9</f><v>1</v></c><c r="B1" s="1"/><c r="C1"><v>3</v></c></row>'
        assert cells(build(rows)) == {(1, 1): Cell(Decimal(1), "=B9", None, 0), (1, 3): Cell(Decimal(3), None, None, 0)}

    def test_an_extension_inside_a_cell_is_not_its_value(self, build: Build) -> None:
        rows = '<row r="1"><c r="A1"><extLst><ext uri="x"><v>666</v></ext></extLst></c></row>'
        assert cells(build(rows)) == {}


class TestSharedStrings:
    def table(self, build: Build, items: str) -> bytes:
        return build('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', {STRINGS: f'<sst xmlns="{MAIN}">{items}</sst>'})

    @pytest.mark.parametrize(
        ("item", "text"),
        [
            ("<si><t>甲</t></si>", "甲"),
            ('<si><t xml:space="preserve"> 甲 </t></si>', " 甲 "),
            ("<si><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r></si>", "甲乙"),
            ('<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>', "東京"),
            ("<si><t>a_x000D_b_x005F_x000D_</t></si>", "a\rb_x000D_"),
            ("<si><t>_xD83D_</t></si>", "_xD83D_"),
            ("<si><t/></si>", ""),
            ("<si/>", ""),
            ("<si>\n  <t>甲</t>\n</si>", "甲"),
        ],
    )
    def test_the_text_is_what_the_author_typed(self, build: Build, item: str, text: str) -> None:
        assert values(self.table(build, item)) == {(1, 1): text}

    @pytest.mark.parametrize("index", ["2", "-1", "1.0", "x", "1_0", "99999999999999999999"])
    def test_an_index_that_points_nowhere_is_damage_and_names_the_cell(self, build: Build, index: str) -> None:
        error = refusal(build(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'))
        assert error.code == "W05"
        assert "表" in str(error)
        assert "A1" in str(error)

    def test_a_missing_table_is_damage_only_where_it_is_needed(self, build: Build) -> None:
        parts = {STRINGS: None}
        assert values(build('<row r="1"><c r="A1"><v>1</v></c></row>', parts)) == {(1, 1): 1}
        assert refusal(build('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts)).code == "W05"

    def test_a_claimed_count_is_not_believed(self, build: Build) -> None:
        table = f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>甲</t></si></sst>'
        assert values(build('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', {STRINGS: table})) == {(1, 1): "甲"}

    def test_their_number_and_their_length_are_limited(self, build: Build) -> None:
        data = self.table(build, "<si><t>甲乙</t></si>" * 5)
        assert read(data, Limits(strings=5, characters=10)).cells("表")
        assert refusal(data, Limits(strings=4)).code == "W04"
        assert refusal(data, Limits(characters=9)).code == "W04"


class TestPositions:
    def test_cells_and_rows_that_do_not_say_where_they_stand_are_counted(self, build: Build) -> None:
        rows = (
            "<row><c><v>1</v></c><c s='1'/><c><v>3</v></c></row>"
            "<row r='5'><c r='C5' s='1'/><c><v>4</v></c></row>"
            "<row><c><v>5</v></c></row>"
        )
        assert values(build(rows)) == {(1, 1): 1, (1, 3): 3, (5, 4): 4, (6, 1): 5}

    def test_rows_out_of_order_are_all_read(self, build: Build) -> None:
        rows = '<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>'
        assert values(build(rows)) == {(3, 1): 3, (1, 2): 2, (1, 1): 1}

    def test_a_short_dimension_hides_nothing(self, build: Build) -> None:
        sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData><row r="9"><c r="Z9"><v>1</v></c></row></sheetData></worksheet>'
        assert values(build(parts={SHEET: sheet})) == {(9, 26): 1}

    def test_the_last_cell_of_a_sheet_is_read_without_allocating_the_sheet(self, build: Build) -> None:
        data = build('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
        gc.collect()
        tracemalloc.start()
        assert values(data) == {(1_048_576, 16_384): 1}
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1_000_000

    @pytest.mark.parametrize(
        "row",
        [
            '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
            '<row r="0"><c r="A0"><v>1</v></c></row>',
            '<row r="-1"/>',
            '<row r="99999999999999999999"/>',
            '<row r="x"/>',
            '<row r="1048576"/><row/>',
            '<row r="1"><c r="XFE1"><v>1</v></c></row>',
            '<row r="1"><c r="A2"><v>1</v></c></row>',
            '<row r="1"><c r="A11"><v>1</v></c></row>',
            '<row r="1"><c r="1"><v>1</v></c></row>',
            '<row r="1"><c r=""><v>1</v></c></row>',
            '<row r="1"><c r="XFD1"/><c><v>1</v></c></row>',
        ],
    )
    def test_a_place_outside_every_sheet_is_damage(self, build: Build, row: str) -> None:
        assert refusal(build(row)).code == "W05"

    @pytest.mark.parametrize(
        "rows",
        [
            '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
            '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c><c><v>1</v></c></row>',
        ],
    )
    def test_a_cell_that_stands_there_twice_is_damage(self, build: Build, rows: str) -> None:
        error = refusal(build(rows))
        assert error.code == "W05"
        assert "两次" in str(error)

    def test_a_cell_with_two_values_is_damage(self, build: Build) -> None:
        assert "两个值" in str(refusal(build('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>')))

    def test_the_number_of_cells_is_limited(self, build: Build) -> None:
        data = build("".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 7)))
        assert len(read(data, Limits(cells=6)).cells("表")) == 6
        assert refusal(data, Limits(cells=5)).code == "W04"


class TestDialects:
    def test_any_prefix_is_understood(self, build: Build) -> None:
        sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
        assert values(build(parts={SHEET: sheet})) == {(1, 1): 1}

    def test_elements_of_another_namespace_are_not_cells(self, build: Build) -> None:
        assert values(build('<row r="1"><y:c xmlns:y="urn:y" r="A1"><y:v>1</y:v></y:c></row>')) == {}

    def test_strict_open_xml_is_read_as_well(self, build: Build, part: Part) -> None:
        strict, relations = (
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        old = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        parts = {
            "_rels/.rels": part("_rels/.rels", old, relations),
            WORKBOOK_RELS: part(WORKBOOK_RELS, old, relations),
            WORKBOOK: part(WORKBOOK, old, relations).replace(MAIN, strict),
            SHEET: f'<worksheet xmlns="{strict}"><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c></row></sheetData></worksheet>',
            STRINGS: part(STRINGS, MAIN, strict),
            "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{strict}"/>',
        }
        package = read(build(parts=parts))
        assert package.strict
        assert package.cells("表")[1, 1].value == "一"
        assert not read(build()).strict

    @pytest.mark.parametrize(
        "target", ["/xl/worksheets/sheet1.xml", "./worksheets/../worksheets/sheet1.xml", "WORKSHEETS/Sheet1.XML", "worksheets%2Fsheet1.xml", "worksheets\\sheet1.xml"]
    )  # fmt: skip
    def test_a_target_may_be_written_in_many_ways(self, build: Build, part: Part, target: str) -> None:
        parts = {WORKBOOK_RELS: part(WORKBOOK_RELS, "worksheets/sheet1.xml", target)}
        assert read(build(parts=parts)).sheet("表").part == SHEET

    @pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"])
    def test_other_encodings_lose_nothing(self, build: Build, codec: str) -> None:
        name = {"latin-1": "ISO-8859-1", "utf-8-sig": "UTF-8"}.get(codec, "UTF-16")
        text = "é" if codec == "latin-1" else "甲𠮷"
        sheet = (
            f'<?xml version="1.0" encoding="{name}"?><worksheet xmlns="{MAIN}"><sheetData>'
            f'<row r="1"><c r="A1" t="str"><v>{text}</v></c></row></sheetData></worksheet>'
        )
        assert values(build(parts={SHEET: sheet.encode(codec)})) == {(1, 1): text}

    def test_utf_8_that_calls_itself_utf_16_is_read(self, build: Build) -> None:
        sheet = f'<?xml version="1.0" encoding="utf-16"?><worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>甲</v></c></row></sheetData></worksheet>'
        assert values(build(parts={SHEET: sheet})) == {(1, 1): "甲"}

    def test_an_encoding_no_spreadsheet_writes_is_damage(self, build: Build) -> None:
        sheet = f'<?xml version="1.0" encoding="UTF-7"?><worksheet xmlns="{MAIN}"/>'
        assert "UTF-7".lower() in str(refusal(build(parts={SHEET: sheet}))).lower()


class TestHostileXml:
    @pytest.mark.parametrize("name", [TYPES, "_rels/.rels", WORKBOOK, WORKBOOK_RELS, SHEET, STRINGS])
    @pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
    def test_a_doctype_is_refused_in_every_part(self, build: Build, part: Part, name: str, codec: str) -> None:
        content = f'<worksheet xmlns="{MAIN}"/>' if name == SHEET else part(name)
        content = '<!DOCTYPE x [<!ENTITY a "b">]>' + content.split("?>")[-1]
        error = refusal(build(parts={name: content.encode(codec)}))
        assert isinstance(error, UnsafeWorkbook)
        assert error.code == "W06"
        assert "DOCTYPE" in str(error)

    @pytest.mark.parametrize("element", ["x", "row", "c", "worksheet", "sheetData", "extLst"])
    def test_absurd_nesting_is_refused(self, build: Build, element: str) -> None:
        depth = 300
        error = refusal(build('<row r="1">' + f"<{element}>" * depth + f"</{element}>" * depth + "</row>"))
        assert "嵌套" in str(error)

    def test_absurd_nesting_in_a_string_is_refused(self, build: Build) -> None:
        nested = "<r>" * 300 + "</r>" * 300
        rows = f'<row r="1"><c r="A1" t="inlineStr"><is>{nested}</is></c></row>'
        assert "嵌套" in str(refusal(build(rows)))

    @pytest.mark.parametrize("name", [TYPES, "_rels/.rels", WORKBOOK, WORKBOOK_RELS, SHEET, STRINGS])
    def test_broken_xml_is_damage(self, build: Build, name: str) -> None:
        assert refusal(build(parts={name: b"<a><b></a>"})).code == "W05"

    def test_markup_after_the_rows_counts_too(self, build: Build) -> None:
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData/><a></worksheet>'
        assert refusal(build(parts={SHEET: sheet})).code == "W05"


class TestWorkbook:
    def names(self, part: Part, names: str) -> dict[str, str]:
        return {WORKBOOK: part(WORKBOOK, "</sheets>", f"</sheets><definedNames>{names}</definedNames>")}

    def test_names_of_the_workbook_are_read_and_names_of_a_sheet_are_not(self, build: Build, part: Part) -> None:
        names = (
            "<definedName name='产值_2023'>'一 基本情况'!$C$5</definedName>"
            "<definedName name='_xlnm.Print_Area' localSheetId='0'>表!$A$1:$B$2</definedName>"
            "<definedName name='坏' hidden='1'>#REF!</definedName>"
        )
        assert read(build(parts=self.names(part, names))).names == {"产值_2023": "'一 基本情况'!$C$5", "坏": "#REF!"}

    def test_a_name_defined_twice_in_two_ways_is_damage(self, build: Build, part: Part) -> None:
        names = "<definedName name='a'>表!$A$1</definedName><definedName name='{}'>表!$A$2</definedName>"
        for second in ("a", "A"):
            assert refusal(build(parts=self.names(part, names.format(second)))).code == "W05"

    def test_the_number_of_names_is_limited(self, build: Build, part: Part) -> None:
        parts = self.names(part, "".join(f"<definedName name='n{i}'>1</definedName>" for i in range(50)))
        assert len(read(build(parts=parts), Limits(names=53)).names) == 50
        assert refusal(build(parts=parts), Limits(names=52)).code == "W04"

    def test_sheets_come_in_the_order_of_their_tabs(self, build: Build, part: Part) -> None:
        parts = {WORKBOOK: part(WORKBOOK).replace("rId1", "rIdX").replace("rId2", "rId1").replace("rIdX", "rId2")}
        assert [(sheet.name, sheet.part[-5]) for sheet in read(build(parts=parts)).sheets] == [
            ("表", "2"),
            ("其他", "1"),
        ]

    @pytest.mark.parametrize(("state", "hidden"), [("visible", False), ("hidden", True), ("veryHidden", True)])
    def test_a_hidden_sheet_is_told(self, build: Build, part: Part, state: str, hidden: bool) -> None:
        parts = {WORKBOOK: part(WORKBOOK, 'sheetId="2"', f'sheetId="2" state="{state}"')}
        assert [sheet.hidden for sheet in read(build(parts=parts)).sheets] == [False, hidden]

    @pytest.mark.parametrize(("value", "counts"), [("1", True), ("true", True), ("0", False), ("false", False)])
    def test_the_epoch_is_told(self, build: Build, part: Part, value: str, counts: bool) -> None:
        parts = {WORKBOOK: part(WORKBOOK, "<sheets>", f'<workbookPr date1904="{value}"/><sheets>')}
        assert read(build(parts=parts)).date1904 is counts

    def test_a_missing_sheet_part_is_damage_and_names_the_sheet(self, build: Build) -> None:
        error = refusal(build(parts={"xl/worksheets/sheet2.xml": None}))
        assert error.code == "W05"
        assert "其他" in str(error)

    @pytest.mark.parametrize("target", ["styles.xml", "../[Content_Types].xml"])
    def test_a_sheet_that_points_at_something_else_is_damage_and_named(
        self, build: Build, part: Part, target: str
    ) -> None:
        error = refusal(build(parts={WORKBOOK_RELS: part(WORKBOOK_RELS, "worksheets/sheet2.xml", target)}))
        assert error.code == "W05"
        assert "其他" in str(error)

    def test_a_sheet_outside_the_file_is_not_followed(self, build: Build, part: Part) -> None:
        rels = part(WORKBOOK_RELS, 'Target="worksheets/sheet2.xml"', 'Target="http://x/s.xml" TargetMode="External"')
        assert "其他" in str(refusal(build(parts={WORKBOOK_RELS: rels})))

    @pytest.mark.parametrize(
        ("old", "new"), [('name="其他"', 'name="表"'), ('r:id="rId2"', 'r:id="rId1"'), ('r:id="rId2"', 'r:id="rId9"')]
    )
    def test_sheets_that_contradict_each_other_are_damage(self, build: Build, part: Part, old: str, new: str) -> None:
        assert refusal(build(parts={WORKBOOK: part(WORKBOOK, old, new)})).code == "W05"

    def test_a_chart_sheet_has_no_cells(self, build: Build, part: Part) -> None:
        parts = {
            WORKBOOK_RELS: part(
                WORKBOOK_RELS, 'worksheet" Target="worksheets/sheet2', 'chartsheet" Target="worksheets/sheet2'
            ),
            "xl/worksheets/sheet2.xml": f'<chartsheet xmlns="{MAIN}"><sheetViews/></chartsheet>',
        }
        assert cells(build(parts=parts), "其他") == {}

    def test_a_package_without_a_workbook_is_damage(self, build: Build) -> None:
        assert refusal(build(parts={"_rels/.rels": None})).code == "W05"

    def test_two_workbooks_in_one_package_are_damage(self, build: Build, part: Part) -> None:
        relation = part("_rels/.rels")
        second = relation[relation.index("<Relationship ") : relation.index("</Relationships>")].replace("rId1", "rId2")
        twice = relation.replace("</Relationships>", second.replace("workbook.xml", "styles.xml") + "</Relationships>")
        assert refusal(build(parts={"_rels/.rels": twice})).code == "W05"

    @pytest.mark.parametrize(
        ("content_type", "code", "word"),
        [
            (f"{TYPE}.template.main+xml", "W02", ".xltx"),
            ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "W06", "宏"),
            ("application/vnd.ms-excel.template.macroEnabled.main+xml", "W06", "宏"),
            ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "W02", ".xlsb"),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "W02", ".docx"),
            ("text/plain", "W02", "其他"),
        ],
    )
    def test_only_a_plain_workbook_is_opened(
        self, build: Build, part: Part, content_type: str, code: str, word: str
    ) -> None:
        error = refusal(build(parts={TYPES: part(TYPES, f"{TYPE}.sheet.main+xml", content_type)}))
        assert error.code == code
        assert word in str(error)

    def test_macros_under_an_innocent_name_are_refused_by_their_type(self, build: Build, part: Part) -> None:
        override = '<Override PartName="/xl/notes.dat" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        parts = {TYPES: part(TYPES, "</Types>", override), "xl/notes.dat": b"x"}
        assert refusal(build(parts=parts)).code == "W06"

    def test_a_macro_sheet_under_an_innocent_name_is_refused_by_its_relation(self, build: Build, part: Part) -> None:
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        macro = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
        parts = {WORKBOOK_RELS: part(WORKBOOK_RELS, relation, macro)}
        assert refusal(build(parts=parts)).code == "W06"


class TestPackage:
    def test_a_sheet_is_read_when_asked_for_and_only_once(self, build: Build) -> None:
        package = read(build(parts={"xl/worksheets/sheet2.xml": b"<broken"}))
        assert package.cells("表") is package.cells("表")
        with pytest.raises(UnreadableWorkbook):
            package.cells("其他")

    def test_a_sheet_that_is_not_there_is_a_mistake_of_the_caller(self, build: Build) -> None:
        with pytest.raises(KeyError):
            read(build()).cells("没有")

    def test_its_cells_cannot_be_changed(self, build: Build) -> None:
        with pytest.raises(TypeError):
            read(build()).cells("表")[1, 1] = Cell(None, None, None, 0)  # type: ignore[index]

    def test_reading_twice_gives_the_same(self, build: Build) -> None:
        data = build('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
        assert read(data) == read(data)
        assert cells(data) == cells(data)

    def test_what_was_read_is_freed_without_the_garbage_collector(self, build: Build) -> None:
        data = build(
            "".join(f'<row r="{row}"><c r="A{row}" t="str"><v>x{row}</v></c></row>' for row in range(1, 20_000))
        )
        cells(data)
        gc.collect()
        gc.disable()
        try:
            tracemalloc.start()
            # The first leaves what is remembered of every workbook.
            cells(data)
            before, _ = tracemalloc.get_traced_memory()
            cells(data)
            left, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
        assert left - before < peak / 10
