"""Rules as frozen values: what is asked, with what force, how it is measured, and how the text may be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Any

from toolkit.errors import PolicyError, at
from toolkit.fields import Section
from toolkit.finding import Verdict
from toolkit.measures import Measure, leaves, measure_from_dict


@unique
class Force(StrEnum):
    """What a rule weighs in the decision."""

    VETO = "veto"
    HARD = "hard"
    CONDITIONAL = "conditional"
    EXISTENCE = "existence"
    DOCUMENT = "document"
    SOFT = "soft"
    JUDGEMENT = "judgement"
    PREFERENCE = "preference"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return {
            "veto": "一票否决",
            "hard": "硬性门槛",
            "conditional": "分行业门槛",
            "existence": "具备条件",
            "document": "文件及评审",
            "soft": "一般要求",
            "judgement": "定性评审",
            "preference": "优先支持",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a phrase of the text."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """An ambiguity of the text: its readings, the default, and where that comes from.

    Attributes:
        number: Its number in the list of ambiguities.
        considered: Readings that were weighed but are not offered.
    """

    id: str
    number: int
    text: str
    readings: tuple[Reading, ...]
    default: str
    source: str
    considered: str = ""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Parameter:
        """Build a parameter.

        Raises:
            PolicyError: The default is none of the readings.
        """
        readings = tuple(Reading(**reading) for reading in raw["readings"])
        if raw["default"] not in {reading.value for reading in readings}:
            raise PolicyError(f"default {raw['default']!r} is none of the readings", "default")
        return cls(**{**raw, "readings": readings})


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """When a rule is asked at all.

    Attributes:
        input, among: The answer that switches it on.
        industries: ``(table, column, class)``: also on when a listed industry code is of that class.
        otherwise: The reason printed where it is not asked.
        reason: Input that must explain it.
    """

    input: str
    among: tuple[str, ...]
    otherwise: str
    reason: str = ""
    industries: tuple[str, str, str] | None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Applies:
        """Build from ``{input, in, otherwise, reason?, industries?}``."""
        found = raw.get("industries")
        return cls(
            input=raw["input"],
            among=tuple(raw["in"]),
            otherwise=raw["otherwise"],
            reason=raw.get("reason", ""),
            industries=(found["table"], found["column"], found["class"]) if found else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One testable requirement of a clause.

    Attributes:
        indicator: Short name of the figure, for rules that have one; they carry targets in the plan.
        figure: What the figure is called where figures of many clusters stand in a column; by default the indicator.
        requirement: The clause in our own words; ``{bound}`` stands for the threshold in force.
        when_unmet, when_missing: The verdict a missed or unanswered test amounts to.
        parameters: Readings that shape the rule, those its measure names included.
    """

    id: str
    title: str
    force: Force
    clause: str
    requirement: str
    measure: Measure
    indicator: str = ""
    figure: str = ""
    when_unmet: Verdict = Verdict.UNMET
    when_missing: Verdict = Verdict.MISSING
    applies: Applies | None = None
    parameters: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def requirement_on(self, day: date) -> str:
        """The requirement with the thresholds in force on ``day``."""
        text = self.requirement
        for branch, leaf in leaves(self.measure):
            if leaf.threshold:
                mark = f"{{bound.{branch}}}" if branch else "{bound}"
                text = text.replace(mark, leaf.threshold.phrase(day))
        return text

    @property
    def unit(self) -> str:
        """The unit of its figure, of the first branch where there are several."""
        return next((leaf.threshold.unit for _, leaf in leaves(self.measure) if leaf.threshold), "")

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], clause: str) -> Rule:
        """Build a rule under ``clause``."""
        force = Force(raw["force"])
        soft = Verdict.DEVIATES if force is Force.SOFT else Verdict.UNMET
        with at("measure"):
            measure = measure_from_dict(raw["measure"] | {"rule": raw["id"]})
        return cls(
            id=raw["id"],
            title=raw["title"],
            force=force,
            clause=raw.get("clause", clause),
            requirement=raw["requirement"],
            measure=measure,
            indicator=raw.get("indicator", ""),
            figure=raw.get("figure", raw.get("indicator", "")),
            when_unmet=Verdict(raw.get("when_unmet", soft)),
            when_missing=Verdict(raw.get("when_missing", Verdict.MISSING)),
            applies=Applies.from_dict(raw["applies"]) if "applies" in raw else None,
            parameters=tuple(dict.fromkeys([*raw.get("parameters", ()), *measure.parameters])),
            evidence=tuple(raw.get("evidence", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One of the conditions of the article: a sheet to fill in and the rules it is judged by."""

    id: str
    numeral: str
    title: str
    clause: str
    section: Section
    rules: tuple[Rule, ...]
