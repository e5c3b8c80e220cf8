"""Reference data as small pure functions, so that no check needs a table of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@unique
class Size(StrEnum):
    """Enterprise size; everything but ``LARGE`` is a 中小企业.

    Source:
        工信部联企业〔2011〕300号, 第二条.
    """

    LARGE = "大型"
    MEDIUM = "中型"
    SMALL = "小型"
    MICRO = "微型"

    @property
    def is_sme(self) -> bool:
        """Whether the enterprise counts as 中小企业; micro enterprises do."""
        return self is not Size.LARGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleKind:
    """A title an enterprise can hold.

    Args:
        levels: The levels at which it is awarded and counts, e.g. ``("国家级", "市级")``.
        branch: ``A`` or ``B``: the alternative of the clause that it serves.
        confirmed: Whether the official text of the award was seen; ``validity_confirmed`` the same for its length.
    """

    id: str
    name: str
    levels: tuple[str, ...]
    branch: str
    source: str
    confirmed: bool
    validity_years: int
    validity_confirmed: bool


USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_CHARACTERS = frozenset(USCC_ALPHABET)
_USCC_LENGTH = 18
# The check digit counts once, so that the weighted sum of a sound code is a multiple of 31.
USCC_WEIGHTS = (*(3**place % len(USCC_ALPHABET) for place in range(_USCC_LENGTH - 1)), 1)


def uscc_check_digit(first17: str) -> str:
    """The 18th character that belongs to the first seventeen of a 统一社会信用代码.

    Args:
        first17: Normalised, seventeen characters of the code's alphabet.

    Raises:
        ValueError: Not seventeen characters, or one of them outside the alphabet.

    Source:
        GB 32100-2015, 校验码: ``C18 = 31 - (sum(C[i] * W[i]) mod 31)``, 31 being written 0.

    Examples:
        >>> uscc_check_digit("91110000802100433")
        'B'
    """
    pairs = zip(first17, USCC_WEIGHTS[:-1], strict=True)
    total = sum(USCC_ALPHABET.index(char) * weight for char, weight in pairs)
    return USCC_ALPHABET[-total % len(USCC_ALPHABET)]


def uscc_fault(code: str) -> str | None:
    """What is wrong with a 统一社会信用代码, the coarsest fault first.

    Args:
        code: Normalised, see ``toolkit.characters``.

    Returns:
        ``length``, ``alphabet``, ``checksum``, or None for a sound code.

    Source:
        GB 32100-2015.

    Examples:
        >>> uscc_fault("91350100M000100Y43") is None
        True
        >>> uscc_fault("91350100M000100Y4Z")
        'alphabet'
    """
    if len(code) != _USCC_LENGTH:
        return "length"
    if not _USCC_CHARACTERS.issuperset(code):
        return "alphabet"
    return None if code[-1] == uscc_check_digit(code[:-1]) else "checksum"


@cache
def _table(name: str) -> Any:
    """One file of the packaged reference data, read once."""
    return json.loads(files("templates").joinpath("reference", f"{name}.json").read_text(encoding="utf-8"))


@cache
def _district_codes() -> Mapping[str, str]:
    """District → administrative code."""
    return MappingProxyType({row["name"]: row["code"] for row in _table("districts")["districts"]})


def districts() -> tuple[str, ...]:
    """The names of the sixteen districts, in the order of their codes.

    Source:
        GB/T 2260, data of 2024.

    Examples:
        >>> len(districts()), districts()[0]
        (16, '黄浦区')
    """
    return tuple(_district_codes())


def district_code(name: str) -> str | None:
    """The administrative code of a district, None for any other name.

    Source:
        GB/T 2260, data of 2024.

    Examples:
        >>> district_code("青浦区")
        '310118'
    """
    return _district_codes().get(name)


def district_area(name: str) -> Decimal | None:
    """The land area of a district in square kilometres, None for any other name.

    Source:
        Published profiles of the districts, unconfirmed: wide margins only.

    Examples:
        >>> district_area("黄浦区"), district_area("昆山市")
        (Decimal('20.5'), None)
    """
    return _district_areas().get(name)


@cache
def _district_areas() -> Mapping[str, Decimal]:
    """District → square kilometres."""
    return MappingProxyType({row["name"]: Decimal(row["area_km2"]) for row in _table("districts")["districts"]})


@cache
def title_kinds() -> tuple[TitleKind, ...]:
    """The titles that Article 6(三) counts.

    Source:
        沪经信规范〔2024〕1号, 第六条第（三）项.

    Examples:
        >>> [kind.id for kind in title_kinds() if kind.branch == "A"]
        ['manufacturing_champion', 'little_giant']
    """
    return tuple(TitleKind(**row | {"levels": tuple(row["levels"])}) for row in _table("titles")["titles"])


_INDUSTRY = re.compile(r"(?P<section>[A-T]?)(?P<division>[0-9]{2})(?P<rest>[0-9]{2})")


@cache
def _sections() -> Mapping[str, str]:
    """Division code → section letter."""
    return MappingProxyType({row["code"]: row["section"] for row in _table("industries")["divisions"]})


def industry_fault(code: str) -> str | None:
    """What is wrong with a leaf code (小类) of the classification of economic activities.

    Args:
        code: Normalised, four digits, with or without the section letter: ``3973`` or ``C3973``.

    Returns:
        ``format``, ``division`` (no such 大类), ``section`` (the letter belongs to another 大类), ``heading``
        (a 大类 where a 小类 is asked for), or None.

    Source:
        GB/T 4754-2017.

    Examples:
        >>> industry_fault("C3973") is None
        True
        >>> industry_fault("I3973")
        'section'
        >>> industry_fault("3900")
        'heading'
    """
    parts = _INDUSTRY.fullmatch(code)
    if parts is None:
        return "format"
    section = _sections().get(parts["division"])
    if section is None:
        return "division"
    if parts["section"] not in ("", section):
        return "section"
    return "heading" if parts["rest"] == "00" else None


def industry_prefixes() -> tuple[str, ...]:
    """What a leaf code may begin with: every 大类, with and without its section letter.

    Examples:
        >>> industry_prefixes()[:2]
        ('01', 'A01')
    """
    return tuple(prefix for division, section in _sections().items() for prefix in (division, section + division))


def energy_intensive_prefixes() -> tuple[str, ...]:
    """What the codes of industries with high energy use begin with, see ``is_energy_intensive``."""
    divisions = {row["code"] for row in _table("energy_intensive")["divisions"]}
    return tuple(prefix for prefix in industry_prefixes() if prefix[-2:] in divisions)


def is_energy_intensive(code: str) -> bool:
    """Whether a leaf code lies in an industry with high energy use; a faulty code does not.

    Args:
        code: Normalised, see ``industry_fault``.

    Source:
        沪经信规范〔2024〕1号, 第六条第（七）项; divisions 25, 26, 30, 31, 32 and 44, the first of them unconfirmed.

    Examples:
        >>> is_energy_intensive("C3110"), is_energy_intensive("3973")
        (True, False)
    """
    return industry_fault(code) is None and code[:-2] in energy_intensive_prefixes()


@cache
def _size_limits() -> Mapping[str, Mapping[str, Mapping[str, int]] | None]:
    """Code prefix → measure → lower bound of each size; None where the definition does not apply."""
    table = _table("sme_sizes")
    limits = {group["id"]: group["limits"] for group in table["groups"]}
    return MappingProxyType(
        {
            prefix: None if entry["group"] is None else limits[entry["group"]]
            for entry in table["mapping"]
            for prefix in entry["prefixes"]
        }
    )


_TIERS = ((Size.LARGE, "large"), (Size.MEDIUM, "medium"), (Size.SMALL, "small"))


def enterprise_size(
    industry_code: str,
    employees: Decimal | int | None,
    revenue: Decimal | int | None,
    assets: Decimal | int | None,
) -> Size | None:
    """The size of an enterprise: the highest tier all of whose lower bounds it reaches, else 微型.

    Args:
        industry_code: Normalised leaf code, see ``industry_fault``; the longest prefix in the table decides.
        employees: 从业人员, persons.
        revenue: 营业收入, 万元.
        assets: 资产总额, 万元; needed in three groups only.

    Returns:
        None when a figure the industry needs is missing or negative, the code is faulty or the industry is not
        covered (铁路运输, 金融, 教育, 卫生 and others).

    Source:
        工信部联企业〔2011〕300号, 第四条; 民法典第一千二百五十九条 (以上 includes the number).

    Examples:
        >>> str(enterprise_size("C3973", 1000, 40000, None))
        '大型'
        >>> str(enterprise_size("C3973", 1000, Decimal("39999.99"), None))
        '中型'
        >>> enterprise_size("C3973", None, 40000, None) is None
        True
    """
    if industry_fault(industry_code) is not None:
        return None
    table, digits = _size_limits(), industry_code[-4:]
    limits = next(table[digits[:length]] for length in (4, 3, 2) if digits[:length] in table)
    if limits is None:
        return None
    stated = {"employees": employees, "revenue": revenue, "assets": assets}
    figures = {name: figure for name in limits if (figure := stated[name]) is not None and figure >= 0}
    if len(figures) < len(limits):
        return None
    reached = (size for size, tier in _TIERS if all(figures[name] >= limits[name][tier] for name in limits))
    return next(reached, Size.MICRO)
