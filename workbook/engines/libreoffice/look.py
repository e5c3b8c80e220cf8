"""How cells look: formats, colours, fonts, sizes, notes and links."""

from __future__ import annotations

import re
from typing import Any

from workbook.engines.libreoffice import formulas, runtime
from workbook.engines.libreoffice.errors import NotSupported, seam
from workbook.engines.libreoffice.fonts import Font, color_of, number_of_color
from workbook.engines.libreoffice.notes import Note, add_note

TO_POINTS = 72 / 2540  # from hundredths of a millimetre
_HORIZONTAL = {"general": "STANDARD", "left": "LEFT", "center": "CENTER", "right": "RIGHT", "justify": "BLOCK"}
_HORIZONTAL |= {"fill": "REPEAT"}
_VERTICAL = {"top": 1, "center": 2, "bottom": 3, "justify": 4}
_DATE_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[YMDHS]+')


@seam
class Look:
    """Mixed into ``Range``."""

    xl: Any
    rect: Any
    sheet: Any
    shape: tuple[int, int]
    guard: Any

    def _agreed(self, name: str) -> Any:
        """A property that all cells share; None if they differ."""
        ambiguous = len(self) > 1 and self.xl.getPropertyState(name).value == "AMBIGUOUS_VALUE"  # type: ignore[arg-type]
        return None if ambiguous else getattr(self.xl, name)

    def _set(self, **properties: Any) -> None:
        self.guard()
        for name, value in properties.items():
            setattr(self.xl, name, value)

    @property
    def number_format(self) -> str | None:
        """The code, as Excel in English writes it; None if the cells differ."""
        if self.xl is None:
            return ""
        key = self._agreed("NumberFormat")
        if key is None:
            return None
        entry = self.sheet.book.formats.getByKey(key)
        code = str(entry.FormatString)
        if key % 10000 == 0:
            return "General"
        return _DATE_CODE.sub(_lower, code) if entry.Type & 6 else code

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._set(NumberFormat=0 if value == "General" else self.sheet.book.format_key(value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The background; None if there is none or the cells differ."""
        return None if self.xl is None else color_of(self._agreed("CellBackColor"))

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        if self.xl is not None:
            self._set(CellBackColor=number_of_color(color_or_rgb))

    def set_colors(self, colors: Any) -> None:
        """A background for each cell; ``...`` leaves one alone."""
        from workbook.engines.libreoffice.writing import rectangles

        self.guard()
        places: dict[int, set[tuple[int, int]]] = {}
        for row, line in enumerate(colors):
            for column, color in enumerate(line):
                if color is not ...:
                    places.setdefault(number_of_color(color), set()).add((row, column))
        for number, cells in places.items():
            for top, left, bottom, right in rectangles(cells):
                self.xl.getCellRangeByPosition(left, top, right, bottom).CellBackColor = number

    @property
    def font(self) -> Font:
        """The font."""
        return Font(self)

    @property
    def wrap_text(self) -> bool | None:
        """Whether long text is broken into lines."""
        agreed = self._agreed("IsTextWrapped")
        return None if agreed is None else bool(agreed)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._set(IsTextWrapped=bool(value))

    @property
    def horizontal_alignment(self) -> str | None:
        """Where text stands from left to right."""
        agreed = self._agreed("HoriJustify")
        if agreed is not None and agreed.value == "BLOCK" and self._agreed("HoriJustifyMethod"):
            return "distributed"
        named = {calc: excel for excel, calc in _HORIZONTAL.items()}
        return None if agreed is None else named.get(agreed.value)

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        if value not in _HORIZONTAL and value != "distributed":
            raise NotSupported(f"Calc does not align {value!r}")
        chosen = runtime.enum("table.CellHoriJustify", _HORIZONTAL.get(value, "BLOCK"))
        self._set(HoriJustify=chosen, HoriJustifyMethod=int(value == "distributed"))

    @property
    def vertical_alignment(self) -> str | None:
        """Where text stands from top to bottom."""
        agreed = self._agreed("VertJustify")
        if agreed == _VERTICAL["justify"] and self._agreed("VertJustifyMethod"):
            return "distributed"
        named = {calc: excel for excel, calc in _VERTICAL.items()}
        return None if agreed is None else named.get(agreed, "bottom")

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self._set(VertJustify=_VERTICAL.get(value, 4), VertJustifyMethod=int(value == "distributed"))

    @property
    def width(self) -> float:
        """In points."""
        return float(self.xl.Size.Width * TO_POINTS) if self.xl is not None else 0.0

    @property
    def height(self) -> float:
        """In points."""
        return float(self.xl.Size.Height * TO_POINTS) if self.xl is not None else 0.0

    @property
    def left(self) -> float:
        """From the sheet's edge, in points."""
        return float(self.xl.Position.X * TO_POINTS) if self.xl is not None else 0.0

    @property
    def top(self) -> float:
        """From the sheet's edge, in points."""
        return float(self.xl.Position.Y * TO_POINTS) if self.xl is not None else 0.0

    @property
    def column_width(self) -> float | None:
        """In characters of Excel's standard font, which is 7 pixels wide; None if the columns differ."""
        widths = {self.xl.Columns.getByIndex(index).Width for index in range(min(self.shape[1], 256))}
        if len(widths) != 1:
            return None
        pixels = widths.pop() * TO_POINTS * 96 / 72
        return float(round((pixels - 5) / 7 if pixels >= 12 else pixels / 12, 2))  # noqa: PLR2004

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.guard()
        pixels = value * 7 + 5 if value >= 1 else value * 12
        self.xl.Columns.Width = round(pixels * 72 / 96 / TO_POINTS)

    @property
    def row_height(self) -> float | None:
        """In points; None if the rows differ."""
        heights = {self.xl.Rows.getByIndex(index).Height for index in range(min(self.shape[0], 256))}
        return float(round(heights.pop() * TO_POINTS, 2)) if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.guard()
        self.xl.Rows.Height = round(value / TO_POINTS)

    @property
    def row_hidden(self) -> bool | None:
        """Whether the rows are hidden; None if only some are."""
        return _hidden(self.xl.Rows, self.shape[0])

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.guard()
        self.xl.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        """Whether the columns are hidden; None if only some are."""
        return _hidden(self.xl.Columns, self.shape[1])

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.guard()
        self.xl.Columns.IsVisible = not value

    def autofit(self, axis: Any = None) -> None:
        """Fit columns, rows or both to what they hold."""
        self.guard()
        if axis in (None, "columns", "c"):
            self.xl.Columns.OptimalWidth = True
        if axis in (None, "rows", "r"):
            self.xl.Rows.OptimalHeight = True

    @property
    def note(self) -> Note | None:
        """The note on the first cell."""
        return Note(self) if self.xl.getCellByPosition(0, 0).Annotation.String else None

    def add_note(self, text: str) -> Note:
        """Put a note on the cell."""
        self.guard()
        return add_note(self, text)

    @property
    def hyperlink(self) -> str:
        """Where the first cell's link leads."""
        fields = self.xl.getCellByPosition(0, 0).TextFields.createEnumeration()
        while fields.hasMoreElements():
            url = str(fields.nextElement().URL)
            return formulas.to_excel("=" + url[1:]).replace("=", "#", 1) if url.startswith("#") else url
        raise LookupError("The cell doesn't seem to contain a hyperlink!")

    def add_hyperlink(self, address: str, text_to_display: Any = None, screen_tip: Any = None) -> None:
        """Put a link into the first cell; Calc has no tips."""
        self.guard()
        cell = self.xl.getCellByPosition(0, 0)
        field = self.sheet.book.xl.createInstance("com.sun.star.text.TextField.URL")
        field.URL = "#" + formulas.to_calc(address)[1:].lstrip("$") if address.startswith("#") else address
        field.Representation = text_to_display or address
        cell.String = ""
        cell.insertTextContent(cell.createTextCursor(), field, False)


def _hidden(lines: Any, count: int) -> bool | None:
    found = {not lines.getByIndex(index).IsVisible for index in range(count)}
    return found.pop() if len(found) == 1 else None


def _lower(found: re.Match[str]) -> str:
    text = found[0]
    return text.lower() if text.isalpha() else text
