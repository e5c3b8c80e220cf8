"""Tables become the master workbook: one sheet each, told apart by owner, ready to sort, print and be carried over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, Final

from toolkit.formula import defined_name
from toolkit.formula import text as constant
from workbook.area import quoted
from workbook.commission.digest import clean, row_digest, slots
from workbook.commission.look import LEGEND, alerted, coloured, heading_format, heading_text, printed
from workbook.commission.marks import (
    DIGEST_HEADING,
    DIGEST_MARK,
    KEY_HEADING,
    KEY_MARK,
    PAGE_NAME,
    TABLE_NAME,
    TITLE_MARK,
    part_name,
)
from workbook.commission.rows import EXTERNAL, RowWriter, comment, is_number
from workbook.commission.stand import Untouched, UntouchedSheets
from workbook.commission.system import System, page_marks
from workbook.commission.table import (
    FIRST_ROW,
    HEAD_ROW,
    INTRO_ROW,
    MARK_ROW,
    TITLE_ROW,
    Column,
    Kind,
    Owner,
    Row,
    Table,
)
from workbook.commission.transplant import OwnSheets, transplanted
from workbook.sheets.style import Styles

__all__ = ["First", "Written", "write_master"]

First = Callable[[Any, Styles], None]
"""Adds pages before the tables: gets the XlsxWriter workbook and its formats."""

MOST_ROWS: Final = 1_048_576
MOST_LINKS: Final = 65_530
MOST_NUMBER_LINKS: Final = 5_000
"""Each link of a number that leads elsewhere is a format of its own to LibreOffice, and each format is held against all
others: 22,000 of them took five seconds of ten."""
OFFSET: Final = 2
"""The hidden columns before all others."""
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""Same tables, same bytes: when a file was written stands in it where the caller says so."""
_LINKS_CUT: Final = "链接最多 {most:,} 处，其后的单元格不带链接"
_LINKS_NEAR: Final = "集群较多，点击数值打开来源文件，所在的表和单元格见链接的提示"
_NO_ROWS: Final = "（暂无内容）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a master.

    Attributes:
        rows: Of each sheet as it is named.
        notices: What could not be carried over as it was, in sentences.
        sha256: Of the file.
        untouched: The sheets in which nothing of people's was written.
    """

    rows: Mapping[str, int]
    notices: tuple[str, ...] = ()
    sha256: str = ""
    untouched: UntouchedSheets = field(default_factory=dict)


def write_master(
    target: Path,
    title: str,
    tables: Sequence[Table],
    identity: Mapping[str, str],
    *,
    own: OwnSheets | None = None,
    first: First | None = None,
    most_rows: int = MOST_ROWS,
    most_links: int = MOST_LINKS,
    most_number_links: int = MOST_NUMBER_LINKS,
) -> Written:
    """Write the master to a file that nobody looks at yet: ``publish`` puts it in its place once it is complete.

    Args:
        target: The file.
        title: Before the name of each table, and at the foot of each printed page.
        tables: One sheet each, in this order; more rows than a sheet holds go on in the next.
        identity: Constant names that say what this workbook is, without ``meta_``.
        own: What people's own sheets are, as read.
        first: Adds pages before the tables.
        most_rows: Rows of a sheet.
        most_links: Links of a sheet.
        most_number_links: Of these, how many of numbers lead to the very cell; where there are more, they lead to the
            file and tell the cell.

    Raises:
        OSError: The target cannot be written.
    """
    import xlsxwriter  # at the edge, as in workbook.template

    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, _OPTIONS)
    book.set_properties({"title": title, "created": _MADE})
    styles = Styles(book)
    system = System(book)
    if first is not None:
        first(book, styles)
        pages = [sheet.get_name() for sheet in book.worksheets()]
        system.know(pages, page_marks(first, pages, [table.name for table in tables]))
        for number, name in enumerate(pages, 1):
            book.define_name(f"{PAGE_NAME}{number}", f"={quoted(name)}!$A$1")
    sheets = _Sheets(book, styles, title, system, _Most(most_rows, most_links, most_number_links))
    for table in tables:
        sheets.write(table)
    system.write()
    for name, value in identity.items():
        book.define_name(defined_name("meta", name), f"={constant(value)}")
    book.close()
    pieces, notices = transplanted(memory.getvalue(), own or OwnSheets(), sheets.stand)
    digest = sha256()
    with target.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return Written(rows=sheets.rows, notices=notices, sha256=digest.hexdigest(), untouched=sheets.untouched)


@dataclass(frozen=True, slots=True)
class _Most:
    """What a sheet holds."""

    rows: int
    links: int
    number_links: int


class _Sheets:
    """Writes table after table into one workbook."""

    def __init__(self, book: Any, styles: Styles, title: str, system: System, most: _Most) -> None:
        self._book, self._styles, self._title, self._system = book, styles, title, system
        self._most = most
        self.rows: dict[str, int] = {}
        self.stand: dict[str, str] = {}
        self.untouched: dict[str, Untouched] = {}

    def write(self, table: Table) -> None:
        """One table, over as many sheets as it takes."""
        left: Iterator[Row] | None = iter(table.rows)
        parts = count(1)
        while left is not None:
            left = self._sheet(table, next(parts), left)

    def _sheet(self, table: Table, part: int, rows: Iterator[Row]) -> Iterator[Row] | None:
        """One sheet; the rows that do not fit any more, if there are any."""
        ahead = list(islice(rows, self._most.links + 1))
        near = self._near(ahead)
        cut = _LINKS_CUT.format(most=self._most.links) if self._many(ahead) else ""
        remarks = ("" if ahead else _NO_ROWS, _LINKS_NEAR if near else "", cut)
        name = part_name(table.name, part)
        sheet = self._book.add_worksheet(name)
        self._book.define_name(f"{TABLE_NAME}{len(self.rows) + 1}", f"={quoted(name)}!$A$1")
        self._columns(sheet, table)
        self._head(sheet, table, name, remarks)
        writer = RowWriter(sheet, table.columns, OFFSET, self._styles, self._most.links, fitted=table.fitted, near=near)
        room = self._most.rows - HEAD_ROW
        left = chain(ahead, rows)
        for row in left:
            if writer.written == room:
                self._foot(sheet, table, name, writer)
                return chain((row,), left)
            writer.write(FIRST_ROW - 1 + writer.written, row)
        self._foot(sheet, table, name, writer)
        return None

    def _many(self, rows: Sequence[Row]) -> bool:
        return sum(len(row.links) for row in rows) > self._most.links

    def _near(self, rows: Sequence[Row]) -> bool:
        """Whether more numbers lead somewhere than are led to the very cell."""
        linked = (row.values[at] for row in rows for at, link in row.links.items() if link.startswith(EXTERNAL))
        return sum(map(is_number, linked)) > self._most.number_links

    def _columns(self, sheet: Any, table: Table) -> None:
        sheet.set_column(0, OFFSET - 1, 8, None, {"hidden": True})
        for position, column in enumerate(table.columns, start=OFFSET):
            options = {"level": column.level, "hidden": column.hidden}
            sheet.set_column(position, position, column.width, None, options)

    def _head(self, sheet: Any, table: Table, name: str, remarks: Sequence[str]) -> None:
        """Title, intro, marks and headings: the rows before the first one."""
        styles, blank = self._styles, self._styles["blank"]
        title = clean(f"{self._title}{name}")
        intro = clean("　".join(filter(None, (table.intro, *remarks, LEGEND if table.editable else ""))))
        sheet.set_row(TITLE_ROW - 1, 28)
        for row, text, style in ((TITLE_ROW, title, "title"), (INTRO_ROW, intro, "fact")):
            sheet.write_string(row - 1, 0, name if row == TITLE_ROW else KEY_HEADING, blank)
            sheet.write_string(row - 1, 1, TITLE_MARK + row_digest([text]), blank)
            sheet.write_string(row - 1, OFFSET, text, styles[style])
        sheet.set_row(MARK_ROW - 1, None, None, {"hidden": True})
        tools = slots(column.id for column in table.columns if column.owner is Owner.TOOL)
        marks = (KEY_MARK + table.name, DIGEST_MARK + " ".join(tools), *(column.id for column in table.columns))
        for position, text in enumerate(marks):
            sheet.write_string(MARK_ROW - 1, position, text, blank)
        sheet.set_row(HEAD_ROW - 1, 72 if any(one.kind is Kind.LETTER for one in table.columns) else 44)
        self._headings(sheet, table.columns, tools)

    def _headings(self, sheet: Any, columns: tuple[Column, ...], tools: tuple[str, ...]) -> None:
        row = HEAD_ROW - 1
        by_id = {column.id: column for column in columns}
        digest = row_digest([clean(by_id[one].heading) for one in tools])
        sheet.write_string(row, 0, KEY_HEADING, self._styles["blank"])
        sheet.write_string(row, 1, DIGEST_HEADING + digest, self._styles["blank"])
        for position, column in enumerate(columns, start=OFFSET):
            sheet.write_string(row, position, clean(heading_text(column)), heading_format(column, self._styles))
            if column.note is not None:
                comment(sheet, row, position, column.note)

    def _foot(self, sheet: Any, table: Table, name: str, writer: RowWriter) -> None:
        """What covers the whole table, once its length is known."""
        self.rows[name] = rows = writer.written
        self.stand[name] = writer.stand
        if writer.untouched is not None:
            self.untouched[name] = writer.untouched
        end, right = HEAD_ROW - 1 + max(rows, 1), OFFSET - 1 + len(table.columns)
        sheet.autofilter(HEAD_ROW - 1, 0, end if rows else HEAD_ROW - 1, right)
        visible = OFFSET + table.frozen
        sheet.freeze_panes(HEAD_ROW, visible)
        sheet.repeat_rows(HEAD_ROW - 1)
        coloured(sheet, table.columns, OFFSET, end + 1, self._styles)
        alerted(sheet, table, OFFSET, end + 1, self._styles)
        for position, column in enumerate(table.columns, start=OFFSET):
            if column.choices:
                self._choice(sheet, column, position, end)
        printed(sheet, table, OFFSET, self._title)

    def _choice(self, sheet: Any, column: Column, position: int, end: int) -> None:
        rule = {
            "validate": "list",
            "source": self._system.listed(column.choices),
            "input_title": column.heading[:32],
            "input_message": "请从列表中选择，也可以留空；需要补充说明的，请写在批注里",
            "error_title": "不在可选范围内",
            "error_message": "列表中没有这一项。需要保留的，可以继续输入。",
            "error_type": "warning",
        }
        sheet.data_validation(FIRST_ROW - 1, position, end, position, rule)
