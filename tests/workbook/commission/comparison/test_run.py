"""Who flips: exactly those whose figure lies between the two bounds, and for exactly that reason.

- a threshold below, at and above a figure; its comparator; two readings of a text; two seasons
- laws: equal rules turn nobody, sides swapped mirror the report, names and order of files decide nothing
- what the workbook cannot say is missing, never guessed; a rule only one side has
- every file is answered for, nothing is left behind
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbook.commission.comparison.change_table import changes
from workbook.commission.comparison.count_table import lines
from workbook.commission.comparison.run import Comparison
from workbook.commission.comparison.turns import Level, Turn, Turned, turned
from workbook.commission.settle import Done

SHIPPED = "shanghai-2024"
Compare = Callable[..., Comparison]
Draft = Callable[..., Path]
MIRRORED = {Turn.GAINED: Turn.LOST, Turn.LOST: Turn.GAINED, Turn.CHANGED: Turn.CHANGED}


def told(comparison: Comparison) -> list[tuple[str, Level, str, Turn]]:
    found = [(one.standing.cluster.filing.cluster, one.level, one.id, one.turn) for one in turned(comparison)]
    return sorted(found, key=lambda one: one[0])


def lost(*clusters: str) -> list[tuple[str, Level, str, Turn]]:
    levels = ((Level.WHOLE, ""), (Level.CRITERION, "6.9"), (Level.RULE, "6.9-03"))
    return [(cluster, level, name, Turn.LOST) for cluster in clusters for level, name in levels]


def of_rule(comparison: Comparison) -> list[Turned]:
    return [one for one in turned(comparison) if one.level is Level.RULE]


class TestBounds:
    @pytest.mark.parametrize(
        ("bound", "flipped"),
        [
            (("4", ">="), ()),
            (("5", ">="), ("集群4",)),
            (("6", ">="), ("集群4", "集群5")),
            (("5", ">"), ("集群4", "集群5")),
            (("6", ">"), ("集群4", "集群5", "集群6")),
        ],
        ids=["below all", "at one", "above two", "at one, without it", "above all"],
    )
    def test_those_between_the_bounds_flip_and_nobody_else(
        self, met_inbox: Path, compared: Compare, changed_to: Draft, bound: Any, flipped: Any
    ) -> None:
        assert told(compared(met_inbox, SHIPPED, changed_to(*bound))) == lost(*flipped)

    def test_a_flip_says_why_and_by_how_much(self, met_inbox: Path, compared: Compare, changed_to: Draft) -> None:
        (flip,) = of_rule(compared(met_inbox, SHIPPED, changed_to("5")))
        assert flip.flip is not None
        before, after = flip.flip.before, flip.flip.after
        assert (before.value, before.bound, before.gap) == (4.0, 1.0, "")
        assert (after.value, after.bound, after.gap) == (4.0, 5.0, "差 1 人")
        assert flip.why == "门槛：1人以上→5人以上"
        assert flip.clause == "第六条第（九）项"
        assert (after.place.sheet, after.place.cell) != ("", "")

    def test_the_whole_says_which_rule_turned_it(self, met_inbox: Path, compared: Compare, changed_to: Draft) -> None:
        whole = next(turned(compared(met_inbox, SHIPPED, changed_to("5"))))
        assert whole.why == "6.9-03 企业服务专员队伍 达标→未达标（门槛：1人以上→5人以上）"

    def test_counts_are_those_of_the_flips(self, met_inbox: Path, compared: Compare, changed_to: Draft) -> None:
        found = {
            (one.level, one.item.partition(" ")[0]): one for one in lines(compared(met_inbox, SHIPPED, changed_to("6")))
        }
        assert (found[Level.WHOLE, "达标"].before, found[Level.WHOLE, "达标"].after) == (3, 1)
        assert (found[Level.CRITERION, "6.9"].before, found[Level.CRITERION, "6.9"].after) == (3, 1)
        assert found[Level.RULE, "6.9-03"].turns == {Turn.LOST: 2}
        assert sum(one.flipped for one in found.values() if one.level is Level.RULE) == 2


class TestReadings:
    def test_another_reading_turns_whom_it_concerns(
        self, answers: Callable[..., Any], filled: Callable[..., Path], compared: Compare, draft: Draft
    ) -> None:
        given = answers("met")
        given["inputs"]["output_total"] = [20, 28, 33, 36]
        inbox = filled(given).parent
        changed = draft(id="2026", readings={"output_floor": "average"})
        (flip,) = [one for one in of_rule(compared(inbox, SHIPPED, changed)) if one.id == "6.2-07"]
        assert flip.turn is Turn.GAINED
        assert flip.why.startswith("口径（")

    def test_two_seasons_of_one_pack(self, met_inbox: Path, compared: Compare, draft: Draft) -> None:
        pack = draft(id="2027", year=2027, reference_date="2027-09-30")
        comparison = compared(met_inbox, pack, seasons=("2026", "2027"))
        assert len(comparison.clusters) == 3
        assert [(one.what, one.before, one.after) for one in changes(comparison, [])] == [
            ("申报年度", "2026", "2027"),
            ("评价基准日", "2026-09-30", "2027-09-30"),
        ]


@pytest.fixture(scope="module")
def mixed(
    met_inbox: Path,
    answers: Callable[..., Any],
    filled: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Those who meet everything, one who does not, and one who has not said everything."""
    folder = tmp_path_factory.mktemp("各种") / "收件"
    shutil.copytree(met_inbox, folder)
    for seed, outcome in enumerate(("short", "incomplete"), start=50):
        shutil.copy(filled(answers(outcome, seed)), folder / f"{outcome}.xlsx")
    return folder


