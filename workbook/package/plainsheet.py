"""The cells of a sheet that is written plainly, see ``plain``: twice as fast as the parser reads them.

The loop of ``_take`` sees every cell of every workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, TypeVar

from toolkit.errors import WorkbookError
from workbook.package.directory import PIECE
from workbook.package.grid import MAX_ROW, Position, column_number
from workbook.package.guard import Archive
from workbook.package.limits import Kind, Limits
from workbook.package.markup import sliced
from workbook.package.plain import LARGEST, Unusual, apart, cut, sound, text
from workbook.package.sheet import (
    BLANK_WHEN_EMPTY,
    CONVERT,
    LONGEST_NUMBER,
    NO_ERROR,
    Cell,
    Rows,
    SheetFacts,
    Value,
    number,
    read_sheet,
)
from workbook.package.text import unescaped

# Most cells hold a value, some of them with its formula. What stands in the places is looked up, and so judged once.
_COMMON: Final = re.compile(rb'<c r="([^"]++)"([^>]*+)>(?:<f([^<]*+)</f>)?+<v>([^<]{,%d}+)</v></c>' % LONGEST_NUMBER)
# What stands between them: tags of rows, rarer cells and blank ones, which are passed over, a run at a time.
_BLANKS: Final = rb'(?:<c r="[A-Z0-9]++" s="[0-9]++"/>)*+'
_ROW: Final = rb'(</row>)?+<row r="([1-9][0-9]*+)"([^<>]*+)>'
_CELL: Final = (
    rb'<c r="([^"]++)"([^<>/]*+)(?:/>|>(?:<f(?:([^<>/]*+)/>|([^<]*+)</f>))?+(?:<v>([^<]*+)</v>)?+'
    rb'(?:<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>)?+</c>)'
)
_BETWEEN: Final = re.compile(rb"(?=<)%b(?:%b)?+(?:%b)?+" % (_BLANKS, _ROW, _CELL))
_PARTS: Final = _BETWEEN.groups + 1
_FORMULA: Final = re.compile(
    rb'(?: aca="[a-z01]{1,5}")?(?: t="[A-Za-z]{1,9}")?(?: ref="[A-Z0-9:]{1,24}")?(?: ca="[a-z01]{1,5}")?'
    rb'(?: si="[0-9]{1,9}")? ?'
)
_FORMAT: Final = re.compile(rb'(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?(?: [cv]m="[0-9]{1,6}")? ?')
_REFERENCE: Final = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
# A row of a thousand cells has 50 KB.
_WIDEST: Final = 4 * PIECE
_LONGEST_MANNER: Final = 1_000
_BEGIN: Final = b"<sheetData>"
_END: Final = b"</sheetData>"
# The row of the shell by which it is known that its rows were taken for rows.
_WITNESS: Final[Position] = (MAX_ROW, 1)
_WITNESS_ROW: Final = b'<row r="%d"><c r="A%d" s="0" t="n"><f t="n" ref="A1"/><v>1</v></c></row>' % (MAX_ROW, MAX_ROW)
_new: Final = tuple.__new__
# How much is remembered of what workbooks have in common.
_MOST: Final = 16_384
_T = TypeVar("_T")


class _Memory(dict[bytes, _T]):
    """What is written → what it means, worked out once; when there is too much of it, it begins anew.

    Args:
        meaning: Works it out.
    """

    def __init__(self, meaning: Callable[[bytes], _T]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, written: bytes) -> _T:
        if len(self) >= _MOST:
            self.clear()
        self[written] = told = self._meaning(written)
        return told


def _place(reference: bytes) -> Position:
    found = _REFERENCE.fullmatch(reference)
    column = column_number(found[1].decode("ascii")) if found else 0
    if found is None or not column:
        raise Unusual
    return int(found[2]), column


def _number(written: bytes) -> Value:
    return number(text(written))


# Forms look alike, and most of the cells of a register hold one of a few hundred numbers.
_places: Final = _Memory(_place)
_numbers: Final = _Memory(_number)
_Format = tuple[int, str, Mapping[bytes, Value] | None]


def _formats(strings: Mapping[bytes, str]) -> Mapping[bytes, _Format]:
    """The attributes of a cell as they are written → format, type, and what its value means if it is a common one."""
    common: Mapping[str, Mapping[bytes, Value]] = {"n": _numbers, "s": strings}

    def meaning(attributes: bytes) -> _Format:
        found = _FORMAT.fullmatch(attributes)
        if found is None:
            raise Unusual
        kind = (found[2] or b"n").decode("ascii")
        return int(found[1] or 0), kind, common.get(kind)

    return _Memory(meaning)


# A stranger's formula may be as long as he likes; what is remembered is short.
_SHORT: Final = 1_000


def _formula(written: bytes) -> str:
    attributes, _, formula = written.partition(b">")
    if not _FORMULA.fullmatch(attributes):
        raise Unusual
    return "=" + unescaped(text(formula))


# The formulas of a template are the same in every workbook.
_short_formula: Final = lru_cache(maxsize=8_192)(_formula)


def _told(written: bytes) -> str:
    """The formula an author typed, from its attributes and what follows their ``>``."""
    return _short_formula(written) if len(written) <= _SHORT else _formula(written)


def plain_sheet(
    archive: Archive, part: str, strings: Mapping[bytes, str]
) -> tuple[Mapping[Position, Cell], SheetFacts] | None:
    """What ``read_sheet`` would give; None where it should be asked itself.

    Args:
        archive: The package.
        part: The sheet's part.
        strings: The shared strings, by their numbers as they are written.
    """
    if archive.entries[part].size > LARGEST or archive.budget.limits.text < LONGEST_NUMBER:
        return None
    with archive.budget.timed():
        try:
            return _sheet(archive, part, strings)
        except (Unusual, KeyError, UnicodeDecodeError, WorkbookError):
            return None


def _sheet(archive: Archive, part: str, strings: Mapping[bytes, str]) -> tuple[Mapping[Position, Cell], SheetFacts]:
    data = sound(archive.read(part))
    limits = archive.budget.limits
    head, body, tail = cut(data, _BEGIN, _END)
    rows = _Rows(_formats(strings), limits.text)
    rows.read(body)
    if any(b"xmlns" in manner or len(manner) > _LONGEST_MANNER for manner in rows.manners):
        raise Unusual
    samples = (b'<row r="%d"%b/>' % (at, manner) for at, manner in enumerate(rows.manners, 1))
    shell = b"".join((_CURSOR.sub(rb"\1", head), _BEGIN, *samples, _WITNESS_ROW, _END, tail))
    facts, merges = (_known_around if len(shell) <= _SHORT_SHELL else _around)(shell, limits)
    spent: dict[Kind, int] = {
        "tags": data.count(b"<"),
        "cells": len(rows.cells),
        "characters": rows.characters,
        "merges": merges,
    }
    if not archive.paid(part, spent):
        raise Unusual
    return rows.cells, replace(facts, hidden_rows=_hidden(rows.manners, facts))


# Where somebody's cursor was when he saved, and what that saving was called: told to nobody, and never the same twice.
_CURSOR: Final = re.compile(rb'((?:activeCell|sqref|topLeftCell|uid)=")[A-Z0-9:{}-]*(?=")')
_SHORT_SHELL: Final = 64 * 1024


def _around(shell: bytes, limits: Limits) -> tuple[SheetFacts, int]:
    """What a shell says, and how many merges it has."""
    aside = apart(limits)
    seen, facts = read_sheet(sliced(shell), "", "", (), aside)
    if seen.keys() != {_WITNESS}:
        raise Unusual
    return facts, aside.spent("merges")


# Nobody who fills a form in changes what stands around its rows: it is alike in all that one program saved.
_known_around: Final = lru_cache(maxsize=64)(_around)


def _few(body: bytes) -> Iterator[bytes]:
    """Some whole rows at a time: what is none of ours is noticed before it is all taken apart."""
    at = 0
    while len(body) - at > _WIDEST:
        end = body.find(b"</row>", at + PIECE, at + _WIDEST) + len(b"</row>")
        if end < at:
            raise Unusual
        yield body[at:end]
        at = end
    yield body[at:]


@dataclass(slots=True)
class _Rows:
    """The rows of a sheet as they are taken.

    Attributes:
        formats: See ``_formats``.
        longest: No text may be longer.
        cells: Those that hold something.
        manners: How rows are written, besides their number → the rows that are.
        kept: How many cells there were.
        characters: What the texts come to, as the budget counts them.
    """

    formats: Mapping[bytes, _Format]
    longest: int
    cells: dict[Position, Cell] = field(default_factory=dict)
    manners: dict[bytes, list[int]] = field(default_factory=dict)
    kept: int = 0
    characters: int = 0

    def read(self, body: bytes) -> None:
        """Take everything that stands between the tags of ``sheetData``."""
        for rows in _few(body):
            if (self._take(rows.removesuffix(b"</row>")) > 0) != rows.endswith(b"</row>"):
                raise Unusual
        if len(self.cells) < self.kept:
            raise Unusual

    def _take(self, rows: bytes) -> int:
        """Take whole rows, the end of the last excepted: the row that has not ended."""
        tokens = _COMMON.split(rows)
        if len(rows) > self.longest and max(map(len, filter(None, tokens))) > self.longest:
            raise Unusual
        row, kept, cells, formats, places = 0, 0, self.cells, self.formats, _places
        for between, reference, attributes, formula, value in zip(*[iter(tokens)] * 5, strict=False):
            if between:
                row = self._pass(between, row)
            place = places[reference]
            if place[0] != row:
                raise Unusual
            style, kind, common = formats[attributes]
            if formula is None and common is not None and value:
                # What ``Cell(…)`` does, at half the price.
                cells[place] = _new(Cell, (common[value], None, None, style))
                kept += 1
            else:
                self._keep(place, _rarer(style, kind, formula, value, None))
        self.kept += kept
        return self._pass(tokens[-1], row)

    def _pass(self, between: bytes, row: int) -> int:
        """Take the tags of rows and the rarer cells: the row that has begun by then and not ended."""
        tokens = _BETWEEN.split(between)
        if any(tokens[::_PARTS]):
            raise Unusual
        for _, ended, begun, manner, reference, attributes, emptied, formula, value, inline in zip(
            *[iter(tokens)] * _PARTS, strict=False
        ):
            if begun is not None:
                if (ended is not None) != (row > 0):
                    raise Unusual
                row = self._begin(int(begun), manner)
            if reference is None:
                continue
            place = _places[reference]
            if place[0] != row:
                raise Unusual
            style, kind, _ = self.formats[attributes]
            written = formula if emptied is None else emptied + b">"
            self._keep(place, _rarer(style, kind, written, value, inline))
        return row

    def _begin(self, row: int, manner: bytes) -> int:
        """Take the tag of a row: the row, if it does not end with it."""
        if row > MAX_ROW:
            raise Unusual
        closed = manner.endswith(b"/")
        self.manners.setdefault(manner[:-1] if closed else manner, []).append(row)
        return 0 if closed else row

    def _keep(self, place: Position, told: tuple[Cell | None, int]) -> None:
        """Keep a cell of the rarer kinds, if it holds anything."""
        cell, length = told
        if cell is not None:
            self.cells[place] = cell
            self.kept += 1
            self.characters += length


def _rarer(
    style: int, kind: str, calculated: bytes | None, written: bytes | None, inline: bytes | None
) -> tuple[Cell | None, int]:
    """A cell of the rarer kinds, if it holds anything, and what it counts for."""
    formula = None if calculated is None else _told(calculated)
    length = len(formula or "")
    if inline is not None:
        if written is not None:
            raise Unusual
        kind, content = "inline", unescaped(text(inline))
    elif written is None or (not written and kind in BLANK_WHEN_EMPTY):
        return (None if formula is None else Cell(None, formula, None, style)), length
    else:
        content = text(written)
    if kind == "s":
        # Too long for the number of a text, or the result of a formula, which no program shares.
        raise Unusual
    if kind == "n":
        return Cell(number(content), formula, None, style), length + (len(content) > LONGEST_NUMBER) * len(content)
    if kind == "e":
        return Cell(None, formula, content or NO_ERROR, style), length + len(content)
    return Cell(CONVERT.get(kind, str)(content), formula, None, style), length + len(content)


def _hidden(manners: Mapping[bytes, Sequence[int]], facts: SheetFacts) -> Rows:
    """The hidden rows, from the samples that are."""
    hidden = [row for at, rows in enumerate(manners.values(), 1) if at in facts.hidden_rows for row in rows]
    bits = bytearray((max(hidden, default=-1) >> 3) + 1)
    for row in hidden:
        bits[row >> 3] |= 1 << (row & 7)
    return Rows(bytes(bits))
