"""Which parts go along with a sheet, and what each of them is; all else stays behind and is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_MICROSOFT: Final = "http://schemas.microsoft.com/office/"
_OPEN: Final = "application/vnd.openxmlformats-officedocument."
_EXCEL: Final = "application/vnd.ms-excel."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of part.

    Attributes:
        name: The last word of the type of the relationships that lead to it.
        content_type: Empty where the extension tells it.
        stem: Where it lies, but for number and extension.
        extension: Without a dot; empty where it is that of the part itself.
    """

    name: str
    content_type: str
    stem: str
    extension: str = "xml"

    @property
    def is_xml(self) -> bool:
        """Whether it can be read as XML; Excel's old drawings are not always."""
        return self.extension == "xml"


def _kinds(base: str, *kinds: Kind) -> dict[str, Kind]:
    return {base + kind.name: kind for kind in kinds}


_SHEETS: Final = f"{_OPEN}spreadsheetml."
_DRAWINGS: Final = f"{_OPEN}drawingml."
KINDS: Final = {
    **_kinds(
        OFFICE,
        Kind("worksheet", f"{_SHEETS}worksheet+xml", "xl/worksheets/sheet"),
        Kind("chartsheet", f"{_SHEETS}chartsheet+xml", "xl/chartsheets/sheet"),
        Kind("drawing", f"{_OPEN}drawing+xml", "xl/drawings/drawing"),
        Kind("vmlDrawing", f"{_OPEN}vmlDrawing", "xl/drawings/vmlDrawing", "vml"),
        Kind("comments", f"{_SHEETS}comments+xml", "xl/comments"),
        Kind("table", f"{_SHEETS}table+xml", "xl/tables/table"),
        Kind("printerSettings", f"{_SHEETS}printerSettings", "xl/printerSettings/printerSettings", "bin"),
        Kind("customProperty", f"{_SHEETS}customProperty", "xl/customProperty/customProperty", "bin"),
        Kind("image", "", "xl/media/image", ""),
        Kind("package", "", "xl/embeddings/Microsoft_Document", ""),
        Kind("chart", f"{_DRAWINGS}chart+xml", "xl/charts/chart"),
        Kind("chartUserShapes", f"{_DRAWINGS}chartshapes+xml", "xl/drawings/shapes"),
        Kind("themeOverride", f"{_OPEN}themeOverride+xml", "xl/theme/themeOverride"),
        Kind("diagramData", f"{_DRAWINGS}diagramData+xml", "xl/diagrams/data"),
        Kind("diagramLayout", f"{_DRAWINGS}diagramLayout+xml", "xl/diagrams/layout"),
        Kind("diagramQuickStyle", f"{_DRAWINGS}diagramStyle+xml", "xl/diagrams/quickStyle"),
        Kind("diagramColors", f"{_DRAWINGS}diagramColors+xml", "xl/diagrams/colors"),
        Kind("ctrlProp", f"{_EXCEL}controlproperties+xml", "xl/ctrlProps/ctrlProp"),
        Kind("pivotTable", f"{_SHEETS}pivotTable+xml", "xl/pivotTables/pivotTable"),
        Kind("pivotCacheDefinition", f"{_SHEETS}pivotCacheDefinition+xml", "xl/pivotCache/pivotCacheDefinition"),
        Kind("pivotCacheRecords", f"{_SHEETS}pivotCacheRecords+xml", "xl/pivotCache/pivotCacheRecords"),
        Kind("sheetMetadata", f"{_SHEETS}sheetMetadata+xml", "xl/metadata"),
    ),
    **_kinds(
        f"{_MICROSOFT}2007/relationships/",
        Kind("diagramDrawing", "application/vnd.ms-office.drawingml.diagramDrawing+xml", "xl/diagrams/drawing"),
        Kind("hdphoto", "", "xl/media/hdphoto", ""),
    ),
    **_kinds(
        f"{_MICROSOFT}2011/relationships/",
        Kind("chartStyle", "application/vnd.ms-office.chartstyle+xml", "xl/charts/style"),
        Kind("chartColorStyle", "application/vnd.ms-office.chartcolorstyle+xml", "xl/charts/colors"),
    ),
    **_kinds(
        f"{_MICROSOFT}2014/relationships/",
        Kind("chartEx", "application/vnd.ms-office.chartex+xml", "xl/charts/chartEx"),
    ),
    **_kinds(
        f"{_MICROSOFT}2017/10/relationships/",
        Kind("threadedComment", f"{_EXCEL}threadedcomments+xml", "xl/threadedComments/threadedComment"),
        Kind("person", f"{_EXCEL}person+xml", "xl/persons/person"),
    ),
    **_kinds(
        f"{_MICROSOFT}2017/06/relationships/",
        Kind("rdRichValue", f"{_EXCEL}rdrichvalue+xml", "xl/richData/rdrichvalue"),
        Kind("rdRichValueStructure", f"{_EXCEL}rdrichvaluestructure+xml", "xl/richData/rdrichvaluestructure"),
        Kind("rdRichValueTypes", f"{_EXCEL}rdrichvaluetypes+xml", "xl/richData/rdRichValueTypes"),
    ),
    **_kinds(
        f"{_MICROSOFT}2022/10/relationships/",
        Kind("richValueRel", f"{_EXCEL}richvaluerel+xml", "xl/richData/richValueRel"),
    ),
    **_kinds(
        "http://www.wps.cn/officeDocument/2020/",
        Kind("cellImage", "application/vnd.wps-officedocument.cellimage+xml", "xl/cellimages"),
    ),
}
BY_EXTENSION: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "svg": "image/svg+xml",
    "wdp": "image/vnd.ms-photo",
    "docx": f"{_OPEN}wordprocessingml.document",
    "xlsx": f"{_OPEN}spreadsheetml.sheet",
    "pptx": f"{_OPEN}presentationml.presentation",
}
_TOLD: Final = {
    "pivotTable": "数据透视表（单元格里的数值保留）",
    "queryTable": "外部查询（已取得的数据保留）",
    "control": "ActiveX 控件",
    "oleObject": "嵌入的对象",
    "package": "嵌入的对象",
    "slicer": "切片器",
    "timeline": "日程表",
    "image": "无法识别的图片",
}
OUTWARD: Final = ("hyperlink", "image")
"""What may lead out of the package: nobody follows it unless a person clicks or asks."""


def kind_of(type_name: str, part: str) -> Kind | None:
    """The kind of a part that a relationship leads to; None where it has to stay behind.

    Args:
        type_name: The type of the relationship.
        part: The name of the part.
    """
    kind = KINDS.get(transitional(type_name))
    if kind is None or kind.extension:
        return kind
    return kind if extension_of(part) in BY_EXTENSION else None


def transitional(type_name: str) -> str:
    """The type of a relationship as it is called in the form that every program reads."""
    return OFFICE + type_name[len(_STRICT) :] if type_name.startswith(_STRICT) else type_name


def extension_of(part: str) -> str:
    """The extension of a part, in lower case."""
    return part.rpartition(".")[2].lower()


def told(type_name: str) -> str:
    """What a relationship leads to, in words."""
    return _TOLD.get(type_name.rpartition("/")[2], "无法识别的附加内容")
