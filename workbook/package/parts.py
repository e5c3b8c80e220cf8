"""Which part is what, by relationship and content type as the standard says, because file names are only habits."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn
from urllib.parse import unquote

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook, WorkbookError
from workbook.package.guard import CONTENT_TYPES, Archive, shown
from workbook.package.limits import Budget, Kind, exceeds
from workbook.package.markup import STRICT, Attributes, Element, elements, sliced
from workbook.package.plain import LARGEST, WITNESS, Unusual, apart, names_in, plain_names

_RELATIONSHIPS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_MICROSOFT: Final = (
    "http://schemas.microsoft.com/office/2006/relationships",
    # Threads of comments, and who takes part in them.
    "http://schemas.microsoft.com/office/2017/10/relationships",
)
_RELS: Final = re.compile(r"((?:.*/)?)_rels/([^/]*)\.rels", re.IGNORECASE)
_MACRO_RELATIONS: Final = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"})
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_KINDS: Final[Mapping[str, str]] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": "Excel 模板（.xltx）",
    "application/vnd.ms-excel.sheet.binary.macroenabled.main": "二进制 Excel（.xlsb）",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "Word 文档（.docx）",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "演示文稿（.pptx）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetInfo:
    """A sheet as the workbook lists it.

    Args:
        name: As on its tab.
        part: The entry that holds it.
        hidden: Not shown to the user.
        very_hidden: Hidden so that no menu of Excel brings it back.
    """

    name: str
    part: str
    hidden: bool
    very_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A link from one part to another.

    Args:
        identifier: What the source part calls it.
        kind: The last word of its type, e.g. ``worksheet``.
        target: The part name it resolves to; it need not exist. As written where it lies outside the package.
        external: Whether it leads out of the package.
    """

    identifier: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What the workbook part says, resolved to entries; ``types`` as in ``content_types``."""

    part: str
    sheets: tuple[SheetInfo, ...]
    names: Mapping[str, str]
    date1904: bool
    strict: bool
    strings_part: str | None
    styles_part: str | None
    types: Mapping[str, str]


def _damaged(reason: str) -> NoReturn:
    raise UnreadableWorkbook("W05", reason=reason)


def relationships_part(part: str) -> str:
    """Where the relationships of a part live; those of the package for the empty name.

    Examples:
        >>> relationships_part("xl/workbook.xml"), relationships_part("")
        ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, _, name = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(part: str, target: str) -> str:
    """The part name a relationship target means.

    Examples:
        >>> resolved("xl/workbook.xml", "worksheets/sheet1.xml"), resolved("xl/workbook.xml", "/xl/s.xml")
        ('xl/worksheets/sheet1.xml', 'xl/s.xml')
        >>> resolved("xl/worksheets/sheet1.xml", "../../../../etc/passwd")
        'etc/passwd'
    """
    # Some writers use backslashes; a fragment names a place inside the part.
    path = target.replace("\\", "/").partition("#")[0]
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), path)).lstrip("/")


def relationships(archive: Archive, part: str) -> tuple[Relationship, ...]:
    """The internal relationships of a part; external ones are never followed, so not even returned."""
    return tuple(link for link in every_relationship(archive, part) if not link.external)


def filters_a_table(archive: Archive, part: str) -> bool:
    """Whether a formatted table on a sheet picks rows by a filter."""
    links = (link for link in relationships(archive, part) if link.kind == "table")
    names = filter(None, (locate(archive, link.target) for link in links))
    wanted = {"table/autoFilter/filterColumn"}
    # All of each part is taken: only then is it known to be sound.
    picks = [one for name in names for one in elements(archive.pieces(name), name, wanted, archive.budget, "records")]
    return bool(picks)


def every_relationship(archive: Archive, part: str) -> Iterator[Relationship]:
    """All relationships of a part."""
    name = archive.find(relationships_part(part))
    if name is None:
        return
    for found in elements(archive.pieces(name), name, {"Relationships/Relationship"}, archive.budget, "records"):
        attributes = found.attributes
        external = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        yield Relationship(
            identifier=attributes.get("Id", ""),
            kind=_relation_kind(attributes.get("Type", "")),
            target=target if external else resolved(part, target),
            external=external,
        )


