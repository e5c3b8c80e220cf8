"""Answers carried from a workbook of one template version into a new workbook of another; nothing goes in silence."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from io import StringIO
from pathlib import Path

from toolkit.fields import Field, Table, slot, split_slot
from toolkit.submission import Location, Raw, RawAnswers, RawTable
from workbook import wording
from workbook.check import Checked
from workbook.engines.files import FileBook
from workbook.layout import Layout
from workbook.rounds import write_rounds


@unique
class Fate(StrEnum):
    """What became of an answer."""

    MOVED = "已移到新位置"
    DROPPED = "未带入"
    CHANGED = "已带入，请核对"
    NEW = "新增，待填"


@dataclass(frozen=True, slots=True)
class Note:
    """One answer that did not simply stay where it was.

    Attributes:
        before, after: Where it stood and stands, as a person reads it; empty where it did not.
        told: Its content, or why it needs a look.
    """

    fate: Fate
    label: str
    before: str
    after: str
    told: str


@dataclass(frozen=True, slots=True)
class Migration:
    """Answers for the new workbook, how many were carried over, and what to look at."""

    answers: RawAnswers
    carried: int
    notes: tuple[Note, ...]


def migrate(old: Checked, layout: Layout) -> Migration:
    """Carry the answers of a workbook over.

    An answer goes where its field is asked today, a yearly one to its calendar year. Into another season neither the
    district's review nor the commitment is carried: both are given anew each year.

    Args:
        old: The workbook, of any version ever given out.
        layout: The version and season to fill in.
    """
    return _Mover(old, layout).moved()


@dataclass(frozen=True)
class _Mover:
    old: Checked
    new: Layout

    def moved(self) -> Migration:
        inputs = {key: raw for key, raw in self._inputs() if not raw.blank}
        tables = {table_id: RawTable(tuple(rows), _NOWHERE) for table_id, rows in self._tables() if rows}
        filled = sum(not raw.blank for table in tables.values() for _, cells in table.rows for raw in cells.values())
        notes = (*self._fates(), *self._outside(), *self._lacking(inputs))
        return Migration(RawAnswers(inputs, tables), len(inputs) + filled, notes)

    # What goes where -------------------------------------------------------------------------------------------

    def _today(self, key: str) -> str | None:
        """The slot of an old one's answer in the new layout; None where it is no longer asked."""
        field_id, year = split_slot(key)
        asked = self.new.policy.fields.get(field_id)
        if asked is None or self._given_anew(asked):
            return None
        if year is None:
            return field_id if not asked.years else None
        offset = year + self.old.layout.season.year - self.new.season.year
        return slot(field_id, offset) if offset in asked.years else None

    def _given_anew(self, asked: Field) -> bool:
        if self.old.layout.season.id == self.new.season.id:
            return False
        sealed = (one for section in self.new.policy.all_sections if section.seal for one in section.fields)
        return asked.filled_by == "district" or asked in sealed

    def _inputs(self) -> Iterator[tuple[str, Raw]]:
        for key, raw in self.old.answers.inputs.items():
            today = self._today(key)
            if today in self.new.policy.slots and today is not None:
                yield today, _plain(raw)

    def _tables(self) -> Iterator[tuple[str, list[tuple[str, Mapping[str, Raw]]]]]:
        for table_id, raw in self.old.answers.tables.items():
            table = self.new.policy.tables.get(table_id)
            if table is None:
                continue
            rows = [(row_id, dict(self._row(table, cells))) for row_id, cells in raw.rows]
            if table.fixed:
                known = {row.id for row in table.fixed}
                yield table_id, [(row_id, cells) for row_id, cells in rows if row_id in known]
            else:
                # Rows move up together: a gap between two of them says nothing.
                filled = [cells for _, cells in rows if not all(one.blank for one in cells.values())]
                yield table_id, [(str(i), cells) for i, cells in enumerate(filled[: table.capacity], start=1)]

    def _row(self, table: Table, cells: Mapping[str, Raw]) -> Iterator[tuple[str, Raw]]:
        for key, raw in cells.items():
            today = self._today(key)
            if today is not None and today in table.slots:
                yield today, _plain(raw)

    # What is told ----------------------------------------------------------------------------------------------

    def _fates(self) -> Iterator[Note]:
        """Every answer that did not simply stay where it was."""
        for key, raw in self.old.answers.inputs.items():
            if not raw.blank:
                yield from self._fate(key, raw, self._today(key))
        for table_id, raw_table in self.old.answers.tables.items():
            table = self.new.policy.tables.get(table_id)
            filled = (cells for _, cells in raw_table.rows if not all(one.blank for one in cells.values()))
            for number, cells in enumerate(filled, start=1):
                kept = table is not None and (bool(table.fixed) or number <= table.capacity)
                for key, raw in cells.items():
                    if not raw.blank:
                        yield from self._fate(key, raw, self._today(key) if kept else None)

    def _fate(self, key: str, raw: Raw, today: str | None) -> Iterator[Note]:
        before, label = wording.place_text(raw.location), self.old.layout.slot_label(key)
        if today is None or raw.error:
            yield Note(Fate.DROPPED, label, before, "", _shown(raw))
            return
        place = self._place(today)
        after = wording.place_text(place) if place else ""
        reasons = list(self._reasons(split_slot(today)[0], raw))
        if reasons:
            yield Note(Fate.CHANGED, self.new.slot_label(today), before, after, "；".join([_shown(raw), *reasons]))
        elif after and after != before:
            yield Note(Fate.MOVED, label, before, after, _shown(raw))

    def _place(self, key: str) -> Location | None:
        place = self.new.inputs.get(split_slot(key)[0])
        if place is None or key not in place.columns:
            return None
        return Location(place.area.sheet, place.area.top, place.columns[key])

    def _reasons(self, field_id: str, raw: Raw) -> Iterator[str]:
        """Why an answer needs a look: its question reads otherwise today, or it was a formula."""
        before, after = self.old.layout.policy.fields[field_id], self.new.policy.fields[field_id]
        if (before.label, before.unit) != (after.label, after.unit):
            yield f"原栏目为“{before.label}”（{before.unit or '无单位'}）"
        if before.choices != after.choices and str(raw.value) not in after.choices:
            yield "选项已变，请重新选择"
        if raw.formula:
            yield "原为公式，已带入其结果"

    def _outside(self) -> Iterator[Note]:
        """What stood where nobody reads it."""
        for problem in self.old.submission.problems:
            if problem.code in ("T3", "T7", "T14", "T15", "T22"):
                words, where = problem.explanation, wording.place_text(problem.location)
                yield Note(Fate.DROPPED, words.title, where, "", words.found)

    def _lacking(self, inputs: Mapping[str, Raw]) -> Iterator[Note]:
        """What was not asked before, or not for that year."""
        asked_before = {self._today(key) for key in self.old.layout.policy.slots}
        for place in self.new.inputs.values():
            for key, column in place.columns.items():
                if key not in asked_before and key not in inputs:
                    at = wording.place_text(Location(place.area.sheet, place.area.top, column))
                    need = "必填" if place.field.required else "选填"
                    yield Note(Fate.NEW, self.new.slot_label(key), "", at, need)


