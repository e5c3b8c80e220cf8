"""What people wrote in the master of the last run, where one sheet has to know what was decided on another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from toolkit.checks.form import date_of_serial
from toolkit.formula import defined_name
from workbook.commission.digest import canonical
from workbook.commission.held import Held, What
from workbook.commission.lost import LOST, pieces_of, returns
from workbook.commission.table import Value

Words = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Table → key of the row → id of the column → what stands there."""

SAMPLE, SEED = "sample", "sample_seed"
"""Names of the constants of a master that say how its sample was drawn."""

NO_WORDS: Final[Words] = MappingProxyType({})
NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})
_DAY: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


class Last(NamedTuple):
    """What a run goes on from.

    Attributes:
        sample, seed: How many clusters were to be visited, and from what they were drawn; empty where nobody said.
    """

    words: Words = NO_WORDS
    sample: str = ""
    seed: str = ""


def last_run(held: Held, names: Mapping[str, str], tables: Iterable[str]) -> Last:
    """What the master of the last run says.

    Args:
        held: What people left in it.
        names: Its constants by name.
        tables: Of which the words are wanted.
    """
    words = words_of(held)
    return Last(
        {name: words[name] for name in tables if name in words}, _constant(names, SAMPLE), _constant(names, SEED)
    )


def _constant(names: Mapping[str, str], name: str) -> str:
    """What a name stands for that stands for a text."""
    return names.get(defined_name("meta", name), "").removeprefix('"').removesuffix('"').replace('""', '"')


def words_of(held: Held) -> Words:
    """What people wrote, and what comes back to its place as soon as that is there again.

    Of a row they added themselves, which has no key, all that stands in it is theirs; it comes under its number.
    """
    found: dict[str, dict[str, dict[str, Value]]] = {}
    for name, table in held.tables.items():
        rows = found.setdefault(name, {})
        for row in (*table.rows, *table.added):
            said = {identifier: typed.value for identifier, typed in row.cells.items() if typed.value is not None}
            if said:
                # Of a row that was copied the first one counts.
                rows.setdefault(row.key or f"?{row.number}", {}).update(
                    {one: value for one, value in said.items() if one not in rows.get(row.key, {})}
                )
    for piece in pieces_of(held.tables.get(LOST)):
        if returns(piece) and piece.kind is What.CONTENT and len(piece.columns) == 1:
            row_of = found.setdefault(piece.sheet, {}).setdefault(piece.key, {})
            row_of.setdefault(piece.columns[0], piece.typed.value)
    return found


def read_value(value: object) -> Value:
    """A value of the reader as one of the master: numbers as floats, days in ISO form."""
    if isinstance(value, str | None):
        return value
    return value.isoformat() if isinstance(value, date) else float(str(value)) if not isinstance(value, bool) else value


def text_of(value: Value) -> str:
    """A word as a person meant it: without what stands around it.

    Examples:
        >>> text_of(" 是 "), text_of(None), text_of(20260012345.0)
        ('是', '', '20260012345')
    """
    return canonical(value).strip()


def day_of(value: Value) -> date | None:
    """A day, as a date cell holds it or as somebody typed it; None where it is none.

    Examples:
        >>> day_of(45694.0), day_of("2026年3月1日"), day_of("2026-03-01"), day_of("三月")
        (datetime.date(2025, 2, 6), datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), None)
    """
    text = text_of(value)
    match = _DAY.fullmatch(text)
    if match is None:
        return date_of_serial(text)
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
