"""The database of an index: opened, mended or begun anew, whatever its file turns out to be.

One SQLite file with a rollback journal and full synchronisation, for it may lie on a network drive, where a shared
memory file (WAL) does not work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission.disk import refused_writing
from workbook.commission.inbox import legible

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
_WRITTEN: Final = """
CREATE TABLE IF NOT EXISTS written (
    id INTEGER PRIMARY KEY, rules INTEGER NOT NULL, sha256 TEXT NOT NULL UNIQUE,
    sheets BLOB NOT NULL, crc INTEGER NOT NULL
);
"""
_RULES_KEPT: Final = 3
# Of SQLite: damaged, no database, a table or column that is not there, a value of another kind.
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH)
_TAKEN: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
Result = TypeVar("Result")


class Database:
    """Holds the file while it is open.

    Args:
        path: The file; made where there is none.
        rules: Under which results are kept; those of rules not used for long are dropped.

    Attributes:
        rules: Their number.
        notes: What is to be told of the file itself (W33).

    Raises:
        WorkbookError: It cannot be written (W09), or another run holds it (W27).
    """

    def __init__(self, path: Path, rules: str) -> None:
        self.path = path
        self.notes: list[Explanation] = []
        self.rules = 0
        self._name = rules
        self._connection: sqlite3.Connection | None = None
        self._open()

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused_writing(self.path.name, error) from error
        try:
            self._connect()
        except sqlite3.DatabaseError as error:
            # Else a half-opened file would keep out the next run of this very process.
            self.drop()
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
            self.drop()
            raise _refused(self.path, error) from error

    def _connect(self) -> None:
        self._connection = base = sqlite3.connect(self.path, timeout=2, isolation_level="IMMEDIATE")
        base.executescript("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")
        version, application = _pragma(base, "user_version"), _pragma(base, "application_id")
        if _pragma(base, "schema_version") == 0:
            base.executescript(_SCHEMA)
        elif application != _APPLICATION:
            raise _ForeignIndexError("文件不是本工具的缓存索引")
        elif version != _VERSION:
            raise _ForeignIndexError("缓存索引由其他版本的工具生成")
        base.executescript(_WRITTEN)
        with base:
            self._enter_rules(base)

    def _enter_rules(self, base: sqlite3.Connection) -> None:
        """Note the rules of this run, and drop those not used for long: each is as large as the whole index."""
        now = datetime.now().astimezone().timestamp()
        query = "INSERT INTO rules (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = ? RETURNING id"
        ((self.rules,),) = base.execute(query, (self._name, now, now)).fetchall()
        base.execute(
            "DELETE FROM rules WHERE id <> ? AND id NOT IN (SELECT id FROM rules ORDER BY used DESC LIMIT ?)",
            (self.rules, _RULES_KEPT),
        )
        base.execute("DELETE FROM outcomes WHERE rules NOT IN (SELECT id FROM rules)")
        base.execute("DELETE FROM written WHERE rules NOT IN (SELECT id FROM rules)")

    def safely(self, work: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
        """Do something with it; where that turns out damaged, begin a new one and do without.

        Args:
            work: Gets the connection; done again with a new database.
            otherwise: The answer where that fails too.

        Raises:
            WorkbookError: The disk is full, or no longer writable (W09).
        """
        if self._connection is None:
            raise RuntimeError("the database is closed")
        try:
            return work(self._connection)
        except sqlite3.DatabaseError as error:
            self._judge(error)
            self._set_aside("文件已损坏")
            self._connect_anew()
        with suppress(sqlite3.DatabaseError):
            return work(self._connection)
        return otherwise

    def _judge(self, error: sqlite3.DatabaseError) -> None:
        """Raise what is no damage of the file: no room, no right, somebody else at it."""
        short = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHORT_READ
        if _code(error) not in _DAMAGE and not short:
            raise _refused(self.path, error) from error

    def _set_aside(self, reason: str) -> None:
        """Rename the file: whatever it is, somebody may want to look at it."""
        self.drop()
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

    def drop(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


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
