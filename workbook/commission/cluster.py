"""The very same work on a Dask cluster; every outcome comes once, whatever becomes of the cluster's workers."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from toolkit.errors import WorkbookError
from workbook import __version__
from workbook.commission.outcome import Done, Outcome, Task, attempt, refusal
from workbook.commission.workers import SECONDS

# Contents under way for each thread of the cluster: one at work, and others already there when it is done.
_DEPTH: Final = 3
_LOOK, _CONNECTING = 0.5, 10.0


class Cluster:
    """A crew behind a Dask scheduler. Contents are sent: no disk need be shared.

    Args:
        task: What is done; every worker must have the same version of this program.
        scheduler: Address, ``tcp://host:8786``.
        seconds: How long one content may take, its turn in the queue not counted.

    Raises:
        WorkbookError: On entering: Dask is not installed, or the scheduler cannot be reached (W28).
    """

    def __init__(self, task: Task, scheduler: str, seconds: float = SECONDS) -> None:
        self._task, self._address = task, scheduler
        # Nobody tells when a turn has come; the ones before it have their time first.
        self._seconds = seconds * (_DEPTH + 1)
        self._limit = seconds
        # Dask tells no types.
        self._client: Any = None
        self._done: SimpleQueue[str] = SimpleQueue()
        self._futures: dict[str, tuple[Any, float]] = {}
        self._threads = 1
        self._counted = 0.0

    @property
    def full(self) -> bool:
        """Whether every thread of the cluster has enough to do."""
        if monotonic() - self._counted > _CONNECTING:
            # Workers come and go.
            self._threads, self._counted = self._count(), monotonic()
        return len(self._futures) >= _DEPTH * self._threads

    @property
    def busy(self) -> bool:
        """Whether results are still to come."""
        return bool(self._futures)

    def give(self, key: str, data: bytes) -> None:
        """Send a content to the cluster."""
        client = self._connected()
        name = f"jiqun-{client.id}-{key}"
        future = client.submit(_work, self._task, data, key=name, pure=False, retries=2)
        self._futures[key] = future, monotonic() + self._seconds
        future.add_done_callback(lambda _: self._done.put(key))

    def results(self, *, wait: bool) -> list[Done]:
        """What has been finished.

        Raises:
            WorkbookError: The scheduler is lost (W29), or a worker has another version of this program (W28).
        """
        done: list[Done] = []
        while self._futures:
            try:
                key = self._done.get(timeout=_LOOK) if wait and not done else self._done.get_nowait()
            except Empty:
                if not wait or done:
                    break
                self._refuse_if_lost()
                done += self._overdue()
                continue
            if key in self._futures:
                outcome = self._outcome(self._futures[key][0])
                self._futures.pop(key)
                done.append(Done(key, outcome))
        return done

    def _outcome(self, future: Any) -> Outcome:
        from distributed import KilledWorker

        try:
            # The worker that has it may die just now; then it is worked out anew.
            version, outcome = future.result(timeout=self._seconds)
        except KilledWorker:
            return refusal(WorkbookError("W24"))
        except (CancelledError, TimeoutError, OSError) as error:
            raise WorkbookError("W29", address=self._address) from error
        if version != __version__:
            reason = f"工作节点的 jiqun 版本是 {version}，本机是 {__version__}"
            raise WorkbookError("W28", reason=reason)
        result: Outcome = outcome
        return result

    def _overdue(self) -> list[Done]:
        """What takes too long; the cluster cannot be made to stop it, but nobody waits for it any more."""
        now = monotonic()
        late = [key for key, (_, until) in self._futures.items() if now > until]
        for key in late:
            self._futures.pop(key)[0].cancel()
        return [Done(key, refusal(WorkbookError("W25", limit=f"{self._limit:g}"))) for key in late]

    def _refuse_if_lost(self) -> None:
        client = self._connected()
        if client.status != "running":
            raise WorkbookError("W29", address=self._address)

    def _connected(self) -> Any:
        if self._client is None:
            raise RuntimeError("the cluster has not been entered")
        return self._client

    def _count(self) -> int:
        """The threads of all workers."""
        try:
            told: dict[str, Any] = self._connected().scheduler_info(n_workers=-1)
        except (OSError, TimeoutError) as error:
            raise WorkbookError("W29", address=self._address) from error
        threads: int = sum(worker["nthreads"] for worker in told["workers"].values())
        return max(1, threads)

    def __enter__(self) -> Self:
        """Connect."""
        # What Dask has to say of a lost scheduler is a page of traceback; W29 says it in a line.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            import distributed
        except ImportError as error:
            raise WorkbookError(
                "W28", reason='未安装 Dask；便携文件夹不含该程序库，请在源码文件夹中运行 pip install ".[dask]"'
            ) from error
        try:
            client: Any = distributed.Client
            self._client = client(self._address, timeout=_CONNECTING, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkbookError("W28", reason=f"无法连接调度器 {self._address}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Call off what is still under way, and let go."""
        if self._client is not None:
            self._futures.clear()
            self._client.close(timeout=_LOOK)
            self._client = None


def _work(task: Task, data: bytes) -> tuple[str, Outcome]:
    """On the cluster's side; another version of this program might judge otherwise, so it says which it is."""
    return __version__, attempt(task, data)
