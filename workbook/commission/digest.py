"""What the tool wrote into each cell, in short, so that a figure somebody typed over is told from one that changed."""

from __future__ import annotations

import re
import struct
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Final
from zlib import crc32

from workbook.package.text import LONGEST_TEXT, fitted

_HALF: Final = LONGEST_TEXT // 2
_SHORT: Final = 16
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""Text that one cell can hold whatever a stranger wrote: cut with a mark, illegal characters seen as such.

    Examples:
        >>> clean("甲\r\n乙\x07")
        '甲\n乙�'
    """
    if text.isprintable() and len(text) <= _HALF:
        return text
    return fitted(_ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))


def canonical(value: object) -> str:
    """A value as text that is the same before it was written and after any program has saved it.

    Examples:
        >>> canonical(0.1 + 0.2), canonical(Decimal("0.3")), canonical(-0.0), canonical(True), canonical(None)
        ('0.3', '0.3', '0', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return _number(float(value))
    return str(value)


def _number(value: float) -> str:
    short = repr(value)
    if len(short) > _SHORT and isfinite(value):
        # Sixteen digits are written, fifteen are shown; in that order, or the last one may round the other way.
        return f"{float(f'{value:.16G}'):.15g}"
    return short[:-2] if short[-2:] == ".0" and value else f"{value or 0:.15g}"


def cell_digest(value: object) -> int:
    """Thirty-two bits of one cell."""
    return crc32(canonical(value).encode("utf-8", "surrogatepass"))


@cache
def _shape(cells: int) -> struct.Struct:
    return struct.Struct(f"<{cells}I")


def row_digest(values: Sequence[object]) -> str:
    """The digests of cells in one text, each to be verified by itself.

    Examples:
        >>> unpacked(row_digest(["甲", 1.5])) == (cell_digest("甲"), cell_digest(1.5))
        True
    """
    checks = [crc32((one if type(one) is str else canonical(one)).encode()) for one in values]
    return b2a_base64(_shape(len(checks)).pack(*checks), newline=False).decode()


def unpacked(text: str) -> tuple[int, ...]:
    """The digests in a text; none where it is no such text."""
    try:
        data = a2b_base64(text, strict_mode=True) if text else b""
    except (Error, ValueError):
        return ()
    return _shape(len(data) // 4).unpack(data) if len(data) % 4 == 0 else ()


def slots(identifiers: Iterable[str]) -> tuple[str, ...]:
    """The order in which a digest holds the columns of the tool: theirs by name, however they lie on the sheet."""
    return tuple(sorted(identifiers))
