"""Evaluation → result sheets and marks, written through a book so that a file and a live window get the same."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.finding import CriterionResult, Evaluation, Finding, Verdict
from toolkit.messages import Severity
from toolkit.problems import in_order
from toolkit.review import Override, Review, read_review
from toolkit.rules import Force
from toolkit.submission import Location, Problem, Submission
from workbook import wording
from workbook.area import Area
from workbook.book import Book
from workbook.layout import HINT_HEAD, HINT_WIDTH, SYSTEM_HEAD, VERDICT_HEAD, Layout, SheetPlan
from workbook.package.edit import New, SheetEdit
from workbook.package.grid import Area as Block
from workbook.package.grid import Position
from workbook.pages import HIGHEST, PageRow, clear_page, owned_area, write_page
from workbook.resultplan import KEPT, ResultPlan

_HINTS_SHOWN, _HINT_LINE = 6, 13.0
_HEADS = (HINT_HEAD, VERDICT_HEAD, SYSTEM_HEAD)


def write_results(
    book: Book,
    layout: Layout,
    submission: Submission,
    evaluation: Evaluation,
    stamp: str,
    *,
    system: Evaluation | None = None,
) -> None:
    """Fill the result sheets and mark the cells; what an earlier run left is cleared first.

    Args:
        book: The workbook; it is changed but not saved.
        layout: Where its template put everything.
        submission: For the names on the overview.
        evaluation: What to tell.
        stamp: Tool version, fingerprint and time of the run, as one line.
        system: The evaluation without the district's word, for the column beside it; by default the same.
    """
    rows: Mapping[str, Iterable[PageRow]] = {
        "summary": _summary(evaluation, layout, submission),
        "findings": map(_finding_row, evaluation.findings),
        "gaps": _gap_rows(evaluation),
        "problems": _problem_rows(evaluation.problems),
    }
    for plan_id, told in rows.items():
        plan = layout.results[plan_id]
        write_page(book, layout, plan, told, _facts(plan, evaluation, submission, layout, stamp))
    _write_hints(book, layout, evaluation, system or evaluation)


def clear_results(book: Book, layout: Layout) -> None:
    """Take away all that a check wrote, sheets and marks; the log and the record of rounds stay.

    Args:
        book: The workbook; it is changed but not saved.
        layout: Where its template put everything.
    """
    for plan in layout.results.values():
        if plan.id not in KEPT:
            clear_page(book, layout, plan)
    clear_marks(book, layout)


def clear_marks(book: Book, layout: Layout) -> None:
    """Take away what a check wrote beside the rows, and with it the colours; result sheets stay.

    Args:
        book: The workbook; it is changed but not saved.
        layout: Where its template put everything.
    """
    for plan in layout.sheets:
        area = owned_area(book, layout, plan.hint_name, plan.hints, _HEADS)
        if area is not None:
            book.write(area.sheet, SheetEdit(owned=tuple(_owned(book, area))))


# --- result sheets ---------------------------------------------------------------------------------------------


def _first(places: Sequence[Location]) -> Location | None:
    return next((place for place in places if place.sheet), None)


def _finding_row(finding: Finding) -> PageRow:
    place = _first(finding.locations)
    values = {
        "rule": finding.rule,
        "clause": finding.clause,
        "force": Force(finding.force).label,
        "title": f"{finding.title}：{finding.requirement}",
        "verdict": wording.verdict_text(finding),
        "shown": finding.shown,
        "bound": wording.bound_text(finding),
        "gap": wording.gap_text(finding.shortfall),
        "sentence": wording.told(finding),
        "place": wording.place_text(place) if place else "",
    }
    return values, place


def _gap_rows(evaluation: Evaluation) -> Iterator[PageRow]:
    """What is short, the failures first, each group in the order of the clauses."""
    gaps = [finding for verdict in wording.SHORT for finding in evaluation.findings if finding.verdict is verdict]
    for number, finding in enumerate(gaps, start=1):
        values, place = _finding_row(finding)
        yield {**values, "number": number, "title": finding.title, "remedy": finding.remedy or finding.sentence}, place
    if not gaps:
        yield {"number": "—", "title": "没有短板", "remedy": "定性要求仍须由评审人员判定"}, None


def _problem_rows(problems: Sequence[Problem]) -> Iterator[PageRow]:
    """The gravest first, those of one kind together."""
    for number, problem in enumerate(in_order(problems), start=1):
        words, place = problem.explanation, problem.location
        values: dict[str, str | int] = {
            "number": number,
            "severity": f"{words.severity.symbol} {words.severity.label}",
            "stage": words.stage.label,
            "code": problem.code,
            "title": words.title,
            "sheet": place.sheet,
            "place": place.cell,
            "expected": words.expected,
            "found": words.found,
            "hint": words.hint,
        }
        yield values, place
    if not problems:
        yield {"number": "—", "title": "没有发现数据问题"}, None


def _summary(evaluation: Evaluation, layout: Layout, submission: Submission) -> Iterator[PageRow]:
    for criterion in evaluation.criteria:
        yield _criterion_row(criterion), None
    for row in _review_rows(read_review(layout.policy, submission), evaluation):
        yield row, None
    figures = [finding for finding in evaluation.findings if wording.met_share(finding) is not None]
    if figures:
        yield {"item": "关键指标", "told": "达成度：┃ 处为门槛"}, None
    targets = {rule.id for rule in layout.policy.rules if rule.indicator}
    for finding in figures:
        if finding.rule in targets:
            share = wording.met_share(finding) or 0.0
            told = f"{wording.bar(share)} {finding.shown}（门槛{wording.bound_text(finding)}）"
            yield {"item": f"{finding.rule} {finding.title}", "verdict": finding.verdict.display, "told": told}, None


def _review_rows(review: Review, evaluation: Evaluation) -> Iterator[Mapping[str, str | int]]:
    """The district's conclusion, and whatever it recommends in spite of."""
    if not review.conclusion:
        return
    told = [("推荐排序", "rank"), ("经办人", "reviewer"), ("初审日期", "reviewed_on"), ("负责人", "head")]
    words = "；".join(f"{label} {review.text(role)}" for label, role in told if review.text(role))
    yield {"item": "区初审结论", "verdict": review.conclusion, "told": words}
    override = review.used_override
    if override is not None:
        missed = [f.rule for f in evaluation.findings if f.verdict in (Verdict.UNMET, Verdict.MISSING)]
        words = f"越过硬性未达标：{'、'.join(missed) or '无'}；{override_text(override)}"
        yield {"item": "特别推荐", "verdict": f"{len(missed)} 条", "told": words}


