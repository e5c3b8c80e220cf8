"""The language of the live formulas: how a measure names cells, and the few expressions all of them are made of.

A formula here is text without the equals sign, in functions that Excel 2016, WPS and LibreOffice all have. It names
cells and never gives an address; which cell bears a name is the workbook's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from toolkit.characters import folded, optional_marks, seen
from toolkit.fields import Field, Table, split_slot
from toolkit.finding import Verdict
from toolkit.season import Season
from toolkit.threshold import BEYOND, FAR_BEYOND, NEAR, PERCENT, Comparator, trim
from toolkit.threshold import MOST_DIGITS as _MOST_DIGITS

BROKEN = "\ufffd"
"""What a formula reads where a cell holds an error."""
# Beyond these places a difference is the noise of binary fractions, not of what was typed.
EXACT, NOISE = 13, 10
_SHOWN_PLACES = 8
_VALUE_PLACES = 12


def defined_name(prefix: str, identifier: str) -> str:
    """A workbook-level name no spreadsheet program takes for a cell address.

    Examples:
        >>> defined_name("verdict", "6.2-08")
        'verdict_6_2_08'
    """
    return f"{prefix}_{identifier.replace('.', '_').replace('-', '_')}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the calculation, in a cell of its own under a name."""

    label: str
    formula: str


@dataclass(frozen=True, kw_only=True)
class Live:
    """A measure as formulas.

    Attributes:
        test: The verdict by its Chinese word, which names the text that is shown.
        shown: The measured figure as text, empty where there is none.
        amount: What is missing as a number, empty text where nothing is; ``""`` when the measure knows no amount.
        gap: The same with its unit, as text.
        steps: Kind → what is worked out before.
        names: Named expressions over the rows of a table.
        parts: Owner → the parts of a compound measure, or its years, which the formulas name.
    """

    test: str
    shown: str
    amount: str = '""'
    gap: str = '""'
    steps: Mapping[str, Step] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Live] = field(default_factory=dict)


def _of_slot(season: Season, prefix: str, key: str) -> str:
    field_id, year = split_slot(key)
    return f"{prefix}_{field_id}" if year is None else f"{prefix}_{field_id}_{season.calendar_year(year)}"


def state_name(season: Season, key: str) -> str:
    """Name of the cell that says whether an input can be read."""
    return _of_slot(season, "state", key)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The one view a measure has of the workbook: names by slot and column, readings by parameter.

    Attributes:
        owner: Rule, and branch or year where there are several, that names the steps.
        evidence_column: Column that lists the rules evidence is filed for, empty where the policy has none.
    """

    season: Season
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    readings: Mapping[str, str]
    evidence_column: str = ""
    owner: str = ""

    def of(self, owner: str) -> Cells:
        """The same cells in the hands of a rule."""
        return replace(self, owner=owner)

    def part(self, name: str) -> Cells:
        """The same cells in the hands of a part of this rule."""
        return replace(self, owner=f"{self.owner}_{name}")

    def own(self, kind: str) -> str:
        """The name of one's own step."""
        return defined_name(kind, self.owner)

    def _named(self, prefix: str, key: str) -> str:
        return _of_slot(self.season, prefix, key)

    def value(self, key: str) -> str:
        """What stands in an input."""
        return self._named("in", key)

    def state(self, key: str) -> str:
        """1 where an input can be read, 0 where it is blank, -1 where it holds something else."""
        return state_name(self.season, key)

    def text(self, key: str) -> str:
        """The text of an input without what cannot be seen."""
        return self._named("text", key)

    def column(self, key: str) -> str:
        """The cells of a column, one for each row."""
        return self._named("col", key)

    def texts(self, key: str) -> str:
        """Their texts without what cannot be seen."""
        return self._named("txt", key)

    def readable(self, key: str) -> str:
        """1 for each row whose cell can be read, else 0."""
        return self._named("has", key)

    def keys(self, key: str) -> str:
        """The texts of a column others look things up in, those that cannot be read left out."""
        return self._named("keys", key)

    def rows(self, table: str) -> str:
        """1 for each row in which anything stands."""
        return f"row_{table}"

    def filled(self, table: str) -> str:
        """How many rows that are."""
        return f"filled_{table}"

    def missing(self, keys: Iterable[str]) -> str:
        """Whether an input of these is blank or cannot be read."""
        return f"{lowest([self.state(key) for key in keys])}<1"

    def chosen(self, when: Mapping[str, str]) -> bool:
        """Whether every parameter named has the reading named."""
        return all(self.readings[parameter] == reading for parameter, reading in when.items())

    def evidenced(self, rule: str) -> str:
        """How many pieces of evidence are filed for a rule."""
        return f"SUM(--{_is(self.texts(self.evidence_column), rule)})"


