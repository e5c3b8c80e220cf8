"""What earlier runs found out, so that nothing is read or judged twice; it may be deleted at any time.

One SQLite file with a rollback journal and full synchronisation, for it may lie on a network drive, where a shared
memory file (WAL) does not work. Results are written in batches: a killed run loses a second of work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple, Self, TypeVar
from zlib import crc32

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission.disk import refused_writing
from workbook.commission.inbox import Signature, legible
from workbook.commission.outcome import Outcome, Refusal

_APPLICATION, _VERSION = 0x4A51_4958, 1
_SCHEMA: Final = f"""
PRAGMA page_size = 16384;
PRAGMA application_id = {_APPLICATION};
BEGIN IMMEDIATE;
CREATE TABLE rules (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, used REAL NOT NULL);
CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY, rules INTEGER NOT NULL, sha256 TEXT NOT NULL,
    code TEXT NOT NULL, body BLOB NOT NULL, crc INTEGER NOT NULL
);
CREATE UNIQUE INDEX outcome ON outcomes (rules, sha256);
CREATE TABLE files (
    path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER, sha256 TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_BATCH, _PAUSE, _MANY, _RULES_KEPT = 200, 1.0, 200, 3
# Of SQLite: damaged, no database, a table or column that is not there, a value of another kind.
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH)
_TAKEN: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NOTHING: Final[list[tuple[Any, ...]]] = []
Result = TypeVar("Result")


class Seen(NamedTuple):
    """A file as it was when it was last read."""

    signature: Signature
    sha256: str


