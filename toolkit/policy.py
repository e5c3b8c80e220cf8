"""The policy as one frozen value, built from its JSON form and checked for sense."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from toolkit.checks.kinds import Check, NotAbove, check_from_dict
from toolkit.errors import PolicyError, at
from toolkit.fields import Field, FixedRow, Section, Table, resolve_lists
from toolkit.rules import Criterion, Force, Parameter, Rule
from toolkit.season import Season


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy pack.

    Attributes:
        scheme: What is being recognised, as the cover prints it.
        roles: Which field plays which part for the tools: cluster name, district, reviewer, decisions, evidence …
        key_figures: Slots shown first in a consolidated row.
        partial: Whether it holds only some of the scheme's conditions; every evaluation says so.
        not_found: What could not be found out; printed on the cover.
    """

    id: str
    title: str
    document: str
    issuer: str
    scheme: str
    in_force: tuple[date, date | None]
    template_version: str
    lists: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]
    checks: tuple[Check, ...]
    roles: Mapping[str, str]
    key_figures: tuple[str, ...]
    partial: bool
    not_found: tuple[str, ...]

    @cached_property
    def all_sections(self) -> tuple[Section, ...]:
        """Every input sheet in the order of the workbook, those after the results last."""
        before = [section for section in self.sections if section.place == "before"]
        after = [section for section in self.sections if section.place == "after"]
        last = [section for section in self.sections if section.place == "results"]
        return (*before, *(criterion.section for criterion in self.criteria), *after, *last)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in the order of the clauses."""
        return tuple(rule for criterion in self.criteria for rule in criterion.rules)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every input and column by id."""
        return {field.id: field for section in self.all_sections for field in section.fields}

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Every table by id."""
        return {table.id: table for section in self.all_sections for table in section.tables}

    @cached_property
    def parts_and_wholes(self) -> tuple[NotAbove, ...]:
        """The checks the workbook makes by itself."""
        return tuple(check for check in self.checks if isinstance(check, NotAbove))

    @cached_property
    def slots(self) -> frozenset[str]:
        """Every cell of every input, by slot."""
        return frozenset(key for section in self.all_sections for asked in section.inputs for key in asked.slots)

    def rule(self, rule_id: str) -> Rule:
        """The rule called ``rule_id``.

        Raises:
            KeyError: There is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    @property
    def in_rounds(self) -> bool:
        """Whether the district's review goes in rounds that the workbook keeps, sheet by sheet."""
        return bool(self.role("conclusion") and self.role("visited"))

    def role(self, name: str) -> str:
        """The field that plays a part, empty where the policy has none."""
        return self.roles.get(name, "")

    def readings(self, season: Season) -> dict[str, str]:
        """Every parameter's reading in a season.

        Raises:
            PolicyError: The season belongs to another policy, or sets what the policy does not offer.
        """
        if season.policy != self.id:
            raise PolicyError(f"season is for policy {season.policy!r}, not {self.id!r}", "policy")
        offered = {p.id: {reading.value for reading in p.readings} for p in self.parameters}
        for name, value in season.readings.items():
            if value not in offered.get(name, ()):
                raise PolicyError(f"no such reading: {name} = {value!r}", f"readings.{name}")
        return {p.id: season.readings.get(p.id, p.default) for p in self.parameters}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Policy:
        """Build a policy from its JSON form; ``templates/schema/policy.schema.json`` tells the shape.

        Raises:
            PolicyError: Something does not make sense; the path says where.
        """
        rule_ids = tuple(rule["id"] for criterion in raw["criteria"] for rule in criterion["rules"])
        lists = resolve_lists(raw["lists"], rule_ids)
        rows = {
            "rules": _rows(raw, lambda _: True),
            "hard": _rows(raw, lambda rule: bool(rule["force"] == Force.HARD)),
            "sections": _sheets_of_operator(raw),
        }
        policy = cls(
            id=raw["id"],
            title=raw["title"],
            document=raw["document"],
            issuer=raw["issuer"],
            scheme=raw["scheme"],
            in_force=(date.fromisoformat(raw["in_force"]["from"]), _day(raw["in_force"].get("to"))),
            template_version=raw["template_version"],
            lists=lists,
            parameters=tuple(_each(raw, "parameters", Parameter.from_dict)),
            sections=tuple(_each(raw, "sections", lambda entry: _section(entry, lists, rows))),
            criteria=tuple(_each(raw, "criteria", lambda entry: _criterion(entry, lists, rows))),
            checks=tuple(_each(raw, "checks", check_from_dict)),
            roles=dict(raw.get("roles", {})),
            key_figures=tuple(raw.get("key_figures", ())),
            partial=raw.get("partial", False),
            not_found=tuple(raw.get("not_found", ())),
        )
        _make_sense(policy)
        return policy


