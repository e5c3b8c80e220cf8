"""跨集群查重 as a sheet: who, what and where, line by line, and a count beside each cluster of 申报汇总."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbook.commission.desks import desk, shown
from tests.workbook.commission.filings import made
from workbook.commission.filing import Claim, Firm, Place, kept
from workbook.commission.overlaps import MOST, PHONE_SHOWN
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.table import Table


def made_desk(*changes: dict[str, Any]) -> Desk:
    """A desk of clusters that have nothing in common but what they are told to have."""
    return desk(*(made(number, **{"phone": f"1390000{number:04d}", **told}) for number, told in enumerate(changes, 1)))


def sheet(given: Desk, name: str) -> Table:
    return next(one for one in tables(given) if one.name == name)


ROSTER = kept([Firm("91310000MA1FL00001", "上海甲公司", "", "", "", None, Place("企业名录", "B7"))])
STANDARD = kept([Claim("标准", "gb1", "要求 GB 1", Place("五 协同创新", "C9"), "error")])


def test_a_row_says_what_who_and_where_and_leads_to_the_first_place() -> None:
    given = made_desk({"enterprises": ROSTER}, {"enterprises": ROSTER}, {})
    table = sheet(given, "跨集群查重")
    (row,) = table.rows
    (found,) = shown(table)
    assert (found["severity"], found["kind"], found["count"]) == ("▲ 请核实", "企业", 2)
    assert found["what"] == "上海甲公司（91310000MA1FL00001）"
    assert str(found["clusters"]).splitlines() == [
        "闵行区　上海市第1号产业集群　第1号运营公司",
        "嘉定区　上海市第2号产业集群　第2号运营公司",
    ]
    assert (found["places"], found["first"]) == ("企业名录!B7\n企业名录!B7", "企业名录!B7")
    (link,) = row.links.values()
    assert link.startswith("external:archive/00/")
    assert link.endswith("1.xlsx#'企业名录'!B7")


def test_people_have_columns_of_their_own() -> None:
    columns = sheet(made_desk({}), "跨集群查重").columns
    assert [one.heading for one in columns if one.owner == "people"] == ["核实情况", "备注"]


def test_the_gravest_come_first() -> None:
    given = made_desk({"enterprises": ROSTER, "exclusive": STANDARD}, {"enterprises": ROSTER, "exclusive": STANDARD})
    assert [row.values[0] for row in sheet(given, "跨集群查重").rows] == ["✗ 必须改正", "▲ 请核实"]


def test_every_cluster_is_told_how_many_rows_it_is_in() -> None:
    given = made_desk(
        {"enterprises": ROSTER}, {"enterprises": ROSTER, "exclusive": STANDARD}, {"exclusive": STANDARD}, {}
    )
    table = sheet(given, "申报汇总")
    counts = {row["cluster"]: row["overlaps"] for row in shown(table)}
    assert [counts[f"上海市第{number}号产业集群"] for number in (1, 2, 3, 4)] == [1, 2, 1, 0]
    (column,) = (one for one in table.columns if one.id == "overlaps")
    assert column.watched


def test_a_shared_telephone_is_told_without_its_digits() -> None:
    table = sheet(made_desk({"phone": "13912345678"}, {"phone": "139-1234-5678"}), "跨集群查重")
    (row,) = shown(table)
    assert row["what"] == PHONE_SHOWN
    assert "12345678" not in f"{row}{table.rows}".replace("-", "")


def test_of_very_many_clusters_the_rest_is_counted() -> None:
    table = sheet(made_desk(*({"exclusive": STANDARD} for _ in range(MOST + 5))), "跨集群查重")
    (row,) = shown(table)
    assert str(row["clusters"]).endswith(f"……等共 {MOST + 5} 个集群，另有 5 个未列出")


@pytest.mark.parametrize(("count", "between"), [(4, "\n"), (5, "；")])
def test_few_places_stand_one_under_the_other_and_more_run_on(count: int, between: str) -> None:
    table = sheet(made_desk(*({"exclusive": STANDARD} for _ in range(count))), "跨集群查重")
    (row,) = shown(table)
    clusters, places = (str(row[name]).split(between) for name in ("clusters", "places"))
    assert len(clusters) == len(places) == count
    assert all(f"上海市第{number}号产业集群" in told for number, told in enumerate(clusters, 1))
    assert "\n" not in f"{clusters}{places}"
    if between == "；":
        assert (places[4], clusters[4][:3]) == ("（5）五 协同创新!C9", "（5）")
