"""What is read the short way is what the reference reads, cell by cell; all else is left to the reference.

The forms below are those of Excel, WPS, LibreOffice, XlsxWriter and openpyxl, and every way to spoil them.
"""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Final

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.workbook.package.conftest import PARTS, zipped
from toolkit.characters import INVISIBLE, seen
from toolkit.errors import WorkbookError
from workbook.package.guard import Archive, open_archive
from workbook.package.limits import LIMITS, Kind, Limits
from workbook.package.plain import plain_strings
from workbook.package.plainsheet import plain_sheet
from workbook.package.sheet import read_sheet
from workbook.package.stream import read
from workbook.package.strings import shared_strings

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
SHARED = ("零", "一")
KINDS: Final[tuple[Kind, ...]] = ("tags", "cells", "strings", "characters", "merges", "names")

Told = tuple[object, ...]


def archived(parts: Mapping[str, str | bytes], limits: Limits = LIMITS) -> Archive:
    return open_archive(zipped({**PARTS, **parts}), limits)


def spent(archive: Archive) -> list[int]:
    return [archive.budget.spent(kind) for kind in KINDS]


def short_way(data: bytes | str, limits: Limits = LIMITS) -> Told | None:
    """What the short way makes of a sheet."""
    archive = archived({SHEET: data}, limits)
    found = plain_sheet(archive, SHEET, {b"%d" % at: one for at, one in enumerate(SHARED)})
    return found and (list(found[0].items()), found[1], spent(archive))


def reference(data: bytes | str, limits: Limits = LIMITS) -> Told:
    """What the reference makes of it."""
    archive = archived({SHEET: data}, limits)
    try:
        cells, facts = read_sheet(archive.pieces(SHEET), "表", SHEET, SHARED, archive.budget)
    except WorkbookError as error:
        return (error.code,)
    return list(cells.items()), facts, spent(archive)


