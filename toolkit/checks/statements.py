"""The same thing stated twice: an answer and its copy, a count and its register, a baseline and the figure itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from toolkit import reference
from toolkit.characters import key_of
from toolkit.checks.held import Check, Held, latest, number, plain
from toolkit.fields import slot
from toolkit.measures import Measure, leaves
from toolkit.measures.counting import DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.incidents import NoneOf
from toolkit.measures.levels import EachYear
from toolkit.measures.shares import PerTenThousand, Share
from toolkit.submission import Problem, Row
from toolkit.threshold import PERCENT, fixed


@dataclass(frozen=True, kw_only=True)
class Same(Check):
    """Two answers that name one and the same."""

    first: str
    second: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, first, second, trial?}``."""
        return cls(**raw)

    @property
    def mentions(self) -> tuple[str, ...]:
        """Both."""
        return (self.first, self.second)

    def find(self, held: Held) -> Iterator[Problem]:
        """The second is told, whatever the width and case of its letters."""
        first, second = held.value(self.first), held.value(self.second)
        if first is None or second is None or key_of(str(first)) == key_of(str(second)):
            return
        place = held.entry(self.first).location
        context = {
            "label": held.fields[self.second].label,
            "other": f"“{place.sheet}”的{held.fields[self.first].label}",
            "found": second,
            "first": first,
        }
        yield self.problem(held.entry(self.second).location, context)


@dataclass(frozen=True, kw_only=True)
class AreaOfDistrict(Check):
    """An area that is larger than the district the cluster lies in.

    Attributes:
        beyond: How much larger it may be: the published areas are rounded and unconfirmed.

    Source:
        沪经信规范〔2024〕1号 第二条: the cluster lies within the bounds of one district.
    """

    area: str
    district: str
    beyond: Decimal

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, area, district, beyond, trial?}``."""
        return cls(**{**raw, "beyond": Decimal(raw["beyond"])})

    @property
    def figures(self) -> tuple[str, ...]:
        """The area."""
        return (self.area,)

    @property
    def mentions(self) -> tuple[str, ...]:
        """The district."""
        return (self.district,)

    def find(self, held: Held) -> Iterator[Problem]:
        """An area above the district's with its margin; ten thousand times too much is no slip of these units."""
        area, district = held.number(self.area), held.value(self.district)
        land = None if district is None else reference.district_area(str(district))
        if area is not None and land is not None and area > land * (1 + self.beyond):
            unit = held.fields[self.area].unit
            context = {"district": district, "land": f"{plain(land)} {unit}", "found": f"{plain(area)} {unit}"}
            yield self.problem(held.entry(self.area).location, context)


@dataclass(frozen=True, kw_only=True)
class Incidents(Check):
    """A yearly count of incidents and the register of the same incidents.

    Which count belongs to which rows is what the measures of the rules say; it is not written a second time. Only
    none against some is told: one row may stand for a case that two counts share.
    """

    table: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, trial?}``."""
        return cls(**raw)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The register; its columns are the measures'."""
        return ()

    def find(self, held: Held) -> Iterator[Problem]:
        """A count without a row, and a row without a count, are both told at the count."""
        if self.table not in held.submission.tables:
            return
        for measure in held.measures.values():
            if isinstance(measure, NoneOf) and measure.table == self.table:
                yield from self._compared(held, measure)

    def _compared(self, held: Held, measure: NoneOf) -> Iterator[Problem]:
        rows = [
            row for row in held.rows(self.table) if row.cells[measure.columns["kind"]].value in (None, measure.category)
        ]
        for year in measure.years:
            key = slot(measure.counts, year)
            counted = held.number(key)
            if counted is None:
                continue
            near = [row for row in rows if _year(held, measure, row) in (None, held.season.calendar_year(year))]
            sure = [row for row in near if self._sure(held, measure, row)]
            if (counted > 0 and not near) or (counted == 0 and sure):
                label, table = held.label(key), held.tables[self.table].label
                listed = f"“{table}”中该年此类记录 {len(sure)} 条"
                context = {"label": label, "table": table, "found": f"{label}为 {plain(counted)}，{listed}"}
                yield self.problem(held.entry(key).location, context)

    def _sure(self, held: Held, measure: NoneOf, row: Row) -> bool:
        """Whether a row is certainly one of those the count asks for: its kind, level and day are known."""
        levels = measure.fatal if measure.counts_mean == "fatal" else measure.fatal | measure.open
        known = row.cells[measure.columns["kind"]].value == measure.category and _year(held, measure, row) is not None
        return known and row.cells[measure.columns["level"]].value in levels


