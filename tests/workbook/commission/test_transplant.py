"""People's own sheets in the new master: whatever was on them is on them still, in every reader's eyes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText

from tests.conftest import Convert
from tests.differential.features import in_strict
from tests.workbook.commission.excelbook import OFFICE, by_excel, with_pivot
from tests.workbook.commission.ownbooks import (
    OURS,
    PIXEL,
    by_openpyxl,
    by_xlsxwriter,
    master,
    parts_of,
    patched,
)
from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook, WorkbookError
from workbook.commission.transplant import OwnSheets, transplanted
from workbook.package.limits import LIMITS
from workbook.package.stream import Cell, Position, read

# openpyxl tells of what it would lose; nobody asks it to save.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

Made = tuple[bytes, tuple[str, ...]]
MAKERS: dict[str, Callable[[], Made]] = {"xlsxwriter": by_xlsxwriter, "openpyxl": by_openpyxl}
TOLD_OF_ROWS = (
    f"自建工作表“手工's 表”的 A2 单元格的公式引用了“{OURS}”中固定的行，这些表的行已有变动，所引用的可能已是另一行，请核对；"
    "改用 VLOOKUP 等按名称查找的公式，可不受行变动影响。"
)
CELL_IMAGE = "http://www.wps.cn/officeDocument/2020/cellImage"
RELATED = "xl/worksheets/_rels/sheet3.xml.rels"


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return master(tmp_path_factory.mktemp("新"))


@pytest.fixture(scope="module", params=list(MAKERS))
def old(request: pytest.FixtureRequest) -> Made:
    return MAKERS[request.param]()


@pytest.fixture(scope="module")
def result(new: bytes, old: Made) -> bytes:
    return carried(new, *old)[0]


def carried(new: bytes, data: bytes, names: tuple[str, ...]) -> tuple[bytes, tuple[str, ...]]:
    pieces, notices = transplanted(new, OwnSheets(data=data, names=names))
    return b"".join(pieces), notices


# --- what a sheet is, for comparing ----------------------------------------------------------------------------


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)


def look(cell: Any) -> str:
    """All of a cell's format."""
    parts = (cell.font, cell.fill, cell.border, cell.number_format, cell.alignment, cell.protection)
    return f"{parts!r} {cell.quotePrefix} {cell.pivotButton}"


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What of a sheet is not as it was.

    A place without anything looks like the workbook, which is another one now; so only what was formatted counts.
    """
    after = {**after, "looks": {at: told for at, told in after["looks"].items() if at in before["looks"]}}
    return [what for what, told in before.items() if after[what] != told]


def value(cell: Any) -> str:
    found = cell.value
    if isinstance(found, CellRichText):
        return repr([(type(run).__name__, str(run), repr(getattr(run, "font", None))) for run in found])
    return f"{cell.data_type} {getattr(found, 'text', found)!r} {getattr(found, 'ref', '')}"


def described(data: bytes, name: str) -> dict[str, Any]:
    """A worksheet as openpyxl sees it."""
    sheet = opened(data)[name]
    if not hasattr(sheet, "iter_rows"):
        return {"looks": {}, "charts": len(sheet._charts), "state": sheet.sheet_state}
    cells = [cell for row in sheet.iter_rows() for cell in row]
    return {
        "values": {cell.coordinate: value(cell) for cell in cells},
        "looks": {cell.coordinate: look(cell) for cell in cells if cell.value is not None or cell.has_style},
        "links": {
            cell.coordinate: (cell.hyperlink.target, cell.hyperlink.location) for cell in cells if cell.hyperlink
        },
        "notes": {cell.coordinate: (cell.comment.text, cell.comment.author) for cell in cells if cell.comment},
        "columns": {
            key: (one.width, one.hidden, one.outlineLevel, look(one)) for key, one in sheet.column_dimensions.items()
        },
        "rows": {
            key: (one.height, one.hidden, one.outlineLevel, look(one) if one.has_style else "")
            for key, one in sheet.row_dimensions.items()
        },
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "frozen": sheet.freeze_panes,
        "filter": repr(sheet.auto_filter),
        "choices": repr(sheet.data_validations.dataValidation),
        "rules": [
            (str(area.sqref), repr(plain_rule(rule))) for area in sheet.conditional_formatting for rule in area.rules
        ],
        "pictures": [hashlib.sha256(one._data()).hexdigest() for one in sheet._images],
        "charts": [repr(one.series) for one in sheet._charts],
        "tables": [repr(plain_table(one)) for one in sheet.tables.values()],
        "print": (repr(sheet.page_setup), sheet.oddHeader.center.text, sheet.print_area, sheet.print_title_rows),
        "names": {key: one.attr_text for key, one in sheet.defined_names.items()},
        "tab": repr(sheet.sheet_properties.tabColor),
        "state": sheet.sheet_state,
        "protection": repr(sheet.protection),
    }


def plain_rule(rule: Any) -> Any:
    """A rule with its format, without the number by which it is found."""
    rule.dxfId = None
    return rule


def plain_table(table: Any) -> Any:
    table.id = 0
    for one in (table, *table.tableColumns):
        for key in ("headerRowDxfId", "dataDxfId", "totalsRowDxfId"):
            setattr(one, key, None)
    return table


def markup_of(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of a sheet that openpyxl does not show, by the kind of part."""
    part = read(data, LIMITS).sheet(name).part
    return {key: content for key, content in parts_of(data).items() if key == part}


