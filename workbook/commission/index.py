"""What earlier runs found out, so that nothing is read or judged twice; it may be deleted at any time.

Results are written in batches: a killed run loses a second of work.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple, Self
from zlib import crc32

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation
from workbook.commission.database import Database
from workbook.commission.inbox import Signature
from workbook.commission.outcome import Outcome, Refusal
from workbook.commission.stand import Untouched, UntouchedSheets

_BATCH, _PAUSE, _MANY, _WRITTEN_KEPT = 200, 1.0, 200, 20
_NOTHING: Final[list[tuple[Any, ...]]] = []


class Seen(NamedTuple):
    """A file as it was when it was last read."""

    signature: Signature
    sha256: str


class Index:
    """The index of one archive.

    Args:
        path: The file; made where there is none.
        rules: Under which outcomes were reached; others do not count.

    Raises:
        WorkbookError: It cannot be written (W09), or another run holds it (W27).
    """

    def __init__(self, path: Path, rules: str) -> None:
        self._database = Database(path, rules)
        self._outcomes: dict[str, Outcome] = {}
        self._files: dict[bytes, Seen] = {}
        self._last = monotonic()

    @property
    def notes(self) -> Sequence[Explanation]:
        """What is to be told of the index itself (W33)."""
        return self._database.notes

    # --- outcomes

    def outcomes(self, shas: Sequence[str]) -> dict[str, Outcome]:
        """What is known of these contents under the rules of this run.

        Args:
            shas: A few hundred at a time: the answers are held in memory.
        """
        known = {sha: self._outcomes[sha] for sha in shas if sha in self._outcomes}
        for some in _chunks(sha for sha in shas if sha not in known):
            rows = self._database.safely(partial(self._select, some), _NOTHING)
            known.update((str(row[0]), outcome) for row in rows if (outcome := _outcome(*row[1:])) is not None)
        return known

    def _select(self, shas: Sequence[str], base: sqlite3.Connection) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(shas))
        query = f"SELECT sha256, code, body, crc FROM outcomes WHERE rules = ? AND sha256 IN ({marks})"  # noqa: S608 - question marks only
        return base.execute(query, (self._database.rules, *shas)).fetchall()

    def remember(self, sha256: str, outcome: Outcome) -> None:
        """Keep what a content came to."""
        self._outcomes[sha256] = outcome

    # --- files

    def seen(self) -> Mapping[bytes, Seen]:
        """Every file of earlier runs, by its path in bytes."""
        query = "SELECT path, size, mtime_ns, ctime_ns, inode, sha256 FROM files"
        rows = self._database.safely(lambda base: base.execute(query).fetchall(), _NOTHING)
        return {bytes(row[0]): Seen(Signature(*row[1:5]), str(row[5])) for row in rows if isinstance(row[0], bytes)}

    def saw(self, path: bytes, seen: Seen) -> None:
        """Keep what a file was like when it was read."""
        self._files[path] = seen

    # --- workbooks the tool wrote

    def untouched(self) -> dict[str, UntouchedSheets]:
        """By the fingerprint of a workbook the tool wrote: its sheets in which nothing of people's was written."""
        query = "SELECT sha256, sheets, crc FROM written WHERE rules = ?"
        rows = self._database.safely(lambda base: base.execute(query, (self._database.rules,)).fetchall(), _NOTHING)
        return {str(sha): found for sha, body, crc in rows if (found := _sheets(body, crc)) is not None}

    def wrote(self, untouched: Mapping[str, UntouchedSheets]) -> None:
        """Keep it of workbooks just written; where that fails the next run reads them, which takes longer."""
        with suppress(WorkbookError):
            self._database.safely(partial(self._write_written, untouched), None)

    def _write_written(self, untouched: Mapping[str, UntouchedSheets], base: sqlite3.Connection) -> None:
        bodies = {sha: json.dumps(sheets).encode() for sha, sheets in untouched.items()}
        with base:
            base.executemany(
                "INSERT OR REPLACE INTO written (rules, sha256, sheets, crc) VALUES (?, ?, ?, ?)",
                ((self._database.rules, sha, body, crc32(body)) for sha, body in bodies.items()),
            )
            base.execute(
                "DELETE FROM written WHERE id NOT IN (SELECT id FROM written ORDER BY id DESC LIMIT ?)",
                (_WRITTEN_KEPT,),
            )

    # --- keeping

    @property
    def due(self) -> bool:
        """Whether it is time to write down what has gathered."""
        gathered = len(self._outcomes) + len(self._files)
        return gathered >= _BATCH or (gathered > 0 and monotonic() - self._last > _PAUSE)

    def flush(self) -> None:
        """Write down what has gathered.

        Raises:
            WorkbookError: The disk is full, or no longer writable (W09).
        """
        if self._outcomes or self._files:
            self._database.safely(self._write, None)
        self._outcomes.clear()
        self._files.clear()
        self._last = monotonic()

    def _write(self, base: sqlite3.Connection) -> None:
        with base:
            base.executemany(
                "INSERT OR REPLACE INTO outcomes (rules, sha256, code, body, crc) VALUES (?, ?, ?, ?, ?)",
                ((self._database.rules, sha, *_columns(outcome)) for sha, outcome in self._outcomes.items()),
            )
            base.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
                ((path, *seen.signature, seen.sha256) for path, seen in self._files.items()),
            )

    def close(self) -> None:
        """Write down what has gathered, and let go."""
        try:
            self.flush()
        finally:
            self._database.drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Also after Ctrl-C: what was found out stays."""
        self.close()


def _columns(outcome: Outcome) -> tuple[str, bytes, int]:
    """How an outcome is stored: an empty code, or that of the refusal."""
    code, body = (outcome.code, outcome.text.encode()) if isinstance(outcome, Refusal) else ("", outcome)
    return code, body, crc32(body)


def _outcome(code: object, body: object, crc: object) -> Outcome | None:
    """An outcome as it was stored; None where the disk has changed it."""
    if not isinstance(body, bytes) or not isinstance(code, str) or crc32(body) != crc:
        return None
    return Refusal(code, body.decode("utf-8", "replace"), lasting=True) if code else body


def _sheets(body: object, crc: object) -> UntouchedSheets | None:
    """The sheets of a workbook as they were stored; None where the disk has changed them."""
    if not isinstance(body, bytes) or crc32(body) != crc:
        return None
    return {name: Untouched(*one) for name, one in json.loads(body).items()}


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    left = iter(items)
    while some := list(islice(left, _MANY)):
        yield some
