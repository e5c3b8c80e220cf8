"""The first page of the master: the few numbers everybody asks for, and four pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from toolkit.finding import Verdict
from workbook.commission.look import SHARES
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.gaps import BANDS, DISTRIBUTION
from workbook.commission.sheets.overlaps import NAME as OVERLAPS
from workbook.commission.sheets.statistics import CITY, CRITERIA, DISTRICTS, GAPS, NAME, Line, headline, lines
from workbook.commission.table import FIRST_ROW, HEAD_ROW, Table, Value
from workbook.sheets.style import HEAD, HEAD_INK, LINE, STYLES, VERDICT_FILL, Styles, page

PAGE = "总览"
HIDDEN = 2
"""Columns before the first visible one of every table."""
_COLUMNS, _WIDTH = 24, 7.2
"""Narrow columns that tiles, table and pictures lie on."""
_TILE, _DISTRICT, _SHARE = 3, 3, 2
"""How many of them a tile, the name of a district and the share of a criterion take."""
_HEAT_ROW = 6
_WIDE, _TALLS, _ROW = 650, (380, 480), 20
"""A picture in pixels, those above and below, and how tall a row is."""
_A3 = 8
_STEPS = 8
_BANDS = ("#F9D0CE", "#FBE0C4", "#FDF0C4", "#E3F2D9", "#C9E8CF", "#A7D8B4")
_BORDER = "#6B7280"


class Span(NamedTuple):
    """Rows of a written sheet, counted from 0 as XlsxWriter does."""

    first: int
    last: int


def draw(book: Any, styles: Styles, desk: Desk, title: str, tables: Sequence[Table]) -> None:
    """Put the page in front of all others.

    Args:
        book: An XlsxWriter workbook; the tables may be written before or after.
        styles: Its formats.
        desk: What the numbers are counted from.
        title: Scheme and year.
        tables: All tables; two of them hold what is drawn.
    """
    sheet = book.add_worksheet(PAGE)
    found = {table.name: table for table in tables}
    sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{title}{PAGE}", styles["title"])
    sheet.write_string(1, 0, headline(desk), styles["fact"])
    put_tiles(sheet, styles, tuple(_tiles(desk, found)))
    if desk.clusters:
        row = _put_shares(sheet, styles, desk)
        _put_charts(sheet, tuple(_charts(book, found)), row + 1)
    page(sheet, title, tall=1)
    sheet.set_paper(_A3)


def _tiles(desk: Desk, tables: Mapping[str, Table]) -> Iterator[tuple[str, int]]:
    """What is asked first."""
    verdicts = Counter(one.filing.verdict for one in desk.clusters)
    yield "收到文件（份）", len(desk.receipts)
    yield "汇总集群（个）", len(desk.clusters)
    for verdict in (Verdict.MET, Verdict.UNMET, Verdict.MISSING):
        yield f"{verdict.display}（个）", verdicts[verdict.value]
    yield f"{Verdict.REVIEW.display}（个）", verdicts[Verdict.REVIEW.value] + verdicts[Verdict.DEVIATES.value]
    yield "数据问题（处）", sum(len(one.filing.problems) for one in desk.clusters)
    yield "跨集群查重（项）", sum(1 for _ in tables[OVERLAPS].rows)


def put_tiles(sheet: Any, styles: Styles, tiles: Sequence[tuple[str, int]]) -> None:
    """Row by row: what is written is out of reach once the next row begins."""
    box = {"align": "center", "bg_color": HEAD, "font_color": HEAD_INK, "border": 1, "border_color": LINE}
    sheet.set_row(3, 34)
    sheet.set_row(4, 18)
    for row, (look, kind) in enumerate((({"font_size": 20, "bold": True}, "tile"), ({"font_size": 10}, "label"))):
        style = styles.made(f"overview_{kind}", {**box, **look, "num_format": "#,##0"})
        for number, (label, value) in enumerate(tiles):
            first = number * _TILE
            told = value if kind == "tile" else label
            sheet.merge_range(3 + row, first, 3 + row, first + _TILE - 1, told, style)


# --- districts and conditions ----------------------------------------------------------------------------------


def _put_shares(sheet: Any, styles: Styles, desk: Desk) -> int:
    """How many clusters of each district meet each condition; the row after it."""
    head = styles.made("overview_head", {**STYLES["head"], "font_size": 9})
    row = _HEAT_ROW
    sheet.set_row(row, 34)
    criteria = desk.policy.criteria
    headings = ["推荐区", *(f"（{one.numeral}）{one.title}" for one in criteria), "达标/集群"]
    for (first, last), heading in zip(_cells(len(criteria)), headings, strict=True):
        sheet.merge_range(row, first, row, last, heading, head)
    for line in lines(desk):
        if line.group == DISTRICTS:
            row += 1
            _put_line(sheet, styles, row, line, [one.id for one in criteria])
    legend = "各区达标集群数/申报集群数：" + "，".join(f"{name}底色 {share}" for name, share in _LEGEND)
    sheet.write_string(row + 1, 0, legend, styles["note"])
    return row + 2


_LEGEND = (("绿", "80%及以上"), ("黄", "50%–80%"), ("红", "不足50%"))


def _cells(criteria: int) -> Iterator[tuple[int, int]]:
    """First and last column of each cell of a line."""
    yield 0, _DISTRICT - 1
    for number in range(criteria + 1):
        first = _DISTRICT + number * _SHARE
        yield first, (_COLUMNS if number == criteria else first + _SHARE) - 1


def _put_line(sheet: Any, styles: Styles, row: int, line: Line, criteria: Sequence[str]) -> None:
    total, strong = sum(line.counts.values()), line.item == CITY
    met = [*(line.met.get(one, 0) for one in criteria), line.counts.get(Verdict.MET.value, 0)]
    sheet.set_row(row, 20)
    (first, last), *shares = _cells(len(criteria))
    name = styles.made(f"overview_name{strong}", {**STYLES["master"], "bold": strong})
    sheet.merge_range(row, first, row, last, line.item, name)
    for (begin, end), count in zip(shares, met, strict=True):
        colour = next(colour for least, colour in SHARES if count >= least * total)
        look = {**STYLES["master"], "align": "center", "bold": strong, "bg_color": colour}
        style = styles.made(f"overview_share{strong}{colour}", look)
        sheet.merge_range(row, begin, row, end, f"{count}/{total}", style)


# --- pictures --------------------------------------------------------------------------------------------------


def _put_charts(sheet: Any, charts: Sequence[Any], row: int) -> None:
    """Two beside each other."""
    for number, chart in enumerate(charts):
        pair, side = divmod(number, 2)
        chart.set_size({"width": _WIDE, "height": _TALLS[pair]})
        where = row + pair * (_TALLS[0] // _ROW + 1), side * (_COLUMNS // 2)
        sheet.insert_chart(*where, chart, {"x_offset": 2, "description": chart.title.name})


def _charts(book: Any, tables: Mapping[str, Table]) -> Iterator[Any]:
    counts, spread = tables[NAME], tables[DISTRIBUTION]
    yield _verdicts(book, counts, DISTRICTS, "各区申报集群的系统判定（个）")
    yield _verdicts(book, counts, CRITERIA, "九项条件的判定（集群数）")
    if _span(counts, GAPS):
        yield _verdicts(book, counts, GAPS, "短板最多的规则（集群数）")
    yield _bands(book, spread)


def _span(table: Table, group: str) -> Span | None:
    """Where the lines of a group stand; the city's own total is no bar beside its parts."""
    name, item = (_places(table)[column] for column in ("group", "item"))
    at = [i for i, row in enumerate(table.rows) if row.values[name] == group and row.values[item] != CITY]
    return Span(at[0] + FIRST_ROW - 1, at[-1] + FIRST_ROW - 1) if at else None