# --- the tests -------------------------------------------------------------------------------------------------


class TestNothingIsLost:
    def test_every_sheet_is_as_it_was_in_openpyxls_eyes(self, old: Made, result: bytes) -> None:
        data, names = old
        for name in names:
            assert differences(described(data, name), described(result, name)) == []

    def test_every_cell_builds_on_the_style_it_was_given(self, old: Made, result: bytes) -> None:
        data, names = old
        for name in names:
            before, after = (styled(opened(one)[name]) for one in (data, result))
            assert before == after

    def test_every_cell_is_as_it_was_in_our_readers_eyes(self, old: Made, result: bytes) -> None:
        data, names = old
        before, after = read(data), read(result)
        for name in names:
            if before.sheet(name).part.startswith("xl/worksheets/"):
                assert without_formats(before.cells(name)) == without_formats(after.cells(name))
                assert before.facts(name) == after.facts(name)

    def test_sheets_come_after_ours_in_their_order(self, new: bytes, old: Made, result: bytes) -> None:
        ours = [sheet.name for sheet in read(new).sheets]
        assert [sheet.name for sheet in read(result).sheets] == [*ours, *old[1]]

    def test_extensions_of_the_sheet_stay_to_the_byte(self, old: Made, result: bytes) -> None:
        data, names = old
        for name in names:
            (before,), (after,) = markup_of(data, name).values(), markup_of(result, name).values()
            assert extensions(before) == extensions(after)

    def test_names_of_people_come_along_and_those_of_the_old_tool_do_not(
        self, new: bytes, old: Made, result: bytes
    ) -> None:
        ours, names = read(new).names, read(result).names
        assert names == {**ours, **theirs(old[0])}

    def test_our_own_sheets_do_not_change(self, new: bytes, result: bytes) -> None:
        for name in (OURS, "系统信息"):
            assert described(new, name) == described(result, name)

    def test_parts_of_ours_are_copied_as_they_are_packed(self, new: bytes, result: bytes) -> None:
        before, after = parts_of(new), parts_of(result)
        changed = {name for name, content in before.items() if after[name] != content}
        lists = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
        assert changed <= {*lists, "xl/theme/theme1.xml"}

    def test_no_sheet_of_theirs_is_selected_together_with_ours(self, old: Made, result: bytes) -> None:
        for name in old[1]:
            (part,) = markup_of(result, name).values()
            assert b"tabSelected" not in part

    def test_the_workbook_is_calculated_anew(self, result: bytes) -> None:
        assert b'fullCalcOnLoad="1"' in parts_of(result)["xl/workbook.xml"]
        assert not any("calcChain" in name for name in parts_of(result))


