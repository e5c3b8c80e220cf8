"""What people and their programs do to a workbook, one small function for each: put together, they make a case."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl

from tests.corpus.draft import (
    LINKS,
    STRINGS,
    WORKBOOK,
    WORKBOOK_LINKS,
    Content,
    Draft,
    Element,
    cells_of,
    column_of,
    main,
)
from toolkit.fields import FieldKind
from toolkit.submission import Location, column_letters
from workbook.check import check_file, shelf
from workbook.layout import LIVE
from workbook.results import write_results
from workbook.sealing import write_check_seal

Stroke = Callable[[Draft], None]
OFFICE = "application/vnd.openxmlformats-officedocument"
_TO_1904 = 1462


# --- answers and printed text ----------------------------------------------------------------------------------


def put(spot: str, content: Content) -> Stroke:
    """Type or paste something over what stands there."""
    return lambda draft: draft.write(draft.at(spot), content)


def clear(*spots: str) -> Stroke:
    """Delete what stands there."""
    return each(put(spot, None) for spot in spots)


def each(strokes: Iterable[Stroke]) -> Stroke:
    """Several strokes as one."""
    made = list(strokes)

    def work(draft: Draft) -> None:
        for stroke in made:
            stroke(draft)

    return work


def times(spot: str, factor: str) -> Stroke:
    """Multiply a figure, as a slip of units or a wrong correction does."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        before = Decimal(draft.read(place))
        # No more places than before, or the figure would be over-precise besides.
        draft.write(place, (before * Decimal(factor)).quantize(min(before, Decimal(1))))

    return work


def plus(spot: str, amount: str) -> Stroke:
    """Add to a figure."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.write(place, Decimal(draft.read(place)) + Decimal(amount))

    return work


def reword(spot: str, change: Callable[[str], str]) -> Stroke:
    """Change a text a little."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.write(place, change(draft.read(place)))

    return work


def copy(source: str, target: str) -> Stroke:
    """Copy the content of one cell into another."""

    def work(draft: Draft) -> None:
        draft.write(draft.at(target), draft.read(draft.at(source)))

    return work


def copy_row(table: str, source: int, target: int) -> Stroke:
    """Copy one row of an open table onto another."""

    def work(draft: Draft) -> None:
        place = draft.layout.tables[table]
        for column in place.spans:
            one = draft.cell(draft.at(f"{table}/{source}/{column}"))
            other = draft.cell(draft.at(f"{table}/{target}/{column}"))
            other[:] = deepcopy(list(one))
            other.attrib.pop("t", None)
            other.attrib |= {name: one.attrib[name] for name in ("t", "s") if name in one.attrib}

    return work


def clear_row(table: str, row: int | str) -> Stroke:
    """Empty a row of a table."""
    return lambda draft: each(put(f"{table}/{row}/{c}", None) for c in draft.layout.tables[table].spans)(draft)


def clear_table(table: str, rows: int) -> Stroke:
    """Empty the first rows of an open table."""
    return each(clear_row(table, row) for row in range(1, rows + 1))


def calculated(name: str, result: str) -> Stroke:
    """What a program came to when it last calculated the cell a name of the calculation sheet stands for."""

    def work(draft: Draft) -> None:
        area = (draft.name(name).text or "").replace("$", "").rpartition("!")[2]
        row, column = int(re.sub(r"\D", "", area)), column_of(area)
        cell = draft.cell(Location(LIVE, row, column))
        for value in cell.findall(main("v")):
            cell.remove(value)
        cell.attrib.pop("t", None)
        ET.SubElement(cell, main("v")).text = result

    return work


def printed(sheet: str, text: str, instead: str) -> Stroke:
    """Type over a text that is printed somewhere on a sheet."""

    def work(draft: Draft) -> None:
        for row in draft.rows(sheet):
            for cell in row:
                place = Location(sheet, int(row.get("r", "0")), column_of(cell.get("r", "")))
                if cell.get("t") == "s" and draft.read(place) == text:
                    draft.write(place, instead)
                    return
        raise AssertionError(text)

    return work


