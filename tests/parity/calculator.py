"""A LibreOffice that recalculates a workbook again and again; run by whichever interpreter can import ``uno``.

The first line on standard input is JSON with ``soffice`` and ``profile``. Each further line is an order, answered by one
line; an answer with ``error`` is the last one:

- ``{"do": "open", "path": …, "results": [name…], "how": …, "colours": …}``: the workbook with the cells that are read back
  after each filling, when ``all`` is calculated, or what is ``dirty``, or what is read (``lazy``), or nothing (``never``),
  and whether it is to keep its conditional formats; answers which of the cells are ``absent`` and which hold no formula
  (``constant``);
- ``{"do": "fill", "cells": {name: rows}, "canary": n}``: what is to stand in the first rows of the areas of these names,
  the rest of them blank; answers ``results``, the text of each, and ``canary``, which a formula makes of ``n``;
- ``{"do": "plant", "name": …, "formula": …}``: another formula in a result cell, or a cell made for it;
- ``{"do": "type", "name": …, "row": …, "column": …, "value": …}``: into one cell, as a person does, or ``{"do": "again"}``:
  everything anew; each answers how many ``seconds`` it took until the result cells could be read;
- ``{"do": "look", "name": …, "rows": …}``: what truly stands in the first rows of a name: type and text of each cell.

Rows are lists of numbers, texts and nulls: a text stays a text whatever it looks like, a null leaves the cell empty.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Rows = list[list[Any]]
CANARY = "_canary"
# Beyond that, reading the box around the result cells of a sheet costs more than reading each.
_BOX = 20_000


def rectangle(rows: Rows, width: int, height: int) -> tuple[tuple[Any, ...], ...]:
    """Rows as UNO takes them, filled up with blanks: an empty text empties a cell, a null would make it #N/A."""
    filled = tuple(tuple("" if value is None else value for value in row) for row in rows)
    return filled + (("",) * width,) * (height - len(rows))


class Block:
    """Areas that lie one under the other and are filled in one call: each call costs a millisecond."""

    def __init__(self, area: Any, names: list[str]) -> None:
        self.area, self.names = area, names
        where = area.getRangeAddress()
        self.capacity = where.EndRow - where.StartRow + 1
        self.standing: Rows = []

    def fill(self, rows: Rows) -> None:
        """Write what has changed, and no more rows than were or will be filled."""
        if rows == self.standing:
            return
        height, width = max(len(rows), len(self.standing)), len((rows or self.standing)[0])
        part = self.area
        if height < self.capacity:
            part = self.area.getCellRangeByPosition(0, 0, width - 1, height - 1)
        part.setDataArray(rectangle(rows, width, height))
        self.standing = rows


