"""A few rectangles write what is wanted and touch nothing else that holds something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbook.engines.rectangles import rectangles
from workbook.package.edit import New
from workbook.package.grid import Position

PLACES = st.tuples(st.integers(1, 12), st.integers(1, 8))
WANTED = st.dictionaries(PLACES, st.none() | st.integers(0, 9) | st.text("ab", min_size=1, max_size=2), max_size=40)


@given(WANTED, st.sets(PLACES, max_size=30))
def test_what_is_wanted_is_written_and_what_is_held_is_left_alone(
    new: dict[Position, New], held: set[Position]
) -> None:
    sheet: dict[Position, New] = dict.fromkeys(held, "held")
    written: set[tuple[int, int]] = set()
    for found in rectangles(new, held):
        for i, row in enumerate(found.rows):
            for j, value in enumerate(row):
                at = (found.top + i, found.left + j)
                assert at not in written or at not in new, "a wanted cell is written twice"
                written.add(at)
                sheet[at] = value
    assert {at: sheet[at] for at in new} == new
    assert all(sheet[at] == "held" for at in held if at not in new)
    assert all(sheet[at] is None for at in written if at not in new)


def test_a_table_goes_in_one_piece() -> None:
    new: dict[Position, New] = {(row, column): row * column for row in range(3, 60) for column in range(1, 11)}
    (found,) = rectangles(new, held=set(new))
    assert (found.top, found.left, found.bottom, found.right) == (3, 1, 59, 10)


def test_scattered_hints_of_a_column_go_in_one_piece_between_what_must_stay() -> None:
    hints: dict[Position, New] = {(row, 11): "✗" for row in (7, 9, 20, 31, 33)}
    found = list(rectangles(hints, held={(25, 11)}))
    assert [(one.top, one.bottom) for one in found] == [(7, 20), (31, 33)]
