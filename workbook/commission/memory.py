"""Which sheet of the master of before is what, and what people left on each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from workbook.commission.bearings import LOOKED_AT, marked, text_of
from workbook.commission.digest import cell_digest, unpacked
from workbook.commission.drawings import drawings
from workbook.commission.held import Held, Piece, What, Why
from workbook.commission.lost import LOST, lost_table
from workbook.commission.marks import CHARTS_MARK, PAGE_NAME, SYSTEM_MARK, TABLE_NAME, part_name
from workbook.commission.recall import Recalled, Sheet, joined, recalled
from workbook.commission.recheck import RECHECK, recheck_table
from workbook.commission.references import shifted
from workbook.commission.source import Source, colours, something
from workbook.commission.stand import UntouchedSheets
from workbook.commission.system import shown
from workbook.commission.table import Table, Typed
from workbook.package.grid import address
from workbook.package.limits import Limits
from workbook.package.looks import looks
from workbook.package.notes import notes
from workbook.package.properties import CORE, last_saved
from workbook.package.rows import SheetRow
from workbook.package.stream import Package, read

_GB: Final = 1024**3
MASTER_LIMITS: Final = Limits(
    file_bytes=2 * _GB,
    entries=20_000,
    entry_bytes=8 * _GB,
    total_bytes=32 * _GB,
    ratio=1_000,
    seconds=24 * 3600.0,
    tags=10**10,
    words=20_000,
    cells=10**9,
    strings=10**8,
    characters=10**10,
    merges=10**6,
    names=10**6,
    records=10**7,
)
"""A master is as large as its clusters are many, and it is the commission's own."""
LEDGERS: Final = frozenset({LOST, RECHECK})
"""Sheets that are their own memory: all of them is read."""
_UNSAVED: Final = "2024-01-01T00:00:00"
_NONE: Final[UntouchedSheets] = {}


def opened(path: Path) -> Package:
    """The master of before.

    Raises:
        UnreadableWorkbook: It is damaged.
        UnsafeWorkbook: It holds what we refuse to carry.
    """
    return read(path, MASTER_LIMITS)


def remembered(package: Package, tables: Sequence[Table], untouched: UntouchedSheets = _NONE) -> Held:
    """What people left.

    Args:
        package: The master of before.
        tables: As they are to be written: what each column was called is told by them where marks are gone.
        untouched: Sheets that are as the tool wrote them, where the whole workbook is known to be.

    Raises:
        UnreadableWorkbook: A sheet is damaged.
    """
    found = looks(package.archive, package.workbook_part)
    source = Source(package, found, colours(found), _saved(package))
    kinds = _Kinds(package)
    ledgers = (recheck_table((), None, ()), lost_table((), ()))
    by_name = {table.name: table for table in (*tables, *ledgers)}
    parts: dict[str, list[Recalled]] = {}
    own = list(kinds.own)
    for name, table in kinds.tables:
        noted = notes(package.archive, package.sheet(name).part, package.workbook_part)
        sheet = Sheet(name, table, by_name.get(table), noted, table in LEDGERS, untouched.get(name))
        part = recalled(source, sheet)
        if part is None:
            own.append(name)
        else:
            parts.setdefault(table, []).append(part)
    order = [sheet.name for sheet in package.sheets]
    ours = {page: page for page in kinds.pages} | {name: table for name, table in kinds.tables if name not in own}
    drawn = drawings(source, ours, {page: told.charts for page, told in kinds.pages.items()})
    return Held(
        tables={name: joined(name, many) for name, many in parts.items()},
        strays=(*_typed_on_pages(source, kinds), *drawn.typed),
        drawn=drawn.others,
        own=tuple(sorted(own, key=order.index)),
        pages=tuple(kinds.pages),
        saved=source.saved,
        data=package.archive.data,
    )


def _saved(package: Package) -> str:
    """When a person last saved the workbook, as it says itself; to the minute."""
    core = package.archive.find(CORE)
    saved = last_saved(package.archive.read(core)) if core else ""
    return "" if saved.startswith(_UNSAVED) else saved[:16].replace("T", " ")


# --- which sheet is what ---------------------------------------------------------------------------------------


class _Page(NamedTuple):
    """What the tool wrote on a page.

    Attributes:
        checks: The digests of its cells.
        charts: What its charts are called; None where it is not told.
    """

    checks: Sequence[int] = ()
    charts: Sequence[str] | None = None


