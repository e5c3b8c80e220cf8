"""A scheme nobody has programmed for, written as data alone, goes the whole way: template, filled, checked, collected."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.intake import answers_from_dict
from toolkit.packs import pack_at
from workbook.layout import lay_out
from workbook.template import write_template

Jiqun = Callable[..., subprocess.CompletedProcess[str]]


def bound(comparator: str, unit: str, value: str) -> dict[str, Any]:
    return {
        "comparator": comparator,
        "unit": unit,
        "values": [{"from": "2030-01-01", "value": value, "source": "第五条"}],
    }


POLICY: dict[str, Any] = {
    "id": "orchard-2030",
    "title": "示范果园管理办法",
    "document": "某果发〔2030〕7号",
    "issuer": "某县农业农村局",
    "scheme": "某县示范果园",
    "in_force": {"from": "2030-01-01"},
    "template_version": "3.2",
    "lists": {"yes": ["是", "否"], "fruit": ["梨", "桃", "柑橘"], "grade": ["特级", "一级", "二级"]},
    "parameters": [
        {
            "id": "harvest_reading",
            "number": 1,
            "text": "近两年亩产均达到要求",
            "readings": [{"value": "each", "label": "每年均达到"}, {"value": "average", "label": "两年平均达到"}],
            "default": "each",
            "source": "办法第五条",
        }
    ],
    "sections": [
        {
            "id": "orchard",
            "sheet": "果园概况",
            "title": "果园概况",
            "intro": "由果园填写。",
            "seal": True,
            "inputs": [
                {"id": "orchard_name", "label": "果园名称", "type": "text", "required": True},
                {"id": "township", "label": "所在乡镇", "type": "text", "required": True},
                {"id": "acres", "label": "种植面积", "type": "decimal", "unit": "亩", "min": "0", "decimals": 1},
                {"id": "fruit_kind", "label": "主栽品种", "type": "choice", "list": "fruit", "required": True},
            ],
        },
        {
            "id": "growers",
            "sheet": "种植户名册",
            "title": "种植户名册",
            "intro": "一户一行。",
            "form": "register",
            "tables": [
                {
                    "id": "grower_list",
                    "label": "种植户名册",
                    "rows": 80,
                    "key": "grower",
                    "unique": [["grower"]],
                    "columns": [
                        {"id": "grower", "label": "户名", "type": "text", "required": True, "width": 20},
                        {"id": "grower_grade", "label": "等级", "type": "choice", "list": "grade", "required": True},
                        {"id": "grower_yield", "label": "亩产", "type": "decimal", "unit": "公斤", "years": [-1, 0]},
                    ],
                }
            ],
        },
    ],
    "criteria": [
        {
            "id": "5.1",
            "numeral": "一",
            "title": "产量和品质",
            "clause": "第五条第（一）项",
            "intro": "填写产量。",
            "inputs": [
                {
                    "id": "harvest",
                    "label": "亩产",
                    "type": "integer",
                    "unit": "公斤",
                    "years": [-1, 0],
                    "min": "0",
                    "required": True,
                },
                {"id": "premium", "label": "优质果产量", "type": "decimal", "unit": "吨", "years": [-1, 0], "min": "0"},
                {"id": "total", "label": "总产量", "type": "decimal", "unit": "吨", "years": [-1, 0], "min": "0"},
            ],
            "rules": [
                {
                    "id": "5.1-01",
                    "title": "近两年亩产",
                    "indicator": "亩产",
                    "force": "hard",
                    "requirement": "近两年亩产均为{bound}",
                    "measure": {
                        "kind": "each_year",
                        "input": "harvest",
                        "years": [-1, 0],
                        "over": "harvest_reading",
                        "threshold": bound(">=", "公斤", "1500"),
                    },
                },
                {
                    "id": "5.1-02",
                    "title": "优质果率",
                    "indicator": "优质果率",
                    "force": "hard",
                    "requirement": "优质果率{bound}",
                    "measure": {
                        "kind": "share",
                        "part": "premium",
                        "whole": "total",
                        "years": [0],
                        "threshold": bound(">", "%", "0.60"),
                    },
                },
                {
                    "id": "5.1-03",
                    "title": "优质果率稳步提升",
                    "force": "soft",
                    "requirement": "优质果率逐年提升",
                    "measure": {
                        "kind": "trend",
                        "part": "premium",
                        "whole": "total",
                        "years": [-1, 0],
                        "direction": "up",
                        "unit": "%",
                    },
                },
            ],
        },
        {
            "id": "5.2",
            "numeral": "二",
            "title": "带动农户",
            "clause": "第五条第（二）项",
            "intro": "填写带动情况。",
            "inputs": [
                {"id": "cooperative", "label": "是否成立合作社", "type": "choice", "list": "yes", "required": True},
                {"id": "cooperative_name", "label": "合作社名称", "type": "text"},
            ],
            "rules": [
                {
                    "id": "5.2-01",
                    "title": "一级以上种植户",
                    "indicator": "一级以上种植户",
                    "force": "hard",
                    "requirement": "一级以上种植户{bound}",
                    "measure": {
                        "kind": "distinct_count",
                        "label": "一级以上种植户",
                        "table": "grower_list",
                        "by": "grower",
                        "where": [{"column": "grower_grade", "in": ["特级", "一级"]}],
                        "threshold": bound(">=", "户", "3"),
                    },
                },
                {
                    "id": "5.2-02",
                    "title": "成立合作社",
                    "force": "existence",
                    "requirement": "已成立合作社",
                    "measure": {
                        "kind": "exists",
                        "input": "cooperative",
                        "present": ["是"],
                        "with": ["cooperative_name"],
                    },
                },
            ],
        },
    ],
    "checks": [{"kind": "not_above", "code": "X1", "part": "premium", "whole": "total"}],
    "roles": {"cluster": "orchard_name", "district": "township", "industry": "fruit_kind"},
    "key_figures": ["harvest@0", "acres"],
}
SEASON = {
    "id": "2031",
    "policy": "orchard-2030",
    "year": 2031,
    "reference_date": "2031-06-30",
    "source": "某果通〔2031〕1号",
}
SHORT: dict[str, Any] = {
    "inputs": {
        "orchard_name": "北坡果园",
        "township": "北坡乡",
        "acres": 120.5,
        "fruit_kind": "梨",
        "harvest": [1480, 1600],
        "premium": [50, 60],
        "total": [90, 100],
        "cooperative": "是",
        "cooperative_name": "北坡合作社",
    },
    "tables": {
        "grower_list": [
            {"grower": "张三", "grower_grade": "特级", "grower_yield": [1500, 1600]},
            {"grower": "李四", "grower_grade": "一级"},
            {"grower": "王五", "grower_grade": "二级"},
        ]
    },
}
GOOD: dict[str, Any] = {
    "inputs": {
        **SHORT["inputs"],
        "orchard_name": "南坡果园",
        "township": "南坡乡",
        "harvest": [1500, 1600],
        "premium": [50, 61],
    },
    "tables": {"grower_list": [*SHORT["tables"]["grower_list"], {"grower": "赵六", "grower_grade": "一级"}]},
}
WRONG: dict[str, Any] = {
    "inputs": {
        **GOOD["inputs"],
        "orchard_name": "东坡果园",
        "fruit_kind": "苹果",
        "premium": [50, 161],
        "cooperative_name": None,
    },
    "tables": {"grower_list": [*GOOD["tables"]["grower_list"], {"grower": "赵六", "grower_grade": "二级"}]},
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("规则包") / "orchard-2030"
    (folder / "seasons").mkdir(parents=True)
    (folder / "policy.json").write_text(json.dumps(POLICY, ensure_ascii=False), "utf-8")
    (folder / "seasons" / "2031.json").write_text(json.dumps(SEASON, ensure_ascii=False), "utf-8")
    return folder


@pytest.fixture(scope="module")
def inbox(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three applications: one good, one short of its thresholds, one filled in carelessly."""
    read = pack_at(pack)
    layout = lay_out(read.policy, read.seasons["2031"])
    folder = tmp_path_factory.mktemp("收件")
    for name, answers in (("good", GOOD), ("short", SHORT), ("wrong", WRONG)):
        write_template(layout, folder / f"{name}.xlsx", answers_from_dict(read.policy, answers))
    return folder


