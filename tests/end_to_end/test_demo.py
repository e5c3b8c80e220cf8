"""What `dev.py demo` shows: samples are drawn, checked and collected through the command line, and it all adds up."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

Jiqun = Callable[..., subprocess.CompletedProcess[str]]


class Demo(NamedTuple):
    """The files of the demo, and what was said of the samples."""

    samples: Path
    results: Path
    master: Path
    documents: list[dict[str, Any]]


@pytest.fixture(scope="module")
def demo(jiqun: Jiqun, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    samples, results, master = folder / "样例", folder / "评价结果", folder / "总表.xlsx"
    drawn = jiqun("sample", "-o", samples, "--count", "3", "--seed", "2026", "--firms", "60")
    assert drawn.returncode == 0, drawn.stderr
    checked = jiqun("check", f"{samples}/*.xlsx", "-o", results, "--json")
    assert checked.returncode == 1, checked.stderr
    collected = jiqun("collect", samples, "-o", master)
    assert collected.returncode == 0, collected.stderr
    return Demo(samples, results, master, [json.loads(line) for line in checked.stdout.splitlines()])


def test_each_outcome_is_shown_once(demo: Demo) -> None:
    assert [document["verdict"] for document in demo.documents] == ["met", "unmet", "missing"]


def test_every_sample_has_its_copy_with_results(demo: Demo) -> None:
    stems = sorted(path.stem for path in demo.samples.iterdir())
    assert sorted(path.stem for path in demo.results.iterdir()) == [f"{stem}-校验结果" for stem in stems]


def test_the_master_counts_what_the_files_say(demo: Demo) -> None:
    sheet = openpyxl.load_workbook(demo.master)["申报汇总"]
    heads, *rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if any(row)]
    verdicts = Counter(str(row[heads.index("系统判定")]) for row in rows)
    assert verdicts == {"✓ 达标": 1, "✗ 未达标": 1, "○ 数据缺失": 1}
    names = {row[heads.index("集群名称")] for row in rows}
    assert names == {document["identity"]["cluster"] for document in demo.documents}


def test_a_copy_says_what_the_json_says(demo: Demo) -> None:
    for document in demo.documents:
        copy = demo.results / document["file"]["name"].replace(".xlsx", "-校验结果.xlsx")
        sheet = openpyxl.load_workbook(copy)["逐条判定"]
        rules = [rule for criterion in document["criteria"] for rule in criterion["rules"]]
        labels = [sheet.cell(row, 5).value for row in range(5, 5 + len(rules))]
        assert labels == [rule["label"] for rule in rules]
