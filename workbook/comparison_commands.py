"""What the command ``compare`` does: two rule sets over one inbox, told on the terminal, as a report and as data."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from workbook.commands import Exit, refuse
from workbook.commission_commands import left_out, wrong
from workbook.progress import metered

if TYPE_CHECKING:  # imported where it is needed: every other command starts without it
    from workbook.commission.comparison.run import Comparison
    from workbook.commission.publish import Published

_SHOWN = 20


def run_compare(options: argparse.Namespace) -> int:
    """Judge an inbox by two rule sets and tell who comes out otherwise."""
    from workbook.commission.comparison.judging import Judging
    from workbook.commission.comparison.report import refuse_to_replace, write_report
    from workbook.commission.comparison.run import Request, compare
    from workbook.commission.comparison.sides import sides

    if not options.folder.is_dir():
        return refuse(f"没有文件夹 {options.folder}。请检查路径")
    before, after = sides(options.sides, options.season)
    if options.output is not None:
        refuse_to_replace(options.output)
    with metered("比较", "正在整理") as progress:
        request = Request(
            inbox=options.folder,
            task=Judging(before, after),
            report=options.output,
            processes=options.processes,
            scheduler=options.scheduler,
            progress=progress,
        )
        comparison = compare(request)
    published = None if options.output is None else write_report(options.output, comparison)
    _print(comparison, published, as_data=options.json)
    for line in left_out(comparison.receipts, "文件记录"):
        print(line, file=sys.stderr)
    return Exit.DATA_ERRORS if any(wrong(comparison.receipts)) else Exit.CLEAN


def _print(comparison: Comparison, published: Published | None, *, as_data: bool) -> None:
    from workbook.commission.comparison.record import comparison_record

    if as_data:
        print(json.dumps(comparison_record(comparison), ensure_ascii=False))
    else:
        print("\n".join([*_told(comparison), *_written(published)]))


def _told(comparison: Comparison) -> Iterator[str]:
    """What is compared, how many flip, which rules differ, and who flips."""
    from workbook.commission.comparison.page import facts, headline
    from workbook.commission.comparison.record import lines_of

    yield headline(comparison)
    yield from (f"  {fact}" for fact in facts(comparison))
    yield from _some("规则差异：", list(_differing(comparison)))
    yield from _some("总体判定翻转的集群：", list(lines_of(comparison)))


def _differing(comparison: Comparison) -> Iterator[str]:
    """Rules that have changed one by one; those only one side has are many, so they are only named."""
    from workbook.commission.comparison.change_table import changes
    from workbook.commission.comparison.turns import turned

    alone: dict[str, list[str]] = {}
    for one in changes(comparison, list(turned(comparison))):
        if one.alone is not None:
            alone.setdefault(one.kind, []).append(one.id)
            continue
        what = f"{one.kind}（{one.what}）" if one.what else one.kind
        turns = "，".join(f"{turn.value} {count} 个" for turn, count in one.turns.items())
        way = f"{one.before or '无'}→{one.after or '无'}"
        yield " ".join(filter(None, (one.id, one.title, f"{what}：{way}", turns)))
    for kind, rules in alone.items():
        yield f"{kind}的规则 {len(rules)} 条：{'、'.join(rules)}"


def _some(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield heading
    yield from (f"  {line}" for line in islice(lines, _SHOWN))
    if len(lines) > _SHOWN:
        yield "  …… 其余见报告；没有写报告的，请加 -o 写出"


def _written(published: Published | None) -> Iterator[str]:
    if published is None:
        return
    if published.beside:
        yield f"报告正在其他程序中打开，未覆盖；新的写在旁边：{published.path}"
    else:
        yield f"报告：{published.path}"
    if published.backup:
        yield f"原报告已备份：{published.backup}"
