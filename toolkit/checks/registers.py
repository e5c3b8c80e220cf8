"""Rows of a register against each other, against another register, and against the answers of the cover sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Self

from toolkit import reference
from toolkit.characters import key_of
from toolkit.checks.held import Check, Held, number
from toolkit.submission import Problem, Row

_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|[()\[\]·.,，。、\-—_])")


@dataclass(frozen=True, kw_only=True)
class Expired(Check):
    """A certificate that is no longer in force on the reference date.

    Source:
        沪经信规范〔2024〕1号 第六条第（三）项; the length of validity is what the certificate says.
    """

    table: str
    until: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, until, trial?}``."""
        return cls(**raw)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The last day of validity."""
        return ((self.table, self.until),)

    def find(self, held: Held) -> Iterator[Problem]:
        """The reference date itself is still in force."""
        for row in held.rows(self.table):
            entry = row.cells[self.until]
            if isinstance(entry.value, date) and entry.value < held.reference_date:
                label = held.fields[self.until].label
                context = {"day": held.reference_date.isoformat(), "found": entry.value.isoformat(), "label": label}
                yield self.problem(entry.location, context)


@dataclass(frozen=True, kw_only=True)
class Twice(Check):
    """Two rows that agree in what tells things apart, and differ in what should follow from it.

    Attributes:
        same: Columns that agree.
        apart: Column that differs; where it agrees too the rows are simply repeated, which ``Table.unique`` tells.
        company: The first of ``same`` is the name of a company: its legal form and punctuation are passed over.
    """

    table: str
    same: tuple[str, ...]
    apart: str
    company: bool

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, same, apart, company?, trial?}``."""
        return cls(**{**raw, "same": tuple(raw["same"]), "company": raw.get("company", False)})

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """All of them."""
        return tuple((self.table, name) for name in (*self.same, self.apart))

    def find(self, held: Held) -> Iterator[Problem]:
        """Every later row of a group is told and names the first."""
        first: dict[tuple[str, ...], Row] = {}
        for row in held.rows(self.table):
            values = [row.cells[name].value for name in self.same]
            apart = row.cells[self.apart].value
            if apart is None or None in values:
                continue
            told = [key_of(str(value)) for value in values]
            if self.company:
                told[0] = company_key(str(values[0]))
            earlier = first.setdefault(tuple(told), row)
            if earlier is not row and key_of(str(apart)) != key_of(str(earlier.cells[self.apart].value)):
                yield self._twice(held, row, earlier)

    def _twice(self, held: Held, row: Row, earlier: Row) -> Problem:
        context = {
            "found": "、".join(str(row.cells[name].value) for name in self.same),
            "apart": held.fields[self.apart].label,
            "this": row.cells[self.apart].value,
            "that": earlier.cells[self.apart].value,
            "other": earlier.cells[self.apart].location.row,
        }
        return self.problem(row.cells[self.same[0]].location, context)


def company_key(name: str) -> str:
    """What two spellings of a company's name have in common: legal form and punctuation are passed over.

    Examples:
        >>> company_key("上海某某（集团）有限公司") == company_key("上海某某(集团)股份有限公司")
        True
    """
    return _FORMS.sub("", key_of(name))


@dataclass(frozen=True, kw_only=True)
class Answered(Check):
    """An answer a form offers, and a register should nevertheless not hold."""

    table: str
    column: str
    among: tuple[str, ...]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, column, in, trial?}``."""
        return cls(
            code=raw["code"],
            trial=raw.get("trial", False),
            table=raw["table"],
            column=raw["column"],
            among=tuple(raw["in"]),
        )

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The column."""
        return ((self.table, self.column),)

    def find(self, held: Held) -> Iterator[Problem]:
        """Every row that says so."""
        for row in held.rows(self.table):
            entry = row.cells[self.column]
            if entry.value in self.among:
                yield self.problem(entry.location, {"label": held.fields[self.column].label, "found": entry.value})


