"""What only one applicant should count: taken from the rows that say it, with the sameness of ``unique``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.exclusive import Exclusive, exclusives_of
from toolkit.intake import answers_from_dict, take_in
from toolkit.packs import pack_at, packs
from toolkit.reference import uscc_check_digit
from toolkit.submission import Submission

PACK = packs()["shanghai-2024"]
POLICY, SEASON = PACK.policy, PACK.seasons["2026"]
STANDARD = {
    "kind": "标准",
    "table": "standards",
    "same": ["standard_number"],
    "shown": ["standard_title", "standard_number"],
    "severity": "warning",
}


def submission(**tables: list[dict[str, Any]]) -> Submission:
    answers = {"policy": POLICY.id, "season": SEASON.id, "inputs": {}, "tables": tables}
    return take_in(POLICY, SEASON, answers_from_dict(POLICY, answers))


def keys(given: Submission, **changed: Any) -> list[tuple[str, ...]]:
    return [one.key for one in Exclusive.from_dict({**STANDARD, **changed}).stated(given)]


def valid(first17: str) -> str:
    return first17 + uscc_check_digit(first17)


def standards(*numbers: str) -> Submission:
    return submission(standards=[{"standard_title": "通用要求", "standard_number": number} for number in numbers])


def test_the_same_number_in_other_letters_and_widths_is_the_same() -> None:
    assert len(set(keys(standards("GB/T 1234—2020", "ｇｂ／ｔ1234—2020")))) == 1


def test_other_numbers_are_other_things() -> None:
    assert len(set(keys(standards("GB/T 1234", "GB/T 1235")))) == 2


@pytest.mark.parametrize("number", ["无", "／", "待补"])
def test_a_cell_that_is_only_filled_states_nothing(number: str) -> None:
    assert keys(standards(number, "GB/T 1")) == keys(standards("GB/T 1"))


def test_it_reads_as_it_was_stated_and_names_its_cell() -> None:
    (one,) = Exclusive.from_dict(STANDARD).stated(standards("GB/T 1"))
    assert one.shown == "通用要求 GB/T 1"


def test_what_the_number_must_and_must_not_hold() -> None:
    given = standards("GB/T 12345678", "沪标〔2024〕5号")
    assert keys(given, like="[0-9]{8}") == keys(standards("GB/T 12345678"))
    assert keys(given, unlike="号$") == keys(standards("GB/T 12345678"))


def test_only_rows_with_these_answers_count() -> None:
    row = {"evidence_name": "专利", "evidence_number": "ZL202010123456.7"}
    given = submission(
        evidence=[{**row, "evidence_kind": "E13 专利清单"}, {**row, "evidence_kind": "E12 标准文本"}],
    )
    (patents,) = (one for one in PACK.exclusive if one.kind == "专利")
    assert len(list(patents.stated(given))) == 1


def test_a_notice_names_many_enterprises_and_a_certificate_one() -> None:
    title = {"title_kind": "国家级高新技术企业", "title_level": "国家级"}
    given = submission(
        titles=[
            {**title, "title_uscc": code, "title_number": number}
            for code in map(valid, ("91310000MA1FL0000", "91310000MA1FL0001"))
            for number in ("GR202431000001", "沪经信企〔2024〕1号")
        ]
    )
    found = {one.kind: {stated.key for stated in one.stated(given)} for one in PACK.exclusive}
    assert [len(found["资质证书"]), len(found["企业资质"])] == [1, 2]


def test_a_submission_without_the_table_states_nothing() -> None:
    assert [list(one.stated(Submission(entries={}, tables={}))) for one in PACK.exclusive] == [[]] * len(PACK.exclusive)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"table": "nowhere"}, "claims[0].table"),
        ({"same": ["nothing"]}, "claims[0]"),
        ({"where": {"nothing": ["是"]}}, "claims[0]"),
        ({"shown": ["title_number"]}, "claims[0]"),
    ],
)
def test_what_the_policy_does_not_ask_is_refused_with_its_path(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        exclusives_of({"claims": [{**STANDARD, **changed}]}, POLICY)
    assert caught.value.path == path


def test_a_kind_stands_once() -> None:
    with pytest.raises(PolicyError, match="twice"):
        exclusives_of({"claims": [STANDARD, STANDARD]}, POLICY)


def test_every_pack_that_ships_makes_sense_of_its_own(tmp_path: Path) -> None:
    for name, pack in packs().items():
        copy = Path(shutil.copytree(str(pack.folder), tmp_path / name))
        assert pack_at(copy).exclusive == pack.exclusive
