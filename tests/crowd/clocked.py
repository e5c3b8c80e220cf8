"""The command line with a clock in it: a collection looked at from outside does not tell its stages apart.

python -m tests.crowd.clocked STAGES.json collect INBOX -o MASTER.xlsx
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from workbook import cli
from workbook.commission import collect as collecting
from workbook.commission import making
from workbook.commission.memory import remembered
from workbook.commission.publish import Published, publish
from workbook.commission.settle import Arrival, Settled, settle


class Clock:
    """Watches one collection.

    Args:
        processes: How many work.

    Attributes:
        stages: ``gathered``, when everything was read and judged, as a time of day; ``recalling`` and ``writing``, how
            many seconds it took to read the master of before and to write the new one; ``judging``, the seconds of a
            processor until everything was gathered, this one's and of each of the workers on average.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self.stages: dict[str, float] = {}

    def watch(self) -> None:
        """Stand between a collection and what it calls."""

        def settled(arrivals: Iterable[Arrival], policy: str, season: str) -> Settled:
            spent = os.times()
            self.stages["gathered"] = time.time()
            self.stages["judging"] = (
                spent.user + spent.system + (spent.children_user + spent.children_system) / self._processes
            )
            return settle(arrivals, policy, season)

        def published(target: Path, write: Callable[[Path], None], *, expected: bytes | None) -> Published:
            return publish(target, self._timed("writing", write), expected=expected)

        for module, name, it in (
            (collecting, "settle", settled),
            (making, "remembered", self._timed("recalling", remembered)),
            (making, "publish", published),
        ):
            setattr(module, name, it)

    def _timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*given)
            finally:
                self.stages[stage] = self.stages.get(stage, 0.0) + time.perf_counter() - begun

        return timed


def main(arguments: list[str]) -> int:
    """Run one command, and put down how long its stages took.

    Args:
        arguments: The file for the stages; then those of the command, the number of processes last.
    """
    told, *command = arguments
    clock = Clock(int(command[-1]))
    clock.watch()
    status = cli.main(command)
    Path(told).write_text(json.dumps(clock.stages), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