def overwrite_formula(sheet: str, text: str) -> Stroke:
    """Type over the first formula of a sheet."""

    def work(draft: Draft) -> None:
        for cell in cells_of(draft.rows(sheet)):
            if cell.find(main("f")) is not None:
                row = int(re.sub(r"\D", "", cell.get("r", "")))
                draft.write(Location(sheet, row, column_of(cell.get("r", ""))), text)
                return
        raise AssertionError(sheet)

    return work


# --- names -----------------------------------------------------------------------------------------------------


def delete_name(*names: str) -> Stroke:
    """Delete defined names in the name manager."""

    def work(draft: Draft) -> None:
        for name in names:
            draft.names.remove(draft.name(name))

    return work


def drop_names(draft: Draft) -> None:
    """Lose every defined name, as Numbers does."""
    draft.book.remove(draft.names)


def point_name(name: str, spot: str) -> Stroke:
    """Let a name stand for another cell."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.name(name).text = f"'{place.sheet}'!${column_letters(place.column)}${place.row}"

    return work


def set_name(name: str, reference: str) -> Stroke:
    """Let a name stand for something else, or for nothing any more: ``#REF!``."""

    def work(draft: Draft) -> None:
        draft.name(name).text = reference

    return work


def swap_names(one: str, other: str) -> Stroke:
    """Exchange what two names stand for."""

    def work(draft: Draft) -> None:
        first, second = draft.name(one), draft.name(other)
        first.text, second.text = second.text, first.text

    return work


def add_name(name: str, reference: str) -> Stroke:
    """Define a name of one's own."""

    def work(draft: Draft) -> None:
        made = ET.SubElement(draft.names, main("definedName"), {"name": name})
        made.text = reference

    return work


def state(name: str, text: str) -> Stroke:
    """Write something into the hidden sheet that says which workbook this is."""

    def work(draft: Draft) -> None:
        area = (draft.name(name).text or "").replace("$", "")
        sheet, _, cell = area.rpartition("!")
        draft.write(Location(sheet.strip("'"), int(re.sub(r"\D", "", cell)), column_of(cell)), text)

    return work


# --- rows and columns ------------------------------------------------------------------------------------------


def insert_rows(spot: str, number: int = 1) -> Stroke:
    """Insert rows above a cell."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.shift(place.sheet, row=place.row, by=number)

    return work


def cut_rows(spot: str, number: int = 1) -> Stroke:
    """Delete whole rows from a cell on."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.shift(place.sheet, row=place.row, by=-number)

    return work


def insert_column(spot: str, title: str = "", *cells: str) -> Stroke:
    """Insert a column of one's own before a cell, with a title and a few cells below."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.shift(place.sheet, column=place.column, by=1)
        for i, text in enumerate((title, "", "", *cells)):
            if text:
                draft.write(place._replace(row=place.row + i), text)

    return work


def cut_column(spot: str) -> Stroke:
    """Delete the whole column of a cell."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        draft.shift(place.sheet, column=place.column, by=-1)

    return work


