"""What a transplant could not carry: gathered on the way, told and listed at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workbook.commission.own import notices
from workbook.commission.own.book import Name
from workbook.commission.own.cells import Cells
from workbook.commission.own.dropped import AROUND, NAMED, Dropped


@dataclass(slots=True)
class SheetAccount:
    """What became of one sheet.

    Attributes:
        name: As it is called now.
        cells: None where it has none.
        broken: References outside of its cells that have come to nothing.
        moved_rows: Sheets named outside of its cells by rows that are not where they were, once for each reference.
        views: How many views it lost that somebody gave a name.
        left: What else stayed behind, in words, and how often.
    """

    name: str
    cells: Cells | None = None
    broken: list[str] = field(default_factory=list)
    moved_rows: list[str] = field(default_factory=list)
    views: int = 0
    left: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class Account:
    """What became of all of them.

    Attributes:
        absent: Sheets that stayed behind.
        epoch: Whether the workbooks count days from different years.
        sheets: Those that came along, in their order.
        broken_names: Names whose references have come to nothing.
        macro_names: Names of macros, which stayed behind.
        moved_names: Names of rows that are not where they were.
        clashes: What of the workbook clashes with the same of the new one.
        listed: The sheets on which formulas are listed.
        theme_left: Whether the theme stayed behind.
    """

    absent: Sequence[str]
    epoch: bool
    sheets: list[SheetAccount] = field(default_factory=list)
    broken_names: list[Name] = field(default_factory=list)
    macro_names: list[Name] = field(default_factory=list)
    moved_names: dict[str, Sequence[str]] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)
    listed: Sequence[str] = ()
    theme_left: bool = False

    def dropped(self) -> Iterator[Dropped]:
        """Every formula that does not go along."""
        for one in self.sheets:
            for formula in one.cells.dropped if one.cells else ():
                yield Dropped(one.name, formula.place, formula.text, notices.reason(formula.read))
            for text in one.broken:
                yield Dropped(one.name, AROUND, text, notices.OUT_OF_REACH)
        for names, why in ((self.broken_names, notices.OUT_OF_REACH), (self.macro_names, notices.MACRO)):
            yield from (Dropped("", f"{NAMED}“{name.name}”", name.text, why) for name in names)

    def moves(self) -> Iterator[str]:
        """What may mean something else than it did, in sentences."""
        for one in self.sheets:
            yield from notices.moved(one.name, one.cells.moved_rows if one.cells else ())
            if one.moved_rows:
                yield notices.moved_around(one.name, one.moved_rows)
        for name, sheets in self.moved_names.items():
            yield notices.moved_name(name, sheets)

    def losses(self) -> Iterator[str]:
        """What is lost, in sentences."""
        for one in self.sheets:
            yield from notices.formulas(one.name, one.cells.dropped if one.cells else ())
            if one.broken:
                yield notices.broken(one.name, len(one.broken))
            yield from notices.left(one.name, one.left + Counter({notices.VIEWS: one.views}))
        yield from notices.names((name.name for name in self.broken_names), (name.name for name in self.macro_names))
        yield from notices.listed(self.listed)
        yield from notices.extras(dict.fromkeys(self.clashes))
        for name in self.absent:
            yield notices.not_carried(name)
        if self.theme_left:
            yield notices.THEME
        if self.epoch:
            yield notices.EPOCH
