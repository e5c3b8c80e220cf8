"""From what lies in an inbox to arrivals that can be settled, and who works on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbook.commission.cluster import Cluster
from workbook.commission.filing import Filing
from workbook.commission.gather import Gathered
from workbook.commission.inbox import Found, Kind
from workbook.commission.outcome import Alone, Crew, Refusal, Task
from workbook.commission.settle import Arrival
from workbook.commission.workers import Workers

_OURS = ("W12", "W51", "W58")
"""A master, a scoring workbook, a report: what the tool itself writes and is no application."""
_NAMED = {Kind.LOCK: "打开标记", Kind.FOLDER: "文件夹"}


def crew(task: Task, processes: int | None, scheduler: str) -> Crew:
    """Who works: a Dask cluster where its address is given, else this computer.

    Args:
        task: What is done.
        processes: None for one per core.
        scheduler: Address, or empty.
    """
    if scheduler:
        return Cluster(task, scheduler)
    return Alone(task) if processes == 1 else Workers(task, processes)


def arrival(one: Gathered, filing: Filing | None = None) -> Arrival:
    """One file as it was read.

    Args:
        one: The file.
        filing: What it comes to; None where it was refused.
    """
    outcome = one.outcome
    if isinstance(outcome, Refusal):
        skipped = outcome.code in _OURS
        return Arrival(name=one.name, sha256=one.sha256, withdrawn=one.withdrawn, refusal=outcome.text, skipped=skipped)
    return Arrival(name=one.name, sha256=one.sha256, withdrawn=one.withdrawn, filing=filing)


def aside(found: Iterable[Found]) -> Iterator[Arrival]:
    """What lies in the inbox besides files: locks and folders nobody could look into."""
    for one in found:
        if one.kind in _NAMED and one.notice is not None:
            yield Arrival(name=f"{one.name}（{_NAMED[one.kind]}）", refusal=str(one.notice), skipped=True)
