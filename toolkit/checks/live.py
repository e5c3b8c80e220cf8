"""Can this cell be read? The question of ``form``, asked by a formula; one cell or a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from toolkit import formula, reference
from toolkit.characters import INVISIBLE, PLACEHOLDERS, WILDCARDS, optional_marks
from toolkit.checks.form import FIRST_DAY, LARGEST, LAST_DAY, SMALLEST
from toolkit.fields import Field, FieldKind

UNSEEN = "unseen"
LISTS: Mapping[str, tuple[str, ...]] = {
    UNSEEN: tuple(char for char in INVISIBLE if not char.isprintable() and not char.isascii()),
    "placeholders": PLACEHOLDERS,
    "industries": reference.industry_prefixes(),
    "energy_intensive": reference.energy_intensive_prefixes(),
}
"""Lists the formulas look things up in, beside those of the policy."""
CONSTANTS: Mapping[str, str] = {
    "uscc_alphabet": formula.text(reference.USCC_ALPHABET),
    "uscc_places": "{" + ",".join(str(place + 1) for place in range(len(reference.USCC_WEIGHTS))) + "}",
    "uscc_weights": "{" + ";".join(map(str, reference.USCC_WEIGHTS)) + "}",
}
_DIGITS = formula.text("0123456789")
_CHOICES_WRITTEN_OUT, _MOBILE_LENGTH = 12, 11
_KEY_LENGTH = 250


def legible(asked: Field, cell: str) -> str:
    """The text of a cell without what makes no difference in a field of this kind; ``formula.BROKEN`` for an error."""
    removed = INVISIBLE + optional_marks(asked.choices)
    cleaned = cell
    for char in removed:
        cleaned = f'SUBSTITUTE({cleaned},{_written(char)},"")'
    if asked.kind is not FieldKind.CHOICE:
        for char, wide in WILDCARDS.items():
            cleaned = f"SUBSTITUTE({cleaned},{formula.text(char)},{formula.text(wide)})"
        cleaned = f"LEFT({cleaned},{_KEY_LENGTH})"
    return f"IFERROR({cleaned},{formula.text(formula.BROKEN)})"


def _written(char: str) -> str:
    """A character as a formula can hold it: what cannot be seen by the name of a cell that holds it."""
    if char.isprintable():
        return formula.text(char)
    return f"CHAR({ord(char)})" if char.isascii() else unseen_name(char)


def unseen_name(char: str) -> str:
    """Name of the cell that holds a character nobody sees; UNICHAR is not in every program.

    Examples:
        >>> unseen_name("\u3000")
        'char_3000'
    """
    return f"char_{ord(char):x}"


def readable(asked: Field, cell: str, text: str, *, once: bool = False) -> str:
    """1 where a cell can be read as what is asked, else 0.

    Args:
        asked: The field.
        cell: Name of the cell or the column.
        text: Its text by name, see ``legible``.
        once: Say a choice's text only once, for a text that is no name but a long expression.
    """
    if once and asked.kind is FieldKind.CHOICE:
        return _listed(asked, text)
    return _TESTS[asked.kind](asked, cell, text)


def _number(asked: Field, cell: str, _: str) -> str:
    tests = [f"({cell}=0)+(ABS({cell})>={formula.number(SMALLEST)})", f"(ABS({cell})<{formula.number(LARGEST)})"]
    if asked.minimum is not None:
        tests.append(f"({cell}{'>' if asked.above_minimum else '>='}{formula.number(asked.minimum)})")
    if asked.maximum is not None:
        tests.append(f"({cell}<={formula.number(asked.maximum)})")
    if asked.kind is FieldKind.INTEGER:
        tests.append(f"({cell}=INT({cell}))")
    return f"IF(ISNUMBER({cell}),({tests[0]})*{'*'.join(tests[1:])},0)"


def _date(_: Field, cell: str, __: str) -> str:
    first, after = formula.day(FIRST_DAY), formula.day(LAST_DAY + timedelta(days=1))
    return f"IF(ISNUMBER({cell}),({cell}>={first})*({cell}<{after}),0)"


def _choice(asked: Field, _: str, text: str) -> str:
    if len(asked.choices) <= _CHOICES_WRITTEN_OUT:
        return formula.among(asked, text, asked.choices)
    return _listed(asked, text)


def _listed(asked: Field, text: str) -> str:
    """Looked up, exactly, in a list that may be long."""
    listed = [formula.bare(asked, choice).upper() for choice in asked.choices]
    written = ",".join(map(formula.text, listed))
    return f"MMULT(--EXACT(UPPER({text}),{{{written}}}),{{{';'.join('1' * len(listed))}}})"


def _text(asked: Field, _: str, text: str) -> str:
    filled = f"(LEN({text})>0)*({text}<>{formula.text(formula.BROKEN)})"
    return f"{filled}*ISNA(MATCH({text},list_placeholders,0))" if asked.required else filled


def _uscc(_: Field, cell: str, text: str) -> str:
    places = f"IFERROR(FIND(MID(UPPER({text}),uscc_places,1),uscc_alphabet)-1,0.001)"
    return f"ISTEXT({cell})*(LEN({text})=18)*(MOD(MMULT({places},uscc_weights),31)=0)"


def _industry(_: Field, __: str, text: str) -> str:
    known = f"ISNUMBER(MATCH(LEFT({text},LEN({text})-2),list_industries,0))"
    digits = f"ISNUMBER(FIND(MID({text},LEN({text})-1,1),{_DIGITS}))*ISNUMBER(FIND(RIGHT({text},1),{_DIGITS}))"
    return f'IF((LEN({text})=4)+(LEN({text})=5),{known}*{digits}*(RIGHT({text},2)<>"00"),0)'


def _mobile(_: Field, __: str, text: str) -> str:
    bare = f'SUBSTITUTE({text},"-","")'
    places = ",".join(str(place + 1) for place in range(_MOBILE_LENGTH))
    digits = f"SUM(--ISNUMBER(FIND(MID({bare},{{{places}}},1),{_DIGITS})))"
    return f'(LEN({bare})={_MOBILE_LENGTH})*(LEFT({bare},1)="1")*({digits}={_MOBILE_LENGTH})'


def _email(_: Field, cell: str, text: str) -> str:
    single = f'(LEN({text})-LEN(SUBSTITUTE({text},"@",""))=1)'
    return f'ISERROR(FIND(" ",TRIM({cell})))*ISNUMBER(SEARCH("?*@?*.?*",{text}))*{single}'


_TESTS: Mapping[FieldKind, Callable[[Field, str, str], str]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.INTEGER: _number,
    FieldKind.DECIMAL: _number,
    FieldKind.PERCENT: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.USCC: _uscc,
    FieldKind.INDUSTRY: _industry,
    FieldKind.MOBILE: _mobile,
    FieldKind.EMAIL: _email,
}
