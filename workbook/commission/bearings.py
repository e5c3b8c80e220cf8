"""Where things stand on a sheet of the master people have worked on: by marks, and by headings where these are gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

from workbook.commission.digest import cell_digest, slots, unpacked
from workbook.commission.look import heading_text
from workbook.commission.marks import (
    DIGEST_HEADING,
    DIGEST_MARK,
    KEY_HEADING,
    KEY_MARK,
    OWN_PREFIX,
    PEOPLE_SIGN,
    TITLE_MARK,
)
from workbook.commission.table import Owner, Table
from workbook.package.rows import SheetRow
from workbook.package.sheet import Cell

LOOKED_AT: Final = 60
"""How far down the headings may have been pushed."""
_IDENTIFIER: Final = re.compile(r"[!-~]{1,64}")
_LEAST: Final = 0.5


@dataclass(slots=True, kw_only=True)
class Bearings:
    """Where things stand.

    Attributes:
        table: Of which table the sheet is.
        head: Row of the headings; those of the table follow it.
        key, digest: Column of the keys and of the digests, None where it was deleted.
        slots: Columns a digest is about, in its order.
        columns: Number → column.
        headings: Number → what the heading says.
    """

    table: str
    head: int
    key: int | None
    digest: int | None
    slots: tuple[str, ...]
    columns: dict[int, str]
    headings: dict[int, str]
    heading_checks: Mapping[str, int] = field(default_factory=dict)
    _own: set[str] = field(default_factory=set)

    @property
    def hidden(self) -> frozenset[int]:
        """The columns that hold keys and digests."""
        return frozenset(one for one in (self.key, self.digest) if one is not None)

    def is_tool(self, identifier: str) -> bool:
        """Whether the tool writes the column."""
        return identifier in self.slots

    def named(self, number: int) -> str:
        """The column of this number; one that nobody knows yet is people's own."""
        if number not in self.columns:
            heading = self.headings.setdefault(number, f"自加列{len(self._own) + 1}")
            self.columns[number] = own = own_id(heading, set(self.columns.values()))
            self._own.add(own)
        return self.columns[number]

    def places(self) -> dict[str, int]:
        """Column → its number."""
        return {identifier: number for number, identifier in self.columns.items()}


