"""Names nearly the same are found whatever their number, and names that only belong to one trade are not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.commission.names import core, forms


def near(one: str, other: str, district: str = "嘉定区", elsewhere: str = "") -> bool:
    return bool(set(forms(one, district)) & set(forms(other, elsewhere or district)))


@pytest.mark.parametrize(
    "other",
    [
        "嘉定区智能传感器集群",
        "上海嘉定区智能传感器中小企业特色产业集群",
        "上海市嘉定区“智能传感器”产业集群 ",
        "上海市嘉定区智能传感产业集群",
        "上海市嘉定区智能传感器件产业集群",
        "上海市嘉定区智能传器感产业集群",
        "上海市嘉定区智慧传感器产业集群",
    ],
)
def test_a_slip_of_the_pen_is_the_same_name(other: str) -> None:
    assert near("上海市嘉定区智能传感器产业集群", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("嘉定区智能传感器产业集群", "嘉定区智能制造产业集群"),
        ("嘉定区集成电路设计产业集群", "嘉定区集成电路装备产业集群"),
        ("嘉定区传感器一期产业集群", "嘉定区传感器二期产业集群"),
        ("嘉定区智能传感器产业集群第1号", "嘉定区智能传感器产业集群第2号"),
        ("嘉定区氢能产业集群", "嘉定区核能产业集群"),
        ("", ""),
    ],
)
def test_another_trade_or_number_is_another_name(one: str, other: str) -> None:
    assert not near(one, other)


def test_the_same_trade_in_another_district_is_another_cluster() -> None:
    assert not near("上海市嘉定区智能传感器产业集群", "上海市青浦区智能传感器产业集群", elsewhere="青浦区")


def test_the_very_same_name_is_found_over_all_the_city() -> None:
    assert near("上海市北斗导航产业集群", "北斗导航产业集群", elsewhere="青浦区")


def shortened(text: str) -> set[str]:
    return {text} | {text[:at] + text[at + 1 :] for at in range(len(text))}


@given(st.text("甲乙丙", min_size=4, max_size=8), st.text("甲乙丙", min_size=4, max_size=8))
def test_near_is_what_the_rule_says_tried_out_pair_by_pair(one: str, other: str) -> None:
    expected = any(a == b for a, b in product(shortened(one), shortened(other)))
    assert near(one, other) == near(other, one) == expected


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_has_few_forms(name: str, district: str) -> None:
    assert len(set(forms(name, district))) <= len(core(name)) + 2
