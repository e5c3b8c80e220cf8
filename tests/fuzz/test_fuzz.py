"""A few cases of the fuzzer in every run; FUZZ_SECONDS makes it many."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.conftest import TOLD
from tests.fuzz.fuzz import ROOT, bases, case, fuzz

SEED, CASES = 20260727, 60
SECONDS = float(os.environ.get("FUZZ_SECONDS") or 0)


def test_damage_ends_in_a_refusal_or_in_a_copy_as_good_as_the_file(
    record_property: Callable[[str, object], None],
) -> None:
    tally = fuzz(SEED, SECONDS or 1e9, 10**9 if SECONDS else CASES, ROOT / "build" / "fuzz")
    record_property(TOLD, tally.told())
    assert not tally.findings, "\n".join(tally.findings)
    assert SECONDS or tally.outcomes["accepted"] > CASES / 5
    assert SECONDS or len(tally.outcomes) > 2


def test_a_case_can_be_made_again() -> None:
    made = bases()
    assert [case(made, 1, number) for number in range(20)] == [case(made, 1, number) for number in range(20)]
    assert len({case(made, seed, number) for seed in (1, 2) for number in range(10)}) > 15
