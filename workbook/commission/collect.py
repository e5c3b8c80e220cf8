"""An inbox becomes the master: gathered, settled, what people wrote carried over, all put in place at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission import pictures
from workbook.commission.archive import Archive
from workbook.commission.arrivals import arrival, aside, crew
from workbook.commission.carry import Carried, carried
from workbook.commission.decisions import WORDED
from workbook.commission.experts.appraisal import Appraisal, taken
from workbook.commission.experts.panel import Handed
from workbook.commission.experts.settling import Judged, settle_appraisals, troubles
from workbook.commission.gather import Gathered, Progress, gather
from workbook.commission.guard import warnings
from workbook.commission.held import Held
from workbook.commission.inbox import legible, scan
from workbook.commission.index import Index
from workbook.commission.known import identify
from workbook.commission.memory import opened, remembered
from workbook.commission.outcome import Refusal
from workbook.commission.publish import Lock, Overtaken, Published, publish, publish_beside
from workbook.commission.settle import Arrival, Settled, settle
from workbook.commission.sharing import Sharing
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.take import Taking
from workbook.commission.transplant import OwnSheets
from workbook.commission.words import SAMPLE, SEED, Last, last_run
from workbook.commission.write import write_master
from workbook.identity import MASTER, MASTER_SEASON
from workbook.layout import Layout
from workbook.package.stream import Package

ARCHIVE = "archive"
_INDEX = "index.sqlite"
_SHOWN = 5
_ATTEMPTS = 3
"""How often a master that people save while it is made is made again."""


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
        came = _came_in(order, target)
        for _ in range(_ATTEMPTS):
            made = _made(order, came, before)
            try:
                return made.told(publish(target, made.write, expected=made.held.data))
            except Overtaken:
                # Where it has been taken away meanwhile, what it said is all there is.
                before = _before(target, order.layout) or before
        made = _made(order, came, before)
        return made.told(publish_beside(target, made.write))


def desk_of(order: Order) -> Desk:
    """All that the master would be made from now; nothing but archive and index is written.

    Raises:
        WorkbookError: As ``collect``.
    """
    target = order.target.resolve()
    with Lock(target):
        before = _before(target, order.layout)
        return _at_hand(order, _came_in(order, target), before)[0]


class _CameIn(NamedTuple):
    """What the inbox comes to, and what is to be told of how it was read."""

    settled: Settled
    judged: Judged
    notes: tuple[Explanation, ...]


def _came_in(order: Order, target: Path) -> _CameIn:
    arrivals, handed, notes = _arrivals(order, Archive(target.parent / ARCHIVE))
    policy, season = order.layout.policy, order.layout.season
    settled = settle(arrivals, policy.id, season.id)
    return _CameIn(settled, settle_appraisals(handed, policy, season, settled.clusters), notes)


def _at_hand(order: Order, came: _CameIn, before: Package | None) -> tuple[Desk, Held]:
    """All that the sheets are made from, and what people left in those of before."""
    held = _held(before, order.layout)
    if not all(table.keyed for table in held.tables.values()):
        identify(held, tables(_desk(order, came.settled, came.judged, Last())))
    last = last_run(held, before.names if before is not None else {}, WORDED)
    return _desk(order, came.settled, came.judged, last), held


def _desk(order: Order, settled: Settled, judged: Judged, last: Last) -> Desk:
    """All that the sheets are made from; the sample stays as it was drawn until somebody asks for another."""
    policy, season = order.layout.policy, order.layout.season
    procedure = season.procedure
    return Desk(
        policy=policy,
        season=season,
        clusters=settled.clusters,
        receipts=sorted((*settled.receipts, *judged.receipts), key=lambda one: one.file),
        archive=ARCHIVE,
        words=last.words,
        opinions=judged.opinions,
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


def _drawn(held: Held) -> Iterator[Explanation]:
    """What people drew on sheets of the tool and has to be fetched from the backup."""
    if held.drawn:
        things = ("、".join(f"{what} {count} 个" for what, count in found.items()) for found in held.drawn.values())
        told = "；".join(f"“{sheet}”{what}" for sheet, what in zip(held.drawn, things, strict=True))
        yield explain("W52", {"things": told})


# --- reading ---------------------------------------------------------------------------------------------------


def _arrivals(order: Order, archive: Archive) -> tuple[Sequence[Arrival], Sequence[Handed], tuple[Explanation, ...]]:
    """Every file of the inbox with what it comes to, and what is to be told besides."""
    found = scan(order.inbox, order.target, archive.folder)
    workers = crew(order.task, order.processes, order.scheduler)
    came: list[Arrival | Handed] = [*aside(found)]
    notes: list[Explanation] = []
    share = Sharing()
    with Index(archive.folder / _INDEX, order.task.rules) as index, workers:
        for one in gather(found, archive, index, workers, order.progress):
            came.append(_came(one, share))
            notes += [one.note] if one.note else []
        notes += index.notes
    arrivals = [one for one in came if isinstance(one, Arrival)]
    return arrivals, [one for one in came if isinstance(one, Handed)], tuple(notes)


def _came(one: Gathered, share: Sharing) -> Arrival | Handed:
    """One file as it was read: an application, the scoring workbook of an expert, or refused."""
    if isinstance(one.outcome, Refusal):
        return arrival(one)
    found = share(taken(one.outcome))
    if isinstance(found, Appraisal):
        return Handed(name=one.name, sha256=one.sha256, withdrawn=one.withdrawn, appraisal=found)
    return arrival(one, found)


# --- writing ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Made:
    """A master as it is to be written, from one state of the master of before."""

    desk: Desk
    held: Held
    done: Carried
    notes: tuple[Explanation, ...]
    notices: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Write it."""
        desk, sheets = self.desk, self.done.tables
        title = f"{desk.policy.scheme}{desk.season.year}年度"
        written = write_master(
            path,
            title,
            sheets,
            {"master": desk.policy.id, "season": desk.season.id, SAMPLE: desk.sample, SEED: desk.seed},
            own=OwnSheets(data=self.held.data, names=self.held.own),
            first=lambda book, styles: pictures.draw(book, styles, desk, title, sheets),
        )
        self.notices = written.notices

    def told(self, published: Published) -> Collected:
        """How the run went, now that it is written."""
        desk = self.desk
        notes = (*self.notes, *warnings(desk), *troubles(desk.opinions), *_moved(self.done), *_drawn(self.held))
        settled = Settled(tuple(desk.clusters), tuple(desk.receipts))
        return Collected(settled=settled, published=published, notes=notes, notices=self.notices)


def _made(order: Order, came: _CameIn, before: Package | None) -> _Made:
    desk, held = _at_hand(order, came, before)
    return _Made(desk, held, carried(tables(desk), held), came.notes)
