"""An inbox under two rule sets: every file answered for, every cluster judged twice by the file that counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbook.commission.arrivals import arrival, aside, crew
from workbook.commission.collect import ARCHIVE
from workbook.commission.comparison.judging import Compared, Judging, unpacked
from workbook.commission.comparison.matching import Matched, matched
from workbook.commission.comparison.sides import Side
from workbook.commission.filing import Filing
from workbook.commission.gather import Progress, gather
from workbook.commission.inbox import scan
from workbook.commission.outcome import Outcome, Refusal
from workbook.commission.settle import Arrival, Cluster, Receipt, settle
from workbook.commission.traces import NoKeeper, NoMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be compared, and how.

    Attributes:
        inbox: Folders below it are searched too.
        report: Where the report will stand; it is no submission.
        processes: None for one per core.
        scheduler: Address of a Dask cluster that works instead, or empty.
        progress: Told after each file.
    """

    inbox: Path
    task: Judging
    report: Path | None = None
    processes: int | None = None
    scheduler: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A cluster and what both rule sets say of it.

    Attributes:
        path: Of the file that counts.
    """

    cluster: Cluster
    path: Path
    compared: Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All there is to report.

    Attributes:
        clusters: By district, name and key.
        receipts: By file.
    """

    before: Side
    after: Side
    sides: Matched
    clusters: Sequence[Standing]
    receipts: Sequence[Receipt]


def compare(request: Request) -> Comparison:
    """Judge an inbox under both rule sets; nothing is left behind in it or beside it.

    Raises:
        WorkbookError: The inbox cannot be looked into, or nobody can work.
    """
    task = request.task
    found = scan(request.inbox, request.report, request.inbox / ARCHIVE)
    known: dict[str, Compared] = {}

    def filing(outcome: Outcome) -> Filing | None:
        if isinstance(outcome, Refusal):
            return None
        compared = unpacked(outcome)
        return known.setdefault(compared.filing.sha256, compared).filing

    paths = {one.name: one.path for one in found}
    with crew(task, request.processes, request.scheduler) as workers:
        gathered = gather(found, NoKeeper(), NoMemory(), workers, request.progress)
        arrivals = [arrival(one, filing(one.outcome)) for one in gathered]
    clusters, receipts = _settled([*_of_their_years(arrivals, known, task), *aside(found)])
    return Comparison(
        before=task.before,
        after=task.after,
        sides=matched(task.before, task.after),
        clusters=[Standing(one, paths[one.file], known[one.filing.sha256]) for one in clusters],
        receipts=receipts,
    )


def _of_their_years(arrivals: Iterable[Arrival], known: dict[str, Compared], task: Judging) -> Iterable[Arrival]:
    """Applications of another year are none of either side's."""
    years = {side.rules.season.year for side in (task.before, task.after)}
    for one in arrivals:
        compared = known.get(one.sha256)
        if one.filing is None or compared is None or compared.year in years:
            yield one
        else:
            told = f"申报年度为 {compared.year}，比较的是 {'、'.join(map(str, sorted(years)))} 年度，未计入"
            yield replace(one, filing=None, refusal=told)


def _settled(arrivals: Iterable[Arrival]) -> tuple[list[Cluster], list[Receipt]]:
    """Which files count; those made for different rules are no versions of each other."""
    groups: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for one in arrivals:
        groups[(one.filing.policy, one.filing.season) if one.filing else ("", "")].append(one)
    settled = [settle(many, *rules) for rules, many in sorted(groups.items())]
    clusters = [one for part in settled for one in part.clusters]
    receipts = [one for part in settled for one in part.receipts]
    clusters.sort(
        key=lambda one: (one.filing.district, one.filing.cluster, one.key, one.filing.policy, one.filing.season)
    )
    return clusters, sorted(receipts, key=lambda one: one.file)
