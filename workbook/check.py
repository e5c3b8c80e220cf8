"""One file from the door to its evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.errors import WrongTemplate
from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation
from toolkit.packs import packs
from toolkit.policy import Policy
from toolkit.season import Season
from toolkit.submission import Submission
from workbook.book import Book
from workbook.engines.files import FileBook
from workbook.layout import Layout, lay_out
from workbook.reader import Identity, identify, read_submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file with all that was found out about it."""

    source: Path
    sha256: str
    book: Book
    identity: Identity
    layout: Layout
    submission: Submission
    evaluation: Evaluation


@dataclass(frozen=True)
class Shelf:
    """The policies and seasons that are known, each laid out once.

    Attributes:
        extra: Layouts given on the call, by (policy id, season id); they go before those that ship.
    """

    extra: Mapping[tuple[str, str], Layout]

    def layout(self, identity: Identity) -> Layout:
        """The layout a workbook was made from.

        Raises:
            WrongTemplate: Its policy, season or template version is not known here.
        """
        layout = self.extra.get((identity.policy, identity.season)) or _shipped(identity.policy, identity.season)
        if layout is None:
            raise WrongTemplate("W08", reason=f"规则版本 {identity.policy}，申报年度 {identity.season}")
        if identity.template != layout.policy.template_version:
            raise WrongTemplate("W08", reason=f"模板版本 {identity.template or '未注明'}")
        return layout


def shelf(*extra: tuple[Policy, Season]) -> Shelf:
    """A shelf with the packs that ship, and others besides."""
    return Shelf({(policy.id, season.id): lay_out(policy, season) for policy, season in extra})


@cache
def _shipped(policy: str, season: str) -> Layout | None:
    pack = packs().get(policy)
    seasons = pack.seasons if pack else {}
    return lay_out(pack.policy, seasons[season]) if pack and season in seasons else None


def check_file(source: Path, known: Shelf) -> Checked:
    """Open, recognise, read and evaluate one file.

    Raises:
        WorkbookError: The file cannot be used; everything milder is a problem in the result.
    """
    book = FileBook(source)
    identity = identify(book)
    layout = known.layout(identity)
    submission = read_submission(book, layout)
    return Checked(
        source=source,
        sha256=book.sha256,
        book=book,
        identity=identity,
        layout=layout,
        submission=submission,
        evaluation=evaluate(layout.policy, layout.season, submission),
    )
