"""How different programs spell the same workbook: all of it is allowed, and none of it is what the tool writes itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_USUAL: Final = {
    OFFICE: "r",
    _XML: "xml",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main": "x14",
    "http://schemas.microsoft.com/office/excel/2006/main": "xm",
}
_SPACE: Final = f"{{{_XML}}}space"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A way to spell.

    Attributes:
        prefix: Before every name of the main vocabulary.
        texts: ``inline``, ``shared``, ``str`` as of a formula, or ``runs`` of their own looks.
        references: Rows and cells say where they stand.
        shares: The same formula down a column is written once.
        backwards: Attributes come in the other order.
        spaced: Every element begins a line.
        quote: Around attributes.
        decimal: Whole numbers are written with a point.
        encoding: Of the parts.
    """

    prefix: str = ""
    texts: str = "inline"
    references: bool = True
    shares: bool = False
    backwards: bool = False
    spaced: bool = False
    quote: str = '"'
    decimal: bool = False

    @classmethod
    def drawn(cls, chance: Random) -> Dialect:
        """One of many."""
        prefix, texts = chance.choice(("", "", "x", "ss")), chance.choice(("inline", "shared", "str", "runs"))
        references, shares = chance.random() < 0.7, chance.random() < 0.5
        return cls(
            prefix=prefix,
            texts=texts,
            references=references,
            # A cell that refers to another says where both are; openpyxl opens no other.
            shares=shares and references,
            backwards=chance.random() < 0.5,
            spaced=chance.random() < 0.3,
            quote=chance.choice('""\''),
            decimal=chance.random() < 0.3,
        )

    # --- values ------------------------------------------------------------------------------------------------

    def text(self, cell: ET.Element, text: str, strings: list[str]) -> None:
        """Put a text into a cell."""
        if self.texts == "shared":
            cell.set("t", "s")
            ET.SubElement(cell, f"{{{MAIN}}}v").text = str(len(strings))
            strings.append(text)
        elif self.texts == "str":
            cell.set("t", "str")
            ET.SubElement(cell, f"{{{MAIN}}}v").text = text
        else:
            cell.set("t", "inlineStr")
            self.runs(ET.SubElement(cell, f"{{{MAIN}}}is"), text)

    def shared(self, item: ET.Element, text: str) -> None:
        """Put a text among those that are shared."""
        self.runs(item, text)

    def runs(self, parent: ET.Element, text: str) -> None:
        """A text as one piece or, where programs keep looks within it, as several."""
        pieces = [text[:2], text[2:]] if self.texts == "runs" and len(text) > 2 else [text]
        for piece in pieces:
            run = ET.SubElement(parent, f"{{{MAIN}}}r") if len(pieces) > 1 else parent
            ET.SubElement(run, f"{{{MAIN}}}t", {_SPACE: "preserve"}).text = piece

    def number(self, text: str) -> str:
        """A number."""
        return f"{text}.0" if self.decimal and text.isdigit() else text

    # --- markup ------------------------------------------------------------------------------------------------

    def part(self, root: ET.Element) -> str:
        """A whole part."""
        names = self._names(root)
        told = "".join(
            f" xmlns{':' if prefix else ''}{prefix}={self.quote}{uri}{self.quote}"
            for uri, prefix in names.items()
            if uri != _XML
        )
        head = f"<?xml version={self.quote}1.0{self.quote} encoding={self.quote}UTF-8{self.quote}?>\n"
        return head + "".join(self._element(root, names, told))

    def _names(self, root: ET.Element) -> dict[str, str]:
        found: dict[str, str] = {MAIN: self.prefix}
        for element in root.iter():
            for name in (element.tag, *element.attrib):
                uri = name[1:].partition("}")[0] if name.startswith("{") else ""
                if uri and uri not in found:
                    found[uri] = _USUAL.get(uri, f"n{len(found)}")
        return found

    def _element(self, element: ET.Element, names: dict[str, str], told: str = "") -> Iterable[str]:
        name, quote = _name(element.tag, names), self.quote
        pairs = reversed(element.attrib.items()) if self.backwards else element.attrib.items()
        attributes = "".join(f" {_name(key, names)}={quote}{escape(value, _QUOTES)}{quote}" for key, value in pairs)
        text = escape(element.text) if element.text else ""
        if not text and not len(element):
            yield f"<{name}{told}{attributes}/>"
            return
        line = "\n" if self.spaced and not text.strip() else ""
        yield f"<{name}{told}{attributes}>{text}"
        for child in element:
            yield line
            yield from self._element(child, names)
        yield f"{line}</{name}>"


PLAIN: Final = Dialect()
_QUOTES: Final = {'"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;"}


def _name(name: str, names: dict[str, str]) -> str:
    if not name.startswith("{"):
        return name
    uri, _, local = name[1:].partition("}")
    return f"{names[uri]}:{local}" if names[uri] else local
