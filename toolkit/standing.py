"""The life of a recognised cluster: when its report is due, how long it stands, which changes nobody filed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique

_REPORT_MONTH, _REPORT_DAY = 4, 10
_VALID_YEARS = 3


def report_due(year: int) -> date:
    """The last day for the report on ``year``; that whole day is in time.

    Args:
        year: The year reported on.

    Source:
        沪经信规范〔2024〕1号 第十六条: 每年4月10日前; that the day itself counts is administrative habit.

    Examples:
        >>> report_due(2025)
        datetime.date(2026, 4, 10)
    """
    return date(year + 1, _REPORT_MONTH, _REPORT_DAY)


def report_delay(submitted: date | None, year: int) -> int | None:
    """How many days late the report on ``year`` came in; 0 when it was in time.

    Args:
        submitted: When it came in, as a day or a local time; None while it has not. How late a report is that has not
            come in yet is told by asking for today.
        year: The year reported on.

    Returns:
        None while there is no report.

    Source:
        沪经信规范〔2024〕1号 第十六条.

    Examples:
        >>> report_delay(datetime(2026, 4, 10, 23, 59), 2025), report_delay(date(2026, 4, 11), 2025)
        (0, 1)
    """
    if submitted is None:
        return None
    day = submitted.date() if isinstance(submitted, datetime) else submitted
    return max((day - report_due(year)).days, 0)


def valid_until(published: date) -> date:
    """The last day of a recognition published on ``published``.

    Source:
        沪经信规范〔2024〕1号 第十五条: 有效期三年; counted from publication unless the list says otherwise.

    Examples:
        >>> valid_until(date(2024, 3, 1)), valid_until(date(2024, 2, 29))
        (datetime.date(2027, 2, 28), datetime.date(2027, 2, 28))
    """
    try:
        anniversary = published.replace(year=published.year + _VALID_YEARS)
    except ValueError:
        # 29 February of a leap year has no anniversary after three years; the last day is the one before 1 March.
        anniversary = date(published.year + _VALID_YEARS, 3, 1)
    return anniversary - timedelta(days=1)


@unique
class Change(StrEnum):
    """What of a cluster may not change without being filed.

    Source:
        沪经信规范〔2024〕1号 第十九条第（四）项: 主导产业、空间范围、运营管理机构等.
    """

    MAIN_INDUSTRY = "main_industry"
    BOUNDARY = "boundary"
    OPERATOR_NAME = "operator_name"
    OPERATOR_CODE = "operator_uscc"

    @property
    def label(self) -> str:
        """The words an official reads."""
        return {
            "main_industry": "主导产业",
            "boundary": "空间范围",
            "operator_name": "运营管理机构名称",
            "operator_uscc": "运营管理机构统一社会信用代码",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a cluster states about itself in one year.

    Attributes:
        main_industry: Its name and codes.
    """

    main_industry: frozenset[str]
    boundary: str
    operator_name: str
    operator_uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A fact that may lead to revocation: shown, never acted upon.

    Attributes:
        code: Which of the grounds of Article 19, such as ``G4``.
        before, now: What was stated, for people.
    """

    code: str
    change: Change
    before: str
    now: str

    @property
    def sentence(self) -> str:
        """The fact in words."""
        return f"{self.change.label}由“{self.before}”变为“{self.now}”，未见变更报备，请核实"


def unfiled_changes(before: Profile, now: Profile, filed: Collection[Change]) -> tuple[Ground, ...]:
    """Changes between two years that nobody filed.

    Args:
        before: The last profile on file.
        now: The present one.
        filed: What a filing covers.

    Returns:
        One ground G4 for each; whether it is major, and whether to revoke, people decide.

    Source:
        沪经信规范〔2024〕1号 第十九条第（四）项: 发生重大变动未及时更新报备.
    """
    return tuple(ground for ground in _changes(before, now) if ground.change not in filed)


def _changes(before: Profile, now: Profile) -> Iterator[Ground]:
    for change in Change:
        was, shows = getattr(before, change.value), getattr(now, change.value)
        if _bare(was) != _bare(shows):
            yield Ground(code="G4", change=change, before=_told(was), now=_told(shows))


def _told(stated: str | frozenset[str]) -> str:
    return stated if isinstance(stated, str) else "、".join(sorted(stated))


def _bare(stated: str | frozenset[str]) -> str:
    """Text as it is compared: white space and case of letters are no change."""
    return "".join(_told(stated).split()).casefold()
