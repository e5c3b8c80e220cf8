"""Can this cell be read? One function for each kind of field; nothing is guessed, at most a reading is offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from toolkit import reference
from toolkit.characters import NO_WIDTH, SPACES, folded, invisible, normalise_code, optional_marks, placeholder, seen
from toolkit.fields import Field, FieldKind
from toolkit.submission import Entry, Problem, Raw, Value
from toolkit.threshold import fixed, trim

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_SCALES = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4}
_WHOLE = 100
# A percentage typed without its sign; what lies just above the whole may as well be meant as it stands.
_SURE = 2
_INDUSTRY_DIGITS = 4
_CHOICES_SHOWN = 8
_MAGNITUDE = 20
# Between them a spreadsheet keeps every digit and shows it without an exponent.
SMALLEST, LARGEST = Decimal("1e-9"), Decimal("1e15")
_MAGNITUDES = range(SMALLEST.adjusted(), LARGEST.adjusted())
_new = tuple.__new__
_UNIT_SCALE = {"亿元": 10**8, "万元": 10**4}
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_WIDE = 0xFEE0
_WITHOUT = dict.fromkeys(map(ord, NO_WIDTH))
_LOOK_ALIKE = str.maketrans("OIZS", "0125")
_EPOCH, _LAST_SERIAL = date(1899, 12, 30), 100_000
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text or number will not do: the code, and a reading that is safe to offer."""

    code: str
    suggestion: str = ""
    keep: Value | None = None


def read(field: Field, raw: Raw, label: str) -> tuple[Entry, Problem | None]:
    """Read one filled cell.

    Args:
        field: What is asked.
        raw: What stands there; not blank.
        label: What the cell is called, year included.

    Returns:
        The entry, its value None where the cell cannot be read, and the problem if there is one. A warning keeps
        its value.
    """
    value, location, formula, error = raw
    if error:
        return _broken(field, raw, "T5", error)
    if isinstance(value, Decimal):
        if not _plausible(value):
            context = {"expected": f"{expected(field)}，不大于 {LARGEST:f}", "found": _clip(str(value))}
            return Entry(None, location, "F12"), Problem("F12", location, context)
    elif value is None or invisible(value):
        return _broken(field, raw, "F15", formula or "")
    answer = _READERS[field.kind](field, value)
    if isinstance(answer, Fault):
        return _faulty(field, raw, answer)
    # What ``Entry(…)`` does, at half the price: this runs for every cell that is filled in.
    entry = _new(Entry, (answer, location, None))
    if not formula:
        return entry, None
    return entry, Problem("F4", location, {"found": _clip(formula), "label": label})


def expected(field: Field) -> str:
    """What a cell of this field should hold, in words."""
    return _EXPECTED[field.kind](field)


def _broken(field: Field, raw: Raw, code: str, found: str) -> tuple[Entry, Problem]:
    problem = Problem(code, raw.location, {"expected": expected(field), "found": _clip(found)})
    return Entry(None, raw.location, code), problem


def _faulty(field: Field, raw: Raw, fault: Fault) -> tuple[Entry, Problem]:
    context = {"expected": expected(field), "found": _found(raw.value)}
    problem = Problem(fault.code, raw.location, context, fault.suggestion)
    return Entry(fault.keep, raw.location, None if fault.keep is not None else fault.code), problem


def _found(value: object) -> str:
    if isinstance(value, Decimal):
        return fixed(value, None)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"“{_clip(str(value))}”"


def _clip(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[:length]}…"


def plain(text: str) -> str:
    """Text without stray white space and full-width letters and digits; Chinese punctuation stays as it is."""
    return "".join(_half(char) for char in text).strip()


def _half(char: str) -> str:
    if char in "\u3000\xa0":
        return " "
    if char in NO_WIDTH:
        return ""
    narrow = chr(ord(char) - _WIDE) if "！" <= char <= "～" else char
    return narrow if narrow.isalnum() or narrow in "%.+-/" else char


# --- numbers ---------------------------------------------------------------------------------------------------


def _read_number(field: Field, value: object) -> Value | Fault:
    if isinstance(value, Decimal):
        return _within_bounds(field, value)
    if isinstance(value, str) and placeholder(value):
        return Fault("F9")
    return Fault("F2", _suggest_number(field, value) if isinstance(value, str) else "")


