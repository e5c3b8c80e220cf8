"""Where a fault is put and where it must be told: by what stands there, never by an address.

A spot names an answer by its slot, ``area`` or ``output_total@0``; in a table by row and column, ``roster/3/revenue``
(open tables count their rows from 1) or ``services/training/service_times``. A word before it names what is printed
for that answer: ``label:``, ``unit:``, ``guide:``, ``head:`` (the year, or the title of the column), ``under:`` (the line
below the title). ``rule:6.2-07`` is the printed requirement, ``sheet:二 核心竞争力`` the first cell of a sheet,
``text:_lists/浦东新区`` the cell of a sheet that was given out with this text, ``formula:_live`` its first formula. Arrows
walk on from there: ``area→2`` is two columns further to the right, ``events/1/event_name↓20`` twenty rows further down.
"""

from __future__ import annotations

import re
from functools import cache

from toolkit.fields import split_slot
from toolkit.packs import packs
from toolkit.submission import Location
from workbook.issued import Issued, from_record
from workbook.layout import FIRST, LABEL, Layout

_SPOT = re.compile(r"(?:(\w+):)?([^→↓]+)(?:→(-?\d+))?(?:↓(-?\d+))?")


def locate(layout: Layout, spot: str) -> Location:
    """The cell a spot names, as the workbook was given out."""
    found = _SPOT.fullmatch(spot)
    assert found, spot
    what, of, right, down = found.groups()
    place = _PRINTED[what](layout, of) if what else _answer(layout, of)
    return Location(place.sheet, place.row + int(down or 0), place.column + int(right or 0))


def _answer(layout: Layout, of: str) -> Location:
    if "/" not in of:
        place = layout.inputs[split_slot(of)[0]]
        return Location(place.area.sheet, place.area.top, place.columns[of])
    table, row, column = of.split("/")
    found = layout.tables[table]
    rows = [fixed.id for fixed in found.table.fixed]
    down = rows.index(row) if rows else int(row) - 1
    return Location(found.area.sheet, found.area.top + down, found.spans[column][0])


def _label(layout: Layout, of: str) -> Location:
    if "/" in of:
        table = layout.tables[of.partition("/")[0]]
        first = next(iter(table.spans))
        return _answer(layout, f"{of}/{first}")._replace(column=table.label_column)
    area = layout.inputs[of].area
    return Location(area.sheet, area.top, LABEL)


def _unit(layout: Layout, of: str) -> Location:
    place = _label(layout, of)
    plan = layout.sheet(place.sheet)
    assert plan
    return place._replace(column=plan.unit_column)


def _guide(layout: Layout, of: str) -> Location:
    place = _unit(layout, of)
    return place._replace(column=place.column + 1)


def _head(layout: Layout, of: str) -> Location:
    """The year above a yearly answer, or the title above a column: ``head:roster/revenue``."""
    if "/" in of:
        table, column = of.split("/")
        found = layout.tables[table]
        plan = layout.sheet(found.area.sheet)
        assert plan
        return Location(found.area.sheet, found.area.top - plan.head_distance, found.spans[column][0])
    place = _answer(layout, of)
    plan = layout.sheet(place.sheet)
    assert plan
    block = next(block for block in plan.blocks if layout.inputs[split_slot(of)[0]] in block.inputs)
    return place._replace(row=block.top + 1)


def _under(layout: Layout, of: str) -> Location:
    place = _head(layout, of)
    return place._replace(row=place.row + 1)


def _rule(layout: Layout, of: str) -> Location:
    plan = next(plan for plan in layout.sheets if of in plan.rule_rows)
    return Location(plan.name, plan.rule_rows[of], FIRST)


def _sheet(_: Layout, of: str) -> Location:
    return Location(of, 1, 1)


def _text(layout: Layout, of: str) -> Location:
    sheet, _, text = of.partition("/")
    return Location(sheet, *min(at for at, printed in _given_out(layout).texts[sheet].items() if printed == text))


def _formula(layout: Layout, of: str) -> Location:
    return Location(of, *min(_given_out(layout).formulas[of]))


@cache
def _known(policy: str, version: str, season: str) -> Issued:
    file = packs()[policy].issued[version].workbook(season)
    assert file
    return from_record(file)


def _given_out(layout: Layout) -> Issued:
    return _known(layout.policy.id, layout.policy.template_version, layout.season.id)


_PRINTED = {
    "label": _label,
    "unit": _unit,
    "guide": _guide,
    "head": _head,
    "under": _under,
    "rule": _rule,
    "sheet": _sheet,
    "text": _text,
    "formula": _formula,
}
