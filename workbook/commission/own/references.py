"""What a formula refers to: sheets that got another name are followed, what is out of reach is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from workbook.area import quoted
from workbook.commission.references import calls_out
from workbook.commission.table import FIRST_ROW

_NAME: Final = r"""[^\s!"'#%&()*+,\-/:;<=>@\[\]^{|}~]"""
_TOKEN: Final = re.compile(
    rf"""
    "(?:[^"]|"")*+"                                       # a text
    | \#(?:REF!|DIV/0!|NULL!|VALUE!|NUM!|N/A|NAME\?)      # an error
    | (?<!')'(?P<quoted>(?:[^']|'')++)'!
    | (?P<book>\[[^\[\]]++\]{_NAME}*(?::{_NAME}++)?)!     # of another workbook
    | (?P<bare>{_NAME}++(?::{_NAME}++)?)!
    | (?P<table>{_NAME}++)?\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\]  # a table's columns may be called anything
    | (?P<word>{_NAME}++)
    | (?P<program>\|)                                     # DDE, which starts programs
    """,
    re.VERBOSE,
)
_ROWS: Final = re.compile(r"\$?[A-Za-z]{0,3}\$?([0-9]{1,7})(?::\$?[A-Za-z]{0,3}\$?([0-9]{1,7}))?")
_CELL: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}|\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}")


class Read(NamedTuple):
    """A formula as it goes into the new workbook.

    Attributes:
        text: With the new names in it.
        outside: It reaches into another workbook or program.
        missing: Sheets it names that are no more.
        moved: Sheets it names rows of that are not where they were.
    """

    text: str
    outside: bool = False
    missing: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether all it refers to is there."""
        return not self.outside and not self.missing


@dataclass(slots=True)
class _Told:
    """What is found out of a formula on the way."""

    outside: bool
    missing: dict[str, None] = field(default_factory=dict)
    moved: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """How references change on the way.

    Attributes:
        sheets: Each sheet that can be referred to → what it is called in the new workbook; keys in lower case.
        tables: The same for formatted tables that must be called otherwise.
        moved: Sheets of the new workbook whose rows are not where they were.
    """

    sheets: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    moved: AbstractSet[str] = frozenset()
    _known: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)

    def read(self, formula: str) -> Read:
        """A formula, without ``=``.

        Examples:
            >>> known = References(sheets={"甲": "甲", "乙": "乙（2）"})
            >>> print(known.read("SUM(甲!A1,乙!B2)&'乙'!C3").text)
            SUM(甲!A1,'乙（2）'!B2)&'乙（2）'!C3
            >>> known.read("[1]甲!A1").outside, known.read("丙!A1").missing
            (True, ('丙',))
            >>> known = References(sheets={"甲": "甲"}, moved={"甲"})
            >>> known.read("甲!B9").moved, known.read("VLOOKUP(A9,甲!B:C,2,0)&甲!B4").moved
            (('甲',), ())
        """
        told = _Told(calls_out(formula))
        if "!" not in formula and not self.tables:
            return Read(formula, told.outside)
        text = _TOKEN.sub(lambda found: self._renamed(found, told), formula)
        return Read(text, told.outside, tuple(told.missing), tuple(told.moved))

    def _renamed(self, found: re.Match[str], told: _Told) -> str:
        """What a token becomes."""
        if found["table"] or found["word"]:
            return self._table(found[0], found["table"] or found["word"])
        name = found["bare"] or (found["quoted"] or "").replace("''", "'")
        if found["program"] or found["book"] or "[" in name or "|" in name:
            told.outside = True
            return found[0]
        return self._followed(found, name, told) if name else found[0]

    def _followed(self, found: re.Match[str], name: str, told: _Told) -> str:
        """What a token that names sheets becomes."""
        token = found[0]
        if token not in self._known:
            self._known[token] = self._sheet(token, name)
        new, absent = self._known[token]
        told.missing |= dict.fromkeys(absent)
        if self.moved and (there := self.sheets.get(name.casefold())) in self.moved and _names_rows(found):
            told.moved[str(there)] = None
        return new

    def _table(self, token: str, name: str) -> str:
        return self.tables.get(name.casefold(), name) + token[len(name) :]

    def _sheet(self, token: str, name: str) -> tuple[str, tuple[str, ...]]:
        """What a token that names sheets becomes, and which of them are no more."""
        first, colon, last = name.partition(":")
        # «甲!A1:甲!B2» is an area between two references, «甲:丙!A1» goes through several sheets.
        ahead = f"{first}:" if colon and first.casefold() not in self.sheets and _CELL.fullmatch(first) else ""
        sheets = [last] if ahead else [first, last] if colon else [first]
        new = [self.sheets.get(sheet.casefold()) for sheet in sheets]
        known = [sheet for sheet in new if sheet is not None]
        if len(known) < len(new):
            return token, tuple(sheet for sheet, found in zip(sheets, new, strict=True) if found is None)
        if all(a.casefold() == b.casefold() for a, b in zip(known, sheets, strict=True)):
            return token, ()
        return f"{ahead}{quoted(':'.join(known))}!", ()

    def link(self, location: str) -> str:
        """Where a link inside the workbook leads; what cannot be found is left, for a link is a text."""
        found = self.read(location)
        return found.text if found.sound else location


def _names_rows(token: re.Match[str]) -> bool:
    """Whether cells of rows of a table follow the name of its sheet, and not its headings or whole columns."""
    found = _ROWS.match(token.string, token.end())
    return found is not None and max(int(row) for row in found.groups("0")) >= FIRST_ROW
