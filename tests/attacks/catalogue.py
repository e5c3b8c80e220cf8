"""Every attack on the reader that we know of, as the code that makes it, with the answer it must get."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.attacks.forge import (
    CRITERION,
    MAIN,
    MB,
    META,
    OFFICE,
    PACKAGE,
    RESULTS,
    ROOT_RELS,
    ROSTER,
    STRINGS,
    STYLES,
    TYPES,
    WORKBOOK,
    WORKBOOK_RELS,
    Base,
    Raw,
    archive_of,
    deflated,
    honest,
    noise,
    ole,
    repeated,
    zipped,
)

Forged = bytes | Path
Make = Callable[[Base, Path], Forged]


@dataclass(frozen=True)
class Attack:
    """A file, and what must become of it.

    Args:
        name: What is tried.
        code: With which it is refused; empty where it must be read, and its copy with it.
        words: What the refusal says, so that it is this one and no other.
        make: The file, from a good workbook and a folder to work in.
    """

    name: str
    code: str
    words: str
    make: Make


ATTACKS: Final[list[Attack]] = []
ACCEPTED: Final = ""


def attack(name: str, code: str, words: str = "") -> Callable[[Make], Make]:
    """Enter a function that makes a file into the catalogue."""

    def entered(make: Make) -> Make:
        ATTACKS.append(Attack(name, code, words, make))
        return make

    return entered


def enter(name: str, code: str, words: str, make: Callable[[Base], Forged]) -> None:
    """The same for one of many of a kind."""
    ATTACKS.append(Attack(name, code, words, lambda base, _: make(base)))


def blanks(count: int, first: int = 5000) -> str:
    """Rows with nothing in them."""
    return "".join(f'<row r="{row}"/>' for row in range(first, first + count))


# --- the archive -----------------------------------------------------------------------------------------------


@attack("a part of sixty megabytes of nothing", "W04", "压缩倍数")
def _(base: Base, _: Path) -> Forged:
    return base.with_parts({"xl/media/image1.png": bytes(60 * MB)})


@attack("a bomb in an archive in the archive, which nobody opens", ACCEPTED)
def _(base: Base, _: Path) -> Forged:
    inner = zipped({"bomb": bytes(20 * MB)})
    return base.with_parts({"xl/media/image1.png": zipped({f"{number}.zip": inner for number in range(9)})})


@attack("a part of one GiB of blanks", "W04", "解压后的大小")
def _(base: Base, _: Path) -> Forged:
    sheet = base.part_of(ROSTER)
    entries = [honest(name, part) for name, part in base.parts.items() if name != sheet]
    bomb = Raw(name=sheet.encode(), packed=repeated(b" " * MB, 1024), size=1024 * MB)
    return archive_of([*entries, bomb])


@attack("the same, said to be one MB", "W05", "大小或校验码不符")
def _(base: Base, _: Path) -> Forged:
    sheet = base.part_of(META)
    entries = [honest(name, part) for name, part in base.parts.items() if name != sheet]
    bomb = Raw(name=sheet.encode(), packed=repeated(b" " * MB, 1024), size=MB)
    return archive_of([*entries, bomb])


@attack("many parts, each within its limit, that together are too much", "W04", "全部内容解压后的大小")
def _(base: Base, _: Path) -> Forged:
    part = Raw(name=b"", packed=os.urandom(500_000), size=63 * MB)
    entries = [honest(name, data) for name, data in base.parts.items()]
    return archive_of(
        [*entries, *(Raw(name=b"x%d" % number, packed=part.packed, size=part.size) for number in range(5))]
    )


@attack("overlapping entries", "W05", "重叠")
def _(base: Base, _: Path) -> Forged:
    kernel = deflated(bytes(MB))
    first = [honest(name, data) for name, data in base.parts.items()]
    at = len(archive_of(first)) - len(b"".join(one.name for one in first)) - 46 * len(first) - 22
    body = Raw(name=b"a", packed=kernel, size=MB, crc=zlib.crc32(bytes(MB)))
    return archive_of([*first, body, Raw(name=b"a", packed=kernel, size=MB, header=at)])


@attack("seventy thousand entries", "W04", "部件数")
def _(base: Base, _: Path) -> Forged:
    return zipped({**base.parts, **{f"x{number}": b"" for number in range(70_000)}})


@attack("a thousand million entries, says the 64-bit record", "W04", "部件数")
def _(base: Base, _: Path) -> Forged:
    return wide(base.data, count=10**9)


@attack("a directory beyond the file, says the 64-bit record", "W05", "目录")
def _(base: Base, _: Path) -> Forged:
    return wide(base.data, start=2**62)


@attack("a part of eight exbibytes, says the 64-bit field", "W04", "解压后的大小")
def _(base: Base, _: Path) -> Forged:
    entries = [honest(name, part) for name, part in base.parts.items()]
    huge = Raw(name=b"x", packed=b"", size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 2**63))
    return archive_of([*entries, huge])


def wide(data: bytes, count: int | None = None, start: int | None = None) -> bytes:
    """The archive with a 64-bit end record that lies."""
    at = data.rindex(b"PK\5\6")
    _, _, _, _, total, size, begin, _ = struct.unpack("<4s4H2LH", data[at : at + 22])
    counted = total if count is None else count
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, counted, counted, size, begin if start is None else start
    )
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    return (
        data[:at] + record + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    )


for _name in ("../../etc/passwd", "/etc/passwd", "xl/../../x", "xl\\x", "C:/x", "C:x", "a\0b", "xl/./x", "a\r\nb", ""):
    enter(
        f"an entry called {_name!r}",
        "W06",
        "名称异常",
        lambda base, name=_name: archive_of([*(honest(*one) for one in base.parts.items()), honest(name, b"x")]),  # type: ignore[misc]
    )
for _second in (WORKBOOK, WORKBOOK.upper(), "XL/Worksheets/Sheet1.XML"):
    enter(
        f"two parts called {_second}",
        "W06",
        "重名",
        lambda base, name=_second: archive_of([*(honest(*one) for one in base.parts.items()), honest(name, b"<x/>")]),  # type: ignore[misc]
    )
for _share in (0.0001, 0.1, 0.5, 0.9, 0.9999):
    enter(
        f"cut after {_share:.2%}",
        "W05",
        "不完整",
        lambda base, share=_share: base.data[: max(4, int(len(base.data) * share))],  # type: ignore[misc]
    )


def _first_claim(base: Base, offset: int, value: bytes) -> bytes:
    """The workbook with one field of the directory's record of its workbook part replaced."""
    data = base.data
    at = data.rindex(WORKBOOK.encode()) - 46
    return data[: at + offset] + value + data[at + offset + len(value) :]