def _year(held: Held, measure: NoneOf, row: Row) -> int | None:
    """The year of an incident; one after the reference date is of no year."""
    day = row.cells[measure.columns["date"]].value
    return day.year if isinstance(day, date) and day <= held.reference_date else None


@dataclass(frozen=True, kw_only=True)
class Baselines(Check):
    """A plan that starts from the figure the same workbook reports, and does not aim below it.

    The rows are printed from the rules, so each knows its measure. A rate may be written 0.63 or 63: both are
    understood. A rule with several branches has no one figure and is passed over.

    Attributes:
        beyond: How far the baseline may lie from the figure, as a share of it; half its own last decimal always may.
        worse: Code of a target on the wrong side of the baseline.
    """

    table: str
    baseline: str
    target: str
    beyond: Decimal
    worse: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, baseline, target, beyond, worse, trial?}``."""
        return cls(**{**raw, "beyond": Decimal(raw["beyond"])})

    @property
    def codes(self) -> tuple[str, ...]:
        """Of the baseline and of the target."""
        return (self.code, self.worse)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Baseline and targets."""
        return ((self.table, self.baseline), (self.table, self.target))

    def find(self, held: Held) -> Iterator[Problem]:
        """Row by row: the baseline first, then each target."""
        for row in held.rows(self.table):
            measure, base = held.measures.get(row.id), number(row.cells[self.baseline])
            if measure is None or base is None:
                continue
            leaf = _single(measure)
            if leaf is None:
                continue
            yield from self._started(held, row, leaf, base)
            yield from self._aimed(held, row, leaf, base)

    def _started(self, held: Held, row: Row, leaf: Measure, base: Decimal) -> Iterator[Problem]:
        found = reported(held, leaf)
        if found is None:
            return
        percent = leaf.threshold is not None and leaf.threshold.unit == PERCENT
        if any(self._agrees(base, way) for way in ((found, found * 100) if percent else (found,))):
            return
        due = f"{fixed(found * 100, 2)}%" if percent else plain(found)
        entry = row.cells[self.baseline]
        yield self.problem(entry.location, {"label": self._label(held, row), "found": plain(base), "due": due})

    def _agrees(self, base: Decimal, found: Decimal) -> bool:
        exponent = base.normalize().as_tuple().exponent
        half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1) if base % 1 else Decimal("0.5")
        whole = half if base % 1 or found % 1 else Decimal()
        return abs(base - found) <= max(self.beyond * abs(found), whole)

    def _aimed(self, held: Held, row: Row, leaf: Measure, base: Decimal) -> Iterator[Problem]:
        """Only levels: a growth rate below today's is still growth, and only a bound says which way is better."""
        if leaf.threshold is None or isinstance(leaf, AnnualGrowth):
            return
        upward = leaf.threshold.comparator.upward
        for key in held.fields[self.target].slots:
            aim = number(row.cells[key])
            if aim is not None and aim != base and (aim > base) != upward:
                told = {"label": self._label(held, row), "found": plain(aim), "base": plain(base)}
                way = {"way": "不低于" if upward else "不高于"}
                yield self.problem(row.cells[key].location, told | way, code=self.worse)

    def _label(self, held: Held, row: Row) -> str:
        return next((printed.label for printed in held.tables[self.table].fixed if printed.id == row.id), row.id)


def _single(measure: Measure) -> Measure | None:
    found: Iterable[tuple[str, Measure]] = leaves(measure)
    told = [leaf for _, leaf in found]
    return told[0] if told == [measure] else None


def reported(held: Held, leaf: Measure) -> Decimal | None:
    """The figure a rule's measure has today: of the latest year, under the season's readings; None if undecidable."""
    if isinstance(leaf, EachYear):
        return held.number(latest(held.fields[leaf.input]))
    if isinstance(leaf, (Share, AnnualGrowth, PerTenThousand)):
        return leaf.judge(held).value
    if isinstance(leaf, DistinctCount) and not any(_doubtful(held, table) for table, _ in leaf.reads):
        outcome = leaf.judge(held)
        return outcome.value if outcome.verdict.value in ("met", "unmet") else None
    return None


def _doubtful(held: Held, table: str) -> bool:
    """Whether a count over a table awaits the correction of one of its rows: unreadable, or dated in the future."""
    return any(
        cell.fault is not None or (isinstance(cell.value, date) and cell.value > held.season.reference_date)
        for row in held.rows(table)
        for cell in row.cells.values()
    )
