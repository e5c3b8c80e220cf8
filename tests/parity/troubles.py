"""What befalls an application: what people leave out, mistype, paste and misunderstand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from tests.parity.draft import FINE, Cells, Draft, Value, blank_row, firms
from toolkit.characters import NO_WIDTH
from toolkit.fields import FieldKind, slot
from toolkit.measures import leaves
from toolkit.measures.baselines import BelowBaseline
from toolkit.measures.counting import DistinctCount
from toolkit.measures.growth import AnnualGrowth
from toolkit.measures.incidents import NoneOf
from toolkit.measures.shares import PerTenThousand, Share, Trend
from toolkit.measures.statements import Declared, Exists

_NUMERIC = (FieldKind.DECIMAL, FieldKind.INTEGER, FieldKind.PERCENT)
_WORDED = (FieldKind.CHOICE, FieldKind.TEXT, FieldKind.LONG_TEXT)
_CODED = (FieldKind.USCC, FieldKind.INDUSTRY)
# What people type around an answer without seeing it; the second row only programs produce. U+0085 is not among them:
# CLEAN of LibreOffice removes it, that of Excel does not.
_SPACES = (" ", "  ", "\u3000", "\xa0", "\t", "\n")
_RARE_SPACES = ("\u2002", "\u2003", "\u2009", "\u202f", "\u205f", "\u1680", "\u2028", "\u2029")
_PLACEHOLDERS = (
    "无",
    "待补",
    "/",
    "-",
    "—",
    "——",
    "同上",
    "暂无",
    "略",
    "N/A",
    "n/a",
    "不详",
    "空",
    "\\",
    " 无 ",
    "／",
    "Ｎ／Ａ",
)
_TYPED = (
    "35",
    "35亿元",
    "２５",
    " 35 ",
    "1,234",
    "约35",
    "3.5%",
    "0",
    "０",
    "十二",
    "1e5",
    "35。",
    "-5",
    "12 345",
    "'35",
)
_OUTSIDE = ("其他", "有的", "是的", "Y", "国家", "符合。", "重大事故", "0", "是否", "有有", "无有")
_INDUSTRIES: tuple[Value, ...] = (
    *("3110", "C3110", "3973", "C3973", "c3110", "３１１０", " 3110 ", "\u200b2611", "D4420", "4411", "2511", "B0610"),
    *("I3973", "D3110", "3100", "9999", "311", "31100", "31 10", "钢铁", "2500", "Ｃ3011", "0111", "A0111"),
    *map(Decimal, ("3110", "3973", "4411", "3973.5", "110", "111", "2511", "0", "-3110", "31100")),
)
_DATES: tuple[Value, ...] = (
    *("2026-01-01", "2026年3月1日", "2026/5/1", "无", "待补", "去年", "46000"),
    *map(Decimal, ("0", "-3", "45000.5", "99999", "100000", "20260101", "0.5")),
    *(date(1949, 9, 30), date(1949, 10, 1), date(2100, 12, 31), date(2101, 1, 1)),
)
# Characters that say nothing to a collation; whoever compares by collation takes the text for the answer.
_IGNORED = ("\u00ad", "\u200e", "\u200f", "\u202a", "\ufe0f", "\u2062", "\u180e", "\u034f", "\u0301")
_LOOK_ALIKES = {
    "有": "⺝",
    "无": "⽆",
    "一": "⼀",
    "大": "⼤",
    "小": "⼩",
    "不": "不",
    "年": "年",
    "行": "⾏",
    "业": "業",
    "国": "國",
    "1": "①",
    "2": "²",
    "3": "Ⅲ",
    "A": "Α",
    "B": "В",
    "C": "ℂ",
    "是": "昰",
    "较": "較",
    "重": "重",
    "微": "㣲",
}
_KEYS: tuple[Value, ...] = (
    *(
        "7",
        "007",
        "7.0",
        "07",
        "７",
        "1e3",
        "1000",
        "1,000",
        "GB/T 1-2020",
        "gb/t1-2020",
        "GB/T  1—2020",
        "ＧＢ/T 1-2020",
    ),
    *(
        "沪*号",
        "沪?号",
        "沪A号",
        "沪a 号",
        "沪~号",
        "~*",
        "*",
        "?",
        "~",
        "<5",
        ">0",
        "=1",
        "<>",
        "TRUE",
        "真",
        "#N/A",
        "'7",
    ),
    *("号" * 250 + "甲", "号" * 250 + "乙", "号" * 251, "ß", "ss", "İ", "i", "ﬁ", "fi", "é", "é", "①", "1"),
    *map(Decimal, ("7", "1000", "0", "-7", "0.5", "12345678")),
)
_NARROW = {ord(char): ord(char) + 0xFEE0 for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
_QUOTES = {"“": '"', "”": "“", "（": "(", "）": ")"}
_HUNDREDS, _THOUSANDS = (120, 700), 2000
_SMALL = 120
_EPOCH = date(1899, 12, 30)

Trouble = Callable[[Draft], None]


# --- anything, anywhere ----------------------------------------------------------------------------------------


def _blank_cells(draft: Draft) -> None:
    share = draft.chance.choice((0.02, 0.1, 0.5))
    for cells in (draft.inputs, *(row for rows in draft.tables.values() for row in rows)):
        for key in cells:
            if draft.chance.random() < share:
                cells[key] = None


def _blank_figures(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC)):
        cells[key] = None


def _one_year_blank(draft: Draft) -> None:
    for key in draft.few([key for key in draft.read_slots if draft.field(key).years]):
        draft.inputs[key] = None


def _zeros(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC)):
        cells[key] = Decimal()


def _negatives(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC)):
        cells[key] = -abs(draft.number_for(draft.field(key)))


def _extra_decimals(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.DECIMAL, FieldKind.PERCENT)):
        value = cells[key]
        if isinstance(value, Decimal) and 0 < value < FINE:
            cells[key] = value + draft.chance.choice((-1, 1)) * Decimal(draft.chance.randint(1, 999)).scaleb(-8)


def _parts_of_one(draft: Draft) -> None:
    """A whole number where a fraction stands, and the reverse."""
    for cells, key in draft.few(draft.cells_of(FieldKind.INTEGER)):
        cells[key] = draft.number_for(draft.field(key)) + draft.chance.choice((Decimal("0.5"), Decimal("0.00000001")))


def _out_of_bounds(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC)):
        asked = draft.field(key)
        top = asked.maximum if asked.maximum is not None else asked.minimum
        if top is not None:
            cells[key] = top + draft.chance.choice((Decimal(0), Decimal("0.0001"), Decimal("-0.0001"), Decimal(38)))


def _large_figures(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.DECIMAL, FieldKind.INTEGER)):
        most = draft.most(draft.field(key))
        cells[key] = Decimal(draft.chance.randint(most // 100, most - 1))


def _numbers_as_text(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC)):
        value = cells[key]
        plain = f"{value:f}" if isinstance(value, Decimal) else "30"
        cells[key] = draft.chance.choice((*_TYPED, plain, plain))


def _numbers_in_words(draft: Draft) -> None:
    """A number where words are asked for."""
    for cells, key in draft.few(draft.cells_of(*_WORDED, *_CODED)):
        cells[key] = Decimal(draft.chance.choice(("1", "0", "35", "3.5", "12345678", "0.25", "-2")))


def _placeholders(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC, *_WORDED, *_CODED, FieldKind.DATE)):
        cells[key] = draft.chance.choice(_PLACEHOLDERS)


def _outside(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.CHOICE)):
        cells[key] = draft.chance.choice(_OUTSIDE)


def _other_choices(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.CHOICE)):
        cells[key] = draft.chance.choice(draft.field(key).choices)


def _texts(draft: Draft) -> list[tuple[Cells, str, str]]:
    """Every answer in words that a rule reads."""
    found = [(cells, key, cells[key]) for cells, key in draft.cells_of(*_WORDED, *_CODED)]
    return [(cells, key, text) for cells, key, text in found if isinstance(text, str) and text]


def _around(draft: Draft, among: tuple[str, ...]) -> None:
    for cells, key, text in draft.few(_texts(draft)):
        stray = draft.chance.choice(among)
        middle = draft.chance.randrange(len(text) + 1)
        cells[key] = draft.chance.choice(
            (stray + text, text + stray, stray + text + stray, text[:middle] + stray + text[middle:], stray)
        )


def _spaces(draft: Draft) -> None:
    _around(draft, _SPACES)


def _rare_spaces(draft: Draft) -> None:
    _around(draft, _RARE_SPACES)


def _no_width(draft: Draft) -> None:
    _around(draft, tuple(NO_WIDTH))


def _nothing_to_see(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(*_NUMERIC, *_WORDED, *_CODED, FieldKind.DATE)):
        cells[key] = draft.chance.choice((*_SPACES, *NO_WIDTH, " \u200b\u3000"))


def _other_forms(draft: Draft) -> None:
    """Full width, lower case, quotation marks the wrong way round."""
    for cells, key, text in draft.few(_texts(draft)):
        turned = "".join(_QUOTES.get(char, char) for char in text)
        cells[key] = draft.chance.choice((text.lower(), text.upper(), text.swapcase(), text.translate(_NARROW), turned))


def _look_alikes(draft: Draft) -> None:
    """Another character in the place of one, or one that is not even drawn."""
    for cells, key, text in draft.few(_texts(draft)):
        middle = draft.chance.randrange(len(text) + 1)
        alike = "".join(_LOOK_ALIKES.get(char, char) for char in text)
        ignored = text[:middle] + draft.chance.choice(_IGNORED) + text[middle:]
        cells[key] = draft.chance.choice((alike, alike, ignored))


def _alike_keys(draft: Draft) -> None:
    """Rows that count, under numbers and names of which some are the same to a program and not to a person."""
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, DistinctCount) and leaf.by and draft.field(leaf.by).kind in _WORDED:
                pool = draft.some(_KEYS, draft.chance.choice((2, 4, 12)))
                rows = [draft.counting(leaf.table, leaf.where) for _ in range(draft.chance.choice((2, 3, 12)))]
                draft.tables[leaf.table] = [row | {leaf.by: draft.chance.choice(pool)} for row in rows]


def _false_codes(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.USCC)):
        text = str(cells[key] or draft.code())
        i = draft.chance.randrange(len(text))
        wrong = text[:i] + draft.chance.choice("0123456789ABCIOSVZ") + text[i + 1 :]
        cells[key] = draft.chance.choice((wrong, wrong, text[:-1], text + "0", "9" * 18, Decimal(913101), text.lower()))


def _odd_dates(draft: Draft) -> None:
    for cells, key in draft.few(draft.cells_of(FieldKind.DATE)):
        cells[key] = draft.chance.choice(_DATES)


def _edge_dates(draft: Draft) -> None:
    """The very day, the day before, the day after; now and then with an hour."""
    first, last = draft.season.window
    for cells, key in draft.few(draft.cells_of(FieldKind.DATE)):
        day = draft.chance.choice((first, last)) + timedelta(days=draft.chance.choice((-1, 0, 1)))
        hour = draft.chance.choice(("0.25", "0.5", "0.99"))
        cells[key] = day if draft.chance.random() < 0.8 else (day - _EPOCH).days + Decimal(hour)


# --- figures that contradict each other ------------------------------------------------------------------------


def _zero_bases(draft: Draft) -> None:
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, AnnualGrowth) and draft.chance.random() < 0.5:
                for year in draft.some((-3, -2, -1, 0), draft.chance.choice((1, 2, 4))):
                    draft.inputs[slot(leaf.input, year)] = Decimal()


def _zero_wholes(draft: Draft) -> None:
    for part, whole in _ratios(draft):
        if draft.chance.random() < 0.3:
            draft.inputs[whole] = Decimal()
            draft.inputs[part] = draft.chance.choice((Decimal(), draft.inputs[part]))


def _parts_above(draft: Draft) -> None:
    for part, whole in _ratios(draft):
        base = draft.inputs[whole]
        if isinstance(base, Decimal) and draft.chance.random() < 0.3:
            places = draft.field(part).decimals or 0
            draft.inputs[part] = base + Decimal(draft.chance.randint(0, 3)).scaleb(-places)


def _near_bounds(draft: Draft) -> None:
    """Shares that round to their bound: it takes more digits to tell them apart."""
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, Share):
                bound = leaf.threshold.at(draft.season.reference_date).value
                for year in leaf.years:
                    whole = Decimal(draft.chance.randint(10**5, draft.most(draft.field(leaf.whole))))
                    away = Decimal(draft.chance.randint(1, 9)).scaleb(-draft.chance.randint(3, 7))
                    share = bound + draft.chance.choice((-1, 1)) * away
                    draft.inputs[slot(leaf.whole, year)] = whole
                    draft.inputs[slot(leaf.part, year)] = Decimal(int(whole * share))


def _ratios(draft: Draft) -> list[tuple[str, str]]:
    found = []
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, (Share, Trend)):
                found += [(slot(leaf.part, year), slot(leaf.whole, year)) for year in leaf.years]
            elif isinstance(leaf, PerTenThousand):
                found.append((leaf.slots[0], leaf.slots[1]))
    return found


# --- tables ----------------------------------------------------------------------------------------------------


def _gaps_between_rows(draft: Draft) -> None:
    for name, rows in draft.tables.items():
        table = draft.policy.tables[name]
        if table.fixed or not rows or draft.chance.random() < 0.5:
            continue
        for _ in range(draft.chance.choice((1, 1, 3))):
            row = blank_row(table)
            if draft.chance.random() < 0.3:
                row[draft.chance.choice(list(row))] = draft.chance.choice((" ", "\u200b", "\u3000"))
            rows.insert(draft.chance.randrange(len(rows) + 1), row)


def _repeated_rows(draft: Draft) -> None:
    for rows in draft.tables.values():
        if rows and len(rows) < _SMALL and draft.chance.random() < 0.4:
            rows.append(dict(draft.chance.choice(rows)))


def _nearly_empty_rows(draft: Draft) -> None:
    """A row with one answer only."""
    for name, rows in draft.tables.items():
        table = draft.policy.tables[name]
        if not table.fixed and draft.chance.random() < 0.3:
            column = draft.chance.choice(table.columns)
            rows.append(blank_row(table) | {column.slots[0]: draft.answer(column)})


def _empty_tables(draft: Draft) -> None:
    for name in draft.few(list(draft.tables)):
        table = draft.policy.tables[name]
        draft.tables[name] = [blank_row(table) for _ in table.fixed]


def _full_tables(draft: Draft) -> None:
    """Small tables filled to the last row."""
    for name in draft.few([name for name in draft.tables if not draft.policy.tables[name].fixed]):
        table = draft.policy.tables[name]
        if table.capacity < _SMALL:
            draft.tables[name] = [draft.row(table) for _ in range(table.capacity)]
    draft.link()


def _self_assessment(draft: Draft) -> None:
    """Blank, partly or fully told."""
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, Declared):
                row = next(
                    cells
                    for cells, printed in zip(
                        draft.tables[leaf.table], draft.policy.tables[leaf.table].fixed, strict=True
                    )
                    if printed.id == leaf.row
                )
                row[leaf.view] = draft.chance.choice(("符合", "基本符合", "不符合", None, "符合 ", "Ok"))
                row[leaf.text] = draft.chance.choice(("已建立机制", "已建立机制", None, "无", " "))


def _statements(draft: Draft) -> None:
    """Declared there or not, named or not, alike or not."""
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if not isinstance(leaf, Exists):
                continue
            draft.inputs[leaf.input] = draft.chance.choice((*leaf.present, "无", "无", None, f" {leaf.present[0]}"))
            for key in leaf.companions:
                draft.inputs[key] = draft.chance.choice((draft.text(), draft.text(), None, "无", " 待补 ", Decimal(12)))
            code = draft.code()
            for key in leaf.same:
                draft.inputs[key] = draft.chance.choice((code, code, code.lower(), draft.code(), None, f"{code}\u3000"))


def _switches(draft: Draft) -> None:
    """Rules that are asked, or not, and why."""
    for rule in draft.policy.rules:
        if rule.applies:
            choices = draft.field(rule.applies.input).choices
            draft.inputs[rule.applies.input] = draft.chance.choice(
                (*choices, *choices, None, "不清楚", f"{choices[0]} ")
            )
            if rule.applies.reason:
                draft.inputs[rule.applies.reason] = draft.chance.choice((draft.text(), None, "无"))


def _industries(draft: Draft) -> None:
    """Codes of energy-intensive trades, others, and what is no code."""
    for rule in draft.policy.rules:
        if rule.applies and rule.applies.industries:
            name, column, _ = rule.applies.industries
            table = draft.policy.tables[name]
            codes = [draft.chance.choice((*_INDUSTRIES, None)) for _ in range(draft.chance.choice((0, 1, 1, 2, 8)))]
            draft.tables[name] = [draft.row(table) | {column: code} for code in codes]
            draft.inputs[rule.applies.input] = draft.chance.choice(("否", "否", "是", None, "否 "))


def _consumption(draft: Draft) -> None:
    """Rows below, at and above their baseline, or without one of the two."""
    for rule in draft.policy.rules:
        for _, leaf in leaves(rule.measure):
            if isinstance(leaf, BelowBaseline):
                rows = []
                for _ in range(draft.chance.choice((0, 1, 2, 3, 5, 12))):
                    row = draft.row(draft.policy.tables[leaf.table])
                    base = Decimal(draft.chance.randint(1, 99999)).scaleb(-draft.chance.choice((0, 1, 2)))
                    away = Decimal(draft.chance.choice((-1, -1, 0, 1, 5))).scaleb(-draft.chance.choice((0, 1, 2, 5)))
                    row |= {leaf.baseline: base, leaf.value: base + away}
                    if draft.chance.random() < 0.15:
                        row[draft.chance.choice((leaf.baseline, leaf.value, leaf.unit))] = draft.chance.choice(
                            (None, "约5")
                        )
                    rows.append(row)
                draft.tables[leaf.table] = rows
                if rule.applies:
                    draft.inputs[rule.applies.input] = draft.chance.choice((*rule.applies.among, "否"))


def _clean_record(draft: Draft) -> None:
    for leaf in _incident_rules(draft):
        for key in leaf.slots:
            draft.inputs[key] = Decimal()


def _incidents(draft: Draft) -> None:
    """Of each kind and level, inside and outside the window, with and without a count."""
    rules = _incident_rules(draft)
    if not rules:
        return
    _clean_record(draft)
    first, last = draft.season.window
    days: tuple[Value, ...] = (
        first,
        last,
        first - timedelta(days=1),
        last + timedelta(days=1),
        None,
        "去年",
        draft.day(),
    )
    for leaf in draft.few(rules):
        draft.inputs[draft.chance.choice(leaf.slots)] = draft.chance.choice(
            (Decimal(), Decimal(), Decimal(1), Decimal(7))
        )
    leaf = rules[0]
    kind, level, day = (leaf.columns[name] for name in ("kind", "level", "date"))
    rows = []
    for _ in range(draft.chance.choice((1, 1, 2, 4, 10))):
        row = draft.row(draft.policy.tables[leaf.table])
        row[kind] = draft.chance.choice((*draft.field(kind).choices, *draft.field(kind).choices, None, "火灾"))
        row[level] = draft.chance.choice((*draft.field(level).choices, *draft.field(level).choices, None, "很大"))
        row[day] = draft.chance.choice(days)
        rows.append(row)
    draft.tables[leaf.table] = rows


def _one_incident_each(draft: Draft) -> None:
    """Of half the kinds a single incident inside the window, and no count."""
    rules = _incident_rules(draft)
    _clean_record(draft)
    for leaf in draft.some(rules, len(rules) // 2):
        kind, level, day = (leaf.columns[name] for name in ("kind", "level", "date"))
        told: Cells = {kind: leaf.category, day: draft.season.reference_date}
        told[level] = draft.chance.choice((*leaf.open, *leaf.open, *draft.field(level).choices))
        draft.tables[leaf.table].append(draft.row(draft.policy.tables[leaf.table]) | told)


def _incident_rules(draft: Draft) -> list[NoneOf]:
    found = (leaf for rule in draft.policy.rules for _, leaf in leaves(rule.measure))
    return [leaf for leaf in found if isinstance(leaf, NoneOf)]


def _evidence(draft: Draft) -> None:
    """Listed for some rules, for none, for rules there are not."""
    role = draft.policy.role("evidence")
    if not role:
        return
    name, _, column = role.partition(".")
    table = draft.policy.tables[name]
    rules = [rule.id for rule in draft.policy.rules]
    listed = draft.some(rules, draft.chance.choice((0, 3, len(rules) // 2, len(rules))))
    told = [
        draft.chance.choice((rule, rule, rule, f"{rule} ", f"\u200b{rule}", rule.replace("-", "－"))) for rule in listed
    ]
    told += draft.chance.choice(((), ("6.9-99", "第六条"), ("6.4",)))
    draft.tables[name] = [draft.row(table) | {column: rule} for rule in told]


def _titles(draft: Draft) -> None:
    """Titles of every kind, level, state and age, of firms listed once, twice, in contradiction, or not at all."""
    if "titles" not in draft.tables or "roster" not in draft.tables:
        return
    chance, day = draft.chance, draft.season.reference_date
    firm_rows = draft.tables["roster"] = list(firms(draft, chance.choice((1, 3, 12, 20))))
    for row in draft.few(firm_rows):
        twin = dict(row) | chance.choice(({}, {"main": "否"}, {"size": "大型"}, {"main": None}, {"size": "其他"}))
        twin["uscc"] = chance.choice((row["uscc"], str(row["uscc"]).lower(), f"{row['uscc']} "))
        firm_rows.append(twin)
    for row in draft.few(firm_rows):
        row[chance.choice(("uscc", "main", "size"))] = chance.choice((None, "不明", "９１"))
    codes = [row["uscc"] for row in firm_rows]
    table = draft.policy.tables["titles"]
    kinds, levels = (draft.field(name).choices for name in ("title_kind", "title_level"))
    only = chance.choice((kinds, kinds[2:], kinds[2:], kinds[:2], kinds[1:3]))
    rows = []
    for _ in range(chance.choice((1, 4, 9, 10, 11, 14, 30))):
        rows.append(
            draft.row(table)
            | {
                "title_uscc": chance.choice((*codes, *codes, draft.code(), None)),
                "title_kind": chance.choice(only),
                "title_level": chance.choice(levels),
                "title_status": chance.choice(("已公布",) * 8 + ("公示中", None)),
                "title_issued": day + timedelta(days=chance.choice((-900, -900, -30, -1, 0, 1, 40))),
                "title_until": day + timedelta(days=chance.choice((900, 900, 30, 1, 0, -1, -40))),
            }
        )
        if chance.random() < 0.1:
            rows.append(dict(rows[-1]))
    draft.tables["titles"] = rows


def _sharing_and_alliances(draft: Draft) -> None:
    """Every branch of the requirement on the chain."""
    if "sharing" in draft.tables:
        for row in draft.tables["sharing"]:
            row["sharing_has"] = draft.chance.choice(("有", "有", "无", None, "有\u3000", "没有"))
    if "alliances" in draft.tables:
        table = draft.policy.tables["alliances"]
        draft.tables["alliances"] = [draft.row(table) for _ in range(draft.chance.choice((0, 0, 1, 3)))]


def _many_firms(draft: Draft) -> None:
    if "roster" in draft.tables:
        draft.tables["roster"] += firms(draft, draft.chance.randint(*_HUNDREDS))


def _full_registers(draft: Draft) -> None:
    """A roster to the last row, and often the titles too."""
    if "roster" not in draft.tables:
        return
    draft.tables["roster"] += firms(draft, _THOUSANDS - len(draft.tables["roster"]))
    if "titles" in draft.tables and draft.chance.random() < 0.5:
        pattern = [draft.row(draft.policy.tables["titles"]) for _ in range(40)]
        codes = [row["uscc"] for row in draft.tables["roster"]]
        draft.tables["titles"] = [
            draft.chance.choice(pattern) | {"title_uscc": draft.chance.choice(codes)} for _ in range(_THOUSANDS)
        ]


TROUBLES: Mapping[str, Trouble] = {
    "untouched": lambda _: None,
    "blank cells": _blank_cells,
    "blank figures": _blank_figures,
    "one year blank": _one_year_blank,
    "zeros": _zeros,
    "negatives": _negatives,
    "extra decimals": _extra_decimals,
    "parts of one": _parts_of_one,
    "out of bounds": _out_of_bounds,
    "large figures": _large_figures,
    "numbers as text": _numbers_as_text,
    "numbers for words": _numbers_in_words,
    "placeholders": _placeholders,
    "outside the list": _outside,
    "other choices": _other_choices,
    "stray spaces": _spaces,
    "rare spaces": _rare_spaces,
    "no width": _no_width,
    "nothing to see": _nothing_to_see,
    "other forms": _other_forms,
    "look-alikes": _look_alikes,
    "alike keys": _alike_keys,
    "false codes": _false_codes,
    "odd dates": _odd_dates,
    "edge dates": _edge_dates,
    "zero bases": _zero_bases,
    "zero wholes": _zero_wholes,
    "part above whole": _parts_above,
    "near a bound": _near_bounds,
    "gaps between rows": _gaps_between_rows,
    "repeated rows": _repeated_rows,
    "nearly empty rows": _nearly_empty_rows,
    "empty tables": _empty_tables,
    "full tables": _full_tables,
    "self-assessment": _self_assessment,
    "statements": _statements,
    "switches": _switches,
    "industries": _industries,
    "consumption": _consumption,
    "clean record": _clean_record,
    "incidents": _incidents,
    "one incident each": _one_incident_each,
    "evidence": _evidence,
    "titles": _titles,
    "sharing and alliances": _sharing_and_alliances,
}
# What only a workbook with all its rows can hold.
LARGE: Mapping[str, Trouble] = {
    "many firms": _many_firms,
    "full registers": _full_registers,
    "titles": _titles,
    "untouched": lambda _: None,
}