def _criterion_row(criterion: CriterionResult) -> Mapping[str, str | int]:
    counts = criterion.counts
    short = [f"{f.title}{wording.gap_text(f.shortfall)}" for f in criterion.findings if f.verdict is Verdict.UNMET]
    keys = {"met": Verdict.MET, "unmet": Verdict.UNMET, "missing": Verdict.MISSING, "review": Verdict.REVIEW}
    keys |= {"deviates": Verdict.DEVIATES, "na": Verdict.NOT_APPLICABLE}
    return {
        "item": f"（{criterion.numeral}）{criterion.title}",
        "verdict": criterion.verdict.display,
        **{key: counts[verdict] or "" for key, verdict in keys.items()},
        "told": "；".join(short),
    }


def who_line(layout: Layout, submission: Submission) -> str:
    """Whose workbook it is."""
    names = [("集群", "cluster"), ("所在区", "district"), ("运营管理机构", "operator")]
    told = ((name, submission.text(layout.policy.role(role))) for name, role in names)
    return "　".join(f"{name}：{text or '（未填）'}" for name, text in told)


def override_text(override: Override) -> str:
    """Why a missed threshold was passed over, and who allowed it."""
    parts = (("理由", override.reason), ("批准人", override.approver), ("批准日期", override.day))
    return "；".join(f"{label}：{value or '（未填）'}" for label, value in parts)


def _facts(
    plan: ResultPlan, evaluation: Evaluation, submission: Submission, layout: Layout, stamp: str
) -> dict[Position, New]:
    """The lines above the header."""
    who = who_line(layout, submission)
    if plan.id != "summary":
        return {(2, 1): f"{who}　　{stamp}"}
    errors = sum(1 for problem in evaluation.problems if problem.severity is Severity.ERROR)
    return {
        (2, 1): who,
        (4, 1): f"总体判定：{wording.headline(evaluation)}",
        (5, 1): f"数据问题 {len(evaluation.problems)} 条，其中必须改正 {errors} 条。" + "；".join(evaluation.notes),
        (6, 1): stamp,
    }


# --- marks -----------------------------------------------------------------------------------------------------


