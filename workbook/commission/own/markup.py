"""What stands around the cells of a sheet, and in tables, charts and drawings: numbers and references follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from workbook.area import quoted
from workbook.commission.own.formats import Formats
from workbook.commission.own.formattable import number
from workbook.commission.own.plain import ATTRIBUTES, attributes_of, content_of, each_tag, text_of
from workbook.commission.own.references import References

Attributes = dict[str, str]
Changes = dict[str, str | None]

_FORMULA: Final = re.compile(
    rb"<((?:[^\s/<>:]+:)?(?:f|formula|formula1|formula2|calculatedColumnFormula|totalsRowFormula))("
    + ATTRIBUTES
    + rb")\s*+>([^<]*)</\1>"
)
_BROKEN: Final = "#REF!"
_TAG: Final = re.compile(rb"<(/?)(?:[^\s/<>:!?]+:)?([^\s/<>:!?]+)(" + ATTRIBUTES + rb")\s*+(/?)>")
_LINK: Final = re.compile(rb"""\s[^\s=:<>"'/]+:(?:id|embed|link|pict|dm|lo|qs|cs|relid)\s*=\s*["']([^"']*)["']""")
_ANCHORS: Final = frozenset({b"twoCellAnchor", b"oneCellAnchor", b"absoluteAnchor"})
_SLICERS: Final = frozenset({b"slicer", b"timeslicer"})
_VIEW: Final = re.compile(rb"<sheetView" + ATTRIBUTES + rb"\s*+(?:/>|>.*?</sheetView>)", re.DOTALL)
_CUSTOM_VIEWS: Final = re.compile(rb"<customSheetViews" + ATTRIBUTES + rb"\s*+>.*?</customSheetViews>", re.DOTALL)
_NUMBERS: Final = re.compile(
    rb"<(\w+:)(num|str)Ref>\s*<\1f>([^<]*)</\1f>(?:\s*<\1\2Cache>(.*?)</\1\2Cache>)?.*?</\1\2Ref>", re.DOTALL
)
_TITLE: Final = re.compile(
    rb"(<(\w+:)ser>(?:(?!<\2tx>|</\2ser>).)*+<\2tx>)<\2strLit>.*?(?:<\2v>([^<]*)</\2v>.*?)?</\2strLit>", re.DOTALL
)
_PLACES: Final = ("location", "fmlaLink", "fmlaRange", "fmlaTxbx", "linkedCell", "listFillRange")
_TABLE_FORMATS: Final = (
    "dxfId",
    "headerRowDxfId",
    "dataDxfId",
    "totalsRowDxfId",
    "headerRowBorderDxfId",
    "tableBorderDxfId",
    "totalsRowBorderDxfId",
)
_TABLE_STYLES: Final = ("headerRowCellStyle", "dataCellStyle", "totalsRowCellStyle")
_QUERY: Final = ("tableType", "connectionId", "queryTableFieldId")


