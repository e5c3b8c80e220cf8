"""What changed since the last check is told cell by cell; the district's seal breaks when anything changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from toolkit.errors import WorkbookError
from toolkit.submission import Location
from workbook.book import area_of
from workbook.check import Checked, check_file, shelf
from workbook.cli import main
from workbook.commands import Exit
from workbook.engines.files import FileBook
from workbook.identity import identify
from workbook.layout import META, SEAL_CHECK, SEAL_DISTRICT, SEAL_INPUTS, Layout
from workbook.sealing import holds, make_key, read_check_seal, read_district_seal, read_key, sign

OLD = Path(__file__).resolve().parents[1] / "versions" / "shanghai-2024-1.0.xlsx"
Edited = Callable[[Path, Callable[[openpyxl.Workbook], None]], Path]


@pytest.fixture(scope="module")
def copy(workbook_of: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that has been checked once; nobody may change it."""
    folder = tmp_path_factory.mktemp("校验")
    assert main(["check", str(workbook_of("met")), "-o", str(folder)]) == Exit.CLEAN
    (written,) = folder.iterdir()
    return written


def told(checked: Checked) -> list[tuple[str, str, str, str]]:
    return [(p.code, p.location.sheet, p.location.cell, p.explanation.found) for p in checked.evaluation.problems]


def put(sheet: str, cell: str, value: str | int) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return change


class TestCheckSeal:
    def test_a_workbook_as_given_out_bears_no_seal(self, blank: Path) -> None:
        assert read_check_seal(FileBook(blank)) is None
        assert read_district_seal(FileBook(blank)) is None

    def test_a_copy_checked_again_has_not_changed(self, copy: Path) -> None:
        seal = read_check_seal(FileBook(copy))
        assert seal is not None
        assert seal.snapshot == check_file(copy, shelf()).snapshot
        assert told(check_file(copy, shelf())) == []

    def test_every_change_is_told_with_what_it_was(self, copy: Path, edited: Edited, layout: Layout) -> None:
        area = layout.inputs["area"].area
        cell = Location(area.sheet, area.top, area.left).cell
        before = FileBook(copy).cells(area.sheet)[area.top, area.left].value
        changed = check_file(edited(copy, put(area.sheet, cell, 12)), shelf())
        assert ("T10", area.sheet, cell, f"{before} → 12") in told(changed)
        assert [code for code, *_ in told(changed)].count("T10") == 1

    def test_the_districts_review_is_no_change(self, copy: Path, edited: Edited, layout: Layout) -> None:
        area = layout.inputs["reviewer"].area
        cell = Location(area.sheet, area.top, area.left).cell
        assert "T10" not in [code for code, *_ in told(check_file(edited(copy, put(area.sheet, cell, "王")), shelf()))]

    def test_a_seal_that_was_tampered_with_is_said_to_be_damaged(
        self, copy: Path, edited: Edited, layout: Layout
    ) -> None:
        area = area_of(layout.names[SEAL_INPUTS])
        assert area is not None
        changed = check_file(edited(copy, put(META, Location("", area.top, area.left).cell, "篡改")), shelf())
        assert [code for code, *_ in told(changed)] == ["T27"]

    @pytest.mark.parametrize("head", ["[]", "{", "7", '{"time": 3}'])
    def test_a_head_of_another_shape_is_damage_too(self, copy: Path, edited: Edited, layout: Layout, head: str) -> None:
        area = area_of(layout.names[SEAL_CHECK])
        assert area is not None
        changed = check_file(edited(copy, put(META, Location("", area.top, area.left).cell, head)), shelf())
        assert [code for code, *_ in told(changed)] == ["T27"]

    def test_a_version_without_room_is_checked_all_the_same(self, tmp_path: Path) -> None:
        assert main(["check", str(OLD), "-o", str(tmp_path)]) == Exit.CLEAN
        (written,) = tmp_path.iterdir()
        assert read_check_seal(FileBook(written)) is None
        assert [code for code, *_ in told(check_file(written, shelf()))] == ["T26"]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("密钥") / "浦东新区.key"
    assert main(["key", "-o", str(path)]) == Exit.CLEAN
    return path


@pytest.fixture(scope="module")
def sealed(workbook_of: Callable[[str], Path], key: Path) -> Path:
    """A workbook sealed by a district; nobody may change it."""
    target = key.with_name("封.xlsx")
    call = [
        "review",
        "seal",
        str(workbook_of("met")),
        "--key",
        str(key),
        "--signer",
        "浦东新区科经委",
        "-o",
        str(target),
    ]
    assert main(call) == Exit.CLEAN
    return target


