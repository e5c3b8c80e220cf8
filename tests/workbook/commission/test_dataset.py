"""The dataset says what the filings say, in the types that are documented, whoever reads it and whoever is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from toolkit.errors import WorkbookError
from toolkit.packs import packs
from workbook.cli import main
from workbook.commission.dataset import refuse_dataset, write_dataset
from workbook.commission.filing import Filing, Firm, Place, Sealed, Trouble, kept
from workbook.commission.schema import page, tables
from workbook.commission.settle import Cluster

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
POLICY, SEASON = packs()["shanghai-2024"].policy, packs()["shanghai-2024"].seasons["2026"]
TABLES = tables(POLICY, SEASON)


def _made() -> Any:
    spec = spec_from_file_location("filings", HERE / "filings.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made


made = _made()


def clusters_of(*filings: Filing) -> list[Cluster]:
    ordered = sorted(filings, key=lambda one: (one.district, one.cluster))
    return [Cluster(key=f"k{one.sha256[-4:]}", file=f"{one.cluster}.xlsx", filing=one, remark="") for one in ordered]


def some() -> list[Cluster]:
    """Five clusters of three districts; one is short of something and says odd things."""
    trouble = Trouble("F2", "error", "不是数字", Place("一 概况", "C7"), "数字", "“13900000000”", "请改正")
    odd = made(
        4,
        problems=(trouble,),
        override="李四签字",
        received_on="2026-09-01",
        written="昨天",
        sealed=Sealed.BROKEN,
        reviewer="王五",
    )
    firms = [
        Firm(f"9131{i:014d}", f"企业{i}", "", "小型", "否", None if i % 2 else i * 1.5, Place("名录", f"A{i}"))
        for i in range(7)
    ]
    return clusters_of(made(1), made(2), made(3), odd, made(5, enterprises=kept(firms)))


def written(target: Path, clusters: Sequence[Cluster], **options: int) -> dict[str, int]:
    return write_dataset(target, POLICY, SEASON, clusters, **options)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


QUERY = """select * from read_parquet(?, hive_partitioning = true,
    hive_types = {'season': varchar, 'district': varchar})"""


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    """A table as DuckDB reads it, districts included."""
    with duckdb.connect() as base:
        found = base.execute(QUERY, [str(folder / table / "**" / "*.parquet")])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "数据集"


class TestContent:
    def test_every_table_counts_what_the_filings_hold(self, target: Path) -> None:
        clusters = some()
        counts = written(target, clusters)
        assert counts == {
            "clusters": 5,
            "findings": 5 * len(POLICY.rules),
            "figures": sum(len(one.filing.figures) for one in clusters),
            "enterprises": 4 + 7,
            "problems": 1,
        }
        for table, rows in counts.items():
            assert len(pd.read_parquet(target / table)) == rows == len(read(target, table))

    def test_enterprises_are_those_of_the_rosters_with_their_cells(self, target: Path) -> None:
        clusters = some()
        written(target, clusters)
        expected = {
            (
                one.filing.district,
                one.filing.sha256,
                firm.code,
                firm.name,
                firm.output,
                firm.place.sheet,
                firm.place.cell,
            )
            for one in clusters
            for firm in one.filing.firms
        }
        names = ("district", "sha256", "code", "name", "output", "sheet", "cell")
        assert {tuple(row[name] for name in names) for row in read(target, "enterprises")} == expected

    def test_findings_are_those_of_the_filings_under_their_rules(self, target: Path) -> None:
        clusters = some()
        written(target, clusters)
        frame = pd.read_parquet(target / "findings")
        expected = [
            (
                one.filing.sha256,
                found.rule,
                found.verdict,
                found.value,
                one.filing.round,
                one.filing.policy,
                one.filing.template,
            )
            for one in clusters
            for found in one.filing.findings
        ]
        names = ["sha256", "rule", "verdict", "value", "round", "policy", "template"]
        assert sorted(frame[names].itertuples(index=False, name=None)) == sorted(expected)
        area = frame[frame["rule"] == "6.2-06"].iloc[0]
        assert (area["criterion"], area["force"], area["unit"]) == ("6.2", "soft", "平方公里")

    def test_what_is_not_stated_or_not_legible_is_null(self, target: Path) -> None:
        written(target, some())
        row = next(one for one in read(target, "clusters") if one["sha256"] == f"{4:064x}")
        assert (row["saved_at"], row["conclusion"], row["reviewed_on"]) == (None, None, None)
        assert (row["received_on"].isoformat(), row["special"], row["seal"]) == ("2026-09-01", True, "broken")

    def test_no_personal_data_are_in_it(self, target: Path) -> None:
        written(target, some())
        told = {str(value) for table in TABLES for row in read(target, table.name) for value in row.values()}
        assert not [text for text in told if any(word in text for word in ("张三", "李四", "王五", "13900000000"))]

    def test_every_file_has_the_types_that_are_documented(self, target: Path) -> None:
        written(target, some())
        for table in TABLES:
            for path in (target / table.name).rglob("*.parquet"):
                schema = pq.read_schema(path)
                found = {field.name: str(field.type) for field in schema}
                told = {column.name: str(column.type) for column in table.columns}
                assert {name: _plain(kind) for name, kind in found.items()} == {n: _plain(k) for n, k in told.items()}

    def test_the_page_is_made_from_the_schema(self) -> None:
        text = (ROOT / "docs" / "dataset.md").read_text("utf-8")
        assert text == "\n".join(page(POLICY, SEASON)) + "\n"


def _plain(kind: str) -> str:
    return {"date32[day]": "date32", "timestamp[us, tz=UTC]": "timestamp[us, UTC]"}.get(kind, kind)


class TestFiles:
    def test_the_same_clusters_give_the_same_bytes(self, target: Path, tmp_path: Path) -> None:
        written(target, some())
        written(tmp_path / "又", some())
        assert contents(target) == contents(tmp_path / "又")
        written(target, some())
        assert contents(target) == contents(tmp_path / "又")

    def test_a_long_table_goes_on_in_another_file(self, target: Path) -> None:
        written(target, some(), most_rows=3)
        firms = sorted(path.name for path in (target / "enterprises" / "season=2026").rglob("*.parquet"))
        assert max(firms) == "part-00002.parquet"
        assert len(read(target, "enterprises")) == 11

    def test_a_district_no_folder_can_be_called_comes_back_as_it_was(self, target: Path) -> None:
        districts = ["../上", "甲=乙 丙", "", "浦东新区"]
        written(target, clusters_of(*(made(i, district=one) for i, one in enumerate(districts, 1))))
        assert {row["district"] for row in read(target, "clusters")} == {"../上", "甲=乙 丙", "（未填）", "浦东新区"}
        assert set(pd.read_parquet(target / "clusters")["district"]) == {"../上", "甲=乙 丙", "（未填）", "浦东新区"}

    def test_without_any_cluster_it_can_still_be_read(self, target: Path) -> None:
        assert set(written(target, []).values()) == {0}
        for table in TABLES:
            assert [column.name for column in table.columns] == list(pd.read_parquet(target / table.name))[
                : len(table.columns)
            ]

    def test_another_season_stays_and_this_one_is_replaced(self, target: Path) -> None:
        from dataclasses import replace

        written(target, some())
        before = contents(target)
        next_year = replace(SEASON, id="2027", year=2027)
        write_dataset(target, POLICY, next_year, clusters_of(made(9, season="2027")))
        kept_files = {name: digest for name, digest in contents(target).items() if "season=2027" not in name}
        assert kept_files == before
        assert {row["season"] for row in read(target, "clusters")} == {"2026", "2027"}
        written(target, some()[:2])
        assert len(read(target, "clusters")) == 3


class TestRefusals:
    @pytest.mark.parametrize("name", ["说明.docx", "clusters/表.csv"])
    def test_a_folder_with_other_files_is_left_alone(self, target: Path, name: str) -> None:
        path = target / name
        path.parent.mkdir(parents=True)
        path.write_text("内容", "utf-8")
        with pytest.raises(WorkbookError) as caught:
            written(target, some())
        assert caught.value.code == "W57"
        assert path.read_text("utf-8") == "内容"
        assert sorted(one for one in target.parent.iterdir() if not one.name.startswith(".jiqun")) == [target]

    def test_a_dataset_of_another_policy_is_left_alone(self, target: Path) -> None:
        written(target, some())
        with pytest.raises(WorkbookError, match="shanghai-2024"):
            refuse_dataset(target, packs()["national-2022"].policy)

    def test_a_file_of_that_name_is_left_alone(self, target: Path) -> None:
        target.write_text("内容", "utf-8")
        with pytest.raises(WorkbookError) as caught:
            written(target, some())
        assert caught.value.code == "W57"

    def test_without_pyarrow_it_says_what_to_install(self, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(WorkbookError, match=r'未安装 pyarrow.*源码文件夹.*pip install "\.\[dataset\]"'):
            refuse_dataset(target, POLICY)


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
import test_dataset as t
clusters = t.some()
while True:
    t.written(Path({target!r}), clusters[:2])
    t.written(Path({target!r}), clusters)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
def test_who_is_killed_leaves_the_old_one_or_the_new_one(target: Path) -> None:
    code = WRITER.format(root=str(ROOT), here=str(HERE), target=str(target))
    delays = count(1)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", code])
        until = monotonic() + 60
        while not target.exists() and monotonic() < until:
            sleep(0.05)
        sleep(0.15 * next(delays))
        process.send_signal(signal.SIGKILL)
        process.wait()
        rows = {table.name: len(read(target, table.name)) for table in TABLES}
        assert rows["clusters"] in (2, 5)
        assert rows["findings"] == rows["clusters"] * len(POLICY.rules)
    written(target, some())
    assert sorted(one.name for one in target.parent.iterdir() if not one.name.startswith(".jiqun")) == [target.name]


def test_collect_writes_it_from_what_it_collected(
    workbook_of: Any, tmp_path: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source: Path = workbook_of("short")
    command = [
        "collect",
        str(source.parent),
        "-o",
        str(tmp_path / "总表.xlsx"),
        "--processes",
        "1",
        "--dataset",
        str(target),
    ]
    assert main(command) == 0
    assert "数据集：" in capsys.readouterr().out
    (row,) = read(target, "clusters")
    assert row["sha256"] == sha256(source.read_bytes()).hexdigest()
    assert main(["collect", str(source.parent), "-o", str(tmp_path / "二.xlsx"), "--dataset", str(tmp_path)]) == 2
    assert "[W57]" in capsys.readouterr().err
    assert not (tmp_path / "二.xlsx").exists()