@dataclass(slots=True)
class Markup:
    """Brings the XML of parts over.

    Args:
        formats: Theirs and the new ones.
        references: How what formulas refer to changes.

    Attributes:
        broken: The references that have come to nothing.
        moved_rows: Sheets of which rows are named that are not where they were, once for each reference.
        views: How many sheets lost the views that somebody gave a name.
    """

    formats: Formats
    references: References
    broken: list[str] = field(default_factory=list)
    moved_rows: list[str] = field(default_factory=list)
    views: int = 0

    def formulas(self, data: bytes) -> bytes:
        """The part with the formulas in it checked; one that is out of reach becomes an error, as in Excel."""
        return _FORMULA.sub(self._formula, data)

    def _formula(self, found: re.Match[bytes]) -> bytes:
        text = text_of(found[3])
        new = self._checked(text)
        return found[0] if new == text else b"<%s%s>%s</%s>" % (found[1], found[2], content_of(new), found[1])

    def _checked(self, formula: str) -> str:
        read = self.references.read(formula)
        if not read.sound:
            self.broken.append(formula)
            return _BROKEN
        self.moved_rows += read.moved
        return read.text

    def around(self, data: bytes) -> bytes:
        """What stands before or after the cells of a sheet."""
        views = iter(range(len(data)))
        data = _VIEW.sub(lambda found: b"" if next(views) else found[0], data)
        shorter = _CUSTOM_VIEWS.sub(b"", data)
        self.views += shorter != data
        return self.formulas(each_tag(shorter, self._changed, *_SHEET))

    def _changed(self, tag: str, told: Attributes) -> Changes:
        """What changes in a tag around the cells."""
        match tag:
            case "col":
                return {"style": str(self.formats.cell(number(told, "style")))} if "style" in told else {}
            case "phoneticPr":
                return {"fontId": str(self.formats.font(number(told, "fontId")))}
            case "sheetView":
                # Two sheets that are selected at once are written to at once.
                return {"tabSelected": None, "workbookViewId": "0"}
            case "cfvo":
                return {"val": self._checked(told["val"])} if "!" in told.get("val", "") else {}
            case "hyperlink" | "controlPr" | "formControlPr":
                return {key: self.references.link(told[key]) for key in _PLACES if key in told}
            case _:
                return self._differential("dxfId", told)

    def _differential(self, key: str, told: Attributes) -> Changes:
        if key not in told:
            return {}
        at = self.formats.differential(number(told, key))
        return {key: None if at is None else str(at)}

    def table(self, data: bytes, number_: int) -> bytes:
        """A formatted table, under a number that no other has."""
        data = each_tag(data, self._tabled, "table", "tableColumn", "colorFilter", "sortCondition")
        data = each_tag(data, lambda _, told: {"id": str(number_), **self._called(told)}, "table")
        for style in tags_named(data, "tableStyleInfo"):
            self.formats.table_style(style.get("name", ""))
        return self.formulas(data)

    def _tabled(self, _: str, told: Attributes) -> Changes:
        for key in _TABLE_STYLES:
            if key in told:
                self.formats.style(told[key])
        changes: Changes = dict.fromkeys(_QUERY)
        for key in _TABLE_FORMATS:
            changes |= self._differential(key, told)
        return changes

    def _called(self, attributes: Attributes) -> Changes:
        known = self.references.tables
        return {
            key: known[attributes[key].casefold()]
            for key in ("name", "displayName")
            if attributes.get(key, "").casefold() in known
        }

    def pivot(self, data: bytes, cache: str) -> bytes:
        """A pivot table.

        Args:
            data: The part, plain.
            cache: The number of its cache in the new workbook.
        """

        def moved(tag: str, told: Attributes) -> Changes:
            changes = self._differential("dxfId", told) | self._coded(tag, told)
            return changes | ({"cacheId": cache} if tag == "pivotTableDefinition" else {})

        for style in tags_named(data, "pivotTableStyleInfo"):
            self.formats.table_style(style.get("name", ""))
        return each_tag(data, moved, "pivotTableDefinition", "format", "pivotField", "dataField")

    def cache(self, data: bytes, ours: Collection[str]) -> bytes:
        """What a pivot table calculates with; what comes from a sheet of the tool is taken anew on opening."""
        source = next(iter(tags_named(data, "worksheetSource")), {})
        sheet, table = source.get("sheet"), source.get("name", "")
        now = None if sheet is None else self.references.sheets.get(sheet.casefold())
        if sheet is not None and now is None:
            self.broken.append(f"{quoted(sheet)}!{source.get('ref', '')}")
        fresh: Changes = {"refreshOnLoad": "1"} if now in ours else {}
        data = each_tag(data, lambda *_: fresh, "pivotCacheDefinition")
        moved: Changes = {"sheet": now or sheet, "name": self.references.tables.get(table.casefold(), table) or None}
        return each_tag(each_tag(data, lambda *_: moved, "worksheetSource"), self._coded, "cacheField")

    def _coded(self, _: str, told: Attributes) -> Changes:
        return {"numFmtId": str(self.formats.code(number(told, "numFmtId")))} if "numFmtId" in told else {}

    def chart(self, data: bytes) -> bytes:
        """A chart; figures from elsewhere stay as it last showed them."""
        return self.formulas(_TITLE.sub(rb"\1<\2v>\3</\2v>", _NUMBERS.sub(self._literal, data)))

    def _literal(self, found: re.Match[bytes]) -> bytes:
        formula = text_of(found[3])
        if self.references.read(formula).sound or found[4] is None:
            return found[0]
        self.broken.append(formula)
        prefix, kind = found[1], found[2]
        return b"<%s%sLit>%s</%s%sLit>" % (prefix, kind, found[4], prefix, kind)

    def control(self, data: bytes) -> bytes:
        """What a form control is bound to."""
        return each_tag(data, self._changed, "formControlPr")

    def drawing(self, data: bytes) -> bytes:
        """Shapes: those that show a cell go on showing it."""

        def followed(_: str, attributes: Attributes) -> Changes:
            return {"textlink": self.references.link(attributes["textlink"])} if attributes.get("textlink") else {}

        return each_tag(data, followed, "sp") if b"textlink=" in data else data


