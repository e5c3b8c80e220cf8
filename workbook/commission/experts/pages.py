"""The scoring workbook of one expert, written: two sheets to fill in, a cover to sign, protected against slips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from toolkit.submission import column_letters
from workbook.area import Area, quoted
from workbook.commission.digest import clean
from workbook.commission.experts.appraisal import RECUSED, TOP
from workbook.commission.experts.form import (
    OPINIONS,
    OVERALL_ID,
    RECUSAL,
    SCORE,
    SCORES,
    Asked,
    Assignment,
    opinions,
    scores,
)
from workbook.commission.look import height
from workbook.commission.settle import Cluster
from workbook.commission.table import Kind, Value
from workbook.identity import SCORING
from workbook.layout import META
from workbook.sheets.covers import write_meta
from workbook.sheets.style import DISTRICT, HEAD, HEAD_INK, STYLES, Styles, colour_verdicts, page, protect

COVER = "评审说明"
FORMAT: Final = "1"
SIGNED_ON = "expert_signed_on"
"""The name of the cell that holds the date."""
KEY, MARK_ROW, HEAD_ROW, FIRST_ROW = "key", 2, 3, 4
"""The hidden row of marks holds the id of each column, the first hidden column the key of each row."""
_GREY = "#E5E7EB"


def scoring_workbook(task: Assignment) -> bytes:
    """The workbook, ready to be sent."""
    import xlsxwriter  # at the edge, as in workbook.template

    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{task.title}专家评审表", "company": task.policy.issuer})
    styles = Styles(book)
    signed = _cover(book.add_worksheet(COVER), task, styles)
    _Sheet(book.add_worksheet(SCORES), task, styles).write(tuple(scores(task)))
    _Sheet(book.add_worksheet(OPINIONS), task, styles).write(tuple(opinions(task)))
    write_meta(book, book.add_worksheet(META), _identity(task), {})
    book.define_name(SIGNED_ON, f"={quoted(COVER)}!{signed}")
    book.close()
    return memory.getvalue()


def _identity(task: Assignment) -> dict[str, str]:
    return {
        SCORING.removeprefix("meta_"): FORMAT,
        "policy": task.policy.id,
        "season": task.season.id,
        "expert": task.expert,
        "unit": task.unit,
        "round": str(task.round),
    }


# --- the sheets ------------------------------------------------------------------------------------------------


class _Sheet:
    """One sheet of rows: a row for each cluster."""

    def __init__(self, sheet: Any, task: Assignment, styles: Styles) -> None:
        self._sheet, self._task, self._styles = sheet, task, styles

    def write(self, asked: Sequence[Asked]) -> None:
        """All of it."""
        sheet, task = self._sheet, self._task
        sheet.set_column(0, 0, 8, None, {"hidden": True})
        sheet.set_row(0, 26)
        sheet.write_string(0, 1, f"{task.title}专家{sheet.get_name()}（{task.expert}）", self._styles["title"])
        sheet.set_row(MARK_ROW - 1, None, None, {"hidden": True})
        sheet.write_string(MARK_ROW - 1, 0, KEY)
        sheet.set_row(HEAD_ROW - 1, 58)
        for at, one in enumerate(asked, start=1):
            sheet.set_column(at, at, one.column.width)
            sheet.write_string(MARK_ROW - 1, at, one.column.id, self._styles["blank"])
            sheet.write_string(HEAD_ROW - 1, at, one.column.heading, self._head(one))
        for number, cluster in enumerate(task.clusters):
            self._row(number, cluster, asked)
        self._rules(asked)
        self._sign(FIRST_ROW + len(task.clusters), len(asked))
        sheet.freeze_panes(HEAD_ROW, 3)
        sheet.repeat_rows(HEAD_ROW - 1)
        page(sheet, f"{task.title}专家评审　{task.expert}")
        protect(sheet)

    def _head(self, one: Asked) -> Any:
        look = {"bg_color": "#C8E6C9", "font_color": "#1B5E20"} if one.written else {}
        return self._styles.made(f"expert_head{one.written}", {**STYLES["head"], "font_size": 9, **look})

    def _row(self, number: int, cluster: Cluster, asked: Sequence[Asked]) -> None:
        at = FIRST_ROW - 1 + number
        recused = cluster.key in self._task.recusals
        values = [self._value(one, number, recused=recused) for one in asked]
        self._sheet.set_row(at, max(height([one.column for one in asked], values) or 0, 64))
        self._sheet.write_string(at, 0, cluster.key)
        for position, (one, value) in enumerate(zip(asked, values, strict=True), start=1):
            style = self._cell(one, locked=recused or not one.written)
            if isinstance(value, str):
                self._sheet.write_string(at, position, clean(value), style)
            elif value is None:
                self._sheet.write_blank(at, position, None, style)
            else:
                self._sheet.write_number(at, position, value, style)

    @staticmethod
    def _value(one: Asked, number: int, *, recused: bool) -> Value:
        if one.column.id == RECUSAL:
            return RECUSED if recused else None
        return one.values[number] if one.values else None

    def _cell(self, one: Asked, *, locked: bool) -> Any:
        centred = one.column.id.startswith((SCORE, RECUSAL, OVERALL_ID)) or one.column.kind is Kind.NUMBER
        look: dict[str, Any] = {**STYLES["master"], "font_size": 9, "locked": locked}
        look |= {"align": "center"} if centred else {"valign": "vcenter"}
        look |= {"bg_color": _GREY if locked else DISTRICT} if one.written else {}
        return self._styles.made(f"expert{sorted(map(str, look.items()))}", look)

    def _rules(self, asked: Sequence[Asked]) -> None:
        """What may be typed, and what turns grey or red when it was pasted."""
        sheet, last = self._sheet, FIRST_ROW - 2 + max(len(self._task.clusters), 1)
        ids = [one.column.id for one in asked]
        for position, one in enumerate(asked, start=1):
            where = (FIRST_ROW - 1, position, last, position)
            if one.column.kind is Kind.VERDICT:
                colour_verdicts(sheet, Area("", FIRST_ROW, position + 1, last + 1, position + 1), self._styles)
            if one.rule is not None:
                sheet.data_validation(*where, dict(one.rule))
            if one.column.id.startswith(SCORE):
                cell = f"{column_letters(position + 1)}{FIRST_ROW}"
                recusal = f"${column_letters(ids.index(RECUSAL) + 2)}{FIRST_ROW}"
                wrong = f'=AND({cell}<>"",OR(NOT(ISNUMBER({cell})),N({cell})<0,N({cell})>{TOP}))'
                sheet.conditional_format(*where, self._format(f'={recusal}<>""', self._styles.fill(_GREY)))
                sheet.conditional_format(*where, self._format(wrong, self._styles.mark))

    @staticmethod
    def _format(formula: str, look: Any) -> dict[str, Any]:
        return {"type": "formula", "criteria": formula, "format": look}

    def _sign(self, row: int, columns: int) -> None:
        """At the foot, for the printed sheet."""
        look = self._styles.made("expert_sign", {"font_size": 11, "valign": "bottom"})
        self._sheet.set_row(row, 34)
        self._sheet.write_string(row, 2, "专家签名：　　　　　　　　　　　　　　　日期：　　　　年　　月　　日", look)


# --- the cover -------------------------------------------------------------------------------------------------


def _cover(sheet: Any, task: Assignment, styles: Styles) -> str:
    """Who is asked what, how it counts, and the declaration; gives the cell of the date."""
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 96)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, f"{task.title}专家评审表", styles["title"])
    label = styles.made("expert_label", {**STYLES["label"], "bold": True, "bg_color": HEAD, "font_color": HEAD_INK})
    text = styles.made("expert_text", {**STYLES["label"], "valign": "vcenter"})
    row = 2
    for name, told in _told(task):
        sheet.set_row(row, 18 + 15 * told.count("\n"))
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, clean(told), text)
        row += 1
    sheet.set_row(row, 40)
    sheet.write_string(row, 0, "专家签名", label)
    sheet.write_blank(row, 1, None, text)
    sheet.write_string(row + 1, 0, "签名日期", label)
    sheet.set_row(row + 1, 22)
    day = {**STYLES["label"], "bg_color": DISTRICT, "locked": False, "num_format": "yyyy-mm-dd", "align": "left"}
    sheet.write_blank(row + 1, 1, None, styles.made("expert_day", day))
    page(sheet, f"{task.title}专家评审　{task.expert}", tall=1)
    protect(sheet)
    return f"$B${row + 2}"


_FILLING: Final = (
    f"在“{SCORES}”“{OPINIONS}”两张表的浅绿底单元格中填写；其余内容由系统写入，已锁定。\n"
    f"各项条件可评 0 至 {TOP} 分，可以带小数，也可以只写意见、不评分。\n"
    "填好后保存为 .xlsx，交回市经济信息化委；文件名可以改动。"
)
_DECLARATION: Final = (
    f"与某集群或其运营管理机构有利害关系的，请在该行“回避”列选“{RECUSED}”，该行评分不计。\n"
    "签名即声明：除已标注回避的外，本人与所评集群及其运营管理机构没有可能影响公正评审的利害关系。"
)
_VERDICTS: Final = "“系统判定”“主要数据”“短板”由申报工作簿按第六条计算得出，供评审参考；专家评分和意见不改变系统判定。"


def _told(task: Assignment) -> Iterator[tuple[str, str]]:
    yield "专家", f"{task.expert}　{task.unit}".strip()
    yield "评审轮次", f"第 {task.round} 轮，共 {len(task.clusters)} 个集群"
    yield "评审依据", task.policy.document
    yield "怎样填写", _FILLING
    yield "计分", _counting(task.season.procedure.weights)
    yield "系统判定", _VERDICTS
    yield "回避声明", _DECLARATION


def _counting(weights: Mapping[str, Decimal]) -> str:
    if weights:
        return "总分为各项评分按本年度权重的加权平均，权重见表头；设有权重的条件都评分的，才计总分。"
    return "本年度未设权重，不计总分，只列各项条件的平均分。"
