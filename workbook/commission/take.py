"""One workbook, opened, judged and reduced to what the commission needs of it: the task every worker does."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from toolkit.differences import Rules
from toolkit.evaluate import evaluate
from toolkit.exclusive import Exclusive
from toolkit.fields import split_slot
from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.packs import pack_at, packs
from toolkit.policy import Policy
from toolkit.review import read_review
from toolkit.seal import key_id
from toolkit.season import Season
from toolkit.submission import Entry, Location, Submission
from toolkit.threshold import PERCENT
from toolkit.transfer import transfer
from workbook import __version__, wording
from workbook.check import Checked, Shelf, check_book, shelf
from workbook.commission.experts.appraisal import packed as packed_appraisal
from workbook.commission.experts.reading import is_scoring, read_appraisal
from workbook.commission.filing import Claim, Figure, Filing, Firm, Judged, Place, Sealed, Trouble, kept, packed
from workbook.engines.files import FileBook
from workbook.package.properties import CORE, last_saved
from workbook.results import override_text
from workbook.sealing import holds, read_district_seal

NATIONAL = "national-2022"
_PLAIN = (Verdict.MET, Verdict.NOT_APPLICABLE)
_NOWHERE = Place()
_CHANGED = "T10"


@dataclass(frozen=True, slots=True)
class Keys:
    """The districts' keys by their ids; without a district's its seals are counted but not verified."""

    known: Mapping[str, bytes]

    @classmethod
    def of(cls, *keys: bytes) -> Keys:
        """The keys under the ids that seals name."""
        return cls({key_id(key): key for key in keys})


@dataclass(frozen=True, slots=True)
class Taking:
    """The task of a worker: content → packed filing. It travels between processes as what it is told here.

    Attributes:
        packs: Folders of packs besides those that ship.
        keys: Of districts whose seals are to be verified.
    """

    packs: tuple[Path, ...] = ()
    keys: tuple[bytes, ...] = ()

    def __call__(self, data: bytes) -> bytes:
        """Take one file, an application or the scoring workbook of an expert; raises what ``take`` raises."""
        with _undisturbed():
            book = FileBook(data)
            if is_scoring(book):
                return packed_appraisal(read_appraisal(book, book.sha256, saved(book)))
            return packed(_taken(book, "", _shelf(self.packs), Keys.of(*self.keys)))

    @property
    def rules(self) -> str:
        """By which results are known to be of the same rules, program and keys: a later one judges everything anew."""
        told = [_program(), *(_digest(folder) for folder in self.packs), *sorted(map(key_id, self.keys))]
        return sha256("\0".join(told).encode()).hexdigest()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the garbage collector: of the hundred thousand values of a workbook none hold each other in a ring."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _shelf(folders: tuple[Path, ...]) -> Shelf:
    return shelf(*(pack_at(folder) for folder in folders))


@cache
def _program() -> str:
    """What judges: the version, and where they are at hand the sources and packs themselves."""
    rooms = (Path(str(files(room))) for room in ("toolkit", "workbook", "templates"))
    return "\0".join([__version__, *(_digest(room) for room in rooms if room.is_dir())])


def _digest(folder: Path) -> str:
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".json"))
    return sha256(b"".join(path.name.encode() + path.read_bytes() for path in found)).hexdigest()


def take(data: bytes, name: str, known: Shelf, keys: Keys | None = None) -> Filing:
    """One file as a filing.

    Args:
        data: The file.
        name: What it is called, for messages.
        known: What it may belong to.
        keys: By which seals are verified.

    Raises:
        WorkbookError: The file cannot be used; everything milder stands in the filing.
    """
    return _taken(FileBook(data), name, known, keys or Keys({}))


def _taken(book: FileBook, name: str, known: Shelf, keys: Keys) -> Filing:
    checked = check_book(book, Path(name), known, book.sha256)
    return filing_of(checked, keys, known.exclusive(checked.identity.policy), saved(book))


def filing_of(checked: Checked, keys: Keys, exclusive: Sequence[Exclusive] = (), written: str = "") -> Filing:
    """What a checked workbook comes to.

    Args:
        checked: The workbook.
        keys: By which its seal is verified.
        exclusive: What no two clusters should both count.
        written: When it was saved, as it says itself.
    """
    policy, season = checked.layout.policy, checked.layout.season
    submission, evaluation = checked.submission, checked.evaluation
    review = read_review(policy, submission)
    override = review.used_override
    sealed, signer = _sealed(checked, keys)

    def said(role: str) -> str:
        return submission.text(policy.role(role))

    return Filing(
        sha256=checked.sha256,
        policy=policy.id,
        season=season.id,
        template=checked.identity.template,
        district=said("district"),
        cluster=said("cluster"),
        industry=said("industry"),
        operator=said("operator"),
        operator_code=said("operator_code"),
        contact=said("contact"),
        phone=said("phone"),
        fingerprint=checked.snapshot.fingerprint,
        before=_before(checked),
        round=checked.rounds.number,
        written=written,
        changed=any(problem.code == _CHANGED for problem in submission.problems),
        sealed=sealed,
        signer=signer,
        conclusion=review.conclusion,
        rank=said("rank"),
        reviewer=said("reviewer"),
        received_on=_day(review.day("received_on")),
        reviewed_on=_day(review.day("reviewed_on")),
        override=override_text(override) if override else "",
        verdict=evaluation.verdict.value,
        criteria=tuple((criterion.id, criterion.verdict.value) for criterion in evaluation.criteria),
        figures=tuple(_figures(policy, season, submission, evaluation)),
        findings=tuple(map(judged, evaluation.findings)),
        problems=tuple(_troubles(evaluation)),
        national=tuple(_national(policy, season, submission)) if policy.id != NATIONAL else (),
        enterprises=kept(_firms(submission)),
        exclusive=kept(_claims(exclusive, submission)),
    )


def saved(book: FileBook) -> str:
    """When the file was last saved, as its properties say; empty where they do not."""
    return last_saved(book.part(CORE))


def _before(checked: Checked) -> tuple[str, str]:
    """Operator's code and cluster's name as the round before this one stated them; both may have been mended."""
    policy, stated = checked.layout.policy, checked.rounds.stated
    told = {} if stated is None else stated.inputs
    return told.get(policy.role("operator_code"), ""), told.get(policy.role("cluster"), "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _sealed(checked: Checked, keys: Keys) -> tuple[Sealed, str]:
    """How the district's seal stands, and who says to have made it."""
    seal = read_district_seal(checked.book)
    if seal is None:
        return Sealed.NONE, ""
    key = keys.known.get(seal.key)
    if key is None:
        return Sealed.UNVERIFIED, seal.signer
    sound = holds(seal, checked.identity, checked.whole_snapshot, key)
    return (Sealed.HOLDS if sound else Sealed.BROKEN), seal.signer


