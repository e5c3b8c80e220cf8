"""What the launcher does, without its window: find the targets, act on one, tell it line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ExcelUnavailable, WorkbookError
from toolkit.submission import Problem
from workbook import review, terminal
from workbook.actions import HELP, Action, act, review_told
from workbook.check import Checked, Shelf, check_file
from workbook.copies import CLEARED_SUFFIX, REVIEW_SUFFIX, SEALED_SUFFIX, annotate, free_name, saved
from workbook.engines.live import LiveBook
from workbook.handover import Hindered, export_opinion, seal, send_back
from workbook.results import clear_results
from workbook.runlog import this_run
from workbook.sealing import read_key
from workbook.windows import open_workbooks, program_name

if TYPE_CHECKING:
    import xlwings


@dataclass(frozen=True, slots=True)
class Target:
    """A workbook to act on: one that is open in a program, or a closed file.

    Attributes:
        name: What it is called.
        program: The program that has it open; empty for a closed file.
        path: The file; None for a window that was never saved.
    """

    name: str
    program: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    Attributes:
        lines: What to tell.
        product: The file that was written; None where the result stands in the window.
        done: Whether it was done.
    """

    lines: Sequence[str]
    product: Path | None = None
    done: bool = True


def targets() -> list[Target]:
    """The application workbooks that are open now."""
    return [_target(window) for window in open_workbooks()]


def _target(window: xlwings.Book) -> Target:
    try:
        path = LiveBook(window).path
    except ExcelUnavailable:
        # WPS answers in the name of Excel: what it has open is at hand as a file.
        path = Path(window.fullname)
    return Target(window.name, program_name(window), path)


def file_target(path: Path) -> Target:
    """A closed file."""
    return Target(path.name, "", path)


def perform(action: Action, target: Target, known: Shelf) -> Report:
    """Act on a target; what cannot be done is told, never raised."""
    try:
        if target.program:
            return _in_window(action, target, known)
        return _on_file(action, target, known)
    except WorkbookError as error:
        return _not_done(error, target.name, action.label)


def _in_window(action: Action, target: Target, known: Shelf) -> Report:
    found = [window for window in open_workbooks() if window.name == target.name]
    if not found:
        raise ExcelUnavailable("W16", reason=f"“{target.name}”已关闭")
    try:
        done = act(action, LiveBook(found[0]), target.name, known)
    except ExcelUnavailable as error:
        return by_file_instead(action, target, known, error)
    lines = list(terminal.told(done.checked, None)) if done.checked else [f"✓ {done.told}"]
    return Report([*lines, "✓ 结果已写入打开的工作簿，请在表格程序中查看和保存"] if done.checked else lines)


def by_file_instead(action: Action, target: Target, known: Shelf, error: ExcelUnavailable) -> Report:
    """The window's program cannot be driven: work on the file it shows, and say so.

    Raises:
        ExcelUnavailable: The same, where the window was never saved.
        WorkbookError: The file cannot be used.
    """
    if target.path is None or not target.path.is_file():
        raise error
    report = _on_file(action, target, known)
    first = f"ⓘ {error.explanation.found}，已改为处理磁盘上的文件；窗口中尚未保存的改动不在其内"
    return Report([first, *report.lines], report.product, report.done)


def _on_file(action: Action, target: Target, known: Shelf) -> Report:
    path = target.path
    if action is Action.HELP or path is None:
        return Report([HELP])
    checked = check_file(path, known)
    return _FILE_WORK[action](checked)


def _annotated(checked: Checked) -> Report:
    copy = annotate(checked, None)
    return Report(list(terminal.told(checked, copy)), copy)


def _prepared(checked: Checked) -> Report:
    problems = review.prepare(checked, this_run())
    copy = saved(checked, None, REVIEW_SUFFIX)
    return Report([f"■ {checked.source.name}", *review_lines(problems), f"✓ 初审材料已写入：{copy}"], copy)


def _exported(checked: Checked) -> Report:
    document = export_opinion(checked, checked.source.parent)
    return Report([f"✓ 意见已导出：{document}"], document)


def _cleared(checked: Checked) -> Report:
    clear_results(checked.book, checked.layout)
    copy = saved(checked, None, CLEARED_SUFFIX)
    return Report([f"✓ 已清除标记，原件未动：{copy}"], copy)


_FILE_WORK: Mapping[Action, Callable[[Checked], Report]] = {
    Action.CHECK: _annotated,
    Action.EVALUATE: _annotated,
    Action.CLEAR: _cleared,
    Action.REVIEW: _prepared,
    Action.EXPORT: _exported,
}


def send_back_all(chosen: Sequence[Target], known: Shelf) -> list[Report]:
    """Return closed files to their operators, each with its letter."""
    return [_ended(target, known, "退回补正", _sent_back) for target in chosen]


def seal_all(chosen: Sequence[Target], known: Shelf, key: Path, signer: str) -> list[Report]:
    """Seal closed files with the district's key."""

    def sealed(checked: Checked) -> Report:
        target = free_name(checked.source.parent, checked.source, SEALED_SUFFIX)
        made = seal(checked, read_key(key), signer, target, this_run())
        return Report([f"✓ 已加封（{made.signer}，密钥 {made.key}）：{target}", "  下一步：报送市级"], target)

    return [_ended(target, known, "加封", sealed) for target in chosen]


def _sent_back(checked: Checked) -> Report:
    done = send_back(checked, checked.source.parent, this_run())
    lines = [
        f"✓ 第 {done.number} 轮已退回，须补正 {done.required} 项：{done.workbook}",
        f"✓ 退回补正通知：{done.letter}",
    ]
    return Report([*lines, "  下一步：核对、编号、盖章后，将通知和工作簿一并发申报单位"], done.letter)


def _ended(target: Target, known: Shelf, told: str, work: Callable[[Checked], Report]) -> Report:
    """Both work on the saved file: what is sent on is a file, and the window keeps what was reviewed."""
    try:
        if target.path is None:
            raise ExcelUnavailable("W16", reason=f"“{target.name}”尚未保存")
        return work(check_file(target.path, known))
    except Hindered as error:
        return Report([f"✗ {target.name} 未{told}，请先办理下列事项", *review_lines(error.problems)], done=False)
    except WorkbookError as error:
        return _not_done(error, target.name, told)


def _not_done(error: WorkbookError, name: str, told: str) -> Report:
    words = error.explanation
    return Report([f"✗ {told}未完成：{name}", f"  {words.title}：{words.found}", f"  {words.hint}"], done=False)


def review_lines(problems: Sequence[Problem]) -> list[str]:
    """What still stands in the way of the conclusion, those of one kind in one line."""
    return [f"  {review_told(problems)}", *terminal.problem_lines(problems, "初审事项")]


def several(action: Action, chosen: Sequence[Target], known: Shelf) -> Iterator[Report]:
    """One report after the other; one that fails does not stop the rest."""
    for target in chosen:
        yield perform(action, target, known)
