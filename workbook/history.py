"""What earlier rounds said and what has changed since, on the sheets where people look for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.fields import split_slot
from toolkit.review import Item, Review
from toolkit.seal import cell_text, changes
from toolkit.submission import Raw
from workbook.book import Book
from workbook.check import Checked, shown_content
from workbook.layout import Layout
from workbook.package.grid import Position
from workbook.pages import PageRow, write_page
from workbook.results import who_line
from workbook.rounds import Round, Rounds

_LONGEST = 300


def write_history(checked: Checked, rounds: Rounds) -> None:
    """Fill the sheets of changes and of earlier rounds; a workbook without them stays as it is.

    Args:
        checked: The workbook; it is changed but not saved.
        rounds: The rounds to tell of; those just read, or with the one that is being returned.
    """
    book, layout = checked.book, checked.layout
    who = who_line(layout, checked.submission)
    _page(book, layout, "changes", _change_rows(checked, rounds), f"{who}　　{_compared(rounds)}")
    if not rounds.damaged:
        told = f"已退回补正 {len(rounds.past)} 轮，本轮为第 {rounds.number} 轮"
        _page(book, layout, "rounds", _round_rows(layout, rounds.past), f"{who}　　{told}")


def _page(book: Book, layout: Layout, plan_id: str, rows: Iterator[PageRow], fact: str) -> None:
    plan = layout.results.get(plan_id)
    facts: dict[Position, str | int | None] = {(2, 1): fact}
    if plan is not None:
        write_page(book, layout, plan, rows, facts)


# --- what changed -----------------------------------------------------------------------------------------------


def _compared(rounds: Rounds) -> str:
    if not rounds.past:
        return "没有上一轮"
    return f"与第 {rounds.past[-1].number} 轮退回时（{rounds.past[-1].time}）相比"


def _change_rows(checked: Checked, rounds: Rounds) -> Iterator[PageRow]:
    """Every answer of the operator that is another than when the last round was returned."""
    layout, number = checked.layout, 0
    for change in changes(layout.policy, rounds.stated, checked.answers) if rounds.stated else ():
        number += 1
        before, after = (shown_content(layout, change.key, text) for text in (change.before, change.after))
        row: dict[str, str | int] = {
            "number": number,
            "sheet": change.location.sheet,
            "place": change.location.cell,
            "item": layout.slot_label(change.key) if change.key else "各行",
            "before": _cut(before),
            "after": _cut(after),
        }
        yield row, change.location
    if not number:
        told = "首轮，没有可比的内容" if not rounds.past else "没有变化" if rounds.stated else "上一轮的内容无法识别"
        yield {"number": "—", "item": told}, None


def _cut(text: str) -> str:
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text or "空白"


# --- what was said ----------------------------------------------------------------------------------------------


def _round_rows(layout: Layout, past: Sequence[Round]) -> Iterator[PageRow]:
    """A block of lines for each round, the last one first."""
    for one in reversed(past):
        for row in _block(layout, one):
            yield {"round": f"第 {one.number} 轮", **row}, None
    if not past:
        yield {"round": "—", "item": "没有退回过"}, None


def _block(layout: Layout, one: Round) -> Iterator[Mapping[str, str]]:
    yield {"item": f"{one.conclusion}　{one.time}", "told": f"经办人 {one.reviewer}，操作用户 {one.user}"}
    for key, text in one.inputs.items():
        yield {"item": _label(layout, key), "told": text}
    for number, (sheet, cell, clause, what, todo) in enumerate(one.items, start=1):
        yield {"item": f"补正事项 {number}　{sheet} {cell}", "told": f"{what}。{todo}（{clause}）"}
    roles = {layout.policy.role(role): key for role, key in _COLUMNS.items()}
    for table_id, rows in one.tables.items():
        for row_id, texts in rows.items():
            yield _row(layout, table_id, row_id, texts, roles)


_COLUMNS = {"checks": "check", "decisions": "decision", "verified": "verified", "evidence_verified": "verified"}


def _row(
    layout: Layout, table_id: str, row_id: str, texts: Mapping[str, str], roles: Mapping[str, str]
) -> Mapping[str, str]:
    """One row of a table: its verdicts under their heads, everything else in words."""
    table = layout.policy.tables.get(table_id)
    labels = {row.id: row.label for row in table.fixed} if table else {}
    columns = {roles[where]: text for key, text in texts.items() if (where := f"{table_id}.{key}") in roles}
    others = [f"{_label(layout, key)} {text}" for key, text in texts.items() if f"{table_id}.{key}" not in roles]
    name = labels.get(row_id) or f"{table.label if table else table_id} 第 {row_id} 行"
    return {"item": name, "told": "；".join(others), **columns}


def _label(layout: Layout, key: str) -> str:
    """What an answer is called; a later version of a template may no longer ask for it."""
    field_id = key.partition("@")[0]
    known = field_id in layout.policy.fields and key in layout.policy.fields[field_id].slots
    return layout.slot_label(key) if known else key


# --- a round on record ------------------------------------------------------------------------------------------


def round_of(checked: Checked, review: Review, items: Sequence[Item], *, time: str, user: str) -> Round:
    """This round as it is put on record: everything the district wrote, and what it asks to be mended."""
    inputs, tables = district_texts(checked)
    return Round(
        number=checked.rounds.number,
        time=time,
        user=user,
        reviewer=review.text("reviewer"),
        conclusion=review.conclusion,
        opinion=review.text("recommendation"),
        fingerprint=checked.snapshot.fingerprint,
        inputs=inputs,
        tables=tables,
        items=[[one.location.sheet, one.location.cell, one.clause, one.what, one.todo] for one in items],
    )


def district_texts(checked: Checked) -> tuple[dict[str, str], dict[str, dict[str, dict[str, str]]]]:
    """What the district wrote: slot → text, and table → row → slot → text."""
    layout, answers = checked.layout, checked.answers

    def told(cells: Mapping[str, Raw]) -> dict[str, str]:
        texts = {key: shown_content(layout, key, cell_text(raw)) for key, raw in cells.items()}
        return {key: text for key, text in texts.items() if text}

    inputs = told({key: raw for key, raw in answers.inputs.items() if of_district(layout, key)})
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for table_id, table in answers.tables.items():
        for row_id, cells in table.rows:
            ours = {key: raw for key, raw in cells.items() if of_district(layout, key) and not raw.blank}
            if ours:
                # Beside an open row stand the operator's own words, by which it is known.
                kept = ours if layout.policy.tables[table_id].fixed else cells
                tables.setdefault(table_id, {})[row_id] = told(kept)
    return inputs, tables


def of_district(layout: Layout, key: str) -> bool:
    """Whether the district fills a cell in."""
    return layout.policy.fields[split_slot(key)[0]].filled_by == "district"
