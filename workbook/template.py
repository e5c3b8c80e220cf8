"""Layout → the application workbook."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from toolkit.submission import Raw, RawAnswers
from workbook.formulas import LiveBook
from workbook.layout import COVER, LISTS, LIVE, META, Layout, SheetPlan
from workbook.package.patch import replace_file
from workbook.sheets.covers import write_cover, write_lists, write_meta, write_result
from workbook.sheets.forms import write_form
from workbook.sheets.live import write_live
from workbook.sheets.registers import write_register
from workbook.sheets.style import FONT, Styles


def write_template(layout: Layout, target: Path, answers: RawAnswers | None = None) -> None:
    """Write the application workbook of a policy and season.

    Args:
        layout: Every place in it.
        target: File to write; its folder exists. What stands there is replaced at once or not at all.
        answers: What is to stand in it already, for samples and worked examples; None leaves it blank.

    Raises:
        WorkbookError: The file cannot be written.
    """
    replace_file(target, [blank_workbook(layout, answers)])


def blank_workbook(layout: Layout, answers: RawAnswers | None = None) -> bytes:
    """The same as bytes."""
    import xlsxwriter  # at the edge: only those who write a workbook pay for it

    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    book.set_properties({"title": f"{layout.policy.scheme}申报工作簿", "company": layout.policy.issuer})
    styles = Styles(book)
    live = LiveBook(layout)
    given = _given(answers) if answers else {}
    overview = write_cover(book.add_worksheet(COVER), live, styles)
    for plan in layout.sheets:
        if plan.section.place != "results":
            _write_input(book, plan, live, styles, given)
    for result in layout.results.values():
        write_result(book.add_worksheet(result.sheet), result, layout, styles)
    for plan in layout.sheets:
        if plan.section.place == "results":
            _write_input(book, plan, live, styles, given)
    write_meta(book, book.add_worksheet(META), identity(layout), layout.rooms)
    write_lists(book, book.add_worksheet(LISTS), layout)
    write_live(book.add_worksheet(LIVE), live, styles)
    for name, reference in {**layout.names, **live.names, **overview}.items():
        book.define_name(name, f"={reference}")
    book.close()
    return memory.getvalue()


def identity(layout: Layout) -> dict[str, str]:
    """What the hidden identity sheet says: enough to know the layout again."""
    policy, season = layout.policy, layout.season
    return {
        "policy": policy.id,
        "season": season.id,
        "template": policy.template_version,
        "mark": layout.mark,
        "document": policy.document,
        "reference_date": season.reference_date.isoformat(),
    }


def _write_input(book: Any, plan: SheetPlan, live: LiveBook, styles: Styles, given: Mapping[Any, Raw]) -> None:
    write = write_register if plan.section.form == "register" else write_form
    write(book.add_worksheet(plan.name), plan, live, styles, given)


def _given(answers: RawAnswers) -> dict[Any, Raw]:
    """All answers under one kind of key: slot, or (table, row id, slot)."""
    given: dict[Any, Raw] = dict(answers.inputs)
    for table_id, table in answers.tables.items():
        for row_id, cells in table.rows:
            given |= {(table_id, row_id, key): raw for key, raw in cells.items()}
    return given
