"""Where two rule sets differ: which rules belong together, and what has changed in each, in words an official reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum, unique
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from toolkit.checks.form import expected
from toolkit.evaluate import readings_in_force
from toolkit.fields import Field
from toolkit.measures import leaves
from toolkit.policy import Policy
from toolkit.rules import Criterion, Rule
from toolkit.season import Season


class Rules(NamedTuple):
    """What an application is judged by."""

    policy: Policy
    season: Season

    @property
    def readings(self) -> Mapping[str, str]:
        """Parameter → what its reading says."""
        return readings_in_force(self.policy, self.season)


@unique
class Aspect(StrEnum):
    """What of a rule set has changed."""

    BOUND = "门槛"
    READING = "口径"
    METHOD = "判定方法"
    FORCE = "效力"
    SCOPE = "适用范围"
    INPUT = "填报项"
    SEASON = "年度"


class Difference(NamedTuple):
    """One thing that has changed.

    Attributes:
        what: Which bound, reading or input it is; empty where the aspect says enough.
        before, after: In words; empty where it is hard to say in a few.
        clause: Where the later text stands.
    """

    aspect: Aspect
    what: str
    before: str
    after: str
    clause: str

    def __str__(self) -> str:
        """In one line."""
        what = f"{self.aspect}（{self.what}）" if self.what else str(self.aspect)
        return f"{what}：{self.before or '无'}→{self.after or '无'}"


class _Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


Thing = TypeVar("Thing", bound=_Named)


class Pair(NamedTuple, Generic[Thing]):
    """The same rule, or the same criterion, on both sides; None where one side has none."""

    before: Thing | None
    after: Thing | None

    @property
    def id(self) -> str:
        """Its number; both where they differ."""
        return "／".join(dict.fromkeys(one.id for one in self if one))

    @property
    def title(self) -> str:
        """What it is called; both where they differ."""
        return "／".join(dict.fromkeys(one.title for one in self if one))

    @property
    def named(self) -> tuple[str, str]:
        """Number and title."""
        return self.id, self.title


def paired(before: Sequence[Thing], after: Sequence[Thing]) -> tuple[Pair[Thing], ...]:
    """Put together what is the same on both sides: by number and title, else by a title, else by a number.

    Args:
        before: Rules, or criteria, of one side; numbers are unique, titles need not be.
        after: Those of the other.

    Returns:
        In the order of the former, what only the latter has at the end.
    """
    found: dict[str, Thing] = {}
    left = {one.id: one for one in after}
    for same in (_identity, _title, _number):
        open_before = [one for one in before if one.id not in found]
        theirs, ours = _unique(left.values(), same), _unique(open_before, same)
        for key in ours.keys() & theirs.keys():
            found[ours[key].id] = left.pop(theirs[key].id)
    return (*(Pair(one, found.get(one.id)) for one in before), *(Pair(None, one) for one in left.values()))


def _identity(one: _Named) -> tuple[str, str]:
    return one.id, one.title


def _title(one: _Named) -> tuple[str, str]:
    return "", one.title


def _number(one: _Named) -> tuple[str, str]:
    return one.id, ""


def _unique(things: Any, key: Callable[[Any], tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """The things by a key that no other of them has."""
    grouped: dict[tuple[str, str], list[Any]] = {}
    for one in things:
        grouped.setdefault(key(one), []).append(one)
    return {name: many[0] for name, many in grouped.items() if len(many) == 1}


def criteria(before: Rules, after: Rules) -> tuple[Pair[Criterion], ...]:
    """The criteria of two rule sets, put together."""
    return paired(before.policy.criteria, after.policy.criteria)


def rules(before: Rules, after: Rules) -> tuple[Pair[Rule], ...]:
    """The rules of two rule sets, put together."""
    return paired(before.policy.rules, after.policy.rules)


# --- what has changed in a rule --------------------------------------------------------------------------------


def differences(pair: Pair[Rule], before: Rules, after: Rules) -> tuple[Difference, ...]:
    """What has changed in a rule that both sides have; nothing where it is judged alike.

    Wording, clauses and documents are not compared: they decide nothing.
    """
    if pair.before is None or pair.after is None:
        return ()
    told = (
        *_bounds(pair.before, pair.after, before, after),
        *_readings(pair.before, pair.after, before, after),
        *_forces(pair.before, pair.after),
        *_scope(pair.before, pair.after),
        *_inputs(pair.before, pair.after, before, after),
    )
    return (*told, *_method(pair.before, pair.after, before, after))


def bounds(rule: Rule, season: Season) -> dict[str, str]:
    """Branch → its threshold in words, on the reference date; the branch of a plain measure is empty."""
    told: dict[str, str] = {}
    for branch, leaf in leaves(rule.measure):
        if leaf.threshold:
            words = leaf.threshold.phrase(season.reference_date)
            told[branch] = f"{told[branch]}、{words}" if branch in told else words
    return told


def _bounds(one: Rule, other: Rule, before: Rules, after: Rules) -> Iterator[Difference]:
    ours, theirs = bounds(one, before.season), bounds(other, after.season)
    for branch in dict.fromkeys([*ours, *theirs]):
        pair = ours.get(branch, ""), theirs.get(branch, "")
        if pair[0] != pair[1]:
            yield Difference(Aspect.BOUND, branch, *pair, other.clause)


def _readings(one: Rule, other: Rule, before: Rules, after: Rules) -> Iterator[Difference]:
    """Where a text that both read is read in two ways; a text only one side has shows in what it does."""
    ours, theirs = (side.policy.readings(side.season) for side in (before, after))
    for parameter in after.policy.parameters:
        name = parameter.id
        if name in {*one.parameters, *other.parameters} and name in ours and ours[name] != theirs[name]:
            pair = before.readings[name], after.readings[name]
            yield Difference(Aspect.READING, parameter.text, *pair, other.clause)


def _forces(one: Rule, other: Rule) -> Iterator[Difference]:
    if one.force is not other.force:
        yield Difference(Aspect.FORCE, "", one.force.label, other.force.label, other.clause)
    for what, name in (("未达到时", "when_unmet"), ("未填报时", "when_missing")):
        pair = getattr(one, name), getattr(other, name)
        if pair[0] is not pair[1]:
            yield Difference(Aspect.FORCE, what, pair[0].label, pair[1].label, other.clause)


def _scope(one: Rule, other: Rule) -> Iterator[Difference]:
    if one.applies != other.applies:
        yield Difference(Aspect.SCOPE, "", _applies(one), _applies(other), other.clause)


def _applies(rule: Rule) -> str:
    return f"有条件，{rule.applies.otherwise}的除外" if rule.applies else "一律适用"


def _method(one: Rule, other: Rule, before: Rules, after: Rules) -> Iterator[Difference]:
    if _shape(one.measure) != _shape(other.measure):
        ours = one.requirement_on(before.season.reference_date)
        theirs = other.requirement_on(after.season.reference_date)
        yield Difference(Aspect.METHOD, "取数或算法", ours, theirs, other.clause)


def _shape(measure: Any) -> Any:
    """A measure as plain data, without its bounds and without the number of its rule."""
    if is_dataclass(measure):
        kept = (field.name for field in fields(measure) if field.name not in ("threshold", "row", "label"))
        plain = {name: _shape(getattr(measure, name)) for name in kept}
        # Where evidence is asked for, the field names the rule itself.
        return type(measure).__name__, plain | {"evidence": bool(plain.get("evidence"))}
    if isinstance(measure, tuple):
        return [_shape(one) for one in measure]
    return measure


# --- what has changed in what is asked -------------------------------------------------------------------------


def needed(rule: Rule) -> tuple[str, ...]:
    """The inputs and columns a rule looks at, by id."""
    asked = [key.partition("@")[0] for key in rule.measure.slots]
    columns = [column for _, column in rule.measure.reads]
    applies = [rule.applies.input, rule.applies.reason] if rule.applies else []
    return tuple(dict.fromkeys(filter(None, [*asked, *rule.measure.mentions, *columns, *applies])))


def _inputs(one: Rule, other: Rule, before: Rules, after: Rules) -> Iterator[Difference]:
    for field_id in needed(other):
        if field_id in needed(one):
            ours, theirs = (side.policy.fields[field_id] for side in (before, after))
            if _meaning(ours) != _meaning(theirs):
                yield Difference(Aspect.INPUT, theirs.label, _told(ours), _told(theirs), other.clause)


def _meaning(field: Field) -> tuple[object, ...]:
    """What decides how an answer is understood."""
    return field.kind, field.unit, field.choices, field.years


def _told(field: Field) -> str:
    return "，".join(filter(None, [expected(field), field.unit]))


def between_seasons(before: Rules, after: Rules) -> Iterator[Difference]:
    """What has changed for all rules alike."""
    ours, theirs = before.season, after.season
    for what, name in (("申报年度", "year"), ("评价基准日", "reference_date")):
        pair = str(getattr(ours, name)), str(getattr(theirs, name))
        if pair[0] != pair[1]:
            yield Difference(Aspect.SEASON, what, *pair, theirs.source)
