"""A master held against what pandas counted in the raw workbooks: every total, and each figure of each cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.crowd.counted import FIGURES, RULES, Counted, read_sheets
from tests.crowd.crowd import Made
from workbook.commission.inbox import annex_of

_HEADS = 3
_SHEETS = ("申报汇总", "逐条矩阵", "判定统计", "企业总名录", "导入日志")
_SIZES = ("大型", "中型", "小型", "微型")
_VERDICTS = ("✗ 未达标", "○ 数据缺失", "◇ 待人工判定", "△ 软性偏离", "✓ 达标")


def compare(master: Path, made: Sequence[Made], truth: Counted) -> dict[str, int]:
    """Assert that they agree; how much was compared."""
    sheets = {name: _named(frame) for name, frame in read_sheets(master, _SHEETS, _HEADS).items()}
    summary = sheets["申报汇总"].set_index("来源文件")
    clusters = truth.clusters.set_index("来源文件")
    _same_clusters(summary, clusters)
    _same_counts(sheets["判定统计"], summary, clusters)
    _same_letters(sheets["逐条矩阵"], summary, clusters)
    _same_log(sheets["导入日志"], made)
    annex = annex_of(master)
    if annex.exists():
        sheets |= {name: _named(frame) for name, frame in read_sheets(annex, ("企业总名录",), _HEADS).items()}
    firms = pd.concat([frame for name, frame in sheets.items() if name.startswith("企业总名录")])
    _same_firms(firms, truth.firms)
    return {"clusters": len(summary), "enterprises": len(firms)}


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns=lambda head: str(head).removeprefix("✎ "))


def _same_clusters(summary: pd.DataFrame, clusters: pd.DataFrame) -> None:
    assert summary.index.is_unique
    assert set(summary.index) == set(clusters.index)
    summary = summary.loc[clusters.index]
    for heading in ("推荐区", "集群名称"):
        assert (summary[heading] == clusters[heading]).all(), heading
    for heading in FIGURES:
        found, expected = (pd.to_numeric(frame[heading], errors="coerce") for frame in (summary, clusters))
        np.testing.assert_allclose(found, expected, rtol=1e-12, equal_nan=True, err_msg=heading)
        np.testing.assert_allclose(found.sum(), expected.sum(), rtol=1e-12, err_msg=heading)


def _same_counts(statistics: pd.DataFrame, summary: pd.DataFrame, clusters: pd.DataFrame) -> None:
    """Districts as the raw cells name them, verdicts as the summary gives them."""
    table = statistics[statistics["分类"] == "各区"].set_index("项目")
    expected = clusters["推荐区"].value_counts()
    assert table["合计"].drop("全市").to_dict() == expected.to_dict()
    assert table.loc["全市", "合计"] == len(clusters)
    crossed = pd.crosstab(clusters["推荐区"], summary.loc[clusters.index, "系统判定"])
    for verdict in _VERDICTS:
        counts = table[verdict].fillna(0).astype(int)
        assert counts.drop("全市").to_dict() == {
            district: int(crossed.loc[district, verdict]) if verdict in crossed else 0 for district in expected.index
        }
        assert counts["全市"] == counts.drop("全市").sum()
    criteria = statistics[statistics["分类"] == "各项条件"]
    assert len(criteria) == 9
    assert (criteria["合计"] == len(clusters)).all()


def _same_letters(matrix: pd.DataFrame, summary: pd.DataFrame, clusters: pd.DataFrame) -> None:
    """The verdicts on rules that a pocket calculator can judge."""
    by_name = clusters.set_index("集群名称")
    assert by_name.index.is_unique
    letters = matrix.set_index("集群名称")
    assert len(letters) == len(summary)
    for rule, holds in RULES.items():
        known = by_name[[*FIGURES]].apply(pd.to_numeric, errors="coerce")
        judged = holds(known)
        met = letters.loc[known.index, rule] == "达"
        whole = known.notna().all(axis=1)
        assert (met[whole] == judged[whole]).all(), rule
        assert whole.sum() > len(whole) // 2


def _same_log(log: pd.DataFrame, made: Sequence[Made]) -> None:
    expected = {one.name: "已汇总" if one.good else "未汇总" for one in made}
    assert log.set_index("文件")["处理"].to_dict() == expected
    assert Counter(log["处理"]) == Counter(expected.values())
    assert log.loc[log["处理"] == "未汇总", "说明"].str.startswith("[W").all()


def _same_firms(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert len(found) == len(expected)
    assert found["统一社会信用代码"].nunique() == expected["统一社会信用代码"].nunique()
    # What is no size, "规上企业", is a problem of the data and stands in no cell of the master.
    sized = expected[expected["企业划型"].isin(_SIZES)]
    for heading, truth in (("推荐区", expected), ("集群名称", expected), ("注册区", expected), ("企业划型", sized)):
        assert found[heading].value_counts().to_dict() == truth[heading].value_counts().to_dict(), heading
    outputs = [pd.to_numeric(frame["产值（万元）"], errors="coerce") for frame in (found, expected)]
    np.testing.assert_allclose(outputs[0].sum(), outputs[1].sum(), rtol=1e-12)
    by_district = [
        output.groupby(frame["推荐区"]).sum().to_dict()
        for output, frame in zip(outputs, (found, expected), strict=True)
    ]
    assert by_district[0] == pytest.approx(by_district[1], rel=1e-12)
