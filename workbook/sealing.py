"""The seals in a workbook: what a check saw, and the keyed seal of a district."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from toolkit.characters import invisible
from toolkit.errors import WorkbookError
from toolkit.seal import Snapshot, key_id, keyed_seal, same_seal
from workbook.area import Area
from workbook.book import Book, named_area
from workbook.identity import Identity
from workbook.layout import META, SEAL_CHECK, SEAL_DISTRICT, SEAL_INPUTS
from workbook.package.edit import New, SheetEdit
from workbook.package.grid import Area as Block
from workbook.package.grid import Position

# What a cell of a spreadsheet holds at most, with some room.
_CHUNK = 30_000
_SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True)
class CheckSeal:
    """What an earlier check left.

    Attributes:
        snapshot: None where it was damaged.
    """

    time: str
    snapshot: Snapshot | None


def read_check_seal(book: Book) -> CheckSeal | None:
    """The seal of the last check; None where none was made."""
    head = _json(_text(book, SEAL_CHECK))
    if head is None:
        return None
    snapshot = Snapshot.unpacked(_text(book, SEAL_INPUTS))
    if snapshot is not None and head.get("fingerprint") != snapshot.fingerprint:
        snapshot = None
    return CheckSeal(str(head.get("time", "")), snapshot)


def write_check_seal(book: Book, snapshot: Snapshot, time: str) -> None:
    """Leave what this check saw; a workbook of a version without room for it stays as it is."""
    areas = {name: _area(book, name) for name in (SEAL_CHECK, SEAL_INPUTS)}
    packed = snapshot.packed()
    chunks = [packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK)]
    head, body = areas[SEAL_CHECK], areas[SEAL_INPUTS]
    if head is None or body is None or len(chunks) > len(body.rows):
        return
    cells: dict[Position, New] = {(body.top + i, body.left): chunk for i, chunk in enumerate(chunks)}
    cells[head.top, head.left] = json.dumps({"time": time, "fingerprint": snapshot.fingerprint})
    _write(book, cells, (head, body))


# --- the district's --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DistrictSeal:
    """What a district left: who, when, with which key, and the seal itself."""

    signer: str
    time: str
    key: str
    seal: str


def make_key() -> str:
    """A key as it stands in its file: 32 random bytes in hexadecimal."""
    return token_hex(32) + "\n"


def read_key(path: Path) -> bytes:
    """The key in a file.

    Raises:
        WorkbookError: There is no file, or no key in it.
    """
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        raise WorkbookError("W13", name=path.name) from None
    if len(key) < _SHORTEST_KEY:
        raise WorkbookError("W13", name=path.name)
    return key


def read_district_seal(book: Book) -> DistrictSeal | None:
    """The seal of the district; None where there is none."""
    raw = _json(_text(book, SEAL_DISTRICT))
    if raw is None:
        return None
    return DistrictSeal(*(str(raw.get(name, "")) for name in ("signer", "time", "key", "seal")))


def sign(identity: Identity, snapshot: Snapshot, key: bytes, signer: str, time: str) -> DistrictSeal:
    """The seal of a district.

    Args:
        identity: What the workbook says it is.
        snapshot: Everything that stands in it, the district's own cells included.
        key: The district's.
        signer: Who seals, in words.
        time: When.
    """
    return DistrictSeal(signer, time, key_id(key), keyed_seal(key, _told(identity, signer, time, key), snapshot))


def write_district_seal(book: Book, seal: DistrictSeal) -> None:
    """Put a seal into a workbook; it is changed but not saved.

    Raises:
        WorkbookError: The workbook is of a version without room for a seal.
    """
    area = _area(book, SEAL_DISTRICT)
    if area is None:
        raise WorkbookError("W14")
    _write(book, {(area.top, area.left): json.dumps(asdict(seal), ensure_ascii=False)}, (area,))


def holds(seal: DistrictSeal, identity: Identity, snapshot: Snapshot, key: bytes) -> bool:
    """Whether a seal was made with this key over just these answers."""
    made = keyed_seal(key, _told(identity, seal.signer, seal.time, key), snapshot)
    return same_seal(made, seal.seal)


def _told(identity: Identity, signer: str, time: str, key: bytes) -> list[str]:
    return [identity.policy, identity.season, identity.template, signer, time, key_id(key)]


# --- cells -----------------------------------------------------------------------------------------------------


def _area(book: Book, name: str) -> Area | None:
    area = named_area(book, name)
    return area if area is not None and area.sheet == META else None


def _text(book: Book, name: str) -> str:
    """What stands under a name, its cells one after the other."""
    area = _area(book, name)
    if area is None:
        return ""
    cells = book.cells(META)
    texts = (cells[row, area.left].value for row in area.rows if (row, area.left) in cells)
    return "".join(str(text) for text in texts if not invisible(text))


def _json(text: str) -> Mapping[str, Any] | None:
    try:
        raw = json.loads(text) if text else None
    except ValueError:
        return {}
    return raw if raw is None or isinstance(raw, dict) else {}


def _write(book: Book, cells: Mapping[Position, New], areas: tuple[Area, ...]) -> None:
    owned = tuple(Block(area.top, area.left, area.bottom, area.right) for area in areas)
    book.write(META, SheetEdit(cells=cells, owned=owned))