class _Kinds:
    """What each sheet is: a part of a table, a page of the tool, its system sheet, or people's own.

    Attributes:
        tables: Sheets of tables with the name of their table, in the order of the tabs.
        pages: Sheet → what the tool wrote on it.
        own: People's.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        names = [sheet.name for sheet in package.sheets]
        firsts = {name: self._first(name) for name in names}
        system = next((name for name in names if _is_system(firsts[name])), "")
        self.pages = self._pages(names, system)
        self.tables = self._tables([name for name in names if name not in (system, *self.pages)], firsts)
        ours = {system, *self.pages, *(sheet for sheet, _ in self.tables)}
        self.own = [name for name in names if name not in ours]

    def _first(self, name: str) -> Sequence[SheetRow]:
        """The first rows of a sheet; it is read on to see that it is sound only when it is read for good."""
        return list(islice(self._package.rows(name, (), shifted).rows, LOOKED_AT))

    def _pointed(self, prefix: str) -> dict[int, str]:
        """Number → the sheet a name of the tool leads to."""
        found = {}
        for name, meaning in self._package.names.items():
            number = name.removeprefix(prefix)
            if name.startswith(prefix) and number.isascii() and number.isdigit():
                found[int(number)] = _sheet_of(meaning)
        return dict(sorted(found.items()))

    def _pages(self, names: Sequence[str], system: str) -> dict[str, _Page]:
        written: dict[str, _Page] = {}
        for row in self._package.rows(system, (), shifted).rows if system else ():
            name, checks, charts = (text_of(row.cells.get(column)) for column in (1, 2, 3))
            if row.number > 1 and name:
                mark, *called = charts.split("\n")
                before = written.get(name, _Page((), called if mark == CHARTS_MARK else None))
                written[name] = before._replace(checks=(*before.checks, *unpacked(checks)))
        pointed = self._pointed(PAGE_NAME)
        found = dict.fromkeys(pointed.values(), _Page())
        found |= {pointed.get(number, name): page for number, (name, page) in enumerate(written.items(), 1)}
        return {name: page for name, page in found.items() if name in names}

    def _tables(self, names: Sequence[str], firsts: Mapping[str, Sequence[SheetRow]]) -> list[tuple[str, str]]:
        """A copy of a sheet bears its marks too; the name of the tool leads to the first one only."""
        pointed = set(self._pointed(TABLE_NAME).values())
        bearing: dict[str, list[str]] = {}
        for name in names:
            table = marked(firsts[name])
            if table:
                bearing.setdefault(table, []).append(name)
        ours: dict[str, str] = {}
        for table, sheets in bearing.items():
            parts = {part_name(table, number) for number in range(1, len(sheets) + 2)}
            known = [one for one in sheets if one in pointed] or [one for one in sheets if one in parts] or sheets[:1]
            ours |= dict.fromkeys(known, table)
        # Marks may have been deleted; then the name of the tool still tells which sheet it is.
        ours |= {name: name for name in names if name in pointed and name not in ours and not marked(firsts[name])}
        return [(name, ours[name]) for name in names if name in ours]


def _is_system(rows: Sequence[SheetRow]) -> bool:
    return bool(rows) and text_of(rows[0].cells.get(1)) == SYSTEM_MARK


def _sheet_of(meaning: str) -> str:
    """The sheet a name leads to, also where its first cell was deleted.

    Examples:
        >>> _sheet_of("'申报汇总'!$A$1"), _sheet_of("$表!#REF!"), _sheet_of("'a''b'!$A$1")
        ('申报汇总', '表', "a'b")
    """
    name = meaning.removesuffix("#REF!").removesuffix("!") if meaning.endswith("#REF!") else meaning.rpartition("!")[0]
    name = name.removeprefix("$")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


# --- pages of the tool -----------------------------------------------------------------------------------------


def _typed_on_pages(source: Source, kinds: _Kinds) -> Iterator[Piece]:
    """What the tool did not write there."""
    package = source.package
    for page, told in kinds.pages.items():
        left = Counter(told.checks)
        for position, cell in package.cells(page).items():
            check = cell_digest(shown(cell))
            left[check] -= 1
            typed = source.typed(cell)
            if left[check] < 0 and something(typed):
                where = f"单元格 {address(position)}"
                yield Piece(page, where, "", What.CONTENT, typed, Why.OUTSIDE, saved=source.saved)
        for position, note in notes(package.archive, package.sheet(page).part, package.workbook_part).items():
            where = f"单元格 {address(position)}"
            typed = Typed(note.text)
            yield Piece(page, where, "", What.NOTE, typed, Why.OUTSIDE, author=note.author, saved=source.saved)
