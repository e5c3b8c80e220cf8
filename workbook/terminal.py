"""What the terminal shows of a checked file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from toolkit.finding import Verdict
from toolkit.messages import CATALOGUE, Severity
from toolkit.problems import Group, grouped
from toolkit.submission import Problem
from workbook import wording
from workbook.check import Checked

_PLACES_SHOWN, _SHORT = 8, 24


@dataclass(frozen=True)
class _Column:
    title: str
    width: int

    def pad(self, text: str) -> str:
        return text + " " * max(self.width - wording.width(text), 0)


_TABLE = (
    _Column("条件", 26),
    _Column("判定", 16),
    _Column("达标", 6),
    _Column("未达标", 8),
    _Column("缺失", 6),
    _Column("待判定", 8),
    _Column("偏离", 6),
)


def told(checked: Checked, copy: Path | None) -> Iterator[str]:
    """The verdict table of one file, what is short, and the gravest problems, line by line.

    Args:
        checked: The file.
        copy: Where the results were written; None where they were not.
    """
    evaluation, policy = checked.evaluation, checked.layout.policy
    yield f"■ {checked.source.name}"
    yield f"  {checked.submission.text(policy.role('cluster')) or '（未填集群名称）'}"
    yield f"  总体判定：{wording.headline(evaluation)}"
    yield "  " + "".join(column.pad(column.title) for column in _TABLE)
    for criterion in evaluation.criteria:
        counts = criterion.counts
        order = (Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW, Verdict.DEVIATES)
        texts = [f"（{criterion.numeral}）{criterion.title}", criterion.verdict.display]
        texts += [str(counts[verdict] or "·") for verdict in order]
        yield "  " + "".join(column.pad(text) for column, text in zip(_TABLE, texts, strict=True))
    for finding in evaluation.findings:
        if finding.verdict in (Verdict.UNMET, Verdict.DEVIATES):
            bound = wording.bound_text(finding)
            facts = "，".join(
                filter(None, [finding.shown, bound and f"门槛{bound}", wording.gap_text(finding.shortfall)])
            )
            yield f"  {finding.verdict.symbol} {finding.rule} {finding.title}：{facts}（{finding.clause}）"
    yield from _problems(checked)
    yield from (f"  注：{note}" for note in evaluation.notes)
    if copy is not None:
        yield f"  结果已写入：{copy}"


def _problems(checked: Checked) -> Iterator[str]:
    problems = checked.evaluation.problems
    yield from problem_lines(problems, "数据问题")
    if problems:
        yield "  逐条的应为、实为和改正办法见结果副本的“数据问题”表"


def problem_lines(problems: Sequence[Problem], called: str) -> Iterator[str]:
    """Every problem, those of one kind in one line, under how much they weigh and what they concern.

    Args:
        problems: What was found.
        called: What they are, in words.
    """
    if not problems:
        yield f"  {called}：无"
        return
    counts = Counter(problem.severity for problem in problems)
    told_counts = "，".join(f"{severity.label} {counts[severity]} 条" for severity in Severity if counts[severity])
    yield f"  {called} {sum(counts.values())} 条：{told_counts}"
    for (severity, stage), some in groupby(grouped(problems), key=lambda group: (group.severity, group.stage)):
        yield f"  {severity.symbol} {severity.label}　{stage.label}"
        for group in some:
            yield f"    {group.code:<4}{group.title}（{len(group.problems)}）：{_places(group)}"


def _places(group: Group) -> str:
    """Where they are and what stands there, sheet by sheet; the rest is counted."""
    told = []
    for sheet, some in groupby(group.problems[:_PLACES_SHOWN], key=lambda problem: problem.location.sheet):
        told.append(f"{sheet} " + "、".join(_cells(some)))
    rest = len(group.problems) - _PLACES_SHOWN
    return "；".join(told) + (f" 等，另有 {rest} 处" if rest > 0 else "")


def _cells(problems: Iterable[Problem]) -> Iterator[str]:
    """Each cell once, with what it holds."""
    for cell, some in groupby(problems, key=lambda problem: problem.location.cell):
        inside = "；".join(filter(None, map(_aside, some)))
        yield cell + (f"（{inside}）" if inside else "")


def _aside(problem: Problem) -> str:
    """What a cell holds, as far as that is short and not the same for all, and the reading that is offered."""
    found = problem.explanation.found if "{" in CATALOGUE[problem.code].found else ""
    parts = [found if wording.width(found) <= _SHORT else "", problem.suggestion and f"疑为 {problem.suggestion}"]
    return "，".join(filter(None, parts))
