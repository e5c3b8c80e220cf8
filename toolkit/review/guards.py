"""What still stands in the way of the conclusion a district has chosen; a guard never changes a verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.messages import Severity
from toolkit.policy import Policy
from toolkit.review.draft import MARKER
from toolkit.review.mending import return_items
from toolkit.review.record import (
    DOUBTS,
    MEND,
    OBJECT,
    RECOMMEND,
    REJECT,
    RETURN,
    Review,
    characters,
    differing,
    read_review,
)
from toolkit.rules import Force, Rule
from toolkit.season import Season
from toolkit.submission import Location, Problem, Submission

_SHORTEST, _LONGEST = 300, 500
_RANK = re.compile(r"\s*([0-9]{1,3})\s*[/／]\s*([0-9]{1,3})\s*")
_SHOWN, _LONG_NAME = 8, 40
_YES, _NOT_CHECKED = "是", "未核查"
_SIGNATURES = ("received_on", "reviewer", "reviewed_on")
_HEAD = ("head", "head_on")


def guards(
    policy: Policy,
    season: Season,
    submission: Submission,
    system: Evaluation,
    evaluation: Evaluation,
    *,
    today: date | None = None,
) -> Iterator[Problem]:
    """Everything that still stands in the way, each at the cell where the officer mends it.

    Args:
        policy: Its roles say where the review stands; without the role of a conclusion there is nothing to guard.
        season: For the deadline of the district.
        submission: The workbook with the review in it.
        system: The evaluation with the district's cells blank, see ``without_district``.
        evaluation: The evaluation with them.
        today: No date may lie after it; None leaves that out.

    Source:
        沪经信规范〔2024〕1号 第八条 (the district reviews and recommends); the guards themselves are a design choice.
    """
    desk = _Desk(policy, season, submission, system, evaluation, read_review(policy, submission), today)
    if not desk.review.asks("conclusion"):
        return
    for asked, conclusions in _GUARDS:
        if desk.review.conclusion in conclusions:
            yield from asked(desk)


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that a guard may look at."""

    policy: Policy
    season: Season
    submission: Submission
    system: Evaluation
    evaluation: Evaluation
    review: Review
    today: date | None

    def label(self, role: str) -> str:
        return self.policy.fields[self.policy.role(role)].label

    def column_label(self, role: str) -> str:
        return self.policy.fields[self.policy.role(role).partition(".")[2]].label

    def place(self, role: str) -> Location:
        return self.review.cells[role].location

    def beside(self, role: str, *, judged: bool = True) -> Iterator[tuple[Rule, Finding, str, Location]]:
        """Every rule beside which a column asks something: what it says there, and where."""
        for rule, finding in zip(self.policy.rules, self.system.findings, strict=True):
            entry = self.review.rules.get(rule.id, {}).get(role)
            silent = rule.force is Force.PREFERENCE or finding.verdict is Verdict.NOT_APPLICABLE
            if entry is not None and not (judged and silent):
                yield rule, finding, str(entry.value or ""), entry.location


# --- the conclusion ---------------------------------------------------------------------------------------------


def _no_conclusion(desk: _Desk) -> Iterator[Problem]:
    yield Problem("R1", desk.place("conclusion"), {"label": desk.label("conclusion")})


def _missed(desk: _Desk) -> Iterator[Problem]:
    """A recommendation in spite of what is unmet or missing needs an override; a veto knows none."""
    short = [f for f in desk.evaluation.findings if f.verdict in (Verdict.UNMET, Verdict.MISSING)]
    vetoes = [f for f in short if f.force == Force.VETO and f.verdict is Verdict.UNMET]
    others = [f for f in short if f not in vetoes]
    if vetoes:
        yield Problem("R5", desk.place("conclusion"), {"found": _named(vetoes)})
    override = desk.review.override
    if others and not (override and override.complete):
        told = [_named(others), *_left_out(desk)]
        place = desk.place("override_reason" if desk.review.asks("override_reason") else "conclusion")
        yield Problem("R4", place, {"found": "；".join(told)})


