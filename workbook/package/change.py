"""One edit brought to the bytes of one sheet, keeping to the order of the schema and to the sheet's own formats."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from workbook.package.edit import Link, New, Ownership, SheetEdit
from workbook.package.grid import Area, Position, address, format_area, parse_area
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, damaged, spreadsheet
from workbook.package.splice import Span, Splice, find_spans, in_order, ordered, prefix_of, removed, retagged, spliced
from workbook.package.survey import CellSpan, Formula, Interest, RowSpan, Survey, digits, survey_sheet
from workbook.package.text import fitted, in_attribute, in_element

_LONGEST_TOOLTIP: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every step of a change looks at.

    Args:
        data: The sheet.
        edit: What is wanted.
        survey: Where things stand.
        sheet_data: The element that holds the rows.
        owned: The areas that are cleared, by row.
        prefix: Namespace prefix of rows and cells.
    """

    data: bytes
    edit: SheetEdit
    survey: Survey
    sheet_data: Span
    owned: Ownership
    prefix: bytes

    def tag(self, span: Span) -> bytes:
        """The start tag of an element."""
        return self.data[span.start : span.inner]

    def loses(self, row: RowSpan, cell: CellSpan) -> bool:
        """Whether what the cell holds goes."""
        at = (row.number, cell.column)
        return cell.filled and (at in self.edit.cells or self.owned.owns(*at))


def changed_sheet(data: bytes, part: str, edit: SheetEdit, budget: Budget) -> tuple[Iterator[bytes] | None, bool]:
    """A sheet with an edit made.

    Args:
        data: The part, in UTF-8.
        part: Its name, for messages.
        edit: The edit.
        budget: What looking through the sheet may cost.

    Returns:
        The new part piece by piece, None where nothing changes; and whether a formula went.

    Raises:
        UnreadableWorkbook: The sheet is damaged.
        UnsafeWorkbook: It is beyond the limits.
        ValueError: A number that no cell can hold.
    """
    ground = _surveyed(data, part, edit, budget)
    wanted = edit.by_row()
    new = {number: _new_cells(ground, number, values) for number, values in wanted.items()}
    lost = _lost_formulas(ground)
    splices = [
        *_old_rows(ground, new),
        *_new_rows(ground, new),
        *_dimension_splices(ground, new),
        *_link_splices(ground),
        *removed(_orphans(ground, part, lost, budget)),
    ]
    return spliced(data, ordered(in_order(splices), _cleared(ground))), bool(lost)


def _surveyed(data: bytes, part: str, edit: SheetEdit, budget: Budget) -> _Ground:
    wanted = edit.by_row()
    owned = Ownership(edit.owned)
    interest = Interest(
        needed=wanted,
        models={edit.styles_from[row] for row in wanted if row in edit.styles_from},
        owned=owned,
        reach=max((*(column for _, column in edit.cells), *(area.right for area in edit.owned)), default=0),
    )
    survey = survey_sheet(data, part, interest, budget)
    sheet_data = survey.data or damaged(part, "没有单元格区域")
    prefix = prefix_of(data, sheet_data)
    return _Ground(data=data, edit=edit, survey=survey, sheet_data=sheet_data, owned=owned, prefix=prefix)


def _cleared(ground: _Ground) -> Iterator[Splice]:
    for start, end, at, style in ground.survey.cleared:
        yield start, end, _cell(ground.prefix, at, style, None)


def _old_rows(ground: _Ground, new: Mapping[int, Mapping[int, bytes]]) -> Iterator[Splice]:
    for number, row in ground.survey.rows.items():
        yield from _row_splices(ground, row, new.get(number, {}))


def _row_splices(ground: _Ground, row: RowSpan, new: Mapping[int, bytes]) -> Iterator[Splice]:
    """Cells that change, cells that join, and the row's own tag where it must."""
    for cell in row.cells.values():
        yield from _cell_splices(ground, row, cell)
    span = row.span
    opened = span.closes_itself and bool(new)
    changes = _row_attributes(ground.edit, row, new)
    if changes or opened:
        closed = span.closes_itself and not opened
        yield span.start, span.inner, retagged(ground.tag(span), changes, closed=closed)
    for column, cell_bytes in new.items():
        following = (cell.start for cell in row.cells.values() if cell.column > column)
        at = next(following, row.beyond or span.close)
        yield at, at, cell_bytes
    if opened:
        yield span.close, span.close, b"</%srow>" % ground.prefix