def _plausible(value: Decimal) -> bool:
    """Whether a number is finite and of an order of magnitude that means something."""
    return value.is_finite() and abs(value.adjusted()) < _MAGNITUDE


def _within_bounds(field: Field, value: Decimal) -> Value | Fault:
    kind, low, high = field.kind, field.minimum, field.maximum
    above = high is not None and value > high
    below = low is not None and (value < low or (field.above_minimum and value == low))
    if above and kind is FieldKind.PERCENT:
        return Fault("F3", f"{fixed(value, None)}%" if _SURE <= value <= _WHOLE else "")
    if above or below or (value and value.adjusted() not in _MAGNITUDES):
        return Fault("F12")
    if kind is FieldKind.INTEGER and value != value.to_integral_value():
        return Fault("F13")
    if kind is FieldKind.DECIMAL and field.decimals is not None and value != round(value, field.decimals):
        return Fault("F16", keep=value)
    return value


def _suggest_number(field: Field, text: str) -> str:
    """A reading of a number typed as text, offered only where one unit and one figure are plain to see."""
    bare = plain(text).replace(",", "").replace("，", "").replace(" ", "")
    percent = bare.endswith(("%", "％"))
    bare = bare.rstrip("%％")
    match = _NUMBER.match(bare)
    if match is None or percent != (field.kind is FieldKind.PERCENT and percent):
        return ""
    scaled = _scaled(field, Decimal(match.group()), bare[match.end() :])
    answer = _within_bounds(field, scaled / _WHOLE if percent else scaled) if scaled is not None else Fault("F2")
    if scaled is None or (isinstance(answer, Fault) and answer.keep is None):
        return ""
    return f"{fixed(scaled, None)}%" if percent else fixed(scaled, None)


def _scaled(field: Field, number: Decimal, suffix: str) -> Decimal | None:
    """The figure in the field's unit, None where the unit that was typed is another kind of thing."""
    if suffix in ("", field.unit):
        return trim(number)
    scale = _UNIT_SCALE.get(field.unit)
    word = suffix.removesuffix("元")
    if scale and word in _SCALES:
        return trim(number * _SCALES[word] / scale)
    return None


# --- texts -----------------------------------------------------------------------------------------------------


def _read_text(field: Field, value: object) -> Value | Fault:
    text = _trimmed(_text(value))
    if field.required and placeholder(text):
        return Fault("F9")
    if field.length and not field.length[0] <= len(text) <= field.length[1]:
        return Fault("F10", keep=text)
    return text


def _trimmed(text: str) -> str:
    """Without characters of no width, and without white space at the ends."""
    return (text if text.isprintable() else text.translate(_WITHOUT)).strip(SPACES)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return fixed(value, None) if isinstance(value, Decimal) else str(value)


def _read_choice(field: Field, value: object) -> Value | Fault:
    """Exact, but for what people cannot see and the marks they leave out."""
    text = _text(value)
    if text in field.choices:
        return text
    marks = optional_marks(field.choices)
    return _by_fold(field.choices).get(folded(text, marks)) or _otherwise(field, text, marks)


def _otherwise(field: Field, text: str, marks: str) -> Fault:
    """Outside the list; wide letters and digits are offered in the list's own writing."""
    return Fault("F6", _by_fold(field.choices).get(folded(plain(text), marks), ""))


@cache
def _by_fold(choices: tuple[str, ...]) -> Mapping[str, str]:
    return {folded(choice, optional_marks(choices)): choice for choice in reversed(choices)}


def _read_date(_: Field, value: object) -> Value | Fault:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value if FIRST_DAY <= value <= LAST_DAY else Fault("F5")
    if isinstance(value, Decimal):
        return _from_serial(value)
    if isinstance(value, str):
        return Fault("F9" if placeholder(value) else "F5", _suggest_date(plain(value)))
    return Fault("F5")


def _from_serial(value: Decimal) -> Value | Fault:
    """A spreadsheet's day number; the reader has already moved 1904 dates."""
    if not 0 < value < _LAST_SERIAL:
        return Fault("F5")
    day = _EPOCH + timedelta(days=int(value))
    return day if FIRST_DAY <= day <= LAST_DAY else Fault("F5")


