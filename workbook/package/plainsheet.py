"""The cells of a sheet that is written plainly, see ``plain``: twice as fast as the parser reads them.

The loop of ``_take`` sees every cell of every workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from toolkit.errors import WorkbookError
from workbook.package.directory import PIECE
from workbook.package.grid import MAX_ROW, Position, column_number
from workbook.package.guard import Archive
from workbook.package.limits import Kind
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

_FORMULA: Final = (
    rb'<f((?: aca="[a-z01]{1,5}")?(?: t="[A-Za-z]{1,9}")?(?: ref="[A-Z0-9:]{1,24}")?(?: ca="[a-z01]{1,5}")?'
    rb'(?: si="[0-9]{1,9}")?)(?: ?/>|>([^<]*)</f>)'
)
_INLINE: Final = rb'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>'
_CELL: Final = (
    rb'<c r="([A-Z]+)([0-9]+)"([^<>/]*)'
    rb"(?:>(?:<v>([^<]*)</v></c>|(?:%b)?(?:<v>([^<]*)</v>)?(?:%b)?</c>)|/>)" % (_FORMULA, _INLINE)
)
_ROW: Final = rb'(</row>)?<row r="([1-9][0-9]*)"([^<>]*)>'
# The commonest cells hold nothing: they are passed over, a run at a time.
_BLANKS: Final = rb'(?:<c r="[A-Z0-9]+" s="[0-9]+"/>)*'
_TOKEN: Final = re.compile(rb"(?:%b)?(?:%b)?%b" % (_ROW, _CELL, _BLANKS))
_PARTS: Final = _TOKEN.groups + 1
_FORMAT: Final = re.compile(rb'(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?(?: [cv]m="[0-9]{1,6}")? ?')
# A row of a thousand cells has 50 KB.
_WIDEST: Final = 4 * PIECE
_LONGEST_MANNER: Final = 1_000
_BEGIN: Final = b"<sheetData>"
_END: Final = b"</sheetData>"
# The row of the shell by which it is known that its rows were taken for rows.
_WITNESS: Final[Position] = (MAX_ROW, 1)
_WITNESS_ROW: Final = b'<row r="%d"><c r="A%d" s="0" t="n"><f t="n" ref="A1"/><v>1</v></c></row>' % (MAX_ROW, MAX_ROW)
_new: Final = tuple.__new__


class _Columns(dict[bytes, int]):
    """Letters → number."""

    def __missing__(self, letters: bytes) -> int:
        column = column_number(letters.decode("ascii"))
        if not column:
            raise Unusual
        self[letters] = column
        return column


class _Formats(dict[bytes, tuple[int, str, Callable[[bytes], Value] | None]]):
    """The attributes of a cell as they are written → format, type, and what makes its value of most that it holds.

    Args:
        strings: The shared strings, by their numbers as they are written.
    """

    def __init__(self, strings: Mapping[bytes, str]) -> None:
        super().__init__()
        self._common: Mapping[str, Callable[[bytes], Value]] = {"n": _number, "s": strings.__getitem__}

    def __missing__(self, attributes: bytes) -> tuple[int, str, Callable[[bytes], Value] | None]:
        found = _FORMAT.fullmatch(attributes)
        if not found:
            raise Unusual
        kind = (found[2] or b"n").decode("ascii")
        self[attributes] = told = int(found[1] or 0), kind, self._common.get(kind)
        return told


_columns: Final = _Columns()


# A stranger's formula may be as long as he likes; what is remembered is short.
_SHORT: Final = 1_000


@lru_cache(maxsize=16_384)
def _number(written: bytes) -> Value:
    return number(text(written))


def _formula(written: bytes) -> str:
    return "=" + unescaped(text(written))


# The formulas of a template are the same in every workbook.
_short_formula: Final = lru_cache(maxsize=8_192)(_formula)


def _told(written: bytes) -> str:
    """The formula an author typed."""
    return _short_formula(written) if len(written) <= _SHORT else _formula(written)


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows of a sheet.

    Attributes:
        cells: Those that hold something.
        manners: How rows are written, besides their number → the rows that are.
        characters: What the texts come to, as the budget counts them.
    """

    cells: Mapping[Position, Cell]
    manners: Mapping[bytes, Sequence[int]]
    characters: int


