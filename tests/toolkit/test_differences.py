"""What has changed between two rule sets: matched by number and title, told in words, silent where nothing decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

import pytest

from toolkit.differences import Aspect, Pair, Rules, between_seasons, differences, paired, rules
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.season import Season

Change = Callable[[dict[str, Any]], None]
PACK = packs()["shanghai-2024"]
OWN = Rules(PACK.policy, PACK.seasons["2026"])


class Named(NamedTuple):
    id: str
    title: str


def changed(change: Change, **season: Any) -> Rules:
    raw = json.loads((files("templates") / "shanghai-2024" / "policy.json").read_text("utf-8"))
    change(raw)
    dates = json.loads((files("templates") / "shanghai-2024" / "seasons" / "2026.json").read_text("utf-8"))
    return Rules(Policy.from_dict(raw), Season.from_dict(dates | season))


def rule(raw: dict[str, Any], number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for c in raw["criteria"] for one in c["rules"] if one["id"] == number)
    return found


def told(other: Rules) -> list[tuple[str, Aspect, str, str, str]]:
    found = ((pair, one) for pair in rules(OWN, other) for one in differences(pair, OWN, other))
    return [(pair.id, one.aspect, one.what, one.before, one.after) for pair, one in found]


class TestPairs:
    def test_number_and_title_together_go_first(self) -> None:
        before, after = [Named("1", "甲"), Named("2", "乙")], [Named("1", "乙"), Named("2", "甲")]
        assert paired(before, after) == (Pair(before[0], after[1]), Pair(before[1], after[0]))

    def test_a_title_before_a_number(self) -> None:
        before, after = [Named("1", "甲")], [Named("1", "新的"), Named("2", "甲")]
        assert paired(before, after) == (Pair(before[0], after[1]), Pair(None, after[0]))

    def test_a_number_where_the_title_is_new(self) -> None:
        before, after = [Named("1", "甲")], [Named("1", "甲（修订）")]
        (pair,) = paired(before, after)
        assert (pair.id, pair.title) == ("1", "甲／甲（修订）")

    def test_what_one_side_alone_has(self) -> None:
        before, after = [Named("1", "甲")], [Named("2", "乙")]
        assert paired(before, after) == (Pair(before[0], None), Pair(None, after[0]))

    def test_a_title_that_stands_twice_matches_nothing_by_itself(self) -> None:
        before, after = [Named("1", "甲"), Named("2", "甲")], [Named("3", "甲")]
        assert [pair.after for pair in paired(before, after)] == [None, None, after[0]]


class TestChanges:
    def test_words_and_documents_decide_nothing(self) -> None:
        def reworded(raw: dict[str, Any]) -> None:
            raw["title"], raw["document"] = "草案", "征求意见稿"
            rule(raw, "6.2-07")["clause"] = "第七条"
            rule(raw, "6.2-07")["measure"]["threshold"]["values"][0]["source"] = "草案第七条"

        assert told(changed(reworded)) == []

    @pytest.mark.parametrize(
        ("word", "value", "after"),
        [("value", "36", "36亿元以上"), ("comparator", ">", "高于30亿元")],
    )
    def test_a_bound_in_words(self, word: str, value: str, after: str) -> None:
        def change(raw: dict[str, Any]) -> None:
            threshold = rule(raw, "6.2-07")["measure"]["threshold"]
            (threshold if word == "comparator" else threshold["values"][0])[word] = value

        assert told(changed(change)) == [("6.2-07", Aspect.BOUND, "", "30亿元以上", after)]

    def test_only_the_bound_in_force_counts(self) -> None:
        def later(raw: dict[str, Any]) -> None:
            values = rule(raw, "6.2-07")["measure"]["threshold"]["values"]
            values.append({"from": "2027-01-01", "value": "50", "source": "草案"})

        assert told(changed(later)) == []
        (change,) = told(changed(later, id="2027", reference_date="2027-09-30"))
        assert change == ("6.2-07", Aspect.BOUND, "", "30亿元以上", "50亿元以上")

    def test_a_bound_of_a_branch_says_which(self) -> None:
        def change(raw: dict[str, Any]) -> None:
            rule(raw, "6.3-02")["measure"]["branches"][1]["threshold"]["values"][0]["value"] = "12"

        assert told(changed(change)) == [("6.3-02", Aspect.BOUND, "b", "10家以上", "12家以上")]

    def test_a_reading_names_the_rules_it_shapes(self) -> None:
        found = told(changed(lambda _: None, readings={"output_floor": "average"}))
        assert [one[:2] for one in found] == [("6.2-07", Aspect.READING)]

    def test_force_scope_and_method(self) -> None:
        def change(raw: dict[str, Any]) -> None:
            rule(raw, "6.2-06")["force"] = "hard"
            del rule(raw, "6.6-03")["applies"]
            rule(raw, "6.2-08")["measure"]["years"] = [0]

        found = told(changed(change))
        assert [one[:3] for one in found] == [
            ("6.2-06", Aspect.FORCE, ""),
            ("6.2-06", Aspect.FORCE, "未达到时"),
            ("6.2-08", Aspect.METHOD, "取数或算法"),
            ("6.6-03", Aspect.SCOPE, ""),
        ]
        assert found[0][3:] == ("一般要求", "硬性门槛")

    def test_a_season_is_told_once(self) -> None:
        other = changed(lambda _: None, id="2027", year=2027)
        assert [(one.what, one.before, one.after) for one in between_seasons(OWN, other)] == [
            ("申报年度", "2026", "2027")
        ]
