"""Parts travel from one package into another with all that hangs on them, under names that are free there."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from toolkit.errors import UnsafeWorkbook
from workbook.commission.own.kinds import (
    BY_EXTENSION,
    KINDS,
    OFFICE,
    OUTWARD,
    Kind,
    extension_of,
    kind_of,
    told,
    transitional,
)
from workbook.commission.own.markup import without_links
from workbook.commission.own.plain import plain, written
from workbook.package.directory import Entry, deflated
from workbook.package.guard import Archive
from workbook.package.markup import elements
from workbook.package.parts import locate, relationships_part, resolved

Packed = tuple[Entry, bytes]
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OF_WORKBOOK: Final = frozenset(
    {"worksheet", "chartsheet", "person", "sheetMetadata", "cellImage", "richValueRel"}
    | {"rdRichValue", "rdRichValueStructure", "rdRichValueTypes"}
)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_HEAD: Final = 10_000
_SLICED: Final = (b"/slicer", b"/timeslicer")


class Link(NamedTuple):
    """A relationship as it is written."""

    identifier: str
    type_name: str
    target: str
    external: bool


class Moved(NamedTuple):
    """A part on its way.

    Attributes:
        old: Its name in the old package.
        name: Its name in the new one.
    """

    old: str
    name: str
    kind: Kind


@dataclass(slots=True)
class Carriage:
    """Takes parts out of the old package.

    Args:
        archive: The old package.
        taken: The names of the parts of the new one, in lower case.
        model: How an entry of the new package looks.
        change: Brings the content of a part over.
        follow: Where a link inside the workbook leads.
        goes: Whether a part of a kind can go along.

    Attributes:
        parts: What goes into the new package.
        types: The content types of it.
        left: What stayed behind, in words, and how often.
        kinds: The kinds of parts that were taken.
    """

    archive: Archive
    taken: set[str]
    model: Entry
    change: Callable[[Moved, bytes], bytes]
    follow: Callable[[str], str]
    goes: Callable[[str, Kind], bool]
    parts: dict[str, Packed] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _waiting: deque[Moved] = field(default_factory=deque)

    def take(self, part: str, kind: Kind) -> str:
        """The name a part of the old package has in the new one; it and all it needs go along."""
        name = self._queued(part, kind)
        while self._waiting:
            self._load(self._waiting.popleft())
        return name

    def add(self, data: bytes, kind: Kind) -> str:
        """The name of a part that was in neither package."""
        name = self._free(kind.stem, kind.extension)
        self.types[name], self.parts[name] = kind.content_type, self.packed(name, data)
        return name

    def name_of(self, part: str) -> str:
        """The name of a part that was taken."""
        return self._names[part]

    def _queued(self, part: str, kind: Kind) -> str:
        if part not in self._names:
            name = self._names[part] = self._free(kind.stem, kind.extension or extension_of(part))
            self.types[name] = kind.content_type or BY_EXTENSION[extension_of(part)]
            self.kinds.add(kind.name)
            self._waiting.append(Moved(part, name, kind))
        return self._names[part]

    def _free(self, stem: str, extension: str) -> str:
        number = 1
        while (name := f"{stem}{number}.{extension}").casefold() in self.taken:
            number += 1
        self.taken.add(name.casefold())
        return name

    def _load(self, moved: Moved) -> None:
        kept: list[Link] = []
        lost: list[str] = []
        for link in links_of(self.archive, moved.old):
            new = self._linked(moved.old, link)
            if new is None:
                lost.append(link.identifier)
            else:
                kept.append(new)
        self.parts[moved.name] = self._content(moved, frozenset(lost))
        if kept:
            beside = relationships_part(moved.name)
            self.parts[beside] = self.packed(beside, written_links(kept))

    def _linked(self, owner: str, link: Link) -> Link | None:
        """A link as it stands in the new package; None where what it leads to stays behind."""
        kind_name = transitional(link.type_name)
        if link.external and kind_name.removeprefix(OFFICE) in OUTWARD:
            return link._replace(type_name=kind_name)
        if link.target.startswith("#"):
            return link._replace(target=f"#{self.follow(link.target[1:])}")
        part = None if link.external else locate(self.archive, resolved(owner, link.target))
        kind = kind_of(link.type_name, part or "")
        if part is None or kind is None or kind.name in _OF_WORKBOOK or not self.goes(part, kind):
            self.left[told(link.type_name)] += 1
            return None
        return Link(link.identifier, kind_name, f"/{self._queued(part, kind)}", external=False)

    def _content(self, moved: Moved, lost: frozenset[str]) -> Packed:
        """A part with what changes in it; one that does not change stays as it is packed."""
        old = self.archive.entries[moved.old]
        data = self.archive.read(moved.old)
        new = data
        if not moved.kind.is_xml and _DOCTYPE.search(data[:_HEAD]):
            raise UnsafeWorkbook("W06", content="文档类型声明（DOCTYPE）")
        if moved.kind.is_xml:
            new = self.change(moved, plain(self.archive.pieces(moved.old), moved.old, self.archive.budget))
            if lost or (moved.kind.name == "drawing" and any(one in new for one in _SLICED)):
                new = without_links(new, lost)
        if new != data:
            return self.packed(moved.name, new)
        raw = self.archive.raw(moved.old)
        entry = self._entry(moved.name)
        return replace(entry, method=old.method, crc=old.crc, packed=old.packed, size=old.size), raw

    def _entry(self, name: str) -> Entry:
        return replace(self.model, name=name, raw_name=name.encode())

    def packed(self, name: str, data: bytes) -> Packed:
        """A new part."""
        return deflated(self._entry(name), (data,))


def links_of(archive: Archive, part: str) -> Iterator[Link]:
    """The relationships of a part as they are written."""
    name = archive.find(relationships_part(part))
    if name is None:
        return
    for found in elements(archive.pieces(name), name, {"Relationships/Relationship"}, archive.budget, "records"):
        told_ = found.attributes
        external = told_.get("TargetMode", "").casefold() == "external"
        yield Link(told_.get("Id", ""), told_.get("Type", ""), told_.get("Target", ""), external)


def written_links(links: list[Link]) -> bytes:
    """Relationships as a part of their own."""
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="%s">%s</Relationships>' % (
        _RELATIONSHIPS.encode(),
        b"".join(map(written_link, links)),
    )


def written_link(link: Link) -> bytes:
    """A relationship as an element."""
    told_ = {"Id": link.identifier, "Type": link.type_name, "Target": link.target}
    return b"<Relationship%s/>" % written({**told_, "TargetMode": "External"} if link.external else told_)


def kind_named(name: str) -> Kind:
    """The kind that Office calls by a name."""
    return KINDS[OFFICE + name]


def by_workbook(archive: Archive, part: str) -> Mapping[str, tuple[str, str]]:
    """What the workbook as such relates to: type → identifier and entry, the first of each."""
    found: dict[str, tuple[str, str]] = {}
    for link in links_of(archive, part):
        entry = None if link.external else locate(archive, resolved(part, link.target))
        if entry is not None:
            found.setdefault(transitional(link.type_name), (link.identifier, entry))
    return found
