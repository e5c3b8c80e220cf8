"""The lists of a workbook — sheets, names, relationships, content types — with more in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workbook.commission.own.carriage import Link, written_link
from workbook.commission.own.kinds import OFFICE, extension_of
from workbook.commission.own.plain import ATTRIBUTES, attributes_of, content_of, written
from workbook.package.guard import Archive
from workbook.package.markup import elements

_SHEETS: Final = re.compile(rb"</sheets>")
_SHEET: Final = re.compile(rb"<sheet(" + ATTRIBUTES + rb")\s*+/?>")
_NAMES: Final = re.compile(rb"<definedNames" + ATTRIBUTES + rb"\s*+(?:/>|>(.*?)</definedNames>)", re.DOTALL)
_CALCULATION: Final = re.compile(rb"<calcPr(" + ATTRIBUTES + rb")\s*+/>")
_IDENTIFIER: Final = re.compile(rb'\sId="rId([0-9]{1,6})"')
_DEFAULT: Final = re.compile(rb"<Default(" + ATTRIBUTES + rb")\s*+/>")
# Kinds that Excel itself declares by their extension.
_BY_EXTENSION: Final = frozenset({"vml", "bin", "docx", "xlsx", "pptx"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A sheet of the old workbook as it lists it.

    Attributes:
        index: Its place, counted from 0.
        state: ``visible``, ``hidden`` or ``veryHidden``.
    """

    name: str
    index: int
    part: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A defined name.

    Attributes:
        sheet: The place of the sheet it belongs to; None where it is of the whole workbook.
        told: What else is said of it.
    """

    name: str
    text: str
    sheet: int | None
    told: Mapping[str, str]


def names_of(archive: Archive, part: str) -> list[Name]:
    """The defined names of a workbook, in their order."""
    wanted = {"workbook/definedNames/definedName"}
    found = []
    for one in elements(archive.pieces(part), part, wanted, archive.budget, "names"):
        told = {key: value for key, value in one.attributes.items() if " " not in key}
        name, local = told.pop("name", ""), told.pop("localSheetId", "").strip()
        sheet = int(local) if local.isdigit() else None
        found.append(Name(name=name, text=one.text, sheet=sheet, told=told))
    return found


def with_tabs(data: bytes, tabs: Sequence[tuple[str, str, str]]) -> bytes:
    """The list of sheets with more at its end.

    Args:
        data: The workbook part, plain.
        tabs: Name, identifier of the relationship, state.
    """
    numbers = [int(attributes_of(found[1]).get("sheetId", "0")) for found in _SHEET.finditer(data)]
    first = max(numbers, default=0) + 1
    added = []
    for number, (name, identifier, state) in enumerate(tabs, first):
        told = {"name": name, "sheetId": str(number)}
        if state != "visible":
            told["state"] = state
        added.append(b'<sheet%s xmlns:r="%s" r:id="%s"/>' % (written(told), OFFICE[:-1].encode(), identifier.encode()))
    return _SHEETS.sub(lambda found: b"".join(added) + found[0], data, count=1)


def with_names(data: bytes, names: Iterable[Name]) -> bytes:
    """The list of defined names with more at its end."""
    added = b"".join(map(_written_name, names))
    if not added:
        return data
    found = _NAMES.search(data)
    if found:
        whole = b"<definedNames>%s%s</definedNames>" % (found[1] or b"", added)
        return data[: found.start()] + whole + data[found.end() :]
    return _SHEETS.sub(lambda found: found[0] + b"<definedNames>%s</definedNames>" % added, data, count=1)


def _written_name(name: Name) -> bytes:
    place = {} if name.sheet is None else {"localSheetId": str(name.sheet)}
    told = written({"name": name.name, **place, **name.told})
    return b"<definedName%s>%s</definedName>" % (told, content_of(name.text))


def calculated_anew(data: bytes) -> bytes:
    """The workbook, to be calculated when it is opened: what formulas of people refer to has changed."""
    return _CALCULATION.sub(
        lambda found: b"<calcPr%s/>" % written({**attributes_of(found[1]), "fullCalcOnLoad": "1"}), data
    )


def with_links(data: bytes, links: Iterable[tuple[str, str]]) -> tuple[bytes, list[str]]:
    """Relationships with more at their end, and what the new ones are called.

    Args:
        data: The part that holds them.
        links: Type and part of each.
    """
    first = max((int(one) for one in _IDENTIFIER.findall(data)), default=0) + 1
    new = [Link(f"rId{at}", kind, f"/{part}", external=False) for at, (kind, part) in enumerate(links, first)]
    added = b"".join(map(written_link, new))
    return data.replace(b"</Relationships>", added + b"</Relationships>"), [link.identifier for link in new]


def with_types(data: bytes, types: Mapping[str, str]) -> bytes:
    """The content types with those of more parts."""
    defaults = {
        told.get("Extension", "").lower(): told.get("ContentType", "")
        for told in (attributes_of(found[1]) for found in _DEFAULT.finditer(data))
    }
    before, after = [], []
    for part, kind in types.items():
        extension = extension_of(part)
        if extension not in defaults and (extension in _BY_EXTENSION or kind.startswith("image/")):
            defaults[extension] = kind
            before.append(b"<Default%s/>" % written({"Extension": extension, "ContentType": kind}))
        if defaults.get(extension) != kind:
            after.append(b"<Override%s/>" % written({"PartName": f"/{part}", "ContentType": kind}))
    at = found.start() if (found := re.search(rb"<(?:Default|Override)\s", data)) else data.index(b"</Types>")
    data = data[:at] + b"".join(before) + data[at:]
    return data.replace(b"</Types>", b"".join(after) + b"</Types>")
