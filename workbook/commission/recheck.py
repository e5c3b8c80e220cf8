"""待复核: rows whose figures changed under what somebody had written there; both are kept until somebody has looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from workbook.commission.held import HeldTable
from workbook.commission.table import Column, Owner, Row, Table

RECHECK: Final = "待复核"
_INTRO: Final = "填写意见之后数据又有变化的行：左列为变动前后的数值和当时的填写，请核对后填写复核结果；已复核的留作记录"
ANSWERS: Final = ("维持原意见", "已修改意见", "需补正", "待研究")
_TELLING: Final = (
    Column(id="sheet", heading="来源表", width=13),
    Column(id="words", heading="所在行", width=38),
    Column(id="columns", heading="变动的列", width=20),
    Column(id="old", heading="原数值", width=36),
    Column(id="new", heading="新数值", width=36),
    Column(id="written", heading="当时的填写", width=44),
)
_PEOPLES: Final = (
    Column(id="result", heading="复核结果", owner=Owner.PEOPLE, width=14, choices=ANSWERS),
    Column(id="reviewer", heading="复核人", owner=Owner.PEOPLE, width=10),
    Column(id="remark", heading="备注", owner=Owner.PEOPLE, width=24),
)
_KEY: Final = (Column(id="key", heading="行标识", width=14, level=1, hidden=True),)


class Change(NamedTuple):
    """A row whose figures changed.

    Attributes:
        sheet: Its table.
        words: What it calls itself.
        columns, old, new: Of what changed, a line each.
        written: What stood there.
        key: Of the row.
    """

    sheet: str
    words: str
    columns: str
    old: str
    new: str
    written: str
    key: str


def recheck_table(changes: Iterable[Change], held: HeldTable | None, order: Sequence[str]) -> Table:
    """The sheet: what stands on it already, and what has come.

    Args:
        changes: Of this run.
        held: The sheet of before.
        order: Names of the tables as they come in the master.
    """
    found = _kept(held)
    for change in changes:
        key = _free(change, found)
        found[key] = Row(key, (*change[:6], None, None, None, change.key))
    places = {name: at for at, name in enumerate(order)}

    def where(row: Row) -> tuple[int, str, str]:
        return places.get(str(row.values[0]), len(places)), str(row.values[1]), row.key

    rows = tuple(sorted(found.values(), key=where))
    return Table(name=RECHECK, intro=_INTRO, columns=(*_TELLING, *_PEOPLES, *_KEY), rows=rows, frozen=2)


def _kept(held: HeldTable | None) -> dict[str, Row]:
    """What stands on the sheet already, by key; rows whose keys were deleted get others."""
    found: dict[str, Row] = {}
    for row in held.rows if held is not None else ():
        told = [row.stands(column.id) for column in (*_TELLING, *_KEY)]
        key = row.key or _free(Change(*("" if one is None else str(one) for one in told)), found)
        found.setdefault(key, Row(key, (*told[:-1], None, None, None, told[-1])))
    return found


def _free(change: Change, taken: Iterable[str]) -> str:
    """A key for a change; the same change may come again, and is another then."""
    told = repr(change).encode("utf-8", "surrogatepass")
    first = blake2b(told, digest_size=10).hexdigest()
    known, number = set(taken), 1
    while (key := first if number == 1 else f"{first}#{number}") in known:
        number += 1
    return key
