"""The collection as partitioned Parquet, for whoever computes on with it; the one module that uses pandas."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from toolkit.errors import WorkbookError
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.commission.disk import refused_writing, settle_file
from workbook.commission.inbox import legible
from workbook.commission.publish import Lock
from workbook.commission.schema import VERSION, Source, Table, Type, by_district, tables
from workbook.commission.settle import Cluster
from workbook.commission.swap import mend, put_in_place

MARK: Final = "_dataset.json"
MOST_ROWS: Final = 100_000
"""Rows of one file, and what is held in memory at a time."""
_NEEDED: Final = ("pandas", "pyarrow")
_UNSTATED: Final = "（未填）"
"""Not Hive's word for null: from a partition of nulls alone no reader can tell the type."""
_PLAIN: Final = re.compile(r"[^\w（）·-]")
_JUNK: Final = ("Thumbs.db", "desktop.ini")


def refuse_dataset(target: Path, policy: Policy) -> None:
    """Say early what would not go in the end: before ten thousand files are read.

    Raises:
        WorkbookError: Something it takes is not installed (W60), or the folder holds something else (W57).
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise WorkbookError("W60", reason="、".join(missing))
    reason = _foreign(target, policy)
    if reason:
        raise WorkbookError("W57", reason=reason)


def write_dataset(
    target: Path, policy: Policy, season: Season, clusters: Sequence[Cluster], *, most_rows: int = MOST_ROWS
) -> dict[str, int]:
    """Write the dataset of a season; other seasons in it stay.

    Args:
        target: The folder; replaced whole, or not at all.
        policy: What was collected.
        season: Its season.
        clusters: By district.
        most_rows: Rows of one file.

    Returns:
        Table → how many rows it has.

    Raises:
        WorkbookError: As ``refuse_dataset``; somebody else writes it just now; or it cannot be written (W09).
    """
    target = target.resolve()
    with Lock(target):
        try:
            mend(target)
            refuse_dataset(target, policy)
            with _beside(target) as new:
                counts = {one.name: _write(new, one, season, clusters, most_rows) for one in tables(policy, season)}
                _keep_others(target, new, season)
                _mark(new, policy)
                put_in_place(new, target)
        except OSError as error:
            raise refused_writing(target.name, error) from error
    return counts


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder to write into; what killed runs left of theirs goes."""
    for left in target.parent.glob(f".{target.name}-*.tmp"):
        shutil.rmtree(left, ignore_errors=True)
    new = target.with_name(f".{target.name}-{secrets.token_hex(8)}.tmp")
    new.mkdir()
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


# --- whose folder it is ----------------------------------------------------------------------------------------


def _foreign(target: Path, policy: Policy) -> str:
    """Why a folder may not be replaced; empty where it may."""
    name = legible(target.name)
    if not target.exists():
        return ""
    if not target.is_dir():
        return f"“{name}”是文件，不是文件夹"
    others = [one for one in target.rglob("*") if one.is_file() and not _known(one)]
    if others:
        return f"“{name}”中有其他文件：{legible(others[0].name)}"
    mark = _marked(target)
    if mark is None:
        return f"“{name}”不是数据集" if any(target.rglob("*.parquet")) else ""
    if mark.get("version") != VERSION or mark.get("policy") != policy.id:
        return f"“{name}”是另一规则或另一格式版本的数据集（{mark.get('policy')}，版本 {mark.get('version')}）"
    return ""


def _known(file: Path) -> bool:
    return file.suffix == ".parquet" or file.name == MARK or file.name.startswith(".") or file.name in _JUNK


def _marked(folder: Path) -> dict[str, Any] | None:
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return mark if isinstance(mark, dict) else None


def _mark(folder: Path, policy: Policy) -> None:
    path = folder / MARK
    path.write_text(json.dumps({"version": VERSION, "policy": policy.id}), "utf-8")
    settle_file(path)


def _keep_others(old: Path, new: Path, season: Season) -> None:
    """Take over the seasons that are not written anew."""
    for partition in sorted(old.glob("*/season=*")):
        if partition.name != _partition("season", season.id):
            kept = new / partition.relative_to(old)
            shutil.copytree(partition, kept, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    """A second name for what does not change; a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


# --- writing ---------------------------------------------------------------------------------------------------


def _write(folder: Path, table: Table, season: Season, clusters: Sequence[Cluster], most_rows: int) -> int:
    """One table, district by district; a table without any row is still one that can be read."""
    root, rows = folder / table.name / _partition("season", season.id), 0
    for district, some in by_district(clusters):
        where = root / _partition("district", district)
        for number, part in enumerate(_parts((row for one in some for row in table.rows(one)), most_rows)):
            _write_part(where / f"part-{number:05d}.parquet", table, part)
            rows += len(part)
    if not rows:
        _write_part(root / _partition("district", "") / "part-00000.parquet", table, [])
    return rows


def _partition(name: str, value: str) -> str:
    r"""The folder of a partition; a value that no folder can be called is spelled as in an address.

    Examples:
        >>> _partition("district", "浦东新区"), _partition("district", "a/b"), _partition("district", "")
        ('district=浦东新区', 'district=a%2Fb', 'district=（未填）')
    """
    return f"{name}={_PLAIN.sub(lambda match: quote(match[0], safe='', errors='replace'), value) or _UNSTATED}"


def _parts(rows: Iterable[Source], most: int) -> Iterator[list[Source]]:
    left = iter(rows)
    for first in left:
        yield list(chain([first], islice(left, most - 1)))


def _write_part(path: Path, table: Table, rows: Sequence[Source]) -> None:
    """A few rows at a time, every column of the type it is documented with."""
    import pandas as pd
    import pyarrow as pa

    types = {column.name: _arrow(column.type, pa) for column in table.columns}
    columns = {
        column.name: pd.Series([_held(column.value(row)) for row in rows], dtype=pd.ArrowDtype(types[column.name]))
        for column in table.columns
    }
    frame = pd.DataFrame(columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, engine="pyarrow", index=False, compression="zstd", schema=pa.schema(types))
    settle_file(path)


def _arrow(kind: Type, pa: Any) -> Any:
    match kind:
        case Type.STRING:
            return pa.string()
        case Type.INTEGER:
            return pa.int64()
        case Type.DOUBLE:
            return pa.float64()
        case Type.BOOLEAN:
            return pa.bool_()
        case Type.DATE:
            return pa.date32()
        case Type.TIMESTAMP:
            return pa.timestamp("us", tz="UTC")


def _held(value: object) -> object:
    """What was not stated is null; what no file can hold is seen as such."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() or None
    return value
