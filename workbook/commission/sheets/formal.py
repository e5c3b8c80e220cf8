"""Formal review: what can be seen from the files is filled in beforehand, the decision is a person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from toolkit.finding import Verdict
from toolkit.messages import Severity
from toolkit.review import RECOMMEND
from workbook.commission.decisions import FAILED, FORMAL, PASSED, SENT_BACK
from workbook.commission.filing import Filing, Sealed
from workbook.commission.settle import Cluster
from workbook.commission.sheets.column import Desk, Told, people, people_day, table
from workbook.commission.sheets.summary import cluster_key, identity, verdict_column
from workbook.commission.table import Column, Kind, Table

_GOOD, _BAD, _UNCLEAR, _CAUTION, _ASIDE = "✓", "✗", "◇", "△", "—"
_CHANGED_TEMPLATE = "T2"
Check = Callable[[Filing], str]


def formal(desk: Desk) -> Table:
    """形式审查."""
    checks = _checks(desk)
    told = [
        *identity(desk),
        verdict_column(watched=False),
        *(_column(column_id, heading, check) for column_id, heading, check in checks),
        Told(Column(id="override", heading="特别推荐", width=22, watched=True), lambda one: one.filing.override),
        Told(Column(id="advice", heading="形式审查建议", kind=Kind.VERDICT, width=26), _advice(checks)),
        people("conclusion", "审查结论", choices=(PASSED, SENT_BACK, FAILED)),
        people("examiner", "审查人", width=10),
        people_day("examined_on", "审查日期"),
        people("remark", "备注", width=30),
    ]
    intro = "能从文件中查出的已预填：✗ 不符，△ 请留意，◇ 无法判断、请人工核对；建议仅供参考，结论由审查人填写"
    return table(FORMAL, intro, told, desk.clusters, cluster_key)


def _column(column_id: str, heading: str, check: Check) -> Told[Cluster]:
    # A quota is also used up by others: that a neighbour came in changes no decision on this cluster.
    column = Column(id=column_id, heading=heading, kind=Kind.VERDICT, width=17, watched=column_id != "quota")
    return Told(column, lambda one: check(one.filing))


def _checks(desk: Desk) -> tuple[tuple[str, str, Check], ...]:
    recommended = Counter(one.filing.district for one in desk.clusters if one.filing.conclusion == RECOMMEND)
    return (
        ("complete", "完整", complete),
        ("sealed", "加封", sealed),
        ("in_time", "按期", lambda one: in_time(one, desk.season.district_deadline, desk.season.city_deadline)),
        ("version", "版本一致", lambda one: _version(desk, one)),
        ("district_opinion", "区意见齐全", district_opinion),
        ("quota", "名额", lambda one: _quota(desk, one, recommended)),
    )


def _advice(checks: tuple[tuple[str, str, Check], ...]) -> Callable[[Cluster], str]:
    """What follows from the checks: back with what is wrong, a look at what is unclear, else nothing in the way."""

    def advice(one: Cluster) -> str:
        signs = {heading: check(one.filing)[:1] for _, heading, check in checks}
        wrong = [heading for heading, sign in signs.items() if sign == _BAD]
        unclear = [heading for heading, sign in signs.items() if sign in (_UNCLEAR, _CAUTION)]
        if wrong:
            return f"{_BAD} 建议退回：{'、'.join(wrong)}"
        return f"{_UNCLEAR} 请核对：{'、'.join(unclear)}" if unclear else f"{_GOOD} 建议通过"

    return advice


# --- the checks ------------------------------------------------------------------------------------------------


def complete(filing: Filing) -> str:
    """Whether nothing is missing: no error in the data, no rule without its data."""
    errors = sum(one.severity == Severity.ERROR.value for one in filing.problems)
    missing = sum(one.verdict == Verdict.MISSING.value for one in filing.findings)
    told = [f"数据错误 {errors} 处"] * bool(errors) + [f"数据缺失 {missing} 条"] * bool(missing)
    return f"{_BAD} {'，'.join(told)}" if told else f"{_GOOD} 完整"


_SEAL_SIGNS = {
    Sealed.NONE: _BAD,
    Sealed.UNVERIFIED: _UNCLEAR,
    Sealed.HOLDS: _GOOD,
    Sealed.BROKEN: _BAD,
}


def sealed(filing: Filing) -> str:
    """How the district's seal stands."""
    return f"{_SEAL_SIGNS[filing.sealed]} {filing.sealed.label}"


def in_time(filing: Filing, district_deadline: date | None, city_deadline: date | None) -> str:
    """Whether the district received it, and reviewed it, by the days of the call; a blank date is never guessed.

    Source:
        沪经信规范〔2024〕1号 第七条: the days are set by notice.
    """
    steps = (("区受理", filing.received_on, district_deadline), ("区初审", filing.reviewed_on, city_deadline))
    late = [f"{name} {day} 晚于 {until}" for name, day, until in steps if day and until and day > until.isoformat()]
    if late:
        return f"{_BAD} {'；'.join(late)}"
    open_questions = list(_unknown(steps))
    return f"{_UNCLEAR} 无法判断：{'、'.join(open_questions)}" if open_questions else f"{_GOOD} 按期"


def _unknown(steps: tuple[tuple[str, str, date | None], ...]) -> Iterator[str]:
    for name, day, until in steps:
        if not day:
            yield f"{name}日期未填"
        elif until is None:
            yield f"{name}时限未设定"


def _version(desk: Desk, filing: Filing) -> str:
    """Whether it was filled in on the template given out today."""
    if any(one.code == _CHANGED_TEMPLATE for one in filing.problems):
        return f"{_BAD} 模板与发布的不符"
    latest = desk.policy.template_version
    if filing.template != latest:
        return f"{_CAUTION} 模板 {filing.template}，现行 {latest}"
    return f"{_GOOD} 模板 {filing.template}"


def district_opinion(filing: Filing) -> str:
    """Whether the district recommends, and says who and when."""
    if filing.conclusion and filing.conclusion != RECOMMEND:
        return f"{_BAD} 区结论为{filing.conclusion}"
    parts = (("结论", filing.conclusion), ("经办人", filing.reviewer), ("日期", filing.reviewed_on))
    blank = [name for name, value in parts if not value]
    return f"{_BAD} 未填{'、'.join(blank)}" if blank else f"{_GOOD} 推荐"


def _quota(desk: Desk, filing: Filing, recommended: Counter[str]) -> str:
    """Whether the district recommends no more than it may."""
    quota = desk.season.procedure.quota(filing.district)
    if quota is None:
        return f"{_ASIDE} 未设名额"
    count = recommended[filing.district]
    if count > quota:
        return f"{_BAD} 该区推荐 {count} 个，名额 {quota} 个"
    return f"{_GOOD} 推荐 {count} 个，名额 {quota} 个"
