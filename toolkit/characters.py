"""Characters that say nothing: what a person cannot see, and what she may leave out without meaning something else.

Python and the live formulas of the workbook draw on the same sets, so that both read a cell alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from unicodedata import category, normalize

NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
SPACES = " \u3000\u00a0\t\n\r"
INVISIBLE = SPACES + NO_WIDTH

_MARKS = ('"“”＂', "()（）")
_KEY_LENGTH = 250
# The wildcards of spreadsheet lookups, and the wide characters that take their place in a formula.
WILDCARDS = {"~": "～", "*": "＊", "?": "？"}

_UNSEEN: dict[int, None] = dict.fromkeys(map(ord, INVISIBLE))
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)

# What people write to fill a cell without answering, in lower case.
PLACEHOLDERS = (
    *("无", "暂无", "略", "空", "不详", "同上", "待补", "待补充"),
    *("/", "／", "\\", "-", "－", "—", "——", "n/a"),
)
_FILLING = frozenset(PLACEHOLDERS)


def seen(text: str) -> str:
    r"""The characters of a text that can be seen, none of them a space.

    Examples:
        >>> seen(" 有\u3000\u200b"), seen("GB/T 1234")
        ('有', 'GB/T1234')
    """
    # All of these but the space count as unprintable: most texts need not be taken apart.
    return text if text.isprintable() and " " not in text else text.translate(_UNSEEN)


def invisible(value: object) -> bool:
    r"""Whether a value shows nothing: none at all, or a text of white space and characters without width.

    Examples:
        >>> invisible(None), invisible("\u3000\u200b"), invisible("0")
        (True, True, False)
    """
    # Most texts show something with their very first character.
    return value is None or (isinstance(value, str) and (value[:1] in INVISIBLE) and not seen(value))


def placeholder(text: str) -> bool:
    """Whether a text only fills the cell.

    Examples:
        >>> placeholder(" N/A "), placeholder("无锡")
        (True, False)
    """
    return seen(text).lower() in _FILLING


def optional_marks(choices: Iterable[str]) -> str:
    """The quotation marks and brackets that may be left out when one of these texts is chosen: those they have.

    Examples:
        >>> optional_marks(["专精特新“小巨人”企业", "其他"]), optional_marks(["是", "否"])
        ('"“”＂', '')
    """
    together = "".join(choices)
    return "".join(marks for marks in _MARKS if any(mark in together for mark in marks))


def folded(text: str, marks: str = "") -> str:
    """A choice without what makes no difference: white space, ``marks``, capitals."""
    return "".join(char for char in seen(text) if char not in marks).lower()


def key_of(text: str) -> str:
    """What two names of the same thing have in common, whatever the width and shape of their letters and digits.

    Examples:
        >>> key_of("GB/T 1234-2020") == key_of("gb/t1234-2020")
        True
    """
    return _key_of_short(text) if len(text) <= _KEY_LENGTH else _key_of(text)


def _key_of(text: str) -> str:
    # Among letters and digits nothing is unseen: a roster has thousands of codes and names.
    drawn = normalize("NFKC", text) if text.isalnum() else normalize("NFKC", seen(text)).translate(_DRAWN)
    return drawn[:_KEY_LENGTH].lower()


# A name is looked at by one check and one rule after the other.
_key_of_short = lru_cache(maxsize=8192)(_key_of)


class _Drawn(dict[int, int | None]):
    """Character → itself, or nothing where it leaves nothing on the page: marks of direction, joining and variation."""

    def __missing__(self, code: int) -> int | None:
        blank = category(chr(code)) == "Cf" or code == _JOINER or code in _VARIATIONS
        self[code] = None if blank else code
        return self[code]


_JOINER, _VARIATIONS = 0x034F, range(0xFE00, 0xFE10)
_DRAWN = _Drawn()


def normalise_code(text: str) -> str:
    r"""A code as it should have been typed: nothing unseen in it, capitals.

    Nothing else is mended: a letter O for a zero or a wide digit stays and is reported.

    Source:
        GB 32100-2015 (alphabet of digits and capitals).

    Examples:
        >>> normalise_code(" 91110000 802100433b\u3000")
        '91110000802100433B'
    """
    return seen(text).translate(_CAPITALS)
