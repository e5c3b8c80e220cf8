"""Only what changes is changed: everything else in somebody's workbook is kept to the byte."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.errors import UnreadableWorkbook, WorkbookError
from workbook.package.patch import Area, Link, New, SheetEdit, write_copy
from workbook.package.stream import Cell, Package, Position, read
from workbook.package.text import LONGEST_TEXT

Build = Callable[..., bytes]
Part = Callable[..., str]
Validator = Callable[[Path], list[str]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def patched(data: bytes, **edit: object) -> Package:
    """The workbook with one edit made to its first sheet, written and read again."""
    package = read(data)
    return read(written(package, {package.sheets[0].name: SheetEdit(**edit)}))  # type: ignore[arg-type]


def written(package: Package, edits: Mapping[str, SheetEdit]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.xlsx"
        write_copy(package, target, edits)
        return target.read_bytes()


def part_of(package: Package, name: str = SHEET) -> str:
    return package.archive.read(name).decode()


def rows_of(package: Package) -> str:
    """What stands between the tags of ``sheetData``."""
    found = re.search(r"<sheetData>(.*)</sheetData>", part_of(package), re.DOTALL)
    assert found
    return found[1]


def parts_of(package: Package) -> dict[str, bytes]:
    return {name: package.archive.read(name) for name in package.archive.names}


def text(content: str) -> str:
    return f'<is><t xml:space="preserve">{content}</t></is>'


@pytest.fixture(scope="module")
def rich() -> bytes:
    """A workbook with something in it of every kind that a rewrite would lose."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    bold, percent = book.add_format({"bold": True, "border": 1}), book.add_format({"num_format": "0%"})
    sheet = book.add_worksheet("判定结果")
    sheet.set_column(1, 1, 30, percent)
    for row in range(5):
        sheet.write_string(row, 0, f"条件 {row}", bold)
        sheet.write_number(row, 1, row / 7)
        sheet.write_blank(row, 2, None, bold)
        sheet.write_formula(row, 3, f"=B{row + 1}*2", bold, row / 3.5)
    sheet.merge_range("A8:C8", "合并", bold)
    sheet.data_validation("B1:B5", {"validate": "list", "source": ["是", "否"]})
    sheet.conditional_format("B1:B5", {"type": "data_bar", "bar_solid": True})
    sheet.conditional_format("C1:C5", {"type": "cell", "criteria": ">", "value": 1, "format": bold})
    sheet.write_url("A7", "https://example.org/", string="外部")
    sheet.write_url("A4", "internal:其他!A1", string="内部")
    sheet.write_comment("B2", "批注")
    chart = book.add_chart({"type": "line"})
    assert chart is not None
    chart.add_series({"values": "=判定结果!$B$1:$B$5"})
    sheet.insert_chart("F15", chart)
    sheet.set_header("&C页眉")
    other = book.add_worksheet("其他")
    other.add_sparkline("A1", {"range": "判定结果!B1:B5"})
    other.write_string("B1", "不动")
    other.add_table("D1:E3")
    book.define_name("结果", "='判定结果'!$A$1")
    book.close()
    return file.getvalue()


EDIT = SheetEdit(
    cells={
        (1, 3): "达标",
        (2, 2): Decimal("0.25"),
        (3, 1): None,
        (9, 1): "新行",
        (9, 2): 7,
        (9, 4): None,
        (12, 6): "远",
    },
    links={(9, 1): Link("'其他'!B1", "到 <其他>"), (1, 3): Link("结果")},
    owned=(Area(3, 1, 5, 4),),
    styles_from={9: 1, 12: 1},
    heights={9: 33.5, 2: 20, 20: 15},
)


