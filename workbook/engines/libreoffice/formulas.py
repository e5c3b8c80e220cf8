"""Formulas between Excel's English A1 syntax and the one that LibreOffice's programming interface speaks.

Both ways are lexical: a formula costs microseconds here, and two calls over the bridge with LibreOffice's own parser.
"""

from __future__ import annotations

import re

from workbook.engines.libreoffice.references import letters_of, number_of, quoted

_STRING = r'(?P<string>"(?:[^"]|"")*")'
_ERROR = r"(?P<error>#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!))"
_WORD = r"(?P<word>\$?[^\W\d][\w.]*(?:\$?[\d]+)?|\\[\w.]+)"
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w(.])"
_NUMBER = r"(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
_REST = r"(?P<space>\s+)|(?P<other>.)"

_EXCEL = re.compile(
    rf"{_STRING}|{_ERROR}"
    r"|(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)"
    rf"|(?P<cell>{_CELL})|{_WORD}|{_NUMBER}|{_REST}",
    re.DOTALL,
)
_CALC = re.compile(
    rf"{_STRING}"
    r"|(?P<lost>\$?#REF!\.\$?[A-Za-z]+\$?\d+(?::\$?[A-Za-z]+\$?\d+)?)"
    rf"|{_ERROR}"
    r"|(?P<file>'file:(?:[^']|'')*'#)"
    r"|(?P<sheet>\$?'(?:[^']|'')+'\.|\$?[^\W\d]\w*\.(?=\$?[A-Z]{1,3}\$?\d+(?![\w(.])|\$?[A-Z]{1,3}:|\$?\d+:|#REF!))"
    r"|(?P<truth>(?:TRUE|FALSE)\(\))|(?P<call>[^\W\d][\w.]*(?=\())"
    rf"|(?P<cell>{_CELL})|{_WORD}|{_NUMBER}|{_REST}",
    re.DOTALL,
)
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.)+", re.IGNORECASE)
# What Excel calls CEILING is not what Calc calls so.
_TO_CALC = {"CEILING": "CEILING.XCL", "FLOOR": "FLOOR.XCL"}
_TO_EXCEL = {calc: excel for excel, calc in _TO_CALC.items()}
_OPERAND_ENDS = frozenset({"cell", "word", ")"})


def _bare(sheet: str) -> str:
    """A sheet's name without apostrophes."""
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def _for_calc(sheet: str) -> str:
    return "$'" + sheet.replace("'", "''") + "'."


