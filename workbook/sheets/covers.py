"""The sheets around the form: cover with contents, the empty result sheets, the hidden lists and identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit import formula
from toolkit.checks.live import LISTS as LISTS_OF_CHECKS
from toolkit.checks.live import UNSEEN, unseen_name
from toolkit.evaluate import readings_in_force
from toolkit.fields import Section
from toolkit.finding import Verdict
from toolkit.formula import defined_name
from toolkit.submission import column_letters
from workbook import wording
from workbook.area import Area, quoted
from workbook.formulas import ABOVE, ALL_STATES, BLANK, UNREAD, LiveBook, first_of
from workbook.layout import COVER, LISTS, META, Layout, SheetPlan
from workbook.resultplan import UNCHECKED, ResultPlan
from workbook.sheets.live import Pen, colour_checks, gravest, jump, state_text, wrong_table
from workbook.sheets.style import LEGEND, SEVERITY_FILL, Styles, colour_signs, colour_verdicts, page, protect

_LINE, _ABOUT = 176, 46
STEPS = (
    "{order}。",
    f"{LEGEND}。没有发生的数量填 0，不要留空，也不要填“无”。",
    "数字只填数字，不带单位和逗号；金额单位见“单位”列。从别处粘贴时，请用“选择性粘贴—数值”。",
    "不要删除、改名工作表，不要增删表头和行列。多余的说明可写在“情况说明”或备注中。",
    "保存为 .xlsx 后提交主管部门。校验结果在{results}中。",
)


def write_cover(sheet: Any, live: LiveBook, styles: Styles) -> dict[str, str]:
    """Title, where one stands, how to fill it in, what the marks mean, and links to every sheet.

    Returns:
        Names of the cells that sum up what the workbook itself says.
    """
    layout, policy, season = live.layout, live.layout.policy, live.layout.season
    for column, width in enumerate((4, 24, 48, 13, 16, *[9] * len(_COUNTED), 12, 12)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 44)
    sheet.write_string(0, 1, f"{policy.scheme}申报工作簿", styles["title"])
    pen, row = Pen(sheet, live), 3
    for name, text in (("自检结论", _standing(live)), ("填报情况", _filled_in())):
        sheet.set_row(row - 1, 24)
        sheet.write_string(row - 1, 1, name, styles["label"])
        sheet.merge_range(row - 1, 2, row - 1, _LAST, "", styles["live_wide"])
        pen.put(row, 3, text, styles["live_wide"])
        row += 1
    colour_checks(sheet, Area(COVER, 3, 3, 4, _LAST + 1), styles, held="C")
    facts = (
        ("申报年度", f"{season.year}年（数据年度 {season.calendar_year(-2)}—{season.calendar_year(0)}年）"),
        ("评价基准日", season.reference_date.isoformat()),
        ("依据", f"《{policy.title}》（{policy.document}）"),
        ("规则和模板版本", f"{policy.id} / {season.id} / {policy.template_version}"),
        ("日期和口径来源", season.source),
    )
    for name, text in facts:
        sheet.write_string(row - 1, 1, name, styles["label"])
        sheet.merge_range(row - 1, 2, row - 1, _LAST, text, styles["label"])
        row += 1
    row = _listed(sheet, row, "怎样填写", list(_steps(layout)), styles)
    row = _legend(sheet, row + 1, styles)
    row, names = _contents(sheet, row + 1, live, styles)
    readings = readings_in_force(policy, season)
    open_ones = [p for p in policy.parameters if len(p.readings) > 1]
    told = [f"{p.text}：{readings[p.id]}（{p.source}）" for p in open_ones]
    if told:
        row = _listed(sheet, row + 1, "本年度口径", told, styles)
    if policy.not_found:
        _listed(sheet, row + 1, "尚待明确的事项", list(policy.not_found), styles)
    sheet.freeze_panes(4, 0)
    page(sheet, f"{policy.scheme}　{season.year}年度")
    protect(sheet)
    return names


_COUNTED = (Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW, Verdict.DEVIATES)
_LAST = 6 + len(_COUNTED)


def _count_name(verdict: Verdict) -> str:
    return f"count_{verdict.value}"


def _standing(live: LiveBook) -> str:
    """The whole in one line, as far as a machine can say."""
    counts = [f"{formula.text(f'，{v.label} ')}&SUM({_count_name(v)})" for v in _COUNTED]
    total = formula.text(f"　共 {len(live.layout.policy.rules)} 条规则")
    return "&".join([gravest("criteria"), total, *counts, formula.text("。以区初审和评审为准")])


def _filled_in() -> str:
    wrong = f"(COUNTIF({ALL_STATES},{UNREAD})+COUNTIF({ALL_STATES},{ABOVE}))"
    blank = f"COUNTIF({ALL_STATES},{BLANK})"
    told = f"{wrong}&{formula.text(' 处（表格按列计）有误，')}&{blank}&{formula.text(' 处必填项未填，位置见下表')}"
    return formula.cases(
        (f"{wrong}>0", f"{formula.text('✗ ')}&{told}"),
        (f"{blank}>0", f"{formula.text('○ ')}&{told}"),
        otherwise=formula.text("✓ 必填项已填齐，没有发现有误的单元格"),
    )


def _steps(layout: Layout) -> Iterator[str]:
    """How to fill it in, with the sheets this policy has."""
    names = {place: _named(plan.name for plan in layout.sheets if plan.section.place == place) for place in _ORDER}
    order = "，".join(f"{_ORDER[place]}{told}" for place, told in names.items() if told)
    results = _named(plan.sheet for plan in layout.results.values() if plan.id in _OF_CHECK)
    for number, step in enumerate(STEPS, start=1):
        yield f"{number}. {step.format(order=order, results=results)}"


_OF_CHECK = ("summary", "findings", "gaps", "problems")
_ORDER = {"before": "先填", "criterion": "再逐张填写各项条件", "after": "最后填"}


def _named(sheets: Iterable[str]) -> str:
    return "".join(f"“{sheet}”" for sheet in sheets)


def _listed(sheet: Any, row: int, title: str, lines: list[str], styles: Styles) -> int:
    sheet.write_string(row, 1, title, styles["block"])
    for column in range(2, _LAST + 1):
        sheet.write_blank(row, column, None, styles["block"])
    for i, line in enumerate(lines, start=row + 1):
        sheet.set_row(i, 18 * -(-wording.width(line) // _LINE))
        sheet.merge_range(i, 1, i, _LAST, line, styles["text"])
    return row + len(lines) + 1


def _legend(sheet: Any, row: int, styles: Styles) -> int:
    lines = [
        "　".join(f"{verdict.display}" for verdict in reversed(Verdict)),
        "口径敏感：条文有几种合理读法而结论不同，结果中一并列出，供评审把握。",
        "软件只计算和提示：定性要求由评审人员判定，认定和撤销由主管部门决定。",
    ]
    return _listed(sheet, row, "判定标记", lines, styles)


def _contents(sheet: Any, row: int, live: LiveBook, styles: Styles) -> tuple[int, dict[str, str]]:
    """The list of sheets; beside each what the workbook itself says of it, and links to where it says so."""
    layout = live.layout
    heads = ("序号", "工作表", "内容", "由谁填写", "自检", *(v.display for v in _COUNTED), "首个未填", "首个有误")
    sheet.write_string(row, 1, "目录和自检总览", styles["block"])
    for column in range(2, _LAST + 1):
        sheet.write_blank(row, column, None, styles["block"])
    row += 1
    sheet.set_row(row, 30)
    for column, text in enumerate(heads):
        sheet.write_string(row, column, text, styles["head"])
    before = [(plan.section.sheet, _about(plan.section), _who(plan.section)) for plan in layout.sheets]
    last = [entry for entry, plan in zip(before, layout.sheets, strict=True) if plan.section.place == "results"]
    results = [(plan.sheet, plan.title, "校验程序") for plan in layout.results.values()]
    listed = [entry for entry in before if entry not in last] + results + last
    judged = []
    for i, (name, about, who) in enumerate(listed, start=1):
        at = row + i
        sheet.write_number(at, 0, i, styles["number"])
        sheet.write_url(at, 1, f"internal:{quoted(name)}!A1", styles["contents"], name)
        sheet.write_string(at, 2, about, styles["label"])
        sheet.write_string(at, 3, who, styles["unit"])
        sheet.set_row(at, 15 * -(-wording.width(about) // _ABOUT) + 3)
        plan = layout.sheet(name)
        _overview(Pen(sheet, live), at + 1, plan, styles)
        if plan and plan.criterion:
            judged.append(at + 1)
    first, last_judged = min(judged), max(judged)
    names = {"criteria": Area(COVER, first, 5, last_judged, 5).reference}
    for i, verdict in enumerate(_COUNTED, start=6):
        names[_count_name(verdict)] = Area(COVER, first, i, last_judged, i).reference
    colour_checks(sheet, Area(COVER, row + 2, 5, row + 1 + len(listed), 5), styles)
    return row + len(listed) + 1, names


def _overview(pen: Pen, row: int, plan: SheetPlan | None, styles: Styles) -> None:
    """What the workbook itself says of one sheet."""
    for column in range(5, _LAST + 2):
        pen.sheet.write_blank(row - 1, column - 1, None, styles["check"])
    if plan is None:
        return
    stated = plan.section.id in pen.live.states
    if plan.criterion is None and stated:
        pen.put(row, 5, state_text(defined_name("section", plan.section.id), wrong_table()), styles["check"])
    if plan.criterion is not None:
        verdicts = defined_name("verdicts", plan.criterion.id)
        pen.put(row, 5, gravest(verdicts), styles["check"])
        for column, verdict in enumerate(_COUNTED, start=6):
            pen.put(row, column, f"COUNTIF({verdicts},{formula.word(verdict)})", styles["check"])
    for column, kind in ((_LAST, "blank"), (_LAST + 1, "wrong")) if stated else ():
        pen.put(row, column, jump(first_of(kind, plan.section.id), plan.name), styles["contents"])


def _about(section: Section) -> str:
    return section.intro.split("。")[0]


def _who(section: Section) -> str:
    return "主管部门" if section.filled_by == "district" else "申报单位"


def write_result(sheet: Any, plan: ResultPlan, layout: Layout, styles: Styles) -> None:
    """An empty result sheet: headings, formats and conditional colours, waiting for rows."""
    for i, column in enumerate(plan.columns):
        sheet.set_column(i, i, column.width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, plan.title, styles["title"])
    sheet.write_url(2, 0, f"internal:{quoted(COVER)}!A1", styles["link"], "← 返回目录")
    sheet.write_string(1, 0, UNCHECKED, styles["fact"])
    if plan.id == "summary":
        for row, style in ((3, "fact_big"), (4, "fact"), (5, "note")):
            sheet.set_row(row, 24 if row == 3 else 18)
            sheet.write_blank(row, 0, None, styles[style])
    sheet.set_row(plan.header - 1, 28)
    for i, column in enumerate(plan.columns):
        sheet.write_string(plan.header - 1, i, column.title, styles["head"])
    for row in range(plan.area.top, plan.area.bottom + 1):
        for i, column in enumerate(plan.columns):
            sheet.write_blank(row - 1, i, None, styles[_cell_style(column.key)])
    _colours(sheet, plan, styles)
    sheet.freeze_panes(plan.header, 2 if plan.id != "summary" else 1)
    sheet.repeat_rows(plan.header - 1)
    page(sheet, f"{layout.policy.scheme}　{layout.season.year}年度")
    protect(sheet)


def _cell_style(key: str) -> str:
    if key == "place":
        return "cell_link"
    if key in ("verdict", "severity"):
        return "verdict"
    return "cell_center" if key in _CENTRED else "cell"


_CENTRED = frozenset(
    {
        *("number", "rule", "code", "force", "met", "unmet", "missing", "review", "deviates", "na"),
        *("round", "errors", "warnings", "check", "decision", "verified"),
    }
)


_GROWTH = 3000


def _colours(sheet: Any, plan: ResultPlan, styles: Styles) -> None:
    """Rule the rows that hold something, and colour verdicts and severities by their sign."""
    top, bottom = plan.area.top, plan.area.bottom + _GROWTH
    for i, column in enumerate(plan.columns, start=1):
        cells = Area(plan.sheet, top, i, bottom, i)
        if column.key == "verdict":
            colour_verdicts(sheet, cells, styles)
        if column.key == "severity":
            colour_signs(sheet, cells, {severity.symbol: fill for severity, fill in SEVERITY_FILL.items()}, styles)
    # Last: LibreOffice lets the first rule that applies to a cell speak alone.
    ruled = {"type": "formula", "criteria": f'=$A{top}<>""', "format": styles.ruled}
    sheet.conditional_format(top - 1, 0, bottom - 1, len(plan.columns) - 1, ruled)


def write_lists(book: Any, sheet: Any, layout: Layout) -> None:
    """Every list in a column of its own, under a workbook-level name."""
    for column, (list_id, texts) in enumerate({**layout.policy.lists, **LISTS_OF_CHECKS}.items()):
        sheet.write_string(0, column, list_id)
        for row, text in enumerate(texts, start=1):
            sheet.write_string(row, column, text)
        letters = column_letters(column + 1)
        if list_id == UNSEEN:
            for row, char in enumerate(texts, start=2):
                book.define_name(unseen_name(char), f"={quoted(LISTS)}!${letters}${row}")
        book.define_name(defined_name("list", list_id), f"={quoted(LISTS)}!${letters}$2:${letters}${len(texts) + 1}")
    sheet.hide()


def write_meta(book: Any, sheet: Any, identity: Mapping[str, str], rooms: Mapping[str, Area]) -> None:
    """Which policy, season and template this file belongs to, and room for what the tool keeps, such as seals."""
    for row, (name, value) in enumerate(identity.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
        book.define_name(defined_name("meta", name), f"={quoted(META)}!$B${row + 1}")
    for name, area in rooms.items():
        sheet.write_string(area.top - 1, 0, name)
    sheet.hide()