class TestWhatIsKept:
    def test_every_other_part_is_copied_as_it_is_packed(self, rich: bytes) -> None:
        before = read(rich)
        after = read(written(before, {"判定结果": EDIT}))
        assert after.archive.names == before.archive.names
        for name in before.archive.names:
            if name == SHEET:
                continue
            old, new = before.archive.entries[name], after.archive.entries[name]
            assert after.archive.raw(name) == before.archive.raw(name), name
            assert (new.date, new.time, new.crc) == (old.date, old.time, old.crc)

    def test_a_change_of_nothing_changes_no_part(self, rich: bytes) -> None:
        before = read(rich)
        after = read(written(before, {"判定结果": SheetEdit(), "其他": SheetEdit(owned=(Area(50, 1, 60, 9),))}))
        assert [after.archive.raw(name) for name in after.archive.names] == [
            before.archive.raw(name) for name in before.archive.names
        ]

    def test_the_sheet_differs_only_where_it_was_edited(self, build: Build) -> None:
        rows = (
            "<!-- 说明 -->\n<row r='1' spans=\"1:3\" x='>'>\n <c r='A1'   s='2'><v>1</v></c><c r=\"B1\"><v>&#50;</v></c>"
            "<c r='C1' t='str'><v><![CDATA[<3>]]></v></c></row>\n<row r='2'/>"
        )
        after = patched(build(rows), cells={(1, 2): 9})
        assert rows_of(after) == rows.replace('<c r="B1"><v>&#50;</v></c>', '<c r="B1"><v>9</v></c>')

    def test_offsets_hold_beyond_the_first_megabyte(self, build: Build) -> None:
        rows = "".join(f'<row r="{row}"><c r="A{row}" t="str"><v>甲{row}</v></c></row>' for row in range(1, 40_001))
        after = patched(build(rows), cells={(39_999, 1): "改"})
        old = '<c r="A39999" t="str"><v>甲39999</v></c>'
        assert rows_of(after) == rows.replace(old, f'<c r="A39999" t="inlineStr">{text("改")}</c>')

    def test_a_second_time_changes_nothing_more(self, rich: bytes) -> None:
        once = read(written(read(rich), {"判定结果": EDIT}))
        twice = read(written(once, {"判定结果": EDIT}))
        assert parts_of(twice) == parts_of(once)

    @given(
        cells=st.dictionaries(
            st.tuples(st.integers(1, 12), st.integers(1, 8)),
            st.one_of(st.none(), st.text(max_size=5), st.integers(-99, 99), st.decimals(-9, 9, places=2)),
            max_size=12,
        ),
        top=st.integers(1, 9),
        left=st.integers(1, 5),
        styles=st.dictionaries(st.integers(1, 12), st.integers(1, 5), max_size=4),
    )
    def test_any_edit_does_what_it_says_and_nothing_else(
        self, rich: bytes, cells: dict[Position, New], top: int, left: int, styles: dict[int, int]
    ) -> None:
        area = Area(top, left, top + 2, left + 2)
        edit = SheetEdit(cells=cells, owned=(area,), styles_from=styles)
        before = read(rich)
        once = read(written(before, {"判定结果": edit}))
        expected: dict[Position, object] = {
            at: cell.value
            for at, cell in before.cells("判定结果").items()
            if at not in cells and not area.covers(Area(*at, *at))
        }
        expected |= {at: value for at, value in cells.items() if value is not None}
        assert {at: cell.value for at, cell in once.cells("判定结果").items()} == expected
        for at, cell in once.cells("判定结果").items():
            if at in before.cells("判定结果"):
                assert cell.style == before.cells("判定结果")[at].style
        changed = {name for name in once.archive.names if once.archive.raw(name) != before.archive.raw(name)}
        assert changed <= {SHEET}
        assert parts_of(read(written(once, {"判定结果": edit}))) == parts_of(once)


