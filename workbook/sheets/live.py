"""The live cells: the calculation sheet line by line, and on the other sheets what it says of each cell and rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit import formula
from toolkit.checks import live as checks
from toolkit.fields import Field, FieldKind
from toolkit.finding import CONJUNCTION, Verdict
from toolkit.formula import NOTHING
from toolkit.submission import column_letters
from workbook.area import Area, quoted
from workbook.formulas import ABOVE, BLANK, FIRST_LINE, READ, UNREAD, LiveBook
from workbook.layout import SheetPlan, TablePlace
from workbook.sheets.style import CHECK_FILL, Styles, colour_signs, protect

# Without a stored result, so that every program works it out when it opens the file.
_UNKNOWN = ""
GOOD, TODO, WRONG = "✓ 已填", "○ 未填", "✗ "
_WORDS = {
    FieldKind.INTEGER: "应填整数",
    FieldKind.DECIMAL: "应填数字",
    FieldKind.PERCENT: "应填百分比",
    FieldKind.DATE: "应填日期",
    FieldKind.CHOICE: "不在选项中",
    FieldKind.USCC: "代码有误",
    FieldKind.INDUSTRY: "代码有误",
    FieldKind.MOBILE: "号码有误",
    FieldKind.EMAIL: "地址有误",
}
_OTHERWISE, _EXCEEDS, _TABLE = "请如实填写", "大于总数", "有误"


@dataclass(frozen=True)
class Pen:
    """Writes the formulas of one sheet."""

    sheet: Any
    live: LiveBook

    def put(self, row: int, column: int, text: str, style: Any = None) -> None:
        """Write a formula, as an array formula where it works on many cells at once."""
        if self.live.is_array(text):
            self.sheet.write_array_formula(row - 1, column - 1, row - 1, column - 1, f"={text}", style, _UNKNOWN)
        else:
            self.sheet.write_formula(row - 1, column - 1, f"={text}", style, _UNKNOWN)


def write_live(sheet: Any, live: LiveBook, styles: Styles) -> None:
    """The calculation sheet: each line has its name, what it means, its formula, and where a bad state stands."""
    for column, width in enumerate((30, 46, 40, 14)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, "自检计算过程", styles["title"])
    sheet.write_string(
        1, 0, "本表由公式自动计算，供查看，请勿修改。填报状态：1 已填，0 未填，0.5 选填未填，-1 无法识别，-2 大于总数。"
    )
    for column, head in enumerate(("名称", "含义", "结果", "位置")):
        sheet.write_string(2, column, head, styles["head"])
    pen = Pen(sheet, live)
    for row, line in enumerate(live.lines, FIRST_LINE):
        sheet.write_string(row - 1, 0, line.name)
        sheet.write_string(row - 1, 1, line.label)
        pen.put(row, 3, line.formula)
        if line.place:
            pen.put(row, 4, line.place)
    sheet.freeze_panes(FIRST_LINE - 1, 1)
    protect(sheet)
    sheet.hide()


def state_text(states: str, wrong: str) -> str:
    """What the states of an input or a table come to, by the sign that survives grey print."""
    return formula.cases(
        (f"COUNTIF({states},{UNREAD})>0", formula.text(WRONG + wrong)),
        (f"COUNTIF({states},{ABOVE})>0", formula.text(WRONG + _EXCEEDS)),
        (f"COUNTIF({states},{BLANK})>0", formula.text(TODO)),
        (f"COUNTIF({states},{READ})>0", formula.text(GOOD)),
        otherwise=NOTHING,
    )


def wrong_input(asked: Field) -> str:
    """The word for an input that cannot be read."""
    return _WORDS.get(asked.kind, _OTHERWISE)


def wrong_table() -> str:
    """The word for a table with a cell that cannot be read."""
    return _TABLE


def mark_inputs(sheet: Any, plan: SheetPlan, live: LiveBook, styles: Styles) -> None:
    """Mark every cell that cannot be read or does not fit, however it got there: a paste takes no format away."""
    for block in plan.blocks:
        for place in block.inputs:
            for key, column in place.columns.items():
                wrong = [f"{live.cells.state(key)}={UNREAD}"]
                wrong += [f"{name}={ABOVE}" for name in live.above(key)]
                rule = {"type": "formula", "criteria": f"={formula.any_of(wrong)}", "format": styles.mark}
                sheet.conditional_format(place.area.top - 1, column - 1, place.area.top - 1, column - 1, rule)


def mark_columns(sheet: Any, place: TablePlace, styles: Styles) -> None:
    """The same for the cells of a table; in a row that is filled in, what must not be blank is marked too."""
    area = place.area
    row = f"${column_letters(area.left)}{area.top}:${column_letters(area.right)}{area.top}"
    for column in place.table.columns:
        for key in column.slots:
            left = place.spans[key][0]
            cell = f"{column_letters(left)}{area.top}"
            text = checks.legible(column, cell)
            rules = {f"AND({text}<>{NOTHING},NOT({checks.readable(column, cell, text, once=True)}))": styles.mark}
            if column.required and not place.table.fixed:
                rules[f"AND({text}={NOTHING},COUNTA({row})>0)"] = styles.fill(CHECK_FILL[Verdict.MISSING.symbol])
            for criteria, style in rules.items():
                rule = {"type": "formula", "criteria": f"={criteria}", "format": style}
                sheet.conditional_format(area.top - 1, left - 1, area.bottom - 1, left - 1, rule)


def jump(place: str, sheet: str) -> str:
    """A link to the cell whose address a name holds, nothing where there is none."""
    target = formula.text(f"#{quoted(sheet)}!")
    return f"IF({place}={NOTHING},{NOTHING},HYPERLINK({target}&{place},{place}))"


def gravest(verdicts: str) -> str:
    """What some verdicts come to when all must hold; see ``finding.conjunction``."""
    *others, last = (formula.word(verdict) for verdict in CONJUNCTION)
    return formula.cases(*((f"COUNTIF({verdicts},{word})>0", word) for word in others), otherwise=last)


def colour_checks(sheet: Any, cells: Area, styles: Styles, *, held: str = "") -> None:
    """Colour what the workbook itself says, by its sign; ``held`` is the column it stands in where cells are merged."""
    colour_signs(sheet, cells, CHECK_FILL, styles, held=held)