enter("a wrong checksum", "W05", "校验码不符", lambda base: _first_claim(base, 16, b"abcd"))
enter("a part said to be smaller than it is", "W05", "校验码不符", lambda base: _first_claim(base, 24, b"\x10\0\0\0"))
enter("a part said to be larger than it is", "W05", "校验码不符", lambda base: _first_claim(base, 24, b"\0\0\x20\0"))
enter("a part packed beyond the end", "W05", "目录与部件不符", lambda base: _first_claim(base, 20, b"\xff\xff\xff\x7f"))
enter(
    "a part that stands beyond the end", "W05", "不存在的部件", lambda base: _first_claim(base, 42, b"\xff\xff\xff\x7f")
)
enter("a part packed in an unknown way", "W05", "压缩方式", lambda base: _first_claim(base, 10, b"\x0e\0"))
enter("a password on one entry", "W03", "加密", lambda base: _first_claim(base, 8, b"\1\0"))
enter("a program before the archive", "W02", "无法识别", lambda base: b"MZ\x90\0\3" + bytes(500) + base.data)
enter("an archive before the archive", "W05", "", lambda base: zipped({"a": b"b"}) + base.data)
enter("rubbish behind the archive", ACCEPTED, "", lambda base: base.data + b"\0" * 600)


@attack("a damaged stream", "W05")
def _(base: Base, _: Path) -> Forged:
    data = bytearray(base.data)
    at = data.index(WORKBOOK.encode()) + 400
    data[at : at + 64] = bytes(64)
    return bytes(data)


@attack("other bytes than the directory's behind a local header of the same name", "W05", "与部件不符")
def _(base: Base, _: Path) -> Forged:
    entries = [honest(name, part) for name, part in base.parts.items()]
    return archive_of([*entries, Raw(name=b"good", packed=b"", local_name=b"evil")])


# --- other kinds of file ---------------------------------------------------------------------------------------


def _document(kind: str) -> Callable[[Base], bytes]:
    """The least that is a document of some kind."""

    def made(_: Base) -> bytes:
        types = f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="{kind}"/><Default Extension="rels" ContentType="a/b"/></Types>'
        rels = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="d.xml"/></Relationships>'
        return zipped({TYPES: types.encode(), ROOT_RELS: rels.encode(), "d.xml": b"<d/>"})

    return made