class TestText:
    @given(st.text())
    @example("_x000D_")
    @example("_x005F_x000D_")
    @example("_x0041\x01")
    @example("a\r\nb\tc\rd\n")
    @example("\x00\x1f\x7f\x85\ufffe\uffff\u2028")
    @example("  ]]><&>\"'  ")
    @example("𠮷" * 20)
    def test_writing_then_reading_gives_any_text_back(self, build: Build, content: str) -> None:
        after = patched(build(), cells={(1, 1): content})
        assert after.cells("表") == {(1, 1): Cell(content, None, None, 0)}

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1))
    def test_openpyxl_reads_the_same_text(self, build: Build, content: str) -> None:
        package = patched(build(), cells={(1, 1): content})
        value = openpyxl.load_workbook(io.BytesIO(package.archive.data))["表"]["A1"].value
        # openpyxl does not decode escapes in inline strings.
        assert value == content.replace("_x", "_x") or "_x" in content

    @pytest.mark.parametrize("content", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "\t=1", "007", "1E5"])
    def test_text_stays_text_whatever_it_looks_like(self, build: Build, content: str) -> None:
        package = patched(build(), cells={(1, 1): content})
        assert package.cells("表")[1, 1] == Cell(content, None, None, 0)
        cell = openpyxl.load_workbook(io.BytesIO(package.archive.data))["表"]["A1"]
        assert (cell.data_type, cell.value) == ("s", content)

    def test_a_lone_surrogate_does_not_kill_the_writing(self, build: Build) -> None:
        assert patched(build(), cells={(1, 1): "a\ud800b"}).cells("表")[1, 1].value == "a_xD800_b"

    @pytest.mark.parametrize("letter", ["甲", "𠮷", "甲𠮷"])
    def test_text_too_long_for_a_cell_is_cut_visibly(self, build: Build, letter: str) -> None:
        value = patched(build(), cells={(1, 1): letter * 40_000}).cells("表")[1, 1].value
        assert isinstance(value, str)
        assert value.endswith("…（已截断）")
        units = len(value.encode("utf-16-le")) // 2
        assert LONGEST_TEXT - 2 <= units <= LONGEST_TEXT

    def test_text_that_just_fits_is_not_cut(self, build: Build) -> None:
        value = "x" * LONGEST_TEXT
        assert patched(build(), cells={(1, 1): value}).cells("表")[1, 1].value == value


class TestNumbers:
    @given(st.one_of(st.integers(-(10**14), 10**14), st.decimals(-(10**9), 10**9, places=4)))
    def test_writing_then_reading_gives_any_number_back(self, build: Build, number: int | Decimal) -> None:
        assert patched(build(), cells={(1, 1): number}).cells("表")[1, 1].value == number

    @pytest.mark.parametrize(
        "number", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E400"), 10**400]
    )
    def test_what_no_cell_can_hold_is_a_mistake_of_the_caller(self, build: Build, number: int | Decimal) -> None:
        with pytest.raises(ValueError, match="no cell can hold"):
            patched(build(), cells={(1, 1): number})