def _places(table: Table) -> dict[str, int]:
    """Where each column stands: people may have moved them, and added some."""
    return {column.id: at for at, column in enumerate(table.columns)}


def _verdicts(book: Any, table: Table, group: str, title: str) -> Any:
    """Stacked bars of the verdicts; each part bears its letter and number, so that grey print reads the same."""
    span = _span(table, group) or Span(FIRST_ROW - 1, FIRST_ROW - 1)
    rows = list(table.rows)[span.first - FIRST_ROW + 1 : span.last - FIRST_ROW + 2]
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    places = _places(table)
    heads = {verdict: places[f"n:{verdict.value}"] for verdict in Verdict}
    found = [verdict for verdict in reversed(Verdict) if any(row.values[heads[verdict]] for row in rows)]
    for verdict in found or [Verdict.MET]:
        column = HIDDEN + heads[verdict]
        label = f'"{verdict.letter}"0;;'
        chart.add_series(series(table.name, column, HIDDEN + places["item"], span, VERDICT_FILL[verdict], label=label))
    longest = max((sum(_number(row.values[heads[one]]) for one in found) for row in rows), default=0)
    return dressed(chart, title, step=whole_step(longest))


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0


def whole_step(longest: float) -> int:
    """The step of an axis that counts: whole, and 1, 2 or 5 times a power of ten.

    Examples:
        >>> [whole_step(longest) for longest in (0, 3, 9, 22, 130, 4_000)]
        [1, 1, 2, 5, 20, 500]
    """
    steps = (factor * int(pow(10, power)) for power in range(9) for factor in (1, 2, 5))
    return next(step for step in steps if step * _STEPS >= longest)


def _bands(book: Any, table: Table) -> Any:
    """How far the figures have come towards their thresholds, class by class."""
    places = _places(table)
    bands = [places[f"b{number}"] for number in range(len(BANDS))]
    banded = sum(any(row.values[band] is not None for band in bands) for row in table.rows)
    span = Span(FIRST_ROW - 1, FIRST_ROW - 2 + max(banded, 1))
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for band, colour in zip(bands, _BANDS, strict=True):
        chart.add_series(series(table.name, HIDDEN + band, HIDDEN + places["title"], span, colour))
    return dressed(chart, "指标达到门槛的程度（集群占比，自左至右由低到高）")


def series(name: str, column: int, categories: int, span: Span, colour: str, *, label: str = "0;;") -> dict[str, Any]:
    """One row of bars, with its numbers in them; columns counted from 0 as XlsxWriter does."""
    return {
        "name": [name, HEAD_ROW - 1, column],
        "categories": [name, span.first, categories, span.last, categories],
        "values": [name, span.first, column, span.last, column],
        "fill": {"color": colour},
        "border": {"color": _BORDER, "width": 0.5},
        "data_labels": {"value": True, "num_format": label, "font": {"size": 9}},
        "gap": 45,
    }


def dressed(chart: Any, title: str, step: int | None = None) -> Any:
    """A chart in the look of the house; ``step`` is that of an axis that counts."""
    counts = {"min": 0, "major_unit": step, "num_format": "0"} if step else {}
    grid = {"visible": True, "line": {"color": "#E5E7EB"}}
    chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD_INK}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "interval_unit": 1})
    # The categories run downwards, so that the end of their axis is at the foot.
    chart.set_x_axis({"major_gridlines": grid, "num_font": {"size": 9}, "label_position": "high", **counts})
    chart.set_legend({"position": "bottom", "font": {"size": 9}})
    chart.set_size({"width": _WIDE, "height": _TALLS[0]})
    return chart
