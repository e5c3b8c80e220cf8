"""What becomes of a good sample: reviewed and recommended, short of a threshold, or filled in carelessly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random

from toolkit import reference
from toolkit.policy import Policy
from toolkit.rules import Force
from toolkit.season import Season
from workbook.sampling.material import Answers, material, rounded

_LARGE = Decimal("126.5")


def review(policy: Policy, season: Season, answers: Answers) -> None:
    """A district that has looked at everything and recommends it."""
    inputs, tables = answers["inputs"], answers["tables"]
    received, site, reviewed, signed = (
        (season.reference_date - timedelta(days=days)).isoformat() for days in (10, 5, 2, 1)
    )
    officer = inputs["district_contact"]
    inputs |= {
        "received_on": received,
        "reviewer": officer,
        "reviewed_on": reviewed,
        "site_on": site,
        "site_team": f"{officer}等2人",
        "review_site": material()["site"],
        "review_conclusion": "推荐",
        "review_opinion": material()["opinion"],
        "review_rank": "1/2",
        "review_head": inputs["operator_head"][:1] + "局长",
        "head_on": signed,
    }
    tables["review"] = [
        {"row": rule.id, "decision": "符合", "verified": "已核原件"}
        | ({"check": "未发现"} if rule.force is Force.VETO else {})
        for rule in policy.rules
        if rule.force is not Force.PREFERENCE
    ]
    tables["visits"] = [{"row": row.id, "visited": "是"} for row in policy.tables["visits"].fixed]
    for row in tables["evidence"]:
        row |= {"evidence_verified": "已核原件", "evidence_verifier": officer, "evidence_verified_on": reviewed}


def _smes(answers: Answers) -> list[Answers]:
    return [firm for firm in answers["tables"]["roster"] if firm["size"] != "大型"]


def _scale(firms: list[Answers], key: str, years: range, scale: float) -> None:
    """What a total loses its rows lose too: both are held against each other."""
    for firm in firms:
        firm[key] = [rounded(value * scale) if year in years else value for year, value in enumerate(firm[key])]


def _low_output(answers: Answers) -> None:
    inputs = answers["inputs"]
    scale = 28.4 / inputs["output_total"][1]
    for key in ("output_total", "output_sme", "output_main"):
        inputs[key] = [rounded(value * scale, 4) for value in inputs[key]]
    _scale(answers["tables"]["roster"], "output", range(4), scale)


def _slow_growth(answers: Answers) -> None:
    totals = answers["inputs"]["output_total"]
    base = rounded(totals[3] / 1.08**3, 4)
    _scale(answers["tables"]["roster"], "output", range(1), base / totals[0])
    totals[0] = base


def _few_smes(answers: Answers) -> None:
    answers["inputs"]["filing_mode"] = "汇总填报"
    answers["inputs"]["output_sme"][2] = rounded(answers["inputs"]["output_total"][3] * 0.47, 4)


def _slow_research(answers: Answers) -> None:
    spent = answers["inputs"]["rd_total"]
    latest = rounded(spent[0] * 1.11, 4)
    _scale(_smes(answers), "rd", range(3, 4), latest / spent[3])
    spent[3] = latest


def _few_titles(answers: Answers) -> None:
    kept = [row for row in answers["tables"]["titles"] if "小巨人" not in row["title_kind"]]
    codes = list(dict.fromkeys(row["title_uscc"] for row in kept))[:9]
    answers["tables"]["titles"] = [row for row in kept if row["title_uscc"] in codes]


def _few_patents(answers: Answers) -> None:
    stock = answers["inputs"]["patent_stock"]
    excess = stock[3] - int(stock[0] * 1.4)
    stock[3] -= excess
    for firm in _smes(answers):
        lost = min(excess, firm["patents"][3])
        firm["patents"][3] -= lost
        excess -= lost


def _one_standard(answers: Answers) -> None:
    del answers["tables"]["standards"][1:]


def _few_users(answers: Answers) -> None:
    users = [firm for firm in _smes(answers) if firm["on_platform"] == "是"]
    few = min(len(users), answers["inputs"]["smes"][2] // 12)
    for firm in users[few:]:
        firm |= {"on_platform": "否", "platform_name": None}
    answers["inputs"]["platform_users"] = [few]


def _accident(answers: Answers) -> None:
    firm = answers["tables"]["roster"][0]
    answers["inputs"]["safety_count"] = [0, 0, 1, 0]
    happened = {
        "incident_kind": "安全事故",
        "incident_level": "较大",
        "incident_date": answers["inputs"]["plan_date"],
    }
    answers["tables"]["incidents"] = [{"incident_firm": firm["name"], "incident_uscc": firm["uscc"], **happened}]


def _large_area(answers: Answers) -> None:
    land = reference.district_area(answers["inputs"]["district"]) or Decimal()
    if land > _LARGE:  # a small district has no room for it
        answers["inputs"] |= {"area": float(_LARGE), "area_reason": "一区多园，含生态用地"}


def _no_map(answers: Answers) -> None:
    answers["inputs"] |= {"chain_map": "无", "chain_map_name": None, "chain_map_date": None}


SHORTFALLS: tuple[Callable[[Answers], None], ...] = (
    _low_output,
    _slow_growth,
    _few_smes,
    _slow_research,
    _few_titles,
    _few_patents,
    _one_standard,
    _few_users,
    _accident,
    _large_area,
    _no_map,
)


def forget(policy: Policy, chance: Random, answers: Answers) -> None:
    """Blank some required answers, and put into others what people paste."""
    inputs, tables = answers["inputs"], answers["tables"]
    rubbish = material()["rubbish"]
    required = [field.id for section in policy.all_sections for field in section.inputs if field.required]
    for name in chance.sample([name for name in required if name not in {"district", "cluster_name", *rubbish}], 9):
        inputs[name] = None
    for name in chance.sample(sorted(rubbish), 4):
        value = inputs[name]
        inputs[name] = [*value[:-1], rubbish[name]] if isinstance(value, list) else rubbish[name]
    tables["roster"][5]["uscc"] = tables["roster"][4]["uscc"].lower()
    tables["roster"][7]["size"] = "规上企业"
    del tables["self_5"][1:], tables["evidence"][30:]
