"""One file from the door to its evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from toolkit.checks.form import date_of_serial
from toolkit.checks.revisions import Filed, revisions
from toolkit.errors import WrongTemplate
from toolkit.evaluate import evaluate
from toolkit.exclusive import Exclusive
from toolkit.fields import FieldKind, split_slot
from toolkit.finding import Evaluation
from toolkit.packs import Pack, packs
from toolkit.seal import Snapshot, changes, take_snapshot
from toolkit.season import Season
from toolkit.submission import Location, Problem, RawAnswers, Submission
from workbook.book import Book
from workbook.engines.files import FileBook
from workbook.identity import Identity, identify
from workbook.issued import Issued, from_record
from workbook.layout import COVER, Layout, lay_out
from workbook.reader import take_down
from workbook.rounds import Rounds, read_rounds
from workbook.sealing import read_check_seal

_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file with all that was found out about it."""

    source: Path
    sha256: str
    book: Book
    identity: Identity
    layout: Layout
    answers: RawAnswers
    submission: Submission
    evaluation: Evaluation
    rounds: Rounds

    @cached_property
    def snapshot(self) -> Snapshot:
        """What this check saw in the operator's cells."""
        return take_snapshot(self.layout.policy, self.answers)

    @cached_property
    def whole_snapshot(self) -> Snapshot:
        """The same with what the district filled in."""
        return take_snapshot(self.layout.policy, self.answers, district=True)


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a template: where it put everything, and what it printed.

    Attributes:
        known: None for a pack that keeps no record; its workbooks are trusted by their names alone.
        latest: The version given out today.
    """

    layout: Layout
    known: Issued | None
    latest: str


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
        pack = self._pack(identity.policy)
        if pack is None or identity.season not in _seasons(pack):
            raise WrongTemplate("W08", reason=f"规则版本 {identity.policy}，申报年度 {identity.season or '未注明'}")
        form = _form(pack, identity.season, identity.template)
        if form is None:
            raise WrongTemplate("W08", reason=f"模板版本 {identity.template or '未注明'}")
        return form

    def exclusive(self, policy: str) -> tuple[Exclusive, ...]:
        """What only one applicant of a policy should count, asked alike of every version of its template."""
        pack = self._pack(policy)
        return _exclusive(pack) if pack else ()

    def _pack(self, policy: str) -> Pack | None:
        return self.extra.get(policy) or _shipped().get(policy)


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
def _exclusive(pack: Pack) -> tuple[Exclusive, ...]:
    return pack.exclusive


@cache
def _form(pack: Pack, season: str, version: str) -> Form | None:
    issue = pack.issued.get(version)
    policy = pack.policy
    latest = policy.template_version
    if version != latest:
        if issue is None:
            return None
        policy = issue.policy
    file = issue.workbook(season) if issue else None
    return Form(lay_out(policy, _seasons(pack)[season]), from_record(file) if file else None, latest)


def check_file(source: Path, known: Shelf) -> Checked:
    """Open, recognise, read and evaluate one file.

    Raises:
        WorkbookError: The file cannot be used; everything milder is a problem in the result.
    """
    book = FileBook(source)
    return check_book(book, source, known, book.sha256)


def check_book(book: Book, source: Path, known: Shelf, sha256: str = "") -> Checked:
    """The same of a workbook that is at hand already, as in a live window.

    Args:
        book: The workbook.
        source: What it is called.
        known: What it may belong to.
        sha256: Fingerprint of its file; empty for a window, whose contents are in no file yet.

    Raises:
        WorkbookError: The workbook cannot be used.
    """
    identity = identify(book)
    form = known.form(identity)
    layout = form.layout
    reading, rounds = take_down(book, layout, form.known), read_rounds(book)
    told = (*_origin(identity, form), *_changed(book, layout, reading.answers), *_damaged(rounds))
    submission = replace(reading.submission, problems=(*told, *reading.submission.problems))
    return Checked(
        source=source,
        sha256=sha256,
        book=book,
        identity=identity,
        layout=layout,
        answers=reading.answers,
        submission=submission,
        evaluation=evaluate(layout.policy, layout.season, submission),
        rounds=rounds,
    )


def compared(checked: Checked, earlier: Checked) -> Checked:
    """The same with every figure that differs from what an earlier workbook said of the same year."""
    before, now = (Filed(one.submission, one.layout.policy, one.layout.season) for one in (earlier, checked))
    evaluation = checked.evaluation
    problems = (*evaluation.problems, *revisions(before, now))
    return replace(checked, evaluation=replace(evaluation, problems=problems))


def _origin(identity: Identity, form: Form) -> Iterator[Problem]:
    """Whether it is the template that was given out under this version, and whether there is a later one."""
    first = Location(COVER, 1, 1)
    expected = form.known.mark if form.known else ""
    if expected and identity.mark != expected:
        told = {"version": identity.template, "expected": expected, "found": identity.mark or "空白"}
        yield Problem("T2", first, told)
    if identity.template != form.latest:
        yield Problem("T26", first, {"latest": form.latest, "found": identity.template})


def _changed(book: Book, layout: Layout, answers: RawAnswers) -> Iterator[Problem]:
    """What was changed since the last check."""
    seal = read_check_seal(book)
    if seal is None:
        return
    if seal.snapshot is None:
        yield Problem("T27", Location(COVER, 1, 1), {})
        return
    for change in changes(layout.policy, seal.snapshot, answers):
        label = f"“{layout.slot_label(change.key)}”" if change.key else "各行"
        before, after = (_cut(shown_content(layout, change.key, text)) for text in (change.before, change.after))
        told = {"before": before, "after": after, "time": seal.time, "label": label}
        yield Problem("T10", change.location, told)


def _damaged(rounds: Rounds) -> Iterator[Problem]:
    """Whether the record of earlier rounds can still be read."""
    if rounds.damaged:
        yield Problem("T28", Location(COVER, 1, 1), {})
    if rounds.unstated:
        yield Problem("T29", Location(COVER, 1, 1), {"number": rounds.past[-1].number})


def shown_content(layout: Layout, key: str, text: str) -> str:
    """What a cell held, as it was shown there: a day as a day, every other text as it is."""
    asked = layout.policy.fields[split_slot(key)[0]] if key else None
    day = date_of_serial(text) if asked is not None and asked.kind is FieldKind.DATE else None
    return day.isoformat() if day else text


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return f"{flat[:_SHOWN]}{'…' if len(flat) > _SHOWN else ''}" or "空白"
