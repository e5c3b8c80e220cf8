from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import xlwings as xw

from workbook.engines import libreoffice


def test_looks(sheet: xw.Sheet) -> None:
    cells = sheet["A1:B2"]
    assert cells.color is None
    cells.color = (255, 0, 10)
    cells.font.bold = True
    cells.font.color = "#00ff00"
    cells.font.size = 14
    cells.wrap_text = True
    cells.number_format = "0.00%"
    cells.horizontal_alignment = "center"
    assert (cells.color, cells.font.bold, cells.font.color, cells.font.size) == ((255, 0, 10), True, (0, 255, 0), 14.0)
    assert (cells.wrap_text, cells.number_format, cells.horizontal_alignment) == (True, "0.00%", "center")
    cells.clear_formats()
    bare: Any = sheet["A1:B2"]
    assert (bare.color, bare.number_format) == (None, "General")


def test_cells_that_differ_have_no_answer(sheet: xw.Sheet) -> None:
    sheet["A1"].color = (1, 2, 3)
    sheet["A1"].font.bold = True
    assert (sheet["A1:B1"].color, sheet["A1:B1"].font.bold) == (None, None)


def test_colours_by_the_cell(sheet: xw.Sheet) -> None:
    sheet["A1:B2"].set_colors([[(1, 2, 3), (1, 2, 3)], [..., None]])
    assert [sheet[place].color for place in ("A1", "B1", "A2", "B2")] == [(1, 2, 3), (1, 2, 3), None, None]


def test_sizes(sheet: xw.Sheet) -> None:
    sheet["B1"].column_width = 20
    sheet["B1"].row_height = 30
    assert sheet["B1"].column_width == pytest.approx(20, abs=0.05)
    assert sheet["B1"].row_height == pytest.approx(30, abs=0.1)
    sheet.autofit()


def test_merging(sheet: xw.Sheet) -> None:
    sheet["A1:C1"].merge()
    assert sheet["B1"].merge_cells
    assert sheet["A1"].merge_area.address == "$A$1:$C$1"
    sheet["A1:C1"].unmerge()
    assert not sheet["A1"].merge_cells


@pytest.mark.parametrize("address", ["https://example.org/x", "#'二 核'!A1"])
def test_links(sheet: xw.Sheet, address: str) -> None:
    sheet.book.sheets.add("二 核", after=sheet)
    sheet["A1"].add_hyperlink(address, "here")
    assert sheet["A1"].value == "here"
    assert sheet["A1"].hyperlink == address


def test_notes(sheet: xw.Sheet) -> None:
    assert sheet["B2"].note is None
    note = sheet["B2"].add_note("看这里")
    assert (note.text, note.location.address, len(sheet.notes)) == ("看这里", "$B$2", 1)
    note.text = "changed"
    assert [found.text for found in sheet.notes] == ["changed"]
    note.delete()
    assert sheet["B2"].note is None


def test_places(sheet: xw.Sheet) -> None:
    sheet["B2"].value = [[1, 2], [3, 4], [5, 6]]
    assert sheet["B2"].end("down").address == "$B$4"
    assert sheet["B4"].end("up").address == "$B$2"
    assert sheet["B2"].end("right").address == "$C$2"
    assert sheet["B9"].end("up").address == "$B$4"
    assert sheet["B2"].expand().address == "$B$2:$C$4"
    assert sheet["C3"].current_region.address == "$B$2:$C$4"
    assert sheet.used_range.last_cell.address == "$C$4"
    assert sheet["B2:C4"].offset(1, 1).resize(1, 2).address == "$C$3:$D$3"
    assert sheet["A1"].get_address(external=True) == f"'[{sheet.book.name}]Sheet1'!$A$1"


def test_rows_come_and_go(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1], [2], [3]]
    sheet["2:2"].insert(shift="down")
    assert sheet["A1:A4"].value == [1.0, None, 2.0, 3.0]
    sheet["1:2"].delete()
    assert sheet["A1:A2"].value == [2.0, 3.0]


def test_copies(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1, "=A1*2"]]
    sheet["A1:B1"].copy(sheet["A3"])
    copied: Any = sheet["A3:B3"].formula
    assert copied == (("1", "=A3*2"),)


def test_locked_cells_refuse(sheet: xw.Sheet) -> None:
    sheet["A1:B1"].value = ["locked", "free"]
    free = sheet["B1"].api.CellProtection
    free.IsLocked = False
    sheet["B1"].api.CellProtection = free
    sheet.api.protect("")
    sheet["B1"].value = "changed"
    attempts: tuple[Callable[[], object], ...] = (
        lambda: setattr(sheet["A1"], "value", 1),
        lambda: setattr(sheet["A1:B1"], "value", [1, 2]),
        lambda: setattr(sheet["A1"], "formula", "=1"),
        lambda: setattr(sheet["A1"], "color", (1, 1, 1)),
        sheet["A1"].clear_contents,
        sheet.clear,
    )
    for attempt in attempts:
        with pytest.raises(libreoffice.SheetProtected):
            attempt()
    assert sheet["A1:B1"].value == ["locked", "changed"]
