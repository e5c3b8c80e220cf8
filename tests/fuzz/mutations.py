"""A sound workbook damaged at random, the same way for the same seed."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

Parts = dict[str, bytes]
Chance = random.Random

RUBBISH: Final = (
    b"", b"0", b"-1", b"1", b"2", b"4294967295", b"4294967296", b"99999999999999999999", b"1e999999", b"1e308", b"-1e-400",
    b"nan", b"NaN", b"inf", b"-Infinity", b"1_000", b"1,000.5", b"0x10", "１２３".encode(), "二〇二五年".encode(), b"TRUE",
    b"A1", b"XFD1048576", b"XFE1", b"A0", b"A1048577", b"$A$1", b"A1:XFD1048576", b"#REF!", b"#N/A", b"'x'!$A$1:$B$2",
    b"_x0000_", b"_xD800_", b"_x000D_", b"&#0;", b"&#xD83D;", b"&amp;&lt;", b"&nosuch;", b"]]>", b"<![CDATA[<v>1</v>]]>",
    b"<!--", b"<!DOCTYPE x>", b"<?x?>", b"\0", b"\xff\xfe", b"\xed\xa0\x80", "\ufeff\u200b\u202e".encode(), "𠮷😀".encode(),
    b" ", b"\n", b"9" * 400, b"9" * 5000, "长".encode() * 40_000, b"rId1", b"rId999", b"../../x", b"/xl/workbook.xml",
    b"2024-02-30", b"2024-13-01T99:99:99", b"45000.5", b"60", b"-60", b"2958466", b"true", b"=1+1", b"+A1", b"@x", b"xml:space",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"hidden", b"veryHidden", b"External", b"worksheet",
)  # fmt: skip
VALUES: Final = (
    '<c r="{r}"{s}/>', '<c r="{r}"{s}><v>{x}</v></c>', '<c r="{r}"{s} t="str"><v>{x}</v></c>', '<c r="{r}"{s} t="b"><v>{x}</v></c>',
    '<c r="{r}"{s} t="e"><v>{x}</v></c>', '<c r="{r}"{s} t="s"><v>{x}</v></c>', '<c r="{r}"{s} t="d"><v>{x}</v></c>',
    '<c r="{r}"{s} t="inlineStr"><is><t>{x}</t></is></c>', '<c r="{r}"{s}><f>{x}</f></c>', '<c r="{r}"{s}><f>{x}</f><v>{x}</v></c>',
    '<c r="{r}"{s} t="e"><f t="shared" si="1"/><v>#N/A</v></c>', '<c r="{r}"{s} t="str"><f t="shared" ref="{r}" si="1">{x}</f><v/></c>',
    '<c r="{r}" s="{x}"><v>1</v></c>', '<c r="{x}"><v>1</v></c>', '<c r="{r}" t="{x}"><v>1</v></c>',
)  # fmt: skip
TYPED: Final = (
    "0", "-1", "1.5", "100", "101", "0.00001", "1e15", "1e16", "999999999999999999", "1E400", "是", "否", "无", "/", "不适用", "待定", "约100",
    "100%", "12万元", "１２．５", "1,234", "2024年", "2024-02-30", "2023/2/29", "20240101", "45000", "60", "-5", "2958466", "0.5.5", "+-1",
    "=1+1", "#REF!", "#N/A", "   ", "\u3000", "\u200b", "a\nb", "<b>&", "null", "None", "nan", "Infinity", "91310000MA1FL0000X", "13800000000",
    "a@b", "😀" * 30, "长" * 3000, "TRUE", "false", "1/2", "二〇二五", "_x000D_", "'1", "..", "-", "—", "0" * 40, "9" * 310,
)  # fmt: skip

_TAG: Final = re.compile(rb"<[^<>]*>")
_ATTRIBUTE: Final = re.compile(rb'\s[\w:]+="[^"]*"')
_VALUE: Final = re.compile(rb'="([^"]*)"')
_NUMBER: Final = re.compile(rb"(?<=[\">])[0-9.]+(?=[\"<])")
_CELL: Final = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?(?: t="\w+")?(?:/>|>.*?</c>)')
_NAME: Final = re.compile(rb"(<definedName [^>]*>)([^<]*)<")


def unzipped(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()


def mutated(parts: Parts, chance: Chance) -> bytes:
    """A workbook damaged in one of the ways there are."""
    way = chance.choices((_typed, _cells, _markup, _names, _parts, _directory, _bytes), (30, 20, 28, 8, 5, 5, 4))[0]
    return way(dict(parts), chance)


# --- XML -------------------------------------------------------------------------------------------------------


def _markup(parts: Parts, chance: Chance) -> bytes:
    """Tags, attributes and numbers of one or two parts."""
    for _ in range(chance.randint(1, 2)):
        name = chance.choice(_favoured(parts, chance))
        for _ in range(chance.randint(1, 3)):
            parts[name] = chance.choice(_CHANGES)(parts[name], chance)
    return zipped(parts)


def _favoured(parts: Parts, chance: Chance) -> list[str]:
    """All parts, or only those that say what the others are."""
    small = [name for name in parts if not name.startswith(("xl/worksheets/sheet", "xl/theme", "docProps"))]
    return small if chance.random() < 0.4 else list(parts)


def _found(pattern: re.Pattern[bytes], data: bytes, chance: Chance) -> re.Match[bytes] | None:
    """A place chosen at random, the same for the same chance."""
    at = chance.randrange(len(data) + 1)
    return pattern.search(data, at) or pattern.search(data)


def _cut(data: bytes, start: int, end: int, new: bytes = b"") -> bytes:
    return data[:start] + new + data[end:]


def _drop_tag(data: bytes, chance: Chance) -> bytes:
    tag = _found(_TAG, data, chance)
    return _cut(data, tag.start(), tag.end()) if tag else data


def _double_tag(data: bytes, chance: Chance) -> bytes:
    tag = _found(_TAG, data, chance)
    return _cut(data, tag.end(), tag.end(), tag[0] * chance.choice((1, 1, 1, 500))) if tag else data


def _double_element(data: bytes, chance: Chance) -> bytes:
    tag = _found(re.compile(rb"<(\w+)[^<>]*?(?:/>|>.{0,500}?</\1>)", re.DOTALL), data, chance)
    return _cut(data, tag.end(), tag.end(), tag[0]) if tag else data


def _drop_element(data: bytes, chance: Chance) -> bytes:
    tag = _found(re.compile(rb"<(\w+)[^<>]*?(?:/>|>.{0,5000}?</\1>)", re.DOTALL), data, chance)
    return _cut(data, tag.start(), tag.end()) if tag else data


def _swap_tags(data: bytes, chance: Chance) -> bytes:
    one, two = _found(_TAG, data, chance), _found(_TAG, data, chance)
    if one is None or two is None or one.end() > two.start():
        return data
    return data[: one.start()] + two[0] + data[one.end() : two.start()] + one[0] + data[two.end() :]


def _drop_attribute(data: bytes, chance: Chance) -> bytes:
    found = _found(_ATTRIBUTE, data, chance)
    return _cut(data, found.start(), found.end()) if found else data


def _double_attribute(data: bytes, chance: Chance) -> bytes:
    found = _found(_ATTRIBUTE, data, chance)
    return _cut(data, found.end(), found.end(), found[0]) if found else data


def _change_attribute(data: bytes, chance: Chance) -> bytes:
    found = _found(_VALUE, data, chance)
    return _cut(data, found.start(1), found.end(1), chance.choice(RUBBISH)) if found else data


def _borrow_attribute(data: bytes, chance: Chance) -> bytes:
    one, two = _found(_VALUE, data, chance), _found(_VALUE, data, chance)
    return _cut(data, one.start(1), one.end(1), two[1]) if one and two else data


def _change_number(data: bytes, chance: Chance) -> bytes:
    found = _found(_NUMBER, data, chance)
    return _cut(data, found.start(), found.end(), chance.choice(RUBBISH)) if found else data


def _insert(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return _cut(data, at, at, chance.choice(RUBBISH))


def _change_namespace(data: bytes, chance: Chance) -> bytes:
    found = _found(re.compile(rb'xmlns(:\w+)?="([^"]*)"'), data, chance)
    return (
        _cut(
            data,
            found.start(2),
            found.end(2),
            chance.choice((b"", b"urn:x", b"http://purl.oclc.org/ooxml/spreadsheetml/main")),
        )
        if found
        else data
    )


def _recode(data: bytes, chance: Chance) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "gb18030", "utf-32")), "replace")


def _truncate(data: bytes, chance: Chance) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


_CHANGES: Final[tuple[Callable[[bytes, Chance], bytes], ...]] = (
    _drop_tag, _double_tag, _double_element, _drop_element, _swap_tags, _drop_attribute, _double_attribute, _change_attribute,
    _change_attribute, _borrow_attribute, _change_number, _insert, _change_namespace, _recode, _truncate,
)  # fmt: skip

# --- cells and names -------------------------------------------------------------------------------------------


def _replace_cells(parts: Parts, chance: Chance, cell: Callable[[re.Match[str]], str]) -> bytes:
    for _ in range(chance.choice((1, 2, 5, 40))):
        name = chance.choice([name for name in parts if name.startswith("xl/worksheets/sheet")])
        text = parts[name].decode()
        found = _CELL.search(text, chance.randrange(len(text))) or _CELL.search(text)
        if found:
            parts[name] = (text[: found.start()] + cell(found) + text[found.end() :]).encode()
    return zipped(parts)


def _typed(parts: Parts, chance: Chance) -> bytes:
    """What people type, in valid cells."""

    def cell(found: re.Match[str]) -> str:
        typed = chance.choice(TYPED)
        if chance.random() < 0.3 and re.fullmatch(r"-?[0-9.]{1,300}(E[0-9]+)?", typed):
            return f'<c r="{found[1]}"{found[2] or ""}><v>{typed}</v></c>'
        typed = typed.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{found[1]}"{found[2] or ""} t="str"><v>{typed}</v></c>'

    return _replace_cells(parts, chance, cell)


def _cells(parts: Parts, chance: Chance) -> bytes:
    """What no program writes, in cells of every kind."""

    def cell(found: re.Match[str]) -> str:
        rubbish = chance.choice(RUBBISH).decode("utf-8", "replace")
        return chance.choice(VALUES).format(r=found[1], s=found[2] or "", x=rubbish)

    return _replace_cells(parts, chance, cell)


_PLACES: Final = (b"", b"0", b"-1", b"1048577", b"9" * 12, b"9" * 5000, "１".encode(), b"1.5", b"$1", b"A1")


def _names(parts: Parts, chance: Chance) -> bytes:
    """Defined names that stand for something else, for each other or for nothing."""
    data = parts["xl/workbook.xml"]
    for _ in range(chance.choice((1, 3, 30))):
        one, two = _found(_NAME, data, chance), _found(_NAME, data, chance)
        if one is None or two is None:
            break
        moved = re.sub(rb"[0-9]+", lambda found: b"%d" % chance.choice((0, 1, 7, 2000, int(found[0][:6]) + 1)), one[2])
        spoilt = re.sub(rb"[0-9]+", lambda _: chance.choice(_PLACES), one[2])
        new = chance.choice((two[2], moved, spoilt, chance.choice(RUBBISH)))
        data = _cut(data, one.start(2), one.end(2), new)
    parts["xl/workbook.xml"] = data
    return zipped(parts)


# --- the archive -----------------------------------------------------------------------------------------------


def _parts(parts: Parts, chance: Chance) -> bytes:
    """Parts that go, move, change places or come twice under other names."""
    names = list(parts)
    one, two = chance.sample(names, 2)
    match chance.randrange(5):
        case 0:
            del parts[one]
        case 1:
            parts[one], parts[two] = parts[two], parts[one]
        case 2:
            parts[chance.choice((one.upper(), one + "x", "xl/vbaProject.bin", "a/" + one))] = parts.pop(one)
        case 3:
            parts[one] = b""
        case _:
            parts["xl/worksheets/_rels/sheet1.xml.rels"] = parts["xl/_rels/workbook.xml.rels"]
    return zipped(parts)


_FIGURES: Final = (0, 1, 2, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def _directory(parts: Parts, chance: Chance) -> bytes:
    """Figures of the archive's own records."""
    data = bytearray(zipped(parts))
    for _ in range(chance.randint(1, 3)):
        mark = chance.choice((b"PK\3\4", b"PK\1\2", b"PK\5\6"))
        places = [found.start() for found in re.finditer(re.escape(mark), bytes(data))]
        if places:
            at = chance.choice(places) + chance.randrange(4, 46)
            figure = chance.choice(_FIGURES)
            size = chance.choice(["<H", "<L"])
            if at + 4 <= len(data):
                struct.pack_into(size, data, at, figure & (0xFFFF if size == "<H" else 0xFFFFFFFF))
    return bytes(data)


def _bytes(parts: Parts, chance: Chance) -> bytes:
    """Bits and ranges of the file."""
    data = bytearray(zipped(parts))
    for _ in range(chance.choice((1, 1, 4, 50))):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + chance.choice((1, 2, 64, 5000))]
            case 2:
                data[at:at] = chance.randbytes(chance.choice((1, 4, 100)))
            case _:
                data[at : at + 4] = data[-4:]
    return bytes(data[: chance.choice((len(data), len(data), len(data), chance.randrange(len(data))))])
