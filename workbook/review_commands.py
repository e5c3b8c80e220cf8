"""What ``jiqun review …`` does: prepare, check, return, seal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from toolkit.errors import WorkbookError
from toolkit.messages import Severity
from toolkit.problems import in_order
from toolkit.review import read_review
from toolkit.submission import Problem
from workbook import terminal
from workbook.check import Checked, check_file
from workbook.commands import Exit, given_files, known_packs, refuse
from workbook.copies import REVIEW_SUFFIX, saved
from workbook.handover import Hindered, export_opinion, seal, send_back
from workbook.progress import progress
from workbook.review import check_review, prepare
from workbook.runlog import this_run
from workbook.sealing import read_key


def run_prepare(options: argparse.Namespace) -> int:
    """Write results, what stands in the way and a draft of the opinion into a copy for the officer."""
    return _each(options, _prepare)


def _prepare(source: Path, options: argparse.Namespace) -> Exit:
    checked = check_file(source, known_packs(options))
    problems = prepare(checked, this_run())
    target = saved(checked, options.output, REVIEW_SUFFIX)
    print("\n".join(terminal.told(checked, target)))
    print("\n".join(_told(checked, problems)))
    print(f"  下一步：在“区初审”表中填写，再运行 jiqun review check {target.name}")
    return Exit.CLEAN


def run_check(options: argparse.Namespace) -> int:
    """Tell what still stands in the way of the conclusion; nothing is written."""
    return _each(options, _check)


def _check(source: Path, options: argparse.Namespace) -> Exit:
    checked = check_file(source, known_packs(options))
    problems = check_review(checked, this_run().today)
    print("\n".join([f"■ {source.name}", *_told(checked, problems)]))
    return _exit(problems)


def run_opinion(options: argparse.Namespace) -> int:
    """Write the opinion as a document to be edited and sealed."""
    return _each(options, _opinion)


def _opinion(source: Path, options: argparse.Namespace) -> Exit:
    document = export_opinion(check_file(source, known_packs(options)), options.output or source.parent)
    print(f"■ {source.name}\n  初审意见：{document}")
    return Exit.CLEAN


def run_return(options: argparse.Namespace) -> int:
    """Return workbooks to their operators: a copy in which the next round begins, and the letter."""
    return _each(options, _return)


def _return(source: Path, options: argparse.Namespace) -> Exit:
    checked = check_file(source, known_packs(options))
    try:
        done = send_back(checked, options.output or source.parent, this_run())
    except Hindered as error:
        return _refused(checked, error.problems, "不能退回")
    print(f"■ {source.name}\n  第 {done.number} 轮已退回，须补正 {done.required} 项：{done.workbook}")
    print(f"  退回补正通知：{done.letter}")
    print("  下一步：核对、编号、盖章后，将通知和工作簿一并发申报单位")
    return Exit.CLEAN


def run_seal(options: argparse.Namespace) -> int:
    """Seal a reviewed workbook with a key, unless something stands in the way."""
    key = read_key(options.key)
    checked = check_file(options.file, known_packs(options))
    try:
        made = seal(checked, key, options.signer, options.output, this_run())
    except Hindered as error:
        return _refused(checked, error.problems, "未加封")
    print(f"已加封（{made.signer}，{made.time}，密钥 {made.key}）：{options.output}")
    return Exit.CLEAN


# --- what they share --------------------------------------------------------------------------------------------


_Step = Callable[[Path, argparse.Namespace], Exit]


def _each(options: argparse.Namespace, work: _Step) -> int:
    """One file after the other; a file that cannot be used does not stop the rest."""
    files = list(given_files(options.files, skip=work is _prepare))
    if not files:
        return refuse("没有可办理的文件。请检查文件名和通配符")
    return max(_one(work, source, options) for source in progress(files, len(files), "初审"))


def _one(work: _Step, source: Path, options: argparse.Namespace) -> Exit:
    try:
        return work(source, options)
    except WorkbookError as error:
        print(f"✗ {source.name}\n  {error}", file=sys.stderr)
        return Exit.UNUSABLE


def _told(checked: Checked, problems: Sequence[Problem]) -> list[str]:
    review = read_review(checked.layout.policy, checked.submission)
    head = f"  第 {checked.rounds.number} 轮，初审结论：{review.conclusion or '（未选）'}"
    return [head, *terminal.problem_lines(problems, "初审事项")]


def _refused(checked: Checked, errors: Sequence[Problem], told: str) -> Exit:
    lines = terminal.problem_lines(in_order(errors), "初审事项")
    print("\n".join([f"✗ {checked.source.name} {told}，请先办理下列事项", *lines]), file=sys.stderr)
    return Exit.DATA_ERRORS


def _exit(problems: Sequence[Problem]) -> Exit:
    errors = any(problem.severity is Severity.ERROR for problem in problems)
    return Exit.DATA_ERRORS if errors else Exit.CLEAN
