"""The text of a cell on its way in and out, where Excel's ``_x000D_`` escapes and hostile characters are dealt with."""

from __future__ import annotations

import re
from typing import Final

LONGEST_TEXT: Final = 32_767
_CUT: Final = "…（已截断）"

# A lone surrogate is no character: decoded, it would break whoever encodes the text later. Its escape stays as it is.
_ESCAPE: Final = re.compile(r"_x((?![dD][89a-fA-F])[0-9A-Fa-f]{4})_")
# What XML 1.0 cannot hold, and the carriage return, which every parser turns into a line feed.
_ILLEGAL: Final = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
_UNSAFE: Final = re.compile(rf"[{_ILLEGAL}]|_(?=x[0-9A-Fa-f]{{4}}(?:_|[{_ILLEGAL}]))")
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_QUOTED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def unescaped(text: str) -> str:
    r"""The text an author typed, from the text the file holds.

    Examples:
        >>> unescaped("a_x000A_b"), unescaped("_x005F_x000A_"), unescaped("_xD800_")
        ('a\nb', '_x000A_', '_xD800_')
    """
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def escaped(text: str) -> str:
    r"""The opposite of ``unescaped``: text that XML can hold, no character lost.

    Examples:
        >>> escaped("a\x00_x0041_")
        'a_x0000__x005F_x0041_'
    """
    return _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def fitted(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text no longer than a cell takes, counted as Excel does, with a visible mark where it was cut.

    Examples:
        >>> fitted("甲" * 20, 10)
        '甲甲甲甲…（已截断）'
    """
    if 2 * len(text) <= longest or _units(text) <= longest:
        return text
    kept = text[: longest - len(_CUT)]
    while _units(kept) > longest - len(_CUT):
        # Each character outside the basic plane counts twice, so this closes in fast and ends on the mark.
        kept = kept[: len(kept) - max(1, (_units(kept) - longest + len(_CUT)) // 2)]
    return kept + _CUT


def _units(text: str) -> int:
    return len(text) + sum(one > "\uffff" for one in text) if not text.isascii() else len(text)


def in_element(text: str) -> bytes:
    """Cell text as the content of an element."""
    return escaped(text).translate(_MARKUP).encode()


def in_attribute(text: str) -> bytes:
    """Text as the content of a double-quoted attribute."""
    return escaped(text).translate(_QUOTED).encode()
