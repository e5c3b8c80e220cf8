"""The live workbook and Python come to the same, whatever stands in the cells.

- thousands of submissions, every rule, verdict and figure: no disagreement; ``PARITY=10000`` draws as many
- most go into workbooks with short registers, which calculate twenty times as fast; some into the real ones
- the run has seen what it set out to see: every kind of trouble, every bound from three sides, every reachable verdict
- the harness does not lie: a wrong formula is reported, a workbook that stands still is noticed, text stays text
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.parity import comparison
from tests.parity.comparison import Calculator, Disagreement, Stuck, Tally, cells, compare, templates
from tests.parity.draft import Generated, Value
from tests.parity.reach import reachable
from tests.parity.shrink import smallest
from tests.parity.submissions import SEASONS, compact, generate, kinds, seasons
from tests.parity.troubles import LARGE
from toolkit.finding import Verdict
from toolkit.formula import defined_name
from toolkit.packs import packs
from toolkit.policy import Policy
from workbook.layout import Layout

Start = Callable[[], Calculator]
Record = Callable[[str, object], None]
Template = tuple[Layout, Path]

COUNT = int(os.environ.get("PARITY", "1000"))
SEED = int(os.environ.get("PARITY_SEED", "1"))
PROCESSES = min(os.cpu_count() or 1, 2)
# From here on every kind must have come up, and every verdict.
ENOUGH = 1000
# The pack submissions are drawn for with most care, and how much of the run each gets.
PACKS = {"shanghai-2024": 1.0, "national-2022": 0.2}
TOLD_OF, SHRUNK = 40, 6
# Rows of the registers of most workbooks, and one submission in how many goes into one with all its rows.
SHORT, WHOLE = 110, 80


class Batch(NamedTuple):
    """Submissions for one workbook."""

    layout: Layout
    template: Path
    how: str
    drawn: Iterable[Generated]


def drawn_for(pack_id: str) -> int:
    """How many submissions of each season."""
    return max(round(COUNT * PACKS[pack_id] / SEASONS), 1)


@pytest.fixture(scope="module", params=PACKS)
def pack_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def policy(pack_id: str) -> Policy:
    return packs()[pack_id].policy


@pytest.fixture(scope="module")
def made(pack_id: str, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> list[Template]:
    """A blank workbook for each season, its registers short."""
    (base, *_) = packs()[pack_id].seasons.values()
    return list(templates(compact(policy, SHORT), seasons(policy, base), tmp_path_factory.mktemp("short")))


@pytest.fixture(scope="module")
def batches(
    pack_id: str, policy: Policy, made: list[Template], tmp_path_factory: pytest.TempPathFactory
) -> list[Batch]:
    """Everything that is to be calculated; of one season in full, of the others what is asked for."""
    count, (base, *_) = drawn_for(pack_id), packs()[pack_id].seasons.values()
    few = -(-count // WHOLE)
    batches = []
    for i, (layout, template) in enumerate(made):
        drawn = generate(layout.policy, layout.season, SEED, count - few, i * count)
        batches.append(Batch(layout, template, "lazy" if i else "all", drawn))
    for i, (layout, template) in enumerate(templates(policy, seasons(policy, base), tmp_path_factory.mktemp("whole"))):
        drawn = generate(policy, layout.season, SEED, few, i * few, turns=LARGE)
        batches.append(Batch(layout, template, "lazy", drawn))
    return batches


@pytest.fixture(scope="module")
def tally(batches: list[Batch], start: Start) -> Tally:
    """The whole run, each process with every second workbook."""

    def share(turn: int) -> Tally:
        tally = Tally()
        with start() as calculator:
            for layout, template, how, drawn in batches[turn::PROCESSES]:
                calculator.how = how
                tally += compare(calculator, layout, template, drawn)
        return tally

    whole = Tally()
    with ThreadPoolExecutor(PROCESSES) as threads:
        for part in threads.map(share, range(PROCESSES)):
            whole += part
    return whole


@pytest.fixture(scope="module")
def calculator(start: Start) -> Iterator[Calculator]:
    with start() as calculator:
        yield calculator


def test_every_rule_is_live(tally: Tally) -> None:
    assert sorted(tally.absent) == []
    assert sorted(tally.constant) == []


def test_they_never_disagree(
    pack_id: str, tally: Tally, batches: list[Batch], start: Start, record_property: Record
) -> None:
    policy = packs()[pack_id].policy
    record_property(
        "figures",
        f"parity: {pack_id}, {tally.submissions:,} submissions, {len(tally.kinds)} kinds, {tally.compared:,} cells "
        f"compared, {len(tally.disagreements):,} disagreements",
    )
    for line in summary(policy, tally) if "PARITY" in os.environ else ():
        record_property("figures", line)
    if not tally.disagreements:
        return
    by_name: dict[str, list[Disagreement]] = {}
    for one in tally.disagreements:
        by_name.setdefault(one.name, []).append(one)
    # One of each cell, then another of each.
    ordered = [one for turn in zip_longest(*by_name.values()) for one in turn if one]
    counts = {name: len(found) for name, found in by_name.items()}
    told = [one.told(policy) for one in shrunk(batches, ordered[:SHRUNK], start)]
    told += ["", "as drawn:", *(one.told(policy) for one in ordered[:TOLD_OF])]
    pytest.fail("\n".join([f"{len(ordered)} disagreements: {counts}", *told]), pytrace=False)


def shrunk(batches: list[Batch], found: list[Disagreement], start: Start) -> Iterator[Disagreement]:
    """The first few disagreements, each over as few cells as it takes."""
    with start() as calculator:
        calculator.how = "lazy"
        for one in found:
            batch = next(batch for batch in batches if batch.layout is one.layout)
            yield smallest(calculator, batch.layout, batch.template, one)


def summary(policy: Policy, tally: Tally) -> Iterator[str]:
    """How often each verdict was seen, and each kind."""
    yield "rule    " + "".join(f"{verdict.value:>16}" for verdict in Verdict)
    for rule in policy.rules:
        able = reachable(rule)
        counts = (
            f"{tally.verdicts[rule.id, verdict.value] or ('0' if verdict in able else '·'):>16}" for verdict in Verdict
        )
        yield f"{rule.id:8}" + "".join(counts)
    yield "kinds: " + ", ".join(f"{name} {tally.kinds[name]}" for name in kinds(policy))


def test_every_kind_was_drawn(pack_id: str, policy: Policy, tally: Tally) -> None:
    if drawn_for(pack_id) * SEASONS < ENOUGH // 2:
        pytest.skip("too few drawn")
    assert [kind for kind in kinds(policy) if not tally.kinds[kind]] == []


def test_every_verdict_was_seen(pack_id: str, policy: Policy, tally: Tally) -> None:
    if drawn_for(pack_id) * SEASONS < ENOUGH // 2:
        pytest.skip("too few drawn")
    seen = {
        rule.id: {verdict for verdict in Verdict if tally.verdicts[rule.id, verdict.value]} for rule in policy.rules
    }
    assert {rule.id: reachable(rule) - seen[rule.id] for rule in policy.rules if reachable(rule) - seen[rule.id]} == {}
    assert {rule.id: seen[rule.id] - reachable(rule) for rule in policy.rules if seen[rule.id] - reachable(rule)} == {}


# --- the harness itself ----------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same(policy: Policy, made: list[Template]) -> None:
    season = made[1][0].season
    assert list(generate(policy, season, 7, 5, 20)) == list(generate(policy, season, 7, 25))[20:]
    assert list(generate(policy, season, 7, 5)) != list(generate(policy, season, 8, 5))


def test_a_wrong_formula_is_reported(policy: Policy, made: list[Template], calculator: Calculator) -> None:
    layout, template = made[0]
    rule = policy.rules[-1]
    drawn = list(generate(layout.policy, layout.season, SEED, 12))
    calculator.open(template, [defined_name(what, one.id) for one in policy.rules for what in ("verdict", "figure")])
    honest = compare(calculator, layout, template, drawn, keep=True)
    name = defined_name("verdict", rule.id)
    assert honest.compared == 2 * len(policy.rules) * len(drawn)
    calculator.ask("plant", name=name, formula=f'="{Verdict.DEVIATES.display}"')
    spoiled = compare(calculator, layout, template, drawn, keep=True)
    assert not [one for one in honest.disagreements if one.name == name]
    assert len([one for one in spoiled.disagreements if one.name == name]) == len(drawn)


def test_a_formula_that_errs_is_reported(policy: Policy, made: list[Template], calculator: Calculator) -> None:
    layout, template = made[0]
    name = defined_name("figure", policy.rules[0].id)
    calculator.open(template, [])
    calculator.ask("plant", name=name, formula="=1/0")
    (one, *_) = (
        one
        for one in compare(
            calculator, layout, template, generate(layout.policy, layout.season, SEED, 1), keep=True
        ).disagreements
        if one.name == name
    )
    assert one.found == "[error 532: #DIV/0!]"


def test_a_workbook_that_stands_still_is_noticed(made: list[Template], calculator: Calculator) -> None:
    layout, template = made[0]
    calculator.how = "never"
    try:
        with pytest.raises(Stuck, match="not recalculated"):
            compare(calculator, layout, template, generate(layout.policy, layout.season, SEED, 2))
    finally:
        calculator.how = "all"


def test_what_is_set_stands_in_the_cells(made: list[Template], calculator: Calculator) -> None:
    layout, template = made[0]
    place = next(place for place in layout.inputs.values() if len(place.columns) > 2)
    table = min((one for one in layout.tables.values() if not one.table.fixed), key=lambda one: one.table.capacity)
    first, second = list(place.columns)[:2]
    columns = list(table.spans)
    rows: list[dict[str, Value]] = [{columns[0]: "00"}, {}, {columns[0]: date(2026, 1, 2)}]
    full = Generated(0, frozenset(), {first: "35", second: Decimal("35.125")}, {table.table.id: rows})
    calculator.open(template, [])
    calculator.ask("fill", cells=cells(layout, full), canary=1)
    row = calculator.ask("look", name=place.name)["cells"][0]
    assert row[0] == ["TEXT", "35"]
    assert [kind for kind, _ in row[1:]] == ["VALUE"] + ["EMPTY"] * (len(row) - 2)
    stood = [line[0] for line in calculator.ask("look", name=table.name, rows=5)["cells"]]
    assert [kind for kind, _ in stood[:3]] == ["TEXT", "EMPTY", "VALUE"]
    fewer = Generated(0, frozenset(), {}, {table.table.id: rows[:1]})
    calculator.ask("fill", cells=cells(layout, fewer), canary=2)
    assert {kind for kind, _ in calculator.ask("look", name=place.name)["cells"][0]} == {"EMPTY"}
    stood = [line[0] for line in calculator.ask("look", name=table.name, rows=5)["cells"]]
    assert [kind for kind, _ in stood] == ["TEXT"] + ["EMPTY"] * (len(stood) - 1)


def test_a_calculator_that_hangs_is_ended(made: list[Template], start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "PATIENCE", 0.01)
    with start() as calculator:
        with pytest.raises(Stuck, match="no answer"):
            calculator.open(made[0][1], [])
        assert calculator.process.poll() is not None
