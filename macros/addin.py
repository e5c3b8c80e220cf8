"""The add-in: the same buttons on a ribbon, for the workbook that is active."""

from __future__ import annotations

from macros.shell import Codenames, Shell, write_texts
from workbook.sheets.style import page

ABOUT, TEXTS = "集群初审加载项", "_texts"
CODENAMES: Codenames = {ABOUT: "About", TEXTS: "Texts"}
LINES = (
    "安装：Excel“文件—选项—加载项—转到—浏览”，选择本文件并勾选；功能区出现“集群初审”。",
    "使用：打开申报工作簿，在“集群初审”中点击按钮，处理的是当前工作簿。",
    "运行环境：便携文件夹 jiqun 与本文件放在一起，或由信息技术人员在注册表中写入其位置：",
    r"HKCU\Software\VB and VBA Program Settings\jiqun\desk，字符串值 python。",
)


def addin() -> bytes:
    """The add-in's workbook, still of the kind of a workbook and without its ribbon; Excel never shows its sheets."""
    shell = Shell(CODENAMES, title=ABOUT)
    sheet, styles = shell.sheet(ABOUT), shell.styles
    sheet.set_column(0, 0, 110)
    sheet.set_row(0, 40)
    sheet.write_string(0, 0, ABOUT, styles["title"])
    for row, line in enumerate(LINES, start=1):
        sheet.set_row(row, 24)
        sheet.write_string(row, 0, line, styles["text"])
    sheet.write_string(len(LINES) + 2, 0, "尚未运行。", styles["text"])
    shell.name("jiqun_status", ABOUT, len(LINES) + 2, 0)
    page(sheet, ABOUT)
    write_texts(shell, TEXTS)
    return shell.closed()
