"""What one workbook comes to for the master: small, typed, and the same wherever it was read."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique

import msgspec


@unique
class Sealed(StrEnum):
    """How a district's seal stands."""

    NONE = "none"
    UNVERIFIED = "unverified"
    HOLDS = "holds"
    BROKEN = "broken"

    @property
    def label(self) -> str:
        """The word an official reads."""
        return _SEALED[self]


_SEALED = {
    Sealed.NONE: "未加封",
    Sealed.UNVERIFIED: "已加封，未核验",
    Sealed.HOLDS: "封签相符",
    Sealed.BROKEN: "封签不符",
}


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One cell of the source: sheet and address; both empty where a figure has none."""

    sheet: str = ""
    cell: str = ""


class Figure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One figure of the summary and the cell it was read from.

    Attributes:
        name: Its heading, unit included; the same in every workbook of a policy and season.
        value: None where it was not stated; text where a rule weighs several figures.
    """

    name: str
    value: float | str | None
    place: Place


class Judged(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The verdict on one rule, in the words of the master; ``verdict`` is a value of ``toolkit.finding.Verdict``.

    Attributes:
        value: What was measured, in the unit of the rule (percentages as 61.5); None where there is no single figure.
        bound: The threshold as a number in the same unit; None where the rule has none of its own.
        requirement, shown, gap, remedy: In words; of a rule that is met or not asked only ``shown``.
        decided_by: The district reviewer whose word stands here.
    """

    rule: str
    verdict: str
    value: float | None
    bound: float | None
    shown: str
    requirement: str
    gap: str
    remedy: str
    place: Place
    sensitive: bool
    decided_by: str


class Trouble(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One problem of the data; ``severity`` is a value of ``toolkit.messages.Severity``."""

    code: str
    severity: str
    title: str
    place: Place
    expected: str
    found: str
    hint: str


class Firm(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One enterprise of the roster; ``output`` in 万元."""

    code: str
    name: str
    registered: str
    size: str
    main: str
    output: float | None
    place: Place


class Claim(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something only one cluster should count: a title, a patent, a platform, a standard.

    Attributes:
        kind: What it is, in the words of the policy.
        key: What two entries of the same thing have in common, evened out.
        shown: How it reads.
        severity: How much it weighs that two count it; a value of ``toolkit.messages.Severity``.
    """

    kind: str
    key: str
    shown: str
    place: Place
    severity: str = "warning"


class Filing(msgspec.Struct, frozen=True, kw_only=True, tag="filing"):
    """One readable workbook, reduced to what the commission needs of it.

    Attributes:
        sha256: Of the file as received.
        fingerprint: Of everything the operator stated.
        before: Operator's code and cluster's name in the round that was returned last; both empty where there was none.
        round: The round of review this is; 1 for a first submission.
        written: When the workbook was last saved, as it says itself, in ISO form; empty where it does not say.
        changed: Something was changed after the last check (T10).
        verdict: A value of ``toolkit.finding.Verdict``.
        criteria: Criterion id → verdict.
        national: The rules of the national pack, judged on the same answers; empty where there is none for the season.
        enterprises: The roster, packed; see ``firms``.
        exclusive: What only one cluster should claim, packed; see ``claims``.
        contact, phone: Personal data; they never go into a published list.
    """

    sha256: str
    policy: str
    season: str
    template: str
    district: str
    cluster: str
    industry: str
    operator: str
    operator_code: str
    contact: str
    phone: str
    fingerprint: str
    before: tuple[str, str]
    round: int
    written: str
    changed: bool
    sealed: Sealed
    signer: str
    conclusion: str
    rank: str
    reviewer: str
    received_on: str
    reviewed_on: str
    override: str
    verdict: str
    criteria: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    findings: tuple[Judged, ...]
    problems: tuple[Trouble, ...]
    national: tuple[Judged, ...]
    enterprises: msgspec.Raw
    exclusive: msgspec.Raw

    @property
    def firms(self) -> tuple[Firm, ...]:
        """The enterprises of the roster."""
        return _firms.decode(self.enterprises)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What no other cluster should claim."""
        return _claims.decode(self.exclusive)


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Filing)
_firms, _claims = msgspec.msgpack.Decoder(tuple[Firm, ...]), msgspec.msgpack.Decoder(tuple[Claim, ...])


def kept(many: Iterable[Firm] | Iterable[Claim]) -> msgspec.Raw:
    """A long list as a filing holds it: packed, for most of the time nobody looks at it and ten thousand lie about."""
    return msgspec.Raw(_encoder.encode(tuple(many)))


def packed(filing: Filing) -> bytes:
    """A filing as it lies in the index and travels between processes."""
    return _encoder.encode(filing)


def unpacked(data: bytes) -> Filing:
    """The inverse of ``packed``.

    Raises:
        msgspec.DecodeError: It is no filing of this version.
    """
    return _decoder.decode(data)
