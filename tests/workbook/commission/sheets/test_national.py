"""推荐国家级: clusters by their distance from the national thresholds, the nearest gap in words, and no verdict of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbook.commission.desks import desk, key, shown
from tests.workbook.commission.filings import made
from toolkit.packs import packs
from workbook.commission.filing import Filing, Judged, Place
from workbook.commission.sheets.national import distances, national, reached
from workbook.commission.take import national_rules

RULES = packs()["national-2022"].policy.rules
OUTPUT, AREA = RULES[1], RULES[0]
BOUNDS = (100.0, 40.0, 70.0, 70.0, 10.0, None)


def judged(rule: int, verdict: str = "met", value: float | None = None, remedy: str = "") -> Judged:
    shown_ = "" if value is None else f"{value}"
    place = Place("二 核心竞争力", "C9")
    return Judged(RULES[rule].id, verdict, value, BOUNDS[rule], shown_, "", "", remedy, place, False, "")


def filing(number: int, *missed: Judged, **more: Any) -> Filing:
    told = {one.rule: one for one in missed}
    return made(number, national=tuple(told.get(rule.id, judged(at)) for at, rule in enumerate(RULES)), **more)


SHORT = judged(1, "unmet", 36.0, "产值需达到 40 亿元（差 4 亿元）")
FAR = judged(1, "unmet", 10.0, "产值需达到 40 亿元（差 30 亿元）")
BLANK = judged(4, "missing", None, "请填写产值")


def test_nearer_clusters_come_first_and_equals_share_a_place() -> None:
    here = desk(filing(1, FAR), filing(2), filing(3, SHORT, BLANK), filing(4, SHORT), filing(5))
    rows = shown(national(here))
    assert [(row["cluster"], row["place"], row["met"], row["short"]) for row in rows] == [
        ("上海市第2号产业集群", 1, 6, 0),
        ("上海市第5号产业集群", 1, 6, 0),
        ("上海市第4号产业集群", 3, 5, 1),
        ("上海市第1号产业集群", 4, 5, 1),
        ("上海市第3号产业集群", 5, 4, 2),
    ]


def test_places_within_a_district_are_counted_by_themselves() -> None:
    found = distances(desk(filing(1), filing(2, FAR), filing(4, SHORT)).clusters, RULES)
    assert {one.cluster.key: one.district_place for one in found} == {key(1): 1, key(3): 2, key(2): 1}


def test_the_order_does_not_hang_on_how_the_clusters_came() -> None:
    clusters = desk(filing(1, FAR), filing(2), filing(3, SHORT), filing(4)).clusters
    assert distances(clusters, RULES) == distances(clusters[::-1], RULES)


def test_each_threshold_stands_with_its_sign_and_figure_and_leads_to_its_cell() -> None:
    table = national(desk(filing(1, SHORT)))
    (row,) = shown(table)
    assert row[f"r:{OUTPUT.id}"] == "✗ 36.0"
    headings = {column.id: column.heading for column in table.columns}
    assert headings[f"r:{OUTPUT.id}"] == "近三年产值（40亿元以上）"
    position = [column.id for column in table.columns].index(f"r:{OUTPUT.id}")
    (written,) = table.rows
    assert written.links[position].endswith("#'二 核心竞争力'!C9")


def test_the_nearest_gap_is_told_in_words() -> None:
    (row,) = shown(national(desk(filing(1, SHORT, judged(2, "unmet", 7.0, "占比差得远"), BLANK))))
    assert row["nearest"] == "近三年产值：产值需达到 40 亿元（差 4 亿元）"
    assert row["national"] == "✗ 未达标"


@pytest.mark.parametrize(
    ("found", "rule", "part"),
    [
        (judged(1, "met", 80.0), OUTPUT, 1.0),
        (judged(1, "unmet", 36.0), OUTPUT, 0.9),
        (judged(1, "unmet", -5.0), OUTPUT, 0.0),
        (judged(1, "missing"), OUTPUT, 0.0),
        (judged(0, "deviates", 200.0), AREA, 0.5),
        (judged(5, "unmet"), RULES[5], 0.0),
        (judged(0, "not_applicable"), AREA, 1.0),
    ],
)
def test_what_is_reached_of_a_threshold(found: Judged, rule: Any, part: float) -> None:
    assert reached(found, rule) == part


def test_it_says_that_only_verified_thresholds_are_compared() -> None:
    intro = national(desk(filing(1))).intro
    assert "工信部企业〔2022〕119号" in intro
    assert "不等于符合国家级的全部条件" in intro


def test_a_year_without_national_rules_is_told() -> None:
    table = national(desk(made(1)))
    assert (list(table.rows), "没有可用的国家级规则" in table.intro) == ([], True)
    assert national_rules(1999) is None


def test_people_recommend() -> None:
    columns = national(desk(filing(1))).columns
    assert [one.heading for one in columns if one.owner == "people"] == ["推荐意见", "推荐年度", "国家级结果"]