def plain_sheet(
    archive: Archive, part: str, strings: Mapping[bytes, str]
) -> tuple[Mapping[Position, Cell], SheetFacts] | None:
    """What ``read_sheet`` would give; None where it should be asked itself.

    Args:
        archive: The package.
        part: The sheet's part.
        strings: The shared strings, by their numbers as they are written.
    """
    if archive.entries[part].size > LARGEST:
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
    read = _read_rows(body, strings, limits.text)
    if any(b"xmlns" in manner or len(manner) > _LONGEST_MANNER for manner in read.manners):
        raise Unusual
    aside = apart(limits)
    samples = (b'<row r="%d"%b/>' % (at, manner) for at, manner in enumerate(read.manners, 1))
    shell = b"".join((head, _BEGIN, *samples, _WITNESS_ROW, _END, tail))
    seen, facts = read_sheet(sliced(shell), "", part, (), aside)
    if seen.keys() != {_WITNESS}:
        raise Unusual
    spent: dict[Kind, int] = {
        "tags": data.count(b"<"),
        "cells": len(read.cells),
        "characters": read.characters,
        "merges": aside.spent("merges"),
    }
    if not archive.paid(part, spent):
        raise Unusual
    return read.cells, replace(facts, hidden_rows=_hidden(read.manners, facts))


def _read_rows(body: bytes, strings: Mapping[bytes, str], longest: int) -> _Body:
    """The rows that stand between the tags of ``sheetData``."""
    cells: dict[Position, Cell] = {}
    manners: dict[bytes, list[int]] = {}
    formats = _Formats(strings)
    kept = characters = 0
    for rows in _few(body):
        tokens = _TOKEN.split(rows.removesuffix(b"</row>"))
        if any(tokens[::_PARTS]) or (len(rows) > longest and max(map(len, filter(None, tokens))) > longest):
            raise Unusual
        more = _take(tokens, rows.endswith(b"</row>"), cells, manners, formats)
        kept, characters = kept + more[0], characters + more[1]
    if len(cells) < kept:
        raise Unusual
    return _Body(cells, manners, characters)


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


def _take(  # noqa: C901 - a call would cost more than what it does
    tokens: list[bytes],
    closed: bool,
    cells: dict[Position, Cell],
    manners: dict[bytes, list[int]],
    formats: _Formats,
) -> tuple[int, int]:
    """Take the cells out of the tokens of whole rows: how many, and what their texts come to."""
    columns = _columns
    kept = characters = at = 0
    row, inside = b"", False
    for _, ended, begun, manner, letters, digits, attributes, value, calculated, formula, result, inline in zip(
        *[iter(tokens)] * _PARTS, strict=False
    ):
        if begun is not None:
            row, at = begun, int(begun)
            if (ended is not None) != inside or at > MAX_ROW:
                raise Unusual
            inside = not manner.endswith(b"/")
            manners.setdefault(manner.removesuffix(b"/"), []).append(at)
        if letters is None:
            continue
        if digits != row or not inside:
            raise Unusual
        style, kind, common = formats[attributes]
        cell: Cell | None
        if value and common is not None and len(value) <= LONGEST_NUMBER:
            # What ``Cell(…)`` does, at half the price.
            cell = _new(Cell, (common(value), None, None, style))
        else:
            told = None if calculated is None else _told(formula or b"")
            cell, length = _uncommon(style, kind, told, result if value is None else value, inline)
            if cell is None:
                continue
            characters += length
        cells[at, columns[letters]] = cell
        kept += 1
    if inside != closed:
        raise Unusual
    return kept, characters


def _uncommon(
    style: int, kind: str, formula: str | None, written: bytes | None, inline: bytes | None
) -> tuple[Cell | None, int]:
    """A cell of the rarer kinds, if it holds anything, and what it counts for."""
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