@dataclass(frozen=True, kw_only=True)
class Elsewhere(Check):
    """An enterprise registered in another district of the city than the cluster's.

    A text that names no district of the city, or several, is not understood and says nothing.

    Source:
        沪经信规范〔2024〕1号 第二条: a cluster lies within one district. Registration elsewhere is not forbidden.
    """

    table: str
    column: str
    district: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, column, district, trial?}``."""
        return cls(**raw)

    @property
    def mentions(self) -> tuple[str, ...]:
        """The cluster's district."""
        return (self.district,)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """The enterprise's district."""
        return ((self.table, self.column),)

    def find(self, held: Held) -> Iterator[Problem]:
        """Rows whose district is known and another."""
        own = held.value(self.district)
        if own not in reference.districts():
            return
        for row in held.rows(self.table):
            entry = row.cells[self.column]
            other = None if entry.value is None else district_named(str(entry.value))
            if other not in (None, own):
                yield self.problem(entry.location, {"found": entry.value, "district": own})


@cache
def district_named(text: str) -> str | None:
    """The one district a text names, with or without 区; None where it names none or several.

    Examples:
        >>> district_named("上海市嘉定"), district_named("浦东新区"), district_named("苏州市"), district_named("无")
        ('嘉定区', '浦东新区', None, None)
    """
    bare = key_of(text)
    named = [name for name in reference.districts() if name.removesuffix("区").removesuffix("新") in bare]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True, kw_only=True)
class SizeDeclared(Check):
    """A declared size that staff, revenue and assets do not bear out.

    An explanation silences the difference, unless it makes an SME of an enterprise that computes as large: that moves
    output into the share the clause asks for.

    Source:
        工信部联企业〔2011〕300号, 第四条; docs/decisions/0009.
    """

    table: str
    industry: str
    staff: str
    revenue: str
    assets: str
    size: str
    note: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, industry, staff, revenue, assets, size, note, trial?}``."""
        return cls(**raw)

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Everything the size rests on."""
        names = (self.industry, self.staff, self.revenue, self.assets, self.size, self.note)
        return tuple((self.table, name) for name in names)

    def find(self, held: Held) -> Iterator[Problem]:
        """Rows of which a size can be computed, and another is declared."""
        for row in held.rows(self.table):
            declared = row.cells[self.size].value
            computed = self._computed(row)
            if declared is None or computed is None or declared == computed.value:
                continue
            smaller = computed is reference.Size.LARGE
            if row.cells[self.note].value is not None and not smaller:
                continue
            context = {"found": declared, "computed": computed.value, "note": held.fields[self.note].label}
            yield self.problem(row.cells[self.size].location, context)

    def _computed(self, row: Row) -> reference.Size | None:
        code = row.cells[self.industry].value
        figures = (number(row.cells[name]) for name in (self.staff, self.revenue, self.assets))
        return None if code is None else reference.enterprise_size(str(code), *figures)


@dataclass(frozen=True, kw_only=True)
class TitleOfLarge(Check):
    """A title for SMEs held by an enterprise that another register declares large.

    Source:
        工信部企业〔2022〕63号 (优质中小企业梯度培育管理暂行办法), unconfirmed: these titles are for SMEs.
    """

    table: str
    key: str
    title: str
    among: tuple[str, ...]
    listed: str
    size: str
    large: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{code, table, key, title, in, listed, size, large, trial?}``."""
        told = {name: value for name, value in raw.items() if name != "in"}
        return cls(**told, among=tuple(raw["in"]))

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """Holder, title, and the holder's size."""
        return ((self.table, self.key), (self.table, self.title), (self.listed, self.size))

    def find(self, held: Held) -> Iterator[Problem]:
        """Titles of large enterprises; one listed twice with different sizes is not understood."""
        for row in held.rows(self.table):
            holder, title = row.cells[self.key].value, row.cells[self.title]
            if holder is None or title.value not in self.among:
                continue
            sizes = {firm.cells[self.size].value for firm in held.lookup(self.listed, str(holder))}
            if sizes == {self.large}:
                yield self.problem(title.location, {"found": title.value, "holder": holder, "size": self.large})
