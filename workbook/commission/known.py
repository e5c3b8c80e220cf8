"""Rows of the master of before whose keys were deleted are known by what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbook.commission.digest import canonical, row_digest
from workbook.commission.filling import cleaned
from workbook.commission.held import NAMED_BY, Held, HeldRow
from workbook.commission.table import Owner, Table

_NOBODY: Final = ""


class Known:
    """The rows of a table by what they say.

    Args:
        table: As the tool makes it now, with rows that can be gone through again.
        slots: Columns the digests of before are about.
    """

    def __init__(self, table: Table, slots: Sequence[str]) -> None:
        # Of what several say nothing is known.
        self._by_digest: dict[str, str] = {}
        self._by_name: dict[tuple[str, ...], str] = {}
        places = {column.id: at for at, column in enumerate(table.columns)}
        told = [places[one] for one in slots if one in places]
        names = [at for at, column in enumerate(table.columns) if column.owner is Owner.TOOL][:NAMED_BY]
        for row in table.rows:
            digest = row_digest([cleaned(row.values[at]) for at in told])
            name = tuple(canonical(cleaned(row.values[at])) for at in names)
            self._by_digest[digest] = _NOBODY if digest in self._by_digest else row.key
            self._by_name[name] = _NOBODY if name in self._by_name else row.key

    def key(self, row: HeldRow) -> str:
        """The key of a row, empty where nobody can tell."""
        named = self._by_name.get(row.words_by, _NOBODY) if any(row.words_by) else _NOBODY
        return self._by_digest.get(row.digest, _NOBODY) or named


def identify(held: Held, tables: Sequence[Table]) -> None:
    """Give rows of before their keys back, for what was decided in them must be known before the tables are made.

    Args:
        held: The master of before; the keys are put into its rows.
        tables: As far as they can be made without what people wrote.
    """
    for table in tables:
        found = held.tables.get(table.name)
        if found is not None and not found.keyed:
            known = Known(table, found.slots)
            for row in found.rows:
                row.key = row.key or known.key(row)