def hide_rows(spot: str, number: int = 1) -> Stroke:
    """Hide rows from a cell on."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        for row in range(place.row, place.row + number):
            draft.row(place.sheet, row).set("hidden", "1")

    return work


def hide_column(spot: str) -> Stroke:
    """Hide the column of a cell."""

    def work(draft: Draft) -> None:
        place = draft.at(spot)
        widths = draft.section(place.sheet, "cols")
        assert widths is not None
        for one in list(widths):
            first, last = int(one.get("min", "1")), int(one.get("max", "1"))
            if first <= place.column <= last:
                widths.remove(one)
                for a, b, hidden in (
                    (first, place.column - 1, False),
                    (place.column, place.column, True),
                    (place.column + 1, last, False),
                ):
                    if a <= b:
                        made = deepcopy(one)
                        made.attrib |= {"min": str(a), "max": str(b)} | ({"hidden": "1"} if hidden else {})
                        widths.append(made)
        widths[:] = sorted(widths, key=lambda one: int(one.get("min", "1")))

    return work


def merge(spot: str, other: str) -> Stroke:
    """Merge the cells between two, both included."""

    def work(draft: Draft) -> None:
        one, two = draft.at(spot), draft.at(other)
        merges = draft.section(one.sheet, "mergeCells")
        if merges is None:
            merges = Element(main("mergeCells"))
            root = draft.sheet(one.sheet)
            after = next(
                tag for tag in ("autoFilter", "sheetProtection", "sheetData") if root.find(main(tag)) is not None
            )
            root.insert([child.tag for child in root].index(main(after)) + 1, merges)
        within = f"{one.cell}:{two.cell}"
        merges.attrib.pop("count", None)
        for old in list(merges):
            a, _, b = old.get("ref", "").partition(":")
            rows = range(one.row, two.row + 1)
            if int(re.sub(r"\D", "", a)) in rows and column_of(a) <= two.column and column_of(b) >= one.column:
                merges.remove(old)
        ET.SubElement(merges, main("mergeCell"), {"ref": within})

    return work


def sort(table: str, column: str, *, gaps: int = 0) -> Stroke:
    """Sort the filled rows of an open table by one column, backwards, with so many blank rows between them."""

    def work(draft: Draft) -> None:
        place = draft.layout.tables[table]
        rows, columns = draft.rows(place.area.sheet), range(place.area.left, place.area.right + 1)
        wanted = [row for row in rows if int(row.get("r", "0")) in place.area.rows]
        key = place.spans[column][0]
        held = []
        for row in wanted:
            number = int(row.get("r", "0"))
            cells = [cell for cell in row if column_of(cell.get("r", "")) in columns]
            if draft.read(Location(place.area.sheet, number, key)):
                held.append((draft.read(Location(place.area.sheet, number, key)), cells))
            for cell in [cell for cell in row if column_of(cell.get("r", "")) in columns]:
                row.remove(cell)
        held.sort(key=_sorted_by, reverse=True)
        for i, (_, cells) in enumerate(held):
            number = place.area.top + i * (1 + gaps)
            for cell in cells:
                new = draft.cell(Location(place.area.sheet, number, column_of(cell.get("r", ""))))
                new[:] = list(cell)
                new.attrib |= {name: value for name, value in cell.attrib.items() if name != "r"}

    return work


def _sorted_by(row: tuple[str, list[Element]]) -> str:
    return row[0]


def filter_rows(table: str, column: str, shown: str, *, as_table: bool = False) -> Stroke:
    """Let a filter show only the rows of an open table that say ``shown``; perhaps the filter of a formatted table."""

    def work(draft: Draft) -> None:
        place = draft.layout.tables[table]
        sheet, key = place.area.sheet, place.spans[column][0]
        plan = draft.layout.sheet(sheet)
        assert plan
        root = draft.sheet(sheet)
        for old in root.findall(main("autoFilter")):
            root.remove(old)
        head = place.area.top - plan.head_distance
        area = f"{column_letters(place.area.left)}{head}:{column_letters(place.area.right)}{place.area.bottom}"
        made = Element(main("autoFilter"), {"ref": area})
        picked = ET.SubElement(made, main("filterColumn"), {"colId": str(key - place.area.left)})
        filters = ET.SubElement(picked, main("filters"))
        ET.SubElement(filters, main("filter"), {"val": shown})
        if as_table:
            _make_table(draft, sheet, made)
        else:
            before = next(tag for tag in ("sheetProtection", "sheetData") if root.find(main(tag)) is not None)
            root.insert([child.tag for child in root].index(main(before)) + 1, made)
        for row in list(draft.rows(sheet)):
            number = int(row.get("r", "0"))
            if number in place.area.rows and draft.read(Location(sheet, number, key)) != shown:
                row.set("hidden", "1")

    return work


def _make_table(draft: Draft, sheet: str, own_filter: Element) -> None:
    """What «format as table» makes: a part of its own, which holds the filter."""
    area = own_filter.get("ref", "")
    first, last = (column_of(end) for end in area.split(":"))
    told = {"id": "1", "name": "表1", "displayName": "表1", "ref": area}
    made = Element(main("table"), told)
    made.append(own_filter)
    columns = ET.SubElement(made, main("tableColumns"), {"count": str(last - first + 1)})
    for i in range(1, last - first + 2):
        ET.SubElement(columns, main("tableColumn"), {"id": str(i), "name": f"列{i}"})
    draft.parts["xl/tables/table1.xml"] = ET.tostring(made, encoding="UTF-8", xml_declaration=True)
    draft.declare("xl/tables/table1.xml", f"{OFFICE}.spreadsheetml.table+xml")
    link = draft.relate(draft.part_of(sheet), "table", "../tables/table1.xml")
    parts = ET.SubElement(draft.sheet(sheet), main("tableParts"), {"count": "1"})
    ET.SubElement(parts, main("tablePart"), {f"{{{LINKS}}}id": link})


# --- sheets ----------------------------------------------------------------------------------------------------


def delete_sheet(*sheets: str) -> Stroke:
    """Delete sheets; the names that lived on them point at nothing."""

    def work(draft: Draft) -> None:
        for sheet in sheets:
            part = draft.part_of(sheet)
            draft.references(_without(sheet))
            draft.rearrange([tab.get("name", "") for tab in draft.tabs if tab.get("name") != sheet])
            draft.drop(part)

    return work


def _without(gone: str) -> Callable[[str, str], str]:
    return lambda sheet, area: f"#REF!{area}" if sheet == gone else _kept(sheet, area)


def _kept(sheet: str, area: str) -> str:
    return f"'{sheet}'!{area}"


def rename_sheet(sheet: str, name: str) -> Stroke:
    """Rename a sheet; everything that points at it follows."""

    def work(draft: Draft) -> None:
        draft.tab(sheet).set("name", name)
        draft.references(lambda owner, area: _kept(name if owner == sheet else owner, area))

    return work


def hide_sheet(sheet: str, how: str = "hidden") -> Stroke:
    """Hide a sheet."""
    return lambda draft: draft.tab(sheet).set("state", how)


def show_sheet(sheet: str) -> Stroke:
    """Show a hidden sheet."""

    def work(draft: Draft) -> None:
        draft.tab(sheet).attrib.pop("state", None)

    return work


def move_sheet(sheet: str, to: int) -> Stroke:
    """Drag a sheet to another place."""

    def work(draft: Draft) -> None:
        order = [tab.get("name", "") for tab in draft.tabs if tab.get("name") != sheet]
        draft.rearrange([*order[:to], sheet, *order[to:]])

    return work


_NUMBERS = count(901)


def copy_sheet(sheet: str, name: str, *, hidden: bool = False) -> Stroke:
    """Copy a sheet within the workbook; its names come along for the copy alone."""

    def work(draft: Draft) -> None:
        part = draft.part_of(sheet)
        draft.flush()
        _add_sheet(draft, name, draft.parts[part], hidden=hidden)
        number = str(len(draft.tabs) - 1)
        for one in list(draft.names):
            if one.get("localSheetId") is None and (one.text or "").startswith(f"'{sheet}'!"):
                made = deepcopy(one)
                made.set("localSheetId", number)
                made.text = (made.text or "").replace(f"'{sheet}'!", f"'{name}'!")
                draft.names.append(made)

    return work


def add_sheet(name: str, *rows: tuple[Content, ...], hidden: bool = False) -> Stroke:
    """A sheet of one's own."""

    def work(draft: Draft) -> None:
        _add_sheet(draft, name, f'<worksheet xmlns="{main("")[1:-1]}"><sheetData/></worksheet>'.encode(), hidden=hidden)
        for i, row in enumerate(rows, 1):
            for j, content in enumerate(row, 1):
                draft.write(Location(name, i, j), content)

    return work


