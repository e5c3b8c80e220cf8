"""The seals in a workbook: what a check saw, and the keyed seal of a district."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from toolkit.errors import WorkbookError
from toolkit.seal import Snapshot, key_id, keyed_seal, same_seal
from workbook.book import Book
from workbook.identity import Identity
from workbook.keeping import chunked, keep, kept_text, parsed, room
from workbook.layout import SEAL_CHECK, SEAL_DISTRICT, SEAL_INPUTS

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
    head = parsed(kept_text(book, SEAL_CHECK))
    if head is None:
        return None
    snapshot = Snapshot.unpacked(kept_text(book, SEAL_INPUTS))
    if snapshot is not None and head.get("fingerprint") != snapshot.fingerprint:
        snapshot = None
    return CheckSeal(str(head.get("time", "")), snapshot)


def write_check_seal(book: Book, snapshot: Snapshot, time: str) -> None:
    """Leave what this check saw; a workbook of a version without room for it stays as it is."""
    areas = {name: room(book, name) for name in (SEAL_CHECK, SEAL_INPUTS)}
    head, body = areas[SEAL_CHECK], areas[SEAL_INPUTS]
    cells = chunked(snapshot.packed(), body)
    if head is None or body is None or cells is None:
        return
    cells[head.top, head.left] = json.dumps({"time": time, "fingerprint": snapshot.fingerprint})
    keep(book, cells, (head, body))


def clear_seals(book: Book) -> None:
    """Take away the seals of a check and of a district: what was sealed is about to be changed on purpose."""
    areas = (room(book, name) for name in (SEAL_CHECK, SEAL_INPUTS, SEAL_DISTRICT))
    keep(book, {}, tuple(area for area in areas if area is not None))


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
    raw = parsed(kept_text(book, SEAL_DISTRICT))
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
    area = room(book, SEAL_DISTRICT)
    if area is None:
        raise WorkbookError("W14")
    keep(book, {(area.top, area.left): json.dumps(asdict(seal), ensure_ascii=False)}, (area,))


def holds(seal: DistrictSeal, identity: Identity, snapshot: Snapshot, key: bytes) -> bool:
    """Whether a seal was made with this key over just these answers."""
    made = keyed_seal(key, _told(identity, seal.signer, seal.time, key), snapshot)
    return same_seal(made, seal.seal)


def _told(identity: Identity, signer: str, time: str, key: bytes) -> list[str]:
    return [identity.policy, identity.season, identity.template, signer, time, key_id(key)]
