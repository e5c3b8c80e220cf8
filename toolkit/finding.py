"""What the evaluation says: verdicts, shortfalls, findings, and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique

from toolkit.submission import Location, Problem


@unique
class Verdict(StrEnum):
    """What can be said of a rule, a criterion or the whole."""

    UNMET = "unmet"
    MISSING = "missing"
    REVIEW = "review"
    DEVIATES = "deviates"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return _WORDS[self][1]

    @property
    def symbol(self) -> str:
        """The sign that survives grey print."""
        return _WORDS[self][0]

    @property
    def letter(self) -> str:
        """One letter for a crowded matrix."""
        return _WORDS[self][2]

    @property
    def display(self) -> str:
        """Sign and word together."""
        return f"{self.symbol} {self.label}"


_WORDS = {
    Verdict.UNMET: ("✗", "未达标", "否"),
    Verdict.MISSING: ("○", "数据缺失", "缺"),
    Verdict.REVIEW: ("◇", "待人工判定", "判"),
    Verdict.DEVIATES: ("△", "软性偏离", "偏"),
    Verdict.MET: ("✓", "达标", "达"),
    Verdict.NOT_APPLICABLE: ("—", "不适用", "—"),
}


CONJUNCTION = tuple(Verdict)
DISJUNCTION = (
    *(Verdict.MET, Verdict.MISSING, Verdict.REVIEW, Verdict.DEVIATES, Verdict.UNMET, Verdict.NOT_APPLICABLE),
)


def _first(order: Iterable[Verdict], verdicts: Iterable[Verdict]) -> Verdict:
    present = set(verdicts)
    return next((verdict for verdict in order if verdict in present), Verdict.NOT_APPLICABLE)


def conjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """All must hold: the gravest verdict speaks, and what does not apply is silent.

    One failed rule settles the matter even while others are blank; the whole is never MET while anything is open.

    Source:
        沪经信规范〔2024〕1号 第六条: 应当满足以下条件.
    """
    return _first(CONJUNCTION, verdicts)


def disjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """One that holds is enough; else what could still come to hold decides."""
    return _first(DISJUNCTION, verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """How much is missing, in the unit of the rule.

    Attributes:
        amount: Always positive; the smallest step that closes the gap, in ``unit``.
        target: The value the figure must reach for that.
        decimals: Places shown.
        excess: The figure lies above what is allowed; otherwise it lies below what is asked.
    """

    amount: Decimal
    unit: str
    target: Decimal | None = None
    decimals: int | None = None
    excess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a measure found.

    Attributes:
        value: The measured figure; a fraction where the unit is ``%``.
        shown: The same for people.
        remedy: The smallest step that closes the gap, in words.
        sentence: How it was found, in words.
        locations: The cells behind it, those that matter most first.
    """

    verdict: Verdict
    value: Decimal | None = None
    shown: str = ""
    shortfall: Shortfall | None = None
    remedy: str = ""
    sentence: str = ""
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The same rule under another permitted reading."""

    parameter: str
    reading: str
    label: str
    verdict: Verdict
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict on one rule, with all it takes to check and to mend it.

    Attributes:
        comparator, threshold, unit: The bound in force on the reference date; empty where a rule has none of its own.
        alternatives: Other permitted readings; they disagree where ``sensitive``.
        decided_by: Name of the district reviewer whose decision stands here, empty where the machine's does.
    """

    rule: str
    criterion: str
    title: str
    force: str
    clause: str
    requirement: str
    verdict: Verdict
    comparator: str = ""
    threshold: Decimal | None = None
    unit: str = ""
    value: Decimal | None = None
    shown: str = ""
    shortfall: Shortfall | None = None
    remedy: str = ""
    sentence: str = ""
    locations: tuple[Location, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    decided_by: str = ""

    @property
    def sensitive(self) -> bool:
        """Another permitted reading of the clause would give another verdict."""
        return any(other.verdict is not self.verdict for other in self.alternatives)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """The verdict on one of the nine conditions."""

    id: str
    numeral: str
    title: str
    clause: str
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        """How many rules came out each way."""
        return Counter(finding.verdict for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The whole: verdict, criteria, findings, and the problems of the data."""

    policy: str
    season: str
    verdict: Verdict
    criteria: tuple[CriterionResult, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in the order of the clauses."""
        return tuple(finding for criterion in self.criteria for finding in criterion.findings)

    @property
    def counts(self) -> Counter[Verdict]:
        """How many rules came out each way."""
        return Counter(finding.verdict for finding in self.findings)
