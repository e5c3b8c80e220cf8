from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from workbook.engines import libreoffice


def test_a_file_is_saved_opened_and_saved_again(app: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "申报 书.xlsx"
    book = app.books.add()
    book.sheets[0]["A1"].value = [["001", 1.5], [True, None]]
    book.save(path)
    assert (book.name, Path(book.fullname)) == ("申报 书.xlsx", path)
    book.close()
    assert [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Sheet1"]] == [
        ["001", 1.5],
        [True, None],
    ]

    book = app.books.open(path)
    assert app.books["申报 书.xlsx"] == book
    assert app.books.active == book
    assert book.sheets[0]["A1:B2"].value == [["001", 1.5], [True, None]]
    book.sheets[0]["B2"].value = "new"
    book.save()
    book.close()
    assert openpyxl.load_workbook(path)["Sheet1"]["B2"].value == "new"


def test_sheets(book: xw.Book) -> None:
    second = book.sheets.add("第二", after=book.sheets[0])
    assert [sheet.name for sheet in book.sheets] == ["Sheet1", "第二"]
    assert (second.index, book.sheets.active, book.sheets["第二"]) == (2, second, second)
    second.name = "renamed"
    second.visible = False
    assert not second.visible
    second.visible = True
    copied = second.copy(name="copied")
    assert [sheet.name for sheet in book.sheets] == ["Sheet1", "renamed", "copied"]
    copied.delete()
    book.sheets[0].activate()
    assert book.sheets.active.name == "Sheet1"
    assert "renamed" in book.sheets
    with pytest.raises(KeyError):
        book.sheets["nowhere"]


def test_a_book_that_was_closed_says_so(app: xw.App) -> None:
    book = app.books.add()
    sheet = book.sheets[0]
    book.close()
    with pytest.raises(libreoffice.Closed):
        sheet["A1"].value = 1


def test_what_is_not_supported_says_so(book: xw.Book) -> None:
    for name in ("charts", "shapes", "pictures", "tables", "pivot_tables"):
        with pytest.raises(NotImplementedError):
            getattr(book.sheets[0], name)
    with pytest.raises(libreoffice.NotSupported):
        book.save("x.xlsb")


def test_the_scratch_document_is_no_book(app: xw.App, book: xw.Book) -> None:
    before = len(app.books)
    book.sheets[0]["A1:B2"].value = 1
    _ = book.sheets[0]["A1:B2"].value
    assert len(app.books) == before


def test_the_scratch_document_of_another_program_is_no_book_either(app: xw.App, book: xw.Book) -> None:
    book.sheets[0]["A1:B2"].value = [["甲", True], [1, 2]]
    before = [one.name for one in app.books]
    other = libreoffice.attach(app.impl.office.pipe)
    try:
        assert other.books[book.name].sheets[0]["A1:B2"].value == [["甲", True], [1, 2]]
        assert [one.name for one in app.books] == [one.name for one in other.books] == before
    finally:
        other.quit()
    assert [one.name for one in app.books] == before
