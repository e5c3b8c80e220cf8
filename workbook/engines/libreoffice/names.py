"""Defined names."""

from __future__ import annotations

import time
from typing import Any

from xlwings import XlwingsError, base_classes

from workbook.engines.libreoffice import formulas, references, runtime
from workbook.engines.libreoffice.book import Book
from workbook.engines.libreoffice.errors import seam
from workbook.engines.libreoffice.sheet import Sheet

# What was read for all names at once is believed for so many seconds, and only at the first look.
_FRESH = 1.0


@seam
class Names(base_classes.Names):
    """The names of a book, those of its sheets included, or of one sheet.

    Args:
        book: The book.
        sheet: The sheet; None for the book.
    """

    def __init__(self, book: Book, sheet: Sheet | None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> Any:
        """The collection; that of the book alone has no names of sheets."""
        return (self.sheet.xl if self.sheet else self.book.xl).NamedRanges

    def _scopes(self) -> list[tuple[str | None, Any]]:
        if self.sheet is not None:
            return [(self.sheet.name, self.sheet.xl)]
        sheets = self.book.xl.Sheets
        return [(None, self.book.xl), *((name, sheets.getByName(name)) for name in sheets.ElementNames)]

    def told(self) -> dict[str, str]:
        """What each name of the book or the sheet stands for, as a formula, in one go; names of sheets are left out."""
        names = self.api
        contents = self.book.app.office.batch.contents(names)
        return {key: formulas.to_excel(f"={told}") for key, told in zip(names.getElementNames(), contents, strict=True)}

    def snapshot(self) -> list[tuple[str, Name]]:
        """All names with what they stand for, read inside the office at once."""
        found: list[tuple[str, Name]] = []
        batch = self.book.app.office.batch
        for scope, owner in self._scopes():
            names = owner.NamedRanges
            keys = names.getElementNames()
            contents = batch.contents(names) if keys else ()
            read = time.monotonic()
            for key, content in zip(keys, contents, strict=True):
                name = Name(self.book, scope, names, key, (content, read))
                found.append((name.name, name))
        return found

    def _find(self, name: str) -> Name | None:
        scope, key = _split(name)
        if self.sheet is not None and scope is None:
            scope = self.sheet.name
        if scope is None:
            names = self.book.xl.NamedRanges
        else:
            sheets = self.book.xl.Sheets
            real = next((known for known in sheets.ElementNames if known.lower() == scope.lower()), None)
            if real is None:
                return None
            scope, names = real, sheets.getByName(real).NamedRanges
        if not names.hasByName(key):
            wanted = key.lower()
            key = next((known for known in names.getElementNames() if known.lower() == wanted), "")
        return Name(self.book, scope, names, key) if key else None

    def __call__(self, name_or_index: Any) -> Name:
        """By name, or by place from 1."""
        if isinstance(name_or_index, int):
            return self.snapshot()[name_or_index - 1][1]
        found = self._find(name_or_index)
        if found is None:
            raise KeyError(name_or_index)
        return found

    def contains(self, name_or_index: Any) -> bool:
        """Whether there is such a name."""
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        return self._find(name_or_index) is not None

    def __len__(self) -> int:
        return sum(len(owner.NamedRanges.getElementNames()) for _, owner in self._scopes())

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, or define it anew."""
        found = self._find(name)
        if found is not None:
            found.refers_to = refers_to
            return found
        scope, key = _split(name)
        if scope is None and self.sheet is not None:
            scope = self.sheet.name
        owner = self.book.xl if scope is None else self.book.sheets(scope).xl
        owner.NamedRanges.addNewByName(key, _content(refers_to), runtime.address(0, 0, 0), 0)
        return Name(self.book, scope, owner.NamedRanges, key)


def _split(name: str) -> tuple[str | None, str]:
    scope, mark, key = name.rpartition("!")
    if not mark:
        return None, name
    if scope.startswith("'"):
        scope = scope[1:-1].replace("''", "'")
    return scope, key


def _content(refers_to: str) -> str:
    return formulas.to_calc(refers_to if refers_to.startswith("=") else f"={refers_to}")[1:]


@seam
class Name(base_classes.Name):
    """One name.

    Args:
        book: Its book.
        scope: The sheet it belongs to; None for the book.
        names: The collection it is in.
        key: What it is called there.
        seen: What it stood for, and when that was read.
    """

    def __init__(
        self, book: Book, scope: str | None, names: Any, key: str, seen: tuple[str, float] | None = None
    ) -> None:
        self._book = book
        self._scope = scope
        self._names = names
        self._key = key
        self._seen = seen

    @property
    def api(self) -> Any:
        """The named range."""
        return self._names.getByName(self._key)

    @property
    def name(self) -> str:
        """What it is called; before a sheet's own name stands the sheet."""
        return self._key if self._scope is None else f"{references.quoted(self._scope)}!{self._key}"

    @name.setter
    def name(self, value: str) -> None:
        _, key = _split(value)
        self.api.setName(key)
        self._key = key

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        seen, self._seen = self._seen, None
        fresh = seen is not None and time.monotonic() - seen[1] < _FRESH
        return formulas.to_excel("=" + (seen[0] if seen and fresh else self.api.getContent()))

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._seen = None
        self.api.setContent(_content(value))

    @property
    def refers_to_range(self) -> Any:
        """The cells it stands for."""
        from workbook.engines.libreoffice.cells import Range

        said = self.refers_to
        sheet, mark, where = said[1:].rpartition("!")
        try:
            rect = references.rect_of(where)
        except ValueError as error:
            raise XlwingsError(f"the name {self.name!r} stands for no cells: {said}") from error
        owner = _split(f"{sheet}!x")[0] if mark else self._scope or self._book.sheets.active.name
        return Range.over(self._book.sheets(owner), rect)

    def delete(self) -> None:
        """Remove it."""
        self._names.removeByName(self._key)