def _left_out(desk: _Desk) -> Iterator[str]:
    """Which parts of the override are not written."""
    roles = [role for role in ("override_reason", "override_by", "override_on") if desk.review.asks(role)]
    blank = [desk.label(role) for role in roles if not desk.review.text(role)]
    if blank:
        yield f"{'、'.join(blank)}未填"


def _named(findings: list[Finding]) -> str:
    told = "、".join(f"{finding.rule} {finding.title}（{finding.verdict.label}）" for finding in findings[:_SHOWN])
    return told + (f"等 {len(findings)} 条" if len(findings) > _SHOWN else "")


def _data_errors(desk: _Desk) -> Iterator[Problem]:
    errors = [problem for problem in desk.evaluation.problems if problem.severity is Severity.ERROR]
    if errors:
        counts = Counter(problem.code for problem in errors)
        told = "、".join(f"{code} {count} 处" for code, count in counts.most_common(_SHOWN))
        yield Problem("R6", errors[0].location, {"count": len(errors), "found": told})


def _contradicted(desk: _Desk) -> Iterator[Problem]:
    for rule, finding, decision, place in desk.beside("decisions"):
        if decision == MEND or (decision == OBJECT and finding.verdict is Verdict.MET):
            yield Problem("R7", place, {"rule": rule.id, "title": rule.title, "decision": decision})


def _opinion(desk: _Desk) -> Iterator[Problem]:
    """A recommendation is reasoned at length; every other conclusion is reasoned."""
    if not desk.review.asks("recommendation"):
        return
    text, place = desk.review.text("recommendation").strip(), desk.place("recommendation")
    recommended = desk.review.conclusion == RECOMMEND
    if not text:
        expected = "推荐意见，300—500字" if recommended else f"{desk.review.conclusion}的理由"
        yield Problem("R8", place, {"label": desk.label("recommendation"), "expected": expected})
    elif text.startswith(MARKER):
        yield Problem("R10", place, {"marker": MARKER})
    elif recommended and not _SHORTEST <= characters(text) <= _LONGEST:
        yield Problem("R9", place, {"count": characters(text)})


def _rank(desk: _Desk) -> Iterator[Problem]:
    if not desk.review.asks("rank"):
        return
    text = desk.review.text("rank")
    match = _RANK.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        told = {"label": desk.label("rank"), "found": f"“{_short(text)}”" if text else "空白"}
        yield Problem("R11", desk.place("rank"), told)


def _short(text: str) -> str:
    return text if len(text) <= _LONG_NAME else f"{text[:_LONG_NAME]}…"


def _nothing_to_mend(desk: _Desk) -> Iterator[Problem]:
    items = return_items(desk.policy, desk.submission, desk.evaluation)
    if not any(item.required for item in items):
        yield Problem("R20", desk.place("conclusion"), {})


# --- rule by rule -----------------------------------------------------------------------------------------------


def _undecided(desk: _Desk) -> Iterator[Problem]:
    for rule, finding, decision, place in desk.beside("decisions"):
        if not decision:
            yield Problem("R2", place, {"rule": rule.id, "title": rule.title, "verdict": finding.verdict.label})


def _unexplained(desk: _Desk) -> Iterator[Problem]:
    for finding, decision in differing(desk.review, desk.system):
        entry = desk.review.rules[finding.rule].get("opinions")
        if entry is not None and not desk.review.said(finding.rule, "opinions").strip():
            verdict = finding.verdict.label
            told = {"rule": finding.rule, "title": finding.title, "verdict": verdict, "decision": decision}
            yield Problem("R3", entry.location, told)


def _unchecked(desk: _Desk) -> Iterator[Problem]:
    for rule, _, check, place in desk.beside("checks"):
        if rule.force is Force.VETO and check in ("", _NOT_CHECKED):
            told = {"rule": rule.id, "title": rule.title, "found": f"“{check}”" if check else "空白"}
            yield Problem("R16", place, told)


# --- evidence and sheets ----------------------------------------------------------------------------------------


