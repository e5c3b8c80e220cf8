"""Samples are what everything else is shown and tested with, so they must come to what they promise, every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import PolicyError
from toolkit.finding import Evaluation, Verdict
from toolkit.messages import Severity
from toolkit.policy import Policy
from toolkit.reference import uscc_fault
from toolkit.season import Season
from workbook.check import check_file, shelf
from workbook.layout import Layout
from workbook.sample import Outcome, sample, write_samples

Evaluate = Callable[[dict[str, Any]], Evaluation]
SEEDS = range(12)


def draw(policy: Policy, season: Season, seed: int, outcome: Outcome, firms: int | None = 60) -> dict[str, Any]:
    return sample(policy, season, seed, outcome, firms)


class TestOutcomes:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_met_sample_meets_everything_and_has_no_problem(
        self, policy: Policy, season: Season, evaluated: Evaluate, seed: int
    ) -> None:
        evaluation = evaluated(draw(policy, season, seed, Outcome.MET))
        assert evaluation.problems == ()
        assert [f.rule for f in evaluation.findings if f.verdict not in (Verdict.MET, Verdict.NOT_APPLICABLE)] == []
        assert evaluation.verdict is Verdict.MET

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_short_sample_falls_short_without_a_data_error(
        self, policy: Policy, season: Season, evaluated: Evaluate, seed: int
    ) -> None:
        evaluation = evaluated(draw(policy, season, seed, Outcome.SHORT))
        assert [p.code for p in evaluation.problems if p.severity is Severity.ERROR] == []
        assert evaluation.verdict is Verdict.UNMET

    @pytest.mark.parametrize("seed", SEEDS)
    def test_an_incomplete_sample_has_gaps_and_data_errors(
        self, policy: Policy, season: Season, evaluated: Evaluate, seed: int
    ) -> None:
        evaluation = evaluated(draw(policy, season, seed, Outcome.INCOMPLETE))
        codes = {problem.code for problem in evaluation.problems if problem.severity is Severity.ERROR}
        assert evaluation.verdict is Verdict.MISSING
        assert {"F1", "F6", "X8"} <= codes

    @pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE])
    def test_a_sample_of_the_usual_size_comes_to_the_same(
        self, policy: Policy, season: Season, evaluated: Evaluate, outcome: Outcome
    ) -> None:
        verdicts = {evaluated(draw(policy, season, seed, outcome, None)).verdict for seed in range(3)}
        expected = {"met": Verdict.MET, "short": Verdict.UNMET, "incomplete": Verdict.MISSING}
        assert verdicts == {expected[outcome.value]}

    def test_what_falls_short_differs_from_sample_to_sample(
        self, policy: Policy, season: Season, evaluated: Evaluate
    ) -> None:
        gaps = [
            frozenset(
                f.rule
                for f in evaluated(draw(policy, season, seed, Outcome.SHORT)).findings
                if f.verdict is Verdict.UNMET
            )
            for seed in SEEDS
        ]
        assert len(set(gaps)) > 6

    def test_a_mixed_series_goes_through_every_kind_in_turn(self) -> None:
        kinds = [Outcome.MIXED.turn(number) for number in range(1, 7)]
        assert kinds == [Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE] * 2
        assert {Outcome.SHORT.turn(number) for number in range(1, 7)} == {Outcome.SHORT}


class TestContent:
    @pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE])
    def test_the_same_seed_gives_the_same_answers(self, policy: Policy, season: Season, outcome: Outcome) -> None:
        assert draw(policy, season, 3, outcome) == draw(policy, season, 3, outcome)

    def test_another_seed_gives_other_answers(self, policy: Policy, season: Season) -> None:
        codes = {draw(policy, season, seed, Outcome.MET)["inputs"]["operator_uscc"] for seed in SEEDS}
        assert len(codes) == len(SEEDS)

    @pytest.mark.parametrize("firms", [30, 500])
    def test_a_roster_has_the_size_that_was_asked_for_and_no_firm_twice(
        self, policy: Policy, season: Season, firms: int
    ) -> None:
        roster = draw(policy, season, 1, Outcome.MET, firms)["tables"]["roster"]
        assert len(roster) == firms
        assert len({firm["uscc"] for firm in roster}) == firms
        assert len({firm["name"] for firm in roster}) == firms
        assert [firm["uscc"] for firm in roster if uscc_fault(firm["uscc"])] == []

    @pytest.mark.parametrize("seed", range(6))
    def test_totals_are_the_sums_of_the_roster(self, policy: Policy, season: Season, seed: int) -> None:
        answers = draw(policy, season, seed, Outcome.MET)
        roster, inputs = answers["tables"]["roster"], answers["inputs"]
        summed = [sum(firm["output"][i] for firm in roster) / 10_000 for i in range(4)]
        assert inputs["output_total"] == pytest.approx(summed, abs=1e-4)
        assert inputs["staff_total"] == [sum(firm["staff"] for firm in roster)]
        assert inputs["firms"][-1] == len(roster)

    def test_another_season_moves_every_date_along(self, policy: Policy, season: Season, evaluated: Evaluate) -> None:
        later = replace(season, id="2027", year=2027, reference_date=season.reference_date.replace(year=2027))
        answers = draw(policy, later, 1, Outcome.MET)
        assert answers["inputs"]["commitment_date"].startswith("2027")
        assert {row["title_issued"][:4] for row in answers["tables"]["titles"]} == {"2025"}

    @pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE])
    def test_answers_have_the_shape_of_a_submission(
        self, policy: Policy, season: Season, misshapen: Callable[[object, str], str], outcome: Outcome
    ) -> None:
        assert misshapen(draw(policy, season, 2, outcome), "submission") == ""

    def test_another_policy_is_refused(self, policy: Policy, season: Season) -> None:
        with pytest.raises(PolicyError, match="samples"):
            draw(replace(policy, id="other"), season, 1, Outcome.MET)


class TestFiles:
    def test_a_written_series_is_numbered_named_and_comes_to_what_it_promises(
        self, layout: Layout, tmp_path: Path
    ) -> None:
        written = list(write_samples(layout, tmp_path, count=3, seed=11, outcome=Outcome.MIXED, firms=40))
        assert [path.name[:3] for path in written] == ["001", "002", "003"]
        verdicts = []
        for path in written:
            checked = check_file(path, shelf())
            verdicts.append(checked.evaluation.verdict)
            assert path.stem == f"{path.name[:3]}_{checked.submission.text('cluster_name')}"
        assert verdicts == [Verdict.MET, Verdict.UNMET, Verdict.MISSING]
