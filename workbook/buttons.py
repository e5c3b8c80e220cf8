"""The front door of the macros: one press of a button, from the window back into the window."""

from __future__ import annotations

import argparse
import gc
import getpass
import os
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ExcelUnavailable, ToolkitError, WorkbookError
from toolkit.finding import Verdict
from toolkit.messages import Severity
from workbook.actions import Action, Done, act, counted
from workbook.check import Shelf, shelf
from workbook.engines.live import LiveBook, at_rest
from workbook.runlog import this_run
from workbook.windows import Call, asked_for, workbench_of

if TYPE_CHECKING:
    import xlwings

# Names on the workbench: where the last result is told, and the heading of the log.
STATUS, LOG = "jiqun_status", "jiqun_log"
# The macros name the same place.
LOG_FILE = Path(os.environ.get("LOCALAPPDATA") or Path.home() / ".local" / "state") / "jiqun" / "buttons.log"
_MARK = 12
# Seconds before each attempt to tell how it went.
_PAUSES = (0.0, 0.3, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the button says and tell the workbench how it went.

    Returns:
        0 once the user was told how it went, done or not; 1 where nobody could be told: the log file says why.
    """
    options = _parser().parse_args(arguments)
    action = Action(options.action)
    call = Call(
        target=options.wb, workbench=options.workbench, window=options.hwnd, program=options.app, pipe=options.pipe
    )
    try:
        name, done = _done(action, asked_for(call), shelf())
    except ToolkitError as error:
        return _failed(call, f"✗ {action.label}未完成　{error}", traceback.format_exc())
    except Exception:  # noqa: BLE001 - nobody watches a console behind a button: it must end in a message
        sorry = f"程序出错，填报内容未改动。请保存后重试；仍出错的，请将 {LOG_FILE} 交技术人员"
        return _failed(call, f"✗ {action.label}未完成　{sorry}", traceback.format_exc())
    _report(call, f"✓ {action.label}　{name}　{done.told}", (action, name, done))
    return 0


def _done(action: Action, window: xlwings.Book, known: Shelf) -> tuple[str, Done]:
    """In the window, or on the file it shows where its program is one that cannot be driven."""
    name = window.name
    try:
        return name, act(action, LiveBook(window), name, known)
    except ExcelUnavailable as error:
        from workbook.desk.work import Target, by_file_instead

        report = by_file_instead(action, Target(name, "", Path(window.fullname)), known, error)
        return name, Done(f"{report.lines[0]}。{report.product or ''}")


def _failed(call: Call, told: str, why: str) -> int:
    """Tell it and keep it; 0 where the user has been told."""
    with suppress(OSError):
        LOG_FILE.parent.mkdir(parents=True, exist_ok=True)
        LOG_FILE.write_text(f"{this_run().time} {' '.join(sys.argv[1:])}\n{why}\n", "utf-8")
    return 0 if _report(call, told) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workbook.buttons", description="由工作簿中的按钮调用")
    parser.add_argument("action", choices=[action.value for action in Action])
    parser.add_argument("--wb", default="", help="name or path of the workbook to act on; empty: the one that is open")
    parser.add_argument("--from_xl", default="0", help="set by macros, as xlwings has it")
    parser.add_argument("--hwnd", type=int, default=0, help="handle of the Excel that asks")
    parser.add_argument("--workbench", default="", help="name of the workbook with the button")
    parser.add_argument("--app", choices=["excel", "libreoffice"], default="excel", help="the program that asks")
    listens = os.environ.get("JIQUN_PIPE", "")
    parser.add_argument("--pipe", default=listens, help="through which that LibreOffice listens")
    return parser


def _report(call: Call, told: str, done: tuple[Action, str, Done] | None = None) -> bool:
    """Tell it on the workbench, where there is one; whether anybody was told there. A console says it too."""
    print(told)
    # Whoever presses twice has two of us at one sheet, each opening and protecting it: the other is done in a moment.
    return bool(call.workbench) and any(_written(call, told, done, pause) for pause in _PAUSES)


def _written(call: Call, told: str, done: tuple[Action, str, Done] | None, pause: float) -> bool:
    """One attempt; the status comes last, for with it the work is done."""
    time.sleep(pause)
    with suppress(WorkbookError):
        workbench = workbench_of(call)
        if workbench is None:
            return False
        with at_rest(workbench) as names:
            if done is not None and done[2].checked is not None:
                _log(names(LOG), *done)
            names(STATUS).value = f"'{this_run().time}　{told}"
        return True
    return False


def _log(heading: xlwings.Range, action: Action, name: str, done: Done) -> None:
    """Add a line under the heading, below those that stand there."""
    checked = done.checked
    if checked is None:
        return
    counts, policy = counted(checked), checked.layout.policy
    line = [
        *(
            this_run().time,
            action.label,
            name,
            checked.submission.text(policy.role("cluster")),
            checked.evaluation.verdict.label,
        ),
        *(counts[label] for label in (Severity.ERROR.label, Verdict.UNMET.label, Verdict.REVIEW.label)),
        *(checked.snapshot.fingerprint[:_MARK], getpass.getuser()),
    ]
    filled = heading.expand("down").rows.count
    heading.offset(filled, 0).resize(1, len(line)).value = [f"'{one}" if isinstance(one, str) else one for one in line]


if __name__ == "__main__":
    # xlwings loads them where it finds them, which takes longer than a whole check; nothing here needs them.
    # And nothing this short-lived process makes is worth collecting: a fifth of its time would go into looking.
    gc.disable()
    sys.modules.update(dict.fromkeys(("pandas", "numpy", "cryptography")))  # type: ignore[arg-type]
    sys.exit(main())