class _Brackets:
    """Which bracket we are in, since a comma means three things."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.before = ""

    @property
    def inside(self) -> str:
        return self.open[-1] if self.open else ""

    def see(self, sign: str) -> None:
        if sign == "(":
            self.open.append("call" if self.before in ("word", "call") else "group")
        elif sign == "{":
            self.open.append("array")
        elif sign in ")}" and self.open:
            self.open.pop()


def to_calc(formula: str) -> str:
    """A formula of Excel's for ``setFormula`` and its kin.

    Args:
        formula: In English A1 syntax, beginning with ``=``.

    Returns:
        The same for LibreOffice's programming interface.

    Examples:
        >>> print(to_calc("=SUM('二 核'!$A$1:B2,1)"))
        =SUM($'二 核'.$A$1:B2;1)
        >>> to_calc("=SUM((A1,B1))+{1,2;3,4}")
        '=SUM((A1~B1))+{1;2|3;4}'
    """
    brackets = _Brackets()
    made: list[str] = []
    matches = list(_EXCEL.finditer(formula))
    span = ""
    for found, following in zip(matches, [*matches[1:], None], strict=True):
        kind, text = str(found.lastgroup), found[0]
        if kind == "sheet":
            first, _, span = _bare(text[:-1]).partition(":")
            text = "" if following and following.lastgroup == "error" else _sheet_for_calc(first)
        elif kind == "cell" and span:
            text, span = f"{text}:{_for_calc(span)}{text}", ""
        else:
            text = _piece_for_calc(kind, text, following, brackets)
        made.append(text)
        if kind != "space":
            brackets.before = found[0] if kind == "other" else kind
    return "".join(made)


def _piece_for_calc(kind: str, text: str, following: re.Match[str] | None, brackets: _Brackets) -> str:
    if kind == "word":
        return _word_for_calc(text, called=following is not None and following[0] == "(")
    if kind == "space" and brackets.before in _OPERAND_ENDS and following and _starts_operand(following):
        return "!"
    return _sign_for_calc(text, brackets) if kind == "other" else text


def _starts_operand(found: re.Match[str]) -> bool:
    return found.lastgroup in ("cell", "sheet", "word") or found[0] == "("


def _sheet_for_calc(sheet: str) -> str:
    outside = re.fullmatch(r"(.*)\[(.+)\](.+)", sheet)
    if outside is None:
        return _for_calc(sheet)
    folder, book, name = outside.groups()
    path = (folder + book).replace("\\", "/")
    return f"'file://{'' if path.startswith('/') else '/'}{path}'#{_for_calc(name)}"


def _word_for_calc(word: str, *, called: bool) -> str:
    if called:
        word = _PREFIX.sub("", word)
        return _TO_CALC.get(word.upper(), word)
    return f"{word.upper()}()" if word.upper() in ("TRUE", "FALSE") else word


def _sign_for_calc(sign: str, brackets: _Brackets) -> str:
    brackets.see(sign)
    if sign == ",":
        return ";" if brackets.inside in ("call", "array") else "~"
    if sign == ";" and brackets.inside == "array":
        return "|"
    return "" if sign == "@" else sign


def to_excel(formula: str) -> str:
    """A formula of LibreOffice's programming interface, as Excel shows it.

    Args:
        formula: Beginning with ``=``, or with ``{=`` if it is an array formula.

    Returns:
        The same in Excel's English A1 syntax, without braces.

    Examples:
        >>> to_excel("=SUM($'二 核'.$A$1:B2;1)")
        "=SUM('二 核'!$A$1:B2,1)"
        >>> to_excel("=IF(A1;TRUE();{1;2|3;4})")
        '=IF(A1,TRUE,{1,2;3,4})'
    """
    if formula.startswith("{=") and formula.endswith("}"):
        formula = formula[1:-1]
    brackets = _Brackets()
    made: list[str] = []
    outside = ""
    for found in _CALC.finditer(formula):
        kind, text = str(found.lastgroup), found[0]
        if kind == "file":
            text, outside = "", _bare(text[:-1])
        elif kind == "sheet":
            text, outside = _sheet_for_excel(text, outside), ""
        else:
            text = _piece_for_excel(kind, text, brackets)
        made.append(text)
        if kind != "space":
            brackets.before = found[0] if kind == "other" else kind
    return "".join(made)


def _piece_for_excel(kind: str, text: str, brackets: _Brackets) -> str:
    if kind == "lost":
        return "#REF!"
    if kind == "truth":
        return text[:-2]
    if kind == "call":
        # LibreOffice writes what it does not know in small letters.
        return _TO_EXCEL.get(text.upper(), text.upper())
    return _sign_for_excel(text, brackets) if kind == "other" else text


def _sheet_for_excel(sheet: str, outside: str) -> str:
    name = _bare(sheet[:-1].removeprefix("$"))
    if not outside:
        return quoted(name) + "!"
    folder, slash, book = outside.removeprefix("file://").rpartition("/")
    return "'" + f"{folder}{slash}[{book}]{name}".replace("'", "''") + "'!"


def _sign_for_excel(sign: str, brackets: _Brackets) -> str:
    brackets.see(sign)
    if sign in ";~":
        return ","
    if sign == "|" and brackets.inside == "array":
        return ";"
    return " " if sign == "!" else sign


def shifted(formula: str, rows: int, columns: int) -> str:
    """A formula of Excel's moved as by copying: its relative references follow.

    Args:
        formula: In English A1 syntax.
        rows: How far down.
        columns: How far to the right.

    Returns:
        The formula for the cell that far away.

    Examples:
        >>> shifted("=A1+$B$1*C$2", 1, 1)
        '=B2+$B$1*D$2'
    """
    if not (rows or columns):
        return formula

    def moved(found: re.Match[str]) -> str:
        if found.lastgroup != "cell":
            return found[0]
        parts = re.fullmatch(r"(\$?)([A-Za-z]+)(\$?)(\d+)", found[0])
        if parts is None:
            return found[0]
        column = parts[2] if parts[1] else letters_of(number_of(parts[2]) + columns)
        row = parts[4] if parts[3] else str(int(parts[4]) + rows)
        return f"{parts[1]}{column}{parts[3]}{row}"

    return _EXCEL.sub(moved, formula)
