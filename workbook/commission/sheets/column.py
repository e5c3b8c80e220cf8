"""A column and what stands in it, told together, so that a heading and its values cannot drift apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Generic, TypeVar

from toolkit.policy import Policy
from toolkit.season import Season
from workbook.area import quoted
from workbook.commission.experts.panel import Opinion
from workbook.commission.filing import Place
from workbook.commission.settle import Cluster, Receipt
from workbook.commission.table import Alert, Column, Kind, Owner, Row, Table, Value
from workbook.commission.words import NOTHING, Words

Item = TypeVar("Item")
_NOWHERE = Place()

WHOLE: Final = "#,##0"
DECIMAL: Final = "#,##0.00"
_EXACT: Final = "#,##0.00##"
_HALF: Final = Decimal("0.005")


def beside(bound: Decimal) -> str:
    """A number format of two decimals, and four where two would make a figure look like its threshold.

    Examples:
        >>> beside(Decimal(50))
        '[<49.995]#,##0.00;[>=50.005]#,##0.00;#,##0.00##'
    """
    return f"[<{bound - _HALF}]{DECIMAL};[>={bound + _HALF}]{DECIMAL};{_EXACT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that the sheets are made from.

    Attributes:
        clusters: By district, name and key.
        receipts: By file.
        archive: Where the raw files lie, as seen from the master; its names are fingerprints.
        words: What people wrote in the master of the last run, for the sheets that go by what was decided on others.
        opinions: What experts said of the clusters.
        sample, seed: How many clusters are visited, and from what they are drawn; empty where nobody said.
        annex: The name of the workbook that holds the roster of enterprises; empty where the master itself does.
    """

    policy: Policy
    season: Season
    clusters: Sequence[Cluster]
    receipts: Sequence[Receipt]
    archive: str
    words: Words = field(default_factory=dict)
    opinions: Sequence[Opinion] = ()
    sample: str = ""
    seed: str = ""
    annex: str = ""

    def said(self, table: str, key: str) -> Mapping[str, Value]:
        """What people wrote in a row, by the id of the column."""
        return self.words.get(table, {}).get(key, NOTHING)


@dataclass(frozen=True, slots=True)
class Told(Generic[Item]):
    """A column, what it says of an item, and where that leads; people's columns say nothing of themselves."""

    column: Column
    value: Callable[[Item], Value] | None = None
    link: Callable[[Item], str] | None = None


def people(column_id: str, heading: str, *, width: float = 14, choices: Sequence[str] = ()) -> Told[Item]:
    """A column that belongs to people."""
    return Told(Column(id=column_id, heading=heading, owner=Owner.PEOPLE, width=width, choices=tuple(choices)))


def people_day(column_id: str, heading: str) -> Told[Item]:
    """A column that belongs to people and holds days."""
    return Told(Column(id=column_id, heading=heading, owner=Owner.PEOPLE, kind=Kind.DATE, width=12))


def rows(told: Sequence[Told[Item]], items: Iterable[Item], key: Callable[[Item], str]) -> Iterator[Row]:
    """One row for each item."""
    values = [one.value for one in told]
    links = [(position, one.link) for position, one in enumerate(told) if one.link]
    for item in items:
        shown = tuple(value(item) if value else None for value in values)
        # A link that shows nothing would be read as its own address by other programs.
        targets = {at: target for at, link in links if shown[at] not in (None, "") and (target := link(item))}
        yield Row(key(item), shown, targets)


def table(
    name: str,
    intro: str,
    told: Sequence[Told[Item]],
    items: Iterable[Item],
    key: Callable[[Item], str],
    *,
    frozen: int = 2,
    published: bool = False,
    after: Callable[[Row], Row] | None = None,
    extensible: bool = False,
    alerts: tuple[Alert, ...] = (),
) -> Table:
    """A sheet of such columns."""
    columns = tuple(one.column for one in told)
    return Table(
        name=name,
        intro=intro,
        columns=columns,
        rows=tuple(rows(told, items, key)),
        frozen=frozen,
        published=published,
        fitted=True,
        after=after,
        alerts=alerts,
        extensible=extensible,
    )


def leads_to(desk: Desk, cluster: Cluster, place: Place) -> str:
    """The cell a figure was read from, in the file as it was received; empty where it has none."""
    return archived(desk, cluster.filing.sha256, place) if place.sheet else ""


def source_link(desk: Desk, cluster: Cluster) -> str:
    """The file as it was received."""
    return archived(desk, cluster.filing.sha256)


def archived(desk: Desk, sha256: str, place: Place = _NOWHERE) -> str:
    """Whatever came in, as it was received; a cell of it where one is named."""
    cell = f"#{quoted(place.sheet)}!{place.cell}" if place.sheet else ""
    return f"external:{desk.archive}/{sha256[:2]}/{sha256}.xlsx{cell}"


def distinct(keys: Iterable[str]) -> Iterator[str]:
    """The keys, each made unique by its number where it comes again.

    Examples:
        >>> list(distinct(["a", "b", "a"]))
        ['a', 'b', 'a#2']
    """
    seen: dict[str, int] = {}
    for key in keys:
        number = seen[key] = seen.get(key, 0) + 1
        yield key if number == 1 else f"{key}#{number}"
