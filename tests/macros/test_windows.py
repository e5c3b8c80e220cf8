"""The macros on a desk with Windows, as far as it can be had without one: an interpreter of VBA and a pretended Excel.

What is checked is our code against the documented behaviour of Excel and Windows, not these themselves.
"""

# What pretends to be Excel derives from classes of a library that ships no types.
# mypy: disable-error-code="misc, untyped-decorator"

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import NOTHING, HostBridge, Interpreter, VBAInt, VBAObject, member, method, setter

from macros.project import read_source
from macros.texts import BUTTONS, TEXTS

WORKBENCH = r"D:\初审 材料\区初审工作台.xlsm"
BESIDE = r"D:\初审 材料\jiqun\python\python.exe"
ON_PATH = r"C:\Python312\python.exe"
LOG = r"C:\Users\审核员\AppData\Local\jiqun\buttons.log"
# The project's own functions come before those of the language.
LANGUAGE = r'''
Public Function Environ(ByVal name As String) As String
    If name = "PATH" Then Environ = "C:\Windows;;""C:\Python312"""
    If name = "LOCALAPPDATA" Then Environ = "C:\Users\" & ChrW(23457) & ChrW(26680) & ChrW(21592) & "\AppData\Local"
End Function
Public Function GetSetting(a As String, b As String, c As String, d As String) As String
    GetSetting = Application.Registry(a & "\" & b & "\" & c)
End Function
Public Function Shell(ByVal command As String, ByVal style As Long) As Double
    Application.Shelled command
End Function
'''


@dataclass(kw_only=True)
class Desk:
    """What there is on the desk, and what happened on it.

    Args:
        files: Paths that exist.
        settings: Defined name → value.
        registry: Value of the add-in's setting.
        addin: Whether the macros are those of the add-in.
        active: The active workbook, ``None`` when no workbook is open.
        system: What Excel says of the operating system.
        exit_code: With what Python ends.
        refuses: The error number with which starting fails.
        no_host: Whether the object that starts programs is forbidden.
    """

    files: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    registry: str = ""
    addin: bool = False
    active: str | None = r"D:\申报 工作簿\甲 (1).xlsx"
    system: str = "Windows (64-bit) NT 10.00"
    exit_code: int = 0
    refuses: int = 0
    no_host: bool = False
    says: str = ""

    cells: dict[str, Any] = field(default_factory=dict)
    commands: list[tuple[str, int, bool]] = field(default_factory=list)
    shelled: list[str] = field(default_factory=list)


class Cell(VBAObject):
    def __init__(self, desk: Desk, name: str) -> None:
        self.desk, self.name = desk, name

    @member(name="RefersToRange")
    def refers_to_range(self) -> Cell:
        return self

    @member(name="Value", default=True)
    def value(self) -> str:
        return str(self.desk.cells.get(self.name, ""))

    @setter("Value")
    def put(self, value: str) -> None:
        self.desk.cells[self.name] = value


class Book(VBAObject):
    def __init__(self, desk: Desk, full_name: str) -> None:
        self.desk, self.full_name = desk, full_name

    @member(name="FullName")
    def whole(self) -> str:
        return self.full_name

    @member(name="Path")
    def path(self) -> str:
        return self.full_name.rpartition("\\")[0]

    @member(name="IsAddin")
    def is_addin(self) -> bool:
        return self.desk.addin

    @method(name="Names")
    def names(self, name: str) -> Cell:
        return Cell(self.desk, name)


class Application(VBAObject):
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @member(name="Path")
    def path(self) -> str:
        return r"C:\Program Files\Microsoft Office\root\Office16"

    @member(name="PathSeparator")
    def separator(self) -> str:
        return "\\" if self.desk.system.startswith("Windows") else "/"

    @member(name="OperatingSystem")
    def system(self) -> str:
        return self.desk.system

    @member(name="Hwnd")
    def hwnd(self) -> object:
        return VBAInt(197234, "Long")

    @method(name="Registry")
    def registry(self, key: str) -> str:
        assert key == r"jiqun\desk\python"
        return self.desk.registry

    @method(name="Shelled")
    def shelled(self, command: str) -> None:
        self.desk.shelled.append(command)


