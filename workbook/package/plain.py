"""The plain way in which spreadsheet programs write cells and texts, read by one regular expression: four times as fast.

Everything here is allowed to know good news only. What is not in the plain form to the last byte, what is damaged and
what is beyond a limit is ``None``, and then the walkers of ``sheet`` and ``strings`` read the part and say what is wrong
with it: they are the reference. Whatever stands around the cells, they read in any case, from a shell: the part with
its rows taken out and one row left for each manner in which a row was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from toolkit.errors import WorkbookError
from workbook.package.grid import MAX_ROW, Position, column_number
from workbook.package.guard import Archive
from workbook.package.limits import Budget, Kind, Limits
from workbook.package.markup import Attributes, sliced
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
from workbook.package.strings import shared_strings
from workbook.package.text import unescaped

# What is larger is read piece by piece: here a part is in memory several times over.
LARGEST: Final = 4 * 1024 * 1024


class Unusual(Exception):  # noqa: N818 - no error: the other way is taken
    """Not in the plain form."""


# Names of elements and attributes that may stand in a part and do not in its shell.
_WORDS: Final = 40


def apart(limits: Limits) -> Budget:
    """An account of its own for a shell."""
    return Budget(replace(limits, words=limits.words - _WORDS))


# --- text ------------------------------------------------------------------------------------------------------

_REFERENCE: Final = re.compile("&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# What XML forbids and Python's decoder lets pass.
_CONTROL: Final = bytes({*range(32)} - {9, 10, 13})
_OTHERS_THAN_CONTROL: Final = bytes({*range(256)} - {*_CONTROL})
_NO_CHARACTER: Final = re.compile(b"\xef\xbf[\xbe\xbf]")


def _sound(data: bytes) -> bytes:
    """A part in which nothing stands that XML forbids in a text, with line ends as XML knows them."""
    if data.translate(None, _OTHERS_THAN_CONTROL) or _NO_CHARACTER.search(data) or b"]]>" in data:
        raise Unusual
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _text(written: bytes) -> str:
    """The text between two tags, as an author meant it."""
    return _resolved(written.decode("utf-8"))


def _resolved(text: str) -> str:
    """With its references resolved."""
    if "&" not in text:
        return text
    resolved, count = _REFERENCE.subn(_referred, text)
    if count != text.count("&"):
        raise Unusual
    return resolved


def _referred(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise Unusual


@lru_cache(maxsize=8192)
def _formula(written: bytes) -> str:
    """The formula an author typed; it is the same in every workbook of a template."""
    return "=" + unescaped(_text(written))


# --- sheets ----------------------------------------------------------------------------------------------------

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
_LONGEST_MANNER: Final = 1_000
_BEGIN: Final = b"<sheetData>"
_END: Final = b"</sheetData>"
_DECLARATION: Final = re.compile(rb'<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")?\?>')
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


@lru_cache(maxsize=16_384)
def _number(written: bytes) -> Value:
    return number(_text(written))


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
    data = _sound(archive.read(part))
    limits = archive.budget.limits
    head, body, tail = _cut(data, _BEGIN, _END)
    read = _read_rows(body, strings, limits.text)
    if any(b"xmlns" in manner or len(manner) > _LONGEST_MANNER for manner in read.manners):
        raise Unusual
    aside = apart(limits)
    samples = (b'<row r="%d"%b/>' % (at, manner) for at, manner in enumerate(read.manners, 1))
    shell = b"".join((head, _BEGIN, *samples, _WITNESS_ROW, _END, tail))
    seen, facts = read_sheet(sliced(shell), "", part, (), aside)
    if _WITNESS not in seen:
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
    tokens = _TOKEN.split(body.removesuffix(b"</row>"))
    if any(tokens[::_PARTS]) or (len(body) > longest and max(map(len, filter(None, tokens))) > longest):
        raise Unusual
    cells: dict[Position, Cell] = {}
    manners: dict[bytes, list[int]] = {}
    columns, formats = _columns, _Formats(strings)
    kept = characters = at = 0
    row, inside = b"", False
    # Every cell of every workbook goes through here: one call more costs more than the rest.
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
        if value and common is not None and len(value) <= LONGEST_NUMBER:
            cell = _new(Cell, (common(value), None, None, style))
        else:
            told = None if calculated is None else _formula(formula or b"")
            cell, length = _uncommon(style, kind, told, result if value is None else value, inline)
            if cell is None:
                continue
            characters += length
        cells[at, columns[letters]] = cell
        kept += 1
    if inside != body.endswith(b"</row>") or len(cells) < kept:
        raise Unusual
    return _Body(cells, manners, characters)


def _uncommon(
    style: int, kind: str, formula: str | None, written: bytes | None, inline: bytes | None
) -> tuple[Cell | None, int]:
    """A cell of the rarer kinds, if it holds anything, and what it counts for."""
    length = len(formula or "")
    text = None if written is None else _text(written)
    if inline is not None:
        if text is not None:
            raise Unusual
        text, kind = unescaped(_text(inline)), "inline"
    if text is None or (not text and kind in BLANK_WHEN_EMPTY):
        return (None if formula is None else Cell(None, formula, None, style)), length
    if kind == "s":
        # A formula whose result would be shared: no program writes that.
        raise Unusual
    if kind == "n":
        return Cell(number(text), formula, None, style), length + (len(text) if len(text) > LONGEST_NUMBER else 0)
    if kind == "e":
        return Cell(None, formula, text or NO_ERROR, style), length + len(text)
    return Cell(CONVERT.get(kind, str)(text), formula, None, style), length + len(text)


def _cut(data: bytes, begin: bytes, end: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before, in and after an element of which there is one, and which is no part of a comment."""
    head, _, rest = data.partition(begin)
    body, closed, tail = rest.partition(end)
    if not closed or begin[:-1] in tail or b"<!" in head or head.count(b"<?") != (1 if _DECLARATION.match(head) else 0):
        raise Unusual
    if b"<v/>" in body or b"<v />" in body:
        body = body.replace(b"<v/>", b"<v></v>").replace(b"<v />", b"<v></v>")
    return head, body, tail


