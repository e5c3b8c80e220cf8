"""What a run through the inbox leaves behind: originals and outcomes, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from toolkit.messages import Explanation
from workbook.commission.archive import Received
from workbook.commission.inbox import Found
from workbook.commission.index import Seen
from workbook.commission.outcome import Outcome


class Keeper(Protocol):
    """Where originals go; ``archive.Archive`` keeps them."""

    def keep(self, found: Found, received: Received) -> Explanation | None:
        """Keep what was received; what is to be told of it."""
        ...

    def settle(self) -> None:
        """See to it that what was kept survives."""
        ...

    def place(self, sha256: str, suffix: str) -> Path:
        """Where a content lies."""
        ...

    def names(self) -> frozenset[str]:
        """The names of everything that is kept."""
        ...


class Memory(Protocol):
    """What earlier runs found out; ``index.Index`` remembers it."""

    @property
    def due(self) -> bool:
        """Whether it is time to write down."""
        ...

    def outcomes(self, shas: Sequence[str]) -> dict[str, Outcome]:
        """What is known of these contents."""
        ...

    def remember(self, sha256: str, outcome: Outcome) -> None:
        """Keep what a content came to."""
        ...

    def seen(self) -> Mapping[bytes, Seen]:
        """Every file of earlier runs, by its path in bytes."""
        ...

    def saw(self, path: bytes, seen: Seen) -> None:
        """Keep what a file was."""
        ...

    def flush(self) -> None:
        """Write down."""
        ...


class NoKeeper:
    """Originals stay where they are."""

    def keep(self, found: Found, received: Received) -> None:
        """Nothing is kept, and there is nothing to tell."""

    def settle(self) -> None:
        """There is nothing to see to."""

    def place(self, sha256: str, suffix: str) -> Path:
        """Nowhere."""
        return Path(f"{sha256}{suffix}")

    def names(self) -> frozenset[str]:
        """None."""
        return frozenset()


class NoMemory:
    """Every run begins anew."""

    due = False

    def outcomes(self, shas: Sequence[str]) -> dict[str, Outcome]:
        """None is known."""
        return {}

    def remember(self, sha256: str, outcome: Outcome) -> None:
        """Forgotten."""

    def seen(self) -> Mapping[bytes, Seen]:
        """None."""
        return {}

    def saw(self, path: bytes, seen: Seen) -> None:
        """Forgotten."""

    def flush(self) -> None:
        """There is nothing to write."""
