"""What the commission's commands do: collect, and what goes with it."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workbook.commands import Exit, chosen, refuse
from workbook.progress import metered
from workbook.sealing import read_key

if TYPE_CHECKING:  # imported where it is needed: every other command starts without it
    from workbook.commission.collect import Collected, Order
    from workbook.commission.gather import Progress
    from workbook.commission.publish import Published
    from workbook.commission.settle import Receipt

_SHOWN = 20


def run_collect(options: argparse.Namespace) -> int:
    """Bring a folder of workbooks into one master, and keep what people wrote in it."""
    from workbook.commission.collect import collect
    from workbook.commission.dataset import refuse_dataset

    if not options.folder.is_dir():
        return refuse(f"没有文件夹 {options.folder}。请检查路径")
    if options.dataset:
        refuse_dataset(options.dataset, chosen(options).policy)
    try:
        with metered("汇总", "正在写总表") as progress:
            done = collect(_order(options, progress))
    except KeyboardInterrupt:
        return refuse("已中断。总表完好，已读过的文件不会重读；请再次运行同一命令，接着汇总")
    print("\n".join(_told(done)))
    if options.dataset:
        print(_as_dataset(options, done))
    for line in left_out(done.settled.receipts, "导入日志"):
        print(line, file=sys.stderr)
    return Exit.DATA_ERRORS if any(wrong(done.settled.receipts)) else Exit.CLEAN


def _order(options: argparse.Namespace, progress: Progress) -> Order:
    """What was asked for."""
    from workbook.commission.collect import Order
    from workbook.commission.take import Taking

    packs = (options.pack,) if options.pack else ()
    return Order(
        inbox=options.folder,
        target=options.output,
        layout=chosen(options),
        task=Taking(packs, tuple(map(read_key, options.key))),
        processes=options.processes,
        scheduler=options.scheduler,
        sample=options.sample or "",
        seed=options.seed or "",
        progress=progress,
    )


def _as_dataset(options: argparse.Namespace, done: Collected) -> str:
    """Write what was collected as a dataset; how much that is."""
    from workbook.commission.dataset import write_dataset

    layout = chosen(options)
    counts = write_dataset(options.dataset, layout.policy, layout.season, done.settled.clusters)
    return f"数据集：{options.dataset}（{'，'.join(f'{table} {rows} 行' for table, rows in counts.items())}）"


def _told(done: Collected) -> Iterator[str]:
    """What was done, and where it lies."""
    from workbook.commission.settle import Done

    counts = Counter(receipt.done for receipt in done.settled.receipts)
    others = "，".join(f"{what.value} {counts[what]} 份" for what in Done if what is not Done.ACCEPTED and counts[what])
    yield f"已汇总 {len(done.settled.clusters)} 个集群" + (f"；{others}（见“导入日志”）" if others else "")
    yield from _published("总表", done.published)
    if done.annex is not None:
        yield from _published("企业总名录", done.annex)
    yield from (f"提示：{note}" for note in (*done.notes, *done.notices))


def _published(what: str, published: Published) -> Iterator[str]:
    """What became of a workbook people may have open."""
    if published.beside:
        yield f"{what}正在其他程序中打开，未覆盖；新的写在旁边：{published.path}"
        yield f"下一步：请保存并关闭打开的{what}，再汇总一次，刚写的内容才会带入"
    elif published.changed:
        yield f"{what}：{published.path}"
    else:
        yield f"没有变化，{what}未改动：{published.path}"
    if published.backup:
        yield f"原{what}已备份：{published.backup}"


def wrong(receipts: Iterable[Receipt]) -> Iterator[str]:
    """Files that should have been taken up and were not."""
    from workbook.commission.settle import Done

    for receipt in receipts:
        if receipt.done is Done.REFUSED:
            yield f"  ✗ {receipt.file}：{receipt.reason}"


def left_out(receipts: Iterable[Receipt], log: str) -> Iterator[str]:
    """The first of them, and where the others are listed."""
    lines = list(wrong(receipts))
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"  …… 另有 {len(lines) - _SHOWN} 份，见“{log}”"