def _each(raw: Mapping[str, Any], name: str, build: Any) -> Iterator[Any]:
    for i, entry in enumerate(raw.get(name, ())):
        with at(f"{name}[{i}]"):
            yield build(entry)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _rows(raw: Mapping[str, Any], asked: Callable[[Any], bool]) -> tuple[FixedRow, ...]:
    """Printed rows taken from the rules, so that no title is written twice."""
    return tuple(
        FixedRow(id=rule["id"], label=f"{rule['id']} {_printed(rule)}")
        for criterion in raw["criteria"]
        for rule in criterion["rules"]
        if asked(rule)
    )


def _sheets_of_operator(raw: Mapping[str, Any]) -> tuple[FixedRow, ...]:
    """Printed rows taken from the sheets an operator fills in, in the order of the workbook."""
    by_place = {
        place: [FixedRow(id=one["id"], label=one["sheet"]) for one in raw.get("sections", ()) if _asks(one, place)]
        for place in ("before", "after")
    }
    criteria = [FixedRow(id=one["id"], label=f"{one['numeral']} {one['title']}") for one in raw["criteria"]]
    return (*by_place["before"], *criteria, *by_place["after"])


def _asks(section: Mapping[str, Any], place: str) -> bool:
    return bool(section.get("place", "before") == place and section.get("filled_by", "operator") == "operator")


def _printed(rule: Mapping[str, Any]) -> str:
    """What a printed row is called: a figure with its unit, a rule without one by its title."""
    if "indicator" not in rule:
        return str(rule["title"])
    unit = _unit(rule["measure"])
    return f"{rule['indicator']}（{unit}）" if unit else str(rule["indicator"])


def _unit(measure: Mapping[str, Any]) -> str:
    if "threshold" in measure:
        return str(measure["threshold"]["unit"])
    return next(filter(None, map(_unit, (*measure.get("parts", ()), *measure.get("branches", ())))), "")


def _judged_in(measure: Mapping[str, Any], table_id: str) -> bool:
    """Whether a measure, or a part of it, asks for a statement in this table."""
    if measure["kind"] == "declared":
        return bool(measure["table"] == table_id)
    return any(_judged_in(part, table_id) for part in (*measure.get("parts", ()), *measure.get("branches", ())))


def _table(raw: Mapping[str, Any], section: Mapping[str, Any], lists: Any, rows: Mapping[str, Any]) -> Table:
    source = raw.get("rows_from", "")
    if source == "judgements":
        fixed = _rows({"criteria": [section]}, lambda rule: _judged_in(rule["measure"], raw["id"]))
    elif source:
        fixed = rows[source]
    else:
        fixed = tuple(FixedRow(**row) for row in raw["rows"]) if isinstance(raw["rows"], list) else ()
    who = section.get("filled_by", "operator")
    unique = tuple(tuple(group) for group in raw.get("unique", ()))
    columns = tuple(_each(raw, "columns", lambda entry: Field.from_dict(entry, lists, who)))
    named = [raw.get("key"), *(name for group in unique for name in group)]
    _known("column asked once", filter(None, named), {column.id for column in columns if not column.years})
    _unique("printed row", [row.id for row in fixed])
    if source and not fixed:
        raise PolicyError(f"no rule prints a row of {raw['id']!r}", "rows_from")
    return Table(
        id=raw["id"],
        label=raw["label"],
        columns=columns,
        capacity=len(fixed) or raw["rows"],
        fixed=fixed,
        key=raw.get("key", ""),
        unique=unique,
        required=raw.get("required", False),
        guidance=raw.get("guidance", ""),
    )


