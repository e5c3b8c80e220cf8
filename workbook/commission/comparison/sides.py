"""The two rule sets that are compared, as they were asked for and as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from toolkit.differences import Rules
from toolkit.errors import PolicyError, WorkbookError
from toolkit.packs import Pack, pack_at, packs

DEFAULT = "shanghai-2024"
_TWO = 2
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Side:
    """One rule set; it travels between processes as what it is told here.

    Attributes:
        pack: Id of a pack that ships, or the folder of another.
        season: Id of one of its seasons.
    """

    pack: str | Path
    season: str

    @property
    def rules(self) -> Rules:
        """Policy and season, the very same value each time.

        Raises:
            PolicyError: There is no such pack or season, or it makes no sense.
        """
        return _rules(self.pack, self.season)

    @property
    def label(self) -> str:
        """What it is called in a report: never a path of somebody's disk."""
        rules = self.rules
        where = f"（{self.pack.resolve().name}）" if isinstance(self.pack, Path) else ""
        return f"{rules.policy.id} / {rules.season.id}{where}"

    @property
    def fingerprint(self) -> str:
        """By which it is known what exactly was compared."""
        folder = _pack(self.pack).folder
        files = (folder / "policy.json", *(folder / "seasons").iterdir())
        read = sorted(file.read_bytes() for file in files if file.name.endswith(".json"))
        return sha256(b"\0".join(read)).hexdigest()[:_SHOWN]


@cache
def _pack(pack: str | Path) -> Pack:
    if isinstance(pack, Path):
        return pack_at(pack)
    found = packs()
    if pack not in found:
        raise PolicyError(f"没有规则包 {pack}，现有 {'、'.join(found)}")
    return found[pack]


@cache
def _rules(pack: str | Path, season: str) -> Rules:
    seasons = _pack(pack).seasons
    if season not in seasons:
        raise PolicyError(f"没有申报年度 {season or '（空）'}，现有 {'、'.join(seasons) or '无'}")
    return Rules(_pack(pack).policy, seasons[season])


def sides(asked: Sequence[str | Path], seasons: Sequence[str]) -> tuple[Side, Side]:
    """What is compared with what.

    Args:
        asked: Packs in the order they were named. One alone is compared with the pack that ships, or, where two seasons
            are named, with itself.
        seasons: In the same order. One holds for both; where none is named the latest of the first, and the same of the
            second where it has it.

    Raises:
        WorkbookError: Too few or too many are named (W59).
        PolicyError: There is no such pack or season.
    """
    if len(asked) > _TWO or len(seasons) > _TWO or (not asked and len(seasons) < _TWO):
        raise WorkbookError("W59", packs=len(asked), seasons=len(seasons))
    named = tuple(asked) or (DEFAULT,)
    one, other = named if len(named) == _TWO else (named[0] if len(seasons) == _TWO else DEFAULT, named[0])
    first = seasons[0] if seasons else max(_pack(one).seasons, default="")
    known = _pack(other).seasons
    second = seasons[-1] if seasons else first if first in known else max(known, default="")
    # Whoever asks hears at once what is amiss, not from a worker.
    return _checked(Side(one, first)), _checked(Side(other, second))


def _checked(side: Side) -> Side:
    policy, season = side.rules
    policy.readings(season)
    return side
