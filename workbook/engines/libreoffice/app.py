"""The engine, its applications, and what an application can be told."""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Iterator
from typing import Any

from xlwings import XlwingsError, base_classes

from workbook.engines.libreoffice import runtime, values
from workbook.engines.libreoffice.errors import Closed, NotSupported, foreign, seam
from workbook.engines.libreoffice.office import Office, started

OFFICES: list[Office] = []
"""The offices we are connected to, the active one first."""


@atexit.register
def _leave() -> None:
    """No office of ours, and no scratch document in another's, outlives the interpreter."""
    for office in OFFICES:
        with contextlib.suppress(Exception):
            office.quit()
    OFFICES.clear()


class Engine:
    """What ``xlwings.Engine`` wraps."""

    name = "libreoffice"
    type = "desktop"

    @property
    def apps(self) -> Apps:
        """The applications."""
        return Apps()

    @staticmethod
    def prepare_xl_data_element(x: Any, date_format: Any) -> Any:  # noqa: ARG004 - xlwings passes it
        """One value on its way into a cell."""
        return values.prepared(x)

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: Any) -> Any:
        """Raw values on their way out."""
        return values.cleaned(data, datetime_builder, empty_as, number_builder, err_to_str)


ENGINE = Engine()


@seam
class Apps(base_classes.Apps):
    """The offices we are connected to."""

    def _alive(self) -> list[Office]:
        for office in [known for known in OFFICES if not known.alive()]:
            OFFICES.remove(office)
            if office.ours:
                office.kill()  # what does not answer any more would stay for ever
        return list(OFFICES)

    def keys(self) -> list[int]:
        """Their processes."""
        return [office.pid for office in self._alive()]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        """Start one; ``spec`` is the program. It has windows where there is a display and they are asked for."""
        import os
        import sys

        display = sys.platform in ("win32", "darwin") or bool(
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        )
        office = started(spec, headless=not (visible and display))
        OFFICES.insert(0, office)
        app = App(office)
        if visible is not None:
            app.visible = visible
        if add_book:
            app.books.add()
        return app

    @staticmethod
    def cleanup() -> None:
        """Nothing is left behind here."""

    def __iter__(self) -> Iterator[App]:
        for office in self._alive():
            yield App(office)

    def __len__(self) -> int:
        return len(self._alive())

    def __getitem__(self, pid: int) -> App:
        for office in self._alive():
            if office.pid == pid:
                return App(office)
        raise KeyError(pid)


def _kept(name: str) -> property:
    """A setting that Excel has and LibreOffice has not: it is kept, so that code which restores it works."""

    def get(self: App) -> Any:
        return self.office.state[name]

    def put(self: App, value: Any) -> None:
        self.office.state[name] = value

    return property(get, put)


