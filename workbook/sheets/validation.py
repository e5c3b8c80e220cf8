"""What Excel itself says while someone types: lists by defined name, bounds, lengths, all in Chinese."""

from __future__ import annotations

from typing import Any

from toolkit.checks.form import FIRST_DAY, LAST_DAY, expected
from toolkit.fields import Field, FieldKind
from toolkit.formula import defined_name
from toolkit.submission import column_letters
from workbook.area import Area

_TITLE, _MESSAGE = 32, 255
_LENGTHS = {FieldKind.USCC: (18,), FieldKind.MOBILE: (11,), FieldKind.INDUSTRY: (4, 5)}


def validate(sheet: Any, asked: Field, cells: Area) -> None:
    """Attach the validation of a field to a block of cells."""
    rule = _rule(asked, f"{column_letters(cells.left)}{cells.top}")
    if rule is None:
        return
    told = expected(asked)
    rule |= {
        "input_title": _clip(asked.label, _TITLE),
        "input_message": _clip("。".join(filter(None, [told, asked.guidance])), _MESSAGE),
        "error_title": "填报内容不符合要求",
        "error_message": _clip(f"“{asked.label}”应填：{told}。请点“重试”改正，或点“取消”恢复原值。", _MESSAGE),
        "error_type": "stop",
    }
    sheet.data_validation(cells.top - 1, cells.left - 1, cells.bottom - 1, cells.right - 1, rule)


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _rule(asked: Field, first: str) -> dict[str, Any] | None:
    """The validation proper; None where neither a bound nor guidance is worth a message."""
    if asked.kind in _LENGTHS:
        lengths = [f"LEN(TRIM({first}))={length}" for length in _LENGTHS[asked.kind]]
        return {"validate": "custom", "value": f"=OR({','.join(lengths)})"}
    if asked.kind is FieldKind.CHOICE:
        return {"validate": "list", "source": f"={defined_name('list', asked.list_id)}"}
    if asked.kind is FieldKind.DATE:
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    if asked.kind.numeric:
        return _number(asked)
    if asked.length:
        low, high = asked.length
        return {"validate": "length", "criteria": "between", "minimum": low, "maximum": high}
    return {"validate": "any"} if asked.guidance else None


def _number(asked: Field) -> dict[str, Any]:
    kind = "integer" if asked.kind is FieldKind.INTEGER else "decimal"
    low, high = asked.minimum, asked.maximum
    if low is not None and high is not None:
        return {"validate": kind, "criteria": "between", "minimum": float(low), "maximum": float(high)}
    if low is not None:
        return {"validate": kind, "criteria": ">" if asked.above_minimum else ">=", "value": float(low)}
    return {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
