"""An inbox that changes from run to run, of workbooks that were judged once."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from tests.crowd.crowd import bases, taken_apart
from workbook.commission.collect import Collected, Order, collect
from workbook.commission.take import Taking
from workbook.engines.files import FileBook
from workbook.layout import Layout
from workbook.package.edit import SheetEdit
from workbook.package.properties import CORE

CLUSTERS, ROUNDS, FIRMS = 5, 3, 12
BROKEN: Final = "坏"
_FIGURES: Final = ("area", "output_total")
Lying = dict[str, str]
"""Path below the inbox → the workbook that lies there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every workbook that may ever arrive, and an archive in which all of them are known.

    Attributes:
        works: Name → content; ``3-1`` is the first correction of the third cluster.
        archive: Copied beside each master, so that nothing is judged twice.
    """

    layout: Layout
    works: dict[str, bytes]
    archive: Path

    @classmethod
    def written(cls, layout: Layout, folder: Path) -> Library:
        """Write them, and judge each once."""
        folder.mkdir(parents=True)
        works = dict(_works(layout, folder))
        library = cls(layout=layout, works=works, archive=folder / "archive")
        library.collected({f"{name}.xlsx": name for name in works}, folder / "总表.xlsx")
        return library

    def collected(self, lying: Lying, target: Path) -> Collected:
        """One run over an inbox in which these lie."""
        inbox = target.with_suffix(".inbox")
        shutil.rmtree(inbox, ignore_errors=True)
        inbox.mkdir()
        for path, name in lying.items():
            (inbox / path).parent.mkdir(parents=True, exist_ok=True)
            (inbox / path).write_bytes(self.works[name])
        if self.archive.exists() and not (target.parent / "archive").exists():
            shutil.copytree(self.archive, target.parent / "archive")
        return collect(Order(inbox=inbox, target=target, layout=self.layout, task=Taking(), processes=1))


def _works(layout: Layout, folder: Path) -> Iterator[tuple[str, bytes]]:
    apart = [taken_apart(path) for path in bases(folder, 3, 5, FIRMS)]
    for cluster in range(CLUSTERS):
        first = apart[cluster % len(apart)].variant(cluster)
        for version in range(ROUNDS):
            yield f"{cluster}-{version}", _corrected(layout, first, version, folder) if version else first
    yield BROKEN, b"PK\x03\x04"


def _corrected(layout: Layout, data: bytes, version: int, folder: Path) -> bytes:
    """The same application with other figures, saved later."""
    book, path = FileBook(data), folder / "补正.xlsx"
    for figure in _FIGURES:
        area = layout.inputs[figure].area
        book.write(area.sheet, SheetEdit(cells={(area.top, area.left): f"{version + 3}.5"}))
    book.save(path)
    saved = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            later = f">2026-11-{version:02d}T".encode()
            new.writestr(part, re.sub(rb">[0-9]{4}-[0-9]{2}-[0-9]{2}T", later, content) if part == CORE else content)
    return saved.getvalue()


class Inbox:
    """What lies in the inbox now.

    Args:
        works: All that may arrive.
        chance: Decides.
    """

    def __init__(self, chance: Random) -> None:
        self._chance, self._numbers = chance, count(1)
        clusters = chance.sample(range(CLUSTERS), chance.randint(2, 4))
        self.lying: Lying = {f"{cluster}.xlsx": f"{cluster}-0" for cluster in clusters}

    def change(self) -> None:
        """Something happens."""
        often = (self._arrives, self._is_corrected)
        chance, now = self._chance, (self._goes, self._goes_with_all, self._is_withdrawn, self._is_renamed)
        chance.choice((*often, *often, *now, self._comes_twice, self._comes_broken))()

    def _one(self) -> str:
        """The path of something that lies there."""
        return self._chance.choice(sorted(self.lying) or [""])

    def _arrives(self) -> None:
        cluster = self._chance.randrange(CLUSTERS)
        self.lying[f"{cluster}.xlsx"] = f"{cluster}-0"

    def _is_corrected(self) -> None:
        cluster = self.lying.get(self._one(), BROKEN).partition("-")[0]
        if cluster != BROKEN:
            self.lying[f"补正/{next(self._numbers)}.xlsx"] = f"{cluster}-{self._chance.randrange(1, ROUNDS)}"

    def _goes(self) -> None:
        self.lying.pop(self._one(), None)

    def _goes_with_all(self) -> None:
        cluster = self.lying.get(self._one(), "").partition("-")[0]
        self.lying = {path: name for path, name in self.lying.items() if name.partition("-")[0] != cluster}

    def _is_withdrawn(self) -> None:
        if path := self._one():
            self.lying[f"撤回/{path}"] = self.lying.pop(path)

    def _is_renamed(self) -> None:
        if path := self._one():
            self.lying[f"改名{next(self._numbers)}.xlsx"] = self.lying.pop(path)

    def _comes_twice(self) -> None:
        if path := self._one():
            self.lying[f"重复/{next(self._numbers)}.xlsx"] = self.lying[path]

    def _comes_broken(self) -> None:
        self.lying[f"{BROKEN}.xlsx"] = BROKEN
