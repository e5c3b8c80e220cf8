"""Results go into a workbook that somebody owns, so only what changes is written and all else is kept to the byte."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.errors import WorkbookError
from workbook.package.change import changed_sheet
from workbook.package.directory import Entry, deflated, write_directory
from workbook.package.edit import Link, New, SheetEdit
from workbook.package.grid import Area
from workbook.package.guard import CONTENT_TYPES, Archive, shown
from workbook.package.markup import Attributes, utf8
from workbook.package.parts import locate, relationships, relationships_part, resolved
from workbook.package.splice import find_spans, in_order, removed, spliced
from workbook.package.stream import Package

__all__ = ["Area", "Link", "New", "SheetEdit", "replace_file", "write_copy"]


def write_copy(package: Package, target: Path, edits: Mapping[str, SheetEdit]) -> None:
    """Write the workbook with the edits made; every part they do not concern is copied as it is packed.

    Formulas in cells that are edited or owned go. Where other cells shared such a formula, they keep their last value.

    Args:
        package: The workbook.
        target: Where to write; replaced at once and only when all is written.
        edits: By sheet name.

    Raises:
        ValueError: A sheet the package lacks, a place outside a sheet, or a number that is none.
        UnreadableWorkbook: A sheet is damaged.
        WorkbookError: The target cannot be written.
    """
    archive = package.archive
    # Packed at once: unpacked, the sheets of a large workbook would not all fit into memory.
    changed: dict[str, tuple[Entry, bytes]] = {}
    formulas_lost = False
    for name, edit in edits.items():
        part = _part_of(package, name)
        pieces, lost = changed_sheet(_whole(archive, part), part, edit, archive.budget)
        if pieces is not None:
            changed[part] = deflated(archive.entries[part], pieces)
        formulas_lost = formulas_lost or lost
    chain = _calculation_chain(package) if formulas_lost else None
    if chain:
        changed |= _without_part(package, chain)
    kept = (name for name in archive.names if name != chain)
    replace_file(
        target, write_directory(changed.get(name) or (archive.entries[name], archive.raw(name)) for name in kept)
    )


def _whole(archive: Archive, part: str) -> bytes:
    """A part in UTF-8, in one piece: changes are made at places in its bytes."""
    return b"".join(utf8(archive.pieces(part), part))


def _part_of(package: Package, name: str) -> str:
    try:
        return package.sheet(name).part
    except KeyError:
        raise ValueError(f"no sheet {name!r} in the workbook") from None


def _calculation_chain(package: Package) -> str | None:
    """The entry that lists every formula cell; Excel rebuilds it, and calls a wrong one corruption."""
    links = relationships(package.archive, package.workbook_part)
    targets = (locate(package.archive, link.target) for link in links if link.kind == "calcChain")
    return next(filter(None, targets), None)


def _without_part(package: Package, part: str) -> dict[str, tuple[Entry, bytes]]:
    """The two parts that mention another one, rid of the mention."""
    base = package.workbook_part
    key = part.casefold()

    def is_link(_: str, attributes: Attributes) -> bool:
        return "Target" in attributes and resolved(base, attributes["Target"]).casefold() == key

    def is_type(_: str, attributes: Attributes) -> bool:
        return attributes.get("PartName", "").lstrip("/").casefold() == key

    archive = package.archive
    mentions = ((relationships_part(base), is_link), (CONTENT_TYPES, is_type))
    changed: dict[str, tuple[Entry, bytes]] = {}
    for sought, doomed in mentions:
        name = archive.find(sought)
        if name is not None:
            data = _whole(archive, name)
            mentioned = in_order(removed(find_spans(data, name, doomed, archive.budget)))
            pieces = spliced(data, mentioned)
            if pieces is not None:
                changed[name] = deflated(archive.entries[name], pieces)
    return changed


def replace_file(target: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the target, then put in its place: a crash leaves the old file or the new one, never a half."""
    # A short name: that of the target may already be as long as the file system allows.
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise WorkbookError("W09", name=shown(target.name), reason=_reason(error)) from error


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EBUSY | errno.EROFS:
            return "没有写入权限，或正被其他程序占用"
        case errno.ENOSPC | errno.EDQUOT:
            return "所在磁盘空间不足"
        case errno.ENOENT | errno.ENOTDIR:
            return "所在文件夹不存在"
        case _:
            return "写入时出错"
