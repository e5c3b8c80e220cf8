"""The finished packages, read by programs that did not write them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from macros import addin, desk
from macros.__main__ import main
from macros.build import addin_package, ribbon, workbench_package
from macros.package import ADDIN, RIBBON_RELATION, WORKBOOK, PackageError, finished
from macros.project import MODULES, read_source
from macros.texts import ADDIN as ADDIN_FILE
from macros.texts import BUTTONS, TEXTS, WORKBENCH
from toolkit.submission import column_letters

ROOT = Path(__file__).resolve().parents[2]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KINDS = {
    WORKBENCH: (workbench_package, desk.CODENAMES, WORKBOOK),
    ADDIN_FILE: (addin_package, addin.CODENAMES, ADDIN),
}


@pytest.fixture(scope="module", params=KINDS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("macros") / str(request.param)
    path.write_bytes(KINDS[path.name][0]())
    return path


@pytest.fixture(scope="module")
def workbench() -> Iterator[Any]:
    """The workbench as another library reads it, which leaves the archive open that it keeps the macros in."""
    book = openpyxl.load_workbook(io.BytesIO(workbench_package()), keep_vba=True)
    assert book.vba_archive is not None
    with book.vba_archive:
        yield book


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 - our own


def olevba(path: Path) -> Any:
    with warnings.catch_warnings():
        # Its own, and those of what it brings along.
        warnings.simplefilter("ignore")
        from oletools.olevba import VBA_Parser

        return VBA_Parser(str(path))


def macros_in(path: Path) -> dict[str, str]:
    """Module → source, as olevba reads it out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = olevba(path)
        try:
            found = list(parser.extract_macros())
        finally:
            parser.close()
    return {Path(module).stem: source for _, _, module, source in found}


def lines(source: str) -> list[str]:
    return [line for line in source.splitlines() if not line.startswith("Attribute ")]


def test_the_macros_read_back_are_the_sources(built: Path) -> None:
    found = macros_in(built)
    for module in MODULES:
        assert lines(found[module]) == lines(read_source(module))


def test_beside_our_modules_there_is_one_for_the_workbook_and_each_sheet_and_it_is_empty(built: Path) -> None:
    found = macros_in(built)
    codenames = set(KINDS[built.name][1].values())
    assert set(found) == {*MODULES, "ThisWorkbook", *codenames}
    assert not any("".join(lines(source)).strip() for name, source in found.items() if name not in MODULES)


def test_nothing_runs_by_itself(built: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = olevba(built)
        try:
            kinds = {kind for kind, *_ in parser.analyze_macros()}
        finally:
            parser.close()
    assert "AutoExec" not in kinds


def test_the_project_is_what_excel_on_windows_expects(built: Path) -> None:
    """[MS-OVBA] 2.3.4.2.1: SYSKIND 3 (64 bits), LCID 0x409, code page 1252."""
    import olefile
    from pyopenvba.vba import decompress

    with olefile.OleFileIO(io.BytesIO(parts(built)["xl/vbaProject.bin"])) as storage:
        directory = decompress(storage.openstream("VBA/dir").read())
    assert b"\x01\x00\x04\x00\x00\x00\x03\x00\x00\x00" in directory
    assert b"\x02\x00\x04\x00\x00\x00\x09\x04\x00\x00" in directory
    assert b"\x03\x00\x02\x00\x00\x00\xe4\x04" in directory


def test_codenames_of_sheets_and_modules_agree(built: Path) -> None:
    found = parts(built)
    codenames = KINDS[built.name][1]
    book = xml(found["xl/workbook.xml"])
    assert [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")] == list(codenames)
    properties = book.find(f"{MAIN}workbookPr")
    assert properties is not None
    assert properties.attrib["codeName"] == "ThisWorkbook"
    for number, codename in enumerate(codenames.values(), start=1):
        sheet = xml(found[f"xl/worksheets/sheet{number}.xml"]).find(f"{MAIN}sheetPr")
        assert sheet is not None
        assert sheet.attrib["codeName"] == codename


def test_the_sdk_finds_nothing_wrong(built: Path, ooxml_errors: Callable[[Path], list[str]]) -> None:
    assert ooxml_errors(built) == []


def test_the_content_type_says_which_kind_it_is(built: Path) -> None:
    types = parts(built)["[Content_Types].xml"].decode()
    (kind,) = re.findall(r'PartName="/xl/workbook.xml" ContentType="([^"]+)"', types)
    assert kind == KINDS[built.name][2]
    assert 'Extension="bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    # Of the ribbon.
    assert 'Extension="xml" ContentType="application/xml"' in types


def test_the_ribbon_is_in_it(built: Path) -> None:
    found = parts(built)
    relations = xml(found["_rels/.rels"])
    (target,) = [item.attrib["Target"] for item in relations if item.attrib["Type"] == RIBBON_RELATION]
    assert found[target] == ribbon()
    ids = [item.attrib["Id"] for item in relations]
    assert len(ids) == len(set(ids))


def test_every_part_parses_and_every_relation_leads_somewhere(built: Path) -> None:
    found = parts(built)
    for name, data in found.items():
        if not name.endswith(".bin"):
            xml(data)
        if name.endswith(".rels"):
            folder = Path(name).parent.parent
            for item in xml(data):
                target = os.path.normpath(folder / item.attrib["Target"])
                assert target in found


def test_the_same_sources_make_the_same_bytes(built: Path) -> None:
    """In another process, with another order of hashes, later and elsewhere."""
    folder = built.parent / "again"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    subprocess.run([sys.executable, "-m", "macros", folder], cwd=ROOT, check=True, env=environment, timeout=60)
    assert (folder / built.name).read_bytes() == built.read_bytes()


def test_what_is_not_where_it_was_is_told() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("_rels/.rels", "<other/>")
    with pytest.raises(PackageError, match=r"_rels/\.rels: no </Relationships>"):
        finished(memory.getvalue(), b"")


def test_the_builder_tells_what_it_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / name) for name in KINDS]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(KINDS)


