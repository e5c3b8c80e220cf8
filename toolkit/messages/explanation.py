"""What a message is made of: how much it weighs, at which stage it arises, and its four sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique


@unique
class Severity(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return {"error": "必须改正", "warning": "请核实", "note": "提示"}[self.value]

    @property
    def symbol(self) -> str:
        """The sign that survives grey print."""
        return {"error": "✗", "warning": "▲", "note": "ⓘ"}[self.value]

    @property
    def display(self) -> str:
        """Sign and word together."""
        return f"{self.symbol} {self.label}"


@unique
class Stage(StrEnum):
    """The questions a workbook is asked, one after the other; a later one is only put to what passed those before."""

    OPENING = "opening"
    IDENTITY = "identity"
    STRUCTURE = "structure"
    VALUE = "value"
    CONSISTENCY = "consistency"
    PLAUSIBILITY = "plausibility"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return _STAGES[self]


_STAGES = {
    Stage.OPENING: "能否安全打开",
    Stage.IDENTITY: "是否本申报工作簿",
    Stage.STRUCTURE: "结构是否完整",
    Stage.VALUE: "内容能否识别",
    Stage.CONSISTENCY: "前后是否一致",
    Stage.PLAUSIBILITY: "数值是否合理",
    Stage.REVIEW: "初审是否完备",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One message in words: what kind, what was expected, what was found, what to do."""

    code: str = ""
    stage: Stage
    severity: Severity
    title: str
    expected: str
    found: str
    hint: str

    def __str__(self) -> str:
        """In one line."""
        return f"[{self.code}] {self.title}：{self.found}。{self.hint}"


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def say(severity: Severity, title: str, expected: str, found: str, hint: str) -> Explanation:
    """An entry of the catalogue; its texts are ``str.format`` templates that the context of a problem fills."""
    return Explanation(stage=Stage.OPENING, severity=severity, title=title, expected=expected, found=found, hint=hint)


def staged(stage: Stage, entries: Mapping[str, Explanation]) -> dict[str, Explanation]:
    """Entries that all arise at one stage."""
    return {code: replace(entry, stage=stage) for code, entry in entries.items()}