class TestLaws:
    def test_without_sheets_the_master_is_untouched(self, new: bytes) -> None:
        assert carried(new, b"", ()) == (new, ())

    def test_nothing_is_told_where_nothing_is_lost(self, new: bytes, old: Made) -> None:
        assert carried(new, *old)[1] == ()

    def test_same_input_same_bytes(self, new: bytes, old: Made, result: bytes) -> None:
        assert carried(new, *old)[0] == result

    def test_a_second_transplant_changes_not_a_byte(self, new: bytes, old: Made, result: bytes) -> None:
        assert carried(new, result, old[1]) == (result, ())

    def test_names_of_people_come_along_even_without_sheets(self, new: bytes, old: Made) -> None:
        made, notices = carried(new, old[0], ())
        assert read(made).names == {**read(new).names, **dict.fromkeys(theirs(old[0]), "#REF!")}
        assert [sheet.name for sheet in read(made).sheets] == [OURS, "系统信息", "未带入的公式"]
        # What they name is no more: people are told.
        assert notices

    def test_what_names_rows_that_moved_is_told_and_stays(self, new: bytes) -> None:
        data, names = by_xlsxwriter()
        pieces, notices = transplanted(new, OwnSheets(data=data, names=names, stood={OURS: "then"}), {OURS: "now"})
        same, silent = transplanted(new, OwnSheets(data=data, names=names, stood={OURS: "now"}), {OURS: "now"})
        assert b"".join(pieces) == b"".join(same)
        told = [one for one in notices if "固定的行" in one]
        assert told == [one for one in notices if one not in silent]
        assert [one.partition("引用了")[0] for one in told] == [
            "自建工作表“我的 分析”的 D3 单元格的公式",
            "自建工作表“我的 分析”的图表、数据有效性、条件格式等有 3 处",
            "自建工作表“手工's 表”的 A2 单元格的公式",
        ]
        assert told[2] == TOLD_OF_ROWS

    def test_a_master_without_any_of_peoples_is_untouched(self, new: bytes) -> None:
        assert carried(new, new, ()) == (new, ())

    def test_a_sheet_that_is_not_there_is_a_mistake_of_the_caller(self, new: bytes, old: Made) -> None:
        with pytest.raises(ValueError, match="无此表"):
            carried(new, old[0], ("无此表",))