def _section(raw: Mapping[str, Any], lists: Any, rows: Mapping[str, Any]) -> Section:
    who = raw.get("filled_by", "operator")
    return Section(
        id=raw["id"],
        sheet=raw["sheet"],
        title=raw["title"],
        intro=raw["intro"],
        form=raw.get("form", "form"),
        place=raw.get("place", "before"),
        seal=raw.get("seal", False),
        filled_by=who,
        inputs=tuple(_each(raw, "inputs", lambda entry: Field.from_dict(entry, lists, who))),
        tables=tuple(_each(raw, "tables", lambda entry: _table(entry, raw, lists, rows))),
    )


def _criterion(raw: Mapping[str, Any], lists: Any, rows: Mapping[str, Any]) -> Criterion:
    sheet = {"sheet": f"{raw['numeral']} {raw['title']}", "place": "criterion"}
    return Criterion(
        id=raw["id"],
        numeral=raw["numeral"],
        title=raw["title"],
        clause=raw["clause"],
        section=_section({**raw, **sheet}, lists, rows),
        rules=tuple(_each(raw, "rules", lambda entry: Rule.from_dict(entry, raw["clause"]))),
    )


def _make_sense(policy: Policy) -> None:
    """What no schema can say: ids are unique, and every name that is used exists."""
    _unique("input or column", [field.id for section in policy.all_sections for field in section.fields])
    _unique("table", [table.id for section in policy.all_sections for table in section.tables])
    _unique("section or criterion", [section.id for section in policy.all_sections])
    _unique("sheet", [section.sheet for section in policy.all_sections])
    _unique("rule", [rule.id for rule in policy.rules])
    _unique("parameter", [parameter.id for parameter in policy.parameters])
    for i, criterion in enumerate(policy.criteria):
        for j, rule in enumerate(criterion.rules):
            with at(f"criteria[{i}].rules[{j}]"):
                _rule_makes_sense(policy, rule)
    for i, check in enumerate(policy.checks):
        with at(f"checks[{i}]"):
            _check_makes_sense(policy, check)
    with at("key_figures"):
        _known("cell", policy.key_figures, policy.slots)
    for role, where in policy.roles.items():
        with at(f"roles.{role}"):
            table, _, column = where.rpartition(".")
            _known("input", [column], policy.fields)
            _known_columns(policy, [(table, column)] if table else [])
    for field in policy.fields.values():
        _known("table with a key", filter(None, [field.within]), {t.id for t in policy.tables.values() if t.key})


def _rule_makes_sense(policy: Policy, rule: Rule) -> None:
    _known("parameter", rule.parameters, {parameter.id for parameter in policy.parameters})
    _known("cell", rule.measure.slots, policy.slots)
    _known("input", rule.measure.mentions, policy.fields)
    _known_columns(policy, rule.measure.reads)
    if rule.applies:
        _known("input", filter(None, [rule.applies.input, rule.applies.reason]), policy.fields)
        _known_columns(policy, [rule.applies.industries[:2]] if rule.applies.industries else [])


def _check_makes_sense(policy: Policy, check: Check) -> None:
    _known("figure", check.figures, {field.id for field in policy.fields.values() if field.kind.numeric})
    _known("input", check.mentions, policy.fields)
    _known_columns(policy, check.reads)
    if isinstance(check, NotAbove):
        _comparable(policy.fields[check.part], policy.fields[check.whole])


def _comparable(part: Field, whole: Field) -> None:
    """Two figures of no common year would never be compared."""
    if bool(part.years) != bool(whole.years) or (part.years and not set(part.years) & set(whole.years)):
        raise PolicyError(f"{part.id!r} and {whole.id!r} share no year")


def _unique(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PolicyError(f"{what} {name!r} stands twice")


def _known(what: str, names: Iterable[str], known: Container[str]) -> None:
    for name in names:
        if name not in known:
            raise PolicyError(f"unknown {what} {name!r}")


def _known_columns(policy: Policy, pairs: Iterable[tuple[str, str]]) -> None:
    for table, column in pairs:
        _known("table", [table], policy.tables)
        _known(f"column of {table!r}", [column], {entry.id for entry in policy.tables[table].columns})
