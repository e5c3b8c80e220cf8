"""Which clusters are visited: a stratified sample that anybody can draw again from the same seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Final, NamedTuple

Priority = Callable[[int, int], Fraction]
"""How urgently a part of some size that has some places gets the next one."""


class Candidate(NamedTuple):
    """A cluster that may be drawn, by its key, and the two things it is stratified by."""

    key: str
    district: str
    verdict: str


class Place(NamedTuple):
    """Where a cluster stands in its stratum.

    Attributes:
        order: From 1, by the number that seed and key give it.
        places: How many of the stratum are drawn.
        size: How many there are.
    """

    order: int
    places: int
    size: int

    @property
    def drawn(self) -> bool:
        """Whether it is visited."""
        return self.order <= self.places


_FIRST: Final = Fraction(10**9)


def draw(candidates: Iterable[Candidate], sample: str, seed: str) -> Mapping[str, Place]:
    """Draw the sample.

    The places go to the districts by size, at least one to each as long as they last (Adams), within a district to its
    verdicts by size (Sainte-Laguë), and in each of these strata to the clusters whose permanent random number, the
    hash of seed and key, is smallest. So the number of a cluster never depends on any other: one more cluster can take
    a place in its own stratum, or move one place between strata, and leaves all else as it was.

    Args:
        candidates: In any order.
        sample: A number; or a share such as ``10%``, rounded up, and to one for each district.
        seed: Whatever was told.

    Returns:
        Key → place, of every candidate.
    """
    strata: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in candidates:
        strata[one.district][one.verdict].append(one.key)
    total = sum(len(keys) for verdicts in strata.values() for keys in verdicts.values())
    districts = {name: sum(map(len, verdicts.values())) for name, verdicts in strata.items()}
    found: dict[str, Place] = {}
    for district, places in shared(districts, _places(sample, total, len(districts)), _adams).items():
        verdicts = strata[district]
        sizes = {verdict: len(keys) for verdict, keys in verdicts.items()}
        for verdict, share in shared(sizes, places, _sainte_lague).items():
            ordered = sorted(verdicts[verdict], key=lambda key: number(seed, key))
            found |= {key: Place(at, share, len(ordered)) for at, key in enumerate(ordered, start=1)}
    return found


def number(seed: str, key: str) -> str:
    """The permanent random number of a cluster: the same in every draw with this seed."""
    return sha256(f"{seed}\0{key}".encode()).hexdigest()


def _places(sample: str, total: int, districts: int) -> int:
    """How many are drawn; a share gives every district one, a number is kept to."""
    if not sample.endswith("%"):
        return min(int(sample), total)
    return max(-(-total * int(sample[:-1]) // 100), districts)


def shared(sizes: Mapping[str, int], places: int, priority: Priority) -> Mapping[str, int]:
    """Places given out one by one to the part that is most entitled to the next; none gets more than its size.

    Examples:
        >>> shared({"甲": 30, "乙": 9, "丙": 1}, 4, _adams)
        {'丙': 1, '乙': 1, '甲': 2}
    """
    given = dict.fromkeys(sorted(sizes), 0)
    for _ in range(min(places, sum(sizes.values()))):
        open_parts = [name for name in given if given[name] < sizes[name]]
        # Of equals the larger, of those the first by name.
        best = max(reversed(open_parts), key=lambda name: (priority(sizes[name], given[name]), sizes[name]))
        given[best] += 1
    return given


def _adams(size: int, has: int) -> Fraction:
    return Fraction(size, has) if has else _FIRST * size


def _sainte_lague(size: int, has: int) -> Fraction:
    return Fraction(size, 2 * has + 1)