def _add_sheet(draft: Draft, name: str, data: bytes, *, hidden: bool = False) -> None:
    number = next(_NUMBERS)
    part = f"xl/worksheets/sheet{number}.xml"
    draft.parts[part] = data
    draft.declare(part, f"{OFFICE}.spreadsheetml.worksheet+xml")
    link = draft.relate(WORKBOOK, "worksheet", f"worksheets/sheet{number}.xml")
    told = {"name": name, "sheetId": str(number), f"{{{LINKS}}}id": link} | ({"state": "hidden"} if hidden else {})
    ET.SubElement(draft.tabs, main("sheet"), told)


def without(sheet: str, *tags: str) -> Stroke:
    """Take sections out of a sheet: protection, validations, frozen panes, formats."""

    def work(draft: Draft) -> None:
        root = draft.sheet(sheet)
        for tag in tags:
            for found in root.findall(main(tag)):
                root.remove(found)

    return work


def on_all(stroke: Callable[[str], Stroke]) -> Stroke:
    """The same on every sheet of answers."""
    return lambda draft: each(stroke(plan.name) for plan in draft.layout.sheets)(draft)


def widen(sheet: str) -> Stroke:
    """Other widths and heights, another zoom."""

    def work(draft: Draft) -> None:
        for one in draft.section(sheet, "cols") or ():
            one.set("width", "33.25")
        for row in draft.rows(sheet):
            row.attrib |= {"ht": "41", "customHeight": "1"}
        for view in draft.sheet(sheet).iter(main("sheetView")):
            view.set("zoomScale", "160")
            for pane in [*view.findall(main("pane")), *view.findall(main("selection"))]:
                view.remove(pane)

    return work


