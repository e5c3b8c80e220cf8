"""What in a workbook comes from elsewhere or leads there, told without following or opening any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from toolkit.errors import UnsafeWorkbook
from workbook.package.guard import Archive, shown
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, Walker, damaged, spreadsheet, utf8
from workbook.package.parts import Relationship, every_relationship, locate, owner_of

StrangerKind = Literal["external_link", "dde", "connection", "embedding"]


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something that is not of this workbook.

    Args:
        kind: What it is.
        label: The file it means, only the last part of its path and safe to show.
    """

    kind: StrangerKind
    label: str


# The last word of a relationship's type. Form controls (ctrlProp) are drawn by Excel itself and run nothing.
_KINDS: Final[Mapping[str, StrangerKind]] = {
    "connections": "connection",
    "oleObject": "embedding",
    "package": "embedding",
    "control": "embedding",
    "activeXControl": "embedding",
    "activeXControlBinary": "embedding",
}
# The same by content type, for parts that no relationship leads to.
_TYPES: Final[tuple[tuple[re.Pattern[str], StrangerKind], ...]] = (
    (re.compile(r"spreadsheetml\.connections\+xml$"), "connection"),
    (re.compile(r"officedocument\.oleobject$|vnd\.ms-office\.activex"), "embedding"),
)
_LINK_TYPE: Final = re.compile(r"spreadsheetml\.externallink\+xml$")
_LINK: Final = spreadsheet("externalLink")
_DDE: Final = spreadsheet("ddeLink")
_OLE: Final = spreadsheet("oleLink")
# An address that a click opens does nothing by itself.
_HARMLESS: Final = "hyperlink"


def strangers(archive: Archive, types: Mapping[str, str]) -> tuple[Stranger, ...]:
    """What reaches out of a workbook or was embedded in it, each once.

    Args:
        archive: The package.
        types: Its content types, by part in lower case.

    Raises:
        UnsafeWorkbook: A DDE link, which starts programs, or beyond the limits.
        UnreadableWorkbook: A part that tells of it is damaged.
    """
    found: list[Stranger] = []
    # Part names are case-insensitive, but told as they are written.
    links = {name.casefold(): name for name in archive.names if _LINK_TYPE.search(types.get(name.casefold(), ""))}
    for link in _all_relationships(archive):
        if link.external:
            found.append(Stranger("external_link", last_component(link.target)))
        elif link.kind == "externalLink":
            links.setdefault(link.target.casefold(), link.target)
        elif link.kind in _KINDS:
            found.append(Stranger(_KINDS[link.kind], last_component(link.target)))
    found += [one for part in links.values() for one in _linked(archive, part)]
    found += _by_type(archive, types)
    return tuple(dict.fromkeys(found))


def _all_relationships(archive: Archive) -> Iterator[Relationship]:
    """Those of every part, in the order of the directory, without the harmless."""
    owners = filter(None, map(owner_of, archive.names))
    for owner in ("", *owners):
        yield from (link for link in every_relationship(archive, owner) if link.kind != _HARMLESS)


def _linked(archive: Archive, target: str) -> Iterator[Stranger]:
    """What a link to another workbook or program is; its target is told by its own relationship, if it has one."""
    part = locate(archive, target)
    walker = _Link(target, archive.budget)
    if part is not None:
        walker.walk(utf8(archive.pieces(part), part))
    if walker.ole:
        yield Stranger("dde", last_component(target))
    if part is None or not any(link.external for link in every_relationship(archive, part)):
        yield Stranger("external_link", last_component(part or target))


class _Link(Walker):
    """Looks through one external link, wherever in it the kind of link is told."""

    __slots__ = ("ole",)

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.ole = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name not in _LINK:
            damaged(self.part, "不是外部链接")
        self.watch(self._tell)

    def _tell(self, depth: int, name: str, attributes: Attributes) -> None:
        if name in _DDE:
            raise UnsafeWorkbook("W06", content="DDE 链接")
        self.ole = self.ole or name in _OLE


def _by_type(archive: Archive, types: Mapping[str, str]) -> Iterator[Stranger]:
    for name in archive.names:
        for pattern, kind in _TYPES:
            if pattern.search(types.get(name.casefold(), "")):
                yield Stranger(kind, last_component(name))


def last_component(target: str) -> str:
    r"""The file a target means, without the folders that tell where somebody works.

    Examples:
        >>> last_component("file:///C:\\Users\\wang\\%E4%BA%A7%E5%80%BC.xlsx")
        '产值.xlsx'
    """
    path = unquote(target).replace("\\", "/").rstrip("/")
    return shown(path.rpartition("/")[2])
