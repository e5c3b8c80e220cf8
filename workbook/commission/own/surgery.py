"""The way of a transplant: both workbooks are opened, each sheet is brought over, the new one's lists get longer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from workbook.commission.marks import LIST_NAME, PAGE_NAME, TABLE_NAME
from workbook.commission.own import notices
from workbook.commission.own.account import Account, SheetAccount
from workbook.commission.own.book import Name, Tab, calculated_anew, with_links, with_names, with_tabs, with_types
from workbook.commission.own.carriage import Carriage, Moved, Packed, kind_named, links_of
from workbook.commission.own.cells import Cells, Strings
from workbook.commission.own.dropped import LISTED, sheets_of
from workbook.commission.own.formats import Formats
from workbook.commission.own.formattable import number
from workbook.commission.own.kinds import KINDS, OFFICE, Kind, told
from workbook.commission.own.markup import Markup
from workbook.commission.own.naming import free_names, numbered
from workbook.commission.own.pivots import Pivots, with_caches
from workbook.commission.own.references import References
from workbook.commission.own.side import Side
from workbook.package.directory import deflated, write_directory
from workbook.package.grid import DAYS_TO_1904
from workbook.package.guard import CONTENT_TYPES
from workbook.package.parts import relationships_part

_TOOLS: Final = re.compile(rf"meta_.+|(?:{TABLE_NAME}|{PAGE_NAME}|{LIST_NAME})[0-9]+", re.IGNORECASE)
_ROWS: Final = re.compile(rb"<sheetData[^<>]*(?<!/)>(.*)</sheetData>", re.DOTALL)
_CARRIED: Final = ("worksheet", "chartsheet")
_BUILT_IN: Final = "_xlnm."
_MACRO: Final = ("function", "vbProcedure", "xlm")
_TRUE: Final = ("1", "true")
_METADATA: Final = ("sheetMetadata", "rdRichValue", "rdRichValueStructure", "rdRichValueTypes", "richValueRel")
_EXTRAS: Final = {
    "person": "批注的作者信息",
    "cellImage": "单元格内图片",
    "sheetMetadata": "动态数组和单元格内图片的标记",
}


def operate(
    data: bytes, old: bytes, names: Sequence[str], moved: AbstractSet[str]
) -> tuple[Iterable[bytes], tuple[str, ...]]:
    """Bring sheets over, see ``transplant.transplanted``."""
    source = Side.of(old)
    if not names and not any(name.sheet is None and _is_theirs(name) for name in source.names):
        return [data], ()
    surgery = _Surgery(source, Side.of(data), names, moved)
    surgery.bring()
    # The parts first: making them finds out what there is to tell.
    pieces = surgery.pieces()
    return pieces, tuple(surgery.notices())


class _Surgery:
    """One transplant.

    Args:
        old: Where the sheets are.
        new: Where they go.
        names: What they are called.
        moved: Sheets of the new workbook whose rows are not where they were.
    """

    def __init__(self, old: Side, new: Side, names: Sequence[str], moved: AbstractSet[str]) -> None:
        self._old, self._new = old, new
        tabs = _tabs(old, names)
        self._tabs = [tab for tab in tabs if tab.kind in _CARRIED]
        absent = [tab.name for tab in tabs if tab.kind not in _CARRIED]
        self._account = Account(absent=absent, epoch=old.book.date1904 != new.book.date1904)
        self._called = free_names([tab.name for tab in self._tabs], [sheet.name for sheet in new.book.sheets], numbered)
        self._tables, self._first_table = self._named_tables()
        self._references = References(sheets=self._sheets(), tables=self._tables, moved=moved)
        self._formats = Formats(old.formats(), new.formats())
        self._strings = Strings(self._load_strings)
        self._markup = Markup(self._formats, self._references)
        model = new.archive.entries[new.archive.find(CONTENT_TYPES) or ""]
        taken = {name.casefold() for name in new.archive.names}
        self._pivots = Pivots(old.archive, old.book.part)
        self._carriage = Carriage(old.archive, taken, model, self._changed, self._references.link, self._goes)
        self._metadata = self._metadata_goes()
        self._current = SheetAccount("")
        self._entered: list[tuple[str, str]] = []
        self._defined: list[Name] = []

    # --- before the first part ---------------------------------------------------------------------------------

    def _sheets(self) -> dict[str, str]:
        """Each sheet of the old workbook that is still there → its name now."""
        now = {sheet.name.casefold(): sheet.name for sheet in self._new.book.sheets}
        return now | {tab.name.casefold(): name for tab, name in zip(self._tabs, self._called, strict=True)}

    def _named_tables(self) -> tuple[dict[str, str], int]:
        """Tables that need another name → that name; and the first free number of a table."""
        known = self._new.tables(sheet.part for sheet in self._new.book.sheets)
        taken = [one.get("displayName", "") for one in known]
        taken += [name.name for name in self._new.names if name.sheet is None]
        found = self._old.tables(tab.part for tab in self._tabs)
        theirs = list(dict.fromkeys(one.get("displayName", "") for one in found))
        renamed = zip(theirs, free_names(theirs, taken, lambda name, at: f"{name}_{at}"), strict=True)
        numbers = [number(one, "id") for one in known]
        return {old.casefold(): new for old, new in renamed if old != new}, max(numbers, default=0) + 1

    def _load_strings(self) -> bytes:
        part = self._old.book.strings_part
        return self._old.plain(part) if part else b""

    def _metadata_goes(self) -> bool:
        """Whether what cells say of dynamic arrays can go along: only whole, and to where there is none."""
        part = self._old.linked("sheetMetadata")
        return part is not None and self._new.linked("sheetMetadata") is None and b"<mdx" not in self._old.plain(part)

    # --- each part ---------------------------------------------------------------------------------------------

    def bring(self) -> None:
        """Take the sheets, then what of the workbook they need."""
        for tab, name in zip(self._tabs, self._called, strict=True):
            self._current = SheetAccount(name)
            self._account.sheets.append(self._current)
            kind = kind_named(tab.kind)
            self._entered.append((OFFICE + tab.kind, self._carriage.take(tab.part, kind)))
            self._current.left, self._carriage.left = self._carriage.left, Counter()
            self._current.broken, self._markup.broken = self._markup.broken, []
            self._current.moved_rows, self._markup.moved_rows = self._markup.moved_rows, []
            self._current.views, self._markup.views = self._markup.views, 0
        self._defined = list(self._names())
        self._list_dropped()
        self._companions()

    def _changed(self, moved: Moved, data: bytes) -> bytes:
        """The content of a part as it is in the new workbook."""
        markup = self._markup
        changes = {
            "worksheet": self._worksheet,
            "chartsheet": markup.around,
            "table": self._table,
            "chart": markup.chart,
            "chartEx": markup.chart,
            "drawing": markup.drawing,
            "chartUserShapes": markup.drawing,
            "ctrlProp": markup.control,
            "pivotTable": lambda pivot: markup.pivot(pivot, self._pivots.number(moved.old)),
            "pivotCacheDefinition": self._cache,
        }
        change = changes.get(moved.kind.name)
        return change(data) if change else data

    def _table(self, data: bytes) -> bytes:
        self._first_table += 1
        return self._markup.table(data, self._first_table - 1)

    def _goes(self, part: str, kind: Kind) -> bool:
        return kind.name != "pivotTable" or self._pivots.goes(part)

    def _cache(self, data: bytes) -> bytes:
        ours = [sheet.name for sheet in self._new.book.sheets]
        return self._markup.cache(data, ours)

    def _worksheet(self, data: bytes) -> bytes:
        found = _ROWS.search(data)
        if found is None:
            return self._markup.around(data)
        days = DAYS_TO_1904 * (self._old.book.date1904 - self._new.book.date1904)
        cells = Cells(self._formats, self._references, self._strings, self._metadata, days)
        self._current.cells = cells
        start, end = found.span(1)
        # The order of first use decides the order of new formats: that of the sheet.
        head, rows = self._markup.around(data[:start]), cells.moved(found[1])
        return head + rows + self._markup.around(data[end:])

    def _companions(self) -> None:
        """What belongs to the workbook, but only serves sheets like these."""
        cells = [one.cells for one in self._account.sheets if one.cells]
        wanted = []
        if "threadedComment" in self._carriage.kinds:
            wanted.append("person")
        if any(one.pictures for one in cells):
            wanted.append("cellImage")
        if any(one.spoken for one in cells):
            wanted += _METADATA if self._metadata else ()
            self._account.clashes += () if self._metadata else (_EXTRAS["sheetMetadata"],)
        for type_name, kind in KINDS.items():
            if kind.name not in wanted or type_name not in self._old.links:
                continue
            if type_name in self._new.links:
                self._account.clashes.append(_EXTRAS.get(kind.name, told(type_name)))
            else:
                self._entered.append((type_name, self._carriage.take(self._old.links[type_name][1], kind)))

    def _list_dropped(self) -> None:
        """Add what they are listed on."""
        sheets = sheets_of(list(self._account.dropped()), self._old.files())
        taken = [*self._called, *(sheet.name for sheet in self._new.book.sheets)]
        self._account.listed = free_names([LISTED] * len(sheets), taken, numbered)
        for data in sheets:
            self._entered.append((f"{OFFICE}worksheet", self._carriage.add(data, kind_named("worksheet"))))

    # --- the lists of the new workbook -------------------------------------------------------------------------

    def pieces(self) -> Iterator[bytes]:
        """The new workbook."""
        archive, changed = self._new.archive, self._lists()
        parts = [changed.get(name) or (archive.entries[name], archive.raw(name)) for name in archive.names]
        return write_directory([*parts, *self._carriage.parts.values()])

    def _lists(self) -> dict[str, Packed]:
        """The parts of the new workbook that change."""
        new, archive = self._new, self._new.archive
        links = archive.find(relationships_part(new.book.part)) or ""
        types = archive.find(CONTENT_TYPES) or ""
        caches = [(f"{OFFICE}pivotCacheDefinition", self._carriage.name_of(part)) for part in self._pivots.numbers]
        linked, identifiers = with_links(new.plain(links), [*self._entered, *caches])
        shown = [*(tab.state for tab in self._tabs), *("visible" for _ in self._account.listed)]
        sheets = zip((*self._called, *self._account.listed), identifiers, shown, strict=False)
        book = with_names(with_tabs(new.plain(new.book.part), list(sheets)), self._defined)
        changed = {
            types: with_types(new.plain(types), self._carriage.types),
            links: linked,
            new.book.part: with_caches(calculated_anew(book), identifiers[len(self._entered) :]),
        }
        if new.book.styles_part and self._tabs:
            changed[new.book.styles_part] = self._formats.joined()
        return {name: deflated(archive.entries[name], (data,)) for name, data in changed.items()} | self._theme()

    def _names(self) -> Iterator[Name]:
        """The names of the sheets, and those of the whole workbook that people defined."""
        first = len(self._new.book.sheets)
        places: dict[int | None, int | None] = {tab.index: first + at for at, tab in enumerate(self._tabs)}
        known = {name.name.casefold() for name in self._new.names if name.sheet is None}
        for name in self._old.names:
            if name.sheet is None and (name.name.casefold() in known or not _is_theirs(name)):
                continue
            if name.sheet is None or name.sheet in places:
                yield from self._named(replace(name, sheet=places.get(name.sheet)))

    def _named(self, name: Name) -> Iterator[Name]:
        if any(name.told.get(key) in _TRUE for key in _MACRO):
            self._account.macro_names.append(name)
            return
        read = self._references.read(name.text)
        if read.sound:
            if read.moved and not name.name.startswith(_BUILT_IN):
                self._account.moved_names[name.name] = read.moved
            yield replace(name, text=read.text)
        elif not name.name.startswith(_BUILT_IN):
            self._account.broken_names.append(name)
            yield replace(name, text="#REF!")

    def _theme(self) -> dict[str, Packed]:
        """The colours and fonts that people chose for the workbook: their sheets speak of them by number."""
        old, new = self._old.linked("theme"), self._new.linked("theme")
        if old is None or new is None or not self._tabs:
            return {}
        data = self._old.plain(old)
        if data == self._new.plain(new):
            return {}
        if any(links_of(self._old.archive, old)):
            self._account.theme_left = True
            return {}
        return {new: deflated(self._new.archive.entries[new], (data,))}

    def notices(self) -> Iterator[str]:
        """What is not as it was."""
        lost = list(self._account.losses())
        yield from self._renamings()
        yield from self._account.moves()
        yield from lost
        if lost:
            yield notices.BACKUP

    def _renamings(self) -> Iterator[str]:
        for tab, name in zip(self._tabs, self._called, strict=True):
            if tab.name != name:
                yield notices.renamed(tab.name, name)
        for old, new in self._tables.items():
            yield notices.table(old, new)


def _is_theirs(name: Name) -> bool:
    """Whether people defined a name, and not an older version of the tool."""
    return not _TOOLS.fullmatch(name.name)


def _tabs(old: Side, names: Sequence[str]) -> list[Tab]:
    """The sheets by name.

    Raises:
        ValueError: There is none of a name.
    """
    kinds = dict(old.sheet_kinds())
    known = {sheet.name: (at, sheet) for at, sheet in enumerate(old.book.sheets)}
    found = []
    for name in names:
        if name not in known:
            raise ValueError(f"no sheet {name!r} in the old workbook")
        at, sheet = known[name]
        state = "veryHidden" if sheet.very_hidden else "hidden" if sheet.hidden else "visible"
        found.append(Tab(name=name, index=at, part=sheet.part, kind=kinds[sheet.part], state=state))
    return found
