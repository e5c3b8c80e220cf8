"""Our reader against openpyxl, cell by cell; where they may differ is a list with reasons, and nothing else may."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from workbook.package.stream import Cell, Position, read

NOTHING: Final = Cell(None, None, None, 0)


@dataclass(frozen=True)
class Theirs:
    """A cell as openpyxl has it.

    Args:
        written: Its value where formulas are kept.
        kind: Its type there.
        cached: Its value where results are kept.
        cached_kind: Its type there.
        merged: Whether openpyxl took it for the covered part of a merge.
    """

    written: Any = None
    kind: str = "n"
    cached: Any = None
    cached_kind: str = "n"
    merged: bool = False


@dataclass(frozen=True)
class Allowed:
    """A difference that may be.

    Args:
        name: What differs.
        reason: Why ours is right, or why it does not matter.
        holds: Whether a difference is this one.
    """

    name: str
    reason: str
    holds: Callable[[Cell, Theirs], bool]


_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _numbers(mine: Cell, theirs: Theirs) -> tuple[float, float] | None:
    value, cached = mine.value, theirs.cached
    if isinstance(value, Decimal) and isinstance(cached, (int, float)) and not isinstance(cached, bool):
        return float(value), float(cached)
    return None


def _rounded(mine: Cell, theirs: Theirs) -> bool:
    pair = _numbers(mine, theirs)
    return pair is not None and same_formula(mine, theirs) and pair[0] == float(f"{pair[1]:.15g}")


def _moment(mine: Cell, theirs: Theirs) -> bool:
    value, cached = mine.value, theirs.cached
    if not isinstance(value, Decimal) or not isinstance(cached, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return False
    epochs = (dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1))  # noqa: DTZ001 - a sheet knows no zones
    serials = [to_excel(cached, epoch) for epoch in epochs]  # type: ignore[no-untyped-call]
    return same_formula(mine, theirs) and any(abs(float(value) - serial) < 1e-7 for serial in serials)


def _borrowed(mine: Cell, theirs: Theirs) -> bool:
    return mine.formula == "=" and str(theirs.written).startswith("=") and same_result(mine, theirs)


def _table(mine: Cell, theirs: Theirs) -> bool:
    return isinstance(theirs.written, DataTableFormula) and mine.formula is not None and same_result(mine, theirs)


def _escaped(mine: Cell, theirs: Theirs) -> bool:
    if not isinstance(mine.value, str) or not isinstance(theirs.cached, str):
        return False
    meant = _unescaped(theirs.cached)
    # Out of shared strings openpyxl takes «x005F_», so that there only what both mean in the end can be compared.
    return mine.value == meant or _unescaped(mine.value) == meant


def _covered(mine: Cell, theirs: Theirs) -> bool:
    return theirs.merged and theirs.cached is None and mine != NOTHING


def _empty(mine: Cell, theirs: Theirs) -> bool:
    return mine.value == "" and theirs.cached is None and same_formula(mine, theirs)


ALLOWED: Final = (
    Allowed("fifteen digits", "Excel means 15 digits and writes 17; openpyxl shows all 17", _rounded),
    Allowed("moments", "openpyxl makes dates of numbers by their format; to us a serial number is a number", _moment),
    Allowed("borrowed formulas", "openpyxl works out the text of a shared formula; to us it is enough to know it is one", _borrowed),
    Allowed("tables of results", "openpyxl has an object for a data table; to us it is a formula of unknown text", _table),
    Allowed("escapes", "openpyxl shows _x000D_ where the author typed a carriage return", _escaped),
    Allowed("under a merge", "openpyxl forgets what stands under a merged area; we keep it, for it is in the file", _covered),
    Allowed("empty texts", "openpyxl makes nothing of an empty text; a formula that gives one has given something", _empty),
)  # fmt: skip


def same(mine: Cell, theirs: Theirs) -> bool:
    """Whether both say the same of a cell."""
    return same_formula(mine, theirs) and same_result(mine, theirs)


def same_formula(mine: Cell, theirs: Theirs) -> bool:
    """Whether both have the same formula, or none."""
    written = theirs.written.text if isinstance(theirs.written, ArrayFormula) else theirs.written
    if theirs.kind != "f" and not isinstance(theirs.written, ArrayFormula):
        return mine.formula is None
    return mine.formula is not None and mine.formula.lstrip("=") == str(written or "").lstrip("=")


def same_result(mine: Cell, theirs: Theirs) -> bool:
    """Whether both have the same value or error, of the same type."""
    cached = theirs.cached
    if mine.error is not None:
        return (mine.error, mine.value, "e") == (cached, None, theirs.cached_kind)
    if theirs.cached_kind == "e":
        return False
    pair = _numbers(mine, theirs)
    if pair is not None:
        return pair[0] == pair[1]
    return type(mine.value) is type(cached) and mine.value == cached


@dataclass
class Tally:
    """What was compared, and what differed as it may."""

    files: int = 0
    cells: int = 0
    allowed: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """In one line."""
        differed = ", ".join(f"{name} {count:,}" for name, count in sorted(self.allowed.items()))
        return f"differential: {self.files} files, {self.cells:,} cells; differences with a reason: {differed}"


def differences(data: bytes, tally: Tally) -> list[str]:
    """Every cell on which we and openpyxl differ without a reason, and whatever else is not alike."""
    package = read(data)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    results = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    tally.files += 1
    if [sheet.name for sheet in package.sheets] != formulas.sheetnames:
        return [f"sheets: {formulas.sheetnames}"]
    names = {name: one.value for name, one in formulas.defined_names.items()}
    found = [] if dict(package.names) == names else [f"names: {set(package.names.items()) ^ set(names.items())}"]
    hidden = [formulas[sheet.name].sheet_state for sheet in package.sheets]
    if hidden != [_state(sheet.hidden, sheet.very_hidden) for sheet in package.sheets]:
        found.append(f"hidden: {hidden}")
    for sheet in formulas.worksheets:
        theirs = dict(_cells(sheet, results[sheet.title]))
        found += (f"{sheet.title}!{told}" for told in _compared(package.cells(sheet.title), theirs, tally))
    return found


def _state(hidden: bool, very: bool) -> str:
    return "veryHidden" if very else "hidden" if hidden else "visible"


def _cells(formulas: Any, results: Any) -> Iterator[tuple[Position, Theirs]]:
    for at, cell in formulas._cells.items():
        cached = results._cells[at]
        if isinstance(cell, MergedCell):
            yield at, Theirs(merged=True)
        elif cell.value is not None or cached.value is not None:
            yield at, Theirs(cell.value, cell.data_type, cached.value, cached.data_type)


def _compared(ours: Mapping[Position, Cell], theirs: Mapping[Position, Theirs], tally: Tally) -> Iterator[str]:
    for at in {**theirs, **ours}:
        mine, other = ours.get(at, NOTHING), theirs.get(at, Theirs())
        if other.merged and at not in ours:
            continue
        tally.cells += 1
        if same(mine, other):
            continue
        reason = next((one.name for one in ALLOWED if one.holds(mine, other)), None)
        if reason is None:
            yield f"{at}: {mine} / {other}"
        else:
            tally.allowed[reason] += 1