class TestDistrictSeal:
    def test_a_seal_holds_as_long_as_nothing_changes(self, sealed: Path, key: Path) -> None:
        assert main(["verify", str(sealed), "--key", str(key)]) == Exit.CLEAN

    def test_the_file_does_not_hold_the_key(self, sealed: Path, key: Path) -> None:
        book = FileBook(sealed)
        everything = "".join(str(cell.value) for sheet in book.sheets for cell in book.cells(sheet).values())
        assert key.read_text("ascii").strip() not in everything

    @pytest.mark.parametrize("input_id", ["area", "contact", "reviewer"])
    def test_any_change_breaks_it_the_districts_own_included(
        self, sealed: Path, key: Path, edited: Edited, layout: Layout, input_id: str
    ) -> None:
        area = layout.inputs[input_id].area
        changed = edited(sealed, put(area.sheet, Location("", area.top, area.left).cell, "改"))
        assert main(["verify", str(changed), "--key", str(key)]) == Exit.DATA_ERRORS

    def test_saving_it_again_does_not_break_it(self, sealed: Path, key: Path, edited: Edited) -> None:
        assert main(["verify", str(edited(sealed, lambda _: None)), "--key", str(key)]) == Exit.CLEAN

    def test_checking_it_does_not_break_it(self, sealed: Path, key: Path, tmp_path: Path) -> None:
        assert main(["check", str(sealed), "-o", str(tmp_path)]) == Exit.CLEAN
        (written,) = tmp_path.iterdir()
        assert main(["verify", str(written), "--key", str(key)]) == Exit.CLEAN

    def test_another_key_does_not_fit(self, sealed: Path, tmp_path: Path) -> None:
        other = tmp_path / "徐汇.key"
        other.write_text(make_key(), "ascii")
        assert main(["verify", str(sealed), "--key", str(other)]) == Exit.DATA_ERRORS

    def test_a_seal_taken_from_another_workbook_does_not_fit(
        self, sealed: Path, key: Path, workbook_of: Callable[[str], Path], edited: Edited, layout: Layout
    ) -> None:
        area = area_of(layout.names[SEAL_DISTRICT])
        assert area is not None
        stolen = str(FileBook(sealed).cells(META)[area.top, area.left].value)
        other = edited(workbook_of("short"), put(META, Location("", area.top, area.left).cell, stolen))
        assert main(["verify", str(other), "--key", str(key)]) == Exit.DATA_ERRORS

    def test_a_workbook_without_a_seal_is_sent_back(
        self, workbook_of: Callable[[str], Path], key: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["verify", str(workbook_of("met")), "--key", str(key)]) == Exit.UNUSABLE
        assert "未加封" in capsys.readouterr().err

    @pytest.mark.parametrize("content", ["", "不是密钥", "abcd", None])
    def test_a_file_that_is_no_key(self, content: str | None, tmp_path: Path) -> None:
        path = tmp_path / "x.key"
        if content is not None:
            path.write_text(content, "utf-8")
        with pytest.raises(WorkbookError) as caught:
            read_key(path)
        assert caught.value.code == "W13"

    def test_a_version_without_room_is_told_to_migrate(self, key: Path, tmp_path: Path) -> None:
        target = tmp_path / "封.xlsx"
        assert (
            main(["review", "seal", str(OLD), "--key", str(key), "--signer", "区", "-o", str(target)]) == Exit.UNUSABLE
        )
        assert not target.exists()

    def test_no_two_keys_are_alike_and_none_is_overwritten(self, key: Path) -> None:
        before = key.read_bytes()
        assert make_key() != make_key()
        assert main(["key", "-o", str(key)]) == Exit.UNUSABLE
        assert key.read_bytes() == before

    def test_the_seal_is_over_who_and_when_too(self, sealed: Path, key: Path) -> None:
        book = FileBook(sealed)
        snapshot, identity, secret = check_file(sealed, shelf()).whole_snapshot, identify(book), read_key(key)
        seal = sign(identity, snapshot, secret, "浦东", "2026-09-30 17:00")
        assert holds(seal, identity, snapshot, secret)
        for forged in (
            type(seal)("徐汇", seal.time, seal.key, seal.seal),
            type(seal)(seal.signer, "2026-09-29 17:00", seal.key, seal.seal),
            type(seal)(seal.signer, seal.time, seal.key, "密" * 8),
        ):
            assert not holds(forged, identity, snapshot, secret)