def owner_of(name: str) -> str | None:
    """The part whose relationships an entry holds, None where it holds none.

    Examples:
        >>> owner_of("xl/_rels/workbook.xml.rels"), owner_of("_rels/.rels"), owner_of("xl/workbook.xml")
        ('xl/workbook.xml', '', None)
    """
    found = _RELS.fullmatch(name)
    return found[1] + found[2] if found else None


def _relation_kind(type_name: str) -> str:
    base, _, kind = type_name.rpartition("/")
    return kind if base in (*_RELATIONSHIPS, *_MICROSOFT) else ""


def locate(archive: Archive, target: str) -> str | None:
    """The entry a part name means: as written, in another case, or percent-decoded."""
    return archive.find(target) or archive.find(unquote(target))


def content_types(archive: Archive) -> Mapping[str, str]:
    """Content type of each part that has one of its own or by its extension; keys and types in lower case."""
    name = archive.find(CONTENT_TYPES) or CONTENT_TYPES
    parts = [entry.casefold() for entry in archive.names]
    # Only what is there is kept: a table of types may go on about a million parts that are not.
    known = {"Types/Override": set(parts), "Types/Default": {part.rpartition(".")[2] for part in parts}}
    types: dict[str, dict[str, str]] = {path: {} for path in known}
    for found in elements(archive.pieces(name), name, known.keys(), archive.budget, "records"):
        written = found.attributes.get("PartName" if found.path == "Types/Override" else "Extension", "")
        key = unquote(written).lstrip("/").casefold()
        if key in known[found.path]:
            types[found.path][key] = found.attributes.get("ContentType", "").casefold()
    overrides, defaults = types["Types/Override"], types["Types/Default"]
    return {part: overrides.get(part) or defaults.get(part.rpartition(".")[2], "") for part in parts}


def read_workbook(archive: Archive) -> Workbook:
    """Sheets, names and switches of the workbook in an archive.

    Raises:
        UnreadableWorkbook: No workbook, another kind of document, or one that contradicts itself.
        UnsafeWorkbook: Macros.
    """
    types = content_types(archive)
    part = _workbook_part(archive)
    _refuse_macros(types.values())
    _refuse_other_types(types[part.casefold()])
    links = relationships(archive, part)
    if any(link.kind in _MACRO_RELATIONS for link in links):
        raise UnsafeWorkbook("W06", content="宏")
    contents = _contents(archive, part)
    return Workbook(
        part=part,
        sheets=_sheets(archive, contents.sheets, links),
        names=contents.names,
        date1904=contents.date1904,
        strict=contents.namespace == STRICT,
        strings_part=_part_of(archive, links, "sharedStrings"),
        styles_part=_part_of(archive, links, "styles"),
        types=types,
    )


@dataclass(slots=True)
class _Contents:
    """What stands in the workbook part, as it comes."""

    sheets: list[Element] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    date1904: bool = False
    namespace: str = ""


def _contents(archive: Archive, part: str) -> _Contents:
    with archive.budget.timed():
        plain = _plain_contents(archive, part)
    return plain or _all_contents(archive.pieces(part), part, archive.budget)


def _plain_contents(archive: Archive, part: str) -> _Contents | None:
    """What ``_all_contents`` would give, all names at once; None where it should be asked itself."""
    if archive.entries[part].size > LARGEST:
        return None
    aside = apart(archive.budget.limits)
    try:
        data = archive.read(part)
        shell, written = plain_names(data)
        contents = _all_contents(sliced(shell), part, aside)
        defined = (_known_names if len(written) <= _SHORT else _names)(written)
    except (Unusual, WorkbookError):
        return None
    if contents.names != WITNESS or defined.longest > aside.limits.text:
        return None
    contents.names = dict(defined.meanings)
    spent: dict[Kind, int] = {
        "tags": data.count(b"<"),
        "names": aside.spent("names") + defined.number - len(WITNESS),
        "characters": defined.characters,
    }
    return contents if archive.paid(part, spent) else None


class _Names(NamedTuple):
    """The names of a workbook, and what reading them costs.

    Attributes:
        meanings: Those of the whole workbook.
        number, characters, longest: Of all of them, those of single sheets included.
    """

    meanings: Mapping[str, str]
    number: int
    characters: int
    longest: int


def _names(written: bytes) -> _Names:
    names, meanings = dict[str, str](), dict[str, str]()
    found = names_in(written)
    for attributes, text in found:
        _take_name(attributes, text, names, meanings)
    lengths = [len(text) for _, text in found]
    return _Names(names, len(found), sum(lengths), max(lengths, default=0))


