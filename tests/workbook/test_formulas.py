"""The live formulas as text and as a package: what they are made of, what they name, what they may not do.

- every function is one that Excel 2016, WPS and LibreOffice share; none is volatile, none reaches outside
- a formula names cells; only what marks a single cell of a table gives its address
- every name that is used is defined, and every name that is defined is used
- formulas that work on many cells are array formulas of the old kind; no cell holds a stored result
- each rule has its two locked cells; the blank workbook is small and valid
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from toolkit.formula import defined_name
from toolkit.packs import packs
from workbook.area import Area
from workbook.book import area_of
from workbook.formulas import LiveBook, names_in
from workbook.layout import LIVE, lay_out
from workbook.template import write_template

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Measured in LibreOffice 7.4; all are listed for Excel 2013 and later, and for WPS.
FUNCTIONS = (
    "ABS ADDRESS AND AVERAGE CHAR CHOOSE COLUMN COUNT COUNTA COUNTIF DATE EXACT FIND FIXED FREQUENCY HYPERLINK IF IFERROR INDEX"
    " INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT LEFT LEN LOOKUP MATCH MAX MID MIN MMULT MOD NOT OR RIGHT ROUND ROUNDDOWN ROUNDUP"
    " ROW SEARCH SUBSTITUTE SUM TEXT TRIM UPPER"
    " FALSE"
)
VOLATILE = ("OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "CELL", "INFO")
FUNCTION = re.compile(r"([A-Za-z_][\w.]*)\(")
TEXT = re.compile(r'"(?:[^"]|"")*"')
ADDRESS = re.compile(r"(?<![\w.!])\$?[A-Z]{1,3}\$?\d+(?![\w(])")
LONGEST = 8192


@pytest.fixture(scope="module", params=["shanghai-2024", "national-2022"])
def live(request: pytest.FixtureRequest) -> LiveBook:
    pack = packs()[request.param]
    return LiveBook(lay_out(pack.policy, list(pack.seasons.values())[-1]))


@pytest.fixture(scope="module")
def package(live: LiveBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    write_template(live.layout, target)
    return target


@pytest.fixture(scope="module")
def parts(package: Path) -> dict[str, ET.Element]:
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml")]
        return {name: ET.fromstring(archive.read(name)) for name in names}  # noqa: S314 - made here


def sheets(parts: dict[str, ET.Element]) -> Iterator[ET.Element]:
    yield from (root for name, root in parts.items() if name.startswith("xl/worksheets/sheet"))


def formulas(parts: dict[str, ET.Element]) -> Iterator[str]:
    """Every formula of the workbook, wherever it stands."""
    for sheet in sheets(parts):
        yield from (
            node.text or "" for kind in ("f", "formula", "formula1", "formula2") for node in sheet.iter(MAIN + kind)
        )
    yield from (node.text or "" for node in parts["xl/workbook.xml"].iter(MAIN + "definedName"))


def functions(formula: str) -> set[str]:
    return set(FUNCTION.findall(TEXT.sub('""', formula)))


def test_every_function_is_one_that_all_programs_share(parts: dict[str, ET.Element]) -> None:
    used = {name for formula in formulas(parts) for name in functions(formula)}
    assert used - set(FUNCTIONS.split()) == set()
    assert len(used) > 30


def test_nothing_is_volatile_or_reaches_outside(parts: dict[str, ET.Element]) -> None:
    together = list(formulas(parts))
    assert len(together) > 100
    for formula in together:
        assert not functions(formula) & set(VOLATILE), formula
        assert "[" not in TEXT.sub("", formula), formula
        assert len(formula) < LONGEST, formula
    assert not any("externalLink" in name for name in parts)


def test_cells_name_what_they_reckon_with(parts: dict[str, ET.Element]) -> None:
    told = [node.text or "" for sheet in sheets(parts) for node in sheet.iter(MAIN + "f")]
    assert len(told) > 100
    assert [formula for formula in told if ADDRESS.search(TEXT.sub('""', formula))] == []


def test_every_name_used_is_defined_and_every_name_defined_is_used(
    live: LiveBook, parts: dict[str, ET.Element]
) -> None:
    names = {node.get("name", "") for node in parts["xl/workbook.xml"].iter(MAIN + "definedName")}
    defined = {name for name in names if not name.startswith("_xlnm.")}
    used = {name for formula in formulas(parts) for name in names_in(formula)}
    told = [line.formula + line.place for line in live.lines]
    told += [text for rule in live.rules.values() for text in (rule.verdict, rule.figure)]
    assert {name for text in told for name in names_in(text)} <= defined
    # What readers and people go by, whether or not a formula does.
    contract = set(live.layout.names) | {name for name in defined if name.startswith(("list_", "meta_", "figure_"))}
    results = {line.name for line in live.lines} | {name for name in defined if name.startswith("verdict_")}
    assert defined - used - contract - results == set()


def test_a_formula_over_many_cells_is_an_array_formula_and_no_cell_holds_a_stored_result(
    live: LiveBook, parts: dict[str, ET.Element]
) -> None:
    seen = 0
    for sheet in sheets(parts):
        for cell in sheet.iter(MAIN + "c"):
            formula = cell.find(MAIN + "f")
            if formula is None:
                continue
            seen += 1
            assert (formula.get("t") == "array") == live.is_array(formula.text or ""), formula.text
            assert not cell.findtext(MAIN + "v"), cell.get("r")
    assert seen > 100


def test_nothing_goes_beyond_the_classic_schema(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert b"x14" not in content, name
            assert b"<extLst" not in content, name


def test_each_rule_has_a_locked_cell_for_its_verdict_and_one_for_its_figure(live: LiveBook) -> None:
    for rule in live.layout.policy.rules:
        verdict = area_of(live.names[defined_name("verdict", rule.id)])
        figure = area_of(live.names[defined_name("figure", rule.id)])
        assert isinstance(verdict, Area)
        assert isinstance(figure, Area)
        plan = live.layout.sheet(verdict.sheet)
        assert plan is not None
        assert plan.rule_rows[rule.id] == verdict.top == figure.top
        assert verdict.left < figure.left


def test_no_formula_stands_in_every_row_of_a_register(live: LiveBook, parts: dict[str, ET.Element]) -> None:
    long = [place for place in live.layout.tables.values() if place.table.long]
    for sheet in sheets(parts):
        count = sum(1 for _ in sheet.iter(MAIN + "f"))
        assert count <= len(live.lines) * 2 + 1
    assert all(place.area.sheet != LIVE for place in long)


def test_every_state_of_every_cell_an_operator_fills_in_has_a_line(live: LiveBook) -> None:
    names = {line.name for line in live.lines}
    for section in live.states:
        plan = next(plan for plan in live.layout.sheets if plan.section.id == section)
        for block in plan.blocks:
            for place in block.inputs:
                assert {live.cells.state(key) for key in place.field.slots} <= names


def test_the_blank_workbook_is_small_and_valid(package: Path, ooxml_errors: Callable[[Path], list[str]]) -> None:
    assert package.stat().st_size < 300_000
    assert ooxml_errors(package) == []
