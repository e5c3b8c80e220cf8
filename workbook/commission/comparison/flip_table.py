"""Every verdict that flips, with its reasons, its figure and its distance from both bounds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from toolkit.differences import Rules, bounds
from toolkit.threshold import Comparator
from workbook.area import quoted
from workbook.commission.comparison.run import Comparison, Standing
from workbook.commission.comparison.turns import AFTER, BEFORE, Turned
from workbook.commission.filing import Judged, Place
from workbook.commission.sheets.column import Told, distinct, table
from workbook.commission.sheets.summary import place_text
from workbook.commission.table import Column, Kind, Table, Value

FLIPS = "翻转清单"


def flip_table(comparison: Comparison, flips: Sequence[Turned], report: Path) -> Table:
    """翻转清单."""
    keys = distinct(f"{one.standing.cluster.key}|{one.level}|{one.id}" for one in flips)
    by_key = dict(zip(map(id, flips), keys, strict=True))
    intro = f"{both(comparison)}。余量为正的高出门槛，为负的未到门槛"
    told = [*_who(report), *_what(), *_figures(comparison), *_where(report)]
    return table(FLIPS, intro, told, flips, lambda one: by_key[id(one)], frozen=3)


def _who(report: Path) -> Iterator[Told[Turned]]:
    yield Told(Column(id="district", heading="推荐区", width=10), lambda one: one.standing.cluster.filing.district)
    name = Column(id="cluster", heading="集群名称", width=30)
    yield Told(name, lambda one: name_of(one.standing), lambda one: source(one.standing, report))
    yield Told(Column(id="level", heading="层级", width=7), lambda one: one.level.value)


def both(comparison: Comparison) -> str:
    """Which rule sets are meant, for the line under a title."""
    return f"{BEFORE}：{comparison.before.label}　{AFTER}：{comparison.after.label}"


def name_of(standing: Standing) -> str:
    """What a cluster is called; its file where it does not say."""
    return standing.cluster.filing.cluster or standing.cluster.file


def _what() -> Iterator[Told[Turned]]:
    yield Told(Column(id="id", heading="编号", width=15), lambda one: one.id)
    yield Told(Column(id="title", heading="条件或规则", width=24), lambda one: one.title)
    yield Told(
        Column(id="before", heading=f"{BEFORE} 判定", kind=Kind.VERDICT, width=13), lambda one: one.before.display
    )
    yield Told(Column(id="after", heading=f"{AFTER} 判定", kind=Kind.VERDICT, width=13), lambda one: one.after.display)
    yield Told(Column(id="turn", heading="变化", width=10), lambda one: one.turn.value)
    yield Told(Column(id="why", heading="原因", width=56), lambda one: one.why)


def _figures(comparison: Comparison) -> Iterator[Told[Turned]]:
    yield Told(Column(id="shown", heading="实际", width=18), _shown)
    for side, rules, at in ((BEFORE, comparison.sides.before, 0), (AFTER, comparison.sides.after, 1)):
        name = "before" if side == BEFORE else "after"
        yield Told(Column(id=f"bound:{name}", heading=f"{side} 门槛", width=16), _bound(rules, at))
        margin = Column(id=f"margin:{name}", heading=f"{side} 余量", kind=Kind.NUMBER, width=10)
        yield Told(margin, _margin(at))
        yield Told(Column(id=f"gap:{name}", heading=f"{side} 差额", width=14), _of_side(at, lambda judged: judged.gap))
    yield Told(Column(id="remedy", heading=f"按 {AFTER} 怎样补齐", width=40), _of_side(1, lambda judged: judged.remedy))


def _of_side(at: int, value: Callable[[Judged], Value]) -> Callable[[Turned], Value]:
    return lambda one: value((one.flip.before, one.flip.after)[at]) if one.flip else None


def _shown(one: Turned) -> Value:
    """The figure; both where the sides measure differently."""
    if one.flip is None:
        return None
    return "／".join(dict.fromkeys(filter(None, (one.flip.before.shown, one.flip.after.shown))))


def _bound(rules: Rules, at: int) -> Callable[[Turned], Value]:
    def value(one: Turned) -> Value:
        rule = one.seat.pair[at] if one.seat else None
        return "；".join(bounds(rule, rules.season).values()) if rule else None

    return value


def _margin(at: int) -> Callable[[Turned], Value]:
    def value(one: Turned) -> Value:
        rule = one.seat.pair[at] if one.seat else None
        threshold = rule.measure.threshold if rule else None
        judged = (one.flip.before, one.flip.after)[at] if one.flip else None
        if threshold is None or judged is None or judged.value is None or judged.bound is None:
            return None
        beyond = judged.value - judged.bound
        return round(beyond if Comparator(threshold.comparator).upward else -beyond, 4)

    return value


def _where(report: Path) -> Iterator[Told[Turned]]:
    yield Told(Column(id="clause", heading="依据", width=19), lambda one: one.clause)
    place = Column(id="place", heading="位置", width=24)
    yield Told(place, lambda one: place_text(_place(one)), lambda one: _cell(one.standing, _place(one), report))
    yield Told(Column(id="file", heading="来源文件", width=32), lambda one: one.standing.cluster.file)


def _place(one: Turned) -> Place:
    """The first cell that matters; of what is met none is kept."""
    if one.flip is None:
        return Place()
    return one.flip.after.place if one.flip.after.place.sheet else one.flip.before.place


# --- links -----------------------------------------------------------------------------------------------------


def source(standing: Standing, report: Path) -> str:
    """The file that was read, as seen from the report; empty where a link cannot say it."""
    try:
        path = os.path.relpath(standing.path, report.parent)
        path.encode()
    except ValueError:  # another drive of Windows, or a name that is no text
        return ""
    return "" if "#" in path else f"external:{path}"


def _cell(standing: Standing, place: Place, report: Path) -> str:
    file = source(standing, report)
    return f"{file}#{quoted(place.sheet)}!{place.cell}" if file and place.sheet else ""
