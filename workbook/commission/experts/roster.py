"""Who is asked: a list of experts as a small workbook or CSV, and the clusters each must not judge."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.characters import key_of
from toolkit.errors import WorkbookError
from workbook.commission.settle import Cluster
from workbook.commission.words import read_value, text_of
from workbook.engines.files import FileBook

NAME, UNIT, RECUSALS = "姓名", "单位", "回避集群"
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_BETWEEN: Final = re.compile(r"[、，,；;\n]+")
_LONGEST = 40


class Expert(NamedTuple):
    """One expert.

    Attributes:
        recusals: Names of clusters, as the list has them.
    """

    name: str
    unit: str = ""
    recusals: tuple[str, ...] = ()


def experts_in(path: Path) -> tuple[Expert, ...]:
    """The experts of a list: .xlsx or .csv with the headings 姓名, 单位 and 回避集群; the last two may be left out.

    Raises:
        WorkbookError: It cannot be read, or has no such heading (W48).
    """
    table = _csv(path) if path.suffix.lower() == ".csv" else _sheet(path)
    at = next((number for number, row in enumerate(table) if NAME in row), None)
    if at is None:
        raise WorkbookError("W48", reason=f"“{path.name}”没有“{NAME}”一列")
    rows = (dict(zip(table[at], row, strict=False)) for row in table[at + 1 :])
    return known(_expert(row) for row in rows if any(row.values()))


def known(experts: Iterable[Expert]) -> tuple[Expert, ...]:
    """The same, each with a name of their own.

    Raises:
        WorkbookError: There is none, one has no name, or two cannot be told apart (W48).
    """
    found: dict[tuple[str, str], Expert] = {}
    for one in experts:
        if not one.name or len(one.name) > _LONGEST:
            raise WorkbookError("W48", reason=f"有一位专家的姓名空白或者超过 {_LONGEST} 个字")
        if found.setdefault((key_of(one.name), key_of(one.unit)), one) is not one:
            raise WorkbookError("W48", reason=f"“{one.name}”重复出现，请用单位区分")
    if not found:
        raise WorkbookError("W48", reason="没有专家")
    return tuple(found.values())


def _expert(row: Mapping[str, str]) -> Expert:
    recusals = tuple(name.strip() for name in _BETWEEN.split(row.get(RECUSALS, "")) if name.strip())
    return Expert(row.get(NAME, "").strip(), row.get(UNIT, "").strip(), recusals)


def recused(expert: Expert, clusters: Sequence[Cluster]) -> frozenset[str]:
    """Keys of the clusters an expert must not judge.

    Raises:
        WorkbookError: A name is that of no cluster; passed over, it would be a conflict of interest nobody sees (W48).
    """
    return frozenset(key for name in expert.recusals for key in _named(expert, name, clusters))


def _named(expert: Expert, name: str, clusters: Sequence[Cluster]) -> Iterator[str]:
    found = [one.key for one in clusters if key_of(one.filing.cluster) == key_of(name)]
    if not found:
        raise WorkbookError("W48", reason=f"专家“{expert.name}”的回避集群“{name}”不在总表内")
    yield from found


# --- the two kinds of files -------------------------------------------------------------------------------------


def _csv(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WorkbookError("W48", reason=f"无法读取“{path.name}”") from error
    for encoding in _ENCODINGS:
        try:
            return [[one.strip() for one in row] for row in csv.reader(StringIO(data.decode(encoding)))]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise WorkbookError("W48", reason=f"“{path.name}”不是 UTF-8 或 GB 18030 编码的 CSV")


def _sheet(path: Path) -> list[list[str]]:
    """The first sheet."""
    book = FileBook(path)
    cells = book.cells(book.sheets[0])
    rows = {row for row, _ in cells}
    width = max((column for _, column in cells), default=0)
    return [
        [text_of(read_value(cell.value)) if (cell := cells.get((row, at))) else "" for at in range(1, width + 1)]
        for row in sorted(rows)
    ]
