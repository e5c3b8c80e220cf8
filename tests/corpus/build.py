"""The whole corpus as files: ``python -m tests.corpus.build FOLDER``."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.corpus.draft import Convert, Draft
from tests.corpus.spots import locate
from tests.corpus.strokes import Stroke
from toolkit.errors import WorkbookError
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from toolkit.submission import Submission
from workbook.check import Shelf, check_file
from workbook.layout import Layout, lay_out
from workbook.sample import Outcome, sample
from workbook.template import write_template

FIRMS, SEED = 16, 7
VERSIONS = Path(__file__).parents[1] / "versions"
Found = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Case:
    """One workbook: what was done to it, and all that must be said of it.

    Attributes:
        expect: ``"F2 area, F1 roster/3/name"``: each code with the spot where it stands; a code alone where the file
            as a whole is refused.
        base: What was there before: ``met``, ``blank``, or a version under ``tests/versions``.
        renamed: Sheet → the name it bears now.
    """

    strokes: tuple[Stroke, ...]
    expect: str = ""
    base: str = "met"
    renamed: Mapping[str, str] = field(default_factory=dict)


def case(*strokes: Stroke, expect: str = "", base: str = "met", renamed: Mapping[str, str] | None = None) -> Case:
    """A case, its strokes in the order in which they are made."""
    return Case(strokes, expect, base, renamed or {})


@cache
def layout() -> Layout:
    """Of the present template."""
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


@cache
def before(base: str) -> bytes:
    """The file a case starts from."""
    if (VERSIONS / base).is_file():
        return (VERSIONS / base).read_bytes()
    planned = layout()
    given = {} if base == "blank" else sample(planned.policy, planned.season, SEED, Outcome(base), FIRMS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{base}.xlsx"
        write_template(planned, path, answers_from_dict(planned.policy, given) if given else None)
        return path.read_bytes()


def build(one: Case, convert: Convert) -> bytes | None:
    """The file of a case; None where it is about a file that is not there."""
    draft = Draft(before(one.base), layout(), convert)
    for stroke in one.strokes:
        stroke(draft)
    return draft.packed()


def expected(one: Case) -> Found:
    """Code, sheet and cell of everything that must be said."""
    found: Found = Counter()
    for told in filter(None, one.expect.split(", ")):
        code, _, spot = told.partition(" ")
        place = locate(layout(), spot) if spot else None
        sheet = one.renamed.get(place.sheet, place.sheet) if place else ""
        found[code, sheet, place.cell if place else ""] += 1
    return found


class Told(NamedTuple):
    """What a check made of a file.

    Attributes:
        problems: Code, sheet and cell of each; the code alone where the file is refused.
        stated: Every answer, and every row of a table, wherever it stands.
    """

    problems: Found
    stated: Counter[str]


def told(file: Path, known: Shelf) -> Told:
    """Check a file."""
    try:
        checked = check_file(file, known)
    except WorkbookError as error:
        return Told(Counter([(error.code, "", "")]), Counter())
    problems = checked.evaluation.problems
    return Told(
        Counter((one.code, one.location.sheet, one.location.cell) for one in problems), _stated(checked.submission)
    )


def _stated(submission: Submission) -> Counter[str]:
    stated = Counter(f"{key}={entry.value}" for key, entry in submission.entries.items())
    for name, table in submission.tables.items():
        stated.update(f"{name}: " + "|".join(str(entry.value) for entry in row.cells.values()) for row in table.rows)
    return stated


def convert_with(program: str, profile: str) -> Convert:
    """LibreOffice with a profile of its own."""

    def convert(data: bytes, kind: str, to: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder) / f"in.{kind}", Path(folder) / "out"
            source.write_bytes(data)
            options = [f"-env:UserInstallation={profile}", "--headless", "--norestore"]
            subprocess.run(
                [program, *options, "--convert-to", to, "--outdir", out, source],
                check=False,
                capture_output=True,
                timeout=120,
            )
            return (out / f"in.{to}").read_bytes()

    return convert


def main(folder: Path) -> None:
    """Write every case into a folder."""
    from tests.corpus.bad import BAD
    from tests.corpus.forty import FORTY_FAULTS
    from tests.corpus.odd import ODD

    program = shutil.which("soffice") or "soffice"
    with tempfile.TemporaryDirectory() as profile:
        convert = convert_with(program, Path(profile).as_uri())
        groups: Mapping[str, Mapping[str, Case]] = {"bad": BAD, "odd": ODD, "forty": {"forty-faults": FORTY_FAULTS}}
        for group, cases in groups.items():
            (folder / group).mkdir(parents=True, exist_ok=True)
            for name, one in cases.items():
                try:
                    data = build(one, convert)
                except OSError as error:
                    print(f"{name}: {error}")  # noqa: T201 - a command of its own
                    continue
                if data is not None:
                    (folder / group / f"{name}.xlsx").write_bytes(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the corpus into a folder, for a person to open.")
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
