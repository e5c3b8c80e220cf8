"""Values between xlwings and LibreOffice, which knows only numbers and texts."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Row = tuple[Any, ...]

# What COM says for an error, which xlwings hands to `clean_value_data` untouched.
ERROR_TEXTS = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}
_CODES = {text: code for code, text in ERROR_TEXTS.items()}
# LibreOffice's numbers. 502 is an argument out of its domain: SQRT(-1), which Excel calls #NUM!.
_ERRORS = {532: "#DIV/0!", 32767: "#N/A", 525: "#NAME?", 521: "#NULL!", 524: "#REF!", 519: "#VALUE!"}
_ERRORS |= dict.fromkeys((502, 503, 504, 523), "#NUM!")
_SECONDS = 86400


def error_code(code: int) -> int:
    """COM's number for an error of LibreOffice's; what Excel has no error for is #VALUE!."""
    return _CODES[_ERRORS.get(code, "#VALUE!")]


def error_text(code: int) -> str:
    """The same as Excel shows it."""
    return _ERRORS.get(code, "#VALUE!")


def moment_of(serial: float, zero: dt.datetime) -> dt.datetime:
    """The moment that a number stands for, to the millisecond: a double is no more exact."""
    days = math.floor(serial)
    milliseconds = round((serial - days) * _SECONDS * 1000)
    return zero + dt.timedelta(days=days, milliseconds=milliseconds)


def serial_of(moment: dt.date, zero: dt.datetime) -> float:
    """The number that stands for a moment; a time zone is dropped, as Excel has none."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a sheet knows no time zone
    passed = moment.replace(tzinfo=None) - zero
    return passed.days + (passed.seconds + passed.microseconds / 1e6) / _SECONDS


def text_of(value: Any) -> str:
    """A constant as Excel shows it in place of a formula.

    Examples:
        >>> text_of(1.0), text_of(0.1), text_of(True), text_of(None)
        ('1', '0.1', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}".replace("e", "E")
    return str(value)


def prepared(value: Any) -> Any:
    """A value of Python's, NumPy's or pandas' as the engine writes it.

    Args:
        value: One cell.

    Returns:
        None, bool, float, str, date or datetime.

    Raises:
        TypeError: No cell can hold it.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, dt.date):
        return _plain_moment(value)
    if isinstance(value, numbers.Number):
        return _plain_number(value)
    if hasattr(value, "item"):  # NumPy's bool, str and datetime64
        return _from_numpy(value)
    if isinstance(value, (dt.time, dt.timedelta)):
        return _span(value)
    if type(value).__name__ == "NAType":
        return None
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def _span(value: dt.time | dt.timedelta) -> float:
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date.min, value.replace(tzinfo=None)) - dt.datetime(1, 1, 1)  # noqa: DTZ001
    return value.total_seconds() / _SECONDS


def _plain_moment(value: Any) -> Any:
    if value != value:  # noqa: PLR0124 - pandas' NaT is a datetime that differs from itself
        return None
    return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value


def _plain_number(value: Any) -> float | None:
    number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise ValueError("a cell cannot hold infinity")
    return number


def _from_numpy(value: Any) -> Any:
    if type(value).__name__ == "datetime64":
        return value.astype("datetime64[us]").item()
    plain = value.item()
    return None if plain is value else prepared(plain)


def cleaned(
    rows: Iterable[Sequence[Any]],
    moment: Callable[..., Any],
    empty: Any,
    number: Callable[[float], Any] | None,
    error_texts: bool,
) -> list[list[Any]]:
    """Raw values as xlwings hands them on; the arguments are those of ``clean_value_data``."""

    def one(value: Any) -> Any:
        if value is None or value == "":
            return empty
        if isinstance(value, dt.datetime):
            return _built(value, moment)
        if isinstance(value, float):
            return number(value) if number else value
        if isinstance(value, int) and value in ERROR_TEXTS:
            return ERROR_TEXTS[value] if error_texts else None
        return value

    return [[one(value) for value in row] for row in rows]


def _built(value: dt.datetime, moment: Callable[..., Any]) -> Any:
    return moment(
        year=value.year,
        month=value.month,
        day=value.day,
        hour=value.hour,
        minute=value.minute,
        second=value.second,
        microsecond=value.microsecond,
        tzinfo=None,
    )
