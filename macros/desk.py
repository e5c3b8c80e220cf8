"""The workbench an officer keeps open beside the application workbooks: buttons, settings, what the last run said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.shell import Codenames, Shell, write_texts
from macros.texts import BUTTONS
from workbook.sheets.style import DISTRICT, LINE, STYLES, TOOL, Styles, page, protect

DESK, LOG, TEXTS = "工作台", "运行台账", "_texts"
CODENAMES: Codenames = {DESK: "Desk", LOG: "RunLog", TEXTS: "Texts"}

# Widths: a margin, then a column for each button with gaps between them.
_MARGIN, _WIDE, _GAP = 2, 17, 2
_FIRST = 1
_LAST = _FIRST + 2 * len(BUTTONS) - 2
# The last column of a field to fill in.
_FIELD_ENDS = _FIRST + 4
_BUTTON_HEIGHT = 46
STEPS = (
    ("打开", "打开一份申报工作簿（.xlsx），并保持本工作台打开。每次处理一份。"),
    ("校验和评价", "先点“校验”，存在必须改正的问题时退回申报单位；改正后点“评价”，查看各项条件是否达标。"),
    ("初审", "点“初审”形成意见，审核人员修改后点“导出意见”。每次操作记入“运行台账”。"),
)
SETTINGS = (
    (
        "目标工作簿",
        "jiqun_target",
        "要处理的申报工作簿文件名。只打开一份申报工作簿时不必填写。",
    ),
    (
        "运行环境",
        "jiqun_python",
        "便携文件夹或 Python 程序的完整路径。便携文件夹 jiqun 与本文件放在一起时不必填写。",
    ),
)
HINTS = (
    "如点击按钮没有反应：关闭本文件，在文件夹中右键点击它，选“属性”，勾选“解除锁定”，再打开并选“启用内容”。",
    "本机不允许使用宏时，可改用启动器（jiqun desk）或命令行，结果相同。",
    "程序只计算和提示，不代替审核人员作出决定；不上传任何数据。",
)
LOG_COLUMNS = (
    ("时间", 19),
    ("操作", 10),
    ("工作簿", 28),
    ("集群", 24),
    ("结果", 24),
    ("必须改正", 10),
    ("未达标", 9),
    ("待人工判定", 11),
    ("指纹", 14),
    ("用户", 10),
)
# How many rows are ready for entries.
LOG_ROWS = 5000


def write_desk(shell: Shell) -> None:
    """The sheet with the buttons."""
    sheet, styles = shell.sheet(DESK), shell.styles
    sheet.set_column(0, 0, _MARGIN)
    for column in range(_FIRST, _LAST + 1):
        sheet.set_column(column, column, _WIDE if (column - _FIRST) % 2 == 0 else _GAP)
    sheet.set_row(0, 40)
    sheet.write_string(0, _FIRST, "区初审工作台", styles["title"])
    _line(sheet, 1, "上海市中小企业特色产业集群　在表格中校验、评价和初审申报工作簿", styles["intro"])
    row = _buttons(sheet, _heading(sheet, 3, "操作", styles), styles)
    row = _status(shell, _heading(sheet, row + 1, "上次运行", styles))
    row = _steps(sheet, _heading(sheet, row + 1, "三步完成", styles), styles)
    row = _settings(shell, _heading(sheet, row + 1, "设置", styles))
    row = _heading(sheet, row + 1, "提示", styles)
    for hint in HINTS:
        sheet.set_row(row, 20)
        _line(sheet, row, f"·　{hint}", styles["note"])
        row += 1
    page(sheet, "区初审工作台", tall=1)
    sheet.print_area(0, 0, row - 1, _LAST)
    sheet.set_selection(row - 1, 0, row - 1, 0)
    protect(sheet)


def _heading(sheet: Any, row: int, text: str, styles: Styles) -> int:
    sheet.set_row(row, 24)
    sheet.write_string(row, _FIRST, text, styles["block"])
    for column in range(_FIRST + 1, _LAST + 1):
        sheet.write_blank(row, column, None, styles["block"])
    return row + 1


def _line(sheet: Any, row: int, text: str, style: Any) -> None:
    sheet.merge_range(row, _FIRST, row, _LAST, text, style)


def _buttons(sheet: Any, row: int, styles: Styles) -> int:
    sheet.set_row(row, 8)
    sheet.set_row_pixels(row + 1, _BUTTON_HEIGHT + 4)
    sheet.set_row(row + 2, 36)
    about = styles.made("under a button", {"font_size": 9, "align": "center", "valign": "top", "text_wrap": True})
    # A column of so many characters in pixels.
    size = {"width": _WIDE * 7 + 5, "height": _BUTTON_HEIGHT, "y_offset": 2}
    for column, button in zip(range(_FIRST, _LAST + 1, 2), BUTTONS, strict=True):
        sheet.insert_button(row + 1, column, {"macro": button.macro, "caption": button.label, **size})
        sheet.write_string(row + 2, column, button.about, about)
    return row + 3


def _status(shell: Shell, row: int) -> int:
    """Unlocked: macros and Python write it while the sheet is protected."""
    look = {"locked": False, "bg_color": TOOL, "text_wrap": True, "border": 1, "border_color": LINE, "indent": 1}
    shell.sheet(DESK).set_row(row, 54)
    _line(shell.sheet(DESK), row, "尚未运行。", shell.styles.made("status", look))
    shell.name("jiqun_status", DESK, row, _FIRST)
    return row + 1


def _steps(sheet: Any, row: int, styles: Styles) -> int:
    step = styles.made("step", {**STYLES["label"], "indent": 1})
    for number, (title, text) in enumerate(STEPS, start=1):
        sheet.set_row(row, 26)
        sheet.write_string(row, _FIRST, f"{number}　{title}", styles["head"])
        sheet.merge_range(row, _FIRST + 1, row, _LAST, text, step)
        row += 1
    return row


def _settings(shell: Shell, row: int) -> int:
    sheet, styles = shell.sheet(DESK), shell.styles
    look = {"locked": False, "bg_color": DISTRICT, "num_format": "@", "text_wrap": True, "indent": 1, "border": 1}
    guide = styles.made("setting told", {**STYLES["guide"], "indent": 1})
    blank = styles.made("setting", {**look, "border_color": LINE})
    for title, name, about in SETTINGS:
        sheet.set_row(row, 32)
        sheet.write_string(row, _FIRST, title, styles["head"])
        sheet.merge_range(row, _FIRST + 1, row, _FIELD_ENDS, "", blank)
        sheet.merge_range(row, _FIELD_ENDS + 1, row, _LAST, about, guide)
        shell.name(name, DESK, row, _FIRST + 1)
        row += 1
    return row


def write_log(shell: Shell) -> None:
    """The sheet in which Python tells every run; not protected, for the record is the district's own."""
    sheet, styles = shell.sheet(LOG), shell.styles
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, "运行台账", styles["title"])
    sheet.write_string(1, 0, "每次操作由程序追加一行，可筛选、另存和打印。", styles["note"])
    sheet.set_row(2, 24)
    for column, (title, width) in enumerate(LOG_COLUMNS):
        sheet.set_column(column, column, width, _log_style(title, styles))
        sheet.write_string(2, column, title, styles["head"])
    ruled = {"type": "formula", "criteria": '=$A4<>""', "format": styles.ruled}
    sheet.conditional_format(3, 0, LOG_ROWS, len(LOG_COLUMNS) - 1, ruled)
    sheet.autofilter(2, 0, LOG_ROWS, len(LOG_COLUMNS) - 1)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    shell.name("jiqun_log", LOG, 2, 0)
    page(sheet, "区初审工作台")


_LOG_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "时间": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "center"},
    "操作": {"align": "center"},
    "必须改正": {"num_format": "0", "align": "right"},
    "未达标": {"num_format": "0", "align": "right"},
    "待人工判定": {"num_format": "0", "align": "right"},
    "指纹": {"num_format": "@", "shrink": True},
}


def _log_style(title: str, styles: Styles) -> Any:
    return styles.made(
        f"log {title}", {"text_wrap": True, "valign": "top", **_LOG_SHAPES.get(title, {"num_format": "@"})}
    )


def workbench() -> bytes:
    """The workbench as a macro workbook, without its ribbon."""
    shell = Shell(CODENAMES, title="区初审工作台")
    write_desk(shell)
    write_log(shell)
    write_texts(shell, TEXTS)
    return shell.closed()
