"""Whatever goes wrong with one content costs that content and no other."""

from __future__ import annotations

from pathlib import Path

from tests.workbook.commission.tasks import Scripted
from workbook.commission.outcome import Alone, Done, Refusal, attempt


def test_a_refusal_lies_in_the_content_and_lasts(tmp_path: Path) -> None:
    outcome = attempt(Scripted(tmp_path), b"refuse pdf")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.lasting) == ("W02", True)
    assert "pdf" in outcome.text
    assert "\n" not in outcome.text


def test_a_mistake_of_ours_is_told_and_tried_again_next_time(tmp_path: Path) -> None:
    outcome = attempt(Scripted(tmp_path), "raise 没有料到".encode())
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.lasting) == ("W26", False)
    assert "ValueError: 没有料到" in outcome.text


def test_the_crew_of_one_takes_one_at_a_time(tmp_path: Path) -> None:
    with Alone(Scripted(tmp_path)) as crew:
        assert (crew.full, crew.busy, crew.results(wait=True)) == (False, False, [])
        crew.give("k", b"raise it")
        assert (crew.full, crew.busy) == (True, True)
        assert crew.results(wait=False) == [Done("k", attempt(Scripted(tmp_path), b"raise it"))]
        assert (crew.full, crew.busy) == (False, False)
