"""What people decided on the sheets of the master, as values: each sheet's words are read in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from workbook.commission.settle import Cluster
from workbook.commission.table import Value
from workbook.commission.words import Words, day_of, text_of

FORMAL, VISITS, RECOGNITION, NOTICE, OBJECTIONS = "形式审查", "实地抽查", "认定名单", "公示与异议", "异议登记"
WORDED: Final = (FORMAL, VISITS, RECOGNITION, NOTICE, OBJECTIONS)
"""The sheets whose words other sheets go by."""

PASSED, SENT_BACK, FAILED = "通过", "退回", "不通过"
YES, NO, OPEN = "是", "否", "待定"
UPHELD, DISMISSED, PENDING = "成立", "不成立", "核查中"

Said = Mapping[str, Value]


class Proposal(NamedTuple):
    """What is written of a cluster in the list of recognition."""

    proposed: str
    reason: str
    signer: str
    valid_from: date | None

    @property
    def is_made(self) -> bool:
        """Whether recognition is proposed."""
        return self.proposed == YES

    @property
    def signed(self) -> bool:
        """Whether somebody gave a reason and stands for it."""
        return bool(self.reason and self.signer)

    @classmethod
    def of(cls, said: Said) -> Proposal:
        """From the words of a row."""
        return cls(
            text_of(said.get("proposed")),
            text_of(said.get("reason")),
            text_of(said.get("signer")),
            day_of(said.get("valid_from")),
        )


class Objection(NamedTuple):
    """One objection: where it is written, and what came of it."""

    key: str
    conclusion: str

    @property
    def open(self) -> bool:
        """Whether nobody has concluded on it."""
        return self.conclusion not in (UPHELD, DISMISSED)


_MARK: Final = "|异议"


def objection_key(cluster: str, number: int) -> str:
    """The key of the row prepared for a cluster's objection of this number.

    Examples:
        >>> objection_key("913101|传感器", 1)
        '913101|传感器|异议1'
    """
    return f"{cluster}{_MARK}{number}"


def objections(words: Words, clusters: Iterable[Cluster]) -> Mapping[str, tuple[Objection, ...]]:
    """Cluster → its objections, in the order of their rows; under the empty key those of which nobody can say whose.

    Rows people added below the prepared ones have no key; they belong to the cluster whose name stands in them.
    """
    named: dict[str, str] = {}
    for one in clusters:
        # A name two clusters share says nothing.
        named[one.filing.cluster] = "" if one.filing.cluster in named else one.key
    found: dict[str, list[Objection]] = defaultdict(list)
    for key, said in words.get(OBJECTIONS, {}).items():
        owner = _owner(key)[0] or named.get(text_of(said.get("cluster")), "")
        found[owner].append(Objection(key, text_of(said.get("conclusion"))))
    return {cluster: tuple(many) for cluster, many in found.items()}


def prepared(words: Words) -> Mapping[str, int]:
    """Cluster → the number of the last of its prepared rows that something is written in."""
    last: dict[str, int] = {}
    for cluster, number in map(_owner, words.get(OBJECTIONS, {})):
        if cluster:
            last[cluster] = max(number, last.get(cluster, 0))
    return last


def _owner(key: str) -> tuple[str, int]:
    """Whose prepared row a key is, and which; nobody's where it is none."""
    cluster, mark, number = key.rpartition(_MARK)
    return (cluster, int(number)) if mark and number.isdecimal() else ("", 0)
