"""Whatever people and programs do to a published master, and whatever comes in meanwhile: the next run loses nothing.

    HISTORIES=500 python3 dev.py test tests/workbook/commission/histories

Every history goes through the whole of ``collect``; its number makes it again.
"""

from __future__ import annotations

import os

import pytest

from tests.conftest import Convert
from tests.workbook.commission.histories.inbox import Library
from tests.workbook.commission.histories.story import Teller, drawn
from workbook.layout import Layout

HISTORIES = int(os.environ.get("HISTORIES", "12"))
FIRST = int(os.environ.get("FIRST_HISTORY", "0"))


@pytest.fixture(scope="module")
def teller(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Teller:
    """Knows a few clusters and all their corrections; each workbook is judged once."""
    return Teller(Library.written(layout, tmp_path_factory.mktemp("histories") / "library"))


@pytest.mark.parametrize("number", range(FIRST, FIRST + HISTORIES))
def test_nothing_is_lost_doubled_or_attributed_to_another(teller: Teller, number: int) -> None:
    assert list(teller.told(drawn(number))) == []


@pytest.mark.parametrize("number", [1])
def test_nor_by_another_program(teller: Teller, libreoffice_convert: Convert, number: int) -> None:
    assert list(teller.told(drawn(number), libreoffice_convert)) == []
