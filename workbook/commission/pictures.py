"""The first page of the master: the few numbers everybody asks for, and four pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from toolkit.finding import Verdict
from workbook.commission.sheets.column import Desk
from workbook.commission.sheets.gaps import BANDS, DISTRIBUTION
from workbook.commission.sheets.statistics import CITY, CRITERIA, DISTRICTS, GAPS, NAME, headline
from workbook.commission.table import FIRST_ROW, HEAD_ROW, Table
from workbook.sheets.style import HEAD, HEAD_INK, LINE, VERDICT_FILL, Styles, page

PAGE = "总览"
HIDDEN = 2
"""Columns before the first visible one of every table."""
_TILE_WIDTH, _COLUMNS = 3, 18
_WIDE, _TALL, _GAP = 640, 400, 21
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
    sheet.set_column(0, _COLUMNS - 1, 9.6)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{title}{PAGE}", styles["title"])
    sheet.write_string(1, 0, headline(desk), styles["fact"])
    put_tiles(sheet, styles, tuple(_tiles(desk)))
    if desk.clusters:
        found = {table.name: table for table in tables}
        for number, chart in enumerate(_charts(book, found)):
            row, column = 6 + (number // 2) * _GAP, (number % 2) * (_COLUMNS // 2)
            sheet.insert_chart(row, column, chart, {"x_offset": 2, "description": chart.title.name})
    page(sheet, title, tall=1)


def _tiles(desk: Desk) -> Iterator[tuple[str, int]]:
    """What is asked first."""
    verdicts = Counter(one.filing.verdict for one in desk.clusters)
    yield "收到文件（份）", len(desk.receipts)
    yield "汇总集群（个）", len(desk.clusters)
    for verdict in (Verdict.MET, Verdict.UNMET, Verdict.MISSING):
        yield f"{verdict.display}（个）", verdicts[verdict.value]
    yield f"{Verdict.REVIEW.display}（个）", verdicts[Verdict.REVIEW.value] + verdicts[Verdict.DEVIATES.value]


def put_tiles(sheet: Any, styles: Styles, tiles: Sequence[tuple[str, int]]) -> None:
    """Row by row: what is written is out of reach once the next row begins."""
    box = {"align": "center", "bg_color": HEAD, "font_color": HEAD_INK, "border": 1, "border_color": LINE}
    sheet.set_row(3, 34)
    for row, (look, kind) in enumerate((({"font_size": 20, "bold": True}, "tile"), ({"font_size": 9}, "label"))):
        style = styles.made(f"overview_{kind}", {**box, **look})
        for number, (label, value) in enumerate(tiles):
            first = number * _TILE_WIDTH
            told = value if kind == "tile" else label
            sheet.merge_range(3 + row, first, 3 + row, first + _TILE_WIDTH - 1, told, style)


def _charts(book: Any, tables: dict[str, Table]) -> Iterator[Any]:
    counts, spread = tables[NAME], tables[DISTRIBUTION]
    yield _verdicts(book, counts, DISTRICTS, "各区申报集群的系统判定（个）")
    yield _verdicts(book, counts, CRITERIA, "九项条件的判定（集群数）")
    if _span(counts, GAPS):
        yield _verdicts(book, counts, GAPS, "短板最多的规则（集群数）")
    yield _bands(book, spread)


def _span(table: Table, group: str) -> Span | None:
    """Where the lines of a group stand; the city's own total is no bar beside its parts."""
    at = [i for i, row in enumerate(table.rows) if row.values[0] == group and row.values[1] != CITY]
    return Span(at[0] + FIRST_ROW - 1, at[-1] + FIRST_ROW - 1) if at else None


def _verdicts(book: Any, table: Table, group: str, title: str) -> Any:
    """Stacked bars of the verdicts; numbers stand in the bars so that grey print reads the same."""
    span = _span(table, group) or Span(FIRST_ROW - 1, FIRST_ROW - 1)
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    heads = {column.heading: HIDDEN + i for i, column in enumerate(table.columns)}
    for verdict in reversed(Verdict):
        chart.add_series(series(table.name, heads[verdict.display], HIDDEN + 1, span, VERDICT_FILL[verdict]))
    return dressed(chart, title)


def _bands(book: Any, table: Table) -> Any:
    """How far the figures have come towards their thresholds, class by class."""
    first = next(i for i, column in enumerate(table.columns) if column.id == "b0")
    title = next(i for i, column in enumerate(table.columns) if column.id == "title")
    banded = sum(any(value is not None for value in row.values[first : first + len(BANDS)]) for row in table.rows)
    span = Span(FIRST_ROW - 1, FIRST_ROW - 2 + max(banded, 1))
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for i, colour in enumerate(_BANDS):
        chart.add_series(series(table.name, HIDDEN + first + i, HIDDEN + title, span, colour))
    return dressed(chart, "指标达到门槛的程度（集群占比；绿色为已达门槛）")


def series(name: str, column: int, categories: int, span: Span, colour: str) -> dict[str, Any]:
    """One row of bars, with its numbers in them; columns counted from 0 as XlsxWriter does."""
    return {
        "name": [name, HEAD_ROW - 1, column],
        "categories": [name, span.first, categories, span.last, categories],
        "values": [name, span.first, column, span.last, column],
        "fill": {"color": colour},
        "border": {"color": _BORDER, "width": 0.5},
        "data_labels": {"value": True, "num_format": "0;;", "font": {"size": 8}},
        "gap": 45,
    }


def dressed(chart: Any, title: str) -> Any:
    """A chart in the look of the house."""
    chart.set_title({"name": title, "name_font": {"size": 12, "color": HEAD_INK}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "interval_unit": 1})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}}, "num_font": {"size": 8}})
    chart.set_legend({"position": "bottom", "font": {"size": 8}})
    chart.set_size({"width": _WIDE, "height": _TALL})
    return chart
