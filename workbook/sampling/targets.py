"""The plan of a sample: it starts from the figures the sample reports."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.held import Held
from toolkit.checks.statements import reported
from toolkit.intake import answers_from_dict, take_in
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.threshold import PERCENT
from workbook.sampling.material import Answers, rounded

_UNKNOWN = Decimal(12)
_STEP, _ALL = Decimal("1.05"), Decimal(100)


def plan(policy: Policy, season: Season, answers: Answers) -> None:
    """Fill the table of targets."""
    held = Held(
        submission=take_in(policy, season, answers_from_dict(policy, answers)),
        season=season,
        fields=policy.fields,
        tables=policy.tables,
        readings=policy.readings(season),
        measures={rule.id: rule.measure for rule in policy.rules},
    )
    answers["tables"]["targets"] = list(_targets(policy, held))


def _targets(policy: Policy, held: Held) -> Iterator[Answers]:
    for row in policy.tables["targets"].fixed:
        rule = policy.rule(row.id)
        base, found = _UNKNOWN, reported(held, rule.measure)
        if found is not None:
            base = found * 100 if rule.unit == PERCENT else found
        aims = [base * _STEP**year for year in (1, 2, 3)]
        yield {
            "row": row.id,
            "target_baseline": rounded(base, 4),
            "target": [rounded(min(aim, max(base, _ALL)) if rule.unit == PERCENT else aim, 4) for aim in aims],
            "target_measure": "按年度分解落实",
            "target_owner": "运营管理机构",
        }
