"""What one scoring workbook comes to: an expert's word on each cluster, typed, small, and apart from every filing."""

from __future__ import annotations

from typing import Final

import msgspec

from workbook.commission.filing import Filing, Place, Trouble

TOP: Final = 100
"""Scores go from 0 to this; no official scale was found."""
RECUSED: Final = "回避"
OVERALL: Final = ("同意认定", "有条件同意", "不同意认定")


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an expert says of one criterion.

    Attributes:
        score: None where none was given, or none that can be read.
    """

    criterion: str
    score: float | None
    opinion: str


class Ballot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One expert on one cluster.

    Attributes:
        cluster: Its key.
        name: As the workbook calls it.
        recusal: What stands in the column of recusals; anything but nothing voids the scores.
        marks: In the order of the criteria.
        place: Where its row begins.
        problems: What cannot be read in it.
    """

    cluster: str
    name: str
    recusal: str
    marks: tuple[Mark, ...]
    overall: str
    remark: str
    place: Place
    problems: tuple[Trouble, ...]

    @property
    def recused(self) -> bool:
        """Whether the expert declares a conflict of interest."""
        return self.recusal == RECUSED

    @property
    def counts(self) -> bool:
        """Whether its scores count: not with a conflict of interest, nor while it is unclear whether there is one."""
        return not self.recusal

    @property
    def stated(self) -> bool:
        """Whether the expert wrote anything at all."""
        said = any(mark.score is not None or mark.opinion for mark in self.marks)
        return bool(self.recusal or self.overall or self.remark or said)


class Appraisal(msgspec.Struct, frozen=True, kw_only=True, tag="appraisal"):
    """One scoring workbook, reduced to what the commission needs of it.

    Attributes:
        round: Of the review by experts.
        written: When it was last saved, as it says itself, in ISO form; empty where it does not say.
        signed_on: In ISO form; empty where the expert left it blank.
    """

    sha256: str
    policy: str
    season: str
    expert: str
    unit: str
    round: int
    written: str
    signed_on: str
    ballots: tuple[Ballot, ...]

    @property
    def problems(self) -> tuple[Trouble, ...]:
        """Everything that cannot be read in it."""
        return tuple(problem for ballot in self.ballots for problem in ballot.problems)


Taken = Filing | Appraisal
"""What a worker hands back."""

_decoder = msgspec.msgpack.Decoder(Taken)
_encoder = msgspec.msgpack.Encoder()


def packed(appraisal: Appraisal) -> bytes:
    """An appraisal as it lies in the index and travels between processes."""
    return _encoder.encode(appraisal)


def taken(data: bytes) -> Taken:
    """Whatever a worker has packed.

    Raises:
        msgspec.DecodeError: It is nothing of this version.
    """
    return _decoder.decode(data)
