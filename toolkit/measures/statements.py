"""Measures over statements: a document that exists, a judgement that people make, a preference that decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from toolkit import formula
from toolkit.characters import key_of, placeholder
from toolkit.finding import Outcome, Verdict
from toolkit.formula import Cells, Live
from toolkit.measures.case import Case
from toolkit.measures.leaf import Leaf


@dataclass(frozen=True, kw_only=True)
class Exists(Leaf):
    """Something is declared to exist, is named, and agrees with what was said elsewhere.

    Attributes:
        companions: Inputs that must be filled once it is declared.
        same: Inputs that must hold the same text.
        evidence: Rule whose evidence must be listed, empty when the declaration will do.
    """

    label: str
    input: str
    present: tuple[str, ...]
    companions: tuple[str, ...]
    same: tuple[str, ...]
    evidence: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{input, present, with?, same?, evidence?}``."""
        return cls(
            label=raw.get("label", ""),
            input=raw["input"],
            present=tuple(raw["present"]),
            companions=tuple(raw.get("with", ())),
            same=tuple(raw.get("same", ())),
            evidence=raw["rule"] if raw.get("evidence") else "",
        )

    @property
    def slots(self) -> tuple[str, ...]:
        """The cells it reads."""
        return tuple(dict.fromkeys((self.input, *self.companions, *self.same)))

    def judge(self, case: Case) -> Outcome:
        """Declared absent fails; declared present without name or evidence is MISSING."""
        if missing := case.missing([self.input]):
            return missing
        label = case.label(self.input)
        if case.entry(self.input).value not in self.present:
            return Outcome(
                verdict=Verdict.UNMET,
                shown="无",
                remedy=f"建立后填报“{label}”",
                sentence=f"{label}：无",
                locations=case.places([self.input]),
            )
        if incomplete := self._incomplete(case, label):
            return incomplete
        if len({key_of(str(case.entry(key).value)) for key in self.same}) > 1:
            names = "与".join(case.label(key) for key in self.same)
            return Outcome(
                verdict=Verdict.UNMET,
                shown="不一致",
                remedy=f"请核对{names}",
                sentence=f"{names}不一致",
                locations=case.places(self.same),
            )
        named = "、".join(str(case.entry(key).value) for key in self.companions)
        return Outcome(
            verdict=Verdict.MET,
            shown="有",
            sentence=f"{label}：有" + (f"（{named}）" if named else ""),
            locations=case.places([self.input]),
        )

    def live(self, cells: Cells) -> Live:
        """The same steps in the same order, each with the word that is shown for it."""
        asked = cells.fields[self.input]
        present = f"{formula.among(asked, cells.text(self.input), self.present)}=0"
        unnamed = [f"SUM(--(list_placeholders={cells.text(key)}))>0" for key in self.companions]
        unfiled = [f"{cells.evidenced(self.evidence)}=0"] if self.evidence else []
        differs = [f"{cells.text(self.same[0])}<>{cells.text(key)}" for key in self.same[1:]]
        steps = [
            (cells.missing([self.input]), formula.MISSING, ""),
            (present, formula.UNMET, "无"),
            *([(cells.missing([*self.companions, *self.same]), formula.MISSING, "")] if self.slots[1:] else []),
            *([(formula.any_of(unnamed + unfiled), formula.MISSING, "有")] if unnamed + unfiled else []),
            *([(formula.any_of(differs), formula.UNMET, "不一致")] if differs else []),
        ]
        return Live(
            test=formula.cases(*((when, verdict) for when, verdict, _ in steps), otherwise=formula.MET),
            shown=formula.cases(
                *((when, formula.text(shown)) for when, _, shown in steps), otherwise=formula.text("有")
            ),
        )

    def _incomplete(self, case: Case, label: str) -> Outcome | None:
        """What is declared but not shown: no name, a placeholder for one, no evidence."""
        if missing := case.missing([*self.companions, *self.same]):
            return missing
        unnamed = [key for key in self.companions if placeholder(str(case.entry(key).value))]
        if unnamed:
            names = "、".join(case.label(key) for key in unnamed)
            told, remedy, places = f"但{names}填的是占位文字", f"请如实填写{names}", unnamed
        elif self.evidence and not case.evidenced.get(self.evidence):
            told, remedy, places = "但未登记佐证材料", "请在“佐证材料”中登记本条的佐证", [self.input]
        else:
            return None
        return Outcome(
            verdict=Verdict.MISSING,
            shown="有",
            remedy=remedy,
            sentence=f"{label}：有，{told}",
            locations=case.places(places),
        )


