"""The district's opinion as a document of its own: what officials print, sign, seal and file with the application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.review import Review, differing, read_review
from workbook.check import Checked
from workbook.package.patch import replace_file
from workbook.results import override_text
from workbook.review import system_evaluation
from workbook.scribe import BLANK_DAY, Scribe

_NUMERALS = "一二三四五六七八九十"


def write_opinion(checked: Checked, target: Path) -> None:
    """Write the opinion.

    Args:
        checked: The workbook with the review in it.
        target: A .docx file; replaced at once or not at all.

    Raises:
        WorkbookError: The file cannot be written.
    """
    replace_file(target, [opinion_bytes(checked)])


def opinion_bytes(checked: Checked) -> bytes:
    """The same as bytes."""
    policy, season = checked.layout.policy, checked.layout.season
    review, scribe = read_review(policy, checked.submission), Scribe()
    scribe.title(f"{policy.scheme}申报区初审意见")
    scribe.subtitle(f"（{season.year}年度，第 {checked.rounds.number} 轮）")
    for label, text in _facts(checked, review):
        scribe.line(f"{label}：{text or '（未填）'}")
    parts = iter(_NUMERALS)
    for heading, text in _parts(checked, review):
        scribe.heading(f"{next(parts)}、{heading}")
        scribe.text(text)
    scribe.line("")
    scribe.line(f"经办人（签字）：{review.text('reviewer')}　　负责人（签字）：{review.text('head')}")
    sender = checked.submission.text(policy.role("department")) or checked.submission.text(policy.role("district"))
    scribe.right(f"{sender}（盖章）")
    scribe.right(BLANK_DAY)
    return scribe.content


def _facts(checked: Checked, review: Review) -> Iterator[tuple[str, str]]:
    policy, told = checked.layout.policy, checked.submission
    for label, role in (("集群名称", "cluster"), ("所在区", "district"), ("运营管理机构", "operator")):
        yield label, told.text(policy.role(role))
    for role in ("received_on", "reviewed_on", "conclusion", "rank"):
        if review.asks(role):
            yield policy.fields[policy.role(role)].label, review.text(role)


def _parts(checked: Checked, review: Review) -> Iterator[tuple[str, str]]:
    """What there is to say; a part that says nothing is left out."""
    yield "初审意见", review.text("recommendation") or "（未填）"
    if review.text("site"):
        when = "，".join(filter(None, (review.text("site_on"), review.text("site_team"))))
        yield "实地核查", f"{when}。\n{review.text('site')}" if when else review.text("site")
    override = review.used_override
    if override is not None:
        yield "特别推荐", override_text(override)
    others = [
        f"{finding.rule} {finding.title}：系统判定{finding.verdict.label}，区判定{decision}。"
        f"{review.said(finding.rule, 'opinions')}"
        for finding, decision in differing(review, system_evaluation(checked))
    ]
    if others:
        yield "与系统判定不同的规则", "\n".join(others)
