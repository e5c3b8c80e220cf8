"""Which of the files of a cluster counts: every file gets an answer, and the same one whatever order they came in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from toolkit.characters import key_of
from workbook.commission.filing import Filing, Sealed


@unique
class Done(StrEnum):
    """What was done with a file, in the words of the log."""

    ACCEPTED = "已汇总"
    REFUSED = "未汇总"
    SKIPPED = "跳过"
    REPEATED = "重复"
    OLDER = "旧轮次"
    SUPERSEDED = "已有更新"
    WITHDRAWN = "已撤回"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file of the inbox as it was read.

    Attributes:
        name: Its path in the inbox.
        sha256: Empty where it could not be read.
        withdrawn: It lies in a folder of withdrawn files.
        filing: None where it was refused.
        refusal: Why, in words.
        skipped: It is no application at all: a master, a lock.
    """

    name: str
    sha256: str = ""
    withdrawn: bool = False
    filing: Filing | None = None
    refusal: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one file: a row of the log."""

    file: str
    sha256: str
    cluster: str
    district: str
    round: int | None
    sealed: str
    done: Done
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster that counts.

    Attributes:
        key: By which it is known from run to run.
        file: The file it was read from.
        remark: What a person should know of how that file was chosen.
    """

    key: str
    file: str
    filing: Filing
    remark: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Clusters by district, name and key; receipts by file."""

    clusters: tuple[Cluster, ...]
    receipts: tuple[Receipt, ...]


_SEALS = (Sealed.BROKEN, Sealed.NONE, Sealed.UNVERIFIED, Sealed.HOLDS)
_Name = tuple[str, str]


def settle(arrivals: Iterable[Arrival], policy: str, season: str) -> Settled:
    """Decide about every file.

    Of several files of a cluster the latest round counts; within a round the one with the better seal, then the
    reviewed one, then the one saved last.

    Args:
        arrivals: In any order.
        policy: The policy that is collected.
        season: Its season.
    """
    ordered = sorted(arrivals, key=lambda one: one.name)
    receipts = [_refused(one) for one in ordered if one.filing is None]
    groups = _Groups()
    first: dict[str, Arrival] = {}
    for one in ordered:
        if one.filing is None:
            continue
        if (one.filing.policy, one.filing.season) != (policy, season):
            told = foreign(one.filing.policy, one.filing.season)
            receipts.append(_receipt(one, one.filing, Done.REFUSED, told))
        elif (twin := first.get(one.sha256)) and one.withdrawn == twin.withdrawn:
            receipts.append(_receipt(one, one.filing, Done.REPEATED, repeated(twin.name)))
        else:
            first[one.sha256] = one
            groups.add(one, one.filing)
    clusters = []
    for group in groups.all():
        cluster, answers = _settled(group)
        receipts += answers
        clusters += [cluster] if cluster else []
    clusters.sort(key=lambda one: (one.filing.district, one.filing.cluster, one.key))
    return Settled(tuple(clusters), tuple(sorted(receipts, key=lambda one: one.file)))


def foreign(policy: str, season: str) -> str:
    """What is said of a file of another call."""
    return f"规则或年度不同（{policy} / {season}），未汇总"


def repeated(twin: str) -> str:
    """What is said of a file that lies there twice."""
    return f"与 {twin} 完全相同，未重复汇总"


def _refused(one: Arrival) -> Receipt:
    return Receipt(
        file=one.name,
        sha256=one.sha256,
        cluster="",
        district="",
        round=None,
        sealed="",
        done=Done.SKIPPED if one.skipped else Done.REFUSED,
        reason=one.refusal,
    )


def _receipt(one: Arrival, filing: Filing, done: Done, reason: str = "") -> Receipt:
    return Receipt(
        file=one.name,
        sha256=one.sha256,
        cluster=filing.cluster,
        district=filing.district,
        round=filing.round,
        sealed=filing.sealed.label,
        done=done,
        reason=reason,
    )


# --- which files speak of the same cluster ---------------------------------------------------------------------

_DROPPED = re.compile(r"^上海市?|[\s（）()“”\"'·,，、—-]")


def cluster_key(code: str, operator: str, cluster: str) -> _Name:
    """What two names of the same cluster have in common: its operator and its own name, evened out.

    Examples:
        >>> cluster_key("913101", "", "上海市嘉定区传感器集群") == cluster_key("913101", "某公司", "嘉定区传感器集群 ")
        True
    """
    return key_of(code or operator), bare_name(cluster)


def bare_name(cluster: str) -> str:
    """A cluster's name without what people write now this way, now that."""
    return _DROPPED.sub("", key_of(cluster))