def carry_rounds(old: Checked, layout: Layout, target: Path) -> None:
    """Take the rounds of review along into the new workbook of the same season, which has just been written.

    Args:
        old: The workbook they stand in.
        layout: The version that was written; without room for rounds it takes none.
        target: The new workbook.

    Raises:
        WorkbookError: They cannot be written.
    """
    stated, same = old.rounds.stated, old.layout.season.id == layout.season.id
    if stated is not None and same and layout.policy.in_rounds:
        book = FileBook(target)
        write_rounds(book, old.rounds.past, stated)
        book.save(target)


_NOWHERE = Location("", 0, 0)
_SHOWN = 60


def _plain(raw: Raw) -> Raw:
    """The content without its formula; an error value is no content."""
    return raw._replace(value=None if raw.error else raw.value, formula=None, error=None)


def _shown(raw: Raw) -> str:
    text = str(raw.error or (raw.formula if raw.value is None else raw.value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


# --- told on paper ---------------------------------------------------------------------------------------------

_HEAD = ("处理", "栏目", "原位置", "新位置", "内容或说明")
# What a spreadsheet takes for the beginning of a formula when it opens a text file, in wide letters too.
_FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r", "\n", *(chr(0xFEE0 + ord(char)) for char in "=+-@"))


def as_csv(notes: Iterable[Note]) -> str:
    """The notes as a table that any spreadsheet opens, with nothing in it that could run."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for note in notes:
        writer.writerow([inert(one) for one in (note.fate.value, note.label, note.before, note.after, note.told)])
    return text.getvalue()


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples:
        >>> inert("=1+1"), inert("产值")
        ("'=1+1", '产值')
    """
    return f"'{text}" if text.startswith(_FORMULA_LIKE) else text


def write_notes(notes: Iterable[Note], target: Path) -> None:
    """Write the table; the mark at its beginning tells Excel that it is UTF-8."""
    from workbook.package.patch import replace_file

    replace_file(target, [as_csv(notes).encode("utf-8-sig", "replace")])
