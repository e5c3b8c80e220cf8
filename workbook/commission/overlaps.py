"""What two clusters both count, or both go by: found over ten thousand rosters without holding one of them.

The rosters are gone through twice. The first time only hashes are kept, to see which come again in another cluster;
the second time what these stand for is taken down. A hash that two things share by chance is found out then.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from toolkit.characters import PLACEHOLDERS, key_of, placeholder
from toolkit.checks.registers import company_key
from toolkit.messages import Severity
from workbook.commission.filing import Filing, Place
from workbook.commission.names import forms
from workbook.commission.settle import Cluster

ENTERPRISE: Final = "企业"
SAME_NAME: Final = "企业同名不同码"
OPERATOR: Final = "运营管理机构"
NAME: Final = "集群名称相近"
PHONE: Final = "联系电话相同"
PHONE_SHOWN: Final = "（号码从略，见“申报汇总”）"
MOST: Final = 20
"""How many places of one overlap are taken down; all are counted."""
_PARTS: Final = 64
_FILLING: Final = max(map(len, PLACEHOLDERS))
_DIGITS: Final = 7
"""Fewer are no telephone."""
_NOWHERE: Final = Place()


class Mention(NamedTuple):
    """Something a cluster counts or goes by.

    Attributes:
        kind, key: Alike wherever it is the same thing.
        shown: How it reads here.
        apart: Mentions overlap only where this differs; empty where any two do.
    """

    kind: str
    key: str
    shown: str
    place: Place
    severity: Severity
    apart: str = ""


class Sight(NamedTuple):
    """Where something is counted: the number of the cluster, and the cell."""

    cluster: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """One thing in two clusters or more.

    Attributes:
        key: The same in every run, whatever else came in.
        readings: How it reads, each way once.
        clusters: The numbers of all that have it, ascending.
        sights: Where it was found, at most ``MOST``.
    """

    kind: str
    key: str
    severity: Severity
    readings: tuple[str, ...]
    clusters: tuple[int, ...]
    sights: tuple[Sight, ...]


def overlaps(clusters: Sequence[Cluster]) -> tuple[Overlap, ...]:
    """All there are, the gravest first, then by kind and key.

    Args:
        clusters: In an order that does not hang on how the files came in: places are told in it.
    """
    again, having = _again(clusters)
    groups: dict[tuple[str, str], _Group] = {}
    for number in sorted(having):
        for one in mentions(clusters[number].filing):
            name = one.kind, one.key
            if hash(name) in again:
                groups.setdefault(name, _Group(one)).add(number, one)
    found = [group.overlap for group in groups.values() if group.holds]
    ranks = list(Severity)
    return tuple(sorted(_once(found), key=lambda one: (ranks.index(one.severity), one.kind, one.key)))


def counted(found: Sequence[Overlap], clusters: Sequence[Cluster]) -> Counter[str]:
    """How many overlaps each cluster has part in, by its key."""
    return Counter(clusters[number].key for one in found for number in one.clusters)


def mentions(filing: Filing) -> Iterator[Mention]:
    """Everything of a filing that no other should have."""
    operator = key_of(filing.operator_code or filing.operator)
    if operator:
        shown = _named(filing.operator, filing.operator_code)
        yield Mention(OPERATOR, operator, shown, _NOWHERE, Severity.WARNING)
    for form in forms(filing.cluster, filing.district):
        yield Mention(NAME, form, filing.cluster, _NOWHERE, Severity.WARNING)
    digits = "".join(filter(str.isdigit, key_of(filing.phone)))
    if len(digits) >= _DIGITS:
        # A few of many numbers share it: the key leads to nobody's telephone.
        key = sha256(digits.encode()).hexdigest()[:6]
        yield Mention(PHONE, key, PHONE_SHOWN, _NOWHERE, Severity.NOTE)
    yield from _enterprises(filing)
    for claim in filing.claims:
        yield Mention(claim.kind, claim.key, claim.shown, claim.place, Severity(claim.severity))


def _enterprises(filing: Filing) -> Iterator[Mention]:
    """By code; and by name, for the same enterprise may stand elsewhere under another code."""
    for firm in filing.firms:
        code = _answer(key_of(firm.code))
        shown = _named(firm.name, firm.code)
        if code:
            yield Mention(ENTERPRISE, code, shown, firm.place, Severity.WARNING, "")
        if name := _answer(company_key(firm.name)):
            yield Mention(SAME_NAME, name, shown, firm.place, Severity.WARNING, code)


def _answer(key: str) -> str:
    """An evened-out text, empty where it only fills its cell; no longer one does."""
    return "" if len(key) <= _FILLING and placeholder(key) else key


def _named(name: str, code: str) -> str:
    return f"{name}（{code}）" if name and code else name or code


def _again(clusters: Sequence[Cluster]) -> tuple[set[int], set[int]]:
    """Hashes that come in more than one cluster, and the numbers of these clusters.

    Hashes are looked through part by part, so that few of them are objects at a time.
    """
    parts = [(array("q"), array("I")) for _ in range(_PARTS)]
    for number, cluster in enumerate(clusters):
        for one in {hash((kind, key)) for kind, key, *_ in mentions(cluster.filing)}:
            hashes, numbers = parts[one % _PARTS]
            hashes.append(one)
            numbers.append(number)
    again: set[int] = set()
    having: set[int] = set()
    for hashes, numbers in parts:
        seen: set[int] = set()
        twice: set[int] = set()
        for one in hashes:
            (twice if one in seen else seen).add(one)
        again |= twice
        having.update(number for one, number in zip(hashes, numbers, strict=True) if one in twice)
    return again, having


@dataclass(slots=True)
class _Group:
    """An overlap in the making."""

    first: Mention
    clusters: array[int] = field(default_factory=lambda: array("I"))
    sights: list[Sight] = field(default_factory=list)
    readings: dict[str, None] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)

    def add(self, number: int, one: Mention) -> None:
        """Another mention; of each cluster the first place is told."""
        self.apart.add(one.apart)
        if len(self.readings) < MOST:
            self.readings[one.shown] = None
        if self.clusters and self.clusters[-1] == number:
            return
        self.clusters.append(number)
        if len(self.sights) < MOST:
            self.sights.append(Sight(number, one.place))

    @property
    def holds(self) -> bool:
        """Whether there are two clusters, and what must differ does."""
        return len(self.clusters) > 1 and (self.apart == {""} or len(self.apart) > 1)

    @property
    def overlap(self) -> Overlap:
        """As it is told."""
        return Overlap(
            kind=self.first.kind,
            key=self.first.key,
            severity=self.first.severity,
            readings=tuple(self.readings),
            clusters=tuple(self.clusters),
            sights=tuple(self.sights),
        )


def _once(found: Sequence[Overlap]) -> Iterator[Overlap]:
    """Of several forms that the very same names have in common the longest is told."""
    told: dict[tuple[int, ...], Overlap] = {}
    for one in found:
        if one.kind != NAME:
            yield one
        else:
            best = told.setdefault(one.clusters, one)
            told[one.clusters] = min(best, one, key=lambda each: (-len(each.key), each.key))
    yield from told.values()
