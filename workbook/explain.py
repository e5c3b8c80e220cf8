"""A rule told in full, with its clause, bound, readings, places and formulas; and every message about bad input."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.errors import PolicyError
from toolkit.fields import FieldKind
from toolkit.formula import defined_name
from toolkit.measures import leaves
from toolkit.messages import CATALOGUE, Severity, Stage
from toolkit.rules import Rule
from toolkit.submission import Location
from toolkit.threshold import with_unit
from workbook import wording
from workbook.formulas import LiveBook
from workbook.layout import Layout


def overview(layout: Layout) -> Iterator[str]:
    """Every rule in one line, in the order of the clauses."""
    for rule in layout.policy.rules:
        yield f"{rule.id}  {rule.force.label}  {rule.title}"


def handbook(layout: Layout) -> Iterator[str]:
    """Every rule in full, as Markdown lines."""
    policy, season = layout.policy, layout.season
    yield f"# {policy.scheme}：认定规则和自检公式"
    yield ""
    yield f"依据《{policy.title}》（{policy.document}），申报年度 {season.id}，评价基准日 {season.reference_date}。"
    yield "由 `python3 dev.py texts` 生成，请勿手工修改。公式中的名称见工作簿隐藏的“_live”工作表。"
    for rule in policy.rules:
        title, *lines = explain(layout, rule.id)
        first = next(i for i, line in enumerate(lines) if line.startswith("判定公式"))
        yield from ("", f"## {title}", "", *(f"- {line}" for line in lines[:first]))
        yield from ("", "```text", *lines[first:], "```")


def explain(layout: Layout, rule_id: str) -> Iterator[str]:
    """One rule in full, line by line.

    Raises:
        PolicyError: The policy has no such rule.
    """
    rules = {rule.id: rule for rule in layout.policy.rules}
    if rule_id not in rules:
        raise PolicyError(f"没有规则 {rule_id}，现有 {'、'.join(rules)}")
    rule = rules[rule_id]
    yield f"{rule.id} {rule.title}（{rule.force.label}）"
    yield f"依据：{layout.policy.document} {rule.clause}"
    yield f"要求：{rule.requirement_on(layout.season.reference_date)}"
    yield from _bounds(rule, layout)
    yield from _asked(rule, layout)
    yield from _places(rule, layout)
    yield from _readings(rule, layout)
    if rule.evidence:
        kinds = [kind for field in layout.policy.fields.values() for kind in field.choices]
        named = [next((kind for kind in kinds if kind.startswith(f"{code} ")), code) for code in rule.evidence]
        yield f"佐证：{'、'.join(named)}"
    yield from _formulas(rule, layout)


def explain_code(code: str) -> Iterator[str]:
    """One message about bad input, line by line; an ellipsis stands for what differs from file to file."""
    entry = CATALOGUE[code]
    yield f"{code} {entry.title}（{entry.severity.label}）"
    yield f"环节：{entry.stage.label}"
    for word, text in (("应为", entry.expected), ("实为", entry.found), ("怎样改正", entry.hint)):
        yield f"{word}：{_general(text)}"


def error_list() -> Iterator[str]:
    """Every message about bad input, as Markdown lines, in the order in which a workbook is questioned."""
    yield "# 数据问题和文件问题一览"
    yield ""
    yield "校验按下列环节依次进行；前一环节没有通过的内容，不再进入后一环节。“…”处按实际情况填写。"
    yield "级别：" + "；".join(f"{severity.symbol} {severity.label}" for severity in Severity) + "。"
    yield "标注（试行）的问题只作提示。本页由 `python3 dev.py texts` 生成，请勿手工修改。"
    for stage in Stage:
        yield from (
            "",
            f"## {stage.label}",
            "",
            "| 代码 | 级别 | 问题 | 应为 | 实为 | 怎样改正 |",
            "|---|---|---|---|---|---|",
        )
        for code, entry in CATALOGUE.items():
            if entry.stage is stage:
                texts = (entry.title, entry.expected, entry.found, entry.hint)
                cells = [code, f"{entry.severity.symbol} {entry.severity.label}", *map(_general, texts)]
                yield f"| {' | '.join(cells)} |"


def _general(text: str) -> str:
    """A message without the values of a particular case."""
    return _BLANK.sub("…", text).replace("|", "\\|")


_BLANK = re.compile(r"\{\w+\}")


def _bounds(rule: Rule, layout: Layout) -> Iterator[str]:
    for branch, leaf in leaves(rule.measure):
        if leaf.threshold is None:
            continue
        dated = leaf.threshold.at(layout.season.reference_date)
        which = f"（{branch}）" if branch else ""
        told = with_unit(dated.value, leaf.threshold.unit)
        yield f"门槛{which}：{leaf.threshold.comparator.value} {told}，{dated.start} 起施行；出处：{dated.source}"


def _asked(rule: Rule, layout: Layout) -> Iterator[str]:
    if rule.applies:
        asked = layout.policy.fields[rule.applies.input]
        by_industry = "，或主导产业代码属于该类" if rule.applies.industries else ""
        yield f"适用：“{asked.label}”填“{'、'.join(rule.applies.among)}”的{by_industry}；否则{rule.applies.otherwise}"


def _places(rule: Rule, layout: Layout) -> Iterator[str]:
    mentioned = [key for name in rule.measure.mentions for key in layout.policy.fields[name].slots]
    applies = [rule.applies.input, rule.applies.reason] if rule.applies else []
    for key in dict.fromkeys(filter(None, [*applies, *rule.measure.slots, *mentioned])):
        place = layout.inputs[layout.policy.fields[key.partition("@")[0]].id]
        where = Location(place.area.sheet, place.area.top, place.columns[key])
        unit = f"（{place.field.unit}）" if place.field.unit and place.field.kind is not FieldKind.CHOICE else ""
        yield f"填报：{layout.slot_label(key)}{unit}，{wording.place_text(where)}"
    for table_id, column in dict.fromkeys(rule.measure.reads):
        table = layout.tables[table_id]
        yield f"填报：“{table.table.label}”的“{layout.policy.fields[column].label}”列，工作表“{table.area.sheet}”"


def _readings(rule: Rule, layout: Layout) -> Iterator[str]:
    chosen = layout.policy.readings(layout.season)
    for parameter in layout.policy.parameters:
        if parameter.id not in rule.parameters:
            continue
        others = [reading.label for reading in parameter.readings if reading.value != chosen[parameter.id]]
        told = next(reading.label for reading in parameter.readings if reading.value == chosen[parameter.id])
        also = f"；另可采用：{'、'.join(others)}" if others else ""
        yield f"口径：{parameter.text}——{told}{also}（{parameter.source}）"


def _formulas(rule: Rule, layout: Layout) -> Iterator[str]:
    live = LiveBook(layout).rules[rule.id]
    yield f"判定公式 {defined_name('verdict', rule.id)}："
    yield f"  ={live.verdict}"
    yield f"实际和差额公式 {defined_name('figure', rule.id)}："
    yield f"  ={live.figure}"
    yield "其中："
    for name, step in live.steps.items():
        yield f"  {name}（{step.label}）"
        yield f"    ={step.formula}"
    for name, text in live.names.items():
        yield f"  {name}（逐行）"
        yield f"    ={text}"
