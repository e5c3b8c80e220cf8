"""The district's review of one workbook: prepared, held against its guards, returned with a round of its own.

Everything goes through the book, so that a closed file and a live window get the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from toolkit.errors import WorkbookError
from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation
from toolkit.messages import Severity
from toolkit.problems import in_order
from toolkit.review import (
    RECOMMEND,
    REJECT,
    RETURN,
    Item,
    Review,
    guards,
    opinion_draft,
    read_review,
    return_items,
    without_district,
)
from toolkit.submission import Entry, Location, Problem, Raw, Submission
from workbook.check import Checked
from workbook.history import of_district, round_of, write_history
from workbook.package.edit import New, SheetEdit
from workbook.package.grid import Position
from workbook.pages import PageRow, write_page
from workbook.results import who_line, write_results
from workbook.rounds import Round, Rounds, write_rounds
from workbook.runlog import Run, write_log
from workbook.sealing import clear_seals, write_check_seal

CHECKED, PREPARED, RETURNED, SEALED = "校验", "初审准备", "退回补正", "加封"


@dataclass(frozen=True, slots=True)
class Returned:
    """A round that ended: what is to be mended, and the round as it was put on record."""

    review: Review
    items: tuple[Item, ...]
    round: Round


def annotate(checked: Checked, run: Run) -> None:
    """Write what a check found: results and marks, changes since the last round, a line in the log, the seal.

    Args:
        checked: The workbook; its book is changed but not saved.
        run: Who did it.
    """
    _write(checked, run, checked.submission, checked.evaluation)
    write_history(checked, checked.rounds)
    write_log(checked, run, CHECKED)
    write_check_seal(checked.book, checked.snapshot, run.time)


def prepare(checked: Checked, run: Run) -> tuple[Problem, ...]:
    """Make a workbook ready for the review: as ``annotate``, with a draft of the opinion and what is still to be done.

    Args:
        checked: The workbook; its book is changed but not saved.
        run: Who did it.

    Returns:
        What stands in the way, see ``toolkit.review.guards``.
    """
    submission = _drafted(checked)
    _write(checked, run, submission, checked.evaluation)
    write_history(checked, checked.rounds)
    problems = _guarded(checked, submission, run.today)
    _write_guards(checked, submission, problems)
    write_log(checked, run, PREPARED, submission=submission)
    write_check_seal(checked.book, checked.snapshot, run.time)
    return problems


def check_review(checked: Checked, today: date | None = None) -> tuple[Problem, ...]:
    """What still stands in the way of the chosen conclusion, the gravest first; nothing is written.

    Args:
        checked: The workbook.
        today: No date may lie after it; None leaves that out.
    """
    return _guarded(checked, checked.submission, today)


def hindrances(checked: Checked, today: date, *, returning: bool) -> tuple[Problem, ...]:
    """The errors that forbid a return, or else a seal; a conclusion that asks for the other of them is one."""
    review = read_review(checked.layout.policy, checked.submission)
    errors = [problem for problem in check_review(checked, today) if problem.severity is Severity.ERROR]
    wanted = (RETURN,) if returning else (RECOMMEND, REJECT)
    if review.asks("conclusion") and review.conclusion and review.conclusion not in wanted:
        hint = _ELSE[returning]
        told = {"expected": "或者".join(wanted), "found": review.conclusion, "hint": hint}
        errors.insert(0, Problem("R21", review.cells["conclusion"].location, told))
    return tuple(errors)


_ELSE = {
    True: "结论为推荐或不推荐的，请用 jiqun review seal 加封报送",
    False: "结论为退回补正的，请用 jiqun review return 退回申报单位",
}


def return_round(checked: Checked, run: Run) -> Returned:
    """End a round with a return: the district's cells go on record and are cleared, the next round begins.

    What the operator typed is not touched. The caller has made sure that nothing forbids it, see ``hindrances``.

    Args:
        checked: The workbook; its book is changed but not saved.
        run: Who did it.

    Raises:
        WorkbookError: The workbook has no room for the record, or an earlier one cannot be read.
    """
    if checked.rounds.damaged:
        raise WorkbookError("W15", reason="历次初审记录已损坏")
    policy = checked.layout.policy
    review = read_review(policy, checked.submission)
    items = return_items(policy, checked.submission, checked.evaluation)
    required = [item for item in items if item.required]
    ended = round_of(checked, review, required, time=run.time, user=run.user)
    past = (*checked.rounds.past, ended)
    write_rounds(checked.book, past, checked.snapshot)
    _clear(checked)
    cleared, system = _without_district(checked)
    _write(checked, run, cleared, system)
    write_history(checked, Rounds(past, checked.snapshot))
    _write_guards(checked, cleared, None)
    write_log(checked, run, RETURNED)
    # What the operator now changes is asked for: the next check begins anew.
    clear_seals(checked.book)
    return Returned(review, items, ended)


def system_evaluation(checked: Checked) -> Evaluation:
    """The evaluation with the district's cells blank."""
    layout = checked.layout
    return evaluate(layout.policy, layout.season, without_district(layout.policy, checked.submission))


