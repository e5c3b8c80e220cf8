"""A history: what lay in the inbox and what people did to the master, run after run, and what was wrong afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import openpyxl

from tests.workbook.commission.histories.dialect import PLAIN, Dialect
from tests.workbook.commission.histories.expected import RECHECK, WORDED, Left
from tests.workbook.commission.histories.found import Found, found
from tests.workbook.commission.histories.inbox import Inbox, Library, Lying
from tests.workbook.commission.histories.judge import Homes, Judge
from tests.workbook.commission.histories.officials import ACTS, OFTEN, do
from tests.workbook.commission.histories.rawbook import RawBook
from tests.workbook.commission.histories.words import Words
from workbook.commission.index import Index
from workbook.commission.making import before_of, held_of
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.take import Taking

_RESAVED: Final = 0.2
Program = Callable[[Path], Path]
"""Opens a file and saves it as another."""


class Deed(NamedTuple):
    """One thing done."""

    act: str
    seed: int


class Step(NamedTuple):
    """What happened between two runs.

    Attributes:
        resaved: It was opened and saved once more, by openpyxl.
        lying: What lies in the inbox by then.
    """

    deeds: tuple[Deed, ...]
    dialect: Dialect
    resaved: bool
    lying: Lying


class Story(NamedTuple):
    """A whole history."""

    first: Lying
    steps: tuple[Step, ...]


def drawn(number: int) -> Story:
    """The history of this number."""
    chance = Random(number)  # noqa: S311 - reproducible on purpose
    inbox = Inbox(chance)
    first = dict(inbox.lying)
    return Story(first, tuple(_step(chance, inbox) for _ in range(chance.randint(2, 4))))


def _step(chance: Random, inbox: Inbox) -> Step:
    acts = [chance.choice((*ACTS, *OFTEN)) for _ in range(chance.randint(1, 8))]
    deeds = tuple(Deed(act, chance.randrange(10**9)) for act in acts)
    for _ in range(chance.randint(0, 2)):
        inbox.change()
    dialect, resaved = Dialect.drawn(chance), chance.random() < _RESAVED
    # Of a shared text openpyxl takes the escape of an escape for none.
    dialect = replace(dialect, texts="inline") if resaved else dialect
    return Step(deeds, dialect, resaved, dict(inbox.lying))


@dataclass(frozen=True)
class Teller:
    """Plays histories.

    Attributes:
        library: Of workbooks.
        fresh, firsts: Inbox → what a master nobody has worked in says of it, and the master; filled as asked for.
    """

    library: Library
    fresh: dict[tuple[tuple[str, str], ...], Found] = field(default_factory=dict)
    firsts: dict[tuple[tuple[str, str], ...], bytes] = field(default_factory=dict)

    @cached_property
    def watched(self) -> Mapping[str, set[str]]:
        """Table → the columns whose change sends a row to 待复核."""
        layout = self.library.layout
        desk = Desk(policy=layout.policy, season=layout.season, clusters=(), receipts=(), archive="archive")
        return {one.name: {column.id for column in one.columns if column.watched} for one in tables(desk)}

    def _fresh(self, lying: Lying) -> Found:
        key = _known_by(lying)
        if key not in self.fresh:
            with TemporaryDirectory() as folder:
                target = Path(folder) / "总表.xlsx"
                self.library.collected(lying, target)
                self.firsts[key] = target.read_bytes()
                self.fresh[key] = found(RawBook(self.firsts[key]), Words())
        return self.fresh[key]

    def told(self, story: Story, program: Program | None = None) -> Iterator[str]:
        """What was wrong, step by step; the first step with anything wrong is the last one.

        Args:
            story: What happens.
            program: Opens and saves each edited master once more.
        """
        words, homes = Words(), Homes()
        before = story.first
        now = self._fresh(before)
        with TemporaryDirectory() as folder:
            target = Path(folder) / "总表.xlsx"
            target.write_bytes(self.firsts[_known_by(before)])
            for number, step in enumerate(story.steps, 1):
                left = edited(target, step, words)
                if program is not None:
                    target.write_bytes(program(target).read_bytes())
                self.library.collected(step.lying, target)
                old, now = now, found(RawBook(target.read_bytes()), words)
                wrong = [
                    *Judge(left, now, homes).judged(),
                    *(self._of_the_tool(step.lying, now) if number == len(story.steps) else ()),
                    *_as_arranged(left, now),
                    *self._rechecked(left, old, now),
                ]
                if wrong:
                    yield from (f"step {number}: {one}" for one in wrong)
                    return
                before = step.lying
            if not self._known_as_read(target):
                yield "known to be untouched, and is not"
            if self.library.collected(before, target).published.changed:
                yield "a second run changed something"

    def _known_as_read(self, target: Path) -> bool:
        """What the tool knows of a master it has just written is what it would read."""
        layout, before = self.library.layout, before_of(target, self.library.layout)
        with Index(target.parent / "archive" / "index.sqlite", Taking().rules) as index:
            known = index.untouched()
        sheets = known[sha256(target.read_bytes()).hexdigest()]
        return bool(sheets) and held_of(before, layout, known) == held_of(before, layout, {})

    def _of_the_tool(self, lying: Lying, now: Found) -> Iterator[str]:
        """The tool's columns say what those of a master say that nobody has worked in."""
        for name, rows in self._fresh(lying).tool.items():
            if name not in WORDED and now.tool.get(name) != rows:
                yield f"{name}: the tool's columns are not what they are in a new master"

    def _rechecked(self, left: Left, old: Found, now: Found) -> Iterator[str]:
        """Rows whose figures changed under somebody's words are in 待复核 with these words, and no others."""
        then, there = old.tool, now.tool
        for (table, key), marks in left.spoken.items():
            if table in WORDED or key not in then.get(table, {}) or key not in there.get(table, {}):
                continue
            one, other = then[table][key], there[table][key]
            if any(one.get(name) != other.get(name) for name in self.watched[table]):
                told = "\n".join(now.rechecked.get((table, key), ()))
                yield from (f"{table} {key}: {mark} is not in {RECHECK}" for mark in marks if mark not in told)
            elif len(now.rechecked.get((table, key), ())) > len(old.rechecked.get((table, key), ())):
                yield f"{table} {key}: in {RECHECK}, and nothing has changed"


