"""One cell read: every kind of field at each of its limits, what is refused, and what is offered instead.

- numbers: blank is never zero; a text is never taken for a number, at most a reading is offered
- percentages, whole numbers, least and greatest values just below, at and above
- dates: day numbers and dates at both ends of the calendar, texts
- texts, choices, codes, telephone numbers, addresses: what people cannot see is forgiven, all else is not
- cells with an error or a formula
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.characters import PLACEHOLDERS
from toolkit.checks.form import FIRST_DAY, LAST_DAY, expected, read
from toolkit.fields import Field, FieldKind
from toolkit.messages import Severity
from toolkit.submission import Location, Raw

HERE = Location("三 经济", 4, 3)
D = Decimal


def asked(kind: str, **told: Any) -> Field:
    lists = {"list": tuple(told.pop("choices", ("是", "否")))} if kind == "choice" else {}
    raw = {"id": "field", "label": "某项", "type": kind} | ({"list": "list"} if lists else {}) | told
    return Field.from_dict(raw, lists, "operator")


AMOUNT = asked("decimal", unit="亿元", min="0")
TEN_THOUSANDS = asked("decimal", unit="万元", min="0")
AREA = asked("decimal", unit="平方公里", min="0", above_min=True)
COUNT = asked("integer", unit="家", min="0")
YEAR = asked("integer", min="1980", max="2100")
SHARE = asked("percent", unit="%", min="0", max="1")
RATE = asked("percent", unit="%")
DAY = asked("date")
NAME = asked("text", required=True, length=[2, 4])
NOTE = asked("text")
STORY = asked("long_text", required=True)
HAVE = asked("choice", choices=["有", "无"], required=True)
TITLE = asked("choice", choices=["专精特新“小巨人”企业", "研究与试验发展（R&D）经费统计口径", "E01 营业执照"])
USCC = asked("uscc", required=True)
INDUSTRY = asked("industry", required=True)
MOBILE = asked("mobile")
EMAIL = asked("email")

EVERY_KIND = [AMOUNT, COUNT, SHARE, DAY, NAME, STORY, HAVE, USCC, INDUSTRY, MOBILE, EMAIL]
NUMBERS = [AMOUNT, COUNT, SHARE]


def seen(field: Field, value: Any, **cell: Any) -> tuple[Any, str, str]:
    """Value, code of the problem and suggestion; an entry names its fault only while it has no value."""
    entry, problem = read(field, Raw(value, HERE, **cell), field.label)
    code = problem.code if problem else ""
    assert entry.location == HERE
    assert entry.fault == (code if entry.value is None else None)
    return entry.value, code, problem.suggestion if problem else ""


def id_of(value: Any) -> str:
    return value.kind.value if isinstance(value, Field) else repr(value)


def test_every_kind_of_field_is_tried_here() -> None:
    assert {field.kind for field in EVERY_KIND} == set(FieldKind)


# --- numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "code", "suggestion"),
    [
        (AMOUNT, "0", "", ""),
        (AMOUNT, "-0.0001", "F12", ""),
        (AMOUNT, "0.0001", "", ""),
        (AREA, "0", "F12", ""),
        (AREA, "-1", "F12", ""),
        (AREA, "0.0001", "", ""),
        (COUNT, "-1", "F12", ""),
        (COUNT, "-2.5", "F12", ""),
        (COUNT, "0", "", ""),
        (COUNT, "2", "", ""),
        (COUNT, "2.0", "", ""),
        (COUNT, "2.5", "F13", ""),
        (COUNT, "2.0000001", "F13", ""),
        (YEAR, "1979", "F12", ""),
        (YEAR, "1980", "", ""),
        (YEAR, "2100", "", ""),
        (YEAR, "2101", "F12", ""),
        (SHARE, "-0.01", "F12", ""),
        (SHARE, "0", "", ""),
        (SHARE, "0.6", "", ""),
        (SHARE, "1", "", ""),
        (SHARE, "1.01", "F3", ""),
        (SHARE, "1.99", "F3", ""),
        (SHARE, "2", "F3", "2%"),
        (SHARE, "60", "F3", "60%"),
        (SHARE, "12.50", "F3", "12.5%"),
        (SHARE, "100", "F3", "100%"),
        (SHARE, "100.01", "F3", ""),
        (RATE, "60", "", ""),
        (RATE, "-60", "", ""),
        (AMOUNT, "999999999999999", "", ""),
        (AMOUNT, "1E+15", "F12", ""),
        (AMOUNT, "1E-9", "", ""),
        (AMOUNT, "9E-10", "F12", ""),
        (AMOUNT, "1E+20", "F12", ""),
        (AMOUNT, "1E-20", "F12", ""),
        (AMOUNT, "NaN", "F12", ""),
        (AMOUNT, "Infinity", "F12", ""),
    ],
    ids=id_of,
)
def test_a_number_just_below_at_and_above_its_limits(field: Field, value: str, code: str, suggestion: str) -> None:
    assert seen(field, D(value)) == (None if code else D(value), code, suggestion)


@pytest.mark.parametrize(
    ("field", "text", "suggestion"),
    [
        # a figure in the unit asked, or in one that converts
        (AMOUNT, "30", "30"),
        (AMOUNT, "30亿", "30"),
        (AMOUNT, "30亿元", "30"),
        (AMOUNT, "2000万", "0.2"),
        (AMOUNT, "2000万元", "0.2"),
        (AMOUNT, "3千万", "0.3"),
        (AMOUNT, "1.5万亿", "15000"),
        (TEN_THOUSANDS, "30亿", "300000"),
        (TEN_THOUSANDS, "30万", "30"),
        (TEN_THOUSANDS, "1亿2000万", ""),
        (AREA, "25平方公里", "25"),
        (AREA, "25亩", ""),
        (AREA, "25万", ""),
        (COUNT, "120家", "120"),
        (COUNT, "120人", ""),
        # separators, width, white space
        (AMOUNT, "1,234", "1234"),
        (AMOUNT, "1，234，567.5", "1234567.5"),
        (AMOUNT, "１２３．５", "123.5"),
        (AMOUNT, "25  ", "25"),
        (AMOUNT, "\u300025\xa0\u200b", "25"),
        (AMOUNT, "+25.", "25"),
        (AMOUNT, ".5", "0.5"),
        (AMOUNT, "30.00", "30"),
        # percentages
        (SHARE, "12.5%", "12.5%"),
        (SHARE, "１２．５％", "12.5%"),
        (SHARE, "12.5 %", "12.5%"),
        (AMOUNT, "12.5%", ""),
        (COUNT, "5%", ""),
        # no single figure in plain sight
        (AMOUNT, "约25", ""),
        (AMOUNT, "25左右", ""),
        (AMOUNT, "25-30", ""),
        (AMOUNT, "1e5", ""),
        (AMOUNT, "30元", ""),
        (AMOUNT, "30美元", ""),
        (AMOUNT, "三十亿", ""),
        (AMOUNT, "1.2.3", ""),
        (AMOUNT, "%", ""),
        (AMOUNT, "=A1", ""),
        (AMOUNT, ".", ""),
    ],
    ids=id_of,
)
def test_a_number_typed_as_text_stays_missing_and_at_most_a_reading_is_offered(
    field: Field, text: str, suggestion: str
) -> None:
    assert seen(field, text) == (None, "F2", suggestion)


@pytest.mark.parametrize("text", ["10²", "①25", "25⁰"])
def test_a_raised_or_circled_digit_is_not_taken_for_a_digit(text: str) -> None:
    assert seen(AMOUNT, text) == (None, "F2", "")


@pytest.mark.parametrize(
    ("field", "text"), [(AMOUNT, "-5"), (COUNT, "2.5"), (SHARE, "120%"), (YEAR, "1979"), (DAY, "1900-01-01")], ids=id_of
)
def test_nothing_is_offered_that_would_be_refused_in_its_turn(field: Field, text: str) -> None:
    assert seen(field, text)[2] == ""


@pytest.mark.parametrize("field", NUMBERS, ids=id_of)
@pytest.mark.parametrize("text", ["无", "/", "—", "——", "-", "同上", "暂无", "N/A", " 无 ", "／", "\u3000—\u200b"])
def test_a_placeholder_is_no_number(field: Field, text: str) -> None:
    assert seen(field, text) == (None, "F9", "")


@pytest.mark.parametrize("field", NUMBERS, ids=id_of)
@pytest.mark.parametrize("value", [True, False, date(2026, 1, 1)])
def test_a_truth_value_or_a_date_is_no_number(field: Field, value: Any) -> None:
    assert seen(field, value) == (None, "F2", "")


@given(st.sampled_from(NUMBERS), st.text())
def test_no_text_whatever_becomes_a_number(field: Field, text: str) -> None:
    assert seen(field, text)[0] is None


# --- dates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(1949, 9, 30), None),
        (date(1949, 10, 1), "1949-10-01"),
        (datetime(2100, 12, 31, 23, 59, tzinfo=UTC), "2100-12-31"),
        (date(2101, 1, 1), None),
        (D(18171), None),
        (D(18172), "1949-10-01"),
        (D(45717), "2025-03-01"),
        (D("45717.99999"), "2025-03-01"),
        (D(73415), "2100-12-31"),
        (D(73416), None),
        (D(0), None),
        (D(-1), None),
        (D(100_000), None),
        (D(20250301), None),
        (D("1E+19"), None),
        (True, None),
    ],
)
def test_a_date_or_day_number_at_both_ends_of_the_calendar(value: Any, day: str | None) -> None:
    assert seen(DAY, value) == ((date.fromisoformat(day), "", "") if day else (None, "F5", ""))


def test_the_calendar_begins_with_the_republic_and_ends_with_the_century() -> None:
    assert (date(1949, 10, 1), date(2100, 12, 31)) == (FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("2025-03-01", "2025-03-01"),
        ("2025-3-1", "2025-03-01"),
        ("2025/3/1", "2025-03-01"),
        ("2025.03.01", "2025-03-01"),
        ("2025年3月1日", "2025-03-01"),
        ("2025 年 3 月 1 日", "2025-03-01"),
        ("２０２５年３月１日", "2025-03-01"),
        (" 2025-03-01\u3000", "2025-03-01"),
        ("2024年2月29日", "2024-02-29"),
        ("2025年2月29日", ""),
        ("2025年2月30日", ""),
        ("2025-13-01", ""),
        ("2025年3月", ""),
        ("2025", ""),
        ("20250301", ""),
        ("3/1/2025", ""),
        ("2025-03-01至2026-03-01", ""),
        ("去年", ""),
    ],
)
def test_a_date_typed_as_text_stays_missing_and_at_most_a_reading_is_offered(text: str, suggestion: str) -> None:
    assert seen(DAY, text) == (None, "F5", suggestion)


@pytest.mark.parametrize("text", ["无", "/", "—", "待补"])
def test_a_placeholder_is_no_date(text: str) -> None:
    assert seen(DAY, text) == (None, "F9", "")


# --- texts and choices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [("集", "F10"), ("集群", ""), ("产业集群", ""), ("大产业集群", "F10"), (" 产业集群\n", ""), (" 集 ", "F10")],
)
def test_a_text_too_short_or_too_long_is_kept_with_a_warning(text: str, code: str) -> None:
    assert seen(NAME, text) == (text.strip(), code, "")


@pytest.mark.parametrize(
    ("value", "text"), [(D("2025.0"), "2025"), (D(13), "13"), (True, "TRUE"), (date(2025, 3, 1), "2025-03-01")]
)
def test_what_is_no_text_is_read_as_it_looks(value: Any, text: str) -> None:
    assert seen(NOTE, value) == (text, "", "")


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS))
def test_a_placeholder_will_do_only_where_nothing_is_required(text: str) -> None:
    assert seen(STORY, text) == (None, "F9", "")
    assert seen(NOTE, text) == (text, "", "")


@pytest.mark.parametrize(
    ("field", "typed", "choice"),
    [
        (HAVE, "有", "有"),
        (HAVE, "无", "无"),  # a choice of its own, no placeholder
        (HAVE, " 有\u3000", "有"),
        (HAVE, "\u200b有", "有"),
        (HAVE, "有。", None),
        (HAVE, "有 无", None),
        (HAVE, "/", None),
        (HAVE, D(1), None),
        (HAVE, True, None),
        (TITLE, "专精特新“小巨人”企业", "专精特新“小巨人”企业"),
        (TITLE, '专精特新"小巨人"企业', "专精特新“小巨人”企业"),
        (TITLE, "专精特新”小巨人“企业", "专精特新“小巨人”企业"),
        (TITLE, "专精特新＂小巨人＂企业", "专精特新“小巨人”企业"),
        (TITLE, "专精特新 “小巨人”\u3000企业", "专精特新“小巨人”企业"),
        (TITLE, "专精特新小巨人企业", "专精特新“小巨人”企业"),
        (TITLE, "小巨人", None),
        (TITLE, "研究与试验发展(R&D)经费统计口径", "研究与试验发展（R&D）经费统计口径"),
        (TITLE, "E01营业执照", "E01 营业执照"),
        (TITLE, "e01 营业执照", "E01 营业执照"),
    ],
    ids=id_of,
)
def test_a_choice_is_exact_but_for_what_people_cannot_see(field: Field, typed: Any, choice: str | None) -> None:
    assert seen(field, typed) == (choice, "" if choice else "F6", "")


def test_wide_letters_and_digits_in_a_choice_are_offered_in_the_writing_of_the_list() -> None:
    assert seen(TITLE, "Ｅ０１ 营业执照") == (None, "F6", "E01 营业执照")


# --- codes and addresses --------------------------------------------------------------------------------------

CODE = "91110000802100433B"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (CODE, CODE),
        (CODE.lower(), CODE),
        (f"\u3000{CODE}\n", CODE),
        (CODE[:-1], None),
        (f"{CODE}0", None),
        (f"{CODE[:-1]}C", None),
        (f"{CODE[:8]} {CODE[8:]}", CODE),
        (D("911100008021004330"), None),  # a number has lost its last digits
        ("同上", None),
        ("无", None),
        (True, None),
        (date(2025, 3, 1), None),
    ],
    ids=id_of,
)
def test_a_credit_code_is_normalised_or_refused(value: Any, code: str | None) -> None:
    assert seen(USCC, value) == (code, "" if code else "F7", "")


@pytest.mark.parametrize("letters", [("0", "O"), ("1", "I"), ("2", "Z")])
def test_letters_that_no_code_has_are_offered_as_the_digits_they_look_like(letters: tuple[str, str]) -> None:
    assert seen(USCC, CODE.replace(*letters)) == (None, "F7", CODE)
    # Only where the check digit vouches for it.
    assert seen(USCC, CODE.replace(*letters)[:-1] + "C") == (None, "F7", "")


def test_a_credit_code_in_wide_digits_is_offered_in_ordinary_ones() -> None:
    assert seen(USCC, "９１１１００００８０２１００４３３ｂ") == (None, "F7", CODE)


@pytest.mark.parametrize(("field", "code"), [(USCC, CODE), (INDUSTRY, "3973")], ids=id_of)
def test_a_code_pasted_with_a_character_without_width_is_that_code(field: Field, code: str) -> None:
    assert seen(field, f"\u200b{code}\ufeff") == (code, "", "")


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        ("3973", "3973", ""),
        ("C3973", "C3973", ""),
        ("c3973", "C3973", ""),
        (" ３９７３ ", None, "3973"),
        (D(3973), "3973", ""),
        (D("3973.0"), "3973", ""),
        ("0491", "0491", ""),
        (D(491), None, "0491"),  # the leading zero was lost
        (D(111), None, "0111"),
        (D(11), None, ""),
        (D(1), None, ""),
        ("491", None, ""),
        (D(3900), None, ""),
        ("3900", None, ""),
        ("39", None, ""),
        ("I3973", None, ""),
        (D(0), None, ""),
        (D(-3973), None, ""),
        (D(9999), None, ""),
        (D(10000), None, ""),
        (D("3973.5"), None, ""),
        ("集成电路制造", None, ""),
        (True, None, ""),
    ],
)
def test_an_industry_code_is_normalised_or_refused(value: Any, code: str | None, suggestion: str) -> None:
    assert seen(INDUSTRY, value) == (code, "" if code else "F14", suggestion)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        (D(13812345678), "13812345678"),
        (D("13812345678.0"), "13812345678"),
        ("1381234567", None),
        ("138123456789", None),
        ("23812345678", None),
        ("+8613812345678", None),
        ("021-12345678", None),
        ("13812345678/13912345678", None),
        ("١٣٨١٢٣٤٥٦٧٨", None),
        ("无", None),
        (True, None),
    ],
)
def test_a_mobile_number_has_eleven_digits_however_grouped(value: Any, number: str | None) -> None:
    assert seen(MOBILE, value) == (number, "" if number else "F8", "")


def test_a_mobile_number_in_wide_digits_is_offered_in_ordinary_ones() -> None:
    assert seen(MOBILE, "１３８１２３４５６７８") == (None, "F8", "13812345678")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("a@b.cn", "a@b.cn"),
        (" li.ming@park.sh.cn\u3000", "li.ming@park.sh.cn"),
        ("ａ@ｂ．ｃｎ", None),
        ("a@b", None),
        ("a b@c.cn", None),
        ("a@b@c.cn", None),
        ("@b.cn", None),
        ("a@.cn", None),
        ("无", None),
        (D(5), None),
    ],
)
def test_an_address_has_one_at_sign_and_a_dot_after_it(value: Any, address: str | None) -> None:
    assert seen(EMAIL, value) == (address, "" if address else "F8", "")


# --- cells with an error or a formula -------------------------------------------------------------------------


@pytest.mark.parametrize("field", EVERY_KIND, ids=id_of)
@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_an_error_is_no_value_whatever_else_the_cell_holds(field: Field, error: str) -> None:
    assert seen(field, D(1), formula="A1/0", error=error) == (None, "T5", "")


@pytest.mark.parametrize("field", EVERY_KIND, ids=id_of)
@pytest.mark.parametrize("value", [None, "", "\u3000"])
def test_a_formula_without_a_result_is_no_value(field: Field, value: Any) -> None:
    assert seen(field, value, formula="B1+B2") == (None, "F15", "")


def test_the_result_of_a_formula_counts_with_a_warning() -> None:
    entry, problem = read(AMOUNT, Raw(D(33), HERE, formula="=B1+B2"), AMOUNT.label)
    assert problem is not None
    assert (entry.value, entry.fault, problem.code, problem.severity) == (D(33), None, "F4", Severity.WARNING)
    assert problem.explanation.found == "公式 =B1+B2"


@pytest.mark.parametrize(("value", "code"), [(D(-1), "F12"), ("30亿", "F2"), ("无", "F9")])
def test_a_formula_with_a_wrong_result_is_told_for_its_result(value: Any, code: str) -> None:
    assert seen(AMOUNT, value, formula="B1")[:2] == (None, code)


# --- what is told ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (AMOUNT, "数字，单位亿元，大于或等于 0"),
        (AREA, "数字，单位平方公里，大于 0"),
        (YEAR, "整数，大于或等于 1980，不大于 2100"),
        (asked("decimal"), "数字"),
        (SHARE, "0%—100% 的百分比"),
        (DAY, "1949—2100年间的日期"),
        (NAME, "2—4 个字"),
        (NOTE, "文字"),
        (HAVE, "有、无之一"),
        (asked("choice", choices=[*"甲乙丙丁戊己庚辛"]), "甲、乙、丙、丁、戊、己、庚、辛之一"),
        (asked("choice", choices=[*"甲乙丙丁戊己庚辛壬"]), "甲、乙、丙、丁、戊、己、庚、辛等 9 项之一"),
        (USCC, "18 位统一社会信用代码，校验位正确"),
        (INDUSTRY, "四位行业小类代码"),
        (MOBILE, "11 位手机号码"),
        (EMAIL, "电子邮箱地址"),
    ],
    ids=id_of,
)
def test_what_was_expected_is_told_in_words(field: Field, words: str) -> None:
    assert expected(field) == words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (COUNT, D("2.50"), "2.5"),
        (AMOUNT, "约25", "“约25”"),
        (AMOUNT, True, "TRUE"),
        (AMOUNT, False, "FALSE"),
        (AMOUNT, "多\n行  文字", "“多 行 文字”"),
        (AMOUNT, "长" * 60, f"“{'长' * 60}”"),
        (AMOUNT, "长" * 61, f"“{'长' * 60}…”"),
    ],
    ids=id_of,
)
def test_what_was_found_is_told_in_one_short_line(field: Field, value: Any, words: str) -> None:
    _, problem = read(field, Raw(value, HERE), field.label)
    assert problem is not None
    assert problem.explanation.found == words


ANYTHING = st.one_of(
    st.text(), st.booleans(), st.dates(), st.datetimes(), st.decimals(), st.integers(-(10**6), 10**6).map(Decimal)
)


@given(st.sampled_from(EVERY_KIND), ANYTHING)
def test_whatever_stands_in_a_cell_it_is_read_or_explained(field: Field, value: Any) -> None:
    entry, problem = read(field, Raw(value, HERE), field.label)
    assert (entry.value is not None) or (problem is not None)
    assert problem is None or all((problem.explanation.title, problem.explanation.hint))