# Nobody who fills a form in changes its names: they are the same in all that one program saved.
_known_names: Final = lru_cache(maxsize=4)(_names)
_SHORT: Final = 512 * 1024


def _all_contents(pieces: Iterable[bytes], part: str, budget: Budget) -> _Contents:
    contents, meanings = _Contents(), dict[str, str]()
    wanted = {"workbook", "workbook/workbookPr", "workbook/sheets/sheet", "workbook/definedNames/definedName"}
    for found in elements(pieces, part, wanted, budget, "names"):
        match found.path:
            case "workbook/sheets/sheet":
                contents.sheets.append(found)
                if len(contents.sheets) > budget.limits.entries:
                    exceeds("工作表的个数", f"{budget.limits.entries:,} 个")
            case "workbook/definedNames/definedName":
                budget.spend("characters", len(found.text))
                _take_name(found.attributes, found.text, contents.names, meanings)
            case "workbook/workbookPr":
                contents.date1904 = contents.date1904 or found.attributes.get("date1904", "").strip() in ("1", "true")
            case _:
                contents.namespace = found.namespace
    if not contents.namespace:
        _damaged(f"部件“{shown(part)}”不是工作簿")
    return contents


def _take_name(attributes: Attributes, text: str, names: dict[str, str], meanings: dict[str, str]) -> None:
    """Keep a name of the whole workbook; those of one sheet (print areas, mostly) are nobody's contract."""
    name = attributes.get("name", "")
    if "localSheetId" in attributes:
        return
    # To a spreadsheet names that differ in case are one.
    if meanings.setdefault(name.casefold(), text) != text:
        _damaged(f"名称“{shown(name)}”定义了两次")
    names[name] = text


def _workbook_part(archive: Archive) -> str:
    targets = {link.target for link in relationships(archive, "") if link.kind == "officeDocument"}
    if len(targets) != 1:
        _damaged("文件中找不到唯一的工作簿部件")
    return locate(archive, targets.pop()) or _damaged("工作簿部件缺失")


def _refuse_macros(types: Iterable[str]) -> None:
    # Parts may bear any name, so the type decides as well.
    if any("vbaproject" in one or "macrosheet" in one for one in types):
        raise UnsafeWorkbook("W06", content="宏")


def _refuse_other_types(content_type: str) -> None:
    if content_type == _XLSX:
        return
    kind = _OTHER_KINDS.get(content_type)
    if kind is None and "macroenabled" in content_type:
        raise UnsafeWorkbook("W06", content="宏（启用宏的工作簿或模板）")
    raise UnreadableWorkbook("W02", kind=kind or "其他类型的文件")


def _sheets(archive: Archive, found: Iterable[Element], links: Iterable[Relationship]) -> tuple[SheetInfo, ...]:
    targets = {link.identifier: link for link in links}
    sheets = tuple(_sheet(archive, one, targets) for one in found)
    if not sheets:
        _damaged("工作簿中没有工作表")
    _refuse_repeats([sheet.name.casefold() for sheet in sheets], "重名的工作表")
    _refuse_repeats([sheet.part for sheet in sheets], "共用内容的工作表")
    return sheets


def _sheet(archive: Archive, element: Element, links: Mapping[str, Relationship]) -> SheetInfo:
    attributes = element.attributes
    name = attributes.get("name", "")
    identifiers = (attributes.get(f"{base} id") for base in _RELATIONSHIPS)
    link = links.get(next(filter(None, identifiers), ""))
    if link is None or link.kind not in ("worksheet", "chartsheet", "dialogsheet"):
        _damaged(f"工作表“{shown(name)}”没有指向工作表的内容")
    part = locate(archive, link.target) or _damaged(f"工作表“{shown(name)}”的内容缺失")
    state = attributes.get("state", "visible")
    return SheetInfo(name=name, part=part, hidden=state != "visible", very_hidden=state == "veryHidden")


def _refuse_repeats(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        _damaged(f"工作簿中有{what}")


def _part_of(archive: Archive, links: Iterable[Relationship], kind: str) -> str | None:
    """The entry that the workbook calls by a kind, if there is one."""
    targets = [link.target for link in links if link.kind == kind]
    return locate(archive, targets[0]) if targets else None
