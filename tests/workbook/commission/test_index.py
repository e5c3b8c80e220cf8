"""What earlier runs found out is found again, or not at all: never wrong, whatever becomes of the file it lies in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hardship import fill, make_read_only, small_disk
from toolkit.errors import WorkbookError
from workbook.commission.inbox import Signature
from workbook.commission.index import Index, Seen
from workbook.commission.outcome import Outcome, Refusal
from workbook.commission.stand import Untouched, UntouchedSheets

RULES = "the rules of this year"
REFUSED = Refusal("W02", "不是 .xlsx 工作簿 [W02]", lasting=True)
OUTCOMES: dict[str, Outcome] = {"a" * 64: b"packed", "b" * 64: REFUSED, "c" * 64: b""}
SEEN = {b"/inbox/\xff.xlsx": Seen(Signature(1, 2, 3, 0x7FFF_FFFF_FFFF_FFFF), "a" * 64)}

WRITTEN: Mapping[str, UntouchedSheets] = {"f" * 64: {"申报汇总": Untouched(7, "0a"), "企业总名录": Untouched(0, "")}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "index.sqlite"


def filled(path: Path, rules: str = RULES, outcomes: dict[str, Outcome] = OUTCOMES) -> None:
    with Index(path, rules) as index:
        for sha256, outcome in outcomes.items():
            index.remember(sha256, outcome)
        for name, seen in SEEN.items():
            index.saw(name, seen)


def known(path: Path, rules: str = RULES, outcomes: dict[str, Outcome] = OUTCOMES) -> dict[str, Outcome]:
    with Index(path, rules) as index:
        return index.outcomes(list(outcomes))


def wrote(path: Path, written: Mapping[str, UntouchedSheets] = WRITTEN) -> None:
    with Index(path, RULES) as index:
        index.wrote(written)


def untouched(path: Path, rules: str = RULES) -> Mapping[str, UntouchedSheets]:
    with Index(path, rules) as index:
        return index.untouched()


def asides(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}-停用*"))


class TestKeeping:
    def test_outcomes_and_files_are_found_by_the_next_run(self, path: Path) -> None:
        filled(path)
        with Index(path, RULES) as index:
            assert index.outcomes([*OUTCOMES, "d" * 64]) == OUTCOMES
            assert index.seen() == SEEN
            assert index.notes == []

    def test_they_are_found_before_they_are_written_down(self, path: Path) -> None:
        with Index(path, RULES) as index:
            index.remember("a" * 64, b"packed")
            assert index.outcomes(["a" * 64]) == {"a" * 64: b"packed"}
            assert index.seen() == {}

    def test_the_latest_outcome_of_a_content_counts(self, path: Path) -> None:
        filled(path)
        filled(path, outcomes={"a" * 64: b"anew"})
        assert known(path) == {**OUTCOMES, "a" * 64: b"anew"}

    def test_thousands_are_asked_for_at_once(self, path: Path) -> None:
        many: dict[str, Outcome] = {f"{number:064x}": str(number).encode() for number in range(1500)}
        filled(path, outcomes=many)
        assert known(path, outcomes=many) == many

    def test_other_rules_know_nothing_and_do_not_disturb(self, path: Path) -> None:
        filled(path)
        assert known(path, "other rules") == {}
        filled(path, "other rules", {"a" * 64: b"judged otherwise"})
        assert known(path, "other rules") == {"a" * 64: b"judged otherwise"}
        assert known(path) == OUTCOMES

    def test_rules_not_used_for_long_are_dropped_with_their_outcomes(self, path: Path) -> None:
        for number in range(5):
            filled(path, f"rules {number}")
        assert [bool(known(path, f"rules {number}")) for number in (4, 3, 0)] == [True, True, False]

    def test_written_in_batches_and_at_the_end(self, path: Path) -> None:
        with Index(path, RULES) as index:
            due = [index.due]
            for number in range(200):
                index.remember(f"{number:064x}", b"")
            due.append(index.due)
            index.flush()
            assert [*due, index.due] == [False, True, False]


class TestWhatTheToolWrote:
    def test_it_is_known_to_the_next_run_under_the_same_rules(self, path: Path) -> None:
        wrote(path)
        assert (untouched(path), untouched(path, "other rules")) == (WRITTEN, {})

    def test_the_latest_counts_and_what_is_long_ago_is_dropped(self, path: Path) -> None:
        for number in range(30):
            wrote(path, {f"{number:064x}": {"企业总名录": Untouched(number, "00")}})
        wrote(path, {f"{29:064x}": {}})
        found = untouched(path)
        assert (len(found), found[f"{29:064x}"], f"{9:064x}" in found) == (20, {}, False)

    def test_an_index_of_before_there_was_any_takes_it_in(self, path: Path) -> None:
        filled(path)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("DROP TABLE written")
        wrote(path)
        assert (untouched(path), known(path), asides(path)) == (WRITTEN, OUTCOMES, [])

    def test_what_the_disk_has_changed_is_not_believed(self, path: Path) -> None:
        wrote(path)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("UPDATE written SET sheets = ?", (b"{}",))
        assert untouched(path) == {}

    def test_a_full_disk_costs_the_next_run_time_and_no_more(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            path = disk / "index.sqlite"
            filled(path)
            with Index(path, RULES) as index, fill(disk):
                index.wrote({"a" * 64: {str(number): Untouched(number, "0" * 32) for number in range(5000)}})
            assert (untouched(path), known(path)) == ({}, OUTCOMES)


class TestDamage:
    def test_a_body_that_the_disk_has_changed_is_not_believed(self, path: Path) -> None:
        filled(path)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("UPDATE outcomes SET body = ? WHERE sha256 = ?", (b"packet", "a" * 64))
            base.execute("UPDATE outcomes SET body = 5 WHERE sha256 = ?", ("c" * 64,))
        assert known(path) == {"b" * 64: REFUSED}

    @pytest.mark.parametrize("content", [b"no database at all " * 99, b"SQLite format 3\0" + b"\xff" * 5000])
    def test_a_file_that_is_no_index_is_set_aside_and_told(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        with Index(path, RULES) as index:
            (note,) = index.notes
            index.remember("a" * 64, b"packed")
        (aside,) = asides(path)
        assert (note.code, aside.name in str(note)) == ("W33", True)
        assert aside.read_bytes() == content
        assert known(path) == {"a" * 64: b"packed"}

    def test_somebody_elses_database_is_set_aside_unharmed(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("CREATE TABLE theirs (of TEXT)")
        content = path.read_bytes()
        with Index(path, RULES) as index:
            assert [note.code for note in index.notes] == ["W33"]
            assert "不是本工具的缓存索引" in str(index.notes[0])
        (aside,) = asides(path)
        assert aside.read_bytes() == content

    def test_the_index_of_another_version_is_set_aside(self, path: Path) -> None:
        filled(path)
        with closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA user_version = 99")
        with Index(path, RULES) as index:
            assert "其他版本" in str(index.notes[0])
            assert index.outcomes(list(OUTCOMES)) == {}

    @settings(max_examples=25)
    @given(data=st.data())
    def test_a_damaged_index_gives_right_answers_or_none(
        self, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("damaged") / "index.sqlite"
        many: dict[str, Outcome] = {f"{number:064x}": bytes([number]) * 3000 for number in range(40)}
        filled(path, outcomes=many)
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(content) - 1))
            junk = data.draw(st.binary(min_size=1, max_size=200))
            content[at : at + len(junk)] = junk
        path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
        with Index(path, RULES) as index:
            found = index.outcomes(list(many))
            index.seen()
            index.remember("e" * 64, b"new")
        assert found.items() <= many.items()
        assert known(path, outcomes={"e" * 64: b"new"}) == {"e" * 64: b"new"}

    def test_it_may_be_deleted(self, path: Path) -> None:
        filled(path)
        path.unlink()
        assert known(path) == {}
        assert asides(path) == []


class TestRefusals:
    def test_a_second_run_is_turned_away_and_harms_nothing(self, path: Path) -> None:
        with Index(path, RULES) as index:
            index.remember("a" * 64, b"packed")
            with pytest.raises(WorkbookError, match="另一个汇总程序正在汇总“archive”") as caught:
                Index(path, RULES)
            assert caught.value.code == "W27"
        assert known(path) == {"a" * 64: b"packed"}

    def test_a_full_disk_is_told_and_what_was_written_stays(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            path = disk / "index.sqlite"
            filled(path)
            with Index(path, RULES) as index, fill(disk):
                index.remember("d" * 64, b"x" * 200_000)
                with pytest.raises(WorkbookError, match="所在磁盘空间不足") as caught:
                    index.flush()
                assert caught.value.code == "W09"
                assert index.outcomes(list(OUTCOMES)) == OUTCOMES
            assert known(path) == OUTCOMES | {}
            assert known(path, outcomes={"d" * 64: b""}) == {"d" * 64: b"x" * 200_000}

    def test_a_disk_without_room_for_any_index_is_told(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            with fill(disk), pytest.raises(WorkbookError) as caught:
                Index(disk / "index.sqlite", RULES)
            assert caught.value.code == "W09"
            filled(disk / "index.sqlite")
            assert known(disk / "index.sqlite") == OUTCOMES

    def test_a_disk_that_takes_nothing_is_told(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", 1 << 20) as disk:
            filled(disk / "index.sqlite")
            make_read_only(disk)
            for name in ("index.sqlite", "new.sqlite", "folder/index.sqlite"):
                with pytest.raises(WorkbookError) as caught:
                    Index(disk / name, RULES)
                assert caught.value.code == "W09", name

    def test_a_folder_in_its_place_is_told_and_left_alone(self, path: Path) -> None:
        path.mkdir(parents=True)
        with pytest.raises(WorkbookError) as caught:
            Index(path, RULES)
        assert caught.value.code == "W09"
        assert path.is_dir()
