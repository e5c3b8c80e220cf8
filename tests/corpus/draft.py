"""A workbook under somebody's pen: its parts, its sheets and its cells, changed the way spreadsheet programs change them.

Nothing of the product is used here, so that the corpus does not inherit its mistakes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from tests.corpus.spots import locate
from toolkit.submission import Location, column_letters
from workbook.layout import Layout

Element = ET.Element
Convert = Callable[[bytes, str, str], bytes]
"""Let LibreOffice convert a file: its bytes, the ending it has, the ending it shall have."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORKBOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
WORKBOOK_LINKS, CONTENT_TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_EPOCH = date(1899, 12, 30)
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)(?::(\$?)([A-Z]{1,3})(\$?)([0-9]+))?")
_QUALIFIED = re.compile(rf"(?:'((?:[^']|'')+)'|([^'!(),\s]+))!({_REFERENCE.pattern})")


@dataclass(frozen=True)
class Formula:
    """A formula and what it came to; None where no program has calculated it."""

    formula: str
    result: Decimal | str | None = None


@dataclass(frozen=True)
class Failure:
    """An error value, typed or calculated."""

    name: str
    formula: str = ""


Content = str | int | Decimal | bool | date | Formula | Failure | None


def main(tag: str) -> str:
    """A tag of the spreadsheet namespace."""
    return f"{{{MAIN}}}{tag}"