class TestLaws:
    def test_equal_rules_turn_nobody(self, mixed: Path, compared: Compare, draft: Draft) -> None:
        comparison = compared(mixed, SHIPPED, draft())
        assert len(comparison.clusters) == 5
        assert (told(comparison), changes(comparison, [])) == ([], [])

    def test_sides_swapped_give_the_mirrored_report(self, mixed: Path, compared: Compare, draft: Draft) -> None:
        def harder(policy: dict[str, Any]) -> None:
            for criterion in policy["criteria"]:
                for rule in criterion["rules"]:
                    for dated in rule["measure"].get("threshold", {"values": ()})["values"]:
                        dated["value"] = str(float(dated["value"]) * 1.3)

        changed = draft(harder)
        one, other = compared(mixed, SHIPPED, changed), compared(mixed, changed, SHIPPED)
        assert told(one) != []
        assert [(*name, MIRRORED[turn]) for *name, turn in told(one)] == told(other)
        assert [(c.id, c.before, c.after) for c in changes(one, [])] == [
            (c.id, c.after, c.before) for c in changes(other, [])
        ]
        figures = [(f.flip.before, f.flip.after) for f in of_rule(one) if f.flip]
        assert figures == [(f.flip.after, f.flip.before) for f in of_rule(other) if f.flip]

    def test_names_and_number_of_workers_decide_nothing(
        self, met_inbox: Path, compared: Compare, changed_to: Draft, tmp_path: Path
    ) -> None:
        renamed = tmp_path / "另一个收件"
        (renamed / "下级").mkdir(parents=True)
        for i, source in enumerate(sorted(met_inbox.glob("*.xlsx"), reverse=True)):
            shutil.copy(source, renamed / ("下级" if i % 2 else "") / f"{i}.xlsx")
        pack = changed_to("6")
        assert told(compared(renamed, SHIPPED, pack, processes=2)) == told(compared(met_inbox, SHIPPED, pack))


class TestInputs:
    """What one side asks and the workbook cannot say."""

    def test_an_input_the_workbook_does_not_have_is_missing_and_named(
        self, met_inbox: Path, compared: Compare, draft: Draft
    ) -> None:
        def change(policy: dict[str, Any]) -> None:
            criterion = next(one for one in policy["criteria"] if one["id"] == "6.9")
            criterion["inputs"].append({"id": "drills", "label": "应急演练次数", "type": "integer", "unit": "次"})
            rule = next(one for one in criterion["rules"] if one["id"] == "6.9-03")
            rule["measure"]["input"] = "drills"

        flips = of_rule(compared(met_inbox, SHIPPED, draft(change)))
        assert [(one.id, one.after.value) for one in flips] == [("6.9-03", "missing")] * 3
        assert all("B 所需的“应急演练次数”，工作簿中没有" in one.why for one in flips)

    def test_a_figure_in_another_unit_is_not_taken_for_the_same(
        self, met_inbox: Path, compared: Compare, draft: Draft
    ) -> None:
        def change(policy: dict[str, Any]) -> None:
            criterion = next(one for one in policy["criteria"] if one["id"] == "6.9")
            next(one for one in criterion["inputs"] if one["id"] == "officers")["unit"] = "百人"

        flips = of_rule(compared(met_inbox, SHIPPED, draft(change)))
        assert [(one.id, one.after.value) for one in flips] == [("6.9-03", "missing")] * 3

    def test_a_rule_only_one_side_has_is_told_and_turns_the_whole(
        self, met_inbox: Path, compared: Compare, draft: Draft, changed_to: Draft
    ) -> None:
        def dropped(policy: dict[str, Any]) -> None:
            for criterion in policy["criteria"]:
                criterion["rules"] = [rule for rule in criterion["rules"] if rule["id"] != "6.9-03"]

        comparison = compared(met_inbox, changed_to("5"), draft(dropped))
        whole, criterion = turned(comparison)
        assert [whole.turn, criterion.turn] == [Turn.GAINED] * 2
        assert whole.why == "6.9-03 企业服务专员队伍 未达标（仅 A 有）"
        (alone,) = changes(comparison, [])
        assert (alone.kind, alone.id, alone.alone) == ("仅 A 有", "6.9-03", "未达标 1，达标 2")


class TestFiles:
    def test_every_file_is_answered_for_and_nothing_is_left_behind(
        self, met_inbox: Path, compared: Compare, draft: Draft, tmp_path: Path
    ) -> None:
        inbox = tmp_path / "收件"
        shutil.copytree(met_inbox, inbox)
        shutil.copy(inbox / "4.xlsx", inbox / "又一份.xlsx")
        (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
        openpyxl.Workbook().save(inbox / "别的.xlsx")
        before = sorted(inbox.rglob("*"))
        done = {one.file: one.done for one in compared(inbox, SHIPPED, draft()).receipts}
        assert done == {
            "4.xlsx": Done.ACCEPTED,
            "5.xlsx": Done.ACCEPTED,
            "6.xlsx": Done.ACCEPTED,
            "又一份.xlsx": Done.REPEATED,
            "坏.xlsx": Done.REFUSED,
            "别的.xlsx": Done.REFUSED,
        }
        assert sorted(inbox.rglob("*")) == before

    def test_an_application_of_another_year_is_left_out_and_says_so(
        self, met_inbox: Path, compared: Compare, draft: Draft
    ) -> None:
        pack = draft(id="2031", year=2031, reference_date="2031-09-30")
        comparison = compared(met_inbox, pack, pack, seasons=("2031",))
        assert [one.done for one in comparison.receipts] == [Done.REFUSED] * 3
        assert {one.reason for one in comparison.receipts} == {"申报年度为 2026，比较的是 2031 年度，未计入"}
