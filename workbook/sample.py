"""Filled workbooks that look like the real thing: real districts, figures in range, synthetic people and firms.

The demo, the tests and the benchmarks all draw from here. Totals are summed from the roster, as an operator would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum, unique
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

from toolkit import reference
from toolkit.errors import PolicyError
from toolkit.intake import answers_from_dict
from toolkit.policy import Force, Policy
from toolkit.season import Season
from workbook.layout import Layout
from workbook.template import write_template

POLICY = "shanghai-2024"
Answers = dict[str, Any]


@unique
class Outcome(StrEnum):
    """What a sample is meant to come to."""

    MET = "met"
    SHORT = "short"
    INCOMPLETE = "incomplete"
    MIXED = "mixed"


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = json.loads(
        (resources.files("templates") / "reference" / "samples.json").read_text(encoding="utf-8")
    )
    return words


def write_samples(
    layout: Layout, folder: Path, count: int, seed: int, outcome: Outcome, firms: int | None = None
) -> Iterator[Path]:
    """Write filled workbooks one after the other.

    Args:
        layout: Of the policy the samples are made for.
        folder: Where they go; it exists.
        count: How many.
        seed: The same seed gives the same answers.
        outcome: What they come to; mixed goes through all kinds in turn.
        firms: Enterprises in each roster; None draws a likely number.

    Yields:
        Each file once it is written.

    Raises:
        PolicyError: The samples know the fields of one policy only.
    """
    for number in range(1, count + 1):
        answers = sample(layout.policy, layout.season, seed * 100_003 + number, turn(outcome, number), firms)
        name = f"{number:03d}_{answers['inputs']['district']}_{answers['inputs']['cluster_name']}.xlsx"
        target = folder / name
        write_template(layout, target, answers_from_dict(layout.policy, answers))
        yield target


def turn(outcome: Outcome, number: int) -> Outcome:
    """The kind of the ``number``-th sample."""
    kinds = (Outcome.MET, Outcome.SHORT, Outcome.INCOMPLETE)
    return kinds[(number - 1) % len(kinds)] if outcome is Outcome.MIXED else outcome


def sample(policy: Policy, season: Season, seed: int, outcome: Outcome, firms: int | None = None) -> Answers:
    """The answers of one made-up cluster, ``templates/schema/submission.schema.json``.

    Raises:
        PolicyError: The policy is not the one whose fields are known here.
    """
    if policy.id != POLICY:
        raise PolicyError(f"samples are made for {POLICY!r} only, not {policy.id!r}")
    chance = Random(seed)
    answers = _Cluster(policy, season, chance, firms).answers()
    if outcome is Outcome.MET:
        _reviewed(policy, season, chance, answers)
    if outcome is Outcome.SHORT:
        for spoil in chance.sample(_SHORTFALLS, chance.randint(2, 5)):
            spoil(answers)
    if outcome is Outcome.INCOMPLETE:
        _forget(policy, chance, answers)
    return answers


def _money(value: float | Decimal, places: int = 2) -> str:
    """An amount as it is typed; as text it keeps every digit on its way into JSON or a cell."""
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


@dataclass
class _Cluster:
    """Draws one cluster that fulfils every condition a machine can decide."""

    policy: Policy
    season: Season
    chance: Random
    firms: int | None

    def __post_init__(self) -> None:
        self.theme = self.chance.choice(_words()["themes"])
        self.district = self.theme["district"]
        self.codes: set[str] = set()

    def answers(self) -> Answers:
        roster = self._roster()
        inputs = self._profile() | self._totals(roster) | self._statements()
        tables = {
            "main_industries": [{"main_name": name, "main_code": code} for name, code in self.theme["codes"]],
            "roster": roster,
            "titles": list(self._titles(roster)),
            **self._lists(roster),
        }
        tables |= self._statement_tables()
        inputs |= self._digital(roster)
        return {"inputs": inputs, "tables": tables}

    # Names and codes -------------------------------------------------------------------------------------------

    def _code(self) -> str:
        while True:
            letters = "".join(self.chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
            body = f"91{reference.district_code(self.district)}{letters}"
            code = body + reference.uscc_check_digit(body)
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _person(self) -> str:
        return str(self.chance.choice(_words()["surnames"]) + self.chance.choice(_words()["given"]))

    def _firm(self) -> str:
        two = "".join(self.chance.sample(_words()["syllables"], 2))
        word, kind = self.chance.choice(self.theme["words"]), self.chance.choice(("科技", "技术", "实业", "设备"))
        return f"上海{two}{word}{kind}有限公司"

    def _day(self, year: int) -> str:
        return (date(year, 1, 1) + timedelta(days=self.chance.randrange(365))).isoformat()

    @property
    def _year(self) -> int:
        return self.season.calendar_year(0)

    # Sheets ----------------------------------------------------------------------------------------------------

    def _profile(self) -> Answers:
        name = f"上海市{self.district}{self.theme['name']}产业集群"
        self.operator_code = self._code()
        return {
            "cluster_name": name,
            "district": self.district,
            "boundary": f"东至{self.theme['name']}东路，南至创新大道，西至{self.district[:2]}西环路，北至北横河",
            "multi_park": "否",
            "main_industry": self.theme["industry"],
            "direction": self.theme["direction"],
            "operator_name": f"上海{self.theme['name']}产业园区运营管理有限公司",
            "operator_uscc": self.operator_code,
            "operator_kind": "国有平台公司",
            "operator_founded": self._day(2015),
            "operator_address": f"上海市{self.district}创新大道{self.chance.randint(1, 999)}号",
            "operator_head": self._person(),
            "contact": self._person(),
            "mobile": f"139{self.chance.randrange(10**8):08d}",
            "email": "jiqun@example.com",
            "district_department": f"{self.district}经济委员会",
            "district_contact": self._person(),
            "district_phone": "021-12345678",
            "recognised": "无",
            "output_basis": "工业总产值（现价）",
            "rd_basis": "研究与试验发展（R&D）经费统计口径",
            "staff_basis": "期末人数",
            "roster_basis": "按申报时名录回溯",
            "filing_mode": "明细填报",
            "catalogue": "鼓励类",
            "plan_reference": f"《上海市{self.district}“十四五”规划》第{self.chance.randint(8, 60)}页",
            "pillar": self.chance.choice(("支柱产业", "特色产业")),
            "district_share": self.chance.randint(30, 180) / 1000,
            "niche": self.theme["niche"],
            "rank": f"第{self.chance.randint(1, 3)}名",
            "rank_source": "行业协会年度统计",
            "area": round(self.chance.uniform(3, 60), 2),
        }

    def _roster(self) -> list[Answers]:
        count = self.firms or self.chance.randint(90, 260)
        weights = [self.chance.lognormvariate(0, 0.9) for _ in range(count)]
        total = self.chance.uniform(45, 130) * 10_000
        growth = self.chance.uniform(0.115, 0.17)
        unit = total / sum(weights)
        names = {self._firm() for _ in range(count * 3)}
        return [
            self._enterprise(name, weight * unit, growth)
            for name, weight in zip(sorted(names, key=lambda _: self.chance.random()), weights, strict=False)
        ]

    def _enterprise(self, name: str, output: float, growth: float) -> Answers:
        main = self.chance.random() < 0.78
        industry = self.chance.choice(self.theme["codes"])[1] if main else self.chance.choice(("3484", "3525", "7320"))
        staff = max(8, int(output / self.chance.uniform(70, 190)))
        revenue = output * self.chance.uniform(0.98, 1.08)
        assets = revenue * self.chance.uniform(0.6, 1.3)
        size = reference.enterprise_size(industry, Decimal(staff), Decimal(_money(revenue)), Decimal(_money(assets)))
        outputs = [output / (1 + growth) ** back * self.chance.uniform(0.985, 1.015) for back in (3, 2, 1)] + [output]
        rate = self.chance.uniform(0.03, 0.06)
        stock = self.chance.randint(0, 6) + staff // 25
        platform = self.chance.random() < 0.34
        yes_no = lambda share: "是" if self.chance.random() < share else "否"  # noqa: E731
        return {
            "name": name,
            "uscc": self._code(),
            "registered": self.district,
            "located": "是",
            "industry": industry,
            "main": "是" if main else "否",
            "staff": staff,
            "revenue": float(_money(revenue)),
            "assets": float(_money(assets)),
            "size": size.value if size else "小型",
            "output": [float(_money(value)) for value in outputs],
            "rd": [float(_money(value * rate * (1 + 0.02 * i))) for i, value in enumerate(outputs)],
            "patents": [round(stock / 1.22**back) for back in (3, 2, 1)] + [stock],
            "on_platform": "是" if platform else "否",
            "platform_name": "上海工业互联网平台" if platform else None,
            "on_cloud": yes_no(0.6),
            "uses_software": yes_no(0.5),
            "was_diagnosed": yes_no(0.3),
            "joined": self.chance.randint(2008, self._year - 3),
        }

    def _totals(self, roster: list[Answers]) -> Answers:
        small = [firm for firm in roster if firm["size"] != "大型"]
        main = [firm for firm in roster if firm["main"] == "是"]
        staff = sum(firm["staff"] for firm in roster)

        def summed(firms: list[Answers], key: str, years: range) -> list[float]:
            totals = [sum(Decimal(str(firm[key][i])) for firm in firms) for i in years]
            return [float(_money(total / 10_000, 4)) for total in totals]

        return {
            "output_total": summed(roster, "output", range(4)),
            "output_sme": summed(small, "output", range(1, 4)),
            "output_main": summed(main, "output", range(1, 4)),
            "firms": [len(roster)] * 3,
            "smes": [len(small)] * 3,
            "rd_total": summed(small, "rd", range(4)),
            "patent_stock": [sum(firm["patents"][i] for firm in small) for i in range(4)],
            "sme_staff": [sum(firm["staff"] for firm in small)],
            "staff_total": [staff],
        }

    def _titles(self, roster: list[Answers]) -> Iterator[Answers]:
        firms = [firm for firm in roster if firm["size"] != "大型"]
        main = [firm for firm in firms if firm["main"] == "是"]
        for firm in self.chance.sample(main, min(4, len(main))):
            yield self._title(firm, "专精特新“小巨人”企业", "国家级")
        for firm in self.chance.sample(firms, min(24, len(firms))):
            yield self._title(firm, "专精特新中小企业", "市级")
        for firm in self.chance.sample(firms, min(30, len(firms))):
            yield self._title(firm, "创新型中小企业", "市级")
        for firm in self.chance.sample(firms, min(28, len(firms))):
            yield self._title(firm, "国家级高新技术企业", "国家级")

    def _title(self, firm: Answers, kind: str, level: str) -> Answers:
        issued = date.fromisoformat(self._day(self._year - 1))
        number = f"GR{issued.year}31{self.chance.randrange(10**6):06d}" if "高新" in kind else None
        return {
            "title_name": firm["name"],
            "title_uscc": firm["uscc"],
            "title_kind": kind,
            "title_level": level,
            "title_number": number or f"沪经信企〔{issued.year}〕{self.chance.randrange(10**6):06d}号",
            "title_status": "已公布",
            "title_issued": issued.isoformat(),
            "title_until": issued.replace(year=issued.year + 3, day=min(issued.day, 28)).isoformat(),
        }

    def _lists(self, roster: list[Answers]) -> Answers:
        year, firm = self._year, self.chance.choice
        word = self.theme["industry"]
        return {
            "chain": [
                {"link_name": name, "link_firms": self.chance.randint(8, 60), "link_leader": firm(roster)["name"], "link_key": key, "link_local": self.chance.randint(45, 85) / 100, "link_missing": "否"}
                for name, key in (("原材料", "否"), ("核心部件", "是"), ("整机集成", "是"), ("应用服务", "否"))
            ],
            "sharing": [
                {"row": row, "sharing_has": has, "sharing_text": text, "sharing_users": users}
                for row, has, text, users in (
                    ("equipment", "有", "共享检测和试制车间", 42), ("logistics", "有", "园区统一仓配", 30), ("storage", "无", None, None),
                    ("staffing", "有", "实训基地", 55), ("design", "无", None, None), ("other", "无", None, None),
                )
            ],
            "alliances": [{"alliance_partner": "长三角先进制造业集群促进机构", "alliance_kind": "先进制造业集群", "alliance_document": f"HZ-{year}-01", "alliance_date": self._day(year - 1), "alliance_text": f"{word}协同攻关"}],
            "cooperation": [
                {"partner_name": name, "partner_kind": kind, "partner_project": f"{word}{topic}", "partner_from": self._day(year - 2), "partner_amount": self.chance.randint(80, 900)}
                for name, kind, topic in (("某理工大学", "高校", "联合实验室"), ("某研究院", "科研院所", "中试平台"), ("某集团有限公司", "大型企业", "供应链协同"))
            ],
            "platforms": [
                {"platform_title": f"{word}{kind}", "platform_kind": kind, "platform_level": level, "platform_number": f"沪〔{year - 1}〕{i:02d}号", "platform_date": self._day(year - 1), "platform_host": firm(roster)["name"], "platform_inside": "是"}
                for i, (kind, level) in enumerate((("企业技术中心", "市级"), ("公共技术服务平台", "区级")), start=1)
            ],
            "standards": [
                {"standard_title": f"{word}{topic}", "standard_number": f"{prefix} {self.chance.randint(1000, 9999)}—{year - i}", "standard_level": level, "standard_action": "制定", "standard_role": "参与", "standard_state": "已发布", "standard_date": self._day(year - i), "standard_uscc": firm(roster)["uscc"], "standard_main": "是"}
                for i, (topic, prefix, level) in enumerate((("通用技术要求", "GB/T", "国家标准"), ("试验方法", "JB/T", "行业标准"), ("数据接口", "T/SH", "团体标准")))
            ],
            "pilots": [{"pilot_name": f"{word}智能工厂", "pilot_firm": firm(roster)["name"], "pilot_level": "市级", "pilot_year": year - 1}],
            "events": [
                {"event_name": f"{word}国际博览会", "event_kind": "国际展会", "event_place": "上海", "event_date": self._day(year), "event_host": "行业协会", "event_firms": 23},
                {"event_name": f"{word}国际合作论坛", "event_kind": "国际论坛", "event_place": "新加坡", "event_date": self._day(year - 1), "event_firms": 9},
            ],
            "exchanges": [{"exchange_text": "海外研发人才引进", "exchange_kind": "人才", "exchange_partner": "某海外大学", "exchange_date": self._day(year)}, {"exchange_text": "联合技术开发", "exchange_kind": "技术", "exchange_date": self._day(year)}],
            "bodies": [{"body_name": f"{self.district}中小企业服务中心", "body_source": "引入", "body_level": "市级", "body_document": f"沪服务〔{year - 2}〕8号"}],
            "services": [{"row": row.id, "service_times": self.chance.randint(4, 40), "service_firms": self.chance.randint(20, 150), "service_people": self.chance.randint(60, 900)} for row in self.policy.tables["services"].fixed],
        }

    def _statements(self) -> Answers:
        none = [0, 0, 0, 0]
        counts = ("safety", "quality", "pollution", "cyber", "data", "tax", "violation", "dishonesty", "other")
        return {
            **{f"{kind}_count": none for kind in counts},
            "new_titles": [self.chance.randint(6, 20) for _ in range(3)],
            "cultivation": "每季度举办培育沙龙；对入库企业实行一企一策，两年培育 60 家次",
            "chain_map": "有",
            "chain_map_name": f"{self.theme['name']}产业链图谱（{self._year}版）",
            "chain_map_date": self._day(self._year),
            "mechanism_name": "产供销协同联席会议",
            "exports": [round(self.chance.uniform(2, 9), 4) for _ in range(3)],
            "branches": self.chance.randint(0, 4),
            "governed": "有",
            "governed_uscc": self.operator_code,
            "governed_document": "园区管理机构设立批复",
            "officers": self.chance.randint(6, 20),
            "officers_served": self.chance.randint(60, 200),
            "appeals": "有",
            "appeals_document": "企业诉求协调处理办法",
            "appeals_received": 36,
            "appeals_closed": 35,
            "has_plan": "有",
            "plan_title": f"{self.theme['name']}产业集群三年发展规划（{self._year + 1}—{self._year + 3}）",
            "plan_date": self._day(self._year),
            "plan_goal": "三年内总产值年均增长 12% 以上，建成本市领先的特色产业集群",
            "plan_measures": "强链补链、培优企业、数字赋能、绿色转型、开放合作、优化服务",
            "commitment_agreed": "是",
            "commitment_signer": self._person(),
            "commitment_date": (self.season.reference_date - timedelta(days=12)).isoformat(),
        }

    def _digital(self, roster: list[Answers]) -> Answers:
        small = [firm for firm in roster if firm["size"] != "大型"]
        software = sum(firm["uses_software"] == "是" for firm in roster)
        energy = [round(self.chance.uniform(9_000, 12_000) * (1 + 0.03 * i), 2) for i in range(3)]
        heavy = any(reference.is_energy_intensive(code) for _, code in self.theme["codes"])
        return {
            "diagnosed": [len(roster) // 12, len(roster) // 8, len(roster) // 5],
            "platform_users": [sum(firm["on_platform"] == "是" for firm in small)],
            "software_users": [max(software - 14, 0), max(software - 6, 1), max(software, 2)],
            "cloud_users": [sum(firm["on_cloud"] == "是" for firm in roster) * share // 10 for share in (7, 8, 10)],
            "pure_service": "否",
            "diagnosis_provider": "市级数字化转型服务商",
            "base_stations": self.chance.randint(20, 90),
            "networked_rate": self.chance.randint(40, 80) / 100,
            "security_system": "有",
            "security_document": "工业互联网安全分类分级管理制度",
            "energy_total": energy,
            "clean_share": [0.31, 0.34, 0.38],
            "co2": [round(value * 1.9 * cut, 2) for value, cut in zip(energy, (1.0, 0.95, 0.89), strict=True)],
            "green_service": "有",
            "green_service_name": "绿色低碳服务站",
            "green_served": self.chance.randint(20, 80),
            "energy_intensive": "是" if heavy else "否",
            "water_intensive": "否",
            "policy_covered": [len(roster)],
        }

    def _statement_tables(self) -> Answers:
        rules, rows = self.policy.rules, self.policy.tables
        text = "已建立相应工作机制，近三年持续推进，详见佐证材料。"
        selves = {
            name: [{"row": row.id, f"{name}_view": "符合", f"{name}_text": text} for row in table.fixed]
            for name, table in rows.items()
            if name.startswith("self_")
        }
        heavy = any(reference.is_energy_intensive(code) for _, code in self.theme["codes"])
        energy = [{"energy_process": "主导产品综合能耗", "energy_use": 286.5, "energy_baseline": 330, "energy_unit": "千克标准煤/吨", "energy_source": "行业能效基准水平"}]
        kinds = {kind.split(" ")[0]: kind for kind in self.policy.lists["evidence_kind"]}
        evidence = [
            {"evidence_rule": rule.id, "evidence_name": f"{rule.title}证明材料", "evidence_kind": kinds[rule.evidence[0]], "evidence_issuer": f"{self.district}有关部门", "evidence_date": self._day(self._year), "evidence_pages": f"{4 * i + 1}—{4 * i + 4}", "evidence_sealed": "是", "evidence_copy": "复印件"}
            for i, rule in enumerate(rules)
            if rule.evidence
        ]
        targets = [
            {"row": row.id, "target_baseline": base, "target": [round(base * 1.1**i, 2) for i in (1, 2, 3)], "target_measure": "按年度分解落实", "target_owner": "运营管理机构"}
            for row, base in ((row, self.chance.randint(10, 60)) for row in rows["targets"].fixed)
        ]
        return {**selves, "evidence": evidence, "targets": targets, **({"energy": energy} if heavy else {})}


# --- what becomes of a good sample ------------------------------------------------------------------------------


def _reviewed(policy: Policy, season: Season, chance: Random, answers: Answers) -> None:
    """A district that has looked at everything and recommends it."""
    surname = chance.choice(_words()["surnames"])
    answers["inputs"] |= {
        "reviewer": f"{surname}{chance.choice(_words()['given'])}",
        "reviewed_on": (season.reference_date - timedelta(days=2)).isoformat(),
        "review_conclusion": "推荐",
        "review_opinion": "经初审，材料齐全，数据与统计部门核对一致，各项条件符合要求，同意推荐。",
        "review_rank": "1/2",
    }
    answers["tables"]["review"] = [
        {"row": rule.id, "decision": "符合"} | ({"check": "未发现"} if rule.force is Force.VETO else {})
        for rule in policy.rules
        if rule.force is not Force.PREFERENCE
    ]


def _low_output(answers: Answers) -> None:
    scale = 28.4 / answers["inputs"]["output_total"][1]
    for key in ("output_total", "output_sme", "output_main"):
        answers["inputs"][key] = [float(_money(value * scale, 4)) for value in answers["inputs"][key]]


def _slow_growth(answers: Answers) -> None:
    last = answers["inputs"]["output_total"][3]
    answers["inputs"]["output_total"][0] = float(_money(last / 1.08**3, 4))


def _few_smes(answers: Answers) -> None:
    answers["inputs"]["output_sme"][2] = float(_money(answers["inputs"]["output_total"][3] * 0.47, 4))


def _slow_research(answers: Answers) -> None:
    answers["inputs"]["rd_total"][3] = float(_money(answers["inputs"]["rd_total"][0] * 1.11, 4))


def _few_titles(answers: Answers) -> None:
    kept = [row for row in answers["tables"]["titles"] if "小巨人" not in row["title_kind"]]
    codes = list(dict.fromkeys(row["title_uscc"] for row in kept))[:9]
    answers["tables"]["titles"] = [row for row in kept if row["title_uscc"] in codes]


def _few_patents(answers: Answers) -> None:
    answers["inputs"]["patent_stock"][3] = int(answers["inputs"]["patent_stock"][0] * 1.4)


def _one_standard(answers: Answers) -> None:
    answers["tables"]["standards"] = answers["tables"]["standards"][:1]


def _few_users(answers: Answers) -> None:
    answers["inputs"]["platform_users"] = [answers["inputs"]["smes"][2] // 12]


def _accident(answers: Answers) -> None:
    firm = answers["tables"]["roster"][0]
    answers["inputs"]["safety_count"] = [0, 1, 0, 0]
    year = answers["inputs"]["plan_date"][:4]
    answers["tables"]["incidents"] = [
        {"incident_firm": firm["name"], "incident_uscc": firm["uscc"], "incident_kind": "安全事故", "incident_level": "较大", "incident_date": f"{int(year) - 1}-08-17", "incident_authority": "区应急管理局", "incident_document": "应急调〔21〕号", "incident_outcome": "已处罚", "incident_mended": "是"}
    ]


def _large_area(answers: Answers) -> None:
    answers["inputs"] |= {"area": 126.5, "area_reason": "一区多园，含生态用地"}


def _no_map(answers: Answers) -> None:
    answers["inputs"] |= {"chain_map": "无", "chain_map_name": None, "chain_map_date": None}


_SHORTFALLS: tuple[Callable[[Answers], None], ...] = (
    _low_output, _slow_growth, _few_smes, _slow_research, _few_titles, _few_patents, _one_standard, _few_users, _accident, _large_area, _no_map,
)

_RUBBISH = {"output_total": "30亿", "rd_total": "１２．５", "area": "约25", "sme_staff": "12,345人", "mobile": "见名片", "operator_uscc": "91350100M000100Y4Z"}


def _forget(policy: Policy, chance: Random, answers: Answers) -> None:
    """Blank some required answers, and put into others what people paste."""
    inputs = answers["inputs"]
    required = [field.id for section in policy.all_sections for field in section.inputs if field.required]
    for name in chance.sample([name for name in required if name not in {"district", "cluster_name"}], 9):
        inputs[name] = None
    for name in chance.sample(sorted(_RUBBISH), 4):
        value = inputs[name]
        inputs[name] = [*value[:-1], _RUBBISH[name]] if isinstance(value, list) else _RUBBISH[name]
    roster = answers["tables"]["roster"]
    roster[5]["uscc"] = roster[4]["uscc"].lower()
    roster[7]["size"] = "规上企业"
    answers["tables"]["self_5"] = answers["tables"]["self_5"][:1]
    answers["tables"]["evidence"] = answers["tables"]["evidence"][:30]
