"""What the buttons do to a workbook in a window; the launcher offers the same of a closed file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from toolkit.finding import Verdict
from toolkit.messages import Severity
from toolkit.submission import Problem
from workbook import review, wording
from workbook.check import Checked, Shelf, check_book
from workbook.engines.live import LiveBook
from workbook.handover import export_opinion
from workbook.identity import identify
from workbook.layout import COVER
from workbook.results import clear_results
from workbook.runlog import this_run


class Action(Enum):
    """A button, by the name it has in a macro and on the command line."""

    CHECK = "check"
    EVALUATE = "evaluate"
    CLEAR = "clear"
    REVIEW = "review"
    EXPORT = "export"
    HELP = "help"

    @property
    def label(self) -> str:
        """What the button says."""
        return _LABELS[self]


_LABELS = {
    Action.CHECK: "校验",
    Action.EVALUATE: "评价",
    Action.CLEAR: "清除标记",
    Action.REVIEW: "初审",
    Action.EXPORT: "导出意见",
    Action.HELP: "帮助",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What an action came to.

    Attributes:
        told: One line for the person who pressed the button.
        checked: What was found out; None where nothing was checked.
    """

    told: str
    checked: Checked | None = None


def act(action: Action, book: LiveBook, name: str, known: Shelf) -> Done:
    """Do what a button says.

    Args:
        action: Which one.
        book: The workbook in the window.
        name: What it is called.
        known: Policies, seasons and versions.

    Raises:
        WorkbookError: It could not be done; the window is as it was, or shows all that was written so far.
    """
    press = _Press(book, Path(name), known)
    with book.at_work(f"集群初审：正在{action.label}……"):
        done: Done = getattr(press, action.value)()
    if book.read_only and action is not Action.HELP:
        done = replace(done, told=f"{done.told}。此工作簿以只读方式打开，要保留结果请另存为")
    return done


@dataclass(frozen=True, slots=True)
class _Press:
    """One press of a button: each method is what the button of that name does."""

    book: LiveBook
    name: Path
    known: Shelf

    def check(self) -> Done:
        checked = self._checked()
        results = checked.layout.results
        self._turn(results["problems" if _errors(checked) else "summary"].sheet)
        return Done(told(checked), checked)

    def evaluate(self) -> Done:
        checked = self._checked()
        self._turn(checked.layout.results["summary"].sheet)
        return Done(told(checked), checked)

    def clear(self) -> Done:
        clear_results(self.book, self.known.form(identify(self.book)).layout)
        return Done("已清除校验结果和标记，填报内容未改动")

    def help(self) -> Done:
        self._turn(COVER)
        return Done(HELP)

    def review(self) -> Done:
        checked = check_book(self.book, self.name, self.known)
        self.book.tell("集群初审：正在写入初审材料……")
        problems = review.prepare(checked, this_run())
        self._turn(_review_sheet(checked))
        return Done(review_told(problems), checked)

    def export(self) -> Done:
        checked = check_book(self.book, self.name, self.known)
        folder = self.book.path.parent if self.book.path else Path.home()
        return Done(f"已导出：{export_opinion(checked, folder)}", checked)

    def _checked(self) -> Checked:
        checked = check_book(self.book, self.name, self.known)
        self.book.tell("集群初审：正在写入结果……")
        review.annotate(checked, this_run())
        return checked

    def _turn(self, sheet: str) -> None:
        """Show a sheet, if nobody has deleted it."""
        if sheet in self.book.sheets:
            self.book.show(sheet)


HELP = (
    "校验：检查填报并逐条判定，结果写入“结果总览”等表，问题标在各表的“校验提示”列；评价：同上，直接显示总体结果；"
    "清除标记：清空结果和标记；初审：核对区初审各项；导出意见：生成意见或退回补正通知。"
    "填报内容不会被改动；结果写入后不能用“撤销”退回，请用“清除标记”"
)


def _review_sheet(checked: Checked) -> str:
    """The sheet the district fills in."""
    table = checked.layout.policy.role("decisions").partition(".")[0]
    place = checked.layout.tables.get(table)
    return place.area.sheet if place else checked.layout.results["summary"].sheet


def review_told(problems: Sequence[Problem]) -> str:
    """One line: what still stands in the way of the conclusion."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if errors:
        return f"初审尚有 {errors} 项须办理，见“初审核对”；需留意 {len(problems) - errors} 项"
    return "初审各项已办理" + (f"，需留意 {len(problems)} 项，见“初审核对”" if problems else "")


def told(checked: Checked) -> str:
    """One line: the verdict, and what was counted."""
    counts = counted(checked)
    named = "，".join(f"{one.label} {counts[one.label]} 条" for one in Severity if counts[one.label])
    return f"{wording.headline(checked.evaluation)}；数据问题：{named or '无'}"


def counted(checked: Checked) -> Mapping[str, int]:
    """What a log keeps of a run: problems by gravity and rules by verdict."""
    problems = Counter(problem.severity for problem in checked.evaluation.problems)
    verdicts = Counter(finding.verdict for finding in checked.evaluation.findings)
    return {
        **{f"{severity.label}": problems[severity] for severity in Severity},
        **{verdict.label: verdicts[verdict] for verdict in _COUNTED},
    }


_COUNTED = (Verdict.UNMET, Verdict.DEVIATES, Verdict.MISSING, Verdict.REVIEW)


def _errors(checked: Checked) -> bool:
    return any(problem.severity is Severity.ERROR for problem in checked.evaluation.problems)
