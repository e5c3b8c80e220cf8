"""Figures that hug every threshold of the policy, one smallest step below, at and above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from tests.parity.draft import FINE, Cells, Draft
from toolkit.fields import slot
from toolkit.measures import leaves
from toolkit.measures.baselines import BelowBaseline
from toolkit.measures.counting import Coverage, DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.levels import Amount, EachYear
from toolkit.measures.shares import PerTenThousand, Share, Trend
from toolkit.policy import Policy
from toolkit.threshold import Threshold

Hug = Callable[[Draft, int], None]
SIDES = ((-1, "below"), (0, "at"), (1, "above"))
_YEARS = {"g3": (-3, 0), "g2": (-2, 0), "m3": (-3, -2, -1, 0)}
_EXTRA = 8


def hugs(policy: Policy) -> Iterator[tuple[str, Hug]]:
    """What each bound is called, and how to come close to it."""
    for rule in policy.rules:
        for branch, leaf in leaves(rule.measure):
            if type(leaf) in _HUGS:
                yield " ".join(filter(None, (rule.id, branch))), _bind(_HUGS[type(leaf)], leaf)


def _bind(hug: Callable[[Draft, Any, int], None], leaf: Any) -> Hug:
    return lambda draft, side: hug(draft, leaf, side)


def _bound(draft: Draft, threshold: Threshold) -> Fraction:
    return Fraction(threshold.at(draft.season.reference_date).value)


def _step(draft: Draft, key: str, largest: int = 0) -> Fraction:
    """The smallest step of a cell; now and then, beside a figure that is not too large, one finer than its field keeps."""
    places = draft.field(key).decimals
    if places != 0 and largest < FINE and draft.chance.random() < 0.15:
        draft.kinds.add("extra decimals")
        places = _EXTRA
    return Fraction(1, 10 ** (4 if places is None else places))


def _put(draft: Draft, key: str, value: Fraction) -> None:
    """Write a figure that ends within eight places; a negative one would only be out of bounds."""
    exact = max(value, Fraction()) * 10**_EXTRA
    number = Decimal(round(exact)).scaleb(-_EXTRA)
    draft.inputs[key] = number.to_integral_value() if number == number.to_integral_value() else number.normalize()


def _nearest(value: Fraction, step: Fraction) -> Fraction:
    """The lowest figure in whole steps that is not below."""
    return -(-value // step) * step


def _each_year(draft: Draft, leaf: EachYear, side: int) -> None:
    bound, keys = _bound(draft, leaf.threshold), list(leaf.slots)
    step = _step(draft, keys[0])
    average = bool(leaf.over) and draft.reading(leaf.over) == "average"
    if average:
        first = [bound + draft.chance.randint(-50_000, 50_000) * step for _ in keys[1:]]
        figures = [*first, bound * len(keys) - sum(first) + side * step]
    else:
        figures = [bound + draft.chance.randint(0, 50_000) * step for _ in keys]
        figures[draft.chance.randrange(len(keys))] = bound + side * step
    for key, figure in zip(keys, figures, strict=True):
        _put(draft, key, figure)


def _amount(draft: Draft, leaf: Amount, side: int) -> None:
    keys = list(leaf.slots)
    total = _bound(draft, leaf.threshold) + side * _step(draft, keys[0])
    for key in keys:
        _put(draft, key, Fraction())
    _put(draft, draft.chance.choice(keys), total)


def _share(draft: Draft, leaf: Share, side: int) -> None:
    bound = _bound(draft, leaf.threshold)
    every = bool(leaf.over) and draft.reading(leaf.over) == "each"
    years = leaf.years if every or draft.chance.random() < 0.5 else leaf.years[-1:]
    chosen = draft.chance.choice(years) if every else years[-1]
    for year in years:
        part, whole = slot(leaf.part, year), slot(leaf.whole, year)
        step = _step(draft, part)
        figure = draft.chance.randint(100, 900_000) * _places(draft, whole)
        if draft.chance.random() < 0.6:
            figure -= figure % (bound.denominator * _places(draft, whole))
        _put(draft, whole, figure)
        _put(draft, part, _nearest(bound * figure, step) + (side * step if year == chosen else 0))


def _places(draft: Draft, key: str) -> Fraction:
    return Fraction(1, 10 ** (draft.field(key).decimals or 0))


def _density(draft: Draft, leaf: PerTenThousand, side: int) -> None:
    bound = _bound(draft, leaf.threshold) / 10_000
    part, whole = leaf.slots
    people = Fraction(draft.chance.randint(1, 300) * bound.denominator)
    if draft.chance.random() < 0.4:
        people += draft.chance.randint(1, bound.denominator)
    _put(draft, whole, people)
    _put(draft, part, _nearest(bound * people, Fraction(1)) + side)


def _growth(draft: Draft, leaf: AnnualGrowth, side: int) -> None:
    """Figures whose demand ends within the places of the field, or any figures with the demand rounded up."""
    method, rate = draft.reading(leaf.method), _bound(draft, leaf.threshold)
    keys = [slot(leaf.input, year) for year in _YEARS[method]]
    steps = [1 + Fraction(draft.chance.randint(-2, 6), 10) for _ in keys[2:]]
    factors = [Fraction(1)]
    for step in steps:
        factors.append(factors[-1] * step)
    power = {"g3": 3, "g2": 2}.get(method, 0)
    demand = (1 + rate) ** power if power else factors[-1] * (3 * (1 + rate) - sum(steps))
    smallest = _step(draft, keys[-1])
    scale = smallest * draft.chance.randint(1, 400)
    if draft.chance.random() < 0.7:
        scale *= lcm(*(factor.denominator for factor in (*factors, demand)))
    figures = [_nearest(factor * scale, smallest) for factor in factors]
    if power:
        demanded = figures[0] * demand
    else:
        v0, v1, v2 = figures
        demanded = v2 * (3 * (1 + rate) - v1 / v0 - v2 / v1)
    for key in (slot(leaf.input, year) for year in _YEARS["m3"]):
        _put(draft, key, figures[0])
    for key, figure in zip(keys, [*figures, _nearest(demanded, smallest) + side * smallest], strict=True):
        _put(draft, key, figure)


def _trend(draft: Draft, leaf: Trend, side: int) -> None:
    """The same rate in every year, but for one step in one of them."""
    rate = Fraction(draft.chance.randint(1, 99), 100) * (leaf.per if leaf.unit != "%" else 1)
    chosen = draft.chance.choice(leaf.years)
    for year in leaf.years:
        part, whole = slot(leaf.part, year), slot(leaf.whole, year)
        figure = Fraction(100 * draft.chance.randint(1, 60))
        _put(draft, whole, figure)
        _put(draft, part, rate * figure + (side * _step(draft, part, FINE) if year == chosen else 0))


def _count(draft: Draft, leaf: DistinctCount, side: int) -> None:
    """As many rows that count as are asked for, one less or one more; beside them rows that repeat, fail or cannot tell."""
    needed = int(_bound(draft, leaf.threshold)) + side
    rows = [draft.counting(leaf.table, leaf.where) for _ in range(max(needed, 0))]
    if leaf.by:
        for i, row in enumerate(rows):
            if not any(asked.lookup and asked.column == leaf.by for asked in leaf.where):
                row[leaf.by] = f"沪〔{draft.chance.randrange(10**6)}〕Ab{i}号"
    extra: list[Cells] = [dict(row) for row in draft.few(rows)] if rows else []
    for _ in range(draft.chance.choice((0, 0, 1, 3))):
        row = draft.counting(leaf.table, leaf.where)
        column = draft.chance.choice([asked.column for asked in leaf.where] or list(row))
        row[column] = draft.chance.choice((None, "其他", "无"))
        extra.append(row)
    if draft.chance.random() < 0.5:
        extra = []
    mixed = rows + extra
    draft.chance.shuffle(mixed)
    kept = draft.tables[leaf.table] if draft.chance.random() < 0.1 else []
    draft.tables[leaf.table] = [*kept, *mixed]


def _coverage(draft: Draft, leaf: Coverage, side: int) -> None:
    """As many printed rows answered as are asked for, the rest left blank or answered in the negative."""
    table = draft.policy.tables[leaf.table]
    every = bool(leaf.over) and draft.reading(leaf.over) == "all"
    asked = [i for i, row in enumerate(table.fixed) if not (every and row.id in leaf.optional)]
    needed = len(asked) if every else int(_bound(draft, leaf.threshold))
    covered = set(draft.some(asked, max(needed + side, 0)))
    bad: list[Any] = [None]
    if leaf.among:
        bad = [None, *(text for text in draft.field(leaf.column).choices if text not in leaf.among)]
    elif leaf.positive:
        bad = [None, Decimal()]
    other = draft.chance.choice(bad)
    for i, row in enumerate(draft.tables[leaf.table]):
        for key in draft.field(leaf.column).slots:
            if i not in covered:
                row[key] = other
            elif leaf.among:
                row[key] = draft.chance.choice(leaf.among)
            else:
                row[key] = draft.number_for(draft.field(key))


def _baseline(draft: Draft, leaf: BelowBaseline, side: int) -> None:
    """All rows below their baseline but one, which is a step away from it."""
    table = draft.policy.tables[leaf.table]
    rows = [draft.row(table) for _ in range(draft.chance.choice((1, 1, 2, 4)))]
    for row in rows:
        places = draft.chance.choice((0, 1, 2, 4))
        row[leaf.baseline] = Decimal(draft.chance.randint(2, 10**6)).scaleb(-places)
        row[leaf.value] = Decimal(1).scaleb(-places)
    row = draft.chance.choice(rows)
    baseline = row[leaf.baseline]
    assert isinstance(baseline, Decimal)
    row[leaf.value] = baseline + side * Decimal(1).scaleb(-draft.chance.choice((0, 1, 2, 4, 6)))
    draft.tables[leaf.table] = rows
    for rule in draft.policy.rules:
        if rule.applies and any(found is leaf for _, found in leaves(rule.measure)):
            draft.inputs[rule.applies.input] = rule.applies.among[0]


_HUGS: dict[type[Any], Callable[[Draft, Any, int], None]] = {
    EachYear: _each_year,
    Amount: _amount,
    Share: _share,
    PerTenThousand: _density,
    AnnualGrowth: _growth,
    Trend: _trend,
    DistinctCount: _count,
    Coverage: _coverage,
    BelowBaseline: _baseline,
}
