"""A comparison becomes a workbook that can be printed, and that replaces nothing but an earlier report."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import WorkbookError
from workbook.commission.comparison import page
from workbook.commission.comparison.change_table import change_table
from workbook.commission.comparison.count_table import cluster_table, count_table
from workbook.commission.comparison.flip_table import flip_table
from workbook.commission.comparison.run import Comparison
from workbook.commission.comparison.turns import turned
from workbook.commission.publish import Lock, Published, publish
from workbook.commission.sheets.column import table
from workbook.commission.sheets.lists import receipt_columns
from workbook.commission.table import Table
from workbook.commission.write import write_master
from workbook.engines.files import FileBook
from workbook.identity import COMPARISON

TITLE = "规则变化影响"
FILES = "文件记录"


def write_report(target: Path, comparison: Comparison) -> Published:
    """Write the report.

    Raises:
        WorkbookError: Something else stands there (W56), somebody writes it just now, or it cannot be written.
    """
    target = target.resolve()
    with Lock(target):
        refuse_to_replace(target)
        return publish(target, lambda path: _write(path, comparison, target))


def refuse_to_replace(target: Path) -> None:
    """Only a report may be replaced by a report; better known before ten thousand files are read.

    Raises:
        WorkbookError: Something else stands there (W56).
    """
    if not target.exists():
        return
    try:
        is_report = COMPARISON in FileBook(target).names
    except (WorkbookError, OSError):
        is_report = False
    if not is_report:
        raise WorkbookError("W56", name=target.name)


def tables(comparison: Comparison, report: Path) -> tuple[Table, ...]:
    """Every sheet behind the first page.

    Args:
        comparison: What is told.
        report: Where the report will stand, for links that go on working when both are moved together.
    """
    flips = list(turned(comparison))
    files = table(
        FILES, "收件中每份文件的处理结果", receipt_columns(), comparison.receipts, lambda one: one.file, frozen=1
    )
    return (
        flip_table(comparison, flips, report),
        change_table(comparison, flips),
        count_table(comparison),
        cluster_table(comparison, flips, report),
        files,
    )


def _write(path: Path, comparison: Comparison, report: Path) -> None:
    sheets = tables(comparison, report)
    identity = {COMPARISON.removeprefix("meta_"): f"{comparison.before.fingerprint} {comparison.after.fingerprint}"}
    write_master(
        path,
        TITLE,
        sheets,
        identity,
        first=lambda book, styles: page.draw(book, styles, comparison, TITLE, sheets),
    )
