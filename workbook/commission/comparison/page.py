"""The first page of a report: what was compared, how many come out otherwise, and pictures of where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from workbook.commission import pictures
from workbook.commission.comparison.change_table import turn_column
from workbook.commission.comparison.count_table import COUNTS, Line, lines, turned_as_a_whole
from workbook.commission.comparison.run import Comparison
from workbook.commission.comparison.turns import AFTER, BEFORE, Level, Turn
from workbook.commission.pictures import Span
from workbook.commission.settle import Done
from workbook.commission.table import FIRST_ROW, Table
from workbook.sheets.style import Styles
from workbook.sheets.style import page as set_up

PAGE = "概况"
_COLUMNS = 18
_FACTS, _CHARTS, _TALL = 6, 13, 21
_MOST = 12
_SIDES = {"before": "#B8C2CC", "after": "#5B8DB8"}
_FILLS = {Turn.GAINED: "#8CCB9B", Turn.LOST: "#E58E89", Turn.CHANGED: "#F3CE82"}


def draw(book: Any, styles: Styles, comparison: Comparison, title: str, tables: Sequence[Table]) -> None:
    """Put the page in front of all others.

    Args:
        book: An XlsxWriter workbook; the tables may be written before or after.
        styles: Its formats.
        comparison: What the numbers are counted from.
        title: Of the report.
        tables: All tables; one of them holds what is drawn.
    """
    sheet = book.add_worksheet(PAGE)
    sheet.set_column(0, _COLUMNS - 1, 9.6)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{title}{PAGE}", styles["title"])
    sheet.write_string(1, 0, headline(comparison), styles["fact"])
    pictures.put_tiles(sheet, styles, tuple(_tiles(comparison)))
    for row, fact in enumerate(facts(comparison), start=_FACTS):
        sheet.write_string(row, 0, fact, styles["fact"])
    if comparison.clusters:
        counts = next(table for table in tables if table.name == COUNTS)
        for number, chart in enumerate(_charts(book, comparison, counts)):
            row, column = _CHARTS + (number // 2) * _TALL, (number % 2) * (_COLUMNS // 2)
            sheet.insert_chart(row, column, chart, {"x_offset": 2, "description": chart.title.name})
    set_up(sheet, title, tall=1)


def headline(comparison: Comparison) -> str:
    """The whole in one line."""
    turns = turned_as_a_whole(comparison)
    told = "，".join(f"{turn.value} {turns.get(turn, 0)} 个" for turn in Turn)
    return f"比较集群 {len(comparison.clusters)} 个：总体判定{told}，不变 {turns.get(None, 0)} 个"


def _tiles(comparison: Comparison) -> Iterator[tuple[str, int]]:
    turns = turned_as_a_whole(comparison)
    yield "比较集群（个）", len(comparison.clusters)
    for turn in Turn:
        yield f"{turn.value}（个）", turns.get(turn, 0)
    yield "不变（个）", turns.get(None, 0)
    yield "规则差异（处）", sum(len(seat.changes) or not seat.shared for seat in comparison.sides.rules)


def facts(comparison: Comparison) -> Iterator[str]:
    """What was compared, and what to bear in mind."""
    for name, side in ((BEFORE, comparison.before), (AFTER, comparison.after)):
        policy, season = side.rules
        told = f"{policy.document}，{season.year} 年度，评价基准日 {season.reference_date}"
        yield f"{name}：{side.label}　{told}　规则包指纹 {side.fingerprint}"
        if policy.partial:
            yield f"{name} 只含已核实的条件，其总体判定不代表全部认定条件"
    yield f"同一份申报按 {BEFORE}、{AFTER} 各判定一次；填报项按编号对应，工作簿中没有的按数据缺失处理，不作推测"
    yield f"区初审“符合”的意见，只用于 {BEFORE}、{AFTER} 与工作簿本身规则相同的条目；规则变了的，须重新判定"
    if comparison.before.rules.season.year != comparison.after.rules.season.year:
        yield "两个年度不同：各年数值按“上一完整年度”“前一年”等相对年份对应，不按日历年份"
    left = sum(one.done is Done.REFUSED for one in comparison.receipts)
    if left:
        yield f"另有 {left} 份文件未计入，见“文件记录”"


def _charts(book: Any, comparison: Comparison, counts: Table) -> Iterator[Any]:
    told = lines(comparison)
    yield _sides(book, counts, _span(told, Level.WHOLE), "总体判定（集群数）")
    yield _sides(book, counts, _span(told, Level.CRITERION), "各项条件达标的集群数")
    turned = sum(1 for one in told if one.level is Level.RULE and one.flipped)
    if turned:
        rules = _span(told, Level.RULE)
        yield _turns(book, counts, _span(told, Level.CRITERION), "各项条件判定翻转的集群数")
        most = Span(rules.first, rules.first + min(turned, _MOST) - 1)
        yield _turns(book, counts, most, "翻转最多的规则（集群数）")


def _span(told: Sequence[Line], level: Level) -> Span:
    """Where the lines of a level stand."""
    at = [i for i, one in enumerate(told) if one.level is level]
    return Span(at[0] + FIRST_ROW - 1, at[-1] + FIRST_ROW - 1)


def _sides(book: Any, counts: Table, span: Span, title: str) -> Any:
    """Both sides beside each other."""
    chart = book.add_chart({"type": "bar"})
    for column, colour in _SIDES.items():
        chart.add_series(_series(counts, column, span, colour))
    return _dressed(chart, title)


def _turns(book: Any, counts: Table, span: Span, title: str) -> Any:
    """Which way verdicts go."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for turn, colour in _FILLS.items():
        chart.add_series(_series(counts, turn_column(turn).id, span, colour))
    return _dressed(chart, title)


def _dressed(chart: Any, title: str) -> Any:
    """Without an axis of numbers: they stand in the bars, and a few clusters would be counted in halves."""
    dressed = pictures.dressed(chart, title)
    dressed.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    return dressed


def _series(counts: Table, column_id: str, span: Span, colour: str) -> dict[str, Any]:
    at = {column.id: position for position, column in enumerate(counts.columns, start=pictures.HIDDEN)}
    return pictures.series(counts.name, at[column_id], at["item"], span, colour)
