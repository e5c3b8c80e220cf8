"""What a policy writes arrives in each measure, what it leaves out has its default, and what that measure depends on.

- built: every kind with the least a policy may write, and with everything
- read: the cells, inputs, columns and parameters a measure names, each once and in order
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.measures import KINDS, Measure, leaves, measure_from_dict
from toolkit.measures.baselines import BelowBaseline
from toolkit.measures.conditions import Condition
from toolkit.measures.counting import Coverage, DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.incidents import NoneOf
from toolkit.measures.levels import Amount, EachYear
from toolkit.measures.shares import PerTenThousand, Share, Trend
from toolkit.measures.statements import Declared, Exists, Preference
from toolkit.threshold import Comparator, DatedValue, Threshold

Raw = dict[str, Any]
DATED = DatedValue(start=date(2024, 1, 1), value=Decimal(2), source="条文")
TWO = Threshold(comparator=Comparator.AT_LEAST, unit="项", values=(DATED,))
AIM: Raw = {"comparator": ">=", "unit": "项", "values": [{"from": "2024-01-01", "value": "2", "source": "条文"}]}
REGISTER = {"kind": "incident_kind", "level": "incident_level", "date": "incident_date"}


def asked(column: str, *among: str, lookup: str = "", **when: str) -> Condition:
    return Condition(column=column, among=among, on_or_before=False, on_or_after=False, lookup=lookup, when=when)


def written(kind: str, **more: Any) -> Raw:
    """A measure as a pack writes it; ``in_`` and ``with_`` stand for the words Python keeps for itself."""
    return {"rule": "R", "kind": kind} | {name.removesuffix("_"): value for name, value in more.items()}


# --- built ----------------------------------------------------------------------------------------------------

WHERE = [{"column": "kind", "in": ["甲"]}, {"column": "owner", "lookup": "owners.main", "when": {"scope": "strict"}}]
BOUND: list[tuple[Raw, Measure]] = [
    (
        written("each_year", input="total", years=[-1, 0]),
        EachYear(input="total", years=(-1, 0), over="", threshold=TWO),
    ),
    (
        written("each_year", input="total", years=[0], over="floor"),
        EachYear(input="total", years=(0,), over="floor", threshold=TWO),
    ),
    (written("amount", input="area"), Amount(input="area", years=(), evidence="", threshold=TWO)),
    (
        written("amount", input="users", years=[-1, 0], evidence=True),
        Amount(input="users", years=(-1, 0), evidence="R", threshold=TWO),
    ),
    (written("amount", input="area", evidence=False), Amount(input="area", years=(), evidence="", threshold=TWO)),
    (
        written("share", part="part", whole="total", years=[0]),
        Share(part="part", whole="total", years=(0,), over="", threshold=TWO),
    ),
    (
        written("share", part="part", whole="total", years=[-1, 0], over="span"),
        Share(part="part", whole="total", years=(-1, 0), over="span", threshold=TWO),
    ),
    (
        written("annual_growth", input="total", method="method"),
        AnnualGrowth(input="total", method="method", threshold=TWO),
    ),
    (
        written("per_ten_thousand", part="stock", whole="staff"),
        PerTenThousand(part="stock", whole="staff", threshold=TWO),
    ),
    (
        written("distinct_count", table="things"),
        DistinctCount(label="", table="things", by="", where=(), count="", each=(), threshold=TWO),
    ),
    (
        written(
            "distinct_count", label="名品", table="things", by="thing", count="count", each=["a", "b"], where=WHERE
        ),
        DistinctCount(
            label="名品",
            table="things",
            by="thing",
            where=(asked("kind", "甲"), asked("owner", lookup="owners.main", scope="strict")),
            count="count",
            each=("a", "b"),
            threshold=TWO,
        ),
    ),
    (
        written("coverage", table="services", column="offered"),
        Coverage(
            label="", table="services", column="offered", among=(), positive=False, over="", optional=(), threshold=TWO
        ),
    ),
    (
        written(
            "coverage",
            label="机构",
            table="services",
            column="offered",
            in_=["有"],
            positive=True,
            over="kinds",
            optional=["c"],
        ),
        Coverage(
            label="机构",
            table="services",
            column="offered",
            among=("有",),
            positive=True,
            over="kinds",
            optional=("c",),
            threshold=TWO,
        ),
    ),
]
TREND = {"part": "part", "whole": "total", "years": [-1, 0]}
NONE: Raw = {"counts": "count", "table": "log", "category": "甲"}
UNBOUND: list[tuple[Raw, Measure]] = [
    (
        written("trend", **TREND, direction="up", unit="%"),
        Trend(part="part", whole="total", years=(-1, 0), rising=True, per=Fraction(1), unit="%", over=""),
    ),
    (
        written("trend", **TREND, direction="down", unit="吨", per="10000", over="ends"),
        Trend(part="part", whole="total", years=(-1, 0), rising=False, per=Fraction(10000), unit="吨", over="ends"),
    ),
    (
        written("below_baseline", table="uses", label="process", value="used", baseline="base", unit="per"),
        BelowBaseline(table="uses", name="process", value="used", baseline="base", unit="per"),
    ),
    (
        written("none_of", **NONE, fatal=["较大"], open=[]),
        NoneOf(
            **NONE,
            fatal=frozenset({"较大"}),
            open=frozenset(),
            years=(-2, -1, 0, 1),
            counts_mean="fatal",
            columns=REGISTER,
        ),
    ),
    (
        written("none_of", **NONE, fatal=[], open=["较大"], counts_mean="open", years=[0], columns={"date": "day"}),
        NoneOf(
            **NONE,
            fatal=frozenset(),
            open=frozenset({"较大"}),
            years=(0,),
            counts_mean="open",
            columns={**REGISTER, "date": "day"},
        ),
    ),
    (
        written("exists", input="has", present=["有"]),
        Exists(label="", input="has", present=("有",), companions=(), same=(), evidence=""),
    ),
    (
        written("exists", label="机制", input="has", present=["有"], with_=["named"], same=["a", "b"], evidence=True),
        Exists(label="机制", input="has", present=("有",), companions=("named",), same=("a", "b"), evidence="R"),
    ),
    (
        written("declared", table="self"),
        Declared(table="self", row="R", view="self_view", text="self_text", inputs=(), kinds=""),
    ),
    (
        written("declared", table="self", view="seen", text="told", inputs=["part"], kinds="things.kind"),
        Declared(table="self", row="R", view="seen", text="told", inputs=("part",), kinds="things.kind"),
    ),
    (written("preference", input="has"), Preference(input="has")),
]


@pytest.mark.parametrize(("raw", "measure"), [*((raw | {"threshold": AIM}, made) for raw, made in BOUND), *UNBOUND])
def test_what_is_written_arrives_and_what_is_left_out_has_its_default(raw: Raw, measure: Measure) -> None:
    assert measure_from_dict(raw) == measure


def test_every_simple_kind_is_built_in_this_file() -> None:
    assert {raw["kind"] for raw, _ in BOUND + UNBOUND} | {"any_of", "all_of"} == set(KINDS)


@pytest.mark.parametrize(
    ("more", "arrived"),
    [
        ({"in": ["甲"]}, {"among": ("甲",)}),
        ({"on_or_before": "reference_date"}, {"on_or_before": True}),
        ({"on_or_after": "reference_date"}, {"on_or_after": True}),
        ({"lookup": "owners.main", "in": ["有"]}, {"among": ("有",), "lookup": "owners.main"}),
        ({"when": {"scope": "strict"}}, {"when": {"scope": "strict"}}),
    ],
)
def test_a_condition_is_built_as_written(more: Raw, arrived: Raw) -> None:
    bare: Raw = {"column": "kind", "among": (), "on_or_before": False, "on_or_after": False, "lookup": "", "when": {}}
    assert Condition.from_dict({"column": "kind", **more}) == Condition(**bare | arrived)


def test_a_branch_keeps_its_id_and_hands_the_rule_down() -> None:
    amount = {"kind": "amount", "input": "area", "evidence": True, "threshold": AIM}
    inner = {"kind": "any_of", "id": "deep", "branches": [amount | {"id": "b", "when": {"scope": "strict"}}]}
    area = Amount(input="area", years=(), evidence="R", threshold=TWO)
    built = measure_from_dict(written("all_of", parts=[amount, inner]))
    assert [*leaves(built)] == [("", area), ("b", area)]
    assert [*built.parameters] == ["scope"]


def test_an_unknown_kind_is_told_with_the_kinds_there_are() -> None:
    with pytest.raises(PolicyError, match=r"^kind: unknown measure 'vibes', one of none_of, each_year, .*, all_of$"):
        measure_from_dict(written("vibes"))


# --- read -----------------------------------------------------------------------------------------------------

FOUR = ("total@-3", "total@-2", "total@-1", "total@0")
FLOOR = EachYear(input="total", years=(-1, 0), over="floor", threshold=TWO)
SHARED = ("part@-1", "total@-1", "part@0", "total@0")
COUNT = DistinctCount(label="", table="things", by="thing", where=(asked("kind", "甲"),), count="", threshold=TWO)
EXISTS = Exists(label="", input="has", present=(), companions=("named", "code"), same=("code", "again"), evidence="R")


@pytest.mark.parametrize(
    ("measure", "slots", "parameters"),
    [
        (FLOOR, ("total@-1", "total@0"), ["floor"]),
        (EachYear(input="total", years=(0,), threshold=TWO), ("total@0",), []),
        (Share(part="part", whole="total", years=(-1, 0), over="span", threshold=TWO), SHARED, ["span"]),
        (AnnualGrowth(input="total", method="method", threshold=TWO), FOUR, ["method"]),
        (PerTenThousand(part="stock", whole="staff", threshold=TWO), ("stock@0", "staff@0"), []),
        (Amount(input="area", years=(), evidence="", threshold=TWO), ("area",), []),
        (Amount(input="users", years=(-1, 0), evidence="R", threshold=TWO), ("users@-1", "users@0"), []),
        (
            Trend(part="part", whole="total", years=(-1, 0), rising=True, per=Fraction(1), unit="%", over="ends"),
            SHARED,
            ["ends"],
        ),
        (
            NoneOf(**NONE, fatal=frozenset(), open=frozenset(), years=(0, 1), counts_mean="open", columns=REGISTER),
            ("count@0", "count@1"),
            [],
        ),
        (EXISTS, ("has", "named", "code", "again"), []),
        (Preference(input="has"), ("has",), []),
    ],
)
def test_a_measure_of_single_cells_names_them_and_no_table(
    measure: Measure, slots: tuple[str, ...], parameters: list[str]
) -> None:
    assert measure.slots == slots
    assert [*measure.parameters] == parameters
    assert measure.mentions == ()
    assert isinstance(measure, NoneOf) or measure.reads == ()


@pytest.mark.parametrize(
    ("measure", "reads", "parameters"),
    [
        (COUNT, (("things", "thing"), ("things", "kind")), []),
        (
            DistinctCount(label="", table="things", by="", where=(asked("kind", "甲"),), count="", threshold=TWO),
            (("things", "kind"),),
            [],
        ),
        (
            DistinctCount(
                label="",
                table="things",
                by="thing",
                where=(asked("owner", lookup="owners.main", scope="strict"),),
                count="count",
                each=("title", "year"),
                threshold=TWO,
            ),
            (("things", "thing"), ("things", "title"), ("things", "year"), ("things", "owner"), ("owners", "main")),
            ["count", "scope"],
        ),
        (
            Coverage(
                label="",
                table="services",
                column="offered",
                among=(),
                positive=False,
                over="kinds",
                optional=(),
                threshold=TWO,
            ),
            (("services", "offered"),),
            ["kinds"],
        ),
        (
            BelowBaseline(table="uses", name="process", value="used", baseline="base", unit="per"),
            (("uses", "process"), ("uses", "used"), ("uses", "base"), ("uses", "per")),
            [],
        ),
    ],
)
def test_a_measure_of_rows_names_its_columns_and_no_cell(
    measure: Measure, reads: tuple[tuple[str, str], ...], parameters: list[str]
) -> None:
    assert measure.reads == reads
    assert [*measure.parameters] == parameters
    assert (measure.slots, measure.mentions) == ((), ())


def test_incidents_read_kind_level_and_date_under_the_names_the_policy_gives() -> None:
    columns = {**REGISTER, "date": "day"}
    measure = NoneOf(**NONE, fatal=frozenset(), open=frozenset(), years=(0,), counts_mean="open", columns=columns)
    assert measure.reads == (("log", "incident_kind"), ("log", "incident_level"), ("log", "day"))


@pytest.mark.parametrize(("kinds", "more"), [("", ()), ("things.kind", (("things", "kind"),))])
def test_a_declaration_mentions_its_inputs_and_reads_view_statement_and_kinds(
    kinds: str, more: tuple[tuple[str, str], ...]
) -> None:
    measure = Declared(table="self", row="R", view="seen", text="told", inputs=("part", "area"), kinds=kinds)
    assert measure.reads == (("self", "seen"), ("self", "told"), *more)
    assert (measure.slots, measure.mentions, [*measure.parameters]) == ((), ("part", "area"), [])


def test_a_compound_names_what_its_parts_name_each_once() -> None:
    floor = written("each_year", input="total", years=[-1, 0], over="floor", threshold=AIM)
    count = written("distinct_count", table="things", by="thing", where=[WHERE[0]], threshold=AIM)
    view = written("declared", table="self", inputs=["part"], when={"scope": "strict"})
    built = measure_from_dict(written("any_of", branches=[floor, count, view, floor, count, view]))
    assert built.slots == ("total@-1", "total@0")
    assert built.mentions == ("part",)
    assert built.reads == (("things", "thing"), ("things", "kind"), ("self", "self_view"), ("self", "self_text"))
    assert set(built.parameters) == {"floor", "scope"}
    assert built.threshold is None
