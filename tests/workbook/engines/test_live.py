"""A window is left as it was found, whatever happens in between; a real LibreOffice is driven."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import WorkbookError
from workbook.actions import Action, act
from workbook.check import check_file, shelf
from workbook.engines.live import LiveBook
from workbook.package.edit import SheetEdit


@pytest.fixture
def window(office: Any, workbook_of: Callable[[str], Path], tmp_path: Path) -> Iterator[Any]:
    copy = shutil.copy(workbook_of("short"), tmp_path / "申报.xlsx")
    book = office.books.open(str(copy))
    yield book
    book.close()


SHEET = "结果总览"


def press(window: Any, action: Action = Action.CHECK) -> str:
    return act(action, LiveBook(window), window.name, shelf()).told


def protections(path: Path) -> dict[str, list[bytes]]:
    with zipfile.ZipFile(path) as package:
        sheets = [name for name in package.namelist() if "worksheets/sheet" in name]
        return {name: re.findall(rb"<sheetProtection[^>]*>", package.read(name)) for name in sheets}


def test_protection_comes_back_with_all_it_allows(window: Any, tmp_path: Path) -> None:
    window.save(str(tmp_path / "before.xlsx"))
    press(window)
    window.save(str(tmp_path / "after.xlsx"))
    before = protections(tmp_path / "before.xlsx")
    assert protections(tmp_path / "after.xlsx") == before
    assert any(b'sort="false"' in tag for tags in before.values() for tag in tags)


def test_a_sheet_with_a_password_is_named_and_nothing_is_written_to_it(window: Any) -> None:
    native = window.sheets[SHEET].api
    native.unprotect("")
    native.protect("区里的密码")
    before = dict(LiveBook(window).cells(SHEET))
    with pytest.raises(WorkbookError) as caught:
        press(window)
    assert caught.value.code == "W20"
    assert SHEET in str(caught.value)
    assert native.isProtected()
    assert LiveBook(window).cells(SHEET) == before
    assert window.app.calculation == "automatic"


def test_a_failure_in_between_leaves_the_sheet_protected(window: Any) -> None:
    book = LiveBook(window)

    def fails() -> None:
        with book.program.unlocked(window.sheets[SHEET]):
            assert not window.sheets[SHEET].api.isProtected()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert window.sheets[SHEET].api.isProtected()


@pytest.mark.parametrize("fails", [False, True])
def test_calculation_screen_and_status_bar_come_back(window: Any, fails: bool) -> None:
    app = window.app
    app.calculation = "manual"
    app.status_bar = "区里自己的话"
    before = (app.calculation, app.screen_updating, app.enable_events, app.status_bar)
    with suppress(ZeroDivisionError), LiveBook(window).at_work("正在校验"):
        assert app.status_bar == "正在校验"
        assert not app.screen_updating
        assert 1 / (0 if fails else 1)
    assert (app.calculation, app.screen_updating, app.enable_events, app.status_bar) == before
    app.calculation, app.status_bar = "automatic", False


def test_a_window_cannot_be_saved_by_the_tool(window: Any, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        LiveBook(window).save(tmp_path / "x.xlsx")
    assert caught.value.code == "W09"
    assert not (tmp_path / "x.xlsx").exists()


def test_a_window_that_is_closed_meanwhile_is_told(
    office: Any, workbook_of: Callable[[str], Path], tmp_path: Path
) -> None:
    book = office.books.open(str(shutil.copy(workbook_of("met"), tmp_path / "关.xlsx")))
    live = LiveBook(book)
    book.close()
    with pytest.raises(WorkbookError) as caught:
        live.cells(SHEET)
    assert caught.value.code == "W19"


def test_names_of_a_copied_sheet_do_not_stand_for_the_workbooks(window: Any) -> None:
    before = dict(LiveBook(window).names)
    window.sheets["二 核心竞争力"].copy(name="二 副本")
    after = LiveBook(window).names
    assert {name: after[name] for name in before} == before
    assert "meta_policy" in after
    assert "没有的名称" not in after


def test_results_longer_than_the_template_has_room_for_are_all_written(window: Any) -> None:
    book = LiveBook(window)
    rows = range(5, 320)
    cells = {(row, 1): f"第 {row} 行" for row in rows}
    book.write("数据问题", SheetEdit(cells=cells, styles_from=dict.fromkeys(rows, 5)))
    assert {at: cell.value for at, cell in LiveBook(window).cells("数据问题").items() if at in cells} == cells


def test_what_is_saved_from_the_window_is_what_a_file_check_finds(window: Any, tmp_path: Path) -> None:
    told = press(window)
    window.save(str(tmp_path / "saved.xlsx"))
    checked = check_file(tmp_path / "saved.xlsx", shelf())
    assert checked.evaluation.verdict.label in told
    again = act(Action.EVALUATE, LiveBook(window), window.name, shelf()).checked
    assert again is not None
    assert checked.snapshot.fingerprint == again.snapshot.fingerprint