_OFFICE_TYPE: Final = "application/vnd.openxmlformats-officedocument"
for _what, _type, _code, _words in (
    ("a document of Word", f"{_OFFICE_TYPE}.wordprocessingml.document.main+xml", "W02", ".docx"),
    ("a presentation", f"{_OFFICE_TYPE}.presentationml.presentation.main+xml", "W02", ".pptx"),
    ("a template of Excel", f"{_OFFICE_TYPE}.spreadsheetml.template.main+xml", "W02", ".xltx"),
    ("a binary workbook", "application/vnd.ms-excel.sheet.binary.macroEnabled.main", "W02", ".xlsb"),
    ("a workbook with macros", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", "W06", "宏"),
    ("an add-in", "application/vnd.ms-excel.addin.macroEnabled.main+xml", "W06", "宏"),
    ("a drawing of Visio", "application/vnd.ms-visio.drawing.main+xml", "W02", "其他类型"),
):
    enter(_what, _code, _words, _document(_type))
for _what, _data, _code, _words in (
    ("an empty file", b"", "W02", "空文件"),
    ("one byte", b"P", "W02", "纯文本"),
    ("an empty archive", b"PK\5\6" + bytes(18), "W02", "空的 zip"),
    ("an encrypted workbook", ole("EncryptedPackage", "EncryptionInfo"), "W03", "加密"),
    ("an .xls", ole("Workbook"), "W02", ".xls"),
    ("a .doc", ole("WordDocument"), "W02", ".doc"),
    ("CSV in UTF-8", "企业名称,产值\n甲,1\n".encode("utf-8-sig"), "W02", "CSV"),
    ("CSV in GB 18030", "企业名称,产值\n甲,1\n".encode("gb18030"), "W02", "CSV"),
    ("text with tabs in UTF-16", "企业名称\t产值\n甲\t1\n".encode("utf-16"), "W02", "CSV"),
    ("a page of the web", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "W02", "HTML"),
    ("an archived page", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "W02", "MHTML"),
    ("Excel 2003 XML", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "W02", "2003"),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "W02", "PDF"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "W02", "PNG"),
    ("a program", b"\x7fELF" + bytes(range(256)) * 9, "W02", "无法识别"),
    ("a gzip of something", b"\x1f\x8b\x08\0" + bytes(99), "W02", "gzip"),
    ("OpenDocument", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "W02", "OpenDocument"),
    ("an archive of photographs", zipped({"IMG_1.jpg": b"x"}), "W02", "普通 zip"),
    ("a sheet of Numbers", zipped({"Index/Document.iwa": b"x"}), "W02", "Numbers"),
):  # fmt: skip
    enter(_what, _code, _words, lambda _, data=_data: data)  # type: ignore[misc]


@attack("a file of twenty-six megabytes", "W04", "文件大小")
def _(base: Base, _: Path) -> Forged:
    return base.data + bytes(26 * MB)


@attack("a file of a tebibyte, all hole", "W04", "文件大小")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "hole.xlsx"
    with path.open("wb") as file:
        file.truncate(2**40)
    return path


@attack("a folder", "W01", "不是文件")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "folder.xlsx"
    path.mkdir()
    return path


@attack("a pipe nobody writes to", "W01", "不是文件")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "pipe.xlsx"
    os.mkfifo(path)
    return path


@attack("a device that never ends", "W01", "不是文件")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "zero.xlsx"
    path.symlink_to("/dev/zero")
    return path


@attack("a link to itself", "W01", "无法读取")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "loop.xlsx"
    path.symlink_to(path)
    return path


@attack("a link to nothing", "W01", "找不到")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "gone.xlsx"
    path.symlink_to(folder / "nothing")
    return path


@attack("a name with all that a name may have", ACCEPTED)
def _(base: Base, folder: Path) -> Forged:
    path = folder / "－rf 申报\n\t\u202ecod.%s{0}'\"&;$(x)#?*😀.xlsx"
    path.write_bytes(base.data)
    return path


@attack("a refusal must not carry a name's tricks on", "W02", "空文件")
def _(_: Base, folder: Path) -> Forged:
    path = folder / "\x1b[2J\u202e.xlsx"
    path.write_bytes(b"")
    return path


# --- parts and relationships -----------------------------------------------------------------------------------

for _missing, _code, _words in (
    (TYPES, "W02", "普通 zip"),
    (ROOT_RELS, "W05", "唯一的工作簿部件"),
    (WORKBOOK, "W05", "工作簿部件缺失"),
    (WORKBOOK_RELS, "W05", "没有指向工作表的内容"),
    (STRINGS, "W05", "指向不存在的文本"),
    ("xl/worksheets/sheet3.xml", "W05", "内容缺失"),
):
    enter(f"no {_missing}", _code, _words, lambda base, name=_missing: base.with_parts({name: None}))  # type: ignore[misc]
