"""The plain way in which spreadsheet programs write texts and names, read by one regular expression.

Here and in ``plainsheet`` only good news is known. What is not in the plain form to the last byte, what is damaged and
what is beyond a limit is left to the walkers of ``sheet``, ``strings`` and ``parts``: they are the reference, and they
say what is wrong. They also read whatever stands around, in any case, from a shell: the part with everything plain
taken out, and one sample left for each manner in which it was written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from toolkit.errors import WorkbookError
from workbook.package.guard import Archive
from workbook.package.limits import Budget, Kind, Limits
from workbook.package.markup import Attributes, sliced
from workbook.package.strings import shared_strings
from workbook.package.text import unescaped

# What is larger is read piece by piece: here a part is in memory several times over.
LARGEST: Final = 4 * 1024 * 1024


class Unusual(Exception):
    """Not in the plain form."""


# Names of elements and attributes that may stand in a part and do not in its shell.
_WORDS: Final = 40


def apart(limits: Limits) -> Budget:
    """An account of its own for a shell."""
    return Budget(replace(limits, words=limits.words - _WORDS))


# --- parts ------------------------------------------------------------------------------------------------------

_DECLARATION: Final = re.compile(
    rb'<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")?\?>'
)
_REFERENCE: Final = re.compile("&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
# What XML forbids and Python's decoder lets pass.
_CONTROL: Final = bytes({*range(32)} - {9, 10, 13})
_OTHERS_THAN_CONTROL: Final = bytes({*range(256)} - {*_CONTROL})
# Faster than ``in`` on long bytes, for each begins with letters of its own.
_NO_CHARACTER: Final = re.compile(b"\xef\xbf[\xbe\xbf]")
_SECTION_END: Final = re.compile(rb"\]\]>")
_NO_VALUE: Final = re.compile(rb"<v ?/>")


def sound(data: bytes) -> bytes:
    """A part in which nothing stands that XML forbids in a text, with line ends as XML knows them."""
    if data.translate(None, _OTHERS_THAN_CONTROL) or _NO_CHARACTER.search(data) or _SECTION_END.search(data):
        raise Unusual
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def text(written: bytes) -> str:
    """The text between two tags, as an author meant it."""
    return resolved(written.decode("utf-8"))


def resolved(text: str) -> str:
    """With its references resolved."""
    if "&" not in text:
        return text
    resolved, count = _REFERENCE.subn(_referred, text)
    if count != text.count("&"):
        raise Unusual
    return resolved


def _referred(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise Unusual


def cut(data: bytes, begin: bytes, end: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before, in and after an element of which there is one, and which is no part of a comment."""
    begun, ended, word = data.find(begin), data.rfind(end), begin[1:-1]
    head, body, tail = data[:begun], data[begun + len(begin) : ended], data[ended + len(end) :]
    # An end in the body would be noticed there: it is no part of what is plain.
    if not 0 <= begun < ended or word in head or word in tail or b"<!" in head or not _declared(head):
        raise Unusual
    return head, _NO_VALUE.sub(b"<v></v>", body) if _NO_VALUE.search(body) else body, tail


def _declared(data: bytes) -> bool:
    """Whether it is in UTF-8, and has no instructions but one that may say so."""
    return data.count(b"<?") == (1 if _DECLARATION.match(data) else 0)


# --- shared strings --------------------------------------------------------------------------------------------

_ITEM: Final = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>(<phoneticPr [^<>]*/>)?|((?:[^<]|<(?!/?si[ />]))*))</si>'
)
_LIST: Final = re.compile(rb"<sst [^<>]*[^/]>")


def plain_strings(archive: Archive, part: str) -> list[str] | None:
    """What ``shared_strings`` would give; None where it should be asked itself."""
    if archive.entries[part].size > LARGEST:
        return None
    with archive.budget.timed():
        try:
            return _strings(archive, part)
        except (Unusual, UnicodeDecodeError, WorkbookError):
            return None


def _strings(archive: Archive, part: str) -> list[str]:
    data = sound(archive.read(part))
    began, ends = _LIST.search(data), data.rfind(b"</sst>")
    if began is None or b"<!" in data or not _declared(data):
        raise Unusual
    tokens = _ITEM.split(data[began.end() : ends].decode("utf-8"))
    texts, notes, others = tokens[1::4], {*tokens[2::4]} - {None}, [one for one in tokens[3::4] if one is not None]
    limits = archive.budget.limits
    if any(tokens[::4]) or max(map(len, filter(None, tokens)), default=0) > limits.text:
        raise Unusual
    # What is written in another manner, and every manner of note, is for the reference.
    shell = "".join(f"<si>{one}</si>" for one in (*others, *(f"<t/>{note}" for note in notes), "<t/>"))
    read = shared_strings(sliced(b"".join((data[: began.end()], shell.encode(), data[ends:]))), part, apart(limits))
    if len(read) != len(others) + len(notes) + 1:
        raise Unusual
    rest = iter(read)
    strings = [next(rest) if text is None else text if text.isalnum() else unescaped(resolved(text)) for text in texts]
    spent: dict[Kind, int] = {
        "tags": data.count(b"<"),
        "strings": len(strings),
        "characters": sum(map(len, strings)),
    }
    if not archive.paid(part, spent):
        raise Unusual
    return strings


# --- defined names ---------------------------------------------------------------------------------------------

_NAME: Final = re.compile(
    r'<definedName((?: (?!name=)[A-Za-z]+="[^"<&\n\t]*")*) name="([^"<&\n\t]*)"((?: [A-Za-z]+="[^"<&\n\t]*")*)>'
    r"([^<]*)</definedName>"
)
_NAMES_BEGIN: Final = b"<definedNames>"
_NAMES_END: Final = b"</definedNames>"
_WITNESS_NAME: Final = b'<definedName name="witness">1</definedName>'
_ATTRIBUTE: Final = re.compile('([A-Za-z]+)="([^"]*)"')
WITNESS: Final = {"witness": "1"}
"""The names that the shell of a workbook part defines."""


def plain_names(data: bytes) -> tuple[bytes, bytes]:
    """The shell of a workbook part, and its names as they are written.

    They are the names of the workbook only if the reference finds ``WITNESS`` in the shell and no other.

    Raises:
        Unusual: They stand elsewhere than where they should.
    """
    head, body, tail = cut(sound(data), _NAMES_BEGIN, _NAMES_END)
    return b"".join((head, _NAMES_BEGIN, _WITNESS_NAME, _NAMES_END, tail)), body


def names_in(written: bytes) -> list[tuple[Attributes, str]]:
    """Names, each with its attributes and text.

    Raises:
        Unusual: They are not written plainly.
    """
    try:
        tokens = _NAME.split(written.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unusual from None
    if any(tokens[::5]):
        raise Unusual
    return [
        ({"name": name, **_others(before + after)} if before or after else {"name": name}, resolved(text))
        for before, name, after, text in zip(*(tokens[at::5] for at in range(1, 5)), strict=True)
    ]


def _others(attributes: str) -> Attributes:
    found = _ATTRIBUTE.findall(attributes)
    others = dict(found)
    if len(others) < len(found) or "name" in others or "xmlns" in others:
        raise Unusual
    return others
