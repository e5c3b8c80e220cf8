"""What a district wrote in its review, read through the roles of the policy; a policy may lack any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from toolkit.fields import Table, split_slot
from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.policy import Policy
from toolkit.submission import Entry, Location, Submission, TableData

RECOMMEND, REJECT, RETURN = "推荐", "不推荐", "退回补正"
MEND, OBJECT = "需补正", "不符合"
DOUBTS = ("存疑", "未提供")

# The verdicts of the machine beside which a district's word needs no explanation.
AGREES: Mapping[str, frozenset[Verdict]] = {
    "符合": frozenset({Verdict.MET, Verdict.REVIEW, Verdict.DEVIATES, Verdict.NOT_APPLICABLE}),
    "基本符合": frozenset({Verdict.MET, Verdict.REVIEW, Verdict.DEVIATES, Verdict.NOT_APPLICABLE}),
    OBJECT: frozenset({Verdict.UNMET}),
    # What is to be mended has to be said.
    MEND: frozenset(),
}

_INPUTS = (
    *("received_on", "reviewer", "reviewed_on", "site_on", "site_team", "site", "conclusion", "rank"),
    *("recommendation", "override_reason", "override_by", "override_on", "head", "head_on"),
)
_COLUMNS = ("checks", "decisions", "verified", "opinions")


@dataclass(frozen=True, slots=True)
class Override:
    """A recommendation in spite of a missed threshold: why, who allowed it, and when."""

    reason: str
    approver: str
    day: date | None

    @property
    def complete(self) -> bool:
        """Whether nothing of it is left out."""
        return bool(self.reason and self.approver and self.day)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of the register of evidence, as far as the review concerns it.

    Attributes:
        place: Where the operator named it.
    """

    rule: str
    name: str
    place: Location
    verified: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything a district wrote; what the policy does not ask is absent.

    Attributes:
        cells: Role → single answer.
        rules: Rule id → role → answer.
        visits: Name of an operator's sheet → whether it was looked at.
    """

    cells: Mapping[str, Entry]
    rules: Mapping[str, Mapping[str, Entry]]
    visits: Mapping[str, Entry]
    evidence: tuple[Evidence, ...]

    def asks(self, *roles: str) -> bool:
        """Whether all of these stand on the sheet."""
        return all(role in self.cells for role in roles)

    def text(self, role: str) -> str:
        """A single answer as text, empty where there is none."""
        entry = self.cells.get(role)
        return "" if entry is None or entry.value is None else str(entry.value)

    def day(self, role: str) -> date | None:
        """A single answer that is a date."""
        entry = self.cells.get(role)
        return entry.value if entry is not None and isinstance(entry.value, date) else None

    def said(self, rule: str, role: str) -> str:
        """What stands beside a rule, empty where nothing does."""
        entry = self.rules.get(rule, {}).get(role)
        return "" if entry is None or entry.value is None else str(entry.value)

    @property
    def conclusion(self) -> str:
        """推荐, 不推荐, 退回补正, or empty."""
        return self.text("conclusion")

    @property
    def override(self) -> Override | None:
        """The override, as far as it is written; None where nothing is."""
        made = Override(self.text("override_reason"), self.text("override_by"), self.day("override_on"))
        return made if made.reason or made.approver or made.day else None

    @property
    def used_override(self) -> Override | None:
        """The override of a recommendation; of any other conclusion there is none."""
        return self.override if self.conclusion == RECOMMEND else None


def read_review(policy: Policy, submission: Submission) -> Review:
    """What the district wrote.

    Args:
        policy: Its roles say where.
        submission: What stands in the workbook.
    """
    named = {role: policy.role(role) for role in _INPUTS}
    return Review(
        cells={role: submission.entries[key] for role, key in named.items() if key in submission.entries},
        rules=dict(_rules(policy, submission)),
        visits=dict(_visits(policy, submission)),
        evidence=tuple(_evidence(policy, submission)),
    )


def _column(policy: Policy, role: str) -> tuple[str, str]:
    table, _, column = policy.role(role).partition(".")
    return table, column


def _rules(policy: Policy, submission: Submission) -> Iterator[tuple[str, Mapping[str, Entry]]]:
    table, _ = _column(policy, "decisions")
    columns = {role: column for role in _COLUMNS if (column := _column(policy, role)[1])}
    for row in submission.tables[table].rows if table in submission.tables else ():
        yield row.id, {role: row.cells[column] for role, column in columns.items() if column in row.cells}


def _visits(policy: Policy, submission: Submission) -> Iterator[tuple[str, Entry]]:
    table, column = _column(policy, "visited")
    labels = {row.id: row.label for row in policy.tables[table].fixed} if table in policy.tables else {}
    for row in submission.tables[table].rows if table in submission.tables else ():
        yield labels.get(row.id, row.id), row.cells[column]


def _evidence(policy: Policy, submission: Submission) -> Iterator[Evidence]:
    table, verified = _column(policy, "evidence_verified")
    rule, name = _column(policy, "evidence")[1], _column(policy, "evidence_name")[1]
    for row in submission.tables[table].rows if table in submission.tables else ():
        told = [str(row.cells[key].value or "") if key in row.cells else "" for key in (rule, name)]
        # A row with nothing but the district's own marks is no piece of evidence.
        if any(told):
            checked = row.cells[verified]
            yield Evidence(told[0], told[1], row.cells.get(name, checked).location, checked)


# --- the machine's word without the district's ------------------------------------------------------------------


def without_district(policy: Policy, submission: Submission) -> Submission:
    """The same with every cell blank that the district fills in."""
    ours = {field.id for field in policy.fields.values() if field.filled_by == "district"}

    def blanked(cells: Mapping[str, Entry]) -> dict[str, Entry]:
        return {key: Entry(None, e.location) if split_slot(key)[0] in ours else e for key, e in cells.items()}

    tables = {
        table_id: TableData(tuple(replace(row, cells=blanked(row.cells)) for row in data.rows), data.anchor)
        if _has_some(policy.tables[table_id], ours)
        else data
        for table_id, data in submission.tables.items()
    }
    return replace(submission, entries=blanked(submission.entries), tables=tables)


def _has_some(table: Table, ours: set[str]) -> bool:
    return any(column.id in ours for column in table.columns)


def differing(review: Review, system: Evaluation) -> Iterator[tuple[Finding, str]]:
    """The rules of which the district says something else than the machine, with the district's word.

    Args:
        review: The district's.
        system: The evaluation without the district's cells.
    """
    for finding in system.findings:
        decision = review.said(finding.rule, "decisions")
        if decision and finding.verdict not in AGREES.get(decision, frozenset()):
            yield finding, decision


_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018\u2019\u201c\u201d\u2026"
_COUNTED = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+")


def characters(text: str) -> int:
    """How long a text is, as Word counts it: each Chinese character or mark is one, and so is each word or number.

    Examples:
        >>> characters("产值 30.5 亿元，同比增长 GDP"), characters("")
        (11, 0)
    """
    return len(_COUNTED.findall(text))
