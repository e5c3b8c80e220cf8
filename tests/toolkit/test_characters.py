"""What nobody sees makes no difference, and the short way through letters and digits leads to the same."""

from __future__ import annotations

import sys

from toolkit.characters import key_of


def test_letters_and_digits_are_evened_out_alike_alone_and_beside_what_nobody_sees() -> None:
    letters = filter(str.isalnum, map(chr, range(sys.maxunicode + 1)))
    assert [hex(ord(char)) for char in letters if key_of(char) != key_of(f" {char}\u200b")] == []