def sheet(rows: str, head: str = "", tail: str = "", root: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"{root}>{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


# --- every form ------------------------------------------------------------------------------------------------

PLAIN = {
    "numbers": '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="3"><v>40.792499999999997</v></c></row>',
    "a shared text": '<row r="1" spans="1:3" ht="30" customHeight="1"><c r="A1" s="1" t="s"><v>1</v></c></row>',
    "blank cells": '<row r="7"><c r="A7" s="1"/><c r="B7" s="1" t="n" /><c r="C7"></c><c r="D7" s="2"/></row>',
    "rows that are closed at once": '<row r="1" ht="3"/><row r="2" hidden="1"/><row r="4"><c r="A4"><v>1</v></c></row>',
    "hidden rows": '<row r="2" hidden="true"><c r="A2"><v>1</v></c></row><row r="3" hidden="0"/><row r="9" hidden="1"/>',
    "a formula and its result": '<row r="1"><c r="A1" t="str"><f>A2&amp;"&lt;"</f><v>a&lt;_x000A_</v></c></row>',
    "a formula nobody calculated": '<row r="1"><c r="A1"><f>A2</f><v></v></c><c r="B1"><f>A3</f></c></row>',
    "as openpyxl has it": '<row r="1"><c r="A1"><f>A2</f><v /></c><c r="B1" t="n"><v>3</v></c></row>',
    "a formula filled down": '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>',
    "an array, as LibreOffice has it": '<row r="1"><c r="A1"><f aca="false" t="array" ref="A1:A1">B1</f><v>1</v></c></row>',
    "inline text": '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> 甲_x0041_&#10;</t></is></c></row>',
    "inline text that is empty": '<row r="1"><c r="A1" t="inlineStr"><is><t></t></is></c></row>',
    "errors, truths and days": '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="b"><v>1</v></c>'
    '<c r="C1" t="d"><v>2025-03-01</v></c><c r="D1" t="e"><v></v></c></row>',
    "no numbers": '<row r="1"><c r="A1"><v>１２</v></c><c r="B1"><v>nan</v></c><c r="C1"><v>1e999</v></c></row>',
    "long numbers": f'<row r="1"><c r="A1"><v>{"1" * 40}</v></c><c r="B1"><v>1E-5</v></c></row>',
    "a number by reference": '<row r="1"><c r="A1"><v>&#49;</v></c></row>',
    "rows out of order": '<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
    "the last cell there is": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "nothing": "",
}

UNUSUAL = {
    "a row without a number": '<row><c r="A1"><v>1</v></c></row>',
    "a cell without an address": '<row r="1"><c><v>1</v></c></row>',
    "a cell of another row": '<row r="1"><c r="A2"><v>1</v></c></row>',
    "a cell twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "a row twice and a cell twice": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "a row beyond all": '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    "a column beyond all": '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    "a row with a leading zero": '<row r="01"><c r="A01"><v>1</v></c></row>',
    "a text nobody shares": '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
    "a text by another number": '<row r="1"><c r="A1" t="s"><v>01</v></c></row>',
    "two values": '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
    "a value and an inline text": '<row r="1"><c r="A1"><v>1</v><is><t>2</t></is></c></row>',
    "two formulas": '<row r="1"><c r="A1"><f>1</f><f>2</f></c></row>',
    "the value first": '<row r="1"><c r="A1"><v>1</v><f>1</f></c></row>',
    "rich inline text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    "another order": '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "white space between": '<row r="1"> <c r="A1"><v>1</v></c>\n</row>',
    "a comment": '<row r="1"><!-- <c r="A1"><v>2</v></c> --><c r="A1"><v>1</v></c></row>',
    "a comment in a value": '<row r="1"><c r="A1"><v>1<!-- 2 -->3</v></c></row>',
    "a section": '<row r="1"><c r="A1" t="str"><v><![CDATA[<v>2</v>]]></v></c></row>',
    "an instruction": '<row r="1"><?x <c r="A1"><v>2</v></c>?><c r="A1"><v>1</v></c></row>',
    "an unknown entity": '<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>',
    "no reference": '<row r="1"><c r="A1" t="str"><v>a & b</v></c></row>',
    "a forbidden reference": '<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>',
    "a control character": '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
    "no character": '<row r="1"><c r="A1" t="str"><v>\uffff</v></c></row>',
    "the end of a section": '<row r="1"><c r="A1" t="str"><v>]]></v></c></row>',
    "an attribute twice": '<row r="1" ht="1" ht="2"><c r="A1"><v>1</v></c></row>',
    "a number twice": '<row r="1" r="2"><c r="A1"><v>1</v></c></row>',
    "a prefix nobody declared": '<row r="1" y:a="1"><c r="A1"><v>1</v></c></row>',
    "another namespace": '<row r="1" xmlns="urn:x"><c r="A1"><v>1</v></c></row>',
    "an extension in a cell": '<row r="1"><c r="A1"><v>1</v><extLst><ext uri="x"/></extLst></c></row>',
    "a cell outside the rows": '<c r="A1"><v>1</v></c><row r="2"><c r="A2"><v>1</v></c></row>',
    "a row within a row": '<row r="1"><row r="2"><c r="A2"><v>1</v></c></row></row>',
    "a row that does not end": '<row r="1"><c r="A1"><v>1</v></c>',
    "a row that ends twice": '<row r="1"><c r="A1"><v>1</v></c></row></row>',
    "an element closed twice": '<row r="1"><c r="A1" s="1"/></c></row>',
    "a value behind a closed cell": '<row r="1"><c r="A1" s="1"/><v>1</v></row>',
    "a format of many digits": '<row r="1"><c r="A1" s="1234567"><v>1</v></c></row>',
}

AROUND = {
    "as usual": sheet(
        PLAIN["numbers"],
        "<cols><col min='2' max='3' hidden='1'/></cols>",
        "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
    ),
    "a filter": sheet(PLAIN["hidden rows"], '<sheetPr filterMode="1"/>'),
    "declared": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' + sheet(PLAIN["numbers"]),
    "in other letters": '<?xml version="1.0" encoding="ISO-8859-1"?>' + sheet(PLAIN["errors, truths and days"]),
    "a mark in front": "\ufeff" + sheet(PLAIN["numbers"]),
    "a comment before": sheet(PLAIN["numbers"], "<!-- <sheetData> -->"),
    "a comment behind": sheet(PLAIN["numbers"], "", "<!-- <sheetData/> -->"),
    "rows in an attribute": sheet(PLAIN["numbers"], '<sheetPr codeName="&lt;sheetData>"/>'),
    "rows twice": sheet(PLAIN["numbers"], "", '<sheetData><row r="8"><c r="A8"><v>1</v></c></row></sheetData>'),
    "rows twice, the first with an attribute": sheet(
        PLAIN["numbers"], '<sheetData x="1"><row r="8" hidden="1"/></sheetData>'
    ),
    "rows deeper down": f'<worksheet xmlns="{MAIN}"><extLst><sheetData>{PLAIN["numbers"]}</sheetData></extLst></worksheet>',
    "of another namespace": f'<worksheet xmlns="urn:x"><sheetData>{PLAIN["numbers"]}</sheetData></worksheet>',
    "with a prefix": f'<x:worksheet xmlns:x="{MAIN}"><sheetData>{PLAIN["numbers"]}</sheetData></x:worksheet>',
    "no sheet": f'<styleSheet xmlns="{MAIN}"><sheetData>{PLAIN["numbers"]}</sheetData></styleSheet>',
    "a document type": "<!DOCTYPE x>" + sheet(PLAIN["numbers"]),
    "damaged behind": sheet(PLAIN["numbers"], "", "<mergeCells>"),
    "as Excel has it": sheet(
        '<row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1" s="1" cm="1"><v>1</v></c></row>',
        root=' xmlns:x14ac="urn:y"',
    ),
}


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_plain_rows_are_read_the_short_way_and_alike(rows: str) -> None:
    told = short_way(sheet(rows))
    assert told is not None
    assert told == reference(sheet(rows))


@pytest.mark.parametrize("rows", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_rows_are_left_to_the_reference(rows: str) -> None:
    assert short_way(sheet(rows)) is None


@pytest.mark.parametrize("data", AROUND.values(), ids=AROUND)
def test_what_stands_around_the_rows_is_the_word_of_the_reference(data: str) -> None:
    told = short_way(data)
    assert told is None or told == reference(data)


def test_bytes_that_are_no_text_are_left_to_the_reference() -> None:
    data = sheet('<row r="1"><c r="A1" t="str"><v>?</v></c></row>').encode().replace(b"?", b"\xed\xa0\x80")
    assert short_way(data) is None


@pytest.mark.parametrize(
    "limits",
    [Limits(cells=1), Limits(characters=3), Limits(tags=8), Limits(merges=0), Limits(text=3), Limits(words=10)],
    ids=repr,
)
def test_what_is_beyond_a_limit_is_left_to_the_reference(limits: Limits) -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>text</v></c><c r="B1"><v>1</v></c></row>'
    assert short_way(sheet(rows, tail='<mergeCells><mergeCell ref="C1:D1"/></mergeCells>'), limits) is None


def test_what_is_none_of_its_own_is_not_taken_apart_first() -> None:
    archive = archived({SHEET: sheet("<c <row " * 100_000)})
    tracemalloc.start()
    assert plain_sheet(archive, SHEET, {}) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 1024 * 1024


def test_rows_are_read_alike_across_the_pieces_in_which_they_are_taken() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="str"><v>{"x" * 900}</v></c></row>' for row in range(1, 900))
    for text in (rows, rows + "<row r='900'/>", rows + '<row r="900"><c r="A900"><v>1</v></c></row>' * 2):
        told = short_way(sheet(text))
        assert (told is None) == (text != rows)
        assert told is None or told == reference(sheet(text))


# --- any form --------------------------------------------------------------------------------------------------

_TEXT = st.sampled_from(
    [
        "",
        "0",
        "1",
        "2",
        "-1.50",
        "1e400",
        "甲",
        " ",
        "_x000D_",
        "&amp;",
        "&#x4E00;",
        "&lt;&gt;",
        "&bad;",
        "\r\n",
        "#N/A",
        "true",
        "2025-01-01",
        "9" * 33,
        "]]>",
        "a'b\"c",
    ]
)
_KIND = st.sampled_from(
    ["", "", ' t="n"', ' t="s"', ' t="str"', ' t="e"', ' t="b"', ' t="d"', ' t="inlineStr"', ' t="x"']
)
_STYLE = st.sampled_from(["", ' s="0"', ' s="7"', ' s="1234567"', ' s="a"'])
_FORMULA = st.one_of(
    st.just(""),
    st.builds(
        "<f{}>{}</f>".format, st.sampled_from(["", ' t="array" ref="A1"', ' t="shared" ref="A1:B2" si="0"']), _TEXT
    ),
    st.sampled_from(['<f t="shared" si="0"/>', "<f/>", "<f />"]),
)
_VALUE = st.one_of(
    st.sampled_from(["", "", "<v/>", "<v />", "<is><r><t>a</t></r></is>", "<extLst/>"]),
    st.builds("<v>{}</v>".format, _TEXT),
    st.builds("<is><t{}>{}</t></is>".format, st.sampled_from(["", ' xml:space="preserve"']), _TEXT),
)


@st.composite
def _rows(draw: st.DrawFn) -> str:
    """Rows that are plain for the most part."""
    written = []
    for row in draw(st.lists(st.integers(1, 6), max_size=4, unique_by=draw(st.sampled_from([lambda n: n, id])))):
        cells = []
        for column in draw(st.lists(st.sampled_from("ABCDE"), max_size=4, unique=draw(st.integers(0, 9)) > 0)):
            address = draw(st.sampled_from([f' r="{column}{row}"'] * 30 + ["", f' r="{column}9"', ' r="a1"']))
            start = f"<c{address}{draw(_STYLE)}{draw(_KIND)}"
            cells.append(draw(st.sampled_from([f"{start}/>", f"{start}>{draw(_FORMULA)}{draw(_VALUE)}</c>"])))
        manner = draw(
            st.sampled_from(["", ' hidden="1"', ' ht="3" hidden="0"', ' spans="1:3"', ' hidden="true" a="/"'])
        )
        between = draw(st.sampled_from([""] * 30 + [" ", "\n", "<!-- -->"]))
        number = draw(st.sampled_from([f' r="{row}"'] * 30 + [""]))
        inside = between.join(cells)
        written.append(f"<row{number}{manner}>{inside}</row>" if inside else f"<row{number}{manner}/>")
    return "".join(written)


@settings(max_examples=400)
@given(rows=_rows())
@example(rows='<row r="1"><c r="A1" t="str"><f>1</f></c></row>')
def test_the_short_way_agrees_with_the_reference_whatever_the_rows(rows: str) -> None:
    told = short_way(sheet(rows))
    assert told is None or told == reference(sheet(rows))


@given(at=st.integers(0, 10_000), put=st.sampled_from([b"", b"<", b">", b'"', b"/", b"&", b" ", b"1", b"A", b"\xff"]))
def test_it_agrees_wherever_a_byte_was_changed(at: int, put: bytes) -> None:
    sound = sheet("".join(f"{PLAIN[name]}" for name in ("numbers", "a formula filled down"))).encode()
    data = sound[: at % len(sound)] + put + sound[at % len(sound) + 1 :]
    told = short_way(data)
    assert told is None or told == reference(data)


# --- shared strings --------------------------------------------------------------------------------------------

ITEMS = {
    "plain": "<si><t>甲</t></si><si><t xml:space='preserve'> 乙</t></si>",
    "spaces kept": '<si><t xml:space="preserve"> 乙_x000A_&amp;</t></si>',
    "a note on the reading": '<si><t>甲</t><phoneticPr fontId="1" type="noConversion"/></si><si><t>乙</t></si>',
    "formatted runs": "<si><t>甲</t></si><si><r><rPr><b/></rPr><t>乙</t></r><r><t>丙</t></r></si><si><t>丁</t></si>",
    "empty": "<si><t/></si><si/><si><t></t></si>",
    "a comment": "<si><t>甲<!-- </t></si> --></t></si>",
    "a section": "<si><t><![CDATA[</si>]]></t></si>",
    "a broken item": "<si><r><t>甲</r></t></si><si><t>乙</t></si>",
    "white space": "\n<si><t>甲</t></si>\n",
    "an item within": "<si><x><si><t>甲</t></si></x></si>",
    "none": "",
}


@pytest.mark.parametrize("items", ITEMS.values(), ids=ITEMS)
def test_shared_strings_are_what_the_reference_reads(items: str) -> None:
    data = f'<sst xmlns="{MAIN}" count="9">{items}</sst>'
    one, other = archived({STRINGS: data}), archived({STRINGS: data})
    strings = plain_strings(one, STRINGS)
    if strings is not None:
        assert strings == shared_strings(other.pieces(STRINGS), STRINGS, other.budget)
        assert spent(one) == spent(other)


def test_runs_and_notes_between_plain_strings_are_no_reason_to_leave_the_short_way() -> None:
    data = f'<sst xmlns="{MAIN}">{ITEMS["a note on the reading"]}{ITEMS["formatted runs"]}</sst>'
    assert plain_strings(archived({STRINGS: data}), STRINGS) == ["甲", "乙", "甲", "乙丙", "丁"]


# --- names -----------------------------------------------------------------------------------------------------

NAMES = {
    "plain": '<definedName name="甲">表!$A$1</definedName><definedName name="b">1&amp;2</definedName>',
    "of a sheet": '<definedName name="a" localSheetId="0">1</definedName><definedName hidden="1" name="b">2</definedName>',
    "twice": '<definedName name="a">1</definedName><definedName name="A">2</definedName>',
    "an attribute twice": '<definedName name="a" hidden="1" hidden="1">1</definedName>',
    "named twice": '<definedName name="a" name="b">1</definedName>',
    "another namespace": '<definedName name="a" xmlns="urn:x">1</definedName>',
    "a comment": '<definedName name="a">1<!-- 2 --></definedName>',
    "closed at once": '<definedName name="a"/>',
    "white space": '\n<definedName name="a">1</definedName>\n',
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_names_are_what_the_reference_reads(names: str) -> None:
    def told(defined: str) -> object:
        part = PARTS[WORKBOOK].replace("</workbook>", f"<definedNames>{defined}</definedNames></workbook>")
        try:
            package = read(zipped({**PARTS, WORKBOOK: part}))
        except WorkbookError as error:
            return error.code
        return list(package.names.items()), package.archive.budget.spent("names")

    # A comment in front sends everything to the reference.
    assert told(names) == told(f"<!-- -->{names}")


# --- programs --------------------------------------------------------------------------------------------------


def by_xlsxwriter() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("表")
        page.write_row(0, 0, ["文本", 1.5, True])
        page.write_formula(1, 0, '=SUM(B1)&"<"', None, 2)
        page.write_blank(1, 1, None, book.add_format({"bold": True}))
        page.set_row(3, 20, None, {"hidden": True})
    return file.getvalue()


def by_openpyxl() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["文本", 1.5, True, "=A1", None])
    page.row_dimensions[4].hidden = True
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("made", [by_xlsxwriter, by_openpyxl], ids=lambda made: made.__name__)
def test_sheets_of_common_programs_are_read_the_short_way(made: Callable[[], bytes]) -> None:
    package = read(made())
    (info,) = package.sheets
    strings = plain_strings(package.archive, STRINGS) if package.archive.find(STRINGS) else None
    told = plain_sheet(package.archive, info.part, {b"%d" % at: one for at, one in enumerate(strings or ())})
    assert told == (package.cells(info.name), package.facts(info.name))
    assert told[1].hidden_rows == {4}


def test_of_the_unseen_characters_only_the_space_is_printable() -> None:
    assert {one for one in INVISIBLE if one.isprintable()} == {" "}
    assert all(not seen(one) for one in INVISIBLE)
