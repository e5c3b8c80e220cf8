"""An officer who opens workbooks in LibreOffice and presses buttons; run by whichever interpreter can import ``uno``.

The task, JSON on standard input: ``soffice``, ``profile`` and ``visits``, each a ``workbook``, ``settings`` by defined
name, ``press`` (captions in turn) and ``record``, the file to which what is started appends a line ``--``. What the
status cell said after each press is written to standard output.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.end_to_end.typist import office, option

ANSWERS_WITHIN = 6.0
STATUS = "jiqun_status"


def cell(document: Any, name: str) -> Any:
    return document.NamedRanges.getByName(name).getReferredCells().getCellByPosition(0, 0)


def press(document: Any, caption: str) -> None:
    page = document.Sheets.getByIndex(0).DrawPage
    models = [page.getByIndex(number).Control for number in range(page.Count)]
    (button,) = (model for model in models if model.Label == caption)
    assert document.CurrentController.getControl(button).getAccessibleContext().doAccessibleAction(0)


def ended(record: Path) -> int:
    """How many programs have told that they were started."""
    return record.read_text("utf-8").splitlines().count("--") if record.exists() else 0


def visit(desktop: Any, asked: dict[str, Any]) -> list[str]:
    record = Path(asked["record"])
    url = Path(asked["workbook"]).as_uri()
    document = desktop.loadComponentFromURL(url, "_blank", 0, (option("MacroExecutionMode", 4),))
    said = []
    for name, value in asked["settings"].items():
        cell(document, name).setString(value)
    for caption in asked["press"]:
        before = ended(record)
        cell(document, STATUS).setString("")
        press(document, caption)
        said.append(answer(document, record, before))
    document.close(True)
    return said


def answer(document: Any, record: Path, before: int) -> str:
    """Wait for a program to be started, or for a message that none was."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        told = str(cell(document, STATUS).getString())
        if ended(record) > before or told.startswith("未能"):
            return told
        time.sleep(0.05)
    return f"nothing happened; the status cell says {cell(document, STATUS).getString()!r}"


def main() -> None:
    task = json.load(sys.stdin)
    with office(task["soffice"], task["profile"]) as context:
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        json.dump([visit(desktop, asked) for asked in task["visits"]], sys.stdout)


if __name__ == "__main__":
    main()
