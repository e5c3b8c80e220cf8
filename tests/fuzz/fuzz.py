"""Random damage against the whole of ``jiqun check``: whatever is not a clear refusal, or takes too long, is a finding.

    .venv/bin/python tests/fuzz/fuzz.py --seconds 600 --seed 1
    .venv/bin/python tests/fuzz/fuzz.py --seed 1 --case 4711

The second makes one case again. Files that fail are kept in ``build/fuzz``.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tests.fuzz.mutations import Parts, mutated, unzipped  # noqa: E402 - the path is set first
from toolkit.errors import ToolkitError  # noqa: E402 - as above

HANG_SECONDS = 10


class Hang(BaseException):
    """A case has taken too long; no handler of ours may swallow it."""


@dataclass
class Tally:
    """What became of the cases."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def told(self) -> str:
        """In one line."""
        counts = ", ".join(f"{name} {count}" for name, count in sorted(self.outcomes.items()))
        return f"fuzz: {self.cases} cases, {len(self.findings)} findings; {counts}"


def bases() -> tuple[Parts, ...]:
    """Small sound workbooks: blank, filled, half filled, and one that carries results already."""
    from toolkit.intake import answers_from_dict
    from toolkit.packs import packs
    from workbook.layout import lay_out
    from workbook.sample import Outcome, sample
    from workbook.template import write_template

    made: list[Parts] = []
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        for pack in packs().values():
            layout = lay_out(pack.policy, pack.seasons[max(pack.seasons)])
            write_template(layout, path)
            made.append(unzipped(path.read_bytes()))
        pack = packs()["shanghai-2024"]
        layout = lay_out(pack.policy, pack.seasons["2026"])
        for outcome in (Outcome.MET, Outcome.INCOMPLETE):
            answers = answers_from_dict(pack.policy, sample(pack.policy, layout.season, 7, outcome, 8))
            write_template(layout, path, answers)
            made.append(unzipped(path.read_bytes()))
        _check(path, copy)
        made.append(unzipped(copy.read_bytes()))
    return tuple(made)


def _check(source: Path, target: Path) -> Any:
    """As the command line does it."""
    from workbook.check import check_file, shelf
    from workbook.results import write_results

    found = check_file(source, shelf())
    write_results(found.book, found.layout, found.submission, found.evaluation, "盖章")
    found.book.save(target)
    return found


def run(data: bytes, folder: Path) -> str:
    """One case: how it ended.

    Raises:
        AssertionError: The copy with the results is not as good as the file.
        Hang: It took too long.
        Exception: Anything that no refusal is.
    """
    from workbook.check import check_file, shelf

    source, target = folder / "申报.xlsx", folder / "结果.xlsx"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    try:
        found = _check(source, target)
    except ToolkitError as error:
        if not str(error) or target.exists():
            raise AssertionError("a refusal without words, or with a copy") from error
        return getattr(error, "code", type(error).__name__)
    try:
        again = check_file(target, shelf())
    except ToolkitError as error:
        raise AssertionError(f"the copy is refused: {error}") from error
    verdicts = [(one.rule, one.verdict, one.shown) for one in found.evaluation.findings]
    assert verdicts == [(one.rule, one.verdict, one.shown) for one in again.evaluation.findings], (
        "the copy is judged otherwise"
    )
    return "accepted"


def case(made: Sequence[Parts], seed: int, number: int) -> bytes:
    """The file of a case, the same for the same seed and number."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - reproducible on purpose
    return mutated(made[number % len(made)], chance)


def fuzz(seed: int, seconds: float, most: int, keep: Path, first: int = 0) -> Tally:
    """Run cases until the time or their number is up.

    Args:
        seed: Of all chance.
        seconds: How long.
        most: How many cases.
        keep: Where the files that fail go.
        first: Number of the first case.
    """
    made, tally = bases(), Tally()
    end = time.monotonic() + seconds
    signal.signal(signal.SIGALRM, _hang)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + most):
            if time.monotonic() > end:
                break
            _one(case(made, seed, number), f"{seed}-{number}", Path(folder), keep, tally)
    return tally


def _hang(*_: object) -> None:
    raise Hang


def _one(data: bytes, name: str, folder: Path, keep: Path, tally: Tally) -> None:
    tally.cases += 1
    signal.alarm(HANG_SECONDS)
    try:
        outcome = run(data, folder)
    except (Exception, Hang) as error:  # noqa: BLE001 - all of them are findings
        signal.alarm(0)
        where = traceback.extract_tb(error.__traceback__)[-1]
        outcome = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
        tally.findings.append(f"case {name}: {outcome}: {error}"[:500])
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{name}.xlsx").write_bytes(data)
        (keep / f"{name}.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
    finally:
        signal.alarm(0)
    tally.outcomes[outcome] += 1


def main() -> int:
    """The command line; 1 if there are findings."""
    parser = argparse.ArgumentParser(description="Random damage against jiqun check")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz")
    options = parser.parse_args()
    alone = options.case is not None
    tally = fuzz(options.seed, options.seconds, 1 if alone else sys.maxsize, options.keep, options.case or 0)
    print(tally.told(), *tally.findings, sep="\n")  # noqa: T201 - a program prints
    return bool(tally.findings)


if __name__ == "__main__":
    sys.exit(main())
