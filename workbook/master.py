"""Many submissions → the master workbook of the commission. The one module that uses pandas."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import WorkbookError
from toolkit.evaluate import readings_in_force
from toolkit.fields import split_slot
from toolkit.finding import Finding, Verdict
from toolkit.policy import Policy
from toolkit.review import read_review
from toolkit.threshold import PERCENT
from workbook import wording
from workbook.check import Checked, Shelf, check_file
from workbook.engines.files import FileBook
from workbook.identity import MASTER
from workbook.layout import Layout
from workbook.package.patch import replace_file
from workbook.progress import progress
from workbook.results import override_text
from workbook.sheets.ledger import Ledger, write_ledger

_REPEATED, _OTHER = "填报内容与 {other} 相同，未重复汇总", "规则或年度不同（{found}），未汇总"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file of the inbox: a row of the import log."""

    file: str
    sha256: str
    cluster: str
    done: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """One accepted file, reduced to what the master needs; the workbook itself is let go."""

    file: str
    sha256: str
    fingerprint: str
    facts: Mapping[str, Any]
    findings: tuple[Finding, ...]
    criteria: tuple[tuple[str, Verdict], ...]
    problems: tuple[Mapping[str, Any], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """How a run went."""

    accepted: int
    rejected: int
    refused: tuple[tuple[str, str], ...]
    backup: Path | None = field(compare=False)


def collect(folder: Path, target: Path, layout: Layout, known: Shelf) -> Result:
    """Evaluate every workbook below a folder and write the master.

    Args:
        folder: The inbox; folders below it are searched too.
        target: The master workbook; replaced only when the new one is complete.
        layout: Policy and season being collected; other workbooks are logged and left out.
        known: What the workbooks may belong to.

    Returns:
        Counts, and the files that were refused with the reason for each.

    Raises:
        WorkbookError: The target cannot be written, or holds something that is no master.
    """
    _refuse_to_replace(target)
    files = sorted(p for p in folder.rglob("*") if _is_candidate(p) and p.resolve() != target.resolve())
    clusters: list[Collected] = []
    receipts: list[Receipt] = []
    for source in progress(files, len(files), "汇总"):
        receipt, collected = _take(source, folder, layout, known, clusters)
        receipts.append(receipt)
        if collected is not None:
            clusters.append(collected)
    frames = _frames(layout, clusters, receipts)
    target.parent.mkdir(parents=True, exist_ok=True)
    backup = _backed_up(target)
    replace_file(target, [_book(layout, frames)])
    refused = tuple((receipt.file, receipt.reason) for receipt in receipts if receipt.done == "未汇总")
    return Result(len(clusters), len(refused), refused, backup)


def _refuse_to_replace(target: Path) -> None:
    """Only a master may be replaced by a master."""
    if not target.is_file():
        return
    try:
        is_master = MASTER in FileBook(target).names
    except WorkbookError:
        is_master = False
    if not is_master:
        raise WorkbookError("W11", name=target.name)


def _backed_up(target: Path) -> Path | None:
    """Keep the master that is about to be replaced: people write into it."""
    if not target.is_file():
        return None
    written = datetime.fromtimestamp(target.stat().st_mtime).astimezone()
    stem = f"{target.stem}-备份{written:%Y%m%d-%H%M%S}"
    names = (f"{stem}{mark}{target.suffix}" for mark in ("", *(f"（{n}）" for n in range(2, 1000))))
    backup = next(target.with_name(name) for name in names if not target.with_name(name).exists())
    shutil.copy2(target, backup)
    return backup


def _is_candidate(path: Path) -> bool:
    hidden = path.name.startswith(("~$", "."))
    return path.is_file() and not hidden and path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".et")


def _take(
    source: Path, folder: Path, layout: Layout, known: Shelf, before: Sequence[Collected]
) -> tuple[Receipt, Collected | None]:
    """One file: accepted, or logged with the reason."""
    name = source.relative_to(folder).as_posix()
    try:
        checked = check_file(source, known)
    except WorkbookError as error:
        return Receipt(name, "", "", "跳过" if error.code == "W12" else "未汇总", str(error)), None
    policy, identity = layout.policy, checked.identity
    cluster = checked.submission.text(policy.role("cluster"))
    if (identity.policy, identity.season) != (policy.id, layout.season.id):
        found = f"{identity.policy} / {identity.season}"
        return Receipt(name, checked.sha256, cluster, "未汇总", _OTHER.format(found=found)), None
    twin = next((one for one in before if one.fingerprint == checked.submission.fingerprint), None)
    if twin is not None:
        return Receipt(name, checked.sha256, cluster, "重复", _REPEATED.format(other=twin.file)), None
    collected = _reduced(checked, name)
    return Receipt(name, checked.sha256, cluster, "已汇总"), collected


