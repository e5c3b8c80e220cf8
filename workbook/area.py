"""A rectangle of cells, and how formulas, links and names write it."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.submission import column_letters


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, rows and columns counted from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def reference(self) -> str:
        """The rectangle as a defined name holds it."""
        first = f"${column_letters(self.left)}${self.top}"
        last = f"${column_letters(self.right)}${self.bottom}"
        return f"{quoted(self.sheet)}!{first}" + ("" if first == last else f":{last}")

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.top, self.bottom + 1)


def quoted(sheet: str) -> str:
    """A sheet name as a formula or a link needs it."""
    return "'" + sheet.replace("'", "''") + "'"