class TestPrograms:
    def test_the_validator_finds_nothing(
        self, result: bytes, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        path = tmp_path / "总表.xlsx"
        path.write_bytes(result)
        assert ooxml_errors(path) == []

    def test_libreoffice_calculates_the_same(
        self, old: Made, result: bytes, tmp_path: Path, libreoffice_convert: Convert
    ) -> None:
        data, names = old
        before, after = (
            calculated(one, tmp_path / f"{at}.xlsx", libreoffice_convert) for at, one in enumerate((data, result))
        )
        for name in names:
            assert list(values_of(before, name)) == list(values_of(after, name))

    def test_what_libreoffice_saved_comes_along_too(
        self, new: bytes, old: Made, result: bytes, tmp_path: Path, libreoffice_convert: Convert
    ) -> None:
        path = tmp_path / "总表.xlsx"
        path.write_bytes(result)
        saved = libreoffice_convert(path).read_bytes()
        made, notices = carried(new, saved, old[1])
        assert notices == ()
        for name in old[1]:
            assert differences(described(saved, name), described(made, name)) == []


def styled(sheet: Any) -> dict[str, str]:
    """The names of the styles that cells build on."""
    rows = sheet.iter_rows() if hasattr(sheet, "iter_rows") else ()
    return {cell.coordinate: cell.style for row in rows for cell in row}


def theirs(data: bytes) -> dict[str, str]:
    """The names that people defined."""
    return {key: text for key, text in read(data).names.items() if not key.startswith("tbl_")}


def without_formats(cells: Mapping[Position, Cell]) -> dict[Position, Cell]:
    return {at: cell._replace(style=0) for at, cell in cells.items()}


def extensions(part: bytes) -> list[bytes]:
    return re.findall(rb"<extLst>.*</extLst>", part, re.DOTALL)


def calculated(data: bytes, path: Path, convert: Convert) -> Any:
    path.write_bytes(data)
    return openpyxl.load_workbook(convert(path), data_only=True)


def values_of(book: Any, name: str) -> Iterator[tuple[str, Any]]:
    sheet = book[name]
    for row in sheet.iter_rows() if hasattr(sheet, "iter_rows") else ():
        yield from ((cell.coordinate, cell.value) for cell in row if cell.value is not None)


# --- what Excel saves and libraries do not ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def excel(new: bytes) -> tuple[dict[str, str], tuple[str, ...], bytes]:
    """Parts of the new master, the notices and the whole of it."""
    data, notices = carried(new, *by_excel())
    return {name: part.decode("utf-8", "replace") for name, part in parts_of(data).items()}, notices, data


Excel = tuple[dict[str, str], tuple[str, ...], bytes]
SHEET = "xl/worksheets/sheet3.xml"


class TestWhatExcelSaves:
    def test_texts_come_along_with_runs_and_reading(self, excel: Excel) -> None:
        sheet = excel[0][SHEET]
        assert "<is><t>名称 &lt;甲&gt; &amp; 乙</t></is>" in sheet
        assert '<r><rPr><b/><color theme="5"/><rFont val="楷体"/></rPr><t>粗</t></r>' in sheet
        assert '<rPh sb="0" eb="2"><t>pīn yīn</t></rPh>' in sheet

    def test_fonts_that_readings_name_by_number_are_theirs(self, excel: Excel) -> None:
        fonts = re.findall("<font>.*?</font>", excel[0]["xl/styles.xml"])
        for at in re.findall(r'phoneticPr fontId="(\d+)"', excel[0][SHEET]):
            assert fonts[int(at)] == '<font><sz val="9"/><name val="等线"/></font>'

    def test_shared_formulas_stay_shared(self, excel: Excel) -> None:
        assert excel[0][SHEET].count('<f t="shared" si="0"/>') == 2

    def test_formulas_into_other_files_leave_their_values(self, excel: Excel) -> None:
        cells = read(excel[2]).cells("台账")
        kept = {at: (cells[at].value, cells[at].formula) for at in ((2, 3), (3, 3), (4, 3), (5, 1))}
        assert kept == {(2, 3): (7, None), (3, 3): ("甲!", None), (4, 3): ("乙!", None), (5, 1): (12, None)}
        assert cells[6, 2] == cells[6, 2]._replace(formula=None, error="#REF!")

    def test_formulas_that_find_what_they_name_stay(self, excel: Excel) -> None:
        cells = read(excel[2]).cells("台账")
        assert cells[5, 2].formula == f"=SUM({OURS}!D5:D7)"
        assert cells[6, 1].formula == "=SUM(台账!A2:台账!A4)"

    def test_every_loss_is_told(self, excel: Excel) -> None:
        assert excel[1] == (
            "自建工作表“台账”的 C2、C3、C4、B6 单元格的公式引用了其他文件或外部程序，公式未带入，保留原来显示的值。",
            "自建工作表“台账”的 A5 单元格的公式引用的工作表“旧表”已不存在，公式未带入，保留原来显示的值。",
            "自建工作表“台账”的图表、数据有效性、条件格式等有 4 处引用了其他文件、外部程序或已不存在的工作表，这些引用已失效。",
            "自建工作表“台账”的ActiveX 控件未带入（1 处）。",
            "自建工作表“台账”的切片器未带入（1 处）。",
            "自建工作表“台账”的外部查询（已取得的数据保留）未带入（1 处）。",
            "自建工作表“台账”的自定义视图未带入（1 处）。",
            "自定义名称“外部价”引用了其他文件或已不存在的工作表，引用已失效。",
            "自定义名称“宏名”是宏的名称，未带入。",
            "未带入的公式的原文已列入新增的工作表“未带入的公式”，处理后可以删除该表。",
            "未能带入的内容仍在原总表的备份中，需要时请从备份中取回。",
        )

    def test_what_stays_behind_leaves_no_trace(self, excel: Excel) -> None:
        parts = excel[0]
        assert not [name for name in parts if re.search("external|activeX|slicer|query", name, re.IGNORECASE)]
        mentions = re.compile("slicer|<control|queryTable|customSheetView|externalReference", re.IGNORECASE)
        assert not [name for name, part in parts.items() if mentions.search(part)]

    def test_what_stands_beside_it_stays(self, excel: Excel) -> None:
        parts = excel[0]
        assert "x14:dataBar" in parts[SHEET]
        assert parts["xl/drawings/drawing1.xml"].count("<xdr:twoCellAnchor>") == 1
        assert {"printerSettings", "drawing", "vmlDrawing", "comments", "table", "threadedComment"} == set(
            re.findall(r'relationships/(\w+)"', parts[RELATED])
        )

    def test_charts_of_other_files_go_on_showing_what_they_showed(self, excel: Excel) -> None:
        chart = excel[0]["xl/charts/chart1.xml"]
        assert "<c:tx><c:v>外来 &amp; 系列</c:v></c:tx><c:val><c:numLit>" in chart
        assert "<c:f>台账!$A$3:$A$4</c:f>" in chart
        assert "[1]" not in chart

    def test_charts_keep_their_style(self, excel: Excel) -> None:
        assert "/xl/charts/style1.xml" in excel[0]["xl/charts/_rels/chart1.xml.rels"]

    def test_threads_keep_their_persons(self, excel: Excel) -> None:
        assert "请核对" in excel[0]["xl/threadedComments/threadedComment1.xml"]
        assert "王处" in excel[0]["xl/persons/person1.xml"]

    def test_the_theme_and_the_palette_of_people_stay(self, excel: Excel) -> None:
        assert '<a:clrScheme name="机关">' in excel[0]["xl/theme/theme1.xml"]
        assert "<colors><indexedColors>" in excel[0]["xl/styles.xml"]

    def test_excels_own_styles_are_one_whatever_the_language(self, excel: Excel) -> None:
        (styles,) = re.findall("<cellStyles.*?</cellStyles>", excel[0]["xl/styles.xml"])
        assert re.findall(r'name="(.*?)"', styles) == ["Normal", "我的样式"]

    def test_tables_keep_their_look(self, excel: Excel) -> None:
        table, styles = excel[0]["xl/tables/table1.xml"], excel[0]["xl/styles.xml"]
        formats = re.findall("<dxf>.*?</dxf>", styles)
        (header,) = re.findall(r'headerRowDxfId="(\d+)"', table)
        assert formats[int(header)] == "<dxf><font><b/></font></dxf>"
        (of_style,) = re.findall(r'type="headerRow" dxfId="(\d+)"', styles)
        assert "bgColor theme" in formats[int(of_style)]

    def test_a_second_transplant_changes_not_a_byte(self, new: bytes, excel: Excel) -> None:
        assert carried(new, excel[2], ("台账", "未带入的公式")) == (excel[2], ())

    def test_the_text_of_every_formula_that_is_dropped_can_be_read(self, excel: Excel) -> None:
        lines = list(opened(excel[2])["未带入的公式"].iter_rows(min_row=2, values_only=True))
        outside, gone, file = "引用了其他文件或外部程序", "引用的工作表“旧表”已不存在", "[1] file://服务器/外部.xlsx"
        assert lines[:5] == [
            ("台账", "C2", "=[1]外部!$A$1+1", outside, file),
            ("台账", "C3", '=[1]外部!A1&"!"', outside, file),
            ("台账", "C4", '=[1]外部!A1&"!"', outside, file),
            ("台账", "A5", "=旧表!B3+台账!A3", gone, None),
            ("台账", "B6", "=cmd|'/c calc'!A0", outside, None),
        ]
        assert sorted(line[2] for line in lines[5:9] if line[1] == "图表、数据有效性、条件格式等") == [
            "=[1]外部!$A$1",
            "=[1]外部!$A$1",
            "=[1]外部!$B$1:$B$2",
            "=旧表!$A$1:$A$3",
        ]
        assert [line[1] for line in lines[9:]] == ["自定义名称“外部价”", "自定义名称“宏名”"]

    def test_a_formula_without_a_value_becomes_its_text(self, new: bytes) -> None:
        def uncalculated(parts: dict[str, bytes]) -> None:
            part = "xl/worksheets/sheet2.xml"
            shared = '<c r="A5"><f t="shared" ref="A5:A6" si="9">旧表!B3</f>'.encode()
            data = (
                parts[part]
                .replace(b"+1</f><v>7</v>", b"+1</f>")
                .replace("旧表!B3+台账!A3".encode(), "旧表!B3".encode())
            )
            data = data.replace(b'<c r="A5"><f>' + "旧表!B3".encode() + b"</f><v>12</v>", shared)
            parts[part] = re.sub(rb'<c r="A6"><f>.*?</f><v>45005</v>', b'<c r="A6"><f t="shared" si="9"/><v></v>', data)

        data, names = by_excel()
        cells = read(carried(new, patched(data, uncalculated), names)[0]).cells("台账")
        shown = [(cells[at].value, cells[at].formula) for at in ((2, 3), (5, 1), (6, 1))]
        assert shown == [("=[1]外部!$A$1+1", None), ("=旧表!B3", None), ("='旧表'!B4", None)]

    def test_the_validator_finds_nothing(
        self, excel: Excel, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        path = tmp_path / "总表.xlsx"
        path.write_bytes(excel[2])
        assert ooxml_errors(path) == []


class TestOtherSpellings:
    """The same workbook as other programs spell it."""

    def like(self, new: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
        data, names = by_excel()
        return carried(new, patched(data, change), names)[0]

    @pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
    def test_comments_and_character_data_mislead_nobody(self, new: bytes, excel: Excel, part: str) -> None:
        def commented(parts: dict[str, bytes]) -> None:
            head, tail = parts[part].rsplit(b"</", 1)
            trap = b'<!-- <si><t>x</t></si><c r="A1" s="9"><f>[1]x!A1</f></c><xf fontId="9"/> -->'
            parts[part] = head.replace(b"<t>", b"<t><![CDATA[]]>") + trap + b"</" + tail

        data = self.like(new, commented)
        assert read(data).cells("台账") == read(excel[2]).cells("台账")
        assert described(data, "台账") == described(excel[2], "台账")

    def test_prefixed_elements_are_the_same(self, new: bytes, excel: Excel) -> None:
        def prefixed(parts: dict[str, bytes]) -> None:
            for part in ("xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/tables/table9.xml"):
                text = re.sub(rb"<(/?+)(?![\w]+:|[?!])", rb"<\1s:", parts[part])
                parts[part] = text.replace(b"xmlns=", b"xmlns:s=")

        assert described(self.like(new, prefixed), "台账") == described(excel[2], "台账")

    def test_strict_open_xml_is_the_same(self, new: bytes, excel: Excel) -> None:
        def strict(parts: dict[str, bytes]) -> None:
            for name, part in parts.items():
                if name.endswith((".xml", ".rels")) and "Content_Types" not in name:
                    parts[name] = in_strict(part.decode()).encode()

        data = self.like(new, strict)
        assert described(data, "台账") == described(excel[2], "台账")
        assert not [name for name, part in parts_of(data).items() if b"purl.oclc.org" in part]

    def test_utf_16_is_the_same(self, new: bytes, excel: Excel) -> None:
        def wide(parts: dict[str, bytes]) -> None:
            for part in ("xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"):
                parts[part] = parts[part].decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")

        assert described(self.like(new, wide), "台账") == described(excel[2], "台账")


class TestDanger:
    @pytest.mark.parametrize(
        "part", ["xl/worksheets/sheet2.xml", "xl/drawings/vmlDrawing1.vml", "xl/charts/chart5.xml"]
    )
    def test_a_document_type_is_refused(self, new: bytes, part: str) -> None:
        data, names = by_excel()

        def declared(parts: dict[str, bytes]) -> None:
            head, tail = (b"", parts[part]) if part.endswith("vml") else parts[part].split(b"\n", 1)
            parts[part] = head + b'<!DOCTYPE x [<!ENTITY e "e">]>' + tail

        with pytest.raises(UnsafeWorkbook, match="DOCTYPE"):
            carried(new, patched(data, declared), names)

    def test_a_damaged_part_is_refused(self, new: bytes) -> None:
        data, names = by_excel()
        with pytest.raises(UnreadableWorkbook):
            carried(new, patched(data, lambda parts: parts.update({"xl/charts/chart5.xml": b"<c:chart>"})), names)

    @given(draw=st.data())
    @settings(max_examples=40)
    def test_whatever_is_damaged_it_is_carried_or_refused(self, new: bytes, draw: st.DataObject) -> None:
        """Never another error: a collection must end with a sentence that says what is wrong."""
        data, names = by_excel()

        def damaged(parts: dict[str, bytes]) -> None:
            with_pivot(parts)
            # Which sheets are people's own is asked by name: those stay.
            known = sorted(name for name in parts if name.endswith((".xml", ".rels")) and name != "xl/workbook.xml")
            part = draw.draw(st.sampled_from(known))
            found = list(re.finditer(rb'(?<==")[^"]*|\s[\w:]+="[^"]*"|<[^>]*>|(?<=>)[^<]+', parts[part]))
            doomed = draw.draw(st.sampled_from(found))
            instead = draw.draw(st.sampled_from([b"", b"-1", b"9" * 20, b"x", b"../../x", b"rId2", b"[1]x!A1"]))
            parts[part] = parts[part][: doomed.start()] + instead + parts[part][doomed.end() :]

        with contextlib.suppress(WorkbookError):
            carried(new, patched(data, damaged), names)

    def test_parts_that_lead_in_circles_are_taken_once(self, new: bytes) -> None:
        data, names = by_excel()

        def circle(parts: dict[str, bytes]) -> None:
            links = parts["xl/drawings/_rels/drawing3.xml.rels"].replace(
                b"</Rel", b'<Relationship Id="rId2" Type="%s/drawing" Target="drawing3.xml"/></Rel' % OFFICE.encode()
            )
            parts["xl/drawings/_rels/drawing3.xml.rels"] = links

        made = parts_of(carried(new, patched(data, circle), names)[0])
        assert sum(name.startswith("xl/drawings/drawing") for name in made) == 1


class TestLessCommon:
    def test_dynamic_arrays_stay_dynamic(self, new: bytes) -> None:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet("新函数")
        sheet.write_dynamic_array_formula("A1", "=_xlfn.UNIQUE(B1:B3)", None, 1)
        book.close()
        made, notices = carried(new, file.getvalue(), ("新函数",))
        assert notices == ()
        assert b'cm="1"' in parts_of(made)["xl/worksheets/sheet3.xml"]
        assert "XLDAPR" in parts_of(made)["xl/metadata1.xml"].decode()

    def test_pictures_that_wps_puts_into_cells_come_along(self, new: bytes) -> None:
        def pictured(parts: dict[str, bytes]) -> None:
            sheet, links = "xl/worksheets/sheet2.xml", "xl/_rels/workbook.xml.rels"
            formula = b'<c r="A3" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
            parts[sheet] = parts[sheet].replace(b'<c r="A3"><v>2</v></c>', formula)
            link = b'<Relationship Id="rId31" Type="%s" Target="cellimages.xml"/></Rel' % CELL_IMAGE.encode()
            parts[links] = parts[links].replace(b"</Rel", link)
            parts["xl/cellimages.xml"] = (
                b"<etc:cellImages xmlns:etc='http://www.wps.cn/officeDocument/2017/etCustomData'/>"
            )
            parts["xl/_rels/cellimages.xml.rels"] = (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Id="rId1" Type="%s/image" Target="media/image1.png"/></Relationships>' % OFFICE.encode()
            )

        data, names = by_excel()
        made = parts_of(carried(new, patched(data, pictured), names)[0])
        assert made["xl/media/image1.png"] == PIXEL
        assert b"/xl/media/image1.png" in made["xl/_rels/cellimages1.xml.rels"]
        assert CELL_IMAGE.encode() in made["xl/_rels/workbook.xml.rels"]

    def test_days_counted_from_1904_stay_the_same_days(self, new: bytes) -> None:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"date_1904": True})
        sheet = book.add_worksheet("日期")
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        sheet.write_datetime("A1", datetime(2026, 11, 30, 12), day)  # noqa: DTZ001 - a sheet knows no zones
        sheet.write_number("A2", 45000)
        sheet.write_number("A3", 0.5, book.add_format({"num_format": "h:mm"}))
        book.close()
        made, notices = carried(new, file.getvalue(), ("日期",))
        values = [cell.value for (cell,) in opened(made)["日期"]["A1:A3"]]
        assert values == [datetime(2026, 11, 30, 12), 45000, time(12)]  # noqa: DTZ001 - as above
        assert any("1904" in one for one in notices)

    @pytest.mark.parametrize(
        "formula", ["WEBSERVICE(A1)", "RTD(A1,,A2)", "'\\\\甲\\[乙.xlsx]丙'!A1", "[1]!名", "a|b!c"]
    )
    def test_what_reaches_out_stays_behind(self, new: bytes, formula: str) -> None:
        def reaching(parts: dict[str, bytes]) -> None:
            sheet = "xl/worksheets/sheet2.xml"
            parts[sheet] = parts[sheet].replace(b"<f>SUM(", b"<f>%s+SUM(" % formula.encode(), 1)

        data, names = by_excel()
        made, _ = carried(new, patched(data, reaching), names)
        assert read(made).cells("台账")[5, 2] == read(made).cells("台账")[5, 2]._replace(value=Decimal(3), formula=None)


class TestPivotTables:
    def test_one_over_a_sheet_of_ours_comes_along_and_is_made_anew(
        self, new: bytes, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
    ) -> None:
        data, names = by_excel()
        made, notices = carried(new, patched(data, with_pivot), names)
        assert not [one for one in notices if "透视" in one]
        parts = {name: part.decode("utf-8", "replace") for name, part in parts_of(made).items()}
        assert '<pivotCaches><pivotCache cacheId="1"' in parts["xl/workbook.xml"]
        pivot = parts["xl/pivotTables/pivotTable1.xml"]
        (look,) = re.findall(r'<format dxfId="(\d+)"', pivot)
        (code,) = re.findall(r'<dataField [^>]*numFmtId="(\d+)"', pivot)
        styles = parts["xl/styles.xml"]
        assert 'cacheId="1"' in pivot
        assert "bgColor theme" in re.findall("<dxf>.*?</dxf>", styles)[int(look)]
        assert f'<numFmt numFmtId="{code}" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>' in styles
        assert 'refreshOnLoad="1"' in parts["xl/pivotCache/pivotCacheDefinition1.xml"]
        assert "xl/pivotCache/pivotCacheRecords1.xml" in parts
        path = tmp_path / "总表.xlsx"
        path.write_bytes(made)
        assert ooxml_errors(path) == []
        assert carried(new, made, (*names, "未带入的公式")) == (made, ())

    def test_one_over_another_file_stays_behind(self, new: bytes) -> None:
        def outside(parts: dict[str, bytes]) -> None:
            with_pivot(parts)
            links = "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels"
            far = b'<Relationship Id="rId9" Type="%s/externalLinkPath" Target="file:///x.xlsx" TargetMode="External"/></Rel'
            parts[links] = parts[links].replace(b"</Rel", far % OFFICE.encode(), 1)

        data, names = by_excel()
        made, notices = carried(new, patched(data, outside), names)
        assert "自建工作表“台账”的数据透视表（单元格里的数值保留）未带入（1 处）。" in notices
        assert not [name for name in parts_of(made) if "pivot" in name]


class TestNames:
    @pytest.fixture
    def clash(self, tmp_path: Path) -> tuple[bytes, tuple[str, ...]]:
        return carried(master(tmp_path, name="我的 分析"), *by_xlsxwriter())

    def test_a_name_of_ours_gives_theirs_a_number(self, clash: tuple[bytes, tuple[str, ...]]) -> None:
        names = [sheet.name for sheet in read(clash[0]).sheets]
        assert names == ["我的 分析", "系统信息", "我的 分析（2）", "手工's 表", "趋势", "未带入的公式"]
        assert clash[1][0] == (
            "自建工作表“我的 分析”与系统的工作表重名，已改名为“我的 分析（2）”，自建工作表中对它的引用已随之更新。"
        )

    def test_what_refers_to_the_sheet_follows_it(self, clash: tuple[bytes, tuple[str, ...]]) -> None:
        parts = parts_of(clash[0])
        own = [
            part for name, part in parts.items() if re.search("sheet[3-9]|chart|drawing", name) and b"vml" not in part
        ]
        assert not [part for part in own if "'我的 分析'!".encode() in part]
        assert read(clash[0]).cells("手工's 表")[1, 1].formula == "='我的 分析（2）'!B2*2"
        assert read(clash[0]).names["我的名称"] == "'我的 分析（2）'!$B$2"
        assert described(clash[0], "我的 分析（2）")["links"]["A13"] == (None, "'我的 分析（2）'!A1")

    def test_the_longest_name_stays_within_what_excel_allows(self, tmp_path: Path) -> None:
        name = "长" * 31
        data, _ = patched_name(by_excel(), name)
        made = carried(master(tmp_path, name=name), data, (name,))[0]
        assert [sheet.name for sheet in read(made).sheets] == [name, "系统信息", "长" * 28 + "（2）", "未带入的公式"]


def patched_name(made: Made, name: str) -> Made:
    """The workbook with its sheet called otherwise."""
    old = made[1][0].encode()
    return patched(made[0], lambda parts: parts.update({k: v.replace(old, name.encode()) for k, v in parts.items()})), (
        name,
    )