class Draft:
    """One workbook.

    Args:
        data: The file.
        layout: Of the template it was made from, to find spots.
        convert: LibreOffice.
    """

    def __init__(self, data: bytes, layout: Layout, convert: Convert) -> None:
        self.layout = layout
        self.convert = convert
        self.whole: bytes | None = None
        self.missing = False
        self.load(data)

    def load(self, data: bytes) -> None:
        """Go on with another file: what a program saved."""
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}
        self._trees: dict[str, Element] = {}

    def packed(self) -> bytes | None:
        """The file; None where there is none."""
        if self.missing:
            return None
        if self.whole is not None:
            return self.whole
        self.flush()
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name, part in self.parts.items():
                package.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
        return held.getvalue()

    @property
    def file(self) -> bytes:
        """The file, which there is."""
        data = self.packed()
        assert data is not None
        return data

    # --- parts -------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write every part that was opened."""
        ET.register_namespace("r", LINKS)
        for name, tree in self._trees.items():
            space = tree.tag[1:].partition("}")[0]
            ET.register_namespace("", space)
            self.parts[name] = ET.tostring(tree, encoding="UTF-8", xml_declaration=True)
        self._trees.clear()

    def tree(self, part: str) -> Element:
        """A part, opened to be changed."""
        if part not in self._trees:
            self._trees[part] = ET.fromstring(self.parts[part])  # noqa: S314 - our own file
        return self._trees[part]

    def declare(self, part: str, kind: str) -> None:
        """Give a part its content type."""
        types = self.tree(CONTENT_TYPES)
        ET.SubElement(types, f"{{{TYPES}}}Override", {"PartName": f"/{part}", "ContentType": kind})

    def relate(self, part: str, kind: str, target: str, *, external: bool = False) -> str:
        """Let a part point at another, or at a file elsewhere."""
        folder, _, name = part.rpartition("/")
        links = f"{folder}/_rels/{name}.rels"
        self.parts.setdefault(links, f'<Relationships xmlns="{RELATED}"/>'.encode())
        tree = self.tree(links)
        number = f"rId{900 + len(tree)}"
        mode = {"TargetMode": "External"} if external else {}
        ET.SubElement(
            tree, f"{{{RELATED}}}Relationship", {"Id": number, "Type": f"{LINKS}/{kind}", "Target": target, **mode}
        )
        return number

    def drop(self, part: str) -> None:
        """Take a part out, with its content type and all that points at it from the workbook."""
        self._trees.pop(part, None)
        del self.parts[part]
        for parent in (CONTENT_TYPES, WORKBOOK_LINKS, "_rels/.rels"):
            tree = self.tree(parent)
            for one in list(tree):
                if part.endswith(one.get("PartName", one.get("Target", "?")).lstrip("/")):
                    tree.remove(one)

    # --- sheets ------------------------------------------------------------------------------------------------

    @property
    def book(self) -> Element:
        """The workbook part."""
        return self.tree(WORKBOOK)

    @property
    def tabs(self) -> Element:
        """The list of sheets."""
        found = self.book.find(main("sheets"))
        assert found is not None
        return found

    @property
    def names(self) -> Element:
        """The defined names."""
        found = self.book.find(main("definedNames"))
        assert found is not None
        return found

    def name(self, name: str) -> Element:
        """One defined name of the whole workbook."""
        return next(one for one in self.names if one.get("name") == name and one.get("localSheetId") is None)

    def tab(self, sheet: str) -> Element:
        """The entry of a sheet."""
        return next(tab for tab in self.tabs if tab.get("name") == sheet)

    def part_of(self, sheet: str) -> str:
        """The part that holds a sheet."""
        wanted = self.tab(sheet).get(f"{{{LINKS}}}id")
        target = next(link.get("Target", "") for link in self.tree(WORKBOOK_LINKS) if link.get("Id") == wanted)
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(self, sheet: str) -> Element:
        """The content of a sheet."""
        return self.tree(self.part_of(sheet))

    def section(self, sheet: str, tag: str) -> Element | None:
        """One section of a sheet."""
        return self.sheet(sheet).find(main(tag))

    def rearrange(self, order: list[str]) -> None:
        """Put the sheets into this order; one that is left out is gone from the list."""
        before = [tab.get("name") for tab in self.tabs]
        tabs = {tab.get("name"): tab for tab in self.tabs}
        self.tabs[:] = [tabs[name] for name in order]
        for one in list(self.names):
            local = one.get("localSheetId")
            if local is None:
                continue
            owner = before[int(local)]
            if owner in order:
                one.set("localSheetId", str(order.index(owner)))
            else:
                self.names.remove(one)

    def references(self, change: Callable[[str, str], str]) -> None:
        """Write every reference in the defined names anew: sheet and area to the reference as it shall be."""
        for one in self.names:
            if one.text and "!" in one.text:
                one.text = _QUALIFIED.sub(
                    lambda found: change((found[1] or found[2]).replace("''", "'"), found[3]), one.text
                )

    # --- cells -------------------------------------------------------------------------------------------------

    def at(self, spot: str) -> Location:
        """The cell a spot names."""
        return locate(self.layout, spot)

    def rows(self, sheet: str) -> Element:
        """The rows of a sheet."""
        found = self.section(sheet, "sheetData")
        assert found is not None
        return found

    def row(self, sheet: str, number: int) -> Element:
        """One row, made where there is none."""
        return _child(self.rows(sheet), "row", number, str(number), lambda row: int(row.get("r", "0")))

    def cell(self, place: Location) -> Element:
        """One cell, made where there is none."""
        row = self.row(place.sheet, place.row)
        row.attrib.pop("spans", None)
        return _child(row, "c", place.column, place.cell, lambda cell: column_of(cell.get("r", "A1")))

    def read(self, place: Location) -> str:
        """What stands in a cell, as text."""
        cell = self.cell(place)
        value = cell.findtext(main("v")) or "".join(text.text or "" for text in cell.iter(main("t")))
        return self._shared(int(value)) if cell.get("t") == "s" else value

    def write(self, place: Location, content: Content) -> None:
        """Put something into a cell; its format stays."""
        cell = self.cell(place)
        cell.attrib.pop("t", None)
        cell[:] = []
        kind, value = self._stored(content)
        if kind:
            cell.set("t", kind)
        if isinstance(content, Formula | Failure) and content.formula:
            ET.SubElement(cell, main("f")).text = content.formula
        if value is not None:
            ET.SubElement(cell, main("v")).text = value

    def _stored(self, content: Content) -> tuple[str, str | None]:
        """Type and value of a cell as they are written."""
        if isinstance(content, Failure):
            return "e", content.name
        value = content.result if isinstance(content, Formula) else content
        if isinstance(value, str):
            return ("str", value) if isinstance(content, Formula) else ("s", str(self._share(value)))
        if isinstance(value, date):
            value = (value - _EPOCH).days
        kind = "b" if isinstance(value, bool) else ""
        return kind, None if value is None else str(+value)

    def _shared(self, number: int) -> str:
        return "".join(text.text or "" for text in self.tree(STRINGS)[number].iter(main("t")))

    def _share(self, text: str) -> int:
        table = self.tree(STRINGS)
        made = ET.SubElement(ET.SubElement(table, main("si")), main("t"))
        made.text = text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        table.attrib.pop("count", None)
        table.attrib.pop("uniqueCount", None)
        return len(table) - 1

    # --- rows and columns that come and go ----------------------------------------------------------------------

    def shift(self, sheet: str, *, row: int = 0, column: int = 0, by: int) -> None:
        """Insert rows above a row (columns before a column), or cut as many as ``by`` is below zero."""
        rows = self.rows(sheet)
        moved_row, moved_column = Shift(row, by if row else 0), Shift(column, by if column else 0)
        for one in list(rows):
            at = moved_row.to(int(one.get("r", "0")))
            if at is None:
                rows.remove(one)
                continue
            one.set("r", str(at))
            one.attrib.pop("spans", None)
            for cell in list(one):
                right = moved_column.to(column_of(cell.get("r", "A1")))
                if right is None:
                    one.remove(cell)
                else:
                    cell.set("r", f"{column_letters(right)}{at}")
        self._shift_widths(sheet, moved_column)
        self._shift_areas(sheet, lambda text: moved(text, moved_row, moved_column))
        self.references(
            lambda name, area: _qualified(name, moved(area, moved_row, moved_column) if name == sheet else area)
        )

    def _shift_widths(self, sheet: str, moved_column: Shift) -> None:
        widths = self.section(sheet, "cols")
        for one in widths if widths is not None else ():
            last = moved_column.to(int(one.get("max", "1"))) or moved_column.at
            one.set("min", str(moved_column.to(int(one.get("min", "1"))) or moved_column.at))
            one.set("max", str(last))

    def _shift_areas(self, sheet: str, change: Callable[[str], str]) -> None:
        root = self.sheet(sheet)
        for size in root.findall(main("dimension")):
            root.remove(size)
        for parent in root.iter():
            for one in list(parent):
                for name in ("ref", "sqref"):
                    if name in one.attrib and one.tag != main("f"):
                        areas = [change(area) for area in one.attrib[name].split()]
                        one.set(name, " ".join(area for area in areas if "#REF" not in area))
                        if not one.attrib[name]:
                            parent.remove(one)
                if one.tag in (main("formula"), main("formula1"), main("formula2")) and one.text:
                    one.text = "".join(
                        piece if piece.startswith('"') else _plain_moved(piece, change)
                        for piece in re.split(r'("[^"]*")', one.text)
                    )


