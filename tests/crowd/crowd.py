"""Thousands of workbooks that are all different, made from a few real ones, with a share of bad ones among them.

    .venv/bin/python -m tests.crowd.crowd FOLDER --count 10000 --seed 1

Each is a sample whose cluster, operator and enterprises got names and codes of their own: only its shared strings are
packed anew, so that ten thousand take minutes, not hours.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import time

from toolkit.packs import packs
from toolkit.reference import uscc_check_digit
from workbook.layout import lay_out
from workbook.package.directory import Entry, deflated, write_directory
from workbook.package.guard import open_archive
from workbook.package.limits import LIMITS
from workbook.sample import Outcome, write_samples

STRINGS = "xl/sharedStrings.xml"
BAD_SHARE = 0.05
_CODE = re.compile(rb"(?<![0-9A-Z])(9131[0-9]{4}[0-9A-Z]{9})[0-9A-Z](?![0-9A-Z])")
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Base:
    """A sample taken apart: the packed parts, its strings, and what its cluster is called."""

    parts: tuple[tuple[Entry, bytes], ...]
    strings: bytes
    cluster: bytes

    def variant(self, number: int) -> bytes:
        """The same application of another cluster."""
        mark = f"{number:05d}"
        text = self.strings.replace(self.cluster, self.cluster + f"第{mark}号".encode())
        text = _CODE.sub(lambda match: _recoded(match[1], number), text)
        parts = (deflated(e, [text]) if e.name == STRINGS else (e, packed) for e, packed in self.parts)
        return b"".join(write_directory(parts))


def _recoded(first17: bytes, number: int) -> bytes:
    """A code of another enterprise in the same district: its last five places tell the cluster."""
    told = ""
    rest = number
    for _ in range(4):
        rest, digit = divmod(rest, len(_DIGITS))
        told = _DIGITS[digit] + told
    # The middle keeps enterprises of one roster apart, the end keeps clusters apart.
    text = first17.decode("ascii")
    text = text[:4] + text[4:13] + told
    return (text + uscc_check_digit(text)).encode("ascii")


@dataclass(frozen=True, slots=True)
class Made:
    """One file: which sample it was made from, and whether it can be collected."""

    name: str
    base: str
    good: bool


def bases(folder: Path, count: int, seed: int, firms: int | None = None) -> tuple[Path, ...]:
    """Samples of every outcome."""
    pack = packs()["shanghai-2024"]
    layout = lay_out(pack.policy, pack.seasons["2026"])
    return tuple(write_samples(layout, folder, count=count, seed=seed, outcome=Outcome.MIXED, firms=firms))


def taken_apart(path: Path) -> Base:
    """A sample ready to be varied."""
    archive = open_archive(path, LIMITS)
    strings = archive.read(STRINGS)
    cluster = path.stem.split("_", 1)[1].encode()
    return Base(tuple((archive.entries[name], archive.raw(name)) for name in archive.names), strings, cluster)


def crowd(folder: Path, sources: tuple[Path, ...], count: int, seed: int, bad: float = BAD_SHARE) -> Iterator[Made]:
    """Write the files, spread over folders as districts send them.

    Args:
        folder: The inbox.
        sources: The samples.
        count: How many files, the bad ones included.
        seed: Decides which are bad, and how.
        bad: Their share.
    """
    chance = Random(seed)  # noqa: S311 - reproducible on purpose
    apart = {path.stem: taken_apart(path) for path in sources}
    names = sorted(apart)
    for number in range(count):
        base = names[number % len(names)]
        where = folder / f"区{number % 16:02d}" / f"批{number // 1000:02d}"
        where.mkdir(parents=True, exist_ok=True)
        target = where / f"{number:05d}.xlsx"
        data = apart[base].variant(number)
        spoiled = chance.random() < bad
        target.write_bytes(_spoiled(data, chance) if spoiled else data)
        yield Made(target.relative_to(folder).as_posix(), base, good=not spoiled)


def small_crowd(folder: Path, count: int, seed: int, firms: int = 20, bad: float = BAD_SHARE) -> tuple[Made, ...]:
    """A crowd of few enterprises, quickly made, that has lain there for an hour; see ``crowd``."""
    with tempfile.TemporaryDirectory() as rooms:
        made = tuple(crowd(folder, bases(Path(rooms), 6, seed, firms), count, seed, bad))
    then = time() - 3600
    for one in made:
        os.utime(folder / one.name, (then, then))
    return made


def _spoiled(data: bytes, chance: Random) -> bytes:
    """The ways files go bad on their way: cut off, of another kind, empty, encrypted, damaged at the front."""
    match chance.randrange(5):
        case 0:
            return data[: chance.randrange(1, len(data) - 1)]
        case 1:
            return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data[:2000]
        case 2:
            return b""
        case 3:
            return b"%PDF-1.7\n" + data[:5000]
    return bytes(64) + data[64:]


def main(arguments: list[str]) -> int:
    """Write a crowd for a person to look at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", type=int, default=48)
    parser.add_argument("--bad", type=float, default=BAD_SHARE)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sources = bases(Path(folder), options.bases, options.seed)
        made = [asdict(one) for one in crowd(options.folder, sources, options.count, options.seed, options.bad)]
    (options.folder.parent / f"{options.folder.name}.json").write_text(json.dumps(made), "utf-8")
    print(f"{len(made)} files, {sum(not one['good'] for one in made)} of them bad")  # noqa: T201 - a program prints
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
