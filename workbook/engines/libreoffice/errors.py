"""What goes wrong between xlwings and LibreOffice, in exceptions of our own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from xlwings import XlwingsError

Reason = Literal["no-uno", "python-version", "no-office", "no-connection"]
_C = TypeVar("_C", bound=type)

# Methods with these names are part of what xlwings calls; every other special method is Python's own affair.
_SPECIAL = frozenset({"__call__", "__len__", "__getitem__"})


class LibreOfficeUnavailable(XlwingsError):  # type: ignore[misc, unused-ignore]
    """LibreOffice cannot be driven from here.

    Args:
        reason: ``no-uno``, ``python-version``, ``no-office`` or ``no-connection``; callers translate by it.
        text: What happened, in English, for developers.
    """

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason: Reason = reason


class Closed(XlwingsError):  # type: ignore[misc, unused-ignore]
    """The document, or the whole office, was closed in the meantime."""


class SheetProtected(XlwingsError):  # type: ignore[misc, unused-ignore]
    """The sheet is protected and a locked cell was to be changed."""


class NotSupported(XlwingsError, NotImplementedError):  # type: ignore[misc, unused-ignore]
    """xlwings knows this, LibreOffice or this engine does not."""


def foreign(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """The exceptions that come over UNO, none before ``uno`` was imported, because none can come; and ``others``."""
    import sys

    uno = sys.modules.get("uno")
    if uno is None:
        return others
    return (uno.getClass("com.sun.star.uno.Exception"), *others)


def unsupported(what: str, instead: str) -> property:
    """A property that says what is not supported, and where to find Calc's own."""

    def get(_: object) -> Any:
        raise NotSupported(f"{what} are not supported; {instead}")

    return property(get, doc=f"Not here: {instead}.")


# From a part to the whole: note or font, cells, sheet, book, application.
_UPWARD = ("_cell", "_cells", "_sheet", "sheet", "_book", "book", "_app", "app")


def _gone(subject: Any) -> bool:
    """Whether the book or the office behind an object was closed: LibreOffice itself says so only sometimes."""
    while subject is not None:
        parts = getattr(subject, "__dict__", {})
        office = parts.get("office")
        if office is not None:
            return not office.alive()
        if "_app" in parts and not _answers(subject.xl):
            return True
        subject = next((parts[name] for name in _UPWARD if parts.get(name) is not None), None)
    return False


def _answers(document: Any) -> bool:
    try:
        return document.URL is not None
    except foreign(AttributeError):
        return False


def translated(error: BaseException, *, gone: bool = False) -> Exception:
    """The exception to raise instead of one from UNO.

    Args:
        error: What came over UNO.
        gone: Whether the document or the office is known to be closed.

    Returns:
        One that xlwings' users know.
    """
    kind = type(error).__name__.rsplit(".", 1)[-1]
    said = str(getattr(error, "Message", "") or error)
    if gone or kind == "DisposedException":
        return Closed("the document or the office was closed")
    if kind == "NoSuchElementException":
        return KeyError(said)
    if kind == "IndexOutOfBoundsException":
        return IndexError(said)
    return XlwingsError(f"LibreOffice: {kind}: {said}")


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return call(*arguments, **options)
        except foreign() as error:  # evaluated only when something was raised
            raise translated(error, gone=bool(arguments) and _gone(arguments[0])) from error

    return guarded


def seam(cls: _C) -> _C:
    """Class decorator: no exception of UNO leaves a public method or property of the class.

    Args:
        cls: A class that xlwings calls.

    Returns:
        The same class, its methods and properties wrapped.
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name not in _SPECIAL:
            continue
        if isinstance(member, property):
            getter = _guarded(member.fget) if member.fget else None
            setter = _guarded(member.fset) if member.fset else None
            setattr(cls, name, property(getter, setter, doc=member.__doc__))
        elif callable(member):
            setattr(cls, name, _guarded(member))
    return cls
