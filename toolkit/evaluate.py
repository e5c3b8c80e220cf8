"""From a submission to its evaluation: a pure function that cannot fail on data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toolkit import reference
from toolkit.finding import Alternative, CriterionResult, Evaluation, Finding, Outcome, Verdict, conjunction
from toolkit.measures import Case
from toolkit.policy import Policy
from toolkit.rules import Applies, Criterion, Force, Rule
from toolkit.season import Season
from toolkit.submission import Problem, Submission

# What a reviewer's word makes of an open rule. 需补正 leaves it open.
_DECISIONS = {"符合": Verdict.MET, "基本符合": Verdict.MET, "不符合": Verdict.UNMET}
_OBJECTIONS = ("不符合", "需补正")
APPROVALS = frozenset(word for word, verdict in _DECISIONS.items() if verdict is Verdict.MET)
"""Words by which a reviewer settles an open rule in favour of the cluster."""
_INDUSTRY_KINDS = {"energy_intensive": reference.is_energy_intensive}
_FOUND, _NOT_FOUND = "发现", "未发现"


def evaluate(policy: Policy, season: Season, submission: Submission) -> Evaluation:
    """Decide every rule, combine the rules to criteria and the criteria to the whole.

    Args:
        policy: The pack in force.
        season: Its dates and readings.
        submission: What was stated; its problems are carried over.

    Returns:
        The evaluation. The whole is MET only when all criteria are, and never while a judgement is open.

    Raises:
        PolicyError: The season is not one for this policy. Data never raises.

    Source:
        沪经信规范〔2024〕1号 第六条.
    """
    judge = _Judge(policy, season, submission)
    criteria = tuple(judge.criterion(criterion) for criterion in policy.criteria)
    findings = [finding for criterion in criteria for finding in criterion.findings]
    return Evaluation(
        policy=policy.id,
        season=season.id,
        verdict=conjunction(criterion.verdict for criterion in criteria),
        criteria=criteria,
        problems=(*submission.problems, *judge.without_evidence(findings)),
        notes=tuple(judge.notes()),
    )


class _Judge:
    """Holds what all rules share: the case, and what the district wrote."""

    def __init__(self, policy: Policy, season: Season, submission: Submission) -> None:
        self.policy = policy
        self.season = season
        self.case = Case(
            submission=submission,
            season=season,
            fields=policy.fields,
            tables=policy.tables,
            readings=policy.readings(season),
            evidence_slot=_table_column(policy.role("evidence")),
        )
        self.reviewer = self._reviewer()

    def criterion(self, criterion: Criterion) -> CriterionResult:
        findings = tuple(self.finding(criterion, rule) for rule in criterion.rules)
        return CriterionResult(
            id=criterion.id,
            numeral=criterion.numeral,
            title=criterion.title,
            clause=criterion.clause,
            verdict=conjunction(finding.verdict for finding in findings),
            findings=findings,
        )

    def finding(self, criterion: Criterion, rule: Rule) -> Finding:
        outcome = self.outcome(rule, self.case)
        outcome, decided_by = self._reviewed(rule, outcome)
        threshold = rule.measure.threshold
        day = self.season.reference_date
        return Finding(
            rule=rule.id,
            criterion=criterion.id,
            title=rule.title,
            force=rule.force.value,
            clause=rule.clause,
            requirement=rule.requirement_on(day),
            verdict=outcome.verdict,
            comparator=threshold.comparator.value if threshold else "",
            threshold=threshold.at(day).value if threshold else None,
            unit=rule.unit,
            value=outcome.value,
            shown=outcome.shown,
            shortfall=outcome.shortfall,
            remedy=outcome.remedy,
            sentence=outcome.sentence,
            locations=outcome.locations,
            alternatives=() if decided_by else tuple(self._alternatives(rule, outcome.verdict)),
            decided_by=decided_by,
        )

    def outcome(self, rule: Rule, case: Case) -> Outcome:
        """The measure's word, in the force the rule has."""
        if rule.applies and (silent := self._not_asked(rule.applies, case)):
            return silent
        outcome = rule.measure.judge(case)
        forces = {Verdict.UNMET: rule.when_unmet, Verdict.MISSING: rule.when_missing}
        return replace(outcome, verdict=forces.get(outcome.verdict, outcome.verdict))

    def _not_asked(self, applies: Applies, case: Case) -> Outcome | None:
        """Why the rule is not asked; None when it is."""
        named = self._industry_named(*applies.industries) if applies.industries else False
        answer = case.entry(applies.input)
        if named or answer.value in applies.among:
            return None
        needed = [applies.input] if answer.value is None or not applies.reason else [applies.reason]
        if missing := case.missing(needed):
            return missing
        if named is None and applies.industries:
            return self._unnamed(applies.industries[0], case)
        told = f"（{case.entry(applies.reason).value}）" if applies.reason else ""
        return Outcome(
            verdict=Verdict.NOT_APPLICABLE,
            shown="不适用",
            sentence=f"不适用：{applies.otherwise}{told}",
            locations=(answer.location,),
        )

    def _industry_named(self, table: str, column: str, kind: str) -> bool | None:
        """Whether a listed industry is of that kind; None where a code is missing that could be."""
        codes = [row.cells[column].value for row in self.case.table(table).rows]
        if any(_INDUSTRY_KINDS[kind](str(code)) for code in codes if code is not None):
            return True
        return None if not codes or None in codes else False

    def _unnamed(self, table: str, case: Case) -> Outcome:
        label = case.tables[table].label
        return Outcome(
            verdict=Verdict.MISSING,
            sentence=f"“{label}”未填写或有代码无法识别，暂不能判定是否适用",
            remedy=f"请填写“{label}”",
            locations=(case.table(table).anchor,),
        )

    def _alternatives(self, rule: Rule, verdict: Verdict) -> Iterator[Alternative]:
        """The rule under every other reading the policy offers for what its measure depends on."""
        if verdict in (Verdict.MISSING, Verdict.NOT_APPLICABLE):
            return
        for parameter in self.policy.parameters:
            if parameter.id not in set(rule.measure.parameters):
                continue
            for reading in parameter.readings:
                if reading.value == self.case.reading(parameter.id):
                    continue
                case = replace(self.case, readings={**self.case.readings, parameter.id: reading.value})
                other = self.outcome(rule, case)
                if other.verdict is not Verdict.MISSING:
                    yield Alternative(
                        parameter=parameter.id,
                        reading=reading.value,
                        label=f"{parameter.text}：{reading.label}",
                        verdict=other.verdict,
                        shown=other.shown,
                    )

    # What the district wrote -----------------------------------------------------------------------------------

    def _reviewer(self) -> str:
        """The reviewer's name; decisions without a name and a date do not count."""
        signed = [self.case.entry(self.policy.role(role)).value for role in ("reviewer", "reviewed_on")]
        return str(signed[0]) if all(signed) else ""

    def _written(self, role: str, rule: Rule) -> str:
        where = _table_column(self.policy.role(role))
        if where is None:
            return ""
        table, column = where
        told = (str(row.cells[column].value or "") for row in self.case.table(table).rows if row.id == rule.id)
        return next(told, "")

    def _reviewed(self, rule: Rule, outcome: Outcome) -> tuple[Outcome, str]:
        """Apply the district's own check and decision; neither lifts a missed threshold or fills a blank."""
        if not self.reviewer:
            return outcome, ""
        if rule.force is Force.VETO:
            outcome, decided_by = self._checked(rule, outcome)
            if decided_by:
                return outcome, decided_by
        decision = self._written("decisions", rule)
        if outcome.verdict is Verdict.MET and decision in _OBJECTIONS:
            told = f"{outcome.sentence}；区判定“{decision}”（{self.reviewer}），与系统判定不一致，待人工判定"
            return replace(outcome, verdict=Verdict.REVIEW, sentence=told), ""
        if outcome.verdict not in (Verdict.REVIEW, Verdict.DEVIATES) or decision not in _DECISIONS:
            return outcome, ""
        told = f"{outcome.sentence.removesuffix('，待人工判定')}；区初审判定“{decision}”（{self.reviewer}）"
        return replace(outcome, verdict=_DECISIONS[decision], sentence=told), self.reviewer

    def _checked(self, rule: Rule, outcome: Outcome) -> tuple[Outcome, str]:
        """The district's finding goes before the operator's declaration; a contradiction goes to a person."""
        check = self._written("checks", rule)
        if check == _FOUND:
            told = f"{outcome.sentence}；区核查发现有发生（{self.reviewer}）"
            return replace(outcome, verdict=Verdict.UNMET, sentence=told, remedy="以区核查结果为准"), self.reviewer
        if check == _NOT_FOUND and outcome.verdict is Verdict.UNMET:
            told = f"{outcome.sentence}；区核查未发现（{self.reviewer}），与申报不一致，待人工判定"
            return replace(outcome, verdict=Verdict.REVIEW, sentence=told, shortfall=None, remedy=""), ""
        return outcome, ""

    # What belongs to the whole ---------------------------------------------------------------------------------

    def without_evidence(self, findings: list[Finding]) -> Iterator[Problem]:
        """Rules that stand but have no evidence listed.

        Source:
            Design choice: every threshold and every favourable judgement needs one piece of evidence.
        """
        if self.case.evidence_slot is None or self.case.evidence_slot[0] not in self.case.submission.tables:
            return
        anchor = self.case.table(self.case.evidence_slot[0]).anchor
        standing = (Verdict.MET, Verdict.REVIEW, Verdict.DEVIATES)
        for finding, rule in zip(findings, self.policy.rules, strict=True):
            lacks = rule.evidence and not self.case.evidenced.get(rule.id)
            if finding.verdict in standing and lacks and self._stated(rule):
                yield Problem("E1", anchor, {"rule": rule.id, "title": rule.title})

    def _stated(self, rule: Rule) -> bool:
        """Whether anything was said that evidence could prove."""
        fields = (key for name in rule.measure.mentions for key in self.policy.fields[name].slots)
        cells = [self.case.entry(key) for key in (*rule.measure.slots, *fields)]
        for table, column in rule.measure.reads:
            slots = self.policy.fields[column].slots
            cells += [row.cells[key] for row in self.case.table(table).rows for key in slots if key in row.cells]
        return any(entry.value is not None for entry in cells)

    def notes(self) -> Iterator[str]:
        """What a reader of the whole must know."""
        first, last = self.policy.in_force
        day = self.season.reference_date
        if day < first or (last and day > last):
            yield f"评价基准日 {day} 不在{self.policy.document}的有效期内（{first}至{last}）"
        if self.policy.partial:
            yield "本规则包只含已核实的条件，评价结果不代表全部认定条件"
        if self.season.example:
            yield f"申报年度参数为示例：{self.season.source}"
        if self.case.entry("filing_mode").value == "汇总填报":
            yield "未提供企业明细，集群汇总数无法由名录复算"


def _table_column(role: str) -> tuple[str, str] | None:
    table, _, column = role.partition(".")
    return (table, column) if column else None


def readings_in_force(policy: Policy, season: Season) -> Mapping[str, str]:
    """Parameter id → the label of the reading in force, for covers and reports."""
    chosen = policy.readings(season)
    return {
        parameter.id: next(reading.label for reading in parameter.readings if reading.value == chosen[parameter.id])
        for parameter in policy.parameters
    }
