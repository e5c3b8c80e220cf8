"""What lies on a sheet, as XlsxWriter, Excel and LibreOffice save it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Convert
from tests.workbook.commission.drawing import PICTURE, anchored, box, draw, shape
from tests.workbook.commission.ownbooks import PIXEL, patched
from toolkit.errors import UnsafeWorkbook
from workbook.package.drawings import Drawn, Kind, drawn
from workbook.package.stream import read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "图.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("表").write_comment("A1", "批注不是图形")
    book.close()
    return path


def found(path: Path, sheet: str = "表") -> list[Drawn]:
    package = read(path)
    return drawn(package.archive, package.sheet(sheet).part)


def everything(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("表")
    sheet.write_comment("A1", "批注不是图形")
    sheet.insert_textbox("C4", "第一行\n第二行 & <三>")
    sheet.insert_image("D5", "点.png", {"image_data": io.BytesIO(PIXEL)})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=表!$A$1:$A$2"})
    sheet.insert_chart("E6", chart, {"description": "各区"})
    sheet.insert_button("F7", {"caption": "汇总 & 打印"})
    book.close()


def test_each_kind_is_told_with_its_place_and_words(path: Path) -> None:
    everything(path)
    assert sorted(found(path)) == sorted(
        [
            Drawn(Kind.SHAPE, (4, 3), "第一行\n第二行 & <三>"),
            Drawn(Kind.PICTURE, (5, 4), "", "点.png"),
            Drawn(Kind.FRAME, (6, 5), "", "各区"),
            Drawn(Kind.CONTROL, (7, 6), "汇总 & 打印"),
        ]
    )


def test_libreoffice_keeps_texts_and_kinds(path: Path, libreoffice_convert: Convert) -> None:
    everything(path)
    told = {(one.kind, one.text) for one in found(libreoffice_convert(path, "xlsx"))}
    # It writes what stands on the button as it is, so that the part is no XML.
    assert {(Kind.SHAPE, "第一行\n第二行 & <三>"), (Kind.PICTURE, ""), (Kind.FRAME, "")} <= told


def test_notes_and_sheets_without_anything_hold_nothing(path: Path) -> None:
    assert found(path) == []


def test_each_shape_of_a_group_is_one(path: Path) -> None:
    draw(path, "表", anchored(f"<xdr:grpSp>{shape('甲')}<xdr:grpSp>{shape('乙')}</xdr:grpSp></xdr:grpSp>", 8, 2))
    assert found(path) == [Drawn(Kind.SHAPE, (9, 3), "甲"), Drawn(Kind.SHAPE, (9, 3), "乙")]


def test_what_is_said_again_for_older_programs_counts_once(path: Path) -> None:
    choice = f'<mc:Choice Requires="a14">{box("甲")}</mc:Choice><mc:Fallback>{box("不能显示")}</mc:Fallback>'
    draw(path, "表", f"<mc:AlternateContent>{choice}</mc:AlternateContent>")
    assert [one.text for one in found(path)] == ["甲"]


def test_a_control_of_excel_that_is_drawn_twice_counts_once(path: Path) -> None:
    everything(path)
    twin = '<xdr:spPr><a:ext><a14:compatExt xmlns:a14="urn:a14" spid="_x0000_s1025"/></a:ext></xdr:spPr>'
    draw(path, "表", box("汇总").replace("<xdr:spPr/>", twin))
    assert [one.text for one in found(path) if one.kind is Kind.CONTROL] == ["汇总 & 打印"]
    assert "汇总" not in [one.text for one in found(path)]


def test_a_text_box_of_the_old_kind_is_read_though_it_is_no_xml(path: Path) -> None:
    old = (
        '<v:shape id="t"><v:textbox style="x"><div>甲 &amp;\n 乙<br>丙</div><div><font>丁</font></div></v:textbox>'
        '<x:ClientData ObjectType="Text"><x:Anchor> 2, 5, 9, 3, 4, 5, 12, 3</x:Anchor></x:ClientData></v:shape></xml>'
    )

    def added(parts: dict[str, bytes]) -> None:
        (name,) = (name for name in parts if name.endswith(".vml"))
        parts[name] = parts[name].replace(b"</xml>", old.encode())

    path.write_bytes(patched(path.read_bytes(), added))
    assert found(path) == [Drawn(Kind.SHAPE, (10, 3), "甲 & 乙\n丙\n丁")]


def test_of_a_damaged_part_the_texts_are_kept(path: Path) -> None:
    draw(path, "表", box("研发 & 制造\n<甲>", 4, 2).replace("<甲>", "&lt;甲&gt;") + box("乙", 5, 0) + PICTURE)
    told = [*((one.kind, one.at, one.text) for one in found(path))]
    assert told == [
        (Kind.SHAPE, (5, 3), "研发 & 制造\n<甲>"),
        (Kind.SHAPE, (6, 1), "乙"),
        (Kind.PICTURE, (2, 2), ""),
    ]


def test_a_document_type_is_refused(path: Path) -> None:
    draw(path, "表", PICTURE)

    def declared(parts: dict[str, bytes]) -> None:
        parts["xl/drawings/drawing77.xml"] = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    path.write_bytes(patched(path.read_bytes(), declared))
    with pytest.raises(UnsafeWorkbook):
        found(path)
