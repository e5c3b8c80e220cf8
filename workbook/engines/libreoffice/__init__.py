"""LibreOffice Calc as an engine of xlwings.

Examples:
    >>> from workbook.engines import libreoffice
    >>> with libreoffice.start() as app:  # doctest: +SKIP
    ...     app.books.add().sheets[0]["A1"].value = "你好"
"""

from __future__ import annotations

from pathlib import Path

import xlwings as xw

from workbook.engines.libreoffice import office as _office
from workbook.engines.libreoffice.app import OFFICES, App, Engine
from workbook.engines.libreoffice.errors import Closed, LibreOfficeUnavailable, NotSupported, SheetProtected
from workbook.engines.libreoffice.office import well_known_pipe

__all__ = [
    "Closed",
    "LibreOfficeUnavailable",
    "NotSupported",
    "SheetProtected",
    "attach",
    "attach_running",
    "engine",
    "start",
    "well_known_pipe",
]


def engine() -> xw.Engine:
    """The engine, registered with xlwings under the name ``libreoffice``; it is not activated.

    Returns:
        The same one at every call.
    """
    for known in xw.engines:
        if known.name == Engine.name:
            return known
    made = xw.Engine(impl=Engine())
    xw.engines.add(made)
    return made


def _app(office: _office.Office) -> xw.App:
    engine()
    OFFICES.insert(0, office)
    return xw.App(impl=App(office))


def start(
    program: str | Path | None = None,
    profile: str | Path | None = None,
    *,
    headless: bool = True,
    within: float = _office.STARTS_WITHIN,
) -> xw.App:
    """Start an office of our own; as a context manager it is ended at the end.

    Args:
        program: ``soffice``; looked for if left out.
        profile: Its profile's folder; by default a new one that goes with the office.
        headless: Without windows.
        within: Seconds it may take.

    Returns:
        The application, now the active one of the engine.

    Raises:
        LibreOfficeUnavailable: See its ``reason``.
    """
    return _app(_office.started(program, profile, headless=headless, within=within))


def attach(pipe: str, *, within: float = 0) -> xw.App:
    """Reach an office that listens on a pipe.

    Args:
        pipe: What stands behind ``name=`` in its argument ``--accept``.
        within: Seconds to wait for it.

    Returns:
        The application; ``quit()`` lets go of it without ending it.

    Raises:
        LibreOfficeUnavailable: See its ``reason``.
    """
    return _app(_office.Office(pipe, within=within))


def attach_running(
    program: str | Path | None = None, profile: str | Path | None = None, *, within: float = _office.STARTS_WITHIN
) -> xw.App:
    """Reach the office that the user has open; it need not listen yet.

    Args:
        program: ``soffice``; looked for if left out.
        profile: Its profile's folder; by default the user's.
        within: Seconds to wait.

    Returns:
        The application; ``quit()`` lets go of it without ending it.

    Raises:
        LibreOfficeUnavailable: ``no-connection`` if none is open; see its ``reason``.
    """
    return _app(_office.running(program, profile, within=within))
