"""Addresses: ``A1`` and what stands before it."""

from __future__ import annotations

import re

Rect = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""

MAX_ROW = 1048576
MAX_COLUMN = 16384

CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELLS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
# In a list that LibreOffice prints: no dollar signs, and a sheet's name before the point.
CALC_AREA = re.compile(r"(?<=\.)[A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?(?=[,;]|$)")
# A sheet's name that needs no apostrophes in a formula of Excel's.
_BARE = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc]?[0-9]*|[Cc][0-9]*")


def number_of(letters: str) -> int:
    """A column's number from 0.

    Examples:
        >>> number_of("A"), number_of("AA")
        (0, 26)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(number: int) -> str:
    """A column's letters, the number counted from 0.

    Examples:
        >>> letters_of(0), letters_of(26)
        ('A', 'AA')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def rect_of(text: str) -> Rect:
    """The rectangle that an address without a sheet names.

    Args:
        text: ``A1``, ``A1:B2``, ``A:C`` or ``1:3``, with or without dollar signs.

    Returns:
        The rectangle, its corners in order.

    Raises:
        ValueError: It is no address.

    Examples:
        >>> rect_of("$B$2:A1")
        (0, 0, 1, 1)
    """
    if found := _CELLS.fullmatch(text):
        left, top, right, bottom = found.groups()
        corners = (int(top) - 1, number_of(left), int(bottom or top) - 1, number_of(right or left))
    elif found := _COLUMNS.fullmatch(text):
        corners = (0, number_of(found[1]), MAX_ROW - 1, number_of(found[2]))
    elif found := _ROWS.fullmatch(text):
        corners = (int(found[1]) - 1, 0, int(found[2]) - 1, MAX_COLUMN - 1)
    else:
        raise ValueError(f"no address: {text!r}")
    top_, left_, bottom_, right_ = corners
    rect = (min(top_, bottom_), min(left_, right_), max(top_, bottom_), max(left_, right_))
    if rect[0] < 0 or rect[2] >= MAX_ROW or rect[3] >= MAX_COLUMN:
        raise ValueError(f"no address: {text!r}")
    return rect


def text_of(rect: Rect, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """The address of a rectangle, as Excel writes it.

    Examples:
        >>> text_of((0, 0, 1, 1))
        '$A$1:$B$2'
        >>> text_of((0, 0, 1048575, 1))
        '$A:$B'
    """
    r, c = "$" if row_absolute else "", "$" if column_absolute else ""
    top, left, bottom, right = rect
    if (top, bottom) == (0, MAX_ROW - 1) and (left, right) != (0, MAX_COLUMN - 1):
        return f"{c}{letters_of(left)}:{c}{letters_of(right)}"
    if (left, right) == (0, MAX_COLUMN - 1):
        return f"{r}{top + 1}:{r}{bottom + 1}"
    first = f"{c}{letters_of(left)}{r}{top + 1}"
    return first if (top, left) == (bottom, right) else f"{first}:{c}{letters_of(right)}{r}{bottom + 1}"


def quoted(sheet: str) -> str:
    """A sheet's name as a formula of Excel's shows it.

    Examples:
        >>> quoted("Sheet1"), quoted("二 核心"), quoted("A1")
        ('Sheet1', "'二 核心'", "'A1'")
    """
    if _BARE.fullmatch(sheet) and not _LIKE_A_CELL.fullmatch(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"
