"""How many clusters come out which way, overall, by criterion and by rule; and each cluster in one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.finding import Verdict
from toolkit.rules import Criterion
from workbook.commission.comparison.change_table import turn_column
from workbook.commission.comparison.flip_table import name_of, source
from workbook.commission.comparison.matching import Seat
from workbook.commission.comparison.run import Comparison, Standing
from workbook.commission.comparison.turns import (
    AFTER,
    BEFORE,
    Level,
    Turn,
    Turned,
    Verdicts,
    on_criterion,
    on_rule,
    whole,
)
from workbook.commission.sheets.column import Told, distinct, table
from workbook.commission.table import Column, Kind, Table, Value

COUNTS, CLUSTERS = "翻转统计", "逐集群"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of counts; ``before`` and ``after`` are None where a side does not ask."""

    level: Level
    id: str
    item: str
    before: int | None
    after: int | None
    turns: Mapping[Turn, int] = field(default_factory=dict)

    @property
    def flipped(self) -> int:
        """How many clusters' verdicts flip."""
        return sum(self.turns.values())


def count_table(comparison: Comparison) -> Table:
    """翻转统计."""
    told: list[Told[Line]] = [
        Told(Column(id="level", heading="分类", width=8), lambda one: one.level.value),
        Told(Column(id="item", heading="项目", width=34), lambda one: one.item),
        Told(Column(id="before", heading=BEFORE, kind=Kind.NUMBER, width=9), lambda one: one.before),
        Told(Column(id="after", heading=AFTER, kind=Kind.NUMBER, width=9), lambda one: one.after),
        *(Told(turn_column(turn), _turns(turn)) for turn in Turn),
    ]
    intro = "总体各行为判定为该项的集群数；条件和规则各行，A、B 为达标的集群数，其后为判定翻转的集群数"
    return table(COUNTS, intro, told, lines(comparison), lambda one: f"{one.level}|{one.id or one.item}")


def _turns(turn: Turn) -> Callable[[Line], Value]:
    return lambda one: one.turns.get(turn) or None


def lines(comparison: Comparison) -> list[Line]:
    """The whole by verdict, every criterion, and every rule: those that turn the most clusters first."""
    sides, clusters = comparison.sides, comparison.clusters
    before, after = (Counter(whole(one)[at] for one in clusters) for at in (0, 1))
    rules = (_line(Level.RULE, *seat.pair.named, [on_rule(seat, one) for one in clusters]) for seat in sides.rules)
    return [
        *(
            Line(level=Level.WHOLE, id="", item=verdict.label, before=before[verdict], after=after[verdict])
            for verdict in reversed(Verdict)
        ),
        *(
            _line(Level.CRITERION, *seat.pair.named, [on_criterion(seat, one) for one in clusters])
            for seat in sides.criteria
        ),
        *sorted(rules, key=lambda one: -one.flipped),
    ]


def _line(level: Level, id_: str, title: str, said: Sequence[Verdicts]) -> Line:
    both = ((before, after) for before, after in said if before is not None and after is not None)
    return Line(
        level=level,
        id=id_,
        item=f"{id_} {title}",
        before=_met([before for before, _ in said]),
        after=_met([after for _, after in said]),
        turns=Counter(turn for pair in both if (turn := Turn.of(*pair))),
    )


def _met(said: Sequence[Verdict | None]) -> int | None:
    """How many are met; None where nobody is asked."""
    return None if None in said else said.count(Verdict.MET)


def turned_as_a_whole(comparison: Comparison) -> Mapping[Turn | None, int]:
    """How many clusters go which way; None for those that stay."""
    return Counter(Turn.of(*whole(one)) for one in comparison.clusters)


# --- each cluster ----------------------------------------------------------------------------------------------


def cluster_table(comparison: Comparison, flips: Sequence[Turned], report: Path) -> Table:
    """逐集群."""
    turns: dict[int, Counter[Turn]] = {}
    for one in flips:
        if one.level is Level.RULE:
            turns.setdefault(id(one.standing), Counter())[one.turn] += 1
    told = [*_who(report), *_wholes(turns), *map(_criterion, comparison.sides.criteria), *_origin()]
    keys = iter(list(distinct(one.cluster.key for one in comparison.clusters)))
    legend = "　".join(f"{verdict.letter} {verdict.label}" for verdict in reversed(Verdict))
    intro = f"各条件只写一个字的没有变化，写作“达→否”的判定翻转；{legend}"
    return table(CLUSTERS, intro, told, comparison.clusters, lambda _: next(keys), frozen=2)


def _who(report: Path) -> Iterator[Told[Standing]]:
    yield Told(Column(id="district", heading="推荐区", width=10), lambda one: one.cluster.filing.district)
    yield Told(Column(id="cluster", heading="集群名称", width=32), name_of, lambda one: source(one, report))


def _wholes(turns: Mapping[int, Mapping[Turn, int]]) -> Iterator[Told[Standing]]:
    for at, side in enumerate((BEFORE, AFTER)):
        column = Column(id=f"whole:{at}", heading=f"{side} 总体判定", kind=Kind.VERDICT, width=14)
        yield Told(column, _whole(at))
    yield Told(Column(id="turn", heading="变化", width=10), lambda one: Turn.of(*whole(one)) or "不变")
    for turn in Turn:
        column = Column(id=f"n:{turn.name}", heading=f"规则{turn.value}", kind=Kind.NUMBER, width=9)
        yield Told(column, _rules(turns, turn))


def _whole(at: int) -> Callable[[Standing], Value]:
    return lambda one: whole(one)[at].display


def _rules(turns: Mapping[int, Mapping[Turn, int]], turn: Turn) -> Callable[[Standing], Value]:
    return lambda one: turns.get(id(one), {}).get(turn) or None


def _criterion(seat: Seat[Criterion]) -> Told[Standing]:
    def value(one: Standing) -> Value:
        said = (verdict.letter if verdict else "无" for verdict in on_criterion(seat, one))
        return "→".join(dict.fromkeys(said))

    return Told(Column(id=f"c:{seat.pair.id}", heading=f"条件 {seat.pair.id}", width=8), value)


def _origin() -> Iterator[Told[Standing]]:
    yield Told(Column(id="round", heading="申报轮次", kind=Kind.NUMBER, width=8), lambda one: one.cluster.filing.round)
    rules = Column(id="rules", heading="工作簿的规则、年度和模板版本", width=26)
    yield Told(rules, _rules_of)
    yield Told(Column(id="told", heading="来件说明", width=34), lambda one: one.cluster.remark)
    yield Told(Column(id="file", heading="来源文件", width=34), lambda one: one.cluster.file)
    sha = Column(id="sha256", heading="文件指纹", kind=Kind.CODE, width=18, level=1)
    yield Told(sha, lambda one: one.cluster.filing.sha256[:16])


def _rules_of(one: Standing) -> Value:
    filing = one.cluster.filing
    return f"{filing.policy} / {filing.season} / {filing.template}"
