"""What every measure without parts has in common, so that each kind states only what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import at
from toolkit.threshold import Threshold


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A measure that is not made of other measures.

    Attributes:
        threshold: Its bound, None where it has none.
        over: Parameter that says over which years or rows it is asked, empty where the text leaves no choice.
    """

    threshold: Threshold | None = None
    over: str = ""

    @property
    def parameters(self) -> Iterator[str]:
        """Ids of the parameters whose reading changes the result."""
        yield from filter(None, [self.over])

    @property
    def slots(self) -> tuple[str, ...]:
        """The single cells it reads."""
        return ()

    @property
    def mentions(self) -> tuple[str, ...]:
        """Inputs all of whose cells must be filled, whatever their years."""
        return ()

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` of every column it reads."""
        return ()


def bound_from(raw: Mapping[str, Any]) -> Threshold:
    """The bound of a measure, its errors under ``threshold``."""
    with at("threshold"):
        return Threshold.from_dict(raw["threshold"])
