"""What people typed, each thing unlike any other, so that it is known again wherever it has come to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.workbook.commission.histories.grid import Cell

_MARK: Final = re.compile(r"tok[0-9]{5}")
LONGEST: Final = 32_767


@dataclass(frozen=True, slots=True)
class Word:
    """One thing typed.

    Attributes:
        mark: By which it is known: a piece of it where it is a text, else all of it.
        kind: As in a cell; ``f`` of a formula, ``d`` of a day.
        text: As it stands in the cell.
    """

    mark: str
    kind: str
    text: str

    @property
    def cell(self) -> Cell:
        """A cell in which it stands."""
        if self.kind == "f":
            return Cell("s", self.mark, self.text)
        return Cell("n" if self.kind == "d" else self.kind, self.text)


class Words:
    """All that was typed so far, and what is to be typed next."""

    def __init__(self) -> None:
        self.known: dict[str, Word] = {}
        self._plain: set[str] = set()

    def text(self) -> Word:
        """A plain text."""
        return self._told("{mark}")

    def any(self, chance: Random) -> Word:
        """A text, a number, a day or a formula such as people type."""
        odd = (
            *("{mark}",) * 6,
            "={mark}",
            "+{mark}",
            "-{mark}",
            "@{mark}",
            "00{mark}",
            "'{mark}",
            " {mark} ",
            "第一行\n{mark}\n第三行",
            "😀{mark}𠮷",
            "<r>{mark}</r>&amp;",
            "_x0041_{mark}",
            "\t{mark}",
            "http://{mark}/?a=1&b=2",
            "internal:{mark}",
            "长" * (LONGEST - 8) + "{mark}",
        )
        match chance.choice("tttttttnndif"):
            case "n":
                return self._exact("n", f"{917_000 + len(self.known)}.5")
            case "d":
                return self._exact("d", f"{920_000 + len(self.known)}")
            case "i":
                return self._exact("s", chance.choice(("310101197001", "000917")) + f"{len(self.known):06d}")
            case "f":
                return self._formula(chance)
        return self._told(chance.choice(odd))

    def _told(self, form: str) -> Word:
        mark = f"tok{len(self.known):05d}"
        return self.known.setdefault(mark, Word(mark, "s", form.format(mark=mark)))

    def _exact(self, kind: str, text: str) -> Word:
        self._plain.add(text)
        return self.known.setdefault(text, Word(text, kind, text))

    def _formula(self, chance: Random) -> Word:
        mark = f"tok{len(self.known):05d}"
        asked = chance.choice(("1", "LEN(D{row})", "C{row}", "COUNTA(申报汇总!D:D)", "SUM(1,2)"))
        return self.known.setdefault(mark, Word(mark, "f", f'IF(1,"{mark}",{asked})'))

    def found(self, text: str) -> list[Word]:
        """What of it stands in a text."""
        marks = dict.fromkeys(_MARK.findall(text)) if "tok" in text else ()
        found = [self.known[one] for one in marks if one in self.known]
        plain = text.removesuffix(".0") if text.endswith(".0") else text
        return [*found, self.known[plain]] if plain in self._plain else found
