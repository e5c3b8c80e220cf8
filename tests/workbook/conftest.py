"""The pack that ships, its layout, and workbooks made from it: blank, filled, and damaged the way people damage them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit.errors import PolicyError
from toolkit.evaluate import evaluate
from toolkit.finding import Evaluation
from toolkit.intake import answers_from_dict, take_in
from toolkit.packs import check_shape, packs
from toolkit.policy import Policy
from toolkit.season import Season
from workbook.engines.files import FileBook
from workbook.engines.memory import MemoryBook
from workbook.layout import Layout, lay_out
from workbook.package.edit import SheetEdit
from workbook.sample import Outcome, sample
from workbook.template import write_template

Answers = dict[str, Any]
# Enough for every threshold, few enough to be written and read quickly.
FIRMS = 40
SEED = 7


@pytest.fixture(scope="session")
def policy() -> Policy:
    return packs()["shanghai-2024"].policy


@pytest.fixture(scope="session")
def season() -> Season:
    return packs()["shanghai-2024"].seasons["2026"]


@pytest.fixture(scope="session")
def layout(policy: Policy, season: Season) -> Layout:
    return lay_out(policy, season)


@pytest.fixture(scope="session")
def blank(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application workbook as it is handed out; nobody may change it."""
    path = tmp_path_factory.mktemp("blank") / "空白申报工作簿.xlsx"
    write_template(layout, path)
    return path


@pytest.fixture(scope="session")
def blank_book(blank: Path) -> openpyxl.Workbook:
    """The same, as openpyxl sees it."""
    return openpyxl.load_workbook(blank)


@pytest.fixture(scope="session")
def answers(policy: Policy, season: Season) -> Callable[..., Answers]:
    """The answers of a made-up cluster, each time fresh to be changed."""

    def made(outcome: str = "met", seed: int = SEED, firms: int | None = FIRMS) -> Answers:
        return sample(policy, season, seed, Outcome(outcome), firms)

    return made


@pytest.fixture(scope="session")
def filled(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A workbook with these answers in it, in a folder of its own."""

    def written(given: Answers, name: str = "申报.xlsx") -> Path:
        path = tmp_path_factory.mktemp("filled") / name
        write_template(layout, path, answers_from_dict(layout.policy, given))
        return path

    return written


@pytest.fixture(scope="session")
def workbook_of(answers: Callable[..., Answers], filled: Callable[..., Path]) -> Callable[[str], Path]:
    """The workbook of one outcome, written once; nobody may change it."""

    @cache
    def path(outcome: str) -> Path:
        return filled(answers(outcome), f"{outcome}.xlsx")

    return path


@pytest.fixture(scope="session")
def evaluated(policy: Policy, season: Season) -> Callable[[Answers], Evaluation]:
    """What the answers come to when no workbook stands between."""

    def evaluation(given: Answers) -> Evaluation:
        return evaluate(policy, season, take_in(policy, season, answers_from_dict(policy, given)))

    return evaluation


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """A copy of a workbook that somebody has changed and saved in another program."""
    numbers = count(1)

    def changed(source: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
        book = openpyxl.load_workbook(source)
        change(book)
        folder = tmp_path / f"edited{next(numbers)}"
        folder.mkdir()
        target = folder / source.name
        book.save(target)
        return target

    return changed


@pytest.fixture
def repacked(tmp_path: Path) -> Callable[..., Path]:
    """A copy of a workbook with texts replaced inside its parts, for what no spreadsheet program would write."""
    numbers = count(1)

    def changed(source: Path, part: str, replacements: Mapping[str, str]) -> Path:
        folder = tmp_path / f"repacked{next(numbers)}"
        folder.mkdir()
        target = folder / source.name
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                text = old.read(name)
                if name == part:
                    for before, after in replacements.items():
                        assert before.encode() in text, before
                        text = text.replace(before.encode(), after.encode())
                new.writestr(name, text)
        return target

    return changed


@pytest.fixture(scope="session")
def in_memory() -> Callable[[Path], MemoryBook]:
    """A workbook taken into memory, to be changed there."""

    @cache
    def source(path: Path) -> FileBook:
        return FileBook(path)

    def book(path: Path) -> MemoryBook:
        known = source(path)
        content = {sheet: dict(known.cells(sheet)) for sheet in known.sheets}
        facts = {sheet: known.facts(sheet) for sheet in known.sheets}
        return MemoryBook(content, dict(known.names), known.date1904, hidden=known.hidden, sheet_facts=facts)

    return book


@pytest.fixture
def retyped(layout: Layout, tmp_path: Path) -> Callable[..., Path]:
    """A copy of a workbook in which a few single answers are others, by input id."""
    numbers = count(1)

    def changed(source: Path, given: Mapping[str, str], name: str = "") -> Path:
        book = FileBook(source)
        by_sheet: dict[str, dict[tuple[int, int], str]] = {}
        for key, text in given.items():
            area = layout.inputs[key].area
            by_sheet.setdefault(area.sheet, {})[area.top, area.left] = text
        for sheet, cells in by_sheet.items():
            book.write(sheet, SheetEdit(cells=cells))
        folder = tmp_path / f"retyped{next(numbers)}"
        folder.mkdir()
        target = folder / (name or source.name)
        book.save(target)
        return target

    return changed


@pytest.fixture(scope="session")
def misshapen() -> Callable[[object, str], str]:
    """How a document departs from one of the published schemas, empty where it does not."""

    def told(document: object, schema: str) -> str:
        try:
            check_shape(document, schema)
        except PolicyError as error:
            return str(error)
        return ""

    return told
