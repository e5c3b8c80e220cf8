"""A rule as formulas: what its measure says in the workbook, in the force the rule has, where the rule is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit import formula
from toolkit.finding import Verdict
from toolkit.formula import NOTHING, Cells, Live, Step, defined_name
from toolkit.policy import Policy
from toolkit.rules import Applies, Rule
from toolkit.season import Season


@dataclass(frozen=True, kw_only=True)
class LiveRule:
    """The formulas of one rule.

    Attributes:
        verdict: For the cell that shows the verdict.
        figure: For the cell that shows what was measured and what is missing.
        steps: Name → a line of the calculation behind them.
        names: Name → an expression over the rows of a table.
        test: Name under which the steps know the verdict of the measure; it is the verdict itself where the rule
            adds nothing to it, and one of the steps where it does.
    """

    verdict: str
    figure: str
    steps: Mapping[str, Step]
    names: Mapping[str, str]
    test: str


def cells_of(policy: Policy, season: Season) -> Cells:
    """The cells of a policy's workbook for one season."""
    return Cells(
        season=season,
        fields=policy.fields,
        tables=policy.tables,
        readings=policy.readings(season),
        evidence_column=policy.role("evidence").partition(".")[2],
    )


def live_rule(rule: Rule, cells: Cells) -> LiveRule:
    """The formulas of a rule; they say what ``evaluate`` says of it before the district's review."""
    mine = cells.of(rule.id)
    live = rule.measure.live(mine)
    names = {name: text for part in _parts(live) for name, text in part.names.items()}
    steps = dict(_steps(mine, live))
    test, shown, gap = (mine.own(kind) for kind in ("test", "shown", "gap"))
    verdict = _in_force(rule, test)
    figure = f"IF({defined_name('verdict', rule.id)}={formula.MET},{shown},{formula.joined([shown, gap], '　')})"
    if rule.applies:
        named, asked = _asked(rule.applies, mine)
        steps |= named
        silent = tuple(_silent(rule.applies, mine))
        verdict = formula.cases((asked, verdict), *silent, otherwise=formula.word(Verdict.NOT_APPLICABLE))
        figure = formula.cases(
            (asked, figure), *((when, NOTHING) for when, _ in silent), otherwise=formula.text("不适用")
        )
    if verdict == test:
        verdict = steps.pop(test).formula
    return LiveRule(verdict=verdict, figure=figure, steps=steps, names=names, test=test)


def _parts(live: Live) -> Iterator[Live]:
    for part in live.parts.values():
        yield from _parts(part)
    yield live


def _steps(cells: Cells, live: Live) -> Iterator[tuple[str, Step]]:
    """Every step under its name, those of the parts before those that name them."""
    for owner, part in live.parts.items():
        yield from _steps(cells.of(owner), part)
    for kind, step in live.steps.items():
        yield cells.own(kind), step
    labels = {"test": "判定", "shown": "实际", "amount": "差额", "gap": "差额（文字）"}
    for kind, label in labels.items():
        yield cells.own(kind), Step(label=label, formula=getattr(live, kind))


def _in_force(rule: Rule, test: str) -> str:
    """The verdict of the measure, in the force the rule has."""
    forces = {Verdict.UNMET: rule.when_unmet, Verdict.MISSING: rule.when_missing}
    pairs = [
        (f"{test}={formula.word(found)}", formula.word(meant)) for found, meant in forces.items() if found is not meant
    ]
    return formula.cases(*pairs, otherwise=test)


def _asked(applies: Applies, cells: Cells) -> tuple[dict[str, Step], str]:
    """When the rule is asked: by the answer, or because a listed industry is of the kind."""
    answered = formula.among(cells.fields[applies.input], cells.text(applies.input), applies.among)
    if not applies.industries:
        return {}, answered
    table, column, kind = applies.industries
    codes, sound, named = cells.texts(column), cells.readable(column), cells.own("named")
    found = f"SUM({sound}*ISNUMBER(MATCH(IFERROR(LEFT({codes},LEN({codes})-2),{NOTHING}),list_{kind},0)))"
    told = formula.cases(
        (f"{found}>0", "1"),
        (f"{cells.filled(table)}=0", "0.5"),
        (f"SUM(--{sound})<{cells.filled(table)}", "0.5"),
        otherwise="0",
    )
    return {named: Step(label="所列行业是否属于（1 是，0 否，0.5 看不出）", formula=told)}, f"OR({named}=1,{answered})"


def _silent(applies: Applies, cells: Cells) -> Iterator[tuple[str, str]]:
    """What keeps open whether it is asked."""
    keys = [applies.input, *([applies.reason] if applies.reason else [])]
    yield cells.missing(keys), formula.MISSING
    if applies.industries:
        yield f"{cells.own('named')}=0.5", formula.MISSING
