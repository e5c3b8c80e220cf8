"""Laws of the policy that hold whatever an operator states.

- what is said to be missing is exactly what is missing: with it the rule holds, with one smallest step less it does not
- the order of rows, rows that stand twice and the unit of money change nothing
- what is blank never helps; while a datum a rule needs is blank, the whole is never met
- 应当满足以下条件: all together is met only where each is; 或者: one is enough
- nothing that can stand in a cell stops an evaluation, and every problem found can be told
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, reduce
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation, Outcome, Verdict, conjunction, disjunction
from toolkit.intake import answers_from_dict, take_in
from toolkit.measures import Case
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.rules import Force
from toolkit.season import Season
from toolkit.submission import Entry, Location, Raw, RawAnswers, RawTable, Row, Submission, TableData

SHANGHAI, NATIONAL = "shanghai-2024", "national-2022"
NOWHERE = Location("某表", 1, 1)
METHODS = ("g3", "g2", "m3")
# An evaluation of everything takes a hundred times as long as that of one rule.
WHOLE = settings(max_examples=40)
Figures = dict[str, Decimal]


@cache
def pack(pack_id: str) -> tuple[Policy, Season, dict[str, Any]]:
    """Policy, season and the answers of the worked examples."""
    found = packs()[pack_id]
    examples = json.loads((found.folder / "cases.json").read_text("utf-8"), parse_float=Decimal)
    return found.policy, found.seasons[examples["season"]], examples["base"]


def judged(
    pack_id: str,
    rule: str,
    figures: Mapping[str, Decimal],
    readings: Mapping[str, str] | None = None,
    tables: Mapping[str, TableData] | None = None,
) -> Outcome:
    """What the measure of a rule says of these figures."""
    policy, season, _ = pack(pack_id)
    season = replace(season, readings=dict(readings or {}))
    entries = {key: Entry(value, NOWHERE) for key, value in figures.items()}
    case = Case(
        submission=Submission(entries=entries, tables=tables or {}),
        season=season,
        fields=policy.fields,
        tables=policy.tables,
        readings=policy.readings(season),
    )
    return policy.rule(rule).measure.judge(case)


def target_of(outcome: Outcome) -> Decimal:
    """The value that is said to close the gap."""
    assert outcome.verdict is Verdict.UNMET
    assert outcome.shortfall is not None
    assert outcome.shortfall.target is not None
    assert outcome.shortfall.amount > 0
    return outcome.shortfall.target


def money(least: str = "0", most: str = "500") -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=4)


STEP, ONE = Decimal("0.0001"), Decimal(1)
FLOORS = [(SHANGHAI, "6.2-07", Decimal(30)), (NATIONAL, "N2-02", Decimal(40))]


class Part(NamedTuple):
    """A rule about a share, with its figures and their smallest step."""

    pack_id: str
    rule: str
    part: str
    total: str
    step: Decimal
    bound: Decimal


class Growing(NamedTuple):
    """A rule about growth, with its figure and the smallest step of it."""

    pack_id: str
    rule: str
    field: str
    step: Decimal


SHARES = [
    Part(SHANGHAI, "6.2-08", "output_sme", "output_total", STEP, Decimal("0.5")),
    Part(SHANGHAI, "6.2-09", "output_main", "output_total", STEP, Decimal("0.5")),
    Part(SHANGHAI, "6.6-05", "platform_users", "smes", ONE, Decimal("0.1")),
    Part(SHANGHAI, "6.9-06", "policy_covered", "firms", ONE, Decimal(1)),
    Part(NATIONAL, "N2-03", "output_sme", "output_total", STEP, Decimal("0.7")),
    Part(NATIONAL, "N2-04", "output_main", "output_total", STEP, Decimal("0.7")),
]
GROWTHS = [
    Growing(SHANGHAI, "6.2-10", "output_total", STEP),
    Growing(SHANGHAI, "6.5-01", "rd_total", STEP),
    Growing(SHANGHAI, "6.5-06", "patent_stock", ONE),
    Growing(NATIONAL, "N2-05", "output_total", STEP),
]


# --- the shortfall is exact -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("pack_id", "rule", "floor"), FLOORS)
@given(years=st.lists(money(), min_size=3, max_size=3), low=money(most="29.9999"), at=st.integers(0, 2))
def test_every_year_at_its_target_holds_the_floor_and_one_step_less_does_not(
    pack_id: str, rule: str, floor: Decimal, *, years: list[Decimal], low: Decimal, at: int
) -> None:
    keys = [f"output_total@{year}" for year in (-2, -1, 0)]
    figures = dict(zip(keys, years, strict=True)) | {keys[at]: low}
    target = target_of(judged(pack_id, rule, figures))
    assert target == floor
    mended = {key: max(value, target) for key, value in figures.items()}
    assert judged(pack_id, rule, mended).verdict is Verdict.MET
    assert judged(pack_id, rule, mended | {keys[at]: target - STEP}).verdict is Verdict.UNMET


@given(st.lists(money(most="29.9999"), min_size=3, max_size=3))
def test_the_last_year_at_its_target_holds_the_average_and_one_step_less_does_not(years: list[Decimal]) -> None:
    figures = dict(zip([f"output_total@{year}" for year in (-2, -1, 0)], years, strict=True))
    average = {"output_floor": "average"}
    target = target_of(judged(SHANGHAI, "6.2-07", figures, average))
    at, below = figures | {"output_total@0": target}, figures | {"output_total@0": target - STEP}
    assert judged(SHANGHAI, "6.2-07", at, average).verdict is Verdict.MET
    assert judged(SHANGHAI, "6.2-07", below, average).verdict is Verdict.UNMET


@pytest.mark.parametrize("share", SHARES, ids=lambda share: share.rule)
@given(steps=st.integers(1, 5_000_000), short=st.integers(1, 5_000_000))
def test_a_part_at_its_target_holds_the_share_and_one_step_less_does_not(share: Part, steps: int, short: int) -> None:
    part, total, step = f"{share.part}@0", f"{share.total}@0", share.step
    figures: Figures = {total: steps * step, part: max(int(steps * share.bound) - short, 0) * step}
    target = target_of(judged(share.pack_id, share.rule, figures))
    assert target <= figures[total]
    assert judged(share.pack_id, share.rule, figures | {part: target}).verdict is Verdict.MET
    assert judged(share.pack_id, share.rule, figures | {part: target - step}).verdict is Verdict.UNMET


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("growth", GROWTHS, ids=lambda growth: growth.rule)
@given(before=st.lists(st.integers(1, 5_000_000), min_size=3, max_size=3), fall=st.integers(0, 5_000_000))
def test_the_last_year_at_its_target_holds_the_growth_and_one_step_less_does_not(
    growth: Growing, method: str, before: list[int], fall: int
) -> None:
    # Three years that fall make every average fall with them; else the year the method starts from is enough.
    years = sorted(before, reverse=True) if method == "m3" else before
    start = {"g3": years[0], "g2": years[1], "m3": years[2]}[method]
    keys = [f"{growth.field}@{year}" for year in (-3, -2, -1, 0)]
    figures = {key: year * growth.step for key, year in zip(keys, [*years, max(start - fall, 0)], strict=True)}
    readings = {"growth_method": method}
    target = target_of(judged(growth.pack_id, growth.rule, figures, readings))
    assert judged(growth.pack_id, growth.rule, figures | {keys[-1]: target}, readings).verdict is Verdict.MET
    less = figures | {keys[-1]: target - growth.step}
    assert judged(growth.pack_id, growth.rule, less, readings).verdict is Verdict.UNMET


@given(staff=st.integers(1, 400_000), short=st.integers(1, 600))
def test_patents_at_their_target_hold_the_density_and_one_less_does_not(staff: int, short: int) -> None:
    patents = max(staff * 15 // 10_000 - short, 0)
    figures: Figures = {"patent_stock@0": Decimal(patents), "sme_staff@0": Decimal(staff)}
    target = target_of(judged(SHANGHAI, "6.5-07", figures))
    assert judged(SHANGHAI, "6.5-07", figures | {"patent_stock@0": target}).verdict is Verdict.MET
    assert judged(SHANGHAI, "6.5-07", figures | {"patent_stock@0": target - 1}).verdict is Verdict.UNMET


@pytest.mark.parametrize(("pack_id", "rule"), [(SHANGHAI, "6.2-06"), (NATIONAL, "N2-01")])
@given(excess=money("0.0001", "900"))
def test_an_area_at_its_target_is_allowed_and_one_step_more_is_not(pack_id: str, rule: str, excess: Decimal) -> None:
    outcome = judged(pack_id, rule, {"area": 100 + excess})
    assert outcome.verdict is Verdict.UNMET
    assert outcome.shortfall is not None
    assert outcome.shortfall.amount == excess
    assert judged(pack_id, rule, {"area": target_of(outcome)}).verdict is Verdict.MET
    assert judged(pack_id, rule, {"area": target_of(outcome) + STEP}).verdict is Verdict.UNMET


def test_one_officer_more_than_none_is_a_team() -> None:
    outcome = judged(SHANGHAI, "6.9-03", {"officers": Decimal()})
    assert judged(SHANGHAI, "6.9-03", {"officers": target_of(outcome)}).verdict is Verdict.MET


def standards(numbers: Sequence[str]) -> dict[str, TableData]:
    """A table of sound standards with these numbers, all by the one enterprise of a roster."""
    owner = Entry("91310117MA1J00001G", NOWHERE)
    told = {"standard_level": "国家标准", "standard_state": "已发布", "standard_main": "是"}
    rows = [
        Row(
            str(i),
            {key: Entry(value, NOWHERE) for key, value in told.items()}
            | {"standard_number": Entry(number, NOWHERE), "standard_uscc": owner},
        )
        for i, number in enumerate(numbers)
    ]
    roster = TableData((Row("1", {"uscc": owner}),), NOWHERE)
    return {"standards": TableData(tuple(rows), NOWHERE), "roster": roster}


names = st.lists(st.sampled_from(["GB 1", "gb 1", "GB 2", "GB 3", "T 4", "ISO 5"]), min_size=1, max_size=8)


@given(st.lists(st.sampled_from(["GB 1", "gb 1", "Gb 1"]), min_size=1, max_size=8))
def test_as_many_new_things_as_are_missing_hold_a_count_and_one_less_does_not(numbers: list[str]) -> None:
    outcome = judged(SHANGHAI, "6.5-05", {}, tables=standards(numbers))
    assert outcome.verdict is Verdict.UNMET
    assert outcome.shortfall is not None
    new = [f"new {i}" for i in range(int(outcome.shortfall.amount))]
    assert judged(SHANGHAI, "6.5-05", {}, tables=standards([*numbers, *new])).verdict is Verdict.MET
    assert judged(SHANGHAI, "6.5-05", {}, tables=standards([*numbers, *new[1:]])).verdict is Verdict.UNMET


# --- what changes nothing -------------------------------------------------------------------------------------


@given(names, st.randoms(use_true_random=False), st.data())
def test_the_order_of_rows_and_rows_that_stand_twice_never_change_a_count(
    numbers: list[str], random: Any, data: st.DataObject
) -> None:
    again = [*numbers, *data.draw(st.lists(st.sampled_from(numbers)))]
    random.shuffle(again)
    counted = judged(SHANGHAI, "6.5-05", {}, tables=standards(numbers))
    assert counted.value == len({number.casefold() for number in numbers})
    assert judged(SHANGHAI, "6.5-05", {}, tables=standards(again)).value == counted.value


@pytest.mark.parametrize("method", METHODS)
@given(years=st.lists(money("0.0001"), min_size=4, max_size=4), scale=st.integers(1, 100_000))
def test_in_another_unit_of_money_shares_and_growth_are_the_same(years: list[Decimal], scale: int, method: str) -> None:
    keys = [f"output_total@{year}" for year in (-3, -2, -1, 0)]
    figures = dict(zip(keys, years, strict=True)) | {"output_sme@0": years[-1] / 2 + STEP, "rd_total@0": years[0]}
    scaled = {key: value * scale for key, value in figures.items()}
    for rule in ("6.2-08", "6.2-10"):
        here = judged(SHANGHAI, rule, figures, {"growth_method": method})
        there = judged(SHANGHAI, rule, scaled, {"growth_method": method})
        assert (here.verdict, here.value, here.shown) == (there.verdict, there.value, there.shown)


# --- what is blank --------------------------------------------------------------------------------------------


def evaluated(pack_id: str, answers: RawAnswers) -> Evaluation:
    policy, season, _ = pack(pack_id)
    return evaluate(policy, season, take_in(policy, season, answers))


@cache
def complete() -> RawAnswers:
    """The worked example of Shanghai with every judgement decided in its favour: the whole is met."""
    policy, _, base = pack(SHANGHAI)
    open_rules = [
        rule.id for rule in policy.rules if rule.force in (Force.JUDGEMENT, Force.DOCUMENT) or rule.id == "6.4-05"
    ]
    signed = {"reviewer": "赵示例", "reviewed_on": "2026-09-20"}
    decided = [{"row": rule, "decision": "符合"} for rule in open_rules]
    return answers_from_dict(
        policy, {"inputs": base["inputs"] | signed, "tables": base["tables"] | {"review": decided}}
    )


def test_the_complete_example_is_met() -> None:
    assert evaluated(SHANGHAI, complete()).verdict is Verdict.MET


def without(answers: RawAnswers, key: str) -> RawAnswers:
    """The answers with one input blank."""
    return RawAnswers({**answers.inputs, key: Raw(None, answers.inputs[key].location)}, answers.tables)


def needed() -> list[str]:
    """Inputs without which a rule cannot be decided under the readings of the policy: g3, the latest share."""
    policy, season, _ = pack(SHANGHAI)
    between = {f"{field}@{year}" for field in ("rd_total", "patent_stock") for year in (-2, -1)}
    earlier = {f"{field}@{year}" for field in ("output_sme", "output_main") for year in (-2, -1)}
    assert season.readings == {}
    keys = [
        key
        for rule in policy.rules
        for name in (*rule.measure.slots, *rule.measure.mentions)
        for key in expanded(policy, name)
    ]
    # A preference decides nothing, and emissions are given only where they are known.
    spare = between | earlier | {"direction"} | {f"co2@{year}" for year in (-2, -1, 0)}
    return [key for key in dict.fromkeys(keys) if key not in spare]


def expanded(policy: Policy, name: str) -> tuple[str, ...]:
    return (name,) if "@" in name else policy.fields[name].slots


@pytest.mark.parametrize("key", needed())
def test_while_a_datum_a_rule_needs_is_blank_the_whole_is_missing(key: str) -> None:
    assert evaluated(SHANGHAI, without(complete(), key)).verdict is Verdict.MISSING


def test_with_nothing_stated_nothing_is_met() -> None:
    for pack_id in (SHANGHAI, NATIONAL):
        told = evaluated(pack_id, answers_from_dict(pack(pack_id)[0], {}))
        assert told.verdict is Verdict.MISSING
        assert told.counts[Verdict.MET] == 0
        assert told.counts[Verdict.UNMET] == 0


@WHOLE
@given(st.data())
def test_leaving_an_answer_blank_never_makes_a_rule_met(data: st.DataObject) -> None:
    answers = data.draw(spoiled(complete(), garbage()))
    before = {f.rule: f.verdict for f in evaluated(SHANGHAI, answers).findings}
    key = data.draw(st.sampled_from(sorted(answers.inputs.keys() - {"reviewer", "reviewed_on"})))
    for finding in evaluated(SHANGHAI, without(answers, key)).findings:
        assert finding.verdict is not Verdict.MET or before[finding.rule] is Verdict.MET


# --- all together, one of several -----------------------------------------------------------------------------

verdicts = st.lists(st.sampled_from(Verdict), max_size=8)


@given(verdicts, verdicts, st.randoms(use_true_random=False))
def test_joined_in_any_order_and_in_any_groups_verdicts_come_to_the_same(
    some: list[Verdict], others: list[Verdict], random: Any
) -> None:
    mixed = [*some, *others, *some]
    random.shuffle(mixed)
    for join in (conjunction, disjunction):
        assert join(mixed) is join([join(some), join(others)])
        assert join(mixed) is reduce(lambda one, other: join([one, other]), mixed, Verdict.NOT_APPLICABLE)


@given(verdicts)
def test_all_together_are_met_only_where_each_that_applies_is(given_: list[Verdict]) -> None:
    asked = {verdict for verdict in given_ if verdict is not Verdict.NOT_APPLICABLE}
    assert (conjunction(given_) is Verdict.MET) == (asked == {Verdict.MET})
    assert (conjunction(given_) is Verdict.UNMET) == (Verdict.UNMET in given_)


@given(verdicts)
def test_one_of_several_is_met_where_any_is_and_fails_only_where_all_that_apply_do(given_: list[Verdict]) -> None:
    asked = {verdict for verdict in given_ if verdict is not Verdict.NOT_APPLICABLE}
    assert (disjunction(given_) is Verdict.MET) == (Verdict.MET in given_)
    assert (disjunction(given_) is Verdict.UNMET) == (asked == {Verdict.UNMET})


# --- whatever stands in a cell --------------------------------------------------------------------------------


def garbage() -> st.SearchStrategy[Any]:
    """Anything an engine could hand over."""
    texts = st.text(max_size=12) | st.sampled_from(
        [
            "",
            " ",
            "\u3000",
            "\u200b",
            "无",
            "/",
            "-",
            "30亿",
            "2000万",
            "60%",
            "１２",
            "1,234",
            "=1+1",
            "#REF!",
            "是",
            "有",
            "符合",
            "重大",
        ]
    )
    numbers = (
        st.decimals()
        | st.integers(-10, 40_000).map(Decimal)
        | st.sampled_from([Decimal("1E+400"), Decimal("1E-400"), Decimal("-0")])
    )
    days = st.dates() | st.datetimes() | st.just(datetime(2025, 1, 1, 8))  # noqa: DTZ001  (a cell has no zone)
    return st.none() | st.booleans() | texts | numbers | days


@st.composite
def spoiled(draw: st.DrawFn, answers: RawAnswers, values: st.SearchStrategy[Any]) -> RawAnswers:
    """Some cells hold anything, some have a formula or an error, some sheets are lost."""
    inputs = dict(answers.inputs)
    for key in draw(st.lists(st.sampled_from(sorted(inputs)), max_size=12)):
        inputs[key] = draw(cells(inputs[key].location, values))
    tables = dict(answers.tables)
    for table_id in draw(st.lists(st.sampled_from(sorted(tables)), max_size=6, unique=True)):
        tables[table_id] = draw(tampered(tables[table_id], values))
    return RawAnswers(inputs, tables)


def cells(place: Location, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Raw]:
    formula = st.none() | st.just("=SUM(A1:A3)")
    error = st.none() | st.none() | st.just("#DIV/0!")
    return st.builds(Raw, values, st.just(place), formula, error)


@st.composite
def tampered(draw: st.DrawFn, table: RawTable, values: st.SearchStrategy[Any]) -> RawTable:
    """A table in which each of some rows holds anything in one cell."""
    rows = []
    for row_id, row in table.rows:
        key = draw(st.sampled_from(sorted(row)))
        spoil = draw(st.booleans())
        rows.append((row_id, {**row, key: draw(cells(row[key].location, values))} if spoil else row))
    return RawTable(tuple(rows), table.anchor)


@WHOLE
@given(st.data())
def test_nothing_that_can_stand_in_a_cell_stops_an_evaluation(data: st.DataObject) -> None:
    pack_id = data.draw(st.sampled_from([SHANGHAI, NATIONAL]))
    policy, _, base = pack(pack_id)
    answers = complete() if pack_id == SHANGHAI else answers_from_dict(policy, base)
    told = evaluated(pack_id, data.draw(spoiled(answers, garbage())))
    assert {finding.rule for finding in told.findings} == {rule.id for rule in policy.rules}
    for problem in told.problems:
        assert problem.explanation.hint


@WHOLE
@given(
    st.sets(st.sampled_from(sorted(complete().tables))),
    st.sets(st.sampled_from(sorted(complete().inputs)), max_size=40),
)
def test_what_is_lost_is_as_good_as_blank(tables: set[str], inputs: set[str]) -> None:
    answers = complete()
    lost = RawAnswers(
        {key: raw for key, raw in answers.inputs.items() if key not in inputs},
        {key: table for key, table in answers.tables.items() if key not in tables},
    )
    blank = RawAnswers(
        {key: Raw(None, raw.location) if key in inputs else raw for key, raw in answers.inputs.items()},
        {key: RawTable((), table.anchor) if key in tables else table for key, table in answers.tables.items()},
    )
    seen, expected = evaluated(SHANGHAI, lost), evaluated(SHANGHAI, blank)
    assert [(f.rule, f.verdict) for f in seen.findings] == [(f.rule, f.verdict) for f in expected.findings]


@given(
    st.dates(date(2019, 1, 1), date(2031, 1, 1))
    | st.sampled_from([date(2022, 12, 31), date(2023, 1, 1), date(2026, 9, 30), date(2026, 10, 1)])
)
def test_an_incident_counts_on_every_day_of_the_window_and_on_no_other(day: date) -> None:
    told: dict[str, str | date] = {"incident_kind": "安全事故", "incident_level": "重大", "incident_date": day}
    row = Row("1", {key: Entry(value, NOWHERE) for key, value in told.items()})
    none = {f"safety_count@{year}": Decimal() for year in (-2, -1, 0, 1)}
    outcome = judged(SHANGHAI, "6.1-01", none, tables={"incidents": TableData((row,), NOWHERE)})
    inside = date(2023, 1, 1) <= day <= date(2026, 9, 30)
    assert outcome.verdict is (Verdict.UNMET if inside else Verdict.MET)
