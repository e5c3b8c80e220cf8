"""One of the two workbooks of a transplant, opened and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workbook.commission.memory import MASTER_LIMITS
from workbook.commission.own.book import Name, names_of
from workbook.commission.own.carriage import Link, by_workbook, links_of
from workbook.commission.own.formattable import FormatTable
from workbook.commission.own.kinds import OFFICE, transitional
from workbook.commission.own.markup import tags_named
from workbook.commission.own.plain import plain
from workbook.package.guard import Archive, open_archive
from workbook.package.markup import elements
from workbook.package.parts import Workbook, locate, read_workbook, resolved

_NO_FORMATS: Final = b"<styleSheet/>"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two workbooks."""

    archive: Archive
    book: Workbook

    @classmethod
    def of(cls, data: bytes) -> Side:
        """Open a workbook."""
        archive = open_archive(data, MASTER_LIMITS)
        return cls(archive=archive, book=read_workbook(archive))

    @cached_property
    def links(self) -> Mapping[str, tuple[str, str]]:
        """What the workbook relates to, by type."""
        return by_workbook(self.archive, self.book.part)

    @cached_property
    def names(self) -> list[Name]:
        """The defined names."""
        return names_of(self.archive, self.book.part)

    def plain(self, part: str) -> bytes:
        """A part, see ``plain``."""
        return plain(self.archive.pieces(part), part, self.archive.budget)

    def linked(self, name: str) -> str | None:
        """The part that Office calls by a name."""
        found = self.links.get(OFFICE + name)
        return found[1] if found else None

    def sheet_kinds(self) -> Iterator[tuple[str, str]]:
        """Each part that the workbook relates to, and the last word of what it is."""
        for link in links_of(self.archive, self.book.part):
            part = None if link.external else locate(self.archive, resolved(self.book.part, link.target))
            if part:
                yield part, link.type_name.rpartition("/")[2]

    def files(self) -> list[str]:
        """The other workbooks that formulas mean by ``[1]``, ``[2]`` and so on."""
        wanted = {"workbook/externalReferences/externalReference"}
        archive, book = self.archive, self.book.part
        parts = {link.identifier: locate(archive, resolved(book, link.target)) for link in links_of(archive, book)}
        found = []
        for one in elements(archive.pieces(book), book, wanted, archive.budget, "records"):
            identifier = next((value for key, value in one.attributes.items() if key.endswith(" id")), "")
            part = parts.get(identifier)
            found.append(next((link.target for link in links_of(archive, part)), "") if part else "")
        return found

    def formats(self) -> FormatTable:
        """The table of formats."""
        part = self.book.styles_part
        return FormatTable.of(self.plain(part) if part else _NO_FORMATS)

    def tables(self, parts: Iterable[str]) -> list[dict[str, str]]:
        """What the formatted tables on sheets say of themselves."""
        links = [(part, link) for part in parts for link in links_of(self.archive, part)]
        linked = (locate(self.archive, resolved(part, link.target)) for part, link in links if _is_table(link))
        return [told for part in linked if part for told in tags_named(self.plain(part), "table")]


def _is_table(link: Link) -> bool:
    return not link.external and transitional(link.type_name) == f"{OFFICE}table"
