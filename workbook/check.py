"""One file from the door to its evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.errors import WrongTemplate
from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation
from toolkit.packs import Pack, packs
from toolkit.season import Season
from toolkit.submission import Submission
from workbook.book import Book
from workbook.engines.files import FileBook
from workbook.issued import Issued, from_record
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


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a template: where it put everything, and what it printed.

    Attributes:
        known: None for a pack that keeps no record; its workbooks are trusted by their names alone.
    """

    layout: Layout
    known: Issued | None


@dataclass(frozen=True)
class Shelf:
    """The policies, seasons and template versions that are known, each laid out once.

    Attributes:
        extra: Packs given on the call, by policy id; they go before those that ship.
    """

    extra: Mapping[str, Pack]

    def form(self, identity: Identity) -> Form:
        """The version of the template a workbook was made from.

        Raises:
            WrongTemplate: Its policy, season or template version is not known here.
        """
        pack = self.extra.get(identity.policy) or _shipped().get(identity.policy)
        if pack is None or identity.season not in _seasons(pack):
            raise WrongTemplate("W08", reason=f"规则版本 {identity.policy}，申报年度 {identity.season or '未注明'}")
        form = _form(pack, identity.season, identity.template)
        if form is None:
            raise WrongTemplate("W08", reason=f"模板版本 {identity.template or '未注明'}")
        return form


def shelf(*extra: Pack) -> Shelf:
    """A shelf with the packs that ship, and others besides."""
    return Shelf({pack.policy.id: pack for pack in extra})


@cache
def _shipped() -> Mapping[str, Pack]:
    return packs()


@cache
def _seasons(pack: Pack) -> Mapping[str, Season]:
    return pack.seasons


@cache
def _form(pack: Pack, season: str, version: str) -> Form | None:
    issue = pack.issued.get(version)
    policy = pack.policy
    if version != policy.template_version:
        if issue is None:
            return None
        policy = issue.policy
    file = issue.workbook(season) if issue else None
    return Form(lay_out(policy, _seasons(pack)[season]), from_record(file) if file else None)


def check_file(source: Path, known: Shelf) -> Checked:
    """Open, recognise, read and evaluate one file.

    Raises:
        WorkbookError: The file cannot be used; everything milder is a problem in the result.
    """
    book = FileBook(source)
    identity = identify(book)
    form = known.form(identity)
    layout = form.layout
    submission = read_submission(book, layout, form.known)
    return Checked(
        source=source,
        sha256=book.sha256,
        book=book,
        identity=identity,
        layout=layout,
        submission=submission,
        evaluation=evaluate(layout.policy, layout.season, submission),
    )
