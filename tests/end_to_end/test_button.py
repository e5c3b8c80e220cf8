"""The whole way: LibreOffice has the workbench and an application open, a button is pressed, and the sheet answers."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from macros.build import workbench_package
from tests.conftest import missing
from tests.macros.test_libreoffice import PROFILE as TRUSTING
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from workbook.book import Book
from workbook.check import check_file, shelf
from workbook.copies import annotate
from workbook.engines import libreoffice
from workbook.engines.files import FileBook
from workbook.engines.live import LiveBook
from workbook.layout import Layout, lay_out
from workbook.package.edit import SheetEdit
from workbook.sample import Outcome, sample
from workbook.template import write_template

# And it calculates what it opens, as Excel does.
RECALCULATING = '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>'
PROFILE = TRUSTING.replace("</oor:items>", f"{RECALCULATING}\n</oor:items>")
WORKBENCH, APPLICATION = "区初审工作台.xlsm", "上海市某区 某产业集群.xlsx"
# A machine that does other work besides.
ANSWERS_WITHIN = 60.0
# What differs between a window and a file: the line with time and fingerprint, and the log of runs.
FACTS, LOG = 6, "log"


@pytest.fixture(scope="module")
def layout() -> Layout:
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


@pytest.fixture(scope="module")
def folder(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("初审 材料")
    answers = answers_from_dict(layout.policy, sample(layout.policy, layout.season, 5, Outcome.SHORT, 60))
    write_template(layout, folder / APPLICATION, answers)
    (folder / WORKBENCH).write_bytes(workbench_package())
    return folder


@pytest.fixture(scope="module")
def office(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An office as on an officer's desk: macros are trusted, and programs may reach it."""
    profile, pipe = tmp_path_factory.mktemp("profile"), f"button-{secrets.token_hex(6)}"
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
    command = [
        soffice,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
    ]
    command += ["--nofirststartwizard", f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"]
    with subprocess.Popen(command, env={**os.environ, "JIQUN_PIPE": pipe}) as process:
        try:
            app = libreoffice.attach(pipe, within=60)
        except libreoffice.LibreOfficeUnavailable as error:
            process.terminate()
            missing(f"LibreOffice over UNO ({error})")
        try:
            yield app
        finally:
            desktop = app.api
            # Lets go of the office, which is nobody's of ours; what it keeps inside is given back first.
            app.quit()
            try:
                desktop.terminate()
            except Exception:  # noqa: BLE001 - the bridge breaks while the answer is on its way
                process.terminate()


@dataclass(frozen=True)
class Officer:
    """Who sits there: the two workbooks in the window, and what can be done."""

    app: Any
    folder: Path
    bench: Any
    book: Any

    def press(self, caption: str) -> str:
        """Press a button and wait until the workbench says how it went."""
        status = self.named(self.bench, "jiqun_status")
        status.setString("")
        page = self.bench.Sheets.getByIndex(0).DrawPage
        models = [page.getByIndex(number).Control for number in range(page.Count)]
        (button,) = (model for model in models if model.Label == caption)
        assert self.bench.CurrentController.getControl(button).getAccessibleContext().doAccessibleAction(0)
        deadline = time.monotonic() + ANSWERS_WITHIN
        while time.monotonic() < deadline:
            told = str(status.getString())
            if any(sign in told for sign in "✓✗"):
                return told
            time.sleep(0.05)
        return f"no answer; the status says {status.getString()!r}"

    def look(self) -> LiveBook:
        """What stands in the window now."""
        return LiveBook(next(book for book in self.app.books if book.name == APPLICATION))

    def type(self, name: str, text: str) -> None:
        """Into a cell, as a person does."""
        controller = self.book.CurrentController
        cell = self.named(self.book, name)
        controller.setActiveSheet(cell.Spreadsheet)
        controller.select(cell)
        cell.setString(text)

    @staticmethod
    def named(document: Any, name: str) -> Any:
        return document.NamedRanges.getByName(name).getReferredCells().getCellByPosition(0, 0)


def opened(app: Any, path: Path) -> Any:
    import uno
    from com.sun.star.beans import PropertyValue

    trusted = PropertyValue("MacroExecutionMode", 0, 4, uno.Enum("com.sun.star.beans.PropertyState", "DIRECT_VALUE"))
    return app.api.loadComponentFromURL(path.as_uri(), "_blank", 0, (trusted,))


@pytest.fixture(scope="module")
def officer(office: Any, folder: Path) -> Officer:
    bench = opened(office, folder / WORKBENCH)
    officer = Officer(office, folder, bench, opened(office, folder / APPLICATION))
    officer.named(bench, "jiqun_python").setString(sys.executable)
    return officer


def told(book: Book, layout: Layout) -> dict[str, dict[tuple[int, int], str]]:
    """What the tool has written, sheet by sheet, but for times."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    for plan in layout.results.values():
        if plan.id != LOG:
            found[plan.sheet] = {
                at: str(c.value) for at, c in book.cells(plan.sheet).items() if at[0] > FACTS and c.value
            }
    for sheet in layout.sheets:
        cells = book.cells(sheet.name).items()
        rows, column = sheet.hints.rows, sheet.hint_column
        found[sheet.name] = {at: str(c.value) for at, c in cells if at[0] in rows and at[1] == column and c.value}
    return found


def by_file(
    source: Path, layout: Layout, tmp_path: Path, typed: dict[str, str]
) -> dict[str, dict[tuple[int, int], str]]:
    """The same on the closed file, with the same typed into it."""
    book = FileBook(source)
    for key, text in typed.items():
        area = layout.inputs[key].area
        book.write(area.sheet, SheetEdit(cells={(area.top, area.left): text}))
    tmp_path.mkdir()
    book.save(tmp_path / APPLICATION)
    return told(FileBook(annotate(check_file(tmp_path / APPLICATION, shelf()), tmp_path / "out")), layout)


def rows(officer: Officer) -> list[list[str]]:
    """The lines of the log on the workbench."""
    sheet = officer.bench.Sheets.getByName("运行台账")
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    data = sheet.getCellRangeByPosition(0, 3, 9, max(cursor.RangeAddress.EndRow, 3)).getDataArray()
    return [[str(value) for value in row] for row in data if row[0]]


def test_pressed_typed_pressed_again_and_cleared(
    officer: Officer, layout: Layout, folder: Path, tmp_path: Path
) -> None:
    fresh = told(officer.look(), layout)
    answers = check_file(folder / APPLICATION, shelf()).snapshot.fingerprint
    said = officer.press("校验")
    assert said.split("　")[1:3] == ["✓ 校验", APPLICATION]
    assert "未达标" in said
    assert told(officer.look(), layout) == by_file(folder / APPLICATION, layout, tmp_path / "a", {})
    assert [line[1:3] for line in rows(officer)] == [["校验", APPLICATION]]

    rubbish = {"area": "30平方公里", "mobile": "=1+1", "contact": "同上"}
    for key, text in rubbish.items():
        officer.type(layout.inputs[key].name, text)
    assert "必须改正" in officer.press("校验")
    expected = by_file(folder / APPLICATION, layout, tmp_path / "b", rubbish)
    found = told(officer.look(), layout)
    # The window knows of the press before: what was typed since then is told as changed.
    changed = {at[0] for at, text in found["数据问题"].items() if text == "T10"}
    assert len(changed) == len(rubbish)
    assert {found[sheet] == expected[sheet] for sheet in ("逐条判定", "短板清单")} == {True}
    assert "30平方公里" in str(found["数据问题"])

    assert "清除" in officer.press("清除标记")
    assert told(officer.look(), layout) == fresh
    assert officer.named(officer.book, layout.inputs["area"].name).getString() == "30平方公里"
    assert check_file(folder / APPLICATION, shelf()).snapshot.fingerprint == answers, "the file was touched"


def test_review_and_opinion(officer: Officer, layout: Layout, folder: Path) -> None:
    assert "初审尚有" in officer.press("初审")
    after = officer.look()
    opinion = layout.inputs["review_opinion"].area
    assert str(after.cells(opinion.sheet)[opinion.top, opinion.left].value).startswith("【系统草拟")
    assert len(after.cells("初审核对")) > 40
    said = officer.press("导出意见")
    (document,) = folder.glob("*.docx")
    assert document.name in said
    assert "帮助" in officer.press("帮助")


def test_protection_and_settings_are_as_they_were(officer: Officer) -> None:
    def protected() -> dict[str, bool]:
        return {name: officer.book.Sheets.getByName(name).isProtected() for name in officer.book.Sheets.ElementNames}

    before = protected()
    officer.press("评价")
    assert protected() == before
    assert sum(before.values()) > 20
    assert officer.book.isAutomaticCalculationEnabled()
    assert not officer.book.hasControllersLocked()
    assert not officer.book.isActionLocked()


def test_two_applications_open_are_asked_about_and_one_can_be_named(
    officer: Officer, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "另一份.xlsx"
    shutil.copy(folder / APPLICATION, other)
    second = opened(officer.app, other)
    try:
        said = officer.press("校验")
        assert "[W17]" in said
        assert "另一份.xlsx" in said
        officer.named(officer.bench, "jiqun_target").setString("另一份.xlsx")
        assert "✓ 校验　另一份.xlsx" in officer.press("校验")
    finally:
        officer.named(officer.bench, "jiqun_target").setString("")
        second.close(True)