enter("no formats", ACCEPTED, "", lambda base: base.with_parts({STYLES: None}))
for _target, _words in (
    ("../../../../etc/passwd", "内容缺失"),
    ("/etc/passwd", "内容缺失"),
    ("file:///etc/passwd", "内容缺失"),
    ("", "不是工作表"),
    ("workbook.xml", "不是工作表"),
    ("_rels/workbook.xml.rels", "不是工作表"),
    ("sharedStrings.xml", "不是工作表"),
    ("worksheets/sheet2.xml", "共用内容"),
):
    enter(
        f"a sheet that is {_target!r}",
        "W05",
        "内容缺失" if not _target else _words,
        lambda base, target=_target: base.replaced(WORKBOOK_RELS, base.part_of(ROSTER).removeprefix("xl/"), target),  # type: ignore[misc]
    )
enter(
    "a sheet on somebody's server",
    "W05",
    "没有指向工作表的内容",
    lambda base: base.replaced(
        WORKBOOK_RELS, 'Target="worksheets/sheet1.xml"', 'Target="http://127.0.0.1:9/a.xml" TargetMode="External"'
    ),
)
enter(
    "a workbook that is its own relationships",
    "W02",
    "其他类型",
    lambda base: base.replaced(ROOT_RELS, "xl/workbook.xml", ROOT_RELS),
)
enter(
    "two workbooks",
    "W05",
    "唯一",
    lambda base: base.replaced(
        ROOT_RELS,
        "</Relationships>",
        f'<Relationship Id="x" Type="{OFFICE}/officeDocument" Target="{STYLES}"/></Relationships>',
    ),
)
enter(
    "all relationships under one name",
    "W05",
    "",
    lambda base: base.with_parts({WORKBOOK_RELS: base.text(WORKBOOK_RELS).replace('rId2"', 'rId1"')}),
)
enter(
    "macros under the name of a picture",
    "W06",
    "宏",
    lambda base: base.replaced(
        TYPES,
        "</Types>",
        '<Override PartName="/xl/theme/theme1.xml" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    ),
)
enter("macros under their own name", "W06", "宏", lambda base: base.with_parts({"xl/vbaProject.bin": b"x"}))
enter(
    "macros by relationship alone",
    "W06",
    "宏",
    lambda base: base.with_relation(
        "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "a.bin", {"xl/a.bin": "x"}
    ),
)
enter("a macro sheet of 1992", "W06", "宏", lambda base: base.with_parts({"xl/macrosheets/sheet1.xml": b"<x/>"}))
for _content, _code, _words in (
    ('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>', "W06", "DDE"),
    ('<x><ddeLink ddeService="cmd" ddeTopic="/c calc"/></x>', "W06", "DDE"),
    ("<externalBook/>", ACCEPTED, ""),
    ("<oleLink/>", ACCEPTED, ""),
):
    enter(
        f"a link to elsewhere: {_content}",
        _code,
        _words,
        lambda base, content=_content: base.with_relation(  # type: ignore[misc]
            f"{OFFICE}/externalLink",
            "links/a.xml",
            {"xl/links/a.xml": f'<externalLink xmlns="{MAIN}">{content}</externalLink>'},
        ),
    )
enter(
    "a template to be fetched",
    ACCEPTED,
    "",
    lambda base: base.with_relation(
        f"{OFFICE}/attachedTemplate", "http://127.0.0.1:9/x.xltm", {}, ' TargetMode="External"'
    ),
)
enter(
    "two hundred thousand relationships",
    "W04",
    "部件之间关系",
    lambda base: base.replaced(
        WORKBOOK_RELS, "</Relationships>", "<Relationship Target='x'/>" * 200_001 + noise(60_000) + "</Relationships>"
    ),
)
enter(
    "two hundred thousand types",
    "W04",
    "部件之间关系",
    lambda base: base.replaced(TYPES, "</Types>", "<Default Extension='x'/>" * 200_001 + noise(60_000) + "</Types>"),
)


# --- XML -------------------------------------------------------------------------------------------------------

_LAUGHS: Final = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
_DOCTYPES: Final = {
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "a file for an entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "a server for a document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
}


def _with_doctype(name: str, doctype: str) -> Callable[[Base], bytes]:
    def made(base: Base) -> bytes:
        head, _, body = base.text(name).rpartition("?>")
        text = f"{head}?>{doctype}{body}" if head else doctype + body
        return base.with_parts({name: text})

    return made


for _part in (TYPES, ROOT_RELS, WORKBOOK, WORKBOOK_RELS, STRINGS, STYLES, "xl/worksheets/sheet18.xml"):
    enter(f"a billion laughs in {_part}", "W06", "DOCTYPE", _with_doctype(_part, _DOCTYPES["a billion laughs"]))
for _what, _doctype in _DOCTYPES.items():
    enter(f"{_what} in a sheet", "W06", "DOCTYPE", _with_doctype("xl/worksheets/sheet3.xml", _doctype))
for _part, _opened in (
    (TYPES, "Types"),
    (WORKBOOK_RELS, "Relationships"),
    (WORKBOOK, "workbook"),
    (STYLES, "styleSheet"),
    (STRINGS, "sst"),
    ("xl/worksheets/sheet3.xml", "worksheet"),
):
    enter(
        f"ten thousand elements in one another in {_part}",
        "W05",
        "嵌套过深",
        lambda base, name=_part, root=_opened: base.replaced(
            name, f"</{root}>", "<a>" * 10_000 + "</a>" * 10_000 + f"</{root}>"
        ),  # type: ignore[misc]
    )


def _declared(encoding: str, codec: str) -> Callable[[Base], bytes]:
    """A sheet in another encoding, which it declares or not."""

    def made(base: Base) -> bytes:
        name = base.part_of(ROSTER)
        body = base.text(name).rpartition("?>")[2]
        declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
        return base.with_parts({name: (declaration + body).encode(codec, "xmlcharrefreplace")})

    return made


for _encoding, _codec, _code, _words in (
    ("UTF-7", "utf-7", "W05", "utf-7"),
    ("GB2312", "gb18030", "W05", "gb2312"),
    ("", "gb18030", "W05", "不是完整的 XML"),
    ("IBM037", "cp037", "W05", ""),
    ("UTF-32", "utf-32", "W05", ""),
    ("UTF-8", "utf-16-le", ACCEPTED, ""),
    ("UTF-16", "utf-16", ACCEPTED, ""),
    ("UTF-16BE", "utf-16-be", ACCEPTED, ""),
    ("ISO-8859-1", "latin-1", ACCEPTED, ""),
):
    enter(f"a sheet in {_codec} that says {_encoding or 'nothing'}", _code, _words, _declared(_encoding, _codec))

for _what, _markup, _code, _words in (
    ("an attribute of fifty megabytes", "<x a='" + "啊" * (16 * MB) + "'/>" + noise(450_000), "W04", "标记的长度"),
    ("a comment of fifty megabytes", "<!--" + " " * (50 * MB) + "-->" + noise(450_000), "W04", "标记的长度"),
    ("an element of a hundred thousand attributes", "<x " + " ".join(f"a{at}=''" for at in range(100_000)) + "/>", "W04", "标记的长度"),
    ("elements of thirty thousand attributes", ("<x " + " ".join(f"a{at}=''" for at in range(30_000)) + "/>") * 3, "W04", "种类"),
    ("a million names of elements", "".join(f"<x{at:07}/>" for at in range(1_000_000)), "W04", "种类"),
    ("a namespace of half a megabyte", f'<x:a xmlns:x="{"u" * 500_000}">' + "<x:b/>" * 200_000 + "</x:a>" + noise(60_000), "W05", "命名空间"),
    ("fifteen million elements", "<x/>" * 15_000_000 + noise(450_000), "W04", "标记的个数"),
    ("an entity nobody declared", "<x>&e;</x>", "W05", "不是完整的 XML"),
    ("a second root", "</worksheet><worksheet>", "W05", "不是完整的 XML"),
    ("a character XML has not", "<x>&#1;</x>", "W05", "不是完整的 XML"),
    ("a lone surrogate", "<x>&#xD800;</x>", "W05", "不是完整的 XML"),
):  # fmt: skip
    enter(_what, _code, _words, lambda base, markup=_markup: base.after_rows(ROSTER, markup))  # type: ignore[misc]

# --- cells -----------------------------------------------------------------------------------------------------

_TEXT_CELL: Final = '<c r="A1000000" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
for _sheet in (ROSTER, RESULTS):
    enter(
        f"sixty megabytes of blanks in a cell of {_sheet}",
        "W04",
        "一段文本的字数",
        lambda base, sheet=_sheet: base.with_cell(sheet, noise(450_000) + _TEXT_CELL.format(" " * (60 * MB))),  # type: ignore[misc]
    )
    enter(
        f"a cell in the last corner of {_sheet}",
        ACCEPTED,
        "",
        lambda base, sheet=_sheet: base.with_rows(sheet, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),  # type: ignore[misc]
    )
    enter(
        f"a million empty rows in {_sheet}",
        ACCEPTED,
        "",
        lambda base, sheet=_sheet: base.with_rows(sheet, blanks(1_000_000)),  # type: ignore[misc]
    )
    enter(
        f"a row with a million cells, one over the other, in {_sheet}",
        ACCEPTED,
        "",
        lambda base, sheet=_sheet: base.with_rows(
            sheet, '<row r="5000">' + '<c r="A5000" s="1"/>' * 1_000_000 + noise(200_000) + "</row>"
        ),  # type: ignore[misc]
    )
    enter(
        f"almost all the cells there may be, in {_sheet}",
        ACCEPTED,
        "",
        lambda base, sheet=_sheet: base.with_rows(sheet, _grid(27_000)),  # type: ignore[misc]
    )
    enter(
        f"more cells than there may be, in {_sheet}",
        "W04",
        "有内容的单元格数",
        lambda base, sheet=_sheet: base.with_rows(sheet, _grid(60_000)),  # type: ignore[misc]
    )
    enter(
        f"a formula shared by two hundred thousand cells of {_sheet}",
        ACCEPTED,
        "",
        lambda base, sheet=_sheet: base.with_rows(sheet, "".join(_shared(200_000))),  # type: ignore[misc]
    )


def _grid(rows: int) -> str:
    columns = "ABCDEFGHIJ"
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}"><v>{row * 7 % 8999}</v></c>' for column in columns)
        + "</row>"
        for row in range(5000, 5000 + rows)
    )