_SHEET: Final = (
    *("col", "cfRule", "colorFilter", "sortCondition", "phoneticPr"),
    *("sheetView", "hyperlink", "cfvo", "controlPr"),
)


def tags_named(data: bytes, *local: str) -> list[Attributes]:
    """The attributes of each tag with one of these names."""
    names = [name.encode() for name in local]
    return [attributes_of(found[3]) for found in _TAG.finditer(data) if found[2] in names and not found[1]]


def without_links(data: bytes, lost: Collection[str]) -> bytes:
    """The part without what speaks of relationships that stay behind, and without what would be left empty.

    A page keeps its print setup; a shape in a drawing goes with the frame that places it.

    Args:
        data: The part, plain, or the end of it.
        lost: The relationships, as the part calls them.
    """
    gone = [name.encode() for name in lost]
    # Cells speak of no relationships, and there are many of them.
    cells, mark, data = data.rpartition(b"</sheetData>")
    data = each_tag(data, lambda _, told: dict.fromkeys(key for key in told if told[key] in lost), "pageSetup")

    def doomed(tag: re.Match[bytes]) -> bool:
        return tag[2] in _SLICERS or any(link in gone for link in _LINK.findall(tag[3]))

    kept, at = [cells, mark], 0
    for start, end in _outermost(data, doomed):
        kept.append(data[at:start])
        at = end
    return b"".join((*kept, data[at:]))


@dataclass(slots=True)
class _Open:
    start: int
    name: bytes
    doomed: bool
    children: int = 0
    lost: int = 0

    def gone(self) -> bool:
        """Whether it goes, once all in it is known."""
        if self.name in _ANCHORS:
            return self.lost > 0
        emptied = self.children == self.lost and (self.children > 0 or self.name == b"Fallback")
        return self.doomed or emptied


def _outermost(data: bytes, doomed: Callable[[re.Match[bytes]], bool]) -> list[tuple[int, int]]:
    """Where the elements stand that go, those within others not told."""
    found: list[tuple[int, int]] = []
    open_: list[_Open] = []
    for tag in _TAG.finditer(data):
        if not tag[1]:
            open_.append(_Open(tag.start(), tag[2], doomed(tag)))
            if not tag[4]:
                continue
        if not open_:
            continue
        element = open_.pop()
        gone = element.gone()
        if open_:
            parent = open_[-1]
            parent.children += 1
            parent.lost += gone or (element.lost > 0 and any(one.name in _ANCHORS for one in open_))
        if gone:
            while found and found[-1][0] > element.start:
                found.pop()
            found.append((element.start, tag.end()))
    return found