def _write_hints(book: Book, layout: Layout, evaluation: Evaluation, system: Evaluation) -> None:
    """Say beside each row what concerns it; the template colours the cells whose addresses are named."""
    hints = _hints(evaluation)
    verdicts, alone = ({finding.rule: finding for finding in one.findings} for one in (evaluation, system))
    for plan in layout.sheets:
        area = owned_area(book, layout, plan.hint_name, plan.hints, _HEADS)
        if area is None:
            continue
        beside = {row: text for (sheet, row), text in hints.items() if sheet == area.sheet and row in area.rows}
        heights: dict[int, float] = {}
        if area.bottom - area.top == plan.hints.bottom - plan.hints.top:
            # Only where no row came or went is it known which row prints which rule.
            shift = area.top - plan.hints.top
            for row, text in _verdict_rows(plan, shift, verdicts, alone, layout).items():
                beside[row] = "；".join(filter(None, [text, beside.get(row)]))
            heights = dict(_raised(plan, shift, beside))
        cells: dict[Position, New] = {(row, area.left): text for row, text in beside.items()}
        owned = tuple(_owned(book, area))
        book.write(area.sheet, SheetEdit(cells=cells, owned=owned, heights=heights))


def _raised(plan: SheetPlan, shift: int, beside: Mapping[int, str]) -> Iterator[tuple[int, float]]:
    """Rows that must grow for their hint; a row a person made higher is only known to the template."""
    for row, text in beside.items():
        planned = plan.heights.get(row - shift)
        needed = math.ceil(wording.width(text) / HINT_WIDTH) * _HINT_LINE + 4
        if planned is not None and needed > planned:
            yield row, min(needed, HIGHEST)


def _owned(book: Book, hints: Area) -> Iterator[Block]:
    """The tool's own column, without its headings."""
    cells, column = book.cells(hints.sheet), hints.left
    for row in hints.rows:
        cell = cells.get((row, column))
        if cell is not None and cell.value not in _HEADS:
            yield Block(row, column, row, column)


def _verdict_rows(
    plan: SheetPlan, shift: int, verdicts: Mapping[str, Finding], alone: Mapping[str, Finding], layout: Layout
) -> dict[int, str]:
    """The verdict beside each printed rule on the criterion's sheet; on the review sheet the machine's own."""
    rows = {row + shift: verdicts[rule] for rule, row in plan.rule_rows.items()}
    review = layout.policy.role("decisions").partition(".")[0]
    for block in plan.blocks:
        if block.table and block.table.table.id == review:
            top = block.table.area.top + shift
            rows |= {top + i: alone[fixed.id] for i, fixed in enumerate(block.table.table.fixed)}
    return {row: _verdict_hint(finding) for row, finding in rows.items()}


def _verdict_hint(finding: Finding) -> str:
    return "　".join(filter(None, [wording.verdict_text(finding), wording.figure_text(finding)]))


def _hints(evaluation: Evaluation) -> dict[tuple[str, int], str]:
    """(sheet, row) → ``[C9][D9] ✗6.2-07 差 2.5000 亿元；[E9] ✗F2 数字格式不对``."""
    told: dict[tuple[str, int], dict[str, list[str]]] = {}
    for places, text in _remarks(evaluation):
        for place in places:
            if place.sheet:
                told.setdefault((place.sheet, place.row), {}).setdefault(text, []).append(f"[{place.cell}]")
    return {at: _hint(remarks) for at, remarks in told.items()}


def _hint(remarks: Mapping[str, Sequence[str]]) -> str:
    """Every address is kept, since each colours a cell; only the words beside them are cut."""
    shown = [f"{''.join(cells)} {text}" for text, cells in list(remarks.items())[:_HINTS_SHOWN]]
    rest = [cell for cells in list(remarks.values())[_HINTS_SHOWN:] for cell in cells]
    return "；".join(shown) + (f"；{''.join(dict.fromkeys(rest))} 等" if rest else "")


def _remarks(evaluation: Evaluation) -> Iterator[tuple[Iterable[Location], str]]:
    for problem in evaluation.problems:
        words = problem.explanation
        yield [problem.location], f"{words.severity.symbol}{problem.code} {words.title}"
    for finding in evaluation.findings:
        if finding.verdict in wording.SHORT:
            gap = wording.gap_text(finding.shortfall) or finding.verdict.label
            yield finding.locations, f"{finding.verdict.symbol}{finding.rule} {gap}"