class TestCells:
    @pytest.mark.parametrize(
        ("before", "value", "after"),
        [
            ('<c r="A1" s="3"><v>1</v></c>', 2, '<c r="A1" s="3"><v>2</v></c>'),
            ('<c r="A1" s="3"/>', 2, '<c r="A1" s="3"><v>2</v></c>'),
            ('<c s="3"/>', 2, '<c r="A1" s="3"><v>2</v></c>'),
            ('<c r="A1" s="3" t="s"><v>1</v></c>', 2, '<c r="A1" s="3"><v>2</v></c>'),
            ('<c r="A1" s="3" cm="1" t="e"><f>B1</f><v>#N/A</v></c>', 2, '<c r="A1" s="3"><v>2</v></c>'),
            ('<c r="A1" s="3" t="s"><v>1</v></c>', "甲", f'<c r="A1" s="3" t="inlineStr">{text("甲")}</c>'),
            ('<c r="A1" s="3" t="s"><v>1</v></c>', None, '<c r="A1" s="3"/>'),
            ('<c r="A1"><f>1</f></c>', None, '<c r="A1"/>'),
            ('<c r="A1" s="3"/>', None, '<c r="A1" s="3"/>'),
            ('<c r="B1"/>', 2, '<c r="A1"><v>2</v></c><c r="B1"/>'),
            ("<c/><c/>", 2, '<c r="A1"><v>2</v></c><c/>'),
            ("", 2, '<c r="A1"><v>2</v></c>'),
            ("", None, ""),
            ('<c r="A1" s="&quot;/>"/>', 2, '<c r="A1"><v>2</v></c>'),
        ],
    )
    def test_a_cell_changes_its_content_and_keeps_its_format(
        self, build: Build, before: str, value: New, after: str
    ) -> None:
        assert (
            rows_of(patched(build(f'<row r="1">{before}</row>'), cells={(1, 1): value})) == f'<row r="1">{after}</row>'
        )

    def test_new_cells_stand_between_their_neighbours(self, build: Build) -> None:
        package = patched(build('<row r="1"><c r="B1"/><c r="D1"/></row>'), cells={(1, c): c for c in (5, 3, 1, 28)})
        assert re.findall(r'r="([A-Z]+)1"', rows_of(package)) == ["A", "B", "C", "D", "E", "AB"]

    def test_new_rows_stand_between_their_neighbours(self, build: Build) -> None:
        rows = '<row r="2"/>\n<row r="5"/><row/>'
        package = patched(build(rows), cells={(r, 1): r for r in (1, 3, 4, 6, 9, 8)})
        assert re.findall(r'<row r="(\d+)"|(<row>)', rows_of(package)) == [
            *((str(r), "") for r in (1, 2, 3, 4, 5)),
            ("", "<row>"),
            *((str(r), "") for r in (8, 9)),
        ]
        assert {at: cell.value for at, cell in package.cells("表").items()} == {(r, 1): r for r in (1, 3, 4, 6, 8, 9)}

    def test_rows_out_of_order_are_found_and_not_doubled(self, build: Build) -> None:
        rows = '<row r="5"><c r="A5"/></row><row r="3"><c r="A3" s="2"/></row>'
        package = patched(build(rows), cells={(3, 1): 3, (4, 1): 4})
        assert package.cells("表") == {(3, 1): Cell(Decimal(3), None, None, 2), (4, 1): Cell(Decimal(4), None, None, 0)}
        assert rows_of(package).count('r="3"') == 1

    @pytest.mark.parametrize("row", ['<row r="1"/>', '<row r="1" />', '<row r="1"></row>', "<row/>", "<row><c/></row>"])
    def test_a_row_may_be_empty_in_any_way(self, build: Build, row: str) -> None:
        assert patched(build(row), cells={(1, 2): "甲"}).cells("表") == {(1, 2): Cell("甲", None, None, 0)}

    @pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
    def test_a_sheet_may_be_empty_in_any_way(self, build: Build, data: str) -> None:
        sheet = f'<worksheet xmlns="{MAIN}">{data}</worksheet>'
        assert patched(build(parts={SHEET: sheet}), cells={(2, 2): 1}).cells("表") == {
            (2, 2): Cell(Decimal(1), None, None, 0)
        }

    def test_a_prefix_is_kept(self, build: Build) -> None:
        sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"/></x:sheetData></x:worksheet>'
        package = patched(build(parts={SHEET: sheet}), cells={(1, 1): "甲", (2, 1): 1}, links={(1, 1): Link("表!A1")})
        assert "<hyperlink" not in part_of(package)
        assert "<x:hyperlinks><x:hyperlink " in part_of(package)
        assert {at: cell.value for at, cell in package.cells("表").items()} == {(1, 1): "甲", (2, 1): 1}

    @pytest.mark.parametrize("codec", ["utf-16", "latin-1", "utf-8-sig"])
    def test_another_encoding_loses_nothing(self, build: Build, codec: str) -> None:
        name = {"utf-16": "UTF-16", "latin-1": "ISO-8859-1", "utf-8-sig": "UTF-8"}[codec]
        sheet = (
            f'<?xml version="1.0" encoding="{name}"?><worksheet xmlns="{MAIN}"><sheetData>'
            '<row r="1"><c r="A1" t="str"><v>é</v></c></row></sheetData></worksheet>'
        )
        package = patched(build(parts={SHEET: sheet.encode(codec)}), cells={(1, 2): "甲"})
        assert {at: cell.value for at, cell in package.cells("表").items()} == {(1, 1): "é", (1, 2): "甲"}

    @pytest.mark.parametrize(
        "rows",
        [
            '<row r="1"><c r="A1"/><c r="A1"/></row>',
            '<row r="1"/><row r="1"/>',
            '<row r="1"><c r="A2"/></row>',
            '<row r="1"><c r="XFE1"/></row>',
        ],
    )
    def test_a_sheet_that_contradicts_itself_is_not_touched(self, build: Build, rows: str) -> None:
        with pytest.raises(UnreadableWorkbook):
            patched(build(rows), cells={(1, 1): 1})

    def test_a_chart_sheet_has_no_cells_to_change(self, build: Build, part: Part) -> None:
        rels = "xl/_rels/workbook.xml.rels"
        parts = {
            rels: part(rels, 'worksheet" Target="worksheets/sheet1', 'chartsheet" Target="worksheets/sheet1'),
            SHEET: f'<chartsheet xmlns="{MAIN}"/>',
        }
        with pytest.raises(UnreadableWorkbook):
            patched(build(parts=parts), cells={(1, 1): 1})


