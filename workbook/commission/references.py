"""A formula somebody typed, taken apart as far as it takes to move it with its row, or to tell that it must not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from toolkit.submission import column_letters
from workbook.area import quoted
from workbook.package.grid import MAX_COLUMN, MAX_ROW, column_number

_COLUMN, _ROW = r"\$?[A-Za-z]{1,3}", r"\$?[1-9][0-9]{0,6}"
_TOKEN: Final = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!))
    |(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
     (?P<reference>{_COLUMN}{_ROW}(?::{_COLUMN}{_ROW})?|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW})(?![\w.(!\[:])
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<function>[^\W\d][\w.]*)\s*(?=\()
    |(?P<word>[^\W\d][\w.]*)(?![!\w.\[|])
    |(?P<plain>[\s+\-*/^&=<>%(),;{{}}:]+)
    """,
    re.VERBOSE,
)
_CORNER: Final = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
_PREFIX: Final = re.compile(r"^(?:_xl\w+\.|com\.microsoft\.)+", re.IGNORECASE)
_WORDS: Final = frozenset({"TRUE", "FALSE"})
# What fetches from elsewhere or starts something.
_REACHING: Final = frozenset(
    [
        "WEBSERVICE",
        "IMAGE",
        "CALL",
        "REGISTER",
        "REGISTER.ID",
        "RTD",
        "DDE",
        "EXEC",
        "EVALUATE",
        "SQL.REQUEST",
        "STOCKHISTORY",
        "IMPORTDATA",
        "IMPORTXML",
        "IMPORTHTML",
        "IMPORTRANGE",
        "IMPORTFEED",
        "CUBEVALUE",
        "CUBEMEMBER",
        "CUBESET",
        "CUBESETCOUNT",
        "CUBERANKEDMEMBER",
        "CUBEKPIMEMBER",
        "CUBEMEMBERPROPERTY",
        "INITIATE",
        "POKE",
        "REQUEST",
        "TERMINATE",
        "FOPEN",
    ]
)
_OUTSIDE: Final = re.compile(r"\[[^\[\]]*\][^!\[\],&+*/^=<>()]*!|\|")
_QUOTES: Final = re.compile(r'"(?:[^"]|"")*"')


class Corner(NamedTuple):
    """A cell, or one end of whole rows or columns: what is not told is 0."""

    column: int
    row: int
    fixed_column: bool
    fixed_row: bool

    def __str__(self) -> str:
        column = ("$" if self.fixed_column else "") + column_letters(self.column) if self.column else ""
        row = ("$" if self.fixed_row else "") + str(self.row) if self.row else ""
        return column + row


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells a formula names.

    Attributes:
        sheet: Empty for the sheet the formula is on.
        first, last: Equal for a single cell.
    """

    sheet: str
    first: Corner
    last: Corner

    @property
    def whole_columns(self) -> bool:
        """Whether it names columns from top to bottom."""
        return not self.first.row

    def __str__(self) -> str:
        before = f"{quoted(self.sheet)}!" if self.sheet else ""
        # Columns and rows are told by both ends even where these are one.
        single = self.first == self.last and self.first.row and self.first.column
        return before + (str(self.first) if single else f"{self.first}:{self.last}")


Move = Callable[[Reference], Reference | None]
"""Where a reference leads from now on; None where that cannot be told."""


def reaches_out(formula: str) -> bool:
    """Whether a formula leads out of the workbook, or starts something.

    Examples:
        >>> reaches_out("=[1]Sheet1!A1"), reaches_out("=cmd|'/c calc'!A0"), reaches_out('=WEBSERVICE("http://a")')
        (True, True, True)
        >>> reaches_out('=IF(C5="a|b","[x]!",SUM(D5:E5))')
        False
    """
    bare = _QUOTES.sub('""', formula)
    return bool(_OUTSIDE.search(bare)) or calls_out(formula)


def calls_out(formula: str) -> bool:
    """Whether a formula calls what fetches from elsewhere or starts something.

    Examples:
        >>> calls_out('=_xlfn.WEBSERVICE("http://a")'), calls_out('="WEBSERVICE("&A1')
        (True, False)
    """
    called = (found[1] for found in re.finditer(r"([^\W\d][\w.]*)\s*\(", _QUOTES.sub('""', formula)))
    return any(_PREFIX.sub("", name).upper() in _REACHING for name in called)


def moved(formula: str, move: Move) -> str | None:
    """A formula with each reference moved; None where one cannot be, or not all of the formula is understood.

    Args:
        formula: With its ``=``.
        move: Where each reference leads.

    Examples:
        >>> moved('=A5&"A5"', lambda one: replace(one, first=one.last._replace(row=9), last=one.last._replace(row=9)))
        '=A9&"A5"'
        >>> moved("=Table1[a]", lambda one: one) is None, moved("=my_name+1", lambda one: one) is None
        (True, True)
    """
    pieces = list(_pieces(formula, move))
    return None if None in pieces else "".join(filter(None, pieces))


def _pieces(formula: str, move: Move) -> Iterator[str | None]:
    at = 0
    while at < len(formula):
        found = _TOKEN.match(formula, at)
        if found is None:
            yield None
            return
        yield _piece(found, move)
        at = found.end()


def _piece(found: re.Match[str], move: Move) -> str | None:
    if found["reference"]:
        reference = _reference(found["sheet"] or "", found["reference"])
        there = move(reference) if reference else None
        return str(there) if there else None
    if found["word"] and found["word"].upper() not in _WORDS:
        return None
    return found[0]


def _reference(sheet: str, text: str) -> Reference | None:
    name = sheet[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    corners = [_corner(one) for one in text.split(":")]
    first, last = corners[0], corners[-1]
    return Reference(name, first, last) if first and last else None


def _corner(text: str) -> Corner | None:
    found = _CORNER.fullmatch(text)
    if found is None:
        return None
    fixed, letters, fixed_row, digits = found.groups()
    if not letters:
        # Of whole rows the one sign is the row's.
        return Corner(0, int(digits), False, bool(fixed or fixed_row))
    column = column_number(letters.upper())
    return Corner(column, int(digits or 0), bool(fixed), bool(fixed_row)) if column else None


def shifted(formula: str, down: int, right: int) -> str | None:
    """A formula as it reads when it is copied so many rows down and columns to the right.

    Examples:
        >>> shifted("=C5*$D$5+SUM(E:E)", 2, 1)
        '=D7*$D$5+SUM(F:F)'
    """

    def move(reference: Reference) -> Reference | None:
        first, last = (_copied(corner, down, right) for corner in (reference.first, reference.last))
        return replace(reference, first=first, last=last) if first and last else None

    return moved(formula, move)


def _copied(corner: Corner, down: int, right: int) -> Corner | None:
    column = corner.column + (right if corner.column and not corner.fixed_column else 0)
    row = corner.row + (down if corner.row and not corner.fixed_row else 0)
    fits = (not corner.column or 1 <= column <= MAX_COLUMN) and (not corner.row or 1 <= row <= MAX_ROW)
    return corner._replace(column=column, row=row) if fits else None