def date_of_serial(text: str) -> date | None:
    """The day a number stands for in a cell of dates; None where it stands for none.

    Examples:
        >>> date_of_serial("45694"), date_of_serial("去年")
        (datetime.date(2025, 2, 6), None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    day = _from_serial(Decimal(text))
    return day if isinstance(day, date) else None


def _suggest_date(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return ""
    return day.isoformat() if FIRST_DAY <= day <= LAST_DAY else ""


def _read_uscc(_: Field, value: object) -> Value | Fault:
    """Text only: a number has already lost its last digits."""
    if isinstance(value, Decimal):
        return Fault("F7")
    code = normalise_code(_text(value))
    if reference.uscc_fault(code) is None:
        return code
    # The check digit vouches for it: letters that no code has, read as the digits they look like.
    likely = normalise_code(plain(code)).translate(_LOOK_ALIKE)
    return Fault("F7", likely if reference.uscc_fault(likely) is None else "")


def _read_industry(_: Field, value: object) -> Value | Fault:
    if isinstance(value, Decimal) and value == value.to_integral_value() and 0 < value < 10**_INDUSTRY_DIGITS:
        code = f"{int(value):0{_INDUSTRY_DIGITS}d}"
        lost = code.startswith("0") and reference.industry_fault(code) is None
        return Fault("F14", code) if lost else _industry(code)
    return _industry(normalise_code(_text(value)))


def _industry(code: str) -> Value | Fault:
    if reference.industry_fault(code) is None:
        return code
    likely = normalise_code(plain(code))
    return Fault("F14", likely if reference.industry_fault(likely) is None else "")


def _read_mobile(_: Field, value: object) -> Value | Fault:
    digits = seen(_text(value)).replace("-", "")
    if _MOBILE.fullmatch(digits):
        return digits
    likely = plain(digits)
    return Fault("F8", likely if _MOBILE.fullmatch(likely) else "")


def _read_email(_: Field, value: object) -> Value | Fault:
    text = _trimmed(_text(value))
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else Fault("F8")


_READERS: Mapping[FieldKind, Callable[[Field, object], Value | Fault]] = {
    FieldKind.TEXT: _read_text,
    FieldKind.LONG_TEXT: _read_text,
    FieldKind.INTEGER: _read_number,
    FieldKind.DECIMAL: _read_number,
    FieldKind.PERCENT: _read_number,
    FieldKind.DATE: _read_date,
    FieldKind.CHOICE: _read_choice,
    FieldKind.USCC: _read_uscc,
    FieldKind.INDUSTRY: _read_industry,
    FieldKind.MOBILE: _read_mobile,
    FieldKind.EMAIL: _read_email,
}


# --- what was expected -----------------------------------------------------------------------------------------


def _expected_number(field: Field) -> str:
    kind = "整数" if field.kind is FieldKind.INTEGER else "数字"
    unit = f"，单位{field.unit}" if field.unit else ""
    low = f"，大于{'' if field.above_minimum else '或等于'} {field.minimum}" if field.minimum is not None else ""
    high = f"，不大于 {field.maximum}" if field.maximum is not None else ""
    places = f"，最多 {field.decimals} 位小数" if field.kind is FieldKind.DECIMAL and field.decimals is not None else ""
    return f"{kind}{unit}{low}{high}{places}"


def _expected_text(field: Field) -> str:
    return f"{field.length[0]}—{field.length[1]} 个字" if field.length else "文字"


def _expected_choice(field: Field) -> str:
    shown = "、".join(field.choices[:_CHOICES_SHOWN])
    return f"{shown}等 {len(field.choices)} 项之一" if len(field.choices) > _CHOICES_SHOWN else f"{shown}之一"


_EXPECTED: Mapping[FieldKind, Callable[[Field], str]] = {
    FieldKind.TEXT: _expected_text,
    FieldKind.LONG_TEXT: _expected_text,
    FieldKind.INTEGER: _expected_number,
    FieldKind.DECIMAL: _expected_number,
    FieldKind.PERCENT: lambda _: "0%—100% 的百分比",
    FieldKind.DATE: lambda _: f"{FIRST_DAY:%Y}—{LAST_DAY:%Y}年间的日期",
    FieldKind.CHOICE: _expected_choice,
    FieldKind.USCC: lambda _: "18 位统一社会信用代码，校验位正确",
    FieldKind.INDUSTRY: lambda _: "四位行业小类代码",
    FieldKind.MOBILE: lambda _: "11 位手机号码",
    FieldKind.EMAIL: lambda _: "电子邮箱地址",
}
