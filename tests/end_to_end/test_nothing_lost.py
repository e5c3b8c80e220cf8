"""A check of a closed file changes the parts it must, and in those only cells, links and heights of its own."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TOLD, Convert
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from workbook import template
from workbook.check import check_file, shelf
from workbook.copies import annotate
from workbook.layout import META, Layout, lay_out
from workbook.sample import Outcome, sample
from workbook.sheets import covers

OWN = "本单位附图"
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "result-overview.png"
# What a check may write in a sheet's part, and what it may not.
CELLS = re.compile(
    rb"<(?:\w+:)?(?:sheetData|hyperlinks)\b.*?</(?:\w+:)?(?:sheetData|hyperlinks)>|<(?:\w+:)?dimension\b[^>]*/>",
    re.DOTALL,
)


@pytest.fixture(scope="module")
def layout() -> Layout:
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


def decorated(book: Any) -> None:
    """What people and programs put into a workbook of theirs, on a sheet of ours and on one of their own."""
    sheet, own = book.get_worksheet_by_name("二 核心竞争力"), book.add_worksheet(OWN)
    own.write_column(0, 0, [3, 1, 4, 1, 5])
    for target in (sheet, own):
        target.add_sparkline(60, 2, {"range": f"'{OWN}'!A1:A5", "type": "column", "markers": True})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": [OWN, 0, 0, 4, 0]})
        target.insert_chart(62, 1, chart)
        target.insert_textbox(80, 1, "请王工核对 <&> 这里", {"width": 200})
        target.insert_image(90, 1, PICTURE, {"x_scale": 0.1, "y_scale": 0.1})
        target.conditional_format(60, 4, 70, 4, {"type": "data_bar", "data_bar_2010": True})
        target.conditional_format(60, 5, 70, 5, {"type": "icon_set", "icon_style": "3_traffic_lights"})
        target.write_comment(60, 6, "经办人批注", {"author": "李"})
        target.data_validation(61, 6, 61, 6, {"validate": "list", "source": ["甲", "乙"]})
    book.define_name("本单位的名称", f"='{OWN}'!$A$1:$A$5")


@pytest.fixture(scope="module")
def rich(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled application workbook with charts, pictures, sparklines, text boxes, notes and rules of somebody's own."""
    answers = answers_from_dict(layout.policy, sample(layout.policy, layout.season, 11, Outcome.SHORT, 30))
    patch = pytest.MonkeyPatch()
    write_lists = covers.write_lists

    def with_decoration(book: Any, sheet: Any, of: Layout) -> None:
        write_lists(book, sheet, of)
        decorated(book)

    with patch.context() as patched:
        patched.setattr(template, "write_lists", with_decoration)
        path = tmp_path_factory.mktemp("rich") / "申报.xlsx"
        template.write_template(layout, path, answers)
    return path


@pytest.fixture(scope="module")
def by_libreoffice(rich: Path, libreoffice_convert: Convert) -> Path:
    """The same, opened and saved by LibreOffice."""
    return libreoffice_convert(rich)


@pytest.fixture(params=["as made", "saved by LibreOffice"])
def source(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue("rich" if request.param == "as made" else "by_libreoffice")
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def sheet_parts(path: Path) -> Mapping[str, str]:
    """Part → the name of its sheet."""
    checked = check_file(path, shelf())
    package = checked.book._package  # type: ignore[attr-defined]
    return {sheet.part: sheet.name for sheet in package.sheets}


def ours(layout: Layout) -> set[str]:
    return {META, *(plan.name for plan in layout.sheets), *(plan.sheet for plan in layout.results.values())}


def test_only_the_parts_of_our_own_sheets_change(
    source: Path, layout: Layout, tmp_path: Path, record_property: Callable[[str, object], None], rich: Path
) -> None:
    original = sha256(source.read_bytes()).hexdigest()
    copy = annotate(check_file(source, shelf()), tmp_path)
    before, after = parts(source), parts(copy)
    named = sheet_parts(source)
    assert list(before) == list(after) or set(before) - set(after) == {"xl/calcChain.xml"}
    changed = {name for name in after if after[name] != before[name]}
    assert {named.get(name) for name in changed} <= ours(layout)
    assert OWN not in {named.get(name) for name in changed}
    assert len(changed) < len(before) / 2
    assert sha256(source.read_bytes()).hexdigest() == original
    made = "as made" if source == rich else "saved by LibreOffice"
    kept = len(before) - len(changed)
    record_property(TOLD, f"a check of a rich workbook, {made}: {kept} of {len(before)} parts byte for byte")


def test_within_a_changed_part_all_but_cells_and_links_is_the_same_to_the_byte(source: Path, tmp_path: Path) -> None:
    copy = annotate(check_file(source, shelf()), tmp_path)
    before, after = parts(source), parts(copy)
    changed = [name for name in after if after[name] != before[name]]
    assert changed
    for name in changed:
        rest = [re.sub(rb"\s+", b"", CELLS.sub(b"", data)) for data in (before[name], after[name])]
        assert rest[0] == rest[1], name


def test_what_was_drawn_is_still_there_and_the_copy_can_be_checked_and_cleared_again(
    source: Path, tmp_path: Path
) -> None:
    first = annotate(check_file(source, shelf()), tmp_path)
    again = annotate(check_file(first, shelf()), tmp_path)
    told = [
        {name: len(re.findall(sought, b"".join(data for part, data in parts(path).items() if part.endswith(".xml"))))
         for name, sought in SIGNS.items()}
        for path in (source, first, again)
    ]  # fmt: skip
    assert told[0] == told[1] == told[2]
    assert all(told[0][name] for name in ("charts", "pictures", "text boxes", "validations", "comments"))
    answers = [check_file(path, shelf()).snapshot.fingerprint for path in (source, first, again)]
    assert len(set(answers)) == 1


SIGNS = {
    "sparklines": rb"<x14:sparkline>",
    "x14 rules": rb"<x14:cfRule\b",
    "charts": rb"<c:plotArea>",
    "pictures": rb"<xdr:pic>",
    "text boxes": rb"<xdr:sp\b",
    "validations": rb"<dataValidation\b",
    "conditional formats": rb"<conditionalFormatting\b",
    "comments": rb"<comment\b",
    "protection": rb"<sheetProtection\b",
    "names": rb"<definedName\b",
}


def test_the_copy_is_as_valid_as_the_original(
    source: Path, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
) -> None:
    copy = annotate(check_file(source, shelf()), tmp_path)
    assert set(map(_kind, ooxml_errors(copy))) <= set(map(_kind, ooxml_errors(source)))


def _kind(error: str) -> str:
    """An error without the place where it stands."""
    return error[error.index("[") :]
