"""What people drew on sheets of the tool: what they typed in it is kept in 未归位, all else is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workbook.commission.held import Piece, What, Why
from workbook.commission.source import Source
from workbook.commission.table import Typed
from workbook.package.drawings import Drawn, Kind, drawn
from workbook.package.grid import address


class Drawings(NamedTuple):
    """What people drew.

    Attributes:
        typed: What they typed in it.
        others: Sheet → how many of what, of that which says nothing in words.
    """

    typed: Sequence[Piece]
    others: Mapping[str, Mapping[str, int]]


def drawings(source: Source, sheets: Mapping[str, str], charts: Mapping[str, Sequence[str] | None]) -> Drawings:
    """What people drew on sheets of the tool.

    Args:
        source: The master of before.
        sheets: Each sheet → the table or page it is.
        charts: Page → what the charts of the tool on it are called, None where it is not known.
    """
    typed: list[Piece] = []
    others: dict[str, Mapping[str, int]] = {}
    for sheet, name in sheets.items():
        found = _theirs(drawn(source.package.archive, source.package.sheet(sheet).part), charts.get(sheet, ()))
        typed += (_piece(one, name, source.saved) for one in found if one.text)
        silent = Counter(one.kind.value for one in found if not one.text or one.kind is not Kind.SHAPE)
        if silent:
            others[sheet] = silent
    return Drawings(typed, others)


def _piece(one: Drawn, name: str, saved: str) -> Piece:
    where = f"单元格 {address(one.at)}"
    return Piece(name, where, "", What.CONTENT, Typed(one.text), Why.DRAWN, saved=saved)


def _theirs(found: Sequence[Drawn], charts: Sequence[str] | None) -> list[Drawn]:
    """What the tool did not draw; some programs drop what charts are called, then their number counts."""
    frames = [one for one in found if one.kind is Kind.FRAME]
    if charts is None:
        ours = frames
    elif any(one.words in charts for one in frames):
        ours = list(_named(frames, Counter(charts)))
    else:
        ours = frames[: len(charts)]
    known = set(map(id, ours))
    return [one for one in found if id(one) not in known]


def _named(frames: Sequence[Drawn], charts: Counter[str]) -> Iterator[Drawn]:
    """The first of each name: a copy of it is people's."""
    for one in frames:
        if charts[one.words] > 0:
            charts[one.words] -= 1
            yield one
