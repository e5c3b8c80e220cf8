"""Problems in the order in which a person deals with them: the gravest first, those of one kind together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from toolkit.messages import CATALOGUE, Severity, Stage
from toolkit.submission import Problem

_SEVERITIES = {severity: i for i, severity in enumerate(Severity)}
_STAGES = {stage: i for i, stage in enumerate(Stage)}


def stage_of(problem: Problem) -> Stage:
    """The question of which this problem is the answer."""
    return CATALOGUE[problem.code].stage


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By severity, then by stage, then by code; within a code in the order of the workbook."""
    return sorted(problems, key=lambda one: (_SEVERITIES[one.severity], _STAGES[stage_of(one)], _number(one.code)))


def _number(code: str) -> tuple[str, int]:
    return code[0], int(code[1:])


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one kind: the same code, and all on trial or none."""

    code: str
    severity: Severity
    stage: Stage
    title: str
    hint: str
    problems: Sequence[Problem]


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """Problems of one kind together, the gravest kind first.

    Examples:
        >>> from toolkit.submission import Location
        >>> there = [Location("二 核心竞争力", row, 3) for row in (20, 21)]
        >>> found = [Problem("F5", at, {"expected": "日期", "found": "“去年”"}) for at in there]
        >>> [(group.code, group.title, len(group.problems)) for group in grouped(found)]
        [('F5', '日期格式不对', 2)]
    """
    groups = []
    for (code, severity), some in groupby(in_order(problems), key=lambda one: (one.code, one.severity)):
        members = tuple(some)
        words = members[0].explanation
        # A hint that names the cell's own field holds for that cell alone.
        hint = words.hint if len(members) == 1 else CATALOGUE[code].hint
        groups.append(Group(code, severity, words.stage, words.title, hint, members))
    return groups
