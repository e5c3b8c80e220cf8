"""A pack that somebody copied and changed, and an inbox of clusters that differ in one figure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from workbook.commission.comparison.judging import Judging
from workbook.commission.comparison.run import Comparison, Request, compare
from workbook.commission.comparison.sides import sides

Policy = dict[str, Any]
OFFICERS = (4, 5, 6)


def rule_of(policy: Policy, rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for c in policy["criteria"] for r in c["rules"] if r["id"] == rule_id)
    return found


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the pack that ships, changed as its editor would."""
    numbers = count(1)

    def copied(change: Callable[[Policy], None] = lambda _: None, **season: Any) -> Path:
        folder = tmp_path / f"草案{next(numbers)}"
        shutil.copytree(Path(str(files("templates"))) / "shanghai-2024", folder)
        policy = json.loads((folder / "policy.json").read_text("utf-8"))
        change(policy)
        (folder / "policy.json").write_text(json.dumps(policy, ensure_ascii=False), "utf-8")
        if season:
            made = json.loads((folder / "seasons" / "2026.json").read_text("utf-8")) | season
            (folder / "seasons" / f"{made['id']}.json").write_text(json.dumps(made, ensure_ascii=False), "utf-8")
        return folder

    return copied


@pytest.fixture
def changed_to(draft: Callable[..., Path]) -> Callable[..., Path]:
    """A copy that asks for another number of service officers."""

    def copied(value: str, comparator: str = ">=") -> Path:
        def change(policy: Policy) -> None:
            threshold = rule_of(policy, "6.9-03")["measure"]["threshold"]
            threshold["values"][0]["value"], threshold["comparator"] = value, comparator

        return draft(change)

    return copied


@pytest.fixture(scope="session")
def met_inbox(
    answers: Callable[..., Any], filled: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Three clusters that meet everything, with 4, 5 and 6 service officers; nobody may change it."""
    folder = tmp_path_factory.mktemp("收件")
    for officers in OFFICERS:
        given = answers("met", 30 + officers)
        given["inputs"] |= {"officers": officers, "cluster_name": f"集群{officers}"}
        shutil.copy(filled(given), folder / f"{officers}.xlsx")
    return folder


@pytest.fixture(scope="session")
def compared() -> Callable[..., Comparison]:
    """What comes of an inbox under two packs."""

    def run(inbox: Path, *packs: str | Path, seasons: tuple[str, ...] = (), processes: int = 1) -> Comparison:
        before, after = sides(packs, seasons)
        return compare(Request(inbox=inbox, task=Judging(before, after), processes=processes))

    return run
