"""Filled workbooks that look like the real thing: real districts, figures in range, synthetic people and firms.

The demo, the tests and the benchmarks all draw from here. What is the same in every cluster is data, in
``templates/reference/samples.json``; what varies is drawn here, and totals are summed from the roster.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum, unique
from pathlib import Path
from random import Random

from toolkit.errors import PolicyError
from toolkit.intake import answers_from_dict
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.layout import Layout
from workbook.sampling.cluster import Cluster
from workbook.sampling.fate import SHORTFALLS, forget, review
from workbook.sampling.material import Answers
from workbook.sampling.targets import plan
from workbook.template import write_template

POLICY = "shanghai-2024"


@unique
class Outcome(StrEnum):
    """What a sample is meant to come to."""

    MET = "met"
    SHORT = "short"
    INCOMPLETE = "incomplete"
    MIXED = "mixed"

    def turn(self, number: int) -> Outcome:
        """The kind of the ``number``-th sample: mixed goes through the others in turn."""
        kinds = (Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE)
        return kinds[(number - 1) % len(kinds)] if self is Outcome.MIXED else self


def write_samples(
    layout: Layout, folder: Path, *, count: int, seed: int, outcome: Outcome, firms: int | None = None
) -> Iterator[Path]:
    """Write filled workbooks one after the other.

    Args:
        layout: Of the policy the samples are made for.
        folder: Where they go; it exists.
        count: How many.
        seed: The same seed gives the same answers.
        outcome: What they come to.
        firms: Enterprises in each roster; None draws a likely number.

    Yields:
        Each file once it is written.

    Raises:
        PolicyError: The samples know the fields of one policy only.
    """
    for number in range(1, count + 1):
        answers = sample(layout.policy, layout.season, seed * 100_003 + number, outcome.turn(number), firms)
        target = folder / f"{number:03d}_{answers['inputs']['cluster_name']}.xlsx"
        write_template(layout, target, answers_from_dict(layout.policy, answers))
        yield target


def sample(policy: Policy, season: Season, seed: int, outcome: Outcome, firms: int | None = None) -> Answers:
    """The answers of one made-up cluster, ``templates/schema/submission.schema.json``.

    Raises:
        PolicyError: The policy is not the one whose fields are known here.
    """
    if policy.id != POLICY:
        raise PolicyError(f"samples are made for {POLICY!r} only, not {policy.id!r}")
    chance = Random(seed)
    answers = Cluster(policy, season, chance).answers(firms or chance.randint(90, 260))
    spoils = chance.sample(SHORTFALLS, chance.randint(2, 5)) if outcome is Outcome.SHORT else []
    for spoil in spoils:
        spoil(answers)
    plan(policy, season, answers)
    if outcome is Outcome.MET:
        review(policy, season, answers)
    if outcome is Outcome.INCOMPLETE:
        forget(policy, chance, answers)
    return answers
