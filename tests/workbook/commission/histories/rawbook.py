"""A workbook taken apart and put together again as other programs do, part by part."""

from __future__ import annotations

import re
import zipfile
from copy import deepcopy
from io import BytesIO
from itertools import count
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from tests.workbook.commission.histories.dialect import MAIN, OFFICE, PLAIN, Dialect
from tests.workbook.commission.histories.grid import Grid, Note, escaped, tag, unescaped
from tests.workbook.commission.histories.spelling import Speller

_LINKS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Tab(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    element: ET.Element


class RawBook:
    """A workbook as its parts.

    Args:
        data: The file.
    """

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as file:
            self.parts = {name: file.read(name) for name in file.namelist()}
        self.root = _parsed(self.parts["xl/workbook.xml"])
        self._strings = self._shared_strings()
        self._styles = _parsed(self.parts["xl/styles.xml"])
        self._colours: dict[int, str] = {}
        self._grids: dict[str, Grid] = {}
        self.pages = ["总览"]

    def _shared_strings(self) -> list[str]:
        data = self.parts.get("xl/sharedStrings.xml")
        found = _parsed(data).iter(tag("si")) if data else ()
        return ["".join(one.text or "" for one in item.iter(tag("t"))) for item in found]

    @property
    def tabs(self) -> list[Tab]:
        """The sheets in their order."""
        targets = self._links("xl/workbook.xml")
        listed = self.root.find(tag("sheets"))
        assert listed is not None
        return [Tab(one.get("name", ""), targets[one.get(f"{{{OFFICE}}}id", "")][1], one) for one in listed]

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → kind and target of what a part leads to inside the workbook."""
        folder, _, name = part.rpartition("/")
        data = self.parts.get(f"{folder}/_rels/{name}.rels")
        found = _parsed(data).iter(f"{{{_LINKS}}}Relationship") if data else ()
        inside = [one for one in found if one.get("TargetMode") != "External"]
        return {one.get("Id", ""): (one.get("Type", ""), _resolved(folder, one.get("Target", ""))) for one in inside}

    def grid(self, name: str) -> Grid:
        """A sheet to work on."""
        if name not in self._grids:
            part = next(one.part for one in self.tabs if one.name == name)
            self._grids[name] = Grid(_parsed(self.parts[part]), name, self._strings, self._noted(part))
        return self._grids[name]

    def grids(self) -> list[Grid]:
        """All sheets people can see, and those they have hidden themselves."""
        return [self.grid(one.name) for one in self.tabs if one.element.get("state") != "veryHidden"]

    def _noted(self, part: str) -> dict[str, Note]:
        """What is noted on a sheet, by reference."""
        target = self._notes_part(part)
        if not target:
            return {}
        root = _parsed(self.parts[target])
        authors = [one.text or "" for one in root.iter(tag("author"))]
        found = {}
        for one in root.iter(tag("comment")):
            text = "".join(piece.text or "" for piece in one.iter(tag("t")))
            found[one.get("ref", "")] = Note(unescaped(text), authors[int(one.get("authorId", "0"))])
        return found

    def _notes_part(self, part: str) -> str:
        return next((target for kind, target in self._links(part).values() if kind.endswith("/comments")), "")

    # --- looks -------------------------------------------------------------------------------------------------

    def colour(self, style: int) -> str:
        """The colour of a style, ``RRGGBB``; empty where it has none."""
        if style not in self._colours:
            self._colours[style] = self._colour(style)
        return self._colours[style]

    def _colour(self, style: int) -> str:
        formats, fills = self._styles.find(tag("cellXfs")), self._styles.find(tag("fills"))
        assert formats is not None
        assert fills is not None
        fill = fills[int(formats[style].get("fillId", "0"))]
        found = fill.find(f".//{tag('fgColor')}")
        solid = fill.find(f"{tag('patternFill')}[@patternType='solid']") is not None
        return (found.get("rgb", "")[-6:] if found is not None else "") if solid else ""

    def coloured(self, style: int, colour: str) -> int:
        """A style like another, in a colour."""
        fills = self._styles.find(tag("fills"))
        assert fills is not None
        fill = ET.SubElement(ET.SubElement(fills, tag("fill")), tag("patternFill"), {"patternType": "solid"})
        ET.SubElement(fill, tag("fgColor"), {"rgb": f"FF{colour}"})
        fills.set("count", str(len(fills)))
        return self._like(style, {"fillId": str(len(fills) - 1), "applyFill": "1"})

    def dated(self, style: int) -> int:
        """A style like another that shows days."""
        return self._like(style, {"numFmtId": "14", "applyNumberFormat": "1"})

    def _like(self, style: int, changes: dict[str, str]) -> int:
        formats = self._styles.find(tag("cellXfs"))
        assert formats is not None
        twin = deepcopy(formats[style])
        twin.attrib.update(changes)
        formats.append(twin)
        formats.set("count", str(len(formats)))
        return len(formats) - 1

    # --- sheets ------------------------------------------------------------------------------------------------

    def add_sheet(self, name: str) -> Grid:
        """A new sheet at the end."""
        number = next(one for one in count(101) if f"xl/worksheets/sheet{one}.xml" not in self.parts)
        part = f"xl/worksheets/sheet{number}.xml"
        self.parts[part] = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
        self._type(part, f"{_SPREADSHEET}.worksheet+xml")
        link = self._link("xl/workbook.xml", "worksheet", f"worksheets/sheet{number}.xml")
        listed = self.root.find(tag("sheets"))
        assert listed is not None
        numbers = [int(one.get("sheetId", "0")) for one in listed]
        ET.SubElement(listed, tag("sheet"), {"name": name, "sheetId": str(max(numbers) + 1), f"{{{OFFICE}}}id": link})
        return self.grid(name)

    def rename(self, grid: Grid, name: str) -> None:
        """Call a sheet otherwise, also where it is named."""
        tab = next(one for one in self.tabs if one.name == grid.name)
        tab.element.set("name", name)
        for meaning in self.root.iter(tag("definedName")):
            told = (meaning.text or "").replace(f"'{grid.name}'!", f"'{name}'!")
            meaning.text = re.sub(rf"(?<![\w']){re.escape(grid.name)}!", f"'{name}'!", told)
        self._grids[name] = self._grids.pop(grid.name)
        self.pages = [name if page == grid.name else page for page in self.pages]
        grid.name = name

    def move_sheet(self, at: int, to: int) -> None:
        """Put a sheet elsewhere among the tabs."""
        listed = self.root.find(tag("sheets"))
        assert listed is not None
        before = list(listed)
        after = [one for one in before if one is not before[at]]
        after.insert(to, before[at])
        listed[:] = after
        for meaning in self.root.iter(tag("definedName")):
            if local := meaning.get("localSheetId"):
                meaning.set("localSheetId", str(after.index(before[int(local)])))

    def delete_sheet(self, grid: Grid) -> None:
        """Delete a sheet and the names that are its own."""
        listed, names = self.root.find(tag("sheets")), self.root.find(tag("definedNames"))
        assert listed is not None
        at = next(at for at, one in enumerate(self.tabs) if one.name == grid.name)
        listed.remove(listed[at])
        for meaning in list(names) if names is not None else ():
            local = meaning.get("localSheetId")
            if names is not None and (
                local == str(at) or (meaning.text or "").startswith((f"{grid.name}!", f"'{grid.name}'!"))
            ):
                names.remove(meaning)
            elif local and int(local) > at:
                meaning.set("localSheetId", str(int(local) - 1))
        del self._grids[grid.name]

    # --- saving ------------------------------------------------------------------------------------------------

    def saved(self, dialect: Dialect = PLAIN) -> bytes:
        """The file, the sheets that were touched and what lists them in a dialect; everything else as it was."""
        strings = list(self._strings)
        speller = Speller(dialect, strings)
        for tab in self.tabs:
            grid = self._grids.get(tab.name)
            if grid is not None and grid.touched:
                self.parts[tab.part] = speller.part(grid).encode()
                self._note(tab.part, grid.notes(), dialect)
        self.parts["xl/workbook.xml"] = dialect.part(self.root).encode()
        self.parts["xl/styles.xml"] = dialect.part(self._styles).encode()
        if strings != self._strings:
            self._share(strings, dialect)
        whole = BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for name, data in self.parts.items():
                file.writestr(name, data)
        return whole.getvalue()

    def _share(self, strings: list[str], dialect: Dialect) -> None:
        root = ET.Element(tag("sst"))
        for text in strings:
            dialect.shared(ET.SubElement(root, tag("si")), text)
        part = "xl/sharedStrings.xml"
        if part not in self.parts:
            self._type(part, f"{_SPREADSHEET}.sharedStrings+xml")
            self._link("xl/workbook.xml", "sharedStrings", "sharedStrings.xml")
        self.parts[part] = dialect.part(root).encode()

    def _note(self, part: str, notes: dict[str, Note], dialect: Dialect) -> None:
        target = self._notes_part(part)
        if not target and not notes:
            return
        root = ET.Element(tag("comments"))
        authors = list(dict.fromkeys(note.author for note in notes.values())) or [""]
        listed = ET.SubElement(root, tag("authors"))
        for author in authors:
            ET.SubElement(listed, tag("author")).text = author
        listed = ET.SubElement(root, tag("commentList"))
        for reference, note in notes.items():
            one = ET.SubElement(listed, tag("comment"), {"ref": reference, "authorId": str(authors.index(note.author))})
            dialect.runs(ET.SubElement(one, tag("text")), escaped(note.text))
        if not target:
            name = part.rpartition("/")[2]
            target = f"xl/comments_{name}"
            self._type(target, f"{_SPREADSHEET}.comments+xml")
            self._link(part, "comments", f"../comments_{name}")
        self.parts[target] = dialect.part(root).encode()

    def _type(self, part: str, kind: str) -> None:
        data = self.parts["[Content_Types].xml"]
        told = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
        self.parts["[Content_Types].xml"] = data.replace(b"</Types>", told.encode())

    def _link(self, part: str, kind: str, target: str) -> str:
        """Lead from one part to another; the id."""
        folder, _, name = part.rpartition("/")
        where = f"{folder}/_rels/{name}.rels"
        data = self.parts.get(where, f'<Relationships xmlns="{_LINKS}"></Relationships>'.encode())
        identifier = next(one for one in (f"rId{number}" for number in count(901)) if f'"{one}"'.encode() not in data)
        told = f'<Relationship Id="{identifier}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
        self.parts[where] = data.replace(b"</Relationships>", told.encode())
        return identifier


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    while target.startswith("../"):
        folder, target = folder.rpartition("/")[0], target[3:]
    return f"{folder}/{target}"


def _parsed(data: bytes) -> ET.Element:
    root = ET.fromstring(data)  # noqa: S314 - written by the tool
    # What is to be ignored is named by prefixes, which are not kept.
    root.attrib.pop("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", None)
    return root