def _unverified(desk: _Desk) -> Iterator[Problem]:
    for rule, _, verified, place in desk.beside("verified"):
        if not verified and rule.evidence:
            yield Problem("R13", place, {"rule": rule.id, "title": rule.title})
    blank = [one for one in desk.review.evidence if one.verified.value is None]
    if blank:
        told = {"label": desk.column_label("evidence_verified"), "count": len(blank)}
        yield Problem("R14", blank[0].verified.location, told)


def _doubtful(desk: _Desk) -> Iterator[Problem]:
    for rule, _, verified, place in desk.beside("verified", judged=False):
        if verified in DOUBTS:
            yield Problem("R15", place, {"what": f"规则 {rule.id}（{rule.title}）的佐证", "found": verified})
    for one in desk.review.evidence:
        if one.verified.value in DOUBTS:
            yield Problem("R15", one.verified.location, {"what": f"“{_short(one.name)}”", "found": one.verified.value})


def _unvisited(desk: _Desk) -> Iterator[Problem]:
    for sheet, entry in desk.review.visits.items():
        if entry.value != _YES:
            found = f"“{entry.value}”" if entry.value else "空白"
            yield Problem("R12", entry.location, {"sheet": sheet, "found": found})


# --- signatures and dates ---------------------------------------------------------------------------------------


def _signed_by_officer(desk: _Desk) -> Iterator[Problem]:
    yield from _unsigned(desk, _SIGNATURES)


def _signed_by_head(desk: _Desk) -> Iterator[Problem]:
    yield from _unsigned(desk, _HEAD)


def _unsigned(desk: _Desk, roles: tuple[str, ...]) -> Iterator[Problem]:
    for role in roles:
        if desk.review.asks(role) and not desk.review.text(role).strip():
            yield Problem("R17", desk.place(role), {"label": desk.label(role)})


def _out_of_order(desk: _Desk) -> Iterator[Problem]:
    """收到 ≤ 初审 ≤ 负责人签署."""
    days = [(role, day) for role in ("received_on", "reviewed_on", "head_on") if (day := desk.review.day(role))]
    for (first, before), (second, after) in pairwise(days):
        if after < before:
            told = {"first": desk.label(first), "second": desk.label(second), "before": before, "found": after}
            yield Problem("R18", desk.place(second), told)


def _to_come(desk: _Desk) -> Iterator[Problem]:
    for role in ("received_on", "reviewed_on", "site_on", "override_on", "head_on"):
        day = desk.review.day(role)
        if day and desk.today and day > desk.today:
            yield Problem("R22", desk.place(role), {"label": desk.label(role), "found": day, "today": desk.today})


def _late(desk: _Desk) -> Iterator[Problem]:
    received, deadline = desk.review.day("received_on"), desk.season.district_deadline
    if received and deadline and received > deadline:
        told = {"deadline": deadline, "found": received, "days": (received - deadline).days}
        yield Problem("R19", desk.place("received_on"), told)


_NONE = ""
_EVERY = frozenset({_NONE, RECOMMEND, REJECT, RETURN})
_FINAL = frozenset({RECOMMEND, REJECT})
_GUARDS: tuple[tuple[Callable[[_Desk], Iterator[Problem]], frozenset[str]], ...] = (
    (_no_conclusion, frozenset({_NONE})),
    (_signed_by_officer, _EVERY),
    (_out_of_order, _EVERY),
    (_to_come, _EVERY),
    (_late, _EVERY),
    (_rank, frozenset({RECOMMEND})),
    (_opinion, _FINAL | {RETURN}),
    (_missed, frozenset({RECOMMEND})),
    (_data_errors, frozenset({RECOMMEND})),
    (_nothing_to_mend, frozenset({RETURN})),
    (_signed_by_head, _FINAL),
    (_unchecked, frozenset({RECOMMEND})),
    (_undecided, _FINAL | {_NONE}),
    (_unexplained, _EVERY),
    (_contradicted, frozenset({RECOMMEND})),
    (_unverified, frozenset({RECOMMEND})),
    (_doubtful, frozenset({RECOMMEND})),
    (_unvisited, _FINAL | {_NONE}),
)
"""Each guard with the conclusions it stands before; an empty one stands for none chosen yet."""
