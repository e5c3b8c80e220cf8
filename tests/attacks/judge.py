"""The whole of ``jiqun check`` on one file after another, each in a process of its own that may die of it.

Run as a program: a line of JSON ``[source, target]`` in, a line of JSON with the outcome out. What all need is loaded once
and each file is judged in a fork, so that a hundred attacks cost a hundred forks and not a hundred starts.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

# Of the processor: the most the test ever grants.
CPU_SECONDS = 10
# Of the clock, which only stops what waits for ever.
WAIT_SECONDS = 300
Outcome = dict[str, Any]


def main(sound: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory() as folder:
        # Once here, so that all that is loaded on the way is loaded before the forks.
        told = checked(sound, Path(folder) / "a.xlsx")
    print(json.dumps(told), flush=True)  # noqa: T201 - the other end reads
    for line in sys.stdin:
        source, target = json.loads(line)
        print(json.dumps(judged(Path(source), Path(target))), flush=True)  # noqa: T201 - as above


def judged(source: Path, target: Path) -> Outcome:
    """What became of a file, with the memory and the processor time it took."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        with os.fdopen(writing, "w", encoding="utf-8") as told:
            json.dump(outcome(source, target), told)
        os._exit(0)
    os.close(writing)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(WAIT_SECONDS)
    with os.fdopen(reading, encoding="utf-8") as told:
        text = told.read()
    _, status, usage = os.wait4(child, 0)
    signal.alarm(0)
    found: Outcome = json.loads(text) if text else {"code": "DIED", "message": f"status {status}"}
    seconds = round(usage.ru_utime + usage.ru_stime, 3)
    return {**found, "seconds": seconds, "megabytes": usage.ru_maxrss // 1024, "status": status}


def outcome(source: Path, target: Path) -> Outcome:
    """The code and words of the refusal; empty where the file was accepted and its copy could be read again."""
    from toolkit.errors import ToolkitError

    try:
        return {"code": "", "message": checked(source, target)}
    except ToolkitError as error:
        return {"code": getattr(error, "code", type(error).__name__), "message": str(error)}
    except BaseException:  # noqa: BLE001 - whatever it is, it is the finding
        return {"code": "CRASH", "message": traceback.format_exc()[-2000:]}


def checked(source: Path, target: Path) -> str:
    """Check a file as the command line does; how often each problem was found."""
    from collections import Counter

    from workbook.check import check_file, shelf
    from workbook.package.stream import read
    from workbook.results import write_results

    found = check_file(source, shelf())
    write_results(found.book, found.layout, found.submission, found.evaluation, "盖章")
    found.book.save(target)
    assert read(target).names == read(source).names
    problems = Counter(problem.code for problem in found.evaluation.problems)
    return " ".join(f"{code}×{count}" for code, count in sorted(problems.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