def _plain_moved(text: str, change: Callable[[str], str]) -> str:
    """Addresses in a formula of the sheet's own; what belongs to another sheet, or is part of a name, stays."""
    return re.sub(rf"(?<![\w!$.])({_REFERENCE.pattern})(?![\w(.])", lambda found: change(found[1]), text)


@dataclass(frozen=True)
class Shift:
    """Rows or columns from ``at`` on that move ``by``; those that are cut go nowhere."""

    at: int
    by: int

    def to(self, number: int) -> int | None:
        """Where it goes."""
        if not self.by or number < self.at:
            return number
        return None if number < self.at - self.by else number + self.by

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where a run of them goes; None where all of it is cut."""
        kept = [number for number in (first, last) if self.to(number) is not None]
        if self.by >= 0 or not self.by:
            return self.to(first) or first, self.to(last) or last
        top = self.to(first) or self.at
        bottom = self.to(last) or self.at - 1
        return (top, bottom) if kept or top <= bottom else None


def moved(area: str, rows: Shift, columns: Shift) -> str:
    """An area after rows and columns have come or gone."""
    found = _REFERENCE.fullmatch(area)
    if found is None:
        return area
    a, left, b, top, c, right, d, bottom = found.groups()
    down = rows.span(int(top), int(bottom or top))
    across = columns.span(column_of(left), column_of(right or left))
    if down is None or across is None:
        return "#REF!"
    first = f"{a}{column_letters(across[0])}{b}{down[0]}"
    return first if right is None else f"{first}:{c}{column_letters(across[1])}{d}{down[1]}"


def column_of(reference: str) -> int:
    """The column of an address."""
    number = 0
    for letter in re.sub(r"[^A-Z]", "", reference):
        number = number * 26 + ord(letter) - 64
    return number


def _qualified(sheet: str, area: str) -> str:
    return area if area.startswith("#") else f"'{sheet.replace(chr(39), chr(39) * 2)}'!{area}"


def _child(parent: Element, tag: str, wanted: int, written: str, order: Callable[[Element], int]) -> Element:
    """The child of this number, put in its place where there is none."""
    for i, one in enumerate(parent):
        if order(one) == wanted:
            return one
        if order(one) > wanted:
            made = ET.Element(main(tag), {"r": written})
            parent.insert(i, made)
            return made
    return ET.SubElement(parent, main(tag), {"r": written})


def cells_of(rows: Element) -> Iterator[Element]:
    """Every cell of a sheet."""
    for row in rows:
        yield from row
