"""What a check saw, kept so that a later one can say cell by cell what changed; and the keyed seal of a district.

The snapshot shows accidents and casual edits: whoever can write the file can write another snapshot. The keyed seal
cannot be made without the key, which never travels in the file.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from toolkit.characters import invisible
from toolkit.fields import Table, split_slot
from toolkit.policy import Policy
from toolkit.submission import Location, Raw, RawAnswers, RawTable
from toolkit.threshold import fixed

FORMAT = 1
# A snapshot of 2,000 enterprises is 0.6 MB; what claims more is none of ours.
_LARGEST = 8 * 1024 * 1024
_NAME = 12
# Rows of which at least this share is alike are one row that was changed.
_ALIKE = 0.5
# Beyond this many pairs rows are not compared with each other: so many changes are no slip of the hand.
_PAIRS = 40_000
# Beyond this a number is told with its exponent, lest a short cell become a long text.
_DIGITS = 40
Rows = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Snapshot:
    """What stood in the cells of the operator, as text.

    Attributes:
        inputs: Slot → text; blank cells are absent.
        tables: Table id → row → slot → text. A row is known by its printed id, by its key, or by all it says.
    """

    inputs: Mapping[str, str]
    tables: Mapping[str, Rows]

    @property
    def fingerprint(self) -> str:
        """Equal for equal answers, wherever they stand."""
        return sha256(self._bytes).hexdigest()

    @cached_property
    def _bytes(self) -> bytes:
        return _canonical([FORMAT, self.inputs, self.tables])

    def packed(self) -> str:
        """The snapshot as ASCII text, compressed."""
        return base64.b64encode(zlib.compress(self._bytes, 6)).decode("ascii")

    @classmethod
    def unpacked(cls, text: str) -> Snapshot | None:
        """The snapshot such a text holds; None where it holds none, or one of another format."""
        try:
            unzip = zlib.decompressobj()
            raw = json.loads(unzip.decompress(base64.b64decode(text, validate=True), _LARGEST))
            form, inputs, tables = raw
        except (binascii.Error, zlib.error, ValueError, TypeError, RecursionError):
            return None
        if form != FORMAT or not _texts(inputs) or not isinstance(tables, dict):
            return None
        sound = all(isinstance(rows, dict) and all(map(_texts, rows.values())) for rows in tables.values())
        return cls(inputs, tables) if sound else None


def _canonical(value: Any) -> bytes:
    # Lone surrogates are let through: what cannot be encoded can still be compared.
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def take_snapshot(policy: Policy, answers: RawAnswers, *, district: bool = False) -> Snapshot:
    """What the cells hold.

    Args:
        policy: Says who fills in what, and by which column a table's rows are known.
        answers: What stands in the cells.
        district: Take in what the district fills in; it comes after the operator's own check.
    """
    taken = policy.fields if district else _of_operator(policy)
    inputs = {
        key: told for key, raw in answers.inputs.items() if (told := cell_text(raw)) and split_slot(key)[0] in taken
    }
    tables = {}
    for table_id, raw_table in answers.tables.items():
        if not any(column.id in taken for column in policy.tables[table_id].columns):
            continue
        rows = _rows(policy.tables[table_id], raw_table, taken)
        tables[table_id] = {name: texts for name, texts, _ in rows if texts}
    return Snapshot(inputs, tables)


def _of_operator(policy: Policy) -> frozenset[str]:
    return frozenset(field_id for field_id, asked in policy.fields.items() if asked.filled_by == "operator")


def cell_text(raw: Raw) -> str:
    """The content of a cell as text; a formula by what it came to."""
    value, _, formula, error = raw
    if error:
        return error
    if isinstance(value, str):
        return "" if invisible(value) and not formula else value
    if isinstance(value, Decimal):
        return fixed(value, None) if value.is_finite() and abs(value.adjusted()) < _DIGITS else str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return value.isoformat()
    return formula or ""


_Row = tuple[str, dict[str, str], Mapping[str, Raw]]
"""The name a row goes by, its texts, and its cells."""


def _rows(table: Table, raw: RawTable, taken: Container[str]) -> Iterator[_Row]:
    """Each row by the name it goes by, with its texts and its cells."""
    keys = (table.key,) if table.key else table.unique[0] if table.unique else ()
    slots = [key for key in table.slots if split_slot(key)[0] in taken]
    seen: Counter[str] = Counter()
    for row_id, cells in raw.rows:
        texts = {key: told for key in slots if (told := cell_text(cells[key]))}
        known = " ".join(filter(None, (texts.get(key, "") for key in keys)))
        # Without a key a row is known by all it says, wherever it stands.
        name = row_id if table.fixed else known or sha256(_canonical(texts)).hexdigest()[:_NAME]
        # Rows of one name are told apart by their order.
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}'{seen[name]}", texts, {key: cells[key] for key in slots}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that is another than it was.

    Attributes:
        key: Slot of the cell; empty where a whole row came or went.
        before, after: Texts; empty for a blank cell.
    """

    location: Location
    key: str
    before: str
    after: str