# --- what comes from elsewhere ---------------------------------------------------------------------------------


def link_outside(path: str) -> Stroke:
    """A link to another workbook."""

    def work(draft: Draft) -> None:
        part = "xl/externalLinks/externalLink1.xml"
        draft.parts[part] = (
            f'<externalLink xmlns="{main("")[1:-1]}" xmlns:r="{LINKS}"><externalBook r:id="rId900"/></externalLink>'.encode()
        )
        draft.declare(part, f"{OFFICE}.spreadsheetml.externalLink+xml")
        draft.relate(part, "externalLinkPath", path, external=True)
        link = draft.relate(WORKBOOK, "externalLink", "externalLinks/externalLink1.xml")
        made = Element(main("externalReferences"))
        ET.SubElement(made, main("externalReference"), {f"{{{LINKS}}}id": link})
        draft.book.insert(list(draft.book).index(draft.names), made)

    return work


def link_program(draft: Draft) -> None:
    """A DDE link, which starts a program."""
    part = "xl/externalLinks/externalLink1.xml"
    draft.parts[part] = (
        f'<externalLink xmlns="{main("")[1:-1]}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'.encode()
    )
    draft.declare(part, f"{OFFICE}.spreadsheetml.externalLink+xml")
    draft.relate(WORKBOOK, "externalLink", "externalLinks/externalLink1.xml")


def connect(draft: Draft) -> None:
    """A connection to a database."""
    draft.parts["xl/connections.xml"] = (
        f'<connections xmlns="{main("")[1:-1]}"><connection id="1" name="x" type="1" refreshedVersion="6"/></connections>'.encode()
    )
    draft.declare("xl/connections.xml", f"{OFFICE}.spreadsheetml.connections+xml")
    draft.relate(WORKBOOK, "connections", "connections.xml")


