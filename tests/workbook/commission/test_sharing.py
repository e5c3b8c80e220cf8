"""What is equal in many filings lies in memory once, and every filing says what it said."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

from tests.workbook.commission.filings import made
from workbook.commission.filing import Filing, packed, unpacked
from workbook.commission.sharing import Sharing


def test_every_filing_says_what_it_said() -> None:
    share = Sharing()
    for number in range(1, 20):
        data = packed(made(number))
        shared = share(unpacked(data))
        assert shared == unpacked(data)
        assert shared.firms == unpacked(data).firms
        assert packed(shared) == data


def test_words_and_cells_are_the_same_objects() -> None:
    share = Sharing()
    one, other = (share(unpacked(packed(made(number)))) for number in (1, 2))
    assert one.cluster != other.cluster
    assert one.policy is other.policy
    assert one.figures[0].name is other.figures[0].name
    assert one.figures[0].place is other.figures[5].place
    assert one.criteria[0][1] is other.criteria[1][1]


def test_they_take_less_than_half_the_memory() -> None:
    data = [packed(made(number)) for number in range(1, 101)]
    assert taken(data, Sharing()) < 0.5 * taken(data, lambda filing: filing)


def taken(data: list[bytes], keep: Callable[[Filing], Filing]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        # Through a copy: what a filing was decoded from belongs to it as long as it refers to it.
        held = [keep(unpacked(bytes(bytearray(one)))) for one in data]
        size, _ = tracemalloc.get_traced_memory()
        assert len(held) == len(data)
    finally:
        tracemalloc.stop()
    return size
