"""Answers under another policy: taken over where both ask the same, blank where they do not, never crossed over.

- inputs by id, kind, unit and choice; years; tables by column and by printed row
- the district's word, by rule
- counts of incidents whose register nobody was asked for
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from toolkit.differences import Rules
from toolkit.evaluate import evaluate
from toolkit.finding import Finding, Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.submission import Submission
from toolkit.transfer import transfer

Change = Callable[[dict[str, Any]], None]
PACK = packs()["shanghai-2024"]
OWN = Rules(PACK.policy, PACK.seasons["2026"])
BASE = json.loads((files("templates") / "shanghai-2024" / "cases.json").read_text("utf-8"))["base"]


def changed(change: Change) -> Rules:
    raw = json.loads((files("templates") / "shanghai-2024" / "policy.json").read_text("utf-8"))
    change(raw)
    return Rules(Policy.from_dict(raw), OWN.season)


def criterion(raw: dict[str, Any], number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in raw["criteria"] if one["id"] == number)
    return found


def rule(raw: dict[str, Any], number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in criterion(raw, number[:3])["rules"] if one["id"] == number)
    return found


def asked(raw: dict[str, Any], field_id: str) -> dict[str, Any]:
    """An input or column of the raw pack, wherever it stands."""
    sections = [*raw["sections"], *raw["criteria"]]
    groups = [section.get("inputs", []) for section in sections]
    groups += [table["columns"] for section in sections for table in section.get("tables", [])]
    found: dict[str, Any] = next(one for group in groups for one in group if one["id"] == field_id)
    return found


def stated(inputs: dict[str, Any], tables: dict[str, Any] | None = None) -> Submission:
    given = answers_from_dict(OWN.policy, {"inputs": inputs, "tables": tables or {}})
    return take_in(*OWN, given)


def judged(target: Rules, submission: Submission, number: str) -> Finding:
    findings = evaluate(*target, transfer(OWN, target)(submission)).findings
    return next(one for one in findings if one.rule == number)


class TestInputs:
    def test_nothing_happens_between_equal_policies(self) -> None:
        submission = stated({"officers": 4})
        assert transfer(OWN, changed(lambda _: None))(submission) is submission

    def test_an_answer_goes_by_its_id(self) -> None:
        def renamed(raw: dict[str, Any]) -> None:
            asked(raw, "officers")["label"] = "专职服务人员"

        assert judged(changed(renamed), stated({"officers": 4}), "6.9-03").shown == "4 人"

    @pytest.mark.parametrize(("word", "value"), [("unit", "百人"), ("type", "percent")])
    def test_another_unit_or_kind_is_another_question(self, word: str, value: str) -> None:
        target = changed(lambda raw: asked(raw, "officers").update({word: value}))
        assert judged(target, stated({"officers": 4}), "6.9-03").verdict is Verdict.MISSING
        assert transfer(OWN, target).lacking(target.policy.rule("6.9-03")) == ("企业服务专员",)

    def test_a_choice_the_target_does_not_offer_is_none(self) -> None:
        def narrowed(raw: dict[str, Any]) -> None:
            raw["lists"]["drawn"] = ["已绘制", "未绘制"]
            asked(raw, "chain_map")["list"] = "drawn"

        entry = transfer(OWN, changed(narrowed))(stated({"chain_map": "有"})).entries
        assert "chain_map" not in entry

    def test_a_year_the_workbook_does_not_ask_is_missing(self) -> None:
        def longer(raw: dict[str, Any]) -> None:
            asked(raw, "output_total")["years"] = [-4, *asked(raw, "output_total")["years"]]
            rule(raw, "6.2-07")["measure"]["years"] = [-4, -2, -1, 0]

        target = changed(longer)
        found = judged(target, stated({"output_total": [31, 33, 35, 38]}), "6.2-07")
        assert found.verdict is Verdict.MISSING
        assert transfer(OWN, target).lacking(target.policy.rule("6.2-07"))


class TestTables:
    def test_a_column_only_the_target_has_is_blank_in_every_row(self) -> None:
        def wider(raw: dict[str, Any]) -> None:
            sections = [*raw["sections"], *raw["criteria"]]
            tables = [table for section in sections for table in section.get("tables", [])]
            table = next(one for one in tables if one["id"] == "platforms")
            table["columns"].append({"id": "platform_grade", "label": "等次", "type": "text"})
            rule(raw, "6.5-04")["measure"]["where"].append({"column": "platform_grade", "in": ["优秀"]})

        target = changed(wider)
        row = {
            "platform_title": "平台",
            "platform_number": "P1",
            "platform_level": "市级",
            "platform_date": "2024-05-01",
        }
        row["platform_inside"] = "是"
        submission = stated({}, {"platforms": [row]})
        taken = transfer(OWN, target)(submission)
        (cells,) = [one.cells for one in taken.tables["platforms"].rows]
        assert cells["platform_grade"].value is None
        assert cells["platform_title"].value == "平台"
        assert judged(target, submission, "6.5-04").verdict is Verdict.MISSING

    def test_a_table_only_the_target_has_is_missing(self) -> None:
        def another(raw: dict[str, Any]) -> None:
            table = {
                "id": "drills",
                "label": "演练",
                "rows": 5,
                "columns": [{"id": "drill", "label": "名称", "type": "text", "required": True}],
            }
            criterion(raw, "6.9")["tables"].append(table)
            rule(raw, "6.9-03")["measure"] = {
                "kind": "distinct_count",
                "table": "drills",
                "threshold": rule(raw, "6.9-03")["measure"]["threshold"],
            }

        target = changed(another)
        assert judged(target, stated({"officers": 4}), "6.9-03").verdict is Verdict.MISSING
        assert "演练" in transfer(OWN, target).lacking(target.policy.rule("6.9-03"))

    def test_printed_rows_are_those_of_the_target(self) -> None:
        def eighth(raw: dict[str, Any]) -> None:
            sections = criterion(raw, "6.9")["tables"]
            table = next(one for one in sections if one["id"] == "services")
            table["rows"] = [*table["rows"][1:], {"id": "legal", "label": "法律服务"}]

        own = [row.id for row in OWN.policy.tables["services"].fixed]
        given = [{"row": name, "service_times": 3} for name in own]
        taken = transfer(OWN, changed(eighth))(stated({}, {"services": given})).tables["services"]
        times = {row.id: row.cells["service_times"].value for row in taken.rows}
        assert own[0] not in times
        assert times["legal"] is None
        assert [times[name] for name in own[1:]] == [3] * (len(own) - 1)


class TestTheDistrictsWord:
    """On a soft rule: 120 km² lie above the 100 of the policy, so a person decides."""

    def reviewed(self, decision: str) -> Submission:
        inputs = {"area": 120, "reviewer": "王五", "reviewed_on": "2026-09-20"}
        return stated(inputs, {"review": [{"row": "6.2-06", "decision": decision}]})

    @staticmethod
    def bounded(bound: str) -> Rules:
        return changed(lambda raw: rule(raw, "6.2-06")["measure"]["threshold"]["values"][0].update(value=bound))

    def test_it_holds_for_a_rule_that_says_the_same(self) -> None:
        other = changed(lambda raw: rule(raw, "6.9-03")["measure"]["threshold"]["values"][0].update(value="9"))
        assert judged(other, self.reviewed("基本符合"), "6.2-06").verdict is Verdict.MET

    def test_an_approval_is_none_of_a_rule_that_says_something_else(self) -> None:
        assert judged(OWN, self.reviewed("基本符合"), "6.2-06").verdict is Verdict.MET
        assert judged(self.bounded("80"), self.reviewed("基本符合"), "6.2-06").verdict is Verdict.DEVIATES

    def test_an_objection_stays_one(self) -> None:
        assert judged(self.bounded("150"), self.reviewed("不符合"), "6.2-06").verdict is Verdict.REVIEW

    def test_it_is_no_word_on_another_rule_of_that_number(self) -> None:
        def renumbered(raw: dict[str, Any]) -> None:
            rule(raw, "6.2-06")["title"] = "另一条"

        assert judged(changed(renumbered), self.reviewed("不符合"), "6.2-06").verdict is Verdict.DEVIATES


def test_that_nothing_happened_is_not_proven_without_the_register() -> None:
    text = (files("templates") / "shanghai-2024" / "policy.json").read_text("utf-8")
    for word in ("id", "table"):
        text = text.replace(f'"{word}": "incidents"', f'"{word}": "register"')
    target = Rules(Policy.from_dict(json.loads(text)), OWN.season)
    clean = {key.partition("@")[0]: [0, 0, 0, 0] for key in OWN.policy.rule("6.1-01").measure.slots}
    assert judged(OWN, stated(clean), "6.1-01").verdict is Verdict.MET
    assert judged(target, stated(clean), "6.1-01").verdict is Verdict.MISSING


def test_a_policy_under_another_title_judges_alike() -> None:
    copy = Rules(replace(OWN.policy, title="草案"), OWN.season)
    submission = take_in(*OWN, answers_from_dict(OWN.policy, BASE))
    own, other = evaluate(*OWN, submission), evaluate(*copy, transfer(OWN, copy)(submission))
    assert {one.verdict for one in own.findings} > {Verdict.MET}
    assert own.findings == other.findings
