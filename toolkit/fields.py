"""What an operator is asked: fields, the tables that group them, and the sections that hold both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique
from functools import cache
from typing import Any

from toolkit import reference
from toolkit.errors import PolicyError


@unique
class FieldKind(StrEnum):
    """What may stand in a cell."""

    # Equal to its text, so of the same hash; and without a call, for the kind is looked up for every cell.
    __hash__ = str.__hash__

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DATE = "date"
    CHOICE = "choice"
    USCC = "uscc"
    INDUSTRY = "industry"
    MOBILE = "mobile"
    EMAIL = "email"

    @property
    def numeric(self) -> bool:
        """Whether a cell of this kind holds a number."""
        return self in _NUMERIC


_NUMERIC = frozenset({FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.PERCENT})


_LONG = 100


def slot(field_id: str, year: int | None = None) -> str:
    """The key of one cell of a field: ``area``, or ``output_total@-3`` for the base year.

    Args:
        field_id: Id of an input or a table column.
        year: Offset from the last complete year ``Y``; None for a field asked once.
    """
    return field_id if year is None else f"{field_id}@{year}"


def split_slot(key: str) -> tuple[str, int | None]:
    """The inverse of ``slot``."""
    field_id, mark, year = key.partition("@")
    return field_id, int(year) if mark else None


@cache
def _slots(field_id: str, years: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(slot(field_id, year) for year in years) or (field_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing asked: an input of a sheet, or a column of a table.

    Attributes:
        id: Unique in the policy.
        years: Offsets from the last complete year, oldest first; empty for a field asked once.
        choices: The permitted texts of a choice.
        decimals: Decimal places kept; the smallest step of a shortfall. None means free.
        span: How many grid columns the cell takes on a form sheet.
        lines: Lines of text a long answer has room for on a form sheet; 0 leaves that to the sheet.
        within: Table whose key column must hold the value.
        filled_by: ``operator`` or ``district``.
    """

    id: str
    label: str
    kind: FieldKind
    unit: str = ""
    years: tuple[int, ...] = ()
    list_id: str = ""
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    above_minimum: bool = False
    maximum: Decimal | None = None
    decimals: int | None = None
    required: bool = False
    guidance: str = ""
    length: tuple[int, int] | None = None
    width: int = 12
    span: int = 1
    lines: int = 0
    within: str = ""
    filled_by: str = "operator"

    @property
    def slots(self) -> tuple[str, ...]:
        """One key for each cell of the field."""
        return _slots(self.id, self.years)

    def beside(self, other: Field) -> Iterator[tuple[str, str]]:
        """The slots of two fields that speak of the same year."""
        shared: list[int | None] = [year for year in self.years if year in other.years]
        for year in shared or [None]:
            yield slot(self.id, year), slot(other.id, year)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]], filled_by: str) -> Field:
        """Build a field; ``lists`` resolves the texts of a choice.

        Raises:
            PolicyError: An unknown list, or a choice without one.
        """
        kind = FieldKind(raw["type"])
        list_id = raw.get("list", "")
        if (kind is FieldKind.CHOICE) != bool(list_id):
            raise PolicyError("a choice, and only a choice, names its list", "list")
        if list_id and list_id not in lists:
            raise PolicyError(f"unknown list {list_id!r}", "list")
        years = tuple(raw.get("years", ()))
        if list(years) != sorted(set(years)):
            raise PolicyError("years run from the oldest to the latest, each once", "years")
        length = raw.get("length")
        return cls(
            id=raw["id"],
            label=raw["label"],
            kind=kind,
            unit=raw.get("unit", ""),
            years=years,
            list_id=list_id,
            choices=lists.get(list_id, ()),
            minimum=_decimal(raw.get("min")),
            above_minimum=raw.get("above_min", False),
            maximum=_decimal(raw.get("max")),
            decimals=0 if kind is FieldKind.INTEGER else raw.get("decimals"),
            required=raw.get("required", False),
            guidance=raw.get("guidance", ""),
            length=(length[0], length[1]) if length else None,
            width=raw.get("width", 12),
            span=raw.get("span", 1),
            lines=raw.get("lines", 0),
            within=raw.get("within", ""),
            filled_by=raw.get("filled_by", filled_by),
        )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRow:
    """A row the policy itself prints, such as one of the seven services."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of the same fields: open (the operator adds rows) or fixed (the policy prints them).

    Attributes:
        capacity: How many rows it holds.
        key: Column by which other tables look a row up.
        unique: Groups of columns that may not repeat together.
    """

    id: str
    label: str
    columns: tuple[Field, ...]
    capacity: int
    fixed: tuple[FixedRow, ...] = ()
    key: str = ""
    unique: tuple[tuple[str, ...], ...] = ()
    required: bool = False
    guidance: str = ""

    @property
    def slots(self) -> tuple[str, ...]:
        """One key for each physical column."""
        return tuple(key for column in self.columns for key in column.slots)

    @property
    def long(self) -> bool:
        """Whether it has so many rows that formulas must go easy on it."""
        return self.capacity > _LONG

    @property
    def shortened(self) -> bool:
        """Whether formulas look at the rows in use only: a long table in which nothing is looked up by key."""
        return self.long and not self.key

    def column(self, column_id: str) -> Field:
        """The column called ``column_id``; StopIteration never leaves: ids are checked when the policy is built."""
        return next(column for column in self.columns if column.id == column_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One input sheet.

    Attributes:
        form: ``form`` for labelled inputs and small tables, ``register`` for one long table.
        place: Where the sheet stands: ``before`` or ``after`` the criteria, or after the ``results``.
        seal: Whether the printed page ends in a block for signature and seal.
    """

    id: str
    sheet: str
    title: str
    intro: str
    form: str = "form"
    place: str = "before"
    seal: bool = False
    filled_by: str = "operator"
    inputs: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def fields(self) -> Iterator[Field]:
        """Every input, then every column."""
        yield from self.inputs
        for table in self.tables:
            yield from table.columns


def resolve_lists(raw: Mapping[str, Any], rule_ids: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The texts of every list: written out, taken from the reference data, or the rule ids themselves.

    Raises:
        PolicyError: A list names reference data that does not exist.
    """
    return {name: _resolve(name, entry, rule_ids) for name, entry in raw.items()}


def _resolve(name: str, entry: Any, rule_ids: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(entry, list):
        return tuple(entry)
    if entry.get("rules"):
        return rule_ids
    if entry.get("reference") == "districts":
        return tuple(reference.districts())
    raise PolicyError(f"unknown reference data {entry.get('reference')!r}", f"lists.{name}")
