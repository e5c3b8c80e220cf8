"""What must be found is held against what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.workbook.commission.histories.expected import LOST, OWN, Expected, Left, Place, What, Where
from tests.workbook.commission.histories.found import Found
from tests.workbook.commission.histories.grid import PEOPLE_SIGN, Cell

Homes = dict[str, dict[Place, bool]]
"""Where things belong that had no place once, and whether they must go back there; remembered from run to run."""


class Judge:
    """Judges one run.

    Args:
        left: The master as it was before.
        now: The new one.
        homes: Added to.
    """

    def __init__(self, left: Left, now: Found, homes: Homes) -> None:
        self._left, self._now, self._homes = left, now, homes
        self._standing: Counter[tuple[str, What]] = Counter()
        self._aside: Counter[str] = Counter()
        self._there = {What.CONTENT: now.content, What.NOTE: now.notes, What.FILL: now.fills}

    def judged(self) -> Iterator[str]:
        """What is not as it must be, in words."""
        rules = {Where.HOME: self._home, Where.ASIDE: self._set_aside, Where.OWN: self._own, Where.EITHER: self._either}
        for one in self._left.expected.values():
            if one.where is not Where.ANYWHERE:
                yield from rules[one.where](one)
            elif one.mark not in self._now.anywhere:
                yield f"{one}: nowhere"
        yield from self._doubled()

    def _places(self, one: Expected) -> Sequence[Place]:
        """Where it stands; of a formula that cannot go along the result stays, and its text is noted beside it."""
        places = self._there[one.what].get(one.mark, [])
        if one.what is What.CONTENT and self._left.words.known[one.mark].kind == "f":
            return [*places, *(place for place in self._now.notes.get(one.mark, []) if place not in places)]
        return places

    # --- where it must be --------------------------------------------------------------------------------------

    def _own(self, one: Expected) -> Iterator[str]:
        self._standing[one.mark, one.what] += 1
        if one.place not in self._places(one):
            yield f"{one}: stands {self._places(one)}"

    def _either(self, one: Expected) -> Iterator[str]:
        home = [place for place in self._places(one) if place[:2] == one.place[:2]]
        self._homes.setdefault(one.mark, {}).setdefault(one.place, False)
        if not home and not self._now.lost[one.mark]:
            yield f"{one}: neither at home nor aside; stands {self._places(one)}"

    def _home(self, one: Expected) -> Iterator[str]:
        if self._is_gone(one.place):
            self._homes.setdefault(one.mark, {})[one.place] = True
            yield from self._lost(one)
            return
        self._standing[one.mark, one.what] += 1
        places = self._places(one)
        at = [place for place in places if place[:2] == one.place[:2] and _same_column(place.column, one.place.column)]
        if not at:
            yield f"{one}: not at home; stands {places}, aside {self._now.lost[one.mark]} times"
        elif one.what is What.CONTENT:
            yield from self._unlike(one, at[0])

    def _is_gone(self, place: Place) -> bool:
        """Whether the row is there no more or, of what stands at a heading, the column."""
        if place.key or place.column.startswith(OWN):
            return bool(place.key) and place[:2] not in self._now.keys
        return place.column not in self._now.order.get(place.table, ())

    def _set_aside(self, one: Expected) -> Iterator[str]:
        """What had no place has its own again, or still has none."""
        homes = {place: sure for place, sure in self._homes.get(one.mark, {}).items() if place[:2] in self._now.keys}
        standing = (*self._places(one), *self._now.notes.get(one.mark, []))
        back = [place for place in standing if any(place[:2] == home[:2] for home in homes)]
        if back:
            self._standing[one.mark, one.what] += 1
            yield from self._unlike(one, back[0])
            return
        if any(homes.values()) and one.place.table == LOST:
            yield f"{one}: its row is back, and it is not; stands {standing}"
        yield from self._lost(one)

    def _lost(self, one: Expected) -> Iterator[str]:
        self._aside[one.mark] += 1
        if not self._now.lost[one.mark]:
            yield f"{one}: not aside; stands {self._places(one)}"

    def _unlike(self, one: Expected, place: Place) -> Iterator[str]:
        """Whether it reads as it was left; of a formula only what it is about is known."""
        left, cell = one.cell, self._now.texts.get((one.mark, place))
        if cell is None or left.formula or cell.formula or self._left.words.known[one.mark].kind == "f":
            return
        if _reading(left) != _reading(cell):
            yield f"{one}: reads {cell.kind} {cell.text[:60]!r}"

    # --- and only there ----------------------------------------------------------------------------------------

    def _doubled(self) -> Iterator[str]:
        """What stands more often than it was typed, or again though it had been deleted."""
        by_mark: dict[str, list[Expected]] = defaultdict(list)
        for one in self._left.expected.values():
            by_mark[one.mark].append(one)
        for mark, several in by_mark.items():
            # Of what was filled down, nobody can tell which piece is whose.
            sure = len(self._homes.get(mark, {})) < 2 and all(
                one.where not in (Where.ANYWHERE, Where.EITHER) and one.what is not What.FILL for one in several
            )
            places = {what: self._there[what].get(mark, []) for what in {one.what for one in several}}
            for what in places if sure else ():
                if len(places[what]) > self._standing[mark, what]:
                    yield f"{mark} stands {len(places[what])} times: {places[what]}"
            if sure and self._now.lost[mark] > self._aside[mark]:
                yield f"{mark} is aside {self._now.lost[mark]} times, not {self._aside[mark]}"
        yield from (
            f"{mark} had been deleted, and is there again" for mark in self._now.content.keys() - by_mark.keys()
        )


def _same_column(found: str, wanted: str) -> bool:
    """Whether it is the column; one without a heading gets one."""
    return found == wanted or (wanted.startswith(f"{OWN}#") and found.startswith(OWN))


def _reading(cell: Cell) -> tuple[str, object]:
    return cell.kind, float(cell.text) if cell.kind == "n" else cell.text.removeprefix(PEOPLE_SIGN)