def _shared(count: int) -> Iterator[str]:
    yield f'<row r="5000"><c r="A5000"><f t="shared" ref="A5000:Z{5000 + count}" si="7">B5000*2</f><v>1</v></c></row>'
    yield from (
        f'<row r="{row}"><c r="Q{row}"><f t="shared" si="7"/><v>{row % 977}</v></c></row>'
        for row in range(5001, 5000 + count)
    )


for _what, _row, _code, _words in (
    ("a row with a million cells without a place", "<row>" + "<c/>" * 1_000_000 + noise(60_000) + "</row>", "W05", "不存在的单元格"),
    ("a row past the end", '<row r="1048577"/>', "W05", "不存在的行"),
    ("a row of a hundred digits", f'<row r="{"9" * 100}"/>', "W05", "不存在的行"),
    ("a column past the end", '<row r="9999"><c r="XFE9999"><v>1</v></c></row>', "W05", "不存在的单元格"),
    ("a cell that stands twice", '<row r="9999"><c r="A9999"><v>1</v></c><c r="A9999"><v>2</v></c></row>', "W05", "出现了两次"),
    ("a cell with two values", '<row r="9999"><c r="A9999"><v>1</v><v>2</v></c></row>', "W05", "两个值"),
    ("a cell with a million formulas", '<row r="9999"><c r="A9999">' + "<f/>" * 1_000_000 + noise(60_000) + "</c></row>", "W05", "两个公式"),
    ("a shared text that is not there", '<row r="9999"><c r="A9999" t="s"><v>4294967295</v></c></row>', "W05", "指向不存在的文本"),
    ("a formula of eight megabytes", '<row r="9999"><c r="A9999"><f>' + "1+" * 4_000_000 + "1</f></c></row>" + noise(60_000), "W04", "一段文本的字数"),
    ("formulas of twelve megabytes together", "".join(f'<row r="{row}"><c r="A{row}"><f>{"1+" * 14_000}{row}</f></c></row>' for row in range(5000, 5400)) + noise(90_000), "W04", "文本的总字数"),
    ("a text of many pieces", '<row r="9999"><c r="A9999" t="inlineStr"><is>' + "<r><t>甲乙丙丁</t></r>" * 100_000 + noise(60_000) + "</is></c></row>", "W04", "一段文本的字数"),
    ("escapes for what is no character", '<row r="9999"><c r="A9999" t="str"><v>_xD800__xFFFF__x0000__x0001_甲</v></c></row>', ACCEPTED, ""),
):  # fmt: skip
    enter(_what, _code, _words, lambda base, row=_row: base.with_rows(ROSTER, row))  # type: ignore[misc]


