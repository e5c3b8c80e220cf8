"""What the workbook says of each cell, column and sheet is what Python makes of them.

- the state of every cell an operator fills in: read, blank, or not to be read; figures above their whole
- the state of every column of a table, and the first cell a person is sent to
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest

from tests.parity.comparison import Calculator, answers, cells
from tests.parity.draft import Generated
from tests.parity.submissions import generate
from toolkit.fields import Field
from toolkit.intake import take_in
from toolkit.packs import packs
from toolkit.submission import Entry, Submission
from workbook.formulas import ABOVE, BLANK, OPTIONAL, READ, UNREAD, LiveBook, first_of
from workbook.layout import TablePlace, lay_out
from workbook.template import write_template

Start = Callable[[], Calculator]
Told = list[tuple[Generated, Mapping[str, str]]]
COUNT = 60
SEED = 20


@pytest.fixture(scope="module")
def live() -> LiveBook:
    pack = packs()["shanghai-2024"]
    return LiveBook(lay_out(pack.policy, list(pack.seasons.values())[-1]))


@pytest.fixture(scope="module")
def found(live: LiveBook, start: Start, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Each submission with what the state cells said of it."""
    template = tmp_path_factory.mktemp("states") / "blank.xlsx"
    write_template(live.layout, template)
    names = [line.name for section in live.states.values() for line in section]
    names += [first_of(kind, section) for section in live.states for kind in ("blank", "wrong")]
    told: Told = []
    with start() as calculator:
        calculator.how = "lazy"
        assert calculator.open(Path(template), names)["absent"] == []
        drawn = generate(live.layout.policy, live.layout.season, SEED, COUNT, 0)
        for one in islice(drawn, COUNT):
            calculator.say("fill", cells=cells(live.layout, one), canary=one.number + 1)
            told.append((one, calculator.results(one.number + 1)))
    return told


def taken_in(live: LiveBook, drawn: Generated) -> Submission:
    policy, season = live.layout.policy, live.layout.season
    return take_in(policy, season, answers(live.layout, drawn))


def state(asked: Field, entry: Entry) -> str:
    if entry.value is not None:
        return READ
    if entry.fault:
        return UNREAD
    return BLANK if asked.required else OPTIONAL


def input_states(live: LiveBook, stated: Submission) -> Iterator[tuple[str, str, str]]:
    """Name, state and place of every cell of an input, and of every comparison with a whole."""
    policy = live.layout.policy
    for place in live.layout.inputs.values():
        if place.field.filled_by != "operator":
            continue
        for key in place.field.slots:
            yield live.cells.state(key), state(place.field, stated.entries[key]), stated.entries[key].location.cell
        for check in policy.parts_and_wholes:
            if check.part != place.field.id:
                continue
            for key, other in place.field.beside(policy.fields[check.whole]):
                (name,) = live.above(key)
                part, whole = stated.entries[key].value, stated.entries[other].value
                known = part is not None and whole is not None
                above = known and part > whole  # type: ignore[operator]  # both are figures
                yield name, (ABOVE if above else READ if known else OPTIONAL), stated.entries[key].location.cell


def column_states(live: LiveBook, place: TablePlace, stated: Submission) -> Iterator[tuple[str, str, str]]:
    """Name and state of every column, and the first cell that made it so."""
    rows, first = stated.tables[place.table.id].rows, True
    for column in place.table.columns:
        if column.filled_by != "operator":
            continue
        for key in column.slots:
            entries = [row.cells[key] for row in rows]
            wrong = [entry for entry in entries if entry.fault]
            blank = [entry for entry in entries if entry.value is None and not entry.fault]
            none = first and place.table.required and not rows
            told, at = READ, ""
            if wrong:
                told, at = UNREAD, wrong[0].location.cell
            elif none:
                told, at = BLANK, place.anchor.cell
            elif column.required and blank:
                told, at = BLANK, blank[0].location.cell
            elif len(blank) == len(rows):
                told = OPTIONAL
            yield live.cells.state(key), told, at
            first = False


def expected(live: LiveBook, stated: Submission) -> dict[str, tuple[str, str]]:
    """Name → state and place."""
    found = {name: (told, at) for name, told, at in input_states(live, stated)}
    for place in live.layout.tables.values():
        found |= {name: (told, at) for name, told, at in column_states(live, place, stated)}
    return found


def test_every_state_is_what_python_makes_of_the_cell(
    live: LiveBook, found: Told, record_property: Callable[[str, object], None]
) -> None:
    wrong, compared, seen = [], 0, set()
    for drawn, told in found:
        for name, (wanted, _) in expected(live, taken_in(live, drawn)).items():
            compared += 1
            seen.add(wanted)
            if told.get(name) != f"[number {float(wanted)}]":
                wrong.append((drawn.number, name, wanted, told.get(name)))
    record_property(
        "figures", f"states: {len(found)} submissions, {compared:,} cells compared, {len(wrong)} disagreements"
    )
    assert wrong == []
    assert seen == {READ, BLANK, OPTIONAL, UNREAD, ABOVE}


def test_every_sheet_leads_to_its_first_blank_and_its_first_wrong_cell(live: LiveBook, found: Told) -> None:
    for drawn, told in found:
        states = expected(live, taken_in(live, drawn))
        for section, lines in live.states.items():
            here = [states[line.name] for line in lines]
            for kind, wanted in (("blank", [BLANK]), ("wrong", [UNREAD, ABOVE])):
                places = [at for one in wanted for state, at in here if state == one]
                assert told[first_of(kind, section)] == (places[0] if places else ""), (drawn.number, section, kind)


def test_every_line_of_state_is_compared(live: LiveBook, found: Told) -> None:
    drawn, _ = found[0]
    names = {line.name for section in live.states.values() for line in section}
    assert set(expected(live, taken_in(live, drawn))) >= names