class TestOwnedAreas:
    def test_contents_go_and_formats_stay(self, build: Build) -> None:
        cells = "".join(f'<c r="{c}2" s="4" t="s"><v>0</v></c>' for c in "ABCD")
        package = patched(build(f'<row r="2">{cells}</row>'), owned=(Area(1, 2, 1_048_576, 3),))
        assert sorted(package.cells("表")) == [(2, 1), (2, 4)]
        assert '<c r="B2" s="4"/><c r="C2" s="4"/>' in rows_of(package)

    def test_an_edit_inside_one_wins(self, build: Build) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        package = patched(build(rows), owned=(Area(1, 1, 9, 9),), cells={(1, 2): "新"})
        assert package.cells("表") == {(1, 2): Cell("新", None, None, 0)}

    @pytest.mark.parametrize("corners", [(0, 1, 1, 1), (1, 1, 1, 16_385), (2, 1, 1, 1), (1, 2, 1, 1)])
    def test_an_area_outside_the_sheet_cannot_be_made(self, corners: tuple[int, int, int, int]) -> None:
        with pytest.raises(ValueError, match="no area"):
            Area(*corners)


class TestGrowth:
    ROWS = '<row r="3" spans="1:2" ht="20" customHeight="1"><c r="A3" s="5"/><c r="B3" s="6"/></row>'

    def test_new_cells_take_the_formats_of_the_row_they_are_told(self, build: Build) -> None:
        edit = SheetEdit(cells={(4, 1): "a", (4, 2): None, (4, 3): "c"}, styles_from={4: 3})
        package = read(written(read(build(self.ROWS)), {"表": edit}))
        assert f'<row r="4"><c r="A4" s="5" t="inlineStr">{text("a")}</c><c r="B4" s="6"/>' in rows_of(package)
        assert package.cells("表")[4, 3].style == 0

    def test_a_row_may_follow_a_row_that_is_new_itself(self, build: Build) -> None:
        rows = range(4, 1500)
        edit = SheetEdit(cells={(row, 1): row for row in rows}, styles_from={row: row - 1 for row in rows})
        package = read(written(read(build(self.ROWS)), {"表": edit}))
        assert {cell.style for cell in package.cells("表").values()} == {5}

    def test_rows_that_follow_each_other_in_a_circle_have_no_format(self, build: Build) -> None:
        package = patched(build(self.ROWS), cells={(4, 1): 1, (5, 1): None}, styles_from={4: 5, 5: 4})
        assert package.cells("表") == {(4, 1): Cell(Decimal(1), None, None, 0)}

    def test_cells_that_are_there_keep_their_own_format(self, build: Build) -> None:
        rows = self.ROWS + '<row r="4"><c r="A4" s="8"/></row>'
        package = patched(build(rows), cells={(4, 1): "a", (4, 2): "b"}, styles_from={4: 3})
        assert [package.cells("表")[4, c].style for c in (1, 2)] == [8, 6]

    def test_without_a_model_a_new_cell_looks_as_its_row_or_its_column(self, build: Build) -> None:
        sheet = (
            f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" style="7"/></cols><sheetData>'
            '<row r="1" s="4" customFormat="1"/><row r="2" s="4"/></sheetData></worksheet>'
        )
        package = patched(build(parts={SHEET: sheet}), cells={(r, c): 1 for r in (1, 2, 3) for c in (1, 2, 4)})
        styles = {at: cell.style for at, cell in package.cells("表").items()}
        assert styles == {
            (1, 1): 4,
            (1, 2): 4,
            (1, 4): 4,
            **{(r, c): 7 if c == 2 else 0 for r in (2, 3) for c in (1, 2, 4)},
        }

    def test_heights_are_set_on_rows_old_and_new(self, build: Build) -> None:
        package = patched(build(self.ROWS), heights={3: 31.5, 7: 12})
        assert '<row r="3" spans="1:2" ht="31.5" customHeight="1"><c' in rows_of(package)
        assert '<row r="7" ht="12" customHeight="1"/>' in rows_of(package)

    def test_a_span_that_no_longer_covers_its_row_is_dropped_and_one_that_does_is_kept(self, build: Build) -> None:
        assert "spans" not in rows_of(patched(build(self.ROWS), cells={(3, 3): 1}))
        assert 'spans="1:3"' in rows_of(patched(build(self.ROWS.replace("1:2", "1:3")), cells={(3, 3): 1}))

    @pytest.mark.parametrize(
        ("claimed", "at", "becomes"),
        [("A1:B3", (3, 2), "A1:B3"), ("A1:B3", (5, 1), "A1:B5"), ("B2", (1, 3), "B1:C2"), ("junk", (9, 9), "junk")],
    )
    def test_the_claimed_dimension_grows_with_the_cells(
        self, build: Build, claimed: str, at: Position, becomes: str
    ) -> None:
        sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="{claimed}"/><sheetData/></worksheet>'
        assert f'<dimension ref="{becomes}"/>' in part_of(patched(build(parts={SHEET: sheet}), cells={at: 1}))