def _names(filing: Filing) -> Iterator[_Name]:
    """The names a file goes by: its own, and what its cluster was called in the round before."""
    yield cluster_key(filing.operator_code, filing.operator, filing.cluster)
    if any(filing.before):
        code, cluster = filing.before
        yield cluster_key(code, filing.operator, cluster)


class _Groups:
    """Files that share a name, directly or through a third, are of one cluster; one without any stands alone."""

    def __init__(self) -> None:
        self._parent: dict[_Name, _Name] = {}
        self._members: list[tuple[_Name, Arrival, Filing]] = []

    def add(self, one: Arrival, filing: Filing) -> None:
        """Put a file with those of its cluster."""
        names = [name for name in _names(filing) if all(name)] or [("", one.sha256)]
        for name in names[1:]:
            self._parent[self._root(name)] = self._root(names[0])
        self._members.append((names[0], one, filing))

    def all(self) -> Iterable[Sequence[tuple[Arrival, Filing]]]:
        """The groups, each file with its filing."""
        groups: Mapping[_Name, list[tuple[Arrival, Filing]]] = defaultdict(list)
        for name, one, filing in self._members:
            groups[self._root(name)].append((one, filing))
        return groups.values()

    def _root(self, name: _Name) -> _Name:
        while (parent := self._parent.get(name, name)) != name:
            name = parent
        return name


# --- which of them counts --------------------------------------------------------------------------------------


def _age(filing: Filing) -> tuple[int, str, str]:
    return filing.round, filing.written, filing.sha256


def _weight(filing: Filing) -> tuple[int, int, bool, str, str]:
    return filing.round, _SEALS.index(filing.sealed), bool(filing.conclusion), filing.written, filing.sha256


def _settled(group: Sequence[tuple[Arrival, Filing]]) -> tuple[Cluster | None, Iterator[Receipt]]:
    """The file that counts, if any, and what became of each."""
    withdrawn = max((_age(filing) for one, filing in group if one.withdrawn), default=None)
    left = [
        (one, filing) for one, filing in group if not one.withdrawn and (withdrawn is None or _age(filing) > withdrawn)
    ]
    if not left:
        return None, (_receipt(one, filing, Done.WITHDRAWN, WITHDRAWN) for one, filing in group)
    chosen, best = max(left, key=lambda pair: _weight(pair[1]))
    rivals = [one.name for one, filing in left if _differs(filing, best)]
    remark = f"第 {best.round} 轮另有 {len(rivals)} 份内容不同，未采用：{'、'.join(rivals)}。请核对" if rivals else ""
    _, oldest = min(group, key=lambda pair: _age(pair[1]))
    name = cluster_key(oldest.operator_code, oldest.operator, oldest.cluster)
    key = "|".join(name) if all(name) else oldest.sha256[:16]
    cluster = Cluster(key=key, file=chosen.name, filing=best, remark=remark)
    return cluster, _told(group, left, chosen, best)


def _differs(filing: Filing, best: Filing) -> bool:
    return filing.round == best.round and filing.fingerprint != best.fingerprint


WITHDRAWN = "在“撤回”文件夹中，未汇总"


def _told(
    group: Sequence[tuple[Arrival, Filing]],
    left: Sequence[tuple[Arrival, Filing]],
    chosen: Arrival,
    best: Filing,
) -> Iterator[Receipt]:
    for one, filing in group:
        if one is chosen:
            yield _receipt(one, filing, Done.ACCEPTED, _cautions(filing))
        elif one.withdrawn or not any(one is other for other, _ in left):
            yield _receipt(one, filing, Done.WITHDRAWN, WITHDRAWN if one.withdrawn else f"已撤回，另有 {chosen.name}")
        elif filing.round < best.round:
            told = f"第 {filing.round} 轮，已采用第 {best.round} 轮的 {chosen.name}"
            yield _receipt(one, filing, Done.OLDER, told)
        else:
            same = "申报内容相同" if filing.fingerprint == best.fingerprint else "内容不同，请核对"
            yield _receipt(one, filing, Done.SUPERSEDED, f"已采用同一轮的 {chosen.name}，{same}")


def _cautions(filing: Filing) -> str:
    """What to look at in a file that was accepted all the same."""
    told = []
    if filing.sealed is Sealed.BROKEN:
        told.append("封签不符：区初审加封后有改动，或密钥不对，请退区核对")
    elif filing.sealed is Sealed.NONE:
        told.append("区初审未加封")
    if filing.changed:
        told.append("自检后有改动")
    return "；".join(told)
