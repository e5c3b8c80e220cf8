"""A workbook becomes a filing: every figure is that of its cell, every verdict that of the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.errors import WorkbookError
from toolkit.evaluate import evaluate
from toolkit.finding import Verdict
from toolkit.intake import answers_from_dict, take_in
from toolkit.packs import packs
from workbook.check import check_file, shelf
from workbook.commission.filing import Filing, Sealed, packed, unpacked
from workbook.commission.take import Keys, Taking, figure_names, take
from workbook.handover import seal
from workbook.layout import Layout
from workbook.package.edit import SheetEdit
from workbook.runlog import this_run
from workbook.wording import SHORT


def taken(source: Path, *keys: bytes) -> Filing:
    return take(source.read_bytes(), source.name, shelf(), Keys.of(*keys))


@pytest.fixture(scope="module", params=["met", "short", "incomplete"])
def source(request: pytest.FixtureRequest, workbook_of: Callable[[str], Path]) -> Path:
    return workbook_of(request.param)


def test_every_stated_figure_stands_in_the_cell_it_names(source: Path, layout: Layout) -> None:
    filing, book = taken(source), openpyxl.load_workbook(source, data_only=True)
    stated = [one for one, key in zip(filing.figures, layout.policy.key_figures, strict=False) if key]
    assert len(stated) == len(layout.policy.key_figures)
    for figure in stated:
        held = book[figure.place.sheet][figure.place.cell].value
        assert figure.value == (held if isinstance(held, (int, float)) else None), figure.name


def test_figures_bear_the_names_the_columns_have(source: Path, layout: Layout) -> None:
    names = [name for _, name in figure_names(layout.policy, layout.season)]
    assert [figure.name for figure in taken(source).figures] == names


def test_verdicts_and_problems_are_those_of_the_check(source: Path) -> None:
    filing, evaluation = taken(source), check_file(source, shelf()).evaluation
    assert filing.verdict == evaluation.verdict
    assert [(one.rule, one.verdict) for one in filing.findings] == [(f.rule, f.verdict) for f in evaluation.findings]
    assert list(filing.criteria) == [(one.id, one.verdict) for one in evaluation.criteria]
    told = [(one.code, one.place.sheet, one.place.cell) for one in filing.problems]
    assert told == [(one.code, one.location.sheet, one.location.cell) for one in evaluation.problems]


def test_what_falls_short_says_how_to_close_it_and_where(source: Path) -> None:
    short = [one for one in taken(source).findings if one.verdict in SHORT]
    assert [one.rule for one in short if not (one.remedy and one.place.sheet)] == []


def test_the_national_rules_judge_the_same_answers(answers: Callable[..., Any], filled: Callable[..., Path]) -> None:
    given = answers("short")
    pack = packs()["national-2022"]
    policy, season = pack.policy, pack.seasons["2026"]
    asked = set(policy.fields)
    inputs = {key: value for key, value in given["inputs"].items() if key in asked}
    tables = {
        name: [{key: value for key, value in row.items() if key in asked} for row in rows]
        for name, rows in given["tables"].items()
        if name in policy.tables and name != "review"
    }
    direct = answers_from_dict(policy, {**given, "policy": policy.id, "inputs": inputs, "tables": tables})
    expected = evaluate(policy, season, take_in(policy, season, direct)).findings
    found = taken(filled(given)).national
    assert [(one.rule, one.verdict, one.shown) for one in found] == [(f.rule, f.verdict, f.shown) for f in expected]
    assert Verdict.UNMET in {one.verdict for one in found} | {one.verdict for one in taken(filled(given)).findings}


def test_every_enterprise_of_the_roster_is_there_with_its_row(source: Path) -> None:
    book = openpyxl.load_workbook(source, data_only=True)
    for firm in taken(source).firms:
        row = int("".join(filter(str.isdigit, firm.place.cell)))
        held = [cell.value for cell in book[firm.place.sheet][row]]
        assert firm.name in held


def test_what_no_other_cluster_should_count_is_taken_from_its_cell(source: Path) -> None:
    book = openpyxl.load_workbook(source, data_only=True)
    claims = taken(source).claims
    assert {"创新平台", "标准", "资质证书", "企业资质"} <= {one.kind for one in claims}
    for claim in claims:
        assert str(book[claim.place.sheet][claim.place.cell].value) in claim.shown


def test_a_filing_travels_whole(source: Path) -> None:
    filing = taken(source)
    again = unpacked(packed(filing))
    assert again == filing
    assert (again.firms, again.claims) == (filing.firms, filing.claims)


def test_content_is_the_same_whatever_the_district_wrote(
    workbook_of: Callable[[str], Path], retyped: Callable[..., Path]
) -> None:
    source = workbook_of("met")
    reviewed = retyped(source, {"review_opinion": "同意推荐"})
    changed = retyped(source, {"cluster_name": "另一个产业集群"})
    assert taken(reviewed).fingerprint == taken(source).fingerprint
    assert taken(changed).fingerprint != taken(source).fingerprint


class TestSeals:
    @pytest.fixture
    def sealed(self, workbook_of: Callable[[str], Path], tmp_path: Path) -> Path:
        target = tmp_path / "已加封.xlsx"
        checked = check_file(workbook_of("met"), shelf())
        seal(checked, KEY, "浦东新区", target, this_run())
        return target

    def test_none(self, workbook_of: Callable[[str], Path]) -> None:
        assert taken(workbook_of("met"), KEY).sealed is Sealed.NONE

    def test_one_whose_key_is_not_at_hand_is_not_verified(self, sealed: Path) -> None:
        assert [taken(sealed).sealed, taken(sealed, OTHER).sealed] == [Sealed.UNVERIFIED] * 2
        assert taken(sealed).signer == "浦东新区"

    def test_one_that_holds(self, sealed: Path) -> None:
        assert taken(sealed, OTHER, KEY).sealed is Sealed.HOLDS

    def test_one_that_was_broken_by_a_figure(self, sealed: Path, layout: Layout, tmp_path: Path) -> None:
        checked = check_file(sealed, shelf())
        area = layout.inputs["area"].area
        checked.book.write(area.sheet, SheetEdit(cells={(area.top, area.left): Decimal("12.5")}))
        checked.book.save(tmp_path / "改过.xlsx")
        assert taken(tmp_path / "改过.xlsx", KEY).sealed is Sealed.BROKEN


KEY, OTHER = b"k" * 32, b"o" * 32


class TestTask:
    def test_it_gives_the_filing_packed(self, source: Path) -> None:
        assert unpacked(Taking()(source.read_bytes())) == taken(source)

    def test_what_cannot_be_used_is_refused_by_its_code(self) -> None:
        with pytest.raises(WorkbookError) as caught:
            Taking()(b"PK\x03\x04")
        assert caught.value.code == "W05"

    def test_other_keys_make_other_rules(self) -> None:
        assert len({Taking().rules, Taking(keys=(KEY,)).rules, Taking(keys=(KEY, OTHER)).rules}) == 3
        assert Taking(keys=(KEY, OTHER)).rules == Taking(keys=(OTHER, KEY)).rules
