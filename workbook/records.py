"""An evaluation as JSON, ``templates/schema/evaluation.schema.json``; exact figures travel as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolkit.errors import WorkbookError
from toolkit.finding import CriterionResult, Finding, Shortfall
from toolkit.messages import Explanation
from toolkit.review import differing, read_review
from toolkit.submission import Location
from toolkit.threshold import trim
from workbook.check import Checked
from workbook.layout import Layout
from workbook.review import system_evaluation
from workbook.wording import verdict_text

FORMAT = "1.0"


def record(checked: Checked) -> dict[str, Any]:
    """Everything found out about one file."""
    policy, evaluation = checked.layout.policy, checked.evaluation
    roles = ("cluster", "district", "industry", "operator", "operator_code")
    return {
        "format": FORMAT,
        "file": {"name": checked.source.name, "sha256": checked.sha256},
        "identity": {role: checked.submission.text(policy.role(role)) for role in roles},
        "policy": policy.id,
        "season": checked.layout.season.id,
        "template": checked.identity.template,
        "verdict": evaluation.verdict.value,
        "notes": list(evaluation.notes),
        "criteria": [_criterion(criterion) for criterion in evaluation.criteria],
        "problems": [_problem(p.code, p.explanation, p.location) for p in evaluation.problems],
        "review": _review(checked),
    }


def _review(checked: Checked) -> dict[str, Any] | None:
    """What the district says; None where the policy asks no conclusion of it."""
    review = read_review(checked.layout.policy, checked.submission)
    if not review.asks("conclusion"):
        return None
    override = review.used_override
    return {
        "round": checked.rounds.number,
        "conclusion": review.conclusion or None,
        "rank": review.text("rank") or None,
        "reviewer": review.text("reviewer") or None,
        "head": review.text("head") or None,
        **{name: _day(review.day(name)) for name in ("received_on", "reviewed_on", "head_on")},
        "override": override and {"reason": override.reason, "approver": override.approver, "date": _day(override.day)},
        "differing": [
            {"rule": finding.rule, "system": finding.verdict.value, "district": decision}
            for finding, decision in differing(review, system_evaluation(checked))
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def unreadable(source: Path, error: WorkbookError) -> dict[str, Any]:
    """The same shape for a file that could not be used; its one problem says why."""
    return {
        "format": FORMAT,
        "file": {"name": source.name, "sha256": None},
        "identity": None,
        "policy": None,
        "season": None,
        "template": None,
        "verdict": None,
        "notes": [],
        "criteria": [],
        "problems": [_problem(error.code, error.explanation, None)],
        "review": None,
    }


def _criterion(criterion: CriterionResult) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "title": criterion.title,
        "clause": criterion.clause,
        "verdict": criterion.verdict.value,
        "rules": [_finding(finding) for finding in criterion.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "title": finding.title,
        "force": finding.force,
        "clause": finding.clause,
        "requirement": finding.requirement,
        "verdict": finding.verdict.value,
        "label": verdict_text(finding),
        "sensitive": finding.sensitive,
        "value": _number(finding.value),
        "shown": finding.shown,
        "comparator": finding.comparator or None,
        "threshold": _number(finding.threshold),
        "unit": finding.unit or None,
        "shortfall": _shortfall(finding.shortfall),
        "remedy": finding.remedy,
        "sentence": finding.sentence,
        "decided_by": finding.decided_by or None,
        "alternatives": [
            {
                "parameter": a.parameter,
                "reading": a.reading,
                "label": a.label,
                "verdict": a.verdict.value,
                "shown": a.shown,
            }
            for a in finding.alternatives
        ],
        "locations": [_location(place) for place in finding.locations if place.sheet],
    }


def _shortfall(shortfall: Shortfall | None) -> dict[str, Any] | None:
    if shortfall is None:
        return None
    return {"amount": _number(shortfall.amount), "unit": shortfall.unit, "target": _number(shortfall.target)}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(trim(value), "f")


def _location(place: Location) -> dict[str, str]:
    return {"sheet": place.sheet, "cell": place.cell}


def _problem(code: str, words: Explanation, place: Location | None) -> dict[str, Any]:
    return {
        "code": code,
        "stage": words.stage.value,
        "severity": words.severity.value,
        "title": words.title,
        "sheet": place.sheet if place else None,
        "cell": place.cell if place else None,
        "expected": words.expected,
        "found": words.found,
        "hint": words.hint,
    }


def layout_record(layout: Layout) -> dict[str, Any]:
    """Every input and table with its place: what another program needs to fill a workbook in or read one."""
    return {
        "format": FORMAT,
        "policy": layout.policy.id,
        "season": layout.season.id,
        "template": layout.policy.template_version,
        "inputs": [
            {
                "id": place.field.id,
                "label": place.field.label,
                "type": place.field.kind.value,
                "unit": place.field.unit or None,
                "required": place.field.required,
                "choices": list(place.field.choices),
                "years": [layout.season.calendar_year(year) for year in place.field.years],
                "sheet": place.area.sheet,
                "cells": [Location(place.area.sheet, place.area.top, c).cell for c in place.columns.values()],
                "name": place.name,
            }
            for place in layout.inputs.values()
        ],
        "tables": [
            {
                "id": place.table.id,
                "label": place.table.label,
                "sheet": place.area.sheet,
                "cells": place.area.reference.partition("!")[2].replace("$", ""),
                "name": place.name,
                "rows": [{"id": row.id, "label": row.label} for row in place.table.fixed] or place.table.capacity,
                "columns": [
                    {
                        "id": column.id,
                        "label": column.label,
                        "type": column.kind.value,
                        "unit": column.unit or None,
                        "required": column.required,
                        "choices": list(column.choices),
                        "years": [layout.season.calendar_year(year) for year in column.years],
                        "letters": [Location("", 1, place.spans[key][0]).cell[:-1] for key in column.slots],
                    }
                    for column in place.table.columns
                ],
            }
            for place in layout.tables.values()
        ],
    }
