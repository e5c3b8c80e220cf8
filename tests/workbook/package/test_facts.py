"""What integrity checks need to know of a workbook besides its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from toolkit.errors import UnreadableWorkbook, UnsafeWorkbook, WorkbookError
from workbook.package.grid import MAX_ROW, Area
from workbook.package.guard import Archive, Limits
from workbook.package.sheet import SheetFacts
from workbook.package.stream import Stranger, read

Build = Callable[..., bytes]
Part = Callable[..., str]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
LINK = "xl/externalLinks/externalLink1.xml"
LINK_RELS = "xl/externalLinks/_rels/externalLink1.xml.rels"


def sheet(before: str = "", rows: str = "", after: str = "") -> dict[str, str]:
    return {SHEET: f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'}


def rels(*links: str) -> str:
    numbered = (link.replace("<R", f'<Relationship Id="x{at}"') for at, link in enumerate(links))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(numbered)}</Relationships>'


class TestSheetFacts:
    def facts(self, build: Build, limits: Limits | None = None, **parts: str) -> SheetFacts:
        return read(build(parts=sheet(**parts)), limits or Limits()).facts("表")

    def test_a_plain_sheet_has_none(self, build: Build) -> None:
        assert self.facts(build) == SheetFacts()

    def test_merged_areas_are_told_in_their_order(self, build: Build) -> None:
        after = '<mergeCells count="9"><mergeCell ref="B2:C3"/><mergeCell ref="$A$9:A10"/><mergeCell/></mergeCells>'
        assert self.facts(build, after=after).merges == (Area(2, 2, 3, 3), Area(9, 1, 10, 1))

    def test_the_number_of_merges_is_limited(self, build: Build) -> None:
        after = "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 5 + "</mergeCells>"
        assert len(self.facts(build, Limits(merges=5), after=after).merges) == 5
        with pytest.raises(UnsafeWorkbook, match="合并单元格") as caught:
            self.facts(build, Limits(merges=4), after=after)
        assert caught.value.code == "W04"

    def test_hidden_rows_are_told_with_or_without_cells_and_numbers(self, build: Build) -> None:
        rows = '<row r="3" hidden="1"/><row hidden="true"><c><v>1</v></c></row><row hidden="0"/><row r="9"/>'
        hidden = self.facts(build, rows=rows).hidden_rows
        assert hidden == frozenset({3, 4})
        assert frozenset({3, 4}) == hidden
        assert 3 in hidden
        assert 9 not in hidden
        assert MAX_ROW not in hidden
        assert sorted(hidden) == [3, 4]
        assert hidden & {4, 5} == {4}

    def test_the_last_row_may_be_hidden_too(self, build: Build) -> None:
        hidden = self.facts(build, rows=f'<row r="{MAX_ROW}" hidden="1"/><row r="1" hidden="1"/>').hidden_rows
        assert list(hidden) == [1, MAX_ROW]

    def test_hidden_columns_are_told_as_runs(self, build: Build) -> None:
        columns = (
            '<col min="2" max="4" hidden="1"/><col min="5" max="5"/><col min="7" max="99999" hidden="true"/>'
            '<col min="x" max="3" hidden="1"/><col min="9" max="8" hidden="1"/>'
        )
        assert self.facts(build, before=f"<cols>{columns}</cols>").hidden_columns == ((2, 4), (7, 16_384))

    @pytest.mark.parametrize(
        ("after", "filtered"),
        [
            ('<autoFilter ref="A1:B9"/>', False),
            ('<autoFilter ref="A1:B9"><filterColumn colId="0" hiddenButton="1"/></autoFilter>', False),
            ('<autoFilter ref="A1:B9"><sortState ref="A1"><sortCondition ref="A1"/></sortState></autoFilter>', False),
            (
                '<autoFilter><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter>',
                True,
            ),
            ('<autoFilter><filterColumn colId="0"><customFilters/></filterColumn></autoFilter>', True),
            (
                "<customSheetViews><customSheetView><autoFilter><filterColumn><filters/></filterColumn></autoFilter></customSheetView></customSheetViews>",
                False,
            ),
        ],
    )
    def test_a_filter_counts_where_it_picks_rows(self, build: Build, after: str, filtered: bool) -> None:
        assert self.facts(build, after=after).filtered is filtered

    def test_excel_says_itself_that_it_filters(self, build: Build) -> None:
        assert self.facts(build, before='<sheetPr filterMode="1"/>').filtered
        assert not self.facts(build, before='<sheetPr filterMode="0"/>').filtered

    def test_cells_and_facts_come_from_one_pass(self, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
        package = read(build('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>'))
        unpacked: list[str] = []
        unpack = Archive.read

        def counted(self: Archive, name: str) -> bytes:
            unpacked.append(name)
            return unpack(self, name)

        monkeypatch.setattr(Archive, "read", counted)
        assert package.facts("表").hidden_rows == {1}
        assert package.cells("表")[1, 1].value == 1
        assert package.facts("表") is package.facts("表")
        assert unpacked.count(SHEET) == 1

    def test_a_sheet_that_is_not_there_is_a_mistake_of_the_caller(self, build: Build) -> None:
        with pytest.raises(KeyError):
            read(build()).facts("没有")


@pytest.mark.parametrize(
    ("state", "hidden"),
    [("visible", (False, False)), ("hidden", (True, False)), ("veryHidden", (True, True))],
)
def test_a_sheet_that_no_menu_brings_back_is_told(
    build: Build, part: Part, state: str, hidden: tuple[bool, bool]
) -> None:
    parts = {WORKBOOK: part(WORKBOOK, 'sheetId="2"', f'sheetId="2" state="{state}"')}
    other = read(build(parts=parts)).sheets[1]
    assert (other.hidden, other.very_hidden) == hidden


class TestStrangers:
    def strangers(self, build: Build, parts: Mapping[str, str]) -> set[tuple[str, str]]:
        found = read(build(parts=parts)).strangers
        assert len(set(found)) == len(found)
        assert all(isinstance(one, Stranger) for one in found)
        return {(one.kind, one.label) for one in found}

    def linked(self, part: Part, content: str, *targets: str) -> dict[str, str]:
        """A workbook with one external link."""
        relation = f'<Relationship Id="rId9" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/>'
        return {
            WORKBOOK_RELS: part(WORKBOOK_RELS, "</Relationships>", relation + "</Relationships>"),
            LINK: f'<externalLink xmlns="{MAIN}">{content}</externalLink>',
            LINK_RELS: rels(*targets),
        }

    def test_an_ordinary_workbook_has_none(self, build: Build) -> None:
        assert read(build()).strangers == ()

    def test_links_in_cells_are_harmless(self, build: Build) -> None:
        link = f'<R Type="{OFFICE}/hyperlink" Target="https://example.org/a.xlsx" TargetMode="External"/>'
        assert self.strangers(build, {SHEET_RELS: rels(link)}) == set()

    @pytest.mark.parametrize(
        ("target", "label"),
        [
            (r"file:///C:\Users\王\%E4%BA%A7%E5%80%BC.xlsx", "产值.xlsx"),
            ("产值.xlsx", "产值.xlsx"),
            ("/a/b/", "b"),
            ("https://example.org/x/a&#10;b.xlsx", "a\ufffdb.xlsx"),
        ],
    )
    def test_a_link_to_another_workbook_bears_its_name_alone(
        self, build: Build, part: Part, target: str, label: str
    ) -> None:
        for kind in (f"{OFFICE}/externalLinkPath", f"{MICROSOFT}/xlExternalLinkPath/xlPathMissing"):
            external = f'<R Type="{kind}" Target="{target}" TargetMode="External"/>'
            parts = self.linked(part, "<externalBook/>", external)
            assert self.strangers(build, parts) == {("external_link", label)}

    def test_a_link_whose_target_is_not_told_is_told_by_its_part(self, build: Build, part: Part) -> None:
        assert self.strangers(build, self.linked(part, "<externalBook/>")) == {("external_link", "externalLink1.xml")}
        missing = {**self.linked(part, ""), LINK: None}
        found = read(build(parts=missing)).strangers
        assert found == (Stranger("external_link", "externalLink1.xml"),)

    @pytest.mark.parametrize("wrapped", ["{}", "<a><b>{}</b></a>"])
    def test_a_dde_link_is_refused_wherever_it_hides(self, build: Build, part: Part, wrapped: str) -> None:
        parts = self.linked(part, wrapped.format('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'))
        self.refused_for_dde(build, parts)
        del parts[WORKBOOK_RELS]
        override = f'<Override PartName="/{LINK}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/></Types>'
        self.refused_for_dde(build, {**parts, TYPES: part(TYPES, "</Types>", override)})

    def refused_for_dde(self, build: Build, parts: Mapping[str, str]) -> None:
        with pytest.raises(UnsafeWorkbook, match="DDE") as caught:
            read(build(parts=parts))
        assert caught.value.code == "W06"

    def test_a_link_to_another_program_is_told(self, build: Build, part: Part) -> None:
        external = f'<R Type="{OFFICE}/oleObject" Target="file:///D:/a.docx" TargetMode="External"/>'
        parts = self.linked(part, "<oleLink/>", external)
        assert self.strangers(build, parts) == {("dde", "externalLink1.xml"), ("external_link", "a.docx")}

    def test_a_link_that_cannot_be_looked_through_is_damage(self, build: Build, part: Part) -> None:
        for content in (b"", b"<x/>", b"<externalLink"):
            with pytest.raises(UnreadableWorkbook, match="W05"):
                read(build(parts={**self.linked(part, ""), LINK: content}))

    def test_what_is_fetched_from_elsewhere_is_an_external_link(self, build: Build) -> None:
        template = f'<R Type="{OFFICE}/attachedTemplate" Target="http://x/evil.xltm" TargetMode="External"/>'
        assert self.strangers(build, {SHEET_RELS: rels(template)}) == {("external_link", "evil.xltm")}

    @pytest.mark.parametrize(
        ("kind", "target", "told"),
        [
            (f"{OFFICE}/oleObject", "../embeddings/oleObject1.bin", ("embedding", "oleObject1.bin")),
            (f"{OFFICE}/package", "../embeddings/报表.docx", ("embedding", "报表.docx")),
            (f"{OFFICE}/control", "../activeX/activeX1.xml", ("embedding", "activeX1.xml")),
            (f"{MICROSOFT}/activeXControlBinary", "activeX1.bin", ("embedding", "activeX1.bin")),
            (f"{OFFICE}/connections", "../connections.xml", ("connection", "connections.xml")),
        ],
    )
    def test_what_is_inside_is_told_by_its_relationship(
        self, build: Build, kind: str, target: str, told: tuple[str, str]
    ) -> None:
        assert self.strangers(build, {SHEET_RELS: rels(f'<R Type="{kind}" Target="{target}"/>')}) == {told}

    @pytest.mark.parametrize("kind", ["drawing", "comments", "ctrlProp", "printerSettings", "image", "theme", "table"])
    def test_what_every_workbook_may_hold_is_no_stranger(self, build: Build, kind: str) -> None:
        assert self.strangers(build, {SHEET_RELS: rels(f'<R Type="{OFFICE}/{kind}" Target="a.bin"/>')}) == set()

    def test_what_bears_the_type_is_told_without_a_relationship(self, build: Build, part: Part) -> None:
        types = (
            '<Default Extension="dat" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>'
            '<Override PartName="/xl/c.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"/>'
        )
        parts = {TYPES: part(TYPES, "</Types>", types + "</Types>"), "xl/a.dat": "x", "xl/c.xml": "<connections/>"}
        assert self.strangers(build, parts) == {("embedding", "a.dat"), ("connection", "c.xml")}

    def test_relationships_are_found_in_any_folder_and_case(self, build: Build) -> None:
        link = f'<R Type="{OFFICE}/image" Target="http://x/a.png" TargetMode="External"/>'
        assert self.strangers(build, {"XL/Drawings/_RELS/d.xml.RELS": rels(link)}) == {("external_link", "a.png")}

    def test_broken_relationships_anywhere_are_damage(self, build: Build) -> None:
        with pytest.raises(WorkbookError, match="W05"):
            read(build(parts={SHEET_RELS: "<Relationships"}))