class TestFormulas:
    CHAIN = "xl/calcChain.xml"

    def with_chain(self, build: Build, part: Part, rows: str) -> bytes:
        rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
        override = '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
        return build(
            rows,
            {
                rels: part(rels, "</Rel", f'<Relationship Id="rId9" Type="{relation}" Target="calcChain.xml"/></Rel'),
                types: part(types, "</Types>", f"{override}</Types>"),
                self.CHAIN: f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/><c r="B1"/></calcChain>',
            },
        )

    ROWS = '<row r="1"><c r="A1"><f>C1</f><v>1</v></c><c r="B1"><f>C1</f><v>1</v></c><c r="C1"><v>1</v></c></row>'

    def test_a_lost_formula_takes_the_calculation_chain_with_it(self, build: Build, part: Part) -> None:
        before = self.with_chain(build, part, self.ROWS)
        after = patched(before, cells={(1, 1): 5})
        plain = read(build(self.ROWS))
        assert after.cells("表")[1, 1] == Cell(Decimal(5), None, None, 0)
        assert after.cells("表")[1, 2].formula == "=C1"
        assert after.archive.names == plain.archive.names
        for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
            assert after.archive.read(name) == plain.archive.read(name)

    def test_the_chain_stays_where_no_formula_goes(self, build: Build, part: Part) -> None:
        before = self.with_chain(build, part, self.ROWS)
        after = patched(before, cells={(1, 3): 5}, owned=(Area(2, 1, 9, 9),))
        assert after.archive.raw(self.CHAIN) == read(before).archive.raw(self.CHAIN)

    def test_cells_that_borrowed_a_formula_that_goes_keep_their_value(self, build: Build) -> None:
        rows = (
            '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1</f><v>1</v></c></row>'
            '<row r="2"><c r="A2" s="2"><f t="shared" si="0"/><v>2</v></c><c r="B2"><f t="shared" ref="B2:B3" si="1">C2</f><v>8</v></c></row>'
            '<row r="3"><c r="A3"><f t="shared" si="0"></f><v>3</v></c><c r="B3"><f t="shared" si="1"/><v>9</v></c></row>'
        )
        package = patched(build(rows), cells={(1, 1): "x", (3, 1): 7})
        assert package.cells("表") == {
            (1, 1): Cell("x", None, None, 0),
            (2, 1): Cell(Decimal(2), None, None, 2),
            (2, 2): Cell(Decimal(8), "=C2", None, 0),
            (3, 1): Cell(Decimal(7), None, None, 0),
            (3, 2): Cell(Decimal(9), "=", None, 0),
        }

    def test_cells_keep_a_shared_formula_when_only_a_borrower_goes(self, build: Build) -> None:
        rows = (
            '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
            '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
        )
        assert patched(build(rows), cells={(2, 1): None}).cells("表") == {(1, 1): Cell(Decimal(1), "=B1", None, 0)}


