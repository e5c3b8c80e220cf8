"""From a disagreement to the few cells it takes: what a person can look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tests.parity.comparison import Calculator, Disagreement, compare
from tests.parity.draft import Generated, Value
from workbook.layout import Layout

Holds = Callable[[Generated], bool]
Key = TypeVar("Key")
_STEPS = (16, 4, 1)


def smallest(calculator: Calculator, layout: Layout, template: Path, found: Disagreement) -> Disagreement:
    """The same cell in disagreement over as little as possible: what is not needed for it is left blank."""
    calculator.open(template, [found.name])
    latest = [found]

    def holds(drawn: Generated) -> bool:
        same = compare(calculator, layout, template, [drawn], keep=True).disagreements
        latest[0] = same[0] if same else latest[0]
        return bool(same)

    drawn = _without_tables(layout, found.drawn, holds)
    drawn = _without_inputs(drawn, holds)
    for name in drawn.tables:
        drawn = _without_rows(drawn, name, holds) if not layout.policy.tables[name].fixed else drawn
        drawn = _without_cells(drawn, name, holds)
    return latest[0]


def _with(drawn: Generated, name: str, rows: Sequence[Mapping[str, Value]]) -> Generated:
    return replace(drawn, tables={**drawn.tables, name: rows})


def _without_tables(layout: Layout, drawn: Generated, holds: Holds) -> Generated:
    for name, rows in drawn.tables.items():
        blank = [dict[str, Value].fromkeys(row) for row in rows] if layout.policy.tables[name].fixed else []
        fewer = _with(drawn, name, blank)
        drawn = fewer if holds(fewer) else drawn
    return drawn


def _without_inputs(drawn: Generated, holds: Holds) -> Generated:
    for part in _parts([key for key, value in drawn.inputs.items() if value is not None]):
        fewer = replace(drawn, inputs={**drawn.inputs, **dict[str, Value].fromkeys(part)})
        drawn = fewer if holds(fewer) else drawn
    return drawn


def _without_rows(drawn: Generated, name: str, holds: Holds) -> Generated:
    for part in _parts(list(range(len(drawn.tables[name])))):
        # A row that goes leaves a blank one, so that the others keep their places.
        fewer = _with(drawn, name, [{} if i in part else row for i, row in enumerate(drawn.tables[name])])
        drawn = fewer if holds(fewer) else drawn
    fewer = _with(drawn, name, [row for row in drawn.tables[name] if row])
    return fewer if holds(fewer) else drawn


def _without_cells(drawn: Generated, name: str, holds: Holds) -> Generated:
    for i, row in enumerate(drawn.tables[name]):
        for key in [key for key, value in row.items() if value is not None]:
            rows = list(drawn.tables[name])
            rows[i] = {**rows[i], key: None}
            fewer = _with(drawn, name, rows)
            drawn = fewer if holds(fewer) else drawn
    return drawn


def _parts(keys: list[Key]) -> Iterator[list[Key]]:
    """Many at once first, then few, then one by one."""
    for step in _STEPS:
        for start in range(0, len(keys), step):
            yield keys[start : start + step]
