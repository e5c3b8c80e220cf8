"""An inbox becomes the master: gathered, settled, what people wrote carried over, all put in place at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission import pictures
from workbook.commission.archive import Archive
from workbook.commission.carry import Carried, carried
from workbook.commission.cluster import Cluster as Cloud
from workbook.commission.decisions import WORDED
from workbook.commission.filing import unpacked
from workbook.commission.gather import Gathered, Progress, gather
from workbook.commission.guard import warnings
from workbook.commission.held import Held
from workbook.commission.inbox import Found, Kind, legible, scan
from workbook.commission.index import Index
from workbook.commission.memory import opened, remembered
from workbook.commission.outcome import Alone, Crew, Refusal
from workbook.commission.publish import Lock, Published, publish
from workbook.commission.settle import Arrival, Settled, settle
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.table import Table
from workbook.commission.take import Taking
from workbook.commission.transplant import OwnSheets
from workbook.commission.words import SAMPLE, SEED, Last, last_run
from workbook.commission.workers import Workers
from workbook.commission.write import write_master
from workbook.identity import MASTER, MASTER_SEASON
from workbook.layout import Layout
from workbook.package.stream import Package

ARCHIVE = "archive"
_INDEX = "index.sqlite"
_A_MASTER = "W12"
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be collected, and how.

    Attributes:
        inbox: Folders below it are searched too.
        target: The master; what lies beside it in ``archive`` belongs to it.
        layout: Policy and season; other workbooks are logged and left out.
        task: What is done with each file.
        processes: None for one per core.
        scheduler: Address of a Dask cluster that works instead, or empty.
        sample, seed: How many clusters are visited, and from what they are drawn; empty leaves it as it was.
        progress: Told after each file.
    """

    inbox: Path
    target: Path
    layout: Layout
    task: Taking
    processes: int | None = None
    scheduler: str = ""
    sample: str = ""
    seed: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How a run went.

    Attributes:
        notes: What is to be told besides.
        notices: What of people's own sheets is not as it was, in sentences.
    """

    settled: Settled
    published: Published
    notes: tuple[Explanation, ...]
    notices: tuple[str, ...] = ()


def collect(order: Order) -> Collected:
    """Bring the master up to date with its inbox.

    Raises:
        WorkbookError: Somebody else collects into it, it is no master, or something cannot be written. The master is
            as it was then; what was read so far need not be read again.
    """
    target = order.target.resolve()
    with Lock(target):
        before = _before(target, order.layout)
        archive = Archive(target.parent / ARCHIVE)
        arrivals, notes = _arrivals(order, archive)
        policy, season = order.layout.policy, order.layout.season
        settled = settle(arrivals, policy.id, season.id)
        held = _held(before, order.layout)
        desk = _desk(order, settled, last_run(held, before.names if before is not None else {}, WORDED))
        done = carried(tables(desk), held)
        notices: list[str] = []
        own = OwnSheets(data=held.data, names=held.own)
        published = publish(target, _writer(desk, done.tables, own, notices))
    told = (*notes, *warnings(desk), *_moved(done))
    return Collected(settled=settled, published=published, notes=told, notices=tuple(notices))


def _desk(order: Order, settled: Settled, last: Last) -> Desk:
    """All that the sheets are made from; the sample stays as it was drawn until somebody asks for another."""
    policy, season = order.layout.policy, order.layout.season
    procedure = season.procedure
    return Desk(
        policy=policy,
        season=season,
        clusters=settled.clusters,
        receipts=settled.receipts,
        archive=ARCHIVE,
        words=last.words,
        sample=order.sample or last.sample or procedure.sample,
        seed=order.seed or last.seed or procedure.seed or f"{policy.id}-{season.id}",
    )


def _before(target: Path, layout: Layout) -> Package | None:
    """The master of before, None where there is none.

    Raises:
        WorkbookError: It cannot be read (W35), is no master (W11), or one of other rules or another year (W36): nothing
            people wrote could be carried over.
    """
    if not os.path.lexists(target):
        return None
    if not target.is_file():
        raise WorkbookError("W11", name=legible(target.name))
    try:
        package = opened(target)
    except WorkbookError as error:
        raise WorkbookError("W35", name=legible(target.name), reason=str(error)) from error
    if MASTER not in package.names:
        raise WorkbookError("W11", name=legible(target.name))
    theirs = [package.names.get(name, "").strip('"') for name in (MASTER, MASTER_SEASON)]
    if theirs != [layout.policy.id, layout.season.id]:
        raise WorkbookError("W36", name=legible(target.name), found=" / ".join(theirs))
    return package


def _held(before: Package | None, layout: Layout) -> Held:
    """What people left in it; its columns are known by marks, else by the headings of sheets without any cluster."""
    if before is None:
        return Held()
    empty = Desk(policy=layout.policy, season=layout.season, clusters=(), receipts=(), archive=ARCHIVE)
    try:
        return remembered(before, tables(empty))
    except WorkbookError as error:
        raise WorkbookError("W35", name="总表", reason=str(error)) from error


def _moved(done: Carried) -> Iterator[Explanation]:
    """What is to be told of what people wrote."""
    if done.lost:
        yield explain("W37", {"count": done.lost})
    if done.changes:
        yield explain("W38", {"count": done.changes})
    if done.outside:
        yield explain("W39", {"cells": "；".join(done.outside[:_SHOWN]), "count": len(done.outside)})


# --- reading ---------------------------------------------------------------------------------------------------


def _arrivals(order: Order, archive: Archive) -> tuple[list[Arrival], tuple[Explanation, ...]]:
    """Every file of the inbox with what it comes to, and what is to be told besides."""
    found = scan(order.inbox, order.target, archive.folder)
    with Index(archive.folder / _INDEX, order.task.rules) as index, _crew(order) as crew:
        gathered = list(gather(found, archive, index, crew, order.progress))
        notes = [*index.notes, *(one.note for one in gathered if one.note)]
    return [*map(_arrival, gathered), *_told(found)], tuple(notes)


def _crew(order: Order) -> Crew:
    if order.scheduler:
        return Cloud(order.task, order.scheduler)
    return Alone(order.task) if order.processes == 1 else Workers(order.task, order.processes)


def _arrival(one: Gathered) -> Arrival:
    outcome = one.outcome
    if isinstance(outcome, Refusal):
        skipped = outcome.code == _A_MASTER
        return Arrival(name=one.name, sha256=one.sha256, withdrawn=one.withdrawn, refusal=outcome.text, skipped=skipped)
    return Arrival(name=one.name, sha256=one.sha256, withdrawn=one.withdrawn, filing=unpacked(outcome))


def _told(found: Iterable[Found]) -> Iterator[Arrival]:
    """What lies in the inbox besides files: locks and folders nobody could look into."""
    for one in found:
        if one.kind in (Kind.LOCK, Kind.FOLDER) and one.notice is not None:
            yield Arrival(name=f"{one.name}（{_NAMED[one.kind]}）", refusal=str(one.notice), skipped=True)


_NAMED = {Kind.LOCK: "打开标记", Kind.FOLDER: "文件夹"}


# --- writing ---------------------------------------------------------------------------------------------------


def _writer(desk: Desk, sheets: Sequence[Table], own: OwnSheets, notices: list[str]) -> Callable[[Path], None]:
    title = f"{desk.policy.scheme}{desk.season.year}年度"
    identity = {"master": desk.policy.id, "season": desk.season.id, SAMPLE: desk.sample, SEED: desk.seed}

    def write(path: Path) -> None:
        written = write_master(
            path,
            title,
            sheets,
            identity,
            own=own,
            first=lambda book, styles: pictures.draw(book, styles, desk, title, sheets),
        )
        notices.extend(written.notices)

    return write
