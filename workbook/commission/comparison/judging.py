"""One workbook under two rule sets: read by its own layout, judged twice on the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from toolkit.differences import Rules
from toolkit.errors import WrongTemplate
from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation, Verdict
from toolkit.packs import pack_at
from toolkit.transfer import Transfer, transfer
from workbook.book import Book
from workbook.check import Checked, Shelf, check_book, shelf
from workbook.commission.comparison.matching import Matched, matched
from workbook.commission.comparison.sides import Side
from workbook.commission.filing import Filing, Judged, kept
from workbook.commission.take import Keys, filing_of, judged, saved
from workbook.engines.files import FileBook
from workbook.identity import Identity, identify

VERDICTS: Final[Mapping[str, Verdict]] = {verdict.letter: verdict for verdict in Verdict}
"""Verdicts by their letters."""


class Half(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one rule set says of a cluster; of criteria and rules the letters of their verdicts, in their order."""

    whole: str
    criteria: str
    rules: str

    @classmethod
    def of(cls, evaluation: Evaluation) -> Half:
        """An evaluation in short."""
        criteria = "".join(one.verdict.letter for one in evaluation.criteria)
        rules = "".join(one.verdict.letter for one in evaluation.findings)
        return cls(evaluation.verdict.letter, criteria, rules)


class Flip(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A rule that comes out otherwise.

    Attributes:
        rule: Its position among the matched rules.
        lacking: What it looks at and the workbook cannot say, before and after.
    """

    rule: int
    before: Judged
    after: Judged
    lacking: tuple[tuple[str, ...], tuple[str, ...]]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One workbook under both.

    Attributes:
        filing: Who it is and in which state it came; without its lists.
        year: Of its own season.
        packed: See ``flips``; most of the time nobody looks at them.
    """

    filing: Filing
    year: int
    before: Half
    after: Half
    packed: msgspec.Raw

    @property
    def flips(self) -> tuple[Flip, ...]:
        """The rules that come out otherwise, in their order."""
        return _flips.decode(self.packed)


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Compared)
_flips = msgspec.msgpack.Decoder(tuple[Flip, ...])


def unpacked(data: bytes) -> Compared:
    """What a worker sent.

    Raises:
        msgspec.DecodeError: It is nothing of this version.
    """
    return _decoder.decode(data)


@dataclass(frozen=True, slots=True)
class Judging:
    """The task of a worker: content → packed comparison."""

    before: Side
    after: Side
    keys: tuple[bytes, ...] = ()

    def __call__(self, data: bytes) -> bytes:
        """Compare one file; raises what ``take`` raises."""
        book = FileBook(data)
        checked = check_book(book, Path(), self._shelf(book), book.sha256)
        filing = _short(filing_of(checked, Keys.of(*self.keys), written=saved(book)))
        return _encoder.encode(compared(checked, filing, matched(self.before, self.after)))

    def _shelf(self, book: Book) -> Shelf:
        """Where the workbook's own form stands: a draft comes last, for its form need not be the one given out."""
        identity, shelves = identify(book), _shelves(self.before.pack, self.after.pack)
        return next((one for one in shelves if _knows(one, identity)), shelves[0])


@cache
def _shelves(*packs: str | Path) -> tuple[Shelf, ...]:
    return (shelf(), *(shelf(pack_at(pack)) for pack in packs if isinstance(pack, Path)))


def _knows(known: Shelf, identity: Identity) -> bool:
    try:
        known.form(identity)
    except WrongTemplate:
        return False
    return True


def _short(filing: Filing) -> Filing:
    """A filing without its lists: they belong to its own rules."""
    return msgspec.structs.replace(
        filing, figures=(), findings=(), problems=(), national=(), enterprises=kept(()), exclusive=kept(())
    )


def compared(checked: Checked, filing: Filing, sides: Matched) -> Compared:
    """What both rule sets say of a checked workbook."""
    own = Rules(checked.layout.policy, checked.layout.season)
    ways = transfer(own, sides.before), transfer(own, sides.after)
    said = [evaluate(*way.target, way(checked.submission)) for way in ways]
    return Compared(
        filing=filing,
        year=own.season.year,
        before=Half.of(said[0]),
        after=Half.of(said[1]),
        packed=msgspec.Raw(_encoder.encode(tuple(_flips_of(sides, ways, said)))),
    )


def _flips_of(sides: Matched, ways: tuple[Transfer, Transfer], said: Sequence[Evaluation]) -> Iterator[Flip]:
    before, after = (one.findings for one in said)
    for position, seat in enumerate(sides.rules):
        if seat.before is None or seat.after is None or before[seat.before].verdict is after[seat.after].verdict:
            continue
        lacking = tuple(way.lacking(rule) for way, rule in zip(ways, seat.pair, strict=True) if rule)
        yield Flip(position, judged(before[seat.before]), judged(after[seat.after]), (lacking[0], lacking[1]))
