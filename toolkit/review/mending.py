"""What a return asks to be mended, and what the operator should know besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.messages import Severity
from toolkit.policy import Policy
from toolkit.review.record import DOUBTS, MEND, Review, read_review
from toolkit.submission import Location, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a return speaks of.

    Attributes:
        required: Whether it must be mended; otherwise it is only told.
        clause: The article it rests on, empty where none is known.
        what, todo: What is wrong, and what to do.
    """

    required: bool
    location: Location
    clause: str
    what: str
    todo: str


def return_items(policy: Policy, submission: Submission, evaluation: Evaluation) -> tuple[Item, ...]:
    """Everything to mend, then what is told for information, each in the order of the workbook's clauses.

    Args:
        policy: For the clauses.
        submission: With the review in it.
        evaluation: Its problems and findings.
    """
    review = read_review(policy, submission)
    items = (
        *_data(policy, evaluation),
        *_rules(review, evaluation),
        *_evidence(policy, submission, review, evaluation),
        *_short(review, evaluation),
    )
    return tuple(sorted(items, key=lambda item: not item.required))


def _data(policy: Policy, evaluation: Evaluation) -> Iterator[Item]:
    clauses: Mapping[str, str] = {criterion.section.sheet: criterion.clause for criterion in policy.criteria}
    for problem in evaluation.problems:
        if problem.severity is Severity.ERROR:
            words, place = problem.explanation, problem.location
            what = f"{words.title}：{words.found}；应为{words.expected}"
            yield _item(place, clauses.get(place.sheet, ""), what, words.hint)


def _rules(review: Review, evaluation: Evaluation) -> Iterator[Item]:
    for finding in evaluation.findings:
        if review.said(finding.rule, "decisions") == MEND:
            opinion = review.said(finding.rule, "opinions")
            place = _place(finding) or review.rules[finding.rule]["decisions"].location
            yield _item(place, finding.clause, f"规则 {finding.rule} {finding.title}须补正", opinion or "请补充说明")


def _evidence(policy: Policy, submission: Submission, review: Review, evaluation: Evaluation) -> Iterator[Item]:
    clauses = {finding.rule: finding.clause for finding in evaluation.findings}
    data = submission.tables.get(policy.role("evidence").partition(".")[0])
    for finding in evaluation.findings:
        verified = review.said(finding.rule, "verified")
        if verified in DOUBTS:
            place = data.anchor if data else review.rules[finding.rule]["verified"].location
            yield _item(place, finding.clause, f"规则 {finding.rule} {finding.title}的佐证{verified}", _PROVE[verified])
    for one in review.evidence:
        told = str(one.verified.value or "")
        if told in DOUBTS:
            what = f"佐证材料“{one.name}”{told}"
            yield _item(one.place, clauses.get(one.rule, ""), what, _PROVE[told])


def _short(review: Review, evaluation: Evaluation) -> Iterator[Item]:
    """What is missing or unmet: told so that the operator knows, whether or not it can be mended."""
    for finding in evaluation.findings:
        if finding.verdict in (Verdict.UNMET, Verdict.MISSING) and review.said(finding.rule, "decisions") != MEND:
            place = _place(finding)
            if place is not None:
                what = f"规则 {finding.rule} {finding.title}{finding.verdict.label}"
                shown = f"（{finding.shown}）" if finding.shown else ""
                todo = finding.remedy or "请核对所填数据"
                yield _item(place, finding.clause, what + shown, todo, required=False)


_PROVE = {"存疑": "请提供原件或补充说明", "未提供": "请提供该材料"}


def _item(location: Location, clause: str, what: str, todo: str, *, required: bool = True) -> Item:
    return Item(required=required, location=location, clause=clause, what=what, todo=todo)


def _place(finding: Finding) -> Location | None:
    return next((place for place in finding.locations if place.sheet), None)
