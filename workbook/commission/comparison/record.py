"""A comparison as data, for whoever computes on with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbook.commission.comparison.change_table import Change, changes
from workbook.commission.comparison.count_table import turned_as_a_whole
from workbook.commission.comparison.run import Comparison, Standing
from workbook.commission.comparison.sides import Side
from workbook.commission.comparison.turns import Level, Turn, Turned, of_cluster, turned, whole
from workbook.commission.filing import Judged
from workbook.commission.sheets.summary import place_text


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Everything the report says; personal data are not in it."""
    turns = turned_as_a_whole(comparison)
    return {
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "changes": [_change(one) for one in changes(comparison, list(turned(comparison)))],
        "clusters": len(comparison.clusters),
        "turns": {**{turn.name.lower(): turns.get(turn, 0) for turn in Turn}, "unchanged": turns.get(None, 0)},
        "flipped": [told for one in comparison.clusters if (told := _cluster(comparison, one))["flips"]],
        "files": [{"file": one.file, "done": one.done.value, "reason": one.reason} for one in comparison.receipts],
    }


def _side(side: Side) -> dict[str, Any]:
    policy, season = side.rules
    return {
        "policy": policy.id,
        "season": season.id,
        "document": policy.document,
        "template": policy.template_version,
        "reference_date": season.reference_date.isoformat(),
        "fingerprint": side.fingerprint,
    }


def _change(one: Change) -> dict[str, Any]:
    told = {"kind": one.kind, "rule": one.id, "title": one.title, "what": one.what, "clause": one.clause}
    turns = {turn.name.lower(): one.turns.get(turn, 0) for turn in Turn}
    return {**told, "before": one.before, "after": one.after, "turns": turns}


def _cluster(comparison: Comparison, standing: Standing) -> dict[str, Any]:
    filing = standing.cluster.filing
    before, after = whole(standing)
    return {
        "cluster": filing.cluster,
        "district": filing.district,
        "file": standing.cluster.file,
        "sha256": filing.sha256,
        "round": filing.round,
        "policy": filing.policy,
        "season": filing.season,
        "template": filing.template,
        "before": before.value,
        "after": after.value,
        "flips": list(map(_flip, of_cluster(comparison.sides, standing))),
    }


def _flip(one: Turned) -> dict[str, Any]:
    told = {
        "level": _LEVELS[one.level],
        "id": one.id,
        "before": one.before.value,
        "after": one.after.value,
        "turn": one.turn.name.lower(),
        "why": one.why,
    }
    if one.flip is None:
        return told
    return {**told, "figures": {"before": _figure(one.flip.before), "after": _figure(one.flip.after)}}


_LEVELS = {Level.WHOLE: "whole", Level.CRITERION: "criterion", Level.RULE: "rule"}


def _figure(judged: Judged) -> dict[str, Any]:
    return {
        "value": judged.value,
        "bound": judged.bound,
        "shown": judged.shown,
        "gap": judged.gap,
        "place": place_text(judged.place),
    }


def lines_of(comparison: Comparison) -> Iterator[str]:
    """What the terminal shows: the flips of the whole, each in a line."""
    for one in turned(comparison):
        if one.level is Level.WHOLE:
            filing = one.standing.cluster.filing
            yield f"{one.turn.value}：{filing.district} {filing.cluster}（{one.way}）"
            yield f"    {one.why}"
