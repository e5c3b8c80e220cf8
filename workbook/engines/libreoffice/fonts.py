"""Fonts and colours."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from workbook.engines.libreoffice import runtime
from workbook.engines.libreoffice.errors import seam


def number_of_color(color: Any) -> int:
    """A colour as LibreOffice writes it, red first; -1 for none."""
    if color is None:
        return -1
    if isinstance(color, str):
        return int(color.lstrip("#"), 16)
    if isinstance(color, int):  # as Excel has it: blue first
        color = (color & 255, color >> 8 & 255, color >> 16 & 255)
    red, green, blue = color
    return int(red) << 16 | int(green) << 8 | int(blue)


def color_of(number: int | None) -> tuple[int, int, int] | None:
    """A colour as xlwings writes it."""
    return None if number is None or number < 0 else (number >> 16 & 255, number >> 8 & 255, number & 255)


def _character(name: str, *, asian: bool = True) -> tuple[str, ...]:
    return (name, f"{name}Asian") if asian else (name,)


@seam
class Font(base_classes.Font):
    """The font of cells; Chinese text has settings of its own in Calc, which follow.

    Args:
        cells: The ``Range``.
    """

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    @property
    def api(self) -> Any:
        """Calc's cell range."""
        return self._cells.xl

    def _set(self, value: Any, *names: str) -> None:
        self._cells._set(**dict.fromkeys(names, value))  # noqa: SLF001 - a part of the range

    def _get(self, name: str) -> Any:
        return self._cells._agreed(name)  # noqa: SLF001 - a part of the range

    @property
    def bold(self) -> bool | None:
        """Whether it is bold; None if the cells differ, here and below."""
        weight = self._get("CharWeight")
        return None if weight is None else bool(weight > 100)  # noqa: PLR2004 - com.sun.star.awt.FontWeight.NORMAL

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set(150.0 if value else 100.0, *_character("CharWeight"))

    @property
    def italic(self) -> bool | None:
        """Whether it is slanted."""
        slant = self._get("CharPosture")
        return None if slant is None else slant.value == "ITALIC"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set(runtime.enum("awt.FontSlant", "ITALIC" if value else "NONE"), *_character("CharPosture"))

    @property
    def size(self) -> float | None:
        """In points."""
        return self._get("CharHeight")  # type: ignore[no-any-return]

    @size.setter
    def size(self, value: float) -> None:
        self._set(float(value), *_character("CharHeight"))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """Red, green, blue; black where it is automatic."""
        number = self._get("CharColor")
        return None if number is None else color_of(max(number, 0))

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        self._set(number_of_color(color_or_rgb), "CharColor")

    @property
    def name(self) -> str | None:
        """The typeface."""
        return self._get("CharFontName")  # type: ignore[no-any-return]

    @name.setter
    def name(self, value: str) -> None:
        self._set(value, *_character("CharFontName"))
