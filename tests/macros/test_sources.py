"""The VBA sources: what they may not do, and that every name in them leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from macros import project
from macros.build import ribbon
from macros.project import MODULES, MacroSourceError, read_source
from macros.texts import BUTTONS, TEXTS, Button

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
BUTTON_ATTRIBUTES = {"id", "label", "size", "imageMso", "onAction", "screentip", "supertip"}
CODE = {module: read_source(module) for module in MODULES}


def without_comments(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("'"))


def procedures(source: str) -> dict[str, str]:
    """Name → signature and body."""
    found = re.findall(
        r"^((?:Public|Private) (?:Sub|Function) (\w+).*?^End (?:Sub|Function))", source, re.MULTILINE | re.DOTALL
    )
    return {name: text for text, name in found}


BUTTON_CODE = procedures(CODE["JiqunButtons"].replace("\r\n", "\n"))
RIBBON_CODE = procedures(CODE["JiqunRibbon"].replace("\r\n", "\n"))


@pytest.mark.parametrize("module", MODULES)
def test_sources_are_ascii_with_windows_line_ends_and_say_their_name(module: str) -> None:
    assert CODE[module].isascii()
    assert CODE[module].count("\n") == CODE[module].count("\r\n")
    assert CODE[module].startswith(f'Attribute VB_Name = "{module}"\r\nOption Explicit\r\n')


def test_a_source_that_is_not_ascii_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Odd.bas").write_text("' 校验\n", "utf-8")
    monkeypatch.setattr(project, "SOURCES", tmp_path)
    with pytest.raises(MacroSourceError, match=r"Odd\.bas, byte 2"):
        read_source("Odd")


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    "forbidden",
    [
        r"\bDeclare\b",  # needs PtrSafe on 64 bits, and is what antivirus looks for
        r"^\s*#If\b",  # LibreOffice runs both branches
        r"\bOptional\b",  # LibreOffice leaves it out
        r"\b(Auto_?(Open|Exec|Close)|(Workbook|Document)_\w+|Worksheet_\w+)\b",
        r"\b(Kill|FileCopy|Open|SaveAs|URLDownloadToFile|XMLHTTP|SendKeys|ExecuteExcel4Macro)\b",
        r"\bIRibbonControl\b",  # unknown to LibreOffice
    ],
)
def test_sources_keep_away_from(module: str, forbidden: str) -> None:
    assert not re.search(forbidden, without_comments(CODE[module]), re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("starts", [r"^\s*Shell\b", r"\.Run\b", r"\bWScript\b"])
def test_programs_are_started_in_one_place(starts: str) -> None:
    holders = [name for name, text in BUTTON_CODE.items() if re.search(starts, without_comments(text), re.MULTILINE)]
    assert holders == ["Launched"]
    assert not re.search(starts, CODE["JiqunRibbon"], re.MULTILINE)


def test_lines_are_short_enough_to_read() -> None:
    assert all(len(line) <= 120 for source in CODE.values() for line in source.splitlines())


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.action)
def test_each_button_has_its_sub(button: Button) -> None:
    sub = f'Public Sub {button.macro}()\n    RunAction "{button.action}"\nEnd Sub'
    assert BUTTON_CODE[button.macro] == sub


def test_only_the_buttons_are_public() -> None:
    public = [name for name, text in BUTTON_CODE.items() if text.startswith("Public")]
    assert public == [button.macro for button in BUTTONS]


def test_the_ribbon_calls_what_the_buttons_call() -> None:
    for button in BUTTONS:
        name = button.macro.replace("Jiqun", "JiqunRibbon")
        assert RIBBON_CODE[name] == f"Public Sub {name}(control As Object)\n    {button.macro}\nEnd Sub"
    assert len(RIBBON_CODE) == len(BUTTONS)


def test_the_ribbon_has_a_tab_with_our_buttons_in_order() -> None:
    root = ET.fromstring(ribbon())  # noqa: S314 - our own
    assert root.tag == f"{UI}customUI"
    path = [root]
    for name in ("ribbon", "tabs", "tab"):
        (child,) = path[-1]
        assert child.tag == f"{UI}{name}"
        path.append(child)
    tab = path[-1]
    assert tab.attrib == {"id": "jiqunTab", "label": "集群初审"}
    assert {group.tag for group in tab} == {f"{UI}group"}
    assert all(set(group.attrib) == {"id", "label"} for group in tab)
    buttons = [button for group in tab for button in group]
    assert {button.tag for button in buttons} == {f"{UI}button"}
    told = [(button.attrib["label"], button.attrib["onAction"]) for button in buttons]
    assert told == [(button.label, button.macro.replace("Jiqun", "JiqunRibbon")) for button in BUTTONS]


def test_the_ribbon_says_nothing_the_schema_does_not_know() -> None:
    root = ET.fromstring(ribbon())  # noqa: S314 - our own
    buttons = list(root.iter(f"{UI}button"))
    assert all(set(button.attrib) == BUTTON_ATTRIBUTES for button in buttons)
    assert {button.attrib["size"] for button in buttons} == {"large"}
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    # Excel cuts what is longer.
    assert all(len(button.attrib["supertip"]) <= 1024 for button in buttons)


def keys_told() -> set[str]:
    source = without_comments(CODE["JiqunButtons"])
    told = set(re.findall(r'Told\("(\w+)",', source))
    return told | {f"action_{button.action}" for button in BUTTONS}


def test_every_text_is_there_and_used() -> None:
    assert 'Told("action_" & action, "", "", "")' in CODE["JiqunButtons"]
    assert keys_told() - {"action_"} == set(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_texts_leave_no_place_unfilled(key: str) -> None:
    calls = re.findall(rf'Told\("{key}"((?:, (?:[^,()"]+(?:\([^()]*\))?|""|[^,]*"jiqun"))+)\)', CODE["JiqunButtons"])
    places = set(re.findall(r"\{(\d)\}", TEXTS[key]))
    for call in calls:
        given = [part.strip() for part in call.split(", ")[1:]]
        filled = {str(number) for number, part in enumerate(given, start=1) if part != '""'}
        assert filled == places
    assert calls or key.startswith("action_")


@pytest.mark.parametrize("key", [key for key in TEXTS if TEXTS[key].startswith("未能")])
def test_what_went_wrong_ends_in_what_to_do(key: str) -> None:
    assert "请" in TEXTS[key]