class TestLinks:
    def sheet(self, after_rows: str) -> str:
        relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        return f'<worksheet xmlns="{MAIN}" xmlns:r="{relations}"><sheetData/>{after_rows}</worksheet>'

    @pytest.mark.parametrize(
        ("before", "behind"),
        [
            ("", ""),
            ('<mergeCells><mergeCell ref="A1:B1"/></mergeCells>', ""),
            ("", '<pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>'),
            (
                '<conditionalFormatting sqref="A1"/><dataValidations/>',
                "<printOptions/><pageSetup/><tableParts/><extLst/>",
            ),
            ("<sheetProtection/>", '<m:AlternateContent xmlns:m="urn:m"><mergeCells/></m:AlternateContent>'),
        ],
    )
    def test_they_stand_where_the_schema_wants_them(self, build: Build, before: str, behind: str) -> None:
        package = patched(build(parts={SHEET: self.sheet(before + behind)}), links={(1, 2): Link("'二 核心'!C12")})
        element = """<hyperlinks><hyperlink ref="B1" location="'二 核心'!C12"/></hyperlinks>"""
        assert part_of(package) == self.sheet(before + element + behind)

    def test_old_ones_go_where_they_are_owned_or_replaced_and_stay_elsewhere(self, build: Build) -> None:
        kept = '<hyperlink ref="A9" r:id="rId1"/>', "<hyperlink   ref='A1:Z99' location='x'></hyperlink>"
        gone = (
            '<hyperlink ref="B2" r:id="rId2"/>',
            '<hyperlink ref="B2:C3" location="y"/>',
            '<hyperlink ref="E5:F6" location="z"/>',
        )
        links = "".join((gone[0], kept[0], gone[1], gone[2]))
        package = patched(
            build(parts={SHEET: self.sheet(f"<hyperlinks>{links}</hyperlinks>")}),
            owned=(Area(2, 2, 4, 4),),
            links={(5, 5): Link("新")},
        )
        assert part_of(package) == self.sheet(f'<hyperlinks>{kept[0]}<hyperlink ref="E5" location="新"/></hyperlinks>')
        package = patched(
            build(parts={SHEET: self.sheet(f"<hyperlinks>{kept[1]}{gone[0]}</hyperlinks>")}), owned=(Area(2, 2, 4, 4),)
        )
        assert part_of(package) == self.sheet(f"<hyperlinks>{kept[1]}</hyperlinks>")

    def test_an_element_without_links_goes_too(self, build: Build) -> None:
        sheet = self.sheet('<hyperlinks>\n<hyperlink ref="B2" location="x"/></hyperlinks><pageSetup/>')
        package = patched(build(parts={SHEET: sheet}), owned=(Area(2, 2, 4, 4),))
        assert part_of(package) == self.sheet("<pageSetup/>")

    def test_their_texts_are_kept_whole_and_harmless(self, build: Build) -> None:
        link = Link("'a&b\"<c>'!A1", '换\n行\t"&<>')
        package = patched(build(), links={(1, 1): link}, cells={(1, 1): "x"})
        found = openpyxl.load_workbook(io.BytesIO(package.archive.data))["表"]["A1"].hyperlink
        assert (found.location, found.tooltip) == (link.location, link.tooltip)

    def test_a_tooltip_is_cut_to_what_excel_takes(self, build: Build) -> None:
        package = patched(build(), links={(1, 1): Link("x", "长" * 300)}, cells={(1, 1): "x"})
        found = openpyxl.load_workbook(io.BytesIO(package.archive.data))["表"]["A1"].hyperlink
        assert len(found.tooltip) == 255
        assert found.tooltip.endswith("…（已截断）")


class TestMistakesOfTheCaller:
    def test_a_sheet_that_is_not_there_is_refused_and_nothing_written(self, build: Build, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="没有"):
            write_copy(read(build()), tmp_path / "out.xlsx", {"没有": SheetEdit()})
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "edit",
        [
            {"cells": {(0, 1): 1}},
            {"cells": {(1, 16_385): 1}},
            {"links": {(1_048_577, 1): Link("x")}},
            {"heights": {0: 1}},
            {"heights": {1: 410}},
            {"heights": {1: float("nan")}},
            {"styles_from": {1: 0}},
        ],
    )
    def test_a_place_outside_the_sheet_is_refused(self, edit: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="not in a sheet"):
            SheetEdit(**edit)  # type: ignore[arg-type]


