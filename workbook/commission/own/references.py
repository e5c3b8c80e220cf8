"""What a formula refers to: sheets that got another name are followed, what is out of reach is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from workbook.area import quoted
from workbook.commission.references import calls_out

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
_CELL: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}|\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}")


class Read(NamedTuple):
    """A formula as it goes into the new workbook.

    Attributes:
        text: With the new names in it.
        outside: It reaches into another workbook or program.
        missing: Sheets it names that are no more.
    """

    text: str
    outside: bool = False
    missing: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether all it refers to is there."""
        return not self.outside and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """How references change on the way.

    Attributes:
        sheets: Each sheet that can be referred to → what it is called in the new workbook; keys in lower case.
        tables: The same for formatted tables that must be called otherwise.
    """

    sheets: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)

    def read(self, formula: str) -> Read:
        """A formula, without ``=``.

        Examples:
            >>> known = References(sheets={"甲": "甲", "乙": "乙（2）"})
            >>> print(known.read("SUM(甲!A1,乙!B2)&'乙'!C3").text)
            SUM(甲!A1,'乙（2）'!B2)&'乙（2）'!C3
            >>> known.read("[1]甲!A1").outside, known.read("丙!A1").missing
            (True, ('丙',))
        """
        outside, missing = calls_out(formula), dict[str, None]()
        if "!" not in formula and not self.tables:
            return Read(formula, outside)

        def renamed(found: re.Match[str]) -> str:
            nonlocal outside
            if found["program"] or found["book"]:
                outside = True
                return found[0]
            if found["table"] or found["word"]:
                return self._table(found[0], found["table"] or found["word"])
            name = found["bare"] or (found["quoted"] or "").replace("''", "'")
            if not name:
                return found[0]
            if "[" in name or "|" in name:
                outside = True
                return found[0]
            token = found[0]
            if token not in self._known:
                self._known[token] = self._sheet(token, name)
            new, absent = self._known[token]
            missing.update(dict.fromkeys(absent))
            return new

        text = _TOKEN.sub(renamed, formula)
        return Read(text, outside, tuple(missing))

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
