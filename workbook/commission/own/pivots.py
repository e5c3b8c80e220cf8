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
        numbers: Each cache that goes along → its number in the new workbook, in the order of use.
    """

    archive: Archive
    book: str
    numbers: dict[str, int] = field(default_factory=dict)
    _parts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find the caches."""
        targets = {link.identifier: self._linked(self.book, link.target) for link in links_of(self.archive, self.book)}
        wanted = {"workbook/pivotCaches/pivotCache"}
        for one in elements(self.archive.pieces(self.book), self.book, wanted, self.archive.budget, "records"):
            identifier = next((value for key, value in one.attributes.items() if key.endswith(" id")), "")
            self._parts.update(filter(None, [targets.get(identifier)]))

    def _linked(self, owner: str, target: str) -> str:
        return locate(self.archive, resolved(owner, target)) or ""

    def goes(self, part: str) -> bool:
        """Whether a pivot table has all it needs in the workbook."""
        cache = self._cache(part)
        return cache in self._parts and self._is_inside(cache)

    def _cache(self, part: str) -> str:
        """The cache of a pivot table; empty where it has not just one."""
        links = [link for link in links_of(self.archive, part) if transitional(link.type_name) == _CACHE]
        caches = [self._linked(part, link.target) for link in links if not link.external]
        return caches[0] if len(caches) == 1 else ""

    def _is_inside(self, cache: str) -> bool:
        """Whether the figures of a cache come from a sheet or table of the workbook."""
        if any(link.external for link in links_of(self.archive, cache)):
            return False
        wanted = {_SOURCE, f"{_SOURCE}/worksheetSource"}
        found = elements(self.archive.pieces(cache), cache, wanted, self.archive.budget, "records")
        told = {one.path: one.attributes for one in found}
        return told.get(_SOURCE, {}).get("type") == "worksheet" and len(told) == len(wanted)

    def number(self, part: str) -> str:
        """The number of the cache of a pivot table in the new workbook, which has none of its own."""
        return str(self.numbers.setdefault(self._cache(part), len(self.numbers) + 1))


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
