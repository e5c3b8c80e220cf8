"""One submission seen from both sides: as the cells of a live workbook, and as what Python makes of it."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from tests.parity.draft import Generated, Value
from toolkit.evaluate import evaluate
from toolkit.fields import slot
from toolkit.finding import Evaluation
from toolkit.formula import defined_name
from toolkit.intake import take_in
from toolkit.policy import Policy
from toolkit.rules import Rule
from toolkit.season import Season
from toolkit.submission import Location, Raw, RawAnswers, RawTable
from workbook.layout import InputPlace, Layout, TablePlace
from workbook.wording import figure_text

Rows = list[list[float | str | None]]
PATIENCE = 120.0
_EPOCH = date(1899, 12, 30)


# --- one side: what Python makes of it -------------------------------------------------------------------------


def evaluated(layout: Layout, drawn: Generated) -> Evaluation:
    """The evaluation of what stands in the cells."""
    policy, season = layout.policy, layout.season
    return evaluate(policy, season, take_in(policy, season, answers(layout, drawn)))


def answers(layout: Layout, drawn: Generated) -> RawAnswers:
    """The cells as the reader finds them: a date is its number there."""
    inputs: dict[str, Raw] = {}
    for place in layout.inputs.values():
        for key, column in place.columns.items():
            where = Location(place.area.sheet, place.area.top, column)
            inputs[key] = Raw(_read(drawn.inputs.get(key)), where)
    return RawAnswers(inputs, {name: _table(place, drawn) for name, place in layout.tables.items()})


def _table(place: TablePlace, drawn: Generated) -> RawTable:
    area, table = place.area, place.table
    rows = list(drawn.tables.get(table.id, ())) or [{} for _ in table.fixed]
    ids = [row.id for row in table.fixed] or [str(i) for i in range(1, len(rows) + 1)]
    columns = [(key, first) for key, (first, _) in place.spans.items()]
    read = [
        (
            row_id,
            {key: Raw(_read(row.get(key)), Location(area.sheet, area.top + i, column)) for key, column in columns},
        )
        for i, (row_id, row) in enumerate(zip(ids, rows, strict=True))
    ]
    return RawTable(tuple(read), Location(area.sheet, area.top, area.left))


def _read(value: Value) -> Decimal | str | None:
    return Decimal((value - _EPOCH).days) if isinstance(value, date) else value


def expected(evaluation: Evaluation) -> dict[str, str]:
    """What the result cells must say, by defined name."""
    told = {}
    for finding in evaluation.findings:
        told[defined_name("verdict", finding.rule)] = finding.verdict.display
        told[defined_name("figure", finding.rule)] = figure_text(finding)
    return told


# --- the other side: what stands in the cells ------------------------------------------------------------------


def cells(layout: Layout, drawn: Generated) -> dict[str, Rows]:
    """Defined name → the rows to be filled; every input, and of each open table as many rows as there are."""
    found = {place.name: [_input_row(place, drawn)] for place in layout.inputs.values()}
    for name, place in layout.tables.items():
        found[place.name] = [_table_row(place, row) for row in drawn.tables.get(name, ())]
    return found


def _input_row(place: InputPlace, drawn: Generated) -> list[float | str | None]:
    row: list[float | str | None] = [None] * (place.area.right - place.area.left + 1)
    for key, column in place.columns.items():
        row[column - place.area.left] = _typed(drawn.inputs.get(key))
    return row


def _table_row(place: TablePlace, values: Mapping[str, Value]) -> list[float | str | None]:
    row: list[float | str | None] = [None] * (place.area.right - place.area.left + 1)
    for key, (first, _) in place.spans.items():
        row[first - place.area.left] = _typed(values.get(key))
    return row


def _typed(value: Value) -> float | str | None:
    read = _read(value)
    return float(read) if isinstance(read, Decimal) else read


class Stuck(Exception):
    """The calculator failed, or did not answer in time."""


class Calculator:
    """A LibreOffice of our own in another process; it ends with us, whatever happens.

    Attributes:
        how: What the workbooks opened from now on do after a filling: calculate ``all`` their formulas, those that are
            ``dirty``, those that are looked at (``lazy``), or ``never``.
    """

    def __init__(self, interpreter: str, soffice: str, profile: Path) -> None:
        self.process = subprocess.Popen(
            [interpreter, Path(__file__).with_name("calculator.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )
        self.how = "all"
        self.answers: queue.Queue[str] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self._write({"soffice": soffice, "profile": profile.as_uri()})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let it leave of its own accord, which ends LibreOffice; kill both where it does not."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self._kill()
        self.listener.join(20)

    def open(self, template: Path, results: Iterable[str], *, colours: bool = False) -> dict[str, Any]:
        """Open a workbook; these are the names of its result cells. ``colours`` keeps its conditional formats."""
        return self.ask("open", path=str(template), results=list(results), how=self.how, colours=colours)

    def ask(self, what: str, **order: Any) -> dict[str, Any]:
        """Give an order and wait for what comes of it.

        Raises:
            Stuck: It failed or took too long.
        """
        self.say(what, **order)
        return self._answer()

    def say(self, what: str, **order: Any) -> None:
        """Give an order.

        Raises:
            Stuck: Nobody is there.
        """
        self._write({"do": what, **order})

    def results(self, number: int) -> dict[str, str]:
        """What the result cells say after the filling that bore this number.

        Raises:
            Stuck: The canary tells that nothing was recalculated.
        """
        answer = self._answer()
        if answer["canary"] != number * 7 + 1:
            raise Stuck(f"not recalculated: the canary says {answer['canary']} of {number}")
        results: dict[str, str] = answer["results"]
        return results

    def _answer(self) -> dict[str, Any]:
        try:
            line = self.answers.get(timeout=PATIENCE)
        except queue.Empty:
            self._kill()
            raise Stuck(f"no answer within {PATIENCE} s") from None
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the calculator has ended"}
        if "error" in answer:
            raise Stuck(answer["error"])
        return answer

    def _write(self, order: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Stuck("the calculator has ended") from None

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as told:
            for line in told:
                self.answers.put(line)
        self.answers.put("")

    def _kill(self) -> None:
        """It leads a session of its own: LibreOffice goes with it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


