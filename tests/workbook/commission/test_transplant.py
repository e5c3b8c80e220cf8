"""People's own sheets in the new master: whatever was on them is on them still, in every reader's eyes."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText

from tests.conftest import Convert
from tests.workbook.commission.ownbooks import (
    OURS,
    by_openpyxl,
    by_xlsxwriter,
    master,
    parts_of,
    patched,
)
from workbook.commission.transplant import OwnSheets, transplanted
from workbook.package.limits import LIMITS
from workbook.package.stream import Cell, Position, read

# openpyxl tells of what it would lose; nobody asks it to save.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

Made = tuple[bytes, tuple[str, ...]]
MAKERS: dict[str, Callable[[], Made]] = {"xlsxwriter": by_xlsxwriter, "openpyxl": by_openpyxl}


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
    """All of a cell's format, and of the named style it builds on."""
    parts = (cell.font, cell.fill, cell.border, cell.number_format, cell.alignment, cell.protection)
    # Of a whole row or column openpyxl tells a number instead of the name.
    named = cell.style if isinstance(cell.style, str) else ""
    return f"{parts!r} {named} {cell.quotePrefix} {cell.pivotButton}"


def value(cell: Any) -> str:
    found = cell.value
    if isinstance(found, CellRichText):
        return repr([(type(run).__name__, str(run), repr(getattr(run, "font", None))) for run in found])
    return f"{cell.data_type} {getattr(found, 'text', found)!r} {getattr(found, 'ref', '')}"


def described(data: bytes, name: str) -> dict[str, Any]:
    """A worksheet as openpyxl sees it."""
    sheet = opened(data)[name]
    if not hasattr(sheet, "iter_rows"):
        return {"charts": len(sheet._charts), "state": sheet.sheet_state}
    cells = [cell for row in sheet.iter_rows() for cell in row]
    return {
        "values": {cell.coordinate: value(cell) for cell in cells},
        "looks": {cell.coordinate: look(cell) for cell in cells},
        "links": {
            cell.coordinate: (cell.hyperlink.target, cell.hyperlink.location) for cell in cells if cell.hyperlink
        },
        "notes": {cell.coordinate: (cell.comment.text, cell.comment.author) for cell in cells if cell.comment},
        "columns": {
            key: (one.width, one.hidden, one.outlineLevel, look(one)) for key, one in sheet.column_dimensions.items()
        },
        "rows": {
            key: (one.height, one.hidden, one.outlineLevel, look(one)) for key, one in sheet.row_dimensions.items()
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
            before, after = described(data, name), described(result, name)
            for what, told in before.items():
                assert after[what] == told, (name, what)

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
        theirs = {key: text for key, text in read(old[0]).names.items() if not key.startswith("tbl_")}
        assert names == {**ours, **theirs}

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


def rewritten(part: str, change: Callable[[bytes], bytes], made: Made) -> Made:
    """An old master with one of its parts changed."""
    return patched(made[0], lambda parts: parts.update({part: change(parts[part])})), made[1]
