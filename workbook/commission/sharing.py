"""Ten thousand filings say the same words about the same cells, so each word and each cell lies in memory once."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from workbook.commission.filing import Place

Found = TypeVar("Found", bound=msgspec.Struct)


class Sharing:
    """Makes one object of what is equal in many structs: they come to less than half of what they are decoded to."""

    def __init__(self) -> None:
        self._known: dict[str | Place, Any] = {}

    def __call__(self, found: Found) -> Found:
        """The same struct, smaller.

        Args:
            found: Just decoded, so that nobody else holds it: it is frozen for everybody who gets it from here.
        """
        for name in found.__struct_fields__:
            msgspec.structs.force_setattr(found, name, self._shared(getattr(found, name)))
        return found

    def _shared(self, value: Any) -> Any:
        match value:
            case str():
                return self._known.setdefault(value, value)
            case tuple():
                return tuple(map(self._shared, value))
            case msgspec.Raw():
                # Else it would keep all it was decoded from.
                return value.copy()
            case Place():
                return self._known.get(value) or self._known.setdefault(self(value), value)
            case msgspec.Struct():
                return self(value)
        return value