def _cell_splices(ground: _Ground, row: RowSpan, cell: CellSpan) -> Iterator[Splice]:
    at = (row.number, cell.column)
    value = ground.edit.cells.get(at)
    if value is not None or ground.loses(row, cell):
        yield cell.start, cell.end, _cell(ground.prefix, at, digits(cell.style), value)


def _row_attributes(edit: SheetEdit, row: RowSpan, new: Mapping[int, bytes]) -> dict[bytes, bytes | None]:
    attributes = row.span.attributes
    changes: dict[bytes, bytes | None] = {}
    wanted = _height_attributes(edit, row.number)
    if any(attributes.get(key.decode()) != value.decode() for key, value in wanted.items()):
        changes |= wanted
    if new and "spans" in attributes and not _spans_cover(attributes["spans"], min(new), max(new)):
        # Only a hint; none is better than a wrong one.
        changes[b"spans"] = None
    return changes


def _height_attributes(edit: SheetEdit, number: int) -> dict[bytes, bytes]:
    if number not in edit.heights:
        return {}
    return {b"ht": f"{edit.heights[number]:g}".encode(), b"customHeight": b"1"}


def _spans_cover(spans: str, first: int, last: int) -> bool:
    start, _, end = spans.partition(":")
    return 0 < digits(start) <= first and last <= digits(end)


def _new_cells(ground: _Ground, number: int, values: Mapping[int, New]) -> dict[int, bytes]:
    """Cells that the row lacks so far, by column; a blank one only where it has a format to show."""
    row = ground.survey.rows.get(number)
    cells: dict[int, bytes] = {}
    for column, value in values.items():
        style = _style_after(ground, number, column)
        absent = row is None or column not in row.cells
        if absent and style is not None and (value is not None or style):
            cells[column] = _cell(ground.prefix, (number, column), style, value)
    return cells


def _style_after(ground: _Ground, number: int, column: int) -> int | None:
    """The format a cell has once the edit is made, None where there is no cell.

    A model may itself be made by this edit: were it not looked through, the same edit made twice would give two files.
    """
    rows, edit = ground.survey.rows, ground.edit
    passed: list[int] = []
    at: int | None = number
    while at is not None and at not in passed:
        row = rows.get(at)
        if row is not None and column in row.cells:
            return digits(row.cells[column].style)
        if (at, column) not in edit.cells:
            break
        passed.append(at)
        at = edit.styles_from.get(at)
    made = (rows.get(at) for at in reversed(passed) if edit.cells[at, column] is not None)
    return next((_inherited_style(ground.survey, row, column) for row in made), None)


def _inherited_style(survey: Survey, row: RowSpan | None, column: int) -> int:
    """What a cell that nobody formatted looks like: as its row, else as its column."""
    if row is not None and row.span.attributes.get("customFormat") in ("1", "true"):
        return digits(row.span.attributes.get("s", "0"))
    styles = (digits(one.get("style", "0")) for one in survey.columns if _within(one, column))
    return next(styles, 0)


def _within(attributes: Attributes, column: int) -> bool:
    return digits(attributes.get("min", "")) <= column <= digits(attributes.get("max", ""))


def _new_rows(ground: _Ground, new: Mapping[int, Mapping[int, bytes]]) -> Iterator[Splice]:
    data, prefix = ground.sheet_data, ground.prefix
    rows = [(number, _row(ground, number, cells)) for number, cells in new.items() if number not in ground.survey.rows]
    rows = [(number, row) for number, row in rows if row]
    opened = data.closes_itself and bool(rows)
    if opened:
        yield data.start, data.inner, retagged(ground.tag(data), {}, closed=False)
    for number, row in rows:
        at = ground.survey.before.get(number, data.close)
        yield at, at, row
    if opened:
        yield data.close, data.close, b"</%ssheetData>" % prefix


def _row(ground: _Ground, number: int, cells: Mapping[int, bytes]) -> bytes:
    attributes = _height_attributes(ground.edit, number)
    if not cells and not attributes:
        return b""
    tag = retagged(b'<%srow r="%d">' % (ground.prefix, number), dict(attributes), closed=not cells)
    return tag + b"".join(cells.values()) + (b"</%srow>" % ground.prefix if cells else b"")


