"""What ``jiqun review …`` does: prepare, check, return, seal."""

from __future__ import annotations

import argparse
import re
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
from workbook.copies import REVIEW_SUFFIX, free_name, plain_stem, saved
from workbook.progress import progress
from workbook.review import SEALED, check_review, hindrances, prepare, return_round
from workbook.runlog import this_run, write_log

_RETURNED = re.compile(r"-退回第\d+轮(（\d+）)?$")


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


def run_return(options: argparse.Namespace) -> int:
    """Return workbooks to their operators: a copy in which the next round begins, and the letter."""
    return _each(options, _return)


def _return(source: Path, options: argparse.Namespace) -> Exit:
    from workbook.letter import letter_of, write_letter

    checked, run = check_file(source, known_packs(options)), this_run()
    errors = hindrances(checked, run.today, returning=True)
    if errors:
        return _refused(checked, errors, "不能退回")
    returned = return_round(checked, run)
    number = returned.round.number
    folder = options.output or source.parent
    folder.mkdir(parents=True, exist_ok=True)
    target = free_name(folder, _first_name(source), f"-退回第{number}轮")
    letter = free_name(folder, _first_name(source), f"-退回补正通知（第{number}轮）", ".docx")
    checked.book.save(target)
    write_letter(letter_of(checked, returned, target.name, run.today), letter)
    required = sum(item.required for item in returned.items)
    print(f"■ {source.name}\n  第 {number} 轮已退回，须补正 {required} 项：{target}\n  退回补正通知：{letter}")
    print("  下一步：核对、编号、盖章后，将通知和工作簿一并发申报单位")
    return Exit.CLEAN


def run_seal(options: argparse.Namespace) -> int:
    """Seal a reviewed workbook with a key, unless something stands in the way."""
    from workbook.sealing import read_key, sign, write_district_seal

    key = read_key(options.key)
    if options.output.exists():
        raise WorkbookError("W10", name=options.output.name)
    checked, run = check_file(options.file, known_packs(options)), this_run()
    seal = sign(checked.identity, checked.whole_snapshot, key, options.signer, run.time)
    write_district_seal(checked.book, seal)
    errors = hindrances(checked, run.today, returning=False)
    if errors:
        return _refused(checked, errors, "未加封")
    write_log(checked, run, SEALED)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    checked.book.save(options.output)
    print(f"已加封（{seal.signer}，{seal.time}，密钥 {seal.key}）：{options.output}")
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


def _first_name(source: Path) -> Path:
    """The name a workbook had before it was returned the last time, so that suffixes do not pile up."""
    return source.with_name(_RETURNED.sub("", plain_stem(source)) + source.suffix)