class Desk:
    """One open document."""

    def __init__(self, context: Any) -> None:
        self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.document: Any = None
        self.areas: dict[str, Any] = {}
        self.blocks: list[Block] = []
        self.boxes: list[tuple[Any, dict[str, tuple[int, int]]]] = []
        self.canary: Any = None
        self.how = "all"

    def open(self, path: str, results: list[str], how: str, colours: bool) -> dict[str, Any]:
        from tests.end_to_end.typist import option

        if self.document is not None:
            self.document.close(True)
        # As a template: a copy without a name, and no lock is left beside the file.
        options = (option("Hidden", True), option("AsTemplate", True))
        self.document = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, options)
        self.document.addActionLock()
        sheets = self.document.Sheets
        for sheet in (sheets.getByIndex(i) for i in range(sheets.Count)):
            sheet.unprotect("")
            if not colours:
                self._bleach(sheet)
        sheets.insertNewByName(CANARY, sheets.Count)
        self.canary = sheets.getByName(CANARY)
        self.canary.getCellByPosition(1, 0).setFormula("=A1*7+1")
        self.areas, self.blocks = {}, []
        # Without it, nothing is calculated but by order; with it, what is looked at.
        self.document.enableAutomaticCalculation(how == "lazy")
        self.how = how
        known = set(self.document.NamedRanges.ElementNames)
        present = [name for name in results if name in known]
        self._box(present)
        formula = type(self.canary.getCellByPosition(1, 0).Type)("com.sun.star.table.CellContentType", "FORMULA")
        return {
            "absent": [name for name in results if name not in known],
            "constant": [name for name in present if self._cell(name).Type != formula],
        }

    def _bleach(self, sheet: Any) -> None:
        """Take away the conditional formats: no cell's value hangs on them.

        After every filling LibreOffice would compile their formulas anew for each cell, to see whether a row got higher;
        that took longer than everything it calculates.
        """
        formats = sheet.ConditionalFormats
        for one in formats.getConditionalFormats():
            formats.removeByID(one.ID)

    def fill(self, cells: dict[str, Rows], canary: int) -> dict[str, Any]:
        self.blocks = self.blocks or list(self._blocks(list(cells)))
        for block in self.blocks:
            block.fill([row for name in block.names for row in cells[name]])
        self.canary.getCellByPosition(0, 0).setValue(canary)
        if self.how == "all":
            self.document.calculateAll()
        elif self.how == "dirty":
            self.document.calculate()
        return {"results": self._results(), "canary": self.canary.getCellByPosition(1, 0).getValue()}

    def plant(self, name: str, formula: str) -> dict[str, Any]:
        if name not in self.document.NamedRanges.ElementNames:
            cell = self.canary.getCellByPosition(3, self.document.NamedRanges.Count)
            where = cell.getCellAddress()
            self.document.NamedRanges.addNewByName(name, f"${CANARY}.$D${where.Row + 1}", where, 0)
        self._cell(name).setFormula(formula)
        self._box([*{name: None for _, there in self.boxes for name in there} | {name: None}])
        return {}

    def type(self, name: str, row: int, column: int, value: float | str) -> dict[str, Any]:
        cell = self._area(name).getCellByPosition(column, row)
        begun = time.perf_counter()
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
        self._results()
        return {"seconds": time.perf_counter() - begun}

    def again(self) -> dict[str, Any]:
        begun = time.perf_counter()
        self.document.calculateAll()
        self._results()
        return {"seconds": time.perf_counter() - begun}

    def look(self, name: str, rows: int = 1) -> dict[str, Any]:
        area = self._area(name)
        address = area.getRangeAddress()
        cells = [
            [area.getCellByPosition(column, row) for column in range(address.EndColumn - address.StartColumn + 1)]
            for row in range(rows)
        ]
        return {"cells": [[[cell.Type.value, cell.getString()] for cell in row] for row in cells]}

    def _area(self, name: str) -> Any:
        if name not in self.areas:
            self.areas[name] = self.document.NamedRanges.getByName(name).getReferredCells()
        return self.areas[name]

    def _cell(self, name: str) -> Any:
        return self._area(name).getCellByPosition(0, 0)

    def _blocks(self, names: list[str]) -> Iterator[Block]:
        """The areas to be filled: single rows of one width that touch make one block."""
        rows: dict[tuple[int, int, int], dict[int, str]] = {}
        for name in names:
            where = self._area(name).getRangeAddress()
            if where.StartRow < where.EndRow:
                yield Block(self._area(name), [name])
            else:
                rows.setdefault((where.Sheet, where.StartColumn, where.EndColumn), {})[where.StartRow] = name
        for (index, left, right), named in rows.items():
            sheet = self.document.Sheets.getByIndex(index)
            for top in sorted(named):
                if top - 1 not in named:
                    bottom = next(row for row in range(top, top + len(named) + 1) if row + 1 not in named)
                    area = sheet.getCellRangeByPosition(left, top, right, bottom)
                    yield Block(area, [named[row] for row in range(top, bottom + 1)])

    def _box(self, names: list[str]) -> None:
        """Group the result cells by sheet, so that each sheet is read in one call."""
        by_sheet: dict[int, dict[str, tuple[int, int]]] = {}
        for name in names:
            where = self._cell(name).getCellAddress()
            by_sheet.setdefault(where.Sheet, {})[name] = (where.Row, where.Column)
        self.boxes = []
        for index, there in by_sheet.items():
            sheet = self.document.Sheets.getByIndex(index)
            rows, columns = zip(*there.values(), strict=True)
            top, left, bottom, right = min(rows), min(columns), max(rows), max(columns)
            if (bottom - top + 1) * (right - left + 1) > _BOX:
                self.boxes += [(self._cell(name), {name: (0, 0)}) for name in there]
                continue
            box = sheet.getCellRangeByPosition(left, top, right, bottom)
            self.boxes.append((box, {name: (row - top, column - left) for name, (row, column) in there.items()}))

    def _results(self) -> dict[str, str]:
        found = {}
        for box, there in self.boxes:
            data = box.getDataArray()
            for name, (row, column) in there.items():
                value = data[row][column]
                found[name] = value if isinstance(value, str) else self._odd(name, value)
        return found

    def _odd(self, name: str, value: float | None) -> str:
        """A number where a text belongs, or an error, which has no value."""
        if value is not None:
            return f"[number {value}]"
        cell = self._cell(name)
        return f"[error {cell.getError()}: {cell.getString()}]"


def main() -> None:
    # The folder of the repository, for the program that starts LibreOffice.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.end_to_end.typist import office

    task = json.loads(sys.stdin.readline())
    with office(task["soffice"], task["profile"]) as context:
        desk = Desk(context)
        for line in sys.stdin:
            order = json.loads(line)
            try:
                answer = getattr(desk, order.pop("do"))(**order)
            except Exception:  # noqa: BLE001 - the bridge raises what it likes; whoever asked must be told
                answer = {"error": traceback.format_exc()}
            sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
            sys.stdout.flush()
            if "error" in answer:
                break


if __name__ == "__main__":
    main()
