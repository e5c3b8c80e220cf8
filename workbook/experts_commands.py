"""What ``jiqun experts …`` does: scoring workbooks go out; they come back through ``jiqun collect``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import WorkbookError
from workbook.commands import Exit, chosen, refuse
from workbook.package.patch import replace_file

if TYPE_CHECKING:  # imported where it is needed: every other command starts without it
    from workbook.commission.experts.roster import Expert
    from workbook.commission.settle import Cluster
    from workbook.commission.sheets.column import Desk

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def run_prepare(options: argparse.Namespace) -> int:
    """Write a scoring workbook for each expert."""
    from workbook.commission.collect import Order, desk_of
    from workbook.commission.experts.form import Assignment
    from workbook.commission.experts.pages import scoring_workbook
    from workbook.commission.experts.roster import recused
    from workbook.commission.take import Taking

    if not options.folder.is_dir():
        return refuse(f"没有文件夹 {options.folder}。请检查路径")
    if not options.master.is_file():
        return refuse(f"没有总表 {options.master}。请先运行 jiqun collect")
    experts = _experts(options)
    packs = (options.pack,) if options.pack else ()
    layout = chosen(options)
    order = Order(inbox=options.folder, target=options.master, layout=layout, task=Taking(packs), processes=1)
    desk = desk_of(order)
    clusters = tuple(_passed(desk, everything=options.all))
    if not clusters:
        raise WorkbookError("W49")
    tasks = [
        Assignment(
            policy=layout.policy,
            season=layout.season,
            expert=expert.name,
            unit=expert.unit,
            clusters=clusters,
            recusals=recused(expert, desk.clusters) & {one.key for one in clusters},
            round=options.round,
        )
        for expert in experts
    ]
    targets = _targets(options.output, experts)
    for task, target in zip(tasks, targets, strict=True):
        replace_file(target, [scoring_workbook(task)])
        print(f"{task.expert}：{target}" + (f"（预先标注回避 {len(task.recusals)} 个）" if task.recusals else ""))
    print(f"已为 {len(tasks)} 位专家生成评审表，各 {len(clusters)} 个集群")
    print("下一步：分别发给专家；交回的评审表放入“收件”文件夹，再运行 jiqun collect")
    return Exit.CLEAN


def _experts(options: argparse.Namespace) -> tuple[Expert, ...]:
    """Those of the list and those named on the call."""
    from workbook.commission.experts.roster import Expert, experts_in, known

    listed = experts_in(options.list) if options.list else ()
    return known((*listed, *(Expert(name.strip()) for name in options.expert)))


def _passed(desk: Desk, *, everything: bool) -> Iterator[Cluster]:
    from workbook.commission.decisions import FORMAL, PASSED
    from workbook.commission.words import text_of

    for one in desk.clusters:
        if everything or text_of(desk.said(FORMAL, one.key).get("conclusion")) == PASSED:
            yield one


def _targets(folder: Path, experts: Sequence[Expert]) -> list[Path]:
    """A file for each; nothing is written where one of them is there already.

    Raises:
        WorkbookError: One is there already (W10).
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"专家评审表-{_UNFIT.sub('_', name)}.xlsx" for name in _names(experts)]
    taken = next((target for target in targets if target.exists()), None)
    if taken is not None:
        raise WorkbookError("W10", name=taken.name)
    return targets


def _names(experts: Sequence[Expert]) -> Iterator[str]:
    """Names of files: two experts of one name are told apart by their units."""
    names = [one.name for one in experts]
    for one in experts:
        yield f"{one.name}-{one.unit}" if names.count(one.name) > 1 else one.name
