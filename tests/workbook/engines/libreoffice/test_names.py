from __future__ import annotations

import pytest
import xlwings as xw


def test_a_name_is_found_read_and_removed(book: xw.Book) -> None:
    book.sheets[0].name = "二 核心竞争力"
    book.names.add("in_x", "='二 核心竞争力'!$C$9:$F$9")
    assert book.names["in_x"].refers_to == "='二 核心竞争力'!$C$9:$F$9"
    assert book.names["in_x"].refers_to_range == book.sheets[0]["C9:F9"]
    assert book.sheets[0]["in_x"].address == "$C$9:$F$9"
    assert "in_x" in book.names
    assert "IN_X" in book.names
    del book.names["in_x"]
    assert "in_x" not in book.names
    with pytest.raises(KeyError):
        book.names["in_x"]


def test_a_name_of_a_sheet(book: xw.Book) -> None:
    sheet = book.sheets[0]
    sheet.names.add("local", "=$A$1")
    assert [name.name for name in sheet.names] == ["Sheet1!local"]
    assert "Sheet1!local" in book.names
    assert [name.name for name in book.names] == ["Sheet1!local"]


def test_a_name_of_no_cells(book: xw.Book) -> None:
    book.names.add("rate", "=0.05")
    assert book.names["rate"].refers_to == "=0.05"
    with pytest.raises(xw.XlwingsError, match="no cells"):
        _ = book.names["rate"].refers_to_range


def test_names_follow_their_cells(book: xw.Book) -> None:
    book.names.add("place", "=Sheet1!$A$3")
    (name,) = book.names
    assert name.refers_to == "=Sheet1!$A$3"
    book.sheets[0]["1:1"].insert(shift="down")
    assert name.refers_to == "=Sheet1!$A$4"
    name.refers_to = "=Sheet1!$B$1"
    assert name.refers_to_range.address == "$B$1"


def test_names_of_a_range(book: xw.Book) -> None:
    cells = book.sheets[0]["A1:B2"]
    cells.name = "block"
    assert cells.name is not None
    assert cells.name.name == "block"
    assert book.sheets[0]["A1"].name is None


def test_all_at_once_is_the_same_as_one_by_one(book: xw.Book) -> None:
    for number in range(30):
        book.names.add(f"item_{number}", f"=Sheet1!$A${number + 1}")
    assert {name.name: name.refers_to for name in book.names} == {f"item_{n}": f"=Sheet1!$A${n + 1}" for n in range(30)}
    assert book.names["item_7"].refers_to == "=Sheet1!$A$8"


def test_the_names_of_a_book_in_one_go_are_the_same(book: xw.Book) -> None:
    book.sheets[0].name = "二 核"
    book.names.add("place", "='二 核'!$A$3:$B$4")
    book.names.add("rate", "=MAX(0.05,1)")
    book.sheets[0].names.add("local", "=$A$1")
    assert book.names.impl.told() == {"place": "='二 核'!$A$3:$B$4", "rate": "=MAX(0.05,1)"}
