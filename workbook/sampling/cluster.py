"""One made-up cluster that fulfils every condition a machine can decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from toolkit import reference
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.sampling.material import Answers, material, rounded

_MAIN_SHARE, _ON_PLATFORM, _ON_CLOUD, _SOFTWARE, _DIAGNOSED = 0.78, 0.34, 0.6, 0.5, 0.3
_OTHER_INDUSTRIES = ("3484", "3525", "7320")


class Cluster(dict[str, str]):
    """Draws one cluster that fulfils every condition; as a mapping it fills the blanks of texts."""

    def __init__(self, policy: Policy, season: Season, chance: Random) -> None:
        super().__init__()
        self.policy, self.season, self.chance = policy, season, chance
        self.theme = chance.choice(material()["themes"])
        self.codes: set[str] = set()
        self.roster: list[Answers] = []
        self.update({name: text for name, text in self.theme.items() if isinstance(text, str)})
        self["year"] = str(season.calendar_year(0))

    def __missing__(self, blank: str) -> str:
        """What is drawn afresh at each place: people, firms, digits, and days (``day2`` lies in Y-2)."""
        if blank.startswith("day"):
            first = date(self.season.calendar_year(-int(blank[3:])), 1, 1)
            return (first + timedelta(days=self.chance.randrange(365))).isoformat()
        if blank == "digits":
            return f"{self.chance.randrange(10**8):08d}"
        if blank == "person":
            return str(self.chance.choice(material()["surnames"]) + self.chance.choice(material()["given"]))
        return str(self.chance.choice(self.roster)[{"firm": "name", "firm_code": "uscc"}[blank]])

    def answers(self, firms: int) -> Answers:
        """Everything an operator fills in."""
        self.roster = list(self._roster(firms))
        operator = self._code()
        inputs = self._filled(material()["inputs"]) | self._totals() | self._counts()
        inputs |= {"operator_uscc": operator, "governed_uscc": operator}
        inputs["commitment_signer"] = inputs["operator_head"]
        inputs["commitment_date"] = (self.season.reference_date - timedelta(days=12)).isoformat()
        tables = self._filled(material()["tables"]) | self._printed() | {"roster": self.roster}
        tables["main_industries"] = [{"main_name": name, "main_code": code} for name, code in self.theme["codes"]]
        tables["titles"] = list(self._titles())
        for link in tables["chain"]:
            link["link_firms"] = min(link["link_firms"], firms)
        if inputs["energy_intensive"] == "否":
            del tables["energy"]
        return {"inputs": inputs, "tables": tables}

    def _filled(self, pattern: Any) -> Any:
        """The pattern with every blank of every text filled."""
        if isinstance(pattern, str):
            return pattern.format_map(self)
        if isinstance(pattern, list):
            return [self._filled(part) for part in pattern]
        if isinstance(pattern, dict):
            return {name: self._filled(part) for name, part in pattern.items()}
        return pattern

    # The roster ------------------------------------------------------------------------------------------------

    def _code(self) -> str:
        while True:
            letters = "".join(self.chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
            body = f"91{reference.district_code(self['district'])}{letters}"
            code = body + reference.uscc_check_digit(body)
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _roster(self, count: int) -> Iterator[Answers]:
        weights = [self.chance.lognormvariate(0, 0.9) for _ in range(count)]
        unit = self.chance.uniform(45, 130) * 10_000 / sum(weights)
        growth = self.chance.uniform(0.115, 0.17)
        names: set[str] = set()
        for weight in weights:
            name = self._firm()
            while name in names:
                name = self._firm()
            names.add(name)
            yield self._enterprise(name, weight * unit, growth)

    def _firm(self) -> str:
        syllables = "".join(self.chance.sample(material()["syllables"], 2))
        kind = self.chance.choice(("科技", "技术", "实业", "设备", "智能", "工程"))
        return f"上海{syllables}{self.chance.choice(self.theme['words'])}{kind}有限公司"

    def _yes(self, share: float) -> str:
        return "是" if self.chance.random() < share else "否"

    def _enterprise(self, name: str, output: float, growth: float) -> Answers:
        main = self._yes(_MAIN_SHARE)
        industry = self.chance.choice([code for _, code in self.theme["codes"]] if main == "是" else _OTHER_INDUSTRIES)
        staff = max(2, int(output / self.chance.uniform(70, 190)))
        revenue = rounded(output * self.chance.uniform(0.98, 1.08))
        assets = rounded(revenue * self.chance.uniform(0.6, 1.3))
        size = reference.enterprise_size(industry, *(Decimal(str(figure)) for figure in (staff, revenue, assets)))
        outputs = [output / (1 + growth) ** back * self.chance.uniform(0.985, 1.015) for back in (3, 2, 1)] + [output]
        rate = self.chance.uniform(0.03, 0.06)
        stock = self.chance.randint(0, 6) + staff // 25
        on_platform = self._yes(_ON_PLATFORM)
        return {
            "name": name,
            "uscc": self._code(),
            "registered": self["district"],
            "located": "是",
            "industry": industry,
            "main": main,
            "staff": staff,
            "revenue": revenue,
            "assets": assets,
            "size": size.value if size else "小型",
            "output": [rounded(value) for value in outputs],
            "rd": [rounded(value * rate * (1 + 0.02 * i)) for i, value in enumerate(outputs)],
            "patents": [round(stock / 1.22**back) for back in (3, 2, 1)] + [stock],
            "on_platform": on_platform,
            "platform_name": "上海工业互联网平台" if on_platform == "是" else None,
            "on_cloud": self._yes(_ON_CLOUD),
            "uses_software": self._yes(_SOFTWARE),
            "was_diagnosed": self._yes(_DIAGNOSED),
            "joined": self.chance.randint(2008, self.season.calendar_year(-3)),
        }

    def _titles(self) -> Iterator[Answers]:
        firms = [firm for firm in self.roster if firm["size"] != "大型"]
        main = [firm for firm in firms if firm["main"] == "是"]
        drawn = (
            ("专精特新“小巨人”企业", "国家级", main, 4),
            ("专精特新中小企业", "市级", firms, 24),
            ("创新型中小企业", "市级", firms, 30),
            ("国家级高新技术企业", "国家级", firms, 28),
        )
        for kind, level, among, count in drawn:
            for firm in self.chance.sample(among, min(count, len(among))):
                yield self._title(firm, kind, level)

    def _title(self, firm: Answers, kind: str, level: str) -> Answers:
        issued = date.fromisoformat(self["day1"])
        number = (
            f"GR{issued.year}31{self['digits'][:6]}"
            if "高新" in kind
            else f"沪经信企〔{issued.year}〕{self['digits']}号"
        )
        return {
            "title_name": firm["name"],
            "title_uscc": firm["uscc"],
            "title_kind": kind,
            "title_level": level,
            "title_number": number,
            "title_status": "已公布",
            "title_issued": issued.isoformat(),
            "title_until": issued.replace(year=issued.year + 3, day=min(issued.day, 28)).isoformat(),
        }

    # Totals and counts -----------------------------------------------------------------------------------------

    def _totals(self) -> Answers:
        small = [firm for firm in self.roster if firm["size"] != "大型"]
        main = [firm for firm in self.roster if firm["main"] == "是"]
        return {
            "output_total": _summed(self.roster, "output"),
            "output_sme": _summed(small, "output")[1:],
            "output_main": _summed(main, "output")[1:],
            "firms": [len(self.roster)] * 3,
            "smes": [len(small)] * 3,
            "rd_total": _summed(small, "rd"),
            "patent_stock": [sum(firm["patents"][i] for firm in small) for i in range(4)],
            "sme_staff": [sum(firm["staff"] for firm in small)],
            "staff_total": [sum(firm["staff"] for firm in self.roster)],
            "platform_users": [sum(firm["on_platform"] == "是" for firm in small)],
            "policy_covered": [len(self.roster)],
        }

    def _counts(self) -> Answers:
        draw = self.chance.randint
        software = max(sum(firm["uses_software"] == "是" for firm in self.roster), 2)
        cloud = sum(firm["on_cloud"] == "是" for firm in self.roster)
        energy = [rounded(self.chance.uniform(9_000, 12_000) * growth) for growth in (1.0, 1.03, 1.06)]
        land = reference.district_area(self["district"]) or Decimal(100)
        diagnosed = sum(firm["was_diagnosed"] == "是" for firm in self.roster)
        exported = self.chance.uniform(2, 9)
        heavy = any(reference.is_energy_intensive(code) for _, code in self.theme["codes"])
        return {
            "area": rounded(self.chance.uniform(3, min(60.0, float(land) / 2))),
            "district_share": draw(30, 180) / 1000,
            "new_titles": [min(draw(6, 20), len(self.roster)) for _ in range(3)],
            "diagnosed": [diagnosed // 3, diagnosed // 2, diagnosed],
            "software_users": [software * share // 10 for share in (7, 8)] + [software],
            "cloud_users": [cloud * share // 10 for share in (7, 8, 10)],
            "base_stations": draw(20, 90),
            "networked_rate": draw(40, 80) / 100,
            "energy_total": energy,
            "co2": [rounded(value * 1.9 * cut) for value, cut in zip(energy, (1.0, 0.85, 0.7), strict=True)],
            "energy_intensive": "是" if heavy else "否",
            "green_served": draw(20, 80),
            "exports": [rounded(exported * growth, 4) for growth in (1.0, 1.08, 1.19)],
            "branches": draw(0, 4),
            "officers": draw(6, 20),
            "officers_served": draw(60, 200),
        }

    def _printed(self) -> Answers:
        """The tables whose rows the policy prints, and the evidence for every rule."""
        draw, tables = self.chance.randint, self.policy.tables
        selves = {
            name: [
                {"row": row.id, f"{name}_view": "符合", f"{name}_text": material()["statement"]} for row in table.fixed
            ]
            for name, table in tables.items()
            if name.startswith("self_")
        }
        services = [
            {
                "row": row.id,
                "service_times": draw(4, 40),
                "service_firms": draw(20, 150),
                "service_people": draw(60, 900),
            }
            for row in tables["services"].fixed
        ]
        return {**selves, "services": services, "evidence": list(self._evidence())}

    def _evidence(self) -> Iterator[Answers]:
        kinds = {kind.partition(" ")[0]: kind for kind in self.policy.lists["evidence_kind"]}
        for i, rule in enumerate(rule for rule in self.policy.rules if rule.evidence):
            yield {
                "evidence_rule": rule.id,
                "evidence_name": f"{rule.title}证明材料",
                "evidence_kind": kinds[rule.evidence[0]],
                "evidence_issuer": f"{self['district']}有关部门",
                "evidence_date": self["day0"],
                "evidence_pages": f"{4 * i + 1}—{4 * i + 4}",
                "evidence_sealed": "是",
                "evidence_copy": "复印件",
            }


def _summed(firms: list[Answers], key: str) -> list[float]:
    """Yearly totals in 亿元 of what the roster has in 万元."""
    totals = [sum((Decimal(str(firm[key][i])) for firm in firms), Decimal()) for i in range(4)]
    return [rounded(total / 10_000, 4) for total in totals]
