"""Pivot tables over sheets of the workbook itself go along with their caches; those over anything else stay behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from workbook.commission.own.carriage import links_of
from workbook.commission.own.kinds import OFFICE, transitional
from workbook.commission.own.plain import ATTRIBUTES, written
from workbook.package.guard import Archive
from workbook.package.markup import elements
from workbook.package.parts import locate, resolved

_CALCULATION: Final = re.compile(rb"<calcPr" + ATTRIBUTES + rb"\s*+/>|(?=</workbook>)")
_CACHE: Final = f"{OFFICE}pivotCacheDefinition"
_SOURCE: Final = "pivotCacheDefinition/cacheSource"


@dataclass(slots=True)
class Pivots:
    """The caches of the old workbook.

    Args:
        archive: The old package.
        book: Its workbook part.

    Attributes:
        numbers: The number of each cache that goes along → its number in the new workbook, in the order of use.
    """

    archive: Archive
    book: str
    numbers: dict[str, int] = field(default_factory=dict)
    _parts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the caches."""
        targets = {link.identifier: self._linked(self.book, link.target) for link in links_of(self.archive, self.book)}
        wanted = {"workbook/pivotCaches/pivotCache"}
        for one in elements(self.archive.pieces(self.book), self.book, wanted, self.archive.budget, "records"):
            told = one.attributes
            link = next((value for key, value in told.items() if key.endswith(" id")), "")
            self._parts[told.get("cacheId", "")] = targets.get(link, "")

    def _linked(self, owner: str, target: str) -> str:
        return locate(self.archive, resolved(owner, target)) or ""

    def goes(self, part: str) -> bool:
        """Whether a pivot table has all it needs in the workbook."""
        links = [link for link in links_of(self.archive, part) if transitional(link.type_name) == _CACHE]
        caches = [self._linked(part, link.target) for link in links if not link.external]
        return len(caches) == 1 and caches[0] in self._parts.values() and self._is_inside(caches[0])

    def _is_inside(self, cache: str) -> bool:
        """Whether the figures of a cache come from a sheet or table of the workbook."""
        if any(link.external for link in links_of(self.archive, cache)):
            return False
        wanted = {_SOURCE, f"{_SOURCE}/worksheetSource"}
        found = elements(self.archive.pieces(cache), cache, wanted, self.archive.budget, "records")
        told = {one.path: one.attributes for one in found}
        return told.get(_SOURCE, {}).get("type") == "worksheet" and len(told) == len(wanted)

    def number(self, old: str) -> str:
        """The number of a cache in the new workbook, which has none of its own."""
        return str(self.numbers.setdefault(old, len(self.numbers) + 1))

    def caches(self) -> list[str]:
        """The parts of the caches that go along, in the order of their numbers."""
        return [self._parts[old] for old in self.numbers]


def with_caches(data: bytes, identifiers: Iterable[str]) -> bytes:
    """The workbook with a list of caches, numbered from 1.

    Args:
        data: The workbook part, plain.
        identifiers: Of the relationships to them.
    """
    caches = b"".join(
        b"<pivotCache%s/>" % written({"cacheId": str(at), "xmlns:r": OFFICE[:-1], "r:id": identifier})
        for at, identifier in enumerate(identifiers, 1)
    )
    if not caches:
        return data
    return _CALCULATION.sub(lambda found: found[0] + b"<pivotCaches>%s</pivotCaches>" % caches, data, count=1)
