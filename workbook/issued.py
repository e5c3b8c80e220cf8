"""The workbook as it was given out: what is printed in it and what it calculates, to tell what was altered since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any
from zlib import crc32

from toolkit.characters import seen
from toolkit.errors import PolicyError
from workbook.book import Book
from workbook.identity import stamped
from workbook.layout import LIVE, META, Layout
from workbook.package.stream import Cell, Position

FORMAT = "1.0"
# The formulas of the longest sheet have 300,000 characters; a stranger's may have as many as he likes.
_SHORT = 400_000
# What programs write in their own manner, in this order; all of it gone or alike, two spellings of a formula are one.
_SPELLINGS = ((" ", ""), ("\n", ""), ("$", ""), ("'", ""), ("_XLFN.", ""), ("TRUE()", "TRUE"), ("FALSE()", "FALSE"))


@dataclass(frozen=True)
class Issued:
    """What stands in a blank workbook of one version and season.

    Attributes:
        texts: Sheet → (row, column) → printed text; nothing of the sheets that only calculate.
        formulas: Sheet → (row, column) → mark of the formula, see ``formula_mark``.
        marks: Sheet → mark of all its formulas, see ``sheet_mark``.
        mark: What it says of itself, see ``Layout.mark``; empty in versions that said nothing.
    """

    texts: Mapping[str, Mapping[Position, str]]
    formulas: Mapping[str, Mapping[Position, str]]
    marks: Mapping[str, str]
    mark: str = ""


def formula_mark(formula: str) -> str:
    """A mark that a formula keeps when another program writes it again in its own manner.

    Examples:
        >>> formula_mark("=IF('_live'!$A$1,TRUE,1)") == formula_mark("=if(_live!A1, TRUE(), 1)")
        True
    """
    return _mark_of_short(formula) if len(formula) <= _SHORT else _mark_of(formula)


def _mark_of(formula: str) -> str:
    text = formula.upper()
    for written, plain in _SPELLINGS:
        text = text.replace(written, plain)
    return f"{crc32(text.encode('utf-8', 'replace')):08x}"


# The formulas of a sheet are the same in every workbook of a template that one program saved.
_mark_of_short = lru_cache(maxsize=64)(_mark_of)


def formula_marks(book: Book, sheet: str) -> dict[Position, str]:
    """The mark of every formula of a sheet; a formula that only points at another cell's has none."""
    return {at: formula_mark(formula) for at, formula in _formulas(book, sheet)}


def sheet_mark(book: Book, sheet: str) -> str:
    """One mark for all formulas of a sheet and their places: an untouched sheet is told at once."""
    formulas = sorted(_formulas(book, sheet))
    places = ";".join(f"{row}.{column}" for (row, column), _ in formulas)
    return formula_mark("\0".join([places, *(formula for _, formula in formulas)]))


def _formulas(book: Book, sheet: str) -> list[tuple[Position, str]]:
    """Every formula of a sheet that has a text of its own."""
    cells = book.cells(sheet).items()
    return [(at, formula) for at, (_, formula, _, _) in cells if formula is not None and formula != "="]


def issued(book: Book) -> Issued:
    """Take down a blank workbook."""
    texts = {sheet: _texts(book, sheet) for sheet in book.sheets if sheet not in (LIVE, META)}
    formulas = {sheet: found for sheet in book.sheets if (found := formula_marks(book, sheet))}
    return Issued(texts, formulas, {sheet: sheet_mark(book, sheet) for sheet in formulas}, stamped(book, "meta_mark"))


def _texts(book: Book, sheet: str) -> dict[Position, str]:
    cells = book.cells(sheet).items()
    return {at: c.value for at, c in cells if isinstance(c.value, str) and c.value and c.formula is None}


def bears(cell: Cell | None, text: str) -> bool:
    """Whether a cell holds a printed text, but for what nobody sees."""
    held = cell.value if cell is not None else None
    return isinstance(held, str) and (held == text or seen(held) == seen(text))


# --- kept on file ----------------------------------------------------------------------------------------------


def record(known: Issued, layout: Layout) -> str:
    """The record kept in ``templates/<policy>/issued/<version>/<season>.json``, one sheet to a line."""
    head = {"format": FORMAT, "policy": layout.policy.id, "version": layout.policy.template_version}
    lines = [
        f'"{key}": {json.dumps(value)}'
        for key, value in {**head, "season": layout.season.id, "mark": known.mark}.items()
    ]
    for part in ("texts", "formulas"):
        sheets = [
            f"{_dumped(sheet)}: {_dumped([[*at, told] for at, told in sorted(cells.items())])}"
            for sheet, cells in getattr(known, part).items()
        ]
        lines.append(f'"{part}": {{\n' + ",\n".join(sheets) + "\n}")
    lines.append(f'"marks": {_dumped(dict(known.marks))}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_record(file: Traversable) -> Issued:
    """Read such a record.

    Raises:
        PolicyError: It is of another format.
    """
    raw = json.loads(file.read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise PolicyError(f"unknown format {raw.get('format')!r}", file.name)
    parts = {
        part: {sheet: {(row, column): told for row, column, told in cells} for sheet, cells in raw[part].items()}
        for part in ("texts", "formulas")
    }
    return Issued(**parts, marks=raw["marks"], mark=raw["mark"])
