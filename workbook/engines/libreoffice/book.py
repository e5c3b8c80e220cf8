"""Open spreadsheets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from xlwings import XlwingsError, base_classes

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.app import App
from workbook.engines.libreoffice.batch import LOGICAL
from workbook.engines.libreoffice.errors import NotSupported, seam

_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xltx": "Calc MS Excel 2007 XML Template",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".csv": "Text - txt - csv (StarCalc)",
    ".html": "HTML (StarCalc)",
}
_UPDATE_LINKS = {True: 3, False: 0}  # com.sun.star.document.UpdateDocMode


@seam
class Books(base_classes.Books):
    """The open spreadsheets of an office.

    Args:
        app: The application.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        """The desktop's components."""
        return self.app.office.desktop.Components

    @property
    def active(self) -> Book:
        """The one in front."""
        return Book(self.app, self.app.document_active())

    def __call__(self, name_or_index: Any) -> Book:
        """By name, or by place from 1."""
        books = [Book(self.app, document) for document in self.app.office.documents()]
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(books):
                raise KeyError(name_or_index)
            return books[name_or_index - 1]
        for book in books:
            if book.name.lower() == str(name_or_index).lower():
                return book
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self.app.office.documents())

    def __iter__(self) -> Iterator[Book]:
        for document in self.app.office.documents():
            yield Book(self.app, document)

    def _loaded(self, url: str, **options: object) -> Book:
        office = self.app.office
        hidden = not self.app.visible and not office.headless
        document = office.desktop.loadComponentFromURL(
            url, "_blank", 0, runtime.options(Hidden=hidden or None, **options)
        )
        if document is None or not hasattr(document, "Sheets"):
            raise XlwingsError(f"LibreOffice could not open {url} as a spreadsheet")
        office.active = document
        return Book(self.app, document)

    def add(self) -> Book:
        """A new spreadsheet with one sheet."""
        return self._loaded("private:factory/scalc")

    def open(  # noqa: D417 - what Calc does not know is ignored
        self,
        fullname: str,
        update_links: Any = None,
        read_only: Any = None,
        format: Any = None,  # noqa: A002 - the signature is xlwings'
        password: Any = None,
        *_: Any,
        **__: Any,
    ) -> Book:
        """Open a file.

        Args:
            fullname: Its path.
            update_links: Whether links into other files are followed.
            read_only: Whether it may not be changed.
            password: What opens it.
        """
        links = None if update_links is None else _UPDATE_LINKS[bool(update_links)]
        readonly = bool(read_only) or None
        path = Path(fullname).resolve()
        if not readonly and path.with_name(f".~lock.{path.name}#").exists():
            raise XlwingsError(f"{path} is open in another LibreOffice; read_only=True opens it all the same")
        if self.app.office.ours and not readonly:
            self.app.office.opened.add(path)
        return self._loaded(runtime.url_of(fullname), ReadOnly=readonly, Password=password, UpdateDocMode=links)


@seam
class Book(base_classes.Book):
    """One open spreadsheet.

    Args:
        app: Its application.
        xl: The document.
    """

    def __init__(self, app: App, xl: Any) -> None:
        self._app = app
        self.xl = xl

    @property
    def app(self) -> App:
        """The application."""
        return self._app

    @property
    def api(self) -> Any:
        """The document."""
        return self.xl

    @property
    def name(self) -> str:
        """The file's name, or the title of what was never saved."""
        url = self.xl.URL
        return Path(runtime.path_of(url)).name if url.startswith("file:") else str(self.xl.Title)

    @property
    def fullname(self) -> str:
        """The file's path, or the title of what was never saved."""
        url = self.xl.URL
        return runtime.path_of(url) if url.startswith("file:") else str(url or self.xl.Title)

    @property
    def sheets(self) -> Any:
        """The sheets."""
        from workbook.engines.libreoffice.sheet import Sheets

        return Sheets(self)

    @property
    def names(self) -> Any:
        """The names of the book and of all its sheets."""
        from workbook.engines.libreoffice.names import Names

        return Names(self, None)

    def json(self) -> Any:
        """Only for engines that are no desktop."""
        raise NotSupported("a book in LibreOffice is no JSON")

    def close(self) -> None:
        """Close it, nothing saved."""
        office = self._app.office
        if office.active == self.xl:
            office.active = None
        self.xl.close(True)

    def activate(self) -> None:
        """Put it in front."""
        self._app.office.active = self.xl
        self.xl.CurrentController.Frame.activate()

    def save(self, path: Any = None, password: Any = None) -> None:
        """Save it, under another name or in another format if ``path`` says so."""
        if path is None and self.xl.hasLocation():
            self.xl.store()
            return
        target = Path(path or self.name)
        if path is None and target.suffix not in _FILTERS:
            target = target.with_name(target.name + ".xlsx")
        if target.suffix.lower() not in _FILTERS:
            raise NotSupported(f"Calc writes no {target.suffix}")
        target = Path(os.path.realpath(target))
        chosen = runtime.options(FilterName=_FILTERS[target.suffix.lower()], Password=password, Overwrite=True)
        self.xl.storeAsURL(runtime.url_of(target), chosen)

    def to_pdf(self, path: str, quality: str) -> None:
        """Export all sheets."""
        wanted = 60 if quality == "minimum" else 90
        data = runtime.uno().Any("[]com.sun.star.beans.PropertyValue", runtime.options(Quality=wanted))
        self.xl.storeToURL(runtime.url_of(path), runtime.options(FilterName="calc_pdf_Export", FilterData=data))

    # What cells need of their document.

    @cached_property
    def formats(self) -> Any:
        """The number formats."""
        return self.xl.NumberFormats

    def kind_of(self, key: int) -> int:
        """The type bits of a number format."""
        return int(self.formats.getByKey(key).Type)

    def format_key(self, code: str) -> int:
        """The key of a number format, made if it is not there yet."""
        english = runtime.uno().createUnoStruct("com.sun.star.lang.Locale")
        english.Language, english.Country = "en", "US"
        formats = self.formats
        key = formats.queryKey(code, english, False)
        return int(key if key != -1 else formats.addNew(code, english))

    def boolean_key(self) -> int:
        """The key of the format for truth values."""
        locale = runtime.uno().createUnoStruct("com.sun.star.lang.Locale")
        return int(self.formats.getStandardFormat(LOGICAL, locale))