@pytest.fixture(scope="module")
def told(inbox: Path, pack: Path, jiqun: Jiqun) -> dict[str, dict[str, Any]]:
    files = [inbox / f"{name}.xlsx" for name in ("good", "short", "wrong")]
    done = jiqun("check", "--json", "--pack", pack, *files)
    assert done.returncode == 1, done.stderr
    return dict(zip(("good", "short", "wrong"), map(json.loads, done.stdout.splitlines()), strict=True))


Told = dict[str, dict[str, Any]]


def rules(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for criterion in document["criteria"] for rule in criterion["rules"]}


def test_its_blank_workbook_has_its_own_sheets_and_requirements(pack: Path, jiqun: Jiqun, tmp_path: Path) -> None:
    target = tmp_path / "空白.xlsx"
    done = jiqun("template", "-o", target, "--pack", pack)
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == [
        "封面与说明",
        "果园概况",
        "种植户名册",
        "一 产量和品质",
        "二 带动农户",
        "结果总览",
        "逐条判定",
        "短板清单",
        "数据问题",
        "_meta",
        "_lists",
        "_live",
    ]
    printed = [str(cell.value) for row in book["一 产量和品质"].iter_rows() for cell in row if cell.value]
    assert "近两年亩产均为1500公斤以上" in printed
    assert "优质果率高于60%" in printed
    assert {"2029年", "2030年"} <= set(printed)


def test_its_cover_speaks_of_no_other_scheme(pack: Path, jiqun: Jiqun, tmp_path: Path) -> None:
    target = tmp_path / "空白.xlsx"
    jiqun("template", "-o", target, "--pack", pack)
    book = openpyxl.load_workbook(target)
    text = "".join(
        str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value
    )
    assert [word for word in ("企业名录", "企业资质", "第六条", "佐证材料", "上海", "集群") if word in text] == []


