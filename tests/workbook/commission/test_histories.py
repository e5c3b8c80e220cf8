"""Whatever people do to a master, and whatever comes in meanwhile: all they typed is there after the next run."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.workbook.commission.hands import ACTS, MAIN, at_work, collected, name_of, tables, tokens

# The whole of `collect` has its own in the folder `histories`; these are smaller, and each goes further in one sheet.
HISTORIES = int(os.environ.get("HISTORIES", "200"))
# Typing is what people do most.
_OFTEN = [name for name in ACTS if name.startswith(("types", "notes"))]
_acts = st.tuples(st.sampled_from([*ACTS, *_OFTEN]), st.integers(0, 120), st.integers(0, 12))
_rows = st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.integers(0, 3), min_size=1)
_history = st.lists(st.tuples(st.lists(_acts, min_size=1, max_size=6), _rows), min_size=1, max_size=2)
# A history tells by itself what happened; shrinking one takes minutes.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@cache
def first_master(keys: str) -> bytes:
    """A master nobody has worked in."""
    with TemporaryDirectory() as folder:
        collected(None, Path(folder) / "总表.xlsx", tables(dict.fromkeys(keys, 1)))
        return (Path(folder) / "总表.xlsx").read_bytes()


@settings(max_examples=HISTORIES, phases=_PHASES)
@given(keys=st.sampled_from(["甲", "甲乙", "甲乙丙丁"]), history=_history)
def test_nothing_typed_is_ever_lost(keys: str, history: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        numbers, now, new = count(1), Path(folder) / "总表.xlsx", Path(folder) / "新.xlsx"
        now.write_bytes(first_master(keys))
        rows: dict[str, int] = {}
        for acts, rows in history:
            beside = said_beside(at_work(now, acts, numbers))
            left = tokens(now)
            collected(now, new, tables(rows))
            assert left - tokens(new) == set(), "typed, and nowhere any more"
            wanted = {one for one in beside if one[0] in rows}
            assert not wanted or wanted <= said_beside(openpyxl.load_workbook(new)), "not where it belongs"
            new.replace(now)
        collected(now, new, tables(rows))
        assert now.read_bytes() == new.read_bytes(), "a second run changed something"


def said_beside(book: Any) -> set[tuple[str, str, str]]:
    """Cluster, column and text of each word in 市级意见 and 备注, as a person sees it: by name, not by hidden keys."""
    if MAIN not in book.sheetnames:
        return set()
    names = {name_of(key): key for key in "甲乙丙丁戊"}
    sheet = [list(row) for row in book[MAIN].iter_rows(values_only=True)]
    head = next((row for row in sheet if "✎ 备注" in row), [])
    columns = {str(text): at for at, text in enumerate(head) if text and list(head).count(text) == 1}
    if not {"推荐区", "集群名称", "系统判定", "产值"} <= columns.keys():
        return set()
    shown = Counter(row[columns["集群名称"]] for row in sheet)
    found = set()
    for row in sheet:
        name = row[columns["集群名称"]]
        for heading in ("✎ 市级意见", "✎ 备注"):
            text = row[columns[heading]] if heading in columns else None
            if (
                isinstance(name, str)
                and name in names
                and shown[name] == 1
                and isinstance(text, str)
                and text.startswith("tok")
            ):
                found.add((names[name], heading, text))
    return found


@pytest.mark.parametrize("act", sorted(ACTS))
def test_each_thing_people_do_loses_nothing_by_itself(tmp_path: Path, act: str) -> None:
    now, new, rows = tmp_path / "总表.xlsx", tmp_path / "新.xlsx", {"甲": 1, "乙": 2, "丙": 3}
    collected(None, now, tables(rows))
    at_work(now, [("types", 15, 1), ("notes", 22, 2), *((act, which, which) for which in (1, 9, 17))])
    left = tokens(now)
    collected(now, new, tables(rows | {"乙": 0}))
    assert left - tokens(new) == set()
