"""The VBA project of a workbook, made from text: no Excel is needed, and nothing but source is in our modules."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

SOURCES = Path(__file__).parent
MODULES = ("JiqunButtons", "JiqunRibbon")
WORKBOOK_CODENAME = "ThisWorkbook"


class MacroSourceError(ValueError):
    """A VBA source that Excel on a Chinese desk and Excel here would read differently."""


def read_source(module: str) -> str:
    """The text of a module as Excel wants it.

    Args:
        module: Its name, which is also that of its file.

    Returns:
        ASCII with CRLF.

    Raises:
        MacroSourceError: It holds anything but ASCII: the code page of a project is one thing, that of a desk another.
    """
    data = (SOURCES / f"{module}.bas").read_bytes()
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise MacroSourceError(f"{module}.bas, byte {error.start}: not ASCII") from error
    return "\r\n".join(text.splitlines()) + "\r\n"


def vba_project(codenames: Mapping[str, str]) -> bytes:
    """The part ``vbaProject.bin``: our modules, and a document module for the workbook and for each sheet.

    Args:
        codenames: Sheet name → code name, in the order of the sheets.

    Returns:
        The same bytes for the same sources and sheets.
    """
    from pyopenvba import ExcelFile

    with TemporaryDirectory() as folder:
        bare, full = Path(folder, "bare.xlsm"), Path(folder, "full.xlsm")
        _write_bare(bare, codenames)
        with ExcelFile(bare) as book:
            project = book.add_vba_project()
            for module in MODULES:
                project.add_module(module, read_source(module))
            book.save(full)
        with ExcelFile(full) as book:
            return bytes(book.vba_project_bytes())


def _write_bare(path: Path, codenames: Mapping[str, str]) -> None:
    """Sheets with their code names and nothing else, for the project to be made after."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_vba_name(WORKBOOK_CODENAME)
    for name, codename in codenames.items():
        book.add_worksheet(name).set_vba_name(codename)
    book.close()
    path.write_bytes(memory.getvalue())