# --- figures ---------------------------------------------------------------------------------------------------


def figure_names(policy: Policy, season: Season) -> tuple[tuple[str, str], ...]:
    """Id and heading of each figure of the summary, in its order: key figures as stated, then what rules measure."""
    named = []
    for key in policy.key_figures:
        field_id, year = split_slot(key)
        asked = policy.fields[field_id]
        prefix = "" if year is None else f"{season.calendar_year(year)}年"
        named.append((key, f"{prefix}{asked.label.removeprefix('其中：')}（{asked.unit}）"))
    for rule in policy.rules:
        if rule.figure:
            unit = f"（{rule.unit}）" if rule.measure.threshold else ""
            named.append((rule.id, f"{rule.figure}{unit}"))
    return tuple(named)


def _figures(policy: Policy, season: Season, submission: Submission, evaluation: Evaluation) -> Iterator[Figure]:
    found = {finding.rule: finding for finding in evaluation.findings}
    for key, name in figure_names(policy, season):
        if key in found:
            yield _measured(found[key], name)
            continue
        entry = submission.entries.get(key)
        if entry is None or entry.value is None or isinstance(entry.value, date):
            yield Figure(name, None, _place(entry.location) if entry else _NOWHERE)
        else:
            value = float(entry.value) if isinstance(entry.value, Decimal) else entry.value
            yield Figure(name, value, _place(entry.location))