# --- small strokes ----------------------------------------------------------------------------------------------


def stamp(checked: Checked, run: Run) -> str:
    """Tool, rules, time and file of a run in one line."""
    identity = checked.identity
    name, told = ("原件指纹", checked.sha256) if checked.sha256 else ("填报指纹", checked.snapshot.fingerprint)
    return (
        f"规则 {identity.policy}，年度 {identity.season}，模板 {identity.template}；工具 {run.tool}；"
        f"校验时间 {run.time}；{name} {told[:12]}"
    )


def _write(checked: Checked, run: Run, submission: Submission, evaluation: Evaluation) -> None:
    system = system_evaluation(checked)
    write_results(checked.book, checked.layout, submission, evaluation, stamp(checked, run), system=system)


def _guarded(checked: Checked, submission: Submission, today: date | None) -> tuple[Problem, ...]:
    layout, system = checked.layout, system_evaluation(checked)
    found = guards(layout.policy, layout.season, submission, system, checked.evaluation, today=today)
    return tuple(in_order(found))


def _drafted(checked: Checked) -> Submission:
    """The submission with a draft in its blank opinion, which is written there too."""
    layout, submission = checked.layout, checked.submission
    key = layout.policy.role("recommendation")
    raw = checked.answers.inputs.get(key)
    wanted = read_review(layout.policy, submission).conclusion in ("", RECOMMEND)
    if raw is None or not raw.blank or not wanted:
        return submission
    draft = opinion_draft(layout.policy, layout.season, submission, checked.evaluation)
    _put(checked, {raw.location: draft})
    return replace(submission, entries={**submission.entries, key: Entry(draft, raw.location)})


def _without_district(checked: Checked) -> tuple[Submission, Evaluation]:
    """The submission and the evaluation once the district's cells are cleared, and with them their problems."""
    layout = checked.layout
    ours = {raw.location for raw in _district_cells(checked)}
    blank = without_district(layout.policy, checked.submission)
    left = tuple(problem for problem in blank.problems if problem.location not in ours)
    cleared = replace(blank, problems=left)
    return cleared, evaluate(layout.policy, layout.season, cleared)


def _district_cells(checked: Checked) -> Iterator[Raw]:
    rows = (cells for table in checked.answers.tables.values() for _, cells in table.rows)
    for cells in (checked.answers.inputs, *rows):
        yield from (raw for key, raw in cells.items() if of_district(checked.layout, key))


def _clear(checked: Checked) -> None:
    """Blank what the district wrote; formats stay."""
    _put(checked, {raw.location: None for raw in _district_cells(checked) if not raw.blank})


def _put(checked: Checked, cells: Mapping[Location, New]) -> None:
    sheets: dict[str, dict[Position, New]] = {}
    for place, value in cells.items():
        sheets.setdefault(place.sheet, {})[place.row, place.column] = value
    for sheet, changed in sheets.items():
        checked.book.write(sheet, SheetEdit(cells=changed))


def _write_guards(checked: Checked, submission: Submission, problems: Sequence[Problem] | None) -> None:
    """Fill the sheet of what stands in the way; None where the review has not begun."""
    plan = checked.layout.results.get("guards")
    if plan is None:
        return
    conclusion = read_review(checked.layout.policy, submission).conclusion or "（未选）"
    number = checked.rounds.number + (problems is None)
    counts = [problem.severity for problem in problems or ()]
    told = f"第 {number} 轮，初审结论：{conclusion}，" + (
        "本轮尚未初审"
        if problems is None
        else f"还须改正 {counts.count(Severity.ERROR)} 项、核实 {counts.count(Severity.WARNING)} 项"
    )
    facts: dict[Position, New] = {(2, 1): f"{who_line(checked.layout, submission)}　　{told}"}
    write_page(checked.book, checked.layout, plan, _guard_rows(problems), facts)


def _guard_rows(problems: Iterable[Problem] | None) -> Iterator[PageRow]:
    number = 0
    for problem in problems or ():
        words, place = problem.explanation, problem.location
        number += 1
        row: dict[str, str | int] = {
            "number": number,
            "severity": f"{words.severity.symbol} {words.severity.label}",
            "code": problem.code,
            "title": words.title,
            "sheet": place.sheet,
            "place": place.cell,
            "found": words.found,
            "expected": words.expected,
            "hint": words.hint,
        }
        yield row, place
    if not number:
        yield {"number": "—", "title": "尚未初审" if problems is None else "没有尚缺的事项"}, None