def changes(policy: Policy, before: Snapshot, answers: RawAnswers) -> Iterator[Change]:
    """What is no longer as a snapshot saw it, each at the cell where it stands now.

    Args:
        policy: As for ``take_snapshot``.
        before: What was seen then.
        answers: What stands in the cells now.
    """
    taken = _of_operator(policy)
    for key, raw in answers.inputs.items():
        then, now = before.inputs.get(key, ""), cell_text(raw)
        if then != now and split_slot(key)[0] in taken:
            yield Change(raw.location, key, then, now)
    for table_id, raw_table in answers.tables.items():
        table = policy.tables[table_id]
        yield from _changed_rows(list(_rows(table, raw_table, taken)), before.tables.get(table_id, {}), raw_table)


def _changed_rows(rows: Sequence[_Row], before: Rows, raw: RawTable) -> Iterator[Change]:
    paired = {name: before[name] for name, _, _ in rows if name in before}
    gone = {name: texts for name, texts in before.items() if name not in paired}
    come = [(name, texts) for name, texts, _ in rows if texts and name not in paired]
    for name, other in _alike(come, gone):
        paired[name] = gone.pop(other)
    for name, texts, cells in rows:
        then = paired.get(name, {})
        if bool(texts) != bool(then):
            first = next(iter(cells.values())).location
            yield Change(first, "", _row_told(then, cells), _row_told(texts, cells))
            continue
        for key, cell in cells.items():
            if then.get(key, "") != texts.get(key, ""):
                yield Change(cell.location, key, then.get(key, ""), texts.get(key, ""))
    slots = rows[0][2] if rows else {}
    for name in sorted(gone):
        yield Change(raw.anchor, "", _row_told(gone[name], slots), "")


def _alike(come: Sequence[tuple[str, Mapping[str, str]]], gone: Rows) -> Iterator[tuple[str, str]]:
    """Pairs of a row that came and one that went which are mostly the same: its key was corrected."""
    left = dict(gone)
    if len(come) * len(left) > _PAIRS:
        return
    for name, texts in come:
        shares = {other: len(texts.items() & then.items()) / len(texts) for other, then in left.items()}
        best = max(shares, key=lambda other: shares[other], default="")
        if best and shares[best] >= _ALIKE:
            del left[best]
            yield name, best


def _row_told(texts: Mapping[str, str], order: Iterable[str]) -> str:
    """A row by the first two things it says."""
    first = [texts[key] for key in order if key in texts] or [*texts.values()]
    return "整行（" + "、".join(first[:2]) + "）" if texts else ""


# --- the keyed seal --------------------------------------------------------------------------------------------


def keyed_seal(key: bytes, told: Sequence[str], snapshot: Snapshot) -> str:
    """The seal only a holder of the key can make, over who sealed when and every answer.

    Args:
        key: At least 16 bytes; it never goes into a file of answers.
        told: Identity of the workbook, who seals, when.
        snapshot: Everything that stands in it, the district's own cells included.
    """
    return hmac.new(key, _canonical([*told, snapshot.inputs, snapshot.tables]), sha256).hexdigest()


def same_seal(one: str, other: str) -> bool:
    """Compare without telling by the time it takes how much of a forged seal was right."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def key_id(key: bytes) -> str:
    """By what a key is told from others without being given away."""
    return sha256(b"jiqun key id\0" + key).hexdigest()[:8]