def embed(sheet: str, name: str) -> Stroke:
    """An object put into a sheet, such as a document."""

    def work(draft: Draft) -> None:
        draft.parts[f"xl/embeddings/{name}"] = b"PK not looked at"
        draft.relate(draft.part_of(sheet), "package", f"../embeddings/{name}")

    return work


def add_macros(draft: Draft) -> None:
    """Save with macros."""
    draft.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    draft.relate(WORKBOOK, "../../../../microsoft/vbaProject", "vbaProject.bin")


def add_part(name: str, data: bytes) -> Stroke:
    """A part nobody asked for."""

    def work(draft: Draft) -> None:
        draft.parts[name] = data

    return work


# --- the package -----------------------------------------------------------------------------------------------


def is_really(data: bytes) -> Stroke:
    """A file of another kind that was only given our ending."""

    def work(draft: Draft) -> None:
        draft.whole = data

    return work


def is_gone(draft: Draft) -> None:
    """No file at all."""
    draft.missing = True


def broken(change: Callable[[bytes], bytes]) -> Stroke:
    """Damage the whole file, as a bad transfer does."""

    def work(draft: Draft) -> None:
        draft.whole = change(draft.file)

    return work


def broken_part(part: str, change: Callable[[bytes], bytes]) -> Stroke:
    """Damage one part."""

    def work(draft: Draft) -> None:
        draft.flush()
        draft.parts[part] = change(draft.parts[part])

    return work


def drop_part(*parts: str) -> Stroke:
    """Save without some parts."""

    def work(draft: Draft) -> None:
        for part in parts:
            draft.drop(part)

    return work


def texts_in_cells(draft: Draft) -> None:
    """Every text in its cell, without a table of shared texts."""
    for tab in draft.tabs:
        for cell in cells_of(draft.rows(tab.get("name", ""))):
            if cell.get("t") == "s":
                text = draft._shared(int(cell.findtext(main("v")) or 0))
                cell.set("t", "inlineStr")
                cell[:] = []
                made = ET.SubElement(ET.SubElement(cell, main("is")), main("t"))
                made.text = text
    draft.drop(STRINGS)


