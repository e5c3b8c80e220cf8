"""Made-up filings for tests that need many of them and no file at all."""

from __future__ import annotations

from typing import Any

from toolkit.packs import packs
from workbook.commission.filing import Figure, Filing, Firm, Judged, Place, Sealed, kept
from workbook.commission.take import figure_names

POLICY, SEASON = "shanghai-2024", "2026"
_PACK = packs()[POLICY]
_NOWHERE = Place()


def made(number: int = 1, **changes: Any) -> Filing:
    """A filing of the ``number``-th cluster, met throughout unless told otherwise."""
    policy, season = _PACK.policy, _PACK.seasons[SEASON]
    verdict = changes.get("verdict", "met")
    place = Place("二 核心竞争力", "C9")
    whole = {
        "sha256": f"{number:064x}",
        "policy": POLICY,
        "season": SEASON,
        "template": "1.2",
        "district": ("浦东新区", "闵行区", "嘉定区")[number % 3],
        "cluster": f"上海市第{number}号产业集群",
        "industry": "智能传感器",
        "operator": f"第{number}号运营公司",
        "operator_code": f"9131000000000{number:05d}",
        "contact": "张三",
        "phone": "13900000000",
        "fingerprint": f"f{number}",
        "before": ("", ""),
        "round": 1,
        "written": "2026-09-20T08:00:00Z",
        "changed": False,
        "sealed": Sealed.NONE,
        "signer": "",
        "conclusion": "",
        "rank": "",
        "reviewer": "",
        "received_on": "",
        "reviewed_on": "",
        "override": "",
        "verdict": verdict,
        "criteria": tuple((criterion.id, verdict) for criterion in policy.criteria),
        "figures": tuple(Figure(name, float(number), place) for _, name in figure_names(policy, season)),
        "findings": tuple(
            Judged(rule.id, verdict, 1.0, None, "1", "", "", "", _NOWHERE, sensitive=False, decided_by="")
            for rule in policy.rules
        ),
        "problems": (),
        "national": (),
        "enterprises": kept([Firm(f"9131{number:014d}", f"第{number}号企业", "浦东新区", "小型", "是", 100.0, place)]),
        "exclusive": kept(()),
    }
    return Filing(**{**whole, **changes})
