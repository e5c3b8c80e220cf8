"""The rounds of review that went before: kept in the workbook itself, so that no returned round is ever lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from toolkit.errors import WorkbookError
from toolkit.seal import Snapshot
from workbook.book import Book
from workbook.keeping import chunked, keep, kept_text, room
from workbook.layout import ROUND_INPUTS, ROUND_LOG

FORMAT = 1
# Sheet, cell, clause, what, what to do.
_ITEM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round that ended in a return.

    Attributes:
        time: When it was returned.
        user: Who did so, as the computer knows her.
        fingerprint: Of what the operator had stated.
        inputs: Slot → what the district had written.
        tables: Table → row → slot → the same; of an open table the operator's own words of that row beside it.
        items: What was to be mended: sheet, cell, clause, what, what to do.
    """

    number: int
    time: str
    user: str
    reviewer: str
    conclusion: str
    opinion: str
    fingerprint: str
    inputs: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Mapping[str, str]]]
    items: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rounds:
    """All that is kept.

    Attributes:
        past: The rounds that were returned, the first one first.
        stated: What the operator had stated in the last of them; None where there was none, or it was damaged.
        damaged: Something stands in place of the rounds that nobody can read; it is left as it is.
    """

    past: tuple[Round, ...] = ()
    stated: Snapshot | None = None
    damaged: bool = False

    @property
    def unstated(self) -> bool:
        """What the operator had stated in the last round cannot be told any more."""
        return bool(self.past) and self.stated is None

    @property
    def number(self) -> int:
        """The round that is going on."""
        return len(self.past) + 1


def read_rounds(book: Book) -> Rounds:
    """The rounds kept in a workbook; none in one of a version without room for them."""
    text = kept_text(book, ROUND_LOG)
    if not text:
        return Rounds()
    past = _parsed(text)
    if past is None:
        return Rounds(damaged=True)
    stated = Snapshot.unpacked(kept_text(book, ROUND_INPUTS))
    if stated is not None and past and stated.fingerprint != past[-1].fingerprint:
        stated = None
    return Rounds(past, stated)


def write_rounds(book: Book, past: Sequence[Round], stated: Snapshot) -> None:
    """Keep these rounds; the workbook is changed but not saved.

    Args:
        book: The workbook.
        past: All of them, the earlier ones included.
        stated: What the operator had stated in the last.

    Raises:
        WorkbookError: The workbook is of a version without room for them, or they do not fit.
    """
    log, inputs = room(book, ROUND_LOG), room(book, ROUND_INPUTS)
    if log is None or inputs is None:
        raise WorkbookError("W15", reason="该版本的工作簿没有留存初审记录的位置")
    told = json.dumps({"format": FORMAT, "rounds": [asdict(one) for one in past]}, separators=(",", ":"))
    cells, answers = chunked(told, log), chunked(stated.packed(), inputs)
    if cells is None or answers is None:
        raise WorkbookError("W15", reason="留存初审记录的位置已满")
    keep(book, {**cells, **answers}, (log, inputs))


def _parsed(text: str) -> tuple[Round, ...] | None:
    """The rounds such a text tells of; None where it is damaged."""
    try:
        raw = json.loads(text)
        sound = raw["format"] == FORMAT
        rounds = tuple(Round(**one) for one in raw["rounds"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return rounds if sound and all(map(_sound, rounds)) else None


def _sound(one: Round) -> bool:
    words = (one.time, one.user, one.reviewer, one.conclusion, one.opinion, one.fingerprint)
    rows = all(isinstance(table, dict) and all(map(_texts, table.values())) for table in _values(one.tables))
    items = isinstance(one.items, list) and all(
        isinstance(item, list) and len(item) == _ITEM and _all_text(item) for item in one.items
    )
    return _all_whole([one.number]) and _all_text(words) and _texts(one.inputs) and rows and items


def _values(raw: object) -> Sequence[Any]:
    return list(raw.values()) if isinstance(raw, dict) else [None]


def _texts(raw: object) -> bool:
    return isinstance(raw, dict) and _all_text(raw.values())


def _all_whole(values: Any) -> bool:
    return all(isinstance(value, int) for value in values)


def _all_text(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
