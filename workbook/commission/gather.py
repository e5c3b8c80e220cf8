"""Inbox, archive, index and crew put together: every file comes out once, with what it comes to."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.errors import UnsafeWorkbook, WorkbookError
from toolkit.messages import Explanation
from workbook.commission.archive import Received, receive
from workbook.commission.inbox import Found, Kind
from workbook.commission.index import Seen
from workbook.commission.outcome import Crew, Done, Outcome, Refusal, refusal
from workbook.commission.traces import Keeper, Memory
from workbook.package.limits import LIMITS

Progress = Callable[[int, int, int], None]
"""Told after each file: how many are done, of how many, and how many bytes were read for them."""

_CHUNK, _READERS, _AHEAD = 100, 4, 8
_MB: Final = 1024 * 1024
# The coarsest clock of a file system (FAT). What was written within it of being read may change unseen once more.
_TICK_NS: Final = 3_000_000_000


class Gathered(NamedTuple):
    """What became of one file.

    Attributes:
        found: As it lay in the inbox.
        sha256: Of its content; empty where that could not be read.
        outcome: What the task made of it, or why it is refused.
        cached: The task was not run for it: an earlier run, or a file of the same content, had the answer.
        note: What is to be told of its archived original.
    """

    found: Found
    sha256: str
    outcome: Outcome
    cached: bool = False
    note: Explanation | None = None

    @property
    def name(self) -> str:
        """Below the inbox, fit to be shown."""
        return self.found.name

    @property
    def withdrawn(self) -> bool:
        """Whether it lies in a folder of what was withdrawn."""
        return self.found.withdrawn


class _Read(NamedTuple):
    """One file that was read and archived, or was not."""

    found: Found
    received: Received | None
    refused: Refusal | None = None
    note: Explanation | None = None


def gather(
    files: Sequence[Found], archive: Keeper, index: Memory, crew: Crew, progress: Progress | None = None
) -> Iterator[Gathered]:
    """Bring every file of the inbox to its outcome; in no particular order.

    Files of equal content are worked on once. What the index knows is neither read nor worked on again; it must be the
    index of the same rules as the task of the crew. Whoever stops early, or is killed, goes on from there next time.

    Args:
        files: From ``inbox.scan``; locks and folders among them are passed over, whatever should have been a file and
            is none comes out refused.
        archive: Where the originals go.
        index: What earlier runs found out.
        crew: Who works.
        progress: Told after each file.

    Raises:
        WorkbookError: Archive or index cannot be written, or nobody can work; what was done so far stays in the index.
    """
    run = _Run(archive, index, crew)
    wanted = [found for found in files if found.kind in (Kind.FILE, Kind.ODD)]
    try:
        for done, one in enumerate(run.all(wanted), start=1):
            if progress is not None:
                progress(done, len(wanted), run.bytes)
            yield one
    finally:
        # Also when the consumer has stopped, or Ctrl-C came.
        run.keep()


class _Run:
    """One run: what is at work, and who waits for it."""

    def __init__(self, archive: Keeper, index: Memory, crew: Crew) -> None:
        self.bytes = 0
        self._archive, self._index, self._crew = archive, index, crew
        self._waiting: dict[str, list[_Read]] = {}
        self._passing: dict[str, Refusal] = {}

    def all(self, files: Sequence[Found]) -> Iterator[Gathered]:
        """Every file once."""
        for found in files:
            if found.kind is Kind.ODD:
                yield Gathered(found, "", refusal(WorkbookError("W23", reason=found.reason)))
        regular = [found for found in files if found.kind is Kind.FILE]
        unknown: list[Found] = []
        yield from self._known(regular, unknown)
        for read in _read_all(unknown, self._archive):
            yield from self._take_up(read)
            yield from self._settled(self._crew.results(wait=False))
        while self._crew.busy:
            yield from self._settled(self._crew.results(wait=True))

    def keep(self) -> None:
        """Write down what has been found out; the originals first, for the index vouches for them."""
        self._archive.settle()
        self._index.flush()

    # --- what is known already

    def _known(self, files: Sequence[Found], unknown: list[Found]) -> Iterator[Gathered]:
        """Files that are as they were when they were last read, with outcomes; the others are put on the list."""
        if not files:
            return
        seen, kept = self._index.seen(), self._archive.names()
        for some in _chunks(files):
            shas = {found.path: sha for found in some if (sha := self._unchanged(found, seen, kept)) is not None}
            outcomes = self._index.outcomes(list(dict.fromkeys(shas.values())))
            for found in some:
                outcome = outcomes.get(shas.get(found.path, ""))
                if outcome is None:
                    unknown.append(found)
                else:
                    yield Gathered(found, shas[found.path], outcome, cached=True)

    def _unchanged(self, found: Found, seen: Mapping[bytes, Seen], kept: frozenset[str]) -> str | None:
        """The fingerprint of a file that need not be read again: unchanged, and its original is kept."""
        last = seen.get(_key(found.path))
        if last is None or last.signature != found.signature:
            return None
        return last.sha256 if self._archive.place(last.sha256, found.path.suffix).name in kept else None

    # --- what was read

    def _take_up(self, read: _Read) -> Iterator[Gathered]:
        """Have what was read worked on, unless the answer is there."""
        received = read.received
        if received is None:
            yield _refused(read)
            return
        self.bytes += received.size
        self._remember_file(read.found, received)
        outcome = self._answer(received.sha256)
        if outcome is not None:
            yield Gathered(read.found, received.sha256, outcome, cached=True, note=read.note)
        elif received.data is None:
            outcome = _too_large(received)
            self._index.remember(received.sha256, outcome)
            yield Gathered(read.found, received.sha256, outcome, note=read.note)
        else:
            yield from self._hand_over(read, received.sha256, received.data)

    def _answer(self, sha256: str) -> Outcome | None:
        passing = self._passing.get(sha256)
        return self._index.outcomes([sha256]).get(sha256) if passing is None else passing

    def _hand_over(self, read: _Read, sha256: str, data: bytes) -> Iterator[Gathered]:
        # Only who it was is kept meanwhile, not the content.
        waiting = read._replace(received=None)
        if sha256 in self._waiting:
            self._waiting[sha256].append(waiting)
            return
        self._waiting[sha256] = [waiting]
        while self._crew.full:
            yield from self._settled(self._crew.results(wait=True))
        self._crew.give(sha256, data)

    def _remember_file(self, found: Found, received: Received) -> None:
        """Let the next run pass the file over, if it can be told by its signature whether it has changed."""
        settled = time.time_ns() - received.signature.mtime_ns > _TICK_NS
        if settled and found.signature is not None and _alike(found, received):
            self._index.saw(_key(found.path), Seen(found.signature, received.sha256))

    def _settled(self, finished: Iterable[Done]) -> Iterator[Gathered]:
        for sha256, outcome in finished:
            if isinstance(outcome, Refusal) and not outcome.lasting:
                # A worker that died may have died of anything: the next run tries again, this one does not.
                self._passing[sha256] = outcome
            else:
                self._index.remember(sha256, outcome)
            for number, read in enumerate(self._waiting.pop(sha256)):
                yield Gathered(read.found, sha256, outcome, cached=number > 0, note=read.note)
        if self._index.due:
            self.keep()


def _alike(found: Found, received: Received) -> bool:
    """Whether what was read is what the scan saw. Windows tells other numbers of an open file, so these two only."""
    before, after = found.signature, received.signature
    return before is not None and (before.size, before.mtime_ns) == (after.size, after.mtime_ns)


def _refused(read: _Read) -> Gathered:
    return Gathered(read.found, "", read.refused or refusal(WorkbookError("W23", reason="")), note=read.note)


def _too_large(received: Received) -> Refusal:
    limit = LIMITS.file_bytes // _MB
    tenths = -(-received.size * 10 // _MB)
    return refusal(
        UnsafeWorkbook("W04", measure="文件大小", limit=f"{limit} MB", actual=f"{tenths / 10:g} MB"), lasting=True
    )


def _key(path: Path) -> bytes:
    return os.fsencode(path.absolute())


def _chunks(files: Sequence[Found]) -> Iterator[Sequence[Found]]:
    return (files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK))


# --- reading ahead -------------------------------------------------------------------------------------------------


def _read_all(files: Sequence[Found], archive: Keeper) -> Iterator[_Read]:
    """Read and archive every file in order, a few at a time: disks and networks answer late, but many at once."""
    if not files:
        return
    left = iter(files)
    with ThreadPoolExecutor(_READERS, "jiqun-reader") as readers:
        ahead: deque[Future[_Read]] = deque(readers.submit(_read, found, archive) for found in islice(left, _AHEAD))
        try:
            while ahead:
                read = ahead.popleft().result()
                ahead.extend(readers.submit(_read, found, archive) for found in islice(left, 1))
                yield read
        finally:
            readers.shutdown(wait=True, cancel_futures=True)


def _read(found: Found, archive: Keeper) -> _Read:
    try:
        received = receive(found)
        note = archive.keep(found, received)
    except WorkbookError as error:
        if error.code == "W09":
            # No original, no collection: the disk is full, or the folder is not ours to write.
            raise
        return _Read(found, None, refusal(error))
    return _Read(found, received, note=note)