class TestWriting:
    @pytest.fixture
    def package(self, build: Build) -> Package:
        return read(build())

    def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(
        self, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        target = tmp_path / "结果.xlsx"
        target.write_bytes(b"old")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(WorkbookError) as caught:
            write_copy(package, target, {})
        assert caught.value.code == "W09"
        assert "结果.xlsx" in str(caught.value)
        assert "磁盘空间不足" in str(caught.value)
        assert target.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [target]

    def test_an_interruption_leaves_the_old_file_and_nothing_beside_it(
        self, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(_: int) -> None:
            raise KeyboardInterrupt

        target = tmp_path / "a.xlsx"
        target.write_bytes(b"old")
        monkeypatch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_copy(package, target, {})
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == {target: b"old"}

    def test_a_file_that_is_open_elsewhere_is_told(
        self, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy(*_: object) -> None:
            raise PermissionError(errno.EACCES, "in use")

        monkeypatch.setattr(Path, "replace", busy)
        with pytest.raises(WorkbookError, match="Excel 或 WPS 中打开"):
            write_copy(package, tmp_path / "a.xlsx", {})
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["没有/a.xlsx", "folder"])
    def test_a_target_that_cannot_be_a_file_is_w09(self, package: Package, tmp_path: Path, name: str) -> None:
        (tmp_path / "folder").mkdir()
        with pytest.raises(WorkbookError, match="W09"):
            write_copy(package, tmp_path / name, {})
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]

    def test_a_name_as_long_as_the_file_system_allows_is_written(self, package: Package, tmp_path: Path) -> None:
        target = tmp_path / ("名" * 83 + ".xlsx")
        write_copy(package, target, {})
        assert read(target).sheets == package.sheets

    def test_a_target_that_exists_keeps_its_permissions(self, package: Package, tmp_path: Path) -> None:
        target = tmp_path / "a.xlsx"
        target.write_bytes(b"")
        target.chmod(0o640)
        write_copy(package, target, {})
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_the_file_it_was_read_from_may_be_the_target(self, build: Build, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(build())
        write_copy(read(path), path, {"表": SheetEdit(cells={(1, 1): "新"})})
        assert read(path).cells("表")[1, 1].value == "新"


class TestOtherPrograms:
    @pytest.fixture
    def result(self, rich: bytes, tmp_path: Path) -> Path:
        path = tmp_path / "result.xlsx"
        write_copy(read(rich), path, {"判定结果": EDIT, "其他": SheetEdit(cells={(30, 2): "=1"})})
        return path

    def test_the_open_xml_sdk_finds_no_fault(self, rich: bytes, result: Path, ooxml_errors: Validator) -> None:
        original = result.with_name("original.xlsx")
        original.write_bytes(rich)
        assert ooxml_errors(original) == []
        assert ooxml_errors(result) == []

    @pytest.mark.filterwarnings("ignore:.*extension is not supported")
    def test_openpyxl_sees_the_edit(self, result: Path) -> None:
        sheet = openpyxl.load_workbook(result)["判定结果"]
        assert [sheet[at].value for at in ("C1", "B2", "A3", "A9", "B9", "F12")] == [
            "达标",
            0.25,
            None,
            "新行",
            7,
            "远",
        ]
        assert sheet["A9"].hyperlink.location == "'其他'!B1"
        assert sheet["A7"].hyperlink.target == "https://example.org/"
        assert sheet["A4"].hyperlink is None
        assert sheet["A9"].font.bold
        assert sheet["D9"].border.left.style == "thin"
        assert sheet.row_dimensions[9].height == 33.5
        assert sheet.dimensions == "A1:F12"

    def test_libreoffice_reads_the_edit(self, result: Path, libreoffice_convert: Callable[..., Path]) -> None:
        package = read(libreoffice_convert(result))
        cells = package.cells("判定结果")
        assert [cells[at].value for at in ((1, 3), (2, 2), (9, 1), (9, 2), (12, 6))] == [
            "达标",
            Decimal("0.25"),
            "新行",
            7,
            "远",
        ]
        assert cells[2, 4].value == Decimal("0.5")
        assert package.cells("其他")[30, 2] == Cell("=1", None, None, package.cells("其他")[30, 2].style)
