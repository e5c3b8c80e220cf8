"""A draft of the district's opinion: facts only, in whole sentences, of the length that is asked for.

The marker at its beginning tells a draft that nobody has worked on; praise and judgement are the officer's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.fields import slot, split_slot
from toolkit.finding import Evaluation, Finding, Verdict
from toolkit.messages import Severity
from toolkit.policy import Policy
from toolkit.review.record import Review, characters, read_review
from toolkit.season import Season
from toolkit.submission import Submission
from toolkit.threshold import trim, with_unit

MARKER = "【系统草拟，请核改】"
SHORTEST, LONGEST = 300, 500
# The shorter of two fits in beside every longer one: names of clusters and operators are at most so long.
_NAME, _RULES_SHOWN = 60, 4
_LAST_YEARS = (-2, -1, 0)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A sentence; those of a lower rank are taken in first."""

    rank: int
    text: str


def opinion_draft(policy: Policy, season: Season, submission: Submission, evaluation: Evaluation) -> str:
    """Facts for an opinion, 300 to 500 characters with the marker, as far as there are enough of them.

    Whole facts are taken in or left out; no sentence is ever cut.

    Args:
        policy: Its roles say which answers are names, figures and dates.
        season: Gives the years their names.
        submission: What was stated.
        evaluation: What it comes to, the district's decisions included.
    """
    facts = [fact for fact in _Facts(policy, season, submission, evaluation).all() if fact.text]
    taken: list[int] = []
    length = characters(MARKER)
    for i in sorted(range(len(facts)), key=lambda i: facts[i].rank):
        more = characters(facts[i].text)
        # Raw length counts too: a reader who counts digits one by one finds no more than is asked for.
        raw = len(MARKER) + sum(len(facts[j].text) for j in (*taken, i))
        enough = facts[i].rank >= _PADDING and length >= SHORTEST + len(MARKER)
        if not enough and raw <= LONGEST:
            taken.append(i)
            length += more
    return MARKER + "".join(facts[i].text for i in sorted(taken))