def own_id(heading: str, taken: set[str]) -> str:
    """The id of a column people added: by its heading, so that it is the same on every sheet of a table."""
    first = f"{OWN_PREFIX}{crc32(heading.encode('utf-8', 'surrogatepass')):08x}"
    numbered = (first if number == 1 else f"{first}_{number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def text_of(cell: Cell | None) -> str:
    """The text a cell holds, empty where it holds none or works it out."""
    return cell.value if cell is not None and isinstance(cell.value, str) and cell.formula is None else ""


def marked(rows: Sequence[SheetRow]) -> str:
    """The name of the table whose marks a sheet bears; empty where it bears none."""
    found = next((text for _, _, text in _texts(rows) if text.startswith(KEY_MARK)), "")
    return found.removeprefix(KEY_MARK)


def find(rows: Sequence[SheetRow], name: str, table: Table | None) -> Bearings | None:
    """Where things stand.

    Args:
        rows: The first of the sheet.
        name: Of the table, where the sheet bears no mark of it.
        table: As it is to be written; None where there is none any more.

    Returns:
        None where neither marks nor headings are left.
    """
    for row in rows:
        texts = {number: text for number, cell in row.cells.items() if (text := text_of(cell))}
        if _are_marks(texts.values(), table):
            return _by_marks(rows, row.number, texts, name, table)
    return _by_headings(rows, name, table) if table is not None else None


def _are_marks(texts: Collection[str], table: Table | None) -> bool:
    """Whether a row is that of the marks: it says so, or most of it are columns of the table."""
    ids = {column.id for column in table.columns} if table is not None else set()
    known = sum(text in ids for text in texts)
    return any(text.startswith((KEY_MARK, DIGEST_MARK)) for text in texts) or (
        known > 1 and known > _LEAST * len(texts)
    )


def _by_marks(rows: Sequence[SheetRow], at: int, texts: Mapping[int, str], name: str, table: Table | None) -> Bearings:
    key = next((number for number, text in texts.items() if text.startswith(KEY_MARK)), None)
    digest = next((number for number, text in texts.items() if text.startswith(DIGEST_MARK)), None)
    tools = texts[digest].removeprefix(DIGEST_MARK).split() if digest is not None else _tools(table)
    known = _known_ids(tools, table)
    columns: dict[int, str] = {}
    for number, text in sorted(texts.items()):
        # A column that was copied bears the id of the first one too.
        if number not in (key, digest) and known(text) and text not in columns.values():
            columns[number] = text
    bearings = Bearings(
        table=texts[key].removeprefix(KEY_MARK) if key is not None else name,
        head=at,
        key=key,
        digest=digest,
        slots=tuple(tools),
        columns=columns,
        headings={},
    )
    below = [row for row in rows if row.number > at]
    head = next((row for row in below if _is_head(row, key, digest)), None)
    head = head or next((row for row in below if table is not None and _bears_headings(row, table, 2)), None)
    if head is not None:
        bearings.head = head.number
    return _settled(bearings=bearings, head=head or SheetRow(at, {}), table=table)


def _known_ids(tools: Collection[str], table: Table | None) -> Callable[[str], bool]:
    """Tells what may stand in the row of marks: of a table that is there no more anything that looks like it."""
    ids = {column.id for column in table.columns} if table is not None else set()
    looks = _IDENTIFIER if table is None else re.compile(rf"{OWN_PREFIX}[0-9a-f]{{8}}(_[0-9]+)?")
    return lambda text: text in ids or text in tools or bool(looks.fullmatch(text))


def _bears_headings(row: SheetRow, table: Table, least: float) -> bool:
    ours = {heading_text(column) for column in table.columns}
    return len(ours & {text_of(cell) for cell in row.cells.values()}) >= least


def _by_headings(rows: Sequence[SheetRow], name: str, table: Table) -> Bearings | None:
    for row in rows:
        if not _bears_headings(row, table, max(2, _LEAST * len(table.columns))):
            continue
        texts = {number: text_of(cell) for number, cell in row.cells.items()}
        key = next((number for number, text in texts.items() if text == KEY_HEADING), None)
        digest = next((number for number, text in texts.items() if text.startswith(DIGEST_HEADING)), None)
        bearings = Bearings(
            table=name,
            head=row.number,
            key=key,
            digest=digest,
            slots=_tools(table),
            columns={},
            headings={},
        )
        return _settled(table=table, bearings=bearings, head=row)
    return None


def _settled(*, bearings: Bearings, head: SheetRow, table: Table | None) -> Bearings:
    """Take the headings, and know by them the columns that have no mark."""
    told = {number: text for number, cell in sorted(head.cells.items()) if (text := _shown(cell))}
    hidden = (bearings.key, bearings.digest)
    bearings.headings = {
        number: text.removeprefix(PEOPLE_SIGN) for number, text in told.items() if number not in hidden
    }
    if bearings.digest is not None:
        checks = unpacked(told.get(bearings.digest, "").removeprefix(DIGEST_HEADING))
        if len(checks) == len(bearings.slots):
            bearings.heading_checks = dict(zip(bearings.slots, checks, strict=True))
    left = {heading_text(column): column.id for column in table.columns} if table is not None else {}
    for number in bearings.headings:
        identifier = left.get(told[number], "")
        if number not in bearings.columns and identifier and identifier not in bearings.columns.values():
            bearings.columns[number] = identifier
    for number in bearings.headings:
        bearings.named(number)
    return bearings


def _is_head(row: SheetRow, key: int | None, digest: int | None) -> bool:
    has_key = key is not None and text_of(row.cells.get(key)) == KEY_HEADING
    return has_key or (digest is not None and text_of(row.cells.get(digest)).startswith(DIGEST_HEADING))


def _shown(cell: Cell) -> str:
    return str(cell.formula or cell.error or ("" if cell.value is None else cell.value))


def _tools(table: Table | None) -> tuple[str, ...]:
    columns = table.columns if table is not None else ()
    return slots(column.id for column in columns if column.owner is Owner.TOOL)


def _texts(rows: Sequence[SheetRow]) -> Iterator[tuple[int, int, str]]:
    return ((row.number, number, text) for row in rows for number, cell in row.cells.items() if (text := text_of(cell)))


def above(rows: Sequence[SheetRow], bearings: Bearings, table: Table | None) -> Iterator[tuple[int, int]]:
    """Row and column of every cell above the headings that the tool did not write."""
    for row in rows:
        texts = {number: shown for number, cell in row.cells.items() if (shown := _shown(cell))}
        marks = _are_marks(texts.values(), table)
        # Where the headings were deleted the marks stand for them.
        if row.number > bearings.head or (row.number == bearings.head and not marks):
            return
        is_ours = _mark_test(bearings, table) if marks else _title_test(bearings.table, texts.values())
        yield from ((row.number, at) for at, text in texts.items() if not is_ours(text))


def _mark_test(bearings: Bearings, table: Table | None) -> Callable[[str], bool]:
    known = _known_ids(bearings.slots, table)
    return lambda text: text.startswith((KEY_MARK, DIGEST_MARK)) or known(text)


def _title_test(table: str, texts: Iterable[str]) -> Callable[[str], bool]:
    """Tells what the tool wrote in a row of title or intro, by the digest that stands beside it."""
    known = {check for one in texts if one.startswith(TITLE_MARK) for check in unpacked(one.removeprefix(TITLE_MARK))}
    part = re.compile(rf"{re.escape(table)}(（\d+）)?|{KEY_HEADING}|{TITLE_MARK}.*")
    return lambda text: bool(part.fullmatch(text)) or cell_digest(text) in known
