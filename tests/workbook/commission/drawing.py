"""What people draw on a sheet of a master, as Excel saves it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.workbook.commission.excelbook import OFFICE
from tests.workbook.commission.ownbooks import patched
from workbook.package.parts import locate, relationships, relationships_part
from workbook.package.stream import read

_DRAWN: Final = "http://schemas.openxmlformats.org/drawingml/2006/"
_ROOT: Final = (
    f'<xdr:wsDr xmlns:xdr="{_DRAWN}spreadsheetDrawing" xmlns:a="{_DRAWN}main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
)
_PART: Final = "xl/drawings/drawing77.xml"
_RELATED: Final = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_TYPE: Final = (
    f'<Override PartName="/{_PART}" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
)


def anchored(shape: str, row: int = 1, column: int = 1) -> str:
    """A shape bound to cells, counted from 0."""
    corner = "<xdr:{0}><xdr:col>{1}</xdr:col><xdr:colOff>9</xdr:colOff><xdr:row>{2}</xdr:row><xdr:rowOff>9</xdr:rowOff></xdr:{0}>"
    place = corner.format("from", column, row) + corner.format("to", column + 3, row + 3)
    return f"<xdr:twoCellAnchor>{place}{shape}<xdr:clientData/></xdr:twoCellAnchor>"


def shape(text: str) -> str:
    """A shape with a text, a paragraph a line."""
    lines = "".join(f"<a:p><a:r><a:rPr/><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    named = '<xdr:nvSpPr><xdr:cNvPr id="2" name="文本框 1"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    return f"<xdr:sp>{named}<xdr:spPr/><xdr:txBody><a:bodyPr/>{lines}</xdr:txBody></xdr:sp>"


def box(text: str, row: int = 1, column: int = 1) -> str:
    """A text box."""
    return anchored(shape(text), row, column)


PICTURE: Final = anchored('<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="图片 2"/></xdr:nvPicPr></xdr:pic>')
CHART: Final = anchored(
    '<xdr:graphicFrame><xdr:nvGraphicFramePr><xdr:cNvPr id="4" name="图表 3"/></xdr:nvGraphicFramePr></xdr:graphicFrame>'
)


def draw(path: Path, sheet: str, shapes: str) -> None:
    """Put shapes on a sheet of a workbook."""
    package = read(path)
    part = package.sheet(sheet).part
    links = (link for link in relationships(package.archive, part) if link.kind == "drawing")
    known = next((locate(package.archive, link.target) for link in links), None)

    def added(parts: dict[str, bytes]) -> None:
        if known:
            parts[known] = parts[known].replace(b"</xdr:wsDr>", f"{shapes}</xdr:wsDr>".encode())
            return
        beside = relationships_part(part)
        link = f'<Relationship Id="rId77" Type="{OFFICE}/drawing" Target="/{_PART}"/></Relationships>'
        related = parts.get(beside, f"{_RELATED}</Relationships>".encode())
        parts[beside] = related.replace(b"</Relationships>", link.encode())
        parts[_PART] = f"{_ROOT}{shapes}</xdr:wsDr>".encode()
        types = "[Content_Types].xml"
        parts[types] = parts[types].replace(b"</Types>", _TYPE.encode())
        element = f'<drawing xmlns:r="{OFFICE}" r:id="rId77"/></worksheet>'
        parts[part] = parts[part].replace(b"</worksheet>", element.encode())

    path.write_bytes(patched(path.read_bytes(), added))
