from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlwings as xw

from workbook.engines import libreoffice
from workbook.engines.libreoffice import office, runtime


def test_one_engine(app: xw.App) -> None:
    assert libreoffice.engine() is libreoffice.engine()
    assert [engine.name for engine in xw.engines].count("libreoffice") == 1
    assert app.engine.name == "libreoffice"
    assert libreoffice.engine().type == "desktop"


def test_the_application(app: xw.App, book: xw.Book) -> None:
    assert libreoffice.engine().apps.active == app
    assert libreoffice.engine().apps[app.pid] == app
    assert app.version.major >= 7
    assert book.app == app


def test_settings_come_back(app: xw.App, book: xw.Book) -> None:
    sheet = book.sheets[0]
    with app.properties(calculation="manual", screen_updating=False, status_bar="计算中", enable_events=False):
        assert (app.calculation, app.screen_updating, app.status_bar) == ("manual", False, "计算中")
        sheet["A1:B1"].value = [1, "=A1*2"]
        sheet["A1"].value = 5
    assert (app.calculation, app.screen_updating, app.status_bar) == ("automatic", True, False)
    app.calculate()
    assert sheet["B1"].value == 10.0


def test_the_selection(app: xw.App, book: xw.Book) -> None:
    book.activate()
    book.sheets[0]["B2:C3"].select()
    assert app.selection is not None
    assert app.selection.address == "$B$2:$C$3"


def test_another_connection_lets_go_without_ending(app: xw.App, book: xw.Book) -> None:
    again = libreoffice.attach(app.impl.office.pipe)
    assert again.pid == app.pid
    again.quit()
    assert book.sheets[0].name == "Sheet1"
    assert libreoffice.engine().apps.active == app


@pytest.mark.usefixtures("app")
def test_nothing_listens() -> None:
    with pytest.raises(libreoffice.LibreOfficeUnavailable) as raised:
        libreoffice.attach("no-such-pipe")
    assert raised.value.reason == "no-connection"


def test_no_office(tmp_path: Path) -> None:
    with pytest.raises(libreoffice.LibreOfficeUnavailable) as raised:
        libreoffice.start(tmp_path / "soffice")
    assert raised.value.reason == "no-office"


@pytest.mark.usefixtures("app")
def test_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(libreoffice.LibreOfficeUnavailable) as raised:
        libreoffice.attach_running(profile=tmp_path)
    assert raised.value.reason == "no-connection"


def test_a_uno_for_another_python(tmp_path: Path) -> None:
    (tmp_path / "uno.py").write_text("import no_such_module_of_that_python\n")
    known = sys.modules.pop("uno", None)
    try:
        with pytest.raises(libreoffice.LibreOfficeUnavailable) as raised:
            runtime._load_from(tmp_path)
    finally:
        if known is not None:
            sys.modules["uno"] = known
    assert raised.value.reason == "python-version"


@pytest.mark.usefixtures("app")
def test_the_systems_packages_stay_out() -> None:
    assert "/usr/lib/python3/dist-packages" not in sys.path or sys.prefix == sys.base_prefix


def test_an_office_that_does_not_listen_learns_to(soffice: str, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    command = [soffice, office._installation(profile), "--headless", "--norestore", "--nologo", "--nodefault"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while not (profile / ".lock").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        # It locks its profile a little before it takes calls; one in between would become an office itself.
        time.sleep(2)
        attached = libreoffice.attach_running(soffice, profile)
        attached.books.add().sheets[0]["A1"].value = 1
        with pytest.raises(xw.XlwingsError, match="not started by us"):
            attached.kill()
        attached.quit()
        assert process.poll() is None
        again = libreoffice.attach_running(soffice, profile)
        assert again.books[0].sheets[0]["A1"].value == 1.0
        again.quit()
        assert attached.impl.office.caller is not None
        assert attached.impl.office.caller.poll() == 0
    finally:
        office.end(process)


def test_an_office_of_ours_ends(soffice: str) -> None:
    with libreoffice.start(soffice) as app:
        process = app.impl.office.process
        app.books.add()
    assert process.poll() is not None
    with pytest.raises(libreoffice.Closed):
        _ = app.version
    killed = libreoffice.start(soffice)
    killed.kill()
    assert killed.impl.office.process.poll() is not None
