"""The words samples are made of, and how their figures are rounded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import Any

Answers = dict[str, Any]


@cache
def material() -> Mapping[str, Any]:
    """Themes, syllables, names, and the answers every cluster shares."""
    file = resources.files("templates") / "reference" / "samples.json"
    data: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data


def rounded(value: float | Decimal, places: int = 2) -> float:
    """A figure as an operator would type it."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))
