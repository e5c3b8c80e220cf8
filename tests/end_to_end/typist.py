"""A person at LibreOffice, told on standard input what to do; run by whichever interpreter can import ``uno``.

The task is JSON: ``soffice``, ``profile`` and ``jobs``, each a ``template``, a ``target`` and ``steps``:

- ``["type", name, row, column, text]`` and ``["paste", …]``: into a place inside what a defined name stands for;
- ``["insert_row", sheet, row]``: above a row counted from 1, the sheet's protection taken off first;
- ``["rename_sheet", sheet, name]`` and ``["delete_sheet", sheet]``.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STARTS_WITHIN = 60.0


def option(name: str, value: object) -> Any:
    import uno  # inside: pytest imports this file to look for examples, with an interpreter that may lack it

    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


@contextlib.contextmanager
def office(program: str, profile: str) -> Iterator[Any]:
    """A LibreOffice of our own; it ends with us."""
    pipe = f"typist-{secrets.token_hex(6)}"
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo", "--nodefault"]
    command += ["--nofirststartwizard", f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        desktop = None
        try:
            context = connected(pipe)
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            yield context
        finally:
            ended = desktop is not None and asked_to_leave(desktop)
            if not ended:
                process.terminate()


def asked_to_leave(desktop: Any) -> bool:
    """The program starts a second process, so only it can end both."""
    try:
        return bool(desktop.terminate())
    except Exception:  # noqa: BLE001 - the bridge breaks while the answer is on its way
        return True


def connected(pipe: str) -> Any:
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Hands:
    """One open document, and what can be done to it."""

    def __init__(self, context: Any, document: Any) -> None:
        self.document = document
        self.controller = document.CurrentController
        manager = context.ServiceManager
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)

    def do(self, action: str, *arguments: Any) -> None:
        getattr(self, f"_{action}")(*arguments)

    def _cell(self, name: str, row: int, column: int) -> Any:
        area = self.document.NamedRanges.getByName(name).getReferredCells()
        return area.getCellByPosition(column, row)

    def _type(self, name: str, row: int, column: int, text: str) -> None:
        self.controller.select(self._cell(name, row, column))
        self.dispatcher.executeDispatch(self.controller.Frame, ".uno:EnterString", "", 0, (option("StringName", text),))

    def _paste(self, name: str, row: int, column: int, text: str) -> None:
        self._cell(name, row, column).setString(text)

    def _open_sheet(self, sheet: str) -> Any:
        found = self.document.Sheets.getByName(sheet)
        found.unprotect("")
        return found

    def _insert_row(self, sheet: str, row: int) -> None:
        self._open_sheet(sheet).Rows.insertByIndex(row - 1, 1)

    def _rename_sheet(self, sheet: str, name: str) -> None:
        self.document.Sheets.getByName(sheet).Name = name

    def _delete_sheet(self, sheet: str) -> None:
        self.document.Sheets.removeByName(sheet)


def work(context: Any, job: dict[str, Any]) -> None:
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    url = Path(job["template"]).as_uri()
    document = desktop.loadComponentFromURL(url, "_blank", 0, (option("Hidden", True),))
    hands = Hands(context, document)
    for step in job["steps"]:
        hands.do(*step)
    document.storeToURL(Path(job["target"]).as_uri(), (option("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)


def main() -> None:
    task = json.load(sys.stdin)
    with office(task["soffice"], task["profile"]) as context:
        for job in task["jobs"]:
            work(context, job)


if __name__ == "__main__":
    main()
