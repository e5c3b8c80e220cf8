"""Every bound on a stranger's file in one place, and the account of what one file has used up of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from toolkit.errors import UnsafeWorkbook

_MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What we are willing to open; a filled application is 0.1 MB in 30 entries, so none of these is ever near.

    Those that count something count it over the whole workbook, for an attacker would spread it over the sheets.
    """

    # --- of the archive: measured before anything is unpacked.
    # A workbook with pasted photographs still passes; a disk image does not.
    file_bytes: int = 25 * _MB
    # 255 sheets with a drawing and a comment each come to about 1,000 parts.
    entries: int = 1_000
    # A sheet of 100,000 formatted blank rows unpacks to 15–40 MB.
    entry_bytes: int = 64 * _MB
    # What one worker may spend on one file.
    total_bytes: int = 256 * _MB
    # Formatted blank rows reach about 60; a bomb needs 1,000.
    ratio: int = 150
    # Small parts compress extremely well by nature (a chart's cache, a theme).
    ratio_from: int = 1 * _MB

    # --- of the work: measured while reading.
    # Of the processor, not of the clock: on a busy machine a good file must not fail. 100,000 formatted blank rows take
    # one or two, an application a twentieth.
    seconds: float = 10.0
    # Elements are what reading takes time for: a million of them a second. 100,000 formatted blank rows of 20 columns
    # have two million, an application ten thousand.
    tags: int = 4_000_000
    # Start tags are held whole until they end, and the parser looks at them again with every piece. The longest that
    # Excel writes is a conditional format over thousands of areas.
    tag_bytes: int = 512 * 1024
    # Names of elements and attributes in one part, which the parser never forgets. A sheet with all that Excel can put
    # into it has about 200.
    words: int = 2_000

    # --- of the content: counted while reading, for every one is kept.
    # 12,000 companies of 25 columns; each costs some 350 bytes.
    cells: int = 300_000
    # Each costs some 80 bytes before its first character.
    strings: int = 250_000
    # Texts of cells, formulas and names; a roster of 2,000 companies has 0.2 million.
    characters: int = 8_000_000
    # Of one text: Excel's 32,767, each written as an escape of seven, and more.
    text: int = 300_000
    # A merged pair in each of 2,000 rows is far below; openpyxl and others hang at 200,000.
    merges: int = 20_000
    # Excel's own bound is 65,490, and workbooks that are copied from year to year do come near it.
    formats: int = 66_000
    # Old workbooks drag tens of thousands of dead names along: harmless, so allowed.
    names: int = 100_000
    # Of one sheet that is written to: Excel's own bound.
    links: int = 65_530
    # Relationships and content types; Excel writes up to 65,530 web addresses a sheet.
    records: int = 200_000


LIMITS: Final = Limits()

Kind = Literal["tags", "cells", "strings", "characters", "merges", "names", "records"]
_MEASURES: Final[Mapping[Kind, str]] = {
    "tags": "XML 标记的个数",
    "cells": "有内容的单元格数",
    "strings": "不同文本的个数",
    "characters": "文本的总字数",
    "merges": "合并单元格的个数",
    "names": "定义名称的个数",
    "records": "部件之间关系的条数",
}


class Budget:
    """What one file has used up of its limits, whichever of its parts it came from.

    Args:
        limits: What there is.
    """

    __slots__ = ("_seconds", "_spent", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._spent: Counter[Kind] = Counter()
        self._seconds = 0.0

    def spend(self, kind: Kind, amount: int = 1) -> None:
        """Count something that is kept.

        Raises:
            UnsafeWorkbook: There is too much of it.
        """
        self._spent[kind] += amount
        limit: int = getattr(self.limits, kind)
        if self._spent[kind] > limit:
            exceeds(_MEASURES[kind], f"{limit:,} 个" if kind != "characters" else f"{limit:,} 字")

    def spent(self, kind: Kind) -> int:
        """How much of a kind has been counted."""
        return self._spent[kind]

    def affords(self, more: Mapping[Kind, int]) -> bool:
        """Whether all that could be counted, and nothing be too much."""
        return all(self._spent[kind] + amount <= getattr(self.limits, kind) for kind, amount in more.items())

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the time of what is read in one go.

        Raises:
            UnsafeWorkbook: It has taken too long.
        """
        began = time.thread_time()
        try:
            yield
        finally:
            self._seconds += time.thread_time() - began
        self._refuse_delay()

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, with the tags in them counted.

        Raises:
            UnsafeWorkbook: There are too many.
        """
        for piece in pieces:
            # Those that close count too: hardly dearer to count than to tell apart.
            self.spend("tags", piece.count(b"<"))
            yield piece

    def paced(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, with the time that is spent on them counted.

        Raises:
            UnsafeWorkbook: It has taken too long.
        """
        last = time.thread_time()
        for piece in pieces:
            yield piece
            now = time.thread_time()
            self._seconds += now - last
            last = now
            self._refuse_delay()

    def _refuse_delay(self) -> None:
        if self._seconds > self.limits.seconds:
            exceeds("处理时间", f"{self.limits.seconds:g} 秒")


def exceeds(measure: str, limit: str) -> NoReturn:
    """Refuse what goes on beyond a limit; how far, nobody looks."""
    raise UnsafeWorkbook("W04", measure=measure, limit=limit, actual=f"{limit}以上")
