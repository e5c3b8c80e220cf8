"""The end of a review: back to the operator with a letter, or on to the commission under a seal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import WorkbookError
from toolkit.submission import Problem
from workbook.check import Checked
from workbook.copies import OPINION_SUFFIX, free_name, plain_stem
from workbook.review import SEALED, hindrances, return_round
from workbook.runlog import Run, write_log
from workbook.sealing import DistrictSeal, sign, write_district_seal

_RETURNED = re.compile(r"-退回第\d+轮(（\d+）)?$")


class Hindered(Exception):
    """The review is not finished.

    Args:
        problems: What stands in the way; never empty.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def export_opinion(checked: Checked, folder: Path) -> Path:
    """Write the district's opinion as a document of a name nothing bears yet.

    Args:
        checked: The reviewed workbook.
        folder: Where the document goes.

    Raises:
        WorkbookError: It cannot be written.
    """
    from workbook.opinion import write_opinion

    folder.mkdir(parents=True, exist_ok=True)
    target = free_name(folder, _first_name(checked.source), OPINION_SUFFIX, ".docx")
    write_opinion(checked, target)
    return target


@dataclass(frozen=True, slots=True)
class SentBack:
    """A round that was returned: its number, how much is to be mended, the operator's copy and the letter."""

    number: int
    required: int
    workbook: Path
    letter: Path


def send_back(checked: Checked, folder: Path, run: Run) -> SentBack:
    """Return a workbook to its operator: a copy in which the next round begins, and the letter.

    Args:
        checked: The reviewed file; it stays as it is.
        folder: Where both go, under names that nothing bears yet.
        run: Who does it.

    Raises:
        Hindered: The review is not finished, or its conclusion is another.
        WorkbookError: The workbook has no room for the record, or nothing can be written there.
    """
    from workbook.letter import letter_of, write_letter

    _finished(checked, run, returning=True)
    returned = return_round(checked, run)
    number, first = returned.round.number, _first_name(checked.source)
    folder.mkdir(parents=True, exist_ok=True)
    target = free_name(folder, first, f"-退回第{number}轮")
    letter = free_name(folder, first, f"-退回补正通知（第{number}轮）", ".docx")
    checked.book.save(target)
    write_letter(letter_of(checked, returned, target.name, run.today), letter)
    return SentBack(number, sum(item.required for item in returned.items), target, letter)


def seal(checked: Checked, key: bytes, signer: str, target: Path, run: Run) -> DistrictSeal:
    """Seal a reviewed workbook with the district's key, in a copy.

    Args:
        checked: The reviewed file; it stays as it is.
        key: See ``workbook.sealing.read_key``.
        signer: Who seals, in words.
        target: The copy; nothing is overwritten.
        run: Who does it.

    Raises:
        Hindered: The review is not finished, or asks for a return.
        WorkbookError: The copy exists or cannot be written, or the workbook has no room for a seal.
    """
    if target.exists():
        raise WorkbookError("W10", name=target.name)
    made = sign(checked.identity, checked.whole_snapshot, key, signer, run.time)
    write_district_seal(checked.book, made)
    _finished(checked, run, returning=False)
    write_log(checked, run, SEALED)
    target.parent.mkdir(parents=True, exist_ok=True)
    checked.book.save(target)
    return made


def _finished(checked: Checked, run: Run, *, returning: bool) -> None:
    if errors := hindrances(checked, run.today, returning=returning):
        raise Hindered(errors)


def _first_name(source: Path) -> Path:
    """The name a workbook had before it was returned the last time, so that suffixes do not pile up."""
    return source.with_name(_RETURNED.sub("", plain_stem(source)) + source.suffix)