def _reduced(checked: Checked, name: str) -> Collected:
    policy, evaluation = checked.layout.policy, checked.evaluation
    return Collected(
        file=name,
        sha256=checked.sha256,
        fingerprint=checked.submission.fingerprint,
        facts=dict(_facts(checked, name)),
        findings=evaluation.findings,
        criteria=tuple((criterion.id, criterion.verdict) for criterion in evaluation.criteria),
        problems=tuple(_problems(checked, policy)),
        verdict=evaluation.verdict,
    )


def _facts(checked: Checked, name: str) -> Iterator[tuple[str, Any]]:
    """The row of one cluster: who, verdict, key figures, every indicator, where it comes from."""
    policy, season, submission = checked.layout.policy, checked.layout.season, checked.submission

    def text(role: str) -> str:
        return submission.text(policy.role(role))

    yield "推荐区", text("district")
    yield "集群名称", text("cluster") or name
    yield "系统判定", checked.evaluation.verdict.display
    yield "主导产业", text("industry")
    yield "运营管理机构", text("operator")
    yield "统一社会信用代码", text("operator_code")
    for key in policy.key_figures:
        field_id, year = split_slot(key)
        field = policy.fields[field_id]
        prefix = "" if year is None else f"{season.calendar_year(year)}年"
        entry = submission.entries.get(key)
        value = entry.value if entry else None
        yield f"{prefix}{field.label.removeprefix('其中：')}（{field.unit}）", value
    for finding, rule in zip(checked.evaluation.findings, policy.rules, strict=True):
        if rule.figure:
            yield _indicator(finding, rule.figure)
    counts = checked.evaluation.counts
    for verdict in Verdict:
        yield f"{verdict.label}条数", counts[verdict]
    yield "数据问题", len(checked.evaluation.problems)
    yield "区结论", text("conclusion")
    yield "区排序", text("rank")
    override = read_review(policy, submission).used_override
    yield "特别推荐", override_text(override) if override else ""
    yield "联系人", text("contact")
    yield "电话", text("phone")
    yield "来源文件", name
    yield "文件指纹", checked.sha256[:16]


def _indicator(finding: Finding, name: str) -> tuple[str, Any]:
    """A figure that can be sorted, its unit in the heading; words where the rule weighs several figures."""
    if finding.threshold is None:
        return name, finding.shown
    scale = 100 if finding.unit == PERCENT else 1
    return f"{name}（{finding.unit}）", None if finding.value is None else round(finding.value * scale, 4)


def _problems(checked: Checked, policy: Policy) -> Iterator[Mapping[str, Any]]:
    cluster = checked.submission.text(policy.role("cluster"))
    district = checked.submission.text(policy.role("district"))
    for problem in checked.evaluation.problems:
        words = problem.explanation
        yield {
            "推荐区": district,
            "集群名称": cluster,
            "级别": words.severity.label,
            "代码": problem.code,
            "问题": words.title,
            "位置": wording.place_text(problem.location),
            "应为": words.expected,
            "实为": words.found,
            "怎样改正": words.hint,
        }


# --- frames ----------------------------------------------------------------------------------------------------


def _frames(layout: Layout, clusters: Sequence[Collected], receipts: Sequence[Receipt]) -> dict[str, pd.DataFrame]:
    """Every sheet as a table, in the order of the workbook; the same whatever order the files came in."""
    ordered = sorted(clusters, key=lambda one: (one.facts["推荐区"], one.facts["集群名称"], one.sha256))
    readings = readings_in_force(layout.policy, layout.season)
    parameters = [
        {
            "编号": p.number,
            "条文": p.text,
            "采用口径": readings[p.id],
            "其他读法": _others(p, readings[p.id]),
            "来源": p.source,
        }
        for p in layout.policy.parameters
    ]
    summary = pd.DataFrame([{"序号": i, **one.facts} for i, one in enumerate(ordered, 1)])
    return {
        "各区判定": _tally([(one.facts["推荐区"] or "（未填）", one.verdict) for one in ordered], "推荐区", "全市"),
        "各项条件": _tally(_by_criterion(layout, ordered), "条件"),
        "申报汇总": summary,
        "逐条矩阵": pd.DataFrame([_matrix_row(one) for one in ordered]),
        "短板清单": pd.DataFrame([row for one in ordered for row in _gaps(one)]),
        "数据问题": pd.DataFrame([row for one in ordered for row in one.problems]),
        "导入日志": pd.DataFrame([_log(receipt) for receipt in receipts]),
        "口径与参数": pd.DataFrame(parameters),
    }