class Index:
    """The index of one archive.

    Args:
        path: The file; made where there is none.
        rules: Under which outcomes were reached; others do not count.

    Attributes:
        notes: What is to be told of the index itself (W33).

    Raises:
        WorkbookError: It cannot be written (W09), or another run holds it (W27).
    """

    def __init__(self, path: Path, rules: str) -> None:
        self.path = path
        self.notes: list[Explanation] = []
        self._name = rules
        self._outcomes: dict[str, Outcome] = {}
        self._files: dict[bytes, Seen] = {}
        self._last = monotonic()
        self._rules = 0
        self._database: sqlite3.Connection | None = None
        self._open()

    # --- outcomes

    def outcomes(self, shas: Sequence[str]) -> dict[str, Outcome]:
        """What is known of these contents under the rules of this run.

        Args:
            shas: A few hundred at a time: the answers are held in memory.
        """
        known = {sha: self._outcomes[sha] for sha in shas if sha in self._outcomes}
        for some in _chunks(sha for sha in shas if sha not in known):
            rows = self._safely(partial(self._select, some), _NOTHING)
            known.update((str(row[0]), outcome) for row in rows if (outcome := _outcome(*row[1:])) is not None)
        return known

    def _select(self, shas: Sequence[str], base: sqlite3.Connection) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(shas))
        query = f"SELECT sha256, code, body, crc FROM outcomes WHERE rules = ? AND sha256 IN ({marks})"  # noqa: S608 - question marks only
        return base.execute(query, (self._rules, *shas)).fetchall()

    def remember(self, sha256: str, outcome: Outcome) -> None:
        """Keep what a content came to."""
        self._outcomes[sha256] = outcome

    # --- files

    def seen(self) -> Mapping[bytes, Seen]:
        """Every file of earlier runs, by its path in bytes."""
        query = "SELECT path, size, mtime_ns, ctime_ns, inode, sha256 FROM files"
        rows = self._safely(lambda base: base.execute(query).fetchall(), _NOTHING)
        return {bytes(row[0]): Seen(Signature(*row[1:5]), str(row[5])) for row in rows if isinstance(row[0], bytes)}

    def saw(self, path: bytes, seen: Seen) -> None:
        """Keep what a file was like when it was read."""
        self._files[path] = seen

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
            self._safely(self._write, None)
        self._outcomes.clear()
        self._files.clear()
        self._last = monotonic()

    def _write(self, base: sqlite3.Connection) -> None:
        with base:
            base.executemany(
                "INSERT OR REPLACE INTO outcomes (rules, sha256, code, body, crc) VALUES (?, ?, ?, ?, ?)",
                ((self._rules, sha, *_columns(outcome)) for sha, outcome in self._outcomes.items()),
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
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Also after Ctrl-C: what was found out stays."""
        self.close()

    # --- opening and mending

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused_writing(self.path.name, error) from error
        try:
            self._connect()
        except sqlite3.DatabaseError as error:
            # Else a half-opened file would keep out the next run of this very process.
            self._drop()
            self._judge(error)
            self._set_aside("文件已损坏")
            self._connect_anew()
        except _ForeignIndexError as error:
            self._set_aside(str(error))
            self._connect_anew()

    def _connect_anew(self) -> None:
        try:
            self._connect()
        except sqlite3.Error as error:
            self._drop()
            raise _refused(self.path, error) from error

    def _connect(self) -> None:
        self._database = base = sqlite3.connect(self.path, timeout=2, isolation_level="IMMEDIATE")
        base.executescript("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")
        version, application = _pragma(base, "user_version"), _pragma(base, "application_id")
        if _pragma(base, "schema_version") == 0:
            base.executescript(_SCHEMA)
        elif application != _APPLICATION:
            raise _ForeignIndexError("文件不是本工具的缓存索引")
        elif version != _VERSION:
            raise _ForeignIndexError("缓存索引由其他版本的工具生成")
        with base:
            self._enter_rules(base)

    def _enter_rules(self, base: sqlite3.Connection) -> None:
        """Note the rules of this run, and drop those not used for long: each is as large as the whole index."""
        now = datetime.now().astimezone().timestamp()
        query = "INSERT INTO rules (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = ? RETURNING id"
        ((self._rules,),) = base.execute(query, (self._name, now, now)).fetchall()
        base.execute(
            "DELETE FROM rules WHERE id <> ? AND id NOT IN (SELECT id FROM rules ORDER BY used DESC LIMIT ?)",
            (self._rules, _RULES_KEPT),
        )
        base.execute("DELETE FROM outcomes WHERE rules NOT IN (SELECT id FROM rules)")

    def _safely(self, work: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
        """Do something with the database; where that turns out damaged, begin a new one and do without."""
        if self._database is None:
            raise RuntimeError("the index is closed")
        try:
            return work(self._database)
        except sqlite3.DatabaseError as error:
            self._judge(error)
            self._set_aside("文件已损坏")
            self._connect_anew()
        with suppress(sqlite3.DatabaseError):
            return work(self._database)
        return otherwise

    def _judge(self, error: sqlite3.DatabaseError) -> None:
        """Raise what is no damage of the file: no room, no right, somebody else at it."""
        short = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHORT_READ
        if _code(error) not in _DAMAGE and not short:
            raise _refused(self.path, error) from error

    def _set_aside(self, reason: str) -> None:
        """Rename the file: whatever it is, somebody may want to look at it."""
        self._drop()
        stem = f"{self.path.stem}-停用{datetime.now().astimezone():%Y%m%d-%H%M%S}"
        names = (self.path.with_name(f"{stem}{mark}{self.path.suffix}") for mark in ("", *map(str, range(2, 1000))))
        aside = next(name for name in names if not name.exists())
        try:
            self.path.rename(aside)
            # A journal left beside would be played into the new one.
            for journal in self.path.parent.glob(f"{self.path.name}-*"):
                journal.rename(aside.with_name(aside.name + journal.name.removeprefix(self.path.name)))
        except OSError as error:
            raise refused_writing(self.path.name, error) from error
        self.notes.append(explain("W33", {"reason": reason, "name": aside.name}))

    def _drop(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None


class _ForeignIndexError(Exception):
    """A sound database that is none of ours, or not of this version."""


def _pragma(base: sqlite3.Connection, name: str) -> int:
    ((value,),) = base.execute(f"PRAGMA {name}").fetchall()
    return int(value)


def _code(error: sqlite3.Error) -> int:
    """The primary code; an extended one carries it in its low byte."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def _refused(path: Path, error: sqlite3.Error) -> WorkbookError:
    if _code(error) in _TAKEN:
        return WorkbookError("W27", holder="另一个汇总程序", name=legible(path.parent.name))
    if _code(error) == sqlite3.SQLITE_FULL:
        return WorkbookError("W09", name=path.name, reason="所在磁盘空间不足")
    return WorkbookError("W09", name=path.name, reason="无法打开或写入")


def _columns(outcome: Outcome) -> tuple[str, bytes, int]:
    """How an outcome is stored: an empty code, or that of the refusal."""
    code, body = (outcome.code, outcome.text.encode()) if isinstance(outcome, Refusal) else ("", outcome)
    return code, body, crc32(body)


def _outcome(code: object, body: object, crc: object) -> Outcome | None:
    """An outcome as it was stored; None where the disk has changed it."""
    if not isinstance(body, bytes) or not isinstance(code, str) or crc32(body) != crc:
        return None
    return Refusal(code, body.decode("utf-8", "replace"), lasting=True) if code else body


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    left = iter(items)
    while some := list(islice(left, _MANY)):
        yield some