@dataclass(frozen=True, kw_only=True)
class Declared(Leaf):
    """A requirement only people can judge: the operator's view is recorded as a statement, never as a verdict.

    Attributes:
        row: The rule's row in the self-assessment table.
        kinds: ``table.column`` whose listed kinds are told to the reviewer.
    """

    table: str
    row: str
    view: str
    text: str
    inputs: tuple[str, ...]
    kinds: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{table, inputs?, kinds?}``; the rule names the row."""
        return cls(
            table=raw["table"],
            row=raw["rule"],
            view=raw.get("view", f"{raw['table']}_view"),
            text=raw.get("text", f"{raw['table']}_text"),
            inputs=tuple(raw.get("inputs", ())),
            kinds=raw.get("kinds", ""),
        )

    @property
    def mentions(self) -> tuple[str, ...]:
        """The supporting inputs."""
        return self.inputs

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """View and statement, and the kinds that are told."""
        table, _, column = self.kinds.partition(".")
        return ((self.table, self.view), (self.table, self.text), *([(table, column)] if table else []))

    def judge(self, case: Case) -> Outcome:
        """MISSING until view, statement and supporting inputs are there; then REVIEW."""
        data = case.table(self.table)
        row = next((row for row in data.rows if row.id == self.row), None)
        if row is None:
            return Outcome(
                verdict=Verdict.MISSING, sentence="尚未自评", remedy="请填写自评和情况说明", locations=(data.anchor,)
            )
        cells = [row.cells[self.view], row.cells[self.text]]
        if blank := [cell.location for cell in cells if cell.value is None]:
            return Outcome(
                verdict=Verdict.MISSING,
                sentence="自评或情况说明未填写",
                remedy="请填写自评和情况说明",
                locations=tuple(blank),
            )
        if missing := case.missing([key for name in self.inputs for key in case.fields[name].slots]):
            return missing
        view = str(cells[0].value)
        return Outcome(
            verdict=Verdict.REVIEW,
            shown=f"自评{view}",
            sentence=f"运营管理机构自评“{view}”{self._kinds(case)}，待人工判定",
            locations=tuple(cell.location for cell in cells),
        )

    def live(self, cells: Cells) -> Live:
        """Open once view, statement and supporting inputs are there."""
        rows = [fixed.id for fixed in cells.tables[self.table].fixed]
        # A column of one row is no array to some programs, and nothing to pick from.
        picked = "{}" if len(rows) == 1 else f"INDEX({{}},{rows.index(self.row) + 1})"
        answered = "*".join(picked.format(cells.readable(column)) for column in (self.view, self.text))
        keys = [key for name in self.inputs for key in cells.fields[name].slots]
        blank = [f"{answered}=0", *([cells.missing(keys)] if keys else [])]
        view = formula.canonical(cells.fields[self.view], picked.format(cells.texts(self.view)))
        return Live(
            test=f"IF({formula.any_of(blank)},{formula.MISSING},{formula.REVIEW})",
            shown=f"IF({cells.own('test')}={formula.REVIEW},{formula.text('自评')}&{view},{formula.NOTHING})",
        )

    def _kinds(self, case: Case) -> str:
        if not self.kinds:
            return ""
        table, column = self.kinds.split(".")
        listed = {str(row.cells[column].value) for row in case.table(table).rows}
        have = [kind for kind in case.fields[column].choices if kind in listed]
        return f"，登记{case.fields[column].label}：{'、'.join(have) or '无'}"


@dataclass(frozen=True, kw_only=True)
class Preference(Leaf):
    """Recorded in favour of a cluster; never for or against its recognition."""

    input: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build from ``{input}``."""
        return cls(input=raw["input"])

    @property
    def slots(self) -> tuple[str, ...]:
        """The cell it reads."""
        return (self.input,)

    def judge(self, case: Case) -> Outcome:
        """Always NOT_APPLICABLE, with what was stated."""
        stated = case.entry(self.input).value
        told = f"所属方向：{stated}" if stated else "未申报所属方向"
        return Outcome(
            verdict=Verdict.NOT_APPLICABLE,
            shown=str(stated or ""),
            sentence=f"{told}；仅作优先支持的参考，不影响认定",
            locations=case.places([self.input]),
        )

    def live(self, cells: Cells) -> Live:
        """What was stated, under a verdict that decides nothing."""
        stated = f"IF({cells.state(self.input)}=1,{cells.text(self.input)},{formula.NOTHING})"
        return Live(test=formula.word(Verdict.NOT_APPLICABLE), shown=stated)