def _measured(finding: Finding, name: str) -> Figure:
    """A figure that can be sorted; words where the rule weighs several figures."""
    place = _first_place(finding)
    if finding.threshold is None:
        return Figure(name, finding.shown or None, place)
    return Figure(name, _scaled(finding.value, finding.unit), place)


def _scaled(value: Decimal | None, unit: str) -> float | None:
    """A figure as the sheet shows it: shares in percent."""
    return None if value is None else float(round(value * (100 if unit == PERCENT else 1), 4))


def _place(location: Location) -> Place:
    return Place(location.sheet, location.cell) if location.sheet else _NOWHERE


def _first_place(finding: Finding) -> Place:
    return next((_place(one) for one in finding.locations if one.sheet), _NOWHERE)


# --- verdicts and troubles -------------------------------------------------------------------------------------


def judged(finding: Finding) -> Judged:
    """A verdict in the words of the master."""
    plain = finding.verdict in _PLAIN
    return Judged(
        finding.rule,
        finding.verdict.value,
        _scaled(finding.value, finding.unit),
        _scaled(finding.threshold, finding.unit),
        finding.shown,
        "" if plain else wording.bound_text(finding) or finding.requirement,
        "" if plain else wording.gap_text(finding.shortfall),
        "" if plain else finding.remedy or finding.sentence,
        _NOWHERE if plain else _first_place(finding),
        finding.sensitive,
        finding.decided_by,
    )


def _troubles(evaluation: Evaluation) -> Iterator[Trouble]:
    for problem in evaluation.problems:
        words = problem.explanation
        yield Trouble(
            problem.code,
            words.severity.value,
            words.title,
            _place(problem.location),
            words.expected,
            words.found,
            words.hint,
        )


# --- the national rules ----------------------------------------------------------------------------------------


@cache
def national_rules(year: int) -> Rules | None:
    """The national pack with its season of a year; None where it has none."""
    pack = packs().get(NATIONAL)
    seasons = pack.seasons.values() if pack else ()
    season = next((one for one in seasons if one.year == year), None)
    return Rules(pack.policy, season) if pack and season else None


def _national(policy: Policy, season: Season, submission: Submission) -> Iterator[Judged]:
    """The same answers under the national rules: both packs call the same thing by the same name."""
    national = national_rules(season.year)
    if national is None:
        return
    taken_over = transfer(Rules(policy, season), national)
    yield from map(judged, evaluate(*national, taken_over(submission)).findings)


# --- the roster ------------------------------------------------------------------------------------------------

_ROSTER = "roster"
_FIRM = ("uscc", "name", "registered", "size", "main")
_OUTPUT = "output@0"


def _firms(submission: Submission) -> Iterator[Firm]:
    """The enterprises of the roster; a policy that asks for less of them leaves blanks."""
    roster = submission.tables.get(_ROSTER)
    for row in roster.rows if roster else ():
        cells = row.cells
        code, name, registered, size, main = (_text(cells.get(key)) for key in _FIRM)
        output = entry.value if (entry := cells.get(_OUTPUT)) else None
        first = next(iter(cells.values())).location
        number = float(output) if isinstance(output, Decimal) else None
        yield Firm(code, name, registered, size, main, number, Place(first.sheet, first.cell))


def _claims(exclusive: Sequence[Exclusive], submission: Submission) -> Iterator[Claim]:
    """What no other cluster should count."""
    for one in exclusive:
        for key, shown, location in one.stated(submission):
            yield Claim(one.kind, "|".join(key), shown, _place(location), one.severity.value)


def _text(entry: Entry | None) -> str:
    return "" if entry is None or entry.value is None else str(entry.value)