def _cell(prefix: bytes, at: Position, style: int, value: New) -> bytes:
    head = b'<%sc r="%s"' % (prefix, address(at).encode())
    if style:
        head += b' s="%d"' % style
    match value:
        case None:
            return head + b"/>"
        case str():
            text = in_element(fitted(value))
            names = (prefix, prefix, text, prefix, prefix, prefix)
            return head + b' t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>' % names
        case _:
            return head + b"><%sv>%s</%sv></%sc>" % (prefix, _number(value), prefix, prefix)


def _number(value: int | Decimal) -> bytes:
    try:
        finite = math.isfinite(float(value))
    except (OverflowError, ValueError):
        # Too large for a float, or a signalling NaN.
        finite = False
    if not finite:
        raise ValueError(f"no cell can hold {value!r}")
    return str(+value).encode()


def _dimension_splices(ground: _Ground, new: Mapping[int, Mapping[int, bytes]]) -> Iterator[Splice]:
    """The claimed area grows with the cells: some readers believe it."""
    span = ground.survey.dimension
    claimed = parse_area(span.attributes.get("ref", "")) if span else None
    if span is None or claimed is None:
        return
    area = claimed
    for row, cells in new.items():
        for column in cells:
            area = area.joined(Area(row, column, row, column))
    if area != claimed:
        ref = format_area(area).encode()
        yield span.start, span.inner, retagged(ground.tag(span), {b"ref": ref}, closed=span.closes_itself)


def _link_splices(ground: _Ground) -> Iterator[Splice]:
    data, survey = ground.data, ground.survey
    linked = sorted(ground.edit.links)
    kept = [link for link in survey.links if not _link_goes(ground.owned, linked, link)]
    if not ground.edit.links and len(kept) == len(survey.links):
        return
    prefix = prefix_of(data, survey.root or ground.sheet_data)
    links = [data[link.start : link.end] for link in kept]
    links += (_link(prefix, at, link) for at, link in sorted(ground.edit.links.items(), key=lambda item: item[0]))
    # The schema forbids the element without a link in it.
    body = b"<%shyperlinks>%s</%shyperlinks>" % (prefix, b"".join(links), prefix) if links else b""
    old = survey.hyperlinks
    start, end = (old.start, old.end) if old else (survey.tail, survey.tail)
    yield start, end, body


def _link_goes(owned: Ownership, linked: Sequence[Position], link: Span) -> bool:
    """Whether an old link lies where the edit clears, or touches one of its own places, which are in order."""
    area = parse_area(link.attributes.get("ref", ""))
    if area is None:
        return False
    if any(one.covers(area) for one in owned.at(area.top)):
        return True
    rows = linked[bisect_left(linked, (area.top, 0)) : bisect_left(linked, (area.bottom + 1, 0))]
    return any(area.left <= column <= area.right for _, column in rows)


def _link(prefix: bytes, at: Position, link: Link) -> bytes:
    tag = b'<%shyperlink ref="%s" location="%s"' % (prefix, address(at).encode(), in_attribute(link.location))
    tooltip = in_attribute(fitted(link.tooltip, _LONGEST_TOOLTIP))
    return tag + (b' tooltip="%s"/>' % tooltip if tooltip else b"/>")


def _lost_formulas(ground: _Ground) -> list[Formula]:
    """The formulas that go with what the edit overwrites or clears."""
    cells = ((row, cell) for row in ground.survey.rows.values() for cell in row.cells.values())
    return ground.survey.lost + [cell.formula for row, cell in cells if cell.formula and ground.loses(row, cell)]


_FORMULA: Final = spreadsheet("f")


def _orphans(ground: _Ground, part: str, lost: list[Formula], budget: Budget) -> list[Span]:
    """Formulas left behind that borrow their text from one that goes: without it Excel calls the file corrupt."""
    borrowed = {one.shared for one in lost if one.master}
    if not borrowed:
        return []
    gone = {one.start for one in lost}

    def borrows(name: str, attributes: Attributes) -> bool:
        return name in _FORMULA and attributes.get("t") == "shared" and attributes.get("si", "") in borrowed

    return [span for span in find_spans(ground.data, part, borrows, budget) if span.start not in gone]