def _known_by(lying: Lying) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(lying.items()))


def _as_arranged(left: Left, now: Found) -> Iterator[str]:
    """Columns lie, and are hidden, as people left them."""
    for table, order in left.order.items():
        if table not in now.order:
            continue
        known = [one for one in now.order[table] if one in order]
        if known != [one for one in order if one in known]:
            yield f"{table}: columns {known}, left as {order}"
        if left.hidden[table] - now.hidden[table]:
            yield f"{table}: hidden {left.hidden[table]}, now {now.hidden[table]}"


def edited(target: Path, step: Step, words: Words) -> Left:
    """Do in a master what a step says, and save it."""
    book = RawBook(target.read_bytes())
    for deed in step.deeds:
        do(deed.act, deed.seed, book, words)
    data = book.saved(step.dialect)
    target.write_bytes(resaved(data) if step.resaved else data)
    return Left(book, words)


def resaved(data: bytes) -> bytes:
    """The same workbook opened and saved by openpyxl."""
    whole = BytesIO()
    openpyxl.load_workbook(BytesIO(data)).save(whole)
    return whole.getvalue()


def shortened(story: Story, fails: Teller) -> Story:
    """The shortest history that still goes wrong, found by leaving out one thing after the other."""
    wrong = list(fails.told(story))
    assert wrong
    best = deepcopy(story)
    last = int(wrong[0].split(":")[0].removeprefix("step ")) if wrong[0].startswith("step ") else len(best.steps)
    best = Story(best.first, best.steps[:last])
    for number in range(len(best.steps)):
        for deed in best.steps[number].deeds:
            step = best.steps[number]
            fewer = step._replace(deeds=tuple(one for one in step.deeds if one != deed))
            tried = best._replace(steps=(*best.steps[:number], fewer, *best.steps[number + 1 :]))
            best = tried if any(fails.told(tried)) else best
    for number, step in enumerate(best.steps):
        for plain in (step._replace(dialect=PLAIN), step._replace(resaved=False)):
            tried = best._replace(steps=(*best.steps[:number], plain, *best.steps[number + 1 :]))
            best = tried if any(fails.told(tried)) else best
    return best