def _hidden(manners: Mapping[bytes, Sequence[int]], facts: SheetFacts) -> Rows:
    """The hidden rows, from the samples that are."""
    hidden = [row for at, rows in enumerate(manners.values(), 1) if at in facts.hidden_rows for row in rows]
    bits = bytearray((max(hidden, default=-1) >> 3) + 1)
    for row in hidden:
        bits[row >> 3] |= 1 << (row & 7)
    return Rows(bytes(bits))


# --- shared strings --------------------------------------------------------------------------------------------

_ITEM: Final = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>(<phoneticPr [^<>]*/>)?|((?:[^<]|<(?!/?si[ />]))*))</si>'
)
_LIST: Final = re.compile(rb"<sst [^<>]*[^/]>")


def plain_strings(archive: Archive, part: str) -> list[str] | None:
    """What ``shared_strings`` would give; None where it should be asked itself."""
    if archive.entries[part].size > LARGEST:
        return None
    with archive.budget.timed():
        try:
            return _strings(archive, part)
        except (Unusual, UnicodeDecodeError, WorkbookError):
            return None


def _strings(archive: Archive, part: str) -> list[str]:
    data = _sound(archive.read(part))
    began, ends = _LIST.search(data), data.rfind(b"</sst>")
    if began is None or b"<!" in data or data.count(b"<?") != bool(_DECLARATION.match(data)):
        raise Unusual
    tokens = _ITEM.split(data[began.end() : ends].decode("utf-8"))
    texts, notes, others = tokens[1::4], {*tokens[2::4]} - {None}, [one for one in tokens[3::4] if one is not None]
    limits = archive.budget.limits
    if any(tokens[::4]) or max(map(len, filter(None, tokens)), default=0) > limits.text:
        raise Unusual
    # What is written in another manner, and every manner of note, is for the reference.
    shell = "".join(f"<si>{one}</si>" for one in (*others, *(f"<t/>{note}" for note in notes), "<t/>"))
    read = shared_strings(sliced(b"".join((data[: began.end()], shell.encode(), data[ends:]))), part, apart(limits))
    if len(read) != len(others) + len(notes) + 1:
        raise Unusual
    rest = iter(read)
    strings = [next(rest) if text is None else text if text.isalnum() else unescaped(_resolved(text)) for text in texts]
    spent: dict[Kind, int] = {
        "tags": data.count(b"<"),
        "strings": len(strings),
        "characters": sum(map(len, strings)),
    }
    if not archive.paid(part, spent):
        raise Unusual
    return strings


# --- defined names ---------------------------------------------------------------------------------------------

_NAME: Final = re.compile(
    r'<definedName((?: (?!name=)[A-Za-z]+="[^"<&\n\t]*")*) name="([^"<&\n\t]*)"((?: [A-Za-z]+="[^"<&\n\t]*")*)>'
    r"([^<]*)</definedName>"
)
_NAMES_BEGIN: Final = b"<definedNames>"
_NAMES_END: Final = b"</definedNames>"
_WITNESS_NAME: Final = b'<definedName name="witness">1</definedName>'
_ATTRIBUTE: Final = re.compile('([A-Za-z]+)="([^"]*)"')


WITNESS: Final = {"witness": "1"}
"""The names that the shell of a workbook part defines."""


def plain_names(data: bytes) -> tuple[bytes, list[tuple[Attributes, str]]]:
    """The shell of a workbook part, and its names: attributes and text.

    They are the names of the workbook only if the reference finds ``WITNESS`` in the shell and no other.

    Raises:
        Unusual: They are not written plainly.
    """
    head, body, tail = _cut(_sound(data), _NAMES_BEGIN, _NAMES_END)
    try:
        tokens = _NAME.split(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unusual from None
    if any(tokens[::5]):
        raise Unusual
    names = [
        ({"name": name, **_others(before + after)} if before or after else {"name": name}, _resolved(text))
        for before, name, after, text in zip(*(tokens[at::5] for at in range(1, 5)), strict=True)
    ]
    return b"".join((head, _NAMES_BEGIN, _WITNESS_NAME, _NAMES_END, tail)), names


def _others(attributes: str) -> Attributes:
    found = _ATTRIBUTE.findall(attributes)
    if len(dict(found)) < len(found) or "name" in dict(found):
        raise Unusual
    return dict(found)
