"""An edit as a few rectangles: in a window every call costs, whatever it carries."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbook.package.edit import New
from workbook.package.grid import Position

# Blank cells between two written ones are written along, as blank, rather than paying for another call.
_ROWS_BETWEEN, _COLUMNS_BETWEEN = 60, 6


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Contents of neighbouring cells.

    Attributes:
        rows: Grid, shape (rows, columns); None leaves a cell blank.
    """

    top: int
    left: int
    rows: Sequence[Sequence[New]]

    @property
    def bottom(self) -> int:
        """Its last row."""
        return self.top + len(self.rows) - 1

    @property
    def right(self) -> int:
        """Its last column."""
        return self.left + len(self.rows[0]) - 1


def rectangles(new: Mapping[Position, New], held: Container[Position]) -> Iterator[Rectangle]:
    """Cover what is to be written, touching nothing else that holds something.

    Args:
        new: (row, column) → what is to stand there; None leaves the cell blank.
        held: Cells that hold something; those that are not in ``new`` must not be touched.

    Examples:
        >>> list(rectangles({(1, 1): "a", (3, 1): "b"}, held=()))
        [Rectangle(top=1, left=1, rows=[['a'], [None], ['b']])]
        >>> len(list(rectangles({(1, 1): "a", (3, 1): "b"}, held={(2, 1)})))
        2
    """
    waiting: dict[tuple[int, int], _Stack] = {}
    for row, left, right in _segments(new, held):
        stack = waiting.get((left, right))
        if stack is None or not stack.reaches(row, new, held):
            if stack is not None:
                yield stack.rectangle(new)
            waiting[left, right] = stack = _Stack(row, left, right)
        stack.bottom = row
    for stack in waiting.values():
        yield stack.rectangle(new)


@dataclass(slots=True)
class _Stack:
    """A rectangle that may still grow downwards."""

    top: int
    left: int
    right: int
    bottom: int = 0

    def reaches(self, row: int, new: Mapping[Position, New], held: Container[Position]) -> bool:
        between = range(self.bottom + 1, row)
        columns = range(self.left, self.right + 1)
        return len(between) <= _ROWS_BETWEEN and all(
            (r, column) not in held and (r, column) not in new for r in between for column in columns
        )

    def rectangle(self, new: Mapping[Position, New]) -> Rectangle:
        columns = range(self.left, self.right + 1)
        return Rectangle(
            self.top, self.left, [[new.get((row, c)) for c in columns] for row in range(self.top, self.bottom + 1)]
        )


def _segments(new: Mapping[Position, New], held: Container[Position]) -> Iterator[tuple[int, int, int]]:
    """(row, first column, last column) of cells to be written together, from the top."""
    row, left, right = 0, 0, 0
    for at in sorted(new):
        between = range(right + 1, at[1])
        free = at[0] == row and len(between) <= _COLUMNS_BETWEEN and all((row, c) not in held for c in between)
        if not free:
            if row:
                yield row, left, right
            row, left = at
        right = at[1]
    if row:
        yield row, left, right
