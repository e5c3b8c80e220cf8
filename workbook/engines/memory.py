"""A book held in memory: the reference every engine is measured by, and the quickest for tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from toolkit.errors import WorkbookError
from workbook.package.edit import Link, SheetEdit
from workbook.package.stream import Cell, Position, SheetFacts, Stranger


@dataclass
class MemoryBook:
    """Sheets as mappings from (row, column) to cells; links are kept beside them."""

    content: dict[str, dict[Position, Cell]]
    names: Mapping[str, str] = field(default_factory=dict)
    date1904: bool = False
    links: dict[str, dict[Position, Link]] = field(default_factory=dict)
    hidden: Collection[str] = ()
    strangers: tuple[Stranger, ...] = ()
    sheet_facts: Mapping[str, SheetFacts] = field(default_factory=dict)

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, in order."""
        return tuple(self.content)

    def facts(self, sheet: str) -> SheetFacts:
        """What a sheet says besides its cells."""
        return self.sheet_facts.get(sheet, SheetFacts())

    def cells(self, sheet: str) -> Mapping[Position, Cell]:
        """Every cell that holds something."""
        return self.content[sheet]

    def write(self, sheet: str, edit: SheetEdit) -> None:
        """Change some cells of a sheet."""
        cells = self.content[sheet]
        links = self.links.setdefault(sheet, {})
        for at in [at for at in (*cells, *links) if edit.owns(*at)]:
            cells.pop(at, None)
            links.pop(at, None)
        for at, value in edit.cells.items():
            cells.pop(at, None)
            if value is not None:
                cells[at] = Cell(Decimal(value) if isinstance(value, int) else value, None, None, 0)
        links.update(edit.links)

    def save(self, target: Path) -> None:
        """A book in memory has no file form."""
        raise WorkbookError("W09", name=target.name, reason="工作簿在内存中，没有文件")