def test_the_open_xml_sdk_finds_no_error_in_it(
    pack: Path, jiqun: Jiqun, tmp_path: Path, ooxml_errors: Callable[[Path], list[str]]
) -> None:
    target = tmp_path / "空白.xlsx"
    jiqun("template", "-o", target, "--pack", pack)
    assert ooxml_errors(target) == []


def test_a_good_application_meets_every_rule(told: Told) -> None:
    assert told["good"]["problems"] == []
    assert {rule["verdict"] for rule in rules(told["good"]).values()} == {"met"}
    assert told["good"]["verdict"] == "met"
    assert (told["good"]["policy"], told["good"]["season"], told["good"]["template"]) == ("orchard-2030", "2031", "3.2")


def test_a_short_one_is_told_what_it_lacks(told: Told) -> None:
    found = rules(told["short"])
    assert told["short"]["problems"] == []
    assert {name: rule["verdict"] for name, rule in found.items()} == {
        "5.1-01": "unmet",
        "5.1-02": "unmet",
        "5.1-03": "met",
        "5.2-01": "unmet",
        "5.2-02": "met",
    }
    assert found["5.1-01"]["shortfall"] == {"amount": "20", "unit": "公斤", "target": "1500"}
    assert found["5.1-01"]["sensitive"]
    assert found["5.1-01"]["label"] == "✗ 未达标（口径敏感）"
    assert found["5.1-02"]["value"] == "0.6"
    assert found["5.2-01"]["shortfall"] == {"amount": "1", "unit": "户", "target": "3"}
    assert found["5.2-01"]["clause"] == "第五条第（二）项"


def test_a_careless_one_is_told_where_it_is_wrong(told: Told) -> None:
    problems = {(p["code"], p["sheet"]) for p in told["wrong"]["problems"]}
    assert problems == {("F6", "果园概况"), ("X1", "一 产量和品质"), ("X8", "种植户名册")}
    found = rules(told["wrong"])
    assert found["5.1-02"]["verdict"] == "review"
    assert found["5.2-02"]["verdict"] == "missing"
    assert told["wrong"]["identity"]["cluster"] == "东坡果园"


def test_its_results_are_written_into_a_copy(inbox: Path, pack: Path, jiqun: Jiqun, tmp_path: Path) -> None:
    done = jiqun("check", inbox / "short.xlsx", "--pack", pack, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "北坡果园" in done.stdout
    (copy,) = tmp_path.iterdir()
    sheet = openpyxl.load_workbook(copy)["逐条判定"]
    assert [sheet.cell(row, 1).value for row in range(5, 10)] == ["5.1-01", "5.1-02", "5.1-03", "5.2-01", "5.2-02"]


def test_its_applications_become_one_master(inbox: Path, pack: Path, jiqun: Jiqun, tmp_path: Path) -> None:
    target = tmp_path / "总表.xlsx"
    done = jiqun("collect", inbox, "-o", target, "--pack", pack)
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(target)["申报汇总"]
    heads, *rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if any(row)]
    found = {row[heads.index("集群名称")]: dict(zip(heads, row, strict=True)) for row in rows}
    assert set(found) == {"北坡果园", "南坡果园", "东坡果园"}
    assert found["北坡果园"]["2030年亩产（公斤）"] == 1600
    assert found["北坡果园"]["优质果率（%）"] == 60
    assert found["南坡果园"]["一级以上种植户（户）"] == 3
    assert found["南坡果园"]["系统判定"] == "✓ 达标"


def test_without_its_pack_it_is_refused_by_name(inbox: Path, jiqun: Jiqun) -> None:
    done = jiqun("check", inbox / "good.xlsx", "--json")
    assert done.returncode == 2
    assert "orchard-2030" in done.stderr


def test_a_pack_that_does_not_make_sense_is_refused_with_the_place(pack: Path, jiqun: Jiqun, tmp_path: Path) -> None:
    broken = json.loads((pack / "policy.json").read_text("utf-8"))
    broken["criteria"][0]["rules"][1]["measure"]["whole"] = "nothing"
    folder = tmp_path / "坏包"
    (folder / "seasons").mkdir(parents=True)
    (folder / "policy.json").write_text(json.dumps(broken), "utf-8")
    (folder / "seasons" / "2031.json").write_text(json.dumps(SEASON), "utf-8")
    done = jiqun("template", "-o", tmp_path / "x.xlsx", "--pack", folder)
    assert done.returncode == 2
    assert "criteria[0].rules[1]" in done.stderr
    assert "nothing" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"unknown": 1}, "unknown"), ({"id": "Ü"}, "id"), ({"criteria": []}, "criteria"), ({"in_force": {}}, "in_force")],
)
def test_a_pack_of_the_wrong_shape_is_refused_with_the_place(
    jiqun: Jiqun, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    (tmp_path / "seasons").mkdir()
    (tmp_path / "policy.json").write_text(json.dumps({**POLICY, **change}), "utf-8")
    done = jiqun("layout", "--pack", tmp_path)
    assert done.returncode == 2
    assert named in done.stderr
    assert done.stdout == ""
