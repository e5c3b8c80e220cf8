"""Which workbook is this? What the hidden identity sheet says of policy, season and template."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import WrongTemplate
from workbook.book import Book, named_area
from workbook.layout import META
from workbook.package.stream import Cell

MASTER = "meta_master"
"""The name by which a master workbook is known; it stands for its policy."""
MASTER_SEASON = "meta_season"
ANNEX = "meta_annex"
"""The name by which the annex of a master is known; it stands for its policy."""
COMPARISON = "meta_comparison"
"""The name by which a report of two rule sets is known."""

SCORING = "meta_scoring"
"""The name by which the scoring workbook of an expert is known; it stands for its format."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says this workbook is.

    Attributes:
        mark: What the template asked and where, in short; empty in versions that did not say.
    """

    policy: str
    season: str
    template: str
    mark: str = ""


def identify(book: Book) -> Identity:
    """Which policy, season and template a workbook belongs to.

    Raises:
        WrongTemplate: It does not say, so it is none of ours.
    """
    found = {part: stamped(book, f"meta_{part}") for part in ("policy", "season", "template", "mark")}
    if MASTER in book.names or ANNEX in book.names:
        raise WrongTemplate("W12")
    if COMPARISON in book.names:
        raise WrongTemplate("W58")
    if stamped(book, SCORING):
        raise WrongTemplate("W51")
    if not found["policy"]:
        raise WrongTemplate("W07", reason="没有找到申报工作簿的标识")
    return Identity(**found)


def stamped(book: Book, name: str) -> str:
    """What a cell of the identity sheet says, by its name; empty where there is none."""
    area = named_area(book, name)
    cell = book.cells(area.sheet).get((area.top, area.left)) if area is not None else None
    return _text(cell) or _printed_meta(book, name)


def _printed_meta(book: Book, name: str) -> str:
    """What the identity sheet says beside the word itself: some programs drop every defined name."""
    cells = book.cells(META) if META in book.sheets else {}
    rows = (row for (row, column), cell in cells.items() if column == 1 and f"meta_{_text(cell)}" == name)
    return next((_text(cells.get((row, 2))) for row in rows), "")


def _text(cell: Cell | None) -> str:
    return "" if cell is None or cell.value is None else str(cell.value).strip()
