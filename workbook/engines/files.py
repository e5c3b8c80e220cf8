"""A closed file as a book: read through the bounded stream, written by changing only the parts that change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from workbook.package.edit import SheetEdit
from workbook.package.patch import write_copy
from workbook.package.stream import Cell, Package, Position, SheetFacts, Stranger, read


class FileBook:
    """One file, opened once; edits wait until it is saved under another name."""

    def __init__(self, source: Path | bytes) -> None:
        """Open a file.

        Raises:
            UnreadableWorkbook: Missing, damaged, encrypted or of another kind.
            UnsafeWorkbook: Beyond the limits.
        """
        self._package: Package = read(source)
        self._sheets = tuple(sheet.name for sheet in self._package.sheets)
        self._edits: dict[str, SheetEdit] = {}

    @property
    def sha256(self) -> str:
        """Fingerprint of the file as received."""
        return self._package.sha256

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets, in order."""
        return self._sheets

    @property
    def names(self) -> Mapping[str, str]:
        """Workbook-level defined names."""
        return self._package.names

    @property
    def date1904(self) -> bool:
        """Whether serial dates count from 1904."""
        return self._package.date1904

    @property
    def hidden(self) -> Collection[str]:
        """Names of the hidden sheets."""
        return frozenset(sheet.name for sheet in self._package.sheets if sheet.hidden)

    @property
    def strangers(self) -> tuple[Stranger, ...]:
        """What reaches out of the workbook or was embedded in it."""
        return self._package.strangers

    def facts(self, sheet: str) -> SheetFacts:
        """What a sheet says besides its cells."""
        return self._package.facts(sheet)

    def cells(self, sheet: str) -> Mapping[Position, Cell]:
        """Every cell that holds something, as it was in the file."""
        return self._package.cells(sheet)

    def part(self, name: str) -> bytes:
        """An entry of the package as it is; empty where there is none.

        Raises:
            UnreadableWorkbook: It is damaged.
        """
        found = self._package.archive.find(name)
        return self._package.archive.read(found) if found else b""

    def write(self, sheet: str, edit: SheetEdit) -> None:
        """Change some cells of a sheet; a later edit goes before an earlier one where both concern a cell."""
        earlier = self._edits.get(sheet)
        self._edits[sheet] = edit if earlier is None else earlier.then(edit)

    def save(self, target: Path) -> None:
        """Write a copy with the edits.

        Raises:
            WorkbookError: The target cannot be written.
        """
        write_copy(self._package, target, self._edits)
