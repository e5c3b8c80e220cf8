"""Reference data against GB 32100-2015, 工信部联企业〔2011〕300号, GB/T 4754-2017 and the list of districts.

- 统一社会信用代码: vectors, the check digit, every single mistake is seen
- 划型: every bound of every industry just below, at and above
- 行业代码: leaf level, section letter; which industries the size definition leaves out
- 区, 资质, 高耗能行业: the lists as published, and what of them is unconfirmed
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.characters import key_of, normalise_code
from toolkit.reference import (
    Size,
    district_code,
    districts,
    enterprise_size,
    industry_fault,
    is_energy_intensive,
    title_kinds,
    uscc_check_digit,
    uscc_fault,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def data(name: str) -> Any:
    return json.loads(files("templates").joinpath("reference", f"{name}.json").read_text("utf-8"))


# --- 统一社会信用代码 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91110000802100433B", None),
        ("11320000MB151840XJ", None),
        ("91350100M000100Y43", None),
        ("91350100M000100Y4Z", "alphabet"),  # the standard's own example: Z is not in the alphabet
        ("91110000802100433C", "checksum"),
        ("91110000802100433", "length"),
        ("91110000802100433BB", "length"),
        ("", "length"),
        ("9111000080210O433B", "alphabet"),  # O for 0 is reported, never mended
        ("91110000802100433b", "alphabet"),  # callers normalise first
        ("９１110000802100433B", "alphabet"),
        ("91110000802100433²", "alphabet"),
    ],
)
def test_uscc_vectors(code: str, fault: str | None) -> None:
    assert uscc_fault(code) == fault


bodies = st.text(ALPHABET, min_size=17, max_size=17)


@given(bodies)
def test_a_code_with_its_check_digit_is_sound(body: str) -> None:
    assert uscc_fault(body + uscc_check_digit(body)) is None


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET) | st.characters())
def test_changing_any_one_character_is_seen(body: str, place: int, other: str) -> None:
    code = body + uscc_check_digit(body)
    changed = code[:place] + other + code[place + 1 :]
    assert (uscc_fault(changed) is None) == (changed == code)


def test_check_digit_zero_stands_for_31() -> None:
    assert uscc_check_digit("0" * 17) == "0"


@pytest.mark.parametrize(
    "body", ["", "9111000080210043", "911100008021004331", "9111000080210043I", "91110000802100433B"]
)
def test_check_digit_refuses_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the type is the contract)
        uscc_check_digit(body)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("  91110000802100433b\t\n", "91110000802100433B"),
        ("\u3000９１１１\u200b００００\u3000", "９１１１００００"),
        ("\xa0c3973\xa0", "C3973"),
        ("91110000802l00433B", "91110000802L00433B"),
        ("O0 I1", "O0I1"),
        ("ıſß", "ıſß"),
        ("（中）", "（中）"),
        ("", ""),
    ],
)
def test_normalise_code(typed: str, code: str) -> None:
    assert normalise_code(typed) == code


@pytest.mark.parametrize(
    "alike", ["GB/T 1234", "gb/t1234", "ＧＢ／Ｔ１２３４", "GB/T\u202a1234", "GB\u00ad/T 12\ufe0f34"]
)
def test_numbers_that_look_alike_name_the_same_thing(alike: str) -> None:
    assert key_of(alike) == key_of("GB/T 1234")
    assert key_of(alike) != key_of("GB/T 1235")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_code(normalise_code(text)) == normalise_code(text)


# --- 划型 -----------------------------------------------------------------------------------------------------

# X 从业人员（人），Y 营业收入（万元），Z 资产总额（万元）; each 大型/中型/小型 from which the bound counts (以上).
BOUNDS = """
| 行业         | 小类 | X            | Y                | Z                |
| 农林牧渔     | 0111 |              | 20000/500/50     |                  |
| 农林牧渔     | 0549 |              | 20000/500/50     |                  |
| 采矿         | 0610 | 1000/300/20  | 40000/2000/300   |                  |
| 制造         | 3973 | 1000/300/20  | 40000/2000/300   |                  |
| 水的生产     | 4690 | 1000/300/20  | 40000/2000/300   |                  |
| 建筑         | 4710 |              | 80000/6000/300   | 80000/5000/300   |
| 建筑         | 5090 |              | 80000/6000/300   | 80000/5000/300   |
| 批发         | 5111 | 200/20/5     | 40000/5000/1000  |                  |
| 零售         | 5211 | 300/50/10    | 20000/500/100    |                  |
| 道路运输     | 5431 | 1000/300/20  | 30000/3000/200   |                  |
| 运输代理     | 5821 | 1000/300/20  | 30000/3000/200   |                  |
| 装卸搬运     | 5910 | 1000/300/20  | 30000/3000/200   |                  |
| 仓储         | 5920 | 200/100/20   | 30000/1000/100   |                  |
| 邮政         | 6020 | 1000/300/20  | 30000/2000/100   |                  |
| 住宿         | 6110 | 300/100/10   | 10000/2000/100   |                  |
| 餐饮         | 6210 | 300/100/10   | 10000/2000/100   |                  |
| 电信         | 6311 | 2000/100/10  | 100000/1000/100  |                  |
| 互联网       | 6421 | 2000/100/10  | 100000/1000/100  |                  |
| 软件         | 6513 | 300/100/10   | 10000/1000/50    |                  |
| 集成电路设计 | 6520 | 300/100/10   | 10000/1000/50    |                  |
| 房地产开发   | 7010 |              | 200000/1000/100  | 10000/5000/2000  |
| 物业管理     | 7020 | 1000/300/100 | 5000/1000/500    |                  |
| 房地产中介   | 7030 | 300/100/10   |                  |                  |
| 租赁         | 7111 | 300/100/10   |                  | 120000/8000/100  |
| 商务服务     | 7211 | 300/100/10   |                  | 120000/8000/100  |
| 检验检测     | 7452 | 300/100/10   |                  |                  |
| 生态保护     | 7711 | 300/100/10   |                  |                  |
| 修理         | 8111 | 300/100/10   |                  |                  |
| 社会工作     | 8511 | 300/100/10   |                  |                  |
| 文化艺术     | 8810 | 300/100/10   |                  |                  |
"""

Figures = dict[str, Decimal | None]
TIERS = (Size.LARGE, Size.MEDIUM, Size.SMALL, Size.MICRO)
LEAST = {"X": Decimal(1), "Y": Decimal("0.01"), "Z": Decimal("0.01")}


def size_rows() -> Iterator[tuple[str, str, dict[str, tuple[Decimal, ...]]]]:
    for line in BOUNDS.strip().splitlines()[1:]:
        name, code, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        bounds = {key: tuple(map(Decimal, cell.split("/"))) for key, cell in zip("XYZ", cells, strict=True) if cell}
        yield name, code, bounds


def size_cases() -> Iterator[Any]:
    for name, code, bounds in size_rows():
        for tier in range(3):
            at: Figures = {key: bound[tier] for key, bound in bounds.items()}
            label = f"{name}-{code}-{TIERS[tier]}"
            yield pytest.param(code, at, TIERS[tier], id=f"{label}-at")
            yield pytest.param(
                code, {key: bounds[key][tier] + LEAST[key] for key in at}, TIERS[tier], id=f"{label}-above"
            )
            for key in at:
                # One bound missed is enough to fall a tier, however high the other figure.
                below: Figures = {other: bounds[other][0] * 10 for other in at}
                below[key] = bounds[key][tier] - LEAST[key]
                yield pytest.param(code, below, TIERS[tier + 1], id=f"{label}-{key}-below")


def size(code: str, figures: Figures) -> Size | None:
    return enterprise_size(code, figures.get("X"), figures.get("Y"), figures.get("Z"))


@pytest.mark.parametrize(("code", "figures", "expected"), list(size_cases()))
def test_size_just_below_at_and_above_every_bound(code: str, figures: Figures, expected: Size) -> None:
    assert size(code, figures) is expected


@pytest.mark.parametrize(("name", "code", "bounds"), list(size_rows()))
def test_size_is_unknown_without_a_figure_the_industry_needs(
    name: str, code: str, bounds: dict[str, tuple[Decimal, ...]]
) -> None:
    stated: Figures = {key: bound[1] for key, bound in bounds.items()}
    assert size(code, stated) is Size.MEDIUM, name
    for key in bounds:
        assert size(code, stated | {key: None}) is None
        assert size(code, stated | {key: Decimal(-1)}) is None


def test_no_employees_and_no_revenue_is_micro_not_missing() -> None:
    assert enterprise_size("3973", 0, 0, None) is Size.MICRO


def test_a_testing_laboratory_turns_large_at_300_people_whatever_it_earns() -> None:
    assert enterprise_size("M7452", 300, 1, 1) is Size.LARGE
    assert enterprise_size("M7452", 299, 10**6, 10**6) is Size.MEDIUM


def test_a_chip_designer_turns_large_at_300_people_and_one_hundred_million() -> None:
    assert enterprise_size("I6520", 300, 10000, None) is Size.LARGE
    assert enterprise_size("I6520", 300, Decimal("9999.99"), None) is Size.MEDIUM
    assert enterprise_size("I6520", 299, 10000, None) is Size.MEDIUM


@pytest.mark.parametrize(
    "code",
    [
        "5310",
        "6610",
        "6740",
        "6812",
        "6999",
        "7040",
        "8310",
        "8411",
        "9100",
        "9221",
        "9521",
        "9700",
        "3900",
        "9911",
        "",
        "I3973",
    ],
)
def test_size_is_unknown_where_the_definition_does_not_apply(code: str) -> None:
    assert enterprise_size(code, 5000, 10**6, 10**6) is None


@pytest.mark.parametrize("division", [f"{number:02d}" for number in range(1, 98)])
def test_every_division_is_either_covered_or_left_out_on_purpose(division: str) -> None:
    left_out = {"53", "66", "67", "68", "69", "70", "83", "84", *(f"{number}" for number in range(91, 98))}
    covered = enterprise_size(f"{division}40", 1, 1, 1) is not None
    assert covered == (division not in left_out)


def test_no_prefix_is_mapped_twice() -> None:
    prefixes = [prefix for entry in data("sme_sizes")["mapping"] for prefix in entry["prefixes"]]
    assert len(prefixes) == len(set(prefixes))


def test_only_large_enterprises_are_no_sme() -> None:
    assert [tier.is_sme for tier in TIERS] == [False, True, True, True]


# --- 行业代码 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("0111", None),
        ("C3973", None),
        ("T9700", "heading"),
        ("3973", None),
        ("7010", None),
        ("K7010", None),
        ("3900", "heading"),
        ("C3900", "heading"),
        ("0011", "division"),
        ("9811", "division"),
        ("I3973", "section"),
        ("A0610", "section"),
        ("B0511", "section"),
        ("39", "format"),
        ("397", "format"),
        ("39730", "format"),
        ("U3973", "format"),
        ("c3973", "format"),
        ("C", "format"),
        ("", "format"),
        ("C 3973", "format"),
        ("3973\n", "format"),
        ("３９７３", "format"),
        ("٣٩٧٣", "format"),
    ],
)
def test_industry_fault(code: str, fault: str | None) -> None:
    assert industry_fault(code) == fault


# Section → its first and last division.
SECTIONS = """
A 01-05  B 06-12  C 13-43  D 44-46  E 47-50  F 51-52  G 53-60  H 61-62  I 63-65  J 66-69
K 70-70  L 71-72  M 73-75  N 76-79  O 80-82  P 83-83  Q 84-85  R 86-90  S 91-96  T 97-97
"""


def test_divisions_stand_in_their_sections() -> None:
    words = SECTIONS.split()
    for letter, span in zip(words[::2], words[1::2], strict=True):
        first, last = map(int, span.split("-"))
        for division in range(1, 98):
            expected = None if first <= division <= last else "section"
            assert industry_fault(f"{letter}{division:02d}11") == expected


def test_industries_have_20_sections_and_97_divisions() -> None:
    table = data("industries")
    assert [row["letter"] for row in table["sections"]] == list("ABCDEFGHIJKLMNOPQRST")
    assert [row["code"] for row in table["divisions"]] == [f"{number:02d}" for number in range(1, 98)]
    assert len({row["name"] for row in table["divisions"]}) == 97


@given(st.text())
def test_any_text_is_judged_without_an_error(text: str) -> None:
    assert industry_fault(text) in (None, "format", "division", "section", "heading")
    assert uscc_fault(text) in (None, "length", "alphabet", "checksum")
    assert is_energy_intensive(text) in (True, False)
    assert enterprise_size(text, 1, 1, 1) in (None, *Size)


# --- 区, 资质, 高耗能行业 -------------------------------------------------------------------------------------

DISTRICTS = """
310101 黄浦区  310104 徐汇区  310105 长宁区    310106 静安区  310107 普陀区  310109 虹口区  310110 杨浦区  310112 闵行区
310113 宝山区  310114 嘉定区  310115 浦东新区  310116 金山区  310117 松江区  310118 青浦区  310120 奉贤区  310151 崇明区
"""


def test_districts() -> None:
    words = DISTRICTS.split()
    assert list(districts()) == words[1::2]
    assert [district_code(name) for name in districts()] == words[::2]


@pytest.mark.parametrize("name", ["", "青浦", "上海市青浦区", "南汇区", "310118"])
def test_district_code_of_anything_else(name: str) -> None:
    assert district_code(name) is None


def test_titles_and_their_branches() -> None:
    assert [(kind.name, kind.levels, kind.branch, kind.validity_years) for kind in title_kinds()] == [
        ("制造业单项冠军企业", ("国家级", "市级"), "A", 3),
        ("专精特新“小巨人”企业", ("国家级",), "A", 3),
        ("专精特新中小企业", ("市级",), "B", 3),
        ("创新型中小企业", ("市级",), "B", 3),
        ("国家级高新技术企业", ("国家级",), "B", 3),
    ]


def test_what_nobody_has_checked_is_marked() -> None:
    assert [kind.name for kind in title_kinds() if kind.validity_confirmed] == ["制造业单项冠军企业"]
    assert [kind.name for kind in title_kinds() if not kind.confirmed] == ["国家级高新技术企业"]
    assert [row["code"] for row in data("energy_intensive")["divisions"] if not row["confirmed"]] == ["25"]
    assert all(group["confirmed"] for group in data("sme_sizes")["groups"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [(f"{number:02d}11", number in (25, 26, 30, 31, 32, 44)) for number in range(1, 98)]
    + [("C3110", True), ("D3110", False), ("3100", False), ("31", False), ("", False)],
)
def test_energy_intensive_divisions(code: str, expected: bool) -> None:
    assert is_energy_intensive(code) is expected


def test_energy_intensive_divisions_are_named_as_in_the_classification() -> None:
    names = {row["code"]: row["name"] for row in data("industries")["divisions"]}
    for row in data("energy_intensive")["divisions"]:
        assert row["name"] == names[row["code"]]


@pytest.mark.parametrize("name", ["districts", "energy_intensive", "industries", "sme_sizes", "titles"])
def test_every_table_names_its_source(name: str) -> None:
    assert data(name)["source"]["document"]
