"""One line for every run, kept in the workbook: who did what to it when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from getpass import getuser

from toolkit.finding import Evaluation, Verdict
from toolkit.messages import Severity
from toolkit.review import read_review
from toolkit.submission import Submission
from workbook import __version__
from workbook.check import Checked
from workbook.package.grid import Position
from workbook.pages import page_rows, write_page
from workbook.resultplan import LOG_LINES
from workbook.results import who_line

_NOTE = f"每次校验和办理各记一行，最近的在最上面，最多保留 {LOG_LINES} 行"


@dataclass(frozen=True, slots=True)
class Run:
    """Who works on a workbook, when, with which version of the tool."""

    user: str
    now: datetime
    tool: str

    @property
    def time(self) -> str:
        """The time as it is printed."""
        return f"{self.now:%Y-%m-%d %H:%M}"

    @property
    def today(self) -> date:
        """The day of the run."""
        return self.now.date()


def this_run() -> Run:
    """Who works here, and when."""
    try:
        user = getuser()
    except (OSError, KeyError, ImportError):  # a computer that knows no users
        user = ""
    return Run(user or "（未知）", datetime.now().astimezone(), f"jiqun {__version__}")


def write_log(
    checked: Checked,
    run: Run,
    action: str,
    *,
    submission: Submission | None = None,
) -> None:
    """Put a line above those that stand in the log; a workbook without a log stays as it is.

    Args:
        checked: The workbook.
        run: Who did it.
        action: What was done.
        submission: With what was written since the check, by default what that found.
    """
    plan = checked.layout.results.get("log")
    if plan is None:
        return
    told = submission or checked.submission
    line = _line(checked, run, action, told, checked.evaluation)
    lines = [line, *map(_numbered, page_rows(checked.book, checked.layout, plan))][:LOG_LINES]
    facts: dict[Position, str | int | None] = {(2, 1): f"{who_line(checked.layout, told)}　　{_NOTE}"}
    write_page(checked.book, checked.layout, plan, [(one, None) for one in lines], facts)


def _numbered(line: Mapping[str, str]) -> Mapping[str, str | int]:
    """A line as it was written: counts are numbers, not texts."""
    return {key: int(text) if key in _COUNTS and text.isdecimal() else text for key, text in line.items()}


_COUNTS = ("round", "errors", "warnings", "unmet", "review", "missing")


def _line(
    checked: Checked, run: Run, action: str, submission: Submission, evaluation: Evaluation
) -> Mapping[str, str | int]:
    counts = evaluation.counts
    weighed = [problem.severity for problem in evaluation.problems]
    return {
        "time": run.time,
        "action": action,
        "round": checked.rounds.number,
        "user": run.user,
        "tool": run.tool,
        "fingerprint": checked.snapshot.fingerprint[:12],
        "errors": weighed.count(Severity.ERROR),
        "warnings": weighed.count(Severity.WARNING),
        "unmet": counts[Verdict.UNMET],
        "review": counts[Verdict.REVIEW],
        "missing": counts[Verdict.MISSING],
        "verdict": evaluation.verdict.display,
        "conclusion": read_review(checked.layout.policy, submission).conclusion,
    }
