"""What a file really is, because «只改扩展名» is the commonest mistake and deserves a precise answer."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Mapping
from typing import Final

ZIP: Final = b"PK\3\4"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MAGIC: Final[Mapping[bytes, str]] = {
    b"PK\5\6": "空的 zip 压缩包",
    b"%PDF": "PDF 文件",
    b"\x89PNG": "PNG 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"GIF8": "GIF 图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf\x27\x1c": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"{\\rtf": "RTF 文档",
}

_OLE_STREAMS: Final[Mapping[str, str]] = {
    "Workbook": "旧版 Excel（.xls）或 WPS 表格（.et）",
    "Book": "旧版 Excel（.xls）",
    "WordDocument": "旧版 Word（.doc）",
    "PowerPoint Document": "旧版 PowerPoint（.ppt）",
}

_TEXTS: Final = (
    (re.compile(r"urn:schemas-microsoft-com:office:spreadsheet"), "Excel 2003 XML 表格"),
    (re.compile(r"^\s*MIME-Version:", re.IGNORECASE), "网页归档（MHTML）"),
    (re.compile(r"<(!doctype\s+html|html|head|meta|table|body)\b", re.IGNORECASE), "网页（HTML）"),
    (re.compile(r"^\s*<\?xml"), "XML 文本"),
    (re.compile(r"[,;\t]"), "文本（CSV 或 TXT）"),
)

_ZIP_CONTENTS: Final = (
    (re.compile(r"(^|/)ofd\.xml$"), "OFD 版式文件"),
    (re.compile(r"^index/.*\.iwa$|^index\.zip$"), "Apple Numbers 表格"),
    (re.compile(r"^mimetype$"), "OpenDocument 文件（如 .ods）"),
)


def is_encrypted(data: bytes) -> bool:
    """Whether this is Office's wrapper around a workbook with a password."""
    return data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data


def kind_of(data: bytes) -> str:
    """What a file that is no zip archive is, in words.

    Examples:
        >>> kind_of(b"%PDF-1.7")
        'PDF 文件'
        >>> kind_of("企业名称,产值".encode("gb18030"))
        '文本（CSV 或 TXT）'
    """
    if not data:
        return "空文件（0 字节）"
    if data.startswith(_OLE):
        return _ole_kind(data)
    named = (kind for magic, kind in _MAGIC.items() if data.startswith(magic))
    return next(named, None) or _text_kind(data[:4096])


def _ole_kind(data: bytes) -> str:
    found = (kind for stream, kind in _OLE_STREAMS.items() if (stream + "\0").encode("utf-16-le") in data)
    return next(found, "旧版 Office 文件")


def _text_kind(head: bytes) -> str:
    text = _as_text(head)
    if text is None:
        return "无法识别的内容（可能被加密软件处理过）"
    return next((kind for pattern, kind in _TEXTS if pattern.search(text)), "纯文本")


def _as_text(head: bytes) -> str | None:
    """The head as text in one of the encodings Excel exports; None where it is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if re.search(rb"[\x00-\x08\x0e-\x1f]", head):
        return None
    return _decoded(head, "utf-8") or _decoded(head, "gb18030")


def _decoded(head: bytes, encoding: str) -> str | None:
    try:
        # Not final: the cut may have split the last character.
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def zip_kind(names: Collection[str]) -> str:
    """What a zip archive without Office's table of contents is, in words."""
    lowered = [name.casefold() for name in names]
    found = (kind for pattern, kind in _ZIP_CONTENTS if any(map(pattern.search, lowered)))
    return next(found, "普通 zip 压缩包")
