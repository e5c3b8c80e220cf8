"""Number formats and fills by style: the little of a cell's look in which people tell something."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from workbook.package.guard import Archive
from workbook.package.limits import Budget
from workbook.package.markup import Attributes, Element, Walker, elements, utf8
from workbook.package.parts import locate, relationships

_FORMATS, _FILLS, _CELLS = "styleSheet/numFmts/numFmt", "styleSheet/fills/fill", "styleSheet/cellXfs/xf"
_PATTERN, _COLOUR = f"{_FILLS}/patternFill", f"{_FILLS}/patternFill/fgColor"
_INDEXED = "styleSheet/colors/indexedColors/rgbColor"
_SCHEME: Final = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLOTS: Final = {f"{_DRAWING} {name}": name for name in _SCHEME}
_VALUES: Final = (f"{_DRAWING} srgbClr", f"{_DRAWING} sysClr")
_FIRST_OWN_FORMAT: Final = 164
# By number, as the standard says; from 27 on as Excel means them in Chinese.
BUILT_IN: Final[Mapping[int, str]] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), 'AM/PM h"时"mm"分"'),
    **dict.fromkeys((35, 56), 'AM/PM h"时"mm"分"ss"秒"'),
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
# The colours of old, 8 to 63.
_OLD: Final = [
    "000000",
    "FFFFFF",
    "FF0000",
    "00FF00",
    "0000FF",
    "FFFF00",
    "FF00FF",
    "00FFFF",
    "800000",
    "008000",
    "000080",
    "808000",
    "800080",
    "008080",
    "C0C0C0",
    "808080",
    "9999FF",
    "993366",
    "FFFFCC",
    "CCFFFF",
    "660066",
    "FF8080",
    "0066CC",
    "CCCCFF",
    "000080",
    "FF00FF",
    "FFFF00",
    "00FFFF",
    "800080",
    "800000",
    "008080",
    "0000FF",
    "00CCFF",
    "CCFFFF",
    "CCFFCC",
    "FFFF99",
    "99CCFF",
    "FF99CC",
    "CC99FF",
    "FFCC99",
    "3366FF",
    "33CCCC",
    "99CC00",
    "FFCC00",
    "FF9900",
    "FF6600",
    "666699",
    "969696",
    "003366",
    "339966",
    "003300",
    "333300",
    "993300",
    "993366",
    "333399",
    "333333",
]
_FIRST_OLD: Final = 8


class Look(NamedTuple):
    """What a style says.

    Attributes:
        number_format: As Excel spells it; empty for none in particular.
        fill: ``#RRGGBB``; empty for none.
    """

    number_format: str = ""
    fill: str = ""


PLAIN: Final = Look()


def looks(archive: Archive, workbook_part: str) -> Sequence[Look]:
    """The look of each style of a workbook.

    Raises:
        UnreadableWorkbook: The formats are damaged.
    """
    found = {
        link.kind: name for link in relationships(archive, workbook_part) if (name := locate(archive, link.target))
    }
    if "styles" not in found:
        return ()
    theme = _theme(archive, found["theme"]) if "theme" in found else ()
    return tuple(_Styles(archive, found["styles"], theme).looks())


class _Styles:
    """The lists of the style part that matter."""

    def __init__(self, archive: Archive, part: str, theme: Sequence[str]) -> None:
        self._theme = theme
        self._indexed: list[str] = []
        self._formats = dict(BUILT_IN)
        self._cells: list[Attributes] = []
        fills: list[Attributes] = []
        solid, colour = False, Attributes()
        wanted = {_FORMATS, _FILLS, _CELLS, _PATTERN, _COLOUR, _INDEXED}
        for one in elements(archive.pieces(part), part, wanted, archive.budget, "records"):
            match one.path:
                case path if path == _FORMATS:
                    self._formats[_number(one, "numFmtId")] = one.attributes.get("formatCode", "")
                case path if path == _COLOUR:
                    colour = one.attributes
                case path if path == _PATTERN:
                    solid = one.attributes.get("patternType", "none") not in ("none", "gray125")
                case path if path == _FILLS:
                    # What stands in an element ends before it.
                    fills.append(colour if solid else {})
                    solid, colour = False, {}
                case path if path == _INDEXED:
                    self._indexed.append(one.attributes.get("rgb", "")[-6:])
                case _:
                    self._cells.append(one.attributes)
        self._fills = [self._colour(one) for one in fills]

    def looks(self) -> Iterator[Look]:
        """One for each style."""
        for cell in self._cells:
            number, fill = (_whole(cell.get(key, "")) for key in ("numFmtId", "fillId"))
            code = self._formats.get(number, "")
            yield Look("" if code == "General" else code, self._fills[fill] if fill < len(self._fills) else "")

    def _colour(self, attributes: Attributes) -> str:
        if "rgb" in attributes:
            base = attributes["rgb"][-6:]
        elif "theme" in attributes:
            base = _at(self._theme, _whole(attributes["theme"]))
        else:
            index = _whole(attributes.get("indexed", "64"))
            base = _at(self._indexed, index) if self._indexed else _at(_OLD, index - _FIRST_OLD)
        return _tinted(base, attributes.get("tint", "0")) if _is_colour(base) else ""


class _Theme(Walker):
    """The colours of a theme by name."""

    __slots__ = ("_slot", "found")

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, budget)
        self.found: dict[str, str] = {}
        self._slot = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name in _SLOTS:
            self._slot = _SLOTS[name]
        elif name in _VALUES and self._slot:
            self.found.setdefault(self._slot, attributes.get("lastClr") or attributes.get("val", ""))

    def end(self, name: str) -> None:
        if name in _SLOTS:
            self._slot = ""


def _theme(archive: Archive, part: str) -> Sequence[str]:
    """The colours of the theme in the order in which styles number them."""
    walker = _Theme(part, archive.budget)
    walker.walk(utf8(archive.pieces(part), part))
    return [walker.found.get(name, "") for name in _SCHEME]


def _tinted(colour: str, tint: str) -> str:
    """A colour made lighter or darker as Excel does, in its lightness alone."""
    try:
        share = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        share = 0.0
    if share == 0:
        return f"#{colour.upper()}"
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    mixed = colorsys.hls_to_rgb(hue, light, saturation)
    return "#" + "".join(f"{round(one * 255):02X}" for one in mixed)


def _is_colour(text: str) -> bool:
    return len(text) == 6 and all(one in "0123456789abcdefABCDEF" for one in text)


def _at(values: Sequence[str], index: int) -> str:
    return values[index] if 0 <= index < len(values) else ""


def _number(one: Element, key: str) -> int:
    return _whole(one.attributes.get(key, ""))


def _whole(text: str) -> int:
    return int(text) if len(text) <= 6 and text.isascii() and text.isdigit() else 0
