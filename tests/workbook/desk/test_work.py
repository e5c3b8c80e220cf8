"""What the launcher does with files: the same as the buttons, into copies, and nothing is raised at its user."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExcelUnavailable
from workbook.actions import Action
from workbook.check import check_file, shelf
from workbook.desk.work import Target, by_file_instead, file_target, perform, seal_all, send_back_all, several
from workbook.sealing import holds, make_key, read_district_seal, read_key


@pytest.fixture
def application(workbook_of: Callable[[str], Path], tmp_path: Path) -> Path:
    path = tmp_path / "申报.xlsx"
    path.write_bytes(workbook_of("short").read_bytes())
    return path


@pytest.mark.parametrize(
    ("action", "product"),
    [
        (Action.CHECK, "申报-校验结果.xlsx"),
        (Action.EVALUATE, "申报-校验结果.xlsx"),
        (Action.CLEAR, "申报-已清除标记.xlsx"),
        (Action.REVIEW, "申报-区初审.xlsx"),
        (Action.EXPORT, "申报-初审意见.docx"),
    ],
)
def test_each_action_writes_a_copy_and_leaves_the_original(application: Path, action: Action, product: str) -> None:
    before = sha256(application.read_bytes()).hexdigest()
    report = perform(action, file_target(application), shelf())
    assert report.done
    assert report.product == application.with_name(product)
    assert application.with_name(product).is_file()
    assert report.lines
    assert sha256(application.read_bytes()).hexdigest() == before


def test_what_cannot_be_done_is_told_with_the_next_step_and_the_rest_goes_on(application: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"no workbook")
    first, second = several(Action.CHECK, [file_target(broken), file_target(application)], shelf())
    assert not first.done
    assert "坏.xlsx" in first.lines[0]
    assert "另存为" in first.lines[-1]
    assert second.done


def test_a_window_that_was_closed_meanwhile_is_told(application: Path) -> None:
    report = perform(Action.CHECK, Target(application.name, "LibreOffice", application), shelf())
    assert not report.done
    assert "已关闭" in report.lines[1]


def test_a_program_that_cannot_be_driven_is_worked_around_through_its_file(application: Path) -> None:
    wps = ExcelUnavailable("W18", program="WPS 表格")
    target = Target(application.name, "WPS 表格", application)
    report = by_file_instead(Action.CHECK, target, shelf(), wps)
    assert "WPS 表格" in report.lines[0]
    assert "尚未保存的改动不在其内" in report.lines[0]
    assert report.product == application.with_name("申报-校验结果.xlsx")
    with pytest.raises(ExcelUnavailable):
        by_file_instead(Action.CHECK, Target("新建.xlsx", "WPS 表格", None), shelf(), wps)


def test_help_needs_no_workbook() -> None:
    assert "校验" in perform(Action.HELP, Target("", "", None), shelf()).lines[0]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "区.key"
    path.write_text(make_key(), "ascii")
    return path


def test_an_unfinished_review_is_neither_returned_nor_sealed(
    answers: Callable[..., dict[str, Any]], filled: Callable[..., Path], key: Path
) -> None:
    given = answers("met")
    given["inputs"] = {name: value for name, value in given["inputs"].items() if not name.startswith("review")}
    path = filled(given, "甲.xlsx")
    for report in (*send_back_all([file_target(path)], shelf()), *seal_all([file_target(path)], shelf(), key, "某区")):
        assert not report.done
        assert "请先办理" in report.lines[0]
        assert len(report.lines) > 2
    assert [found.name for found in path.parent.iterdir()] == ["甲.xlsx"]


def test_a_finished_review_is_sealed(workbook_of: Callable[[str], Path], tmp_path: Path, key: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(workbook_of("met").read_bytes())
    (report,) = seal_all([file_target(path)], shelf(), key, "某区科经委")
    assert report.done, report.lines
    assert report.product == tmp_path / "甲-已加封.xlsx"
    checked = check_file(report.product, shelf())
    seal = read_district_seal(checked.book)
    assert seal is not None
    assert holds(seal, checked.identity, checked.whole_snapshot, read_key(key))


def test_what_was_never_saved_cannot_be_sent_on(key: Path) -> None:
    target = Target("新建.xlsx", "Excel", None)
    for report in (*send_back_all([target], shelf()), *seal_all([target], shelf(), key, "某区")):
        assert not report.done
        assert "尚未保存" in report.lines[1]
