"""What Excel itself says while someone types: lists by defined name, bounds, lengths, all in Chinese."""

from __future__ import annotations

from datetime import date
from typing import Any

from toolkit.checks.form import expected
from toolkit.fields import Field, FieldKind
from workbook.layout import defined_name

_TITLE, _MESSAGE = 32, 255


def validate(sheet: Any, asked: Field, top: int, left: int, bottom: int, right: int) -> None:
    """Attach the validation of a field to a block of cells, rows and columns counted from 1."""
    rule = _rule(asked, f"{_letters(left)}{top}")
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
    sheet.data_validation(top - 1, left - 1, bottom - 1, right - 1, rule)


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _letters(column: int) -> str:
    from toolkit.submission import column_letters

    return column_letters(column)


def _rule(asked: Field, first: str) -> dict[str, Any] | None:
    if asked.kind is FieldKind.CHOICE:
        return {"validate": "list", "source": f"={defined_name('list', asked.list_id)}"}
    if asked.kind is FieldKind.DATE:
        return {"validate": "date", "criteria": "between", "minimum": date(1949, 10, 1), "maximum": date(2100, 12, 31)}
    if asked.kind.numeric:
        return _number(asked)
    if asked.kind is FieldKind.USCC:
        return {"validate": "custom", "value": f"=LEN(TRIM({first}))=18"}
    if asked.kind is FieldKind.MOBILE:
        return {"validate": "custom", "value": f"=LEN(TRIM({first}))=11"}
    if asked.kind is FieldKind.INDUSTRY:
        return {"validate": "custom", "value": f"=OR(LEN(TRIM({first}))=4,LEN(TRIM({first}))=5)"}
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