# --- both together ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A result cell that says something else than Python; ``layout`` is that of its workbook."""

    layout: Layout
    drawn: Generated
    rule: Rule
    name: str
    expected: str
    found: str

    def told(self, policy: Policy) -> str:
        """All it takes to look into it."""
        read = [f"{key}={_shown(self.drawn.inputs.get(key))}" for key in _slots_read(policy, self.rule)]
        tables = [f"  {name}: {text}" for name, text in self._rows_read(policy)]
        return "\n".join(
            [
                f"{self.name} season {self.layout.season.id} number {self.drawn.number} ({', '.join(sorted(self.drawn.kinds))})",
                f"  expected {self.expected!r}",
                f"  found    {self.found!r}",
                f"  reads {' '.join(read)}",
                *tables,
            ]
        )

    def _rows_read(self, policy: Policy) -> Iterator[tuple[str, str]]:
        columns: dict[str, list[str]] = {}
        reads = list(self.rule.measure.reads)
        if self.rule.applies and self.rule.applies.industries:
            reads.append(self.rule.applies.industries[:2])
        if "evidence" in str(self.rule.measure) and (evidence := policy.role("evidence")):
            table, _, column = evidence.partition(".")
            reads.append((table, column))
        for table, column in reads:
            if policy.tables[table].key and policy.tables[table].key not in columns.setdefault(table, []):
                columns[table].append(policy.tables[table].key)
            columns.setdefault(table, []).extend(
                key for key in policy.fields[column].slots if key not in columns[table]
            )
        for table, keys in columns.items():
            rows = self.drawn.tables.get(table, ())
            shown = [f"{i}({', '.join(_shown(row.get(key)) for key in keys)})" for i, row in enumerate(rows[:40], 1)]
            yield table, f"{', '.join(keys)}: {' '.join(shown)}{f' … {len(rows)} rows' if len(rows) > 40 else ''}"


def _slots_read(policy: Policy, rule: Rule) -> Iterable[str]:
    keys = [*rule.measure.slots, *(key for name in rule.measure.mentions for key in policy.fields[name].slots)]
    if rule.applies:
        keys += [key for key in (rule.applies.input, rule.applies.reason) if key]
    return dict.fromkeys(keys)


def _shown(value: Value) -> str:
    return repr(value) if isinstance(value, str) else "—" if value is None else str(value)


@dataclass
class Tally:
    """What a run has come to."""

    submissions: int = 0
    compared: int = 0
    absent: set[str] = field(default_factory=set)
    constant: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    def __iadd__(self, other: Tally) -> Self:
        self.submissions += other.submissions
        self.compared += other.compared
        self.absent |= other.absent
        self.constant |= other.constant
        self.kinds += other.kinds
        self.verdicts += other.verdicts
        self.disagreements += other.disagreements
        return self


def compare(
    calculator: Calculator, layout: Layout, template: Path, submissions: Iterable[Generated], *, keep: bool = False
) -> Tally:
    """Hold every submission against the workbook of its season; ``keep`` goes on with the one that is open.

    Raises:
        Stuck: LibreOffice failed, or did not recalculate.
    """
    policy, tally = layout.policy, Tally()
    names = {defined_name(what, rule.id): rule for rule in policy.rules for what in ("verdict", "figure")}
    if not keep:
        opened = calculator.open(template, names)
        tally = Tally(absent=set(opened["absent"]), constant=set(opened["constant"]))
    for drawn in submissions:
        # It calculates while we do.
        calculator.say("fill", cells=cells(layout, drawn), canary=drawn.number + 1)
        evaluation = evaluated(layout, drawn)
        wanted, found = expected(evaluation), calculator.results(drawn.number + 1)
        tally.submissions += 1
        tally.kinds.update(drawn.kinds)
        tally.verdicts.update((finding.rule, finding.verdict.value) for finding in evaluation.findings)
        tally.compared += len(found)
        tally.disagreements += [
            Disagreement(layout, drawn, names[name], name, wanted[name], text)
            for name, text in found.items()
            if text != wanted[name]
        ]
    return tally


def templates(policy: Policy, seasons: Sequence[Season], folder: Path) -> Iterator[tuple[Layout, Path]]:
    """A blank workbook for each season."""
    from workbook.layout import lay_out
    from workbook.template import write_template

    for season in seasons:
        layout = lay_out(policy, season)
        write_template(layout, folder / f"{season.id}.xlsx")
        yield layout, folder / f"{season.id}.xlsx"


__all__ = ["Calculator", "Disagreement", "Stuck", "Tally", "answers", "cells", "compare", "slot", "templates"]