def _others(parameter: Any, chosen: str) -> str:
    offered = [reading.label for reading in parameter.readings if reading.label != chosen]
    return "；".join([*offered, *filter(None, [parameter.considered])])


def _by_criterion(layout: Layout, clusters: Sequence[Collected]) -> list[tuple[str, Verdict]]:
    names = {c.id: f"（{c.numeral}）{c.title}" for c in layout.policy.criteria}
    return [(names[criterion], verdict) for one in clusters for criterion, verdict in one.criteria]


def _tally(pairs: Sequence[tuple[str, Verdict]], heading: str, total: str = "") -> pd.DataFrame:
    """How often each verdict was given, one row for each group, in the order the groups first appear."""
    if not pairs:
        return pd.DataFrame()
    frame = pd.DataFrame(pairs, columns=[heading, "判定"])
    table = pd.crosstab(frame[heading], frame["判定"]).reindex(index=frame[heading].unique(), fill_value=0)
    table = table.reindex(columns=[verdict.value for verdict in Verdict if verdict.value in table.columns])
    table.columns = pd.Index([Verdict(name).display for name in table.columns])
    table["合计"] = table.sum(axis=1)
    if total:
        table.loc[total] = table.sum(axis=0)
    return table.rename_axis(heading).reset_index()


def _matrix_row(one: Collected) -> dict[str, Any]:
    row = {"推荐区": one.facts["推荐区"], "集群名称": one.facts["集群名称"], "系统判定": one.verdict.display}
    row |= {f"条件{criterion}": verdict.letter for criterion, verdict in one.criteria}
    return row | {finding.rule: finding.verdict.letter for finding in one.findings}


def _gaps(one: Collected) -> Iterator[dict[str, Any]]:
    for finding in one.findings:
        if finding.verdict in wording.SHORT:
            yield {
                "推荐区": one.facts["推荐区"],
                "集群名称": one.facts["集群名称"],
                "判定": wording.verdict_text(finding),
                "规则": finding.rule,
                "短板": finding.title,
                "实际": finding.shown,
                "门槛": wording.bound_text(finding),
                "差额": wording.gap_text(finding.shortfall),
                "怎样补齐": finding.remedy or finding.sentence,
                "依据": finding.clause,
                "位置": "；".join(wording.place_text(place) for place in finding.locations[:3] if place.sheet),
                "来源文件": one.file,
            }


def _log(receipt: Receipt) -> dict[str, Any]:
    return {
        "文件": receipt.file,
        "集群名称": receipt.cluster,
        "处理": receipt.done,
        "说明": receipt.reason,
        "文件指纹（SHA-256）": receipt.sha256,
    }


# --- the workbook ----------------------------------------------------------------------------------------------


def _book(layout: Layout, frames: Mapping[str, pd.DataFrame]) -> bytes:
    """The whole master as bytes, so that the file on disk is replaced at once or not at all."""
    title = f"{layout.policy.scheme}{layout.season.year}年度"
    identity = {"master": layout.policy.id, "season": layout.season.id}
    return write_ledger(title, {name: _ledger(name, frame) for name, frame in frames.items()}, identity)


def _ledger(name: str, frame: pd.DataFrame) -> Ledger:
    rows = tuple(tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False))
    return Ledger(
        _INTRO[name], tuple(map(str, frame.columns)), rows, _FROZEN.get(name, 2), name == "逐条矩阵", name in _CHARTED
    )


_FROZEN = {"申报汇总": 4, "逐条矩阵": 3, "短板清单": 2, "导入日志": 1}
_CHARTED = ("各区判定", "各项条件")
_INTRO = {
    "各区判定": "各区申报集群的系统判定",
    "各项条件": "各项条件有多少集群达标",
    "申报汇总": "一个集群一行，数据由申报工作簿重新计算，不取自表中公式",
    "逐条矩阵": "　".join(f"{verdict.letter} {verdict.label}" for verdict in reversed(Verdict)),
    "短板清单": "未达标、软性偏离和数据缺失的规则，附差额和补齐办法",
    "数据问题": "各申报工作簿中的数据问题",
    "导入日志": "每份文件的处理结果；未汇总的写明原因",
    "口径与参数": "条文有多种读法的，本年度采用的口径",
}