@seam
class App(base_classes.App):
    """One office.

    Args:
        office: The connection to it.
    """

    display_alerts = _kept("display_alerts")
    enable_events = _kept("enable_events")
    interactive = _kept("interactive")
    engine = ENGINE
    hwnd = None

    def __init__(self, office: Office) -> None:
        self.office = office

    @property  # type: ignore[misc]
    def xl(self) -> Any:
        """The desktop."""
        return self.office.desktop

    @property
    def api(self) -> Any:
        """The desktop."""
        return self.office.desktop

    @property
    def pid(self) -> int:
        """The process; a negative number of ours where the system does not tell."""
        return self.office.pid

    @property
    def version(self) -> str:
        """As LibreOffice's own dialogue shows it."""
        provider = self.office.create("com.sun.star.configuration.ConfigurationProvider")
        node = runtime.options(nodepath="/org.openoffice.Setup/Product")
        product = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", node)
        return str(product.ooSetupVersionAboutBox)

    @property
    def path(self) -> str:
        """Where it is installed."""
        return self._substituted("$(inst)")

    @property
    def startup_path(self) -> str:
        """The user's part of the profile."""
        return self._substituted("$(user)")

    def _substituted(self, variable: str) -> str:
        paths = self.office.create("com.sun.star.util.PathSubstitution")
        return runtime.path_of(paths.getSubstituteVariableValue(variable))

    @property
    def books(self) -> Any:
        """The open spreadsheets."""
        from workbook.engines.libreoffice.book import Books

        return Books(self)

    @property
    def selection(self) -> Any:
        """The selected cells of the active book; None if something else is selected."""
        from workbook.engines.libreoffice.cells import Range
        from workbook.engines.libreoffice.sheet import Sheet

        book = self.books.active
        chosen = book.xl.CurrentSelection
        if not hasattr(chosen, "RangeAddress"):
            return None
        return Range(Sheet(book, chosen.Spreadsheet), Range.coords_of(chosen.RangeAddress))

    def activate(self, steal_focus: bool = False) -> None:
        """Make it the engine's active application, and its window the front one."""
        if self.office in OFFICES:
            OFFICES.remove(self.office)
        OFFICES.insert(0, self.office)
        frame = self.office.desktop.CurrentFrame
        if steal_focus and frame is not None:
            frame.ContainerWindow.setFocus()

    @property
    def visible(self) -> bool:
        """Whether its windows show; of an office without windows, only what was asked for last."""
        known = self.office.state.get("visible")
        return (not self.office.headless) if known is None else bool(known)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.office.state["visible"] = bool(value)
        for document in self.office.documents():
            if document.CurrentController is not None:
                document.CurrentController.Frame.ContainerWindow.setVisible(bool(value))

    def quit(self) -> None:
        """End an office of ours, nothing saved; let go of another."""
        if self.office in OFFICES:
            OFFICES.remove(self.office)
        self.office.quit()

    def kill(self) -> None:
        """End the processes of an office of ours."""
        if not self.office.ours:
            raise XlwingsError("this office was not started by us; its user ends it")
        if self.office in OFFICES:
            OFFICES.remove(self.office)
        self.office.kill()

    @property
    def screen_updating(self) -> bool:
        """Whether the views follow what changes."""
        return not any(document.hasControllersLocked() for document in self.office.documents())

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        for document in self.office.documents():
            if not value:
                document.lockControllers()
            while value and document.hasControllersLocked():
                document.unlockControllers()

    @property
    def calculation(self) -> str:
        """``automatic`` or ``manual``; Calc keeps it for each document, the active one answers."""
        documents = self.office.documents()
        automatic = all(document.isAutomaticCalculationEnabled() for document in documents)
        return "automatic" if automatic else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in ("automatic", "manual"):
            raise NotSupported(f"Calc calculates automatically or manually, not {value!r}")
        for document in self.office.documents():
            document.enableAutomaticCalculation(value == "automatic")

    def calculate(self) -> None:
        """Calculate every formula of every open book, stale or not."""
        for document in self.office.documents():
            document.calculateAll()

    @property
    def status_bar(self) -> Any:
        """The text in the status bar, or False."""
        return self.office.state.get("status_bar", False)

    @status_bar.setter
    def status_bar(self, value: Any) -> None:
        for indicator in self.office.indicators:
            with contextlib.suppress(*foreign()):
                indicator.end()  # its window may be gone
        self.office.indicators = []
        shown = value not in (None, False)
        self.office.state["status_bar"] = str(value) if shown else False
        if not shown:
            return
        for document in self.office.documents():
            indicator = document.CurrentController.Frame.createStatusIndicator()
            indicator.start(str(value), 0)
            self.office.indicators.append(indicator)

    @property
    def cut_copy_mode(self) -> Any:
        """Calc has no such mode."""
        return None

    @cut_copy_mode.setter
    def cut_copy_mode(self, value: Any) -> None:
        """There is nothing to leave."""

    def run(self, macro: str, args: Any) -> Any:
        """Macros are run by LibreOffice alone; see ``Book.api`` for its script provider."""
        raise NotSupported("macros are not run through this engine; use book.api.getScriptProvider()")

    def alert(self, prompt: Any, title: Any, buttons: Any, mode: Any, callback: Any) -> Any:
        """Show a message and tell which button was pressed."""
        if self.office.headless:
            raise NotSupported("an office without windows cannot ask anything")
        window = self.office.desktop.CurrentFrame.ContainerWindow
        kinds = {None: "MESSAGEBOX", "info": "INFOBOX", "critical": "ERRORBOX"}
        sets = {None: 1, "ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
        kind = runtime.enum("awt.MessageBoxType", kinds[mode])
        box = window.Toolkit.createMessageBox(window, kind, sets[buttons], title or "", prompt or "")
        return {0: "cancel", 1: "ok", 2: "yes", 3: "no"}[box.execute()]

    def document_active(self) -> Any:
        """The document in front; among documents without windows, the one activated last."""
        current = self.office.desktop.getCurrentComponent()
        documents = self.office.documents()
        for document in (self.office.active, current):
            if document is not None and document in documents:
                return document
        if not documents:
            raise Closed("no spreadsheet is open")
        return documents[-1]
