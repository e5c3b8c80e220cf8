"""How long the live formulas make a person wait in LibreOffice, told beside what the same workbook takes as a whole.

Only ratios are asserted, and generously; the table is for reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.config import Config

from tests.parity.comparison import Calculator
from tests.parity.conftest import Start, start
from toolkit.formula import defined_name
from toolkit.intake import answers_from_dict
from toolkit.packs import packs
from workbook.layout import Layout, lay_out
from workbook.sample import Outcome, sample
from workbook.template import write_template

pytestmark = pytest.mark.benchmark

__all__ = ["start"]
FIRMS, REPEAT = 2000, 5


@pytest.fixture(scope="module")
def layout() -> Layout:
    pack = packs()["shanghai-2024"]
    return lay_out(pack.policy, pack.seasons["2026"])


@pytest.fixture(scope="module")
def calculator(start: Start) -> Iterator[Calculator]:
    with start() as started:
        started.how = "lazy"
        yield started


def results(layout: Layout) -> list[str]:
    return [defined_name(what, rule.id) for rule in layout.policy.rules for what in ("verdict", "figure")]


def seconds(calculator: Calculator, what: str, **order: object) -> float:
    return min(float(calculator.ask(what, **order)["seconds"]) for _ in range(REPEAT))


def typed(calculator: Calculator, name: str, row: int, column: int, *values: float | str) -> float:
    """The best of a few, each with another value, so that something changes each time."""
    order = {"name": name, "row": row, "column": column}
    return min(float(calculator.ask("type", **order, value=values[i % 2])["seconds"]) for i in range(REPEAT))


def test_typing_into_a_full_workbook_costs_a_fraction_of_calculating_it(
    layout: Layout, calculator: Calculator, tmp_path: Path, pytestconfig: Config
) -> None:
    blank, full = tmp_path / "blank.xlsx", tmp_path / "full.xlsx"
    write_template(layout, blank)
    answers = sample(layout.policy, layout.season, 1, Outcome.MET, FIRMS)
    write_template(layout, full, answers_from_dict(layout.policy, answers))
    calculator.open(blank, results(layout), colours=True)
    nothing = seconds(calculator, "again")
    calculator.open(full, results(layout), colours=True)
    whole = seconds(calculator, "again")
    columns = {
        key: first - layout.tables["roster"].area.left for key, (first, _) in layout.tables["roster"].spans.items()
    }
    told = {
        "blank workbook, calculated anew": nothing,
        f"{FIRMS} enterprises, calculated anew": whole,
        "a figure typed into a sheet": typed(calculator, "in_output_total", 0, 0, 30.5, 31.5),
        "a figure typed into the roster": typed(calculator, "tb_roster", FIRMS // 4, columns["revenue"], 5.5, 6.5),
        "a credit code typed into the roster": typed(
            calculator, "tb_roster", FIRMS // 4, columns["uscc"], "9131", "9132"
        ),
    }
    plugins = pytestconfig.pluginmanager
    report, capture = plugins.getplugin("terminalreporter"), plugins.getplugin("capturemanager")
    assert report is not None
    assert capture is not None
    with capture.global_and_fixture_disabled():
        report.write_line("")
        for name, taken in told.items():
            report.write_line(f"  {name:<40} {taken * 1000:8.1f} ms")
    assert told["a figure typed into a sheet"] < 0.3 * whole
    assert told["a figure typed into the roster"] < 0.8 * whole
    assert told["a credit code typed into the roster"] < whole
