"""A master, and its annex where it has one, from what lies there to what takes its place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.errors import WorkbookError
from toolkit.messages import Explanation, explain
from workbook.commission import pictures
from workbook.commission.annex import Split, enterprises, known_tables, missed
from workbook.commission.carry import Carried
from workbook.commission.held import Held
from workbook.commission.inbox import annex_of, legible
from workbook.commission.marks import part_name
from workbook.commission.memory import opened, remembered
from workbook.commission.publish import Published, publish, publish_beside
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.lists import FIRMS
from workbook.commission.stand import UntouchedSheets
from workbook.commission.table import Table
from workbook.commission.transplant import OwnSheets
from workbook.commission.words import SAMPLE, SEED
from workbook.commission.write import First, write_master
from workbook.identity import ANNEX, MASTER, MASTER_SEASON
from workbook.layout import Layout
from workbook.package.stream import Package

_SHOWN: Final = 5


# --- what lies there -------------------------------------------------------------------------------------------


class Before(NamedTuple):
    """The workbooks of the last run; None where there is none."""

    master: Package | None = None
    annex: Package | None = None


def before_of(target: Path, layout: Layout, known: Before | None = None) -> Before:
    """What lies there from the last run.

    Args:
        target: The master.
        layout: Policy and season.
        known: What lay there a moment ago: where it was taken away meanwhile, what it said is all there is.

    Raises:
        WorkbookError: One of them cannot be read (W35), is none of ours (W11), or one of other rules or another year
            (W36): nothing people wrote could be carried over.
    """
    known = known or Before()
    return Before(
        _package(target, layout, MASTER) or known.master,
        _package(annex_of(target), layout, ANNEX) or known.annex,
    )


def _package(path: Path, layout: Layout, mark: str) -> Package | None:
    if not os.path.lexists(path):
        return None
    if not path.is_file():
        raise WorkbookError("W11", name=legible(path.name))
    try:
        package = opened(path)
    except WorkbookError as error:
        raise WorkbookError("W35", name=legible(path.name), reason=str(error)) from error
    if mark not in package.names:
        raise WorkbookError("W11", name=legible(path.name))
    theirs = [package.names.get(name, "").strip('"') for name in (mark, MASTER_SEASON)]
    if theirs != [layout.policy.id, layout.season.id]:
        raise WorkbookError("W36", name=legible(path.name), found=" / ".join(theirs))
    return package


class HeldBoth(NamedTuple):
    """What people left in them.

    Attributes:
        annex: None where there was none.
        names: What the master calls what.
    """

    master: Held
    annex: Held | None
    names: Mapping[str, str]


def held_of(before: Before, layout: Layout, untouched: Mapping[str, UntouchedSheets]) -> HeldBoth:
    """What people left; columns are known by marks, else by the headings of sheets without any cluster.

    Args:
        before: The workbooks of the last run.
        layout: Policy and season.
        untouched: By the fingerprint of a workbook its sheets in which the tool wrote nothing of people's.

    Raises:
        WorkbookError: A sheet is damaged (W35).
    """
    empty = Desk(policy=layout.policy, season=layout.season, clusters=(), receipts=(), archive="")
    tables = known_tables(empty)
    held = [_remembered(name, one, tables, untouched) for name, one in zip(("总表", FIRMS), before, strict=True)]
    return HeldBoth(held[0] or Held(), held[1], before.master.names if before.master is not None else {})


def _remembered(
    name: str, package: Package | None, tables: Sequence[Table], untouched: Mapping[str, UntouchedSheets]
) -> Held | None:
    if package is None:
        return None
    try:
        return remembered(package, tables, untouched.get(sha256(package.archive.data).hexdigest(), {}))
    except WorkbookError as error:
        raise WorkbookError("W35", name=name, reason=str(error)) from error


# --- what takes its place --------------------------------------------------------------------------------------


class PublishedBoth(NamedTuple):
    """What became of master and annex."""

    master: Published
    annex: Published | None


@dataclass(frozen=True, slots=True)
class Made:
    """A master as it is to be written, from one state of those of before.

    Attributes:
        target: The master.
        notices: What could not be carried over as it was, in sentences; known once it is written.
        untouched: By the fingerprint of what was written its sheets in which nothing of people's stands.
    """

    target: Path
    desk: Desk
    held: HeldBoth
    split: Split
    notices: list[str] = field(default_factory=list)
    untouched: dict[str, UntouchedSheets] = field(default_factory=dict)

    @property
    def annex(self) -> Path:
        """Where the annex lies, if there is one."""
        return annex_of(self.target)

    def publish(self) -> PublishedBoth:
        """Put both in their place, the annex first: where a run ends between them, what moves is in both.

        Raises:
            Overtaken: Somebody has saved one of them since it was read.
            WorkbookError: One cannot be written.
        """
        annex = None
        if self.split.annex is not None:
            expected = self.held.annex.data if self.held.annex is not None else b""
            annex = publish(self.annex, self._write_annex, expected=expected)
            if annex.beside and self.split.moves:
                # The annex that counts does not hold yet what the master would give up.
                return PublishedBoth(publish_beside(self.target, self._write_master), annex)
        return PublishedBoth(publish(self.target, self._write_master, expected=self.held.master.data), annex)

    def publish_beside(self) -> PublishedBoth:
        """Put both beside what lies there, whatever that holds.

        Raises:
            WorkbookError: One cannot be written.
        """
        annex = publish_beside(self.annex, self._write_annex) if self.split.annex is not None else None
        return PublishedBoth(publish_beside(self.target, self._write_master), annex)

    def _write_master(self, path: Path) -> None:
        desk, sheets = self.desk, self.split.master.tables
        names = {"master": desk.policy.id, "season": desk.season.id, SAMPLE: desk.sample, SEED: desk.seed}
        first = partial(pictures.draw, desk=desk, title=self._title, tables=sheets)
        self._write(path, sheets, names, self.held.master, first)

    def _write_annex(self, path: Path) -> None:
        desk, sheets = self.desk, self.split.annex.tables if self.split.annex is not None else ()
        self._write(path, sheets, {"annex": desk.policy.id, "season": desk.season.id}, self.held.annex or Held())

    def _write(
        self, path: Path, sheets: Sequence[Table], names: Mapping[str, str], held: Held, first: First | None = None
    ) -> None:
        own = OwnSheets(data=held.data, names=held.own, stood=_stood(held))
        written = write_master(path, self._title, sheets, names, own=own, first=first)
        self.notices.extend(written.notices)
        self.untouched[written.sha256] = written.untouched

    @property
    def _title(self) -> str:
        return f"{self.desk.policy.scheme}{self.desk.season.year}年度"

    def notes(self) -> Iterator[Explanation]:
        """What is to be told of what people wrote and drew, and of where it is now."""
        desk, held, split = self.desk, self.held, self.split
        if split.annex is not None and held.annex is None:
            count = enterprises(desk.clusters)
            yield explain("W61", {"count": count, "name": desk.annex})
        if missed(held.master, held.annex):
            yield explain("W62", {"name": self.annex.name})
        yield from _moved([one for one in (split.master, split.annex) if one is not None])
        for one in filter(None, held[:2]):
            yield from _drawn(one)


def _stood(held: Held) -> Mapping[str, str]:
    """Sheet as it is to be called → how its rows stood."""
    return {
        part_name(name, part): told for name, table in held.tables.items() for part, told in enumerate(table.stand, 1)
    }


def _moved(done: Sequence[Carried]) -> Iterator[Explanation]:
    """What is to be told of what people wrote."""
    outside = [cell for one in done for cell in one.outside]
    if lost := sum(one.lost for one in done):
        yield explain("W37", {"count": lost})
    if changes := sum(one.changes for one in done):
        yield explain("W38", {"count": changes})
    if outside:
        yield explain("W39", {"cells": "；".join(outside[:_SHOWN]), "count": len(outside)})


def _drawn(held: Held) -> Iterator[Explanation]:
    """What people drew on sheets of the tool and has to be fetched from the backup."""
    if held.drawn:
        things = ("、".join(f"{what} {count} 个" for what, count in found.items()) for found in held.drawn.values())
        told = "；".join(f"“{sheet}”{what}" for sheet, what in zip(held.drawn, things, strict=True))
        yield explain("W52", {"things": told})