def texts_in_pieces(draft: Draft) -> None:
    """Every shared text in two pieces of another format each, with a reading aid: what colouring one word does."""
    for item in draft.tree(STRINGS):
        text = "".join(found.text or "" for found in item.iter(main("t")))
        item[:] = []
        for piece in (text[: len(text) // 2], text[len(text) // 2 :]):
            run = ET.SubElement(item, main("r"))
            ET.SubElement(ET.SubElement(run, main("rPr")), main("b"))
            made = ET.SubElement(run, main("t"))
            made.text = piece
            made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        aid = ET.SubElement(item, main("rPh"), {"sb": "0", "eb": "1"})
        ET.SubElement(aid, main("t")).text = "pinyin"


def in_utf16(draft: Draft) -> None:
    """Every sheet, the texts and the workbook in UTF-16."""
    draft.flush()
    for name, part in draft.parts.items():
        if name.startswith("xl/worksheets/sheet") or name in (STRINGS, WORKBOOK):
            text = part.decode("utf-8").partition("?>")[2]
            draft.parts[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def with_absolute_targets(draft: Draft) -> None:
    """Relationships that name their parts from the root, as some libraries write them."""
    for link in draft.tree(WORKBOOK_LINKS):
        link.set("Target", f"/xl/{link.get('Target')}")


def strictly(draft: Draft) -> None:
    """The namespaces of Strict Open XML."""
    draft.flush()
    for name, part in draft.parts.items():
        text = part.replace(main("")[1:-1].encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        draft.parts[name] = text.replace(LINKS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")


def with_prefixes(draft: Draft) -> None:
    """Every element of the sheets under a prefix, as some libraries write them."""
    draft.flush()
    for name, part in draft.parts.items():
        if name.startswith("xl/worksheets/sheet"):
            text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part)
            draft.parts[name] = text.replace(b"xmlns=", b"xmlns:x=")


def without_addresses(draft: Draft) -> None:
    """Cells that do not say where they stand, where that is plain from their neighbours."""
    for tab in draft.tabs:
        for row in draft.rows(tab.get("name", "")):
            for i, cell in enumerate(row, 1):
                if column_of(cell.get("r", "")) != i:
                    break
                del cell.attrib["r"]


def counting_from_1904(draft: Draft) -> None:
    """Dates as an old Macintosh counts them."""
    properties = draft.book.find(main("workbookPr"))
    assert properties is not None
    properties.set("date1904", "1")
    for place in _dates(draft):
        if draft.read(place):
            draft.write(place, Decimal(draft.read(place)) - _TO_1904)


def dates_spelled_out(draft: Draft) -> None:
    """Dates as text in ISO form with a type of their own, as Strict Open XML writes them."""
    for place in _dates(draft):
        if draft.read(place):
            day = date(1899, 12, 30) + timedelta(days=int(draft.read(place)))
            draft.write(place, 0)
            cell = draft.cell(place)
            cell.set("t", "d")
            cell[0].text = f"{day.isoformat()}T00:00:00"


def _dates(draft: Draft) -> list[Location]:
    spots = [key for key, place in draft.layout.inputs.items() if place.field.kind is FieldKind.DATE]
    for table in draft.layout.tables.values():
        filled = {int(row.get("r", "0")) for row in draft.rows(table.area.sheet)} & set(table.area.rows)
        dated = [column.id for column in table.table.columns if column.kind is FieldKind.DATE]
        rows = [row - table.area.top + 1 for row in sorted(filled)]
        spots += [f"{table.table.id}/{row}/{column}" for column in dated for row in rows]
    return [draft.at(spot) for spot in spots]


# --- programs --------------------------------------------------------------------------------------------------


def by_openpyxl(*changes: Callable[[openpyxl.Workbook], None]) -> Stroke:
    """Open with openpyxl, perhaps change something, save."""

    def work(draft: Draft) -> None:
        book = openpyxl.load_workbook(io.BytesIO(draft.file))
        for change in changes:
            change(book)
        held = io.BytesIO()
        book.save(held)
        draft.load(held.getvalue())

    return work


def by_libreoffice(*through: str) -> Stroke:
    """Open with LibreOffice and save, perhaps in another format first: ``by_libreoffice("ods", "xlsx")``."""

    def work(draft: Draft) -> None:
        data, kind = draft.file, "xlsx"
        for to in through:
            data, kind = draft.convert(data, kind, to), to
        draft.load(data)

    return work


def checked(draft: Draft) -> None:
    """Checked with ``jiqun check``; what comes back is the copy with the results."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "送检.xlsx", Path(folder) / "结果.xlsx"
        source.write_bytes(draft.file)
        found = check_file(source, shelf())
        write_results(found.book, found.layout, found.submission, found.evaluation, "示例")
        write_check_seal(found.book, found.snapshot, "2026-09-18 10:00")
        found.book.save(target)
        draft.load(target.read_bytes())


def packed(**files: str) -> bytes:
    """A zip archive with these texts in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, text in files.items():
            package.writestr(name.replace("__", "/"), text)
    return held.getvalue()


def seal_with(text: str) -> Stroke:
    """Leave something else where a check wrote down what it saw."""

    def work(draft: Draft) -> None:
        state("seal_check", json.dumps({"time": "2026-09-18 10:00", "fingerprint": "0" * 64}))(draft)
        sheet, _, area = (draft.name("seal_inputs").text or "").replace("$", "").replace("'", "").rpartition("!")
        first = area.partition(":")[0]
        draft.write(Location(sheet, int(re.sub(r"\D", "", first)), column_of(first)), text)

    return work
