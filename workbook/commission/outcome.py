"""What becomes of one file's content, wherever it is worked on: what it comes to, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from toolkit.errors import WorkbookError
from workbook.package.guard import shown

Task = Callable[[bytes], bytes]
"""The content of a file → what it comes to, packed. It can be pickled, and refuses by ``WorkbookError``."""


class Refusal(NamedTuple):
    """Why nothing came of a file.

    Attributes:
        code: Of ``toolkit.messages``.
        text: The message in one line.
        lasting: It lies in the content: another attempt would end alike.
    """

    code: str
    text: str
    lasting: bool = False


Outcome = bytes | Refusal


class Done(NamedTuple):
    """A content that was worked on, by the key under which it was given."""

    key: str
    outcome: Outcome


class Crew(Protocol):
    """Whoever works on contents: this process, several of this computer, or a cluster."""

    @property
    def full(self) -> bool:
        """Whether no more should be given before results are fetched."""
        ...

    @property
    def busy(self) -> bool:
        """Whether results are still to come."""
        ...

    def give(self, key: str, data: bytes) -> None:
        """Hand over a content under a key that is not at work already."""
        ...

    def results(self, *, wait: bool) -> list[Done]:
        """What has been finished; with ``wait`` at least one while any is at work.

        Raises:
            WorkbookError: Nobody can work any more.
        """
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End at once; what is still at work is dropped."""
        ...


def refusal(error: WorkbookError, *, lasting: bool = False) -> Refusal:
    """A refusal in the words of an error."""
    return Refusal(error.code, str(error), lasting)


def attempt(task: Task, data: bytes) -> Outcome:
    """Run the task on one content; whatever goes wrong costs this content only."""
    try:
        return task(data)
    except WorkbookError as error:
        return refusal(error, lasting=True)
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one of ten thousand files is told, not spread
        reason = shown(f"{type(error).__name__}: {error}")
        return refusal(WorkbookError("W26", reason=reason))


class Alone:
    """The crew of one: everything in this very process.

    Args:
        task: What is done.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._done: list[Done] = []

    @property
    def full(self) -> bool:
        """One at a time."""
        return bool(self._done)

    @property
    def busy(self) -> bool:
        """Whether a result waits to be fetched."""
        return bool(self._done)

    def give(self, key: str, data: bytes) -> None:
        """Work on a content, now."""
        self._done.append(Done(key, attempt(self._task, data)))

    def results(self, *, wait: bool) -> list[Done]:
        """What has been finished."""
        done, self._done = self._done, []
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left behind."""