class Host(VBAObject):
    """WScript.Shell."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @method(name="Run")
    def run(self, command: str, style: object, wait: object) -> object:
        self.desk.commands.append((command, int(str(style)), bool(wait)))
        if self.desk.refuses:
            raise VBARuntimeError(self.desk.refuses, "拒绝访问。")
        if self.desk.says:
            self.desk.cells["jiqun_status"] = self.desk.says
        return VBAInt(self.desk.exit_code, "Long")


class Files(VBAObject):
    """Scripting.FileSystemObject."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @method(name="FileExists")
    def file_exists(self, path: str) -> bool:
        return path in self.desk.files


class Excel(HostBridge):
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def global_object(self, name: str) -> object:
        active = NOTHING if self.desk.active is None else Book(self.desk, self.desk.active)
        known = {"application": Application(self.desk), "thisworkbook": Book(self.desk, WORKBENCH)}
        return {**known, "activeworkbook": active}.get(name.lower(), super().global_object(name))

    def create(self, type_name_: str) -> object:
        if type_name_ == "WScript.Shell" and self.desk.no_host:
            raise VBARuntimeError(429, "ActiveX component can't create object")
        return {"WScript.Shell": Host, "Scripting.FileSystemObject": Files}[type_name_](self.desk)


def pressed(macro: str, desk: Desk) -> list[str]:
    """Press a button; the texts of the boxes that came up."""
    desk.cells.update({f"jiqun_text_{key}": text for key, text in TEXTS.items()})
    desk.cells.update(desk.settings)
    vba = Interpreter(host=Excel(desk))
    vba.add_module(LANGUAGE, name="Language")
    for module in ("JiqunButtons", "JiqunRibbon"):
        vba.add_module(read_source(module), name=module)
    vba.run(macro, [NOTHING] if "Ribbon" in macro else [])
    return [prompt for _, prompt, _, _ in vba.dialogs]


def command(python: str, action: str, target: str) -> str:
    return f'"{python}" -P -m workbook.buttons {action} "--wb={target}" --from_xl=1 --hwnd=197234 "--workbench={WORKBENCH}"'


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.action)
def test_each_button_runs_python_out_of_sight_and_waits(button: Any) -> None:
    desk = Desk(files=(BESIDE, ON_PATH))
    assert pressed(button.macro, desk) == []
    assert desk.commands == [(command(BESIDE, button.action, ""), 0, True)]
    assert desk.cells["jiqun_status"] == f"{TEXTS[f'action_{button.action}']}已完成。"


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.action)
def test_the_ribbon_does_the_same(button: Any) -> None:
    desk = Desk(files=(BESIDE,))
    assert pressed(button.macro.replace("Jiqun", "JiqunRibbon"), desk) == []
    assert [text for text, _, _ in desk.commands] == [command(BESIDE, button.action, "")]


def test_what_python_said_stays() -> None:
    desk = Desk(files=(BESIDE,), says="校验完成：必须改正 3 处。")
    assert pressed("JiqunCheck", desk) == []
    assert desk.cells["jiqun_status"] == "校验完成：必须改正 3 处。"


def test_the_target_set_is_handed_over() -> None:
    desk = Desk(files=(BESIDE,), settings={"jiqun_target": ' "申报 甲.xlsx" '})
    pressed("JiqunCheck", desk)
    assert desk.commands[0][0] == command(BESIDE, "check", "申报 甲.xlsx")


