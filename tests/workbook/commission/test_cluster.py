"""The very same work behind a real Dask scheduler: nothing lost or doubled, whatever becomes of its workers."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from tests.crowd.crowd import small_crowd
from tests.dask_cluster import Cluster, cluster
from tests.workbook.commission.tasks import Counted, Scripted, answer
from toolkit.errors import WorkbookError
from workbook.cli import main
from workbook.commission.cluster import Cluster as Crew
from workbook.commission.outcome import Outcome, Refusal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups to kill")
FILES = 24


@pytest.fixture
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask")) as running:
        yield running


def worked(crew: Crew, orders: dict[str, bytes]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    left = list(orders.items())
    while left or crew.busy:
        while left and not crew.full:
            crew.give(*left.pop())
        for key, outcome in crew.results(wait=True):
            assert key not in found, key
            found[key] = outcome
    return found


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "done"


def test_every_content_comes_back_once_though_a_worker_is_killed_midway(dask: Cluster, tmp_path: Path) -> None:
    task = Counted(tmp_path / "log")
    orders = {f"{number}": bytes([number]) * 1000 for number in range(60)}
    with Crew(task, dask.address) as crew:
        halves = [dict(list(orders.items())[part::2]) for part in (0, 1)]
        first = worked(crew, halves[0])
        for key, data in list(halves[1].items())[:4]:
            crew.give(key, data)
        dask.kill(0)
        rest = dict(list(halves[1].items())[4:])
        second = worked(crew, rest)
        while crew.busy:
            second.update(dict(crew.results(wait=True)))
    assert first | second == {key: answer(data) for key, data in orders.items()}


def test_what_kills_or_fails_a_worker_costs_itself(dask: Cluster, tmp_path: Path) -> None:
    orders = {"raises": b"raise it", "refused": b"refuse pdf", "good": b"work"}
    with Crew(Scripted(tmp_path), dask.address) as crew:
        found = {key: code(outcome) for key, outcome in worked(crew, orders).items()}
    assert found == {"raises": "W26", "refused": "W02", "good": "done"}


def test_what_takes_too_long_is_given_up(dask: Cluster, tmp_path: Path) -> None:
    with Crew(Scripted(tmp_path), dask.address, seconds=0.5) as crew:
        crew.give("hangs", b"await nobody")
        (done,) = crew.results(wait=True)
        (tmp_path / "nobody.go").touch()
    assert (done.key, code(done.outcome)) == ("hangs", "W25")


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.commission.cluster._CONNECTING", 1.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        for wrong in (address, "nonsense://"):
            with pytest.raises(WorkbookError) as caught:
                Crew(Scripted(tmp_path), wrong).__enter__()
            assert (caught.value.code, wrong in str(caught.value)) == ("W28", True)


@contextmanager
def killed_midway(dask: Cluster, archive: Path) -> Iterator[None]:
    """A worker killed once a third of the files have arrived."""
    over = threading.Event()

    def strike() -> None:
        while len(list(archive.glob("??/*.xlsx"))) < FILES // 3 and not over.wait(0.01):
            pass
        dask.kill(1)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        yield
    finally:
        over.set()
        striker.join()


def test_a_collection_with_a_worker_killed_midway_equals_the_local_one(
    dask: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / "收件"
    small_crowd(inbox, FILES, seed=8, bad=0.1)
    local, remote = tmp_path / "本机" / "总表.xlsx", tmp_path / "集群" / "总表.xlsx"
    assert main(["collect", str(inbox), "-o", str(local), "--processes", "1"]) == 1
    told = capsys.readouterr()
    with killed_midway(dask, remote.parent / "archive"):
        assert main(["collect", str(inbox), "-o", str(remote), "--scheduler", dask.address]) == 1
    assert capsys.readouterr().err == told.err
    assert remote.read_bytes() == local.read_bytes()
    log = list(
        openpyxl.load_workbook(remote, read_only=True)["导入日志"].iter_rows(
            min_row=5, min_col=3, max_col=3, values_only=True
        )
    )
    assert len({name for (name,) in log}) == len(log) == FILES
