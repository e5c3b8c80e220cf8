"""A workbook from a stranger as a value: measured first, sheets read only when asked for, every cell accounted for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from workbook.package.grid import Position
from workbook.package.guard import Archive, open_archive
from workbook.package.limits import LIMITS, Limits
from workbook.package.parts import SheetInfo, filters_a_table, read_workbook
from workbook.package.plain import plain_strings
from workbook.package.plainsheet import plain_sheet
from workbook.package.rows import SheetRows, Shift, read_rows
from workbook.package.sheet import Cell, SheetFacts, read_sheet
from workbook.package.strangers import Stranger, strangers
from workbook.package.strings import shared_strings
from workbook.package.styles import count_formats

__all__ = ["Cell", "Package", "Position", "SheetFacts", "SheetInfo", "Stranger", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An opened workbook.

    Args:
        sheets: In the order of the tabs.
        names: Workbook-level defined names → what they stand for, without ``=``.
        date1904: Whether serial dates count from 1904.
        strict: Whether it is Strict Open XML.
        sha256: Fingerprint of the file.
        archive: The package it was read from.
        workbook_part: The entry that lists the sheets.
        strangers: What reaches out of the workbook or was embedded in it; none of it is followed or opened.
    """

    sheets: tuple[SheetInfo, ...]
    names: Mapping[str, str]
    date1904: bool
    strict: bool
    sha256: str
    archive: Archive
    workbook_part: str
    strangers: tuple[Stranger, ...]
    _strings_part: str | None = field(repr=False)
    # Filled when first asked for: most callers need a few of the sheets.
    _strings: list[str] = field(default_factory=list, repr=False, compare=False)
    _numbered: dict[bytes, str] = field(default_factory=dict, repr=False, compare=False)
    _sheets: dict[str, tuple[Mapping[Position, Cell], SheetFacts]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def sheet(self, name: str) -> SheetInfo:
        """The sheet of this name.

        Raises:
            KeyError: There is none.
        """
        found = next((sheet for sheet in self.sheets if sheet.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def cells(self, sheet_name: str) -> Mapping[Position, Cell]:
        """The cells of a sheet that hold something, by (row, column) counted from 1.

        Raises:
            KeyError: There is no such sheet.
            UnreadableWorkbook: The sheet is damaged.
            UnsafeWorkbook: It is beyond the limits or declares a document type.
        """
        return self._known(sheet_name)[0]

    def facts(self, sheet_name: str) -> SheetFacts:
        """What a sheet says besides its cells, found out in the pass that reads them.

        Raises:
            KeyError: There is no such sheet.
            UnreadableWorkbook: The sheet is damaged.
            UnsafeWorkbook: It is beyond the limits or declares a document type.
        """
        return self._known(sheet_name)[1]

    def rows(self, sheet_name: str, blanks: Collection[int], shift: Shift) -> SheetRows:
        """The rows of a sheet as they come, for a sheet too long to be held; see ``read_rows``.

        Raises:
            KeyError: There is no such sheet.
        """
        sheet, archive = self.sheet(sheet_name), self.archive
        pieces = archive.pieces(sheet.part)
        return read_rows(pieces, sheet.name, sheet.part, self._texts(), archive.budget, blanks=blanks, shift=shift)

    def _texts(self) -> Sequence[str]:
        """The shared strings."""
        if not self._strings and self._strings_part:
            self._strings.extend(_shared(self.archive, self._strings_part))
            self._numbered.update((b"%d" % at, text) for at, text in enumerate(self._strings))
        return self._strings

    def _known(self, sheet_name: str) -> tuple[Mapping[Position, Cell], SheetFacts]:
        if sheet_name not in self._sheets:
            cells, facts = self._read(self.sheet(sheet_name))
            self._sheets[sheet_name] = MappingProxyType(cells), facts
        return self._sheets[sheet_name]

    def _read(self, sheet: SheetInfo) -> tuple[Mapping[Position, Cell], SheetFacts]:
        archive = self.archive
        texts = self._texts()
        read = plain_sheet(archive, sheet.part, self._numbered)
        if read is None:
            read = read_sheet(archive.pieces(sheet.part), sheet.name, sheet.part, texts, archive.budget)
        cells, facts = read
        if facts.hidden_rows and not facts.filtered:
            facts = replace(facts, filtered=filters_a_table(archive, sheet.part))
        return cells, facts


def _shared(archive: Archive, part: str) -> list[str]:
    strings = plain_strings(archive, part)
    return shared_strings(archive.pieces(part), part, archive.budget) if strings is None else strings


def read(source: Path | bytes, limits: Limits = LIMITS) -> Package:
    """Open a workbook.

    Args:
        source: The file, or its bytes.
        limits: What is accepted.

    Raises:
        UnreadableWorkbook: Missing, of another kind, encrypted or damaged.
        UnsafeWorkbook: Beyond the limits, or holding what we refuse to carry.
    """
    archive = open_archive(source, limits)
    workbook = read_workbook(archive)
    if workbook.styles_part:
        count_formats(archive.pieces(workbook.styles_part), workbook.styles_part, archive.budget)
    return Package(
        sheets=workbook.sheets,
        names=MappingProxyType(dict(workbook.names)),
        date1904=workbook.date1904,
        strict=workbook.strict,
        sha256=archive.sha256,
        archive=archive,
        workbook_part=workbook.part,
        strangers=strangers(archive, workbook.types),
        _strings_part=workbook.strings_part,
    )