# --- expressions -----------------------------------------------------------------------------------------------


def text(value: str) -> str:
    """A text as a formula holds it."""
    return '"' + value.replace('"', '""') + '"'


def day(value: date) -> str:
    """A day as a formula holds it."""
    return f"DATE({value.year},{value.month},{value.day})"


def number(value: Decimal | int) -> str:
    """A number as a formula holds it."""
    return format(trim(Decimal(value)), "f")


def bound(value: Decimal, unit: str) -> str:
    """A bound as a person writes it: a share in per cent.

    Examples:
        >>> bound(Decimal("0.5"), "%"), bound(Decimal(30), "亿元")
        ('50%', '30')
    """
    return f"{number(value * 100)}%" if unit == PERCENT else number(value)


def word(verdict: Verdict) -> str:
    """The name under which the workbook keeps the text of a verdict."""
    return verdict.label


MET, UNMET, MISSING, REVIEW = (word(v) for v in (Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW))
NOTHING = '""'


def cases(*pairs: tuple[str, str], otherwise: str) -> str:
    """The value of the first condition that holds."""
    formula = otherwise
    for condition, value in reversed(pairs):
        formula = f"IF({condition},{value},{formula})"
    return formula


def any_of(conditions: Sequence[str]) -> str:
    """Whether one of them holds."""
    return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})"


def lowest(names: Sequence[str]) -> str:
    """The least of some cells."""
    return names[0] if len(names) == 1 else f"MIN({','.join(names)})"


def bare(asked: Field, choice: str) -> str:
    """A choice as it stands after what makes no difference is taken out of a cell; capitals never make one."""
    marks = optional_marks(asked.choices)
    return "".join(char for char in seen(choice) if char not in marks)


def among(asked: Field, texts: str, values: Iterable[str]) -> str:
    """1 for each text that is one of these, else 0."""
    return "+".join(_is(texts, bare(asked, value)) for value in values) or "0"


def _is(texts: str, choice: str) -> str:
    """Exactly, since some programs hear no difference between wide letters and narrow, or characters nobody sees."""
    if choice.upper() == choice.lower():
        return f"EXACT({texts},{text(choice)})"
    return f"EXACT(UPPER({texts}),{text(choice.upper())})"


def canonical(asked: Field, chosen: str) -> str:
    """A choice as the list writes it."""
    if all(choice == folded(choice, optional_marks(asked.choices)) for choice in asked.choices):
        return chosen
    listed = ",".join(text(bare(asked, choice)) for choice in asked.choices)
    return f"INDEX({defined_name('list', asked.list_id)},MATCH({chosen},{{{listed}}},0))"


def joined(texts: Iterable[str], joint: str) -> str:
    """The texts that are not empty, with a joint between."""
    first, *rest = texts
    told = first
    for part in rest:
        told = f"{told}&IF(OR({first}={NOTHING},{part}={NOTHING}),{NOTHING},{text(joint)})&{part}"
        first = f"{first}&{part}"
    return told


def holds(comparator: Comparator, difference: str) -> str:
    """Whether a figure stands to its bound as asked, given the difference of the two."""
    return f"{difference}{comparator.value}0"


def rounded(expression: str, places: int = NOISE) -> str:
    """A figure without the noise of binary fractions."""
    return f"ROUND({expression},{places})"


def distance(difference: str, decimals: int | None) -> str:
    """How far a figure is from what it must reach: finer than its field keeps, coarser than the noise."""
    return f"ROUND(ABS({difference}),{NOISE if decimals is None else decimals + 4})"


