"""An old master as Excel saves it, part by part: what the libraries that write workbooks do not know."""

from __future__ import annotations

from typing import Final

from tests.workbook.commission.ownbooks import OURS, PIXEL, packed

NAMES: Final = ("台账",)
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_COMPATIBLE: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_ROOT: Final = (
    f'xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:mc="{_COMPATIBLE}" mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_SHEET: Final = f"""<worksheet {_ROOT} xr:uid="{{11111111-2222-3333-4444-555555555555}}">
<sheetPr codeName="Sheet2"><tabColor theme="4" tint="0.5"/></sheetPr><dimension ref="A1:H9"/>
<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>
<sheetView workbookViewId="1"/></sheetViews>
<sheetFormatPr defaultRowHeight="14.25" x14ac:dyDescent="0.2"/>
<cols><col min="1" max="1" width="20.5" style="2" customWidth="1"/></cols>
<sheetData>
<row r="1" spans="1:3" s="2" customFormat="1" ht="30" customHeight="1" x14ac:dyDescent="0.2"><c r="A1" s="1" t="s"><v>1</v></c><c r="B1" t="s"><v>2</v></c><c r="C1" s="3" t="s"><v>3</v></c></row>
<row r="2"><c r="A2" s="4"><v>45000</v></c><c r="B2"><f t="shared" ref="B2:B4" si="0">A2*2</f><v>90000</v></c><c r="C2"><f>[1]外部!$A$1+1</f><v>7</v></c></row>
<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f t="shared" si="0"/><v>4</v></c><c r="C3" t="str"><f t="shared" ref="C3:C4" si="1">[1]外部!A1&amp;"!"</f><v>甲!</v></c></row>
<row r="4"><c r="A4"><v>3</v></c><c r="B4"><f t="shared" si="0"/><v>6</v></c><c r="C4" t="str"><f t="shared" si="1"/><v>乙!</v></c></row>
<row r="5"><c r="A5"><f>旧表!B3+台账!A3</f><v>12</v></c><c r="B5"><f>SUM({OURS}!D5:D7)</f><v>3</v></c><c r="C5" t="inlineStr"><is><t>原位</t><phoneticPr fontId="2" type="noConversion"/></is></c></row>
<row r="6"><c r="A6"><f>SUM(台账!A2:台账!A4)</f><v>45005</v></c><c r="B6" t="e"><f>cmd|'/c calc'!A0</f><v>#REF!</v></c><c r="C6" t="b"><v>1</v></c></row>
</sheetData>
<customSheetViews><customSheetView guid="{{22222222-2222-3333-4444-555555555555}}"><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></customSheetView></customSheetViews>
<phoneticPr fontId="2" type="noConversion"/>
<conditionalFormatting sqref="A2:A4"><cfRule type="cellIs" dxfId="1" priority="1" operator="greaterThan"><formula>[1]外部!$A$1</formula></cfRule></conditionalFormatting>
<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="E2"><formula1>旧表!$A$1:$A$3</formula1></dataValidation></dataValidations>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>
<pageSetup paperSize="9" orientation="landscape" r:id="rId1"/>
<drawing r:id="rId2"/><legacyDrawing r:id="rId3"/>
<mc:AlternateContent xmlns:mc="{_COMPATIBLE}"><mc:Choice Requires="x14"><controls><mc:AlternateContent xmlns:mc="{_COMPATIBLE}"><mc:Choice Requires="x14"><control shapeId="1030" r:id="rId6" name="按钮"><controlPr defaultSize="0" autoLine="0"><anchor><from><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">1</xdr:col><xdr:colOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:colOff><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">1</xdr:row><xdr:rowOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:rowOff></from><to><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">2</xdr:col><xdr:colOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:colOff><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">2</xdr:row><xdr:rowOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:rowOff></to></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>
<tableParts count="1"><tablePart r:id="rId5"/></tableParts>
<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="dataBar" id="{{33333333-2222-3333-4444-555555555555}}"><x14:dataBar minLength="0" maxLength="100" border="1"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/><x14:borderColor rgb="FF638EC6"/><x14:negativeFillColor rgb="FFFF0000"/><x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>A2:A4</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><x14:slicerList><x14:slicer r:id="rId7"/></x14:slicerList></ext></extLst>
</worksheet>"""

_STRINGS: Final = f"""<sst xmlns="{MAIN}" count="4" uniqueCount="4"><si><t>别的表的</t></si>
<si><t>名称 &lt;甲&gt; &amp; 乙</t><phoneticPr fontId="2" type="noConversion"/></si>
<si><r><t xml:space="preserve">前 </t></r><r><rPr><b/><color theme="5"/><rFont val="楷体"/></rPr><t>粗</t></r><phoneticPr fontId="2" type="noConversion"/></si>
<si><t>拼音</t><rPh sb="0" eb="2"><t>pīn yīn</t></rPh><phoneticPr fontId="2"/></si></sst>"""

_STYLES: Final = f"""<styleSheet {_ROOT}>
<numFmts count="2"><numFmt numFmtId="43" formatCode="_ * #,##0.00_ ;_ * \\-#,##0.00_ "/><numFmt numFmtId="178" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
<fonts count="4" x14ac:knownFonts="1"><font><sz val="11"/><color theme="1"/><name val="等线"/><family val="2"/><charset val="134"/><scheme val="minor"/></font><font><b/><sz val="14"/><color theme="4"/><name val="黑体"/></font><font><sz val="9"/><name val="等线"/></font><font><sz val="11"/><color indexed="12"/><name val="等线"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor theme="6" tint="0.79998168889431442"/><bgColor indexed="64"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="43" fontId="1" fillId="2" borderId="0" applyFont="0" xr:uid="{{44444444-2222-3333-4444-555555555555}}"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="43" fontId="1" fillId="2" borderId="0" xfId="1" applyFont="1"><alignment vertical="center"/></xf><xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="178" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="2"><cellStyle name="常规" xfId="0" builtinId="0"/><cellStyle name="我的样式" xfId="1" xr:uid="{{55555555-2222-3333-4444-555555555555}}"/></cellStyles>
<dxfs count="3"><dxf><font><b/></font></dxf><dxf><font><color rgb="FF9C0006"/></font><numFmt numFmtId="179" formatCode="0.000&quot;级&quot;"/><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf><dxf><fill><patternFill patternType="solid"><bgColor theme="9"/></patternFill></fill></dxf></dxfs>
<tableStyles count="1" defaultTableStyle="TableStyleMedium2"><tableStyle name="我的表样" pivot="0" count="1" xr9:uid="{{66666666-2222-3333-4444-555555555555}}" xmlns:xr9="http://schemas.microsoft.com/office/spreadsheetml/2016/revision9"><tableStyleElement type="headerRow" dxfId="2"/></tableStyle></tableStyles>
<colors><indexedColors>{"".join(f'<rgbColor rgb="00{at:02X}{at:02X}{at:02X}"/>' for at in range(64))}</indexedColors></colors>
</styleSheet>"""

_TABLE: Final = f"""<table xmlns="{MAIN}" id="9" name="表9" displayName="表9" ref="G1:H3" tableType="queryTable" totalsRowShown="0" headerRowDxfId="0" headerRowCellStyle="我的样式"><autoFilter ref="G1:H3"/><tableColumns count="2"><tableColumn id="1" name="项" queryTableFieldId="1" dataDxfId="1"/><tableColumn id="2" name="额" queryTableFieldId="2"><calculatedColumnFormula>台账!A2*2</calculatedColumnFormula></tableColumn></tableColumns><tableStyleInfo name="我的表样" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>"""

_DRAWING_ROOT: Final = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_PLACE: Final = (
    "<xdr:from><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:to><xdr:col>14</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
)
_FRAME: Final = (
    '<xdr:nvGraphicFramePr><xdr:cNvPr id="{id}" name="{name}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
    '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
)
_DRAWING: Final = (
    f"<xdr:wsDr {_DRAWING_ROOT}><xdr:twoCellAnchor>{_PLACE}"
    f'<xdr:graphicFrame macro="">{_FRAME.format(id=2, name="图")}<a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    f'xmlns:r="{OFFICE}" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>'
    f"<xdr:twoCellAnchor>{_PLACE}"
    f'<mc:AlternateContent xmlns:mc="{_COMPATIBLE}" xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main">'
    f'<mc:Choice Requires="a14"><xdr:graphicFrame macro="">{_FRAME.format(id=3, name="切片器")}<a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/drawing/2010/slicer">'
    '<sle:slicer xmlns:sle="http://schemas.microsoft.com/office/drawing/2010/slicer" name="切片器"/></a:graphicData>'
    "</a:graphic></xdr:graphicFrame></mc:Choice><mc:Fallback/></mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor>"
    "</xdr:wsDr>"
)


def _series(at: int, name: str, values: str) -> str:
    cache = '<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="2"/><c:pt idx="0"><c:v>4</c:v></c:pt><c:pt idx="1"><c:v>5</c:v></c:pt></c:numCache>'
    title = '<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>外来 &amp; 系列</c:v></c:pt></c:strCache>'
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:strRef><c:f>{name}</c:f>{title}</c:strRef></c:tx>'
        f"<c:val><c:numRef><c:f>{values}</c:f>{cache}</c:numRef></c:val></c:ser>"
    )


_CHART: Final = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:plotArea><c:layout/><c:barChart>'
    '<c:barDir val="col"/><c:grouping val="clustered"/>'
    f"{_series(0, '台账!$A$1', '台账!$A$3:$A$4')}{_series(1, '[1]外部!$A$1', '[1]外部!$B$1:$B$2')}"
    '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
    '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx>'
    '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
    "</c:plotArea></c:chart></c:chartSpace>"
)
_LOOK: Final = '<cs:lnRef idx="0"/><cs:fillRef idx="0"/><cs:effectRef idx="0"/><cs:fontRef idx="minor"/>'
_PIECES: Final = """axisTitle categoryAxis chartArea dataLabel dataLabelCallout dataPoint dataPoint3D dataPointLine
dataPointMarker dataPointWireframe dataTable downBar dropLine errorBar floor gridlineMajor gridlineMinor hiLoLine
leaderLine legend plotArea plotArea3D seriesAxis seriesLine title trendline trendlineLabel upBar valueAxis wall"""
_CHART_STYLE: Final = (
    '<cs:chartStyle xmlns:cs="http://schemas.microsoft.com/office/drawing/2012/chartStyle" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" id="201">'
    + "".join(f"<cs:{one}>{_LOOK}</cs:{one}>" for one in _PIECES.split())
    + "</cs:chartStyle>"
)
_NOTES: Final = (
    f'<comments xmlns="{MAIN}"><authors><author>tc={{77777777-2222-3333-4444-555555555555}}</author></authors>'
    '<commentList><comment ref="A2" authorId="0" shapeId="0"><text><t>[线程批注] 请核对</t></text></comment></commentList></comments>'
)
_THREADS: Final = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="A2" dT="2026-11-30T01:02:03.00" personId="{88888888-2222-3333-4444-555555555555}" '
    'id="{77777777-2222-3333-4444-555555555555}"><text>请核对</text></threadedComment></ThreadedComments>'
)
_PERSONS: Final = (
    '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<person displayName="王处" id="{88888888-2222-3333-4444-555555555555}" userId="王处" providerId="None"/></personList>'
)
_SHAPES: Final = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shape id="_x0000_s1025" type="#_x0000_t202"><x:ClientData ObjectType="Note"><x:Row>1</x:Row>'
    "<x:Column>0</x:Column></x:ClientData><br></v:shape></xml>"
)


def _theme() -> str:
    scheme = "".join(
        f'<a:{name}><a:srgbClr val="{at:02X}80{at:02X}"/></a:{name}>'
        for at, name in enumerate(
            [
                "dk1",
                "lt1",
                "dk2",
                "lt2",
                "accent1",
                "accent2",
                "accent3",
                "accent4",
                "accent5",
                "accent6",
                "hlink",
                "folHlink",
            ]
        )
    )
    font = '<a:latin typeface="等线"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="自定义"><a:themeElements>'
        f'<a:clrScheme name="机关">{scheme}</a:clrScheme><a:fontScheme name="机关"><a:majorFont>{font}</a:majorFont>'
        f'<a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name="机关"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def _links(*links: tuple[str, str]) -> str:
    found = []
    for at, (kind, target) in enumerate(links, 1):
        base = kind if ":" in kind else f"{OFFICE}/{kind}"
        mode = ' TargetMode="External"' if "://" in target else ""
        found.append(f'<Relationship Id="rId{at}" Type="{base}" Target="{target}"{mode}/>')
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


_MICROSOFT: Final = "http://schemas.microsoft.com/office"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES: Final = {
    "xl/workbook.xml": f"{_SPREADSHEET}.sheet.main+xml",
    "xl/worksheets/sheet1.xml": f"{_SPREADSHEET}.worksheet+xml",
    "xl/worksheets/sheet2.xml": f"{_SPREADSHEET}.worksheet+xml",
    "xl/worksheets/sheet3.xml": f"{_SPREADSHEET}.worksheet+xml",
    "xl/styles.xml": f"{_SPREADSHEET}.styles+xml",
    "xl/sharedStrings.xml": f"{_SPREADSHEET}.sharedStrings+xml",
    "xl/comments2.xml": f"{_SPREADSHEET}.comments+xml",
    "xl/tables/table9.xml": f"{_SPREADSHEET}.table+xml",
    "xl/queryTables/queryTable1.xml": f"{_SPREADSHEET}.queryTable+xml",
    "xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    "xl/drawings/drawing3.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "xl/charts/chart5.xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "xl/charts/style5.xml": "application/vnd.ms-office.chartstyle+xml",
    "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
    "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
    "xl/activeX/activeX1.xml": "application/vnd.ms-office.activeX+xml",
    "xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
    "xl/externalLinks/externalLink1.xml": f"{_SPREADSHEET}.externalLink+xml",
}


def parts() -> dict[str, str | bytes]:
    """The parts of the workbook."""
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in _TYPES.items())
    blank = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    names = (
        '<definedName name="_xlnm.Print_Area" localSheetId="1">台账!$A$1:$C$6</definedName>'
        '<definedName name="_xlnm.Print_Titles" localSheetId="0">旧表!$1:$1</definedName>'
        '<definedName name="外部价">[1]外部!$A$1</definedName><definedName name="好名称">台账!$A$2</definedName>'
        '<definedName name="宏名" function="1" vbProcedure="1">#REF!</definedName>'
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><bookViews><workbookView/><workbookView/></bookViews>'
        '<sheets><sheet name="旧表" sheetId="1" r:id="rId1"/><sheet name="台账" sheetId="7" r:id="rId2"/>'
        f'<sheet name="{OURS}" sheetId="8" r:id="rId3"/></sheets>'
        f'<externalReferences><externalReference r:id="rId8"/></externalReferences><definedNames>{names}</definedNames></workbook>'
    )
    threads = f"{_MICROSOFT}/2017/10/relationships"
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f'<Default Extension="bin" ContentType="{_SPREADSHEET}.printerSettings"/><Default Extension="png" ContentType="image/png"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _links(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _HEAD + book,
        "xl/_rels/workbook.xml.rels": _links(
            ("worksheet", "worksheets/sheet1.xml"),
            ("worksheet", "worksheets/sheet2.xml"),
            ("worksheet", "worksheets/sheet3.xml"),
            ("theme", "theme/theme1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            (f"{threads}/person", "persons/person.xml"),
            ("externalLink", "externalLinks/externalLink1.xml"),
        ),
        "xl/worksheets/sheet1.xml": blank,
        "xl/worksheets/sheet2.xml": _HEAD + _SHEET,
        "xl/worksheets/sheet3.xml": blank.replace(
            "<sheetData/>", '<sheetData><row r="5"><c r="D5"><v>3</v></c></row></sheetData>'
        ),
        "xl/worksheets/_rels/sheet2.xml.rels": _links(
            ("printerSettings", "../printerSettings/printerSettings1.bin"),
            ("drawing", "../drawings/drawing3.xml"),
            ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
            ("comments", "../comments2.xml"),
            ("table", "../tables/table9.xml"),
            ("control", "../activeX/activeX1.xml"),
            (f"{_MICROSOFT}/2007/relationships/slicer", "../slicers/slicer1.xml"),
            (f"{threads}/threadedComment", "../threadedComments/threadedComment1.xml"),
        ),
        "xl/printerSettings/printerSettings1.bin": b"\0\1printer",
        "xl/drawings/drawing3.xml": _HEAD + _DRAWING,
        "xl/drawings/_rels/drawing3.xml.rels": _links(("chart", "../charts/chart5.xml")),
        "xl/drawings/vmlDrawing1.vml": _SHAPES,
        "xl/charts/chart5.xml": _HEAD + _CHART,
        "xl/charts/_rels/chart5.xml.rels": _links((f"{_MICROSOFT}/2011/relationships/chartStyle", "style5.xml")),
        "xl/charts/style5.xml": _HEAD + _CHART_STYLE,
        "xl/comments2.xml": _HEAD + _NOTES,
        "xl/threadedComments/threadedComment1.xml": _HEAD + _THREADS,
        "xl/persons/person.xml": _HEAD + _PERSONS,
        "xl/tables/table9.xml": _HEAD + _TABLE,
        "xl/tables/_rels/table9.xml.rels": _links(("queryTable", "../queryTables/queryTable1.xml")),
        "xl/queryTables/queryTable1.xml": f'<queryTable xmlns="{MAIN}" name="q" connectionId="1"/>',
        "xl/activeX/activeX1.xml": "<ocx/>",
        "xl/slicers/slicer1.xml": "<slicers/>",
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": _links(("externalLinkPath", "file://服务器/外部.xlsx")),
        "xl/theme/theme1.xml": _HEAD + _theme(),
        "xl/styles.xml": _HEAD + _STYLES,
        "xl/sharedStrings.xml": _HEAD + _STRINGS,
        "xl/media/image1.png": PIXEL,
    }


def by_excel() -> tuple[bytes, tuple[str, ...]]:
    """The workbook, and which of its sheets are people's own."""
    return packed({name: one if isinstance(one, bytes) else one.encode() for name, one in parts().items()}), NAMES


_PIVOT: Final = f"""<pivotTableDefinition xmlns="{MAIN}" name="透视1" cacheId="21" applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="值" updatedVersion="6" minRefreshableVersion="3" createdVersion="6" outline="1" outlineData="1"><location ref="J20:K23" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="3"><item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField dataField="1" numFmtId="178" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields><rowItems count="3"><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1"><dataField name="求和项:产值" fld="1" baseField="0" baseItem="0" numFmtId="178"/></dataFields><formats count="1"><format dxfId="2"><pivotArea outline="0" fieldPosition="0"/></format></formats><pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1" showRowStripes="0" showColStripes="0" showLastColumn="1"/></pivotTableDefinition>"""
_CACHE: Final = f"""<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId1" refreshedBy="王处" refreshedDate="45000" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" recordCount="2"><cacheSource type="worksheet"><worksheetSource ref="C4:D6" sheet="{OURS}"/></cacheSource><cacheFields count="2"><cacheField name="推荐区" numFmtId="0"><sharedItems count="2"><s v="浦东"/><s v="徐汇"/></sharedItems></cacheField><cacheField name="产值" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="1" maxValue="2"/></cacheField></cacheFields></pivotCacheDefinition>"""
_RECORDS: Final = f'<pivotCacheRecords xmlns="{MAIN}" count="2"><r><x v="0"/><n v="1"/></r><r><x v="1"/><n v="2"/></r></pivotCacheRecords>'


def with_pivot(parts_: dict[str, bytes]) -> None:
    """Put a pivot table over a sheet of the tool onto the sheet."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    sheet = "xl/worksheets/_rels/sheet2.xml.rels"
    caches = b'<pivotCaches><pivotCache cacheId="21" r:id="rId21"/></pivotCaches></workbook>'
    cache = (
        f'<Relationship Id="rId21" Type="{OFFICE}/pivotCacheDefinition" Target="pivotCache/pivotCacheDefinition1.xml"/>'
    )
    table = f'<Relationship Id="rId22" Type="{OFFICE}/pivotTable" Target="../pivotTables/pivotTable1.xml"/>'
    parts_[book] = parts_[book].replace(b"</workbook>", caches)
    parts_[links] = parts_[links].replace(b"</Relationships>", cache.encode() + b"</Relationships>")
    parts_[sheet] = parts_[sheet].replace(b"</Relationships>", table.encode() + b"</Relationships>")
    more = {
        "xl/pivotTables/pivotTable1.xml": _HEAD + _PIVOT,
        "xl/pivotTables/_rels/pivotTable1.xml.rels": _links(
            ("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
        ),
        "xl/pivotCache/pivotCacheDefinition1.xml": _HEAD + _CACHE,
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": _links(("pivotCacheRecords", "pivotCacheRecords1.xml")),
        "xl/pivotCache/pivotCacheRecords1.xml": _HEAD + _RECORDS,
    }
    parts_.update({name: text.encode() for name, text in more.items()})
