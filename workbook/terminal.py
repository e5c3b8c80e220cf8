"""What the terminal shows of a checked file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.finding import Verdict
from toolkit.messages import Severity
from workbook import wording
from workbook.check import Checked

_PROBLEMS_SHOWN = 8


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
    problems = sorted(checked.evaluation.problems, key=lambda problem: list(Severity).index(problem.severity))
    if not problems:
        yield "  数据问题：无"
        return
    errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    yield f"  数据问题 {len(problems)} 条，其中必须改正 {errors} 条："
    for problem in problems[:_PROBLEMS_SHOWN]:
        words = problem.explanation
        place = wording.place_text(problem.location)
        doubt = f"（疑为 {problem.suggestion}）" if problem.suggestion else ""
        yield f"    {words.severity.symbol} {place}　{words.title}。应为：{words.expected}；实为：{words.found}{doubt}"
    if len(problems) > _PROBLEMS_SHOWN:
        yield f"    …… 其余 {len(problems) - _PROBLEMS_SHOWN} 条见“数据问题”表"
