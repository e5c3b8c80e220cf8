"""What a workbook says of itself."""

from __future__ import annotations

import re
from typing import Final

CORE: Final = "docProps/core.xml"
_SAVED: Final = re.compile(rb"<dcterms:modified[^>]*>([^<]{10,40})</dcterms:modified>")


def last_saved(core: bytes) -> str:
    """When it was last saved, as its core properties say; empty where they do not.

    Examples:
        >>> last_saved(b"<dcterms:modified>2026-09-20T08:00:00Z</dcterms:modified>")
        '2026-09-20T08:00:00Z'
    """
    match = _SAVED.search(core)
    return match[1].decode("ascii", "replace") if match else ""
