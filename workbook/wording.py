"""How a finding reads in a narrow place: the sheets, the terminal and the master share these words."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Final

from toolkit.finding import Evaluation, Finding, Shortfall, Verdict
from toolkit.submission import Location
from toolkit.threshold import Comparator, with_unit
from workbook.area import quoted

SHORT = (Verdict.UNMET, Verdict.DEVIATES, Verdict.MISSING)
"""The verdicts that leave something to mend, the gravest first."""


def bound_text(finding: Finding) -> str:
    """The threshold in words, empty where the rule has none of its own."""
    if finding.threshold is None:
        return ""
    return bound_words(Comparator(finding.comparator), finding.threshold, finding.unit)


def bound_words(comparator: Comparator, bound: Decimal, unit: str) -> str:
    """A bound in words, such as 不低于60%."""
    return comparator.phrase(with_unit(bound, unit, joint=""))


def gap_text(shortfall: Shortfall | None) -> str:
    """How much is missing, with its unit."""
    if shortfall is None:
        return ""
    amount = with_unit(shortfall.amount, shortfall.unit, decimals=shortfall.decimals)
    return f"超 {amount}" if shortfall.excess else f"差 {amount}"


def figure_text(finding: Finding) -> str:
    """What was measured and how much is missing, as the narrow cell beside a verdict holds it."""
    gap = gap_text(finding.shortfall) if finding.verdict is not Verdict.MET else ""
    return "　".join(filter(None, [finding.shown, gap]))


def verdict_text(finding: Finding) -> str:
    """Sign, word, and whether the reading matters."""
    return finding.verdict.display + ("（口径敏感）" if finding.sensitive else "")


def told(finding: Finding) -> str:
    """The sentence with the other permitted readings beside it."""
    others = [f"{other.label}为 {other.shown}，{other.verdict.label}" for other in finding.alternatives]
    if not others:
        return finding.sentence
    return f"{finding.sentence}。其他口径：{'；'.join(others)}"


def place_text(place: Location) -> str:
    """A cell as a person looks for it."""
    return f"{place.sheet}!{place.cell}"


def link_to(place: Location) -> str:
    """A cell as an internal hyperlink holds it."""
    return f"{quoted(place.sheet)}!{place.cell}"


def headline(evaluation: Evaluation) -> str:
    """The whole in one line."""
    counts = evaluation.counts
    told_counts = "，".join(f"{v.label} {counts[v]}" for v in Verdict if counts[v])
    return f"{evaluation.verdict.display}　{len(evaluation.findings)} 条规则：{told_counts}"


def met_share(finding: Finding) -> float | None:
    """How far a figure has come towards its bound, 1.0 at the bound; None where that says nothing."""
    if finding.value is None or not finding.threshold or not Comparator(finding.comparator).upward:
        return None
    return max(float(finding.value / finding.threshold), 0.0)


def bar(share: float, length: int = 14) -> str:
    """A bar whose middle is the threshold; it shows in print, in grey, and in any spreadsheet program.

    Examples:
        >>> bar(0.5, 8), bar(1.0, 8), bar(3.0, 8)
        ('██░░┃░░░░', '████┃░░░░', '████┃████')
    """
    half = length // 2
    full = min(int(share * half), length)
    below, above = min(full, half), max(full - half, 0)
    return "█" * below + "░" * (half - below) + "┃" + "█" * above + "░" * (half - above)


def width(text: str) -> int:
    """Columns a text takes in a terminal or, roughly, in a sheet: a Chinese character takes two."""
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """Of each character once it was met: a large master measures millions, of a few thousand different ones."""

    def __missing__(self, char: str) -> int:
        found = self[char] = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        return found


_WIDTHS: Final = _Widths()
