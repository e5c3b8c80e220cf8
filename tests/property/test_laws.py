"""Laws that hold whatever is stated: of every measure under any bound, of rows, of rubbish, and of the workbook.

What the shipped packs promise under their own bounds stands in ``test_policy_laws.py``.

- a stated shortfall is exact under every comparator: the target closes it, one smallest step less does not
- rows that are blank, moved or repeated change nothing, even where some cannot be read
- shares and growth do not depend on the unit of money
- joining verdicts is commutative and idempotent
- a rule is missing while any cell it needs is blank; a cell that cannot be read weighs as a blank one
- evaluating twice gives the same
- what is written into a workbook is what is read from it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from toolkit.evaluate import evaluate
from toolkit.fields import Field, FieldKind, split_slot
from toolkit.finding import Outcome, Verdict, conjunction, disjunction
from toolkit.intake import answers_from_dict, take_in
from toolkit.measures import Case, measure_from_dict
from toolkit.packs import packs
from toolkit.rules import Force
from toolkit.submission import Entry, Location, Raw, RawAnswers, RawTable, Submission
from workbook.engines.files import FileBook
from workbook.layout import lay_out
from workbook.reader import read_submission
from workbook.sample import Outcome as Fate
from workbook.sample import sample
from workbook.template import write_template

POLICY = packs()["shanghai-2024"].policy
SEASON = packs()["shanghai-2024"].seasons["2026"]
HERE = Location("填报", 1, 1)
MET, UNMET, MISSING = Verdict.MET, Verdict.UNMET, Verdict.MISSING

Figures = dict[str, Decimal]
Rows = list[dict[str, Any]]

money = st.decimals(0, 1_000_000, places=4)
some_money = st.decimals(1, 1_000_000, places=4)
rates = st.decimals("0.001", "0.999", places=3)
comparators = st.sampled_from([">=", ">", "<=", "<"])


def drawn(seed: int) -> Random:
    """Chance that an example repeats."""
    return Random(seed)  # noqa: S311  (nothing is kept secret)


def bound(comparator: str, value: Decimal | int) -> dict[str, Any]:
    values = [{"from": "2024-02-22", "value": str(value), "source": "test"}]
    return {"comparator": comparator, "unit": "", "values": values}


def judged(measure: Mapping[str, Any], submission: Submission, **readings: str) -> Outcome:
    case = Case(
        submission=submission,
        season=SEASON,
        fields=POLICY.fields,
        tables=POLICY.tables,
        readings=POLICY.readings(replace(SEASON, readings=readings)),
    )
    return measure_from_dict({"rule": "R", **measure}).judge(case)


def of(measure: Mapping[str, Any], figures: Figures, **readings: str) -> Outcome:
    entries = {key: Entry(value, HERE) for key, value in figures.items()}
    return judged(measure, Submission(entries=entries, tables={}), **readings)


# --- the stated shortfall -------------------------------------------------------------------------------------


def closes(judge: Callable[[Decimal], Outcome], stated: Decimal, step: str, comparator: str) -> None:
    """Reaching the target is enough, one step less is not, and the amount is the way from here to there."""
    outcome = judge(stated)
    assume(outcome.verdict is UNMET)
    short = outcome.shortfall
    assert short is not None
    assert short.target is not None
    assert short.amount == abs(short.target - stated) > 0
    assert judge(short.target).verdict is MET
    assert judge(short.target + (-Decimal(step) if ">" in comparator else Decimal(step))).verdict is UNMET


@given(totals=st.tuples(money, money, money), floor=money, strict=st.booleans(), average=st.booleans())
@example(totals=(Decimal(30), Decimal(31), Decimal(32)), floor=Decimal(30), strict=True, average=False)
def test_the_shortfall_of_a_floor_closes_the_gap(
    totals: tuple[Decimal, ...], floor: Decimal, strict: bool, average: bool
) -> None:
    comparator = ">" if strict else ">="
    measure: dict[str, Any] = {"kind": "each_year", "input": "output_total", "years": [-2, -1, 0]}
    measure |= {"over": "output_floor", "threshold": bound(comparator, floor)}
    keys = ["output_total@-2", "output_total@-1", "output_total@0"]

    def mended(to: Decimal) -> Outcome:
        """Every poor year is raised; of an average, the last one is."""
        years = [*totals[:-1], to] if average else [max(total, to) for total in totals]
        return of(measure, dict(zip(keys, years, strict=True)), output_floor="average" if average else "each")

    closes(mended, totals[-1] if average else min(totals), "0.0001", comparator)


@given(part=money, total=some_money, share=rates, comparator=comparators)
@example(part=Decimal("19.9999"), total=Decimal(40), share=Decimal("0.5"), comparator=">=")
@example(part=Decimal(20), total=Decimal(40), share=Decimal("0.5"), comparator=">")
@example(part=Decimal(20), total=Decimal(40), share=Decimal("0.5"), comparator="<")
def test_the_shortfall_of_a_share_closes_the_gap(
    part: Decimal, total: Decimal, share: Decimal, comparator: str
) -> None:
    measure: dict[str, Any] = {"kind": "share", "part": "output_sme", "whole": "output_total", "years": [0]}
    measure |= {"threshold": bound(comparator, share)}
    closes(lambda x: of(measure, {"output_sme@0": x, "output_total@0": total}), part, "0.0001", comparator)


@pytest.mark.parametrize("method", ["g3", "g2", "m3"])
@given(earlier=st.tuples(some_money, some_money, some_money), last=money, rate=rates, strict=st.booleans())
@example(earlier=(Decimal(100), Decimal(100), Decimal(110)), last=Decimal(121), rate=Decimal("0.1"), strict=True)
def test_the_shortfall_of_growth_closes_the_gap(
    method: str, earlier: tuple[Decimal, ...], last: Decimal, rate: Decimal, strict: bool
) -> None:
    comparator = ">" if strict else ">="
    measure: dict[str, Any] = {"kind": "annual_growth", "input": "output_total", "method": "growth_method"}
    measure |= {"threshold": bound(comparator, rate)}
    figures = {f"output_total@{year}": figure for year, figure in zip((-3, -2, -1), earlier, strict=True)}
    closes(lambda x: of(measure, figures | {"output_total@0": x}, growth_method=method), last, "0.0001", comparator)


@given(
    patents=st.integers(0, 10**6).map(Decimal),
    people=st.integers(1, 10**6).map(Decimal),
    density=st.decimals("0.1", 900, places=1),
    comparator=comparators,
)
@example(patents=Decimal(14), people=Decimal(9600), density=Decimal(15), comparator=">=")
def test_the_shortfall_of_a_density_closes_the_gap(
    patents: Decimal, people: Decimal, density: Decimal, comparator: str
) -> None:
    measure: dict[str, Any] = {"kind": "per_ten_thousand", "part": "patent_stock", "whole": "sme_staff"}
    measure |= {"threshold": bound(comparator, density)}
    closes(lambda x: of(measure, {"patent_stock@0": x, "sme_staff@0": people}), patents, "1", comparator)


@given(stated=money, limit=money, comparator=comparators)
@example(stated=Decimal(100), limit=Decimal(100), comparator="<")
def test_the_shortfall_of_an_amount_closes_the_gap(stated: Decimal, limit: Decimal, comparator: str) -> None:
    measure = {"kind": "amount", "input": "area", "threshold": bound(comparator, limit)}
    closes(lambda x: of(measure, {"area": x}), stated, "0.0001", comparator)


# --- rows -----------------------------------------------------------------------------------------------------

# Each is told apart by its number; what decides whether it counts may be blank, unreadable or wrong.
platforms = st.fixed_dictionaries(
    {
        "platform_number": st.sampled_from(["甲1", "甲2", "x3", "X3", "甲4", "甲5"]),
        "platform_level": st.sampled_from(["国家级", "区级", "未评级", None]),
        "platform_date": st.sampled_from([date(2025, 1, 1), date(2026, 9, 30), date(2026, 10, 1), "去年", None]),
        "platform_inside": st.sampled_from(["是", "是", "否", None]),
    }
)
NEW = {"platform_level": "市级", "platform_date": date(2025, 1, 1), "platform_inside": "是"}


def counted(rows: Rows, needed: int) -> Outcome:
    slots = POLICY.tables["platforms"].slots
    raw = [
        (str(i), {key: Raw(row.get(key), Location("五", i, j)) for j, key in enumerate(slots, 1)})
        for i, row in enumerate(rows, 1)
    ]
    measure = {
        "kind": "distinct_count",
        "table": "platforms",
        "by": "platform_number",
        "where": [
            {"column": "platform_level", "in": ["国家级", "市级", "区级"]},
            {"column": "platform_date", "on_or_before": "reference_date"},
            {"column": "platform_inside", "in": ["是"]},
        ],
        "threshold": bound(">=", needed),
    }
    return judged(measure, take_in(POLICY, SEASON, RawAnswers({}, {"platforms": RawTable(tuple(raw), HERE)})))


def told(outcome: Outcome) -> tuple[object, ...]:
    return outcome.verdict, outcome.value, outcome.shortfall


lists = st.lists(platforms, min_size=1, max_size=9)
needs = st.integers(1, 5)


@given(
    rows=lists, needed=needs, seed=st.integers(0, 99), twice=st.sets(st.integers(0, 8)), gaps=st.sets(st.integers(0, 9))
)
def test_rows_moved_repeated_or_parted_by_blank_ones_change_nothing(
    rows: Rows, needed: int, seed: int, twice: set[int], gaps: set[int]
) -> None:
    changed = [row for i, row in enumerate(rows) for _ in range(1 + (i in twice))]
    drawn(seed).shuffle(changed)
    for place in sorted(gaps):
        changed.insert(place, {})
    assert told(counted(changed, needed)) == told(counted(rows, needed))


@given(rows=lists, needed=needs)
def test_the_shortfall_of_a_count_is_the_number_of_things_to_add(rows: Rows, needed: int) -> None:
    short = counted(rows, needed).shortfall
    assume(short is not None)
    assert short is not None
    new: Rows = [{"platform_number": f"新{i}", **NEW} for i in range(int(short.amount))]
    assert counted(rows + new, needed).verdict is MET
    assert counted(rows + new[1:], needed).verdict is not MET


# --- units and joining ----------------------------------------------------------------------------------------


@given(
    totals=st.tuples(some_money, some_money, some_money, some_money),
    share=st.decimals("0.01", 1, places=2),
    unit=st.sampled_from([Decimal("0.0001"), Decimal(7), Decimal(10**4), Decimal(10**8)]),
    method=st.sampled_from(["g3", "g2", "m3"]),
)
def test_shares_and_growth_do_not_depend_on_the_unit_of_money(
    totals: tuple[Decimal, ...], share: Decimal, unit: Decimal, method: str
) -> None:
    figures = {f"output_total@{year}": total for year, total in zip((-3, -2, -1, 0), totals, strict=True)}
    figures["output_main@0"] = totals[-1] * share
    growth = {"kind": "annual_growth", "input": "output_total", "method": "growth_method"}
    portion = {"kind": "share", "part": "output_main", "whole": "output_total", "years": [0]}
    for measure, limit in ((growth, "0.10"), (portion, "0.50")):
        here, there = (
            of(measure | {"threshold": bound(">=", Decimal(limit))}, asked, growth_method=method)
            for asked in (figures, {key: figure * unit for key, figure in figures.items()})
        )
        assert (here.verdict, here.value, here.shown) == (there.verdict, there.value, there.shown)


@pytest.mark.parametrize("join", [conjunction, disjunction])
@given(verdicts=st.lists(st.sampled_from(Verdict), max_size=8), seed=st.integers(0, 99))
def test_joining_depends_neither_on_order_nor_on_repetition(
    join: Callable[[Iterable[Verdict]], Verdict], verdicts: list[Verdict], seed: int
) -> None:
    mixed = [*verdicts, *verdicts]
    drawn(seed).shuffle(mixed)
    assert join(mixed) is join(verdicts) is join([join(verdicts)])


# --- blanks ---------------------------------------------------------------------------------------------------

# Under these readings every year of a figure is needed.
STRICT = replace(SEASON, readings={"growth_method": "m3", "share_years": "each"})


@cache
def good() -> RawAnswers:
    return answers_from_dict(POLICY, sample(POLICY, SEASON, 1, Fate.MET, 24))


@cache
def stated() -> Submission:
    return take_in(POLICY, SEASON, good())


def needed_cells() -> list[tuple[str, str]]:
    """``(rule, slot)`` of every input a rule cannot be decided without."""
    return [
        (rule.id, cell)
        for rule in POLICY.rules
        if rule.force is not Force.PREFERENCE and rule.when_missing is MISSING
        for key in dict.fromkeys(
            [*rule.measure.slots, *rule.measure.mentions, *([rule.applies.input] if rule.applies else [])]
        )
        for cell in (POLICY.fields[key].slots if key in POLICY.fields else [key])
    ]


@pytest.mark.parametrize(("rule", "cell"), needed_cells())
def test_a_rule_and_the_whole_are_missing_while_a_cell_the_rule_needs_is_blank(rule: str, cell: str) -> None:
    def verdicts(entries: Mapping[str, Entry]) -> tuple[Verdict, Verdict]:
        whole = evaluate(POLICY, STRICT, replace(stated(), entries=entries))
        return whole.verdict, next(finding.verdict for finding in whole.findings if finding.rule == rule)

    assert verdicts(stated().entries) in ((MET, MET), (MET, Verdict.NOT_APPLICABLE))
    assert verdicts({**stated().entries, cell: Entry(None, HERE)}) == (MISSING, MISSING)


# --- rubbish --------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [
        "",
        "\u200b",
        "{0}{",
        "%s",
        "\x00\x0b\x1f",
        "=1+1",
        "#REF!",
        "38亿",
        "1e400",
        "٣٫٥",
        "²",
        "2026-02-30",
        "9" * 400,
        "符合",
    ]
)
odd = ("0", "-0", "-1", "1e-300", "1e300", "9e19", "1e-19", "0.1", "sNaN", "NaN", "99999999999999999999.9999")
numbers = st.decimals() | st.sampled_from([Decimal(text) for text in odd])
rubbish = st.one_of(texts, numbers, st.booleans(), st.none(), st.dates(), st.datetimes())
cells = st.tuples(rubbish, st.none() | st.just("=A1/0"), st.none() | st.sampled_from(["#DIV/0!", "#N/A"]))
Pile = list[tuple[Any, str | None, str | None]]


def spoilt(answers: RawAnswers, pile: Pile, chance: Random, share: float) -> RawAnswers:
    """The same cells, some with rubbish in them, and some tables lost."""

    def touched(raw: Raw) -> Raw:
        if chance.random() >= share:
            return raw
        value, formula, error = chance.choice(pile)
        return Raw(value, raw.location, formula, error)

    tables = {
        name: RawTable(
            tuple((row_id, {key: touched(raw) for key, raw in row.items()}) for row_id, row in table.rows), table.anchor
        )
        for name, table in answers.tables.items()
        if chance.random() > share / 10
    }
    return RawAnswers({key: touched(raw) for key, raw in answers.inputs.items()}, tables)


@settings(max_examples=60)
@given(
    pile=st.lists(cells, min_size=1, max_size=12), seed=st.integers(0, 2**32), share=st.sampled_from([0.02, 0.3, 1.0])
)
def test_whatever_stands_in_the_cells_the_evaluation_ends_and_ends_the_same_twice(
    pile: Pile, seed: int, share: float
) -> None:
    answers = spoilt(good(), pile, drawn(seed), share)
    submission = take_in(POLICY, SEASON, answers)
    whole = evaluate(POLICY, SEASON, submission)
    assert whole == evaluate(POLICY, SEASON, take_in(POLICY, SEASON, answers))
    assert whole.verdict is conjunction(finding.verdict for finding in whole.findings)
    assert all(problem.explanation.title for problem in whole.problems)


@settings(max_examples=60)
@given(pile=st.lists(cells, min_size=1, max_size=12), seed=st.integers(0, 2**32))
def test_what_cannot_be_read_is_told_and_no_figure_is_made_of_it(pile: Pile, seed: int) -> None:
    read = take_in(POLICY, SEASON, spoilt(good(), pile, drawn(seed), 1))
    rows = [row for table in read.tables.values() for row in table.rows]
    entries = [*read.entries.items(), *(pair for row in rows for pair in row.cells.items())]
    blamed = {problem.location for problem in read.problems}
    assert all(entry.value is None and entry.location in blamed for _, entry in entries if entry.fault)
    figures = [entry.value for key, entry in entries if POLICY.fields[split_slot(key)[0]].kind.numeric]
    assert all(isinstance(figure, Decimal) and figure.is_finite() for figure in figures if figure is not None)


@given(value=rubbish, slot=st.sampled_from(sorted({cell for _, cell in needed_cells()})))
def test_a_cell_that_cannot_be_read_weighs_exactly_as_a_blank_one(value: Any, slot: str) -> None:
    entry = take_in(POLICY, SEASON, RawAnswers({slot: Raw(value, HERE)}, {})).entries[slot]
    assume(entry.value is None)
    unread, blank = (
        evaluate(POLICY, SEASON, replace(stated(), entries={**stated().entries, slot: put}))
        for put in (entry, Entry(None, HERE))
    )
    assert unread.findings == blank.findings


# --- there and back -------------------------------------------------------------------------------------------


def typed(field: Field) -> st.SearchStrategy[Any]:
    """What somebody might properly type into a cell of this field."""
    if field.kind.numeric:
        top = min(field.maximum or Decimal(10**6), Decimal(10**6))
        return st.decimals(field.minimum or 0, top, places=4 if field.decimals is None else field.decimals)
    if field.kind is FieldKind.DATE:
        return st.dates(date(1950, 1, 1), date(2099, 12, 31))
    if field.kind is FieldKind.CHOICE:
        return st.sampled_from(field.choices)
    if field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
        return st.lists(
            st.sampled_from([*"甲乙 =+-@'\"<&>%{}_\n\té😀\u3000", "_x0041_", "#N/A", "12"]), min_size=1, max_size=12
        ).map("".join)
    return st.just("13800000000")


@st.composite
def simple_answers(draw: st.DrawFn) -> RawAnswers:
    """Some inputs of every kind and a few rows of some tables, the rest blank."""
    blank = answers_from_dict(POLICY, {})
    keys = set(draw(st.lists(st.sampled_from(sorted(blank.inputs)), min_size=30, max_size=60)))
    inputs = {
        key: raw._replace(value=draw(typed(POLICY.fields[split_slot(key)[0]]))) if key in keys else raw
        for key, raw in blank.inputs.items()
    }
    tables = dict(blank.tables)
    for name in ("roster", "incidents", "services"):
        table = POLICY.tables[name]
        slots = [(key, column) for column in table.columns for key in column.slots]
        ids = [row.id for row in table.fixed] or [str(i + 1) for i in range(draw(st.integers(0, 3)))]
        # Each cell stands somewhere of its own: one cell hears one message of a kind only once.
        places = (Location(name, 1, n) for n in count(1))
        rows = [
            (row_id, {key: Raw(draw(st.none() | typed(column)), next(places)) for key, column in slots})
            for row_id in ids
        ]
        tables[name] = RawTable(tuple(rows), HERE)
    return RawAnswers(inputs, tables)


def values(submission: Submission) -> tuple[object, ...]:
    """What was read, without the places."""
    inputs = {key: (entry.value, entry.fault) for key, entry in submission.entries.items()}
    tables = {
        name: [{key: (cell.value, cell.fault) for key, cell in row.cells.items()} for row in table.rows]
        for name, table in submission.tables.items()
    }
    return inputs, tables, sorted(problem.code for problem in submission.problems)


@settings(max_examples=8)
@given(answers=simple_answers())
def test_what_is_written_into_a_workbook_is_what_is_read_from_it(answers: RawAnswers) -> None:
    layout = lay_out(POLICY, SEASON)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "申报.xlsx"
        write_template(layout, path, answers)
        read = read_submission(FileBook(path), layout)
    assert values(read) == values(take_in(POLICY, SEASON, answers))