@pytest.mark.parametrize(
    ("setting", "there"),
    [
        (r"E:\便携 版", r"E:\便携 版\python\python.exe"),
        (r"E:\py", r"E:\py\python.exe"),
        (r"E:\venv", r"E:\venv\Scripts\python.exe"),
        (r"E:\py\pythonw.exe", r"E:\py\pythonw.exe"),
        (r'"E:\py\python.exe"', r"E:\py\python.exe"),
    ],
)
@pytest.mark.parametrize("addin", [False, True])
def test_the_interpreter_is_found_where_it_is_set(setting: str, there: str, addin: bool) -> None:
    where: dict[str, Any] = {"registry": setting} if addin else {"settings": {"jiqun_python": setting}}
    desk = Desk(files=(there, ON_PATH), addin=addin, **where)
    assert pressed("JiqunCheck", desk) == []
    assert desk.commands[0][0].startswith(f'"{there}" ')


def test_nothing_set_and_nothing_beside_means_the_path() -> None:
    desk = Desk(files=(ON_PATH,))
    pressed("JiqunCheck", desk)
    assert desk.commands[0][0].startswith(f'"{ON_PATH}" ')


def test_a_wrong_setting_is_told_and_not_passed_over() -> None:
    desk = Desk(files=(ON_PATH,), settings={"jiqun_python": r"E:\没有"})
    (told,) = pressed("JiqunCheck", desk)
    assert not desk.commands
    assert told.startswith("未能校验：没有找到运行环境")
    assert r"便携文件夹 D:\初审 材料\jiqun；" in told
    assert r"“运行环境”：E:\没有；" in told
    assert desk.cells["jiqun_status"] == told


def test_no_interpreter_anywhere() -> None:
    (told,) = pressed("JiqunEvaluate", Desk())
    assert "“运行环境”：未填写；" in told
    assert "{" not in told


def test_the_placeholder_of_the_store_is_no_interpreter() -> None:
    (told,) = pressed("JiqunCheck", Desk(files=(ON_PATH,), exit_code=9009))
    assert told.startswith("未能校验：没有找到运行环境")


def test_python_that_fails_is_told_with_its_code_and_log() -> None:
    (told,) = pressed("JiqunReview", Desk(files=(BESIDE,), exit_code=3))
    assert told.startswith("未能初审：程序中途退出，退出码 3。")
    assert f"运行日志 {LOG}，" in told


@pytest.mark.parametrize("number", [5, 70, -2147024891, -2147023636])
def test_a_policy_that_forbids_programs_is_told(number: int) -> None:
    (told,) = pressed("JiqunExport", Desk(files=(BESIDE,), refuses=number))
    assert told.startswith("未能导出意见：本机安全策略不允许")
    assert f"错误 {number}" in told
    assert "jiqun desk" in told


def test_any_other_failure_is_told_with_its_reason() -> None:
    (told,) = pressed("JiqunCheck", Desk(files=(BESIDE,), refuses=-2147024894))
    assert "（错误 -2147024894：拒绝访问。）" in told


def test_without_the_host_the_plain_way_is_taken() -> None:
    desk = Desk(files=(BESIDE,), no_host=True)
    assert pressed("JiqunCheck", desk) == []
    assert desk.shelled == [command(BESIDE, "check", "")]


def test_the_addin_acts_on_the_active_workbook() -> None:
    desk = Desk(files=(BESIDE,), addin=True, settings={"jiqun_target": "不看.xlsx"})
    pressed("JiqunRibbonCheck", desk)
    assert desk.commands[0][0] == command(BESIDE, "check", r"D:\申报 工作簿\甲 (1).xlsx")


def test_the_addin_without_a_workbook_says_so() -> None:
    desk = Desk(files=(BESIDE,), addin=True, active=None)
    (told,) = pressed("JiqunRibbonCheck", desk)
    assert told == "未能校验：当前没有打开的工作簿。请先打开申报工作簿，再点击按钮。"
    assert not desk.commands


def test_a_mac_is_sent_to_the_launcher() -> None:
    desk = Desk(files=(BESIDE,), system="Macintosh (Intel) 10.16")
    (told,) = pressed("JiqunCheck", desk)
    assert "jiqun desk" in told
    assert not desk.commands
