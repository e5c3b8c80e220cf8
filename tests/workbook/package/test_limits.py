"""Bounds hold for the whole workbook, and nothing piles up on the way to them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook
from workbook.package.limits import LIMITS, Budget, Limits
from workbook.package.markup import sliced, utf8
from workbook.package.patch import Area, SheetEdit, write_copy
from workbook.package.sheet import read_sheet
from workbook.package.stream import Package, read

Build = Callable[..., bytes]
Part = Callable[..., str]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, OTHER = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
STYLES = "xl/styles.xml"
MB = 1024 * 1024
# Made-up content compresses too well.
ROOMY = Limits(ratio=10_000)


def worksheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def both(content: str) -> dict[str, str]:
    """A workbook whose two sheets are alike."""
    return {SHEET: content, OTHER: content}


def read_all(data: bytes, limits: Limits = LIMITS) -> Package:
    package = read(data, limits)
    for sheet in package.sheets:
        package.cells(sheet.name)
    return package


def refused(data: bytes, limits: Limits, measure: str) -> None:
    with pytest.raises(UnsafeWorkbook, match=measure) as caught:
        read_all(data, limits)
    assert caught.value.code == "W04"


class TestOfTheWholeWorkbook:
    """Each sheet alone is within the limit; both together are just within it, or just beyond."""

    def test_cells(self, build: Build) -> None:
        data = build(parts=both(worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')))
        read_all(data, Limits(cells=4))
        refused(data, Limits(cells=3), "有内容的单元格数")

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="A1" t="inlineStr"><is><t>甲乙丙</t></is></c>',
            '<c r="A1" t="str"><v>甲乙丙</v></c>',
            '<c r="A1" t="e"><v>#甲乙</v></c>',
            '<c r="A1"><f>B2</f></c>',
        ],
    )
    def test_characters(self, build: Build, cell: str) -> None:
        data = build(parts=both(worksheet(f'<row r="1">{cell}</row>')))
        read_all(data, Limits(characters=8))
        refused(data, Limits(characters=7), "文本的总字数")

    def test_a_number_that_is_none_counts_as_the_text_it_is(self, build: Build) -> None:
        data = build(f'<row r="1"><c r="A1"><v>{"9" * 500}</v></c></row>')
        refused(data, Limits(characters=499), "文本的总字数")

    def test_merges(self, build: Build) -> None:
        merges = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/></mergeCells>'
        data = build(parts=both(worksheet("", merges)))
        read_all(data, Limits(merges=4))
        refused(data, Limits(merges=3), "合并单元格")

    def test_tags_and_a_part_read_twice_counts_once(self, build: Build, tmp_path: Path) -> None:
        data = build("<row/>" * 1000)
        budget = read_all(data).archive.budget
        needed = budget._spent["tags"]
        package = read_all(data, Limits(tags=needed))
        write_copy(package, tmp_path / "a.xlsx", {"表": SheetEdit(cells={(1, 1): 1})})
        refused(data, Limits(tags=needed - 1), "标记的个数")

    def test_time(self, build: Build) -> None:
        refused(build("<row/>" * 50_000), Limits(seconds=0.001), "处理时间")

    def test_formats(self, build: Build, part: Part) -> None:
        data = build(parts={STYLES: part(STYLES)})
        read_all(data, Limits(formats=9))
        refused(data, Limits(formats=8), "单元格格式")

    def test_sheets_that_share_a_part_are_limited_in_number(self, build: Build, part: Part) -> None:
        sheets = "".join(f'<sheet name="s{at}" sheetId="{at + 9}" r:id="rId1"/>' for at in range(20))
        data = build(parts={"xl/workbook.xml": part("xl/workbook.xml", "</sheets>", sheets + "</sheets>")})
        refused(data, Limits(entries=20), "工作表的个数")


class TestOfOnePiece:
    @pytest.mark.parametrize("tag", ['<x a="{}"/>', "<!--{}-->", "<?x {}?>", "<x {}/>"])
    def test_a_tag_that_does_not_end_is_refused_long_before_it_does(self, build: Build, tag: str) -> None:
        long = " " * (MB // 2 + 70_000)
        refused(build(tag.format(long)), LIMITS, "一个标记的长度")
        read_all(build(tag.format(" " * 300_000)))

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="A1" t="str"><v>{}</v></c>',
            '<c r="A1" t="str"><f>{}</f></c>',
            '<c r="A1" t="inlineStr"><is><t>{}</t></is></c>',
        ],
    )
    def test_a_text_that_does_not_end_is_refused_long_before_it_does(self, build: Build, cell: str) -> None:
        refused(build(f'<row r="1">{cell.format("啊" * 400_000)}</row>'), ROOMY, "一段文本的字数")

    def test_a_text_in_many_runs_is_one_text(self, build: Build) -> None:
        runs = "<r><t>1234567890</t></r>" * 10
        cell = f'<row r="1"><c r="A1" t="inlineStr"><is>{runs}</is></c></row>'
        read_all(build(cell), Limits(text=100))
        refused(build(cell), Limits(text=99), "一段文本的字数")

    def test_blanks_between_rows_and_cells_are_no_text(self, build: Build) -> None:
        rows = "".join(f'\n{" " * 900}<row r="{row}">{" " * 900}<c r="A{row}"/></row>' for row in range(1, 1001))
        read_all(build(rows), ROOMY)

    @pytest.mark.parametrize("tag", ["<x{:07}/>", "<x y{:07}=''/>", "<x:y{:07} xmlns:x='z'/>"])
    def test_names_that_do_not_repeat_are_limited_for_the_parser_keeps_them(self, build: Build, tag: str) -> None:
        # Too much to be read otherwise than piece by piece.
        data = build("".join(tag.format(number) for number in range(400_000)))
        package = read(data)
        tracemalloc.start()
        with pytest.raises(UnsafeWorkbook, match="种类"):
            package.cells("表")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 3 * MB

    def test_a_namespace_longer_than_any_is_damage(self, build: Build) -> None:
        with pytest.raises(UnreadableWorkbook, match="命名空间"):
            read_all(build(f'<x xmlns:a="{"u" * 2000}"/>'))

    def test_a_part_is_never_unpacked_whole(self, build: Build) -> None:
        rows = "".join(f'<row r="{row}"><c r="A{row}" s="{row % 7}"/></row>' for row in range(1, 150_000))
        package = read(build(rows))
        tracemalloc.start()
        package.cells("表")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < len(rows) / 5


class TestOfAChange:
    def patched(self, data: bytes, target: Path, limits: Limits = LIMITS) -> None:
        package = read(data, limits)
        owned = tuple(Area(row, 1, row, 3) for row in range(1, 3000))
        write_copy(package, target, {"表": SheetEdit(cells={(1, 1): 1}, owned=owned)})

    def test_cells_to_be_cleared_are_limited(self, build: Build, tmp_path: Path) -> None:
        data = build("".join(f'<row r="{row}"><c r="A{row}"><v/></c></row>' for row in range(1, 12)))
        self.patched(data, tmp_path / "a.xlsx", Limits(cells=11))
        with pytest.raises(UnsafeWorkbook, match="清空"):
            self.patched(data, tmp_path / "b.xlsx", Limits(cells=10))
        assert not (tmp_path / "b.xlsx").exists()

    def test_links_are_limited(self, build: Build, tmp_path: Path) -> None:
        links = f"<hyperlinks>{'<hyperlink/>' * 5}</hyperlinks>"
        data = build(parts={SHEET: worksheet("", links)})
        self.patched(data, tmp_path / "a.xlsx", Limits(links=5))
        with pytest.raises(UnsafeWorkbook, match="超链接"):
            self.patched(data, tmp_path / "b.xlsx", Limits(links=4))

    def test_two_formulas_in_one_cell_are_damage_for_reader_and_writer(self, build: Build, tmp_path: Path) -> None:
        for row in (1, 2):
            data = build(f'<row r="{row}"><c r="B{row}"><f>A1</f><f>A2</f></c></row>')
            with pytest.raises(UnreadableWorkbook, match="两个公式"):
                read_all(data)
            with pytest.raises(UnreadableWorkbook, match="两个公式"):
                self.patched(data, tmp_path / "a.xlsx")

    def test_thousands_of_areas_over_a_long_sheet_cost_little(self, build: Build, tmp_path: Path) -> None:
        # Asked area by area, row by row, this would be 300 million questions.
        data = build("<row/>" * 100_000)
        package = read(data, Limits(seconds=5))
        owned = tuple(Area(row, 1, row, 3) for row in range(1, 6000, 2))
        write_copy(package, tmp_path / "a.xlsx", {"表": SheetEdit(cells={(1, 1): 1}, owned=owned)})


class TestPieces:
    @pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
    def test_a_part_is_read_alike_in_pieces_of_any_size(self, codec: str, size: int) -> None:
        rows = '<row r="1"><c r="A1" t="str"><v>甲𠮷乙</v></c><c r="B1"><v>12.5</v></c></row>'
        data = f'<?xml version="1.0"?>{worksheet(rows)}'.encode(codec)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        cells, _ = read_sheet(pieces, "表", "sheet1.xml", (), Budget(LIMITS))
        assert [cell.value for cell in cells.values()] == ["甲𠮷乙", 12.5]

    def test_half_a_character_at_the_end_is_damage(self) -> None:
        for data in ("<a/>".encode("utf-16-le") + b"\0", "<a>甲".encode()[:-1]):
            with pytest.raises(UnreadableWorkbook, match="W05"):
                read_sheet([data], "表", "sheet1.xml", (), Budget(LIMITS))

    def test_a_declaration_of_another_encoding_is_rewritten(self) -> None:
        data = '<?xml version="1.0" encoding="UTF-16"?><a>甲</a>'
        assert b"".join(utf8(sliced(data.encode("utf-16-le")), "a")) == data.replace("UTF-16", "UTF-8").encode()
