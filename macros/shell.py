"""A macro workbook about to be written: sheets with code names, styles of the house, the texts of the macros."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from macros.project import WORKBOOK_CODENAME, vba_project
from macros.texts import TEXTS
from workbook.sheets.style import Styles

Codenames = Mapping[str, str]
"""Sheet name → code name, in the order of the sheets."""

# Text stays text; see docs/decisions/0001.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
# The same sources make the same file whenever they do.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class Shell:
    """The workbook, with its VBA project in it and its sheets empty."""

    def __init__(self, codenames: Codenames, *, title: str) -> None:
        self._memory = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._memory, _OPTIONS)
        self._book.set_properties({"title": title, "created": _CREATED})
        self._book.add_vba_project(io.BytesIO(vba_project(codenames)), is_stream=True)
        self._book.set_vba_name(WORKBOOK_CODENAME)
        self._sheets: dict[str, Any] = {}
        for name, codename in codenames.items():
            self._sheets[name] = self._book.add_worksheet(name)
            self._sheets[name].set_vba_name(codename)
        self.styles = Styles(self._book)

    def sheet(self, name: str) -> Any:
        """A sheet by its name."""
        return self._sheets[name]

    def name(self, name: str, sheet: str, row: int, column: int) -> None:
        """Give a cell the name by which macros and Python find it; rows and columns count from 0."""
        where = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self._book.define_name(name, f"='{sheet}'!{where}")

    def closed(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._memory.getvalue()


def write_texts(shell: Shell, name: str) -> None:
    """What the macros say, a named cell each, on a hidden sheet."""
    sheet = shell.sheet(name)
    sheet.hide()
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 120)
    for row, (key, text) in enumerate(TEXTS.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, text)
        shell.name(f"jiqun_text_{key}", name, row, 1)
