"""An inbox becomes the master: gathered, settled, what people wrote carried over, all put in place at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from toolkit.messages import Explanation
from workbook.commission.annex import MOST_FIRMS, enterprises, split
from workbook.commission.archive import Archive
from workbook.commission.arrivals import arrival, aside, crew
from workbook.commission.decisions import WORDED
from workbook.commission.experts.appraisal import Appraisal, taken
from workbook.commission.experts.panel import Handed
from workbook.commission.experts.settling import Judged, settle_appraisals, troubles
from workbook.commission.gather import Gathered, Progress, gather
from workbook.commission.guard import warnings
from workbook.commission.inbox import annex_of, scan
from workbook.commission.index import Index
from workbook.commission.known import identify
from workbook.commission.making import Before, HeldBoth, Made, PublishedBoth, before_of, held_of
from workbook.commission.outcome import Refusal
from workbook.commission.publish import Lock, Overtaken, Published, clear_away
from workbook.commission.settle import Arrival, Settled, settle
from workbook.commission.sharing import Sharing
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.everything import tables
from workbook.commission.stand import UntouchedSheets
from workbook.commission.take import Taking
from workbook.commission.words import Last, last_run
from workbook.layout import Layout

ARCHIVE = "archive"
_INDEX = "index.sqlite"
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
        most_firms: How many enterprises the master holds itself.
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
    most_firms: int = MOST_FIRMS
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How a run went.

    Attributes:
        annex: What became of the annex; None where the master holds everything itself.
        notes: What is to be told besides.
        notices: What of people's own sheets is not as it was, in sentences.
    """

    settled: Settled
    published: Published
    notes: tuple[Explanation, ...]
    annex: Published | None = None
    notices: tuple[str, ...] = ()


def collect(order: Order) -> Collected:
    """Bring the master up to date with its inbox.

    Raises:
        WorkbookError: Somebody else collects into it, it is no master, or something cannot be written. The master is
            as it was then; what was read so far need not be read again.
    """
    target = order.target.resolve()
    with Lock(target):
        clear_away(annex_of(target))
        before = before_of(target, order.layout)
        with _index(order, target) as index:
            came = _came_in(order, target, index)
            made, published = _published(order, target, came, before)
            index.wrote(made.untouched)
            return _told(made, published, came)


def desk_of(order: Order) -> Desk:
    """All that the master would be made from now; nothing but archive and index is written.

    Raises:
        WorkbookError: As ``collect``.
    """
    target = order.target.resolve()
    with Lock(target):
        before = before_of(target, order.layout)
        with _index(order, target) as index:
            came = _came_in(order, target, index)
            return _desk(order, came, held_of(before, order.layout, came.untouched))


def _published(order: Order, target: Path, came: _CameIn, before: Before) -> tuple[Made, PublishedBoth]:
    """The master in its place; beside it where people save faster than it is made."""
    for _ in range(_ATTEMPTS):
        made = _made(order, target, came, before)
        try:
            return made, made.publish()
        except Overtaken:
            before = before_of(target, order.layout, before)
    made = _made(order, target, came, before)
    return made, made.publish_beside()


def _made(order: Order, target: Path, came: _CameIn, before: Before) -> Made:
    """The master as it is to be written from now."""
    held = held_of(before, order.layout, came.untouched)
    apart = held.annex is not None or enterprises(came.settled.clusters) > order.most_firms
    desk = replace(_desk(order, came, held), annex=annex_of(target).name if apart else "")
    return Made(target, desk, held, split(desk, held.master, held.annex))


def _told(made: Made, published: PublishedBoth, came: _CameIn) -> Collected:
    """How the run went, now that it is written."""
    desk = made.desk
    return Collected(
        settled=Settled(tuple(desk.clusters), tuple(desk.receipts)),
        published=published.master,
        annex=published.annex,
        notes=(*came.notes, *warnings(desk), *troubles(desk.opinions), *made.notes()),
        notices=tuple(made.notices),
    )


class _CameIn(NamedTuple):
    """What the inbox comes to, what is to be told of how it was read, and which sheets are as they were written."""

    settled: Settled
    judged: Judged
    notes: tuple[Explanation, ...]
    untouched: Mapping[str, UntouchedSheets]


def _index(order: Order, target: Path) -> Index:
    return Index(target.parent / ARCHIVE / _INDEX, order.task.rules)


def _came_in(order: Order, target: Path, index: Index) -> _CameIn:
    arrivals, handed, notes = _arrivals(order, Archive(target.parent / ARCHIVE), index)
    policy, season = order.layout.policy, order.layout.season
    settled = settle(arrivals, policy.id, season.id)
    return _CameIn(settled, settle_appraisals(handed, policy, season, settled.clusters), notes, index.untouched())


def _desk(order: Order, came: _CameIn, held: HeldBoth) -> Desk:
    """All that the sheets are made from, what was decided in the master of before among it."""
    if not all(table.keyed for table in held.master.tables.values()):
        identify(held.master, tables(_at_hand(order, came, Last())))
    return _at_hand(order, came, last_run(held.master, held.names, WORDED))


def _at_hand(order: Order, came: _CameIn, last: Last) -> Desk:
    """All that the sheets are made from; the sample stays as it was drawn until somebody asks for another."""
    policy, season = order.layout.policy, order.layout.season
    procedure = season.procedure
    return Desk(
        policy=policy,
        season=season,
        clusters=came.settled.clusters,
        receipts=sorted((*came.settled.receipts, *came.judged.receipts), key=lambda one: one.file),
        archive=ARCHIVE,
        words=last.words,
        opinions=came.judged.opinions,
        sample=order.sample or last.sample or procedure.sample,
        seed=order.seed or last.seed or procedure.seed or f"{policy.id}-{season.id}",
    )


# --- reading ---------------------------------------------------------------------------------------------------


def _arrivals(
    order: Order, archive: Archive, index: Index
) -> tuple[Sequence[Arrival], Sequence[Handed], tuple[Explanation, ...]]:
    """Every file of the inbox with what it comes to, and what is to be told besides."""
    found = scan(order.inbox, order.target, archive.folder)
    workers = crew(order.task, order.processes, order.scheduler)
    came: list[Arrival | Handed] = [*aside(found)]
    notes: list[Explanation] = []
    share = Sharing()
    with workers:
        for one in gather(found, archive, index, workers, order.progress):
            came.append(_came(one, share))
            notes += [one.note] if one.note else []
    index.flush()
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