def test_without_the_library_that_writes_projects_the_builder_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("macros.__main__.find_spec", lambda _: None)
    assert main([]) == 2
    assert "pip install pyOpenVBA" in capsys.readouterr().err


# --- the workbench ------------------------------------------------------------------------------------------


def named(book: Any, name: str) -> Any:
    ((sheet, where),) = book.defined_names[name].destinations
    return book[sheet][where.replace("$", "")]


def test_cells_have_the_names_the_macros_and_python_know(workbench: Any) -> None:
    assert named(workbench, "jiqun_python").value is None
    assert named(workbench, "jiqun_target").value is None
    assert named(workbench, "jiqun_status").value == "尚未运行。"
    assert named(workbench, "jiqun_log").value == "时间"
    assert {key: named(workbench, f"jiqun_text_{key}").value for key in TEXTS} == dict(TEXTS)


def test_no_name_is_that_of_a_macro(workbench: Any) -> None:
    """LibreOffice would look for the macro in the cell."""
    names = {name.casefold() for name in workbench.defined_names}
    assert not names & {button.macro.casefold() for button in BUTTONS}


def test_only_settings_and_status_can_be_written_and_no_password_is_asked(workbench: Any) -> None:
    sheet = workbench[desk.DESK]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    free = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    meant = {named(workbench, name).coordinate for name in ("jiqun_python", "jiqun_target", "jiqun_status")}
    areas = [area for area in sheet.merged_cells.ranges if area.start_cell.coordinate in meant]
    assert free == {f"{column_letters(column)}{row}" for area in areas for row, column in area.cells}


def test_the_log_has_its_columns_frozen_and_filtered(workbench: Any) -> None:
    sheet = workbench[desk.LOG]
    header = [cell.value for cell in sheet[3]]
    assert header == ["时间", "操作", "工作簿", "集群", "结果", "必须改正", "未达标", "待人工判定", "指纹", "用户"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref.startswith("A3:J")
    assert not sheet.protection.sheet


def test_sheets_are_ready_to_print_and_the_texts_are_hidden(workbench: Any) -> None:
    assert [sheet.sheet_state for sheet in workbench] == ["visible", "visible", "hidden"]
    for name in (desk.DESK, desk.LOG):
        assert not workbench[name].sheet_view.showGridLines
        assert workbench[name].page_setup.orientation == "landscape"
        assert workbench[name].page_setup.paperSize == 9


def test_each_button_stands_there_with_its_caption_and_macro(built: Path) -> None:
    drawings = [data.decode() for name, data in parts(built).items() if name.startswith("xl/drawings/vml")]
    if built.name == ADDIN_FILE:
        assert not drawings
        return
    (drawing,) = drawings
    assert re.findall(r"<font[^>]*>([^<]+)</font>", drawing) == [button.label for button in BUTTONS]
    assert re.findall(r"<x:FmlaMacro>\[0\]!([^<]+)<", drawing) == [button.macro for button in BUTTONS]
