"""Every workbook the project can make, as it is and saved again by two other programs, read by us and by openpyxl."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import TOLD
from tests.differential import features
from tests.differential.comparison import ALLOWED, Tally, differences
from tests.workbook.package.conftest import PARTS
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from workbook.cli import main
from workbook.layout import Layout, lay_out
from workbook.package.stream import read
from workbook.sample import Outcome, sample
from workbook.template import write_template

KINDS = ("as made", "openpyxl", "LibreOffice")
PACKS = ("shanghai-2024", "national-2022")
MADE = (
    *(f"blank {pack}" for pack in PACKS),
    *("met", "short", "incomplete", "annotated", "master"),
    *("xlsxwriter", "xlsxwriter 1904", "inline", "openpyxl", "openpyxl 1904", "by hand"),
)


@pytest.fixture(scope="module")
def tally() -> Tally:
    return Tally()


def layout_of(pack: str) -> Layout:
    found = packs()[pack]
    return lay_out(found.policy, found.seasons[max(found.seasons)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The workbooks, by name."""
    folder = tmp_path_factory.mktemp("made")
    files: dict[str, Path] = {}
    for pack in PACKS:
        write_template(layout_of(pack), files.setdefault(f"blank {pack}", folder / f"blank-{pack}.xlsx"))
    # Samples are made for this pack only.
    layout = layout_of("shanghai-2024")
    received = folder / "received"
    received.mkdir()
    for outcome in (Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE):
        answers = answers_from_dict(layout.policy, sample(layout.policy, layout.season, 7, outcome, 30))
        path = files[outcome.value] = received / f"{outcome.value}.xlsx"
        write_template(layout, path, answers)
    assert main(["check", str(files["incomplete"]), "-o", str(folder / "results")]) in (0, 1)
    (files["annotated"],) = (folder / "results").glob("*.xlsx")
    files["master"] = folder / "master.xlsx"
    assert main(["collect", str(received), "-o", str(files["master"])]) in (0, 1)
    rich = {
        "xlsxwriter": features.by_xlsxwriter(),
        "xlsxwriter 1904": features.by_xlsxwriter({"date_1904": True}),
        "inline": features.by_xlsxwriter({"constant_memory": True}),
        "openpyxl": features.by_openpyxl(),
        "openpyxl 1904": features.by_openpyxl(epoch_1904=True),
        "by hand": features.by_hand(PARTS),
    }
    for name, data in rich.items():
        files[name] = folder / f"rich {name}.xlsx"
        files[name].write_bytes(data)
    assert files.keys() == set(MADE)
    return files


@pytest.fixture(scope="module")
def by_libreoffice(
    made: Mapping[str, Path], soffice: str, libreoffice_profile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """All of them saved again in one go."""
    folder = tmp_path_factory.mktemp("libreoffice")
    command = [soffice, f"-env:UserInstallation={libreoffice_profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder), *map(str, made.values())]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: folder / path.name for name, path in made.items()}


def saved_by_openpyxl(path: Path) -> bytes:
    file = io.BytesIO()
    openpyxl.load_workbook(path).save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("kind", KINDS)
def test_we_read_what_openpyxl_reads_and_differ_only_with_a_reason(
    name: str, kind: str, made: Mapping[str, Path], tally: Tally, request: pytest.FixtureRequest
) -> None:
    if kind == "LibreOffice":
        resaved: Mapping[str, Path] = request.getfixturevalue("by_libreoffice")
        data = resaved[name].read_bytes()
    else:
        data = made[name].read_bytes() if kind == "as made" else saved_by_openpyxl(made[name])
    found = differences(data, tally)
    assert not found, "\n".join(found[:20])


def test_a_strict_workbook_reads_as_its_transitional_twin() -> None:
    strict, twin = read(features.by_hand(PARTS, features.in_strict)), read(features.by_hand(PARTS))
    assert (strict.strict, twin.strict) == (True, False)
    for sheet in twin.sheets:
        assert strict.cells(sheet.name) == twin.cells(sheet.name)
        assert strict.facts(sheet.name) == twin.facts(sheet.name)


def test_the_whole_was_compared_and_no_reason_is_idle(
    tally: Tally, record_property: Callable[[str, object], None]
) -> None:
    if tally.files < len(MADE) * len(KINDS):
        pytest.skip("only part of the comparison was run")
    assert set(tally.allowed) == {one.name for one in ALLOWED}
    assert tally.cells > 100_000
    record_property(TOLD, tally.told())
