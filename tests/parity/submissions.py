"""Submissions nobody would make up by hand, drawn by the thousand; the same seed draws the same ones.

Each begins as a sound, short, careless, invented or blank application, comes close to some bounds of the policy, and
then suffers some troubles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

from tests.parity.bounds import SIDES, hugs
from tests.parity.draft import Draft, Generated, blank_row
from tests.parity.troubles import LARGE, TROUBLES, Trouble
from toolkit.fields import Table
from toolkit.intake import answers_from_dict
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.sample import POLICY, Outcome, sample

SEASONS = 6
_SAMPLES = {"sound": Outcome.MET, "short": Outcome.SHORT, "careless": Outcome.INCOMPLETE}


def generate(
    policy: Policy, season: Season, seed: int, count: int, first: int = 0, *, turns: Mapping[str, Trouble] = TROUBLES
) -> Iterator[Generated]:
    """Draw submissions.

    Args:
        policy: What is asked.
        season: Its readings and dates decide where the bounds are.
        seed: The same seed draws the same submissions, each by its number alone.
        count: How many.
        first: Number of the first one.
        turns: Each suffers one of these, by turns.
    """
    close, troubles = tuple(hugs(policy)), tuple(TROUBLES)
    for number in range(first, first + count):
        chance = Random(f"{policy.id} {season.id} {seed} {number}")  # noqa: S311 - drawn, not kept secret
        draft = Draft(policy, season, chance, number)
        _begin(draft)
        if chance.random() < 0.7:
            for name, hug in draft.some(close, chance.choice((1, 2, 5, len(close)))):
                side, where = chance.choice(SIDES)
                hug(draft, side)
                draft.kinds.add(f"{name} {where}")
        for name in draft.some(troubles, chance.choice((0, 0, 1, 2, 4))):
            TROUBLES[name](draft)
            draft.kinds.add(name)
        name = tuple(turns)[number % len(turns)]
        turns[name](draft)
        draft.kinds.add(name)
        yield draft.finished()


def kinds(policy: Policy) -> tuple[str, ...]:
    """Everything a long run must have drawn."""
    begun = [*(_SAMPLES if policy.id == POLICY else ()), "invented", "all blank"]
    sizes = [*LARGE, "hundreds of rows", "thousands of rows"] if "roster" in policy.tables else []
    hugged = [f"{name} {where}" for name, _ in hugs(policy) for _, where in SIDES]
    return tuple(dict.fromkeys((*begun, *sizes, *TROUBLES, *hugged)))


def seasons(policy: Policy, base: Season) -> tuple[Season, ...]:
    """Six seasons in which any two parameters meet in every combination of their first two readings.

    Each parameter takes its second reading in three of the last five, no two in the same three: any two of those share
    one, and each has one the other lacks; in the first season all have their first.
    """
    turns = [tuple(int(i in chosen) for i in range(SEASONS)) for chosen in combinations(range(1, SEASONS), 3)]
    days = (base.reference_date, date(base.year, 6, 30), date(base.year + 1, 12, 31), date(base.year + 2, 2, 29))
    made = []
    for i in range(SEASONS):
        readings = {}
        for k, parameter in enumerate(p for p in policy.parameters if len(p.readings) > 1):
            offered = [reading.value for reading in parameter.readings]
            # The season of 2028 has a 29 February.
            readings[parameter.id] = offered[i % len(offered) if len(offered) > 2 else turns[k % len(turns)][i]]
        day = days[i % len(days)]
        made.append(replace(base, id=f"{base.id}-{i}", year=day.year, reference_date=day, readings=readings))
    return tuple(made)


def _begin(draft: Draft) -> None:
    chance = draft.chance
    known = draft.policy.id == POLICY
    kind = chance.choice(("sound", "sound", "short", "careless", "invented", "invented") if known else ("invented",))
    if draft.number % 40 == 39:
        kind = "all blank"
    draft.kinds.add(kind)
    if kind == "invented":
        draft.invent()
    elif kind in _SAMPLES:
        _sampled(draft, _SAMPLES[kind])


def _sampled(draft: Draft, outcome: Outcome) -> None:
    """The answers of a made-up cluster, without what the district wrote."""
    size = draft.chance.choice((12, 15, 20, 30, 60))
    answers = sample(draft.policy, draft.season, draft.chance.randrange(10**9), outcome, size)
    drawn = answers_from_dict(draft.policy, answers)
    draft.inputs |= {key: raw.value for key, raw in drawn.inputs.items() if key in draft.inputs}  # type: ignore[misc]
    for name in draft.tables:
        table = draft.policy.tables[name]
        draft.tables[name] = [
            blank_row(table) | {key: raw.value for key, raw in row.items()}  # type: ignore[misc]
            for _, row in drawn.tables[name].rows
        ]


def compact(policy: Policy, rows: int) -> Policy:
    """The same policy with shorter registers: formulas over two thousand rows take seconds, and say the same."""

    def shorter(table: Table) -> Table:
        return replace(table, capacity=min(table.capacity, rows)) if not table.fixed else table

    sections = tuple(replace(section, tables=tuple(map(shorter, section.tables))) for section in policy.sections)
    return replace(policy, sections=sections)