def measured(expression: str) -> str:
    """A measured figure, to the places that Python keeps of it."""
    return rounded(expression, _VALUE_PLACES)


def nearest(comparator: Comparator, target: str, decimals: int | None) -> str:
    """The figure closest to a target that stands as asked, in the steps a field keeps; see ``Comparator.nearest``."""
    places = 6 if decimals is None else decimals
    step = number(Decimal(1).scaleb(-places))
    exact = rounded(target)
    return {
        Comparator.AT_LEAST: f"ROUNDUP({exact},{places})",
        Comparator.ABOVE: f"ROUNDDOWN({exact},{places})+{step}",
        Comparator.AT_MOST: f"ROUNDDOWN({exact},{places})",
        Comparator.BELOW: f"ROUNDUP({exact},{places})-{step}",
    }[comparator]


def plain(figure: str) -> str:
    """A figure with the decimals it has, and no more."""
    shape = text("0." + "#" * _SHOWN_PLACES)
    return f'SUBSTITUTE(SUBSTITUTE(TEXT({figure},{shape})&"|",".|",""),"|","")'


def fixed(figure: str, digits: int | str) -> str:
    """A figure with a fixed number of decimals, thousands not grouped; rounded first, since halves round up there."""
    return f"FIXED(ROUND({figure},{digits}),{digits},TRUE)"


def digits(figure: str, aim: Decimal, least: int) -> str:
    """How many decimals it takes for a figure not to look like the bound it misses; see ``threshold.telling``.

    Args:
        figure: The figure.
        aim: The bound.
        least: The fewest decimals.
    """
    tried = f"{{{','.join(map(str, range(least, _MOST_DIGITS)))}}}"
    differs = f"MATCH(TRUE,ROUND({figure},{tried})<>ROUND({number(aim)},{tried}),0)"
    return f"IF({figure}={number(aim)},{least},IFERROR({differs}+{least - 1},{_MOST_DIGITS}))"


def percent_digits(figure: str, aim: Decimal) -> str:
    """The same for a share in per cent, with more digits near its bound; see ``threshold.percentage``."""
    near = f"ABS({figure}-{number(aim)})<={number(NEAR)}"
    exactly = f"{figure}={number(aim)}"
    return f"IF({exactly},2,IF({near},{digits(in_percent(figure), aim * 100, 3)},2))"


def in_percent(figure: str) -> str:
    """A share times a hundred, without the noise of binary fractions."""
    return rounded(f"{figure}*100", _VALUE_PLACES - 2)


def percent(figure: str, places: int | str) -> str:
    """A share in per cent as text; see ``threshold.percentage``."""
    return f"IF({figure}>{number(BEYOND)},{text(FAR_BEYOND)},{share(figure, places)})"


def share(figure: str, places: int | str) -> str:
    """A share that cannot be above one, in per cent as text."""
    return f"{fixed(in_percent(figure), places)}&{text(PERCENT)}"


def with_unit(figure: str, unit: str) -> str:
    """A figure and its unit; a fraction under ``%`` is shown in per cent."""
    if unit == PERCENT:
        return f"{plain(f'{figure}*100')}&{text(PERCENT)}"
    return f"{plain(figure)}&{text(f' {unit}')}" if unit else plain(figure)


def gap(amount: str, unit: str, decimals: int | None, *, excess: bool) -> str:
    """What is missing or too much, with its unit, as the tool writes it.

    Args:
        amount: Name of the cell that holds it, empty text where there is none.
        unit: In which it is counted.
        decimals: Places of the field; an amount finer than that is shown with all it has.
        excess: Whether it is too much.
    """
    share = unit == PERCENT
    size = f"{amount}*100" if share else amount
    figure = plain(size)
    if decimals is not None:
        figure = f"IF(ROUND({amount},{decimals})={amount},{fixed(size, decimals)},{figure})"
    tail = PERCENT if share else f" {unit}" if unit else ""
    told = f"{text('超 ' if excess else '差 ')}&{figure}" + (f"&{text(tail)}" if tail else "")
    return f"IF({amount}={NOTHING},{NOTHING},{told})"