_FIRST, _FIGURES, _MORE, _PADDING, _LAST = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class _Facts:
    policy: Policy
    season: Season
    submission: Submission
    evaluation: Evaluation

    def all(self) -> Iterator[_Fact]:
        review = read_review(self.policy, self.submission)
        yield _Fact(_FIRST, self._who())
        yield _Fact(_FIGURES, self._size())
        yield _Fact(_FIRST, self._output())
        for finding in self._indicators():
            yield _Fact(_MORE, f"{finding.title} {finding.shown}。")
        yield _Fact(_FIRST, self._criteria())
        yield _Fact(_FIRST, self._short())
        yield _Fact(_FIGURES, self._judged())
        yield _Fact(_MORE, self._open())
        yield _Fact(_FIGURES, self._site(review))
        yield _Fact(_FIGURES, self._data())
        yield _Fact(_PADDING, self._register(review))
        yield _Fact(_PADDING, self._basis())
        for figure in self._key_figures():
            yield _Fact(_LAST, figure)
        for criterion in self.evaluation.criteria:
            told = f"第（{criterion.numeral}）项“{criterion.title}”{criterion.verdict.label}。"
            yield _Fact(_LAST, told)

    def _text(self, role: str) -> str:
        text = " ".join(self.submission.text(self.policy.role(role)).split())
        return text if len(text) <= _NAME else ""

    def _number(self, key: str) -> str:
        entry = self.submission.entries.get(key)
        return format(trim(entry.value), "f") if entry and isinstance(entry.value, Decimal) else ""

    def _who(self) -> str:
        cluster, district = self._text("cluster") or "该集群", self._text("district")
        parts = [
            f"位于{district}" if district else "",
            f"主导产业为{industry}" if (industry := self._text("industry")) else "",
            f"由{operator}运营管理" if (operator := self._text("operator")) else "",
        ]
        return "，".join([cluster, *filter(None, parts)]) + "。"

    def _size(self) -> str:
        area = self._number(self.policy.role("area"))
        return f"申报占地面积 {area} {self.policy.fields[self.policy.role('area')].unit}。" if area else ""

    def _output(self) -> str:
        figures = self._yearly_output()
        if not figures:
            return ""
        field = self.policy.fields[self.policy.role("output")]
        first, last = (self.season.calendar_year(year) for year in (_LAST_YEARS[0], _LAST_YEARS[-1]))
        return f"{first}—{last}年{field.label}分别为 {'、'.join(figures)} {field.unit}。"

    def _yearly_output(self) -> list[str]:
        """The three last complete years; nothing unless all of them are stated."""
        field_id = self.policy.role("output")
        figures = [self._number(slot(field_id, year)) for year in _LAST_YEARS] if field_id else []
        return figures if all(figures) else []

    def _indicators(self) -> Iterator[Finding]:
        """The figures that carry a threshold; those without one, and what was told already, are left out."""
        told = self._yearly_output()
        for rule, finding in zip(self.policy.rules, self.evaluation.findings, strict=True):
            again = bool(told) and all(figure in finding.shown for figure in told)
            if rule.indicator and finding.shown and finding.verdict is not Verdict.MISSING and not again:
                yield finding

    def _criteria(self) -> str:
        met = sum(1 for one in self.evaluation.criteria if one.verdict is Verdict.MET)
        counts = self.evaluation.counts
        order = (Verdict.MET, Verdict.UNMET, Verdict.MISSING, Verdict.REVIEW, Verdict.DEVIATES)
        told = "、".join(f"{verdict.label} {counts[verdict]} 条" for verdict in order if counts[verdict])
        return (
            f"经系统核算，{len(self.evaluation.criteria)} 项条件中 {met} 项达标；"
            f"{len(self.evaluation.findings)} 条规则中，{told or '均不适用'}。"
        )

    def _short(self) -> str:
        for verdict in (Verdict.UNMET, Verdict.DEVIATES):
            found = [finding.title for finding in self.evaluation.findings if finding.verdict is verdict]
            if found:
                return f"{verdict.label}的有：{_some(found)}。"
        return ""

    def _judged(self) -> str:
        judged = [finding for finding in self.evaluation.findings if finding.decided_by]
        return f"其中 {len(judged)} 条由区初审人员判定。" if judged else ""

    def _open(self) -> str:
        left = [finding.title for finding in self.evaluation.findings if finding.verdict is Verdict.REVIEW]
        return f"尚待人工判定的有：{_some(left)}。" if left else ""

    def _site(self, review: Review) -> str:
        day, team = review.day("site_on"), review.text("site_team").strip()
        if not day:
            return "尚未登记实地核查。" if review.asks("site_on") else ""
        with_whom = f"，核查人员 {team}" if team and len(team) <= _NAME else ""
        return f"{day.year}年{day.month}月{day.day}日实地核查{with_whom}。"

    def _data(self) -> str:
        errors = sum(1 for problem in self.evaluation.problems if problem.severity is Severity.ERROR)
        others = sum(1 for problem in self.evaluation.problems if problem.severity is Severity.WARNING)
        if not errors + others:
            return "数据校验未发现须改正或核实的问题。"
        return f"数据校验发现必须改正的问题 {errors} 条、请核实的 {others} 条。"

    def _register(self, review: Review) -> str:
        if not review.evidence:
            return ""
        checked = sum(1 for one in review.evidence if one.verified.value is not None)
        return f"登记佐证材料 {len(review.evidence)} 份，已填写核验结果 {checked} 份。"

    def _basis(self) -> str:
        return f"初审依据为《{self.policy.title}》（{self.policy.document}），评价基准日 {self.season.reference_date}。"

    def _key_figures(self) -> Iterator[str]:
        shown = {self.policy.role("area"), self.policy.role("output")}
        for key in self.policy.key_figures:
            field_id, year = split_slot(key)
            entry = self.submission.entries.get(key)
            if field_id not in shown and entry is not None and isinstance(entry.value, Decimal):
                field = self.policy.fields[field_id]
                when = "" if year is None else f"{self.season.calendar_year(year)}年"
                yield f"{when}{field.label.removeprefix('其中：')} {with_unit(entry.value, field.unit)}。"


def _some(names: list[str]) -> str:
    told = "、".join(names[:_RULES_SHOWN])
    return told + (f"等 {len(names)} 条" if len(names) > _RULES_SHOWN else "")