def _first_figure(base: Base, cell: str, sheet: str = CRITERION) -> bytes:
    """The workbook with its first number on a sheet replaced by another cell; ``{}`` stands for its place."""
    name = base.part_of(sheet)
    text = base.text(name)
    found = re.search(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?><v>[^<]*</v></c>', text)
    assert found
    return base.with_parts({name: text.replace(found[0], cell.replace("{}", f'r="{found[1]}"'), 1)})


for _what, _cell in (
    ("1e999999", "<c {}><v>1e999999</v></c>"),
    ("1e9999", "<c {}><v>1e9999</v></c>"),
    ("-1e308", "<c {}><v>-1.7976931348623157e308</v></c>"),
    ("1e-320", "<c {}><v>1e-320</v></c>"),
    ("NaN", "<c {}><v>NaN</v></c>"),
    ("-Infinity", "<c {}><v>-Infinity</v></c>"),
    ("four hundred digits", f"<c {{}}><v>{'9' * 400}</v></c>"),
    ("a hundred thousand digits", f"<c {{}}><v>{'9' * 100_000}</v></c>"),
    ("full-width digits", "<c {}><v>１２３</v></c>"),
    ("an underscore", "<c {}><v>1_000</v></c>"),
    ("hexadecimal", "<c {}><v>0x10</v></c>"),
    ("text of a hundred thousand digits", f'<c {{}} t="str"><v>{"9" * 100_000}</v></c>'),
    ("text 1e999999999", '<c {} t="str"><v>1e999999999</v></c>'),
    ("text NaN", '<c {} t="str"><v>sNaN</v></c>'),
    ("a date of the year nothing", '<c {} t="d"><v>0000-00-00T99:99:99</v></c>'),
    ("a truth that is neither", '<c {} t="b"><v>2</v></c>'),
    ("an error nobody knows", '<c {} t="e"><v>#甲!</v></c>'),
    ("a kind nobody knows", '<c {} t="x"><v>1</v></c>'),
    ("a format nobody has", '<c {} s="99999999999"><v>1</v></c>'),
    ("a formula with no result", "<c {}><f>1/0</f></c>"),
    ("a formula that would start a program", "<c {} t=\"str\"><v>=cmd|'/c calc'!A1</v></c>"),
    ("nulls and bells", '<c {} t="str"><v>_x0000__x0007__xFFFE_甲</v></c>'),
    ("characters beyond the plane", f'<c {{}} t="str"><v>{"😀" * 40_000}</v></c>'),
    ("marks that turn the line", '<c {} t="str"><v>\u202e\u2066甲\u200b\ufeff</v></c>'),
):
    enter(f"a figure that is {_what}", ACCEPTED, "", lambda base, cell=_cell: _first_figure(base, cell))  # type: ignore[misc]

enter(
    "the calendar of 1904",
    ACCEPTED,
    "",
    lambda base: base.replaced(WORKBOOK, "<workbookPr ", '<workbookPr date1904="1" '),
)
enter(
    "strings said to be four thousand million",
    ACCEPTED,
    "",
    lambda base: base.replaced(STRINGS, "<sst ", '<sst x="4" ').replace(b"", b""),
)


@attack("four thousand million strings, says the table", ACCEPTED)
def _(base: Base, _: Path) -> Forged:
    text = re.sub(r'(count|uniqueCount)="[0-9]+"', r'\1="4294967295"', base.text(STRINGS))
    return base.with_parts({STRINGS: text})


@attack("a sheet as large as sheets can be, says the dimension", ACCEPTED)
def _(base: Base, _: Path) -> Forged:
    name = base.part_of(ROSTER)
    return base.with_parts({name: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', base.text(name))})


@attack("ten million strings", "W04", "不同文本的个数")
def _(base: Base, _: Path) -> Forged:
    return base.replaced(STRINGS, "</sst>", "<si/>" * 10_000_000 + noise(450_000) + "</sst>")


@attack("strings of sixteen million characters", "W04", "文本的总字数")
def _(base: Base, _: Path) -> Forged:
    items = "".join(f"<si><t>{number}{'甲' * 1000}</t></si>" for number in range(16_000))
    return base.replaced(STRINGS, "</sst>", items + noise(450_000) + "</sst>")


@attack("hints in three thousand rows of a sheet of half a million", ACCEPTED)
def _(base: Base, _: Path) -> Forged:
    found = re.search(r"<definedName name=\"hints?_[^\"]*\">'二 核心竞争力'!\$([A-Z]+)\$([0-9]+):", base.text(WORKBOOK))
    assert found
    column = found[1]
    rows = (f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>' for row in range(2000, 5000))
    return base.with_rows(CRITERION, "".join(rows) + blanks(500_000))


# --- what stands around cells ----------------------------------------------------------------------------------

enter(
    "two hundred thousand merges",
    "W04",
    "合并单元格",
    lambda base: base.after_rows(
        META,
        "<mergeCells>" + "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 200_001)) + "</mergeCells>",
    ),
)
enter(
    "a merge of the whole sheet",
    ACCEPTED,
    "",
    lambda base: base.after_rows(META, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
)
enter(
    "a hundred thousand links",
    "W04",
    "超链接",
    lambda base: base.after_rows(
        RESULTS,
        "<hyperlinks>"
        + "".join(f'<hyperlink ref="A{row}" location="a"/>' for row in range(1, 100_001))
        + "</hyperlinks>",
    ),
)
enter(
    "links over the whole sheet",
    ACCEPTED,
    "",
    lambda base: base.after_rows(
        RESULTS,
        "<hyperlinks>"
        + "".join(f'<hyperlink ref="A1:XFD{1_000_000 + row}" location="a"/>' for row in range(40_000))
        + "</hyperlinks>",
    ),
)
enter(
    "a million columns",
    "W05",
    "隐藏的列",
    lambda base: base.after_rows(
        META, "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 300_000 + noise(200_000) + "</cols>"
    ),
)
enter(
    "two hundred and fifty thousand names",
    "W04",
    "定义名称",
    lambda base: base.with_names(
        "".join(f'<definedName name="n{number}">#REF!</definedName>' for number in range(250_000))
    ),
)
enter(
    "names of the same look",
    "W05",
    "定义了两次",
    lambda base: base.with_names('<definedName name="a_a">1</definedName><definedName name="A_A">2</definedName>'),
)
enter(
    "a name of four megabytes",
    "W04",
    "一段文本的字数",
    lambda base: base.with_names(f'<definedName name="n">{"(" * (4 * MB)}</definedName>{noise(90_000)}'),
)
enter(
    "two hundred thousand formats",
    "W04",
    "单元格格式",
    lambda base: base.replaced(
        STYLES, "</cellXfs>", "".join(f'<xf numFmtId="{number}"/>' for number in range(200_000)) + "</cellXfs>"
    ),
)


def _renamed(base: Base, reference: str) -> bytes:
    """The workbook with every name of its own standing for one place."""
    text = re.sub(r"(<definedName name=\"[^\"]*\">)[^<]*<", rf"\g<1>{reference}<", base.text(WORKBOOK))
    return base.with_parts({WORKBOOK: text})


enter(
    "every name stands for a whole sheet",
    "W08",
    "无法识别",
    lambda base: _renamed(base, "'逐条判定'!$A$1:$XFD$1048576"),
)
for _reference in ("#REF!", "'没有'!$A$1", "[1]x!$A$1"):
    enter(f"every name stands for {_reference}", ACCEPTED, "", partial(_renamed, reference=_reference))
for _reference in (
    "'逐条判定'!$A$1:$XFD$1048576",
    "'逐条判定'!$A$1048576:$A$1",
    "'企业名录'!$ZZZ$0",
    f"'企业名录'!$A${'9' * 5000}",
    f"'企业名录'!$A$1:$A${'9' * 30}",
    "'企业名录'!$A$" + "１２",
):
    enter(
        f"the names of inputs and results stand for {_reference[:40]}",
        ACCEPTED,
        "",
        lambda base, reference=_reference: _inputs_renamed(base, reference),  # type: ignore[misc]
    )


def _inputs_renamed(base: Base, reference: str) -> bytes:
    text = re.sub(
        r"(<definedName name=\"(?!meta_)[^\"]*\">)[^<]*<", rf"\g<1>{reference}<", base.text(WORKBOOK), count=1_000
    )
    return base.with_parts({WORKBOOK: text})


@attack("five thousand sheets, each with a part", "W04", "部件数")
def _(base: Base, _: Path) -> Forged:
    return _sheets(base, 5000, lambda number: number)


@attack("five thousand sheets of one part", "W04", "工作表的个数")
def _(base: Base, _: Path) -> Forged:
    return _sheets(base, 5000, lambda _: 0)


@attack("eight hundred sheets", ACCEPTED)
def _(base: Base, _: Path) -> Forged:
    return _sheets(base, 800, lambda number: number)


def _sheets(base: Base, count: int, part: Callable[[int], int]) -> bytes:
    sheets = "".join(f'<sheet name="s{at}" sheetId="{at + 100}" r:id="x{at}"/>' for at in range(count))
    rels = "".join(
        f'<Relationship Id="x{at}" Type="{OFFICE}/worksheet" Target="worksheets/x{part(at)}.xml"/>'
        for at in range(count)
    )
    parts = {
        f"xl/worksheets/x{part(at)}.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>' for at in range(count)
    }
    return base.with_parts(
        {
            WORKBOOK: base.text(WORKBOOK).replace("</sheets>", f"{sheets}</sheets>"),
            WORKBOOK_RELS: base.text(WORKBOOK_RELS).replace("</Relationships>", f"{rels}</Relationships>"),
            **parts,
        }
    )
